"""How far, and towards what: R4 - R11, R24 and R35 a second time, plainly, sharing nothing with the product.

It knows no workbooks: ``Goal`` is what somebody meant to type, a month is a count of months since year 0, and a period
is the first month of it together with its length (``step``). Slow and literal on purpose: where it differs from the
product, the rule decides who is right.
"""

from __future__ import annotations

import calendar
import statistics
from dataclasses import dataclass, field
from datetime import date


@dataclass
class Rules:
    """The settings of a workbook, with their defaults. start: the first month of the fiscal year."""

    start: int = 1
    amber: float = 0.9
    cap: float = 1.2
    floor: float = 0.0
    coverage: float = 0.5
    zero: bool = False
    days: bool = False
    tolerance: float = 2.0
    absolute: bool = False


@dataclass
class Goal:
    """One row of Goals with its figures.

    basis: year, period or cumulative. range: (low, high). actuals: by first month, and so typed and parts. parts: the
    months of a coarser KPI, which are typed in place of its actuals. weekly: the same of a month, by "2026-W05"; then
    the target is a week's. shops: the figures are typed for two departments each. before: a year's target is split as
    the year before went.
    """

    name: str
    unit: str
    aggregation: str
    step: int = 1
    direction: str = "higher"
    target: float | None = None
    range: tuple[float, float] | None = None
    basis: str = "period"
    typed: dict[int, float] = field(default_factory=dict)
    years: dict[int, float] = field(default_factory=dict)
    phasing: list[float] | None = None
    revisions: list[tuple[int, float]] = field(default_factory=list)
    red: float | None = None
    baseline: float | None = None
    method: str = "linear"
    cap: float | None = None
    floor: float | None = None
    weight: float | None = None
    parent: str | None = None
    rollup: str | None = None
    zero: bool = False
    numerator: str | None = None
    denominator: str | None = None
    metric: bool = False
    stretch: float | None = None
    threshold: float | None = None
    before: bool = False
    weekly: dict[str, float] = field(default_factory=dict)
    parts: dict[int, float] = field(default_factory=dict)
    actuals: dict[int, float] = field(default_factory=dict)
    shops: bool = False

    @property
    def aims(self) -> bool:
        return not self.metric and (
            self.target is not None or self.range is not None or bool(self.typed) or bool(self.years)
        )


def same(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))


def above(a: float, b: float) -> bool:
    return a > b or same(a, b)


def below(a: float, b: float) -> bool:
    return a < b or same(a, b)


# --- time -------------------------------------------------------------------------------------------------------------


def year_of(month: int, start: int) -> int:
    """Return the fiscal year that a month lies in, by the calendar year in which it ends (R31)."""
    year, number = divmod(month, 12)
    return year if start == 1 else year + (1 if number + 1 >= start else 0)


def first_month(year: int, start: int) -> int:
    return year * 12 if start == 1 else (year - 1) * 12 + start - 1


def periods_of(year: int, start: int, step: int) -> list[int]:
    return [first_month(year, start) + at for at in range(0, 12, step)]


def days_in(first: int, step: int) -> int:
    return sum(calendar.monthrange(*(lambda y, n: (y, n + 1))(*divmod(m, 12)))[1] for m in range(first, first + step))


def weeks_of(month: int) -> list[str]:
    """Return the ISO weeks of a month: those whose Thursday lies in it (R33)."""
    year, number = divmod(month, 12)
    days = (date(year, number + 1, day) for day in range(1, calendar.monthrange(year, number + 1)[1] + 1))
    return ["{}-W{:02d}".format(*day.isocalendar()[:2]) for day in days if day.isoweekday() == 4]


def last_closed(month: int, start: int, step: int) -> int:
    """Return the first month of the last period of ``step`` months that is over by the end of ``month``."""
    into = (month - first_month(year_of(month, start), start)) % step
    return month - into if into == step - 1 else month - into - step


