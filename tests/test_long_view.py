"""How KPIs feed the goals, and the plan year by year (E12, E13), from books drawn as text."""

from __future__ import annotations

import pytest

from kpireport.core.report.longview import MOST_CHILDREN, MOST_GOALS
from tests.books import book
from tests.composing import composed

MONTHS_2025 = [f"2025-{n:02d}" for n in range(1, 13)]
TWO_YEARS = [f"2024-{n:02d}" for n in range(1, 13)] + MONTHS_2025


def tree(goals: int, children: int, *, actual: float = 8) -> tuple[str, str]:
    """Return goals of a company, each fed by as many KPIs, all of them at ``actual`` of ten."""
    rows = ["kpi | target | unit | level | parent"]
    figures = ["kpi | 2026-01 | 2026-02"]
    for goal in range(goals):
        rows.append(f"Goal {goal} | | score | organisation |")
        for child in range(children):
            rows.append(f"K {goal} {child} | 10 | score | department | Goal {goal}")
            figures.append(f"K {goal} {child} | {actual} | {actual}")
    return "\n".join(rows), "\n".join(figures)


def test_each_goal_is_followed_by_what_feeds_it() -> None:
    found = composed(book(*tree(2, 2)), "2026-02").contribution
    assert found is not None
    assert [(row.kind, row.name, row.weight) for row in found.rows] == [
        ("goal", "Goal 0", "100%"),
        ("kpi", "K 0 0", "50%"),
        ("kpi", "K 0 1", "50%"),
        ("goal", "Goal 1", "100%"),
        ("kpi", "K 1 0", "50%"),
        ("kpi", "K 1 1", "50%"),
    ]
    assert "all count alike" in found.note


@pytest.mark.parametrize(
    ("actual", "shown"),
    [
        pytest.param(8, True, id="all off target: shown"),
        pytest.param(10, False, id="all on target: nothing to explain"),
    ],
)
def test_more_goals_than_a_page_holds_are_shown_where_they_miss(actual: float, shown: bool) -> None:
    found = composed(book(*tree(MOST_GOALS + 1, 1, actual=actual)), "2026-02").contribution
    assert (found is not None) == shown


def test_of_many_kpis_those_that_move_a_goal_most_have_rows_of_their_own() -> None:
    goals, figures = tree(5, MOST_CHILDREN + 3)
    figures = figures.replace("K 0 14 | 8 | 8", "K 0 14 | 2 | 2")
    found = composed(book(goals, figures), "2026-02").contribution
    assert found is not None
    first = [row.name for row in found.rows[: MOST_CHILDREN + 2]]
    assert first[0] == "Goal 0"
    assert "K 0 14" in first, "the one that is farthest off"
    assert first[-1] == "3 other KPIs"
    assert len(found.rows) == 5 * (MOST_CHILDREN + 2)


def test_a_child_that_is_itself_fed_shows_its_score() -> None:
    goals = (
        "kpi | target | unit | level | parent\nCompany | | score | organisation |\n"
        "Sales | | score | department | Company\nCalls | 10 | score | team | Sales"
    )
    found = composed(book(goals, "kpi | 2026-01\nCalls | 8"), "2026-01").contribution
    assert found is not None
    assert [(row.attainment, row.score) for row in found.rows if row.name == "Sales"][:1] == [("–", "80.0%")]


def test_weights_without_figures_are_told() -> None:
    goals = (
        "kpi | target | unit | level | parent | weight\nCompany | | score | organisation | |\n"
        "A | 10 | score | department | Company | 80\nB | 10 | score | department | Company | 20"
    )
    found = composed(book(goals, "kpi | 2026-01\nA | 8\nB | -"), "2026-01").contribution
    assert found is not None
    assert "Company: 80% of the weights have data" in found.note
    assert "all count alike" not in found.note


PLANNED = "kpi | unit | level | direction | aggregation | 2026 | 2027 | 2028\n"


def plan(rows: str, figures: str, at: str) -> tuple[str, tuple[str, ...], list[list[str]]]:
    """Return the title, the sentence of each panel, and the figures that stand in its chart by year."""
    found = composed(book(PLANNED + rows, figures), at).five_years
    assert found is not None
    texts = [[label.text for label in panel.chart.labels] for panel in found.panels]
    return found.title, tuple(panel.sentence for panel in found.panels), texts


def test_three_months_are_no_year_of_a_sum() -> None:
    months = ["2025-10", "2025-11", "2025-12", "2026-01"]
    figures = f"kpi | {' | '.join(months)}\nA | 90 | 90 | 90 | 100"
    _, _, (labels,) = plan("A | EUR | organisation | higher | sum | 1200 | 1300 | 1400", figures, "2026-01")
    assert "2025" not in labels
    assert "270" not in labels
    _, _, (labels,) = plan("A | people | organisation | higher | last | 1200 | 1300 | 1400", figures, "2026-01")
    assert "90" in labels, "a balance at the end of a year is that of the year"


def test_a_whole_year_stands_beside_the_plan_with_what_it_brought() -> None:
    figures = f"kpi | {' | '.join(TWO_YEARS)} | 2026-01\nA" + " | 70 | 90" * 6 + " | 80 | 100" * 6 + " | 100"
    title, (sentence,), (labels,) = plan(
        "A | EUR | organisation | higher | sum | 1200 | 1300 | 1400", figures, "2026-01"
    )
    assert {"2024", "960", "2025", "1,080"} <= set(labels)
    assert "the best year so far brought EUR 120 more" in sentence.replace("\N{NO-BREAK SPACE}", " ")
    assert title.startswith("The goal is")


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        pytest.param(1, "The plan, year by year", id="one"),
        pytest.param(2, "The plan for 2 KPIs, year by year", id="two"),
    ],
)
def test_goals_that_nobody_reported_are_not_said_to_miss_their_year(rows: int, title: str) -> None:
    goals = "\n".join(f"A{n} | score | organisation | higher | average | 12 | 13 | 14" for n in range(rows))
    figures = "kpi | 2026-02\nB | 5\n" + "\n".join(f"A{n} | -" for n in range(rows))
    found = composed(
        book(f"{PLANNED}{goals}\nB | score | department | higher | average | | |", figures), "2026-02"
    ).five_years
    assert found is not None
    assert (found.title, {panel.sentence for panel in found.panels}) == (title, {""})


def test_more_planned_kpis_than_panels_make_a_table() -> None:
    goals = "\n".join(f"A{n} | EUR | organisation | higher | sum | 1200 | 1300 | 1400" for n in range(9))
    figures = "kpi | 2026-01\n" + "\n".join(f"A{n} | 100" for n in range(9))
    found = composed(book(PLANNED + goals, figures), "2026-01").five_years
    assert found is not None
    assert found.panels == ()
    assert found.years == ("2026", "2027", "2028")
    assert found.rows[0].cells == ("1,200", "1,300", "1,400")


def test_a_plan_of_departments_alone_is_shown() -> None:
    found = composed(
        book(PLANNED + "A | EUR | department | higher | sum | 1200 | | ", "kpi | 2026-01\nA | 100"), "2026-01"
    )
    assert found.five_years is not None
    assert len(found.five_years.panels) == 1


def test_no_plan_no_section() -> None:
    found = composed(book("kpi | target | unit\nA | 10 | score", "kpi | 2026-01\nA | 9"), "2026-01")
    assert (found.five_years, found.contribution) == (None, None)
