"""Where workbooks go when they are done: processed, or failed with a file beside them that says why and what to do.

Rule: N20.
"""

from __future__ import annotations

import glob
import secrets
from itertools import count
from typing import TYPE_CHECKING

from kpireport import languages, output
from kpireport.batch.claim import fitted, moved
from kpireport.core.diagnostics import Severity
from kpireport.core.file_names import CHECKED, REASON
from kpireport.core.messages import Message, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language

PROCESSED, DUPLICATES, FAILED = "processed", "duplicates", "failed"
BYTE_ORDER_MARK = "\ufeff"  # so that Notepad knows the encoding
MOST_PROBLEMS = 200
LIKE = 40  # characters at the beginning of a name by which its reason files are looked for


def processed(path: Path, inbox: Path, *, at: datetime, sha256: str) -> Path:
    """File a workbook away under its name, the time and the beginning of its SHA-256. Raises OSError."""
    folder = inbox / PROCESSED / f"{at:%Y-%m}"
    return _move(path, folder, fitted(path.stem, f"__{at:%Y%m%dT%H%M}__{sha256[:8]}{path.suffix}"))


def duplicate(path: Path, inbox: Path, *, at: datetime, sha256: str) -> Path:
    """File away a workbook that was processed before."""
    folder = inbox / PROCESSED / DUPLICATES
    return _move(path, folder, fitted(path.stem, f"__{at:%Y%m%dT%H%M}__{sha256[:8]}{path.suffix}"))


def failed(
    path: Path, inbox: Path, problems: Iterable[Diagnostic], *, language: Language, owner: str, marked: bytes = b""
) -> Path:
    """File away a workbook that gave no report, with the reasons beside it, and a marked copy where there is one.

    Nothing that lies there is overwritten: a workbook that somebody dropped may have the name of a marked copy.
    """
    folder = inbox / FAILED
    folder.mkdir(parents=True, exist_ok=True)
    place = _place(folder, path)
    _add(reason(path.name, problems, language=language, owner=owner), folder / f"{place.name}{REASON}")
    if marked:
        _add(marked, marked_name(place))
    return moved(path, place)


def _place(folder: Path, workbook: Path) -> Path:
    """Return a name for a failed workbook that is free, as are those of what belongs beside it."""
    taken = {path.name.casefold() for path in folder.iterdir()}
    copies = {marked_name(folder / name).name.casefold() for name in taken}
    for number in count(1):
        mark = f" ({number})" if number > 1 else ""
        place = folder / fitted(workbook.stem, f"{mark}{workbook.suffix}", 255 - len(REASON))
        names = (place.name, f"{place.name}{REASON}", marked_name(place).name)
        if not any(name.casefold() in taken for name in names) and place.name.casefold() not in copies:
            return place
    raise AssertionError("numbers do not end")


def _add(content: bytes, place: Path) -> None:
    """Write a file where there is none."""
    (written,) = output.publish({f".{secrets.token_hex(8)}.tmp": content}, place.parent)
    moved(written, place)


def marked_name(workbook: Path) -> Path:
    """Return the name of the marked copy of a failed workbook."""
    return workbook.with_name(fitted(workbook.stem, f"{CHECKED}{workbook.suffix}"))


def reason(name: str, problems: Iterable[Diagnostic], *, language: Language, owner: str) -> bytes:
    """Return the reason file: a sentence, then each problem with its cell and its remedy; for Notepad."""
    say = language.text
    found = sorted(problems, key=lambda d: d.severity is not Severity.ERROR)
    lines = [language.say("letters.reason.head", name=name), ""]
    for problem in found[:MOST_PROBLEMS]:
        place = problem.where.address or problem.where.file
        said = say(problem.problem)
        lines.append(f"{quoted(place)}: {said} ({problem.code})" if place else said)
        lines += [f"    {language.say('letters.reason.todo')}: {say(problem.fix)}", ""]
    if len(found) > MOST_PROBLEMS:
        lines += [language.say("letters.reason.more", n=len(found) - MOST_PROBLEMS), ""]
    lines.append(language.say("letters.reason.again", owner=owner or Message("letters.reason.owner")))
    return (BYTE_ORDER_MARK + "\r\n".join(lines) + "\r\n").encode()


def mended(name: str, inbox: Path) -> None:
    """Take away the reason files of a workbook that has come again and was fine; the failed workbooks themselves stay.

    It may have failed several times: "a (2).xlsx" is then known for "a.xlsx" by what its reason file says.
    """
    heads = tuple(languages.load(tag).say("letters.reason.head", name=name) for tag in languages.tags())
    folder = inbox / FAILED
    stem, dot, ending = name.rpartition(".")
    for path in (
        folder / f"{name}{REASON}",
        *folder.glob(f"{glob.escape(stem[:LIKE])}* ([0-9]*){dot}{ending}{REASON}"),
    ):
        try:
            text = path.read_text("utf-8-sig")
        except FileNotFoundError:
            continue
        if text.startswith(heads):
            path.unlink(missing_ok=True)


def _move(path: Path, folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return moved(path, folder / name)
