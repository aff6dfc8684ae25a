"""Signal or noise: is a figure news, or the usual up and down? An XmR chart, as NHS "Making Data Count" draws it.

Plain Python over plain sequences: values stand in period order, None is a missing one. The rules and their order are
those of the R package NHSRplotthedots 0.2.2, against which they are tested value by value.
Rule: V1, V2, V3, V4, R62, R63.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from itertools import pairwise
from math import exp, fsum, log
from types import MappingProxyType
from typing import TYPE_CHECKING

from kpireport.core import drift
from kpireport.core.compare import TOLERANCE, same
from kpireport.core.forecast.seasons import estimate
from kpireport.core.model import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

RUN = 7  # points in a row: rising, falling, or on one side of the mean
LIMIT = 2.66  # average moving ranges from the mean to a limit: 3 / 1.128
SCREEN = 3.267  # a moving range this many times the average is an accident, and makes no limits
NEAR = 2 / 3  # of the way from the mean to a limit
ENOUGH, TRUSTED = 8, 12  # values: below the first no trend is said, below the second limits are provisional
ROUNDING = 1e-12  # of a value: what adding up a series may lose, and far less than it moves
LARGEST = 1e290  # beyond it (and for infinity and NaN) a value counts as missing: sums overflow
RECENT = 3  # periods: the report month and the two before it


class SpecialCause(Enum):
    """Why a point is more than noise; the first that applies. COMMON: it is not."""

    COMMON = ""
    ABOVE = "above the upper limit"
    BELOW = "below the lower limit"
    RISING = "seven rising"
    FALLING = "seven falling"
    NEAR_UPPER = "two of three near the upper limit"
    NEAR_LOWER = "two of three near the lower limit"
    HIGH_RUN = "seven above the mean"
    LOW_RUN = "seven below the mean"


HIGH = frozenset({SpecialCause.ABOVE, SpecialCause.RISING, SpecialCause.NEAR_UPPER, SpecialCause.HIGH_RUN})


class Variation(Enum):
    """What a point's special cause means for the KPI; HIGH and LOW where neither direction is better."""

    COMMON = "common cause"
    IMPROVING = "improving"
    CONCERNING = "concerning"
    HIGH = "neutral high"
    LOW = "neutral low"


class Assurance(Enum):
    """Whether usual figures meet the target: always, never, or now and then."""

    PASSES = "consistently passes"
    FAILS = "consistently fails"
    HIT_AND_MISS = "hit and miss"


class TrendDirection(StrEnum):
    """The word in the report; NONE is written as a dash."""

    BETTER = "better"
    WORSE = "worse"
    STEADY = "steady"
    NONE = "none"


WORDS: Mapping[Variation, TrendDirection] = MappingProxyType(
    {
        Variation.COMMON: TrendDirection.STEADY,
        Variation.IMPROVING: TrendDirection.BETTER,
        Variation.CONCERNING: TrendDirection.WORSE,
        Variation.HIGH: TrendDirection.NONE,
        Variation.LOW: TrendDirection.NONE,
    }
)


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """One period on the chart, in the unit of the values.

    value: None where missing. mean, lower, upper: of the point's segment, None where it has too few values (one value
    has no range; ranges that are all zero are screened out). side: 1 above the mean, -1 below, 0 on it or missing.
    near: beyond two thirds of the way to a limit, and not outside. provisional: limits made from fewer than 12 values.
    """

    value: float | None
    segment: int
    mean: float | None
    lower: float | None
    upper: float | None
    provisional: bool
    side: int = 0
    outside: bool = False
    near: bool = False
    special_cause: SpecialCause = SpecialCause.COMMON
    variation: Variation = Variation.COMMON


@dataclass(frozen=True, slots=True)
class XmR:
    """The chart of one KPI. variation: of the last point. assurance: None without a target or a direction."""

    points: tuple[ControlPoint, ...]
    variation: Variation = Variation.COMMON
    assurance: Assurance | None = None

    def of_segment(self, at: int = -1) -> tuple[ControlPoint, ...]:
        """Return the points that share the limits of the point at ``at``, up to it."""
        if not self.points:
            return ()
        last = range(len(self.points))[at]
        return tuple(p for p in self.points[: last + 1] if p.segment == self.points[last].segment)


