"""Periods and calendars: months, quarters, fiscal years, weeks in months, 4-4-5 and typed calendars.

Rule: R30, R31, R32, R33, R34.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from functools import total_ordering
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WEEK_OF_DAYS = timedelta(days=7)
TO_THURSDAY = timedelta(days=3)
ONE_DAY = timedelta(days=1)


@total_ordering
class Frequency(Enum):
    """How often; ordered from the finest to the coarsest."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    __hash__ = object.__hash__  # members are single; hashing by name costs half of a report of many figures

    def __lt__(self, other: Frequency) -> bool:
        return _RANK[self] < _RANK[other]


_RANK = {frequency: rank for rank, frequency in enumerate(Frequency)}


class CalendarGap(ValueError):  # noqa: N818
    """The calendar has no such day or period: the caller names the cell that asked for it."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of time by its place in a calendar.

    MONTH: in the Gregorian calendar the calendar year and month; in a 4-4-5 or typed calendar the fiscal year's label
    and the number of the period in it. QUARTER, HALF, YEAR: the fiscal year's label and the number in it (YEAR: 1).
    WEEK: ISO year and week. DAY: the proleptic ordinal is ``number``, the year is the calendar year.
    Periods of one frequency sort by time; those of a finer frequency come before those of a coarser one.
    """

    frequency: Frequency
    year: int
    number: int = 1

    @property
    def key(self) -> str:
        """Return the name in JSON, on the command line and in file names: ``2026-10``, ``2026-Q1``, ``2026-W05``."""
        match self.frequency:
            case Frequency.DAY:
                return date.fromordinal(self.number).isoformat()
            case Frequency.WEEK:
                return f"{self.year:04d}-W{self.number:02d}"
            case Frequency.MONTH:
                return f"{self.year:04d}-{self.number:02d}"
            case Frequency.QUARTER:
                return f"{self.year:04d}-Q{self.number}"
            case Frequency.HALF:
                return f"{self.year:04d}-H{self.number}"
            case Frequency.YEAR:
                return f"{self.year:04d}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """How dates make periods.

    fiscal_year_start: the month in which the fiscal year begins. label: whether a fiscal year is named by the year in
    which it ends ("end") or begins ("start"). spans: the first and last day of each MONTH period, where these
    are not months: a 4-4-5 calendar, or a typed Calendar sheet, which always wins.
    Rule: R31, R32.
    """

    fiscal_year_start: int = 1
    label: str = "end"
    spans: Mapping[Period, tuple[date, date]] = field(default_factory=dict, hash=False)
    _typed: tuple[Period, ...] = field(init=False, repr=False, compare=False)
    _starts: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _counts: Mapping[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        typed = tuple(sorted(self.spans, key=lambda period: self.spans[period][0]))
        counts: dict[int, int] = {}
        for period in typed:
            counts[period.year] = max(period.number, counts.get(period.year, 0))
        object.__setattr__(self, "_typed", typed)
        object.__setattr__(self, "_starts", tuple(self.spans[period][0] for period in typed))
        object.__setattr__(self, "_counts", counts)

    @classmethod
    def four_four_five(
        cls, first_days: Mapping[int, date], pattern: tuple[int, ...] = (4, 4, 5), *, label: str = "end"
    ) -> Calendar:
        """Return a calendar of whole weeks.

        first_days: the label of each fiscal year to its first day. pattern: weeks in each period, for a quarter
        (4, 4, 5) or for the year (thirteen times 4). A year whose successor begins 53 weeks later has its 53rd week
        in the last period; a year without a known successor has 52. Raises CalendarGap where years do not join.
        Rule: R32.
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
        return cls(fiscal_year_start=min(first_days.values()).month if first_days else 1, label=label, spans=spans)

    # -- days ---------------------------------------------------------------------------------------------------

    def start(self, period: Period) -> date:
        """Return the first day. Raises CalendarGap where a typed calendar does not have the period."""
        try:
            match period.frequency:
                case Frequency.DAY:
                    return date.fromordinal(period.number)
                case Frequency.WEEK:
                    return date.fromisocalendar(period.year, period.number, 1)
                case Frequency.MONTH:
                    return self._span(period)[0] if self.spans else date(period.year, period.number, 1)
                case _:
                    return self.start(self._months(period)[0])
        except (ValueError, OverflowError) as gap:
            raise CalendarGap(f"no {period.frequency.value} {period.number} in {period.year}") from gap

    def end(self, period: Period) -> date:
        """Return the last day. Raises CalendarGap where a typed calendar does not have the period."""
        match period.frequency:
            case Frequency.DAY:
                return self.start(period)
            case Frequency.WEEK:
                return self._later(self.start(period), 6)
            case Frequency.MONTH:
                if self.spans:
                    return self._span(period)[1]
                return _last_of_month(self.start(period))
            case _:
                return self.end(self._months(period)[-1])

    def days(self, period: Period) -> int:
        """Return how many days the period has."""
        return (self.end(period) - self.start(period)).days + 1

    def complete(self, period: Period, as_of: date) -> bool:
        """Return whether the period is over on the evening of ``as_of``. Rule: R30."""
        return self.end(period) <= as_of

    def elapsed(self, period: Period, as_of: date) -> int:
        """Return how many days of the period have passed on the evening of ``as_of``: 0 before it, all after it."""
        return min(max((as_of - self.start(period)).days + 1, 0), self.days(period))

    # -- places in the fiscal year ------------------------------------------------------------------------------

    def fiscal_year(self, period: Period) -> int:
        """Return the label of the fiscal year in which the period lies. Rule: R31."""
        match period.frequency:
            case Frequency.DAY | Frequency.WEEK:
                return self.fiscal_year(self.within(period, Frequency.MONTH))
            case Frequency.MONTH if not self.spans:
                return self._months_since_label(period)[0]
            case _:
                return period.year

    def position(self, period: Period) -> int:
        """Return the number of the period in its fiscal year, from 1: April is 1 where years begin in April."""
        match period.frequency:
            case Frequency.MONTH:
                return period.number if self.spans else self._months_since_label(period)[1]
            case Frequency.WEEK:
                first = self._weeks(self.year(self.fiscal_year(period)))[0]
                return (self.start(period) - first).days // 7 + 1
            case Frequency.DAY:
                return period.number - self.start(self.year(self.fiscal_year(period))).toordinal() + 1
            case _:
                return period.number

    def quarter(self, period: Period) -> int:
        """Return the quarter of the fiscal year in which the period ends, 1 to 4.

        A year of thirteen periods has the extra one in its last quarter.
        """
        match period.frequency:
            case Frequency.DAY | Frequency.WEEK:
                return self.quarter(self.within(period, Frequency.MONTH))
            case Frequency.MONTH:
                return min((self.position(period) + 2) // 3, 4)
            case Frequency.QUARTER:
                return period.number
            case Frequency.HALF:
                return period.number * 2
            case Frequency.YEAR:
                return 4

    def year(self, label: int) -> Period:
        """Return the fiscal year with this label."""
        return Period(Frequency.YEAR, label)

    def per_year(self, frequency: Frequency, label: int) -> int:
        """Return how many periods the fiscal year has; weeks are counted by their Thursdays. Rule: R33."""
        match frequency:
            case Frequency.MONTH:
                return self._count(label)
            case Frequency.QUARTER:
                return 4
            case Frequency.HALF:
                return 2
            case Frequency.YEAR:
                return 1
            case Frequency.WEEK:
                first, last = self._weeks(self.year(label))
                return (last - first).days // 7 + 1
            case Frequency.DAY:
                return self.days(self.year(label))

    # -- from one period to another -----------------------------------------------------------------------------

    def shift(self, period: Period, by: int) -> Period:
        """Return the period ``by`` periods later (earlier where negative)."""
        match period.frequency:
            case Frequency.DAY:
                return self.of(self._later(self.start(period), by), Frequency.DAY)
            case Frequency.WEEK:
                return self.of(self._later(self.start(period), 7 * by), Frequency.WEEK)
            case Frequency.MONTH if self.spans:
                return self._shift_typed(period, by)
            case _:
                size = self.per_year(period.frequency, period.year)
                years, number = divmod(period.number - 1 + by, size)
                return Period(period.frequency, period.year + years, number + 1)

    def previous(self, period: Period) -> Period:
        """Return the period just before."""
        return self.shift(period, -1)

    def year_ago(self, period: Period, *, restate_53: bool = False) -> Period:
        """Return the same period of the previous fiscal year.

        The last period stands for one that the shorter year lacks: week 53, 29 February, a thirteenth period.
        restate_53: against a year of 53 weeks, week n is compared with week n + 1, so that its first week drops.
        Rule: R25, R32.
        """
        match period.frequency:
            case Frequency.DAY:
                day = self.start(period)
                last = _last_of_month(_day(day.year - 1, day.month, 1))
                return self.of(last.replace(day=min(day.day, last.day)), Frequency.DAY)
            case Frequency.WEEK:
                weeks = _iso_weeks(period.year - 1)
                moved = period.number + 1 if restate_53 and weeks == 53 else period.number
                return Period(Frequency.WEEK, period.year - 1, min(moved, weeks))
            case Frequency.MONTH if self.spans:
                return Period(Frequency.MONTH, period.year - 1, min(period.number, self._count(period.year - 1)))
            case _:
                return Period(period.frequency, period.year - 1, period.number)

    def within(self, period: Period, coarser: Frequency) -> Period:
        """Return the period of a coarser frequency in which this one lies.

        A whole week lies where its Thursday does; ``shares`` splits it by days.
        Rule: R33.
        """
        if period.frequency == coarser:
            return period
        if period.frequency > coarser:
            raise ValueError(f"a {period.frequency.value} does not lie within a {coarser.value}")
        if period.frequency < Frequency.MONTH:
            day = self.start(period)
            return self.of(self._later(day, 3) if period.frequency is Frequency.WEEK else day, coarser)
        label = self.fiscal_year(period)
        match coarser:
            case Frequency.QUARTER:
                return Period(Frequency.QUARTER, label, self.quarter(period))
            case Frequency.HALF:
                return Period(Frequency.HALF, label, (self.quarter(period) + 1) // 2)
            case _:
                return self.year(label)

    def shares(self, period: Period, coarser: Frequency) -> tuple[tuple[Period, float], ...]:
        """Return the periods over which this one spreads, with its share of days in each (``week_split = days``)."""
        start, total = self.start(period), self.days(period)
        counts: dict[Period, int] = {}
        for n in range(total):
            found = self.of(self._later(start, n), coarser)
            counts[found] = counts.get(found, 0) + 1
        return tuple((found, count / total) for found, count in counts.items())

    def parts(self, period: Period, finer: Frequency) -> tuple[Period, ...]:
        """Return the periods of a finer frequency that lie within this one, in order; weeks by their Thursdays."""
        if period.frequency == finer:
            return (period,)
        if period.frequency < finer:
            raise ValueError(f"a {period.frequency.value} has no {finer.value}")
        match finer:
            case Frequency.DAY:
                return self.between(
                    self.of(self.start(period), Frequency.DAY), self.of(self.end(period), Frequency.DAY)
                )
            case Frequency.WEEK:
                first, last = self._weeks(period)
                return self.between(self.of(first, Frequency.WEEK), self.of(last, Frequency.WEEK))
            case Frequency.MONTH:
                return self._months(period)
            case Frequency.QUARTER:
                last_quarter = self.quarter(period)
                first_quarter = 1 if period.frequency is Frequency.YEAR else last_quarter - 1
                return tuple(Period(finer, period.year, n) for n in range(first_quarter, last_quarter + 1))
            case _:
                return tuple(Period(finer, period.year, n) for n in (1, 2))

    def between(self, first: Period, last: Period) -> tuple[Period, ...]:
        """Return the periods from ``first`` to ``last``, both included; none where ``last`` comes before ``first``."""
        found = []
        at = first
        while at <= last:
            found.append(at)
            if at == last:
                break
            at = self.shift(at, 1)
        return tuple(found)

    def of(self, day: date, frequency: Frequency) -> Period:
        """Return the period in which a day lies. Raises CalendarGap where a typed calendar does not have the day."""
        match frequency:
            case Frequency.DAY:
                return Period(Frequency.DAY, day.year, day.toordinal())
            case Frequency.WEEK:
                iso = day.isocalendar()
                return Period(Frequency.WEEK, iso.year, iso.week)
            case Frequency.MONTH if self.spans:
                at = bisect_right(self._starts, day) - 1
                if at < 0 or day > self.spans[self._typed[at]][1]:
                    raise CalendarGap(f"{day} is in no period")
                return self._typed[at]
            case Frequency.MONTH:
                return Period(Frequency.MONTH, day.year, day.month)
            case _:
                return self.within(self.of(day, Frequency.MONTH), frequency)

    def last_complete(self, as_of: date, frequency: Frequency) -> Period:
        """Return the last period that is over on the evening of ``as_of``. Rule: R2."""
        current = self.of(as_of, frequency)
        return current if self.complete(current, as_of) else self.previous(current)

    # -- inside -------------------------------------------------------------------------------------------------

    def _span(self, period: Period) -> tuple[date, date]:
        found = self.spans.get(period)
        if found is None:
            raise CalendarGap(f"no period {period.number} in {period.year}")
        return found

    def _count(self, label: int) -> int:
        """Return the number of MONTH periods in a fiscal year; of one that is not typed, as many as in the fullest."""
        if not self.spans:
            return 12
        return self._counts.get(label) or max(1, *self._counts.values())

    def _months(self, period: Period) -> tuple[Period, ...]:
        """Return the MONTH periods of a quarter, half or year."""
        count = self._count(period.year)
        match period.frequency:
            case Frequency.QUARTER:
                first, last = period.number * 3 - 2, period.number * 3 if period.number < 4 else count
            case Frequency.HALF:
                first, last = (1, 6) if period.number == 1 else (7, count)
            case _:
                first, last = 1, count
        if self.spans:
            return tuple(Period(Frequency.MONTH, period.year, n) for n in range(first, last + 1))
        begins = period.year * 12 + self.fiscal_year_start - 1 - (12 if self._ends_later else 0)
        return tuple(Period(Frequency.MONTH, *_month(begins + n - 1)) for n in range(first, last + 1))

    @property
    def _ends_later(self) -> bool:
        return self.fiscal_year_start > 1 and self.label == "end"

    def _months_since_label(self, month: Period) -> tuple[int, int]:
        """Return the fiscal year's label and the position in it of a Gregorian month."""
        years, position = divmod(month.year * 12 + month.number - self.fiscal_year_start, 12)
        return years + (1 if self._ends_later else 0), position + 1

    def _shift_typed(self, period: Period, by: int) -> Period:
        year, number = period.year, period.number + by
        while number < 1:
            year -= 1
            number += self._count(year)
        while number > self._count(year):
            number -= self._count(year)
            year += 1
        return Period(Frequency.MONTH, year, number)

    def _weeks(self, period: Period) -> tuple[date, date]:
        """Return the Mondays of the first and the last week whose Thursday lies in the period."""
        start, end = self.start(period), self.end(period)
        first = self._later(start, (3 - start.weekday()) % 7)
        last = end - timedelta(days=(end.weekday() - 3) % 7)
        return first - TO_THURSDAY, last - TO_THURSDAY

    def _later(self, day: date, days: int) -> date:
        try:
            return day + timedelta(days=days)
        except OverflowError as gap:
            raise CalendarGap(f"no day {days} days after {day}") from gap


def _month(count: int) -> tuple[int, int]:
    year, month = divmod(count, 12)
    return year, month + 1


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as gap:
        raise CalendarGap(f"no day {year}-{month}-{day}") from gap


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _iso_weeks(year: int) -> int:
    return _day(year, 12, 28).isocalendar().week
