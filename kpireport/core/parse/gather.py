"""Gather the figures of all sheets: which sheet holds what, whose figures they are, and what was left out and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core.catalogue import layout as said
from kpireport.core.catalogue import sheets as problems
from kpireport.core.diagnostics import Where
from kpireport.core.messages import Message
from kpireport.core.model import Aggregation, Kpi, Series
from kpireport.core.parse import figures as reading
from kpireport.core.parse import layouts, rhythm, tables, titles, vocabulary, voice
from kpireport.core.parse import mapping as mapped
from kpireport.core.parse.columns import unspaced
from kpireport.core.parse.goals import Draft
from kpireport.core.parse.names import header_key, without_unit
from kpireport.core.parse.shapes import Shape
from kpireport.core.parse.unit_of import unit_of
from kpireport.core.periods import Frequency, Period
from kpireport.core.spelling import key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.parse.desk import Desk
    from kpireport.core.parse.figures import Sheetful
    from kpireport.core.parse.mapping import Layout
    from kpireport.core.parse.tables import Table
    from kpireport.core.workbook import Sheet

WAYS = {
    "sum": Aggregation.SUM, "count": Aggregation.SUM, "average": Aggregation.AVERAGE, "last": Aggregation.LAST,
}  # fmt: skip
MANY_MERGES = 15


class Gatherer:
    """The figures of a set of sheets while they are gathered. Without a list of goals, every name is a KPI."""

    def __init__(
        self, desk: Desk, roles: dict[int, str | None], drafts: dict[str, Draft], layouts: tuple[Layout, ...],
        *, closed: bool = True,
    ) -> None:  # fmt: skip
        self.desk = desk
        self.roles = roles
        self.drafts = dict(drafts)
        self.layouts = layouts
        self.known = bool(drafts) and closed  # a list of goals is whole; a table of figures with targets is one of many
        self.started_with = len(drafts)
        self.yes_no = {k for k, draft in drafts.items() if draft.yes_no}
        self.unknown: set[str] = set()
        self.found: list[Sheetful] = []
        self.unread: list[tuple[Table, Shape]] = []
        self.voices: Mapping[str, tuple[str, Series]] = {}

    def gather(self, sheets: list[Sheet]) -> list[Sheetful]:
        """Return what each table of figures gave, in the order of the sheets."""
        self.voices = voice.of_sheets(sheets)
        for sheet in sheets:
            rules = [rule for rule in self.layouts if rule.names(sheet)]
            for table, role in self._mapped(sheet, rules) if rules else self._unmapped(sheet):
                self._read(table, role)
        if not self.known and not self.started_with and self.drafts:
            where = next(iter(self.drafts.values())).kpi.where
            self.desk.read_as("layout", Where(where.file, where.sheet), "layout.no_goals")
        self._one_sheet_for_each()
        self._left()
        return self.found

    # -- which tables ---------------------------------------------------------------------------------------------

    def _mapped(self, sheet: Sheet, rules: list[Layout]) -> list[tuple[Table, str]]:
        made = []
        for rule in rules:
            if rule.read not in ("figures", "targets"):
                continue
            table, told = mapped.table_by(rule, sheet, self.desk.settings.calendar)
            self.desk.problems.extend(told)
            if table is None:
                continue
            self.roles[id(sheet)] = "metrics"
            where = Where(sheet.file, sheet.name)
            self.desk.read_as("layout", where, "layout.rule", setting=rule.where.address)
            made.append((self._voiced(table, "metrics"), "targets" if rule.read == "targets" else "metrics"))
        return made

    def _unmapped(self, sheet: Sheet) -> list[tuple[Table, str]]:
        role = self.roles[id(sheet)]
        if role not in (None, "goals", "metrics", "targets"):
            return []
        if role is None and titles.ignored(unspaced(sheet.name)):
            return []
        found, told = layouts.figure_tables(sheet, calendar=self.desk.settings.calendar)
        made = []
        for table, shape in found:
            ready = self._ready(table, shape, role, several=len(found) > 1)
            if ready is not None:
                made.append((self._voiced(ready, role), role or "metrics"))
        if made:
            self.desk.problems.extend(told)
            tables.note_hidden(self.desk, made[0][0])
        elif role in ("metrics", "targets") and not any(self._is_of(t, sheet) for t, _ in self.unread):
            needed = "KPI, 2026-01, 2026-02 ..."
            self.desk.tell(problems.HEADER_MISSING.at(Where(sheet.file, sheet.name), needed=needed))
        return made

    def _is_of(self, table: Table, sheet: Sheet) -> bool:
        return table.sheet is sheet

    def _ready(self, table: Table, shape: Shape, role: str | None, *, several: bool = False) -> Table | None:
        """Return a table with what its sheet says of it; None where it cannot be read as it stands."""
        if role == "goals" and not _months_on_goals(table, shape):
            return None
        if shape is Shape.TRANSACTIONS or (shape is Shape.DOWN and rhythm.repeated(table)):
            self.unread.append((table, Shape.TRANSACTIONS))
            return None
        undated = shape is Shape.WIDE and "period" not in table.columns and not any(f.period for f in table.figures)
        if shape is Shape.SNAPSHOT or (undated and "name" in table.columns and table.figures):
            when = table.period or layouts.period_of_sheet(table, self.desk.settings.calendar, None)
            if when is None:
                self.unread.append((table, Shape.SNAPSHOT))
                return None
            where = Where(table.sheet.file, table.sheet.name)
            self.desk.read_as("period", where, "period.sheet", period=when.key)
            return replace(table, period=when)
        if shape is Shape.DOWN or "name" not in table.columns:
            return self._named_by_sheet(table, shape, several=several)
        if not table.named:
            column = table.where(table.header, table.columns["name"])
            self.desk.read_as("layout", column, "layout.names")
        return table

    def _voiced(self, table: Table, role: str | None) -> Table:
        """Return a table with the series of all its figures, where its title or its sheet's name says one."""
        found = voice.of_table(table, self.voices) if role in (None, "metrics") else None
        if found in (None, Series.ACTUAL):
            return table
        self.desk.read_as("layout", Where(table.sheet.file, table.sheet.name), f"series.{found.name.lower()}")
        return replace(table, series=found)

    def _named_by_sheet(self, table: Table, shape: Shape, *, several: bool) -> Table | None:
        """Return a table without names of KPIs, with the sheet's name for one where its figures have none."""
        nameless = [f for f in table.figures if not f.kpi]
        if (
            shape is Shape.WIDE
            and "period" not in table.columns
            and not {"department", "breakdown"} & set(table.columns)
        ):
            return None
        if not nameless:
            return table
        name = unspaced(table.sheet.name)
        if titles.says_nothing(name) or titles.role_of(name) is not None or several:
            name = tables.title_above(table) or ("" if titles.says_nothing(name) else name)
        if not name:
            return table
        where = Where(table.sheet.file, table.sheet.name)
        self.desk.read_as("layout", where, "layout.one_kpi", name=name)
        return replace(table, kpi=name)

    # -- whose figures --------------------------------------------------------------------------------------------

    def _read(self, table: Table, role: str) -> None:
        got = reading.figures(self.desk, table, self.admit, self.yes_no)
        self._filled_down(table)
        if table.rule and not got.figures:
            why = Message("problems.why.empty")
            self.desk.tell(said.LAYOUT_NOTHING.at(table.rule.where, sheet=table.sheet.name, why=why))
        if table.rule and table.rule.combine:
            self._combined(got, table.rule)
        if role == "targets":
            got.figures = [raw._replace(series=Series.TARGET) for raw in got.figures]
        if got.figures or role in ("metrics", "targets"):
            self.found.append(got)
            sheet = table.sheet
            self.roles[id(sheet)] = self.roles[id(sheet)] or "metrics"

    def _filled_down(self, table: Table) -> None:
        """Say where a department counts for the rows below it."""
        rows = [
            r
            for r, text in table.above.get("department", {}).items()
            if text and not tables.text_of(table.cell(r, "department"))
        ]
        if rows:
            self.desk.read_as("layout", table.place(rows[0], "department"), "layout.above")

    def _combined(self, got: Sheetful, rule: Layout) -> None:
        """Keep the last row of a period, or let all its rows be parts of one figure, as the layout says. Rule: L10."""
        if rule.combine == "last":
            last = {(r.kpi, r.period, r.series, r.department, r.breakdown): r for r in got.figures}
            got.figures = list(last.values())
        way = WAYS[rule.combine]
        rows = Counter(raw.kpi for raw in got.figures)
        months = Counter(k for k, _ in {(raw.kpi, raw.period) for raw in got.figures})
        for k, count in rows.items():
            draft = self.drafts[k]
            if draft.kpi.aggregation is None:
                draft.kpi = replace(draft.kpi, aggregation=way)
            details = {"rows": count, "kpi": draft.kpi.name, "figures": months[k], "way": rule.combine}
            where = Where(got.table.sheet.file, got.table.sheet.name)
            self.desk.tell(said.COMBINED.at(where, **details))

    def admit(self, table: Table, label: str, where: Where, unit: str, row: int | None, section: str) -> str | None:
        """Return the key of the KPI that a name in a table of figures names, or tell why it is not read."""
        wanted = self.desk.kpi_key(label) or self.desk.kpi_key(without_unit(label))
        if wanted is not None:
            return wanted
        if self.known:
            if key(label) not in self.unknown:
                self.unknown.add(key(label))
                self.desk.tell(problems.KPI_UNKNOWN.at(where, name=label, near=self.desk.near(label)))
            return None
        place = table.place(row, "unit") if row else where
        department, owner, perspective = (
            table.text(row, name) if row else "" for name in ("department", "owner", "perspective")
        )
        direction = vocabulary.meaning("direction", table.text(row, "direction")) if row else None
        kpi = Kpi(
            key(label), "", label, where, unit=unit_of(unit, label), department=department, owner=owner,
            perspective=perspective or section, cells={"unit": place}, direction=direction,
        )  # fmt: skip
        self.desk.kpis[kpi.key] = kpi
        self.drafts[kpi.key] = Draft(kpi)
        return kpi.key

    def _one_sheet_for_each(self) -> None:
        """Where sheets of the same shape hold the same KPIs and periods, each is a department or a person. Rule: L8."""
        alike: dict[tuple[str, ...], list[Sheetful]] = defaultdict(list)
        for got in self.found:
            table = got.table
            shape = (
                *sorted(table.columns),
                "|",
                *(header_key(f.title) for f in table.figures[:40] if f.period is None),
            )
            alike[shape].append(got)
        for each in alike.values():
            if len(each) < 2:
                continue
            places: dict[tuple[str, Period, Series], set[str]] = defaultdict(set)
            for got in each:
                for raw in got.figures:
                    places[raw.kpi, raw.period, raw.series].add(raw.sheet)
            clashing = {sheet for sheets in places.values() if len(sheets) > 1 for sheet in sheets}
            if len(clashing) < 2 or any(raw.department for got in each for raw in got.figures):
                continue
            for got in each:
                if got.table.sheet.name not in clashing:
                    continue
                name = unspaced(got.table.sheet.name)
                got.figures = [raw._replace(department=name) for raw in got.figures]
                where = Where(got.table.sheet.file, got.table.sheet.name)
                self.desk.read_as("layout", where, "layout.part", name=name)

    # -- what was left out ----------------------------------------------------------------------------------------

    def _left(self) -> None:
        """Tell of tables that were seen and not read: an error where there is nothing else, else a line. Rule: L18."""
        nothing = not any(raw.series is Series.ACTUAL for got in self.found for raw in got.figures)
        for table, shape in self.unread:
            where = Where(table.sheet.file, table.sheet.name)
            self.roles[id(table.sheet)] = self.roles[id(table.sheet)] or "metrics"
            if shape is Shape.TRANSACTIONS:
                if nothing:
                    self.desk.tell(said.TRANSACTIONS.at(where, sheet=table.sheet.name))
            else:
                if nothing:
                    self.desk.tell(said.NO_PERIOD.at(where, sheet=table.sheet.name))
            self.desk.ignore(table.sheet, "transactions" if shape is Shape.TRANSACTIONS else "no_period")


def _months_on_goals(table: Table, shape: Shape) -> bool:
    """Return whether a table on a Goals sheet holds figures; columns named by years are the targets of the plan."""
    if shape is Shape.LONG:
        return True
    return any(
        f.period is not None and (f.period.frequency is not Frequency.YEAR or f.series is Series.ACTUAL)
        for f in table.figures
    )


def dashboard(sheet: Sheet) -> bool:
    """Return whether a sheet looks like cards and not like a table. Rule: L9."""
    return len(sheet.merges) >= MANY_MERGES
