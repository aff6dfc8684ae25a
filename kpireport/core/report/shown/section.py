"""One KPI off target: what the data say, what stands in the way, who acts; and what figures are made of.

Rule: E10, E11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpireport.core.report import charts
    from kpireport.core.report.shown.month import OffLine
    from kpireport.core.report.shown.voice import Value, Voice

ANSWER_HEAD = 60  # the label over an answer is as high as a line of so many characters


@dataclass(frozen=True, slots=True)
class Fact:
    """Label left, value right. strong: set in semibold. Rule: E10."""

    label: str
    value: Value
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Driver:
    """A metric behind a KPI: name, line, value, change against last year. Rule: E10."""

    name: str
    line: charts.Line | None
    value: Value
    change: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Label and text. missing: the text says that nobody has explained it yet (alarm colour). Rule: E10."""

    label: str
    voice: Voice
    missing: bool = False


@dataclass(frozen=True, slots=True)
class ActionLine:
    """Late: the state is to be drawn in the alarm colour. kpi: name, link: its anchor. Rule: E10, E15."""

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


@dataclass(frozen=True, slots=True)
class ExceptionSection:
    """One KPI off target (or a lone KPI). short: title, line and one action only. breakdown: by channel etc.

    Rule: E10.
    """

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
    more: str = ""

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
    """Rest: those that have no section of their own, as a table; more: "and 40 more", "" when all are shown.

    Rule: E10.
    """

    title: str
    line: str
    sections: tuple[ExceptionSection, ...]
    rest: tuple[OffLine, ...] = ()
    more: str = ""
