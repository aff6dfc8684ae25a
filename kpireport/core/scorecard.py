"""The figures and verdicts of one period: what is computed from a Book, before a reader sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kpireport.core.conditions import Condition
    from kpireport.core.diagnostics import Where
    from kpireport.core.model import Basis, Book, Kpi, PlanItem, Span
    from kpireport.core.periods import Period


class Status(Enum):
    """Green, amber, red; grey for no data; info for what is not rated; and goals whose time has not come.

    Rule: R11, E37.
    """

    ON = "on"
    WATCH = "watch"
    OFF = "off"
    NONE = "none"
    INFO = "info"
    NOT_STARTED = "not started"


@dataclass(frozen=True, slots=True)
class Figure:
    """A computed number and the cells it came from, in order of reading.

    value: in the KPI's unit, a share is a ratio. covered, expected: how many periods had data, of how many.
    Rule: R21.
    """

    value: float
    cells: tuple[Where, ...] = ()
    covered: int = 1
    expected: int = 1


@dataclass(frozen=True, slots=True)
class Goal:
    """What a KPI should reach in one period: a target or a range, its cells, and how it came about.

    rule: a word for the derivation: "typed", "split", "phased", "replicated", "carried", "ratio", "revised", "sum".
    original: the first target of that period, before revisions; None where never revised.
    scale: what lines typed beside the target (red line, stretch, threshold, baseline) are multiplied with to stand
        beside this goal: 1/12 in a month of a year's target of a sum, 3 in a quarter to date of monthly ones.
    Rule: R35.
    """

    span: Span
    cells: tuple[Where, ...] = ()
    rule: str = "typed"
    basis: Basis | None = None
    original: Span | None = None
    scale: float = 1.0

    @property
    def value(self) -> float | None:
        return self.span.value


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far an actual got.

    attainment: a ratio, raw; None where a ratio would mean nothing (no target, no actual, T=0 under Method=ratio...).
    met: whether the target is reached; None without both. rollup: the clamped ratio used in roll-ups.
    gap: actual minus target, for a range the signed distance to the nearest bound, 0 inside.
    bands: signed distance from target in watch bands, positive is better; None without a band.
    flags: ZERO_TARGET, SMALL_TARGET, RATIO_A_ZERO, ...
    Rule: R4, R5, R6, R7, R8, R9, R10, R11, R27, E4.
    """

    status: Status
    attainment: float | None = None
    met: bool | None = None
    rollup: float | None = None
    gap: float | None = None
    watch_limit: float | None = None
    bands: float | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Against an earlier period.

    delta: A - P. ratio: delta / P, None where it means nothing ("n/m"). points: the unit is a share.
    words: a key: "turned_positive", "turned_negative", "loss_narrowed", "loss_widened" or "".
    good: whether the change is favourable; None without direction or change.
    Rule: R25, R26, R27.
    """

    previous: Figure | None = None
    period: Period | None = None
    delta: float | None = None
    ratio: float | None = None
    points: bool = False
    words: str = ""
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Actual against target over several periods: year to date, full year, plan to date, total plan.

    rate: actual to date over the whole target, a ratio. expected: the target of the same periods over the whole one.
    pace: rate minus expected, in percentage points; on_pace: within ``pace_tolerance``. time_progress: share of the
    time that has passed, in no verdict. original: attainment against the targets before revisions, None where nothing
    was revised. periods: where there is no actual, how many periods could have given one.
    Rule: R21, R22, R35, R45.
    """

    actual: Figure | None = None
    goal: Goal | None = None
    verdict: Verdict | None = None
    time_progress: float | None = None
    pace: float | None = None
    on_pace: bool | None = None
    rate: float | None = None
    expected: float | None = None
    original: float | None = None
    periods: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """One period in a KPI's history. forecast: typed; previous_year: the figure a year before."""

    period: Period
    actual: Figure | None = None
    goal: Goal | None = None
    verdict: Verdict | None = None
    forecast: Figure | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """Signal or noise at the report period.

    mean, lower, upper: the limits of the last segment as computed, in the KPI's unit. usual: the usual range as it is
    shown, cut off where a figure cannot go; None under 8 values. ranges: the same for the last periods of the history,
    one each, each by the limits of its own segment and with its own season. before,
    news_before: the trend and its special cause one period ago.
    news, news_at: the special cause that the trend, or a change without a better direction, rests on, and its period.
    sentence: what is said beside the trend, a word of ``TrendSentence``; since: the period where a new level began, or
    the last one before a reversal; reversed_from: "high" or "low", where it was. seasonal: limits and causes are of
    seasonally adjusted values. run: values in a row on one side of the mean.
    Rule: V1, V2, V3, V4.
    """

    trend: str = "none"
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    special_cause: str = ""
    variation: str = ""
    assurance: str = ""
    provisional: bool = False
    seasonal: bool = False
    suggest_rebase: Period | None = None
    run: int = 0
    usual: tuple[float, float] | None = None
    ranges: tuple[tuple[float, float] | None, ...] = ()
    news: str = ""
    news_at: Period | None = None
    sentence: str = ""
    since: Period | None = None
    reversed_from: str = ""
    before: str = "none"
    news_before: str = ""


