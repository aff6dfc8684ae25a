"""Check what a workbook computed itself against its figures: variances, attainments and rows of totals.

Such cells are never read as figures. What they compute is learnt from the sheet: the formula that most of its cells
agree with. Only then a cell that disagrees is told; a title that follows no known formula is left alone.
Rule: L23.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kpireport.core.catalogue import layout as said
from kpireport.core.diagnostics import Where
from kpireport.core.model import Series
from kpireport.core.parse.formulas import ENOUGH, FORMULAS, MOST_TOLD, MOSTLY, ROUNDED, Pair
from kpireport.core.parse.names import header_key
from kpireport.core.parse.numbers import Number
from kpireport.core.parse.targets import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.parse.figures import Beside, Raw, Sheetful
    from kpireport.core.periods import Period


def differences(found: Iterable[Sheetful]) -> list[Diagnostic]:
    """Return the cells whose computed value disagrees with the figures that they were computed from."""
    told: list[Diagnostic] = []
    for sheetful in found:
        told.extend(_pairs(sheetful))
        told.extend(_sums(sheetful))
    return told


def _pairs(sheetful: Sheetful) -> list[Diagnostic]:
    """Check variances and attainments: each computed from an actual and a target."""
    if not sheetful.beside:
        return []
    by_place = _by_place(sheetful.figures)
    by_row: dict[int, dict[Series, list[tuple[int, float]]]] = defaultdict(lambda: defaultdict(list))
    for raw in sheetful.figures:
        value = _value(raw)
        if value is not None:
            by_row[raw.cell.row][raw.series].append((raw.cell.column, value))
    groups: dict[str, list[tuple[Beside, Pair]]] = defaultdict(list)
    for each in sheetful.beside:
        pair = None
        if each.across:
            pair = _nearest(by_row[each.cell.row], each.cell.column)
        elif each.kpi and each.period is not None:
            actual, target = (by_place.get((each.kpi, each.period, s)) for s in (Series.ACTUAL, Series.TARGET))
            pair = (actual, target) if actual is not None and target is not None else None
        if pair is not None:
            groups[header_key(each.title)].append((each, pair))
    told: list[Diagnostic] = []
    for group in groups.values():
        told.extend(_deviants(sheetful, group))
    return told


def _by_place(figures: Iterable[Raw]) -> dict[tuple[str, Period, Series], float]:
    found: dict[tuple[str, Period, Series], float] = {}
    for raw in figures:
        value = _value(raw)
        if value is not None:
            found.setdefault((raw.kpi, raw.period, raw.series), value)
    return found


def _value(raw: Raw) -> float | None:
    if isinstance(raw.found, Number):
        return raw.found.value
    if isinstance(raw.found, Target) and raw.found.value is not None:
        return raw.found.value.value
    return None


def _nearest(row: Mapping[Series, list[tuple[int, float]]], column: int) -> Pair | None:
    """Return the actual and the target that stand next to a computed cell, to its left if there are any."""
    found = []
    for series in (Series.ACTUAL, Series.TARGET):
        cells = [(column - at if at < column else 1000 + at - column, value) for at, value in row.get(series, ())]
        if not cells:
            return None
        away, value = min(cells)
        if away % 1000 > 4:
            return None
        found.append(value)
    return found[0], found[1]


def _deviants(sheetful: Sheetful, group: list[tuple[Beside, Pair]]) -> list[Diagnostic]:
    """Return the cells that disagree with the formula that most of a group follow, if there is one."""
    best: tuple[int, list[tuple[Beside, float]]] | None = None
    for formula in FORMULAS:
        agreed, wrong = 0, []
        for each, (actual, target) in group:
            computed = formula(actual, target)
            if computed is None:
                continue
            if same(each.value, computed):
                agreed += 1
            else:
                wrong.append((each, computed))
        if best is None or agreed > best[0]:
            best = agreed, wrong
    if best is None or best[0] < ENOUGH or best[0] < MOSTLY * (best[0] + len(best[1])):
        return []
    return [_told(sheetful, each, computed) for each, computed in best[1][:MOST_TOLD]]


def same(typed: float, computed: float) -> bool:
    """Return whether a typed result is the computed one, rounding apart."""
    return abs(typed - computed) <= max(ROUNDED, 1e-9 * abs(computed))


def _told(sheetful: Sheetful, each: Beside, computed: float) -> Diagnostic:
    sheet = sheetful.table.sheet
    where = Where(sheet.file, sheet.name, each.cell.address)
    return said.DERIVED_DIFFERS.at(where, title=each.title, typed=each.value, computed=float(f"{computed:.6g}"))


def _sums(sheetful: Sheetful) -> list[Diagnostic]:
    """Check rows of totals against the rows above: since the last total or heading, or all of them."""
    columns: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for raw in sheetful.figures:
        value = _value(raw)
        if value is not None:
            columns[raw.cell.column].append((raw.cell.row, value))
    starts = [0, *sorted({row for row, _ in sheetful.sums} | sheetful.sections)]
    told: list[Diagnostic] = []
    for row, _ in sheetful.sums:
        cells = [each for each in sheetful.beside if not each.across and not each.kpi and each.cell.row == row]
        since = max(start for start in starts if start < row)
        told.extend(_of_total(sheetful, cells, columns, row, (since, 0)))
    return told


def _of_total(
    sheetful: Sheetful, cells: list[Beside], columns: Mapping[int, list[tuple[int, float]]], row: int,
    starts: tuple[int, ...],
) -> list[Diagnostic]:  # fmt: skip
    best: tuple[int, list[tuple[Beside, float]]] | None = None
    for start in starts:
        agreed, wrong = 0, []
        for each in cells:
            parts = [value for at, value in columns.get(each.cell.column, ()) if start < at < row]
            if len(parts) < 2:
                continue
            if same(each.value, sum(parts)):
                agreed += 1
            else:
                wrong.append((each, sum(parts)))
        if best is None or agreed > best[0]:
            best = agreed, wrong
    if best is None or best[0] < ENOUGH or best[0] < MOSTLY * (best[0] + len(best[1])):
        return []
    return [_told(sheetful, each, computed) for each, computed in best[1][:MOST_TOLD]]
