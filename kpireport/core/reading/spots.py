"""Places of a workbook as a person names them, and which cells they are in the workbook at hand. Rule: L63.

A title wins over the address that stands beside it: of several cells with this title the nearest to the address counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core.reading.grid import Kind
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kpireport.core.reading.grid import Grid, Token

ALIKE = 0.6  # of the titles of a table or sheet stand in another of its shape
MORE = ("…", "...")


class Axis(StrEnum):
    """What kind of place is meant. TITLED: whatever has this title, row or column. LINE: figures of this name."""

    CELL = "cell"
    ROW = "row"
    COLUMN = "column"
    RANGE = "range"
    TABLE = "table"
    SHEET = "sheet"
    TITLED = "titled"
    LINE = "line"
    NOWHERE = "nowhere"


class Span(NamedTuple):
    """Rows or columns from a first to a last."""

    first: int
    last: int

    def moved(self, by: int) -> Span:
        return Span(max(1, self.first + by), max(1, self.last + by))


@dataclass(frozen=True, slots=True)
class Spot:
    """One place. sheets: their names, none for all. alike: also on sheets, or in tables, of the same shape.

    title: of the column, row or table; one that ends in … is its beginning. heading: of a cell's column, whose row has
    the title. at: where the title of a rectangle stood (row, column). line: name of a line. open: sides (``right``,
    ``down``) to which a rectangle goes on as far as there are cells. nth: which of several with this title, from 1.
    """

    axis: Axis
    sheets: tuple[str, ...] = ()
    alike: bool = False
    rows: Span | None = None
    columns: Span | None = None
    title: str = ""
    heading: str = ""
    at: tuple[int, int] | None = None
    line: str = ""
    open: str = ""
    nth: int = 0


class Area(NamedTuple):
    """Cells of a sheet; None for rows or columns without bounds."""

    sheet: str
    rows: Span | None
    columns: Span | None

    def holds(self, row: int, column: int) -> bool:
        return (self.rows is None or self.rows.first <= row <= self.rows.last) and (
            self.columns is None or self.columns.first <= column <= self.columns.last
        )


def matches(title: str, text: str) -> bool:
    """Return whether a text is a title, or begins with it."""
    wanted, found = norm(title), norm(text)
    for mark in MORE:
        if wanted.endswith(mark):
            return found.startswith(wanted[: -len(mark)].strip())
    return wanted.strip(" :") == found.strip(" :")


class Places:
    """Finds the cells of places in the sheets of one workbook."""

    def __init__(self, grids: Mapping[str, Grid]) -> None:
        self.grids = grids
        self._at: dict[str, dict[tuple[int, int], Token]] = {}
        self._texts: dict[str, dict[str, list[Token]]] = {}

    def at(self, sheet: str) -> Mapping[tuple[int, int], Token]:
        """Return the cells of a sheet by row and column."""
        if sheet not in self._at:
            grid = self.grids.get(sheet)
            tokens = () if grid is None else (t for row in grid.rows.values() for t in row)
            self._at[sheet] = {(t.row, t.column): t for t in tokens}
        return self._at[sheet]

    def texts(self, sheet: str) -> Mapping[str, Sequence[Token]]:
        """Return the cells of a sheet that may be titles, by their text as it is compared."""
        if sheet not in self._texts:
            found: dict[str, list[Token]] = {}
            for t in self.at(sheet).values():
                if t.kind in (Kind.TEXT, Kind.DATE):
                    found.setdefault(norm(t.text).strip(" :"), []).append(t)
            self._texts[sheet] = found
        return self._texts[sheet]

    def titled(self, sheet: str, title: str) -> list[Token]:
        """Return the cells that hold a title, or begin with it."""
        key = norm(title)
        if key.endswith(MORE):
            return [t for tokens in self.texts(sheet).values() for t in tokens if matches(title, t.text)]
        return list(self.texts(sheet).get(key.strip(" :"), ()))

    def sheets(self, spot: Spot, home: str = "") -> list[str]:
        """Return the sheets of a place; home: the sheet that is meant where none is named."""
        if not spot.sheets:
            return [home] if home else list(self.grids)
        named = [name for name in self.grids if any(norm(name) == norm(sheet) for sheet in spot.sheets)]
        if not spot.alike or not named or spot.axis is Axis.TABLE:
            return named
        model = self._shape(named[0])
        return [
            name
            for name in self.grids
            if name in named or (model and len(model & self._shape(name)) >= ALIKE * len(model))
        ]

    def _shape(self, sheet: str) -> frozenset[tuple[int, int, str]]:
        return frozenset(
            (t.row, t.column, norm(t.text)) for t in self.at(sheet).values() if t.kind is Kind.TEXT and t.said is None
        )

    def areas(self, spot: Spot, home: str = "") -> list[Area]:
        """Return the cells of a place, nothing where its titles are not found."""
        return [area for sheet in self.sheets(spot, home) for area in self._on(sheet, spot)]

    def _on(self, sheet: str, spot: Spot) -> Iterator[Area]:
        match spot.axis:
            case Axis.SHEET:
                yield Area(sheet, None, None)
            case Axis.COLUMN:
                yield from self._lines(sheet, spot, across=True)
            case Axis.ROW:
                yield from self._lines(sheet, spot, across=False)
            case Axis.TITLED:
                for t in self.titled(sheet, spot.title):
                    yield Area(sheet, *self._of_title(sheet, t))
            case Axis.CELL:
                yield from self._cell(sheet, spot)
            case Axis.RANGE | Axis.TABLE:
                yield from self._rectangles(sheet, spot)
            case _:
                return

    def _lines(self, sheet: str, spot: Spot, *, across: bool) -> Iterator[Area]:
        """Yield whole columns or rows: by their title where it has one, else by their address."""
        span = spot.columns if across else spot.rows
        if not spot.title:
            if span is not None:
                yield Area(sheet, spot.rows, spot.columns)
            return
        titles = self.titled(sheet, spot.title)
        if not across:  # a row is called by what stands before its figures, not by a remark behind them
            titles = [t for t in titles if not self._behind_figures(sheet, t)]
        places = sorted({t.column if across else t.row for t in titles})
        if 0 < spot.nth <= len(places):
            places = [places[spot.nth - 1]]
        elif span is not None and places:
            places = [min(places, key=lambda number: (abs(number - span.first), number))]
        for number in places:
            last = number + (span.last - span.first if span is not None else 0)
            mine = Span(number, last)
            yield Area(sheet, spot.rows, mine) if across else Area(sheet, mine, spot.columns)

    def _behind_figures(self, sheet: str, t: Token) -> bool:
        row = self.grids[sheet].rows.get(t.row, ())
        return sum(x.kind is Kind.NUMBER and x.column < t.column for x in row) > 1  # one may count the rows

    def _of_title(self, sheet: str, title: Token) -> tuple[Span | None, Span | None]:
        """Return the row or the column that a title is of: a row where figures stand right of it."""
        at = self.at(sheet)
        row = sum(1 for (r, c), t in at.items() if r == title.row and c > title.column and t.kind is Kind.NUMBER)
        column = sum(1 for (r, c), t in at.items() if c == title.column and r > title.row and t.kind is Kind.NUMBER)
        if row and row >= column:
            return Span(title.row, title.row), None
        return None, Span(title.column, title.column)

    def _cell(self, sheet: str, spot: Spot) -> Iterator[Area]:
        if spot.rows is None or spot.columns is None:
            return
        rows, columns = spot.rows, spot.columns
        if spot.title:
            own = self.titled(sheet, spot.title)
            if not own:
                return
            if spot.heading:
                rows = Span(*[min((t.row for t in own), key=lambda r: abs(r - spot.rows.first))] * 2)  # type: ignore[union-attr]
            else:
                best = min(own, key=lambda t: _far(t, spot.rows.first, spot.columns.first))  # type: ignore[union-attr]
                yield Area(sheet, Span(best.row, best.row), Span(best.column, best.column))
                return
        if spot.heading:
            over = self.titled(sheet, spot.heading)
            if not over:
                return
            columns = Span(*[min((t.column for t in over), key=lambda c: abs(c - spot.columns.first))] * 2)  # type: ignore[union-attr]
        yield Area(sheet, rows, columns)

    # -- rectangles ---------------------------------------------------------------------------------------------------

    def _rectangles(self, sheet: str, spot: Spot) -> Iterator[Area]:
        if spot.rows is None or spot.columns is None:
            if spot.axis is Axis.TABLE:
                for t in self.titled(sheet, spot.title):
                    yield Area(sheet, Span(t.row, t.row), Span(t.column, t.column))
            return
        rows, columns = spot.rows, spot.columns
        if spot.title:
            found = self.titled(sheet, spot.title)
            if not found:
                return
            row, column = spot.at or (rows.first, columns.first)
            ordered = sorted(found, key=lambda t: (t.row, t.column))
            nth = 0 < spot.nth <= len(ordered)
            best = ordered[spot.nth - 1] if nth else min(found, key=lambda t: _far(t, row, column))
            if spot.at is not None or self._titled_corner(sheet, spot):
                rows, columns = rows.moved(best.row - row), columns.moved(best.column - column)
        yield self._opened(sheet, Area(sheet, rows, columns), spot)
        if spot.alike and spot.axis is Axis.RANGE:
            yield from self._same_shape(sheet, Area(sheet, rows, columns), spot)

    def _titled_corner(self, sheet: str, spot: Spot) -> bool:
        """Return whether the title without a place of its own is the text of the rectangle's first cell."""
        return any(
            spot.rows is not None
            and spot.columns is not None
            and (t.row, t.column) == (spot.rows.first, spot.columns.first)
            for t in self.titled(sheet, spot.title)
        )

    def _opened(self, sheet: str, area: Area, spot: Spot) -> Area:
        """Let a rectangle go on to the right or down as far as its cells do."""
        at = self.at(sheet)
        rows, columns = area.rows, area.columns
        if rows is None or columns is None:
            return area
        if "right" in spot.open:
            last = columns.last
            while any((r, last + 1) in at for r in range(rows.first, rows.last + 1)):
                last += 1
            columns = columns._replace(last=last)
        if "down" in spot.open:
            last = rows.last
            while any((last + 1, c) in at for c in range(columns.first, columns.last + 1)):
                last += 1
            rows = rows._replace(last=last)
        return Area(sheet, rows, columns)

    def _titles_of(self, sheet: str, area: Area) -> dict[tuple[int, int], str]:
        """Return the texts of a rectangle that name no period, by their place in it."""
        at = self.at(sheet)
        if area.rows is None or area.columns is None:
            return {}
        return {
            (r - area.rows.first, c - area.columns.first): norm(t.text)
            for r in range(area.rows.first, area.rows.last + 1)
            for c in range(area.columns.first, area.columns.last + 1)
            if (t := at.get((r, c))) is not None and t.kind is Kind.TEXT and t.said is None
        }

    def _same_shape(self, home: str, area: Area, spot: Spot) -> Iterator[Area]:
        """Yield the rectangles of the same titles elsewhere in the workbook."""
        model = self._titles_of(home, area)
        if not model or area.rows is None or area.columns is None:
            return
        first = min(model)
        for sheet in self.grids:
            for t in self.texts(sheet).get(model[first].strip(" :"), ()):
                rows = area.rows.moved(t.row - first[0] - area.rows.first)
                columns = area.columns.moved(t.column - first[1] - area.columns.first)
                if (sheet, rows, columns) == (home, area.rows, area.columns):
                    continue
                other = Area(sheet, rows, columns)
                common = self._titles_of(sheet, other).items() & model.items()
                if len(common) >= ALIKE * len(model):
                    yield self._opened(sheet, other, spot)


def _far(t: Token, row: int, column: int) -> tuple[int, int, int]:
    return abs(t.row - row) + abs(t.column - column), t.row, t.column
