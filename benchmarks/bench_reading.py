"""Reading a workbook, beside openpyxl, calamine and pandas: ours reads, understands and evaluates, they read values.

    python benchmarks/bench_reading.py [--rows 200000]

The tables are of 12 metrics over 36 months, 500 over 60, and a list of transactions; then the shapes that are large in
their own ways: departments by month, 16,000 columns, a thousand tables on a sheet. CPU seconds in a warm process;
beside them what finding the figures takes alone, by cell.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bench import table, version
from books import departments, grid, tables, transactions, wide

from kpireport import facts, pipeline
from kpireport.excel import read as excel
from kpireport.pipeline import Job
from kpireport.process import collection_paused

TODAY = date(2026, 11, 9)
Way = Callable[[Path], object]


def ours(path: Path) -> None:
    workbook, _ = excel.read(path)
    assert workbook is not None


def understood(path: Path) -> None:
    """Everything up to the account of the workbook's numbers: what ``kpireport check --facts`` does."""
    read = facts.look(path, {}, today=TODAY)
    assert read.reading is not None
    assert len(read.reading.account) == read.reading.numbers


def found_in(path: Path) -> tuple[int, float]:
    """Return the cells of a workbook and the CPU seconds that finding its figures takes, once it is read."""
    workbook, _ = excel.read(path)
    assert workbook is not None
    begun = time.process_time()
    with collection_paused():
        facts.read(workbook, {}, TODAY)
    taken = time.process_time() - begun
    return sum(len(row) for sheet in workbook.sheets for row in sheet.rows.values()), taken


def evaluated(path: Path) -> None:
    """Everything up to the figures of the report: what ``kpireport check`` does."""
    told = pipeline.check(Job((path,), TODAY))
    assert not [d for d in told if d.severity.value == "error"], told


def by_openpyxl(path: Path, *, read_only: bool) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=read_only, data_only=True)
    for sheet in book:
        for _ in sheet.iter_rows(values_only=True):
            pass
    book.close()


def by_pandas(path: Path) -> None:
    import pandas as pd

    pd.read_excel(path, sheet_name=None, header=None, engine="calamine")


def by_calamine(path: Path) -> None:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def ways() -> dict[str, Way]:
    found: dict[str, Way] = {
        "kpireport, read": ours,
        "kpireport, read and understood": understood,
        "kpireport, read and evaluated": evaluated,
        "openpyxl read_only": lambda path: by_openpyxl(path, read_only=True),
        "openpyxl": lambda path: by_openpyxl(path, read_only=False),
    }
    if version("python-calamine") != "not installed":
        found["calamine"] = by_calamine
        found["pandas with calamine"] = by_pandas
    else:
        print("\npandas with calamine: python-calamine is not installed")
    return found


def best(way: Way, path: Path, runs: int) -> float:
    taken = []
    for _ in range(runs):
        begun = time.process_time()
        way(path)
        taken.append(time.process_time() - begun)
    return min(taken)


def shapes(folder: Path) -> None:
    """Print what finding the figures takes in sheets that are large in their own ways, and what reading takes."""
    books = {
        "departments, 200,000 x 5": departments(folder / "departments.xlsx", 200_000),
        "500 x 60": grid(folder / "grid.xlsx", 500, 60),
        "16,000 columns x 20": wide(folder / "wide.xlsx", 20, 16_000),
        "1,000 tables": tables(folder / "tables.xlsx", 1_000),
        "4,000 tables": tables(folder / "more.xlsx", 4_000),
    }
    rows = []
    for title, path in books.items():
        reading = best(ours, path, 1)
        cells, finding = found_in(path)
        rows.append((title, f"{cells:,}", f"{reading:.2f}", f"{finding:.2f}", f"{1e6 * finding / cells:.1f}"))
    table(
        "Finding figures, CPU seconds once the workbook is read",
        ("", "cells", "reading", "finding", "microseconds a cell"),
        rows,
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=200_000)
    rows = options.parse_args().rows
    with tempfile.TemporaryDirectory() as name:
        books = {
            "12 x 36": grid(Path(name) / "small.xlsx", 12, 36),
            "500 x 60": grid(Path(name) / "large.xlsx", 500, 60),
            f"{rows:,} rows": transactions(Path(name) / "rows.xlsx", rows),
        }
        found = ways()
        for way in found.values():
            way(books["12 x 36"])  # imports
        times = {
            label: {title: best(way, path, 2 if "rows" in title else 5) for title, path in books.items()}
            for label, way in found.items()
        }
    least = times["openpyxl read_only"]
    table(
        "Reading, CPU seconds (and openpyxl read_only = 1)",
        ("", *books),
        [(label, *(f"{t[b]:.3f} ({t[b] / least[b]:.2f})" for b in books)) for label, t in times.items()],
    )
    with tempfile.TemporaryDirectory() as name:
        shapes(Path(name))


if __name__ == "__main__":
    main()
