"""Tables against tables: repetitions, summaries and contradictions. Rule: L56, L57.

A table that explains another is itself read: nothing is dropped because of what was dropped.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading import labels
from kpireport.core.reading.arithmetic import close
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.questions import question_id
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Fact, Table

CAP = 200_000
FEW_TABLES = 60  # tables that are compared one with another, before an index of their figures is made
MOST_PLACES = 50  # tables that one value is looked for in
ALIKE = 0.95


def tables(finder: Finder) -> None:
    """Drop what repeats or sums up other tables; ask where two tables disagree."""
    live = [t for t in finder.tables if t.facts]
    kept = {t.index for t in finder.tables if t.said}
    _rows_of_another(finder, live, kept)
    _inside(finder, live)
    _titled_apart(live)
    _same_keys(finder, live, kept)
    _same_figures(finder, live, kept)
    _summaries(finder, kept)


def _order(live: Iterable[Table]) -> list[Table]:
    """Return tables by which is kept: visible before hidden, typed before computed, earlier before later."""
    return sorted(live, key=lambda t: (not t.said, t.hidden, t.formulas() > 0.5, t.index))


# -- repetitions -----------------------------------------------------------------------------------------------------


def _row_key(table: Table, row: int) -> tuple[object, ...]:
    left = table.region.left
    return tuple(
        (t.column - left, t.value) for t in table.region.by_row[row] if t.kind in (Kind.NUMBER, Kind.TEXT, Kind.DATE)
    )


def _rows_of_another(finder: Finder, live: list[Table], kept: set[int]) -> None:
    """Drop a dated table whose rows are rows of a larger one."""
    dated = [t for t in live if t.orientation == "down" and len(t.figure_rows) >= 3]
    if len(dated) < 2:
        return
    rows = {t.index: Counter(_row_key(t, r) for r in t.body if r in t.figure_rows) for t in dated}
    for table in sorted(dated, key=lambda t: (len(t.figure_rows), -t.index)):
        mine = rows[table.index]
        for other in dated:
            if other is table or other.summary or table.index in kept or not other.live():
                continue
            if (len(other.figure_rows), -other.index) < (len(table.figure_rows), -table.index):
                continue
            common = sum(min(n, rows[other.index][k]) for k, n in mine.items())
            if common >= ALIKE * sum(mine.values()):
                finder.drop(table.live(), "repeat", Message("reading.rows-of", {"place": other.name}))
                table.summary = True
                kept.add(other.index)
                break


Key = tuple[str, tuple[tuple[str, str], ...], str, str]
Line = tuple[str, tuple[tuple[str, str], ...], str]


class _Lines:
    """The lines of facts: name, part and scenario as they are compared. What many facts share is compared once."""

    def __init__(self) -> None:
        self._known: dict[Line, Line] = {}

    def of(self, fact: Fact) -> Line:
        typed = (fact.name, fact.part, fact.series)
        line = self._known.get(typed)
        if line is None:
            part = tuple((norm(a), norm(b)) for a, b in fact.part)
            line = self._known[typed] = (norm(fact.name), part, fact.series)
        return line

    def key(self, fact: Fact) -> Key:
        name, part, series = self.of(fact)
        return name, part, fact.period, series

    def once(self, facts: Iterable[Fact]) -> bool:
        """Return whether no line has two figures of a period."""
        periods: dict[Line, list[str]] = {}
        for fact in facts:
            if fact.period:
                line = self.of(fact)
                known = periods.get(line)
                if known is None:
                    periods[line] = [fact.period]
                else:
                    known.append(fact.period)
        return all(len(set(p)) == len(p) for p in periods.values())


def _inside(finder: Finder, live: list[Table]) -> None:
    """One key, one figure, within a table too: the unit tells two apart, else it is asked. Rule: L57."""
    lines = _Lines()
    for table in live:
        _forecast_begins(finder, table, lines)
        if lines.once(table.live()):
            continue
        seen: dict[Key, Fact] = {}
        twice: dict[str, list[Fact]] = defaultdict(list)
        for fact in table.live():
            if not fact.period:
                continue
            first = seen.setdefault(lines.key(fact), fact)
            if first is not fact:
                twice[fact.name].extend((first, fact))
        for name, facts in twice.items():
            units = {norm(f.unit) for f in facts}
            if len(units) == len({f.tokens[0].column for f in facts}) > 1 and "" not in units:
                for f in facts:
                    f.name = f"{name} ({f.unit})"
                continue
            if all(close(a.value, b.value) for a, b in zip(facts[::2], facts[1::2], strict=False)):
                finder.drop(facts[1::2], "repeat", Message("reading.repeats", {"place": table.name}))
                continue
            answer = finder.ask(table, "same_name", ["lines", "first", "parts"], names=[name], key=table.name)
            if answer == "first":
                finder.drop(facts[1::2], "repeat", Message("reading.second-of-two"))
            elif answer in ("lines", "parts"):
                for f in facts[1::2] if answer == "lines" else dict.fromkeys(facts):
                    column = next((c for c in table.columns if c.column == f.tokens[0].column), None)
                    apart = column.title if column is not None and column.title not in name else f.tokens[0].row
                    if answer == "lines":
                        f.name = f"{name} ({apart})"
                    else:
                        f.part = (*f.part, ("", str(apart)))
            else:
                for f in facts:
                    f.waits_for(question_id("same_name", table.sheet, table.name))


def _forecast_begins(finder: Finder, table: Table, lines: _Lines) -> None:
    """A forecast that begins with the last actual repeats it there."""
    forecast = [f for f in table.live() if f.series == "forecast"]
    if not forecast:
        return
    actual = {lines.key(f)[:3]: f.value for f in table.live() if f.series == "actual"}
    both: dict[str, list[Fact]] = defaultdict(list)
    for f in forecast:
        if lines.key(f)[:3] in actual:
            both[f.name].append(f)
    for same in both.values():
        if len(same) == 1 and close(same[0].value, actual[lines.key(same[0])[:3]]):
            finder.drop(same, "repeat", Message("reading.repeats", {"place": table.name}))


def _titled_apart(live: list[Table]) -> None:
    """Put a table's title before its lines where another table of the sheet has the same names. Rule: L57."""
    by_sheet: dict[str, list[Table]] = defaultdict(list)
    for table in live:
        if not table.summary and table.live():
            by_sheet[table.sheet].append(table)
    for group in by_sheet.values():
        if len(group) > 1:
            _titled_apart_on(group)


