"""Numbers, targets, dates and names out of cells: every row of the table of numbers, and what is refused."""

from __future__ import annotations

import math
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core.diagnostics import Diagnostic, Where
from kpireport.core.model import Direction, Span
from kpireport.core.parse.dates import day
from kpireport.core.parse.names import header_key, header_unit, suggestion
from kpireport.core.parse.numbers import Number, Written, from_text, number, percent_scale
from kpireport.core.parse.targets import Target, conflict, target
from kpireport.core.parse.units import factor, is_unit
from kpireport.core.spelling import key
from kpireport.core.workbook import Cell, Value

HERE = Where("group.xlsx", "Metrics", "B2")


def cell(value: Value, code: str = "General", *, formula: bool = False, error: str = "") -> Cell:
    return Cell(2, 2, value, code, formula, error)


def code(found: object) -> str:
    assert isinstance(found, Diagnostic), found
    return found.name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234", 1234), ("１，２３４", 1234), ("1\N{NO-BREAK SPACE}234", 1234), ("1 234 567", 1234567),
        ("1,234,567.89", 1234567.89), ("1'234.5", 1234.5), ("1’234", 1234), (".5", 0.5), ("5.", 5), ("007", 7),
        ("(500)", -500), ("（500）", -500), ("-500", -500), ("−500", -500), ("－500", -500), ("500-", -500),
        ("▲500", -500), ("△500", -500), ("+500", 500), ("- 500", -500), ("-0", 0), ("(1,234.50)", -1234.5),
        ("$(1,234.50)", -1234.5), ("-$5", -5), ("$-5", -5), ("(¥500)", -500), ("(1.2万元)", -12000),
        ("12.5%", 0.125), ("12.5％", 0.125), ("12.5 %", 0.125), ("(12.5%)", -0.125), ("(12.5)%", -0.125),
        ("5‰", 0.005), ("95.3%", 0.953),
        ("¥1.2万", 12000), ("1.2万元", 12000), ("￥-1.2万", -12000), ("1.2w", 12000), ("1.2亿", 120000000),
        ("3.5千", 3500), ("2百万", 2000000), ("2千万", 20000000), ("1.5万亿", 1.5e12), ("3.5k", 3500), ("2M", 2e6),
        ("1.5bn", 1.5e9), ("2.5 million EUR", 2.5e6), ("EUR 2m", 2e6), ("RMB 3.5 万", 35000),
        ("USD 1,200", 1200), ("1200元", 1200), ("€5", 5), ("5 €", 5), ("1e5", 1e5), ("1.5E-3", 0.0015),
        ("3天", 3), ("24 hours", 24), ("3千克", 3), ("\ufeff12", 12), ("5\u200b", 5),
    ],
)  # fmt: skip
def test_numbers_typed_as_text(text: str, value: float) -> None:
    found = number(cell(text), HERE)
    assert isinstance(found, Number)
    assert found.value == value
    assert math.copysign(1, found.value) == math.copysign(1, value)
    assert found.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "–",
        "—",
        "——",
        "/",
        "n/a",
        "N/A",
        "NA",
        "nil",
        "TBD",
        "待定",
        "无",
        "暂无",
        "暂无数据",
        "未统计",
        "\u3000",
        "Ｎ／Ａ",
    ],
)
def test_words_for_nothing_are_missing(text: str) -> None:
    assert number(cell(text), HERE) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("1.234,56", "AMBIGUOUS_NUMBER", id="a decimal comma behind points"),
        pytest.param("1,23", "AMBIGUOUS_NUMBER", id="a group of two"),
        pytest.param("12,34,567", "AMBIGUOUS_NUMBER", id="lakhs"),
        pytest.param("0,123", "AMBIGUOUS_NUMBER", id="a group behind zero"),
        pytest.param("1.234.567", "AMBIGUOUS_NUMBER", id="points between thousands"),
        pytest.param("95,3 %", "AMBIGUOUS_NUMBER", id="a percentage with a comma"),
        pytest.param("约500", "NOT_A_NUMBER", id="about 500"),
        pytest.param("500左右", "NOT_A_NUMBER", id="500 or so"),
        pytest.param("20/30", "NOT_A_NUMBER", id="20 of 30"),
        pytest.param("75-90分", "NOT_A_NUMBER", id="a range"),
        pytest.param("--500", "NOT_A_NUMBER", id="two signs"),
        pytest.param("-(500)", "NOT_A_NUMBER", id="a sign and a bracket"),
        pytest.param("+(500)", "NOT_A_NUMBER", id="a plus and a bracket"),
        pytest.param("-500-", "NOT_A_NUMBER", id="a sign on both sides"),
        pytest.param("5%%", "NOT_A_NUMBER", id="two percent signs"),
        pytest.param("5%万", "NOT_A_NUMBER", id="a percentage with a scale"),
        pytest.param("5 EUR USD", "NOT_A_NUMBER", id="two currencies"),
        pytest.param("$5元", "NOT_A_NUMBER", id="a currency on each side"),
        pytest.param("2m", "NOT_A_NUMBER", id="metres or millions"),
        pytest.param("1_000", "NOT_A_NUMBER", id="an underscore"),
        pytest.param("٣٤", "NOT_A_NUMBER", id="Arabic-Indic digits"),
        pytest.param("5²", "NOT_A_NUMBER", id="a raised two is no digit"),
        pytest.param("½", "NOT_A_NUMBER", id="a fraction sign"),
        pytest.param("1e400", "NOT_A_NUMBER", id="more than a float holds"),
        pytest.param("1" * 1000, "NOT_A_NUMBER", id="a thousand digits"),
        pytest.param("1 2", "NOT_A_NUMBER", id="two numbers"),
        pytest.param("nan", "NOT_A_NUMBER", id="nan"),
        pytest.param("inf", "NOT_A_NUMBER", id="inf"),
        pytest.param("0x10", "NOT_A_NUMBER", id="hexadecimal"),
        pytest.param("是", "NOT_A_NUMBER", id="yes, where a number is asked"),
        pytest.param("#div/0!", "CELL_ERROR", id="an error typed as text, as in a CSV"),
    ],
)
def test_what_is_no_number_is_told(text: str, name: str) -> None:
    assert code(number(cell(text), HERE)) == name


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"])
def test_error_cells(error: str) -> None:
    assert code(number(cell(None, error=error, formula=True), HERE)) == "CELL_ERROR"
    assert code(number(cell(error), HERE)) == "CELL_ERROR"


