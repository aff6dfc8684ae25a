"""What a run says while it works: lines for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from kpireport.batch.summary import UNDONE, WorkbookOutcome
from kpireport.core.diagnostics import quoted

if TYPE_CHECKING:
    from kpireport.batch.summary import Line, Summary


class Silent:
    """Says nothing; and is what a speaker must be able to say."""

    def began(self, run: str) -> None:
        """Say that a run has begun."""

    def line(self, line: Line) -> None:
        """Say what became of a workbook."""

    def ended(self, summary: Summary) -> None:
        """Say what a run came to, where that is not printed anyway."""


class Text(Silent):
    """For people. What still waits for the same reason is said once, however often we look."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: dict[str, frozenset[str]] = {}

    def line(self, line: Line) -> None:
        why = frozenset(problem.code for problem in line.problems)
        if line.outcome is WorkbookOutcome.WAITING and self._waiting.get(line.name) == why:
            return
        self._waiting.pop(line.name, None)
        if line.outcome is WorkbookOutcome.WAITING:
            self._waiting[line.name] = why
        about = f"  {quoted(line.report)}, {line.period}" if line.report else ""
        self._stream.write(f"{line.outcome:<9}  {quoted(line.name)}{about}\n")
        self._stream.flush()


class Json(Silent):
    """For programs: what a person would look for by run, by workbook, or by the code of a problem."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._run = ""

    def began(self, run: str) -> None:
        self._run = run
        self._say("run_began", "info")

    def line(self, line: Line) -> None:
        self._say(
            "workbook",
            "error" if line.outcome in UNDONE else "info",
            workbook=quoted(line.name, 255),
            outcome=line.outcome,
            report=quoted(line.report) or None,
            period=line.period or None,
            revision=line.revision or None,
            ms=round(1000 * line.seconds),
            codes=sorted({problem.code for problem in line.problems}),
        )

    def ended(self, summary: Summary) -> None:
        found = summary.as_json()
        self._say(
            "run_ended",
            "error" if found["code"] else "info",
            code=found["code"],
            counts=found["counts"],
            mail=found["mail"],
            codes=sorted({problem.code for problem in summary.problems}),
        )

    def _say(self, event: str, level: str, **more: Any) -> None:
        at = datetime.now(tz=UTC).isoformat(timespec="milliseconds")
        self._stream.write(json.dumps({"ts": at, "level": level, "run": self._run, "event": event, **more}) + "\n")
        self._stream.flush()


def speaker(form: str, stream: TextIO | None = None) -> Silent:
    """Return what tells of a run. form: "auto" (people on a terminal, else programs), "text" or "json"."""
    out = stream or sys.stderr
    people = form == "text" or (form == "auto" and out.isatty())
    return Text(out) if people else Json(out)
