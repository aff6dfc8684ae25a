"""Every KPI's figures by period: typed, put together from finer ones, divided, computed or rolled up.

Rule: R20, R21, R22, R23, R34.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core import aggregate, arithmetic, bulk
from kpireport.core.catalogue import figures as said
from kpireport.core.messages import Message
from kpireport.core.model import Aggregation, Kind, Missing, Rollup, Series
from kpireport.core.periods import CalendarGap, Frequency
from kpireport.core.resolve import find, near, rolls_values
from kpireport.core.scorecard import Figure
from kpireport.core.suggest import Suggestions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kpireport.core.arithmetic import Expression
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.model import Kpi, Observation, Settings
    from kpireport.core.periods import Period
    from kpireport.core.targets import Targets

MOST_TWICE = 5
Rows = dict["Period", list["Observation"]]


class Ledger:
    """The figures of a book. Built once for a report; every figure is made when first asked for, and kept.

    kpis: resolved (see ``resolve``). report: the frequency of the report; a KPI measured more often is put together.
    until: the last period of the report; where a missing figure counts as zero, it does so up to then.
    """

    def __init__(
        self, kpis: Mapping[str, Kpi], observations: Iterable[Observation], settings: Settings, report: Frequency
    ) -> None:
        self.kpis = kpis
        self.suggestions = Suggestions()
        self.settings = settings
        self.calendar = settings.calendar
        self.report = report
        self.until: Period | None = None
        self.problems: list[Diagnostic] = []
        self.divided: dict[str, list[Period]] = {}
        self.apart: dict[str, list[Observation]] = {}
        self.targets: dict[str, Targets] = {}
        self.children: dict[str, list[str]] = defaultdict(list)
        for key, kpi in kpis.items():
            if kpi.parent:
                self.children[kpi.parent].append(key)
        self.rows: dict[tuple[str, Series], Rows] = {}
        for one in observations:
            self.rows.setdefault((one.kpi, one.series), {}).setdefault(one.period, []).append(one)
        self.formulas = self._formulas()
        self._once()
        self._typed: dict[tuple[str, Series, Frequency, Aggregation], dict[Period, Figure]] = {}
        self._figures: dict[tuple[str, Period], Figure | None] = {}
        self._parts: dict[tuple[int, Frequency], tuple[Period, ...]] = {}
        self._labels: dict[Period, int] = {}
        self._between: dict[tuple[Period, Period], tuple[Period, ...]] = {}
        self._inputs: dict[str, tuple[str, ...]] = {}

    # -- the calendar, each answer kept -------------------------------------------------------------------------

    def parts(self, label: int, frequency: Frequency) -> tuple[Period, ...]:
        """Return the periods of a fiscal year, in order; none where the calendar does not have it."""
        if (label, frequency) not in self._parts:
            try:
                found = self.calendar.parts(self.calendar.year(label), frequency)
            except CalendarGap:
                found = ()
            self._parts[label, frequency] = found
        return self._parts[label, frequency]

    def label(self, period: Period) -> int:
        """Return the fiscal year of a period."""
        if period not in self._labels:
            self._labels[period] = self.calendar.fiscal_year(period)
        return self._labels[period]

    def between(self, first: Period, last: Period) -> tuple[Period, ...]:
        """Return the periods from first to last. Raises CalendarGap."""
        if (first, last) not in self._between:
            self._between[first, last] = self.calendar.between(first, last)
        return self._between[first, last]

    # -- what is typed ------------------------------------------------------------------------------------------

    def frequency(self, key: str) -> Frequency:
        """Return how often the KPI is shown: as measured, but not more often than the report appears. Rule: R34."""
        kpi = self.kpis[key]
        found = kpi.frequency
        if found is None:
            parts = [self.kpis[part].frequency for part in self.inputs(key) if part in self.kpis]
            found = max((part for part in parts if part is not None), default=self.report)
        return max(found, self.report)

    def typed(
        self, key: str, series: Series, frequency: Frequency, way: Aggregation | None = None
    ) -> Mapping[Period, Figure]:
        """Return the figures read from cells, put together for ``frequency`` where they are finer."""
        how = way or self.kpis[key].aggregation or Aggregation.SUM
        known = self._typed.get((key, series, frequency, how))
        if known is None:
            known = self._typed[key, series, frequency, how] = self._read(key, series, frequency, how)
        return known

    def _read(self, key: str, series: Series, frequency: Frequency, way: Aggregation) -> dict[Period, Figure]:
        rows = self.rows.get((key, series), {})
        days = [o for period, found in rows.items() if period.frequency is Frequency.DAY for o in found]
        figures: dict[Period, Figure] = {}
        by = self.kpis[key].parts_by
        rates = way in aggregate.RATES and aggregate.apart(days)
        if frequency > Frequency.DAY and not rates and bulk.suits(days, way):
            figures = bulk.grouped(days, frequency, way, self.calendar)
            rows = {period: found for period, found in rows.items() if period.frequency is not Frequency.DAY}
        native: dict[Period, Figure] = {}
        for period, found in rows.items():
            if len(found) == 1:
                one = found[0]
                figure = None if one.value is None else Figure(one.value, (one.where,))
            elif period.frequency is Frequency.DAY:
                figure = aggregate.of_rows(found, way, by)
            else:
                figure = aggregate.of_period(found, way, by)
            if figure is None and series is Series.ACTUAL and way in aggregate.RATES:
                self._stays_apart(key, found)
            if figure is not None:
                native[period] = figure
        if all(period.frequency is frequency for period in native):
            figures.update(native)
        else:
            split = self.settings.week_split == "days"
            figures.update(aggregate.coarser(native, frequency, way, self.calendar, by_days=split))
        if series is Series.ACTUAL:
            self._zeros(key, figures, frequency)
        return figures

    def _stays_apart(self, key: str, rows: Sequence[Observation]) -> None:
        """Keep what departments gave whose rates make no figure, for the problem that tells it. Rule: R77."""
        known = [o for o in rows if o.value is not None]
        if known:
            last = self.apart.get(key)
            if last is None or last[0].period < known[0].period:
                self.apart[key] = known

    def _zeros(self, key: str, figures: dict[Period, Figure], frequency: Frequency) -> None:
        """Where missing counts as zero, fill the gaps from the first figure to the report period. Rule: R1, R21."""
        kpi = self.kpis[key]
        if (kpi.missing or self.settings.missing) is not Missing.ZERO or self.until is None or not figures:
            return
        last = self.calendar.last_complete(self.calendar.end(self.until), frequency)
        for period in self.calendar.between(min(figures), last):
            figures.setdefault(period, Figure(0.0))

    def _once(self) -> None:
        """Keep one of several values for the same KPI and period; different ones are an error. Rule: L22."""
        twice: list[tuple[Observation, Observation]] = []
        for periods in self.rows.values():
            for period, found in periods.items():
                if len(found) < 2 or period.frequency is Frequency.DAY:
                    continue
                places: dict[tuple[str, str, int], Observation] = {}
                for one in found:
                    first = places.setdefault((one.department, one.breakdown, one.part), one)
                    if first is one:
                        continue
                    if first.value is None:
                        places[one.department, one.breakdown, one.part] = one
                    elif one.value is not None:
                        twice.append((first, one))
                periods[period] = list(places.values())
        self._tell_twice(twice)

    def _tell_twice(self, pairs: Sequence[tuple[Observation, Observation]]) -> None:
        """Tell of values that stand twice, the first few of each KPI: a sheet that is read wrongly has hundreds."""
        found: dict[tuple[str, Series, bool], list[tuple[Observation, Observation]]] = {}
        for first, second in pairs:
            alike = first.value == second.value and (first.low, first.high) == (second.low, second.high)
            found.setdefault((second.kpi, second.series, alike), []).append((first, second))
        for (key, series, alike), twice in found.items():
            kind = said.DUPLICATE_VALUE if alike else said.CONFLICTING_VALUES
            for number, (first, second) in enumerate(twice[:MOST_TWICE], 1):
                rest = len(twice) - number if number == MOST_TWICE else 0
                self.problems.append(
                    kind.at(
                        second.where,
                        name=self.kpis[key].name if key in self.kpis else key,
                        period=second.period.key,
                        series=Message(f"problems.series.{series.name.lower()}"),
                        first=first.value,
                        second=second.value,
                        other=first.where.seen_from(second.where),
                        more=f" (+{rest})" if rest else "",
                    )
                )

    # -- what is computed ---------------------------------------------------------------------------------------

    def inputs(self, key: str) -> tuple[str, ...]:
        """Return the KPIs from which this one is computed, by formula, as a ratio, or from its children's figures."""
        kpi = self.kpis[key]
        if key in self.formulas:
            return tuple(found for name in arithmetic.names(self.formulas[key]) if (found := find(self.kpis, name)))
        if kpi.aggregation is Aggregation.RATIO and kpi.numerator and kpi.denominator:
            return kpi.numerator, kpi.denominator
        return tuple(self.children[key]) if rolls_values(kpi) else ()

    def _formulas(self) -> dict[str, Expression]:
        """Read the formulas; a definition in words of a KPI that is measured is not taken for one."""
        found: dict[str, Expression] = {}
        for key, kpi in self.kpis.items():
            if not kpi.formula:
                continue
            measured = (key, Series.ACTUAL) in self.rows
            try:
                expression = arithmetic.parse(kpi.formula)
            except arithmetic.Unreadable as stop:
                if not measured:
                    self._wrong(said.FORMULA_UNREADABLE.at(kpi.cell("formula"), name=kpi.name, found=stop.args[0]))
                continue
            unknown = [name for name in arithmetic.names(expression) if find(self.kpis, name) is None]
            if unknown and not measured:
                hint = near(self.kpis, unknown[0], self.suggestions) or "–"
                problem = said.FORMULA_UNKNOWN_NAME.at(
                    kpi.cell("formula"), name=kpi.name, unknown=unknown[0], near=hint
                )
                self._wrong(problem)
            elif not unknown and arithmetic.names(expression):
                found[key] = expression
        return self._straight(found)

    def _straight(self, formulas: dict[str, Expression]) -> dict[str, Expression]:
        """Leave out formulas and ratios that lead back to themselves, and say so (FORMULA_CYCLE)."""
        self.formulas = formulas
        reached: dict[str, bool] = {}  # False while a KPI is being followed, True when it is known to be straight
        crooked: set[str] = set()
        for start in self.kpis:
            path: list[tuple[str, list[str]]] = [(start, list(self.inputs(start)))] if start not in reached else []
            reached.setdefault(start, False)
            while path:
                key, rest = path[-1]
                if not rest:
                    reached[key] = True
                    path.pop()
                    continue
                following = rest.pop()
                if following not in reached:
                    reached[following] = False
                    path.append((following, list(self.inputs(following))))
                elif not reached[following]:
                    crooked.add(following)
                    ring = [one for one, _ in path]
                    ring = [*ring[ring.index(following) :], following]
                    shown = " → ".join(self.kpis[one].name for one in ring)
                    self._wrong(said.FORMULA_CYCLE.at(self.kpis[following].cell("formula"), ring=shown))
        if crooked:
            self.kpis = {
                key: replace(kpi, numerator=None, denominator=None, rollup=Rollup.WEIGHTED) if key in crooked else kpi
                for key, kpi in self.kpis.items()
            }
        return {key: expression for key, expression in formulas.items() if key not in crooked}

    def _wrong(self, problem: Diagnostic) -> None:
        self.problems.append(problem)

    def computed(self, key: str) -> bool:
        if key not in self._inputs:
            self._inputs[key] = self.inputs(key)
        return bool(self._inputs[key])

    def actual(self, key: str, period: Period) -> Figure | None:
        """Return the figure of one period; None where it is missing."""
        place = (key, period)
        if place not in self._figures:
            typed = self.typed(key, Series.ACTUAL, period.frequency).get(period)
            self._figures[place] = (self._compute(key, (period,)) or typed) if self.computed(key) else typed
        return self._figures[place]

    def to_date(self, key: str, period: Period, days: int) -> Figure | None:
        """Return the first ``days`` days of a period, for a sum: by its daily rows, else in proportion. Rule: R30."""
        figure = self.actual(key, period)
        if figure is None or self.kpis[key].aggregation is not Aggregation.SUM:
            return None
        daily = self.typed(key, Series.ACTUAL, Frequency.DAY)
        first = self.calendar.start(period).toordinal()
        known = [daily[day] for day in sorted(daily) if first <= day.number < first + days]
        if known:
            return aggregate.together(known, Aggregation.SUM)
        return replace(figure, value=figure.value * days / self.calendar.days(period))

    def over(self, key: str, periods: Sequence[Period]) -> Figure | None:
        """Return one figure for several periods of the KPI's frequency, in order.

        covered: how many of them have a figure; expected: how many they are.
        Rule: R20, R21, R22, R23.
        """
        kpi = self.kpis[key]
        known = [p for p in periods if self.measured(key, p)]
        if not known:
            return None
        found = None
        if (key in self.formulas or kpi.aggregation is Aggregation.RATIO) and self.computed(key):
            found = self._compute(key, known)
        if found is None:
            shown = [(p, figure) for p in known if (figure := self.actual(key, p)) is not None]
            way = kpi.aggregation or Aggregation.SUM
            days = [float(self.calendar.days(p)) for p, _ in shown] if way is Aggregation.WEIGHTED else []
            found = aggregate.together([figure for _, figure in shown], way, days)
        return None if found is None else Figure(found.value, found.cells, len(known), len(periods))

    def measured(self, key: str, period: Period) -> bool:
        """Return whether a period counts towards a longer one: it has a figure, or all that one is computed from.

        A month without sales has no margin, but its costs belong to the margin of the year.
        Rule: R23.
        """
        if self.actual(key, period) is not None:
            return True
        if key in self.formulas:
            return all(self.measured(part, period) for part in self.inputs(key))
        return any(self._known(top, period) and self._known(bottom, period) for top, bottom in self._pairs(key))

    def _known(self, key: str, period: Period) -> bool:
        return self.part(key, period) is not None

    def sides(self, key: str) -> tuple[str, str] | None:
        """Return the numerator and the denominator of a KPI that is the ratio of two others; None for any other."""
        pairs = self._pairs(key) if self.kpis[key].aggregation is Aggregation.RATIO else []
        return pairs[0] if pairs and key not in self.formulas else None

    def _pairs(self, key: str) -> list[tuple[str, str]]:
        """Return the numerators and denominators whose sums a KPI divides; none where it is no ratio of sums."""
        kpi = self.kpis[key]
        if kpi.aggregation is Aggregation.RATIO and kpi.numerator and kpi.denominator:
            return [(kpi.numerator, kpi.denominator)]
        if kpi.rollup is not Rollup.RATIO:
            return []
        parts = [(self.kpis[child].numerator, self.kpis[child].denominator) for child in self.children[key]]
        return [(top, bottom) for top, bottom in parts if top and bottom]

    def _compute(self, key: str, periods: Sequence[Period]) -> Figure | None:
        """Return the figure of a computed KPI over periods; None where a part is missing or divides by zero."""
        if key in self.formulas:
            return self._evaluate(key, periods)
        pairs = self._pairs(key)
        if pairs or self.kpis[key].rollup is Rollup.RATIO:
            return self._divide(pairs, periods)
        return self._from_children(key, periods)

    def _evaluate(self, key: str, periods: Sequence[Period]) -> Figure | None:
        used: dict[str, Figure | None] = {}

        def value(name: str) -> float | None:
            found = find(self.kpis, name) or ""
            if found not in used:
                used[found] = self.over(found, periods) if len(periods) > 1 else self.actual(found, periods[0])
            figure = used[found]
            short = figure is not None and len(periods) > 1 and figure.covered < len(periods)
            return None if figure is None or short else figure.value

        try:
            result = arithmetic.compute(self.formulas[key], value)
        except ZeroDivisionError:
            self.divided.setdefault(key, []).append(periods[-1])
            return None
        except OverflowError:
            return None
        if result is None or not math.isfinite(result):
            return None
        return Figure(result, aggregate.cells_of([f for f in used.values() if f is not None]))

    def divisions_by_zero(self) -> list[Diagnostic]:
        """Return one problem for each formula that divided by zero, naming its periods."""
        return [
            said.DIVISION_BY_ZERO.at(
                self.kpis[key].cell("formula"),
                name=self.kpis[key].name,
                period=", ".join(period.key for period in sorted(set(periods))[:6]),
            )
            for key, periods in self.divided.items()
        ]

    def part(self, key: str, period: Period) -> Figure | None:
        """Return one side of a ratio in a period: its finer figures are added up, whatever it is by itself."""
        if self.computed(key):
            return self.actual(key, period)
        return self.typed(key, Series.ACTUAL, period.frequency, Aggregation.SUM).get(period)

    def _divide(self, pairs: Sequence[tuple[str, str]], periods: Sequence[Period]) -> Figure | None:
        """The ratio of the sums, over the periods and parts where both are known. Rule: R23."""
        tops: list[Figure] = []
        bottoms: list[Figure] = []
        for period in periods:
            for top, bottom in pairs:
                one, other = self.part(top, period), self.part(bottom, period)
                if one is not None and other is not None:
                    tops.append(one)
                    bottoms.append(other)
        value = aggregate.ratio([f.value for f in tops], [f.value for f in bottoms])
        return None if value is None else Figure(value, aggregate.cells_of([*tops, *bottoms]))

    def _from_children(self, key: str, periods: Sequence[Period]) -> Figure | None:
        """Sum, average, min or max of the children's figures; a sum needs every child. Rule: R18."""
        kpi = self.kpis[key]
        children = [child for child in self.children[key] if self.kpis[child].kind is Kind.KPI]
        figures = [figure for child in children if (figure := self._of_child(child, periods)) is not None]
        if not figures or (kpi.rollup is Rollup.SUM and len(figures) < len(children)):
            return None
        return aggregate.across(figures, Aggregation(kpi.rollup.value))

    def _of_child(self, child: str, periods: Sequence[Period]) -> Figure | None:
        return self.over(child, periods) if len(periods) > 1 else self.actual(child, periods[0])
