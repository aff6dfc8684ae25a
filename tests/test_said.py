"""Statements about a workbook: what each of them makes of the figures, and what is asked no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpireport.core.reading.account import Found
from kpireport.core.reading.read import Finder
from kpireport.core.reading.said import SayingError, parsed
from kpireport.languages import lexicon
from kpireport.languages.trade import trade
from tests.finding import drawn, held


@dataclass(frozen=True)
class Case:
    """A workbook, what is said of it, and what is read then.

    facts: lines ``cell | name | parts | period | series | value``, all of them. rest: classes of the other numbers.
    asked: kinds of the questions that are left, but those of grade may.
    """

    name: str
    sheets: Mapping[str, str] | str
    said: tuple[Mapping[str, object], ...]
    facts: str
    rest: str = ""
    asked: str = ""


CASES = (
    Case(
        "two columns of names are levels; the lowest is not enough where it stands under two",
        """
        Group | Item | Jan 2026 | Feb 2026
        Sales |      | |
        | Cars | 101 | 110
        | Vans | 52 | 61
        Cost  |      | |
        | Cars | 71 | 80
        | Vans | 32 | 41
        """,
        ({"for": {"range": "A2:B7"}, "is": "names", "levels": ["A", "B"]},),
        facts="""
        C3 | Sales – Cars |  | 2026-01 | actual | 101
        D3 | Sales – Cars |  | 2026-02 | actual | 110
        C4 | Sales – Vans |  | 2026-01 | actual | 52
        D4 | Sales – Vans |  | 2026-02 | actual | 61
        C6 | Cost – Cars |  | 2026-01 | actual | 71
        D6 | Cost – Cars |  | 2026-02 | actual | 80
        C7 | Cost – Vans |  | 2026-01 | actual | 32
        D7 | Cost – Vans |  | 2026-02 | actual | 41
        """,
        asked="add_up",
    ),
    Case(
        "a dated list: when, of whom, and what stand in columns",
        """
        Wann | Wer | Was | Wert
        2026-01-31 | Nord | Umsatz | 100
        2026-01-31 | Süd | Umsatz | 110
        2026-02-28 | Nord | Umsatz | 120
        2026-02-28 | Süd | Umsatz | 130
        2026-02-28 | Süd | Umsatz | 7
        """,
        (
            {"for": {"column": "A"}, "is": "when"},
            {"for": {"column": "B"}, "is": "part", "title": "Region"},
            {"for": {"column": "C"}, "is": "names"},
        ),
        facts="""
        D2 | Umsatz | Region=Nord | 2026-01 | actual | 100
        D3 | Umsatz | Region=Süd | 2026-01 | actual | 110
        D4 | Umsatz | Region=Nord | 2026-02 | actual | 120
        D5 | Umsatz | Region=Süd | 2026-02 | actual | 137
        """,
        asked="add_over, add_up",
    ),
    Case(
        "the same in one form",
        """
        Wann | Wer | Was | Wert
        2026-01-31 | Nord | Umsatz | 100
        2026-01-31 | Süd | Umsatz | 110
        2026-02-28 | Nord | Umsatz | 120
        2026-02-28 | Süd | Umsatz | 130
        2026-02-28 | Süd | Umsatz | 7
        """,
        (
            {
                "for": {"range": "A1:D6"},
                "is": "table",
                "when": "A",
                "parts": {"Region": "B"},
                "names": "C",
                "unit": "EUR",
            },
        ),
        facts="""
        D2 | Umsatz | Region=Nord | 2026-01 | actual | 100
        D3 | Umsatz | Region=Süd | 2026-01 | actual | 110
        D4 | Umsatz | Region=Nord | 2026-02 | actual | 120
        D5 | Umsatz | Region=Süd | 2026-02 | actual | 137
        """,
        asked="add_over, add_up",
    ),
    Case(
        "a sheet of one period, and of which line less is better",
        """
        KPI | Ist | Soll
        Umsatz | 100 | 120
        Kosten | 50 | 40
        """,
        (
            {"for": {"sheet": "Figures"}, "is": "when", "value": "2026-10"},
            {"for": {"line": "Kosten"}, "is": "lower"},
        ),
        facts="""
        B2 | Umsatz |  | 2026-10 | actual | 100
        C2 | Umsatz |  | 2026-10 | target | 120
        B3 | Kosten |  | 2026-10 | actual | 50
        C3 | Kosten |  | 2026-10 | target | 40
        """,
        asked="direction",
    ),
    Case(
        "a sheet is a part, a table has a unit, a row is in thousands",
        """
        KPI | Ist | Soll
        Umsatz | 100 | 120
        Kosten | 50 | 40
        """,
        (
            {"for": {"sheet": "Figures"}, "is": "when", "value": "2026-10"},
            {"for": {"sheet": "Figures"}, "is": "part", "value": "Nord", "title": "Region"},
            {"for": {"table": "A1"}, "is": "unit", "value": "EUR k"},
            {"for": {"row": "Kosten"}, "is": "scale", "value": 1000},
        ),
        facts="""
        B2 | Umsatz | Region=Nord | 2026-10 | actual | 100
        C2 | Umsatz | Region=Nord | 2026-10 | target | 120
        B3 | Kosten | Region=Nord | 2026-10 | actual | 50000
        C3 | Kosten | Region=Nord | 2026-10 | target | 40000
        """,
        asked="direction",
    ),
    Case(
        "a cell over the table is its period",
        """
        Report | Mai 2026 |
        | |
        KPI | Ist | Soll
        Umsatz | 100 | 120
        Kosten | 50 | 40
        """,
        ({"for": {"cell": "B1"}, "is": "when"},),
        facts="""
        B4 | Umsatz |  | 2026-05 | actual | 100
        C4 | Umsatz |  | 2026-05 | target | 120
        B5 | Kosten |  | 2026-05 | actual | 50
        C5 | Kosten |  | 2026-05 | target | 40
        """,
        asked="direction",
    ),
    Case(
        "years down and months across",
        """
        Year | Jan | Feb | Mar
        2024 | 101 | 110 | 95
        2025 | 52 | 61 | 66
        """,
        (
            {"for": {"row": 1}, "is": "when"},
            {"for": {"column": "A"}, "is": "when"},
            {"for": {"sheet": "Figures"}, "is": "measure", "value": "Sales"},
        ),
        facts="""
        B2 | Sales |  | 2024-01 | actual | 101
        C2 | Sales |  | 2024-02 | actual | 110
        D2 | Sales |  | 2024-03 | actual | 95
        B3 | Sales |  | 2025-01 | actual | 52
        C3 | Sales |  | 2025-02 | actual | 61
        D3 | Sales |  | 2025-03 | actual | 66
        """,
        rest="calendar 2",
        asked="add_up",
    ),
    Case(
        "one example spells all titles",
        """
        KPI | W52-2020 | W53-2020 | W01-2021
        Visits | 101 | 110 | 95
        Calls | 52 | 61 | 66
        """,
        ({"for": {"row": 1}, "is": "when", "example": {"W53-2020": "2020-W53"}},),
        facts="""
        B2 | Visits |  | 2020-W52 | actual | 101
        C2 | Visits |  | 2020-W53 | actual | 110
        D2 | Visits |  | 2021-W01 | actual | 95
        B3 | Calls |  | 2020-W52 | actual | 52
        C3 | Calls |  | 2020-W53 | actual | 61
        D3 | Calls |  | 2021-W01 | actual | 66
        """,
        asked="add_up",
    ),
    Case(
        "numbers are years from a first one",
        """
        KPI | 1 | 2 | 3
        Visits | 101 | 110 | 95
        Calls | 52 | 61 | 66
        """,
        ({"for": {"row": 1}, "is": "when", "from": "2024"},),
        facts="""
        B2 | Visits |  | 2024 | actual | 101
        C2 | Visits |  | 2025 | actual | 110
        D2 | Visits |  | 2026 | actual | 95
        B3 | Calls |  | 2024 | actual | 52
        C3 | Calls |  | 2025 | actual | 61
        D3 | Calls |  | 2026 | actual | 66
        """,
        rest="calendar 3",
        asked="add_up",
    ),
    Case(
        "actual until a month, forecast after it",
        """
        KPI | Jul 2026 | Aug 2026 | Sep 2026
        Visits | 101 | 110 | 95
        Calls | 52 | 61 | 66
        """,
        ({"for": {"sheet": "Figures"}, "is": "series", "until": "2026-08"},),
        facts="""
        B2 | Visits |  | 2026-07 | actual | 101
        C2 | Visits |  | 2026-08 | actual | 110
        D2 | Visits |  | 2026-09 | forecast | 95
        B3 | Calls |  | 2026-07 | actual | 52
        C3 | Calls |  | 2026-08 | actual | 61
        D3 | Calls |  | 2026-09 | forecast | 66
        """,
        asked="add_up",
    ),
    Case(
        "no figures after a month",
        """
        KPI | Jul 2026 | Aug 2026 | Sep 2026
        Visits | 101 | 110 | 95
        Calls | 52 | 61 | 66
        """,
        ({"for": {"sheet": "Figures"}, "is": "when", "last": "2026-08"},),
        facts="""
        B2 | Visits |  | 2026-07 | actual | 101
        C2 | Visits |  | 2026-08 | actual | 110
        B3 | Calls |  | 2026-07 | actual | 52
        C3 | Calls |  | 2026-08 | actual | 61
        """,
        rest="no-figure 2",
        asked="add_up",
    ),
    Case(
        "a row that runs up beside its own figures is left out",
        """
        KPI | Jan 2026 | Feb 2026 | Mar 2026
        Sales | 101 | 110 | 95
        Sales so far | 101 | 211 | 300
        """,
        ({"for": {"row": 3}, "is": "running"},),
        facts="""
        B2 | Sales |  | 2026-01 | actual | 101
        C2 | Sales |  | 2026-02 | actual | 110
        D2 | Sales |  | 2026-03 | actual | 95
        """,
        rest="cumulative 3",
        asked="add_up",
    ),
    Case(
        "a table that runs up is read as differences",
        """
        KPI | Jan 2026 | Feb 2026 | Mar 2026
        Sales | 101 | 211 | 306
        Cost | 10 | 21 | 30
        """,
        ({"for": {"table": "A1"}, "is": "running"},),
        facts="""
        B2 | Sales |  | 2026-01 | actual | 101
        C2 | Sales |  | 2026-02 | actual | 110
        D2 | Sales |  | 2026-03 | actual | 95
        B3 | Cost |  | 2026-01 | actual | 10
        C3 | Cost |  | 2026-02 | actual | 11
        D3 | Cost |  | 2026-03 | actual | 9
        """,
        asked="add_up",
    ),
    Case(
        "texts are figures",
        """
        KPI | Jan 2026 | Feb 2026 | Mar 2026
        Rate | 47.5 % ▲ | 48 % ▲ | 46.1 % ▼
        Cost | 10 | 21 | 30
        """,
        ({"for": {"row": 2}, "is": "text-figures"},),
        facts="""
        B2 | Rate |  | 2026-01 | actual | 0.475
        C2 | Rate |  | 2026-02 | actual | 0.48
        D2 | Rate |  | 2026-03 | actual | 0.461
        B3 | Cost |  | 2026-01 | actual | 10
        C3 | Cost |  | 2026-02 | actual | 21
        D3 | Cost |  | 2026-03 | actual | 30
        """,
        asked="add_up",
    ),
    Case(
        "a word in names is a scenario",
        """
        KPI | Jan 2026 | Feb 2026
        Umsatz | 101 | 211
        Vorgabe Umsatz | 10 | 21
        """,
        ({"for": {"workbook": True}, "is": "series", "words": {"Vorgabe": "target"}},),
        facts="""
        B2 | Umsatz |  | 2026-01 | actual | 101
        C2 | Umsatz |  | 2026-02 | actual | 211
        B3 | Umsatz |  | 2026-01 | target | 10
        C3 | Umsatz |  | 2026-02 | target | 21
        """,
        asked="add_up, direction",
    ),
    Case(
        "every row with this beginning",
        """
        KPI | Jan 2026 | Feb 2026
        Umsatz | 101 | 211
        Reste A | 10 | 21
        Reste B | 10 | 22
        """,
        ({"for": {"row": "Reste …"}, "is": "leave-out"},),
        facts="""
        B2 | Umsatz |  | 2026-01 | actual | 101
        C2 | Umsatz |  | 2026-02 | actual | 211
        """,
        rest="left-out 4",
        asked="add_up",
    ),
    Case(
        "all but one row",
        """
        KPI | Jan 2026 | Feb 2026
        Umsatz | 101 | 211
        A | 10 | 21
        B | 10 | 22
        """,
        ({"for": {"sheet": "Figures"}, "but": {"row": "Umsatz"}, "is": "target"},),
        facts="""
        B2 | Umsatz |  | 2026-01 | actual | 101
        C2 | Umsatz |  | 2026-02 | actual | 211
        B3 | A |  | 2026-01 | target | 10
        C3 | A |  | 2026-02 | target | 21
        B4 | B |  | 2026-01 | target | 10
        C4 | B |  | 2026-02 | target | 22
        """,
        asked="add_up",
    ),
    Case(
        "all tables of one shape",
        {
            "Nord": """
            KPI | Ist | Soll
            Umsatz | 100 | 120
            Kosten | 50 | 40
            """,
            "Süd": """
            KPI | Ist | Soll
            Umsatz | 105 | 120
            Kosten | 52 | 40
            """,
            "Anderes": """
            Thema | x
            Text | 5
            """,
        },
        (
            {
                "for": {"sheet": "Nord", "range": "A1:C3", "alike": True},
                "is": "table",
                "names": "A",
                "when": {"text": "2026-10"},
                "parts": {"Region": "sheet"},
            },
        ),
        facts="""
        Nord!B2 | Umsatz | Region=Nord | 2026-10 | actual | 100
        Nord!C2 | Umsatz | Region=Nord | 2026-10 | target | 120
        Nord!B3 | Kosten | Region=Nord | 2026-10 | actual | 50
        Nord!C3 | Kosten | Region=Nord | 2026-10 | target | 40
        Süd!B2 | Umsatz | Region=Süd | 2026-10 | actual | 105
        Süd!C2 | Umsatz | Region=Süd | 2026-10 | target | 120
        Süd!B3 | Kosten | Region=Süd | 2026-10 | actual | 52
        Süd!C3 | Kosten | Region=Süd | 2026-10 | target | 40
        """,
        rest="unread 1",
        asked="add_over, direction",
    ),
    Case(
        "headings are parts",
        """
        KPI | Jan 2026 | Feb 2026
        Nord | |
        Umsatz | 101 | 211
        Kosten | 10 | 21
        Süd | |
        Umsatz | 102 | 212
        Kosten | 12 | 22
        """,
        ({"for": {"table": "A1"}, "is": "part", "value": "section", "title": "Region"},),
        facts="""
        B3 | Umsatz | Region=Nord | 2026-01 | actual | 101
        C3 | Umsatz | Region=Nord | 2026-02 | actual | 211
        B4 | Kosten | Region=Nord | 2026-01 | actual | 10
        C4 | Kosten | Region=Nord | 2026-02 | actual | 21
        B6 | Umsatz | Region=Süd | 2026-01 | actual | 102
        C6 | Umsatz | Region=Süd | 2026-02 | actual | 212
        B7 | Kosten | Region=Süd | 2026-01 | actual | 12
        C7 | Kosten | Region=Süd | 2026-02 | actual | 22
        """,
        asked="add_over, add_up",
    ),
    Case(
        "titles are the names",
        """
        Month | Umsatz | Kosten
        Jan 2026 | 1 | 2
        Feb 2026 | 3 | 4
        Mar 2026 | 3 | 5
        """,
        (
            {"for": {"row": 1}, "is": "names"},
            {"for": {"column": "A"}, "is": "when"},
        ),
        facts="""
        B2 | Umsatz |  | 2026-01 | actual | 1
        C2 | Kosten |  | 2026-01 | actual | 2
        B3 | Umsatz |  | 2026-02 | actual | 3
        C3 | Kosten |  | 2026-02 | actual | 4
        B4 | Umsatz |  | 2026-03 | actual | 3
        C4 | Kosten |  | 2026-03 | actual | 5
        """,
        asked="add_up",
    ),
    Case(
        "codes are the names",
        """
        Account | Jan 2026 | Feb 2026 | Mar 2026
        4000 | 11 | 12 | 33
        4100 | 13 | 14 | 35
        """,
        ({"for": {"column": "A"}, "is": "names"},),
        facts="""
        B2 | 4000 |  | 2026-01 | actual | 11
        C2 | 4000 |  | 2026-02 | actual | 12
        D2 | 4000 |  | 2026-03 | actual | 33
        B3 | 4100 |  | 2026-01 | actual | 13
        C3 | 4100 |  | 2026-02 | actual | 14
        D3 | 4100 |  | 2026-03 | actual | 35
        """,
        rest="identifier 2",
        asked="add_up",
    ),
    Case(
        "one part is the whole",
        """
        Area | Item | Jan 2026 | Feb 2026 | Mar 2026
        GENERALE | Sales | 24 | 27 | 31
        A | Sales | 11 | 12 | 17
        B | Sales | 13 | 15 | 14
        """,
        (
            {"for": {"column": "A"}, "is": "part", "whole": "GENERALE"},
            {"for": {"column": "B"}, "is": "names"},
            {"for": {"row": 2}, "is": "figure"},
        ),
        facts="""
        C2 | Sales |  | 2026-01 | actual | 24
        D2 | Sales |  | 2026-02 | actual | 27
        E2 | Sales |  | 2026-03 | actual | 31
        C3 | Sales | Area=A | 2026-01 | actual | 11
        D3 | Sales | Area=A | 2026-02 | actual | 12
        E3 | Sales | Area=A | 2026-03 | actual | 17
        C4 | Sales | Area=B | 2026-01 | actual | 13
        D4 | Sales | Area=B | 2026-02 | actual | 15
        E4 | Sales | Area=B | 2026-03 | actual | 14
        """,
        asked="add_over, add_up",
    ),
    Case(
        "a column says which figures the rows are",
        """
        KPI | Was | Jan 2026 | Feb 2026
        Sales | Soll | 5 | 6
        Sales | Habs | 7 | 9
        """,
        ({"for": {"sheet": "Figures"}, "is": "series", "in": "B", "words": {"Habs": "actual", "Soll": "target"}},),
        facts="""
        C2 | Sales |  | 2026-01 | target | 5
        D2 | Sales |  | 2026-02 | target | 6
        C3 | Sales |  | 2026-01 | actual | 7
        D3 | Sales |  | 2026-02 | actual | 9
        """,
        asked="add_up, direction",
    ),
    Case(
        "figures to date are a balance, whose last counts",
        """
        YTD 2026 | |
        KPI | Jan 2026 | Feb 2026
        Sales | 101 | 211
        """,
        ({"for": {"table": "A2"}, "is": "balance"},),
        facts="""
        B3 | Sales |  | 2026-01 | actual | 101
        C3 | Sales |  | 2026-02 | actual | 211
        """,
    ),
    Case(
        "each month by itself, whatever its title says",
        """
        YTD 2026 | |
        KPI | Jan 2026 | Feb 2026
        Sales | 101 | 211
        """,
        ({"for": {"table": "A2"}, "is": "each"},),
        facts="""
        B3 | Sales |  | 2026-01 | actual | 101
        C3 | Sales |  | 2026-02 | actual | 211
        """,
        asked="add_up",
    ),
)


def read(folder: Path, sheets: Mapping[str, str] | str, *said: Mapping[str, object]) -> Found:
    named = {"Figures": sheets} if isinstance(sheets, str) else sheets
    workbook = drawn(folder / "book.xlsx", named)
    reading = Finder(workbook, trade(), lexicon(), {}, None, [parsed(each) for each in said]).run()
    assert held(workbook, reading) == {}
    return reading


def shown(reading: Found, *, one_sheet: bool) -> list[str]:
    made = []
    for fact in reading.facts:
        part = ", ".join(f"{title}={value}" for title, value in fact.part)
        place = fact.tokens[0].address if one_sheet else f"{fact.table.sheet}!{fact.tokens[0].address}"
        made.append(f"{place} | {fact.name} | {part} | {fact.period} | {fact.series} | {fact.value:.10g}")
    return made


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_what_is_said_is_read(case: Case, tmp_path: Path) -> None:
    reading = read(tmp_path, case.sheets, *case.said)
    assert shown(reading, one_sheet=isinstance(case.sheets, str)) == [
        x.strip() for x in case.facts.strip().splitlines()
    ]
    classes = Counter(entry.what for entry in reading.account.values())
    rest = ", ".join(f"{what} {n}" for what, n in sorted(classes.items()) if what not in ("fact", "result"))
    assert rest == case.rest
    assert ", ".join(sorted(q.kind for q in reading.questions if q.grade != "may")) == case.asked
    assert reading.unused == ()
    assert classes.total() == reading.numbers


@pytest.mark.parametrize(
    ("said", "key", "sentence"),
    [
        ({"for": {"sheet": "A"}}, "is", "no-kind"),
        ({"for": {"sheet": "A"}, "is": "leave out"}, "is", "unknown-kind"),
        ({"is": "leave-out"}, "for", "no-place"),
        ({"for": {}, "is": "leave-out"}, "for", "no-place"),
        ({"for": {"sheet": "A", "colum": "B"}, "is": "leave-out"}, "for.colum", "unknown-key"),
        ({"for": {"cell": "5B"}, "is": "figure"}, "for.cell", "no-address"),
        ({"for": {"sheet": "A"}, "is": "table"}, "for", "no-rectangle"),
        ({"for": {"sheet": "A"}, "is": "unit"}, "value", "no-value"),
        ({"for": {"sheet": "A"}, "is": "scale", "value": "much"}, "value", "no-value"),
        ({"for": {"line": "A"}, "is": "months", "value": "product"}, "value", "wrong-value"),
        ({"for": {"sheet": "A"}, "is": "when", "from": "May"}, "from", "no-period"),
        ({"for": {"sheet": "A"}, "is": "lower", "value": "A", "year": 3}, "value", "unknown-key"),
    ],
)
def test_a_statement_that_cannot_be_used_says_where_and_why(said: dict[str, object], key: str, sentence: str) -> None:
    with pytest.raises(SayingError) as raised:
        parsed(said)
    assert (raised.value.key, raised.value.message.key) == (key, f"problems.said.{sentence}")
