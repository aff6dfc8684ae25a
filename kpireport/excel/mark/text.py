"""Text for the XML of a workbook: whatever it holds, it arrives as that text, and never as markup or a formula."""

from __future__ import annotations

import html
import re

LONGEST = 32_000  # Excel holds 32,767 characters in a cell
KEPT = "\n\N{NO-BREAK SPACE}"
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def escaped(text: str) -> str:
    """Return text for an element or a quoted attribute; control characters, which XML has none of, are replaced.

    Line breaks stay, and the no-break space that keeps a number with its unit.
    """
    shown = "".join(c if c.isprintable() or c in KEPT else "\N{REPLACEMENT CHARACTER}" for c in text[:LONGEST])
    return html.escape(_ESCAPE.sub("_x005F_", shown))
