"""How each KPI was understood: what was typed, and what was filled in by rule, one line each. Rule: R19, R20."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Reading, Where, quoted
from kpireport.core.lines import LINES
from kpireport.core.messages import Message
from kpireport.core.model import Aggregation, Direction, Kind, Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kpireport.core.model import Kpi

MOST_NAMES = 12


def understood(typed: Mapping[str, Kpi], filled: Mapping[str, Kpi]) -> tuple[Reading, ...]:
    """Return one line a KPI: its unit, how its months make a year, what its target means, whom it stands for.

    typed: as read from the workbook. filled: with every blank filled in. What was not typed is said to be assumed.
    """
    return tuple(_line(typed[key], kpi) for key, kpi in filled.items() if key in typed)


def _line(typed: Kpi, kpi: Kpi) -> Reading:
    parts = [_unit(kpi)]
    if kpi.aggregation is not None:
        parts.append(_part(f"adds_up.{kpi.aggregation.value}", assumed=typed.aggregation is None))
    if kpi.target is not None and kpi.basis is not None:
        parts.append(_part(f"means.{kpi.basis.value}", assumed=typed.basis is None))
    if any(getattr(typed, name) != getattr(kpi, name) for name in LINES):
        parts.append(_part("lines", assumed=False))
    if kpi.kind is Kind.METRIC:
        parts.append(_part("metric", assumed=typed.kind is not Kind.METRIC))
    if kpi.level is not None:
        parts.append(_part(f"stands.{kpi.level.value}", assumed=typed.level is None))
    return Reading("kpi", kpi.where, Message("readings.kpi", {"parts": tuple(parts)}), kpi.key)


def _part(key: str, *, assumed: bool) -> Message:
    said = Message(f"readings.{key}")
    return Message("readings.assumed", {"text": said}) if assumed else said


def _unit(kpi: Kpi) -> Message:
    if kpi.unit.text:
        return Message("readings.unit", {"unit": quoted(kpi.unit.text, 24)})
    return Message("readings.no_unit")


def directions(kpis: Iterable[Kpi]) -> tuple[Reading, ...]:
    """Return the lines that name the KPIs with a target of which nothing says which way is better.

    kpis: those whose direction was not typed, with the one that was assumed. Rule: R74.
    """
    by_place: dict[Where, list[Kpi]] = defaultdict(list)
    for kpi in kpis:
        by_place[Where(kpi.where.file, kpi.where.sheet)].append(kpi)
    made = []
    for where, each in by_place.items():
        for better, sentence in ((Direction.HIGHER, "assumed"), (Direction.LOWER, "assumed_lower")):
            names = [kpi.name for kpi in each if kpi.direction is better]
            if names:
                said = Message(f"readings.direction.{sentence}", {"names": _listed(names)})
                made.append(Reading("direction", where, said))
    return tuple(made)


def hours(typed: Mapping[str, Kpi], filled: Mapping[str, Kpi]) -> tuple[Reading, ...]:
    """Return the KPIs whose hours are averaged without a word: single months are as large as the target. Rule: R20."""
    return tuple(
        Reading("aggregation", kpi.where, Message("readings.aggregation.hours"), key)
        for key, kpi in filled.items()
        if kpi.unit.measure is Measure.TIME and kpi.aggregation is Aggregation.AVERAGE
        and key in typed and typed[key].aggregation is None
    )  # fmt: skip


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{quoted(name, 60)}'" for name in names[:MOST_NAMES])
    return quoted(f"{shown} …" if len(names) > MOST_NAMES else shown, 1000)
