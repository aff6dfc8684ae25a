"""What of a reading is shown to the person who confirms it: what kind and when, the lines, what was left out.

Rule: L29.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from kpireport.core.messages import Message, quoted
from kpireport.core.periods.days import iso_weeks
from kpireport.core.reading import fingerprint
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.period_text import PeriodReader
from kpireport.core.reading.words import norm
from kpireport.core.workbook import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set

    from kpireport.core.reading.account import Entry, Found
    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.table import Fact, Table
    from kpireport.core.reading.words import Trade

FIGURES = frozenset({"fact", "result", "pending"})
PLAIN = frozenset({"total", "mean", "repeat", "summary", "title", "calendar", "goals", "settings"})
"""Classes of the account that are folded with their counts: each was checked, or holds no figure of its own."""
ORDER = ("unread", "held", "derived", "cumulative", "identifier", "partial", "no-figure", "left-out")
"""The other classes, what looks most like a figure of its own first."""
MOST_LINES = 30
MOST_LEFT = 30
PER_REASON = 5
MOST_GAPS = 5
MOST_TABLES = 40
SERIES = ("actual", "target", "forecast", "previous")
_NUMBERED = re.compile(r"(?:column|spalte|colonne|columna|coluna|列)\s*\d+|unnamed.*|vs\.?|.*\(\d\)")
_BARE = re.compile(r"[\W\d_]*")


Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """One figure beside its cell. period: its key. share: a ratio, shown in percent. cells: that make it."""

    period: str
    value: float
    share: bool
    cell: str
    cells: int
    part: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line. titled: what the sheet itself calls it, '' where it is the same. odd: what is odd about its name."""

    name: str
    titled: str
    unit: str
    first: ShownFigure
    last: ShownFigure
    odd: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class ShownScenario:
    """The figures of one scenario in a table.

    lines, periods: how many. kind: of all periods (month), '' where they are of several. first, last: keys of periods.
    waiting: figures that wait for an answer.
    missing: figures that lines times periods would have more. gaps: some of them, as line and period.
    marks: what is odd about them.
    """

    series: str
    figures: int
    lines: int
    periods: int
    kind: str
    first: str
    last: str
    waiting: int
    missing: int
    gaps: tuple[tuple[str, str], ...]
    marks: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class ShownTable:
    """One table, or several of one shape. alike: the places of the others. more: lines that are not shown.

    parts: of each its title and members. hidden: titles and labels of what is hidden in Excel.
    """

    place: str
    titles: tuple[str, ...]
    scenarios: tuple[ShownScenario, ...]
    lines: tuple[ShownLine, ...]
    more: int
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    hidden: tuple[str, ...]
    sheet_hidden: bool
    alike: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Figures of one row or column that were left out for one reason. place: ``Sheet!5`` or ``Sheet!K``.

    row: it is a row, not a column. name: its label or title, '' where it has none. value, cell: of the first of them.
    more: rows or columns beside that were left out for the same reason, and that are not listed.
    """

    place: str
    row: bool
    name: str
    value: float
    cell: str
    numbers: int
    more: int
    why: Message


@dataclass(frozen=True, slots=True)
class Overview:
    """A reading to be confirmed. read: figures. left: by name, what looks like a figure of its own first.

    more_left: rows and columns that are not listed. folded: class of the account and how many numbers. more_tables:
    tables that are not shown.
    """

    numbers: int
    accounted: int
    read: int
    tables: tuple[ShownTable, ...]
    more_tables: int
    left: tuple[LeftOut, ...]
    more_left: int
    folded: tuple[tuple[str, int], ...]


def overview(reading: Found, trade: Trade, *, saved: date | None) -> Overview:
    """Return what is shown of a reading before it is confirmed. saved: the workbook's own day, None if unknown."""
    names = OddNames(trade)
    shapes: dict[object, list[Table]] = defaultdict(list)
    for table in reading.tables:
        if table.live():
            shapes[_shape(table)].append(table)
    groups = list(shapes.values())
    left = sorted(_left_out(reading), key=lambda each: each[0])
    classes = Counter(entry.what for entry in reading.account.values())
    return Overview(
        reading.numbers,
        len(reading.account),
        len(reading.facts),
        tuple(_table(group, names, saved) for group in groups[:MOST_TABLES]),
        max(0, len(groups) - MOST_TABLES),
        tuple(each for _, each in left[:MOST_LEFT]),
        max(0, len(left) - MOST_LEFT),
        tuple(sorted((what, count) for what, count in classes.items() if what not in FIGURES)),
    )


# -- tables -----------------------------------------------------------------------------------------------------------


