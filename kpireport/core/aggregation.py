"""How several figures of one measure make one: all that is said of an aggregation is a line of this table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar, assert_never

from kpireport.core.model import Aggregation
from kpireport.core.registry import complete

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Paths = NDArray[np.float64]

Item = TypeVar("Item")


class Speaks(StrEnum):
    """Which of several periods speak for them all. Rule: R21."""

    ALL = "all"
    LAST = "last"
    FIRST = "first"

    def of(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return what belongs to the periods that speak, of what is given for each; none of none."""
        match self:
            case Speaks.ALL:
                return items
            case Speaks.LAST:
                return items[-1:]
            case Speaks.FIRST:
                return items[:1]
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Aggregator:
    """One aggregation. Figures are in order, and there is at least one.

    over_time: of figures and the weights of their periods; without weights all count the same.
    over_paths: the same along each row of simulated periods, with a weight for each column.
    across: of departments or breakdown rows in one period; None where their figures do not make one.
    speaks: the periods that count. linear: whether expected periods make the expected year.
    frame: the method of pandas that does it for any order of rows; None where the order matters, or it is not needed.
    Rule: R20, R21, R23.
    """

    over_time: Callable[[Sequence[float], Sequence[float]], float]
    over_paths: Callable[[Paths, Paths], Paths]
    across: Callable[[Sequence[float]], float] | None
    speaks: Speaks = Speaks.ALL
    linear: bool = True
    frame: str | None = None


def mean(values: Sequence[float]) -> float:
    """Return the mean, never outside its values by a last binary digit."""
    return min(max(math.fsum(values) / len(values), min(values)), max(values))


def _sum(values: Sequence[float], _weights: Sequence[float] = ()) -> float:
    return math.fsum(values)


def _mean(values: Sequence[float], _weights: Sequence[float] = ()) -> float:
    return mean(values)


def _weighted(values: Sequence[float], weights: Sequence[float]) -> float:
    if not weights:
        return mean(values)
    return math.fsum(v * w for v, w in zip(values, weights, strict=True)) / math.fsum(weights)


def _last(values: Sequence[float], _weights: Sequence[float]) -> float:
    return values[-1]


def _first(values: Sequence[float], _weights: Sequence[float]) -> float:
    return values[0]


def _max(values: Sequence[float], _weights: Sequence[float] = ()) -> float:
    return max(values)


def _min(values: Sequence[float], _weights: Sequence[float] = ()) -> float:
    return min(values)


def _sum_of_paths(paths: Paths, _weights: Paths) -> Paths:
    years: Paths = paths.sum(axis=1)
    return years


def _mean_of_paths(paths: Paths, weights: Paths) -> Paths:
    years: Paths = paths @ weights / weights.sum()
    return years


def _last_of_paths(paths: Paths, _weights: Paths) -> Paths:
    return paths[:, -1]


def _first_of_paths(paths: Paths, _weights: Paths) -> Paths:
    return paths[:, 0]


def _max_of_paths(paths: Paths, _weights: Paths) -> Paths:
    years: Paths = paths.max(axis=1)
    return years


def _min_of_paths(paths: Paths, _weights: Paths) -> Paths:
    years: Paths = paths.min(axis=1)
    return years


def _median(values: Sequence[float], _weights: Sequence[float]) -> float:
    """Return the middle figure, of an even number the mean of the middle two. Departments have no median in common.

    Rule: R20.
    """
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else mean(ordered[half - 1 : half + 1])


def _median_of_paths(paths: Paths, _weights: Paths) -> Paths:
    import numpy as np

    return np.median(paths, axis=1)


AGGREGATIONS = complete(
    Aggregation,
    {
        Aggregation.SUM: Aggregator(_sum, _sum_of_paths, across=_sum, frame="sum"),
        Aggregation.AVERAGE: Aggregator(_mean, _mean_of_paths, across=_mean, frame="mean"),
        Aggregation.LAST: Aggregator(_last, _last_of_paths, across=_sum, speaks=Speaks.LAST),
        Aggregation.FIRST: Aggregator(_first, _first_of_paths, across=_sum, speaks=Speaks.FIRST),
        Aggregation.MAX: Aggregator(_max, _max_of_paths, across=_max, linear=False, frame="max"),
        Aggregation.MIN: Aggregator(_min, _min_of_paths, across=_min, linear=False, frame="min"),
        # Ratios are made from sums where their parts are known; of ratios alone the mean is taken, which AVG_OF_RATIO
        # tells.
        Aggregation.RATIO: Aggregator(_mean, _mean_of_paths, across=_mean),
        Aggregation.WEIGHTED: Aggregator(_weighted, _mean_of_paths, across=_mean),
        Aggregation.MEDIAN: Aggregator(_median, _median_of_paths, across=None, linear=False),
    },
)
