"""What a reading looked like when a person confirmed it: titles, units, lines, usual sizes; never single figures.

Rule: L28.
"""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from kpireport.core.workbook import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from kpireport.core.reading.account import Found
    from kpireport.core.reading.table import Column, Fact, Table

ENOUGH = 5  # earlier figures, of which a usual size can be said
EARLIER = 12  # of them are looked at, the newest
LEAST_SPREAD = 0.05
"""In powers of ten: what varies less is taken to vary by this much."""
MOST_LINES = 2000
MOST_SIZES = 4000  # of lines and their parts together
MOST_NAMES = 200  # titles of a table, members of a part
MOST_TITLES = 5000  # of all tables together; what is more is not remembered, so that the store stays a small file
MOST_PARTS = 20


class Size(NamedTuple):
    """The usual size of a line. usual: median of the absolute figures. spread: robust deviation in powers of ten."""

    usual: float
    spread: float


def fingerprint_of(reading: Found, answers: Mapping[str, str], *, by: str, on: date) -> dict[str, Any]:
    """Return what is kept of a confirmed reading, as TOML has it. by: who confirmed it. answers: by question."""
    last: dict[str, str] = {}
    for fact in reading.facts:
        if fact.period:
            kind = str(len(fact.period))
            last[kind] = max(last.get(kind, ""), fact.period)
    return {
        "by": by,
        "on": on,
        "last": last,
        "answers": dict(answers),
        "parts": members(reading.facts),
        "lines": lines(reading.facts),
        "tables": _outlines(reading),
    }


def _outlines(reading: Found) -> list[dict[str, Any]]:
    """Return what is kept of the tables, as many as there is room for; those of one form on one sheet once."""
    kept: list[dict[str, Any]] = []
    titles = 0
    for table in reading.tables:
        if not shown(table):
            continue
        made = outline(table)
        if made in kept[-1:]:
            continue
        titles += len(made["titles"]) + 1
        if titles > MOST_TITLES:
            break
        kept.append(made)
    return kept


def shown(table: Table) -> bool:
    """Return whether a table is part of what was confirmed: figures of it are read, or it lists goals."""
    return table.contract or bool(table.live())


def outline(table: Table) -> dict[str, Any]:
    """Return what is kept of one table; a column that is titled by its period has no title of its own."""
    titles = [column.title for column in table.columns if column.title and column.said is None]
    return {
        "sheet": table.sheet,
        "title": table.subject(),
        "axis": table.orientation,
        "titles": list(dict.fromkeys(titles))[:MOST_NAMES],
        "hidden": hidden(table),
        "sheet_hidden": table.hidden,
    }


def hidden(table: Table) -> list[str]:
    """Return the titles of hidden columns with figures and the labels of hidden rows with figures."""
    sheet = table.region.grid.sheet
    columns = [_named(c) for c in table.columns if c.column in sheet.hidden_columns and c.figures]
    rows = [row.label for row in table.rows if row.row in sheet.hidden_rows and row.label]
    return list(dict.fromkeys((*columns, *rows)))[:MOST_NAMES]


def _named(column: Column) -> str:
    return column.title or letters(column.column)


def lines(facts: Iterable[Fact]) -> dict[str, dict[str, Any]]:
    """Return units, scenarios and usual size of each line by its name, parts behind it for their sizes alone."""
    kept: dict[str, dict[str, Any]] = {}
    room = MOST_SIZES
    for name, each in by_name(facts).items():
        if len(kept) == MOST_LINES:
            break
        kept[name] = {
            "units": sorted({fact.unit for fact in each}),
            "series": sorted({fact.series for fact in each}),
        }
        sizes = {_part(part): usual for part, usual in _sizes(each).items() if usual is not None}
        room -= len(sizes)
        if sizes and room >= 0:
            kept[name]["usual"] = {part: [usual.usual, usual.spread] for part, usual in sizes.items()}
    return kept


def by_name(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """Return figures by the name of their line, in the order of the workbook."""
    named: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        named[fact.name].append(fact)
    return dict(named)


def _sizes(facts: Sequence[Fact]) -> dict[str, Size | None]:
    parts: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.series == "actual":
            parts[part_of(fact)].append(fact)
    return {
        part: size([f.value for f in sorted(each, key=lambda fact: fact.period)])
        for part, each in list(parts.items())[:MOST_NAMES]
    }


def _part(part: str) -> str:
    return part or "="


def part_of(fact: Fact) -> str:
    """Return of what a figure is, as one text; '' for the whole."""
    return " / ".join(member for _, member in fact.part)


def size(values: Iterable[float]) -> Size | None:
    """Return the usual size of figures, oldest first; None where they are too few to tell. Zeros do not count."""
    logs = [math.log10(abs(value)) for value in values if value][-EARLIER:]
    if len(logs) < ENOUGH:
        return None
    middle = median(logs)
    spread = 1.4826 * median(abs(each - middle) for each in logs)
    return Size(float(f"{10**middle:.2g}"), round(max(spread, LEAST_SPREAD), 2))


def members(facts: Iterable[Fact]) -> dict[str, list[str]]:
    """Return the members of each part by its title, in the order of the workbook."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for fact in facts:
        for title, member in fact.part:
            found[title].setdefault(member)
    return {title: list(each)[:MOST_NAMES] for title, each in list(found.items())[:MOST_PARTS]}
