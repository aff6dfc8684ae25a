"""The samples' figures, against formulas that a spreadsheet program works out beside the data.

The formulas are those that a controller would type: SUM and AVERAGE over the months of the year, a twelfth of the
annual target, actual by target. Skipped where LibreOffice is not installed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter as letter
from openpyxl.worksheet.worksheet import Worksheet

from kpireport import pipeline
from kpireport.pipeline import Job
from kpireport.resources import sample_workbooks

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
TODAY = date(2026, 11, 9)
MONTHS_OF_YEAR = {"minimal": 10, "group": 10, "group-zh": 10, "charity": 7, "wide": 10}
TITLES = {
    "name": ("指标名称", "指标", "KPI"),
    "target": ("2026", "2026年目标", "FY2027", "Target", "目标值", "Annual target", "Monthly target"),
    "numerator": ("Numerator",),
    "denominator": ("Denominator",),
    "field": ("Field", "变更项"),
    "effective": ("Effective from", "生效期间"),
    "old": ("Old", "原值"),
    "new": ("New", "新值"),
}
SHEETS = {"goals": ("Goals", "目标"), "targets": ("Targets",), "revisions": ("Revisions", "变更")}


@dataclass
class Sample:
    """A sample's cells by what they mean. rows: KPI to (sheet, row) of its months; last: the column of the month."""

    book: Workbook
    months: int
    goals: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    revised: dict[str, tuple[int, str, str]] = field(default_factory=dict)

    def of_months(self, name: str) -> str:
        """Return the cells of the year's months, or the formula that adds up a table of rows."""
        sheet, row, last = self.rows[name]
        return f"'{sheet}'!{letter(last - self.months + 1)}{row}:{letter(last)}{row}"

    def month(self, name: str, back: int = 0) -> str:
        sheet, row, last = self.rows[name]
        return f"'{sheet}'!{letter(last - back)}{row}"


def titled(sheet: Worksheet, what: str) -> tuple[int, int] | None:
    """Return row and column of a title in the first rows of a sheet."""
    for title in TITLES[what]:
        for row in range(1, 6):
            for column in range(1, sheet.max_column + 1):
                if sheet.cell(row, column).value == title:
                    return row, column
    return None


def read(name: str) -> Sample:
    found = Sample(load_workbook(sample_workbooks() / f"{name}.xlsx"), MONTHS_OF_YEAR[name])
    for sheet in found.book.worksheets:
        place = titled(sheet, "name")
        if place is None:
            continue
        head, first = place
        heads = {column: str(sheet.cell(head, column).value or "") for column in range(1, sheet.max_column + 1)}
        names = {row: str(sheet.cell(row, first).value) for row in range(head + 1, sheet.max_row + 1)}
        if sheet.title in SHEETS["goals"]:
            _goals(found, sheet, names)
        elif sheet.title in SHEETS["targets"]:
            last = next(c for c, text in heads.items() if text == "2026-10")
            found.typed |= {n: f"'{sheet.title}'!{letter(last - 9)}{r}:{letter(last)}{r}" for r, n in names.items()}
        elif sheet.title in SHEETS["revisions"]:
            _revisions(found, sheet, names)
        elif ends := [column for column, text in heads.items() if text in ("2026-10", "2026年10月")]:
            found.rows |= {n: (sheet.title, row, ends[0]) for row, n in names.items()}
    return found


def _goals(found: Sample, sheet: Worksheet, names: dict[int, str]) -> None:
    for row, name in names.items():
        goal: dict[str, str] = {}
        for title in TITLES["target"]:
            for column in range(1, sheet.max_column + 1):
                here = sheet.cell(row, column)
                over = [sheet.cell(r, column).value for r in range(1, 4)]
                if any(str(text) == title for text in over) and isinstance(here.value, int | float):
                    goal.setdefault("target", f"'{sheet.title}'!{here.coordinate}")
        for what in ("numerator", "denominator"):
            place = titled(sheet, what)
            value = sheet.cell(row, place[1]).value if place else None
            if value:
                goal[what] = str(value)
        found.goals[name] = goal


def _revisions(found: Sample, sheet: Worksheet, names: dict[int, str]) -> None:
    places = {what: titled(sheet, what) for what in ("field", "effective", "old", "new")}
    columns = {what: place[1] for what, place in places.items() if place}
    for row, name in names.items():
        if sheet.cell(row, columns["field"]).value in ("target", "目标"):
            month = int(str(sheet.cell(row, columns["effective"]).value).rstrip("月").replace("年", "-").split("-")[1])
            old, new = (f"'{sheet.title}'!{letter(columns[w])}{row}" for w in ("old", "new"))
            found.revised[name] = (month, old, new)


