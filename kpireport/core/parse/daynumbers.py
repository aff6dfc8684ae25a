"""Headings that are mere numbers: 46023, 46054, 46082 are dates without their format, 1 to 12 in a row are months."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from kpireport.core.serials import moment

if TYPE_CHECKING:
    from kpireport.core.workbook import Cell, Sheet

FIRST = 60  # rows from the top in which such a header is looked for
ENOUGH = 3
MONTHS = [float(number) for number in range(1, 13)]
DAYS = range(36_526, 55_153)  # 2000 to 2050
STEPS = frozenset((7, *range(28, 32), *range(89, 93), 365, 366))  # a week, a month, a quarter, a year


def dated(sheet: Sheet, *, date1904: bool) -> Sheet:
    """Return the sheet with dates and months in such rows; the sheet itself where there is none."""
    found = {}
    for row in sorted(sheet.rows)[:FIRST]:
        numbers = [c for c in sheet.rows[row] if isinstance(c.value, float)]
        if [c.value for c in numbers] == MONTHS and not _titled(sheet, row, numbers):
            months = {c.column: c._replace(value=f"M{c.value:.0f}") for c in numbers}
            found[row] = tuple(months.get(c.column, c) for c in sheet.rows[row])
            continue
        cells = [c for c in numbers if _may_be_day(c)]
        if len(cells) >= ENOUGH and _stepping(cells) and not _others(sheet, row, cells):
            found[row] = tuple(_as_date(c, date1904=date1904) if _may_be_day(c) else c for c in sheet.rows[row])
    return replace(sheet, rows={**sheet.rows, **found}) if found else sheet


def _may_be_day(cell: Cell) -> bool:
    return isinstance(cell.value, float) and cell.value == cell.value // 1 and int(cell.value) in DAYS


def _stepping(cells: list[Cell]) -> bool:
    """Return whether the numbers go on by the days of one kind of period, as amounts never do."""
    steps = [int(later.value) - int(earlier.value) for earlier, later in pairwise(cells)]  # type: ignore[arg-type]
    return all(step in STEPS for step in steps) and max(steps) - min(steps) <= 3


def _others(sheet: Sheet, row: int, cells: list[Cell]) -> bool:
    """Return whether other numbers stand in the row, or titles above these: then they are amounts."""
    if any(isinstance(c.value, float) and not _may_be_day(c) for c in sheet.rows[row]):
        return True
    return _titled(sheet, row, cells)


def _titled(sheet: Sheet, row: int, cells: list[Cell]) -> bool:
    columns = {c.column for c in cells}
    return sum(c.column in columns and c.value is not None for c in sheet.rows.get(row - 1, ())) > 1


def _as_date(cell: Cell, *, date1904: bool) -> Cell:
    found = moment(cell.value, date1904=date1904) if isinstance(cell.value, float) else None
    return cell._replace(value=found, format="yyyy-mm-dd") if found is not None else cell
