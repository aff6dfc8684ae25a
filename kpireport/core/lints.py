"""Advice on the goals themselves: reasons, plans, owners, reviews; one problem for many KPIs that share it.

A workbook of five columns is not scolded for what it was never asked: advice on a column is given once the column,
or another of the wider ones, is in use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.asof import listed
from kpireport.core.attainment import better
from kpireport.core.catalogue import lints as said
from kpireport.core.diagnostics import Where
from kpireport.core.lexicon import standard
from kpireport.core.model import Direction, Kind, Lifecycle, Measure, Step
from kpireport.core.scorecard import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpireport.core.diagnostics import Diagnostic, Problem
    from kpireport.core.scorecard import Result, Scorecard

WIDE = ("why", "strategy", "problem", "means", "customer_benefit", "company_benefit", "team_benefit")
MANY = 5  # so many goals need an order
YEAR_OF_POINTS = 12


def lints(card: Scorecard) -> Iterator[Diagnostic]:
    """Yield advice, at most one of a kind but for targets below their own baseline."""
    alive = [r for r in card.results.values() if r.kpi.lifecycle is not Lifecycle.RETIRED]
    rated = [r for r in alive if r.kpi.kind is Kind.KPI]
    full = _full(card, rated)
    yield from _some(said.NO_OWNER, [r for r in rated if not r.owner and not r.children], rated, "owner")
    yield from _notes(alive, rated)
    yield from _baselines(rated)
    yield from _some(said.TARGET_OUTSIDE_HISTORY, [r for r in rated if _out_of_reach(r)], rated, "target")
    yield from _reviews(card, alive)
    if not full:
        return
    if card.book.plan:
        planned = {item.kpi for item in card.book.plan if item.step is not Step.RISK}
        yield from _some(said.GOAL_WITHOUT_PLAN, [r for r in rated if not _planned(r, planned)], rated, "kpi")
    bare = [r for r in rated if r.kpi.baseline is None and not r.kpi.year_targets and len(r.points) <= YEAR_OF_POINTS]
    yield from _some(said.NO_BASELINE, [r for r in bare if not r.children], rated, "baseline")
    yield from _some(said.NO_REASON, [r for r in rated if not r.kpi.texts.get("why")], rated, "why")
    if len(rated) >= MANY and all(r.kpi.priority is None and r.kpi.weight is None for r in rated):
        yield said.NOTHING_FIRST.at(rated[0].kpi.where, all=len(rated))
    if rated and not any(_of_customers(r) for r in rated):
        yield said.NO_CUSTOMER_VIEW.at(rated[0].kpi.where)


def _full(card: Scorecard, rated: list[Result]) -> bool:
    """Return whether the workbook uses more than the five columns of the ten-minute case."""
    return bool(card.book.plan) or any(
        r.kpi.perspective or r.kpi.baseline is not None or any(r.kpi.texts.get(name) for name in WIDE) for r in rated
    )


def _some(kind: Problem, found: list[Result], rated: list[Result], column: str) -> Iterator[Diagnostic]:
    if found:
        where = found[0].kpi.cell(column)
        yield kind.at(where, count=len(found), all=len(rated), names=listed(r.kpi.name for r in found))


def _planned(r: Result, planned: set[str | None]) -> bool:
    return r.kpi.key in planned or any(child in planned for child in r.children)


def _notes(alive: list[Result], rated: list[Result]) -> Iterator[Diagnostic]:
    """A goal in words only: no number to reach, and no figure ever (62)."""
    measured = {name for r in alive for name in (r.kpi.numerator, r.kpi.denominator) if name}
    found = [
        r
        for r in alive
        if r.goal is None
        and r.year.goal is None
        and not r.children
        and not r.kpi.parent
        and r.kpi.key not in measured
        and r.status is not Status.NOT_STARTED
        and all(point.actual is None for point in r.points)
        and not r.entered_ahead
    ]
    yield from _some(said.STILL_A_NOTE, found, list({r.kpi.key: r for r in [*rated, *found]}.values()), "target")


def _baselines(rated: list[Result]) -> Iterator[Diagnostic]:
    """A target must not be worse than where the KPI started (29)."""
    for r in rated:
        target = r.year.goal.value if r.year.goal else r.goal.value if r.goal else None
        baseline = r.kpi.baseline
        if target is None or baseline is None or r.kpi.direction is Direction.RANGE:
            continue
        if not better(target, baseline, r.kpi.direction):
            yield said.TARGET_WORSE_THAN_BASELINE.at(
                r.kpi.cell("target"), name=r.kpi.name, target=target, baseline=baseline
            )


def _out_of_reach(r: Result) -> bool:
    """Return whether the target lies farther from all figures than they spread, after a year of them (29)."""
    values = [point.actual.value for point in r.points if point.actual is not None]
    target = r.goal.value if r.goal else None
    if len(values) < YEAR_OF_POINTS or target is None or r.kpi.direction is Direction.RANGE:
        return False
    if r.kpi.unit.measure is Measure.YES_NO:
        return False
    low, high = min(values), max(values)
    room = high - low
    return target > high + room if r.kpi.direction is not Direction.LOWER else target < low - room


def _reviews(card: Scorecard, alive: list[Result]) -> Iterator[Diagnostic]:
    late = [r for r in alive if r.kpi.review is not None and r.kpi.review < card.today]
    yield from _some(said.REVIEW_OVERDUE, late, alive, "review")
    settings = card.book.settings
    if settings.strategy_review is not None and settings.strategy_review < card.today:
        where = settings.cells.get("strategy_review", Where())
        yield said.STRATEGY_REVIEW_OVERDUE.at(where, day=settings.strategy_review.isoformat())


def _of_customers(r: Result) -> bool:
    text = f"{r.kpi.perspective} {r.kpi.texts.get('customer_benefit', '')}".casefold()
    return bool(r.kpi.texts.get("customer_benefit")) or any(
        word in text for word in standard().words("topics", "customers")
    )
