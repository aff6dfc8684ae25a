"""At the very edge: the last day of a period, the line itself, the last day of grace; and rules that meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpireport.core.conditions import Condition, Subject
from kpireport.core.diagnostics import Where
from kpireport.core.model import Level, PlanItem, Step, TriggerRule
from kpireport.core.periods import Period
from kpireport.core.restate import Reported, restatements
from kpireport.core.scope import scoped
from kpireport.core.scorecard import Status
from kpireport.core.staff import initiatives, staff
from kpireport.core.triggers import check
from tests.books import book, card, month, result

QUARTER = "kpi | 2026-Q1 | 2026-06\nQ | 90 |\nM | | 10"
NOWHERE = Where("book.xlsx", "Plan", "A2")


@pytest.mark.parametrize(
    ("column", "day", "status"),
    [
        pytest.param("start", "2026-02-28", Status.ON, id="begun on the last day"),
        pytest.param("start", "2026-03-01", Status.NOT_STARTED, id="begun the day after"),
        pytest.param("end", "2026-02-01", Status.ON, id="ended on the first day"),
        pytest.param("end", "2026-01-31", Status.INFO, id="ended the day before"),
    ],
)
def test_a_goal_counts_in_a_month_of_which_it_has_one_day(column: str, day: str, status: Status) -> None:
    goals = f"kpi | target | unit | {column}\nA | 10 | score | {day}"
    assert result(book(goals, "kpi | 2026-01 | 2026-02\nA | 10 | 10"), "A", "2026-02").status is status


def test_a_goal_begun_on_the_last_day_of_a_month_counts_it_in_the_year_to_date() -> None:
    goals = "kpi | target | unit | start\nA | 10 | score | 2026-01-31"
    ytd = result(book(goals, "kpi | 2026-01 | 2026-02\nA | 10 | 20"), "A", "2026-02").ytd
    assert ytd.actual is not None
    assert (ytd.actual.value, ytd.actual.expected) == (15, 2)


@pytest.mark.parametrize(
    ("column", "day", "chosen"),
    [
        pytest.param("start", "2026-03-31", month(2026, 2), id="begun on its last day: expected, and missing"),
        pytest.param("start", "2026-04-01", month(2026, 3), id="begun the day after: not expected yet"),
        pytest.param("end", "2026-03-01", month(2026, 2), id="ended on its first day: expected, and missing"),
        pytest.param("end", "2026-02-28", month(2026, 3), id="ended the day before: not expected any more"),
    ],
)
def test_the_quorum_of_a_month_counts_who_has_one_day_of_it(column: str, day: str, chosen: Period) -> None:
    figures = "kpi | 2026-02 | 2026-03\nA | 10 | 10\nB | 10 |"
    drawn = book(f"kpi | target | unit | {column}\nA | 10 | score |\nB | 10 | score | {day}", figures, as_of_quorum=0.6)
    assert card(drawn, today=date(2026, 4, 5)).period == chosen


@pytest.mark.parametrize(("at", "complete"), [("2026-11", False), ("2026-12", True)])
def test_a_year_is_complete_with_its_last_month(at: str, complete: bool) -> None:
    months = "kpi | 2026-11 | 2026-12\nA | 10 | 20"
    assert result(book("kpi | target | unit\nA | 10 | score", months), "A", at).years[-1].complete is complete


@pytest.mark.parametrize(
    ("today", "provisional"),
    [
        pytest.param(date(2026, 3, 1), True, id="its first day"),
        pytest.param(date(2026, 3, 30), True, id="the day before its last"),
        pytest.param(date(2026, 3, 31), False, id="its last evening: it is over"),
        pytest.param(date(2026, 2, 28), False, id="not begun"),
    ],
)
def test_a_later_month_is_provisional_while_it_runs(today: date, provisional: bool) -> None:
    drawn = book("kpi | target | unit\nA | 10 | score", "kpi | 2026-02 | 2026-03\nA | 10 | 20")
    ahead = result(drawn, "A", "2026-02", today=today).ahead
    assert ahead[0].period == month(2026, 3)
    assert ahead[0].provisional is provisional


@pytest.mark.parametrize(
    ("grace", "day", "stale"),
    [
        pytest.param(15, 15, False, id="the last day of grace"),
        pytest.param(15, 16, True, id="the day after"),
        pytest.param(5, 5, False, id="the last of five days"),
        pytest.param(5, 6, True, id="the day after five"),
        pytest.param(30, 30, False, id="more days than usual"),
    ],
)
def test_a_quarter_is_late_after_the_days_of_grace(grace: int, day: int, stale: bool) -> None:
    goals = "kpi | target | unit | basis\nQ | 100 | EUR | period\nM | 10 | EUR | period"
    found = result(book(goals, QUARTER, grace_days=grace), "Q", "2026-06", today=date(2026, 7, day))
    assert found.stale is stale


@pytest.mark.parametrize(
    ("before", "now", "crossed"),
    [
        pytest.param(79, 81, True, id="up"),
        pytest.param(81, 79, True, id="down"),
        pytest.param(79, 80, True, id="up to the line, which belongs to the upper side"),
        pytest.param(80, 79, True, id="down from the line"),
        pytest.param(80, 81, False, id="up from the line"),
        pytest.param(81, 80, False, id="down to the line"),
        pytest.param(81, 82, False, id="above"),
    ],
)
def test_a_line_is_crossed(before: int, now: int, crossed: bool) -> None:
    drawn = card(book("kpi | target | unit\nA | 90 | score", f"kpi | 2026-01 | 2026-02\nA | {before} | {now}"))
    rule = TriggerRule(kpi="a", condition="crosses 80", where=NOWHERE)
    fired = check(drawn, drawn.results["a"], rule, Condition(Subject.CROSSES, "", 80.0), "T1")
    assert (fired.fired, fired.since) == (crossed, month(2026, 2) if crossed else None)


def test_a_line_crossed_twice_is_crossed_since_the_last_time() -> None:
    drawn = card(book("kpi | target | unit\nA | 90 | score", "kpi | 2026-01 | 2026-02 | 2026-03\nA | 79 | 81 | 79"))
    rule = TriggerRule(kpi="a", condition="crosses 80", where=NOWHERE)
    fired = check(drawn, drawn.results["a"], rule, Condition(Subject.CROSSES, "", 80.0), "T1")
    assert fired.since == month(2026, 3)


FOUR = """
    kpi     | target | unit  | parent  | owner
    Company |        | score |         | Zhou
    Sales   |        | score | Company | Li
    North   |        | score | Sales   | Wang
    Visits  | 10     | count | North   | Chen
    Calls   | 10     | count | Visits  | Wu
