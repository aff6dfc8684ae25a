"""The year by arithmetic: where it lands as planned, as it went so far, as last year went, and what is still needed.

All of it counts the same periods as the year to date. A closed period without a figure stands at its target: it is
planned, not zero.
Rule: R29, R45, R46, R47, R48, R50, R51.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from math import fsum
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core import aggregate, tally
from kpireport.core.compare import at_least, same
from kpireport.core.forecast import pace
from kpireport.core.model import Aggregation, Direction, Kind, Series
from kpireport.core.periods import CalendarGap, Frequency
from kpireport.core.scorecard import LandingView
from kpireport.core.targets import covers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpireport.core.periods import Period
    from kpireport.core.scorecard import Tally
    from kpireport.core.track import Track

ENOUGH = 8  # values: below that nothing is "more than any so far". Rule: R48.
MEANS = frozenset((Aggregation.AVERAGE, Aggregation.WEIGHTED))


class YearState(StrEnum):
    """What is to be said of a year's target in place of a need, or beside it. Rule: R47, R48."""

    NONE = ""
    OPEN = "open"
    OVER = "year over"
    REACHED = "reached"
    PASSED = "limit passed"
    WILL_REACH = "reached if the missing come in at plan"
    WILL_EXCEED = "passed if the missing come in at plan"
    MORE = "more than any period so far"
    LESS = "less than any period so far"
    BEYOND = "cannot be reached"


@dataclass(frozen=True, slots=True)
class YearSeries:
    """One series of a year, by the periods of ``YearPeriods``: the KPI itself, or one side of a ratio.

    actual: of the periods that count to date. planned: targets of the missing ones and those ahead, None where there is
    none. before: last year's figure of each active period; empty where one is missing.
    """

    periods: tally.YearPeriods
    actual: Mapping[Period, float]
    planned: Mapping[Period, float | None]
    before: Mapping[Period, float]

    @property
    def to_date(self) -> float:
        return fsum(self.actual.values())

    def as_last_year(self) -> float | None:
        """Return the year's sum if as much of it has come as last year; None where last year gives no share."""
        if not self.before:
            return None
        earlier = fsum(self.before[p] for p in self.actual)
        return pace.seasonal(self.to_date, earlier, fsum(self.before.values()))


class Need(NamedTuple):
    """What each period ahead must bring, and how the target stands; since, over: once it is reached or passed."""

    per_period: float | None = None
    state: YearState = YearState.OPEN
    since: Period | None = None
    over: float | None = None


def arithmetic(track: Track, ytd: Tally, year: Tally) -> LandingView:
    """Return the landings of a KPI that need no forecast, and what is needed; empty for a metric, or without figures.

    ytd, year: the tallies of the report's year.
    """
    if track.kpi.kind is Kind.METRIC or ytd.actual is None or track.frequency is Frequency.YEAR:
        return LandingView()
    label = track.calendar.fiscal_year(track.period)
    periods = tally.of_year(track, label)
    way = track.targets.way
    if (sides := track.ledger.sides(track.key)) is not None:
        return _ratio(track, sides, periods, ytd.actual.value)
    series = _own(track, periods)
    if way in tally.BALANCES:
        return _balance(track, series, ytd, year)
    if way is Aggregation.RATIO:
        return LandingView(run_rate=ytd.actual.value, remaining=len(periods.ahead), state=_state_only(periods))
    return _sum_or_mean(track, series, ytd, year)


def _own(track: Track, periods: tally.YearPeriods) -> YearSeries:
    """Return the KPI's own figures; what is planned is what people forecast nothing else for."""
    actuals = {p: f.value for p in periods.both if (f := track.ledger.actual(track.key, p)) is not None}
    goals = {p: track.targets.goal(p) for p in periods.active}
    planned = {p: goal.value if goal is not None else None for p, goal in goals.items()}
    return YearSeries(periods, actuals, planned, _before(track, track.key, periods))


def _before(track: Track, key: str, periods: tally.YearPeriods) -> dict[Period, float]:
    """Return last year's figure for each active period; empty where one is missing, or the KPI was not active then.

    Rule: R45, R49.
    """
    found: dict[Period, float] = {}
    for p in periods.active:
        try:
            earlier = track.calendar.year_ago(p)
        except CalendarGap:
            return {}
        figure = track.ledger.part(key, earlier) if key != track.key else track.ledger.actual(key, earlier)
        if figure is None or not covers(track.calendar, track.kpi, earlier):
            return {}
        found[p] = figure.value
    return found


def _weight(track: Track, period: Period) -> float:
    return float(track.calendar.days(period)) if track.targets.way is Aggregation.WEIGHTED else 1.0


