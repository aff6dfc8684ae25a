"""What a reader sees, ready to be laid out: every text is written in her language, every chart is plain geometry.

A template lays this out and computes nothing. Labels that never change stand in the theme's words files; all that
depends on a figure stands here. Element numbers (E1 ...) are those of the design.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpireport.core.report import charts


@dataclass(frozen=True, slots=True)
class Voice:
    """A text and who speaks: written by a person (serif) or computed by the program (sans)."""

    text: str
    written: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A figure as it is shown. place: the cell it came from ("Metrics!K7"); anchor: the id of its line in the sources.

    alarm: it is off target. mark: "p", "r" after the value. decimals: for aligning a column on the point.
    """

    text: str
    place: str = ""
    anchor: str = ""
    alarm: bool = False
    mark: str = ""
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Masthead:
    """E1. state: "Final figures, issued 9 November 2026"; scope: "" for the whole organisation."""

    organisation: str
    report: str
    period: str
    state: str
    provisional: bool
    scope: str
    footer: str


@dataclass(frozen=True, slots=True)
class Panel:
    """E3: one goal. status: "on", "watch", "off", "none", "info", "not-started" as everywhere in this module.

    goal: its name; measure: KPI name and unit; figure: the big number, or the words for no data; variance: "-1.9 pp
    vs target"; sentence: computed, at most four lines; first, last: labels under the line. anchor: id of its row.
    tall: the name of this goal or of another takes two lines, and all panels leave room for them.
    """

    anchor: str
    status: str
    goal: str
    measure: str
    figure: Value
    has_figure: bool
    variance: Value
    sentence: str
    first: str
    last: str
    scale: charts.Scale | None
    line: charts.Line | None
    tall: bool = False


@dataclass(frozen=True, slots=True)
class OffLine:
    """E6: one row. link: the id of its section. action: None where nobody entered one. source: its line in E19."""

    status: str
    name: str
    link: str
    against: str
    action: Voice | None
    owner: str
    due: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class OffTable:
    """E6. title: a sentence with its number. more: "and 4 more", "" when all are shown. nothing: for none.

    head: over the distances, "October against target".
    """

    title: str
    rows: tuple[OffLine, ...]
    more: str
    nothing: str
    head: str = ""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """names: (name, anchor, is goal). more: "and 14 more"; count: shown in place of names where there are too many."""

    names: tuple[tuple[str, str, bool], ...]
    more: str = ""
    count: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    status: str
    count: int
    worse: MatrixCell
    steady: MatrixCell
    better: MatrixCell
    unknown: MatrixCell


@dataclass(frozen=True, slots=True)
class Matrix:
    """E8. notes: (bold label, text): changed since, no data for. unknown: a fourth column is needed (no trend yet)."""

    title: str
    rows: tuple[MatrixRow, ...]
    notes: tuple[tuple[str, str], ...]
    unknown: bool


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """E9: one KPI. kind: "goal", "kpi" or "metric". depth: 0 for goals. badges: "draft", "R3", "Q3", "stale".

    trend: the word; worse: it is to be drawn in the alarm colour. search: text for the filter box.
    short: the name as a sheet of paper has room for it, on three lines.
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
    """E9. month: the heading over AC, PL, delta. counts: chart of off and watch by month."""

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
class Fact:
    """E10: label left, value right. strong: set in semibold."""

    label: str
    value: Value
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Driver:
    """E10: a metric behind a KPI: name, line, value, change against last year."""

    name: str
    line: charts.Line | None
    value: Value
    change: str


@dataclass(frozen=True, slots=True)
class Answer:
    """E10: label and text. missing: the text says that nobody has explained it yet (alarm colour)."""

    label: str
    voice: Voice
    missing: bool = False


@dataclass(frozen=True, slots=True)
class ActionLine:
    """E10, E15. late: the state is to be drawn in the alarm colour. kpi: name, link: its anchor."""

    number: str
    action: str
    kpi: str
    link: str
    owner: str
    due: str
    state: str
    late: bool
    cost: str
    effect: str = ""


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    name: str
    value: Value
    previous: str
    share: str


@dataclass(frozen=True, slots=True)
class BreakdownPart:
    """What one KPI's figure is made of: by channel, by region. heads: of the figure, last year's and the share."""

    name: str
    anchor: str
    rows: tuple[BreakdownRow, ...]


@dataclass(frozen=True, slots=True)
class Breakdowns:
    title: str
    line: str
    parts: tuple[BreakdownPart, ...]


ANSWER_HEAD = 60  # the label over an answer is as high as a line of so many characters


@dataclass(frozen=True, slots=True)
class ExceptionSection:
    """E10: one KPI off target (or a lone KPI). short: title, line and one action only. breakdown: by channel etc."""

    anchor: str
    status: str
    title: str
    line: str
    chart: charts.Trend | None
    facts: tuple[Fact, ...]
    drivers: tuple[Driver, ...]
    driver_heads: tuple[str, str]
    answers: tuple[Answer, ...]
    actions: tuple[ActionLine, ...]
    breakdown_title: str = ""
    breakdown: tuple[BreakdownRow, ...] = ()
    short: bool = False

    @property
    def columns(self) -> tuple[tuple[Answer, ...], ...]:
        """The answers in two columns of about the same height, each in order; the shorter one takes the next."""
        parted: tuple[list[Answer], list[Answer]] = ([], [])
        for answer in self.answers:
            heights = [sum(ANSWER_HEAD + len(a.voice.text) for a in column) for column in parted]
            parted[heights[1] < heights[0]].append(answer)
        return tuple(tuple(column) for column in parted if column)


@dataclass(frozen=True, slots=True)
class Exceptions:
    """E10. rest: those that have no section of their own, as a table; more: "and 40 more", "" when all are shown."""

    title: str
    line: str
    sections: tuple[ExceptionSection, ...]
    rest: tuple[OffLine, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """E12. kind: "goal" or "kpi". source: its line in E19, "" for what stands for several."""

    kind: str
    status: str
    name: str
    department: str
    weight: str
    attainment: str
    bar: charts.Bar | None
    text: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    title: str
    line: str
    rows: tuple[ContributionRow, ...]
    note: str


@dataclass(frozen=True, slots=True)
class YearPanel:
    """E13."""

    title: str
    status: str
    chart: charts.Years
    sentence: str


@dataclass(frozen=True, slots=True)
class YearRow:
    """E13 as a table, for more than eight goals: one cell a year."""

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
    """One amount of the year so far (R22). bad: it lags. plan, total: share of the plan to date, of the whole plan."""

    name: str
    unit: str
    status: str
    actual: str
    target: str
    rate: str
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
    """E14. kind: "row" or "total"."""

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
    """R38: time, progress and spend as percentages. flags: words in the reader's language."""

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
    title: str
    line: str
    rows: tuple[NoteRow, ...]


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


