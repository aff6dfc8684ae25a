"""The style sheets of a page: changed apart from its text; and that of a built-in theme, read once for many pages.

Reports of one theme carry the same sheet, and reading it takes a twentieth of the time of a report of five pages. A
page with one sheet is laid out with that sheet beside it, where it weighs less than the width and height that a drawing
names itself: the sheets of our own themes leave those alone. A page with several sheets, whose sheet says more than
styles, or of somebody's own theme, is left as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpireport.render.pdf import Fetcher

ALL = re.compile(r"(<style[^>]*>)(.*?)(</style>)", re.DOTALL | re.IGNORECASE)
SHEET = re.compile(r"<style>(.*?)</style>", re.DOTALL)
ANY = re.compile(r"<(style|link|base)\b", re.IGNORECASE)
MORE = re.compile(r"@(?!font-face|page|media|(?:top|bottom|left|right)-)", re.IGNORECASE)
KEPT = 4  # sheets for one set of typefaces

_read: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()


def changed(html: str, change: Callable[[str], str]) -> str:
    """Return a page with its style sheets changed. No text of a workbook stands in them, and none is touched."""
    return ALL.sub(lambda sheet: sheet[1] + change(sheet[2]) + sheet[3], html)


def apart(html: str) -> tuple[str, str]:
    """Return a page without its style sheet, and the sheet; the page as it is and "" where it has to keep it."""
    found = SHEET.search(html)
    if found is None or len(ANY.findall(html)) > 1 or MORE.search(found[1]):
        return html, ""
    return html[: found.start()] + html[found.end() :], found[1]


def read(sheet: str, *, base: str, fetcher: Fetcher, fonts: Any, silent: Callable[[], bool]) -> Any:
    """Return a style sheet as ``weasyprint.CSS``.

    fonts: where its typefaces go, the same for all its pages. silent: whether nothing has been said about it; one with
    a fault is read for each report, so that each tells it.
    """
    from weasyprint import CSS

    kept = _read.setdefault(fonts, {})
    if sheet in kept:
        return kept[sheet]
    made = CSS(string=sheet, base_url=base, url_fetcher=fetcher, font_config=fonts)
    if silent():
        while len(kept) >= KEPT:
            del kept[next(iter(kept))]
        kept[sheet] = made
    return made
