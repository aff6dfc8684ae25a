"""Read a whole row of period headings: years that bare months lack, dates that were typed as days, doubles, gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from kpireport.core.catalogue.cells import (
    CUMULATIVE_PERIOD,
    DATE_DAYS_UNCLEAR,
    DATE_TYPED_AS_DAY,
    PERIOD_DESCENDING,
    PERIOD_GAP,
    PERIOD_NEEDS_YEAR,
    PERIOD_TWICE,
    PERIODS_MIXED,
    YEAR_ROLLED,
)
from kpireport.core.parse.numbers import unusable
from kpireport.core.parse.period_names import Context, Cumulative, meant, shown, words_of
from kpireport.core.parse.period_words import Said
from kpireport.core.parse.rhythm import of_headings
from kpireport.core.periods import Calendar, Frequency, Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kpireport.core.diagnostics import Diagnostic, Where
    from kpireport.core.workbook import Cell

_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@dataclass(frozen=True, slots=True)
class Heading:
    """One cell of a heading row that speaks of a period. found is None where it could not be understood."""

    cell: Cell
    found: Period | Cumulative | None
    text: str


def header_periods(
    cells: Iterable[Cell],
    where: Where,
    *,
    calendar: Calendar,
    year: int | None = None,
    fiscal: bool = False,
    years: Mapping[int, int] | None = None,
    expect: Frequency | None = None,
    now: Period | None = None,
    date1904: bool = False,
) -> tuple[tuple[Heading, ...], tuple[Diagnostic, ...]]:
    """Read a row of headings. Cells that do not speak of a period are left out.

    where: the sheet. year: of bare months, the first one's where they run over the end of a year. years: column to
    year, where a row above tells it. The problems of doubles, gaps, order and mixture are ``flaws``, added to these.
    """
    context = Context(calendar, year, fiscal, expect, now, date1904)
    row = sorted(cells, key=lambda cell: cell.column)
    problems: list[Diagnostic] = []
    dates = [cell for cell in row if isinstance(cell.value, datetime)]
    years_typed = _years_typed_as_days(dates, where, context, problems)
    dated = replace(context, expect=expect or of_headings(dates))
    spoken: list[tuple[Cell, Said]] = []
    headings: dict[int, Heading] = {}
    for cell in row:
        place = replace(where, cell=cell.address)
        problem = unusable(cell, place)
        words = None if problem else words_of(cell.value, context)
        if isinstance(words, Said):
            if cell.column in years_typed and words.day is not None:
                words = Said(Frequency.MONTH, words.day.month, years_typed[cell.column], named=True)
            spoken.append((cell, words))
        elif words is not None:
            refused = meant(words, cell.value, place, context)
            problems += [] if isinstance(refused, Period | Cumulative) else [refused]
            headings[cell.column] = Heading(cell, None, shown(cell.value))
    bare_years = _bare_years(spoken, where, context, years or {}, problems)
    for cell, words in spoken:
        near = dated if words.day is not None else context
        if cell.column in bare_years:
            near = replace(near, year=bare_years[cell.column], fiscal=fiscal and cell.column not in (years or {}))
        found = meant(words, cell.value, replace(where, cell=cell.address), near)
        # a row that lacks its year lacks it in every heading: told once
        if not isinstance(found, Period | Cumulative) and not (
            found.kind is PERIOD_NEEDS_YEAR and any(problem.kind is PERIOD_NEEDS_YEAR for problem in problems)
        ):
            problems.append(found)
        headings[cell.column] = Heading(
            cell, found if isinstance(found, Period | Cumulative) else None, shown(cell.value)
        )
    ordered = tuple(headings[column] for column in sorted(headings))
    return ordered, (*problems, *flaws(ordered, where, calendar))


def flaws(headings: Sequence[Heading], where: Where, calendar: Calendar) -> tuple[Diagnostic, ...]:
    """Return what is odd about a row of periods: doubles, gaps, falling order, mixed lengths, the year to date."""
    problems: list[Diagnostic] = []
    by_frequency: dict[Frequency, list[tuple[Heading, Period]]] = {}
    seen: dict[Period | Cumulative, Heading] = {}
    for heading in headings:
        place = replace(where, cell=heading.cell.address)
        if isinstance(heading.found, Cumulative):
            problems.append(CUMULATIVE_PERIOD.at(place, found=heading.text))
        if heading.found is None:
            continue
        first = seen.setdefault(heading.found, heading)
        if first is not heading:
            problems.append(PERIOD_TWICE.at(place, found=heading.text, first=first.text, cell=first.cell.address))
        elif isinstance(heading.found, Period):
            by_frequency.setdefault(heading.found.frequency, []).append((heading, heading.found))
    for each in by_frequency.values():
        problems += _order(each, where, calendar)
    if len(by_frequency) > 1:
        kinds = ", ".join(frequency.value for frequency in sorted(by_frequency))
        finest = min(by_frequency)
        odd = next(heading for frequency, each in by_frequency.items() if frequency != finest for heading, _ in each)
        problems.append(PERIODS_MIXED.at(replace(where, cell=odd.cell.address), kinds=kinds, found=odd.text))
    return tuple(problems)


def _order(found: list[tuple[Heading, Period]], where: Where, calendar: Calendar) -> list[Diagnostic]:
    problems = []
    for (before, earlier), (after, later) in pairwise(found):
        if later < earlier:
            place = replace(where, cell=after.cell.address)
            problems.append(PERIOD_DESCENDING.at(place, before=before.text, found=after.text))
            break
    ordered = sorted(found, key=lambda each: each[1])
    for (before, earlier), (after, later) in pairwise(ordered):
        following = calendar.shift(earlier, 1)
        if following != later:
            count = _distance(following, later, calendar)
            place = replace(where, cell=after.cell.address)
            problems.append(PERIOD_GAP.at(place, before=before.text, found=after.text, count=count))
    return problems


def _distance(first: Period, last: Period, calendar: Calendar) -> int:
    """Return how many periods lie from ``first`` up to, not with, ``last``; no more than a thousand are counted."""
    count = 0
    while first < last and count < 1000:
        first = calendar.shift(first, 1)
        count += 1
    return count


def _years_typed_as_days(
    dates: Sequence[Cell], where: Where, context: Context, problems: list[Diagnostic]
) -> dict[int, int]:
    """Return the year that was meant by the day, by column, where ``Jan-26`` became 26 January. Rule: L17."""
    days = [cell.value for cell in dates if isinstance(cell.value, datetime)]
    numbers = sorted({day.day for day in days})
    if len(days) < 2 or len(numbers) > 2 or not all(_shows_day_and_month(cell.format) for cell in dates):
        return {}
    months = {(day.day, day.month) for day in days}
    ends_of_months = all((day + timedelta(days=1)).day == 1 for day in days)
    if numbers[0] == 1 or ends_of_months or len(months) < len(days) or numbers[-1] - numbers[0] != len(numbers) - 1:
        return {}
    place = replace(where, cell=dates[0].address)
    found = f"{days[0].day}-{days[0]:%b}"
    if context.year is None or context.year - 2000 not in numbers:
        if len(numbers) == 1:
            problems.append(DATE_DAYS_UNCLEAR.at(place, day=numbers[0], found=found))
        return {}
    problems.append(DATE_TYPED_AS_DAY.at(place, found=found, year=context.year))
    return {cell.column: 2000 + day.day for cell, day in zip(dates, days, strict=True)}


def _shows_day_and_month(code: str) -> bool:
    bare = _LITERAL.sub("", code.split(";")[0]).lower()
    return "d" in bare and "m" in bare and "y" not in bare and "e" not in bare


def _bare_years(
    spoken: Sequence[tuple[Cell, Said]],
    where: Where,
    context: Context,
    years: Mapping[int, int],
    problems: list[Diagnostic],
) -> dict[int, int]:
    """Return the year of each heading that does not say it, by column.

    From the row above, else from the heading to the left that says its year, else from the context. Bare months that
    run over the end of a year (Nov, Dec, Jan) go on in the next one, unless a month comes twice: then they are doubles.
    """
    found: dict[int, int] = {}
    bare = [words.number or 0 for cell, words in spoken if _is_bare_month(words) and cell.column not in years]
    rolls = len(set(bare)) == len(bare) and not context.fiscal and _ascends(bare)
    year, month, before = context.year, 0, ""
    for cell, words in spoken:
        if words.year is not None and not words.fiscal:
            year, month = words.year, (words.number or 0) if words.frequency is Frequency.MONTH else 0
        elif words.year is None and cell.column in years:
            found[cell.column] = years[cell.column]
        elif words.year is None and year is not None and words.day is None:
            if _is_bare_month(words):
                number = words.number or 0
                if rolls and number < month:
                    year += 1
                    place = replace(where, cell=cell.address)
                    problems.append(YEAR_ROLLED.at(place, found=shown(cell.value), before=before, year=year))
                month = number
            found[cell.column] = year
        before = shown(cell.value)
    return found


def _is_bare_month(words: Said) -> bool:
    return (
        words.frequency is Frequency.MONTH
        and words.year is None
        and words.first is None
        and not (words.cumulative or words.nth or words.from_now is not None or words.day is not None)
    )


def _ascends(numbers: Sequence[int]) -> bool:
    steps = [(later - earlier) % 12 for earlier, later in pairwise(numbers)]
    return not steps or sum(step <= 6 for step in steps) * 2 > len(steps)
