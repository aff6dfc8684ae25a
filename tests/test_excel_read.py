"""What is read from a workbook, cell by cell."""

from __future__ import annotations

import datetime as dt
import gc
import re
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.worksheet.formula import ArrayFormula

from kpireport.core.catalogue import files, kinds, reading
from kpireport.core.diagnostics import Diagnostic, Problem, Severity
from kpireport.core.workbook import Cell, Sheet, Visibility, Workbook
from kpireport.excel.limits import LIMITS
from kpireport.excel.read import read, read_bytes
from tests.handmade import MAIN, STRICT, packed, parts, relations, row, workbook, worksheet
from tests.saying import said

if TYPE_CHECKING:
    from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
JANUARY = dt.datetime.fromisoformat("2025-01-31")


def understood(data: bytes) -> Workbook:
    """Return the workbook, which must have no problem."""
    book, problems = read_bytes(data, "x.xlsx")
    assert problems == ()
    assert book is not None
    return book


def only(data: bytes) -> Sheet:
    (sheet,) = understood(data).sheets
    return sheet


def found(cells: str, **more: Any) -> tuple[list[Cell], list[tuple[Problem, str]]]:
    """Return the cells and problems of a sheet with one row 1 of ``cells``."""
    book, problems = read_bytes(workbook(worksheet(row(cells)), **more), "x.xlsx")
    assert book is not None
    return list(book.sheets[0].cells()), [(p.kind, p.where.address) for p in problems]


