"""Find every table of figures on a sheet, whatever its shape: where its header is, where it ends, what stands beside.

A row is a header where it speaks of three periods, or names a KPI column together with a period or a figure column,
or names a period column beside others. Everything else on a sheet is not read, and said so.
Rule: L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, L11, L12.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core.diagnostics import Where
from kpireport.core.parse import columns as heads
from kpireport.core.parse import rhythm, shapes, tables, titles
from kpireport.core.parse import series as voices
from kpireport.core.parse.meant import meant
from kpireport.core.parse.names import header_key
from kpireport.core.parse.period_names import period
from kpireport.core.parse.shapes import Shape
from kpireport.core.parse.tables import Table
from kpireport.core.periods import Frequency, Period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.periods import Calendar
    from kpireport.core.workbook import Cell, Sheet

FIRST = 60  # rows from the top in which the first header may stand
LONG = 3000  # rows beyond which a sheet is one table
WITHIN_A_YEAR = frozenset((Frequency.WEEK, Frequency.MONTH, Frequency.QUARTER))


class Head(NamedTuple):
    """A header that was found: its rows, its columns, and the shape that it announces."""

    top: int
    bottom: int
    columns: tuple[int, ...]
    shape: Shape


def heads_of(sheet: Sheet, *, first: int = 1, last: int | None = None) -> Iterator[Head]:
    """Yield the headers of the tables of figures on a sheet, from the top down, tables side by side from the left."""
    rows = [row for row in sorted(sheet.rows) if row >= first and (last is None or row <= last)]
    found = False
    skip = 0
    for at, row in enumerate(rows):
        if row <= skip:
            continue
        if not found and at >= FIRST and row > FIRST:
            return
        if found and len(rows) > LONG:
            return
        groups = _groups(sheet, row)
        for group in groups:
            shape = shapes.shape_of(sheet, row, group)
            if shape is not None:
                top, bottom = _rows(sheet, row, group)
                if len(groups) == 1:
                    ends = [c.column for r in range(top, bottom + 1) for c in sheet.rows.get(r, ())[-1:]]
                    starts = [c.column for r in range(top, bottom + 1) for c in sheet.rows.get(r, ())[:1]]
                    group = tuple(range(min(*starts, *group), max(*ends, *group) + 1))
                yield Head(top, bottom, group, shape)
                found, skip = True, max(skip, bottom)


def _groups(sheet: Sheet, row: int) -> list[tuple[int, ...]]:
    """Return the columns of a row; parted at blank columns where each part is a table of its own."""
    used = [c.column for c in sheet.rows[row]]
    whole = tuple(range(used[0], used[-1] + 1))
    if len(whole) > tables.MANY * 3 or not shapes.may_be_header(sheet.rows[row]):
        return [whole]
    below = [r for r in range(row, row + shapes.BELOW) if r in sheet.rows]
    filled = {c.column for r in below for c in sheet.rows[r] if c.value is not None or c.error}
    parts: list[list[int]] = [[]]
    for column in whole:
        if column in filled:
            parts[-1].append(column)
        elif parts[-1]:
            parts.append([])
    groups = [tuple(part) for part in parts if part]
    if len(groups) > 1 and all(shapes.shape_of(sheet, row, group) and _labelled(sheet, row, group) for group in groups):
        return groups
    return [whole]


def _labelled(sheet: Sheet, row: int, group: tuple[int, ...]) -> bool:
    """Return whether the first column of a group of columns holds words or periods below a row."""
    return shapes.fills(sheet, row, group[0], str) >= 1 or shapes.fills(sheet, row, group[0], datetime) >= 1


def _over_names(sheet: Sheet, head: Head, column: int) -> bool:
    """Return whether a heading that speaks of a period stands over words, in the first column of a table."""
    words, numbers = shapes.fills(sheet, head.bottom, column, str), shapes.fills(sheet, head.bottom, column, float)
    return column == head.columns[0] and words > 0 and not numbers


def _rows(sheet: Sheet, row: int, columns: tuple[int, ...]) -> tuple[int, int]:
    """Return the first and the last row of the header that a row belongs to. Rule: L7."""
    top = bottom = row
    names = [c for c in columns if _field(sheet, row, c) == "name"]
    for below in (row + 1, row + 2):
        if not _goes_on(sheet, below, columns, names):
            break
        bottom = below
        names = names or [c for c in columns if _field(sheet, below, c) == "name"]
    for above in (row - 1, row - 2):
        if above < 1 or not _groups_columns(sheet, above, top, bottom, columns):
            break
        top = above
    return top, bottom


def _field(sheet: Sheet, row: int, column: int) -> str | None:
    cell = sheet.at(row, column)
    return (
        titles.field("metrics", meant(sheet, cell, heads.title(cell))) if cell and isinstance(cell.value, str) else None
    )


def _goes_on(sheet: Sheet, row: int, columns: tuple[int, ...], names: list[int]) -> bool:
    """Return whether a row under a header belongs to it: words that are titles, and no KPI's name."""
    cells = [c for column in columns if (c := sheet.at(row, column)) is not None and c.value is not None]
    if len(cells) < 2 or any(isinstance(c.value, float) and not heads.speaks(c.value) for c in cells):
        return False
    if any(isinstance(c.value, datetime) for c in cells) and not all(heads.speaks(c.value) for c in cells):
        return False
    if any(c.column in names for c in cells):
        return False
    known = sum(_is_title(c) for c in cells)
    return known * 5 >= len(cells) * 3 and known >= 2


