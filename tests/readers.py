"""Two readers of the same workbook side by side, and hostile files read within bounds."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl

from kpireport.core.diagnostics import Severity
from kpireport.core.workbook import Cell, Workbook
from kpireport.excel.read import read
from kpireport.excel.text import decoded

A_SECOND = dt.timedelta(seconds=1)
SECONDS = 10.0
MEGABYTES = 1_000


def check_cells(path: Path) -> None:
    """Assert that values and formats of every cell are those that openpyxl reads."""
    book, problems = read(path)
    assert book is not None
    assert [p for p in problems if p.severity is not Severity.NOTE] == []
    theirs, ours = _values(path), _shown_cells(book)
    assert ours.keys() == theirs.keys()
    assert len(ours) > 50
    assert [(at, cell, theirs[at]) for at, cell in ours.items() if not _same(cell, theirs[at][0])] == []
    assert [(at, cell, theirs[at]) for at, cell in ours.items() if cell.format != theirs[at][1]] == []


def check_structure(path: Path) -> None:
    """Assert that formulas, merged ranges, and what is hidden are those that openpyxl reads."""
    book, _ = read(path)
    assert book is not None
    theirs = openpyxl.load_workbook(path)
    assert [sheet.name for sheet in book.sheets] == [sheet.title for sheet in theirs.worksheets]
    for sheet, other in zip(book.sheets, theirs.worksheets, strict=True):
        assert sheet.visibility.value == other.sheet_state
        assert sorted(sheet.merges) == sorted(
            (m.min_row, m.min_col, m.max_row, m.max_col)
            for m in other.merged_cells.ranges
            if m.size["rows"] * m.size["columns"] > 1
        )
        assert sheet.hidden_rows == {row for row, d in other.row_dimensions.items() if d.hidden or d.height == 0}
        assert sheet.hidden_columns == _hidden_columns(other)
        formulas = {(c.row, c.column) for row in other.iter_rows() for c in row if c.data_type == "f"}
        covered = {place for m in other.merged_cells.ranges for place in list(m.cells)[1:]}
        # openpyxl forgets what is in the cells that a merged range covers
        assert {(c.row, c.column) for c in sheet.cells() if c.formula} - covered == formulas


def _values(path: Path) -> dict[tuple[str, int, int], tuple[Any, str]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    found = {}
    for sheet in book.worksheets:
        # read_only trusts the size that the file claims, and a real goals report claims too little
        sheet.reset_dimensions()
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and cell.value != "":
                    found[sheet.title, cell.row, cell.column] = (cell.value, cell.number_format)
    book.close()
    return found


def _same(ours: Cell, theirs: Any) -> bool:
    """Return whether two readers mean the same."""
    if ours.error:
        return bool(theirs == ours.error)
    value = ours.value
    if isinstance(value, dt.datetime):
        # openpyxl rounds to the microsecond, kpireport to the second
        return isinstance(theirs, dt.datetime) and abs(theirs - value) <= A_SECOND
    if isinstance(theirs, dt.timedelta | dt.time | dt.datetime):
        # a time of day and a duration stay a number of days; so does a day that is before the calendar of Excel
        return isinstance(value, float) and abs(_days(theirs) - value) < 1.2 / 86_400
    if isinstance(value, str):
        return bool(value == decoded(str(theirs)))
    return bool(value == theirs and isinstance(value, bool) == isinstance(theirs, bool))


def _days(value: dt.timedelta | dt.time | dt.datetime) -> float:
    if isinstance(value, dt.timedelta):
        return value / dt.timedelta(days=1)
    if isinstance(value, dt.time):
        return (value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6) / 86_400
    return (value - dt.datetime.fromisoformat("1899-12-30")) / dt.timedelta(days=1)


def _shown_cells(book: Workbook) -> dict[tuple[str, int, int], Cell]:
    """Return the cells with something in them that is shown; formulas without a saved result are none."""
    return {
        (sheet.name, cell.row, cell.column): cell
        for sheet in book.sheets
        for cell in sheet.cells()
        if cell.error or (cell.value is not None and cell.value != "")
    }


def _hidden_columns(sheet: Any) -> set[int]:
    return {
        column
        for d in sheet.column_dimensions.values()
        if d.hidden or d.width == 0
        for column in range(d.min, d.max + 1)
    }


# What becomes of each hostile file: the codes of its problems ("reads" where there is none but notes), and how many
# cells with something in them are read (None: no workbook).
HOSTILE: dict[str, tuple[str, int | None]] = {
    "all_sheets_hidden.xlsx": ("reads", 42),
    "attribute_20mb.xlsx": ("F135", None),
    "backslash_names.xlsx": ("reads", 21),
    "billion_laughs_workbook.xlsx": ("F145", None),
    "bomb_1gb_whitespace_sheet.xlsx": ("F133", None),
    "bomb_1m_rows_styled_empty.xlsx": ("F135", None),
    "calamine__any_sheets.xlsb": ("F113", None),
    "calamine__empty_s_attribute.xlsx": ("reads", 10),
    "calamine__issue_594_dos.ods": ("F114", None),
    "circular_refs.xlsx": ("reads", 3),
    "closedxml__DrawingSizeInPx.xlsx": ("reads", 13567),
    "closedxml__InvalidColors.xlsx": ("reads", 2),
    "closedxml__~$LoadPivotTables.xlsx": ("F122", None),
    "control_bytes_sst.xlsx": ("F144", None),
    "control_good.xlsx": ("reads", 21),
    "csv_mixed_encoding.csv": ("F118", None),
    "csv_saved_as.xlsx": ("F118", None),
    "dates_1904.xlsx": ("reads", 5),
    "dates_out_of_range.xlsx": ("C003", 46),
    "defined_names_bad.xlsx": ("reads", 21),
    "dimension_lies_full_sheet.xlsx": ("reads", 21),
    "docx_as.xlsx": ("F120", None),
    "duplicate_entry.xlsx": ("F142", 0),
    "encrypted_agile_password.xlsx": ("F111", None),
    "entries_30k.xlsx": ("F132", None),
    "error_values_all.xlsx": ("reads", 32),
    "excelize__OverflowNumericCell.xlsx": ("reads", 1),
    "exceljs__test-row-styles.xlsx": ("reads", 1102),
    "external_links_dangling.xlsx": ("reads", 21),
    "far_corner_cell.xlsx": ("reads", 22),
    "fuzz_01_XRefCalcData.xls": ("F112", None),
    "fuzz_02_48325.xls": ("F112", None),
    "fuzz_06_apachepoi_53101.xlsx.xlsb": ("F113", None),
    "fuzz_07_any_sheets.xlsx": ("F144", None),
    "fuzz_08_with-annotation.ods": ("F114", None),
    "fuzz_12_1_NoIden.xlsx": ("F131", None),
    "fuzz_13_61063.xlsx": ("F136", None),
    "fuzz_14_control_good.xlsx": ("F143", None),
    "git_lfs_pointer.xlsx": ("F121", None),
    "good_no_extension": ("reads", 21),
    "header_at_row_38.xlsx": ("reads", 64),
    "headers_only.xlsx": ("reads", 16),
    "html_saved_as.xls": ("F115", None),
    "identical_values_and_extremes.xlsx": ("reads", 108),
    "injection_sheet_names.xlsx": ("F167", 84),
    "injection_strings.xlsx": ("reads", 156),
    "invalid_utf8_sst.xlsx": ("F144", None),
    "kpis_20k_rows.xlsx": ("reads", 260013),
    "many_900k_unique_shared_strings.xlsx": ("F149", None),
    "merge_100k_ranges.xlsx": ("F155", None),
    "merge_overlap_and_bad.xlsx": ("F168", 21),
    "method_stored.xlsx": ("reads", 21),
    "missing_shared_strings.xlsx": ("F157", None),
    "mixed_types_in_row.xlsx": ("reads", 25),
    "no_sheets.xlsx": ("F161", 0),
    "numbers_weird.xlsx": ("C003 C019", 30),
    "odd_sheet_names.xlsx": ("F167", 84),
    "ods_billion_laughs.ods": ("F114", None),
    "ods_many_tables.ods": ("F114", None),
    "ods_percent_currency_date.ods": ("F114", None),
    "overlapped_entries_300_sheets.xlsx": ("F133", None),
    "period_headers_zoo.xlsx": ("reads", 191),
    "phpss__issue.1482.xlsx": ("reads", 60),
    "phpss__issue.3982.xlsx": ("reads", 96),
    "phpss__nomimetype.ods": ("F114", None),
    "poi__60825.xlsx": ("reads", 0),
    "poi__64420.xlsm": ("reads", 2),
    "poi__Excel_file_with_trash_item.xlsx": ("reads", 5440),
    "poi__clusterfuzz-testcase-minimized-POIHSSFFuzzer-5816431116615680.xls": ("F112", None),
    "poi__clusterfuzz-testcase-minimized-POIXSSFFuzzer-5937385319563264.xlsx": ("F164", 1956),
    "poi__picture.xlsx": ("reads", 20),
    "poi__poc-shared-strings.xlsx": ("F151", None),
    "poi__protected_passtika.xlsb": ("F111", None),
    "prepended_junk.xlsx": ("F122", None),
    "quadratic_blowup_sst.xlsx": ("F145", None),
    "ref_malformed.xlsx": ("C002", 22),
    "ref_out_of_range.xlsx": ("C002", 21),
    "rels_absolute_target.xlsx": ("reads", 21),
    "rels_target_traversal.xlsx": ("F163", 0),
    "rows_unordered_duplicate.xlsx": ("C001", 21),
    "scaled_number_formats.xlsx": ("reads", 76),
    "several_tables_one_sheet.xlsx": ("reads", 28),
    "sheet_view_bad.xlsx": ("reads", 21),
    "sheet_xml_cut.xlsx": ("F164", 0),
    "sheetjs__xlsx-stream-d-date-cell.xlsx": ("reads", 33),
    "spreadsheetml2003.xls": ("F116", None),
    "style_unknown_attr.xlsx": ("reads", 21),
    "styled_empty_rows_60k.xlsx": ("reads", 48),
    "trailing_junk.xlsx": ("F131", None),
    "utf16_sheet.xlsx": ("reads", 21),
    "wide_16384_columns.xlsx": ("reads", 32768),
    "xlsx_saved_as.xls": ("reads", 21),
    "xxe_parameter_entity.xlsx": ("F145", None),
}

# Runs in a process of its own, so that a bound that fails ends that process and not the machine.
CHILD = """
import json, resource, sys, time
from pathlib import Path
from kpireport import languages
from kpireport.core.diagnostics import Severity
from kpireport.excel import other
from kpireport.excel.read import read

