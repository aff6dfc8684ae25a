"""Targets typed for each month beside a list of revisions, and the corners of a year's plan (R24, R35)."""

from __future__ import annotations

import pytest

from kpireport.core.model import Span
from kpireport.core.scorecard import Result
from tests.books import book, card, codes, result

MONTHS = [f"2026-{n:02d}" for n in range(1, 13)]
FLAT = f"kpi | {' | '.join(MONTHS)}\nA" + " | 1" * 12


def goals_of(found: Result) -> list[float | None]:
    return [p.goal.value if p.goal else None for p in found.points]


def firsts_of(found: Result) -> list[float | None]:
    return [p.goal.original.value if p.goal and p.goal.original else None for p in found.points]


REVISED = "kpi | effective | old | new | retroactive\nA | 2026-03 | 95% | 90% |"
TWICE = f"{REVISED}\nA | 2026-04 | 90% | 85% |"


@pytest.mark.parametrize(
    ("typed", "revised", "goals", "firsts"),
    [
        pytest.param(
            "95% | 95% | 95% | 95%",
            REVISED,
            [0.95, 0.95, 0.9, 0.9],
            [None, None, 0.95, 0.95],
            id="cells hold the old one",
        ),
        pytest.param(
            "95% | 95% | 90% | 90%",
            REVISED,
            [0.95, 0.95, 0.9, 0.9],
            [None, None, 0.95, 0.95],
            id="cells hold the new one",
        ),
        pytest.param(
            "90% | 90% | 90% | 90%",
            REVISED.replace("90% |", "90% | yes"),
            [0.9, 0.9, 0.9, 0.9],
            [0.95, 0.95, 0.95, 0.95],
            id="retroactive: the cells of all months hold the new one",
        ),
        pytest.param(
            "95% | 97% | 97% | 95%",
            REVISED,
            [0.95, 0.97, 0.97, 0.9],
            [None, None, None, 0.95],
            id="another typed one stays",
        ),
        pytest.param(
            "95% | 95% | 90% | 85%",
            TWICE,
            [0.95, 0.95, 0.9, 0.85],
            [None, None, 0.95, 0.9],
            id="revised twice, typed each time",
        ),
    ],
)
def test_a_target_typed_for_a_month_and_revised(
    typed: str, revised: str, goals: list[float], firsts: list[float | None]
) -> None:
    drawn = book(
        "kpi | target | unit\nA | 95% | %",
        FLAT,
        targets=f"kpi | {' | '.join(MONTHS[:4])}\nA | {typed}",
        revised=revised,
    )
    found = result(drawn, "A", "2026-04")
    assert goals_of(found) == pytest.approx(goals)
    assert firsts_of(found) == [None if first is None else pytest.approx(first) for first in firsts]


def test_a_target_carried_on_ends_where_a_later_year_has_its_own() -> None:
    goals = "kpi | target | unit | 2027\nA | 95% | % | 97%"
    table = "kpi | 2026-11 | 2026-12 | 2027-01 | 2027-02\nA | 90% | 91% | 92% | 93%"
    found = result(book(goals, table, targets="kpi | 2026-11\nA | 88%"), "A", "2027-02")
    assert goals_of(found) == pytest.approx([0.88, 0.88, 0.97, 0.97])


def test_a_retroactive_revision_of_a_years_amount_is_spread_over_the_whole_year() -> None:
    revised = "kpi | effective | old | new | basis | retroactive\nA | 2026-07 | 1200 | 2400 | year | yes"
    found = result(book("kpi | target | unit\nA | 1200 | EUR", FLAT, revised=revised), "A", "2026-12")
    assert goals_of(found) == pytest.approx([200] * 12)
    assert firsts_of(found) == pytest.approx([100] * 12)


