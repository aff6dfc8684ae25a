"""What a Goals sheet leaves blank is filled in by rule: type, level, parent, aggregation, basis. Rule: R19, R20."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core import arithmetic, lines
from kpireport.core.assumed import over_time
from kpireport.core.catalogue import figures as said
from kpireport.core.model import Aggregation, Basis, Direction, Kind, Level, Measure, Rollup, Series, Span
from kpireport.core.periods import Frequency
from kpireport.core.suggest import Suggestions

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


def near(kpis: Mapping[str, Kpi], name: str, suggestions: Suggestions) -> str:
    """Return the name most like ``name``, for a suggestion, or ""."""
    like = suggestions.nearest(arithmetic.key_of(name), lambda: kpis)
    return kpis[like].name if like else ""


def resolved(book: Book) -> tuple[dict[str, Kpi], list[Diagnostic]]:
    """Return the KPIs with every blank filled in by rule, and what is wrong with how they hang together."""
    suggestions = Suggestions()
    parents, problems = _parents(book.kpis, suggestions)
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
                hint = near(kpis, name, suggestions) or "–"
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


def _parents(kpis: Mapping[str, Kpi], suggestions: Suggestions) -> tuple[dict[str, str | None], list[Diagnostic]]:
    """Return each KPI's parent, None where it has none or where it cannot be used. Rule: R19."""
    problems: list[Diagnostic] = []
    parents: dict[str, str | None] = {}
    for key, kpi in kpis.items():
        found = find(kpis, kpi.parent)
        where = kpi.cell("parent")
        if kpi.parent and found is None:
            named = [part for part in SEVERAL.split(kpi.parent) if find(kpis, part.strip())]
            kind = said.TWO_PARENTS if len(named) > 1 else said.UNKNOWN_PARENT
            hint = near(kpis, kpi.parent, suggestions)
            problems.append(kind.at(where, name=kpi.name, parent=kpi.parent, near=hint or "–"))
        parents[key] = found
    for ring in _rings(parents):
        shown = " → ".join(kpis[key].name for key in (*ring, ring[0]))
        problems.append(said.PARENT_CYCLE.at(kpis[ring[0]].cell("parent"), ring=shown))
        parents |= dict.fromkeys(ring)
    return parents, problems


def _rings(parents: Mapping[str, str | None]) -> list[list[str]]:
    """Return the cycles among parents, each from its first KPI upwards, in the order of these. Each KPI is met once."""
    order = {key: number for number, key in enumerate(parents)}
    rings: list[list[str]] = []
    met: set[str] = set()
    for key in parents:
        path: dict[str, None] = {}
        at: str | None = key
        while at is not None and at not in met and at not in path:
            path[at] = None
            at = parents[at]
        if at is not None and at in path:
            ring = list(path)[list(path).index(at) :]
            first = ring.index(min(ring, key=order.__getitem__))
            rings.append([*ring[first:], *ring[:first]])
        met.update(path)
    return sorted(rings, key=lambda ring: order[ring[0]])


def _depth(kpis: Mapping[str, Kpi], key: str, known: dict[str, int]) -> int:
    """Return how many KPIs stand above one. known: of others, which grows: each is walked over once."""
    path: list[str] = []
    at: str | None = key
    while at is not None and at not in known:
        path.append(at)
        at = kpis[at].parent
    depth = -1 if at is None else known[at]
    for below in reversed(path):
        depth += 1
        known[below] = depth
    return known[key]


def _levels(kpis: Mapping[str, Kpi]) -> dict[str, Level]:
    """Return each KPI's level: as typed, else by its depth in the tree; without a tree all stand for the whole."""
    with_children = {kpi.parent for kpi in kpis.values() if kpi.parent}
    levels: dict[str, Level] = {}
    depths: dict[str, int] = {}
    for key, kpi in kpis.items():
        depth = _depth(kpis, key, depths)
        alone = depth == 0 and with_children and key not in with_children and bool(kpi.department)
        levels[key] = kpi.level or (Level.DEPARTMENT if alone else LEVELS[min(depth, 3)])
    return levels


def rolls_values(kpi: Kpi) -> bool:
    """Return whether a parent takes its figure from its children's figures. Rule: R18."""
    return kpi.rollup in (Rollup.SUM, Rollup.AVERAGE, Rollup.MIN, Rollup.MAX, Rollup.RATIO)
