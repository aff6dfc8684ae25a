"""What a reader sees, ready to be laid out: every text is written in her language, every chart is plain geometry.

A template lays this out and computes nothing. Labels that never change stand in the theme's words files; all that
depends on a figure stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpireport.core.report.shown.month import FirstPage, Masthead, Matrix, OffTable, Panel
    from kpireport.core.report.shown.plan import (
        Actions,
        Budget,
        FiveYears,
        Initiatives,
        Notes,
        Pace,
        Purpose,
        Revisions,
        Risks,
        Staff,
        Triggers,
    )
    from kpireport.core.report.shown.proof import BookRow, Method, Quality, Readings, Sources
    from kpireport.core.report.shown.score import Contribution, ScoreTable
    from kpireport.core.report.shown.section import Breakdowns, Exceptions
    from kpireport.core.report.shown.voice import Voice


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
