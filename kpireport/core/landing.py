"""Where the year will land if nothing changes, how sure that is, and how likely the target is reached.

Values stand in period order, None is a missing one; the last ``Year.elapsed`` of them belong to the year in question.
The forecast itself (``core.forecast``) needs numpy, which is loaded only when there is something to simulate.
Rule: V8, V12.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from math import fsum, inf, isfinite
from typing import TYPE_CHECKING

from kpireport.core.forecast import pace
from kpireport.core.model import Aggregation, Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

ENOUGH = 8  # values: below that, arithmetic only, and no chance is said
SHORT = 24  # values: below that last year's shape has a say, and ranges are wider. Rule: R65.
YEARS, FEWEST = 5, 20  # of history, in years and periods: what lies further back says little about next month
PATHS = 1_000
LARGEST = 1e290  # beyond it (and for infinity and NaN) sums overflow
SHARE = (0.0, 1.0)  # bounds of a percentage
STEP = 0.05  # of a chance that is said
LIKELIHOODS = (("very_unlikely", 0.1), ("unlikely", 1 / 3), ("even", 2 / 3), ("likely", 0.9))  # each up to its limit
LEAST, MOST = 0.01, 0.99  # no chance is none, and none is certain


class Method(Enum):
    """How the landing came about."""

    NONE = ""
    THETA = "theta"  # simulated
    PRIOR_YEAR = "prior-year share"
    PLAN = "plan"  # periods without a figure stand at their targets
    PLAN_PACE = "plan pace"  # as far from a phased plan as so far
    RUN_RATE = "run rate"
    LATEST = "latest value"  # year to date, or the last balance, stands for the year
    ACTUAL = "actual"  # the year is over


class Reason(Enum):
    """Why there is no range and no chance. Rule: V12."""

    NO_DATA = "no data"
    SHORT = "fewer than 8 values"
    GAPS = "more than half of the values missing"
    CONSTANT = "the value never changed"
    COMPLETE = "the year is complete"
    MISSING = "periods of the year have no figure"
    DENOMINATOR = "the denominator may be zero"
    RANGE = "the values are too far apart to compute with"


@dataclass(frozen=True, slots=True)
class Year:
    """The year that is asked about, and its target.

    elapsed, remaining: periods of it. season: periods in a usual year: 12, 4, 52, 13. aggregation: how its periods make
    one figure. target: in the unit of that figure; low and high for a KPI that should stay within a range.
    improvement: HIGHER or LOWER is better; None: no target is ever reached. weights: of all periods (WEIGHTED only).
    places: in their years, from 0, of history and year, where they cannot be counted off; they end with the year.
    """

    elapsed: int
    remaining: int
    season: int = 12
    aggregation: Aggregation = Aggregation.SUM
    target: float | tuple[float, float] | None = None
    improvement: Direction | None = Direction.HIGHER
    weights: tuple[float, ...] = ()
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the year lands, in the unit of its figure.

    point: expected. low80, high80: the year lands between them in 80 of 100 cases. chance: that the target is reached,
    0.01 to 0.99. All None where ``reason`` says why. months: what is expected of each period ahead; next80: the first
    of them lies in between in 80 of 100 cases. estimated: periods before the last figure that have none, and were
    estimated. years: the simulated figures of the year, sorted by path; None without simulation.
    """

    point: float | None = None
    low80: float | None = None
    high80: float | None = None
    chance: float | None = None
    method: Method = Method.NONE
    reason: Reason | None = None
    months: tuple[float, ...] = ()
    next80: tuple[float, float] | None = None
    estimated: int = 0
    years: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)


def land(
    history: Sequence[float | None],
    year: Year,
    *,
    seed: int | str,
    bounds: tuple[float, float] | None = None,
    paths: int = PATHS,
) -> Landing:
    """Return where the year of one series lands. bounds: lowest and highest possible value of a period (SHARE).

    seed: a number, or a text such as the workbook's hash, KPI and period; the same seed gives the same landing.
    """
    huge = any(v is not None for v in history)
    return _land(_Case((_cleaned(history, year),), year, seed, paths, bounds, huge=huge))


