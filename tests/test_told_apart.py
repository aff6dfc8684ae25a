"""Rules that differ from their neighbours in one case only: that case. Found by changing the code on purpose."""

from __future__ import annotations

import pytest

from kpireport.core.a1 import ranges
from kpireport.core.aggregate import at_the_end, over_time, together
from kpireport.core.attainment import status_of, unrated, verdict
from kpireport.core.bands import points
from kpireport.core.change import LOSS_NARROWED, TURNED_POSITIVE, change, words
from kpireport.core.compare import TOLERANCE, at_least, at_most, same
from kpireport.core.conditions import LONGEST, Condition, Subject, condition
from kpireport.core.diagnostics import Where
from kpireport.core.model import Aggregation, Direction, Kind, Kpi, Measure, Method, Rollup, Settings, Span, Unit
from kpireport.core.number_format import section
from kpireport.core.rollup import Child, health, roll
from kpireport.core.scorecard import Change, Figure, Goal, Status
from tests.books import month

KPI = Kpi("k", "", "K", Where(), direction=Direction.HIGHER)
SHARE = Kpi("k", "", "K", Where(), direction=Direction.HIGHER, unit=Unit("%", Measure.SHARE))
RANGE = Kpi("k", "", "K", Where(), direction=Direction.RANGE)
BEFORE = month(2026, 1)


def test_the_worst_child_is_worst_by_status_before_it_is_by_figure() -> None:
    found = roll([Child("a", 0.95, Status.OFF), Child("b", 0.5, Status.WATCH)], rollup=Rollup.WORST)
    assert (found.worst, found.score, found.status) == ("a", 0.95, Status.OFF)
    assert found.counts == {Status.OFF: 1, Status.WATCH: 1}


@pytest.mark.parametrize(
    ("values", "worst"),
    [
        pytest.param((0.9, 0.5), "b", id="the one that takes most, not the first by name"),
        pytest.param((1.0, 1.0), None, id="nobody takes anything"),
        pytest.param((1.1, 1.2), None, id="all of them add"),
    ],
)
def test_who_is_named_as_the_worst_of_a_score(values: tuple[float, float], worst: str | None) -> None:
    assert roll([Child("a", values[0], Status.ON), Child("b", values[1], Status.ON)]).worst == worst


def test_without_a_score_the_children_are_counted_and_weighed_all_the_same() -> None:
    found = roll([Child("a", None, Status.NONE, 60), Child("b", None, Status.NONE, 40)])
    assert (found.score, found.counts, found.weights) == (None, {Status.NONE: 2}, {"a": 0.6, "b": 0.4})


def test_a_worst_child_at_nothing_is_at_nothing() -> None:
    found = roll([Child("a", 0.0, Status.OFF), Child("b", 0.3, Status.OFF)], rollup=Rollup.WORST)
    assert (found.worst, found.score, found.contributions) == ("a", 0.0, {"a": -1.0})


def test_the_health_of_an_organisation_needs_the_coverage_that_is_asked_for() -> None:
    children = [Child("a", 1.0, Status.ON, 40), Child("b", None, Status.NONE, 60)]
    assert health(children, Settings(min_coverage=0.5)) is None
    assert health(children, Settings(min_coverage=0.3)) == 1.0
    assert health([]) is None


@pytest.mark.parametrize(
    ("kpi", "actual", "status", "flags"),
    [
        pytest.param(KPI, 5.0, Status.NONE, ("NO_TARGET",), id="a figure and nothing to hold it against"),
        pytest.param(KPI, None, Status.NONE, (), id="no figure: its target is not missed by anybody"),
        pytest.param(Kpi("k", "", "K", Where(), kind=Kind.METRIC), 5.0, Status.INFO, (), id="a metric"),
    ],
)
def test_what_is_not_rated(kpi: Kpi, actual: float | None, status: Status, flags: tuple[str, ...]) -> None:
    found = unrated(kpi, actual)
    assert (found.status, found.flags) == (status, flags)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param(f"< {'7' * (LONGEST - 2)}", True, id="as long as may be"),
        pytest.param(f"< {'7' * (LONGEST - 1)}", False, id="one more"),
    ],
)
def test_how_long_a_condition_may_be(text: str, read: bool) -> None:
    assert (condition(text) is not None) == read


