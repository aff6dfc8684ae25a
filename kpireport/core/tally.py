"""Several periods against their target: year to date, full year, five-year plan, pace. Rule: R21, R22."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core.aggregate import at_the_end
from kpireport.core.attainment import rate, verdict
from kpireport.core.compare import at_most
from kpireport.core.model import Aggregation, Basis, Series, Span
from kpireport.core.periods import CalendarGap, Frequency
from kpireport.core.scorecard import Figure, Goal, Status, Tally, YearCell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.model import Settings
    from kpireport.core.periods import Calendar, Period
    from kpireport.core.track import Track

MOST_YEARS = 12


def time_progress(calendar: Calendar, whole: Period, at: Period, *, by_days: bool) -> float:
    """Return the share of ``whole`` that has passed at the end of ``at``: by periods, or by days. Rule: R22."""
    if by_days:
        return calendar.elapsed(whole, calendar.end(at)) / calendar.days(whole)
    return calendar.position(at) / calendar.per_year(at.frequency, calendar.fiscal_year(at))


def paced(tally: Tally, settings: Settings) -> Tally:
    """Return the tally with its pace: rate minus time progress, in points. Rule: R22."""
    if tally.rate is None or tally.time_progress is None:
        return tally
    pace = (tally.rate - tally.time_progress) * 100
    return replace(tally, pace=pace, on_pace=at_most(abs(pace), settings.pace_tolerance))


def to_date(track: Track, periods: Sequence[Period]) -> Tally:
    """Return actual against target over periods: flows and means only where both exist; balances at the end.

    Rule: R21.
    """
    targets, ledger = track.targets, track.ledger
    active = at_the_end(
        targets.way, [p for p in periods if track.kpi.start is None or track.kpi.start <= track.calendar.end(p)]
    )
    known = [p for p in active if ledger.measured(track.key, p)]
    if any(targets.goal(p) is not None for p in active):
        both = [p for p in known if targets.goal(p) is not None]
        goal = targets.over(both)
    else:
        both, goal = known, None
    found = ledger.over(track.key, both)
    if found is None:
        return Tally(goal=targets.over(active) if active else None, periods=len(active))
    actual = replace(found, covered=len(both), expected=len(active))
    return judged(track, actual, goal)


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


def periods_of_year(track: Track, label: int) -> tuple[Period, ...]:
    return track.ledger.parts(label, track.frequency)


def year_to_date(track: Track) -> Tally:
    label = track.calendar.fiscal_year(track.period)
    return to_date(track, [p for p in periods_of_year(track, label) if p <= track.period])


def full_year(track: Track) -> Tally:
    """Return the year's actual to date against the whole year's target, with time progress and pace.

    A sum is not rated before the year is over: a quarter of the target in March is neither good nor bad.
    """
    calendar, settings = track.calendar, track.settings
    label = calendar.fiscal_year(track.period)
    goal = track.targets.year_goal(label)
    periods = at_the_end(track.targets.way, [p for p in periods_of_year(track, label) if p <= track.period])
    actual = track.ledger.over(track.key, periods)
    try:
        passed = time_progress(calendar, calendar.year(label), track.period, by_days=settings.time_progress == "days")
    except CalendarGap:
        passed = None
    if actual is None or goal is None:
        return Tally(actual, goal, time_progress=passed, periods=0 if actual else len(periods))
    tally = replace(judged(track, actual, goal), time_progress=passed)
    return _of_whole(track, tally, complete=passed is None or passed >= 1)


def _of_whole(track: Track, tally: Tally, *, complete: bool) -> Tally:
    """Return the tally of a sum with its rate, and unrated while its time is not over."""
    if track.targets.way is not Aggregation.SUM or tally.goal is None or tally.actual is None:
        return tally
    whole = tally.goal.value
    share = tally.actual.value / whole if whole is not None and whole > 0 else None
    if tally.verdict is not None and not complete and tally.verdict.status in (Status.ON, Status.WATCH, Status.OFF):
        tally = replace(tally, verdict=replace(tally.verdict, status=Status.INFO, met=None))
    return paced(replace(tally, rate=share), track.settings)


def plan_to_date(track: Track) -> Tally:
    """Return the years of the plan up to now; empty without columns of years. Rule: R22."""
    planned = sorted(track.kpi.year_targets)
    if not planned:
        return Tally()
    label = track.calendar.fiscal_year(track.period)
    periods = [p for year in range(planned[0], label + 1) for p in periods_of_year(track, year) if p <= track.period]
    return to_date(track, periods)


def total_plan(track: Track) -> Tally:
    """Return actual to date against the whole plan: the sum of its years, or where it should be in the last one."""
    planned = sorted(track.kpi.year_targets)
    if not planned:
        return Tally()
    goals = [goal for year in planned if (goal := track.targets.annual(year)) is not None]
    values = [goal.value for goal in goals if goal.value is not None]
    adds = track.targets.way is Aggregation.SUM
    cells = tuple(cell for goal in goals for cell in goal.cells) if adds else goals[-1].cells
    goal = Goal(Span(value=sum(values) if adds else values[-1]), cells, "sum" if adds else goals[-1].rule, Basis.YEAR)
    calendar = track.calendar
    done = sum(1 for year in planned for p in periods_of_year(track, year) if p <= track.period)
    whole = sum(len(periods_of_year(track, year)) for year in planned)
    passed = done / whole if whole else None
    label = calendar.fiscal_year(track.period)
    years = range(planned[0], label + 1) if adds else (label,)
    periods = [p for year in years for p in periods_of_year(track, year) if p <= track.period]
    actual = track.ledger.over(track.key, periods)
    if actual is None:
        return Tally(goal=goal, time_progress=passed, periods=len(periods))
    tally = replace(judged(track, actual, goal), time_progress=passed)
    return _of_whole(track, tally, complete=passed is None or passed >= 1)


def years(track: Track) -> tuple[YearCell, ...]:
    """Return the five-year grid: planned years and those with figures, oldest first."""
    calendar = track.calendar
    label = calendar.fiscal_year(track.period)
    seen = {track.ledger.label(p) for p in track.periods}
    chosen = sorted({*seen, *track.kpi.year_targets, label})[-MOST_YEARS:]
    return tuple(_year(track, year) for year in chosen)


def _year(track: Track, label: int) -> YearCell:
    calendar, ledger = track.calendar, track.ledger
    periods = [p for p in periods_of_year(track, label) if p <= track.period]
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
