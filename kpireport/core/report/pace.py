"""The year and the plan so far: how much of each amount has come in, beside what was planned until now.

Rule: R22, R45.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.formatting import MISSING
from kpireport.core.model import Direction
from kpireport.core.periods import Frequency
from kpireport.core.report import foresight
from kpireport.core.report.context import opening, plain
from kpireport.core.report.shown.plan import Pace, PaceRow
from kpireport.core.tally import pace_word
from kpireport.core.yearahead import YearState

if TYPE_CHECKING:
    from kpireport.core.report.context import Context
    from kpireport.core.scorecard import Result, Tally

MOST_ROWS = 40
PAIR = 2
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
    if not good and total == PAIR:
        return c.say("pace_title_neither")
    if not good or good == total:
        return c.say("pace_title_all" if good else "pace_title_none", n=total, total=c.reader.count(total))
    return c.say("pace_title", n=good, k=opening(c.reader.count(good)), total=c.reader.count(total))


def _row(c: Context, r: Result) -> PaceRow:
    shown, year = c.shown(r), r.year
    whole = year.goal.value if year.goal else None
    actual = year.actual.value if year.actual else None
    left = None if whole is None or actual is None or foresight.settled(c, r) else whole - actual
    return PaceRow(
        name=plain(r.kpi.name, 80),
        unit=c.reader.joined(filter(None, (c.unit(r), _covered(c, r)))),
        status=c.code(r.status),
        actual=c.reader.number(actual, shown.style),
        target=c.reader.number(whole, shown.style),
        rate=c.reader.percent(year.rate),
        expected=c.reader.percent(year.expected),
        time=c.reader.percent(year.time_progress),
        pace=_words(c, r),
        bad=_bad(r),
        left=c.reader.number(left, shown.style),
        needed=_needed(c, r),
        plan=_of_plan(c, r.plan_to_date),
        total=_of_plan(c, r.total_plan),
    )


def _covered(c: Context, r: Result) -> str:
    """Say how many of how many periods count, where some are missing. Rule: R45."""
    actual = r.ytd.actual
    if actual is None or actual.covered >= actual.expected:
        return ""
    return c.say("pace_covered", covered=actual.covered, expected=actual.expected, many=c.rhythm(r, "many"))


def _needed(c: Context, r: Result) -> str:
    """Write what each period to come must bring: in a month, "at most" where lower is better. Rule: R48."""
    text = foresight.need(c, r, c.reader.number)
    if not text or r.landing.needed_per_period is None:
        return text or MISSING
    if key := {YearState.MORE: "state_more", YearState.LESS: "state_less"}.get(YearState(r.landing.state)):
        text = c.say(key, value=text, one=c.rhythm(r, "one"))
    if r.kpi.direction is Direction.LOWER:
        text = c.say("at_most", value=text)
    return text if r.period.frequency is Frequency.MONTH else c.say("pace_each", value=text, one=c.rhythm(r, "one"))


def _words(c: Context, r: Result) -> str:
    """Say the pace in points: "on plan", "3.1 points behind"; too much used is too fast, not ahead. Rule: R45."""
    word = pace_word(r.year, r.kpi.direction)
    if not word or r.year.pace is None:
        return c.say("no_data")
    return c.say(f"pace_{word}", points=c.reader.signed_hundredths(abs(r.year.pace) / 100).lstrip("+±"))


def _bad(r: Result) -> bool:
    """Return whether the year lags: too little has come in, or too much was used up."""
    return pace_word(r.year, r.kpi.direction) in ("behind", "over")


def _of_plan(c: Context, tally: Tally) -> str:
    """Write how much of the years of the plan has come in: up to now, or of all of it."""
    goal = tally.goal.value if tally.goal else None
    if tally.actual is None or goal is None or goal <= SAME:
        return ""
    return c.reader.percent(tally.actual.value / goal)
