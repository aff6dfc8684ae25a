"""A section for each KPI off target: chart, facts, the metrics behind it, obstacle, who does what. Rule: E10, E11."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core.formatting import typed_decimals
from kpireport.core.model import Kind, NoteKind, Step
from kpireport.core.report import charts, foresight
from kpireport.core.report.breakdowns import breakdown
from kpireport.core.report.conditions import condition_words
from kpireport.core.report.context import opening, plain, whole
from kpireport.core.report.shown.section import ActionLine, Answer, Driver, Exceptions, ExceptionSection, Fact
from kpireport.core.report.shown.voice import Value, Voice
from kpireport.core.report.summary import direction_word, off_line, run_of
from kpireport.core.scorecard import Status

if TYPE_CHECKING:
    from kpireport.core.formatting import Style
    from kpireport.core.model import PlanItem
    from kpireport.core.report.context import Context
    from kpireport.core.scorecard import Result

FULL_SECTIONS = 10
MOST_SECTIONS = 30
MOST_REST = 120  # lines of the table after the sections: two pages and a half
MOST_DRIVERS = 5
MOST_ACTIONS = 6
MOST_PLACES = 2  # of a benchmark
MOST_FACTS = 9  # beside a chart of 140 pt, with the metrics behind it: two sections fit a page
FORECAST_MONTHS = 3
ROOM = 4  # sentences about the data


def exceptions(c: Context) -> Exceptions | None:
    """None where nothing is off target. A report of one KPI shows it here whatever its status. Rule: E10."""
    chosen = c.off
    if not chosen and len(c.rated) == 1 and c.rated[0].actual is not None:
        chosen = c.rated
    if not chosen:
        return None
    sections = tuple(section(c, r, short=place >= FULL_SECTIONS) for place, r in enumerate(chosen[:MOST_SECTIONS]))
    rest = tuple(off_line(c, r) for r in chosen[MOST_SECTIONS : MOST_SECTIONS + MOST_REST])
    left = len(chosen) - len(sections) - len(rest)
    title = c.say("exceptions_title", n=len(chosen), k=c.reader.count(len(chosen)))
    line = c.say("exceptions_line") if c.off else ""
    if not c.off:
        title = c.say("lone_title", name=plain(chosen[0].kpi.name, 80))
    return Exceptions(title, line, sections, rest, c.say("and_more", n=left) if left else "")


def section(c: Context, r: Result, *, short: bool = False) -> ExceptionSection:
    """Return one KPI's section; short: title, line and one action only."""
    actions = tuple(action_line(c, item) for item in _actions(c, r))
    shown = actions[:1] if short else actions[:MOST_ACTIONS]
    parts = () if short else breakdown(c, r)
    return ExceptionSection(
        anchor=f"x{c.anchor(r.kpi.key)}",
        status=c.standing(r),
        title=_title(c, r),
        line=_line(c, r),
        chart=None if short else _chart(c, r),
        facts=() if short else _facts(c, r),
        drivers=() if short else _drivers(c, r),
        driver_heads=(c.reader.period(r.period, short=True, year=False), c.say("code_change")),
        answers=() if short else _answers(c, r),
        actions=shown,
        more=c.say("and_more", n=len(actions) - len(shown)) if len(actions) > len(shown) else "",
        breakdown_title=c.say("breakdown", period=c.month(r.period)) if parts else "",
        breakdown=parts,
        short=short,
    )


def _title(c: Context, r: Result) -> str:
    run = run_of(r, r.status)
    name = plain(r.kpi.name, 90)
    if c.shown(r).scored:
        return c.say("exception_title_scored", name=name, score=c.score(r) or c.say("no_data"))
    actual, side = c.reader.full(c.shown(r).actual, c.shown(r).style), c.side(r)
    if r.status is Status.OFF and run > 1:
        k, many = c.reader.count(run), c.rhythm(r, "many")
        return c.say("exception_title_run", name=name, actual=actual, side=side, n=run, k=k, many=many)
    if not c.gap(r):
        return c.say("exception_title_met", name=name, actual=actual, side=side)
    falling = _streak(r)
    if abs(falling) > 2:
        key, run = "exception_title_falling" if falling < 0 else "exception_title_rising", abs(falling)
        many = c.rhythm(r, "many")
        return c.say(key, name=name, actual=actual, side=side, n=run, k=c.reader.count(run), many=many)
    return c.say("exception_title", name=name, actual=actual, side=side)


