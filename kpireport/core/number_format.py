"""What a number format says about a number: is it a date, is it a percentage."""

from __future__ import annotations

import operator
import re
from enum import Enum
from functools import lru_cache

GENERAL = "General"
# Formats that a file names by number only (ECMA-376 part 1, 18.8.30); 27 to 36 and 50 to 58 as in Chinese Excel.
BUILT_IN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
    42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((34, 55), '上午/下午h"时"mm"分"'),
    **dict.fromkeys((35, 56), '上午/下午h"时"mm"分"ss"秒"'),
}
_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
# Parts that are shown as they are, or not at all: "text", \x, _x (room as wide as x), *x (fill), [colour or condition].
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]?', re.DOTALL)
_CONDITION = re.compile(r"\[\s*(<=|>=|<>|<|>|=)\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_NOT_DATE_LETTERS = re.compile(r"general|g/通用格式|am/pm|a/p|上午/下午|e[+-]", re.IGNORECASE)
_FRACTION_OF_SECOND = re.compile(r"(?<=s)[.,]0+", re.IGNORECASE)
_DATE_TOKEN = re.compile(r"y+|d+|m+|h+|s+|e+|b+|g+|a{3,}", re.IGNORECASE)


class Percent(Enum):
    """How a number format shows a percent sign.

    FRACTION: 0.953 is shown as 95.3%. POINTS: the sign is only written behind the number, 95.3 is shown as 95.3%.
    """

    FRACTION = "fraction"
    POINTS = "points"
    NONE = "none"


@lru_cache(maxsize=4096)
def sections(code: str) -> tuple[str, ...]:
    """Return the parts of a format that semicolons divide; never empty."""
    parts, start, at = [], 0, 0
    while at < len(code):
        literal = _LITERAL.match(code, at)
        if literal:
            at = literal.end()
            continue
        if code[at] == ";":
            parts.append(code[start:at])
            start = at + 1
        at += 1
    return (*parts, code[start:])


@lru_cache(maxsize=4096)
def numeric_sections(code: str) -> tuple[str, ...]:
    """Return the sections that show numbers: at most three, and not a last one that shows text (``@``)."""
    parts = sections(code)[:3]
    return parts[:-1] if len(parts) > 1 and "@" in _LITERAL.sub("", parts[-1]) else parts


def section(code: str, value: float) -> str:
    """Return the part of the format that shows ``value``: by its conditions, otherwise by its sign."""
    numeric = numeric_sections(code)
    if len(numeric) == 1:
        return numeric[0]
    conditions = _conditions(code)
    if any(conditions):
        return _by_condition(numeric, conditions, value)
    if value < 0:
        return numeric[1]
    return numeric[2] if value == 0 and len(numeric) == 3 else numeric[0]


def is_date(code: str) -> bool:
    """Return whether a positive number in this format is shown as a date: with a day, a month or a year.

    A time of day and a duration (``h:mm``, ``[h]:mm``) are no dates: such a number stays a number of days.
    """
    return section_is_date(section(code, 1e5)) if ";" in code else section_is_date(code)


@lru_cache(maxsize=4096)
def section_is_date(part: str) -> bool:
    """Return whether one section of a format shows a day, a month or a year."""
    if _ELAPSED.search(part):
        return False
    bare = _NOT_DATE_LETTERS.sub(" ", _LITERAL.sub(" ", part))
    bare = _FRACTION_OF_SECOND.sub("", bare)
    if any(mark in bare for mark in "0#?%@"):
        return False
    runs = [run[0].lower() for run in _DATE_TOKEN.findall(bare)]
    return any(_shows_day(runs, at) for at in range(len(runs)))


def percent(code: str, value: float) -> Percent:
    """Return how the format shows a percent sign for ``value``.

    A sign that only makes room (``_%``, as bankers write it) or fills (``*%``) is none.
    """
    return _percent(section(code, value))


@lru_cache(maxsize=4096)
def _percent(part: str) -> Percent:
    if "%" not in part and "％" not in part:
        return Percent.NONE
    if "%" in _LITERAL.sub("", part):
        return Percent.FRACTION
    shown = "".join(piece for piece in _LITERAL.findall(part) if piece[0] in '"\\' or piece.startswith("[$"))
    return Percent.POINTS if "%" in shown or "％" in shown + _LITERAL.sub("", part) else Percent.NONE


@lru_cache(maxsize=4096)
def _conditions(code: str) -> tuple[tuple[str, float] | None, ...]:
    found = (_CONDITION.search(_without_text(part)) for part in numeric_sections(code))
    return tuple((match[1], _number(match[2])) if match else None for match in found)


def _without_text(part: str) -> str:
    return re.sub(r'"[^"]*"?|\\.', "", part)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _by_condition(parts: tuple[str, ...], conditions: tuple[tuple[str, float] | None, ...], value: float) -> str:
    # Excel: a section without a condition beside sections with one takes what they leave; the second of three takes
    # the negative numbers among it.
    for at, (part, condition) in enumerate(zip(parts, conditions, strict=True)):
        last = at == len(parts) - 1
        if condition is not None:
            if _COMPARE[condition[0]](value, condition[1]):
                return part
        elif last or (at == 0 and value > 0) or (at == 1 and value < 0):
            return part
    return parts[-1]


def _shows_day(letters: list[str], at: int) -> bool:
    # m is minutes after hours and before seconds, otherwise months
    letter = letters[at]
    if letter != "m":
        return letter not in "hs"
    after_hours = at > 0 and letters[at - 1] == "h"
    before_seconds = at + 1 < len(letters) and letters[at + 1] == "s"
    return not (after_hours or before_seconds)
