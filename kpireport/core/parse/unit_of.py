"""What a unit counts: money, a share, hours that add up, days a case, people at a time. Rule: R20."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from kpireport.core.lexicon import standard
from kpireport.core.model import Measure, Unit
from kpireport.core.parse.units import currency, is_scaled, is_share, unit_parts
from kpireport.core.spelling import clean

_SHARE_NAME = re.compile(r"^%\s|\S\s*%$|\(%\)$")


def _names_stock(name: str) -> bool:
    """Return whether the name of a KPI says that it is a stock: a balance, employees."""
    return standard().expression("stock_name").search(name) is not None


def _measure(word: str) -> Measure | None:
    found = standard().spellings("measures").get(word)
    return Measure(found) if found else None


@lru_cache(maxsize=4096)
def unit_of(text: str, name: str = "") -> Unit:
    """Return the unit of a KPI from what is typed, and its name where the unit says too little.

    The scale (k) stays part of the text and is never multiplied in. People who are reached or served add up;
    people who are employed do not: "people" counts as a stock only if the name says so.
    """
    found = _unit(text, name)
    return replace(found, scaled=True) if is_scaled(found.text) else found


def _unit(text: str, name: str) -> Unit:
    shown = clean(text)
    low = shown.casefold()
    if not shown and _SHARE_NAME.search(clean(name)):
        return Unit("%", Measure.SHARE)
    if is_share(low) or low.startswith(("%", "percent")) or low.endswith("%"):
        return Unit("%" if is_share(low) else shown, Measure.SHARE)
    measure = _measure(low)
    if measure is Measure.STOCK and low in standard().words("people", "any") and not _names_stock(name):
        return Unit(shown, _people(name) if low in standard().words("people", "persons") else Measure.COUNT)
    if measure is not None:
        return Unit(shown, Measure.STOCK if measure is Measure.COUNT and _names_stock(name) else measure)
    head = low.split("/", 1)[0].strip()
    parts = unit_parts(head) if head else None
    if parts and parts[0]:
        code = _code(shown)
        if "/" in low or " per " in f" {low} ":
            return Unit(shown, Measure.DURATION, code)  # money per case is averaged, never added up
        return Unit(shown, Measure.STOCK if _names_stock(name) else Measure.MONEY, code)
    if "/" in low and _measure(head) is not None:
        return Unit(shown, Measure.DURATION)
    if parts is not None:
        return Unit(shown, Measure.COUNT)
    if _names_stock(name):
        return Unit(shown, Measure.STOCK)
    return Unit(shown, Measure.OTHER)


def _people(name: str) -> Measure:
    served = standard().expression("served").search(name)
    return Measure.COUNT if served else Measure.STOCK


def _code(text: str) -> str:
    """Return the currency as it is typed ("EUR"), which is how the reader knows it."""
    for word in (*text.split(), text):
        for size in range(len(word), 0, -1):
            if currency(word[:size]):
                return word[:size]
            if currency(word[-size:]):
                return word[-size:]
    return ""
