"""A Book at a period becomes a Scorecard: every figure, target, verdict and score, with the cells they came from."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core import asof, checks, lints, readings, tally
from kpireport.core.attainment import beyond, progress
from kpireport.core.bands import band_score
from kpireport.core.bands import points as points_score
from kpireport.core.catalogue import figures
from kpireport.core.change import change
from kpireport.core.diagnostics import Where
from kpireport.core.ledger import Ledger
from kpireport.core.model import Direction, Kind, Series
from kpireport.core.periods import CalendarGap
from kpireport.core.resolve import resolved
from kpireport.core.scorecard import Point, Result, Scorecard, Status, Verdict
from kpireport.core.targets import Targets
from kpireport.core.track import Track
from kpireport.core.tree import Tree
from kpireport.core.yearahead import arithmetic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.model import Book, Kpi, Observation
    from kpireport.core.periods import Period
    from kpireport.core.scorecard import Change, Roll

HISTORY = 13


def evaluate(book: Book, *, period: Period | None, today: date) -> tuple[Scorecard | None, tuple[Diagnostic, ...]]:
    """Return the scorecard of a book, and what its figures themselves tell.

    period: the report period; None: it is chosen by rule. today: the day of the run; ``as_of`` of the settings wins.
    Returns None in place of a scorecard where there is no figure, or where the settings name no period.
    """
    settings, said = checks.settings(book.settings)
    book = replace(book, settings=settings)
    kpis, problems = resolved(book)
    observations, more = asof.settled(book.observations, kpis, book.calendar)
    problems = [*said, *problems, *more]
    day = settings.as_of or today
    chosen = asof.choose(book, kpis, observations, period, today)
    problems += chosen.problems
    if chosen.period is None:
        return None, tuple(problems)
    ledger = Ledger(kpis, observations, settings, chosen.period.frequency)
    ledger.until = chosen.period
    told = (*book.readings, *readings.understood(book.kpis, ledger.kpis), *readings.hours(book.kpis, ledger.kpis))
    known = replace(book, kpis=ledger.kpis, readings=told)
    for key, kpi in ledger.kpis.items():
        ledger.targets[key] = Targets(ledger, kpi, book.revisions, chosen.period)
    tracks = {key: Track(ledger, key, book.revisions, chosen.period, day) for key in ledger.kpis}
    points = {key: track.points() for key, track in tracks.items()}
    tree = Tree(tracks, points, chosen.period, settings)
    results = {key: _result(track, points[key], tree) for key, track in tracks.items()}
    card = Scorecard(
        known, chosen.period, day, results, chosen.reason, health=tree.health(), history=_history(tree, chosen.period)
    )
    if not any(_has_figure(r) for r in results.values()):
        problems.append(_nothing(card, observations))
    problems += [*ledger.problems, *ledger.divisions_by_zero(), *checks.figures(card, ledger), *lints.lints(card)]
    return card, tuple(problems)


def _nothing(card: Scorecard, observations: Iterable[Observation]) -> Diagnostic:
    """Return that there is no figure in the period of the report, and between which periods there are."""
    calendar = card.book.calendar
    periods = sorted({o.period for o in observations if o.value is not None}, key=calendar.start)
    first, last = (periods[0].key, periods[-1].key) if periods else ("–", "–")
    return figures.NO_FIGURES_IN_PERIOD.at(Where(), period=card.period.key, first=first, last=last)


def _has_figure(r: Result) -> bool:
    """Return whether anything is known of a KPI in its period or the year before it: a figure, or its children's score.

    One month in which nobody has reported is a report that reminds them; a year of them is a slip of the pen.
    """
    return any(p.actual is not None for p in r.points[-HISTORY:]) or (r.roll is not None and r.roll.score is not None)


def _result(track: Track, points: tuple[Point, ...], tree: Tree) -> Result:
    ledger, key, period = track.ledger, track.key, track.period
    kpi = track.kpi_at(period)
    here = points[-1]
    verdict = here.verdict or Verdict(Status.NONE)
    scored = tree.roll(key, tree.report)
    status = tree.status(key, tree.report)
    if here.actual is None and here.goal is None and scored is not None:
        points = _scored(tree, key)
    span, scale = (here.goal.span.value, here.goal.scale) if here.goal else (None, 1.0)
    actual = here.actual.value if here.actual else None
    ahead = track.ahead()
    to_date, plan_to_date = tally.year_to_date(track), tally.plan_to_date(track)
    year = tally.full_year(track, to_date)
    return Result(
        kpi=track.kpi,
        period=period,
        actual=here.actual,
        goal=here.goal,
        verdict=verdict,
        status=status,
        ytd=to_date,
        year=year,
        plan_to_date=plan_to_date,
        total_plan=tally.total_plan(track, plan_to_date),
        previous=_previous(track, here),
        year_ago=_year_ago(track, here),
        points=points,
        ahead=ahead,
        children=tuple(ledger.children.get(key, ())),
        roll=scored,
        progress=_progress(kpi, actual, span, scale),
        points_score=_points_score(kpi, actual, span, scale, track.settings.scoring),
        bands_score=_bands_score(kpi, actual, span, scale, track.settings.scoring),
        years=tally.years(track),
        landing=arithmetic(track, to_date, year),
        bounds=track.bounds(),
        stale=track.stale,
        entered_ahead=sum(1 for point in ahead if point.actual is not None),
        owner=kpi.owner,
        flags=_flags(track, verdict, kpi),
    )


def _scored(tree: Tree, key: str) -> tuple[Point, ...]:
    """Return the history of a parent that has no figure of its own: its scores."""
    periods: set[Period] = set()
    waiting, seen = [key], set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        periods |= {p for p in tree.at[one] if p.frequency is tree.report.frequency and p <= tree.report}
        waiting += tree.children.get(one, [])
    return tuple(Point(p, verdict=_score_verdict(tree.roll(key, p))) for p in sorted(periods))


def _score_verdict(roll: Roll | None) -> Verdict | None:
    if roll is None:
        return None
    return Verdict(roll.status, rollup=roll.score)


def _previous(track: Track, here: Point) -> Change:
    """Against the period before, of the KPI's own frequency. Rule: R25."""
    try:
        before = track.calendar.previous(track.period)
        figure = track.ledger.actual(track.key, before)
    except CalendarGap:
        return change(track.kpi, here.actual, None)
    return change(track.kpi, here.actual, figure, before, pct_base=track.settings.pct_base, goal=here.goal)


