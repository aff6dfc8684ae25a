"""Numbers, units, dates and periods as one reader writes them.

Rounding is Excel's (half away from zero), once, at display, from the 15 significant digits that Excel keeps;
a figure that missed its mark never reads as if it had met it.
Rule: R3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import TYPE_CHECKING, Literal

from kpireport.core.compare import same
from kpireport.core.model import Measure, Unit
from kpireport.core.periods import Frequency

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kpireport.core.periods import Calendar, Period

MISSING = "–"
MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}
MOST_DECIMALS = 3
MOST_DIGITS = 18  # before the decimal point; larger numbers are written as Excel does: 1.02E+300
Width = Literal["wide", "abbreviated", "narrow"]
ZH_NUMBERS = "一二三四五六七八九十"


@cache
def month_name(month: int, language: str, width: Width = "wide") -> str:
    """Return the name of a month: width "wide", "abbreviated" or "narrow"."""
    from babel.dates import get_month_names

    return str(get_month_names(width, "stand-alone", locale=LOCALES[language])[month])


def as_typed(value: float) -> Decimal:
    """Return ``value`` as Excel shows it in full: 15 significant digits."""
    return Decimal(f"{value:.15g}")


def rounded(value: float, places: int) -> Decimal:
    """Round half away from zero to ``places`` decimals; minus zero becomes zero. Huge numbers have no decimals."""
    if abs(value) >= 10.0**MOST_DIGITS:
        return as_typed(value)
    shown = as_typed(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return abs(shown) if shown == 0 else shown


def truthful_places(value: float, places: int, edges: Iterable[float]) -> int:
    """Return how many decimals keep ``value`` visibly on its side of every edge, at most three.

    A figure of 87.96 against a target of 88.0 is written 87.96, never 88.0.
    Rule: R3.
    """
    for edge in edges:
        if same(value, edge):
            continue
        while places < MOST_DECIMALS and rounded(value, places) == rounded(edge, places):
            places += 1
    return places


def grouped(shown: Decimal, language: str) -> str:
    """Write a decimal in the reader's locale: thousands apart, a true minus sign. Rule: E38."""
    from babel.numbers import format_decimal

    if shown.adjusted() >= MOST_DIGITS:
        return f"{MINUS if shown < 0 else ''}{shown.copy_abs():.2E}"
    places = max(0, -int(shown.as_tuple().exponent))
    pattern = "#,##0." + "0" * places if places else "#,##0"
    text: str = format_decimal(abs(shown), pattern, locale=LOCALES[language], decimal_quantization=False)
    return f"{MINUS}{text}" if shown < 0 else text


def percent(ratio: float | None, *, language: str = "en", places: int = 1) -> str:
    """Write a ratio (0.953) as a percentage ("95.3%"). A goal that was missed never reads 100 %.

    Beyond 999 % the number says nothing more: ">999%".
    Rule: R7.
    """
    if ratio is None:
        return MISSING
    if abs(ratio) > 9.99:
        return ">999%" if ratio > 0 else f"<{MINUS}999%"
    places = truthful_places(ratio * 100, places, (100.0,))
    shown = rounded(ratio * 100, places)
    if ratio < 1 and not same(ratio, 1) and shown >= 100:
        shown = Decimal(100) - Decimal(1).scaleb(-places)
    return f"{grouped(shown, language)}%"


@dataclass(frozen=True, slots=True)
class Style:
    """How the figures of one KPI are written everywhere in a report: decimals, scale and unit.

    divisor, suffix: the display scale ("k", "万"), chosen once per KPI. unit: after the name, in grey.
    Rule: E38.
    """

    decimals: int
    share: bool = False
    divisor: float = 1.0
    suffix: str = ""
    unit: str = ""
    currency: str = ""
    yes_no: bool = False


def style(
    unit: Unit, values: Iterable[float], *, language: str, decimals: int | None = None, edges: Iterable[float] = ()
) -> Style:
    """Choose the style of a KPI from its recent actuals and targets, the report month's actual first.

    edges: the target and the watch limit, in the KPI's unit; the decimals tell the actual from them.
    """
    figures = [value for value in values if value is not None]
    if unit.measure is Measure.YES_NO:
        return Style(0, yes_no=True, unit=unit.text)
    scale = 100.0 if unit.share else 1.0
    largest = max((abs(value) for value in figures), default=0.0) * scale
    divisor, suffix = (1.0, "") if unit.share else _scale(largest, unit, language)
    shown = [value * scale / divisor for value in figures]
    typical = abs(shown[0]) if shown else 0.0
    if decimals is None:
        longest = max((typed_decimals(value) for value in shown[:30]), default=0)
        room = 0 if typical >= 1000 else 1 if typical >= 100 else 2
        decimals = min(max(longest, 1 if unit.share or divisor > 1 else 0), room if not unit.share else 1)
        if typical and typical < 0.1:
            decimals = MOST_DECIMALS
    if shown:
        decimals = truthful_places(shown[0], decimals, (edge * scale / divisor for edge in edges))
    name = _scaled_name(unit, suffix, language)
    return Style(decimals, unit.share, divisor, suffix, name, unit.currency)


