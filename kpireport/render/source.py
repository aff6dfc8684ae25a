"""A page as WeasyPrint takes it, spared what costs time on every element and changes none of ours.

WeasyPrint's own style sheet speaks of the marker of a list and of footnotes with selectors that meet every element of
a page: six more styles for each, of twenty thousand in a report of ten pages. They are left out where the page has
neither lists nor notes. This reaches into WeasyPrint; where another version is built otherwise, its sheet stays whole.
"""

from __future__ import annotations

import copy
import re
from functools import lru_cache
from typing import Any

MARKERS = frozenset({"marker"})
NOTES = frozenset({"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"})
LISTS_HERE = re.compile(r"<(li|summary)\b|list-item", re.IGNORECASE)
NOTES_HERE = re.compile(r"footnote|note\(|::note", re.IGNORECASE)
SHEETS_ELSEWHERE = re.compile(r"@import|<link\b", re.IGNORECASE)


def source(html: str, sheet: str = "", **options: Any) -> Any:
    """Return a page as a ``weasyprint.HTML``. sheet: styles that come beside it; options: those of that class."""
    return _page_class()(html, unneeded(sheet) & unneeded(html), **options)


def unneeded(html: str) -> frozenset[str]:
    """Return the pseudo-elements that no element of a page can have."""
    if SHEETS_ELSEWHERE.search(html):
        return frozenset()
    return (frozenset() if LISTS_HERE.search(html) else MARKERS) | (frozenset() if NOTES_HERE.search(html) else NOTES)


@lru_cache(maxsize=1)
def _page_class() -> Any:
    import weasyprint

    class Page(weasyprint.HTML):  # type: ignore[misc]
        def __init__(self, html: str, unneeded: frozenset[str], **options: Any) -> None:
            super().__init__(string=html, **options)
            self._unneeded = unneeded

        def _ua_stylesheets(self, *options: Any, **named: Any) -> list[Any]:
            return [_without(sheet, self._unneeded) for sheet in super()._ua_stylesheets(*options, **named)]

    return Page


@lru_cache(maxsize=8)
def _without(sheet: Any, unneeded: frozenset[str]) -> Any:
    """Return a style sheet without the rules that give every element one of these pseudo-elements."""
    matcher = getattr(sheet, "matcher", None)
    rules = getattr(matcher, "other_selectors", None)
    if not unneeded or rules is None:
        return sheet
    lean = copy.copy(sheet)
    lean.matcher = copy.copy(matcher)
    lean.matcher.other_selectors = [entry for entry in rules if entry[3] not in unneeded]
    return lean
