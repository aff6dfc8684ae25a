"""The XmR rules a second time, in exact fractions and told from the rules alone, to compare with on any series."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kpireport.core import signal
from kpireport.core.model import Direction
from kpireport.core.signal import Assurance, Variation

Values = list[Fraction | None]
WORDS = {1: Variation.IMPROVING, -1: Variation.CONCERNING}
SIGN = {Direction.HIGHER: 1, Direction.LOWER: -1}


def limits(values: Values, screen: bool, fix: int | None) -> tuple[Fraction, Fraction | None] | None:
    """Return mean and distance of the limits of one segment; no distance where nothing is left to average."""
    base = values[:fix]
    known = [v for v in base if v is not None]
    if not known:
        return None
    ranges = [abs(b - a) for a, b in pairwise(base) if a is not None and b is not None]
    if screen:
        ranges = [r for r in ranges if r < Fraction(3267, 1000) * sum(ranges) / len(ranges)]
    reach = Fraction(266, 100) * sum(ranges) / len(ranges) if ranges else None
    return sum(known, Fraction(0)) / len(known), reach


def sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def causes(values: Values, mean: Fraction, reach: Fraction | None) -> list[str]:
    """Return the first rule that applies to each point, with + or - for its direction; "" for none."""
    side = [0 if v is None else sign(v - mean) for v in values]
    out = [v is not None and reach is not None and abs(v - mean) > reach for v in values]
    near = [v is not None and reach is not None and reach >= abs(v - mean) > reach * Fraction(2, 3) for v in values]
    trend, pair, run = [0] * len(values), [False] * len(values), [False] * len(values)
    for start in range(len(values) - 6):
        seven = values[start : start + 7]
        steps = {0 if a is None or b is None else sign(b - a) for a, b in pairwise(seven)}
        if steps in ({1}, {-1}):
            trend[start : start + 7] = [*steps] * 7
        if set(side[start : start + 7]) in ({1}, {-1}):
            run[start : start + 7] = [True] * 7
    for start in range(len(values) - 2):
        if set(side[start : start + 3]) in ({1}, {-1}) and sum(near[start : start + 3]) >= 2:
            pair[start : start + 3] = [
                a or b for a, b in zip(pair[start : start + 3], near[start : start + 3], strict=True)
            ]
    found = []
    for i in range(len(values)):
        rule = "out" if out[i] else "trend" if trend[i] else "pair" if pair[i] else "run" if run[i] else ""
        found.append(f"{rule}{(trend[i] if rule == 'trend' else side[i]):+d}" if rule else "")
    return found


NAMES = {
    "out+1": "above the upper limit", "out-1": "below the lower limit",
    "trend+1": "seven rising", "trend-1": "seven falling",
    "pair+1": "two of three near the upper limit", "pair-1": "two of three near the lower limit",
    "run+1": "seven above the mean", "run-1": "seven below the mean", "": "",
}  # fmt: skip


def variation(cause: str, direction: Direction | None) -> Variation:
    if not cause:
        return Variation.COMMON
    way = int(cause[-2:])
    if direction not in SIGN:
        return Variation.HIGH if way > 0 else Variation.LOW
    return WORDS[way * SIGN[direction]]


def assurance(
    target: Fraction | None, line: tuple[Fraction, Fraction | None] | None, direction: Direction | None
) -> Assurance | None:
    """Return the verdict by the limits; without limits nothing is sure."""
    if target is None or direction not in SIGN or line is None:
        return None
    mean, reach = line
    if reach is None or abs(target - mean) <= reach:
        return Assurance.HIT_AND_MISS
    return Assurance.FAILS if sign(target - mean) == SIGN[direction] else Assurance.PASSES


quarters = st.integers(-40, 40).map(lambda n: Fraction(n, 4))
few = st.integers(0, 4).map(Fraction)
steps = st.lists(st.sampled_from([-3, -1, -1, 0, 1, 1, 1, 1, 3]), min_size=1, max_size=40)


@st.composite
def series(draw: st.DrawFn) -> Values:
    """Noise, few different values with many ties, or a walk with long runs; some values may be missing."""
    kind = draw(st.sampled_from(["noise", "ties", "walk"]))
    if kind == "walk":
        total, values = 0, []
        for step in draw(steps):
            total += step
            values.append(Fraction(total))
    else:
        values = draw(st.lists(quarters if kind == "noise" else few, min_size=1, max_size=40))
    gaps = draw(st.sets(st.integers(0, 39), max_size=4)) if draw(st.booleans()) else set()
    return [None if i in gaps else v for i, v in enumerate(values)]


@settings(max_examples=300, deadline=None)
@given(
    values=series(),
    direction=st.sampled_from([Direction.HIGHER, Direction.LOWER, Direction.RANGE, None]),
    screen=st.booleans(),
    fix=st.none() | st.integers(1, 30),
    rebase=st.sets(st.integers(0, 39), max_size=3),
    target=st.none() | quarters,
)
def test_exact_fractions_say_the_same(
    values: Values,
    direction: Direction | None,
    screen: bool,
    fix: int | None,
    rebase: set[int],
    target: Fraction | None,
) -> None:
    chart = signal.limits(
        [None if v is None else float(v) for v in values],
        improvement=direction,
        target=None if target is None else float(target),
        screen_outliers=screen,
        fix_after_n=fix,
        rebase_at=rebase,
    )

    starts = sorted({0, *(i for i in rebase if i < len(values))})
    line, done = None, 0
    for start, end in pairwise([*starts, len(values)]):
        part = values[start:end]
        line = limits(part, screen, fix)
        found = [""] * len(part) if line is None else causes(part, *line)
        for value, cause, point in zip(part, found, chart.points[start:end], strict=True):
            assert point.special_cause.value == NAMES[cause]
            assert point.variation is variation(cause, direction)
            assert (point.value is None) == (value is None)
            mean, reach = line or (None, None)
            expected = (mean, None, None) if mean is None or reach is None else (mean, mean - reach, mean + reach)
            for ours, theirs in zip((point.mean, point.lower, point.upper), expected, strict=True):
                assert (ours is None) == (theirs is None)
                assert ours is None or theirs is None or abs(ours - float(theirs)) <= 1e-9 * max(1, abs(float(theirs)))
            done += 1
    assert done == len(chart.points)
    assert chart.variation is chart.points[-1].variation
    assert chart.assurance is assurance(target, line, direction)
