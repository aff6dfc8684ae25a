"""Read one worksheet: its cells, what is hidden, what is merged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kpireport.core.a1 import LAST_COLUMN, LAST_ROW, column_number
from kpireport.core.catalogue import reading
from kpireport.core.workbook import Sheet
from kpireport.excel.cells import Cells
from kpireport.excel.refused import Refused
from kpireport.excel.xml import Bounded, on, plain

if TYPE_CHECKING:
    from kpireport.core.diagnostics import Diagnostic, Where
    from kpireport.core.workbook import Visibility
    from kpireport.excel.cells import Shared
    from kpireport.excel.package import Package
    from kpireport.excel.xml import Attributes

_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")
_WITHOUT_CELLS = ("chartsheet", "dialogsheet", "macrosheet")


def worksheet(
    package: Package, part: str, where: Where, visibility: Visibility, shared: Shared
) -> tuple[Sheet, list[Diagnostic]]:
    """Read the sheet in ``part``; ``where`` names it; raises ``Refused``."""
    reader = _Worksheet(package, part, where, shared)
    reader.feed(package)
    sheet = Sheet(
        file=where.file,
        name=where.sheet,
        rows=reader.cells.finished(),
        visibility=visibility,
        hidden_rows=frozenset(reader.cells.hidden),
        hidden_columns=_covered(reader.hidden_columns),
        merges=tuple(reader.merges),
    )
    return sheet, reader.cells.told()


class _Worksheet(Bounded):
    """One pass over the sheet; what stands between <sheetData> and </sheetData> is the work of ``Cells``."""

    def __init__(self, package: Package, part: str, where: Where, shared: Shared) -> None:
        super().__init__(part, package.limits)
        self.where = where
        self.shared = shared
        self.cells = Cells(self, self.outside, where, shared)
        self.hidden_columns: list[tuple[int, int]] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self.outside()

    def feed(self, package: Package) -> None:
        try:
            super().feed(package)
        except Refused as refused:
            if refused.kind in (reading.XML_BROKEN, reading.PART_DAMAGED):
                raise Refused(reading.SHEET_BROKEN, row=self.cells.row) from refused
            raise
        finally:
            self.cells.settle()

    def outside(self) -> None:
        """Take over from the reader of the cells."""
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = None

    def _start(self, name: str, attributes: Attributes) -> None:
        tag = self.enter(name, attributes)
        depth = len(self.path)
        if depth == 1:
            self._root(tag)
        elif tag == "sheetData" and depth == 2:
            self.cells.inside(name)
        elif tag == "col" and self.path[1] == "cols":
            self._column(plain(attributes))
        elif tag == "mergeCell" and self.path[1] == "mergeCells":
            self._merge(plain(attributes).get("ref", ""))

    def _end(self, _: str) -> None:
        self.path.pop()

    def _root(self, tag: str) -> None:
        if tag in _WITHOUT_CELLS:
            raise Refused(reading.SHEET_SKIPPED)
        if tag != "worksheet":
            raise Refused(reading.SHEET_BROKEN, row=0)

    def _column(self, attributes: Attributes) -> None:
        if on(attributes.get("hidden")) or attributes.get("width") == "0":
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal() and len(first + last) < 20:
                self.hidden_columns.append((int(first), min(int(last), LAST_COLUMN)))

    def _merge(self, ref: str) -> None:
        self.shared.merges += 1
        if self.shared.merges > self.limits.merges:
            raise Refused(reading.TOO_MANY_MERGES, whole=True, limit=self.limits.merges)
        found = _range(ref)
        if found is None:
            self.cells.tell(reading.MERGE_UNREADABLE, self.where, found=ref)
        elif found[:2] != found[2:]:
            self.merges.append(found)


def _range(ref: str) -> tuple[int, int, int, int] | None:
    """Return (top, left, bottom, right) of ``A1:B2`` in whatever order it names the corners, or None."""
    match = _RANGE.fullmatch(ref)
    if match is None or not match[2].isascii():
        return None
    columns = (column_number(match[1]), column_number(match[3] or match[1]))
    rows = (int(match[2]), int(match[4] or match[2]))
    if not 1 <= min(columns) <= max(columns) <= LAST_COLUMN or not 1 <= min(rows) <= max(rows) <= LAST_ROW:
        return None
    return min(rows), min(columns), max(rows), max(columns)


def _covered(spans: list[tuple[int, int]]) -> frozenset[int]:
    # In order, so that a million overlapping spans cost no more than the columns there are.
    covered: set[int] = set()
    last = 0
    for first, end in sorted(spans):
        covered.update(range(max(first, last + 1), end + 1))
        last = max(last, end)
    return frozenset(covered)
