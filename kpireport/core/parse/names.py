"""Titles of columns made comparable, and suggestions for near misses. Rule: L21."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.lexicon import standard
from kpireport.core.spelling import key
from kpireport.core.suggest import Suggestions

if TYPE_CHECKING:
    from collections.abc import Iterable


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
    by_key = {key(each): each for each in known}
    near = Suggestions().nearest(key(name), lambda: by_key)
    return by_key[near] if near else None
