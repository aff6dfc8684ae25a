"""How good were our own forecasts: what former reports said would come, against what came.

Of the forecasts of a later period than the report's own, each counts against the figure that this scorecard has for
that period; the measure beside them is the simplest forecast there is: that next month will be like the last one. Of
the landings of a year, and of the chance of its target, each counts once the year is over.
Rule: V13.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from kpireport.core.compare import at_least, at_most
from kpireport.core.model import Direction
from kpireport.core.scorecard import SelfScore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpireport.core.scorecard import Result, Scorecard, YearCell

ENOUGH = 10  # forecasts: fewer say nothing


@dataclass(frozen=True, slots=True)
class Forecasted:
    """A forecast as a former report made it, of a period or of a year.

    made: period key of that report. low, high: 80 of 100 cases lie between. last: the latest figure it knew, and
    chance: that the year's target is reached, a ratio; both None where they were not told.
    """

    made: str
    kpi: str
    period: str
    value: float
    last: float | None = None
    low: float | None = None
    high: float | None = None
    chance: float | None = None


def self_score(card: Scorecard, made: Iterable[Forecasted]) -> SelfScore | None:
    """Return how former forecasts did, or None while there are fewer than ``ENOUGH`` whose period has come.

    Errors are counted against the size of the actual figure; where that is zero the forecast is left out.
    """
    came, years = _periods(card), _years(card)
    errors: list[float] = []
    held: list[bool] = []
    chances: list[tuple[float, bool]] = []
    better = 0
    for forecast in made:
        place = (forecast.kpi, forecast.period)
        actual = came.get(place) if forecast.last is not None else None
        if actual and forecast.last is not None:
            errors.append(abs(forecast.value - actual) / abs(actual))
            better += abs(forecast.value - actual) <= abs(forecast.last - actual)
        cell = years.get(place) if forecast.last is None else None
        total = cell.actual.value if cell and cell.actual else actual
        if total is not None and forecast.low is not None and forecast.high is not None:
            held.append(at_least(total, forecast.low) and at_most(total, forecast.high))
        met = _met(card.results[forecast.kpi], cell) if cell else None
        if met is not None and forecast.chance is not None:
            chances.append((forecast.chance, met))
    if len(errors) < ENOUGH:
        return None
    said = fmean(chance for chance, _ in chances) if len(chances) >= ENOUGH else None
    reached = sum(met for _, met in chances)
    return SelfScore(
        len(errors), median(errors), better, ranged=len(held), held=sum(held), chances=len(chances), said=said,
        reached=reached,
    )  # fmt: skip


def _periods(card: Scorecard) -> Mapping[tuple[str, str], float]:
    return {
        (key, point.period.key): point.actual.value
        for key, result in card.results.items()
        for point in result.points
        if point.actual is not None and not point.provisional
    }


def _years(card: Scorecard) -> Mapping[tuple[str, str], YearCell]:
    """Return the years that are over."""
    year = card.book.calendar.year
    return {(key, year(c.year).key): c for key, r in card.results.items() for c in r.years if c.complete and c.actual}


def _met(result: Result, cell: YearCell) -> bool | None:
    """Return whether a year reached its target; None without one, or where neither direction is better."""
    goal = cell.goal.span if cell.goal else None
    if goal is None or cell.actual is None:
        return None
    if goal.value is None:
        low, high = goal.low, goal.high
        return (low is None or at_least(cell.actual.value, low)) and (high is None or at_most(cell.actual.value, high))
    match result.kpi.direction:
        case Direction.HIGHER:
            return at_least(cell.actual.value, goal.value)
        case Direction.LOWER:
            return at_most(cell.actual.value, goal.value)
        case _:
            return None
