"""How far an actual got towards its target, and what that means. Rule: R4, R5, R6, R7, R8, R9, R10, R11."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from kpireport.core.compare import at_least, at_most, same
from kpireport.core.model import Direction, Kind, Measure, Method, Settings, Span
from kpireport.core.scorecard import Goal, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kpireport.core.model import Kpi

SMALL = 0.1  # a target under a tenth of the usual one makes ratios that mislead. Rule: R6.
NEAR_CEILING = 0.95  # Rule: R12.
ZERO_TARGET, SMALL_TARGET, RATIO_A_ZERO = "ZERO_TARGET", "SMALL_TARGET", "RATIO_A_ZERO"
ZERO_WIDTH, NO_PROGRESS = "ZERO_WIDTH", "NO_PROGRESS"
BASELINE_BEYOND = "BASELINE_BEYOND_TARGET"
DEFAULTS = Settings()


@dataclass(frozen=True, slots=True)
class Reach:
    """One attainment: ratio (None where it would mean nothing), met, and why it is unusual."""

    ratio: float | None
    met: bool
    flags: tuple[str, ...] = ()


def linear(actual: float, target: float, direction: Direction = Direction.HIGHER) -> Reach:
    """Return ``1 + gap / |target|``, one formula for all signs; 1 or 0 where the target is zero. Rule: R4, R5."""
    gap = actual - target if direction is not Direction.LOWER else target - actual
    met = better(actual, target, direction)
    if target == 0:
        return Reach(1.0 if met else 0.0, met, (ZERO_TARGET,))
    return Reach(1 + gap / abs(target), met)


def ratio(actual: float, target: float, direction: Direction = Direction.HIGHER) -> Reach:
    """Return A/T, or T/A where lower is better (Method = ratio); linear where a ratio would mislead. Rule: R4."""
    if target <= 0:
        return linear(actual, target, direction)
    if direction is not Direction.LOWER:
        return Reach(actual / target, better(actual, target, direction))
    if actual <= 0:
        return Reach(None, met=True, flags=(RATIO_A_ZERO,))
    return Reach(target / actual, better(actual, target, direction))


def progress(actual: float, target: float, baseline: float) -> float | None:
    """Return how much of the way from baseline to target is gone; None where there is no way to go. Rule: R8."""
    return None if same(target, baseline) else (actual - baseline) / (target - baseline)


def beyond(baseline: float, target: float, direction: Direction) -> bool:
    """Return whether a baseline is better than its target: there is no way to go from it. Rule: R8."""
    return better(baseline, target, direction) and not same(baseline, target)


def within(actual: float, low: float, high: float) -> Reach:
    """Return 1 inside the range, else ``1 - d/s``: d to the nearest bound, s that bound's size. Rule: R9."""
    if at_least(actual, low) and at_most(actual, high):
        return Reach(1.0, met=True)
    distance, bound = (low - actual, low) if actual < low else (actual - high, high)
    size = abs(bound) or abs(high - low)
    if size == 0:
        return Reach(0.0, met=False, flags=(ZERO_WIDTH,))
    return Reach(1 - distance / size, met=False)


def better(actual: float, line: float, direction: Direction | None) -> bool:
    """Return whether ``actual`` is on the good side of ``line``, or on it. Rule: R3."""
    return at_most(actual, line) if direction is Direction.LOWER else at_least(actual, line)


def clamp(value: float, floor: float, cap: float) -> float:
    """Return an attainment as it enters roll-ups. Rule: R7."""
    return max(floor, min(cap, value))


def status_of(value: float, amber_from: float) -> Status:
    """The status of a ratio. Rule: R3, R11b."""
    if at_least(value, 1.0):
        return Status.ON
    return Status.WATCH if at_least(value, amber_from) else Status.OFF


def usual_target(targets: Iterable[float]) -> float | None:
    """Return the median size of the targets that are not zero, in the KPI's unit; None without any. Rule: R6."""
    sizes = [abs(target) for target in targets if target != 0]
    return median(sizes) if sizes else None


def unrated(kpi: Kpi, actual: float | None) -> Verdict:
    """Return the verdict where there is no target, no actual, or a metric. Rule: R11c, R11d."""
    if kpi.kind is Kind.METRIC:
        return Verdict(Status.INFO)
    return Verdict(Status.NONE, flags=() if actual is None else ("NO_TARGET",))


def verdict(
    kpi: Kpi, goal: Goal | None, actual: float | None, settings: Settings = DEFAULTS, *, usual: float | None = None
) -> Verdict:
    """Rate ``actual`` against ``goal``.

    actual: in the KPI's unit, None where missing. usual: the median size of the KPI's targets, for SMALL_TARGET.
    Lines typed beside the target (red line, baseline) are taken times ``goal.scale``.
    Rule: R4, R5, R6, R7, R8, R9, R10, R11.
    """
    if actual is None or goal is None or kpi.kind is Kind.METRIC:
        return unrated(kpi, actual)
    span = goal.span
    red = None if kpi.red_line is None else kpi.red_line * goal.scale
    if span.low is not None and span.high is not None:
        return _in_range(kpi, span.low, span.high, red, actual, settings)
    return _at_target(kpi, goal, actual, settings=settings, red=red, usual=usual)


