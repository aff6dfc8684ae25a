"""The small charts: target scale, 13-month line, zone, counts by month. Rule: E4, E5, E9."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpireport.core.report.charts.band import Range, band
from kpireport.core.report.charts.ticks import short, width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PANEL = 113.3  # points: a goal panel, four in a row
BANDS = 4.0  # watch bands from the target to either end of a scale


@dataclass(frozen=True, slots=True)
class Mark:
    """One month of a series. label: "Oct 2026"; tip: what hovering says: value, period and cell.

    target, watch: the goal and the watch limit in force that month. off: it is off target. forecast: expected.
    usual: the usual range of that month; it moves with the season.
    hollow: the figure is provisional.
    """

    label: str
    initial: str
    year: str
    actual: float | None
    target: float | None = None
    watch: float | None = None
    off: bool = False
    forecast: float | None = None
    old_target: float | None = None
    tip: str = ""
    usual: Range | None = None
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A label: where it stands, how it is aligned ("start", "middle", "end"), and whether it is semibold."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    strong: bool = False
    role: str = "ink3"


@dataclass(frozen=True, slots=True)
class Hit:
    """A place to hover over."""

    x: float
    y: float
    tip: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Bands: (x, width, kind); target, actual, previous: x, None where there is none.

    actual_out, previous_out: -1 or 1 where the value lies beyond the scale, on that side.
    Rule: E4.
    """

    width: float
    height: float
    title: str
    bands: tuple[tuple[float, float, str], ...]
    target: float | None
    actual: float | None
    previous: float | None
    actual_out: int
    previous_out: int
    off: bool
    labels: tuple[Text, ...]


def scale(
    *,
    target: float | None,
    band: float | None,
    actual: float | None,
    previous: float | None,
    higher_better: bool,
    off: bool,
    words: Callable[[float], str],
    title: str,
    usual: tuple[float, float] | None = None,
    wide: float = PANEL,
    limits: tuple[float, float] | None = None,
) -> Scale:
    """Return the target scale: target +- 4 watch bands, right is better. band: one watch band, in the KPI's unit.

    limits: where the KPI's own scale ends; nothing is labelled beyond.

    Without a target, or without a band, the scale is the range of the recent values, with the band "on" alone.
    """
    high = 29.0
    side = 1 if higher_better else -1
    if target is None or not band:
        return _without(wide, high, actual, usual, words, title, side, off=off)

    def x(value: float) -> tuple[float, int]:
        bands = side * (value - target) / band
        out = 0 if abs(bands) <= BANDS else (1 if bands > 0 else -1)
        return wide / 2 + max(-BANDS, min(BANDS, bands)) * wide / (2 * BANDS), out

    a, a_out = x(actual) if actual is not None else (None, 0)
    p, p_out = x(previous) if previous is not None else (None, 0)
    edge = wide / 2 - wide / (2 * BANDS)
    bands = ((0.0, edge, "off"), (edge, wide / 2 - edge, "watch"), (wide / 2, wide / 2, "on"))
    third = 3 * wide / (2 * BANDS)
    places = [
        (wide / 2 - third, target - side * 3 * band),
        (wide / 2, target),
        (wide / 2 + third, target + side * 3 * band),
    ]
    labels = tuple(
        Text(at, 28, words(v) if _allowed(v, limits) else "", "middle", i == 1, "ink" if i == 1 else "ink3")
        for i, (at, v) in enumerate(places)
    )
    return Scale(
        wide,
        high,
        title,
        bands,
        wide / 2,
        _inside(a, 4.9, wide),
        _inside(p, 3.4, wide),
        a_out,
        p_out,
        off,
        _clear(labels),
    )


def _allowed(value: float, limits: tuple[float, float] | None) -> bool:
    return limits is None or limits[0] - 1e-9 <= value <= limits[1] + 1e-9


def _inside(x: float | None, radius: float, wide: float) -> float | None:
    return None if x is None else max(radius, min(wide - radius, x))


def _clear(labels: tuple[Text, ...]) -> tuple[Text, ...]:
    """Leave the outer labels out where they would run into the middle one."""
    left, middle, right = labels
    half = width(middle.text, 7) / 2
    fits = middle.x - half - 3 > left.x + width(left.text, 7) / 2
    return labels if fits and right.x - width(right.text, 7) / 2 > middle.x + half + 3 else (middle,)


def _without(
    wide: float,
    high: float,
    actual: float | None,
    usual: tuple[float, float] | None,
    words: Callable[[float], str],
    title: str,
    side: int,
    *,
    off: bool,
) -> Scale:
    bands = ((0.0, wide, "on"),)
    if actual is None or usual is None or usual[0] == usual[1]:
        return Scale(wide, high, title, bands, None, None, None, 0, 0, off, ())
    low, top = usual
    share = max(0.0, min(1.0, (actual - low) / (top - low)))
    x = 10 + (share if side > 0 else 1 - share) * (wide - 20)
    ends = (low, top) if side > 0 else (top, low)
    labels = (Text(4, 28, words(ends[0])), Text(wide - 4, 28, words(ends[1]), "end"))
    return Scale(wide, high, title, bands, None, x, None, 0, 0, off, labels)


@dataclass(frozen=True, slots=True)
class Line:
    """Path: the actuals; target: the steps of the plan; band: path data of the usual range.

    off: dots of the months off target; last: the report month, None where it is missing; ring: then its place.
    Rule: E5.
    """

    width: float
    height: float
    title: str
    size: str
    path: str
    target: str
    band: str
    off: tuple[tuple[float, float], ...]
    last: tuple[float, float, bool] | None
    ring: tuple[float, float] | None
    dots: tuple[tuple[float, float], ...]
    hits: tuple[Hit, ...]
    radius: float
    last_radius: float
    hollow: bool = False