def combine(how: str, figures: list[tuple[int, float]], step: int) -> float | None:
    values = [v for _, v in figures]
    if not values:
        return None
    match how:
        case "sum":
            return sum(values)
        case "average" | "ratio":
            return statistics.fmean(values)
        case "last":
            return values[-1]
        case "first":
            return values[0]
        case "max":
            return max(values)
        case "min":
            return min(values)
        case "weighted":
            return sum(v * days_in(m, step) for m, v in figures) / sum(days_in(m, step) for m, _ in figures)
    raise ValueError(how)


# --- how far (R4 - R11) -----------------------------------------------------------------------------------------------


@dataclass
class Verdict:
    """attainment: None where there is none; met: yes or no where it can be said."""

    attainment: float | None
    met: bool | None
    status: str
    flags: tuple[str, ...] = ()


Aim = float | tuple[float, float] | None


def verdict(goal: Goal, actual: float | None, aim: Aim, rules: Rules) -> Verdict:
    if aim is None or goal.metric:
        # A month that has a figure and no target says what was measured, and judges nothing.
        return Verdict(None, None, "info" if not goal.aims or actual is not None else "none")
    if actual is None:
        return Verdict(None, None, "none")
    if isinstance(aim, tuple):
        return _within(actual, aim, rules)
    higher = goal.direction == "higher"
    met = above(actual, aim) if higher else below(actual, aim)
    flags: tuple[str, ...] = ()
    if goal.method == "progress" and goal.baseline is not None:
        reached = None if same(aim, goal.baseline) else (actual - goal.baseline) / (aim - goal.baseline)
    elif aim == 0:
        reached, flags = (1.0 if met else 0.0), ("ZERO_TARGET",)
    elif goal.method == "ratio":
        reached = actual / aim if higher else (aim / actual if actual > 0 else None)
        flags = ("RATIO_A_ZERO",) if reached is None else ()
    else:
        reached = 1 + ((actual - aim) if higher else (aim - actual)) / abs(aim)
    return Verdict(reached, met, _status(goal, actual, met, reached, rules), flags)


def _status(goal: Goal, actual: float, met: bool, reached: float | None, rules: Rules) -> str:
    if goal.red is not None:
        held = above(actual, goal.red) if goal.direction == "higher" else below(actual, goal.red)
        return "on" if met else "watch" if held else "off"
    if reached is None:
        return "on" if met else "off"
    return "on" if above(reached, 1) else "watch" if above(reached, rules.amber) else "off"


def _within(actual: float, aim: tuple[float, float], rules: Rules) -> Verdict:
    low, high = aim
    if above(actual, low) and below(actual, high):
        return Verdict(1.0, True, "on")
    away, bound = (low - actual, low) if actual < low else (actual - high, high)
    size = abs(bound) if bound else high - low
    if size == 0:
        return Verdict(0.0, False, "off", ("ZERO_TARGET",))
    reached = 1 - away / size
    return Verdict(reached, False, "watch" if above(reached, rules.amber) else "off")


def enters(goal: Goal, found: Verdict, rules: Rules) -> float | None:
    """Return what a child brings into its parent: its attainment between floor and cap (R7)."""
    reached = found.attainment
    if reached is None:
        if found.met is None:
            return None
        reached = 1.0 if found.met else 0.0
    cap = rules.cap if goal.cap is None else goal.cap
    floor = rules.floor if goal.floor is None else goal.floor
    return min(max(reached, floor), cap)


def progress(goal: Goal, actual: float | None, aim: Aim) -> float | None:
    """Return how much of the way from the baseline is gone (R8), whatever rates the goal."""
    if actual is None or goal.baseline is None or not isinstance(aim, float | int) or same(aim, goal.baseline):
        return None
    return (actual - goal.baseline) / (aim - goal.baseline)


# --- targets (R24, R35) -----------------------------------------------------------------------------------------------