@dataclass(frozen=True, slots=True)
class FindingRow:
    place: str
    severity: str
    found: str
    mend: str


@dataclass(frozen=True, slots=True)
class Quality:
    """E18. nothing: the sentence if there is no finding."""

    title: str
    line: str
    rows: tuple[FindingRow, ...]
    nothing: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """E19. anchor: the id that numbers link to."""

    anchor: str
    name: str
    actual: str
    workbook: str
    sheet: str
    cell: str
    holds: str
    target: str
    target_place: str


@dataclass(frozen=True, slots=True)
class Sources:
    title: str
    line: str
    rows: tuple[SourceRow, ...]
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class BookRow:
    """E20."""

    workbook: str
    sheets: str
    saved: str
    figures: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Method:
    entries: tuple[tuple[str, str], ...]
    version: str


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """How we read your workbook: topic, subject and what was understood, with the place."""

    topic: str
    subject: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Readings:
    """How the workbook was read. printed: the rows on paper; elsewhere: says that the list goes on in the HTML."""

    title: str
    line: str
    rows: tuple[ReadingRow, ...]
    printed: tuple[ReadingRow, ...]
    elsewhere: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class FirstPage:
    """E1 to E8. decisions: as they stand here; the notes hold in full what was cut or left out."""

    headline: Voice
    lead: str
    panels: tuple[Panel, ...]
    off: OffTable
    watch: OffTable | None
    decisions: tuple[str, ...]
    matrix: Matrix | None


@dataclass(frozen=True, slots=True)
class ReportModel:
    """The whole report. A part without content is None, and its section is left out.

    lang: "en" or "zh-CN", for the page's language; language: "en" or "zh". title: of the document. roomy: the month
    where it need not fit a page, for the screen.
    """

    lang: str
    language: str
    title: str
    masthead: Masthead
    headline: Voice
    lead: str
    panels: tuple[Panel, ...]
    off: OffTable
    watch: OffTable | None
    decisions: tuple[str, ...]
    matrix: Matrix | None
    roomy: FirstPage
    scorecard: ScoreTable | None
    exceptions: Exceptions | None
    breakdowns: Breakdowns | None
    contribution: Contribution | None
    five_years: FiveYears | None
    pace: Pace | None
    budget: Budget | None
    actions: Actions | None
    initiatives: Initiatives | None
    risks: Risks | None
    staff: Staff | None
    triggers: Triggers | None
    revisions: Revisions | None
    notes: Notes | None
    purpose: Purpose | None
    quality: Quality
    sources: Sources
    books: tuple[BookRow, ...]
    method: Method
    readings: Readings
