"""Which triggers fire, since when, and by which figure.

Each fires once per run of periods: its key holds the period in which it began, so that who was told in October is
not told again in November of the same thing.
Rule: R39.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpireport.core.catalogue import triggers as problems
from kpireport.core.compare import at_least, at_most
from kpireport.core.conditions import Comparison, Condition, Subject, condition
from kpireport.core.model import Direction, Step, TriggerRule
from kpireport.core.registry import complete
from kpireport.core.scorecard import Fired, InitiativeFlag, Status
from kpireport.core.signal import TrendDirection
from kpireport.core.staff import done_by, initiative

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.model import PlanItem
    from kpireport.core.periods import Period
    from kpireport.core.scorecard import Point, Result, Scorecard

LARGEST_ATTAINMENT = 1.5  # an attainment up to this was typed as a ratio, above it in percent
RANK = {Status.ON: 0, Status.WATCH: 1, Status.OFF: 2}


def fire(card: Scorecard) -> tuple[tuple[Fired, ...], tuple[Diagnostic, ...]]:
    """Check every rule of the Triggers sheet and every Trigger cell of the Goals sheet."""
    found: list[Fired] = []
    told: list[Diagnostic] = []
    for number, rule in enumerate(_rules(card), start=1):
        result = card.results.get(rule.kpi)
        if result is None:
            continue  # the parser has told that no such KPI is there, or a scope has left it out
        read = condition(rule.condition, rule.periods)
        if read is None:
            told.append(problems.CONDITION_UNKNOWN.at(rule.where, found=rule.condition))
            continue
        found.append(check(card, result, rule, read, rule.id or f"T{number}"))
    return tuple(found), tuple(told)


def _rules(card: Scorecard) -> tuple[TriggerRule, ...]:
    typed = [
        TriggerRule(kpi=r.kpi.key, condition=part.strip(), where=r.kpi.cell("trigger"))
        for r in card.results.values()
        for part in r.kpi.trigger.replace("；", ";").replace("\n", ";").split(";")
        if part.strip()
    ]
    return (*card.book.triggers, *typed)


def check(card: Scorecard, result: Result, rule: TriggerRule, read: Condition, name: str) -> Fired:
    """Return one rule, checked at the report period."""
    case, how, points = Case(card, result, read), CHECKS[read.subject], result.points
    run = 0
    while run < len(points) and how.holds(case, len(points) - 1 - run):
        run += 1
    fired = run >= read.periods
    since: Period | None = points[len(points) - run + read.periods - 1].period if fired and points else None
    if how.event and fired and points:
        since = points[-1].period
    said = f"{read.subject}{read.comparison or ''}{'' if read.amount is None else f'{read.amount:g}'}"
    label = f"{said}/{read.periods}" if read.periods > 1 else said
    return Fired(
        id=name,
        kpi=rule.kpi,
        condition=rule.condition if rule.periods is None else f"{rule.condition} ({rule.periods})",
        where=rule.where,
        fired=fired,
        since=since,
        figure=how.figure(result),
        action=rule.action,
        notify=rule.notify,
        key=f"{rule.kpi}|{label}|{since.key if since else ''}",
        rule=label,
        read=read,
    )


@dataclass(frozen=True, slots=True)
class Case:
    """A KPI with a condition on it, and the figures, plan and notes by which that is checked."""

    card: Scorecard
    result: Result
    condition: Condition

    @property
    def plan(self) -> list[PlanItem]:
        """The lines of the plan that are about the KPI."""
        return [item for item in self.card.book.plan if item.kpi == self.result.kpi.key]

    def compares(self, value: float | None, amount: float | None) -> bool:
        """Return whether a figure is on the side of the amount that is asked for; False where one is missing."""
        if value is None or amount is None or self.condition.comparison is None:
            return False
        return COMPARISONS[self.condition.comparison](value, amount)

    def share(self, largest: float) -> float | None:
        """Return the amount as a ratio; a plain number above ``largest`` was typed in percent."""
        amount, percent = self.condition.amount, self.condition.percent
        return amount if percent or amount is None or amount <= largest else amount / 100


@dataclass(frozen=True, slots=True)
class Check:
    """How a condition is checked.

    holds: at the point of a number. event: it happens in one period, and does not go on. figure: by which it is
    judged, in the KPI's unit.
    """

    holds: Callable[[Case, int], bool]
    event: bool = False
    figure: Callable[[Result], float | None] = field(default=lambda result: _of_month(result))


def _of_month(result: Result) -> float | None:
    return result.actual.value if result.actual else None


def _of_year(result: Result) -> float | None:
    return result.landing.expected


def _now(holds: Callable[[Case], bool]) -> Callable[[Case, int], bool]:
    """Return the check of a condition without a history: it can only hold at the last point."""
    return lambda case, place: place == len(case.result.points) - 1 and holds(case)


def _off(case: Case, place: int) -> bool:
    return _status(case.result.points[place]) is Status.OFF


def _not_on(case: Case, place: int) -> bool:
    return _status(case.result.points[place]) in (Status.WATCH, Status.OFF)


def _no_data(case: Case, place: int) -> bool:
    points = case.result.points
    return points[place].actual is None or (place == len(points) - 1 and case.result.stale)


def _worsened(case: Case, place: int) -> bool:
    points = case.result.points
    return place > 0 and _worse(points[place - 1], points[place])


def _value(case: Case, place: int) -> bool:
    return case.compares(_actual(case.result.points[place]), threshold(case.result, case.condition))


def _attainment(case: Case, place: int) -> bool:
    return case.compares(_attained(case.result.points[place]), case.share(LARGEST_ATTAINMENT))


def _crosses(case: Case, place: int) -> bool:
    points, amount = case.result.points, threshold(case.result, case.condition)
    return place > 0 and _crossed(points[place - 1], points[place], amount)


def _chance(case: Case) -> bool:
    return case.compares(case.result.landing.chance, case.share(1.0))


def _off_without_action(case: Case) -> bool:
    book, kpi = case.card.book, case.result.kpi.key
    acted = any(item.step is not Step.RISK for item in case.plan)
    noted = any(note.kpi == kpi and note.period in (None, case.card.period) for note in book.notes)
    return case.result.status is Status.OFF and not acted and not noted


def _over_budget(case: Case) -> bool:
    lines = (line for line in case.card.initiatives if line.item.kpi == case.result.kpi.key)
    return any(InitiativeFlag.OVER_BUDGET in line.flags for line in lines) or any(
        item.spent is not None and item.budget is not None and item.spent > item.budget for item in case.plan
    )


def _spending_ahead(case: Case) -> bool:
    # any line of the plan that says its budget, also one without a type
    return any(InitiativeFlag.SPENDING_AHEAD in initiative(item, case.card.today).flags for item in case.plan)


def _overdue(case: Case) -> bool:
    today = case.card.today
    return any(item.due is not None and item.due < today and not done_by(item, today) for item in case.plan)


def _revised(case: Case) -> bool:
    result = case.result
    revised = (r for r in case.card.book.revisions if r.kpi == result.kpi.key and r.field == "target")
    return any(revision.effective == result.period for revision in revised)


def _restated(case: Case) -> bool:
    return any(restatement.kpi == case.result.kpi.key for restatement in case.card.restatements)


def _landing_misses(result: Result) -> bool:
    landing = result.landing.expected
    goal = result.year.goal.span if result.year.goal else None
    if landing is None or goal is None:
        return False
    if goal.value is None:
        low, high = goal.low, goal.high
        return (low is not None and landing < low) or (high is not None and landing > high)
    lower = result.kpi.direction is Direction.LOWER
    reached = at_least(goal.value, landing) if lower else at_least(landing, goal.value)
    return not reached


def _status(point: Point) -> Status | None:
    return point.verdict.status if point.verdict else None


def _actual(point: Point) -> float | None:
    return point.actual.value if point.actual else None


def _attained(point: Point) -> float | None:
    return point.verdict.attainment if point.verdict else None


def _worse(before: Point, now: Point) -> bool:
    first, second = _status(before), _status(now)
    return first is not None and second is not None and -1 < RANK.get(first, -1) < RANK.get(second, -1)


def threshold(result: Result, read: Condition) -> float | None:
    """Return the amount in the KPI's unit: 75 for a share means 75 %. Rule: L15."""
    if read.amount is None or read.percent or not result.kpi.unit.share:
        return read.amount
    return read.amount / 100 if abs(read.amount) > 1.5 else read.amount


