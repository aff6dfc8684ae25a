"""The figures of a finished reading as the report takes them: a KPI, a period and a series for each cell. Rule: L62.

What waits for an answer is no figure. Each row of transactions is a figure of its own, so that its cell can be named.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Diagnostic
from kpireport.core.model import Aggregation, Direction, Series
from kpireport.core.parse.figures import Raw
from kpireport.core.parse.numbers import Number, number, plain
from kpireport.core.parse.targets import target
from kpireport.core.periods import Frequency, Period
from kpireport.core.reading.derived_columns import OF_GOALS
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.questions import question_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kpireport.core.diagnostics import Where
    from kpireport.core.lexicon import Lexicon
    from kpireport.core.parse.targets import Target
    from kpireport.core.reading.account import Found
    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.table import Column, Fact, Table
    from kpireport.core.workbook import Cell, Sheet, Workbook

SERIES = {
    "actual": Series.ACTUAL, "target": Series.TARGET, "forecast": Series.FORECAST, "previous": Series.PREVIOUS_YEAR,
}  # fmt: skip
WAYS = {"sum": Aggregation.SUM, "average": Aggregation.AVERAGE, "mean": Aggregation.AVERAGE, "last": Aggregation.LAST}
BETTER = {"lower": Direction.LOWER, "higher": Direction.HIGHER}
TARGETS = ("target", "target_year", "target_period", "target_cumulative")
TWICE = frozenset(("same_name", "which"))  # questions about two figures of one line and period


@dataclass(frozen=True, slots=True)
class Line:
    """What a reading says of a line beside its figures.

    fields: of the columns of its row, by their field of Goals. amounts: the cells under titles of targets, weights,
    baselines ... that are figures of no period, by their field too.
    """

    name: str
    where: Where
    unit: str = ""
    section: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    amounts: Mapping[str, Cell] = field(default_factory=dict)
    sheet: Sheet | None = None


@dataclass(slots=True)
class Taken:
    """The figures of a reading. problems: cells that say no number where one belongs."""

    raws: list[Raw] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)


def period_of(key: str) -> Period:
    """Return the period of a key of the finder: ``2026``, ``2026-03``, ``2026-Q1``, ``2026-H1``, ``2026-W05``, a day.

    Raises ValueError where it is none.
    """
    from datetime import date

    if len(key) == 10:
        day = date.fromisoformat(key)
        return Period(Frequency.DAY, day.year, day.toordinal())
    year, _, rest = key.partition("-")
    if not rest:
        return Period(Frequency.YEAR, int(year))
    kinds = {"Q": Frequency.QUARTER, "H": Frequency.HALF, "W": Frequency.WEEK}
    frequency = kinds.get(rest[0])
    return Period(frequency, int(year), int(rest[1:])) if frequency else Period(Frequency.MONTH, int(year), int(rest))


def ready(found: Found, *, twice: bool) -> Iterator[Fact]:
    """Yield the facts that wait for no answer. twice: those too that wait only for which of two figures counts."""
    kinds = {question.id: question.kind for question in found.questions}
    return (
        fact for fact in found.facts
        if fact.period and all(twice and kinds.get(number) in TWICE for number in fact.pending)
    )  # fmt: skip


def take(
    workbook: Workbook, found: Found, lexicon: Lexicon, admit: Callable[[Line], str | None], *,
    decimal: str, yes_no: Iterable[str] = (), twice: bool = False,
) -> Taken:  # fmt: skip
    """Return the figures of a reading. admit: the key of the KPI that a line is, None where it is none of the goals.

    twice: of two figures of one line and period both are given, for the error that names their cells.
    """
    return _Taker(workbook, found, lexicon, admit, decimal, frozenset(yes_no)).take(twice=twice)


class _Taker:
    """One reading while its figures are taken."""

    def __init__(
        self, workbook: Workbook, found: Found, lexicon: Lexicon, admit: Callable[[Line], str | None], decimal: str,
        yes_no: frozenset[str],
    ) -> None:  # fmt: skip
        self.file, self.found, self.lexicon, self.admit = workbook.file, found, lexicon, admit
        self.decimal, self.yes_no = decimal, yes_no
        self.sheets: dict[str, Sheet] = {sheet.name: sheet for sheet in workbook.sheets}
        self.keys: dict[tuple[str, int], str | None] = {}
        self.titled: dict[int, list[tuple[str, Column]]] = {}
        self.words: dict[tuple[int, int], dict[str, set[str]]] = {}
        self.done = Taken()
        self.in_use: set[tuple[str, int, int]] = set()

    def take(self, *, twice: bool) -> Taken:
        by_table: dict[int, list[Fact]] = {}
        for fact in ready(self.found, twice=twice):
            by_table.setdefault(fact.table.index, []).append(fact)
        for facts in by_table.values():
            for fact in facts:
                self._fact(fact)
            self._unsaid(facts[0].table, facts)
        return self.done

    def _fact(self, fact: Fact) -> None:
        kpi = self._kpi(fact)
        if kpi is None:
            return
        period, series = period_of(fact.period), SERIES[fact.series]
        department, breakdown = self._parts(fact)
        sheet = self.sheets[fact.table.sheet]
        for token in fact.tokens:
            cell = sheet.at(token.row, token.column)
            if cell is None:
                continue
            read = self._read(sheet, cell, series, kpi)
            if len(fact.tokens) == 1 and isinstance(read, Number) and fact.value != token.number:
                read = replace(read, value=fact.value)
            self.in_use.add((sheet.name, token.row, token.column))
            note = self._note(fact.table, token)
            part = token.row if len(fact.tokens) > 1 else 0
            self.done.raws.append(
                Raw(kpi, period, series, read, cell, self.file, sheet.name, department, breakdown, note, part)
            )

    def _kpi(self, fact: Fact) -> str | None:
        known = (fact.name, fact.table.index)
        if known not in self.keys:
            self.keys[known] = self.admit(self._line(fact))
        return self.keys[known]

    def _line(self, fact: Fact) -> Line:
        table, token = fact.table, fact.tokens[0]
        sheet = self.sheets[table.sheet]
        column = table.name_column
        by_row = column is not None and table.at(token.row, column) is not None
        where = sheet.where(token.row, column.column) if by_row and column else sheet.where(token.row, token.column)
        if column is None and table.values:
            titles = next((c.titles for c in table.values if c.column == token.column), [])
            where = sheet.where(titles[-1].row, titles[-1].column) if titles else where
        row = next((r for r in table.rows if r.row == token.row), None)
        return Line(
            fact.name, where, fact.unit, row.section if row else "",
            self._fields(fact, token) if by_row else {}, self._amounts(table, token, by_row=by_row), sheet,
        )  # fmt: skip

    def _fields(self, fact: Fact, token: Token) -> dict[str, str]:
        """Return what the other columns of a row say, by the field of Goals that their title names.

        What parts the figures of a line into several says nothing of the line.
        """
        table = fact.table
        said: dict[str, str] = {}
        for c in table.columns:
            name = self.lexicon.field("goals", c.title) if c.title else None
            cell = table.at(token.row, c)
            if (
                not name
                or cell is None
                or cell.kind is not Kind.TEXT
                or self.lexicon.expression("total_row").match(cell.text)
            ):
                continue
            if c is table.name_column or (name == "unit" and c in table.part_columns):
                continue
            if c not in table.part_columns or len(self._words(table, c)[fact.name]) == 1:
                said.setdefault(name, cell.text)
        return said

    def _titled(self, table: Table) -> list[tuple[str, Column]]:
        """Return the columns whose title is one of Goals, each with its field."""
        known = self.titled.get(table.index)
        if known is None:
            fields = ((self.lexicon.field("goals", c.title) if c.title else None, c) for c in table.columns)
            known = self.titled[table.index] = [(name, c) for name, c in fields if name]
        return known

    def _words(self, table: Table, column: Column) -> Mapping[str, set[str]]:
        """Return the words of a column of parts that each line has, '' for a line as a whole."""
        known = self.words.get((table.index, column.column))
        if known is None:
            known = defaultdict(set)
            for f in table.live():
                known[f.name].add(next((value for title, value in f.part if title == column.title), ""))
            self.words[table.index, column.column] = known
        return known

    def _amounts(self, table: Table, token: Token, *, by_row: bool) -> dict[str, Cell]:
        """Return the cells of a line under titles of targets and the like that are no figures of a period. Rule: R6."""
        at = self.sheets[table.sheet].at
        if not by_row:
            cell = at(table.target_row, token.column) if table.target_row else None
            return {} if cell is None else {"target": cell}
        found: dict[str, Cell] = {}
        for name, c in self._titled(table) if table.orientation != "down" else ():
            is_amount = (name in TARGETS or name in OF_GOALS) and c not in table.values
            cell = at(token.row, c.column) if is_amount else None
            if cell is not None:
                found.setdefault(name, cell)
        return found

    def _parts(self, fact: Fact) -> tuple[str, str]:
        """Return the department and the breakdown of a figure; parts of other titles are named with them."""
        department, others = "", []
        for title, value in fact.part:
            name = self.lexicon.field("metrics", title)
            if not department and (name == "department" or (name == "unit" and len(fact.part) == 1)):
                department = value  # a title of units over words that are none says whose the figures are
            elif name == "breakdown" or not title:
                others.append(value)
            elif name not in ("note", "owner"):
                others.append(value if len(fact.part) == 1 else f"{title}: {value}")
        return department, ", ".join(others)

    def _note(self, table: Table, token: Token) -> str:
        return next(
            (cell.text for c in table.note_columns
             if self.lexicon.field("metrics", c.title) == "note" and (cell := table.at(token.row, c)) is not None), "",
        )  # fmt: skip

    def _read(self, sheet: Sheet, cell: Cell, series: Series, kpi: str) -> Number | Target | None:
        yes_no = kpi in self.yes_no
        if series is not Series.TARGET and not yes_no and (found := plain(cell)) is not None:
            return found
        where = sheet.where(cell.row, cell.column)
        read = target if series is Series.TARGET else number
        got = read(cell, where, decimal=self.decimal, yes_no=yes_no)
        if isinstance(got, Diagnostic):
            self.done.problems.append(got)
            return None
        return got

    def _unsaid(self, table: Table, facts: list[Fact]) -> None:
        """Take the cells among the figures that hold a word, a limit or an error, with the titles they share."""
        rows: dict[int, Fact] = {}
        columns: dict[int, Fact] = {}
        for fact in facts:
            for token in fact.tokens[:1]:
                rows.setdefault(token.row, fact)
                columns.setdefault(token.column, fact)
        held: list[tuple[Token, Column]] = [
            (token, c) for c in table.values if c.column in columns and not c.role
            for token in c.tokens if token.kind in (Kind.TEXT, Kind.TRUTH, Kind.ERROR, Kind.DATE)
        ]  # fmt: skip
        for token, _ in held:
            of_row = rows.get(token.row)
            if of_row is not None and (table.sheet, token.row, token.column) not in self.in_use:
                self._beside(table, token, of_row, columns[token.column])

    def _beside(self, table: Table, token: Token, of_row: Fact, of_column: Fact) -> None:
        sheet = self.sheets[table.sheet]
        cell = sheet.at(token.row, token.column)
        down = table.orientation == "down"
        line = of_column if down and table.name_column is None else of_row
        when = of_row if down else of_column
        series = SERIES[of_column.series if down or len(table.values) > 1 else of_row.series]
        kpi = self._kpi(line)
        if cell is None or kpi is None:
            return
        department, breakdown = self._parts(of_row)
        read = self._read(sheet, cell, series, kpi)
        self.done.raws.append(
            Raw(kpi, period_of(when.period), series, read, cell, self.file, sheet.name, department, breakdown)
        )


def aggregation_of(name: str, answers: Mapping[str, str], found: Found) -> Aggregation | None:
    """Return how the periods of a line make its year, as its own totals prove or as was answered; None where neither.

    Rule: L62.
    """
    from kpireport.core.reading.words import norm

    if (way := WAYS.get(found.decided.get("add_up", {}).get(name, ""))) is not None:
        return way  # as a person said
    for table in found.tables:
        if norm(name) in table.adds_up:
            return WAYS.get(table.adds_up[norm(name)])
    return WAYS.get(_answered("add_up", name, answers, found))


def parts_by_of(name: str, answers: Mapping[str, str], found: Found) -> Aggregation | None:
    """Return how figures of several parts make one, as was answered; None where nobody did. Rule: L62, R77."""
    return WAYS.get(_answered("add_over", name, answers, found))


def direction_of(name: str, answers: Mapping[str, str], found: Found) -> Direction | None:
    """Return whether more of a line is better, as was answered; None where nobody did. Rule: L62."""
    return BETTER.get(_answered("direction", name, answers, found))


def _answered(kind: str, name: str, answers: Mapping[str, str], found: Found) -> str:
    number = question_id(kind, "", "workbook")
    answer = found.decided.get(kind, {}).get(name, "") or answers.get(number, "")
    if answer != "marked":
        return answer
    return found.ticks.get(kind, {}).get(name, "")