@pytest.mark.parametrize(
    ("direction", "actual", "expected"),
    [
        pytest.param(Direction.HIGHER, 7.5, (0.5, False, ()), id="half of the way from 5, a tenth of 50, to 10"),
        pytest.param(Direction.HIGHER, 10.0, (1.0, True, ()), id="all of it"),
        pytest.param(
            Direction.LOWER, 4.0, (1.6, True, ("BASELINE_BEYOND_TARGET",)), id="the baseline is better than the target"
        ),
    ],
)
def test_the_way_from_a_baseline_is_measured_in_the_periods_own_size(
    direction: Direction, actual: float, expected: tuple[float, bool, tuple[str, ...]]
) -> None:
    kpi = Kpi("k", "", "K", Where(), direction=direction, method=Method.PROGRESS, baseline=50.0)
    found = verdict(kpi, Goal(Span(value=10.0), scale=0.1), actual)
    assert (found.attainment, found.met, found.flags) == (pytest.approx(expected[0]), *expected[1:])


def test_no_way_to_go_is_no_progress_and_says_so() -> None:
    kpi = Kpi("k", "", "K", Where(), direction=Direction.HIGHER, method=Method.PROGRESS, baseline=10.0)
    found = verdict(kpi, Goal(Span(value=10.0)), 9.0)
    assert (found.attainment, found.status, found.flags) == (None, Status.OFF, ("NO_PROGRESS",))


@pytest.mark.parametrize(
    ("value", "status"),
    [
        pytest.param(1.0, Status.ON, id="all of it"),
        pytest.param(0.95, Status.WATCH, id="nearly"),
        pytest.param(0.5, Status.OFF, id="half"),
    ],
)
def test_the_status_of_a_score(value: float, status: Status) -> None:
    assert status_of(value, 0.9) is status


@pytest.mark.parametrize(
    ("goal", "flags"),
    [
        pytest.param(None, ("NO_TARGET",), id="no target"),
        pytest.param(Goal(Span(low=2.0)), ("NO_TARGET",), id="half a range is none"),
        pytest.param(Goal(Span(value=0.9)), ("SMALL_TARGET",), id="under a tenth of the usual one"),
        pytest.param(Goal(Span(value=1.0)), (), id="a tenth of it"),
        pytest.param(Goal(Span(value=0.0)), ("ZERO_TARGET",), id="zero has a name of its own"),
    ],
)
def test_what_is_unusual_about_a_target(goal: Goal | None, flags: tuple[str, ...]) -> None:
    assert verdict(KPI, goal, 5.0, usual=10.0).flags == flags


def test_a_point_to_be_kept_has_its_red_line_on_both_sides() -> None:
    kpi = Kpi("k", "", "K", Where(), direction=Direction.RANGE, red_line=7.0)
    assert [verdict(kpi, Goal(Span(value=10.0)), actual).status for actual in (6.5, 7.5, 12.5, 13.5)] == [
        Status.OFF,
        Status.WATCH,
        Status.WATCH,
        Status.OFF,
    ]


def test_the_least_of_several_is_the_least() -> None:
    assert over_time([3.0, 1.0, 2.0], Aggregation.MIN) == 1.0


def test_of_too_many_ranges_the_span_begins_with_the_first_cell() -> None:
    cells = [Where("b.xlsx", "M", f"B{row}") for row in (2, 3, *range(5, 60, 2))]
    assert ranges([*cells, Where("b.xlsx", "M", "a name")]) == (
        Where("b.xlsx", "M", "a name"),
        Where("b.xlsx", "M", "B2:B59"),
    )


def test_one_character_may_be_all_that_is_repeated() -> None:
    assert condition("红3个月") == Condition(Subject.OFF, periods=3)


@pytest.mark.parametrize(
    ("code", "value", "part"),
    [
        pytest.param('";"0;-0', -1, "-0", id="a quote at the very beginning"),
        pytest.param('0;(0);-;"text"', 0, "-", id="of four sections the last one shows no number"),
        pytest.param("0;-0;@", -1, "-0", id="of three with one for text, the second is for negative ones"),
        pytest.param("0;-0;@", 0, "0", id="and zero is with the positive ones"),
    ],
)
def test_the_section_of_a_number_format(code: str, value: float, part: str) -> None:
    assert section(code, value) == part


