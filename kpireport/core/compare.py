"""Compare figures with the one tolerance that there is, so that 0.1 + 0.2 meets a target of 0.3. Rule: R3."""

from __future__ import annotations

TOLERANCE = 1e-9


def same(a: float, b: float) -> bool:
    """Return whether two figures are equal as far as a workbook can tell them apart."""
    return abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b))


def at_least(a: float, b: float) -> bool:
    """Return whether ``a`` reaches ``b``."""
    return a >= b or same(a, b)


def at_most(a: float, b: float) -> bool:
    """Return whether ``a`` stays within ``b``."""
    return a <= b or same(a, b)
