"""Signals and landings for every KPI of a scorecard (trends.md): where the past speaks, and where the year goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core import signal
from kpireport.core.model import Kind, NoteKind
from kpireport.core.periods import Frequency
from kpireport.core.scorecard import Signal

if TYPE_CHECKING:
    from kpireport.core.periods import Period
    from kpireport.core.scorecard import Result, Scorecard

LONGEST = 60  # periods of history that a chart of limits looks back


def outlook(card: Scorecard) -> Scorecard:
    """Return the scorecard with the signal and the landing of each KPI."""
    from kpireport.core.yearend import landings

    signalled = {key: replace(r, signal=signal_of(card, r)) for key, r in card.results.items()}
    card = replace(card, results=signalled)
    return replace(card, results=landings(card))


def signal_of(card: Scorecard, r: Result) -> Signal:
    """Return whether the report month of a KPI is signal or noise."""
    points = r.points[-LONGEST:]
    values = [p.actual.value if p.actual else None for p in points]
    if not any(v is not None for v in values):
        return Signal()
    season = seasons(card, r)
    first = card.book.calendar.position(points[0].period) - 1
    even = signal.adjusted(values, season, first) if season > 1 else signal.Adjusted(tuple(values))
    improvement = r.kpi.direction if r.kpi.kind is Kind.KPI or r.goal else None
    goal = points[-1].goal.span.value if points[-1].goal else None
    chart = signal.limits(
        even.values, improvement=improvement, target=_even(goal, even, len(values) - 1), rebase_at=_rebases(card, r)
    )
    last = chart.points[-1]
    trend = signal.trend(chart)
    lower, upper = _drawn(r, even, last, len(values) - 1)
    suggested = signal.suggest_rebase(chart)
    return Signal(
        trend=trend.value,
        mean=even.restored(last.mean, len(values) - 1) if last.mean is not None else None,
        lower=lower,
        upper=upper,
        special_cause=last.special_cause.value,
        variation=last.variation.value,
        assurance=chart.assurance.value if chart.assurance else "",
        provisional=last.provisional,
        seasonal=even.seasonal,
        suggest_rebase=points[suggested].period if suggested is not None else None,
        run=signal.run(chart),
    )


def _even(goal: float | None, even: signal.Adjusted, position: int) -> float | None:
    """Return a target on the scale without seasons."""
    if goal is None or not even.seasonal:
        return goal
    season = even.seasons[position]
    return goal / season if even.multiplied else goal - season


def _drawn(r: Result, even: signal.Adjusted, last: signal.Point, position: int) -> tuple[float | None, float | None]:
    """Return the usual range of the report month: none under eight values; clipped where a figure cannot go."""
    if last.lower is None or last.upper is None:
        return None, None
    known = [p.actual.value for p in r.points if p.actual]
    if len(known) < signal.ENOUGH:
        return None, None
    lower, upper = even.restored(last.lower, position), even.restored(last.upper, position)
    lowest = 0.0 if min(known) >= 0 else None
    highest = 1.0 if r.kpi.unit.share and max(known) <= 1 else None
    return signal.clipped(lower, upper, lowest, highest)


def seasons(card: Scorecard, r: Result) -> int:
    """Return how many periods of a KPI's frequency make a year."""
    label = card.book.calendar.fiscal_year(r.period)
    count = card.book.calendar.per_year(r.period.frequency, label)
    return 52 if r.period.frequency is Frequency.WEEK else count


def _rebases(card: Scorecard, r: Result) -> list[int]:
    """Return where someone wrote that a new process began: a note or a revision, never a guess (trends.md 1)."""
    begun: set[Period] = {
        note.period
        for note in card.book.notes
        if note.kind is NoteKind.REBASE and note.kpi in (None, r.kpi.key) and note.period is not None
    }
    begun |= {x.effective for x in card.book.revisions if x.kpi == r.kpi.key and x.field in ("definition", "rebase")}
    points = r.points[-LONGEST:]
    return [place for place, p in enumerate(points) if p.period in begun]
