"""The geometry of charts: plain numbers and path data that a template writes as SVG. Sizes are in points.

Sources: the notation and sizes of the report's design (E4, E5, E9, E11-E14): actual solid, plan outlined,
previous year grey, forecast hatched or dashed; right is better; bars start at zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Words = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Scale:
    """E4."""


@dataclass(frozen=True, slots=True)
class Line:
    """E5."""


@dataclass(frozen=True, slots=True)
class Zone:
    """E9, zone column."""


@dataclass(frozen=True, slots=True)
class Columns:
    """E9, counts of off and watch by month."""


@dataclass(frozen=True, slots=True)
class Trend:
    """E11."""


@dataclass(frozen=True, slots=True)
class Bar:
    """E12."""


@dataclass(frozen=True, slots=True)
class Years:
    """E13."""


@dataclass(frozen=True, slots=True)
class BudgetBar:
    """E14."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One month of a series. label: "Oct 2026"; tip: what hovering says: value, period and cell.

    target, watch: the goal and the watch limit in force that month. off: it is off target. typed: a forecast.
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


def scale(
    *,
    target: float | None,
    band: float | None,
    actual: float | None,
    previous: float | None,
    higher_better: bool,
    off: bool,
    words: Words,
    title: str,
    usual: tuple[float, float] | None = None,
) -> Scale:
    """Return the target scale: target +- 4 watch bands, right is better. band: one watch band, in the KPI's unit."""
    raise NotImplementedError


def line(
    marks: Sequence[Mark],
    *,
    size: str,
    title: str,
    usual: tuple[float, float] | None = None,
) -> Line | None:
    """Return the 13-month line. size: "large" (113.3 x 36), "goal" (48 x 25), "row" (48 x 19), "metric" (34 x 12)."""
    raise NotImplementedError


def zone(*, bands: float | None, previous: float | None, off: bool, title: str) -> Zone | None:
    """Return the dot of the zone column. bands, previous: distance from target in watch bands, positive is better."""
    raise NotImplementedError


def columns(marks: Sequence[tuple[str, str, int, int]], *, title: str) -> Columns | None:
    """Return the counts by month. marks: (initial, year label or "", off, watch); the last is the report month."""
    raise NotImplementedError


def trend(
    marks: Sequence[Mark],
    *,
    words: Words,
    title: str,
    target_label: str,
    watch_label: str,
    forecast_label: str,
    usual_label: str = "",
    usual: tuple[float, float] | None = None,
    value_label: str = "",
    weeks: Sequence[Mark] = (),
    weeks_title: str = "",
    months_title: str = "",
    report_index: int = -1,
) -> Trend | None:
    """Return the exception chart. marks: the last 13 months, then up to 3 with a forecast and no actual."""
    raise NotImplementedError


def bar(points: float | None, *, low: float, high: float, goal: bool, text: str, title: str) -> Bar | None:
    """Return a contribution bar on the scale low..high, in points; None points: "no data" at the axis."""
    raise NotImplementedError


def years(
    entries: Sequence[tuple[str, float | None, float | None, float | None, float | None, bool]],
    *,
    words: Words,
    title: str,
    codes: tuple[str, str, str],
) -> Years | None:
    """Return a five-year panel. entries: (year, actual, forecast, plan, plan before revision, is the current year)."""
    raise NotImplementedError


def budget_bar(
    *, budget: float | None, spent: float | None, forecast: float | None, most: float, title: str
) -> BudgetBar | None:
    """Return a budget bar, from zero to ``most``."""
    raise NotImplementedError
