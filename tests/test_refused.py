"""What the computing parts refuse or leave as it is: questions without an answer, texts without an end, empty lists."""

from __future__ import annotations

from datetime import date

import pytest

from kpireport.core import arithmetic
from kpireport.core.model import Basis
from kpireport.core.parse.dates import day_in_text
from kpireport.core.periods import Calendar, Frequency
from kpireport.core.restate import Reported, held
from kpireport.core.scope import scoped, scoped_problems
from kpireport.core.signal import clipped, limits, run
from tests.books import book, card, codes, month, period, result


@pytest.mark.parametrize(
    ("name", "frequency"),
    [
        pytest.param("2026", Frequency.MONTH, id="a year in a month"),
        pytest.param("2026-Q1", Frequency.DAY, id="a quarter in a day"),
    ],
)
def test_a_period_does_not_lie_within_a_finer_one(name: str, frequency: Frequency) -> None:
    with pytest.raises(ValueError, match="does not lie within"):
        Calendar().within(period(name), frequency)


def test_a_month_has_no_quarters() -> None:
    with pytest.raises(ValueError, match="has no quarter"):
        Calendar().parts(period("2026-01"), Frequency.QUARTER)


def test_from_a_later_period_to_an_earlier_one_there_is_none() -> None:
    assert Calendar().between(month(2026, 3), month(2026, 1)) == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A + " * 400 + "A", id="too long"),
        pytest.param("(" * 120 + "A" + ")" * 120, id="too deep"),
        pytest.param("A +", id="no end"),
        pytest.param("A * / B", id="nothing between"),
    ],
)
def test_a_formula_that_is_not_read(text: str) -> None:
    with pytest.raises(arithmetic.Unreadable):
        arithmetic.parse(text)


@pytest.mark.parametrize(
    ("values", "count"),
    [
        pytest.param([10.0, 12.0, 10.0, 12.0, 13.0, 13.0], 3, id="three above the mean"),
        pytest.param([13.0, 13.0, 13.0], 0, id="all the same: on the mean"),
        pytest.param([10.0, 12.0, None], 0, id="the last one is missing"),
    ],
)
def test_how_many_in_a_row(values: list[float | None], count: int) -> None:
    assert run(limits(values, improvement=None)) == count


@pytest.mark.parametrize(
    ("low", "high", "drawn"),
    [
        pytest.param(0.0, 1.0, (0.0, 1.0), id="a share"),
        pytest.param(0.0, None, (0.0, 1.4), id="no upper end"),
        pytest.param(None, 1.0, (-0.2, 1.0), id="no lower end"),
        pytest.param(None, None, (-0.2, 1.4), id="no ends"),
    ],
)
def test_limits_as_they_are_drawn(low: float | None, high: float | None, drawn: tuple[float, float]) -> None:
    assert clipped(-0.2, 1.4, low, high) == drawn


@pytest.mark.parametrize(
    ("today", "goal", "provisional"),
    [
        pytest.param(date(2026, 1, 31), 90.0, False, id="over: the whole target"),
        pytest.param(date(2026, 1, 15), 90.0 * 15 / 31, True, id="half of it gone"),
        pytest.param(date(2025, 12, 31), 90.0, True, id="not begun: nothing to be prorated"),
    ],
)
def test_a_month_that_is_not_over_is_held_against_its_days_so_far(today: date, goal: float, provisional: bool) -> None:
    drawn = book("kpi | target | unit | basis\nA | 90 | EUR | period", "kpi | 2026-01\nA | 40", partial="prorate")
    point = result(drawn, "A", "2026-01", today=today).points[-1]
    assert point.goal is not None
    assert point.goal.value == pytest.approx(goal)
    assert point.provisional is provisional


def test_frozen_months_keep_what_was_reported_once_for_all_their_rows() -> None:
    table = "kpi | department | 2026-01 | 2026-02\nA | North | 10 | 11\nA | South | 20 | 21"
    drawn = book("kpi | target | unit\nA | 30 | score", table, frozen_through=month(2026, 1), allow_restated=False)
    kept = held(drawn, [Reported("a", "2026-01", "actual", 25.0), Reported("a", "2026-02", "actual", 99.0)])
    values = [(o.period.key, o.value, o.department) for o in kept.observations]
    assert values == [("2026-01", 25.0, ""), ("2026-02", 11.0, "North"), ("2026-02", 21.0, "South")]


def test_a_scope_of_everything_is_the_scorecard_itself() -> None:
    drawn = book("kpi | target | unit\nA | 30 | score", "kpi | 2026-01\nA | 10")
    full = card(drawn, "2026-01")
    assert scoped(full, "all") is full
    assert scoped_problems((), full, full) == ()


def test_a_numerator_that_is_not_there_is_told() -> None:
    goals = "kpi | target | unit | numerator | denominator\nM | 20% | % | Profits | Sales\nProfit | | EUR | |"
    assert codes(book(goals, "kpi | 2026-01\nM | 5%\nProfit | 5"), "2026-01").count("UNKNOWN_PART") == 2


@pytest.mark.parametrize(
    ("goals", "told"),
    [
        pytest.param("target | direction | red_line\n2~4 | range | 3", 1, id="inside its range"),
        pytest.param("target | direction | red_line\n2~4 | range | 1", 0, id="outside of it"),
        pytest.param("target | direction | red_line\n10 | higher | 12", 1, id="above what should be reached"),
        pytest.param("target | direction | red_line\n10 | lower | 12", 0, id="above what should not be passed"),
        pytest.param("target | direction | red_line\n10 | range | 12", 0, id="beside a point to be kept"),
    ],
)
def test_where_a_red_line_may_lie(goals: str, told: int) -> None:
    head, row = goals.split("\n")
    drawn = book(f"kpi | unit | {head}\nA | score | {row}", "kpi | 2026-01\nA | 3")
    assert codes(drawn, "2026-01").count("BAND_ORDER") == told


def test_a_target_of_a_year_that_is_reported_as_a_year_is_not_suspected() -> None:
    drawn = book("kpi | target | unit\nA | 100 | EUR", "kpi | 2025 | 2026\nA | 100 | 104")
    assert result(drawn, "A", "2026").kpi.basis in (Basis.YEAR, Basis.PERIOD)
    assert "TARGET_BASIS_SUSPECT" not in codes(drawn, "2026")


@pytest.mark.parametrize(
    "text", [pytest.param("2026-01-05 " + "x" * 300, id="longer than any date"), pytest.param("soon", id="a word")]
)
def test_a_text_that_is_no_day(text: str) -> None:
    assert day_in_text(text) is None