def _titled_apart_on(group: list[Table]) -> None:
    said = Counter(x for t in group for x in set(t.titles))
    titles = {
        t.index: next((x for x in t.titles if said[x] == 1), "") or next((x for x in t.region.context[:1] if x), "")
        for t in group
    }
    count = Counter(titles.values())
    others = _Others(group)
    renamed: list[tuple[Fact, str]] = []
    for t in group:
        title = titles[t.index]
        if not title or count[title] > 1 or len(title) > 80 or not others.has_rival(t):
            continue
        common = others.common_names(t)
        mine = [
            (other, f.value) for f in t.live() if norm(f.name) in common if (other := others.figure(t, f)) is not None
        ]
        if mine and sum(close(a, b) for a, b in mine) >= ALIKE * len(mine):
            continue  # it repeats the other
        renamed.extend(
            (f, f"{title} – {f.name}") for f in t.live() if norm(f.name) in common and not f.said & {"measure", "part"}
        )
    for f, name in renamed:
        f.name = name


class _Others:
    """For the tables of a sheet: lines and figures of the others whose periods and scenarios meet, by an index."""

    def __init__(self, group: list[Table]) -> None:
        self.spans = {t.index: {(f.period, f.series) for f in t.live()} for t in group}
        self.names = {t.index: _names(t) for t in group}
        self.count = Counter(when for span in self.spans.values() for when in span)
        self.with_name: dict[str, list[int]] = defaultdict(list)
        for index, names in self.names.items():
            for name in names:
                self.with_name[name].append(index)
        self.figures: dict[Key, list[tuple[int, float]]] = defaultdict(list)
        for t in group:
            for f in t.live():
                if len(self.with_name[norm(f.name)]) > 1:
                    self.figures[norm(f.name), f.part, f.period, f.series].append((t.index, f.value))

    def has_rival(self, table: Table) -> bool:
        return any(self.count[when] > 1 for when in self.spans[table.index])

    def common_names(self, table: Table) -> set[str]:
        span = self.spans[table.index]
        return {
            name
            for name in self.names[table.index]
            if any(i != table.index and not self.spans[i].isdisjoint(span) for i in self.with_name[name])
        }

    def figure(self, table: Table, fact: Fact) -> float | None:
        """Return the figure of the same key in the last other table that has one."""
        known = self.figures.get((norm(fact.name), fact.part, fact.period, fact.series), ())
        return next((value for index, value in reversed(known) if index != table.index), None)


