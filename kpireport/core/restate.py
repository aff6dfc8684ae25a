"""What was reported before and is different now, and figures that are frozen. Rule: R36."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpireport.core.compare import same
from kpireport.core.model import Observation, Series
from kpireport.core.scorecard import Restatement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpireport.core.diagnostics import Where
    from kpireport.core.model import Book
    from kpireport.core.periods import Calendar, Period
    from kpireport.core.scorecard import Result, Scorecard


@dataclass(frozen=True, slots=True)
class Reported:
    """A figure as a former report showed it.

    series: "actual", "target"; "forecast" of the period after the report's, with "last", the figure it started from,
    and "low", "high", its 80 % range; "landing" of a year with "landing low", "landing high" and "chance" (a ratio);
    "year": the actual of a year that is over.
    value: unrounded, None for no data.
    """

    kpi: str
    period: str
    series: str
    value: float | None
    cell: str = ""


def figures(card: Scorecard) -> tuple[Reported, ...]:
    """Return every figure that a report of ``card`` shows or draws: what a snapshot keeps."""
    found = []
    for key, result in card.results.items():
        for point in result.points:
            if point.actual is not None:
                cell = point.actual.cells[0].address if point.actual.cells else ""
                found.append(Reported(key, point.period.key, "actual", point.actual.value, cell))
            if point.goal is not None and point.goal.span.value is not None:
                cell = point.goal.cells[0].address if point.goal.cells else ""
                found.append(Reported(key, point.period.key, "target", point.goal.span.value, cell))
        if result.landing.months and result.points and result.points[-1].actual is not None:
            ahead = card.book.calendar.shift(result.period, 1).key
            found.append(Reported(key, ahead, "forecast", result.landing.months[0]))
            found.append(Reported(key, ahead, "last", result.points[-1].actual.value))
            for series, edge in zip(("low", "high"), result.landing.next80 or (), strict=False):
                found.append(Reported(key, ahead, series, edge))
        found += _years(card, key, result)
    return tuple(found)


def _years(card: Scorecard, key: str, result: Result) -> list[Reported]:
    """Return what the report says of whole years: where the present one lands, and what those before came to."""
    calendar, landing = card.book.calendar, result.landing
    found = []
    if landing.low80 is not None:
        year = calendar.year(calendar.fiscal_year(result.period)).key
        said = {"landing": landing.point, "landing low": landing.low80, "landing high": landing.high80}
        said["chance"] = landing.chance
        found += [Reported(key, year, series, value) for series, value in said.items() if value is not None]
    for cell in result.years:
        if cell.complete and cell.actual is not None:
            found.append(Reported(key, calendar.year(cell.year).key, "year", cell.actual.value))
    return found


def restatements(
    card: Scorecard, reported: Mapping[tuple[str, str, str], Reported], *, shown: Scorecard | None = None
) -> tuple[Restatement, ...]:
    """Return what changed in periods that were reported before; a figure that was missing then is no restatement.

    reported: keyed by KPI, period and series. shown: the card of the report, where it holds frozen figures and ``card``
    what the workbook says now. Targets that a recorded revision changed are told there, not here.
    """
    stays = _actuals(shown) if shown is not None else None
    settings = card.book.settings
    revised = {r.kpi for r in card.book.revisions if r.field == "target"}
    found = []
    for key, result in card.results.items():
        for point in result.points:
            frozen = settings.frozen_through is not None and not_after(
                card.book.calendar, point.period, settings.frozen_through
            )
            sides: tuple[tuple[str, float | None, tuple[Where, ...]], ...] = (
                ("actual", point.actual.value if point.actual else None, point.actual.cells if point.actual else ()),
                ("target", point.goal.span.value if point.goal else None, point.goal.cells if point.goal else ()),
            )
            for series, now, cells in sides:
                before = reported.get((key, point.period.key, series))
                if before is None or before.value is None or (series == "target" and key in revised):
                    continue
                if now is None or not same(before.value, now):
                    where = cells[0] if cells else None
                    kept = series == "actual" and stays is not None and stays.get((key, point.period)) == before.value
                    told = Restatement(
                        key, point.period, series, before.value, now, where, frozen=frozen, used=not kept
                    )
                    found.append(told)
    return tuple(found)


def _actuals(card: Scorecard) -> dict[tuple[str, Period], float | None]:
    return {
        (key, point.period): point.actual.value
        for key, result in card.results.items() for point in result.points if point.actual is not None
    }  # fmt: skip


def held(book: Book, reported: Iterable[Reported]) -> Book:
    """Return the book with the actuals of frozen periods as they were reported, where the settings ask for it.

    Targets are not held: who changes one writes a revision, which says from when on it holds.
    """
    frozen = book.settings.frozen_through
    if frozen is None or book.settings.allow_restated:
        return book
    kept = {(r.kpi, r.period): r.value for r in reported if r.series == "actual"}
    seen: set[tuple[str, str]] = set()
    observations: list[Observation] = []
    for o in book.observations:
        place = (o.kpi, o.period.key)
        if o.series is not Series.ACTUAL or place not in kept or not not_after(book.calendar, o.period, frozen):
            observations.append(o)
        elif place not in seen:
            seen.add(place)
            observations.append(o._replace(value=kept[place], breakdown="", department=""))
    return replace(book, observations=(*observations, *_lost(book, reported, frozen)))


def _lost(book: Book, reported: Iterable[Reported], frozen: Period) -> list[Observation]:
    """Return the actuals of frozen periods that the workbook no longer has at all."""
    there = {(o.kpi, o.period.key) for o in book.observations if o.series is Series.ACTUAL}
    periods = {o.period.key: o.period for o in book.observations}
    file = book.sources[0].file if book.sources else ""
    found = []
    for r in reported:
        period = periods.get(r.period)
        lost = r.series == "actual" and r.value is not None and (r.kpi, r.period) not in there and r.kpi in book.kpis
        if lost and period is not None and not_after(book.calendar, period, frozen):
            found.append(Observation(r.kpi, period, Series.ACTUAL, r.value, file, sheet="", row=0, column=0))
    return found


def not_after(calendar: Calendar, period: Period, last: Period) -> bool:
    """Return whether ``period`` ends no later than ``last``."""
    return calendar.end(period) <= calendar.end(last)
