"""Another reader of another family (python-calamine, in Rust) sees the same in every cell, four differences apart."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from kpireport.core.workbook import Cell
from kpireport.excel.read import read

calamine = pytest.importorskip("python_calamine")

SAMPLES = Path(__file__).parent.parent / "sample_workbooks"
A_SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xlsx")), ids=lambda path: path.stem)
def test_calamine_reads_the_same_cells(path: Path) -> None:
    check_calamine(path)


def check_calamine(path: Path) -> None:
    """Assert that calamine sees the same in every cell."""
    found, _ = read(path)
    assert found is not None
    book = calamine.CalamineWorkbook.from_path(str(path))
    different = []
    for sheet in found.sheets:
        other = book.get_sheet_by_name(sheet.name)
        if other.start is None:
            continue
        top, left = other.start
        theirs = {
            (top + 1 + r, left + 1 + c): value
            for r, row in enumerate(other.to_python(skip_empty_area=True))
            for c, value in enumerate(row)
            if value not in ("", None)
        }
        ours = {(c.row, c.column): c for c in sheet.cells() if c.error or c.value not in ("", None)}
        places = sorted(theirs.keys() | ours.keys())
        different += [(sheet.name, at) for at in places if not _alike(ours.get(at), theirs.get(at))]
    assert different == []


def _alike(ours: Cell | None, theirs: Any) -> bool:
    """Return whether two readers mean the same, or differ where calamine is known to."""
    if ours is None:
        return False
    if theirs is None:
        # it shows a cell with an error as empty, and strips a text of blanks alone
        return bool(ours.error) or (isinstance(ours.value, str) and not ours.value.strip())
    if isinstance(theirs, dt.time | dt.timedelta):
        return isinstance(ours.value, float)  # a time of day or a duration stays a number of days
    if isinstance(theirs, dt.date) and isinstance(ours.value, dt.datetime):
        whole = theirs if isinstance(theirs, dt.datetime) else dt.datetime.combine(theirs, dt.time())
        return abs(whole - ours.value) < A_SECOND
    if isinstance(ours.value, str):
        return ours.value.split() == str(theirs).split()  # it strips blanks at both ends
    return bool(ours.value == theirs)
