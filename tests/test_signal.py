"""Signal or noise: the XmR chart against the reference, and what must hold for every series."""

from __future__ import annotations

import json
import subprocess
import sys
from math import sin
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core import signal
from kpireport.core.model import Direction
from kpireport.core.signal import Assurance, SpecialCause, TrendDirection, Variation

CASES = json.loads((Path(__file__).parent / "data" / "control_charts.json").read_text("utf-8"))["cases"]
IMPROVEMENT = {"increase": Direction.HIGHER, "decrease": Direction.LOWER, "neutral": None}
CAUSE = {
    "Common Cause": SpecialCause.COMMON,
    "Above UCL": SpecialCause.ABOVE,
    "Below LCL": SpecialCause.BELOW,
    "7 Point Trend (Increasing)": SpecialCause.RISING,
    "7 Point Trend (Decreasing)": SpecialCause.FALLING,
    "2 in 3 Above CL": SpecialCause.NEAR_UPPER,
    "2 in 3 Below CL": SpecialCause.NEAR_LOWER,
    "7 Points Above CL": SpecialCause.HIGH_RUN,
    "7 Points Below CL": SpecialCause.LOW_RUN,
}
VARIATION = {
    "common_cause": Variation.COMMON,
    "special_cause_improvement": Variation.IMPROVING,
    "special_cause_concern": Variation.CONCERNING,
    "special_cause_neutral_high": Variation.HIGH,
    "special_cause_neutral_low": Variation.LOW,
}
ASSURANCE = {
    None: None,
    "consistent_pass": Assurance.PASSES,
    "consistent_fail": Assurance.FAILS,
    "inconsistent": Assurance.HIT_AND_MISS,
}
WAVE = [10 + sin(i * 2.4) for i in range(24)]  # noise that never repeats
whole = st.integers(-1000, 1000)
series = st.lists(st.none() | whole, min_size=1, max_size=40)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_reference(case: dict[str, dict[str, object]]) -> None:
    asked, expected = case["params"], case["expected"]
    chart = signal.limits(
        case["data"],
        improvement=IMPROVEMENT[asked["improvement"]],
        target=asked["target"],
        screen_outliers=asked["screen_outliers"],
        fix_after_n=asked["fix_after_n"],
        rebase_at=asked["rebase_at"],
    )

    for name in ("mean", "lower", "upper"):
        ours = [getattr(p, name) for p in chart.points]
        assert [v is None for v in ours] == [v is None for v in expected[name]]
        assert [v for v in ours if v is not None] == pytest.approx(
            [v for v in expected[name] if v is not None], rel=1e-12
        )
    assert [p.special_cause for p in chart.points] == [CAUSE[c] for c in expected["special_cause"]]
    assert [p.variation for p in chart.points] == [VARIATION[t] for t in expected["point_type"]]
    shown = [i for i, p in enumerate(chart.points) if p.value is not None and p.lower is not None]
    for name, field in (("outside_limits", "outside"), ("close_to_limits", "near"), ("relative_to_mean", "side")):
        assert [getattr(chart.points[i], field) for i in shown] == [expected[name][i] for i in shown]
    assert chart.variation is VARIATION[expected["last_point_type"]]
    assert chart.assurance is ASSURANCE[expected["assurance"]]


