"""The results as a workbook: the scorecard with formats and colours, the figures of each period, the problems."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kpireport.core.diagnostics import quoted
from kpireport.render.table import CHANGES, COLUMNS, FIGURES, LONGEST, POINTS, RATIOS, is_share, places, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from openpyxl.worksheet.worksheet import Worksheet

    from kpireport.render.table import ResultRow

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a zip file can hold
WIDE = {"name": 38, "department": 18, "owner": 16, "status": 13, "unit": 10, "actual_cell": 20, "target_cell": 20}
FILLS = {"off": "F6D5C9", "watch": "FBEFD9", "none": "E8EAEC"}
AFTER = ("trend", "actual_cell", "status")  # texts that stand behind a figure: a little away from it
LINKED = 10_000  # rows of periods with a link each; with more the workbook would open slowly
FONT = "Calibri"  # a font without a name is drawn with serifs by some programs
INK, GREY, RULE, HEAD, BAD = "1A1D21", "5F656B", "C8CCD0", "17476B", "A8350A"


def workbook(data: Mapping[str, Any], words: Mapping[str, str], *, created: date) -> bytes:
    """Return the results as .xlsx: the same bytes for the same data.

    data: the JSON document. words: the table ``table`` of the theme's words file. created: the day of the report.
    """
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    if first is None:
        raise ValueError("a new workbook has a sheet")
    moment = datetime(created.year, created.month, created.day)  # noqa: DTZ001 - Excel's dates have no time zone
    book.properties.created = book.properties.modified = moment
    book.properties.creator = "kpireport"
    book.properties.title = quoted(data["organisation"] or data["workbook"] or "")
    _scorecard(first, data, words)
    _periods(book.create_sheet(), data, words)
    _problems(book.create_sheet(), data, words)
    out = io.BytesIO()
    book.save(out)
    return _stamped(out.getvalue(), moment)


def _scorecard(sheet: Worksheet, data: Mapping[str, Any], words: Mapping[str, str]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.title = words.get("sheet_scorecard", "Scorecard")
    where = ", ".join(str(part) for part in (data["organisation"], data["period"], data["scope"]) if part)
    _put(sheet.cell(1, 1), where).font = Font(FONT, 14, bold=True, color=INK)
    _heads(sheet, 3, COLUMNS, words)
    for number, row in enumerate(rows(data, words), start=4):
        for place, column in enumerate(COLUMNS, start=1):
            cell = _put(sheet.cell(number, place), row.values[column])
            cell.number_format = _format(column, row, words)
            if column in AFTER and place > 1:
                cell.alignment = Alignment("left", indent=1)
        _link(sheet.cell(number, COLUMNS.index("actual_cell") + 1), data)
        _link(sheet.cell(number, COLUMNS.index("target_cell") + 1), data)
    last, end = get_column_letter(len(COLUMNS)), max(4, 3 + len(data["kpis"]))
    _coloured(sheet, "A", 4, end, words)
    _coloured(sheet, get_column_letter(COLUMNS.index("gap") + 1), 4, end, words, by="A", filled=False)
    sheet.auto_filter.ref = f"A3:{last}{end}"
    sheet.freeze_panes = "C4"
    for place, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDE.get(column, 13)
    _printed(sheet, "3:3")


def _format(column: str, row: ResultRow, words: Mapping[str, str]) -> str:
    """Return Excel's number format of a figure of a KPI."""
    if column in RATIOS:
        return "0.0%"
    if column in POINTS and row.share:
        unit = words.get("points", "pp").replace('"', "")
        return f'+0.0" {unit}";-0.0" {unit}";0.0" {unit}"'
    if column in CHANGES:
        return "+0.0%;-0.0%;0.0%"
    if column not in FIGURES:
        return "General"
    plain = _number(row.share, row.places)
    return f"+{plain};-{plain};{plain}" if column == "gap" else plain


def _number(share: bool, decimals: int) -> str:
    """Return the format of a figure: a fixed count of decimals, for a free one leaves a point after whole numbers."""
    if share:
        return "0.0%"
    return "#,##0." + "0" * decimals if decimals else "#,##0"


def _coloured(
    sheet: Worksheet, column: str, first: int, last: int, words: Mapping[str, str], *, by: str = "", filled: bool = True
) -> None:
    """Let a column be coloured by the status in its row (in column ``by``), whatever is sorted or changed later."""
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import Font, PatternFill
    from openpyxl.styles.differential import DifferentialStyle

    for status, fill in FILLS.items():
        word = words.get(f"status_{status}", status).replace('"', '""')
        paint = PatternFill(bgColor=fill) if filled else None
        font = Font(bold=True, color=BAD) if status == "off" else None
        if paint or font:
            look = DifferentialStyle(fill=paint, font=font)
            rule = Rule(type="expression", dxf=look, formula=[f'${by or column}{first}="{word}"'])
            sheet.conditional_formatting.add(f"{column}{first}:{column}{last}", rule)


