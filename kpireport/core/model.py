"""The nouns: what a set of workbooks says, before anything is computed.

A ``Book`` holds goals and metrics (``Kpi``), what was measured (``Observation``), what was planned, written,
revised and asked for. Shares are ratios (0.95), absence is None, and every figure knows its cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core import a1
from kpireport.core.diagnostics import Reading, Where
from kpireport.core.formats import MAILED_BY_DEFAULT
from kpireport.core.periods import Calendar, Frequency, Period

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from kpireport.core.reading.state import ReadingState


class Kind(Enum):
    """A KPI is a goal that is rated; a metric is measured, shown, and never rated or rolled up. Rule: R11d, R19."""

    KPI = "kpi"
    METRIC = "metric"


class Level(Enum):
    ORGANISATION = "organisation"
    DEPARTMENT = "department"
    TEAM = "team"
    STAFF = "staff"


class Direction(Enum):
    HIGHER = "higher"
    LOWER = "lower"
    RANGE = "range"


class Aggregation(Enum):
    """How the figures of several periods make one. Rule: R20."""

    SUM = "sum"
    AVERAGE = "average"
    LAST = "last"
    FIRST = "first"
    MAX = "max"
    MIN = "min"
    RATIO = "ratio"
    WEIGHTED = "weighted"
    MEDIAN = "median"


class Method(Enum):
    """How attainment is computed. Rule: R4, R8."""

    LINEAR = "linear"
    RATIO = "ratio"
    PROGRESS = "progress"


class Missing(Enum):
    SKIP = "skip"
    ZERO = "zero"


class Rollup(Enum):
    """How a parent gets its figure from its children. Rule: R15, R18."""

    WEIGHTED = "weighted"
    WORST = "worst"
    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    RATIO = "ratio"
    OWN = "own"


class Lifecycle(Enum):
    DRAFT = "draft"
    FINAL = "final"
    RETIRED = "retired"


class Basis(Enum):
    """What one typed target means: the whole year, each period, or the year up to then. Rule: R24."""

    YEAR = "year"
    PERIOD = "period"
    CUMULATIVE = "cumulative"


class Series(Enum):
    ACTUAL = "actual"
    TARGET = "target"
    FORECAST = "forecast"
    PREVIOUS_YEAR = "previous year"


class Measure(Enum):
    """What a unit counts; decides the default aggregation and how changes are said. Rule: R20, R26."""

    MONEY = "money"
    COUNT = "count"
    STOCK = "stock"  # headcount, balance, inventory: its last value counts
    SHARE = "share"  # %, stored as a ratio
    TIME = "time"  # hours that add up
    DURATION = "duration"  # days, minutes per case: averaged
    SCORE = "score"
    YES_NO = "yes-no"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Unit:
    """text: as typed ("EUR k", "%", ""). scaled: it names a scale (k), which is never multiplied in."""

    text: str = ""
    measure: Measure = Measure.OTHER
    currency: str = ""
    scaled: bool = False

    @property
    def share(self) -> bool:
        return self.measure is Measure.SHARE


@dataclass(frozen=True, slots=True)
class Amount:
    """A typed number and its cell."""

    value: float
    where: Where


@dataclass(frozen=True, slots=True)
class Span:
    """A target of one kind: a number, or a range with low and high. One of value, or low and high, is set. Rule: R9."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class Observation(NamedTuple):
    """One figure read from a metric sheet, or a target typed for one period.

    kpi: the key of the KPI. value: a share is a ratio; None for a cell that is there but says nothing
    (an error, a formula without result), so that the page can show where. formula: the cell holds a formula.
    low, high: for a typed target that is a range. part: the row, where several rows of a KPI and period are put
    together (single transactions); 0 elsewhere. A named tuple: there may be hundreds of thousands.
    """

    kpi: str
    period: Period
    series: Series
    value: float | None
    file: str
    sheet: str
    row: int
    column: int
    formula: bool = False
    department: str = ""
    breakdown: str = ""
    low: float | None = None
    high: float | None = None
    note: str = ""
    part: int = 0

    @property
    def where(self) -> Where:
        return Where(self.file, self.sheet, a1.address(self.row, self.column))


@dataclass(frozen=True, slots=True)
class Kpi:
    """One row of the Goals sheet: a KPI or a metric.

    key: the normalised name (NFKC, case folded, white space collapsed), by which sheets refer to it.
    target: as typed, with its basis; year_targets: fiscal year to amount. weight: relative, None where blank.
    low, high, red_line, maximum (the highest possible) ...: in the KPI's unit (shares as ratios).
    cells: field name ("target", "weight", "owner", ...) to the cell it was read from.
    assumed: fields ("direction", "aggregation") that were assumed and are marked. parts_by: as somebody said.
    texts: what people wrote: why, strategy, problem, means, customer_benefit, company_benefit, team_benefit, notes.
    """

    key: str
    id: str
    name: str
    where: Where
    kind: Kind = Kind.KPI
    level: Level | None = None
    parent: str | None = None
    perspective: str = ""
    department: str = ""
    owner: str = ""
    definition: str = ""
    unit: Unit = field(default_factory=Unit)
    direction: Direction | None = Direction.HIGHER
    weight: float | None = None
    aggregation: Aggregation | None = None
    numerator: str | None = None
    denominator: str | None = None
    formula: str = ""
    frequency: Frequency | None = None
    method: Method = Method.LINEAR
    missing: Missing | None = None
    rollup: Rollup = Rollup.WEIGHTED
    target: Span | None = None
    basis: Basis | None = None
    year_targets: Mapping[int, Amount] = field(default_factory=dict)
    phasing: tuple[float, ...] = ()
    phased_as_before: bool = False
    baseline: float | None = None
    red_line: float | None = None
    stretch: float | None = None
    threshold: float | None = None
    benchmark: float | None = None
    maximum: float | None = None
    cap: float | None = None
    floor: float | None = None
    start: date | None = None
    end: date | None = None
    review: date | None = None
    lifecycle: Lifecycle = Lifecycle.FINAL
    priority: float | None = None
    decimals: int | None = None
    trigger: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, Where] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()
    parts_by: Aggregation | None = None

    def cell(self, name: str) -> Where:
        """Return where a field was read, or the row's name cell where it was not typed."""
        return self.cells.get(name, self.where)