def limits(
    values: Sequence[float | None],
    *,
    improvement: Direction | None,
    target: float | Sequence[float | None] | None = None,
    screen_outliers: bool = True,
    fix_after_n: int | None = None,
    rebase_at: Iterable[int] = (),
) -> XmR:
    """Return the chart of ``values``.

    improvement: HIGHER or LOWER is better; RANGE and None are neutral. target: in force, or one for each value, of
    which the last counts. fix_after_n: only the first n points of a segment make its limits. rebase_at: positions of
    values that begin a new segment; rules do not reach across.
    Rule: V1.
    """
    values = [None if v is None or not abs(v) < LARGEST else v for v in values]
    starts = sorted({0, *(i for i in rebase_at if 0 < i < len(values))})
    points: list[ControlPoint] = []
    for number, (start, end) in enumerate(pairwise([*starts, len(values)])):
        points += _judged(_placed(values[start:end], number, screen_outliers, fix_after_n), improvement)
    if not points:
        return XmR(())
    last = points[-1]
    goal = target if target is None or isinstance(target, (int, float)) else (target[-1] if len(target) else None)
    return XmR(tuple(points), last.variation, _assurance(last, goal, improvement))


class TrendSentence(StrEnum):
    """What is said of a trend beside its word. Rule: R62, R63."""

    NONE = ""
    USUAL = "usual"  # nothing but the usual up and down
    SIGNAL = "not just noise"
    REVERSED = "reversed"  # there was a special cause, and the last value is back on the other side of the mean
    NEW_LEVEL = "new level"
    DRIFTS = "drifts"


@dataclass(frozen=True, slots=True)
class TrendReading:
    """The word for a trend, and its sentence. place: where a new level began, or the last value before a reversal.

    resemblance: correlation of neighbours, 0 under twelve values; after_step: the same once one step is taken out.
    """

    word: TrendDirection
    sentence: TrendSentence = TrendSentence.NONE
    place: int | None = None
    resemblance: float = 0.0
    after_step: float | None = None


def reading(xmr: XmR, at: int = -1) -> TrendReading:
    """Return what may be said of the trend at the period ``at`` (a position, by default the last).

    The word rests on the latest special cause of this period and the two before it, while the last value is on that
    cause's side of the mean. Where neighbours resemble each other a cause is news only if one step explains it, or a
    recent value is far out.
    Rule: V4, R62, R63.
    """
    segment = xmr.of_segment(at)
    values = [p.value for p in segment]
    if sum(v is not None for v in values) < ENOUGH or all(v is None for v in values[-RECENT:]):
        return TrendReading(TrendDirection.NONE)
    place = news(xmr, at)
    last = range(len(xmr.points))[at]
    side = next(p.side for p in reversed(segment) if p.value is not None)
    cause = None if place is None else xmr.points[place]
    on_side = cause is not None and side == (1 if cause.special_cause in HIGH else -1)
    alike = drift.resemblance(values) if sum(v is not None for v in values) >= TRUSTED else 0.0
    if alike >= drift.ALIKE:
        return _drifting(values, cause, on_side, last - len(segment) + 1, alike)
    if cause is None:
        return TrendReading(TrendDirection.STEADY, TrendSentence.USUAL, resemblance=alike)
    if not on_side:
        return TrendReading(TrendDirection.STEADY, TrendSentence.REVERSED, _before_reversal(xmr, last, cause), alike)
    return TrendReading(WORDS[cause.variation], TrendSentence.SIGNAL, resemblance=alike)


def _drifting(
    values: Sequence[float | None], cause: ControlPoint | None, on_side: bool, first: int, alike: float
) -> TrendReading:
    """Return the reading of a series that drifts. first: position of the segment's first value. Rule: R63."""
    step = drift.best_step(values)
    left = None if step is None else step.left
    if cause is not None and on_side:
        if step is not None and step.left < drift.LEVELLED and step.up == (cause.special_cause in HIGH):
            return TrendReading(WORDS[cause.variation], TrendSentence.NEW_LEVEL, first + step.at, alike, left)
        if drift.far_out(values, RECENT):
            return TrendReading(WORDS[cause.variation], TrendSentence.DRIFTS, None, alike, left)
    return TrendReading(TrendDirection.NONE, TrendSentence.DRIFTS, None, alike, left)


def _before_reversal(xmr: XmR, last: int, cause: ControlPoint) -> int:
    """Return the position of the last value that was still on the side of a cause."""
    side = 1 if cause.special_cause in HIGH else -1
    return max((i for i in range(last) if xmr.points[i].side == side), default=last)


