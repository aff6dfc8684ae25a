"""Which field a column title names, in all languages of the lexicon, and which sheet a name announces. Rule: L13."""

from __future__ import annotations

from kpireport.core.lexicon import standard
from kpireport.core.sheet_kinds import SHEET_KINDS


def field(role: str, title: str) -> str | None:
    """Return the field that a column title names on a kind of sheet, or None."""
    return standard().field(role, title)


def needed(role: str) -> tuple[str, ...]:
    """Return the fields without which a row is no header of a kind of sheet."""
    return SHEET_KINDS[role].needed


def role_of(sheet_name: str) -> str | None:
    """Return the kind of sheet that a name announces, or None."""
    return standard().sheet_kind(sheet_name)


def ignored(sheet_name: str) -> bool:
    """Return whether a sheet of this name is left alone: a template, a list of choices."""
    return standard().meaning("other_sheets", sheet_name) == "ignored"


def says_nothing(sheet_name: str) -> bool:
    """Return whether the name of a sheet says nothing of what is on it: ``Sheet1``, ``Data``."""
    return standard().meaning("other_sheets", sheet_name) == "generic"


def says_derived(title: str) -> bool:
    """Return whether a title names what is computed from figures: a variance, an attainment, a total."""
    lexicon = standard()
    return lexicon.title_key(title) in lexicon.keys("derived", "columns")


def total(title: str) -> str | None:
    """Return how the column of a title adds up the others: ``sum``, ``mean``, ``last``; None where it does not."""
    return standard().meaning("totals", title)
