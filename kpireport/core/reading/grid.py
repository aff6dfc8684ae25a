"""A sheet as tokens: each cell that holds something, as what it is, and what it says of time. Rule: L32."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections import defaultdict
from copy import copy
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Where
from kpireport.core.parse.numbers import LONGEST, Number, from_text, is_missing
from kpireport.core.parse.targets import Target, target
from kpireport.core.reading.period_text import FIRST_DATE, LAST_DATE, PLAIN_YEARS, Said, number_said
from kpireport.core.reading.words import norm, unspaced
from kpireport.core.workbook import Cell, letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence, Set

    from kpireport.core.reading.account import Entry
    from kpireport.core.reading.period_text import PeriodReader
    from kpireport.core.workbook import Sheet


TALLEST = 500  # rows that one merge may reach over
DECADE = 120  # months from one bare number to the next beyond which they are no years of one axis
_column = attrgetter("column")
EPOCH = date(1899, 12, 30)  # from which Excel counts days since March 1900
DAYS = range(36526, 55154)  # day numbers of 2000 to 2050
MONTHS, HALF = 12, 15  # of a year; days that begin a month and those that end it
FEW_MONTHS = 2  # day numbers beside each other that may be by chance a month apart


class Kind(StrEnum):
    """What a cell holds. MISSING: a word for nothing; ERROR: an Excel error or a formula without a result."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    MISSING = "missing"
    ERROR = "error"
    TRUTH = "truth"


class Token:
    """One cell. value: float of a NUMBER, datetime of a DATE, else text. said: what a TEXT or DATE says of time.

    period: what it says of time, a bare number too. entry: what became of a NUMBER, None while that is open.
    """

    __slots__ = ("_text", "column", "entry", "format", "formula", "kind", "period", "row", "said", "value")

    def __init__(self, cell: Cell, kind: Kind, value: object, said: Said | None = None) -> None:
        self.row, self.column, _, self.format, self.formula, _ = cell
        self.kind, self.value = kind, value
        self.period = self.said = said
        self._text: str | None = None
        self.entry: Entry | None = None

    @property
    def number(self) -> float:
        return self.value  # type: ignore[return-value]

    @property
    def address(self) -> str:
        return f"{letters(self.column)}{self.row}"

    @property
    def percent(self) -> bool:
        return "%" in self.format

    @property
    def text(self) -> str:
        """Return what the cell says as a title or a label."""
        if self._text is None:
            if isinstance(self.value, float):
                self._text = f"{self.value:.15g}"
            elif isinstance(self.value, datetime):
                self._text = self.value.date().isoformat()
            else:
                self._text = " ".join(str(self.value).split())
        return self._text

    def __repr__(self) -> str:
        return f"{self.address}={self.text!r}"


_SUPPRESSED = re.compile(r"[\s~.…\-–—−*:x/]{1,4}|c|\[?[cxzuw]\]?")
_WRITTEN = re.compile(r"[-−–(+]?\s*[^\d\s]{0,4}\s*[\d.,'’\u00a0\u202f ]*\d[\d.,'’\u00a0\u202f ]*\s*\S{0,10}\)?")
_THOUSANDS = re.compile(r"[^\d\s.,]{0,3}\s?['’]?000['’]?s?")  # what the figures below are counted in
_COMMA = re.compile(r"[-+−(]{0,2}\d{1,3}(?:(?:[.\s]\d{3})+|\d*),\d{1,2}\)?\s?%?")
_NOWHERE = Where("", "", "")


def token(cell: Cell, reader: PeriodReader) -> Token | None:
    """Return a cell as a token, None where it holds nothing."""
    value = cell.value
    if type(value) is float:
        return _number(cell, value)
    if cell.error or (cell.formula and value is None):
        return Token(cell, Kind.ERROR, cell.error)
    if value is None:
        return None
    if isinstance(value, bool):
        return Token(cell, Kind.TRUTH, str(value).upper())
    if isinstance(value, (float, int)):
        return _number(cell, float(value))
    if isinstance(value, datetime):
        if (year := (value.date() - EPOCH).days) in PLAIN_YEARS and value.year == EPOCH.year + 6:
            return _number(cell, float(year))  # a year under the format of a date
        return Token(cell, Kind.DATE, value, reader.of(value))
    return _text(cell, str(value), reader)