def _shape(table: Table) -> object:
    """Return what makes tables of one form, sixty branches on sixty sheets, one entry: titles, lines, parts' titles."""
    outline = fingerprint.outline(table)
    facts = table.live()
    titles = tuple(norm(title) for title in outline["titles"])
    return (
        outline["axis"],
        titles,
        frozenset(norm(fact.name) for fact in facts),
        frozenset(title for fact in facts for title, _ in fact.part),
        frozenset(fact.series for fact in facts),
        tuple(outline["hidden"]),
        outline["sheet_hidden"],
    )


def _table(group: Sequence[Table], names: OddNames, saved: date | None) -> ShownTable:
    table, facts = group[0], group[0].live()
    by_series: dict[str, list[Fact]] = defaultdict(list)
    for each in group:
        for fact in each.live():
            by_series[fact.series].append(fact)
    series = sorted(by_series, key=lambda s: SERIES.index(s) if s in SERIES else len(SERIES))
    lines = [_line(name, each, table, names) for name, each in fingerprint.by_name(facts).items()]
    listed = lines if len(lines) <= MOST_LINES else _chosen(lines)
    return ShownTable(
        table.name,
        tuple(dict.fromkeys(text for text in (*table.titles, *table.region.context[:3]) if text))[:3],
        tuple(_scenario(name, by_series[name], saved) for name in series),
        tuple(listed),
        len(lines) - len(listed),
        tuple((title, tuple(each)) for title, each in fingerprint.members(facts).items()),
        tuple(fingerprint.hidden(table)),
        table.hidden,
        tuple(each.name for each in group[1:]),
    )


def _chosen(lines: Sequence[ShownLine]) -> list[ShownLine]:
    """Return of many lines the first, the last, and all odd ones, as far as there is room."""
    odd = [line for line in lines[1:-1] if line.odd][: MOST_LINES - 2]
    return [lines[0], *odd, lines[-1]]


def _line(name: str, facts: Sequence[Fact], table: Table, names: OddNames) -> ShownLine:
    dated = sorted(facts, key=lambda fact: (SERIES.index(fact.series) if fact.series in SERIES else 9, fact.period))
    own = [fact for fact in dated if fact.series == dated[0].series]
    titles = {text for fact in facts for text in (fact.title, fact.label) if text}
    same = {norm(name)}
    titled = next((text for text in sorted(titles) if norm(text) not in same), "")
    unit = next((fact.unit for fact in facts if fact.unit), "")
    return ShownLine(name, titled, unit, _figure(own[0]), _figure(own[-1]), names.odd(name, table))


def _figure(fact: Fact) -> ShownFigure:
    cell = f"{fact.table.sheet}!{fact.tokens[0].address}"
    return ShownFigure(fact.period, fact.value, fact.share, cell, len(fact.tokens), fingerprint.part_of(fact))


def _scenario(series: str, facts: Sequence[Fact], saved: date | None) -> ShownScenario:
    dated = [fact for fact in facts if fact.period]
    periods = sorted({fact.period for fact in dated})
    keys = list(dict.fromkeys((fact.name, fact.part) for fact in dated))
    there = {(fact.name, fact.part, fact.period) for fact in dated}
    kinds = {_kind(period) for period in periods}
    missing = len(keys) * len(periods) - len(there)
    return ShownScenario(
        series,
        len(facts),
        len(keys) or len({(fact.name, fact.part) for fact in facts}),
        len(periods),
        next(iter(kinds)) if len(kinds) == 1 else "",
        periods[0] if periods else "",
        periods[-1] if periods else "",
        sum(1 for fact in facts if fact.pending),
        missing,
        tuple(_gaps(keys, periods, there)) if missing else (),
        tuple(_marks(series, periods, saved)),
    )


def _gaps(
    keys: Iterable[Key], periods: Sequence[str], there: Set[tuple[str, tuple[tuple[str, str], ...], str]]
) -> Iterator[tuple[str, str]]:
    """Yield the first figures that are missing: the line with its parts, and the period."""
    left = MOST_GAPS
    for name, part in keys:
        for period in periods:
            if (name, part, period) not in there:
                yield " / ".join((name, *(member for _, member in part))), period
                left -= 1
                if not left:
                    return


def _marks(series: str, periods: Sequence[str], saved: date | None) -> Iterator[Message]:
    if saved is not None and series == "actual":
        late = [period for period in periods if begins(period) > saved.isoformat()]
        if late:
            yield Message("confirming.mark.late", {"first": late[0], "last": late[-1], "day": saved.isoformat()})
    kinds = Counter(_kind(period) for period in periods)
    if len(kinds) > 1:
        usual = kinds.most_common(1)[0][0]
        odd = [period for period in periods if _kind(period) != usual]
        yield Message("confirming.mark.mixed", {"periods": ", ".join(odd[:MOST_GAPS])})
    steps = [_step(period) for period in periods if _kind(period) in ("month", "quarter", "half", "year")]
    if len(kinds) == 1 and len(steps) == len(periods) and steps and steps[-1] - steps[0] + 1 != len(steps):
        there = set(steps)
        absent = [n for n in range(steps[0], steps[-1]) if n not in there][:MOST_GAPS]
        text = ", ".join(_key(n, _kind(periods[0])) for n in absent)
        yield Message("confirming.mark.skips", {"periods": text})