def trend(xmr: XmR, at: int = -1) -> TrendDirection:
    """Return the word for the trend at the period ``at`` (a position, by default the last).

    NONE below 8 values in the segment, where there is no better direction, and where values drift by themselves.
    Rule: V4, R62, R63.
    """
    return reading(xmr, at).word


def news(xmr: XmR, at: int = -1) -> int | None:
    """Return the position of the special cause that the word at ``at`` rests on; None where there is only noise.

    It is the latest of that period and the two before it; under 8 values in the segment nothing is news.
    """
    segment = xmr.of_segment(at)
    if sum(p.value is not None for p in segment) < ENOUGH:
        return None
    last = range(len(xmr.points))[at]
    recent = range(last, last - min(RECENT, len(segment)), -1)
    return next((i for i in recent if xmr.points[i].special_cause is not SpecialCause.COMMON), None)


def run(xmr: XmR, at: int = -1) -> int:
    """Return how many points up to ``at`` stand in a row on one side of the mean; 0 for one on the mean or missing."""
    segment = xmr.of_segment(at)
    count = 0
    for point in reversed(segment):
        if point.side == 0 or point.side != segment[-1].side:
            break
        count += 1
    return count


def suggest_rebase(xmr: XmR, at: int = -1) -> int | None:
    """Return the position from which new limits would fit better: where 7 or more points on one side of the mean begin.

    Only a suggestion for the page: limits change when someone writes down a reason, never by themselves.
    Rule: V5.
    """
    length = run(xmr, at)
    if length < RUN:
        return None
    start = range(len(xmr.points))[at] + 1 - length
    return start if start and xmr.points[start - 1].segment == xmr.points[start].segment else None


