"""The same report under another name: what browsers, file managers and sync tools make of the name of a workbook.

A name in other case, in composed or decomposed letters, with "(1)", "- Copy", "Copy of", or the name of a computer
behind it is the name of the workbook that was copied. What only may be such a name is asked about.
Rule: N23.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core.lexicon import standard

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBERED = re.compile(r"[\s_]*[(（]\d{1,2}[)）]$")  # of browsers, and of a second copy
SYNCED = re.compile(r"[.~]sync-conflict-[\dA-Z-]+$", re.IGNORECASE)
# The names that Windows gives to computers; OneDrive puts them behind that of a workbook which two have changed.
COMPUTER = re.compile(r"-(?:DESKTOP|LAPTOP|WIN|PC|MACBOOK|IMAC)-[A-Z0-9]{4,15}(?:-\d{1,2})?$", re.IGNORECASE)
PERHAPS = re.compile(r"-(?=[^a-z]*[A-Z])[A-Z0-9][A-Z0-9-]{2,14}(?:-\d{1,2})?$")  # any name that a computer may have


@lru_cache(maxsize=1)
def _marks() -> tuple[re.Pattern[str], ...]:
    """Return what is taken from a name, in this order, again and again."""
    before, after, conflict = (standard().pattern(f"copy_{name}") for name in ("before", "after", "conflict"))
    return (
        NUMBERED,
        re.compile(rf"\s*[(（][^()（）]*(?:{after}|{conflict})[^()（）]*[)）]$", re.IGNORECASE),
        re.compile(rf"(?:[\s_–-]+|(?=[^\x00-\x7f])){after}(?:\s*\d{{1,2}})?$", re.IGNORECASE),
        SYNCED,
        COMPUTER,
        re.compile(rf"^[(（]?{before}[)）]?(?:[\s_–:-]+|(?=[^\x00-\x7f]))", re.IGNORECASE),
    )  # fmt: skip


def same_name(text: str) -> str:
    """Return a name as it is compared: case, composed letters and spaces make no other report."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def plain_name(file: str) -> str:
    """Return the name of a workbook as it was before it was copied."""
    stem, dot, ending = file.rpartition(".")
    return f"{plain_stem(stem)}{dot}{ending.lower()}" if stem else plain_stem(file)


def plain_stem(stem: str) -> str:
    """Return the name of a workbook, without its ending, as it was before it was copied; never empty."""
    stem = unicodedata.normalize("NFC", stem).strip()
    while True:
        shorter = stem
        for mark in _marks():
            shorter = mark.sub("", shorter).strip(" _-–") or shorter
        if shorter == stem:
            return stem
        stem = shorter


def twin_key(stem: str) -> str:
    """Return what two names share that stand for one workbook."""
    return same_name(plain_stem(stem))


def perhaps_of(stem: str, others: Iterable[str]) -> str:
    """Return of which other name this one may be the copy that another computer has made; "" where of none."""
    plain = plain_stem(stem)
    short = PERHAPS.sub("", plain)
    if short == plain or not short:
        return ""
    return next((other for other in others if twin_key(other) == same_name(short)), "")
