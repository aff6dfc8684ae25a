"""What a text, a date or a number says of a period, by its content. Rule: L31.

Words are those of many languages; which of them an axis speaks is decided where its titles are read together.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core.reading.words import bare, norm
from kpireport.core.spelling import is_wide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpireport.core.reading.words import Trade

YEARS = range(1900, 2100)
PLAIN_YEARS = range(1980, 2080)  # a bare number is a year only near to today
FIRST_DATE, LAST_DATE = float(PLAIN_YEARS.start), float(PLAIN_YEARS.stop * 10_000)  # of numbers like 20260131
NONE: frozenset[str] = frozenset()


class Said(NamedTuple):
    """What one title says of time.

    freq: D day, W week, M month, Q quarter, H half, Y year, N the n-th month or year from a first one, C to date.
    number: of the month, quarter, half or week in its year; the month of a day. day: of the month.
    options: (month, languages) of a word that names several months. flags: weak (a bare number), partial (only a part
    of the period), fiscal, day-or-month (``03/04/2026``), year-or-day (``Aug 03``).
    """

    freq: str
    year: int | None = None
    number: int | None = None
    day: int | None = None
    options: tuple[tuple[int, frozenset[str]], ...] = ()
    flags: frozenset[str] = NONE
    word: str = ""

    @property
    def date(self) -> date | None:
        """Return the day of a D whose year is known."""
        if self.freq != "D" or not self.year or not self.number or not self.day:
            return None
        try:
            return date(self.year, self.number, self.day)
        except ValueError:
            return None


def full_year(number: int) -> int:
    """Return the year that two digits mean."""
    return number if number > 99 else 2000 + number if number < 80 else 1900 + number


_ORDINAL = re.compile(r"\b(\d)(?:o|a|er|re|e|ème|eme|st|nd|rd|th)\s+(?=[^\W\d_]{2})")  # 4º, 1er, 2nd
_FOOT = re.compile(r"[\s*†‡¹²³⁴⁵]+$")
_UNTIL = re.compile(
    r"(.+?)\s*\(?\b(?:until|till|through|thru|up to|bis|jusqu.à|hasta|até|fino a|provisional|prov\.?|partial)\b.*"
)
_LEAD = re.compile(
    r"^(?:as of|as at|at|for(?: the)?(?: (?:month|year|period|quarter|week))?(?: (?:of|ended|ending))?"
    r"|(?:month|year|period|quarter|week) (?:ended|ending|of)"
    r"|w/e|week of|we|stand|per|am|zum|au|al|a|month of|mes de|mois de|monat|ende)[\s:]+(?=\S)"
)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ]+\d{1,2}:\d\d.*)?")
_YM = re.compile(r"((?:19|20)\d\d)\s*[-/.m ]\s*(\d{1,2})")
_MY = re.compile(r"(\d{1,2})\s*[-/. ]\s*((?:19|20)\d\d)")
_DMY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[\s,]+\d{1,2}:\d\d(?::\d\d)?\s*(?:am|pm)?)?")
_RANGE = re.compile(r"(.+?\d.*?)\s*(?:to|bis|au|al|until|through|–|—|~|\s-\s)\s*(.*\d.*)")
_HAN_DAY = re.compile(r"(?:(\d{4}|\d{2})\s*[年년]\s*)?(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]")
_HAN_MONTH = re.compile(
    r"(?:(\d{4}|\d{2})\s*(?:年度?|년도?)?[-/.\s]*)?(\d{1,2}|[一二三四五六七八九十]{1,2})\s*[月월](?:份|分|度)?(?:实际|实绩|実績)?"
)
_HAN_YEAR = re.compile(r"(\d{4})\s*(?:年度?|财年|財年|會計年度|年期|년도?)")
_HAN_QUARTER = re.compile(
    r"(?:(\d{4}|\d{2})\s*(?:年度?|년도?)?\s*)?第?\s*([一二三四1-4])\s*(?:季度?|四半期|/4분기|사?분기)"
)
_HAN_HALF = re.compile(r"(?:(\d{4}|\d{2})\s*(?:年度?|년도?)?\s*)?([上下상하])\s*(?:半年度?|半期|期|반기)")
_HAN_WEEK = re.compile(r"(?:(\d{4})\s*[年년]\s*)?第?\s*(\d{1,2})\s*(?:周|週目?|주차?)")
_SHORT_HAN_YEAR = re.compile(r"(\d{2})\s*[年년]")
_CLOCK = re.compile(r"\d{1,2}\s*(?:am|pm|:\d\d)|\b\d{1,2}\s*-\s*\d{1,2}\s*(?:h|uhr)\b")
_FISCAL_RANGE = re.compile(r"(fy|ay|a/w|fiscal year|exercice)?\s*'?((?:19|20)\d\d|\d\d)\s*[-/–]\s*((?:19|20)?\d\d)")
_MARKED = "\u0300-\u036f\u0591-\u05f4\u0900-\u0965\u0970-\u097f\u0e31-\u0e4e"  # signs that belong to a letter
_PIECE = re.compile(rf"['’]\d\d(?!\d)|\d+|(?:[^\W\d_]|[{_MARKED}])+|[ºª°]|\S")
_HAN = {c: n for n, c in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_FILLERS = frozenset(
    [
        "of",
        "de",
        "del",
        "di",
        "da",
        "the",
        "do",
        "in",
        "год",
        "года",
        "г",
        "fy",
        "cy",
        "ay",
        "yr",
        "year",
        "fiscal",
        "calendar",
        "jahr",
        "año",
        "anno",
        "ano",
        "année",
        "rok",
        "r",
        "år",
        "cf",
        "c.f",
        "dated",
        "y",
        "vuosi",
    ]
)
_FISCAL = frozenset({"fy", "fiscal", "ay"})
_QUARTER = frozenset(
    [
        "q",
        "qtr",
        "quarter",
        "quartal",
        "quartale",
        "trim",
        "trimestre",
        "trimester",
        "kvartal",
        "kwartaal",
        "kwartał",
        "кв",
        "квартал",
        "qr",
        "quý",
        "triwulan",
        "çeyrek",
        "tw",
        "t",
    ]
)
_HALF = frozenset("h s hy semester semestre halbjahr half hj sem".split())  # noqa: SIM905
_WEEK = frozenset(
    [
        "w",
        "ww",
        "wk",
        "week",
        "wks",
        "kw",
        "cw",
        "semaine",
        "sem",
        "semana",
        "vecka",
        "uke",
        "uge",
        "settimana",
        "týden",
        "hét",
        "неделя",
        "нед",
        "viikko",
        "vk",
        "vko",
        "hafta",
        "minggu",
        "v",
        "tuần",
    ]
)
_NTH = frozenset("month m monat mois mes mês mese maand period p месяц mth период periode kỳ".split())  # noqa: SIM905
_NTH_YEAR = frozenset("year yr y jahr año anno anni ano année".split())  # noqa: SIM905
_LETTERS = re.compile(r"[^\W\d_]+")
_THREE = {"ond": 4, "jfm": 1, "amj": 2, "jas": 3}


_WORDS = (
    _FILLERS | _FISCAL | _QUARTER | _HALF | _WEEK | _NTH | _NTH_YEAR | {"k"}
    | {
        run
        for pattern in (_ORDINAL, _UNTIL, _LEAD, _ISO, _YM, _DMY, _RANGE, _FISCAL_RANGE)
        for run in _LETTERS.findall(pattern.pattern)
    }
)  # fmt: skip
"""Words beside the digits of a period: without one of them, or of a month or quarter, a text with letters is none."""


class PeriodReader:
    """Reads periods with the words of a trade lexicon; what a text says is looked up once."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.text = lru_cache(maxsize=65536)(self._text)
        words = [*trade.months, *trade.quarters, *_THREE, *_ROMAN]
        self._telling = frozenset(run for word in words for run in _LETTERS.findall(word))

    def of(self, value: object) -> Said | None:
        """Return what a value of a cell says of a period, or None."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, datetime):
            return Said("D", value.year, value.month, value.day)
        if isinstance(value, float):
            return number_said(value)
        return None

    def within(self, text: str) -> tuple[Said, str] | None:
        """Return the one period that stands in a longer title, and the rest of the title; None without or with two."""
        words = text.split()
        whole = self.text(text)
        if whole is not None:
            return whole, ""
        if len(words) > 14 or not self._may_say(text):
            return None
        for size in (4, 3, 2, 1):
            for start in range(len(words) - size + 1):
                piece = " ".join(words[start : start + size]).strip("()[]{}:,;–-|")
                said = self.text(piece)
                if said is None or said.freq == "C" or "weak" in said.flags:
                    continue
                if said.freq == "M" and said.year is None and size == 1 and len(words) > 3 and not said.flags:
                    continue
                rest = " ".join([*words[:start], *words[start + size :]]).strip(" -–|:,()")
                return said, rest
        return None

    def _may_be(self, key: str) -> bool:
        """Return whether a whole text may be a period: digits alone, or with a word that periods are written with."""
        runs = _LETTERS.findall(key)
        if not any(c.isdigit() for c in key):
            return any(run in self._telling for run in runs)
        return not runs or any(run in self._telling or run in _WORDS for run in runs)

    def _may_say(self, text: str) -> bool:
        """Return whether a text has a digit, a word that a period begins with, or a script without blanks."""
        if not text.isascii() and is_wide(text):
            return True
        key = norm(text)
        if any(c.isdigit() for c in key):
            return True
        return any(run in self._telling or bare(run) in self._telling for run in _LETTERS.findall(key))

    def _text(self, text: str) -> Said | None:
        key = norm(text).strip(" :")
        if not key or len(key) > 48:
            return None
        key = _ORDINAL.sub(r"\1 ", _FOOT.sub("", key))
        if self.trade.cumulative.is_(key):
            return Said("C")
        if key.isascii() and not self._may_be(key):
            return None
        found = self._plain(key)
        if found is None and (m := _UNTIL.fullmatch(key)):
            found = self._plain(m[1].strip(" (,"))
            if found is not None:
                return found._replace(flags=found.flags | {"partial"}) if found.freq in "YQHM" else None
        if found is None and key.startswith("(") and key.endswith(")"):
            found = self._plain(key[1:-1].strip())
        if found is None and (shorter := _LEAD.sub("", key)) != key:
            found = self._plain(shorter)
        return found

    def _plain(self, key: str) -> Said | None:
        if _CLOCK.search(key) and not re.search(r"\d{4}", key):
            return None
        for reader in (_numeric, _han):
            found = reader(key)
            if found is not None:
                return found
        if (m := _RANGE.fullmatch(key)) and (ranged := self._range(m[1], m[2])) is not None:
            return ranged
        return self._pieces(key)

    def _range(self, first: str, last: str) -> Said | None:
        """Return the month or week that two dates begin and end."""
        one, other = (_numeric(each.strip()) or self._pieces(each.strip()) for each in (first, last))
        if one is None or one.freq != "D":
            return None
        if other is not None and one.number != other.number and one.day and "day-or-month" in one.flags:
            one = one._replace(number=one.day, day=one.number)  # the day above 12 of the other tells which is the month
        day = one.date
        if other is None and last.strip().isdigit():
            other = one._replace(day=int(last))
        if day is None or other is None or other.date is None:
            return None
        length = (other.date - day).days + 1
        if length == 7:
            iso = day.isocalendar()
            return Said("W", iso.year, iso.week, day=None)
        if day.day == 1 and 27 < length < 32:
            return Said("M", day.year, day.month)
        return None

    def _pieces(self, key: str) -> Said | None:
        """Return what the words and numbers of a text say together; every one of them must be accounted for."""
        pieces = [p for p in _PIECE.findall(key) if p not in ".,-/()_ºª°:|'’[]–"]
        if not pieces or len(pieces) > 6:
            return None
        if any(p in _FILLERS for p in pieces) and not any(p[-1].isdigit() for p in pieces):
            return None
        return _Grammar(self.trade, pieces, key).said()


def number_said(value: float) -> Said | None:
    """Return what a bare number may say: 2026, 202601, 20260131; None of most."""
    return _number(int(value)) if FIRST_DATE <= value < LAST_DATE and value == int(value) else None


def _number(number: int) -> Said | None:
    if number in PLAIN_YEARS:
        return Said("Y", number, flags=frozenset({"weak"}))
    year, rest = divmod(number, 100)
    if year in PLAIN_YEARS and 1 <= rest <= 12:
        return Said("M", year, rest, flags=frozenset({"weak"}))
    year, rest = divmod(year, 100)
    if year in PLAIN_YEARS and 1 <= rest <= 12 and 1 <= number % 100 <= 31:
        return Said("D", year, rest, number % 100, flags=frozenset({"weak"}))
    return None


def _numeric(key: str) -> Said | None:
    if m := _ISO.fullmatch(key):
        return _day(int(m[1]), int(m[2]), int(m[3]))
    if (m := _YM.fullmatch(key)) and 1 <= int(m[2]) <= 12 and int(m[1]) in YEARS:
        # 2009-10 may be a fiscal year; it is read as a month unless the second is the year after and no month
        return Said(
            "M", int(m[1]), int(m[2]), flags=frozenset({"year-or-month"} if int(m[2]) == (int(m[1]) + 1) % 100 else ())
        )
    if (m := _MY.fullmatch(key)) and 1 <= int(m[1]) <= 12:
        return Said("M", int(m[2]), int(m[1]))
    if m := _DMY.fullmatch(key):
        one, two, year = int(m[1]), int(m[2]), full_year(int(m[3]))
        if one > 12 >= two:
            return _day(year, two, one)
        if two > 12 >= one:
            return _day(year, one, two)
        if one == two:
            return _day(year, two, one)
        found = _day(year, two, one)
        return found and found._replace(flags=frozenset({"day-or-month"}))
    if m := _FISCAL_RANGE.fullmatch(key):
        year = full_year(int(m[2]))
        last = full_year(int(m[3])) if len(m[3]) == 4 else year // 100 * 100 + int(m[3])
        if last == year + 1 and (m[1] or len(m[2]) == 4):
            return Said("Y", last, flags=frozenset({"fiscal", "two-years"}))
    if key.isdigit() and len(key) in (4, 6, 8):
        return _number(int(key))
    return None


def _day(year: int, month: int, day: int) -> Said | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    return Said("D", year, month, day) if year in YEARS else None


def _han(key: str) -> Said | None:
    def year(text: str | None) -> int | None:
        return full_year(int(text)) if text else None

    if (m := _HAN_DAY.fullmatch(key)) and int(m[2]) <= 12 and int(m[3]) <= 31:
        return Said("D", year(m[1]), int(m[2]), int(m[3]))
    if m := _HAN_MONTH.fullmatch(key):
        number = int(m[2]) if m[2].isdigit() else _HAN.get(m[2], 0)
        return Said("M", year(m[1]), number) if 1 <= number <= 12 else None
    if m := _HAN_QUARTER.fullmatch(key):
        return Said("Q", year(m[1]), int(m[2]) if m[2].isdigit() else _HAN[m[2]])
    if m := _HAN_HALF.fullmatch(key):
        return Said("H", year(m[1]), 1 if m[2] in "上상" else 2)
    if m := _HAN_YEAR.fullmatch(key):
        return Said("Y", int(m[1]))
    if (m := _HAN_WEEK.fullmatch(key)) and 1 <= int(m[2]) <= 53:
        return Said("W", year(m[1]), int(m[2]))
    if m := _SHORT_HAN_YEAR.fullmatch(key):
        return Said("Y", full_year(int(m[1])))
    return None


class _Grammar:
    """The words and numbers of one title, each taken as what it can be."""

    def __init__(self, trade: Trade, pieces: list[str], key: str) -> None:
        self.trade, self.pieces, self.key = trade, pieces, key
        self.year: int | None = None
        self.numbers: list[int] = []
        self.options: tuple[tuple[int, frozenset[str]], ...] = ()
        self.word = ""
        self.part: tuple[str, int] | None = None
        self.flags: set[str] = set()
        self.month_at = self.number_at = -1

    def said(self) -> Said | None:
        place = 0
        while place < len(self.pieces):
            step = self._take(place)
            if not step:
                return None
            place += step
        return self._result()

    def _take(self, place: int) -> int:
        """Take one or two pieces; return how many, 0 where a piece means nothing here."""
        piece = self.pieces[place]
        after = self.pieces[place + 1] if place + 1 < len(self.pieces) else ""
        if piece[0] in "'’" and len(piece) == 3:
            return self._set_year(full_year(int(piece[1:])))
        if piece.isdigit():
            return self._digits(piece, after, place)
        if piece in _FILLERS and not (
            piece in _NTH_YEAR and after.isdigit() and len(after) < 3 and len(self.pieces) == 2
        ):
            if piece in _FISCAL:
                self.flags.add("fiscal")
                if after.isdigit() and len(after) == 2:
                    return 2 * self._set_year(full_year(int(after)))
            return 1
        return self._letters(piece, after, place)

    def _digits(self, piece: str, after: str, place: int) -> int:
        number = int(piece)
        if len(piece) == 4 and number in YEARS:
            return self._set_year(number)
        if len(piece) > 2:
            return 0
        if after in _QUARTER and 1 <= number <= 4:
            return 2 * self._set_part("Q", number)
        if after in {"h", "hj", "halbjahr", "semestre", "semester", "half"} and number in (1, 2):
            return 2 * self._set_part("H", number)
        if after in _WEEK and len(after) > 1 and 1 <= number <= 53:
            return 2 * self._set_part("W", number)
        self.numbers.append(number)
        self.number_at = place
        return 1

    def _letters(self, piece: str, after: str, place: int) -> int:
        if piece in _ROMAN and after in _QUARTER:
            return 2 * self._set_part("Q", _ROMAN[piece])
        both = self.trade.months.get(f"{piece} {after}") or self.trade.months.get(f"{piece} {after.lstrip('0')}")
        if both and not self.options:
            self.options, self.word, self.month_at = tuple(sorted(both.items())), f"{piece} {after}", place
            return 2
        if (after.isdigit() and len(after) < 3) or (after in _ROMAN and piece in _QUARTER):
            number = int(after) if after.isdigit() else _ROMAN[after]
            for words, freq, most in (
                (_QUARTER, "Q", 4),
                (_HALF, "H", 2),
                (_WEEK, "W", 53),
                (_NTH, "N", 60),
                (_NTH_YEAR, "N", 40),
            ):
                if piece in words and 1 <= number <= most and self.part is None:
                    if freq == "N" and piece in _NTH_YEAR:
                        self.flags.add("years")
                    return 2 * self._set_part(freq, number)
        if piece == "k" and self.year and after.isdigit() and 1 <= int(after) <= 4:
            return 2 * self._set_part("Q", int(after))
        word = piece
        found = self.trade.months.get(word) or self.trade.months.get(bare(word))
        if found and not self.options:
            self.options = tuple(sorted(found.items()))
            self.word, self.month_at = word, place
            return 1
        if word in _THREE and self.part is None:
            return self._set_part("Q", _THREE[word])
        if self.key in self.trade.quarters and self.part is None:
            self._set_part("Q", self.trade.quarters[self.key])
            return len(self.pieces)
        return 0

    def _set_year(self, year: int) -> int:
        if self.year is not None and self.year != year:
            return 0
        self.year = year
        return 1

    def _set_part(self, freq: str, number: int) -> int:
        if self.part is not None:
            return 0
        self.part = (freq, number)
        return 1

    def _result(self) -> Said | None:
        flags = frozenset(self.flags)
        if self.part is not None:
            freq, number = self.part
            if self.options or self.numbers[1:]:
                return None
            year = self.year
            if self.numbers:
                year = full_year(self.numbers[0]) if year is None else None
                if year is None:
                    return None
            return Said(freq, year, number, flags=flags)
        if self.options:
            return self._month(flags)
        if self.year is not None and not self.numbers:
            return Said("Y", self.year, flags=flags)
        return None

    def _month(self, flags: frozenset[str]) -> Said | None:
        month = self.options[0][0]
        if not self.numbers:
            return Said("M", self.year, month, None, self.options, flags, self.word)
        number = self.numbers[0]
        if len(self.numbers) > 2:
            return None
        if len(self.numbers) == 2:  # 3 Jan 26, Jan 3 26
            if self.year is not None or not 1 <= number <= 31:
                return None
            return Said("D", full_year(self.numbers[1]), month, number, self.options, flags, self.word)
        if self.year is not None or self.number_at < self.month_at:
            return Said("D", self.year, month, number, self.options, flags, self.word) if 1 <= number <= 31 else None
        if 1 <= number <= 31:
            flags = flags | {"year-or-day"}
        return Said("M", full_year(number), month, None, self.options, flags, self.word)


def year_within(text: str) -> int | None:
    """Return the only year that stands in a text; a fiscal year of two is named by its end."""
    found = set(_years(text[:200]))
    return found.pop() if len(found) == 1 else None


def without_year(text: str) -> str:
    """Return a title without the year at its beginning or end, whole where nothing else is said: ``Sales 2026``."""
    if year_within(text) is None:
        return text
    rest = _YEAR_AT_AN_END.sub("", text).strip(" -–—_/,:|()")
    return rest if any(c.isalpha() for c in rest) else text


def in_two_years(text: str) -> bool:
    """Return whether the only year of a text is a fiscal one that lies in two: ``2025/26``."""
    return any((m[1] and m[2]) or (m[3] and m[4]) for m in _YEAR_WITHIN.finditer(text[:200]))


_YEAR_AT_AN_END = re.compile(
    r"^\s*(?:fy\s*)?(?:19|20)\d\d(?:\s*[-/–]\s*(?:20)?\d\d)?(?:年度?|년도?)?(?=[\s\-–—_/,:|(]|[^\W\d])(?![-/.]\d)"
    r"|(?<=[\s\-–—_/,:|(])(?:fy\s*)?(?:19|20)\d\d(?:\s*[-/–]\s*(?:20)?\d\d)?(?:年度?|년도?)?[\s)]*$",
    re.IGNORECASE,
)
_YEAR_WITHIN = re.compile(
    r"\bfy\s*'?(\d{4}|\d{2})(?:\s*[-/–]\s*(\d{4}|\d{2}))?(?!\d)"
    r"|(?<![\d.,])((?:19|20)\d\d)(?:\s*[-/–]\s*((?:20)?\d\d)(?!\d))?(?![\d,]|\.\d)|(?<!\d)(\d\d)[年년]",
    re.IGNORECASE,
)


def _years(text: str) -> Iterator[int]:
    for m in _YEAR_WITHIN.finditer(text):
        if m[1]:
            yield full_year(int(m[2] or m[1]))
        elif m[3]:
            year = int(m[3])
            last = int(m[4]) % 100 if m[4] else None
            yield year + 1 if last is not None and last == (year + 1) % 100 else year
        elif m[5]:
            yield full_year(int(m[5]))