def _at_target(
    kpi: Kpi, goal: Goal, actual: float, *, settings: Settings, red: float | None, usual: float | None
) -> Verdict:
    target, scale = goal.span.value, goal.scale
    if target is None:
        return unrated(kpi, actual)
    direction = kpi.direction or Direction.HIGHER
    if direction is Direction.RANGE:
        return _in_range(kpi, target, target, red, actual, settings)
    reach, flags = _reach(kpi, target, scale, actual, direction)
    if usual is not None and target != 0 and abs(target) < SMALL * usual:
        flags = (*flags, SMALL_TARGET)
    sign = -1.0 if direction is Direction.LOWER else 1.0
    if red is not None and sign * (target - red) < 0:
        red = None  # BAND_ORDER tells of it; a red line on the good side rates nothing
    band = abs(target - red) if red is not None else abs(target) * (1 - settings.amber_from)
    return Verdict(
        _status(reach, red, actual, direction, settings),
        attainment=reach.ratio,
        met=reach.met,
        rollup=_enters(kpi, reach, settings),
        gap=actual - target,
        watch_limit=target - sign * band if band else None,
        bands=sign * (actual - target) / band + 0.0 if band else None,
        flags=flags,
    )


def _reach(kpi: Kpi, target: float, scale: float, actual: float, direction: Direction) -> tuple[Reach, tuple[str, ...]]:
    if kpi.method is Method.RATIO:
        reach = ratio(actual, target, direction)
        return reach, reach.flags
    if kpi.method is Method.PROGRESS and kpi.baseline is not None and beyond(kpi.baseline * scale, target, direction):
        reach = linear(actual, target, direction)
        return reach, (*reach.flags, BASELINE_BEYOND)
    if kpi.method is Method.PROGRESS and kpi.baseline is not None:
        share = progress(actual, target, kpi.baseline * scale)
        met = better(actual, target, direction)
        return Reach(share, met), () if share is not None else (NO_PROGRESS,)
    reach = linear(actual, target, direction)
    return reach, reach.flags


def _status(reach: Reach, red: float | None, actual: float, direction: Direction, settings: Settings) -> Status:
    if red is not None:
        if reach.met:
            return Status.ON
        return Status.WATCH if better(actual, red, direction) else Status.OFF
    if reach.ratio is None or reach.met:
        return Status.ON if reach.met else Status.OFF
    # Tiny targets: the ratio may round to 1 although the tolerance says missed, so a miss is never green.
    return Status.WATCH if at_least(reach.ratio, settings.amber_from) else Status.OFF


def _enters(kpi: Kpi, reach: Reach, settings: Settings) -> float:
    """The clamped ratio; where there is none, met counts as 1 and missed as 0. Rule: R7."""
    value = reach.ratio if reach.ratio is not None else float(reach.met)
    floor = settings.floor if kpi.floor is None else kpi.floor
    cap = settings.cap if kpi.cap is None else kpi.cap
    return clamp(value, floor, max(floor, cap))


def _in_range(kpi: Kpi, low: float, high: float, red: float | None, actual: float, settings: Settings) -> Verdict:
    """With a red line outside the range, its distance is the watch band on both sides. Rule: R9, R11."""
    low, high = min(low, high), max(low, high)
    reach = within(actual, low, high)
    under = actual <= low or (actual < high and abs(actual - low) <= abs(actual - high))  # a point has two sides too
    bound = low if under else high
    outward = -1.0 if under else 1.0
    band = abs(bound) or abs(high - low)
    band *= 1 - settings.amber_from
    if red is not None:
        far = max(low - red, red - high)
        red, band = (red, far) if far >= 0 else (None, band)
    beyond = outward * (actual - bound)  # positive outside, negative inside
    status = Status.ON
    if not reach.met:
        near = at_most(beyond, band) if red is not None else at_least(reach.ratio or 0.0, settings.amber_from)
        status = Status.WATCH if near else Status.OFF
    return Verdict(
        status,
        attainment=reach.ratio,
        met=reach.met,
        rollup=_enters(kpi, reach, settings),
        gap=0.0 if reach.met else actual - bound,
        watch_limit=bound + outward * band if band else None,
        bands=0.0 - beyond / band if band else None,
        flags=reach.flags,
    )


def milestone(*, done: bool, due: date | None, today: date) -> Status:
    """Done is green; not done and overdue is red; not due has no status. Rule: R10."""
    if done:
        return Status.ON
    return Status.OFF if due is None or due < today else Status.NONE


def too_wide(kpi: Kpi, target: float) -> bool:
    """Whether relative bands mean nothing, for a share near its ceiling (or floor) without a red line. Rule: R12."""
    if kpi.unit.measure is not Measure.SHARE or kpi.red_line is not None or kpi.direction is Direction.RANGE:
        return False
    if kpi.direction is Direction.LOWER:
        return at_most(target, 1 - NEAR_CEILING)
    return at_least(target, NEAR_CEILING)


def rate(kpi: Kpi, target: float | Span, actual: float | None, settings: Settings = DEFAULTS) -> Verdict:
    """Return the verdict for one plain target; the short form of ``verdict``."""
    span = target if isinstance(target, Span) else Span(value=target)
    return verdict(kpi, Goal(span), actual, settings)
