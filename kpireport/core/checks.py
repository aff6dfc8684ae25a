"""What is doubtful about targets, weights and figures, told once where many share it. Rule: R12, R15, R16, R24."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING

from kpireport.core import scale_end
from kpireport.core.asof import listed
from kpireport.core.attainment import too_wide
from kpireport.core.catalogue import figures as said
from kpireport.core.compare import same
from kpireport.core.diagnostics import Where
from kpireport.core.messages import Message
from kpireport.core.model import Aggregation, Basis, Direction, Kind, Lifecycle, Measure
from kpireport.core.periods import Frequency

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kpireport.core.diagnostics import Diagnostic, Problem
    from kpireport.core.ledger import Ledger
    from kpireport.core.model import Kpi, Settings
    from kpireport.core.scorecard import Result, Scorecard

LIMITS = {
    "amber_from": (0.0, 1.0),
    "cap": (0.0, 10.0),
    "floor": (-10.0, 1.0),
    "min_coverage": (0.0, 1.0),
    "as_of_quorum": (0.0, 1.0),
    "pace_tolerance": (0.0, 100.0),
}
HALF_A_POINT = 0.005
SUSPECT = (0.5, 2.0)


def settings(given: Settings) -> tuple[Settings, list[Diagnostic]]:
    """Return settings that can be computed with; one that is out of range is told, and its default used."""
    problems = []
    standard = type(given)()
    for name, (low, high) in LIMITS.items():
        value = getattr(given, name)
        if not low <= value <= high:
            used = getattr(standard, name)
            where = given.cells.get(name, Where())
            problems.append(said.PARAMETER_OUT_OF_RANGE.at(where, key=name, found=value, low=low, high=high, used=used))
            given = replace(given, **{name: used})
    return given, problems


def averages_ratios(kpi: Kpi) -> bool:
    """Return whether shares of several periods are averaged for want of numerator and denominator. Rule: R6, R20."""
    return kpi.unit.measure is Measure.SHARE and kpi.aggregation is Aggregation.AVERAGE and not kpi.formula


def figures(card: Scorecard, ledger: Ledger) -> Iterator[Diagnostic]:
    """Yield what is doubtful, errors of single KPIs first, then one problem for each kind that many share."""
    results = [r for r in card.results.values() if r.kpi.lifecycle is not Lifecycle.RETIRED]
    rated = [r for r in results if r.kpi.kind is Kind.KPI]
    for r in rated:
        yield from _bands(r)
        yield from _sums(r, ledger)
        yield from _basis(r, ledger)
        yield from _ratio(r, ledger)
        yield from _backwards(r, card)
        yield from _above_maximum(r)
    yield from _weights(card, rated)
    yield from _many(
        said.BAND_TOO_WIDE, [r for r in rated if _wide(r)], percent=_percent(1 - card.book.settings.amber_from)
    )
    evenly = [r for r in rated if r.kpi.phased_as_before and r.goal is not None and r.goal.rule == "split"]
    yield from _many(said.PHASED_EVENLY, evenly)
    yield from _apart(results, ledger)
    averaged = [r for r in rated if averages_ratios(r.kpi) and len(r.points) > 1]
    yield from _many(said.AVG_OF_RATIO, averaged)
    yield from _many(said.ENTERED_AHEAD, [r for r in results if r.entered_ahead], period=card.period.key)
    partial = [r for r in results if r.actual and r.actual.covered < r.actual.expected]
    yield from _many(said.PARTIAL_PERIOD, partial, period=card.period.key)


def _apart(results: Iterable[Result], ledger: Ledger) -> Iterator[Diagnostic]:
    """Tell the rates of departments that make no figure: only their range can be said. Rule: R77."""
    for r in results:
        rows = ledger.apart.get(r.kpi.key)
        if rows and r.actual is None:
            values = [o.value for o in rows if o.value is not None]
            low, high = min(values), max(values)
            told = {"name": r.kpi.name, "n": len(rows), "period": rows[0].period.key, "low": low, "high": high}
            yield said.RATES_APART.at(rows[0].where, **told)


def _many(kind: Problem, found: Iterable[Result], **details: object) -> Iterator[Diagnostic]:
    found = list(found)
    if found:
        yield kind.at(found[0].kpi.where, names=listed(r.kpi.name for r in found), **details)


def _percent(ratio: float) -> Message:
    return Message("language.figures.percent", {"n": float(f"{ratio * 100:.15g}")})


def _wide(r: Result) -> bool:
    return r.goal is not None and r.goal.value is not None and too_wide(r.kpi, r.goal.value)


def _bands(r: Result) -> Iterator[Diagnostic]:
    """The red line must lie on the worse side of the target. Rule: R11a."""
    kpi, goal = r.kpi, r.goal
    if kpi.red_line is None or goal is None:
        return
    red = kpi.red_line * goal.scale
    span = goal.span
    if span.low is not None and span.high is not None:
        wrong = span.low < red < span.high
        target: object = f"{span.low:.15g}~{span.high:.15g}"
    elif span.value is None or kpi.direction is Direction.RANGE:
        return
    else:
        beyond = red - span.value if kpi.direction is not Direction.LOWER else span.value - red
        wrong = beyond > 0 and not same(red, span.value)
        target = span.value / goal.scale if goal.scale else span.value
    if wrong:
        yield said.BAND_ORDER.at(kpi.cell("red_line"), name=kpi.name, red=kpi.red_line, target=target)


def _sums(r: Result, ledger: Ledger) -> Iterator[Diagnostic]:
    """Targets typed for all periods of a year must make the year's target. Rule: R24."""
    targets = ledger.targets[r.kpi.key]
    if not targets.typed() or targets.revisions:
        return
    for label in sorted({ledger.calendar.fiscal_year(p) for p in targets.typed()}):
        annual = targets.annual(label)
        parts = ledger.calendar.parts(ledger.calendar.year(label), targets.frequency)
        if annual is None or annual.value is None or any(p not in targets.typed() for p in parts):
            continue
        made = targets.over(parts)
        if made is None or made.value is None or abs(made.value - annual.value) <= 1e-6 * max(1.0, abs(annual.value)):
            continue
        where = annual.cells[0] if annual.cells else r.kpi.where
        yield said.TARGET_SUM_MISMATCH.at(where, name=r.kpi.name, year=label, made=made.value, typed=annual.value)


