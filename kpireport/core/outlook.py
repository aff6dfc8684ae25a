"""Signals and landings for every KPI of a scorecard: where the past speaks, and where the year goes. Rule: V4, V8."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core import signal
from kpireport.core.forecast.weeks import places
from kpireport.core.model import Kind, NoteKind
from kpireport.core.periods import Frequency
from kpireport.core.scorecard import Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.periods import Period
    from kpireport.core.scorecard import Point, Result, Scorecard

LONGEST = 60  # periods of history that a chart of limits looks back, or five years of more than twelve
YEARS = 5
MOVED = (signal.TrendDirection.BETTER, signal.TrendDirection.WORSE)


def outlook(card: Scorecard) -> Scorecard:
    """Return the scorecard with the signal and the landing of each KPI."""
    from kpireport.core.yearend import landings

    signalled = {key: replace(r, signal=signal_of(card, r)) for key, r in card.results.items()}
    card = replace(card, results=signalled)
    return replace(card, results=landings(card))


def signal_of(card: Scorecard, r: Result) -> Signal:
    """Return whether the report month of a KPI is signal or noise."""
    season = seasons(card, r)
    points = r.points[-max(LONGEST, YEARS * season) :]
    values = [p.actual.value if p.actual and not p.provisional else None for p in points]
    if not any(v is not None for v in values) or points[-1].provisional:
        return Signal()
    even = (
        signal.adjusted(values, season, _places(card, points, season)) if season > 1 else signal.Adjusted(tuple(values))
    )
    improvement = r.kpi.direction if r.kpi.kind is Kind.KPI or r.goal else None
    goal = points[-1].goal.span.value if points[-1].goal else None
    chart = signal.limits(
        even.values,
        improvement=improvement,
        target=_even(goal, even, len(values) - 1),
        rebase_at=_rebases(card, r, points),
    )
    last, here = chart.points[-1], len(values) - 1
    said, suggested = signal.reading(chart), signal.suggest_rebase(chart)
    news, earlier = _supported(chart), _supported(chart, at=-2) if here else None
    ranges = _ranges(r, even, chart)
    return Signal(
        trend=said.word.value,
        sentence=said.sentence.value,
        since=None if said.place is None else points[said.place].period,
        reversed_from=_reversed_from(chart, said),
        mean=_restored(even, last.mean, here),
        lower=_restored(even, last.lower, here),
        upper=_restored(even, last.upper, here),
        special_cause=last.special_cause.value,
        variation=last.variation.value,
        assurance=chart.assurance.value if chart.assurance and last.lower is not None else "",
        provisional=last.provisional,
        seasonal=even.seasonal,
        suggest_rebase=points[suggested].period if suggested is not None else None,
        run=signal.run(chart),
        usual=ranges[-1],
        ranges=ranges,
        news="" if news is None else chart.points[news].special_cause.value,
        before=signal.trend(chart, at=-2).value if here else "none",
        news_before="" if earlier is None else chart.points[earlier].special_cause.value,
        news_at=None if news is None else points[news].period,
    )


def _reversed_from(chart: signal.XmR, said: signal.TrendReading) -> str:
    """Return the side of the mean on which a series was before it turned; "" where it did not."""
    if said.sentence is not signal.TrendSentence.REVERSED or said.place is None:
        return ""
    return "high" if chart.points[said.place].side > 0 else "low"


def _supported(chart: signal.XmR, at: int = -1) -> int | None:
    """Return the position of the special cause that is news at a period; None where nothing may be said.

    Rule: R62, R63.
    """
    said = signal.reading(chart, at)
    told = said.sentence in (signal.TrendSentence.SIGNAL, signal.TrendSentence.NEW_LEVEL)
    return signal.news(chart, at) if told or said.word in MOVED else None


def _restored(even: signal.Adjusted, amount: float | None, position: int) -> float | None:
    return None if amount is None else even.restored(amount, position)


def _even(goal: float | None, even: signal.Adjusted, position: int) -> float | None:
    """Return a target on the scale without seasons."""
    if goal is None or not even.seasonal:
        return goal
    season = even.seasons[position]
    return goal / season if even.multiplied else goal - season


def _ranges(r: Result, even: signal.Adjusted, chart: signal.XmR) -> tuple[tuple[float, float] | None, ...]:
    """Return the usual range of each period as it is drawn: none in a segment of under eight values, clipped where a
    figure cannot go.

    Rule: V7.
    """
    known = [p.actual.value for p in r.points if p.actual]
    lowest = 0.0 if min(known) >= 0 else None
    highest = r.bounds[1] if r.bounds is not None else None
    values = Counter(p.segment for p in chart.points if p.value is not None)
    found: list[tuple[float, float] | None] = []
    for position, p in enumerate(chart.points):
        if p.lower is None or p.upper is None or values[p.segment] < signal.ENOUGH:
            found.append(None)
            continue
        lower, upper = even.restored(p.lower, position), even.restored(p.upper, position)
        found.append(signal.clipped(lower, upper, lowest, highest))
    return tuple(found)


def seasons(card: Scorecard, r: Result) -> int:
    """Return how many periods of a KPI's frequency make a year."""
    label = card.book.calendar.fiscal_year(r.period)
    count = card.book.calendar.per_year(r.period.frequency, label)
    return 52 if r.period.frequency is Frequency.WEEK else count


def _places(card: Scorecard, points: Sequence[Point], season: int) -> Sequence[int]:
    """Return the place of each period in its year, from 0."""
    calendar = card.book.calendar
    if points[-1].period.frequency is Frequency.WEEK:
        return places(calendar, points[-1].period, len(points))
    first = calendar.position(points[0].period) - 1
    return [(first + i) % season for i in range(len(points))]


def _rebases(card: Scorecard, r: Result, points: Sequence[Point]) -> list[int]:
    """Return where someone wrote that a new process began: a note or a revision, never a guess. Rule: V5."""
    begun: set[Period] = {
        note.period
        for note in card.book.notes
        if note.kind is NoteKind.REBASE and note.kpi in (None, r.kpi.key) and note.period is not None
    }
    begun |= {x.effective for x in card.book.revisions if x.kpi == r.kpi.key and x.field in ("definition", "rebase")}
    return [place for place, p in enumerate(points) if p.period in begun]