def saved(book: openpyxl.Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("xml", "cell"),
    [
        pytest.param('<c r="A1"><v>12</v></c>', Cell(1, 1, 12.0), id="a number"),
        pytest.param('<c r="A1" t="n"><v> -1.5E-3 </v></c>', Cell(1, 1, -0.0015), id="a number with blanks around"),
        pytest.param('<c r="A1" t=""><v>12</v></c>', Cell(1, 1, 12.0), id="an empty type is a number"),
        pytest.param('<c r="A1" s=""><v>12</v></c>', Cell(1, 1, 12.0), id="an empty style is the first"),
        pytest.param('<c r="A1" s="2"><v>95</v></c>', Cell(1, 1, 95.0, '0"%"'), id="a format of the workbook"),
        pytest.param('<c r="A1" s="3"><v>0.95</v></c>', Cell(1, 1, 0.95, "0.00%"), id="a format of Excel"),
        pytest.param('<c r="A1" s="1"><v>45688</v></c>', Cell(1, 1, JANUARY, "yyyy\\-mm\\-dd"), id="a date"),
        pytest.param('<c r="A1" s="1"><v>60</v></c>', Cell(1, 1, 60.0, "yyyy\\-mm\\-dd"), id="a day that never was"),
        pytest.param('<c r="A1" s="1"><v>-5</v></c>', Cell(1, 1, -5.0, "yyyy\\-mm\\-dd"), id="a negative day"),
        pytest.param(
            '<c r="A1" s="4"><v>12</v></c>', Cell(1, 1, 12.0, "[>=10000]yyyy;0"), id="a format that is a date for some"
        ),
        pytest.param(
            '<c r="A1" s="4"><v>45688</v></c>', Cell(1, 1, JANUARY, "[>=10000]yyyy;0"), id="and here it is a date"
        ),
        pytest.param('<c r="A1" t="d"><v>2025-01-31</v></c>', Cell(1, 1, JANUARY), id="a day as text of a date"),
        pytest.param('<c r="A1" t="d"><v>2025-01-31T00:00:00.4Z</v></c>', Cell(1, 1, JANUARY), id="and with a time"),
        pytest.param('<c r="A1" t="b"><v>1</v></c>', Cell(1, 1, True), id="TRUE"),
        pytest.param('<c r="A1" t="b"><v>false</v></c>', Cell(1, 1, False), id="FALSE in words"),
        pytest.param('<c r="A1" t="e"><v>#DIV/0!</v></c>', Cell(1, 1, None, error="#DIV/0!"), id="an error"),
        pytest.param('<c r="A1" t="e"/>', None, id="an error without a name is nothing"),
        pytest.param('<c r="A1" t="e"><v/></c>', Cell(1, 1, None, error="#ERROR!"), id="an error with an empty name"),
        pytest.param('<c r="A1" t="s"><v>0</v></c>', Cell(1, 1, "plain"), id="a shared text"),
        pytest.param('<c r="A1" t="s"><v>1</v></c>', Cell(1, 1, "東京 sales"), id="rich text, reading aid left out"),
        pytest.param('<c r="A1" t="s"><v>2</v></c>', None, id="an empty text is an empty cell"),
        pytest.param('<c r="A1" t="s"><v>3</v></c>', Cell(1, 1, "a\r\nb _x000D_ \x1b"), id="escaped characters"),
        pytest.param('<c r="A1" t="s"><v>4</v></c>', Cell(1, 1, "\U0001f600 \ufffd"), id="halves of a character"),
        pytest.param(
            '<c r="A1" t="str"><f>A2</f><v>text</v></c>', Cell(1, 1, "text", formula=True), id="text of a formula"
        ),
        pytest.param(
            '<c r="A1" t="str"><f>A2</f><v></v></c>', Cell(1, 1, "", formula=True), id="a formula that gives no text"
        ),
        pytest.param('<c r="A1"><f>A2</f><v>3</v></c>', Cell(1, 1, 3.0, formula=True), id="a formula"),
        pytest.param('<c r="A1"><f>A2</f></c>', Cell(1, 1, None, formula=True), id="a formula without a saved result"),
        pytest.param('<c r="A1"><f>A2</f><v/></c>', Cell(1, 1, None, formula=True), id="or with an empty one"),
        pytest.param(
            '<c r="A1"><f t="shared" si="0"/><v>3</v></c>', Cell(1, 1, 3.0, formula=True), id="a shared formula"
        ),
        pytest.param(
            '<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
            Cell(1, 1, None, formula=True, error="#DIV/0!"),
            id="its error",
        ),
        pytest.param('<c r="A1" t="inlineStr"><is><t>a</t></is></c>', Cell(1, 1, "a"), id="text in the cell"),
        pytest.param(
            '<c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t>a</t></r><r><t xml:space="preserve"> b</t></r>'
            '<rPh sb="0" eb="1"><t>no</t></rPh><phoneticPr fontId="1"/></is></c>',
            Cell(1, 1, "a b"),
            id="rich text in the cell",
        ),
        pytest.param('<c r="A1"><v>1<!-- note -->2</v></c>', Cell(1, 1, 12.0), id="a comment inside of a number"),
        pytest.param('<c r="A1"><v><![CDATA[12]]></v></c>', Cell(1, 1, 12.0), id="a number as character data"),
        pytest.param(
            '<c r="A1">\n <v>12</v>\n <extLst><ext><v>7</v></ext></extLst></c>', Cell(1, 1, 12.0), id="extensions"
        ),
        pytest.param('<c r="A1"/>', None, id="nothing"),
        pytest.param('<c r="A1" s="3"/>', None, id="nothing but a style"),
        pytest.param('<c r="A1"><v/></c>', None, id="an empty value"),
        pytest.param("<c><v>1</v></c>", Cell(1, 1, 1.0), id="without an address the first"),
        pytest.param('<c r="C1"/><c><v>1</v></c>', Cell(1, 4, 1.0), id="without an address the next"),
        pytest.param('<c r="XFD1"><v>1</v></c>', Cell(1, 16_384, 1.0), id="the last column"),
        pytest.param('<c r="b1"><v>1</v></c>', Cell(1, 2, 1.0), id="a small letter"),
    ],
)
def test_a_cell_is_read(xml: str, cell: Cell | None) -> None:
    strings = (
        "<si><t>plain</t></si><si><r><t>東京</t></r><r><rPr/><t> sales</t></r><rPh><t>とうきょう</t></rPh></si><si/>"
        "<si><t>a_x000D_\nb _x005F_x000D_ _x001B_</t></si><si><t>_xD83D__xDE00_ _xD83D_</t></si>"
    )
    assert found(xml, strings=strings) == ([] if cell is None else [cell], [])


