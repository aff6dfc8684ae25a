"""The marked copy: problems at their cells and on the first sheet, and nothing else changed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from kpireport import languages
from kpireport.cli import main
from kpireport.core.catalogue import marking
from kpireport.core.catalogue import sheets as problems
from kpireport.core.catalogue.figures import WEIGHT_SUM
from kpireport.core.diagnostics import Diagnostic, Severity, Where
from kpireport.core.messages import Message
from kpireport.excel import annotate as annotating
from kpireport.excel.annotate import OWN_PART
from kpireport.excel.mark import listing
from kpireport.excel.read import read_bytes
from tests.saying import said
from tests.workbooks import save

SAMPLES = Path(__file__).parents[1] / "sample_workbooks"
NAME = "book.xlsx"


def annotate(data: bytes, name: str, problems_told: Sequence[Diagnostic], *, language: str = "en") -> annotating.Marked:
    return annotating.annotate(data, name, problems_told, language=languages.load(language))


def told(cell: str, sheet: str = "Goals", kind: object = problems.NAME_MISSING, **details: object) -> Diagnostic:
    return kind.at(Where(NAME, sheet, cell), **details)  # type: ignore[attr-defined,no-any-return]


def plain(tmp_path: Path) -> bytes:
    return save(
        tmp_path / NAME, Goals="KPI | Target\nRevenue | 5%\nWait |", Notes="KPI | Text\nRevenue | '=1+1"
    ).read_bytes()


def marked(data: bytes, *problems_told: Diagnostic, language: str = "en") -> openpyxl.Workbook:
    made = annotate(data, NAME, problems_told, language=language)
    assert made.content is not None
    return openpyxl.load_workbook(BytesIO(made.content))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(data: bytes, **changes: tuple[str, str]) -> bytes:
    """Return a package with a text replaced in one part: ``sheet1=("<c", "<x:c")``."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts(data).items():
            before, after = changes.get(Path(name).stem, ("", ""))
            archive.writestr(name, content.replace(before.encode(), after.encode()) if before else content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("cell", "severity"),
    [
        pytest.param("B2", problems.NAME_MISSING, id="a cell with a format of its own"),
        pytest.param("B3", problems.NAME_MISSING, id="an empty cell in a row that is stored"),
        pytest.param("A9", problems.KPI_UNKNOWN, id="a cell in a row below all that are stored"),
        pytest.param("XFD1048576", problems.NAME_MISSING, id="the last cell that Excel has"),
        pytest.param("A2:B3", problems.NAME_MISSING, id="of a range the first"),
    ],
)
def test_a_cell_with_a_problem_has_a_fill_and_a_comment(tmp_path: Path, cell: str, severity: object) -> None:
    data = plain(tmp_path)
    one = told(cell, kind=severity, name="x", near="")
    book = marked(data, one)
    at = book["Goals"][cell.partition(":")[0]]
    assert at.fill.fgColor.rgb == ("FFFFEB9C" if one.severity is Severity.WARNING else "FFFFC7CE")
    assert at.comment.author == "kpireport"
    assert said(one.problem) in at.comment.text
    assert said(one.fix) in at.comment.text


def test_the_first_sheet_lists_all_problems_with_links(tmp_path: Path) -> None:
    book = marked(
        plain(tmp_path), told("B3"), told("A1", "Notes", problems.KPI_UNKNOWN, name="Sales", near=""), told("")
    )
    assert book.sheetnames == ["kpireport check", "Goals", "Notes"]
    assert book.active.title == "kpireport check"
    first = book["kpireport check"]
    rows = [[cell.value for cell in row] for row in first.iter_rows(min_row=7)]
    assert [(row[0], row[1], row[4]) for row in rows] == [
        ("error", "Goals!B3", "G104"),
        ("error", "Goals", "G104"),
        ("warning", "Notes!A1", "M101"),
    ]
    assert [first.cell(row, 2).hyperlink.location for row in (7, 8, 9)] == ["'Goals'!B3", "'Goals'!A1", "'Notes'!A1"]


