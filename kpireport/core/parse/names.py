"""Titles of columns made comparable, and suggestions for near misses. Rule: L21."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from kpireport.core.lexicon import standard
from kpireport.core.spelling import key

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 200  # difflib takes the square of the length


def header_key(title: str) -> str:
    """Return the key of a column title: without spaces, line breaks, brackets, colons, and without a unit behind it.

    ``Target (EUR)`` is ``target``, ``Fiscal_Year:`` is ``fiscalyear``. ``header_unit`` gives the unit.
    Rule: L13.
    """
    return standard().title_key(title)


def header_unit(title: str) -> str:
    """Return the unit that stands behind a column title, as typed: ``EUR`` in ``Target (EUR)``, or ""."""
    return standard().title_unit(title)


def without_unit(title: str) -> str:
    """Return a name without the unit behind it: ``MRR`` of ``MRR ($)``."""
    return standard().title_text(title)


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """Return the one of ``known`` that was probably meant by ``name``, or None. It is offered, never used."""
    by_key = {key(each)[:LONGEST_NAME]: each for each in known}
    near = get_close_matches(key(name)[:LONGEST_NAME], by_key, n=1, cutoff=0.7)
    return by_key[near[0]] if near else None
