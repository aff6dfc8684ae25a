"""Statements made ready for one workbook: which cells each is about, and where what it says stands. Rule: L63."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core.reading.said import OWN, PROPERTY, Source, Statement, Timing, What
from kpireport.core.reading.spots import Area, Axis, Span, Spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kpireport.core.reading.spots import Places

ACCOUNT = (What.FIGURE, What.TOTAL, What.LEAVE_OUT, What.RUNNING, What.EACH, What.BALANCE, What.SCALE)
LINES = (What.LOWER, What.HIGHER, What.MONTHS, What.PARTS)


AS_WRITTEN = Timing()
"""No statement says how the titles of an axis are to be read."""


class Line(NamedTuple):
    """A column (down: it speaks of the figures in its rows), a row, or a single cell that says a property.

    place: number of the column or row. span: the rows of a column, the columns of a row; None for all. source: which
    of the statement's sources it is.
    """

    sheet: str
    down: bool
    place: int
    span: Span | None
    source: Source
    cell: bool = False


@dataclass(slots=True)
class Rule:
    """What one statement says of one property. number: of the statement.

    aspect: names, parts, when, series, measure, unit, or the kind of the statement. areas: the cells it is about;
    None where a line speaks of what stands beside or below it. lines, texts: where it is read.
    """

    number: int
    statement: Statement
    aspect: str
    areas: list[Area] | None
    but: list[Area] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Source] = field(default_factory=list)
    timing: Timing = AS_WRITTEN
    described: bool = False

    @property
    def whole(self) -> bool:
        """Whether a cell of a table stands for all of it."""
        return self.statement.of[0].axis is Axis.TABLE

    @property
    def sheets(self) -> set[str]:
        return {area.sheet for area in self.areas or ()} | {line.sheet for line in self.lines}

    def covers(self, sheet: str, row: int, column: int) -> bool:
        """Return whether a cell is one that the statement is about; of lines alone it is not known here."""
        if any(a.sheet == sheet and a.holds(row, column) for a in self.but):
            return False
        return self.areas is None or any(a.sheet == sheet and a.holds(row, column) for a in self.areas)


def rules(places: Places, statements: Iterable[Statement]) -> list[Rule]:
    """Return what the statements say, property by property, in their order."""
    made: list[Rule] = []
    for number, statement in enumerate(statements):
        but = [area for spot in statement.but for area in places.areas(spot)]
        for rule in _of(places, number, statement):
            rule.but = but
            made.append(rule)
    return made


def _of(places: Places, number: int, statement: Statement) -> Iterator[Rule]:
    what = statement.what
    if what is What.TABLE:
        yield from _described(places, number, statement)
    elif what in LINES or what is What.TEXT or what in ACCOUNT:
        yield Rule(number, statement, str(what), [a for spot in statement.of for a in places.areas(spot)])
    elif what in PROPERTY:
        yield from _property(places, number, statement, PROPERTY[what])
    else:
        areas = [a for spot in statement.of for a in places.areas(spot)]
        yield Rule(number, statement, str(what), areas)


def _described(places: Places, number: int, statement: Statement) -> Iterator[Rule]:
    """Yield the rules of a table that was described in one form, for each rectangle of its shape."""
    for spot in statement.of:
        for area in places.areas(spot):
            by = (
                (area.rows.first - spot.rows.first, area.columns.first - spot.columns.first)
                if area.rows and area.columns and spot.rows and spot.columns
                else (0, 0)
            )
            yield Rule(number, statement, "table", [area], described=True)
            for key, sources in statement.sources.items():
                rule = Rule(number, statement, key, [area], timing=statement.timing, described=True)
                for source in sources:
                    _read_in(places, rule, _moved(source, by), area)
                yield rule
            if "when" not in statement.sources and statement.timing != AS_WRITTEN:
                yield Rule(number, statement, "when", [area], timing=statement.timing, described=True)


def _moved(source: Source, by: tuple[int, int]) -> Source:
    spot = source.spot
    if spot is None:
        return source
    rows, columns = spot.rows and spot.rows.moved(by[0]), spot.columns and spot.columns.moved(by[1])
    return replace(source, spot=replace(spot, rows=rows, columns=columns))


def _property(places: Places, number: int, statement: Statement, name: str) -> Iterator[Rule]:
    """Yield what one property is of the cells of a statement, or of the cells that its own place speaks of."""
    sources = statement.sources.get(name, ())
    for spot in statement.of:
        areas = places.areas(spot)
        levels = "levels" in statement.raw
        speaks = levels or (not sources and spot.axis not in (Axis.SHEET, Axis.TABLE)) or _counted(statement, spot)
        rule = Rule(number, statement, name, None if speaks else areas, timing=statement.timing)
        bound = statement.timing.last and not _counted(statement, spot)
        if not sources and (statement.until or statement.words or bound):
            rule.areas = areas  # nothing stands there: the figures of the place are bounded, or their words looked at
        elif speaks and levels:
            for area in areas:
                for source in sources:
                    _read_in(places, rule, source, area, rows=area.rows)
        elif speaks:
            source = Source(spot, title=statement.title, indents=statement.indents)
            for area in areas:
                rule.lines.extend(_lines(area, source))
        else:
            for area in areas or [Area("", None, None)]:
                for source in sources:
                    _read_in(places, rule, replace(source, title=source.title or statement.title), area)
            if not sources and name == "parts":
                rule.texts.append(Source(own="sheet" if spot.axis is Axis.SHEET else "title", title=statement.title))
        yield rule


def _counted(statement: Statement, spot: Spot) -> bool:
    """Return whether a row or column of titles is counted from a first period, or spelt by an example."""
    timing = statement.timing
    return (
        bool(timing.first or timing.example or timing.year or timing.each)
        and not statement.sources
        and spot.axis in (Axis.ROW, Axis.COLUMN, Axis.RANGE, Axis.TITLED)
    )


def _read_in(places: Places, rule: Rule, source: Source, area: Area, *, rows: Span | None = None) -> None:
    """Add where a source stands on the sheet of an area."""
    if source.own in OWN or source.text:
        if source not in rule.texts:
            rule.texts.append(source)
        return
    if source.spot is None:
        return
    for found in places.areas(source.spot, area.sheet):
        if found.sheet == area.sheet or not area.sheet:
            lines = _lines(found, source)
            bound = rows or (area.rows if rule.areas is not None else None)
            rule.lines.extend(
                line._replace(span=bound if line.down and line.span is None else line.span) for line in lines
            )


def _lines(area: Area, source: Source) -> Iterator[Line]:
    """Yield the columns or rows of an area, whichever it has fewer of; a single cell speaks as such."""
    rows, columns = area.rows, area.columns
    if rows is None and columns is not None:
        yield from (Line(area.sheet, True, c, None, source) for c in range(columns.first, columns.last + 1))
    elif columns is None and rows is not None:
        yield from (Line(area.sheet, False, r, None, source) for r in range(rows.first, rows.last + 1))
    elif rows is not None and columns is not None:
        high, wide = rows.last - rows.first, columns.last - columns.first
        if high == wide == 0:
            yield Line(area.sheet, False, rows.first, columns, source, cell=True)
        elif high >= wide:
            yield from (Line(area.sheet, True, c, rows, source) for c in range(columns.first, columns.last + 1))
        else:
            yield from (Line(area.sheet, False, r, columns, source) for r in range(rows.first, rows.last + 1))
