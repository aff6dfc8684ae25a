"""The scorecard, and how low-level KPIs feed the goals. Rule: E8, E9, E12."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpireport.core.report import charts
    from kpireport.core.report.shown.voice import Value


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One KPI. kind: "goal", "kpi" or "metric". depth: 0 for goals. badges: "draft", "R3", "Q3", "stale".

    trend: the word; trend_code: "better", "worse", "steady", "moved", "none"; worse: it is to be drawn in the
    alarm colour. search: text for the filter box.
    short: the name as a sheet of paper has room for it, on three lines.
    Rule: E9.
    """

    anchor: str
    kind: str
    depth: int
    status: str
    status_word: str
    name: str
    unit: str
    badges: tuple[str, ...]
    actual: Value
    target: Value
    variance: Value
    zone: charts.Zone | None
    zone_text: str
    line: charts.Line | None
    trend: str
    trend_code: str
    worse: bool
    ytd: Value
    ytd_variance: Value
    owner: str = ""
    sort: tuple[float, float] = (0.0, 0.0)
    paper: bool = True
    short: str = ""


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """The rows under one goal: its own row first, if it has one; then (department, rows)."""

    goal: ScoreRow | None
    title: str
    departments: tuple[tuple[str, tuple[ScoreRow, ...]], ...]
    open: bool
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Month: the heading over AC, PL, delta. counts: chart of off and watch by month. Rule: E9."""

    title: str
    line: str
    month: str
    groups: tuple[ScoreGroup, ...]
    note: str
    counts: charts.Columns | None
    counts_title: str
    rows: int

    @property
    def goals(self) -> tuple[ScoreRow, ...]:
        """The rows of the highest level: goals that others serve, and KPIs that stand alone."""
        own = [group.goal for group in self.groups if group.goal]
        others = [row for group in self.groups if not group.goal for _, rows in group.departments for row in rows]
        return (*own, *(row for row in others if row.kind != "metric"))


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """Kind: "goal" or "kpi". attainment: of its own figure; score: of its drivers. source: its line in the sources, ""
    for what stands for several.

    Rule: E12, R40.
    """

    kind: str
    status: str
    name: str
    department: str
    weight: str
    attainment: str
    score: str
    bar: charts.Bar | None
    text: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    title: str
    line: str
    rows: tuple[ContributionRow, ...]
    note: str
