"""Changes: what is favourable, and what a percentage may be taken of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core.change import favourable, outside, relative, words
from kpireport.core.model import Direction, Span
from kpireport.core.periods import Calendar
from tests.books import book, month, result

amounts = st.floats(-1e9, 1e9)


@pytest.mark.parametrize(
    ("direction", "previous", "actual", "good"),
    [
        pytest.param(Direction.HIGHER, 1, 2, True, id="more where higher is better"),
        pytest.param(Direction.LOWER, 1, 2, False, id="more where lower is better"),
        pytest.param(Direction.LOWER, 2, 1, True, id="less where lower is better"),
        pytest.param(Direction.HIGHER, 2, 2, None, id="no change"),
        pytest.param(None, 1, 2, None, id="no direction"),
        pytest.param(Direction.RANGE, 10, 6, True, id="nearer to the range"),
        pytest.param(Direction.RANGE, 3, 1, False, id="out of the range"),
        pytest.param(Direction.RANGE, 3, 4, None, id="within the range all along"),
    ],
)
def test_favourable(direction: Direction | None, previous: float, actual: float, good: bool | None) -> None:
    assert favourable(direction, actual, previous, Span(low=2, high=5)) is good


@given(amounts, amounts)
def test_a_percentage_has_the_sign_of_its_difference(previous: float, actual: float) -> None:
    ratio = relative(actual, previous)
    assert (ratio is None) == (previous <= 0 or actual < 0)
    if ratio is not None:
        assert ratio * (actual - previous) >= 0


@given(amounts, amounts)
def test_words_stand_only_where_no_percentage_does(previous: float, actual: float) -> None:
    assert not (words(actual, previous) and relative(actual, previous) is not None)


def test_pct_base_abs_divides_by_the_size() -> None:
    assert relative(-80, -100, pct_base="abs") == pytest.approx(0.2)
    assert relative(5, 0, pct_base="abs") is None


YEARS = "kpi | 2025-03 | 2026-02 | 2026-03\nA | 80 | 90 | 100"


def test_against_the_month_before_and_the_year_before() -> None:
    found = result(book("kpi | target | unit\nA | 1200 | EUR", YEARS), "A", "2026-03")
    assert (found.previous.period, found.previous.delta) == (month(2026, 2), 10)
    assert (found.year_ago.period, found.year_ago.ratio) == (month(2025, 3), pytest.approx(0.25))


def test_a_typed_last_year_stands_in() -> None:
    table = "kpi | series | 2026-03\nA | actual | 100\nA | previous year | 80"
    found = result(book("kpi | target | unit\nA | 1200 | EUR", table), "A", "2026-03")
    assert found.year_ago.delta == 20


def test_the_fiscal_year_before_in_a_year_from_april() -> None:
    drawn = book("kpi | target | unit\nA | 1200 | EUR", YEARS, calendar=Calendar(fiscal_year_start=4))
    assert result(drawn, "A", "2026-03").year_ago.period == month(2025, 3)


@pytest.mark.parametrize(
    ("value", "span", "distance"),
    [
        pytest.param(5.0, Span(low=4.0, high=6.0), 0.0, id="inside"),
        pytest.param(4.0, Span(low=4.0, high=6.0), 0.0, id="on its edge"),
        pytest.param(3.0, Span(low=4.0, high=6.0), 1.0, id="below"),
        pytest.param(8.5, Span(low=4.0, high=6.0), 2.5, id="above"),
        pytest.param(5.0, Span(value=7.0), 2.0, id="from a value"),
        pytest.param(9.0, Span(value=7.0), 2.0, id="from a value, on the other side"),
        pytest.param(5.0, None, None, id="from nothing"),
        pytest.param(5.0, Span(low=4.0), None, id="half a range is none"),
    ],
)
def test_how_far_outside_of_a_range(value: float, span: Span | None, distance: float | None) -> None:
    assert outside(value, span) == distance
