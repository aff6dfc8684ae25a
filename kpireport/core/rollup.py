"""Low-level KPIs make high-level ones: weighted scores with coverage, counts and contributions.

Rule: R15, R16, R17, R18, R19.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.core.attainment import DEFAULTS, status_of
from kpireport.core.compare import at_least
from kpireport.core.model import Rollup
from kpireport.core.scorecard import Roll, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpireport.core.model import Settings

WORST_FIRST = (Status.OFF, Status.WATCH, Status.ON)


@dataclass(frozen=True, slots=True)
class Child:
    """One child of a parent: its clamped attainment or score as a ratio (None: no data), weight (None: blank)."""

    key: str
    value: float | None
    status: Status
    weight: float | None = None


def shares(weights: Mapping[str, float | None]) -> dict[str, float]:
    """Return each child's share of the whole, adding up to 1.

    None given: equal. Some given: blank ones do not count. 0 and negative ones do not count.
    Rule: R15, R16.
    """
    if all(weight is None for weight in weights.values()):
        return {key: 1 / len(weights) for key in weights}
    counted = {key: weight for key, weight in weights.items() if weight is not None and weight > 0}
    total = sum(counted.values())
    return {key: weight / total for key, weight in counted.items()}


def roll(children: Sequence[Child], settings: Settings = DEFAULTS, rollup: Rollup = Rollup.WEIGHTED) -> Roll:
    """Return the score of a parent from its children.

    Children without a value are left out and the weights of the others renormalised; below ``min_coverage`` there is
    no score. contributions: how many points (as a ratio) a child adds to, or takes from, a score of 1.
    Rule: R15, R16, R17, R18.
    """
    weights = shares({child.key: child.weight for child in children})
    counts = dict(Counter(child.status for child in children))
    known = [(child, weights[child.key]) for child in children if child.key in weights and child.value is not None]
    coverage = sum(weight for _, weight in known) if weights else None
    if not known or coverage is None or not at_least(coverage, settings.min_coverage):
        return Roll(None, coverage, Status.NONE, counts, weights=weights)
    gained = {child.key: weight / coverage * ((child.value or 0.0) - 1) for child, weight in known}
    worst = min(gained, key=lambda key: gained[key])
    if rollup is Rollup.WORST:
        return _worst([child for child, _ in known], coverage, counts, weights)
    score = _mean([((child.value or 0.0), weight) for child, weight in known], coverage)
    return Roll(
        score,
        min(coverage, 1.0),
        status_of(score, settings.amber_from),
        counts,
        worst=worst if gained[worst] < 0 else None,
        contributions=gained,
        weights=weights,
    )


def _mean(pairs: Sequence[tuple[float, float]], total: float) -> float:
    """Return the weighted mean, never outside its values: rounding must not lift 1, 1, 1 above 1."""
    values = [value for value, _ in pairs]
    mean = sum(value * weight for value, weight in pairs) / total
    return min(max(mean, min(values)), max(values))


def _worst(known: Sequence[Child], coverage: float, counts: Mapping[Status, int], weights: Mapping[str, float]) -> Roll:
    """The parent has the status of its worst child. Rule: R18."""
    rank = {status: place for place, status in enumerate(WORST_FIRST)}
    child = min(known, key=lambda found: (rank.get(found.status, len(rank)), found.value or 0.0))
    value = child.value or 0.0
    gained = {child.key: value - 1}
    return Roll(value, min(coverage, 1.0), child.status, counts, worst=child.key, contributions=gained, weights=weights)


def health(children: Sequence[Child], settings: Settings = DEFAULTS) -> float | None:
    """Return the index of several goals as a ratio; None below ``min_coverage`` or without any. Rule: R43."""
    return roll(children, settings).score if children else None