class Targets:
    """What should be reached in each period; ``present`` with all revisions, else as it was first meant."""

    def __init__(self, goal: Goal, rules: Rules, *, present: bool = True) -> None:
        self.goal, self.rules = goal, rules
        self.revisions = sorted(goal.revisions) if present else []

    def yearly(self) -> bool:
        return bool(self.goal.years) or self.goal.basis == "year"

    def of(self, first: int) -> Aim:
        goal = self.goal
        if goal.range is not None:
            return self.within(1 / (12 // goal.step))
        if goal.aggregation == "sum" and self.yearly() and not goal.typed:
            return self.split(first)
        return self.plain(first)

    def within(self, share: float) -> tuple[float, float]:
        """Return a range, which is the whole year's where amounts add up, as every plain target."""
        low, high = self.goal.range or (0.0, 0.0)
        return (low * share, high * share) if self.goal.aggregation == "sum" else (low, high)

    def plain(self, first: int) -> float | None:
        """Return the target of a period that is given as such, or replicated from a year's."""
        goal = self.goal
        found: float | None = goal.target
        if goal.years:
            found = goal.years.get(year_of(first, self.rules.start), found)
        if goal.basis == "cumulative" and found is not None and goal.aggregation == "sum":
            return found  # never generated: a running target is tested by hand
        if goal.aggregation == "sum":
            found = goal.typed.get(first, found if not self.yearly() else None)
        else:
            earlier = [m for m in goal.typed if m <= first]
            found = goal.typed[max(earlier)] if earlier else found
        for effective, new in self.revisions:
            if effective <= first:
                found = new
        if goal.weekly and found is not None and goal.aggregation == "sum":
            return found * len(weeks_of(first))
        return found

    def split(self, first: int) -> float | None:
        """Return a month's part of a year's target; a year revised on the way keeps what has elapsed."""
        year = year_of(first, self.rules.start)
        periods = periods_of(year, self.rules.start, self.goal.step)
        whole = self.goal.years.get(year, self.goal.target)
        for effective, new in self.revisions:
            if effective <= periods[0]:
                whole = new
        if whole is None:
            return None
        parts = dict(zip(periods, self.shares(whole, periods, len(periods)), strict=True))
        for effective, new in self.revisions:
            if periods[0] < effective <= periods[-1]:
                rest = [m for m in periods if m >= effective]
                left = new - sum(parts[m] for m in periods if m < effective)
                parts |= dict(zip(rest, self.shares(left, rest, len(periods)), strict=True))
        return parts[first]

    def shares(self, whole: float, periods: list[int], total: int) -> list[float]:
        """Return an amount over the last periods of a year: evenly, by their weights, or as the year before went."""
        goal, count = self.goal, len(periods)
        weights = [float(len(weeks_of(first))) if goal.weekly else 1.0 for first in periods]
        if goal.phasing and total == 12:
            weights = goal.phasing[-count:]
        elif goal.before:
            year = periods_of(year_of(periods[0], self.rules.start), self.rules.start, goal.step)
            went = [goal.actuals.get(first - 12) for first in year]
            if all(v is not None and v >= 0 for v in went) and sum(v or 0.0 for v in went[-count:]) > 0:
                weights = [v or 0.0 for v in went[-count:]]
        return [whole * w / sum(weights) for w in weights]

    def whole(self, year: int) -> Aim:
        """Return the target of a whole year."""
        goal, periods = self.goal, periods_of(year, self.rules.start, self.goal.step)
        each = [self.of(first) for first in periods]
        if goal.range is not None:
            return goal.range
        if (
            goal.aggregation == "sum"
            and self.yearly()
            and goal.typed
            and any(first not in goal.typed for first in periods)
        ):
            return goal.years.get(year, goal.target)
        if goal.aggregation in ("last", "first"):
            return each[-1 if goal.aggregation == "last" else 0]
        numbers = [x for x in each if isinstance(x, float | int)]
        if len(numbers) < len(periods) and goal.aggregation == "sum":
            return None
        return combine(
            goal.aggregation,
            [(m, x) for m, x in zip(periods, each, strict=True) if isinstance(x, float | int)],
            goal.step,
        )