def _same_keys(finder: Finder, live: list[Table], kept: set[int]) -> None:
    """Two tables that give figures of the same key: the same figures are a repetition, others a contradiction."""
    tables = _order(t for t in live if not t.summary)
    lines = _Lines()
    shared = _shared(tables, lines)
    seen: dict[Key, Fact] = {}
    clashes: dict[tuple[int, int], tuple[Table, Table, list[tuple[Fact, Fact]]]] = {}
    for table in tables:
        same: list[tuple[Fact, Fact]] = []
        other: list[tuple[Fact, Fact]] = []
        known = [(lines.key(f), f) for f in table.live() if f.period and lines.of(f) in shared] if shared else []
        for key, fact in known:
            first = seen.get(key)
            if first is None or first.table is table or first.dropped:
                continue
            (same if close(fact.value, first.value) else other).append((fact, first))
        telling = len({f.value for f, _ in same if f.value}) >= 2 or (len(table.live()) <= 3 and bool(same))
        if same and telling and len(same) >= ALIKE * (len(same) + len(other)):
            for fact, first in same:
                finder.drop([fact], "repeat", Message("reading.repeats", {"place": first.table.name}))
                kept.add(first.table.index)
        if other:
            by: dict[int, list[tuple[Fact, Fact]]] = defaultdict(list)
            for pair in other:
                by[pair[1].table.index].append(pair)
            for index, pairs in by.items():
                clashes[table.index, index] = (table, pairs[0][1].table, pairs)
        for key, fact in known:
            if not fact.dropped:
                seen.setdefault(key, fact)
    for later, earlier, pairs in clashes.values():
        _clash(finder, later, earlier, [p for p in pairs if not p[0].dropped and not p[1].dropped])


def _shared(tables: list[Table], lines: _Lines) -> set[Line]:
    """Return the lines that stand in several tables."""
    if len(tables) < 2:
        return set()
    count = Counter(line for t in tables for line in {lines.of(f) for f in t.live()})
    return {line for line, many in count.items() if many > 1}


def _names(table: Table) -> set[str]:
    return {norm(f.name) for f in table.live()}


