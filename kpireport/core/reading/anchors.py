"""A statement is remembered by the titles of its places, so that it holds when rows and months come. Rule: L63."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpireport.core import a1
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.said import SayingError, spot
from kpireport.core.reading.spots import Axis, Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.reading.account import Found
    from kpireport.core.reading.grid import Grid, Token
    from kpireport.core.reading.spots import Spot

LONGEST = 80  # letters of a text that is remembered


def anchored(found: Found, said: Mapping[str, object]) -> dict[str, Any]:
    """Return a statement whose places have titles beside their addresses, where the workbook has such."""
    anchors = _Anchors(found)
    return {key: anchors.places(value) if key in ("for", "but") else value for key, value in said.items()}


class _Anchors:
    """Finds the titles of places in one reading."""

    def __init__(self, found: Found) -> None:
        grids: dict[str, Grid] = {}
        for table in found.tables:
            grid = table.region.grid
            if grid.name not in grids or grid.numbers > grids[grid.name].numbers:
                grids[grid.name] = grid
        self.grids = Places(grids)
        self.leaves: dict[tuple[str, int], str] = {}
        for table in found.tables:
            for column in table.columns:
                if column.leaf:
                    self.leaves.setdefault((table.sheet, column.column), column.leaf)

    def places(self, value: object) -> object:
        if isinstance(value, dict):
            return self._place(value)
        return [self.places(each) for each in value] if isinstance(value, list) else value

    def _place(self, values: dict[str, Any]) -> dict[str, Any]:
        sheet = values.get("sheet")
        if not isinstance(sheet, str) or {"title", "line", "table"} & values.keys() or sheet not in self.grids.grids:
            return values
        try:
            place = spot(values, "for")
        except SayingError:
            return values
        match place.axis:
            case Axis.COLUMN | Axis.ROW:
                return values | self._line(sheet, place)
            case Axis.CELL:
                return values | self._cell(sheet, place)
            case Axis.RANGE:
                return values | self._rectangle(sheet, place)
            case _:
                return values

    def _line(self, sheet: str, place: Spot) -> dict[str, object]:
        across = place.axis is Axis.COLUMN
        span = place.columns if across else place.rows
        if span is None or span.first != span.last or place.title:
            return {}
        title = self.leaves.get((sheet, span.first), "") if across else self._label(sheet, span.first)
        return self._titled(sheet, title, across=across, number=span.first)

    def _label(self, sheet: str, row: int) -> str:
        texts = [t for (r, _), t in self.grids.at(sheet).items() if r == row and t.kind is Kind.TEXT]
        return min(texts, key=lambda t: t.column).text if texts else ""

    def _titled(self, sheet: str, title: str, *, across: bool, number: int) -> dict[str, object]:
        """Return the title of a row or column, and which of several of this title it is."""
        if not title or len(title) > LONGEST:
            return {}
        places = sorted({t.column if across else t.row for t in self.grids.titled(sheet, title)})
        if number not in places:
            return {}
        nth = places.index(number) + 1
        return {"title": title} if len(places) == 1 else {"title": title, "nth": nth}

    def _cell(self, sheet: str, place: Spot) -> dict[str, object]:
        if place.rows is None or place.columns is None:
            return {}
        row, column = place.rows.first, place.columns.first
        own = self.grids.at(sheet).get((row, column))
        if own is not None and own.kind in (Kind.TEXT, Kind.DATE):
            return self._only(sheet, own)
        label, heading = self._label(sheet, row), self.leaves.get((sheet, column), "")
        if not label or not heading or len(label) > LONGEST or len(heading) > LONGEST:
            return {}
        rows = {t.row for t in self.grids.titled(sheet, label)}
        columns = {t.column for t in self.grids.titled(sheet, heading)}
        return {"title": label, "heading": heading} if rows == {row} and columns == {column} else {}

    def _only(self, sheet: str, token: Token) -> dict[str, object]:
        """Return the text of a cell that is a title itself, if it stands once: what changes each month is no title."""
        if token.said is not None or len(token.text) > LONGEST:
            return {}
        return {"title": token.text} if len(self.grids.titled(sheet, token.text)) == 1 else {}

    def _rectangle(self, sheet: str, place: Spot) -> dict[str, object]:
        """Return the first text of a rectangle, where it stands, and the sides that are open."""
        rows, columns = place.rows, place.columns
        if rows is None or columns is None:
            return {}
        at = self.grids.at(sheet)
        inside = [
            t
            for (r, c), t in at.items()
            if rows.first <= r <= rows.last and columns.first <= c <= columns.last and t.kind is Kind.TEXT
        ]
        texts = [t for t in inside if t.said is None and len(t.text) <= LONGEST]
        if not texts:
            return {}
        first = min(texts, key=lambda t: (len(self.grids.titled(sheet, t.text)), t.row, t.column))
        found = sorted((t.row, t.column) for t in self.grids.titled(sheet, first.text))
        anchor: dict[str, object] = {"title": first.text, "at": a1.address(first.row, first.column)}
        if len(found) > 1:
            anchor["nth"] = found.index((first.row, first.column)) + 1
        sides = []
        if not any((r, columns.last + 1) in at for r in range(rows.first, rows.last + 1)):
            sides.append("right")
        if not any((rows.last + 1, c) in at for c in range(columns.first, columns.last + 1)):
            sides.append("down")
        if sides and not place.open:
            anchor["open"] = ", ".join(sides)
        return anchor
