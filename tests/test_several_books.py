"""Several workbooks make one report: every cell says whose it is, and no two of them disagree in silence."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kpireport import pipeline
from kpireport.pipeline import Job, Outcome
from tests.saying import said
from tests.workbooks import save

TODAY = date(2026, 4, 8)
GOALS = """
    KPI    | Target | Unit | Formula
    Sales  | 1200   | EUR  |
    Costs  | 900    | EUR  |
    Margin | 25%    | %    | ("Sales" - Costs) / Sales
"""
HEAD = "KPI | 2026-01 | 2026-02 | 2026-03\n"
COSTS = "Costs | 70 | 80 | 75"


def build(folder: Path, finance: str, *, period: str | None = None) -> tuple[Outcome, dict[str, Any]]:
    books = (
        save(folder / "goals.xlsx", Goals=GOALS),
        save(folder / "sales.xlsx", Metrics=f"{HEAD}Sales | 100 | 110 | 120"),
        save(folder / "finance.xlsx", Metrics=HEAD + finance),
    )
    outcome = pipeline.build(Job(books, TODAY, period=period, formats=("json",), out=folder / "out"))
    path = folder / "out" / "goals.json"
    return outcome, json.loads(path.read_text("utf-8")) if path.exists() else {}


def test_each_cell_names_its_workbook(tmp_path: Path) -> None:
    outcome, told = build(tmp_path, COSTS)
    assert not outcome.failed
    margin = next(row for row in told["kpis"] if row["name"] == "Margin")
    assert margin["actual"] == pytest.approx(0.375)
    assert margin["ytd"]["actual"] == pytest.approx(105 / 330)
    assert margin["cells"]["actual"] == ["[sales.xlsx]Metrics!D2", "[finance.xlsx]Metrics!D2"]
    assert margin["cells"]["target"] == ["[goals.xlsx]Goals!B4"]


def test_one_workbook_needs_no_names(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.xlsx", Goals="KPI | Target | Unit\nStaff | 30 | FTE", Metrics=f"{HEAD}Staff | 28 | 29 | 30"
    )
    assert not pipeline.build(Job((path,), TODAY, formats=("json",), out=tmp_path)).failed
    (row,) = json.loads((tmp_path / "a.json").read_text("utf-8"))["kpis"]
    assert row["cells"]["actual"] == ["Metrics!D2"]


def test_two_workbooks_that_disagree_are_both_named(tmp_path: Path) -> None:
    outcome, told = build(tmp_path, f"{COSTS}\nSales | 100 | 111 | 120")
    assert outcome.failed
    assert not told
    (found,) = [d for d in outcome.diagnostics if d.name == "CONFLICTING_VALUES"]
    assert str(found.where) == "finance.xlsx Metrics!C3"
    assert "sales.xlsx Metrics!C2" in said(found.problem, "en")


def test_two_workbooks_that_agree_are_no_error(tmp_path: Path) -> None:
    outcome, told = build(tmp_path, f"{COSTS}\nSales | 100 | 110 | 120")
    assert not outcome.failed
    assert next(row for row in told["kpis"] if row["name"] == "Sales")["actual"] == 120


@pytest.mark.parametrize("period", ["2031-01", "2019-12"])
def test_a_period_without_any_figure_is_no_report(period: str, tmp_path: Path) -> None:
    outcome, told = build(tmp_path, COSTS, period=period)
    assert outcome.failed
    assert not told
    (found,) = [d for d in outcome.diagnostics if d.name == "NO_FIGURES_IN_PERIOD"]
    assert "from 2026-01 to 2026-03" in said(found.problem, "en")


@pytest.mark.parametrize(
    ("state", "told"),
    [
        pytest.param(None, True, id="without a state folder"),
        pytest.param("state", False, id="with one"),
    ],
)
def test_a_report_without_a_memory_says_so(state: str | None, *, told: bool, tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.xlsx", Goals="KPI | Target | Unit\nStaff | 30 | FTE", Metrics=f"{HEAD}Staff | 28 | 29 | 30"
    )
    folder = tmp_path / state if state else None
    job = Job((path,), TODAY, formats=("html", "json"), out=tmp_path, state=folder)
    assert not pipeline.build(job).failed
    readings = json.loads((tmp_path / "a.json").read_text("utf-8"))["readings"]
    assert any(r["topic"] == "state" for r in readings) is told
    assert ("no state folder was used" in (tmp_path / "a.html").read_text("utf-8")) is told
