"""Workbooks as finance staff keep them: look-alikes, with invented data, of the layouts that were seen in the world."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

import pytest

from kpireport.core import assembly
from kpireport.core.diagnostics import Severity
from kpireport.excel.read import read
from tests.saying import said
from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.model import Book

TODAY = date(2026, 11, 9)


def understood(path: Path) -> tuple[Book | None, tuple[Diagnostic, ...]]:
    workbook, told = read(path)
    assert workbook is not None
    assert told == ()
    return assembly.book([workbook], today=TODAY)


def drawn(book: Book) -> dict[str, str]:
    """Return each series of a KPI as one line: "Sales actual" → "2026-01 10, 2026-02 11"."""
    found: dict[str, list[str]] = {}
    for o in sorted(book.observations, key=lambda o: o.period):
        name = f"{book.kpis[o.kpi].name} {o.series.value}"
        name += f" [{o.department}]" if o.department else ""
        name += f" /{o.breakdown}" if o.breakdown else ""
        found.setdefault(name, []).append(f"{o.period.key} {o.value:.10g}" if o.value is not None else o.period.key)
    return {name: ", ".join(figures) for name, figures in found.items()}


# name: (sheets, what is read, codes of errors and warnings); S107: what was assumed until it is answered, S106: what
# must be answered
Case = tuple[dict[str, str], dict[str, str], str]

CASES: dict[str, Case] = {
    "L1: months across, with titles, a unit, a section, totals and notes": (
        {"Sheet1": """
            Sales report 2026 |||||
            | 单位：万元 ||||
            KPI | Unit | Jan | Feb | Mar | Total
            Income |||||
            Sales | k | 10 | 11 | 12 | 33
            Services | k | 5 | 5 | 6 | 16
            Total income | k | 15 | 16 | 18 | 49
            ||||||
            Note: Services without the branch |||||
            """},
        {"Sales actual": "2026-01 10, 2026-02 11, 2026-03 12", "Services actual": "2026-01 5, 2026-02 5, 2026-03 6"},
        "",
    ),
    "L1: the column of names has no title": (
        {"Figures": """
            | 2026-01 | 2026-02 | 2026-03
            Sales | 10 | 11 | 12
            Costs | 5 | 5 | 6
            """},
        {"Sales actual": "2026-01 10, 2026-02 11, 2026-03 12", "Costs actual": "2026-01 5, 2026-02 5, 2026-03 6"},
        "S107",
    ),
    "L2: one figure a row, with the target beside it": (
        {"Data": """
            KPI | Month | Actual | Target | Region
            Sales | 2026-01 | 10 | 12 | North
            Sales | 2026-01 | 7 | 8 | South
            Sales | 2026-02 | 11 | 12 | North
            """},
        {
            "Sales actual /North": "2026-01 10, 2026-02 11", "Sales actual /South": "2026-01 7",
            "Sales target /North": "2026-01 12, 2026-02 12", "Sales target /South": "2026-01 8",
        },
        "S107",
    ),
    "L3, W1: series in a column called 口径, labels only on the first row of a block": (
        {"KPI": """
            2025年区域财务指标分解 |||||||
            部门：华东区 || 责任人：王宁 || 单位：万元， % |||
            KPI序号 | KPI指标 | 填写部门 | 分解部门 | 计算公式 | 口径 | 1月 | 2月
            1.1 | 收入达成 | 财务 | 销售 | 实际收入/目标收入 | 目标金额 | 120 | 130
            |||||实际金额 | 110 | 135
            |||||差异 | -10 | 5
            '6.1.1 | 净利润 | 财务 | 财务 | | 目标 | -20 | -10
            |||||实际 | -15 | -12
            |||||差异 | 5 | -2
            |||||达成率 | 125% | 80%
            """},
        {
            "收入达成 target [销售]": "2025-01 120, 2025-02 130",
            "收入达成 actual [销售]": "2025-01 110, 2025-02 135",
            "净利润 target [财务]": "2025-01 -20, 2025-02 -10",
            "净利润 actual [财务]": "2025-01 -15, 2025-02 -12",
        },
        "S107",
    ),
    "L3: the KPI's name on a row of its own, its series below it": (
        {"2026": """
            项目 | 1月 | 2月 | 3月
            销售收入 | | |
            目标 | 100 | 110 | 120
            实际 | 95 | 112 | 118
            差异 | -5 | 2 | -2
            毛利 | | |
            目标 | 30 | 33 | 36
            实际 | 31 | 32 | 35
            """},
        {
            "销售收入 target": "2026-01 100, 2026-02 110, 2026-03 120",
            "销售收入 actual": "2026-01 95, 2026-02 112, 2026-03 118",
            "毛利 target": "2026-01 30, 2026-02 33, 2026-03 36", "毛利 actual": "2026-01 31, 2026-02 32, 2026-03 35",
        },
        "S107",
    ),
    "L4, W2: the series at the end of the label, totals a block, and one metric without a series": (
        {"Data 2026": """
            Metric | State | Jan | Feb | Mar | Total
            No of Staff PY | NSW | 9 | 9 | 9 | 9
            No of Staff Act | NSW | 10 | 10 | 11 | 11
            No of Staff Plan | NSW | 12 | 12 | 12 | 12
            |||||
            Revenue PY | NSW | 80 | 82 | 84 | 246
            Revenue ACT | NSW | 90 | 95 | 91 | 276
            Revenue Plan | NSW | 100 | 100 | 100 | 300
            Total | NSW | 301 | 308 | 307 |
            |||||
            No of sales | NSW | 41 | 40 | 39 | 120
            """},
        {
            "No of Staff previous year [NSW]": "2026-01 9, 2026-02 9, 2026-03 9",
            "No of Staff actual [NSW]": "2026-01 10, 2026-02 10, 2026-03 11",
            "No of Staff target [NSW]": "2026-01 12, 2026-02 12, 2026-03 12",
            "Revenue previous year [NSW]": "2026-01 80, 2026-02 82, 2026-03 84",
            "Revenue actual [NSW]": "2026-01 90, 2026-02 95, 2026-03 91",
            "Revenue target [NSW]": "2026-01 100, 2026-02 100, 2026-03 100",
            "No of sales actual [NSW]": "2026-01 41, 2026-02 40, 2026-03 39",
        },
        "S107",
    ),
    "L5, W3: pairs of columns, and their sums over the year": (
        {"Anna": """
            Month | Calls | Calls Target | Year Calls | Year Calls Target | Visits | Visits Target
            2026-01 | 40 | 50 | 40 | 50 | 8 | 10
            2026-02 | 52 | 50 | 92 | 100 | 9 | 10
            """},
        {
            "Calls actual": "2026-01 40, 2026-02 52", "Calls target": "2026-01 50, 2026-02 50",
            "Visits actual": "2026-01 8, 2026-02 9", "Visits target": "2026-01 10, 2026-02 10",
        },
        "S107",
    ),
    "L6, W9: one metric a column, months down": (
        {"Raw Data": """
            Month | Quarter | MRR ($) | Churn | NPS | Total
            'Jan-26 | Q1 | 50000 | 2.0% | 41 | 50041
            'Feb-26 | Q1 | 52000 | 1.5% | 44 | 52044
            """},
        {
            "MRR actual": "2026-01 50000, 2026-02 52000",
            "Churn actual": "2026-01 0.02, 2026-02 0.015",
            "NPS actual": "2026-01 41, 2026-02 44",
        },
        "S107",
    ),
    "L7: months over target and actual": (
        {"2026": """
            KPI | Unit | Jan ||| Feb ||
            || Target | Actual | Variance | Target | Actual | Variance
            Sales | EUR | 10 | 9 | -1 | 11 | 12 | 1
            Orders | pcs | 5 | 6 | 1 | 5 | 4 | -1
            """},
        {
            "Sales target": "2026-01 10, 2026-02 11", "Sales actual": "2026-01 9, 2026-02 12",
            "Orders target": "2026-01 5, 2026-02 5", "Orders actual": "2026-01 6, 2026-02 4",
        },
        "S107",
    ),
    "L7, W4: letter-spaced titles, metrics over month, target, actual, and the year in the sheet's name": (
        {"2024": """
            K P I   R E V I E W ||||||||
            S A L E S   D A T A |||| S A L A R Y   C O S T ||||
            MONTH | TARGET | ACTUAL | VARIANCE | MONTH | TARGET | ACTUAL | VARIANCE
            January | 100 | 90 | 10 | January | 40 | 42 | -2
            February | 100 | 110 | -10 | February | 40 | 38 | 2
            """},
        {
            "SALES DATA target": "2024-01 100, 2024-02 100", "SALES DATA actual": "2024-01 90, 2024-02 110",
            "SALARY COST target": "2024-01 40, 2024-02 40", "SALARY COST actual": "2024-01 42, 2024-02 38",
        },
        "S107",
    ),
    "L7, W5: years over months over the titles of the labels": (
        {"KPIs": """
            Year ||| 2025 || 2026 |
            Month of ||| November | December | January | February
            Facility | KPI | Category ||||
            East | ED Visits | Access | 10 | 11 | 12 | 13
            West | ED Visits | Access | 20 | 21 | 22 | 23
            """},
        {
            "ED Visits actual [East]": "2025-11 10, 2025-12 11, 2026-01 12, 2026-02 13",
            "ED Visits actual [West]": "2025-11 20, 2025-12 21, 2026-01 22, 2026-02 23",
        },
        "S107",
    ),
    "L7: the series in one heading with the month": (
        {"2026": """
            指标名称 | 1月目标 | 1月实际 | 1月达成率 | 2月目标 | 2月实际 | 2月达成率
            销售收入 | 100 | 95 | 95% | 110 | 121 | 110%
            订单 | 50 | 60 | 120% | 50 | 40 | 80%
            """},
        {
            "销售收入 target": "2026-01 100, 2026-02 110", "销售收入 actual": "2026-01 95, 2026-02 121",
            "订单 target": "2026-01 50, 2026-02 50", "订单 actual": "2026-01 60, 2026-02 40",
        },
        "S107",
    ),
    "L7: actual and forecast over the years, names without a title": (
        {"Income Statement": """
            Income Statement |||||
            || Actual | Actual | Forecast | Forecast
            || 2023 | 2024 | 2025 | 2026
            Revenue |||||
            Service | | 20 | 22 | 24 | 26
            Sponsors | | 3 | 3 | 4 | 4
            Total Revenue | | 23 | 25 | 28 | 30
            """},
        {
            "Service actual": "2023 20, 2024 22", "Service forecast": "2025 24, 2026 26",
            "Sponsors actual": "2023 3, 2024 3", "Sponsors forecast": "2025 4, 2026 4",
        },
        "S107",
    ),
    "L8: one sheet a month": (
        {
            "2026-01": """
            KPI | Target | Actual
            Sales | 10 | 9
            Orders | 5 | 6
            """,
            "2026-02": """
            KPI | Target | Actual
            Sales | 10 | 12
            Orders | 5 | 4
            """,
        },
        {
            "Sales target": "2026-01 10, 2026-02 10", "Sales actual": "2026-01 9, 2026-02 12",
            "Orders target": "2026-01 5, 2026-02 5", "Orders actual": "2026-01 6, 2026-02 4",
        },
        "S107",
    ),
    "L8: one sheet a KPI": (
        {
            "Sales": """
            Month | Target | Actual
            2026-01 | 10 | 9
            2026-02 | 10 | 11
            """,
            "Complaints": """
            Month | Target | Actual
            2026-01 | 3 | 4
            2026-02 | 3 | 2
            """,
        },
        {
            "Sales target": "2026-01 10, 2026-02 10", "Sales actual": "2026-01 9, 2026-02 11",
            "Complaints target": "2026-01 3, 2026-02 3", "Complaints actual": "2026-01 4, 2026-02 2",
        },
        "S107",
    ),
    "L8: one sheet a department, with the same KPIs": (
        {
            "North": """
            KPI | 2026-01 | 2026-02 | 2026-03
            Sales | 10 | 11 | 12
            """,
            "South": """
            KPI | 2026-01 | 2026-02 | 2026-03
            Sales | 20 | 21 | 22
            """,
        },
        {},
        "S101 S106",
    ),
    "L10, W12: transactions by category; how the categories make one figure is asked": (
        {"Actual": """
            Date | Category | Description | Amount
            '2026-01-03 | Rent | January | 900
            '2026-01-09 | Food | Market | 80
            """},
        {
            "Amount actual /Rent": "2026-01 900",
            "Amount actual /Food": "2026-01 80",
        },
        "S107",
    ),
    "L11, W6: stacked blocks, each with its own header": (
        {"Revenue": """
            Plan and controller ||||
            FY 2024 | Actual | Plan | Difference |
            |||||
            """},
        {},
        "S101",
    ),
    "L11: two tables below each other": (
        {"2026": """
            Sales figures ||||
            KPI | Jan | Feb | Mar
            Sales | 10 | 11 | 12
            Orders | 5 | 5 | 6
            |||
            Staff ||||
            KPI | Jan | Feb | Mar
            Headcount | 50 | 51 | 52
            """},
        {
            "Sales actual": "2026-01 10, 2026-02 11, 2026-03 12", "Orders actual": "2026-01 5, 2026-02 5, 2026-03 6",
            "Headcount actual": "2026-01 50, 2026-02 51, 2026-03 52",
        },
        "S107",
    ),
    "L11: two tables beside each other": (
        {"2026": """
            KPI | Jan | Feb | Mar | | KPI | Jan | Feb | Mar
            Sales | 10 | 11 | 12 | | Headcount | 50 | 51 | 52
            Orders | 5 | 5 | 6 | | Leavers | 1 | 0 | 2
            """},
        {
            "Sales actual": "2026-01 10, 2026-02 11, 2026-03 12", "Orders actual": "2026-01 5, 2026-02 5, 2026-03 6",
            "Headcount actual": "2026-01 50, 2026-02 51, 2026-03 52",
            "Leavers actual": "2026-01 1, 2026-02 0, 2026-03 2",
        },
        "S107",
    ),
    "months down and years across": (
        {"Sales": """
            Month | 2024 | 2025 | 2026
            Jan | 10 | 20 | 30
            Feb | 11 | 21 | 31
            """},
        {"Sales actual": "2024-01 10, 2024-02 11, 2025-01 20, 2025-02 21, 2026-01 30, 2026-02 31"},
        "S107",
    ),
    "year and month in columns of their own": (
        {"Data": """
            Year | Month | Sales | Costs
            2025 | 12 | 9 | 5
            2026 | 1 | 10 | 6
            """},
        {"Sales actual": "2025-12 9, 2026-01 10", "Costs actual": "2025-12 5, 2026-01 6"},
        "S107",
    ),
    "the same label under two headings is two KPIs": (
        {"2026": """
            | Jan | Feb | Mar
            North |||
            Sales | 1 | 2 | 3
            South |||
            Sales | 4 | 5 | 6
            """},
        {
            "North – Sales actual": "2026-01 1, 2026-02 2, 2026-03 3",
            "South – Sales actual": "2026-01 4, 2026-02 5, 2026-03 6",
        },
        "S107",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_layout_is_read_right(name: str, tmp_path: Path) -> None:
    sheets, expected, codes = CASES[name]
    book, told = understood(save(tmp_path / "book.xlsx", **sheets))
    assert " ".join(sorted({d.code for d in told if d.severity is not Severity.NOTE})) == codes
    assert (drawn(book) if book else {}) == expected


def test_a_near_miss_is_asked_about_in_the_reader_s_language(tmp_path: Path) -> None:
    sheets = {
        "Goals": """
            KPI | Target
            Orders on time | 95%
            """,
        "Metrics": """
            KPI | 2026-01 | 2026-02 | 2026-03
            Orders on tme | 94% | 95% | 96%
            """,
    }
    _, told = understood(save(tmp_path / "book.xlsx", **sheets))
    (near,) = (d for d in told if d.name == "KPI_UNKNOWN")
    assert "did you mean 'Orders on time'?" in said(near.problem)
    assert "是否指“Orders on time”？" in said(near.problem, "zh")
    assert "did you" not in said(near.problem, "zh")


def test_a_number_too_large_to_be_added_up_is_told(tmp_path: Path) -> None:
    sheets = {"Data": [["KPI", "2026-01", "2026-02", "2026-03"], ["Sales", 1e308, 1e308, 5]]}
    book, told = understood(save(tmp_path / "book.xlsx", **sheets))
    assert book is not None
    beyond = [(d.name, d.where.cell) for d in told if d.name != "QUESTION_ASSUMED"]
    assert beyond == [("NUMBER_BEYOND", "B2"), ("NUMBER_BEYOND", "C2")]
    assert drawn(book)["Sales actual"] == "2026-01, 2026-02, 2026-03 5"


# name: (table, each KPI's attributes, which they are)
BESIDE: dict[str, tuple[str, dict[str, tuple[object, ...]], tuple[str, ...]]] = {
    "the unit over a table is that of its lines, but of rates": (
        """
        经营指标 2026 |||
        金额单位：万元 |||
        指标 | 1月 | 2月 | 3月
        收入 | 10 | 11 | 12
        回款率 | 95% | 96% | 97%
        """,
        {"收入": ("万元",), "回款率": ("%",)},
        ("unit.text",),
    ),
    "a unit in a sentence over the table, its scale in words": (
        """
        Income statement, in thousands of USD |||
        KPI | 2026-01 | 2026-02 | 2026-03
        Net revenue | 10 | 11 | 12
        Headcount (persons) | 4 | 4 | 5
        """,
        {"Net revenue": ("USD k",), "Headcount (persons)": ("persons",)},
        ("unit.text",),
    ),
    "a target of the year beside the months is the goal's": (
        """
        2026 |||||
        KPI | Annual target | Direction | Jan | Feb | Mar
        Sales | 120 | higher | 10 | 11 | 12
        Waste | ≤5% | | 4% | 6% | 5%
        """,
        {"Sales": (120.0, None, "year", "higher"), "Waste": (0.05, None, "year", "lower")},
        ("target.value", "target.high", "basis", "direction"),
    ),
    "weights, and a running total in each line's own way": (
        """
        2026年KPI月报 |||||||
        部门 | 指标 | 权重 | 目标 | 1月 | 2月 | 3月 | 累计
        销售部 | 销售额 | 60% | 100 | 95 | 101 | 99 | 295
        销售部 | 回款率 | 40% | 95% | 93% | 94% | 96% | 94.3%
        """,
        {"销售额": (0.6, 100.0, "sum"), "回款率": (0.4, 0.95, "average")},
        ("weight", "target.value", "aggregation"),
    ),
    "a row of targets above the months is the target of each line": (
        """
        Month | Calls | Wait (min)
        Target | 500 | 5
        2026-01 | 480 | 6
        2026-02 | 520 | 4
        Average | 500 | 5
        """,
        {"Calls": (500.0, ""), "Wait": (5.0, "min")},
        ("target.value", "unit.text"),
    ),
    "the unit beside a name whose scenarios stand below it": (
        """
        KPI | Unit | 2026-01 | 2026-02
        Revenue | EUR ||
        Budget || 100 | 110
        Actual || 95 | 112
        Var % || -5% | 1.8%
        Costs | k EUR ||
        Budget || 50 | 50
        Actual || 52 | 49
        """,
        {"Revenue": ("EUR",), "Costs": ("k EUR",)},
        ("unit.text",),
    ),
    "one total a row for headcounts and for sales": (
        """
        Metric | 2026-01 | 2026-02 | 2026-03 | Total
        Staff ACT | 10 | 10 | 14 | 14
        Staff Plan | 12 | 12 | 15 | 15
        Revenue ACT | 90 | 95 | 91 | 276
        Revenue Plan | 100 | 101 | 100 | 301
        """,
        {"Staff": ("last",), "Revenue": ("sum",)},
        ("aggregation",),
    ),
    "a department of several is none of the KPI's, the only one is": (
        """
        KPI | Department | 2026-01 | 2026-02 | 2026-03
        Sales | North | 10 | 11 | 12
        Sales | South | 20 | 21 | 22
        Calls | South | 2 | 3 | 2
        """,
        {"Sales": ("",), "Calls": ("South",)},
        ("department",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BESIDE)
def test_what_stands_beside_the_figures_is_the_kpi_s(name: str, tmp_path: Path) -> None:
    table, expected, asked = BESIDE[name]
    book, _ = understood(save(tmp_path / "book.xlsx", Report=table))
    assert book is not None
    found = {kpi.name: tuple(_plain(attrgetter(each)(kpi)) for each in asked) for kpi in book.kpis.values()}
    assert found == expected


def test_a_row_of_words_is_no_title_and_is_told(tmp_path: Path) -> None:
    table = """
        KPI | 2026-01 | 2026-02 | 2026-03
        Audit passed | yes | yes | no
        NPS | 41 | n/a | 44
        """
    book, _ = understood(save(tmp_path / "book.xlsx", Report=table))
    assert book is not None
    assert drawn(book) == {"NPS actual": "2026-01 41, 2026-03 44"}
    (told,) = (said(r.message) for r in book.readings if r.where.cell == "A2" and r.topic == "ignored")
    assert told == "row 'Audit passed': words in place of figures"


def _plain(value: object) -> object:
    return getattr(value, "value", value)
