"""Calendars: which days make which periods. A frequency is one rule of the table ``RULES``.

Rule: R30, R31, R32, R33, R34.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kpireport.core.periods.days import day_of, iso_weeks, last_of_month, later, month_of, week_spans
from kpireport.core.periods.period import CalendarGap, Frequency, Period
from kpireport.core.registry import complete

if TYPE_CHECKING:
    from collections.abc import Mapping

TO_THURSDAY = timedelta(days=3)
QUARTERS = 4  # in every fiscal year, also in one of thirteen periods


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
        (4, 4, 5) or for the year (thirteen times 4). Raises CalendarGap where years do not join.
        Rule: R32.
        """
        spans = week_spans(first_days, pattern)
        return cls(fiscal_year_start=min(first_days.values()).month if first_days else 1, label=label, spans=spans)

    def start(self, period: Period) -> date:
        """Return the first day. Raises CalendarGap where a typed calendar does not have the period."""
        try:
            return RULES[period.frequency].start(self, period)
        except (ValueError, OverflowError) as gap:
            raise CalendarGap(f"no {period.frequency.value} {period.number} in {period.year}") from gap

    def end(self, period: Period) -> date:
        """Return the last day. Raises CalendarGap where a typed calendar does not have the period."""
        return RULES[period.frequency].end(self, period)

    def days(self, period: Period) -> int:
        """Return how many days the period has."""
        return (self.end(period) - self.start(period)).days + 1

    def complete(self, period: Period, as_of: date) -> bool:
        """Return whether the period is over on the evening of ``as_of``. Rule: R30."""
        return self.end(period) <= as_of

    def elapsed(self, period: Period, as_of: date) -> int:
        """Return how many days of the period have passed on the evening of ``as_of``: 0 before it, all after it."""
        return min(max((as_of - self.start(period)).days + 1, 0), self.days(period))

    def fiscal_year(self, period: Period) -> int:
        """Return the label of the fiscal year in which the period lies. Rule: R31."""
        return RULES[period.frequency].fiscal_year(self, period)

    def position(self, period: Period) -> int:
        """Return the number of the period in its fiscal year, from 1: April is 1 where years begin in April."""
        return RULES[period.frequency].position(self, period)

    def quarter(self, period: Period) -> int:
        """Return the quarter of the fiscal year in which the period ends, 1 to 4.

        A year of thirteen periods has the extra one in its last quarter.
        """
        return RULES[period.frequency].quarter(self, period)

    def year(self, label: int) -> Period:
        """Return the fiscal year with this label."""
        return Period(Frequency.YEAR, label)

    def per_year(self, frequency: Frequency, label: int) -> int:
        """Return how many periods the fiscal year has; weeks are counted by their Thursdays. Rule: R33."""
        return RULES[frequency].per_year(self, label)

    def shift(self, period: Period, by: int) -> Period:
        """Return the period ``by`` periods later (earlier where negative)."""
        return RULES[period.frequency].shift(self, period, by)

    def previous(self, period: Period) -> Period:
        """Return the period just before."""
        return self.shift(period, -1)

    def year_ago(self, period: Period, *, restate_53: bool = False) -> Period:
        """Return the same period of the previous fiscal year.

        The last period stands for one that the shorter year lacks: week 53, 29 February, a thirteenth period.
        restate_53: against a year of 53 weeks, week n is compared with week n + 1, so that its first week drops.
        Rule: R25, R32.
        """
        return RULES[period.frequency].year_ago(self, period, restate_53=restate_53)

    def within(self, period: Period, coarser: Frequency) -> Period:
        """Return the period of a coarser frequency in which this one lies.

        A whole week lies where its Thursday does; ``shares`` splits it by days.
        Rule: R33.
        """
        if period.frequency == coarser:
            return period
        if period.frequency > coarser:
            raise ValueError(f"a {period.frequency.value} does not lie within a {coarser.value}")
        return RULES[period.frequency].within(self, period, coarser)

    def shares(self, period: Period, coarser: Frequency) -> tuple[tuple[Period, float], ...]:
        """Return the periods over which this one spreads, with its share of days in each (``week_split = days``)."""
        start, total = self.start(period), self.days(period)
        counts: dict[Period, int] = {}
        for n in range(total):
            found = self.of(later(start, n), coarser)
            counts[found] = counts.get(found, 0) + 1
        return tuple((found, count / total) for found, count in counts.items())

    def parts(self, period: Period, finer: Frequency) -> tuple[Period, ...]:
        """Return the periods of a finer frequency that lie within this one, in order; weeks by their Thursdays."""
        if period.frequency == finer:
            return (period,)
        if period.frequency < finer:
            raise ValueError(f"a {period.frequency.value} has no {finer.value}")
        return RULES[finer].parts_of(self, period)

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
        return RULES[frequency].of(self, day)

    def last_complete(self, as_of: date, frequency: Frequency) -> Period:
        """Return the last period that is over on the evening of ``as_of``. Rule: R2."""
        current = self.of(as_of, frequency)
        return current if self.complete(current, as_of) else self.previous(current)

    # -- for the rules ------------------------------------------------------------------------------------------

    def span(self, month: Period) -> tuple[date, date]:
        """Return the first and the last day of a typed MONTH period. Raises CalendarGap."""
        found = self.spans.get(month)
        if found is None:
            raise CalendarGap(f"no period {month.number} in {month.year}")
        return found

    def typed_on(self, day: date) -> Period:
        """Return the typed MONTH period in which a day lies. Raises CalendarGap."""
        at = bisect_right(self._starts, day) - 1
        if at < 0 or day > self.spans[self._typed[at]][1]:
            raise CalendarGap(f"{day} is in no period")
        return self._typed[at]

    def count(self, label: int) -> int:
        """Return the number of MONTH periods in a fiscal year; of one that is not typed, as many as in the fullest."""
        if not self.spans:
            return 12
        return self._counts.get(label) or max(1, *self._counts.values())

    def months(self, period: Period) -> tuple[Period, ...]:
        """Return the MONTH periods of a quarter, half or year."""
        per_year, count = self.per_year(period.frequency, period.year), self.count(period.year)
        size = 12 // per_year
        first, last = (period.number - 1) * size + 1, period.number * size if period.number < per_year else count
        if self.spans:
            return tuple(Period(Frequency.MONTH, period.year, n) for n in range(first, last + 1))
        begins = period.year * 12 + self.fiscal_year_start - 1 - (12 if self._ends_later else 0)
        return tuple(Period(Frequency.MONTH, *month_of(begins + n - 1)) for n in range(first, last + 1))

    def place(self, month: Period) -> tuple[int, int]:
        """Return the fiscal year's label and the position in it of a Gregorian month."""
        years, position = divmod(month.year * 12 + month.number - self.fiscal_year_start, 12)
        return years + (1 if self._ends_later else 0), position + 1

    def weeks(self, period: Period) -> tuple[date, date]:
        """Return the Mondays of the first and the last week whose Thursday lies in the period."""
        start, end = self.start(period), self.end(period)
        first = later(start, (3 - start.weekday()) % 7)
        last = end - timedelta(days=(end.weekday() - 3) % 7)
        return first - TO_THURSDAY, last - TO_THURSDAY

    @property
    def _ends_later(self) -> bool:
        return self.fiscal_year_start > 1 and self.label == "end"


