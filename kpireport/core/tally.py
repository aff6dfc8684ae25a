"""Several periods against their target: year to date, full year, five-year plan, pace. Rule: R21, R22, R45."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from kpireport.core import phasing
from kpireport.core.aggregate import at_the_end
from kpireport.core.attainment import rate, verdict
from kpireport.core.compare import at_most
from kpireport.core.model import Aggregation, Basis, Direction, Series, Span
from kpireport.core.periods import CalendarGap, Frequency
from kpireport.core.scorecard import Figure, Goal, Status, Tally, YearCell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kpireport.core.model import Settings
    from kpireport.core.periods import Calendar, Period
    from kpireport.core.track import Track

MOST_YEARS = 12
BALANCES = (Aggregation.LAST, Aggregation.FIRST)


class TimeUnit(StrEnum):
    """What the time that has passed is counted in. Rule: R22, R52."""

    PERIODS = "periods"
    WEEKS = "weeks"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class YearPeriods:
    """The periods of a fiscal year of one KPI, in order, as every figure of that year counts them.

    active: those that hold a day between Start and End. closed: active, over, and not after the report. both: closed,
    with actual and target; where no closed one has a target, those with an actual. missing: closed, without one of the
    two. ahead: active and still to come.
    Rule: R45, R49.
    """

    active: tuple[Period, ...]
    closed: tuple[Period, ...]
    both: tuple[Period, ...]
    missing: tuple[Period, ...]
    ahead: tuple[Period, ...]


def of_year(track: Track, label: int) -> YearPeriods:
    """Return the periods of a fiscal year as the report sees them."""
    active = track.targets.active(label)
    closed = tuple(p for p in active if track.over(p))
    both = compared(track, closed)
    missing = tuple(p for p in closed if p not in both)
    return YearPeriods(active, closed, both, missing, tuple(p for p in active if p not in closed))


def compared(track: Track, periods: Sequence[Period]) -> tuple[Period, ...]:
    """Return the periods in which actual and target are known; those with an actual where none has a target."""
    known = tuple(p for p in periods if track.ledger.measured(track.key, p))
    if not any(track.targets.goal(p) is not None for p in periods):
        return known
    return tuple(p for p in known if track.targets.goal(p) is not None)


def time_passed(calendar: Calendar, passed: Sequence[Period], whole: Sequence[Period], *, by: TimeUnit) -> float | None:
    """Return the share of the periods ``whole`` that is over; None where there are none. Rule: R22, R49, R52."""
    measures: Mapping[TimeUnit, Callable[[Period], int]] = {
        TimeUnit.PERIODS: lambda _period: 1,
        TimeUnit.WEEKS: lambda period: phasing.weeks(calendar, period),
        TimeUnit.DAYS: calendar.days,
    }
    measure = measures[by]
    total = sum(map(measure, whole))
    return sum(map(measure, passed)) / total if total else None


def to_date(track: Track, periods: Sequence[Period]) -> Tally:
    """Return actual against target over periods: flows and means only where both exist; balances at the end.

    Rule: R21, R45.
    """
    targets, ledger = track.targets, track.ledger
    closed = at_the_end(targets.way, [p for p in periods if track.over(p)])
    both = compared(track, closed)
    found = ledger.over(track.key, both)
    if found is None:
        return Tally(goal=targets.over(closed) if closed else None, periods=len(closed))
    goal = targets.over(both) if any(targets.goal(p) is not None for p in closed) else None
    return judged(track, replace(found, covered=len(both), expected=len(closed)), goal)


def judged(track: Track, actual: Figure, goal: Goal | None) -> Tally:
    """Return actual, goal and their verdict; and the attainment of the first target where it was revised."""
    kpi = track.kpi_at(track.period)
    found = verdict(kpi, goal, actual.value, track.settings)
    outside = track.rated(track.period, None, None)
    if outside.status is Status.NOT_STARTED or "ENDED" in outside.flags or "RETIRED" in outside.flags:
        found = outside
    original = None
    if goal is not None and goal.original is not None:
        original = rate(kpi, goal.original, actual.value, track.settings).attainment
    return Tally(actual, goal, found, original=original)


def year_to_date(track: Track) -> Tally:
    return to_date(track, track.targets.active(track.calendar.fiscal_year(track.period)))


def full_year(track: Track, to_date: Tally) -> Tally:
    """Return the year's actual to date against the whole year's target, with how much of it was planned until now.

    to_date: of the same year. A sum is not rated before the year is over, and none is while periods of an ended year
    lack a figure.
    Rule: R22, R45, R47.
    """
    label = track.calendar.fiscal_year(track.period)
    goal, periods = track.targets.year_goal(label), of_year(track, label)
    by = TimeUnit.DAYS if track.settings.time_progress == "days" else TimeUnit.PERIODS
    if by is TimeUnit.PERIODS and phasing.by_weeks(track.calendar, track.kpi):
        by = TimeUnit.WEEKS
    passed = time_passed(track.calendar, periods.closed, periods.active, by=by)
    if to_date.actual is None or goal is None:
        return Tally(to_date.actual, goal, time_progress=passed, periods=to_date.periods)
    tally = replace(judged(track, to_date.actual, goal), time_progress=passed)
    if track.targets.way is Aggregation.SUM:
        tally = paced(tally, to_date.goal, track.settings)
    if not periods.ahead and periods.missing and track.targets.way not in BALANCES:
        return _unrated(tally, "INCOMPLETE_YEAR")
    return _unrated(tally) if periods.ahead and track.targets.way is Aggregation.SUM else tally


def paced(tally: Tally, planned: Goal | None, settings: Settings) -> Tally:
    """Return the tally of a sum with the share of its target that is reached, that was planned by now, and the pace.

    planned: the target of the periods that count to date. Only for a target above zero.
    Rule: R45, R46.
    """
    whole = tally.goal.value if tally.goal is not None else None
    if tally.actual is None or whole is None or whole <= 0:
        return tally
    rate = tally.actual.value / whole
    if planned is None or planned.value is None:
        return replace(tally, rate=rate)
    pace = (tally.actual.value - planned.value) / whole * 100
    on_pace = at_most(abs(pace), settings.pace_tolerance)
    return replace(tally, rate=rate, expected=planned.value / whole, pace=pace, on_pace=on_pace)


def pace_word(tally: Tally, direction: Direction | None) -> str:
    """Return the code of what is said of a pace: "on", "ahead", "behind", or where lower is better "over", "under".

    "" without a pace.
    Rule: R45.
    """
    if tally.pace is None:
        return ""
    if tally.on_pace:
        return "on"
    if direction is Direction.LOWER:
        return "over" if tally.pace > 0 else "under"
    return "ahead" if tally.pace > 0 else "behind"


def _unrated(tally: Tally, *flags: str) -> Tally:
    """Return the tally without a verdict: the time of its target is not over, or it lacks figures."""
    if tally.verdict is None or tally.verdict.status not in (Status.ON, Status.WATCH, Status.OFF):
        return tally
    verdict = replace(tally.verdict, status=Status.INFO, met=None, flags=(*tally.verdict.flags, *flags))
    return replace(tally, verdict=verdict)


def plan_to_date(track: Track) -> Tally:
    """Return the years of the plan up to now; empty without columns of years. Rule: R22."""
    planned = sorted(track.kpi.year_targets)
    if not planned:
        return Tally()
    label = track.calendar.fiscal_year(track.period)
    return to_date(track, [p for year in range(planned[0], label + 1) for p in track.targets.active(year)])


def total_plan(track: Track, so_far: Tally) -> Tally:
    """Return actual to date against the whole plan: the sum of its years, or where it should be in the last one.

    so_far: the plan to date, whose periods count here too.
    Rule: R22, R45.
    """
    planned = sorted(track.kpi.year_targets)
    if not planned:
        return Tally()
    goals = [goal for year in planned if (goal := track.targets.annual(year)) is not None]
    values = [goal.value for goal in goals if goal.value is not None]
    adds = track.targets.way is Aggregation.SUM
    cells = tuple(cell for goal in goals for cell in goal.cells) if adds else goals[-1].cells
    goal = Goal(Span(value=sum(values) if adds else values[-1]), cells, "sum" if adds else goals[-1].rule, Basis.YEAR)
    whole = [p for year in planned for p in track.targets.active(year)]
    done = [p for p in whole if track.over(p)]
    passed = time_passed(track.calendar, done, whole, by=TimeUnit.PERIODS)
    before = so_far if adds else year_to_date(track)
    if before.actual is None:
        return Tally(goal=goal, time_progress=passed, periods=before.periods)
    tally = replace(judged(track, before.actual, goal), time_progress=passed)
    if not adds:
        return tally
    tally = paced(tally, before.goal, track.settings)
    return tally if len(done) == len(whole) else _unrated(tally)


def years(track: Track) -> tuple[YearCell, ...]:
    """Return the five-year grid: planned years and those with figures, oldest first."""
    calendar = track.calendar
    label = calendar.fiscal_year(track.period)
    seen = {track.ledger.label(p) for p in track.periods}
    chosen = sorted({*seen, *track.kpi.year_targets, label})[-MOST_YEARS:]
    return tuple(_year(track, year) for year in chosen)


def _year(track: Track, label: int) -> YearCell:
    calendar, ledger = track.calendar, track.ledger
    periods = [p for p in track.targets.active(label) if p <= track.period]
    goal = track.targets.year_goal(label)
    forecast = ledger.typed(track.key, Series.FORECAST, Frequency.YEAR).get(calendar.year(label))
    try:
        complete = calendar.end(calendar.year(label)) <= calendar.end(track.period)
    except CalendarGap:
        complete = False
    actual = ledger.over(track.key, periods) if periods else None
    if actual is None:
        actual = ledger.typed(track.key, Series.ACTUAL, Frequency.YEAR).get(calendar.year(label)) if complete else None
    typed = None
    rows = ledger.rows.get((track.key, Series.FORECAST), {})
    if forecast is not None and calendar.year(label) in rows:
        typed = forecast.value
    return YearCell(label, goal, goal.original if goal else None, actual, typed, complete)
