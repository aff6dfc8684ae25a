"""A set of workbooks becomes one Book: sheets may live in any file, and every problem is told in one run."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from kpireport.core import assumed
from kpireport.core.catalogue import cells as cell_problems
from kpireport.core.catalogue import sheets as problems
from kpireport.core.diagnostics import Where
from kpireport.core.foreign import Foreign
from kpireport.core.messages import quoted
from kpireport.core.model import Aggregation, Book, Direction, Kpi, Measure, Observation, Series, Source, Unit
from kpireport.core.parse import crosscheck, daynumbers, mapping, tables, titles
from kpireport.core.parse import figures as reading
from kpireport.core.parse import layouts as layouts_of
from kpireport.core.parse import plan as written
from kpireport.core.parse import settings as setting
from kpireport.core.parse.desk import Desk
from kpireport.core.parse.gather import Gatherer
from kpireport.core.parse.goals import Draft, goals
from kpireport.core.parse.numbers import Number, PercentScale, percent_scale
from kpireport.core.parse.recipients import recipients
from kpireport.core.parse.shapes import Shape
from kpireport.core.parse.targets import Target
from kpireport.core.parse.units import factor
from kpireport.core.readings import directions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.parse.figures import Raw, Sheetful
    from kpireport.core.parse.mapping import Layout
    from kpireport.core.parse.tables import Table
    from kpireport.core.reading.state import Remembered
    from kpireport.core.workbook import Sheet, Workbook

NOTHING_KEPT: Mapping[str, Remembered] = MappingProxyType({})
WRITTEN = ("plan", "notes", "revisions", "recipients", "triggers")
WAYS = {"sum": Aggregation.SUM, "average": Aggregation.AVERAGE, "last": Aggregation.LAST}


def book(
    workbooks: Sequence[Workbook], *, today: date, layouts: tuple[Layout, ...] = (),
    remembered: Mapping[str, Remembered] = NOTHING_KEPT,
) -> tuple[Book | None, tuple[Diagnostic, ...]]:  # fmt: skip
    """Return what the workbooks say together, and everything that is wrong with them.

    layouts: what the settings say about tables that read in no usual way. remembered: what was answered
    and confirmed about a workbook, by its file.
    """
    desk = Desk(today)
    sheets = [daynumbers.dated(sheet, date1904=w.date1904) for w in workbooks for sheet in w.sheets]
    shown = []
    for sheet in sheets:
        if tables.visible(sheet) or any(rule.names(sheet) and rule.sheet != "*" for rule in layouts):
            shown.append(sheet)
        else:
            desk.ignore(sheet, "hidden")
    desk.problems.extend(mapping.unmatched(layouts, sheets))
    roles = {id(sheet): titles.role_of(sheet.name) for sheet in shown}
    for sheet in shown:
        if roles[id(sheet)] == "plan" and _holds_figures(sheet, desk):
            roles[id(sheet)] = None  # targets, not actions
    for sheet in shown:
        roles.update({id(sheet): mapping.role_by(rule) for rule in layouts if rule.names(sheet)})
    for sheet in shown:
        if roles[id(sheet)] == "settings":
            setting.settings(desk, sheet)
    for sheet in shown:
        if roles[id(sheet)] == "calendar" and (table := _find(desk, sheet, "calendar")):
            setting.calendar(desk, table)
    others = Foreign(desk, remembered)
    mapped = {sheet.file for rule in layouts for sheet in sheets if rule.names(sheet)}
    for workbook in workbooks:
        if workbook.file not in mapped:
            others.read(workbook)
    mapped_sheets = [sheet for sheet in shown if sheet.file in mapped]
    drafts = _goals(desk, [sheet for sheet in shown if others.goals_of(sheet)], roles)
    closed = any(roles[id(sheet)] == "goals" for sheet in shown)
    gatherer = Gatherer(desk, roles, drafts, layouts, closed=closed)
    found = gatherer.gather(mapped_sheets)
    drafts = gatherer.drafts
    found += others.gather(drafts, closed=closed)
    if not drafts and gatherer.unread:
        return None, tuple(desk.problems)
    if not drafts:
        names = ", ".join(sheet.name for sheet in sheets)
        where = Where(workbooks[0].file if workbooks else "")
        desk.tell(problems.NOTHING_USABLE.at(where, sheets=names))
        return None, tuple(desk.problems)
    if not any(raw.series is Series.ACTUAL for sheetful in found for raw in sheetful.figures) and not gatherer.unread:
        names = ", ".join(sheet.name for sheet in sheets)
        desk.tell(problems.NO_FIGURES_FOUND.at(Where(workbooks[0].file), sheets=names))
    scales = _scales(desk, drafts, found)
    kpis = {k: draft.finished(scales.get(k)) for k, draft in drafts.items()}
    targeted = {raw.kpi for sheetful in found for raw in sheetful.figures if raw.series is Series.TARGET}
    undirected = [k for k, draft in drafts.items() if draft.kpi.direction is None and (draft.target or k in targeted)]
    for k in undirected:
        if kpis[k].direction is Direction.HIGHER:
            kpis[k] = assumed.directed(kpis[k])
    desk.readings.extend(directions(kpis[k] for k in undirected if kpis[k].direction is not Direction.RANGE))
    kpis = _ways(desk, kpis, found, scales)
    desk.problems.extend(crosscheck.differences(found))
    desk.kpis = kpis
    observations = tuple(_observation(raw, kpis, scales) for sheetful in found for raw in sheetful.figures)
    rest = _written(desk, shown, roles, scales)
    _ignored(desk, mapped_sheets, roles)
    _unused(desk, found)
    made = Book(
        settings=desk.settings,
        kpis=kpis,
        observations=observations,
        plan=tuple(rest["plan"]),
        notes=tuple(rest["notes"]),
        revisions=tuple(rest["revisions"]),
        recipients=tuple(rest["recipients"]),
        triggers=tuple(rest["triggers"]),
        readings=tuple(desk.readings),
        sources=tuple(_source(desk, workbook) for workbook in workbooks),
        states=others.states(),
    )
    return made, tuple(desk.problems)


def _holds_figures(sheet: Sheet, desk: Desk) -> bool:
    """Return whether a sheet called Plan has months across, and no column of actions."""
    if tables.find(sheet, "plan", calendar=desk.settings.calendar)[0] is not None:
        return False
    found, _ = layouts_of.figure_tables(sheet, calendar=desk.settings.calendar)
    return any(shape is Shape.WIDE for _, shape in found)


def _find(desk: Desk, sheet: Sheet, role: str, *, tell: bool = True) -> Table | None:
    table, told = tables.find(sheet, role, calendar=desk.settings.calendar)
    if table is None:
        if tell:
            needed = ", ".join(titles.needed(role)) or role
            desk.tell(problems.HEADER_MISSING.at(Where(sheet.file, sheet.name), needed=needed))
        return None
    desk.problems.extend(told)
    tables.note_hidden(desk, table)
    desk.tables.append(table)
    return table


def _goals(desk: Desk, sheets: list[Sheet], roles: dict[int, str | None]) -> dict[str, Draft]:
    """Read every sheet that is a Goals sheet by name; without one, by what its titles are."""
    drafts: dict[str, Draft] = {}
    for sheet in sheets:
        if roles[id(sheet)] == "goals":
            table, told = tables.find(sheet, "goals", calendar=desk.settings.calendar, alone=True)
            if table is not None and (_is_goals(table) or _is_names(table)):
                desk.problems.extend(told)
                tables.note_hidden(desk, table)
                drafts.update(goals(desk, table))
            else:
                roles[id(sheet)] = None
    if drafts:
        return drafts
    for sheet in sheets:
        role = roles[id(sheet)]
        if role not in (None, "metrics", "targets") or titles.ignored(sheet.name):
            continue
        if _of_one_period(desk, sheet, drafts):
            continue
        table, told = tables.find(sheet, "goals", calendar=desk.settings.calendar)
        if table is not None and _is_goals(table) and not _is_long(desk, sheet):
            desk.problems.extend(d for d in told if d.kind is problems.COLUMN_TWICE)
            desk.read_as("layout", Where(sheet.file, sheet.name), "layout.goals")
            drafts.update(goals(desk, table))
            if not list(tables.months(table)):
                roles[id(sheet)] = "goals"
    return drafts


def _of_one_period(desk: Desk, sheet: Sheet, drafts: dict[str, Draft]) -> bool:
    """Read what a sheet of one month says of its KPIs beside their figures; return whether it is such a sheet.

    Its targets are that month's. The same KPI on the sheet of another month is no second definition.
    Rule: L8.
    """
    found, _ = layouts_of.figure_tables(sheet, calendar=desk.settings.calendar)
    found = [(t, s) for t, s in found if s is Shape.SNAPSHOT]
    if not found or layouts_of.period_of_sheet(found[0][0], desk.settings.calendar, None) is None:
        return False
    table, _ = tables.find(sheet, "goals", calendar=desk.settings.calendar)
    if table is not None and {"unit", "direction", "weight", "parent"} & set(table.columns):
        kept = {name: column for name, column in table.columns.items() if not name.startswith("target")}
        defined = goals(desk, replace(table, columns=kept), again=True)
        drafts.update({k: draft for k, draft in defined.items() if k not in drafts})
    return True


def _is_goals(table: Table) -> bool:
    """Return whether a table says more of KPIs than their names: a target, a unit, a direction ..."""
    telling = {"target", "target_year", "target_period", "target_cumulative", "unit", "direction", "weight", "parent"}
    return "name" in table.columns and (bool(telling & set(table.columns)) or bool(table.years))


def _is_names(table: Table) -> bool:
    """Return whether a table is a bare list of goals: notes so far, but notes are to be counted."""
    return set(table.columns) == {"name"} and not table.years and not list(tables.months(table))


def _is_long(desk: Desk, sheet: Sheet) -> bool:
    table, _ = tables.find(sheet, "metrics", calendar=desk.settings.calendar)
    return table is not None and "period" in table.columns and bool({"actual", "target"} & set(table.columns))


def _scales(desk: Desk, drafts: dict[str, Draft], found: list[Sheetful]) -> dict[str, PercentScale]:
    """Decide for each KPI with the unit % how its plain numbers are read, over all its figures. Rule: L15."""
    typed: dict[str, list[tuple[Number, Raw]]] = defaultdict(list)
    for sheetful in found:
        for raw in sheetful.figures:
            if isinstance(raw.found, Number):
                typed[raw.kpi].append((raw.found, raw))
            elif isinstance(raw.found, Target):
                typed[raw.kpi].extend((each, raw) for each in raw.found.numbers)
    scales = {}
    for k, draft in drafts.items():
        numbers = [*draft.numbers(), *(n for n, _ in typed[k])]
        actual = [n for n, _ in typed[k]]
        if not draft.kpi.unit.text and actual and all(n.share for n in actual):
            draft.kpi = replace(draft.kpi, unit=Unit("%", Measure.SHARE))
            desk.read_as("percent", draft.kpi.cell("unit"), "percent.cells", k)
        _text_numbers(desk, draft, typed[k])
        if not draft.kpi.unit.share:
            continue
        scale = scales[k] = percent_scale(numbers)
        if scale.divide:
            desk.read_as("percent", draft.kpi.where, "percent.points", k)
            if scale.mixed:
                details = {"kpi": draft.kpi.name, "smallest": scale.smallest, "largest": scale.largest}
                desk.tell(cell_problems.PERCENT_MIXED.at(draft.kpi.where, **details))
    return scales


def _text_numbers(desk: Desk, draft: Draft, typed: list[tuple[Number, Raw]]) -> None:
    """Tell numbers that are stored as text, and money of several currencies, once for each KPI."""
    as_text = [
        (n, raw) for n, raw in typed if n.text and n.shown.replace(",", "").replace(".", "").lstrip("-").isdigit()
    ]
    if as_text:
        first, raw = as_text[0]
        desk.tell(cell_problems.TEXT_NUMBER.at(_where(raw), found=first.shown, value=first.value))
    currencies = {n.currency: raw for n, raw in typed if n.currency}
    if len(currencies) > 1:
        one, other = list(currencies)[:2]
        desk.tell(cell_problems.CURRENCY_MIXED.at(_where(currencies[other]), kpi=draft.kpi.name, one=one, other=other))


def _where(raw: Raw) -> Where:
    return Where(raw.file, raw.sheet, raw.cell.address)


def _observation(raw: Raw, kpis: dict[str, Kpi], scales: dict[str, PercentScale]) -> Observation:
    scale = scales.get(raw.kpi)
    value = low = high = None
    if isinstance(raw.found, Number):
        value = scale.ratio(raw.found) if scale else raw.found.value
        if raw.found.scale != 1:
            value /= factor(kpis[raw.kpi].unit.text)
    elif isinstance(raw.found, Target):
        span = raw.found.span(scale)
        value, low, high = span.value, span.low, span.high
    return Observation(
        raw.kpi, raw.period, raw.series, value, raw.file, raw.sheet, raw.cell.row, raw.cell.column,
        raw.cell.formula, raw.department, raw.breakdown, low, high, raw.note, raw.part,
    )  # fmt: skip


def _ways(desk: Desk, kpis: dict[str, Kpi], found: list[Sheetful], scales: dict[str, PercentScale]) -> dict[str, Kpi]:
    """Take how months add up from a typed total column where nothing says it, and check the total. Rule: R20."""
    made = dict(kpis)
    for sheetful in found:
        for k, (title, typed, cell) in sheetful.totals.items():
            actual = [r for r in sheetful.figures if r.kpi == k and r.series is Series.ACTUAL and not r.breakdown]
            scale = scales.get(k)
            values = [scale.ratio(r.found) if scale else r.found.value for r in actual if isinstance(r.found, Number)]
            if len(values) < 2:
                continue
            total = scale.ratio(typed) if scale else typed.value
            way = reading.way_of_total(total, values)
            where = Where(actual[0].file, actual[0].sheet, cell.address)
            if way is None:
                adds = titles.total(title) == "sum"
                computed = sum(values) if adds else sum(values) / len(values)
                details = {"title": title, "typed": typed.value, "computed": computed}
                desk.tell(problems.TOTAL_DIFFERS.at(where, **details))
            elif made[k].aggregation is None and not (made[k].numerator and made[k].denominator):
                made[k] = replace(made[k], aggregation=WAYS[way])
                desk.read_as("aggregation", where, "aggregation.total", k, title=quoted(title, 300), way=way)
    return made


def _written(
    desk: Desk, sheets: list[Sheet], roles: dict[int, str | None], scales: dict[str, PercentScale]
) -> dict[str, list]:  # type: ignore[type-arg]
    rest: dict[str, list] = {role: [] for role in WRITTEN}  # type: ignore[type-arg]
    for sheet in sheets:
        role = roles[id(sheet)]
        if role not in WRITTEN:
            continue
        table = _find(desk, sheet, role, tell=bool(sheet.rows))
        if table is None:
            continue
        if role == "plan":
            rest[role].extend(written.plan(desk, table))
        elif role == "notes":
            rest[role].extend(written.notes(desk, table))
        elif role == "revisions":
            rest[role].extend(written.revisions(desk, table, scales))
        elif role == "recipients":
            rest[role].extend(recipients(desk, table))
        else:
            rest[role].extend(written.triggers(desk, table))
    return rest


def _ignored(desk: Desk, sheets: list[Sheet], roles: dict[int, str | None]) -> None:
    for sheet in sheets:
        if (sheet.file, sheet.name) in desk.used or roles[id(sheet)] is not None:
            continue
        if sheet.rows:
            desk.ignore(sheet, "no_table")


def _unused(desk: Desk, found: list[Sheetful]) -> None:
    """Note, once for each table, the columns with a title that neither a figure nor a page has anything from.

    A title that is nearly one of ours is told by itself. Rule: L13, L21.
    """
    figures = {(raw.file, raw.sheet, raw.cell.column) for sheetful in found for raw in sheetful.figures}
    mixed = {(file, sheet) for file, sheet, _ in figures}
    for table in desk.tables:
        place = (table.sheet.file, table.sheet.name)
        columns = {
            column: quoted(title, 60)
            for column, title in sorted(table.unknown.items())
            if title and not (place in mixed and (titles.field("metrics", title) or (*place, column) in figures))
        }
        for column, near in tables.near_titles(table, columns).items():
            desk.tell(
                problems.TITLE_NEARLY_KNOWN.at(table.where(table.header, column), title=columns.pop(column), near=near)
            )
        if columns:
            where = table.where(table.header, min(columns))
            desk.read_as("ignored", where, "ignored.unused", listed=quoted(", ".join(columns.values()), 300))


def _source(desk: Desk, workbook: Workbook) -> Source:
    used = [s.name for s in workbook.sheets if (s.file, s.name) in desk.used]
    figures = sum(desk.used.get((s.file, s.name), 0) for s in workbook.sheets)
    return Source(workbook.file, workbook.sha256, tuple(used), figures, workbook.saved)
