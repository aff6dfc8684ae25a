"""Figures of a period: departments, transactions, weeks in months, ratios; and what goes twice."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport import languages
from kpireport.core import a1, aggregate, bulk
from kpireport.core.aggregation import AGGREGATIONS
from kpireport.core.diagnostics import Where
from kpireport.core.model import Aggregation, Observation, Series
from kpireport.core.parse import vocabulary
from kpireport.core.periods import Calendar, Frequency, Period
from kpireport.core.scorecard import Figure
from tests.books import book, card, codes, month, result
from tests.books import period as at

amounts = st.floats(-1e6, 1e6).map(lambda x: round(x, 2))


@given(st.lists(amounts, min_size=12, max_size=12))
def test_a_year_to_date_of_full_coverage_is_the_sum(values: list[float]) -> None:
    months = " | ".join(f"2026-{n:02d}" for n in range(1, 13))
    table = f"kpi | {months}\nA | {' | '.join(str(v) for v in values)}"
    ytd = result(book("kpi | target | unit\nA | 1200 | EUR", table), "A", "2026-12").ytd
    assert ytd.actual is not None
    assert ytd.actual.value == pytest.approx(sum(values), abs=1e-6)
    assert (ytd.actual.covered, ytd.actual.expected) == (12, 12)


@given(st.lists(amounts, min_size=1, max_size=9), st.sampled_from([w for w in Aggregation if w is not Aggregation.SUM]))
def test_a_mean_first_last_or_extreme_lies_among_its_values(values: list[float], way: Aggregation) -> None:
    made = aggregate.over_time(values, way, [1.0] * len(values))
    assert made is not None
    assert min(values) - 1e-6 <= made <= max(values) + 1e-6


def test_departments_add_up_and_a_row_for_the_whole_wins() -> None:
    table = "kpi | department | 2026-01 | 2026-02\nA | North | 10 | 30\nA | South | 20 | 40\nA | | | 65"
    points = result(book("kpi | target | unit\nA | 1200 | EUR", table), "A", "2026-02").points
    assert [p.actual.value for p in points if p.actual] == [30, 65]
    assert points[0].actual is not None
    assert points[0].actual.cells == (Where("book.xlsx", "Metrics", "C2"), Where("book.xlsx", "Metrics", "C3"))


def test_a_ratio_is_divided_across_departments() -> None:
    goals = """
        kpi    | target | unit | aggregation | numerator | denominator
        Margin | 20%    | %    | ratio       | Profit    | Revenue
        Profit |        | EUR  |             |           |
        Revenue |       | EUR  |             |           |
    """
    table = """
        kpi     | department | 2026-01 | 2026-02
        Profit  | North      | 10      | 30
        Profit  | South      | 2       | 4
        Revenue | North      | 100     | 100
        Revenue | South      | 4       | 100
    """
    found = result(book(goals, table), "Margin", "2026-02")
    assert found.actual is not None
    assert found.ytd.actual is not None
    assert found.actual.value == pytest.approx(34 / 200)
    assert found.ytd.actual.value == pytest.approx(46 / 304)
    assert [cell.cell for cell in found.actual.cells] == ["D2:D5"]


def test_a_denominator_of_zero_gives_no_figure() -> None:
    goals = "kpi | target | unit | numerator | denominator\nM | 20% | % | P | R\nP | | EUR | |\nR | | EUR | |"
    found = result(book(goals, "kpi | 2026-01\nP | 5\nR | 0"), "M", "2026-01")
    assert (found.actual, found.verdict.attainment) == (None, None)


def test_balances_of_departments_add_up_but_not_over_time() -> None:
    table = "kpi | department | 2026-01 | 2026-02\nStaff | North | 10 | 11\nStaff | South | 20 | 19"
    found = result(book("kpi | target | unit\nStaff | 30 | people", table), "Staff", "2026-02")
    assert found.ytd.actual is not None
    assert found.ytd.actual.value == 30


def test_weeks_make_months_by_their_thursdays() -> None:
    weeks = " | ".join(f"2026-W{n:02d}" for n in range(1, 10))
    goals = "kpi | target | unit\nA | 1200 | EUR\nB | 1200 | EUR"
    table = f"kpi | {weeks} | 2026-01 | 2026-02\nA" + " | 10" * 9 + " | | \nB" + " |" * 9 + " | 1 | 2"
    found = result(book(goals, table), "A", "2026-02")
    assert [(p.period, p.actual.value) for p in found.points if p.actual] == [
        (month(2026, 1), 50),
        (month(2026, 2), 40),
    ]


def test_weeks_split_by_days_where_the_settings_say_so() -> None:
    goals = "kpi | target | unit\nA | 1200 | EUR"
    table = "kpi | 2026-01 | 2026-W09 | 2026-W14\nA | 1 | 70 | 70"
    march = result(book(goals, table, week_split="days"), "A", "2026-03").actual
    assert march is not None
    assert march.value == pytest.approx(70 * 1 / 7 + 70 * 2 / 7)


def test_a_quarterly_kpi_shows_its_last_closed_quarter() -> None:
    goals = "kpi | target | unit | basis\nQ | 100 | EUR | period\nM | 10 | EUR | period"
    table = "kpi | 2026-Q1 | 2026-Q2 | 2026-04 | 2026-05 | 2026-06\nQ | 90 | 95 | | |\nM | | | 10 | 10 | 10"
    drawn = book(goals, table)
    may = card(drawn, "2026-05", today=date(2026, 6, 3)).results["q"]
    assert may.period == Period(Frequency.QUARTER, 2026, 1)
    assert may.actual is not None
    assert (may.actual.value, may.stale, may.entered_ahead) == (90, False, 1)


@pytest.mark.parametrize(
    ("today", "stale"),
    [
        pytest.param(date(2026, 7, 10), False, id="within the days of grace"),
        pytest.param(date(2026, 7, 16), True, id="after them"),
    ],
)
def test_a_quarter_that_is_late(today: date, stale: bool) -> None:
    goals = "kpi | target | unit | basis\nQ | 100 | EUR | period\nM | 10 | EUR | period"
    drawn = book(goals, "kpi | 2026-Q1 | 2026-06\nQ | 90 |\nM | | 10")
    found = result(drawn, "Q", "2026-06", today=today)
    assert (found.period.number, found.stale) == (1, stale)


def test_the_same_figure_twice_is_a_note_and_another_one_an_error() -> None:
    goals = "kpi | target | unit\nA | 1200 | EUR"
    same = "kpi | 2026-01\nA | 10\nA | 10"
    assert "DUPLICATE_VALUE" in codes(book(goals, same), "2026-01")
    drawn = book(goals, same.replace("A | 10\nA | 10", "A | 10\nA | 12"))
    assert "CONFLICTING_VALUES" in codes(drawn, "2026-01")
    found = result(book(goals, same), "A", "2026-01").actual
    assert found is not None
    assert found.value == 10


def test_a_sheet_full_of_conflicts_is_told_in_a_few_lines() -> None:
    months = " | ".join(f"2026-{n:02d}" for n in range(1, 13))
    table = f"kpi | {months}\nA" + " | 1" * 12 + "\nA" + " | 2" * 12
    found = [code for code in codes(book("kpi | target | unit\nA | 12 | EUR", table), "2026-12") if "CONFL" in code]
    assert len(found) == 5


def transactions(count: int) -> list[Observation]:
    dice = random.Random(7)
    first = date(2026, 1, 1).toordinal()
    return [
        Observation(
            "a",
            Period(Frequency.DAY, 2026, first + dice.randrange(300)),
            Series.ACTUAL,
            round(dice.uniform(-50, 100), 2) if dice.random() > 0.01 else None,
            "book.xlsx",
            "Data",
            row,
            5,
            department=dice.choice(["North", "South"]),
        )
        for row in range(2, count + 2)
    ]


@pytest.mark.parametrize("way", [Aggregation.SUM, Aggregation.MAX, Aggregation.AVERAGE])
def test_many_rows_make_the_same_figures_as_few(way: Aggregation) -> None:
    rows = transactions(3000)
    months: dict[int, list[float]] = {}
    for one in rows:
        if one.value is not None:
            months.setdefault(date.fromordinal(one.period.number).month, []).append(one.value)
    found = bulk.grouped(rows, Frequency.MONTH, way, Calendar())
    made = {n: aggregate.over_time(values, way) for n, values in months.items()}
    assert {p.number: f.value for p, f in found.items()} == {n: pytest.approx(v) for n, v in made.items()}


def test_transactions_become_months_with_their_rows() -> None:
    few = result(book("kpi | target | unit\nA | 1200 | EUR", more=tuple(transactions(1000))), "A", "2026-02").actual
    many = result(book("kpi | target | unit\nA | 1200 | EUR", more=tuple(transactions(5000))), "A", "2026-02").actual
    assert few is not None
    assert many is not None
    assert {cell.sheet for cell in (*few.cells, *many.cells)} == {"Data"}
    assert all(":" in cell.cell for cell in many.cells)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        pytest.param("B2 B3", "B2 B3", id="few cells stay as they are"),
        pytest.param("B2 B3 B4 B5", "B2:B5", id="a run in a column"),
        pytest.param("B2 C2 D2 E2 G2", "B2:E2 G2", id="runs in a row"),
        pytest.param("B2 B4 B6 B8", "B2 B4 B6 B8", id="cells apart"),
        pytest.param("B2:B9 B5:B12 B13 B20", "B2:B13 B20", id="ranges that overlap"),
    ],
)
def test_cells_are_told_in_ranges(cells: str, shown: str) -> None:
    found = a1.ranges([Where("f", "s", cell) for cell in cells.split()])
    assert [where.cell for where in found] == shown.split()


def test_a_rolling_mean_needs_two_thirds() -> None:
    found = aggregate.rolling([1, None, 3, None, None], 3, Aggregation.AVERAGE)
    assert found == [None, None, 2, None, None]


def test_shares_that_are_averaged_are_told() -> None:
    drawn = book("kpi | target | unit\nA | 20% | %", "kpi | 2026-01 | 2026-02\nA | 10% | 30%")
    found = result(drawn, "A", "2026-02")
    assert "AVG_OF_RATIO" in found.flags
    assert "AVG_OF_RATIO" in codes(drawn, "2026-02")
    assert found.ytd.actual is not None
    assert found.ytd.actual.value == pytest.approx(0.2)


def test_a_figure_made_of_others_keeps_their_cells() -> None:
    one, other = Figure(1.0, (Where("f", "s", "A1"),)), Figure(2.0, (Where("f", "s", "B1"),))
    made = aggregate.together([one, other], Aggregation.SUM)
    assert made is not None
    assert (made.value, made.cells, made.covered) == (3.0, (*one.cells, *other.cells), 2)


MEDIAN = "kpi | target | unit | aggregation\nOrder | 10 | EUR | median"


def test_the_year_to_date_of_a_median_is_the_middle_month() -> None:
    found = result(book(MEDIAN, "kpi | 2026-01 | 2026-02 | 2026-03\nOrder | 8 | 90 | 9"), "Order", "2026-03")
    assert found.ytd.actual is not None
    assert (found.ytd.actual.value, found.ytd.actual.covered, found.ytd.actual.expected) == (9, 3, 3)
    assert found.ytd.verdict is not None
    assert found.ytd.verdict.attainment == pytest.approx(0.9)


def test_an_annual_target_of_a_median_is_that_of_each_month() -> None:
    found = result(book(MEDIAN, "kpi | 2026-01 | 2026-02\nOrder | 8 | 9"), "Order", "2026-02")
    assert found.goal is not None
    assert (found.goal.value, found.ytd.goal and found.ytd.goal.value) == (10, 10)


def test_targets_of_months_have_a_median_too() -> None:
    months = "kpi | 2026-01 | 2026-02 | 2026-03\nOrder"
    goals = "kpi | unit | aggregation\nOrder | EUR | median"
    found = result(book(goals, f"{months} | 8 | 9 | 7", targets=f"{months} | 1 | 50 | 9"), "Order", "2026-03")
    assert found.ytd.goal is not None
    assert found.ytd.goal.value == 9


def test_departments_make_no_median_of_the_whole_but_a_row_for_the_whole_counts() -> None:
    table = "kpi | department | 2026-01 | 2026-02\nOrder | North | 10 | 30\nOrder | South | 20 | 40\nOrder | | | 65"
    points = result(book(MEDIAN, table), "Order", "2026-02").points
    assert [p.actual.value for p in points if p.actual] == [65]


@pytest.mark.parametrize(
    ("period", "part", "department", "figure"),
    [
        pytest.param("2026-01-05", 0, "", 9.0, id="orders of one day"),
        pytest.param("2026-01", 1, "", 9.0, id="orders of one month"),
        pytest.param("2026-01-05", 0, "North", None, id="departments of one day"),
        pytest.param("2026-01", 1, "North", None, id="departments of one month"),
    ],
)
def test_single_orders_have_a_median_and_departments_have_none(
    period: str, part: int, department: str, figure: float | None
) -> None:
    rows = tuple(
        Observation(
            "order", at(period), Series.ACTUAL, value, "f.xlsx", "Data", row, 2, part=part * row, department=department
        )
        for row, value in enumerate([8.0, 90.0, 9.0], 2)
    )
    found = result(book(MEDIAN, "kpi | 2026-02\nOrder | 1", more=rows), "Order", "2026-02")
    assert {p.period.key: p.actual.value for p in found.points if p.actual}.get("2026-01") == figure


@pytest.mark.parametrize("way", Aggregation)
def test_every_aggregation_is_typed_by_its_name_and_told_in_words(way: Aggregation) -> None:
    assert vocabulary.meaning("aggregation", way.value) is way
    assert all(languages.load(tag).sentences[f"readings.adds_up.{way.value}"] for tag in languages.tags())


@pytest.mark.parametrize("way", Aggregation)
@pytest.mark.parametrize("months", [5, 6])
def test_simulated_years_are_made_as_real_ones(way: Aggregation, months: int) -> None:
    paths = np.random.default_rng(7).normal(100, 30, (20, months))
    weights = [31.0, 28, 31, 30, 31, 30][:months] if way is Aggregation.WEIGHTED else [1.0] * months
    years = AGGREGATIONS[way].over_paths(paths, np.array(weights))
    assert years.tolist() == [pytest.approx(aggregate.over_time(path, way, weights)) for path in paths.tolist()]


@pytest.mark.parametrize(
    ("name", "number"),
    [("A", 1), ("Z", 26), ("AA", 27), ("az", 52), ("ZZ", 702), ("AAA", 703), ("XFD", 16_384)],
)
def test_columns_have_letters(name: str, number: int) -> None:
    assert (a1.column_number(name), a1.column_letters(number)) == (number, name.upper())
    assert a1.place(f"{name}7") == (7, number)


def test_a_range_of_one_row_is_a_cell() -> None:
    assert (a1.column_range(28, 2, 2), a1.column_range(28, 2, 9)) == ("AB2", "AB2:AB9")
