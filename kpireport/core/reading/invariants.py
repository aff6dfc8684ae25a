"""What holds after every reading, whatever rule decided: each invariant lists what breaks it in a finished reading.

What breaks one is a question that was not put, or a fault of ours.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from kpireport.core.reading.period_text import PeriodReader
from kpireport.core.reading.questions import question_id
from kpireport.core.reading.words import norm, parts
from kpireport.core.workbook import letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kpireport.core.reading.account import Found
    from kpireport.core.reading.table import Fact, Table
    from kpireport.core.reading.words import Trade

FIGURES = frozenset({"fact", "result", "pending"})
COMPUTED = frozenset({"total", "mean", "cumulative", "derived"})
RELATIVE = 1e-6
FEW = 12
"""Fewer numbers of a sheet or table may stay unread without a question, if others are read."""
_NUMBERED = re.compile(r"(?:column|spalte|colonne|columna|coluna|列)\s*\d+|unnamed.*|[\W_]*|[-+]?[\d.,]+|vs\.?")


class Breach(StrEnum):
    """What is wrong with a reading."""

    SOURCE_NOT_READ = "source-not-read"
    NOT_IN_SOURCE = "not-in-source"
    NOTHING_EXPLAINS = "nothing-explains"
    TWO_FIGURES = "two-figures"
    NO_ENTRY = "no-entry"
    NO_NUMBER = "no-number"
    TWO_FACTS = "two-facts"
    NO_FACT = "no-fact"
    OTHER_CLASS = "other-class"
    NOT_ASKED = "not-asked"
    NOT_MUST = "not-must"
    SHEET_UNREAD = "sheet-unread"
    TABLE_UNREAD = "table-unread"
    NO_ANSWER = "no-answer"
    NO_FREE_VALUE = "no-free-value"
    SAME_ID = "same-id"
    NO_SUCH_DEFAULT = "no-such-default"
    AFTER_SAVED = "after-saved"
    NO_NAME = "no-name"
    NO_PAIR = "no-pair"
    PROVES_NOTHING = "proves-nothing"
    TWO_TABLES = "two-tables"
    TITLE_OUTSIDE = "title-outside"


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of an invariant. place: a cell, a table, a sheet or a question. detail: what it is about, for us."""

    breach: Breach
    place: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FinishedReading:
    """A reading to judge. saved: the day on which the workbook was saved, None if unknown. answers: by question."""

    found: Found
    trade: Trade
    saved: date | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


Place = tuple[str, int, int]


def _address(place: Place) -> str:
    sheet, row, column = place
    return f"{sheet}!{letters(column)}{row}"


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= max(RELATIVE * max(abs(one), abs(other)), 1e-9)


def _places(table: Table) -> list[Place]:
    return [(table.sheet, t.row, t.column) for t in table.region.numbers()]


def justified(reading: FinishedReading) -> list[Violation]:
    """Return what was left out because of what is not read, or of nothing. Rule: I1."""
    found = reading.found
    live = {t.name: t.live() for t in found.tables}
    broken: list[Violation] = []
    for table in found.tables:
        numbers = [(table.sheet, t.row, t.column) for t in table.region.numbers() if t.number]
        entries = [(p, found.account[p]) for p in numbers if p in found.account]
        classes = {entry.what for _, entry in entries}
        for place, entry in entries:
            source = entry.why.fields.get("place") if entry.what in ("repeat", "summary") else None
            if source is not None and not live.get(str(source)):
                broken.append(Violation(Breach.SOURCE_NOT_READ, _address(place), str(source)))
        asked = any(q.where.startswith(f"{table.sheet}!") for q in found.questions if q.grade != "may")
        if classes & COMPUTED and not classes & (FIGURES | {"held", "repeat", "summary"}) and not asked:
            broken.append(Violation(Breach.NOTHING_EXPLAINS, table.name, ", ".join(sorted(classes))))
    broken.extend(_repeats(found, live))
    return broken


def _repeats(found: Found, live: Mapping[str, list[Fact]]) -> Iterable[Violation]:
    """Yield figures that were left out as repeats, and that are not among those of the table that they repeat."""
    for table in found.tables:
        for fact in table.facts:
            places = [(table.sheet, t.row, t.column) for t in fact.tokens]
            entries = [found.account[place] for place in places if place in found.account]
            sources = {str(e.why.fields["place"]) for e in entries if e.what == "repeat" and "place" in e.why.fields}
            for source in sources:
                originals = live.get(source, ())
                if originals and not any(
                    _same(fact.value, f.value) or any(_same(fact.value, t.number) for t in f.tokens) for f in originals
                ):
                    yield Violation(Breach.NOT_IN_SOURCE, _address((table.sheet, *_cell(fact))), source)


def _cell(fact: Fact) -> tuple[int, int]:
    return fact.tokens[0].row, fact.tokens[0].column


