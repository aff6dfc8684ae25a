"""A reading as lines for the person who confirms it: kind and time, the lines, what was left out. Rule: L29."""

from __future__ import annotations

import re
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from kpireport.core.formatting import Reader
from kpireport.core.messages import Message, Quoted, quoted
from kpireport.core.monospaced import aligned
from kpireport.core.periods import Calendar, Frequency, Period
from kpireport.core.reading.overview import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpireport.core.messages import Language
    from kpireport.core.reading.overview import LeftOut, Overview, ShownFigure, ShownScenario, ShownTable

NAME, LISTED = 40, 200
MOST_MEMBERS = 12
ODD = "! "
"""Before what wants a second look."""


class Teller:
    """Writes a reading in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._reader = Reader(language.conventions, Calendar())

    def lines(self, shown: Overview) -> Iterator[str]:
        """Yield a reading as it is confirmed, marked where something is odd."""
        for is_grid, rows in groupby(self.rows(shown), key=lambda row: len(row) > 1):
            if is_grid:
                yield from (f"    {line}" for line in aligned(list(rows)))
            else:
                yield from (text for (text,) in rows)

    def rows(self, shown: Overview) -> Iterator[tuple[str, ...]]:
        """Yield the same as rows: one text, or of a small grid the line, its unit, its first and last figure."""
        for table in shown.tables:
            yield from self._table(table)
            yield ("",)
        if shown.more_tables:
            yield (self._say("more_tables", n=shown.more_tables),)
            yield ("",)
        yield from ((line,) for line in self._left(shown))

    def scenarios(self, table: ShownTable) -> Iterator[str]:
        """Yield what kind of figures a table holds, of when, and how many, with what is odd about them."""
        key = "all" if len(table.scenarios) == 1 else "some"
        for scenario in table.scenarios:
            series = self.language.say(f"confirming.series.{scenario.series}")
            yield self._say(key, n=scenario.figures, series=series, when=self.when(scenario))
            product = scenario.lines * scenario.periods
            if product > 1:
                lines, periods = (
                    self._count("line", scenario.lines),
                    self._count(scenario.kind or "period", scenario.periods),
                )
                yield self._say(
                    "product", lines=lines, periods=periods, product=product, read=product - scenario.missing
                )
            if scenario.missing:
                gaps = ", ".join(f"{quoted(name, NAME)} ({self.period(period)})" for name, period in scenario.gaps)
                yield ODD + self._say("gap", missing=scenario.missing, gaps=Quoted(gaps))
            if scenario.waiting:
                yield ODD + self._say("waiting", n=scenario.waiting)
            for mark in scenario.marks:
                yield ODD + self.language.text(self._dated(mark))

    def when(self, scenario: ShownScenario) -> Quoted:
        """Return the periods of a scenario, from the first to the last."""
        if not scenario.first:
            return Quoted(self._say("no_period"))
        first, last = self.period(scenario.first), self.period(scenario.last)
        return Quoted(self._say("one" if first == last else "from_to", first=first, last=last))

    def figure(self, figure: ShownFigure, table: ShownTable) -> str:
        """Return a figure in full beside its cell; the sheet is named where it is not that of the table."""
        sheet, _, address = figure.cell.rpartition("!")
        cell = address if table.place.startswith(f"{sheet}!") else figure.cell
        key = "figure" if figure.cells == 1 else "figure_of"
        value = Quoted(self._reader.exact(figure.value, share=figure.share))
        text = self._say(key, value=value, cell=cell, cells=figure.cells)
        return f"{text} {quoted(figure.part, NAME)}" if figure.part else text

    def period(self, key: str) -> Quoted:
        """Return a period by its key as the language writes it; the key itself where it is none."""
        period = _period(key)
        return Quoted(self._reader.period(period) if period else quoted(key))

    def day(self, day: date) -> Quoted:
        """Return a day as the language writes it."""
        return Quoted(self._reader.day(day))

    def left_out(self, omission: LeftOut) -> str:
        """Return one row or column that was left out, with one of its values."""
        key = ("row" if omission.row else "column") + ("" if omission.name else "_unnamed")
        sheet, _, place = omission.place.rpartition("!")
        cell = omission.cell if sheet else place
        value = Quoted(self._reader.exact(omission.value))
        return self._say(key, row=place, name=omission.name, value=value, cell=cell, why=omission.why)

    def folded(self, shown: Overview) -> Quoted:
        """Return what is not listed by name, each kind with its count; '' where there is nothing."""
        counts = [self.language.say(f"confirming.folded.{what}", n=n) for what, n in shown.folded if what in PLAIN]
        return Quoted("; ".join(counts))

    def _say(self, key: str, **fields: object) -> str:
        return self.language.say(f"confirming.shown.{key}", **fields)

    def _count(self, what: str, n: int) -> Quoted:
        return Quoted(self.language.say(f"confirming.count.{what}", n=n))

    def _dated(self, mark: Message) -> Message:
        """Return a mark whose periods are written as the language writes them."""
        fields = {
            name: Quoted(", ".join(self.period(key) for key in str(value).split(", ")))
            for name, value in mark.fields.items()
        }
        return Message(mark.key, fields)

    def _table(self, table: ShownTable) -> Iterator[tuple[str, ...]]:
        yield (str(quoted(table.place)),)
        yield from ((f"  {line}",) for line in (*self.scenarios(table), *self._about(table)))
        yield self._head()
        yield from self._grid(table)
        if table.more:
            yield ("    " + self._say("more", n=table.more),)
        if table.alike:
            places = quoted(", ".join(table.alike), LISTED)
            yield ("  " + self._say("alike", n=len(table.alike), places=places),)

    def _about(self, table: ShownTable) -> Iterator[str]:
        """Yield what the sheet says of a table, its parts, and what of it is hidden."""
        if table.titles:
            yield self._say("says", titles=Quoted("; ".join(quoted(text, 60) for text in table.titles)))
        for title, members in table.parts:
            named = self._say("sheet") if title == "sheet" else title  # a part that the name of its sheet says
            yield self._say("parts", title=named, members=self._members(members))
        if table.sheet_hidden:
            yield ODD + self._say("sheet_hidden")
        if table.hidden:
            yield ODD + self._say("hidden", names=quoted(", ".join(table.hidden), LISTED))

    def _members(self, members: tuple[str, ...]) -> Quoted:
        names = Quoted(", ".join(quoted(name, NAME) for name in members[:MOST_MEMBERS]))
        return names if len(members) <= MOST_MEMBERS else Quoted(self._say("members", names=names, n=len(members)))

    def _head(self) -> tuple[str, ...]:
        return tuple(self._say(key) for key in ("line", "unit", "first", "last"))

    def _grid(self, table: ShownTable) -> Iterator[tuple[str, ...]]:
        for line in table.lines:
            notes = [self.language.text(odd) for odd in line.odd]
            if line.titled:
                notes.insert(0, self._say("titled", title=quoted(line.titled, NAME)))
            name = (ODD if line.odd else "") + quoted(line.name, NAME) + (f" [{'; '.join(notes)}]" if notes else "")
            first, last = self.figure(line.first, table), self.figure(line.last, table)
            yield name, str(quoted(line.unit, 16)), first, last

    def _left(self, shown: Overview) -> Iterator[str]:
        folded = self.folded(shown)
        if not shown.left and not folded:
            yield self._say("nothing_left")
            return
        if shown.left:
            yield self._say("left")
        for omission in shown.left:
            yield f"  {self.left_out(omission)}"
            if omission.more:
                yield "    " + self._say("left_more", n=omission.more)
        if shown.more_left:
            yield "  " + self._say("left_rest", n=shown.more_left)
        if folded:
            yield self._say("folded", counts=folded)


_KEY = re.compile(r"(\d{4})(?:-(?:(Q)([1-4])|(H)([12])|(W)(\d\d)|(\d\d)(?:-(\d\d))?))?")


def _period(key: str) -> Period | None:
    """Return a period by its key, None where the key is none or no day of the calendar."""
    parts = _KEY.fullmatch(key)
    if parts is None:
        return None
    year = int(parts[1])
    for place, frequency in ((2, Frequency.QUARTER), (4, Frequency.HALF), (6, Frequency.WEEK)):
        if parts[place]:
            return Period(frequency, year, int(parts[place + 1]))
    if parts[9]:
        try:
            return Period(Frequency.DAY, year, date(year, int(parts[8]), int(parts[9])).toordinal())
        except ValueError:
            return None
    if parts[8]:
        return Period(Frequency.MONTH, year, int(parts[8])) if 1 <= int(parts[8]) <= 12 else None
    return Period(Frequency.YEAR, year)
