"""How good were our own forecasts: what former reports said would come, against what came.

Only forecasts of a later period than the report's own count, each against the figure that this scorecard has for that
period. The measure beside them is the simplest forecast there is: that next month will be like the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from kpireport.core.scorecard import SelfScore

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.scorecard import Scorecard

ENOUGH = 10  # forecasts: fewer say nothing


@dataclass(frozen=True, slots=True)
class Forecasted:
    """A forecast as a former report made it. made: period key of that report; last: the latest figure it knew."""

    made: str
    kpi: str
    period: str
    value: float
    last: float


def self_score(card: Scorecard, made: Iterable[Forecasted]) -> SelfScore | None:
    """Return how former forecasts did, or None while there are fewer than ``ENOUGH`` whose period has come.

    Errors are counted against the size of the actual figure; where that is zero the forecast is left out.
    """
    came = {
        (key, point.period.key): point.actual.value
        for key, result in card.results.items()
        for point in result.points
        if point.actual is not None
    }
    errors: list[float] = []
    better = 0
    for forecast in made:
        actual = came.get((forecast.kpi, forecast.period))
        if not actual:
            continue
        errors.append(abs(forecast.value - actual) / abs(actual))
        better += abs(forecast.value - actual) <= abs(forecast.last - actual)
    if len(errors) < ENOUGH:
        return None
    return SelfScore(len(errors), median(errors), better)