def _clash(finder: Finder, table: Table, other: Table, pairs: list[tuple[Fact, Fact]]) -> None:
    """Two tables disagree: told apart by unit, by sheet, as parts; else asked and held."""
    if not pairs:
        return
    mine, theirs = _names(table), _names(other)
    both = mine & theirs
    units = [{norm(f.name): norm(f.unit) for f in x.live() if f.unit} for x in (table, other)]
    if all(units[0].get(n) and units[1].get(n) and units[0][n] != units[1][n] for n in both):
        for f in (*table.live(), *other.live()):
            if norm(f.name) in both and f.unit and not f.name.endswith(")"):
                f.name = f"{f.name} ({f.unit})"
        return
    few = len(both) <= 0.5 * min(len(mine), len(theirs)) or (len(both) <= 2 and min(len(mine), len(theirs)) >= 4)
    titles = _told_apart(table, other)
    if titles and (few or table.sheet == other.sheet):
        places = f"{other.name}; {table.name}"
        answer = None if few else finder.ask(table, "sheets", ["lines", "parts", "first"], places, key=other.name)
        if answer == "first":
            finder.drop([p[0] for p in pairs], "repeat", Message("reading.second-of-two"))
            return
        for x, title in zip((table, other), titles, strict=True):
            for f in x.live():
                if norm(f.name) in both and answer == "parts":
                    f.part = (*f.part, ("", title))
                elif norm(f.name) in both and not f.name.startswith(f"{title} – "):
                    f.name = f"{title} – {f.name}"
        return
    if table.sheet != other.sheet and mine == theirs:
        _sheets(finder, other)
        return
    number = question_id("which", "", f"{other.name}/{table.name}")
    answer = finder.ask(
        None,
        "which",
        ["first", "second", "parts", "lines"],
        f"{other.name}; {table.name}",
        key=f"{other.name}/{table.name}",
        names=sorted({p[0].name for p in pairs})[:20],
    )
    if answer in ("first", "second"):
        drop = [p[0 if answer == "first" else 1] for p in pairs]
        finder.drop(drop, "repeat", Message("reading.second-of-two"))
    elif answer in ("parts", "lines"):
        for x in (table, other):
            for f in x.live():
                if norm(f.name) in both:
                    if answer == "parts":
                        f.part = (*f.part, ("sheet", x.sheet))
                    else:
                        f.name = f"{x.sheet} – {f.name}"
    else:
        for p in pairs:
            for f in p:
                f.waits_for(number)


def _told_apart(table: Table, other: Table) -> tuple[str, str] | None:
    """Return the titles that tell two tables apart, or their sheets' names."""
    if table.sheet != other.sheet and not (labels.dull(table.sheet) and labels.dull(other.sheet)):
        return table.sheet, other.sheet
    titles = [next((t for t in [*x.titles, *x.region.context[:2]] if t), "") for x in (table, other)]
    return (titles[0], titles[1]) if all(titles) and titles[0] != titles[1] else None


def _sheets(finder: Finder, other: Table) -> None:
    """Sheets with the same lines and other figures: parts, lines of their own, versions or scenarios: asked."""
    names = _names(other)
    group = [x for x in finder.tables if x.live() and _names(x) == names]
    places = "; ".join(dict.fromkeys(x.name for x in group))
    key = "; ".join(dict.fromkeys(x.sheet for x in group))
    answer = finder.ask(None, "sheets", ["parts", "lines", "first", "newest", "target"], places, key=key)
    number = question_id("sheets", "", key)
    targets = [x for x in group if finder.titles.of(x.sheet).series == "target"] or group[:1]
    for place, x in enumerate(group):
        for f in x.live():
            if answer == "target":
                f.series = "target" if x in targets else "actual" if f.series == "target" else f.series
            elif answer == "lines":
                if not f.name.startswith(f"{x.sheet} – "):
                    f.name = f"{x.sheet} – {f.name}"
            elif (answer == "first" and place) or (answer == "newest" and place < len(group) - 1):
                finder.drop([f], "repeat", Message("reading.second-of-two"))
            else:
                if ("sheet", x.sheet) not in f.part:
                    f.part = (*f.part, ("sheet", x.sheet))
                if answer is None:
                    f.waits_for(number)