@pytest.mark.parametrize(
    ("xml", "kind", "place"),
    [
        *(
            pytest.param(f'<c r="B1"><v>{text}</v></c>', reading.NUMBER_UNREADABLE, "S1!B1", id=f"number {text}")
            for text in (
                "1e999",
                "-1e999",
                "NaN",
                "INF",
                "-inf",
                "12,5",
                "1_000",
                "٣",
                "１２",
                "0x10",
                "1 2",
                "9" * 400,
            )
        ),
        pytest.param(
            '<c r="B1" t="b"><v>maybe</v></c>', reading.LOGICAL_UNREADABLE, "S1!B1", id="neither true nor false"
        ),
        pytest.param('<c r="B1" t="d"><v>2025-02-30</v></c>', reading.DATE_UNREADABLE, "S1!B1", id="no date"),
        pytest.param('<c r="B1" t="q"><v>1</v></c>', reading.CELL_TYPE_UNKNOWN, "S1!B1", id="unknown type"),
        *(
            pytest.param(f'<c r="B1" t="s"><v>{index}</v></c>', reading.TEXT_MISSING, "S1!B1", id=f"text {index!r}")
            for index in ("1", "-1", "", "x", "9" * 30, "9" * 5_000)
        ),
        *(
            pytest.param(f'<c r="{ref}"><v>1</v></c>', reading.CELL_PLACE, "S1", id=f"address {ref!r}")
            for ref in (
                "A0",
                "1A",
                "",
                "A-1",
                "$B$1",
                "A1:B2",
                "R1C1",
                "A1 ",
                "A2",
                "XFE1",
                "AAAA1",
                "A１",
                "ZZZZ99999999",
                "1",
            )
        ),
    ],
)
def test_what_cannot_be_read_is_told_and_has_no_value(xml: str, kind: Problem, place: str) -> None:
    cells, problems = found(f'{xml}<c r="C1"><v>7</v></c>', strings="<si><t>a</t></si>")
    assert cells == [Cell(1, 3, 7.0)]
    assert problems == [(kind, place)]
    assert kind.severity is Severity.ERROR


def test_a_style_that_the_workbook_does_not_have_is_a_warning() -> None:
    assert found('<c r="A1" s="77"><v>1</v></c>') == ([Cell(1, 1, 1.0)], [(reading.STYLE_UNKNOWN, "S1")])


def test_rows_and_cells_may_stand_in_any_order_but_not_twice() -> None:
    rows = (
        row('<c r="B3"><v>3</v></c><c r="A3"><v>2</v></c>', 3)
        + row('<c r="A1"><v>1</v></c>', 1)
        + row('<c r="C3"><v>4</v></c><c r="A3"><v>9</v></c>', 3)
    )
    book, problems = read_bytes(workbook(worksheet(rows)), "x")
    assert book is not None
    assert list(book.sheets[0].rows) == [1, 3]
    assert list(book.sheets[0].cells()) == [Cell(1, 1, 1.0), Cell(3, 1, 2.0), Cell(3, 2, 3.0), Cell(3, 3, 4.0)]
    assert [(p.kind, p.where.address) for p in problems] == [(reading.CELL_TWICE, "S1!A3")]


def test_rows_without_numbers_follow_each_other() -> None:
    sheet = only(workbook(worksheet("<row><c><v>1</v></c></row><row/><row><c><v>2</v></c></row>")))
    assert list(sheet.cells()) == [Cell(1, 1, 1.0), Cell(3, 1, 2.0)]


def test_many_problems_of_one_kind_are_counted() -> None:
    _, problems = found("".join(f'<c r="{chr(65 + at)}1"><v>x</v></c>' for at in range(25)))
    assert [kind for kind, _ in problems] == [reading.NUMBER_UNREADABLE] * 10 + [reading.MORE_CELLS]
    _, told = read_bytes(workbook(worksheet(row('<c r="A0"/>' * 25))), "x")
    assert told[-1].details == {"count": 15, "code": "C002"}


