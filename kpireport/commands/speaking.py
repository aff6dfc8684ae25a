"""In which language a command speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kpireport import languages
from kpireport.command_line import SETTINGS, goes_by
from kpireport.core.messages import quoted

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.core.messages import Language, Quoted

LONGEST_PATH = 4000  # characters that are shown


def spoken() -> Language:
    """Return the language of the option --language; English where there is none, or it has not been read yet."""
    context = click.get_current_context(silent=True)
    return languages.spoken(context.params.get("language") if context is not None else None)


def say(key: str, /, **fields: object) -> str:
    """Return a sentence in the language in which the command speaks."""
    return spoken().say(key, **fields)


def by_settings(context: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    """Let what a command says name the settings file that it goes by, so that it works as it is printed."""
    if value is not None:
        token = goes_by(value)
        context.call_on_close(lambda: SETTINGS.reset(token))
    return value


def quoted_path(place: Path) -> Quoted:
    """Return a path to be shown."""
    return quoted(str(place), LONGEST_PATH)