def _sum_or_mean(track: Track, series: YearSeries, ytd: Tally, year: Tally) -> LandingView:
    """Return the landings of a KPI whose year is made of all its periods. Rule: R45, R46, R48, R50."""
    periods, way = series.periods, track.targets.way
    to_date = ytd.actual.value if ytd.actual is not None else 0.0
    goal = year.goal.value if year.goal is not None else None
    rest = (*periods.missing, *periods.ahead)
    needed, state, since, over = _needed(track, series, goal)
    adds, share = way is Aggregation.SUM, len(series.actual) / len(periods.active) if periods.active else 0.0
    run_rate = (to_date / share if share else None) if adds else to_date
    return LandingView(
        plan=_together(track, series, {p: series.planned[p] for p in rest}),
        run_rate=run_rate,
        plan_pace=_plan_pace(ytd, goal) if adds and _phased(series) else None,
        seasonal=series.as_last_year() if adds else None,
        typed=_typed(track, series),
        needed_per_period=needed,
        remaining=len(periods.ahead),
        open_periods=len(periods.ahead),
        state=state,
        since=since,
        over=over,
    )


def _together(track: Track, series: YearSeries, rest: Mapping[Period, float | None]) -> float | None:
    """Return the year from actuals and what stands in for the rest; None where a period has nothing."""
    if None in rest.values() or not series.actual:
        return None
    known = {**series.actual, **{p: v for p, v in rest.items() if v is not None}}
    ordered = sorted(known, key=track.calendar.start)
    return aggregate.over_time([known[p] for p in ordered], track.targets.way, [_weight(track, p) for p in ordered])


def _typed(track: Track, series: YearSeries) -> float | None:
    """Return the year with the forecasts that people typed; a period without one stands at its target.

    None where nothing was typed, or a period has neither.
    Rule: R29.
    """
    forecasts = track.ledger.typed(track.key, Series.FORECAST, track.frequency)
    ahead = {p: forecasts[p].value for p in series.periods.ahead if p in forecasts}
    if not ahead:
        return None
    rest = {p: ahead.get(p, series.planned[p]) for p in (*series.periods.missing, *series.periods.ahead)}
    return _together(track, series, rest)


def _phased(series: YearSeries) -> bool:
    """Return whether the targets of the year's periods differ. Rule: R46."""
    planned = [series.planned[p] for p in series.periods.active]
    known = [v for v in planned if v is not None]
    return bool(known) and any(not same(v, known[0]) for v in known[1:])


def _plan_pace(ytd: Tally, goal: float | None) -> float | None:
    """Return the year if it goes on as far from its plan as it went so far. Rule: R46."""
    planned = ytd.goal.value if ytd.goal is not None else None
    if goal is None or planned is None or planned <= 0 or ytd.actual is None:
        return None
    return ytd.actual.value / planned * goal


def _needed(track: Track, series: YearSeries, goal: float | None) -> Need:
    """Return what each period ahead must bring, if the missing ones come in at plan, and how the year's target stands.

    Rule: R47, R48, R50.
    """
    adds = track.targets.way is Aggregation.SUM
    if not series.periods.ahead:
        return Need(state=YearState.OVER)
    if goal is None or not (adds or track.targets.way in MEANS):
        return Need()
    if adds and (settled := _settled(track, series, goal)) is not None:
        return settled
    left = _left(track, series, goal)
    if left is None:
        return Need()
    lower = track.kpi.direction is Direction.LOWER
    if adds and left < 0 < goal and series.periods.missing:
        return Need(state=YearState.WILL_EXCEED if lower else YearState.WILL_REACH, over=-left)
    needed = left / fsum(_weight(track, p) for p in series.periods.ahead)
    return Need(needed, _reach(track, series, needed))


def _left(track: Track, series: YearSeries, goal: float) -> float | None:
    """Return what the periods ahead must bring together; None where a missing one has no target to stand at."""
    whole = goal
    if track.targets.way is not Aggregation.SUM:
        whole *= fsum(_weight(track, p) for p in series.periods.active)
    planned = {p: series.planned[p] for p in series.periods.missing}
    counted = [*series.actual.items(), *((p, v) for p, v in planned.items() if v is not None)]
    return None if None in planned.values() else whole - fsum(v * _weight(track, p) for p, v in counted)


def _settled(track: Track, series: YearSeries, goal: float) -> Need | None:
    """Return since when a year's target is reached, or its limit passed; None while it is open. Rule: R48."""
    beyond = {Direction.LOWER: _over, Direction.HIGHER: at_least}.get(track.kpi.direction or Direction.HIGHER)
    if beyond is None or goal <= 0 or not beyond(series.to_date, goal):
        return None
    ordered = sorted(series.actual, key=track.calendar.start)
    sums = accumulate(series.actual[p] for p in ordered)
    since = next((p for p, total in zip(ordered, sums, strict=True) if beyond(total, goal)), ordered[-1])
    state = YearState.PASSED if beyond is _over else YearState.REACHED
    return Need(None, state, since, series.to_date - goal)


def _over(value: float, limit: float) -> bool:
    return value > limit and not same(value, limit)


def _reach(track: Track, series: YearSeries, needed: float) -> YearState:
    """Return whether what is needed is beyond all that was so far, and beyond what can be. Rule: R48."""
    sign = -1.0 if track.kpi.direction is Direction.LOWER else 1.0
    bounds = track.bounds()
    if bounds is not None and sign * needed > (bounds[1] if sign > 0 else -bounds[0]):
        return YearState.BEYOND
    known = [f.value for p in track.periods if track.over(p) and (f := track.ledger.actual(track.key, p)) is not None]
    if len(known) < ENOUGH or track.kpi.direction is Direction.RANGE:
        return YearState.OPEN
    planned = [v for p in series.periods.ahead if (v := series.planned[p]) is not None]
    if all(_over(sign * needed, sign * v) for v in (*known, *planned)):
        return YearState.MORE if sign > 0 else YearState.LESS
    return YearState.OPEN


