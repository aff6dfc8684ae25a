"""Read the date out of a cell; a date that can be read in two ways is asked about, never guessed."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core.catalogue.cells import AMBIGUOUS_DATE, NOT_A_DATE
from kpireport.core.lexicon import standard
from kpireport.core.parse.numbers import LONGEST, is_missing, unusable
from kpireport.core.serials import moment
from kpireport.core.spelling import clean

if TYPE_CHECKING:
    from kpireport.core.diagnostics import Diagnostic, Where
    from kpireport.core.lexicon import Lexicon
    from kpireport.core.workbook import Cell

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SERIALS = range(14_611, 73_051)  # 1940 to the end of 2099 in the 1900 system: beyond them a number is hardly a date
YEARS = range(1900, 2200)

_TIME = r"(?:[ t]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?z?)?"
_RUN_TOGETHER = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})" + _TIME)


class _DatePatterns:
    """The regular expressions of a lexicon for dates, in texts in lower case."""

    def __init__(self, lexicon: Lexicon) -> None:
        year, month, day_sign = (lexicon.either("periods", name) for name in ("year", "month", "day"))
        self.year_first = re.compile(
            rf"([0-9]{{4}})\s*(?:[-/.]|{year})\s*([0-9]{{1,2}})\s*(?:[-/.]|{month})\s*([0-9]{{1,2}})\s*{day_sign}?{_TIME}"
        )
        weekday, nth = rf"(?:{lexicon.pattern('weekday')}\s+)?", rf"{lexicon.pattern('ordinal')}?"
        named = month_name(lexicon)
        self.day_month = re.compile(
            rf"{weekday}([0-9]{{1,2}}){nth}[\s\-/.]*({named})[\s\-/.,']*([0-9]{{4}}|[0-9]{{2}})"
        )
        self.month_day = re.compile(rf"{weekday}({named})\s*([0-9]{{1,2}}){nth}\s*,?\s+([0-9]{{4}})")


@lru_cache(maxsize=4)
def _patterns(lexicon: Lexicon) -> _DatePatterns:
    return _DatePatterns(lexicon)


def month_name(lexicon: Lexicon) -> str:
    """Return a regular expression for the names of months."""
    return lexicon.either("months", *map(str, range(1, 13))) + r"\.?"


class Unclear(Enum):
    """A date of which nobody can tell the day from the month: 03/04/2026."""

    MARK = "mark"


def day(cell: Cell | None, where: Where, *, date1904: bool = False) -> date | Diagnostic | None:
    """Read a date. None means that there is none.

    date1904: the workbook counts days from 1904, for a day number in a cell that is not formatted as a date.
    """
    problem = unusable(cell, where)
    if problem is not None or cell is None:
        return problem
    match cell.value:
        case bool() as truth:
            return NOT_A_DATE.at(where, found=str(truth).upper())
        case float() | int() as number:
            return day_of_number(float(number), date1904=date1904) or NOT_A_DATE.at(where, found=number)
        case datetime() as found:
            return found.date()
        case str() as text:
            if is_missing(text):
                return None
            read = day_in_text(text)
            if read is Unclear.MARK:
                return AMBIGUOUS_DATE.at(where, found=text)
            return read or NOT_A_DATE.at(where, found=text)
        case _:
            return None


def day_of_number(number: float, *, date1904: bool = False) -> date | None:
    """Return the day of an Excel day number, or of a number like 20260305; None for any other."""
    if SERIALS.start <= number < SERIALS.stop:
        found = moment(number, date1904=date1904)
        return found.date() if found else None
    if not 1e7 <= number < 1e8 or number != int(number):
        return None
    return _checked(int(number) // 10_000, int(number) // 100 % 100, int(number) % 100)


def day_in_text(text: str) -> date | Unclear | None:
    """Return the day that a text names with its year, or None."""
    if len(text) > LONGEST:
        return None
    shown = clean(text).casefold()
    patterns = _patterns(standard())
    if found := (patterns.year_first.fullmatch(shown) or _RUN_TOGETHER.fullmatch(shown)):
        return _checked(int(found[1]), int(found[2]), int(found[3]))
    if found := patterns.day_month.fullmatch(shown):
        return _checked(full_year(found[3]), month_number(found[2]), int(found[1]))
    if found := patterns.month_day.fullmatch(shown):
        return _checked(int(found[3]), month_number(found[1]), int(found[2]))
    if found := _YEAR_LAST.fullmatch(shown):
        one, other, year = int(found[1]), int(found[3]), int(found[4])
        readings = {each for each in (_checked(year, other, one), _checked(year, one, other)) if each is not None}
        return Unclear.MARK if len(readings) == 2 else next(iter(readings), None)
    return None


def month_number(name: str) -> int:
    """Return the number of a month by its name, in lower case. Raises KeyError where it is none."""
    return int(standard().spellings("months")[name.rstrip(".")])


def full_year(digits: str) -> int:
    """Return a year of four digits; of two, 00 to 79 are of this century."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 80 else 1900)


def _checked(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number) if year in YEARS else None
    except ValueError:
        return None