class CalendarRule(ABC):
    """What a frequency is. All that a calendar is asked of a period, it asks its frequency's rule.

    A rule that lacks one of these cannot be made, so that a new frequency is whole or an error at import.
    """

    @abstractmethod
    def start(self, calendar: Calendar, period: Period) -> date:
        """Return the first day. Raises ValueError, OverflowError or CalendarGap where there is none."""

    @abstractmethod
    def end(self, calendar: Calendar, period: Period) -> date: ...

    @abstractmethod
    def fiscal_year(self, calendar: Calendar, period: Period) -> int: ...

    @abstractmethod
    def position(self, calendar: Calendar, period: Period) -> int: ...

    @abstractmethod
    def quarter(self, calendar: Calendar, period: Period) -> int: ...

    @abstractmethod
    def per_year(self, calendar: Calendar, label: int) -> int: ...

    @abstractmethod
    def shift(self, calendar: Calendar, period: Period, by: int) -> Period: ...

    def year_ago(self, calendar: Calendar, period: Period, *, restate_53: bool) -> Period:
        """Return the period of the same number a year earlier; rules differ where that may be lacking."""
        del calendar, restate_53
        return Period(period.frequency, period.year - 1, period.number)

    def within(self, calendar: Calendar, period: Period, coarser: Frequency) -> Period:
        """Return the part of the fiscal year in which a period lies."""
        label = calendar.fiscal_year(period)
        return Period(coarser, label, -(-calendar.quarter(period) * calendar.per_year(coarser, label) // QUARTERS))

    @abstractmethod
    def parts_of(self, calendar: Calendar, period: Period) -> tuple[Period, ...]:
        """Return the periods of this frequency in one of a coarser one."""

    @abstractmethod
    def of(self, calendar: Calendar, day: date) -> Period: ...


class _Dated(CalendarRule):
    """What lies in the fiscal year by a day of its own."""

    def fiscal_year(self, calendar: Calendar, period: Period) -> int:
        return calendar.fiscal_year(calendar.within(period, Frequency.MONTH))

    def quarter(self, calendar: Calendar, period: Period) -> int:
        return calendar.quarter(calendar.within(period, Frequency.MONTH))


class _Day(_Dated):
    def start(self, _calendar: Calendar, period: Period) -> date:
        return date.fromordinal(period.number)

    def end(self, calendar: Calendar, period: Period) -> date:
        return calendar.start(period)

    def position(self, calendar: Calendar, period: Period) -> int:
        return period.number - calendar.start(calendar.year(calendar.fiscal_year(period))).toordinal() + 1

    def per_year(self, calendar: Calendar, label: int) -> int:
        return calendar.days(calendar.year(label))

    def shift(self, calendar: Calendar, period: Period, by: int) -> Period:
        return self.of(calendar, later(calendar.start(period), by))

    def year_ago(self, calendar: Calendar, period: Period, *, restate_53: bool) -> Period:
        del restate_53
        day = calendar.start(period)
        last = last_of_month(day_of(day.year - 1, day.month, 1))
        return self.of(calendar, last.replace(day=min(day.day, last.day)))

    def within(self, calendar: Calendar, period: Period, coarser: Frequency) -> Period:
        return calendar.of(calendar.start(period), coarser)

    def parts_of(self, calendar: Calendar, period: Period) -> tuple[Period, ...]:
        return calendar.between(self.of(calendar, calendar.start(period)), self.of(calendar, calendar.end(period)))

    def of(self, _calendar: Calendar, day: date) -> Period:
        return Period(Frequency.DAY, day.year, day.toordinal())


class _Week(_Dated):
    """ISO weeks, which lie where their Thursday does."""

    def start(self, _calendar: Calendar, period: Period) -> date:
        return date.fromisocalendar(period.year, period.number, 1)

    def end(self, calendar: Calendar, period: Period) -> date:
        return later(calendar.start(period), 6)

    def position(self, calendar: Calendar, period: Period) -> int:
        first, _ = calendar.weeks(calendar.year(calendar.fiscal_year(period)))
        return (calendar.start(period) - first).days // 7 + 1

    def per_year(self, calendar: Calendar, label: int) -> int:
        first, last = calendar.weeks(calendar.year(label))
        return (last - first).days // 7 + 1

    def shift(self, calendar: Calendar, period: Period, by: int) -> Period:
        return self.of(calendar, later(calendar.start(period), 7 * by))

    def year_ago(self, _calendar: Calendar, period: Period, *, restate_53: bool) -> Period:
        weeks = iso_weeks(period.year - 1)
        moved = period.number + 1 if restate_53 and weeks == 53 else period.number
        return Period(Frequency.WEEK, period.year - 1, min(moved, weeks))

    def within(self, calendar: Calendar, period: Period, coarser: Frequency) -> Period:
        return calendar.of(later(calendar.start(period), TO_THURSDAY.days), coarser)

    def parts_of(self, calendar: Calendar, period: Period) -> tuple[Period, ...]:
        first, last = calendar.weeks(period)
        return calendar.between(self.of(calendar, first), self.of(calendar, last))

    def of(self, _calendar: Calendar, day: date) -> Period:
        iso = day.isocalendar()
        return Period(Frequency.WEEK, iso.year, iso.week)


class _Month(CalendarRule):
    """Months of the year, or the periods that a calendar of weeks or a Calendar sheet has in their place."""

    def start(self, calendar: Calendar, period: Period) -> date:
        return calendar.span(period)[0] if calendar.spans else date(period.year, period.number, 1)

    def end(self, calendar: Calendar, period: Period) -> date:
        return calendar.span(period)[1] if calendar.spans else last_of_month(calendar.start(period))

    def fiscal_year(self, calendar: Calendar, period: Period) -> int:
        return period.year if calendar.spans else calendar.place(period)[0]

    def position(self, calendar: Calendar, period: Period) -> int:
        return period.number if calendar.spans else calendar.place(period)[1]

    def quarter(self, calendar: Calendar, period: Period) -> int:
        return min((calendar.position(period) + 2) // 3, QUARTERS)

    def per_year(self, calendar: Calendar, label: int) -> int:
        return calendar.count(label)

    def shift(self, calendar: Calendar, period: Period, by: int) -> Period:
        if not calendar.spans:
            years, number = divmod(period.number - 1 + by, 12)
            return Period(Frequency.MONTH, period.year + years, number + 1)
        year, number = period.year, period.number + by
        while number < 1:
            year -= 1
            number += calendar.count(year)
        while number > calendar.count(year):
            number -= calendar.count(year)
            year += 1
        return Period(Frequency.MONTH, year, number)

    def year_ago(self, calendar: Calendar, period: Period, *, restate_53: bool) -> Period:
        del restate_53
        number = min(period.number, calendar.count(period.year - 1)) if calendar.spans else period.number
        return Period(Frequency.MONTH, period.year - 1, number)

    def parts_of(self, calendar: Calendar, period: Period) -> tuple[Period, ...]:
        return calendar.months(period)

    def of(self, calendar: Calendar, day: date) -> Period:
        return calendar.typed_on(day) if calendar.spans else Period(Frequency.MONTH, day.year, day.month)


@dataclass(frozen=True, slots=True)
class _Fiscal(CalendarRule):
    """Equal parts of the fiscal year. count: how many it has."""

    frequency: Frequency
    count: int

    def start(self, calendar: Calendar, period: Period) -> date:
        return calendar.start(calendar.months(period)[0])

    def end(self, calendar: Calendar, period: Period) -> date:
        return calendar.end(calendar.months(period)[-1])

    def fiscal_year(self, _calendar: Calendar, period: Period) -> int:
        return period.year

    def position(self, _calendar: Calendar, period: Period) -> int:
        return period.number

    def quarter(self, _calendar: Calendar, period: Period) -> int:
        return period.number * QUARTERS // self.count

    def per_year(self, _calendar: Calendar, _label: int) -> int:
        return self.count

    def shift(self, _calendar: Calendar, period: Period, by: int) -> Period:
        years, number = divmod(period.number - 1 + by, self.count)
        return Period(self.frequency, period.year + years, number + 1)

    def parts_of(self, calendar: Calendar, period: Period) -> tuple[Period, ...]:
        quarters = QUARTERS // calendar.per_year(period.frequency, period.year)
        last = calendar.quarter(period)
        numbers = (-(-quarter * self.count // QUARTERS) for quarter in range(last - quarters + 1, last + 1))
        return tuple(Period(self.frequency, period.year, number) for number in dict.fromkeys(numbers))

    def of(self, calendar: Calendar, day: date) -> Period:
        return calendar.within(calendar.of(day, Frequency.MONTH), self.frequency)


RULES: Mapping[Frequency, CalendarRule] = complete(
    Frequency,
    {
        Frequency.DAY: _Day(),
        Frequency.WEEK: _Week(),
        Frequency.MONTH: _Month(),
        Frequency.QUARTER: _Fiscal(Frequency.QUARTER, QUARTERS),
        Frequency.HALF: _Fiscal(Frequency.HALF, 2),
        Frequency.YEAR: _Fiscal(Frequency.YEAR, 1),
    },
)
