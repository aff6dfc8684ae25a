"""Understand the header of a table of figures, one row or several: what each column holds. Rule: L1, L5, L7."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core.catalogue.cells import PERIOD_TWICE
from kpireport.core.catalogue.sheets import COLUMN_TWICE
from kpireport.core.diagnostics import Where
from kpireport.core.model import Series
from kpireport.core.parse import series as voices
from kpireport.core.parse import titles
from kpireport.core.parse.headings import header_periods
from kpireport.core.parse.meant import meant
from kpireport.core.parse.names import header_key, without_unit
from kpireport.core.parse.period_words import is_now, said, year_in
from kpireport.core.periods import Period
from kpireport.core.spelling import as_seen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.parse.headings import Heading
    from kpireport.core.periods import Calendar
    from kpireport.core.workbook import Cell, Sheet, Value

YEARS = range(1980, 2080)
SERIES = {member.value: member for member in Series}
ROW_FIELDS = ("name", "id", "period", "department", "breakdown", "series", "unit", "owner", "perspective", "direction",
              "note")  # fmt: skip
_SPACED = re.compile(r"(?:\S\s)+\S(?:\s{2,}(?:\S\s)*\S)*")


class Figures(NamedTuple):
    """A column of figures: what its heading says. None and "": the row, the sheet or nothing else says it."""

    column: int
    title: str
    period: Period | None = None
    series: Series | None = None
    kpi: str = ""


@dataclass
class Header:
    """The columns of a table. fields: field to column; unknown: columns that name nothing known; see ``Figures``."""

    fields: dict[str, int] = field(default_factory=dict)
    figures: list[Figures] = field(default_factory=list)
    derived: dict[int, str] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    headings: tuple[Heading, ...] = ()
    hidden: list[int] = field(default_factory=list)
    periods: list[int] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)


class Part(NamedTuple):
    """One cell of a header as it counts for a column. own: it stands over this column; else it reaches over it."""

    cell: Cell
    text: str
    own: bool


def unspaced(text: str) -> str:
    """Return a title without the blanks between its letters: "K P I   N A M E" is "KPI NAME"."""
    if _SPACED.fullmatch(text.strip()) and len(text.strip()) > 4:
        return " ".join("".join(word.split()) for word in re.split(r"\s{2,}", text.strip()))
    return as_seen(text)


def title(cell: Cell | None) -> str:
    """Return a heading's text."""
    if cell is None or cell.value is None:
        return ""
    match cell.value:
        case bool():
            return "yes" if cell.value else "no"
        case datetime():
            return cell.value.date().isoformat()
        case str():
            return unspaced(cell.value)
        case number:
            return f"{number:.15g}"


def is_year(value: Value) -> bool:
    return isinstance(value, float) and value == value // 1 and value in YEARS


def _is_month_number(value: Value) -> bool:
    return (
        isinstance(value, float) and value == value // 1 and int(value) // 100 in YEARS and 1 <= int(value) % 100 <= 12
    )


def speaks(value: Value) -> bool:
    """Return whether a value speaks of a period without doubt: a date, "Jan", "2026-Q1", a year, 202601."""
    if isinstance(value, datetime):
        return True
    if isinstance(value, float):
        return is_year(value) or _is_month_number(value)
    return isinstance(value, str) and len(value) < 40 and said(unspaced(value)) is not None


def value_field(text: str) -> Series | None:
    """Return the series that a title names as a field: "Actual", "Budget", "Amount"."""
    name = titles.field("metrics", text)
    return SERIES.get(name) if name else None


def period_and_series(cell: Cell) -> tuple[Value, Series | None] | None:
    """Return what a heading says of when, with the series beside it ("Jan Target"); None where it is no period."""
    if speaks(cell.value):
        return cell.value, None
    if not isinstance(cell.value, str):
        return None
    part = voices.split(unspaced(cell.value))
    if part is not None and part.stem and speaks(part.stem):
        return part.stem, part.series
    bare = without_unit(cell.value)  # "Jan-26 (%)"
    return (bare, None) if bare != cell.value and speaks(bare) else None


