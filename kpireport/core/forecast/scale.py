"""The scale on which a series moves evenly: logarithms, log odds for shares, or the values themselves. Rule: V8."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

EDGE = 0.005  # a share at its bound has no log odds: it is moved inside by half a point at most
SHORT = 24  # values under which the range seen says more than what lies outside it. Rule: R65.
STRAY, STRAY_SHORT = 2.0, 0.5  # simulated values stay within the range seen, widened by this many times its width


class Shape(Enum):
    LOG = "log"
    LOGIT = "logit"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Transform:
    """How values become even, and back. sign: -1 where all values are negative. low, high: of the LOGIT scale.

    floor, ceiling: what simulated values never leave, on the even scale. least: 0 where no value was negative, so that
    a count with zeros never goes below; None otherwise.
    """

    shape: Shape
    sign: float = 1.0
    low: float = 0.0
    high: float = 1.0
    edge: float = EDGE
    floor: float = 0.0
    ceiling: float = 0.0
    least: float | None = None

    def even(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values on the even scale; NaN stays NaN."""
        if self.shape is Shape.LOG:
            return np.log(self.sign * values)
        if self.shape is Shape.LOGIT:
            share = np.clip((values - self.low) / (self.high - self.low), self.edge, 1 - self.edge)
            return np.log(share / (1 - share))
        return values

    def back(self, even: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values in their own unit."""
        kept = np.clip(even, self.floor, self.ceiling)
        if self.shape is Shape.LOG:
            return self.sign * np.exp(kept)
        if self.shape is Shape.LOGIT:
            return self.low + (self.high - self.low) / (1 + np.exp(-kept))
        return kept if self.least is None else np.maximum(kept, self.least)


def choose(values: NDArray[np.float64], bounds: tuple[float, float] | None) -> Transform:
    """Return the scale of a series (NaN: missing); bounds count only where no value leaves them. Rule: V8, V10."""
    known = values[~np.isnan(values)]
    lowest, highest = float(known.min()), float(known.max())
    if bounds is not None and bounds[0] <= lowest and highest <= bounds[1]:
        shares = (known - bounds[0]) / (bounds[1] - bounds[0])
        inside = np.minimum(shares, 1 - shares)
        inside = inside[inside > 0]
        edge = min(EDGE, float(inside.min()) / 2) if inside.size else EDGE
        found = Transform(Shape.LOGIT, low=bounds[0], high=bounds[1], edge=edge)
    elif lowest > 0:
        found = Transform(Shape.LOG)
    elif highest < 0:
        found = Transform(Shape.LOG, sign=-1.0)
    else:
        found = Transform(Shape.PLAIN, least=0.0 if lowest >= 0 else None)
    even = found.even(known)
    bottom, top = float(even.min()), float(even.max())
    reach = (STRAY if len(known) >= SHORT else STRAY_SHORT) * (top - bottom)
    return replace(found, floor=bottom - reach, ceiling=top + reach)


def array(values: Sequence[float | None]) -> NDArray[np.float64]:
    """Return values with NaN where missing."""
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
