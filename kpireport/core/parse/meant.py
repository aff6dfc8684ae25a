"""Titles that name two things ("Goal", "Measure", 单位, 指标值): which of them is meant, the cells below tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kpireport.core.parse import series as voices
from kpireport.core.parse import titles
from kpireport.core.parse.names import header_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpireport.core.workbook import Cell, Sheet, Value

BELOW = 40  # rows below a title that are looked at
NUMBERS = {"goal": "Target", "measure": "Actual", "measures": "Actual"}  # names of KPIs, where no numbers stand below
SCENARIOS = frozenset(("estimate", "plan", "version", "budget", "类型", "type", "预算", "计划"))
_ORGANISATION = re.compile(
    r".*(部|部门|公司|中心|局|处|科|厂|院|店|组|集团|行|办|室|所|站|队)$"
    r"|.*\b(departments?|dept\.?|office|team|division|branch|school|library|plant|store|centre|center|region|services?)$",
    re.IGNORECASE,
)


def meant(sheet: Sheet, cell: Cell, text: str) -> str:
    """Return the title that a heading stands for: itself, or the plain word for what the cells below it hold."""
    word = header_key(text)
    if word in NUMBERS and _mostly(sheet, cell, float):
        return NUMBERS[word]
    if titles.field("metrics", text) == "unit" and word in ("unit", "units", "单位"):
        below = [v.strip() for v in _below(sheet, cell) if isinstance(v, str) and v.strip()]
        if below and sum(bool(_ORGANISATION.fullmatch(v)) for v in below) * 2 > len(below):
            return "Department"
    if word == "指标值" and not _beside(sheet, cell, "actual"):
        return "Actual"
    if word in SCENARIOS and _mostly(sheet, cell, str):
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
