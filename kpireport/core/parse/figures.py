"""Read metric sheets: months across, a figure a row, series in blocks, or a metric a column (L1, L2, L3, L5, L6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core.catalogue import sheets as problems
from kpireport.core.diagnostics import Diagnostic, quoted
from kpireport.core.model import Series
from kpireport.core.parse import tables, titles, vocabulary
from kpireport.core.parse.names import header_key
from kpireport.core.parse.numbers import Number, number
from kpireport.core.parse.period_names import Cumulative, period
from kpireport.core.parse.targets import Target, target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kpireport.core.parse.desk import Desk
    from kpireport.core.parse.tables import Table
    from kpireport.core.periods import Period
    from kpireport.core.workbook import Cell

MOSTLY = 0.6  # of the filled cells of a column must name series for it to be a series column
TOLERANCE = 0.005  # a typed total may differ from its months by rounding


class Raw(NamedTuple):
    """A figure before its percentages are decided. found: None for a cell that is there but says nothing."""

    kpi: str
    period: Period
    series: Series
    found: Number | Target | None
    cell: Cell
    file: str
    sheet: str
    department: str = ""
    breakdown: str = ""
    note: str = ""


@dataclass
class Sheetful:
    """What one table gave: figures, KPI names in order of appearance with their first place, and typed totals."""

    figures: list[Raw] = field(default_factory=list)
    names: dict[str, tuple[str, int]] = field(default_factory=dict)
    totals: dict[str, tuple[str, Number, Cell]] = field(default_factory=dict)


def figures(desk: Desk, table: Table, admit: Callable[[Table, int, str], str | None], yes_no: set[str]) -> Sheetful:
    """Read a table of figures. admit: gives the key of a KPI's name, or tells why its row is not read."""
    if "name" in table.columns and "period" in table.columns and not any(tables.months(table)):
        return _long(desk, table, admit, yes_no)
    if "name" in table.columns:
        return _wide(desk, table, admit, yes_no)
    return _by_column(desk, table, admit, yes_no)


def _wide(desk: Desk, table: Table, admit: Callable[[Table, int, str], str | None], yes_no: set[str]) -> Sheetful:
    found = Sheetful()
    months = list(tables.months(table))
    series_column = _series_column(table)
    label = ""
    for row in table.rows:
        typed = table.text(row, "name")
        label = typed or (label if series_column else "")
        if not label:
            if any(_holds(table, row, h.cell.column) for h in months):
                desk.tell(problems.ROW_WITHOUT_KPI.at(table.place(row, "name")))
            continue
        series: Series | None = Series.ACTUAL
        if series_column:
            series = _series_of(tables.text_of(table.sheet.at(row, series_column)))
        if not typed and not series_column:
            continue
        if tables.is_total(label) and desk.kpi_key(label) is None:
            desk.read_as("ignored", table.place(row, "name"), f"row '{label}': a total", f"“{label}”：合计行")
            continue
        if not any(_holds(table, row, h.cell.column) for h in months):
            continue
        kpi = admit(table, row, label)
        if kpi is None or series is None:
            continue
        found.names.setdefault(kpi, (label, row))
        department, breakdown = table.text(row, "department"), table.text(row, "breakdown")
        for heading in months:
            cell = table.sheet.at(row, heading.cell.column)
            if cell is not None and (raw := _raw(desk, table, kpi, heading.found, series, cell, kpi in yes_no)):  # type: ignore[arg-type]
                found.figures.append(raw._replace(department=department, breakdown=breakdown))
        if series is Series.ACTUAL and not breakdown:
            _total(desk, table, row, kpi, found)
    desk.use(table.sheet, len(found.figures))
    return found


def _holds(table: Table, row: int, column: int) -> bool:
    cell = table.sheet.at(row, column)
    return cell is not None and (cell.value is not None or bool(cell.error) or cell.formula)


def _raw(desk: Desk, table: Table, kpi: str, when: Period, series: Series, cell: Cell, yes_no: bool) -> Raw | None:
    where = table.where(cell.row, cell.column)
    found: Number | Target | Diagnostic | None
    if series is Series.TARGET:
        found = target(cell, where, decimal=desk.settings.decimal, yes_no=yes_no)
    else:
        found = number(cell, where, decimal=desk.settings.decimal, yes_no=yes_no)
    if isinstance(found, Diagnostic):
        desk.tell(found)
        found = None
    elif found is None:
        return None
    return Raw(kpi, when, series, found, cell, table.sheet.file, table.sheet.name)


def _series_column(table: Table) -> int | None:
    """Return the column whose cells name series (目标, 实际, 差异), by content: its title often says something else."""
    candidates = [c for n, c in table.columns.items() if n in ("series", "unit", "note", "owner", "perspective")]
    for column in (*candidates, *table.unknown):
        words = [tables.text_of(table.sheet.at(row, column)) for row in table.rows]
        filled = [w for w in words if w]
        named = [w for w in filled if _series_of(w) is not None or header_key(w) in vocabulary.DERIVED_SERIES]
        if len(set(named)) >= 2 and len(named) >= MOSTLY * len(filled):
            return column
    return table.columns.get("series")


def _series_of(word: str) -> Series | None:
    """Return the series that a word names; None for derived ones, which are never read."""
    found: Series | None = vocabulary.meaning("series", word)
    return found


