"""Whole years that could still come: simulated paths of one or more series, drawn together.

Months cannot be simulated one by one: what is missed in May is missed in June too. So whole paths are drawn, and the
year is added up along each. Series that belong together (numerator and denominator, the parts of a sum) get their
surprises from the same past months, so that what moved together goes on moving together.
Rule: V8, V10.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from kpireport.core.forecast import scale, seasons, theta

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WIDER = 1.1  # errors ahead are larger than errors in hindsight
DRIFTS = 16  # values under which no drift is taken from a line; that it is not known stays. Rule: R65.
DRIFT_DOUBT = 2.0  # standard errors of the drift: slopes change more than a line admits


@dataclass(frozen=True, slots=True)
class Strand:
    """One series, ready to be drawn. ahead: how many periods follow its last value.

    year: the periods of the year, NaN where there is no figure yet. steps: what was or is expected for them on the
    even scale, seasons included. doubt: standard error of one seasonal index.
    """

    scale: scale.Transform
    fit: theta.Fit
    year: NDArray[np.float64]
    steps: NDArray[np.float64]
    ahead: int
    doubt: float


@dataclass(frozen=True, slots=True)
class YearPaths:
    """What the periods of one year may be. expected: one figure a period; drawn: paths × periods."""

    expected: NDArray[np.float64]
    drawn: NDArray[np.float64]


def strand(
    history: Sequence[float | None],
    elapsed: int,
    remaining: int,
    *,
    season: int,
    places: Sequence[int] = (),
    bounds: tuple[float, float] | None = None,
) -> Strand:
    """Return ``history`` with its seasons, level and drift; it has at least eight values and begins with one.

    elapsed: how many of its last periods belong to the year. remaining: periods of the year after the last one.
    season: periods in a year. places: in their years, from 0, of periods that end with the year, at least of all these;
    (): they are counted off. bounds: lowest and highest possible value (0 and 1 for a share).
    """
    given = scale.array(history)
    known = int(np.flatnonzero(~np.isnan(given))[-1]) + 1
    first, total = elapsed - len(given), len(given) + remaining
    even = scale.choose(given, bounds)
    values = even.even(given[:known])
    placed = places[-total:] if len(places) >= total else [(first + i) % season for i in range(total)]
    found = seasons.estimate([None if np.isnan(v) else float(v) for v in values], season, placed[:known])
    indices = np.array([found.at(place) for place in placed])
    drifting = bool(np.count_nonzero(~np.isnan(values)) >= DRIFTS)
    fitted = theta.fit(values - indices[:known], found.weight * (season - 1), drifting=drifting)
    after = fitted.level + fitted.drift * np.arange(1, total - known + 1)
    steps = np.concatenate([fitted.filled, after]) + indices
    year = np.concatenate([given, np.full(remaining, np.nan)])
    periods = elapsed + remaining
    return Strand(even, fitted, year[-periods:], steps[-periods:], total - known, found.error)


def draw(strands: Sequence[Strand], *, seed: int | str, paths: int) -> list[YearPaths]:
    """Return the year of each strand: actuals where there are, else expected and drawn values.

    The strands end with the same period. seed: a number or a text; the same seed draws the same paths.
    """
    rng = np.random.default_rng(int.from_bytes(sha256(str(seed).encode()).digest()[:8], "big"))
    width = max(max(len(s.year), s.ahead) for s in strands)
    longest = max(len(s.fit.errors) for s in strands)
    ago = rng.integers(0, longest, (paths, width))
    root = _root([s.fit.errors for s in strands])
    drifts = _alike(root, rng.standard_normal((len(strands), paths, 1)))
    indices = _alike(root, rng.standard_normal((len(strands), paths, width)))
    return [_drawn(s, ago, d, i) for s, d, i in zip(strands, drifts, indices, strict=True)]


def _drawn(s: Strand, ago: NDArray[np.int64], drifts: NDArray[np.float64], indices: NDArray[np.float64]) -> YearPaths:
    """Return the year of one strand. ago: how many periods back each surprise lies; columns end with the year."""
    errors = s.fit.errors
    deviation = float(errors.std())
    scaled = errors * (WIDER * s.fit.spread / deviation) if deviation > 0 else errors
    surprises = scaled[len(errors) - 1 - ago % len(errors)]
    moved = surprises + s.doubt * indices
    if s.ahead:
        late = surprises[:, -s.ahead :]
        levels = s.fit.alpha * (np.cumsum(late, axis=1) - late)
        moved[:, -s.ahead :] += levels + DRIFT_DOUBT * s.fit.drift_error * drifts * np.arange(1, s.ahead + 1)
    known = ~np.isnan(s.year)
    expected = np.where(known, s.year, s.scale.back(s.steps))
    return YearPaths(expected, np.where(known, s.year, s.scale.back(s.steps + moved[:, -len(s.year) :])))


def _alike(root: NDArray[np.float64], independent: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return independent draws of several strands, correlated; without BLAS, whose threads get in each other's way
    when many workbooks are built at once, and whose last digits depend on their number."""
    return independent if len(root) == 1 else np.einsum("ij,jkl->ikl", root, independent)


def _root(errors: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return what gives independent normal draws the correlation of the errors, compared over the periods all share.

    The symmetric root, which does not depend on the order or the signs in which eigenvectors happen to come.
    Rule: V10.
    """
    if len(errors) == 1:
        return np.ones((1, 1))
    shared = min(len(e) for e in errors)
    recent = np.stack([e[-shared:] - e[-shared:].mean() for e in errors])
    size = np.sqrt((recent**2).sum(axis=1))
    moving = size > 0
    recent[moving] /= size[moving, None]
    correlation = recent @ recent.T
    np.fill_diagonal(correlation, 1.0)
    values, vectors = np.linalg.eigh(correlation)
    root: NDArray[np.float64] = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root
