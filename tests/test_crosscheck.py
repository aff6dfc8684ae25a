"""What a workbook computed itself is never read as a figure, but a cell that disagrees with the figures is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kpireport.core.parse.crosscheck import same
from tests.test_layouts import understood
from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

LONG = """
    KPI | Month | Actual | Target | Variance | Attainment
    Sales | 2026-01 | 9 | 10 | -1 | 90%
    Sales | 2026-02 | 12 | 10 | 2 | 120%
    Sales | 2026-03 | 11 | 10 | 1 | 110%
    Sales | 2026-04 | 8 | 10 | {variance} | {attainment}
    """
BLOCKS = """
    指标 | 口径 | 1月 | 2月 | 3月 | 4月
    收入 | 目标 | 10 | 10 | 10 | 10
    | 实际 | 9 | 12 | 11 | 8
    | 差异 | -1 | 2 | 1 | {variance}
    """
TOTALS = """
    KPI | Unit | Jan | Feb | Mar | Apr
    Sales | k | 10 | 11 | 12 | 13
    Services | k | 5 | 5 | 5 | 5
    Total | k | 15 | 16 | 17 | {total}
    """


YEARS = """
    KPI | Jan | Feb | Mar | Apr | Total
    Sales | 10 | 11 | 12 | 13 | 46
    Services | 5 | 5 | 5 | 5 | 20
    Rent | 1 | 1 | 2 | 2 | 6
    Other | 7 | 7 | 9 | 7 | {total}
    """


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        pytest.param(LONG.format(variance=-2, attainment="80%"), [], id="variance and attainment are right"),
        pytest.param(LONG.format(variance=-2, attainment="81%"), ["F5"], id="an attainment was typed over"),
        pytest.param(LONG.format(variance=2, attainment="80%"), ["E5"], id="a variance has the other sign"),
        pytest.param(BLOCKS.format(variance=-2), [], id="a row of variances is right"),
        pytest.param(BLOCKS.format(variance=5), ["F4"], id="one cell of a row of variances is wrong"),
        pytest.param(TOTALS.format(total=18), [], id="a row of totals adds up"),
        pytest.param(TOTALS.format(total=28), ["F4"], id="one total does not add up"),
        pytest.param(YEARS.format(total=30), [], id="totals of the months add up"),
        pytest.param(YEARS.format(total=39), ["F5"], id="one total of the months does not"),
    ],
)
def test_a_computed_cell_that_disagrees_is_told(table: str, cells: list[str], tmp_path: Path) -> None:
    book, told = understood(save(tmp_path / "2026.xlsx", KPI_2026=table))
    assert book is not None
    assert [d.where.cell for d in told if d.name == "DERIVED_DIFFERS"] == cells
    assert {o.series.value for o in book.observations} <= {"actual", "target"}
    assert not any("otal" in kpi.name for kpi in book.kpis.values())


def test_a_title_that_follows_no_formula_is_left_alone(tmp_path: Path) -> None:
    table = """
        KPI | Month | Actual | Target | Score
        Sales | 2026-01 | 9 | 10 | 3
        Sales | 2026-02 | 12 | 10 | 5
        Sales | 2026-03 | 11 | 10 | 4
        Sales | 2026-04 | 8 | 10 | 1
        """
    _, told = understood(save(tmp_path / "book.xlsx", Data=table))
    assert {d.name for d in told} == {"QUESTION_ASSUMED"}


@pytest.mark.parametrize(
    ("typed", "computed", "expected"),
    [
        pytest.param(0.9, 0.9, True, id="the same"),
        pytest.param(0.33, 1 / 3, True, id="rounded to whole percents"),
        pytest.param(0.90, 0.91, False, id="another percent"),
        pytest.param(1e6, 1e6 + 1, False, id="one off in a million"),
        pytest.param(0.0, 0.0, True, id="nothing"),
    ],
)
def test_a_typed_result_may_be_rounded(typed: float, computed: float, expected: bool) -> None:
    assert same(typed, computed) is expected
