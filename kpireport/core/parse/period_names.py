"""Read the period out of a cell: months, quarters, fiscal years, weeks, the year to date, in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from kpireport.core.catalogue.cells import AMBIGUOUS_PERIOD, NOT_A_PERIOD, OUTSIDE_CALENDAR, PERIOD_NEEDS_YEAR
from kpireport.core.diagnostics import Where
from kpireport.core.parse.dates import MONTHS, SERIALS, YEARS, Unclear, day_of_number
from kpireport.core.parse.numbers import is_missing, unusable
from kpireport.core.parse.period_words import Said, said
from kpireport.core.periods import Calendar, CalendarGap, Frequency, Period
from kpireport.core.workbook import Cell

if TYPE_CHECKING:
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.workbook import Value

_LARGEST = {Frequency.MONTH: 12, Frequency.QUARTER: 4, Frequency.HALF: 2, Frequency.WEEK: 53}
_TO_MIDDLE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Cumulative:
    """The fiscal year up to the end of a period; through is None where the words name none (``YTD``)."""

    through: Period | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What the surroundings tell about a period that does not say all itself.

    year: of bare months (Settings, else the sheet's name, its title rows, the file's name). fiscal: that year is a
    fiscal one. expect: the frequency, where it is known: dates of a week column are the days on which weeks begin,
    and 3 in a month column is March. now: the report period, for ``this month``. date1904: day numbers count from 1904.
    """

    calendar: Calendar
    year: int | None = None
    fiscal: bool = False
    expect: Frequency | None = None
    now: Period | None = None
    date1904: bool = False


def period(
    found: Cell | Value,
    where: Where,
    *,
    calendar: Calendar,
    year: int | None = None,
    fiscal: bool = False,
    expect: Frequency | None = None,
    now: Period | None = None,
    date1904: bool = False,
) -> Period | Cumulative | Diagnostic | None:
    """Read a period from a cell or its value. None means that there is none. See ``Context``. Rule: L16."""
    context = Context(calendar, year, fiscal, expect, now, date1904)
    if isinstance(found, Cell):
        problem = unusable(found, where)
        if problem is not None:
            return problem
        found = found.value
    if found is None or (isinstance(found, str) and is_missing(found)):
        return None
    words = words_of(found, context)
    return NOT_A_PERIOD.at(where, found=shown(found)) if words is None else meant(words, found, where, context)


def parse_period(text: str, calendar: Calendar, *, now: Period | None = None) -> Period | Diagnostic:
    """Read a period from the command line or the settings: ``2026-10``, ``2026-Q1``, ``2026-W05``, ``P03 FY26``."""
    found = period(text, Where(), calendar=calendar, now=now)
    return (
        found
        if isinstance(found, Period) or (found and not isinstance(found, Cumulative))
        else NOT_A_PERIOD.at(Where(), found=text)
    )


def week_starting(day: date, calendar: Calendar) -> Period:
    """Return the ISO week that has most of the seven days from ``day`` on: for a Sunday, the week that follows."""
    try:
        return calendar.of(day + _TO_MIDDLE, Frequency.WEEK)
    except OverflowError:
        return calendar.of(day, Frequency.WEEK)


def shown(value: Value) -> str:
    """Return a cell's value for a message."""
    return (
        f"{value:%Y-%m-%d}"
        if isinstance(value, datetime)
        else f"{value:.15g}"
        if isinstance(value, float)
        else str(value)
    )


def words_of(value: Value, context: Context) -> Said | Unclear | None:
    """Return what a cell's value says about a period; None where it does not speak of one."""
    match value:
        case bool():
            return None
        case float() | int() as number:
            return _words_of_number(float(number), context)
        case datetime() as moment:
            return Said(Frequency.DAY, day=moment.date())
        case str() as text:
            words = said(text)
            digits = text.strip()
            if words is None and digits.isascii() and digits.isdecimal() and len(digits) < 9:
                return _words_of_number(float(digits), context)
            return words
        case _:
            return None


