"""What is kept of a confirmed reading, what of the next workbook is unlike it, and when letters are held."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from finding import drawn, found

from kpireport import languages, readings
from kpireport.core.reading.account import Found
from kpireport.core.reading.drift import drift
from kpireport.core.reading.fingerprint import fingerprint_of
from kpireport.core.reading.state import state
from kpireport.readings import ReadingStore

DAY = date(2026, 11, 9)
SALES = """
KPI      | Unit  | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026 | May 2026 | Jun 2026
Sales    | EUR k | 401      | 398      | 417      | 405      | 411      | 420
Material | EUR k | 512      | 488      | 530      | 507      | 521      | 533
Returns  | EUR k | 12       | 14       | 11       | 13       | 12       | 15
"""
NEXT = """
KPI      | Unit  | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026 | May 2026 | Jun 2026 | Jul 2026
Sales    | EUR k | 401      | 398      | 417      | 405      | 411      | 420      | 433
Material | EUR k | 512      | 488      | 530      | 507      | 521      | 533      | 540
Returns  | EUR k | 12       | 14       | 11       | 13       | 12       | 15       | 13
"""
ONE = """
KPI      | Unit  | Jul 2026 | Aug 2026
Sales    | EUR k | 433      | 441
Material | EUR k | 540      | 538
Returns  | EUR k | 13       | 16
"""


def reading(folder: Path, *tables: str, hidden: tuple[str, ...] = ()) -> Found:
    sheets = {("Figures", "More", "Third")[n]: table for n, table in enumerate(tables)}
    return found(drawn(folder / "book.xlsx", sheets, hidden))


def kept(first: Found, answers: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the fingerprint of a reading as the store gives it back."""
    seen = fingerprint_of(first, answers or {}, by="M. Pichler", on=DAY)
    written = readings.as_toml(ReadingStore("book.xlsx", seen=seen))
    again: dict[str, Any] = tomllib.loads(written)["seen"]
    assert again == seen
    return again


def keys(folder: Path, after: str, before: str = SALES) -> list[str]:
    """Return what changed from one drawn sheet to another, as keys of the sentences, said in every language."""
    seen = kept(reading(folder, before))
    changes = drift(seen, reading(folder, after))
    for tag in ("en", "zh", "de"):
        assert all(languages.load(tag).text(message) for message in changes)
    return [message.key.removeprefix("confirming.changed.") for message in changes]


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(SALES, id="the same"),
        pytest.param(NEXT, id="another month"),
        pytest.param("Monthly figures\n\n" + SALES.strip(), id="inserted rows"),
        pytest.param(
            "\n".join([*SALES.strip().splitlines()[:1], *SALES.strip().splitlines()[:0:-1]]), id="other order"
        ),
    ],
)
def test_the_next_month_is_no_change(tmp_path: Path, after: str) -> None:
    assert keys(tmp_path, after) == []


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(NEXT.replace("EUR k", "EUR"), ["unit"], id="the unit"),
        pytest.param(NEXT.replace("KPI ", "Name"), ["title_new", "title_gone"], id="a title"),
        pytest.param(NEXT.replace("Unit ", "Units"), ["title_renamed"], id="a title spelt otherwise"),
        pytest.param(NEXT.replace("Material", "Energy"), ["line_new", "line_gone"], id="a line"),
        pytest.param(NEXT.replace("Material", "Materials"), ["line_renamed"], id="a line spelt otherwise"),
        pytest.param(NEXT.replace("Jul 2026", "Jul 2026 Forecast"), ["series_new"], id="a scenario"),
        pytest.param(NEXT.replace("| 433", "| 43300"), [], id="a figure that the reading itself asks about"),
        pytest.param(ONE.replace("| 433", "| 43300"), ["unlikely"], id="a figure of a month that stands alone"),
        pytest.param(
            NEXT.replace("| 433", "| 433000").replace("| 540", "| 540000").replace("15       | 13", "15 | 13000"),
            ["scale"],
            id="the scale of all",
        ),
    ],
)
def test_each_change_is_one_line(tmp_path: Path, after: str, expected: list[str]) -> None:
    assert keys(tmp_path, after) == expected


def test_a_figure_of_the_past_and_a_usual_one_are_no_change(tmp_path: Path) -> None:
    assert keys(tmp_path, NEXT.replace("| 417 ", "| 41700")) == []
    assert keys(tmp_path, NEXT.replace("| 433", "| 700")) == []


