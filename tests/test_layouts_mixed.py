"""Tables put together at random from those of the world: reading ends with figures or a reason."""

from __future__ import annotations

import os
from datetime import date, datetime
from random import Random
from typing import TYPE_CHECKING

import pytest

from kpireport.core import assembly
from kpireport.core.evaluate import evaluate
from kpireport.core.workbook import Cell, Sheet, Workbook
from tests.saying import said
from tests.test_layouts import CASES
from tests.test_layouts_world import WORLD
from tests.workbooks import parsed

if TYPE_CHECKING:
    from kpireport.core.workbook import Value

TABLES = [parsed(table)[0] for case in (*CASES.values(), *WORLD.values()) for table in case[0].values()]
NAMES = (
    "Sheet1",
    "2026",
    "Budget",
    "Plan",
    "Jan 2026",
    "Sales",
    "Goals",
    "Metrics",
    "目标",
    "数据",
    "Q1 2026",
    "North Actual",
)
ODD: tuple[Value, ...] = (
    None, 0.0, -1.0, 2026.0, 46023.0, 1e59, 0.5, True, "", "Total", "合计", "Target", "Jan", "2026-13", "FY", "KPI",
    "n/a", "1.234,56", "≥95%", "Actual", "差异", "口径", "Month", "单位", "x" * 300, "{kpi}",
    datetime.fromisoformat("2026-02-28"),
)  # fmt: skip
MANY = int(os.environ.get("KPIREPORT_MIXED", "300"))


def mixed(chance: Random) -> Workbook:
    """Return a workbook of one to three sheets, each with one to three tables whose cells were disturbed."""
    names = chance.sample(NAMES, chance.choice((1, 1, 2, 3)))
    return Workbook("book 2026.xlsx", "0" * 64, tuple(_sheet(name, chance) for name in names))


def _sheet(name: str, chance: Random) -> Sheet:
    placed: dict[tuple[int, int], Cell] = {}
    down = right = 0
    for _ in range(chance.choice((1, 1, 2, 3))):
        table = [list(row) for row in chance.choice(TABLES)]
        for _ in range(chance.choice((0, 1, 3, 8))):
            row = chance.choice(table)
            row[chance.randrange(len(row))] = chance.choice((*ODD, *chance.choice(table)))
        if chance.random() < 0.2:
            table = [list(column) for column in zip(*table, strict=False)]
        for r, row in enumerate(table, start=down + 1):
            for c, value in enumerate(row, start=right + 1):
                if (cell := _cell(r, c, value, chance)) is not None:
                    placed[r, c] = cell
        down, right = (down, right + 12) if chance.random() < 0.3 else (down + len(table) + chance.randrange(3), right)
    rows: dict[int, list[Cell]] = {}
    for (r, _), cell in sorted(placed.items()):
        rows.setdefault(r, []).append(cell)
    merges = tuple(
        (top, left, top + chance.randrange(3), left + chance.randrange(4))
        for top, left in ((chance.randrange(1, 8), chance.randrange(1, 8)) for _ in range(chance.choice((0, 0, 2))))
    )
    return Sheet("book 2026.xlsx", name, {r: tuple(cells) for r, cells in rows.items()}, merges=merges)


def _cell(row: int, column: int, value: object, chance: Random) -> Cell | None:
    shown, code = value if isinstance(value, tuple) else (value, "General")
    if shown is None:
        return None
    if chance.random() < 0.01:
        return Cell(row, column, None, formula=True, error=chance.choice(("", "#REF!")))
    number = isinstance(shown, int | float) and not isinstance(shown, bool)
    return Cell(row, column, float(shown) if number else shown, code)


@pytest.mark.parametrize("block", range(0, MANY, 100))
def test_tables_that_are_mixed_and_disturbed_end_in_figures_or_a_reason(block: int) -> None:
    for number in range(block, block + 100):
        workbook = mixed(Random(number))
        try:
            book, told = assembly.book([workbook], today=date(2026, 11, 9))
            told = (*told, *evaluate(book, period=None, today=date(2026, 11, 9))[1]) if book is not None else told
        except Exception as error:  # to name the one of a hundred that it was
            raise AssertionError(f"workbook {number}: {[s.name for s in workbook.sheets]}") from error
        assert (book is not None and book.observations) or told
        for each in told:
            assert all((said(each.problem), said(each.problem, "zh"), said(each.fix), said(each.fix, "zh")))