def _crossed(before: Point, now: Point, amount: float | None) -> bool:
    first, second = _actual(before), _actual(now)
    if first is None or second is None or amount is None:
        return False
    return (first < amount) != (second < amount)


COMPARISONS: Mapping[Comparison, Callable[[float, float], bool]] = complete(
    Comparison,
    {
        Comparison.BELOW: lambda value, amount: not at_least(value, amount),
        Comparison.AT_MOST: at_most,
        Comparison.ABOVE: lambda value, amount: not at_most(value, amount),
        Comparison.AT_LEAST: at_least,
    },
)
CHECKS: Mapping[Subject, Check] = complete(
    Subject,
    {
        Subject.OFF: Check(_off),
        Subject.NOT_ON: Check(_not_on),
        Subject.VALUE: Check(_value),
        Subject.ATTAINMENT: Check(_attainment),
        Subject.CROSSES: Check(_crosses, event=True),
        Subject.WORSENED: Check(_worsened, event=True),
        Subject.NO_DATA: Check(_no_data),
        Subject.NO_ACTION: Check(_now(_off_without_action)),
        Subject.LANDING: Check(_now(lambda case: _landing_misses(case.result)), figure=_of_year),
        Subject.CHANCE: Check(_now(_chance)),
        Subject.OVER_BUDGET: Check(_now(_over_budget)),
        Subject.SPENDING_AHEAD: Check(_now(_spending_ahead)),
        Subject.OVERDUE: Check(_now(_overdue)),
        Subject.REVISED: Check(_now(_revised), event=True),
        Subject.RESTATED: Check(_now(_restated)),
        Subject.SIGNAL_WORSE: Check(_now(lambda case: case.result.signal.trend == TrendDirection.WORSE)),
        Subject.SIGNAL_BETTER: Check(_now(lambda case: case.result.signal.trend == TrendDirection.BETTER)),
    },
)
