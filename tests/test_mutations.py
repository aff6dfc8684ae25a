"""Workbooks spoilt at random: read, or refused with a code; no traceback, and no cell lost in silence.

Some in every run; as many as KPIREPORT_MUTANTS says, from KPIREPORT_MUTANTS_FROM on, when somebody looks for more.
"""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest

from kpireport.core import assembly
from kpireport.core.diagnostics import Diagnostic, Severity
from kpireport.core.evaluate import evaluate
from kpireport.core.workbook import Workbook
from kpireport.excel.read import read_bytes
from tests.handmade import packed, parts, row, workbook, worksheet
from tests.mutations import mutant
from tests.saying import said

SAMPLES = Path(__file__).parent.parent / "sample_workbooks"
GOOD = [(SAMPLES / name).read_bytes() for name in ("minimal.xlsx", "charity.xlsx", "messy.xlsx")]
TODAY = date(2026, 11, 9)
BLOCK = 100
FIRST = int(os.environ.get("KPIREPORT_MUTANTS_FROM", "0"))
MANY = int(os.environ.get("KPIREPORT_MUTANTS", "200"))


def through(data: bytes) -> tuple[Workbook | None, tuple[Diagnostic, ...], list[Diagnostic]]:
    """Return a workbook as far as it is read, what the reader told, and everything that was told up to the figures."""
    found, read = read_bytes(data, "mutant.xlsx")
    told = [*read]
    if found is not None:
        book, more = assembly.book([found], today=TODAY)
        told += more
        if book is not None:
            told += evaluate(book, period=None, today=TODAY)[1]
    return found, read, told


@pytest.mark.parametrize("block", range(FIRST, FIRST + MANY, BLOCK))
def test_a_spoilt_workbook_is_read_or_refused(block: int) -> None:
    for number in range(block, block + BLOCK):
        chance = Random(number)
        spoilt = mutant(chance.choice(GOOD), chance)
        try:
            found, read, told = through(spoilt.data)
        except Exception as error:  # to name the one of a hundred that it was
            raise AssertionError(f"{number}: {spoilt.done}") from error
        assert found is not None or [d for d in read if d.severity is Severity.ERROR], (number, spoilt.done)
        for each in told:
            assert all((said(each.problem), said(each.problem, "zh"), said(each.fix), said(each.fix, "zh")))
            assert "\x1b" not in said(each.problem) + said(each.fix) + str(each.where)
        if found is not None and all(d.severity is Severity.NOTE for d in read):
            assert not _lost(found, spoilt.data), (number, spoilt.done)


def _lost(found: Workbook, data: bytes) -> list[Any]:
    """Return the cells in which another reader sees something and ours nothing, though nothing was told."""
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception:  # it ends with whatever error comes
        return []
    ours = {(s.name, c.row, c.column) for s in found.sheets for c in s.cells() if c.value is not None or c.error}
    return [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in book.worksheets
        if sheet.title in {name for name, _, _ in ours}
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.value not in (None, "") and (sheet.title, cell.row, cell.column) not in ours
    ]


# -- found by such workbooks ------------------------------------------------------------------------------------------


def test_a_part_without_a_name_is_passed_over() -> None:
    good = workbook(worksheet(row('<c r="A1"><v>1</v></c>')))
    at = good.rindex(b"PK\x01\x02")
    size = int.from_bytes(good[at + 28 : at + 30], "little")
    nameless = good[: at + 28] + b"\0\0" + good[at + 30 : at + 46] + good[at + 46 + size :]
    found, told = read_bytes(nameless, "nameless.xlsx")
    assert found is not None or told


def test_a_cell_with_two_values_is_not_read_as_one_of_them() -> None:
    sheet = worksheet(row('<c r="A1"><v>12</v><v>13</v></c>'))
    found, told = read_bytes(packed(parts(sheet, worksheet(row('<c r="A1"><v>1</v></c>')))), "two.xlsx")
    assert found is not None
    assert [s.name for s in found.sheets] == ["S2"]
    assert [(d.name, d.severity) for d in told] == [("SHEET_BROKEN", Severity.ERROR)]
