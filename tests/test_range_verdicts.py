"""The whole verdict of a KPI that should stay within a range (R9, R11): below, inside, above, at a point, and zero."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpireport.core.attainment import milestone, rate, ratio, usual_target, within
from kpireport.core.diagnostics import Where
from kpireport.core.model import Direction, Kpi, Span
from kpireport.core.scorecard import Status, Verdict

RANGE = Span(low=100.0, high=200.0)


def kept_within(**fields: Any) -> Kpi:
    return Kpi("k", "", "K", Where(), direction=Direction.RANGE, **fields)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        pytest.param(80.0, Verdict(Status.OFF, 0.8, False, 0.8, -20.0, 90.0, -2.0), id="far below: two bands of ten"),
        pytest.param(95.0, Verdict(Status.WATCH, 0.95, False, 0.95, -5.0, 90.0, -0.5), id="just below"),
        pytest.param(90.0, Verdict(Status.WATCH, 0.9, False, 0.9, -10.0, 90.0, -1.0), id="at the end of the band"),
        pytest.param(100.0, Verdict(Status.ON, 1.0, True, 1.0, 0.0, 90.0, 0.0), id="on the lower bound"),
        pytest.param(120.0, Verdict(Status.ON, 1.0, True, 1.0, 0.0, 90.0, 2.0), id="inside, nearer to the lower bound"),
        pytest.param(150.0, Verdict(Status.ON, 1.0, True, 1.0, 0.0, 90.0, 5.0), id="in the middle: the lower counts"),
        pytest.param(180.0, Verdict(Status.ON, 1.0, True, 1.0, 0.0, 220.0, 1.0), id="inside, nearer to the upper one"),
        pytest.param(210.0, Verdict(Status.WATCH, 0.95, False, 0.95, 10.0, 220.0, -0.5), id="just above"),
        pytest.param(260.0, Verdict(Status.OFF, 0.7, False, 0.7, 60.0, 220.0, -3.0), id="far above"),
    ],
)
def test_a_range_is_rated_by_its_nearest_bound(actual: float, expected: Verdict) -> None:
    assert shown(rate(kept_within(), RANGE, actual)) == shown(expected)
    backwards = Span(low=RANGE.high, high=RANGE.low)
    assert shown(rate(kept_within(), backwards, actual)) == shown(expected), "typed the wrong way round"


@pytest.mark.parametrize(
    ("red", "actual", "expected"),
    [
        pytest.param(70.0, 85.0, Verdict(Status.WATCH, 0.85, False, 0.85, -15.0, 70.0, -0.5), id="thirty below: watch"),
        pytest.param(70.0, 60.0, Verdict(Status.OFF, 0.6, False, 0.6, -40.0, 70.0, -4 / 3), id="beyond it: off"),
        pytest.param(70.0, 230.0, Verdict(Status.WATCH, 0.85, False, 0.85, 30.0, 230.0, -1.0), id="the same above"),
        pytest.param(205.0, 94.0, Verdict(Status.OFF, 0.94, False, 0.94, -6.0, 95.0, -1.2), id="five above, and below"),
        pytest.param(100.0, 99.0, Verdict(Status.OFF, 0.99, False, 0.99, -1.0, None, None), id="on the bound: no band"),
        pytest.param(99.5, 99.6, Verdict(Status.WATCH, 0.996, False, 0.996, -0.4, 99.5, -0.8), id="half a unit below"),
        pytest.param(
            150.0, 95.0, Verdict(Status.WATCH, 0.95, False, 0.95, -5.0, 90.0, -0.5), id="inside: rates nothing"
        ),
    ],
)
def test_a_red_line_makes_the_watch_band_of_a_range(red: float, actual: float, expected: Verdict) -> None:
    assert shown(rate(kept_within(red_line=red), RANGE, actual)) == shown(expected)


@pytest.mark.parametrize(
    ("low", "high", "actual", "expected"),
    [
        pytest.param(-50.0, 0.0, 10.0, Verdict(Status.OFF, 0.8, False, 0.8, 10.0, 5.0, -2.0), id="above zero"),
        pytest.param(0.0, 50.0, -4.0, Verdict(Status.WATCH, 0.92, False, 0.92, -4.0, -5.0, -0.8), id="below zero"),
        pytest.param(-0.0, 0.5, 0.25, Verdict(Status.ON, 1.0, True, 1.0, 0.0, -0.05, 5.0), id="inside, from zero"),
        pytest.param(
            0.0,
            0.0,
            3.0,
            Verdict(Status.OFF, 0.0, False, 0.0, 3.0, None, None, ("ZERO_WIDTH",)),
            id="only zero, missed",
        ),
        pytest.param(0.0, 0.0, 0.0, Verdict(Status.ON, 1.0, True, 1.0, 0.0, None, None), id="only zero, met"),
        pytest.param(
            -20.0, -10.0, -22.0, Verdict(Status.WATCH, 0.9, False, 0.9, -2.0, -22.0, -1.0), id="both negative"
        ),
    ],
)
def test_a_bound_of_zero_takes_the_width_for_its_size(
    low: float, high: float, actual: float, expected: Verdict
) -> None:
    assert shown(rate(kept_within(), Span(low=low, high=high), actual)) == shown(expected)


def test_a_point_with_direction_range_is_missed_on_both_sides() -> None:
    kpi = kept_within()
    assert [rate(kpi, 10.0, actual).status for actual in (8.0, 9.5, 10.0, 10.5, 12.0)] == [
        Status.OFF,
        Status.WATCH,
        Status.ON,
        Status.WATCH,
        Status.OFF,
    ]


def test_a_range_around_nothing_has_no_ratio_to_miss() -> None:
    found = within(3.0, 0.0, 0.0)
    assert (found.ratio, found.met, found.flags) == (0.0, False, ("ZERO_WIDTH",))
    assert within(90.0, 100.0, 200.0).met is False


@pytest.mark.parametrize(
    ("actual", "target", "direction", "reached", "met", "flags"),
    [
        pytest.param(190.0, 200.0, Direction.HIGHER, 0.95, False, (), id="A/T, short"),
        pytest.param(0.5, 0.4, Direction.HIGHER, 1.25, True, (), id="A/T of shares under one"),
        pytest.param(25.0, 20.0, Direction.LOWER, 0.8, False, (), id="T/A, too much"),
        pytest.param(0.5, 0.4, Direction.LOWER, 0.8, False, (), id="T/A of shares under one"),
        pytest.param(16.0, 20.0, Direction.LOWER, 1.25, True, (), id="T/A, better than asked"),
        pytest.param(0.0, 20.0, Direction.LOWER, None, True, ("RATIO_A_ZERO",), id="T22: nothing at all is met"),
        pytest.param(-100.0, -50.0, Direction.HIGHER, 0.0, False, (), id="a negative target is rated linearly"),
        pytest.param(-60.0, -50.0, Direction.LOWER, 1.2, True, (), id="a negative target, lower is better"),
        pytest.param(1.0, 0.0, Direction.LOWER, 0.0, False, ("ZERO_TARGET",), id="a target of zero, lower is better"),
    ],
)
def test_the_method_ratio(
    actual: float, target: float, direction: Direction, reached: float | None, met: bool, flags: tuple[str, ...]
) -> None:
    found = ratio(actual, target, direction)
    assert found.ratio == (None if reached is None else pytest.approx(reached))
    assert (found.met, found.flags) == (met, flags)


@pytest.mark.parametrize(
    ("targets", "usual"),
    [
        pytest.param([], None, id="no targets"),
        pytest.param([0.0, 0.0], None, id="targets of zero say nothing of a size"),
        pytest.param([0.0, 1.0, -3.0], 2.0, id="their sizes, without signs and zeros"),
        pytest.param([1.0, 1.0, 9.0], 1.0, id="the one in the middle"),
    ],
)
def test_the_usual_size_of_a_target(targets: list[float], usual: float | None) -> None:
    assert usual_target(targets) == usual


@pytest.mark.parametrize(
    ("done", "due", "status"),
    [
        pytest.param(True, date(2026, 1, 1), Status.ON, id="done, however late"),
        pytest.param(False, date(2026, 3, 30), Status.OFF, id="overdue"),
        pytest.param(False, date(2026, 3, 31), Status.NONE, id="due today is not late"),
        pytest.param(False, date(2026, 4, 1), Status.NONE, id="not due yet"),
        pytest.param(False, None, Status.OFF, id="no day to wait for"),
    ],
)
def test_a_milestone(done: bool, due: date | None, status: Status) -> None:
    assert milestone(done=done, due=due, today=date(2026, 3, 31)) is status


def shown(found: Verdict) -> tuple[Any, ...]:
    """Return a verdict without the last binary digits of its figures."""
    figures = (found.attainment, found.rollup, found.gap, found.watch_limit, found.bands)
    return (found.status, found.met, found.flags, *(None if f is None else round(f, 9) + 0.0 for f in figures))
