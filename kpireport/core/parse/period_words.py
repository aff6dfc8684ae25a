"""What a text says about a period, word for word, before calendar and context decide what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpireport.core.parse.dates import MONTH_NAME, YEARS, Unclear, day_in_text, full_year, month_number
from kpireport.core.parse.foreign import english
from kpireport.core.parse.numbers import LONGEST
from kpireport.core.periods import Frequency
from kpireport.core.spelling import clean

if TYPE_CHECKING:
    from datetime import date

_CHINESE = {c: n for n, c in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}
_NTH = r"([0-9]{1,2}|十[一二]|[一二三四五六七八九十])"
_FY = r"(?P<fy>fy|fiscal\s*year|财年)?\s*'?"
_YEAR_THEN = re.compile(
    _FY + r"(?P<y>[0-9]{4}|[0-9]{2})(?:\s*[/-]\s*(?P<y2>[0-9]{4}|[0-9]{2})(?![0-9]))?\s*"
    r"(?P<word>年度|年|财年|财政年度|fy)?[-/._ ,:]*(?P<rest>.*)"
)
_THEN_YEAR = re.compile(
    r"(?P<rest>.*?)[-/._ ,'’(]*" + _FY + r"(?P<y>[0-9]{4}|[0-9]{2})(?:\s*[/-]\s*(?P<y2>[0-9]{4}|[0-9]{2}))?"
    r"\s*(?P<word>年度|年|财年)?\)?"
)
_YEAR_MONTH = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*(?:月份?)?|([0-9]{4})([0-9]{2})")
_MONTH_YEAR = re.compile(r"([0-9]{1,2})\s*[-/.]\s*([0-9]{4})")
_DAY_OR_YEAR = re.compile(rf"([0-9]{{2}})[\s\-/.]*({MONTH_NAME})")

_BARE = (
    (re.compile(rf"({MONTH_NAME})"), Frequency.MONTH),
    (re.compile(_NTH + r"\s*月份?"), Frequency.MONTH),
    (re.compile(r"m([0-9]{1,2})"), Frequency.MONTH),
    (re.compile(r"q([1-4])|([1-4])q|(?:quarter|qtr\.?)\s*([1-4])|第?\s*([一二三四1-4])\s*季度?"), Frequency.QUARTER),
    (re.compile(r"h([12])|([12])h|(上|下)半年"), Frequency.HALF),
    (re.compile(r"(?:w|wk|week|cw|kw)\.?\s*([0-9]{1,2})|第?\s*([0-9]{1,2})\s*周"), Frequency.WEEK),
)
_NTH_PERIOD = re.compile(r"(?:p|period\s*)([0-9]{1,2})|第\s*([0-9]{1,2})\s*期")
_MONTHS = re.compile(
    rf"({MONTH_NAME})\s*(?:-|–|—|~|to)\s*({MONTH_NAME})|{_NTH}\s*月?\s*(?:-|–|—|~|至|到)\s*{_NTH}\s*月份?"
)
_TO_DATE = re.compile(
    r"(?:ytd|year[\s-]to[\s-]date|cumulative|cum\.?|(?:本年|年初至今|全年)?累计|截[至止]到?|年初至今)[\s:至-]*(?P<rest>.*)"
)
_REST_TO_DATE = re.compile(
    r"(?P<rest>.*?)[\s-]*(?:ytd|year[\s-]to[\s-]date|cumulative|(?:本年|年初至今|止)?累计|年初至今)(?:数|值|完成)?"
)
_WEEK_OF = re.compile(r"(?:week\s*(?:of|starting|commencing|beginning)|w/c|wc)[\s:]*(.+)")
_THIS = {
    "本月": 0,
    "当月": 0,
    "this month": 0,
    "current month": 0,
    "mtd": 0,
    "month to date": 0,
    "上月": -1,
    "last month": -1,
    "previous month": -1,
}
_YEARS_IN = re.compile(
    r"fy\s*'?(?P<fy>[0-9]{4}|[0-9]{2})(?:[/-](?P<fy2>[0-9]{4}|[0-9]{2}))?(?![0-9])|"
    r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?:(?=(?:0[1-9]|1[0-2])(?:[0-3][0-9])?(?![0-9]))|(?![0-9]))|"
    r"(?<![0-9])(?P<short>[0-9]{2})年"
)


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a period.

    number: None where the words name none (a whole year). year: None where they do not say it. ending: the second
    year of ``FY25/26``. fiscal: they say that the year is a fiscal one. nth: number counts the months of the fiscal
    year (``P03``). named: the month is named (``Jan``, ``1月``), not numbered as in ``2026-01``. first: the number of
    the first month of ``4-6月``. cumulative: the year up to then. day: a date. from_now: months after this (``本月``).
    unclear: a day of a month, or a month of a year (``26-Jan``): year holds the year that was perhaps meant.
    """

    frequency: Frequency
    number: int | None = None
    year: int | None = None
    ending: int | None = None
    fiscal: bool = False
    nth: bool = False
    named: bool = False
    first: int | None = None
    cumulative: bool = False
    day: date | None = None
    from_now: int | None = None
    unclear: bool = False


