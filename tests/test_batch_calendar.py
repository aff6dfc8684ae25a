"""When a report is due, in any month, zone and after any pause; seen on simulated mornings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.batch.calendars import due, due_day
from kpireport.core.batching import DueRule
from kpireport.settings.batch import batch

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("calendar", "year", "month", "expected"),
    [
        pytest.param(DueRule(day=3), 2026, 11, date(2026, 11, 3), id="the third"),
        pytest.param(DueRule(day=31), 2026, 4, date(2026, 4, 30), id="the 31st of a month of 30 days"),
        pytest.param(DueRule(day=31), 2026, 2, date(2026, 2, 28), id="the 31st of February"),
        pytest.param(DueRule(day=29), 2028, 2, date(2028, 2, 29), id="the 29th of a leap year"),
        pytest.param(DueRule(working_day=1), 2026, 11, date(2026, 11, 2), id="the first is a Sunday"),
        pytest.param(DueRule(working_day=2), 2026, 8, date(2026, 8, 4), id="the first is a Saturday"),
        pytest.param(DueRule(working_day=5), 2026, 7, date(2026, 7, 7), id="over a weekend"),
        pytest.param(DueRule(working_day=23), 2026, 2, date(2026, 2, 28), id="more working days than there are"),
        pytest.param(DueRule(day=-1), 2026, 2, date(2026, 2, 28), id="the last of the month"),
        pytest.param(DueRule(day=-3), 2026, 4, date(2026, 4, 28), id="the third from the end"),
        pytest.param(DueRule(day=-31), 2026, 4, date(2026, 4, 1), id="more days from the end than there are"),
        pytest.param(DueRule(working_day=-1), 2026, 10, date(2026, 10, 30), id="the last is a Saturday"),
        pytest.param(DueRule(working_day=-2), 2026, 5, date(2026, 5, 28), id="the last but one working day"),
        pytest.param(DueRule(weekday=1, nth=1), 2026, 11, date(2026, 11, 2), id="the first Monday"),
        pytest.param(DueRule(weekday=5, nth=-1), 2026, 11, date(2026, 11, 27), id="the last Friday"),
        pytest.param(DueRule(weekday=3, nth=5), 2026, 11, date(2026, 11, 25), id="a fifth Wednesday that is not there"),
    ],
)
def test_the_day_is(calendar: DueRule, year: int, month: int, expected: date) -> None:
    assert due_day(calendar, year, month) == expected


@pytest.mark.parametrize(
    ("today", "settled", "periods"),
    [
        pytest.param(date(2026, 11, 2), {"2026-09": "made"}, [], id="not yet"),
        pytest.param(date(2026, 11, 3), {"2026-09": "made"}, ["2026-10"], id="on the day"),
        pytest.param(date(2026, 11, 9), {"2026-09": "made"}, ["2026-10"], id="some days late"),
        pytest.param(date(2026, 11, 9), {"2026-10": "made"}, [], id="made already"),
        pytest.param(date(2027, 1, 4), {"2026-10": "made"}, ["2026-11", "2026-12"], id="two were missed"),
        pytest.param(date(2026, 11, 9), {"2026-10": "skipped_stale"}, [], id="skipped before"),
        pytest.param(date(2026, 6, 9), {"2026-10": "made"}, [], id="the clock was set back"),
    ],
)
def test_what_is_due(today: date, settled: dict[str, str], periods: list[str]) -> None:
    assert [one.period for one in due(DueRule(day=3), today, settled)] == periods


@pytest.mark.parametrize(
    ("rule", "today", "settled", "periods"),
    [
        pytest.param(DueRule(weekday=1), date(2026, 11, 9), {}, ["2026-W45"], id="a Monday: the week before"),
        pytest.param(DueRule(weekday=1), date(2026, 11, 8), {}, ["2026-W44"], id="the Sunday before it"),
        pytest.param(
            DueRule(weekday=1), date(2026, 11, 10), {"2026-W43": "made"}, ["2026-W44", "2026-W45"], id="one was missed"
        ),
        pytest.param(DueRule(weekday=1), date(2027, 1, 4), {"2026-W52": "made"}, ["2026-W53"], id="over the new year"),
        pytest.param(DueRule(weekday=1), date(2026, 11, 9), {"2026-W45": "made"}, [], id="made already"),
        pytest.param(
            DueRule(weekday=1, nth=1), date(2026, 11, 2), {}, ["2026-10"], id="the first Monday: the month before"
        ),
        pytest.param(DueRule(day=-1), date(2026, 11, 30), {}, ["2026-11"], id="the last of the month: that month"),
        pytest.param(DueRule(day=-1), date(2026, 11, 29), {}, ["2026-10"], id="the day before"),
        pytest.param(
            DueRule(working_day=-1), date(2026, 10, 30), {"2026-09": "made"}, ["2026-10"], id="the last working day"
        ),
    ],
)
def test_weekdays_and_the_end_of_the_month(
    rule: DueRule, today: date, settled: dict[str, str], periods: list[str]
) -> None:
    assert [one.period for one in due(rule, today, settled, first=not settled)] == periods


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('weekday = "monday"', DueRule(weekday=1)),
        ('weekday = "friday"\nnth = -1', DueRule(weekday=5, nth=-1)),
        ("day = -1", DueRule(day=-1)),
        ("working_day = -2", DueRule(working_day=-2)),
        ('weekday = "moonday"', None),
        ("nth = 2\nday = 3", None),
        ('day = 3\nweekday = "monday"', None),
    ],
)
def test_a_calendar_is_read(tmp_path: Path, text: str, rule: DueRule | None) -> None:
    (tmp_path / "kpireport.toml").write_text(f'[[report]]\nname = "Group"\nmatch = "g*.xlsx"\n{text}\n', "utf-8")
    found, _ = batch(tmp_path / "kpireport.toml")
    assert (found.planned[0].calendar if found is not None else None) == rule


def test_what_is_too_late_is_stale() -> None:
    first, second = due(DueRule(day=3, max_lateness=10), date(2027, 1, 4), {"2026-10": "made"})
    assert (first.period, first.stale, first.late) == ("2026-11", True, 32)
    assert (second.period, second.stale) == ("2026-12", False)


def test_a_new_report_does_not_begin_with_its_past() -> None:
    assert [one.period for one in due(DueRule(day=3), date(2026, 11, 9), {}, first=True)] == ["2026-10"]


@given(
    st.integers(1, 31), st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.lists(st.booleans(), min_size=60, max_size=200)
)
def test_mornings_of_a_machine_that_sleeps_through_some_of_them(day: int, start: date, awake: list[bool]) -> None:
    """Every period is made or skipped once, in order, never before its day, and none is left out."""
    calendar = DueRule(day=day, max_lateness=400)
    settled: dict[str, str] = {}
    made: list[tuple[str, date]] = []
    for number, up in enumerate([*awake, True]):
        today = start + timedelta(days=number)
        if up:
            for one in due(calendar, today, settled, first=not settled):
                assert one.day <= today
                assert one.period not in settled
                settled[one.period] = "made"
                made.append((one.period, today))
    periods = [period for period, _ in made]
    assert periods == sorted(set(periods))
    months = [int(p[:4]) * 12 + int(p[5:]) for p in periods]
    assert months == list(range(months[0], months[0] + len(months))) if months else True
    last = due(calendar, start + timedelta(days=len(awake)), settled)
    assert last == []


def test_the_zone_decides_which_day_it_is() -> None:
    """At 22:30 UTC of the second it is the third in Zurich already, before and after the clocks change."""
    for month in (3, 4, 10, 11):
        moment = datetime(2026, month, 2, 23, 30, tzinfo=UTC)
        there = moment.astimezone(ZoneInfo("Europe/Zurich")).date()
        here = moment.date()
        before = f"2026-{month - 2:02}"
        assert len(due(DueRule(day=3), there, {before: "made"})) == 1
        assert due(DueRule(day=3), here, {before: "made"}) == []
