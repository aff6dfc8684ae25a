"""How a year's amount falls on its periods: evenly, by typed weights, or as the year before went. Rule: R24."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.periods import CalendarGap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.ledger import Ledger
    from kpireport.core.model import Kpi
    from kpireport.core.periods import Period


def weights(ledger: Ledger, kpi: Kpi, parts: Sequence[Period], free: Sequence[Period]) -> list[float] | None:
    """Return what each of ``free`` weighs among the ``parts`` of its year; None where it is split evenly.

    Twelve typed weights serve four quarters too. The year before counts only when all of it is known.
    """
    if kpi.phased_as_before:
        went = year_before(ledger, kpi.key, parts)
        found = [value for part, value in zip(parts, went or (), strict=False) if part in free]
        return found if sum(found) > 0 else None
    size, odd = divmod(len(kpi.phasing), max(len(parts), 1))
    if not size or odd or sum(kpi.phasing) <= 0:
        return None
    places = [size * parts.index(part) for part in free]
    return [sum(kpi.phasing[at : at + size]) for at in places]


def year_before(ledger: Ledger, key: str, parts: Sequence[Period]) -> list[float] | None:
    """Return what each period brought a year earlier, in the KPI's unit; None where one is missing or negative."""
    found: list[float] = []
    for part in parts:
        try:
            figure = ledger.actual(key, ledger.calendar.year_ago(part))
        except CalendarGap:
            return None
        if figure is None or figure.value < 0:
            return None
        found.append(figure.value)
    return found
