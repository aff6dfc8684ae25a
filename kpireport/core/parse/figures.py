"""Read the figures of a table: a KPI, a period and a series for each cell, from its row, its column and its sheet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core.catalogue import cells as cell_problems
from kpireport.core.catalogue import layout as told
from kpireport.core.catalogue import sheets as problems
from kpireport.core.diagnostics import Diagnostic
from kpireport.core.messages import Message
from kpireport.core.model import Series
from kpireport.core.parse import figure_columns, labels, rhythm, tables, titles
from kpireport.core.parse import series as voices
from kpireport.core.parse.names import header_unit
from kpireport.core.parse.numbers import Number, number, plain
from kpireport.core.parse.period_names import Cumulative, period
from kpireport.core.parse.targets import Target, target
from kpireport.core.periods import Frequency, Period
from kpireport.core.spelling import key

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpireport.core.diagnostics import Where
    from kpireport.core.parse.columns import Figures
    from kpireport.core.parse.desk import Desk
    from kpireport.core.parse.tables import Table
    from kpireport.core.workbook import Cell

    Admit = Callable[[Table, str, Where, str, int | None, str], str | None]

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
    part: int = 0


class Beside(NamedTuple):
    """A typed total, variance or the like, which is checked and never read.

    title: what it is called. across: its column is derived, and it stands in a row of figures; else its row is.
    kpi: the key of the row's KPI, "" for a row of totals. period: of its column, None for a derived column.
    """

    title: str
    across: bool
    cell: Cell
    value: float
    kpi: str = ""
    period: Period | None = None


@dataclass
class Sheetful:
    """What one table gave: figures, KPI names in order of appearance with their first place, and what is derived."""

    table: Table
    figures: list[Raw] = field(default_factory=list)
    names: dict[str, tuple[str, int]] = field(default_factory=dict)
    totals: dict[str, tuple[str, Number, Cell]] = field(default_factory=dict)
    beside: list[Beside] = field(default_factory=list)
    sums: list[tuple[int, str]] = field(default_factory=list)
    sections: set[int] = field(default_factory=set)


def figures(desk: Desk, table: Table, admit: Admit, yes_no: set[str]) -> Sheetful:
    """Read a table of figures. admit: gives the key of a KPI's name, or tells why its figures are not read."""
    return _Reader(desk, table, admit, yes_no).read()


