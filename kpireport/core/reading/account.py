"""The account of a reading: what became of every number, and the finished reading itself. Rule: L45."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpireport.core.reading.grid import at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kpireport.core.messages import Message
    from kpireport.core.reading.grid import Grid, Token
    from kpireport.core.reading.questions import Question
    from kpireport.core.reading.table import Fact, Table

Place = tuple[str, int, int]
"""Sheet, row and column."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one number. what: a class of the account. why: said to the user."""

    what: str
    why: Message


class Account(MutableMapping[Place, Entry]):
    """The entries of all numbers, by sheet, row and column, in the order of the sheets.

    Each number keeps its own entry (``Token.entry``): a sheet has a million of them. strays: entries that are of no
    number, which only a fault of ours makes.
    """

    def __init__(self, grids: Sequence[Grid]) -> None:
        self._grids = grids
        self.strays: dict[Place, Entry] = {}

    def _number(self, place: Place) -> Token | None:
        sheet, row, column = place
        for grid in self._grids:
            if grid.name == sheet:
                return at(grid.rows.get(row, ()), column)
        return None

    def tokens(self) -> Iterator[tuple[str, Token]]:
        """Yield every number that has an entry, with its sheet."""
        for grid in self._grids:
            for row in grid.rows.values():
                for t in row:
                    if t.entry is not None:
                        yield grid.name, t

    def __getitem__(self, place: Place) -> Entry:
        token = self._number(place)
        entry = token.entry if token is not None else self.strays.get(place)
        if entry is None:
            raise KeyError(place)
        return entry

    def __setitem__(self, place: Place, entry: Entry) -> None:
        token = self._number(place)
        if token is not None:
            token.entry = entry
        else:
            self.strays[place] = entry

    def __delitem__(self, place: Place) -> None:
        token = self._number(place)
        if token is None:
            del self.strays[place]
        elif token.entry is None:
            raise KeyError(place)
        else:
            token.entry = None

    def __iter__(self) -> Iterator[Place]:
        yield from ((sheet, t.row, t.column) for sheet, t in self.tokens())
        yield from self.strays

    def __len__(self) -> int:
        return sum(1 for _ in self.tokens()) + len(self.strays)


@dataclass
class Found:
    """A finished reading. account: every number of every sheet, once. by: sheet, row, column.

    ticks: for each kind of question about several lines, what the reading would answer for each line.
    decided: what was said of lines that such a question would ask. unused: numbers of the statements that are about
    nothing in the workbook.
    """

    facts: list[Fact]
    account: Account
    questions: list[Question]
    tables: list[Table]
    numbers: int
    notes: list[Message] = field(default_factory=list)
    ticks: dict[str, dict[str, str]] = field(default_factory=dict)
    decided: dict[str, dict[str, str]] = field(default_factory=dict)
    unused: tuple[int, ...] = ()