def _streak(r: Result) -> int:
    """Return for how many periods in a row the figure has fallen (negative) or risen (positive)."""
    values = [p.actual.value if p.actual else None for p in r.points]
    run = 0
    for earlier, later in zip(reversed(values[:-1]), reversed(values[1:]), strict=True):
        if earlier is None or later is None or earlier == later:
            break
        step = 1 if later > earlier else -1
        if run and (run > 0) != (step > 0):
            break
        run += step
    return run


def _line(c: Context, r: Result) -> str:
    parts = [plain(c.name(r.kpi.parent), 60), plain(r.kpi.department, 60), c.unit(r), direction_word(c, r)]
    if r.kpi.definition:
        parts.insert(2, plain(r.kpi.definition, 90))
    return c.say("who_what_when", parts=c.reader.joined(parts), period=c.month(r.period)).lstrip("; ")


def _chart(c: Context, r: Result) -> charts.Trend | None:
    shown = c.shown(r)
    marks = list(c.marks(r))
    if not marks:
        return None
    report_index = len(marks) - 1
    landing = r.landing.months[:FORECAST_MONTHS]
    period = r.period
    for value in landing:
        period = c.card.book.calendar.shift(period, 1)
        marks.append(
            charts.Mark(
                label=c.reader.period(period, short=True),
                initial=c.reader.initial(period),
                year=str(c.card.book.calendar.start(period).year),
                actual=None,
                forecast=value,
                usual=None if r.signal.seasonal else r.signal.usual,
                tip=f"{c.reader.period(period, short=True)}: {c.reader.full(value, shown.style)}",
            )
        )
    marks[: report_index + 1] = [replace(m, forecast=None) for m in marks[: report_index + 1]]
    target, limit = shown.target, r.verdict.watch_limit
    return charts.trend(
        marks,
        words=lambda values: c.reader.ticks(values, shown.style),
        limits=r.bounds,
        title=c.say(
            "chart_title",
            name=r.kpi.name,
            each=c.rhythm(r, "each"),
            value=c.reader.full(shown.actual, shown.style),
        ),
        target_label=c.say("chart_target", value=c.reader.number(target, shown.style)) if target is not None else "",
        watch_label=c.say("chart_watch", value=c.reader.number(limit, shown.style)) if limit is not None else "",
        forecast_label=c.say("chart_forecast", value=c.reader.number(landing[-1], shown.style)) if landing else "",
        usual_label=_usual_label(c, r),
        value_label=c.reader.number(shown.actual, shown.style),
        report_index=report_index,
    )


def _usual_label(c: Context, r: Result) -> str:
    if r.signal.usual is None:
        return ""
    low, high = (c.reader.number(v, c.shown(r).style) for v in r.signal.usual)
    return c.say("chart_usual_seasonal" if r.signal.seasonal else "chart_usual", low=low, high=high)


def _facts(c: Context, r: Result) -> tuple[Fact, ...]:
    shown = c.shown(r)
    month = c.reader.period(r.period, short=True, year=False)
    text = c.score(r) if shown.scored else c.reader.full(shown.actual, shown.style)
    facts = [Fact(c.say("fact_actual", month=month), c.value(r, text, r.actual), True)]
    if r.goal is not None and not shown.scored:
        facts.append(Fact(c.say("fact_target"), Value(c.goal_text(r.goal, shown.style, full=True))))
        facts.append(Fact(c.say("code_gap"), Value(c.delta(r, c.gap(r)), alarm=r.status is Status.OFF), True))
    if r.kpi.benchmark is not None:
        facts.append(Fact(c.say("fact_benchmark"), Value(_as_finely(c, r.kpi.benchmark, shown.style))))
    if r.previous.delta is not None:
        facts.append(
            Fact(c.say("fact_previous", one=c.rhythm(r, "one")), Value(c.change_text(r.previous, shown.style)))
        )
    if r.year_ago.delta is not None:
        facts.append(Fact(c.say("fact_year_ago"), Value(c.change_text(r.year_ago, shown.style))))
    facts.extend(_year_facts(c, r))
    for fired in c.card.fired:
        if fired.kpi == r.kpi.key and fired.fired:
            since = c.reader.period(fired.since, short=True) if fired.since else ""
            facts.append(
                Fact(
                    c.say("fact_trigger", condition=plain(condition_words(c, fired), 40)),
                    Value(c.say("fired", since=since)),
                    True,
                )
            )
    if wanted := foresight.needed(c, r):
        facts.append(Fact(wanted[0], Value(wanted[1])))
    if r.verdict.attainment is not None and len(facts) < MOST_FACTS:
        facts.insert(3, Fact(c.say("fact_attainment"), Value(c.attained(r.verdict.attainment))))
    return tuple(facts[:MOST_FACTS])