class _Reader:
    """One table while it is read, row by row."""

    def __init__(self, desk: Desk, table: Table, admit: Admit, yes_no: set[str]) -> None:
        self.desk = desk
        self.table = table
        self.admit = admit
        self.yes_no = yes_no
        self.at = table.sheet.at
        self.found = Sheetful(table)
        self.years = desk.settings.calendar
        self.year = (table.rule.year if table.rule else None) or tables.context_year(
            table.sheet, table.top or table.header
        )
        self.series_column = labels.series_column(table)
        self.columns = figure_columns.of_table(desk, table)
        self.decimal = (table.rule.decimal if table.rule else "") or desk.settings.decimal
        self.unheard: set[str] = set()
        self.keys: dict[tuple[str, str], str | None] = {}
        self.when: dict[object, Period | Diagnostic | None] = {}
        self.label = self.section = self.anchor = ""
        self.block = ["", "", ""]
        self.merged = labels.merged_labels(table)
        self.split = self._labels()
        self.stems = {key(stem) for label, (stem, _) in self.split.items() if stem != label}
        self.parted = labels.parted(table)
        self.described = not {"department", "breakdown", "note"}.isdisjoint(table.columns)
        self.doubled = labels.doubled(table) if "name" in table.columns and not self.series_column else set()
        self.expect = rhythm.of_column(table)
        self.crossed = any(f.period is not None and f.period.frequency is Frequency.YEAR for f in self.columns)

    def read(self) -> Sheetful:
        for row in self.table.rows:
            self._row(row)
        self._below()
        self.desk.use(self.table.sheet, len(self.found.figures))
        return self.found

    def _below(self) -> None:
        """Tell figures under a gap of blank rows, which belong to no table: a loss must not be silent."""
        end = self.table.rows[-1] if self.table.rows else 0
        last = self.table.last or max(self.table.sheet.rows, default=0)
        for row in sorted(r for r in self.table.sheet.rows if end and end + tables.GAP < r <= last):
            label = self.table.text(row, "name") if "name" in self.table.columns else self.table.text(row, "period")
            numbers = [f for f in self.columns if (c := self.at(row, f.column)) and isinstance(c.value, float)]
            if label and len(numbers) * 2 > len(self.columns):
                self.desk.tell(told.ROWS_BELOW.at(self.table.where(row, numbers[0].column)))
                return

    def _labels(self) -> dict[str, tuple[str, Series]]:
        if "name" not in self.table.columns or self.series_column:
            return {}
        shown = [text for row in self.table.rows if (text := self.table.text(row, "name"))]
        return voices.assign(shown, lambda name: self.desk.kpi_key(name) is not None)

    def _row(self, row: int) -> None:
        filled = [(f, c) for f in self.columns if (c := self.at(row, f.column)) is not None and labels.holds(c)]
        named = self._name(row, filled)
        if named is None:
            return
        label, voice = named
        if filled and self.crossed and "period" in self.table.columns and not self._names_part(row):
            return
        when = self._period(row) if filled else None
        if isinstance(when, Diagnostic):
            typed = self.table.text(row, "period")
            if voices.named(typed) is not None or voices.derived(typed):
                self._ignored(row, typed, "row_no_period")
            elif not tables.is_total(typed):
                self.desk.tell(when)
            return
        if when is None and filled and "period" in self.table.columns and not any(f.period for f, _ in filled):
            if "name" in self.table.columns:
                self.desk.tell(problems.ROW_WITHOUT_PERIOD.at(self.table.place(row, "period")))
            return
        texts = self._texts(row)
        if any(tables.is_total(text) for text in texts[:2] if text):
            if (label or self.table.kpi) in self.parted:
                self._ignored(row, " ".join(filter(None, texts[:2])), "row_parts")
                return
            texts[:2] = ["", ""]
        own: str | None = None
        for heading, cell in filled:
            metric = label or self.table.kpi
            part = ""
            if heading.kpi:
                metric, part = self._of_group(label, heading.kpi)
            month = self._month(row, heading, when)
            kpi = self._kpi(metric, row, heading) if metric else None
            if kpi is None or month is None:
                continue
            own = own or kpi
            series = heading.series if heading.series is not None and voice in (None, Series.ACTUAL) else voice
            raw = self._raw(kpi, month, series or self.table.series or Series.ACTUAL, cell)
            if raw is not None:
                self.found.names.setdefault(kpi, (self.desk.kpis[kpi].name if kpi in self.desk.kpis else metric, row))
                if part or any(texts):
                    raw = raw._replace(department=texts[0], breakdown=texts[1] or part, note=texts[2])
                self.found.figures.append(raw)
        if own is not None:
            if voice in (None, Series.ACTUAL) and not texts[1] and "period" not in self.table.columns:
                self._total(row, own)
            self._derived(row, own)

    def _of_group(self, label: str, group: str) -> tuple[str, str]:
        """Return the KPI and the part of it that a row and a title over several columns name: a region, or a metric."""
        both = f"{label} – {group}" if label else group
        if label and self.desk.kpi_key(label) is not None and self.desk.kpi_key(both) is None:
            return label, group
        return both, ""

    def _names_part(self, row: int) -> bool:
        """Return whether a row below years across names a month or a quarter; totals and the like are not read."""
        years = [f.period.year for f in self.columns if f.period is not None]
        if isinstance(self._when(row, years[0]), Period):
            return True
        self._ignored(row, self.table.text(row, "period"), "row_no_part")
        return False

    def _texts(self, row: int) -> list[str]:
        """Return department, breakdown and note of a row; in a block the first row says them for all."""
        texts = ["", "", ""]
        if self.described:
            texts = [self.table.text(row, name) for name in ("department", "breakdown", "note")]
        if self.series_column and "name" in self.table.columns:
            if self.table.text(row, "name"):
                self.block = texts
            return [text or first for text, first in zip(texts[:2], self.block, strict=False)] + texts[2:]
        return texts

    def _name(self, row: int, filled: list[tuple[Figures, Cell]]) -> tuple[str, Series | None] | None:
        """Return the label of a row and the series that it names; None where the row is not read."""
        table = self.table
        if "name" not in table.columns:
            return self._unnamed(row) if filled else None
        typed = table.text(row, "name") or self.merged.get(row, "")
        if table.rule and typed:
            if table.rule.skips(typed):
                return None
            typed = table.rule.renamed(typed)
        if not filled:
            if typed and self.series_column is None:
                self.section = self.anchor = typed
                self.found.sections.add(row)
            if typed:
                self.label = typed
            return None
        if self.series_column:
            self.label = typed or self.label
            word, voice = self._spoken(row)
            if voice is None and word:
                if self._is_derived(row, word):
                    self._beside_row(word, self.desk.kpi_key(self.label) or key(self.label), filled)
                return None
            if self.label:
                return self._whole(self.label, row, voice)
        if not typed:
            self.desk.tell(problems.ROW_WITHOUT_KPI.at(table.place(row, "name")))
            return None
        return self._of_label(row, typed, filled)

    def _of_label(self, row: int, typed: str, filled: list[tuple[Figures, Cell]]) -> tuple[str, Series | None] | None:
        """Return what a label names: a KPI, one of its series, or nothing that is read (a total, a variance)."""
        if self.desk.kpi_key(typed) is not None:
            self.anchor = typed
            return typed, None
        word = voices.named(typed)
        if self.anchor and (word is not None or voices.derived(typed)) and not tables.is_total(typed):
            if word is None:
                self._beside_row(typed, self.desk.kpi_key(self.anchor) or key(self.anchor), filled)
                return None
            return self.anchor, word
        if tables.is_total(typed):
            self._sum_row(row, typed, filled)
            return None
        beside = voices.derived_tail(typed)
        if beside and key(beside) in self.stems:
            self._beside_row(typed, self.desk.kpi_key(beside) or key(beside), filled)
            return None
        if voices.derived(typed):
            self._ignored(row, typed, "row_computed")
            return None
        stem, series = self.split.get(typed, (typed, Series.ACTUAL))
        if typed in self.doubled and self.section and self.section != typed:
            self.anchor = stem = f"{self.section} – {stem}"
            return stem, (series if series is not Series.ACTUAL else None)
        self.anchor = stem
        return stem, (None if stem == typed else series)

    def _whole(self, label: str, row: int, voice: Series | None) -> tuple[str, Series | None] | None:
        if tables.is_total(label) and self.desk.kpi_key(label) is None:
            self._ignored(row, label, "row_total")
            return None
        return label, voice

    def _unnamed(self, row: int) -> tuple[str, Series | None] | None:
        word, voice = self._spoken(row)
        return None if word and voice is None and not self._is_derived(row, word) else ("", voice)

    def _spoken(self, row: int) -> tuple[str, Series | None]:
        """Return the word in the column of series, and the series that it names."""
        if self.series_column is None:
            return "", None
        word = tables.text_of(self.at(row, self.series_column))
        if self.table.rule:
            word = self.table.rule.renamed(word)
        return word, voices.named(word)

    def _is_derived(self, row: int, word: str) -> bool:
        """Return whether a word of the column of series names something computed; any other is told, once."""
        if voices.derived(word):
            return True
        if key(word) not in self.unheard and self.series_column is not None:
            self.unheard.add(key(word))
            self.desk.tell(told.SERIES_UNKNOWN.at(self.table.where(row, self.series_column), found=word))
        return False

    def _ignored(self, row: int, label: str, why: str) -> None:
        place = self.table.place(row, "name" if "name" in self.table.columns else "period")
        self.desk.read_as("ignored", place, "ignored.row", label=label, why=Message(f"readings.why.{why}"))

    def _sum_row(self, row: int, label: str, filled: list[tuple[Figures, Cell]]) -> None:
        self._ignored(row, label, "row_total")
        self.found.sums.append((row, label))
        for heading, cell in filled:
            got = self._plain(cell)
            if got is not None:
                self.found.beside.append(Beside(label, False, cell, got, "", heading.period))

    def _beside_row(self, word: str, kpi: str, filled: list[tuple[Figures, Cell]]) -> None:
        for heading, cell in filled:
            got = self._plain(cell)
            if got is not None and heading.period is not None:
                self.found.beside.append(Beside(word, False, cell, got, kpi, heading.period))

    def _derived(self, row: int, kpi: str) -> None:
        for column, title in self.table.derived.items():
            cell = self.at(row, column)
            got = self._plain(cell) if cell is not None else None
            if cell is not None and got is not None:
                self.found.beside.append(Beside(title, True, cell, got, kpi))

    def _plain(self, cell: Cell) -> float | None:
        return cell.value if isinstance(cell.value, float) else None

    def _kpi(self, metric: str, row: int, heading: Figures) -> str | None:
        """Return the key of the KPI that a label, a heading or the sheet names."""
        known = (metric, self.section)
        if known not in self.keys:
            by_row = bool("name" in self.table.columns) and not (heading.kpi and "name" not in self.table.columns)
            where = self.table.place(row, "name") if by_row else self.table.where(self.table.header, heading.column)
            unit = (self.table.text(row, "unit") if by_row else "") or header_unit(metric)
            unit = unit or (self.table.rule.unit if self.table.rule else "") or tables.unit_above(self.table)
            self.keys[known] = self.admit(self.table, metric, where, unit, row if by_row else None, self.section)
        return self.keys[known]

    def _period(self, row: int) -> Period | Diagnostic | None:
        if "period" not in self.table.columns or self.crossed:
            return None
        stamp = self.table.cell(row, "period")
        year = self._row_year(row)
        typed = (stamp.value if stamp else None, year)
        if stamp is not None and (stamp.error or stamp.formula):
            return self._when(row, year)
        if typed not in self.when:
            self.when[typed] = self._when(row, year)
        found = self.when[typed]
        return (
            found.kind.at(self.table.place(row, "period"), **found.details) if isinstance(found, Diagnostic) else found
        )

    def _month(self, row: int, heading: Figures, when: Period | None) -> Period | None:
        """Return the period of a cell: its column's, else its row's, else the table's; for a year across, both."""
        whole = heading.period
        if whole is not None and "period" in self.table.columns and whole.frequency is Frequency.YEAR:
            found = self._when(row, whole.year)
            return found if isinstance(found, Period) else None
        return whole or when or self.table.period

    def _row_year(self, row: int) -> int | None:
        column = self.table.columns.get("year")
        cell = self.at(row, column) if column else None
        if cell is not None and isinstance(cell.value, float | str):
            from kpireport.core.parse.period_words import year_in

            return year_in(tables.text_of(cell)) or self.year
        return self.year

    def _when(self, row: int, year: int | None) -> Period | Diagnostic | None:
        where = self.table.place(row, "period")
        got = period(self.table.cell(row, "period"), where, calendar=self.years, year=year, expect=self.expect)
        if isinstance(got, Cumulative):
            return cell_problems.CUMULATIVE_PERIOD.at(where, found=self.table.text(row, "period"))
        return got

    def _raw(self, kpi: str, when: Period, series: Series, cell: Cell) -> Raw | None:
        found = self._read(cell, series, yes_no=kpi in self.yes_no)
        if isinstance(found, Diagnostic):
            self.desk.tell(found)
            found = None
        elif found is None:
            return None
        rule = self.table.rule
        if rule and found is not None and (rule.scale != 1 or rule.sign != 1):
            found = _scaled(found, rule.scale * rule.sign)
        part = 0
        if rule and rule.combine:
            part = 0 if rule.combine == "last" else cell.row
            found = Number(1.0) if rule.combine == "count" and found is not None else found
        return Raw(kpi, when, series, found, cell, self.table.sheet.file, self.table.sheet.name, part=part)

    def _read(self, cell: Cell, series: Series, *, yes_no: bool) -> Number | Target | Diagnostic | None:
        if series is not Series.TARGET and not yes_no and (found := plain(cell)) is not None:
            return found
        where = self.table.where(cell.row, cell.column)
        if series is Series.TARGET:
            return target(cell, where, decimal=self.decimal, yes_no=yes_no)
        return number(cell, where, decimal=self.decimal, yes_no=yes_no)

    def _total(self, row: int, kpi: str) -> None:
        """Keep a typed total, to be checked against the months and to tell how they add up. Rule: R20."""
        for column, title in self.table.derived.items():
            if titles.total(title) is None:
                continue
            cell = self.at(row, column)
            if cell is None or cell.uncached or cell.error:
                continue
            got = number(cell, self.table.where(row, column), decimal=self.decimal)
            if isinstance(got, Number):
                self.found.totals.setdefault(kpi, (title, got, cell))


def _scaled(found: Number | Target, by: float) -> Number | Target:
    if isinstance(found, Number):
        return replace(found, value=found.value * by)
    value, low, high = (
        None if each is None else replace(each, value=each.value * by) for each in (found.value, found.low, found.high)
    )
    return replace(found, value=value, low=low if by > 0 else high, high=high if by > 0 else low)


def way_of_total(total: float, values: list[float]) -> str | None:
    """Return how a typed total came from its months: "sum", "average", "last", or None. Rule: R20."""
    if len(values) < 2:
        return None
    size = max(abs(v) for v in values) or 1.0
    for way, computed in (("sum", sum(values)), ("average", sum(values) / len(values)), ("last", values[-1])):
        if abs(total - computed) <= TOLERANCE * max(abs(computed), size):
            return way
    return None
