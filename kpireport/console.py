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

    from kpireport.core.model import Reading

ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
WORDS = {
    "en": {
        "error": "error", "warning": "warning", "note": "note", "fix": "fix", "none": "no problems found",
        "readings": "How we read your workbook",
        "counts": "{errors} error(s), {warnings} warning(s), {notes} note(s)",
        "read": "reading the workbook", "understand": "understanding it", "compute": "computing",
        "compose": "composing the report", "html": "writing the page", "pdf": "making the PDF", "write": "saving",
    },
    "zh": {
        "error": "错误", "warning": "警告", "note": "提示", "fix": "处理方法", "none": "没有发现问题",
        "readings": "读数说明",
        "counts": "{errors} 个错误，{warnings} 个警告，{notes} 个提示",
        "read": "读取工作簿", "understand": "理解内容", "compute": "计算",
        "compose": "编写报告", "html": "生成网页", "pdf": "生成 PDF", "write": "保存",
    },
}  # fmt: skip


def prepare() -> None:
    """Let any text be printed on any console: what a code page lacks becomes a question mark, never an exception."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return problems with errors first, then as they stand in the workbook."""
    return sorted(diagnostics, key=lambda d: (ORDER[d.severity], d.where.file, d.where.sheet))


def lines(diagnostic: Diagnostic, language: str) -> list[str]:
    """Return one problem as lines: where it is, what it is, how to mend it."""
    words, say = WORDS[language], languages.load(language).text
    where = quoted(str(diagnostic.where))
    place = f"{where}: " if where else ""
    severity = words[diagnostic.severity.value]
    return [
        f"{place}{severity} {diagnostic.code}: {as_typed(say(diagnostic.problem))}",
        f"  {words['fix']}: {as_typed(say(diagnostic.fix))}",
    ]


def summary(diagnostics: Iterable[Diagnostic], language: str) -> str:
    counts = Counter(d.severity for d in diagnostics)
    if not counts:
        return WORDS[language]["none"]
    return WORDS[language]["counts"].format(
        errors=counts[Severity.ERROR], warnings=counts[Severity.WARNING], notes=counts[Severity.NOTE]
    )


def show(
    diagnostics: Iterable[Diagnostic], *, language: str = "en", form: str = "text", stream: TextIO | None = None,
    readings: Iterable[Reading] = (),
) -> None:  # fmt: skip
    """Print problems and how the workbooks were understood, for people or as one JSON array."""
    out = stream or sys.stdout
    found = ordered(diagnostics)
    if form == "json":
        out.write(as_json(found, language, readings) + "\n")
        return
    if understood := [_shown(reading, language) for reading in readings]:
        out.write("\n".join((WORDS[language]["readings"], *understood)) + "\n\n")
    for diagnostic in found:
        out.write("\n".join(lines(diagnostic, language)) + "\n")
    out.write(summary(found, language) + "\n")


def _shown(reading: Reading, language: str) -> str:
    """Return one interpretation as a line: where it is, whose figure, how it was understood."""
    text = quoted(reading.text_zh if language == "zh" else reading.text, 300)
    whose = f"{quoted(reading.kpi, 60)}: " if reading.kpi else ""
    return f"  {quoted(str(reading.where))}: {whose}{text}"


def as_json(diagnostics: Iterable[Diagnostic], language: str, readings: Iterable[Reading] = ()) -> str:
    """Return problems as a JSON array, in ASCII, so that any console and any pipe can carry it."""
    say = languages.load(language).text
    rows = [
        {
            "code": d.code,
            "name": d.name,
            "severity": d.severity.value,
            "file": d.where.file or None,
            "sheet": d.where.sheet or None,
            "cell": d.where.cell or None,
            "problem": say(d.problem),
            "fix": say(d.fix),
        }
        for d in diagnostics
    ]
    rows += [
        {
            "code": "READING", "name": r.topic, "severity": Severity.NOTE.value, "file": r.where.file or None,
            "sheet": r.where.sheet or None, "cell": r.where.cell or None,
            "problem": quoted(r.text_zh if language == "zh" else r.text, 300), "fix": "",
        }
        for r in readings
    ]  # fmt: skip
    return json.dumps(rows, indent=1)


@contextmanager
def progress(language: str) -> Iterator[Callable[[str], None]]:
    """Yield a function that says which stage has begun; silent unless a person is watching."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    words = WORDS[language]
    with Console(stderr=True).status(words["read"]) as status:
        yield lambda stage: status.update(words.get(stage, stage))