def _as_finely(c: Context, value: float, style: Style) -> str:
    """Write a figure of others with the decimals that it was typed with, two at most, and those of ours at least."""
    typed = typed_decimals(value * 100 if style.share else value / style.divisor)
    return c.reader.full(value, replace(style, decimals=max(style.decimals, min(MOST_PLACES, typed))))


def _year_facts(c: Context, r: Result) -> list[Fact]:
    shown = c.shown(r)
    facts = []
    if r.ytd.actual is not None:
        facts.append(
            Fact(c.say(f"fact_ytd_{_way(r)}"), c.value(r, c.reader.full(r.ytd.actual.value, shown.style), r.ytd.actual))
        )
    if r.landing.expected is not None:
        label = c.say("fact_landing", year=foresight.year_name(c, r))
        facts.append(Fact(label, Value(c.reader.full(r.landing.expected, shown.style))))
    if r.landing.chance is not None:
        facts.append(Fact(c.say("fact_chance"), Value(foresight.chance(c, r.landing.chance))))
    return facts


def _way(r: Result) -> str:
    way = r.kpi.aggregation.value if r.kpi.aggregation else "sum"
    return way if way in ("sum", "average", "last", "ratio") else "other"


def _drivers(c: Context, r: Result) -> tuple[Driver, ...]:
    """Return the metrics that feed the KPI: its metric children, numerator and denominator."""
    wanted = [x for x in c.card.results.values() if x.kpi.parent == r.kpi.key and x.kpi.kind is Kind.METRIC]
    for key in (r.kpi.numerator, r.kpi.denominator):
        found = c.card.results.get(key) if key else None
        if found and found not in wanted:
            wanted.append(found)
    drivers = []
    for metric in wanted[:MOST_DRIVERS]:
        shown = c.shown(metric)
        marks = c.marks(metric)
        unit = c.unit(metric)
        named = unit.casefold() in metric.kpi.name.casefold()  # "Calls offered, calls" says it twice
        name = c.reader.joined((plain(metric.kpi.name, 50), "" if named else unit))
        drivers.append(
            Driver(
                name,
                charts.line(marks, size="metric", title=name) if marks else None,
                c.value(metric, c.reader.number(shown.actual, shown.style), metric.actual),
                c.change_text(metric.year_ago, shown.style),
            )
        )
    return tuple(drivers)


def _answers(c: Context, r: Result) -> tuple[Answer, ...]:
    answers = [Answer(c.say("answer_data"), Voice(_data_say(c, r)))]
    obstacle = _obstacle(c, r)
    if obstacle:
        answers.append(Answer(c.say("answer_obstacle"), obstacle))
    elif r.status is Status.OFF:
        owner = plain(r.owner or r.kpi.owner, 60)
        text = c.say("not_explained", owner=owner) if owner else c.say("not_explained_nobody")
        answers.append(Answer(c.say("answer_obstacle"), Voice(text), missing=True))
    customers = c.voice(NoteKind.CUSTOMERS, r.kpi.key)
    benefit = r.kpi.texts.get("customer_benefit", "")
    if customers or benefit:
        voice = customers or Voice(benefit, written=True)
        answers.append(Answer(c.say("answer_customers"), Voice(whole(voice.text), written=True)))
    money = c.voice(NoteKind.MONEY, r.kpi.key)
    if money:
        answers.append(Answer(c.say("answer_money"), Voice(whole(money.text), written=True)))
    elif cost := _cost(c, r):
        answers.append(Answer(c.say("answer_money"), Voice(cost)))
    comments = c.voice(NoteKind.COMMENT, r.kpi.key)
    if comments:
        answers.append(Answer(c.say("answer_comment"), Voice(whole(comments.text), written=True)))
    return tuple(answers)


