"""Organisations that nobody has seen, drawn by chance: what their people mean to type (see ``typing_in``)."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.oracle import World
from tests.oracle_rules import Goal, Rules, combine, last_closed, periods_of, weeks_of, year_of

UNITS = {
    "sum": {"en": ["EUR", "EUR k", "orders", "hours"], "zh": ["元", "万元", "笔", "小时"]},
    "last": {"en": ["headcount", "balance"], "zh": ["余额", "库存"]},
    "average": {"en": ["days", "score"], "zh": ["天", "评分"]},
}


@dataclass
class Invented:
    """A workbook: what was meant, and the month it is asked for."""

    world: World
    language: str
    notation: dict[str, str]
    chance: random.Random


def invent(seed: int) -> Invented:
    """Return a workbook's meaning, the same for the same seed."""
    chance = random.Random(seed)
    rules = Rules(start=chance.choice([1, 1, 1, 4, 7, 10]))
    if chance.random() < 0.3:
        rules.amber = chance.choice([0.8, 0.85, 0.95])
    if chance.random() < 0.3:
        rules.cap, rules.floor = chance.choice([1.0, 1.1, 1.5]), chance.choice([0.0, 0.2])
    rules.coverage = chance.choice([0.5, 0.5, 0.4, 0.8])
    rules.days = chance.random() < 0.2
    rules.absolute = chance.random() < 0.15
    rules.zero = chance.random() < 0.1
    month = 2026 * 12 + chance.randrange(12)
    language = chance.choice(["en", "zh"])
    goals = [_goal(chance, rules, month, number, language) for number in range(chance.randint(4, 10))]
    if chance.random() < 0.6:
        goals += _ratio(chance, rules, month, len(goals))
    for make in (_by_months, _by_weeks, _as_last_year):
        if chance.random() < 0.4:
            goals.append(make(chance, rules, month, len(goals)))
    _family(chance, goals)
    if chance.random() < 0.4:
        goals += _values(chance, rules, month, len(goals))
    notation = {g.name: chance.choice(["format", "points", "text"]) for g in goals}
    return Invented(World(goals, rules, month), language, notation, chance)


def _goal(chance: random.Random, rules: Rules, month: int, number: int, language: str) -> Goal:
    how = chance.choice(["sum", "sum", "last", "average", "share", "max", "min", "first", "weighted"])
    step = chance.choice([1, 1, 1, 1, 3, 6, 12])
    unit = (
        "%"
        if how == "share"
        else chance.choice(UNITS.get(how, {language: ["EUR" if language == "en" else "元"]})[language])
    )
    goal = Goal(f"M{number:02d} {how}", unit, "average" if how == "share" else how, step)
    goal.direction = chance.choice(["higher", "higher", "lower", "range"])
    level = chance.uniform(0.4, 0.95) if how == "share" else chance.choice([4.0, 90.0, 1200.0, 50000.0])
    if how != "share" and chance.random() < 0.12:
        level = -level
    _figures(chance, goal, rules, month, level, share=how == "share")
    kind = chance.random()
    if kind < 0.1:
        goal.metric = chance.random() < 0.5
        goal.direction = "higher"
        return goal
    digits = 4 if how == "share" else 2
    aim = round(level * chance.uniform(0.85, 1.15), digits)
    if goal.direction == "range":
        width = abs(level) * chance.uniform(0.02, 0.2)
        times = 12 // goal.step if how == "sum" else 1
        goal.range = (round((aim - width) * times, digits), round((aim + width) * times, digits))
        return goal
    if kind < 0.2 and how != "share":
        aim = 0.0
    _aim(chance, goal, rules, month, aim, digits)
    flat = not (goal.typed or goal.revisions or goal.years or goal.phasing)
    if chance.random() < 0.3 and flat and aim != 0:
        away = abs(level) * chance.uniform(0.05, 0.3)
        goal.red = round(aim - away if goal.direction == "higher" else aim + away, digits)
    if chance.random() < 0.2 and aim != 0 and how != "sum" and not goal.revisions:
        far = abs(level) * chance.uniform(0.3, 0.6)
        goal.baseline = round(aim - far if goal.direction == "higher" else aim + far, digits)
        goal.method = chance.choice(["progress", "linear"])
    if goal.method == "linear" and chance.random() < 0.12 and aim > 0:
        goal.method = "ratio"
    if chance.random() < 0.15:
        goal.cap, goal.floor = chance.choice([1.0, 1.3, 2.0]), chance.choice([0.0, 0.5, None])
    goal.zero = chance.random() < 0.08
    goal.shops = how in ("sum", "last") and step == 1 and chance.random() < 0.15
    return goal


