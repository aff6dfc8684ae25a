"""Find the table on a sheet: its header row, what each column is, the periods in its titles, and its rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from kpireport.core.catalogue.sheets import COLUMN_TWICE
from kpireport.core.diagnostics import Where
from kpireport.core.lexicon import standard
from kpireport.core.parse import titles
from kpireport.core.parse.headings import header_periods
from kpireport.core.parse.meant import meant
from kpireport.core.parse.names import header_key, header_unit
from kpireport.core.parse.period_words import year_in
from kpireport.core.periods import Period
from kpireport.core.spelling import as_seen
from kpireport.core.workbook import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.lexicon import Lexicon
    from kpireport.core.model import Series
    from kpireport.core.parse.columns import Figures
    from kpireport.core.parse.desk import Desk
    from kpireport.core.parse.headings import Heading
    from kpireport.core.parse.mapping import Layout
    from kpireport.core.periods import Calendar
    from kpireport.core.workbook import Cell, Sheet

SEARCHED = 60  # rows from the top in which a header may stand
ENOUGH_PERIODS = 3
GAP = 5  # blank rows that end a table
GROUPS = frozenset(("department", "perspective"))  # fields that are often written once for several rows
FEW = 3  # cells of a title row that may hold its year as a number
COMPARED = 60  # unknown titles that are compared with ours: some milliseconds each
MANY = 400  # cells in a row beyond which it is not looked at twice
SEVERAL_UNITS = re.compile(r"[,，、;；]\s*\S|\s[%/]\s?")


class _TablePatterns:
    """The regular expressions of a lexicon for what stands around a table, and for years in titles of targets."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.notes_below = re.compile(rf"{lexicon.pattern('notes_below')}|\*", re.IGNORECASE)
        self.unit_above = re.compile(
            rf"^({lexicon.either('unit_labels', 'above')})\s*[:：]?\s*(.{{1,12}})$", re.IGNORECASE
        )
        target, year = lexicon.pattern("target_of_year"), lexicon.either("periods", "year", "fiscal")
        self.year_target = re.compile(
            rf"^(?:(?:fy|{target})\s?)?(20\d\d)(?:[/-]\d\d)?\s*(?:{year}|fy)?\s*{target}?$", re.IGNORECASE
        )
        self.year_short = re.compile(rf"^fy\s?'?(\d\d)\s*{target}?$", re.IGNORECASE)


@lru_cache(maxsize=4)
def _patterns_of(lexicon: Lexicon) -> _TablePatterns:
    return _TablePatterns(lexicon)


def _patterns() -> _TablePatterns:
    return _patterns_of(standard())


@dataclass(frozen=True)
class Table:
    """A table that was found on a sheet.

    columns: field to column. unknown: column to title, of columns that name no field. headings: period columns.
    years: fiscal year to column, on a Goals sheet. derived: column to title, of totals and variances (never read).
    header, top: the last and the first row of titles. last: the last row, 0 for the end of the sheet. figures: what
    the columns of figures say; named: a title says which column holds the names. rule: what the settings say of it.
    kpi, period, series: what all its figures belong to, where neither a row nor a column says it.
    """

    sheet: Sheet
    role: str
    header: int
    columns: dict[str, int]
    headings: tuple[Heading, ...] = ()
    years: dict[int, int] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    derived: dict[int, str] = field(default_factory=dict)
    skipped_columns: tuple[int, ...] = ()
    figures: tuple[Figures, ...] = ()
    top: int = 0
    last: int = 0
    named: bool = True
    rule: Layout | None = None
    kpi: str = ""
    period: Period | None = None
    series: Series | None = None

    def where(self, row: int, column: int) -> Where:
        return self.sheet.where(row, column)

    def cell(self, row: int, name: str) -> Cell | None:
        column = self.columns.get(name)
        return self.sheet.at(row, column) if column else None

    def place(self, row: int, name: str) -> Where:
        """Return where a field of a row is, or would be."""
        column = self.columns.get(name)
        return self.where(row, column) if column else Where(self.sheet.file, self.sheet.name, f"A{row}")

    def text(self, row: int, name: str) -> str:
        column = self.columns.get(name)
        if not column:
            return ""
        found = text_of(self.sheet.at(row, column))
        return found or (self.above.get(name, {}).get(row, "") if name in GROUPS else "")

    @cached_property
    def above(self) -> dict[str, dict[int, str]]:
        """Return, for what groups the rows, the text of rows that leave it to the row above: department, then KPIs.

        Only in a column left of the names, or where cells are merged.
        """
        found: dict[str, dict[int, str]] = {name: {} for name in GROUPS}
        for name in GROUPS & set(self.columns):
            column = self.columns[name]
            grouping = column < self.columns.get("name", 0)
            merged = {
                r: t for t, left, b, right in self.sheet.merges if left <= column <= right for r in range(t, b + 1)
            }
            text = ""
            for row in self.rows if grouping or merged else ():
                text = text_of(self.sheet.at(row, column)) or (text if grouping else "")
                top = merged.get(row)
                found[name][row] = text_of(self.sheet.at(top, column)) if top else text
        return found

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """Return the rows of the table, down to its notes or to five blank rows; hidden ones are left out."""
        found = []
        blank = 0
        used = set(self.columns.values()) | {h.cell.column for h in self.headings} | set(self.years.values())
        used |= {f.column for f in self.figures} | (set() if used else set(self.unknown))
        first = min(used, default=1)
        last_row = self.last or max(self.sheet.rows, default=0)
        row = self.header
        while row < last_row and blank < GAP:
            row += 1
            cells = self.sheet.rows.get(row)
            if not cells or not _held(cells, used):
                blank += 1
                continue
            blank = 0
            if _alone(cells) and _patterns().notes_below.match(text_of(self.sheet.at(row, first))):
                break
            if row not in self.sheet.hidden_rows:
                found.append(row)
        return tuple(found)


