"""What a text says about a period, word for word, before calendar and context decide what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core.lexicon import standard
from kpireport.core.parse.dates import YEARS, Unclear, day_in_text, full_year, month_name, month_number
from kpireport.core.parse.numbers import LONGEST
from kpireport.core.periods import Frequency
from kpireport.core.spelling import clean, is_wide

if TYPE_CHECKING:
    from datetime import date

    from kpireport.core.lexicon import Lexicon

_DASH = "-|–|—|~"


class _PeriodPatterns:
    """The regular expressions of a lexicon for the words of periods, in texts in lower case."""

    def __init__(self, lexicon: Lexicon) -> None:
        # Words for "to" without a blank before what follows: of other languages they are the first letters of words.
        glued = "|".join(filter(is_wide, lexicon.words("periods", "to"))) or "(?!)"
        fiscal, year, to = (lexicon.either("periods", name) for name in ("fiscal", "year", "to"))
        self.year_sign, self.month_sign = year, lexicon.either("periods", "month")
        self.fiscal = re.compile(rf"fy|{fiscal}")
        self.speaks_of_fiscal_year = re.compile(rf"fy\s*'?[0-9]|{fiscal}")
        before = rf"(?P<fy>fy|{fiscal})?\s*'?"
        behind = rf"(?P<word>{year}|{fiscal}|fy)?"
        self.year_then = re.compile(
            before + r"(?P<y>[0-9]{4}|[0-9]{2})(?:\s*[/-]\s*(?P<y2>[0-9]{4}|[0-9]{2})(?![0-9]))?\s*"
            rf"{behind}[-/._ ,:]*(?P<rest>.*)"
        )
        self.then_year = re.compile(
            rf"(?P<rest>.*?)[-/._ ,'’(]*{before}"
            r"(?P<y>[0-9]{4}|[0-9]{2})(?:\s*[/-]\s*(?P<y2>[0-9]{4}|[0-9]{2}))?"
            rf"\s*{behind}\)?"
        )
        self.year_month = re.compile(
            rf"([0-9]{{4}})\s*(?:[-/.]|{year})\s*([0-9]{{1,2}})\s*{self.month_sign}?|([0-9]{{4}})([0-9]{{2}})"
        )
        named, nth = month_name(lexicon), f"([0-9]{{1,2}}|{lexicon.either('numbers', *map(str, range(1, 13)))})"
        self.day_or_year = re.compile(rf"([0-9]{{2}})[\s\-/.]*({named})")
        self.bare = (
            (re.compile(rf"({named})"), Frequency.MONTH),
            (re.compile(rf"{nth}\s*{self.month_sign}"), Frequency.MONTH),
            (re.compile(lexicon.pattern("month")), Frequency.MONTH),
            (re.compile(lexicon.pattern("quarter")), Frequency.QUARTER),
            (re.compile(lexicon.pattern("half")), Frequency.HALF),
            (re.compile(lexicon.pattern("week")), Frequency.WEEK),
        )
        self.halves = {re.compile(lexicon.either("periods", f"half_{number}")): number for number in (1, 2)}
        self.nth_period = re.compile(lexicon.pattern("nth_period"))
        self.months = re.compile(
            rf"({named})\s*(?:{_DASH}|{to})\s*({named})|"
            rf"{nth}\s*{self.month_sign}?\s*(?:{_DASH}|{to})\s*{nth}\s*{self.month_sign}"
        )
        self.to_date = (
            re.compile(rf"{lexicon.pattern('to_date_before')}(?:[\s:-]|{glued})*(?P<rest>.*)"),
            re.compile(rf"(?P<rest>.*?)[\s-]*{lexicon.pattern('to_date_behind')}"),
        )
        self.week_of = re.compile(rf"{lexicon.pattern('week_of')}[\s:]*(.+)")
        self.this_month = re.compile(lexicon.either("periods", "this_month"))
        self.last_month = re.compile(lexicon.either("periods", "last_month"))
        self.years = re.compile(
            r"fy\s*'?(?P<fy>[0-9]{4}|[0-9]{2})(?:[/-](?P<fy2>[0-9]{4}|[0-9]{2}))?(?![0-9])|"
            r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?:(?=(?:0[1-9]|1[0-2])(?:[0-3][0-9])?(?![0-9]))|(?![0-9]))|"
            rf"(?<![0-9])(?P<short>[0-9]{{2}}){year}"
        )


@lru_cache(maxsize=4)
def _patterns_of(lexicon: Lexicon) -> _PeriodPatterns:
    return _PeriodPatterns(lexicon)


def _patterns() -> _PeriodPatterns:
    return _patterns_of(standard())


_MONTH_YEAR = re.compile(r"([0-9]{1,2})\s*[-/.]\s*([0-9]{4})")


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a period.

    number: None where the words name none (a whole year). year: None where they do not say it. ending: the second
    year of ``FY25/26``. fiscal: they say that the year is a fiscal one. nth: number counts the months of the fiscal
    year (``P03``). named: the month is named (``Jan``), not numbered as in ``2026-01``. first: the number of the first
    month of ``Apr-Jun``. cumulative: the year up to then. day: a date. from_now: months after this (``last
    month``). unclear: a day of a month, or a month of a year (``26-Jan``): year holds the year that was perhaps meant.
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
    shown = clean(text).casefold().strip(" :")
    if not shown:
        return None
    patterns = _patterns()
    if patterns.this_month.fullmatch(shown):
        return Said(Frequency.MONTH, from_now=0)
    if patterns.last_month.fullmatch(shown):
        return Said(Frequency.MONTH, from_now=-1)
    found = _whole(shown)
    if found is not None:
        return found
    for pattern in patterns.to_date:
        if match := pattern.fullmatch(shown):
            return _to_date(match["rest"].strip(" -()"))
    return _with_year(shown) or _day_or_year(shown)


def is_now(text: str) -> bool:
    """Return whether a text speaks of the month that is reported: ``Current Month``."""
    return len(text) < LONGEST and bool(_patterns().this_month.fullmatch(clean(text).casefold().strip(" :")))


def year_in(text: str, *, label: str = "end") -> int | None:
    """Return the one year that a sheet's name, a title or a file's name speaks of, or None.

    label: which of the two years of ``FY25/26`` names it.
    """
    found = {_year_of(match, label) for match in _patterns().years.finditer(clean(text[:1000]).casefold())}
    return found.pop() if len(found) == 1 else None


def speaks_of_fiscal_year(text: str) -> bool:
    """Return whether the year in a text is said to be a fiscal one: ``FY26``."""
    return bool(_patterns().speaks_of_fiscal_year.search(clean(text[:1000]).casefold()))


def _year_of(match: re.Match[str], label: str) -> int:
    if match["fy2"]:
        first = full_year(match["fy"])
        return first + 1 if label == "end" else first
    return full_year(match["fy"] or match["y"] or match["short"])


def _whole(shown: str) -> Said | Unclear | None:
    """Read the spellings that carry their year in digits: ``2026-01``, ``01/2026``, dates, ``week of 5 Jan 2026``."""
    if match := _patterns().year_month.fullmatch(shown):
        year, number = int(match[1] or match[3]), int(match[2] or match[4])
        pair = match[2] is not None and len(match[2]) == 2 and number > 13 and number == (year + 1) % 100
        if year in YEARS and not pair:
            return Said(Frequency.MONTH, number, year)
    if (match := _MONTH_YEAR.fullmatch(shown)) and int(match[2]) in YEARS:
        return Said(Frequency.MONTH, int(match[1]), int(match[2]))
    week = _patterns().week_of.fullmatch(shown)
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
    patterns = _patterns()
    for pattern in (patterns.year_then, patterns.then_year):
        match = pattern.fullmatch(shown)
        found = _dated(match) if match else None
        if found is not None:
            return found
    return None


def _dated(match: re.Match[str]) -> Said | None:
    rest, year = match["rest"].strip(), full_year(match["y"])
    fiscal = bool(match["fy"]) or bool(match["word"] and _patterns().fiscal.fullmatch(match["word"]))
    found = _bare(rest) if rest else Said(Frequency.YEAR)
    if found is None or year not in YEARS:
        return None
    ending = full_year(match["y2"]) if match["y2"] else None
    if ending is not None and ending != year + 1:
        return None
    short = len(match["y"]) == 2 and not fiscal and not match["word"] and ending is None
    if short and not _takes_two_digits(found, rest, first=match.re is _patterns().year_then):
        return None
    return replace(found, year=year, ending=ending, fiscal=fiscal or ending is not None)


def _takes_two_digits(found: Said, rest: str, *, first: bool) -> bool:
    """Return whether two digits beside these words can only be a year: ``Q1 25``, ``Jan-26``; not behind ``Jan 1``."""
    if found.frequency in (Frequency.QUARTER, Frequency.HALF):
        return True
    return found.frequency is Frequency.MONTH and not first and not re.search(_patterns().month_sign, rest)


def _bare(text: str) -> Said | None:
    """Read a period without its year."""
    patterns = _patterns()
    for pattern, frequency in patterns.bare:
        if match := pattern.fullmatch(text):
            return Said(frequency, _number(match), named=frequency is Frequency.MONTH and not text.startswith("m0"))
    for pattern, number in patterns.halves.items():
        if pattern.fullmatch(text):
            return Said(Frequency.HALF, number)
    if match := patterns.nth_period.fullmatch(text):
        return Said(Frequency.MONTH, _number(match), nth=True)
    if match := patterns.months.fullmatch(text):
        first, last = (_value(group) for group in match.groups() if group)
        return Said(Frequency.MONTH, last, named=True, first=first)
    return None


def _day_or_year(shown: str) -> Said | None:
    match = _patterns().day_or_year.fullmatch(shown)
    if match is None:
        return None
    return Said(Frequency.MONTH, month_number(match[2]), full_year(match[1]), named=True, unclear=True)


def _number(match: re.Match[str]) -> int:
    return _value(next(group for group in match.groups() if group))


def _value(word: str) -> int:
    if word.isdecimal():
        return int(word)
    number = standard().spellings("numbers").get(word)
    return month_number(word) if number is None else int(number)
