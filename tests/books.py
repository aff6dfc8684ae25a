"""Small books drawn as text, so that a test shows input and expectation in one glance.

    book(
        '''
        kpi     | target | unit | direction | weight
        Revenue | 1200   | EUR  | higher    | 60
        Defects | 5%     | %    | lower     | 40
        ''',
        '''
        kpi     | 2026-01 | 2026-02 | 2026-03
        Revenue | 90      | 110     | =0
        Defects | 4%      | -       | 6%
        ''',
    )

``-``: a cell that says nothing; nothing: no cell. ``=5``: a formula that gives 5. ``2~4``: a range. ``5%``: 0.05.
A metrics table may have the columns series, department and breakdown between name and periods. Tables begin at
Goals!A1 and Metrics!A1.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from typing import Any

from kpireport.core.a1 import column_letters
from kpireport.core.diagnostics import Where
from kpireport.core.evaluate import evaluate
from kpireport.core.model import (
    Aggregation,
    Amount,
    Basis,
    Book,
    Direction,
    Kind,
    Kpi,
    Level,
    Lifecycle,
    Measure,
    Method,
    Missing,
    Observation,
    Revision,
    Rollup,
    Series,
    Settings,
    Span,
    Unit,
)
from kpireport.core.periods import Calendar, Frequency, Period
from kpireport.core.scorecard import Result, Scorecard

FILE = "book.xlsx"
UNITS = {
    "EUR": Unit("EUR", Measure.MONEY, "EUR"),
    "元": Unit("元", Measure.MONEY, "CNY"),
    "%": Unit("%", Measure.SHARE),
    "people": Unit("people", Measure.STOCK),
    "calls": Unit("calls", Measure.COUNT),
    "hours": Unit("hours", Measure.TIME),
    "days": Unit("days", Measure.DURATION),
    "score": Unit("score", Measure.SCORE),
    "yes/no": Unit("yes/no", Measure.YES_NO),
}
ENUMS: dict[str, Any] = {
    "direction": Direction,
    "aggregation": Aggregation,
    "basis": Basis,
    "method": Method,
    "rollup": Rollup,
    "level": Level,
    "kind": Kind,
    "missing": Missing,
    "frequency": Frequency,
    "lifecycle": Lifecycle,
}
NUMBERS = ("weight", "baseline", "red_line", "stretch", "threshold", "cap", "floor", "priority", "benchmark")
DAYS = ("start", "end", "review")


def key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def period(text: str) -> Period:
    """Read ``2026-01``, ``2026-Q1``, ``2026-H1``, ``2026-W05``, ``2026`` or ``2026-01-31``."""
    if len(text) == 10:
        day = date.fromisoformat(text)
        return Period(Frequency.DAY, day.year, day.toordinal())
    year, _, rest = text.partition("-")
    if not rest:
        return Period(Frequency.YEAR, int(year))
    letter = {"Q": Frequency.QUARTER, "H": Frequency.HALF, "W": Frequency.WEEK}.get(rest[0])
    return Period(letter, int(year), int(rest[1:])) if letter else Period(Frequency.MONTH, int(year), int(rest))


def month(year: int, number: int) -> Period:
    return Period(Frequency.MONTH, year, number)


def number(text: str) -> float | None:
    text = text.strip().removeprefix("=").replace(",", "")
    if text in ("", "-", "–"):
        return None
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def span(text: str) -> Span | None:
    if "~" in text:
        low, high = text.split("~")
        return Span(low=number(low), high=number(high))
    value = number(text)
    return None if value is None else Span(value=value)


def rows(table: str) -> list[tuple[int, dict[str, tuple[int, str]]]]:
    """Return each row as its number and a mapping of column title to (column, text)."""
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines() if line.strip()]
    head, *body = lines
    return [
        (row, {title: (at, line[at - 1] if at <= len(line) else "") for at, title in enumerate(head, 1)})
        for row, line in enumerate(body, 2)
    ]


def kpis(table: str) -> dict[str, Kpi]:
    return {kpi.key: kpi for kpi in (_kpi(row, cells) for row, cells in rows(table))}


def _kpi(row: int, cells: dict[str, tuple[int, str]]) -> Kpi:
    name = cells["kpi"][1]
    given: dict[str, Any] = {"cells": {}, "year_targets": {}, "texts": {}}
    for title, (column, text) in cells.items():
        where = Where(FILE, "Goals", f"{column_letters(column)}{row}")
        if not text or title == "kpi":
            continue
        given["cells"][title] = where
        if title in ENUMS:
            given[title] = ENUMS[title](text)
        elif title in NUMBERS:
            given[title] = number(text)
        elif title in DAYS:
            given[title] = date.fromisoformat(text)
        elif title == "unit":
            given["unit"] = UNITS.get(text, Unit(text))
        elif title == "target":
            given["target"] = span(text)
        elif title == "phasing":
            given["phasing"] = tuple(float(part) for part in text.split())
        elif title in ("parent", "numerator", "denominator"):
            given[title] = key(text)
        elif title.isdigit():
            value = number(text)
            if value is not None:
                given["year_targets"][int(title)] = Amount(value, where)
        elif title in ("why", "strategy", "customer_benefit"):
            given["texts"][title] = text
        else:
            given[title] = text
    return Kpi(key(name), given.pop("id", ""), name, Where(FILE, "Goals", f"A{row}"), **given)


def observations(table: str, *, series: Series = Series.ACTUAL, sheet: str = "Metrics") -> tuple[Observation, ...]:
    found = []
    for row, cells in rows(table):
        kind = Series(cells["series"][1]) if cells.get("series", (0, ""))[1] else series
        extra = {name: cells[name][1] for name in ("department", "breakdown") if name in cells}
        for title, (column, text) in cells.items():
            if title in ("kpi", "series", "department", "breakdown") or text == "":
                continue
            read = span(text)
            found.append(
                Observation(
                    key(cells["kpi"][1]),
                    period(title),
                    kind,
                    read.value if read else None,
                    FILE,
                    sheet,
                    row,
                    column,
                    formula=text.startswith("="),
                    low=read.low if read else None,
                    high=read.high if read else None,
                    **extra,
                )
            )
    return tuple(found)


def revisions(table: str) -> tuple[Revision, ...]:
    """Columns: kpi, field, effective, old, new, basis, retroactive."""
    found = []
    for row, cells in rows(table):
        text = {title: value for title, (_, value) in cells.items()}
        field = text.get("field") or "target"
        counted = field not in ("owner", "definition", "department")
        found.append(
            Revision(
                key(text["kpi"]),
                field,
                period(text["effective"]),
                text.get("old", ""),
                text.get("new", ""),
                Where(FILE, "Revisions", f"A{row}"),
                amount=number(text.get("new", "")) if counted else None,
                old_amount=number(text.get("old", "")) if counted else None,
                basis=Basis(text["basis"]) if text.get("basis") else None,
                retroactive=text.get("retroactive") == "yes",
            )
        )
    return tuple(found)


def book(
    goals: str,
    metrics: str = "",
    *,
    targets: str = "",
    revised: str = "",
    fiscal_year_start: int = 1,
    calendar: Calendar | None = None,
    settings: Settings | None = None,
    more: tuple[Observation, ...] = (),
    **keys: Any,
) -> Book:
    """Draw a Book. keys: fields of Settings (``cap=1.0``) or of Book (``plan=(...)``)."""
    known = {name: value for name, value in keys.items() if name in Settings.__dataclass_fields__}
    others = {name: value for name, value in keys.items() if name not in known}
    chosen = calendar or Calendar(fiscal_year_start=fiscal_year_start)
    found = observations(metrics) if metrics else ()
    if targets:
        found += observations(targets, series=Series.TARGET, sheet="Targets")
    return Book(
        settings=replace(settings or Settings(), calendar=chosen, **known),
        kpis=kpis(goals),
        observations=(*found, *more),
        revisions=revisions(revised) if revised else (),
        **others,
    )


def card(drawn: Book, at: str = "", *, today: date = date(2026, 12, 31)) -> Scorecard:
    """Evaluate a book at a period, or at the one that R2 chooses."""
    found, _ = evaluate(drawn, period=period(at) if at else None, today=today)
    assert found is not None
    return found


def result(drawn: Book, name: str, at: str = "", *, today: date = date(2026, 12, 31)) -> Result:
    return card(drawn, at, today=today).results[key(name)]


def codes(drawn: Book, at: str = "", *, today: date = date(2026, 12, 31)) -> list[str]:
    """Return the names of all problems, sorted."""
    _, problems = evaluate(drawn, period=period(at) if at else None, today=today)
    return sorted(problem.name for problem in problems)
