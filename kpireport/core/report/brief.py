"""The month in ten seconds: the subject of a mail, and the rows in its body. Rule: N1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.core.report import charts
from kpireport.core.report.context import plain
from kpireport.core.scope import parts

if TYPE_CHECKING:
    from kpireport.core.report.context import Context
    from kpireport.core.report.shown.month import Masthead
    from kpireport.core.report.words import Words
    from kpireport.core.scorecard import Result

MOST_ROWS = 25
FEWEST_ROWS = 5  # with fewer off target, KPIs on watch and goals fill up to this
LONGEST_SUBJECT = 180


@dataclass(frozen=True, slots=True)
class Row:
    """One KPI in the body. status: "on", "watch", "off", "none"; state: "Off target, getting worse", of word and trend.

    line: its 13 months, None without figures; alt: what stands in the picture's place.
    """

    status: str
    name: str
    word: str
    trend: str
    state: str
    actual: str
    variance: str
    line: charts.Line | None
    alt: str


@dataclass(frozen=True, slots=True)
class Brief:
    """What a mail says. rows: what needs attention first; more: "and 4 more in the report"; part: "Sales" or ""."""

    subject: str
    part: str
    month: str
    rows: tuple[Row, ...]
    more: str


def brief(c: Context, masthead: Masthead, say: Words, scope: str) -> Brief:
    """Return the brief of a report. say: the sentences of a mail, in the report's language."""
    found = parts(scope)
    part = ", ".join(plain(name, 60) for name in found[1]) if found else ""
    rows = _chosen(c)
    rest = max(0, len(c.off) - MOST_ROWS)
    return Brief(
        subject=_subject(c, masthead, say, part),
        part=part,
        month=c.month(year=False),
        rows=tuple(_row(c, r, say) for r in rows),
        more=say("more", n=rest) if rest else "",
    )


def _subject(c: Context, masthead: Masthead, say: Words, part: str) -> str:
    """Return the subject: it says the message, and which part it is of."""
    off, total = c.counted.off, c.counted.rated
    whose = masthead.organisation
    if c.card.book.settings.report_name:  # an organisation may have several
        whose = say("of_report", organisation=whose, report=masthead.report)
    if part:
        whose = say("of_part", organisation=whose, part=part)
    key = "subject_metrics" if not total else "subject_off" if off else "subject"
    text = say(key, whose=whose, period=masthead.period, on=c.counted.on, total=total, n=off or total)
    return " ".join(text.split())[:LONGEST_SUBJECT]


def _chosen(c: Context) -> tuple[Result, ...]:
    """Return all that is off target, goals first; up to five rows also what is on watch and gets worse, and goals."""
    off = list(c.off[:MOST_ROWS])
    watch = [r for r in c.watch if r.signal.trend == "worse"]
    listed = {r.kpi.key for r in (*off, *watch)}
    goals = [r for r in c.goals if r.kpi.key not in listed]
    listed |= {r.kpi.key for r in goals}
    others = [r for r in c.rated if r.kpi.key not in listed]
    return tuple(off + (watch + goals + others)[: max(0, FEWEST_ROWS - len(off))])


def _row(c: Context, r: Result, say: Words) -> Row:
    shown, gap = c.shown(r), c.gap(r)
    trend = r.signal.trend if shown.actual is not None else ""
    word = c.status_word(r.status)
    heading = say(f"trend_{trend}") if trend in ("better", "worse", "steady") else ""
    marks = c.marks(r)
    name = plain(r.kpi.name, 90)
    return Row(
        status=c.standing(r),
        name=name,
        word=word,
        trend=heading,
        state=say("state", status=word, trend=heading) if heading else word,
        actual=c.reader.full(shown.actual, shown.style) if shown.actual is not None else c.score(r) or c.say("no_data"),
        variance=c.reader.points(gap, shown.style) if gap is not None and shown.actual is not None else "",
        line=charts.line(marks, size="large", title=name) if marks else None,
        alt=say("chart", name=name),
    )
