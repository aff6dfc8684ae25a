"""Small workbooks for the finder, drawn as text, and what a careful controller reads in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook as Book
from openpyxl.utils import range_boundaries

from kpireport.core.reading.account import Found
from kpireport.core.reading.invariants import FinishedReading, Violation, violations
from kpireport.core.reading.read import Finder
from kpireport.core.workbook import Sheet, Workbook, letters
from kpireport.excel.read import read
from kpireport.languages import lexicon
from kpireport.languages.trade import trade
from tests import workbooks

SAVED = datetime(2030, 1, 1)  # noqa: DTZ001 - as the file tells it: without a zone
MARKED = re.compile(r"(.*?) ?\{([^{}]+)\}")


def drawn(path: Path, sheets: Mapping[str, str], hidden: Sequence[str] = (), saved: datetime = SAVED) -> Workbook:
    """Return a workbook that was written to a file and read again.

    A sheet is lines of cells parted by ``|``, as ``workbooks.save`` has them. ``12 {=}`` is a formula with its result,
    ``0.5 {0.0"x"}`` a number with its format. A blank first or last line is none.
    """
    formulas: dict[str, set[tuple[int, int]]] = {}
    book = Book()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        rows, merges = workbooks.parsed(table)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(number, column)
                mark = MARKED.fullmatch(value) if isinstance(value, str) else None
                if mark is not None:
                    value = workbooks.typed(mark[1])
                    if mark[2] == "=":
                        formulas.setdefault(name, set()).add((number, column))
                if isinstance(value, tuple):
                    cell.value, cell.number_format = value
                elif value is not None:
                    cell.value = value
                if mark is not None and mark[2] != "=":
                    cell.number_format = mark[2]
        for cells in merges:
            sheet.merge_cells(cells)
        if name in hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    workbook, problems = read(path)
    assert workbook is not None, problems
    marked = tuple(_computed(sheet, formulas.get(sheet.name, set())) for sheet in workbook.sheets)
    return replace(workbook, sheets=marked, saved=saved)


def _computed(sheet: Sheet, formulas: set[tuple[int, int]]) -> Sheet:
    rows = {
        number: tuple(cell._replace(formula=cell.formula or (cell.row, cell.column) in formulas) for cell in cells)
        for number, cells in sheet.rows.items()
    }
    return replace(sheet, rows=rows)


def found(workbook: Workbook, answers: Mapping[str, str] | None = None) -> Found:
    """Return the reading of a workbook."""
    return Finder(workbook, trade(), lexicon(), answers or {}).run()


def held(workbook: Workbook, reading: Found, answers: Mapping[str, str] | None = None) -> dict[str, list[Violation]]:
    """Return what breaks the invariants of a reading: nothing, if all is well."""
    saved = workbook.saved.date() if workbook.saved is not None else None
    return violations(FinishedReading(reading, trade(), saved, answers or {}))


@dataclass(frozen=True)
class Case:
    """One small workbook and its right reading.

    facts: lines ``cell | name | part | period | series | value``, a figure that waits with ``?kind`` of the question
    behind it; part as ``Region=North, Shop=4``. Every fact is listed, unless ``count`` says how many there are.
    asked: ``kind grade`` of every question but those of grade may. classes: lines ``range class``.
    """

    name: str
    sheets: Mapping[str, str] | str
    facts: str = ""
    asked: str = ""
    classes: str = ""
    count: int | None = None
    hidden: tuple[str, ...] = ()
    file: str = "book.xlsx"
    saved: datetime = SAVED
    answers: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""

    def param(self) -> object:
        marks = [pytest.mark.xfail(strict=True, reason=self.wrong)] if self.wrong else []
        return pytest.param(self, id=self.name, marks=marks)


def params(*cases: Case) -> list[object]:
    names = [case.name for case in cases]
    assert len(set(names)) == len(names)
    return [case.param() for case in cases]


def result(case: Case, folder: Path) -> dict[str, object]:
    """Return the reading of a case as text, and what breaks the invariants; answers are given by kind of question."""
    sheets = {"Figures": case.sheets} if isinstance(case.sheets, str) else case.sheets
    workbook = drawn(folder / case.file, sheets, case.hidden, case.saved)
    reading, answers = answered(workbook, case.answers)
    return shown(reading, case) | {"broken": held(workbook, reading, answers)}


def answered(workbook: Workbook, by_kind: Mapping[str, str]) -> tuple[Found, dict[str, str]]:
    """Return a reading after answers by kind of question, and the answers by id."""
    answers: dict[str, str] = {}
    reading = found(workbook)
    for _ in range(4):
        new = {q.id: by_kind[q.kind] for q in reading.questions if q.kind in by_kind and q.id not in answers}
        if not new:
            break
        answers |= new
        reading = found(workbook, answers)
    return reading, answers


def shown(reading: Found, case: Case) -> dict[str, object]:
    one_sheet = isinstance(case.sheets, str)
    kinds = {q.id: q.kind for q in reading.questions}
    lines = {}
    for fact in reading.facts:
        token = fact.tokens[0]
        cell = f"{letters(token.column)}{token.row}"
        place = cell if one_sheet else f"{fact.table.sheet}!{cell}"
        part = ", ".join(f"{title}={value}" for title, value in fact.part)
        waits = "".join(f" ?{kinds.get(number, 'nothing')}" for number in sorted(fact.pending))
        lines[place] = f"{fact.name} | {part} | {fact.period} | {fact.series} | {fact.value:.10g}{waits}"
    return {
        "facts": {cell: line for cell, line in lines.items() if case.count is None or cell in _facts(case)},
        "count": len(reading.facts),
        "asked": sorted(f"{q.kind} {q.grade}" for q in reading.questions if q.grade != "may"),
        "classes": {cells: _classes(reading, cells, one_sheet=one_sheet) for cells in _wanted_classes(case)},
    }


def wanted(case: Case) -> dict[str, object]:
    facts = _facts(case)
    return {
        "facts": facts,
        "count": len(facts) if case.count is None else case.count,
        "asked": sorted(line.strip() for line in case.asked.split(",") if line.strip()),
        "classes": _wanted_classes(case),
        "broken": {},
    }


def _facts(case: Case) -> dict[str, str]:
    lines = [[part.strip() for part in line.split("|")] for line in case.facts.strip().splitlines()]
    return {cell: " | ".join(rest) for cell, *rest in lines}


def _wanted_classes(case: Case) -> dict[str, str]:
    lines = [line.strip().rpartition(" ") for line in case.classes.strip().splitlines()]
    return {cells: what for cells, _, what in lines}


def _classes(reading: Found, cells: str, *, one_sheet: bool) -> str:
    sheet, _, area = cells.rpartition("!")
    left, top, right, bottom = range_boundaries(area)
    classes = {
        entry.what
        for (name, row, column), entry in reading.account.items()
        if (one_sheet or name == sheet) and top <= row <= bottom and left <= column <= right
    }
    return " ".join(sorted(classes)) or "none"
