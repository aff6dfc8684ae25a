"""The finder on what it must ask: units, scales, slips, hidden sheets, scenarios, misspelt titles, date columns."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.finding import Case, params, result, wanted

ADD_UP = "add_up should"
RATED = "add_up should, direction should"
OVER = "add_up should, add_over should"
JUNE = datetime(2026, 6, 15)  # noqa: DTZ001 - as the file tells it: without a zone
GOALS = """
KPI     | Unit | Direction | Target
Revenue | EUR  | higher    | 120
Returns | %    | lower     | 3%
"""

CASES = params(
    Case(
        "a goal in euros, figures in dollars",
        {
            "Goals": GOALS,
            "Figures": """
            KPI           | Jan 2026 | Feb 2026
            Revenue (USD) | 131      | 144
            """,
        },
        facts="""
        Figures!B2 | Revenue (USD) | | 2026-01 | actual | 131 ?unit
        Figures!C2 | Revenue (USD) | | 2026-02 | actual | 144 ?unit
        """,
        asked="unit must",
    ),
    Case(
        "a goal in euros, a title over the figures in dollars",
        {
            "Goals": GOALS,
            "Figures": """
            Figures in USD | |
            KPI     | Jan 2026 | Feb 2026
            Revenue | 131      | 144
            """,
        },
        facts="""
        Figures!B3 | Revenue | | 2026-01 | actual | 131 ?unit
        Figures!C3 | Revenue | | 2026-02 | actual | 144 ?unit
        """,
        asked="unit must",
    ),
    Case(
        "a format in dollars for a goal in euros",
        {
            "Goals": GOALS,
            "Figures": """
            KPI     | Jan 2026        | Feb 2026
            Revenue | 131 {[$$-409]0} | 144 {[$$-409]0}
            """,
        },
        facts="""
        Figures!B2 | Revenue | | 2026-01 | actual | 131 ?unit
        Figures!C2 | Revenue | | 2026-02 | actual | 144 ?unit
        """,
        asked="unit must",
    ),
    Case(
        "two currencies in one line",
        """
        KPI     | Jan 2026    | Feb 2026
        Revenue | 131 {[$€]0} | 144 {[$$-409]0}
        """,
        facts="""
        B2 | Revenue | | 2026-01 | actual | 131 ?unit
        C2 | Revenue | | 2026-02 | actual | 144 ?unit
        """,
        asked="unit must",
    ),
    Case(
        "a format that shows thousands",
        """
        KPI     | Jan 2026         | Feb 2026
        Revenue | 131000 {0,"K"}   | 144000 {0,"K"}
        """,
        facts="""
        B2 | Revenue | | 2026-01 | actual | 131000 ?unit
        C2 | Revenue | | 2026-02 | actual | 144000 ?unit
        """,
        asked="unit must",
    ),
    Case(
        "a separator of thousands scales nothing",
        """
        KPI     | Jan 2026       | Feb 2026
        Revenue | 131000 {#,##0} | 144000 {#,##0}
        """,
        facts="""
        B2 | Revenue | | 2026-01 | actual | 131000
        C2 | Revenue | | 2026-02 | actual | 144000
        """,
        asked=ADD_UP,
    ),
    Case(
        "a word shown over a number",
        """
        KPI    | Jan 2026  | Feb 2026 | Mar 2026
        Visits | 31        | 0 {"n/a"} | 39
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        C2 | Visits | | 2026-02 | actual | 0 ?shown
        D2 | Visits | | 2026-03 | actual | 39
        """,
        asked="shown must, add_up should",
    ),
    Case(
        "a word shown over a number, left out",
        """
        KPI    | Jan 2026  | Feb 2026 | Mar 2026
        Visits | 31        | 0 {"n/a"} | 39
        """,
        answers={"shown": "leave-out"},
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        D2 | Visits | | 2026-03 | actual | 39
        """,
        asked=ADD_UP,
        classes="C2 left-out",
    ),
    Case(
        "a share typed a hundredfold",
        """
        KPI     | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026
        Returns | 3%       | 3.2%     | 310%     | 2.9%
        """,
        facts="""
        B2 | Returns | | 2026-01 | actual | 0.03
        C2 | Returns | | 2026-02 | actual | 0.032
        D2 | Returns | | 2026-03 | actual | 3.1 ?outlier
        E2 | Returns | | 2026-04 | actual | 0.029
        """,
        asked="outlier must, add_up should",
    ),
    Case(
        "a share typed a hundredfold, answered",
        """
        KPI     | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026
        Returns | 3%       | 3.2%     | 310%     | 2.9%
        """,
        answers={"outlier": "hundredth"},
        facts="""
        B2 | Returns | | 2026-01 | actual | 0.03
        C2 | Returns | | 2026-02 | actual | 0.032
        D2 | Returns | | 2026-03 | actual | 0.031
        E2 | Returns | | 2026-04 | actual | 0.029
        """,
        asked=ADD_UP,
    ),
    Case(
        "the last figure is a thousandfold",
        """
        KPI     | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026 | May 2026 | Jun 2026 | Jul 2026
        Revenue | 131      | 144      | 139      | 128      | 135      | 141      | 137000
        """,
        facts="""
        G2 | Revenue | | 2026-06 | actual | 141
        H2 | Revenue | | 2026-07 | actual | 137000 ?outlier
        """,
        count=7,
        asked="outlier must, add_up should",
    ),
    Case(
        "figures that grow steeply are no slip",
        """
        KPI   | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026 | May 2026 | Jun 2026 | Jul 2026
        Users | 3        | 9        | 31       | 88       | 260      | 805      | 2400
        """,
        facts="H2 | Users | | 2026-07 | actual | 2400",
        count=7,
        asked=ADD_UP,
    ),
    Case(
        "one figure merged over two months",
        """
        KPI    | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026
        Visits | 31       | 44       | 39       | 30
        Orders | 25       |          | 12       | 14
        #merge B3:C3
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        B3 | Orders | | 2026-01 | actual | 25 ?merged
        """,
        count=7,
        asked="merged must, add_up should",
    ),
    Case(
        "a sheet that says year to date",
        {
            "Sales YTD 2026": """
            KPI    | Jan | Feb | Mar
            Visits | 31  | 75  | 114
            Orders | 11  | 25  | 37
            """
        },
        asked="cumulative must",
        classes="Sales YTD 2026!B2:D3 held",
    ),
    Case(
        "a sheet that says year to date, answered: it runs up",
        {
            "Sales YTD 2026": """
            KPI    | Jan | Feb | Mar
            Visits | 31  | 75  | 114
            Orders | 11  | 25  | 37
            """
        },
        answers={"cumulative": "yes"},
        facts="""
        Sales YTD 2026!B2 | Visits | | 2026-01 | actual | 31
        Sales YTD 2026!C2 | Visits | | 2026-02 | actual | 44
        Sales YTD 2026!D2 | Visits | | 2026-03 | actual | 39
        Sales YTD 2026!B3 | Orders | | 2026-01 | actual | 11
        Sales YTD 2026!C3 | Orders | | 2026-02 | actual | 14
        Sales YTD 2026!D3 | Orders | | 2026-03 | actual | 12
        """,
        asked=ADD_UP,
    ),
    Case(
        "hidden sheets are asked and held",
        {
            "Shop": """
            KPI    | Jan 2026 | Feb 2026
            Visits | 31       | 44
            """,
            "Old": """
            KPI   | Jan 2026 | Feb 2026
            Calls | 21       | 24
            """,
        },
        hidden=("Old",),
        facts="""
        Shop!B2 | Visits | | 2026-01 | actual | 31
        Shop!C2 | Visits | | 2026-02 | actual | 44
        """,
        asked="hidden should, add_up should",
        classes="Old!B2:C2 held",
    ),
    Case(
        "hidden sheets alone must be asked about",
        {
            "Cover": "Our figures",
            "Old": """
            KPI   | Jan 2026 | Feb 2026
            Calls | 21       | 24
            """,
        },
        hidden=("Old",),
        asked="hidden must",
        classes="Old!B2:C2 held",
    ),
    Case(
        "targets alone",
        """
        KPI    | Target Jan 2026 | Target Feb 2026
        Visits | 31              | 44
        """,
        facts="""
        B2 | Visits | | 2026-01 | target | 31
        C2 | Visits | | 2026-02 | target | 44
        """,
        asked="only_targets must, add_up should",
    ),
    Case(
        "a budget by its sheet's name alone",
        {
            "Budget 2026": """
            KPI    | Jan | Feb
            Visits | 31  | 44
            """
        },
        facts="""
        Budget 2026!B2 | Visits | | 2026-01 | target | 31
        Budget 2026!C2 | Visits | | 2026-02 | target | 44
        """,
        asked="only_targets must, add_up should",
    ),
    Case(
        "a scenario in a title that says more is asked",
        {
            "Figures": """
            Forecast and outlook of the northern harbours 2026
            KPI    | Jan | Feb
            Visits | 31  | 44
            """
        },
        facts="""
        Figures!B3 | Visits | | 2026-01 | forecast | 31 ?series
        Figures!C3 | Visits | | 2026-02 | forecast | 44 ?series
        """,
        asked="series must",
    ),
    Case(
        "months after the saved day are asked: a forecast?",
        """
        KPI    | Apr 2026 | May 2026 | Jun 2026 | Jul 2026
        Visits | 31       | 44       | 39       | 40
        """,
        saved=JUNE,
        facts="""
        B2 | Visits | | 2026-04 | actual | 31
        C2 | Visits | | 2026-05 | actual | 44
        D2 | Visits | | 2026-06 | actual | 39
        E2 | Visits | | 2026-07 | actual | 40 ?series
        """,
        asked="series must, add_up should",
    ),
    Case(
        "zeros of formulas after the saved day are no figures",
        """
        KPI    | Apr 2026 | May 2026 | Jun 2026 | Jul 2026 | Aug 2026
        Visits | 31 {=}   | 44 {=}   | 39 {=}   | 0 {=}    | 0 {=}
        """,
        saved=JUNE,
        facts="""
        B2 | Visits | | 2026-04 | actual | 31
        C2 | Visits | | 2026-05 | actual | 44
        D2 | Visits | | 2026-06 | actual | 39
        """,
        asked=ADD_UP,
        classes="E2:F2 no-figure",
    ),
    Case(
        "targets after the saved day are right",
        """
        KPI    | Jun 2026 |        | Jul 2026 |
               | Actual   | Target | Actual   | Target
        Visits | 39       | 40     |          | 42
        #merge B1:C1 D1:E1
        """,
        saved=JUNE,
        facts="""
        B3 | Visits | | 2026-06 | actual | 39
        C3 | Visits | | 2026-06 | target | 40
        E3 | Visits | | 2026-07 | target | 42
        """,
        asked=RATED,
    ),
    Case(
        "a title of the list of goals that is nearly known",
        {
            "Goals": """
            KPI    | Unit | Directon | Target
            Visits | #    | higher   | 40
            """,
            "Figures": """
            KPI    | Jan 2026 | Feb 2026
            Visits | 31       | 44
            """,
        },
        facts="""
        Figures!B2 | Visits | | 2026-01 | actual | 31
        Figures!C2 | Visits | | 2026-02 | actual | 44
        """,
        asked="title must, add_up should",
        classes="Goals!D2 goals",
    ),
    Case(
        "a list of goals that is all known asks nothing",
        {
            "Goals": GOALS,
            "Figures": """
            KPI     | Jan 2026 | Feb 2026
            Revenue | 131      | 144
            """,
        },
        facts="""
        Figures!B2 | Revenue | | 2026-01 | actual | 131
        Figures!C2 | Revenue | | 2026-02 | actual | 144
        """,
        asked=ADD_UP,
        classes="Goals!D2:D3 goals",
    ),
    Case(
        "a misspelt month between months",
        """
        KPI    | Jan 2026 | Febuary | Mar 2026 | Apr 2026 | May 2026
        Visits | 31       | 44      | 39       | 30       | 27
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        D2 | Visits | | 2026-03 | actual | 39
        E2 | Visits | | 2026-04 | actual | 30
        F2 | Visits | | 2026-05 | actual | 27
        """,
        asked="title must, add_up should",
        classes="C2 unread",
    ),
    Case(
        "a misspelt month, answered",
        """
        KPI    | Jan 2026 | Febuary | Mar 2026 | Apr 2026 | May 2026
        Visits | 31       | 44      | 39       | 30       | 27
        """,
        answers={"title": "2"},
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        C2 | Visits | | 2026-02 | actual | 44
        D2 | Visits | | 2026-03 | actual | 39
        E2 | Visits | | 2026-04 | actual | 30
        F2 | Visits | | 2026-05 | actual | 27
        """,
        asked=ADD_UP,
    ),
    Case(
        "a misspelt month between three",
        """
        KPI    | Jan 2026 | Febuary | Mar 2026 | Apr 2026
        Visits | 31       | 44      | 39       | 30
        """,
        facts="D2 | Visits | | 2026-03 | actual | 39",
        count=3,
        asked="title must, add_up should",
        classes="C2 unread",
    ),
    Case(
        "a short form of a month of their own",
        """
        Продажи 2026 | | | |
        Показатель | июл | авг | сен | окт | ноя
        Визиты     | 31  | 44  | 39  | 30  | 27
        """,
        facts="""
        D3 | Визиты | | 2026-09 | actual | 39
        F3 | Визиты | | 2026-11 | actual | 27
        """,
        count=5,
        asked=ADD_UP,
    ),
    Case(
        "Avg is no month behind March",
        """
        Visits 2026 | | | |
        Shop    | Jan | Feb | Mar | Avg
        Harbour | 31  | 44  | 39  | 38
        Station | 11  | 14  | 14  | 13
        """,
        facts="B3 | Visits | Shop=Harbour | 2026-01 | actual | 31",
        count=6,
        asked=f"{ADD_UP}, add_over should",
        classes="E3:E4 total",
    ),
    Case(
        "two columns of dates that disagree",
        """
        Posted      | Due         | Amount
        @2026-01-03 | @2026-02-03 | 31
        @2026-01-17 | @2026-03-17 | 44
        @2026-02-02 | @2026-03-02 | 39
        """,
        asked="date_column must",
        classes="C2:C4 unread",
    ),
    Case(
        "two columns of words that both may name the lines",
        """
        Month    | Topic   | Matter | Amount
        Jan 2026 | Fuel    | Vans   | 31
        Jan 2026 | Paper   | Post   | 11
        Jan 2026 | Fuel    | Boats  | 44
        Feb 2026 | Paper   | Vans   | 14
        Feb 2026 | Fuel    | Post   | 39
        Feb 2026 | Paper   | Boats  | 12
        """,
        asked="name_column must",
        classes="D2:D7 held",
    ),
    Case(
        "customer numbers are no figures",
        """
        Month    | Customer ID | Visits
        Jan 2026 | 40117       | 31
        Feb 2026 | 40118       | 44
        Mar 2026 | 40233       | 39
        """,
        facts="""
        C2 | Visits | | 2026-01 | actual | 31
        C3 | Visits | | 2026-02 | actual | 44
        C4 | Visits | | 2026-03 | actual | 39
        """,
        asked=ADD_UP,
        classes="B2:B4 identifier",
    ),
    Case(
        "a count is no customer number",
        """
        Month    | Number of customers | Visits
        Jan 2026 | 117                 | 31
        Feb 2026 | 121                 | 44
        Mar 2026 | 119                 | 39
        """,
        facts="B2 | Number of customers | | 2026-01 | actual | 117",
        count=6,
        asked=ADD_UP,
    ),
    Case(
        "a year in a title against the dates below",
        """
        Visits 2025
        Month    | Harbour visits | Station visits
        Jan 2026 | 31             | 11
        Feb 2026 | 44             | 14
        """,
        facts="""
        B3 | Harbour visits | | 2026-01 | actual | 31
        B4 | Harbour visits | | 2026-02 | actual | 44
        C3 | Station visits | | 2026-01 | actual | 11
        C4 | Station visits | | 2026-02 | actual | 14
        """,
        asked=ADD_UP,
    ),
    Case(
        "the same name twice without a section",
        """
        KPI    | Jan 2026 | Feb 2026
        Visits | 31       | 44
        Orders | 11       | 14
        Visits | 7        | 9
        """,
        facts="B3 | Orders | | 2026-01 | actual | 11",
        count=6,
        asked="same_name must, add_up should",
    ),
    Case(
        "targets of lines whose actuals have other names are asked as pairs",
        {
            "Plan 2026": """
            KPI     | Jan | Feb
            Revenue | 120 | 130
            """,
            "Books 2026": """
            KPI         | Jan | Feb
            Revenue EUR | 131 | 144
            """,
        },
        facts="Books 2026!B2 | Revenue EUR | | 2026-01 | actual | 131",
        count=4,
        asked="pairs must, add_up should",
    ),
    Case(
        "missing words and errors are no figures",
        """
        KPI    | Jan 2026 | Feb 2026 | Mar 2026
        Visits | 31       | n/a      | 39
        Orders | -        | 14       | 12
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        D2 | Visits | | 2026-03 | actual | 39
        C3 | Orders | | 2026-02 | actual | 14
        D3 | Orders | | 2026-03 | actual | 12
        """,
        asked=ADD_UP,
    ),
    Case(
        "hours and minutes",
        """
        KPI             | Jan 2026         | Feb 2026
        Handling (min)  | 0.25 {[h]:mm}    | 0.5 {[h]:mm}
        Overtime        | 1.5 {[h]:mm}     | 2 {[h]:mm}
        """,
        facts="""
        B2 | Handling (min) | | 2026-01 | actual | 360
        C2 | Handling (min) | | 2026-02 | actual | 720
        B3 | Overtime | | 2026-01 | actual | 36
        C3 | Overtime | | 2026-02 | actual | 48
        """,
        asked=ADD_UP,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_known_is_asked(case: Case, tmp_path: Path) -> None:
    assert result(case, tmp_path) == wanted(case)
