"""Scores beside the attainment, where a workbook asks for them: 0 to 10 by bands, points. Rule: R13, R14."""

from __future__ import annotations

RED_AT, GOAL_AT, BEST_AT = 10 / 3, 20 / 3, 10.0
THRESHOLD_POINTS, TARGET_POINTS, STRETCH_POINTS = 60.0, 100.0, 120.0


def band_score(
    actual: float, goal: float, red: float, *, worst: float | None = None, best: float | None = None
) -> float | None:
    """Return 0 at worst, 10/3 at the red line, 20/3 at the goal, 10 at best, linear between.

    worst and best default to as far beyond red line and goal as those are apart; the signs make it work for lower is
    better. None where goal and red line are the same.
    Rule: R13.
    """
    step = goal - red
    if step == 0:
        return None
    places = [red - step if worst is None else worst, red, goal, goal + step if best is None else best]
    return _between(actual, places, [0.0, RED_AT, GOAL_AT, BEST_AT])


def points(actual: float, threshold: float, target: float, stretch: float) -> float | None:
    """Return 60 points at the threshold, 100 at target, 120 at stretch, 0 before the threshold.

    None where the three do not lie in one order.
    Rule: R14.
    """
    sign = 1.0 if stretch >= threshold else -1.0
    places = [threshold, target, stretch]
    if not sign * threshold <= sign * target <= sign * stretch or threshold == stretch:
        return None
    if sign * actual < sign * threshold:
        return 0.0
    return _between(actual, places, [THRESHOLD_POINTS, TARGET_POINTS, STRETCH_POINTS])


def _between(actual: float, places: list[float], scores: list[float]) -> float:
    """Return the score at ``actual``: linear between the places, clamped at both ends; places may fall."""
    sign = 1.0 if places[-1] >= places[0] else -1.0
    if sign * actual <= sign * places[0]:
        return scores[0]
    for (left, low), (right, high) in zip(
        zip(places, scores, strict=True), zip(places[1:], scores[1:], strict=True), strict=False
    ):
        if sign * actual <= sign * right and left != right:
            return low + (high - low) * (actual - left) / (right - left)
    return scores[-1]
