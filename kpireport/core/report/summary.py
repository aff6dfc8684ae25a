"""The month in one page: masthead, headline, lead, goal panels, what is off target, decisions, the matrix.

Rule: E1, E2, E3, E4, E5, E6, E7, E8.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core.model import Direction, NoteKind, Step
from kpireport.core.report import charts, foresight
from kpireport.core.report.charts.ticks import fit, width
from kpireport.core.report.context import RATED, opening, plain
from kpireport.core.report.shown.month import Masthead, OffLine, OffTable, Panel
from kpireport.core.report.shown.voice import Value, Voice
from kpireport.core.scope import parts
from kpireport.core.scorecard import Status
from kpireport.core.signal import TrendSentence
from kpireport.core.standing import Headline, standing, streak

if TYPE_CHECKING:
    from datetime import date

    from kpireport.core.model import Note, PlanItem
    from kpireport.core.report.context import Context
    from kpireport.core.scorecard import Result
    from kpireport.core.standing import StatusCounts

MOST_PANELS = 8
MOST_OFF = 5
IN_A_ROW = 4
FIGURE_ROOM = 113.0  # points for the big figure and its variance
OFF_NAME = 184.0  # points of a name in the table of what is off target: two lines
NAME_ROOMS = {1: 478.0, 2: 220.0, 3: 134.0}  # points beside the signal, for a semibold name, by count of panels
NAME_ROOM = 92.0  # with four in a row
CHART_WIDTHS = {1: 241.0, 2: 241.0, 3: 155.7}  # points; equal columns are filled
PAIR = 2
DECISIONS, DECISION_LENGTH = 3, 320


def masthead(c: Context, *, issued: date, scope: str) -> Masthead:
    """Issued: the day of the report, on which the workbooks were read. Rule: E1."""
    settings = c.card.book.settings
    organisation = plain(settings.organisation, 80) or (c.card.book.sources[0].file if c.card.book.sources else "")
    report = plain(settings.report_name, 80) or c.say("report_name")
    unsure = bool(c.card.book.held)
    state = _state(c, issued)
    state = c.say("unconfirmed") if unsure else state
    date = c.reader.day(issued)
    footer = c.say("footer", organisation=organisation, report=report, period=c.month(), date=date)
    named = parts(scope)
    part = plain(c.reader.joined(named[1]) if named else "", 80)
    return Masthead(organisation, report, c.month(), state, c.provisional or unsure, part, footer)


def _state(c: Context, issued: date) -> str:
    """Say whether the figures are final; of a period that is running, up to which day they are. Rule: R60."""
    if c.running:
        return c.say("provisional_to", day=c.reader.day(c.card.today))
    return c.say("provisional") if c.provisional else c.say("final", date=c.reader.day(issued))


def headline(c: Context) -> Voice:
    """The sentence someone wrote, or else the count of goals and the worst of them. Rule: E2."""
    written = c.voice(NoteKind.HEADLINE)
    if written:
        return Voice(plain(written.text, 160), written=True)
    goals = standing(g.status for g in c.goals)
    if c.running:
        return Voice(c.say("headline_running", period=c.month(), day=c.reader.day(c.card.today)))
    if not c.rated:
        return Voice(c.say("headline_metrics", n=len(c.card.results), period=c.month()))
    if len(c.off) == len(c.rated) > 1:
        return Voice(c.say("headline_all_off", n=len(c.rated)))
    if not goals.with_data:
        return Voice(c.say("headline_nothing", n=len(c.rated), period=c.month()))
    worst = next((r for r in c.off if c.is_goal(r)), None) or next(iter(c.off), None)
    text = goals_met(c, goals)
    if worst is None:
        return Voice(text)
    return Voice(c.say("headline_worst", text=text, worst=plain(worst.kpi.name, 60), side=c.side(worst)))


def goals_met(c: Context, goals: StatusCounts) -> str:
    """Return how many of the goals are on target, as a sentence without its end. Rule: R59."""
    if goals.headline is Headline.ALL:
        return c.say("headline_all", n=goals.on)
    if goals.headline is Headline.ALL_WITH_DATA:
        return c.say("headline_all_with_data", n=goals.on, m=goals.without)
    total = c.reader.count(goals.rated)
    if not goals.on and goals.rated == PAIR:
        return c.say("headline_neither")
    if not goals.on:
        return c.say("headline_none", n=goals.rated, total=total)
    return c.say("headline", n=goals.on, k=opening(c.reader.count(goals.on)), total=total)


def lead(c: Context) -> str:
    """The count of KPIs by status, against the month before, and one fact. Rule: E2."""
    on, total = c.counted.on, c.counted.rated
    if c.running:
        return _reading(c)
    if not total:
        return c.reader.sentences([c.say("lead_none"), _reading(c)])
    before = _before(c)
    text = (
        c.say("lead_on", n=total, on=on)
        if before is None
        else c.say(
            "lead_on_before",
            n=total,
            on=on,
            before=before,
            month=c.month(c.card.book.calendar.previous(c.card.period), year=False),
        )
    )
    others = [
        c.say(key, k=c.reader.plain(n), n=n)
        for n, key in (
            (c.counted.watch, "lead_watch"),
            (c.counted.off, "lead_off"),
            (c.counted.without, "lead_without"),
        )
        if n
    ]
    sentence = c.say("lead", on=text, others=c.reader.listed(others)) if others else c.say("lead_only", on=text)
    return c.reader.sentences([sentence, _fact(c), _reading(c)])


def _reading(c: Context) -> str:
    """Say that the reading is not confirmed, or how many questions are open. Rule: L29."""
    held = c.card.book.held
    if not held:
        return ""
    asked = sum(len(state.open) for state in held)
    if any(state.needs_confirming for state in held):
        return c.say("lead_unconfirmed_asked", n=asked) if asked else c.say("lead_unconfirmed")
    return c.say("lead_asked", n=asked) if asked else c.say("lead_changed")


def _before(c: Context) -> int | None:
    previous = c.card.book.calendar.previous(c.card.period)
    for period, counts in c.card.history:
        if period == previous and any(counts.get(status) for status in RATED if status is not Status.NONE):
            return counts.get(Status.ON, 0)
    return None


def _fact(c: Context) -> str:
    """Return one fact more: the goal that most of the off-target KPIs serve, if there is one."""
    serving = Counter(_goal_of(c, r) for r in c.off)
    serving.pop("", None)
    if not serving:
        return ""
    goal, count = serving.most_common(1)[0]
    if count < 2:
        return ""
    text = c.say(
        "lead_fact", k=c.reader.count(count), n=len(c.off), off=c.reader.count(len(c.off)), goal=plain(c.name(goal), 60)
    )
    return opening(text)


def _goal_of(c: Context, result: Result) -> str:
    """Return the key of the goal that a KPI serves, itself if it is one; parents are acyclic by now. Rule: R19."""
    key = result.kpi.key
    while (parent := c.card.results[key].kpi.parent) in c.card.results and parent is not None:
        key = parent
    return key if c.is_goal(c.card.results[key]) else ""


def panels(c: Context) -> tuple[Panel, ...]:
    """One panel a goal, at most eight; with more the scorecard's goal rows serve. Rule: E3."""
    if len(c.goals) > MOST_PANELS:
        return ()
    wide = CHART_WIDTHS.get(len(c.goals), charts.PANEL)
    found = [_panel(c, goal, wide) for goal in c.goals]
    room = NAME_ROOMS.get(len(found), NAME_ROOM)
    tall = any(width(panel.goal, 9) > room for panel in found)
    return tuple(replace(panel, tall=tall, goal=fit(panel.goal, 9, 2 * room * 0.92)) for panel in found)