def clipped(lower: float, upper: float, low: float | None, high: float | None) -> tuple[float, float]:
    """Return limits as they are drawn for a KPI that cannot leave ``low`` to ``high`` (0 to 1 for a share).

    Rule: V7.
    """
    if low is not None:
        lower, upper = max(lower, low), max(upper, low)
    if high is not None:
        lower, upper = min(lower, high), min(upper, high)
    return lower, upper


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A series without its seasons. seasonal: whether there were any; if not, values are as given.

    multiplied: seasons are factors (all values above zero), else amounts. seasons: one for each value.
    """

    values: tuple[float | None, ...]
    seasonal: bool = False
    multiplied: bool = False
    seasons: tuple[float, ...] = ()

    def restored(self, amount: float, position: int) -> float:
        """Return an adjusted amount, such as a limit, as it would stand in the period at ``position``."""
        if not self.seasonal:
            return amount
        season = self.seasons[position]
        return amount * season if self.multiplied else amount + season


def adjusted(values: Sequence[float | None], season: int, places: Sequence[int] = ()) -> Adjusted:
    """Return ``values`` seasonally adjusted where they are plainly seasonal, for a chart that says so.

    season: periods in a year (12, 52, 4, 13). places: of the values in their years, from 0; (): the first begins one.
    Rule: V6.
    """
    known = [v for v in values if v is not None]
    multiplied = bool(known) and min(known) > 0
    scale = [None if v is None else log(v) if multiplied else v for v in values]
    places = places or [i % season for i in range(len(values))]
    found = estimate(scale, season, places)
    if not found.plain:
        return Adjusted(tuple(values))
    indices = [found.at(place) for place in places]
    seasons = tuple(exp(s) for s in indices) if multiplied else tuple(indices)
    without = tuple(None if v is None else v / s if multiplied else v - s for v, s in zip(values, seasons, strict=True))
    return Adjusted(without, True, multiplied, seasons)


def _placed(values: Sequence[float | None], segment: int, screen: bool, fix: int | None) -> list[ControlPoint]:
    """Return the points of one segment against its limits."""
    base = values if fix is None else values[:fix]
    known = [v for v in base if v is not None]
    if not known:
        return [ControlPoint(v, segment, None, None, None, True) for v in values]
    mean = fsum(known) / len(known)
    average = _average_range(base, screen)
    reach = None if average is None else LIMIT * average
    provisional = sum(v is not None for v in values) < TRUSTED
    return [_against(v, segment, mean, reach, provisional) for v in values]


def _average_range(values: Sequence[float | None], screen: bool) -> float | None:
    """Return the average moving range; None without any, or where all are screened out (it never moves). Rule: V1."""
    ranges = [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]
    if screen and ranges:
        ceiling = SCREEN * fsum(ranges) / len(ranges)
        ranges = [r for r in ranges if r < ceiling]
    return fsum(ranges) / len(ranges) if ranges else None


def _against(value: float | None, segment: int, mean: float, reach: float | None, provisional: bool) -> ControlPoint:
    lower, upper = (None, None) if reach is None else (mean - reach, mean + reach)
    if value is None:
        return ControlPoint(None, segment, mean, lower, upper, provisional)
    distance = value - mean
    slack = ROUNDING * max(abs(value), abs(mean)) + TOLERANCE * (reach or 0.0)
    side = 0 if abs(distance) <= slack else 1 if distance > 0 else -1
    outside = reach is not None and abs(distance) > reach + slack
    near = reach is not None and not outside and abs(distance) > NEAR * reach + slack
    return ControlPoint(value, segment, mean, lower, upper, provisional, side=side, outside=outside, near=near)


def _judged(points: list[ControlPoint], improvement: Direction | None) -> list[ControlPoint]:
    """Return the points of one segment with their special causes: the first rule that applies names the cause.

    Rule: V2.
    """
    trends, pairs, sides = _trends(points), _pairs(points), _runs(points)
    judged = []
    for i, p in enumerate(points):
        if p.outside:
            cause = SpecialCause.ABOVE if p.side > 0 else SpecialCause.BELOW
        elif trends[i]:
            cause = SpecialCause.RISING if trends[i] > 0 else SpecialCause.FALLING
        elif pairs[i]:
            cause = SpecialCause.NEAR_UPPER if p.side > 0 else SpecialCause.NEAR_LOWER
        elif sides[i]:
            cause = SpecialCause.HIGH_RUN if p.side > 0 else SpecialCause.LOW_RUN
        else:
            cause = SpecialCause.COMMON
        judged.append(replace(p, special_cause=cause, variation=_variation(cause, improvement)))
    return judged


def _trends(points: list[ControlPoint]) -> list[int]:
    """Return 1 for points in a run of seven strictly rising, -1 falling; a shared point is of the later run."""
    steps = [0, *(_step(a.value, b.value) for a, b in pairwise(points))]
    marks = [0] * len(points)
    for end in range(RUN - 1, len(points)):
        window = steps[end - RUN + 2 : end + 1]
        if window[0] and all(s == window[0] for s in window):
            marks[end - RUN + 1 : end + 1] = [window[0]] * RUN
    return marks


def _step(before: float | None, after: float | None) -> int:
    if before is None or after is None:
        return 0
    return (after > before) - (after < before)


def _pairs(points: list[ControlPoint]) -> list[bool]:
    """Return which points are near a limit among three in a row on one side, of which two or more are near."""
    marks = [False] * len(points)
    for end in range(2, len(points)):
        three = points[end - 2 : end + 1]
        if three[0].side and all(p.side == three[0].side for p in three) and sum(p.near for p in three) >= 2:
            for i in range(end - 2, end + 1):
                marks[i] = marks[i] or points[i].near
    return marks


def _runs(points: list[ControlPoint]) -> list[bool]:
    """Return which points stand in a run of seven on one side of the mean."""
    marks = [False] * len(points)
    for end in range(RUN - 1, len(points)):
        window = points[end - RUN + 1 : end + 1]
        if window[0].side and all(p.side == window[0].side for p in window):
            marks[end - RUN + 1 : end + 1] = [True] * RUN
    return marks


def _variation(cause: SpecialCause, improvement: Direction | None) -> Variation:
    if cause is SpecialCause.COMMON:
        return Variation.COMMON
    high = cause in HIGH
    if improvement is Direction.HIGHER:
        return Variation.IMPROVING if high else Variation.CONCERNING
    if improvement is Direction.LOWER:
        return Variation.CONCERNING if high else Variation.IMPROVING
    return Variation.HIGH if high else Variation.LOW


def _assurance(last: ControlPoint, target: float | None, improvement: Direction | None) -> Assurance | None:
    """Return whether the usual range lies on one side of the target; a target on a limit is hit and miss.

    Without limits (one value, or one that never moved) nothing is consistent, as in the reference.
    Rule: R3.
    """
    if target is None or last.mean is None or improvement not in (Direction.HIGHER, Direction.LOWER):
        return None
    if last.lower is None or last.upper is None:
        return Assurance.HIT_AND_MISS
    if target > last.upper and not same(target, last.upper):
        return Assurance.FAILS if improvement is Direction.HIGHER else Assurance.PASSES
    if target < last.lower and not same(target, last.lower):
        return Assurance.PASSES if improvement is Direction.HIGHER else Assurance.FAILS
    return Assurance.HIT_AND_MISS