def _same_figures(finder: Finder, live: list[Table], kept: set[int]) -> None:
    """The same row of figures under another name in another table is a repetition; the earlier sheet is kept."""
    tables = _order(t for t in live if not t.summary)
    if len(tables) < 2:
        return
    rows = {t.index: _rows_of_figures(t) for t in tables}
    ends = Counter(end for of_table in rows.values() for end in {end for _, end in of_table})
    lines: dict[object, Table] = {}
    for table in tables:
        for facts, end in rows[table.index]:
            if ends[end] < 2 or finder.is_goal(facts[0].name):
                continue  # no other table has a row with these largest and least figures
            mark = frozenset((f.period, f.series, rounded(f.value)) for f in facts)
            first = lines.setdefault(mark, table)
            if first is not table and table.index not in kept:
                finder.drop(facts, "repeat", Message("reading.repeats", {"place": first.name}))
                kept.add(first.index)


def _rows_of_figures(table: Table) -> list[tuple[list[Fact], tuple[float, float]]]:
    """Return the figures of each line that has enough of them to prove something, with its least and largest."""
    by: dict[Line, list[Fact]] = defaultdict(list)
    for f in table.live():
        if f.period:
            by[norm(f.name), f.part, f.series].append(f)
    found = []
    for facts in by.values():
        if len(facts) < 5:
            continue
        values = {f.value for f in facts}
        if len(values) >= 4 and not all(abs(v) < 13 and v == int(v) for v in values):
            found.append((facts, (rounded(min(values)), rounded(max(values)))))
    return found


# -- summaries --------------------------------------------------------------------------------------------------------


def rounded(value: float) -> float:
    return float(f"{value:.7g}")


def telling(value: float) -> bool:
    """Return whether a number is rare enough to prove something between tables."""
    return abs(value) >= 13 or (abs(value) > 0.0001 and abs(value * 100 - round(value * 100)) > 1e-9)


def sums_of(table: Table) -> Iterator[float]:
    """Yield the figures of a table and their sums by line, period, year, quarter and part."""
    lines: dict[tuple[str, str], int] = {}
    scenarios: dict[str, int] = {}
    periods: dict[str, tuple[int, int, int]] = {}
    by_line = _Sums()
    by_scenario = _Sums()
    parts: dict[object, float] = defaultdict(float)
    for f in table.live():
        value = f.value
        yield rounded(value)
        line = lines.setdefault((f.series, f.name), len(lines))
        scenario = scenarios.setdefault(f.series, len(scenarios))
        when = periods.get(f.period)
        if when is None:
            when = periods[f.period] = (len(periods), *_year_and_quarter(f.period))
        by_line.add(line, when, value)
        by_scenario.add(scenario, when, value)
        if f.part and len(parts) < CAP:
            year = f.period[:4]
            keys: list[object] = []
            for part in f.part[:6]:
                keys += [(line, part), (line, part, f.period), (line, part, "y", year), (f.series, part)]
            for i, one in enumerate(f.part[:4]):
                keys.extend((line, one, f.part[j]) for j in range(i))
            for key in keys:
                parts[key] += value
    for value in itertools.chain(by_line.values(), by_scenario.values(), parts.values()):
        yield rounded(value)


def _year_and_quarter(period: str) -> tuple[int, int]:
    """Return numbers of the year and the quarter of a period, the latter -1 of what is no month."""
    year = int(period[:4]) if period[:4].isdigit() else 0
    month = len(period) == 7 and period[5:].isdigit()
    return year, year * 4 + (int(period[5:]) - 1) // 3 if month else -1


class _Sums:
    """Sums of figures by what they are of: in all, by period, by year, by quarter."""

    def __init__(self) -> None:
        self.whole: dict[int, float] = defaultdict(float)
        self.of_period: dict[tuple[int, int], float] = defaultdict(float)
        self.of_year: dict[tuple[int, int], float] = defaultdict(float)
        self.of_quarter: dict[tuple[int, int], float] = defaultdict(float)

    def add(self, line: int, when: tuple[int, int, int], value: float) -> None:
        period, year, quarter = when
        self.whole[line] += value
        self.of_period[line, period] += value
        self.of_year[line, year] += value
        if quarter >= 0:
            self.of_quarter[line, quarter] += value

    def values(self) -> Iterator[float]:
        return itertools.chain(
            self.whole.values(), self.of_period.values(), self.of_year.values(), self.of_quarter.values()
        )


