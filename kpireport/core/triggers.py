"""Which triggers fire, since when, and by which figure.

Each fires once per run of periods: its key holds the period in which it began, so that who was told in October is
not told again in November of the same thing.
Rule: R39.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.catalogue import triggers as problems
from kpireport.core.compare import at_least, same
from kpireport.core.conditions import Condition, Subject, condition
from kpireport.core.model import Step, TriggerRule
from kpireport.core.scorecard import Fired, Status
from kpireport.core.staff import done_by, initiative

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.periods import Period
    from kpireport.core.scorecard import Point, Result, Scorecard

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
    holds = _test(card, result, read)
    points = result.points
    run = 0
    while run < len(points) and holds(len(points) - 1 - run):
        run += 1
    fired = run >= read.periods
    since: Period | None = points[len(points) - run + read.periods - 1].period if fired and points else None
    if read.subject in (Subject.WORSENED, Subject.CROSSES, Subject.REVISED) and fired and points:
        since = points[-1].period
    said = f"{read.subject.value}{read.operator}{'' if read.amount is None else f'{read.amount:g}'}"
    label = f"{said}/{read.periods}" if read.periods > 1 else said
    return Fired(
        id=name,
        kpi=rule.kpi,
        condition=rule.condition if rule.periods is None else f"{rule.condition} ({rule.periods})",
        where=rule.where,
        fired=fired,
        since=since,
        figure=_figure(result, read),
        action=rule.action,
        notify=rule.notify,
        key=f"{rule.kpi}|{label}|{since.key if since else ''}",
        rule=label,
        read=read,
    )


def _test(card: Scorecard, result: Result, read: Condition) -> Callable[[int], bool]:
    """Return whether the condition holds at the point of a number; conditions without a history hold at the last."""
    points = result.points

    match read.subject:
        case Subject.OFF:
            return lambda place: _status(points[place]) is Status.OFF
        case Subject.NOT_ON:
            return lambda place: _status(points[place]) in (Status.WATCH, Status.OFF)
        case Subject.NO_DATA:
            return lambda place: points[place].actual is None or (place == len(points) - 1 and result.stale)
        case Subject.WORSENED:
            return lambda place: place > 0 and _worse(points[place - 1], points[place])
        case Subject.VALUE:
            amount = threshold(result, read)
            return lambda place: _holds(_actual(points[place]), read.operator, amount)
        case Subject.ATTAINMENT:
            limit = read.amount if read.percent or (read.amount or 0) <= 1.5 else (read.amount or 0) / 100
            return lambda place: _holds(_attained(points[place]), read.operator, limit)
        case Subject.CROSSES:
            amount = threshold(result, read)
            return lambda place: place > 0 and _crossed(points[place - 1], points[place], amount)
        case _:
            holds = _now(card, result, read)
            return lambda place: holds and place == len(points) - 1


def _now(card: Scorecard, result: Result, read: Condition) -> bool:
    """Return whether a condition about this month, the year or the plan holds."""
    plan = [item for item in card.book.plan if item.kpi == result.kpi.key]
    lines = [line for line in card.initiatives if line.item.kpi == result.kpi.key]
    match read.subject:
        case Subject.NO_ACTION:
            acted = any(i.step is not Step.RISK for i in plan)
            noted = any(n.kpi == result.kpi.key and n.period in (None, card.period) for n in card.book.notes)
            return result.status is Status.OFF and not acted and not noted
        case Subject.OVER_BUDGET:
            return any("over budget" in line.flags for line in lines) or any(
                i.spent is not None and i.budget is not None and i.spent > i.budget for i in plan
            )
        case Subject.SPENDING_AHEAD:
            # any line of the plan that says its budget, also one without a type
            return any("spending ahead" in initiative(i, card.today).flags for i in plan)
        case Subject.OVERDUE:
            return any(i.due is not None and i.due < card.today and not done_by(i, card.today) for i in plan)
        case Subject.REVISED:
            revised = [r for r in card.book.revisions if r.kpi == result.kpi.key and r.field == "target"]
            return any(r.effective == result.period for r in revised)
        case Subject.RESTATED:
            return any(r.kpi == result.kpi.key for r in card.restatements)
        case Subject.SIGNAL_WORSE:
            return result.signal.trend == "worse"
        case Subject.SIGNAL_BETTER:
            return result.signal.trend == "better"
        case Subject.CHANCE:
            limit = read.amount if read.percent or (read.amount or 0) <= 1 else (read.amount or 0) / 100
            return _holds(result.landing.chance, read.operator, limit)
        case _:
            return _landing_misses(result)


def _figure(result: Result, read: Condition) -> float | None:
    """Return the figure by which a condition is judged, in the KPI's unit: where the year lands, else this month's."""
    if read.subject is Subject.LANDING:
        return result.landing.expected
    return result.actual.value if result.actual else None


def _landing_misses(result: Result) -> bool:
    landing = result.landing.expected
    goal = result.year.goal.span if result.year.goal else None
    if landing is None or goal is None:
        return False
    if goal.value is None:
        low, high = goal.low, goal.high
        return (low is not None and landing < low) or (high is not None and landing > high)
    lower = result.kpi.direction is not None and result.kpi.direction.value == "lower"
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


def _holds(value: float | None, operator: str, amount: float | None) -> bool:
    if value is None or amount is None:
        return False
    if same(value, amount):
        return operator in ("<=", ">=")
    return value < amount if operator.startswith("<") else value > amount


def _crossed(before: Point, now: Point, amount: float | None) -> bool:
    first, second = _actual(before), _actual(now)
    if first is None or second is None or amount is None:
        return False
    return (first < amount) != (second < amount)
