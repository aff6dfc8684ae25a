"""The use case behind `kpireport map`: read a workbook, propose how to read it, and say which figures that gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.core import assembly
from kpireport.core.model import Settings
from kpireport.core.parse import proposal
from kpireport.excel import read as excel
from kpireport.settings import layout

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic, Reading
    from kpireport.core.model import Book
    from kpireport.core.parse.mapping import Layout


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a workbook was found to be. text: the lines for the settings file, "" where they cover every sheet.

    used: the layouts of the settings file that were used. figures: a line for each series of a KPI.
    """

    text: str = ""
    used: tuple[Layout, ...] = ()
    figures: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


def look(workbook: Path, *, settings: Path | None, today: date, password: str | None = None) -> Mapped:
    """Return how a workbook is read with the layouts of the settings file, and what is proposed for the rest."""
    used, problems = layout.layouts(settings) if settings is not None else ((), ())
    found, told = excel.read(workbook, password=password)
    problems = (*problems, *told)
    if found is None:
        return Mapped(used=used, problems=problems)
    book, told = assembly.book([found], today=today, layouts=used)
    calendar = (book.settings if book else Settings()).calendar
    proposals = proposal.propose(found, calendar=calendar, covered=used)
    text = proposal.written(proposals, found.file) if any(each.layout for each in proposals) or not used else ""
    shown = figures(book) if book else ()
    return Mapped(text, used, shown, book.readings if book else (), (*problems, *told))


def figures(book: Book) -> tuple[str, ...]:
    """Return a line for each series of a KPI: how many figures, from when to when, and the first with its cell."""
    rows: dict[tuple[str, str], list[tuple[str, float | None, str]]] = {}
    for one in book.observations:
        rows.setdefault((one.kpi, one.series.value), []).append((one.period.key, one.value, one.where.address))
    lines = []
    for (kpi, series), cells in rows.items():
        cells.sort(key=lambda cell: cell[0])
        first, last = cells[0], cells[-1]
        when = first[0] if first[0] == last[0] else f"{first[0]} … {last[0]}"
        value = "–" if last[1] is None else f"{last[1]:.15g}"
        lines.append(f"{book.kpis[kpi].name} | {series} | {len(cells)} | {when} | {value} ({last[2]})")
    return tuple(lines)
