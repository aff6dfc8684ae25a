"""Transactions by the ten thousand: grouped and summed with pandas, which is imported only for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.a1 import column_range
from kpireport.core.aggregation import AGGREGATIONS
from kpireport.core.diagnostics import Where
from kpireport.core.scorecard import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.model import Aggregation, Observation
    from kpireport.core.periods import Calendar, Frequency, Period

WORTH_IT = 2_000


def suits(observations: Sequence[Observation], way: Aggregation) -> bool:
    """Return whether there are so many rows that pandas pays for its import, and no order among them matters."""
    return len(observations) >= WORTH_IT and AGGREGATIONS[way].frame is not None


def grouped(
    observations: Sequence[Observation], frequency: Frequency, way: Aggregation, calendar: Calendar
) -> dict[Period, Figure]:
    """Return one figure for each period of ``frequency``, from rows dated by day; cells are told as spans of rows."""
    import pandas as pd

    places = {period: calendar.within(period, frequency) for period in {one.period for one in observations}}
    named = sorted({(one.file, one.sheet, one.column) for one in observations})
    columns = {column: code for code, column in enumerate(named)}
    order = sorted(set(places.values()))
    codes = {period: code for code, period in enumerate(order)}
    frame = pd.DataFrame(
        {
            "period": [codes[places[one.period]] for one in observations],
            "value": [one.value for one in observations],
            "row": [one.row for one in observations],
            "column": [columns[one.file, one.sheet, one.column] for one in observations],
        }
    ).dropna(subset=["value"])
    values = frame.groupby("period")["value"].agg(AGGREGATIONS[way].frame)
    spans = frame.groupby(["period", "column"])["row"].agg(["min", "max"]).reset_index()
    cells: dict[int, list[Where]] = {}
    for code, column, first, last in spans.itertuples(index=False, name=None):
        cells.setdefault(int(code), []).append(_span(*named[column], rows=(int(first), int(last))))
    made = zip(values.index.tolist(), values.tolist(), strict=True)
    return {order[code]: Figure(value, tuple(cells[code])) for code, value in made}


def _span(file: str, sheet: str, column: int, *, rows: tuple[int, int]) -> Where:
    return Where(file, sheet, column_range(column, *rows))
