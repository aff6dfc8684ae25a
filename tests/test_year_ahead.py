"""The year by arithmetic: what people typed, what is needed, and what a missing month stands at."""

from __future__ import annotations

import pytest

from kpireport.core.yearahead import YearState
from tests.books import book, result

MONTHS = [f"2026-{number:02d}" for number in range(1, 13)]


def line(name: str, values: list[float | None]) -> str:
    return " | ".join((name, *("-" if value is None else str(value) for value in values)))


@pytest.mark.parametrize(
    ("aggregation", "forecasts", "typed"),
    [
        pytest.param("sum", [10, 10, 10], 120, id="a typed forecast for every period"),
        pytest.param("sum", [10, None, None], 150, id="periods without one stand at their target"),
        pytest.param("sum", [None, None, None], None, id="nobody typed any"),
        pytest.param("last", [11, 12, 13], 13, id="a balance is its last"),
        pytest.param("average", [14, 14, 14], 11, id="an average takes actuals too"),
    ],
)
def test_typed_forecasts(aggregation: str, forecasts: list[float | None], typed: float | None) -> None:
    drawn = book(
        f"kpi | aggregation | unit\nA | {aggregation} | points",
        f"kpi | series | {' | '.join(MONTHS)}\n{line('A | actual', [10.0] * 9)}\n"
        f"{line('A | forecast', [None] * 9 + forecasts)}",
        targets=f"kpi | {' | '.join(MONTHS)}\n{line('A', [10.0] * 9 + [25.0] * 3)}",
    )
    assert result(drawn, "A", "2026-09").landing.typed == typed


@pytest.mark.parametrize(
    ("aggregation", "target", "needed"),
    [
        pytest.param("sum", "1200", 600, id="a sum"),
        pytest.param("average", "80", 180, id="an average"),
        pytest.param("last", "80", None, id="a balance needs no even share"),
        pytest.param("sum", "400~600", None, id="a range"),
    ],
)
def test_needed_of_each_period_to_come(aggregation: str, target: str, needed: float | None) -> None:
    basis = "year" if aggregation == "sum" else "period"
    drawn = book(
        f"kpi | target | basis | aggregation | unit\nA | {target} | {basis} | {aggregation} | points",
        f"kpi | {' | '.join(MONTHS[:10])}\n{line('A', [60] * 9 + [-540 if aggregation == 'sum' else 60])}",
    )
    found = result(drawn, "A", "2026-10").landing
    assert (found.needed_per_period, found.open_periods) == (needed, 2)


def test_a_month_without_a_figure_brings_what_was_planned_and_nothing_is_asked_of_it() -> None:
    drawn = book(
        "kpi | target | unit\nA | 1200 | EUR", f"kpi | {' | '.join(MONTHS[:4])}\n{line('A', [90, 90, None, 90])}"
    )
    found = result(drawn, "A", "2026-04").landing
    assert found.plan == pytest.approx(270 + 900)
    assert found.needed_per_period == pytest.approx((1200 - 270 - 100) / 8)
    assert found.run_rate == pytest.approx(1080)


def test_a_limit_that_the_missing_months_at_plan_would_pass_is_told_as_that() -> None:
    drawn = book(
        "kpi | target | unit | direction\nA | 1200 | EUR | lower",
        f"kpi | {' | '.join(MONTHS[:10])}\n{line('A', [None, None, *[140] * 8])}",
    )
    found = result(drawn, "A", "2026-10").landing
    assert (found.state, found.needed_per_period) == (YearState.WILL_EXCEED, None)
    assert found.over == pytest.approx(120)


def test_typed_months_win_over_a_year_that_they_do_not_make() -> None:
    drawn = book(
        "kpi | target | unit | basis\nA | 1300 | EUR | year",
        f"kpi | {' | '.join(MONTHS[:2])}\n{line('A', [100, 100])}",
        targets=f"kpi | {' | '.join(MONTHS)}\n{line('A', [100] * 12)}",
    )
    found = result(drawn, "A", "2026-02")
    assert found.year.goal is not None
    assert found.year.goal.value == pytest.approx(1200)
    assert found.year.pace == pytest.approx(0)


def test_an_ended_year_that_lacks_a_month_is_not_rated_and_lands_as_planned() -> None:
    values: list[float | None] = [100, *[None], *[90] * 10]
    drawn = book("kpi | target | unit\nA | 1200 | EUR", f"kpi | {' | '.join(MONTHS)}\n{line('A', values)}")
    found = result(drawn, "A", "2026-12")
    assert found.year.verdict is not None
    assert (found.year.verdict.status.value, "INCOMPLETE_YEAR" in found.year.verdict.flags) == ("info", True)
    assert found.landing.state == YearState.OVER
    assert found.landing.plan == pytest.approx(1100)
