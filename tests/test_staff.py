"""Tasks by person and initiatives (R37, R38)."""

from __future__ import annotations

from datetime import date

import pytest

from kpireport.core.diagnostics import Where
from kpireport.core.model import PlanItem, Step
from kpireport.core.staff import elapsed, initiative, initiatives, staff, tasks

TODAY = date(2026, 6, 30)


def task(due: str = "", done: str = "", *, points: float | None = None, owner: str = "Li") -> PlanItem:
    return PlanItem(
        id="",
        step=Step.TASK,
        action="do it",
        where=Where("a.xlsx", "Plan", "A2"),
        owner=owner,
        due=date.fromisoformat(due) if due else None,
        done=date.fromisoformat(done) if done else None,
        finished=bool(done),
        points=points,
    )


def test_t86_ten_tasks_seven_due_five_of_them_done_four_on_time_one_more_done_early() -> None:
    items = [task("2026-05-01", "2026-04-30")] * 4
    items += [task("2026-05-01", "2026-05-09"), task("2026-05-01"), task("2026-06-30")]
    items += [task("2026-09-01", "2026-06-01"), task("2026-09-01"), task("2026-12-31")]

    line = tasks("Li", items, TODAY)

    assert (line.tasks, line.due, line.done_of_due, line.overdue) == (10, 7, 5, 2)
    assert line.to_date == pytest.approx(5 / 7)
    assert line.overall == pytest.approx(0.60)
    assert line.on_time == pytest.approx(0.80)


def test_points_are_weights_where_every_task_has_them() -> None:
    line = tasks("Li", [task("2026-05-01", "2026-05-01", points=3), task("2026-05-01", points=1)], TODAY)
    assert line.to_date == pytest.approx(0.75)


def test_points_on_some_tasks_only_count_for_none() -> None:
    line = tasks("Li", [task("2026-05-01", "2026-05-01", points=3), task("2026-05-01")], TODAY)
    assert line.to_date == pytest.approx(0.5)


def test_a_task_dated_done_in_the_future_is_not_done_yet() -> None:
    line = tasks("Li", [task("2026-06-01", "2026-07-05")], TODAY)
    assert (line.done, line.overdue) == (0, 1)


def test_nothing_due_gives_no_rate() -> None:
    line = tasks("Li", [task("2026-12-01")], TODAY)
    assert line.to_date is None
    assert line.on_time is None


def test_people_keep_the_order_of_the_sheet() -> None:
    assert [line.owner for line in staff([task(owner="Wu"), task(owner="Li"), task(owner="Wu")], TODAY)] == ["Wu", "Li"]


def plan(**given: object) -> PlanItem:
    fields: dict[str, object] = {
        "id": "1",
        "step": Step.INITIATIVE,
        "action": "a",
        "where": Where(),
        "start": date(2026, 1, 1),
        "due": date(2026, 12, 31),
    }
    return PlanItem(**{**fields, **given})  # type: ignore[arg-type]


def test_t87_spending_ahead_of_progress() -> None:
    line = initiative(plan(budget=500_000.0, spent=320_000.0, progress=0.5), TODAY)
    assert line.spend == pytest.approx(0.64)
    assert line.time == pytest.approx(181 / 365)
    assert line.flags == ("spending ahead",)


@pytest.mark.parametrize(
    ("given", "flags"),
    [
        pytest.param({"progress": 0.39}, ("late",), id="more than ten points behind time"),
        pytest.param({"progress": 0.40}, (), id="less than ten points behind time"),
        pytest.param({"progress": 0.5, "budget": 100.0, "spent": 60.0}, (), id="exactly ten points ahead is allowed"),
        pytest.param({"progress": 1.0, "budget": 100.0, "spent": 101.0}, ("over budget",), id="over budget"),
        pytest.param({"due": date(2026, 6, 29), "progress": 0.95}, ("overdue",), id="past its day"),
        pytest.param({"due": date(2026, 6, 29), "finished": True}, (), id="done is not overdue"),
        pytest.param({"start": None, "progress": 0.1}, (), id="no start, no time"),
        pytest.param({"budget": 0.0, "spent": 5.0}, ("over budget",), id="money spent on nothing budgeted"),
    ],
)
def test_flags(given: dict[str, object], flags: tuple[str, ...]) -> None:
    assert initiative(plan(**given), TODAY).flags == flags


def test_progress_comes_from_milestones_where_it_is_not_typed() -> None:
    milestone = {"step": Step.MILESTONE, "project": "P"}
    items = [plan(project="P"), plan(**milestone, finished=True), plan(**milestone)]
    assert initiatives(items, TODAY)[0].progress == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("start", "due", "share"),
    [
        pytest.param(date(2026, 7, 1), date(2026, 12, 31), 0.0, id="not begun"),
        pytest.param(date(2025, 1, 1), date(2025, 12, 31), 1.0, id="over"),
        pytest.param(date(2026, 6, 30), date(2026, 6, 30), 1.0, id="a single day"),
        pytest.param(date(2026, 6, 30), date(2026, 6, 1), None, id="ends before it begins"),
    ],
)
def test_time_stays_between_none_and_all(start: date, due: date, share: float | None) -> None:
    assert elapsed(start, due, TODAY) == share
