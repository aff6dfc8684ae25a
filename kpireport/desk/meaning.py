"""What each cell of a sheet means, as the finder read it: a letter for each cell, a word for each column and row."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpireport.core.reading.contract import OTHERS
from kpireport.core.reading.grid import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.lexicon import Lexicon
    from kpireport.core.messages import Message
    from kpireport.core.reading.account import Found
    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.table import Column, Fact, Table
    from kpireport.core.workbook import Sheet

KPI, PART, PERIOD, UNIT, ACTUAL, TARGET = "k", "d", "p", "u", "a", "t"
TOTAL, LEFT, WAITS, HEAD, NOTE, OURS = "s", "x", "?", "h", "n", "o"
TOTAL_NAME, OUR_TEXT = "T", "O"
"""OURS: read by its title in a sheet of our own layout. The last two are texts."""
READ = frozenset({"fact", "result", "pending", "goals", "settings"})
TOTALS = frozenset({"total", "mean"})
OF_CLASS = {"total": TOTAL, "mean": TOTAL, "pending": WAITS, "goals": OURS, "settings": OURS, "title": HEAD}
Place = tuple[int, int]


@dataclass
class SheetMeaning:
    """One sheet. cells: letters by row and column, of cells that hold something. columns, rows: words by number.

    A column's word is a letter, or the key of a period. facts, why: by row and column, of its numbers.
    """

    cells: dict[Place, str] = field(default_factory=dict)
    columns: dict[int, str] = field(default_factory=dict)
    rows: dict[int, str] = field(default_factory=dict)
    facts: dict[Place, Fact] = field(default_factory=dict)
    why: dict[Place, Message] = field(default_factory=dict)
    figures: int = 0


def meanings(reading: Found, sheets: Sequence[Sheet], lexicon: Lexicon) -> dict[str, SheetMeaning]:
    """Return the meaning of every sheet by its name."""
    made = {sheet.name: SheetMeaning() for sheet in sheets}
    for each in sheets:
        usual = OUR_TEXT if lexicon.sheet_kind(each.name) in OTHERS else NOTE
        made[each.name].cells = {(cell.row, cell.column): usual for cell in each.cells()}
    for fact in reading.facts:
        if not fact.dropped:
            for token in fact.tokens:
                made[fact.table.sheet].facts[token.row, token.column] = fact
    for table in reading.tables:
        _table(table, made[table.sheet])
    for name, token in reading.account.tokens():
        sheet, place, entry = made[name], (token.row, token.column), token.entry
        if entry is None:
            continue
        sheet.figures += 1
        sheet.why[place] = entry.why
        letter = OF_CLASS.get(entry.what, LEFT)
        if entry.what in ("fact", "result"):
            fact_here = sheet.facts.get(place)
            letter = TARGET if fact_here is not None and fact_here.series == "target" else ACTUAL
        sheet.cells[place] = letter
    for sheet in made.values():
        _columns(sheet)
    return made


def _table(table: Table, sheet: SheetMeaning) -> None:
    """Note what the texts of a table are; its numbers have an entry each."""
    for row in table.heads:
        sheet.rows[row] = HEAD
    for column in table.columns:
        for token in column.tokens if table.contract else ():
            sheet.cells[token.row, token.column] = OUR_TEXT
        for token in column.titles:
            sheet.cells[token.row, token.column] = PERIOD if column.said is not None else HEAD
    roles = [(table.name_column, KPI), (table.unit_column, UNIT), (table.when_column, PERIOD)]
    for each, letter in (*roles, *((column, PART) for column in table.part_columns)):
        if each is not None:
            _texts(each, letter, sheet)
    for each_row in table.rows:
        if each_row.role in TOTALS:
            sheet.rows[each_row.row] = TOTAL
            if table.name_column is not None:
                place = each_row.row, table.name_column.column
                if place in sheet.cells:
                    sheet.cells[place] = TOTAL_NAME


def _texts(column: Column, letter: str, sheet: SheetMeaning) -> None:
    for token in column.tokens:
        if _words(token):
            sheet.cells[token.row, token.column] = letter


def _words(token: Token) -> bool:
    return token.kind in (Kind.TEXT, Kind.DATE) or (token.kind is Kind.NUMBER and token.period is not None)


def _columns(sheet: SheetMeaning) -> None:
    """Give each column the word of most of its cells; of its periods, where its figures are of one."""
    by_column: dict[int, Counter[str]] = defaultdict(Counter)
    periods: dict[int, set[str]] = defaultdict(set)
    for (_, column), letter in sheet.cells.items():
        if letter not in (NOTE, HEAD, OUR_TEXT, TOTAL_NAME):
            by_column[column][letter] += 1
    for (_, column), fact in sheet.facts.items():
        periods[column].add(fact.period)
    for column, letters in by_column.items():
        (letter, _), *_ = letters.most_common(1)
        own = periods[column]
        dated = letter in (ACTUAL, WAITS) and len(own) == 1 and "" not in own
        sheet.columns[column] = next(iter(own)) if dated else letter


def account(reading: Found) -> dict[str, object]:
    """Return what became of all numbers: read, totals that were checked, and what was left out, by its reason."""
    left: dict[tuple[str, str], list[tuple[str, Token, Message]]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for name, token in reading.account.tokens():
        entry = token.entry
        if entry is None:
            continue
        kind = "read" if entry.what in READ else "totals" if entry.what in TOTALS else "left"
        counts[kind] += 1
        if kind == "left":
            left[name, repr(entry.why)].append((name, token, entry.why))
    strays = len(reading.account.strays)
    groups = sorted(left.values(), key=len, reverse=True)
    return {"all": reading.numbers, "read": counts["read"], "totals": counts["totals"],
            "left": counts["left"] + strays, "groups": groups}  # fmt: skip
