"""A sheet as tokens: each cell that holds something, as what it is, and what it says of time. Rule: L32."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Where
from kpireport.core.parse.numbers import LONGEST, Number, from_text, is_missing
from kpireport.core.parse.targets import Target, target
from kpireport.core.reading.period_text import PLAIN_YEARS
from kpireport.core.reading.words import norm
from kpireport.core.workbook import Cell, letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kpireport.core.reading.period_text import PeriodReader, Said
    from kpireport.core.workbook import Sheet


EPOCH = date(1899, 12, 30)  # from which Excel counts days since March 1900


class Kind(StrEnum):
    """What a cell holds. MISSING: a word for nothing; ERROR: an Excel error or a formula without a result."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    MISSING = "missing"
    ERROR = "error"
    TRUTH = "truth"


class Token:
    """One cell. value: float of a NUMBER, datetime of a DATE, else text. said: what a TEXT or DATE says of time."""

    __slots__ = ("_text", "column", "format", "formula", "kind", "row", "said", "value")

    def __init__(self, cell: Cell, kind: Kind, value: object, said: Said | None = None) -> None:
        self.row, self.column, self.format, self.formula = cell.row, cell.column, cell.format, cell.formula
        self.kind, self.value, self.said = kind, value, said
        self._text: str | None = None

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
_NOWHERE = Where("", "", "")


def token(cell: Cell, reader: PeriodReader) -> Token | None:
    """Return a cell as a token, None where it holds nothing."""
    value = cell.value
    if type(value) is float:
        return Token(cell, Kind.NUMBER, value)
    if cell.error or (cell.formula and value is None):
        return Token(cell, Kind.ERROR, cell.error)
    if value is None:
        return None
    if isinstance(value, bool):
        return Token(cell, Kind.TRUTH, str(value).upper())
    if isinstance(value, (float, int)):
        return Token(cell, Kind.NUMBER, float(value))
    if isinstance(value, datetime):
        if (year := (value.date() - EPOCH).days) in PLAIN_YEARS and value.year == EPOCH.year + 6:
            return Token(cell, Kind.NUMBER, float(year))  # a year under the format of a date
        return Token(cell, Kind.DATE, value, reader.of(value))
    return _text(cell, str(value), reader)


def _text(cell: Cell, value: str, reader: PeriodReader) -> Token | None:
    kind, content, said = _typed(value, reader)
    if kind is None:
        return None
    made = Token(cell, kind, content, said)
    if kind is Kind.NUMBER and "%" in value:
        made.format = "0%"
    return made


def limit(t: Token) -> Token:
    """Return a token of a sheet of targets: a typed limit or range (``>= 95%``, ``20 ± 5``) is a figure there."""
    if t.kind is not Kind.TEXT or len(t.text) > LONGEST or not any(c.isdigit() for c in t.text) or t.said is not None:
        return t
    typed = target(Cell(t.row, t.column, t.text), _NOWHERE)
    if not isinstance(typed, Target):
        return t
    share = any(n.share for n in typed.numbers)
    made = Token(Cell(t.row, t.column, t.text, "0%" if share else t.format), Kind.NUMBER, typed.numbers[0].value)
    made._text = t.text
    return made


@lru_cache(maxsize=65536)
def _typed(value: str, reader: PeriodReader) -> tuple[Kind | None, object, Said | None]:
    """Return what a typed text is: its kind, None for blanks, what it holds, and what it says of time."""
    text = value.strip()
    if not text:
        return None, "", None
    if is_missing(text) or _SUPPRESSED.fullmatch(norm(text)):
        return Kind.MISSING, text, None
    said = reader.of(text)
    if said is None and any(c.isdigit() for c in text) and len(text) <= 32 and _WRITTEN.fullmatch(text):
        number = from_text(text, _NOWHERE)
        if isinstance(number, Number):
            return Kind.NUMBER, float(number.value), None
    return Kind.TEXT, text, said


class Grid:
    """The tokens of one sheet, by row."""

    def __init__(self, sheet: Sheet, reader: PeriodReader, *, limits: bool = False) -> None:
        self.sheet = sheet
        self.name = sheet.name
        rows: dict[int, list[Token]] = {}
        for number in sorted(sheet.rows):
            made = [t for t in (token(cell, reader) for cell in sheet.rows[number]) if t is not None]
            if limits:
                made = [limit(t) for t in made]
            if made:
                rows[number] = made
        self.rows = rows
        self.merges = sheet.merges
        self.numbers = sum(1 for row in rows.values() for t in row if t.kind is Kind.NUMBER)


class Region:
    """One rectangle of a sheet that is read as one table. context: texts above and beside it, nearest first."""

    def __init__(self, grid: Grid, tokens: Iterable[Token]) -> None:
        self.grid = grid
        by_row: dict[int, list[Token]] = defaultdict(list)
        by_column: dict[int, list[Token]] = defaultdict(list)
        self.at: dict[tuple[int, int], Token] = {}
        for t in sorted(tokens, key=lambda t: (t.row, t.column)):
            by_row[t.row].append(t)
            by_column[t.column].append(t)
            self.at[t.row, t.column] = t
        self.by_row = dict(by_row)
        self.by_column = dict(sorted(by_column.items()))
        self.rows = list(self.by_row)
        self.left, self.right = (min(self.by_column), max(self.by_column)) if self.by_column else (1, 1)
        self.context: list[str] = []

    @property
    def name(self) -> str:
        """Return the place of the rectangle: ``Sheet!A3:P20``."""
        return f"{self.grid.name}!{letters(self.left)}{self.rows[0]}:{letters(self.right)}{self.rows[-1]}"

    def numbers(self) -> Iterable[Token]:
        return (t for t in self.at.values() if t.kind is Kind.NUMBER)


def tells(t: Token, reader: PeriodReader) -> Said | None:
    """Return what a token says of time, a bare number too."""
    return t.said if t.kind is not Kind.NUMBER else reader.of(t.value)


def period_row(tokens: Sequence[Token], reader: PeriodReader) -> bool:
    """Return whether the cells of a row or column are titles by period. Rule: L33."""
    spoken = [(t, s) for t in tokens if (s := tells(t, reader)) is not None and s.freq != "C"]
    if len(spoken) < 2:
        return False
    figures = sum(1 for t in tokens if t.kind is Kind.NUMBER and tells(t, reader) is None)
    if figures > 0.4 * len(spoken):
        return False
    if len({s[:4] for _, s in spoken}) < 2:
        return False
    weak = [s for _, s in spoken if "weak" in s.flags]
    strong = len(spoken) - len(weak)
    if weak and strong:
        return strong >= 2 and len(weak) + figures <= 0.4 * strong
    if not weak:
        return True
    # bare numbers: only where they step evenly
    months = [s.year * 12 + (s.number or 0) if s.number else s.year * 12 for s in weak if s.year]
    steps = [b - a for a, b in itertools.pairwise(months)]
    usual = max(set(steps), key=steps.count)
    even = steps.count(usual) >= 0.75 * len(steps) and usual != 0
    return even and (len(weak) >= 3 or not figures)
