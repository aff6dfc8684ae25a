"""Kinds of workbooks that were read wrong once, each as a small workbook of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.finding import Case, params, result, wanted

ADD_UP = "add_up should"
OVER = "add_over should, add_up should"
LAST_WEEK = "\n".join(
    f"2026-0{1 + week // 4}-{5 + 7 * (week % 4):02d} | {shop} | {visits[week]} | {visits[week - 1] if week else ''}"
    for shop, visits in (("North", (310, 440, 390, 520, 470, 360)), ("South", (210, 280, 220, 350, 270, 240)))
    for week in range(6)
)

CASES = params(
    Case(
        "several rows a day are transactions: their months are read",
        """
        Date       | Shop  | Sales
        2026-03-02 | North | 31
        2026-03-02 | North | 44
        2026-03-03 | North | 12
        2026-03-04 | North | 25
        """,
        facts="C2 | Sales | Shop=North | 2026-03 | actual | 112",
        count=1,
        asked="add_over should",
    ),
    Case(
        "one row a day is a series of days",
        """
        Date       | Sales
        2026-03-02 | 31
        2026-03-03 | 12
        2026-03-04 | 25
        2026-03-05 | 28
        """,
        facts="B2 | Sales | | 2026-03-02 | actual | 31",
        count=4,
        asked=ADD_UP,
    ),
    Case(
        "one row a day and line is a series of days",
        """
        Date       | KPI    | Value
        2026-03-02 | Visits | 31
        2026-03-02 | Orders | 44
        2026-03-03 | Visits | 12
        2026-03-03 | Orders | 25
        """,
        facts="C2 | Visits | | 2026-03-02 | actual | 31",
        count=4,
        asked=ADD_UP,
    ),
    Case(
        "a price that goes with each product is a figure and no code",
        """
        Date       | Product | Pieces | Price (€)
        2026-01-05 | Shirt   | 3      | 12
        2026-01-05 | Coat    | 4      | 90
        2026-01-05 | Cap     | 2      | 8
        2026-02-05 | Shirt   | 5      | 12
        2026-02-05 | Coat    | 1      | 90
        2026-02-05 | Cap     | 6      | 8
        """,
        facts="D3 | Price | Product=Coat | 2026-01 | actual | 90",
        count=12,
        asked=OVER,
    ),
    Case(
        "a data model's column is what stands in its brackets",
        """
        Facts[Year] | Facts[Month] | Facts[Branch] | Facts[Total Sales]
        2026        | 1            | 101           | 310.5
        2026        | 1            | 102           | 240.25
        2026        | 2            | 101           | 299.75
        2026        | 2            | 102           | 251.5
        2026        | 3            | 101           | 320.25
        2026        | 3            | 102           | 262.5
        """,
        facts="D2 | Total Sales | | 2026-01 | actual | 550.75",
        count=3,
        asked=OVER,
        classes="C2:C7 identifier",
    ),
    Case(
        "formulas that give 0 after the last period with a figure are filled in later",
        """
        KPI    | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026
        Visits | 31 {=}   | 44 {=}   | 0 {=}    | 0 {=}
        Orders | 11 {=}   | 0 {=}    | 0 {=}    | 0 {=}
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        C2 | Visits | | 2026-02 | actual | 44
        B3 | Orders | | 2026-01 | actual | 11
        C3 | Orders | | 2026-02 | actual | 0
        """,
        asked=ADD_UP,
        classes="D2:E3 no-figure",
    ),
    Case(
        "zeros that were typed are figures",
        """
        KPI    | Jan 2026 | Feb 2026 | Mar 2026
        Visits | 31       | 44       | 39
        Faults | 2        | 0        | 0
        """,
        facts="D3 | Faults | | 2026-03 | actual | 0",
        count=6,
        asked=ADD_UP,
    ),
    Case(
        "a title's year that the dates of another sheet belie is asked",
        {
            "Actual": """
            Actual costs 2024

            Date       | KPI   | Amount
            2026-01-05 | Rent  | 310
            2026-02-05 | Power | 44
            2026-03-05 | Rent  | 320
            """,
            "Budget": """
            Budget 2024

            KPI   | Jan | Feb | Mar
            Wages | 310 | 300 | 290
            Bonus | 44  | 40  | 38
            """,
        },
        facts="""
        Actual!C4 | Rent | | 2026-01 | actual | 310
        Actual!C5 | Power | | 2026-02 | actual | 44
        Actual!C6 | Rent | | 2026-03 | actual | 320
        Budget!B4 | Wages | | | target | 310 ?year
        """,
        count=9,
        asked="add_up should, year must",
    ),
    Case(
        "last week's figure beside this week's is no figure of its own",
        f"""
        Week       | Shop | Visits | Visits the week before
        {LAST_WEEK}
        """,
        facts="C2 | Visits | Shop=North | 2026-W02 | actual | 310",
        count=12,
        asked=OVER,
        classes="D3:D7 repeat",
    ),
    Case(
        "titles that end in years are one measure",
        """
        Month    | Guests_2025 | Guests_2026
        January  | 310         | 342
        February | 290         | 301
        March    | 355         | 360
        """,
        facts="""
        B2 | Guests | | 2025-01 | actual | 310
        C2 | Guests | | 2026-01 | actual | 342
        B3 | Guests | | 2025-02 | actual | 290
        C3 | Guests | | 2026-02 | actual | 301
        B4 | Guests | | 2025-03 | actual | 355
        C4 | Guests | | 2026-03 | actual | 360
        """,
        asked=ADD_UP,
    ),
    Case(
        "an amount of several parts and no name is asked about",
        {
            "Sheet1": """
            Client  | Year | Region | Amount
            Miller  | 2025 | North  | 310
            Miller  | 2026 | South  | 44
            Baker   | 2025 | South  | 290
            Baker   | 2026 | North  | 52
            """
        },
        count=0,
        asked="name_column must",
        classes="Sheet1!D2:D5 held",
    ),
    Case(
        "sentences in the first column tell how to fill in the sheet",
        """
        Enter the name of the company in the cell at the right |        |          |
        Labels of the months stand in the cells from C2 to E2  | KPI    | Jan 2026 | Feb 2026
        Enter each of the costs in the table that begins here  | Costs  |          |
                                                               | Rent   | 310      | 320
                                                               | Power  | 44       | 46
                                                               | Travel | 21       | 35
        """,
        facts="""
        C4 | Rent | | 2026-01 | actual | 310
        D4 | Rent | | 2026-02 | actual | 320
        C5 | Power | | 2026-01 | actual | 44
        D5 | Power | | 2026-02 | actual | 46
        C6 | Travel | | 2026-01 | actual | 21
        D6 | Travel | | 2026-02 | actual | 35
        """,
        asked=ADD_UP,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_a_kind_that_was_read_wrong_is_read_right(case: Case, tmp_path: Path) -> None:
    assert result(case, tmp_path) == wanted(case)


def test_tables_beyond_those_that_are_read_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpireport.core.reading.read.MOST", 1)
    case = Case(
        "",
        """
        North  | Jan 2026 | Feb 2026
        Visits | 31       | 44

        South  | Jan 2026 | Feb 2026
        Visits | 21       | 28
        """,
        facts="""
        B2 | Visits | | 2026-01 | actual | 31
        C2 | Visits | | 2026-02 | actual | 44
        """,
        asked="add_up should, tables must",
        classes="B5:C5 unread",
    )
    assert result(case, tmp_path) == wanted(case)