def _summaries(finder: Finder, kept: set[int]) -> None:
    """Drop a table whose figures are sums of a larger one; the detail is read. Rule: L56."""
    bases = {
        t.index: t
        for t in finder.tables
        if not t.summary and t.live() and (len(t.live()) >= 6 or len(t.figure_rows) >= 12)
    }
    may = _Summing(bases)
    candidates = [t for t in finder.tables if not t.summary and t.index not in kept]
    if len(bases) <= FEW_TABLES:
        candidates = [t for t in candidates if any(may(b, t) for b in bases.values())]
    wanted = {t.index: values for t in candidates if len(values := {round(x.number, 4) for x in _unexplained(t)}) >= 3}
    candidates = [t for t in candidates if t.index in wanted]
    if len(bases) <= FEW_TABLES:
        used = [b for b in bases.values() if any(may(b, t) for t in candidates)]
    else:
        used = list(bases.values())
    where = _where(used, {rounded(v) for values in wanted.values() for v in values})
    for table in candidates:
        if table.summary or table.index in kept:
            continue
        open_values = wanted[table.index]
        hits: Counter[int] = Counter()
        explained = 0
        for value in open_values:
            by = [i for i in where.get(rounded(value), ()) if may(bases[i], table)]
            explained += bool(by)
            hits.update(by)
        computed = table.formulas() > 0.6
        enough = (
            explained >= 0.9 * len(open_values) and (computed or table.orientation == "none" or explained >= 8)
        ) or (computed and explained >= 0.6 * len(open_values))
        if (len(open_values) >= 4 and enough) or (len(open_values) == 3 == explained and computed):
            table.summary = True
            main = hits.most_common(1)[0][0]
            kept.add(main)
            kept.update(i for i in hits if hits[i] >= 2)
            why = Message("reading.summary", {"place": bases[main].name})
            finder.drop([f for f in table.live() if not finder.is_goal(f.name)], "summary", why)
            finder.put(table.region.numbers(), "summary", why)


def _where(bases: Iterable[Table], wanted: set[float]) -> Mapping[float, list[int]]:
    """Return for each of the values that are looked for the tables that have it as a figure or a sum of figures."""
    where: dict[float, list[int]] = defaultdict(list)
    for t in bases:
        for value in sums_of(t):
            if value in wanted and telling(value):
                tables = where[value]
                if (not tables or tables[-1] != t.index) and len(tables) < MOST_PLACES:
                    tables.append(t.index)
    return where


def _unexplained(table: Table) -> Iterator[Token]:
    """Yield the numbers of a table that nothing has explained yet, and that are rare enough to prove something."""
    for t in table.region.numbers():
        if (
            t.percent
            or not telling(t.number)
            or (t.entry is not None and t.entry.what in ("derived", "identifier", "calendar", "cumulative", "title"))
        ):
            continue
        yield t


class _Summing:
    """Tells whether one table may be the detail of another: larger, less computed, and made of more figures."""

    def __init__(self, bases: Mapping[int, Table]) -> None:
        self._many = {i: sum(len(f.tokens) for f in t.live()) for i, t in bases.items()}

    def __call__(self, base: Table, table: Table) -> bool:
        if base is table or base.summary or (base.hidden and not table.hidden):
            return False
        if table.formulas() > 0.8 and base.formulas() < 0.5:
            return True
        return (
            self._many[base.index] >= 2 * max(1, len(table.live()))
            and base.formulas() <= table.formulas() + 0.2
            and base.sheet != table.sheet
        )
