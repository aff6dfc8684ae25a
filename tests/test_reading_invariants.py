"""What holds after every reading: on random grids, on drawn layouts, after every answer; and that a breach is seen.

A rule of the finder is switched off to see that the invariant notices what is then wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpireport.core.messages import Message
from kpireport.core.reading.account import Entry, Found
from kpireport.core.reading.grid import Kind, Token
from kpireport.core.reading.invariants import Breach
from kpireport.core.reading.questions import Question
from kpireport.core.workbook import Cell, Sheet, Workbook
from tests import test_finder_arithmetic, test_finder_layouts, test_finder_questions
from tests.finding import SAVED, Case, drawn, found, held

NOT_YET = frozenset(
    {
        Breach.NO_PAIR,
        Breach.SHEET_UNREAD,
        Breach.TABLE_UNREAD,
        Breach.PROVES_NOTHING,
        Breach.NOTHING_EXPLAINS,
        Breach.TWO_FIGURES,
    }
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


def test_targets_of_two_sheets_stay_told_apart() -> None:
    workbook = book(
        [["Month", "Calls Target", "Rent Forecast"], ["Jan 2026", 121, 312], ["Feb 2026", 44, 297]],
        [["Month", "Calls Target", "Visits Forecast"], ["Jan 2026", 32, 61], ["Feb 2026", 18, 77]],
    )
    assert held(workbook, found(workbook)) == {}


# --- after every answer -----------------------------------------------------------------------------------------------

CASES = [
    parameter.values[0]
    for module in (test_finder_layouts, test_finder_arithmetic, test_finder_questions)
    for parameter in module.CASES
    if not parameter.values[0].wrong
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
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


# --- a breach is seen -------------------------------------------------------------------------------------------------

TWO_TABLES = (
    [["KPI", "Jan 2026", "Feb 2026", "Mar 2026"], ["Visits", 31, 44, 39], ["Orders", 11, 14, 12]],
    [["KPI", "Jan 2026", "Feb 2026", "Mar 2026"], ["Visits", 33, 44, 39], ["Calls", 21, 24, 29]],
)
SAME_TABLES = (TWO_TABLES[0], TWO_TABLES[0])
NAMED_BY_UNITS = ([["KPI", "Jan 2026", "Feb 2026"], ["EUR", 31, 44], ["Visits", 11, 14]],)
SAME_NAME = ([["KPI", "Jan 2026", "Feb 2026"], ["Visits", 31, 44], ["Orders", 11, 14], ["Visits", 7, 9]],)
LATE = ([["KPI", "Nov 2029", "Dec 2029", "Jan 2030", "Feb 2030"], ["Visits", 31, 44, 39, 40]],)
NO_TITLES = ([[n + 12 * row for n in range(1, 7)] for row in range(3)],)


@pytest.mark.parametrize(
    ("rule", "grids", "breach"),
    [
        pytest.param("link._same_keys", TWO_TABLES, Breach.TWO_FIGURES, id="I2 two tables that disagree"),
        pytest.param("settle._leftovers", NO_TITLES, Breach.NO_ENTRY, id="I3 what is left has no entry"),
        pytest.param("settle._nothing_read", NO_TITLES, Breach.SHEET_UNREAD, id="I4 nothing is read or asked"),
        pytest.param("settle._future", LATE, Breach.AFTER_SAVED, id="I6 figures of a time to come"),
        pytest.param("settle._odd_names", NAMED_BY_UNITS, Breach.NO_NAME, id="I7 a line called EUR"),
    ],
)
def test_the_absence_of_a_rule_is_seen(
    rule: str, grids: tuple[list[list[object]], ...], breach: Breach, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook = book(*grids)
    assert breach not in breaches(workbook, found(workbook))
    monkeypatch.setattr(f"kpireport.core.reading.{rule}", lambda *_: None)
    assert breach in breaches(workbook, found(workbook))


def breaches(workbook: Workbook, reading: Found) -> set[Breach]:
    return {each.breach for of in held(workbook, reading).values() for each in of}


def _source_dropped(reading: Found) -> None:
    """The table that explains the other is left out too."""
    for fact in reading.tables[0].facts:
        fact.table.drop(fact)


def _source_changed(reading: Found) -> None:
    for fact in reading.tables[0].facts:
        fact.value = fact.tokens[0].value = 7.0


def _second_fact(reading: Found) -> None:
    reading.facts.append(reading.facts[0])


def _second_figure(reading: Found) -> None:
    for fact in reading.facts:
        fact.pending = frozenset()
        fact.name = "Visits"


def _fact_lost(reading: Found) -> None:
    reading.facts.pop()


def _entry_lost(reading: Found) -> None:
    reading.account.popitem()


def _entry_too_many(reading: Found) -> None:
    reading.account["Figures", 99, 1] = next(iter(reading.account.values()))


def _other_class(reading: Found) -> None:
    fact = reading.facts[0]
    place = (fact.table.sheet, fact.tokens[0].row, fact.tokens[0].column)
    reading.account[place] = replace(reading.account[place], what="total")


def _waits_for_nothing(reading: Found) -> None:
    reading.facts[0].waits_for("year-00000000")


def _waits_for_a_should(reading: Found) -> None:
    question = next(q for q in reading.questions if q.grade == "should")
    reading.facts[0].waits_for(question.id)


def _unanswerable(reading: Found) -> None:
    reading.questions.append(Question("year-1", "year", "must", "Figures!A1:D3", (), "", free=False))


def _same_id(reading: Found) -> None:
    reading.questions.append(reading.questions[0])


def _default_of_nobody(reading: Found) -> None:
    reading.questions[0].default = "whatever"


def _late(reading: Found) -> None:
    reading.facts[0].period = "2030-W02"


def _named_by_a_number(reading: Found) -> None:
    reading.facts[0].name = "1,234"


def _pairs(reading: Found) -> None:
    for fact in reading.facts:
        fact.series = "target" if fact.name == "Orders" else "actual"
        fact.name = "Visits" if fact.name == "Orders" else "Visits EUR"


def _constant_runs_up(reading: Found) -> None:
    row = reading.tables[0].rows[0]
    row.role, row.values = "cumulative", dict.fromkeys(row.values, 5.0)


def _nothing_left(reading: Found) -> None:
    total = Entry("total", Message("reading.total"))
    reading.account.update(dict.fromkeys(reading.account, total))
    reading.questions.clear()


def _shared_cells(reading: Found) -> None:
    reading.tables.append(replace(reading.tables[0], index=99))


def _title_of_another(reading: Found) -> None:
    reading.tables[0].columns[1].titles.append(Token(Cell(40, 40, "Budget"), Kind.TEXT, "Budget"))


@pytest.mark.parametrize(
    ("spoil", "grids", "breach"),
    [
        pytest.param(_source_dropped, SAME_TABLES, Breach.SOURCE_NOT_READ, id="I1 the source is left out"),
        pytest.param(_source_changed, SAME_TABLES, Breach.NOT_IN_SOURCE, id="I1 the source says something else"),
        pytest.param(_nothing_left, TWO_TABLES[:1], Breach.NOTHING_EXPLAINS, id="I1 totals of nothing"),
        pytest.param(_second_figure, TWO_TABLES[:1], Breach.TWO_FIGURES, id="I2"),
        pytest.param(_second_fact, TWO_TABLES[:1], Breach.TWO_FACTS, id="I3 a cell of two facts"),
        pytest.param(_fact_lost, TWO_TABLES[:1], Breach.NO_FACT, id="I3 an entry without its fact"),
        pytest.param(_entry_lost, TWO_TABLES[:1], Breach.NO_ENTRY, id="I3 a number without an entry"),
        pytest.param(_entry_too_many, TWO_TABLES[:1], Breach.NO_NUMBER, id="I3 an entry without a number"),
        pytest.param(_other_class, TWO_TABLES[:1], Breach.OTHER_CLASS, id="I3 a fact that is a total"),
        pytest.param(_waits_for_nothing, TWO_TABLES[:1], Breach.NOT_ASKED, id="I4 nothing is asked"),
        pytest.param(_waits_for_a_should, TWO_TABLES[:1], Breach.NOT_MUST, id="I4 a should"),
        pytest.param(_unanswerable, TWO_TABLES[:1], Breach.NO_ANSWER, id="I5 no answer"),
        pytest.param(_unanswerable, TWO_TABLES[:1], Breach.NO_FREE_VALUE, id="I5 no free value"),
        pytest.param(_same_id, TWO_TABLES[:1], Breach.SAME_ID, id="I5 two questions of one id"),
        pytest.param(_default_of_nobody, TWO_TABLES[:1], Breach.NO_SUCH_DEFAULT, id="I5 a default that is no answer"),
        pytest.param(_late, TWO_TABLES[:1], Breach.AFTER_SAVED, id="I6"),
        pytest.param(_named_by_a_number, TWO_TABLES[:1], Breach.NO_NAME, id="I7"),
        pytest.param(_pairs, TWO_TABLES[:1], Breach.NO_PAIR, id="I8"),
        pytest.param(_constant_runs_up, TWO_TABLES[:1], Breach.PROVES_NOTHING, id="I9"),
        pytest.param(_shared_cells, TWO_TABLES[:1], Breach.TWO_TABLES, id="I10 a cell of two tables"),
        pytest.param(_title_of_another, TWO_TABLES[:1], Breach.TITLE_OUTSIDE, id="I10 a title from elsewhere"),
    ],
)
def test_a_spoilt_reading_is_seen(
    spoil: Callable[[Found], None], grids: tuple[list[list[object]], ...], breach: Breach
) -> None:
    workbook = book(*grids)
    reading = found(workbook)
    assert breaches(workbook, reading) == set()
    spoil(reading)
    assert breach in breaches(workbook, reading)


def test_every_breach_has_a_reading_that_is_spoilt() -> None:
    spoilt = {
        parameter.values[2]
        for test in (test_the_absence_of_a_rule_is_seen, test_a_spoilt_reading_is_seen)
        for mark in test.pytestmark
        for parameter in mark.args[1]
    }
    assert set(Breach) - spoilt == {Breach.TABLE_UNREAD}


def test_a_table_of_which_most_is_unread_is_seen() -> None:
    workbook = book(TWO_TABLES[0] + [["Calls", 1, 2, 3], ["Rent", 4, 5, 6], ["Wages", 7, 8, 9]])
    reading = found(workbook)
    unread = Entry("unread", Message("reading.not-understood"))
    for place in list(reading.account)[3:]:
        reading.account[place] = unread
    assert Breach.TABLE_UNREAD in breaches(workbook, reading)