@pytest.mark.parametrize(
    ("way", "spoken"),
    [
        pytest.param(Aggregation.LAST, [3], id="of a balance the end"),
        pytest.param(Aggregation.FIRST, [1], id="of an opening balance the beginning"),
        pytest.param(Aggregation.SUM, [1, 2, 3], id="of a sum all"),
    ],
)
def test_which_periods_speak_for_several(way: Aggregation, spoken: list[int]) -> None:
    assert [period.number for period in at_the_end(way, [month(2026, n) for n in (1, 2, 3)])] == spoken


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        pytest.param(Aggregation.SUM, (60.0, "B1 B2 B3", 3), id="a sum has the cells of all"),
        pytest.param(Aggregation.FIRST, (10.0, "B1", 1), id="the first one its own"),
        pytest.param(Aggregation.LAST, (30.0, "B3", 1), id="the last one its own"),
    ],
)
def test_figures_put_together_know_how_many_they_are(way: Aggregation, expected: tuple[float, str, int]) -> None:
    figures = [Figure(10.0 * n, (Where("b.xlsx", "M", f"B{n}"),)) for n in (1, 2, 3)]
    found = together(figures, way)
    assert found is not None
    assert (found.value, " ".join(cell.cell for cell in found.cells)) == expected[:2]
    assert (found.covered, found.expected) == (expected[2], expected[2])


def test_a_target_may_be_its_own_stretch() -> None:
    assert points(90, 80, 100, 100) == pytest.approx(80.0)


@pytest.mark.parametrize(
    ("previous", "actual", "said"),
    [
        pytest.param(-5.0, 0.0, LOSS_NARROWED, id="a loss that ended at nothing is no profit"),
        pytest.param(-5.0, 0.5, TURNED_POSITIVE, id="a small profit is one"),
        pytest.param(0.0, -5.0, "", id="from nothing, nothing turned"),
    ],
)
def test_words_in_place_of_a_percentage(previous: float, actual: float, said: str) -> None:
    assert words(actual, previous) == said


def test_without_a_figure_a_change_keeps_what_it_would_be_against() -> None:
    earlier = Figure(5.0)
    assert change(SHARE, None, earlier, BEFORE) == Change(earlier, BEFORE, points=True)
    assert change(KPI, Figure(5.0), None, BEFORE) == Change(None, BEFORE, points=False)


def test_figures_that_a_workbook_cannot_tell_apart_differ_by_nothing() -> None:
    found = change(KPI, Figure(0.1 + 0.2), Figure(0.3), BEFORE)
    assert (found.delta, found.good) == (0.0, None)


def test_a_percentage_of_a_loss_only_where_it_is_asked_for() -> None:
    assert change(KPI, Figure(-80.0), Figure(-100.0), BEFORE).ratio is None
    assert change(KPI, Figure(-80.0), Figure(-100.0), BEFORE, pct_base="abs").ratio == pytest.approx(0.2)


def test_nearer_to_a_range_is_better() -> None:
    goal = Goal(Span(low=2.0, high=4.0))
    assert change(RANGE, Figure(5.0), Figure(7.0), BEFORE, goal=goal).good is True
    assert change(RANGE, Figure(5.0), Figure(7.0), BEFORE).good is None


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        pytest.param(0.0, TOLERANCE, True, id="small figures, at the tolerance"),
        pytest.param(0.0, 1.5 * TOLERANCE, False, id="small figures, beyond it"),
        pytest.param(0.0, TOLERANCE / 2, True, id="small figures, within it"),
        pytest.param(1e6, 1e6 + 5e5 * TOLERANCE, True, id="a large figure has a larger one"),
        pytest.param(1e6, 1e6 + 2e6 * TOLERANCE, False, id="a large figure, beyond it"),
        pytest.param(-1e6, -1e6 - 5e5 * TOLERANCE, True, id="below zero as above"),
        pytest.param(1e6, -1e6, False, id="a sign is no rounding"),
    ],
)
def test_which_figures_are_the_same(a: float, b: float, equal: bool) -> None:
    assert same(a, b) is same(b, a) is equal
    assert at_least(a, b) is (a > b or equal)
    assert at_most(a, b) is (a < b or equal)