def _printed(sheet: Worksheet, heads: str) -> None:
    """Let a sheet be printed on landscape pages as wide as the table, with its heads on each."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = heads
    sheet.page_margins.left = sheet.page_margins.right = 0.4  # inches


def _link(cell: Any, data: Mapping[str, Any]) -> None:
    """Make the address of a figure lead to its cell, in the workbook that is expected beside this one."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    address = str(cell.value or "").partition(",")[0]
    sheet, mark, place = address.rpartition("!")
    if not mark or len(data["workbooks"]) != 1:
        return
    name = sheet.replace("'", "''")
    target = data["workbooks"][0]["file"]
    cell.hyperlink = Hyperlink(ref=cell.coordinate, target=target, location=f"'{name}'!{place}")
    cell.font = Font(FONT, 11, color=HEAD, underline="single")


def _periods(sheet: Worksheet, data: Mapping[str, Any], words: Mapping[str, str]) -> None:
    from openpyxl.styles import Alignment

    sheet.title = words.get("sheet_periods", "Periods")
    heads = ("name", "unit", "period", "actual", "target", "attainment", "status", "actual_cell")
    _heads(sheet, 1, heads, words)
    number = 1
    linked = sum(len(kpi["history"]) for kpi in data["kpis"]) <= LINKED
    for kpi in data["kpis"]:
        shown = _number(is_share(kpi), places(kpi))
        for point in kpi["history"]:
            number += 1
            status = words.get(f"status_{point['status']}", "")
            values = (
                kpi["name"], kpi["unit"], point["period"], point["actual"], point["target"], point["attainment"],
                status, ", ".join(point["cells"]),
            )  # fmt: skip
            for place, value in enumerate(values, start=1):
                cell = _put(sheet.cell(number, place), value)
                if heads[place - 1] in FIGURES:
                    cell.number_format = shown
                elif heads[place - 1] == "attainment":
                    cell.number_format = "0.0%"
                elif heads[place - 1] in AFTER:
                    cell.alignment = Alignment("left", indent=1)
            if linked:
                _link(sheet.cell(number, len(heads)), data)
    _coloured(sheet, "G", 2, max(2, number), words)
    _finish(sheet, (38, 10, 11, 14, 14, 13, 13, 24))


def _problems(sheet: Worksheet, data: Mapping[str, Any], words: Mapping[str, str]) -> None:
    from openpyxl.styles import Alignment

    sheet.title = words.get("sheet_problems", "Problems")
    heads = ("code", "severity", "file", "sheet", "cell", "problem", "fix")
    _heads(sheet, 1, heads, words)
    for number, found in enumerate(data["diagnostics"], start=2):
        for place, head in enumerate(heads, start=1):
            value = words.get(f"severity_{found[head]}", found[head]) if head == "severity" else found[head]
            _put(sheet.cell(number, place), value).alignment = Alignment(wrap_text=place > 5, vertical="top")
    _finish(sheet, (8, 11, 20, 16, 10, 60, 60))


def _finish(sheet: Worksheet, widths: Sequence[int]) -> None:
    from openpyxl.utils import get_column_letter

    for place, wide in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = wide
    sheet.freeze_panes = "A2"
    _printed(sheet, "1:1")
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{max(2, sheet.max_row)}"


def _heads(sheet: Worksheet, row: int, names: Iterable[str], words: Mapping[str, str]) -> None:
    """Write the heads of columns, those of figures to the right as the figures stand."""
    from openpyxl.styles import Alignment, Border, Font, Side

    for place, name in enumerate(names, start=1):
        cell = _put(sheet.cell(row, place), words.get(name, name))
        cell.font = Font(FONT, 11, bold=True, color=GREY)
        cell.border = Border(bottom=Side("thin", color=RULE))
        right = name in (*FIGURES, *RATIOS, *CHANGES)
        cell.alignment = Alignment(
            "right" if right else "left", "bottom", wrap_text=True, indent=int(name in AFTER and place > 1)
        )


def _put(cell: Any, value: str | float | None) -> Any:
    """Write a value; text stays text whatever it begins with."""
    if isinstance(value, str):
        cell.value = quoted(value, LONGEST)
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in "=+-@" and bool(value)
    else:
        cell.value = value
    return cell


def _stamped(content: bytes, moment: datetime) -> bytes:
    """Return a zip file with the same members in the same order, and no other moment of making in it than this."""
    now = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            member = zipfile.ZipInfo(info.filename, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            held = before.read(info)
            if info.filename == "docProps/core.xml":
                held = now.sub(rb"\g<1>" + moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), held)
            after.writestr(member, held)
    return out.getvalue()
