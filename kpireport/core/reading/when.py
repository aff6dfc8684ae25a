"""The period of a title in its table: years that stand elsewhere, first periods that are asked, days that are weeks.

Rule: L47.
"""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

from kpireport.core.reading.questions import question_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kpireport.core.reading.period_text import Said
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Table


WEEK = 7  # days
WEEKS = 3  # dates on one day of the week, more of which are no chance


def dates_are(days: Sequence[date], *, single: bool, weekly: bool = False) -> str:
    """Return what the dates of an axis stand for: D, W, M, Q or Y. single: no day comes twice.

    weekly: their title speaks of weeks.
    """
    ordered = sorted(set(days))
    if len(ordered) < 2:
        return "W" if weekly and ordered else "M"
    whole = all((b - a).days % WEEK == 0 for a, b in itertools.pairwise(ordered))
    if weekly and whole:
        return "W"
    months = [d.year * 12 + d.month for d in ordered]
    if len(ordered) == 2:
        return "Y" if months[1] - months[0] == 12 and ordered[0].day == ordered[1].day else "M"
    gaps = Counter((b - a).days for a, b in itertools.pairwise(ordered))
    steps = {b - a for a, b in itertools.pairwise(months)}
    if len(set(months)) == len(ordered):
        if steps == {12}:
            return "Y"
        if steps == {3} and len({d.day > 15 for d in ordered}) == 1:
            return "Q"
    if gaps[WEEK] >= 0.8 * sum(gaps.values()) or (
        whole and len(ordered) > WEEKS and 2 * gaps[WEEK] > sum(gaps.values())
    ):
        return "W"
    if single and gaps[1] >= 0.7 * sum(gaps.values()):
        return "D"
    return "M"


def key_of_day(day: date, what: str) -> str:
    """Return the key of the period that a day stands for."""
    match what:
        case "D":
            return day.isoformat()
        case "W":
            iso = day.isocalendar()
            return f"{iso.year:04d}-W{iso.week:02d}"
        case "Q":
            return f"{day.year:04d}-Q{(day.month - 1) // 3 + 1}"
        case "Y":
            return f"{day.year:04d}"
        case _:
            return f"{day.year:04d}-{day.month:02d}"


def key(freq: str, year: int, number: int | None) -> str:
    """Return the key of a period of a year."""
    match freq:
        case "M":
            return f"{year:04d}-{number:02d}"
        case "Q" | "H":
            return f"{year:04d}-{freq}{number}"
        case "W":
            return f"{year:04d}-W{number:02d}"
        case _:
            return f"{year:04d}"


class Clock:
    """Gives the titles of one table their periods. first: the n of the first month where months run past December.

    single: no day of its rows comes twice.
    """

    def __init__(self, finder: Finder, table: Table, said: Sequence[Said], *, single: bool = True) -> None:
        self.finder, self.table = finder, table
        days = [s.date for s in said if s.freq == "D"]
        known = [d for d in days if d is not None]
        when = table.when_column
        self.days_are = dates_are(
            known,
            single=single or table.orientation == "across",
            weekly=when is not None and finder.trade.field_of(when.title) == "week",
        )
        self.wraps = self._wraps(said)
        self.first = next((s.number for s in said if s.freq == "M" and s.number), 1) or 1

    def _wraps(self, said: Sequence[Said]) -> bool:
        months: list[int] = []
        for s in said:
            if s.freq == "M" and s.year is None and s.number and s.number not in months:
                months.append(s.number)
        return len(months) > 1 and any(b < a for a, b in itertools.pairwise(months))

    def period(self, said: Said, year: int | None = None) -> tuple[str, str]:
        """Return the key of a period, or '' and the id of the question that it waits for. year: of its row."""
        year = said.year or year or self.table.year
        if said.freq == "N":
            return self._counted(said)
        if said.freq == "D":
            day = said.date if said.year else (said._replace(year=year).date if year else None)
            if day is not None:
                return key_of_day(day, self.days_are), ""
            return "", self._year_question()
        if year is None:
            return "", self._year_question()
        if (
            said.freq == "M"
            and said.flags & {"two-years", "fiscal"}
            and said.number
            and (self.first > 6 or "two-years" in said.flags)
        ):
            return key("M", year - 1 if said.number >= (self.first if self.first > 1 else 7) else year, said.number), ""
        if self.wraps and said.year is None and said.freq == "M" and said.number:
            label = self._fiscal_label(year)
            if not label:
                return "", question_id("fiscal_label", "", "workbook")
            if label == "end" and said.number >= self.first:
                year -= 1
            elif label == "begin" and said.number < self.first:
                year += 1
        return key(said.freq, year, said.number), ""

    def _year_question(self) -> str:
        return question_id("year", self.table.sheet, self.table.name)

    def _fiscal_label(self, year: int) -> str:
        if self.table.two_years:
            return "end"
        answer = self.finder.ask(
            None, "fiscal_label", ["end", "begin"], self.table.name, key="workbook", default="end", names=[str(year)]
        )
        return "begin" if answer == "begin" else "end" if answer else ""

    def _counted(self, said: Said) -> tuple[str, str]:
        """Return the n-th period from a first one that is asked."""
        yearly = "years" in said.flags
        kind = "year" if yearly else "first_month"
        place = self.table.name
        if said.year is not None and not yearly and said.number and said.number <= 12:
            return key("M", said.year, said.number), ""
        day = self.finder.day
        year = self.table.year or (day.year if day is not None else None)
        options = ["leave-out"] if year is None else [str(year)] if yearly else [f"{year}-01"]
        answer = self.finder.ask(
            self.table, kind, options, place, key=self.table.name, names=[said.word] if said.word else []
        )
        if answer is not None:
            first = self.finder.periods.of(answer)
            if first is not None and first.year and said.number is not None:
                if yearly or first.freq == "Y":
                    return key("Y", first.year + said.number - 1, None), ""
                months = first.year * 12 + (first.number or 1) - 1 + said.number - 1
                return key("M", months // 12, months % 12 + 1), ""
        return "", question_id(kind, self.table.sheet, self.table.name)
