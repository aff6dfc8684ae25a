"""The place of a week in its year, for its season: after a year of 53 weeks the first is the first again."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpireport.core.periods import Calendar, Period

WEEKS = 52  # seasons are of so many; a fifty-third week is like the one before it


@lru_cache(maxsize=64)
def places(calendar: Calendar, last: Period, count: int) -> tuple[int, ...]:
    """Return the places, from 0, of the ``count`` weeks up to ``last``, oldest first. Raises CalendarGap."""
    weeks = (calendar.shift(last, by) for by in range(1 - count, 1))
    return tuple(min(calendar.position(week), WEEKS) - 1 for week in weeks)
