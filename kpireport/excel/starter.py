"""The starter workbook: examples that make a report at once, lists to choose from, and a sheet that says how."""

from __future__ import annotations

import io
import re
import unicodedata
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

Words = dict[str, Any]
LAST_ROW = 200  # as far as the lists and formats go
# One row a KPI of the Goals sheet: the number format of its cells, and its figures of twelve months; those of a ratio
# are computed from two other rows.
FIGURES: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("#,##0", (960, 945, 1010, 1005, 1022, 1038, 990, 985, 1041, 1060, 1052, 1071)),
    ("#,##0", (38, 41, 39, 43, 40, 42, 37, 41, 44, 42, 43, 45)),
    ("0.0%", ()),
    ("0.0", (3.1, 2.9, 3.0, 2.8, 2.9, 2.7, 3.0, 2.8, 2.7, 2.8, 2.6, 2.7)),
    ("0.0", (2.1, 1.9, 2.2, 2.0, 2.1, 2.3, 1.8, 2.0, 2.2, 2.1, 2.0, 2.2)),
    ("#,##0", (1902, 1877, 2010, 1944, 2031, 2006, 1860, 1914, 2035, 2047, 2012, 2095)),
    ("#,##0", (2000, 1980, 2102, 2040, 2120, 2100, 1960, 2000, 2120, 2141, 2100, 2180)),
)
_HEAD = PatternFill("solid", fgColor="1F3864")
_INPUT = PatternFill("solid", fgColor="FFF9E5")
_LINE = Border(bottom=Side(style="thin", color="D9D9D9"))
_DAY = "yyyy-mm-dd"
_NAME = re.compile(r"\{(\w+)\}")


def months(year: int, today: date) -> tuple[list[tuple[int, int]], int]:
    """Return the months of the Metrics sheet as (year, month), and how many from the first have an example figure.

    Only months that are over have one. Where none of ``year`` is, the last three before it stand in front.
    """
    names = [(year, month) for month in range(1, 13)]
    over = sum((y, m) < (today.year, today.month) for y, m in names)
    if over:
        return names, over
    past = [(year - 1, month) for month in (10, 11, 12)]
    return [*past, *names], sum((y, m) < (today.year, today.month) for y, m in past)


def starter(words: Words, *, values: Mapping[str, str], year: int, today: date) -> bytes:
    """Return the starter workbook.

    words: of one language, as in kpireport/starter/*/workbook.toml. values: of the names in braces in them.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    _instructions(book, words, values)
    _goals(book, words)
    shown, filled = months(year, today)
    _metrics(book, words, shown, filled)
    last = shown[max(filled - 1, 0)]
    _plan(book, words, last)
    _notes(book, words, last)
    _recipients(book, words, values)
    _settings(book, words, values)
    for sheet in book.worksheets:
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.properties.creator = "kpireport"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, name: str, rows: Iterable[Sequence[Any]], widths: Sequence[float]) -> Worksheet:
    made: Worksheet = book.create_sheet(name)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is None or value == "":
                continue
            cell = made.cell(number, column)
            _write(cell, value)
            if number == 1:
                cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
                cell.alignment = Alignment(wrap_text=True, vertical="center")
            else:
                cell.border = _LINE
    for column, width in enumerate(widths, start=1):
        made.column_dimensions[get_column_letter(column)].width = width
    made.freeze_panes = "B2"
    return made


def _write(cell: Cell | MergedCell, value: Any) -> None:
    """Write a value; text stays text, whatever it begins with (openpyxl takes '=' for a formula)."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, date):
        cell.number_format = _DAY