@pytest.mark.parametrize(
    ("values", "improvement", "word"),
    [
        pytest.param(
            [*WAVE, 20], Direction.HIGHER, TrendDirection.BETTER, id="the report month is far above the usual"
        ),
        pytest.param([*WAVE, 20], Direction.LOWER, TrendDirection.WORSE, id="the same where lower is better"),
        pytest.param([*WAVE, 20, 10, 10.5], Direction.HIGHER, TrendDirection.BETTER, id="it was two months before"),
        pytest.param(
            [*WAVE, 20, 10, 10.5, 10], Direction.HIGHER, TrendDirection.STEADY, id="it was three months before"
        ),
        pytest.param(
            [*WAVE, 20, 0], Direction.HIGHER, TrendDirection.WORSE, id="where months disagree the latest decides"
        ),
        pytest.param(WAVE, Direction.HIGHER, TrendDirection.STEADY, id="only noise"),
        pytest.param(WAVE[:7], Direction.HIGHER, TrendDirection.NONE, id="seven values say nothing"),
        pytest.param(WAVE[:8], Direction.HIGHER, TrendDirection.STEADY, id="eight values do"),
        pytest.param([*WAVE[:7], None], Direction.HIGHER, TrendDirection.NONE, id="a missing month is no eighth value"),
        pytest.param(
            [*WAVE, 20], Direction.RANGE, TrendDirection.NONE, id="a special cause without a better direction"
        ),
        pytest.param([*WAVE, None, None, None], Direction.HIGHER, TrendDirection.NONE, id="no figure for three months"),
        pytest.param([5.0] * 12, Direction.HIGHER, TrendDirection.STEADY, id="it never moves"),
        pytest.param([], Direction.HIGHER, TrendDirection.NONE, id="no values"),
    ],
)
def test_trend(values: list[float | None], improvement: Direction, word: TrendDirection) -> None:
    assert signal.trend(signal.limits(values, improvement=improvement)) is word


def test_the_trend_of_an_earlier_month_does_not_know_what_came_later() -> None:
    chart = signal.limits([*WAVE, 20], improvement=Direction.HIGHER)

    assert signal.trend(chart, at=23) is TrendDirection.STEADY
    assert signal.trend(chart, at=24) is TrendDirection.BETTER


def test_limits_are_provisional_under_twelve_values() -> None:
    assert all(p.provisional for p in signal.limits(WAVE[:11], improvement=None).points)
    assert not any(p.provisional for p in signal.limits(WAVE[:12], improvement=None).points)


@pytest.mark.parametrize(
    ("target", "improvement", "word"),
    [
        pytest.param(14.0, Direction.HIGHER, Assurance.FAILS, id="above all that is usual"),
        pytest.param(14.0, Direction.LOWER, Assurance.PASSES, id="a ceiling above all that is usual"),
        pytest.param(10.0, Direction.HIGHER, Assurance.HIT_AND_MISS, id="within the usual range"),
        pytest.param([14.0] * 23 + [10.0], Direction.HIGHER, Assurance.HIT_AND_MISS, id="only the last target counts"),
        pytest.param([14.0] * 23 + [None], Direction.HIGHER, None, id="no target at the last point"),
        pytest.param(14.0, Direction.RANGE, None, id="neither direction is better"),
    ],
)
def test_assurance(target: float | list[float | None], improvement: Direction, word: Assurance | None) -> None:
    assert signal.limits([*WAVE], improvement=improvement, target=target).assurance is word


def test_a_target_on_the_limit_is_hit_and_miss_in_spite_of_the_last_binary_digit() -> None:
    upper = signal.limits(WAVE, improvement=Direction.HIGHER).points[-1].upper
    assert upper is not None

    assert signal.limits(WAVE, improvement=Direction.HIGHER, target=upper + 1e-12).assurance is Assurance.HIT_AND_MISS


def test_new_limits_are_suggested_where_seven_stand_on_one_side_and_never_made() -> None:
    chart = signal.limits([*WAVE, *(v + 3 for v in WAVE[:9])], improvement=Direction.HIGHER)

    assert signal.suggest_rebase(chart) == 24
    assert signal.run(chart) == 9
    assert {p.segment for p in chart.points} == {0}


def test_after_a_rebase_rules_begin_anew() -> None:
    chart = signal.limits([*WAVE, *(v + 3 for v in WAVE[:9])], improvement=Direction.HIGHER, rebase_at=[24])

    assert chart.points[-1].segment == 1
    assert chart.points[-1].provisional
    assert signal.suggest_rebase(chart) is None
    assert signal.trend(chart) is TrendDirection.STEADY