def _is_title(cell: Cell) -> bool:
    text = heads.title(cell)
    if not isinstance(cell.value, str):
        return heads.speaks(cell.value)
    return bool(
        titles.field("metrics", text) or voices.named(text) or voices.derived(text) or heads.speaks(text)
    )  # fmt: skip


def _groups_columns(sheet: Sheet, row: int, top: int, bottom: int, columns: tuple[int, ...]) -> bool:
    """Return whether a row above a header parts its columns: years, series, or the metrics of titles that repeat."""
    cells = [c for column in columns if (c := sheet.at(row, column)) is not None and c.value is not None]
    if not cells or any(isinstance(c.value, float) and not heads.speaks(c.value) for c in cells):
        return False
    if any(t <= row and bottom <= b for t, left, b, _ in sheet.merges if left in columns and b > t):
        return True
    inner = [c for c in cells if c.column > columns[0] or len(cells) == 1]
    known = [
        c
        for c in inner
        if heads.speaks(c.value) or (isinstance(c.value, str) and shapes.speaks_of_series(heads.title(c)))
    ]
    if known and len(known) * 5 >= len(inner) * 3 and (len(known) > 1 or _reaches(sheet, known[0], columns)):
        return True
    shown = [header_key(heads.title(sheet.at(bottom, c))) for c in columns if sheet.at(bottom, c) is not None]
    repeated = len(shown) - len(set(shown))
    return repeated >= 2 and len(cells) >= 2 and all(isinstance(c.value, str) for c in cells) and top == bottom


def _reaches(sheet: Sheet, cell: Cell, columns: tuple[int, ...]) -> bool:
    """Return whether a single cell above a header is merged over several of its columns."""
    return any(
        t == cell.row and left == cell.column and right > left and left > columns[0]
        for t, left, _, right in sheet.merges
    )


def figure_tables(
    sheet: Sheet, *, calendar: Calendar, year: int | None = None
) -> tuple[list[tuple[Table, Shape]], list[Diagnostic]]:
    """Return the tables of figures on a sheet, with what was odd about their headers."""
    found = list(heads_of(sheet))
    made: list[tuple[Table, Shape]] = []
    problems: list[Diagnostic] = []
    for at, head in enumerate(found):
        after = [
            other.top for other in found[at + 1 :] if other.top > head.bottom and set(other.columns) & set(head.columns)
        ]
        last = min(after, default=max(sheet.rows) + 1) - 1
        table, told = table_of(sheet, head, last, calendar=calendar, year=year)
        if table is not None:
            made.append((table, head.shape))
            problems.extend(told)
    return made, problems


