"""What is computed from what: totals, running sums, differences, shares, found by their values. Rule: L52, L53.

A title only lowers how many points must match. Values that do not vary prove nothing; a typed figure is no total
unless it is called one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Vector = Mapping[int, float]

SAMPLE = 400
PAIRS = 12  # columns beside one that are tried in pairs
BACK = 80  # rows above one that are added up
STEPS = (1.0, 0.1, 0.01, 0.001, 0.0001)


def step_of(numbers: Sequence[float]) -> float:
    """Return the step to which all numbers were rounded, 0 where there is none."""
    for step in STEPS:
        if all(abs(n / step - round(n / step)) < 1e-6 for n in numbers[:60]):
            return step
    return 0.0


def close(typed: float, computed: float, addends: int = 2, step: float = 0.0) -> bool:
    """Return whether a number is what was computed, but for rounding of each addend."""
    return abs(typed - computed) <= max(1e-6 * max(abs(typed), abs(computed)), step * 0.5 * min(addends, 4), 1e-9)


def proves(typed: Vector, computed: Vector, addends: int = 2, need: int = 3) -> bool:
    """Return whether one vector is the other: nearly all points match, enough of them, and they vary. Rule: L52."""
    keys = [k for k in typed if k in computed and (typed[k] != 0 or computed[k] != 0)]
    if not keys:
        return False
    step = step_of([typed[k] for k in keys])
    if step and not any(abs(computed[k] / step - round(computed[k] / step)) > 1e-6 for k in keys[:60]):
        step = 0.0
    allowed = len(keys) - 0.9 * len(keys)
    slack = step * 0.5 * min(addends, 4)
    missed = 0
    different = set()
    for k in keys:
        a, b = typed[k], computed[k]
        off = abs(a - b)
        if off <= slack or off <= 1e-9 or off <= 1e-6 * max(abs(a), abs(b)):
            different.add(round(a, 9))
        else:
            missed += 1
            if missed > allowed:
                return False
    hits = len(keys) - missed
    return hits >= 0.9 * len(keys) and hits >= need and len(different) >= min(3, need)
