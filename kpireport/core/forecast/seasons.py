"""What the time of the year alone explains: seasonal indices, shrunk towards none as far as they may be chance.

Plain Python, because the charts of every KPI ask for it and numpy takes longer to load than all of them take here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTHING = 1e-18  # variance of indices, the largest value being 1, that is only rounding
CERTAIN = 2.326  # a seasonal chart needs seasons that chance would make in 1 of 100 series


@dataclass(frozen=True, slots=True)
class Seasons:
    """Indices to be added, one for each period of the year, summing to zero; none: ``indices`` is empty.

    error: standard error of one index, already shrunk. weight: how much of the raw indices was kept, 0 to 1.
    plain: the seasons are beyond doubt, and may be taken out of a chart.
    """

    indices: tuple[float, ...] = ()
    error: float = 0.0
    weight: float = 0.0
    plain: bool = False

    def at(self, place: int) -> float:
        """Return the index of a period. place: in its year, from 0."""
        return self.indices[place] if self.indices else 0.0


NO_SEASONS = Seasons()


def estimate(values: Sequence[float | None], season: int, places: Sequence[int] = ()) -> Seasons:
    """Return the seasons of ``values`` (on the scale where they add: logarithms, if all are positive).

    season: periods in a year. places: of the values in their years, from 0; (): the first begins one.
    NO_SEASONS under two years, where a period of the year has fewer than two values, and where the indices are no more
    than noise would make.
    From three years on averages around a centred moving average, else a regression with a line.
    Rule: V9.
    """
    places = places or [i % season for i in range(len(values))]
    seen = [0] * season
    for place, value in zip(places, values, strict=True):
        seen[place] += value is not None
    if season < 2 or sum(seen) < 2 * season or min(seen) < 2:
        return NO_SEASONS
    size = max(abs(v) for v in values if v is not None)
    if size == 0:
        return NO_SEASONS
    units = [None if v is None else v / size for v in values]  # so that squares neither overflow nor vanish
    flat = _around_average(units, season) if len(units) >= 3 * season else None
    if flat is None or _fewest(flat, places, season) < 2:
        flat = _around_line(units, places, season)
    return _shrunk(flat, places, season, size)


def _fewest(values: Sequence[float | None], places: Sequence[int], season: int) -> int:
    counts = [0] * season
    for place, value in zip(places, values, strict=True):
        counts[place] += value is not None
    return min(counts)


def _around_average(values: Sequence[float | None], season: int) -> list[float | None]:
    """Return each value minus the average of the year around it; None at the ends and beside gaps."""
    half = season // 2
    flat: list[float | None] = [None] * len(values)
    for i in range(half, len(values) - half):
        window = [v for v in values[i - half : i + half + 1] if v is not None]
        here = values[i]
        if here is None or len(window) < 2 * half + 1:
            continue
        total = fsum(window)
        if season % 2 == 0:  # the first and the last are the same period of the year: half of each
            total -= (window[0] + window[-1]) / 2
        flat[i] = here - total / season
    return flat


def _around_line(values: Sequence[float | None], places: Sequence[int], season: int) -> list[float | None]:
    """Return each value minus the straight line that fits best beside an index for each period of the year."""
    when: list[list[int]] = [[] for _ in range(season)]
    what: list[list[float]] = [[] for _ in range(season)]
    for i, value in enumerate(values):
        if value is not None:
            when[places[i]].append(i)
            what[places[i]].append(value)
    across = spread = 0.0
    for times, amounts in zip(when, what, strict=True):
        middle, mean = sum(times) / len(times), fsum(amounts) / len(amounts)
        across += fsum((t - middle) * (a - mean) for t, a in zip(times, amounts, strict=True))
        spread += fsum((t - middle) ** 2 for t in times)
    slope = across / spread if spread else 0.0
    return [None if v is None else v - slope * i for i, v in enumerate(values)]


def _shrunk(flat: Sequence[float | None], places: Sequence[int], season: int, size: float) -> Seasons:
    """Return the centred means per period of the year, times ``size``, shrunk by their share of noise. Rule: V9."""
    groups: list[list[float]] = [[] for _ in range(season)]
    for place, value in zip(places, flat, strict=True):
        if value is not None:
            groups[place].append(value)
    means = [fsum(g) / len(g) for g in groups]
    centre = fsum(means) / season
    indices = [m - centre for m in means]
    used = sum(len(g) for g in groups)
    freedom = used - season
    within = fsum((v - m) ** 2 for g, m in zip(groups, means, strict=True) for v in g) / max(1, freedom)
    noise = within * fsum(1 / len(g) for g in groups) / season
    variance = fsum(i * i for i in indices) / (season - 1)
    if variance <= NOTHING:
        return NO_SEASONS
    weight = max(0.0, 1 - (season - 3) / (season - 1) * noise / variance) if season > 3 else 1.0
    if weight == 0.0:
        return NO_SEASONS
    error = size * sqrt(weight * noise)  # what is left in doubt of an index after shrinking it
    return Seasons(
        tuple(size * weight * i for i in indices), error, weight, _plain(variance, noise, season - 1, freedom)
    )


def _plain(variance: float, noise: float, above: int, below: int) -> bool:
    """Return whether an F test at 1 % finds the seasons real (Paulson's normal approximation of F). Rule: V9."""
    if noise <= 1e-12 * variance:
        return True
    root: float = (variance / noise) ** (1 / 3)
    a, b = 2 / (9 * above), 2 / (9 * below)
    return ((1 - b) * root - (1 - a)) / sqrt(b * root * root + a) > CERTAIN
