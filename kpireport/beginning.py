"""The use case behind `kpireport init`: a folder that works at once, and that nothing is ever written over in."""

from __future__ import annotations

import shlex
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpireport import languages, output
from kpireport.excel.starter import starter

if TYPE_CHECKING:
    from datetime import date

ROOM = Path(__file__).parent / "starter"
FOLDERS = ("inbox", "reports")
SCRIPTS = {"run.bat": "run.bat", "run.ps1": "run.ps1", "run.sh": "run.sh", "KPI desk.bat": "desk.bat"}
"""Names in the folder, and of what they are made of."""
_MARK = b"\xef\xbb\xbf"  # without it Notepad and PowerShell 5 take a file for the old code page


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a folder is made for.

    language: of its reports, and of its words where there is a starter in it. python: the program that the scripts
    start; where it is gone, `kpireport` is. program: how a person begins a command in the folder.
    """

    language: str
    organisation: str
    year: int
    today: date
    python: str = sys.executable
    program: str = "kpireport"


def written_in(language: str) -> str:
    """Return the language in which a starter for another one is written: itself, or else English."""
    return language if (ROOM / language).is_dir() else languages.ENGLISH


def files(wishes: Wishes) -> dict[str, bytes]:
    """Return the files of the folder by name."""
    room = written_in(wishes.language)
    words = tomllib.loads((ROOM / room / "workbook.toml").read_text("utf-8"))
    words["choices"]["language"] = languages.tags()
    either = languages.load(room).say("program.init.or").join(languages.tags())
    values = {"organisation": wishes.organisation, "language": wishes.language, "languages": either}
    workbook = f"{output.safe_name(words['file'])}-{wishes.year}.xlsx"
    made: dict[str, bytes] = {
        workbook: starter(words, values=values | {"file": workbook}, year=wishes.year, today=wishes.today),
        "kpireport.toml": _text(f"{room}/kpireport.toml"),
        "README.txt": _MARK + _windows(_text(f"{room}/README.txt", workbook=workbook, program=wishes.program)),
    }
    for name, source in SCRIPTS.items():
        content = _text(source, language=wishes.language, **_programs(wishes.python))
        made[name] = content if name == "run.sh" else _windows(content)
    made["run.ps1"] = _MARK + made["run.ps1"]
    return made


def taken(folder: Path, names: Any) -> list[str]:
    """Return which of the names are in the folder already."""
    return [name for name in (*names, *FOLDERS) if (folder / name).exists() and not (folder / name).is_dir()]


def begin(folder: Path, made: dict[str, bytes]) -> None:
    """Write the folder. Raises FileExistsError rather than writing over anything, and OSError where it cannot write."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    for name, content in made.items():
        path = folder / name
        with path.open("xb") as file:
            file.write(content)
        if name == "run.sh":
            path.chmod(0o755)


def _text(name: str, **values: str) -> bytes:
    text = (ROOM / name).read_text("utf-8")
    for key, value in values.items():
        text = text.replace("{{" + key + "}}", value)
    return text.encode()


def _windows(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _programs(python: str) -> dict[str, str]:
    """Return the path of Python as each kind of script must write it."""
    return {
        "python_bat": python.replace("%", "%%"),
        "python_ps1": python.replace("'", "''"),
        "python_sh": shlex.quote(python),
    }
