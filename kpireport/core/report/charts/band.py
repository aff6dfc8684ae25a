"""The usual range behind a line: a band that steps where the range does, with the season or at a new beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.report.charts.ticks import short

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Range = tuple[float, float]


def band(
    ranges: Sequence[Range | None], x: Callable[[int], float], y: Callable[[float], float], left: float, right: float
) -> str:
    """Return path data. ranges: low and high of each month, None where there is none; the ends reach to the edges."""

    def edge(place: int) -> float:
        if place == 0:
            return left
        return right if place == len(ranges) else (x(place - 1) + x(place)) / 2

    parts, start = [], 0
    while start < len(ranges):
        here = ranges[start]
        end = start + 1
        while end < len(ranges) and ranges[end] == here:
            end += 1
        if here is not None:
            low, high, last = short(y(here[0])), short(y(here[1])), short(edge(end))
            parts.append(f"M{short(edge(start))} {high}H{last}V{low}H{short(edge(start))}z")
        start = end
    return "".join(parts)
