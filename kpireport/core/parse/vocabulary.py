"""What can be chosen in a cell: directions, levels, types, ways of adding up, by the words of the lexicon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpireport.core.lexicon import standard
from kpireport.core.model import (
    Aggregation,
    Direction,
    Kind,
    Level,
    Lifecycle,
    Method,
    Missing,
    NoteKind,
    Rollup,
    Series,
    Step,
)
from kpireport.core.periods import Frequency

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

TOPICS: Mapping[str, type[Enum]] = {
    "direction": Direction, "kind": Kind, "level": Level, "aggregation": Aggregation, "method": Method,
    "missing": Missing, "rollup": Rollup, "lifecycle": Lifecycle, "frequency": Frequency, "step": Step,
    "note": NoteKind, "series": Series,
}  # fmt: skip
VALUES: Mapping[str, Mapping[str, object]] = {
    "yes": {"yes": True, "no": False},
    "done": {"yes": True, "no": False},
    "phasing": {"prior_year": True},
    "priority": {"first": 1.0, "second": 2.0, "third": 3.0},
}


def meaning(topic: str, text: str) -> Any:
    """Return what a word means on a topic (an enum member, a bool, a number or a name), or None."""
    name = standard().meaning(f"choices.{topic}", text)
    if name is None:
        return None
    return TOPICS[topic](name) if topic in TOPICS else VALUES.get(topic, {}).get(name, name)


def choices(topic: str, language: str = "en") -> str:
    """Return the words that may be typed on a topic, for a message: the first of each choice in a language."""
    return ", ".join(standard().choices(topic, language))
