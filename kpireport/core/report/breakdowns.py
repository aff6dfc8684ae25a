"""What a figure is made of: by channel, by region, by whatever the workbook parts it into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.model import Series
from kpireport.core.report.context import plain
from kpireport.core.report.shown.section import BreakdownPart, BreakdownRow, Breakdowns
from kpireport.core.report.shown.voice import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.report.context import Context
    from kpireport.core.scorecard import Result

MOST_BREAKDOWNS = 12


def breakdowns(c: Context, told: Sequence[Result]) -> Breakdowns | None:
    """What the figures are made of. told: KPIs whose own section says it already."""
    chosen = [r for r in c.card.results.values() if r not in told and r.actual is not None]
    parts = []
    for r in chosen:
        rows = breakdown(c, r)
        if len(rows) > 1:
            name = c.reader.joined((plain(r.kpi.name, 60), c.unit(r)))
            parts.append(BreakdownPart(name, c.anchor(r.kpi.key), rows))
    if not parts:
        return None
    return Breakdowns(
        c.say("breakdowns_title"), c.say("breakdowns_line", period=c.month()), tuple(parts[:MOST_BREAKDOWNS])
    )


def breakdown(c: Context, r: Result) -> tuple[BreakdownRow, ...]:
    """Return the parts of a KPI's figure where the workbook gives them: by channel, by region."""
    shown = c.shown(r)
    now: dict[str, tuple[float, Value]] = {}
    before: dict[str, float] = {}
    calendar = c.card.book.calendar
    ago = calendar.year_ago(r.period)
    for o in c.card.book.observations:
        if o.kpi != r.kpi.key or not o.breakdown or o.value is None or o.series is not Series.ACTUAL:
            continue
        if o.period == r.period:
            value = now[o.breakdown][0] + o.value if o.breakdown in now else o.value
            now[o.breakdown] = (value, Value(c.reader.number(value, shown.style), o.where.address))
        elif o.period == ago:
            before[o.breakdown] = before.get(o.breakdown, 0) + o.value
    total = sum(value for value, _ in now.values())
    rows = sorted(now.items(), key=lambda item: -item[1][0])
    return tuple(
        BreakdownRow(
            plain(name, 60),
            shown_value,
            c.reader.number(before.get(name), shown.style),
            c.reader.percent(value / total, 0) if total > 0 and not shown.style.share else "",
        )
        for name, (value, shown_value) in rows[:8]
    )
