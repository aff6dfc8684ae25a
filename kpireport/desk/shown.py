"""A cell as Excel shows it, near enough to be found again: decimals, thousands, percent, dates."""

from __future__ import annotations

import re
from datetime import datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core import number_format
from kpireport.core.number_format import Percent

if TYPE_CHECKING:
    from kpireport.core.workbook import Cell

MOST_DECIMALS = 10
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')


def shown(cell: Cell) -> str:
    """Return the text of a cell; '' for a formula without a saved result."""
    value = cell.value
    if cell.error:
        return cell.error
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, str):
        return " ".join(value.split())
    return _number(float(value), cell.format)


def _number(value: float, code: str) -> str:
    places, grouped = _form(number_format.section(code, value))
    if places is None:
        return f"{value:.10g}"
    percent = number_format.percent(code, value)
    if percent is Percent.FRACTION:
        value *= 100
    text = f"{value:,.{places}f}" if grouped else f"{value:.{places}f}"
    return text if percent is Percent.NONE else f"{text}%"


@lru_cache(maxsize=1024)
def _form(part: str) -> tuple[int | None, bool]:
    """Return of a section of a format its decimals, None for as many as there are, and whether thousands are parted."""
    digits = [character for character in _LITERAL.sub("", part) if character in "0#?.,"]
    if not any(character in "0#?" for character in digits):
        return None, False
    whole, _, fraction = "".join(digits).partition(".")
    return min(MOST_DECIMALS, sum(c in "0#?" for c in fraction)), "," in whole.rstrip(",")