def _text(cell: Cell, value: str, reader: PeriodReader) -> Token | None:
    kind, content, said = _typed(value, reader)
    if kind is None:
        return None
    if kind is Kind.NUMBER:
        made = _number(cell, content)  # type: ignore[arg-type]
        if "%" in value:
            made.format = "0%"
        return made
    return Token(cell, kind, content, said)


def _number(cell: Cell, value: float) -> Token:
    made = Token(cell, Kind.NUMBER, value)
    if FIRST_DATE <= value < LAST_DATE:
        made.period = number_said(value)
    return made


def limit(t: Token) -> Token:
    """Return a token of a sheet of targets: a typed limit or range (``>= 95%``, ``20 ± 5``) is a figure there."""
    if t.kind is not Kind.TEXT or len(t.text) > LONGEST or not any(c.isdigit() for c in t.text) or t.said is not None:
        return t
    typed = target(Cell(t.row, t.column, t.text), _NOWHERE)
    if not isinstance(typed, Target):
        return t
    share = any(n.share for n in typed.numbers)
    cell = Cell(t.row, t.column, t.text, "0%" if share else t.format)
    made = Token(cell, Kind.NUMBER, typed.numbers[0].value)
    made._text = t.text
    return made


@lru_cache(maxsize=65536)
def _typed(value: str, reader: PeriodReader) -> tuple[Kind | None, object, Said | None]:
    """Return what a typed text is: its kind, None for blanks, what it holds, and what it says of time."""
    text = unspaced(value.strip())
    if not text:
        return None, "", None
    if is_missing(text) or _SUPPRESSED.fullmatch(norm(text)):
        return Kind.MISSING, text, None
    said = reader.of(text)
    if (
        said is None
        and any(c.isdigit() for c in text)
        and len(text) <= 32
        and _WRITTEN.fullmatch(text)
        and not (_THOUSANDS.fullmatch(text))
    ):
        number = from_text(text, _NOWHERE)
        if isinstance(number, Number):
            return Kind.NUMBER, float(number.value), None
        if _COMMA.fullmatch(text):  # whose point is a comma: a figure all the same, that may be asked about
            number = from_text(text, _NOWHERE, decimal="comma")
            if isinstance(number, Number):
                return Kind.NUMBER, float(number.value), None
    return Kind.TEXT, text, said


class Grid:
    """The tokens of one sheet, by row."""

    def __init__(self, sheet: Sheet, reader: PeriodReader, *, limits: bool = False) -> None:
        self.sheet = sheet
        self.name = sheet.name
        rows: dict[int, list[Token]] = {}
        numbers = 0
        for at in sorted(sheet.rows):
            made = []
            for cell in sheet.rows[at]:
                value = cell[2]
                t = _number(cell, value) if type(value) is float else token(cell, reader)
                if t is not None and limits:
                    t = limit(t)
                if t is not None:
                    made.append(t)
                    numbers += t.kind is Kind.NUMBER
            if made:
                rows[at] = made
        self.rows = rows
        self.merges = sheet.merges
        self.numbers = numbers

    def without(self, places: Set[tuple[int, int]]) -> Grid:
        """Return the sheet without some of its cells."""
        rest = copy(self)
        rows = {number: [t for t in row if (t.row, t.column) not in places] for number, row in self.rows.items()}
        rest.rows = {number: row for number, row in rows.items() if row}
        rest.numbers = sum(1 for row in rest.rows.values() for t in row if t.kind is Kind.NUMBER)
        return rest

    @cached_property
    def merges_of_row(self) -> Mapping[int, list[int]]:
        """The merges that reach over each row, as places in ``merges``."""
        made: dict[int, list[int]] = defaultdict(list)
        for place, (top, _, bottom, _) in enumerate(self.merges):
            for row in range(top, min(bottom, top + TALLEST) + 1):
                made[row].append(place)
        return made


def at(tokens: Sequence[Token], column: int) -> Token | None:
    """Return the cell of a row in a column, None where it is empty."""
    if not tokens or column < tokens[0].column:
        return None
    place = column - tokens[0].column
    if place < len(tokens) and tokens[place].column == column:
        return tokens[place]  # no cell is empty before it
    place = bisect_left(tokens, column, key=_column)
    return tokens[place] if place < len(tokens) and tokens[place].column == column else None


