"""A whole workbook's figures, computed a second time and plainly from the rules (R15 - R35): see ``oracle_rules``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.oracle_rules import (
    Aim,
    Goal,
    Rules,
    Targets,
    Verdict,
    above,
    below,
    combine,
    days_in,
    enters,
    last_closed,
    periods_of,
    same,
    verdict,
    weeks_of,
    year_of,
)

MONEY = frozenset(("EUR", "EUR k", "元", "万元"))


@dataclass
class Tally:
    actual: float | None
    target: Aim
    attainment: float | None
    status: str | None
    covered: int = 0
    expected: int = 0


class World:
    """All goals of a workbook at a month."""

    def __init__(self, goals: list[Goal], rules: Rules, month: int) -> None:
        self.goals = {g.name: g for g in goals}
        self.rules, self.month = rules, month

    def period(self, goal: Goal) -> int:
        """Return the first month of the period shown: the last closed one, else the one before (R34)."""
        last = last_closed(self.month, self.rules.start, goal.step)
        waits = goal.step > 1 and self.actual(goal, last) is None and self.actual(goal, last - goal.step) is not None
        return last - goal.step if waits else last

    def actual(self, goal: Goal, first: int) -> float | None:
        if goal.aggregation == "ratio" and goal.numerator and goal.denominator:
            return self.quotient(goal, [first])
        if goal.rollup in ("sum", "average", "min", "max"):
            return self.of_children(goal, first)
        found = goal.actuals.get(first)
        return 0.0 if found is None and self.zero(goal) and goal.actuals and first >= min(goal.actuals) else found

    def of_children(self, goal: Goal, first: int) -> float | None:
        """Return the figure that a parent takes from its children's (R18); a sum needs each of them."""
        figures = [self.actual(child, first) for child in self.children(goal)]
        known = [v for v in figures if v is not None]
        if not known or (goal.rollup == "sum" and len(known) < len(figures)):
            return None
        return combine(str(goal.rollup), list(enumerate(known)), 1)

    def aim(self, goal: Goal, first: int) -> Aim:
        """Return a goal's target; a parent of figures without its own takes its children's (T54)."""
        own = Targets(goal, self.rules).of(first)
        if own is not None or goal.rollup not in ("sum", "average", "min", "max"):
            return own
        aims = [self.aim(child, first) for child in self.children(goal)]
        numbers = [a for a in aims if isinstance(a, float | int)]
        return combine(goal.rollup, list(enumerate(numbers)), 1) if len(numbers) == len(aims) else None

    def zero(self, goal: Goal) -> bool:
        return goal.zero or self.rules.zero

    def quotient(self, goal: Goal, periods: list[int]) -> float | None:
        above_, under = self.goals[str(goal.numerator)], self.goals[str(goal.denominator)]
        both = self.measured(goal, periods)
        low = sum(self.actual(under, m) or 0.0 for m in both)
        return sum(self.actual(above_, m) or 0.0 for m in both) / low if both and low != 0 else None

    def measured(self, goal: Goal, periods: list[int]) -> list[int]:
        """Return the periods in which both parts of a ratio are known, if only as zero."""
        parts = self.goals[str(goal.numerator)], self.goals[str(goal.denominator)]
        return [m for m in periods if all(self.actual(part, m) is not None for part in parts)]

    def tally(self, goal: Goal, periods: list[int]) -> Tally:
        """Return actual and target over periods up to the present one, over the same ones of both (R21)."""
        targets = Targets(goal, self.rules)
        pairs = [(m, self.actual(goal, m), self.aim(goal, m)) for m in periods]
        if goal.aggregation in ("last", "first"):
            pairs = pairs[-1:] if goal.aggregation == "last" else pairs[:1]
        aimed = any(t is not None for _, _, t in pairs)
        known = {m for m, a, _ in pairs if a is not None}
        if goal.aggregation == "ratio" and goal.numerator:
            known = set(self.measured(goal, periods))
        both = [(m, a, t) for m, a, t in pairs if m in known and (t is not None or not aimed)]
        expected, covered = len(pairs), len(both)
        if not both:
            return Tally(None, None, None, None, covered, expected)
        if goal.aggregation == "ratio" and goal.numerator:
            actual = self.quotient(goal, [m for m, _, _ in both])
        else:
            actual = combine(goal.aggregation, [(m, a) for m, a, _ in both if a is not None], goal.step)
        aim: Aim
        if goal.range is not None:
            aim = targets.within(len(both) / (12 // goal.step))
        elif not aimed:
            aim = None
        elif goal.aggregation == "ratio" and goal.numerator:
            aim = self.ratio_target(goal, [(m, t) for m, _, t in both])
        else:
            aim = combine(goal.aggregation, [(m, t) for m, _, t in both if isinstance(t, float | int)], goal.step)
        found = verdict(goal, actual, aim, self.rules)
        return Tally(actual, aim, found.attainment, found.status, covered, expected)

    def ratio_target(self, goal: Goal, pairs: list[tuple[int, Any]]) -> float | None:
        """Return a constant target, or one weighted by the denominators (R23)."""
        under = self.goals[str(goal.denominator)]
        if all(same(t, pairs[0][1]) for _, t in pairs):
            return float(pairs[0][1])
        return sum(t * under.actuals[m] for m, t in pairs) / sum(under.actuals[m] for m, _ in pairs)

    def ytd(self, goal: Goal) -> Tally:
        now = self.period(goal)
        return self.tally(goal, [m for m in self.year_periods(goal, now) if m <= now])

    def year_periods(self, goal: Goal, now: int) -> list[int]:
        return periods_of(year_of(now, self.rules.start), self.rules.start, goal.step)

    def year(self, goal: Goal) -> dict[str, Any]:
        now = self.period(goal)
        periods = self.year_periods(goal, now)
        passed = [m for m in periods if m <= now]
        to_date = self.ytd(goal)
        actual = to_date.actual
        aim = Targets(goal, self.rules).whole(year_of(now, self.rules.start))
        if aim is None and goal.rollup in ("sum", "average", "min", "max"):
            aims = [a for m in periods if isinstance(a := self.aim(goal, m), float | int)]
            aim = combine(goal.aggregation, list(enumerate(aims)), 1) if len(aims) == len(periods) else None
        if self.rules.days:
            gone = sum(days_in(m, goal.step) for m in passed) / sum(days_in(m, goal.step) for m in periods)
        elif goal.weekly:
            gone = sum(len(weeks_of(m)) for m in passed) / sum(len(weeks_of(m)) for m in periods)
        else:
            gone = len(passed) / len(periods)
        pace = None
        if goal.aggregation == "sum" and actual is not None and isinstance(aim, float | int) and aim > 0:
            pace = (actual - to_date.target) / aim * 100 if isinstance(to_date.target, float | int) else None
        reached = verdict(goal, actual, aim, self.rules).attainment if actual is not None else None
        return {"actual": actual, "target": aim, "attainment": reached, "time_progress": gone, "pace": pace}

    def plan(self, goal: Goal) -> tuple[Tally, dict[str, Any]]:
        """Return plan to date and the total of the plan, of a sum with columns of years (R22)."""
        now, start = self.period(goal), self.rules.start
        periods = [m for y in sorted(goal.years) for m in periods_of(y, start, goal.step) if m <= now]
        to_date = self.tally(goal, periods)
        return to_date, {"actual": to_date.actual, "target": sum(goal.years.values())}

    def change(self, goal: Goal, back: int) -> dict[str, Any]:
        now = self.period(goal)
        actual, before = self.actual(goal, now), self.actual(goal, now - back)
        if actual is None or before is None:
            return {"delta": None, "ratio": None, "words": None, "good": None}
        delta = actual - before
        ratio = delta / before if before > 0 and actual >= 0 else None
        if self.rules.absolute and before != 0:
            ratio = delta / abs(before)
        words = None
        if goal.aggregation != "sum" or goal.unit not in MONEY:
            pass  # nobody speaks of the profit of a score
        elif before < 0 < actual:
            words = "turned positive"
        elif before > 0 > actual:
            words = "turned negative"
        elif before < actual <= 0 and before < 0:
            words = "loss narrowed"
        elif actual < before < 0:
            words = "loss widened"
        good = (
            None if same(actual, before) or goal.direction == "range" else (delta > 0) == (goal.direction == "higher")
        )
        return {"delta": delta, "ratio": ratio, "words": words, "good": good}

    def landing(self, goal: Goal) -> dict[str, float | None]:
        now, targets = self.period(goal), Targets(goal, self.rules)
        periods = self.year_periods(goal, now)
        passed, rest = [m for m in periods if m <= now], [m for m in periods if m > now]
        done = [self.actual(goal, m) for m in passed]
        if goal.aggregation != "sum" or goal.range is not None or not goal.aims or any(v is None for v in done):
            return {}
        total = sum(v for v in done if v is not None)
        later = [targets.of(m) for m in rest]
        found: dict[str, float | None] = {"run_rate": total / len(passed) * len(periods)}
        before = [self.actual(goal, m - 12) for m in periods]
        same_time = sum(v or 0.0 for v in before[: len(passed)])
        if None not in before and same_time > 0 and sum(v or 0.0 for v in before) > 0:
            found["seasonal"] = total * sum(v or 0.0 for v in before) / same_time
        numbers = [t for t in later if isinstance(t, float | int)]
        if len(numbers) == len(rest):
            found["plan"] = total + sum(numbers)
        whole = targets.whole(year_of(now, self.rules.start))
        if isinstance(whole, float | int) and rest:
            over = whole > 0 and (above(total, whole) if goal.direction == "higher" else not below(total, whole))
            found["needed_per_period"] = None if over else (whole - total) / len(rest)
        return found

    # --- roll-up (R15 - R18) ------------------------------------------------------------------------------------------

    def children(self, goal: Goal) -> list[Goal]:
        return [g for g in self.goals.values() if g.parent == goal.name and not g.metric]

    def own(self, goal: Goal) -> Verdict:
        now = self.period(goal)
        return verdict(goal, self.actual(goal, now), self.aim(goal, now), self.rules)

    def brings(self, goal: Goal) -> float | None:
        """Return what a KPI brings into its parent: its own attainment, or its children's score."""
        own = enters(goal, self.own(goal), self.rules)
        if own is not None or not self.children(goal):
            return own
        return self.roll(goal)[0]

    def roll(self, goal: Goal) -> tuple[float | None, float]:
        """Return the score of the children and its coverage (R15, R17)."""
        children = self.children(goal)
        blank = all(c.weight is None for c in children)
        weighted = [(1.0 if blank else c.weight, self.brings(c)) for c in children]
        counted = [(w, v) for w, v in weighted if w is not None and w > 0]
        known = [(w, v) for w, v in counted if v is not None]
        total, held = sum(w for w, _ in counted), sum(w for w, _ in known)
        coverage = held / total if total else 0.0
        if not held or not above(coverage, self.rules.coverage):
            return None, coverage
        if goal.rollup == "worst":
            return min(v for _, v in known), coverage
        return sum(w * v for w, v in known) / held, coverage

    def status(self, goal: Goal) -> str:
        own = self.own(goal)
        if not self.children(goal) or own.attainment is not None or own.met is not None:
            return own.status
        score, _ = self.roll(goal)
        if score is None:
            return "none"
        if goal.rollup == "worst":
            blank = all(c.weight is None for c in self.children(goal))
            counted = [c for c in self.children(goal) if blank or (c.weight or 0) > 0]
            ranks = [self.status(c) for c in counted if self.brings(c) is not None]
            return next(s for s in ("off", "watch", "on") if s in ranks)
        return "on" if above(score, 1) else "watch" if above(score, self.rules.amber) else "off"