def _instructions(book: Workbook, words: Words, values: Mapping[str, str]) -> None:
    made = book.create_sheet(words["sheets"]["instructions"])
    made["A1"] = words["instructions"]["title"]
    made["A1"].font = Font(bold=True, size=14)
    for number, line in enumerate(words["instructions"]["lines"], start=3):
        for column, text in enumerate(line, start=1):
            cell = made.cell(number, column)
            _write(cell, _filled(text, values) or None)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        made.cell(number, 2).font = Font(bold=True)
        wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line[2])
        made.row_dimensions[number].height = 16 * max(1, -(-wide // 90))
    for letter, width in zip("ABC", (4, 16, 100), strict=True):
        made.column_dimensions[letter].width = width


def _goals(book: Workbook, words: Words) -> None:
    titles, rows = words["goals"]["titles"], words["goals"]["rows"]
    widths = [28, 10, 12, 12, 13, 9, 9, 14, 13, 12, 10, 10, 26, 14, 11, 42, 46]
    made = _sheet(book, words["sheets"]["goals"], [titles, *rows], widths)
    for number, (form, _) in enumerate(FIGURES, start=2):
        for column in (2, 11, 12):
            made.cell(number, column).number_format = form
    choices = words["choices"]
    _choose(made, "D", choices["direction"], words)
    _choose(made, "E", choices["aggregation"], words)
    _choose(made, "O", choices["kind"], words)
    _decimal(made, f"F2:F{LAST_ROW}", words)


def _metrics(book: Workbook, words: Words, shown: list[tuple[int, int]], filled: int) -> None:
    head = [words["metrics"]["name"], *(f"{year}-{month:02}" for year, month in shown)]
    names = [row[0] for row in words["goals"]["rows"]]
    kept = [(name, form, values) for name, (form, values) in zip(names, FIGURES, strict=True) if values]
    rows = [[name, *(values[month - 1] for _, month in shown[:filled])] for name, _, values in kept]
    made = _sheet(book, words["sheets"]["metrics"], [head, *rows], [28, *[10.5] * len(shown)])
    for number, (_, form, _) in enumerate(kept, start=2):
        for column in range(2, len(shown) + 2):
            made.cell(number, column).number_format = form
            made.cell(number, column).fill = _INPUT
    _names(made, "A", words)
    _decimal(made, f"B2:{get_column_letter(len(shown) + 1)}{LAST_ROW}", words)


def _plan(book: Workbook, words: Words, last: tuple[int, int]) -> None:
    start = date(last[0], last[1], 1)
    due = start + timedelta(days=180)
    money = [(40, 18), (25, 12), (120, 55), (5, 2), (30, 14)]
    rows = [
        [*row, start, due, words["plan"]["status"], 0.4, *spent]
        for row, spent in zip(words["plan"]["rows"], money, strict=True)
    ]
    widths = [28, 12, 46, 12, 12, 12, 13, 10, 10, 10]
    made = _sheet(book, words["sheets"]["plan"], [words["plan"]["titles"], *rows], widths)
    _names(made, "A", words)
    _choose(made, "B", words["choices"]["step"], words)
    _choose(made, "G", words["choices"]["status"], words)
    for row in range(2, LAST_ROW + 1):
        made.cell(row, 5).number_format = made.cell(row, 6).number_format = _DAY
        made.cell(row, 8).number_format = "0%"
    day = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True)
    _rule(made, day, f"E2:F{LAST_ROW}", words["messages"]["date"])
    share = DataValidation(type="decimal", operator="between", formula1="0", formula2="1", allow_blank=True)
    _rule(made, share, f"H2:H{LAST_ROW}", words["messages"]["share"])


def _notes(book: Workbook, words: Words, last: tuple[int, int]) -> None:
    said = words["notes"]
    row = [f"{last[0]}-{last[1]:02}", words["goals"]["rows"][0][0], said["kind"], said["text"], said["author"]]
    made = _sheet(book, words["sheets"]["notes"], [said["titles"], row], [12, 28, 12, 70, 12])
    for number in range(2, LAST_ROW + 1):
        made.cell(number, 1).number_format = "@"  # else Excel makes a day of 2026-03
    _names(made, "B", words)
    _choose(made, "C", words["choices"]["note"], words)


def _recipients(book: Workbook, words: Words, values: Mapping[str, str]) -> None:
    said = words["recipients"]
    widths = [18, 30, 24, 10, 12, 12, 10]
    made = _sheet(
        book, words["sheets"]["recipients"], [said["titles"], [_filled(cell, values) for cell in said["row"]]], widths
    )
    for letter, name in (("D", "language"), ("E", "format"), ("F", "when"), ("G", "active")):
        _choose(made, letter, words["choices"][name], words)


def _settings(book: Workbook, words: Words, values: Mapping[str, str]) -> None:
    said = words["settings"]
    rows = [[_filled(cell, values) for cell in row] for row in said["rows"]]
    _sheet(book, words["sheets"]["settings"], [said["titles"], *rows], [22, 32, 40])


def _filled(cell: Any, values: Mapping[str, str]) -> Any:
    """Return what a cell holds, a text with its names in braces replaced. What is filled in is not looked at again."""
    if not isinstance(cell, str):
        return cell
    return _NAME.sub(lambda name: values.get(name[1], name[0]), cell)


def _names(sheet: Worksheet, letter: str, words: Words) -> None:
    """Offer the names of the Goals sheet, so that none is spelt otherwise."""
    goals = words["sheets"]["goals"].replace("'", "''")
    rule = DataValidation(type="list", formula1=f"'{goals}'!$A$2:$A${LAST_ROW}", allow_blank=True)
    _rule(sheet, rule, f"{letter}2:{letter}{LAST_ROW}", words["messages"]["choose"])


def _choose(sheet: Worksheet, letter: str, choices: Sequence[str], words: Words) -> None:
    rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    _rule(sheet, rule, f"{letter}2:{letter}{LAST_ROW}", words["messages"]["choose"])


def _decimal(sheet: Worksheet, cells: str, words: Words) -> None:
    rule = DataValidation(type="decimal", operator="between", formula1="-1E+15", formula2="1E+15", allow_blank=True)
    _rule(sheet, rule, cells, words["messages"]["number"])


def _rule(sheet: Worksheet, rule: DataValidation, cells: str, message: str) -> None:
    rule.error = message
    rule.errorStyle = "stop"
    rule.showErrorMessage = True
    rule.add(cells)
    sheet.add_data_validation(rule)
