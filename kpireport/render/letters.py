"""A report becomes a letter: subject, HTML for any mail program, plain text, and its charts as pictures."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from markupsafe import Markup

from kpireport import __version__
from kpireport.core.catalogue import mail as problems
from kpireport.core.diagnostics import Where
from kpireport.core.dispatch import BEGIN, CONTACT_HERE, END, FILES_HERE, OPENING_HERE, Letter
from kpireport.core.formatting import Reader
from kpireport.core.messages import Message
from kpireport.core.monospaced import aligned, cut
from kpireport.core.report.brief import brief
from kpireport.core.report.context import Context
from kpireport.core.report.words import MissingWordsError, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language
    from kpireport.core.report.brief import Brief, Row
    from kpireport.core.report.model import ReportModel
    from kpireport.core.scorecard import Scorecard
    from kpireport.render.themes import Theme

MARKS = {"off": "●", "watch": "○", "on": "✓", "none": "–", "info": "–", "not-started": "–"}
ACCENT = "#17476B"
LONGEST_NAME = 34  # columns of a KPI's name in plain text; the page has it in full
SHARP = 2.0  # pictures have twice the pixels they are shown with
PIXELS = 88 / 113.3  # shown width of a chart over its own
NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # of a name, in the title of its chart


def letter(
    report: ReportModel, card: Scorecard, theme: Theme, *, language: Language, scope: str
) -> tuple[Letter | None, tuple[Diagnostic, ...]]:
    """Return the letter of a report; None and the reason where the theme's mail templates or words are wrong."""
    from kpireport.render import themes

    words = themes.words(theme, language)
    conventions = language.conventions
    say = Words(conventions.locale, words["mail"])
    reader = Reader(conventions, card.book.calendar)
    context = Context(card, reader, Words(conventions.locale, words["sentences"]), (), language, __version__)
    try:
        chosen = brief(context, report.masthead, say, scope)
        foot = say("foot", state=report.masthead.state) + (say("sees", part=chosen.part) if chosen.part else "")
    except MissingWordsError as error:
        return None, (
            problems.LETTER_WRONG.at(Where(), reason=Message("problems.why.no_sentence", {"key": str(error)})),
        )
    images = {f"chart{n}@kpireport": _picture(row, theme) for n, row in enumerate(chosen.rows, start=1) if row.line}
    pictures = [f"chart{n}@kpireport" if row.line else "" for n, row in enumerate(chosen.rows, start=1)]
    places = {here: secrets.token_hex(16) for here in (OPENING_HERE, FILES_HERE, CONTACT_HERE)}
    values = {
        "report": report,
        "brief": chosen,
        "words": themes.Labels(words["mail"]),
        "foot": foot,
        "opening": places[OPENING_HERE],
        "files": places[FILES_HERE],
        "contact": places[CONTACT_HERE],
        "marks": MARKS,
        "pictures": pictures,
        "lines": _lines(chosen, say("to_target")),
        "sans": Markup(conventions.mail.sans),  # noqa: S704 - our own words
        "serif": Markup(conventions.mail.serif),  # noqa: S704 - our own words
        "headline_size": conventions.mail.headline,
        "colon": conventions.text.colon,
        "accent": ACCENT,
    }
    html, told = themes.filled(theme, "mail.html", values)
    text, more = themes.filled(theme, "mail.txt", values)
    if not html or not text:
        return None, (*told, *more)
    phrases = {key: str(text) for key, text in words["phrases"].items()}
    if chosen.part and "attached_part" in phrases:
        phrases["attached"] = phrases["attached_part"]
    return Letter(chosen.subject, _marked(_inlined(html), places), _marked(text, places), images, phrases), ()


def _marked(page: str, places: Mapping[str, str]) -> str:
    """Return a page with marks where sentences are still to come.

    places: marks to what stands for them. A template is filled with words that no cell can know; only then are the
    marks set, and whatever in the page looked like one has lost its signs.
    """
    page = page.replace(BEGIN, "").replace(END, "")
    for here, stands in places.items():
        page = page.replace(stands, here)
    return page


def _lines(chosen: Brief, to_target: str) -> tuple[str, ...]:
    """Return the rows of a letter as lines of text whose columns stand under each other, with a head."""
    rows = [
        (f"{MARKS[row.status]} {row.word}", cut(row.name, LONGEST_NAME), row.actual, row.variance, row.trend)
        for row in chosen.rows
    ]
    return aligned([("", "", chosen.month, to_target, ""), *rows], right={2, 3})


def _picture(row: Row, theme: Theme) -> bytes:
    """Return a chart as PNG: drawn by the same macros as the report's, and without any text in it."""
    import resvg_py

    from kpireport.render import themes

    svg = str(themes.environment(theme).get_template("charts.svg.html").module.line(row.line))  # type: ignore[attr-defined]
    svg = NO_XML.sub("", svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    wide = round(113.3 * PIXELS * SHARP)
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, width=wide, dpi=96, background="#FFFFFF", skip_system_fonts=True)
    )


def _inlined(html: str) -> str:
    """Return the page with its style sheet written into the elements, as mail programs want it."""
    import css_inline

    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
    return inliner.inline(html)
