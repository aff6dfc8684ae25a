"""What a workbook computes of an actual and a target, and how well its cells must agree with it. Rule: L23."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ENOUGH = 3  # cells that must agree before one that does not is told
MOSTLY = 0.75  # of the cells that can be checked must agree
MOST_TOLD = 5  # cells that are told for one title
ROUNDED = 0.005_000_1  # a typed result may be rounded to whole percents or to cents

Pair = tuple[float, float]
FORMULAS: tuple[Callable[[float, float], float | None], ...] = (
    lambda actual, target: actual - target,
    lambda actual, target: target - actual,
    lambda actual, target: actual / target if target else None,
    lambda actual, target: actual / target - 1 if target else None,
    lambda actual, target: (actual - target) / abs(target) if target else None,
    lambda actual, target: (target - actual) / abs(target) if target else None,
    lambda actual, target: target / actual if actual else None,
    lambda actual, target: 2 - actual / target if target else None,
    lambda actual, target: 100 * actual / target if target else None,
)