def _words_of_number(number: float, context: Context) -> Said | None:
    if number != number // 1:
        return _words_of_fraction(number) or (
            Said(Frequency.DAY, day=day_of_number(number, date1904=context.date1904))
            if SERIALS.start <= number < SERIALS.stop
            else None
        )
    whole = int(number)
    if context.expect in _LARGEST and 1 <= whole <= _LARGEST[context.expect]:
        return Said(context.expect, whole, named=True)
    if whole in YEARS:
        return Said(Frequency.YEAR, year=whole)
    if whole // 100 in YEARS:
        return Said(Frequency.MONTH, whole % 100, whole // 100)
    day = day_of_number(number, date1904=context.date1904)
    return Said(Frequency.DAY, day=day) if day else None


def _words_of_fraction(number: float) -> Said | None:
    # 2026.01 typed as a number; 2026.1 is January or, its zero lost, October
    year, hundredths = divmod(round(number * 100), 100)
    if year not in YEARS or abs(number * 100 - round(number * 100)) > 1e-6 or hundredths > 12:
        return None
    return Said(Frequency.MONTH, hundredths, year, unclear=hundredths == 10)


def meant(words: Said | Unclear, value: Value, where: Where, context: Context) -> Period | Cumulative | Diagnostic:
    """Return the period that words mean in their context."""
    if isinstance(words, Unclear):
        return AMBIGUOUS_PERIOD.at(where, found=shown(value), one="day/month", other="month/day")
    if words.unclear and not (isinstance(value, str) and words.year == context.year):
        return _unclear(words, value, where)
    try:
        return _resolved(words, value, where, context)
    except CalendarGap:
        return OUTSIDE_CALENDAR.at(where, found=shown(value))


def _unclear(words: Said, value: Value, where: Where) -> Diagnostic:
    year, number = words.year or 0, words.number or 1
    if isinstance(value, float):
        return AMBIGUOUS_PERIOD.at(where, found=shown(value), one=f"{year}-01", other=f"{year}-10")
    month = MONTHS[number - 1].capitalize()
    return AMBIGUOUS_PERIOD.at(where, found=shown(value), one=f"{year % 100} {month}", other=f"{month} {year}")


def _resolved(words: Said, value: Value, where: Where, context: Context) -> Period | Cumulative | Diagnostic:
    calendar = context.calendar
    if words.day is not None:
        found = _of_day(words, context)
        return Cumulative(found) if words.cumulative else found
    if words.from_now is not None:
        if context.now is None:
            return NOT_A_PERIOD.at(where, found=shown(value))
        month = calendar.of(calendar.end(context.now), Frequency.MONTH)
        return calendar.shift(month, words.from_now)
    if words.cumulative and words.number is None:
        return Cumulative(None if words.year is None else calendar.year(_label(words, calendar)))
    year = words.year if words.year is not None else context.year
    if year is None:
        return PERIOD_NEEDS_YEAR.at(where, found=shown(value))
    label = _label(words, calendar) if words.year is not None else year
    fiscal = words.fiscal if words.year is not None else context.fiscal
    found_or_none = _numbered(words, label, calendar, fiscal=fiscal)
    if found_or_none is None:
        return NOT_A_PERIOD.at(where, found=shown(value))
    calendar.start(found_or_none)  # a typed calendar may lack it
    if words.first is not None:
        return _stretch(words, found_or_none, calendar) or NOT_A_PERIOD.at(where, found=shown(value))
    return Cumulative(found_or_none) if words.cumulative else found_or_none


def _label(words: Said, calendar: Calendar) -> int:
    year = words.year or 0
    return words.ending if words.ending is not None and calendar.label == "end" else year


def _of_day(words: Said, context: Context) -> Period:
    day = words.day or date.min
    frequency = words.frequency if words.frequency is Frequency.WEEK else context.expect or Frequency.MONTH
    return week_starting(day, context.calendar) if frequency is Frequency.WEEK else context.calendar.of(day, frequency)


def _numbered(words: Said, year: int, calendar: Calendar, *, fiscal: bool) -> Period | None:
    """Return the period with this number, or None where a year has no such number."""
    number = 1 if words.number is None else words.number
    if words.frequency is Frequency.YEAR:
        return calendar.year(year)
    if words.frequency is Frequency.WEEK:
        weeks = date(year, 12, 28).isocalendar().week
        return Period(Frequency.WEEK, year, number) if 1 <= number <= weeks else None
    if words.frequency is not Frequency.MONTH:
        return Period(words.frequency, year, number)
    if words.nth or (calendar.spans and not words.named):
        months = calendar.parts(calendar.year(year), Frequency.MONTH)
        return months[number - 1] if 1 <= number <= len(months) else None
    if not 1 <= number <= 12:
        return None
    if fiscal:
        first = calendar.fiscal_year_start
        later = number < first
        start = year - 1 if calendar.label == "end" and first > 1 else year
        year = start + 1 if later else start
    # the middle of a month tells which period of a 4-4-5 calendar bears its name
    return calendar.of(date(year, number, 15), Frequency.MONTH)


def _stretch(words: Said, last: Period, calendar: Calendar) -> Period | Cumulative | None:
    """Return what ``Jan-Mar`` means: the year up to March from the start of a fiscal year on, else a whole quarter."""
    months = ((words.number or 0) - (words.first or 0)) % 12
    first = calendar.shift(last, -months)
    if calendar.position(first) == 1:
        return Cumulative(last)
    for frequency in (Frequency.QUARTER, Frequency.HALF):
        found = calendar.within(last, frequency)
        parts = calendar.parts(found, Frequency.MONTH)
        if (parts[0], parts[-1]) == (first, last):
            return found
    return None
