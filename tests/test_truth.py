"""The truth table: worked cases of what each number means, by their names (T01 ...)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpireport.core import aggregate, asof, attainment, bands, change, rollup, spans, tally
from kpireport.core.diagnostics import Where
from kpireport.core.model import Aggregation, Direction, Kpi, Measure, Method, Rollup, Settings, Span, Unit
from kpireport.core.periods import Calendar, Frequency, Period
from kpireport.core.rollup import Child
from kpireport.core.scorecard import Figure, Goal, Status
from tests.books import book, card, codes, month, period, result

HIGHER, LOWER, RANGE = Direction.HIGHER, Direction.LOWER, Direction.RANGE
ON, WATCH, OFF, NONE = Status.ON, Status.WATCH, Status.OFF, Status.NONE
SHARE = Unit("%", Measure.SHARE)


def kpi(**fields: Any) -> Kpi:
    return Kpi("k", "", "K", Where(), **fields)


@pytest.mark.parametrize(
    ("direction", "target", "actual", "reached", "enters", "status"),
    [
        pytest.param(HIGHER, 50, 45, 0.9, 0.9, WATCH, id="T01 a tenth short is on watch"),
        pytest.param(HIGHER, 50, 100, 2, 1.2, ON, id="T02 twice the target enters roll-ups as the cap"),
        pytest.param(HIGHER, 50, -50, -1, 0, OFF, id="T03 a loss where a gain was planned"),
        pytest.param(HIGHER, -50, -50, 1, 1, ON, id="T04 a planned loss that came as planned"),
        pytest.param(HIGHER, -50, -100, 0, 0, OFF, id="T05 twice the loss that was planned"),
        pytest.param(HIGHER, -50, -150, -1, 0, OFF, id="T06 three times the loss that was planned"),
        pytest.param(HIGHER, -50, 0, 2, 1.2, ON, id="T07 no loss where one was planned"),
        pytest.param(HIGHER, -50, 50, 3, 1.2, ON, id="T08 a gain where a loss was planned"),
        pytest.param(HIGHER, -1, -1, 1, 1, ON, id="T09 planned -1, achieved -1"),
        pytest.param(HIGHER, -2, 3, 3.5, 1.2, ON, id="T10 planned -2, achieved 3"),
        pytest.param(HIGHER, -173.617984823164, -923.89, -3.321396, 0, OFF, id="T11 a cash flow miss is no 532 %"),
        pytest.param(HIGHER, 7827, -688, -0.087901, 0, OFF, id="T13 a loss against a planned gain"),
        pytest.param(HIGHER, 0.85, 0.95, 1.117647, 1.117647, ON, id="T15 a share above its target"),
        pytest.param(LOWER, 50, 55, 0.9, 0.9, WATCH, id="T16 lower is better, a tenth too high"),
        pytest.param(LOWER, 50, 50, 1, 1, ON, id="T17 lower is better, reached"),
        pytest.param(LOWER, 50, 100, 0, 0, OFF, id="T17 lower is better, twice the target"),
        pytest.param(LOWER, 50, 200, -2, 0, OFF, id="T17 lower is better, four times the target"),
        pytest.param(LOWER, 50, 0, 2, 1.2, ON, id="T17 lower is better, nothing at all"),
        pytest.param(LOWER, -50, -50, 1, 1, ON, id="T18 lower, negative, reached"),
        pytest.param(LOWER, -50, -100, 2, 1.2, ON, id="T18 lower, negative, twice as far"),
        pytest.param(LOWER, -50, 0, 0, 0, OFF, id="T18 lower, negative, nothing"),
        pytest.param(LOWER, -50, 50, -1, 0, OFF, id="T18 lower, negative, the wrong sign"),
        pytest.param(LOWER, 0.10, 0.08, 1.2, 1.2, ON, id="T19 a share below its limit"),
        pytest.param(HIGHER, 0.3, 0.1 + 0.2, 1, 1, ON, id="T38 0.1 + 0.2 reaches 0.3"),
        pytest.param(HIGHER, 10000, 8996, 0.8996, 0.8996, OFF, id="T39 0.8996 is off, however it is shown"),
        pytest.param(HIGHER, 100, 100, 1, 1, ON, id="T40 at target"),
        pytest.param(HIGHER, 100, 92, 0.92, 0.92, WATCH, id="T40 at 92 of 100"),
        pytest.param(HIGHER, 100, 89, 0.89, 0.89, OFF, id="T40 at 89 of 100"),
    ],
)
def test_attainment_of_a_target(
    direction: Direction, target: float, actual: float, reached: float, enters: float, status: Status
) -> None:
    found = attainment.rate(kpi(direction=direction), target, actual)
    assert found.attainment == pytest.approx(reached, abs=1e-6)
    assert found.rollup == pytest.approx(enters, abs=1e-6)
    assert found.status is status
    assert found.gap == actual - target


def test_t12_a_small_target_makes_a_ratio_that_misleads() -> None:
    plans = [7827, -37.42077402754967, -173.617984823164, 4091.6, -435.8]
    usual = attainment.usual_target(plans)
    found = attainment.verdict(kpi(), Goal(Span(value=plans[1])), 11043, usual=usual)
    assert found.attainment == pytest.approx(297.103463, abs=1e-6)
    assert found.flags == ("SMALL_TARGET",)
    assert "SMALL_TARGET" not in attainment.verdict(kpi(), Goal(Span(value=plans[2])), 11043, usual=usual).flags


@pytest.mark.parametrize(
    ("direction", "actual", "met"),
    [
        pytest.param(HIGHER, 0, True, id="T14 nothing against a target of zero is met"),
        pytest.param(HIGHER, 1, True, id="T14 more than zero"),
        pytest.param(HIGHER, -1, False, id="T14 less than zero"),
        pytest.param(LOWER, 0, True, id="T20 nothing against a limit of zero is met"),
        pytest.param(LOWER, 1, False, id="T20 more than a limit of zero"),
        pytest.param(LOWER, -1, True, id="T20 less than a limit of zero"),
    ],
)
def test_a_target_of_zero_is_met_or_missed(direction: Direction, actual: float, met: bool) -> None:
    found = attainment.rate(kpi(direction=direction), 0, actual)
    assert (found.attainment, found.met, found.flags) == (float(met), met, ("ZERO_TARGET",))
    assert found.status is (ON if met else OFF)
    assert (found.watch_limit, found.bands) == (None, None)


def test_t21_the_ratio_method() -> None:
    assert attainment.rate(kpi(direction=LOWER, method=Method.RATIO), 8, 6.5).attainment == pytest.approx(1.230769)
    assert attainment.rate(kpi(direction=LOWER), 8, 6.5).attainment == pytest.approx(1.1875)


def test_t22_the_ratio_method_against_nothing() -> None:
    found = attainment.rate(kpi(direction=LOWER, method=Method.RATIO), 8, 0)
    assert (found.attainment, found.met, found.status, found.flags) == (None, True, ON, ("RATIO_A_ZERO",))


@pytest.mark.parametrize(
    ("low", "high", "actual", "reached", "status"),
    [
        pytest.param(2.85e6, 3.15e6, 2.95e6, 1, ON, id="T23 within the range"),
        pytest.param(2.85e6, 3.15e6, 2.565e6, 0.9, WATCH, id="T24 under the range by a tenth of its lower bound"),
        pytest.param(2.85e6, 3.15e6, 3.465e6, 0.9, WATCH, id="T25 over the range by a tenth of its upper bound"),
        pytest.param(100, 100, 150, 0.5, OFF, id="T26 half as much again as a point"),
        pytest.param(6, 6, -3, -0.5, OFF, id="T26 the other side of zero from a point"),
        pytest.param(0, 0, 2, 0, OFF, id="T27 a range of nothing is met or missed"),
        pytest.param(0, 4, 5, 0.75, OFF, id="T28 above a range from zero"),
        pytest.param(0, 4, -1, 0.75, OFF, id="T28 below a range from zero"),
    ],
)
def test_attainment_of_a_range(low: float, high: float, actual: float, reached: float, status: Status) -> None:
    found = attainment.rate(kpi(direction=RANGE), Span(low=low, high=high), actual)
    assert found.attainment == pytest.approx(reached, abs=1e-9)
    assert found.status is status


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "share"),
    [
        pytest.param(1.0, 1.5, 1.35, 0.70, id="T29 upwards"),
        pytest.param(500, 400, 420, 0.80, id="T30 downwards"),
        pytest.param(15, 45, 16, 1 / 30, id="T31 hardly begun"),
        pytest.param(100, 200, 90, -0.10, id="T32 farther away than at the start"),
        pytest.param(100, 100, 90, None, id="T33 there is no way to go"),
    ],
)
def test_progress(baseline: float, target: float, actual: float, share: float | None) -> None:
    assert attainment.progress(actual, target, baseline) == (None if share is None else pytest.approx(share))
    direction = HIGHER if target >= baseline else LOWER
    found = attainment.rate(kpi(direction=direction, baseline=baseline, method=Method.PROGRESS), target, actual)
    assert found.attainment == (None if share is None else pytest.approx(share))
    assert found.rollup == pytest.approx(max(share or 0.0, 0.0))


@pytest.mark.parametrize(
    ("given", "scores"),
    [
        pytest.param({"goal": 700, "red": 500}, {300: 0, 500: 3.333, 600: 5, 700: 6.667, 900: 10, 950: 10}, id="T34"),
        pytest.param({"goal": 3, "red": 5}, {7: 0, 5: 3.333, 4: 5, 3: 6.667, 1: 10}, id="T35 lower is better"),
        pytest.param({"goal": 80, "red": 50, "worst": 0, "best": 100}, {60: 4.444, 90: 8.333}, id="T36 all four given"),
    ],
)
def test_bands(given: dict[str, float], scores: dict[float, float]) -> None:
    found = {actual: bands.band_score(actual, **given) for actual in scores}
    assert found == {actual: pytest.approx(score, abs=5e-4) for actual, score in scores.items()}


def test_t37_points() -> None:
    found = [bands.points(actual, 80, 100, 120) for actual in (79, 80, 90, 100, 110, 130)]
    assert found == [0, 60, 80, 100, 110, 120]


def test_t41_bands_mean_nothing_near_the_ceiling() -> None:
    uptime = kpi(unit=SHARE)
    assert attainment.rate(uptime, 0.999, 0.95).attainment == pytest.approx(0.9510, abs=5e-5)
    assert attainment.rate(uptime, 0.999, 0.95).status is WATCH
    assert attainment.too_wide(uptime, 0.999)
    strict = kpi(unit=SHARE, red_line=0.995)
    assert attainment.rate(strict, 0.999, 0.95).status is OFF
    assert not attainment.too_wide(strict, 0.999)
    drawn = book("kpi | target | unit\nUptime | 99.9% | %", "kpi | 2026-01\nUptime | 95%")
    assert "BAND_TOO_WIDE" in codes(drawn, "2026-01")


def rolled(*children: tuple[float | None, float | None], **settings: Any) -> Any:
    made = [
        Child(str(n), value, ON if value == 1 else OFF if value is not None else NONE, weight)
        for n, (value, weight) in enumerate(children)
    ]
    return rollup.roll(made, Settings(**settings))


@pytest.mark.parametrize(
    ("children", "score", "coverage"),
    [
        pytest.param([(0.9, 50), (0.5, 50)], 0.70, 1, id="T42 half and half"),
        pytest.param([(0.9, 90), (0.5, 10)], 0.86, 1, id="T42 nine to one"),
        pytest.param([(1.0, 2), (0.4, 1)], 0.80, 1, id="T43 two to one"),
        pytest.param([(0.75, 0.5), (1.0, 0.5)], 0.875, 1, id="T44 weights as shares"),
        pytest.param([(1.0, 30), (0.99, 40), (None, 30)], 0.994286, 0.7, id="T45 a missing child is no zero"),
        pytest.param([(1.0, 30), (1.0, 40), (1.2, 30)], 1.06, 1, id="T46 a child far over target counts as the cap"),
        pytest.param([(1.0, 30), (1.0, 40), (0.0, 30)], 0.70, 1, id="T46 lower is better: it counts as the floor"),
        pytest.param([(1.0, 30), (1.0, 30), (1.0, 40)], 1.0, 1, id="T47 zero against zero is met"),
        pytest.param([(1.0, 40), (0.8, 35), (0.9, 20)], 0.905263, 1, id="T48 weights of 95 are normalised"),
        pytest.param([(1.0, None), (0.0, None), (0.0, None)], 1 / 3, 1, id="T49 no weights are equal weights"),
        pytest.param([(None, 60), (0.9, 40)], None, 0.4, id="T51 under half of the weight is known"),
        pytest.param([(0.9, 0)], None, None, id="T52 the only child does not count"),
    ],
)
def test_roll_up(
    children: list[tuple[float | None, float | None]], score: float | None, coverage: float | None
) -> None:
    found = rolled(*children)
    assert found.score == (None if score is None else pytest.approx(score, abs=1e-6))
    assert found.coverage == (None if coverage is None else pytest.approx(coverage))
    assert (found.status is NONE) == (score is None)


def test_t46_a_consumption_ratio_of_ten() -> None:
    up, down = (attainment.rate(kpi(direction=way), 1, 10.05) for way in (HIGHER, LOWER))
    assert (up.rollup, down.attainment, down.rollup) == (1.2, pytest.approx(-8.05), 0)


def test_t48_weights_that_do_not_add_up_are_told() -> None:
    goals = "kpi | target | unit | weight\nA | 10 | score | 40\nB | 10 | score | 35\nC | 10 | score | 20"
    drawn = book(goals, "kpi | 2026-01\nA | 10\nB | 8\nC | 9")
    assert card(drawn, "2026-01").health == pytest.approx(0.905263, abs=1e-6)
    assert "WEIGHT_SUM" in codes(drawn, "2026-01")


def test_t50_a_negative_attainment_enters_as_the_floor() -> None:
    low = attainment.rate(kpi(), 100, -50)
    assert low.attainment == -0.5
    assert rolled((1.0, None), (low.rollup, None)).score == 0.5


def test_t53_the_worst_child_decides() -> None:
    found = rollup.roll([Child("a", 1.0, ON), Child("b", 0.2, OFF)], rollup=Rollup.WORST)
    assert (found.status, found.worst) == (OFF, "b")


def test_t54_values_are_summed() -> None:
    drawn = book(
        """
        kpi   | target | unit | basis  | rollup | parent
        Total |        | EUR  | period | sum    |
        A     | 368    | EUR  | period |        | Total
        B     | -3491  | EUR  | period |        | Total
        C     | 10950  | EUR  | period |        | Total
        """,
        "kpi | 2025-01\nA | -3328\nB | -2444\nC | 5084",
    )
    found = result(drawn, "Total", "2025-01")
    assert found.goal is not None
    assert found.actual is not None
    assert (found.goal.value, found.actual.value) == (7827, -688)
    assert found.verdict.attainment == pytest.approx(-0.087901, abs=1e-6)


@pytest.mark.parametrize(
    ("values", "way", "made"),
    [
        pytest.param([10, 15, 20], Aggregation.SUM, 45, id="T55 sum"),
        pytest.param([10, 15, 20], Aggregation.FIRST, 10, id="T55 first"),
        pytest.param([10, 15, 20], Aggregation.LAST, 20, id="T55 last"),
        pytest.param([10, 15, 20], Aggregation.AVERAGE, 15, id="T55 average"),
        pytest.param([20, 25, 21], Aggregation.FIRST, 20, id="T57 first"),
        pytest.param([25, 21, 30], Aggregation.LAST, 30, id="T57 last"),
        pytest.param([20, 30, 28], Aggregation.AVERAGE, 26, id="T57 average"),
        pytest.param([4, 30, 9], Aggregation.MEDIAN, 9, id="one large order does not move the median"),
        pytest.param([30, 4, 10, 9], Aggregation.MEDIAN, 9.5, id="of an even number, between the middle two"),
        pytest.param([7], Aggregation.MEDIAN, 7, id="one month is its own median"),
    ],
)
def test_time(values: list[float], way: Aggregation, made: float) -> None:
    assert aggregate.over_time(values, way) == made


def test_t56_weighted_by_days_in_a_leap_year() -> None:
    days = [Calendar().days(month(2028, n)) for n in (1, 2, 3)]
    assert days == [31, 29, 31]
    assert aggregate.over_time([10, 15, 20], Aggregation.WEIGHTED, days) == pytest.approx(15.0)


@pytest.mark.parametrize(
    ("tops", "bottoms", "made"),
    [
        pytest.param([2, 2], [4, 100], 0.03846, id="T58 not the mean of 50 % and 2 %"),
        pytest.param([1, 1, 1], [2, 2, 2], 0.5, id="T59 not the sum"),
        pytest.param([90, 597], [93, 896], 0.694641, id="T60 February"),
        pytest.param([500], [1110], 0.450450, id="T60 January"),
        pytest.param([10, 30, 5], [100, 100, 200], 0.1125, id="T62 margin of a quarter"),
    ],
)
def test_ratio(tops: list[float], bottoms: list[float], made: float) -> None:
    assert aggregate.ratio(tops, bottoms) == pytest.approx(made, abs=1e-5)


def test_t61_a_ratio_and_its_plan_are_both_ratios_of_sums() -> None:
    drawn = book(
        """
        kpi     | target | unit  | basis  | kind   | aggregation | numerator | denominator
        Revenue |        | EUR   | period | kpi    |             |           |
        Calls   |        | calls | period | kpi    |             |           |
        Yield   |        | EUR   | period | kpi    | ratio       | Revenue   | Calls
        """,
        "kpi | 2022-01 | 2022-02\nRevenue | 1600 | 3600\nCalls | 1 | 2",
        targets="kpi | 2022-01 | 2022-02\nRevenue | 1500 | 3300\nCalls | 1 | 2",
    )
    ytd = result(drawn, "Yield", "2022-02").ytd
    assert ytd.actual is not None
    assert ytd.goal is not None
    assert ytd.actual.value == pytest.approx(5200 / 3)
    assert ytd.goal.value == pytest.approx(4800 / 3)


QUARTERS = "kpi | 2025-Q1 | 2025-Q2 | 2025-Q3 | 2025-Q4\n"


def test_t63_quarters_by_themselves() -> None:
    drawn = book("kpi | target | unit | basis\nA | 250 | EUR | period", QUARTERS + "A | 220 | 240 | 200 | 230")
    found = result(drawn, "A", "2025-Q4")
    assert [p.verdict.attainment for p in found.points if p.verdict] == pytest.approx([0.88, 0.96, 0.80, 0.92])
    assert found.ytd.verdict is not None
    assert found.ytd.verdict.attainment == pytest.approx(0.89)
    assert found.ytd.verdict.status is OFF


def test_t64_quarters_that_cumulate() -> None:
    drawn = book(
        "kpi | unit | aggregation | basis\nA | EUR | last | cumulative",
        QUARTERS + "A | 220 | 480 | 710 | 968",
        targets=QUARTERS + "A | 250 | 500 | 750 | 1000",
    )
    points = result(drawn, "A", "2025-Q4").points
    found = [p.verdict.attainment for p in points if p.verdict]
    assert found == pytest.approx([0.88, 0.96, 0.9467, 0.968], abs=5e-5)


MONTHS = "kpi | 2026-01 | 2026-02 | 2026-03\n"


@pytest.mark.parametrize(
    ("missing", "reached", "covered"),
    [
        pytest.param("skip", 0.95, 2, id="T65 a missing month is left out on both sides"),
        pytest.param("zero", 0.6333, 3, id="T65 missing = zero"),
    ],
)
def test_year_to_date(missing: str, reached: float, covered: int) -> None:
    goals = f"kpi | target | unit | basis | missing\nA | 100 | EUR | period | {missing}"
    ytd = result(book(goals, MONTHS + "A | 100 | - | 90"), "A", "2026-03").ytd
    assert ytd.verdict is not None
    assert ytd.actual is not None
    assert ytd.verdict.attainment == pytest.approx(reached, abs=5e-5)
    assert (ytd.actual.covered, ytd.actual.expected) == (covered, 3)


def test_t66_a_balance_to_date_is_its_last_value() -> None:
    drawn = book("kpi | unit\nStaff | people", MONTHS + "Staff | 98 | 101 | 104", targets="kpi | 2026-03\nStaff | 105")
    ytd = result(drawn, "Staff", "2026-03").ytd
    assert ytd.verdict is not None
    assert ytd.verdict.attainment == pytest.approx(104 / 105)


def test_t67_a_quarter_of_the_year_and_of_the_target() -> None:
    year = result(book("kpi | target | unit\nA | 1200 | EUR", MONTHS + "A | 90 | 110 | 100"), "A", "2026-03").year
    assert (year.rate, year.time_progress, year.pace, year.on_pace) == (0.25, 0.25, 0.0, True)


def test_t68_time_progress_by_days() -> None:
    calendar = Calendar()
    months = calendar.parts(calendar.year(2025), Frequency.MONTH)
    assert tally.time_passed(calendar, months[:6], months, by=tally.TimeUnit.DAYS) == pytest.approx(181 / 365)


@pytest.mark.parametrize(
    ("unit", "value", "rule"),
    [
        pytest.param("EUR", 100, "split", id="T69 a sum is split over the months"),
        pytest.param("days", 1200, "replicated", id="T69 a mean is the same in each month"),
    ],
)
def test_annual_target(unit: str, value: float, rule: str) -> None:
    goal = result(
        book(f"kpi | target | unit | basis\nA | 1200 | {unit} | year", "kpi | 2026-01\nA | 1"), "A", "2026-01"
    ).goal
    assert goal is not None
    assert (goal.value, goal.rule) == (pytest.approx(value), rule)


@pytest.mark.parametrize(
    ("previous", "actual", "delta", "ratio", "words"),
    [
        pytest.param(100, 120, 20, 0.2, "", id="T70 a fifth more"),
        pytest.param(-110333, 66054, 176387, None, "turned_positive", id="T72 a loss became a gain"),
        pytest.param(100, -100, -200, None, "turned_negative", id="T73 a gain became a loss"),
        pytest.param(-100, -80, 20, None, "loss_narrowed", id="T73 the loss narrowed"),
        pytest.param(-100, -120, -20, None, "loss_widened", id="T73 the loss widened"),
        pytest.param(0, 50, 50, None, "", id="T73 from nothing"),
    ],
)
def test_change(previous: float, actual: float, delta: float, ratio: float | None, words: str) -> None:
    found = change.change(kpi(unit=Unit("EUR", Measure.MONEY, "EUR")), Figure(actual), Figure(previous))
    assert (found.delta, found.ratio, found.words) == (delta, ratio, words)
    assert found.good is (delta > 0)


def test_t71_shares_change_in_points() -> None:
    found = change.change(kpi(unit=SHARE), Figure(0.06), Figure(0.04))
    assert found.points
    assert found.delta == pytest.approx(0.02)
    assert found.ratio == pytest.approx(0.5)


def test_t74_without_a_previous_figure_there_is_no_change() -> None:
    found = change.change(kpi(), Figure(5.0), None)
    assert (found.delta, found.ratio, found.good) == (None, None, None)


def test_t75_an_incomplete_month_meets_as_many_days_of_last_year() -> None:
    days = [f"{year}-08-{n:02d}" for year, last in ((2008, 31), (2009, 7)) for n in range(1, last + 1)]
    amounts = ["18409.51285714286"] * 7 + ["24695.56"] * 24 + ["20000"] * 7
    drawn = book(
        "kpi | target | unit | basis\nA | 900000 | EUR | period",
        f"kpi | {' | '.join(days)}\nA | {' | '.join(amounts)}",
        partial="prorate",
    )
    found = result(drawn, "A", "2009-08", today=date(2009, 8, 7))
    assert found.year_ago.previous is not None
    assert found.year_ago.previous.value == pytest.approx(128866.59)
    assert found.actual is not None
    assert found.actual.value == pytest.approx(140000)


def test_t76_rolling_sums_need_every_value() -> None:
    found = aggregate.rolling([91, 61, 92, 100, 150, 120, 60], 5)
    assert found == [None, None, None, None, 494, 523, 522]


MARCH = "kpi | 2026-01 | 2026-02 | 2026-03\nA | 250 | 250 | 190"


def test_t78_a_month_that_is_not_over_is_not_scored() -> None:
    drawn = book("kpi | target | unit | basis\nA | 310 | EUR | period", MARCH)
    found = card(drawn, today=date(2026, 3, 20))
    assert (found.period, found.reason) == (month(2026, 2), "complete")
    asked = result(drawn, "A", "2026-03", today=date(2026, 3, 20))
    assert (asked.status, asked.verdict.attainment) == (NONE, None)


def test_t79_prorated_the_target_is_that_of_the_days_so_far() -> None:
    assert spans.to_date(Span(value=310), 20, 31).value == pytest.approx(200.0)
    drawn = book("kpi | target | unit | basis\nA | 310 | EUR | period", MARCH, partial="prorate")
    found = result(drawn, "A", "2026-03", today=date(2026, 3, 20))
    assert found.goal is not None
    assert found.goal.value == pytest.approx(200.0)
    assert found.verdict.attainment == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("start", "at", "year", "position", "quarter"),
    [
        pytest.param(4, "2025-04", 2026, 1, 1, id="T80 April begins FY26"),
        pytest.param(4, "2026-03", 2026, 12, 4, id="T80 March ends FY26"),
        pytest.param(10, "2024-11", 2025, 2, 1, id="T81 November 2024 is in FY25 Q1"),
    ],
)
def test_fiscal_year(start: int, at: str, year: int, position: int, quarter: int) -> None:
    calendar = Calendar(fiscal_year_start=start)
    found = calendar.fiscal_year(period(at)), calendar.position(period(at)), calendar.quarter(period(at))
    assert found == (year, position, quarter)


def test_t82_four_four_five() -> None:
    calendar = Calendar.four_four_five({2026: date(2025, 12, 29)})
    ends = [calendar.end(Period(Frequency.MONTH, 2026, n)) for n in (1, 3, 12)]
    assert ends == [date(2026, 1, 25), date(2026, 3, 29), date(2026, 12, 27)]


@pytest.mark.parametrize(
    ("monday", "where"),
    [
        pytest.param(date(2026, 1, 26), month(2026, 1), id="T83 a week of January"),
        pytest.param(date(2024, 12, 30), month(2025, 1), id="T83 a week of January that begins in December"),
        pytest.param(date(2025, 6, 30), month(2025, 7), id="T83 a week of July that begins in June"),
        pytest.param(date(2026, 3, 30), month(2026, 4), id="T83 a week of April that begins in March"),
    ],
)
def test_weeks_in_months(monday: date, where: Period) -> None:
    calendar = Calendar()
    assert calendar.within(calendar.of(monday, Frequency.WEEK), Frequency.MONTH) == where


NINE = "kpi | " + " | ".join(f"2026-{n:02d}" for n in range(1, 10)) + "\nA" + " | 100" * 9


def test_t84_an_annual_target_revised_in_mid_year() -> None:
    drawn = book(
        "kpi | target | unit\nA | 1200 | EUR", NINE, revised="kpi | effective | old | new\nA | 2026-07 | 1200 | 1500"
    )
    found = result(drawn, "A", "2026-09")
    assert [p.goal.value for p in found.points if p.goal] == pytest.approx([100] * 6 + [150] * 3)
    assert [p.goal.value for p in found.ahead if p.goal] == pytest.approx([150] * 3)
    assert found.ytd.goal is not None
    assert found.ytd.goal.original is not None
    assert (found.ytd.goal.value, found.ytd.goal.original.value) == (pytest.approx(1050), pytest.approx(900))
    assert found.ytd.original == pytest.approx(1.0)
    assert found.year.goal is not None
    assert found.year.goal.value == 1500


def test_t85_a_monthly_target_revised_keeps_closed_months() -> None:
    drawn = book(
        "kpi | target | unit | basis\nA | 120 | EUR | period",
        "kpi | 2026-03 | 2026-04\nA | 100 | 100",
        revised="kpi | effective | old | new\nA | 2026-04 | 100 | 120",
    )
    march, april = result(drawn, "A", "2026-04").points
    assert march.goal is not None
    assert april.goal is not None
    assert march.verdict is not None
    assert april.verdict is not None
    assert (march.goal.value, march.verdict.status) == (100, ON)
    assert (april.goal.value, april.verdict.status) == (120, OFF)
    assert april.goal.original == Span(value=100)


def test_t89_formula_zeros_of_months_to_come_are_missing() -> None:
    months = " | ".join(f"2025-{n:02d}" for n in range(1, 13))
    drawn = book(
        "kpi | target | unit | basis\nA | 100 | EUR | period",
        f"kpi | {months}\nA | 90 | 95 | 99 | 100 | 101" + " | =0" * 7,
    )
    found = card(drawn, today=date(2026, 1, 10))
    assert found.period == month(2025, 5)
    assert found.results["a"].entered_ahead == 0
    assert all(point.actual is None for point in found.results["a"].ahead)
    kept, problems = asof.settled(drawn.observations, drawn.kpis, drawn.calendar)
    assert (len(kept), [p.name for p in problems]) == (5, ["TRAILING_FORMULA_ZERO"])
