"""Targets as numbers or ranges: multiplied, split, put together, compared. Rule: R9, R24, R30."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.compare import same
from kpireport.core.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def times(span: Span, factor: float) -> Span:
    """Return a target, or both bounds of a range, multiplied."""
    return Span(*(None if part is None else part * factor for part in (span.value, span.low, span.high)))


def combine(spans: Sequence[Span], make: Callable[[list[float]], float | None]) -> Span | None:
    """Return one target for several, each bound by itself; None where they are not all of one kind."""
    if not spans:
        return None
    if all(span.value is not None for span in spans):
        return Span(value=make([span.value for span in spans if span.value is not None]))
    if all(span.low is not None and span.high is not None for span in spans):
        return Span(
            low=make([span.low for span in spans if span.low is not None]),
            high=make([span.high for span in spans if span.high is not None]),
        )
    return None


def alike(one: Span, other: Span) -> bool:
    """Return whether two targets are the same. Rule: R3."""
    pairs = ((one.value, other.value), (one.low, other.low), (one.high, other.high))
    return all(a is b is None or (a is not None and b is not None and same(a, b)) for a, b in pairs)


def to_date(span: Span, elapsed: int, days: int) -> Span:
    """Return the target of a period that is not over, for its days so far (``partial = prorate``). Rule: R30."""
    return times(span, elapsed / days)


def split(amount: Span, weights: Sequence[float]) -> list[Span]:
    """Return a year's amount spread over its periods by weights; they need not add up to 1. Rule: R24."""
    total = sum(weights)
    return [times(amount, weight / total) for weight in weights]
