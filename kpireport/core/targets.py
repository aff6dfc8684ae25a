"""What a KPI should reach in a period: typed, split, replicated, carried on, revised, or a ratio.

Rule: R23, R24, R35.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kpireport.core import aggregate, aggregation, phasing
from kpireport.core.aggregate import at_the_end
from kpireport.core.compare import same
from kpireport.core.model import Aggregation, Basis, Kind, Series, Span
from kpireport.core.periods import Frequency
from kpireport.core.scorecard import Goal
from kpireport.core.spans import alike, combine, split, times

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpireport.core.diagnostics import Where
    from kpireport.core.ledger import Ledger
    from kpireport.core.model import Kpi, Revision
    from kpireport.core.periods import Calendar, Period


SUM_TOLERANCE = 1e-6  # of a year's amount, which typed months of two decimals need not hit to the last digit


def covers(calendar: Calendar, kpi: Kpi, period: Period) -> bool:
    """Return whether a period holds a day between the Start and the End of a KPI. Rule: R49."""
    if kpi.start is not None and kpi.start > calendar.end(period):
        return False
    return kpi.end is None or calendar.start(period) <= kpi.end


class Targets:
    """The targets of one KPI. goal(period) is what is in force; with ``revised=False``, what was first agreed."""

    def __init__(self, ledger: Ledger, kpi: Kpi, revisions: Sequence[Revision], report: Period) -> None:
        self.ledger = ledger
        self.kpi = kpi
        self.calendar = ledger.calendar
        self.report = report
        self.frequency = ledger.frequency(kpi.key)
        self.way = kpi.aggregation or Aggregation.SUM
        self.basis = kpi.basis or Basis.PERIOD
        mine = [r for r in revisions if r.kpi == kpi.key and r.field == "target" and r.amount is not None]
        self.revisions = sorted(mine, key=lambda r: (self.calendar.start(r.effective), r.recorded or date.min))
        self._typed: dict[Period, Goal] | None = None
        self._years: dict[tuple[int, bool], dict[Period, Goal]] = {}
        self._known: dict[Period, Goal | None] = {}

    # -- one period ---------------------------------------------------------------------------------------------

    def goal(self, period: Period) -> Goal | None:
        """Return what is in force in ``period``, with the first target beside it where it was revised. Rule: R35."""
        if period not in self._known:
            self._known[period] = self._goal(period)
        return self._known[period]

    def _goal(self, period: Period) -> Goal | None:
        from_parts = self.ratio((period,))
        if from_parts is not None:
            return from_parts
        current = self.plain(period, revised=True)
        if current is None:
            return self._of_children(period)
        if not self.revisions:
            return current
        first = self.plain(period, revised=False)
        if first is None or alike(current.span, first.span):
            return current
        return replace(current, original=first.span, rule="revised")

    def _of_children(self, period: Period) -> Goal | None:
        """A parent that takes its children's figures, and has no target of its own, takes theirs. Rule: R18."""
        if self.kpi.rollup.value not in ("sum", "average", "min", "max"):
            return None
        parts = [self.ledger.targets.get(key) for key in self.ledger.children[self.kpi.key]]
        goals = [t.goal(period) for t in parts if t is not None and t.kpi.kind is Kind.KPI]
        known = [goal for goal in goals if goal is not None]
        way = Aggregation(self.kpi.rollup.value)
        span = combine([goal.span for goal in known], lambda values: aggregate.over_time(values, way))
        if span is None or len(known) < len(goals):
            return None
        return Goal(span, tuple(dict.fromkeys(cell for goal in known for cell in goal.cells)), "sum", Basis.PERIOD)

    def plain(self, period: Period, *, revised: bool) -> Goal | None:
        """Return the target by the row itself: typed for the period, from its year, or for every period."""
        typed = self.typed().get(period)
        if typed is not None:
            return self._retyped(period, typed, revised=revised)
        label = self.ledger.label(period)
        carried = None if self.way is Aggregation.SUM else self._carried(period)
        if carried is not None:
            return self._retyped(period, carried, revised=revised)
        if label in self.kpi.year_targets or (self._yearly and self._has_amount()):
            return self.year_plan(label, revised=revised).get(period)
        return self._every_period(period, revised=revised)

    @property
    def _yearly(self) -> bool:
        """Return whether the one target of the row is a year's; what a year should have reached at its end is, too.

        Rule: R24, R54.
        """
        if self.basis is Basis.CUMULATIVE:
            return self.way is Aggregation.SUM and not self.typed()
        return self.basis is Basis.YEAR

    def _has_amount(self) -> bool:
        return self.kpi.target is not None or any(r.basis is not Basis.PERIOD for r in self.revisions)

    def _every_period(self, period: Period, *, revised: bool) -> Goal | None:
        """The same in each period, from the last revision that was in force then.

        A quota of a week is, in a month, as many of them as the month has weeks.
        Rule: R24, R33, R35.
        """
        amount, where = self._in_force(self.calendar.start(period).toordinal(), revised=revised)
        if amount is None:
            return None
        native = self.kpi.frequency
        if self.way is Aggregation.SUM and native is not None and native < self.frequency:
            count = len(self.calendar.parts(period, native))
            return Goal(times(amount, count), (where,), "sum", Basis.PERIOD, scale=float(count))
        return Goal(amount, (where,), "replicated", Basis.PERIOD)

    def _in_force(self, day: int, *, revised: bool) -> tuple[Span | None, Where]:
        """Return the target row's amount on a day (an ordinal), and its cell."""
        found, where = self._before_revisions()
        if not revised:
            return found, where
        for one in self.revisions:
            if self._since(one).toordinal() <= day:
                found, where = Span(value=one.amount), one.where
        return found, where

    def _since(self, one: Revision) -> date:
        """Return the first day on which a revision counts: a retroactive one is of its whole fiscal year. Rule: R53."""
        if one.retroactive:
            return self.calendar.start(self.calendar.year(self.calendar.fiscal_year(one.effective)))
        return self.calendar.start(one.effective)

    def _before_revisions(self) -> tuple[Span | None, Where]:
        """Return the first target: the old value of the first revision where it is written, else the Goals row's."""
        first = self.revisions[0] if self.revisions else None
        if first is not None and first.old_amount is not None:
            return Span(value=first.old_amount), first.where
        return self.kpi.target, self.kpi.cell("target")

    def _retyped(self, period: Period, typed: Goal, *, revised: bool) -> Goal:
        """Return a typed target of a period as revised, or as it was first: whichever the cell does not hold."""
        day = self.calendar.start(period)
        for one in reversed(self.revisions) if revised else ():
            effective = self._since(one) <= day
            old = one.old_amount
            if effective and old is not None and typed.value is not None and same(typed.value, old):
                return replace(typed, span=Span(value=one.amount), cells=(one.where,), rule="revised")
        for one in self.revisions if not revised else ():
            effective = self._since(one) <= day
            known = one.amount is not None and typed.value is not None and same(typed.value, one.amount)
            if effective and known and one.old_amount is not None:
                return replace(typed, span=Span(value=one.old_amount), cells=(one.where,))
        return typed

    def _carried(self, period: Period) -> Goal | None:
        """A target typed for an earlier period holds on, unless a later year has its own. Rule: R24."""
        earlier = [p for p in self.typed() if p < period]
        if not earlier:
            return None
        last = max(earlier)
        label = self.ledger.label(period)
        if label in self.kpi.year_targets and label > self.calendar.fiscal_year(last):
            return None
        return replace(self.typed()[last], rule="carried")

    # -- what is typed for periods ------------------------------------------------------------------------------

    def typed(self) -> Mapping[Period, Goal]:
        """Return the targets typed for periods, for the KPI's frequency; finer ones put together, coarser split."""
        if self._typed is None:
            self._typed = self._read()
        return self._typed

    def _read(self) -> dict[Period, Goal]:
        rows = self.ledger.rows.get((self.kpi.key, Series.TARGET), {})
        found: dict[Period, Goal] = {}
        for period, figure in self.ledger.typed(self.kpi.key, Series.TARGET, self.frequency).items():
            rule = "typed" if period in rows else "sum" if self.way is Aggregation.SUM else "average"
            found[period] = Goal(Span(value=figure.value), figure.cells, rule, Basis.PERIOD)
        for period, observed in rows.items():
            ranged = [o for o in observed if o.low is not None and o.high is not None]
            if ranged and period.frequency is self.frequency:
                span = Span(low=ranged[0].low, high=ranged[0].high)
                found[period] = Goal(span, (ranged[0].where,), "typed", Basis.PERIOD)
            elif period.frequency > self.frequency and period.frequency is not Frequency.YEAR:
                self._break_down(period, found)
        if self.basis is Basis.CUMULATIVE and self.way is Aggregation.SUM:
            return self._differences(found)
        return found

    def _break_down(self, period: Period, found: dict[Period, Goal]) -> None:
        """Split a quarter's target over its months, or repeat it where it does not add up. Rule: R24."""
        figure = self.ledger.typed(self.kpi.key, Series.TARGET, period.frequency).get(period)
        if figure is None:
            return
        parts = self.calendar.parts(period, self.frequency)
        adds = self.way is Aggregation.SUM and self.basis is not Basis.CUMULATIVE
        for part in parts:
            value = figure.value / len(parts) if adds else figure.value
            rule = "split" if adds else "replicated"
            found.setdefault(part, Goal(Span(value=value), figure.cells, rule, Basis.PERIOD))

    def _differences(self, found: Mapping[Period, Goal]) -> dict[Period, Goal]:
        """Return each period's own target from cumulative ones: what is added since the one before."""
        made: dict[Period, Goal] = {}
        for label in sorted({self.ledger.label(p) for p in found}):
            reached, waiting = 0.0, []
            for part in self.ledger.parts(label, self.frequency):
                waiting.append(part)
                goal = found.get(part)
                if goal is None or goal.value is None:
                    continue
                step = (goal.value - reached) / len(waiting)
                for one in waiting:
                    made[one] = replace(goal, span=Span(value=step), rule="cumulative", basis=Basis.CUMULATIVE)
                reached, waiting = goal.value, []
        return made

    # -- a year -------------------------------------------------------------------------------------------------

    def annual(self, label: int, *, revised: bool = True) -> Goal | None:
        """Return the target typed for a fiscal year, as it stands at the year's end."""
        rows = self.ledger.typed(self.kpi.key, Series.TARGET, Frequency.YEAR)
        year = self.calendar.year(label)
        own = label in self.kpi.year_targets
        found: Goal | None = None
        if own:
            amount = self.kpi.year_targets[label]
            found = Goal(Span(value=amount.value), (amount.where,), "typed", Basis.YEAR)
        elif year in self.ledger.rows.get((self.kpi.key, Series.TARGET), {}):
            found = Goal(Span(value=rows[year].value), rows[year].cells, "typed", Basis.YEAR) if year in rows else None
        elif self._yearly:
            span, where = self._before_revisions()
            found = Goal(span, (where,), "typed", Basis.YEAR) if span is not None else None
        for one in self._annual_revisions(label, own=own):
            if one is self._annual_revisions(label, own=own)[0] and one.old_amount is not None:
                found = Goal(Span(value=one.old_amount), (one.where,), "typed", Basis.YEAR)
            if revised:
                found = Goal(Span(value=one.amount), (one.where,), "revised", Basis.YEAR)
        return found

    def _annual_revisions(self, label: int, *, own: bool) -> list[Revision]:
        """Return the revisions that change a year's amount; a year with its own column only by those made for it."""
        yearly = Basis.YEAR if self._yearly else self.basis
        chosen = [r for r in self.revisions if (r.basis or yearly) is Basis.YEAR]
        if own:
            return [r for r in chosen if self.calendar.fiscal_year(r.effective) == label]
        return [r for r in chosen if self.calendar.fiscal_year(r.effective) <= label]

    def year_plan(self, label: int, *, revised: bool) -> Mapping[Period, Goal]:
        """Return the targets of a year's periods from its amount; elapsed ones keep theirs. Rule: R24, R35."""
        known = self._years.get((label, revised))
        if known is None:
            known = self._years[label, revised] = self._plan(label, revised=revised)
        return known

    def _plan(self, label: int, *, revised: bool) -> dict[Period, Goal]:
        """Return the plan of a year, revision after revision, in the order of their effective periods.

        One that is retroactive makes the whole year's plan anew; of another the rest of the year bears the rest.
        Rule: R35, R53.
        """
        first = self.annual(label, revised=False)
        if first is None:
            return {}
        parts = self.active(label)
        typed = {p: g for p, g in self.typed().items() if p in parts}
        plan = self._spread(first, parts, typed)
        for one in self._annual_revisions(label, own=label in self.kpi.year_targets) if revised else ():
            amount = Goal(Span(value=one.amount), (one.where,), "revised", Basis.YEAR)
            since = self._since(one)
            rest = tuple(p for p in parts if self.calendar.start(p) >= since)
            elapsed = {p: goal for p, goal in plan.items() if p not in rest}
            plan = {**plan, **self._spread(amount, parts, {**typed, **elapsed}, rest=rest)}
        return plan

    def _spread(
        self,
        amount: Goal,
        parts: Sequence[Period],
        fixed: Mapping[Period, Goal],
        *,
        rest: Sequence[Period] | None = None,
    ) -> dict[Period, Goal]:
        """Return targets for the periods that are not fixed: what remains of a sum, or the same amount for each."""
        free = [p for p in (parts if rest is None else rest) if p not in fixed]
        if self.way is not Aggregation.SUM:
            return {p: replace(amount, rule="replicated") for p in free}
        remains = amount.span
        taken = [goal.value for goal in fixed.values() if goal.value is not None]
        if remains.value is not None and taken:
            remains = Span(value=remains.value - sum(taken))
        whole_year = self.ledger.parts(self.ledger.label(free[0]), self.frequency) if free else ()
        found = phasing.weights(self.ledger, self.kpi, whole_year, free)
        weights = phasing.evenly(self.calendar, self.kpi, free) if found is None else found
        if not free or sum(weights) == 0:
            return {}
        whole = amount.span.value
        return {
            p: Goal(
                span,
                amount.cells,
                amount.rule if amount.rule == "revised" else "split" if found is None else "phased",
                Basis.YEAR,
                scale=span.value / whole if span.value is not None and whole else 1 / len(parts),
            )
            for p, span in zip(free, split(remains, weights), strict=True)
        }

    def year_goal(self, label: int) -> Goal | None:
        """Return the target of a whole year: typed, else what its periods make together.

        A sum needs all of them, a balance the last; a mean is that of the periods for which there is one.
        """
        typed = self.annual(label)
        if typed is not None and (made := self._contradicting(label, typed)) is not None:
            return made
        if typed is not None:
            first = self.annual(label, revised=False) if self.revisions else None
            changed = first is not None and not alike(first.span, typed.span)
            return replace(typed, original=first.span) if changed and first is not None else typed
        if self.basis is Basis.CUMULATIVE and not self.typed():
            return None
        parts = at_the_end(self.way, self.active(label))
        if self.way not in (Aggregation.SUM, Aggregation.LAST, Aggregation.FIRST):
            parts = [p for p in parts if self.goal(p) is not None]
        return self.over(parts)

    def active(self, label: int) -> tuple[Period, ...]:
        """Return the periods of a fiscal year that hold a day between Start and End. Rule: R49."""
        return tuple(p for p in self.ledger.parts(label, self.frequency) if covers(self.calendar, self.kpi, p))

    def _contradicting(self, label: int, annual: Goal) -> Goal | None:
        """Return what the typed targets of a year's periods make, where that is not its typed amount. Rule: R47."""
        parts = self.active(label)
        if not parts or self.revisions or any(p not in self.typed() for p in parts):
            return None
        made = self.over(at_the_end(self.way, parts))
        if made is None or made.value is None or annual.value is None:
            return None
        return None if abs(made.value - annual.value) <= SUM_TOLERANCE * max(1.0, abs(annual.value)) else made

    # -- several periods ----------------------------------------------------------------------------------------

    def over(self, periods: Sequence[Period]) -> Goal | None:
        """Return one target for several periods, made as the actuals are; None where one lacks it. Rule: R21, R23."""
        if not periods:
            return None
        from_parts = self.ratio(periods)
        if from_parts is not None:
            return from_parts
        goals = [self.goal(p) for p in periods]
        if any(goal is None for goal in goals):
            return None
        known = [goal for goal in goals if goal is not None]
        span = self._together([goal.span for goal in known], periods)
        if span is None:
            return None
        first = self._together([goal.original or goal.span for goal in known], periods)
        revised = any(goal.original is not None for goal in known)
        adds = self.way is Aggregation.SUM
        one = known[-1]
        cells = one.cells if self.way is Aggregation.LAST else tuple(dict.fromkeys(c for g in known for c in g.cells))
        return Goal(
            span,
            cells,
            "revised" if revised else "sum" if adds and len(known) > 1 else one.rule,
            one.basis,
            first if revised else None,
            sum(goal.scale for goal in known) if adds else 1.0,
        )

    def _together(self, spans: Sequence[Span], periods: Sequence[Period]) -> Span | None:
        if self.way is Aggregation.RATIO:
            return self._by_denominators(spans, periods)
        weighted = self.way is Aggregation.WEIGHTED
        days = [float(self.calendar.days(p)) for p in periods] if weighted else []
        return combine(spans, lambda values: aggregate.over_time(values, self.way, days))

    def _by_denominators(self, spans: Sequence[Span], periods: Sequence[Period]) -> Span | None:
        """The constant, else weighted by the denominators' targets, else by the denominators themselves. Rule: R23."""
        if all(alike(span, spans[0]) for span in spans[1:]):
            return spans[0]
        bottom = self.kpi.denominator
        weights = [self._weight(bottom, p) if bottom else None for p in periods]
        if any(weight is None for weight in weights) or not sum(w for w in weights if w is not None):
            return combine(spans, aggregation.mean)
        total = sum(w for w in weights if w is not None)
        return combine(spans, lambda values: sum(v * (w or 0.0) for v, w in zip(values, weights, strict=True)) / total)

    def _weight(self, key: str, period: Period) -> float | None:
        targets = self.ledger.targets.get(key)
        goal = targets.goal(period) if targets is not None and targets.frequency is period.frequency else None
        if goal is not None and goal.value is not None:
            return goal.value
        figure = self.ledger.actual(key, period)
        return None if figure is None else figure.value

    def ratio(self, periods: Sequence[Period]) -> Goal | None:
        """The ratio of the sums of the targets of numerator and denominator; None unless both have them. Rule: R23."""
        if self.way is not Aggregation.RATIO or not self.kpi.numerator or not self.kpi.denominator:
            return None
        sums: list[float] = []
        cells: list[Where] = []
        for key in (self.kpi.numerator, self.kpi.denominator):
            part = self.ledger.targets.get(key)
            goals = [part.goal(p) for p in periods] if part is not None and part.frequency is self.frequency else []
            values = [goal.value for goal in goals if goal is not None and goal.value is not None]
            if not goals or len(values) < len(periods):
                return None
            sums.append(sum(values))
            cells += [cell for goal in goals if goal is not None for cell in goal.cells]
        if sums[1] == 0:
            return None
        return Goal(Span(value=sums[0] / sums[1]), tuple(dict.fromkeys(cells)), "ratio", Basis.PERIOD)
