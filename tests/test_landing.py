"""Where the year lands: arithmetic, forecast, chance, and what must hold for every series."""

from __future__ import annotations

import importlib.util
import sys
from math import isfinite, sin
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpireport.core import landing
from kpireport.core.forecast.seasons import NO_SEASONS, estimate
from kpireport.core.landing import Landing, Method, Reason, Year
from kpireport.core.model import Aggregation, Direction

BENCH = Path(__file__).parents[1] / "benchmarks" / "bench_landing.py"
RANDOM = Random(5)
NOISE = [RANDOM.gauss(0, 1) for _ in range(300)]
SALES = [100 + 10 * sin(i / 12 * 6.2832) + 3 * NOISE[i] for i in range(45)]  # three years and nine months
YEAR = Year(9, 3)
few = settings(max_examples=40, deadline=None)
series = st.lists(st.none() | st.integers(-1000, 1000), min_size=1, max_size=50)


def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_landing", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


LANDINGS = bench()  # now, so that Hypothesis knows its constants in each process before the first test


def test_a_landing_is_actuals_and_what_is_expected_of_each_month_ahead() -> None:
    found = landing.land(SALES, Year(9, 3, target=1200), seed="book")

    assert found.method is Method.THETA
    assert found.reason is None
    assert found.point == pytest.approx(sum(SALES[36:]) + sum(found.months))
    assert found.low80 is not None
    assert found.high80 is not None
    assert found.low80 < found.point < found.high80


@pytest.mark.parametrize(
    ("history", "year", "reason", "method", "point"),
    [
        pytest.param([], YEAR, Reason.NO_DATA, Method.NONE, None, id="no values"),
        pytest.param([None] * 30, YEAR, Reason.NO_DATA, Method.NONE, None, id="nothing but gaps"),
        pytest.param([7.0], Year(1, 11), Reason.SHORT, Method.RUN_RATE, 84, id="one value"),
        pytest.param([1, 2, 3, 4, 2, 4, 6], Year(3, 1, 4), Reason.SHORT, Method.PRIOR_YEAR, 20, id="last year's share"),
        pytest.param([1.0, 2, 3], Year(0, 12), Reason.SHORT, Method.NONE, None, id="the year has not begun"),
        pytest.param([1.0, 2, 4], Year(3, 9, 12, Aggregation.LAST), Reason.SHORT, Method.LATEST, 4, id="a balance"),
        pytest.param([5.0] * 30, Year(6, 6), Reason.CONSTANT, Method.RUN_RATE, 60, id="it never changes"),
        pytest.param([0.0] * 30, Year(6, 6), Reason.CONSTANT, Method.RUN_RATE, 0, id="all zeros"),
        pytest.param([5.0] * 30, Year(0, 12), Reason.CONSTANT, Method.RUN_RATE, 60, id="constant, the year is new"),
        pytest.param(
            [None if i % 5 else float(i) for i in range(60)], Year(2, 10), Reason.GAPS, Method.RUN_RATE, None,
            id="mostly gaps, and none in this year",
        ),
        pytest.param(SALES[:36], Year(12, 0), Reason.COMPLETE, Method.ACTUAL, sum(SALES[24:36]), id="the year is over"),
    ],
)  # fmt: skip
def test_no_range_and_no_chance_has_a_reason(
    history: list[float | None], year: Year, reason: Reason, method: Method, point: float | None
) -> None:
    found = landing.land(history, year, seed=1)

    assert (found.reason, found.low80, found.high80, found.chance, found.years) == (reason, None, None, None, None)
    if reason is not Reason.GAPS:
        assert found.method is method
        assert found.point == (None if point is None else pytest.approx(point))


