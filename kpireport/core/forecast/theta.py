"""Where a series stands and drifts once its seasons are gone: the theta method.

Half the slope of the least-squares line is the drift; the rest is smoothed exponentially, with the smoothing constant
that makes the one-step errors smallest. Unforced, undamped, and hard to beat on business series.
Rule: V8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONSTANTS = np.linspace(0.01, 0.99, 50)


@dataclass(frozen=True, slots=True)
class Fit:
    """A series without seasons, on its even scale.

    level: where it stands after the last value. drift: per period. alpha: the smoothing constant.
    errors: one-step errors, one for each value, centred, 0 where a value was missing. spread: their standard deviation
    as it would be ahead, given how much was estimated. drift_error: standard error of the drift.
    filled: the values, missing ones replaced by the straight line between their neighbours.
    """

    level: float
    drift: float
    alpha: float
    errors: NDArray[np.float64]
    spread: float
    drift_error: float
    filled: NDArray[np.float64]


def fit(values: NDArray[np.float64], estimated: float = 0.0, *, drifting: bool = True) -> Fit:
    """Return the level, drift and errors of ``values``; at least three of them are not NaN.

    estimated: how many figures were taken from the data already, for the seasons: errors look too small by so much.
    drifting: a drift is taken from the line; without one its uncertainty stays.
    """
    known = ~np.isnan(values)
    count = int(known.sum())
    when = np.arange(len(values), dtype=np.float64)
    slope, slope_error = _line(when[known], values[known])
    drift = slope / 2 if drifting else 0.0
    filled = np.interp(when, when[known], values[known])
    level, alpha, errors = _smooth(filled - drift * when)
    freedom = max(count / 3, count - 2 - estimated, 1.0)
    used = errors[known]
    spread = float(np.sqrt(used @ used / freedom))
    wander = alpha * spread / np.sqrt(count)
    errors = np.where(known, errors - used.mean(), 0.0)
    drift_error = float(np.hypot(slope_error / 2, wander))
    return Fit(
        level=level + drift * (len(values) - 1),
        drift=drift,
        alpha=alpha,
        errors=errors,
        spread=spread,
        drift_error=drift_error,
        filled=filled,
    )


def _line(when: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the least-squares slope and its standard error."""
    apart = when - when.mean()
    spread = float(apart @ apart)
    slope = float(apart @ values) / spread
    rest = values - values.mean() - slope * apart
    return slope, float(np.sqrt(rest @ rest / max(1, len(values) - 2) / spread))


def _smooth(flat: NDArray[np.float64]) -> tuple[float, float, NDArray[np.float64]]:
    """Return the last level, the smoothing constant and the errors, the first level chosen by least squares too."""
    errors = np.empty((len(flat), len(CONSTANTS)))
    level = np.full(len(CONSTANTS), flat[0])
    for i, value in enumerate(flat):
        errors[i] = value - level
        level = level + CONSTANTS * errors[i]
    fade = (1 - CONSTANTS) ** np.arange(len(flat) + 1)[:, None]
    shift = np.sum(errors * fade[:-1], axis=0) / np.sum(fade[:-1] ** 2, axis=0)
    errors = errors - shift * fade[:-1]
    level = level + shift * fade[-1]
    best = int(np.argmin(np.sum(errors**2, axis=0)))
    return float(level[best]), float(CONSTANTS[best]), errors[:, best]
