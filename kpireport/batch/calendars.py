"""When a report is due: the third of the month, the second working day; in a time zone; and what was missed.

Rule: N17.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kpireport.core.batching import DueRule

LOOK_BACK = 24  # months
WEEKS = 4  # looked back for each of them
WORKING_DAYS = 5  # Monday to Friday


@dataclass(frozen=True, slots=True)
class Due:
    """A report of a period that is due. period: its month, "2026-10", or week, "2026-W45".

    late: days since; stale: too late to be made.
    """

    period: str
    day: date
    late: int
    stale: bool


def due_day(calendar: DueRule, year: int, month: int) -> date:
    """Return the day in a month on which its report is due; the 31st of April is the 30th."""
    last = months.monthrange(year, month)[1]
    days = [date(year, month, number) for number in range(1, last + 1)]
    end = days[-1]
    if calendar.working_day:
        days = [day for day in days if day.weekday() < WORKING_DAYS]
    elif calendar.weekday:
        days = [day for day in days if day.isoweekday() == calendar.weekday]
        end = days[-1]
    number = calendar.day or calendar.working_day or calendar.nth
    if number > len(days):
        return end
    return days[number - 1] if number > 0 else days[max(number, -len(days))]


def _calls(calendar: DueRule, today: date) -> Iterator[tuple[date, str]]:
    """Yield the days on which a report is due, newest first, from this month or week on, each with its period."""
    if calendar.weekday and not calendar.nth:
        monday = today - timedelta(days=today.weekday())
        for weeks in range(LOOK_BACK * WEEKS):
            day = monday + timedelta(days=calendar.weekday - 1, weeks=-weeks)
            year, week, _ = (day - timedelta(weeks=1)).isocalendar()
            yield day, f"{year:04}-W{week:02}"
        return
    own = min(calendar.day, calendar.working_day, calendar.nth) < 0  # counted from the end of the month that it is for
    year, month = today.year, today.month
    for _ in range(LOOK_BACK):
        before = (year - (month == 1), (month - 2) % 12 + 1)
        yield due_day(calendar, year, month), "{:04}-{:02}".format(*((year, month) if own else before))
        year, month = before


def due(calendar: DueRule, today: date, settled: Mapping[str, str], *, first: bool = False) -> list[Due]:
    """Return the periods that are due and not settled, oldest first.

    today: in the calendar's time zone. settled: periods that were made or skipped. first: nothing of this report was
    ever made, so that the periods before it began are not missed.
    Rule: N17.
    """
    open_periods = []
    for day, period in _calls(calendar, today):
        if day > today:
            continue
        if settled and (period in settled or period <= min(settled)):
            break  # what is older was settled before, or lies before the beginning; the clock may be back there
        late = (today - day).days
        open_periods.append(Due(period, day, late, stale=late > calendar.max_lateness))
        if first:
            break
    return open_periods[::-1]
