"""The scorecard: every KPI against target, grouped by goal and department. Rule: E9."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core.formatting import MISSING
from kpireport.core.model import Kind, Lifecycle
from kpireport.core.report import charts, foresight
from kpireport.core.report.charts.ticks import fit, width
from kpireport.core.report.context import RATED, plain
from kpireport.core.report.shown.score import ScoreGroup, ScoreRow, ScoreTable
from kpireport.core.report.shown.voice import Value
from kpireport.core.scorecard import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.report.context import Context
    from kpireport.core.scorecard import Result

ALL_ON_PAPER = 60
COUNT_MONTHS = 13
NAME_ROOM = 108.0  # points of a line of a name


def table(c: Context) -> ScoreTable | None:
    """None for a single KPI: page 1 has it. Rule: E9."""
    shown = [r for r in c.card.results.values() if r.kpi.lifecycle is not Lifecycle.RETIRED]
    if len(shown) < 2:
        return None
    everything = len(c.rated) <= ALL_ON_PAPER or c.card.book.settings.scorecard == "all"
    groups = tuple(_groups(c, shown, everything=everything))
    on = c.counted.on
    counts = _counts(c)
    return ScoreTable(
        title=_title(c, on),
        line=c.say("score_line", period=c.month()),
        month=c.month(),
        groups=groups,
        note=_note(c, shown),
        counts=charts.columns(counts, title=c.say("counts_title")) if len(counts) > 2 else None,
        counts_title=c.say("counts_title"),
        rows=len(shown),
    )


def _title(c: Context, on: int) -> str:
    n = len(c.rated)
    if not n:
        return c.say("score_title_metrics")
    previous = c.card.book.calendar.previous(c.card.period)
    before = next((counts for period, counts in c.card.history if period == previous), None)
    if not before or not any(before.get(s, 0) for s in (Status.ON, Status.WATCH, Status.OFF)):
        return c.say("score_title", n=n, on=on)
    change = on - before.get(Status.ON, 0)
    key = "score_title_same" if change == 0 else "score_title_more" if change > 0 else "score_title_fewer"
    return c.say(key, n=n, on=on, change=c.reader.count(abs(change)), month=c.month(previous, year=False))


def _groups(c: Context, shown: list[Result], *, everything: bool) -> Iterable[ScoreGroup]:
    known = {r.kpi.key for r in shown}
    children: dict[str | None, list[Result]] = {}
    for r in shown:
        parent = r.kpi.parent if r.kpi.parent in known else None
        children.setdefault(parent, []).append(r)
    roots = children.get(None, [])
    trees = [r for r in roots if r.kpi.key in children or c.is_goal(r)]
    order = {g.kpi.key: place for place, g in enumerate(c.goals)}
    trees.sort(key=lambda r: order.get(r.kpi.key, len(order)))
    planted = {r.kpi.key for r in trees}
    loose = [r for r in roots if r.kpi.key not in planted]
    if trees and all(r.kpi.key not in children for r in trees) and not loose:
        # A flat book: KPIs without a tree are listed by perspective or department, not each as a goal of its own.
        trees, loose = [], roots
    for root in trees:
        rows = list(_below(c, root.kpi.key, children, 1))
        yield _group(c, _row(c, root, 0, goal=True), "", rows, everything=everything)
    titles: dict[str, list[tuple[Result, ScoreRow]]] = {}
    for r in loose:
        titles.setdefault(r.kpi.perspective, []).extend([(r, _row(c, r, 0)), *_below(c, r.kpi.key, children, 1)])
    for title, rows in titles.items():
        heading = title or (c.say("other_kpis") if trees or len(titles) > 1 else "")
        yield _group(c, None, heading, rows, everything=everything)


def _below(
    c: Context, key: str, children: dict[str | None, list[Result]], depth: int
) -> Iterable[tuple[Result, ScoreRow]]:
    """Yield what stands below a KPI, each with its row. A tree may be deeper than Python's stack."""
    levels = [iter(children.get(key, []))]
    while levels:
        child = next(levels[-1], None)
        if child is None:
            levels.pop()
            continue
        yield child, _row(c, child, depth + len(levels) - 1)
        levels.append(iter(children.get(child.kpi.key, [])))


