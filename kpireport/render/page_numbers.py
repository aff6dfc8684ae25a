"""The numbers of the pages that a page speaks of, written when all pages stand.

``target-counter`` of CSS has WeasyPrint lay out each page that holds such a number a second time: a tenth to a sixth
of the time of a report, to put a figure where one stood. Here as many digits keep the place, and the number takes it
when the pages are known. Where WeasyPrint is built otherwise, the second layout is done as before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kpireport.render.sheets import changed

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNTER = re.compile(r"content:\s*target-counter\(\s*attr\(href\)\s*,\s*page\s*\)")
PLACE = "00"  # digits are of one width in the fonts of the report; a longer number starts further left
TAKEN = re.compile(rf"""content:\s*["']{PLACE}["']""")
ADDED = ("::before", "::after")  # by a style sheet; digits that stand in the page itself are somebody's figure
RIGHT = ("end", "right")


def kept_places(html: str) -> str | None:
    """Return the page with a place for each number of a page; None where it has none of them, or others as well."""
    if TAKEN.search(html):
        return None
    kept = changed(html, lambda sheet: COUNTER.sub(f'content:"{PLACE}"', sheet))
    return kept if kept != html and "target-counter" not in kept and "target-text" not in kept else None


def written_in(document: Any) -> bool:
    """Write the numbers into a WeasyPrint document that was laid out with places; False where that cannot be done."""
    try:
        at = _pages(document)
        for page in document.pages:
            for kind, target, _, box in page.links:
                if kind == "internal":
                    for place in _places(box):
                        _write(place, str(at.get(target, "")))
    except (AttributeError, TypeError, ValueError, ImportError):
        return False
    return True


def _pages(document: Any) -> dict[str, int]:
    """Return the number of the first page that each anchor stands on."""
    at: dict[str, int] = {}
    for number, page in enumerate(document.pages, 1):
        for anchor in page.anchors:
            at.setdefault(anchor, number)
    return at


def _places(box: Any) -> Iterator[Any]:
    for each in (box, *(box.descendants() if hasattr(box, "descendants") else ())):
        if getattr(each, "text", None) == PLACE and str(each.element_tag).endswith(ADDED):
            yield each


def _write(place: Any, number: str) -> None:
    """Put a number into a box of text, and keep it where its line ends or begins."""
    from weasyprint.text.line_break import line_size

    text = place.pango_layout
    text.text = place.text = number
    text.reactivate(place.style)
    width, _ = line_size(text.get_first_line()[0], place.style)
    text.deactivate()
    if place.style["text_align_all"] in RIGHT:
        place.position_x += place.width - width
    place.width = width
