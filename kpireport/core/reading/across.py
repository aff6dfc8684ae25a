"""Tables whose rows are lines: periods stand in the titles of columns, or one period holds for the whole table.

Rule: L48.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading import derived_columns, derived_rows, identifiers, labels
from kpireport.core.reading.account import Entry
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.period_text import without_year
from kpireport.core.reading.questions import question_id
from kpireport.core.reading.table import NOTHING, Fact, Row
from kpireport.core.reading.when import Clock, key_of_day
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.period_text import Said
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Table
    from kpireport.core.reading.words import Trade

READ, RESULT = (Entry(what, Message("reading.read")) for what in ("fact", "result"))
_SIGNS = re.compile(r"[%()（）]|\bof\b")
_PIECES = re.compile(r"\s+[-–—:/]\s+|[()（）\[\]]")
FINE = "DWM"
MEMBERS = 8  # rows under a title of parts that are the parts of one line rather than lines
COARSE = "QHY"


def understand(finder: Finder, table: Table) -> None:
    """Set the columns of figures and of names of a table with periods across."""
    figures = [c for c in table.columns if c.content == "figures"]
    values = [c for c in figures if c.said is not None and not c.role]
    frequencies = Counter(c.said.freq for c in values if c.said)
    fine = sum(frequencies[f] for f in FINE)
    coarse = ""
    if fine >= 3 or (fine == 2 and frequencies["M"] == 2 and frequencies["Q"] <= 1 and frequencies["Y"]):
        coarse = COARSE
    elif frequencies["Q"] >= 2:
        coarse = "HY"
    elif frequencies["H"] >= 2:
        coarse = "Y"
    if coarse:
        scenarios = {c.series for c in values if c.said and c.said.freq not in coarse}
        own = {c.column for c in values if c.series == "target" and c.series not in scenarios and not c.derived}
        values = [c for c in values if c.said and (c.said.freq not in coarse or c.column in own)]
        said = {c.said.year for c in values if c.said and c.column not in own}
        for c in values:
            if c.said and c.column in own and c.said.year is None and len(said) == 1:
                c.said = c.said._replace(year=next(iter(said)))
    table.values = values
    table.others = [c for c in figures if c not in values]
    _years_down(finder, table)
    find_lines(finder, table)
    table.scenario, table.scenario_known = finder.scenario_over(table)
    table.wants_year = not table.year_of_row and any(
        c.said and c.said.year is None and c.said.freq in "DWMQH" for c in values
    )


def _years_down(finder: Finder, table: Table) -> None:
    """Years down beside months across are the years of the rows. Rule: L47."""
    if any(c.said is None or c.said.year is not None or c.said.freq not in "MQW" for c in table.values):
        return
    first = min((c.column for c in table.values), default=0)
    for column in (c for c in table.columns if c.column < first and c.tokens):
        years = {t.row: s.year for t in column.tokens if (s := t.period) is not None and s.freq == "Y" and s.year}
        rows = [t.row for t in column.tokens if t.kind is not Kind.MISSING]
        if years and len(years) >= 0.8 * len(rows):
            table.year_of_row = years
            column.role, column.content = "calendar", "calendar"
            finder.put(column.figures, "calendar", Message("reading.calendar"))
            table.others = [c for c in table.others if c is not column]
            return


def understand_undated(finder: Finder, table: Table) -> None:
    """Set the columns of figures and of names of a table whose titles say no period."""
    figures = [c for c in table.columns if c.content == "figures"]
    table.values = [c for c in figures if c.series and not c.derived]
    table.others = [c for c in figures if c not in table.values]
    table.scenario, table.scenario_known = finder.scenario_over(table)
    find_lines(finder, table)
    answer = finder.answers.get(question_id("period", table.sheet, table.name))
    table.stamp = (finder.periods.of(answer) if answer else None) or stamp_over(finder, table)
    if answer and table.stamp is not None and not table.values:
        table.values = [c for c in table.others if not c.role and not c.derived and not c.mean]
        table.others = [c for c in figures if c not in table.values]
    if not table.values and table.stamp is not None and table.stamp.freq in "MWQD" and table.name_column is not None:
        table.values = [c for c in table.others if not c.role and not c.derived and not c.total and not c.mean]
        table.others = [c for c in figures if c not in table.values]


def stamp_over(finder: Finder, table: Table) -> Said | None:
    """Return the period that the nearest text over a table says."""
    texts = finder.texts_over(table)
    for text in [*texts[:-1], *finder.sheet_titles.get(table.sheet, ())[:8], table.sheet]:
        said = finder.periods.of(text)
        if said is None and len(text) < 120 and (within := finder.periods.within(text)) is not None:
            said = within[0]
        if said is not None and said.freq in "DMQWH" and (said.year or text == table.sheet or said.freq == "M"):
            return said
        if said is not None and said.freq == "Y" and not said.flags & {"weak"}:
            return said
    return None


def find_lines(finder: Finder, table: Table) -> None:
    """Find what names the lines: a column, levels of indented labels, or numbers at the left."""
    first = min((c.column for c in (table.values or table.others)), default=table.region.left)
    for c in table.others:
        if c.column < first:
            identifiers.identifier(finder, table, c)
    words = [
        c
        for c in table.columns
        if c.content in ("words", "period") and any(t.row in table.figure_rows for t in c.tokens)
    ]
    chosen = labels.pick(finder, table, words, first)
    if not chosen:
        chosen = [
            c for c in table.columns if c.content in ("words", "period") and c.tokens and c not in table.note_columns
        ][:1]
    table.name_column = labels.name_of(finder, table, chosen) or labels.most_telling(finder, table, chosen)
    if table.name_column is None or not _named_rows(finder, table):
        numbers = [
            c for c in table.others if c.role == "identifier" or (c.column < first and c.said is None and not c.series)
        ]
        if numbers:
            table.name_column = numbers[0]
            numbers[0].role = "identifier"
            finder.put(numbers[0].figures, "identifier", Message("reading.names-lines"))
    others = [c for c in chosen if c is not table.name_column]
    parting = [c for c in others if len({norm(t.text) for t in c.tokens if t.row in table.figure_rows}) > 1]
    table.part_columns = parting or [c for c in others if labels.is_part(finder, c)]  # one word parts nothing


def _named_rows(finder: Finder, table: Table) -> bool:
    column = table.name_column
    return column is not None and any(
        t.kind in (Kind.TEXT, Kind.DATE) and t.row in table.figure_rows and not finder.trade.total.is_(t.text)
        for t in column.tokens
    )


def facts(finder: Finder, table: Table) -> None:
    """Make the facts of a table whose rows are lines."""
    if table.orientation == "none" and not table.values:
        table.unread = Message("reading.no-period")
        return
    if table.scenario == "derived":
        finder.put((t for c in table.columns for t in c.figures), "derived", Message("reading.titled-derived"))
        return
    if table.name_column is None and not table.year_of_row:
        table.unread = Message("reading.no-names")
        return
    clock = Clock(finder, table, [c.said for c in table.values if c.said is not None])
    if not _runs_up(finder, table):
        return
    table.rows = _rows(finder.trade, table)
    derived_columns.columns(finder, table)
    derived_rows.rows(finder, table)
    for row in table.rows:
        if row.role and finder.is_goal(row.label):
            row.role, row.why = "", None
    _Emitter(finder, table, clock).emit()
    if finder.answers.get(question_id("cumulative", table.sheet, table.name)) == "yes":
        _differences(table)


def _runs_up(finder: Finder, table: Table) -> bool:
    """Ask whether the figures of a table run up, where its title says so and no other block does; False while asked."""
    said = [t for t in finder.texts_over(table)[:6] if len(t) < 80]
    if not any(finder.trade.cumulative.among(t) for t in said) or any(c.cumulative for c in table.columns):
        return True
    if finder.ask(table, "cumulative", ["yes", "no"], key=table.name) is not None:
        return True
    finder.put((t for c in table.values for t in c.figures), "held", Message("reading.runs-up"))
    return False


def _differences(table: Table) -> None:
    """Take from each figure the one of the period before it in its year."""
    lines: dict[tuple[object, ...], list[Fact]] = {}
    for f in table.facts:
        lines.setdefault((f.name, f.part, f.series, f.period[:4]), []).append(f)
    for facts in lines.values():
        before = 0.0
        for f in sorted(facts, key=lambda f: f.period):
            f.value, before = f.value - before, f.value


def _rows(trade: Trade, table: Table) -> list[Row]:
    region = table.region
    first = min((c.column for c in table.values), default=region.left)
    footnoted = labels.footnotes(table)
    found = labels.levels(table, first)
    section = labels.sections(trade, table)
    down = _merged_down(table)
    columns = {c.column for c in table.values}
    rows: list[Row] = []
    parts_above: dict[int, str] = {}
    part: tuple[tuple[str, str], ...] = ()
    name = table.name_column
    previous = ""
    for number in table.body:
        if number not in table.figure_rows:
            continue
        values = {t.column: t.number for t in region.by_row[number] if t.kind is Kind.NUMBER and t.column in columns}
        token = region.get(number, name.column) if name is not None else None
        if token is None and name is not None:
            token = region.get(down.get((number, name.column), -1), name.column)
        label = (
            token.text.strip(" :")
            if token is not None
            and (token.kind in (Kind.TEXT, Kind.DATE) or (name is not None and name.role == "identifier"))
            else ""
        )
        above: tuple[str, ...] = ()
        if found is not None and number in found.names:
            label, above = found.names[number].strip(" :"), found.above.get(number, ())
        own = label
        if not label and table.series_column is not None and region.get(number, table.series_column.column) is not None:
            label = previous
        continued = not own and bool(label) and bool(rows)
        label = table.labels.get(number) or footnoted.get(label, label)
        previous = label or previous
        part = () if found is not None else part if continued else _part(trade, table, number, parts_above, down)
        heading = section.get(number)
        rows.append(
            Row(
                number,
                label,
                part,
                values,
                above[-1] if above else heading.text.strip(" :") if heading is not None else "",
                len(above),
                parent=" – ".join(above),
                heading=heading.row if heading is not None else 0,
            )
        )
    return rows


def _part(
    trade: Trade, table: Table, row: int, above: dict[int, str], down: dict[tuple[int, int], int]
) -> tuple[tuple[str, str], ...]:
    """Return the parts that a row is of; a blank cell under a group's label is of the group."""
    made = []
    name = table.name_column
    for c in table.part_columns:
        token = table.region.get(row, c.column) or table.region.get(down.get((row, c.column), -1), c.column)
        if token is not None and token.kind in (Kind.TEXT, Kind.DATE):
            above[c.column] = token.text
        elif name is not None and c.column > name.column:
            above.pop(c.column, None)
        if c.column in above and not trade.total.is_(above[c.column]):
            made.append((c.title, above[c.column]))  # of a row for all parts it says nothing
    return tuple(made)


