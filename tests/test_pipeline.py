"""From a real workbook to figures: what goes in as cells comes out as JSON, with its addresses."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from tests.saying import said
from tests.workbooks import save

TODAY = date(2026, 4, 15)
GOALS = """
KPI       | Target | Unit  | Direction | Owner
Revenue   | 1200   | EUR k | higher    | Ana
Retention | 90%    | %     | higher    | Bo
Wait      | 30     | s     | lower     | Cy
"""
METRICS = """
KPI       | 2026-01 | 2026-02 | 2026-03
Revenue   | 90      | 110     | 105
Retention | 91%     | 89%     | 80%
Wait      | 28      | 31      | 40
"""


def job(tmp_path: Path, *workbooks: Path, **given: Any) -> Job:
    return replace(Job(workbooks, today=TODAY, formats=("json",), out=tmp_path / "out"), **given)


def built(asked: Job) -> dict[str, Any]:
    outcome = pipeline.build(asked)
    assert not outcome.failed, [str(d.where) + " " + said(d.problem) for d in outcome.diagnostics]
    data: dict[str, Any] = json.loads(next(p for p in outcome.written if p.suffix == ".json").read_text("utf-8"))
    return data


def kpi(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(k for k in data["kpis"] if k["name"] == name)
    return found


def test_the_ten_minute_workbook(tmp_path: Path) -> None:
    data = built(job(tmp_path, save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS)))

    assert data["period"] == "2026-03"
    revenue, retention, wait = (kpi(data, name) for name in ("Revenue", "Retention", "Wait"))
    assert (revenue["actual"], revenue["target"], revenue["status"]) == (105, pytest.approx(100), "on")
    assert revenue["attainment"] == pytest.approx(1.05)
    assert revenue["cells"]["actual"] == ["Metrics!D2"]
    assert revenue["ytd"]["actual"] == pytest.approx(305)
    assert revenue["ytd"]["attainment"] == pytest.approx(305 / 300)
    assert revenue["year"]["attainment"] == pytest.approx(305 / 1200)
    assert revenue["year"]["time_progress"] == pytest.approx(0.25)
    assert (retention["actual"], retention["target"]) == (pytest.approx(0.80), pytest.approx(0.90))
    assert retention["status"] == "off"
    assert retention["change"]["previous"]["delta"] == pytest.approx(-0.09)
    assert retention["change"]["previous"]["points"] is True
    assert wait["attainment"] == pytest.approx(2 - 40 / 30)
    assert wait["status"] == "off"


def test_the_same_in_chinese_gives_the_same_figures(tmp_path: Path) -> None:
    chinese = save(
        tmp_path / "b.xlsx",
        目标="""
        指标名称 | 目标值 | 单位  | 方向     | 责任人
        收入     | 1200   | 万元  | 越高越好 | 安
        留存率   | 90%    | %     | 正向     | 博
        等待     | 30     | 秒    | 越低越好 | 程
        """,
        指标数据="""
        指标名称 | 2026年1月 | 2026年2月 | 2026年3月
        收入     | 90        | 110       | 105
        留存率   | 91%       | 89%       | 80%
        等待     | 28        | 31        | 40
        """,
    )
    english = built(job(tmp_path, save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS)))
    data = built(job(tmp_path, chinese))
    for one, other in zip(data["kpis"], english["kpis"], strict=True):
        for field in ("actual", "target", "attainment", "status", "ytd", "year"):
            assert one[field] == other[field], (one["name"], field)


def test_the_schema_of_the_help_page_holds(tmp_path: Path) -> None:
    page = (Path(pipeline.__file__).parent / "help" / "json.md").read_text("utf-8")
    schema = json.loads(re.search(r"```json\n(.*?)```", page, re.DOTALL).group(1))  # type: ignore[union-attr]
    data = built(job(tmp_path, save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS)))
    jsonschema.validate(data, schema)


def test_every_bad_cell_is_told_in_one_run_and_nothing_is_written(tmp_path: Path) -> None:
    bad = save(
        tmp_path / "a.xlsx",
        Goals="""
        KPI       | Target  | Unit | Direction | Owner
        Revenue   | 约500   | EUR  | higher    | Ana
        Revenue   | 12      | EUR  | higher    | Ana
        Wait      | 30      | s    | sideways  | Cy
        """,
        Metrics="""
        KPI     | 2026-01   | 2026-02
        Revenue | '1.234,56 | 2
        Wait    | 3         | 20/30
        """,
    )
    outcome = pipeline.build(job(tmp_path, bad))

    assert outcome.failed
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())
    places = {d.where.address for d in outcome.diagnostics if d.severity.value == "error"}
    assert {"Goals!B2", "Goals!A3", "Goals!D4", "Metrics!B2", "Metrics!C3"} <= places


def test_an_older_report_is_never_left_looking_new(tmp_path: Path) -> None:
    good = save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS)
    pipeline.build(job(tmp_path, good))
    save(good, Goals=GOALS.replace("1200", "about 1200"), Metrics=METRICS)

    outcome = pipeline.build(job(tmp_path, good))

    assert outcome.failed
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["a.outdated.json"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    book = save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS)
    one = pipeline.build(job(tmp_path, book, out=tmp_path / "1")).written
    two = pipeline.build(job(tmp_path, book, out=tmp_path / "2")).written
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]


def test_a_changed_figure_is_told_in_the_next_report_with_both_values_and_the_cell(tmp_path: Path) -> None:
    book = save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS)
    asked = job(tmp_path, book, state=tmp_path / "state")
    assert built(asked)["restatements"] == []
    save(book, Goals=GOALS, Metrics=METRICS.replace("110", "108"))

    told = built(asked)["restatements"]

    assert [(r["kpi"], r["period"], r["reported"], r["now"], r["cell"]) for r in told] == [
        ("revenue", "2026-02", 110, 108, "Metrics!C2")
    ]
    assert built(asked)["restatements"] == told, "a rebuild tells the same"


def test_t90_a_frozen_figure_is_restated_and_told(tmp_path: Path) -> None:
    settings = "Setting | Value\nfrozen_through | 2026-03"
    book = save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS.replace("105", "120"), Settings=settings)
    asked = job(tmp_path, book, state=tmp_path / "state")
    built(asked)
    save(book, Goals=GOALS, Metrics=METRICS.replace("105", "118"), Settings=settings)

    (told,) = built(asked)["restatements"]

    assert (told["reported"], told["now"], told["cell"], told["frozen"]) == (120, 118, "Metrics!D2", True)


@pytest.mark.parametrize(
    ("metrics", "now"),
    [
        pytest.param(METRICS.replace("105", "118"), 118, id="a figure that was changed"),
        pytest.param(METRICS.replace("105", ""), None, id="a figure that was deleted"),
    ],
)
def test_a_frozen_figure_stays_as_it_was_reported_where_the_settings_say_so(
    tmp_path: Path, metrics: str, now: float | None
) -> None:
    settings = "Setting | Value\nfrozen_through | 2026-03\nallow_restated | no"
    book = save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS.replace("105", "120"), Settings=settings)
    asked = job(tmp_path, book, state=tmp_path / "state")
    built(asked)
    save(book, Goals=GOALS, Metrics=metrics, Settings=settings)

    data = built(asked)

    assert kpi(data, "Revenue")["actual"] == 120
    (told,) = data["restatements"]
    assert (told["reported"], told["now"], told["frozen"], told["used"]) == (120, now, True, False)
    assert built(asked)["restatements"] == [told], "and again, as long as the workbook says something else"


def test_several_workbooks_make_one_report(tmp_path: Path) -> None:
    goals = save(tmp_path / "goals.xlsx", Goals=GOALS)
    metrics = save(tmp_path / "metrics.xlsx", Metrics=METRICS)
    data = built(job(tmp_path, goals, metrics))
    assert [w["file"] for w in data["workbooks"]] == ["goals.xlsx", "metrics.xlsx"]
    assert kpi(data, "Revenue")["actual"] == 105


def test_the_same_figure_twice_with_different_values_is_an_error_that_names_both_cells(tmp_path: Path) -> None:
    goals = save(tmp_path / "goals.xlsx", Goals=GOALS, Metrics=METRICS)
    other = save(tmp_path / "other.xlsx", Metrics="KPI | 2026-03\nRevenue | 99")
    outcome = pipeline.build(job(tmp_path, goals, other))
    errors = [d for d in outcome.diagnostics if d.severity.value == "error"]
    assert [d.name for d in errors] == ["CONFLICTING_VALUES"]
    assert "Metrics!D2" in said(errors[0].problem) + str(errors[0].where)
    assert "other.xlsx" in said(errors[0].problem) + str(errors[0].where)


@pytest.mark.parametrize("asked", ["October", "2026-13", "", "../x"])
def test_a_period_that_is_none_is_told(tmp_path: Path, asked: str) -> None:
    book = save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS)
    outcome = pipeline.build(job(tmp_path, book, period=asked))
    assert outcome.failed
    assert [d.name for d in outcome.diagnostics if d.severity.value == "error"] == ["PERIOD_UNKNOWN"]


def test_explain_walks_from_the_cell_to_the_verdict(tmp_path: Path) -> None:
    book = save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS)
    text, told = pipeline.explain(job(tmp_path, book), "retention")
    assert not [d for d in told if d.severity.value == "error"]
    assert "Metrics!D3" in text
    assert "Goals!B3" in text
    assert "1 + (0.8 - 0.9) / |0.9| = 0.888888888888889" in text


def test_explain_suggests_a_name_that_was_misspelt(tmp_path: Path) -> None:
    book = save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS)
    _, told = pipeline.explain(job(tmp_path, book), "retenton")
    (problem,) = [d for d in told if d.name == "KPI_NOT_FOUND"]
    assert "Retention" in said(problem.problem)
