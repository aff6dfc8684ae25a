"""The Settings and the Calendar sheet of a workbook: every setting in both languages, and what is wrong is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpireport.core import assembly
from kpireport.core.diagnostics import Diagnostic
from kpireport.core.model import Missing, Settings
from kpireport.core.periods import Frequency, Period
from kpireport.excel import read as excel
from tests.saying import said
from tests.workbooks import save

TODAY = date(2026, 11, 9)
GOALS = "KPI | Target | Unit\nRevenue | 1200 | EUR"
METRICS = "KPI | 2026-01 | 2026-02\nRevenue | 90 | 110"


def understood(tmp_path: Path, rows: list[list[object]], **sheets: str) -> tuple[Settings, tuple[Diagnostic, ...]]:
    table: list[list[object]] = [["Setting", "Value"], *rows]
    path = save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS, Settings=table, **sheets)
    workbook, told = excel.read(path)
    assert workbook is not None
    book, more = assembly.book([workbook], today=TODAY)
    assert book is not None
    return book.settings, (*told, *more)


@pytest.mark.parametrize(
    ("name", "typed", "field", "expected"),
    [
        pytest.param("organisation", "Group", "organisation", "Group", id="a name"),
        pytest.param("公司", "集团", "organisation", "集团", id="a name in Chinese"),
        pytest.param("currency", "EUR", "currency", "EUR", id="a currency"),
        pytest.param("amber_from", 0.85, "amber_from", 0.85, id="a ratio"),
        pytest.param("amber_from", 85, "amber_from", 0.85, id="a ratio typed as percent"),
        pytest.param("amber_from", "85%", "amber_from", 0.85, id="a ratio typed as text"),
        pytest.param("黄灯起点", 0.8, "amber_from", 0.8, id="a ratio in Chinese"),
        pytest.param("cap", 1.5, "cap", 1.5, id="the cap"),
        pytest.param("floor", 0, "floor", 0.0, id="the floor"),
        pytest.param("min coverage", None, "min_coverage", 0.5, id="blank keeps the rule"),
        pytest.param("grace_days", 5, "grace_days", 5, id="days"),
        pytest.param("missing", "zero", "missing", Missing.ZERO, id="missing months as zero"),
        pytest.param("partial", "按比例", "partial", "prorate", id="a choice in Chinese"),
        pytest.param("language", "中文", "language", "zh", id="the language"),
        pytest.param("scoring", "points", "scoring", "points", id="the scoring"),
        pytest.param("allow_restated", "no", "allow_restated", False, id="no"),
        pytest.param("provisional", "是", "provisional", True, id="yes in Chinese"),
        pytest.param("as_of", date(2026, 11, 6), "as_of", date(2026, 11, 6), id="a day as a date"),
        pytest.param("as_of", "2026-11-06", "as_of", date(2026, 11, 6), id="a day as text"),
        pytest.param("report_period", "2026-02", "report_period", "2026-02", id="a period"),
        pytest.param("report_period", date(2026, 2, 1), "report_period", "2026-02", id="a period made a date by Excel"),
        pytest.param(
            "frozen_through", "2026-01", "frozen_through", Period(Frequency.MONTH, 2026, 1), id="frozen months"
        ),
        pytest.param(
            "frozen through",
            date(2026, 1, 1),
            "frozen_through",
            Period(Frequency.MONTH, 2026, 1),
            id="frozen, as a date",
        ),
    ],
)
def test_a_setting_is_read(tmp_path: Path, name: str, typed: object, field: str, expected: object) -> None:
    found, told = understood(tmp_path, [[name, typed]])
    assert getattr(found, field) == expected
    assert [d for d in told if d.code in ("X101", "X102")] == []


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        pytest.param(4, 4, id="a number"),
        pytest.param("4", 4, id="a number as text"),
        pytest.param("April", 4, id="a name"),
        pytest.param("apr", 4, id="a short name"),
        pytest.param("4月", 4, id="in Chinese"),
    ],
)
def test_the_fiscal_year_begins(tmp_path: Path, typed: object, start: int) -> None:
    found, told = understood(tmp_path, [["fiscal_year_start", typed]])
    assert found.calendar.fiscal_year_start == start
    assert [d for d in told if d.code == "X102"] == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        pytest.param("amber_from", "high", id="a word for a number"),
        pytest.param("amber_from", -1, id="a ratio below zero"),
        pytest.param("grace_days", -3, id="days below zero"),
        pytest.param("language", "Klingon", id="a language we do not speak"),
        pytest.param("fiscal_year_start", 13, id="a thirteenth month"),
        pytest.param("fiscal_year_start", "Smarch", id="no month"),
        pytest.param("as_of", "soon", id="no day"),
        pytest.param("calendar", "lunar", id="no calendar of ours"),
        pytest.param("calendar", "4-4-5", id="a 4-4-5 calendar without its first day"),
        pytest.param("frozen_through", "the spring", id="no period"),
        pytest.param("allow_restated", "perhaps", id="neither yes nor no"),
        pytest.param("missing", "guess", id="no way to treat what is missing"),
    ],
)
def test_a_value_that_is_none_is_told_with_its_cell(tmp_path: Path, name: str, typed: object) -> None:
    _, told = understood(tmp_path, [[name, typed]])
    (problem,) = [d for d in told if d.name == "SETTING_UNUSABLE"]
    assert problem.where.sheet == "Settings"
    assert problem.where.cell == "B2"


def test_an_unknown_setting_is_told_and_a_near_one_suggested(tmp_path: Path) -> None:
    _, told = understood(tmp_path, [["amber_form", 0.8], ["colour", "blue"]])
    first, second = [d for d in told if d.name == "SETTING_UNKNOWN"]
    assert "amber_from" in said(first.problem)
    assert first.where.cell == "A2"
    assert "did you mean" not in said(second.problem)


@pytest.mark.parametrize(
    ("pattern", "weeks"), [("4-4-5", (4, 4, 5)), ("4-5-4", (4, 5, 4)), ("5-4-4", (5, 4, 4)), ("13", (4, 4, 4))]
)
def test_a_calendar_of_weeks_begins_on_its_day(tmp_path: Path, pattern: str, weeks: tuple[int, ...]) -> None:
    found, _ = understood(tmp_path, [["calendar", pattern], ["calendar_start", date(2025, 12, 29)]])
    calendar = found.calendar
    months = [Period(Frequency.MONTH, 2026, number) for number in (1, 2, 3)]
    assert calendar.start(months[0]) == date(2025, 12, 29)
    assert [((calendar.end(m) - calendar.start(m)).days + 1) // 7 for m in months] == list(weeks)


def test_years_of_52_and_53_weeks_stay_near_their_day(tmp_path: Path) -> None:
    found, _ = understood(tmp_path, [["calendar", "4-4-5"], ["calendar_start", date(2025, 12, 29)]])
    for year in range(2015, 2034):
        first = found.calendar.start(Period(Frequency.MONTH, year, 1))
        assert first.weekday() == 0
        assert min(abs((first - date(y, 12, 29)).days) for y in (year - 1, year)) <= 3


CALENDAR = """
    Period | Start | End
    2026-01 | '2025-12-27 | '2026-01-30
    2026-02 | '2026-01-31 | '2026-02-27
    2026-03 | '2026-02-28 | {end}
    """


def test_a_calendar_sheet_wins(tmp_path: Path) -> None:
    found, told = understood(tmp_path, [["calendar", "gregorian"]], Calendar=CALENDAR.format(end="'2026-03-27"))
    assert [d.name for d in told if d.name == "CALENDAR_ROW"] == []
    march = Period(Frequency.MONTH, 2026, 3)
    assert (found.calendar.start(march), found.calendar.end(march)) == (date(2026, 2, 28), date(2026, 3, 27))


@pytest.mark.parametrize(
    "end", [pytest.param("'2026-02-01", id="ends before it begins"), pytest.param("'soon", id="no day")]
)
def test_a_row_of_the_calendar_that_cannot_be_is_told(tmp_path: Path, end: str) -> None:
    found, told = understood(tmp_path, [], Calendar=CALENDAR.format(end=end))
    (problem,) = [d for d in told if d.name == "CALENDAR_ROW"]
    assert problem.where.cell == "A4"
    assert found.calendar.start(Period(Frequency.MONTH, 2026, 1)) == date(2025, 12, 27)


@pytest.mark.parametrize(
    ("name", "typed", "key"),
    [("timezone", "Asia/Tokyo", "timezone"), ("时区", "Asia/Tokyo", "timezone"), ("year", 2026, "year")],
)
def test_a_setting_that_is_not_used_is_told(name: str, typed: object, key: str, tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS, Settings=[["Setting", "Value"], [name, typed]])
    workbook, _ = excel.read(path)
    assert workbook is not None
    book, told = assembly.book([workbook], today=TODAY)
    assert book is not None
    assert [d.name for d in told if d.where.sheet == "Settings"] == []
    assert [r.where.address for r in book.readings if r.message.key == f"readings.ignored.{key}"] == ["Settings!B2"]
