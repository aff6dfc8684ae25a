"""Excel's day numbers as dates."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

_BEFORE_1900 = datetime.fromisoformat("1899-12-31")
_BEFORE_1900_SINCE_MARCH = datetime.fromisoformat("1899-12-30")
_FIRST_1904 = datetime.fromisoformat("1904-01-01")
_AFTER_LAST_1900 = 2_958_466
_AFTER_LAST_1904 = 2_957_004


@lru_cache(maxsize=8192)
def moment(serial: float, *, date1904: bool = False) -> datetime | None:
    """Return the date and time of a day number, to the nearest second of its day, None where Excel shows no date.

    serial: days; 1 is 1 January 1900, or with ``date1904`` 0 is 1 January 1904. Without a time zone, as in Excel.
    Excel counts a 29 February 1900 that never was: 60 gives None, and later days are one less far from the start.
    """
    if date1904:
        start, first, end = _FIRST_1904, 0, _AFTER_LAST_1904
    elif serial < 60:
        start, first, end = _BEFORE_1900, 1, 60
    else:
        start, first, end = _BEFORE_1900_SINCE_MARCH, 61, _AFTER_LAST_1900
    if not first <= serial < end:
        return None
    seconds = round(serial * 86_400)
    if seconds % 86_400 == 0 and serial < seconds // 86_400:
        seconds -= 1  # the last instant of a day is of that day
    if seconds >= end * 86_400:
        return None
    return start + timedelta(seconds=seconds)
