"""check --facts: every number is accounted for once, the JSON is as its page says, and every answer can be given."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpireport import facts, languages, manual, readings
from kpireport.cli import main
from kpireport.core.workbook import Cell, Sheet, Visibility, Workbook
from kpireport.excel.read import read
from kpireport.readings import KeptAnswer, ReadingStore
from kpireport.render import facts_json
from tests.test_protected import PASSWORD, cell, locked, ods, row
from tests.workbooks import save

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SAMPLES = sorted((Path(__file__).parents[1] / "sample_workbooks").glob("*.xlsx"))
TODAY = date(2026, 11, 9)
ENGLISH = languages.load("en")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
DRAWN: dict[str, dict[str, str]] = {
    "months without a year": {
        "Costs": """
            KPI | Jan | Feb | Mar | Total
            Rent | 900 | 910 | 920 | 2730
            Energy | 88 | 91 | 70 | 249
            Total | 988 | 1001 | 990 | 2979
            """,
    },
    "two sheets that disagree": {
        "North": """
            KPI | 2026-01 | 2026-02 | 2026-03
            Orders | 410 | 420 | 433
            Returns | 21 | 25 | 17
            """,
        "South": """
            KPI | 2026-01 | 2026-02 | 2026-03
            Orders | 310 | 325 | 349
            Returns | 11 | 15 | 19
            """,
    },
    "transactions with two dates": {
        "List": """
            No | Ordered | Paid | Customer | Amount
            1 | @2026-01-05 | @2026-02-07 | Berg | 120
            2 | @2026-01-19 | @2026-02-01 | Lund | 84
            3 | @2026-02-11 | @2026-03-09 | Berg | 97
            4 | @2026-03-02 | @2026-04-22 | Holm | 230
            5 | @2026-03-28 | @2026-04-29 | Lund | 41
            """,
    },
    "figures without a period": {
        "Stand": """
            Measure | Plan | Actual
            Complaints | 20 | 26
            Availability | 98.5% | 97.1%
            """,
    },
    "a name that stands twice, a title that says nothing": {
        "Plan": """
            Budget 2026
            Line | Jan | Feb | Mar | X9
            Tax | 21 | 22 | 23 | 7
            Tax | 940 | 950 | 990 | 5
            Staff | 12 | 12 | 13 | 8
            """,
    },
    "a statement with subtotals and a share": {
        "P&L": """
            Group 2025
            EUR k | Q1 | Q2 | Q3 | Q4 | FY
            Revenue | 500 | 520 | 510 | 560 | 2090
            Materials | 200 | 214 | 207 | 230 | 851
            Staff | 150 | 152 | 153 | 158 | 613
            Costs | 350 | 366 | 360 | 388 | 1464
            Profit | 150 | 154 | 150 | 172 | 626
            Margin | 30% | 29.6% | 29.4% | 30.7% | 30%
            """,
    },
    "actual and budget of each month, and their sums so far": {
        "Sales": """
            | 2026-01 | | 2026-02 | | YTD |
            Region | Actual | Budget | Actual | Budget | Actual | Budget
            North | 12.5 | 12 | 13.1 | 12.5 | 25.6 | 24.5
            South | 9.25 | 10 | 9.75 | 10 | 19 | 20
            All | 21.75 | 22 | 22.85 | 22.5 | 44.6 | 44.5
            """,
    },
    "two tables over each other, in German": {
        "Blatt": """
            Umsatz 2025
            Filiale | Jän | Feb | Mär
            Linz | 41 | 43 | 47
            Graz | 38 | 36 | 35
            |
            Reklamationen 2025
            Filiale | Jän | Feb | Mär
            Linz | 4 | 3 | 6
            Graz | 2 | 5 | 1
            """,
    },
    "a copy of a sheet, with one figure changed": {
        "2026": """
            KPI | Jan | Feb | Mar | Apr
            Calls | 1410 | 1420 | 1433 | 1399
            Visits | 221 | 225 | 217 | 240
            Offers | 57 | 61 | 49 | 66
            """,
        "2026 (2)": """
            KPI | Jan | Feb | Mar | Apr
            Calls | 1410 | 1420 | 1433 | 1399
            Visits | 221 | 225 | 271 | 240
            Offers | 57 | 61 | 49 | 66
            """,
    },
    "days with a running balance": {
        "Cash": """
            Date | Text | In | Out | Balance
            @2026-01-02 | Opening | 1000 | | 1000
            @2026-01-09 | Rent | | 900 | 100
            @2026-02-03 | Fees | 450 | | 550
            @2026-02-17 | Paper | | 25 | 525
            @2026-03-06 | Fees | 480 | | 1005
            | Total | 1930 | 925 |
            """,
    },
    "numbers typed as text, words for nothing, codes": {
        "Liste": """
            Code | Name | 2024 | 2025 | 2026
            4000 | Travel | '1.200 | '1.350 | n/a
            4010 | Training | '900 | -- | '880
            4020 | Phone | 310 | 305 | 299
            """,
    },
    "nothing but numbers": {"Data": "3 | 1 | 4\n1 | 5 | 9\n2 | 6 | 5"},
}


def find(workbook: Workbook, answers: dict[str, str] | None = None) -> dict[str, Any]:
    reading = facts.read(workbook, answers or {}, TODAY)
    return facts_json.document(workbook, reading, (), language=ENGLISH)


def drawn(folder: Path, name: str) -> Workbook:
    workbook, told = read(save(folder / "book.xlsx", **DRAWN[name]))
    assert told == ()
    assert workbook is not None
    return workbook


def schema() -> dict[str, Any]:
    page = manual.page("facts")
    assert page is not None
    (shown,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    return dict(json.loads(shown))


def cells(reference: str) -> Iterator[tuple[str, int, int]]:
    """Yield the cells of ``Sheet!B3:M20``."""
    sheet, _, area = reference.rpartition("!")
    corners = [re.fullmatch(r"([A-Z]+)(\d+)", corner) for corner in area.split(":")]
    rows = [int(corner[2]) for corner in corners if corner]
    columns = [_number(corner[1]) for corner in corners if corner]
    for line in range(rows[0], rows[-1] + 1):
        for column in range(columns[0], columns[-1] + 1):
            yield sheet, line, column


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def conserved(workbook: Workbook, document: dict[str, Any]) -> None:
    """Hold the account against the cells themselves: each number once, and figures where the account says so."""
    account = [(cell, entry["class"]) for entry in document["account"] for cell in cells(entry["range"])]
    accounted = dict(account)
    assert len(accounted) == len(account)
    typed = {
        (sheet.name, cell.row, cell.column)
        for sheet in workbook.sheets
        for cell in sheet.cells()
        if isinstance(cell.value, float)
    }
    assert typed <= accounted.keys()
    assert document["balance"]["numbers"] == document["balance"]["accounted"] == len(accounted)
    of_figures = [
        cell for fact in document["facts"] for place in (fact.get("cells") or [fact["cell"]]) for cell in cells(place)
    ]
    assert sorted(of_figures) == sorted(cell for cell, what in account if what in facts_json.READ)


def what_waits_is_asked(document: dict[str, Any]) -> None:
    asked = {question["id"] for question in document["questions"] if question["grade"] == "must"}
    assert {number for fact in document["facts"] for number in fact["pending"]} <= asked


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_number_of_a_sample_is_accounted_for(path: Path) -> None:
    workbook, _ = read(path)
    assert workbook is not None
    document = find(workbook)
    conserved(workbook, document)
    what_waits_is_asked(document)
    jsonschema.validate(document, schema())
    assert document["facts"]


@pytest.mark.parametrize("name", DRAWN)
def test_every_number_of_a_drawn_workbook_is_accounted_for(name: str, tmp_path: Path) -> None:
    workbook = drawn(tmp_path, name)
    document = find(workbook)
    conserved(workbook, document)
    what_waits_is_asked(document)
    jsonschema.validate(document, schema())
    assert document["balance"]["numbers"]


@pytest.mark.parametrize("name", DRAWN)
def test_each_alternative_of_each_question_can_be_answered(name: str, tmp_path: Path) -> None:
    workbook = drawn(tmp_path, name)
    for question in find(workbook)["questions"]:
        for alternative in question["alternatives"]:
            answered = find(workbook, {question["id"]: alternative["id"]})
            conserved(workbook, answered)
            assert question["id"] not in {each["id"] for each in answered["questions"]}
            assert question["id"] not in {number for fact in answered["facts"] for number in fact["pending"]}


@pytest.mark.parametrize("name", DRAWN)
def test_whatever_is_answered_the_account_balances(name: str, tmp_path: Path) -> None:
    workbook = drawn(tmp_path, name)
    asked = [question["id"] for question in find(workbook)["questions"]]
    for answer in ("2026", "2026-03", "anything", "-1", "leave-out"):
        conserved(workbook, find(workbook, dict.fromkeys(asked, answer)))


words = st.sampled_from(
    [
        "KPI",
        "Jan",
        "Feb",
        "Mar",
        "2025",
        "Total",
        "Plan",
        "Actual",
        "Revenue",
        "Cost",
        "North",
        "Unit",
        "Date",
        "%",
        "x",
    ]
)
numbers = st.one_of(
    st.integers(-50, 50).map(float), st.sampled_from([2024.0, 2025.0, 46023.0, 0.5, 1e9, 1.0, 2.0, 3.0])
)
days = st.dates(date(2024, 1, 1), date(2026, 12, 31)).map(lambda day: datetime(day.year, day.month, day.day))  # noqa: DTZ001 - Excel's dates have no zone
grids = st.lists(st.lists(st.one_of(st.none(), st.none(), words, numbers, numbers, days), max_size=7), max_size=9)


def sheet(name: str, rows: Sequence[Sequence[object]], *, hidden: bool) -> Sheet:
    drawn = {
        row: tuple(
            Cell(row, column, value, "yyyy-mm-dd" if isinstance(value, datetime) else "General")  # type: ignore[arg-type]
            for column, value in enumerate(each, start=1)
            if value is not None
        )
        for row, each in enumerate(rows, start=1)
    }
    seen = Visibility.HIDDEN if hidden else Visibility.VISIBLE
    return Sheet("a.xlsx", name, {row: each for row, each in drawn.items() if each}, seen)


@given(st.tuples(grids, grids, grids), st.booleans(), st.sampled_from(["a.xlsx", "Budget 2025.xlsx"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_number_of_any_grid_is_accounted_for(grids: Sequence[Any], hidden: bool, file: str) -> None:
    sheets = tuple(
        sheet(name, rows, hidden=hidden and name == "2025")
        for name, rows in zip(("Sheet1", "2025", "It's!"), grids, strict=True)
    )
    workbook = Workbook(file, "0" * 64, sheets, datetime(2026, 1, 31, tzinfo=UTC))
    document = find(workbook)
    conserved(workbook, document)
    what_waits_is_asked(document)
    for question in document["questions"][:2]:
        for alternative in question["alternatives"][:2]:
            conserved(workbook, find(workbook, {question["id"]: alternative["id"]}))


@given(st.sets(st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_ranges_cover_each_cell_once(places: set[tuple[int, int]]) -> None:
    areas = facts_json.rectangles(places)
    covered = [
        (row, column)
        for top, left, bottom, right in areas
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    ]
    assert sorted(covered) == sorted(places)


def test_a_block_is_one_range() -> None:
    assert facts_json.rectangles((row, column) for row in (2, 3, 4) for column in (2, 3)) == [(2, 2, 4, 3)]
    assert facts_json.a1((2, 2, 4, 27)) == "B2:AA4"
    assert facts_json.a1((7, 3, 7, 3)) == "C7"


def test_a_number_that_is_lost_is_an_error(tmp_path: Path) -> None:
    workbook = drawn(tmp_path, "nothing but numbers")
    reading = facts.read(workbook, {}, TODAY)
    reading.account.pop(next(iter(reading.account)))
    with pytest.raises(facts_json.UnbalancedError):
        facts_json.balance(reading)


def test_a_figure_that_is_accounted_for_as_something_else_is_an_error(tmp_path: Path) -> None:
    workbook = drawn(tmp_path, "two sheets that disagree")
    reading = facts.read(workbook, {}, TODAY)
    figure = reading.facts[0]
    place = figure.table.sheet, figure.tokens[0].row, figure.tokens[0].column
    reading.account[place] = replace(reading.account[place], what="total")
    with pytest.raises(facts_json.UnbalancedError):
        facts_json.balance(reading)


# -- the command ------------------------------------------------------------------------------------------------------


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["check", *map(str, arguments), "--today", TODAY.isoformat()])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_an_answer_fills_the_year_and_the_question_is_gone(tmp_path: Path) -> None:
    book = save(tmp_path / "costs.xlsx", **DRAWN["months without a year"])
    code, out = run(book, "--facts", "--format", "json")
    asked = json.loads(out)
    (year,) = [question for question in asked["questions"] if question["kind"] == "year"]
    assert code == 1
    assert {fact["period"] for fact in asked["facts"]} == {""}
    (tmp_path / "a.json").write_text(json.dumps({year["id"]: "2025", "year-00000000": "1999"}), "utf-8")
    code, out = run(book, "--facts", "--format", "json", "--answers", tmp_path / "a.json")
    answered = json.loads(out)
    assert code == 0
    assert {fact["period"] for fact in answered["facts"]} == {"2025-01", "2025-02", "2025-03"}
    assert "year" not in {question["kind"] for question in answered["questions"]}
    assert answered["unused"] == ["year-00000000"]
    rent = next(fact for fact in answered["facts"] if fact["cell"] == "Costs!B2")
    assert (rent["name"], rent["period"], rent["series"], rent["value"]) == ("Rent", "2025-01", "actual", 900)
    assert [entry["range"] for entry in answered["account"] if entry["class"] == "fact"] == ["Costs!B2:D3"]


def test_kept_answers_are_used_unless_a_file_is_named(tmp_path: Path) -> None:
    book = save(tmp_path / "costs.xlsx", **DRAWN["months without a year"])
    (year,) = [q for q in json.loads(run(book, "--facts", "--format", "json")[1])["questions"] if q["kind"] == "year"]
    kept = ReadingStore("costs.xlsx", {year["id"]: KeptAnswer(year["id"], "2024")})
    readings.write(readings.place(book), kept)
    assert json.loads(run(book, "--facts", "--format", "json")[1])["facts"][0]["period"] == "2024-01"
    other = readings.write(tmp_path / "other.toml", ReadingStore("", {year["id"]: KeptAnswer(year["id"], "2023")}))
    _, out = run(book, "--facts", "--format", "json", "--answers", other)
    assert json.loads(out)["facts"][0]["period"] == "2023-01"
    (tmp_path / "none.json").write_text("{}", "utf-8")
    _, out = run(book, "--facts", "--format", "json", "--answers", tmp_path / "none.json")
    assert json.loads(out)["facts"][0]["period"] == ""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_questions_are_listed_with_the_answer_to_type(language: str, tmp_path: Path) -> None:
    book = save(tmp_path / "costs.xlsx", **DRAWN["months without a year"])
    questions = json.loads(run(book, "--facts", "--format", "json")[1])["questions"]
    code, out = run(book, "--facts", "--language", language)
    assert code == 1
    typed = "".join(line.strip() + "\n" for line in out.splitlines() if line.startswith("     "))
    assert all(f'id = "{question["id"]}"' in typed for question in questions)
    answers = re.findall(r'\[\[answers\]\]\nid = "[^"]+"\nvalue = "[^"]*"\n', typed)
    (tmp_path / "a.toml").write_text("\n".join(answers), "utf-8")
    assert readings.given(tmp_path / "a.toml")[0].keys() == {question["id"] for question in questions}


def test_several_workbooks_are_one_document(tmp_path: Path) -> None:
    books = [save(tmp_path / f"{n}.xlsx", **DRAWN["nothing but numbers"]) for n in range(2)]
    code, out = run(*books, "--facts", "--format", "json")
    each = json.loads(out)["workbooks"]
    assert code == 1
    assert [document["workbook"] for document in each] == ["0.xlsx", "1.xlsx"]
    for document in each:
        jsonschema.validate(document, schema())


def test_any_file_that_check_opens_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = row(
        cell("string", "KPI", "KPI"), cell("string", "2026-01", "2026-01"), cell("string", "2026-02", "2026-02")
    )
    table += row(cell("string", "Rent", "Rent"), cell("float", "900"), cell("float", "910"))
    (tmp_path / "book.ods").write_bytes(ods(table))
    document = json.loads(run(tmp_path / "book.ods", "--facts", "--format", "json")[1])
    assert [(fact["cell"], fact["period"]) for fact in document["facts"]] == [
        ("Data!B2", "2026-01"),
        ("Data!C2", "2026-02"),
    ]
    assert [problem["name"] for problem in document["diagnostics"]] == ["OTHER_FORMAT"]
    monkeypatch.setenv("KPI_PASSWORD", PASSWORD)
    _, out = run(locked(tmp_path), "--facts", "--format", "json", "--password-env", "KPI_PASSWORD")
    assert "Metrics!B2" in {fact.get("cell") for fact in json.loads(out)["facts"]}


def test_the_data_are_ascii_whatever_the_workbook_says(tmp_path: Path) -> None:
    book = save(tmp_path / "a.xlsx", **DRAWN["two tables over each other, in German"])
    code, out = run(book, "--facts", "--format", "json", "--language", "zh")
    assert out.isascii()
    assert code in (0, 1)


def test_a_file_that_is_no_workbook_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK no zip")
    code, out = run(tmp_path / "a.xlsx", "--facts", "--format", "json")
    document = json.loads(out)
    assert run(tmp_path / "a.xlsx", "--facts")[0] == 3
    jsonschema.validate(document, schema())
    assert code == 3
    assert document["diagnostics"]
    assert document["balance"] == {"numbers": 0, "accounted": 0, "classes": {}}


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        pytest.param("[[answers]\n", 78, id="answers that are no TOML"),
        pytest.param(None, 2, id="answers that are not there"),
    ],
)
def test_wrong_answers_end_the_command(answers: str | None, code: int, tmp_path: Path) -> None:
    book = save(tmp_path / "a.xlsx", **DRAWN["nothing but numbers"])
    if answers is not None:
        (tmp_path / "a.toml").write_text(answers, "utf-8")
    assert run(book, "--facts", "--answers", tmp_path / "a.toml")[0] == code


def test_answers_go_with_facts(tmp_path: Path) -> None:
    book = save(tmp_path / "a.xlsx", **DRAWN["nothing but numbers"])
    (tmp_path / "a.json").write_text("{}", "utf-8")
    assert run(book, "--answers", tmp_path / "a.json")[0] == 2
    assert run(book, book, "--facts", "--answers", tmp_path / "a.json")[0] == 2


def test_the_data_have_no_number_that_is_none(tmp_path: Path) -> None:
    document = find(drawn(tmp_path, "two sheets that disagree"))
    assert all(math.isfinite(fact["value"]) for fact in document["facts"])
