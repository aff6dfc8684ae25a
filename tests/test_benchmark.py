"""The figure of others stands beside the target wherever a figure is shown with its source, and judges nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from tests import goldens
from tests.workbooks import save

TODAY = date(2026, 3, 9)
GOALS = """
KPI        | Target | Unit | Direction | Benchmark
Margin     | 40%    | %    | higher    | 45%
Complaints | 6      |      | lower     | 2.5
Staff      | 30     |      | higher    |
"""
METRICS = """
KPI        | 2026-01 | 2026-02
Margin     | 41%     | 42%
Complaints | 5       | 9
Staff      | 30      | 30
"""


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(
        (save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS),), TODAY, formats=("json", "html"), out=tmp_path
    )


def test_the_data_have_it_and_no_verdict_knows_it(job: Job) -> None:
    page, data = (next(p for p in pipeline.build(job).written if p.suffix == end) for end in (".html", ".json"))
    kpis = {kpi["name"]: kpi for kpi in json.loads(data.read_text("utf-8"))["kpis"]}
    assert {name: kpi["benchmark"] for name, kpi in kpis.items()} == {"Margin": 0.45, "Complaints": 2.5, "Staff": None}
    assert kpis["Margin"]["status"] == "on", "though others do better"
    shown = goldens.page(page.read_bytes())
    assert "Benchmark 2.5" in shown.replace(" | ", " "), "beside the figures of Complaints, which is off target"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_each_number_comes_from_names_its_cell(language: str, job: Job) -> None:
    asked = replace(job, language=language)
    _, report, _ = pipeline.composed(asked, pipeline.evaluated(asked, progress=pipeline.silent, keep=False))
    assert report is not None
    places = {row.name: row.target_place for row in report.sources.rows}
    assert ["Goals!E" in places[name] for name in ("Margin", "Complaints", "Staff")] == [True, True, False]
    assert "45%" in places["Margin"]
    told, _ = pipeline.explain(asked, "Complaints")
    assert "Goals!E3  2.5" in told
