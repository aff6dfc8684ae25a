"""What was said about a workbook, carried out while it is read. Statements win over every rule. Rule: L63.

The finder calls it at few places: when the sheets are cut into tables, when a table was understood, when its facts were
made, and before a question is put.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Where
from kpireport.core.parse.numbers import Number, from_text
from kpireport.core.reading import said_facts, said_table, said_time
from kpireport.core.reading.grid import TALLEST, Kind, Region
from kpireport.core.reading.header import WIDEST
from kpireport.core.reading.regions import context
from kpireport.core.reading.said import What
from kpireport.core.reading.said_rules import LINES, rules
from kpireport.core.reading.said_time import Spoken
from kpireport.core.reading.spots import Axis, Places, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kpireport.core.reading.account import Place
    from kpireport.core.reading.grid import Grid, Token
    from kpireport.core.reading.questions import Question
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.said import Statement, Timing
    from kpireport.core.reading.said_rules import Line, Rule
    from kpireport.core.reading.table import Fact, Table

_FIGURE = re.compile(r"[-−–+(]?\s*\d[\d.,'’\u00a0\u202f ]*\)?\s*%?")
_NOWHERE = Where("", "", "")
COUNTED = frozenset({"fact", "result", "pending", "held", "unread", "partial", "no-figure"})
OF_LINES = {
    "lower": ("direction", "lower"), "higher": ("direction", "higher"), "months": ("add_up", ""),
    "parts": ("add_over", ""), "balance": ("add_up", "last"),
}  # fmt: skip
"""Which question a statement about lines answers, and how, where it does not say that itself."""


class Sayings:
    """The statements about one workbook. used: how many figures each is about, by its number.

    decided: what was said of lines, by kind of question and name.
    """

    def __init__(self, finder: Finder, statements: Sequence[Statement]) -> None:
        self.finder, self.statements = finder, tuple(statements)
        self.places = Places({})
        self.rules: list[Rule] = []
        self.used: Counter[int] = Counter()
        self.decided: dict[str, dict[str, str]] = defaultdict(dict)
        self.out: set[Place] = set()
        self.sources: set[Place] = set()
        self.lines_of: dict[int, list[tuple[Rule, Line]]] = {}
        self.said_of: dict[Place, frozenset[str]] = {}
        self._speaking: dict[tuple[int, int, int], dict[int, Token | None]] = {}
        self._covered: dict[str, dict[tuple[int, int], tuple[int, int]]] = {}
        self._spoken: dict[tuple[int, int, Line], dict[int, Spoken]] = {}
        self._levels: dict[tuple[int, tuple[int, ...]], dict[int, list[str]]] = {}

    def __bool__(self) -> bool:
        return bool(self.statements)

    # -- before tables are cut ----------------------------------------------------------------------------------------

    def begin(self, grids: Iterable[Grid]) -> None:
        """Find the places of all statements, and read the texts that were said to be figures."""
        if not self:
            return
        self.places = Places({grid.name: grid for grid in grids})
        self.rules = rules(self.places, self.statements)
        for rule in self.rules:
            if rule.aspect == What.TEXT:
                self._texts(rule)

    def _texts(self, rule: Rule) -> None:
        for sheet in rule.sheets:
            grid = self.places.grids[sheet]
            for t in self.places.at(sheet).values():
                if t.kind is not Kind.TEXT or not rule.covers(sheet, t.row, t.column):
                    continue
                found = _FIGURE.search(t.text)
                number = from_text(found[0].strip(), _NOWHERE) if found else None
                if isinstance(number, Number):
                    percent = "%" in t.text
                    t.kind, t.value, t.said, t.period = Kind.NUMBER, float(number.value), None, None
                    t.format = "0%" if percent else t.format
                    grid.numbers += 1
                    self.used[rule.number] += 1

    def cut(self, grid: Grid) -> tuple[list[Region], Grid]:
        """Return the tables that were said to be such, and the sheet without them."""
        taken: set[tuple[int, int]] = set()
        made: list[Region] = []
        for rule in self.rules:
            if rule.aspect != What.TABLE:
                continue
            for area in rule.areas or ():
                if area.sheet != grid.name or rule.statement.of[0].axis is not Axis.RANGE:
                    continue
                rows = {
                    row: [t for t in tokens if area.holds(row, t.column) and (row, t.column) not in taken]
                    for row, tokens in grid.rows.items()
                }
                rows = {row: tokens for row, tokens in rows.items() if tokens}
                if rows:
                    taken |= {(row, t.column) for row, tokens in rows.items() for t in tokens}
                    made.append(Region(grid, rows))
                    made[-1].context = context(grid, made[-1])
        return made, grid.without(taken) if taken else grid

    def is_table(self, table: Table) -> bool:
        """Return whether a table was said to be one, by its rectangle or by its title."""
        stated = [area for rule in self.rules if rule.aspect == What.TABLE for area in rule.areas or ()]
        return any(said_table.is_table(area, table) for area in stated)

    def keeps(self, fact: Fact, what: str) -> bool:
        """Return whether it was said that a number is a figure, against what leaves it out."""
        return "figure" in fact.said or ("kept" in fact.said and what in ("repeat", "summary", "held"))

    def unused(self) -> tuple[int, ...]:
        """Return the numbers of the statements that are about no figure of this workbook."""
        return tuple(n for n in range(len(self.statements)) if not self.used[n])

    # -- when a table was understood ----------------------------------------------------------------------------------

    def prepare(self, table: Table) -> None:
        """Set what was said of the titles, names and periods of a table, before its figures are read."""
        if self:
            said_table.prepare(self, table)

    def carry_out(self) -> None:
        """Make the facts of all tables what was said of them; what was decided is asked no more."""
        if not self:
            return
        for table in self.finder.tables:
            if any(table.sheet in rule.sheets for rule in self.rules):
                said_facts.carry_out(self, table)
        self._answered()

    def covers(self, rule: Rule, table: Table, token: Token) -> bool:
        """Return whether a statement is about a cell of a table; one cell of a table may stand for all."""
        if not rule.covers(table.sheet, token.row, token.column):
            whole = rule.whole and any(said_table.is_table(area, table) for area in rule.areas or ())
            return whole and not any(a.sheet == table.sheet and a.holds(token.row, token.column) for a in rule.but)
        return True

    def active(self, table: Table) -> list[Rule]:
        """Return the rules that may be about cells of a table."""
        return [rule for rule in self.rules if table.sheet in rule.sheets]

    # -- what is said where -------------------------------------------------------------------------------------------

    def title_at(self, table: Table, line: Line, row: int, column: int) -> Token | None:
        """Return the cell of a line that speaks of a figure: beside or over it, under a merge, or before a blank."""
        at = self.places.at(table.sheet)
        if line.cell:
            return at.get((line.place, line.span.first)) if line.span is not None else None
        if not line.down:
            return self._over(table, line.place).get(column)
        return self._beside(table, line.place).get(row)

    def _beside(self, table: Table, column: int) -> Mapping[int, Token | None]:
        """Return what a column says of each row of a table: its own cell there, else the one above it."""
        number = (table.index, column, 0)
        if number not in self._speaking:
            at = self.places.at(table.sheet)
            found: dict[int, Token | None] = {}
            current: Token | None = None
            for row in sorted(table.body or table.region.rows):
                current = at.get((row, column)) or self._merged(table.sheet, row, column) or current
                found[row] = current if current is not None and current.kind is not Kind.MISSING else None
            self._speaking[number] = found
        return self._speaking[number]

    def _over(self, table: Table, row: int) -> Mapping[int, Token | None]:
        """Return what a row says of each column of a table; before a blank over lower titles the one further left."""
        number = (table.index, 0, row)
        if number not in self._speaking:
            at = self.places.at(table.sheet)
            lower = [r for r in table.heads if r > row]
            found: dict[int, Token | None] = {}
            current: Token | None = None
            for column in table.region.by_column:
                own = at.get((row, column)) or self._merged(table.sheet, row, column)
                titled = own is not None or any((r, column) in at for r in lower)
                current = own or current
                speaks = titled and current is not None and current.kind is not Kind.MISSING
                found[column] = current if speaks else None
            self._speaking[number] = found
        return self._speaking[number]

    def _merged(self, sheet: str, row: int, column: int) -> Token | None:
        """Return the cell whose merge covers a place."""
        if sheet not in self._covered:
            self._covered[sheet] = {
                (r, c): (top, left)
                for top, left, bottom, right in self.places.grids[sheet].merges
                for r in range(top, min(bottom, top + TALLEST) + 1)
                for c in range(left, min(right, left + WIDEST) + 1)
            }
        place = self._covered[sheet].get((row, column))
        return self.places.at(sheet).get(place) if place is not None else None

    def title_of(self, table: Table, line: Line) -> str:
        """Return what a column or row of parts is called."""
        at = self.places.at(table.sheet)
        if line.down:
            column = next((c for c in table.columns if c.column == line.place), None)
            if column is not None and column.titles:
                return column.title
            above = range((table.body or table.region.rows)[0] - 1, 0, -1)
            return next((t.text for r in above if (t := at.get((r, line.place))) is not None), "")
        first = min((c for r, c in at if r == line.place), default=0)
        return (
            at[line.place, first].text if first and first < min(c.column for c in table.values or table.columns) else ""
        )

    def levels(self, table: Table, lines: Sequence[Line], row: int) -> list[str]:
        """Return the names of a row, the widest first; a level that it leaves blank is that of the rows above."""
        columns = tuple(sorted(line.place for line in lines))
        if not columns:
            return []
        number = (table.index, columns)
        if number not in self._levels:
            indents = any(line.source.indents for line in lines)
            self._levels[number] = self._indented(table, columns[0]) if indents else self._stepped(table, columns)
        return self._levels[number].get(row, [])

    def _stepped(self, table: Table, columns: Sequence[int]) -> dict[int, list[str]]:
        at = self.places.at(table.sheet)
        found: dict[int, list[str]] = {}
        current: dict[int, str] = {}
        for row in table.body or table.region.rows:
            own = []
            for column in columns:
                token = at.get((row, column)) or self._merged(table.sheet, row, column)
                if token is not None and token.kind is not Kind.MISSING:
                    current = {c: text for c, text in current.items() if c < column}
                    current[column] = token.text.strip(" :")
                    own.append(column)
            if own:
                found[row] = [text for c, text in sorted(current.items()) if c <= own[-1]]
        return found

    def _indented(self, table: Table, column: int) -> dict[int, list[str]]:
        """Return the names of rows whose level is the number of blanks before them."""
        cells = table.region.grid.sheet.rows
        found: dict[int, list[str]] = {}
        current: dict[int, str] = {}
        for row in table.body or table.region.rows:
            text = next((c.value for c in cells.get(row, ()) if c.column == column and isinstance(c.value, str)), "")
            if not text.strip():
                continue
            deep = len(text) - len(text.lstrip())
            current = {d: t for d, t in current.items() if d < deep}
            current[deep] = " ".join(text.split()).strip(" :")
            found[row] = [t for _, t in sorted(current.items())]
        return found

    def spoken(self, table: Table, rule: Rule, line: Line) -> dict[int, Spoken]:
        """Return what the titles of a line say of time, by row or column of the figures that they are of."""
        number = (table.index, rule.number, line)
        if number not in self._spoken:
            titles = self._titles_along(table, line, counted=bool(rule.timing.first))
            self._spoken[number] = said_time.read(self.finder.periods, titles, rule.timing)
        return self._spoken[number]

    def _titles_along(self, table: Table, line: Line, *, counted: bool) -> list[tuple[int, Token | None]]:
        region = table.region
        total = self.finder.trade.total.among
        made: list[tuple[int, Token | None]] = []
        if line.cell:
            token = self.title_at(table, line, 0, 0)
            return [(c, token) for c in region.by_column] if token is not None else []
        if line.down:
            for row in table.body or region.rows:
                own = self.places.at(table.sheet).get((row, line.place)) or self._merged(table.sheet, row, line.place)
                token = own or self.title_at(table, line, row, 0)
                sums = own is None and any(total(t.text) for t in region.by_row[row] if t.kind is Kind.TEXT)
                if not sums and (token is not None or counted):
                    made.append((row, token))
            return made
        for column, tokens in region.by_column.items():
            figures = any(t.kind is Kind.NUMBER and t.row > line.place for t in tokens)
            inside = line.span is None or line.span.first <= column <= line.span.last
            token = self._over(table, line.place).get(column)
            if figures and inside and (token is not None or counted):
                made.append((column, token))
        return made

    def own_text(self, table: Table, own: str) -> str:
        """Return the text that stands for a whole table: its title, its corner, its sheet's or file's name; or ''."""
        match own:
            case "sheet":
                return table.sheet
            case "file":
                return self.finder.workbook.file.rpartition(".")[0]
            case "corner":
                corner = table.region.get(table.region.rows[0], table.region.left)
                name = table.name_column.title if table.name_column is not None else ""
                return name or (corner.text if corner is not None else "")
            case "title":
                return next(iter([*table.titles, *table.region.context[:1]]), "")
            case _:
                return ""

    def of_text(self, text: str, timing: Timing) -> Spoken | None:
        """Return the period that a text says, None where it says none."""
        said = said_time.of_key(text)
        if said is not None:
            return Spoken(said, text.strip())
        reader = self.finder.periods
        said = reader.of(text)
        if said is None and len(text) < 120 and (within := reader.within(text)) is not None:
            said = within[0]
        if said is None:
            return None
        if said.year is None and timing.year is not None:
            said = said._replace(year=timing.year)
        return Spoken(said, said_time.exact(said, timing.each))

    # -- questions ----------------------------------------------------------------------------------------------------

    def _answered(self) -> None:
        """Take back the questions about figures of which it was said what they ask."""
        finder = self.finder
        for number, indexes in finder.asked_for.items():
            question = finder.questions.get(number)
            if question is None:
                continue
            if all(self._says_all(finder.tables[index], question) for index in indexes):
                del finder.questions[number]
                for index in indexes:
                    for fact in finder.tables[index].facts:
                        fact.pending -= {number}
        for number in [n for n, q in finder.questions.items() if q.kind == "fiscal_label"]:
            if not any(number in f.pending for t in finder.tables for f in t.live()):
                del finder.questions[number]

    def _says_all(self, table: Table, question: Question) -> bool:
        """Return whether enough was said of every figure that a question is about in a table."""
        figures = self._about(table, question.where)
        said = self.said_of
        if not figures:
            return any(place[0] == table.sheet for place in said)
        return all(p in self.out or said_facts.answers(question.kind, said.get(p, frozenset())) for p in figures)

    def _about(self, table: Table, where: str) -> list[Place]:
        numbers = list(table.region.numbers())
        _, _, cell = where.rpartition("!")
        if ":" not in cell:
            mine = [t for t in numbers if t.address == cell]
            column = "".join(c for c in cell if c.isalpha())
            row = cell[len(column) :]
            below = [t for t in numbers if t.address.rstrip("0123456789") == column and t.row > int(row or 0)]
            numbers = mine or below or numbers
        account = self.finder.account
        places = [(table.sheet, t.row, t.column) for t in numbers]
        return [p for p in places if p in self.out or p not in account or account[p].what in COUNTED]

    # -- lines --------------------------------------------------------------------------------------------------------

    def lines(self, facts: Iterable[Fact]) -> None:
        """Note what was said of lines: whether less is better, and how their months and parts add up."""
        spoken = [rule for rule in self.rules if rule.statement.what in (*LINES, What.BALANCE)]
        if not spoken:
            return
        for fact in facts:
            for rule in spoken:
                if self._of_line(rule, fact):
                    kind, answer = OF_LINES[str(rule.statement.what)]
                    self.decided[kind][fact.name] = rule.statement.value or answer
                    self.used[rule.number] += 1

    def _of_line(self, rule: Rule, fact: Fact) -> bool:
        for spot in rule.statement.but:
            if spot.line and matches(spot.line, fact.name):
                return False
        if any(spot.line and matches(spot.line, fact.name) for spot in rule.statement.of):
            return True
        return bool(rule.areas) and self.covers(rule, fact.table, fact.tokens[0])

    def unsaid(self, kind: str, names: Iterable[str]) -> list[str]:
        """Return the lines of which nothing was said that answers a kind of question."""
        return [name for name in names if name not in self.decided.get(kind, ())]
