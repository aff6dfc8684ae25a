"""Texts as people type them, made comparable: what two spellings of the same name share, whatever its words mean.

Rule: L21.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=16384)
def clean(text: str) -> str:
    """Return the text in NFKC, without marks that nobody sees (zero width, direction), white space collapsed."""
    shown = text
    if not text.isascii():
        shown = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join(shown.split())


@lru_cache(maxsize=16384)
def as_seen(text: str) -> str:
    """Return the text as it was typed, for the page: without marks that nobody sees, white space collapsed."""
    return " ".join("".join(c for c in text if unicodedata.category(c) != "Cf" or c in "\u200c\u200d").split())


@lru_cache(maxsize=16384)
def key(name: str) -> str:
    """Return what two spellings of the same name share: ``Ｓａｌｅｓ  income`` and ``sales Income``."""
    return clean(name).casefold()


def is_wide(text: str) -> bool:
    """Return whether a text has letters of scripts that write without blanks: Chinese, Japanese, Korean."""
    return not text.isascii() and any(unicodedata.east_asian_width(c) in "WF" for c in text)
