"""What may be said of a goal and its drivers: a cause only where the goal is made of them. Rule: R40, R41, R42."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kpireport.core.compare import at_least, same
from kpireport.core.model import Direction, Rollup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.scorecard import Result

MADE_OF_CHILDREN = frozenset((Rollup.SUM, Rollup.AVERAGE, Rollup.RATIO))


class DriverFinding(StrEnum):
    """What holds between a goal and its drivers."""

    NONE = ""  # no cause is named
    EXPLAINS = "explains"  # one driver is at least half of the gap, and no more than all of it
    TAKES = "takes"  # one loses more than the whole gap, and others give back
    SCORED = "scored"  # no arithmetic between them, on the same side of 100 %
    DIFFERS = "differs"  # no arithmetic between them, on different sides


@dataclass(frozen=True, slots=True)
class Cause:
    """What is said of one goal. key: of the driver named, "" for none.

    loss: what that driver takes, positive; rest: the whole gap, or for TAKES what others give back. Points of 100, or
    amounts in the goal's unit where ``amounts`` is set.
    """

    finding: DriverFinding
    key: str = ""
    loss: float = 0.0
    rest: float = 0.0
    amounts: bool = False


def made_of_children(result: Result) -> bool:
    """Return whether a goal's figure is arithmetic of its children: it has none of its own, or is their sum or mean."""
    return result.actual is None or result.kpi.rollup in MADE_OF_CHILDREN


def cause(result: Result, results: Mapping[str, Result]) -> Cause:
    """Return what may be said of a goal's drivers. results: all that the reader sees. Rule: R41, R42."""
    roll = result.roll
    if roll is None or roll.score is None or not roll.contributions:
        return Cause(DriverFinding.NONE)
    if not made_of_children(result):
        attained = result.verdict.attainment
        if attained is None:
            return Cause(DriverFinding.NONE)
        alike = at_least(attained, 1.0) == at_least(roll.score, 1.0)
        return Cause(DriverFinding.SCORED if alike else DriverFinding.DIFFERS)
    gaps = gaps_of_drivers(result, results)
    if gaps is not None:
        return _largest(gaps, sum(gaps.values()), amounts=True)
    points = {key: share * 100 for key, share in roll.contributions.items()}
    return _largest(points, (roll.score - 1) * 100, amounts=False)


def gaps_of_drivers(result: Result, results: Mapping[str, Result]) -> dict[str, float] | None:
    """Return what each child of a sum adds to its goal's gap, a loss below zero; None where a child has no gap.

    Rule: R42.
    """
    if result.kpi.rollup is not Rollup.SUM or result.verdict.gap is None:
        return None
    sign = -1.0 if result.kpi.direction is Direction.LOWER else 1.0
    children = [results.get(key) for key in (result.roll.contributions if result.roll else ())]
    gaps = {c.kpi.key: sign * c.verdict.gap for c in children if c is not None and c.verdict.gap is not None}
    whole = len(gaps) == len(children) and same(sum(gaps.values()), sign * result.verdict.gap)
    return gaps if gaps and whole else None


def _largest(parts: Mapping[str, float], whole: float, *, amounts: bool) -> Cause:
    """Name the part that is at least half of a loss; none where there is no loss, or none is so large."""
    key = min(parts, key=lambda name: parts[name])
    largest = parts[key]
    if whole >= 0 or same(whole, 0.0) or largest > whole / 2:
        return Cause(DriverFinding.NONE)
    if largest < whole and not same(largest, whole):
        return Cause(DriverFinding.TAKES, key, -largest, whole - largest, amounts)
    return Cause(DriverFinding.EXPLAINS, key, -largest, -whole, amounts)
