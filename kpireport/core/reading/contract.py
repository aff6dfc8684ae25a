"""Sheets of our own layout: the list of goals is looked up by its titles, the others hold no figures. Rule: L60."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading.grid import Kind, Region, period_row
from kpireport.core.reading.table import Column, Table
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from kpireport.core.reading.grid import Grid, Token
    from kpireport.core.reading.read import Finder

SEARCHED = 60  # rows from the top in which the titles of a list of goals are looked for
TITLES = 2  # rows above the titles of the lines that may hold titles of their figures
MONTHS = 2  # periods finer than a year among the titles that make a sheet a table of figures
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
    if finder.lexicon.meaning("other_sheets", grid.name) == "ignored" and _blank(grid):
        finder.put((t for row in grid.rows.values() for t in row), "no-figure", Message("reading.template"))
        return True
    if kind not in OTHERS:
        return False
    if kind == "plan" and any(period_row(row) for row in list(grid.rows.values())[:4]):
        return False  # figures planned by month, no actions
    numbers = (t for row in grid.rows.values() for t in row)
    finder.put(numbers, "settings", Message("reading.settings", {"sheet": grid.name}))
    return True


def _blank(grid: Grid) -> bool:
    """Return whether a sheet holds no figure but zeros: nobody filled in the template."""
    return not any(t.kind is Kind.NUMBER and t.number for row in grid.rows.values() for t in row)


def read_goals(finder: Finder, table: Table) -> bool:
    """Take what a list of goals says of its lines; False where the table is none. Near misses of titles are asked."""
    named = finder.lexicon.sheet_kind(table.sheet) == "goals"
    fields, unknown = _fields(finder, table)
    years = [c for c in unknown if _of_a_year(c)]
    if "name" not in fields or not (named or set(TELLING) & set(fields) or years):
        return False
    figures = [c for c in table.columns if c.content == "figures" and c not in fields.values()]
    months = [c for c in figures if c.said is not None and c.said.freq in "DWMQ"]
    if len(months) >= 2 or any(c.series == "actual" for c in figures):
        return False  # what has months or actual figures is measured, whatever its sheet is called
    near = _near(finder, fields, unknown)
    if not (named or set(TELLING) & set(fields)):
        return False
    figures = [c for c in figures if c not in fields.values()]
    if not named and (any(c.said is not None for c in figures) or any(_says_when(finder, c) for c in table.columns)):
        return False
    _take_all(finder, table, fields, near)
    return True


def goals_sheet(finder: Finder, grid: Grid) -> bool:
    """Take a sheet that is called Goals as one list, down from its row of titles; False where that row is none of ours.

    What has months or actual figures beside the goals is read as a table like any other.
    """
    if finder.lexicon.sheet_kind(grid.name) != "goals":
        return False
    best: tuple[int, int] | None = None
    for row, tokens in list(grid.rows.items())[:SEARCHED]:
        titled = [t for t in tokens if t.kind is Kind.TEXT]
        names = {field for t in titled if (field := finder.lexicon.field("goals", t.text))}
        if "name" in names and (best is None or len(names) > best[0]):
            best = len(names), row
    if best is None:
        return False
    header = grid.rows[best[1]]
    for row in range(best[1] - TITLES, best[1] + 2):  # the titles of months stand over or under those of the lines
        around = grid.rows.get(row, ())
        if sum(1 for t in around if t.period is not None and t.period.freq in "DWMQ") >= MONTHS:
            return False
        titles = [
            finder.titles.of(t.text) for t in around if t.kind is Kind.TEXT and (row >= best[1] or len(around) > 1)
        ]
        if any(t.series == "actual" and not t.rest for t in titles) or any(
            t.series == "actual" for t in titles if row == best[1]
        ):
            return False
    below: dict[int, list[Token]] = defaultdict(list)
    for row, tokens in grid.rows.items():
        for t in tokens if row > best[1] else ():
            below[t.column].append(t)
    table = Table(Region(grid, grid.rows), len(finder.tables))
    table.contract = True
    table.columns = [Column(t.column, [t], below[t.column]) for t in header]
    for column in table.columns:
        title = finder.titles.of(column.title)
        column.said, column.series = title.said or column.titles[0].period, title.series
    fields, unknown = _fields(finder, table)
    finder.tables.append(table)
    _take_all(finder, table, fields, _near(finder, fields, unknown))
    return True


def _fields(finder: Finder, table: Table) -> tuple[dict[str, Column], list[Column]]:
    """Return the columns by the field that their title names, and those whose title names none."""
    fields: dict[str, Column] = {}
    unknown: list[Column] = []
    for column in table.columns:
        field = finder.lexicon.field("goals", column.title) if column.title else None
        if field is not None:
            fields.setdefault(field, column)
        else:
            unknown.append(column)
    return fields, unknown


def _near(finder: Finder, fields: dict[str, Column], unknown: list[Column]) -> list[tuple[Column, str, str]]:
    """Return the columns whose title is nearly one of ours, with it and its field; targets of a year join them."""
    near: list[tuple[Column, str, str]] = []
    for column in unknown:
        if column.title and column.tokens and (miss := finder.lexicon.near_field("goals", column.title)):
            near.append((column, *miss))
        elif _of_a_year(column):
            fields.setdefault("target_year", column)
    return near


def _take_all(finder: Finder, table: Table, fields: dict[str, Column], near: list[tuple[Column, str, str]]) -> None:
    """Take the goals, and ask whether a title that is nearly one of ours is that one."""
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
