"""What people write beside the figures: plan, notes, revisions and triggers, as they type them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from test_pipeline import built, job

from kpireport import pipeline
from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

GOALS = "KPI | Target | Unit | Direction\nCalls | 95% | % | higher\nSales | 100 | EUR | higher"
METRICS = "KPI | 2026-01 | 2026-02 | 2026-03\nCalls | 96% | 90% | 80%\nSales | 90 | 110 | 105"


def read(tmp_path: Path, **sheets: Any) -> dict[str, Any]:
    return built(job(tmp_path, save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS, **sheets), period="2026-03"))


def told(tmp_path: Path, **sheets: Any) -> list[tuple[str, str]]:
    """Return name and cell of what is wrong with a sheet."""
    path = save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS, **sheets)
    found = pipeline.check(job(tmp_path, path, period="2026-03"))
    return [(d.name, d.where.cell) for d in found if d.where.sheet in sheets]


HEAD = "KPI | Action | Owner | Start | Due | Done | Progress | Budget | Spent | Likelihood"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param("Calls | Hire | Bo", {"type": "action", "finished": False, "progress": None}, id="a bare line"),
        pytest.param(
            "Calls | Hire | Bo | | | yes", {"finished": True, "done": None}, id="done, by a word in place of a day"
        ),
        pytest.param("Calls | Hire | Bo | | | 未完成", {"finished": False, "done": None}, id="not done, by a word"),
        pytest.param(
            "Calls | Hire | Bo | | | 2026-03-01", {"finished": True, "done": "2026-03-01"}, id="done on a day"
        ),
        pytest.param("Calls | Hire | Bo | | | | 100%", {"finished": True, "progress": 1.0}, id="done, by its progress"),
        pytest.param("Calls | Hire | Bo | | | | 50%", {"finished": False, "progress": 0.5}, id="half done"),
        pytest.param("Calls | Hire | | | | | | | | 30%", {"likelihood": "30%"}, id="a likelihood as a share"),
        pytest.param("Calls | Hire | | | | | | | | high", {"likelihood": "high"}, id="a likelihood as a word"),
    ],
)
def test_a_line_of_the_plan(tmp_path: Path, row: str, expected: dict[str, object]) -> None:
    (line,) = read(tmp_path, Plan=f"{HEAD}\n{row}")["plan"]
    assert {name: line[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        pytest.param("Calls | Hire | Bo | 2026-05-01 | 2026-03-01", ("DUE_BEFORE_START", "E2"), id="due before start"),
        pytest.param("Calls | Hire | Bo | | | | 140%", ("PROGRESS_BEYOND", "G2"), id="more than all of it"),
    ],
)
def test_a_line_that_cannot_be(tmp_path: Path, row: str, problem: tuple[str, str]) -> None:
    assert problem in told(tmp_path, Plan=f"{HEAD}\n{row}")


def test_totals_and_empty_lines_are_no_actions(tmp_path: Path) -> None:
    rows = "Calls | Hire | Bo | | | | | 100 | 50\n\n | Total | | | | | | 100 | 50\nCalls |  | Bo"
    data = read(tmp_path, Plan=f"{HEAD}\n{rows}")
    assert [line["action"] for line in data["plan"]] == ["Hire"]


def test_an_obstacle_without_an_action_is_kept(tmp_path: Path) -> None:
    (line,) = read(tmp_path, Plan="KPI | Action | Type | Obstacle\nCalls |  | risk | A strike")["plan"]
    assert (line["action"], line["type"], line["obstacle"]) == ("A strike", "risk", "A strike")


def test_a_note_of_no_kpi_is_of_the_whole_report(tmp_path: Path) -> None:
    rows = "2026-03 | | decision | Go on | Ana\n | Calls | 原因 | Flu |\n2026-03 | | | |"
    notes = f"Period | KPI | Type | Text | Author\n{rows}"
    data = read(tmp_path, Notes=notes)
    assert [(n["type"], n["kpi"], n["period"], n["text"]) for n in data["notes"]] == [
        ("decision", None, "2026-03", "Go on"),
        ("cause", "calls", None, "Flu"),
    ]


REVISED = "Date | KPI | Field | Effective from | Old | New | Reason | Approved by | Retroactive"


@pytest.mark.parametrize(
    ("row", "goals"),
    [
        pytest.param(
            "| Sales | target | 2026-03 | 100 | 120 | More shops | Li |", [100, 100, 120], id="from a month on"
        ),
        pytest.param("| Sales | target | 2026-03 | 100 | 120 | Wrong | Li | yes", [120, 120, 120], id="retroactive"),
        pytest.param(
            "| Sales | monthly target | 2026-02 | 100 | 120 | x | Li |", [100, 120, 120], id="said to be monthly"
        ),
        pytest.param(
            "| Sales | target | 2026-02 | '100 | '≥120 | x | Li |", [100, 120, 120], id="with a sign, as text"
        ),
    ],
)
def test_a_revised_target(tmp_path: Path, row: str, goals: list[float]) -> None:
    goals_sheet = "KPI | Monthly target | Unit | Direction\nSales | 100 | EUR | higher"
    path = save(
        tmp_path / "a.xlsx", Goals=goals_sheet, Metrics="KPI | 2026-01 | 2026-02 | 2026-03\nSales | 90 | 110 | 105",
        Revisions=f"{REVISED}\n{row}",
    )  # fmt: skip
    found = [
        built(job(tmp_path, path, period=period))["kpis"][0]["target"] for period in ("2026-01", "2026-02", "2026-03")
    ]
    assert found == goals


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        pytest.param("| Sales | target | | 100 | 120", ("REVISION_INCOMPLETE", "D2"), id="from when on?"),
        pytest.param("| Sales | | 2026-03 | 100 | 120", ("REVISION_INCOMPLETE", "C2"), id="what?"),
        pytest.param("| | target | 2026-03 | 100 | 120", ("REVISION_INCOMPLETE", "B2"), id="of which KPI?"),
        pytest.param("| Sales | target | 2026-03 | 100 | lots", ("NOT_A_TARGET", "F2"), id="no number"),
    ],
)
def test_a_revision_that_says_too_little(tmp_path: Path, row: str, problem: tuple[str, str]) -> None:
    assert problem in told(tmp_path, Revisions=f"{REVISED}\n{row}")


@pytest.mark.parametrize(
    ("row", "count"),
    [
        pytest.param("Calls | red | 2 | Meet | Ana", 1, id="a whole trigger"),
        pytest.param("Calls | | 2 | Meet | Ana", 0, id="without a condition"),
        pytest.param("Callz | red | 2 | Meet | Ana", 0, id="of a KPI that is not there"),
    ],
)
def test_a_row_of_the_triggers(tmp_path: Path, row: str, count: int) -> None:
    path = save(
        tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS,
        Triggers=f"KPI | Condition | Periods | Action | Notify\n{row}",
    )  # fmt: skip
    outcome = pipeline.build(job(tmp_path, path, period="2026-03"))
    if count:
        assert len(built(job(tmp_path, path, period="2026-03"))["triggers"]) == count
    else:
        assert outcome.failed or built(job(tmp_path, path, period="2026-03"))["triggers"] == []
