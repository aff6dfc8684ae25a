"""The finder: a workbook becomes facts, an account of every number, and questions. Rule: L45."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading import across, axes, checks, contract, down, header, link, settle
from kpireport.core.reading.account import Account, Entry, Found
from kpireport.core.reading.grid import Grid, Kind, numbered_titles
from kpireport.core.reading.period_text import PeriodReader, in_two_years, year_within
from kpireport.core.reading.questions import Question, question_id
from kpireport.core.reading.regions import MOST, regions
from kpireport.core.reading.sayings import Sayings
from kpireport.core.reading.table import Fact, Table
from kpireport.core.reading.titles import TitleReader
from kpireport.core.reading.words import norm
from kpireport.core.workbook import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from kpireport.core.lexicon import Lexicon
    from kpireport.core.reading.grid import Region, Token
    from kpireport.core.reading.said import Statement
    from kpireport.core.reading.words import Trade
    from kpireport.core.workbook import Workbook


MOST_OF_ALL = 5_000  # regions of a workbook that are read
PROFIT_AND_LOSS = "PL"
"""A sheet's name that is no plan, although ``PL`` is one over a column of figures."""


class Finder:
    """One reading of a workbook. answers: by id of the question; a free value is taken where no alternative fits."""

    def __init__(
        self, workbook: Workbook, trade: Trade, lexicon: Lexicon, answers: Mapping[str, str], today: date | None = None,
        said: Sequence[Statement] = (),
    ) -> None:  # fmt: skip
        self.workbook, self.trade, self.lexicon, self.answers, self.today = workbook, trade, lexicon, answers, today
        self.goals: dict[str, dict[str, Token]] = {}
        self.periods = PeriodReader(trade)
        self.titles = TitleReader(trade, self.periods)
        self.questions: dict[str, Question] = {}
        self.tables: list[Table] = []
        self.grids: list[Grid] = []
        self.account = Account(self.grids)
        self.sheet_titles: dict[str, list[str]] = {}
        self.notes: list[Message] = []
        self.asked_for: dict[str, set[int]] = {}
        self.ticks: dict[str, dict[str, str]] = {}
        self.sayings = Sayings(self, said)
        self._names_of: dict[str, dict[str, None]] = {}  # the names of each question, to look them up

    @property
    def day(self) -> date | None:
        """Return the workbook's own day: the day it was saved, else today."""
        return self.workbook.saved.date() if self.workbook.saved else self.today

    # -- the account ----------------------------------------------------------------------------------------------

    def put(self, tokens: Iterable[Token], what: str, why: Message) -> None:
        """Account for numbers that have no entry yet."""
        entry = Entry(what, why)
        for t in tokens:
            if t.entry is None and t.kind is Kind.NUMBER:
                t.entry = entry

    def drop(self, facts: Iterable[Fact], what: str, why: Message) -> None:
        """Take facts out again: their cells get another entry."""
        entry = Entry(what, why)
        for fact in facts:
            if self.sayings.keeps(fact, what):
                continue
            fact.table.drop(fact)
            for t in fact.tokens:
                t.entry = entry

    def is_goal(self, name: str) -> bool:
        """Return whether a name stands on the list of goals: it is a line, whatever arithmetic says. Rule: L60."""
        return norm(name) in self.goals

    # -- questions ------------------------------------------------------------------------------------------------

    def ask(
        self, table: Table | None, kind: str, alternatives: Sequence[str], where: str = "", *, grade: str = "must",
        names: Iterable[str] = (), default: str | None = None, key: str = "", free: bool = True,
    ) -> str | None:  # fmt: skip
        """Return the answer to a question, or None after it was put; the same question is put once."""
        where = where or (table.name if table is not None else self.workbook.file)
        number = question_id(kind, table.sheet if table is not None else "", key or where)
        answer = self.answers.get(number)
        if answer is not None and answer != "":
            return answer
        question = self.questions.get(number)
        if question is None:
            made = tuple(dict.fromkeys(str(a) for a in alternatives))
            question = Question(
                number,
                kind,
                grade,
                where,
                made,
                default if default is not None else (made[0] if made else ""),
                free=free,
            )
            self.questions[number] = question
        known = self._names_of.setdefault(number, {})
        for name in names:
            if name not in known:
                known[name] = None
                question.names.append(name)
        if table is not None:
            self.asked_for.setdefault(number, set()).add(table.index)
        return None

    # -- the reading ----------------------------------------------------------------------------------------------

    def run(self) -> Found:
        """Read all sheets; return what was found."""
        self.grids.extend(
            Grid(sheet, self.periods, limits=self.lexicon.sheet_kind(sheet.name) == "targets")
            for sheet in self.workbook.sheets
        )
        self.sayings.begin(self.grids)
        for sheet, whole in zip(self.workbook.sheets, self.grids, strict=True):
            first = len(self.tables)
            stated, grid = self.sayings.cut(whole)
            for region in stated:
                self._table(region, first, hidden=sheet.visibility is not Visibility.VISIBLE)
            if not grid.numbers:
                self.sheet_titles.setdefault(sheet.name, []).extend(
                    t.text for row in list(grid.rows.values())[:12] for t in row if t.kind is Kind.TEXT
                )
                continue
            if contract.holds_no_figures(self, grid) or contract.goals_sheet(self, grid):
                continue
            numbered_titles(grid, Entry("title", Message("reading.title")))
            every = regions(grid, self.trade)
            most = max(0, min(MOST, MOST_OF_ALL - len(self.tables)))
            self._beyond(every[most:], grid)
            for region in every[:most]:
                if not any(True for _ in region.numbers()):
                    self.sheet_titles.setdefault(sheet.name, []).extend(
                        t.text for t in itertools.islice(region.tokens(), 12)
                    )
                    continue
                self._table(region, first, hidden=sheet.visibility is not Visibility.VISIBLE)
        settle.years(self)
        for table in self.tables:
            if table.orientation == "down":
                down.facts(self, table)
            elif table.orientation:
                across.facts(self, table)
        self.sayings.carry_out()
        link.tables(self)
        checks.check(self)
        settle.questions(self)
        facts = [f for t in self.tables for f in t.live()]
        return Found(
            facts,
            self.account,
            list(self.questions.values()),
            self.tables,
            sum(g.numbers for g in self.grids),
            self.notes,
            self.ticks,
            {kind: dict(lines) for kind, lines in self.sayings.decided.items()},
            self.sayings.unused(),
        )

    def _beyond(self, rest: Sequence[Region], grid: Grid) -> None:
        """Tell of the tables that are more than are read; a person must agree to leave them out. Rule: L34."""
        numbers = [t for region in rest for t in region.numbers()]
        if numbers:
            self.put(numbers, "unread", Message("reading.too-many-tables", {"number": len(self.tables)}))
            self.ask(None, "tables", ["leave-out"], rest[0].name, key=f"{grid.name}:beyond", default="leave-out")

    def _table(self, region: Region, first: int, *, hidden: bool) -> None:
        """Understand one table of a sheet. first: number of the sheet's first table."""
        table = Table(region, len(self.tables), hidden)
        self.tables.append(table)
        table.said = self.sayings.is_table(table)
        self._understand(table)
        self._periods_above(table, self.tables[first:-1])
        self.sayings.prepare(table)

    def _understand(self, table: Table) -> None:
        header.read_header(table, self.trade)
        numbers = list(table.region.numbers())
        if (
            not table.said
            and len(numbers) <= 3
            and len(table.region.rows) <= 3
            and all(self.periods.of(t.value) for t in numbers)
        ):
            self.put(numbers, "title", Message("reading.title"))
            self.sheet_titles.setdefault(table.sheet, []).extend(t.text for t in table.region.tokens())
            return
        if not table.columns or not table.body:
            return
        table.pivot = any(
            self.trade.pivot.is_(t.text) for r in table.heads for t in table.region.by_row[r] if t.kind is Kind.TEXT
        )
        axes.read_axes(self, table)
        if not table.said and contract.read_goals(self, table):
            table.orientation, table.contract = "", True
            return
        table.figure_rows = {t.row for c in table.columns if c.content == "figures" for t in c.figures}
        if table.orientation == "across":
            across.understand(self, table)
        elif table.orientation == "down":
            down.understand(self, table)
        elif table.orientation == "none":
            across.understand_undated(self, table)

    def _periods_above(self, table: Table, above: list[Table]) -> None:
        """A block under a bare heading takes the periods of the table above it whose columns it shares. Rule: L48."""
        if table.orientation != "none" or any(c.series for c in table.values):
            return
        figures = [c for c in table.columns if c.content == "figures"]
        for other in reversed(above):
            titles = {c.column: c for c in other.values}
            if other.orientation == "across" and len(titles) >= 2 and len(figures) >= 2:
                shared = [c for c in figures if c.column in titles]
                if len(shared) < 0.8 * len(figures) or len(shared) < 2:
                    return
                for c in shared:
                    model = titles[c.column]
                    c.said, c.series = model.said, c.series or model.series
                    c.metric = "" if c.metric == c.title else c.metric
                table.orientation, table.stamp, table.values = "across", None, []
                table.part_columns, table.note_columns, table.name_column = [], [], None
                across.understand(self, table)
                table.year = table.year or other.year
                return

    # -- what speaks of a table ------------------------------------------------------------------------------------

    def texts_over(self, table: Table) -> list[str]:
        """Return the texts that speak of a table, nearest first: corner, titles, context, sheet."""
        corner = table.name_column.title if table.name_column is not None else ""
        return [t for t in [corner, *table.titles, *table.region.context, table.sheet] if t]

    def year_over(self, table: Table) -> int | None:
        """Return the year that the nearest text over a table says."""
        for text in self.texts_over(table):
            year = year_within(text)
            if year:
                table.two_years = in_two_years(text)
                return year
        years = Counter(y for text in self.sheet_titles.get(table.sheet, ()) if (y := year_within(text)))
        if len(years) == 1:
            return next(iter(years))
        return year_within(self.workbook.file.rpartition(".")[0])

    def scenario_over(self, table: Table) -> tuple[str, bool]:
        """Return the scenario that a text over a table says, and whether it says little else."""
        trade = self.trade
        for text in self.texts_over(table):
            if len(text) > 120 or text == PROFIT_AND_LOSS:
                continue
            title = self.titles.of(text)
            if (
                title.derived
                and not title.series
                and len(text.split()) <= 4
                and title.said is None
                and trade.derived.is_(title.rest or text)
                and any(t.index != table.index and t.orientation for t in self.tables)
            ):
                return "derived", True
            both = {s for s in trade.series if trade.series[s].among(text)}
            if not title.series or {"actual", "target"} <= both or title.derived:
                continue
            rest = [
                w
                for w in title.rest.split()
                if not trade.generic.is_(w) and not trade.total.is_(w) and not w.isdigit() and year_within(w) is None
            ]
            known = not title.unsure and len(rest) <= 2 and title.series != "forecast"
            return title.series, known
        return "", False
