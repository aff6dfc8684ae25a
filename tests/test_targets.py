"""Targets: split, phased, replicated, carried on, cumulative, revised; years of a plan; what does not add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core.model import Span
from kpireport.core.scorecard import Result
from kpireport.core.spans import split
from tests.books import book, codes, result

TWELVE = [f"2026-{n:02d}" for n in range(1, 13)]
FLAT = f"kpi | {' | '.join(TWELVE)}\nA" + " | 1" * 12


def goals_of(found: Result) -> list[float | None]:
    return [p.goal.value if p.goal else None for p in found.points]


@given(st.floats(1, 1e9), st.lists(st.floats(0.01, 100), min_size=1, max_size=12))
def test_a_split_adds_up_again(amount: float, weights: list[float]) -> None:
    parts = split(Span(value=amount), weights)
    assert sum(part.value or 0 for part in parts) == pytest.approx(amount)


def test_phasing() -> None:
    goals = "kpi | target | unit | phasing\nA | 1200 | EUR | 2 2 2 1 1 1 1 1 1 0 0 0"
    found = result(book(goals, FLAT), "A", "2026-12")
    assert goals_of(found) == pytest.approx([200] * 3 + [100] * 6 + [0] * 3)
    assert found.goal is not None
    assert found.goal.rule == "phased"


def test_twelve_phases_serve_four_quarters() -> None:
    goals = "kpi | target | unit | phasing\nA | 1200 | EUR | 2 2 2 1 1 1 1 1 1 0 0 0"
    assert goals_of(result(book(goals, FLAT), "A", "2026-Q4")) == pytest.approx([600, 300, 300, 0])


def test_months_that_are_typed_keep_theirs_and_the_rest_is_split() -> None:
    drawn = book("kpi | target | unit\nA | 1200 | EUR", FLAT, targets="kpi | 2026-01 | 2026-02\nA | 50 | 150")
    assert goals_of(result(drawn, "A", "2026-12")) == pytest.approx([50, 150] + [100] * 10)


def test_a_target_typed_for_a_month_is_carried_on_but_not_for_sums() -> None:
    typed = "kpi | 2026-02 | 2026-05\nA | 97% | 98%"
    found = result(book("kpi | target | unit\nA | 95% | %", FLAT, targets=typed), "A", "2026-06")
    assert goals_of(found) == pytest.approx([0.95, 0.97, 0.97, 0.97, 0.98, 0.98])
    assert found.goal is not None
    assert found.goal.rule == "carried"
    sums = book("kpi | unit\nA | EUR", FLAT, targets="kpi | 2026-02 | 2026-05\nA | 97 | 98")
    assert goals_of(result(sums, "A", "2026-06")) == [None, 97, None, None, 98, None]


def test_cumulative_targets_of_a_sum() -> None:
    typed = "kpi | 2026-01 | 2026-02 | 2026-04\nA | 100 | 250 | 450"
    found = result(book("kpi | unit | basis\nA | EUR | cumulative", FLAT, targets=typed), "A", "2026-04")
    assert goals_of(found) == pytest.approx([100, 150, 100, 100])
    assert found.ytd.goal is not None
    assert found.ytd.goal.value == pytest.approx(450)


@pytest.mark.parametrize(("at", "planned"), [("2026-03", 75), ("2026-04", 100)])
def test_one_cumulative_target_is_the_years_in_every_report(at: str, planned: float) -> None:
    ytd = result(book("kpi | target | unit | basis\nA | 300 | EUR | cumulative", FLAT), "A", at).ytd
    assert ytd.goal is not None
    assert ytd.goal.value == pytest.approx(planned)


def test_a_quarters_target_is_split_over_its_months() -> None:
    found = result(book("kpi | unit\nA | EUR", FLAT, targets="kpi | 2026-Q1\nA | 90"), "A", "2026-03")
    assert goals_of(found) == pytest.approx([30, 30, 30])


def test_a_range_for_a_year_is_split_by_both_ends() -> None:
    found = result(book("kpi | target | unit | direction\nA | 120~240 | EUR | range", FLAT), "A", "2026-01")
    assert found.goal is not None
    assert found.goal.span == Span(low=10, high=20)


def test_a_ratios_target_is_the_ratio_of_the_targets() -> None:
    goals = "kpi | unit | aggregation | numerator | denominator\nM | % | ratio | P | R\nP | EUR | | |\nR | EUR | | |"
    typed = "kpi | 2026-01 | 2026-02\nP | 10 | 30\nR | 100 | 100"
    found = result(book(goals, "kpi | 2026-01 | 2026-02\nP | 9 | 40\nR | 90 | 200", targets=typed), "M", "2026-02")
    assert found.goal is not None
    assert found.ytd.goal is not None
    assert (found.goal.value, found.ytd.goal.value, found.goal.rule) == (0.3, 0.2, "ratio")


def test_a_ratios_own_changing_target_is_weighted_by_the_denominators() -> None:
    goals = "kpi | unit | aggregation | numerator | denominator\nM | % | ratio | P | R\nP | EUR | | |\nR | EUR | | |"
    drawn = book(
        goals, "kpi | 2026-01 | 2026-02\nP | 9 | 40\nR | 100 | 300", targets="kpi | 2026-01 | 2026-02\nM | 10% | 20%"
    )
    ytd = result(drawn, "M", "2026-02").ytd
    assert ytd.goal is not None
    assert ytd.goal.value == pytest.approx((0.1 * 100 + 0.2 * 300) / 400)


def test_a_typed_target_that_its_parts_contradict_is_told() -> None:
    goals = "kpi | target | unit | numerator | denominator\nM | 20% | % | P | R\nP | | EUR | |\nR | | EUR | |"
    drawn = book(goals, "kpi | 2026-01\nP | 9\nR | 90", targets="kpi | 2026-01\nP | 10\nR | 100")
    assert "RATIO_TARGET_CONFLICT" in codes(drawn, "2026-01")


def test_a_weekly_quota_in_a_monthly_report() -> None:
    weeks = " | ".join(f"2026-W{n:02d}" for n in range(1, 10))
    goals = "kpi | target | unit | basis | frequency\nA | 10 | calls | period | week\nB | 1 | calls | period |"
    found = result(
        book(goals, f"kpi | {weeks} | 2026-02\nA" + " | 9" * 9 + " |\nB" + " |" * 9 + " | 1"), "A", "2026-02"
    )
    assert goals_of(found) == [50, 40]
    assert found.verdict.attainment == pytest.approx(0.9)


def test_months_in_a_quarterly_report() -> None:
    found = result(book("kpi | target | unit | basis\nA | 2 | calls | period", FLAT), "A", "2026-Q2")
    assert found.goal is not None
    assert found.actual is not None
    assert (found.goal.value, found.actual.value, len(found.points)) == (6, 3, 2)


PLAN = "kpi | unit | 2025 | 2026 | 2027\nA | EUR | 1200 | 2400 | 3600"


def test_the_years_of_a_plan() -> None:
    months = [f"2025-{n:02d}" for n in range(1, 13)] + ["2026-01", "2026-02", "2026-03"]
    found = result(book(PLAN, f"kpi | {' | '.join(months)}\nA" + " | 150" * 15), "A", "2026-03")
    assert found.goal is not None
    assert found.goal.value == pytest.approx(200)
    assert [(c.year, c.goal.value if c.goal else None, c.complete) for c in found.years] == [
        (2025, 1200, True),
        (2026, 2400, False),
        (2027, 3600, False),
    ]
    assert [c.actual.value if c.actual else None for c in found.years] == [1800, 450, None]
    assert found.plan_to_date.goal is not None
    assert found.plan_to_date.goal.value == pytest.approx(1800)
    assert found.plan_to_date.actual is not None
    assert found.plan_to_date.actual.value == pytest.approx(2250)
    assert found.total_plan.goal is not None
    assert (found.total_plan.goal.value, found.total_plan.rate) == (7200, pytest.approx(2250 / 7200))
    assert found.total_plan.time_progress == pytest.approx(15 / 36)


def test_a_plan_of_balances_has_the_last_year_as_its_total() -> None:
    goals = "kpi | unit | 2026 | 2027\nA | people | 100 | 140"
    found = result(book(goals, "kpi | 2026-01\nA | 90"), "A", "2026-01")
    assert found.goal is not None
    assert found.total_plan.goal is not None
    assert (found.goal.value, found.total_plan.goal.value, found.total_plan.rate) == (100, 140, None)


REVISED = "kpi | effective | old | new | retroactive\nA | 2026-04 | 95% | 90% |"


@pytest.mark.parametrize(
    "typed",
    [pytest.param("95%", id="the row still has the old one"), pytest.param("90%", id="the row has the new one")],
)
def test_a_revision_never_restates_closed_months(typed: str) -> None:
    found = result(book(f"kpi | target | unit\nA | {typed} | %", FLAT, revised=REVISED), "A", "2026-05")
    assert goals_of(found) == pytest.approx([0.95, 0.95, 0.95, 0.90, 0.90])


def test_a_retroactive_revision_does_and_is_told() -> None:
    drawn = book("kpi | target | unit\nA | 95% | %", FLAT, revised=REVISED + " yes")
    found = result(drawn, "A", "2026-05")
    assert goals_of(found) == pytest.approx([0.90] * 5)
    assert "RETROACTIVE" in found.flags
    assert "REVISED_BACKWARDS" in codes(drawn, "2026-05")
    assert found.points[0].goal is not None
    assert found.points[0].goal.original == Span(value=0.95)


def test_owner_and_red_line_are_those_of_the_period() -> None:
    revised = "kpi | field | effective | old | new\nA | red_line | 2026-02 | 7 | 9\nA | owner | 2026-02 | Li | Wang"
    drawn = book(
        "kpi | target | unit | red_line | owner\nA | 10 | score | 9 | Wang", FLAT.replace("| 1", "| 8"), revised=revised
    )
    assert [p.verdict.watch_limit for p in result(drawn, "A", "2026-02").points if p.verdict] == [7, 9]
    assert [result(drawn, "A", at).owner for at in ("2026-01", "2026-02")] == ["Li", "Wang"]


@pytest.mark.parametrize(
    ("goals", "targets", "code"),
    [
        pytest.param(
            "kpi | target | unit\nA | 1300 | EUR",
            f"kpi | {' | '.join(TWELVE)}\nA" + " | 100" * 12,
            "TARGET_SUM_MISMATCH",
            id="months that do not make the year",
        ),
        pytest.param(
            "kpi | target | unit\nA | 1.5 | EUR", "", "TARGET_BASIS_SUSPECT", id="months as large as the year"
        ),
    ],
)
def test_doubtful_targets(goals: str, targets: str, code: str) -> None:
    assert code in codes(book(goals, FLAT, targets=targets), "2026-12")
    assert code not in codes(book(goals.replace("1300", "1200").replace("1.5", "12"), FLAT, targets=targets), "2026-12")
