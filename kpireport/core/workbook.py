"""A workbook as it was read: cells with their places, before anything is understood."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core import a1
from kpireport.core.diagnostics import Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Value = float | str | bool | datetime | None
letters = a1.column_letters


class Cell(NamedTuple):
    """One cell that holds something.

    row, column: counted from 1. value: numbers are float; a number whose format shows a date is a datetime
    (1900 and 1904 systems already told apart); text is decoded, rich text joined, phonetic runs left out.
    format: the number format's code. error: ``#DIV/0!`` and the like, value is then None.
    A named tuple, not a dataclass: a sheet has a million of them.
    """

    row: int
    column: int
    value: Value
    format: str = "General"
    formula: bool = False
    error: str = ""

    @property
    def address(self) -> str:
        return a1.address(self.row, self.column)

    @property
    def uncached(self) -> bool:
        """Return whether this is a formula whose result was not saved."""
        return self.formula and self.value is None and not self.error


_column = attrgetter("column")


class Visibility(Enum):
    VISIBLE = "visible"
    HIDDEN = "hidden"
    VERY_HIDDEN = "veryHidden"


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    rows: row number to its cells, ordered by column; rows without cells are absent. Empty styled cells are left out.
    merges: (top, left, bottom, right), counted from 1.
    """

    file: str
    name: str
    rows: Mapping[int, tuple[Cell, ...]]
    visibility: Visibility = Visibility.VISIBLE
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merges: tuple[tuple[int, int, int, int], ...] = ()

    def where(self, row: int, column: int) -> Where:
        return Where(self.file, self.name, a1.address(row, column))

    def at(self, row: int, column: int) -> Cell | None:
        """Return the cell at a place, or None where it is empty."""
        try:
            cell = self.rows[row][column - 1]
            if cell[1] == column:  # nothing is empty to the left of it, as in nearly every table
                return cell
        except (KeyError, IndexError):
            pass
        cells = self.rows.get(row, ())
        place = bisect_left(cells, column, key=_column)
        return cells[place] if place < len(cells) and cells[place].column == column else None

    def cells(self) -> Iterator[Cell]:
        """Yield all cells, by row, then by column."""
        for row in sorted(self.rows):
            yield from self.rows[row]


@dataclass(frozen=True)
class Workbook:
    """One file.

    file: its name without the folder. sha256: of its bytes, in hex. saved: the last saving, as the file tells it.
    form: the sheet of ours in which a person answers about the reading; it is none of the sheets.
    """

    file: str
    sha256: str
    sheets: tuple[Sheet, ...]
    saved: datetime | None = None
    date1904: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)
    form: Sheet | None = None