def test_hidden_and_merged() -> None:
    sheet = only(
        workbook(
            worksheet(
                '<row r="2" hidden="1"/><row r="3" hidden="0"/><row r="4" ht="0"/><row r="5" hidden="true"/>',
                before='<cols><col min="2" max="4" hidden="1"/><col min="3" max="5" hidden="1"/>'
                '<col min="7" max="7"/><col min="9" max="9" width="0"/><col min="16384" max="99999" hidden="1"/>'
                "</cols>",
                after='<mergeCells><mergeCell ref="A1:C2"/><mergeCell ref="E9:D8"/><mergeCell ref="F1"/></mergeCells>',
            )
        )
    )
    assert sheet.hidden_rows == {2, 4, 5}
    assert sheet.hidden_columns == {2, 3, 4, 5, 9, 16_384}
    assert sheet.merges == ((1, 1, 2, 3), (8, 4, 9, 5))


@pytest.mark.parametrize("ref", ["", "A", "A0:B1", "A1:XFE2", "A1:B1048577", "A1:B2:C3", "A１:B2"])
def test_a_merged_range_that_is_none_is_a_warning(ref: str) -> None:
    book, problems = read_bytes(
        workbook(worksheet("", after=f'<mergeCells><mergeCell ref="{ref}"/></mergeCells>')), "x"
    )
    assert book is not None
    assert book.sheets[0].merges == ()
    assert [p.kind for p in problems] == [reading.MERGE_UNREADABLE]


def test_the_1904_calendar() -> None:
    sheet = only(workbook(worksheet(row('<c r="A1" s="1"><v>44226</v></c>')), book='<workbookPr date1904="1"/>'))
    assert sheet.at(1, 1) == Cell(1, 1, JANUARY, "yyyy\\-mm\\-dd")


def test_formats_are_those_of_numbers_not_of_conditional_formatting() -> None:
    # the dxf of the handmade styles has another format with number 164
    assert found('<c r="A1" s="1"><v>45688</v></c>')[0][0].format == "yyyy\\-mm\\-dd"


GOOD = parts(
    worksheet(row('<c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45688</v></c>')), strings="<si><t>KPI</t></si>"
)
READ = [Cell(1, 1, "KPI"), Cell(1, 2, JANUARY, "yyyy\\-mm\\-dd")]


def _prefixed(xml: str) -> str:
    return xml.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace('xmlns="', 'xmlns:x="')


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param({n: x.replace(MAIN, STRICT) for n, x in GOOD.items()}, id="strict"),
        pytest.param({n: _prefixed(x) for n, x in GOOD.items()}, id="every element with a prefix"),
        pytest.param({n.replace("/", "\\"): x for n, x in GOOD.items()}, id="names of parts with backslashes"),
        pytest.param({n.upper(): x for n, x in GOOD.items()}, id="names of parts in capitals"),
        pytest.param({f"/{n}": x for n, x in GOOD.items()}, id="names of parts from the root"),
        pytest.param({n: x.encode("utf-16") for n, x in GOOD.items()}, id="UTF-16"),
        pytest.param({n: b"\xef\xbb\xbf" + x.encode() for n, x in GOOD.items()}, id="a byte order mark"),
        pytest.param({n: x for n, x in GOOD.items() if n != "_rels/.rels"}, id="without the first relations"),
        pytest.param(
            GOOD | {RELATIONS: GOOD[RELATIONS].replace('Target="', 'Target="/xl/')},
            id="targets from the root",
        ),
        pytest.param(
            GOOD | {RELATIONS: GOOD[RELATIONS].replace('Target="', 'Target="../xl/./')},
            id="targets with detours",
        ),
        pytest.param(
            {n.replace("sheet1", "Sheet 1"): x.replace("sheet1", "sheet%201") for n, x in GOOD.items()},
            id="a target with an escaped blank",
        ),
        pytest.param(
            GOOD | {SHEET: GOOD[SHEET].replace("><", ">\n\t<")},
            id="indented",
        ),
    ],
)
def test_the_same_workbook_in_other_clothes(contents: dict[str, str | bytes]) -> None:
    book = understood(packed(contents))
    assert [list(sheet.cells()) for sheet in book.sheets] == [READ]


