"""Numbers, units, dates and periods as one reader writes them.

Rounding is Excel's (half away from zero), once, at display, from the 15 significant digits that Excel keeps;
a figure that missed its mark never reads as if it had met it.
Rule: R3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from math import floor, log10
from typing import TYPE_CHECKING, Literal

from kpireport.core.compare import same
from kpireport.core.model import Measure, Unit
from kpireport.core.periods import Frequency

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from kpireport.core.conventions import Conventions
    from kpireport.core.periods import Calendar, Period

MISSING = "–"
MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
MOST_DECIMALS = 3  # of a percentage
MOST_PLACES = 15  # of any figure: Excel keeps no more digits
MOST_DIGITS = 18  # before the decimal point; larger numbers are written as Excel does: 1.02E+300
Width = Literal["wide", "abbreviated", "narrow"]


@cache
def month_name(month: int, locale: str, width: Width = "wide") -> str:
    """Return the name of a month: width "wide", "abbreviated" or "narrow"."""
    from babel import Locale

    # Of copies: Babel keeps what a name is borrowed from where all languages share it, so that get_month_names gives
    # German the months of Chinese where Chinese was asked for first.
    alone = Locale.parse(locale).months.copy()["stand-alone"].copy()
    return str(alone[width][month])


def as_typed(value: float) -> Decimal:
    """Return ``value`` as Excel shows it in full: 15 significant digits."""
    return Decimal(f"{value:.15g}")


def rounded(value: float, places: int) -> Decimal:
    """Round half away from zero to ``places`` decimals; minus zero becomes zero. Huge numbers have no decimals."""
    if abs(value) >= 10.0**MOST_DIGITS:
        return as_typed(value)
    shown = as_typed(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return abs(shown) if shown == 0 else shown


def truthful_places(value: float, places: int, edges: Iterable[float], *, most: int = MOST_DECIMALS) -> int:
    """Return how many decimals keep ``value`` visibly on its side of every edge; most: of them.

    A figure of 87.96 against a target of 88.0 is written 87.96, never 88.0.
    Rule: R3, R56.
    """
    for edge in edges:
        if same(value, edge):
            continue
        while places < most and rounded(value, places) == rounded(edge, places):
            places += 1
    return places


def needed_places(value: float) -> int:
    """Return the decimals that a figure needs to be told apart from its like. Rule: R56."""
    size = abs(value)
    if size >= 1000 or size == 0:
        return 0
    if size >= 100:
        return 1
    return 2 if size >= 1 else min(MOST_PLACES, 2 - floor(log10(size)))


def pair_places(values: Iterable[float], *, least: int = 0) -> int:
    """Return the decimals of a figure and its target: as many as were typed, no more than either needs, and enough to
    tell the two apart.

    Rule: R56.
    """
    figures = list(values)
    typed = max((typed_decimals(value) for value in figures), default=0)
    places = max(least, min(typed, max((needed_places(value) for value in figures), default=0)))
    return truthful_places(figures[0], places, figures[1:2], most=MOST_PLACES) if figures else places


def grouped(shown: Decimal, locale: str) -> str:
    """Write a decimal in the reader's locale: thousands apart, a true minus sign. Rule: E38."""
    from babel.numbers import format_decimal, get_decimal_symbol

    if shown.adjusted() >= MOST_DIGITS:
        digits = f"{shown.copy_abs():.2E}".replace(".", get_decimal_symbol(locale))
        return f"{MINUS if shown < 0 else ''}{digits}"
    places = max(0, -int(shown.as_tuple().exponent))
    pattern = "#,##0." + "0" * places if places else "#,##0"
    text: str = format_decimal(abs(shown), pattern, locale=locale, decimal_quantization=False)
    return f"{MINUS}{text}" if shown < 0 else text


def percent(ratio: float | None, *, conventions: Conventions, places: int = 1, edges: Iterable[float] = ()) -> str:
    """Write a ratio (0.953) as a percentage ("95.3%"). It never reads like a line that decides without being on it.

    edges: the lines beside 100 %, ratios. Where three decimals do not tell them apart, the last digit steps aside.
    Beyond 999 % the number says nothing more: ">999%".
    Rule: R7, R58.
    """
    if ratio is None:
        return MISSING
    form = conventions.figures.percent
    if abs(ratio) > 9.99:
        return f">{form.format(n=999)}" if ratio > 0 else f"<{MINUS}{form.format(n=999)}"
    lines = (1.0, *edges)
    places = truthful_places(ratio * 100, places, [line * 100 for line in lines])
    shown = rounded(ratio * 100, places)
    for line in lines:
        if shown == rounded(line * 100, places) and not same(ratio, line):
            shown += Decimal(1 if ratio > line else -1).scaleb(-places)
            break
    return form.format(n=grouped(shown, conventions.locale))


