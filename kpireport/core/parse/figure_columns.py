"""The columns of a table that hold figures, and whose figures they are where no row names a KPI. Rule: L5, L6."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from kpireport.core.model import Series
from kpireport.core.parse import series as voices
from kpireport.core.parse.columns import Figures
from kpireport.core.parse.names import header_key

if TYPE_CHECKING:
    from kpireport.core.parse.desk import Desk
    from kpireport.core.parse.tables import Table


_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]{7,}")  # "12 minutes" is a number, "Potholes filled in 3 days" none


def of_table(desk: Desk, table: Table) -> list[Figures]:
    """Return the columns of figures, with the metrics of columns that are named by one."""
    if "name" in table.columns:
        return list(table.figures)
    metrics = _metrics(desk, table)
    nameless = [f for f in table.figures if f.period is None and not f.kpi]
    beside = bool(metrics) and not any(f.series is Series.ACTUAL for f in nameless)
    owners = _owners(nameless, metrics) if beside else {}
    # the sheet's name is the KPI of all such columns, unless titles beside them name others
    by_sheet = bool(table.kpi) and (not beside or bool(table.rule and table.rule.kpi))
    found = list(metrics)
    for figure in table.figures:
        if figure in nameless and not by_sheet:
            if figure.column in owners:
                found.append(figure._replace(kpi=owners[figure.column]))
                continue
            where = table.where(table.header, figure.column)
            desk.read_as("ignored", where, "ignored.no_kpi", title=figure.title)
            continue
        found.append(figure)
    return found


def _metrics(desk: Desk, table: Table) -> list[Figures]:
    """Return the columns whose titles are names of KPIs, alone or with a series beside."""
    shown = {c: t for c, t in table.unknown.items() if t and _numbers(table, c)}
    cumulative = {
        c for c, t in shown.items()
        if (stem := voices.cumulative_of(t)) and header_key(stem) in {header_key(o) for o in shown.values()}
    }  # fmt: skip
    parts = voices.assign([t for c, t in shown.items() if c not in cumulative], lambda n: desk.kpi_key(n) is not None)
    found = []
    for column, title in sorted(shown.items()):
        if column in cumulative:
            where = table.where(table.header, column)
            desk.read_as("ignored", where, "ignored.cumulative", title=title)
            continue
        stem, series = parts[title]
        found.append(Figures(column, title, None, series, stem))
    return found


def _owners(nameless: list[Figures], metrics: list[Figures]) -> dict[int, str]:
    """Return column to metric, of columns that say target and the like and stand right of the metric they belong to.

    Only where it is clear: one such column of each series to a metric, and a single metric, or all with one.
    """
    owned: dict[int, str] = {}
    places: Counter[tuple[str, str]] = Counter()
    for figure in nameless:
        left = [m for m in metrics if m.column < figure.column]
        if figure.series is not None and left:
            owned[figure.column] = left[-1].kpi
            places[left[-1].kpi, figure.series.value] += 1
    clear = all(times == 1 for times in places.values())
    return owned if clear and (len(metrics) == 1 or {kpi for kpi, _ in places} == {m.kpi for m in metrics}) else {}


def _numbers(table: Table, column: int) -> bool:
    """Return whether a column without a known title holds figures, and not words."""
    cells = [c for row in table.rows[:40] if (c := table.sheet.at(row, column)) is not None]
    words = sum(isinstance(c.value, str) and not (_DIGIT.search(c.value) and not _WORD.search(c.value)) for c in cells)
    return bool(cells) and words * 2 <= len(cells)