def _year_ago(track: Track, here: Point) -> Change:
    """Against the same period a fiscal year before; a typed last-year column stands in for missing figures.

    Rule: R25.
    """
    try:
        before = track.calendar.year_ago(track.period, restate_53=track.settings.restate_53)
        figure = track.ledger.actual(track.key, before)
    except CalendarGap:
        before, figure = None, None
    if figure is None:
        figure = track.ledger.typed(track.key, Series.PREVIOUS_YEAR, track.frequency).get(track.period)
    elif here.provisional and before is not None and track.settings.partial == "prorate":
        figure = track.ledger.to_date(track.key, before, track.calendar.elapsed(track.period, track.today)) or figure
    return change(track.kpi, here.actual, figure, before, pct_base=track.settings.pct_base, goal=here.goal)


def _progress(kpi: Kpi, actual: float | None, target: float | None, scale: float) -> float | None:
    """Shown beside the attainment whenever a baseline is filled in. Rule: R8."""
    if kpi.baseline is None or actual is None or target is None:
        return None
    if beyond(kpi.baseline * scale, target, kpi.direction or Direction.HIGHER):
        return None
    return progress(actual, target, kpi.baseline * scale)


def _points_score(kpi: Kpi, actual: float | None, target: float | None, scale: float, scoring: str) -> float | None:
    """The red line is the threshold where no threshold is typed. Rule: R14."""
    threshold = kpi.threshold if kpi.threshold is not None else kpi.red_line
    if scoring != "points" or actual is None or target is None or threshold is None or kpi.stretch is None:
        return None
    return points_score(actual, threshold * scale, target, kpi.stretch * scale)


def _bands_score(kpi: Kpi, actual: float | None, target: float | None, scale: float, scoring: str) -> float | None:
    """Stretch is the best, threshold the worst, where they are typed. Rule: R13."""
    if scoring != "bands" or actual is None or target is None or kpi.red_line is None:
        return None
    best = None if kpi.stretch is None else kpi.stretch * scale
    worst = None if kpi.threshold is None else kpi.threshold * scale
    return band_score(actual, target, kpi.red_line * scale, worst=worst, best=best)


def _flags(track: Track, verdict: Verdict, kpi: Kpi) -> tuple[str, ...]:
    flags = list(verdict.flags)
    if checks.averages_ratios(track.kpi) and track.kpi.kind is Kind.KPI:
        flags.append("AVG_OF_RATIO")
    if any(r.kpi == kpi.key and r.retroactive for r in track.targets.revisions):
        flags.append("RETROACTIVE")
    return tuple(dict.fromkeys(flags))


def _history(tree: Tree, report: Period) -> tuple[tuple[Period, Mapping[Status, int]], ...]:
    """Return, for the last thirteen periods that have figures, how many KPIs stood at each status."""
    known = {p for found in tree.at.values() for p in found if p.frequency is report.frequency and p <= report}
    keys = [key for key, track in tree.tracks.items() if track.kpi.kind is Kind.KPI]
    return tuple((p, dict(Counter(tree.status(key, p) for key in keys))) for p in sorted(known)[-HISTORY:])
