"""What the lines beside a target are measured in: the whole year's amount, or each period's.

Beside a target of 1200 a year somebody types a red line of 1080, and somebody else 90, thinking of a month. Both are
meant as nine tenths; only their size tells which.
Rule: R24.
"""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import TYPE_CHECKING

from kpireport.core.model import Aggregation, Basis
from kpireport.core.periods import Frequency

if TYPE_CHECKING:
    from kpireport.core.model import Kpi

PER_YEAR = {Frequency.WEEK: 52, Frequency.MONTH: 12, Frequency.QUARTER: 4, Frequency.HALF: 2}
LINES = ("red_line", "baseline", "stretch", "threshold")


def yearly(kpi: Kpi) -> Kpi:
    """Return the KPI with the lines beside a year's target as amounts of a year, each in the KPI's unit."""
    count = PER_YEAR.get(kpi.frequency or Frequency.MONTH, 1)
    target = _target(kpi)
    if kpi.aggregation is not Aggregation.SUM or target is None or count == 1:
        return kpi
    changed = {}
    for name in LINES:
        line: float | None = getattr(kpi, name)
        if line is not None and _of_a_period(line, target, count):
            changed[name] = line * count
    return replace(kpi, **changed) if changed else kpi  # type: ignore[arg-type]  # all four are numbers


def _target(kpi: Kpi) -> float | None:
    """Return the amount of a year, None where the target is one of each period, or a range."""
    if kpi.target is not None and kpi.basis is Basis.YEAR:
        return kpi.target.value
    return next(iter(kpi.year_targets.values())).value if kpi.year_targets and kpi.target is None else None


def _of_a_period(line: float, target: float, count: int) -> bool:
    """Return whether a line is nearer to a period's part of the target than to the whole, by their ratio."""
    if line * target <= 0:
        return False
    return abs(log(line * count / target)) < abs(log(line / target))
