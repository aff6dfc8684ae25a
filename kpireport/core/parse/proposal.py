"""Propose a mapping for a workbook: what of it is sure, what is not, and the lines of kpireport.toml that say so."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpireport.core.a1 import column_letters as letters
from kpireport.core.model import Series
from kpireport.core.parse import columns as heads
from kpireport.core.parse import daynumbers, layouts, tables, titles, voice
from kpireport.core.parse.labels import series_column
from kpireport.core.parse.mapping import Layout
from kpireport.core.parse.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kpireport.core.parse.mapping import Place
    from kpireport.core.parse.tables import Table
    from kpireport.core.periods import Calendar
    from kpireport.core.workbook import Cell, Sheet, Workbook

    Named = Mapping[str, tuple[str, Series]]

SHOWN = 6  # titles that are named in a line
BY_SHAPE = {
    Shape.WIDE: "one column a period", Shape.LONG: "one figure a row", Shape.DOWN: "one row a period",
    Shape.SNAPSHOT: "the figures of one period", Shape.TRANSACTIONS: "single transactions",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one table, or for a sheet without one.

    layout: None where nothing needs to be written, or nothing can be. sure, unsure: sentences. idle: the lines are
    written as comments, because they are a guess that a person must complete.
    """

    sheet: str
    layout: Layout | None
    sure: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    idle: bool = False


def propose(workbook: Workbook, *, calendar: Calendar, covered: Sequence[Layout] = ()) -> list[Proposal]:
    """Return a proposal for every sheet that no layout is about yet."""
    made: list[Proposal] = []
    named = voice.of_sheets(workbook.sheets)
    for each in workbook.sheets:
        sheet = daynumbers.dated(each, date1904=workbook.date1904)
        if not any(rule.names(sheet) for rule in covered):
            made.extend(_of_sheet(sheet, calendar, named))
    return made


def _of_sheet(sheet: Sheet, calendar: Calendar, named: Named) -> Iterator[Proposal]:
    role = titles.role_of(sheet.name)
    if not sheet.rows:
        return
    if not tables.visible(sheet):
        yield Proposal(sheet.name, None, ("it is hidden and so not read; name it in a layout to read it",))
        return
    if role is not None and role not in ("metrics", "targets", "goals"):
        yield Proposal(sheet.name, None, (f"read as the sheet of {role}, by its name",))
        return
    if role is None and titles.ignored(heads.unspaced(sheet.name)):
        yield Proposal(sheet.name, None, ("not read: its name says that it holds no figures",))
        return
    found, _ = layouts.figure_tables(sheet, calendar=calendar)
    found = [(t, s) for t, s in found if role != "goals" or t.figures]
    for number, (table, shape) in enumerate(found):
        yield _of_table(table, shape, calendar, named, several=len(found) > 1, number=number)
    if not found and role == "goals":
        yield Proposal(sheet.name, None, ("read as the list of goals, by its name",))
    elif not found:
        yield _guess(sheet)


def _of_table(table: Table, shape: Shape, calendar: Calendar, named: Named, *, several: bool, number: int) -> Proposal:
    sheet = table.sheet
    sure = [f"table {number + 1} of the sheet: {BY_SHAPE[shape]}" if several else BY_SHAPE[shape]]
    unsure: list[str] = []
    places: dict[str, Place] = {name: letters(column) for name, column in table.columns.items()}
    rule = Layout(sheet=sheet.name, header=_rows(table), places=places)
    if several:
        used = [*table.columns.values(), *(f.column for f in table.figures), *table.unknown]
        span = f"{letters(min(used))}{table.top}:{letters(max(used))}{table.rows[-1] if table.rows else table.header}"
        rule = replace(rule, table=span)
    across = [f for f in table.figures if f.period is not None]
    if across:
        first, last = min(f.period.key for f in across if f.period), max(f.period.key for f in across if f.period)
        sure.append(
            f"periods {first} to {last}, in columns {letters(across[0].column)} to {letters(across[-1].column)}"
        )
        rule, said = _year(rule, table)
        unsure += said
    if not table.named:
        unsure.append(f"column {letters(table.columns['name'])} has no known title; its words are taken as the KPIs")
    if (column := series_column(table)) is not None:
        rule = replace(rule, places={**rule.places, "series": letters(column)})
        sure.append(f"column {letters(column)} says target, actual and the like")
    rule, more = _by_shape(rule, table, shape, calendar)
    unsure += more
    spoken = voice.of_table(table, named)
    if spoken not in (None, Series.ACTUAL):
        sure.append(f"all figures of the table are {spoken.value} figures, as its sheet or title says")
        rule = replace(rule, read="targets") if spoken is Series.TARGET else rule
    skipped = [t for t in dict.fromkeys(table.derived.values()) if t]
    if skipped:
        sure.append(f"computed columns are left out: {', '.join(skipped[:SHOWN])}")
    return Proposal(sheet.name, rule, tuple(sure), tuple(unsure))


def _rows(table: Table) -> tuple[int, ...]:
    return tuple(range(table.top or table.header, table.header + 1))


