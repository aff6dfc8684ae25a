"""Scores by bands (R13) and points (R14): at each place, between them, beyond them, either way round."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpireport.core.bands import band_score, points

amounts = st.integers(-1000, 1000).map(float)


@pytest.mark.parametrize(
    ("actual", "score"),
    [
        pytest.param(30, 0.0, id="worse than worst"),
        pytest.param(40, 0.0, id="worst: as far below the red line as the goal is above it"),
        pytest.param(50, 5 / 3, id="between worst and red"),
        pytest.param(60, 10 / 3, id="the red line"),
        pytest.param(70, 5.0, id="between red and goal"),
        pytest.param(80, 20 / 3, id="the goal"),
        pytest.param(90, 25 / 3, id="between goal and best"),
        pytest.param(100, 10.0, id="best"),
        pytest.param(110, 10.0, id="better than best"),
    ],
)
def test_a_score_by_bands(actual: float, score: float) -> None:
    assert band_score(actual, 80, 60) == pytest.approx(score)
    assert band_score(-actual, -80, -60) == pytest.approx(score), "lower is better"


def test_typed_ends_take_the_place_of_the_usual_ones() -> None:
    assert band_score(30, 80, 60, worst=0, best=200) == pytest.approx(10 / 6)
    assert band_score(140, 80, 60, worst=0, best=200) == pytest.approx(25 / 3)


def test_a_goal_that_is_its_own_red_line_has_no_bands() -> None:
    assert band_score(5, 10, 10) is None


@pytest.mark.parametrize(
    ("actual", "found"),
    [
        pytest.param(79.9, 0.0, id="below the threshold there is nothing"),
        pytest.param(80, 60.0, id="the threshold"),
        pytest.param(85, 70.0, id="between threshold and target"),
        pytest.param(100, 100.0, id="the target"),
        pytest.param(115, 115.0, id="between target and stretch"),
        pytest.param(120, 120.0, id="the stretch"),
        pytest.param(500, 120.0, id="beyond the stretch"),
    ],
)
def test_points(actual: float, found: float) -> None:
    assert points(actual, 80, 100, 120) == pytest.approx(found)
    assert points(-actual, -80, -100, -120) == pytest.approx(found), "lower is better"


@pytest.mark.parametrize(
    ("threshold", "target", "stretch"),
    [
        pytest.param(100, 80, 120, id="the target below its threshold"),
        pytest.param(80, 130, 120, id="the target beyond its stretch"),
        pytest.param(80, 80, 80, id="all the same"),
    ],
)
def test_points_need_their_three_places_in_order(threshold: float, target: float, stretch: float) -> None:
    assert points(100, threshold, target, stretch) is None


def test_a_target_at_its_threshold_jumps() -> None:
    assert points(99, 100, 100, 120) == 0.0
    assert points(100, 100, 100, 120) == 60.0
    assert points(110, 100, 100, 120) == pytest.approx(110.0)


@given(goal=amounts, red=amounts, one=amounts, other=amounts)
def test_a_better_actual_never_scores_lower(goal: float, red: float, one: float, other: float) -> None:
    assume(goal != red)
    worse, better = sorted((one, other), reverse=goal < red)
    low, high = band_score(worse, goal, red), band_score(better, goal, red)
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= 10
