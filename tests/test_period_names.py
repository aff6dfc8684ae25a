"""Periods out of cells: every accepted spelling, whole rows of headings, and what is asked about."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core.diagnostics import Diagnostic, Severity, Where
from kpireport.core.parse.headings import header_periods
from kpireport.core.parse.period_names import Cumulative, parse_period, period, week_starting
from kpireport.core.parse.period_words import speaks_of_fiscal_year, year_in
from kpireport.core.periods import Calendar, Frequency, Period
from kpireport.core.workbook import Cell, Value
from tests.saying import said

SHEET = Where("group.xlsx", "Metrics")
PLAIN, APRIL = Calendar(), Calendar(4)
RETAIL = Calendar.four_four_five({2026: date(2025, 12, 29), 2027: date(2026, 12, 28)})


def day(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("2026-01", "2026-01"), ("2026/1", "2026-01"), ("2026.01", "2026-01"), ("202601", "2026-01"),
        (202601.0, "2026-01"),
        ("2026年1月", "2026-01"), ("2026年01月份", "2026-01"), ("２０２６年１月", "2026-01"),
        ("2026年 十二月", "2026-12"),
        ("26年1月", "2026-01"), ("Jan-26", "2026-01"), ("Jan 2026", "2026-01"), ("January 2026", "2026-01"),
        ("Jan'26", "2026-01"), ("Sept. 2026", "2026-09"), ("2026 Jan", "2026-01"), ("2025M01", "2025-01"),
        ("01/2025", "2025-01"), ("1-2025", "2025-01"), ("2026-01-31", "2026-01"), ("31 Jan 2026", "2026-01"),
        (datetime.fromisoformat("2026-01-17"), "2026-01"), (46023.0, "2026-01"), (2026.01, "2026-01"),
        ("Q1 FY26", "2026-Q1"), ("FY26 Q1", "2026-Q1"), ("2026Q1", "2026-Q1"), ("2026-Q1", "2026-Q1"),
        ("Q1 25", "2025-Q1"),
        ("1Q26", "2026-Q1"), ("Q1'26", "2026-Q1"), ("2026年第一季度", "2026-Q1"), ("2026年4季度", "2026-Q4"),
        ("H1 2026", "2026-H1"), ("2026 H1", "2026-H1"), ("2026年上半年", "2026-H1"), ("2H26", "2026-H2"),
        ("FY2026", "2026"), ("FY26", "2026"), ("2026年", "2026"), ("2026年度", "2026"),
        ("2026财年", "2026"), (2026.0, "2026"),
        ("FY25/26", "2026"), ("FY2025-26", "2026"), ("2025/26", "2026"), ("2026-W05", "2026-W05"),
        ("2026W5", "2026-W05"),
        ("Week 5 2026", "2026-W05"), ("2026年第5周", "2026-W05"), ("week of 26 Jan 2026", "2026-W05"),
        ("w/c 2026-01-26", "2026-W05"), ("P03 FY26", "2026-03"), ("FY26 P3", "2026-03"),
    ],
)  # fmt: skip
def test_spellings_that_say_their_year(spelling: Value, key: str) -> None:
    found = period(spelling, SHEET, calendar=PLAIN)
    assert isinstance(found, Period), found
    assert found.key == key


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("1月", "2026-01"), ("01月份", "2026-01"), ("一月", "2026-01"), ("十一月", "2026-11"), ("January", "2026-01"),
        ("Jan", "2026-01"), ("may", "2026-05"), ("Q1", "2026-Q1"), ("一季度", "2026-Q1"), ("第4季度", "2026-Q4"),
        ("上半年", "2026-H1"), ("下半年", "2026-H2"), ("W5", "2026-W05"), ("第5周", "2026-W05"), ("P03", "2026-03"),
        ("26-Jan", "2026-01"),
    ],
)  # fmt: skip
def test_spellings_that_need_a_year(spelling: str, key: str) -> None:
    found = period(spelling, SHEET, calendar=PLAIN, year=2026)
    assert isinstance(found, Period), found
    assert found.key == key
    alone = period(spelling, SHEET, calendar=PLAIN)
    assert isinstance(alone, Diagnostic)
    assert alone.name == ("AMBIGUOUS_PERIOD" if spelling == "26-Jan" else "PERIOD_NEEDS_YEAR")


@pytest.mark.parametrize(
    ("spelling", "calendar", "key"),
    [
        pytest.param("P03 FY26", APRIL, "2025-06", id="the third month of FY26 is June 2025"),
        pytest.param("Jan FY26", APRIL, "2026-01", id="January of FY26"),
        pytest.param("Apr FY26", APRIL, "2025-04", id="April of FY26"),
        pytest.param("Jan FY26", Calendar(4, "start"), "2027-01", id="January of FY26 that began in 2026"),
        pytest.param("FY25/26", Calendar(4, "start"), "2025", id="named by its first year"),
        pytest.param("2026-01", RETAIL, "2026-01", id="P01 of FY26 by its key"),
        pytest.param("Jan 2026", RETAIL, "2026-01", id="the period of mid-January"),
        pytest.param("P12 FY27", RETAIL, "2027-12", id="P12"),
        pytest.param("2025-12-30", RETAIL, "2026-01", id="a day of P01"),
        pytest.param("Q2 FY26", APRIL, "2026-Q2", id="a fiscal quarter"),
    ],
)
def test_fiscal_and_typed_calendars(spelling: str, calendar: Calendar, key: str) -> None:
    found = period(spelling, SHEET, calendar=calendar)
    assert isinstance(found, Period), found
    assert found.key == key


def test_months_of_a_fiscal_year_in_the_sheet_name() -> None:
    found = [period(month, SHEET, calendar=APRIL, year=2026, fiscal=True) for month in ("Apr", "Mar")]
    assert found == [Period(Frequency.MONTH, 2025, 4), Period(Frequency.MONTH, 2026, 3)]


@pytest.mark.parametrize(
    ("spelling", "through"),
    [
        ("YTD Mar", "2026-03"), ("Mar YTD", "2026-03"), ("YTD Mar 2026", "2026-03"),
        ("1-3月", "2026-03"), ("1月至3月", "2026-03"),
        ("2026年1-3月", "2026-03"), ("Jan-Mar 2026", "2026-03"), ("3月累计", "2026-03"), ("截至3月", "2026-03"),
        ("YTD 2026-03", "2026-03"), ("2026年累计", "2026"), ("累计", None), ("YTD", None), ("本年累计", None),
    ],
)  # fmt: skip
def test_the_year_up_to_then(spelling: str, through: str | None) -> None:
    found = period(spelling, SHEET, calendar=PLAIN, year=2026)
    assert isinstance(found, Cumulative), found
    assert (found.through.key if found.through else None) == through


@pytest.mark.parametrize(
    ("calendar", "spelling", "key"),
    [
        pytest.param(PLAIN, "4-6月", "2026-Q2", id="April to June is a quarter"),
        pytest.param(PLAIN, "7-12月", "2026-H2", id="July to December is a half"),
        pytest.param(APRIL, "1-3月", "2026-Q4", id="January to March closes the fiscal year"),
        pytest.param(PLAIN, "2-4月", None, id="February to April is nothing"),
    ],
)
def test_stretches_of_months(calendar: Calendar, spelling: str, key: str | None) -> None:
    found = period(spelling, SHEET, calendar=calendar, year=2026)
    assert (found.key if isinstance(found, Period) else None) == key


@pytest.mark.parametrize(
    ("value", "name"),
    [
        pytest.param("2026-13", "NOT_A_PERIOD", id="a thirteenth month"),
        pytest.param("2026-00", "NOT_A_PERIOD", id="month zero"),
        pytest.param("09/0119", "NOT_A_PERIOD", id="a month of the year 119"),
        pytest.param("2025-W53", "NOT_A_PERIOD", id="2025 has 52 weeks"),
        pytest.param("Q5 2026", "NOT_A_PERIOD", id="a fifth quarter"),
        pytest.param("soon", "NOT_A_PERIOD", id="words"),
        pytest.param("1月26", "NOT_A_PERIOD", id="a day or a year"),
        pytest.param("本月", "NOT_A_PERIOD", id="this month, of no known report"),
        pytest.param("FY25/27", "NOT_A_PERIOD", id="a fiscal year of two"),
        pytest.param(True, "NOT_A_PERIOD", id="a truth"),
        pytest.param(3.0, "NOT_A_PERIOD", id="a bare number"),
        pytest.param(1e300, "NOT_A_PERIOD", id="a huge number"),
        pytest.param("9" * 5000, "NOT_A_PERIOD", id="five thousand digits"),
        pytest.param("01/02/2026", "AMBIGUOUS_PERIOD", id="1 February or 2 January"),
        pytest.param(2026.1, "AMBIGUOUS_PERIOD", id="2026.1 is January or October"),
    ],
)
def test_what_is_no_period_is_told(value: Value, name: str) -> None:
    found = period(value, SHEET, calendar=PLAIN)
    assert isinstance(found, Diagnostic)
    assert found.name == name
    assert "{" not in said(found.problem, "en") + said(found.problem, "zh") + said(found.fix, "en") + said(
        found.fix, "zh"
    )


@pytest.mark.parametrize("value", [None, "", "-", "n/a", "待定"])
def test_nothing_is_no_period(value: Value) -> None:
    assert period(value, SHEET, calendar=PLAIN) is None


def test_a_day_outside_the_typed_calendar_is_told() -> None:
    found = period("2024-06-01", SHEET, calendar=RETAIL)
    assert isinstance(found, Diagnostic)
    assert found.name == "OUTSIDE_CALENDAR"


def test_this_month_is_the_month_of_the_report() -> None:
    october = Period(Frequency.MONTH, 2026, 10)
    assert period("本月", SHEET, calendar=PLAIN, now=october) == october
    assert period("上月", SHEET, calendar=PLAIN, now=october) == Period(Frequency.MONTH, 2026, 9)


def test_what_is_expected_tells_what_a_number_or_date_is() -> None:
    def read(value: Value, expect: Frequency) -> object:
        found = period(value, SHEET, calendar=PLAIN, year=2026, expect=expect)
        return found.key if isinstance(found, Period) else found

    assert read(3.0, Frequency.MONTH) == "2026-03"
    assert read("3", Frequency.MONTH) == "2026-03"
    assert read(3.0, Frequency.QUARTER) == "2026-Q3"
    assert read(day("2026-01-26"), Frequency.WEEK) == "2026-W05"
    assert read(day("2026-03-31"), Frequency.QUARTER) == "2026-Q1"
    assert read(46023.0, Frequency.DAY) == "2026-01-01"
    assert read("2026-02", Frequency.WEEK) == "2026-02"


def test_days_counted_from_1904() -> None:
    found = period(44561.0, SHEET, calendar=PLAIN, date1904=True)
    assert found == Period(Frequency.MONTH, 2026, 1)


def test_weeks_that_begin_on_sunday_or_saturday() -> None:
    for begins in (date(2026, 1, 24), date(2026, 1, 25), date(2026, 1, 26)):
        assert week_starting(begins, PLAIN).key == "2026-W05"


def test_formula_without_result_and_error_are_told() -> None:
    for cell, name in (
        (Cell(1, 2, None, formula=True), "NO_CACHED_VALUE"),
        (Cell(1, 2, None, error="#REF!"), "CELL_ERROR"),
    ):
        found = period(cell, SHEET, calendar=PLAIN)
        assert isinstance(found, Diagnostic)
        assert found.name == name


@pytest.mark.parametrize(
    ("text", "key"),
    [("2026-10", "2026-10"), ("2026-Q1", "2026-Q1"),
     ("2026-W53", "2026-W53"), ("P01 FY26", "2025-04"), ("2026-H2", "2026-H2")],
)  # fmt: skip
def test_periods_on_the_command_line(text: str, key: str) -> None:
    found = parse_period(text, APRIL)
    assert isinstance(found, Period)
    assert found.key == key


@pytest.mark.parametrize("text", ["hello", "", "YTD", "2026-13", "累计"])
def test_the_command_line_takes_one_period(text: str) -> None:
    found = parse_period(text, PLAIN)
    assert isinstance(found, Diagnostic)
    assert found.name == "NOT_A_PERIOD"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("KPI_2026.xlsx", 2026), ("FY26 Group", 2026), ("FY25/26", 2026), ("26年目标", 2026), ("2026年度预算", 2026),
        ("report 202603.xlsx", 2026), ("export_20260105.xlsx", 2026), ("2025 vs 2026", None), ("Metrics", None),
        ("order 120260", None),
    ],
)  # fmt: skip
def test_the_year_in_a_name(text: str, year: int | None) -> None:
    assert year_in(text) == year


def test_a_fiscal_year_in_a_name() -> None:
    assert speaks_of_fiscal_year("FY26 Group")
    assert speaks_of_fiscal_year("2026财年")
    assert not speaks_of_fiscal_year("2026 notify")
    assert year_in("FY25/26", label="start") == 2025


# -- whole rows -----------------------------------------------------------------------------------------------------


def row(
    values: list[Value],
    code: str = "General",
    *,
    calendar: Calendar = PLAIN,
    year: int | None = None,
    fiscal: bool = False,
    years: dict[int, int] | None = None,
) -> tuple[list[str | None], list[tuple[str, str]]]:
    cells = [Cell(3, column, value, code) for column, value in enumerate(values, 1)]
    headings, problems = header_periods(cells, SHEET, calendar=calendar, year=year, fiscal=fiscal, years=years)
    keys = [
        heading.found.key if isinstance(heading.found, Period) else "to date" if heading.found else None
        for heading in headings
    ]
    return keys, [(problem.name, problem.where.cell) for problem in problems]


def dates(*texts: str) -> list[Value]:
    return [day(text) for text in texts]


@pytest.mark.parametrize(
    ("values", "year", "keys", "problems"),
    [
        pytest.param(["KPI", "Unit", "Jan", "Feb"], 2026, ["2026-01", "2026-02"], [], id="other titles are left out"),
        pytest.param(
            ["Jan", "Feb"], None, [None, None], [("PERIOD_NEEDS_YEAR", "A3")], id="a lacking year is told once"
        ),
        pytest.param(
            ["Nov", "Dec", "Jan"], 2025, ["2025-11", "2025-12", "2026-01"], [("YEAR_ROLLED", "C3")], id="over new year"
        ),
        pytest.param(
            ["2025年11月", "12月", "1月"],
            None,
            ["2025-11", "2025-12", "2026-01"],
            [("YEAR_ROLLED", "C3")],
            id="the year of the heading to the left",
        ),
        pytest.param(
            ["Dec", "Nov", "Oct"],
            2025,
            ["2025-12", "2025-11", "2025-10"],
            [("PERIOD_DESCENDING", "B3")],
            id="from the newest to the oldest",
        ),
        pytest.param(
            ["Jan", "Feb", "Jan"], 2025, ["2025-01", "2025-02", "2025-01"], [("PERIOD_TWICE", "C3")], id="a double"
        ),
        pytest.param(
            ["2026-01", "2026-02", "2026-05"],
            None,
            ["2026-01", "2026-02", "2026-05"],
            [("PERIOD_GAP", "C3")],
            id="a gap",
        ),
        pytest.param(
            ["1月", "2月", "3月", "一季度"],
            2026,
            ["2026-01", "2026-02", "2026-03", "2026-Q1"],
            [("PERIODS_MIXED", "D3")],
            id="months and their quarter",
        ),
        pytest.param(
            ["1月", "2月", "累计"],
            2026,
            ["2026-01", "2026-02", "to date"],
            [("CUMULATIVE_PERIOD", "C3")],
            id="a running total",
        ),
        pytest.param(["2026-01", "2026-13"], None, ["2026-01", None], [("NOT_A_PERIOD", "B3")], id="a wrong month"),
        pytest.param(
            ["2026-01", "01/02/2026"], None, ["2026-01", None], [("AMBIGUOUS_PERIOD", "B3")], id="an unclear day"
        ),
        pytest.param([202601.0, 202602.0], None, ["2026-01", "2026-02"], [], id="numbers like 202601"),
        pytest.param(["Q1", "Q2", "Q3"], 2026, ["2026-Q1", "2026-Q2", "2026-Q3"], [], id="quarters"),
    ],
)
def test_rows_of_headings(
    values: list[Value], year: int | None, keys: list[str | None], problems: list[tuple[str, str]]
) -> None:
    assert row(values, year=year) == (keys, problems)


@pytest.mark.parametrize(
    ("values", "code", "year", "keys", "problems"),
    [
        pytest.param(
            dates("2026-01-25", "2026-02-25"),
            "d-mmm",
            2025,
            ["2025-01", "2025-02"],
            [("DATE_TYPED_AS_DAY", "A3")],
            id="Jan-25 typed in 2026 is January 2025",
        ),
        pytest.param(
            dates("2026-11-25", "2026-12-25", "2026-01-26"),
            "d-mmm",
            2025,
            ["2025-11", "2025-12", "2026-01"],
            [("DATE_TYPED_AS_DAY", "A3")],
            id="over new year",
        ),
        pytest.param(
            dates("2026-01-25", "2026-02-25"),
            "d-mmm",
            None,
            ["2026-01", "2026-02"],
            [("DATE_DAYS_UNCLEAR", "A3")],
            id="without a known year it is asked",
        ),
        pytest.param(
            dates("2026-01-25", "2026-02-25"), "yyyy-mm-dd", 2025, ["2026-01", "2026-02"], [], id="a year is shown"
        ),
        pytest.param(dates("2026-01-01", "2026-02-01"), "d-mmm", None, ["2026-01", "2026-02"], [], id="first days"),
        pytest.param(
            dates("2026-01-31", "2026-03-31"),
            "d-mmm",
            None,
            ["2026-01", "2026-03"],
            [("PERIOD_GAP", "B3")],
            id="last days",
        ),
        pytest.param(
            dates("2026-01-05", "2026-01-12", "2026-01-19"),
            "d-mmm",
            None,
            ["2026-W02", "2026-W03", "2026-W04"],
            [],
            id="weeks",
        ),
        pytest.param(
            dates("2026-01-05", "2026-01-06", "2026-01-07"),
            "d-mmm",
            None,
            ["2026-01-05", "2026-01-06", "2026-01-07"],
            [],
            id="days",
        ),
    ],
)
def test_rows_of_dates(
    values: list[Value], code: str, year: int | None, keys: list[str], problems: list[tuple[str, str]]
) -> None:
    assert row(values, code, year=year) == (keys, problems)


def test_a_year_in_the_row_above_wins() -> None:
    keys, problems = row(["Dec", "Dec"], year=2020, years={1: 2025, 2: 2026})
    assert keys == ["2025-12", "2026-12"]
    assert problems == [("PERIOD_GAP", "B3")]


def test_months_of_a_fiscal_year_do_not_roll() -> None:
    assert row(["Feb", "Mar"], calendar=APRIL, year=2026, fiscal=True) == (["2026-02", "2026-03"], [])
    keys, problems = row(["Dec", "Jan"], calendar=APRIL, year=2026, fiscal=True)
    assert (keys, problems) == (["2025-12", "2026-01"], [])


def test_only_real_trouble_stops_a_report() -> None:
    cells = [Cell(1, n, text) for n, text in enumerate(["Nov", "Dec", "Jan", "Q1", "YTD"], 1)]
    _, problems = header_periods(cells, SHEET, calendar=PLAIN, year=2025)
    assert {problem.severity for problem in problems} == {Severity.NOTE}


# -- promises -------------------------------------------------------------------------------------------------------

words = st.text(alphabet="0123456789-/.年月日季度第一二三周上半累计本至 FYQHWPJanMartod~'", max_size=16)
numbers = st.floats(allow_nan=False, allow_infinity=False)
calendars = st.sampled_from([PLAIN, APRIL, RETAIL, Calendar(10, "start")])


@given(value=words | numbers | st.text(max_size=40), calendar=calendars, year=st.none() | st.integers(1990, 2090))
def test_any_cell_gets_an_answer(value: Value, calendar: Calendar, year: int | None) -> None:
    found = period(value, SHEET, calendar=calendar, year=year)
    assert found is None or isinstance(found, Diagnostic | Cumulative | Period)
    if isinstance(found, Period):
        assert calendar.start(found) <= calendar.end(found)


@given(values=st.lists(words | numbers, max_size=8), calendar=calendars, year=st.none() | st.integers(1990, 2090))
def test_any_row_gets_an_answer(values: list[Value], calendar: Calendar, year: int | None) -> None:
    keys, _ = row(values, calendar=calendar, year=year)
    assert len(keys) <= len(values)


@given(
    on=st.dates(date(1950, 1, 1), date(2090, 12, 31)),
    calendar=st.builds(Calendar, st.integers(1, 12), st.sampled_from(["end", "start"])),
    frequency=st.sampled_from([each for each in Frequency if each is not Frequency.DAY]),
)
def test_every_key_is_read_back(on: date, calendar: Calendar, frequency: Frequency) -> None:
    at = calendar.of(on, frequency)
    assert parse_period(at.key, calendar) == at