def test_stored_instead_of_packed() -> None:
    assert list(only(packed(GOOD, method=zipfile.ZIP_STORED)).cells()) == READ


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("part", "content", "kind", "whole"),
    [
        *(
            pytest.param(part, BOMB + GOOD[part], reading.DOCTYPE, True, id=f"a DOCTYPE in {part}")
            for part in GOOD
            if part != "[Content_Types].xml"
        ),
        pytest.param("xl/workbook.xml", None, reading.PART_MISSING, True, id="no workbook part"),
        pytest.param("xl/workbook.xml", "<workbook", reading.XML_BROKEN, True, id="the workbook part ends"),
        pytest.param("xl/workbook.xml", "", reading.XML_BROKEN, True, id="the workbook part is empty"),
        pytest.param("xl/sharedStrings.xml", None, reading.STRINGS_MISSING, True, id="no texts"),
        pytest.param("xl/sharedStrings.xml", "<sst><si>", reading.XML_BROKEN, True, id="the texts end"),
        pytest.param(
            "xl/sharedStrings.xml", b"<sst><si><t>\xff\xfe</t></si></sst>", reading.XML_BROKEN, True, id="not UTF-8"
        ),
        pytest.param(
            "xl/styles.xml", "<styleSheet>", reading.XML_BROKEN, True, id="the styles end: dates would be lost"
        ),
        pytest.param(SHEET, None, reading.PART_MISSING, False, id="no sheet part"),
        pytest.param(SHEET, "<worksheet><sheetData>", reading.SHEET_BROKEN, False, id="a sheet ends"),
        pytest.param(SHEET, worksheet(row(row(""))), reading.SHEET_BROKEN, False, id="row in row"),
        pytest.param(SHEET, worksheet(row("<c><c/></c>")), reading.SHEET_BROKEN, False, id="cell in cell"),
        pytest.param(SHEET, worksheet("<c/>"), reading.SHEET_BROKEN, False, id="cell without row"),
        pytest.param(SHEET, worksheet(row("<v>1</v>")), reading.SHEET_BROKEN, False, id="value without cell"),
        pytest.param(
            SHEET,
            f'<worksheet xmlns="{MAIN}" xmlns:y="{MAIN}"><sheetData><y:row><y:c/></y:row></sheetData></worksheet>',
            reading.SHEET_BROKEN,
            False,
            id="two prefixes for one thing",
        ),
        pytest.param(SHEET, "<workbook/>", reading.SHEET_BROKEN, False, id="not a sheet at all"),
        *(
            pytest.param(SHEET, worksheet(f'<row r="{r}"/>'), reading.ROW_PLACE, False, id=f"row {r!r}")
            for r in ("0", "-1", "", "x", "1048577", "9" * 5_000, "٣")
        ),
        pytest.param(SHEET, '<?xml version="1.0" encoding="none"?><a/>', reading.SHEET_BROKEN, False, id="encoding"),
        pytest.param(SHEET, worksheet("<q>" * 100), reading.TOO_DEEP, False, id="deep among the rows"),
        pytest.param(SHEET, "<worksheet>" + "<q>" * 100, reading.TOO_DEEP, False, id="deep before the rows"),
        pytest.param(SHEET, f'<worksheet a="{"b" * 900_000}"/>', reading.TAG_TOO_LONG, False, id="a long tag"),
    ],
)
def test_a_broken_part(part: str, content: str | bytes | None, kind: Problem, *, whole: bool) -> None:
    """One broken sheet is told by its name, and the others are read; anything broken that they share ends it."""
    two = parts(*[GOOD[SHEET]] * 2, names=("Bad", "Good"), strings="<si><t>KPI</t></si>")
    changed: dict[str, str | bytes] = {**two}
    if content is None:
        del changed[part]
    elif part in ("_rels/.rels", RELATIONS, "xl/workbook.xml") and content:
        changed[part] = content.replace(GOOD[part], two[part]) if isinstance(content, str) else content
    else:
        changed[part] = content
    limits = replace(LIMITS, ratio_from=10_000_000)
    encoded = {n: x.encode() if isinstance(x, str) else x for n, x in changed.items()}
    book, problems = read_bytes(packed(encoded), "x.xlsx", limits=limits)
    assert [p.kind for p in problems] == [kind]
    if whole:
        assert book is None
        return
    assert book is not None
    assert problems[0].where.sheet == "Bad"
    assert [(sheet.name, list(sheet.cells())) for sheet in book.sheets] == [("Good", READ)]


