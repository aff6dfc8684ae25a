"""Text as Excel writes it into its files."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def decoded(text: str) -> str:
    """Return ``text`` with ``_x000D_`` and the like as the characters they stand for.

    What comes out may be any character, also one that a terminal obeys. Half a surrogate pair becomes U+FFFD, as it
    could not be written anywhere.
    """
    if "_x" not in text:
        return text
    found = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return found.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def printable(text: str) -> str:
    """Return ``text`` with every control and direction mark replaced; spaces stay as they are."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