def _figures(chance: random.Random, goal: Goal, rules: Rules, month: int, level: float, *, share: bool) -> None:
    now = last_closed(month, rules.start, goal.step)
    lost = chance.choice([0.0, 0.0, 0.05, 0.25])
    for at in range(
        now - goal.step * (chance.randint(1, 3) * (12 // goal.step) + chance.randint(0, 5)), now + 1, goal.step
    ):
        if chance.random() >= lost:
            value = level * chance.uniform(0.8, 1.2)
            if not share and chance.random() < 0.06:
                value = chance.choice([0.0, -value])
            goal.actuals[at] = round(value, 4 if share else 2)
    if goal.step == 1 and chance.random() < 0.2:
        goal.actuals[now + 1] = round(level, 3)


def _aim(chance: random.Random, goal: Goal, rules: Rules, month: int, aim: float, digits: int) -> None:
    """Draw how the target was given: for the year or a period, year by year, month by month, revised."""
    now = last_closed(month, rules.start, goal.step)
    year = year_of(now, rules.start)
    periods = periods_of(year, rules.start, goal.step)
    way = chance.random()
    count = len(periods)
    yearly = goal.aggregation == "sum" and (way < 0.7)
    if yearly:
        goal.basis, goal.target = "year", round(aim * count, 2)
        if goal.step == 1 and chance.random() < 0.25:
            goal.phasing = [float(chance.randint(1, 12)) for _ in range(12)]
    else:
        goal.basis, goal.target = "period", aim
    if way < 0.15 and goal.aggregation in ("sum", "last", "average"):
        goal.target = None
        goal.years = {
            y: round(aim * (count if yearly else 1) * (1 + 0.05 * (y - year)), digits) for y in range(year, year + 5)
        }
        if goal.aggregation == "sum":
            goal.basis = "year"
    elif way > 0.85 and not yearly and goal.step == 1:
        given = periods if goal.aggregation == "sum" else [m for m in periods if chance.random() < 0.4] or periods[:1]
        goal.typed = {m: round(aim * chance.uniform(0.9, 1.1), digits) for m in given}
        goal.target = None
    elif chance.random() < 0.3 and aim != 0:
        times = sorted(chance.sample(periods, min(len(periods), chance.choice([1, 1, 2]))))
        target = float(goal.target or 0)
        goal.revisions = [(at, round(target * chance.uniform(1.05, 1.4) ** n, digits)) for n, at in enumerate(times, 1)]


def _ratio(chance: random.Random, rules: Rules, month: int, number: int) -> list[Goal]:
    """Return numerator, denominator and their ratio."""
    parts = [Goal(f"M{number + at:02d} part", "EUR", "sum", metric=True) for at in range(2)]
    for part, level in zip(parts, (200.0, 1000.0), strict=True):
        _figures(chance, part, rules, month, level, share=False)
        part.actuals = {m: abs(v) for m, v in part.actuals.items()}
    found = Goal(f"M{number + 2:02d} quotient", "%", "ratio", target=round(chance.uniform(0.15, 0.25), 3))
    found.numerator, found.denominator = parts[0].name, parts[1].name
    return [*parts, found]


def _family(chance: random.Random, goals: list[Goal]) -> None:
    """Put some goals under others: under parents that have figures and under ones that have none."""
    children = [g for g in goals if g.parent is None]
    for number in range(chance.randint(0, 2)):
        parent = Goal(f"Family {number}", "", "average", direction="higher")
        parent.rollup = chance.choice([None, None, None, "worst"])
        members = [g for g in children if g.parent is None and g.aims and chance.random() < 0.6][:5]
        leader = members.pop() if len(members) > 2 and chance.random() < 0.3 else None
        if not members:
            continue
        if leader is not None:
            leader.parent, parent = parent.name, leader
        ways = chance.choice(["none", "some", "all", "percent"])
        for at, member in enumerate(members):
            member.parent = parent.name
            if ways == "all" or (ways == "some" and (at == 0 or chance.random() < 0.6)):
                member.weight = float(chance.choice([0, 1, 2, 3, 5]) if at else 2)
            elif ways == "percent":
                member.weight = float([40, 30, 20, 15, 5][at])
        goals.append(parent if leader is None else Goal(str(leader.parent), "", "average", direction="higher"))
    tops = [g for g in goals if g.name.startswith("Family")]
    if len(tops) == 2 and chance.random() < 0.5:
        tops[1].parent = tops[0].name


def _by_months(chance: random.Random, rules: Rules, month: int, number: int) -> Goal:
    """Return a quarterly goal whose months are typed (R20, R34)."""
    how = chance.choice(["sum", "average", "last", "first", "max", "min", "weighted"])
    goal = Goal(f"M{number:02d} {how}", "EUR", how, 3, target=300.0 if how == "sum" else 100.0)
    now = last_closed(month, rules.start, 3)
    for first in range(now - 15, now + 1, 3):
        months = {m: round(chance.uniform(80, 120), 1) for m in range(first, first + 3)}
        goal.parts |= months
        goal.actuals[first] = combine(how, sorted(months.items()), 1) or 0.0
    return goal


def _by_weeks(chance: random.Random, rules: Rules, month: int, number: int) -> Goal:
    """Return a goal of weeks in a report of months (R33, R34)."""
    how = chance.choice(["sum", "average", "last"])
    goal = Goal(f"M{number:02d} {how}", "calls" if how == "sum" else "EUR", how, 1, target=50.0)
    for m in range(month - 14, month + 1):
        weeks = {week: float(chance.randint(40, 60)) for week in weeks_of(m)}
        goal.weekly |= weeks
        goal.actuals[m] = combine(how, list(enumerate(weeks.values())), 1) or 0.0
    return goal


def _as_last_year(chance: random.Random, rules: Rules, month: int, number: int) -> Goal:
    """Return a goal whose year is split as the year before went (R24)."""
    goal = Goal(f"M{number:02d} sum", "EUR", "sum", 1, target=1500.0, basis="year", before=True)
    for m in range(month - 30, month + 1):
        goal.actuals[m] = round(chance.uniform(50, 180), 1)
    return goal


def _values(chance: random.Random, rules: Rules, month: int, number: int) -> list[Goal]:
    """Return a parent that takes its children's figures and targets, and the children (R18)."""
    children = [
        Goal(f"M{number + at:02d} sum", "EUR", "sum", target=float(chance.randint(-200, 900))) for at in range(3)
    ]
    how = chance.choice(["sum", "average", "min", "max"])
    parent = Goal(f"M{number + 3:02d} sum", "EUR", "sum", rollup=how)
    for child in children:
        child.parent = parent.name
        _figures(chance, child, rules, month, 300.0, share=False)
        child.actuals.pop(month + 1, None)
    return [*children, parent]
