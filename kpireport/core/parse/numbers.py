"""Read the number out of a cell, and say how it was written; guess nothing. Rule: L14."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from kpireport.core.catalogue.cells import (
    AMBIGUOUS_NUMBER,
    CELL_ERROR,
    DATE_NOT_NUMBER,
    NO_CACHED_VALUE,
    NOT_A_NUMBER,
    NOT_YES_NO,
    NUMBER_BEYOND,
)
from kpireport.core.lexicon import standard
from kpireport.core.number_format import Percent, percent
from kpireport.core.parse.units import currency, is_counted, power
from kpireport.core.spelling import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.diagnostics import Diagnostic, Where
    from kpireport.core.workbook import Cell

LARGEST = 1e60  # beyond it sums and squares leave what a computer can hold
LONGEST = 100  # characters: no figure is longer, and nothing longer is worth the time

ERRORS = frozenset(
    [
        "#DIV/0!",
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#BUSY!",
    ]
)

_MINUS = "-−–▲△"
_POINT = re.compile(
    r"(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[1-9][0-9]{0,2}(?:['’][0-9]{3})+)"
    r"(?:\.[0-9]*)?|\.[0-9]+"
)
_COMMA = re.compile(
    r"(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[1-9][0-9]{0,2}(?:['’][0-9]{3})+)"
    r"(?:,[0-9]*)?|,[0-9]+"
)
_SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}")
_DIGITS_AND_MARKS = re.compile(r"[0-9][0-9.,]*[.,][0-9.,]*")
_CORE = "0123456789.,"


class Written(Enum):
    """How a number was written, as far as it matters for percentages."""

    PLAIN = "plain"
    PERCENT_TEXT = "percent text"  # "12.5%" typed as text
    PERCENT_FORMAT = "percent format"  # 0.125 in a cell that shows 12.5%
    POINTS_FORMAT = "points format"  # 12.5 in a cell whose format only writes a percent sign behind it


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a cell gives it.

    value: percent signs, scales (k) and signs are worked in; a plain 12.5 is 12.5 (see ``percent_scale``).
    scale: what the number's own scale stood for (1000 for ``1.2k``), 1 where it had none. currency: ISO code or "".
    unit: a word for what is counted that stood behind the number. text: it was typed as text, shown is what was typed.
    """

    value: float
    written: Written = Written.PLAIN
    scale: float = 1.0
    currency: str = ""
    unit: str = ""
    text: bool = False
    shown: str = ""

    @property
    def share(self) -> bool:
        """Return whether the cell itself says that this is a percentage."""
        return self.written is not Written.PLAIN


def number(
    cell: Cell | None, where: Where, *, decimal: str = "point", yes_no: bool = False
) -> Number | Diagnostic | None:
    """Read the number of a cell. None means missing, which is never zero.

    decimal: "point" or "comma", for numbers typed as text. yes_no: the KPI is of the yes-no kind, words become 1 and 0.
    An Excel error and a formula without a result come back as a Diagnostic, and count as missing.
    Rule: R1, R10.
    """
    problem = unusable(cell, where)
    if problem is not None or cell is None:
        return problem
    match cell.value:
        case bool() as truth:
            return Number(float(truth)) if yes_no else NOT_A_NUMBER.at(where, found=str(truth).upper())
        case float() | int() as value:
            return _plain(float(value), cell.format, where, yes_no=yes_no)
        case datetime() as moment:
            return DATE_NOT_NUMBER.at(where, found=f"{moment:%Y-%m-%d}")
        case str() as text:
            return from_text(text, where, decimal=decimal, yes_no=yes_no)
        case _:
            return None


def plain(cell: Cell) -> Number | None:
    """Return the number of a cell that holds no more than one, as nearly all do; None asks for ``number``."""
    value = cell.value
    if isinstance(value, float) and -LARGEST <= value <= LARGEST and cell.format == "General" and not cell.error:
        return Number(value)
    return None


def unusable(cell: Cell | None, where: Where) -> Diagnostic | None:
    """Return what is wrong with a cell that shows an error, or whose formula has no saved result."""
    if cell is None:
        return None
    if cell.error:
        return CELL_ERROR.at(where, error=cell.error)
    return NO_CACHED_VALUE.at(where) if cell.uncached else None


