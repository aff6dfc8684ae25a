"""What a title, a date or a number says of time: spellings of many languages, and what only looks like one."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpireport.core.reading.period_text import PeriodReader, Said, year_within
from kpireport.languages.trade import trade

READER = PeriodReader(trade())

SAYS = """
Jan 2026          | M 2026 1
January 2026      | M 2026 1
Jan-26            | M 2026 1
Jan '26           | M 2026 1
Sept 2026         | M 2026 9
2026-01           | M 2026 1
2026/1            | M 2026 1
2026.01           | M 2026 1
01/2026           | M 2026 1
01.2026           | M 2026 1
202601            | M 2026 1
2026M01           | M 2026 1
As of March 2026  | M 2026 3
Month ended June 2026 | M 2026 6
January           | M - 1
Januar 2026       | M 2026 1
Jänner 2026       | M 2026 1
März 26           | M 2026 3
Dez. 2026         | M 2026 12
janvier 2026      | M 2026 1
janv. 26          | M 2026 1
févr. 2026        | M 2026 2
août 2026         | M 2026 8
enero 2026        | M 2026 1
enero de 2026     | M 2026 1
Setiembre 2026    | M 2026 9
gennaio 2026      | M 2026 1
gen-26            | M 2026 1
luglio 2026       | M 2026 7
janeiro de 2026   | M 2026 1
fevereiro/2026    | M 2026 2
januari 2026      | M 2026 1
mrt 2026          | M 2026 3
maj 2026          | M 2026 5
styczeń 2026      | M 2026 1
stycznia 2026     | M 2026 1
январь 2026       | M 2026 1
янв. 2026         | M 2026 1
Март 2026 г.      | M 2026 3
Ocak 2026         | M 2026 1
Ağustos 2026      | M 2026 8
tammikuu 2026     | M 2026 1
leden 2026        | M 2026 1
Januari 2026      | M 2026 1
Tháng 1 2026      | M 2026 1
2026年1月         | M 2026 1
2026年01月        | M 2026 1
26年1月           | M 2026 1
1月               | M - 1
十二月            | M - 12
2026年度4月       | M 2026 4
2026년 3월        | M 2026 3
3월               | M - 3
April (until 12)  | M - 4
2026              | Y 2026 -
FY2026            | Y 2026 -
FY26              | Y 2026 -
2025/26           | Y 2026 -
FY 2025-26        | Y 2026 -
2026年            | Y 2026 -
2026年度          | Y 2026 -
2026 г.           | Y 2026 -
Geschäftsjahr 2026 | -
Año 2026          | Y 2026 -
Q1 2026           | Q 2026 1
Q1 FY26           | Q 2026 1
1Q26              | Q 2026 1
2026Q3            | Q 2026 3
2026-Q3           | Q 2026 3
1996K1            | Q 1996 1
1. Quartal 2026   | Q 2026 1
4º trimestre 2026 | Q 2026 4
T3 2026           | Q 2026 3
III кв. 2026      | Q 2026 3
JFM 2026          | Q 2026 1
OND 2026          | Q 2026 4
2026年第2季度     | Q 2026 2
第3四半期         | Q - 3
1분기             | Q - 1
H1 2026           | H 2026 1
1H26              | H 2026 1
2026年上半年      | H 2026 1
下半期            | H - 2
W05 2026          | W 2026 5
2026-W05          | W 2026 5
W53-2020          | W 2020 53
KW 12             | W - 12
Week 7 2026       | W 2026 7
Semana 7          | W - 7
第5周             | W - 5
2026-01-31        | D 2026 1 31
31.01.2026        | D 2026 1 31
1/31/2026         | D 2026 1 31
31 Jan 2026       | D 2026 1 31
Jan 31 2026       | D 2026 1 31
2026年1月31日     | D 2026 1 31
2026-01-31 12:00  | D 2026 1 31
01. Okt           | D - 10 1
20260131          | D 2026 1 31
08/01/2025 to 08/31/2025 | M 2025 8
2026-01-05 to 2026-01-11 | W 2026 2
Month 3           | N - 3
Year 2            | N - 2
YTD               | C - -
Year to date      | C - -
累计              | C - -
Sales             | -
May be late       | -
Total 2026        | -
Product 7         | -
Version 1.2       | -
13/2026           | -
2026-13           | -
Q5 2026           | -
123456            | -
8 AM - 9 AM       | -
10:30             | -
"""

LINES = [tuple(part.strip() for part in line.split("|")) for line in SAYS.strip().splitlines()]

WRONG = {"4º trimestre 2026": "the ordinal sign becomes a letter, which means nothing"}
"""Spellings that are not read as they should be, by why."""


def spoken(said: Said | None) -> str:
    if said is None:
        return "-"
    shown = [said.freq, said.year, said.number, *([said.day] if said.freq == "D" else [])]
    return " ".join("-" if part is None else str(part) for part in shown)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(*line, marks=[pytest.mark.xfail(strict=True, reason=WRONG[line[0]])] if line[0] in WRONG else [])
        for line in LINES
    ],
)
def test_a_title_says_when(text: str, says: str) -> None:
    assert spoken(READER.of(text)) == says


@pytest.mark.parametrize(
    ("value", "says"),
    [
        pytest.param(2026.0, "Y 2026 -", id="a year"),
        pytest.param(1975.0, "-", id="a number before 1980 is no year"),
        pytest.param(202612.0, "M 2026 12", id="year and month"),
        pytest.param(202613.0, "-", id="no thirteenth month"),
        pytest.param(20260131.0, "D 2026 1 31", id="year, month and day"),
        pytest.param(2026.5, "-", id="a fraction"),
        pytest.param(datetime(2026, 1, 31), "D 2026 1 31", id="a date"),  # noqa: DTZ001 - Excel's dates have no zone
        pytest.param(None, "-", id="nothing"),
    ],
)
def test_a_value_says_when(value: object, says: str) -> None:
    assert spoken(READER.of(value)) == says


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("2026", "weak"),
        ("03/04/2026", "day-or-month"),
        ("Aug 03", "year-or-day"),
        ("FY26", "fiscal"),
        ("2025/26", "two-years"),
        ("2026 (until November)", "partial"),
    ],
)
def test_what_is_not_sure_is_marked(text: str, flag: str) -> None:
    said = READER.of(text)
    assert said is not None
    assert flag in said.flags


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Sales of 2026", 2026),
        ("Budget FY25/26", 2026),
        ("2025 against 2026", None),
        ("Invoice 20261", None),
        ("1,2026", None),
        ("売上 26年", 2026),
        ("", None),
    ],
)
def test_the_only_year_within_a_text(text: str, year: int | None) -> None:
    assert year_within(text) == year


def test_a_word_of_two_months_keeps_both() -> None:
    said = READER.of("listopad")
    assert said is not None
    assert {month for month, _ in said.options} == {10, 11}


UNREAD = {
    "ca": "a month behind `de` alone is taken for a filler",
    "el": "a letter with two marks falls apart",
    "he": "the mark of an abbreviation means nothing",
    "hi": "vowel signs part a word",
    "th": "vowel signs and inner dots part a word",
}
"""Languages of whose months some are not read, by why."""


@pytest.mark.parametrize(
    "language",
    [
        pytest.param(tag, marks=[pytest.mark.xfail(strict=True, reason=UNREAD[tag])] if tag in UNREAD else [])
        for tag in sorted({tag for of in trade().months.values() for tags in of.values() for tag in tags})
    ],
)
def test_every_month_of_a_language_is_read(language: str) -> None:
    words = [(word, *of) for word, of in trade().months.items() if len(of) == 1 and language in next(iter(of.values()))]
    assert [word for word, month in words if spoken(READER.of(word)) != f"M - {month}"] == []
