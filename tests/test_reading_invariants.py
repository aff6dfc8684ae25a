"""What holds after every reading: on random grids, on drawn layouts, after every answer; and that a breach is seen.

A rule of the finder is switched off to see that the invariant notices what is then wrong.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpireport.core.reading.invariants import Breach
from kpireport.core.reading.read import Found
from kpireport.core.workbook import Cell, Sheet, Workbook
from tests import test_finder_arithmetic, test_finder_layouts, test_finder_questions
from tests.finding import SAVED, Case, drawn, found, held

NOT_YET = frozenset(
    {Breach.NO_PAIR, Breach.SHEET_UNREAD, Breach.TABLE_UNREAD, Breach.PROVES_NOTHING, Breach.NOTHING_EXPLAINS}
)
"""What some readings break yet: a case of each is marked, below or in the tables of cases."""


def broken(workbook: Workbook, reading: Found) -> list[object]:
    """Return what breaks the invariants of a reading, but for what is not asked yet."""
    return [each for breaches in held(workbook, reading).values() for each in breaches if each.breach not in NOT_YET]


def book(*grids: list[list[object]], names: tuple[str, ...] = ("Figures", "More", "Old")) -> Workbook:
    """Return a workbook of rows of values, without a file; a tuple is a value that a formula made."""
    sheets = []
    for name, grid in zip(names, grids, strict=False):
        rows: dict[int, tuple[Cell, ...]] = {}
        for number, values in enumerate(grid, start=1):
            cells = [_cell(number, column, value) for column, value in enumerate(values, start=1) if value is not None]
            if cells:
                rows[number] = tuple(cells)
        sheets.append(Sheet("book.xlsx", name, rows))
    return Workbook("book.xlsx", "", tuple(sheets), SAVED)


def _cell(row: int, column: int, value: object) -> Cell:
    formula = isinstance(value, tuple)
    plain = value[0] if isinstance(value, tuple) else value
    return Cell(row, column, float(plain) if isinstance(plain, int) else plain, formula=formula)


# --- on every reading -------------------------------------------------------------------------------------------------

TITLES = "Visits, Orders, Total, Harbour, Target, Actual, Variance, Region, KPI, Month, EUR, %, n/a, Average, Note, vs"
PERIODS = "Jan 2026, Feb 2026, Mar, 2026, Q1 2026, YTD, Budget 2025"
WORDS = st.sampled_from([*TITLES.split(", "), *PERIODS.split(", "), "Customer ID"])
NUMBERS = st.one_of(
    st.integers(-3, 60),
    st.sampled_from([2024, 2025, 2026, 202601, 46023, 0, 100, 114]),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 2)),
)
DATES = st.integers(0, 729).map(lambda days: datetime(2025, 1, 1) + timedelta(days))  # noqa: DTZ001 - as in Excel
VALUES = st.one_of(st.none(), WORDS, NUMBERS, NUMBERS, st.tuples(NUMBERS), DATES)
GRIDS = st.lists(st.lists(VALUES, min_size=1, max_size=7), min_size=1, max_size=9)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(GRIDS, min_size=1, max_size=3))
def test_the_invariants_hold_on_any_grid(grids: list[list[list[object]]]) -> None:
    workbook = book(*grids)
    assert broken(workbook, found(workbook)) == []


NAMES = ["Visits", "Orders", "Calls", "Returns", "Revenue", "Rent"]
MONTHS = ["Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026", "May 2026"]


@st.composite
def layouts(draw: st.DrawFn) -> list[list[object]]:
    """Return a table as people make them: months across or down, with totals, scenarios, sections or parts."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=draw(st.booleans())))
    months = MONTHS[: draw(st.integers(2, 5))]
    figures = [[draw(st.integers(0, 400)) for _ in months] for _ in names]
    rows: list[list[object]] = [["KPI", *months], *([name, *row] for name, row in zip(names, figures, strict=True))]
    if draw(st.booleans()):
        rows = [[*row, "Total" if not n else (sum(figures[n - 1]),)] for n, row in enumerate(rows)]
    if draw(st.booleans()):
        rows.append(["Total", *((sum(column),) for column in zip(*figures, strict=True))])
    if draw(st.booleans()):
        series = draw(
            st.lists(st.sampled_from(["Actual", "Target", "Forecast"]), min_size=len(rows), max_size=len(rows))
        )
        rows = [[row[0], "Series" if not n else series[n], *row[1:]] for n, row in enumerate(rows)]
    if draw(st.booleans()):
        place = draw(st.integers(1, len(rows)))
        rows.insert(place, ["Section"])
    if draw(st.booleans()):
        width = max(map(len, rows))
        filled = [[*row, *[None] * (width - len(row))] for row in rows]
        rows = [list(column) for column in zip(*filled, strict=True)]
    if draw(st.booleans()):
        rows = [["Figures of the harbours"], *rows]
    return rows


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(layouts(), min_size=1, max_size=3))
def test_the_invariants_hold_on_tables_as_people_make_them(grids: list[list[list[object]]]) -> None:
    workbook = book(*grids)
    assert broken(workbook, found(workbook)) == []


@pytest.mark.xfail(strict=True, reason="a sheet of bare numbers is not asked about where another sheet's table is")
def test_a_sheet_without_a_title_is_asked_about_beside_another_that_is() -> None:
    workbook = book([["Visits", 7]], [[n + 12 * row for n in range(1, 7)] for row in range(3)])
    assert held(workbook, found(workbook)) == {}


@pytest.mark.xfail(
    strict=True, reason="a row called total below rows without figures is left out, although it sums up none"
)
def test_a_total_of_nothing_is_not_left_out_in_silence() -> None:
    workbook = book([["Year", "Sales"], [2024, None], [2025, None], ["Total", 120]])
    assert held(workbook, found(workbook)) == {}


# --- after every answer -----------------------------------------------------------------------------------------------

CASES = [
    parameter.values[0]
    for module in (test_finder_layouts, test_finder_arithmetic, test_finder_questions)
    for parameter in module.CASES
    if not parameter.values[0].wrong
]

UNANSWERED = dict.fromkeys(
    ("a year said by nothing is asked, and the figures wait", "the answer of a year is taken"),
    "this and last are offered as years and have no effect",
)
"""Cases with answers that have not the effect which they name yet, by why."""


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=case.name,
            marks=[pytest.mark.xfail(strict=True, reason=UNANSWERED[case.name])] if case.name in UNANSWERED else [],
        )
        for case in CASES
    ],
)
def test_every_answer_ends_its_question_and_leaves_the_invariants(case: Case, tmp_path: Path) -> None:
    sheets = {"Figures": case.sheets} if isinstance(case.sheets, str) else case.sheets
    workbook = drawn(tmp_path / case.file, sheets, case.hidden, case.saved)
    left = []
    for question in found(workbook).questions:
        for answer in question.alternatives:
            answers = {question.id: answer}
            reading = found(workbook, answers)
            if question.id in {q.id for q in reading.questions}:
                left.append((question.kind, answer))
            left += [(question.kind, answer, each) for each in held(workbook, reading, answers).values()]
    assert left == []