@pytest.mark.parametrize(
    ("aggregation", "low", "high"),
    [
        pytest.param(Aggregation.AVERAGE, 95, 105, id="the mean of twelve months"),
        pytest.param(Aggregation.WEIGHTED, 95, 105, id="the same, by days"),
        pytest.param(Aggregation.LAST, 85, 115, id="the last month"),
        pytest.param(Aggregation.FIRST, SALES[36], SALES[36], id="the first is known already"),
        pytest.param(Aggregation.MAX, max(SALES[36:]), 125, id="the highest so far or later"),
        pytest.param(Aggregation.MIN, 75, min(SALES[36:]), id="the lowest so far or later"),
        pytest.param(Aggregation.MEDIAN, 95, 105, id="the middle month"),
    ],
)
def test_the_year_is_made_as_its_periods_are(aggregation: Aggregation, low: float, high: float) -> None:
    days = (31.0, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    found = landing.land(SALES, Year(9, 3, 12, aggregation, weights=days), seed=1)

    assert found.point is not None
    assert low <= found.point <= high


@pytest.mark.parametrize(
    ("season", "elapsed", "length"),
    [
        pytest.param(4, 2, 22, id="quarters"),
        pytest.param(52, 10, 270, id="five years of weeks"),
        pytest.param(13, 6, 58, id="fiscal years of 13 periods"),
        pytest.param(12, 3, 11, id="less than a year of months"),
        pytest.param(12, 3, 27, id="two years of months"),
    ],
)
def test_every_calendar_lands(season: int, elapsed: int, length: int) -> None:
    history = [50 + NOISE[i] for i in range(length)]

    found = landing.land(history, Year(elapsed, season - elapsed, season), seed=1)

    assert found.method is Method.THETA
    assert found.point == pytest.approx(50 * season, rel=0.05)


def test_a_season_of_years_past_is_expected_again() -> None:
    history = [(100 + NOISE[i]) * (3 if i % 12 == 11 else 1) for i in range(33)]

    months = landing.land(history, YEAR, seed=1).months

    assert months[2] == pytest.approx(300, rel=0.15)
    assert months[0] == pytest.approx(100, rel=0.15)


def test_a_share_never_lands_beyond_one_hundred_percent() -> None:
    history = [min(1.0, 0.985 + 0.012 * n) for n in NOISE[:40]]
    found = landing.land(history, Year(4, 8, 12, Aggregation.LAST, 0.99), seed=1, bounds=landing.SHARE)

    assert found.years is not None
    assert 0 <= found.years.min() <= found.years.max() <= 1


def test_a_ratio_is_simulated_from_both_sides_of_the_same_months() -> None:
    revenue = [100 + 20 * n for n in NOISE[:45]]
    profit = [0.2 * r for r in revenue]

    found = landing.land_ratio(profit, revenue, Year(9, 3, 12, Aggregation.RATIO, 0.25), seed=1)

    assert found.point == pytest.approx(0.2, rel=1e-6)
    assert found.low80 == pytest.approx(0.2, rel=1e-6)
    assert found.high80 == pytest.approx(0.2, rel=1e-6)
    assert found.chance == landing.LEAST


def test_a_denominator_around_zero_gives_no_forecast() -> None:
    found = landing.land_ratio(SALES, NOISE[:45], Year(9, 3, 12, Aggregation.RATIO), seed=1)

    assert found.reason is Reason.DENOMINATOR
    assert found.low80 is None


def test_children_that_move_against_each_other_make_a_steady_parent() -> None:
    up = [100 + 10 * n for n in NOISE[:45]]
    down = [100 - 10 * n for n in NOISE[:45]]
    one = landing.land(up, YEAR, seed=1)
    against = landing.land_sum([up, down], YEAR, seed=1)
    alike = landing.land_sum([up, up], YEAR, seed=1)

    assert width(against) < width(one) < width(alike)
    assert alike.point == pytest.approx(2 * (one.point or 0))
    assert width(alike) == pytest.approx(2 * width(one), rel=0.2)


def test_a_child_too_young_to_simulate_is_added_up_with_the_others() -> None:
    found = landing.land_sum([SALES, [5.0, 6.0]], YEAR, seed=1)

    assert found.method is Method.THETA
    assert found.point is not None
    assert found.point > sum(SALES[36:]) + 11


def width(found: Landing) -> float:
    assert found.low80 is not None
    assert found.high80 is not None
    return found.high80 - found.low80


def test_a_gap_in_the_year_is_estimated_and_told() -> None:
    whole = landing.land(SALES, YEAR, seed=1)
    gap = landing.land([*SALES[:40], None, *SALES[41:]], YEAR, seed=1)

    assert (whole.estimated, gap.estimated) == (0, 1)
    assert gap.point == pytest.approx(whole.point, rel=0.03)
    assert width(gap) > width(whole)


def test_a_range_is_reached_between_its_ends() -> None:
    total = landing.land(SALES, YEAR, seed=1).point or 0.0
    inside = landing.land(SALES, Year(9, 3, target=(total - 100, total + 100), improvement=Direction.RANGE), seed=1)
    outside = landing.land(SALES, Year(9, 3, target=(total + 100, total + 200), improvement=Direction.RANGE), seed=1)

    assert inside.chance is not None
    assert inside.chance > 0.9
    assert outside.chance is not None
    assert outside.chance < 0.1


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0.01, 5), (0.07, 5), (0.08, 10), (0.36, 35), (0.5, 50), (0.974, 95), (0.99, 95)],
)
def test_a_chance_is_said_in_steps_of_five(chance: float, said: int) -> None:
    assert landing.spoken_chance(chance) == said


