"""What kpireport.toml says about a workbook that reads in no usual way: [[layout]], one for each table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from kpireport.core.catalogue import layout as said
from kpireport.core.diagnostics import Severity, Where
from kpireport.core.messages import Message
from kpireport.core.parse import columns as heads
from kpireport.core.parse import layouts, tables
from kpireport.core.parse.columns import SERIES, Figures
from kpireport.core.parse.names import header_key
from kpireport.core.parse.period_names import parse_period
from kpireport.core.parse.tables import Table
from kpireport.core.periods import Period
from kpireport.core.spelling import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kpireport.core.diagnostics import Diagnostic, Problem
    from kpireport.core.parse.columns import Header
    from kpireport.core.parse.layouts import Head
    from kpireport.core.periods import Calendar
    from kpireport.core.workbook import Sheet

LAST_COLUMN = 16384
RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7})?:([A-Z]{1,3})(\d{1,7})?")

FIELDS = (
    "name", "period", "year", "series", "actual", "target", "forecast", "previous year", "department", "breakdown",
    "unit", "owner", "perspective", "direction", "note", "id",
)  # fmt: skip
READ_AS = ("figures", "goals", "targets", "plan", "notes", "revisions", "recipients", "settings", "calendar",
           "triggers", "nothing")  # fmt: skip
DECIMAL = ("", "point", "comma")
COMBINE = ("", "sum", "average", "last", "count")
Place = str | int


@dataclass(frozen=True, slots=True)
class Layout:
    """How one table, or the same table on several sheets, is to be read.

    sheet, file: names, ``*`` stands for any letters. read: what the sheet holds. table: the range (``B4:N60``), "" for
    the whole sheet. header: the rows with titles, () to look for them. places: field to its column (a letter, or a
    title) or, as a number, to the header row that holds it. figures: the columns with figures (``D:O``), "" for all
    that the header shows. metrics: column to the KPI whose figures it holds. kpi: the KPI that all figures belong to.
    rename: names in the workbook to names of KPIs. year: of bare months. when: the period of all figures
    (``2026-10``). sign: -1 turns every figure. scale: every figure is multiplied. skip: labels and titles that are not
    read, ``*`` stands for any letters.
    combine: how rows of the same KPI and period become one figure, "" for an error. decimal: "comma" or "point", in
    numbers typed as text; "" as Settings say.
    """

    where: Where = field(default_factory=Where)
    sheet: str = "*"
    file: str = "*"
    read: str = "figures"
    table: str = ""
    header: tuple[int, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    figures: str = ""
    metrics: Mapping[str, str] = field(default_factory=dict)
    kpi: str = ""
    rename: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    year: int | None = None
    when: str = ""
    sign: int = 1
    scale: float = 1.0
    skip: tuple[str, ...] = ()
    combine: str = ""
    decimal: str = ""

    def names(self, sheet: Sheet) -> bool:
        """Return whether the layout is about a sheet."""
        return _like(self.sheet, sheet.name) and _like(self.file, sheet.file)

    def skips(self, label: str) -> bool:
        return any(_like(pattern, label) for pattern in self.skip)

    def renamed(self, label: str) -> str:
        """Return the KPI's name for a label of the workbook."""
        wanted = key(label)
        return next((name for shown, name in self.rename.items() if key(shown) == wanted), label)


def _like(pattern: str, text: str) -> bool:
    return fnmatchcase(key(text), key(pattern).replace("[", "[[]"))