def test_a_formula_without_its_result_is_not_blank() -> None:
    assert code(number(cell(None, formula=True), HERE)) == "NO_CACHED_VALUE"
    assert number(cell(None), HERE) is None
    assert number(None, HERE) is None


@pytest.mark.parametrize(
    ("value", "code_", "expected", "written"),
    [
        pytest.param(0.125, "0.0%", 0.125, Written.PERCENT_FORMAT, id="12.5% in Excel"),
        pytest.param(12.5, '0.0"%"', 0.125, Written.POINTS_FORMAT, id="12.5 with a percent sign behind it"),
        pytest.param(12.5, "General", 12.5, Written.PLAIN, id="a plain number"),
        pytest.param(12.5, "0.0_%", 12.5, Written.PLAIN, id="room for a percent sign is none"),
        pytest.param(0.0, "0%", 0.0, Written.PERCENT_FORMAT, id="zero is zero"),
    ],
)
def test_numbers_in_cells(value: float, code_: str, expected: float, written: Written) -> None:
    assert number(cell(value, code_), HERE) == Number(expected, written)


def test_a_date_and_a_truth_are_no_numbers() -> None:
    assert code(number(cell(datetime.fromisoformat("2026-01-05")), HERE)) == "DATE_NOT_NUMBER"
    assert code(number(cell(True), HERE)) == "NOT_A_NUMBER"
    assert code(number(cell(math.nan), HERE)) == "NOT_A_NUMBER"


