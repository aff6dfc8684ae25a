"""Plain arithmetic about the year's end: the remaining plan, the run rate, last year's share, what is needed.

Rule: R29.
"""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

from kpireport.core.aggregation import AGGREGATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.model import Aggregation


def plan(to_date: float, remaining_targets: Sequence[float | None]) -> float | None:
    """Return actuals to date plus what is planned for the rest; None where a remaining target is missing."""
    ahead = [t for t in remaining_targets if t is not None]
    return to_date + fsum(ahead) if len(ahead) == len(remaining_targets) else None


def typed(to_date: float, forecasts: Sequence[float | None], targets: Sequence[float | None] = ()) -> float | None:
    """Return actuals to date plus the forecasts that people typed; a period without one stands at its target, if any.

    None where nothing was typed, or a period has neither.
    """
    if all(f is None for f in forecasts):
        return None
    planned = list(targets) or [None] * len(forecasts)
    return plan(to_date, [p if f is None else f for f, p in zip(forecasts, planned, strict=True)])


def run_rate(to_date: float, elapsed: int, total: int) -> float | None:
    """Return the year at the average of the periods so far; None before the first."""
    return to_date / elapsed * total if elapsed > 0 else None


def seasonal(to_date: float, previous_to_date: float | None, previous_year: float | None) -> float | None:
    """Return the year if as much of it has come as last year; None where last year gives no share."""
    if previous_to_date is None or previous_year is None or previous_to_date <= 0 or previous_year <= 0:
        return None
    return to_date * (previous_year / previous_to_date)


def needed_per_period(
    target: float | None, to_date: float | None, elapsed: int, remaining: int, aggregation: Aggregation
) -> float | None:
    """Return what each remaining period must bring to reach the year's target, in the unit of a period.

    to_date: the sum of the periods so far, or their mean where the year is a mean. elapsed: periods in ``to_date``.
    None without target or remaining periods, and for balances, extremes and ratios: there no even share is needed.
    """
    if target is None or remaining <= 0:
        return None
    needed = AGGREGATIONS[aggregation].needed
    return None if needed is None else needed(target, to_date or 0.0, elapsed, remaining)


def year(values: Sequence[float], aggregation: Aggregation, weights: Sequence[float] = ()) -> float:
    """Return the figure of a year from all its periods; weights: of the periods, for a weighted mean. Rule: R20."""
    return AGGREGATIONS[aggregation].over_time(values, weights)
