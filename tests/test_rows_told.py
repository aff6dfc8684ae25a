"""Rows of every sheet that a person fills in by half, twice or in her own way: what is read, and what is told where."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from kpireport.core import assembly
from kpireport.core.model import Basis, Direction, Span
from kpireport.excel import read as excel
from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.core.model import Book

TODAY = date(2026, 11, 9)
GOALS = "KPI | Target | Unit\nRevenue | 1200 | EUR\nMargin | 40% | %"
METRICS = "KPI | 2026-01 | 2026-02\nRevenue | 90 | 110\nMargin | 41% | 39%"


def read(tmp_path: Path, **sheets: object) -> tuple[Book, list[tuple[str, str]]]:
    """Return the book, and name and cell of each problem."""
    drawn = {"Goals": GOALS, "Metrics": METRICS, **sheets}
    workbook, told = excel.read(save(tmp_path / "a.xlsx", **drawn))  # type: ignore[arg-type]
    assert workbook is not None
    book, more = assembly.book([workbook], today=TODAY)
    assert book is not None
    return book, [(d.name, d.where.cell) for d in (*told, *more)]


def of(told: list[tuple[str, str]], *names: str) -> list[tuple[str, str]]:
    return [one for one in told if one[0] in names]


@pytest.mark.parametrize(
    ("sheets", "unused"),
    [
        pytest.param(
            {"Goals": "KPI | Target | Unit | Colour | Chart\nRevenue | 9 | EUR | red | bar\nMargin | 4% | % | |"},
            [("Goals!D1", "Colour, Chart")],
            id="of goals, all in one line",
        ),
        pytest.param(
            {"Plan": "Action | KPI | Room | Remarks\nCall | Revenue | 4 | soon"},
            [("Plan!C1", "Room, Remarks")],
            id="of the plan",
        ),
        pytest.param(
            {"Notes": "Text | KPI | Mood\nWell | | good", "Triggers": "KPI | Condition | Colour\nRevenue | red | red"},
            [("Notes!C1", "Mood"), ("Triggers!C1", "Colour")],
            id="of two sheets, a line each",
        ),
        pytest.param(
            {"Metrics": "KPI | Channel | Department | 2026-01\nRevenue | web | Sales | 90\nMargin | | | 41%"},
            [],
            id="parts of figures are used",
        ),
        pytest.param(
            {"Goals": "KPI | Target | Unit |\nRevenue | 9 | EUR | red\nMargin | 4% | % |"}, [], id="what has no title"
        ),
    ],
)
def test_columns_that_are_not_used_are_told_once_a_sheet(
    sheets: dict[str, str], unused: list[tuple[str, str]], tmp_path: Path
) -> None:
    book, _ = read(tmp_path, **sheets)
    found = [reading for reading in book.readings if reading.message.key == "readings.ignored.unused"]
    assert [(reading.where.address, reading.message.fields["listed"]) for reading in found] == unused


WHO = ("ADDRESS_UNUSABLE", "RECIPIENT_UNSURE", "RECIPIENT_CONDITION_UNKNOWN", "PART_COLUMN_UNKNOWN")


@pytest.mark.parametrize(
    ("rows", "sent", "problems"),
    [
        pytest.param("Li | li@example.com | all | yes | always", ["all"], [], id="everything to one person"),
        pytest.param("Li | li@example.com | | | ", ["all"], [], id="nobody has a part: all have everything"),
        pytest.param(
            "Li | li@example.com | department=Sales | | \nBo | bo@example.com | | | ",
            ["department=Sales"],
            [("RECIPIENT_UNSURE", "C3")],
            id="others have a part, hers is blank: nothing rather than everything",
        ),
        pytest.param("\nLi | li@example.com | all | | ", ["all"], [], id="an empty row says nothing"),
        pytest.param("Li | li at example | all | | ", [], [("ADDRESS_UNUSABLE", "B2")], id="no address"),
        pytest.param("Li | | all | | ", [], [("ADDRESS_UNUSABLE", "B2")], id="a name alone"),
        pytest.param(
            "Li | li@example.com | all | perhaps | ",
            [],
            [("RECIPIENT_UNSURE", "D2")],
            id="perhaps is neither yes nor no",
        ),
        pytest.param(
            "Li | li@example.com | all | yes | when it rains",
            ["all"],
            [("RECIPIENT_CONDITION_UNKNOWN", "E2")],
            id="a condition that nobody knows: always, and told",
        ),
        pytest.param("Li | li@example.com | all | yes | 每月", ["all"], [], id="each month, in Chinese"),
    ],
)
def test_who_gets_what(tmp_path: Path, rows: str, sent: list[str], problems: list[tuple[str, str]]) -> None:
    book, told = read(tmp_path, Recipients=f"Name | Address | Scope | Active | Condition\n{rows}")
    assert [one.scope for one in book.recipients] == sent
    assert of(told, *WHO) == problems


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        pytest.param("PDF | en", [], id="a format and a language"),
        pytest.param("both; xlsx | zh-CN", [], id="several formats"),
        pytest.param("Powerpoint | ", [("RECIPIENT_FORMAT_UNKNOWN", "D2")], id="no format of a mail"),
        pytest.param("PDF, Htm | ", [("RECIPIENT_FORMAT_UNKNOWN", "D2")], id="a slip of the pen beside another"),
        pytest.param("| Klingon", [("RECIPIENT_LANGUAGE_UNKNOWN", "E2")], id="no language"),
        pytest.param("| Germn", [("RECIPIENT_LANGUAGE_UNKNOWN", "E2")], id="a language with a slip"),
    ],
)
def test_a_word_among_the_recipients_that_nobody_knows_is_told(
    tmp_path: Path, rows: str, problems: list[tuple[str, str]]
) -> None:
    """recipients_unknown_words: they passed check, and people got something else than was meant."""
    _, found = read(
        tmp_path, Recipients=f"Name | Address | Scope | Format | Language\nLi | li@example.com | all | {rows}"
    )
    assert of(found, "RECIPIENT_FORMAT_UNKNOWN", "RECIPIENT_LANGUAGE_UNKNOWN") == problems


def test_a_column_that_may_be_the_part_of_each_person_is_not_guessed(tmp_path: Path) -> None:
    book, told = read(tmp_path, Recipients="Name | Address | Portion\nLi | li@example.com | Sales")
    assert book.recipients == ()
    assert of(told, *WHO) == [("PART_COLUMN_UNKNOWN", "C1")]


@pytest.mark.parametrize(
    ("goals", "target", "direction"),
    [
        pytest.param(
            "KPI | Min | Max | Unit\nStock | 20 | 30 | EUR",
            Span(low=20, high=30),
            Direction.RANGE,
            id="two columns make a range",
        ),
        pytest.param(
            "KPI | Min | Max | Direction\nStock | 20 | 30 | range",
            Span(low=20, high=30),
            Direction.RANGE,
            id="and say so",
        ),
        pytest.param(
            "KPI | Target | Min | Max\nStock | 25 | 20 | 30", Span(value=25), Direction.HIGHER, id="a target wins"
        ),
    ],
)
def test_a_range_in_two_columns(tmp_path: Path, goals: str, target: Span, direction: Direction) -> None:
    book, _ = read(tmp_path, Goals=goals, Metrics="KPI | 2026-01\nStock | 25")
    assert (book.kpis["stock"].target, book.kpis["stock"].direction) == (target, direction)


def test_years_may_be_ranges_and_count_by_their_upper_end(tmp_path: Path) -> None:
    book, _ = read(tmp_path, Goals="KPI | Unit | 2026 | 2027\nRevenue | EUR | 100-120 | 140")
    assert {year: amount.value for year, amount in book.kpis["revenue"].year_targets.items()} == {2026: 120, 2027: 140}


@pytest.mark.parametrize(
    ("phasing", "weights", "told"),
    [
        pytest.param("8, 8, 9", (8, 8, 9), [], id="a list"),
        pytest.param("8%；8%；9%", (), [("NO_CHOICE", "D2")], id="a wide semicolon parts nothing we know"),
        pytest.param("8; -8; 9", (), [("NO_CHOICE", "D2")], id="less than nothing"),
        pytest.param("0, 0, 0", (), [("NO_CHOICE", "D2")], id="nothing at all"),
        pytest.param("a, b", (), [("NO_CHOICE", "D2")], id="words"),
        pytest.param("prior year", (), [], id="as the year before"),
    ],
)
def test_phasing_as_typed(
    tmp_path: Path, phasing: str, weights: tuple[float, ...], told: list[tuple[str, str]]
) -> None:
    book, problems = read(tmp_path, Goals=f"KPI | Target | Unit | Phasing\nRevenue | 1200 | EUR | '{phasing}")
    assert book.kpis["revenue"].phasing == weights
    assert of(problems, "NO_CHOICE") == told


CALENDAR = "Period | Start | End\n{}"


@pytest.mark.parametrize(
    ("rows", "spans", "told"),
    [
        pytest.param(
            "2026-01 | @2025-12-29 | @2026-01-25\n2026-02 | @2026-01-26 | @2026-02-22", 2, [], id="two periods"
        ),
        pytest.param("||\n2026-01 | @2025-12-29 | @2026-01-25", 1, [], id="an empty row between"),
        pytest.param(
            "2026-01 | @2025-12-29 | @2026-01-25\n2026-02 | @2026-01-28 | @2026-02-22",
            1,
            [("CALENDAR_ROW", "A3")],
            id="days that belong to no period",
        ),
        pytest.param("2026-01 | @2026-01-25 | @2025-12-29", 0, [("CALENDAR_ROW", "A2")], id="an end before its start"),
        pytest.param(
            "2026-Q1 | @2025-12-29 | @2026-03-29", 0, [("CALENDAR_ROW", "A2")], id="a quarter is no period of it"
        ),
    ],
)
def test_a_typed_calendar(tmp_path: Path, rows: str, spans: int, told: list[tuple[str, str]]) -> None:
    book, problems = read(tmp_path, Calendar=CALENDAR.format(rows))
    assert len(book.settings.calendar.spans) == spans
    assert of(problems, "CALENDAR_ROW") == told


@pytest.mark.parametrize(
    ("row", "basis", "told"),
    [
        pytest.param("Revenue | Annual target | 1200 | 1500 | 2026-02", [Basis.YEAR], [], id="of the year"),
        pytest.param("Revenue | Monthly target | 100 | 120 | 2026-02", [Basis.PERIOD], [], id="of each month"),
        pytest.param("Revenue | Target | 1200 | 1500 | 2026-02", [None], [], id="of whatever the row says"),
        pytest.param("||||", [], [], id="an empty row"),
        pytest.param("Revenue | Target | 1200 | | 2026-02", [], [("REVISION_INCOMPLETE", "D2")], id="to what?"),
        pytest.param("Revenue | Target | 1200 | 1500 |", [], [("REVISION_INCOMPLETE", "E2")], id="from when?"),
        pytest.param("Nobody | Target | 1200 | 1500 | 2026-02", [], [], id="of a KPI that is not there"),
    ],
)
def test_revisions_as_typed(tmp_path: Path, row: str, basis: list[Basis | None], told: list[tuple[str, str]]) -> None:
    book, problems = read(tmp_path, Revisions=f"KPI | Field | Old | New | Effective\n{row}")
    assert [one.basis for one in book.revisions] == basis
    assert of(problems, "REVISION_INCOMPLETE") == told


@pytest.mark.parametrize(
    ("target", "span"),
    [
        pytest.param("'20 ± 5", Span(low=15, high=25), id="around a number"),
        pytest.param("'20 ± 10%", Span(low=18, high=22), id="around it by a share of it"),
        pytest.param("'95-98%", Span(low=0.95, high=0.98), id="the sign behind the second stands for both"),
        pytest.param("'2-3k", Span(low=2000, high=3000), id="so does a scale"),
    ],
)
def test_ranges_as_typed(tmp_path: Path, target: str, span: Span) -> None:
    unit = "%" if "98%" in target else "score"
    book, _ = read(
        tmp_path, Goals=f"KPI | Target | Unit\nStock | {target} | {unit}", Metrics="KPI | 2026-01\nStock | 20"
    )
    found = book.kpis["stock"].target
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(span.low), pytest.approx(span.high))


@pytest.mark.parametrize("target", ["'20% ± 5%", "'20% ± 5", "'20 ± -5", "'a ± 5"])
def test_a_width_that_nobody_can_be_sure_of_is_told(tmp_path: Path, target: str) -> None:
    book, told = read(
        tmp_path, Goals=f"KPI | Target | Unit\nStock | {target} | score", Metrics="KPI | 2026-01\nStock | 20"
    )
    assert book.kpis["stock"].target is None
    assert [cell for _, cell in told if cell == "B2"] == ["B2"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        pytest.param(" | 5 | EUR", [("NAME_MISSING", "A3")], id="a target without a name"),
        pytest.param(" | | ", [], id="nothing"),
        pytest.param("Sales | | ", [], id="a heading of a section"),
        pytest.param("Total | 5 | EUR", [], id="a total is no KPI"),
        pytest.param("revenue | 5 | EUR", [("KPI_TWICE", "A3")], id="the same name, in other letters"),
        pytest.param("Net | 95,3,1 pct | EUR", [("NOT_A_TARGET", "B3")], id="a target that is no number"),
    ],
)
def test_rows_of_the_goals(tmp_path: Path, row: str, told: list[tuple[str, str]]) -> None:
    _, problems = read(tmp_path, Goals=f"KPI | Target | Unit\nRevenue | 1200 | EUR\n{row}\nMargin | 40% | %")
    assert [one for one in problems if one[1] in ("A3", "B3")] == told


@pytest.mark.parametrize(
    ("typed", "formats"),
    [
        ("", ("pdf",)), ("PDF", ("pdf",)), ("HTML", ("html",)), ("both", ("pdf", "html")),
        ("html, pdf", ("pdf", "html")), ("PDF+HTML", ("pdf", "html")), ("xlsx", ("xlsx",)),
        ("PDF and xlsx", ("pdf", "xlsx")), ("json", ("pdf",)),
    ],
)  # fmt: skip
def test_a_recipient_gets_the_formats_of_her_cell(typed: str, formats: tuple[str, ...], tmp_path: Path) -> None:
    book, _ = read(tmp_path, Recipients=f"Name | Email | Scope | Format\nLi | li@example.com | all | {typed}")
    assert [one.formats for one in book.recipients] == [formats]