def _panel(c: Context, r: Result, wide: float) -> Panel:
    shown = c.shown(r)
    marks = c.marks(r)
    unit = c.unit(r)
    goal = plain(r.kpi.texts.get("goal", ""), 70)
    measure = c.reader.joined((r.kpi.name if goal else "", c.say("drivers_score_label") if c.score(r) else unit))
    title = _numbers(c, r)
    scale = None
    if not shown.scored:
        band = (
            None if r.verdict.watch_limit is None or shown.target is None else abs(shown.target - r.verdict.watch_limit)
        )
        scale = charts.scale(
            target=shown.target,
            band=band,
            actual=shown.actual,
            previous=shown.previous,
            higher_better=shown.higher,
            off=r.status is Status.OFF,
            words=lambda v: c.reader.number(v, shown.style),
            title=title,
            usual=_spread(r),
            wide=wide,
            limits=r.bounds,
        )
    return Panel(
        anchor=c.anchor(r.kpi.key),
        status=c.standing(r),
        goal=plain(goal or r.kpi.name, 70),
        measure=plain(measure, 60),
        figure=c.actual(r) if not shown.scored else Value(_score(c, r)),
        has_figure=shown.actual is not None or bool(c.score(r)),
        variance=_variance(c, r),
        sentence=_sentence(c, r),
        first=marks[0].label if marks else "",
        last=marks[-1].label if len(marks) > 1 else "",
        scale=scale,
        line=charts.line(marks, size="large", title=title, usual=_steady(r), wide=wide) if marks else None,
    )


