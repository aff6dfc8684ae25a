"""How far an actual got: what must hold for every number, red lines, and what is not rated."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core import attainment
from kpireport.core.attainment import Status
from kpireport.core.diagnostics import Where
from kpireport.core.model import Direction, Kind, Kpi, Measure, Method, Settings, Span, Unit
from tests.books import book, codes, result

amounts = st.floats(-1e9, 1e9).map(lambda x: round(x, 4))
directions = st.sampled_from([Direction.HIGHER, Direction.LOWER])
ORDER = {Status.OFF: 0, Status.WATCH: 1, Status.ON: 2}


def kpi(**fields: Any) -> Kpi:
    return Kpi("k", "", "K", Where(), **fields)


@given(amounts, amounts, amounts, directions)
def test_a_better_actual_is_never_rated_lower(target: float, one: float, other: float, way: Direction) -> None:
    worse, better = sorted([one, other], reverse=way is Direction.LOWER)
    low, high = (attainment.rate(kpi(direction=way), target, actual) for actual in (worse, better))
    assert low.attainment is not None
    assert high.attainment is not None
    assert low.rollup is not None
    assert high.rollup is not None
    assert low.attainment <= high.attainment
    assert low.rollup <= high.rollup
    assert ORDER[low.status] <= ORDER[high.status]


@given(amounts, amounts, amounts, amounts)
def test_a_red_line_keeps_the_order_too(target: float, red: float, one: float, other: float) -> None:
    strict = kpi(red_line=min(red, target))
    low, high = (attainment.rate(strict, target, actual) for actual in sorted([one, other]))
    assert ORDER[low.status] <= ORDER[high.status]


@given(amounts, amounts, directions, st.sampled_from([0.001, 0.01, 1000.0, 1e6]))
def test_a_unit_ten_times_as_large_changes_no_attainment(
    target: float, actual: float, way: Direction, factor: float
) -> None:
    one = attainment.rate(kpi(direction=way), target, actual)
    other = attainment.rate(kpi(direction=way), target * factor, actual * factor)
    assert other.attainment == pytest.approx(one.attainment, rel=1e-6, abs=1e-6)


@given(amounts, amounts, amounts)
def test_nearer_to_a_range_is_never_rated_lower(low: float, width: float, step: float) -> None:
    high = low + abs(width)
    ranged = kpi(direction=Direction.RANGE)
    near = attainment.rate(ranged, Span(low=low, high=high), high + abs(step))
    far = attainment.rate(ranged, Span(low=low, high=high), high + 2 * abs(step))
    assert near.attainment is not None
    assert far.attainment is not None
    assert far.attainment <= near.attainment + 1e-9


@pytest.mark.parametrize(
    ("fields", "target", "actual", "status", "limit", "bands"),
    [
        pytest.param({"red_line": 80.0}, 100, 100, Status.ON, 80, 0, id="at target"),
        pytest.param({"red_line": 80.0}, 100, 80, Status.WATCH, 80, -1, id="on the red line is still on watch"),
        pytest.param({"red_line": 80.0}, 100, 79, Status.OFF, 80, -1.05, id="below the red line"),
        pytest.param(
            {"red_line": 30.0, "direction": Direction.LOWER}, 20, 25, Status.WATCH, 30, -0.5, id="lower is better"
        ),
        pytest.param(
            {"red_line": 30.0, "direction": Direction.LOWER}, 20, 31, Status.OFF, 30, -1.1, id="lower, beyond it"
        ),
        pytest.param({"red_line": -10.0}, 0, -5, Status.WATCH, -10, -0.5, id="a target of zero with a red line"),
        pytest.param({}, 200, 190, Status.WATCH, 180, -0.5, id="without a red line a tenth of the target"),
    ],
)
def test_red_line(
    fields: dict[str, Any], target: float, actual: float, status: Status, limit: float, bands: float
) -> None:
    found = attainment.rate(kpi(**fields), target, actual)
    assert (found.status, found.watch_limit) == (status, limit)
    assert found.bands == pytest.approx(bands)


def test_a_range_with_a_red_line_has_it_on_both_sides() -> None:
    ranged = kpi(direction=Direction.RANGE, red_line=1.0)
    found = [attainment.rate(ranged, Span(low=2.0, high=4.0), actual).status for actual in (0.9, 1.0, 3.0, 5.0, 5.1)]
    assert found == [Status.OFF, Status.WATCH, Status.ON, Status.WATCH, Status.OFF]


def test_a_red_line_on_the_good_side_is_an_error() -> None:
    drawn = book("kpi | target | unit | red_line\nA | 10 | score | 12", "kpi | 2026-01\nA | 11")
    assert "BAND_ORDER" in codes(drawn, "2026-01")
    fine = book("kpi | target | unit | red_line\nA | 10 | score | 8", "kpi | 2026-01\nA | 11")
    assert "BAND_ORDER" not in codes(fine, "2026-01")


def test_the_red_line_of_a_years_target_is_split_with_it() -> None:
    drawn = book("kpi | target | unit | red_line\nA | 1200 | EUR | 960", "kpi | 2026-01 | 2026-02\nA | 85 | 79")
    january, february = result(drawn, "A", "2026-02").points
    assert january.verdict is not None
    assert february.verdict is not None
    assert (january.verdict.status, february.verdict.status) == (Status.WATCH, Status.OFF)
    assert january.verdict.watch_limit == pytest.approx(80)
    ytd = result(drawn, "A", "2026-02").ytd.verdict
    assert ytd is not None
    assert ytd.watch_limit == pytest.approx(160)
    assert ytd.status is Status.WATCH


@pytest.mark.parametrize(
    ("given_kpi", "target", "actual", "status"),
    [
        pytest.param(kpi(kind=Kind.METRIC), 10, 12, Status.INFO, id="a metric is never coloured"),
        pytest.param(kpi(), 10, None, Status.NONE, id="no figure"),
        pytest.param(kpi(), None, 12, Status.NONE, id="no target"),
    ],
)
def test_what_is_not_rated(given_kpi: Kpi, target: float | None, actual: float | None, status: Status) -> None:
    found = attainment.rate(given_kpi, Span(value=target), actual)
    assert (found.status, found.attainment, found.rollup) == (status, None, None)


@pytest.mark.parametrize(
    ("done", "due", "status"),
    [
        pytest.param(True, date(2026, 1, 1), Status.ON, id="done late is done"),
        pytest.param(False, date(2026, 1, 1), Status.OFF, id="overdue"),
        pytest.param(False, date(2026, 3, 1), Status.NONE, id="not due yet"),
        pytest.param(False, None, Status.OFF, id="no without a day is a no"),
    ],
)
def test_milestone(done: bool, due: date | None, status: Status) -> None:
    assert attainment.milestone(done=done, due=due, today=date(2026, 2, 1)) is status


def test_cap_and_floor_of_a_kpi_win_over_the_settings() -> None:
    settings = Settings(cap=1.0, floor=0.2)
    assert attainment.rate(kpi(), 100, 150, settings).rollup == 1.0
    assert attainment.rate(kpi(), 100, -50, settings).rollup == 0.2
    assert attainment.rate(kpi(cap=1.5, floor=-1.0), 100, 150, settings).rollup == 1.5
    assert attainment.rate(kpi(cap=1.5, floor=-1.0), 100, -50, settings).rollup == -0.5


def test_the_ratio_method_is_linear_where_a_ratio_would_turn_round() -> None:
    for target, actual in ((-50.0, -100.0), (0.0, 1.0)):
        assert (
            attainment.rate(kpi(method=Method.RATIO), target, actual).attainment
            == attainment.rate(kpi(), target, actual).attainment
        )


def test_shares_near_the_floor_ask_for_a_red_line_too() -> None:
    share = Unit("%", Measure.SHARE)
    assert attainment.too_wide(kpi(unit=share, direction=Direction.LOWER), 0.03)
    assert not attainment.too_wide(kpi(unit=share, direction=Direction.LOWER), 0.3)
    assert not attainment.too_wide(kpi(), 0.99)


@pytest.mark.parametrize(
    ("actual", "target", "direction", "expected"),
    [
        pytest.param(6.0, 8.0, Direction.HIGHER, (0.75, False), id="higher is better: A/T"),
        pytest.param(8.0, 8.0, Direction.HIGHER, (1.0, True), id="higher is better, reached"),
        pytest.param(10.0, 8.0, Direction.LOWER, (0.8, False), id="lower is better: T/A"),
        pytest.param(4.0, 8.0, Direction.LOWER, (2.0, True), id="half the time is twice as good"),
        pytest.param(0.0, 8.0, Direction.LOWER, (None, True), id="T22: nothing at all is met, without a ratio"),
        pytest.param(-1.0, 8.0, Direction.LOWER, (None, True), id="less than nothing too"),
        pytest.param(-5.0, -10.0, Direction.HIGHER, (1.5, True), id="a negative target: the linear rule"),
        pytest.param(0.0, 0.0, Direction.HIGHER, (1.0, True), id="a target of zero: met or missed"),
    ],
)
def test_the_method_of_ratios(
    actual: float, target: float, direction: Direction, expected: tuple[float | None, bool]
) -> None:
    found = attainment.ratio(actual, target, direction)
    assert (found.ratio, found.met) == expected