def test_what_stands_around_a_number_is_kept() -> None:
    found = number(cell("¥1.2万元"), HERE)
    assert isinstance(found, Number)
    assert (found.currency, found.scale, found.shown) == ("CNY", 10000, "¥1.2万元")
    hours = number(cell("26 小时"), HERE)
    assert isinstance(hours, Number)
    assert hours.unit == "小时"


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,56", 1234.56), ("1.234", 1234), ("1,5", 1.5), ("95,3 %", 0.953), ("1 234,5", 1234.5), ("1,234", 1.234)],
)
def test_a_workbook_with_decimal_commas(text: str, value: float) -> None:
    found = number(cell(text), HERE, decimal="comma")
    assert isinstance(found, Number)
    assert found.value == value


def test_a_point_is_unclear_where_commas_are_decimal() -> None:
    assert code(number(cell("1.5"), HERE, decimal="comma")) == "AMBIGUOUS_NUMBER"


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("是", 1), ("√", 1), ("Y", 1), ("yes", 1), ("TRUE", 1), ("完成", 1), (True, 1), (1.0, 1), ("1", 1),
        ("否", 0), ("×", 0), ("N", 0), ("No", 0), ("未完成", 0), ("未开始", 0), (False, 0), (0.0, 0),
    ],
)  # fmt: skip
def test_yes_and_no(value: Value, answer: float) -> None:
    found = number(cell(value), HERE, yes_no=True)
    assert isinstance(found, Number)
    assert found.value == answer


@pytest.mark.parametrize("value", ["maybe", "x", 0.5, 2.0, "95%"])
def test_neither_yes_nor_no(value: Value) -> None:
    assert code(number(cell(value), HERE, yes_no=True)) == "NOT_YES_NO"
    assert number(cell("待定"), HERE, yes_no=True) is None


# -- percent, decided for the whole KPI -----------------------------------------------------------------------------

PLAIN, TYPED, SHOWN = (
    (lambda v: Number(v)),
    (lambda v: Number(v, Written.PERCENT_TEXT)),
    (lambda v: Number(v, Written.PERCENT_FORMAT)),
)


@pytest.mark.parametrize(
    ("numbers", "ratios", "mixed"),
    [
        pytest.param([PLAIN(12.5), PLAIN(0.8)], [0.125, 0.008], False, id="one number beyond 1.5 decides for all"),
        pytest.param([PLAIN(0.95), PLAIN(1.2)], [0.95, 1.2], False, id="all small: ratios"),
        pytest.param([PLAIN(95.0), SHOWN(0.953), TYPED(0.94)], [0.95, 0.953, 0.94], False, id="signs are believed"),
        pytest.param([SHOWN(9.5), PLAIN(0.5)], [9.5, 0.5], False, id="950% with its sign divides nothing"),
        pytest.param([PLAIN(95.0), PLAIN(0.95)], [0.95, 0.0095], True, id="0.95 beside 95 is worth a warning"),
        pytest.param([PLAIN(-12.5)], [-0.125], False, id="negative percent"),
        pytest.param([], [], False, id="no figures"),
    ],
)
def test_percent_is_decided_for_the_whole_kpi(numbers: list[Number], ratios: list[float], mixed: bool) -> None:
    scale = percent_scale(numbers)
    assert [scale.ratio(each) for each in numbers] == ratios
    assert scale.mixed is mixed


# -- targets --------------------------------------------------------------------------------------------------------

UP, DOWN, RANGE = Direction.HIGHER, Direction.LOWER, Direction.RANGE


