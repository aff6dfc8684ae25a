"""Where all KPIs stand and where they are heading: status by trend, and what has changed. Rule: E8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.report import foresight
from kpireport.core.report.context import RATED, plain
from kpireport.core.report.shown.month import Matrix, MatrixCell, MatrixRow
from kpireport.core.scorecard import Status
from kpireport.core.signal import TrendSentence

if TYPE_CHECKING:
    from kpireport.core.report.context import Context
    from kpireport.core.scorecard import Result

NAMED_FULLY = 24
NAMED_PARTLY = 60
MOST_WORSE = 4
MOST_NAMES = 4  # that have changed in the same way; more are counted
TRENDS = ("worse", "steady", "better")


def matrix(c: Context, most: int | None = None) -> Matrix | None:
    """Status by trend. None for one KPI. most: names in a cell; None: all. With more it shows how many. Rule: E8."""
    if len(c.rated) < 2:
        return None
    unknown = any(_trend(r) == "none" for r in c.rated if r.status is not Status.NONE)
    rows = tuple(_row(c, status, most) for status in (Status.ON, Status.WATCH, Status.OFF))
    named = MOST_NAMES if most is None else min(most, MOST_NAMES)
    notes = [note for note in (foresight.changed(c), _moved(c, named), _without(c, named)) if note]
    return Matrix(c.say("matrix_title", n=len(c.rated), k=c.reader.count(len(c.rated))), rows, tuple(notes), unknown)


def _row(c: Context, status: Status, most: int | None) -> MatrixRow:
    chosen = [r for r in c.rated if r.status is status]
    cells = {
        trend: _cell(c, status, trend, [r for r in chosen if _trend(r) == trend], most) for trend in (*TRENDS, "none")
    }
    return MatrixRow(c.code(status), len(chosen), cells["worse"], cells["steady"], cells["better"], cells["none"])


def _trend(r: Result) -> str:
    """Return the matrix column of a KPI. A change that is neither better nor worse, of a range, is told as steady; a
    series that drifts by itself has no word."""
    if r.signal.sentence == TrendSentence.DRIFTS and r.signal.trend not in TRENDS:
        return "none"
    return r.signal.trend if r.signal.trend in TRENDS else "steady" if r.signal.usual else "none"


def _cell(c: Context, status: Status, trend: str, chosen: list[Result], most: int | None) -> MatrixCell:
    """Return the names of a cell, goals first; in a long report only those that are off target and get worse."""
    total, alarm = len(c.rated), status is Status.OFF and trend == "worse"
    counted = (total > NAMED_PARTLY and not alarm) or (total > NAMED_FULLY and status is Status.ON)
    limit = min(len(chosen) if most is None else most, MOST_WORSE if total > NAMED_PARTLY else len(chosen))
    if counted or not limit or (len(chosen) > limit and not alarm):
        return MatrixCell((), count=c.reader.plain(len(chosen)) if chosen else "")
    ordered = sorted(chosen, key=lambda r: not c.is_goal(r))
    names = tuple((plain(r.kpi.name, 70), c.anchor(r.kpi.key), c.is_goal(r)) for r in ordered[:limit])
    return MatrixCell(names, c.say("and_more", n=len(chosen) - limit) if len(chosen) > limit else "")


def _moved(c: Context, named: int) -> tuple[str, str] | None:
    """Return which KPIs have another status than the month before, in words; that may be noise, and is no change."""
    moves: dict[tuple[Status, Status], list[str]] = {}
    for r in c.rated:
        if len(r.points) < 2 or r.period != c.card.period or r.status is Status.NONE:
            continue
        before = r.points[-2].verdict
        now = r.points[-1].verdict
        if before and now and before.status is not now.status and before.status in RATED[:3]:
            moves.setdefault((before.status, now.status), []).append(plain(r.kpi.name, 60))
    if not moves:
        return None
    month = c.month(c.card.book.calendar.previous(c.card.period), year=False)
    sentences = []
    for (before_status, now_status), names in moves.items():
        listed = c.reader.listed(names) if len(names) <= named else c.say("kpis", n=len(names))
        before_word, now_word = (c.say(f"went_{status.value}") for status in (before_status, now_status))
        sentences.append(c.say("went", names=listed, before=before_word, now=now_word))
    return c.say("status_since", month=month), foresight.join(c, sentences)


def _whose(c: Context, r: Result) -> str:
    """Write a KPI without a figure with who has it, and its cell where there is one. Rule: R59."""
    cells = [o.where.address for o in c.card.book.observations if o.kpi == r.kpi.key and o.period == r.period]
    who = c.reader.joined(filter(None, (plain(r.owner or r.kpi.owner, 40), *cells[:1])))
    name = plain(r.kpi.name, 60)
    return c.say("missing_by", name=name, who=who) if who else name


def _without(c: Context, named: int) -> tuple[str, str] | None:
    names = [_whose(c, r) for r in c.rated if r.status is Status.NONE]
    if not names:
        return None
    listed = c.reader.listed(names) if len(names) <= named + 2 else c.say("kpis", n=len(names))
    return c.say("no_data_for", month=c.month(year=False)), listed
