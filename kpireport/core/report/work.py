"""What is done about it: budget, actions, initiatives, risks, staff, triggers, revisions, notes.

Rule: E14, E15, E16, E17.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.attainment import rate
from kpireport.core.model import NoteKind, Step
from kpireport.core.report import charts
from kpireport.core.report.conditions import condition_words
from kpireport.core.report.context import opening, plain, whole
from kpireport.core.report.exceptions import action_line
from kpireport.core.report.shown.plan import (
    Actions,
    Budget,
    BudgetRow,
    InitiativeRow,
    Initiatives,
    NoteRow,
    Notes,
    Purpose,
    PurposeRow,
    RevisionRow,
    Revisions,
    RiskRow,
    Risks,
    Staff,
    StaffRow,
    TriggerRow,
    Triggers,
)
from kpireport.core.report.shown.voice import Value
from kpireport.core.report.summary import DECISION_LENGTH, decision_notes, goals_met
from kpireport.core.scorecard import Status
from kpireport.core.standing import standing

if TYPE_CHECKING:
    from kpireport.core.model import PlanItem, Revision
    from kpireport.core.report.context import Context

MOST_BUDGET = 12
MOST_ROWS = 60
OVERRUN = 0.05


def budget(c: Context) -> Budget | None:
    """Measures with money, the costly first; over twelve, the eleven largest and the rest as one row. Rule: E14."""
    items = [i for i in c.card.book.plan if i.budget is not None or i.spent is not None]
    if not items:
        return None
    items.sort(key=lambda i: -(i.budget or i.spent or 0))
    named, rest = (items, []) if len(items) <= MOST_BUDGET else (items[: MOST_BUDGET - 1], items[MOST_BUDGET - 1 :])
    rows = [(plain(i.action, 90), i.cost_category, c.name(i.kpi), [i]) for i in named]
    if rest:
        rows.append((c.say("other_measures", n=len(rest)), "", "", rest))
    most = max(max(_sum(group, "budget"), _sum(group, "spent"), _forecast(group)) for _, _, _, group in rows)
    spent, planned = _sum(items, "spent"), _sum(items, "budget")
    scale, currency = c.plan_money
    lines = [_budget_row(c, "row", name, category, goal, group, most, scale) for name, category, goal, group in rows]
    total = _budget_row(c, "total", c.say("total"), "", "", items, 0, scale)
    title = c.say("budget_title", spent=c.money(spent / scale, currency), budget=c.money(planned / scale, currency))
    line = c.say("budget_line", period=c.month(), currency=currency)
    return Budget(title, line, (*lines, total), _categories(c, items, scale))


def _sum(items: list[PlanItem], field: str) -> float:
    return sum(getattr(item, field) or 0.0 for item in items)


def _forecast(items: list[PlanItem]) -> float:
    """Return what the measures will cost at the present rate: spent / progress, never under what is spent."""
    total = 0.0
    for item in items:
        spent, planned = item.spent or 0.0, item.budget or 0.0
        progress = 1.0 if item.finished else item.progress
        total += max(spent, spent / progress if progress and spent else planned)
    return total


def _budget_row(
    c: Context, kind: str, name: str, category: str, goal: str, items: list[PlanItem], most: float, scale: float
) -> BudgetRow:
    planned, spent, forecast = _sum(items, "budget"), _sum(items, "spent"), _forecast(items)
    benefits = [i.benefit for i in items if i.benefit is not None]
    over = forecast - planned
    shown = c.reader.plain(over / scale)
    text = f"+{shown}" if over > 0 and shown != "0" else f"±{shown}" if shown == "0" else shown
    bar = None
    if kind == "row":
        bar = charts.budget_bar(budget=planned, spent=spent, forecast=forecast, most=most, title=name)
    return BudgetRow(
        kind,
        name,
        plain(category, 30),
        plain(goal, 60),
        bar,
        c.reader.plain(planned / scale),
        c.reader.plain(spent / scale),
        c.reader.plain(forecast / scale),
        Value(text, alarm=planned > 0 and over > OVERRUN * planned),
        c.reader.plain(sum(benefits) / scale) if benefits else "–",
    )


def _categories(c: Context, items: list[PlanItem], scale: float) -> str:
    """Return the financial consequences by kind of cost, as one sentence."""
    sums: dict[str, list[PlanItem]] = {}
    for item in items:
        sums.setdefault(plain(item.cost_category, 30) or c.say("no_category"), []).append(item)
    parts = [
        c.say(
            "category",
            name=name,
            budget=c.reader.plain(_sum(group, "budget") / scale),
            spent=c.reader.plain(_sum(group, "spent") / scale),
        )
        for name, group in sorted(sums.items(), key=lambda pair: -_sum(pair[1], "budget"))
    ]
    return c.say("by_category", parts=c.reader.conventions.text.semicolon.join(parts))


def actions(c: Context) -> Actions | None:
    """Late first, then by due date; what was done this month at the end. Rule: E15."""
    start = c.card.book.calendar.start(c.card.period)
    items = [
        i
        for i in c.card.book.plan
        if i.step in (Step.ACTION, Step.INITIATIVE, Step.MILESTONE)
        and (not i.finished or (i.done is not None and i.done >= start))
    ]
    if not items:
        return None
    today = c.card.today

    def order(item: PlanItem) -> tuple[bool, bool, int]:
        late = item.due is not None and not item.finished and item.due < today
        return item.finished, not late, item.due.toordinal() if item.due else 10**7

    items.sort(key=order)
    rows = tuple(action_line(c, item, number) for number, item in enumerate(items[:MOST_ROWS], start=1))
    late = sum(1 for row in rows if row.late)
    still = sum(1 for i in items if not i.finished)
    count = opening(c.reader.count(still))
    title = (
        c.say("actions_title_late", n=still, count=count, late=late, k=c.reader.count(late))
        if late
        else c.say("actions_title", n=still, count=count)
    )
    more = len(items) - len(rows)
    return Actions(
        title, c.say("actions_line", currency=c.plan_money[1]), rows, c.say("and_more", n=more) if more else ""
    )


def initiatives(c: Context) -> Initiatives | None:
    """Time, progress and spend side by side. Rule: R38."""
    if not c.card.initiatives:
        return None
    rows = []
    for line in c.card.initiatives[:MOST_ROWS]:
        flags = [c.say(f"flag_{flag.replace(' ', '_')}") for flag in line.flags]
        rows.append(
            InitiativeRow(
                plain(line.item.action, 120),
                c.reader.joined((c.say(f"step_{line.item.step.value}"), plain(line.item.project, 40))),
                plain(c.name(line.item.kpi), 60),
                plain(line.item.owner, 40),
                c.reader.day(line.item.due, short=True) if line.item.due else "–",
                c.reader.percent(line.time, 0),
                c.reader.percent(line.progress, 0),
                c.reader.percent(line.spend, 0),
                c.reader.listed(flags) if flags else c.say("flag_none"),
                bool(flags),
            )
        )
    alarming = sum(1 for row in rows if row.alarm)
    return Initiatives(_initiatives_title(c, alarming, len(rows)), c.say("initiatives_line"), tuple(rows))


def _initiatives_title(c: Context, alarming: int, total: int) -> str:
    if not alarming:
        return c.say("initiatives_title_none", n=total, total=c.reader.count(total))
    if total == 1:
        return c.say("initiatives_title_one")
    k = opening(c.reader.count(alarming))
    return c.say("initiatives_title", n=alarming, k=k, total=c.reader.count(total))


def risks(c: Context) -> Risks | None:
    """What may come: risks and obstacles with their likelihood and what is done against them."""
    items = [i for i in c.card.book.plan if i.step is Step.RISK and not i.finished]
    if not items:
        return None
    rows = tuple(
        RiskRow(
            plain(i.obstacle or i.action, 200),
            plain(c.name(i.kpi), 60),
            plain(i.likelihood, 30),
            plain(i.mitigation, 200),
            plain(i.owner, 40),
        )
        for i in items[:MOST_ROWS]
    )
    return Risks(opening(c.say("risks_title", n=len(items), k=c.reader.count(len(items)))), c.say("risks_line"), rows)


def staff(c: Context) -> Staff | None:
    """What each person had to do, and did. Rule: R37."""
    if not c.card.staff:
        return None
    rows = tuple(
        StaffRow(
            plain(line.owner, 60) or c.say("nobody"),
            c.reader.plain(line.due),
            c.reader.plain(line.done_of_due),
            c.reader.percent(line.to_date),
            c.reader.percent(line.overall),
            Value(c.reader.plain(line.overdue), alarm=line.overdue > 0),
            c.reader.percent(line.on_time),
        )
        for line in c.card.staff[:MOST_ROWS]
    )
    due = sum(line.due for line in c.card.staff)
    done = sum(line.done_of_due for line in c.card.staff)
    items = [
        item
        for line in c.card.staff
        for item in line.items
        if not item.finished and item.due and item.due < c.card.today
    ]
    tasks = tuple(action_line(c, item, number) for number, item in enumerate(items[:MOST_ROWS], start=1))
    return Staff(_staff_title(c, done, due), c.say("staff_line", date=c.reader.day(c.card.today)), rows, tasks)


def _staff_title(c: Context, done: int, due: int) -> str:
    key = "staff_title" if done else "staff_title_none" if due else "staff_title_nothing"
    return c.say(key, n=due, k=opening(c.reader.count(done)), total=c.reader.count(due))


def triggers(c: Context) -> Triggers | None:
    """Every rule, whether it fired, since when, what is to be done and who is told. Rule: E16."""
    if not c.card.fired:
        return None
    ordered = sorted(c.card.fired, key=lambda f: not f.fired)
    rows = []
    for number, fired in enumerate(ordered[:MOST_ROWS], start=1):
        result = c.card.results.get(fired.kpi)
        now = ""
        if result is not None and fired.figure is not None:
            now = c.reader.full(fired.figure, c.shown(result).style)
        since = c.reader.period(fired.since, short=True) if fired.since else ""
        state = c.say("fired_since", since=since) if since else c.say("fired_now")
        if not fired.fired:
            state = c.say("not_fired", now=now) if now else c.say("not_fired_plain")
        rows.append(
            TriggerRow(
                fired.id or f"T{number}",
                plain(c.name(fired.kpi), 60),
                condition_words(c, fired),
                plain(fired.action, 160),
                plain(fired.notify, 60),
                state,
                fired.fired,
            )
        )
    count = sum(1 for f in c.card.fired if f.fired)
    total = len(c.card.fired)
    return Triggers(_triggers_title(c, count, total), c.say("triggers_line"), tuple(rows))


def _triggers_title(c: Context, fired: int, total: int) -> str:
    if not fired or fired == total:
        key = "triggers_title_all" if fired else "triggers_title_none"
        return c.say(key, n=total, k=c.reader.count(total))
    k = opening(c.reader.count(fired))
    return c.say("triggers_title", n=fired, k=k, total=c.reader.count(total))


def revisions(c: Context) -> Revisions | None:
    """Changes of mind, with what the report would say had there been none; and what was restated. Rule: E17, R36."""
    restated = tuple(
        (
            plain(c.name(x.kpi), 60) or x.kpi,
            c.reader.period(x.period, short=True),
            c.say("restated" if x.used else "restated_kept", old=c.reader.exact(x.reported), new=c.reader.exact(x.now)),
            x.where.address if x.where else "",
        )
        for x in c.card.restatements
    )
    rows = tuple(_revision(c, number, r) for number, r in enumerate(c.card.book.revisions, start=1))
    if not rows and not restated:
        return None
    again = _counted(c, "restated_title", len(restated))
    title = _counted(c, "revisions_title", len(rows)) if rows else again
    heading = again if restated and rows else ""
    return Revisions(title, c.say("revisions_line"), rows, heading, restated)


def _counted(c: Context, key: str, count: int) -> str:
    """Return a title that begins with how many there are, in words up to ten."""
    return c.say(key, n=count, k=opening(c.reader.count(count)))


def _revision(c: Context, number: int, r: Revision) -> RevisionRow:
    result = c.card.results.get(r.kpi)
    field = c.say(f"field_{r.field}") if f"field_{r.field}" in c.say.sentences else plain(r.field, 30)
    change = c.say("revision_change", field=field, old=plain(r.old, 60) or "–", new=plain(r.new, 60))
    under, alarm = "", False
    if r.field == "target" and result and result.goal and result.goal.original and result.actual:
        was = rate(result.kpi, result.goal.original, result.actual.value, c.card.book.settings)
        under = c.status_word(was.status)
        alarm = _rank(was.status) > _rank(result.status)
    approved = plain(r.approved_by, 40)
    effective = c.reader.period(r.effective, short=True)
    date = c.reader.day(r.recorded, short=True) if r.recorded else "–"
    kpi = c.say("revision_kpi", name=plain(c.name(r.kpi), 60), period=effective)
    if r.retroactive:
        kpi = c.say("retroactive", text=kpi)
    return RevisionRow(
        f"R{number}",
        date,
        kpi,
        change,
        plain(r.reason, 200),
        approved or c.say("not_recorded"),
        not approved,
        under,
        alarm,
    )


def _rank(status: Status) -> int:
    return {Status.ON: 0, Status.WATCH: 1, Status.OFF: 2}.get(status, 0)


def notes(c: Context, decided: int) -> Notes | None:
    """Lessons, causes and comments that have no section of their own, and decisions that page 1 could not hold.

    decided: how many decisions stand there.
    """
    off = {r.kpi.key for r in c.off}
    shown = []
    for note in c.card.book.notes:
        if note.period not in (None, c.card.period):
            continue
        if note.kind is NoteKind.LESSON or (note.kind in (NoteKind.COMMENT, NoteKind.CAUSE) and note.kpi not in off):
            shown.append(note)
    shown += [n for place, n in enumerate(decision_notes(c)) if place >= decided or len(n.text) > DECISION_LENGTH]
    if not shown:
        return None
    rows = tuple(
        NoteRow(c.say(f"note_{n.kind.value}"), plain(c.name(n.kpi), 60), whole(n.text), plain(n.author, 40))
        for n in shown[:MOST_ROWS]
    )
    more = c.say("and_more", n=len(shown) - len(rows)) if len(shown) > len(rows) else ""
    return Notes(_counted(c, "notes_title", len(shown)), c.say("notes_line"), rows, more)


def purpose(c: Context) -> Purpose | None:
    """The plan on a page: mission, the three questions of the reader, and for each goal why, how and for whom."""
    fields = ("why", "strategy", "means", "customer_benefit", "company_benefit", "team_benefit")
    rows = []
    for goal in c.goals:
        texts = [(c.say(f"text_{f}"), whole(goal.kpi.texts[f])) for f in fields if goal.kpi.texts.get(f)]
        if texts:
            rows.append(PurposeRow(plain(goal.kpi.name, 80), c.standing(goal), tuple(texts)))
    mission = whole(c.card.book.settings.mission)
    if not rows and not mission:
        return None
    business = plain(c.card.book.settings.business_type, 80)
    return Purpose(c.say("purpose_title"), c.say("purpose_line"), mission, business, _questions(c), tuple(rows))


def _questions(c: Context) -> tuple[tuple[str, str], ...]:
    """The three questions of the founding text, each answered from figures (mission 25-28)."""
    goals = standing(g.status for g in c.goals)
    clear = [
        r
        for r in c.rated
        if (r.owner or r.kpi.owner) and r.goal is not None and (r.kpi.definition or r.kpi.texts.get("why"))
    ]
    due = sum(line.due for line in c.card.staff)
    done = sum(line.done_of_due for line in c.card.staff)
    blocked = [r for r in c.off if any(i.obstacle for i in c.plan_for(r.kpi.key)) or c.notes(NoteKind.CAUSE, r.kpi.key)]
    strategy = c.say("answer_strategy", text=goals_met(c, goals)) if goals.with_data else ""
    team = c.say("answer_team", n=len(c.rated), k=len(clear), total=len(c.rated))
    if due:
        team = c.say("answer_tasks", text=team, done=done, due=due)
    key = "answer_stops" if blocked else "answer_stops_none"
    stops = c.say(key, n=len(c.off), k=len(blocked), total=len(c.off)) if c.off else c.say("answer_no_stops")
    return ((c.say("question_strategy"), strategy), (c.say("question_team"), team), (c.say("question_stops"), stops))
