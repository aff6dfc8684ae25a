"""Series whose neighbours resemble each other: a run of months on one side is usual there, and no signal. Rule: R63."""

from __future__ import annotations

from itertools import pairwise
from math import fsum, sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

ENOUGH = 12  # values from which the resemblance is judged
ALIKE = 0.5  # a correlation of neighbours from which a series is said to drift
LEVELLED = 0.2  # what may be left of it once one step is taken out
FEWEST = 3  # values on each side of a step
FAR = 3.0  # standard deviations


class LevelStep(NamedTuple):
    """The one step that leaves the smallest sum of squares. at: position of the first value after it; up: its way.

    left: the correlation of neighbours in what is left.
    """

    at: int
    up: bool
    left: float


def in_units(values: Sequence[float | None]) -> list[float | None]:
    """Return values in units of the largest, so that squares neither overflow nor vanish."""
    size = max((abs(v) for v in values if v is not None), default=0.0) or 1.0
    return [None if v is None else v / size for v in values]


def resemblance(values: Sequence[float | None]) -> float:
    """Return the correlation of neighbours; 0 where nothing moves. A missing value has no neighbours."""
    values = in_units(values)
    known = [v for v in values if v is not None]
    mean = fsum(known) / len(known) if known else 0.0
    spread = fsum((v - mean) ** 2 for v in known)
    shared = fsum((a - mean) * (b - mean) for a, b in pairwise(values) if a is not None and b is not None)
    return shared / spread if spread > 0 else 0.0


def best_step(values: Sequence[float | None]) -> LevelStep | None:
    """Return the best step; None where there is no room for one."""
    values = in_units(values)
    known = [(i, v) for i, v in enumerate(values) if v is not None]
    best: tuple[float, int, float, float] | None = None
    for cut in range(FEWEST, len(known) - FEWEST + 1):
        before, after = [v for _, v in known[:cut]], [v for _, v in known[cut:]]
        low, high = fsum(before) / len(before), fsum(after) / len(after)
        left = fsum((v - low) ** 2 for v in before) + fsum((v - high) ** 2 for v in after)
        if best is None or left < best[0]:
            best = (left, known[cut][0], low, high)
    if best is None:
        return None
    _, at, low, high = best
    flat = [None if v is None else v - (low if i < at else high) for i, v in enumerate(values)]
    return LevelStep(at, high > low, resemblance(flat))


def far_out(values: Sequence[float | None], recent: int) -> bool:
    """Return whether one of the last ``recent`` values is beyond three standard deviations from the mean."""
    values = in_units(values)
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return False
    mean = fsum(known) / len(known)
    deviation = sqrt(fsum((v - mean) ** 2 for v in known) / (len(known) - 1))
    return any(v is not None and abs(v - mean) > FAR * deviation for v in values[-recent:])