def table_of(
    sheet: Sheet, head: Head, last: int, *, calendar: Calendar, year: int | None
) -> tuple[Table | None, list[Diagnostic]]:
    """Return the table below a header, or None where nothing names what its figures are."""
    context = tables.context_year(sheet, head.top, year)
    read = heads.read(sheet, head.top, head.bottom, list(head.columns), calendar=calendar, year=context)
    fields = dict(read.fields)
    figures = list(read.figures)
    fields.update(periods_of(sheet, head.bottom, read.periods))
    period = None
    if head.shape is Shape.WIDE and "name" not in fields and figures and _over_names(sheet, head, figures[0].column):
        fields["name"] = figures.pop(0).column  # "2026 | Jan | Feb": the year of the months, over the names
    if head.shape is Shape.SNAPSHOT and "name" not in fields and figures and figures[0].period is not None:
        corner = figures.pop(0)
        fields["name"], period = corner.column, corner.period
    if head.shape is Shape.DOWN and "period" not in fields:
        fields["period"] = shapes.period_left(sheet, head.columns, head.bottom) or head.columns[0]
    table = Table(
        sheet, "metrics", head.bottom, fields, read.headings, {}, read.unknown, read.derived, tuple(read.hidden),
        figures=tuple(figures), last=last, top=head.top, period=period,
    )  # fmt: skip
    if head.shape is Shape.WIDE and not {"name", "period"} & set(fields) and (column := rhythm.parts_of_years(table)):
        return replace(table, columns={**fields, "period": column}), read.problems
    if "name" not in fields and head.shape is Shape.WIDE:
        column = label_column(table)
        if column is not None:
            fields["name"] = column
            table = replace(table, columns=fields, unknown={c: t for c, t in read.unknown.items() if c != column})
            table = replace(table, named=False)
    return table, read.problems


def periods_of(sheet: Sheet, header: int, found: list[int]) -> dict[str, int]:
    """Return the column of periods, the finest of several, and the column of their years."""
    if not found:
        return {}
    values = {
        column: {c.value for row in range(header + 1, header + 30) if (c := sheet.at(row, column))} for column in found
    }
    years = [column for column in found if values[column] and all(is_year_text(v) for v in values[column])]
    rest = [column for column in found if column not in years]
    if not rest:
        return {"period": found[0]}
    finest = max(rest, key=lambda column: (len(values[column]), -column))
    return {"period": finest, "year": years[0]} if years else {"period": finest}


def is_year_text(value: object) -> bool:
    return (isinstance(value, float) and heads.is_year(value)) or (
        isinstance(value, str) and value.strip().isdecimal() and int(value) in heads.YEARS
    )


def label_column(table: Table) -> int | None:
    """Return the column left of the figures that holds the most different words: there the rows are named."""
    figures = [f.column for f in table.figures if f.period is not None]
    if not figures:
        return None
    taken = set(table.columns.values())
    rows = table.rows[:200]
    best: tuple[int, int] | None = None
    for column in range(max(1, min(figures) - 30), min(figures)):
        if column in taken or column in table.sheet.hidden_columns:
            continue
        words = {
            c.value
            for row in rows
            if (c := table.sheet.at(row, column)) and isinstance(c.value, str) and c.value.strip()
        }
        spoken = sum(shapes.speaks_of_series(word) for word in words if isinstance(word, str))
        if words and spoken * 2 <= len(words) and (best is None or len(words) > best[0]):
            best = (len(words), column)
    return best[1] if best else None


def period_of_sheet(table: Table, calendar: Calendar, year: int | None) -> Period | None:
    """Return the one period that the sheet's name or the rows above a table speak of, for a sheet of one month."""
    above = [
        tables.text_of(c) for row in range(max(1, table.top - 12), table.top) for c in table.sheet.rows.get(row, ())
    ]
    context = year or tables.context_year(table.sheet, table.top)
    named = _periods_in(table.sheet.name, calendar, context)
    if len(named) == 1:
        return named.pop()
    told = {found for text in above for found in _periods_in(text, calendar, context)}
    told = told or _periods_in(table.sheet.file.rpartition(".")[0].replace("_", " "), calendar, context)
    return told.pop() if len(told) == 1 else None


def _periods_in(text: str, calendar: Calendar, year: int | None) -> set[Period]:
    """Return the months, quarters or weeks that a text speaks of."""
    found = set()
    for piece in (text, *text.replace("(", " ").replace("（", " ").replace(")", " ").split()):
        got = period(piece, Where(), calendar=calendar, year=year) if heads.speaks(piece) else None
        if isinstance(got, Period) and got.frequency in WITHIN_A_YEAR:
            found.add(got)
    return found
