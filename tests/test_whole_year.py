"""What a year is made of when something in it is missing, zero, or begins late (R21 - R24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpireport import pipeline
from kpireport.core.catalogue import figures
from kpireport.core.scorecard import Result
from kpireport.pipeline import Job
from tests.books import book, codes, key, result
from tests.test_targets import goals_of
from tests.workbooks import save

MARGIN = "kpi | target | unit | aggregation | kind\nMargin | 10% | % | ratio | kpi\nProfit | | EUR | sum | metric\n"
RATIO = MARGIN + "Sales | | EUR | sum | metric"
PROFITS = "kpi | 2026-01 | 2026-02 | 2026-03\nProfit | 20 | -50 | 60\nSales | 200 | 0 | 200"


def year_by_ratio(metrics: str) -> Result:
    drawn = book(RATIO, metrics)
    margin = replace(drawn.kpis["margin"], numerator="profit", denominator="sales")
    return result(replace(drawn, kpis={**drawn.kpis, "margin": margin}), "Margin", "2026-03")


def test_a_month_without_sales_has_no_margin_but_its_loss_belongs_to_the_year() -> None:
    found = year_by_ratio(PROFITS)
    assert [p.actual.value if p.actual else None for p in found.points] == [0.1, None, 0.3]
    assert found.ytd.actual is not None
    assert (found.ytd.actual.value, found.ytd.actual.covered) == (pytest.approx(30 / 400), 3)
    assert found.year.actual is not None
    assert found.year.actual.value == pytest.approx(30 / 400)


def test_a_month_in_which_one_part_is_missing_counts_in_neither_sum() -> None:
    found = year_by_ratio("kpi | 2026-01 | 2026-02 | 2026-03\nProfit | 20 | -50 | 60\nSales | 200 | - | 200")
    assert found.ytd.actual is not None
    assert (found.ytd.actual.value, found.ytd.actual.covered) == (pytest.approx(80 / 400), 2)


def test_a_formulas_year_is_made_of_the_same_months() -> None:
    drawn = book(RATIO.replace("aggregation", "aggregation | formula"), PROFITS)
    margin = replace(drawn.kpis["margin"], formula="Profit / Sales", aggregation=None)
    found = result(replace(drawn, kpis={**drawn.kpis, "margin": margin}), "Margin", "2026-03")
    assert found.ytd.actual is not None
    assert found.ytd.actual.value == pytest.approx(30 / 400)


def test_a_balance_that_is_not_reported_yet_is_not_last_months() -> None:
    drawn = book("kpi | target | unit\nStaff | 30 | people", "kpi | 2026-01 | 2026-02 | 2026-03\nStaff | 28 | 29 | -")
    drawn = replace(drawn, kpis={key("Staff"): replace(drawn.kpis["staff"], name="Headcount")})
    found = result(drawn, "Staff", "2026-03")
    assert (found.actual, found.ytd.actual, found.year.actual) == (None, None, None)


@pytest.mark.parametrize(
    ("aggregation", "wanted"),
    [
        pytest.param("average", 107.5, id="a mean is that of the months that have a target"),
        pytest.param("last", 110, id="a balance needs the target of the year's end"),
        pytest.param("sum", None, id="a sum needs them all"),
        pytest.param("first", None, id="an opening value needs the first"),
    ],
)
def test_a_year_whose_targets_begin_late(aggregation: str, wanted: float | None) -> None:
    goals = f"kpi | unit | aggregation\nA | EUR | {aggregation}"
    drawn = book(goals, "kpi | 2026-04 | 2026-05\nA | 90 | 95", targets="kpi | 2026-04 | 2026-07\nA | 102.5 | 110")
    goal = result(drawn, "A", "2026-05").year.goal
    assert (goal.value if goal else None) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("before", "months", "told"),
    [
        pytest.param("1 | 2 | 1 | 2 | 1 | 2 | 1 | 2 | 1 | 2 | 1 | 2", [50, 100] * 6, 0, id="as the year before went"),
        pytest.param(
            "1 | 2 | 1 | 2 | 1 | 2 | 1 | 2 | 1 | 2 | 1 | -", [75] * 12, 1, id="evenly where a month is missing"
        ),
        pytest.param("1 | 2 | 1 | 2 | 1 | 2 | 1 | 2 | 1 | 2 | 1 | -2", [75] * 12, 1, id="evenly where one is negative"),
    ],
)
def test_a_years_target_is_split_as_the_year_before_went(before: str, months: list[float], told: int) -> None:
    head = "kpi | " + " | ".join(f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13))
    drawn = book("kpi | target | unit\nA | 900 | EUR", f"{head}\nA | {before} | " + " | ".join(["80"] * 12))
    drawn = replace(drawn, kpis={"a": replace(drawn.kpis["a"], phased_as_before=True)})
    assert goals_of(result(drawn, "A", "2026-12"))[12:] == pytest.approx(months)
    assert codes(drawn, "2026-12").count(figures.PHASED_EVENLY.name) == told


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        pytest.param("2", 2.0, id="2 is twice the target"),
        pytest.param("1.3", 1.3, id="1.3 is 130 percent"),
        pytest.param("150%", 1.5, id="150 percent by format"),
        pytest.param("150", 1.5, id="150 without a sign"),
    ],
)
def test_a_cap_typed_in_the_goals_sheet(typed: str, wanted: float, tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.xlsx",
        Goals=f"KPI | Target | Unit | Cap | Phasing\nA | 1200 | EUR | {typed} | prior year",
        Metrics="KPI | 2026-01 | 2026-02\nA | 900 | 900",
    )
    done = pipeline.evaluated(Job((path,), date(2026, 3, 5)), progress=lambda _: None, keep=False)
    assert done.card is not None
    found = done.card.results["a"]
    assert (found.kpi.cap, found.verdict.rollup) == (wanted, wanted)
    assert found.kpi.phased_as_before


@pytest.mark.parametrize(
    ("red", "frequency", "status"),
    [
        pytest.param(1080, "month", "watch", id="a red line of the year: 90 a month"),
        pytest.param(90, "month", "watch", id="a red line of a month beside a target of the year"),
        pytest.param(1164, "month", "off", id="a stricter one of the year: 97 a month"),
        pytest.param(97, "month", "off", id="a stricter one of a month"),
        pytest.param(285, "quarter", "off", id="one of a quarter, beside a target of 300 a quarter"),
    ],
)
def test_a_red_line_beside_a_years_target_is_of_the_year_or_of_a_period_by_its_size(
    red: float, frequency: str, status: str
) -> None:
    goals = f"kpi | target | unit | frequency | red_line\nA | 1200 | EUR | {frequency} | {red}"
    metrics = "kpi | 2026-01 | 2026-02 | 2026-03\nA | 92 | 93 | 94"
    if frequency == "quarter":
        metrics = "kpi | 2026-Q1\nA | 279"
    found = result(book(goals, metrics), "A", "2026-03" if frequency == "month" else "2026-Q1")
    assert found.status.value == status
