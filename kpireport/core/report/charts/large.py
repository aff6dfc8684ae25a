"""The larger charts: exception trend, contribution bars, five years, budget bars. Rule: E11, E12, E13, E14."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kpireport.core.report.charts.band import band
from kpireport.core.report.charts.small import Hit, Mark, Text
from kpireport.core.report.charts.ticks import apart, short, ticks, width, within

if TYPE_CHECKING:
    from collections.abc import Sequence

Place = Callable[[int], float]  # a month's place to x
Height = Callable[[float], float]  # a value to y
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    off: bool = False
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """Grid: y of the ticks; band: path data of the usual range; steps: target and watch limit as path data.

    Rule: E11.
    """

    width: float
    height: float
    title: str
    left: float
    right: float
    grid: tuple[float, ...]
    grid_labels: tuple[Text, ...]
    band: str
    target: str
    old_target: str
    watch: str
    path: str
    forecast: str
    dots: tuple[Dot, ...]
    rings: tuple[Dot, ...]
    last: Dot | None
    value: Text | None
    months: tuple[Text, ...]
    labels: tuple[Text, ...]
    leaders: tuple[tuple[float, float, float], ...]
    usual: Text | None
    hits: tuple[Hit, ...]
    axis: float


WIDE, HIGH = 300.0, 140.0
LEFT, RIGHT, TOP, BOTTOM = 30.0, 62.0, 14.0, 26.0


def trend(
    marks: Sequence[Mark],
    *,
    words: Callable[[Sequence[float]], Sequence[str]],
    title: str,
    target_label: str,
    watch_label: str,
    forecast_label: str,
    usual_label: str = "",
    value_label: str = "",
    report_index: int = -1,
    limits: tuple[float, float] | None = None,
) -> Trend | None:
    """Return the exception chart. marks: the last 13 months, then up to 3 with a forecast and no actual.
    words: writes the ticks. usual_label: of the usual range of the month. limits: where the scale ends. Rule: R55, R57.
    """
    known = [m.actual for m in marks if m.actual is not None]
    if not known:
        return None
    report = report_index % len(marks)
    all_values = [v for m in marks for v in (m.actual, m.target, m.watch, m.forecast) if v is not None]
    span = max(known) - min(known) or abs(known[-1]) or 1.0
    values = [v for v in all_values if min(known) - 4 * span <= v <= max(known) + 4 * span]
    ranges = [m.usual for m in marks]
    edges = [v for r in ranges if r for v in r]
    if edges and min(edges) >= min(known) - 2 * span and max(edges) <= max(known) + 2 * span:
        values.extend(edges)
    low, high = min(values), max(values)
    if low == high:
        low, high = low - (abs(low) * 0.1 or 1.0), high + (abs(high) * 0.1 or 1.0)
    marked = within(ticks(low, high), limits)
    low, high = min(low, marked[0]), max(high, marked[-1])
    step = (WIDE - LEFT - RIGHT) / max(1, len(marks) - 1)

    def x(place: int) -> float:
        return LEFT + (place * step if len(marks) > 1 else (WIDE - LEFT - RIGHT) / 2)

    def y(value: float) -> float:
        return TOP + (high - max(low, min(high, value))) / (high - low) * (HIGH - TOP - BOTTOM)

    def steps(get: Callable[[Mark], float | None], last: int) -> str:
        return _steps([get(m) for m in marks[: last + 1]], x, y, step)

    here = marks[report]
    last = Dot(x(report), y(here.actual), here.off, here.hollow) if here.actual is not None else None
    labels, leaders = _side(marks, report, y, target_label, watch_label, forecast_label)
    return Trend(
        WIDE,
        HIGH,
        title,
        LEFT,
        WIDE - RIGHT,
        tuple(y(t) for t in marked),
        tuple(Text(LEFT - 5, y(t) + 2.4, text, "end") for t, text in zip(marked, words(marked), strict=True)),
        band(ranges, x, y, LEFT, WIDE - RIGHT),
        steps(lambda m: m.target, report),
        steps(lambda m: m.old_target, report),
        steps(lambda m: m.watch, report),
        _path([(x(i), y(m.actual)) if m.actual is not None else None for i, m in enumerate(marks[: report + 1])]),
        _forecast(marks, report, x, y),
        tuple(Dot(x(i), y(m.actual), m.off) for i, m in enumerate(marks[:report]) if m.actual is not None),
        tuple(Dot(x(i), y(m.forecast)) for i, m in enumerate(marks) if i > report and m.forecast is not None),
        last,
        _value(last, value_label, marks, x, y),
        _months(marks, report, x),
        labels,
        leaders,
        _usual_label(here.usual, usual_label, marks, x, y),
        tuple(_hits(marks, x, y)),
        HIGH - BOTTOM,
    )


def _hits(marks: Sequence[Mark], x: Callable[[int], float], y: Callable[[float], float]) -> list[Hit]:
    found = []
    for i, m in enumerate(marks):
        value = m.actual if m.actual is not None else m.forecast
        if value is not None and m.tip:
            found.append(Hit(x(i), y(value), m.tip))
    return found


def _steps(values: list[float | None], x: Callable[[int], float], y: Callable[[float], float], step: float) -> str:
    parts: list[str] = []
    before: float | None = None
    for i, value in enumerate(values):
        if value is None:
            before = None
            continue
        left = LEFT if i == 0 else x(i) - step / 2
        right = WIDE - RIGHT if i == len(values) - 1 else x(i) + step / 2
        if before is None:
            parts.append(f"M{short(left)} {short(y(value))}")
        elif before != value:
            parts.append(f"V{short(y(value))}")
        parts.append(f"H{short(right)}")
        before = value
    return "".join(parts)


def _path(points: list[tuple[float, float] | None]) -> str:
    parts, pen = [], False
    for point in points:
        if point is None:
            pen = False
            continue
        parts.append(f"{'L' if pen else 'M'}{short(point[0])} {short(point[1])}")
        pen = True
    return "".join(parts)


def _forecast(marks: Sequence[Mark], report: int, x: Callable[[int], float], y: Callable[[float], float]) -> str:
    here = marks[report].actual
    points: list[tuple[float, float] | None] = [(x(report), y(here))] if here is not None else []
    points += [(x(i), y(m.forecast)) for i, m in enumerate(marks) if i > report and m.forecast is not None]
    return _path(points) if len(points) > 1 else ""


def _value(last: Dot | None, label: str, marks: Sequence[Mark], x: Place, y: Height) -> Text | None:
    """Return the label of the report month, at that corner of its dot where it meets no line and no other dot."""
    if last is None or not label:
        return None
    wide = width(label, 10)
    here = marks[next(i for i in range(len(marks)) if abs(x(i) - last.x) < 0.01)]
    below = here.target is not None and y(here.target) < last.y
    corners = [
        (last.x + dx, last.y + dy, anchor)
        for dy in ((13.0, -6.5, 20.0, -13.5) if below else (-6.5, 13.0, -13.5, 20.0))
        for dx, anchor in ((-4.0, "end"), (wide / 2 - 2, "end"), (4.0, "start"))
    ]
    inside = [c for c in corners if 8.0 <= c[1] <= HIGH - BOTTOM - 2]
    boxes = [(_box(at_x, at_y, wide, 8.0, anchor), (at_x, at_y, anchor)) for at_x, at_y, anchor in inside or corners]
    best = min(boxes, key=lambda found: _meets(found[0], _lines(marks, x, y)))[1]
    return Text(best[0], best[1], label, best[2], strong=True, role="bad" if last.off else "ink")


def _box(x: float, y: float, wide: float, tall: float, anchor: str) -> Box:
    left = x - wide if anchor == "end" else x
    return left - 1, y - tall, left + wide + 1, y + 1.5


def _lines(marks: Sequence[Mark], x: Place, y: Height) -> list[tuple[float, float]]:
    """Return points along everything that is drawn: the figures, with what joins them, the target, the watch limit."""
    found: list[tuple[float, float]] = []
    rows = [m.actual if m.actual is not None else m.forecast for m in marks], [m.target for m in marks]
    for row in (*rows, [m.watch for m in marks]):
        spots = [(x(i), y(value)) for i, value in enumerate(row) if value is not None]
        for (x1, y1), (x2, y2) in pairwise(spots):
            found.extend((x1 + (x2 - x1) * k / 8, y1 + (y2 - y1) * k / 8) for k in range(9))
    return found


def _meets(box: Box, points: list[tuple[float, float]]) -> int:
    left, top, right, bottom = box
    return sum(1 for px, py in points if left <= px <= right and top <= py <= bottom)


def _months(marks: Sequence[Mark], report: int, x: Callable[[int], float]) -> tuple[Text, ...]:
    found = []
    every = 1 if len(marks) <= 18 else len(marks) // 12
    for i, m in enumerate(marks):
        if i % every == 0 or i == report:
            found.append(
                Text(x(i), HIGH - BOTTOM + 10, m.initial, "middle", i == report, "ink" if i == report else "ink3")
            )
        if i == 0 or (m.year != marks[i - 1].year and x(i) - x(0) > 22):
            found.append(Text(x(i), HIGH - BOTTOM + 19, m.year, "middle"))
    return tuple(found)


def _side(
    marks: Sequence[Mark], report: int, y: Callable[[float], float], target: str, watch: str, forecast: str
) -> tuple[tuple[Text, ...], tuple[tuple[float, float, float], ...]]:
    """Return the labels at the right, kept 9 pt apart, and leaders (x, from y, to y) for those that had to move."""
    here = marks[report]
    ahead = [m.forecast for m in marks[report + 1 :] if m.forecast is not None]
    wanted: list[tuple[float, str, bool]] = []
    if here.target is not None and target:
        wanted.append((y(here.target), target, True))
    if here.watch is not None and watch:
        wanted.append((y(here.watch), watch, False))
    if ahead and forecast:
        wanted.append((y(ahead[-1]), forecast, False))
    places = apart([w[0] for w in wanted], 9.0, TOP, HIGH - BOTTOM)
    edge = WIDE - RIGHT
    labels = tuple(
        Text(edge + 7, at + 2.4, text, strong=strong, role="ink" if strong else "ink2")
        for at, (_, text, strong) in zip(places, wanted, strict=True)
    )
    leaders = tuple((edge, w[0], at) for at, w in zip(places, wanted, strict=True) if abs(at - w[0]) > 1)
    return labels, leaders


def _usual_label(
    usual: tuple[float, float] | None, label: str, marks: Sequence[Mark], x: Place, y: Height
) -> Text | None:
    """Return the label of the usual range: inside it or at its edge, where it meets the fewest lines; else none."""
    wide = width(label, 7)
    if usual is None or not label or wide > WIDE - LEFT - RIGHT - 8:
        return None
    top, bottom = y(usual[1]), y(usual[0])
    rows = [at for at in (top + 8, bottom - 3) if bottom - top > 9]
    rows += [at for at in (bottom + 8, top - 3) if TOP < at < HIGH - BOTTOM - 2]
    columns = (LEFT + 4, (LEFT + WIDE - RIGHT - wide) / 2, WIDE - RIGHT - wide - 4)
    drawn = _lines(marks, x, y)
    places = [(_meets(_box(left, at, wide, 6.5, "start"), drawn), left, at) for at in rows for left in columns]
    if not places:
        return None
    hits, left, at = min(places, key=lambda place: place[0])
    return Text(left, at, label) if hits < 4 else None


@dataclass(frozen=True, slots=True)
class Bar:
    """X, width: of the bar; zero: x of the axis; height: of the row. Rule: E12."""

    width: float
    height: float
    title: str
    zero: float
    x: float
    bar: float
    kind: str
    label: Text


BAR_WIDE, BAR_MARGIN = 185.0, 26.0


def bar(points: float | None, *, low: float, high: float, goal: bool, text: str, title: str) -> Bar | None:
    """Return a contribution bar on the scale low..high, in points; None points: "no data" at the axis."""
    span = max(high - low, 1e-9)
    room = BAR_WIDE - 2 * BAR_MARGIN

    def x(value: float) -> float:
        return BAR_MARGIN + (min(max(value, low), high) - low) / span * room

    zero = x(0.0)
    tall = 16.0 if goal else 13.0
    middle = tall / 2 + 2.4
    if points is None:
        return Bar(BAR_WIDE, tall, title, zero, zero, 0.0, "none", Text(zero + 3, middle, text))
    end = x(points)
    left, size = min(zero, end), abs(end - zero)
    label = (
        Text(end - 3, middle, text, "end", goal, "ink")
        if points < 0
        else Text(end + 3, middle, text, "start", goal, "ink")
    )
    kind = "goal" if goal else "bad" if points < 0 else "good"
    return Bar(BAR_WIDE, tall, title, zero, left, size, kind, label)


@dataclass(frozen=True, slots=True)
class Years:
    """Actual, plan, old: path data; dots solid, rings plan, dashed forecast. Rule: E13."""

    width: float
    height: float
    title: str
    current: tuple[float, float] | None
    axis: float
    actual: str
    plan: str
    old: str
    forecast: str
    dots: tuple[Dot, ...]
    rings: tuple[Dot, ...]
    dashed: tuple[Dot, ...]
    old_dots: tuple[Dot, ...]
    labels: tuple[Text, ...]


YEARS_WIDE, YEARS_HIGH, YEARS_AXIS = 236.0, 110.0, 84.0
Entry = tuple[str, float | None, float | None, float | None, float | None, bool]


def years(
    entries: Sequence[Entry], *, words: Callable[[float], str], title: str, codes: tuple[str, str, str]
) -> Years | None:
    """Return a five-year panel. entries: (year, actual, forecast, plan, plan before revision, is the current year)."""
    values = [v for _, a, f, p, o, _ in entries for v in (a, f, p, o) if v is not None]
    if not values:
        return None
    low, high = min(values), max(values)
    if low == high:
        low, high = low - (abs(low) * 0.1 or 1.0), high + (abs(high) * 0.1 or 1.0)
    step = YEARS_WIDE / max(1, len(entries))

    def x(place: int) -> float:
        return step * (place + 0.5)

    def y(value: float) -> float:
        return 16 + (high - value) / (high - low) * (YEARS_AXIS - 32)

    def spots(column: int) -> list[tuple[float, float] | None]:
        found = []
        for i, entry in enumerate(entries):
            value = entry[column]
            found.append((x(i), y(value)) if isinstance(value, float | int) and not isinstance(value, bool) else None)
        return found

    actual, forecast, plan, old = (spots(n) for n in (1, 2, 3, 4))
    now = next((i for i, e in enumerate(entries) if e[5]), None)
    labels: list[Text] = []
    for i, entry in enumerate(entries):
        labels += _year_labels(entry, x(i), y, words, codes)
    lead = [p for p in actual if p][-1:]
    return Years(
        YEARS_WIDE,
        YEARS_HIGH,
        title,
        (x(now) - step * 0.42, step * 0.84) if now is not None else None,
        YEARS_AXIS,
        _path(actual),
        _path(plan),
        _path(old) if any(old) else "",
        _path([*lead, *[p for p in forecast if p]]) if lead and any(forecast) else "",
        tuple(Dot(*p) for p in actual if p),
        tuple(Dot(*p) for p in plan if p),
        tuple(Dot(*p) for p in forecast if p),
        tuple(Dot(*p) for p in old if p),
        tuple(labels),
    )


def _year_labels(
    entry: Entry, x: float, y: Callable[[float], float], words: Callable[[float], str], codes: tuple[str, str, str]
) -> list[Text]:
    """Label a year: the actual or forecast on the outer side, the plan on the other; codes under the axis."""
    year, actual, forecast, plan, _, current = entry
    shown = actual if actual is not None else forecast
    labels = [Text(x, YEARS_AXIS + 10, year, "middle", current, "ink" if current else "ink3")]
    code = codes[0] if actual is not None else codes[1] if forecast is not None else codes[2]
    labels.append(Text(x, YEARS_AXIS + 19, code, "middle"))
    if shown is None:
        return [*labels, Text(x, y(plan) - 6, words(plan), "middle")] if plan is not None else labels
    above = plan is None or y(shown) <= y(plan)
    labels.append(Text(x, y(shown) - 6 if above else y(shown) + 11, words(shown), "middle", strong=True, role="ink"))
    if plan is not None:
        labels.append(Text(x, y(plan) + 11 if above else y(plan) - 6, words(plan), "middle"))
    return labels


@dataclass(frozen=True, slots=True)
class BudgetBar:
    """Budget bar, 128 x 11: outline budget, solid spent, hatched to the forecast. Rule: E14."""

    width: float
    title: str
    budget: float
    spent: float
    forecast: float
    hatch: str


def budget_bar(
    *, budget: float | None, spent: float | None, forecast: float | None, most: float, title: str
) -> BudgetBar | None:
    """Return a budget bar, from zero to ``most``."""
    if most <= 0:
        return None
    wide = 126.0
    bu, ac, fc = (max(0.0, min(1.0, (v or 0.0) / most)) * wide for v in (budget, spent, forecast))
    return BudgetBar(128.0, title, bu, ac, max(ac, fc), _hatch(ac, max(ac, fc), 3.4, 8.6))


def _hatch(left: float, right: float, top: float, bottom: float) -> str:
    """Return lines at 45 degrees, clipped to a box, as path data: explicit lines print alike everywhere."""
    tall = bottom - top
    parts = []
    at = left - tall + 1.1
    while at < right:
        x1, y1, x2, y2 = at, bottom, at + tall, top
        if x1 < left:
            x1, y1 = left, bottom - (left - at)
        if x2 > right:
            x2, y2 = right, top + (at + tall - right)
        if x2 > x1:
            parts.append(f"M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}")
        at += 2.2
    return "".join(parts)
