"""Which triggers fire, since when and on which figure (R39), from workbooks as people write them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from test_pipeline import built, job

from tests.workbooks import save

TODAY = date(2026, 7, 6)
MONTHS = "KPI | 2026-01 | 2026-02 | 2026-03 | 2026-04 | 2026-05 | 2026-06"
GOOD = "Calls | 96% | 96% | 95% | 97% | 96% | 96%"
FALLS = "Calls | 96% | 96% | 95% | 88% | 70% | 60%"
LAST = "Calls | 96% | 96% | 95% | 97% | 96% | 60%"


def fired(tmp_path: Path, condition: str, row: str, *, plan: str = "", **sheets: str) -> dict[str, Any]:
    """Return the one trigger of a workbook whose KPI has a target of 95 %, red under 80 %."""
    goals = f"KPI | Target | Unit | Direction | Red line | Trigger\nCalls | 95% | % | higher | 80% | {condition}"
    if plan:
        sheets["Plan"] = plan
    path = save(tmp_path / "a.xlsx", Goals=goals, Metrics=f"{MONTHS}\n{row}", **sheets)
    (found,) = built(job(tmp_path, path, today=TODAY, period="2026-06"))["triggers"]
    return dict(found)


@pytest.mark.parametrize(
    ("condition", "row", "since"),
    [
        pytest.param("red", FALLS, "2026-05", id="red: since the first red month"),
        pytest.param("red", GOOD, None, id="red: not red"),
        pytest.param("red 2 months", FALLS, "2026-06", id="red twice: since the second"),
        pytest.param("red 2 months", LAST, None, id="red twice: only once so far"),
        pytest.param("连续2个月红", FALLS, "2026-06", id="red twice, in Chinese"),
        pytest.param("amber or worse", FALLS, "2026-04", id="not on target"),
        pytest.param("< 75", FALLS, "2026-05", id="a value of a share may be typed without its sign"),
        pytest.param("< 75%", FALLS, "2026-05", id="a value of a share with its sign"),
        pytest.param("<= 60%", FALLS, "2026-06", id="a limit that is touched"),
        pytest.param("< 60%", FALLS, None, id="a limit that is touched is not passed"),
        pytest.param("> 96.5%", GOOD, None, id="above, once and no more"),
        pytest.param("crosses 80%", LAST, "2026-06", id="crosses a line this month"),
        pytest.param("crosses 80%", FALLS, None, id="crossed a month ago"),
        pytest.param("attainment < 90%", FALLS, "2026-05", id="attainment"),
        pytest.param("attainment < 90", FALLS, "2026-05", id="attainment without its sign"),
        pytest.param("status worsened", LAST, "2026-06", id="worsened this month"),
        pytest.param("status worsened", GOOD, None, id="nothing worsened"),
        pytest.param("landing below target", FALLS, "2026-06", id="the year will miss"),
        pytest.param("red without action", LAST, "2026-06", id="nobody acts"),
        pytest.param("red without action", GOOD, None, id="nobody needs to act"),
        pytest.param("no data", GOOD, None, id="data are there"),
    ],
)
def test_a_condition_fires_since(tmp_path: Path, condition: str, row: str, since: str | None) -> None:
    found = fired(tmp_path, condition, row)
    assert (found["fired"], found["since"]) == (since is not None, since)
    assert found["key"].endswith(since or "|")


def test_a_missing_month_fires(tmp_path: Path) -> None:
    found = fired(tmp_path, "no data", "Calls | 96% | 96% | 95% | 97% | 96% |\nOther | 1 | 1 | 1 | 1 | 1 | 1")
    assert (found["fired"], found["since"], found["figure"]) == (True, "2026-06", None)


PLAN = "KPI | Action | Owner | Start | Due | Progress | Budget | Spent"


@pytest.mark.parametrize(
    ("condition", "row", "expected"),
    [
        pytest.param(
            "spent > budget", "Calls | Hire | Bo | 2026-01-01 | 2026-12-31 | 50% | 100 | 120", True, id="over"
        ),
        pytest.param("超预算", "Calls | Hire | Bo | 2026-01-01 | 2026-12-31 | 50% | 100 | 100", False, id="just spent"),
        pytest.param("milestone overdue", "Calls | Hire | Bo | 2026-01-01 | 2026-06-30 | 50% | 1 | 1", True, id="late"),
        pytest.param(
            "milestone overdue", "Calls | Hire | Bo | 2026-01-01 | 2026-07-30 | 50% | 1 | 1", False, id="in time"
        ),
        pytest.param(
            "red without action", "Calls | Hire | Bo | 2026-01-01 | 2026-07-30 | 5% | 1 | 1", False, id="acted"
        ),
    ],
)
def test_the_plan_fires(tmp_path: Path, condition: str, row: str, expected: bool) -> None:
    assert fired(tmp_path, condition, LAST, plan=f"{PLAN}\n{row}")["fired"] is expected


def test_money_that_runs_ahead_of_the_work_fires(tmp_path: Path) -> None:
    row = "Calls | Hire | Bo | 2026-01-01 | 2026-12-31 | 20% | 100 | 90"
    assert fired(tmp_path, "spending ahead", GOOD, plan=f"{PLAN}\n{row}")["fired"] is True


LONG = "KPI | " + " | ".join(f"{2024 + n // 12}-{n % 12 + 1:02d}" for n in range(30))
NOISE = [96, 95, 97, 96, 95, 96, 97, 95, 96, 96, 97, 95]


@pytest.mark.parametrize(
    ("condition", "last", "expected"),
    [
        pytest.param("signal worse", 80, True, id="a fall beyond the limits is a signal"),
        pytest.param("signal worse", 96, False, id="noise is none"),
        pytest.param("出现恶化信号", 80, True, id="in Chinese"),
        pytest.param("signal better", 99.9, True, id="a rise beyond the limits"),
        pytest.param("signal better", 80, False, id="the other way"),
        pytest.param("chance < 50%", 60, True, id="the year's target is out of reach"),
        pytest.param("chance < 50", 60, True, id="a chance without its sign"),
        pytest.param("chance > 50%", 60, False, id="it is not likely"),
    ],
)
def test_a_signal_or_a_chance_fires(tmp_path: Path, condition: str, last: float, expected: bool) -> None:
    row = "Calls | " + " | ".join(f"{NOISE[n % 12]}%" for n in range(29)) + f" | {last}%"
    goals = f"KPI | Target | Unit | Direction | Trigger\nCalls | 95% | % | higher | {condition}"
    path = save(tmp_path / "a.xlsx", Goals=goals, Metrics=f"{LONG}\n{row}")
    (found,) = built(job(tmp_path, path, today=TODAY, period="2026-06"))["triggers"]
    assert found["fired"] is expected


def test_a_figure_that_was_restated_fires(tmp_path: Path) -> None:
    goals = "KPI | Target | Unit | Trigger\nCalls | 95% | % | restated"
    path = save(tmp_path / "a.xlsx", Goals=goals, Metrics=f"{MONTHS}\n{GOOD}")
    asked = job(tmp_path, path, today=TODAY, period="2026-06", state=tmp_path / "state")
    assert built(asked)["triggers"][0]["fired"] is False
    save(path, Goals=goals, Metrics=f"{MONTHS}\n{GOOD.replace('97%', '94%')}")
    assert built(asked)["triggers"][0]["fired"] is True


@pytest.mark.parametrize(
    ("target", "row", "expected"),
    [
        pytest.param("90%~97%", GOOD, False, id="the year lands inside the range"),
        pytest.param("90%~95%", GOOD, True, id="the year lands above it"),
        pytest.param("97%~99%", GOOD, True, id="the year lands below it"),
    ],
)
def test_a_landing_outside_its_range_fires(tmp_path: Path, target: str, row: str, expected: bool) -> None:
    goals = f"KPI | Target | Unit | Direction | Trigger\nCalls | {target} | % | range | landing below target"
    path = save(tmp_path / "a.xlsx", Goals=goals, Metrics=f"{MONTHS}\n{row}")
    (found,) = built(job(tmp_path, path, today=TODAY, period="2026-06"))["triggers"]
    assert found["fired"] is expected


def test_a_revised_target_fires_in_its_month(tmp_path: Path) -> None:
    revisions = "KPI | Field | Effective from | Old | New | Reason\nCalls | target | 2026-06 | 95% | 90% | Fewer people"
    found = fired(tmp_path, "target revised", GOOD, Revisions=revisions)
    assert (found["fired"], found["since"]) == (True, "2026-06")


def test_a_trigger_of_the_sheet_says_who_acts(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.xlsx",
        Goals="KPI | Target | Unit\nCalls | 95% | %",
        Metrics=f"{MONTHS}\n{FALLS}",
        Triggers="KPI | Condition | Periods | Action | Notify\nCalls | < 80% | 2 | Call a meeting | Ana",
    )
    (found,) = built(job(tmp_path, path, today=TODAY, period="2026-06"))["triggers"]
    assert (found["fired"], found["since"], found["action"], found["notify"], found["cell"]) == (
        True, "2026-06", "Call a meeting", "Ana", "Triggers!B2",
    )  # fmt: skip


def test_several_conditions_stand_in_one_cell(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.xlsx",
        Goals="KPI | Target | Unit | Trigger\nCalls | 95% | % | red; < 50%；spent > budget",
        Metrics=f"{MONTHS}\n{FALLS}",
    )
    found = built(job(tmp_path, path, today=TODAY, period="2026-06"))["triggers"]
    assert [t["fired"] for t in found] == [True, False, False]
    assert len({t["id"] for t in found}) == 3


def test_the_key_is_the_same_while_the_trouble_lasts(tmp_path: Path) -> None:
    """Who was told in May is not told again in June of the same thing."""
    goals = "KPI | Target | Unit | Red line | Trigger\nCalls | 95% | % | 80% | red"
    path = save(tmp_path / "a.xlsx", Goals=goals, Metrics=f"{MONTHS}\n{FALLS}")
    keys = [built(job(tmp_path, path, today=TODAY, period=p))["triggers"][0]["key"] for p in ("2026-05", "2026-06")]
    assert keys[0] == keys[1]


def test_a_landing_is_judged_by_where_the_year_lands_and_says_so(tmp_path: Path) -> None:
    goals = "KPI | Annual target | Unit | Trigger\nSales | 1200 | EUR | landing below target"
    path = save(tmp_path / "a.xlsx", Goals=goals, Metrics=f"{MONTHS}\nSales | 80 | 90 | 80 | 90 | 80 | 90")
    told = built(job(tmp_path, path, today=TODAY, period="2026-06"))
    (found,), (kpi,) = told["triggers"], told["kpis"]
    assert found["fired"]
    assert found["figure"] == kpi["landing"]["point"] != kpi["actual"]