@pytest.mark.parametrize(
    ("bounds", "kind"),
    [
        pytest.param({"sheets": 1}, reading.TOO_MANY_SHEETS, id="sheets"),
        pytest.param({"strings": 2}, reading.TOO_MANY_STRINGS, id="shared texts"),
        pytest.param({"styles": 4}, reading.TOO_MANY_STYLES, id="styles"),
        pytest.param({"characters": 14}, reading.TOO_MUCH_TEXT, id="characters of shared texts"),
        pytest.param({"characters": 15}, reading.TOO_MUCH_TEXT, id="characters of texts in cells"),
        pytest.param({"text": 9}, reading.TEXT_TOO_LONG, id="characters of one text"),
        pytest.param({"cells": 9}, reading.TOO_MANY_CELLS, id="cells, empty ones too, of all sheets"),
        pytest.param({"rows": 3}, reading.TOO_MANY_ROWS, id="rows, empty ones too, of all sheets"),
        pytest.param({"merges": 1}, reading.TOO_MANY_MERGES, id="merged ranges"),
        pytest.param({"elements": 14}, reading.TOO_MANY_ELEMENTS, id="elements"),
        pytest.param({"depth": 2}, reading.TOO_DEEP, id="depth"),
    ],
)
def test_every_bound_is_told_with_its_number(bounds: dict[str, int], kind: Problem) -> None:
    line = '<c s="1"/><c t="s"><v>0</v></c><c t="inlineStr"><is><t>0123456789</t></is></c><c><v>1</v></c><c/>'
    sheet = worksheet(
        row(line) + '<row r="2"/>',
        after='<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A2:B2"/></mergeCells>',
    )
    data = workbook(sheet, sheet, strings="<si><t>01234</t></si>" * 3)
    _, problems = read_bytes(data, "x", limits=replace(LIMITS, **bounds))
    assert {p.kind for p in problems} == {kind}
    (bound,) = bounds.values()
    assert {p.details["limit"] for p in problems} == {bound}
    assert all(str(bound) in said(p.problem, language) for p in problems for language in ("en", "zh"))


def test_the_cells_of_a_broken_sheet_count_too() -> None:
    broken = worksheet(row("<c/>" * 6)).replace("</worksheet>", "<")
    _, problems = read_bytes(workbook(broken, worksheet(row("<c/>" * 5))), "x", limits=replace(LIMITS, cells=10))
    assert [p.kind for p in problems] == [reading.TOO_MANY_CELLS]


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ('Target="../../../etc/passwd"', reading.SHEET_OUTSIDE),
        ('Target="..\\..\\..\\etc\\passwd"', reading.SHEET_OUTSIDE),
        ('Target="%2e%2e/%2e%2e/etc/passwd"', reading.SHEET_OUTSIDE),
        ('Target="file:///etc/passwd"', reading.SHEET_OUTSIDE),
        ('Target="http://localhost/sheet.xml" TargetMode="External"', reading.SHEET_OUTSIDE),
        ('Target="/../../etc/passwd"', reading.SHEET_OUTSIDE),
        ('Target="/etc/passwd"', reading.PART_MISSING),
    ],
)
def test_parts_outside_of_the_package_are_not_looked_for(target: str, kind: Problem) -> None:
    contents = parts(worksheet("")) | {RELATIONS: relations(("rId1", "worksheet", target))}
    book, problems = read_bytes(packed(contents), "x.xlsx")
    assert book is not None
    assert book.sheets == ()
    assert [p.kind for p in problems] == [kind]


