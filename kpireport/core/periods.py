"""Periods and calendars: months, quarters, fiscal years, weeks in months, 4-4-5 and typed calendars (R30-R34)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class Frequency(Enum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time by its place in a calendar.

    MONTH: in the Gregorian calendar the calendar year and month; in a 4-4-5 or typed calendar the fiscal year's label
    and the number of the period in it. QUARTER, HALF, YEAR: the fiscal year's label and the number in it (YEAR: 1).
    WEEK: ISO year and week. DAY: the proleptic ordinal is ``number``, the year is the calendar year.
    """

    frequency: Frequency
    year: int
    number: int = 1

    @property
    def key(self) -> str:
        """Return the name used in JSON, on the command line and in file names: ``2026-10``, ``2026-Q1``, ``2026-W05``."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Calendar:
    """How dates make periods."""

    fiscal_year_start: int = 1
    label: str = "end"
    spans: Mapping[Period, tuple[date, date]] = field(default_factory=dict)
