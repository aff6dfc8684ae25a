"""Months make quarters, days make months, weeks are split: which figure, of how many parts, and from which cells."""

from __future__ import annotations

import pytest

from kpireport.core.a1 import MOST_RANGES, column_range, ranges
from kpireport.core.aggregate import across, coarser, of_period
from kpireport.core.diagnostics import Where
from kpireport.core.model import Aggregation, Observation, Series
from kpireport.core.periods import Calendar, Frequency, Period
from kpireport.core.scorecard import Figure
from tests.books import period

CALENDAR = Calendar()


def figures(drawn: str) -> dict[Period, Figure]:
    """Read ``2026-01 10, 2026-02 20``; the first stands in A1, the next in A2."""
    pairs = [pair.split() for pair in drawn.split(",")]
    return {period(name): Figure(float(value), (cell(f"A{row}"),)) for row, (name, value) in enumerate(pairs, 1)}


def cell(name: str) -> Where:
    return Where("book.xlsx", "Metrics", name)


@pytest.mark.parametrize(
    ("given", "frequency", "way", "expected"),
    [
        pytest.param(
            "2026-01 10, 2026-02 20, 2026-03 30",
            Frequency.QUARTER,
            Aggregation.SUM,
            {"2026-Q1": (60, 3, 3, "A1 A2 A3")},
            id="three months are a quarter",
        ),
        pytest.param(
            "2026-01 10, 2026-03 30",
            Frequency.QUARTER,
            Aggregation.SUM,
            {"2026-Q1": (40, 2, 3, "A1 A2")},
            id="two of three months, and it says so",
        ),
        pytest.param(
            "2026-Q1 7, 2026-01 10, 2026-02 20, 2026-04 5",
            Frequency.QUARTER,
            Aggregation.SUM,
            {"2026-Q1": (7, 1, 1, "A1"), "2026-Q2": (5, 1, 3, "A4")},
            id="a typed quarter wins over its months, the next one is still made",
        ),
        pytest.param(
            "2026-Q1 7, 2026 99, 2026-04 5",
            Frequency.QUARTER,
            Aggregation.SUM,
            {"2026-Q1": (7, 1, 1, "A1"), "2026-Q2": (5, 1, 3, "A3")},
            id="a year makes no quarter, and does not stop the months from making one",
        ),
        pytest.param(
            "2026-W02 1, 2026-W03 2, 2026-02 20, 2026-03 30",
            Frequency.QUARTER,
            Aggregation.SUM,
            {"2026-Q1": (50, 2, 3, "A3 A4")},
            id="months before weeks, never both",
        ),
        pytest.param(
            "2026-03-30 4, 2026-03-31 6, 2026-04-01 9",
            Frequency.MONTH,
            Aggregation.SUM,
            {"2026-03": (10, 2, 2, "A1 A2"), "2026-04": (9, 1, 1, "A3")},
            id="of days no number is expected: nobody works on all of them",
        ),
        pytest.param(
            "2026-01 10, 2026-02 40, 2026-03 10",
            Frequency.QUARTER,
            Aggregation.WEIGHTED,
            {"2026-Q1": ((31 * 10 + 28 * 40 + 31 * 10) / 90, 3, 3, "A1 A2 A3")},
            id="weighted by the days of each month",
        ),
        pytest.param(
            "2026-01 10, 2026-02 40, 2026-03 10",
            Frequency.QUARTER,
            Aggregation.AVERAGE,
            {"2026-Q1": (20, 3, 3, "A1 A2 A3")},
            id="a plain mean counts each month once",
        ),
        pytest.param(
            "2026-01 10, 2026-02 40, 2026-03 15",
            Frequency.QUARTER,
            Aggregation.LAST,
            {"2026-Q1": (15, 3, 3, "A3")},
            id="a balance is that of the end, from its cell alone",
        ),
        pytest.param(
            "2026-W05 70",
            Frequency.MONTH,
            Aggregation.SUM,
            {"2026-01": (70, 1, 5, "A1")},
            id="a week goes to the month of its Thursday: January 2026 has five",
        ),
    ],
)
def test_figures_of_a_coarser_period(
    given: str, frequency: Frequency, way: Aggregation, expected: dict[str, tuple[float, int, int, str]]
) -> None:
    made = coarser(figures(given), frequency, way, CALENDAR)
    assert {place: (one.value, one.covered, one.expected, cells(one)) for place, one in made.items()} == {
        period(name): (pytest.approx(value), *rest) for name, (value, *rest) in expected.items()
    }


