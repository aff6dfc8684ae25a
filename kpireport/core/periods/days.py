"""Days, and what is counted in them; a day that there is not is a gap in the calendar."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kpireport.core.periods.period import CalendarGap, Frequency, Period

if TYPE_CHECKING:
    from collections.abc import Mapping

WEEK_OF_DAYS = timedelta(days=7)
ONE_DAY = timedelta(days=1)


def week_spans(first_days: Mapping[int, date], pattern: tuple[int, ...]) -> dict[Period, tuple[date, date]]:
    """Return the first and the last day of each MONTH period of a calendar of whole weeks; as of ``four_four_five``.

    A year whose successor begins 53 weeks later has its 53rd week in the last period; a year without a known successor
    has 52. Raises CalendarGap where years do not join.
    """
    weeks = pattern * 4 if len(pattern) == 3 else pattern
    if sum(weeks) != 52:
        raise CalendarGap(f"{sum(weeks)} weeks in a year")
    spans: dict[Period, tuple[date, date]] = {}
    for year, first in sorted(first_days.items()):
        following = first_days.get(year + 1, first + 52 * WEEK_OF_DAYS)
        if following - first not in (52 * WEEK_OF_DAYS, 53 * WEEK_OF_DAYS):
            raise CalendarGap(f"{year}: {first} to {following}")
        start = first
        for number, length in enumerate(weeks, 1):
            end = following if number == len(weeks) else start + length * WEEK_OF_DAYS
            spans[Period(Frequency.MONTH, year, number)] = (start, end - ONE_DAY)
            start = end
    return spans


def later(day: date, days: int) -> date:
    """Return a day so many days later. Raises CalendarGap where there is none."""
    try:
        return day + timedelta(days=days)
    except OverflowError as gap:
        raise CalendarGap(f"no day {days} days after {day}") from gap


def month_of(count: int) -> tuple[int, int]:
    """Return year and month of a number of months since the year 0."""
    year, month = divmod(count, 12)
    return year, month + 1


def day_of(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as gap:
        raise CalendarGap(f"no day {year}-{month}-{day}") from gap


def last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def iso_weeks(year: int) -> int:
    return day_of(year, 12, 28).isocalendar().week
