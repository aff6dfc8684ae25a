"""Where the year of each KPI will land, and what is needed until then. Rule: R29, V8."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core.forecast.weeks import WEEKS, places
from kpireport.core.model import Aggregation, Kind, Rollup, Series
from kpireport.core.periods import CalendarGap, Frequency
from kpireport.core.scorecard import LandingView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpireport.core.landing import Landing, Plain, Year
    from kpireport.core.model import Span
    from kpireport.core.scorecard import Result, Scorecard

LONGEST = 60  # periods of history, or five years of them where a year has more than twelve. Rule: V8.
YEARS = 5


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
    from kpireport.core.landing import plain

    history = _series(r, year)
    found = _landed(card, r, history, year)
    beside = plain(history, year, targets=_ahead(r, "target"), forecasts=_ahead(r, "forecast"))
    return _shown(found, beside, year, _year_typed(card, r))


def _year(card: Scorecard, r: Result) -> Year:
    from kpireport.core.landing import Year

    calendar = card.book.calendar
    label = calendar.fiscal_year(r.period)
    total = calendar.per_year(r.period.frequency, label)
    elapsed = calendar.position(r.period)
    way = r.kpi.aggregation or Aggregation.SUM
    if way is Aggregation.RATIO and not (r.kpi.numerator and r.kpi.denominator):
        way = Aggregation.AVERAGE
    weights: tuple[float, ...] = ()
    if way is Aggregation.WEIGHTED:
        weights = tuple(float(calendar.days(p)) for p in calendar.parts(calendar.year(label), r.period.frequency))
    return Year(
        elapsed=elapsed,
        remaining=max(0, total - elapsed),
        season=WEEKS if r.period.frequency is Frequency.WEEK else total,
        aggregation=way,
        target=_target(r.year.goal.span if r.year.goal else None),
        improvement=r.kpi.direction,
        weights=weights,
        places=_places(card, r, max(0, total - elapsed)),
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


def _ahead(r: Result, what: str) -> Sequence[float | None]:
    """Return targets or typed forecasts of the periods of the year that are still to come."""
    if what == "target":
        return [p.goal.span.value if p.goal else None for p in r.ahead]
    return [p.forecast.value if p.forecast else None for p in r.ahead]


def _landed(card: Scorecard, r: Result, history: list[float | None], year: Year) -> Landing:
    from kpireport.core.landing import land, land_ratio, land_sum

    seed = f"{'+'.join(s.sha256 for s in card.book.sources)}|{r.kpi.key}|{r.period.key}"
    bounds = (0.0, 1.0) if _bounded(r) else None
    above, below = card.results.get(r.kpi.numerator or ""), card.results.get(r.kpi.denominator or "")
    if year.aggregation is Aggregation.RATIO and above is not None and below is not None:
        return land_ratio(_series(above, year), _series(below, year), year, seed=seed, bounds=bounds)
    parts = [card.results[key] for key in r.children if card.results[key].kpi.kind is Kind.KPI]
    if r.kpi.rollup is Rollup.SUM and parts and year.aggregation is Aggregation.SUM and not _typed(card, r):
        return land_sum([_series(part, year) for part in parts], year, seed=seed)
    return land(history, year, seed=seed, bounds=bounds)


def _typed(card: Scorecard, r: Result) -> bool:
    return any(o.kpi == r.kpi.key and o.series is Series.ACTUAL for o in card.book.observations)


def _bounded(r: Result) -> bool:
    """Return whether the KPI is a share that has never left 0 to 100 %."""
    if not r.kpi.unit.share:
        return False
    return all(0 <= p.actual.value <= 1 for p in r.points if p.actual)


def _year_typed(card: Scorecard, r: Result) -> float | None:
    """Return the forecast that people typed for the whole year, while it is not over."""
    label = card.book.calendar.fiscal_year(r.period)
    return next((cell.forecast for cell in r.years if cell.year == label and not cell.complete), None)


def _shown(found: Landing, beside: Plain, year: Year, typed: float | None) -> LandingView:
    return LandingView(
        point=found.point,
        low80=found.low80,
        high80=found.high80,
        chance=found.chance,
        method=found.method.value,
        reason=found.reason.value if found.reason else "",
        needed_per_period=found.needed_per_period,
        remaining=year.remaining,
        plan=beside.plan,
        run_rate=beside.run_rate,
        seasonal=beside.seasonal,
        typed=typed if typed is not None else beside.typed,
        months=found.months,
        next80=found.next80,
        open_periods=found.open_periods,
    )
