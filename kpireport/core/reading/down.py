"""Tables in which a column says the period of each row: one line a column, or names in a column of their own.

Rule: L49.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core.messages import Message
from kpireport.core.reading import across, arithmetic, axes, derived_days, identifiers, labels
from kpireport.core.reading.across import READ, scenario
from kpireport.core.reading.derived_columns import give_role
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.period_text import Said, without_year
from kpireport.core.reading.questions import question_id
from kpireport.core.reading.table import NOTHING, Fact
from kpireport.core.reading.when import Clock
from kpireport.core.reading.words import SERIES, norm, parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Table
    from kpireport.core.reading.words import Trade

SAMPLE = 400
_WORDS = re.compile(r"[a-z]+|[^\W\da-z_]|\S")
_WHOLE = frozenset("总全")
CALENDAR = ("year", "month", "yyyymm", "yyyymmdd", "quarter", "week", "nth-year")


def understand(finder: Finder, table: Table) -> None:
    """Set which columns say when, and the period of each row."""
    figures = [c for c in table.columns if c.content == "figures"]
    for c in figures:
        if c.role == "clock":
            finder.put(c.figures, "calendar", Message("reading.calendar"))
    calendar = [c for c in figures if c.role in CALENDAR]
    for c in calendar:
        finder.put(c.figures, "calendar", Message("reading.calendar"))
    table.values = [c for c in figures if not c.role]
    table.figure_rows = {t.row for c in table.values for t in c.figures}
    when = _when(finder, table, [c for c in table.columns if c.content == "period"], calendar)
    if when is None:
        table.unread = Message("reading.which-date")
        return
    column, year = when
    table.when_column = column
    table.period_of_row = _periods(finder, table, column, year)
    table.wants_year = any(s.year is None for s in table.period_of_row.values()) and not all(
        c.said is not None and c.said.freq == "Y" for c in table.values
    )
    words = [c for c in table.columns if c.content == "words" and not _says_when(c)]
    table.part_columns = labels.pick(finder, table, words, 0)
    table.scenario, table.scenario_known = finder.scenario_over(table)


def _says_when(column: Column) -> bool:
    words = [t for t in column.tokens if t.kind is Kind.TEXT]
    return bool(words) and sum(t.said is not None for t in words) > 0.8 * len(words)


def _frequency(column: Column) -> tuple[str, float]:
    """Return what most cells of a column say, and the share of them that say a year too."""
    match column.role:
        case "yyyymm":
            return "M", 1.0
        case "yyyymmdd":
            return "D", 1.0
        case "year" | "nth-year":
            return "Y", 1.0
        case "month" | "quarter" | "week":
            return column.role[0].upper(), 0.0
    said = [t.said for t in column.tokens if t.said is not None]
    freq = Counter(s.freq for s in said).most_common(1)[0][0]
    return freq, sum(s.year is not None for s in said) / len(said)


def _when(
    finder: Finder, table: Table, dated: list[Column], calendar: list[Column]
) -> tuple[Column, Column | None] | None:
    """Return the column that says when, and the one that says its year; None where it is asked. Rule: L50."""
    whole: list[Column] = []
    part: list[Column] = []
    years: list[Column] = []
    rows = len(table.figure_rows) or 1
    for c in [*dated, *calendar]:
        if sum(t.row in table.figure_rows for t in c.tokens) < 0.3 * rows and len(c.tokens) < 2:
            continue
        freq, with_year = _frequency(c)
        if freq == "Y":
            years.append(c)
        elif with_year > 0.8:
            whole.append(c)
        else:
            part.append(c)
    answer = finder.answers.get(question_id("date_column", table.sheet, table.name))
    if answer:
        for c in [*whole, *years, *part]:
            if norm(c.title) == norm(answer):
                return c, years[0] if c in part and years else None
    full = [c for c in whole if sum(t.row in table.figure_rows for t in c.tokens) >= 0.5 * rows]
    if full:
        return _one_date(finder, table, full, years)
    if part:
        best = max(part, key=lambda c: (len({(t.said[:4] if t.said else t.value) for t in c.tokens}), -c.column))
        return best, years[0] if years else None
    return (years[0], None) if years else None


def _one_date(
    finder: Finder, table: Table, full: list[Column], years: list[Column]
) -> tuple[Column, Column | None] | None:
    trade = finder.trade

    def month(column: Column, row: int) -> tuple[int | None, int | None] | None:
        t = table.region.get(row, column.column)
        said = (
            t.said
            if t is not None and t.kind is not Kind.NUMBER
            else finder.periods.of(t.value)
            if t is not None
            else None
        )
        return (said.year, said.number) if said is not None and said.freq in "DM" else None

    best = full[0]
    rows = [t.row for t in best.tokens][:SAMPLE]
    rivals = [
        c for c in full[1:] if any(month(c, r) and month(best, r) and month(c, r) != month(best, r) for r in rows)
    ]
    if not rivals and years and trade.stamp.among(best.title):
        rivals = [years[0]]
    if rivals:
        ordered = sorted([best, *rivals], key=lambda c: (trade.stamp.among(c.title), c.column))
        finder.ask(table, "date_column", [c.title or str(c.column) for c in ordered], key=table.name)
        return None
    return best, None


def _periods(finder: Finder, table: Table, column: Column, year: Column | None) -> dict[int, Said]:
    """Return what each row says of its period; a blank goes on only under a merge or in even gaps."""
    freq = {"month": "M", "quarter": "Q", "week": "W"}.get(column.role)
    tokens = column.tokens
    said = axes.decided_words([t.said for t in tokens])
    at: dict[int, Said] = {}
    for t, s in zip(tokens, said, strict=True):
        if t.kind is Kind.NUMBER:
            if column.role == "nth-year":
                s = Said("N", None, int(t.number), flags=frozenset({"years"}))
            else:
                s = Said(freq, None, int(t.number)) if freq else finder.periods.of(t.value)
        if s is not None and s.freq != "C":
            at[t.row] = s
    _day_or_month(at)
    if year is not None:
        _give_years(finder, table, at, year)
    return _fill_down(finder.trade, table, column, at)


def _day_or_month(at: dict[int, Said]) -> None:
    ordered = list(at)
    said: list[Said | None] = [at[r] for r in ordered]

    def put(place: int, s: Said) -> None:
        at[ordered[place]] = s

    axes.day_or_month(said, put)


def _give_years(finder: Finder, table: Table, at: dict[int, Said], year: Column) -> None:
    current: int | None = None
    by_row = {t.row: t for t in year.tokens}
    for row in table.body:
        t = by_row.get(row)
        if t is not None:
            s = finder.periods.of(t.value) if t.kind is Kind.NUMBER else t.said
            current = s.year if s is not None and s.year else current
        if row in at and at[row].year is None and current is not None:
            at[row] = at[row]._replace(year=current)


def _fill_down(trade: Trade, table: Table, column: Column, at: dict[int, Said]) -> dict[int, Said]:
    rows = [r for r in table.body if r in table.figure_rows]
    missing = [
        r
        for r in rows
        if r not in at
        and table.region.get(r, column.column) is None
        and not any(trade.total.among(t.text) for t in table.region.by_row[r] if t.kind is Kind.TEXT)
    ]
    if not missing or len(missing) <= 0.3 * len(rows):
        covered = {
            r: top
            for top, left, bottom, right in table.region.merges
            if left <= column.column <= right
            for r in range(top + 1, min(bottom, top + 500) + 1)
        }
        for r in missing:
            if r in covered and covered[r] in at:
                at[r] = at[covered[r]]
        return at
    current: Said | None = None
    open_rows = set(missing)
    for r in table.body:
        if r in at:
            current = at[r]
        elif r in open_rows and current is not None:
            at[r] = current
    return at


def facts(finder: Finder, table: Table) -> None:
    """Make the facts of a table whose rows are dated."""
    if not table.period_of_row:
        return
    rows = [r for r in table.body if r in table.figure_rows]
    values = [c for c in table.values if not identifiers.numbers_things(finder, table, c)]
    said = list(dict.fromkeys(table.period_of_row.values()))
    clock = Clock(finder, table, said, single=_single(finder, table, len(said)))
    periods = {r: clock.period(s) for r, s in table.period_of_row.items() if r in table.figure_rows}
    for r, s in table.period_of_row.items():
        if "partial" in s.flags and r in periods:
            finder.put((t for c in values if (t := table.at(r, c)) is not None), "partial", Message("reading.partial"))
            del periods[r]
    derived_days.down(finder, table, values, rows, periods)
    values = [c for c in values if not c.role or finder.is_goal(c.title) or finder.is_goal(c.metric)]
    if not values:
        return
    if not _name_lines(finder, table, values):
        return
    values = [c for c in values if not c.role]
    values = [c for c in values if not _says_nothing(finder, table, c, values)]
    _undated(finder, table, values, rows, periods)
    totals = derived_days.member_totals(finder, table, values, rows, periods)
    for r, why in totals.items():
        finder.put((t for c in values if (t := table.at(r, c)) is not None), "total", why)
    _Emitter(finder, table, values, clock).emit([r for r in rows if r in periods and r not in totals], periods)


def _single(finder: Finder, table: Table, different: int) -> bool:
    """Return whether no day comes twice for a line; in our own layout its parts are lines."""
    if different == len(table.period_of_row):
        return True
    ours = all(finder.lexicon.field("metrics", c.leaf) for c in table.part_columns)
    lines = table.part_columns if ours else [c for c in table.part_columns if finder.trade.strict.is_(c.leaf)]
    words = {(s, *(t.text if (t := table.at(r, c)) else "" for c in lines)) for r, s in table.period_of_row.items()}
    return len(words) == len(table.period_of_row)


def _name_lines(finder: Finder, table: Table, values: list[Column]) -> bool:
    """Name each column of figures, and find the column that names the lines; False where that is asked."""
    trade = finder.trade
    for c in values:
        bare_title = trade.generic.is_(c.metric) or trade.is_unit(c.metric) or trade.strict.is_(c.metric)
        c.name = "" if not c.metric or bare_title else c.metric
    _beside(values)
    named = {c.name for c in values if c.name}
    plain = [c for c in values if c.series and not c.name]
    if plain and len(named) == 1:
        only = next(c for c in values if c.name)
        if only.series or not table.part_columns:
            for c in plain:
                c.name = only.name
    bare = [c for c in values if not c.name]
    strict = [c for c in table.part_columns if trade.strict.is_(c.leaf)]
    by_scenario = bool(plain) and not any(c.name for c in values if c.series)
    long_form = bool(bare) and (bool(strict) or not any(c.name for c in values) or by_scenario)
    if long_form and table.part_columns and not _name_column(finder, table):
        return False
    if table.name_column is not None:
        _beside_actual(finder, table, [c for c in values if not c.name])
        return True
    for series in {c.series for c in bare}:
        same = [c for c in bare if c.series == series]
        if len(same) > 1 and not all(c.said is not None and c.said.freq == "Y" for c in same):
            for c in same:
                c.name = c.title
        elif len(same) == 1 and same[0].metric and not trade.is_unit(same[0].metric):
            subject = _subject(finder, table, values)
            alone = subject == same[0].title or any(c.name for c in values) or not _telling(finder, table, values)
            same[0].name = same[0].metric if alone else f"{subject} – {same[0].metric}"
    return True


def _says_amount(finder: Finder, table: Table) -> bool:
    """Return whether nothing but a word like amount would name the line of a table of several parts. Rule: L42."""
    values = [c for c in table.values if not c.role]
    subject = _subject(finder, table, values)
    return len(table.part_columns) > 1 and len(values) == 1 and finder.trade.generic.is_(subject)


def _says_nothing(finder: Finder, table: Table, column: Column, values: list[Column]) -> bool:
    """Ask about a column titled KPI of the week, KPI in total, or as of the period before: it is no figure of this one.

    What it is the answer says; until then it is not read. Rule: L58.
    """
    trade = finder.trade
    before = trade.before.among(column.title) and not column.series and len(values) > 1
    words = [w for w in _WORDS.findall(norm(column.metric)) if w]
    names = [w for w in words if trade.strict.is_(w)]
    rest = [w for w in words if w not in names]
    bare = names and rest and len(values) > 1 and table.name_column is None and not column.series
    if not before and not bare:
        return False
    if not before and not all(
        trade.field_of(w) or trade.total.is_(w) or w in _WHOLE or trade.rhythm.is_(w) for w in rest
    ):
        return False
    answer = finder.ask(
        table, "columns", ["leave-out", "target", "figure"], f"{table.sheet}!{column.titles[-1].address}",
        grade="should", names=[column.title], key=column.title, default="leave-out",
    )  # fmt: skip
    if answer is not None and (answer in ("target", "figure") or _of_a_year(finder, column, answer)):
        column.series = "target" if answer == "target" else ""
        return False
    give_role(finder, column, "unread", "reading.no-title")
    return True


def _beside_actual(finder: Finder, table: Table, bare: list[Column]) -> None:
    """Ask what a column without a scenario is that stands beside one called actual: it is not read until then."""
    if not any(c.series == "actual" for c in bare):
        return
    for c in (c for c in bare if not c.series and c.titles):
        answer = finder.ask(
            table, "columns", ["leave-out", "target", "forecast"], f"{table.sheet}!{c.titles[-1].address}",
            grade="should", names=[c.title], key=c.title, default="leave-out",
        )  # fmt: skip
        if answer in SERIES:
            c.series = answer
        elif answer is None or not _of_a_year(finder, c, answer):
            give_role(finder, c, "unread", "reading.no-title")


def _of_a_year(finder: Finder, column: Column, answer: str) -> bool:
    """Take the year that was answered for the figures of a column; False where none was."""
    said = finder.periods.of(answer)
    if said is None or said.year is None:
        return False
    column.said, column.series = Said("Y", said.year), column.series or "actual"
    return True


def _beside(values: list[Column]) -> None:
    """Let bare titles of a scenario that each stand right of one measure be of that measure. Rule: L49."""
    bare = [c for c in values if c.series and not c.name]
    named = [c for c in values if c.name]
    if len(bare) < 2 or len(named) < 2 or any(c.series for c in named):
        return
    of: dict[int, Column] = {}
    current: Column | None = None
    for c in values:
        if c.name:
            current = c
        elif c.series and current is not None:
            of[c.column] = current
    if (
        len(of) == len(bare)
        and Counter((x.column, c.series) for c in bare for x in [of[c.column]]).most_common(1)[0][1] == 1
        and {x.column for x in of.values()} == {c.column for c in named}
    ):
        for c in bare:
            c.name = of[c.column].name


def _name_column(finder: Finder, table: Table) -> bool:
    candidates = table.part_columns
    answer = finder.answers.get(question_id("name_column", table.sheet, table.name))
    if answer == "sheet":
        return True
    if answer:
        chosen = next((c for c in [*candidates, *table.note_columns] if norm(c.title) == norm(answer)), None)
        if chosen is not None:
            table.name_column = chosen
            table.part_columns = [c for c in candidates if c is not chosen]
        return True  # else the table is one line, called as was answered
    chosen = labels.name_of(finder, table, candidates)
    if chosen is not None and labels.is_part(finder, chosen) and not finder.trade.name.is_(chosen.leaf):
        chosen = None
    chosen = chosen or _names_elsewhere(finder, table, candidates)
    if chosen is None and all(labels.is_part(finder, c) for c in candidates) and not _says_amount(finder, table):
        return True  # parts alone: the sheet is one line
    if chosen is None:
        ordered = sorted(candidates, key=lambda c: (labels.is_part(finder, c), c.column))
        finder.ask(table, "name_column", [*(c.title for c in ordered), "sheet"], key=table.name)
        finder.put((t for c in table.values for t in c.figures), "held", Message("reading.which-name"))
        return False
    table.name_column = chosen
    table.part_columns = [c for c in candidates if c is not chosen]
    return True


def _names_elsewhere(finder: Finder, table: Table, candidates: list[Column]) -> Column | None:
    """Return the column whose words are mostly names of lines in other tables."""
    others = {
        norm(t.text) for x in finder.tables if x is not table and x.name_column is not None and x.orientation != "down"
        for t in x.name_column.tokens if t.kind is Kind.TEXT
    }  # fmt: skip
    best, most = None, 0
    for c in candidates:
        words = {norm(t.text) for t in c.tokens if t.kind is Kind.TEXT}
        common = len(words & others)
        if len(words) >= 2 and common >= 0.5 * len(words) and common > most:
            best, most = c, common
    return best


def _undated(
    finder: Finder, table: Table, values: list[Column], rows: list[int], periods: dict[int, tuple[str, str]]
) -> None:
    """Account for rows without a period: totals by arithmetic or by their label, the rest is told. Rule: L51."""
    trade = finder.trade
    lost: list[Token] = []
    open_rows = [r for r in rows if r not in periods and r not in table.period_of_row]
    sums: dict[int, tuple[float, int]] = {}
    for c in values if open_rows else ():
        dated = [t.number for t in c.figures if t.row in periods]
        sums[c.column] = sum(dated), len(dated)
    for r in open_rows:
        tokens = table.region.by_row[r]
        label = next((t.text for t in tokens if t.kind is Kind.TEXT), "")
        for c in values:
            t = table.at(r, c)
            if t is None or t.kind is not Kind.NUMBER:
                continue
            if trade.scenario(label) == "target" and not c.series:
                finder.put([t], "goals", Message("reading.goals"))
                table.target_row = r
                finder.ask(table, "target_basis", ["period", "year"], grade="should", names=[label], key=label)
                continue
            total, count = sums[c.column]
            proved = bool(count) and (
                arithmetic.close(t.number, total, count) or arithmetic.close(t.number, total / count, 1)
            )
            if proved or trade.total.among(label) or trade.mean.among(label):
                finder.put(
                    [t],
                    "total",
                    Message("reading.sum-of-rows") if proved else Message("reading.titled-total", {"title": label}),
                )
            else:
                finder.put([t], "unread", Message("reading.no-period"))
                if t.number:
                    lost.append(t)
    if lost:
        answer = finder.ask(
            table,
            "rows",
            ["leave-out"],
            f"{table.sheet}!{lost[0].address}",
            grade="must" if len({t.row for t in lost}) > 0.05 * len(rows) else "may",
            key=table.name,
        )
        _dated_by_answer(finder, table, lost, answer, periods)


def _dated_by_answer(
    finder: Finder, table: Table, lost: list[Token], answer: str | None, periods: dict[int, tuple[str, str]]
) -> None:
    """Give rows without a period the one that was answered for them."""
    said = finder.periods.of(answer) if answer else None
    if said is None:
        return
    when = Clock(finder, table, [said]).period(said)
    for t in lost:
        t.entry = None
        table.period_of_row[t.row], periods[t.row] = said, when


class _Line(NamedTuple):
    """What the figures of one row and column are of: what they share is one fact."""

    name: str
    part: tuple[tuple[str, str], ...]
    period: str
    series: str
    unit: str
    column: int


class _Emitter:
    """Makes the facts of the dated rows of one table: rows of the same line and period make one."""

    def __init__(self, finder: Finder, table: Table, values: list[Column], clock: Clock) -> None:
        self.finder, self.table, self.values, self.clock = finder, table, values, clock
        self.subject = _subject(finder, table, values)
        self.named = {
            c.column: bool(c.name) and (any(x.name for x in values if x is not c) or not c.series) for c in values
        }
        self.gathered: dict[_Line, list[Token]] = {}
        self.waits: dict[_Line, set[str]] = {}
        self._scenarios: dict[tuple[str, bool], tuple[str, str]] = {}
        self._parts: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}

    def emit(self, rows: list[int], periods: Mapping[int, tuple[str, str]]) -> None:
        columns = {c.column: c for c in self.values}
        for r in rows:
            tokens = {t.column: t for t in self.table.region.by_row[r]}
            figures = [(c, t) for c in columns.values() if (t := tokens.get(c.column)) is not None]
            self._row(r, tokens, figures, periods[r])
        self._facts()

    def _row(
        self, r: int, tokens: Mapping[int, Token], figures: list[tuple[Column, Token]], period: tuple[str, str]
    ) -> None:
        finder, table = self.finder, self.table
        part = self._part(tokens)
        series_token = tokens.get(table.series_column.column) if table.series_column is not None else None
        of_row, of_word = across.of_word(finder, table, series_token.text) if series_token is not None else ("", "")
        if of_row == "derived":
            finder.put((t for _, t in figures), "derived", Message("reading.titled-derived"))
            return
        label = None
        if table.name_column is not None:
            name_token = tokens.get(table.name_column.column)
            label = name_token.text.strip(" :") if name_token is not None else None
            if label is None:
                finder.put((t for _, t in figures), "unread", Message("reading.no-label"))
                return
        unit_token = tokens.get(table.unit_column.column) if table.unit_column is not None else None
        of_unit = unit_token.text if unit_token is not None and unit_token.kind is Kind.TEXT else None
        for c, t in figures:
            if t.kind is not Kind.NUMBER:
                continue
            name = self._name(c, label)
            if table.scenario == "derived" and not c.series:
                finder.put([t], "derived", Message("reading.titled-derived"))
                continue
            series, asked = self._scenario(of_row or c.series, unsure=c.unsure and not of_row)
            of_figure, wait = self._period(c, r, period)
            line = _Line(name, part, of_figure or f"?{r}", series, of_unit if of_unit is not None else c.unit, c.column)
            known = self.gathered.get(line)
            if known is None:
                self.gathered[line] = [t]
            else:
                known.append(t)
            if wait or asked or of_word:
                self.waits.setdefault(line, set()).update(x for x in (wait, asked, of_word) if x)

    def _name(self, c: Column, label: str | None) -> str:
        if label is None:
            return c.name or self.subject
        return f"{label} – {c.name}" if self.named[c.column] else label

    def _part(self, tokens: Mapping[int, Token]) -> tuple[tuple[str, str], ...]:
        columns = self.table.part_columns
        words = tuple(
            t.text if (t := tokens.get(c.column)) is not None and t.kind in (Kind.TEXT, Kind.DATE) else ""
            for c in columns
        )
        part = self._parts.get(words)
        if part is None:
            whole = self.finder.trade.total.is_
            part = self._parts[words] = tuple(
                (c.title, w) for c, w in zip(columns, words, strict=True) if w and not whole(w)
            )
        return part

    def _scenario(self, series: str, *, unsure: bool) -> tuple[str, str]:
        found = self._scenarios.get((series, unsure))
        if found is None:
            found = self._scenarios[series, unsure] = scenario(self.finder, self.table, series, unsure=unsure)
        return found

    def _period(self, c: Column, r: int, period: tuple[str, str]) -> tuple[str, str]:
        """Return the period of a figure: of its row, in the year that its column's title says."""
        said = c.said
        if said is not None and said.freq == "Y" and said.year and self.table.period_of_row[r].freq in "MQ":
            return self.clock.period(self.table.period_of_row[r]._replace(year=said.year))
        return period

    def _facts(self) -> None:
        table = self.table
        titled = {
            c.column: c.title for c in self.values if c.series and c.name and c.name != c.title and c.said is None
        }
        for line, tokens in self.gathered.items():
            fact = Fact(
                line.name, line.part, "" if line.period.startswith("?") else line.period, line.series,
                sum(t.number for t in tokens), line.unit,
                tokens if len(tokens) > 1 else tokens[0], table,
                frozenset(self.waits.get(line, NOTHING)), tokens[0].percent or "%" in line.unit,
                gathered=len(tokens) > 1
                or (len(line.period) != 10 and any(table.period_of_row[t.row].freq == "D" for t in tokens)),
            )  # fmt: skip
            if table.name_column is None and titled.get(line.column):
                fact.title = titled[line.column]
            table.facts.append(fact)
            for t in tokens:
                if t.entry is None:
                    t.entry = READ


def _telling(finder: Finder, table: Table, values: list[Column]) -> bool:
    """Return whether a table's title or sheet says what its figures are of, rather than which figures they are."""
    return _subject(finder, table, values) not in ("", finder.workbook.file.rpartition(".")[0])


def _subject(finder: Finder, table: Table, values: list[Column]) -> str:
    """Return the name of a sheet that is one line: its title, its name, else the title of its only figures."""
    called = finder.answers.get(question_id("name_column", table.sheet, table.name), "sheet")
    if called != "sheet" and all(norm(called) != norm(c.title) for c in table.columns):
        return called
    for text in [*table.titles, *table.region.context[:2]]:
        title = finder.titles.of(text)
        if title.rest and title.said is None and len(title.rest) <= 60 and parts(title.rest):
            return without_year(title.rest)
    if not labels.dull(table.sheet) and not finder.trade.scenario(table.sheet):
        return table.sheet
    only = [c for c in values if c.titles]
    if len(only) == 1:
        return only[0].title
    return finder.workbook.file.rpartition(".")[0]
