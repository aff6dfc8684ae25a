"""Workbooks to measure with: tables of a given size, lists of transactions, and a drop folder full of copies."""

from __future__ import annotations

import shutil
import zipfile
from datetime import date, timedelta
from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from pathlib import Path

HEADS = ["KPI", "Target", "Unit", "Direction", "Aggregation"]
KEPT = """[inbox]
path = "inbox"
settle_seconds = 0
[batch]
reports = "reports"
state = "state"
formats = ["pdf"]
"""


def grid(path: Path, metrics: int, months: int) -> Path:
    """Write a workbook of so many metrics over so many months, ending with October 2026."""
    last = 2026 * 12 + 9
    heads = [date((last - back) // 12, (last - back) % 12 + 1, 1) for back in reversed(range(months))]
    names = [f"Metric {n:03}" for n in range(metrics)]
    book = Workbook(write_only=True)
    goals = book.create_sheet("Goals")
    goals.append(HEADS)
    for name in names:
        goals.append([name, 100, "EUR", "higher", "sum"])
    sheet = book.create_sheet("Metrics")
    sheet.append(["KPI", *heads])
    for row, name in enumerate(names):
        sheet.append([name, *(90 + (7 * row + 13 * column) % 21 for column in range(months))])
    book.save(path)
    return path


def transactions(path: Path, rows: int) -> Path:
    """Write a workbook of so many rows: a day, one of four metrics, and a value."""
    first, names = date(2024, 1, 1), ("Orders", "Revenue", "Returns", "Visits")
    book = Workbook(write_only=True)
    goals = book.create_sheet("Goals")
    goals.append(HEADS)
    for name in names:
        goals.append([name, 100_000, "EUR", "higher", "sum"])
    sheet = book.create_sheet("Metrics")
    sheet.append(["Date", "KPI", "Value"])
    for row in range(rows):
        sheet.append([first + timedelta(days=row * 1030 // rows), names[row % 4], 50 + row * 7919 % 101])
    book.save(path)
    return path


def drop_folder(folder: Path, workbook: Path, count: int) -> Path:
    """Make a folder with a settings file and so many copies of a workbook, no two alike; return the settings file."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    for number in range(count):
        copy = inbox / f"book-{number:05}.xlsx"
        shutil.copy(workbook, copy)
        with zipfile.ZipFile(copy, "a") as package:
            package.comment = f"copy {number}".encode()
    settings = folder / "kpireport.toml"
    settings.write_text(KEPT, "utf-8")
    return settings