def _merged_down(table: Table) -> dict[tuple[int, int], int]:
    """Return for each cell under a merge downwards the row of the merge's text."""
    made = {}
    for top, left, bottom, right in table.region.merges:
        if bottom > top and right <= table.region.right:
            for row in range(top + 1, min(bottom, top + 500) + 1):
                for column in range(left, min(right, left + 20) + 1):
                    made[row, column] = top
    return made


def _titled(part: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the parts whose columns have titles; the others are sections."""
    return tuple(each for each in part if each[0])


class _Emitter:
    """Makes the facts of the rows of one table."""

    def __init__(self, finder: Finder, table: Table, clock: Clock) -> None:
        self.finder, self.table, self.clock = finder, table, clock
        self.trade = finder.trade
        self.values = [c for c in table.values if not c.role]
        self.metrics = {c.metric for c in self.values if c.metric and not self.trade.generic.is_(c.metric)}
        self.names = {norm(r.label) for r in table.rows}
        words = {r.label: self._scenario_word(r.label) for r in table.rows if r.label}
        self.scenario_rows = bool(words) and all(words.values()) and set(words.values()) != {"derived"}
        self.owners = self._owners()
        self.of_scenarios = {(r.section, r.parent) for r in table.rows if self.trade.scenario(r.label)}
        self.asked = NOTHING  # the question that the scenario of a row waits for
        self.second = False  # a row repeats the name of another, and the first of them was said to count
        self.twice = Counter(
            (norm(r.label), _titled(r.part), self._series_word(r))
            for r in table.rows
            if r.label and r.role in ("", "result")
        )
        self.headed = Counter(norm(r.label) for r in table.rows)
        self.place = {id(r): n for n, r in enumerate(table.rows)}
        self.pairs = {s for r in table.rows for s in (finder.titles.of(r.label).series,) if s}
        self.bases = {
            norm(t.rest) for r in table.rows if (t := finder.titles.of(r.label)).series and t.rest and not t.derived
        }
        column = table.name_column
        self.upper_parts = (
            column is not None
            and self.trade.strict.is_(column.leaf)
            and len(self.metrics) > 1
            and all(len(c.titles) > 1 for c in self.values)
        )
        self.measure = self._measure()
        self._periods: dict[tuple[int, int | None], tuple[str | None, frozenset[str]]] = {}
        self._metrics: dict[int, str] = {}
        self._scenarios: dict[tuple[str, bool], tuple[str, frozenset[str]]] = {}
        self._series_of_rest: dict[str, set[str]] | None = None
        self._above_once: list[str] | None = None

    def _unit_of_heading(self, row: Row) -> Token | None:
        """Return the unit that stands beside the label of a row's section."""
        beside = self.table.region.by_row.get(row.heading, ())[1:]
        return next((t for t in beside if t.kind is Kind.TEXT and self.trade.is_unit(t.text)), None)

    def _scenario_word(self, label: str) -> str:
        """Return the scenario that a label names and nothing else, ``derived`` for ``Var %``, or ''."""
        trade = self.trade
        if known := trade.scenario(label):
            return known
        title = self.finder.titles.of(label)
        if not (trade.derived.is_(label) or title.derived):
            return ""
        rest = _SIGNS.sub(" ", title.rest).strip() if not trade.derived.is_(label) else ""
        return "derived" if not rest or trade.derived.is_(rest) else ""

    def _owners(self) -> dict[int, str]:
        """Return for rows called by a scenario alone the name of the one row above whose they are. Rule: L44.

        None where some of them stand below several rows, as then nothing says whose they are.
        """
        owners: dict[int, str] = {}
        for _, group in groupby((r for r in self.table.rows if r.label), key=lambda r: (r.section, r.parent)):
            plain: list[str] = []
            for scenarios, run in groupby(group, key=lambda r: bool(self._scenario_word(r.label))):
                rows = list(run)
                if not scenarios:
                    plain = [r.label for r in rows]
                elif any(self.trade.scenario(r.label) for r in rows) and plain:
                    if len(plain) > 1:
                        return {}
                    owners.update({r.row: plain[0] for r in rows})
        return owners

    def _of_pivot(self, title: str) -> bool:
        """Return whether a title of a pivot says nothing of its rows: a word of Excel's, or the measure."""
        return self.trade.pivot.is_(title) or (self.table.pivot and self.finder.titles.of(title).rest == self.measure)

    def _series_word(self, row: Row) -> str:
        token = self.table.at(row.row, self.table.series_column)
        return norm(token.text) if token is not None else ""

    def _measure(self) -> str:
        """Return what the figures are of where the rows are parts: a title, the sheet's name, or ''."""
        table = self.table
        name = table.name_column
        if table.year_of_row and name is None:
            return self._subject()
        if table.pivot:
            for token in [t for r in table.heads for t in table.region.by_row[r]]:
                title = self.finder.titles.of(token.text)
                if (
                    token.kind is Kind.TEXT
                    and not self.trade.pivot.is_(token.text)
                    and title.said is None
                    and title.rest
                ):
                    return title.rest
        if name is None or not labels.is_part(self.finder, name) or (self.metrics and table.orientation == "none"):
            return ""
        if len(self.metrics) == 1:
            return next(iter(self.metrics))
        part = norm(name.leaf)
        for text in [*table.titles[:2], *table.region.context[:2], "" if labels.dull(table.sheet) else table.sheet]:
            title = self.finder.titles.of(text)
            rest = without_year(title.rest.strip())
            if labels.dull(rest):
                continue
            if part not in norm(text) and len(table.rows) < MEMBERS and not self._of_ours(name):
                continue  # the title does not say that its rows are parts of it, and they are few
            if rest and len(rest) <= 60 and not self.trade.total.is_(rest) and len(rest.split()) <= 6:
                return rest
        return ""

    def _of_ours(self, column: Column) -> bool:
        """Return whether a title is one of departments or of breakdowns, as our own sheets have them."""
        return self.finder.lexicon.field("metrics", column.leaf) in ("department", "breakdown")

    def emit(self) -> None:
        columns = {c.column: c for c in self.values}
        place = {column: number for number, column in enumerate(columns)}
        ordered = list(columns) == sorted(columns)
        for row in self.table.rows:
            figures = [
                (c, t)
                for t in self.table.region.by_row[row.row]
                if (c := columns.get(t.column)) is not None and t.kind is Kind.NUMBER
            ]
            if not ordered:  # an answer gave a column its meaning
                figures.sort(key=lambda each: place[each[1].column])
            tokens = [t for _, t in figures]
            if row.role not in ("", "result"):
                self.finder.put(tokens, row.role, row.why or Message("reading.total"))
                continue
            if not row.label and not self.table.year_of_row:
                self.finder.put(tokens, "unread", Message("reading.no-label"))
                continue
            self._row(row, figures)
            row.values = {}  # they are facts now

    def _row(self, row: Row, figures: list[tuple[Column, Token]]) -> None:
        finder, table = self.finder, self.table
        self.asked, self.second = NOTHING, False
        name, series = self._name_and_series(row)
        if self.second:
            finder.put((t for _, t in figures), "repeat", Message("reading.second-of-two"))
            return
        if series == "derived":
            row.of = name
            finder.put((t for _, t in figures), "derived", Message("reading.titled-derived"))
            return
        way = table.adds_up.get(norm(row.label))
        if way:
            table.adds_up.setdefault(norm(name), way)
        part = _titled(row.part)
        if self.measure and (name == row.label or table.pivot):
            column = table.name_column
            title = next((t.text for t in reversed(column.titles) if not self._of_pivot(t.text)), "") if column else ""
            value = f"{row.section} – {row.label}" if table.pivot and row.section else row.label
            part = (*(((title, value),) if value else ()), *part)
            name = self.measure
        unit_token = table.at(row.row, table.unit_column) or self._unit_of_heading(row)
        unit = unit_token.text if unit_token is not None and unit_token.kind is Kind.TEXT else ""
        label_unit = finder.titles.of(row.label).unit
        result = row.role == "result"
        entry = RESULT if result else READ
        year = table.year_of_row.get(row.row)
        names: dict[str, str] = {"": name}
        facts = table.facts
        for c, t in figures:
            period, waits = self._period(c, year)
            if period is None:
                finder.put([t], "partial", Message("reading.partial"))
                continue
            metric = self._apart(c)
            of_part = part
            if metric and self.upper_parts:
                of_part, metric = (("", metric), *part), ""
            whole = names.get(metric) or names.setdefault(metric, f"{name} – {metric}")
            of_figure, asked = self._scenario(series or c.series, unsure=c.unsure and not series)
            of_unit = unit or c.unit or label_unit
            fact = Fact(
                whole, of_part, period, of_figure, t.value, of_unit, t, table,  # type: ignore[arg-type]
                waits | asked | self.asked, t.percent or "%" in of_unit, result, label=row.label,
            )  # fmt: skip
            facts.append(fact)
            if t.entry is None:
                t.entry = entry

    def _period(self, c: Column, year: int | None) -> tuple[str | None, frozenset[str]]:
        """Return the period of a column's figures in a row of a year, and what they wait for; None of a partial one."""
        found = self._periods.get((c.column, year))
        if found is None:
            if c.said is not None and "partial" in c.said.flags:
                found = None, NOTHING
            else:
                undated = c.said is None or (self.table.orientation == "none" and c.said.year is None)
                period, waits = self._stamp() if undated else self.clock.period(c.said, year)  # type: ignore[arg-type]
                found = period, frozenset({waits}) if waits else NOTHING
            self._periods[c.column, year] = found
        return found

    def _apart(self, c: Column) -> str:
        """Return the measure in a column's title that belongs to the names of its lines, ''."""
        found = self._metrics.get(c.column)
        if found is None:
            several = c.metric and len(self.metrics) > 1 and not self.trade.generic.is_(c.metric)
            only = (
                self.table.orientation == "none" and c.metric and len(self.metrics) == 1 and not c.series
                and all(x.metric for x in self.values)
            )  # fmt: skip
            found = self._metrics[c.column] = c.metric if several or only else ""
        return found

    def _scenario(self, series: str, *, unsure: bool) -> tuple[str, frozenset[str]]:
        found = self._scenarios.get((series, unsure))
        if found is None:
            of_figure, waits = scenario(self.finder, self.table, series, unsure=unsure)
            found = self._scenarios[series, unsure] = of_figure, frozenset({waits}) if waits else NOTHING
        return found

    def _name_and_series(self, row: Row) -> tuple[str, str]:
        table, label = self.table, row.label
        if self.scenario_rows:
            return row.section or row.parent or self._subject(), self._scenario_word(label)
        if row.row in self.owners:
            return self.owners[row.row], self._scenario_word(label)
        if table.series_column is not None and (token := table.at(row.row, table.series_column)) is not None:
            series, asked = of_word(self.finder, table, token.text)
            self.asked = frozenset({asked}) if asked else NOTHING
            return self._single(row, label), series
        if self.finder.is_goal(label):
            return self._single(row, label), ""
        title = self.finder.titles.of(label)
        if (
            title.series
            and title.rest
            and not title.unsure
            and not title.derived
            and self._paired(title.rest, title.series)
        ):
            return self._single(row, title.rest, key=label), title.series
        if title.series and {"actual", "target"} <= self.pairs and not title.derived:
            return self._single(row, label), title.series
        word = self._scenario_word(label) if row.section or row.parent else ""
        if word and (word != "derived" or (row.section, row.parent) in self.of_scenarios):
            return row.parent or row.section, word
        if title.derived and norm(self._without_computed(label)) in self.bases:
            return self._without_computed(label), "derived"
        return self._single(row, label), ""

    def _without_computed(self, label: str) -> str:
        """Return a label without the pieces that say that it is computed: ``Revenue - Variance``."""
        pieces = [p.strip() for p in _PIECES.split(label) if p.strip()]
        return " ".join(p for p in pieces if not self.trade.derived.is_(p))

    def _paired(self, rest: str, series: str) -> bool:
        """Return whether another row has the same words with another scenario or none."""
        if norm(rest) in self.names:
            return True
        if self._series_of_rest is None:
            self._series_of_rest = {}
            for other in self.table.rows:
                title = self.finder.titles.of(other.label)
                if title.series:
                    self._series_of_rest.setdefault(norm(title.rest), set()).add(title.series)
        return bool(self._series_of_rest.get(norm(rest), set()) - {series})

    def _single(self, row: Row, name: str, *, key: str = "") -> str:
        """Return a name that stands once: with its section, or with the line above it for a share."""
        label = key or row.label
        if self.twice[norm(label), _titled(row.part), self._series_word(row)] < 2:
            return name
        untitled = [value for title, value in row.part if not title]
        above = row.parent or (untitled[-1] if untitled else "") or row.section
        if above:
            return f"{above} – {name}"
        tokens = [t for c in self.values if (t := self.table.region.get(row.row, c.column)) is not None]
        place = self.place[id(row)]
        unit = self.table.at(row.row, self.table.unit_column)
        if tokens and place and (all(t.percent for t in tokens) or (unit is not None and "%" in unit.text)):
            return f"{self.table.rows[place - 1].label} – {name}"
        answer = self.finder.ask(self.table, "same_name", ["lines", "first"], names=[name], key=self.table.name)
        if answer == "first" and any(norm(r.label) == norm(label) for r in self.table.rows[:place]):
            self.second = True
        heading = self._headings()[place]
        return f"{heading} – {name}" if heading else f"{name} ({row.row})"

    def _headings(self) -> list[str]:
        """Return for each row the nearest label above it that stands once."""
        if self._above_once is None:
            self._above_once, heading = [], ""
            for r in self.table.rows:
                self._above_once.append(heading)
                if r.label and self.headed[norm(r.label)] == 1:
                    heading = r.label
        return self._above_once

    def _subject(self) -> str:
        for text in [*self.table.titles, *self.table.region.context[:3]]:
            if text and self.finder.periods.of(text) is None:
                return without_year(self.finder.titles.of(text).rest or text)
        if not labels.dull(self.table.sheet):
            return self.table.sheet
        name = self.finder.workbook.file.rpartition(".")[0]
        return self.finder.ask(self.table, "name_column", [name], key=f"{self.table.name}:subject") or name

    def _stamp(self) -> tuple[str, str]:
        """Return the period of the whole table, or the question it waits for."""
        finder, table = self.finder, self.table
        answer = finder.answers.get(question_id("period", table.sheet, table.name))
        said = finder.periods.of(answer) if answer else table.stamp
        if said is not None:
            if said.date is not None:
                return key_of_day(said.date, "D"), ""
            period, _waits = self.clock.period(said)
            if period:
                return period, ""
        finder.ask(table, "period", ["leave-out"], default="leave-out", key=table.name)
        return "", question_id("period", table.sheet, table.name)


def of_word(finder: Finder, table: Table, word: str) -> tuple[str, str]:
    """Return the scenario of a word in a column of scenarios, and the question it waits for. Rule: L36.

    ``derived`` for a variance. A word that is none of ours is asked about: beside a plan, Controller may be anything.
    """
    trade = finder.trade
    known = trade.scenario(word) or ("derived" if trade.derived.is_(word) else "")
    if known or trade.total.is_(word) or trade.mean.is_(word):
        return known or "derived", ""
    key = f"{table.name}:{norm(word)}"
    answer = finder.ask(table, "series", ["actual", "target", "forecast", "previous"], names=[word], key=key)
    return answer or "actual", "" if answer else question_id("series", table.sheet, key)


def scenario(finder: Finder, table: Table, series: str, *, unsure: bool = False) -> tuple[str, str]:
    """Return the scenario of a figure, and the question it waits for.

    A column's own title decides; then the title of the table, which is asked about where it says more than that.
    """
    if series and not unsure:
        return series, ""
    if unsure or (table.scenario in ("target", "forecast") and not table.scenario_known):
        guess = series or table.scenario or "target"
        answer = finder.ask(
            table,
            "series",
            [guess, *(s for s in ("target", "forecast", "actual", "previous") if s != guess)],
            key=table.name,
        )
        return answer or guess, "" if answer else question_id("series", table.sheet, table.name)
    return table.scenario or "actual", ""
