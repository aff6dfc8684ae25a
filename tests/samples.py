"""The sample workbooks, and a part of the one that is long on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl

from kpireport.resources import sample_workbooks

if TYPE_CHECKING:
    from pathlib import Path

GOAL = 50  # rows of wide that one of its eight goals has, with all KPIs that serve it


def workbook(sample: str) -> Path:
    return sample_workbooks() / f"{sample}.xlsx"


def wide(folder: Path, *, goals: int) -> Path:
    """Write a workbook like wide with its first goals alone: 50 KPIs each, and it takes the shorter by as much."""
    book = openpyxl.load_workbook(workbook("wide"))
    for name in ("Goals", "Metrics"):
        book[name].delete_rows(2 + GOAL * goals, book[name].max_row)
    book.save(folder / "wide.xlsx")
    return folder / "wide.xlsx"
