"""Command lines for a person to type on this computer, as the shell that the person sits at reads them.

What travels (a marked workbook, JSON, help pages) says ``kpireport`` alone; what is printed says what works here.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from contextvars import ContextVar, Token
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport.resources import resolved

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "kpireport"
COMMANDS = (
    "build", "check", "confirm", "demo", "desk", "doctor", "explain", "help", "history", "init", "mail", "outbox",
    "preview", "repair", "run", "schedule", "status", "themes", "watch",
)  # fmt: skip
BY_SETTINGS = (  # commands with the option --settings
    r"outbox (?:list|show|send|release|resend|resolve|cancel)|mail (?:test|preview)|run|watch|status|repair|doctor|"
    r"schedule print"
)
TYPED = re.compile(
    rf"(?<![\w./\\-])(?<!-m )(?:{NAME} (?P<command>{BY_SETTINGS})\b|"
    rf"{NAME}(?= (?:{'|'.join(COMMANDS)})\b)|pip(?= install\b))"
)
SETTINGS: ContextVar[Path | None] = ContextVar("SETTINGS", default=None)
PLAIN_POWERSHELL = re.compile(r"[\w.:\\/+-]+")
PLAIN_CMD = re.compile(r"[^\s&()\[\]{}^=;!'+,`~<>|\"]+")
SINGLE_QUOTES = re.compile("(['\u2018\u2019\u201a\u201b])")  # each of them ends a quoted word in PowerShell


class Shell(Enum):
    SH = "sh"
    CMD = "cmd"
    POWERSHELL = "powershell"


def shell(platform: str = sys.platform, environment: Mapping[str, str] = os.environ) -> Shell:
    """Return the shell that the person most likely sits at.

    PowerShell puts the user's own folder of modules before those of the system when it starts; Git Bash says MSYSTEM.
    """
    if platform != "win32" or environment.get("MSYSTEM"):
        return Shell.SH
    profile = environment.get("USERPROFILE", "").rstrip("\\").lower()
    modules = environment.get("PSModulePath", "").lower().split(";")
    started = bool(profile) and any(folder.startswith(profile + "\\") for folder in modules)
    return Shell.POWERSHELL if started else Shell.CMD


def word(text: str, to: Shell) -> str:
    """Return a text as one word of a command line."""
    match to:
        case Shell.SH:
            return shlex.quote(text)
        case Shell.CMD:
            if PLAIN_CMD.fullmatch(text):
                return text
            # The backslash before the closing mark would make it part of the word.
            return f'"{text}{chr(92) if text.endswith(chr(92)) else ""}"'
        case Shell.POWERSHELL:
            doubled = SINGLE_QUOTES.sub(r"\1\1", text)
            return text if PLAIN_POWERSHELL.fullmatch(text) else f"'{doubled}'"


def line(program: str, *arguments: str, to: Shell) -> str:
    """Return a command line. PowerShell takes a quoted word at the beginning for a text, unless & stands before it."""
    first = word(program, to)
    call = "& " if to is Shell.POWERSHELL and first != program else ""
    return call + " ".join((first, *(word(argument, to) for argument in arguments)))


def into(folder: Path, to: Shell) -> str:
    """Return the command that makes a folder the current one, also on another drive."""
    name = str(folder)
    if name.startswith("-"):  # it would read like an option
        name = os.path.join(os.curdir, name)  # noqa: PTH118 - a Path drops the dot
    return f"cd {'/d ' if to is Shell.CMD else ''}{word(name, to)}"


def script() -> tuple[str, ...]:
    """Return the words that start this program from any folder, by full paths."""
    suffix = ".exe" if sys.platform == "win32" else ""
    started = Path(sys.argv[0])
    beside = Path(sys.executable).parent / (NAME + suffix)
    places = [started.with_name(NAME + suffix).absolute()] if started.stem == NAME else []
    for place in (*places, beside, beside.parents[1] / beside.name):  # the installer for Windows has it one folder up
        if place.is_file():
            return (str(place),)
    return (sys.executable, "-m", NAME)


def program(to: Shell | None = None) -> str:
    """Return how a command of this program begins here: ``kpireport`` if the path leads to this very one."""
    words = script()
    known = shutil.which(NAME)
    if known is not None and len(words) == 1 and resolved(Path(known)) == resolved(Path(words[0])):
        return NAME
    return line(*words, to=to or shell())


def pip(to: Shell | None = None) -> str:
    """Return how a command of pip begins that installs where this program finds it."""
    return line(sys.executable, "-m", "pip", to=to or shell())


def as_typed(text: str) -> str:
    """Return a sentence in which each command of ours, and of pip, is written as it works when it is typed here.

    One that goes by a settings file names it, where that is another one than the folder's own.
    """
    settings = SETTINGS.get()
    where = f" --settings {word(str(settings), shell())}" if settings is not None else ""

    def written(found: re.Match[str]) -> str:
        if command := found["command"]:
            return f"{program()} {command}{where}"
        return pip() if found[0] == "pip" else program()

    return TYPED.sub(written, text)


def goes_by(settings: Path) -> Token[Path | None]:
    """Say by which settings file a command goes; what is said after it names that file, if it is not the usual one."""
    usual = Path("kpireport.toml")
    return SETTINGS.set(None if settings.absolute() == usual.absolute() else settings)