def test_a_december_that_is_always_high_is_no_news_once_adjusted() -> None:
    values = [(100 + 5 * sin(i * 2.4)) * (1.6 if i % 12 == 11 else 1) for i in range(48)]

    plain = signal.trend(signal.limits(values, improvement=Direction.HIGHER))
    adjusted = signal.adjusted(values, 12)

    assert plain is TrendDirection.BETTER
    assert adjusted.seasonal
    assert signal.trend(signal.limits(adjusted.values, improvement=Direction.HIGHER)) is TrendDirection.STEADY
    assert adjusted.restored(adjusted.values[47] or 0.0, 47) == pytest.approx(values[47])


@pytest.mark.parametrize(
    ("values", "season"),
    [
        pytest.param([100 + 5 * sin(i * i) for i in range(48)], 12, id="noise has no seasons"),
        pytest.param([1.0, 2.0, 3.0, 4.0] * 5 + [1.0], 12, id="under two years"),
        pytest.param([5.0] * 48, 12, id="it never moves"),
        pytest.param([0.0] * 48, 12, id="all zeros"),
        pytest.param([None] * 48, 12, id="nothing there"),
        pytest.param([1.0, 2.0] * 24, 1, id="a year has one period"),
    ],
)
def test_what_is_not_plainly_seasonal_is_left_alone(values: list[float | None], season: int) -> None:
    assert signal.adjusted(values, season) == signal.Adjusted(tuple(values))


def test_limits_of_a_share_are_drawn_within_nothing_and_all() -> None:
    assert signal.clipped(-0.1, 1.2, 0.0, 1.0) == (0.0, 1.0)
    assert signal.clipped(-5.0, 8.0, 0.0, None) == (0.0, 8.0)


def test_the_chart_is_drawn_without_loading_numpy() -> None:
    code = "import sys, kpireport.core.signal, kpireport.core.landing; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(values=series, factor=st.sampled_from([0.5, 2.0, 1024.0]), shift=whole)
def test_limits_follow_the_unit_of_the_values(values: list[int | None], factor: float, shift: int) -> None:
    one = signal.limits(values, improvement=Direction.HIGHER)
    other = signal.limits([None if v is None else v * factor + shift for v in values], improvement=Direction.HIGHER)

    for a, b in zip(one.points, other.points, strict=True):
        for limit, moved in ((a.mean, b.mean), (a.lower, b.lower), (a.upper, b.upper)):
            assert (limit is None) == (moved is None)
            if limit is not None:
                assert moved == pytest.approx(limit * factor + shift, abs=1e-6)


@given(values=series)
def test_what_is_better_one_way_is_worse_the_other_way(values: list[int | None]) -> None:
    mirrored = {Variation.IMPROVING: Variation.CONCERNING, Variation.CONCERNING: Variation.IMPROVING}
    up = signal.limits(values, improvement=Direction.HIGHER)
    down = signal.limits(values, improvement=Direction.LOWER)

    assert [p.variation for p in down.points] == [mirrored.get(p.variation, p.variation) for p in up.points]


@given(values=series)
def test_turned_upside_down_the_causes_turn_too(values: list[int | None]) -> None:
    up = signal.limits(values, improvement=Direction.HIGHER)
    down = signal.limits([None if v is None else -v for v in values], improvement=Direction.LOWER)

    assert [p.variation for p in down.points] == [p.variation for p in up.points]
    assert signal.suggest_rebase(down) == signal.suggest_rebase(up)


@given(values=st.lists(st.none() | st.floats(), max_size=40), start=st.integers(-3, 45))
def test_no_number_that_a_workbook_can_hold_breaks_the_chart(values: list[float | None], start: int) -> None:
    chart = signal.limits(values, improvement=Direction.HIGHER, target=1.0, rebase_at=[start])

    assert len(chart.points) == len(values)
    for p in chart.points:
        assert p.lower is None or p.mean is None or p.upper is None or p.lower <= p.mean <= p.upper
    assert signal.trend(chart) in TrendDirection
