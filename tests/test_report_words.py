"""Sentences of the report that few workbooks bring about: each from the smallest book that needs it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpireport.core.conditions import Condition, Subject
from kpireport.core.diagnostics import Where
from kpireport.core.model import Book, Note, NoteKind, PlanItem, Span, Step
from kpireport.core.report.conditions import condition_words
from kpireport.core.scorecard import Figure, Fired, Goal, YearCell
from kpireport.core.selfscore import ENOUGH, Forecasted, self_score
from tests.books import book, card, month
from tests.composing import composed, context

ONE = "kpi | target | unit | level\nA | 10 | score | organisation"
THREE = (
    "kpi | target | unit | level\nA | 10 | score | organisation\nB | 10 | score | organisation\nC | 10 | score | team"
)


def measure(name: str, **of: object) -> PlanItem:
    return PlanItem("", Step.INITIATIVE, name, Where(), **of)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("goals", "figures", "headline"),
    [
        pytest.param("kpi | unit\nA | score\nB | score", "kpi | 2026-01\nA | 1\nB | 2", "2", id="metrics alone"),
        pytest.param(ONE, "kpi | 2026-01\nA | 10", "The goal", id="the only goal is met"),
        pytest.param(THREE, "kpi | 2026-01\nA | 5\nB | 5\nC | 5", "3 of 3", id="everything is off target"),
        pytest.param(THREE, "kpi | 2026-01\nA | 10\nB | 10\nC | 5", "C", id="a KPI that is no goal is the worst"),
    ],
)
def test_the_headline(goals: str, figures: str, headline: str) -> None:
    assert headline in composed(book(goals, figures), "2026-01").headline.text


def test_a_report_of_metrics_says_so_in_its_table_too() -> None:
    found = composed(book("kpi | unit\nA | score\nB | score", "kpi | 2026-01\nA | 1\nB | 2"), "2026-01")
    assert found.scorecard is not None
    assert "target" in found.scorecard.title.casefold() or "metric" in found.scorecard.title.casefold()


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        pytest.param("kpi | 2026-01 | 2026-02\nA | 9 | -\nB | 9 | 9", "January", id="it had one once"),
        pytest.param("kpi | 2026-01 | 2026-02\nA | - | -\nB | 9 | 9", "", id="it never had one"),
    ],
)
def test_a_goal_without_a_figure_says_since_when(figures: str, sentence: str) -> None:
    found = composed(book(THREE, figures), "2026-02")
    panel = next(panel for panel in found.panels if panel.goal == "A")
    assert sentence in panel.sentence
    assert panel.sentence


@pytest.mark.parametrize(
    ("goals", "badges"),
    [
        pytest.param(
            "kpi | target | unit | lifecycle\nA | 10 | score | draft\nB | 10 | score |", ("draft",), id="a draft"
        ),
        pytest.param("kpi | target | unit\nA | 10 | score\nB | 10 | score", (), id="an ordinary one"),
    ],
)
def test_badges(goals: str, badges: tuple[str, ...]) -> None:
    found = composed(book(goals, "kpi | 2026-01\nA | 9\nB | 9"), "2026-01").scorecard
    assert found is not None
    rows = [row for group in found.groups for _, many in group.departments for row in many]
    rows += [group.goal for group in found.groups if group.goal]
    assert {row.name: row.badges for row in rows} == {"A": badges, "B": ()}


def test_a_quarterly_kpi_in_a_monthly_report_names_its_quarter() -> None:
    goals = "kpi | target | unit | frequency\nA | 10 | score | quarter\nB | 10 | score | month"
    found = composed(book(goals, "kpi | 2026-Q1 | 2026-04\nA | 9 |\nB | | 9"), "2026-04").scorecard
    assert found is not None
    rows = [row for group in found.groups for _, many in group.departments for row in many]
    rows += [group.goal for group in found.groups if group.goal]
    assert {row.name: bool(row.badges) for row in rows} == {"A": True, "B": False}


def test_more_measures_than_rows_are_summed_up_in_the_last() -> None:
    plan = tuple(measure(f"Measure {n}", kpi="a", budget=100.0 - n, spent=10.0) for n in range(15))
    found = composed(book(ONE, "kpi | 2026-01\nA | 9", plan=plan, currency="EUR"), "2026-01").budget
    assert found is not None
    assert [row.kind for row in found.rows] == ["row"] * 12 + ["total"]
    assert "4" in found.rows[11].name


@pytest.mark.parametrize(
    ("one", "late"),
    [
        pytest.param(measure("Hire", kpi="a", due=date(2026, 1, 5)), True, id="overdue"),
        pytest.param(measure("Hire", kpi="a", due=date(2027, 1, 5)), False, id="in time"),
        pytest.param(measure("Hire", kpi="a"), False, id="no day"),
        pytest.param(measure("Hire", due=date(2027, 1, 5)), False, id="for the whole organisation"),
    ],
)
def test_the_state_of_an_action(one: PlanItem, late: bool) -> None:
    found = composed(book(ONE, "kpi | 2026-01\nA | 5", plan=(one,)), "2026-01", today=date(2026, 2, 9)).actions
    assert found is not None
    assert [line.late for line in found.rows if line.action == "Hire"] == [late]


def test_what_stands_behind_a_figure() -> None:
    goals = (
        "kpi | target | unit | formula | numerator | denominator | parent | aggregation\n"
        "Computed | 10 | score | Profit - 2 | | | |\nMargin | 20% | % | | Profit | Revenue | | ratio\n"
        "Profit | | EUR | | | | |\nRevenue | | EUR | | | | |\nTop | | score | | | | |\nLow | 10 | score | | | | Top |"
    )
    found = composed(book(goals, "kpi | 2026-01\nProfit | 5\nRevenue | 50\nLow | 9"), "2026-01")
    holds = {row.name: row.holds for row in found.sources.rows}
    assert "Profit - 2" in holds["Computed"]
    assert "Profit / Revenue" in holds["Margin"]
    assert holds["Top"]
    assert holds["Top"] != holds["Low"]


@pytest.mark.parametrize(
    ("read", "words"),
    [
        pytest.param(Condition(Subject.OFF), "", id="nothing to compare with"),
        pytest.param(Condition(Subject.VALUE, "<", 8.0), "8", id="a value"),
        pytest.param(Condition(Subject.VALUE, "<", 8.0, periods=2), "2", id="a value, twice"),
        pytest.param(Condition(Subject.CROSSES, "", 8.0), "8", id="a line to cross"),
        pytest.param(Condition(Subject.ATTAINMENT, "<", 0.9), "90%", id="a ratio"),
        pytest.param(Condition(Subject.ATTAINMENT, "<", 90.0), "90%", id="the same, typed as a percentage"),
        pytest.param(Condition(Subject.CHANCE, "<", 0.5, percent=True), "50%", id="a chance"),
        pytest.param(None, "as typed", id="not understood: as it was typed"),
    ],
)
def test_a_condition_in_words(read: Condition | None, words: str) -> None:
    c = context(book(ONE, "kpi | 2026-01\nA | 9"), "2026-01")
    fired = Fired("T1", "a", "as typed", Where(), read=read, fired=True)
    assert words in condition_words(c, fired)
    elsewhere = replace(fired, kpi="not in this report")
    assert condition_words(c, elsewhere) == "as typed"


def many(count: int, **of: float | None) -> list[Forecasted]:
    return [Forecasted(f"2026-{n:02d}", "a", f"2026-{n + 1:02d}", 11.0, **of) for n in range(1, count + 1)]  # type: ignore[arg-type]


FIGURES = "kpi | " + " | ".join(f"2026-{n:02d}" for n in range(1, 13)) + "\nA" + " | 10" * 12


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(many(ENOUGH - 1, last=9.0), None, id="too few say nothing"),
        pytest.param(many(ENOUGH, last=12.0), (10, 10, 0, 0), id="nearer than the last figure, each time"),
        pytest.param(many(ENOUGH, last=10.0), (10, 0, 0, 0), id="never nearer"),
        pytest.param(many(ENOUGH, last=12.0, low=9.0, high=11.0), (10, 10, 10, 10), id="within their ranges"),
        pytest.param(many(ENOUGH, last=12.0, low=10.5, high=11.0), (10, 10, 10, 0), id="outside"),
    ],
)
def test_how_former_forecasts_did(made: list[Forecasted], expected: tuple[int, int, int, int] | None) -> None:
    score = self_score(card(book(ONE, FIGURES), "2026-12"), made)
    assert (score and (score.count, score.better, score.ranged, score.held)) == expected


@pytest.mark.parametrize(
    ("direction", "goal", "reached"),
    [
        pytest.param("higher", Span(value=10.0), 10, id="higher is better, reached"),
        pytest.param("higher", Span(value=11.0), 0, id="higher is better, missed"),
        pytest.param("lower", Span(value=10.0), 10, id="lower is better, reached"),
        pytest.param("lower", Span(value=9.0), 0, id="lower is better, missed"),
        pytest.param("range", Span(low=9.0, high=11.0), 10, id="within its range"),
        pytest.param("range", Span(low=11.0, high=12.0), 0, id="outside"),
        pytest.param("range", Span(value=10.0), None, id="a point that should be kept: nobody says what is better"),
        pytest.param("higher", None, None, id="no target"),
    ],
)
def test_chances_that_were_told_are_held_against_the_year(
    direction: str, goal: Span | None, reached: int | None
) -> None:
    drawn = card(book(f"kpi | target | unit | direction\nA | 10 | score | {direction}", FIGURES), "2026-12")
    cell = YearCell(2026, None if goal is None else Goal(goal), actual=Figure(10.0), complete=True)
    a = replace(drawn.results["a"], years=(cell,))
    whole = [Forecasted(f"2026-{n:02d}", "a", "2026", 10.0, chance=0.8) for n in range(1, 11)]
    score = self_score(replace(drawn, results={"a": a}), [*many(ENOUGH, last=12.0), *whole])
    assert score is not None
    assert (score.chances, score.reached) == ((0, 0) if reached is None else (10, reached))


def noted(kind: NoteKind, text: str, **of: object) -> Note:
    return Note(kind, text, Where(), **of)  # type: ignore[arg-type]


def with_notes(*notes: Note) -> Book:
    return book(ONE, "kpi | 2026-01\nA | 5", notes=notes)


def test_an_obstacle_that_was_written_down_is_shown_as_it_was() -> None:
    found = composed(with_notes(noted(NoteKind.OBSTACLE, "No driver", kpi="a", period=month(2026, 1))), "2026-01")
    assert found.exceptions is not None
    said = [answer.voice.text for section in found.exceptions.sections for answer in section.answers]
    assert any("No driver" in text for text in said)
