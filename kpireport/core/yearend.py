"""Where the year of each KPI will land, and what is needed until then. Rule: R29, R45, V8."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from kpireport.core.forecast.weeks import WEEKS, places
from kpireport.core.landing import Method, Reason
from kpireport.core.model import Aggregation, Kind, Rollup, Series
from kpireport.core.periods import CalendarGap, Frequency
from kpireport.core.targets import covers
from kpireport.core.yearahead import YearState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.landing import Landing, Year
    from kpireport.core.model import Span
    from kpireport.core.scorecard import LandingView, Result, Scorecard

LONGEST = 60  # periods of history, or five years of them where a year has more than twelve. Rule: V8.
YEARS = 5
SETTLED = (YearState.REACHED, YearState.PASSED, YearState.OVER)


def landings(card: Scorecard) -> Mapping[str, Result]:
    """Return the results with their landings. A KPI without a target for the year, or without figures, has none."""
    results = dict(card.results)
    for key, r in card.results.items():
        view = _view(card, r)
        if view is not None:
            results[key] = replace(r, landing=view)
    return results


def _view(card: Scorecard, r: Result) -> LandingView | None:
    if r.kpi.kind is Kind.METRIC or not any(p.actual for p in r.points) or r.period.frequency is Frequency.YEAR:
        return None
    try:
        year = _year(card, r)
    except CalendarGap:
        return None
    found = _landed(card, r, _series(r, year), year)
    return _shown(r, found, _year_typed(card, r))


def _year(card: Scorecard, r: Result) -> Year:
    from kpireport.core.landing import Year

    calendar = card.book.calendar
    label = calendar.fiscal_year(r.period)
    active = [p for p in calendar.parts(calendar.year(label), r.period.frequency) if covers(calendar, r.kpi, p)]
    elapsed = sum(1 for p in active if p <= r.period)
    remaining = len(active) - elapsed
    way = r.kpi.aggregation or Aggregation.SUM
    if way is Aggregation.RATIO and not (r.kpi.numerator and r.kpi.denominator):
        way = Aggregation.AVERAGE
    weights: tuple[float, ...] = ()
    if way is Aggregation.WEIGHTED:
        weights = tuple(float(calendar.days(p)) for p in active)
    return Year(
        elapsed=elapsed,
        remaining=remaining,
        season=WEEKS if r.period.frequency is Frequency.WEEK else calendar.per_year(r.period.frequency, label),
        aggregation=way,
        target=_target(r.year.goal.span if r.year.goal else None),
        improvement=r.kpi.direction,
        weights=weights,
        places=_places(card, r, remaining),
    )


def _places(card: Scorecard, r: Result, remaining: int) -> tuple[int, ...]:
    """Return the places of weeks in their years, to the end of this one; other periods are counted off."""
    if r.period.frequency is not Frequency.WEEK:
        return ()
    calendar = card.book.calendar
    return places(calendar, calendar.shift(r.period, remaining), YEARS * WEEKS + remaining)


def _target(span: Span | None) -> float | tuple[float, float] | None:
    if span is None:
        return None
    if span.value is not None:
        return span.value
    return (span.low, span.high) if span.low is not None and span.high is not None else None


def _series(r: Result, year: Year) -> list[float | None]:
    """Return the history; a period that is not over yet has no figure to reckon with. Rule: R30."""
    points = r.points[-max(LONGEST, YEARS * year.season) :]
    return [p.actual.value if p.actual and not p.provisional else None for p in points]


def _landed(card: Scorecard, r: Result, history: list[float | None], year: Year) -> Landing:
    from kpireport.core.landing import land, land_ratio, land_sum

    bounds = r.bounds
    above, below = card.results.get(r.kpi.numerator or ""), card.results.get(r.kpi.denominator or "")
    if year.aggregation is Aggregation.RATIO and above is not None and below is not None:
        seed = _seed(year, bounds, above, below)
        return land_ratio(_series(above, year), _series(below, year), year, seed=seed, bounds=bounds)
    parts = [card.results[key] for key in r.children if card.results[key].kpi.kind is Kind.KPI]
    if r.kpi.rollup is Rollup.SUM and parts and year.aggregation is Aggregation.SUM and not _typed(card, r):
        return land_sum([_series(part, year) for part in parts], year, seed=_seed(year, None, *parts))
    return land(history, year, seed=_seed(year, bounds, r), bounds=bounds)


def _seed(year: Year, bounds: tuple[float, float] | None, *parts: Result) -> str:
    """Return what the paths are drawn by: all that the forecast reads, and nothing else.

    A renamed KPI, a note on another sheet or another target changes no path.
    Rule: R64.
    """
    asked = f"{year.aggregation.value}|{year.season}|{bounds}|{year.elapsed}+{year.remaining}"
    drawn = []
    for part in parts:
        points = part.points[-max(LONGEST, YEARS * year.season) :]
        known = [f"{p.period.key}={p.actual.value!r}" for p in points if p.actual and not p.provisional]
        drawn.append(sha256("|".join(known).encode()).hexdigest())
    return "|".join((asked, *sorted(drawn)))


def _typed(card: Scorecard, r: Result) -> bool:
    return any(o.kpi == r.kpi.key and o.series is Series.ACTUAL for o in card.book.observations)


def _year_typed(card: Scorecard, r: Result) -> float | None:
    """Return the forecast that people typed for the whole year, while it is not over."""
    label = card.book.calendar.fiscal_year(r.period)
    return next((cell.forecast for cell in r.years if cell.year == label and not cell.complete), None)


def _shown(r: Result, found: Landing, typed: float | None) -> LandingView:
    """Return where the year lands: simulated, else by arithmetic; what is settled has no chance. Rule: R47, R48."""
    beside = r.landing
    method, reason = found.method.value, found.reason.value if found.reason else ""
    point, low, high, chance = found.point, found.low80, found.high80, found.chance
    if beside.state == YearState.OVER and r.ytd.actual is not None:
        whole = r.ytd.actual.covered >= r.ytd.actual.expected
        point, low, high, chance = (r.ytd.actual.value if whole else beside.plan), None, None, None
        method, reason = (
            (Method.ACTUAL.value, Reason.COMPLETE.value) if whole else (Method.PLAN.value, Reason.MISSING.value)
        )
    elif low is None:
        point, method = _by_arithmetic(beside)
    if beside.state in SETTLED:
        chance = None
    return replace(
        beside,
        point=point,
        low80=low,
        high80=high,
        chance=chance,
        method=method,
        reason=reason,
        typed=typed if typed is not None else beside.typed,
        months=found.months,
        next80=found.next80,
    )


def _by_arithmetic(beside: LandingView) -> tuple[float | None, str]:
    """Return the landing of a year that cannot be simulated: as last year went, as far from plan as so far, or at its
    pace.

    Rule: R45, R46, R50, V12.
    """
    if beside.seasonal is not None:
        return beside.seasonal, Method.PRIOR_YEAR.value
    if beside.plan_pace is not None:
        return beside.plan_pace, Method.PLAN_PACE.value
    return beside.run_rate, Method.NONE.value if beside.run_rate is None else Method.RUN_RATE.value
