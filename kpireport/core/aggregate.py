"""Many figures make one: over time, across departments, and over a rolling window. Rule: R20, R21, R23, R28."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kpireport.core.a1 import ranges
from kpireport.core.aggregation import AGGREGATIONS
from kpireport.core.model import Aggregation
from kpireport.core.scorecard import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kpireport.core.diagnostics import Where
    from kpireport.core.model import Observation
    from kpireport.core.periods import Calendar, Frequency, Period

ENOUGH_FOR_MEAN = 2 / 3  # Rule: R28.
RATES = frozenset((Aggregation.AVERAGE, Aggregation.RATIO, Aggregation.WEIGHTED))  # whose parts have weights


def over_time(values: Sequence[float], way: Aggregation, days: Sequence[float] = ()) -> float | None:
    """Return one figure for periods in order; None without any. days: the lengths, for WEIGHTED.

    RATIO is not made from ratios: see ``ratio``. Given one anyway, their mean is taken, which AVG_OF_RATIO tells.
    Rule: R20.
    """
    return AGGREGATIONS[way].over_time(values, days) if values else None


def at_the_end(way: Aggregation, periods: Sequence[Period]) -> list[Period]:
    """Return the periods that speak for several: of a balance the last one alone, missing or not. Rule: R21."""
    return list(AGGREGATIONS[way].speaks.of(periods))


def ratio(numerators: Iterable[float], denominators: Iterable[float]) -> float | None:
    """Return the ratio of the sums, None where the denominators add up to nothing. Rule: R23."""
    bottom = math.fsum(denominators)
    return math.fsum(numerators) / bottom if bottom else None


def rolling(values: Sequence[float | None], n: int, way: Aggregation = Aggregation.SUM) -> list[float | None]:
    """Return the rolling figure at each place: sums need all n values, means two thirds of them. Rule: R28."""
    found: list[float | None] = []
    for end in range(1, len(values) + 1):
        window = [v for v in values[max(0, end - n) : end] if v is not None]
        needed = math.ceil(n * ENOUGH_FOR_MEAN) if way is Aggregation.AVERAGE else n
        found.append(over_time(window, way) if len(window) >= needed else None)
    return found


def together(figures: Sequence[Figure], way: Aggregation, days: Sequence[float] = ()) -> Figure | None:
    """Return one figure for several periods, with the cells of all that entered it."""
    value = over_time([figure.value for figure in figures], way, days)
    if value is None:
        return None
    figures = AGGREGATIONS[way].speaks.of(figures)
    return Figure(value, cells_of(figures), len(figures), len(figures))


def across(figures: Sequence[Figure], way: Aggregation) -> Figure | None:
    """Return one figure for departments or breakdown rows of one period: amounts and balances add up.

    None without any, and where figures of this kind do not make one.
    Rule: R23.
    """
    combine = AGGREGATIONS[way].across
    if combine is None or not figures:
        return None
    return Figure(combine([figure.value for figure in figures]), cells_of(figures))


def cells_of(figures: Iterable[Figure]) -> tuple[Where, ...]:
    """Return the cells of several figures, in order, long columns and rows as ranges."""
    return ranges([cell for figure in figures for cell in figure.cells])


def of_period(
    observations: Sequence[Observation], way: Aggregation, parts_by: Aggregation | None = None
) -> Figure | None:
    """Return the figure of one period from its rows: departments and breakdowns are put together.

    A row for the whole, without department and breakdown, wins over its parts: they are details of it. parts_by: how
    the parts make one figure, as somebody said.
    Rule: R23, R77.
    """
    known = [o for o in observations if o.value is not None]
    if not known:
        return None
    whole = [o for o in known if not (o.department or o.breakdown or o.part)]
    parts = whole[:1] if whole else known
    if len(parts) == 1:
        return Figure(parts[0].value or 0.0, (parts[0].where,))
    return of_rows(parts, way, parts_by)


def of_rows(
    observations: Sequence[Observation], way: Aggregation, parts_by: Aggregation | None = None
) -> Figure | None:
    """Return the figure that several rows make in one period; None without any value, or where they make none.

    Rates and means of several departments make none: nobody knows their weights. Rows of no department, such as single
    orders, do: as in time.
    Rule: R20, R23, R77.
    """
    known = [o for o in observations if o.value is not None]
    figures = [Figure(o.value or 0.0, (o.where,)) for o in known]
    if apart(known):
        if parts_by is not None:
            return across(figures, parts_by)
        if way in RATES:
            return None
    if AGGREGATIONS[way].across is None and not any(o.department or o.breakdown for o in known):
        return together(figures, way)
    return across(figures, way)


def apart(observations: Sequence[Observation]) -> bool:
    """Return whether rows are of several departments or breakdowns. Rule: R77."""
    return len({(o.department, o.breakdown) for o in observations}) > 1


def coarser(
    figures: Mapping[Period, Figure],
    frequency: Frequency,
    way: Aggregation,
    calendar: Calendar,
    *,
    by_days: bool = False,
) -> dict[Period, Figure]:
    """Return the figures of a coarser frequency: a typed one wins over what its parts make.

    by_days: weeks are split over months by days (``week_split = days``), for sums only.
    Rule: R20, R34.
    """
    grouped: dict[Period, dict[Frequency, list[tuple[Period, Figure, float]]]] = {}
    for period in sorted(figures):
        if period.frequency >= frequency:
            continue
        split = by_days and way is Aggregation.SUM and period.frequency.value == "week"
        places = calendar.shares(period, frequency) if split else ((calendar.within(period, frequency), 1.0),)
        for place, share in places:
            parts = grouped.setdefault(place, {}).setdefault(period.frequency, [])
            parts.append((period, figures[period], share))
    made = {period: figure for period, figure in figures.items() if period.frequency is frequency}
    for place, kinds in grouped.items():
        if place in made:
            continue
        used = max(kinds)  # months before weeks where a quarter has both
        found = _made(kinds[used], way, calendar)
        if found is not None:
            expected = found.covered if used.value == "day" else len(calendar.parts(place, used))
            made[place] = Figure(found.value, found.cells, len(kinds[used]), max(expected, len(kinds[used])))
    return made


def _made(parts: Sequence[tuple[Period, Figure, float]], way: Aggregation, calendar: Calendar) -> Figure | None:
    figures = [figure if share == 1.0 else Figure(figure.value * share, figure.cells) for _, figure, share in parts]
    days = [float(calendar.days(period)) for period, _, _ in parts] if way is Aggregation.WEIGHTED else []
    return together(figures, way, days)
