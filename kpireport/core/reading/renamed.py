"""Lines that are called as an answer says: by another column, by the sheet, or by a name of its own. Rule: L46."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.reading.questions import question_id
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Fact, Table

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
                _rename(table, answer, lines=kind == ":many")


def _rename(table: Table, answer: str, *, lines: bool) -> None:
    names = {norm(f.name) for f in table.live()}
    own = table.name_column.title if table.name_column is not None else ""
    if norm(answer) in names or answer == "lines" or (lines and norm(answer) == norm(own)):
        return  # the lines are called rightly
    column = next((c for c in (*table.part_columns, *table.note_columns) if norm(c.title) == norm(answer)), None)
    for fact in table.live():
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