def is_missing(text: str) -> bool:
    """Return whether a text only says that there is nothing. Rule: R1."""
    return len(text) <= LONGEST and _says_nothing(clean(text))


def _says_nothing(shown: str) -> bool:
    return not shown or standard().spellings("answers").get(shown.lower()) == "missing"


def from_text(text: str, where: Where, *, decimal: str = "point", yes_no: bool = False) -> Number | Diagnostic | None:
    """Read a number that was typed as text. Rule: L14."""
    if len(text) > LONGEST:
        return NOT_A_NUMBER.at(where, found=text)
    shown = clean(text)
    if shown.upper() in ERRORS:
        return CELL_ERROR.at(where, error=shown.upper())
    if yes_no and (answer := yes_or_no(shown)) is not None:
        return Number(float(answer), text=True, shown=shown)
    if _says_nothing(shown):
        return None
    if yes_no:
        return NOT_YES_NO.at(where, found=shown)
    found = None if has_small_digits(text) else written_number(shown, decimal=decimal)
    if found is None:
        return NOT_A_NUMBER.at(where, found=shown)
    if found is Ambiguous.MARK:
        return AMBIGUOUS_NUMBER.at(where, found=shown)
    return found


def has_small_digits(text: str) -> bool:
    """Return whether a text has raised, circled or fraction digits: NFKC makes 52 of 5², which is no number."""
    return any(unicodedata.category(c) == "No" for c in text)


def yes_or_no(text: str) -> bool | None:
    """Return what a word says for a yes-no KPI, or None where it says neither. Rule: R10."""
    return {"yes": True, "no": False}.get(standard().spellings("answers").get(text.lower(), ""))


class Ambiguous(Enum):
    """Digits whose commas and points can be read in two ways."""

    MARK = "mark"


@dataclass(slots=True)
class _Peeled:
    """What has been taken off around the digits so far."""

    core: str
    signs: int = 0
    negative: bool = False
    percent: Decimal | None = None
    currency: str = ""
    power: int | None = None
    unit: str = ""
    wrapped: bool = False


def written_number(text: str, *, decimal: str = "point") -> Number | Ambiguous | None:
    """Read a cleaned text as one number with its sign, percent sign, scale, currency and counted word, or None."""
    left = _Peeled(text)
    for _ in range(10):
        if not (_bracket(left) or _before(left) or _behind(left)):
            break
    amount = _amount(left.core, decimal)
    if left.signs > 1:
        return None
    if amount is None or isinstance(amount, Ambiguous):
        return amount
    factor = Decimal(10) ** (left.power or 0) * (left.percent or 1)
    value = float(-amount * factor if left.negative else amount * factor)
    if not math.isfinite(value) or abs(value) > LARGEST:
        return None
    return Number(
        value + 0.0,  # minus zero is zero
        Written.PERCENT_TEXT if left.percent else Written.PLAIN,
        float(10 ** (left.power or 0)),
        left.currency,
        left.unit,
        text=True,
        shown=text,
    )


def _bracket(left: _Peeled) -> bool:
    # accounting: (500) is -500
    if left.wrapped or not (left.core.startswith("(") and left.core.endswith(")")):
        return False
    left.core, left.wrapped = left.core[1:-1].strip(), True
    left.signs, left.negative = left.signs + 1, True
    return True


def _before(left: _Peeled) -> bool:
    head = left.core[:1]
    if head and (head in _MINUS or head == "+") and len(left.core) > 1:
        left.core = left.core[1:].lstrip()
        left.signs, left.negative = left.signs + 1, head in _MINUS
        return True
    cut = next((at for at, c in enumerate(left.core) if c in _CORE or c in _MINUS or c == "("), 0)
    code = currency(left.core[:cut]) if cut else ""
    if not code or left.currency not in ("", code):
        return False
    left.core, left.currency = left.core[cut:].lstrip(), code
    return True


