"""Which period the report is about, and which figures are there for it."""

from __future__ import annotations

from datetime import date

import pytest

from kpireport.core.asof import choose, listed, report_frequency
from kpireport.core.evaluate import evaluate
from kpireport.core.periods import Frequency, Period
from tests.books import book, card, codes, kpis, month

GOALS = "kpi | target | unit\nA | 10 | score\nB | 10 | score\nC | 10 | score\nD | 10 | score"
FIGURES = """
    kpi | 2026-01 | 2026-02 | 2026-03
    A   | 1       | 1       | 1
    B   | 1       | 1       | -
    C   | 1       | 1       | -
    D   | 1       | -       | -
"""


@pytest.mark.parametrize(
    ("today", "chosen", "reason"),
    [
        pytest.param(date(2026, 2, 1), month(2026, 1), "complete", id="the last month that is over"),
        pytest.param(date(2026, 1, 31), month(2026, 1), "complete", id="on its last evening it is over"),
        pytest.param(date(2026, 3, 5), month(2026, 2), "complete", id="three of four are enough"),
        pytest.param(date(2026, 4, 5), month(2026, 2), "quorum", id="one of four is not"),
        pytest.param(date(2026, 9, 5), month(2026, 2), "quorum", id="long after the last figures"),
    ],
)
def test_the_report_period(today: date, chosen: Period, reason: str) -> None:
    found = card(book(GOALS, FIGURES), today=today)
    assert (found.period, found.reason) == (chosen, reason)


def test_exactly_the_quorum_is_enough() -> None:
    assert card(book(GOALS, FIGURES, as_of_quorum=0.25), today=date(2026, 4, 5)).period == month(2026, 3)


def test_the_day_of_the_settings_wins_over_the_day_of_the_run() -> None:
    found = card(book(GOALS, FIGURES, as_of=date(2026, 2, 3)), today=date(2026, 4, 5))
    assert (found.period, found.today) == (month(2026, 1), date(2026, 2, 3))


def test_asked_and_set_periods_win() -> None:
    drawn = book(GOALS, FIGURES, report_period="2026年1月")
    assert (card(drawn).period, card(drawn).reason) == (month(2026, 1), "settings")
    assert (card(drawn, "2026-03").period, card(drawn, "2026-03").reason) == (month(2026, 3), "asked")


def test_a_report_period_that_cannot_be_read_is_an_error() -> None:
    found, problems = evaluate(book(GOALS, FIGURES, report_period="soon"), period=None, today=date(2026, 4, 5))
    assert found is None
    assert [p.name for p in problems] == ["REPORT_PERIOD_UNREADABLE"]


def test_without_figures_there_is_no_report() -> None:
    found, problems = evaluate(book(GOALS, "kpi | 2026-01\nA | -"), period=None, today=date(2026, 4, 5))
    assert found is None
    assert "NO_FIGURES" in [p.name for p in problems]


def test_figures_entered_ahead_are_listed_and_not_used() -> None:
    drawn = book(GOALS, FIGURES)
    result = card(drawn, "2026-02").results["a"]
    assert result.entered_ahead == 1
    assert result.points[-1].period == month(2026, 2)
    assert result.ytd.actual is not None
    assert result.ytd.actual.covered == 2
    assert "ENTERED_AHEAD" in codes(drawn, "2026-02")


@pytest.mark.parametrize(
    ("row", "left"),
    [
        pytest.param("5 | 6 | =0 | =0", 2, id="zeros after the last typed figure"),
        pytest.param("5 | =0 | 6 | =0", 3, id="a zero between typed figures is a zero"),
        pytest.param("=5 | =6 | =0 | =0", 2, id="all are formulas: zeros after the last that is none"),
        pytest.param("=0 | =0 | =0 | =0", 0, id="formulas that never gave anything"),
        pytest.param("5 | =0 | =7 | =0", 3, id="a formula that gave something later is alive"),
        pytest.param("5 | 0 | 0 | 0", 4, id="typed zeros are zeros"),
    ],
)
def test_trailing_zeros_of_formulas(row: str, left: int) -> None:
    goals = "kpi | target | unit\nA | 10 | score\nB | 10 | score"
    table = f"kpi | 2026-01 | 2026-02 | 2026-03 | 2026-04\nA | {row}\nB | 1 | 1 | 1 | 1"
    points = card(book(goals, table), "2026-04").results["a"].points
    assert len([p for p in points if p.actual is not None]) == left


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("2026-10", month(2026, 10), id="a month"),
        pytest.param("2026/3", month(2026, 3), id="with a slash"),
        pytest.param("2026年3月", month(2026, 3), id="in Chinese"),
        pytest.param("202603", month(2026, 3), id="digits alone"),
        pytest.param("2026-Q3", Period(Frequency.QUARTER, 2026, 3), id="a quarter"),
        pytest.param("2026-W05", Period(Frequency.WEEK, 2026, 5), id="a week"),
        pytest.param("FY2026", Period(Frequency.YEAR, 2026), id="a year"),
        pytest.param("2026-13", None, id="no such month"),
        pytest.param("March", None, id="a month without a year"),
    ],
)
def test_a_report_period_as_it_is_written(text: str, found: Period | None) -> None:
    drawn = book(GOALS, FIGURES, report_period=text)
    assert choose(drawn, drawn.kpis, drawn.observations, None, date(2026, 4, 5)).period == found


def test_how_often_the_report_appears() -> None:
    table = "kpi | frequency\nA | week\nB | week\nC | month"
    assert report_frequency(kpis(table)) is Frequency.MONTH
    assert report_frequency(kpis("kpi | frequency\nA | week\nB | quarter\nC | week")) is Frequency.WEEK


def test_names_are_cut_for_a_message() -> None:
    assert listed("abc") == "a, b, c"
    assert listed("abcdefgh") == "a, b, c, d, e, f … (+2)"
