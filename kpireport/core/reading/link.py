"""Tables against tables: repetitions, summaries and contradictions. Rule: L56, L57.

A table that explains another is itself read: nothing is dropped because of what was dropped.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading import labels
from kpireport.core.reading.arithmetic import close
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.questions import question_id
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Fact, Table

CAP = 200_000
ALIKE = 0.95


def tables(finder: Finder) -> None:
    """Drop what repeats or sums up other tables; ask where two tables disagree."""
    live = [t for t in finder.tables if t.facts]
    kept: set[int] = set()
    _rows_of_another(finder, live, kept)
    _inside(finder, live)
    _titled_apart(live)
    _same_keys(finder, live, kept)
    _same_figures(finder, live, kept)
    _summaries(finder, kept)


def _order(live: Iterable[Table]) -> list[Table]:
    """Return tables by which is kept: visible before hidden, typed before computed, earlier before later."""
    return sorted(live, key=lambda t: (t.hidden, t.formulas() > 0.5, t.index))


# -- repetitions -----------------------------------------------------------------------------------------------------


def _row_key(table: Table, row: int) -> tuple[object, ...]:
    left = table.region.left
    return tuple(
        (t.column - left, t.value) for t in table.region.by_row[row] if t.kind in (Kind.NUMBER, Kind.TEXT, Kind.DATE)
    )


def _rows_of_another(finder: Finder, live: list[Table], kept: set[int]) -> None:
    """Drop a dated table whose rows are rows of a larger one."""
    dated = [t for t in live if t.orientation == "down" and len(t.figure_rows) >= 3]
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


def _keyed(fact: Fact) -> tuple[object, ...]:
    return norm(fact.name), tuple((norm(a), norm(b)) for a, b in fact.part), fact.period, fact.series


def _inside(finder: Finder, live: list[Table]) -> None:
    """One key, one figure, within a table too: the unit tells two apart, else it is asked. Rule: L57."""
    for table in live:
        _forecast_begins(finder, table)
        seen: dict[tuple[object, ...], Fact] = {}
        twice: dict[str, list[Fact]] = defaultdict(list)
        for fact in table.live():
            if not fact.period:
                continue
            first = seen.setdefault(_keyed(fact), fact)
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
            elif answer == "lines":
                for f in facts[1::2]:
                    column = next((c for c in table.columns if c.column == f.tokens[0].column), None)
                    apart = column.title if column is not None and column.title not in name else f.tokens[0].row
                    f.name = f"{name} ({apart})"
            else:
                for f in facts:
                    f.waits_for(question_id("same_name", table.sheet, table.name))


def _forecast_begins(finder: Finder, table: Table) -> None:
    """A forecast that begins with the last actual repeats it there."""
    actual = {_keyed(f)[:3]: f.value for f in table.live() if f.series == "actual"}
    for f in table.live():
        if f.series == "forecast" and _keyed(f)[:3] in actual:
            same = [x for x in table.live() if x.series == "forecast" and x.name == f.name and _keyed(x)[:3] in actual]
            if len(same) == 1 and close(f.value, actual[_keyed(f)[:3]]):
                finder.drop([f], "repeat", Message("reading.repeats", {"place": table.name}))


def _titled_apart(live: list[Table]) -> None:
    """Put a table's title before its lines where another table of the sheet has the same names. Rule: L57."""
    by_sheet: dict[str, list[Table]] = defaultdict(list)
    for table in live:
        if not table.summary and table.live():
            by_sheet[table.sheet].append(table)
    for group in by_sheet.values():
        said = Counter(x for t in group for x in set(t.titles))
        titles = {
            t.index: next((x for x in t.titles if said[x] == 1), "") or next((x for x in t.region.context[:1] if x), "")
            for t in group
        }
        count = Counter(titles.values())
        shared = Counter(name for t in group for name in _names(t))
        spans = {t.index: {f.period for f in t.live()} for t in group}
        names = {t.index: _names(t) for t in group}
        figures = {t.index: {(norm(f.name), f.part, f.period, f.series): f.value for f in t.live()} for t in group}
        for t in group:
            title = titles[t.index]
            rivals = [x for x in group if x is not t and spans[x.index] & spans[t.index]]
            if not title or count[title] > 1 or not rivals or len(title) > 80:
                continue
            common = {
                name for name in names[t.index] if shared[name] > 1 and any(name in names[x.index] for x in rivals)
            }
            values = {key: value for x in rivals for key, value in figures[x.index].items()}
            mine = [(values.get(key), value) for key, value in figures[t.index].items() if key[0] in common]
            known = [(a, b) for a, b in mine if a is not None]
            if known and sum(close(a, b) for a, b in known) >= ALIKE * len(known):
                continue  # it repeats the other
            for f in t.live():
                if norm(f.name) in common:
                    f.name = f"{title} – {f.name}"


