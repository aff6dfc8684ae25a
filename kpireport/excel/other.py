"""Read .xls, .xlsb and .ods with python-calamine (the extra ``other-formats``), in a process of its own.

It is a second-best: calamine gives no formulas, number formats, hidden rows or columns, and shows a cell with an error
as an empty one. So a warning goes with every workbook that is read like this.
"""

from __future__ import annotations

import importlib.util
import io
import json
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from kpireport.core.catalogue import files, reading
from kpireport.core.workbook import Cell, Sheet, Visibility, Workbook
from kpireport.excel import aside
from kpireport.excel.text import printable

if TYPE_CHECKING:
    from kpireport.core.diagnostics import Diagnostic, Problem, Where
    from kpireport.core.workbook import Value
    from kpireport.excel.limits import Limits

FORMATS = {files.OLD_EXCEL: ".xls", files.BINARY_WORKBOOK: ".xlsb", files.OPEN_DOCUMENT: ".ods"}
_TOO_MUCH = {
    "cells": (reading.TOO_MANY_CELLS, "cells"),
    "sheets": (reading.TOO_MANY_SHEETS, "sheets"),
    "text": (reading.TOO_MUCH_TEXT, "characters"),
}
_LONGEST_NAME = 255
_DATES = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}


def installed() -> bool:
    return importlib.util.find_spec("python_calamine") is not None


def read(
    data: bytes, kind: Problem, where: Where, *, sha256: str, limits: Limits
) -> tuple[Workbook | None, tuple[Diagnostic, ...]]:
    """Read a workbook in another format. kind: as what it was refused."""
    form = FORMATS[kind]
    wanted = {"cells": limits.cells, "sheets": limits.sheets, "characters": limits.characters}
    try:
        found = json.loads(aside.run("cells", data, limits=wanted))
    except aside.Failed as failed:
        too_much = _TOO_MUCH.get(failed.reason)
        if too_much is not None:
            return None, (too_much[0].at(where, limit=wanted[too_much[1]]),)
        return None, (files.OTHER_FORMAT_FAILED.at(where, format=form),)
    sheets = tuple(_sheet(where.file, number, each) for number, each in enumerate(found, start=1))
    told = [files.OTHER_FORMAT.at(where, format=form)]
    if not sheets:
        told.append(reading.NO_SHEETS.at(where))
    return Workbook(where.file, sha256, sheets), tuple(told)


def _sheet(file: str, number: int, found: dict[str, Any]) -> Sheet:
    name = printable(found["name"])[:_LONGEST_NAME] or f"Sheet {number}"
    rows: dict[int, tuple[Cell, ...]] = {}
    for row, cells in found["rows"]:
        rows[row] = tuple(_cell(row, column, kind, value) for column, kind, value in cells)
    visibility = Visibility.VISIBLE if found["visible"] else Visibility.HIDDEN
    return Sheet(file, name, rows, visibility)


def _cell(row: int, column: int, kind: str, value: Any) -> Cell:
    if kind in _DATES:
        return Cell(row, column, datetime.fromisoformat(value), _DATES[kind])
    plain: Value = float(value) if kind == "number" else value
    return Cell(row, column, plain)


def cells(data: bytes, *, limits: dict[str, int]) -> bytes:
    """Return the cells of a workbook as JSON, in a process of its own; raises ``Failed``.

    A list of sheets: name, visible, rows as (row, cells), cells as (column, kind, value); counted from 1.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    listed = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    if len(listed) > limits["sheets"]:
        raise aside.Failed("sheets")
    found, left, letters = [], limits["cells"], limits["characters"]
    for each in listed:
        sheet = book.get_sheet_by_name(each.name)
        if sheet.start is None or sheet.end is None:
            found.append({"name": each.name, "visible": each.visible == SheetVisibleEnum.Visible, "rows": []})
            continue
        top, first = sheet.start
        table = sheet.to_python(skip_empty_area=True)
        # A wrong address would be a wrong footnote: where the table is not as large as the sheet says, nothing is sure.
        if len(table) != sheet.end[0] - top + 1:
            raise aside.Failed("shape")
        rows = []
        for row, values in enumerate(table, start=top + 1):
            kept = [(c, *_typed(v)) for c, v in enumerate(values, start=first + 1) if v is not None and v != ""]
            left -= len(kept)
            letters -= sum(len(v) for _, kind, v in kept if kind == "text")
            if left < 0:
                raise aside.Failed("cells")
            if letters < 0:
                raise aside.Failed("text")
            if kept:
                rows.append((row, kept))
        found.append({"name": each.name, "visible": each.visible == SheetVisibleEnum.Visible, "rows": rows})
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def _typed(value: Any) -> tuple[str, Any]:
    match value:
        case bool():
            return "truth", value
        case int() | float():
            return "number", float(value)
        case datetime():
            return "moment", value.replace(microsecond=0).isoformat()
        case date():
            return "day", value.isoformat()
        case timedelta():
            return "number", value / timedelta(days=1)
        case time():
            return "number", (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
        case _:
            return "text", str(value)
