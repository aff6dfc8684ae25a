"""What was reported when, for people and for programs: the tables behind ``kpireport history``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kpireport.core.diagnostics import quoted
from kpireport.core.parse.names import key
from kpireport.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kpireport.snapshots import Kept

Row = dict[str, str | float | None]
LEFT = ("organisation", "scope", "kpi", "series", "cell")


def read(state: Path, kpi: str = "") -> tuple[Kept, ...]:
    """Return what the state folder remembers; nothing where there is none yet."""
    if not (state / "snapshots.db").is_file():
        return ()
    return Snapshots(state).history(key(kpi) if kpi else "")


def told(found: Iterable[Kept], *, named: bool) -> list[Row]:
    """Return what each report said: of one KPI every period, otherwise the period of the report itself."""
    return [
        {
            "made": f.made, "report": f.report, "organisation": f.organisation, "scope": f.scope, "kpi": f.kpi,
            "period": f.period, "series": f.series, "value": f.value, "cell": f.cell,
        }
        for f in found
        if f.series in ("actual", "target") and (named or f.period == f.report)
    ]  # fmt: skip


def compared(found: Sequence[Kept]) -> list[Row]:
    """Return each forecast with what came: the latest actual that any report showed for that period."""
    came = {(f.organisation, f.scope, f.kpi, f.period): f.value for f in found if f.series == "actual"}
    rows: list[Row] = []
    for f in found:
        if f.series != "forecast" or f.value is None:
            continue
        actual = came.get((f.organisation, f.scope, f.kpi, f.period))
        error = (f.value - actual) / abs(actual) if actual else None
        rows.append(
            {
                "report": f.report, "organisation": f.organisation, "scope": f.scope, "kpi": f.kpi, "period": f.period,
                "forecast": f.value, "actual": actual, "error": error,
            }
        )  # fmt: skip
    return rows


def as_json(rows: Sequence[Row]) -> str:
    return json.dumps(list(rows), indent=1)


def as_text(rows: Sequence[Row]) -> str:
    """Return a table of fixed columns; one sentence where nothing was reported yet."""
    if not rows:
        return "nothing has been reported yet"
    heads = list(rows[0])
    cells = [[_text(row[head], head) for head in heads] for row in rows]
    wide = [max(len(head), *(len(row[n]) for row in cells)) for n, head in enumerate(heads)]

    def line(texts: Sequence[str]) -> str:
        parts = (t.ljust(w) if h in LEFT else t.rjust(w) for t, w, h in zip(texts, wide, heads, strict=True))
        return "  ".join(parts).rstrip()

    return "\n".join([line(heads), *(line(row) for row in cells)])


def _text(value: str | float | None, head: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:+.1%}" if head == "error" else f"{value:.10g}"
    return quoted(value, 60)
