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


def departments(path: Path, rows: int) -> Path:
    """Write a workbook of so many rows: a month, a department, a metric, its target and its actual figure."""
    last = 2026 * 12 + 9
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Figures")
    sheet.append(["Month", "Department", "KPI", "Target", "Actual"])
    for row in range(rows):
        month, place = divmod(row, 1_000 * max(1, rows // 48_000))
        month = last - 47 + month % 48
        sheet.append(
            [
                date(month // 12, month % 12 + 1, 1), f"Department {place // 50}", f"Metric {place % 50}",
                500 + row * 7919 % 4_001, 450 + row * 104_729 % 5_003,
            ]
        )  # fmt: skip
    book.save(path)
    return path


def wide(path: Path, metrics: int, days: int) -> Path:
    """Write a workbook of so many metrics over so many days, a day a column."""
    first = date(1982, 1, 1)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Figures")
    sheet.append(["KPI", *(first + timedelta(days=n) for n in range(days))])
    for row in range(metrics):
        sheet.append([f"Metric {row}", *(1_000 + (row * 977 + n * 7919) % 99_991 / 10 for n in range(days))])
    book.save(path)
    return path


def tables(path: Path, count: int) -> Path:
    """Write a workbook of so many small tables on one sheet, one below the other: six metrics over four months."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Figures")
    for number in range(count):
        sheet.append([f"Region {number}"])
        sheet.append(["KPI", "Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026"])
        for place, name in enumerate(("Sales", "Costs", "Orders", "Hours", "Visits", "Stock")):
            sheet.append([name, *(100 + (number * 7919 + place * 977 + month * 104_729) % 9_901 for month in range(4))])
        sheet.append([])
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