@pytest.mark.parametrize(
    ("text", "span", "direction"),
    [
        ("≥95%", Span(0.95), UP), (">= 95", Span(95.0), UP), ("＞＝95％", Span(0.95), UP),
        ("不低于95%", Span(0.95), UP),
        ("at least 95%", Span(0.95), UP), ("95%以上", Span(0.95), UP), ("min. 5", Span(5.0), UP), (">5", Span(5.0), UP),
        ("≥ -5", Span(-5.0), UP), ("超过1.2万元", Span(12000.0), UP),
        ("<=3天", Span(3.0), DOWN), ("不超过3天", Span(3.0), DOWN), ("at most 3", Span(3.0), DOWN),
        ("≤24", Span(24.0), DOWN),
        ("3天以内", Span(3.0), DOWN), ("控制在3天以内", Span(3.0), DOWN), ("no more than 3 days", Span(3.0), DOWN),
        ("95%~98%", Span(None, 0.95, 0.98), RANGE), ("95-98%", Span(None, 0.95, 0.98), RANGE),
        ("95%至98%", Span(None, 0.95, 0.98), RANGE), ("75-90分", Span(None, 75.0, 90.0), RANGE),
        ("-5~-3", Span(None, -5.0, -3.0), RANGE), ("100-200万", Span(None, 1e6, 2e6), RANGE),
        ("5k to 8k", Span(None, 5000.0, 8000.0), RANGE), ("between 5 and 8", Span(None, 5.0, 8.0), RANGE),
        ("3M±5%", Span(None, 2850000.0, 3150000.0), RANGE), ("100±5", Span(None, 95.0, 105.0), RANGE),
        ("=95%", Span(0.95), None), ("95%", Span(0.95), None), ("1,200", Span(1200.0), None),
    ],
)  # fmt: skip
def test_targets(text: str, span: Span, direction: Direction | None) -> None:
    found = target(cell(text), HERE)
    assert isinstance(found, Target), found
    assert (found.span(), found.direction) == (span, direction)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("98%~95%", "RANGE_ORDER"), ("约95", "NOT_A_TARGET"), ("增长10%", "NOT_A_TARGET"),
        ("95,3 %", "AMBIGUOUS_NUMBER"),
        ("≥95,3 %", "AMBIGUOUS_NUMBER"), ("1-2-3", "NOT_A_TARGET"), ("95%±2%", "NOT_A_TARGET"), ("≥5²", "NOT_A_TARGET"),
        ("≥", "NOT_A_TARGET"), ("improve", "NOT_A_TARGET"), (">" * 1000, "NOT_A_TARGET"), ("#REF!", "CELL_ERROR"),
    ],
)  # fmt: skip
def test_targets_that_cannot_be_measured(text: str, name: str) -> None:
    assert code(target(cell(text), HERE)) == name


def test_no_target_is_a_metric() -> None:
    assert target(cell("暂无"), HERE) is None
    assert target(cell(None), HERE) is None


def test_plain_limits_of_a_share_become_ratios() -> None:
    found = target(cell("85-88"), HERE)
    assert isinstance(found, Target)
    assert found.span(percent_scale(found.numbers)) == Span(None, 0.85, 0.88)


def test_a_sign_against_the_direction_is_a_conflict() -> None:
    found = target(cell("≤24"), HERE)
    assert isinstance(found, Target)
    assert code(conflict(found, Direction.HIGHER, "Complaints", HERE)) == "SIGN_CONFLICT"
    assert conflict(found, Direction.LOWER, "Complaints", HERE) is None
    assert conflict(found, None, "Complaints", HERE) is None


# -- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        datetime.fromisoformat("2026-03-05"), datetime.fromisoformat("2026-03-05T17:30"), "2026-03-05",
         "2026/3/5", "2026.3.5", "5 Mar 2026", "5-Mar-26",
        "March 5, 2026", "5th March 2026", "2026年3月5日", "20260305", "2026-03-05 00:00:00", "2026-03-05T08:00:00Z",
        46086.0, 46086.5, 20260305.0, "Thu, 5 Mar 2026", "２０２６－０３－０５",
    ],
)  # fmt: skip
def test_dates(value: Value) -> None:
    assert day(cell(value), HERE) == date(2026, 3, 5)


def test_days_from_1904() -> None:
    assert day(cell(44561.0), HERE, date1904=True) == date(2026, 1, 1)
    assert day(cell(46023.0), HERE) == date(2026, 1, 1)


