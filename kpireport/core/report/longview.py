"""How departments feed the goals, and the five-year plan. Rule: E12, E13."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from kpireport.core.compare import same
from kpireport.core.drivers import Cause, DriverFinding, cause
from kpireport.core.formatting import finer
from kpireport.core.model import Aggregation
from kpireport.core.report import charts, foresight
from kpireport.core.report.context import opening, plain, target_of
from kpireport.core.report.shown.plan import FiveYears, YearPanel, YearRow
from kpireport.core.report.shown.score import Contribution, ContributionRow
from kpireport.core.scorecard import Status

if TYPE_CHECKING:
    from kpireport.core.formatting import Style
    from kpireport.core.report.context import Context
    from kpireport.core.scorecard import Result, YearCell

MOST_GOALS = 8
MOST_PANELS = 8
MOST_CHILDREN = 12  # of a goal, in a report with more KPIs than a page can show
LONG = 60


def contribution(c: Context) -> Contribution | None:
    """None where no goal is fed by department KPIs. Over eight goals, those off or on watch only. Rule: E12."""
    goals = [r for r in c.card.results.values() if r.roll is not None and r.roll.contributions]
    goals = [r for r in goals if r in c.goals] or goals
    if len(goals) > MOST_GOALS:
        goals = [r for r in goals if r.status in (Status.OFF, Status.WATCH)][: 3 * MOST_GOALS]
    if not goals:
        return None
    spread = [points for r in goals for points in _points(r)]
    low, high = min([*spread, 0.0]), max([*spread, 0.0])
    most = MOST_CHILDREN if sum(len(g.children) for g in goals) > LONG else LONG
    rows = [row for goal in goals for row in _rows(c, goal, low, high, most)]
    return Contribution(_title(c, goals), c.say("contribution_line", period=c.month()), tuple(rows), _note(c, goals))


def _points(r: Result) -> list[float]:
    found = [points * 100 for points in r.roll.contributions.values()] if r.roll else []
    if r.roll and r.roll.score is not None:
        found.append((r.roll.score - 1) * 100)
    return found


def _rows(c: Context, goal: Result, low: float, high: float, most: int) -> list[ContributionRow]:
    """Return a goal with the KPIs that feed it; over ``most`` those that move it most, and the others as one row."""
    roll = goal.roll
    if roll is None:
        return []
    total = None if roll.score is None else (roll.score - 1) * 100
    rows = [_row(c, goal, "goal", 1.0, total, low, high)]
    feeding = [key for key in goal.children if key in c.card.results and key in roll.weights]
    moving = sorted(feeding, key=lambda key: -abs(roll.contributions.get(key) or 0.0))[:most]
    for key in feeding:
        if key not in moving:
            continue
        child = c.card.results[key]
        points = roll.contributions.get(key)
        points = None if points is None else points * 100
        rows.append(_row(c, child, "kpi", roll.weights[key], points, low, high))
    others = [key for key in feeding if key not in moving]
    if others:
        points = sum(roll.contributions.get(key) or 0.0 for key in others) * 100
        weight = c.reader.percent(sum(roll.weights[key] for key in others), 0)
        name, text = c.say("contribution_others", n=len(others)), _signed(c, points)
        bar = charts.bar(points, low=low, high=high, goal=False, text=text, title=f"{name}: {text}")
        rows.append(ContributionRow("kpi", "info", name, "", weight, "", "", bar))
    return rows


def _row(
    c: Context,
    r: Result,
    kind: str,
    weight: float,
    points: float | None,
    low: float,
    high: float,
) -> ContributionRow:
    text = c.say("no_data") if points is None else _signed(c, points)
    name = plain(r.kpi.name, 80)
    return ContributionRow(
        kind,
        c.standing(r),
        name,
        "" if kind == "goal" else plain(r.kpi.department, 40),
        c.reader.percent(weight, 0),
        c.attained(r.verdict.attainment),
        _score(c, r),
        charts.bar(points, low=low, high=high, goal=kind == "goal", text=text, title=f"{name}: {text}"),
        source=f"s{c.anchor(r.kpi.key)}",
    )


def _signed(c: Context, points: float) -> str:
    return c.reader.signed_hundredths(points / 100)


def _title(c: Context, goals: list[Result]) -> str:
    """Say what holds between goals and drivers, of the goal that tells most: a cause only by arithmetic.

    A goal that its drivers do not explain is told before one whose drivers merely scored.
    Rule: E12, R41.
    """
    said = [(goal, cause(goal, c.card.results)) for goal in goals]
    for finding in (DriverFinding.EXPLAINS, DriverFinding.TAKES, DriverFinding.DIFFERS, DriverFinding.SCORED):
        fitting = [(goal, one) for goal, one in said if one.finding is finding]
        if fitting:
            return _finding(
                c, *max(fitting, key=lambda pair: (pair[1].loss, -(pair[0].roll.score or 0.0) if pair[0].roll else 0.0))
            )
    return c.say("contribution_title")


def _finding(c: Context, goal: Result, one: Cause) -> str:
    name = plain(goal.kpi.name, 60)
    if one.finding is DriverFinding.DIFFERS:
        attained = c.attained(goal.verdict.attainment)
        return c.say("contribution_differs", goal=name, attained=attained, score=_score(c, goal))
    if one.finding is DriverFinding.SCORED:
        return c.say("contribution_scored", goal=name, score=_score(c, goal))
    key = "contribution_cause" if one.finding is DriverFinding.EXPLAINS else "contribution_takes"
    driver = plain(c.name(one.key), 60)
    if one.amounts:
        part, whole = (c.reader.distance(v, c.shown(goal).style) for v in (one.loss, one.rest))
        return c.say(f"{key}_amount", name=driver, goal=name, part=part, whole=whole)
    part, whole = (_signed(c, v).lstrip("+") for v in (one.loss, one.rest))
    return c.say(key, name=driver, goal=name, part=part, whole=whole)


def _score(c: Context, r: Result) -> str:
    """Write a drivers' score; "–" for a KPI that has no drivers. Rule: R40."""
    return c.attained(r.roll.score if r.roll is not None else None)


