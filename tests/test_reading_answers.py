"""What an answer makes of the figures that it is about: the effect that its alternative names. Rule: L46."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from finding import SAVED, answered, drawn, found

if TYPE_CHECKING:
    from pathlib import Path

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