def test_a_later_revision_of_the_same_year_leaves_its_elapsed_months() -> None:
    revised = (
        "kpi | effective | old | new | basis | retroactive\n"
        "A | 2026-01 | 1200 | 2400 | year | yes\nA | 2026-07 | 2400 | 3600 | year |"
    )
    found = result(book("kpi | target | unit\nA | 1200 | EUR", FLAT, revised=revised), "A", "2026-12")
    assert goals_of(found) == pytest.approx([200] * 6 + [400] * 6)


def test_a_revision_without_its_old_value_counts_from_what_the_row_says() -> None:
    revised = "kpi | effective | old | new | basis | retroactive\nA | 2026-07 | | 1800 | year |"
    found = result(book("kpi | target | unit\nA | 1200 | EUR", FLAT, revised=revised), "A", "2026-12")
    assert goals_of(found) == pytest.approx([100] * 6 + [200] * 6)
    assert found.year.goal is not None
    assert (found.year.goal.value, found.year.goal.original) == (1800, Span(value=1200))


def test_a_range_may_be_typed_for_a_month() -> None:
    drawn = book(
        "kpi | target | unit | direction\nA | 1~3 | score | range",
        FLAT,
        targets="kpi | 2026-02 | 2026-03\nA | 4~6 | 5~7",
    )
    found = result(drawn, "A", "2026-03")
    assert [p.goal.span for p in found.points if p.goal] == [
        Span(low=1, high=3),
        Span(low=4, high=6),
        Span(low=5, high=7),
    ]


def test_a_year_whose_months_are_all_typed_has_nothing_left_to_spread() -> None:
    typed = f"kpi | {' | '.join(MONTHS)}\nA" + " | 90" * 12
    drawn = book("kpi | target | unit\nA | 1200 | EUR", FLAT, targets=typed)
    found = result(drawn, "A", "2026-12")
    assert goals_of(found) == pytest.approx([90] * 12)
    assert codes(drawn, "2026-12").count("TARGET_SUM_MISMATCH") == 1


def test_a_ratio_of_targets_needs_something_to_divide_by() -> None:
    goals = (
        "kpi | target | unit | aggregation | numerator | denominator\n"
        "M | 20% | % | ratio | P | R\nP | 240 | EUR | sum | |\nR | 0 | EUR | sum | |"
    )
    found = result(book(goals, "kpi | 2026-01\nP | 5\nR | 50"), "M", "2026-01")
    assert found.goal is not None
    assert (found.goal.value, found.goal.rule) == (0.2, "replicated")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("120", "240", 30.0, id="both have one: their sum"),
        pytest.param("120", "", 10.0, id="a child without a target is a metric and no part of it"),
        pytest.param("120", "120~240", None, id="a number and a range do not add up"),
    ],
)
def test_the_target_of_a_parent_that_adds_its_children(one: str, other: str, expected: float | None) -> None:
    goals = (
        "kpi | target | unit | parent | rollup | direction\n"
        f"P | | EUR | | sum | higher\nA | {one} | EUR | P | | higher\nB | {other} | EUR | P | | "
    )
    goals += "range" if "~" in other else "higher"
    found = card(book(goals, "kpi | 2026-01\nA | 9\nB | 19"), "2026-01").results["p"]
    assert (None if found.goal is None else found.goal.value) == expected


def test_a_quarterly_target_of_a_balance_holds_in_each_of_its_months() -> None:
    found = result(
        book("kpi | unit | aggregation\nA | people | last", FLAT, targets="kpi | 2026-Q1\nA | 90"), "A", "2026-02"
    )
    assert goals_of(found) == [90, 90]


def test_a_parent_has_no_target_in_a_month_in_which_a_child_has_none() -> None:
    goals = "kpi | target | unit | parent | rollup\nP | | EUR | | sum\nA | 120 | EUR | P |\nB | | EUR | P |"
    drawn = book(goals, "kpi | 2026-01 | 2026-02\nA | 9 | 9\nB | 19 | 19", targets="kpi | 2026-02\nB | 20")
    assert goals_of(card(drawn, "2026-02").results["p"]) == [None, 30]
