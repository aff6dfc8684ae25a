"""How far a workbook is, and where in it a question stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpireport.core import a1

if TYPE_CHECKING:
    from kpireport.core.reading.questions import Question
    from kpireport.desk.books import OpenBook


def state_of(book: OpenBook) -> str:
    """Return how far a workbook is: what a person has to do about it, most urgent first."""
    if book.review is None:
        return "refused"
    state = book.review.state
    if state.open:
        return "drift" if state.changed else "asked"
    if state.changed:
        return "drift"
    if state.needs_confirming:
        return "first"
    return "blocked" if book.blocked else "ready"


def sheet_index(book: OpenBook, name: str) -> int:
    return next((number for number, sheet in enumerate(book.sheets) if sheet.name == name), 0)


def places(book: OpenBook, question: Question) -> list[dict[str, Any]]:
    """Return the cells that a question is about: the sheet's number and the range."""
    spots = []
    for part in question.where.split("; "):
        name, mark, area = part.rpartition("!")
        first = area.partition(":")[0]
        if mark and a1.place(first) is not None and any(sheet.name == name for sheet in book.sheets):
            spots.append({"sheet": sheet_index(book, name), "range": area})
    return spots