def formulas(sample: Sample, told: dict[str, Any]) -> dict[str, str]:
    """Return the formulas of one KPI, by the name of the figure in our JSON."""
    name, how = told["name"], told["aggregation"]
    parts = sample.goals[name]
    if name not in sample.rows and "numerator" not in parts:
        return {}
    if how == "ratio":
        top, bottom = parts["numerator"], parts["denominator"]
        made = {
            "actual": f"={sample.month(top)}/{sample.month(bottom)}",
            "ytd.actual": f"=SUM({sample.of_months(top)})/SUM({sample.of_months(bottom)})",
        }
    else:
        months, over = sample.of_months(name), {"sum": "SUM", "average": "AVERAGE"}.get(how)
        made = {"actual": f"={sample.month(name)}", "ytd.actual": f"={over}({months})" if over else ""}
        made["ytd.actual"] = made["ytd.actual"] or f"={sample.month(name)}"
        made["change.previous.delta"] = f"={sample.month(name)}-{sample.month(name, 1)}"
        made["change.previous.ratio"] = f"={sample.month(name)}/{sample.month(name, 1)}-1"
    if told["change"]["year_ago"]["ratio"] is not None and how != "ratio":
        made["change.year_ago.ratio"] = f"={sample.month(name)}/{sample.month(name, 12)}-1"
    return made | _targets(sample, told, parts)


def _targets(sample: Sample, told: dict[str, Any], parts: dict[str, str]) -> dict[str, str]:
    name, how, months = told["name"], told["aggregation"], sample.months
    if told["type"] != "kpi" or told["target_range"] or "target" not in parts:
        return {}
    whole = parts["target"]
    if name in sample.typed:
        cells = sample.typed[name]
        made = {"target": f"={cells.partition('!')[0]}!{cells.rpartition(':')[2]}", "ytd.target": f"=SUM({cells})"}
    elif name in sample.revised:
        month, old, new = sample.revised[name]
        made = {"target": f"={new}", "ytd.target": f"=({month - 1}*{old}+{months + 1 - month}*{new})/{months}"}
    elif how == "sum":
        made = {"target": f"={whole}/12", "ytd.target": f"={whole}/12*{months}", "year.target": f"={whole}"}
        made["year.reached"] = f"=[ytd.actual]/{whole}"
        made["year.expected"] = f"=[ytd.target]/{whole}"
        made["year.pace"] = f"=([ytd.actual]-[ytd.target])/{whole}*100"
    else:
        made = {"target": f"={whole}", "ytd.target": f"={whole}"}
    gap = "[{0}.actual]-[{0}.target]" if told["direction"] == "higher" else "[{0}.target]-[{0}.actual]"
    made["attainment"] = f"=1+({gap})/ABS([{{0}}.target])".replace("{0}.", "")
    made["ytd.attainment"] = f"=1+({gap})/ABS([{{0}}.target])".replace("{0}", "ytd")
    return made


def recalculated(sample: Sample, wanted: dict[str, dict[str, str]], folder: Path) -> dict[str, dict[str, Any]]:
    """Return what the formulas give, by KPI and figure."""
    sheet = sample.book.create_sheet("Proof")
    places: dict[tuple[str, str], str] = {}
    for row, (name, made) in enumerate(wanted.items(), 1):
        for column, figure in enumerate(made, 1):
            places[name, figure] = f"{letter(column)}{row}"
    for (name, figure), place in places.items():
        text = wanted[name][figure]
        for other in wanted[name]:
            text = text.replace(f"[{other}]", places[name, other])
        sheet[place] = text
    sample.book.save(folder / "proof.xlsx")
    out = folder / "out"
    home = f"-env:UserInstallation=file://{folder}/home"
    command = [str(OFFICE), home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out)]
    subprocess.run([*command, str(folder / "proof.xlsx")], check=True, capture_output=True, timeout=300)
    values = load_workbook(out / "proof.xlsx", data_only=True)["Proof"]
    return {name: {figure: values[places[name, figure]].value for figure in made} for name, made in wanted.items()}


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("name", "least"), [("minimal", 50), ("group", 180), ("group-zh", 80), ("charity", 50), ("wide", 2500)]
)
def test_a_spreadsheet_program_gets_the_same_figures(name: str, least: int, tmp_path: Path) -> None:
    job = Job((sample_workbooks() / f"{name}.xlsx",), TODAY, period="2026-10", formats=("json",), out=tmp_path)
    assert not pipeline.build(job).failed
    rows = json.loads((tmp_path / f"{name}.json").read_text("utf-8"))["kpis"]
    sample = read(name)
    wanted = {row["name"]: formulas(sample, row) for row in rows if row["actual"] is not None}
    given = {row["name"]: row for row in rows}
    found = recalculated(sample, wanted, tmp_path)
    compared, wrong = 0, []
    for kpi, figures in found.items():
        for figure, value in figures.items():
            ours: Any = given[kpi]
            for step in figure.split("."):
                ours = ours[step]
            compared += 1
            if ours is None or value != pytest.approx(ours, rel=1e-9, abs=1e-9):
                wrong.append(f"{kpi} {figure}: {wanted[kpi][figure]} gives {value}, the report says {ours}")
    assert not wrong, "\n".join(wrong)
    assert compared >= least