class Region:
    """One rectangle of a sheet that is read as one table. context: texts above and beside it, nearest first.

    by_row: its cells from left to right, the rows from the top down. merges: those of the sheet that touch its rows.
    """

    def __init__(self, grid: Grid, by_row: dict[int, list[Token]]) -> None:
        self.grid = grid
        self.by_row = by_row
        by_column: dict[int, list[Token]] = defaultdict(list)
        for tokens in by_row.values():
            for t in tokens:
                by_column[t.column].append(t)
        self.by_column = dict(sorted(by_column.items()))
        self.rows = list(by_row)
        self.left, self.right = (min(by_column), max(by_column)) if by_column else (1, 1)
        self.context: list[str] = []

    @property
    def name(self) -> str:
        """Return the place of the rectangle: ``Sheet!A3:P20``."""
        return f"{self.grid.name}!{letters(self.left)}{self.rows[0]}:{letters(self.right)}{self.rows[-1]}"

    @cached_property
    def merges(self) -> list[tuple[int, int, int, int]]:
        if not self.grid.merges:
            return []
        of_row = self.grid.merges_of_row
        places = sorted({place for row in self.rows for place in of_row.get(row, ())})
        return [self.grid.merges[place] for place in places]

    def get(self, row: int, column: int) -> Token | None:
        """Return the cell of a place, None where it is empty or outside."""
        tokens = self.by_row.get(row)
        return at(tokens, column) if tokens is not None else None

    def tokens(self) -> Iterator[Token]:
        """Yield all cells, by row, then by column."""
        return itertools.chain.from_iterable(self.by_row.values())

    def numbers(self) -> Iterator[Token]:
        return (t for tokens in self.by_row.values() for t in tokens if t.kind is Kind.NUMBER)


def numbered_titles(grid: Grid, entry: Entry) -> None:
    """Turn numbers that head the columns of a block into periods. entry: what they are in the account. Rule: L33.

    Day numbers whose format was lost, that step from month to month; the twelve months by their numbers.
    """
    headed = False
    last = -1
    for row, tokens in grid.rows.items():
        headed = headed and row - last == 1
        last = row
        if headed:
            continue
        numbers = [t for t in tokens if t.kind is Kind.NUMBER]
        said = _months_of(tokens, numbers) if len(numbers) > FEW_MONTHS else ()
        for t, s in zip(numbers, said, strict=False):
            t.entry, t.kind, t.said, t.period = entry, Kind.TEXT, s, s
        headed = bool(numbers) or period_row(tokens)


def _months_of(tokens: Sequence[Token], numbers: Sequence[Token]) -> list[Said]:
    """Return the months that the numbers of a row are, none where they are figures."""
    words = [t for t in tokens if t.kind is Kind.TEXT]
    if len(words) + len(numbers) < len(tokens) or any(t.column > numbers[0].column for t in words[:3]):
        return []
    whole = [int(t.number) for t in numbers if t.number == int(t.number)]
    if len(whole) < len(numbers) or any(b.column - a.column != 1 for a, b in itertools.pairwise(numbers)):
        return []
    if whole == list(range(1, MONTHS + 1)):
        return [Said("M", None, n) for n in whole]
    days = [EPOCH + timedelta(n) for n in whole if n in DAYS]
    steps = {(b.year - a.year) * MONTHS + b.month - a.month for a, b in itertools.pairwise(days)}
    if len(days) < len(whole) or steps != {1} or len({d.day > HALF for d in days}) > 1:
        return []
    return [Said("M", d.year, d.month) for d in days]


def period_row(tokens: Sequence[Token]) -> bool:
    """Return whether the cells of a row or column are titles by period. Rule: L33."""
    spoken = [s for t in tokens if (s := t.period) is not None and s.freq != "C"]
    if len(spoken) < 2:
        return False
    figures = sum(1 for t in tokens if t.kind is Kind.NUMBER and t.period is None)
    if figures > 0.4 * len(spoken):
        return False
    if len({s[:4] for s in spoken}) < 2:
        return False
    weak = [s for s in spoken if "weak" in s.flags]
    strong = len(spoken) - len(weak)
    if weak and strong:
        return strong >= 2 and len(weak) + figures <= 0.4 * strong
    if not weak:
        return True
    # bare numbers: only where they step evenly
    months = [s.year * 12 + (s.number or 0) if s.number else s.year * 12 for s in weak if s.year]
    steps = [b - a for a, b in itertools.pairwise(months)]
    usual = max(set(steps), key=steps.count)
    even = steps.count(usual) >= 0.75 * len(steps) and 0 < abs(usual) <= DECADE
    return even and (len(weak) >= 3 or not figures)
