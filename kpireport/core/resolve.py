"""What a Goals sheet leaves blank is filled in by rule: type, level, parent, aggregation, basis. Rule: R19, R20."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core import arithmetic, lines
from kpireport.core.assumed import over_time
from kpireport.core.catalogue import figures as said
from kpireport.core.model import Aggregation, Basis, Direction, Kind, Level, Measure, Rollup, Series, Span
from kpireport.core.periods import Frequency

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.model import Book, Kpi

# Hours worked add up; hours that a repair takes are a duration. Only their size beside the target tells which.
UNCLEAR = frozenset((Measure.OTHER, Measure.TIME))
SAME_SIZE = (0.5, 2.0)
LEVELS = (Level.ORGANISATION, Level.DEPARTMENT, Level.TEAM, Level.STAFF)
SEVERAL = re.compile(r"[;；、,，]")


def find(kpis: Mapping[str, Kpi], name: str | None) -> str | None:
    """Return the key of the KPI that a cell names, by name or by id; None where there is none."""
    if not name:
        return None
    if name in kpis:
        return name
    key = arithmetic.key_of(name)
    if key in kpis:
        return key
    return next((kpi.key for kpi in kpis.values() if kpi.id and arithmetic.key_of(kpi.id) == key), None)


def near(kpis: Mapping[str, Kpi], name: str) -> str:
    """Return the name most like ``name``, for a suggestion, or ""."""
    found = difflib.get_close_matches(arithmetic.key_of(name), list(kpis), n=1, cutoff=0.7)
    return kpis[found[0]].name if found else ""


def resolved(book: Book) -> tuple[dict[str, Kpi], list[Diagnostic]]:
    """Return the KPIs with every blank filled in by rule, and what is wrong with how they hang together."""
    parents, problems = _parents(book.kpis)
    kpis = {key: replace(kpi, parent=parents[key]) for key, kpi in book.kpis.items()}
    observed: dict[str, Counter[Frequency]] = defaultdict(Counter)
    targeted = {o.kpi for o in book.observations if o.series is Series.TARGET}
    targeted |= {
        revision.kpi for revision in book.revisions if revision.field == "target" and revision.amount is not None
    }
    values: dict[str, list[float]] = defaultdict(list)
    for one in book.observations:
        if one.series is Series.ACTUAL:
            observed[one.kpi][one.period.frequency] += 1
            if one.value is not None:
                values[one.kpi].append(one.value)
    with_children = {parent for parent in parents.values() if parent}
    levels = _levels(kpis)
    filled = {}
    for key, kpi in kpis.items():
        linked = replace(kpi, numerator=find(kpis, kpi.numerator), denominator=find(kpis, kpi.denominator))
        for field, name in (("numerator", kpi.numerator), ("denominator", kpi.denominator)):
            if name and find(kpis, name) is None:
                hint = near(kpis, name) or "–"
                problems.append(said.UNKNOWN_PART.at(kpi.cell(field), name=kpi.name, part=name, near=hint))
        typed = replace(linked, kind=_kind(linked, kpis, targeted, with_children), level=levels[key])
        if typed.target is None and typed.kind is Kind.KPI and typed.unit.measure is Measure.YES_NO:
            typed = replace(typed, target=Span(value=1.0), basis=Basis.PERIOD)
        way = aggregation(typed, values.get(key, ()))
        often = frequency(typed, observed.get(key))
        filled[key] = lines.yearly(
            replace(typed, aggregation=way, basis=basis(typed, way), frequency=often, assumed=_marked(typed, way))
        )
    return filled, problems


def aggregation(kpi: Kpi, values: Sequence[float] = ()) -> Aggregation:
    """Return how figures of several periods make one: as typed, else by unit; a formula that divides is a ratio.

    values: what was measured. Hours, and a unit that says nothing, are taken as a sum, unless single periods are of the
    size of the target.
    Rule: R20.
    """
    if kpi.numerator and kpi.denominator and kpi.aggregation in (None, Aggregation.RATIO):
        return Aggregation.RATIO
    if kpi.aggregation is not None and kpi.aggregation is not Aggregation.RATIO:
        return kpi.aggregation
    if kpi.formula and _divides(kpi.formula):
        return Aggregation.RATIO
    if kpi.direction is Direction.RANGE and kpi.unit.measure in (Measure.OTHER, Measure.SHARE):
        return Aggregation.AVERAGE
    if kpi.unit.measure in UNCLEAR and kpi.aggregation is None and _periods_look_like_target(kpi, values):
        return Aggregation.AVERAGE
    if kpi.aggregation is Aggregation.RATIO:
        return Aggregation.AVERAGE
    return Aggregation(over_time(kpi.name, kpi.unit).value.value)


def _marked(typed: Kpi, way: Aggregation) -> frozenset[str]:
    """Return the assumptions of a KPI that are marked: how its months make a year, where its name or unit says it."""
    found = over_time(typed.name, typed.unit)
    if typed.aggregation is None and found.asked and way is found.value:
        return typed.assumed | {"aggregation"}
    return typed.assumed


def _periods_look_like_target(kpi: Kpi, values: Sequence[float]) -> bool:
    if kpi.target is None or not kpi.target.value or kpi.basis is not None or not values:
        return False
    return SAME_SIZE[0] <= sum(values) / len(values) / kpi.target.value <= SAME_SIZE[1]


def _divides(formula: str) -> bool:
    try:
        return arithmetic.divides(arithmetic.parse(formula))
    except arithmetic.Unreadable:
        return False


def basis(kpi: Kpi, way: Aggregation) -> Basis:
    """Return what the typed target means: as its header says, else the year for sums, each period for the rest."""
    if kpi.basis is not None:
        return kpi.basis
    return Basis.YEAR if way is Aggregation.SUM else Basis.PERIOD


def frequency(kpi: Kpi, observed: Counter[Frequency] | None) -> Frequency | None:
    """Return how often the KPI is measured: as typed, else by its periods; days are transactions of a month."""
    if not observed or (kpi.frequency is not None and min(observed) <= kpi.frequency):
        return kpi.frequency
    most = max(observed.values())
    found = min(one for one, count in observed.items() if count == most)
    return Frequency.MONTH if found is Frequency.DAY else found


def _kind(kpi: Kpi, kpis: Mapping[str, Kpi], targeted: set[str], with_children: set[str]) -> Kind:
    """Return METRIC for a row without any target, unless it is rolled up or its parts have one. Rule: R11d."""
    if kpi.kind is Kind.METRIC or kpi.target is not None or kpi.year_targets:
        return kpi.kind
    if kpi.key in targeted or kpi.key in with_children or kpi.unit.measure is Measure.YES_NO:
        return kpi.kind
    parts = [kpis[key] for key in (kpi.numerator, kpi.denominator) if key is not None and key in kpis]
    if len(parts) == 2 and all(p.target or p.year_targets or p.key in targeted for p in parts):
        return kpi.kind
    return Kind.METRIC


def _parents(kpis: Mapping[str, Kpi]) -> tuple[dict[str, str | None], list[Diagnostic]]:
    """Return each KPI's parent, None where it has none or where it cannot be used. Rule: R19."""
    problems: list[Diagnostic] = []
    parents: dict[str, str | None] = {}
    for key, kpi in kpis.items():
        found = find(kpis, kpi.parent)
        where = kpi.cell("parent")
        if kpi.parent and found is None:
            named = [part for part in SEVERAL.split(kpi.parent) if find(kpis, part.strip())]
            kind = said.TWO_PARENTS if len(named) > 1 else said.UNKNOWN_PARENT
            hint = near(kpis, kpi.parent)
            problems.append(kind.at(where, name=kpi.name, parent=kpi.parent, near=hint or "–"))
        parents[key] = found
    for key in kpis:
        ring = _ring(parents, key)
        if ring:
            shown = " → ".join(kpis[one].name for one in (*ring, ring[0]))
            problems.append(said.PARENT_CYCLE.at(kpis[ring[0]].cell("parent"), ring=shown))
            for one in ring:
                parents[one] = None
    return parents, problems


def _ring(parents: Mapping[str, str | None], key: str) -> list[str]:
    """Return the KPIs of a cycle that ``key`` is part of, in order, or nothing."""
    seen = [key]
    at = parents[key]
    while at is not None and at not in seen:
        seen.append(at)
        at = parents[at]
    return seen if at == key else []


def _levels(kpis: Mapping[str, Kpi]) -> dict[str, Level]:
    """Return each KPI's level: as typed, else by its depth in the tree; without a tree all stand for the whole."""
    with_children = {kpi.parent for kpi in kpis.values() if kpi.parent}
    levels: dict[str, Level] = {}
    for key, kpi in kpis.items():
        depth = 0
        at = kpi.parent
        while at is not None:
            depth += 1
            at = kpis[at].parent
        alone = depth == 0 and with_children and key not in with_children and bool(kpi.department)
        levels[key] = kpi.level or (Level.DEPARTMENT if alone else LEVELS[min(depth, 3)])
    return levels


def rolls_values(kpi: Kpi) -> bool:
    """Return whether a parent takes its figure from its children's figures. Rule: R18."""
    return kpi.rollup in (Rollup.SUM, Rollup.AVERAGE, Rollup.MIN, Rollup.MAX, Rollup.RATIO)