def test_a_day_that_only_one_reading_allows() -> None:
    assert day(cell("31/03/2026"), HERE) == date(2026, 3, 31)
    assert day(cell("03/31/2026"), HERE) == date(2026, 3, 31)
    assert day(cell("05/05/2026"), HERE) == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("03/04/2026", "AMBIGUOUS_DATE"), ("2026-02-30", "NOT_A_DATE"), ("soon", "NOT_A_DATE"), (5.0, "NOT_A_DATE"),
        (True, "NOT_A_DATE"), ("3月5日", "NOT_A_DATE"), ("99999999", "NOT_A_DATE"), (1e300, "NOT_A_DATE"),
    ],
)  # fmt: skip
def test_what_is_no_date_is_told(value: Value, name: str) -> None:
    assert code(day(cell(value), HERE)) == name


# -- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "bare", "unit"),
    [
        ("目标值（万元）", "目标值", "万元"), ("Target (%)", "target", "%"), ("Fiscal_Year:", "fiscalyear", ""),
        ("Actual, EUR k", "actual", "EUR k"), ("实际/万元", "实际", "万元"), ("单位：万元", "单位", "万元"),
        ("目标\n值", "目标值", ""), ("目标（月）", "目标月", ""), ("Type (KPI/Metric)", "typekpi/metric", ""),
        ("Figures in USD", "figures", "USD"), ("ＫＰＩ　Ｎａｍｅ", "kpiname", ""),
        ("Sales (units)", "sales", "units"), ("Sales (unit: EUR)", "sales", "EUR"),
        ("目标值（单位万元）", "目标值", "万元"),
    ],
)  # fmt: skip
def test_titles_of_columns(title: str, bare: str, unit: str) -> None:
    assert (header_key(title), header_unit(title)) == (bare, unit)


def test_two_spellings_of_one_name() -> None:
    assert key("Ｓａｌｅｓ  Income\n") == key("sales income")
    assert key("销售\u3000收入") == "销售 收入"


def test_near_misses_are_suggested() -> None:
    assert suggestion("Revenu", ["Revenue", "Margin"]) == "Revenue"
    assert suggestion("销售收人", ["销售收入", "毛利率"]) == "销售收入"
    assert suggestion("Headcount", ["Revenue", "Margin"]) is None


@pytest.mark.parametrize(
    ("unit", "size"), [("万元", 1e4), ("EUR k", 1e3), ("USD m", 1e6), ("百万美元", 1e6), ("元", 1), ("%", 1), ("人", 1)]
)
def test_the_scale_of_a_unit(unit: str, size: float) -> None:
    assert is_unit(unit)
    assert factor(unit) == size


# -- promises -------------------------------------------------------------------------------------------------------

figures = st.text(alphabet="0123456789.,-−+()%‰ ¥$€万亿千百kMwe'’~±≥<=天元EURusd以上至/#½²٣", max_size=30)


@given(text=st.text(max_size=120) | figures)
def test_any_text_gets_an_answer(text: str) -> None:
    for decimal in ("point", "comma"):
        found = from_text(text, HERE, decimal=decimal)
        assert found is None or isinstance(found, Diagnostic) or math.isfinite(found.value)
    goal = target(cell(text), HERE)
    assert goal is None or isinstance(goal, Diagnostic) or all(math.isfinite(each.value) for each in goal.numbers)
    assert isinstance(day(cell(text), HERE), date | Diagnostic | None)
    assert not any(mark in header_key(text) for mark in " \n()（）:：")


@given(value=st.floats(-1e12, 1e12).map(lambda v: round(v, 4)))
def test_a_number_is_read_as_it_was_written(value: float) -> None:
    for text in (f"{value:,.4f}", f"{value:.4f}", f"({abs(value):,.4f})" if value < 0 else f"+{abs(value):,.4f}"):
        found = from_text(text, HERE)
        assert isinstance(found, Number)
        assert found.value == value