class Asked:
    """One layout while it is laid on a sheet. Problems are collected; a place that is wrong is told and left out."""

    def __init__(self, rule: Layout, sheet: Sheet, calendar: Calendar) -> None:
        self.rule = rule
        self.sheet = sheet
        self.calendar = calendar
        self.problems: list[Diagnostic] = []
        self.first, self.left, self.last, self.right = self._range()
        self.skipped: list[int] = []

    def table(self, head: Head | None) -> Table | None:
        """Return the table that the layout describes. head: the header that was found where the layout names none."""
        rule = self.rule
        rows = rule.header or tuple(n for n in rule.places.values() if isinstance(n, int))
        if rows:
            top, bottom = min(rows), max(rows)
        elif head is not None:
            top, bottom = head.top, head.bottom
        else:
            self._nothing("no_header")
            return None
        columns = list(range(self.left, self.right + 1)) if rule.table or rows or head is None else list(head.columns)
        self._widen(columns, top, bottom)
        year = rule.year or tables.context_year(self.sheet, top)
        read = heads.read(self.sheet, top, bottom, columns, calendar=self.calendar, year=year)
        figures, fields = self._figures(read, bottom), self._fields(read, bottom, head)
        asked = {fields[name] for name, place in rule.places.items() if name in fields and isinstance(place, str)}
        figures = [f for f in figures if f.column not in asked]
        if self.problems:
            return None
        taken = {f.column for f in figures} | set(fields.values())
        unknown = {c: t for c, t in read.unknown.items() if c not in taken and not rule.skips(t)}
        unknown = {} if rule.figures or rule.metrics else unknown
        derived = {**read.derived, **{c: t for c, t in read.unknown.items() if rule.skips(t)}}
        table = Table(
            self.sheet, "metrics", bottom, fields, read.headings, {}, unknown, derived, tuple(read.hidden),
            figures=tuple(figures), last=self.last, top=top, rule=rule, kpi=rule.kpi,
        )  # fmt: skip
        if "name" not in fields and not rule.kpi and not rule.metrics and any(f.period for f in figures):
            column = layouts.label_column(table)
            if column is not None:
                table = replace(table, columns={**fields, "name": column})
        self.problems.extend(d for d in read.problems if d.kind.severity is not Severity.ERROR or not self._covered(d))
        return self._checked(table)

    def _widen(self, columns: list[int], top: int, bottom: int) -> None:
        if self.rule.table:
            return
        used = [c.column for row in range(top, bottom + 1) for c in self.sheet.rows.get(row, ())]
        named = [at for place in self.rule.places.values() if isinstance(place, str) and (at := _letter(place))]
        columns[:] = range(min([*columns, *used, *named]), max([*columns, *used, *named]) + 1)

    def _covered(self, problem: Diagnostic) -> bool:
        """Return whether a problem of the header is about a heading that the layout skips or does not ask for."""
        return bool(self.rule.figures) and not self._in_figures(problem.where.cell)

    def _in_figures(self, address: str) -> bool:
        low, high = columns_of(self.rule.figures) or (1, LAST_COLUMN)
        letters = "".join(c for c in address if c.isalpha())
        return low <= (_letter(letters) or 0) <= high

    def _range(self) -> tuple[int, int, int, int]:
        used = [c.column for cells in self.sheet.rows.values() for c in (*cells[:1], *cells[-1:])]
        whole = (1, min(used, default=1), max(self.sheet.rows, default=1), max(used, default=1))
        if not self.rule.table:
            return whole
        found = range_of(self.rule.table)
        if found is None:
            self._tell(said.LAYOUT_NO_RANGE, "table", found=self.rule.table)
            return whole
        top, left, bottom, right = found
        return top, left, min(bottom, whole[2]) if bottom else whole[2], right

    def _figures(self, read: Header, bottom: int) -> list[Figures]:
        rule = self.rule
        figures = [f for f in read.figures if not rule.skips(f.title)]
        if rule.figures:
            wanted = columns_of(rule.figures)
            if wanted is None:
                self._tell(said.LAYOUT_NO_RANGE, "figures", found=rule.figures)
                return []
            low, high = wanted
            figures = [f for f in figures if low <= f.column <= high]
            have = {f.column for f in figures}
            more = {c: t for c, t in read.unknown.items() if low <= c <= high and c not in have}
            figures += [Figures(c, t, None, None, t) for c, t in more.items() if not rule.skips(t)]
        for title, kpi in rule.metrics.items():
            column = self._column(title, "metrics", bottom)
            if column:
                figures = [f for f in figures if f.column != column] + [Figures(column, title, None, None, kpi)]
        for name, series in SERIES.items():
            column = self._column(rule.places[name], name, bottom) if isinstance(rule.places.get(name), str) else None
            if column:
                same = next((f for f in figures if f.column == column), None)
                figures = [f for f in figures if f.column != column]
                figures.append(
                    same._replace(series=series) if same else Figures(column, str(rule.places[name]), None, series)
                )
        return sorted(figures)

    def _fields(self, read: Header, bottom: int, head: Head | None) -> dict[str, int]:
        fields = dict(read.fields)
        if head is not None and "period" in fields:
            fields.update(layouts.periods_of(self.sheet, head.bottom, read.periods))
        for name, place in self.rule.places.items():
            if isinstance(place, int) or name in SERIES:
                continue
            column = self._column(place, name, bottom)
            if column:
                fields = {n: c for n, c in fields.items() if c != column} | {name: column}
        return fields

    def _column(self, place: Place, name: str, bottom: int) -> int | None:
        """Return the column that a title or a letter names; a title wins."""
        wanted = header_key(str(place))
        top = min(self.rule.header, default=bottom)
        for row in range(bottom, max(top, 1) - 1, -1):
            for cell in self.sheet.rows.get(row, ()):
                if header_key(heads.title(cell)) == wanted and self.left <= cell.column <= self.right:
                    return cell.column
        letter = _letter(str(place))
        if letter is not None and letter <= self.right + 1:
            return letter
        shown = [heads.title(c) for c in self.sheet.rows.get(bottom, ())][:12]
        where = self._where(name)
        titles_shown = ", ".join(text for text in shown if text)
        self.problems.append(
            said.LAYOUT_NO_COLUMN.at(where, found=place, sheet=self.sheet.name, titles=titles_shown or "–")
        )
        return None

    def _checked(self, table: Table) -> Table | None:
        """Return the table where its figures can be named and dated, else tell what is missing."""
        rule = self.rule
        named = "name" in table.columns or bool(rule.kpi) or any(f.kpi for f in table.figures) or bool(table.unknown)
        dated = "period" in table.columns or any(f.period for f in table.figures)
        if rule.when:
            found = parse_period(rule.when, self.calendar)
            if not isinstance(found, Period):
                self._tell(said.LAYOUT_NO_PERIOD, "when", found=rule.when)
                return None
            table, dated = replace(table, period=found), True
        if not dated:
            when = layouts.period_of_sheet(table, self.calendar, rule.year)
            table, dated = replace(table, period=when), when is not None
        if not named:
            self._nothing("no_name")
        elif not dated:
            self._nothing("no_period")
        elif not table.figures and not table.unknown:
            self._nothing("no_figures")
        return table if not self.problems or not _blocking(self.problems) else None

    def _where(self, name: str) -> Where:
        return Where(self.rule.where.file, "", f"{self.rule.where.cell}.{name}".strip("."))

    def _tell(self, kind: Problem, name: str, **details: object) -> None:
        self.problems.append(kind.at(self._where(name), **details))

    def _nothing(self, why: str) -> None:
        self.problems.append(
            said.LAYOUT_NOTHING.at(self.rule.where, sheet=self.sheet.name, why=Message(f"problems.why.{why}"))
        )