class Step(Enum):
    """What a row of the Plan sheet is."""

    MILESTONE = "milestone"
    INITIATIVE = "initiative"
    TASK = "task"
    RISK = "risk"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One row of the Plan sheet. progress: a ratio. budget, spent: in the book's currency, scaled as typed.

    kpi: key of the KPI it serves, or None for the whole organisation. done: the day it was done; finished: it is
    marked done, with or without a day.
    """

    id: str
    step: Step
    action: str
    where: Where
    kpi: str | None = None
    project: str = ""
    owner: str = ""
    start: date | None = None
    due: date | None = None
    done: date | None = None
    finished: bool = False
    status: str = ""
    progress: float | None = None
    budget: float | None = None
    spent: float | None = None
    cost_category: str = ""
    obstacle: str = ""
    mitigation: str = ""
    likelihood: str = ""
    points: float | None = None
    benefit: float | None = None


class NoteKind(Enum):
    COMMENT = "comment"
    CAUSE = "cause"
    LESSON = "lesson"
    DECISION = "decision"
    HEADLINE = "headline"
    CUSTOMERS = "customers"
    MONEY = "money"
    OBSTACLE = "obstacle"
    REBASE = "rebase"


@dataclass(frozen=True, slots=True)
class Note:
    """What someone wrote about a period (None: always) and a KPI (None: the whole report)."""

    kind: NoteKind
    text: str
    where: Where
    period: Period | None = None
    kpi: str | None = None
    author: str = ""
    written: date | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """A change of mind, effective from a period on.

    field: target, weight, owner, definition, red_line ... old, new: as typed, text; amount: the new value as a number
    where the field holds one (a share is a ratio).
    Rule: R35.
    """

    kpi: str
    field: str
    effective: Period
    old: str
    new: str
    where: Where
    recorded: date | None = None
    amount: float | None = None
    old_amount: float | None = None
    basis: Basis | None = None
    reason: str = ""
    approved_by: str = ""
    retroactive: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets which part: scope is "all", "department=Sales", "owner=Li" or "kpi=A; B".

    condition: "always", "red only" or "changed". first_day, last_day: both count; None is open.
    """

    name: str
    address: str
    where: Where
    scope: str = "all"
    language: str = ""
    formats: tuple[str, ...] = MAILED_BY_DEFAULT
    condition: str = "always"
    active: bool = True
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """When someone must act: a condition as typed ("red 2 months"), what is to be done, and who is told."""

    kpi: str
    condition: str
    where: Where
    periods: int | None = None
    action: str = ""
    notify: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the Settings sheet says about the organisation and how figures are to be read.

    currency_scaled: it names a scale ("EUR k"). amber_from, cap, floor, min_coverage, as_of_quorum: ratios.
    pace_tolerance: in percentage points (2). goals_above: what a part shows of a goal above it: "name", "own" (its own
    figure, where nothing of others follows from it) or "figures" (the score of its KPIs too, on the same condition).
    Rule: L20.
    """

    organisation: str = ""
    report_name: str = ""
    mission: str = ""
    business_type: str = ""
    currency: str = ""
    currency_scaled: bool = False
    language: str = ""
    calendar: Calendar = field(default_factory=Calendar)
    report_period: str = ""
    as_of: date | None = None
    as_of_quorum: float = 0.5
    amber_from: float = 0.90
    cap: float = 1.2
    floor: float = 0.0
    min_coverage: float = 0.5
    missing: Missing = Missing.SKIP
    partial: str = "skip"
    time_progress: str = "periods"
    pct_base: str = "positive"
    scoring: str = "attainment"
    week_split: str = "thursday"
    restate_53: bool = False
    pace_tolerance: float = 2.0
    grace_days: int = 15
    frozen_through: Period | None = None
    allow_restated: bool = True
    strategy_review: date | None = None
    provisional: bool = False
    decimal: str = "point"
    scorecard: str = "short"
    goals_above: str = "own"
    cells: Mapping[str, Where] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """One workbook that was read: sheets that were used, and how many figures came from it."""

    file: str
    sha256: str
    sheets: tuple[str, ...]
    figures: int
    saved: datetime | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """All that a set of workbooks says. Mappings are keyed by ``Kpi.key``, in the order of the Goals sheet.
    states: how far the reading of each workbook is confirmed, by its file.
    """

    settings: Settings
    kpis: Mapping[str, Kpi]
    observations: tuple[Observation, ...]
    plan: tuple[PlanItem, ...] = ()
    notes: tuple[Note, ...] = ()
    revisions: tuple[Revision, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    triggers: tuple[TriggerRule, ...] = ()
    readings: tuple[Reading, ...] = ()
    sources: tuple[Source, ...] = ()
    states: Mapping[str, ReadingState] = field(default_factory=dict)

    @property
    def held(self) -> tuple[ReadingState, ...]:
        """The readings for which letters are held. Rule: L29."""
        return tuple(state for state in self.states.values() if state.holds)

    @property
    def calendar(self) -> Calendar:
        return self.settings.calendar
