"""One KPI through time: each period's figure, target and verdict, with what was in force then. Rule: R34, R35."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kpireport.core import scale_end
from kpireport.core.attainment import milestone, usual_target, verdict
from kpireport.core.model import Kind, Lifecycle, Measure, Series
from kpireport.core.periods import CalendarGap
from kpireport.core.scorecard import Point, Status, Verdict
from kpireport.core.spans import to_date

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from kpireport.core.ledger import Ledger
    from kpireport.core.model import Kpi, Revision
    from kpireport.core.periods import Period
    from kpireport.core.scorecard import Figure, Goal

LONGEST = 600  # points; a mistyped year must not make a chart of a thousand years
FARTHEST = 60
NUMBERS = frozenset({"weight", "red_line", "stretch", "threshold", "baseline", "cap", "floor", "benchmark"})
TEXTS = frozenset({"owner", "definition", "department", "perspective"})


def in_force(kpi: Kpi, revisions: Sequence[Revision], day: date, start: Callable[[Period], date]) -> Kpi:
    """Return the KPI as it was on a day: fields other than the target, by their revisions. Rule: R35."""
    changed: dict[str, Any] = {}
    for one in revisions:
        effective = one.retroactive or start(one.effective) <= day
        if one.field in NUMBERS:
            value: float | str | None = one.amount if effective else one.old_amount
        elif one.field in TEXTS:
            value = (one.new if effective else one.old) or None
        else:
            continue
        if value is not None and (effective or one.field not in changed):
            changed[one.field] = value
    return replace(kpi, **changed) if changed else kpi


class Track:
    """The history of one KPI, up to its own period in a report."""

    def __init__(self, ledger: Ledger, key: str, revisions: Sequence[Revision], report: Period, today: date) -> None:
        self.ledger = ledger
        self.kpi = ledger.kpis[key]
        self.key = key
        self.calendar = ledger.calendar
        self.settings = ledger.settings
        self.targets = ledger.targets[key]
        self.report = report
        self.today = today
        mine = [r for r in revisions if r.kpi == key and r.field in NUMBERS | TEXTS]
        self.revisions = sorted(mine, key=lambda r: self.calendar.start(r.effective))
        self.frequency = ledger.frequency(key)
        self.period, self.stale = self._own_period()
        self.periods = self._history()
        self.closed = self.calendar.complete(self.period, self.today)
        self.usual = self._usual()

    def _own_period(self) -> tuple[Period, bool]:
        """Return the report period, or the last closed one of a coarser KPI, and whether it is stale. Rule: R34."""
        if self.frequency is self.report.frequency:
            return self.report, False
        last = self.calendar.last_complete(self.calendar.end(self.report), self.frequency)
        if self.ledger.actual(self.key, last) is not None:
            return last, False
        late = (self.today - self.calendar.end(last)).days > self.settings.grace_days
        before = self.calendar.previous(last)
        if self.ledger.actual(self.key, before) is not None:
            return before, late
        return last, False

    def _history(self) -> tuple[Period, ...]:
        first = min(self._with_figures(), default=self.period)
        if first > self.period:
            return (self.period,)
        try:
            return self.ledger.between(first, self.period)[-LONGEST:]
        except CalendarGap:
            return tuple(p for p in sorted({*self._with_figures(), self.period}) if p <= self.period)

    def _with_figures(self) -> set[Period]:
        """Return the periods that have a figure of the KPI's own, or of all it is computed from."""
        found = set(self.ledger.typed(self.key, Series.ACTUAL, self.frequency))
        if not self.ledger.computed(self.key):
            return found
        seen, waiting = {self.key}, list(self.ledger.inputs(self.key))
        while waiting:
            part = waiting.pop()
            if part in seen:
                continue
            seen.add(part)
            found |= set(self.ledger.typed(part, Series.ACTUAL, self.frequency))
            waiting += self.ledger.inputs(part)
        return found

    def _usual(self) -> float | None:
        """The median size of the targets of the history; the common case of one target costs nothing. Rule: R6."""
        if not self.targets.typed():
            return None
        goals = [self.targets.goal(p) for p in self.periods]
        return usual_target(g.value for g in goals if g is not None and g.value is not None)

    def over(self, period: Period) -> bool:
        """Return whether a period is over by the report, and not after it: a running one is to come. Rule: R60."""
        return period <= self.period and (self.closed or self.calendar.complete(period, self.today))

    def bounds(self) -> tuple[float, float] | None:
        """Return the lowest and highest value a period can have; None where the scale has no end. Rule: R55."""
        values = [f.value for p in self.periods if (f := self.ledger.actual(self.key, p)) is not None]
        goals = [goal.value for p in self.periods if (goal := self.targets.goal(p)) is not None]
        return scale_end.bounds(self.kpi, (*values, *goals, self.kpi.red_line))

    # -- one period ---------------------------------------------------------------------------------------------

    def kpi_at(self, period: Period) -> Kpi:
        """Return the KPI with the red line, weight, owner ... that were in force."""
        if not self.revisions:
            return self.kpi
        return in_force(self.kpi, self.revisions, self.calendar.start(period), self.calendar.start)

    def rated(self, period: Period, goal: Goal | None, actual: Figure | None) -> Verdict:
        """Return the verdict of a period; goals whose time has not come, or is over, are not rated."""
        kpi = self.kpi_at(period)
        outside = self._outside(kpi, period)
        if outside is not None:
            return outside
        found = verdict(kpi, goal, actual.value if actual else None, self.settings, usual=self.usual)
        due = kpi.end is not None and kpi.unit.measure is Measure.YES_NO and kpi.kind is Kind.KPI
        if due and found.met is not True:
            end = min(self.today, self.calendar.end(period))
            status = milestone(done=False, due=kpi.end, today=end)
            found = replace(found, status=status, rollup=found.rollup if status is Status.OFF else None)
        return found

    def _outside(self, kpi: Kpi, period: Period) -> Verdict | None:
        if kpi.lifecycle is Lifecycle.RETIRED:
            return Verdict(Status.INFO, flags=("RETIRED",))
        if kpi.start is not None and kpi.start > self.calendar.end(period):
            return Verdict(Status.NOT_STARTED)
        over = kpi.end is not None and kpi.end < self.calendar.start(period) and kpi.unit.measure is not Measure.YES_NO
        return Verdict(Status.INFO, flags=("ENDED",)) if over else None

    def point(self, period: Period) -> Point:
        """Return one period. One that is not over on the day of the report has no status; prorated, an attainment.

        Rule: R30, R60.
        """
        actual = self.ledger.actual(self.key, period)
        goal = self.targets.goal(period)
        forecast = self.ledger.typed(self.key, Series.FORECAST, self.frequency).get(period)
        if self.closed or self.calendar.complete(period, self.today):
            return Point(period, actual, goal, self.rated(period, goal, actual), forecast)
        if self.settings.partial == "prorate" and goal is not None and self.targets.way.value == "sum":
            elapsed, days = self.calendar.elapsed(period, self.today), self.calendar.days(period)
            if elapsed:
                share = goal.scale * elapsed / days
                goal = replace(goal, span=to_date(goal.span, elapsed, days), scale=share)
            found = replace(self.rated(period, goal, actual), status=Status.NONE, met=None, rollup=None)
            return Point(period, actual, goal, found, forecast, provisional=True)
        unrated = Verdict(Status.INFO if self.kpi.kind is Kind.METRIC else Status.NONE, flags=("INCOMPLETE",))
        return Point(period, actual, goal, unrated, forecast, provisional=actual is not None)

    def points(self) -> tuple[Point, ...]:
        return tuple(self.point(period) for period in self.periods)

    def ahead(self) -> tuple[Point, ...]:
        """Return what is known of later periods: figures entered ahead (not used), targets and forecasts."""
        known = [
            self.ledger.typed(self.key, series, self.frequency)
            for series in (Series.ACTUAL, Series.TARGET, Series.FORECAST)
        ]
        last = [self._end_of_year(), *(max(found, default=self.period) for found in known)]
        try:
            later = self.ledger.between(self.period, max(last))[1 : FARTHEST + 1]
        except CalendarGap:
            later = ()
        found = []
        for period in later:
            actual = self.ledger.actual(self.key, period)
            goal = self.targets.goal(period)
            forecast = self.ledger.typed(self.key, Series.FORECAST, self.frequency).get(period)
            if actual or goal or forecast:
                running = self.calendar.start(period) <= self.today < self.calendar.end(period)
                found.append(Point(period, actual, goal, None, forecast, provisional=running))
        return tuple(found)

    def _end_of_year(self) -> Period:
        label = self.calendar.fiscal_year(self.period)
        return max(self.ledger.parts(label, self.frequency), default=self.period)