SIZES = {"large": (PANEL, 36.0), "goal": (48.0, 25.0), "row": (48.0, 19.0), "metric": (34.0, 12.0)}
PADDING = {"large": 4.0, "goal": 3.2, "row": 3.2, "metric": 2.6}
FEWEST = 3  # values, below which only dots are drawn


def line(
    marks: Sequence[Mark], *, size: str, title: str, usual: bool = False, wide: float | None = None
) -> Line | None:
    """Return the 13-month line. size: "large" (113.3 x 36), "goal" (48 x 25), "row" (48 x 19), "metric" (34 x 12).

    usual: whether the usual range of the months is drawn behind it. wide: in points, where the size has another width.
    """
    wide, high = wide or SIZES[size][0], SIZES[size][1]
    known = [m.actual for m in marks if m.actual is not None]
    if not known:
        return None
    goals = [m.target for m in marks if m.target is not None] if size != "metric" else []
    ranges = [m.usual if usual else None for m in marks]
    low, top = _extent([*known, *goals, *(v for r in ranges if r for v in r)], known)
    pad = PADDING[size]
    step = (wide - 2 * pad) / max(1, len(marks) - 1)

    def x(place: int) -> float:
        return pad + place * step if len(marks) > 1 else wide - pad

    def y(value: float) -> float:
        value = max(low, min(top, value))
        return high - pad - (value - low) / (top - low) * (high - 2 * pad) if top > low else high / 2

    path = _broken([(x(i), y(m.actual)) if m.actual is not None else None for i, m in enumerate(marks)])
    steps = _steps([y(m.target) if m.target is not None and size != "metric" else None for m in marks], x, step, wide)
    last = marks[-1]
    off = tuple((x(i), y(m.actual)) for i, m in enumerate(marks[:-1]) if m.off and m.actual is not None)
    few = len(known) < FEWEST
    return Line(
        wide,
        high,
        title,
        size,
        "" if few else path,
        steps,
        band(ranges, x, y, 0.0, wide),
        off,
        (x(len(marks) - 1), y(last.actual), last.off) if last.actual is not None else None,
        (wide - pad, high / 2) if last.actual is None else None,
        tuple((x(i), y(m.actual)) for i, m in enumerate(marks) if m.actual is not None) if few else (),
        tuple(Hit(x(i), y(m.actual), m.tip) for i, m in enumerate(marks) if m.actual is not None and m.tip),
        1.7 if size == "large" else 1.2,
        2.4 if size == "large" else 1.9,
        last.hollow,
    )


def _extent(values: list[float], known: list[float]) -> tuple[float, float]:
    """Return the vertical domain; a plan far from the actuals does not flatten them."""
    low, top = min(known), max(known)
    reach = max(top - low, abs(top) * 0.05, 1e-12) * 3
    chosen = [v for v in values if low - reach <= v <= top + reach]
    return min(chosen), max(chosen)


def _broken(points: list[tuple[float, float] | None]) -> str:
    """Return path data; a missing month breaks the line."""
    parts, pen = [], False
    for point in points:
        if point is None:
            pen = False
            continue
        parts.append(f"{'L' if pen else 'M'}{short(point[0])} {short(point[1])}")
        pen = True
    return "".join(parts)


def _steps(ys: list[float | None], x: Callable[[int], float], step: float, wide: float) -> str:
    parts: list[str] = []
    before: float | None = None
    for i, y in enumerate(ys):
        if y is None:
            before = None
            continue
        left, right = max(0.0, x(i) - step / 2), min(wide, x(i) + step / 2)
        if before is None:
            parts.append(f"M{short(left)} {short(y)}")
        elif before != y:
            parts.append(f"V{short(y)}")
        parts.append(f"H{short(right)}")
        before = y
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Zone:
    """Zone column, 76 x 14. x: of the dot; out: beyond the scale, on that side; previous: x of last year's ring.

    Rule: E9.
    """

    title: str
    x: float | None
    out: int
    previous: float | None
    off: bool


def zone(*, bands: float | None, previous: float | None, off: bool, title: str) -> Zone | None:
    """Return the dot of the zone column. bands, previous: distance from target in watch bands, positive is better."""
    if bands is None:
        return None
    out = 0 if abs(bands) <= BANDS else (1 if bands > 0 else -1)
    ring = None if previous is None or abs(previous) > BANDS else 38 + 8.25 * previous
    return Zone(title, 38 + 8.25 * max(-BANDS, min(BANDS, bands)), out, ring, off)


@dataclass(frozen=True, slots=True)
class Column:
    x: float
    off: float
    watch: float
    sum: str
    initial: str
    year: str
    last: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """Counts by month: columns of width 8.6 over a base line at y 62; heights are upwards from it. Rule: E9."""

    width: float
    height: float
    title: str
    base: float
    columns: tuple[Column, ...] = field(default=())


def columns(marks: Sequence[tuple[str, str, int, int]], *, title: str) -> Columns | None:
    """Return the counts by month. marks: (initial, year label or "", off, watch); the last is the report month."""
    most = max((off + watch for _, _, off, watch in marks), default=0)
    if not most:
        return None
    wide, base, tall = 234.0, 62.0, 50.0
    step = wide / max(len(marks), 6)
    found = tuple(
        Column(
            i * step + 4, tall * off / most, tall * watch / most, str(off + watch), initial, year, i == len(marks) - 1
        )
        for i, (initial, year, off, watch) in enumerate(marks)
    )
    return Columns(wide, 84.0, title, base, found)
