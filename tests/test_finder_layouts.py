"""The finder on shapes of tables: what stands where, and which figures it makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.finding import Case, params, result, wanted

ADD_UP = "add_up should"
RATED = "add_up should, direction should"

CASES = params(
    Case(
        "months across",
        """
        Metric | Jan 2026 | Feb 2026
        Sales  | 101      | 102
        Cost   | 50       | 61
        """,
        facts="""
        B2 | Sales | | 2026-01 | actual | 101
        C2 | Sales | | 2026-02 | actual | 102
        B3 | Cost | | 2026-01 | actual | 50
        C3 | Cost | | 2026-02 | actual | 61
        """,
        asked=ADD_UP,
    ),
    Case(
        "a sheet called KPI holds figures",
        {
            "KPI": """
            KPI   | Jan 2026 | Feb 2026
            Sales | 101      | 102
            """
        },
        facts="""
        KPI!B2 | Sales | | 2026-01 | actual | 101
        KPI!C2 | Sales | | 2026-02 | actual | 102
        """,
        asked=ADD_UP,
    ),
    Case(
        "two rows of titles, months over scenarios",
        """
        Metric | Jan 2026 |        | Feb 2026 |
               | Actual   | Target | Actual   | Target
        Sales  | 101      | 110    | 102      | 112
        Cost   | 50       | 48     | 61       | 55
        #merge B1:C1 D1:E1
        """,
        facts="""
        B3 | Sales | | 2026-01 | actual | 101
        C3 | Sales | | 2026-01 | target | 110
        D3 | Sales | | 2026-02 | actual | 102
        E3 | Sales | | 2026-02 | target | 112
        B4 | Cost | | 2026-01 | actual | 50
        C4 | Cost | | 2026-01 | target | 48
        D4 | Cost | | 2026-02 | actual | 61
        E4 | Cost | | 2026-02 | target | 55
        """,
        asked=RATED,
    ),
    Case(
        "two rows of titles without a merge",
        """
        Metric | Actual |        | Budget |
               | Jan 26 | Feb 26 | Jan 26 | Feb 26
        Sales  | 101    | 102    | 110    | 112
        """,
        facts="""
        B3 | Sales | | 2026-01 | actual | 101
        C3 | Sales | | 2026-02 | actual | 102
        D3 | Sales | | 2026-01 | target | 110
        E3 | Sales | | 2026-02 | target | 112
        """,
        asked=RATED,
    ),
    Case(
        "a row of units below the titles",
        """
        Month    | Sales | Weight
                 | EUR   | kg
        Jan 2026 | 101   | 7.5
        Feb 2026 | 102   | 8.25
        """,
        facts="""
        B3 | Sales | | 2026-01 | actual | 101
        B4 | Sales | | 2026-02 | actual | 102
        C3 | Weight | | 2026-01 | actual | 7.5
        C4 | Weight | | 2026-02 | actual | 8.25
        """,
        asked=ADD_UP,
    ),
    Case(
        "a merged title over the whole table gives the year",
        """
        Sales of the north 2026 | | |
        Metric | Jan | Feb | Mar
        Sales  | 101 | 102 | 105
        Visits | 31  | 44  | 39
        #merge A1:D1
        """,
        facts="""
        B3 | Sales | | 2026-01 | actual | 101
        C3 | Sales | | 2026-02 | actual | 102
        D3 | Sales | | 2026-03 | actual | 105
        B4 | Visits | | 2026-01 | actual | 31
        C4 | Visits | | 2026-02 | actual | 44
        D4 | Visits | | 2026-03 | actual | 39
        """,
        asked=ADD_UP,
    ),
    Case(
        "years over months",
        """
        Metric | 2025 |     | 2026 |
               | Nov  | Dec | Jan  | Feb
        Sales  | 98   | 99  | 101  | 102
        Visits | 28   | 35  | 31   | 44
        #merge B1:C1 D1:E1
        """,
        facts="""
        B3 | Sales | | 2025-11 | actual | 98
        C3 | Sales | | 2025-12 | actual | 99
        D3 | Sales | | 2026-01 | actual | 101
        E3 | Sales | | 2026-02 | actual | 102
        B4 | Visits | | 2025-11 | actual | 28
        C4 | Visits | | 2025-12 | actual | 35
        D4 | Visits | | 2026-01 | actual | 31
        E4 | Visits | | 2026-02 | actual | 44
        """,
        asked=ADD_UP,
    ),
    Case(
        "a year said by nothing is asked, and the figures wait",
        """
        Metric | Jan | Feb
        Sales  | 101 | 102
        """,
        facts="""
        B2 | Sales | |  | actual | 101 ?year
        C2 | Sales | |  | actual | 102 ?year
        """,
        asked="year must",
        classes="B2:C2 pending",
    ),
    Case(
        "the answer of a year is taken",
        """
        Metric | Jan | Feb
        Sales  | 101 | 102
        """,
        answers={"year": "2025"},
        facts="""
        B2 | Sales | | 2025-01 | actual | 101
        C2 | Sales | | 2025-02 | actual | 102
        """,
        asked=ADD_UP,
    ),
    Case(
        "the year stands in the file's name",
        """
        Metric | Jan | Feb
        Sales  | 101 | 102
        """,
        file="figures 2024.xlsx",
        facts="""
        B2 | Sales | | 2024-01 | actual | 101
        C2 | Sales | | 2024-02 | actual | 102
        """,
        asked=ADD_UP,
    ),
    Case(
        "fiscal quarters",
        """
        Metric | Q1 FY26 | Q2 FY26 | Q3 FY26
        Sales  | 301     | 322     | 310
        """,
        facts="""
        B2 | Sales | | 2026-Q1 | actual | 301
        C2 | Sales | | 2026-Q2 | actual | 322
        D2 | Sales | | 2026-Q3 | actual | 310
        """,
        asked=ADD_UP,
    ),
    Case(
        "fiscal years of two calendar years",
        """
        Metric | 2023/24 | 2024/25 | 2025/26
        Sales  | 1301    | 1322    | 1310
        """,
        facts="""
        B2 | Sales | | 2024 | actual | 1301
        C2 | Sales | | 2025 | actual | 1322
        D2 | Sales | | 2026 | actual | 1310
        """,
        asked=ADD_UP,
    ),
    Case(
        "months past December under one year are asked",
        """
        Budget year 2026 | | | |
        Metric | Oct | Nov | Dec | Jan
        Visits | 31  | 44  | 39  | 40
        """,
        facts="""
        B3 | Visits | |  | target | 31 ?fiscal_label
        C3 | Visits | |  | target | 44 ?fiscal_label
        D3 | Visits | |  | target | 39 ?fiscal_label
        E3 | Visits | |  | target | 40 ?fiscal_label
        """,
        asked="fiscal_label must",
    ),
    Case(
        "day numbers without a format",
        """
        Date  | Sales
        46023 | 101
        46054 | 102
        46082 | 99
        46113 | 107
        """,
        facts="""
        B2 | Sales | | 2026-01 | actual | 101
        B3 | Sales | | 2026-02 | actual | 102
        B4 | Sales | | 2026-03 | actual | 99
        B5 | Sales | | 2026-04 | actual | 107
        """,
        asked=ADD_UP,
    ),
    Case(
        "weeks by their Mondays",
        """
        Week of      | Calls
        @2026-01-05  | 101
        @2026-01-12  | 102
        @2026-01-19  | 99
        @2026-01-26  | 107
        """,
        facts="""
        B2 | Calls | | 2026-W02 | actual | 101
        B3 | Calls | | 2026-W03 | actual | 102
        B4 | Calls | | 2026-W04 | actual | 99
        B5 | Calls | | 2026-W05 | actual | 107
        """,
        asked=ADD_UP,
    ),
    Case(
        "weeks by number over a year",
        """
        Calls 2026 | | |
        Team  | KW 1 | KW 2 | KW 3
        Blue  | 101  | 102  | 99
        Green | 41   | 32   | 59
        """,
        facts="""
        B3 | Calls | Team=Blue | 2026-W01 | actual | 101
        C3 | Calls | Team=Blue | 2026-W02 | actual | 102
        D3 | Calls | Team=Blue | 2026-W03 | actual | 99
        B4 | Calls | Team=Green | 2026-W01 | actual | 41
        C4 | Calls | Team=Green | 2026-W02 | actual | 32
        D4 | Calls | Team=Green | 2026-W03 | actual | 59
        """,
        asked="add_up should, add_over should",
    ),
    Case(
        "years down, months across",
        {
            "Rainfall": """
            Year | Jan | Feb | Mar | Apr
            2023 | 45  | 51  | 62  | 40
            2024 | 48  | 39  | 70  | 44
            2025 | 52  | 47  | 58  | 41
            """
        },
        facts="""
        Rainfall!B2 | Rainfall | | 2023-01 | actual | 45
        Rainfall!E4 | Rainfall | | 2025-04 | actual | 41
        """,
        count=12,
        asked=ADD_UP,
        classes="Rainfall!A2:A4 calendar",
    ),
    Case(
        "a pivot table",
        """
        Sum of Revenue | Column Labels | |
        Row Labels     | 2026-01 | 2026-02 | Grand Total
        North          | 101     | 110     | 211
        South          | 52      | 61      | 113
        Grand Total    | 153     | 171     | 324
        """,
        facts="""
        B3 | Revenue | =North | 2026-01 | actual | 101
        """,
        count=4,
        asked="add_over should",
        classes="""
        B5:D5 total
        D3:D4 total
        """,
    ),
    Case(
        "two tables side by side behind a blank column",
        """
        Shop  | Jan 2026 | Feb 2026 |  | Cost line | Jan 2026 | Feb 2026
        Visits | 31      | 44       |  | Rent      | 12       | 12.5
        Orders | 11      | 14       |  | Wages     | 70       | 71
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        C2 | Visits | | 2026-02 | actual | 44
        B3 | Orders | | 2026-01 | actual | 11
        C3 | Orders | | 2026-02 | actual | 14
        F2 | Rent | | 2026-01 | actual | 12
        G2 | Rent | | 2026-02 | actual | 12.5
        F3 | Wages | | 2026-01 | actual | 70
        G3 | Wages | | 2026-02 | actual | 71
        """,
        asked=ADD_UP,
    ),
    Case(
        "two tables that touch, months said again",
        """
        Income | Jan 2026 | Feb 2026 | Expenses | Jan 2026 | Feb 2026
        Fees   | 31       | 44       | Rent     | 12       | 12.5
        Grants | 11       | 14       | Wages    | 70       | 71
        Gifts  | 5        | 9        | Post     | 2        | 3
        """,
        facts="""
        B2 | Fees | | 2026-01 | actual | 31
        C4 | Gifts | | 2026-02 | actual | 9
        E2 | Rent | | 2026-01 | actual | 12
        F4 | Post | | 2026-02 | actual | 3
        """,
        count=12,
        asked=ADD_UP,
    ),
    Case(
        "blocks under one row of periods",
        """
        | Jan 2026 | Feb 2026 | Mar 2026
        Visits | 31 | 44 | 39
        Orders | 11 | 14 | 12
        |||
        Rent   | 12 | 12 | 13
        Wages  | 70 | 71 | 75
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        D3 | Orders | | 2026-03 | actual | 12
        B5 | Rent | | 2026-01 | actual | 12
        D6 | Wages | | 2026-03 | actual | 75
        """,
        count=12,
        asked=ADD_UP,
    ),
    Case(
        "sections in rows of their own tell names apart",
        """
        Metric   | Jan 2026 | Feb 2026 | Mar 2026
        Retail   |          |          |
        Visits   | 31       | 44       | 39
        Orders   | 11       | 14       | 12
        Trade    |          |          |
        Visits   | 7        | 9        | 6
        Orders   | 5        | 4        | 3
        """,
        facts="""
        B3 | Retail – Visits | | 2026-01 | actual | 31
        B4 | Retail – Orders | | 2026-01 | actual | 11
        D6 | Trade – Visits | | 2026-03 | actual | 6
        D7 | Trade – Orders | | 2026-03 | actual | 3
        """,
        count=12,
        asked=ADD_UP,
    ),
    Case(
        "labels indented over two columns are levels",
        """
                |        | Jan 2026 | Feb 2026 | Mar 2026
        Retail  |        |          |          |
                | Visits | 31       | 44       | 39
                | Orders | 11       | 14       | 12
        Trade   |        |          |          |
                | Visits | 7        | 9        | 6
                | Orders | 5        | 4        | 3
        """,
        facts="""
        C3 | Retail – Visits | | 2026-01 | actual | 31
        E7 | Trade – Orders | | 2026-03 | actual | 3
        """,
        count=12,
        asked=ADD_UP,
    ),
    Case(
        "rows with a part in front of the name",
        """
        Region | KPI    | Jan 2026 | Feb 2026
        North  | Visits | 31       | 44
        North  | Orders | 11       | 14
        South  | Visits | 7        | 9
        South  | Orders | 5        | 4
        """,
        facts="""
        C2 | Visits | Region=North | 2026-01 | actual | 31
        D2 | Visits | Region=North | 2026-02 | actual | 44
        C3 | Orders | Region=North | 2026-01 | actual | 11
        D3 | Orders | Region=North | 2026-02 | actual | 14
        C4 | Visits | Region=South | 2026-01 | actual | 7
        D4 | Visits | Region=South | 2026-02 | actual | 9
        C5 | Orders | Region=South | 2026-01 | actual | 5
        D5 | Orders | Region=South | 2026-02 | actual | 4
        """,
        asked="add_up should, add_over should",
    ),
    Case(
        "a part that is merged down its rows",
        """
        Region | KPI    | Jan 2026 | Feb 2026
        North  | Visits | 31       | 44
               | Orders | 11       | 14
        South  | Visits | 7        | 9
               | Orders | 5        | 4
        #merge A2:A3 A4:A5
        """,
        facts="""
        C3 | Orders | Region=North | 2026-01 | actual | 11
        D5 | Orders | Region=South | 2026-02 | actual | 4
        """,
        count=8,
        asked="add_up should, add_over should",
    ),
    Case(
        "long form: a name, a month and a figure a row",
        """
        Month    | KPI    | Actual | Target
        Jan 2026 | Visits | 31     | 40
        Jan 2026 | Orders | 11     | 10
        Feb 2026 | Visits | 44     | 40
        Feb 2026 | Orders | 14     | 12
        """,
        facts="""
        C2 | Visits | | 2026-01 | actual | 31
        D2 | Visits | | 2026-01 | target | 40
        C3 | Orders | | 2026-01 | actual | 11
        D3 | Orders | | 2026-01 | target | 10
        C4 | Visits | | 2026-02 | actual | 44
        D4 | Visits | | 2026-02 | target | 40
        C5 | Orders | | 2026-02 | actual | 14
        D5 | Orders | | 2026-02 | target | 12
        """,
        asked=RATED,
    ),
    Case(
        "a column of scenarios",
        """
        KPI    | Series | Jan 2026 | Feb 2026
        Visits | Actual | 31       | 44
        Visits | Target | 40       | 40
        Orders | Actual | 11       | 14
        Orders | Target | 10       | 12
        """,
        facts="""
        C2 | Visits | | 2026-01 | actual | 31
        D2 | Visits | | 2026-02 | actual | 44
        C3 | Visits | | 2026-01 | target | 40
        D3 | Visits | | 2026-02 | target | 40
        C4 | Orders | | 2026-01 | actual | 11
        D4 | Orders | | 2026-02 | actual | 14
        C5 | Orders | | 2026-01 | target | 10
        D5 | Orders | | 2026-02 | target | 12
        """,
        asked=RATED,
    ),
    Case(
        "the scenario in the label",
        """
        KPI           | Jan 2026 | Feb 2026
        Visits Actual | 31       | 44
        Visits Target | 40       | 41
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        C2 | Visits | | 2026-02 | actual | 44
        B3 | Visits | | 2026-01 | target | 40
        C3 | Visits | | 2026-02 | target | 41
        """,
        asked=RATED,
    ),
    Case(
        "one line a sheet, its parts in a column",
        {
            "Visits": """
            Date        | Shop   | Amount
            @2026-01-31 | Harbour | 31
            @2026-01-31 | Station | 21
            @2026-02-28 | Harbour | 44
            @2026-02-28 | Station | 24
            """
        },
        facts="""
        Visits!C2 | Visits | Shop=Harbour | 2026-01 | actual | 31
        Visits!C3 | Visits | Shop=Station | 2026-01 | actual | 21
        Visits!C4 | Visits | Shop=Harbour | 2026-02 | actual | 44
        Visits!C5 | Visits | Shop=Station | 2026-02 | actual | 24
        """,
        asked="add_up should, add_over should",
        wrong="a generic title is put behind the sheet's name",
    ),
    Case(
        "a ledger: postings of a month make one figure",
        {
            "Ledger": """
            Date        | Account | Amount
            @2026-01-03 | Fuel    | 31.5
            @2026-01-17 | Fuel    | 20.5
            @2026-01-20 | Paper   | 4
            @2026-02-02 | Fuel    | 44
            @2026-02-12 | Paper   | 6
            @2026-02-25 | Paper   | 7
            """
        },
        facts="""
        Ledger!C2 | Fuel | | 2026-01 | actual | 52
        Ledger!C4 | Paper | | 2026-01 | actual | 4
        Ledger!C5 | Fuel | | 2026-02 | actual | 44
        Ledger!C6 | Paper | | 2026-02 | actual | 13
        """,
        asked="add_up should, add_over should",
    ),
    Case(
        "numbers at the left name the lines",
        """
        Seller | Jan 2026 | Feb 2026 | Mar 2026
        102    | 31       | 44       | 39
        117    | 11       | 14       | 12
        140    | 21       | 24       | 26
        """,
        facts="""
        B2 | 102 | | 2026-01 | actual | 31
        D4 | 140 | | 2026-03 | actual | 26
        """,
        count=9,
        asked=ADD_UP,
        classes="A2:A4 identifier",
    ),
    Case(
        "serial numbers in front of the names are none of the figures",
        """
        No. | KPI    | Jan 2026 | Feb 2026
        1   | Visits | 31       | 44
        2   | Orders | 11       | 14
        3   | Calls  | 21       | 24
        """,
        facts="""
        C2 | Visits | | 2026-01 | actual | 31
        D4 | Calls | | 2026-02 | actual | 24
        """,
        count=6,
        asked=ADD_UP,
        classes="A2:A4 identifier",
    ),
    Case(
        "a period over the whole table",
        """
        March 2026 | |
        KPI    | Actual | Target
        Visits | 31     | 40
        Orders | 11     | 10
        """,
        facts="""
        B3 | Visits | | 2026-03 | actual | 31
        C3 | Visits | | 2026-03 | target | 40
        B4 | Orders | | 2026-03 | actual | 11
        C4 | Orders | | 2026-03 | target | 10
        """,
        asked="direction should",
    ),
    Case(
        "figures without a period are asked for it",
        """
        KPI    | Actual | Target
        Visits | 31     | 40
        Orders | 11     | 10
        """,
        facts="""
        B2 | Visits | |  | actual | 31 ?period
        C2 | Visits | |  | target | 40 ?period
        B3 | Orders | |  | actual | 11 ?period
        C3 | Orders | |  | target | 10 ?period
        """,
        asked="period must",
    ),
    Case(
        "a sheet a month",
        {
            "Jan 2026": """
            KPI    | Actual
            Visits | 31
            Orders | 11
            """,
            "Feb 2026": """
            KPI    | Actual
            Visits | 44
            Orders | 14
            """,
        },
        facts="""
        Jan 2026!B2 | Visits | | 2026-01 | actual | 31
        Jan 2026!B3 | Orders | | 2026-01 | actual | 11
        Feb 2026!B2 | Visits | | 2026-02 | actual | 44
        Feb 2026!B3 | Orders | | 2026-02 | actual | 14
        """,
        asked=ADD_UP,
    ),
    Case(
        "dates three months apart are quarters",
        """
        Quarter end | Revenue
        @2025-03-31 | 301
        @2025-06-30 | 322
        @2025-09-30 | 310
        @2025-12-31 | 345
        """,
        facts="""
        B2 | Revenue | | 2025-Q1 | actual | 301
        B3 | Revenue | | 2025-Q2 | actual | 322
        B4 | Revenue | | 2025-Q3 | actual | 310
        B5 | Revenue | | 2025-Q4 | actual | 345
        """,
        asked=ADD_UP,
    ),
    Case(
        "a figure a day",
        """
        Date        | Calls
        @2026-01-05 | 101
        @2026-01-06 | 102
        @2026-01-07 | 99
        @2026-01-08 | 107
        """,
        facts="""
        B2 | Calls | | 2026-01-05 | actual | 101
        B3 | Calls | | 2026-01-06 | actual | 102
        B4 | Calls | | 2026-01-07 | actual | 99
        B5 | Calls | | 2026-01-08 | actual | 107
        """,
        asked=ADD_UP,
    ),
    Case(
        "leading blanks of labels are levels",
        """
        KPI       | Jan 2026 | Feb 2026 | Mar 2026
        Retail    | 42       | 58       | 51
        '  Visits | 31       | 44       | 39
        '  Orders | 11       | 14       | 12
        Trade     | 12       | 13       | 9
        '  Visits | 7        | 9        | 6
        '  Orders | 5        | 4        | 3
        """,
        facts="""
        B3 | Retail – Visits | | 2026-01 | actual | 31
        B4 | Retail – Orders | | 2026-01 | actual | 11
        B6 | Trade – Visits | | 2026-01 | actual | 7
        B7 | Trade – Orders | | 2026-01 | actual | 5
        """,
        count=12,
        asked=ADD_UP,
        classes="""
        B2:D2 total
        B5:D5 total
        """,
        wrong="leading blanks are no levels: sums over deeper labels stay lines, and same_name is asked for told names",
    ),
    Case(
        "two tables of one sheet with the same lines are told apart by their titles",
        """
        Harbour
        KPI    | Jan 2026 | Feb 2026 | Mar 2026
        Visits | 31       | 44       | 39
        Orders | 11       | 14       | 12
        |||
        |||
        Station
        KPI    | Jan 2026 | Feb 2026 | Mar 2026
        Visits | 17       | 26       | 22
        Orders | 9        | 8        | 6
        """,
        facts="""
        B3 | Harbour – Visits | | 2026-01 | actual | 31
        D10 | Station – Orders | | 2026-03 | actual | 6
        """,
        count=12,
        asked=ADD_UP,
    ),
    Case(
        "last year beside this year",
        """
        KPI    | Jan 2026 |          | Feb 2026 |
               | Actual   | Last year | Actual  | Last year
        Visits | 31       | 29       | 44       | 40
        #merge B1:C1 D1:E1
        """,
        facts="""
        B3 | Visits | | 2026-01 | actual | 31
        C3 | Visits | | 2026-01 | previous | 29
        D3 | Visits | | 2026-02 | actual | 44
        E3 | Visits | | 2026-02 | previous | 40
        """,
        asked=ADD_UP,
    ),
    Case(
        "numbers typed as text",
        """
        KPI    | Jan 2026 | Feb 2026
        Visits | '1,031   | '(44)
        Share  | '12.5%   | '13.0%
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 1031
        C2 | Visits | | 2026-02 | actual | -44
        B3 | Share | | 2026-01 | actual | 0.125
        C3 | Share | | 2026-02 | actual | 0.13
        """,
        asked=ADD_UP,
    ),
    Case(
        "titles that Excel gave are none",
        """
        Column1 | Jan 2026 | Feb 2026
        Visits  | 31       | 44
        Orders  | 11       | 14
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        C3 | Orders | | 2026-02 | actual | 14
        """,
        count=4,
        asked=ADD_UP,
    ),
    Case(
        "the month in the corner",
        """
        Apr 2026 | Actual | Budget
        Visits   | 31     | 40
        Orders   | 11     | 10
        """,
        facts="""
        B2 | Visits | | 2026-04 | actual | 31
        C2 | Visits | | 2026-04 | target | 40
        B3 | Orders | | 2026-04 | actual | 11
        C3 | Orders | | 2026-04 | target | 10
        """,
        asked="direction should",
    ),
    Case(
        "the measure in the title, its parts across",
        """
        Year | Harbour visits | Station visits
        2023 | 131            | 117
        2024 | 144            | 126
        2025 | 139            | 122
        """,
        facts="""
        B2 | Harbour visits | | 2023 | actual | 131
        C4 | Station visits | | 2025 | actual | 122
        """,
        count=6,
        asked=ADD_UP,
        classes="A2:A4 calendar",
    ),
    Case(
        "months counted from a first one that is asked",
        """
        KPI    | Month 1 | Month 2 | Month 3
        Visits | 31      | 44      | 39
        """,
        facts="""
        B2 | Visits | |  | actual | 31 ?first_month
        C2 | Visits | |  | actual | 44 ?first_month
        D2 | Visits | |  | actual | 39 ?first_month
        """,
        asked="first_month must",
    ),
    Case(
        "months counted from a first one, answered",
        """
        KPI    | Month 1 | Month 2 | Month 3
        Visits | 31      | 44      | 39
        """,
        answers={"first_month": "2025-12"},
        facts="""
        B2 | Visits | | 2025-12 | actual | 31
        C2 | Visits | | 2026-01 | actual | 44
        D2 | Visits | | 2026-02 | actual | 39
        """,
        asked=ADD_UP,
    ),
    Case(
        "forms of halves and weeks of years",
        """
        KPI    | 2025-H1 | 2025-H2 | 2026-H1
        Visits | 331     | 344     | 339
        """,
        facts="""
        B2 | Visits | | 2025-H1 | actual | 331
        C2 | Visits | | 2025-H2 | actual | 344
        D2 | Visits | | 2026-H1 | actual | 339
        """,
        asked=ADD_UP,
    ),
    Case(
        "only a part of a year is no year",
        """
        KPI    | 2024 | 2025 | 2026 (until May)
        Visits | 331  | 344  | 139
        """,
        facts="""
        B2 | Visits | | 2024 | actual | 331
        C2 | Visits | | 2025 | actual | 344
        """,
        asked=ADD_UP,
        classes="D2 partial",
    ),
    Case(
        "a note beside the figures is none of them",
        """
        KPI    | Jan 2026 | Feb 2026 | Comment
        Visits | 31       | 44       | strike in week 7
        Orders | 11       | 14       | 2 returned
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        C3 | Orders | | 2026-02 | actual | 14
        """,
        count=4,
        asked=ADD_UP,
    ),
    Case(
        "a footnote's number behind a label",
        """
        KPI     | Jan 2026 | Feb 2026
        Visits1 | 31       | 44
        Orders2 | 11       | 14
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        C3 | Orders | | 2026-02 | actual | 14
        """,
        count=4,
        asked=ADD_UP,
    ),
    Case(
        "a list with start, end and duration is a calendar",
        """
        Task   | Start       | End         | Days
        Roof   | @2026-01-05 | @2026-01-15 | 10
        Walls  | @2026-02-05 | @2026-02-25 | 20
        Garden | @2026-03-01 | @2026-03-31 | 30
        """,
        classes="D2:D4 calendar",
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_a_table_is_read_as_a_controller_reads_it(case: Case, tmp_path: Path) -> None:
    assert result(case, tmp_path) == wanted(case)
