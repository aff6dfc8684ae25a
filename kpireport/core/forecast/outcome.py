"""From simulated periods to the figure of the year: point, range and chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kpireport.core.aggregation import AGGREGATIONS
from kpireport.core.compare import TOLERANCE
from kpireport.core.forecast.paths import YearPaths, draw, strand
from kpireport.core.model import Direction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kpireport.core.model import Aggregation

WIDER_SHORT = 1.1  # of the distances from the expected year, where the history is short
LAST_YEARS = 2 / 3  # the weight of last year's shape, ours has the rest
CENTRE = (0.45, 0.55)  # of the simulated years: where they are lopsided, the expected one is brought in between


@dataclass(frozen=True, slots=True)
class Spread:
    """The year's figure. point: expected. years: one for each path, sorted. months: expected, of the periods ahead.

    next80: in between lies the first period ahead in 80 of 100 paths; None where nothing is ahead.
    """

    point: float
    years: NDArray[np.float64]
    months: tuple[float, ...]
    next80: tuple[float, float] | None = None

    def middle(self, share: float) -> tuple[float, float]:
        """Return the range in which the middle ``share`` of the years lies."""
        low, high = np.quantile(self.years, [(1 - share) / 2, (1 + share) / 2])
        return float(low), float(high)

    def chance(self, target: float | tuple[float, float] | None, improvement: Direction | None) -> float | None:
        """Return the share of years that meet the target, within the one tolerance. Rule: R3, V11."""
        if target is None or improvement is None:
            return None
        if isinstance(target, tuple):
            return float(np.mean(self._at_least(target[0]) & self._at_most(target[1])))
        if improvement is Direction.RANGE:
            return None
        return float(np.mean(self._at_least(target) if improvement is Direction.HIGHER else self._at_most(target)))

    def _at_least(self, target: float) -> NDArray[np.bool_]:
        return np.asarray(self.years >= target - TOLERANCE * max(1.0, abs(target)))

    def _at_most(self, target: float) -> NDArray[np.bool_]:
        return np.asarray(self.years <= target + TOLERANCE * max(1.0, abs(target)))


@dataclass(frozen=True, slots=True)
class Drawn:
    """The year of each part, and how many of its periods are ahead."""

    parts: tuple[YearPaths, ...]
    ahead: int


def years(
    histories: Sequence[Sequence[float | None]],
    elapsed: int,
    remaining: int,
    *,
    season: int,
    places: Sequence[int] = (),
    bounds: tuple[float, float] | None,
    seed: int | str,
    paths: int,
) -> Drawn:
    """Return the simulated year of each history; for ``places`` see ``strand``.

    Numbers too large to compute with become infinite, without a word.
    """
    with np.errstate(all="ignore"):
        strands = [
            strand(history, min(elapsed, len(history)), remaining, season=season, places=places, bounds=bounds)
            for history in histories
        ]
        ahead = max(min(s.ahead, len(s.year)) for s in strands)
        return Drawn(tuple(draw(strands, seed=seed, paths=paths)), ahead)


def total(drawn: Drawn, aggregation: Aggregation, weights: Sequence[float] = ()) -> Spread | None:
    """Return the year of one series or of the sum of several; None where figures are too large to add."""
    with np.errstate(all="ignore"):
        expected, paths = _added(drawn.parts)
        found = _figure(paths, aggregation, weights)
        linear = AGGREGATIONS[aggregation].linear
        point = float(_figure(expected[None], aggregation, weights)[0] if linear else np.median(found))
    return _spread(point, found, expected, paths, drawn.ahead)


def ratio(drawn: Drawn, bounds: tuple[float, float] | None) -> Spread | None:
    """Return the ratio of the year's sums; None where the denominator may be zero or change its sign."""
    above, below = drawn.parts
    with np.errstate(all="ignore"):
        wholes, whole = below.drawn.sum(axis=1), below.expected.sum()
        if not np.all(wholes * np.sign(whole) > 0):
            return None
        found, point = above.drawn.sum(axis=1) / wholes, float(above.expected.sum() / whole)
        expected, paths = above.expected / below.expected, above.drawn / below.drawn
    if bounds is not None and bounds[0] <= point <= bounds[1]:
        found, paths = np.clip(found, *bounds), np.clip(paths, *bounds)
    return _spread(point, found, expected, paths, drawn.ahead)


def shortened(spread: Spread, so_far: float, last_year: float | None, *, positive: bool) -> Spread:
    """Return the year of a history of 8 to 23 values: with last year's shape, and wider.

    so_far: what has come in. last_year: what is to come if the rest of the year has the share it had last year; None
    where last year is not known or not positive. positive: no value was ever negative, so that no year ends below what
    is in already.
    Rule: R65.
    """
    ours = spread.point - so_far
    factor = (last_year / ours) ** LAST_YEARS if last_year is not None and last_year > 0 and ours > 0 else 1.0
    point = so_far + ours * factor
    years = point + (so_far + (spread.years - so_far) * factor - point) * WIDER_SHORT
    if positive:
        years = np.maximum(years, min(so_far, point))
    return Spread(point, years, tuple(month * factor for month in spread.months), spread.next80)


def _spread(
    point: float, found: NDArray[np.float64], expected: NDArray[np.float64], paths: NDArray[np.float64], ahead: int
) -> Spread | None:
    """Return the spread, or None where anything is not a finite number."""
    if not (np.isfinite(point) and np.isfinite(found).all()):
        return None
    months = expected[len(expected) - ahead :]
    shown = tuple(float(m) for m in months) if np.isfinite(months).all() else ()
    low, high = np.quantile(found, CENTRE)
    point = float(min(max(point, low), high))
    soon = paths[:, len(expected) - ahead] if ahead else np.empty(0)
    if not (shown and np.isfinite(soon).all()):
        return Spread(point, np.sort(found), shown)
    low, high = np.quantile(soon, [0.1, 0.9])
    return Spread(point, np.sort(found), shown, (min(float(low), shown[0]), max(float(high), shown[0])))


def _added(parts: Sequence[YearPaths]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sum of all parts; one that began within the year adds nothing before."""
    width = max(len(p.expected) for p in parts)
    expected, drawn = np.zeros(width), np.zeros((len(parts[0].drawn), width))
    for p in parts:
        expected[width - len(p.expected) :] += p.expected
        drawn[:, width - len(p.expected) :] += p.drawn
    return expected, drawn


def _figure(periods: NDArray[np.float64], aggregation: Aggregation, weights: Sequence[float]) -> NDArray[np.float64]:
    """Return the year's figure along each path. Rule: R20."""
    width = periods.shape[1]
    parts = np.array(weights[-width:] if weights else [1.0] * width)
    return AGGREGATIONS[aggregation].over_paths(periods, parts)