def test_the_list_speaks_the_readers_language(tmp_path: Path) -> None:
    book = marked(plain(tmp_path), told("B3"), language="zh")
    assert book.sheetnames[0] == "kpireport 检查"
    assert book.worksheets[0]["C7"].value == said(problems.NAME_MISSING.at(Where()).problem, "zh")
    assert said(problems.NAME_MISSING.at(Where()).fix, "zh") in book["Goals"]["B3"].comment.text


def test_a_no_break_space_stays(tmp_path: Path) -> None:
    percent = Message("language.figures.percent", {"n": 7.5})
    book = marked(plain(tmp_path), told("B3", kind=WEIGHT_SUM, parent="Sales", sum=percent), language="de")
    assert "7,5\N{NO-BREAK SPACE}%" in book.worksheets[0]["C7"].value
    assert "7,5\N{NO-BREAK SPACE}%" in book["Goals"]["B3"].comment.text


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x")', "+1+1", "@SUM(A1)", "<b>&amp;</b>", "_x0041_", "a\x1bb", "'"]
)
def test_text_is_never_a_formula_or_markup(tmp_path: Path, text: str) -> None:
    one = told("B3", kind=problems.KPI_UNKNOWN, name=text, near="")
    cell = marked(plain(tmp_path), one).worksheets[0]["C7"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x005F_", "_") == said(one.problem)


def test_every_other_part_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(plain(tmp_path))
    book = openpyxl.load_workbook(path)
    chart = BarChart()
    chart.add_data(Reference(book["Goals"], min_col=2, min_row=1, max_row=3))
    book["Goals"].add_chart(chart, "D2")
    book.save(path)
    before = path.read_bytes()
    made = annotate(before, NAME, [told("B3")])
    assert made.content is not None
    changed = {name for name, content in parts(made.content).items() if parts(before).get(name) != content}
    assert changed == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels", "xl/kpireport-comments1.xml",
        "xl/drawings/kpireport1.vml", OWN_PART,
    }  # fmt: skip
    assert "xl/charts/chart1.xml" in parts(made.content)
    assert len(openpyxl.load_workbook(BytesIO(made.content))["Goals"]._charts) == 1


