"""The month on one page: masthead, goal panels, what is off target, the matrix. Rule: E1, E2, E3, E4, E5, E6, E7."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpireport.core.report import charts
    from kpireport.core.report.shown.voice import Value, Voice


@dataclass(frozen=True, slots=True)
class Masthead:
    """State: "Final figures, issued 9 November 2026"; scope: "" for the whole organisation. Rule: E1."""

    organisation: str
    report: str
    period: str
    state: str
    provisional: bool
    scope: str
    footer: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One goal. status: "on", "watch", "off", "none", "info", "not-started" as everywhere in this module.

    goal: its name; measure: KPI name and unit; figure: the big number, or the words for no data; variance: "-1.9 pp
    vs target"; sentence: computed, at most four lines; first, last: labels under the line. anchor: id of its row.
    tall: the name of this goal or of another takes two lines, and all panels leave room for them.
    Rule: E3.
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
    """One row. link: the id of its section. action: None where nobody entered one. source: its line in the sources.

    Rule: E6.
    """

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
    """Title: a sentence with its number. more: "and 4 more", "" when all are shown. nothing: for none.

    head: over the distances, "October against target".
    Rule: E6.
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
    """Notes: (bold label, text): changed since, no data for. unknown: a fourth column is needed (no trend yet).

    Rule: E8.
    """

    title: str
    rows: tuple[MatrixRow, ...]
    notes: tuple[tuple[str, str], ...]
    unknown: bool


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Decisions: as they stand here; the notes hold in full what was cut or left out.

    Rule: E1, E2, E3, E4, E5, E6, E7, E8.
    """

    headline: Voice
    lead: str
    panels: tuple[Panel, ...]
    off: OffTable
    watch: OffTable | None
    decisions: tuple[str, ...]
    matrix: Matrix | None
