"""How a year's amount falls on its periods: evenly, by weeks, by typed weights, or as the year before went.

Rule: R24, R52.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core.periods import CalendarGap, Frequency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.ledger import Ledger
    from kpireport.core.model import Kpi
    from kpireport.core.periods import Calendar, Period


def weights(ledger: Ledger, kpi: Kpi, parts: Sequence[Period], free: Sequence[Period]) -> list[float] | None:
    """Return what each of ``free`` weighs among the ``parts`` of its year; None where it is split evenly.

    Twelve typed weights serve four quarters too. The year before counts only when all of it is known.
    """
    if kpi.phased_as_before:
        went = year_before(ledger, kpi.key, parts)
        found = [value for part, value in zip(parts, went or (), strict=False) if part in free]
        return found if sum(found) > 0 else None
    size, odd = divmod(len(kpi.phasing), max(len(parts), 1))
    if not size or odd or sum(kpi.phasing) <= 0:
        return None
    places = [size * parts.index(part) for part in free]
    return [sum(kpi.phasing[at : at + size]) for at in places]


def year_before(ledger: Ledger, key: str, parts: Sequence[Period]) -> list[float] | None:
    """Return what each period brought a year earlier, in the KPI's unit; None where one is missing or negative."""
    found: list[float] = []
    for part in parts:
        try:
            figure = ledger.actual(key, ledger.calendar.year_ago(part))
        except CalendarGap:
            return None
        if figure is None or figure.value < 0:
            return None
        found.append(figure.value)
    return found


def evenly(calendar: Calendar, kpi: Kpi, periods: Sequence[Period]) -> list[float]:
    """Return what each period weighs where nothing is said: as its neighbour, or as many as the weeks it has.

    Weeks count where the KPI is reported by weeks, and in a calendar of whole weeks: months of four and five are not
    of one size.
    Rule: R52.
    """
    if not by_weeks(calendar, kpi):
        return [1.0] * len(periods)
    return [float(weeks(calendar, period)) for period in periods]


@lru_cache(maxsize=8)
def whole_weeks(calendar: Calendar) -> bool:
    """Return whether the months of a calendar are typed, and each is so many weeks: 4-4-5 and its like."""
    return bool(calendar.spans) and all((last - first).days % 7 == 6 for first, last in calendar.spans.values())


def by_weeks(calendar: Calendar, kpi: Kpi) -> bool:
    """Return whether the periods of a KPI are measured in weeks. Rule: R52."""
    return kpi.frequency is Frequency.WEEK or whole_weeks(calendar)


def weeks(calendar: Calendar, period: Period) -> int:
    """Return how many weeks a period has: by its days in a calendar of whole weeks, else by its Thursdays."""
    if whole_weeks(calendar) and period.frequency is not Frequency.WEEK:
        return calendar.days(period) // 7
    first, last = calendar.weeks(period)
    return (last - first).days // 7 + 1
