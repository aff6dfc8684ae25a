"""From a book to a scorecard: blanks filled in, order without effect, advice in measure, many KPIs."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpireport.core.evaluate import evaluate
from kpireport.core.model import Aggregation, Basis, Kind, Level, Missing, PlanItem, Step
from kpireport.core.scorecard import Status
from tests.books import book, card, codes, result

FIVE_COLUMNS = """
    kpi       | target   | unit  | direction | owner
    Revenue   | 12000000 | EUR   | higher    | Li
    Handling  | 24       | hours | lower     | Wang
    Churn     | 5%       | %     | lower     | Wang
    Staff     | 30       | people | higher   |
"""
MONTHS = """
    kpi       | 2026-01 | 2026-02
    Revenue   | 950000  | 1020000
    Handling  | 2       | 1.9
    Churn     | 4%      | 6%
    Staff     | 30      | 31
"""


def test_the_ten_minute_workbook_is_not_drowned_in_advice() -> None:
    _, problems = evaluate(book(FIVE_COLUMNS, MONTHS), period=None, today=date(2026, 3, 5))
    told = [p for p in problems if p.severity.value != "note"]
    assert told == []
    assert len([p for p in problems if p.code.startswith("K5")]) <= 3
    assert len(problems) <= 4


def test_what_the_row_leaves_blank_is_filled_in() -> None:
    found = card(book(FIVE_COLUMNS, MONTHS), "2026-02").results
    assert [(r.kpi.aggregation, r.kpi.basis) for r in found.values()] == [
        (Aggregation.SUM, Basis.YEAR),
        (Aggregation.SUM, Basis.YEAR),
        (Aggregation.AVERAGE, Basis.PERIOD),
        (Aggregation.LAST, Basis.PERIOD),
    ]
    assert {r.kpi.level for r in found.values()} == {Level.ORGANISATION}


@pytest.mark.parametrize(
    ("goals", "kind"),
    [
        pytest.param("kpi | target | unit\nA | | EUR", Kind.METRIC, id="without a target it is a metric"),
        pytest.param("kpi | target | unit\nA | 5 | EUR", Kind.KPI, id="with one it is a KPI"),
        pytest.param("kpi | 2026 | unit\nA | 5 | EUR", Kind.KPI, id="a year's target is one"),
        pytest.param("kpi | unit | kind\nA | EUR | metric", Kind.METRIC, id="as typed"),
        pytest.param("kpi | unit\nA | yes/no", Kind.KPI, id="a yes is the target of a yes-no KPI"),
    ],
)
def test_kpi_or_metric(goals: str, kind: Kind) -> None:
    found = result(book(goals, "kpi | 2026-01\nA | 1"), "A", "2026-01")
    assert found.kpi.kind is kind
    assert (found.status is Status.INFO) == (kind is Kind.METRIC)


@pytest.mark.parametrize(
    ("fields", "value", "status"),
    [
        pytest.param("", "1", Status.ON, id="yes"),
        pytest.param("", "0", Status.OFF, id="no"),
        pytest.param("2026-03-31", "0", Status.NONE, id="no, and not due"),
        pytest.param("2026-01-15", "0", Status.OFF, id="no, and overdue"),
        pytest.param("2026-01-15", "1", Status.ON, id="yes, however late"),
    ],
)
def test_yes_or_no(fields: str, value: str, status: Status) -> None:
    drawn = book(f"kpi | unit | end\nA | yes/no | {fields}", f"kpi | 2026-01\nA | {value}")
    assert result(drawn, "A", "2026-01").status is status


@pytest.mark.parametrize(
    ("column", "value", "status"),
    [
        pytest.param("start", "2026-03-01", Status.NOT_STARTED, id="its time has not come"),
        pytest.param("end", "2025-12-31", Status.INFO, id="its time is over"),
        pytest.param("lifecycle", "retired", Status.INFO, id="retired"),
        pytest.param("lifecycle", "draft", Status.OFF, id="a draft is rated"),
    ],
)
def test_goals_out_of_their_time(column: str, value: str, status: Status) -> None:
    drawn = book(
        f"kpi | target | unit | {column}\nA | 10 | score | {value}\nB | 1 | score |", "kpi | 2026-01\nA | 1\nB | 1"
    )
    found = card(drawn, "2026-01")
    assert found.results["a"].status is status
    if status is not Status.OFF:
        assert found.health == pytest.approx(1.0)


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(dice: random.Random) -> None:
    drawn = book(FIVE_COLUMNS, MONTHS)
    goals, seen = list(drawn.kpis.items()), list(drawn.observations)
    dice.shuffle(goals)
    dice.shuffle(seen)
    one = card(drawn, "2026-02")
    other = card(replace(drawn, kpis=dict(goals), observations=tuple(seen)), "2026-02")
    assert dict(other.results) == dict(one.results)
    assert other.health == pytest.approx(one.health)


@given(st.sampled_from([0.001, 100.0, 10000.0]), st.lists(st.integers(1, 200), min_size=3, max_size=3))
def test_another_unit_changes_no_verdict(factor: float, values: list[int]) -> None:
    def reached(scale: float) -> list[float | None]:
        table = "kpi | 2026-01 | 2026-02 | 2026-03\nA | " + " | ".join(repr(v * scale) for v in values)
        found = result(book(f"kpi | target | unit\nA | {1200 * scale!r} | EUR", table), "A", "2026-03")
        return [p.verdict.attainment for p in found.points if p.verdict]

    assert reached(factor) == pytest.approx(reached(1.0))


def test_missing_is_never_zero_in_any_view() -> None:
    found = result(
        book("kpi | target | unit\nA | 1200 | EUR\nB | 1 | score", "kpi | 2026-01 | 2026-02\nA | 90 | -\nB | 1 | 1"),
        "A",
        "2026-02",
    )
    assert (found.actual, found.status, found.previous.delta) == (None, Status.NONE, None)
    assert found.ytd.verdict is not None
    assert found.ytd.verdict.attainment == pytest.approx(0.9)
    assert found.ytd.actual is not None
    assert (found.ytd.actual.covered, found.ytd.actual.expected) == (1, 2)


def test_a_year_without_any_figure_still_says_how_many_it_could_have() -> None:
    drawn = book(
        "kpi | target | unit\nA | 1200 | EUR\nB | 1 | score",
        "kpi | 2025-12 | 2026-01 | 2026-02\nA | 90 | - | -\nB | 1 | 1 | 1",
    )
    found = result(drawn, "A", "2026-02")
    assert (found.ytd.actual, found.ytd.periods, found.year.periods) == (None, 2, 2)


def test_missing_as_zero_where_the_settings_say_so() -> None:
    drawn = book("kpi | target | unit\nA | 1200 | EUR", "kpi | 2026-01 | 2026-02\nA | 90 | -", missing=Missing.ZERO)
    found = result(drawn, "A", "2026-03")
    assert [p.actual.value for p in found.points if p.actual] == [90, 0, 0]


@pytest.mark.parametrize(
    ("scoring", "points", "bands"),
    [
        pytest.param("attainment", None, None, id="neither unless asked for"),
        pytest.param("points", 80, None, id="points"),
        pytest.param("bands", None, pytest.approx(5.0), id="bands"),
    ],
)
def test_scores(scoring: str, points: float | None, bands: float | None) -> None:
    goals = "kpi | target | unit | red_line | stretch\nA | 100 | score | 80 | 120"
    found = result(book(goals, "kpi | 2026-01\nA | 90", scoring=scoring), "A", "2026-01")
    assert (found.points_score, found.bands_score) == (points, bands)


def test_progress_from_the_baseline_stands_beside_the_attainment() -> None:
    goals = "kpi | target | unit | baseline | direction\nA | 400 | days | 500 | lower"
    found = result(book(goals, "kpi | 2026-01\nA | 420"), "A", "2026-01")
    assert (found.progress, found.verdict.attainment) == (pytest.approx(0.8), pytest.approx(0.95))


def test_settings_that_cannot_be_are_told_and_not_used() -> None:
    drawn = book("kpi | target | unit\nA | 10 | score", "kpi | 2026-01\nA | 8", amber_from=90.0)
    assert "PARAMETER_OUT_OF_RANGE" in codes(drawn, "2026-01")
    assert result(drawn, "A", "2026-01").status is Status.OFF


WIDE = """
    kpi | target | unit  | why  | baseline | perspective | review     | owner
    A   | 10     | score | Yes  | 12       | Customer    | 2026-01-01 | Li
    B   | 10     | score |      |          | Finance     |            |
    C   |        |       |      |          |             |            |