def test_weeks_are_split_by_days_and_keep_their_cells() -> None:
    made = coarser(figures("2026-W05 70, 2026-W06 7"), Frequency.MONTH, Aggregation.SUM, CALENDAR, by_days=True)
    assert {place.key: (pytest.approx(one.value), cells(one)) for place, one in made.items()} == {
        "2026-01": (60.0, "A1"),
        "2026-02": (17.0, "A1 A2"),
    }


def test_only_sums_of_weeks_are_split() -> None:
    for given, way in (("2026-W05 70", Aggregation.AVERAGE), ("2026-01-31 70", Aggregation.SUM)):
        made = coarser(figures(given), Frequency.MONTH, way, CALENDAR, by_days=True)
        assert [(place.key, one.value) for place, one in made.items()] == [("2026-01", 70.0)]


def cells(figure: Figure) -> str:
    return " ".join(one.cell for one in figure.cells)


def observation(value: float | None, row: int, **of: str) -> Observation:
    return Observation("a", period("2026-01"), Series.ACTUAL, value, "book.xlsx", "Metrics", row, 2, **of)


@pytest.mark.parametrize(
    ("rows", "way", "expected"),
    [
        pytest.param([(None, {})], Aggregation.SUM, None, id="a cell that says nothing"),
        pytest.param([(0.0, {})], Aggregation.SUM, (0.0, "B1"), id="a zero is a figure"),
        pytest.param([(4.0, {"breakdown": "x"})], Aggregation.SUM, (4.0, "B1"), id="one part alone"),
        pytest.param(
            [(4.0, {"breakdown": "x"}), (0.0, {"breakdown": "y"})],
            Aggregation.SUM,
            (4.0, "B1 B2"),
            id="a zero adds zero",
        ),
        pytest.param(
            [(4.0, {"breakdown": "x"}), (9.0, {}), (6.0, {"department": "N"})],
            Aggregation.SUM,
            (9.0, "B2"),
            id="the whole wins over breakdowns and departments",
        ),
        pytest.param([(9.0, {}), (8.0, {})], Aggregation.SUM, (9.0, "B1"), id="of two wholes the first"),
        pytest.param(
            [(4.0, {"department": "N"}), (6.0, {"department": "S"})],
            Aggregation.LAST,
            (10.0, "B1 B2"),
            id="balances add",
        ),
        pytest.param(
            [(4.0, {"department": "N"}), (6.0, {"department": "S"})],
            Aggregation.RATIO,
            None,
            id="ratios make no figure",
        ),
        pytest.param(
            [(4.0, {"department": "N"}), (6.0, {"department": "S"})],
            Aggregation.WEIGHTED,
            None,
            id="nor do means, whose weights nobody knows",
        ),
    ],
)
def test_the_figure_of_one_period(
    rows: list[tuple[float | None, dict[str, str]]], way: Aggregation, expected: tuple[float, str] | None
) -> None:
    found = of_period([observation(value, row, **of) for row, (value, of) in enumerate(rows, 1)], way)
    assert (None if found is None else (found.value, cells(found))) == expected


def test_departments_of_a_weighted_figure_are_averaged() -> None:
    assert across([Figure(2.0), Figure(4.0)], Aggregation.WEIGHTED) == Figure(3.0)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        pytest.param(MOST_RANGES, MOST_RANGES, id="as many ranges as a footnote holds"),
        pytest.param(MOST_RANGES + 1, 1, id="one more becomes one span"),
    ],
)
def test_too_many_ranges_become_one_span(count: int, told: int) -> None:
    apart = [cell(f"B{2 * at}") for at in range(1, count + 1)]
    found = ranges(apart)
    assert len(found) == told
    if told == 1:
        assert found == (cell(f"B2:B{2 * count}"),)


def test_columns_past_z_keep_their_order() -> None:
    assert ranges([cell(f"{name}3") for name in ("Z", "AA", "AB", "BA")]) == (cell("Z3:AB3"), cell("BA3"))


def test_a_span_of_rows() -> None:
    assert column_range(27, 5, 5) == "AA5"
    assert column_range(27, 5, 9) == "AA5:AA9"