def _note(c: Context, goals: list[Result]) -> str:
    parts = [c.say("contribution_note", cap=c.reader.percent(c.card.book.settings.cap, 0))]
    partial = [g for g in goals if g.roll and g.roll.coverage is not None and g.roll.coverage < 1]
    for goal in partial[:4]:
        coverage = goal.roll.coverage if goal.roll else None
        parts.append(c.say("coverage", name=plain(goal.kpi.name, 60), coverage=c.reader.percent(coverage, 0)))
    if any(c.card.results[k].kpi.weight is None for g in goals if g.roll for k in g.roll.weights):
        parts.append(c.say("equal_weights"))
    return c.reader.sentences(parts)


def five_years(c: Context) -> FiveYears | None:
    """None where no KPI has yearly targets. More than eight goals: a table of annual goals. Rule: E13."""
    chosen = [r for r in c.card.results.values() if r.years and r.kpi.year_targets]
    chosen = [r for r in chosen if c.is_goal(r)] or chosen
    if not chosen:
        return None
    if len(chosen) > MOST_PANELS:
        labels = sorted({cell.year for r in chosen for cell in r.years})
        rows = tuple(_year_row(c, r, labels) for r in chosen)
        title = c.say("plan_title", n=len(chosen))
        return FiveYears(title, c.say("plan_line"), (), tuple(c.reader.fiscal_year(y) for y in labels), rows)
    panels = tuple(panel for panel in (_panel(c, r) for r in chosen) if panel)
    above = sum(1 for r in chosen if _on_course(r, c))
    title = _plan_title(c, above, len(chosen))
    if all(r.landing.expected is None for r in chosen):
        title = c.say("plan_title", n=len(chosen))  # nothing is forecast, so nothing is forecast to miss either
    return FiveYears(title, c.say("plan_line"), panels)


def _plan_title(c: Context, above: int, total: int) -> str:
    """Say how many goals are forecast to reach this year's target; "all" and "none" have sentences of their own."""
    key, n = ("plan_title_all", total) if above == total else ("plan_title_on" if above else "plan_title_none", above)
    return c.say(key, n=n if above else total, k=opening(c.reader.count(above)), total=c.reader.count(total))


def _on_course(r: Result, c: Context) -> bool:
    goal = target_of(r.year.goal)
    value = r.landing.expected
    return goal is not None and value is not None and (value >= goal if c.shown(r).higher else value <= goal)