@dataclass(frozen=True, slots=True)
class LandingView:
    """Where the year will land, in the KPI's unit.

    chance: 0.01-0.99 or None. reason: why there is no range and no chance. open_periods: of the year, still to come,
    which needed_per_period is asked of. plan, plan_pace, run_rate, seasonal: by arithmetic. typed: people's own
    forecast. state: how the year's target stands, a word of ``YearState``; since: the period in which it was reached or
    passed, over: by how much. months: expected of each period ahead. next80: the first of these lies within in 80 of
    100 cases.
    Rule: R29, R48, V8.
    """

    point: float | None = None
    low80: float | None = None
    high80: float | None = None
    chance: float | None = None
    method: str = ""
    reason: str = ""
    needed_per_period: float | None = None
    remaining: int = 0
    plan: float | None = None
    plan_pace: float | None = None
    run_rate: float | None = None
    seasonal: float | None = None
    typed: float | None = None
    state: str = ""
    since: Period | None = None
    over: float | None = None
    months: tuple[float, ...] = ()
    next80: tuple[float, float] | None = None
    open_periods: int = 0

    @property
    def expected(self) -> float | None:
        """Return the figure expected of the year: what people typed, else the forecast, else the plan. Rule: R29."""
        return next((v for v in (self.typed, self.point, self.plan) if v is not None), None)


@dataclass(frozen=True, slots=True)
class YearCell:
    """One fiscal year of the five-year plan of a KPI."""

    year: int
    goal: Goal | None = None
    original: Span | None = None
    actual: Figure | None = None
    forecast: float | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Roll:
    """What a parent got from its children.

    score: ratio; None below min_coverage. coverage: share of the weights with a value. counts: status to number.
    Rule: R15, R16, R17, R18.
    """

    score: float | None
    coverage: float | None
    status: Status
    counts: Mapping[Status, int] = field(default_factory=dict)
    worst: str | None = None
    contributions: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """Everything about one KPI at the report period.

    period: the KPI's own period (a quarterly KPI in a monthly report has its last closed quarter).
    points: the history, oldest first, up to and including ``period``; ahead: later typed figures and targets.
    status: of the figure if the KPI has its own, else of the roll-up. score: roll-up score of a parent.
    bounds: lowest and highest possible value of a period, None where its scale has no end.
    above: it belongs to others, above what a reader may see: context, which her report does not count. withheld: its
    figures were asked for, and would let those of others be computed.
    Rule: R34, R44.
    """

    kpi: Kpi
    period: Period
    actual: Figure | None
    goal: Goal | None
    verdict: Verdict
    status: Status
    ytd: Tally
    year: Tally
    plan_to_date: Tally
    total_plan: Tally
    previous: Change
    year_ago: Change
    points: tuple[Point, ...] = ()
    ahead: tuple[Point, ...] = ()
    children: tuple[str, ...] = ()
    roll: Roll | None = None
    progress: float | None = None
    points_score: float | None = None
    bands_score: float | None = None
    signal: Signal = field(default_factory=Signal)
    landing: LandingView = field(default_factory=LandingView)
    years: tuple[YearCell, ...] = ()
    stale: bool = False
    entered_ahead: int = 0
    owner: str = ""
    flags: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
    above: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Fired:
    """A trigger that was checked: what it says, whether it fired, since when, and the figure that decided.

    condition: as typed; read: as it was understood.
    Rule: R39.
    """

    id: str
    kpi: str
    condition: str
    where: Where | None
    fired: bool
    since: Period | None = None
    figure: float | None = None
    action: str = ""
    notify: str = ""
    key: str = ""
    rule: str = ""
    read: Condition | None = None


@dataclass(frozen=True, slots=True)
class StaffLine:
    """The tasks of one owner. to_date, overall, on_time: ratios, None where there is nothing to divide.

    undated: done of the due without a day, which are in neither part of on_time.
    Rule: R37.
    """

    owner: str
    tasks: int
    due: int
    done: int
    done_of_due: int
    overdue: int
    to_date: float | None
    overall: float | None
    on_time: float | None
    undated: int = 0
    items: tuple[PlanItem, ...] = ()


class InitiativeFlag(StrEnum):
    """What is wrong with an initiative. Rule: R38."""

    LATE = "late"
    OVERDUE = "overdue"
    SPENDING_AHEAD = "spending ahead"
    OVER_BUDGET = "over budget"


@dataclass(frozen=True, slots=True)
class InitiativeLine:
    """Time, progress and spend of one initiative as ratios. Rule: R38."""

    item: PlanItem
    time: float | None
    progress: float | None
    spend: float | None
    flags: tuple[InitiativeFlag, ...] = ()
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Restatement:
    """A figure that was reported before and is different now.

    now: what the workbook holds. used: whether this report shows it; a frozen figure may be kept as it was reported.
    Rule: R36.
    """

    kpi: str
    period: Period
    series: str
    reported: float | None
    now: float | None
    where: Where | None
    frozen: bool = False
    used: bool = True


@dataclass(frozen=True, slots=True)
class SelfScore:
    """How former forecasts did. count: those of a period. error: the median, as a share of what came; better: no
    farther off than the last value.

    ranged, held: ranges that should hold in 80 of 100 cases, of periods and of years, and how many did. chances: those
    said of a year's target, of which ``reached`` came; said: their mean, a ratio, None under ten.
    """

    count: int
    error: float
    better: int
    ranged: int = 0
    held: int = 0
    chances: int = 0
    said: float | None = None
    reached: int = 0


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A Book at a period. results are keyed by ``Kpi.key``, in the order of the Goals sheet.

    today: the day the figures are judged by (as_of, or the day of the run). reason: how the period was chosen.
    Rule: R2.
    """

    book: Book
    period: Period
    today: date
    results: Mapping[str, Result]
    reason: str = ""
    fired: tuple[Fired, ...] = ()
    staff: tuple[StaffLine, ...] = ()
    initiatives: tuple[InitiativeLine, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    health: float | None = None
    history: tuple[tuple[Period, Mapping[Status, int]], ...] = ()
    self_score: SelfScore | None = None
