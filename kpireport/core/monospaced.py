"""Text for programs that show all letters equally wide: columns that line up, lines that are not too long.

A Chinese character takes the room of two others there.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

GAP = 2
NOT_FIRST = "，。；：、！？）》」』”’,.;:!?)"  # what never begins a line


def room(text: str) -> int:
    """Return how many columns a text takes; marks that stand on the letter before them take none."""
    wide = (2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c))
    return sum(wide)


def cut(text: str, most: int) -> str:
    """Return a text that takes ``most`` columns at most; what is cut ends in "…"."""
    if room(text) <= most:
        return text
    while room(text) > most - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def aligned(rows: Sequence[Sequence[str]], *, right: Set[int] = frozenset()) -> tuple[str, ...]:
    """Return rows of equally many cells as lines. right: the columns that are set to the right, counted from 0."""
    widths = [max(map(room, column)) for column in zip(*rows, strict=True)]
    return tuple(
        (" " * GAP).join(_filled(cell, widths[n], n in right) for n, cell in enumerate(row)).rstrip() for row in rows
    )


def _filled(cell: str, width: int, right: bool) -> str:
    space = " " * (width - room(cell))
    return space + cell if right else cell + space


def wrapped(text: str, most: int = 76) -> str:
    """Return a text in lines of ``most`` columns: broken at spaces, and between Chinese characters."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and room(line) + room(piece.rstrip()) > most:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return "\n".join([*lines, line.rstrip()])


def _pieces(text: str) -> Iterable[str]:
    """Cut a text where a line may end: after a space, and beside a Chinese character but before closing marks."""
    piece = ""
    for c in text:
        wide = unicodedata.east_asian_width(c) in "WF"
        ends = piece.endswith(" ") or (piece != "" and (wide or unicodedata.east_asian_width(piece[-1]) in "WF"))
        if ends and c not in NOT_FIRST and c != " ":
            yield piece
            piece = ""
        piece += c
    yield piece