def parts_of(sheet: Sheet, top: int, bottom: int, columns: Iterable[int]) -> dict[int, list[Part]]:
    """Return for each column the cells of the header rows that stand over it, or reach over it, from the top down."""
    found: dict[int, list[Part]] = {column: [] for column in columns}
    for row in range(top, bottom + 1):
        covered = {
            column: (t, left)
            for t, left, b, right in sheet.merges
            if t <= row <= b and right - left < 400
            for column in range(left, right + 1)
        }
        carried: Cell | None = None
        for column in found:
            cell = sheet.at(row, column)
            if cell is not None and (cell.value is not None or cell.error or cell.uncached):
                carried = cell
                text = meant(sheet, cell, title(cell)) if isinstance(cell.value, str) else title(cell)
                found[column].append(Part(cell, text, own=True))
            elif column in covered:
                anchor = sheet.at(*covered[column])
                if anchor is not None and anchor.value is not None and anchor.row == row:
                    found[column].append(Part(anchor, title(anchor), own=anchor.column == column))
            elif carried is not None and row < bottom:
                merged_away = any(
                    t == carried.row and left == carried.column for t, left, _, right in sheet.merges if right > left
                )
                if not merged_away:
                    found[column].append(Part(carried, title(carried), own=False))
    return found


def read(sheet: Sheet, top: int, bottom: int, columns: list[int], *, calendar: Calendar, year: int | None) -> Header:
    """Return what the columns of a table hold, by its header rows ``top`` to ``bottom``."""
    header = Header()
    parts = parts_of(sheet, top, bottom, columns)
    spoken: dict[int, tuple[Cell, Series | None, str]] = {}
    years: dict[int, int] = {}
    stems: dict[tuple[int, int], int] = {}
    same: dict[int, int] = {}
    texts: dict[tuple[str, Series | None, str], int] = {}
    lowest: dict[int, tuple[str, Series | None]] = {}
    for column, over in parts.items():
        own = [part for part in over if part.own]
        if not own and not (over and any(p.cell.row < bottom for p in over) and _has_below(sheet, bottom, column)):
            continue
        if column in sheet.hidden_columns:
            header.hidden.append(column)
            continue
        told = _column(header, sheet, column, over)
        if told is None:
            continue
        cell, voice, metric, above = told
        if cell is None:
            lowest[column] = (metric, voice)
            continue
        if above is not None:
            years[column] = above
        origin = (cell.row, cell.column)
        word = (header_key(str(cell.value)), voice, metric)
        if origin in stems:
            same[column] = stems[origin]
        elif isinstance(cell.value, str) and (at := _twin(texts, word, above, years)) is not None:
            same[column] = at
        else:
            stems[origin] = column
            texts[word] = column
        spoken[column] = (cell, voice, metric)
    _periods(header, sheet, spoken, same, years, calendar, year)
    for column, (metric, voice) in sorted(lowest.items()):
        header.figures.append(Figures(column, " ".join(p.text for p in parts[column]), None, voice, metric))
    header.figures.sort()
    return header


def _has_below(sheet: Sheet, bottom: int, column: int) -> bool:
    return any(sheet.at(row, column) is not None for row in range(bottom + 1, bottom + 6))


def _twin(
    texts: dict[tuple[str, Series | None, str], int],
    word: tuple[str, Series | None, str],
    above: int | None,
    years: dict[int, int],
) -> int | None:
    """Return the column that speaks of the same period with another series or below another group: "Jan actual"."""
    if word in texts or word[1:] == (None, ""):
        return None
    return next((at for (stem, *_), at in texts.items() if stem == word[0] and years.get(at) == above), None)