def _score(c: Context, r: Result) -> str:
    """Write the figure of a goal of which only the drivers' score is known; its label stands above it."""
    return c.attained(r.roll.score) if c.score(r) and r.roll else c.say("no_data")


def _steady(r: Result) -> bool:
    """Return whether the usual range is drawn: noise should look like noise. Rule: E5."""
    return r.signal.usual is not None and r.signal.trend == "steady"


def _spread(r: Result) -> tuple[float, float] | None:
    values = [p.actual.value for p in r.points[-13:] if p.actual]
    return (min(values), max(values)) if values else None


def _numbers(c: Context, r: Result) -> str:
    shown = c.shown(r)
    if score := c.score(r):
        return f"{r.kpi.name}: {score}"
    parts = [c.say("title_actual", value=c.reader.full(shown.actual, shown.style))]
    if shown.target is not None:
        parts.append(c.say("title_target", value=c.goal_text(r.goal, shown.style, full=True)))
    if shown.previous is not None:
        parts.append(c.say("title_previous", value=c.reader.full(shown.previous, shown.style)))
    return f"{r.kpi.name}: {', '.join(parts)}"


def _variance(c: Context, r: Result) -> Value:
    shown, gap = c.shown(r), c.gap(r)
    if shown.actual is None or gap is None:
        return Value("")
    if shown.style.currency and shown.target and shown.target > 0:
        text = c.reader.signed_percent(gap / shown.target)
    else:
        text = c.reader.points(gap, shown.style)
    full = c.say("vs_target", variance=text)
    taken = width(c.actual(r).text, 22) + 5 + width(full, 8)
    return Value(full if taken < FIGURE_ROOM else text, alarm=r.status is Status.OFF)


def _sentence(c: Context, r: Result) -> str:
    """One computed sentence: how long, in which direction, and where the year lands. Rule: E3."""
    parts = []
    shown = c.shown(r)
    few = len(c.goals) <= IN_A_ROW
    one, many = c.rhythm(r, "one"), c.rhythm(r, "many")
    if shown.actual is None and not c.score(r):
        last = next((p for p in reversed(r.points) if p.actual), None)
        return c.say("since_when", one=one, period=c.reader.period(last.period)) if last else c.say("never_data")
    run = run_of(r, r.status)
    moved = r.signal.trend in foresight.MOVED
    if r.status is Status.OFF:
        key = f"{'off_first' if run == 1 else 'off_run'}{'_' + r.signal.trend if moved else ''}"
        nth = c.reader.ordinal(run)
        parts.append(c.say(key, nth=nth, Nth=opening(nth), n=run, one=one, many=many))
    elif r.status is Status.WATCH:
        nth = c.reader.ordinal(run)
        parts.append(
            c.say("watch_first", one=one) if run == 1 else c.say("watch_run", nth=nth, n=run, one=one, many=many)
        )
    elif months := streak(p.verdict.status if p.verdict else None for p in r.points):
        parts.append(c.say("on_run", n=months, many=many))
    if r.signal.sentence == TrendSentence.USUAL and r.signal.usual and r.status is not Status.OFF:
        low, high = (c.reader.full(v, shown.style) for v in r.signal.usual)
        parts.append(c.say("in_range_seasonal" if r.signal.seasonal else "in_range", low=low, high=high))
    elif moved and r.status is not Status.OFF:
        parts.append(_moved(c, r))
    if year := foresight.panel_sentence(c, r):
        parts.append(year)
    elif shown.scored and r.roll and r.roll.worst:
        parts.append(c.say("panel_worst", name=c.name(r.roll.worst)))
    return foresight.join(c, parts[-2 if few or r.status is Status.OFF else -1 :])


