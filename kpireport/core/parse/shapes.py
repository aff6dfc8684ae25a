"""What shape of table a row is the header of, by its words and by the cells below it.

Rule: L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, L11.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

from kpireport.core.parse import columns as heads
from kpireport.core.parse import series as voices
from kpireport.core.parse import tables, titles
from kpireport.core.parse.daynumbers import DAYS
from kpireport.core.parse.meant import meant
from kpireport.core.parse.period_words import is_now
from kpireport.core.parse.rhythm import day_of

if TYPE_CHECKING:
    from kpireport.core.workbook import Cell, Sheet

ENOUGH = 3  # periods that make a row a header
BELOW = 12  # rows below a header that are looked at
FIGURE_FIELDS = frozenset(("actual", "target", "forecast", "previous year"))


class Shape(Enum):
    """How a table is laid out. Rule: L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, L11."""

    WIDE = "periods across"
    LONG = "one figure a row"
    DOWN = "periods down, one metric a column"
    SNAPSHOT = "one period"
    TRANSACTIONS = "transactions"


def may_be_header(cells: tuple[Cell, ...]) -> bool:
    plain = sum(isinstance(c.value, float) and not heads.speaks(c.value) for c in cells[: tables.MANY])
    return plain * 5 <= len(cells)


def fills(sheet: Sheet, row: int, column: int, kind: type) -> int:
    """Return how many of the next cells below a row hold a text, a date or a number."""
    return sum(
        isinstance(cell.value, kind)
        for r in range(row + 1, row + BELOW)
        if (cell := sheet.at(r, column)) is not None and not isinstance(cell.value, bool)
    )


def shape_of(sheet: Sheet, row: int, columns: tuple[int, ...]) -> Shape | None:
    """Return the shape of table that a row is the header of, or None."""
    cells = [c for column in columns if (c := sheet.at(row, column)) is not None and c.value is not None]
    if not cells or not may_be_header(tuple(cells)):
        return None
    fields = {
        name for c in cells[: tables.MANY] if isinstance(c.value, str)
        if (name := "actual" if is_now(c.value) else titles.field("metrics", meant(sheet, c, heads.title(c))))
    }  # fmt: skip
    when = [c for c in cells if heads.period_and_series(c) is not None and c.column not in sheet.hidden_columns]
    texts = [c for c in cells if isinstance(c.value, str)]
    if len(when) >= ENOUGH and _are_headings(sheet, row, when):
        return Shape.WIDE
    if when and len(when) + 1 >= len(texts) and _voices_below(sheet, row, columns):
        return Shape.WIDE
    plain = [c for c in cells if isinstance(c.value, float) and not heads.speaks(c.value)]
    if plain:
        return None
    if "period" in fields and "name" not in fields and when and len(when) + 1 >= len(cells):
        return Shape.WIDE if _numbers_below(sheet, row, when) else None
    if "name" in fields and when and all(isinstance(c.value, str) or len(when) < 3 for c in when):
        return Shape.WIDE if _numbers_below(sheet, row, when) else None
    values = fields & FIGURE_FIELDS
    if "period" in fields and _is_transactions(sheet, row, cells):
        return Shape.TRANSACTIONS
    if {"name", "period"} <= fields:
        return Shape.LONG if values or "series" in fields else None
    if "period" in fields and len(texts) > 1 and "name" not in fields:
        return Shape.DOWN if _periods_below(sheet, row, cells) else None
    if (
        len(texts) > 1
        and len(texts) == len(cells)
        and not fields & {"name", "period"}
        and period_left(sheet, columns, row)
    ):
        return Shape.DOWN
    if "actual" in values and ("name" in fields or _corner(sheet, row, cells, when)):
        return Shape.SNAPSHOT
    return None


def period_left(sheet: Sheet, columns: tuple[int, ...], row: int) -> int | None:
    """Return the column without a title that holds periods below a row: months down whose corner is empty."""
    for column in (columns[0], columns[0] - 1):
        if column < 1 or sheet.at(row, column) is not None:
            continue
        below = [c.value for r in range(row + 1, row + BELOW) if (c := sheet.at(r, column)) and c.value is not None]
        if sum(heads.speaks(value) for value in below) * 3 >= max(len(below), 3) * 2:
            return column
    return None


def _corner(sheet: Sheet, row: int, cells: list[Cell], when: list[Cell]) -> bool:
    """Return whether the title over the names is the period of the whole table: "FY 2024 | Actual | Plan" (W6)."""
    return len(when) == 1 and when[0] is cells[0] and fills(sheet, row, cells[0].column, str) >= 1


def _voices_below(sheet: Sheet, row: int, columns: tuple[int, ...]) -> bool:
    """Return whether the row below says target, actual and the like for single periods: "Jan" over "Actual | Plan"."""
    below = [c for column in columns if (c := sheet.at(row + 1, column)) is not None and c.value is not None]
    spoken = [c for c in below if isinstance(c.value, str) and speaks_of_series(heads.title(c))]
    return len(spoken) >= 2 and len(spoken) + 1 >= len(below) and _numbers_below(sheet, row + 1, spoken)


def _are_headings(sheet: Sheet, row: int, when: list[Cell]) -> bool:
    """Return whether cells that speak of periods head columns of figures; a row of data may hold dates too."""
    if all(isinstance(c.value, float) for c in when):
        numbers = [c.value for c in when if isinstance(c.value, float)]
        steps = {later - earlier for earlier, later in pairwise(numbers)}
        if not steps <= {0.0, 1.0, -1.0, 89.0, -89.0}:
            return False
    return _numbers_below(sheet, row, when)


def _numbers_below(sheet: Sheet, row: int, when: list[Cell]) -> bool:
    """Return whether figures stand below some of the cells; a template without any figure yet counts too."""
    looked = when[:24]
    filled = sum(fills(sheet, row, c.column, float) > 0 for c in looked)
    other = sum(fills(sheet, row, c.column, datetime) > 0 for c in looked)
    texts = sum(fills(sheet, row, c.column, str) > 1 for c in looked)
    return (
        filled * 4 >= len(looked)
        or (filled > 0 and not other)
        or not (filled or other or texts)
        or (texts > 0 and not other and all(isinstance(c.value, str) for c in when))
    )


def _periods_below(sheet: Sheet, row: int, cells: list[Cell]) -> bool:
    for cell in cells:
        if isinstance(cell.value, str) and titles.field("metrics", heads.title(cell)) == "period":
            below = [c for r in range(row + 1, row + BELOW) if (c := sheet.at(r, cell.column)) and c.value is not None]
            return sum(heads.speaks(c.value) or _counts(c.value) for c in below) * 2 >= len(below)
    return False


def _counts(value: object) -> bool:
    return isinstance(value, float) and value == value // 1 and (1 <= value <= 53 or int(value) in DAYS)


def _is_transactions(sheet: Sheet, row: int, cells: list[Cell]) -> bool:
    """Return whether rows are single events: a date, a word that sorts them, one amount, and days that repeat.

    Rule: L10.
    """
    by_field = {titles.field("metrics", heads.title(c)) or "": c.column for c in cells if isinstance(c.value, str)}
    by_field["period"] = _dated(sheet, row, cells) or by_field.get("period", 0)
    if "name" in by_field or len(FIGURE_FIELDS & set(by_field)) != 1 or "actual" not in by_field:
        return False
    dates = [
        day for r in range(row + 1, row + 60)
        if (c := sheet.at(r, by_field["period"])) is not None and (day := day_of(c.value)) is not None
    ]  # fmt: skip
    sorting = [
        c.column for c in cells
        if c.column not in (by_field["period"], by_field["actual"]) and fills(sheet, row, c.column, str) >= 2
    ]  # fmt: skip
    months = {(day.year, day.month) for day in dates}
    return bool(sorting) and len(dates) > len(months) and len(set(dates)) > len(months)


def _dated(sheet: Sheet, row: int, cells: list[Cell]) -> int | None:
    """Return the first column of periods that holds days; "Month" beside "Date" only repeats what the date says."""
    for cell in cells:
        if isinstance(cell.value, str) and titles.field("metrics", heads.title(cell)) == "period":
            below = [c.value for r in range(row + 1, row + BELOW) if (c := sheet.at(r, cell.column)) is not None]
            if below and sum(day_of(value) is not None for value in below) * 2 >= len(below):
                return cell.column
    return None


def speaks_of_series(text: str) -> bool:
    return voices.named(text) is not None or voices.derived(text)
