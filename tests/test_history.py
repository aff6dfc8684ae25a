"""What was reported when, and how good our own forecasts were."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from kpireport import pipeline
from kpireport.chronicle import as_text, compared, read, told
from kpireport.cli import main
from kpireport.core.identity import ReportIdentity
from kpireport.core.restate import Reported
from kpireport.core.selfscore import Forecasted
from kpireport.pipeline import Job
from kpireport.snapshots import Snapshots
from tests.workbooks import save

if TYPE_CHECKING:
    from collections.abc import Sequence

GOALS = "kpi | target | unit\nSales | 1200 | EUR\nVisits | 600 | count"
MONTHS = [f"{2024 + n // 12}-{n % 12 + 1:02d}" for n in range(34)]


def workbook(folder: Path, months: int) -> Path:
    """Two KPIs over so many months; the figures of a month never change."""
    sales = [90 + 3 * (n % 7) - (n % 4) for n in range(months)]
    visits = [40 + 2 * (n % 5) + (n % 3) for n in range(months)]
    rows = [
        " | ".join(["kpi", *MONTHS[:months]]),
        " | ".join(["Sales", *map(str, sales)]),
        " | ".join(["Visits", *map(str, visits)]),
    ]
    path = folder / "book.xlsx"
    settings = "setting | value\norganisation | Firm"
    return save(path, Goals=GOALS, Metrics="\n".join(rows), Settings=settings)


def build(folder: Path, months: int, *, again: bool = False) -> None:
    path = folder / "book.xlsx" if again else workbook(folder, months)
    day = date(2024 + months // 12, months % 12 + 1, 9)
    job = Job((path,), day, formats=("json", "html"), out=folder / "out", state=folder / "state")
    outcome = pipeline.build(job)
    assert not outcome.failed, outcome.diagnostics


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which seven months were reported, one after the other."""
    folder = tmp_path_factory.mktemp("history")
    for months in range(25, 32):
        build(folder, months)
    return folder


def test_each_report_keeps_its_forecast_of_the_next_month(reported: Path) -> None:
    rows = [row for row in compared(read(reported / "state")) if row["period"] in MONTHS]
    assert len(rows) == 14
    assert [row["period"] for row in rows if row["kpi"] == "sales"] == MONTHS[25:32]


def test_a_forecast_stands_beside_what_came(reported: Path) -> None:
    rows = [row for row in compared(read(reported / "state")) if row["kpi"] == "sales" and row["period"] in MONTHS]
    assert [row["actual"] for row in rows] == [90 + 3 * (n % 7) - (n % 4) for n in range(25, 31)] + [None]
    assert rows[-1]["error"] is None
    first = rows[0]
    assert isinstance(first["forecast"], float)
    assert isinstance(first["actual"], float)
    assert first["error"] == pytest.approx((first["forecast"] - first["actual"]) / first["actual"])


def test_a_landing_stands_beside_the_year_that_came(tmp_path: Path) -> None:
    for months in (22, 23, 24, 25):
        build(tmp_path, months)
    rows = [r for r in compared(read(tmp_path / "state")) if r["kpi"] == "sales" and r["period"] == "2025"]
    assert [row["report"] for row in rows] == ["2025-10", "2025-11"]
    for row in rows:
        assert row["actual"] == sum(90 + 3 * (n % 7) - (n % 4) for n in range(12, 24))
        assert isinstance(row["low"], float)
        assert isinstance(row["high"], float)
        assert row["low"] < row["high"]
        assert (row["held"] == "yes") == (row["low"] <= row["actual"] <= row["high"])
        assert row["chance"] is not None


def test_chances_are_counted_once_the_year_is_over(tmp_path: Path) -> None:
    for months in range(18, 26):
        build(tmp_path, months)
    page = (tmp_path / "out" / "book.html").read_text("utf-8")
    assert "Of 24 ranges that should hold in 80 of 100 cases" in page
    assert "Of 12 chances said of a year&#39;s target before the year was over" in page


def test_ten_forecasts_are_told_on_the_method_page(reported: Path) -> None:
    page = (reported / "out" / "book.html").read_text("utf-8")
    assert "So far 12 of our forecasts for the next period" in page


def test_fewer_than_ten_say_nothing(tmp_path: Path) -> None:
    for months in (25, 26, 27):
        build(tmp_path, months)
    assert "of our forecasts" not in (tmp_path / "out" / "book.html").read_text("utf-8")


def test_a_rebuild_writes_the_same_bytes(reported: Path) -> None:
    before = (reported / "out" / "book.html").read_bytes()
    build(reported, 31, again=True)
    assert (reported / "out" / "book.html").read_bytes() == before


def test_one_kpi_is_found_by_its_name_in_any_case(reported: Path) -> None:
    rows = told(read(reported / "state", "SALES"), named=True)
    assert {row["kpi"] for row in rows} == {"sales"}
    assert [row["value"] for row in rows if row["series"] == "actual" and row["period"] == "2024-01"] == [90.0] * 7


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["history", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_prints_a_table_and_json(reported: Path) -> None:
    state = str(reported / "state")
    assert run("--state", state).splitlines()[0].split()[:3] == ["made", "report", "organisation"]
    rows = json.loads(run("Visits", "--state", state, "--format", "json"))
    assert {row["kpi"] for row in rows} == {"visits"}
    assert "forecast" in run("--forecasts", "--state", state).splitlines()[0]


def test_nothing_reported_yet_is_said(tmp_path: Path) -> None:
    assert run("--state", str(tmp_path / "none")).strip() == "nothing has been reported yet"
    assert not (tmp_path / "none").exists()


def test_text_cannot_move_the_cursor() -> None:
    assert "\x1b" not in as_text([{"kpi": "\x1b[2Jx", "value": 1.0}])


def figures(made: Sequence[tuple[str, float]]) -> list[Reported]:
    return [Reported("a", period, series, value) for period, value in made for series in ("forecast", "last")]


def test_of_two_reports_of_one_month_the_last_counts(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path)
    kept.keep(ReportIdentity("Firm", "", "2026-01", "a"), figures([("2026-02", 10.0)]), made="2026-02-03")
    kept.keep(ReportIdentity("Firm", "", "2026-01", "b"), figures([("2026-02", 11.0)]), made="2026-02-05")
    found = kept.forecasts(ReportIdentity("Firm", "", "2026-02", "c"))
    assert found == (Forecasted("2026-01", "a", "2026-02", 11.0, 11.0),)
    assert kept.forecasts(ReportIdentity("Other", "", "2026-02", "c")) == ()
