"""Addresses of cells."""

from __future__ import annotations

import re

from kpireport.excel.limits import LAST_COLUMN, LAST_ROW

_ADDRESS = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})", re.ASCII)

# Names of columns that were met, with their numbers; a column that is none is never in it.
COLUMNS: dict[str, int] = {}


def column_of(name: str) -> int:
    """Return the number of a column, counted from 1, by up to three Latin letters."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


def place(address: str) -> tuple[int, int] | None:
    """Return (row, column) of an address such as ``B7``, or None where it is none that Excel has."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    row, column = int(match[2]), column_of(match[1])
    if row > LAST_ROW or column > LAST_COLUMN:
        return None
    COLUMNS[match[1].upper()] = column
    return row, column