def test_ranges_hold_about_as_often_as_they_say() -> None:
    held, brier = LANDINGS.landings(LANDINGS.simulated(60, seed=11))

    assert 0.70 <= held <= 0.90
    assert brier < 0.12


def test_seasons_that_are_only_noise_are_shrunk_away() -> None:
    assert estimate(NOISE[:20], 12) == NO_SEASONS
    noisy, real = estimate(NOISE[:60], 12), estimate([n + 5 * (i % 12) for i, n in enumerate(NOISE[:60])], 12)
    assert noisy.weight < 0.6 < real.weight
    assert sum(real.indices) == pytest.approx(0, abs=1e-9)
    assert (noisy.plain, real.plain) == (False, True)


@few
@given(values=series, elapsed=st.integers(0, 12), aggregation=st.sampled_from(Aggregation), seed=st.text(max_size=3))
def test_the_same_seed_lands_the_same(
    values: list[float | None], elapsed: int, aggregation: Aggregation, seed: str
) -> None:
    year = Year(elapsed, 12 - elapsed, 12, aggregation, target=10.0)

    assert landing.land(values, year, seed=seed, paths=50) == landing.land(values, year, seed=seed, paths=50)


@few
@given(values=series, targets=st.lists(st.integers(-20_000, 20_000), min_size=2, max_size=2))
def test_a_higher_target_is_never_more_likely(values: list[float | None], targets: list[int]) -> None:
    lower, higher = sorted(targets)
    easy, hard = (landing.land(values, Year(5, 7, target=t), seed=1, paths=100).chance for t in (lower, higher))
    ceiling = [
        landing.land(values, Year(5, 7, target=t, improvement=Direction.LOWER), seed=1, paths=100).chance
        for t in (lower, higher)
    ]

    assert (easy is None) == (hard is None) == (ceiling[0] is None)
    if easy is not None and hard is not None and ceiling[0] is not None and ceiling[1] is not None:
        assert 0.01 <= hard <= easy <= 0.99
        assert ceiling[0] <= ceiling[1]


@few
@given(values=st.lists(st.integers(1, 1000), min_size=8, max_size=40), factor=st.sampled_from([0.001, 7.0, -1.0]))
def test_a_landing_follows_the_unit_of_its_values(values: list[int], factor: float) -> None:
    assume(factor > 0 or len(values) >= landing.SHORT)  # last year's share has a say in a short one that is positive
    one = landing.land([float(v) for v in values], Year(5, 7), seed=1, paths=100)
    other = landing.land([v * factor for v in values], Year(5, 7), seed=1, paths=100)

    assert other.reason is one.reason
    assert other.point == pytest.approx((one.point or 0) * factor, rel=1e-6)


@few
@given(
    values=st.lists(st.none() | st.floats(), max_size=60),
    other=st.lists(st.none() | st.floats(), max_size=60),
    season=st.sampled_from([1, 4, 12, 13, 52]),
    elapsed=st.integers(0, 12),
    remaining=st.integers(0, 12),
    aggregation=st.sampled_from(Aggregation),
)
def test_no_number_that_a_workbook_can_hold_breaks_a_landing(
    values: list[float | None], other: list[float | None], season: int, elapsed: int, remaining: int,
    aggregation: Aggregation,
) -> None:  # fmt: skip
    year = Year(elapsed, remaining, season, aggregation, 10.0)
    for found in (
        landing.land(values, year, seed=1, bounds=landing.SHARE, paths=30),
        landing.land_ratio(values, other, year, seed=1, paths=30),
        landing.land_sum([values, other], year, seed=1, paths=30),
    ):
        figures = (found.point, found.low80, found.high80, found.chance, *found.months)
        assert all(v is None or isfinite(v) for v in figures)
        assert (found.low80 is None) == (found.reason is not None)


@pytest.mark.parametrize(
    "history",
    [
        pytest.param([-50 + n for n in NOISE[:40]], id="all negative"),
        pytest.param(NOISE[:40], id="mixed signs"),
        pytest.param([*[100 + n for n in NOISE[:20]], 1e6, *[100 + n for n in NOISE[20:40]]], id="one spike of 10^6"),
        pytest.param([None if i % 2 else 100 + n for i, n in enumerate(NOISE[:60])], id="every other value missing"),
        pytest.param([float(max(0, round(1 + n))) for n in NOISE[:40]], id="small counts with zeros"),
    ],
)
def test_odd_series_still_land(history: list[float | None]) -> None:
    found = landing.land(history, Year(4, 8, target=0.0), seed=1)

    assert found.reason is None
    assert found.low80 is not None
    assert found.point is not None
    assert found.high80 is not None
    assert found.low80 <= found.point <= found.high80
