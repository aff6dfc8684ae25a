"""The month on one page, whatever is in it: what gives way, and in which order, where a page would not hold it all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from kpireport.core.report import summary
from kpireport.core.report.charts.ticks import width
from kpireport.core.report.matrix import matrix
from kpireport.core.report.shown.month import FirstPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.report.context import Context
    from kpireport.core.report.shown.month import Matrix, OffTable, Panel

PAGE = 732.0  # points of a page of 744, with a little left for what is measured here and not laid out
WIDE = 499.3
LONG_HEADLINE = 84  # characters; a longer one is set smaller, on three lines
NAME, AGAINST, DEED = 94.0, 80.0, 170.0  # the columns of the table of what is off target, in points
IN_A_ROW = 4


@dataclass(frozen=True, slots=True)
class Room:
    """How much of what may give way is shown. rows: off target; names: in a cell, None: all; sentences: in panels.

    decisions: how many; the notes hold the others.
    """

    rows: int
    names: int | None
    sentences: bool = True
    decisions: int = summary.DECISIONS


ROOMS = (
    Room(5, None),
    Room(5, 6),
    Room(5, 4),
    Room(4, 3),
    Room(3, 3),
    Room(3, 2),
    Room(3, 1),
    Room(3, 0),
    Room(3, 1, sentences=False),
    Room(2, 0, sentences=False),
    Room(1, 0, sentences=False),
    Room(1, 0, sentences=False, decisions=2),
    Room(1, 0, sentences=False, decisions=1),
)


def first_page(c: Context) -> tuple[FirstPage, FirstPage]:
    """Return page 1 for paper and for the screen.

    On paper it is the fullest that fits a page by its estimated height, or the least there is if none does; a screen
    has room for all of it.
    """
    whole = FirstPage(
        summary.headline(c),
        summary.lead(c),
        summary.panels(c),
        summary.off_table(c),
        summary.watch_table(c),
        summary.decisions(c),
        matrix(c),
    )
    for room in ROOMS:
        page = _in(c, whole, room)
        if height(page) <= PAGE:
            break
    return page, replace(whole, decisions=page.decisions)


def _in(c: Context, whole: FirstPage, room: Room) -> FirstPage:
    panels = whole.panels if room.sentences else tuple(replace(panel, sentence="") for panel in whole.panels)
    return replace(
        whole,
        panels=panels,
        off=summary.off_table(c, room.rows),
        watch=summary.watch_table(c, room.rows),
        decisions=whole.decisions[: room.decisions],
        matrix=matrix(c, room.names),
    )


def height(page: FirstPage) -> float:
    """Return about how high a page is in points, by the sizes of the standard theme; rather more than less."""
    total = 24.0 + _headline(page.headline.text) + 6 + 15 * _lines(page.lead, 10, 480.0)
    total += sum(_panels(page.panels[i : i + IN_A_ROW]) for i in range(0, len(page.panels), IN_A_ROW))
    total += 18.0 if page.panels else 0.0
    total += _table(page.off) + _table(page.watch)
    if page.decisions:
        total += 26.0 + sum(13.5 * _lines(text, 9.5, 418.0) for text in page.decisions)
    return total + _matrix(page.matrix)


def _lines(text: str, size: float, room: float) -> int:
    """Return how many lines a text takes; one line of several ends before its room does, on average by half a word."""
    wide = width(text, size)
    if not text or wide <= room:
        return 1 if text else 0
    return max(2, ceil(wide / (room - (2 * size if room > WIDE / 2 else 0))))


def _headline(text: str) -> float:
    long = len(text) > LONG_HEADLINE
    return 6 + (20.0 * _lines(text, 16, 395.0) if long else 24.0 * _lines(text, 20, 395.0))


def _panels(row: Sequence[Panel]) -> float:
    """Return the height of one row of panels: that of its tallest."""
    room = {1: 480.0, 2: 205.0, 3: 132.0}.get(len(row), 108.0)
    tall = 0.0
    for panel in row:
        own = 55.0 + (12.0 if panel.tall else 0.0)
        own += (32.0 if panel.scale else 0.0) + (48.0 if panel.line else 0.0)
        own += 6.0 + 12.0 * _lines(panel.sentence, 8, room)
        tall = max(tall, own)
    return 12.0 + tall


def _table(table: OffTable | None) -> float:
    if table is None or not (table.rows or table.nothing):
        return 0.0
    if not table.rows:
        return 27.0
    total = 27.0 + 12.0 + (15.0 if table.more else 0.0)
    for row in table.rows:
        lines = [_lines(row.name, 8, NAME), _lines(row.against, 8, AGAINST)]
        lines.append(_lines(row.action.text, 7.7, DEED) if row.action else 1)
        total += 6.5 + 12.0 * max(lines)
    return total


def _matrix(matrix: Matrix | None) -> float:
    if matrix is None:
        return 0.0
    total = 27.0 + 12.0
    for row in matrix.rows:
        cells = (row.worse, row.steady, row.better, row.unknown)
        total += 5.0 + 12.0 * max(1, *(len(cell.names) + bool(cell.more) + bool(cell.count) for cell in cells))
    if matrix.notes:
        total += 4.0 + 12.0 * _lines(" ".join(f"{label} {text}" for label, text in matrix.notes), 8, WIDE)
    return total
