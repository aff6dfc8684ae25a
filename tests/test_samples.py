"""The sample workbooks: made again they are the same, and each does what its page says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from tests.saying import said

SAMPLES = Path(__file__).parents[1] / "sample_workbooks"
TODAY = date(2026, 11, 9)
NAMES = ["minimal", "group", "group-zh", "charity", "wide", "messy"]


def test_making_the_samples_again_changes_nothing(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLES / "make.py"), str(tmp_path)], check=True)
    for name in NAMES:
        assert (tmp_path / f"{name}.xlsx").read_bytes() == (SAMPLES / f"{name}.xlsx").read_bytes(), name


@pytest.mark.parametrize("name", [n for n in NAMES if n != "messy"])
def test_a_good_sample_has_neither_errors_nor_warnings(name: str) -> None:
    told = pipeline.check(Job((SAMPLES / f"{name}.xlsx",), TODAY))
    assert [said(d.problem) for d in told if d.severity.value != "note"] == []


def test_the_messy_sample_shows_many_kinds_of_problem_in_one_run() -> None:
    told = pipeline.check(Job((SAMPLES / "messy.xlsx",), TODAY))
    kinds = Counter(d.name for d in told)
    expected = {
        "KPI_TWICE", "ID_TWICE", "NO_CHOICE", "NAME_MISSING", "NOT_A_TARGET", "SIGN_CONFLICT", "AMBIGUOUS_NUMBER",
        "NOT_A_NUMBER", "NO_CACHED_VALUE", "DATE_NOT_NUMBER", "PERIOD_TWICE", "PERIOD_DESCENDING", "KPI_UNKNOWN",
        "ROW_WITHOUT_KPI", "REFERENCE_UNKNOWN", "DUE_BEFORE_START", "PROGRESS_BEYOND", "REVISION_INCOMPLETE",
        "ADDRESS_UNUSABLE", "SETTING_UNKNOWN", "SETTING_UNUSABLE", "UNKNOWN_PARENT", "PARENT_CYCLE", "WEIGHT_NEGATIVE",
        "BAND_ORDER", "COLUMN_TWICE", "CURRENCY_MIXED", "AMBIGUOUS_DATE", "NOT_A_DATE", "FORMULA_UNKNOWN_NAME",
        "FORMULA_CYCLE", "RANGE_ORDER", "CUMULATIVE_PERIOD", "TEXT_NUMBER", "CONDITION_UNKNOWN",
    }  # fmt: skip
    assert expected - set(kinds) == set()


def figures(name: str, tmp_path: Path) -> dict:  # type: ignore[type-arg]
    outcome = pipeline.build(Job((SAMPLES / f"{name}.xlsx",), TODAY, formats=("json",), out=tmp_path))
    data: dict = json.loads(outcome.written[0].read_text("utf-8"))  # type: ignore[type-arg]
    return data


def test_the_group_tells_its_story(tmp_path: Path) -> None:
    data = figures("group", tmp_path)
    assert data["period"] == "2026-10"
    assert sum(data["counts"].values()) == 18
    assert data["counts"]["none"] == 1
    assert 2 <= data["counts"]["off"] <= 4
    assert data["counts"]["on"] >= 9
    kpis = {k["name"]: k for k in data["kpis"]}
    assert kpis["Rating after a call"]["status"] == "none"
    assert kpis["Calls answered within 30 s"]["signal"]["trend"] == "worse"
    assert kpis["Contracts sold"]["signal"]["seasonal"] is True
    assert kpis["Part was in the van"]["status"] == "on"
    margin = kpis["Operating margin"]
    profit, revenue = kpis["Operating profit"]["actual"], kpis["Revenue"]["actual"]
    assert margin["actual"] == pytest.approx(profit / revenue)
    assert kpis["Customers who stay"]["coverage"] == pytest.approx(0.85)
    assert [t["id"] for t in data["triggers"] if t["fired"]]
    assert data["staff"]
    assert len(kpis["Service income"]["years"]) >= 5


def test_a_breakdown_adds_up_to_the_months_figure(tmp_path: Path) -> None:
    complaints = next(k for k in figures("group", tmp_path)["kpis"] if k["name"] == "Complaints")
    assert len(complaints["cells"]["actual"]) == 3


def test_the_charity_counts_from_april(tmp_path: Path) -> None:
    data = figures("charity", tmp_path)
    reached = next(k for k in data["kpis"] if k["name"] == "People reached")
    assert reached["year"]["time_progress"] == pytest.approx(7 / 12)
    assert reached["ytd"]["expected"] == 7


def test_four_hundred_kpis_are_four_hundred(tmp_path: Path) -> None:
    assert len(figures("wide", tmp_path)["kpis"]) == 400
