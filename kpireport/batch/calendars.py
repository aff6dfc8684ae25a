"""When a report is due: the third of the month, the second working day; in a time zone; and what was missed.

Rule: N17.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.batching import DueRule

LOOK_BACK = 24  # months
WORKING_DAYS = 5  # Monday to Friday


@dataclass(frozen=True, slots=True)
class Due:
    """A report of a period that is due. period: its month, "2026-10". late: days since; stale: too late to be made."""

    period: str
    day: date
    late: int
    stale: bool


def due_day(calendar: DueRule, year: int, month: int) -> date:
    """Return the day in a month on which the report of the month before is due; the 31st of April is the 30th."""
    last = months.monthrange(year, month)[1]
    if calendar.day:
        return date(year, month, min(calendar.day, last))
    found, day = 0, date(year, month, 1)
    while True:
        found += day.weekday() < WORKING_DAYS
        if found == calendar.working_day or day.day == last:
            return day
        day += timedelta(days=1)


def due(calendar: DueRule, today: date, settled: Mapping[str, str], *, first: bool = False) -> list[Due]:
    """Return the periods that are due and not settled, oldest first.

    today: in the calendar's time zone. settled: periods that were made or skipped. first: nothing of this report was
    ever made, so that the months before it began are not missed.
    Rule: N17.
    """
    found = []
    year, month = today.year, today.month
    for _ in range(LOOK_BACK):
        day = due_day(calendar, year, month)
        period = f"{year - (month == 1):04}-{(month - 2) % 12 + 1:02}"
        if day <= today:
            if settled and period <= min(settled):
                break  # what is older lies before the beginning; the clock may have been set back to then
            if period in settled:
                break  # what is older was settled before
            late = (today - day).days
            found.append(Due(period, day, late, stale=late > calendar.max_lateness))
            if first:
                break
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return found[::-1]