"""


def test_a_tree_of_five_levels_hands_its_score_up_to_the_top() -> None:
    drawn = card(book(FOUR, "kpi | 2026-01\nCalls | 8"), "2026-01")
    scores = {key: r.roll.score for key, r in drawn.results.items() if r.roll is not None}
    assert scores == {key: pytest.approx(0.8) for key in ("company", "sales", "north", "visits")}
    assert [r.kpi.level for r in drawn.results.values()] == [
        Level.ORGANISATION, Level.DEPARTMENT, Level.TEAM, Level.STAFF, Level.STAFF,
    ]  # fmt: skip


def test_the_part_of_one_person_shows_the_scores_of_all_levels_above() -> None:
    part = scoped(card(book(FOUR, "kpi | 2026-01\nCalls | 8\nVisits | 7"), "2026-01"), "owner=Wu")
    assert {key: r.above for key, r in part.results.items()} == {
        "company": True, "sales": True, "north": True, "visits": True, "calls": False,
    }  # fmt: skip


def test_the_part_of_one_person_has_her_tasks_on_kpis_of_others_and_nobody_elses() -> None:
    plan = tuple(
        PlanItem(str(n), step, "do it", NOWHERE, kpi=kpi, owner=owner, due=date(2026, 3, 1))
        for n, (step, kpi, owner) in enumerate(
            [(Step.TASK, "north", "Wu"), (Step.INITIATIVE, "north", "WU"), (Step.TASK, "north", "Wang")]
        )
    )
    whole = card(book(FOUR, "kpi | 2026-01\nCalls | 8", plan=plan), "2026-01")
    assert (len(whole.staff), len(whole.initiatives)) == (0, 0), "evaluate leaves them to the pipeline"
    today = date(2026, 1, 31)
    part = scoped(replace(whole, staff=staff(plan, today), initiatives=initiatives(plan, today)), "owner=Wu")
    assert [item.id for item in part.book.plan] == ["0", "1"]
    assert [line.owner for line in part.staff] == ["Wu"]
    assert [line.item.id for line in part.initiatives] == ["1"]


@pytest.mark.parametrize(
    ("years", "goals"),
    [
        pytest.param("2026", [0.9, 0.9, 0.9], id="the year in which it was typed does not end it"),
        pytest.param("2027", [0.9, 0.9, 0.97], id="a later year with its own target ends it"),
        pytest.param("2028", [0.9, 0.9, 0.9], id="a year further on does not, before it comes"),
    ],
)
def test_a_target_of_a_month_is_carried_on_against_those_of_years(years: str, goals: list[float]) -> None:
    drawn = book(
        f"kpi | unit | {years}\nA | % | 97%",
        "kpi | 2026-11 | 2026-12 | 2027-01\nA | 90% | 91% | 92%",
        targets="kpi | 2026-11\nA | 90%",
    )
    found = [point.goal.value for point in result(drawn, "A", "2027-01").points if point.goal]
    assert found == pytest.approx(goals)


@pytest.mark.parametrize(
    ("field", "told"),
    [
        pytest.param("target", [("actual", 8.0, 9.0)], id="a target that a revision changed is told there"),
        pytest.param("weight", [("actual", 8.0, 9.0), ("target", 8.0, 10.0)], id="a revision of another field"),
        pytest.param("", [("actual", 8.0, 9.0), ("target", 8.0, 10.0)], id="no revision"),
    ],
)
def test_a_revised_target_is_no_restatement(field: str, told: list[tuple[str, float, float]]) -> None:
    revised = f"kpi | field | effective | old | new\nA | {field} | 2026-02 | 10 | 10" if field else ""
    drawn = card(book("kpi | target | unit\nA | 10 | score", "kpi | 2026-01\nA | 9", revised=revised), "2026-01")
    reported = {("a", "2026-01", series): Reported("a", "2026-01", series, 8.0) for series in ("actual", "target")}
    assert [(one.series, one.reported, one.now) for one in restatements(drawn, reported)] == told


@pytest.mark.parametrize(("frozen", "expected"), [(month(2025, 12), False), (month(2026, 1), True)])
def test_the_last_frozen_month_is_frozen(frozen: object, expected: bool) -> None:
    drawn = card(book("kpi | target | unit\nA | 10 | score", "kpi | 2026-01\nA | 9", frozen_through=frozen), "2026-01")
    (one,) = restatements(drawn, {("a", "2026-01", "actual"): Reported("a", "2026-01", "actual", 8.0)})
    assert one.frozen is expected
