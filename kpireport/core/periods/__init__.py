"""Periods and calendars: months, quarters, fiscal years, weeks in months, 4-4-5 and typed calendars.

Rule: R30, R31, R32, R33, R34.
"""

from __future__ import annotations

from kpireport.core.periods.calendar import Calendar
from kpireport.core.periods.period import CalendarGap, Frequency, Period

__all__ = ["Calendar", "CalendarGap", "Frequency", "Period"]