"""


def test_advice_once_the_wider_columns_are_in_use() -> None:
    item = PlanItem("1", Step.ACTION, "Do it", book(WIDE).kpis["a"].where, kpi="a")
    drawn = book(WIDE, "kpi | 2026-01\nA | 9\nB | 9", plan=(item,), strategy_review=date(2026, 1, 1))
    found = codes(drawn, "2026-01", today=date(2026, 2, 1))
    expected = {
        "GOAL_WITHOUT_PLAN",
        "NO_BASELINE",
        "NO_REASON",
        "NO_OWNER",
        "REVIEW_OVERDUE",
        "STRATEGY_REVIEW_OVERDUE",
        "STILL_A_NOTE",
        "TARGET_WORSE_THAN_BASELINE",
    }
    assert expected <= set(found)
    assert "NO_CUSTOMER_VIEW" not in found
    assert all(found.count(name) == 1 for name in expected)
    without = codes(replace(drawn, kpis={"b": drawn.kpis["b"]}), "2026-01")
    assert "NO_CUSTOMER_VIEW" in without


def test_a_target_far_outside_history_is_noted() -> None:
    months = " | ".join(f"2025-{n:02d}" for n in range(1, 13))
    values = " | ".join(str(10 + n % 3) for n in range(12))
    assert "TARGET_OUTSIDE_HISTORY" in codes(
        book("kpi | target | unit\nA | 40 | score", f"kpi | {months}\nA | {values}"), "2025-12"
    )
    assert "TARGET_OUTSIDE_HISTORY" not in codes(
        book("kpi | target | unit\nA | 13 | score", f"kpi | {months}\nA | {values}"), "2025-12"
    )


def test_four_hundred_kpis_of_sixty_months_in_two_levels_are_all_judged() -> None:
    dice = random.Random(1)
    months = [f"{year}-{n:02d}" for year in range(2022, 2027) for n in range(1, 13)]
    goals = "kpi | target | unit | parent\n" + "\n".join(
        f"k{n} | {1200 + n} | {'EUR' if n % 3 else 'days'} | {f'k{n % 10}' if n >= 10 else ''}" for n in range(400)
    )
    table = f"kpi | {' | '.join(months)}\n" + "\n".join(
        f"k{n} | " + " | ".join(f"{dice.uniform(80, 120):.2f}" for _ in months) for n in range(400)
    )
    found = card(book(goals, table), "2026-12", today=date(2027, 1, 5)).results
    assert len(found) == 400
    assert all(result.status is not Status.NONE for result in found.values())
    assert [len(found[f"k{n}"].children) for n in range(10)] == [39] * 10


def test_a_small_workbook_is_evaluated_without_pandas() -> None:
    script = (
        "import sys\nfrom tests.books import book, card\n"
        f"card(book({FIVE_COLUMNS!r}, {MONTHS!r}))\n"
        "assert 'pandas' not in sys.modules and 'numpy' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