def said(text: str) -> Said | Unclear | None:
    """Return what a text says about a period; None where it does not speak of one.

    Numbers are not checked here: ``2026-13`` speaks of a month that does not exist.
    """
    if len(text) > LONGEST:
        return None
    shown = english(clean(text).casefold().strip(" :"))
    if not shown:
        return None
    if shown in _THIS:
        return Said(Frequency.MONTH, from_now=_THIS[shown])
    found = _whole(shown)
    if found is not None:
        return found
    for pattern in (_TO_DATE, _REST_TO_DATE):
        if match := pattern.fullmatch(shown):
            return _to_date(match["rest"].strip(" -()"))
    return _with_year(shown) or _day_or_year(shown)


def is_now(text: str) -> bool:
    """Return whether a text speaks of the month that is reported: ``Current Month``, ``本月``."""
    return len(text) < LONGEST and _THIS.get(clean(text).casefold().strip(" :")) == 0


def year_in(text: str, *, label: str = "end") -> int | None:
    """Return the one year that a sheet's name, a title or a file's name speaks of, or None.

    label: which of the two years of ``FY25/26`` names it.
    """
    found = {_year_of(match, label) for match in _YEARS_IN.finditer(clean(text[:1000]).casefold())}
    return found.pop() if len(found) == 1 else None


def speaks_of_fiscal_year(text: str) -> bool:
    """Return whether the year in a text is said to be a fiscal one: ``FY26``, ``2026财年``."""
    return bool(re.search(r"fy\s*'?[0-9]|财年|fiscal year", clean(text[:1000]).casefold()))


def _year_of(match: re.Match[str], label: str) -> int:
    if match["fy2"]:
        first = full_year(match["fy"])
        return first + 1 if label == "end" else first
    return full_year(match["fy"] or match["y"] or match["short"])


def _whole(shown: str) -> Said | Unclear | None:
    """Read the spellings that carry their year in digits: ``2026-01``, ``01/2026``, dates, ``week of 5 Jan 2026``."""
    if match := _YEAR_MONTH.fullmatch(shown):
        year, number = int(match[1] or match[3]), int(match[2] or match[4])
        pair = match[2] is not None and len(match[2]) == 2 and number > 13 and number == (year + 1) % 100
        if year in YEARS and not pair:
            return Said(Frequency.MONTH, number, year)
    if (match := _MONTH_YEAR.fullmatch(shown)) and int(match[2]) in YEARS:
        return Said(Frequency.MONTH, int(match[1]), int(match[2]))
    week = _WEEK_OF.fullmatch(shown)
    day = day_in_text(week[1] if week else shown)
    if day is None:
        return None
    if isinstance(day, Unclear):
        return day
    return Said(Frequency.WEEK if week else Frequency.DAY, day=day)


def _to_date(rest: str) -> Said | Unclear | None:
    if not rest:
        return Said(Frequency.YEAR, cumulative=True)
    found = _whole(rest) or _with_year(rest)
    return replace(found, cumulative=True, first=None) if isinstance(found, Said) else found


def _with_year(shown: str) -> Said | None:
    bare = _bare(shown)
    if bare is not None:
        return bare
    for pattern in (_YEAR_THEN, _THEN_YEAR):
        match = pattern.fullmatch(shown)
        found = _dated(match) if match else None
        if found is not None:
            return found
    return None


def _dated(match: re.Match[str]) -> Said | None:
    rest, year = match["rest"].strip(), full_year(match["y"])
    fiscal = bool(match["fy"]) or match["word"] in ("财年", "财政年度", "fy")
    found = _bare(rest) if rest else Said(Frequency.YEAR)
    if found is None or year not in YEARS:
        return None
    ending = full_year(match["y2"]) if match["y2"] else None
    if ending is not None and ending != year + 1:
        return None
    short = len(match["y"]) == 2 and not fiscal and not match["word"] and ending is None
    if short and not _takes_two_digits(found, rest, first=match.re is _YEAR_THEN):
        return None
    return replace(found, year=year, ending=ending, fiscal=fiscal or ending is not None)


def _takes_two_digits(found: Said, rest: str, *, first: bool) -> bool:
    """Return whether two digits beside these words can only be a year: ``Q1 25``, ``Jan-26``, but not ``1月26``."""
    if found.frequency in (Frequency.QUARTER, Frequency.HALF):
        return True
    return found.frequency is Frequency.MONTH and not first and "月" not in rest


def _bare(text: str) -> Said | None:
    """Read a period without its year."""
    for pattern, frequency in _BARE:
        if match := pattern.fullmatch(text):
            return Said(frequency, _number(match), named=frequency is Frequency.MONTH and not text.startswith("m0"))
    if match := _NTH_PERIOD.fullmatch(text):
        return Said(Frequency.MONTH, _number(match), nth=True)
    if match := _MONTHS.fullmatch(text):
        first, last = (_value(group) for group in match.groups() if group)
        return Said(Frequency.MONTH, last, named=True, first=first)
    return None


def _day_or_year(shown: str) -> Said | None:
    match = _DAY_OR_YEAR.fullmatch(shown)
    if match is None:
        return None
    return Said(Frequency.MONTH, month_number(match[2]), full_year(match[1]), named=True, unclear=True)


def _number(match: re.Match[str]) -> int:
    return _value(next(group for group in match.groups() if group))


def _value(word: str) -> int:
    if word.isdecimal():
        return int(word)
    if word in ("上", "下"):
        return 1 if word == "上" else 2
    return _CHINESE[word] if word in _CHINESE else month_number(word)