def _scaled_name(unit: Unit, suffix: str, language: str) -> str:
    """Return a unit with its scale where each language has it: "EUR k", "k calls", "万元"."""
    if not suffix or not unit.text:
        return unit.text or suffix
    if language == "zh":
        return f"{suffix}{unit.text}"
    leads = unit.currency and unit.text.upper().startswith(unit.currency.upper())
    return f"{unit.text}{NBSP}{suffix}" if leads else f"{suffix}{NBSP}{unit.text}"


def _scale(largest: float, unit: Unit, language: str) -> tuple[float, str]:
    # A unit that is scaled already ("EUR k", "万元") is left alone: "k k" helps nobody.
    scaled = any(mark in unit.text for mark in "万亿千百") or unit.text.lower().split()[-1:] in (["k"], ["m"], ["bn"])
    if scaled or largest < 1e5:
        return 1.0, ""
    steps = ((1e8, "亿"), (1e4, "万")) if language == "zh" else ((1e9, "bn"), (1e6, "m"), (1e3, "k"))
    for divisor, suffix in steps:
        if largest >= divisor * (10 if divisor > 1e4 else 1):
            return divisor, suffix
    return 1.0, ""


def typed_decimals(value: float) -> int:
    exponent = as_typed(value).normalize().as_tuple().exponent
    return max(0, -int(exponent)) if isinstance(exponent, int) else 0