def _obstacle(c: Context, r: Result) -> Voice | None:
    for kind in (NoteKind.OBSTACLE, NoteKind.CAUSE):
        if voice := c.voice(kind, r.kpi.key):
            return Voice(whole(voice.text), written=True)
    planned = [item.obstacle for item in c.plan_for(r.kpi.key) if item.obstacle and not item.finished]
    text = planned[0] if planned else r.kpi.texts.get("problem", "")
    return Voice(whole(text), written=True) if text else None


def _cost(c: Context, r: Result) -> str:
    items = [i for i in c.plan_for(r.kpi.key) if i.budget]
    if not items:
        return ""
    scale, currency = c.plan_money
    budget = sum(i.budget or 0 for i in items) / scale
    spent = sum(i.spent or 0 for i in items) / scale
    count = opening(c.reader.count(len(items)))
    return c.say("cost", n=len(items), k=count, budget=c.money(budget, currency), spent=c.money(spent, currency))


def _data_say(c: Context, r: Result) -> str:
    """Return what the data say, by rule: the run of months, the signal, the year, the drivers that moved most."""
    parts: list[str] = []
    streak = _streak(r)
    run = run_of(r, Status.OFF)
    if abs(streak) > 1:
        key = "data_falling" if streak < 0 else "data_rising"
        parts.append(c.say(key, n=abs(streak), k=opening(c.reader.count(abs(streak))), many=c.rhythm(r, "many")))
    elif run > 1:
        parts.append(c.say("data_off", n=run, k=c.reader.count(run), many=c.rhythm(r, "many")))
    parts.extend(foresight.signal_sentences(c, r))
    parts.extend(foresight.landing_sentences(c, r))
    moved = [x for x in c.card.results.values() if x.kpi.parent == r.kpi.key and x.kpi.kind is Kind.METRIC]
    moved = [x for x in moved if x.year_ago.ratio is not None and abs(x.year_ago.ratio) >= 0.05]
    moved.sort(key=lambda x: -abs(x.year_ago.ratio or 0))
    for x in moved[: max(0, ROOM - sum(1 for p in parts if p))]:
        ratio = x.year_ago.ratio or 0
        parts.append(
            c.say(
                "data_metric_up" if ratio > 0 else "data_metric_down",
                name=plain(x.kpi.name, 60),
                change=c.reader.percent(abs(ratio)),
            )
        )
    if not any(parts):
        parts.append(c.say("data_only", against=c.against(r), period=c.month(r.period)))
    return foresight.join(c, parts)


def _actions(c: Context, r: Result) -> list[PlanItem]:
    items = [i for i in c.plan_for(r.kpi.key) if i.step in (Step.ACTION, Step.INITIATIVE, Step.MILESTONE)]
    return sorted(items, key=lambda i: (i.finished, i.due is None, i.due.toordinal() if i.due else 0))


def _flags(c: Context, item: PlanItem) -> str:
    """Say what is wrong with an initiative whose day has not come: the same as in the table of initiatives."""
    line = next((line for line in c.card.initiatives if line.item == item), None)
    return c.reader.listed([c.say(f"flag_{flag.replace(' ', '_')}") for flag in line.flags]) if line else ""


def action_line(c: Context, item: PlanItem, number: int = 0) -> ActionLine:
    """An action with its state: on time, late with the days, done. Rule: E10, E15."""
    overdue = item.due is not None and not item.finished and item.due < c.card.today
    if item.finished:
        state = c.say("state_done_on", date=c.reader.day(item.done, short=True)) if item.done else c.say("state_done")
    elif overdue and item.due:
        days = (c.card.today - item.due).days
        state = c.say("state_late", n=days)
    elif item.due is None:
        state = c.say("state_no_date")
    else:
        state = _flags(c, item) or c.say("state_on_time")
    return ActionLine(
        number=str(number) if number else "",
        action=plain(item.action, 240),
        kpi=plain(c.name(item.kpi), 80),
        link=c.anchor(item.kpi) if item.kpi else "",
        owner=plain(item.owner, 60),
        due=c.reader.day(item.due, short=True) if item.due else "–",
        state=state,
        late=overdue,
        cost=c.reader.plain(item.budget / c.plan_money[0]) if item.budget is not None else "–",
    )
