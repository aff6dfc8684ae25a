"""Sheets of our own layout: the list of goals is looked up by its titles, the others hold no figures. Rule: L60."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading.grid import Kind, period_row
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from kpireport.core.reading.grid import Grid, Token
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Table

OTHERS = ("settings", "notes", "recipients", "revisions", "calendar", "triggers", "plan")
TELLING = (
    "target",
    "target_year",
    "target_period",
    "target_cumulative",
    "unit",
    "direction",
    "weight",
    "parent",
    "aggregation",
)


def holds_no_figures(finder: Finder, grid: Grid) -> bool:
    """Return whether a sheet is one of ours that holds settings, texts or people; its numbers are accounted for."""
    kind = finder.lexicon.sheet_kind(grid.name)
    if kind not in OTHERS:
        return False
    if kind == "plan" and any(period_row(row) for row in list(grid.rows.values())[:4]):
        return False  # figures planned by month, no actions
    numbers = (t for row in grid.rows.values() for t in row)
    finder.put(numbers, "settings", Message("reading.settings", {"sheet": grid.name}))
    return True


def read_goals(finder: Finder, table: Table) -> bool:
    """Take what a list of goals says of its lines; False where the table is none. Near misses of titles are asked."""
    lexicon = finder.lexicon
    named = lexicon.sheet_kind(table.sheet) == "goals"
    fields: dict[str, Column] = {}
    unknown: list[Column] = []
    for column in table.columns:
        field = lexicon.field("goals", column.title) if column.title else None
        if field is not None:
            fields.setdefault(field, column)
        else:
            unknown.append(column)
    if "name" not in fields or not (named or set(TELLING) & set(fields) or any(map(_of_a_year, unknown))):
        return False
    figures = [c for c in table.columns if c.content == "figures" and c not in fields.values()]
    months = [c for c in figures if c.said is not None and c.said.freq in "DWMQ"]
    if len(months) >= 2 or any(c.series == "actual" for c in figures):
        return False  # what has months or actual figures is measured, whatever its sheet is called
    near: list[tuple[Column, str, str]] = []
    for column in unknown:
        if column.title and column.tokens and (miss := lexicon.near_field("goals", column.title)):
            near.append((column, *miss))
        elif _of_a_year(column):
            fields.setdefault("target_year", column)
    if not (named or set(TELLING) & set(fields)):
        return False
    figures = [c for c in figures if c not in fields.values()]
    if not named and (any(c.said is not None for c in figures) or any(_says_when(finder, c) for c in table.columns)):
        return False
    for column, title, field in near:
        if field in fields:
            continue
        answer = finder.ask(
            table,
            "title",
            [title, "leave-out"],
            f"{table.sheet}!{column.titles[-1].address}",
            names=[column.title],
            key=column.title,
        )
        if answer == title:
            fields[field] = column
    _take(finder, table, fields)
    finder.put(table.region.numbers(), "goals", Message("reading.goals"))
    return True


def _of_a_year(column: Column) -> bool:
    """Return whether a column holds the targets of one year."""
    return column.said is not None and column.said.freq == "Y" and column.series == "target"


def _says_when(finder: Finder, column: Column) -> bool:
    """Return whether a column dates its rows: what is dated is figures, no list of goals."""
    if finder.lexicon.field("goals", column.title) is not None:
        return False
    return (
        column.content == "period"
        or finder.lexicon.field("metrics", column.title) == "period"
        or bool(finder.trade.field_of(column.leaf) and column.role)
    )


def _take(finder: Finder, table: Table, fields: dict[str, Column]) -> None:
    for t in fields["name"].tokens:
        said: dict[str, Token] = {
            f: x for f, c in fields.items() if f != "name" and (x := table.at(t.row, c)) is not None
        }
        if t.kind is Kind.TEXT:
            finder.goals.setdefault(norm(t.text), said)
            finder.goals.setdefault(norm(finder.lexicon.title_text(t.text)), said)
