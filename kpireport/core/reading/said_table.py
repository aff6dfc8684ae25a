"""The titles, names and periods of a table as they were said, set before its figures are read. Rule: L63."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading import across, axes, labels
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.said_time import Spoken, merged
from kpireport.core.reading.table import Column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.period_text import Said
    from kpireport.core.reading.said_rules import Line, Rule
    from kpireport.core.reading.sayings import Sayings
    from kpireport.core.reading.spots import Area
    from kpireport.core.reading.table import Table

ENTRIES = {
    "when": ("calendar", "reading.calendar"),
    "names": ("identifier", "reading.names-lines"),
    "parts": ("identifier", "reading.names-lines"),
}


def speaking(sayings: Sayings, table: Table) -> list[tuple[Rule, Line]]:
    """Return the columns, rows and cells that say something of a table: those in it, over it, or described for it."""
    found = []
    for rule in sayings.active(table):
        described = rule.areas is not None and any(
            _meets(area.rows, area.columns, table) or (rule.whole and is_table(area, table)) for area in rule.areas
        )
        for line in rule.lines:
            if line.sheet != table.sheet:
                continue
            inside = line.place in table.region.by_column if line.down else line.place in table.region.by_row
            span = line.span
            if (
                line.down
                and span is not None
                and not (span.first <= table.region.rows[-1] and table.region.rows[0] <= span.last)
            ):
                continue
            if described or (rule.areas is None and (inside or _reaches(table, line))):
                found.append((rule, line))
    return found


def _meets(rows: object, columns: object, table: Table) -> bool:
    region = table.region
    return (rows is None or (rows[0] <= region.rows[-1] and region.rows[0] <= rows[1])) and (  # type: ignore[index]
        columns is None or (columns[0] <= region.right and region.left <= columns[1])  # type: ignore[index]
    )


def _reaches(table: Table, line: Line) -> bool:
    """Return whether what stands outside of a table speaks of it: names beside one without any, periods over one."""
    if line.down:
        return table.name_column is None
    undated = any(c.said is None and c.content == "figures" for c in table.columns)
    return is_over(table, line) and (line.cell or undated or table.orientation in ("", "none"))


def is_over(table: Table, line: Line) -> bool:
    """Return whether a row or cell stands over a table, outside of it."""
    return not line.down and line.place < table.region.rows[0]


def dated(sayings: Sayings, column: Column) -> bool:
    """Return whether a column has a title of its own that says a period."""
    titles = sayings.finder.titles
    return any(t.said is not None or titles.of(t.text).said is not None for t in column.titles)


def is_table(area: Area, table: Table) -> bool:
    """Return whether an area is a table: it holds all its cells, or is a cell of it, or the title over it."""
    region = table.region
    if area.sheet != table.sheet or area.rows is None or area.columns is None or not region.rows:
        return False
    if area.rows.first == area.rows.last and area.columns.first == area.columns.last:
        inside = region.get(area.rows.first, area.columns.first) is not None
        return inside or _titled(area, table)
    inside = region.rows[0] >= area.rows.first and region.rows[-1] <= area.rows.last
    return inside and region.left >= area.columns.first and region.right <= area.columns.last


def _titled(area: Area, table: Table) -> bool:
    """Return whether a single cell is the title over a table."""
    row, column = area.rows, area.columns
    tokens = table.region.grid.rows.get(row.first, ()) if row is not None else ()
    token = next((t for t in tokens if column is not None and t.column == column.first), None)
    return token is not None and token.text in [*table.titles, *table.region.context[:1]]


def prepare(sayings: Sayings, table: Table) -> None:
    """Set roles of rows and columns by what was said; numbers that are titles or names are accounted for as such."""
    spoken = sayings.lines_of[table.index] = speaking(sayings, table)
    if not spoken and not table.said:
        return
    own = {line.place for _, line in spoken if line.down}
    heads = [
        line.place
        for rule, line in spoken
        if not line.down and not line.cell and rule.aspect in ("when", "names", "parts", "series", "measure", "unit")
    ]
    inside = [row for row in heads if row in table.region.by_row]
    if (inside and (max(inside) not in table.heads or _titles_left(table, max(inside)))) or not table.columns:
        _titles_anew(sayings, table, max(inside, default=table.region.rows[0] - 1), own)
    _numbers(sayings, table, spoken)
    figures = [
        c for c in table.columns
        if c.column not in own and c.content != "period" and any(t.kind is Kind.NUMBER for t in c.tokens)
    ]  # fmt: skip
    when = [(rule, line) for rule, line in spoken if rule.aspect == "when"]
    if any(rule.aspect == "when" for rule in sayings.active(table)) and (when or _stamped(sayings, table)):
        _periods(sayings, table, when, figures)
    elif table.said and not table.orientation:
        table.orientation = "none"
        table.values = figures
    table.values = [c for c in table.values if c.column not in own]
    table.others = [c for c in table.others if c.column not in own]
    table.figure_rows = {t.row for c in [*table.values, *table.others] for t in c.figures}
    _names(finder_columns(table, spoken, "names"), finder_columns(table, spoken, "parts"), table, own)
    if table.orientation != "down" and (series := finder_columns(table, spoken, "series")):
        table.series_column = series[-1]  # rows of one name are told apart by it
    _labels(sayings, table, spoken)
    if table.name_column is None and table.orientation in ("across", "none"):
        _find_names(sayings, table, own)


def _labels(sayings: Sayings, table: Table, spoken: list[tuple[Rule, Line]]) -> None:
    """Note the label of each row that names in several columns give it, the lowest of its levels; else its part."""
    by_rule: dict[int, list[Line]] = {}
    for rule, line in spoken:
        if rule.aspect == "names" and line.down:
            by_rule.setdefault(rule.number, []).append(line)
    parts = [line for rule, line in spoken if rule.aspect == "parts" and line.down]
    if len(by_rule) != 1 or table.orientation == "down":
        return
    (lines,) = by_rule.values()
    for row in table.body:
        levels = sayings.levels(table, lines, row) or sayings.levels(table, parts, row)
        if levels:
            table.labels[row] = levels[-1]


def _find_names(sayings: Sayings, table: Table, own: set[int]) -> None:
    across.find_lines(sayings.finder, table)
    table.part_columns = [c for c in table.part_columns if c.column not in own]
    if table.name_column is not None and table.name_column.column in own:
        table.name_column = None


def finder_columns(table: Table, spoken: Iterable[tuple[Rule, Line]], name: str) -> list[Column]:
    """Return the columns of a table that were said to hold a property."""
    places = {line.place for rule, line in spoken if rule.aspect == name and line.down}
    return [c for c in table.columns if c.column in places]


def _names(names: list[Column], parts: list[Column], table: Table, own: set[int]) -> None:
    """Set what names and parts the lines. own: columns that say anything of the figures beside them."""
    if names:
        table.name_column = names[-1]
    elif parts and table.orientation != "down":
        table.name_column = parts[-1]  # what parts the figures tells rows apart where nothing names them
    elif table.name_column in parts:
        table.name_column = None
    gone = own | {c.column for c in [*names, *parts]}
    mine = [c for c in parts if c is not table.name_column]
    table.part_columns = [*mine, *(c for c in table.part_columns if c.column not in gone)]
    table.note_columns = [c for c in table.note_columns if c.column not in gone]
    if table.series_column is not None and table.series_column.column in gone:
        table.series_column = None
    if table.unit_column is not None and table.unit_column.column in gone:
        table.unit_column = None


def _titles_left(table: Table, last: int) -> bool:
    """Return whether rows of words stand over the figures, below the stated titles, that were taken for no titles."""
    values = {t.column for tokens in table.region.by_row.values() for t in tokens if t.kind is Kind.NUMBER}
    first = next((r for r in table.region.rows if r > last and _holds_figures(table, r)), last)
    between = [r for r in table.region.rows if last < r < first and r not in table.heads]
    return any(t.kind is Kind.TEXT and t.column in values for r in between for t in table.region.by_row[r])


def _holds_figures(table: Table, row: int) -> bool:
    return any(t.kind in (Kind.NUMBER, Kind.ERROR) for t in table.region.by_row[row])


def _titles_anew(sayings: Sayings, table: Table, last: int, own: set[int]) -> None:
    """Make the rows down to the last one that was said to be titles, and rows without figures below, the titles."""
    region = table.region
    rows = region.rows
    start = next(
        (
            r for r in rows
            if r > last and any(t.kind in (Kind.NUMBER, Kind.ERROR) and t.column not in own for t in region.by_row[r])
        ),
        rows[-1] + 1,
    )  # fmt: skip
    first_value = min(
        (
            t.column
            for r in rows
            if r >= start
            for t in region.by_row[r]
            if t.kind is Kind.NUMBER and t.column not in own
        ),
        default=region.left,
    )
    above = [r for r in rows if r < start]
    table.lead = [r for r in above if r > last and not any(t.column >= first_value for t in region.by_row[r])]
    table.heads = [r for r in above if r not in table.lead]
    body = [*table.lead, *(r for r in rows if r >= start)]
    kept = set(body)
    titles: dict[int, list[Token]] = {}
    covered = _covered(table)
    for row in table.heads:
        alone = len(region.by_row[row]) == 1 and row != last
        if alone and row < last:
            table.titles.append(region.by_row[row][0].text)
            continue
        for c in region.by_column:
            t = region.get(row, c) or covered.get((row, c))
            if t is not None:
                titles.setdefault(c, []).append(t)
    table.body = body
    table.columns = [
        Column(c, titles.get(c, []), [t for t in tokens if t.row in kept]) for c, tokens in region.by_column.items()
    ]
    for column in table.columns:
        if column.column in own:
            column.content = "words"
        else:
            axes.take_content(sayings.finder.trade, column)
            if any(t.kind is Kind.NUMBER for t in column.tokens):
                column.content = "figures"
        axes.take_titles(sayings.finder, column)
    table.name_column = table.series_column = table.unit_column = None
    table.part_columns, table.note_columns = [], []
    table.values, table.others = [], [c for c in table.columns if c.content == "figures"]
    table.figure_rows = {t.row for c in table.others for t in c.figures}
    table.unread, table.orientation = None, "none"
    table.scenario, table.scenario_known = sayings.finder.scenario_over(table)


def _covered(table: Table) -> dict[tuple[int, int], Token]:
    """Return the text of a merge for each other cell that it covers."""
    found = {}
    for top, left, bottom, right in table.region.grid.merges:
        t = table.region.get(top, left)
        if t is not None:
            for row in range(top, min(bottom, top + 50) + 1):
                for column in range(left, min(right, left + 600) + 1):
                    if (row, column) != (top, left):
                        found[row, column] = t
    return found


def _numbers(sayings: Sayings, table: Table, spoken: list[tuple[Rule, Line]]) -> None:
    """Account for numbers that say when, or name something; and for those in rows of titles."""
    finder = sayings.finder
    for rule, line in spoken:
        for t in table.region.numbers():
            mine = t.column == line.place if line.down else t.row == line.place
            within = line.span is None or line.span.first <= (t.row if line.down else t.column) <= line.span.last
            if mine and within:
                what, why = ENTRIES.get(rule.aspect, ("title", "reading.title"))
                finder.put([t], what, Message(why))
                sayings.sources.add((table.sheet, t.row, t.column))
    for row in table.heads:
        for t in table.region.by_row[row]:
            if t.kind is Kind.NUMBER and table.said:
                finder.put([t], "title", Message("reading.title"))
                sayings.sources.add((table.sheet, t.row, t.column))


def _stamped(sayings: Sayings, table: Table) -> bool:
    """Return whether all figures of a table were said to be of one period."""
    texts = [rule for rule in sayings.active(table) if rule.aspect == "when" and rule.texts]
    return any(all(sayings.covers(rule, table, t) for t in table.region.numbers()) for rule in texts)


def _periods(sayings: Sayings, table: Table, when: list[tuple[Rule, Line]], figures: list[Column]) -> None:
    """Set along which axis the periods of a table run, and what they are."""
    across_rows = [(rule, line) for rule, line in when if not line.down and not line.cell]
    columns = [(rule, line) for rule, line in when if line.down]
    table.period_of_row, table.year_of_row, table.stamp, table.wants_year = {}, {}, None, False
    if across_rows:
        table.orientation = "across"
        for c in figures:
            own = dated(sayings, c)
            saids = [
                s
                for rule, line in across_rows
                if not (own and is_over(table, line)) and (s := sayings.spoken(table, rule, line).get(c.column))
            ]
            if saids:
                c.said, c.role = merged(saids).said, ""  # type: ignore[union-attr]
                _without(sayings, c, {line.place for _, line in across_rows})
            elif not own and not any(line.span is not None for _, line in across_rows):
                c.said = None
        table.values = [c for c in figures if c.said is not None]
        table.others = [c for c in figures if c.said is None]
        table.wants_year = any(c.said and c.said.year is None and c.said.freq in "DWMQH" for c in table.values)
        if columns:
            years = _down(sayings, table, columns)
            table.year_of_row = {r: s.said.year for r, s in years.items() if s.said and s.said.year}
            table.wants_year &= not table.year_of_row
    elif columns:
        table.orientation = "down"
        for c in figures:
            c.role = "" if c.role in ("clock", "year", "month", "quarter", "week") else c.role
        table.values, table.others = [c for c in figures if not c.role], [c for c in figures if c.role]
        spoken = _down(sayings, table, columns)
        table.period_of_row = {r: s.said for r, s in spoken.items() if s.said is not None}
        table.wants_year = any(s.year is None for s in table.period_of_row.values())
        words = [
            c for c in table.columns if c.content == "words" and c.column not in {line.place for _, line in columns}
        ]
        table.figure_rows = {t.row for c in table.values for t in c.figures}
        table.part_columns = labels.pick(sayings.finder, table, words, 0)
        table.name_column = None
    else:
        if table.orientation == "down":
            table.name_column, table.part_columns = None, []
        table.orientation = "none"
        for c in figures:
            c.said = None
        table.values, table.others = [c for c in figures if not c.role], [c for c in figures if c.role]
        table.stamp = _stamp(sayings, table)


def _stamp(sayings: Sayings, table: Table) -> Said | None:
    """Return the period that was said of a whole table."""
    for rule in reversed(sayings.active(table)):
        if rule.aspect != "when":
            continue
        for source in rule.texts:
            spoken = sayings.of_text(sayings.own_text(table, source.own) or source.text, rule.timing)
            if spoken is not None:
                return spoken.said
        for line in rule.lines:
            if line.cell and (spoken := next(iter(sayings.spoken(table, rule, line).values()), None)) is not None:
                return spoken.said
    return None


def _without(sayings: Sayings, column: Column, rows: set[int]) -> None:
    """Take out of a column's measure the titles of which only a statement says when they are."""
    periods = sayings.finder.periods
    mute = [
        t for t in column.titles
        if t.row in rows and (t.kind is Kind.NUMBER or (t.kind is Kind.TEXT and periods.of(t.value) is None))
    ]  # fmt: skip
    if mute and not any(t.kind is Kind.TEXT and sayings.finder.titles.of(t.text).said for t in mute):
        rest = Column(column.column, [t for t in column.titles if t not in mute], [])
        axes.take_titles(sayings.finder, rest)
        column.metric, column.series, column.unit = rest.metric, rest.series, rest.unit
        column.total, column.derived, column.cumulative = rest.total, rest.derived, rest.cumulative


def _down(sayings: Sayings, table: Table, columns: list[tuple[Rule, Line]]) -> dict[int, Spoken]:
    by_row: dict[int, list[Spoken]] = {}
    for rule, line in columns:
        for row, spoken in sayings.spoken(table, rule, line).items():
            by_row.setdefault(row, []).append(spoken)
    return {row: one for row, several in by_row.items() if (one := merged(several)) is not None}
