"""Invented series with a shape: a straight course, seasons, a shift, a turn for the worse, and honest noise."""

from __future__ import annotations

import math
import random


def months(first: tuple[int, int], count: int) -> list[str]:
    """Return month names from ``first`` (year, month) on: "2024-01"."""
    year, month = first
    return [f"{year + (month - 1 + i) // 12}-{(month - 1 + i) % 12 + 1:02d}" for i in range(count)]


def course(
    seed: int,
    count: int,
    start: float,
    end: float,
    noise: float,
    *,
    digits: int = 1,
    season: float = 0.0,
    shift: tuple[int, float] | None = None,
    fall: tuple[int, float] | None = None,
    last: float | None = None,
) -> list[float]:
    """Return ``count`` figures from ``start`` to ``end``.

    season: share of the level that swings over a year. shift: from this place on so much more. fall: from this place
    on so much more in each month. last: the exact last figure.
    """
    chance = random.Random(seed)
    found = []
    for i in range(count):
        value = start + (end - start) * i / max(1, count - 1)
        value *= 1 + season * math.sin(2 * math.pi * (i + 8) / 12)
        if shift and i >= shift[0]:
            value += shift[1]
        if fall and i >= fall[0]:
            value += fall[1] * (i - fall[0] + 1)
        found.append(round(value + chance.gauss(0, noise), digits))
    if last is not None:
        found[-1] = last
    return found