def _total(desk: Desk, table: Table, row: int, kpi: str, found: Sheetful) -> None:
    """Keep a typed total, to be checked against the months and to tell how they add up (R20)."""
    for column, title in table.derived.items():
        if header_key(title) not in titles.TOTAL_KEYS:
            continue
        cell = table.sheet.at(row, column)
        if cell is None or cell.uncached or cell.error:
            continue
        got = number(cell, table.where(row, column), decimal=desk.settings.decimal)
        if isinstance(got, Number):
            found.totals.setdefault(kpi, (title, got, cell))


def way_of_total(total: float, values: list[float]) -> str | None:
    """Return how a typed total came from its months: "sum", "average", "last", or None (R20)."""
    if len(values) < 2:
        return None
    size = max(abs(v) for v in values) or 1.0
    for way, computed in (("sum", sum(values)), ("average", sum(values) / len(values)), ("last", values[-1])):
        if abs(total - computed) <= TOLERANCE * max(abs(computed), size):
            return way
    return None


def _long(desk: Desk, table: Table, admit: Callable[[Table, int, str], str | None], yes_no: set[str]) -> Sheetful:
    found = Sheetful()
    columns = [(s, table.columns[s.value]) for s in Series if s.value in table.columns]
    year = tables.context_year(table.sheet, table.header)
    when: dict[object, Period | Diagnostic | None] = {}
    keys: dict[str, str | None] = {}
    extra = [table.columns.get(name) for name in ("department", "breakdown", "note")]
    series_column = None if columns and len(columns) > 1 else table.columns.get("series")
    at = table.sheet.at
    for row in table.rows:
        label = table.text(row, "name")
        cells = [(s, c) for s, column in columns if (c := at(row, column)) is not None]
        if not label:
            if cells:
                desk.tell(problems.ROW_WITHOUT_KPI.at(table.place(row, "name")))
            continue
        if label not in keys:
            total = tables.is_total(label) and desk.kpi_key(label) is None
            keys[label] = None if total else admit(table, row, label)
        kpi = keys[label]
        if kpi is None or not cells:
            continue
        stamp = at(row, table.columns["period"])
        typed = stamp.value if stamp else None
        if typed not in when:
            when[typed] = _when(desk, table, row, year)
        month = when[typed]
        if isinstance(month, Diagnostic):
            desk.tell(month.kind.at(table.place(row, "period"), **month.details))
            continue
        if month is None:
            desk.tell(problems.ROW_WITHOUT_PERIOD.at(table.place(row, "period")))
            continue
        found.names.setdefault(kpi, (label, row))
        texts = [tables.text_of(at(row, column)) if column else "" for column in extra]
        for series, cell in cells:
            kind: Series | None = series
            if series_column and series is Series.ACTUAL:
                word = tables.text_of(at(row, series_column))
                kind = _series_of(word) if word else series
            if kind is not None and (raw := _raw(desk, table, kpi, month, kind, cell, kpi in yes_no)):
                department, breakdown, note = texts
                found.figures.append(raw._replace(department=department, breakdown=breakdown, note=note))
    desk.use(table.sheet, len(found.figures))
    return found


def _when(desk: Desk, table: Table, row: int, year: int | None) -> Period | Diagnostic | None:
    got = period(table.cell(row, "period"), table.place(row, "period"), calendar=desk.settings.calendar, year=year)
    return got.through if isinstance(got, Cumulative) else got


def _by_column(desk: Desk, table: Table, admit: Callable[[Table, int, str], str | None], yes_no: set[str]) -> Sheetful:
    """Read periods down, one metric a column; "Sales Target" is the target of "Sales"."""
    found = Sheetful()
    year = tables.context_year(table.sheet, table.header)
    columns = list(_metric_columns(desk, table, admit))
    for row in table.rows:
        cells = [(k, s, c) for k, s, column in columns if (c := table.sheet.at(row, column)) is not None]
        if not cells:
            continue
        month = _when(desk, table, row, year)
        if isinstance(month, Diagnostic):
            label = table.text(row, "period")
            if not tables.is_total(label):
                desk.tell(month)
            continue
        if month is None:
            continue
        for kpi, series, cell in cells:
            found.names.setdefault(kpi, (desk.kpis[kpi].name if kpi in desk.kpis else kpi, row))
            if raw := _raw(desk, table, kpi, month, series, cell, kpi in yes_no):
                found.figures.append(raw)
    desk.use(table.sheet, len(found.figures))
    return found


def _metric_columns(
    desk: Desk, table: Table, admit: Callable[[Table, int, str], str | None]
) -> Iterator[tuple[str, Series, int]]:
    for column, title in sorted(table.unknown.items()):
        if not title:
            continue
        stem, series = scenario(title)
        if desk.kpi_key(title) is not None or series is None:
            stem, series = title, Series.ACTUAL
        kpi = admit(table, table.header, stem)
        if kpi is not None:
            yield kpi, series, column
    if "name" not in table.columns:
        for series in Series:
            if series.value in table.columns and series is not Series.ACTUAL:
                shown = tables.text_of(table.sheet.at(table.header, table.columns[series.value]))
                where = table.where(table.header, table.columns[series.value])
                desk.read_as(
                    "ignored", where, f"column '{quoted(shown)}' names no KPI", f"“{quoted(shown)}”列没有指标名称"
                )


def scenario(title: str) -> tuple[str, Series | None]:
    """Split "Sales Target", "No of Staff PY" or "销售收入 实际" into the metric and the series it names (L4, L5)."""
    words = title.replace("_", " ").replace("-", " ").replace("（", " ").replace("(", " ").rstrip(")） ").split()
    for size in (2, 1):
        if len(words) > size:
            series: Series | None = vocabulary.meaning("series", " ".join(words[-size:]))
            if series is not None:
                return " ".join(words[:-size]), series
    return title, None
