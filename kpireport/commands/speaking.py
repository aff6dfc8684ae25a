"""In which language a command speaks."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import click

from kpireport import languages
from kpireport.command_line import SETTINGS, goes_by
from kpireport.core.messages import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kpireport.core.messages import Language, Quoted

LONGEST_PATH = 4000  # characters that are shown


def spoken() -> Language:
    """Return the language in which a command talks: --ui-language, --language, the system's, or English."""
    context = click.get_current_context(silent=True)
    return languages.talking(context.params.get("language") if context is not None else None)


def say(key: str, /, **fields: object) -> str:
    """Return a sentence in the language in which the command speaks."""
    return spoken().say(key, **fields)


def in_language(context: click.Context, _: click.Parameter, value: str | None) -> None:
    """Let commands talk in the language that a person asks for, or else in that of the system."""
    token = languages.talk(value or "", system_language())
    context.call_on_close(lambda: languages.TALKING.reset(token))


def system_language(environment: Mapping[str, str] = os.environ) -> str:
    """Return the tag of the language that the system talks in, "de" for ``de_CH.UTF-8``; "" where it does not say."""
    if sys.platform == "win32":
        import ctypes
        import locale

        number = getattr(ctypes, "windll").kernel32.GetUserDefaultUILanguage()  # noqa: B009 - not there elsewhere
        return locale.windows_locale.get(number, "").partition("_")[0]
    set_to = next(filter(None, (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    tag = re.split(r"[_.@]", set_to, maxsplit=1)[0].lower()
    return "" if tag in ("c", "posix") else tag


def by_settings(context: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    """Let what a command says name the settings file that it goes by, so that it works as it is printed."""
    if value is not None:
        token = goes_by(value)
        context.call_on_close(lambda: SETTINGS.reset(token))
    return value


def quoted_path(place: Path) -> Quoted:
    """Return a path to be shown."""
    return quoted(str(place), LONGEST_PATH)