def test_a_comment_of_someone_else_is_kept(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(plain(tmp_path))
    book = openpyxl.load_workbook(path)
    book["Goals"]["B2"].comment = Comment("as agreed with Ana", "Bo")
    book.save(path)
    made = annotate(path.read_bytes(), NAME, [told("B2"), told("B3")])
    assert made.content is not None
    assert [d.kind for d in made.told] == [marking.COMMENT_KEPT]
    goals = openpyxl.load_workbook(BytesIO(made.content))["Goals"]
    assert goals["B2"].comment.text == "as agreed with Ana"
    assert goals["B2"].fill.fgColor.rgb == "FFFFC7CE"
    assert goals["B3"].comment.author == "kpireport"


def test_a_marked_copy_is_not_marked_again_and_its_list_is_not_read(tmp_path: Path) -> None:
    made = annotate(plain(tmp_path), NAME, [told("B3")])
    assert made.content is not None
    again = annotate(made.content, NAME, [told("B3")])
    assert again.content is None
    assert [d.kind for d in again.told] == [marking.MARKED_ALREADY]


def test_names_of_one_sheet_stay_with_it(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(plain(tmp_path))
    book = openpyxl.load_workbook(path)
    book["Notes"].print_title_rows = "1:1"
    book.save(path)
    assert marked(path.read_bytes(), told("B3"))["Notes"].print_title_rows == "$1:$1"


def test_a_workbook_with_macros_keeps_them_and_its_kind(tmp_path: Path) -> None:
    macros = ("spreadsheetml.sheet.main+xml", "MACRO")
    data = repacked(plain(tmp_path), **{"[Content_Types]": macros})
    data = repacked(data, **{"[Content_Types]": ("application/vnd.openxmlformats-officedocument.MACRO",
                                                 "application/vnd.ms-excel.sheet.macroEnabled.main+xml")})  # fmt: skip
    assert annotate(data, NAME, [told("B3")]).suffix == ".xlsm"


def test_elements_with_a_prefix_get_neighbours_with_the_same(tmp_path: Path) -> None:
    data = plain(tmp_path)
    sheet = parts(data)["xl/worksheets/sheet1.xml"].decode()
    prefixed = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", sheet).replace("xmlns=", "xmlns:x=")
    data = repacked(data, sheet1=(sheet, prefixed))
    made = annotate(data, NAME, [told("B2"), told("B3"), told("A9")])
    assert made.content is not None
    assert b'<x:c r="B3"' in parts(made.content)["xl/worksheets/sheet1.xml"]
    copy, _ = read_bytes(made.content, NAME)
    assert copy is not None


def test_only_so_many_cells_are_marked_and_all_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpireport.excel.annotate.MOST_CELLS", 2)
    made = annotate(plain(tmp_path), NAME, [told(f"B{row}") for row in range(2, 6)])
    assert made.content is not None
    book = openpyxl.load_workbook(BytesIO(made.content))
    assert [d.kind for d in made.told] == [marking.MARKED_IN_PART]
    assert sum(cell.comment is not None for row in book["Goals"].iter_rows() for cell in row) == 2
    assert book.worksheets[0].max_row == 10


@pytest.mark.parametrize("name", ["messy", "group", "group-zh", "charity"])
def test_the_command_writes_a_copy_and_leaves_the_workbook_alone(name: str, tmp_path: Path) -> None:
    source = SAMPLES / f"{name}.xlsx"
    before = source.read_bytes()
    args = ["check", str(source), "--annotate", "--out", str(tmp_path), "--today", "2026-11-09"]
    done = CliRunner().invoke(main, args)
    assert done.exit_code == (3 if name == "messy" else 0)
    asked = name == "messy"  # its reading waits for a person: the sheet to answer in comes first
    copy = tmp_path / f"{name}.{'reading' if asked else 'checked'}.xlsx"
    assert str(copy) in done.output
    assert source.read_bytes() == before
    ours, _ = read_bytes(copy.read_bytes(), "x")
    theirs, _ = read_bytes(before, "x")
    assert ours is not None
    assert theirs is not None
    assert ours.sheets[1 + asked :] == theirs.sheets
    assert ours.sheets[asked].name in listing.names()


def test_an_older_copy_is_replaced_unless_someone_worked_in_it(tmp_path: Path) -> None:
    args = [
        "check",
        str(SAMPLES / "messy.xlsx"),
        "--annotate",
        "--out",
        str(tmp_path),
        "--today",
        str(date(2026, 11, 9)),
    ]
    CliRunner().invoke(main, args)
    CliRunner().invoke(main, args)
    copy = tmp_path / "messy.reading.xlsx"
    assert [path.name for path in tmp_path.iterdir()] == [copy.name]
    openpyxl.load_workbook(copy).save(copy)
    kept = copy.read_bytes()
    done = CliRunner().invoke(main, args)
    assert copy.read_bytes() == kept
    assert (tmp_path / "messy.reading-2.xlsx").is_file()
    assert marking.COPY_KEPT.code in done.output


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xlsx")), ids=lambda path: path.stem)
def test_a_sample_can_be_marked(path: Path) -> None:
    check_marking(path)


def check_marking(path: Path) -> None:
    """Assert that a workbook which others made can be marked."""
    data = path.read_bytes()
    book, _ = read_bytes(data, NAME)
    assert book is not None
    some = [told("B2", sheet.name) for sheet in book.sheets[:3]] + [told("C40", book.sheets[0].name)]
    made = annotate(data, NAME, some)
    assert made.content is not None
    assert {d.kind for d in made.told} <= {marking.COMMENT_KEPT}
