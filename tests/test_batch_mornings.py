"""Months of simulated mornings: a machine that sleeps through some of them, a clock that is not always right."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kpireport.batch.calendars import due_day
from kpireport.core.batching import DueRule
from tests.batching import GOALS, Desk, new, outcomes
from tests.workbooks import save

MONTHS = ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03"]
FIRST, DAYS = date(2026, 9, 20), 110
PLANNED = """
[[report]]
name = "Group"
workbooks = ["books/group.xlsx"]
max_lateness_days = 10
"""


def filled(desk: Desk, today: date) -> None:
    """Let people have filled in all months that are over."""
    over = [month for month in MONTHS if month < f"{today:%Y-%m}"]
    path = desk.folder / "books" / "group.xlsx"
    if not path.is_file() or path.with_suffix(".until").read_text() != over[-1]:
        save(path, Goals=GOALS, Metrics=f"KPI | {' | '.join(over)}\nRevenue | {' | '.join('100' for _ in over)}")
        path.with_suffix(".until").write_text(over[-1])


@pytest.mark.parametrize(
    ("lines", "calendar", "asleep"),
    [
        pytest.param("day = 3", DueRule(day=3), 0, id="the third"),
        pytest.param("working_day = 2", DueRule(working_day=2), 0.5, id="the second working day"),
        pytest.param("day = 31", DueRule(day=31), 0.9, id="the last, whatever it is, and a machine that is rarely on"),
        pytest.param('day = 3\nzone = "America/New_York"', DueRule(day=3, zone="America/New_York"), 0, id="New York"),
        pytest.param('day = 1\nzone = "Asia/Shanghai"', DueRule(day=1, zone="Asia/Shanghai"), 0.4, id="Shanghai"),
    ],
)
def test_every_month_is_mailed_once_or_told_to_be_too_late(
    tmp_path: Path, lines: str, calendar: DueRule, asleep: float
) -> None:
    desk = new(tmp_path, PLANNED + lines)
    chance = random.Random(lines + str(asleep))
    zone = ZoneInfo(calendar.zone or "UTC")
    mailed: dict[str, date] = {}
    skipped: dict[str, date] = {}
    for number in range(DAYS):
        if chance.random() < asleep:
            continue
        moment = datetime(FIRST.year, FIRST.month, FIRST.day, 2, 30, tzinfo=UTC) + timedelta(days=number)
        there = moment.astimezone(zone).date()
        filled(desk, there)
        before = len(desk.office.put_in)
        summary = desk.run(due=True, clock=moment.timestamp())
        for report, period, revision in desk.office.put_in[before:]:
            assert (report, revision) == ("Group", 1)
            assert period not in mailed
            mailed[period] = there
        for problem in summary.problems:
            assert problem.name == "SKIPPED_STALE"
            assert problem.details["period"] not in skipped
            skipped[str(problem.details["period"])] = there
    for period, day in (mailed | skipped).items():
        year, month = int(period[:4]), int(period[5:])
        due = due_day(calendar, year + month // 12, month % 12 + 1)
        assert day >= due
        assert (day - due).days > calendar.max_lateness if period in skipped else (day - due).days <= 10
    assert not set(mailed) & set(skipped)
    told = sorted({*mailed, *skipped})
    assert told == MONTHS[MONTHS.index(told[0]) : MONTHS.index(told[-1]) + 1]
    assert told[-1] >= "2026-10"
    if not asleep:
        assert all(period <= "2026-08" for period in skipped), "what was over before we began"


def at(*day: int) -> float:
    return datetime(*day, 6, 30, tzinfo=UTC).timestamp()  # type: ignore[arg-type,misc]


def test_a_clock_that_goes_back_mails_nothing_twice_and_is_told(tmp_path: Path) -> None:
    desk = new(tmp_path, PLANNED + "day = 3")
    filled(desk, date(2026, 11, 3))
    days = [(2026, 11, 3), (2026, 11, 4), (2026, 10, 4), (2026, 11, 5), (2026, 11, 6)]
    told = [[problem.name for problem in desk.run(due=True, clock=at(*day)).problems] for day in days]
    assert told == [[], [], ["CLOCK_BACK"], [], []]
    assert desk.office.put_in == [("Group", "2026-10", 1)]


def test_a_report_that_has_not_come_is_told_to_the_owner_every_morning_and_once(tmp_path: Path) -> None:
    """Also where we look every minute."""
    desk = new(tmp_path, '[[report]]\nname = "Group"\nmatch = "group*.xlsx"\nday = 3\n')
    keys: list[str] = []
    notice = desk.office.notice

    def kept(subject: str, text: str, *, run: str, **more: Any) -> Any:
        keys.append(run)
        return notice(subject, text, run=run, **more)

    desk.office.notice = kept  # type: ignore[method-assign]
    for minute in range(3):
        summary = desk.run(due=True, clock=at(2026, 11, 4) + 60 * minute)
        assert [problem.name for problem in summary.problems] == ["NOT_DROPPED"]
    desk.run(due=True, clock=at(2026, 11, 5))
    assert len(keys) == 4
    assert len(set(keys)) == 2
    desk.drop("group 10.xlsx")
    summary = desk.run(due=True, clock=at(2026, 11, 6))
    assert (summary.problems, outcomes(summary)) == ([], {"group 10.xlsx": "done"})
    assert desk.run(due=True, clock=at(2026, 11, 7)).problems == []


def test_a_rehearsal_settles_and_forgets_nothing(tmp_path: Path) -> None:
    desk = new(tmp_path, PLANNED + "day = 3\n[retention]\nprocessed_days = 1\nruns_days = 1\n")
    desk.drop("other.xlsx")
    filled(desk, date(2026, 11, 3))
    desk.run(clock=at(2026, 11, 1))
    before = desk.files("inbox"), desk.files("reports")
    for _ in range(2):
        late = desk.run(due=True, dry_run=True, clock=at(2026, 11, 25))
        assert [problem.name for problem in late.problems] == ["SKIPPED_STALE"]
    assert (desk.files("inbox"), desk.files("reports")) == before
    assert desk.office.put_in == [("other", "2026-10", 1)]
