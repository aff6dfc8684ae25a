"""Look-alikes of the public workbooks W6 to W19, and workbooks of other trades, with their traps and invented data.

Each reads right, with what is assumed told (S107), or is asked about (S106), or refused with a code that says why; a
wrong number read silently is the worst.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kpireport.core.diagnostics import Severity
from tests.test_layouts import drawn, understood
from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

    from tests.test_layouts import Case

WORLD: dict[str, Case] = {
    "W6: blocks by year, plan beside controller, and a tidy sheet whose second scenario has a name of its own": (
        {"Revenue Summary": """
            City of Somewhere ||||
            Office of the Controller ||||
            Revenue Summary, Five Year Plan FY 2024 to FY 2025 ||||
            as of March 12, 2024 ||||
            (amounts in thousands) ||||
            FY 2024 | Per Five Year Plan | Per Controller | Difference | Percent Difference
            Wage Tax | 1700 | 1720 | 20 | 1.2%
            Subtotal | 1700 | 1720 | 20 | 1.2%
            Fees | 300 | 310 | 10 | 3.3%
            ||||
            FY 2025 | Per Five Year Plan | Per Controller | Difference | Percent Difference
            Wage Tax | 1750 | 1730 | -20 | -1.1%
            Fees | 0 | 310 | 310 | #DIV/0!
            """,
         "Revenue Data": """
            fiscal_year | kpi | estimate | amount
            2024 | Wage Tax | Plan | 1700
            2024 | Wage Tax | Controller | 1720
            2025 | Wage Tax | Plan | 1750
            2025 | Wage Tax | Controller | 1730
            """},
        {
            "Wage Tax target": "2024 1700, 2025 1750",
            "Fees target": "2024 300, 2025 0",
        },
        "S102 S106 S107",
    ),
    "W6: blocks below each other, the year in the corner of each": (
        {"Summary": """
            Revenue Summary ||||
            FY 2024 | Plan | Actual | Difference | Percent Difference
            Wage Tax | 1700 | 1720 | 20 | 1.2%
            Subtotal | 1700 | 1720 | 20 | 1.2%
            ||||
            FY 2025 | Plan | Actual | Difference | Percent Difference
            Wage Tax | 1750 | 1730 | -20 | -1.1%
            Fees | 0 | 310 | 310 | #DIV/0!
            """},
        {"Wage Tax actual": "2024 1720, 2025 1730", "Wage Tax target": "2024 1700, 2025 1750",
         "Fees actual": "2025 310", "Fees target": "2025 0"},
        "S107",
    ),
    "W7: an appraisal form with merged cells, scores and a table of grades is no table of figures": (
        {"绩效": """
            员工绩效考核表 ||||||||
            姓名：李雷 || 部门：财务部 || 考核期：2026年第一季度 ||||
            考核维度 | 阶段 | 目标（最多写5个） | 目标权重 | 关键结果 | 完成进度 | 评分范围 | 自评 | 领导评分
            业绩 | 1 | 提高回款率 | 40% | 回款率达到95% | 完成 | 75-90分 | 85 | 88
            | 2 | 降低费用 | 30% | 费用下降5% | 未开始 | 60-75分 | 70 | 72
            目标权重之和 ||| 100% |||||
            备注：评分标准见下表 ||||||||
            等级 | 分数 |||||||
            A | 90-100 |||||||
            #merge A1:I1 A4:A5 A6:C6
            """},
        {},
        "S101 S106",
    ),
    "W8: scores and their weights in pairs of columns, a row a person": (
        {"Sheet1": """
            name | depart | month | quality | quality_p | speed | speed_p | score
            张三 | 研发 | '2023-09 | 90 | 0.6 | 80 | 0.4 | 86
            李四 | 研发 | '2023-09 | 70 | 0.6 | 95 | 0.4 | 80
            """},
        {
            "quality actual [研发] /name: 张三": "2023-09 90",
            "speed actual [研发] /name: 张三": "2023-09 80",
            "score actual [研发] /name: 张三": "2023-09 86",
            "quality actual [研发] /name: 李四": "2023-09 70",
            "speed actual [研发] /name: 李四": "2023-09 95",
            "score actual [研发] /name: 李四": "2023-09 80",
        },
        "S107",
    ),
    "W9: a dashboard of cards beside the raw data, and a hidden sheet without results": (
        {"Dashboard": """
            SALES ||| PROFIT |||
            1200 ||| 300 |||
            NRR (benchmark: >110%) ||| vs last month |||
            """,
         "Raw Data": """
            Month | Quarter | MRR ($) | NPS
            'Jan-26 | Q1 | 50000 | 41
            'Feb-26 | Q1 | 52000 | 44
            """},
        {
            "MRR actual": "2026-01 50000, 2026-02 52000",
            "NPS actual": "2026-01 41, 2026-02 44",
        },
        "S107",
    ),
    "W10: targets of the week, of the month and of all in one table; they do not add up and are left out": (
        {"Sheet1": """
            日期 | 周 | 渠道 | 销售额 | 周KPI | 月KPI | 总KPI
            @2026-01-05 | 1 | 天猫 | 100 | 110 | 450 | 5000
            @2026-01-12 | 2 | 天猫 | 120 | 110 | | 5000
            @2026-01-19 | 3 | 天猫 | 90 | 110 | | 5000
            @2026-02-02 | 5 | 天猫 | 130 | 120 | 480 | 5000
            """},
        {"销售额 actual /天猫": "2026-W02 100, 2026-W03 120, 2026-W04 90, 2026-W06 130"},
        "S107",
    ),
    "W11: Korean titles, targets without a month": (
        {"Sheet1": """
            채널 | 목표 비용 | 목표 매출 | 목표 ROAS
            네이버 | 1000 | 5000 | 500%
            구글 | 2000 | 8000 | 400%
            """},
        {},
        "S101 S106",
    ),
    "W12: a budget with sections and totals from B2 on, actual figures as transactions with a list beside": (
        {"Budget": """
            ||||||
            | Budget 2026 |||||
            | Figures in USD | January | February | March | Total
            | Income: |||||
            | Salary | 5000 | 5000 | 5000 | 15000
            | Interest | 10 | 10 | 10 | 30
            | Total Income | 5010 | 5010 | 5010 | 15030
            ||||||
            | Expenses: |||||
            | Rent | 900 | 900 | 900 | 2700
            | Total Expenses | 900 | 900 | 900 | 2700
            """,
         "Actual": """
            | Date | Month | Category | Description | Amount | | List
            | @2026-01-03 | January | Rent | flat | 900 | | Rent
            | @2026-01-09 | January | Salary | firm | 5000 | | Salary
            | @2026-02-03 | February | Rent | flat | 900 | | Interest
            | @2026-02-09 | February | Salary | firm | 5100
            """},
        {
            "Salary target": "2026-01 5000, 2026-02 5000, 2026-03 5000",
            "Interest target": "2026-01 10, 2026-02 10, 2026-03 10",
            "Rent target": "2026-01 900, 2026-02 900, 2026-03 900",
            "Rent actual": "2026-01 900, 2026-02 900",
            "Salary actual": "2026-01 5000, 2026-02 5100",
        },
        "S107",
    ),
    "W13: ends of years across, padded names, ratios as fractions beside money, expenses with a minus": (
        {"KPI": """
            | @2022-12-31 | @2023-12-31 | @2024-12-31
            'Net interest income   | 105.2 | 190.1 | 188.4
            Operating expenses | -80.1 | -84.9 | -90.2
            Cost to income ratio | 0.447 | 0.401 | 0.42
            """},
        {
            "Net interest income actual": "2022 105.2, 2023 190.1, 2024 188.4",
            "Operating expenses actual": "2022 -80.1, 2023 -84.9, 2024 -90.2",
            "Cost to income ratio actual": "2022 0.447, 2023 0.401, 2024 0.42",
        },
        "S107",
    ),
    "W14: a log of tasks by week; how the tasks of a week make one figure is asked": (
        {"Tasks": """
            Week Starting | Task Name | Task Complete? (Y/N) | Time Taken (hrs) | Task Overdue?
            @2026-01-05 | Invoices | Y | 3 | N
            @2026-01-05 | Reports | N | 2.5 | Y
            @2026-01-12 | Invoices | Y | 4 | N
            """},
        {
            "Time Taken actual /Invoices": "2026-W02 3, 2026-W03 4",
            "Time Taken actual /Reports": "2026-W02 2.5",
        },
        "S107",
    ),
    "W15: actual, target and variance of the current month, which nothing names": (
        {"KPIs": """
            KPI | Current Month ||| Year to Date ||
            | Actual | Target | Var | Actual | Target | Var
            Revenue | 100 | 110 | -10 | 300 | 330 | -30
            Cost | 50 | 55 | -5 | 150 | 165 | -15
            """},
        {},
        "S101 S106",
    ),
    "W15: the same, and the title says which month it is": (
        {"KPIs": """
            Monthly report March 2026 ||||||
            KPI | Current Month ||| Year to Date ||
            | Actual | Target | Var | Actual | Target | Var
            Revenue | 100 | 110 | -10 | 300 | 330 | -30
            Cost | 50 | 55 | -5 | 150 | 165 | -15
            """},
        {
            "Revenue actual": "2026-03 100", "Revenue target": "2026-03 110",
            "Cost actual": "2026-03 50", "Cost target": "2026-03 55",
        },
        "S107",
    ),
    "W16: a report on goals in words has no figures": (
        {"Report": """
            Annual Goals Report 2026 ||||||
            Unit | Goal Name | Objective Id | Objective | Priority | Status | Responsible Officer
            Library | More visitors | 1.1 | Raise visits by 5% | High | In progress | Ana
            Library | Better space | 1.2 | Renew the hall | Low | Done | Bo
            """},
        {},
        "S101",
    ),
    "W17: quarters across, rows of categories, the year in the title": (
        {"Sheet1": """
            Balanced scorecard 2025 ||||
            KPI | Q1 | Q2 | Q3 | Q4
            Customer ||||
            Satisfaction | 85% | 86% | 87% | 88%
            Complaints | 12 | 10 | 9 | 8
            Internal ||||
            Cycle time | 5.5 | 5.2 | 5.1 | 5
            """},
        {
            "Satisfaction actual": "2025-Q1 0.85, 2025-Q2 0.86, 2025-Q3 0.87, 2025-Q4 0.88",
            "Complaints actual": "2025-Q1 12, 2025-Q2 10, 2025-Q3 9, 2025-Q4 8",
            "Cycle time actual": "2025-Q1 5.5, 2025-Q2 5.2, 2025-Q3 5.1, 2025-Q4 5",
        },
        "S107",
    ),
    "W18: stacked tables of a budget, a value for each item and no month": (
        {"预算": """
            一、收入预算 ||
            预算项目 | 数据 | 备注
            学费收入 | 120000 | 按人数
            其他收入 | 5000 |
            ||
            二、支出预算 ||
            预算项目 | 数据 | 备注
            教师费用 | 60000 |
            场地 | 20000 | 年付
            """},
        {},
        "S101 S106",
    ),
    "W19: Year 1 to Year 5 name no year": (
        {"Five years": """
            | Initial balance | Year 1 | Year 2 | Year 3 | Year 4 | Year 5
            Revenue | 0 | 100 | 120 | 140 | 160 | 180
            Costs | 50 | 80 | 90 | 95 | 100 | 105
            """},
        {},
        "S101 S106",
    ),
    "a budget sheet and an actual sheet with the same rows are target and actual, not two departments": (
        {"Budget": """
            2026 |||
            KPI | Jan | Feb | Mar
            Sales | 10 | 11 | 12
            """,
         "Actual": """
            2026 |||
            KPI | Jan | Feb | Mar
            Sales | 9 | 12 | 12
            """},
        {"Sales target": "2026-01 10, 2026-02 11, 2026-03 12", "Sales actual": "2026-01 9, 2026-02 12, 2026-03 12"},
        "S107",
    ),
    "a plan table above an actual table": (
        {"Sheet1": """
            2026 PLAN |||
            KPI | Jan | Feb | Mar
            Sales | 10 | 11 | 12
            |||
            2026 ACTUAL |||
            KPI | Jan | Feb | Mar
            Sales | 9 | 12 | 12
            """},
        {"Sales target": "2026-01 10, 2026-02 11, 2026-03 12", "Sales actual": "2026-01 9, 2026-02 12, 2026-03 12"},
        "S107",
    ),
    "a sheet called PL is a profit and loss account and no plan": (
        {"PL": """
            Income statement, in thousands of USD ||||
            | Q1 2025 | Q2 2025 | Q3 2025
            Net revenue | 1000 | 1100 | 1200
            % growth | 5 | 10 | 9.1
            """},
        {
            "Net revenue actual": "2025-Q1 1000, 2025-Q2 1100, 2025-Q3 1200",
            "% growth actual": "2025-Q1 0.05, 2025-Q2 0.1, 2025-Q3 0.091",
        },
        "S107",
    ),
    "actual, budget and variance below two merged months": (
        {"P&L": """
            ACME Ltd. ||||||
            Management accounts FY2026 (EUR k) ||||||
            | January ||| February ||
            | Actual | Budget | Var | Actual | Budget | Var
            Revenue | 500 | 520 | -20 | 510 | 520 | -10
            Cost of sales | '(200) | '(210) | 10 | '(205) | '(210) | 5
            #merge B3:D3 E3:G3
            """},
        {
            "Revenue actual": "2026-01 500, 2026-02 510", "Revenue target": "2026-01 520, 2026-02 520",
            "Cost of sales actual": "2026-01 -200, 2026-02 -205", "Cost of sales target": "2026-01 -210, 2026-02 -210",
        },
        "S107",
    ),
    "target and actual in a column without a title, names merged over both": (
        {"2026": """
            KPI | | Jan | Feb | Mar
            Sales | Target | 10 | 11 | 12
            | Actual | 9 | 12 | 12
            Complaints | Target | 5 | 5 | 5
            | Actual | 6 | 4 | 5
            #merge A2:A3 A4:A5
            """},
        {
            "Sales target": "2026-01 10, 2026-02 11, 2026-03 12", "Sales actual": "2026-01 9, 2026-02 12, 2026-03 12",
            "Complaints target": "2026-01 5, 2026-02 5, 2026-03 5",
            "Complaints actual": "2026-01 6, 2026-02 4, 2026-03 5",
        },
        "S107",
    ),
    "a row Target below each KPI, under headings of groups": (
        {"2026": """
            | Jan | Feb | Mar
            Kitchen |||
            Meals | 1000 | 1100 | 1050
            Target | 1100 | 1100 | 1100
            Waste | 40 | 42 | 41
            Target | 35 | 35 | 35
            """},
        {
            "Meals actual": "2026-01 1000, 2026-02 1100, 2026-03 1050",
            "Meals target": "2026-01 1100, 2026-02 1100, 2026-03 1100",
            "Waste actual": "2026-01 40, 2026-02 42, 2026-03 41", "Waste target": "2026-01 35, 2026-02 35, 2026-03 35",
        },
        "S107",
    ),
    "actual months and forecast months marked by a letter": (
        {"FC": """
            | Jan-26 A | Feb-26 A | Mar-26 F | Apr-26 F
            Revenue | 100 | 110 | 115 | 120
            """},
        {"Revenue actual": "2026-01 100, 2026-02 110", "Revenue forecast": "2026-03 115, 2026-04 120"},
        "S107",
    ),
    "a target beside its metric, the unit behind both": (
        {"Store": """
            Month | Sales (EUR) | Sales target (EUR) | Footfall | YTD sales
            @2026-01-01 mmm-yy | 50000 | 52000 | 8000 | 50000
            @2026-02-01 mmm-yy | 48000 | 50000 | 7600 | 98000
            Total | 98000 | 102000 | 15600 |
            """},
        {
            "Sales actual": "2026-01 50000, 2026-02 48000",
            "Sales target": "2026-01 52000, 2026-02 50000",
            "Footfall actual": "2026-01 8000, 2026-02 7600",
        },
        "S107",
    ),
    "a target right of the only metric is its target": (
        {"Shop": """
            Month | Sales | Target | Comment
            2026-01 | 10 | 12 | snow
            2026-02 | 13 | 12 |
            """},
        {"Sales actual": "2026-01 10, 2026-02 13", "Sales target": "2026-01 12, 2026-02 12"},
        "S107",
    ),
    "a target right of each metric": (
        {"Shop": """
            Month | Sales | Target | Visits | Target
            2026-01 | 10 | 12 | 100 | 110
            2026-02 | 13 | 12 | 120 | 110
            """},
        {
            "Sales actual": "2026-01 10, 2026-02 13", "Sales target": "2026-01 12, 2026-02 12",
            "Visits actual": "2026-01 100, 2026-02 120", "Visits target": "2026-01 110, 2026-02 110",
        },
        "S107",
    ),
    "days down are days, not a month said again and again": (
        {"Daily": """
            Date | Calls | Service level
            @2026-01-01 | 500 | 96%
            @2026-01-02 | 520 | 96.2%
            @2026-01-03 | 480 | 97.9%
            """},
        {
            "Calls actual": "2026-01-01 500, 2026-01-02 520, 2026-01-03 480",
            "Service level actual": "2026-01-01 0.96, 2026-01-02 0.962, 2026-01-03 0.979",
        },
        "S107",
    ),
    "weeks by their Mondays across": (
        {"Warehouse": """
            KPI | @2026-01-05 d-mmm | @2026-01-12 d-mmm | @2026-01-19 d-mmm
            Picks per hour | 75 | 78 | 82
            """},
        {"Picks per hour actual": "2026-W02 75, 2026-W03 78, 2026-W04 82"},
        "S107",
    ),
    "sums of quarters between the months are checked and left out": (
        {"2026": """
            St. Mary Hospital – KPI report |||||||
            KPI | Unit | Jan | Feb | Mar | Q1 | Apr | May
            Admissions | # | 1150 | 1180 | 1220 | 3550 | 1210 | 1190
            #merge A1:H1
            """},
        {
            "Admissions actual": "2026-01 1150, 2026-02 1180, 2026-03 1220, 2026-04 1210, 2026-05 1190",
        },
        "",
    ),
    "a title with the unit and the year, a total, a rate, who filled it in": (
        {"财务报表": """
            2026年度经营指标完成情况表 |||||||
            编制单位：华南公司 |||||| 单位：万元
            序号 | 指标名称 | 年度目标 | 1月 | 2月 | 3月 | 合计 | 完成率
            1 | 营业收入 | 12000 | 900 | 950 | 1020 | 2870 | 23.9%
            2 | 利润总额 | 1500 | 100 | -20 | 130 | 210 | 14%
            填表人：张三 |||||||
            说明：利润总额含补贴 |||||||
            """},
        {
            "营业收入 actual": "2026-01 900, 2026-02 950, 2026-03 1020",
            "利润总额 actual": "2026-01 100, 2026-02 -20, 2026-03 130",
        },
        "S107",
    ),
    "a school year in the title, percent in the name": (
        {"School": """
            Term report 2025/26 |||||
            Measure | Target | Sep | Oct | Nov | Dec | Jan
            Attendance % | 95 | 94.1 | 95.2 | 93.8 | 94 | 94.9
            """},
        {"Attendance % actual": "2025-09 0.941, 2025-10 0.952, 2025-11 0.938, 2025-12 0.94, 2026-01 0.949"},
        "S107",
    ),
    "percent as text, negative in brackets, nothing to say": (
        {"Dash": """
            KPI | Jan 2026 | Feb 2026 | Mar 2026
            Margin | '12.5% | '13.1% | '11.9%
            Cash flow | '(1,200) | '3,400 | '(500)
            Churn | '2.1% | n/a | '1.9%
            """},
        {
            "Margin actual": "2026-01 0.125, 2026-02 0.131, 2026-03 0.119",
            "Cash flow actual": "2026-01 -1200, 2026-02 3400, 2026-03 -500",
            "Churn actual": "2026-01 0.021, 2026-03 0.019",
        },
        "S107",
    ),
    "German months and titles, plain numbers": (
        {"Kennzahlen": """
            Kennzahlen 2026 |||||
            Kennzahl | Einheit | Ziel | Januar | Februar | März
            Umsatz | EUR | 1200 | 1150 | 1180 | 1220
            """},
        {"Umsatz actual": "2026-01 1150, 2026-02 1180, 2026-03 1220"},
        "S107",
    ),
    "German numbers as text are asked about, never guessed": (
        {"Kennzahlen": """
            Kennzahl | Jan 2026 | Feb 2026 | Mrz 2026
            Krankenquote | '4,2 | '3,9 | '4,1
            """},
        {"Krankenquote actual": "2026-01, 2026-02, 2026-03"},
        "C203 S107",
    ),
    "a column Goal with numbers is the target, a column Measure with numbers the actual figure": (
        {"Ops": """
            Metric | Month | Measure | Goal
            Orders | 2026-01 | 480 | 500
            Orders | 2026-02 | 510 | 500
            """},
        {"Orders actual": "2026-01 480, 2026-02 510", "Orders target": "2026-01 500, 2026-02 500"},
        "S107",
    ),
    "指标值 is what was reached where nothing else is": (
        {"数据": """
            指标名称 | 月份 | 指标值
            回款率 | 2026-01 | 95%
            回款率 | 2026-02 | 97%
            """},
        {"回款率 actual": "2026-01 0.95, 2026-02 0.97"},
        "S107",
    ),
    "单位 may be who it is, not what it is counted in": (
        {"数据": """
            指标名称 | 单位 | 2026年1月 | 2026年2月 | 2026年3月
            回款 | 销售部 | 95 | 97 | 99
            回款 | 华南分公司 | 80 | 82 | 81
            """},
        {
            "回款 actual [销售部]": "2026-01 95, 2026-02 97, 2026-03 99",
            "回款 actual [华南分公司]": "2026-01 80, 2026-02 82, 2026-03 81",
        },
        "S107",
    ),
    "month and year to date over actual and budget, names below": (
        {"R": """
            Report for October 2026 ||||||
            | MTD ||| YTD ||
            KPI | Actual | Budget | Var | Actual | Budget | Var
            Sales | 100 | 110 | -10 | 900 | 950 | -50
            """},
        {"Sales actual": "2026-10 100", "Sales target": "2026-10 110"},
        "S107",
    ),
    "target, actual and variance in the label are two series and nothing else": (
        {"2026": """
            KPI | Jan | Feb | Mar
            Revenue - Target | 10 | 11 | 12
            Revenue - Actual | 9 | 12 | 12
            Revenue - Variance | -1 | 1 | 0
            Churn (Target) | 2% | 2% | 2%
            Churn (Actual) | 3% | 1% | 2%
            """},
        {
            "Revenue target": "2026-01 10, 2026-02 11, 2026-03 12",
            "Revenue actual": "2026-01 9, 2026-02 12, 2026-03 12",
            "Churn target": "2026-01 0.02, 2026-02 0.02, 2026-03 0.02",
            "Churn actual": "2026-01 0.03, 2026-02 0.01, 2026-03 0.02",
        },
        "S107",
    ),
    "a total of the regions is no region": (
        {"2026": """
            KPI | Region | Jan | Feb | Mar
            Sales | North | 10 | 11 | 12
            Sales | South | 5 | 5 | 6
            Sales | Total | 15 | 16 | 18
            Visits | Total | 100 | 110 | 120
            """},
        {
            "Sales actual /North": "2026-01 10, 2026-02 11, 2026-03 12",
            "Sales actual /South": "2026-01 5, 2026-02 5, 2026-03 6",
            "Visits actual": "2026-01 100, 2026-02 110, 2026-03 120",
        },
        "S107",
    ),
    "departments down for one KPI, which the sheet names": (
        {"Headcount": """
            Department | Jan 2026 | Feb 2026 | Mar 2026
            Sales | 10 | 11 | 12
            IT | 5 | 5 | 6
            Total | 15 | 16 | 18
            """},
        {
            "Headcount actual [Sales]": "2026-01 10, 2026-02 11, 2026-03 12",
            "Headcount actual [IT]": "2026-01 5, 2026-02 5, 2026-03 6",
        },
        "S107",
    ),
    "a department that is written once for its KPIs": (
        {"KPI": """
            2026年度公司KPI |||||
            部门 | 指标 | 全年目标 | 一季度 | 二季度 | 三季度
            销售部 | 销售额（万元） | 4000 | 900 | 1000 | 1100
            | 回款率 | 95% | 93% | 94% | 96%
            人事部 | 离职率 | ≤5% | 4% | 6% | 5%
            """},
        {
            "销售额（万元） actual [销售部]": "2026-Q1 900, 2026-Q2 1000, 2026-Q3 1100",
            "回款率 actual [销售部]": "2026-Q1 0.93, 2026-Q2 0.94, 2026-Q3 0.96",
            "离职率 actual [人事部]": "2026-Q1 0.04, 2026-Q2 0.06, 2026-Q3 0.05",
        },
        "S107",
    ),
    "a plan on a sheet called Plan is no plan of actions": (
        {"Plan": """
            2026 |||
            KPI | Jan | Feb | Mar
            Sales | 10 | 11 | 12
            """,
         "Ist": """
            2026 |||
            KPI | Jan | Feb | Mar
            Sales | 9 | 12 | 12
            """},
        {"Sales target": "2026-01 10, 2026-02 11, 2026-03 12", "Sales actual": "2026-01 9, 2026-02 12, 2026-03 12"},
        "S107",
    ),
    "the year over the names": (
        {"Lines": """
            2026 | Jan | Feb | Mar
            Total revenue | 15 | 16 | 18
            Product | 10 | 11 | 12
            Service | 5 | 5 | 6
            """},
        {
            "Product actual": "2026-01 10, 2026-02 11, 2026-03 12", "Service actual": "2026-01 5, 2026-02 5, 2026-03 6",
        },
        "S107",
    ),
    "months without a year are asked about": (
        {"R": """
            Account | Version | Jan | Feb | Mar
            Revenue | Actual | 10 | 11 | 12
            Revenue | Budget | 11 | 11 | 11
            """},
        {},
        "S101 S106",
    ),
    "which way is good, in other words": (
        {"R": """
            Ref | Measure | Good is | Target | Apr 2025 | May 2025 | Jun 2025
            K1 | Calls answered | High | 90% | 91% | 92% | 90%
            K2 | Days lost | Low | 3 | 3.2 | 3.1 | 2.9
            """},
        {
            "Calls answered actual": "2025-04 0.91, 2025-05 0.92, 2025-06 0.9",
            "Days lost actual": "2025-04 3.2, 2025-05 3.1, 2025-06 2.9",
        },
        "S107",
    ),
    "months whose dates lost their format": (
        {"S": """
            KPI | 46023 | 46054 | 46082
            Sales | 40000 | 41000 | 42000
            Orders | 4 | 5 | 6
            """},
        {"Sales actual": "2026-01 40000, 2026-02 41000, 2026-03 42000",
         "Orders actual": "2026-01 4, 2026-02 5, 2026-03 6"},
        "S107",
    ),
    "months down whose dates lost their format": (
        {"S": """
            Date | Sales
            46023 | 40000
            46054 | 41000
            46082 | 42000
            """},
        {"Sales actual": "2026-01 40000, 2026-02 41000, 2026-03 42000"},
        "S107",
    ),
    "amounts that look like days are amounts": (
        {"S": """
            KPI | Jan 2026 | Feb 2026 | Mar 2026
            Sales | 46023 | 46054 | 46082
            """},
        {"Sales actual": "2026-01 46023, 2026-02 46054, 2026-03 46082"},
        "S107",
    ),
    "regions over the months of KPIs that are defined on the same sheet": (
        {"KPI 2026": """
            | | North ||| South ||
            KPI | Unit | Jan | Feb | Mar | Jan | Feb | Mar
            On time | % | 95 | 96 | 94 | 91 | 92 | 93
            #merge C1:E1 F1:H1
            """},
        {
            "On time actual /North": "2026-01 0.95, 2026-02 0.96, 2026-03 0.94",
            "On time actual /South": "2026-01 0.91, 2026-02 0.92, 2026-03 0.93",
        },
        "S107",
    ),
    "open data of a city: names with digits, titles of two words": (
        {"D": """
            Measure Name | Fiscal Year | Month | Actual Value | Target Value | Measure Direction
            Potholes fixed in 3 days | 2026 | January | 91.5 | 90 | Higher
            Potholes fixed in 3 days | 2026 | February | 88 | 90 | Higher
            """},
        {
            "Potholes fixed in 3 days actual": "2026-01 91.5, 2026-02 88",
            "Potholes fixed in 3 days target": "2026-01 90, 2026-02 90",
        },
        "S107",
    ),
    "a plant in each row": (
        {"M": """
            Plant | Month | OEE | Output (t)
            Linz | '01/2026 | 81.2% | 1200
            Linz | '02/2026 | 82% | 1180
            Graz | '01/2026 | 77.5% | 800
            Graz | '02/2026 | 78.1% | 820
            """},
        {
            "OEE actual [Linz]": "2026-01 0.812, 2026-02 0.82",
            "Output actual [Linz]": "2026-01 1200, 2026-02 1180",
            "OEE actual [Graz]": "2026-01 0.775, 2026-02 0.781",
            "Output actual [Graz]": "2026-01 800, 2026-02 820",
        },
        "S107",
    ),
    "results of a programme: a baseline, years of actual and target": (
        {"L": """
            Result | Indicator | Unit | Baseline 2024 | 2025 Actual | 2026 Target | 2026 Actual
            Outcome 1 | Households | # | 1200 | 1800 | 2500 | 2100
            """},
        {"Households actual": "2025 1800, 2026 2100", "Households target": "2026 2500"},
        "S107",
    ),
    "统计月份 is a period, 科室 a department": (
        {"数据": """
            科室 | 指标名称 | 统计月份 | 目标值 | 实际值 | 单位 | 完成率
            内科 | 平均住院日 | 2026年1月 | 8 | 8.2 | 天 | 97.5%
            外科 | 平均住院日 | 2026年1月 | 9 | 9.4 | 天 | 95.6%
            """},
        {
            "平均住院日 target [内科]": "2026-01 8", "平均住院日 actual [内科]": "2026-01 8.2",
            "平均住院日 target [外科]": "2026-01 9", "平均住院日 actual [外科]": "2026-01 9.4",
        },
        "S107",
    ),
    "Act and Bud below months, and the year beside them": (
        {"HR": """
            HR dashboard FY 2026 ||||||||
            | Jan || Feb || Mar || FY |
            | Act | Bud | Act | Bud | Act | Bud | Act | Bud
            Hires | 5 | 6 | 4 | 6 | 6 | 6 | 15 | 60
            #merge B2:C2 D2:E2 F2:G2 H2:I2
            """},
        {"Hires actual": "2026-01 5, 2026-02 4, 2026-03 6", "Hires target": "2026-01 6, 2026-02 6, 2026-03 6"},
        "S107",
    ),
    "months down below an empty corner, a row Target above them": (
        {"F": """
            | Leads | Won
            Target | 500 | 20
            Jan 2026 | 480 | 18
            Feb 2026 | 520 | 22
            Mar 2026 | 510 | 19
            """},
        {"Leads actual": "2026-01 480, 2026-02 520, 2026-03 510", "Won actual": "2026-01 18, 2026-02 22, 2026-03 19"},
        "S107",
    ),
    "a pivot table as Excel makes it": (
        {"P": """
            Sum of Amount | Column Labels |||
            Row Labels | 2026-01 | 2026-02 | 2026-03 | Grand Total
            Travel | 10 | 12 | 9 | 31
            Grand Total | 10 | 12 | 9 | 31
            """},
        {
            "Amount actual /Travel": "2026-01 10, 2026-02 12, 2026-03 9",
        },
        "",
    ),
    "years across and quarters down, counted from 1, with a subtotal and an accrual below": (
        {"Wage Tax": """
            City wage tax history |||
            Collections by quarter |||
            | 2023 | 2024 | 2025
            1 | 209 | 210 | 218
            2 | 211 | 212 | 222
            3 | 219 | 223 | 233
            4 | 211 | 212 | 216
            Subtotal | 850 | 857 | 889
            PY Accrual | -13 | -12 | -11
            Total | 837 | 845 | 878
            """},
        {
            "Collections by quarter actual": "2023-Q1 209, 2023-Q2 211, 2023-Q3 219, 2023-Q4 211, "
                "2024-Q1 210, 2024-Q2 212, "
                "2024-Q3 223, 2024-Q4 212, 2025-Q1 218, 2025-Q2 222, 2025-Q3 233, 2025-Q4 216",
        },
        "S106 S107",
    ),
    "years across and months down without a title, and their total": (
        {"Sales Tax": """
            | 2023 | 2024 | 2025
            January | 1 | 2 | 3
            February | 4 | 5 | 6
            March | 7 | 8 | 9
            Total | 12 | 15 | 18
            """},
        {"Sales Tax actual": "2023-01 1, 2023-02 4, 2023-03 7, 2024-01 2, 2024-02 5, 2024-03 8, "
                             "2025-01 3, 2025-02 6, 2025-03 9"},
        "S107",
    ),
    "tables below each other, each with its year above it": (
        {"S": """
            Sales 2025 |||
            KPI | Jan | Feb | Mar
            North | 2024 | 2024 | 3
            |||
            Sales 2026 |||
            KPI | Jan | Feb | Mar
            North | 2 | 3 | 4
            """},
        {"North actual": "2025-01 2024, 2025-02 2024, 2025-03 3, 2026-01 2, 2026-02 3, 2026-03 4"},
        "S107",
    ),
    "a status in colours, the month in the title": (
        {"K": """
            KPI report October 2026 |||||||
            # | KPI | Owner | Unit | Target | Actual | Status | Comments
            1 | Sales | Ann | EUR | 100 | 95 | Yellow | soft
            2 | NPS | Bob | pts | 50 | 55 | Green |
            """},
        {"Sales actual": "2026-10 95", "Sales target": "2026-10 100",
         "NPS actual": "2026-10 55", "NPS target": "2026-10 50"},
        "S107",
    ),
    "a quarter and its target beside the months": (
        {"Y": """
            KPI | Unit | Jan-26 | Feb-26 | Mar-26 | Q1-26 | Target Q1
            Tickets | # | 100 | 90 | 95 | 285 | 300
            """},
        {
            "Tickets actual": "2026-01 100, 2026-02 90, 2026-03 95",
            "Tickets target": "2026-Q1 300",
        },
        "S107",
    ),
    "months by their numbers, the year in the title": (
        {"N": """
            Verkauf 2025 ||||||||||||
            Produkt | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12
            A | 5 | 6 | 7 | 8 | 9 | 9 | 9 | 9 | 9 | 9 | 9 | 9
            """},
        {
            "Verkauf actual /A": "2025-01 5, 2025-02 6, 2025-03 7, 2025-04 8, 2025-05 9, 2025-06 9, 2025-07 9, "
                "2025-08 9, 2025-09 9, 2025-10 9, 2025-11 9, 2025-12 9",
        },
        "S107",
    ),
    "many layouts in one workbook, one of which has units, cards and a template beside": (
        {"Wide 2026": """
            KPI | Unit | Jan | Feb | Mar
            Sales | EUR | 10 | 11 | 12
            """,
         "Blocks 2026": """
            指标 | 口径 | 1月 | 2月 | 3月
            收入 | 目标 | 10 | 10 | 10
            | 实际 | 9 | 12 | 11
            | 差异 | -1 | 2 | 1
            """,
         "Pairs": """
            Month | Calls | Calls Target
            2026-01 | 40 | 50
            2026-02 | 52 | 50
            """,
         "Dashboard": """
            SALES || PROFIT |
            '1,200 || 300 |
            """,
         "Two 2026": """
            KPI | Jan | Feb | Mar
            Orders | 1 | 2 | 3
            |||
            KPI | Jan | Feb | Mar
            Leavers | 1 | 0 | 1
            """,
         "Template": """
            KPI | Jan | Feb | Mar
            X | 0 | 0 | 0
            """},
        {
            "Sales actual": "2026-01 10, 2026-02 11, 2026-03 12", "收入 target": "2026-01 10, 2026-02 10, 2026-03 10",
            "收入 actual": "2026-01 9, 2026-02 12, 2026-03 11", "Calls actual": "2026-01 40, 2026-02 52",
            "Calls target": "2026-01 50, 2026-02 50", "Orders actual": "2026-01 1, 2026-02 2, 2026-03 3",
            "Leavers actual": "2026-01 1, 2026-02 0, 2026-03 1",
        },
        "S107",
    ),
    "a title above each of several tables names its KPI": (
        {"Service": """
            Customer satisfaction |||
            Month | Target | Actual | Gap
            2026-01 | 80% | 78% | -2%
            2026-02 | 80% | 81% | 1%
            |||
            Delivery time |||
            Month | Target | Actual | Gap
            2026-01 | 3 | 3.2 | 0.2
            2026-02 | 3 | 2.9 | -0.1
            """},
        {
            "Customer satisfaction target": "2026-01 0.8, 2026-02 0.8", "Delivery time target": "2026-01 3, 2026-02 3",
            "Customer satisfaction actual": "2026-01 0.78, 2026-02 0.81",
            "Delivery time actual": "2026-01 3.2, 2026-02 2.9",
        },
        "S107",
    ),
    "names merged below a title that is not known, their series beside": (
        {"2026": """
            Line | | Jan | Feb | Mar
            Revenue | Actual | 10 | 11 |
            | Forecast | 10 | 11 | 12
            | LY | 8 | 9 | 10
            #merge A2:A4
            """},
        {
            "Revenue actual": "2026-01 10, 2026-02 11", "Revenue forecast": "2026-01 10, 2026-02 11, 2026-03 12",
            "Revenue previous year": "2026-01 8, 2026-02 9, 2026-03 10",
        },
        "S107",
    ),
    "figures under a gap of blank rows belong to the titles above it": (
        {"Gap": """
            KPI | 2026-01 | 2026-02 | 2026-03
            Sales | 1 | 2 | 3
            |||
            |||
            |||
            |||
            |||
            |||
            Orders | 4 | 5 | 6
            """},
        {
            "Sales actual": "2026-01 1, 2026-02 2, 2026-03 3",
            "Orders actual": "2026-01 4, 2026-02 5, 2026-03 6",
        },
        "S107",
    ),
    "figures of the week before, typed again beside this one's": (
        {"Wells": """
            Week starting | Output | Last week avg output
            @2026-01-05 | 100 | 95
            @2026-01-12 | 110 | 100
            @2026-01-19 | 90 | 110
            """},
        {"Output actual": "2026-W02 100, 2026-W03 110, 2026-W04 90"},
        "S107",
    ),
    "a scale of noughts over figures is no figure": (
        {"Fuel": """
            | 2024 || 2025 |
            | 000s | % | 000s | %
            Gas | 379 | 19% | 442 | 23%
            Oil | 58 | 40% | 41 | 26%
            #merge B1:C1 D1:E1
            """},
        {"Gas – 000s actual": "2024 379, 2025 442", "Gas – % actual": "2024 0.19, 2025 0.23",
         "Oil – 000s actual": "2024 58, 2025 41", "Oil – % actual": "2024 0.4, 2025 0.26"},
        "S107",
    ),
    "months with their unit": (
        {"P": """
            Property | Metric | Jan-26 (%) | Feb-26 (%) | Mar-26 (%)
            Tower | Occupancy | 95 | 96 | 94
            """},
        {
            "Occupancy actual": "2026-01 0.95, 2026-02 0.96, 2026-03 0.94",
        },
        "S107",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORLD)
def test_a_workbook_of_the_world_is_read_right_or_refused(name: str, tmp_path: Path) -> None:
    sheets, expected, codes = WORLD[name]
    book, told = understood(save(tmp_path / "book.xlsx", **sheets))
    assert " ".join(sorted({d.code for d in told if d.severity is not Severity.NOTE})) == codes
    assert (drawn(book) if book else {}) == expected


def test_which_way_is_better_is_read_beside_the_figures(tmp_path: Path) -> None:
    table = """
        KPI | Month | Actual | Target | Better
        Wait | 2026-01 | 45 | 60 | lower
        Calls | 2026-01 | 45 | 60 | higher
        """
    book, _ = understood(save(tmp_path / "book.xlsx", Data=table))
    assert book is not None
    assert {kpi.name: kpi.direction.value for kpi in book.kpis.values()} == {"Wait": "lower", "Calls": "higher"}