def _held(cells: tuple[Cell, ...], used: set[int]) -> bool:
    """Return whether a row holds anything in these columns; of a million rows nearly all do in their first."""
    if cells[0].value is not None and cells[0].column in used:
        return True
    return any(c.value is not None or c.error or c.formula for c in cells if c.column in used)


def _alone(cells: tuple[Cell, ...]) -> bool:
    """Return whether one cell of a row has a value."""
    if len(cells) > 1 and cells[0].value is not None and cells[1].value is not None:
        return False
    return len([c for c in cells if c.value is not None]) == 1


def text_of(cell: Cell | None) -> str:
    """Return a cell's text, cleaned; a number as Excel shows it, without a needless ".0"."""
    value = cell.value if cell is not None else None
    if isinstance(value, str):
        return as_seen(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    return value.date().isoformat()


def context_year(sheet: Sheet, header: int, calendar_year: int | None = None) -> int | None:
    """Return the year that bare months need: from Settings, the sheet's name, the rows above, the file's name.

    Rule: L16.
    """
    if calendar_year:
        return calendar_year
    near = range(header - 1, max(0, header - 13), -1)  # the nearest first: tables may stand below each other
    above = [text_of(c) for row in near for c in sheet.rows.get(row, ()) if _may_say_year(c, sheet.rows[row])]
    corner = [text_of(c) for c in sheet.rows.get(header, ())[:2]]
    for text in (sheet.name, *above, *corner[:1], sheet.file):
        year = year_in(text)
        if year:
            return year
    return None


def _may_say_year(cell: Cell, row: tuple[Cell, ...]) -> bool:
    """Return whether a cell above a table may name its year: a text or a date, or a number in a row of few."""
    return not isinstance(cell.value, float) or len(row) <= FEW


def find(
    sheet: Sheet, role: str, *, calendar: Calendar, year: int | None = None, alone: bool = False
) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """Return the table of a kind on a sheet, by the row that has the most titles of that kind.

    alone: one title standing alone in its row will do, for a sheet whose name says what it is.
    """
    best: tuple[int, int] | None = None
    for row in sorted(sheet.rows)[:SEARCHED]:
        score = _score(sheet, sheet.rows[row], role) or (alone and _is_lone_title(sheet.rows[row], role))
        if score and (best is None or score > best[0]):
            best = (score, row)
    if best is None:
        return None, ()
    return _table(sheet, role, best[1], calendar, year)


def _score(sheet: Sheet, cells: tuple[Cell, ...], role: str) -> int:
    texts = [(c, c.value) for c in cells[:MANY] if isinstance(c.value, str)]
    fields = {name for c, text in texts if (name := titles.field(role, meant(sheet, c, text)))}
    needed = titles.needed(role)
    if any(name not in fields for name in needed):
        return 0
    score = 2 * len(fields)
    if role in ("metrics", "targets"):
        other = [
            c for c in cells if not (isinstance(c.value, str) and titles.field(role, c.value)) and c.value is not None
        ]
        score += min(len(other), 12)
        return score if "period" in fields or len(other) >= 1 or len(fields) > 1 else 0
    return score if len(fields) > 1 else 0


def _is_lone_title(cells: tuple[Cell, ...], role: str) -> bool:
    filled = [c.value for c in cells[:MANY] if c.value is not None]
    return len(filled) == 1 and isinstance(filled[0], str) and titles.field(role, filled[0]) in titles.needed(role)


def _table(
    sheet: Sheet, role: str, header: int, calendar: Calendar, year: int | None
) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    problems: list[Diagnostic] = []
    columns: dict[str, int] = {}
    unknown: dict[int, str] = {}
    derived: dict[int, str] = {}
    years: dict[int, int] = {}
    spare: list[Cell] = []
    hidden: list[int] = []
    for cell in sheet.rows[header]:
        title = meant(sheet, cell, text_of(cell)) if isinstance(cell.value, str) else text_of(cell)
        if cell.column in sheet.hidden_columns and role in ("goals", "metrics", "targets"):
            hidden.append(cell.column)
            continue
        name = titles.field(role, title) if isinstance(cell.value, str) else None
        if name and name not in columns:
            columns[name] = cell.column
        elif name:
            if header_key(title) != header_key(text_of(sheet.at(header, columns[name]))):
                spare.append(cell)
                continue
            first = sheet.where(header, columns[name]).cell
            problems.append(COLUMN_TWICE.at(sheet.where(header, cell.column), title=title, first=first))
        elif role == "goals" and (label := _year_of(title)):
            years.setdefault(label, cell.column)
        elif isinstance(cell.value, str) and titles.says_derived(title):
            derived[cell.column] = title
        elif title or cell.error or cell.formula:
            spare.append(cell)
    headings: tuple[Heading, ...] = ()
    if role in ("goals", "metrics", "targets"):
        headings, found = _periods(sheet, header, spare, calendar, year)
        if role != "goals" or any(isinstance(h.found, Period) for h in headings):
            problems.extend(found)
    dated = {h.cell.column for h in headings}
    unknown = {c.column: text_of(c) for c in spare if c.column not in dated}
    table = Table(sheet, role, header, columns, headings, years, unknown, derived, tuple(hidden))
    return table, tuple(problems)


def _year_of(title: str) -> int | None:
    """Return the fiscal year that a heading on the Goals sheet names: 2027, "FY27", "Target 2027"."""
    found = _patterns().year_target.match(title)
    if found:
        return int(found[1])
    short = _patterns().year_short.match(title)
    return 2000 + int(short[1]) if short else None


def _periods(
    sheet: Sheet, header: int, cells: list[Cell], calendar: Calendar, year: int | None
) -> tuple[tuple[Heading, ...], tuple[Diagnostic, ...]]:
    """Read the headings; a year in the row above (merged over its months) belongs to the months below it."""
    years: dict[int, int] = {}
    above = {c.column: c for c in sheet.rows.get(header - 1, ())}
    if above:
        current = None
        first, last = min(above), max((c.column for c in cells), default=0)
        for column in range(first, min(last, first + MANY) + 1):
            found = year_in(text_of(above.get(column)))
            current = found or current
            if current:
                years[column] = current
        if len(set(years.values())) < 2 and not any(c.column in above for c in cells):
            years = {}
    return header_periods(
        cells,
        Where(sheet.file, sheet.name),
        calendar=calendar,
        year=context_year(sheet, header, year),
        years=years or None,
    )


def visible(sheet: Sheet) -> bool:
    return sheet.visibility is Visibility.VISIBLE


def months(table: Table) -> Iterator[Heading]:
    """Yield the headings that name one period each; the year to date is never read as a month."""
    for heading in table.headings:
        if isinstance(heading.found, Period):
            yield heading


def unit_above(table: Table) -> str:
    """Return the unit that stands above the table ("Unit: EUR") or behind its titles, or ""."""
    for row in range(max(1, table.header - 12), table.header):
        for cell in table.sheet.rows.get(row, ()):
            found = _patterns().unit_above.match(text_of(cell))
            if found and not SEVERAL_UNITS.search(found[2].strip()):
                return header_unit(text_of(cell)) or found[2].strip()
    return ""


def title_above(table: Table) -> str:
    """Return the one text right above a table that may name its KPI, or ""; what stands above it belongs elsewhere."""
    words = []
    for row in range(table.top - 1, max(0, table.top - 5), -1):
        texts = [text for c in table.sheet.rows.get(row, ()) if (text := text_of(c))]
        if len(texts) > 1:
            break
        words += [text for text in texts if not _patterns().unit_above.match(text) and len(text) < 60]
    return words[0] if len(words) == 1 else ""


def is_total(label: str) -> bool:
    return bool(standard().expression("total_row").match(label))


def near_titles(table: Table, columns: Iterable[int]) -> dict[int, str]:
    """Return for unknown columns the title of ours that theirs is nearly, where no other column has that field.

    Only the first COMPARED are looked at. Rule: L21.
    """
    near = {c: standard().near_field(table.role, table.unknown[c]) for c in islice(columns, COMPARED)}
    return {column: found[0] for column, found in near.items() if found and found[1] not in table.columns}


def note_hidden(desk: Desk, table: Table) -> None:
    """Say which rows and columns of a sheet are hidden and so not read. Rule: L27."""
    rows = sorted(r for r in table.sheet.hidden_rows if r > table.header and r in table.sheet.rows)
    where = Where(table.sheet.file, table.sheet.name)
    if rows:
        listed = ", ".join(map(str, rows[:8])) + ("…" if len(rows) > 8 else "")
        desk.read_as("ignored", where, "ignored.rows", listed=listed)
    if table.skipped_columns:
        names = ", ".join(table.where(table.header, c).cell.rstrip("0123456789") for c in table.skipped_columns[:8])
        desk.read_as("ignored", where, "ignored.columns", listed=names)