def _same_keys(finder: Finder, live: list[Table], kept: set[int]) -> None:
    """Two tables that give figures of the same key: the same figures are a repetition, others a contradiction."""
    seen: dict[tuple[object, ...], Fact] = {}
    clashes: dict[tuple[int, int], tuple[Table, Table, list[tuple[Fact, Fact]]]] = {}
    for table in _order(t for t in live if not t.summary):
        same: list[tuple[Fact, Fact]] = []
        other: list[tuple[Fact, Fact]] = []
        for fact in table.live():
            if not fact.period:
                continue
            first = seen.get(_keyed(fact))
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
        for fact in table.live():
            seen.setdefault(_keyed(fact), fact)
    for later, earlier, pairs in clashes.values():
        _clash(finder, later, earlier, [p for p in pairs if not p[0].dropped and not p[1].dropped])


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
        for x, title in zip((table, other), titles, strict=True):
            for f in x.live():
                if norm(f.name) in both and not f.name.startswith(f"{title} – "):
                    f.name = f"{title} – {f.name}"
        if not few:
            finder.ask(table, "sheets", ["lines", "parts", "first"], f"{other.name}; {table.name}", key=other.name)
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
    for place, x in enumerate(group):
        for f in x.live():
            if answer == "lines":
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
    lines: dict[object, Table] = {}
    for table in _order(t for t in live if not t.summary):
        by: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
        for f in table.live():
            if f.period and not finder.is_goal(f.name):
                by[norm(f.name), f.part, f.series].append(f)
        for facts in by.values():
            if (
                len(facts) < 5
                or len({f.value for f in facts}) < 4
                or all(abs(f.value) < 13 and f.value == int(f.value) for f in facts)
            ):
                continue
            mark = frozenset((f.period, f.series, rounded(f.value)) for f in facts)
            first = lines.setdefault(mark, table)
            if first is not table and table.index not in kept:
                finder.drop(facts, "repeat", Message("reading.repeats", {"place": first.name}))
                kept.add(first.index)


# -- summaries --------------------------------------------------------------------------------------------------------


def rounded(value: float) -> float:
    return float(f"{value:.7g}")


def telling(value: float) -> bool:
    """Return whether a number is rare enough to prove something between tables."""
    return abs(value) >= 13 or (abs(value) > 0.0001 and abs(value * 100 - round(value * 100)) > 1e-9)


def sums_of(table: Table) -> Iterator[float]:
    """Yield the figures of a table and their sums by line, period, year, quarter and part."""
    sums: dict[object, float] = defaultdict(float)
    for f in table.live():
        yield rounded(f.value)
        line = (f.series, f.name)
        year = f.period[:4]
        keys: list[object] = [
            line,
            (line, f.period),
            (f.series, f.period),
            (f.series,),
            (line, "y", year),
            (f.series, "y", year),
        ]
        if len(f.period) == 7 and f.period[5:].isdigit():
            quarter = (int(f.period[5:]) - 1) // 3
            keys += [(line, "q", year, quarter), (f.series, "q", year, quarter)]
        if len(sums) < CAP:
            for part in f.part[:6]:
                keys += [(line, part), (line, part, f.period), (line, part, "y", year), (f.series, part)]
            for i, one in enumerate(f.part[:4]):
                keys.extend((line, one, f.part[j]) for j in range(i))
        for key in keys:
            sums[key] += f.value
    for value in sums.values():
        yield rounded(value)


def _summaries(finder: Finder, kept: set[int]) -> None:
    """Drop a table whose figures are sums of a larger one; the detail is read. Rule: L56."""
    bases = [
        t for t in finder.tables if not t.summary and t.live() and (len(t.live()) >= 6 or len(t.figure_rows) >= 12)
    ]
    where: dict[float, set[int]] = defaultdict(set)
    for t in bases:
        for value in sums_of(t):
            if telling(value):
                where[value].add(t.index)
    for table in finder.tables:
        if table.summary or table.index in kept:
            continue
        open_values = {round(t.number, 4) for t in _unexplained(table)}
        if len(open_values) < 3:
            continue
        base = {t.index: t for t in bases if _may_sum_up(t, table)}
        hits: Counter[int] = Counter()
        explained = 0
        for value in open_values:
            by = where.get(rounded(value), set()) & base.keys()
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
            why = Message("reading.summary", {"place": base[main].name})
            finder.drop([f for f in table.live() if not finder.is_goal(f.name)], "summary", why)
            finder.put(table.region.numbers(), "summary", why)


def _unexplained(table: Table) -> Iterator[Token]:
    for t in table.region.numbers():
        if (
            t.percent
            or not telling(t.number)
            or (t.entry is not None and t.entry.what in ("derived", "identifier", "calendar", "cumulative", "title"))
        ):
            continue
        yield t


def _may_sum_up(base: Table, table: Table) -> bool:
    """Return whether one table may be the detail of another: larger, less computed, and really made of more figures."""
    if base is table or base.summary or (base.hidden and not table.hidden):
        return False
    if table.formulas() > 0.8 and base.formulas() < 0.5:
        return True
    many = sum(len(f.tokens) for f in base.live())
    return (
        many >= 2 * max(1, len(table.live()))
        and base.formulas() <= table.formulas() + 0.2
        and base.sheet != table.sheet
    )
