"""Frequencies, and periods by their place in a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import total_ordering
from typing import TYPE_CHECKING

from kpireport.core.registry import complete

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@total_ordering
class Frequency(Enum):
    """How often; ordered from the finest to the coarsest. What each is stands in ``calendar.RULES``."""

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
        return KEYS[self.frequency](self)


KEYS: Mapping[Frequency, Callable[[Period], str]] = complete(
    Frequency,
    {
        Frequency.DAY: lambda period: date.fromordinal(period.number).isoformat(),
        Frequency.WEEK: lambda period: f"{period.year:04d}-W{period.number:02d}",
        Frequency.MONTH: lambda period: f"{period.year:04d}-{period.number:02d}",
        Frequency.QUARTER: lambda period: f"{period.year:04d}-Q{period.number}",
        Frequency.HALF: lambda period: f"{period.year:04d}-H{period.number}",
        Frequency.YEAR: lambda period: f"{period.year:04d}",
    },
)