def finer(style: Style, value: float | None, edge: float | None) -> Style:
    """Return a style with as many decimals more as keep ``value`` visibly on its side of ``edge``. Rule: R3."""
    if value is None or edge is None or style.yes_no:
        return style
    places = truthful_places(_shown(value, style), style.decimals, (_shown(edge, style),))
    return style if places == style.decimals else replace(style, decimals=places)


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader's way of writing: language "en" or "zh", and the calendar that names her periods."""

    language: str
    calendar: Calendar

    @property
    def chinese(self) -> bool:
        return self.language == "zh"

    def number(self, value: float | None, style: Style) -> str:
        """Write a figure without its unit: "86.1", "4,618"."""
        if value is None:
            return MISSING
        if style.yes_no:
            return ("是" if value >= 0.5 else "否") if self.chinese else ("yes" if value >= 0.5 else "no")
        return grouped(rounded(_shown(value, style), style.decimals), self.language)

    def full(self, value: float | None, style: Style) -> str:
        """Write a figure with its unit, as in a sentence: "86.1%", "EUR 41 k", "30 s"."""
        text = self.number(value, style)
        if value is None or style.yes_no:
            return text
        if style.share:
            return f"{text}%"
        if style.currency and style.unit.upper().startswith(style.currency.upper()) and style.currency.isascii():
            rest = style.unit[len(style.currency) :].strip(f" {NBSP}")
            return f"{style.currency}{NBSP}{text}" + (f"{NBSP}{rest}" if rest else "")
        return f"{text}{NBSP}{style.unit}" if style.unit else text

    def variance(self, value: float | None, style: Style) -> str:
        """Write a difference with its sign and without a unit: "+58", a true minus, "±0.0"."""
        if value is None:
            return MISSING
        if style.yes_no:
            return grouped(rounded(value, 0), self.language)
        shown = rounded(_shown(value, style), style.decimals)
        if shown == 0:
            return f"±{grouped(shown, self.language)}"
        return f"+{grouped(shown, self.language)}" if shown > 0 else grouped(shown, self.language)

    def points(self, value: float | None, style: Style) -> str:
        """Write a difference with its unit: "-1.9 pp" for shares, "+6.40" with the unit otherwise. Rule: R26."""
        text = self.variance(value, style)
        if value is None:
            return text
        if style.share:
            return f"{text}{NBSP}点" if self.chinese else f"{text}{NBSP}pp"
        return text

    def distance(self, value: float, style: Style) -> str:
        """Write a difference without sign, with its unit, for a sentence: "1.9 pp", "EUR 6.40".

        A difference that is there never reads as none: it gets more decimals, three at most.
        Rule: R3.
        """
        style = finer(style, value, 0.0)
        if style.share:
            text = self.number(abs(value), style)
            return f"{text}{NBSP}个百分点" if self.chinese else f"{text}{NBSP}pp"
        return self.full(abs(value), style)

    def percent(self, ratio: float | None, places: int = 1) -> str:
        return percent(ratio, language=self.language, places=places)

    def signed_percent(self, ratio: float | None, places: int = 1) -> str:
        """Write a relative change: "+14.0%"; beyond 999 % only its side. Rule: R7."""
        if ratio is None:
            return MISSING
        if abs(ratio) > 9.99:
            return ">+999%" if ratio > 0 else f"<{MINUS}999%"
        places = truthful_places(ratio * 100, places, (0.0,))
        shown = rounded(ratio * 100, places)
        sign = "±" if shown == 0 else "+" if shown > 0 else ""
        return f"{sign}{grouped(shown, self.language)}%"

    def plain(self, value: float | None, places: int = 0) -> str:
        """Write a bare number: a count, an amount of money in a plan."""
        return MISSING if value is None else grouped(rounded(value, places), self.language)

    def exact(self, value: float | None, *, share: bool = False) -> str:
        """Write a figure in full, as the cell holds it, for the sources."""
        if value is None:
            return MISSING
        shown = as_typed(value * 100 if share else value)
        shown = as_typed(float(shown)).normalize()
        if abs(int(shown.as_tuple().exponent)) > 12:
            return f"{float(shown):.15g}{'%' if share else ''}"
        text = grouped(shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown, self.language)
        return f"{text}%" if share else text

    def day(self, day: date | None, *, short: bool = False) -> str:
        """Write a date: "6 November 2026", short "6 Nov 2026", in Chinese "2026年11月6日"."""
        if day is None:
            return MISSING
        if self.chinese:
            return f"{day.year}年{day.month}月{day.day}日"
        month = month_name(day.month, self.language, "abbreviated" if short else "wide")
        return f"{day.day}{NBSP}{month}{NBSP}{day.year}"

    def period(self, period: Period, *, short: bool = False, year: bool = True) -> str:
        """Write a period: "October 2026", short "Oct 2026"; "Q3 FY27", "week 44 of 2026", "P03 FY26"."""
        calendar = self.calendar
        match period.frequency:
            case Frequency.MONTH if not calendar.spans:
                if self.chinese:
                    return f"{period.year}年{period.number}月" if year else f"{period.number}月"
                month = month_name(period.number, self.language, "abbreviated" if short else "wide")
                return month + (f"{NBSP}{period.year}" if year else "")
            case Frequency.MONTH:
                return f"P{period.number:02d}" + (f"{NBSP}{self.fiscal_year(period.year)}" if year else "")
            case Frequency.QUARTER:
                name = f"第{ZH_NUMBERS[period.number - 1]}季度" if self.chinese else f"Q{period.number}"
            case Frequency.HALF:
                name = ("上半年", "下半年")[period.number - 1] if self.chinese else f"H{period.number}"
            case Frequency.WEEK:
                if self.chinese:
                    return f"{period.year}年第{period.number}周" if year else f"第{period.number}周"
                return f"week{NBSP}{period.number}" + (f" of {period.year}" if year else "")
            case Frequency.DAY:
                return self.day(calendar.start(period), short=short)
            case _:
                return self.fiscal_year(period.year)
        if not year:
            return name
        return (
            f"{self.fiscal_year(period.year)}{name}" if self.chinese else f"{name}{NBSP}{self.fiscal_year(period.year)}"
        )

    def fiscal_year(self, label: int) -> str:
        """Write a fiscal year: "2026" where it is the calendar year, else "FY26"; in Chinese "2026年" / "2026财年"."""
        plain = self.calendar.fiscal_year_start == 1 and not self.calendar.spans
        if self.chinese:
            return f"{label}年" if plain else f"{label}财年"
        return str(label) if plain else f"FY{label % 100:02d}"

    def initial(self, period: Period) -> str:
        """Write a period under an axis, in one to three characters."""
        if period.frequency is Frequency.MONTH and not self.calendar.spans:
            return str(period.number) if self.chinese else month_name(period.number, "en", "narrow")
        return str(period.number) if period.frequency is not Frequency.YEAR else str(period.year)

    def count(self, number: int) -> str:
        """Write a count in a sentence: words up to ten, then figures."""
        if self.chinese:
            return str(number)
        words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        return words[number] if 0 <= number < len(words) else self.plain(number)

    def ordinal(self, number: int) -> str:
        """Write which one: "third", "12th"; in Chinese the bare number."""
        if self.chinese:
            return str(number)
        words = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
        if 1 <= number <= len(words):
            return words[number - 1]
        teen = 10 <= number % 100 <= 20
        return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"

    def joined(self, parts: Iterable[str]) -> str:
        """Write what belongs together, without the empty parts: "A, B", in Chinese "A，B"."""
        return ("，" if self.chinese else ", ").join(part for part in parts if part)

    def listed(self, names: Iterable[str]) -> str:
        """Write a list: "A, B and C", in Chinese "A、B和C"."""
        items = list(names)
        if len(items) < 2:
            return "".join(items)
        if self.chinese:
            return "、".join(items)
        return f"{', '.join(items[:-1])} and {items[-1]}"


def _shown(value: float, style: Style) -> float:
    return value * 100 if style.share else value / style.divisor
