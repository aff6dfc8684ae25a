"""Which period the report is about, and which figures are there for it. Rule: R2."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.core.catalogue import figures as said
from kpireport.core.compare import at_least
from kpireport.core.diagnostics import Where
from kpireport.core.model import Lifecycle, Series
from kpireport.core.parse.period_names import parse_period
from kpireport.core.periods import CalendarGap, Frequency, Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.model import Book, Kpi, Observation
    from kpireport.core.periods import Calendar

MOST_NAMES = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """The report period and how it was chosen: "asked", "settings", "complete" or "quorum"; None without figures."""

    period: Period | None
    reason: str
    problems: tuple[Diagnostic, ...] = ()


def choose(
    book: Book, kpis: Mapping[str, Kpi], observations: Sequence[Observation], period: Period | None, today: date
) -> Choice:
    """Return the period of the report: as asked, as set, the last complete one, or the last that reaches the quorum."""
    settings, calendar = book.settings, book.calendar
    if period is not None:
        return Choice(period, "asked")
    if settings.report_period:
        found = parse_period(settings.report_period, calendar)
        if isinstance(found, Period):
            return Choice(found, "settings")
        where = settings.cells.get("report_period", Where())
        return Choice(None, "", (said.REPORT_PERIOD_UNREADABLE.at(where, found=settings.report_period),))
    frequency = report_frequency(kpis)
    reported, expected = _reported(kpis, observations, frequency, calendar, settings.as_of or today)
    if not reported:
        return Choice(None, "", (said.NO_FIGURES.at(Where()),))
    return _last_with_quorum(book, reported, expected, frequency, settings.as_of or today)


def report_frequency(kpis: Mapping[str, Kpi]) -> Frequency:
    """Return how often the report appears: by the months, if any KPI has months, else as most of the KPIs."""
    known = Counter(kpi.frequency for kpi in kpis.values() if kpi.frequency is not None)
    if not known or known[Frequency.MONTH]:
        return Frequency.MONTH
    most = max(known.values())
    return min(one for one, count in known.items() if count == most)


def _reported(
    kpis: Mapping[str, Kpi], observations: Iterable[Observation], frequency: Frequency, calendar: Calendar, as_of: date
) -> tuple[dict[Period, set[str]], set[str]]:
    """Return which KPIs have a figure in which period that is over, and which KPIs are expected to."""
    reported: dict[Period, set[str]] = defaultdict(set)
    expected: set[str] = set()
    places: dict[Period, Period | None] = {}
    actual = Series.ACTUAL
    # Of transactions by the ten thousand there are few days: each is looked at once.
    for key, period, known in {(o.kpi, o.period, o.value is not None) for o in observations if o.series is actual}:
        kpi = kpis.get(key)
        if kpi is None or kpi.lifecycle is Lifecycle.RETIRED:
            continue
        if period.frequency > frequency or (kpi.frequency is not None and kpi.frequency > frequency):
            continue
        expected.add(key)
        if period not in places:
            place = calendar.within(period, frequency)
            places[period] = place if calendar.complete(place, as_of) else None
        found = places[period]
        if found is not None and known:
            reported[found].add(key)
    return reported, expected


def _last_with_quorum(
    book: Book, reported: Mapping[Period, set[str]], expected: set[str], frequency: Frequency, as_of: date
) -> Choice:
    calendar = book.calendar
    last = calendar.last_complete(as_of, frequency)
    for candidate in (last, *sorted(reported, reverse=True)):
        active = {key for key in expected if _active(book.kpis[key], candidate, calendar)}
        have = len(reported.get(candidate, set()) & active)
        if active and have and at_least(have / len(active), book.settings.as_of_quorum):
            if candidate == last:
                return Choice(candidate, "complete")
            return Choice(candidate, "quorum", (_short(reported, expected, last, candidate),))
    latest = max(reported)
    return Choice(latest, "quorum", (_short(reported, expected, last, latest),) if latest != last else ())


def _short(reported: Mapping[Period, set[str]], expected: set[str], last: Period, chosen: Period) -> Diagnostic:
    have = len(reported.get(last, ()))
    return said.QUORUM_NOT_REACHED.at(Where(), last=last.key, have=have, all=len(expected), chosen=chosen.key)


def _active(kpi: Kpi, period: Period, calendar: Calendar) -> bool:
    started = kpi.start is None or kpi.start <= calendar.end(period)
    return started and (kpi.end is None or kpi.end >= calendar.start(period))


def settled(
    observations: Iterable[Observation], kpis: Mapping[str, Kpi], calendar: Calendar
) -> tuple[list[Observation], list[Diagnostic]]:
    """Return the figures that count: without formula zeros after the last real figure, inside the calendar.

    Rule: R2.
    """
    kept: list[Observation] = []
    outside: list[Observation] = []
    ends: dict[Period, date | None] = {}
    last: dict[str, date] = {}
    alive: dict[str, date] = {}
    suspects: list[Observation] = []
    for one in observations:
        if one.period not in ends:
            ends[one.period] = _end(one.period, calendar)
        end = ends[one.period]
        if end is None:
            outside.append(one)
            continue
        kept.append(one)
        if one.series is not Series.ACTUAL or one.value is None:
            continue
        if not one.formula:
            last[one.kpi] = max(last.get(one.kpi, end), end)
        elif one.value != 0:
            alive[one.kpi] = max(alive.get(one.kpi, end), end)
        else:
            suspects.append(one)
    problems = (
        [said.FIGURES_OUTSIDE_CALENDAR.at(outside[0].where, count=len(outside), period=outside[0].period.key)]
        if outside
        else []
    )
    trailing: set[int] = set()
    for one in suspects:
        limits = [found[one.kpi] for found in (last, alive) if one.kpi in found]
        end, limit = ends[one.period], max(limits, default=None)
        if limit is None or (end is not None and end > limit):
            trailing.add(id(one))
    if trailing:
        gone = [one for one in suspects if id(one) in trailing]
        kept = [one for one in kept if id(one) not in trailing]
        problems.append(_trailing(gone, kpis, calendar))
    return kept, problems


def _end(period: Period, calendar: Calendar) -> date | None:
    try:
        return calendar.end(period)
    except CalendarGap:
        return None


def _trailing(gone: Sequence[Observation], kpis: Mapping[str, Kpi], calendar: Calendar) -> Diagnostic:
    first = min(gone, key=lambda one: calendar.start(one.period))
    keys = dict.fromkeys(one.kpi for one in gone)
    return said.TRAILING_FORMULA_ZERO.at(
        first.where, names=listed(kpis[key].name if key in kpis else key for key in keys), first=first.period.key
    )


def listed(names: Iterable[str], most: int = MOST_NAMES) -> str:
    """Return names for a message: the first few, and how many more."""
    all_names = list(names)
    shown = ", ".join(all_names[:most])
    return f"{shown} … (+{len(all_names) - most})" if len(all_names) > most else shown
