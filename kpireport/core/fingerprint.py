"""By what a part of a report is known to say the same as before, although its workbook was saved anew.

What was typed counts: figures, targets, weights, names, owners, people's words. Where it stands in the workbook, when
that was saved, and what follows from the day alone, does not.
Rule: N7.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Where

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.scorecard import Scorecard

PLACES = frozenset(("where", "cells", "file", "sheet", "row", "column", "formula"))  # fields that say only where


def digest(card: Scorecard) -> str:
    """Return a hash of all that was typed for a part: equal for equal content, whatever file it came from."""
    book = card.book
    said = {
        "period": card.period.key,
        "settings": _plain(book.settings),
        "kpis": _plain(book.kpis),
        "figures": _sorted(book.observations),
        "plan": _sorted(book.plan),
        "notes": _sorted(book.notes),
        "revisions": _sorted(book.revisions),
        "triggers": _sorted(book.triggers),
        "above": {key: _plain(r.verdict.rollup) for key, r in card.results.items() if r.above},
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


def _sorted(found: Iterable[object]) -> list[str]:
    """Return rows in an order of their own: a sorted sheet says the same."""
    return sorted(json.dumps(_plain(one), sort_keys=True) for one in found)


def _plain(value: object) -> object:
    """Return a value as JSON has it, without its place."""
    match value:
        case Enum():
            return value.name
        case bool() | int() | str() | None:
            return value
        case float():
            return f"{value:.12g}"  # what another program computes anew may differ in the last digit
        case date():
            return value.isoformat()
        case Where():
            return None
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case tuple() if hasattr(value, "_asdict"):
            return {name: _plain(one) for name, one in value._asdict().items() if name not in PLACES}
        case tuple() | list():
            return [_plain(one) for one in value]
        case frozenset() | set():
            return sorted(json.dumps(_plain(one)) for one in value)
        case _ if is_dataclass(value):
            return {
                one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.name not in PLACES
            }  # fmt: skip
        case _:
            return type(value).__name__
