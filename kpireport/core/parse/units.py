"""The words that may stand beside a number: currencies, scales (k, million) and what is counted."""

from __future__ import annotations

from kpireport.core.lexicon import standard


def is_share(word: str) -> bool:
    """Return whether a word says percent."""
    return standard().is_share(word)


def currency(word: str) -> str:
    """Return the ISO code of a currency's symbol or word, or ""."""
    return standard().currency(word)


def power(word: str, *, money: bool) -> int | None:
    """Return the power of ten of a scale (``k`` is 3), or None. money: a currency stands beside it."""
    return standard().power(word, money=money)


def is_counted(word: str) -> bool:
    """Return whether a word names what is counted: ``days``, ``hours``."""
    return standard().is_counted(word)


def is_unit(text: str) -> bool:
    """Return whether a text is a unit: ``%``, ``EUR k``, ``hours``, ``EUR/person``."""
    return standard().is_unit(text)


def unit_parts(text: str) -> tuple[str, int] | None:
    """Return the currency's ISO code ("" for a count) and the power of ten of a unit: ``k EUR`` is (``EUR``, 3).

    None where the text is no unit of money or count with a scale.
    """
    return standard().unit_parts(text)


def is_scaled(unit: str) -> bool:
    """Return whether a unit names a scale: ``EUR k``."""
    return standard().expression("scaled_unit").search(unit) is not None


def factor(unit: str) -> float:
    """Return what one of a unit stands for: ``EUR k`` is 1000 (euros), ``%`` and ``hours`` are 1."""
    found = unit_parts(unit.split("/", 1)[0])
    return float(10 ** found[1]) if found else 1.0