def land_ratio(
    numerator: Sequence[float | None],
    denominator: Sequence[float | None],
    year: Year,
    *,
    seed: int | str,
    bounds: tuple[float, float] | None = None,
    paths: int = PATHS,
) -> Landing:
    """Return where a ratio of sums lands; both series are drawn from the same past months.

    A period counts where both have a figure. bounds: of the ratio, which the range never leaves.
    Rule: R23.
    """
    above, below = _cleaned(numerator, year), _cleaned(denominator, year)
    shared = min(len(above), len(below))
    both = [
        (None, None) if a is None or b is None else (a, b)
        for a, b in zip(above[len(above) - shared :], below[len(below) - shared :], strict=True)
    ]
    return _land(
        _Case(
            (_cleaned([a for a, _ in both], year), _cleaned([b for _, b in both], year)),
            year,
            seed,
            paths,
            bounds,
            ratio=True,
        )
    )


def land_sum(children: Sequence[Sequence[float | None]], year: Year, *, seed: int | str, paths: int = PATHS) -> Landing:
    """Return where a parent lands that is the sum of its children, from paths of theirs that move together.

    All histories end with the same period. Where a child cannot be simulated, the sums of all are, as one series.
    """
    parts = tuple(part for part in (_cleaned(child, year) for child in children) if part)
    reasons = [_unfit(part) for part in parts]
    if None in reasons and all(reason in (None, Reason.CONSTANT) for reason in reasons):
        return _land(_Case(parts, year, seed, paths))
    longest = max((len(part) for part in parts), default=0)
    padded: list[list[float | None]] = [[*([0.0] * (longest - len(part))), *part] for part in parts]
    columns = zip(*padded, strict=True)
    total = [None if None in column else fsum(v or 0.0 for v in column) for column in columns]
    return land(total, year, seed=seed, paths=paths)


def spoken_chance(chance: float) -> int:
    """Return a chance in steps of 5 of 100, never 0 or 100. Rule: V11."""
    return min(95, max(5, 5 * int(chance * 20 + 0.5)))


def chance_form(chance: float) -> str:
    """Return the key of the sentence for a chance: under 5 and over 95 of 100 it is not said closer. Rule: R64."""
    if chance < STEP:
        return "chance_under"
    return "chance_over" if chance > 1 - STEP else "chance"


def likelihood(chance: float) -> str:
    """Return the code of the word for a chance, where there is no room for its figure."""
    return next((word for word, limit in LIKELIHOODS if chance < limit), "very_likely")


def _cleaned(values: Iterable[float | None], year: Year) -> list[float | None]:
    """Return the last years from the first figure on; what is no number that anyone counts with is missing."""
    finite = [None if v is None or not abs(v) < LARGEST else float(v) for v in values]
    finite = finite[-max(YEARS * year.season, year.elapsed, FEWEST) :]
    first = next((i for i, v in enumerate(finite) if v is not None), len(finite))
    return finite[first:]


def _unfit(values: Sequence[float | None], huge: bool = False) -> Reason | None:
    """Return why a series cannot be simulated, if so. huge: it had values that are too large to count with."""
    known = [v for v in values if v is not None]
    if not known:
        return Reason.RANGE if huge else Reason.NO_DATA
    if len(known) < ENOUGH:
        return Reason.SHORT
    if 2 * len(known) < len(values):
        return Reason.GAPS
    lowest, highest = min(known), max(known)
    return Reason.CONSTANT if highest - lowest <= 1e-12 * max(abs(lowest), abs(highest)) else None


@dataclass(frozen=True, slots=True)
class _Case:
    """What is to be landed: one series, the parts of a sum, or numerator and denominator."""

    parts: tuple[list[float | None], ...]
    year: Year
    seed: int | str
    paths: int
    bounds: tuple[float, float] | None = None
    ratio: bool = False
    huge: bool = False

    def to_date(self, part: int) -> list[float | None]:
        """Return the periods of the year that are over, since the series began."""
        values = self.parts[part]
        return values[len(values) - min(self.year.elapsed, len(values)) :]


def _land(case: _Case) -> Landing:
    """Return the landing by simulation, or by arithmetic with the reason why."""
    year, reasons = case.year, [_unfit(part, case.huge) for part in case.parts]
    reason: Reason | None = next((r for r in reasons if r not in (None, Reason.CONSTANT)), None)
    if reason is None and None not in reasons:
        reason = Reason.CONSTANT
    so_far = [case.to_date(i) for i in range(len(case.parts))]
    if year.remaining <= 0 and all(part and None not in part for part in so_far):
        reason = Reason.COMPLETE
    if reason is None:
        found = _simulated(case)
        if isinstance(found, Landing):
            return found
        reason = found
    point, method = _by_arithmetic(case, reason)
    return Landing(point, method=method, reason=reason)


