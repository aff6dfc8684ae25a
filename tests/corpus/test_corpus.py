"""The corpus: real workbooks read as openpyxl reads them, hostile ones refused or read in bounds."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from kpireport.core.workbook import Cell
from kpireport.excel.read import read
from tests.readers import HOSTILE, check_cells, check_outcome, check_structure, hostile_outcomes
from tests.test_annotate import check_marking
from tests.test_corpus_calamine import check_calamine

# openpyxl warns of everything that it does not understand; none of it concerns cells.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


def test_a_real_workbook_is_read_as_openpyxl_reads_it(comparable: Path) -> None:
    check_cells(comparable)


def test_a_workbook_that_openpyxl_cannot_open_is_read_with_its_dates(corpus: Path) -> None:
    book, problems = read(corpus / "real" / "calamine__minimal_package.xlsx")
    assert book is not None
    assert problems == ()
    (sheet,) = book.sheets
    assert sum(len(row) for row in sheet.rows.values()) == 6986
    assert sheet.at(4, 18) == Cell(4, 18, dt.datetime.fromisoformat("1985-02-25"), "mm\\/dd\\/yy")


def test_formulas_merges_and_what_is_hidden_are_those_of_openpyxl(small: Path) -> None:
    check_structure(small)


def test_calamine_reads_the_same_cells(real: Path) -> None:
    check_calamine(real)


def test_a_real_workbook_can_be_marked(real: Path) -> None:
    check_marking(real)


@pytest.fixture(scope="module")
def outcomes(corpus: Path) -> dict[str, dict[str, Any]]:
    return hostile_outcomes(corpus / "hostile")


def test_every_hostile_file_has_its_expectation(outcomes: dict[str, dict[str, Any]]) -> None:
    assert outcomes.keys() == HOSTILE.keys()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_or_read_in_bounds(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    check_outcome(outcomes[name])


def test_the_corpus_is_the_one_that_is_listed(corpus: Path) -> None:
    with (corpus / "INDEX.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["file"] for row in csv.DictReader(file)}
    assert listed == {f"{path.parent.name}/{path.name}" for path in corpus.glob("*/*")}
