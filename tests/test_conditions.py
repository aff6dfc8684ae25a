"""What a finance person may write in a Trigger cell, in the languages that it is told in (R39)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core.conditions import Condition, Subject, condition


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("red", Condition(Subject.OFF), id="one red month"),
        pytest.param("red 2 months", Condition(Subject.OFF, periods=2), id="red twice"),
        pytest.param("Red for two months", Condition(Subject.OFF, periods=2), id="number as a word"),
        pytest.param("off target 3 months in a row", Condition(Subject.OFF, periods=3), id="in a row"),
        pytest.param("2 months red", Condition(Subject.OFF, periods=2), id="the count first"),
        pytest.param("red for 3 consecutive months", Condition(Subject.OFF, periods=3), id="consecutive"),
        pytest.param("falls below 75", Condition(Subject.VALUE, "<", 75.0), id="falls below a value"),
        pytest.param("spend over budget", Condition(Subject.OVER_BUDGET), id="spend over budget"),
        pytest.param("没有数据", Condition(Subject.NO_DATA), id="Chinese, no data"),
        pytest.param("预计低于目标", Condition(Subject.LANDING), id="Chinese, the year will miss"),
        pytest.param("连续2个月红", Condition(Subject.OFF, periods=2), id="Chinese, two red months"),
        pytest.param("连续两个月未达标", Condition(Subject.OFF, periods=2), id="Chinese, number as a word"),
        pytest.param("红灯3个月", Condition(Subject.OFF, periods=3), id="Chinese, count behind"),
        pytest.param("amber or worse", Condition(Subject.NOT_ON), id="not on target"),
        pytest.param("< 75", Condition(Subject.VALUE, "<", 75.0), id="below a value"),
        pytest.param("＜７５％", Condition(Subject.VALUE, "<", 0.75, percent=True), id="full width"),
        pytest.param("<= 75%", Condition(Subject.VALUE, "<=", 0.75, percent=True), id="a percentage"),
        pytest.param("at least 1,200", Condition(Subject.VALUE, ">=", 1200.0), id="words for an operator"),
        pytest.param("> 1,200 元", Condition(Subject.VALUE, ">", 1200.0), id="with a unit"),
        pytest.param("value < −5", Condition(Subject.VALUE, "<", -5.0), id="a true minus"),
        pytest.param("under 75%, 3 months", Condition(Subject.VALUE, "<", 0.75, True, 3), id="value and count"),
        pytest.param("低于75 3个月", Condition(Subject.VALUE, "<", 75.0, periods=3), id="Chinese value and count"),
        pytest.param("crosses 75", Condition(Subject.CROSSES, None, 75.0), id="crossing in either direction"),
        pytest.param("attainment < 90%", Condition(Subject.ATTAINMENT, "<", 0.9, True), id="attainment"),
        pytest.param("达成率低于90%", Condition(Subject.ATTAINMENT, "<", 0.9, True), id="Chinese attainment"),
        pytest.param("chance < 50%", Condition(Subject.CHANCE, "<", 0.5, True), id="chance"),
        pytest.param("landing below target", Condition(Subject.LANDING), id="landing"),
        pytest.param("预测低于目标", Condition(Subject.LANDING), id="Chinese landing"),
        pytest.param("spent > budget", Condition(Subject.OVER_BUDGET), id="spend"),
        pytest.param("超预算", Condition(Subject.OVER_BUDGET), id="Chinese spend"),
        pytest.param("milestone overdue", Condition(Subject.OVERDUE), id="overdue"),
        pytest.param("no data", Condition(Subject.NO_DATA), id="missing"),
        pytest.param("status worsened", Condition(Subject.WORSENED), id="worsened"),
        pytest.param("red without action", Condition(Subject.NO_ACTION), id="nobody acts"),
        pytest.param("target revised", Condition(Subject.REVISED), id="revised"),
        pytest.param("restated", Condition(Subject.RESTATED), id="restated"),
        pytest.param("signal worse", Condition(Subject.SIGNAL_WORSE), id="signal"),
        pytest.param("2 Monate rot", Condition(Subject.OFF, periods=2), id="German, the count first"),
        pytest.param(
            "Ziel verfehlt in drei Monaten in Folge", Condition(Subject.OFF, periods=3), id="German, in a row"
        ),
        pytest.param("Prognose unter Ziel", Condition(Subject.LANDING), id="German landing"),
        pytest.param("über Budget", Condition(Subject.OVER_BUDGET), id="German spend"),
        pytest.param("Maßnahme überfällig", Condition(Subject.OVERDUE), id="German overdue"),
        pytest.param("keine Daten", Condition(Subject.NO_DATA), id="German, no data"),
        pytest.param("rot ohne Maßnahme", Condition(Subject.NO_ACTION), id="German, nobody acts"),
        pytest.param("Zielerreichung unter 90%", Condition(Subject.ATTAINMENT, "<", 0.9, True), id="German attainment"),
        pytest.param("出现恶化信号", Condition(Subject.SIGNAL_WORSE), id="Chinese signal"),
    ],
)
def test_a_condition_is_read(text: str, expected: Condition) -> None:
    assert condition(text) == expected


@pytest.mark.parametrize(
    "text", ["", "when it hurts", "< abc", "< 1,23", "red blue", "75", "<", "=SUM(A1)", "{{ 7 }}", "< 7 5"]
)
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    assert condition(text) is None


def test_periods_of_a_column_hold_where_the_text_names_none() -> None:
    assert condition("red", 3) == Condition(Subject.OFF, periods=3)
    assert condition("red 2 months", 3) == Condition(Subject.OFF, periods=2)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    read = condition(text)
    assert read is None or read.periods >= 1