def _group(
    c: Context, goal: ScoreRow | None, title: str, rows: list[tuple[Result, ScoreRow]], *, everything: bool
) -> ScoreGroup:
    departments: dict[str, list[ScoreRow]] = {}
    hidden = 0
    for r, row in rows:
        paper = (everything or _news(r)) and (r.kpi.kind is Kind.KPI or not c.rated)
        hidden += not paper and r.kpi.kind is Kind.KPI
        kept = row if paper else _off_paper(row)
        departments.setdefault(plain(r.kpi.department, 60), []).append(kept)
    listed = tuple((name, tuple(found)) for name, found in departments.items())
    alarming = any(r.status in (Status.OFF, Status.WATCH, Status.NONE) for r, _ in rows)
    more = c.say("more_on_target", n=hidden) if hidden else ""
    return ScoreGroup(goal, plain(title, 80), listed, alarming, more)


def _off_paper(row: ScoreRow) -> ScoreRow:
    from dataclasses import replace

    return replace(row, paper=False)


def _news(r: Result) -> bool:
    """Return whether a row must be on paper in a long report: off, watch, without data, or changed."""
    if r.status in (Status.OFF, Status.WATCH, Status.NONE):
        return True
    before = r.points[-2].verdict if len(r.points) > 1 else None
    return before is not None and r.points[-1].verdict is not None and before.status is not r.points[-1].verdict.status


def _row(c: Context, r: Result, depth: int, *, goal: bool = False) -> ScoreRow:
    shown = c.shown(r)
    gap = c.gap(r) if shown.actual is not None else None
    alarm = r.status is Status.OFF
    metric = r.kpi.kind is Kind.METRIC
    target = MISSING if shown.scored else c.goal_text(r.goal, shown.style)
    marks = c.marks(r)
    title = f"{r.kpi.name}: {c.reader.full(shown.actual, shown.style)}"
    steady = r.signal.usual is not None and r.signal.trend == "steady"
    return ScoreRow(
        anchor=c.anchor(r.kpi.key),
        kind="goal above" if r.above else "goal" if goal else "metric" if metric else "kpi",
        depth=depth,
        status=c.standing(r),
        status_word=c.word(r),
        name=plain(r.kpi.name, 160),
        short=fit(plain(r.kpi.name, 160), 9 if goal else 8, 3 * NAME_ROOM - width(c.unit(r), 7)),
        unit=c.unit(r),
        badges=_badges(c, r),
        actual=c.actual(r),
        target=_target(c, r, target),
        variance=Value(_variance(c, r, gap), alarm=alarm, decimals=shown.style.decimals),
        zone=charts.zone(bands=r.verdict.bands, previous=_previous_bands(c, r), off=alarm, title=title),
        zone_text=_beside(c, r),
        line=charts.line(marks, size="goal" if goal else "row", title=title, usual=steady) if marks else None,
        trend=c.trend_word(r),
        trend_code=r.signal.trend,
        worse=r.signal.trend == "worse" and not metric,
        ytd=_ytd(c, r),
        ytd_variance=_ytd_variance(c, r),
        owner=plain(r.owner or r.kpi.owner, 60),
        sort=(c.distance(r) if r.status in RATED[:3] else 99.0, float(gap) if gap is not None else 0.0),
    )


def _beside(c: Context, r: Result) -> str:
    """Say what stands in place of a distance from target: the drivers' score, that a goal is context, or no target."""
    if r.above:
        return c.reader.joined(filter(None, (c.say("above_serves"), c.score(r))))
    if c.shown(r).scored:
        return c.score(r)
    return c.say("no_target") if r.goal is None and r.kpi.kind is Kind.KPI else ""


