"""The figures of a table as they were said: each cell's name, parts, period, scenario and unit, or why it is none.

What was not said of a cell is as the finder understood it. Rule: L63.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading import labels, said_table, said_time
from kpireport.core.reading.account import Entry
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.said import What
from kpireport.core.reading.said_time import Spoken, merged
from kpireport.core.reading.table import Fact
from kpireport.core.reading.when import Clock
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from collections.abc import Set

    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.said_rules import Line, Rule
    from kpireport.core.reading.sayings import Sayings
    from kpireport.core.reading.table import Table

COMPUTED = frozenset({"total", "mean", "cumulative", "derived", "repeat", "summary", "partial", "goals", "settings"})
STRUCTURE = frozenset({"table", "names", "when", "measure", "parts"})
SINGLE = ("row", "column", "cell", "range", "titled")
"""What was said of single rows, columns and cells makes them figures: nobody says of a total that it is a target."""


DECIDES = MappingProxyType(
    {
        "year": frozenset({"period"}),
        "first_month": frozenset({"period"}),
        "period": frozenset({"period"}),
        "fiscal_label": frozenset({"period"}),
        "date_column": frozenset({"period"}),
        "rows": frozenset({"period", "figure"}),
        "name_column": frozenset({"name"}),
        "same_name": frozenset({"name", "part"}),
        "series": frozenset({"series"}),
    }
)
"""What must have been said of a figure that a question is about, by its kind; of all other kinds, anything."""


def answers(kind: str, said: Set[str]) -> bool:
    """Return whether what was said of a figure answers a kind of question."""
    wanted = DECIDES.get(kind)
    return bool(said) if wanted is None else bool(said & wanted)


@dataclass(slots=True)
class Properties:
    """What was said of one number. said: which properties. made: a fact is made of it even where none was."""

    said: set[str] = field(default_factory=set)
    names: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    whole_name: str = ""
    measure: str = ""
    parts: list[tuple[str, str]] = field(default_factory=list)
    apart: set[str] = field(default_factory=set)
    spoken: list[Spoken] = field(default_factory=list)
    period: str = ""
    series: str = ""
    words: list[str] = field(default_factory=list)
    unit: str = ""
    scale: float = 1.0
    entry: Entry | None = None
    figure: bool = False
    made: bool = False
    described: bool = False
    running: bool = False
    last: str = ""


@dataclass(slots=True)
class Record:
    """One number on its way to a fact. base: what the finder made of it, None if nothing."""

    token: Token
    base: Fact | None
    properties: Properties
    name: str = ""
    metric: str = ""
    part: tuple[tuple[str, str], ...] = ()
    period: str = ""
    waits: set[str] = field(default_factory=set)
    series: str = ""
    unit: str = ""


def carry_out(sayings: Sayings, table: Table) -> None:
    """Make the facts of one table what was said of its cells."""
    reader = _TableReader(sayings, table)
    records = [record for t in list(table.region.numbers()) if (record := reader.record(t)) is not None]
    if reader.touched:
        reader.write(records)


class _TableReader:
    """Reads what was said of the numbers of one table."""

    def __init__(self, sayings: Sayings, table: Table) -> None:
        self.sayings, self.table, self.finder = sayings, table, sayings.finder
        self.rules = sayings.active(table)
        self.lines = sayings.lines_of.get(table.index, [])
        self.facts = {(t.row, t.column): f for f in table.live() for t in f.tokens}
        self.columns = {c.column: c for c in table.columns}
        self.metric = self._metrics()
        of_values = {self.metric.get(c.column, "") for c in table.values}
        self.metrics = {m for m in of_values if m and not self.finder.trade.generic.is_(m)}
        self.labels = {r.row: r.label for r in table.rows}
        self.touched = False
        saids = [c.said for c in table.values if c.said is not None] + list(table.period_of_row.values())
        self.clock = Clock(self.finder, table, list(dict.fromkeys(saids)))
        parts = {line.place for rule, line in self.lines if rule.aspect == "parts" and line.down}
        self.nameless = table.name_column is not None and table.name_column.column in parts
        self.names_at = sorted(line.place for rule, line in self.lines if rule.aspect == "names" and line.down)
        self.figures_in: dict[int, list[int]] = defaultdict(list)
        for t in table.region.numbers():
            if (table.sheet, t.row, t.column) not in sayings.sources:
                self.figures_in[t.row].append(t.column)
        asked = any("section" in [s.own for s in r.texts] for r in self.rules)
        above = labels.sections(self.finder.trade, table) if asked else {}
        self.section = {row: t.text for row, t in above.items()}

    def _metrics(self) -> dict[int, str]:
        """Return the measure of each column of figures; what stands over it, where nothing else tells two apart."""
        columns = [c for c in self.table.columns if c.content == "figures"]
        alike = Counter((c.said and c.said[:4], c.series, c.metric) for c in columns)
        found = {}
        for c in columns:
            lowest = c.titles[-1] if c.titles else None
            tells = lowest is not None and lowest.kind is Kind.TEXT and lowest.said is None
            several = self.table.orientation == "across" and alike[c.said and c.said[:4], c.series, c.metric] > 1
            found[c.column] = c.leaf if several and tells and c.said is not None and not c.metric else c.metric
        return found

    # -- one cell -----------------------------------------------------------------------------------------------------

    def record(self, t: Token) -> Record | None:
        """Return what becomes of one number, None if it is no figure; what it is then is written to the account."""
        sheet = self.table.sheet
        place = (sheet, t.row, t.column)
        if place in self.sayings.sources:
            self.touched = True
            return None
        properties = self.properties(t)
        base = self.facts.get((t.row, t.column))
        if properties.said:
            self.touched = True
            self.sayings.said_of[place] = frozenset(properties.said)
        if properties.entry is not None and not properties.figure:
            self.sayings.out.add(place)
            t.entry = properties.entry
            return None
        if base is None and not self._makes(properties, t.entry):
            return None
        record = Record(t, base, properties)
        self._fill(record)
        self.touched |= bool(properties.last)
        if properties.last and record.period and record.period[: len(properties.last)] > properties.last:
            self.sayings.out.add(place)
            t.entry = Entry("no-figure", Message("reading.said.after-last", {"period": properties.last}))
            return None
        if not record.period and not record.waits:
            return None
        return record

    @staticmethod
    def _makes(properties: Properties, entry: Entry | None) -> bool:
        """Return whether a number of which no fact was made is one by what was said of it. entry: what it is else."""
        if properties.figure:
            return True
        return properties.made and (entry is None or entry.what not in COMPUTED)

    def properties(self, t: Token) -> Properties:
        """Return what was said of one number; of two statements about the same the later one holds."""
        p = Properties()
        for rule in self.rules:
            if not self.sayings.covers(rule, self.table, t):
                continue
            if rule.areas is None and not any(r is rule and self._speaks(line, t) for r, line in self.lines):
                continue
            if self._apply(rule, t, p):
                self.sayings.used[rule.number] += 1
        return p

    def _speaks(self, line: Line, t: Token) -> bool:
        """Return whether a column or row that says something speaks of a number: the nearest one before it does."""
        if line.cell:
            return t.row >= line.place
        if line.down:
            if line.span is not None and not line.span.first <= t.row <= line.span.last:
                return False
            return self._same_block(line.place, t)
        if t.row <= line.place:
            return False
        return line.span is None or line.span.first <= t.column <= line.span.last

    def _same_block(self, column: int, t: Token) -> bool:
        """Return whether a column belongs to the part of a table that a number is in: that of its nearest names."""
        left = [c for c in self.names_at if c < t.column]
        if not left:
            return True
        nearest = left[-1]
        if column < nearest:
            return not any(column < c < nearest for c in self.figures_in[t.row])
        return column < t.column or not any(t.column < c <= column for c in self.names_at)

    def _apply(self, rule: Rule, t: Token, p: Properties) -> bool:
        statement = rule.statement
        single = statement.of[0].axis in SINGLE and not rule.described
        if rule.aspect in STRUCTURE:
            p.made = True
        match rule.aspect:
            case "table":
                p.described = p.made = True
                p.said.add("kept")
            case "names":
                self._name(rule, t, p)
            case "when":
                self._when(rule, t, p)
            case "series":
                return self._series(rule, t, p, single=single)
            case "measure":
                p.measure = self._text(rule, t) or p.measure
                p.said |= {"name", "measure"} if p.measure else set()
                p.made = p.made or single
            case "parts":
                self._part(rule, t, p)
            case "unit":
                p.unit = self._text(rule, t) or p.unit
                p.said.add("unit")
            case What.SCALE:
                p.scale *= statement.scale
                p.said.add("unit")
            case What.FIGURE | What.EACH | What.BALANCE | What.RUNNING:
                p.figure, p.entry = True, None
                p.running = rule.aspect == What.RUNNING
                p.said.add("figure")
            case What.LEAVE_OUT:
                p.entry, p.figure = Entry("left-out", Message("reading.said.left-out")), False
                p.said.add("out")
            case What.TOTAL:
                p.entry, p.figure = Entry("total", Message("reading.said.total")), False
                p.said.add("out")
            case _:
                return False
        return True

    # -- what is read where -------------------------------------------------------------------------------------------

    def _tokens(self, rule: Rule, t: Token) -> list[tuple[Line, Token]]:
        """Return the cells in which a rule's lines speak of a number."""
        found = []
        for owner, line in self.lines:
            if owner is rule and self._speaks(line, t):
                token = self.sayings.title_at(self.table, line, t.row, t.column)
                if token is not None:
                    found.append((line, token))
        return found

    def _text(self, rule: Rule, t: Token) -> str:
        tokens = self._tokens(rule, t)
        if tokens:
            return tokens[-1][1].text.strip(" :")
        return self._own(rule.texts[-1].own, t) or rule.texts[-1].text if rule.texts else ""

    def _own(self, own: str, t: Token) -> str:
        """Return the text that stands for the table, section or column of a number."""
        if own == "section":
            return self.section.get(t.row, "")
        text = self.sayings.own_text(self.table, own)
        column = self.columns.get(t.column)
        return text or (column.title if own == "title" and column is not None else "")

    def _name(self, rule: Rule, t: Token, p: Properties) -> None:
        for source in rule.texts:
            p.whole_name = self._own(source.own, t) or source.text
            p.said.add("name")
        lines = self._tokens(rule, t)
        down = [(line, token) for line, token in lines if line.down]
        if down:
            nearest = self._nearest_group([line.place for line, _ in down], t)
            levels = self.sayings.levels(self.table, [line for line, _ in down if line.place in nearest], t.row)
            if levels:
                p.names = levels
                p.said.add("name")
        elif any(r is rule and line.down for r, line in self.lines):
            levels = self.sayings.levels(
                self.table, [line for r, line in self.lines if r is rule and line.down and self._speaks(line, t)], t.row
            )
            if levels:
                p.names = levels
                p.said.add("name")
        across = list(dict.fromkeys(token.text.strip(" :") for line, token in lines if not line.down))
        if across:
            p.rows = across
            p.said.add("name")

    def _nearest_group(self, places: list[int], t: Token) -> set[int]:
        """Return the columns of names that speak of a number: those that no figures part from the nearest one."""
        left = [c for c in places if c < t.column]
        if not left:
            return set(places)
        nearest = max(left)
        figures = self.figures_in[t.row]
        return {c for c in left if not any(c < f < nearest for f in figures)}

    def _when(self, rule: Rule, t: Token, p: Properties) -> None:
        if rule.timing.last:
            p.last = rule.timing.last
        for source in rule.texts:
            spoken = self.sayings.of_text(self._own(source.own, t) or source.text, rule.timing)
            if spoken is not None:
                p.spoken = [spoken]
                p.period = spoken.exact
                p.said.add("period")
        for owner, line in self.lines:
            if owner is not rule or not self._speaks(line, t):
                continue
            if not line.down and not line.cell and self._dated(t, line):
                continue
            spoken = self.sayings.spoken(self.table, rule, line).get(t.row if line.down else t.column)
            if spoken is not None:
                if line.cell:
                    if spoken.said is not None and not spoken.exact:
                        spoken = Spoken(spoken.said, said_time.exact(spoken.said, rule.timing.each))
                    p.spoken = [s for s in p.spoken if s.said is None or s.said.year is None or s.said.freq == "Y"]
                p.spoken.append(spoken)
                p.period = ""
                p.said.add("period")
        timing = rule.timing
        if timing.year is not None and not rule.lines and not rule.texts:
            base = self.columns.get(t.column)
            said = base.said if base is not None else None
            said = said or self.table.period_of_row.get(t.row)
            if said is not None and said.year is None:
                p.spoken = [Spoken(said._replace(year=timing.year))]
                p.said.add("period")

    def _dated(self, t: Token, line: Line) -> bool:
        """Return whether a row of periods over a table says nothing of a column that has a period of its own."""
        column = self.columns.get(t.column)
        return said_table.is_over(self.table, line) and column is not None and said_table.dated(self.sayings, column)

    def _series(self, rule: Rule, t: Token, p: Properties, *, single: bool) -> bool:
        statement = rule.statement
        if statement.until:
            p.series = f"{statement.value or 'actual'}|{statement.until}|{statement.after or 'forecast'}"
        elif rule.lines:
            word = self._text(rule, t)
            known = {norm(w): s for w, s in statement.words.items()}
            p.series = known.get(norm(word)) or self.finder.trade.scenario(word) or p.series
            if not word:
                return False
        elif statement.words:
            word = next((w for w in statement.words if self._has_word(w, t)), "")
            if not word:
                return False
            p.series = statement.words[word]
            p.words.append(word)
        else:
            p.series = self._text(rule, t) or statement.value
        p.said.add("series")
        p.figure |= single and p.entry is None
        return True

    def _has_word(self, word: str, t: Token) -> bool:
        column = self.columns.get(t.column)
        row = [x.text for x in self.table.region.by_row[t.row] if x.kind is Kind.TEXT]
        titles = [x.text for x in column.titles] if column is not None else []
        return any(norm(word) in norm(text) for text in [*row, *titles])

    def _part(self, rule: Rule, t: Token, p: Properties) -> None:
        values = []
        for line, token in self._tokens(rule, t):
            title = line.source.title or rule.statement.title or self.sayings.title_of(self.table, line)
            values.append((title, token.text.strip(" :")))
        for source in rule.texts:
            text = self._own(source.own, t) or source.text
            if text:
                values.append((source.title or rule.statement.title or source.own or "part", text))
        for title, value in values:
            p.parts = [each for each in p.parts if each[0] != title]
            p.apart |= {text for text in (title, value) if text}
            if not rule.statement.whole or norm(value) != norm(rule.statement.whole):
                p.parts.append((title, value))
            p.said.add("part")
        if rule.aspect == "parts" and not values and rule.lines:
            p.said.add("part")

    # -- facts --------------------------------------------------------------------------------------------------------

    def _fill(self, record: Record) -> None:
        """Set what a number's fact is: what was said, else what the finder made of it, else what its table says."""
        p, t, base, table = record.properties, record.token, record.base, self.table
        column = self.columns.get(t.column)
        label = self._label(t.row)
        metric = self.metric.get(t.column, "")
        record.name = base.name if base is not None and not self.nameless else self._default_name(label, metric)
        record.name = self._bare(record.name, p)
        if p.whole_name:
            record.name = p.whole_name
        elif p.names or p.rows:
            names = [*self._plain(p.names, record), *self._plain(p.rows, record)]
            record.name = " – ".join(n for n in names if n)
            if p.names and not p.rows and len(self.metrics) > 1:
                record.metric = metric
        parts = [] if p.described and (p.parts or p.names) else [*(base.part if base is not None else self._parts(t))]
        parts = [each for each in parts if each[0] not in p.apart and each[1] not in p.apart]
        if p.measure:
            if p.names:
                parts.append((self._names_title(), " – ".join(p.names)))
            elif label and not p.whole_name and norm(label) != norm(p.measure):
                parts.append((table.name_column.title if table.name_column is not None else "", label))
            record.name = p.measure
        record.part = tuple(dict.fromkeys([*parts, *p.parts]))
        self._period(record)
        record.series = (
            base.series
            if base is not None
            else (column.series if column is not None else "") or table.scenario or "actual"
        )
        if record.series == "derived":
            record.series = "actual"
        if p.series:
            before, _, rest = p.series.partition("|")
            until, _, after = rest.partition("|")
            record.series = after if until and record.period[: len(until)] > until else before
        unit = column.unit if column is not None else ""
        record.unit = p.unit or (base.unit if base is not None else unit)

    @staticmethod
    def _bare(name: str, p: Properties) -> str:
        """Return a name without what was said to be its part or its scenario."""
        for _, value in p.parts:
            name = name.removeprefix(f"{value} – ").removesuffix(f" – {value}") or name
        for word in p.words:
            rest = " ".join(re.sub(re.escape(word), " ", name, flags=re.IGNORECASE).split()).strip(" -–_/:,()[]")
            name = rest or name
        return name

    def _plain(self, names: list[str], record: Record) -> list[str]:
        """Return names without the scenario that the finder, or the title of the column, says instead."""
        base, p = record.base, record.properties
        column = self.columns.get(record.token.column)
        title = self.finder.titles.of(names[-1]) if names else None
        if title is None or "series" in p.said or not title.rest or title.unsure:
            return names
        by_column = names is p.rows and column is not None and column.series == title.series
        by_label = base is not None and base.series == title.series and title.rest in base.name
        rest = column.metric if by_column and column is not None and column.metric else title.rest
        return [*names[:-1], rest] if title.series and (by_column or by_label) else names

    def _default_name(self, label: str, metric: str) -> str:
        table = self.table
        several = len(self.metrics) > 1
        label = "" if self.nameless else label
        if label and metric and several:
            return f"{label} – {metric}"
        return label or metric or table.subject() or table.sheet

    def _label(self, row: int) -> str:
        found = self.labels.get(row, "")
        token = self.table.at(row, self.table.name_column)
        return found or (token.text.strip(" :") if token is not None and token.kind is not Kind.MISSING else "")

    def _names_title(self) -> str:
        column = next((c for c in self.table.columns if c.column in self.names_at), None)
        return column.title if column is not None else ""

    def _parts(self, t: Token) -> list[tuple[str, str]]:
        found = []
        for c in self.table.part_columns:
            token = self.table.at(t.row, c)
            if token is not None and token.kind in (Kind.TEXT, Kind.DATE) and c.title:
                found.append((c.title, token.text))
        return found

    def _period(self, record: Record) -> None:
        p, t, base, table = record.properties, record.token, record.base, self.table
        if p.period:
            record.period = p.period
            return
        spoken = merged(p.spoken)
        if spoken is not None and spoken.exact:
            record.period = spoken.exact
            return
        if spoken is not None and spoken.said is not None:
            record.period, waits = self.clock.period(spoken.said, table.year_of_row.get(t.row))
            record.waits = {waits} if waits else set()
            if not record.period:
                p.said.discard("period")
                self.sayings.said_of[table.sheet, t.row, t.column] = frozenset(p.said)
            return
        if base is not None:
            record.period = base.period
            record.waits = set(base.pending)
            return
        column = self.columns.get(t.column)
        said = table.period_of_row.get(t.row) or (column.said if column is not None else None) or table.stamp
        if said is not None:
            record.period, waits = self.clock.period(said, table.year_of_row.get(t.row))
            record.waits = {waits} if waits else set()

    def write(self, records: list[Record]) -> None:
        """Replace the facts of the table by those of its records; rows of days and bookings are gathered again."""
        table = self.table
        self._shorten(records)
        self._measured(records)
        kept = [f for f in table.facts if f.dropped]
        groups: dict[tuple[object, ...], list[Record]] = defaultdict(list)
        gather = table.orientation == "down"
        for n, r in enumerate(records):
            key = (r.name, r.part, r.period, r.series, r.unit, r.token.column, id(r.base) if r.waits else 0)
            apart = not gather and (r.base is None or len(r.base.tokens) == 1)
            groups[(*key, n) if apart else key].append(r)
        made = [self._fact(group) for group in groups.values()]
        table.replace([*kept, *made])
        for f in made:
            entry = Entry("result" if f.result else "fact", Message("reading.read"))
            for t in f.tokens:
                t.entry = entry
        self._running(made)

    def _shorten(self, records: list[Record]) -> None:
        """Leave the upper levels of a name away where the lowest says all: it stands under one of them only."""
        above: dict[str, set[str]] = defaultdict(set)
        for r in records:
            if len(r.properties.names) > 1 and not r.properties.measure and not r.properties.whole_name:
                above[norm(r.properties.names[-1])].add(norm(" – ".join(r.properties.names[:-1])))
            elif r.properties.names:
                above[norm(r.properties.names[-1])].add("")
        for r in records:
            names = r.properties.names
            if len(names) > 1 and not r.properties.measure and len(above[norm(names[-1])]) == 1:
                r.name = r.name.removeprefix(" – ".join(names[:-1]) + " – ")

    def _measured(self, records: list[Record]) -> None:
        """Put the measure of its column behind a name where two columns would have figures of the same key."""
        columns: dict[tuple[object, ...], set[int]] = defaultdict(set)
        for r in records:
            columns[r.name, r.part, r.period, r.series].add(r.token.column)
        if any(len(each) > 1 for each in columns.values()):
            for r in records:
                if r.metric and not r.properties.measure and not r.properties.whole_name:
                    r.name = f"{r.name} – {r.metric}"

    def _fact(self, group: list[Record]) -> Fact:
        first = group[0]
        base, p = first.base, first.properties
        tokens = [r.token for r in group]
        whole = base is not None and len(base.tokens) == len(tokens) and base.tokens == tokens
        if whole and base is not None and not any(r.properties.said for r in group):
            return base
        value = base.value if whole and base is not None else sum(t.number for t in tokens)
        pending = frozenset().union(*(r.waits for r in group))
        if base is not None:
            pending |= {n for n in base.pending if not answers(n.rpartition("-")[0], p.said)}
        fact = Fact(
            first.name, first.part, first.period, first.series, value * p.scale, first.unit, tokens, self.table,
            pending, first.token.percent or "%" in first.unit,
            base.result if base is not None else False,
            base.gathered if whole and base is not None else len(tokens) > 1,
            label=base.label if base is not None else self._label(first.token.row),
        )  # fmt: skip
        fact.said = frozenset(p.said)
        return fact

    def _running(self, facts: list[Fact]) -> None:
        """Running totals beside figures of their own are checked, not read; alone, the differences are read."""
        running = [f for f in facts if any(self.properties(t).running for t in f.tokens[:1])]
        if not running:
            return
        if any(f not in running for f in facts):
            entry = Entry("cumulative", Message("reading.titled-cumulative"))
            for f in running:
                self.table.drop(f)
                for t in f.tokens:
                    t.entry = entry
                    self.sayings.out.add((self.table.sheet, t.row, t.column))
            return
        lines: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
        for f in running:
            lines[f.name, f.part, f.series, f.period[:4]].append(f)
        for several in lines.values():
            before = 0.0
            for f in sorted(several, key=lambda f: f.period):
                f.value, before = f.value - before, f.value
