"""Whether a workbook is wholly in our own layout: then nothing of its reading has to be confirmed. Rule: L29, L60."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.reading.grid import Kind

if TYPE_CHECKING:
    from kpireport.core.lexicon import Lexicon
    from kpireport.core.reading.account import Found
    from kpireport.core.reading.table import Column, Table

TARGETS = ("target", "target_year", "target_period", "target_cumulative")


def in_our_layout(reading: Found, lexicon: Lexicon) -> bool:
    """Return whether all figures come from tables under our own titles, beside a list of goals."""
    goals = any(table.contract for table in reading.tables)
    measured = [table for table in reading.tables if table.live() and not table.contract]
    return goals and all(_named(table, lexicon) for table in measured)


def wholly_ours(reading: Found, lexicon: Lexicon) -> bool:
    """Return whether a workbook in our layout leaves no doubt.

    Each goal with a target has its direction, and its unit or how its months add up; nothing must be asked, so that
    no title is a near miss.
    """
    if not in_our_layout(reading, lexicon) or any(question.grade == "must" for question in reading.questions):
        return False
    return all(_complete(table, lexicon) for table in reading.tables if table.contract)


def _named(table: Table, lexicon: Lexicon) -> bool:
    return any(column.title and lexicon.field("metrics", column.title) == "name" for column in table.columns)


def _complete(table: Table, lexicon: Lexicon) -> bool:
    fields: dict[str, Column] = {}
    for column in table.columns:
        if column.title and (field := lexicon.field("goals", column.title)):
            fields.setdefault(field, column)
    if "name" not in fields:
        return False
    targets = [fields[field] for field in TARGETS if field in fields]
    for name in fields["name"].tokens:
        targeted = any(table.at(name.row, column) is not None for column in targets)
        unit, way, better = (table.at(name.row, fields.get(field)) for field in ("unit", "aggregation", "direction"))
        if name.kind is Kind.TEXT and targeted and (better is None or (unit is None and way is None)):
            return False
    return True
