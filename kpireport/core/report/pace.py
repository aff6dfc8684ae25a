"""The year and the plan so far: how much of each amount has come in, beside the time that has passed. Rule: R22."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.model import Direction
from kpireport.core.report.context import opening, plain
from kpireport.core.report.shown.plan import Pace, PaceRow

if TYPE_CHECKING:
    from kpireport.core.report.context import Context
    from kpireport.core.scorecard import Result, Tally

MOST_ROWS = 40
SAME = 1e-9


def pace(c: Context) -> Pace | None:
    """Return the amounts that add up over the year, goals first; None without any that has a target for the year."""
    found = [r for r in c.rated if r.year.rate is not None]
    if not found:
        return None
    found.sort(key=lambda r: not c.is_goal(r))
    good = sum(1 for r in found if not _bad(r))
    rows = tuple(_row(c, r) for r in found[:MOST_ROWS])
    left = c.say("pace_more", n=len(found) - MOST_ROWS) if len(found) > MOST_ROWS else ""
    title = _title(c, good, len(found))
    planned = any(r.plan for r in rows)
    return Pace(title, c.say("pace_line", period=c.month()), rows, planned, left)


def _title(c: Context, good: int, total: int) -> str:
    if not good:
        return c.say("pace_title_none", n=total, total=c.reader.count(total))
    return c.say("pace_title", n=good, k=opening(c.reader.count(good)), total=c.reader.count(total))


def _row(c: Context, r: Result) -> PaceRow:
    shown, year = c.shown(r), r.year
    whole = year.goal.value if year.goal else None
    actual = year.actual.value if year.actual else None
    left = None if whole is None or actual is None else whole - actual
    needed = r.landing.needed_per_period if left is not None and r.landing.remaining else None
    return PaceRow(
        name=plain(r.kpi.name, 80),
        unit=c.unit(r),
        status=c.code(r.status),
        actual=c.reader.number(actual, shown.style),
        target=c.reader.number(whole, shown.style),
        rate=c.reader.percent(year.rate),
        time=c.reader.percent(year.time_progress),
        pace=_words(c, r),
        bad=_bad(r),
        left=c.reader.number(left, shown.style),
        needed=c.reader.number(needed, shown.style),
        plan=_of_plan(c, r.plan_to_date),
        total=_of_plan(c, r.total_plan),
    )


def _words(c: Context, r: Result) -> str:
    """Say the pace in points: "on pace", "3.1 points behind"; what is used up too fast is over, not ahead."""
    points = r.year.pace
    if points is None:
        return c.say("no_data")
    text = c.reader.signed_hundredths(abs(points) / 100).lstrip("+±")
    if r.year.on_pace:
        return c.say("pace_on")
    lower = r.kpi.direction is Direction.LOWER
    if points > 0:
        return c.say("pace_over" if lower else "pace_ahead", points=text)
    return c.say("pace_under" if lower else "pace_behind", points=text)


def _bad(r: Result) -> bool:
    """Return whether the year lags: too little has come in, or too much was used up."""
    points = r.year.pace
    if points is None or r.year.on_pace:
        return False
    return points > 0 if r.kpi.direction is Direction.LOWER else points < 0


def _of_plan(c: Context, tally: Tally) -> str:
    """Write how much of the years of the plan has come in: up to now, or of all of it."""
    goal = tally.goal.value if tally.goal else None
    if tally.actual is None or goal is None or goal <= SAME:
        return ""
    return c.reader.percent(tally.actual.value / goal)
