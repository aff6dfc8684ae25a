"""Plain arithmetic about the year's end: last year's share, and the figure of a year from all its periods.

Rule: R29.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.aggregation import AGGREGATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.model import Aggregation


def seasonal(to_date: float, previous_to_date: float | None, previous_year: float | None) -> float | None:
    """Return the year if as much of it has come as last year; None where last year gives no share."""
    if previous_to_date is None or previous_year is None or previous_to_date <= 0 or previous_year <= 0:
        return None
    return to_date * (previous_year / previous_to_date)


def year(values: Sequence[float], aggregation: Aggregation, weights: Sequence[float] = ()) -> float:
    """Return the figure of a year from all its periods; weights: of the periods, for a weighted mean. Rule: R20."""
    return AGGREGATIONS[aggregation].over_time(values, weights)
