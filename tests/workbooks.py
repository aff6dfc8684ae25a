"""Real .xlsx files for tests, drawn as text: one table a sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from pathlib import Path


def save(path: Path, **sheets: str | list[list[object]]) -> Path:
    """Write a workbook. A table is lines of cells parted by ``|``; numbers are numbers, ``12%`` has a percent format.

    ``'text`` stays text whatever it looks like; ``=A1`` is a formula without a saved result. Rows given as lists are
    written as they are.
    """
    book = Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        rows = table if isinstance(table, list) else parsed(table)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is None:
                    continue
                cell = sheet.cell(number, column)
                if isinstance(value, tuple):
                    cell.value, cell.number_format = value
                else:
                    cell.value = value
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def parsed(table: str) -> list[list[object]]:
    lines = [line.strip() for line in table.strip().splitlines()]
    return [[typed(cell.strip()) for cell in line.split("|")] for line in lines]


def typed(text: str) -> object:
    if not text:
        return None
    if text.startswith("'"):
        return text[1:]
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    if re.fullmatch(r"-?\d+(\.\d+)?%", text):
        return float(text[:-1]) / 100, "0.0%"
    return text