def _column(
    header: Header, sheet: Sheet, column: int, over: list[Part]
) -> tuple[Cell | None, Series | None, str, int | None] | None:
    """Note a column's field, or return its period's cell, its series, its metric and the year above it."""
    last = over[-1]
    text = last.text
    name = None if is_now(text) else titles.field("metrics", text) if isinstance(last.cell.value, str) else None
    if name in ROW_FIELDS:
        if name == "period":
            header.periods.append(column)
        first = header.fields.setdefault(name, column)
        before = title(sheet.at(last.cell.row, first))
        if first != column and name != "period" and header_key(before) == header_key(text) and len(over) == 1:
            where = sheet.where(last.cell.row, column)
            place = sheet.where(last.cell.row, first).cell
            header.problems.append(COLUMN_TWICE.at(where, title=text, first=place))
        return None
    when: Cell | None = None
    above: int | None = None
    voice: Series | None = None
    metric: list[str] = []
    now = False
    for part in reversed(over):
        if part.cell.error or part.cell.uncached:
            when = when or part.cell
        if not part.text:
            continue
        if is_now(part.text):  # the period that the sheet or a title names
            now = True
            continue
        known = _one(part)
        if known == "derived":
            header.derived[column] = " ".join(p.text for p in over)
            return None
        if isinstance(known, Series):
            voice = voice or known
        elif isinstance(known, tuple):
            value, beside = known
            voice = voice or beside
            if when is None:
                when = part.cell._replace(value=value)
            elif above is None:
                above = int(part.cell.value) if is_year(part.cell.value) else year_in(part.text)  # type: ignore[arg-type]
        elif titles.field("metrics", part.text) not in ROW_FIELDS:
            metric.insert(0, part.text)
    if now and when is None and voice is None:
        voice = Series.ACTUAL
    if when is None and voice is None and not metric:
        return None
    if when is None and len(over) == 1 and voice is None:
        header.unknown[column] = text
        return None
    return when, voice, " ".join(metric), above


def _one(part: Part) -> str | Series | tuple[Value, Series | None] | None:
    """Return what one cell of a header says: "derived", a series, a period with its series, or None."""
    if isinstance(part.cell.value, str):
        if (field_ := value_field(part.text)) is not None:
            return field_
        if (word := voices.named(part.text)) is not None:
            return word
        if voices.derived(part.text):
            return "derived"
        stem = voices.derived_tail(part.text)
        if stem is not None and speaks(stem):
            return "derived"
    return period_and_series(part.cell)


def _periods(
    header: Header, sheet: Sheet, spoken: dict[int, tuple[Cell, Series | None, str]], same: dict[int, int],
    years: dict[int, int], calendar: Calendar, year: int | None,
) -> None:  # fmt: skip
    """Read the headings that speak of periods, each once, and give every column its period."""
    first = {column: replace_column(cell, column) for column, (cell, _, _) in spoken.items() if column not in same}
    headings, told = header_periods(
        first.values(), Where(sheet.file, sheet.name), calendar=calendar, year=year, years=years or None
    )
    by_column = {heading.cell.column: heading for heading in headings}
    header.problems.extend(d for d in told if not _of_another(d, spoken))
    header.headings = headings
    for column, (_, voice, metric) in sorted(spoken.items()):
        heading = by_column.get(same.get(column, column))
        if heading is None:
            header.unknown[column] = title(sheet.at(spoken[column][0].row, column))
        elif isinstance(heading.found, Period):
            header.figures.append(Figures(column, heading.text, heading.found, voice, metric))


def _of_another(problem: Diagnostic, spoken: dict[int, tuple[Cell, Series | None, str]]) -> bool:
    """Return whether a period comes twice because its columns hold different series: "Q1 26", "Target Q1"."""
    if problem.kind is not PERIOD_TWICE:
        return False
    by_cell = {cell._replace(column=column).address: rest for column, (cell, *rest) in spoken.items()}
    return by_cell.get(problem.where.cell) != by_cell.get(str(problem.details["cell"]))


def replace_column(cell: Cell, column: int) -> Cell:
    return cell._replace(column=column) if cell.column != column else cell
