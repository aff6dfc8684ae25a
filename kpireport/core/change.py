"""A figure against an earlier one: difference, percentage where that means something, else words.

Rule: R25, R26, R27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.compare import same
from kpireport.core.model import Aggregation, Direction
from kpireport.core.scorecard import Change

if TYPE_CHECKING:
    from kpireport.core.model import Kpi, Span
    from kpireport.core.periods import Period
    from kpireport.core.scorecard import Figure, Goal

TURNED_POSITIVE, TURNED_NEGATIVE = "turned_positive", "turned_negative"
LOSS_NARROWED, LOSS_WIDENED = "loss_narrowed", "loss_widened"


def change(
    kpi: Kpi,
    actual: Figure | None,
    previous: Figure | None,
    period: Period | None = None,
    *,
    pct_base: str = "positive",
    goal: Goal | None = None,
) -> Change:
    """Return how ``actual`` differs from ``previous``, the figure of ``period``.

    A missing figure gives no difference, never zero. pct_base: "abs" divides by the size of P. goal: the
    target in force, which decides what is favourable where the KPI should stay within a range.
    Rule: R25.
    """
    if actual is None or previous is None:
        return Change(previous, period, points=kpi.unit.share)
    delta = actual.value - previous.value
    if same(actual.value, previous.value):
        delta = 0.0
    return Change(
        previous,
        period,
        delta,
        ratio=relative(actual.value, previous.value, pct_base=pct_base),
        points=kpi.unit.share,
        words=words(actual.value, previous.value) if earns(kpi) else "",
        good=favourable(kpi.direction, actual.value, previous.value, goal.span if goal else None),
    )


def relative(actual: float, previous: float, *, pct_base: str = "positive") -> float | None:
    """Return delta / P as a ratio, only when P > 0 and A >= 0; None is "n/m". Rule: R25."""
    if pct_base == "abs":
        return None if previous == 0 else (actual - previous) / abs(previous)
    return (actual - previous) / previous if previous > 0 and actual >= 0 else None


def earns(kpi: Kpi) -> bool:
    """Return whether profit and loss may be said of a KPI: it is money, and adds up. Rule: R61."""
    return bool(kpi.unit.currency) and kpi.aggregation in (None, Aggregation.SUM)


def words(actual: float, previous: float) -> str:
    """Return the key of what is said in place of a percentage, or "". Rule: R25."""
    if same(actual, previous):
        return ""
    if previous > 0:
        return TURNED_NEGATIVE if actual < 0 else ""
    if previous == 0:
        return ""
    if actual > 0:
        return TURNED_POSITIVE
    return LOSS_NARROWED if actual > previous else LOSS_WIDENED


def favourable(direction: Direction | None, actual: float, previous: float, span: Span | None = None) -> bool | None:
    """Return whether going from ``previous`` to ``actual`` is good; None without direction or change.

    For a range: whether it came nearer to the range; None without the range, or where both lie within it.
    Rule: R27.
    """
    if direction is None or same(actual, previous):
        return None
    if direction is Direction.RANGE:
        before, now = outside(previous, span), outside(actual, span)
        return None if before is None or now is None or same(before, now) else now < before
    return actual > previous if direction is Direction.HIGHER else actual < previous


def outside(value: float, span: Span | None) -> float | None:
    """Return how far ``value`` lies outside a range or from a value, 0 inside; None without either."""
    if span is None:
        return None
    if span.low is not None and span.high is not None:
        return max(span.low - value, value - span.high, 0.0)
    return None if span.value is None else abs(value - span.value)