def _balance(track: Track, series: YearSeries, ytd: Tally, year: Tally) -> LandingView:
    """Return the landings of a balance: the gap to its plan stays, or it stays where it is. Rule: R50."""
    now = ytd.actual.value if ytd.actual is not None else None
    first = track.targets.way is Aggregation.FIRST
    return LandingView(
        plan=now if first else _with_its_gap(now, ytd, year),
        run_rate=now,
        seasonal=None if first else _as_its_year_before(now, series),
        typed=None if first else _typed(track, series),
        remaining=len(series.periods.ahead),
        open_periods=len(series.periods.ahead),
        state=_state_only(series.periods),
    )


def _with_its_gap(now: float | None, ytd: Tally, year: Tally) -> float | None:
    """Return where a balance ends if it stays as far from its target as it is; where it is, without a target."""
    target = ytd.goal.value if ytd.goal is not None else None
    end = year.goal.value if year.goal is not None else None
    return now if now is None or target is None or end is None else now + (end - target)


def _as_its_year_before(now: float | None, series: YearSeries) -> float | None:
    closed, active = series.periods.closed, series.periods.active
    if now is None or not series.before or not closed or series.before[closed[-1]] <= 0:
        return None
    return now * series.before[active[-1]] / series.before[closed[-1]]


def _state_only(periods: tally.YearPeriods) -> YearState:
    return YearState.OPEN if periods.ahead else YearState.OVER


def _ratio(track: Track, sides: tuple[str, str], periods: tally.YearPeriods, to_date: float) -> LandingView:
    """Return the landings of a ratio: those of its two sides, then the ratio. Rule: R51."""
    top, bottom = (_side(track, key, periods) for key in sides)
    rest = (*periods.missing, *periods.ahead)
    tops, bottoms = _sides_ahead(track, top, bottom, rest)
    below = bottom.to_date + fsum(bottoms.values())
    plan = None
    if None not in tops.values() and below:
        plan = (top.to_date + fsum(v for v in tops.values() if v is not None)) / below
    above, under = top.as_last_year(), bottom.as_last_year()
    own = _own(track, periods)
    needed = _needed_ratio(track, top, below, tops, bottoms)
    return LandingView(
        plan=plan,
        run_rate=to_date,
        seasonal=above / under if above is not None and under else None,
        typed=_typed(track, own),
        needed_per_period=needed,
        remaining=len(periods.ahead),
        open_periods=len(periods.ahead),
        state=_state_only(periods) if needed is None else _reach(track, own, needed),
    )


def _sides_ahead(
    track: Track, top: YearSeries, bottom: YearSeries, rest: Sequence[Period]
) -> tuple[dict[Period, float | None], dict[Period, float]]:
    """Return numerators and denominators of the periods without a figure: their targets where both sides have them,
    else denominators at their usual size, and the KPI's target of them."""
    tops, planned = ({p: side.planned.get(p) for p in rest} for side in (top, bottom))
    bottoms = {p: v for p, v in planned.items() if v is not None}
    if len(bottoms) == len(rest) and None not in tops.values():
        return tops, bottoms
    usual = bottom.to_date / len(bottom.actual) if bottom.actual else 0.0
    bottoms = {p: bottoms.get(p, usual) for p in rest}
    goals = {p: track.targets.goal(p) for p in rest}
    shares = {p: goal.value if goal is not None else None for p, goal in goals.items()}
    return {p: None if share is None else share * bottoms[p] for p, share in shares.items()}, bottoms


def _needed_ratio(
    track: Track,
    top: YearSeries,
    below: float,
    tops: Mapping[Period, float | None],
    bottoms: Mapping[Period, float],
) -> float | None:
    """Return the ratio that the periods ahead must make together. below: the denominator of the year."""
    goal = track.targets.year_goal(track.calendar.fiscal_year(track.period))
    missing = [tops[p] for p in top.periods.missing]
    coming = fsum(bottoms[p] for p in top.periods.ahead)
    if goal is None or goal.value is None or not coming or None in missing:
        return None
    return (goal.value * below - top.to_date - fsum(v for v in missing if v is not None)) / coming


def _side(track: Track, key: str, periods: tally.YearPeriods) -> YearSeries:
    """Return one side of a ratio: its sums to date, and its own targets."""
    targets = track.ledger.targets.get(key)
    actual = {p: f.value for p in periods.both if (f := track.ledger.part(key, p)) is not None}
    planned: dict[Period, float | None] = {}
    for p in (*periods.missing, *periods.ahead):
        same_rhythm = targets is not None and targets.frequency is p.frequency
        goal = targets.goal(p) if targets is not None and same_rhythm else None
        planned[p] = goal.value if goal is not None else None
    return YearSeries(periods, actual, planned, _before(track, key, periods))
