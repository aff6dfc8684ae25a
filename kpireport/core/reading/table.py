"""A region understood as a table: its titles, its columns, its axes, and the figures it holds. Rule: L37."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpireport.core.reading.grid import Kind, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.messages import Message
    from kpireport.core.reading.grid import Region
    from kpireport.core.reading.period_text import Said

NOTHING: frozenset[str] = frozenset()
_COLUMN_OF_TABLE = re.compile(r"[\w ]{2,60}\[([^\[\]]+)\]")  # of a data model: Table[Column]


def _of_column(title: str) -> str:
    """Return a title without the table that a data model writes before its column."""
    found = _COLUMN_OF_TABLE.fullmatch(title) if title.endswith("]") else None
    return found[1] if found else title


@dataclass(eq=False, slots=True)
class Column:
    """One column of a table.

    titles: the cells over it, from the top down. tokens: its cells below the titles. content: what they are: period,
    figures, words or nothing. role: what became of a column of figures that is none of its own, else ''.
    """

    column: int
    titles: list[Token]
    tokens: list[Token]
    content: str = ""
    said: Said | None = None
    series: str = ""
    unsure: bool = False
    metric: str = ""
    unit: str = ""
    cumulative: bool = False
    derived: bool = False
    total: bool = False
    mean: bool = False
    role: str = ""
    name: str = ""
    numbers: list[Token] | None = None
    computed: float | None = None

    @property
    def title(self) -> str:
        return " ".join(dict.fromkeys(_of_column(t.text) for t in self.titles))

    @property
    def leaf(self) -> str:
        return _of_column(self.titles[-1].text) if self.titles else ""

    @property
    def figures(self) -> list[Token]:
        if self.numbers is None:
            self.numbers = [t for t in self.tokens if t.kind is Kind.NUMBER]
        return self.numbers

    def values(self) -> dict[int, float]:
        """Return the figures by row."""
        return {t.row: t.number for t in self.figures}

    @property
    def formulas(self) -> float:
        """Return the share of the figures that are formulas."""
        if self.computed is None:
            figures = self.figures
            self.computed = sum(bool(t.formula) for t in figures) / len(figures) if figures else 0.0
        return self.computed


@dataclass(eq=False, slots=True)
class Fact:
    """One figure. part: (title, value) of what it is of. period: its key, '' while it is asked.

    cells: its one cell, or several. gathered: it is made of rows of days, not typed as the period's. pending: ids of
    the questions it waits for. result: it is a combination of other lines. title: the whole title of its
    column, where its name is a part of it. said: which of its properties a person stated.
    """

    name: str
    part: tuple[tuple[str, str], ...]
    period: str
    series: str
    value: float
    unit: str
    cells: Token | Sequence[Token]  # a table of a million figures spares a list for each
    table: Table
    pending: frozenset[str] = NOTHING
    share: bool = False
    result: bool = False
    gathered: bool = False
    dropped: bool = False
    label: str = ""
    title: str = ""
    said: frozenset[str] = NOTHING

    @property
    def tokens(self) -> Sequence[Token]:
        """Return the cells of the figure."""
        return (self.cells,) if isinstance(self.cells, Token) else self.cells

    def waits_for(self, number: str) -> None:
        """Note the id of a question that the figure waits for."""
        self.pending |= {number}


@dataclass(eq=False, slots=True)
class Row:
    """One row of figures of a table whose rows are named.

    of: the line whose variance it is, '' where it is none. heading: the row of its section's label, 0 without one.
    """

    row: int
    label: str
    part: tuple[tuple[str, str], ...]
    values: dict[int, float]
    section: str = ""
    level: int = 0
    role: str = ""
    why: Message | None = None
    parent: str = ""
    of: str = ""
    heading: int = 0


@dataclass(eq=False)
class Table:
    """A region and what was understood of it.

    titles: texts over it that are no column's. body: rows below the titles. orientation: across (periods are
    titles of columns), down (a column, when_column, says the period), none (the period stands elsewhere) or '' (not
    understood). said: a person stated that it is a table. labels: the names of its rows, where a person stated them.
    """

    region: Region
    index: int = 0
    hidden: bool = False
    titles: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    lead: list[int] = field(default_factory=list)
    body: list[int] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    orientation: str = ""
    values: list[Column] = field(default_factory=list)
    others: list[Column] = field(default_factory=list)
    name_column: Column | None = None
    when_column: Column | None = None
    series_column: Column | None = None
    unit_column: Column | None = None
    part_columns: list[Column] = field(default_factory=list)
    note_columns: list[Column] = field(default_factory=list)
    figure_rows: set[int] = field(default_factory=set)
    scenario: str = ""
    scenario_known: bool = False
    year: int | None = None
    two_years: bool = False  # its year was said as 2025/26
    wants_year: bool = False
    stamp: Said | None = None
    rows: list[Row] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    adds_up: dict[str, str] = field(default_factory=dict)
    summary: bool = False
    contract: bool = False
    pivot: bool = False
    unread: Message | None = None
    computed: float | None = None
    period_of_row: dict[int, Said] = field(default_factory=dict)
    year_of_row: dict[int, int] = field(default_factory=dict)
    said: bool = False
    labels: dict[int, str] = field(default_factory=dict)
    target_row: int = 0  # of a dated table: the row of targets of no period, 0 without one
    _live: list[Fact] | None = None
    _live_of: int = 0

    @property
    def sheet(self) -> str:
        return self.region.grid.name

    @property
    def name(self) -> str:
        return self.region.name

    def at(self, row: int, column: Column | None) -> Token | None:
        return None if column is None else self.region.get(row, column.column)

    def live(self) -> list[Fact]:
        """Return the facts that were not dropped; not to be changed by the caller."""
        if self._live is None or self._live_of != len(self.facts):
            self._live, self._live_of = [f for f in self.facts if not f.dropped], len(self.facts)
        return self._live

    def drop(self, fact: Fact) -> None:
        """Take a fact out of those that are live."""
        fact.dropped = True
        self._live = None

    def replace(self, facts: list[Fact]) -> None:
        """Hold other facts than before."""
        self.facts = facts
        self._live = None

    def formulas(self) -> float:
        """Return the share of the numbers that are formulas."""
        if self.computed is None:
            numbers = list(self.region.numbers())
            self.computed = sum(bool(t.formula) for t in numbers) / len(numbers) if numbers else 0.0
        return self.computed

    def subject(self) -> str:
        """Return the title of the whole table, '' where nothing says one."""
        return next((t for t in [*self.titles, *self.region.context[:3]] if t), "")
