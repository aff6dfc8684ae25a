"""Problems and progress, for people or as JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from kpireport import languages
from kpireport.command_line import as_typed
from kpireport.core.diagnostics import Diagnostic, Severity, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kpireport.core.diagnostics import Reading
    from kpireport.core.messages import Language

ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def prepare() -> None:
    """Let any text be printed on any console: what a code page lacks becomes a question mark, never an exception."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return problems with errors first, then as they stand in the workbook."""
    return sorted(diagnostics, key=lambda d: (ORDER[d.severity], d.where.file, d.where.sheet))


def lines(diagnostic: Diagnostic, language: Language) -> list[str]:
    """Return one problem as lines: where it is, what it is, how to mend it."""
    where = quoted(str(diagnostic.where))
    place = f"{where}: " if where else ""
    severity = language.say(f"program.problems.{diagnostic.severity.value}")
    return [
        f"{place}{severity} {diagnostic.code}: {as_typed(language.text(diagnostic.problem))}",
        f"  {language.say('program.problems.fix')}: {as_typed(language.text(diagnostic.fix))}",
    ]


def summary(diagnostics: Iterable[Diagnostic], language: Language) -> str:
    counts = Counter(d.severity for d in diagnostics)
    if not counts:
        return language.say("program.problems.none")
    return language.say(
        "program.problems.counts",
        errors=counts[Severity.ERROR], warnings=counts[Severity.WARNING], notes=counts[Severity.NOTE],
    )  # fmt: skip


def show(
    diagnostics: Iterable[Diagnostic], *, language: Language | None = None, form: str = "text",
    stream: TextIO | None = None, readings: Iterable[Reading] = (),
) -> None:  # fmt: skip
    """Print problems and how the workbooks were understood, for people or as one JSON array.

    language: English where none is known, as for settings that cannot be read.
    """
    out = stream or sys.stdout
    language = language or languages.talking()
    found = ordered(diagnostics)
    if form == "json":
        out.write(as_json(found, language, readings) + "\n")
        return
    if understood := [_shown(reading, language) for reading in readings]:
        out.write("\n".join((language.say("program.problems.readings"), *understood)) + "\n\n")
    for diagnostic in found:
        out.write("\n".join(lines(diagnostic, language)) + "\n")
    out.write(summary(found, language) + "\n")


def _shown(reading: Reading, language: Language) -> str:
    """Return one interpretation as a line: where it is, whose figure, how it was understood."""
    text = quoted(language.text(reading.message), 300)
    whose = f"{quoted(reading.kpi, 60)}: " if reading.kpi else ""
    return f"  {quoted(str(reading.where))}: {whose}{text}"


def as_json(diagnostics: Iterable[Diagnostic], language: Language, readings: Iterable[Reading] = ()) -> str:
    """Return problems as a JSON array, in ASCII, so that any console and any pipe can carry it."""
    rows = [
        {
            "code": d.code,
            "name": d.name,
            "severity": d.severity.value,
            "file": d.where.file or None,
            "sheet": d.where.sheet or None,
            "cell": d.where.cell or None,
            "problem": language.text(d.problem),
            "fix": language.text(d.fix),
        }
        for d in diagnostics
    ]
    rows += [
        {
            "code": "READING", "name": r.topic, "severity": Severity.NOTE.value, "file": r.where.file or None,
            "sheet": r.where.sheet or None, "cell": r.where.cell or None,
            "problem": quoted(language.text(r.message), 300), "fix": "",
        }
        for r in readings
    ]  # fmt: skip
    return json.dumps(rows, indent=1)


@contextmanager
def progress(language: Language) -> Iterator[Callable[[str], None]]:
    """Yield a function that says which stage has begun; silent unless a person is watching."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(language.say("program.stage.read")) as status:
        yield lambda stage: status.update(language.say(f"program.stage.{stage}"))