@pytest.mark.parametrize("root", ["chartsheet", "dialogsheet", "xm:macrosheet"])
def test_sheets_without_cells_are_left_out_with_a_note(root: str) -> None:
    space = ' xmlns:xm="urn:x"' if ":" in root else ""
    book, problems = read_bytes(workbook(f"<{root}{space}/>", worksheet(""), names=("Chart", "Data")), "x.xlsx")
    assert book is not None
    assert [sheet.name for sheet in book.sheets] == ["Data"]
    assert [(p.kind, p.where.sheet) for p in problems] == [(reading.SHEET_SKIPPED, "Chart")]


def test_a_sheet_that_is_only_listed_is_an_error() -> None:
    contents = parts(worksheet("")) | {RELATIONS: relations()}
    assert [p.kind for p in read_bytes(packed(contents), "x")[1]] == [reading.SHEET_MISSING]


def test_a_workbook_without_sheets_is_an_error() -> None:
    assert [p.kind for p in read_bytes(workbook(), "x")[1]] == [reading.NO_SHEETS]


def test_sheets_get_names_that_can_be_told_apart_and_printed() -> None:
    names = ("Goals", "goals", "", "a&#10;_x001B_b", "x" * 300, " two  blanks ")
    book, problems = read_bytes(workbook(*[worksheet("")] * len(names), names=names), "x.xlsx")
    assert book is not None
    shown = [sheet.name for sheet in book.sheets]
    assert shown == ["Goals", "goals (3)", "Sheet 3", "a\ufffd\ufffdb", "x" * 255, " two  blanks "]
    assert [p.kind for p in problems] == [reading.SHEET_RENAMED] * 4


def test_who_saved_the_file_and_when() -> None:
    core = (
        '<cp:coreProperties xmlns:cp="a" xmlns:dc="b" xmlns:dcterms="c"><dc:title>KPI &amp; goals</dc:title>'
        "<dcterms:modified>2025-02-03T04:05:06Z</dcterms:modified></cp:coreProperties>"
    )
    contents = parts(worksheet(""))
    book = understood(packed(contents | {"docProps/core.xml": core}))
    assert book.saved == dt.datetime(2025, 2, 3, 4, 5, 6, tzinfo=dt.UTC)
    assert book.properties["title"] == "KPI & goals"
    assert understood(packed(contents | {"docProps/core.xml": core.replace("2025-02-03T", "soon")})).saved is None
    assert understood(packed(contents | {"docProps/core.xml": "<broken"})).saved is None
    assert understood(packed(contents)).saved is None


def test_visibility() -> None:
    contents = parts(*[worksheet("")] * 4)
    for at, state in ((1, "hidden"), (2, "veryHidden"), (3, "show")):
        contents["xl/workbook.xml"] = contents["xl/workbook.xml"].replace(
            f'sheetId="{at}"', f'sheetId="{at}" state="{state}"'
        )
    assert [sheet.visibility for sheet in understood(packed(contents)).sheets] == [
        Visibility.HIDDEN,
        Visibility.VERY_HIDDEN,
        Visibility.VISIBLE,
        Visibility.VISIBLE,
    ]


def _by_openpyxl() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "收入 & cost"
    sheet.append(["KPI", "2025-01", None, 1, -2.5, 1e-300, True, False, "#N/A", "=SUM(D1:E1)", ""])
    sheet.append([dt.date(2025, 1, 31), dt.datetime(2025, 1, 31, 13, 14, 15), dt.time(6), dt.timedelta(hours=36)])  # noqa: DTZ001
    for code, value in (("0.0%", 0.953), ('0"%"', 95.3), ("mmm-yy", 45688), ("#,##0_);(#,##0)", -3), ("[h]:mm", 1.5)):
        cell = sheet.cell(sheet.max_row + 1, 2, value)
        cell.number_format = code
    sheet["D9"].font = Font(bold=True)
    sheet["E9"] = ArrayFormula("E9:E10", "=A1:A2")
    sheet.merge_cells("A20:B21")
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book.create_sheet("hidden").sheet_state = "hidden"
    return book


