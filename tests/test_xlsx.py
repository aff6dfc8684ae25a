"""The results workbook and the CSV: the JSON's figures, no text a formula, the same bytes."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kpireport import pipeline
from kpireport.pipeline import Job
from kpireport.render import table, xlsx
from kpireport.resources import sample_workbooks
from tests.workbooks import save

TODAY = date(2026, 11, 9)


def build(workbook: Path, out: Path, *formats: str, language: str | None = None) -> Path:
    outcome = pipeline.build(Job((workbook,), TODAY, formats=formats or ("xlsx", "json"), out=out, language=language))
    assert not outcome.failed, outcome.diagnostics
    return out / f"{workbook.stem}-results.xlsx"


def near(value: float | None) -> object:
    """openpyxl writes sixteen digits, which is one short of always."""
    return None if value is None else pytest.approx(value, rel=1e-14)


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(sample_workbooks() / "group.xlsx", tmp_path_factory.mktemp("results"))


def test_each_kpi_has_its_row_with_the_figures_of_the_json(group: Path) -> None:
    sheet = load_workbook(group)["Scorecard"]
    data = json.loads((group.parent / "group.json").read_text("utf-8"))
    heads = [cell.value for cell in sheet[3]]
    found = {row[heads.index("KPI")].value: row for row in sheet.iter_rows(min_row=4)}
    assert len(found) == len(data["kpis"])
    for kpi in data["kpis"]:
        row = found[kpi["name"]]
        assert row[heads.index("Actual")].value == near(kpi["actual"])
        assert row[heads.index("Target")].value == kpi["target"] or kpi["target_range"]
        assert row[heads.index("Attainment")].value == near(kpi["attainment"])
        assert row[heads.index("Year to date")].value == near(kpi["ytd"]["actual"])


def test_a_share_is_shown_as_a_percentage(group: Path) -> None:
    sheet = load_workbook(group)["Scorecard"]
    heads = [cell.value for cell in sheet[3]]
    row = next(row for row in sheet.iter_rows(min_row=4) if row[heads.index("KPI")].value == "Customers who stay")
    actual = row[heads.index("Actual")]
    assert actual.value == pytest.approx(0.876)
    assert actual.number_format == "0.0%"


def test_a_status_has_a_word_and_a_colour(group: Path) -> None:
    sheet = load_workbook(group)["Scorecard"]
    rules = {rule.formula[0]: rule.dxf for area in sheet.conditional_formatting for rule in area.rules if rule.dxf.fill}
    assert {row[0].value for row in sheet.iter_rows(min_row=4)} >= {"Off target", "Watch"}
    assert rules['$A4="Off target"'].fill.bgColor.rgb.endswith(xlsx.FILLS["off"])
    assert rules['$A4="Watch"'].fill.bgColor.rgb.endswith(xlsx.FILLS["watch"])


@pytest.mark.parametrize(
    ("kpi", "column", "shown"),
    [
        pytest.param("Service income", "Actual", "#,##0", id="whole numbers have no point behind them"),
        pytest.param("Days without heat", "Target", "#,##0.00", id="decimals as typed in any month"),
        pytest.param("Overtime", "Gap", "+#,##0.0;-#,##0.0;#,##0.0", id="a gap has its sign"),
        pytest.param("Customers who stay", "Gap", '+0.0" pp";-0.0" pp";0.0" pp"', id="a share's gap is in points"),
    ],
)
def test_figures_are_shown_as_in_the_report(group: Path, kpi: str, column: str, shown: str) -> None:
    sheet = load_workbook(group)["Scorecard"]
    heads = [cell.value for cell in sheet[3]]
    row = next(row for row in sheet.iter_rows(min_row=4) if row[1].value == kpi)
    assert row[heads.index(column)].number_format == shown


def test_a_target_that_is_a_range_is_written_as_one(group: Path) -> None:
    sheet = load_workbook(group)["Scorecard"]
    heads = [cell.value for cell in sheet[3]]
    row = next(row for row in sheet.iter_rows(min_row=4) if row[1].value == "Visits per engineer and day")
    assert row[heads.index("Target")].value == "4.8–5.6"


def test_every_sheet_prints_as_wide_as_a_page(group: Path) -> None:
    for sheet in load_workbook(group):
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert sheet.freeze_panes


def test_a_figure_leads_back_to_its_cell(group: Path) -> None:
    sheet = load_workbook(group)["Scorecard"]
    heads = [cell.value for cell in sheet[3]]
    cell = sheet.cell(4, heads.index("Actual from") + 1)
    assert cell.value == "Metrics!AI4"
    assert (cell.hyperlink.target, cell.hyperlink.location) == ("group.xlsx", "'Metrics'!AI4")


def test_all_periods_are_there(group: Path) -> None:
    data = json.loads((group.parent / "group.json").read_text("utf-8"))
    sheet = load_workbook(group)["Periods"]
    assert sheet["H2"].hyperlink.location == "'Metrics'!B4"
    assert sheet.max_row - 1 == sum(len(kpi["history"]) for kpi in data["kpis"])


def test_chinese_has_chinese_words(tmp_path: Path) -> None:
    made = build(sample_workbooks() / "group-zh.xlsx", tmp_path)
    book = load_workbook(made)
    assert book.sheetnames == ["计分卡", "各期数据", "问题"]
    assert {"未达标", "达标"} <= {row[0].value for row in book["计分卡"].iter_rows(min_row=4)}


HOSTILE = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x.invalid","y")', "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("name", HOSTILE)
def test_text_never_becomes_a_formula(tmp_path: Path, name: str) -> None:
    goals = [["kpi", "target", "unit"], [f" {name}", 100, "EUR"]]
    book = save(tmp_path / "b.xlsx", Goals=goals, Metrics=[["kpi", "2026-09", "2026-10"], [f" {name}", 90, 101]])
    made = build(book, tmp_path / "out")
    for sheet in load_workbook(made):
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    assert load_workbook(made)["Scorecard"]["B4"].value == name


def test_csv_text_never_becomes_a_formula() -> None:
    data = {
        "kpis": [
            {
                "status": "on", "name": name, "unit": "EUR", "level": None, "department": None, "owner": None,
                "actual": -1.5, "target": None, "gap": None, "attainment": None, "drivers_score": None,
                "change": {key: {"delta": 0.01, "ratio": None, "points": True} for key in ("previous", "year_ago")},
                "ytd": {"actual": None, "target": None, "attainment": None}, "signal": {"trend": "none"},
                "landing": {"point": None, "chance": None}, "cells": {"actual": [], "target": []}, "history": [],
            }
            for name in HOSTILE
        ]
    }  # fmt: skip
    written = table.as_csv(data, {})
    assert written.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in written
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    names = [row[table.COLUMNS.index("name")] for row in rows[1:]]
    assert names == [f"'{name}" for name in HOSTILE]
    assert {row[table.COLUMNS.index("actual")] for row in rows[1:]} == {"-1.5"}


def test_the_same_input_gives_the_same_bytes(group: Path, tmp_path: Path) -> None:
    assert build(sample_workbooks() / "group.xlsx", tmp_path).read_bytes() == group.read_bytes()


def test_every_word_of_the_table_is_in_both_languages() -> None:
    from kpireport import languages
    from kpireport.render import themes

    theme, _ = themes.find(None)
    assert theme is not None
    english, chinese = (themes.words(theme, languages.load(tag))["table"] for tag in ("en", "zh"))
    assert english.keys() == chinese.keys()
    assert set(table.COLUMNS) <= english.keys()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_another_program_opens_it(group: Path, tmp_path: Path) -> None:
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "csv", "--outdir",
         str(tmp_path), str(group)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    text = (tmp_path / "group-results.csv").read_text("utf-8", "replace")  # it writes in the machine's own letters
    assert "Customers who stay" in text
    assert "87.6%" in text