def _basis(r: Result, ledger: Ledger) -> Iterator[Diagnostic]:
    """TARGET_BASIS_SUSPECT: months as large as the "annual" target of a sum, where no header said annual."""
    kpi = r.kpi
    spoken = ledger.kpis[kpi.key].target
    if kpi.aggregation is not Aggregation.SUM or kpi.basis is not Basis.YEAR or spoken is None or not spoken.value:
        return
    if r.period.frequency is Frequency.YEAR:
        return
    values = [p.actual.value for p in r.points if p.actual is not None]
    if not values:
        return
    mean = fmean(values)
    if SUSPECT[0] <= mean / spoken.value <= SUSPECT[1]:
        yield said.TARGET_BASIS_SUSPECT.at(kpi.cell("target"), name=kpi.name, mean=mean, target=spoken.value)


def _ratio(r: Result, ledger: Ledger) -> Iterator[Diagnostic]:
    """A typed target that is not what numerator and denominator should make. Rule: R23."""
    targets = ledger.targets[r.kpi.key]
    if r.goal is None or r.goal.rule != "ratio" or r.goal.value is None:
        return
    typed = targets.plain(r.period, revised=True)
    if typed is not None and typed.value is not None and abs(typed.value - r.goal.value) > 0.005 * abs(typed.value):
        yield said.RATIO_TARGET_CONFLICT.at(r.kpi.cell("target"), name=r.kpi.name, typed=typed.value, made=r.goal.value)


def _above_maximum(r: Result) -> Iterator[Diagnostic]:
    """A share of something cannot be more than all of it. Rule: R55."""
    for point in r.points:
        figure = point.actual
        if figure is not None and scale_end.above(r.kpi, figure.value):
            where = figure.cells[0] if figure.cells else r.kpi.where
            yield said.ABOVE_MAXIMUM.at(where, name=r.kpi.name, period=point.period.key, value=_percent(figure.value))


def _backwards(r: Result, card: Scorecard) -> Iterator[Diagnostic]:
    for one in card.book.revisions:
        if one.kpi == r.kpi.key and one.retroactive:
            yield said.REVISED_BACKWARDS.at(one.where, name=r.kpi.name, effective=one.effective.key)


def _weights(card: Scorecard, rated: list[Result]) -> Iterator[Diagnostic]:
    """Weights below zero, blank ones among others, and percentages that do not add up. Rule: R15, R16."""
    groups: dict[str | None, list[Result]] = defaultdict(list)
    for r in rated:
        groups[r.kpi.parent].append(r)
    for parent, group in groups.items():
        weights = [r.kpi.weight for r in group]
        given = [weight for weight in weights if weight is not None]
        for r in group:
            if r.kpi.weight is not None and r.kpi.weight < 0:
                yield said.WEIGHT_NEGATIVE.at(r.kpi.cell("weight"), name=r.kpi.name, weight=r.kpi.weight)
        blank = [r for r in group if r.kpi.weight is None]
        if parent is None and any(r.children for r in blank):
            blank = [] if len(given) == 0 else [r for r in blank if r.children]
        if given and blank:
            yield said.WEIGHT_BLANK.at(blank[0].kpi.cell("weight"), names=listed(r.kpi.name for r in blank))
        total = sum(weight for weight in given if weight > 0)
        share = total if total <= 2 else total / 100
        if 0.8 <= share <= 1.2 and abs(share - 1) > HALF_A_POINT + 1e-9:
            name = card.results[parent].kpi.name if parent else card.book.settings.organisation or "–"
            yield said.WEIGHT_SUM.at(group[0].kpi.cell("weight"), parent=name, sum=_percent(share))
