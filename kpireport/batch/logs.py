"""What a run says while it works: lines for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from kpireport.core.diagnostics import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpireport.batch.summary import Line


def speaker(form: str, stream: TextIO | None = None) -> Callable[[Line], None]:
    """Return what tells of each workbook. form: "auto" (people on a terminal, else programs), "text" or "json"."""
    out = stream or sys.stderr
    people = form == "text" or (form == "auto" and out.isatty())

    def text(line: Line) -> None:
        about = f"  {quoted(line.report)}, {line.period}" if line.report else ""
        out.write(f"{line.outcome:<9}  {quoted(line.name)}{about}\n")
        out.flush()

    def data(line: Line) -> None:
        row = {
            "ts": datetime.now(tz=UTC).isoformat(timespec="milliseconds"),
            "level": "error" if line.outcome == "failed" else "info",
            "event": "workbook",
            "workbook": quoted(line.name, 255),
            "outcome": line.outcome,
            "report": quoted(line.report) or None,
            "period": line.period or None,
            "revision": line.revision or None,
            "ms": round(1000 * line.seconds),
            "codes": sorted({problem.code for problem in line.problems}),
        }
        out.write(json.dumps(row) + "\n")
        out.flush()

    return text if people else data
