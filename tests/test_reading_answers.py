"""What an answer makes of the figures that it is about: the effect that its alternative names. Rule: L46."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests import test_finder_arithmetic, test_finder_languages, test_finder_layouts, test_finder_questions
from tests.finding import SAVED, Case, answered, drawn, found

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.core.reading.account import Found

UNTITLED = {
    "Figures": """
    Shop  | Jan 2026 | Feb 2026 | Mar 2026 | Whatnot
    North | 101      | 110      | 97       | 1300
    South | 52       | 61       | 47       | 700
    West  | 33       | 37       | 29       | 410
    """
}
SCALED = {
    "Figures": """
    KPI   | Jan 2026              | Feb 2026              | Mar 2026
    Sales | 1234567 {#,##0,"K"} | 1200000 {#,##0,"K"} | 1190000 {#,##0,"K"}
    """
}
CURRENCIES = {
    "Goals": """
    KPI   | Target | Unit
    Sales | 1200   | EUR k
    """,
    "Books": """
    KPI   | Unit  | Jan 2026 | Feb 2026 | Mar 2026
    Sales | USD k | 95       | 102      | 99
    """,
}


def figures(folder: Path, sheets: dict[str, str], answers: dict[str, str]) -> dict[str, tuple[str, str, float, str]]:
    """Return period, series, value and unit of each figure, by cell."""
    reading, _ = answered(drawn(folder / "book.xlsx", sheets, (), SAVED), answers)
    assert not [fact for fact in reading.facts if fact.pending]
    return {f.tokens[0].address: (f.period, f.series, round(f.value, 6), f.unit) for f in reading.facts}


def test_a_column_that_says_nothing_is_read_as_the_answer_says(tmp_path: Path) -> None:
    months = {f"{column}{row}" for column in "BCD" for row in (2, 3, 4)}
    assert figures(tmp_path, UNTITLED, {"columns": "leave-out"}).keys() == months
    titled = {"Sales 2026": UNTITLED["Figures"].replace(" 2026", "")}
    assert figures(tmp_path, titled, {"columns": "target"})["E2"] == ("2026", "target", 1300, "")
    assert figures(tmp_path, titled, {"columns": "leave-out"}).keys() == months


def test_a_scaled_format_means_the_number_or_what_it_shows(tmp_path: Path) -> None:
    assert figures(tmp_path, SCALED, {"unit": "number"})["B2"][2] == 1_234_567
    assert figures(tmp_path, SCALED, {"unit": "shown"})["B2"][2] == 1_234.567


def test_one_of_two_units_is_the_one_that_was_answered(tmp_path: Path) -> None:
    assert figures(tmp_path, CURRENCIES, {"unit": "EUR k"})["C2"] == ("2026-01", "actual", 95, "EUR k")
    assert figures(tmp_path, CURRENCIES, {"unit": "USD k"})["C2"] == ("2026-01", "actual", 95, "USD k")


def test_day_numbers_are_of_the_calendar_of_the_workbook(tmp_path: Path) -> None:
    sheets = {"Sales": "Date | Sales\n46023 | 101\n46054 | 110\n46082 | 97"}
    workbook = drawn(tmp_path / "book.xlsx", sheets, (), SAVED)
    assert [fact.period for fact in found(workbook).facts] == ["2026-01", "2026-02", "2026-03"]
    later = found(replace(workbook, date1904=True, saved=None))
    assert [fact.period for fact in later.facts] == ["2030-01", "2030-02", "2030-03"]


UNDATED = {
    "Sales": """
    Date       | Shop  | Sales
    2026-01-31 | North | 101
    2026-02-28 | North | 110
               |       |
    2026-03-31 | North | 97
    x          | South | 55
    """
}


def test_rows_without_a_period_are_of_the_one_that_was_answered(tmp_path: Path) -> None:
    assert figures(tmp_path, UNDATED, {"rows": "2026-05"})["C6"] == ("2026-05", "actual", 55, "")
    assert "C6" not in figures(tmp_path, UNDATED, {"rows": "leave-out"})


# --- every answer of every case ---------------------------------------------------------------------------------------

LATER = frozenset({"direction", "add_up", "add_over", "target_basis", "fiscal"})
"""Kinds whose answer changes verdicts, years and totals, which are not made by the finder."""
TYPED = {
    "year": "2019", "period": "2019-03", "first_month": "2019-04", "series": "Plan B", "name_column": "Own name",
    "rows": "2019-03",
}  # fmt: skip
"""A free value for each kind of question that may need one."""
CASES = [
    case
    for module in (test_finder_arithmetic, test_finder_languages, test_finder_layouts, test_finder_questions)
    for tables in vars(module).values()
    if isinstance(tables, list)
    for param in tables
    for case in getattr(param, "values", ())
    if isinstance(case, Case)
]


def contents(reading: Found, without: str) -> tuple[object, ...]:
    """Return what a reading says of each number, but for one question."""
    facts = []
    for f in reading.facts:
        waits = tuple(sorted(f.pending - {without}))
        place = (f.table.sheet, f.tokens[0].row, f.tokens[0].column)
        facts.append((*place, f.name, f.part, f.period, f.series, f.value, f.unit, waits))
    return tuple(sorted(facts)), tuple((place, entry.what) for place, entry in reading.account.items())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_alternative_and_a_free_value_have_an_effect_of_their_own(case: Case, tmp_path: Path) -> None:
    sheets = {"Figures": case.sheets} if isinstance(case.sheets, str) else case.sheets
    workbook = drawn(tmp_path / case.file, sheets, case.hidden, case.saved)
    for question in found(workbook).questions:
        typed = [TYPED[question.kind]] if question.free and question.kind in TYPED else []
        effects: dict[str, tuple[object, ...]] = {}
        for answer in (*question.alternatives, *typed):
            reading = found(workbook, {question.id: answer})
            assert question.id not in {q.id for q in reading.questions}, answer
            assert not [f for f in reading.facts if question.id in f.pending], answer
            assert len(reading.account) == reading.numbers
            effects[answer] = contents(reading, question.id)
        if question.kind in LATER or question.where.startswith("Goals!"):
            continue
        # the figures of the only year are its actual figures: two words for one answer
        several = [effect for answer, effect in effects.items() if question.kind != "columns" or not answer.isdigit()]
        assert len(set(several)) == len(several), question
