"""The outermost group of commands: what the outside refuses ends in a sentence and an exit code, not in a traceback."""

from __future__ import annotations

import errno
import sys
from typing import TYPE_CHECKING, Any

import click

from kpireport.commands.speaking import say
from kpireport.core.messages import quoted
from kpireport.exits import UNWRITABLE

if TYPE_CHECKING:
    from kpireport.core.messages import Message, Quoted


class Program(click.Group):
    """All commands. A file that cannot be read or written, of whatever kind, ends a command with 74."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if not _outside(error):
                raise
            click.echo(say("program.refused", reason=_reason(error)), err=True)
            raise SystemExit(UNWRITABLE) from None


def _outside(error: Exception) -> bool:
    """Return whether the system, or a file of SQLite, has refused. Where nobody reads our words, click ends quietly."""
    if isinstance(error, OSError):
        return error.errno != errno.EPIPE
    if "sqlite3" not in sys.modules:  # it is heavy, and what did not load it did not fail by it
        return False
    import sqlite3

    return isinstance(error, sqlite3.Error)


def _reason(error: Exception) -> Message | Quoted:
    from kpireport import store
    from kpireport.resources import os_reason

    if isinstance(error, store.StoreError):
        return error.reason
    name = getattr(error, "filename", None)
    return quoted(f"{name}: {os_reason(error)}" if name else os_reason(error), 400)