def test_a_hidden_column_and_sheet_are_changes(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    seen = kept(reading(tmp_path, SALES))
    workbook = drawn(tmp_path / "book.xlsx", {"Figures": NEXT})
    book = load_workbook(tmp_path / "book.xlsx")
    book["Figures"].column_dimensions["E"].hidden = True
    book["Figures"].row_dimensions[3].hidden = True
    book.save(tmp_path / "book.xlsx")
    from kpireport.excel.read import read

    again, problems = read(tmp_path / "book.xlsx")
    assert again is not None, problems
    (message,) = drift(seen, found(again))
    text = languages.load("en").text(message)
    assert text.startswith("Figures!A1:I4: hidden now: 'Mar 2026', 'Material'")
    assert workbook.sheets[0].name == "Figures"


def test_a_table_that_comes_or_goes_is_a_change_and_another_sheet_of_the_same_shape_is_none(tmp_path: Path) -> None:
    staff = """
    Team  | Head | Jan 2026 | Feb 2026 | Mar 2026
    North | Berg | 12       | 13       | 14
    South | Pich | 22       | 23       | 25
    """
    seen = kept(reading(tmp_path, SALES))
    two = reading(tmp_path, SALES, staff)
    assert [m.key for m in drift(seen, two)][:1] == ["confirming.changed.table_new"]
    assert [m.key for m in drift(kept(two), reading(tmp_path, SALES))][:1] == ["confirming.changed.table_gone"]
    later = SALES.replace("2026", "2025")
    assert drift(seen, reading(tmp_path, SALES, later)) == ()


def test_a_changed_answer_is_a_change_and_a_new_one_is_none(tmp_path: Path) -> None:
    first = reading(tmp_path, SALES)
    seen = kept(first, {"year-1": "2026", "unit-2": "EUR"})
    assert drift(seen, first) == ()
    assert drift(seen, first, {"year-1": "2026", "unit-2": "EUR", "hidden-3": "no"}) == ()
    changed = [message.key for message in drift(seen, first, {"year-1": "2025"})]
    assert changed == ["confirming.changed.answer", "confirming.changed.answer_gone"]


def test_members_of_a_short_part_are_told_and_of_a_long_one_only_those_spelt_otherwise(tmp_path: Path) -> None:
    def sold(month: int, regions: list[str]) -> list[tuple[str, int]]:
        return [(name, 1000 * month + (n * 7919 + month * 389) % 613) for n, name in enumerate(regions)]

    def rows(regions: list[str]) -> str:
        lines = [f"2026-0{month} | {name} | {value}" for month in (1, 2, 3) for name, value in sold(month, regions)]
        return "\n".join(["Month | Region | Sales", *lines])

    few = ["North", "South", "West"]
    assert keys(tmp_path, rows([*few, "Overseas"]), rows(few)) == ["member_new"]
    assert keys(tmp_path, rows(["Nord", "South", "West"]), rows(few)) == ["member_new", "member_gone"]
    many = [f"Shop {chr(65 + n)}{chr(75 + n % 7)}x{n * 37}" for n in range(40)]
    assert keys(tmp_path, rows([*many, "Overseas"]), rows(many)) == []


def test_a_store_that_was_edited_by_hand_breaks_nothing(tmp_path: Path) -> None:
    first = reading(tmp_path, SALES)
    seen = kept(first)
    for broken in (
        {"tables": "no", "on": DAY},
        {**seen, "lines": 3, "parts": [], "last": "2026", "answers": 1},
        {**seen, "lines": {"Sales": {"units": 3, "series": [1], "usual": {"=": ["a", None]}}}},
        {**seen, "tables": [{"titles": 3}, 4]},
    ):
        assert isinstance(drift(broken, first, {}), tuple)


def test_letters_are_held_until_a_reading_is_confirmed(tmp_path: Path) -> None:
    first = reading(tmp_path, SALES)
    before = state(first, {}, ours=False)
    assert before.needs_confirming
    assert before.holds
    assert (before.confirmed_by, before.confirmed_on) == ("", None)
    assert {question.kind for question in before.open} == {"add_up"}
    assert before.numbers == before.accounted == 18
    asked = state(first, kept(first), ours=False)
    assert (asked.needs_confirming, asked.confirmed_by, asked.confirmed_on) == (False, "M. Pichler", DAY)
    assert asked.holds, "a question that should be answered is open"
    answers = {question.id: "marked" for question in before.open}
    answered = found(drawn(tmp_path / "book.xlsx", {"Figures": SALES}), answers)
    assert not state(answered, kept(answered, answers), ours=False, answers=answers).holds
    next_month = found(drawn(tmp_path / "book.xlsx", {"Figures": NEXT}), answers)
    assert not state(next_month, kept(answered, answers), ours=False, answers=answers).holds
    other = found(drawn(tmp_path / "book.xlsx", {"Figures": NEXT.replace("Returns", "Refunds")}), answers)
    changed = state(other, kept(answered, answers), ours=False, answers=answers)
    assert changed.holds
    assert changed.changed


def test_our_own_layout_is_held_for_a_must_question_alone(tmp_path: Path) -> None:
    first = reading(tmp_path, SALES)
    assert not state(first, {}, ours=True).holds
    year = reading(tmp_path, SALES.replace(" 2026", ""))
    held = state(year, {}, ours=True)
    assert [question.kind for question in held.open] == ["year"]
    assert held.holds
    assert not held.needs_confirming


def test_what_is_kept_of_an_enormous_workbook_is_a_file_that_can_be_read(tmp_path: Path) -> None:
    months = " | ".join(f"{month} 2026" for month in ("Jan", "Feb", "Mar", "Apr", "May", "Jun"))
    names = [f"Article {chr(65 + n % 26)}{chr(97 + n // 26 % 26)} number {n}" for n in range(3000)]
    lines = [
        f"{name} | {' | '.join(str(100 + (n * 37 + m * 11) % 800) for m in range(6))}" for n, name in enumerate(names)
    ]
    book = drawn(tmp_path / "book.xlsx", {"Figures": "\n".join([f"Article | {months}", *lines])})
    first = found(book)
    seen = fingerprint_of(first, {}, by="M. Pichler", on=DAY)
    path = readings.write(tmp_path / "readings" / "book.toml", ReadingStore("book.xlsx", seen=seen))
    store, problems = readings.read(path)
    assert problems == ()
    assert store.seen == seen
    assert drift(store.seen, first) == ()
