"""The kinds of sheets, and which fields a title can name on each; their words are in the lexicon. Rule: L13."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One kind of sheet.

    fields: the later wins where one title names two of them. needed: without these a row is no header. shared: field
    to the kind of sheet whose titles for the field of the same name count here too.
    """

    fields: tuple[str, ...]
    needed: tuple[str, ...]
    shared: Mapping[str, str]


def _kind(fields: str, needed: str = "", **shared: str) -> SheetKind:
    """Return a kind from lists parted by commas. shared: kind to the fields that it lends."""
    lent = {field: kind for kind, listed in shared.items() for field in listed.split(", ")}
    return SheetKind(tuple(fields.split(", ")), tuple(needed.split(", ")) if needed else (), MappingProxyType(lent))


SHEET_KINDS: Mapping[str, SheetKind] = MappingProxyType(
    {
        "goals": _kind(
            "id, name, target, target_year, target_period, target_cumulative, unit, direction, owner, kind, level, "
            "parent, perspective, department, weight, aggregation, numerator, denominator, formula, definition, "
            "frequency, baseline, red_line, threshold, stretch, low, high, cap, floor, method, missing, rollup, start, "
            "end, review, lifecycle, priority, phasing, decimals, benchmark, trigger, why, strategy, problem, means, "
            "goal, customer_benefit, company_benefit, team_benefit, notes",
            "name",
        ),
        "metrics": _kind(
            "name, id, period, actual, target, forecast, previous year, department, breakdown, series, unit, owner, "
            "perspective, direction, note",
            "name",
            goals="name, id, target, department, unit, owner, perspective, direction",
        ),
        "plan": _kind(
            "id, kpi, project, step, action, owner, start, due, done, status, progress, budget, spent, cost_category, "
            "obstacle, mitigation, likelihood, points, benefit",
            "action",
            goals="id, owner, start",
        ),
        "notes": _kind("period, kpi, kind, text, author, written", "text", metrics="period", plan="kpi"),
        "revisions": _kind(
            "recorded, kpi, field, effective, old, new, reason, approved_by, retroactive", "kpi, new", plan="kpi"
        ),
        "recipients": _kind(
            "name, address, scope, language, formats, condition, active, first_day, last_day", "address"
        ),
        "targets": _kind(
            "name, id, period, target, note", "name", goals="name, id", metrics="period, target, note"
        ),
        "calendar": _kind("period, start, end", "start", goals="start, end"),
        "triggers": _kind(
            "id, kpi, condition, periods, action, notify", "kpi, condition", goals="id", plan="kpi"
        ),
        "settings": _kind("setting, value"),
    }
)  # fmt: skip
