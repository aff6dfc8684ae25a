"""[[layout]]: ten lines teach a workbook that reads in no usual way; what is wrong in them is told with its remedy."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from kpireport.cli import main
from kpireport.core import assembly
from kpireport.core.diagnostics import Severity
from kpireport.core.parse.mapping import columns_of, range_of
from kpireport.excel.read import read
from kpireport.settings import layout
from kpireport.settings.table import SettingsTable
from tests.saying import said
from tests.test_layouts import TODAY, drawn
from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.model import Book
    from kpireport.core.parse.mapping import Layout


def taught(path: Path, toml: str) -> tuple[Book | None, list[Diagnostic]]:
    """Return a workbook as it is read with a mapping, and the errors and warnings of both."""
    table = SettingsTable(tomllib.loads(toml), file="kpireport.toml", folder=path.parent)
    layouts = layout.read(table)
    table.close()
    workbook, told = read(path)
    assert workbook is not None
    assert told == ()
    book, told = assembly.book([workbook], today=TODAY, layouts=layouts)
    return book, [d for d in (*table.problems, *told) if d.severity is not Severity.NOTE]


TAUGHT: dict[str, tuple[dict[str, str], str, dict[str, str]]] = {
    "L10: transactions are added up by month": (
        {"Actual": """
            Date | Category | Description | Amount
            '2026-01-03 | Rent | January | 900
            '2026-01-09 | Food | Market | 80
            '2026-01-19 | Food | Shop | 20
            '2026-02-01 | Rent | February | 900
            """},
        """
        [layout]
        sheet = "Actual"
        name = "Category"
        period = "Date"
        actual = "Amount"
        combine = "sum"
        """,
        {"Rent actual": "2026-01 900, 2026-02 900", "Food actual": "2026-01 80, 2026-01 20"},
    ),
    "the header is where nobody would look, and the titles say nothing": (
        {"Blatt": """
            Umsatzbericht |||
            |||
            Kennzahl | Monat | Ist | Soll
            Umsatz | 2026-01 | 10 | 12
            Umsatz | 2026-02 | 11 | 12
            """},
        """
        [layout]
        sheet = "Blatt"
        header = 3
        name = "Kennzahl"
        period = "Monat"
        actual = "Ist"
        target = "D"
        rename = { Umsatz = "Sales" }
        """,
        {"Sales actual": "2026-01 10, 2026-02 11", "Sales target": "2026-01 12, 2026-02 12"},
    ),
    "costs typed with a minus, in thousands, totals by another name, a year for bare months": (
        {"P&L": """
            Line | Jan | Feb | Mar | Sum of all
            Costs | -10 | -11 | -12 | -33
            Everything | -10 | -11 | -12 | -33
            """},
        """
        [layout]
        sheet = "P*"
        year = 2026
        sign = -1
        scale = 1000
        unit = "EUR"
        skip = ["Everything", "Sum of*"]
        """,
        {"Costs actual": "2026-01 10000, 2026-02 11000, 2026-03 12000"},
    ),
    "only some columns hold figures": (
        {"Data": """
            KPI | 2025-12 | 2026-01 | 2026-02 | 2026-03
            Sales | 1 | 2 | 3 | 4
            """},
        """
        [layout]
        sheet = "Data"
        figures = "C:D"
        """,
        {"Sales actual": "2026-01 2, 2026-02 3"},
    ),
    "one table of several on a sheet": (
        {"Data": """
            KPI | 2026-01 | 2026-02 | 2026-03
            Sales | 1 | 2 | 3
            |||
            KPI | 2026-01 | 2026-02 | 2026-03
            Sales | 7 | 8 | 9
            """},
        """
        [layout]
        sheet = "Data"
        table = "A4:D5"
        """,
        {"Sales actual": "2026-01 7, 2026-02 8, 2026-03 9"},
    ),
    "columns are given to KPIs": (
        {"Raw": """
            Monat | A1 | B1
            2026-01 | 5 | 6
            2026-02 | 7 | 8
            """},
        """
        [layout]
        sheet = "Raw"
        header = 1
        period = "Monat"
        [layout.metrics]
        A1 = "Calls"
        C = "Visits"
        """,
        {"Calls actual": "2026-01 5, 2026-02 7", "Visits actual": "2026-01 6, 2026-02 8"},
    ),
    "a sheet that is not to be read": (
        {"Data": """
            KPI | 2026-01 | 2026-02 | 2026-03
            Sales | 1 | 2 | 3
            """,
         "Old": """
            KPI | 2026-01 | 2026-02 | 2026-03
            Sales | 9 | 9 | 9
            """},
        """
        [[layout]]
        sheet = "Old"
        read = "nothing"
        """,
        {"Sales actual": "2026-01 1, 2026-02 2, 2026-03 3"},
    ),
    "a sheet by another name is the list of goals": (
        {"Ziele": """
            KPI | Target | Unit
            Sales | 10 | EUR
            """,
         "Data": """
            KPI | 2026-01 | 2026-02 | 2026-03
            Sales | 1 | 2 | 3
            """},
        """
        [[layout]]
        sheet = "Ziele"
        read = "goals"
        """,
        {"Sales actual": "2026-01 1, 2026-02 2, 2026-03 3"},
    ),
    "all figures of a table belong to one KPI": (
        {"Tabelle": """
            Monat | Ist | Plan
            2026-01 | 5 | 6
            2026-02 | 7 | 6
            """},
        """
        [layout]
        header = 1
        kpi = "Sales"
        period = "Monat"
        actual = "Ist"
        target = "Plan"
        """,
        {"Sales actual": "2026-01 5, 2026-02 7", "Sales target": "2026-01 6, 2026-02 6"},
    ),
    "rows of the header by number": (
        {"Data": """
            x | Actual | Actual | Forecast
            y | 2026-01 | 2026-02 | 2026-03
            Sales | 1 | 2 | 3
            """},
        """
        [layout]
        series = 1
        period = 2
        name = "A"
        """,
        {"Sales actual": "2026-01 1, 2026-02 2", "Sales forecast": "2026-03 3"},
    ),
    "W6: a scenario with a name of its own is the actual figure": (
        {"Revenue Data": """
            fiscal_year | category | estimate | amount
            2024 | Wage Tax | Plan | 1700
            2024 | Wage Tax | Controller | 1720
            2025 | Wage Tax | Plan | 1750
            2025 | Wage Tax | Controller | 1730
            """},
        """
        [layout]
        sheet = "Revenue Data"
        name = "category"
        rename = { Controller = "actual" }
        """,
        {"Wage Tax actual": "2024 1720, 2025 1730", "Wage Tax target": "2024 1700, 2025 1750"},
    ),
    "W6: one block of several, of one year": (
        {"Summary": """
            Revenue Summary ||||
            FY 2024 | Per Five Year Plan | Per Controller | Difference
            Wage Tax | 1700 | 1720 | 20
            Subtotal | 1700 | 1720 | 20
            ||||
            FY 2025 | Per Five Year Plan | Per Controller | Difference
            Wage Tax | 1750 | 1730 | -20
            """},
        """
        [layout]
        sheet = "Summary"
        table = "A2:D4"
        header = 2
        name = "A"
        target = "Per Five Year Plan"
        actual = "Per Controller"
        when = "FY2024"
        """,
        {"Wage Tax actual": "2024 1720", "Wage Tax target": "2024 1700"},
    ),
    "W8: scores without their weights, the person in the place of the department": (
        {"Sheet1": """
            name | depart | month | quality | quality_p | speed | speed_p | score
            张三 | 研发 | '2023-09 | 90 | 0.6 | 80 | 0.4 | 86
            李四 | 研发 | '2023-09 | 70 | 0.6 | 95 | 0.4 | 80
            """},
        """
        [layout]
        header = 1
        department = "name"
        period = "month"
        metrics = { quality = "Quality", speed = "Speed" }
        """,
        {
            "Quality actual [张三]": "2023-09 90", "Quality actual [李四]": "2023-09 70",
            "Speed actual [张三]": "2023-09 80", "Speed actual [李四]": "2023-09 95",
        },
    ),
    "W14: hours of a log of tasks": (
        {"Tasks": """
            Week Starting | Task Name | Task Complete? (Y/N) | Time Taken (hrs) | Task Overdue?
            @2026-01-05 | Invoices | Y | 3 | N
            @2026-01-05 | Invoices | N | 2.5 | Y
            @2026-01-12 | Invoices | Y | 4 | N
            """},
        """
        [layout]
        name = "Task Name"
        period = "Week Starting"
        actual = "Time Taken (hrs)"
        unit = "hours"
        combine = "sum"
        """,
        {"Invoices actual": "2026-W02 3, 2026-W02 2.5, 2026-W03 4"},
    ),
    "W15, W18: a table that names no month": (
        {"预算": """
            预算项目 | 数据 | 备注
            学费收入 | 120000 | 按人数
            其他收入 | 5000 |
            """},
        """
        [layout]
        sheet = "预算"
        when = "2026"
        """,
        {"学费收入 actual": "2026 120000", "其他收入 actual": "2026 5000"},
    ),
    "W15: actual and target of the current month": (
        {"KPIs": """
            KPI | Current Month ||| Year to Date ||
            | Actual | Target | Var | Actual | Target | Var
            Revenue | 100 | 110 | -10 | 300 | 330 | -30
            """},
        """
        [layout]
        when = "2026-03"
        """,
        {"Revenue actual": "2026-03 100", "Revenue target": "2026-03 110"},
    ),
    "decimals with a comma, typed as text": (
        {"Kennzahlen": """
            Kennzahl | Jan 2026 | Feb 2026 | Mrz 2026
            Umsatz | '1.150,5 | '1.180,2 | 1220
            """},
        """
        [layout]
        decimal = "comma"
        """,
        {"Umsatz actual": "2026-01 1150.5, 2026-02 1180.2, 2026-03 1220"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAUGHT)
def test_a_few_lines_teach_a_workbook(name: str, tmp_path: Path) -> None:
    sheets, toml, expected = TAUGHT[name]
    book, told = taught(save(tmp_path / "book.xlsx", **sheets), toml)
    assert [str(said(d.problem)) for d in told] == []
    assert book is not None
    assert drawn(book) == expected
    assert len([line for line in toml.splitlines() if line.strip()]) <= 10


DATA = {"Data": """
    KPI | 2026-01 | 2026-02 | 2026-03
    Sales | 1 | 2 | 3
    """}  # fmt: skip


@pytest.mark.parametrize(
    ("toml", "code", "place"),
    [
        pytest.param('[layout]\nsheet = "Dta"', "S211", "layout.sheet", id="a sheet that is not there"),
        pytest.param('[layout]\nname = "Kennzahl"', "S212", "layout.name", id="a title that is not there"),
        pytest.param('[layout]\ntable = "A1-D9"', "S213", "layout.table", id="no range"),
        pytest.param('[layout]\nfigures = "D:A"', "S213", "layout.figures", id="columns from right to left"),
        pytest.param("[layout]\nheader = 2", "S214", "layout", id="a header row without titles"),
        pytest.param("[layout]\nheader = true", "X404", "layout.header", id="a header that is no row"),
        pytest.param('[[layout]]\nnmae = "A"', "X403", "layout[1].nmae", id="a setting that is not known"),
        pytest.param("[layout]\nsign = 2", "X404", "layout.sign", id="a sign that is none"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_told_with_its_place(toml: str, code: str, place: str, tmp_path: Path) -> None:
    _, told = taught(save(tmp_path / "book.xlsx", **DATA), toml)
    assert (code, place) in [(d.code, d.where.cell) for d in told]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("B4:N60", (4, 2, 60, 14), id="a range"),
        pytest.param("$B$4:$N$60", (4, 2, 60, 14), id="as Excel copies it"),
        pytest.param("b:d", (1, 2, 0, 4), id="columns alone"),
        pytest.param("B4", None, id="one cell"),
        pytest.param("N4:B60", None, id="from right to left"),
        pytest.param("A9:B2", None, id="from below to above"),
        pytest.param("ZZZ1:ZZZ2", None, id="beyond the last column"),
    ],
)
def test_a_range_is_read_as_excel_writes_it(text: str, found: tuple[int, int, int, int] | None) -> None:
    assert range_of(text) == found


def test_columns_may_be_one() -> None:
    assert columns_of("D:O") == (4, 15)
    assert columns_of("D") == (4, 4)


def test_a_layout_is_about_sheets_by_pattern() -> None:
    table = SettingsTable({"layout": {"sheet": "Data 20*"}}, file="kpireport.toml", folder=None)  # type: ignore[arg-type]
    (rule,) = layout.read(table)
    assert _names(rule, "data 2026")
    assert not _names(rule, "Data")


def _names(rule: Layout, sheet: str) -> bool:
    from kpireport.core.workbook import Sheet

    return rule.names(Sheet("b.xlsx", sheet, {}))


def test_check_reads_with_the_mapping_of_the_settings_file(tmp_path: Path) -> None:
    path = save(tmp_path / "book.xlsx", **DATA)
    settings = tmp_path / "kpireport.toml"
    settings.write_text('[layout]\nsheet = "Dta"\n', "utf-8")
    done = CliRunner().invoke(main, ["check", str(path), "--settings", str(settings), "--today", "2026-04-09"])
    assert done.exit_code == 3
    assert "layout.sheet" in done.output
