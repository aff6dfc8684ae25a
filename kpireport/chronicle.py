"""What was reported when, for people and for programs: the tables behind ``kpireport history``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kpireport.core.compare import at_least, at_most
from kpireport.core.diagnostics import quoted
from kpireport.core.spelling import key
from kpireport.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from kpireport.snapshots import Kept

Row = dict[str, str | float | None]
Place = tuple[str, str, str, str, str, str]  # made, report, organisation, scope, KPI, period
ROUGH = ("forecast", "low", "high", "chance")  # as they are read; the JSON has them in full
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
    """Return each forecast of a period or a year, with its 80 % range, beside what came.

    What came is the latest actual that any report showed for that period. held: whether it lay within the range.
    """
    told: dict[Place, dict[str, float | None]] = {}
    came: dict[tuple[str, ...], float | None] = {}
    for f in found:
        told.setdefault((f.made, f.report, f.organisation, f.scope, f.kpi, f.period), {})[f.series] = f.value
        if f.series in ("actual", "year"):
            came[f.organisation, f.scope, f.kpi, f.period] = f.value
    return [
        _forecast(place, name, said, came.get(place[2:]))
        for place, said in told.items()
        for name in ("forecast", "landing")
        if said.get(name) is not None
    ]


def _forecast(place: Place, name: str, said: Mapping[str, float | None], actual: float | None) -> Row:
    _, report, organisation, scope, kpi, period = place
    value, prefix = said[name], "landing " if name == "landing" else ""
    low, high = said.get(f"{prefix}low"), said.get(f"{prefix}high")
    held = None if actual is None or low is None or high is None else at_least(actual, low) and at_most(actual, high)
    return {
        "report": report, "organisation": organisation, "scope": scope, "kpi": kpi, "period": period,
        "forecast": value, "low": low, "high": high, "chance": said.get("chance") if prefix else None,
        "actual": actual, "error": (value - actual) / abs(actual) if actual and value is not None else None,
        "held": None if held is None else "yes" if held else "no",
    }  # fmt: skip


def as_json(rows: Sequence[Row]) -> str:
    return json.dumps(list(rows), indent=1)


def as_text(rows: Sequence[Row]) -> str:
    """Return a table of fixed columns. There is at least one row."""
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
        if head == "error":
            return f"{value:+.1%}"
        return f"{value:.6g}" if head in ROUGH else f"{value:.10g}"
    return quoted(value, 60)
