"""Questions of a reading: what cannot be known is asked, never guessed. Rule: L46."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache

GRADES = ("must", "should", "may")


@dataclass(slots=True)
class Question:
    """One question. alternatives: fixed ids or values of their own. default: what holds, marked, of a *should*.

    where: the cells it is about. names: the lines it is about. free: another value may be typed. ticks: for a
    question about several names, what is ticked beforehand for each.
    """

    id: str
    kind: str
    grade: str
    where: str
    alternatives: tuple[str, ...]
    default: str
    names: list[str] = field(default_factory=list)
    free: bool = True
    ticks: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=65536)
def question_id(kind: str, sheet: str, key: str) -> str:
    """Return the id under which an answer is kept: the same for the same place and titles."""
    digest = hashlib.sha256(f"{kind}\0{sheet}\0{key}".encode()).hexdigest()[:8]
    return f"{kind}-{digest}"
