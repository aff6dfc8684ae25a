"""How a finance person dresses a sheet, and how a workbook is saved with the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

SAVED = datetime(2026, 11, 6, 8, 30)
HEAD = PatternFill("solid", fgColor="1F3864")
LINE = Border(bottom=Side(style="thin", color="D9D9D9"))
Row = list[Any]


def sheet(
    book: Workbook,
    name: str,
    rows: list[Row],
    *,
    widths: dict[str, float] | None = None,
    title: str = "",
    freeze: str = "",
    formats: dict[int, str] | None = None,
) -> None:
    """Add a sheet. A cell given as (value, format) has that number format; formats: by column, for plain numbers."""
    made = book.create_sheet(name)
    first = 1
    if title:
        made["A1"] = title
        made["A1"].font = Font(bold=True, size=14)
        first = 3
    for number, row in enumerate(rows, start=first):
        for column, given in enumerate(row, start=1):
            value, shape = given if isinstance(given, tuple) else (given, None)
            if value is None:
                continue
            cell = made.cell(number, column, value)
            if shape:
                cell.number_format = shape
            elif isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
            elif formats and column in formats and isinstance(value, int | float):
                cell.number_format = formats[column]
            if number == first:
                cell.font = Font(bold=True, color="FFFFFF")
                cell.fill = HEAD
                cell.alignment = Alignment(wrap_text=True, vertical="center")
            else:
                cell.border = LINE
                if isinstance(value, str) and len(value) > 40:
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
    for column in range(1, len(rows[0]) + 1):
        made.column_dimensions[get_column_letter(column)].width = 11
    for letter, width in (widths or {}).items():
        made.column_dimensions[letter].width = width
    made.freeze_panes = freeze or f"B{first + 1}"


def empty() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def save(book: Workbook, path: Path) -> None:
    """Save with fixed times, so that making the samples again changes nothing."""
    book.properties.creator = "Finance"
    book.properties.created = book.properties.modified = SAVED
    raw = io.BytesIO()
    book.save(raw)
    done = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _fixed(content)
            info = zipfile.ZipInfo(name, (2026, 11, 6, 8, 30, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    path.write_bytes(done.getvalue())


def _fixed(content: bytes) -> bytes:
    """openpyxl writes the time of saving; put the fixed one in its place."""
    import re

    stamp = SAVED.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