def table_by(rule: Layout, sheet: Sheet, calendar: Calendar) -> tuple[Table | None, list[Diagnostic]]:
    """Return the table that a layout describes on a sheet, and what is wrong with the layout."""
    asked = Asked(rule, sheet, calendar)
    if asked.problems:
        return None, asked.problems
    head = None
    if not rule.header:
        head = next(layouts.heads_of(sheet, first=asked.first, last=asked.last), None)
    table = asked.table(head)
    return table, asked.problems


def role_by(rule: Layout) -> str | None:
    """Return the kind of sheet that a layout makes of a sheet; "nothing" is never read."""
    return "metrics" if rule.read == "figures" else rule.read


def unmatched(layouts_asked: Iterable[Layout], sheets: Sequence[Sheet]) -> list[Diagnostic]:
    """Return a problem for each layout that is about no sheet of the workbooks."""
    names = ", ".join(dict.fromkeys(sheet.name for sheet in sheets))
    return [
        said.LAYOUT_NO_SHEET.at(Where(rule.where.file, "", f"{rule.where.cell}.sheet"), found=rule.sheet, sheets=names)
        for rule in layouts_asked
        if not any(rule.names(sheet) for sheet in sheets) and any(_like(rule.file, sheet.file) for sheet in sheets)
    ]


def range_of(text: str) -> tuple[int, int, int, int] | None:
    """Return top, left, bottom, right of a range; bottom is 0 where it names columns alone (``B:N``)."""
    found = RANGE.fullmatch(text.strip().upper().replace("$", ""))
    if not found:
        return None
    left, right = _letter(found[1]), _letter(found[3])
    top, bottom = int(found[2] or 1), int(found[4] or 0)
    if left is None or right is None or left > right or (bottom and bottom < top):
        return None
    return top, left, bottom, right


def columns_of(text: str) -> tuple[int, int] | None:
    """Return the first and last column of ``D:O`` or ``D``."""
    found = range_of(text if ":" in text else f"{text}:{text}")
    return (found[1], found[3]) if found else None


def _letter(text: str) -> int | None:
    shown = text.strip().upper()
    if not re.fullmatch(r"[A-Z]{1,3}", shown):
        return None
    number = 0
    for letter in shown:
        number = number * 26 + ord(letter) - 64
    return number if number <= LAST_COLUMN else None


def _blocking(problems: Iterable[Diagnostic]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)
