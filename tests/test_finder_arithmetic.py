"""The finder on what is computed: totals, running sums, shares, repeats and summaries are no figures of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.finding import Case, params, result, wanted

ADD_UP = "add_up should"
RATED = "add_up should, direction should"
OVER = "add_up should, add_over should"

CASES = params(
    Case(
        "a column that is the sum of the months, called so",
        """
        KPI    | Jan 2026 | Feb 2026 | Mar 2026 | Total
        Visits | 31       | 44       | 39       | 114
        Orders | 11       | 14       | 12       | 37
        """,
        facts="B2 | Visits | | 2026-01 | actual | 31",
        count=6,
        classes="E2:E3 total",
    ),
    Case(
        "a column that is the sum of the months, called otherwise",
        """
        KPI    | Jan 2026 | Feb 2026 | Mar 2026 | Spring
        Visits | 31       | 44       | 39       | 114
        Orders | 11       | 14       | 12       | 37
        Calls  | 21       | 28       | 22       | 71
        """,
        facts="B2 | Visits | | 2026-01 | actual | 31",
        count=9,
        classes="E2:E4 total",
    ),
    Case(
        "an average of the months does not say how they add up",
        """
        KPI    | Jan 2026 | Feb 2026 | Mar 2026 | Average
        Visits | 31       | 44       | 39       | 38
        Orders | 11       | 14       | 14       | 13
        """,
        facts="B2 | Visits | | 2026-01 | actual | 31",
        count=6,
        asked=ADD_UP,
        classes="E2:E3 total",
    ),
    Case(
        "a year beside its months is their total",
        """
        KPI    | Jan 2026 | Feb 2026 | Mar 2026 | 2026
        Visits | 31       | 44       | 39       | 114
        Orders | 11       | 14       | 12       | 37
        """,
        facts="B2 | Visits | | 2026-01 | actual | 31",
        count=6,
        classes="E2:E3 total",
    ),
    Case(
        "quarters between months are their totals",
        """
        KPI    | Jan 2026 | Feb 2026 | Mar 2026 | Q1 2026 | Apr 2026 | May 2026 | Jun 2026 | Q2 2026
        Visits | 31       | 44       | 39       | 114     | 30       | 41       | 35       | 106
        Orders | 11       | 14       | 12       | 37      | 13       | 15       | 17       | 45
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        F2 | Visits | | 2026-04 | actual | 30
        """,
        count=12,
        classes="""
        E2:E3 total
        I2:I3 total
        """,
    ),
    Case(
        "a total below its parts",
        """
        Shop    | Jan 2026 | Feb 2026 | Mar 2026
        Harbour | 31       | 44       | 39
        Station | 11       | 14       | 12
        Total   | 42       | 58       | 51
        """,
        facts="B2 | Harbour | | 2026-01 | actual | 31",
        count=6,
        asked=ADD_UP,
        classes="B4:D4 total",
    ),
    Case(
        "a total above its parts",
        """
        Shop    | Jan 2026 | Feb 2026 | Mar 2026
        Total   | 42       | 58       | 51
        Harbour | 31       | 44       | 39
        Station | 11       | 14       | 12
        """,
        facts="B3 | Harbour | | 2026-01 | actual | 31",
        count=6,
        asked=ADD_UP,
        classes="B2:D2 total",
    ),
    Case(
        "a total left of its parts",
        """
        KPI    | Total | Jan 2026 | Feb 2026 | Mar 2026
        Visits | 114   | 31       | 44       | 39
        Orders | 37    | 11       | 14       | 12
        """,
        facts="C2 | Visits | | 2026-01 | actual | 31",
        count=6,
        classes="B2:B3 total",
    ),
    Case(
        "totals of groups and a total of totals",
        """
        Cost        | Jan 2026 | Feb 2026 | Mar 2026
        Rent        | 12       | 12.5     | 13
        Power       | 3        | 2.5      | 4
        Total house | 15       | 15       | 17
        Wages       | 70       | 71       | 75
        Training    | 2        | 5        | 1
        Total staff | 72       | 76       | 76
        Grand total | 87       | 91       | 93
        """,
        facts="""
        B2 | Rent | | 2026-01 | actual | 12
        D6 | Training | | 2026-03 | actual | 1
        """,
        count=12,
        asked=ADD_UP,
        classes="""
        B4:D4 total
        B7:D8 total
        """,
    ),
    Case(
        "a typed total that does not add up is asked",
        """
        Shop    | Jan 2026 | Feb 2026 | Mar 2026
        Harbour | 31       | 44       | 39
        Station | 11       | 14       | 12
        Total   | 90       | 91       | 95
        """,
        facts="B2 | Harbour | | 2026-01 | actual | 31",
        count=6,
        asked="total_or_line should, add_up should",
        classes="B4:D4 total",
    ),
    Case(
        "a difference of two lines is a line of its own",
        """
        KPI    | Jan 2026 | Feb 2026 | Mar 2026
        Sales  | 131      | 144      | 139
        Cost   | 81       | 97       | 102
        Margin | 50       | 47       | 37
        """,
        facts="B4 | Margin | | 2026-01 | actual | 50",
        count=9,
        asked=ADD_UP,
        classes="B4:D4 result",
    ),
    Case(
        "a ratio of two lines is a line of its own",
        """
        KPI             | Jan 2026 | Feb 2026 | Mar 2026
        Sales           | 120      | 150      | 140
        Visits          | 40       | 60       | 35
        Sales per visit | 3        | 2.5      | 4
        """,
        facts="B4 | Sales per visit | | 2026-01 | actual | 3",
        count=9,
        asked=ADD_UP,
        classes="B4:D4 result",
    ),
    Case(
        "a variance column beside target and actual",
        """
        May 2026
        KPI    | Target | Actual | Variance | % of target
        Visits | 40     | 31     | -9       | 77.5%
        Orders | 10     | 11     | 1        | 110%
        Calls  | 20     | 27     | 7        | 135%
        """,
        facts="""
        B3 | Visits | | 2026-05 | target | 40
        C3 | Visits | | 2026-05 | actual | 31
        """,
        count=6,
        asked="direction should",
        classes="D3:E5 derived",
    ),
    Case(
        "a variance between the months' actuals and targets",
        """
        KPI    | Jan 2026 |        |          | Feb 2026 |        |
               | Actual   | Target | Variance | Actual   | Target | Variance
        Visits | 31       | 40     | -9       | 44       | 40     | 4
        Orders | 11       | 10     | 1        | 14       | 12     | 2
        Calls  | 27       | 20     | 7        | 22       | 25     | -3
        #merge B1:D1 E1:G1
        """,
        facts="""
        B3 | Visits | | 2026-01 | actual | 31
        C3 | Visits | | 2026-01 | target | 40
        """,
        count=12,
        asked=RATED,
        classes="""
        D3:D5 derived
        G3:G5 derived
        """,
    ),
    Case(
        "shares of a total beside each amount",
        """
        Month    | Sales | Cost | Cost %
        Jan 2026 | 120   | 60   | 50%
        Feb 2026 | 150   | 90   | 60%
        Mar 2026 | 160   | 40   | 25%
        Apr 2026 | 125   | 50   | 40%
        """,
        facts="B2 | Sales | | 2026-01 | actual | 120",
        count=12,
        asked=ADD_UP,
        classes="D2:D5 fact",
    ),
    Case(
        "a running sum beside its months",
        """
        Month    | Visits | Visits YTD
        Jan 2026 | 31     | 31
        Feb 2026 | 44     | 75
        Mar 2026 | 39     | 114
        Apr 2026 | 30     | 144
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        B3 | Visits | | 2026-02 | actual | 44
        B4 | Visits | | 2026-03 | actual | 39
        B5 | Visits | | 2026-04 | actual | 30
        """,
        asked=ADD_UP,
        classes="C2:C5 cumulative",
    ),
    Case(
        "a running sum that no title tells, found by its values",
        """
        Month    | Visits | So far
        Jan 2026 | 31     | 31
        Feb 2026 | 44     | 75
        Mar 2026 | 39     | 114
        Apr 2026 | 30     | 144
        May 2026 | 27     | 171
        """,
        facts="B2 | Visits | | 2026-01 | actual | 31",
        count=5,
        asked=ADD_UP,
        classes="C2:C6 cumulative",
    ),
    Case(
        "a running sum in the row below",
        """
        KPI         | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026
        Visits      | 31       | 44       | 39       | 30
        Accumulated | 31       | 75       | 114      | 144
        """,
        facts="B2 | Visits | | 2026-01 | actual | 31",
        count=4,
        asked=ADD_UP,
        classes="B3:E3 cumulative",
    ),
    Case(
        "a balance with an opening",
        """
        Date        | Movement | Balance
        @2026-01-31 | 31       | 531
        @2026-02-28 | -44      | 487
        @2026-03-31 | 39       | 526
        @2026-04-30 | 30       | 556
        @2026-05-31 | -12      | 544
        @2026-06-30 | 25       | 569
        """,
        facts="B2 | Movement | | 2026-01 | actual | 31",
        count=6,
        asked=ADD_UP,
        classes="C2:C7 cumulative",
    ),
    Case(
        "growth against the row before, under a title that says nothing",
        """
        Year | Index | Step
        2019 | 300   | 0
        2020 | 330   | 0.1
        2021 | 396   | 0.2
        2022 | 376.2 | -0.05
        2023 | 413.82 | 0.1
        2024 | 620.73 | 0.5
        """,
        facts="B2 | Index | | 2019 | actual | 300",
        count=6,
        asked=ADD_UP,
        classes="C2:C7 derived",
    ),
    Case(
        "a member that is the sum of the others",
        """
        Month    | Region | Visits
        Jan 2026 | North  | 31
        Jan 2026 | South  | 12
        Jan 2026 | All    | 43
        Feb 2026 | North  | 44
        Feb 2026 | South  | 15
        Feb 2026 | All    | 59
        Mar 2026 | North  | 39
        Mar 2026 | South  | 11
        Mar 2026 | All    | 50
        """,
        facts="C2 | Visits | Region=North | 2026-01 | actual | 31",
        count=6,
        asked=OVER,
        classes="""
        C4 total
        C7 total
        C10 total
        """,
    ),
    Case(
        "a member called total that does not add up is asked",
        """
        Month    | Region | Visits
        Jan 2026 | North  | 31
        Jan 2026 | South  | 12
        Jan 2026 | Total  | 93
        Feb 2026 | North  | 44
        Feb 2026 | South  | 15
        Feb 2026 | Total  | 79
        """,
        facts="C2 | Visits | Region=North | 2026-01 | actual | 31",
        count=4,
        asked="member must, add_up should, add_over should",
        classes="C4 total",
    ),
    Case(
        "rows of one sheet again in another",
        {
            "All": """
            Month    | KPI    | Amount
            Jan 2026 | Visits | 31
            Jan 2026 | Orders | 11
            Feb 2026 | Visits | 44
            Feb 2026 | Orders | 14
            Mar 2026 | Visits | 39
            Mar 2026 | Orders | 12
            """,
            "Extract": """
            Month    | KPI    | Amount
            Jan 2026 | Visits | 31
            Feb 2026 | Visits | 44
            Mar 2026 | Visits | 39
            """,
        },
        facts="All!C2 | Visits | | 2026-01 | actual | 31",
        count=6,
        asked=ADD_UP,
        classes="Extract!C2:C4 repeat",
    ),
    Case(
        "a copy of a sheet",
        {
            "Data": """
            KPI    | Jan 2026 | Feb 2026 | Mar 2026
            Visits | 31       | 44       | 39
            Orders | 11       | 14       | 12
            """,
            "Data (2)": """
            KPI    | Jan 2026 | Feb 2026 | Mar 2026
            Visits | 31       | 44       | 39
            Orders | 11       | 14       | 12
            """,
        },
        facts="Data!B2 | Visits | | 2026-01 | actual | 31",
        count=6,
        asked=ADD_UP,
        classes="Data (2)!B2:D3 repeat",
    ),
    Case(
        "a line again under another name on a later sheet",
        {
            "Shop": """
            KPI    | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026 | May 2026
            Visits | 31       | 44       | 39       | 30       | 27
            Orders | 11       | 14       | 12       | 13       | 15
            """,
            "Board": """
            KPI        | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026 | May 2026
            Footfall   | 31       | 44       | 39       | 30       | 27
            Complaints | 3        | 4        | 2        | 6        | 5
            """,
        },
        facts="Shop!B2 | Visits | | 2026-01 | actual | 31",
        count=15,
        asked=ADD_UP,
        classes="""
        Board!B2:F2 repeat
        Board!B3:F3 fact
        """,
    ),
    Case(
        "a summary of postings by month",
        {
            "Postings": """
            Date        | Shop    | Revenue
            @2026-01-03 | Harbour | 131.5
            @2026-01-17 | Station | 120.25
            @2026-01-20 | Harbour | 104
            @2026-02-02 | Station | 144.5
            @2026-02-12 | Harbour | 106
            @2026-02-25 | Station | 107
            @2026-03-03 | Harbour | 113.5
            @2026-03-17 | Station | 123.25
            @2026-03-20 | Harbour | 99
            @2026-04-02 | Station | 154.5
            @2026-04-12 | Harbour | 126
            @2026-04-25 | Station | 137
            """,
            "Overview": """
            Month    | Revenue
            Jan 2026 | 355.75 {=}
            Feb 2026 | 357.5 {=}
            Mar 2026 | 335.75 {=}
            Apr 2026 | 417.5 {=}
            """,
        },
        facts="Postings!C2 | Revenue | Shop=Harbour | 2026-01 | actual | 235.5",
        count=8,
        asked=OVER,
        classes="Overview!B2:B5 summary",
    ),
    Case(
        "a hidden detail explains no sheet that is seen",
        {
            "Postings": """
            Date        | Shop    | Revenue
            @2026-01-03 | Harbour | 131.5
            @2026-01-17 | Station | 120.25
            @2026-01-20 | Harbour | 104
            @2026-02-02 | Station | 144.5
            @2026-02-12 | Harbour | 106
            @2026-02-25 | Station | 107
            @2026-03-03 | Harbour | 113.5
            @2026-03-17 | Station | 123.25
            @2026-03-20 | Harbour | 99
            @2026-04-02 | Station | 154.5
            @2026-04-12 | Harbour | 126
            @2026-04-25 | Station | 137
            """,
            "Overview": """
            Month    | Revenue
            Jan 2026 | 355.75 {=}
            Feb 2026 | 357.5 {=}
            Mar 2026 | 335.75 {=}
            Apr 2026 | 417.5 {=}
            """,
        },
        hidden=("Postings",),
        facts="Overview!B2 | Revenue | | 2026-01 | actual | 355.75",
        count=4,
        asked="hidden should, add_up should",
        classes="Postings!C2:C13 held",
    ),
    Case(
        "one sheet a department: same lines, other figures",
        {
            "North": """
            KPI    | Jan 2026 | Feb 2026
            Visits | 31       | 44
            Orders | 11       | 14
            """,
            "South": """
            KPI    | Jan 2026 | Feb 2026
            Visits | 17       | 26
            Orders | 9        | 8
            """,
        },
        facts="""
        North!B2 | Visits | sheet=North | 2026-01 | actual | 31 ?sheets
        South!C3 | Orders | sheet=South | 2026-02 | actual | 8 ?sheets
        """,
        count=8,
        asked="sheets must",
    ),
    Case(
        "one sheet a department, answered",
        {
            "North": """
            KPI    | Jan 2026 | Feb 2026
            Visits | 31       | 44
            Orders | 11       | 14
            """,
            "South": """
            KPI    | Jan 2026 | Feb 2026
            Visits | 17       | 26
            Orders | 9        | 8
            """,
        },
        answers={"sheets": "parts"},
        facts="""
        North!B2 | Visits | sheet=North | 2026-01 | actual | 31
        South!C3 | Orders | sheet=South | 2026-02 | actual | 8
        """,
        count=8,
        asked=OVER,
    ),
    Case(
        "two tables that disagree about one figure are asked",
        {
            "Sales": """
            KPI     | Jan 2026 | Feb 2026
            Visits  | 31       | 44
            Orders  | 11       | 14
            Calls   | 21       | 24
            Returns | 1        | 2
            """,
            "Service": """
            KPI        | Jan 2026 | Feb 2026
            Visits     | 33       | 44
            Orders     | 12       | 14
            Calls      | 21       | 29
            Complaints | 4        | 7
            """,
        },
        facts="Sales!B5 | Returns | | 2026-01 | actual | 1",
        count=16,
        asked="which must, add_up should",
    ),
    Case(
        "constant figures are no running sum, no total and no repeat",
        """
        KPI   | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026
        Staff | 5        | 5        | 5        | 5
        Shops | 5        | 5        | 5        | 5
        Vans  | 10       | 10       | 10       | 10
        """,
        facts="B4 | Vans | | 2026-01 | actual | 10",
        count=12,
        asked=ADD_UP,
        classes="B2:E4 fact",
    ),
    Case(
        "zeros prove nothing",
        """
        KPI    | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026 | Rest
        Visits | 0        | 0        | 0        | 0        | 0
        Orders | 0        | 0        | 0        | 0        | 0
        Calls  | 3        | 4        | 2        | 0        | 7
        """,
        facts="B4 | Calls | | 2026-01 | actual | 3",
        count=12,
        asked="add_up should, columns should",
        classes="F2:F4 unread",
    ),
    Case(
        "one point proves no difference",
        """
        KPI    | Jan 2026 | Feb 2026 | Staff
        Visits | 31       | 44       | 13
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        C2 | Visits | | 2026-02 | actual | 44
        """,
        asked=ADD_UP,
        classes="D2 unread",
    ),
    Case(
        "a line of formulas is not lost because it is the sum of two others",
        """
        KPI      | Jan 2026 | Feb 2026 | Mar 2026
        Online   | 31       | 44       | 39
        In shops | 11       | 14       | 12
        Sales    | 42 {=}   | 58 {=}   | 51 {=}
        Cost     | 30       | 33       | 37
        """,
        facts="B4 | Sales | | 2026-01 | actual | 42",
        count=12,
        asked=ADD_UP,
        classes="B4:D4 result",
    ),
    Case(
        "a total with one cell off",
        """
        Shop    | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026 | May 2026 | Jun 2026
        Harbour | 31       | 44       | 39       | 30       | 27       | 33
        Station | 11       | 14       | 12       | 13       | 15       | 16
        Total   | 42       | 58       | 51       | 44       | 42       | 49
        """,
        facts="B2 | Harbour | | 2026-01 | actual | 31",
        count=12,
        asked=ADD_UP,
        classes="B4:G4 total",
    ),
    Case(
        "an average row at the end",
        """
        Shop    | Jan 2026 | Feb 2026 | Mar 2026
        Harbour | 31       | 44       | 39
        Station | 11       | 14       | 13
        Average | 21       | 29       | 26
        """,
        facts="B2 | Harbour | | 2026-01 | actual | 31",
        count=6,
        asked=ADD_UP,
        classes="B4:D4 mean",
    ),
    Case(
        "a row of totals without a date below dated rows",
        """
        Month    | Visits | Orders
        Jan 2026 | 31     | 11
        Feb 2026 | 44     | 14
        Mar 2026 | 39     | 12
                 | 114    | 37
        """,
        facts="B2 | Visits | | 2026-01 | actual | 31",
        count=6,
        asked=ADD_UP,
        classes="B5:C5 total",
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_what_is_computed_is_no_figure_of_its_own(case: Case, tmp_path: Path) -> None:
    assert result(case, tmp_path) == wanted(case)