def _year(rule: Layout, table: Table) -> tuple[Layout, list[str]]:
    """Return the layout with the year of bare months, where the headings do not say it."""
    bare = [h for h in table.headings if h.text and not any(c.isdigit() for c in h.text.replace(h.text[:1], "", 1))]
    year = tables.context_year(table.sheet, table.top or table.header)
    if not bare or year is None or len({f.period.year for f in table.figures if f.period}) > 1:
        return rule, []
    return replace(rule, year=year), [f"the months name no year; {year} is taken from the sheet, a title or the file"]


def _by_shape(rule: Layout, table: Table, shape: Shape, calendar: Calendar) -> tuple[Layout, list[str]]:
    """Return the layout with what its shape needs, and what of that is a guess."""
    if shape is Shape.TRANSACTIONS:
        name = next((c for c in table.unknown if _words(table, c)), None)
        amount = next((f.column for f in table.figures if f.series is Series.ACTUAL), None)
        name = table.columns.get("perspective", name)
        places = dict(rule.places) | ({"name": letters(name)} if name else {})
        places |= {"actual": letters(amount)} if amount else {}
        places.pop("perspective", None)
        says = f"each word in column {letters(name)} is taken as a KPI" if name else "no column says what is counted"
        return replace(rule, places=places, combine="sum"), [
            says,
            "the rows of a month are added up; else write average, last or count",
        ]
    if table.period is not None:
        return replace(rule, when=table.period.key), []
    if shape is Shape.SNAPSHOT and layouts.period_of_sheet(table, calendar, None) is None:
        return replace(rule, when="2026-01"), ["nothing says which month the figures are of; write it into when"]
    if "name" not in table.columns and any(not f.kpi for f in table.figures) and not _metric_columns(table):
        kpi = (tables.title_above(table) if rule.table else "") or heads.unspaced(table.sheet.name)
        return replace(rule, kpi=kpi), [f"no column names a KPI; '{kpi}' is taken, from the sheet or a title"]
    return rule, []


def _metric_columns(table: Table) -> bool:
    """Return whether titles name the KPIs: then the sheet's name is none of them."""
    return any(
        _words(table, c) or any(isinstance(each.value, float) for each in _cells(table, c)) for c in table.unknown
    )


def _cells(table: Table, column: int) -> list[Cell]:
    return [c for row in table.rows[:40] if (c := table.sheet.at(row, column)) is not None]


def _words(table: Table, column: int) -> bool:
    cells = _cells(table, column)
    words = {c.value for c in cells if isinstance(c.value, str)}
    return 1 < len(words) < max(3, len(cells))


def _guess(sheet: Sheet) -> Proposal:
    """Return a start for a sheet that is not understood: its fullest row of words as the header."""
    rows = sorted(sheet.rows)[: layouts.FIRST]
    words = {row: sum(isinstance(c.value, str) for c in sheet.rows[row]) for row in rows}
    header = max(rows, key=lambda row: (words[row], -row))
    name = next((c for c in sheet.rows[header] if isinstance(c.value, str)), sheet.rows[header][0])
    if words[header] < 2:
        return Proposal(sheet.name, None, (), ("no table was found on it; it is not read",))
    rule = Layout(sheet=sheet.name, header=(header,), places={"name": letters(name.column), "period": "?"})
    why = "no table of figures was found; to read it, complete these lines and take away the signs #"
    return Proposal(sheet.name, rule, (), (why,), idle=True)


def written(proposals: Sequence[Proposal], file: str) -> str:
    """Return the proposals as the text of a settings file, with what is sure and what is not as comments."""
    lines = [f"# How {file} is read. Change what is wrong, and look at it again: kpireport map {_quoted(file)}"]
    for each in proposals:
        lines += ["", f"# Sheet {_quoted(each.sheet)}"]
        lines += [f"#   sure: {text}" for text in each.sure]
        lines += [f"#   NOT SURE: {text}" for text in each.unsure]
        if each.layout is not None:
            lines += [("# " if each.idle else "") + line for line in _lines(each.layout)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _lines(rule: Layout) -> list[str]:
    lines = ["[[layout]]", f"sheet = {_quoted(rule.sheet)}"]
    if rule.read != "figures":
        lines.append(f"read = {_quoted(rule.read)}")
    if rule.table:
        lines.append(f"table = {_quoted(rule.table)}")
    if rule.header:
        lines.append(f"header = {rule.header[0] if len(rule.header) == 1 else list(rule.header)}")
    for name, place in rule.places.items():
        key = f"{name}_column" if name in ("year", "unit") else name.replace(" ", "_")
        lines.append(f"{key} = {_quoted(place) if isinstance(place, str) else place}")
    if rule.kpi:
        lines.append(f"kpi = {_quoted(rule.kpi)}")
    if rule.year:
        lines.append(f"year = {rule.year}")
    if rule.when:
        lines.append(f"when = {_quoted(rule.when)}")
    if rule.combine:
        lines.append(f"combine = {_quoted(rule.combine)}")
    return lines


def _quoted(text: str) -> str:
    """Return a text as TOML writes it; JSON's escapes are TOML's too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
