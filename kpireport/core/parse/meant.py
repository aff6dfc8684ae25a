"""Titles that name two things ("Goal", "Measure", "Unit"): which of them is meant, the cells below tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.lexicon import standard
from kpireport.core.parse import series as voices
from kpireport.core.parse import titles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpireport.core.workbook import Cell, Sheet, Value

BELOW = 40  # rows below a title that are looked at
NUMBERS = {"target": "Target", "actual": "Actual"}  # titles that name KPIs, where no numbers stand below


def meant(sheet: Sheet, cell: Cell, text: str) -> str:
    """Return the title that a heading stands for: itself, or the plain word for what the cells below it hold."""
    lexicon = standard()
    either = lexicon.meaning("meant", text)
    if either in NUMBERS and _mostly(sheet, cell, float):
        return NUMBERS[either]
    if titles.field("metrics", text) == "unit" and either == "unit":
        below = [v.strip() for v in _below(sheet, cell) if isinstance(v, str) and v.strip()]
        organisation = lexicon.expression("organisation")
        if below and sum(bool(organisation.fullmatch(v)) for v in below) * 2 > len(below):
            return "Department"
    if either == "bare_actual" and not _beside(sheet, cell, "actual"):
        return "Actual"
    if either == "scenario" and _mostly(sheet, cell, str):
        words = {v for v in _below(sheet, cell) if isinstance(v, str)}
        if len(words) > 1 and any(voices.named(v) is not None for v in words):
            return "Scenario"
    return text


def _below(sheet: Sheet, cell: Cell) -> Iterator[Value]:
    for row in range(cell.row + 1, cell.row + BELOW):
        found = sheet.at(row, cell.column)
        if found is not None and found.value is not None:
            yield found.value


def _mostly(sheet: Sheet, cell: Cell, kind: type) -> bool:
    values = list(_below(sheet, cell))
    return bool(values) and sum(isinstance(v, kind) for v in values) * 2 > len(values)


def _beside(sheet: Sheet, cell: Cell, field: str) -> bool:
    """Return whether another title of the row names a field."""
    return any(
        titles.field("metrics", c.value) == field
        for c in sheet.rows.get(cell.row, ())
        if c.column != cell.column and isinstance(c.value, str)
    )
