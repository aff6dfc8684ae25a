"""What the words in front of a table's figures say: names merged over rows, series in a column, parts of a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.parse import series as voices
from kpireport.core.parse import tables

if TYPE_CHECKING:
    from kpireport.core.parse.tables import Table
    from kpireport.core.workbook import Cell

MOSTLY = 0.6  # of the filled cells of a column must name series for it to be a series column


def series_column(table: Table) -> int | None:
    """Return the column whose cells name series, by content: its title often says something else."""
    candidates = [c for n, c in table.columns.items() if n in ("series", "unit", "note", "owner", "perspective")]
    periods = any(f.period is not None for f in table.figures)
    column: int
    for column in (*candidates, *table.unknown, *_untitled(table)):
        words = [tables.text_of(table.sheet.at(row, column)) for row in table.rows]
        filled = [w for w in words if w]
        named = [w for w in filled if voices.named(w) is not None or voices.derived_series(w)]
        if len(set(named)) >= 2 and len(named) >= MOSTLY * len(filled) and len(filled) * 2 >= len(words):
            return column
    named_so: int | None = table.columns.get("series")
    return named_so if periods or len(table.figures) <= 1 else None


def parted(table: Table) -> set[str]:
    """Return the labels whose figures come in parts (departments, regions): a row of their total is none of these."""
    found: set[str] = set()
    label = table.kpi
    present = [name for name in ("department", "breakdown") if name in table.columns]
    for row in table.rows if present else ():
        label = table.text(row, "name") or label
        parts = [text for name in present if (text := table.text(row, name))]
        if parts and not any(map(tables.is_total, parts)):
            found.add(label)
    return found


def _untitled(table: Table) -> range:
    """Return the columns without a title between the names and the first figures."""
    name = table.columns.get("name")
    first = min((f.column for f in table.figures), default=0)
    taken = {*table.columns.values(), *table.unknown, *table.derived, *(f.column for f in table.figures)}
    return range(name + 1, first) if name and not taken & set(range(name + 1, first)) else range(0)


def merged_labels(table: Table) -> dict[int, str]:
    """Return row to label for rows whose name is merged into the cell above."""
    column = table.columns.get("name")
    found: dict[int, str] = {}
    for top, left, bottom, right in table.sheet.merges if column else ():
        if left <= column <= right and bottom > top and bottom - top < 200:  # type: ignore[operator]
            for row in range(top + 1, bottom + 1):
                found[row] = tables.text_of(table.sheet.at(top, left))
    return found


def doubled(table: Table) -> set[str]:
    """Return the labels that stand under two headings of the table: only the heading tells them apart."""
    seen: dict[str, str] = {}
    found: set[str] = set()
    section = ""
    if {"department", "breakdown", "period"} & set(table.columns):
        return found
    for row in table.rows:
        label = table.text(row, "name")
        if not any((c := table.sheet.at(row, f.column)) is not None and holds(c) for f in table.figures):
            section = label or section
        elif label and seen.setdefault(label, section) != section:
            found.add(label)
    return found


def holds(cell: Cell) -> bool:
    """Return whether a cell holds anything: a value, an error, a formula."""
    return cell.value is not None or bool(cell.error) or cell.formula
