"""Names as people type them, made comparable: keys of KPIs, of column titles, and suggestions for near misses.

Rule: L21.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core.parse.units import is_unit
from kpireport.core.spelling import as_seen, clean, key

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 200  # difflib takes the square of the length
_UNHEARD = re.compile(r"[\s_*()（）:：]+")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_UNIT_ROW = re.compile(r"(单位|计量单位|unit|units)\s*:\s*(.+)", re.IGNORECASE)
_TAIL = re.compile(r"(?:,|/|\bin\b|\s-)\s*([^,/]*)$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def header_key(title: str) -> str:
    """Return the key of a column title: without spaces, line breaks, brackets, colons, and without a unit behind it.

    ``目标值（万元）`` is ``目标值``, ``Fiscal_Year:`` is ``fiscalyear``. ``header_unit`` gives the unit.
    Rule: L13.
    """
    bare, _ = _split(title)
    return _UNHEARD.sub("", bare.casefold())


@lru_cache(maxsize=4096)
def header_unit(title: str) -> str:
    """Return the unit that stands behind a column title, as typed: ``万元`` in ``目标值（万元）``, or ""."""
    return _split(title)[1]


@lru_cache(maxsize=4096)
def without_unit(title: str) -> str:
    """Return a name without the unit behind it: ``MRR`` of ``MRR ($)``."""
    return as_seen(_split(title)[0])


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """Return the one of ``known`` that was probably meant by ``name``, or None. It is offered, never used."""
    by_key = {key(each)[:LONGEST_NAME]: each for each in known}
    near = get_close_matches(key(name)[:LONGEST_NAME], by_key, n=1, cutoff=0.7)
    return by_key[near[0]] if near else None


def _split(title: str) -> tuple[str, str]:
    """Return a title without its unit, and the unit."""
    text = clean(title)
    row = _UNIT_ROW.fullmatch(text)
    if row and is_unit(row[2]):
        return row[1], row[2]
    for found in reversed(list(_BRACKETS.finditer(text))):
        unit = re.sub(r"^(?:单位|unit)\s*[::]?\s*", "", found[1].strip(), flags=re.IGNORECASE)
        if is_unit(unit):
            return text[: found.start()] + text[found.end() :], unit
    tail = _TAIL.search(text)
    if tail and tail.start() > 0 and is_unit(tail[1]):
        return text[: tail.start()], tail[1].strip()
    return text, ""
