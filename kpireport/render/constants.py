"""Colours and sizes that a style sheet names once, put where they are used.

A custom property may change from element to element, so WeasyPrint looks each one up for each element and reads the
declaration anew. One that a page defines once, for its root, is a constant. The text of a page is never touched:
only its style sheets, in which no text of a workbook stands.
"""

from __future__ import annotations

import re
from collections import Counter

from kpireport.render.sheets import ALL, changed

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
ROOT = re.compile(r"(?:^|[}\s]):root\s*\{([^{}]*)\}")
PROPERTY = re.compile(r"(--[\w-]+)\s*:\s*([^;{}]+)")
DEFINITION = re.compile(r"(?<![\w-])(--[\w-]+)\s*:")  # or what reads like one, anywhere in a page
USE = re.compile(r"var\(\s*(--[\w-]+)\s*\)")
SPECIAL = re.compile(r"--|var\(|[\"'!\\]")  # a value with these may mean something else in another place


def put_in(html: str) -> str:
    """Return a page whose style sheets hold the values of its constants in place of their names."""
    known = constants(html)
    if not known:
        return html
    return changed(html, lambda sheet: USE.sub(lambda use: known.get(use[1], use[0]), sheet))


def constants(html: str) -> dict[str, str]:
    """Return name to value of the custom properties that are defined once, and for the root of the page."""
    sheets = [COMMENT.sub("", sheet[2]) for sheet in ALL.finditer(html)]
    found = {
        name: value.strip()
        for sheet in sheets
        for root in ROOT.finditer(sheet)
        if _outermost(sheet, root.start(1) - 1)
        for name, value in PROPERTY.findall(root[1])
        if not SPECIAL.search(value)
    }
    defined = Counter(DEFINITION.findall(html)) if found else {}
    return {name: value for name, value in found.items() if defined[name] == 1}


def _outermost(sheet: str, place: int) -> bool:
    """Return whether a rule stands in no other, such as one for a medium."""
    return sheet.count("{", 0, place) == sheet.count("}", 0, place)