@dataclass(frozen=True, slots=True)
class Style:
    """How the figures of one KPI are written everywhere in a report: decimals, scale and unit.

    divisor, suffix: the display scale ("k"), chosen once per KPI. unit: after the name, in grey.
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
    unit: Unit,
    values: Iterable[float],
    *,
    conventions: Conventions,
    decimals: int | None = None,
    edges: Iterable[float] = (),
    recent: Iterable[float] = (),
) -> Style:
    """Choose the style of a KPI from its actual and its target.

    edges: the target and the watch limit, in the KPI's unit; the decimals tell the actual from them. recent: other
    figures on the page, which have a say in the scale and none in the decimals.
    Rule: R56.
    """
    figures = [value for value in values if value is not None]
    if unit.measure is Measure.YES_NO:
        return Style(0, yes_no=True, unit=unit.text)
    scale = 100.0 if unit.share else 1.0
    largest = max((abs(value) for value in (*figures, *recent)), default=0.0) * scale
    divisor, suffix = (1.0, "") if unit.share else _scale(largest, unit, conventions)
    shown = [value * scale / divisor for value in figures]
    if decimals is None:
        decimals = pair_places(shown[:2], least=1 if unit.share else 0)
    if shown:
        decimals = truthful_places(shown[0], decimals, (edge * scale / divisor for edge in edges), most=MOST_PLACES)
    name = _scaled_name(unit, suffix, conventions)
    return Style(decimals, unit.share, divisor, suffix, name, unit.currency)


def _scaled_name(unit: Unit, suffix: str, conventions: Conventions) -> str:
    """Return a unit with its scale where the language has it: "EUR k", "k calls"."""
    if not suffix or not unit.text:
        return unit.text or suffix
    leads = unit.currency and unit.text.upper().startswith(unit.currency.upper())
    form = conventions.figures.scaled_currency if leads else conventions.figures.scaled
    return form.format(unit=unit.text, scale=suffix)


def _scale(largest: float, unit: Unit, conventions: Conventions) -> tuple[float, str]:
    # A unit that is scaled already ("EUR k") is left alone: "k k" helps nobody.
    if unit.scaled or largest < 1e5:
        return 1.0, ""
    for divisor, suffix in conventions.figures.scales:
        if largest >= divisor * (10 if divisor > 1e4 else 1):
            return divisor, suffix
    return 1.0, ""


def typed_decimals(value: float) -> int:
    exponent = as_typed(value).normalize().as_tuple().exponent
    return max(0, -int(exponent)) if isinstance(exponent, int) else 0


def tick_places(step: float) -> int:
    """Return the decimals that a step of an axis needs to be exact: 5 for 0.00005, 1 for 2.5. Rule: R57."""
    return typed_decimals(float(f"{step:.9g}"))


def finer(style: Style, value: float | None, edge: float | None) -> Style:
    """Return a style with as many decimals more as keep ``value`` visibly on its side of ``edge``. Rule: R3."""
    if value is None or edge is None or style.yes_no:
        return style
    places = truthful_places(_shown(value, style), style.decimals, (_shown(edge, style),), most=MOST_PLACES)
    return style if places == style.decimals else replace(style, decimals=places)


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader's way of writing: the conventions of her language, and the calendar that names her periods."""

    conventions: Conventions
    calendar: Calendar

    def number(self, value: float | None, style: Style) -> str:
        """Write a figure without its unit: "86.1", "4,618"."""
        if value is None:
            return MISSING
        if style.yes_no:
            return self.conventions.figures.yes if value >= 0.5 else self.conventions.figures.no
        return self._grouped(rounded(_shown(value, style), style.decimals))

    def full(self, value: float | None, style: Style) -> str:
        """Write a figure with its unit, as in a sentence: "86.1%", "EUR 41 k", "30 s"."""
        text = self.number(value, style)
        if value is None or style.yes_no:
            return text
        if style.share:
            return self.percented(text)
        if style.currency and style.unit.upper().startswith(style.currency.upper()) and style.currency.isascii():
            rest = style.unit[len(style.currency) :].strip(f" {NBSP}")
            # Where a currency stands behind its figure, "EUR/click" does so whole; a scale stands between the two.
            if rest.isalnum() or not rest or not self.conventions.figures.money.endswith("{currency}"):
                return self.money(text, style.currency, rest)
        return f"{text}{NBSP}{style.unit}" if style.unit else text

    def money(self, text: str, currency: str, scale: str = "") -> str:
        """Write a figure with its currency and scale: "EUR 41 k"."""
        forms = self.conventions.figures
        return (forms.money_scaled if scale else forms.money).format(n=text, currency=currency, scale=scale)

    def variance(self, value: float | None, style: Style) -> str:
        """Write a difference with its sign and without a unit: "+58", a true minus; "±0" where there is none.

        One that is there never reads as none: it gets decimals of its own.
        Rule: R56.
        """
        if value is None:
            return MISSING
        if style.yes_no:
            return self._grouped(rounded(value, 0))
        if value == 0:
            return f"{_sign(Decimal(0))}0"
        amount = _shown(value, style)
        shown = rounded(amount, truthful_places(amount, style.decimals, (0.0,), most=MOST_PLACES))
        return f"{_sign(shown)}{self._grouped(shown)}"

    def ticks(self, values: Sequence[float], style: Style) -> list[str]:
        """Write the ticks of an axis, each with as many decimals as their step needs to be exact. Rule: R57."""
        shown = [_shown(value, style) for value in values]
        places = tick_places(shown[1] - shown[0]) if len(shown) > 1 else style.decimals
        return [self._grouped(rounded(value, places)) for value in shown]

    def points(self, value: float | None, style: Style) -> str:
        """Write a difference with its unit: "-1.9 pp" for shares, "+6.40" with the unit otherwise. Rule: R26."""
        text = self.variance(value, style)
        return self.conventions.figures.points.format(n=text) if style.share and value is not None else text

    def distance(self, value: float, style: Style) -> str:
        """Write a difference without sign, with its unit, for a sentence: "1.9 pp", "EUR 6.40".

        A difference that is there never reads as none: it gets more decimals.
        Rule: R3, R56.
        """
        style = finer(style, value, 0.0)
        if style.share:
            return self.conventions.figures.points_said.format(n=self.number(abs(value), style))
        return self.full(abs(value), style)

    def percent(self, ratio: float | None, places: int = 1, edges: Iterable[float] = ()) -> str:
        return percent(ratio, conventions=self.conventions, places=places, edges=edges)

    def percented(self, text: str) -> str:
        """Write a figure that is one of a hundred with its sign: "95.3%"."""
        return self.conventions.figures.percent.format(n=text)

    def signed_percent(self, ratio: float | None, places: int = 1) -> str:
        """Write a relative change: "+14.0%"; beyond 999 % only its side. Rule: R7."""
        if ratio is None:
            return MISSING
        return self.percented(self.signed_hundredths(ratio, places))

    def signed_hundredths(self, ratio: float, places: int = 1) -> str:
        """Write a relative change without the sign of percent: "+14.0"; beyond 999 only its side. Rule: R7."""
        if abs(ratio) > 9.99:
            return ">+999" if ratio > 0 else f"<{MINUS}999"
        shown = rounded(ratio * 100, truthful_places(ratio * 100, places, (0.0,)))
        return f"{_sign(shown)}{self._grouped(shown)}"

    def plain(self, value: float | None, places: int = 0) -> str:
        """Write a bare number: a count, an amount of money in a plan."""
        return MISSING if value is None else self._grouped(rounded(value, places))

    def exact(self, value: float | None, *, share: bool = False) -> str:
        """Write a figure in full, as the cell holds it, for the sources."""
        if value is None:
            return MISSING
        shown = as_typed(value * 100 if share else value)
        shown = as_typed(float(shown)).normalize()
        if abs(int(shown.as_tuple().exponent)) > 12:
            text = f"{float(shown):.15g}".replace(".", self.conventions.figures.decimal)
        else:
            text = self._grouped(shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown)
        return self.percented(text) if share else text

    def day(self, day: date | None, *, short: bool = False) -> str:
        """Write a date: "6 November 2026", short "6 Nov 2026", in Chinese with signs between year, month and day."""
        if day is None:
            return MISSING
        month = self._month(day.month, short=short)
        return self.conventions.dates.day.format(day=day.day, month=month, number=day.month, year=day.year)

    def period(self, period: Period, *, short: bool = False, year: bool = True) -> str:
        """Write a period: "October 2026", short "Oct 2026"; "Q3 FY27", "week 44 of 2026", "P03 FY26"."""
        calendar, forms = self.calendar, self.conventions.dates
        match period.frequency:
            case Frequency.MONTH if not calendar.spans:
                form = forms.month if year else forms.month_alone
                month = self._month(period.number, short=short)
                return form.format(month=month, number=period.number, year=period.year)
            case Frequency.MONTH:
                form = forms.period if year else forms.period_alone
                return form.format(number=period.number, year=self.fiscal_year(period.year))
            case Frequency.QUARTER:
                name = forms.quarters[period.number - 1]
            case Frequency.HALF:
                name = forms.halves[period.number - 1]
            case Frequency.WEEK:
                return (forms.week if year else forms.week_alone).format(number=period.number, year=period.year)
            case Frequency.DAY:
                return self.day(calendar.start(period), short=short)
            case Frequency.YEAR:
                return self.fiscal_year(period.year)
        return forms.named.format(name=name, year=self.fiscal_year(period.year)) if year else name

    def fiscal_year(self, label: int) -> str:
        """Write a fiscal year: "2026" where it is the calendar year, else "FY26"."""
        plain = self.calendar.fiscal_year_start == 1 and not self.calendar.spans
        form = self.conventions.dates.year if plain else self.conventions.dates.fiscal_year
        return form.format(year=label, short=f"{label % 100:02d}")

    def initial(self, period: Period) -> str:
        """Write a period under an axis, in one to three characters."""
        if period.frequency is Frequency.MONTH and not self.calendar.spans:
            narrow = month_name(period.number, self.conventions.locale, "narrow")
            return self.conventions.dates.initial.format(narrow=narrow, number=period.number)
        return str(period.number) if period.frequency is not Frequency.YEAR else str(period.year)

    def count(self, number: int) -> str:
        """Write a count in a sentence: in words as far as the language has them, then figures."""
        words = self.conventions.text.counts
        if not words:
            return str(number)
        return words[number] if 0 <= number < len(words) else self.plain(number)

    def ordinal(self, number: int) -> str:
        """Write which one: "third", "12th"."""
        words = self.conventions.text.ordinals
        if 1 <= number <= len(words):
            return words[number - 1]
        forms = self.conventions.text.ordinal
        return forms.get(ordinal_form(number, self.conventions.locale), forms["other"]).format(n=number)

    def joined(self, parts: Iterable[str]) -> str:
        """Write what belongs together, without the empty parts: "A, B"."""
        return self.conventions.text.comma.join(part for part in parts if part)

    def sentences(self, sentences: Iterable[str]) -> str:
        """Write sentences one after another, without the empty ones."""
        return self.conventions.text.sentences.join(sentence for sentence in sentences if sentence)

    def listed(self, names: Iterable[str]) -> str:
        """Write a list: "A, B and C"."""
        items = list(names)
        if len(items) < 2:
            return "".join(items)
        return f"{self.conventions.text.listed.join(items[:-1])}{self.conventions.text.last}{items[-1]}"

    def _grouped(self, shown: Decimal) -> str:
        return grouped(shown, self.conventions.locale)

    def _month(self, month: int, *, short: bool) -> str:
        return month_name(month, self.conventions.locale, "abbreviated" if short else "wide")


@cache
def ordinal_form(number: int, locale: str) -> str:
    """Return the plural form of which one, by the rules of a language: "one" for 21st, "other" for 11th."""
    from babel import Locale

    return str(Locale.parse(locale).ordinal_form(number))


def _sign(shown: Decimal) -> str:
    """Return the sign that a difference is written with; a minus comes with its digits."""
    return "±" if shown == 0 else "+" if shown > 0 else ""


def _shown(value: float, style: Style) -> float:
    return value * 100 if style.share else value / style.divisor