def _target(c: Context, r: Result, text: str) -> Value:
    """Return the target with the first cell that it came from; a score's target of 100 came from none."""
    value = c.value(r, text, None)
    if r.goal is None or not r.goal.cells or c.shown(r).scored:
        return value
    return replace(value, place=r.goal.cells[0].address, anchor=f"s{c.anchor(r.kpi.key)}")


def _variance(c: Context, r: Result, gap: float | None) -> str:
    shown = c.shown(r)
    if gap is None:
        return MISSING
    return c.reader.variance(gap, shown.style)


def _badges(c: Context, r: Result) -> tuple[str, ...]:
    badges = []
    if r.kpi.lifecycle is Lifecycle.DRAFT:
        badges.append(c.say("badge_draft"))
    if r.period.frequency is not c.card.period.frequency or (r.actual is not None and r.period != c.card.period):
        badges.append(c.reader.period(r.period, short=True, year=False))
    if r.kpi.assumed:
        badges.append(c.say("badge_assumed"))
    if r.stale:
        badges.append(c.say("badge_stale"))
    numbers = [n for n, rev in enumerate(c.card.book.revisions, start=1) if rev.kpi == r.kpi.key]
    badges.extend(f"R{n}" for n in numbers[-2:])
    return tuple(badges)


def _previous_bands(c: Context, r: Result) -> float | None:
    """Return where last year's figure stands on the target scale of today, in watch bands."""
    shown = c.shown(r)
    limit = r.verdict.watch_limit
    if shown.previous is None or shown.target is None or limit is None or limit == shown.target:
        return None
    gap = shown.previous - shown.target
    return (gap if shown.higher else -gap) / abs(shown.target - limit)


def _ytd(c: Context, r: Result) -> Value:
    shown = c.shown(r)
    if r.ytd.actual is None or shown.scored:
        return Value(MISSING)
    mark = "" if r.ytd.actual.covered >= r.ytd.actual.expected else f"{r.ytd.actual.covered}/{r.ytd.actual.expected}"
    return c.value(r, c.reader.number(r.ytd.actual.value, shown.style), r.ytd.actual, mark=mark)


def _ytd_variance(c: Context, r: Result) -> Value:
    shown = c.shown(r)
    verdict = r.ytd.verdict
    if verdict is None or verdict.gap is None or shown.scored:
        return Value(MISSING)
    text = c.reader.variance(c.difference(verdict.gap, r.ytd.actual, r.ytd.goal), shown.style)
    return Value(text, alarm=verdict.status is Status.OFF, decimals=shown.style.decimals)


def _note(c: Context, shown: list[Result]) -> str:
    """Return the note below the table: how the year to date is read, and which KPIs lack months."""
    parts = [c.say("ytd_note")]
    partial = [
        c.say("ytd_partial", name=plain(r.kpi.name, 60), covered=r.ytd.actual.covered, expected=r.ytd.actual.expected)
        for r in shown
        if r.ytd.actual and r.ytd.actual.covered < r.ytd.actual.expected
    ]
    if 0 < len(partial) <= 6:
        parts.append(c.say("ytd_partial_list", names=c.reader.listed(partial)))
    elif partial:
        parts.append(c.say("ytd_partial_many", n=len(partial)))
    if any(rev.kpi for rev in c.card.book.revisions):
        parts.append(c.say("revised_note"))
    if unsure := sum(1 for r in shown if r.kpi.assumed):
        parts.append(c.say("assumed_note", n=unsure))
    parts.extend(foresight.notes(c, shown))
    return c.reader.sentences(parts)


def _counts(c: Context) -> list[tuple[str, str, int, int]]:
    """Return (initial, year label, off, watch) of the last months; the year stands under the first and each January."""
    rows = []
    for place, (period, counts) in enumerate(c.card.history[-COUNT_MONTHS:]):
        year = str(period.year) if place == 0 or period.number == 1 else ""
        rows.append((c.reader.initial(period), year, counts.get(Status.OFF, 0), counts.get(Status.WATCH, 0)))
    return rows
