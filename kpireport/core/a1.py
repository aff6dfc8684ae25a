"""A1 notation, as Excel writes places: letters of columns, addresses of cells, ranges."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Where

if TYPE_CHECKING:
    from collections.abc import Sequence

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
MOST_RANGES = 12  # in one line of a list of cells, beyond which it is one range
_ADDRESS = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_CELLS = re.compile(r"([A-Z]+)(\d+)(?::\1(\d+))?")

# Names of columns that were met, with their numbers; a column that is none is never in it.
COLUMNS: dict[str, int] = {}


@cache
def column_letters(column: int) -> str:
    """Return the name of a column, counted from 1: 1 is ``A``, 27 is ``AA``."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(name: str) -> int:
    """Return the number of a column, counted from 1, by its Latin letters: ``AA`` is 27."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """Return the address of a cell: ``B7`` is row 7, column 2."""
    return f"{column_letters(column)}{row}"


def place(text: str) -> tuple[int, int] | None:
    """Return (row, column) of an address such as ``B7``; None where it is none that Excel has."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return None
    row, column = int(match[2]), column_number(match[1])
    if row > LAST_ROW or column > LAST_COLUMN:
        return None
    COLUMNS[match[1].upper()] = column
    return row, column


def column_range(column: int, first: int, last: int) -> str:
    """Return the range that rows of one column span: ``B2:B9``, of one row ``B2``."""
    start = address(first, column)
    return start if first == last else f"{start}:{address(last, column)}"


def ranges(cells: Sequence[Where]) -> tuple[Where, ...]:
    """Return cells with runs in one row or column written as ranges (``E2:E5001``); too many of them as one span."""
    cells = tuple(dict.fromkeys(cells))
    if len(cells) <= 3:
        return cells
    lines: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    kept: list[Where] = []
    parts = [_CELLS.fullmatch(where.cell) for where in cells]
    one_row = len({found[2] for found in parts if found}) == 1 and not any(found and found[3] for found in parts)
    for where, found in zip(cells, parts, strict=True):
        if found is None:
            kept.append(where)
        elif one_row:
            place = column_number(found[1])
            lines.setdefault((where.file, where.sheet, found[2]), []).append((place, place))
        else:
            place = int(found[2])
            lines.setdefault((where.file, where.sheet, found[1]), []).append((place, int(found[3] or place)))
    for (file, sheet, line), places in lines.items():
        for first, last in _runs(sorted(places)):
            ends = [f"{column_letters(at)}{line}" if one_row else f"{line}{at}" for at in (first, last)]
            kept.append(Where(file, sheet, ends[0] if first == last else ":".join(ends)))
    return tuple(kept)


def _runs(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches in order with those that touch joined."""
    runs: list[tuple[int, int]] = []
    for first, last in places:
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(last, runs[-1][1]))
        else:
            runs.append((first, last))
    return runs if len(runs) <= MOST_RANGES else [(runs[0][0], runs[-1][1])]