def _year_row(c: Context, r: Result, labels: list[int]) -> YearRow:
    chosen = c.shown(r).style
    cells = {cell.year: cell for cell in r.years}
    texts = [c.goal_text(cells[y].goal, chosen) if y in cells else "–" for y in labels]
    return YearRow(plain(r.kpi.name, 80), tuple(texts))


def _panel(c: Context, r: Result) -> YearPanel | None:
    current = c.card.book.calendar.fiscal_year(r.period)
    chosen = finer(c.shown(r).style, r.landing.expected, target_of(r.year.goal))
    name = plain(r.kpi.name, 70)
    entries = [_entry(c, r, cell, current) for cell in r.years]
    chart = charts.years(
        [entry for entry in entries if any(value is not None for value in entry[1:5])],
        words=lambda v: c.reader.number(v, chosen),
        title=c.say("plan_chart", name=name),
        codes=(c.say("code_actual"), c.say("code_forecast"), c.say("code_target")),
    )
    if chart is None:
        return None
    return YearPanel(c.reader.joined((name, c.unit(r))), c.standing(r), chart, _sentence(c, r, current, chosen))


def _entry(
    c: Context, r: Result, cell: YearCell, current: int
) -> tuple[str, float | None, float | None, float | None, float | None, bool]:
    actual = _whole(r, cell)
    forecast = cell.forecast
    if forecast is None and cell.year == current and not cell.complete:
        forecast = r.landing.expected
    original = cell.original.value if cell.original else None
    # A target without a year holds for every month, but nobody planned the years before the plan begins.
    planned = target_of(cell.goal) if cell.year >= min(r.kpi.year_targets, default=cell.year) else None
    return (c.reader.fiscal_year(cell.year), actual, forecast, planned, original, cell.year == current)


def _sentence(c: Context, r: Result, current: int, chosen: Style) -> str:
    value, goal = r.landing.expected, target_of(r.year.goal)
    if value is None or goal is None:
        return ""
    year = c.reader.fiscal_year(current)
    full = c.reader.full(value, chosen)
    if same(value, goal):
        parts = [c.say("plan_this_year_met", value=full, year=year)]
    else:
        gap = c.say("above" if value > goal else "below", distance=c.reader.distance(value - goal, chosen))
        parts = [c.say("plan_this_year", value=full, gap=gap, year=year)]
    if r.landing.chance is not None:
        parts.append(c.say("plan_chance", chance=foresight.chance(c, r.landing.chance)))
    elif why := foresight.why_none(c, r):
        parts.append(c.say("panel_no_chance", reason=why))
    if wanted := foresight.needed(c, r):
        parts.append(c.say("plan_needed", label=wanted[0], value=wanted[1]))
    last = max((cell for cell in r.years if cell.goal), key=lambda cell: cell.year, default=None)
    end = target_of(last.goal) if last else None
    if last and end is not None and last.year > current:
        step = _yearly(c, (end - value) / (last.year - current), chosen)
        best = _best(r, higher=c.shown(r).higher)
        words = {"last": c.reader.fiscal_year(last.year), "step": step}
        parts.append(
            c.say("plan_step", **words)
            if best is None
            else c.say("plan_step_best", **words, best=_yearly(c, best, c.shown(r).style))
        )
    return c.reader.sentences(parts)


def _yearly(c: Context, change: float, chosen: Style) -> str:
    """Write a change from one year to the next: "1.7 pp more", "EUR 40 k less", "no change"."""
    if same(change, 0.0):
        return c.say("yearly_same")
    return c.say("yearly_more" if change > 0 else "yearly_less", distance=c.reader.distance(change, chosen))


def _best(r: Result, *, higher: bool) -> float | None:
    """Return the largest change for the better between two complete years."""
    complete = [value for cell in r.years if (value := _whole(r, cell)) is not None]
    steps = [later - earlier for earlier, later in pairwise(complete)]
    if not steps:
        return None
    return max(steps) if higher else min(steps)


def _whole(r: Result, cell: YearCell) -> float | None:
    """Return the actual of a year that is over; None for a sum that lacks periods: three months are no year."""
    if cell.actual is None or not cell.complete:
        return None
    short = r.kpi.aggregation is Aggregation.SUM and cell.actual.covered < cell.actual.expected
    return None if short else cell.actual.value
