"""Reading a workbook, beside openpyxl and pandas: ours reads, understands and evaluates, the others only read values.

    python benchmarks/bench_reading.py [--rows 200000]

The tables are of 12 metrics over 36 months, 500 over 60, and a list of transactions. CPU seconds in a warm process.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bench import table, version
from books import grid, transactions

from kpireport import pipeline
from kpireport.excel import read as excel
from kpireport.pipeline import Job

Way = Callable[[Path], object]


def ours(path: Path) -> None:
    workbook, _ = excel.read(path)
    assert workbook is not None


def evaluated(path: Path) -> None:
    """Everything up to the figures of the report: what ``kpireport check`` does."""
    told = pipeline.check(Job((path,), date(2026, 11, 9)))
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


def ways() -> dict[str, Way]:
    found: dict[str, Way] = {
        "kpireport, read": ours,
        "kpireport, read and evaluated": evaluated,
        "openpyxl read_only": lambda path: by_openpyxl(path, read_only=True),
        "openpyxl": lambda path: by_openpyxl(path, read_only=False),
    }
    if version("python-calamine") != "not installed":
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


if __name__ == "__main__":
    main()
