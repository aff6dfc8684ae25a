"""How often figures come, where their dates alone tell it: days, weeks, ends of quarters, ends of years."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from kpireport.core.lexicon import standard
from kpireport.core.parse.dates import day_in_text
from kpireport.core.parse.period_words import Said, said
from kpireport.core.periods import Frequency

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kpireport.core.parse.tables import Table
    from kpireport.core.workbook import Cell, Value

SHOWS_YEAR = re.compile(r'yyyy("[^"]*")?(;@)?')  # a code of Excel: the year, perhaps with the word for it
STEPS = {3: Frequency.QUARTER, 12: Frequency.YEAR}  # months between the ends of two periods
DIMENSIONS = ("name", "department", "breakdown", "series")


def of_headings(dates: Sequence[Cell]) -> Frequency | None:
    """Return the frequency of a row of dates that step by days, weeks, ends of quarters or of years; None for months.

    A date that only shows its year (format ``yyyy``) is that year.
    """
    days = sorted(cell.value.date() for cell in dates if isinstance(cell.value, datetime))
    steps = [(later - earlier).days for earlier, later in pairwise(days)]
    if days and all(_shows_year(cell.format) for cell in dates):
        return Frequency.YEAR
    if len(steps) < 2:
        return None
    if all(step == 1 for step in steps):
        return Frequency.DAY
    if 7 in steps and all(step > 0 and step % 7 == 0 for step in steps):
        return Frequency.WEEK
    if not all((day + timedelta(days=1)).day == 1 for day in days):
        return None
    months = {(later.year - earlier.year) * 12 + later.month - earlier.month for earlier, later in pairwise(days)}
    return STEPS.get(months.pop()) if len(months) == 1 else None


def _shows_year(code: str) -> bool:
    return SHOWS_YEAR.fullmatch(code.strip().lower()) is not None


def of_column(table: Table) -> Frequency | None:
    """Return the frequency of a table's column of periods: what its title says, else days where dates tell it.

    Two dates of one month in the same series of figures can only be days, or the days on which weeks begin.
    """
    column = table.columns.get("period")
    if column is None:
        return None
    cell = table.sheet.at(table.header, column)
    titled = (
        standard().meaning("period_titles", cell.value) if cell is not None and isinstance(cell.value, str) else None
    )
    if titled is not None:
        return Frequency(titled)
    below = [c.value for row in table.rows if (c := table.sheet.at(row, column)) is not None and c.value is not None]
    if (counted := _counted(below)) is not None:
        return counted
    if table.rule is not None and table.rule.combine:  # rows are put together by months
        return None
    days = _days(table)
    if not any(_crowded(each) for each in days):
        return None
    steps = {(later - earlier).days for each in days for earlier, later in pairwise(sorted(set(each)))}
    return Frequency.WEEK if 7 in steps and all(step % 7 == 0 for step in steps) else Frequency.DAY


def parts_of_years(table: Table) -> int | None:
    """Return the column left of years across that holds their months or quarters: names of them, or 1 to 4, 1 to 12."""
    if not table.figures or any(f.period is None or f.period.frequency is not Frequency.YEAR for f in table.figures):
        return None
    first = min(f.column for f in table.figures)
    below = [table.sheet.at(row, first - 1) for row in table.rows]
    values = [c.value for c in below if c is not None and c.value is not None]
    return first - 1 if _counted(values) or sum(map(_part, values)) * 2 > len(values) > 0 else None


def _part(value: Value) -> bool:
    words = said(value) if isinstance(value, str) and len(value) < 40 else None
    return isinstance(words, Said) and words.year is None and words.frequency in (Frequency.MONTH, Frequency.QUARTER)


def _counted(values: Sequence[Value]) -> Frequency | None:
    """Return what the numbers 1 to 4 or 1 to 12 count, where a column begins with them."""
    for frequency, last in ((Frequency.MONTH, 12), (Frequency.QUARTER, 4)):
        if list(values[:last]) == [float(n) for n in range(1, last + 1)]:
            return frequency
    return None


def _days(table: Table) -> Iterable[list[date]]:
    """Return the dates of each series of figures of a table with periods down."""
    found: dict[tuple[str, ...], list[date]] = defaultdict(list)
    present = [name for name in DIMENSIONS if name in table.columns]
    for row in table.rows:
        cell = table.cell(row, "period")
        when = day_of(cell.value) if cell is not None else None
        if when is not None:
            found[tuple([table.text(row, name) for name in present])].append(when)
    return found.values()


def _crowded(days: list[date]) -> bool:
    return len({(day.year, day.month) for day in days}) < len(days)


def repeated(table: Table) -> bool:
    """Return whether a period comes twice in the same series of figures: the rows are single events. Rule: L10."""
    return any(len(set(days)) < len(days) for days in _days(table))


def day_of(value: Value) -> date | None:
    """Return the day that a cell holds, as a date or as a text with its year."""
    if isinstance(value, datetime):
        return value.date()
    found = day_in_text(value.strip().casefold()) if isinstance(value, str) and len(value) < 40 else None
    return found if isinstance(found, date) else None
