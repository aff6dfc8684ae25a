"""A Scorecard becomes what a reader sees, in her language. Rule: E35."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.formatting import Reader
from kpireport.core.report import evidence, longview, pace, scoretable, summary, work
from kpireport.core.report.breakdowns import breakdowns
from kpireport.core.report.context import Context
from kpireport.core.report.exceptions import FULL_SECTIONS, exceptions
from kpireport.core.report.firstpage import first_page
from kpireport.core.report.model import ReportModel
from kpireport.core.report.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language
    from kpireport.core.scorecard import Scorecard


def compose(
    card: Scorecard,
    diagnostics: tuple[Diagnostic, ...],
    sentences: Mapping[str, Any],
    *,
    language: Language,
    issued: date,
    scope: str = "",
    version: str = "",
) -> ReportModel:
    """Return the whole report.

    sentences: of the theme's words file. issued: given by the caller, so that the same input gives the same page.
    Raises MissingWordsError where the theme's words lack a sentence.
    Rule: E35.
    """
    conventions = language.conventions
    reader, say = Reader(conventions, card.book.calendar), Words(conventions.locale, sentences)
    c = Context(card, reader, say, diagnostics, language, version)
    masthead = summary.masthead(c, issued=issued, scope=scope)
    first, roomy = first_page(c)
    return ReportModel(
        lang=conventions.html,
        language=language.tag,
        title=f"{masthead.organisation}, {masthead.report}, {masthead.period}",
        masthead=masthead,
        headline=first.headline,
        lead=first.lead,
        panels=first.panels,
        off=first.off,
        watch=first.watch,
        decisions=first.decisions,
        matrix=first.matrix,
        roomy=roomy,
        scorecard=scoretable.table(c),
        exceptions=exceptions(c),
        breakdowns=breakdowns(c, c.off[:FULL_SECTIONS]),
        contribution=longview.contribution(c),
        five_years=longview.five_years(c),
        pace=pace.pace(c),
        budget=work.budget(c),
        actions=work.actions(c),
        initiatives=work.initiatives(c),
        risks=work.risks(c),
        staff=work.staff(c),
        triggers=work.triggers(c),
        revisions=work.revisions(c),
        notes=work.notes(c, len(first.decisions)),
        purpose=work.purpose(c),
        quality=evidence.quality(c),
        sources=evidence.sources(c),
        books=evidence.books(c),
        method=evidence.method(c),
        readings=evidence.readings(c),
    )
