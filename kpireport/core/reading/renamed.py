"""Lines that are called as an answer says: by another column, by the sheet, or by a name of its own. Rule: L46."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from kpireport.core.reading.questions import question_id
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Fact, Table

_NO_WORDS = re.compile(r"(?:column|spalte|colonne|columna|coluna|列)\s*\d+|unnamed.*|[\W_]+|[-+]?[\d.,]+|vs\.?")
ASKED = (":odd", ":many")
"""What the key of a question about names ends in that is put when all lines are known."""


def by_answers(finder: Finder) -> None:
    """Call the lines of each table as was answered when they were asked about."""
    if not any(number.startswith("name_column-") for number in finder.answers):
        return
    for table in finder.tables:
        for kind in ASKED:
            answer = finder.answers.get(question_id("name_column", table.sheet, f"{table.name}{kind}"))
            if answer:
                odd = odd_names(finder, table.live()).get(table.index, []) if kind == ":odd" else ()
                _rename(table, answer, lines=kind == ":many", only=set(odd))


def odd_names(finder: Finder, facts: Iterable[Fact]) -> dict[int, list[str]]:
    """Return by table the names that are none: a unit, a total word, a number, a date, the number of a column."""
    trade = finder.trade
    names: dict[int, list[str]] = defaultdict(list)
    for f in facts:
        names[f.table.index].append(f.name)
    no_name: dict[str, str] = {}

    def what(name: str) -> str:
        if name not in no_name:
            worded = (
                trade.total.is_(name)
                or (trade.is_unit(name) and not trade.name.is_(name))
                or finder.periods.of(name) is not None
            )
            no_name[name] = "words" if worded else "bare" if _NO_WORDS.fullmatch(norm(name)) else ""
        return no_name[name]

    odd: dict[int, list[str]] = {}
    for index, every in names.items():
        column = finder.tables[index].name_column
        numbered = column is not None and column.role == "identifier"
        wrong = {name for name in set(every) if what(name) == "words" or (what(name) and not numbered)}
        if wrong:
            odd[index] = [name for name in every if name in wrong]
    return odd


def _rename(table: Table, answer: str, *, lines: bool, only: set[str]) -> None:
    names = {norm(f.name) for f in table.live()}
    own = table.name_column.title if table.name_column is not None else ""
    if norm(answer) in names or answer == "lines" or (lines and norm(answer) == norm(own)):
        return  # the lines are called rightly
    column = next((c for c in (*table.part_columns, *table.note_columns) if norm(c.title) == norm(answer)), None)
    for fact in table.live():
        if only and fact.name not in only:
            continue
        if column is not None:
            _by_column(table, fact, column)
        else:
            name = (table.subject() or table.sheet) if answer == "sheet" else answer
            if norm(fact.name) != norm(name):
                fact.part = ((own, fact.name), *(p for p in fact.part if p[1] != fact.name))
            fact.name = name


def _by_column(table: Table, fact: Fact, column: Column) -> None:
    """Call a figure by the cell of a column in its row; what called it before parts it."""
    token = table.at(fact.tokens[0].row, column)
    if token is None:
        return
    own = table.name_column.title if table.name_column is not None else ""
    fact.part = ((own, fact.name), *(p for p in fact.part if p != (column.title, token.text)))
    fact.name = token.text.strip(" :")
