"""Read the rows and cells of one worksheet.

This runs for every cell of every sheet. Hence attributes where elsewhere there would be arguments, and the common
cases first; everything uncommon is a function of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING

from kpireport.core.a1 import COLUMNS, LAST_COLUMN, LAST_ROW, address, place
from kpireport.core.catalogue import reading
from kpireport.core.diagnostics import Where
from kpireport.core.serials import moment
from kpireport.core.workbook import Cell
from kpireport.excel.refused import Refused
from kpireport.excel.styles import PLAIN
from kpireport.excel.text import decoded
from kpireport.excel.xml import local, on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kpireport.core.diagnostics import Diagnostic, Problem
    from kpireport.core.workbook import Value
    from kpireport.excel.styles import CellStyle
    from kpireport.excel.xml import Attributes, Bounded

_OUTSIDE, _IN_ROW, _IN_CELL = range(3)
_LONGEST_ERROR = 40
_LONGEST_FOUND = 200
_NEW = tuple.__new__


@dataclass(slots=True)
class Shared:
    """What all sheets of a workbook share, and how much of the bounds for all of them is used up.

    strings: None where the file has no such list. styles: by the ``s`` of a cell; "" is that of a cell without one.
    """

    strings: Sequence[str] | None
    styles: Mapping[str, CellStyle]
    date1904: bool
    cells: int = 0
    rows: int = 0
    merges: int = 0
    characters: int = 0


class Cells:
    """The cells of one sheet.

    row: the last one begun. hidden: rows. Two rows with one number are put together; two cells at one place are told.
    """

    __slots__ = (
        "_aid", "_c", "_column", "_data", "_default", "_digits", "_disorder", "_f", "_formula", "_found", "_ignored",
        "_is", "_last", "_leave", "_left", "_line", "_longest", "_problems", "_r", "_reading", "_row_tag", "_rph",
        "_shared", "_sheet", "_state", "_strings", "_style", "_styles", "_suffix", "_t", "_text", "_texts", "_times",
        "_type", "_unordered", "_v", "_valued", "_where", "hidden", "row",
    )  # fmt: skip

    def __init__(self, sheet: Bounded, leave: Callable[[], None], where: Where, shared: Shared) -> None:
        """Read the cells of ``sheet``; ``leave`` is called where they end."""
        self.row = 0
        self.hidden: set[int] = set()
        self._sheet = sheet
        self._leave = leave
        self._where = where
        self._shared = shared
        self._strings = shared.strings or ()
        self._styles = shared.styles
        self._default = shared.styles[""]
        self._left = sheet.limits.cells - shared.cells
        self._longest = sheet.limits.text
        self._found: dict[int, list[Cell]] = {}
        self._disorder: set[int] = set()
        self._problems: list[Diagnostic] = []
        self._times: dict[str, int] = {}
        self._state = _OUTSIDE
        self._suffix, self._digits = "", 0
        self._line: list[Cell] = []
        self._column = self._last = 0
        self._unordered = False
        self._style = PLAIN
        self._type = "n"
        self._text = ""
        self._valued = self._formula = self._reading = self._aid = False
        self._ignored = self._texts = 0

    def inside(self, data: str) -> None:
        """Take over at <sheetData>, by the name that it has here: what is in it has the same prefix."""
        prefix = data[: -len("sheetData")]
        self._data = data
        self._row_tag, self._c, self._v, self._f = (prefix + tag for tag in ("row", "c", "v", "f"))
        self._is, self._t, self._r, self._rph = (prefix + tag for tag in ("is", "t", "r", "rPh"))
        self._listen()

    def _listen(self) -> None:
        parser = self._sheet.parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._chars

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == self._v:
            if self._state != _IN_CELL:
                self._misplaced()
            if self._valued:  # of two values in one cell nobody knows which is meant
                self._misplaced()
            self._text = ""
            self._valued = self._reading = True
        elif name == self._c:
            if self._state != _IN_ROW:
                self._misplaced()
            self._state = _IN_CELL
            ref = attributes.get("r")
            if ref is None:
                self._next_column()
            else:
                digits = self._digits
                column = COLUMNS.get(ref[:digits]) if ref[digits:] == self._suffix else None
                if column is None:
                    column = self._far(ref)
                if column <= self._last:
                    self._unordered = True
                self._column = self._last = column
            key = attributes.get("s")
            self._style = self._default if key is None else self._styles.get(key) or self._unknown_style(key)
            self._type = attributes.get("t", "n")
        elif name == self._f:
            if self._formula:
                self._sheet.count(1)
            self._formula = True
        elif name == self._row_tag:
            self._begin_row(attributes)
        else:
            self._uncommon(name, attributes)

    def _chars(self, text: str) -> None:
        if self._reading:
            if self._text:
                text = self._text + text
            if len(text) > self._longest:
                raise Refused(reading.TEXT_TOO_LONG, whole=True, limit=self._longest)
            self._text = text

    def _end(self, name: str) -> None:
        if name == self._v:
            self._reading = False
        elif name == self._c:
            self._state = _IN_ROW
            self._left -= 1
            if self._left < 0:
                raise Refused(reading.TOO_MANY_CELLS, whole=True, limit=self._sheet.limits.cells)
            if self._valued or self._formula:
                self._finish_cell()
        elif name == self._row_tag:
            self._finish_row()
        elif name == self._t:
            self._reading = False
        elif name == self._rph:
            self._aid = False
        elif name == self._data:
            self._sheet.path.pop()
            self._leave()

    def _finish_cell(self) -> None:
        value: Value = None
        error = ""
        if self._valued:
            text, kind = self._text, self._type
            if kind == "n":
                value = self._number(text)
            elif kind == "s":
                value = self._shared_text(text)
            else:
                value, error = self._other(kind, text)
        formula = self._formula
        self._valued = self._formula = False
        # An empty text that nothing computed is an empty cell; a cell at no place was told and is lost.
        if self._column and (formula or error or (value is not None and value != "")):
            self._line.append(_NEW(Cell, (self.row, self._column, value, self._style.format, formula, error)))

    def _number(self, text: str) -> Value:
        try:
            value = float(text)
        except ValueError:
            if text.strip():
                self._unusable(reading.NUMBER_UNREADABLE, text)
            return None
        # What Python takes for a number and Excel does not: infinity, 1_000, digits of other scripts.
        if not isfinite(value) or "_" in text or not text.isascii():
            self._unusable(reading.NUMBER_UNREADABLE, text)
            return None
        style = self._style
        if style.date is not False and style.shows_date(value):
            return moment(value, date1904=self._shared.date1904) or value
        return value

    def _shared_text(self, text: str) -> Value:
        try:
            index = int(text)
            if index >= 0:
                return self._strings[index]
        except (ValueError, IndexError):
            pass
        if self._shared.strings is None:
            raise Refused(reading.STRINGS_MISSING, whole=True)
        self._unusable(reading.TEXT_MISSING, text)
        return None

    def _other(self, kind: str, text: str) -> tuple[Value, str]:
        if kind in ("str", "inlineStr"):
            self._shared.characters += len(text)
            if self._shared.characters > self._sheet.limits.characters:
                raise Refused(reading.TOO_MUCH_TEXT, whole=True, limit=self._sheet.limits.characters)
            return decoded(text), ""
        if kind == "e":
            return None, text.strip()[:_LONGEST_ERROR] or "#ERROR!"
        if kind == "b":
            truth = {"1": True, "true": True, "0": False, "false": False}.get(text.strip())
            if truth is None:
                self._unusable(reading.LOGICAL_UNREADABLE, text)
            return truth, ""
        if kind == "d":
            return self._date(text.strip()), ""
        if kind == "":
            return self._number(text), ""
        self._unusable(reading.CELL_TYPE_UNKNOWN, kind)
        return None, ""

    def _date(self, text: str) -> Value:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            self._unusable(reading.DATE_UNREADABLE, text)
            return None
        return found.replace(tzinfo=None, microsecond=0)

    def _begin_row(self, attributes: Attributes) -> None:
        if self._state != _OUTSIDE:
            self._misplaced()
        self._state = _IN_ROW
        shared = self._shared
        shared.rows += 1
        if shared.rows > self._sheet.limits.rows:
            raise Refused(reading.TOO_MANY_ROWS, whole=True, limit=self._sheet.limits.rows)
        ref = attributes.get("r")
        if ref is None:
            self.row += 1
        elif ref.isascii() and ref.isdecimal() and len(ref) <= 7:
            self.row = int(ref)
        else:
            self.row = 0
        if not 1 <= self.row <= LAST_ROW:
            raise Refused(reading.ROW_PLACE, found=self.row if ref is None else ref[:_LONGEST_FOUND], limit=LAST_ROW)
        self._suffix = str(self.row)
        self._digits = -len(self._suffix)
        self._last = 0
        self._line = []
        self._unordered = False
        if on(attributes.get("hidden")) or attributes.get("ht") == "0":
            self.hidden.add(self.row)

    def _finish_row(self) -> None:
        self._state = _OUTSIDE
        line, row = self._line, self.row
        if not line:
            return
        if row in self._found:
            self._found[row] += line
            self._disorder.add(row)
        else:
            self._found[row] = line
            if self._unordered:
                self._disorder.add(row)

    def _single(self, row: int) -> list[Cell]:
        """Return the cells of a row by column; of two at one place the first, and the other is told."""
        cells: dict[int, Cell] = {}
        for cell in self._found[row]:
            if cells.setdefault(cell.column, cell) is not cell:
                self._tell_cell(reading.CELL_TWICE, row, cell.column)
        return [cells[column] for column in sorted(cells)]

    def _next_column(self) -> None:
        self._last += 1
        self._column = self._last if self._last <= LAST_COLUMN else 0
        if not self._column:
            self.tell(reading.CELL_PLACE, self._where, found=address(self.row, self._last))

    def _far(self, ref: str) -> int:
        """Return the column of an address that is not yet known, or 0 where it is none in this row."""
        found = place(ref)
        if found is None or found[0] != self.row:
            self.tell(reading.CELL_PLACE, self._where, found=ref[:_LONGEST_FOUND])
            return 0
        return found[1]

    def _uncommon(self, name: str, attributes: Attributes) -> None:
        # One text in each cell is common; what goes beyond it counts, as no bound of cells holds it.
        in_cell = self._state == _IN_CELL
        if in_cell and name == self._is and not self._valued:
            self._text = ""
            self._texts = 0
            self._valued = True
            return
        if in_cell and name == self._t:
            self._reading = not self._aid
            self._texts += 1
            if self._texts > 1:
                self._sheet.count(1)
            return
        self._sheet.count(1 + len(attributes))
        if in_cell and name == self._rph:
            self._aid = True
        elif name != self._r:
            self._pass_over(name)

    def _pass_over(self, name: str) -> None:
        if local(name) in ("row", "c", "v"):
            self._misplaced()
        self._ignored = 1
        parser = self._sheet.parser
        parser.StartElementHandler = self._ignore
        parser.EndElementHandler = self._ignore_end
        parser.CharacterDataHandler = None

    def _ignore(self, _: str, attributes: Attributes) -> None:
        self._sheet.count(1 + len(attributes))
        self._ignored += 1
        if self._ignored > self._sheet.limits.depth:
            raise Refused(reading.TOO_DEEP, part=self._sheet.part, limit=self._sheet.limits.depth)

    def _ignore_end(self, _: str) -> None:
        self._ignored -= 1
        if not self._ignored:
            self._listen()

    def _misplaced(self) -> None:
        raise Refused(reading.SHEET_BROKEN, row=self.row)

    def _unusable(self, kind: Problem, found: str) -> None:
        self._tell_cell(kind, self.row, self._column, found=found[:_LONGEST_FOUND])

    def _tell_cell(self, kind: Problem, row: int, column: int, **details: object) -> None:
        if self._another(kind):
            place = address(row, column) if column else ""
            self._problems.append(kind.at(Where(self._where.file, self._where.sheet, place), **details))

    def _another(self, kind: Problem) -> bool:
        """Count a problem, and return whether it is still told by itself: there may be a million of one kind."""
        times = self._times[kind.code] = self._times.get(kind.code, 0) + 1
        return times <= self._sheet.limits.problems

    def _unknown_style(self, key: str) -> CellStyle:
        self.tell(reading.STYLE_UNKNOWN, self._where, found=key[:_LONGEST_FOUND])
        return PLAIN

    def tell(self, kind: Problem, where: Where, **details: object) -> None:
        """Note a problem; of many of one kind only the first are told one by one."""
        if self._another(kind):
            self._problems.append(kind.at(where, **details))

    def settle(self) -> None:
        """Count the cells of this sheet towards those of the workbook, also where it could not be read to its end."""
        self._shared.cells = self._sheet.limits.cells - self._left

    def finished(self) -> dict[int, tuple[Cell, ...]]:
        """Return the rows in their order, each with its cells by column."""
        for row in sorted(self._disorder):
            self._found[row] = self._single(row)
        return {row: tuple(self._found[row]) for row in sorted(self._found)}

    def told(self) -> list[Diagnostic]:
        """Return the problems, the last of them saying how many more there are."""
        most = self._sheet.limits.problems
        more = {code: times - most for code, times in self._times.items() if times > most}
        return self._problems + [reading.MORE_CELLS.at(self._where, count=n, code=code) for code, n in more.items()]
