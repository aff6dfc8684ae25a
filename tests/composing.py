"""A report of a book that was drawn as text, without a file in between."""

from __future__ import annotations

from datetime import date
from typing import Any

from kpireport import languages
from kpireport.core.evaluate import evaluate
from kpireport.core.formatting import Reader
from kpireport.core.model import Book
from kpireport.core.outlook import outlook
from kpireport.core.report.compose import compose
from kpireport.core.report.context import Context
from kpireport.core.report.model import ReportModel
from kpireport.core.report.words import Words
from kpireport.core.scorecard import Scorecard
from tests.books import period

TODAY = date(2026, 12, 31)


def sentences(language: str) -> dict[str, Any]:
    return dict(languages.load(language).sentences["report.sentences"])


def composed(drawn: Book, at: str = "", *, language: str = "en", today: date = TODAY) -> ReportModel:
    """Return the report of a book at a period, or at the one that R2 chooses."""
    card, problems = evaluate(drawn, period=period(at) if at else None, today=today)
    assert card is not None
    card = outlook(card)
    return compose(card, tuple(problems), sentences(language), language=languages.load(language), issued=today)


def context_of(card: Scorecard, *, language: str = "en") -> Context:
    """Return what the parts of a report of a scorecard, or of a part of one, are composed from."""
    return Context(
        card,
        Reader(languages.load(language).conventions, card.book.calendar),
        Words(languages.load(language).conventions.locale, sentences(language)),
        (),
        languages.load(language),
    )


def context(drawn: Book, at: str = "", *, language: str = "en", today: date = TODAY) -> Context:
    """Return what the parts of a report are composed from."""
    card, problems = evaluate(drawn, period=period(at) if at else None, today=today)
    assert card is not None
    card = outlook(card)
    return Context(
        card,
        Reader(languages.load(language).conventions, drawn.settings.calendar),
        Words(languages.load(language).conventions.locale, sentences(language)),
        tuple(problems),
        languages.load(language),
    )