def _simulated(case: _Case) -> Landing | Reason:
    """Return the landing from simulated years, or why none could be made."""
    from kpireport.core.forecast import outcome

    year = case.year
    drawn = outcome.years(
        case.parts,
        year.elapsed,
        year.remaining,
        season=year.season,
        places=year.places,
        bounds=None if case.ratio else case.bounds,
        seed=case.seed,
        paths=case.paths,
    )
    if case.ratio:
        spread = outcome.ratio(drawn, case.bounds)
        if spread is None:
            return Reason.DENOMINATOR
    else:
        spread = outcome.total(drawn, year.aggregation, year.weights)
        if spread is None:
            return Reason.RANGE
    if min(sum(v is not None for v in part) for part in case.parts) < SHORT:
        spread = outcome.shortened(spread, *_in_already(case), positive=_positive(case))
    low, high = spread.middle(0.8)
    chance = spread.chance(year.target, year.improvement)
    return Landing(
        spread.point,
        min(low, spread.point),
        max(high, spread.point),
        None if chance is None else min(MOST, max(LEAST, chance)),
        Method.THETA,
        months=spread.months,
        next80=spread.next80,
        estimated=max(sum(v is None for v in _reported(case.to_date(i))) for i in range(len(case.parts))),
        years=spread.years,
    )


def _in_already(case: _Case) -> tuple[float, float | None]:
    """Return what the year has so far, and what is to come as last year went; 0 and None where it does not add up."""
    if case.ratio or case.year.aggregation is not Aggregation.SUM:
        return 0.0, None
    so_far = fsum(v for i in range(len(case.parts)) for v in case.to_date(i) if v is not None)
    if len(case.parts) > 1:
        return so_far, None
    values, season = case.parts[0], case.year.season
    this_year = case.to_date(0)
    before = values[: len(values) - len(this_year)][-season:]
    known = [v for v in before if v is not None]
    if len(known) < season:
        return so_far, None
    alike = fsum(b for b, v in zip(before, this_year, strict=False) if v is not None and b is not None)
    whole = pace.seasonal(so_far, alike, fsum(known))
    return so_far, None if whole is None else whole - so_far


def _positive(case: _Case) -> bool:
    """Return whether a sum can only grow: no value of it was ever negative."""
    adds = not case.ratio and case.year.aggregation is Aggregation.SUM
    return adds and all(v is None or v >= 0 for part in case.parts for v in part)


def _reported(values: list[float | None]) -> list[float | None]:
    """Return values up to the last figure."""
    last = max((i for i, v in enumerate(values) if v is not None), default=-1)
    return values[: last + 1]


def _by_arithmetic(case: _Case, reason: Reason) -> tuple[float | None, Method]:
    """Return the landing without a forecast: last year's share of the year, the pace, or the latest value.

    Rule: V12.
    """
    year, so_far = case.year, case.to_date(0)
    known = [v for v in so_far if v is not None]
    method = Method.ACTUAL if reason is Reason.COMPLETE else Method.LATEST
    if case.ratio:
        below = fsum(v for v in case.to_date(1) if v is not None)
        whole = fsum(known) / below if below else inf
        return (whole, method) if isfinite(whole) else (None, Method.NONE)
    if year.aggregation is Aggregation.SUM and method is not Method.ACTUAL:
        if reason is Reason.CONSTANT:
            value = next(v for v in case.parts[0] if v is not None)
            return value * (len(so_far) + year.remaining), Method.RUN_RATE
        return _share_or_pace(case.parts[0], so_far, year)
    if not known:
        return None, Method.NONE
    weights = [w for w, v in zip(year.weights[-len(so_far) - year.remaining :], so_far, strict=False) if v is not None]
    return pace.year(known, year.aggregation, weights), method


def _share_or_pace(
    values: Sequence[float | None], so_far: Sequence[float | None], year: Year
) -> tuple[float | None, Method]:
    """Return the year if as much of it has come as last year, else at its average so far. Rule: R29."""
    known = [v for v in so_far if v is not None]
    before = [v for v in values[: len(values) - len(so_far)][-year.season :] if v is not None]
    if known and len(before) == year.season:
        alike = fsum(b for b, v in zip(before, so_far, strict=False) if v is not None)
        if (share := pace.seasonal(fsum(known), alike, fsum(before))) is not None:
            return share, Method.PRIOR_YEAR
    if not known:
        return None, Method.NONE
    return fsum(known) / len(known) * (year.elapsed + year.remaining), Method.RUN_RATE