def one_figure(reading: FinishedReading) -> list[Violation]:
    """Return facts that wait for nothing and whose key has another figure too. Rule: I2."""
    first: dict[object, Fact] = {}
    broken = []
    for fact in reading.found.facts:
        if fact.pending or not fact.period:
            continue
        key = (norm(fact.name), tuple((norm(a), norm(b)) for a, b in fact.part), fact.period, fact.series)
        other = first.setdefault(key, fact)
        if other is not fact and not _same(other.value, fact.value):
            broken.append(Violation(Breach.TWO_FIGURES, _address((fact.table.sheet, *_cell(fact))), str(key)))
    return broken


def one_entry(reading: FinishedReading) -> list[Violation]:
    """Return numbers without an entry, entries without a number, and facts that the account does not know. Rule: I3."""
    found = reading.found
    broken = []
    if len(found.account) != found.numbers:
        breach = Breach.NO_ENTRY if len(found.account) < found.numbers else Breach.NO_NUMBER
        broken.append(Violation(breach, "", f"{len(found.account)} of {found.numbers}"))
    broken += [
        Violation(Breach.NO_ENTRY, _address(place))
        for table in found.tables
        for place in _places(table)
        if place not in found.account
    ]
    uses: Counter[Place] = Counter()
    for fact in found.facts:
        for token in fact.tokens:
            place = (fact.table.sheet, token.row, token.column)
            uses[place] += 1
            entry = found.account.get(place)
            if entry is not None and entry.what not in FIGURES:
                broken.append(Violation(Breach.OTHER_CLASS, _address(place), entry.what))
    broken += [Violation(Breach.TWO_FACTS, _address(place)) for place, count in uses.items() if count > 1]
    broken += [
        Violation(Breach.NO_FACT, _address(place), entry.what)
        for place, entry in found.account.items()
        if entry.what in FIGURES and place not in uses
    ]
    return broken


def what_waits_is_must(reading: FinishedReading) -> list[Violation]:
    """Return facts that wait for no question that must be answered, and what is unread without one. Rule: I4."""
    found = reading.found
    grades = {q.id: q.grade for q in found.questions}
    waiting = sorted({number for fact in found.facts for number in fact.pending})
    broken = [
        Violation(Breach.NOT_ASKED if number not in grades else Breach.NOT_MUST, number)
        for number in waiting
        if grades.get(number) != "must"
    ]
    must = [q.where for q in found.questions if q.grade == "must"]
    sheets: dict[str, Counter[str]] = defaultdict(Counter)
    for (sheet, _, _), entry in found.account.items():
        sheets[sheet][entry.what] += 1
    for sheet, classes in sheets.items():
        tables = [t for t in found.tables if t.sheet == sheet]
        many = classes.total() >= FEW or not (found.facts or must)
        silent = many and classes.keys() == {"unread"} and not any(sheet in where for where in must)
        if silent and not any(_said(reading, t) for t in tables):
            broken.append(Violation(Breach.SHEET_UNREAD, sheet))
    for table in found.tables:
        classes = Counter(found.account[p].what for p in _places(table) if p in found.account)
        unread = classes["unread"] >= FEW and classes["unread"] > 0.5 * classes.total()
        if (
            unread
            and classes.total() > 1
            and not any(table.sheet in where for where in must)
            and not _said(reading, table)
        ):
            broken.append(Violation(Breach.TABLE_UNREAD, table.name, str(dict(classes))))
    return broken


def _said(reading: FinishedReading, table: Table) -> bool:
    """Return whether somebody said that a table is left out."""
    keys = [(kind, table.sheet, table.name) for kind in ("tables", "period")] + [("layout", "", "layout")]
    return any(question_id(*key) in reading.answers for key in keys)


FREE = frozenset({"year", "period", "first_month", "series", "name_column", "date_column"})
"""Kinds of questions whose answer may be one that nobody foresaw."""


def answerable(reading: FinishedReading) -> list[Violation]:
    """Return questions that some person could not answer. Rule: I5."""
    broken = []
    ids = Counter(q.id for q in reading.found.questions)
    broken += [Violation(Breach.SAME_ID, number) for number, count in ids.items() if count > 1]
    for q in reading.found.questions:
        if not q.alternatives and not q.free:
            broken.append(Violation(Breach.NO_ANSWER, q.id))
        if q.kind in FREE and not q.free:
            broken.append(Violation(Breach.NO_FREE_VALUE, q.id))
        if q.default and q.default not in q.alternatives:
            broken.append(Violation(Breach.NO_SUCH_DEFAULT, q.id, q.default))
    return broken


def no_late_actual(reading: FinishedReading) -> list[Violation]:
    """Return actuals of periods that begin after the workbook's own day, and that nobody confirmed. Rule: I6."""
    if reading.saved is None:
        return []
    day = reading.saved.isoformat()
    broken = []
    for fact in reading.found.facts:
        confirmed = question_id("series", fact.table.sheet, f"{fact.table.name}:future") in reading.answers
        open_actual = fact.series == "actual" and fact.period and fact.value and not fact.pending
        confirmed |= bool(fact.said & {"series", "period"})
        if open_actual and not confirmed and _begins(fact.period) > day:
            broken.append(Violation(Breach.AFTER_SAVED, _address((fact.table.sheet, *_cell(fact))), fact.period))
    return broken


