"""The sheet Reading: put into the marked copy, filled in, dropped again, and taken by its hidden ids."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.worksheet.worksheet import Worksheet

from kpireport import facts, languages, readings
from kpireport.cli import main
from kpireport.core.reading import answer_sheet
from kpireport.excel.read import read
from tests import workbooks

SALES = """
Monthly figures
KPI      | Unit  | Jan 2026 | Feb 2026 | Mar 2026
Sales    | EUR k | 401      | 398      | 417
Material | EUR k | 512      | 488      | 530
Total    |       | 913      | 886      | 947
"""
YEARLESS = SALES.replace(" 2026", "")
ADD_UP = "add_up-10a820ec"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
HEADS = {"en": "Reading", "zh": "读取", "de": "Lesung"}


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, [*arguments, "--today", "2026-11-09"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def marked(folder: Path, table: str = SALES, tag: str = "en") -> Path:
    """Return the copy of a workbook with the sheet to answer in, written where the workbook lies."""
    workbook = workbooks.save(folder / "sales.xlsx", Figures=table)
    run("check", str(workbook), "--annotate", "--out", str(folder), "--language", tag)
    return folder / f"sales{languages.load(tag).say('confirming.sheet.suffix')}.xlsx"


def rows(sheet: Worksheet) -> dict[str, int]:
    """Return the numbers of the rows by what the hidden column says of them."""
    return {str(sheet.cell(n, 6).value): n for n in range(1, sheet.max_row + 1) if sheet.cell(n, 6).value}


def fill(path: Path, into: Path, filled: Mapping[str, str]) -> Path:
    """Fill the yellow cells as a person does, and save under another name. filled: by what the hidden column says.

    An answer is the id of its row: the sentence that stands there is chosen.
    """
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    found = rows(sheet)
    for what, value in filled.items():
        row = found[what]
        below = {k: n for n in range(row, sheet.max_row + 1) if (k := str(sheet.cell(n, 6).value))}
        own = next((n for n in range(row + 1, sheet.max_row + 1) if sheet.cell(n, 6).value == f"a.{value}"), None)
        assert sheet.cell(row, 5).protection.locked is False
        sheet.cell(row, 5).value = sheet.cell(own, 2).value if own is not None and f"a.{value}" in below else value
    book.save(into)
    return into


def store(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "readings" / "sales.toml").read_text("utf-8"))


@pytest.mark.parametrize("tag", ["en", "zh", "de"])
def test_the_marked_copy_has_the_sheet_first_with_a_list_in_each_cell(tmp_path: Path, tag: str) -> None:
    path = marked(tmp_path, YEARLESS, tag)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert book.sheetnames[0] == HEADS[tag]
    assert book.sheetnames[2:] == ["Figures"]
    assert sheet.protection.sheet
    assert sheet.column_dimensions["F"].hidden
    found = rows(sheet)
    questions = [what for what in found if what.startswith("q.")]
    assert [what.partition("-")[0] for what in questions] == ["q.year"]
    lists = {str(each.sqref): each for each in sheet.data_validations.dataValidation}
    for what in (*questions, "confirm"):
        row = found[what]
        assert sheet.cell(row, 5).fill.fgColor.rgb == "FFFFEB9C"
        first, last = lists[f"E{row}"].formula1.replace("=", "").replace("$B$", "").split(":")
        for number in range(int(first), int(last) + 1):
            assert sheet.cell(number, 2).value
            assert str(sheet.cell(number, 6).value).startswith("a.")
    words = languages.load(tag)
    counts = {"numbers": 9, "accounted": 9, "facts": 6}
    assert sheet["B4"].value == f"sales.xlsx: {words.say('questions.ask.balance', **counts)}"
    texts = [str(cell.value) for (cell,) in sheet.iter_rows(min_col=2, max_col=2) if cell.value]
    assert any(words.say("confirming.shown.waiting", n=6) in text for text in texts)


def test_the_other_parts_are_as_they_were_but_for_what_lists_them(tmp_path: Path) -> None:
    path = marked(tmp_path)
    with zipfile.ZipFile(tmp_path / "sales.xlsx") as before, zipfile.ZipFile(path) as after:
        listing = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
        same = [name for name in before.namelist() if name not in listing]
        assert same
        changed = [name for name in same if before.read(name) != after.read(name)]
    assert changed in ([], ["xl/worksheets/sheet1.xml"])  # it is no longer the one that is shown


def test_what_was_filled_in_counts_and_the_sheet_is_no_figures(tmp_path: Path) -> None:
    path = marked(tmp_path, YEARLESS)
    plain = facts.look(tmp_path / "sales.xlsx", {}, today=date(2026, 11, 9)).reading
    again = facts.look(path, {}, today=date(2026, 11, 9)).reading
    assert plain is not None
    assert again is not None
    assert (again.numbers, len(again.tables)) == (plain.numbers, len(plain.tables))
    (year,) = [question.id for question in plain.questions if question.kind == "year"]
    dropped = fill(path, path, {f"q.{year}": "2026", "confirm": "yes", "by": "M. Pichler"})
    done = run("confirm", str(dropped))
    assert "This is sales.xlsx with one answer." in done.output
    assert done.exit_code == 1, "with the year it can be asked how the months add up"
    kept = store(tmp_path)
    assert [(each["id"], each["value"]) for each in kept["answers"]] == [(year, "2026")]
    assert (kept["seen"]["by"], kept["workbook"]) == ("M. Pichler", "sales.xlsx")
    both = run("confirm", str(tmp_path / "sales.xlsx"), "--answer", f"{ADD_UP}=average")
    assert both.exit_code == 0, "both doors write the one store"


@pytest.mark.parametrize("tag", ["zh", "de"])
def test_the_language_of_the_sheet_does_not_matter(tmp_path: Path, tag: str) -> None:
    path = marked(tmp_path, tag=tag)
    dropped = fill(path, path, {f"q.{ADD_UP}": "last", "confirm": "yes", "by": "李"})
    assert run("confirm", str(dropped)).exit_code == 0
    assert [each["value"] for each in store(tmp_path)["answers"]] == ["last"]


def test_rows_may_be_put_in_and_the_sheet_renamed(tmp_path: Path) -> None:
    path = marked(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.protection.sheet = False
    sheet.title = "Answers"
    sheet.insert_rows(3, 2)
    book.save(path)
    fill(path, path, {f"q.{ADD_UP}": "sum", "confirm": "yes"})
    assert run("confirm", str(path)).exit_code == 0


def test_no_and_what_is_wrong_confirm_nothing(tmp_path: Path) -> None:
    path = marked(tmp_path)
    fill(path, path, {f"q.{ADD_UP}": "sum", "confirm": "yes", "wrong": "Material is a total", "by": "A. Berg"})
    assert run("confirm", str(path)).exit_code == 1
    seen = store(tmp_path)["seen"]
    assert (seen["wrong"], seen["wrong_by"]) == ("Material is a total", "A. Berg")
    fill(path, path, {"confirm": "no", "wrong": ""})
    assert run("confirm", str(path)).exit_code == 1
    assert store(tmp_path)["seen"]["wrong"] == "no"


def test_the_filled_copy_can_be_built_and_is_the_report_of_its_workbook(tmp_path: Path) -> None:
    path = fill(marked(tmp_path), tmp_path / "sales.reading.xlsx", {f"q.{ADD_UP}": "sum", "confirm": "yes", "by": "B"})
    built = run("build", str(path), "--out", str(tmp_path / "reports"), "--format", "html", "--no-state")
    assert built.exit_code == 0, built.output
    assert [each.name for each in (tmp_path / "reports").iterdir()] == ["sales.html"]
    assert store(tmp_path)["seen"]["by"] == "B"
    assert "has not been confirmed" not in (tmp_path / "reports" / "sales.html").read_text("utf-8")


def test_an_open_must_question_keeps_a_yes_from_counting(tmp_path: Path) -> None:
    path = marked(tmp_path, YEARLESS)
    fill(path, path, {"confirm": "yes", "by": "A. Berg"})
    assert run("confirm", str(path)).exit_code == 1
    assert "on" not in store(tmp_path)["seen"]


def test_the_same_sheet_is_taken_once_and_two_doors_that_disagree_are_asked_again(tmp_path: Path) -> None:
    path = marked(tmp_path)
    fill(path, path, {f"q.{ADD_UP}": "sum", "confirm": "yes", "by": "A. Berg"})
    assert run("confirm", str(path)).exit_code == 0
    run("confirm", str(tmp_path / "sales.xlsx"), "--answer", f"{ADD_UP}=average", "--yes", "--by", "B")
    assert run("confirm", str(path)).exit_code == 0, "a sheet that was taken says nothing new"
    assert [each["value"] for each in store(tmp_path)["answers"]] == ["average"]
    fill(path, path, {f"q.{ADD_UP}": "last"})
    asked = run("confirm", str(path))
    assert asked.exit_code == 1
    assert "is 'average' in the store and 'last' in Reading!E" in " ".join(asked.output.split())
    assert "answers" not in store(tmp_path)


def test_a_typed_answer_that_is_none_of_the_list(tmp_path: Path) -> None:
    path = marked(tmp_path, YEARLESS)
    (year,) = [what for what in rows(openpyxl.load_workbook(path).worksheets[0]) if what.startswith("q.year")]
    fill(path, path, {year: "2024"})
    run("confirm", str(path))
    assert [each["value"] for each in store(tmp_path)["answers"]] == ["2024"]


def test_a_workbook_in_our_layout_gets_no_sheet(tmp_path: Path) -> None:
    sample = Path(__file__).parents[1] / "sample_workbooks" / "minimal.xlsx"
    run("check", str(sample), "--annotate", "--out", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["minimal.checked.xlsx"]


def test_a_sheet_of_the_users_own_with_that_name_stays(tmp_path: Path) -> None:
    workbook = workbooks.save(tmp_path / "sales.xlsx", Figures=SALES, Reading="A | B\nx | 3")
    run("check", str(workbook), "--annotate", "--out", str(tmp_path))
    book = openpyxl.load_workbook(tmp_path / "sales.reading.xlsx")
    assert book.sheetnames == ["Reading (2)", "kpireport check", "Figures", "Reading"]


@pytest.mark.parametrize("name", ["sales.reading.xlsx", "sales.读取.xlsx", "sales.lesung.xlsx", "SALES.READING.xlsx"])
def test_the_copy_is_known_by_the_name_of_its_workbook(name: str) -> None:
    assert readings.own_stem(Path(name)).casefold() == "sales"
    assert readings.own_stem(Path(".reading.xlsx")) == ".reading"


def test_hostile_cells_of_the_sheet_break_nothing(tmp_path: Path) -> None:
    path = marked(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    found = rows(sheet)
    sheet.cell(found["by"], 5).value = '=HYPERLINK("http://example.com")'
    sheet.cell(found[f"q.{ADD_UP}"], 5).value = 12.5
    sheet.cell(found["confirm"], 5).value = "\u202egnol" * 400
    sheet.cell(3, 6).value = "q."
    book.save(path)
    assert run("confirm", str(path)).exit_code == 1
    assert "on" not in store(tmp_path).get("seen", {})


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_fills_and_keeps_the_sheet(tmp_path: Path) -> None:
    path = fill(marked(tmp_path), tmp_path / "filled.xlsx", {f"q.{ADD_UP}": "sum", "confirm": "yes", "by": "A. Berg"})
    out = tmp_path / "office"
    subprocess.run(
        [str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(out), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    workbook, problems = read(out / "filled.xlsx")
    assert workbook is not None, problems
    assert workbook.form is not None
    filled = answer_sheet.filled_in(workbook.form)
    assert (filled.answers, filled.confirmed, filled.by) == ({ADD_UP: "sum"}, True, "A. Berg")
