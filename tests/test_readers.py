"""Workbooks read as openpyxl reads them; hostile ones, of hostile_files/, refused or read in bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.readers import HOSTILE, check_cells, check_outcome, check_structure, hostile_outcomes

# openpyxl warns of everything that it does not understand; none of it concerns cells.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")

HERE = Path(__file__).parent
SAMPLES = sorted((HERE.parent / "sample_workbooks").glob("*.xlsx"))
HOSTILE_FILES = sorted(path.name for path in (HERE / "hostile_files").iterdir())
EVERY = pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)


@EVERY
def test_a_sample_is_read_as_openpyxl_reads_it(path: Path) -> None:
    check_cells(path)


@EVERY
def test_formulas_merges_and_what_is_hidden_are_those_of_openpyxl(path: Path) -> None:
    check_structure(path)


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, Any]]:
    return hostile_outcomes(HERE / "hostile_files")


def test_every_hostile_file_has_its_expectation() -> None:
    assert len(HOSTILE_FILES) > 50
    assert set(HOSTILE_FILES) <= HOSTILE.keys()


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_a_hostile_file_is_refused_or_read_in_bounds(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    check_outcome(outcomes[name])