def _begins(period: str) -> str:
    """Return the first day of a period by its key, as text; of a week only its year and place in it."""
    if found := re.fullmatch(r"(\d{4})-([QH])(\d)", period):
        month = (int(found[3]) - 1) * (3 if found[2] == "Q" else 6) + 1
        return f"{found[1]}-{month:02d}-01"
    if found := re.fullmatch(r"(\d{4})-W(\d\d)", period):
        return date.fromisocalendar(int(found[1]), int(found[2]), 1).isoformat()
    return period + "-01-01"[len(period) - 4 :]


def true_names(reading: FinishedReading) -> list[Violation]:
    """Return lines whose name is none, where no question is open about it. Rule: I7."""
    trade, periods = reading.trade, PeriodReader(reading.trade)
    asked = {name for q in reading.found.questions if q.kind in ("name_column", "title") for name in q.names}
    broken = []
    seen: set[str] = set()
    for fact in reading.found.facts:
        name = fact.name
        if name in seen or name in asked or fact.pending or fact.said & {"name", "figure"}:
            continue
        seen.add(name)
        numbered = fact.table.name_column is not None and fact.table.name_column.role == "identifier"
        bare = _NUMBERED.fullmatch(norm(name)) is not None and not numbered
        unit = trade.is_unit(name) and not trade.name.is_(name)
        dated = periods.of(name) is not None and not numbered
        if bare or unit or dated or trade.total.is_(name):
            broken.append(Violation(Breach.NO_NAME, _address((fact.table.sheet, *_cell(fact))), name))
    return broken


def pairs_meet(reading: FinishedReading) -> list[Violation]:
    """Return lines with targets alone whose words are all in one line with actuals alone, or the reverse. Rule: I8."""
    if (
        any(q.kind == "pairs" for q in reading.found.questions)
        or question_id("pairs", "", "workbook") in reading.answers
    ):
        return []
    series: dict[str, set[str]] = defaultdict(set)
    for fact in reading.found.facts:
        if not fact.pending:
            series[fact.name].add(fact.series)
    targets = {n: frozenset(parts(n)) for n, s in series.items() if "target" in s and "actual" not in s}
    actuals = {n: frozenset(parts(n)) for n, s in series.items() if "actual" in s and "target" not in s}
    broken = []
    for name, words in targets.items():
        alike = [n for n, other in actuals.items() if words and other and (words <= other or other <= words)]
        if len(alike) == 1:
            broken.append(Violation(Breach.NO_PAIR, name, alike[0]))
    return broken


def proved(reading: FinishedReading) -> list[Violation]:
    """Return columns and rows that were left out by values that do not vary. Rule: I9."""
    broken = []
    for table in reading.found.tables:
        for column in table.columns:
            titled = column.derived or column.total or column.mean or column.cumulative or column.said is not None
            if (
                column.role in COMPUTED
                and not titled
                and column.formulas < 0.5
                and not _varied(column.values().values())
            ):
                broken.append(Violation(Breach.PROVES_NOTHING, f"{table.sheet}!{letters(column.column)}", column.title))
        broken += [
            Violation(Breach.PROVES_NOTHING, f"{table.sheet}!{row.row}", row.label)
            for row in table.rows
            if row.role == "cumulative" and not _varied(row.values.values())
        ]
    return broken


def _varied(values: Iterable[float]) -> bool:
    return len({round(v, 9) for v in values if v}) >= 3


def own_words(reading: FinishedReading) -> list[Violation]:
    """Return cells of two tables, and titles over a column that stand outside of its table. Rule: I10."""
    broken = []
    owner: dict[Place, int] = {}
    for table in reading.found.tables:
        for token in table.region.tokens():
            place = (table.sheet, token.row, token.column)
            if owner.setdefault(place, table.index) != table.index:
                broken.append(Violation(Breach.TWO_TABLES, _address(place), table.name))
        for column in table.columns:
            broken += [
                Violation(Breach.TITLE_OUTSIDE, _address((table.sheet, t.row, t.column)), table.name)
                for t in column.titles
                if table.region.get(t.row, t.column) is None
            ]
    return broken


INVARIANTS: Mapping[str, Callable[[FinishedReading], list[Violation]]] = MappingProxyType(
    {
        "I1": justified,
        "I2": one_figure,
        "I3": one_entry,
        "I4": what_waits_is_must,
        "I5": answerable,
        "I6": no_late_actual,
        "I7": true_names,
        "I8": pairs_meet,
        "I9": proved,
        "I10": own_words,
    }
)
"""Every invariant by its number."""


def violations(reading: FinishedReading) -> dict[str, list[Violation]]:
    """Return what breaks each invariant, by its number; those that hold are left out."""
    return {number: broken for number, check in INVARIANTS.items() if (broken := check(reading))}
