"""The years ahead and the work: plan, pace, budget, actions, people, triggers, changes of mind.

Rule: E13, E14, E15, E16, E17.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpireport.core.report import charts
    from kpireport.core.report.shown.section import ActionLine
    from kpireport.core.report.shown.voice import Value


@dataclass(frozen=True, slots=True)
class YearPanel:
    """Rule: E13."""

    title: str
    status: str
    chart: charts.Years
    sentence: str


@dataclass(frozen=True, slots=True)
class YearRow:
    """The plan as a table, for more than eight goals: one cell a year. Rule: E13."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FiveYears:
    title: str
    line: str
    panels: tuple[YearPanel, ...]
    years: tuple[str, ...] = ()
    rows: tuple[YearRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PaceRow:
    """One amount of the year so far: what is reached of its target, and what of it was planned until now.

    bad: it lags. plan, total: share of the plan to date, of the whole plan.
    Rule: R22, R45.
    """

    name: str
    unit: str
    status: str
    actual: str
    target: str
    rate: str
    expected: str
    time: str
    pace: str
    bad: bool
    left: str
    needed: str
    plan: str = ""
    total: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """The year and the plan so far. planned: some row has years of a plan."""

    title: str
    line: str
    rows: tuple[PaceRow, ...]
    planned: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """Kind: "row" or "total". Rule: E14."""

    kind: str
    name: str
    category: str
    goal: str
    bar: charts.BudgetBar | None
    budget: str
    spent: str
    forecast: str
    variance: Value
    benefit: str


@dataclass(frozen=True, slots=True)
class Budget:
    title: str
    line: str
    rows: tuple[BudgetRow, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Actions:
    title: str
    line: str
    rows: tuple[ActionLine, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class InitiativeRow:
    """Time, progress and spend as percentages. flags: words in the reader's language. Rule: R38."""

    name: str
    kind: str
    kpi: str
    owner: str
    due: str
    time: str
    progress: str
    spend: str
    state: str
    alarm: bool


@dataclass(frozen=True, slots=True)
class Initiatives:
    title: str
    line: str
    rows: tuple[InitiativeRow, ...]


@dataclass(frozen=True, slots=True)
class RiskRow:
    risk: str
    kpi: str
    likelihood: str
    mitigation: str
    owner: str


@dataclass(frozen=True, slots=True)
class Risks:
    title: str
    line: str
    rows: tuple[RiskRow, ...]


@dataclass(frozen=True, slots=True)
class StaffRow:
    owner: str
    due: str
    done: str
    to_date: str
    overall: str
    overdue: Value
    on_time: str


@dataclass(frozen=True, slots=True)
class Staff:
    title: str
    line: str
    rows: tuple[StaffRow, ...]
    tasks: tuple[ActionLine, ...]


@dataclass(frozen=True, slots=True)
class TriggerRow:
    number: str
    kpi: str
    condition: str
    step: str
    notify: str
    state: str
    fired: bool


@dataclass(frozen=True, slots=True)
class Triggers:
    title: str
    line: str
    rows: tuple[TriggerRow, ...]


@dataclass(frozen=True, slots=True)
class RevisionRow:
    number: str
    date: str
    kpi: str
    change: str
    reason: str
    approved: str
    approved_missing: bool
    under_old: str
    under_old_alarm: bool


@dataclass(frozen=True, slots=True)
class Revisions:
    title: str
    line: str
    rows: tuple[RevisionRow, ...]
    restated_title: str = ""
    restated: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What people wrote that has no other place: comments, causes, lessons, decisions taken."""

    kind: str
    kpi: str
    text: str
    author: str


@dataclass(frozen=True, slots=True)
class Notes:
    """What people wrote that has no section of its own. more: "and 4 more"."""

    title: str
    line: str
    rows: tuple[NoteRow, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class PurposeRow:
    """Why a goal is there and who gains: the business plan on a page. texts: (label, written text)."""

    name: str
    status: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Purpose:
    """The plan on a page: mission, strategy, and the three questions with the figures that answer them."""

    title: str
    line: str
    mission: str
    business: str
    questions: tuple[tuple[str, str], ...]
    rows: tuple[PurposeRow, ...]
