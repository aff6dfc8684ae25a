"""Real .xlsx files for tests, drawn as text: one table a sheet."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from pathlib import Path


def save(path: Path, **sheets: str | list[list[object]]) -> Path:
    """Write a workbook. A table is lines of cells parted by ``|``; numbers are numbers, ``12%`` has a percent format.

    ``'text`` stays text whatever it looks like; ``=A1`` is a formula without a saved result. Rows given as lists are
    written as they are. ``@2026-01-31`` is a date, ``@2026-01-31 mmm-yy`` with its format. A line
    ``#merge B1:D1 E1:G1`` merges cells and is no row.
    """
    book = Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        rows, merges = (table, ()) if isinstance(table, list) else parsed(table)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is None:
                    continue
                cell = sheet.cell(number, column)
                if isinstance(value, tuple):
                    cell.value, cell.number_format = value
                else:
                    cell.value = value
        for cells in merges:
            sheet.merge_cells(cells)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def parsed(table: str) -> tuple[list[list[object]], list[str]]:
    """Return the rows of a drawn table, and the ranges that are merged."""
    lines = [line.strip() for line in table.strip().splitlines()]
    merges = [cells for line in lines if line.startswith("#merge") for cells in line.split()[1:]]
    drawn = [line for line in lines if not line.startswith("#merge")]
    return [[typed(cell.strip()) for cell in line.split("|")] for line in drawn], merges


def typed(text: str) -> object:
    if not text:
        return None
    if text.startswith("'"):
        return text[1:]
    if found := re.fullmatch(r"@(\d{4}-\d\d-\d\d)(?: (.+))?", text):
        return datetime.fromisoformat(found[1]), found[2] or "yyyy-mm-dd"
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    if re.fullmatch(r"-?\d+(\.\d+)?%", text):
        return float(text[:-1]) / 100, "0.0%"
    return text
