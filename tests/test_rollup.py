"""Low-level KPIs make high-level ones: scores, coverage, contributions, trees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core.attainment import Status
from kpireport.core.model import Level, Settings
from kpireport.core.rollup import Child, roll, shares
from tests.books import book, card, codes, result

values = st.one_of(st.none(), st.floats(0, 1.2))
weights = st.one_of(st.none(), st.floats(0.01, 100))
children = st.lists(st.tuples(values, weights), min_size=1, max_size=8)


def made(pairs: list[tuple[float | None, float | None]]) -> list[Child]:
    return [Child(str(n), value, Status.ON, weight) for n, (value, weight) in enumerate(pairs)]


@given(children)
def test_a_score_lies_between_those_of_its_children(pairs: list[tuple[float | None, float | None]]) -> None:
    found = roll(made(pairs), Settings(min_coverage=0.0))
    known = [value for value, _ in pairs if value is not None]
    if found.score is not None:
        assert min(known) <= found.score <= max(known)


@given(children, st.randoms())
def test_the_order_of_children_changes_nothing(
    pairs: list[tuple[float | None, float | None]], random: st.DataObject
) -> None:
    one = made(pairs)
    other = list(one)
    random.shuffle(other)  # type: ignore[attr-defined]
    first, second = roll(one), roll(other)
    assert (first.score is None) == (second.score is None)
    assert second.score == (None if first.score is None else pytest.approx(first.score))


@given(children)
def test_contributions_add_up_to_the_gap(pairs: list[tuple[float | None, float | None]]) -> None:
    found = roll(made(pairs), Settings(min_coverage=0.0))
    if found.score is not None:
        assert sum(found.contributions.values()) == pytest.approx(found.score - 1, abs=1e-9)


@given(st.dictionaries(st.text(min_size=1), weights, min_size=1))
def test_shares_add_up_to_one(given_weights: dict[str, float | None]) -> None:
    assert sum(shares(given_weights).values()) == pytest.approx(1)


TREE = """
    kpi     | target | unit  | weight | parent  | department
    Company |        | score |        |         |
    Sales   | 10     | score | 60     | Company | Sales
    Service | 10     | score | 40     | Company | Service
    Calls   |        | calls |        | Service | Service
"""
FIGURES = "kpi | 2026-01 | 2026-02\nSales | 10 | 8\nService | 5 | 10\nCalls | 100 | 90"


def test_a_tree_of_three_levels() -> None:
    found = card(book(TREE, FIGURES), "2026-02")
    company = found.results["company"]
    assert [r.kpi.level for r in found.results.values()] == [
        Level.ORGANISATION,
        Level.DEPARTMENT,
        Level.DEPARTMENT,
        Level.TEAM,
    ]
    assert company.roll is not None
    assert company.roll.score == pytest.approx(0.88)
    assert company.roll.weights == {"sales": 0.6, "service": 0.4}
    assert company.roll.contributions == {"sales": pytest.approx(-0.12), "service": pytest.approx(0.0)}
    assert company.roll.counts == {Status.OFF: 1, Status.ON: 1}
    assert company.roll.worst == "sales"
    assert (company.status, found.results["calls"].status) == (Status.OFF, Status.INFO)
    assert found.health == pytest.approx(0.88)
    assert [p.verdict.rollup for p in company.points if p.verdict] == pytest.approx([0.8, 0.88])
    assert [p.verdict.attainment for p in company.points if p.verdict] == [None, None]
    assert [counts for _, counts in found.history] == [{Status.OFF: 2, Status.ON: 1}, {Status.OFF: 2, Status.ON: 1}]


def test_t53_a_parent_that_is_as_bad_as_its_worst_child() -> None:
    goals = (
        "kpi | target | unit | parent | weight | rollup\nP | | score | | | worst\n"
        "A | 10 | score | P | 50 |\nB | 10 | score | P | 30 |\nC | 10 | score | P | 20 |"
    )
    found = result(book(goals, "kpi | 2026-01\nA | 12\nB | 7\nC | 8"), "P", "2026-01")
    assert found.status is Status.OFF
    assert found.roll is not None
    assert found.roll.score == pytest.approx(0.7)
    assert found.roll.worst == "b"
    assert found.roll.contributions == {"b": pytest.approx(-0.3)}
    assert found.roll.coverage == 1.0
    assert found.roll.weights == {"a": 0.5, "b": 0.3, "c": 0.2}


def test_of_two_equally_bad_children_the_farther_one_is_the_worst() -> None:
    goals = (
        "kpi | target | unit | parent | rollup\nP | | score | | worst\n"
        "A | 10 | score | P |\nB | 10 | score | P |\nC | 10 | score | P |"
    )
    roll = result(book(goals, "kpi | 2026-01\nA | 7\nB | 5\nC | 10"), "P", "2026-01").roll
    assert roll is not None
    assert (roll.worst, roll.score) == ("b", pytest.approx(0.5))


def test_a_parent_with_a_figure_of_its_own_is_rated_by_it() -> None:
    goals = TREE.replace("Company |        | score |", "Company | 10     | score |")
    company = result(book(goals, FIGURES + "\nCompany | 10 | 10"), "Company", "2026-02")
    assert company.status is Status.ON
    assert company.roll is not None
    assert company.roll.score == pytest.approx(0.88)


def test_a_child_that_has_not_started_does_not_count() -> None:
    goals = (
        "kpi | target | unit | parent | start\nP | | score | |\nA | 10 | score | P |\nB | 10 | score | P | 2026-06-01"
    )
    found = card(book(goals, "kpi | 2026-01\nA | 9"), "2026-01")
    roll_up = found.results["p"].roll
    assert roll_up is not None
    assert (roll_up.coverage, roll_up.score) == (1.0, pytest.approx(0.9))
    assert found.results["b"].status is Status.NOT_STARTED


@pytest.mark.parametrize(
    ("goals", "code"),
    [
        pytest.param("kpi | target | parent\nA | 1 | Nobody", "UNKNOWN_PARENT", id="a parent that is not there"),
        pytest.param("kpi | target | parent\nA | 1 | B\nB | 1 | A", "PARENT_CYCLE", id="parents of each other"),
        pytest.param("kpi | target | parent\nA | 1 | A", "PARENT_CYCLE", id="its own parent"),
        pytest.param("kpi | target | parent\nA | 1 | B; C\nB | 1 |\nC | 1 |", "TWO_PARENTS", id="two parents"),
        pytest.param("kpi | target | weight\nA | 1 | -2\nB | 1 | 3", "WEIGHT_NEGATIVE", id="a negative weight"),
        pytest.param("kpi | target | weight\nA | 1 | 60\nB | 1 |", "WEIGHT_BLANK", id="a weight is missing"),
        pytest.param("kpi | target | weight\nA | 1 | 60\nB | 1 | 35", "WEIGHT_SUM", id="weights of 95"),
        pytest.param("kpi | target | weight\nA | 1 | 60%\nB | 1 | 35%", "WEIGHT_SUM", id="weights of 95 %"),
    ],
)
def test_what_is_wrong_with_a_tree(goals: str, code: str) -> None:
    assert codes(book(goals, "kpi | 2026-01\nA | 1"), "2026-01").count(code) == 1


@pytest.mark.parametrize(
    "goals", ["kpi | target | weight\nA | 1 | 3\nB | 1 | 1", "kpi | target | weight\nA | 1 | 60\nB | 1 | 40"]
)
def test_relative_weights_are_fine(goals: str) -> None:
    assert not [code for code in codes(book(goals, "kpi | 2026-01\nA | 1"), "2026-01") if code.startswith("WEIGHT")]