SAY = [languages.load(tag).text for tag in ("en", "zh")]

other.installed = lambda: False  # what becomes of .xls and the like is told in corpus/outcomes.toml
limit = int(sys.argv[2]) * 1_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for path in sorted(Path(sys.argv[1]).iterdir()):
    start = time.perf_counter()
    book, problems = read(path)
    print(json.dumps({
        "name": path.name,
        "seconds": time.perf_counter() - start,
        "codes": " ".join(sorted({p.code for p in problems if p.severity is not Severity.NOTE})) or "reads",
        "cells": None if book is None else sum(len(row) for sheet in book.sheets for row in sheet.rows.values()),
        "lines": [f"{p.where}: {say(p.problem)}: {say(p.fix)}" for p in problems for say in SAY],
    }))
"""


def hostile_outcomes(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what comes of each file of ``folder``, all read within 1 GB, by its name."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHILD, str(folder), str(MEGABYTES)],
        capture_output=True,
        timeout=300,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    assert done.stderr == b""
    assert done.returncode == 0
    return {outcome["name"]: outcome for outcome in map(json.loads, done.stdout.splitlines())}


def check_outcome(outcome: dict[str, Any]) -> None:
    """Assert that a hostile file is refused or read as HOSTILE says, within the bounds."""
    assert (outcome["codes"], outcome["cells"]) == HOSTILE[outcome["name"]]
    assert outcome["seconds"] < SECONDS
    for line in outcome["lines"]:
        assert line.isprintable()
        assert len(line) < 1_000