def test_a_workbook_of_openpyxl_is_read_as_it_was_written() -> None:
    book = understood(saved(_by_openpyxl()))
    sheet, hidden = book.sheets
    assert (sheet.name, hidden.visibility) == ("收入 & cost", Visibility.HIDDEN)
    assert sheet.rows[1] == (
        Cell(1, 1, "KPI"),
        Cell(1, 2, "2025-01"),
        Cell(1, 4, 1.0),
        Cell(1, 5, -2.5),
        Cell(1, 6, 1e-300),
        Cell(1, 7, True),
        Cell(1, 8, False),
        Cell(1, 9, None, error="#N/A"),
        Cell(1, 10, None, formula=True),
    )
    assert [(cell.value, cell.format) for cell in sheet.rows[2]] == [
        (JANUARY, "yyyy-mm-dd"),
        (dt.datetime.fromisoformat("2025-01-31T13:14:15"), "yyyy-mm-dd h:mm:ss"),
        (0.25, "h:mm:ss"),
        (1.5, "[hh]:mm:ss"),
    ]
    assert [(cell.value, cell.format) for number in range(3, 8) for cell in sheet.rows[number]] == [
        (0.953, "0.0%"),
        (95.3, '0"%"'),
        (JANUARY, "mmm-yy"),
        (-3.0, "#,##0_);(#,##0)"),
        (1.5, "[h]:mm"),
    ]
    uncached = sheet.at(9, 5)
    assert uncached is not None
    assert uncached.uncached
    assert sheet.at(9, 4) is None
    assert (sheet.merges, sheet.hidden_rows, sheet.hidden_columns) == (((20, 1, 21, 2),), {4}, {3})
    assert book.saved is not None


# openpyxl writes 16 digits, Excel keeps 15
NUMBERS = st.floats(-1e300, 1e300).map(lambda number: float(f"{number:.15g}"))
# openpyxl writes a text that looks like an escaped character as it is, Excel escapes it once more
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).filter(
    lambda text: not text.startswith(("=", "#")) and not {"\ufffe", "\uffff"} & {*text} and not ESCAPED.search(text)
)
ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
PLACES = st.tuples(st.integers(1, 60), st.integers(1, 60))


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(PLACES, st.one_of(NUMBERS, st.booleans(), TEXTS), max_size=10))
def test_what_openpyxl_writes_is_what_is_read(values: dict[tuple[int, int], float | bool | str]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for (line, column), value in values.items():
        sheet.cell(line, column).value = value
    assert {(c.row, c.column): c.value for c in only(saved(book)).cells()} == values


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "kpi.xlsx"
    path.write_bytes(workbook(worksheet("")))
    book, problems = read(path)
    assert book is not None
    assert (book.file, book.sheets[0].where(2, 28), problems) == ("kpi.xlsx", book.sheets[0].where(2, 28), ())
    assert str(book.sheets[0].where(2, 28)) == "kpi.xlsx S1!AB2"
    assert len(book.sha256) == 64
    assert read(tmp_path / "none.xlsx")[0] is None


def test_the_collector_runs_again_after_reading() -> None:
    assert gc.isenabled()
    understood(workbook(worksheet("")))
    read_bytes(workbook("<broken"), "x")
    assert gc.isenabled()


def test_every_problem_of_reading_has_a_code_of_this_room() -> None:
    own = [v for module in (files, reading) for v in vars(module).values() if isinstance(v, Problem)]
    assert len(own) == len({kind.code for kind in own}) > 50
    assert all(kind.code[:2] in ("F1", "C0") for kind in own)
    assert set(own) <= set(kinds())
    for module in (files, reading):
        assert all(v.name == name for name, v in vars(module).items() if isinstance(v, Problem))


def test_problems_are_safe_to_print() -> None:
    xml = '<c r="A&#27;[31m1"><v>1</v></c><c r="B1"><v>&#8238;1&#10;x</v></c>'
    _, problems = read_bytes(workbook(worksheet(row(xml.replace("&#27;", "&#9;")))), "a\x1b\nb.xlsx")
    assert len(problems) == 2
    assert all(
        isinstance(p, Diagnostic) and f"{p.where} {said(p.problem)} {said(p.fix, 'zh')}".isprintable() for p in problems
    )