_A_YEAR = {"month": 12, "quarter": 4, "half": 2, "year": 1}


def _kind(period: str) -> str:
    if len(period) == 10:
        return "day"
    sign = period[5:6]
    return {"Q": "quarter", "H": "half", "W": "week", "": "year"}.get(sign, "month")


def _step(period: str) -> int:
    """Return the place of a period among those of its kind."""
    each = _A_YEAR[_kind(period)]
    number = int(period[5:].lstrip("QH") or 1)
    return int(period[:4]) * each + number - 1


def _key(step: int, kind: str) -> str:
    year, number = divmod(step, _A_YEAR[kind])
    form = {"month": "{0:04d}-{1:02d}", "quarter": "{0:04d}-Q{1}", "half": "{0:04d}-H{1}", "year": "{0:04d}"}
    return form[kind].format(year, number + 1)


def begins(period: str) -> str:
    """Return the first day of a period by its key, as text that sorts; of a week its Monday's year and place."""
    kind = _kind(period)
    if kind in ("quarter", "half"):
        month = (int(period[6:]) - 1) * (12 // _A_YEAR[kind]) + 1
        return f"{period[:4]}-{month:02d}-01"
    if kind == "week":
        year, week = int(period[:4]), int(period[6:])
        # A workbook may count a 53rd week in a year that has 52: it lies at the year's end all the same.
        return date.fromisocalendar(year, min(week, iso_weeks(year)), 1).isoformat() if week else f"{year}-01-01"
    return period + "-01-01"[len(period) - 4 :]


class OddNames:
    """What is odd about the name of a line: it is a unit, a number, a date, a sheet's name, the word for a total."""

    def __init__(self, trade: Trade) -> None:
        self._trade, self._periods = trade, PeriodReader(trade)

    def odd(self, name: str, table: Table) -> tuple[Message, ...]:
        trade = self._trade
        tests = {
            "number": _BARE.fullmatch(name) is not None,
            "column": _NUMBERED.fullmatch(norm(name)) is not None,
            "unit": trade.is_unit(name) and not trade.name.is_(name),
            "total": trade.total.is_(name),
            "period": self._periods.of(name) is not None,
            "sheet": norm(name) == norm(table.sheet),
        }
        return tuple(Message(f"confirming.odd.{key}") for key, holds in tests.items() if holds)


# -- left out ---------------------------------------------------------------------------------------------------------


def _left_out(reading: Found) -> Iterator[tuple[tuple[int, int], LeftOut]]:
    """Yield rows and columns that were left out and are not folded, each with its place in the order shown."""
    for number, table in enumerate(reading.tables):
        groups: dict[tuple[str, str], list[Token]] = defaultdict(list)
        entries: dict[tuple[str, str], Entry] = {}
        reasons: dict[int, str] = {}  # a table's numbers share one entry
        for token in table.region.numbers():
            entry = reading.account.get((table.sheet, token.row, token.column))
            if entry is None or entry.what in FIGURES or entry.what in PLAIN:
                continue
            reason = reasons.setdefault(id(entry), f"{entry.why.key} {sorted(entry.why.fields.items())}")
            groups[entry.what, reason].append(token)
            entries[entry.what, reason] = entry
        for (what, reason), tokens in groups.items():
            place = ORDER.index(what) if what in ORDER else len(ORDER)
            for each in _grouped(table, tokens, entries[what, reason].why):
                yield (place, number), each


def _grouped(table: Table, tokens: Sequence[Token], why: Message) -> Iterator[LeftOut]:
    """Yield numbers that have one reason by row or by column, whichever are fewer; many rows as the first of them."""
    rows, columns = {t.row for t in tokens}, {t.column for t in tokens}
    by_row = len(rows) <= len(columns)
    ordered = sorted(tokens, key=lambda t: (t.row, t.column) if by_row else (t.column, t.row))
    groups = [list(each) for _, each in groupby(ordered, key=lambda t: t.row if by_row else t.column)]
    for number, each in enumerate(groups[:PER_REASON], start=1):
        first = each[0]
        more = len(groups) - PER_REASON if number == PER_REASON else 0
        place = f"{table.sheet}!{first.row if by_row else letters(first.column)}"
        name = _label(table, first.row) if by_row else _title(table, first.column)
        cell = f"{table.sheet}!{first.address}"
        yield LeftOut(place, by_row, quoted(name, 60), first.number, cell, len(each), more, why)


def _label(table: Table, row: int) -> str:
    return next((t.text for t in table.region.by_row.get(row, ()) if t.kind is Kind.TEXT), "")


def _title(table: Table, column: int) -> str:
    return next((c.title for c in table.columns if c.column == column), "")
