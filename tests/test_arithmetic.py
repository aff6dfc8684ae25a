"""Formulas of KPIs: what they may hold, and what is told of those that cannot be computed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core.arithmetic import Unreadable, compute, divides, key_of, names, parse
from tests.books import book, codes, result

VALUES = {"profit": 20.0, "revenue": 80.0, "c d": 4.0, "a": 1.0, "b": 3.0, "收入": 10.0, "成本": 4.0, "on-time": 2.0}


@pytest.mark.parametrize(
    ("formula", "made"),
    [
        pytest.param("Profit / Revenue", 0.25, id="one by another"),
        pytest.param("= Profit/Revenue*100", 25, id="as in Excel, left to right"),
        pytest.param('(A + B) / "C D" * 100', 100, id="brackets and quotes"),
        pytest.param("A + B / C D", 1.75, id="a name of two words, and times before plus"),
        pytest.param("（收入 － 成本）÷ 收入 × 100%", 0.6, id="Chinese signs"),
        pytest.param("「收入」 - “成本”", 6, id="Chinese quotes"),
        pytest.param("-A + 1,000.5", 999.5, id="a sign and a thousand"),
        pytest.param("'On-time' * 2", 4, id="a name with a sign in it"),
        pytest.param("A - B - 1", -3, id="from the left"),
        pytest.param("2 * (3 + (4 - A))", 12, id="brackets in brackets"),
    ],
)
def test_formula(formula: str, made: float) -> None:
    assert compute(parse(formula), lambda name: VALUES[key_of(name)]) == pytest.approx(made)


@pytest.mark.parametrize(
    "formula", ["", "A +", "(A", "A B)", "A / / B", '"A', "* A", "()", "A (B)", "(" * 500, "1+" * 900]
)
def test_what_is_no_formula(formula: str) -> None:
    with pytest.raises(Unreadable):
        parse(formula)


@given(st.text(alphabet='ab1 +-*/()"%×÷', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except Unreadable:
        return
    assert all(isinstance(name, str) for name in names(found))


numbers = st.integers(1, 50)


@given(numbers, numbers, numbers, numbers)
def test_it_counts_as_python_does(a: int, b: int, c: int, d: int) -> None:
    assert compute(parse(f"({a} + {b}) * {c} - {a} / {d}"), lambda _: None) == pytest.approx((a + b) * c - a / d)


@pytest.mark.parametrize(
    ("formula", "ratio"),
    [
        pytest.param("A - B", False, id="a difference adds up over time"),
        pytest.param("A * 2 - B / 100", False, id="so does one with factors"),
        pytest.param("A / B", True, id="a ratio does not"),
        pytest.param("1 + A * B", True, id="nor does a product of two"),
    ],
)
def test_divides(formula: str, ratio: bool) -> None:
    assert divides(parse(formula)) is ratio


GOALS = """
    kpi     | target | unit | formula
    Margin  | 20%    | %    | Profit / Revenue
    Profit  |        | EUR  | Revenue - "Cost of sales"
    Revenue |        | EUR  |
    Cost of sales |  | EUR  |
"""
FIGURES = "kpi | 2026-01 | 2026-02\nRevenue | 100 | 300\nCost of sales | 90 | 210"


def test_a_formula_over_time_is_computed_from_the_sums() -> None:
    found = result(book(GOALS, FIGURES), "Margin", "2026-02")
    assert found.actual is not None
    assert found.ytd.actual is not None
    assert (found.actual.value, found.ytd.actual.value) == (pytest.approx(0.3), pytest.approx(0.25))
    assert {cell.cell for cell in found.actual.cells} == {"C2", "C3"}
    assert [p.actual.value for p in found.points if p.actual] == [pytest.approx(0.1), pytest.approx(0.3)]


def test_a_formula_with_a_missing_part_has_no_figure() -> None:
    found = result(book(GOALS, FIGURES.replace("210", "-")), "Margin", "2026-02")
    assert found.actual is None
    assert found.ytd.actual is not None
    assert (found.ytd.actual.value, found.ytd.actual.covered) == (pytest.approx(0.1), 1)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param("Profit / Revenue", "Profit / Revnue", "FORMULA_UNKNOWN_NAME", id="a name that is not there"),
        pytest.param("Profit / Revenue", "Profit / / Revenue", "FORMULA_UNREADABLE", id="two signs"),
        pytest.param('Revenue - "Cost of sales"', "Margin * Revenue", "FORMULA_CYCLE", id="a circle"),
        pytest.param("Profit / Revenue", "Profit / (Revenue - Revenue)", "DIVISION_BY_ZERO", id="by zero"),
    ],
)
def test_what_is_wrong_with_a_formula(old: str, new: str, code: str) -> None:
    drawn = book(GOALS.replace(old, new), FIGURES)
    assert codes(drawn, "2026-02").count(code) == 1
    assert result(drawn, "Margin", "2026-02").actual is None


def test_a_definition_in_words_of_a_measured_kpi_is_no_formula() -> None:
    goals = "kpi | target | unit | formula\nA | 10 | score | points given by customers / month"
    drawn = book(goals, "kpi | 2026-01\nA | 9")
    assert not [code for code in codes(drawn, "2026-01") if code.startswith("FORMULA")]
    found = result(drawn, "A", "2026-01").actual
    assert found is not None
    assert found.value == 9