def _moved(c: Context, r: Result) -> str:
    """Say that a goal gets better or worse; "not just noise" only where its months do not resemble each other."""
    key = f"panel_{r.signal.trend}"
    if r.signal.sentence == TrendSentence.NEW_LEVEL and r.signal.since is not None:
        return c.say(f"{key}_new_level", since=c.reader.period(r.signal.since, short=True))
    if r.signal.sentence == TrendSentence.DRIFTS:
        return c.say(f"panel_{r.signal.trend}_drifts")
    return c.say(key)


def run_of(r: Result, status: Status) -> int:
    """Return for how many periods in a row, up to the report period, a KPI has had this status."""
    run = 0
    for point in reversed(r.points):
        if point.verdict is None or point.verdict.status is not status:
            break
        run += 1
    return run


def off_table(c: Context, most: int = MOST_OFF) -> OffTable:
    """Most: rows; the others are counted. Rule: E6."""
    nothing = "nothing_off" if c.counted.nothing_off else "nothing_off_with_data" if c.counted.with_data else ""
    return _table(c, c.off, "off_title", nothing, most)


def watch_table(c: Context, most: int = MOST_OFF) -> OffTable | None:
    """The watch KPIs take the place of those off target when there are none. Rule: E6."""
    return _table(c, c.watch, "watch_title", "", most) if c.watch and not c.off else None


def _table(c: Context, chosen: tuple[Result, ...], title: str, nothing: str, most: int) -> OffTable:
    rows = tuple(off_line(c, r) for r in chosen[:most])
    more = len(chosen) - len(rows)
    heading = c.say(title, n=len(chosen), k=c.reader.count(len(chosen)))
    sentence = c.say(nothing, n=c.counted.without) if nothing and not chosen and not c.running else ""
    head = c.say("against_head", month=c.month(year=False))
    return OffTable(heading, rows, c.say("and_more", n=more) if more else "", sentence, head)


def off_line(c: Context, r: Result) -> OffLine:
    """Return one KPI with how far it is from target, and what is done about it."""
    step = first_action(c, r.kpi.key)
    section = "x" if r.status is Status.OFF else ""
    return OffLine(
        status=c.standing(r),
        name=fit(plain(r.kpi.name, 120), 8, OFF_NAME),
        link=f"{section}{c.anchor(r.kpi.key)}",
        against=c.against(r),
        action=Voice(plain(step.action, 140), written=True) if step else None,
        owner=plain((step.owner if step else "") or r.owner or r.kpi.owner, 40),
        due=c.reader.day(step.due, short=True) if step and step.due else "",
        source=f"s{c.anchor(r.kpi.key)}",
    )


def first_action(c: Context, key: str) -> PlanItem | None:
    """Return the first thing that is still to be done for a KPI: the earliest due, open ones only."""
    steps = [i for i in c.plan_for(key, Step.ACTION, Step.INITIATIVE, Step.TASK, Step.MILESTONE) if not i.finished]
    order = {Step.ACTION: 0, Step.INITIATIVE: 0, Step.TASK: 1, Step.MILESTONE: 2}
    dated = sorted(steps, key=lambda i: (order[i.step], i.due is None, i.due.toordinal() if i.due else 0))
    return dated[0] if dated else None


def decisions(c: Context) -> tuple[str, ...]:
    """The first decisions asked for, as they fit on page 1; the notes hold what is cut or left out here. Rule: E7."""
    return tuple(_decision(c, note.text) for note in decision_notes(c)[:DECISIONS])


def _decision(c: Context, text: str) -> str:
    """Return a decision as page 1 has room for it; one that is cut says where it stands whole."""
    shown = plain(text, DECISION_LENGTH)
    return c.say("decision_whole", text=shown) if shown.endswith("…") and not text.rstrip().endswith("…") else shown


def decision_notes(c: Context) -> list[Note]:
    """Return the decisions asked for, about the whole report or one KPI, in the report period."""
    return [
        note for note in c.card.book.notes if note.kind is NoteKind.DECISION and note.period in (None, c.card.period)
    ]


def direction_word(c: Context, r: Result) -> str:
    """Return "lower is better" and the like, "" for the usual case."""
    match r.kpi.direction:
        case Direction.LOWER:
            return c.say("lower_is_better")
        case Direction.RANGE:
            return c.say("range_is_best")
        case _:
            return ""