def _behind(left: _Peeled) -> bool:
    core = left.core
    if core.endswith(("%", "‰")) and left.percent is None and not left.unit and left.power is None:
        left.core, left.percent = core[:-1].rstrip(), Decimal("0.01" if core[-1] == "%" else "0.001")
        return True
    if core.endswith("-") and len(core) > 1 and core[-2] in _CORE:  # SAP writes the minus behind
        left.core = core[:-1].rstrip()
        left.signs, left.negative = left.signs + 1, True
        return True
    cut = len(core)
    while cut and core[cut - 1] not in "0123456789.,)%‰":
        cut -= 1
    word = core[cut:].strip()
    if not word or cut == 0 or left.percent is not None or left.power is not None:
        return False
    found = _suffix(word, left)
    if not found:
        return False
    left.core = core[:cut].rstrip()
    return True


def _suffix(word: str, left: _Peeled) -> bool:
    """Take a word behind the digits apart: a scale, then a currency or a counted word. False where it is neither."""
    for at in range(len(word) + 1):
        scale, noun = word[:at].strip(), word[at:].strip()
        code = currency(noun)
        if noun and not code and not is_counted(noun):
            continue
        if (noun and left.unit) or (code and left.currency not in ("", code)):
            continue
        size = power(scale, money=bool(code or left.currency)) if scale else None
        if scale and size is None:
            continue
        left.power = size
        left.currency = code or left.currency
        left.unit = left.unit if code or not noun else noun
        return True
    return False


def _amount(core: str, decimal: str) -> Decimal | Ambiguous | None:
    pattern = _COMMA if decimal == "comma" else _POINT
    if _SCIENTIFIC.fullmatch(core):
        return Decimal(core)
    if not pattern.fullmatch(core):
        return Ambiguous.MARK if _DIGITS_AND_MARKS.fullmatch(core) else None
    digits = re.sub(r"[ '’]", "", core)
    digits = digits.replace(".", "").replace(",", ".") if decimal == "comma" else digits.replace(",", "")
    return Decimal(digits)


def _plain(value: float, code: str, where: Where, *, yes_no: bool) -> Number | Diagnostic:
    if not math.isfinite(value):
        return NOT_A_NUMBER.at(where, found=value)
    if abs(value) > LARGEST:
        return NUMBER_BEYOND.at(where, found=value)
    if yes_no:
        return Number(value) if value in (0.0, 1.0) else NOT_YES_NO.at(where, found=value)
    match percent(code, value):
        case Percent.FRACTION:
            return Number(value, Written.PERCENT_FORMAT)
        case Percent.POINTS:
            return Number(hundredth(value), Written.POINTS_FORMAT)
        case _:
            return Number(value)


def hundredth(value: float) -> float:
    """Return percent as a ratio, from the digits that Excel shows: 95.3 is 0.953."""
    return float(Decimal(f"{value:.15g}").scaleb(-2))


@dataclass(frozen=True, slots=True)
class PercentScale:
    """How the plain numbers of one KPI with the unit % are read.

    divide: they are percent points, 12.5 is 0.125. largest, smallest: of the plain numbers, by size, zero left out;
    None where there are none. mixed: some are so small (0.95 beside 95) that a person should look.
    """

    divide: bool
    largest: float | None = None
    smallest: float | None = None

    @property
    def mixed(self) -> bool:
        return (
            self.divide
            and self.smallest is not None
            and self.largest is not None
            and (self.smallest <= 1 and self.largest >= 20 * self.smallest)
        )

    def ratio(self, number: Number) -> float:
        """Return a number of this KPI as a ratio."""
        return hundredth(number.value) if self.divide and not number.share else number.value

    def apply(self, number: Number) -> Number:
        """Return the number with its value as a ratio."""
        return replace(number, value=self.ratio(number))


def percent_scale(numbers: Iterable[Number]) -> PercentScale:
    """Decide for all figures of one KPI with the unit %, targets and actuals together, what its plain numbers are.

    One plain number beyond 1.5 makes all of them percent points; numbers with a percent sign or format are never
    divided. The decision is always reported.
    Rule: L15.
    """
    plain = [abs(number.value) for number in numbers if not number.share and number.value != 0]
    if not plain:
        return PercentScale(divide=False)
    return PercentScale(max(plain) > 1.5, max(plain), min(plain))
