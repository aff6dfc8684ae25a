"""What is unlike the reading that a person confirmed, one line each; a new period is not. Rule: L28."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from difflib import get_close_matches
from statistics import median
from typing import TYPE_CHECKING, Any

from kpireport.core.messages import Message, Quoted, quoted
from kpireport.core.reading.fingerprint import (
    EARLIER,
    MOST_LINES,
    MOST_NAMES,
    MOST_TITLES,
    Size,
    by_name,
    members,
    outline,
    part_of,
    shown,
    size,
)
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kpireport.core.reading.account import Found
    from kpireport.core.reading.table import Fact, Table

LISTED = 12  # names in a line
NEAR = 0.75
"""Of the letters: a new name is asked about as a lost one that was spelt otherwise."""
ALIKE, SAME_SHAPE = 0.3, 0.7
"""Share of common titles with which a table of the same sheet is the same, and one of another sheet its like."""
MOST_PAIRS = 2500
"""Of new and lost names that are compared by their spelling; with more the whole list has changed."""
MOST_COMPARED = 100
"""Tables that are not as they were; with more of them nothing is left of the reading that was confirmed."""
FEW_MEMBERS = 30
"""Of longer lists (customers, articles) members come and go; only a spelling that is nearly another's is told."""
FAR, DEVIATIONS = math.log10(20), 5
WHOLE_TABLE, FEWEST_LINES = math.log10(5), 3

Seen = dict[str, Any]


def drift(seen: Mapping[str, Any], reading: Found, answers: Mapping[str, str] | None = None) -> tuple[Message, ...]:
    """Return what changed since a reading was confirmed; nothing where it is the same or nothing was kept.

    seen: as :func:`fingerprint_of` made it. answers: that were used for this reading; None does not compare them.
    """
    if not seen.get("tables"):
        return ()
    return (
        *_tables(_rows(seen.get("tables")), reading),
        *_lines(_named(seen.get("lines")), reading),
        *_members(_named(seen.get("parts")), reading),
        *_sizes(_named(seen.get("lines")), _named(seen.get("last")), reading),
        *_answers(_named(seen.get("answers")), answers),
    )


def _rows(value: object) -> list[Seen]:
    """Return a list of tables of the store, as far as it is one: a person may have edited it."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _named(value: object) -> Seen:
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _changed(key: str, **fields: object) -> Message:
    return Message(f"confirming.changed.{key}", fields)


def _listing(names: Iterable[str]) -> Quoted:
    names = list(names)
    shown = ", ".join(f"'{quoted(name, 40)}'" for name in names[:LISTED])
    return Quoted(f"{shown} … ({len(names)})" if len(names) > LISTED else shown)


# -- tables -----------------------------------------------------------------------------------------------------------


def _tables(before: Sequence[Seen], reading: Found) -> Iterator[Message]:
    """Yield what is unlike in tables; those that are as they were are found first, so that few are compared."""
    now = [(table, outline(table)) for table in reading.tables if shown(table)]
    free: dict[str, list[int]] = defaultdict(list)
    for number, (_, new) in enumerate(now):
        free[repr(new)].append(number)
    changed = []
    same: set[int] = set()
    for old in before:
        alike = free.get(repr(old), [])
        same.update(alike)
        if not alike:
            changed.append(old)
    left = [number for number in range(len(now)) if number not in same]
    room = sum(len(_texts(old.get("titles"))) + 1 for old in before) < MOST_TITLES - MOST_NAMES
    for old in changed[:MOST_COMPARED]:
        best = max(left, key=lambda n: _likeness(old, now[n][1]), default=None)
        if best is not None and _likeness(old, now[best][1]) >= ALIKE:
            left.remove(best)
            yield from _table(old, *now[best])
        elif not any(_common(old, new) >= SAME_SHAPE for _, new in now):
            yield _changed("table_gone", sheet=old.get("sheet", ""), title=old.get("title", ""))
    for number in left[:MOST_COMPARED] if room else ():
        table, new = now[number]
        if not any(_common(old, new) >= SAME_SHAPE for old in before):
            yield _changed("table_new", place=table.name, n=len(table.live()))


def _likeness(old: Seen, new: Seen) -> float:
    """Return how alike two tables of one sheet are, 0 for those of two sheets."""
    if norm(str(old.get("sheet", ""))) != norm(new["sheet"]):
        return 0.0
    return _common(old, new) + (0.1 if old.get("title") == new["title"] else 0.0)


def _common(old: Seen, new: Seen) -> float:
    """Return the share of titles that two tables have in common; 1 where neither has any."""
    mine, theirs = _norms(_texts(old.get("titles"))), _norms(new["titles"])
    every = mine.keys() | theirs.keys()
    return len(mine.keys() & theirs.keys()) / len(every) if every else 1.0


def _norms(names: Iterable[str]) -> dict[str, str]:
    """Return names by how they compare."""
    return {norm(name): name for name in names}


def _table(old: Seen, table: Table, new: Seen) -> Iterator[Message]:
    place = table.name
    if old.get("axis") != new["axis"] and not table.contract:
        yield _changed("axis", place=place, before=_axis(old.get("axis")), now=_axis(new["axis"]))
    if bool(old.get("sheet_hidden")) != new["sheet_hidden"]:
        yield _changed("sheet_hidden" if new["sheet_hidden"] else "sheet_shown", sheet=table.sheet)
    yield from _renamed("title", _texts(old.get("titles")), new["titles"], place=place)
    was, now = _norms(_texts(old.get("hidden"))), _norms(new["hidden"])
    if names := [name for key, name in now.items() if key not in was]:
        yield _changed("hidden", place=place, names=_listing(names))
    if names := [name for key, name in was.items() if key not in now]:
        yield _changed("shown", place=place, names=_listing(names))


def _axis(value: object) -> Message:
    return Message(f"confirming.axis.{value if value in ('across', 'down') else 'none'}")


def _renamed(kind: str, before: Iterable[str], now: Iterable[str], **fields: object) -> Iterator[Message]:
    """Yield names that are spelt otherwise, new and gone. kind: of the names, the beginning of the sentences' keys."""
    was, are = _norms(before), _norms(now)
    new = {key: name for key, name in are.items() if key not in was}
    gone = {key: name for key, name in was.items() if key not in are}
    for key, name in tuple(new.items()) if len(new) * len(gone) <= MOST_PAIRS else ():
        near = get_close_matches(key, gone, 1, NEAR)
        if near:
            yield _changed(f"{kind}_renamed", before=gone.pop(near[0]), now=name, **fields)
            del new[key]
    if new:
        yield _changed(f"{kind}_new", names=_listing(new.values()), **fields)
    if gone:
        yield _changed(f"{kind}_gone", names=_listing(gone.values()), **fields)


# -- lines ------------------------------------------------------------------------------------------------------------


def _lines(before: Mapping[str, Any], reading: Found) -> Iterator[Message]:
    if not before:
        return
    now = by_name(reading.facts)
    if len(before) < MOST_LINES:
        yield from _renamed("line", before, now)
    units: dict[tuple[str, str], list[str]] = defaultdict(list)
    gained: dict[str, list[str]] = defaultdict(list)
    lost: dict[str, list[str]] = defaultdict(list)
    for name, facts in now.items():
        old = _named(before.get(name))
        if not old:
            continue
        was, are = set(_texts(old.get("units"))), {fact.unit for fact in facts}
        if was != are:
            units[", ".join(sorted(was)), ", ".join(sorted(are))].append(name)
        was, are = set(_texts(old.get("series"))), {fact.series for fact in facts}
        for series in are - was:
            gained[series].append(name)
        for series in was - are:
            lost[series].append(name)
    for (was_unit, is_unit), names in units.items():
        yield _changed("unit", names=_listing(names), before=_unit(was_unit), now=_unit(is_unit))
    for key, changes in (("series_new", gained), ("series_gone", lost)):
        for series, names in sorted(changes.items()):
            yield _changed(key, series=Message(f"confirming.series.{series}"), names=_listing(names))


def _unit(text: str) -> object:
    return quoted(text) if text.strip(", ") else Message("confirming.no_unit")


def _members(before: Mapping[str, Any], reading: Found) -> Iterator[Message]:
    for title, now in members(reading.facts).items():
        was = _texts(before.get(title))
        few = max(len(was), len(now)) <= FEW_MEMBERS
        if not was or len(now) == MOST_NAMES:
            continue
        for message in _renamed("member", was, now, title=title):
            if few or message.key.endswith("renamed"):
                yield message


# -- sizes ------------------------------------------------------------------------------------------------------------


def _sizes(before: Mapping[str, Any], last: Mapping[str, Any], reading: Found) -> Iterator[Message]:
    """Yield figures that came since, and that are far from the usual size of their line. Rule: L28."""
    shifts: dict[tuple[str, str], list[float]] = defaultdict(list)
    unlikely: list[tuple[Fact, Size, str]] = []
    series: dict[tuple[str, str, int], list[Fact]] = defaultdict(list)
    for fact in reading.facts:
        if fact.series == "actual" and fact.period:
            series[fact.name, part_of(fact), len(fact.period)].append(fact)
    for (name, part, length), facts in series.items():
        facts.sort(key=lambda fact: fact.period)
        known = str(last.get(str(length), ""))
        kept = _kept(_named(_named(before.get(name)).get("usual")).get(part or "="))
        earlier: deque[float] = deque(maxlen=EARLIER)
        for fact in facts:
            usual = (size(earlier) or kept) if fact.period > known and fact.value else None
            if fact.value:
                earlier.append(fact.value)
            if usual is None:
                continue
            shift = math.log10(abs(fact.value) / usual.usual)
            shifts[fact.table.name, fact.period].append(shift)
            if abs(shift) >= max(FAR, DEVIATIONS * usual.spread) and not fact.pending:  # else it is asked already
                unlikely.append((fact, usual, fact.table.name))
    whole = {
        key: middle
        for key, each in shifts.items()
        if len(each) >= FEWEST_LINES and abs(middle := median(each)) >= WHOLE_TABLE
    }
    for (place, period), middle in whole.items():
        yield _changed("scale", place=place, period=period, factor=float(f"{10**middle:.2g}"))
    for fact, usual, place in unlikely:
        if (place, fact.period) not in whole:
            cell = f"{fact.table.sheet}!{fact.tokens[0].address}"
            yield _changed("unlikely", cell=cell, name=fact.name, value=fact.value, usual=usual.usual)


def _kept(value: object) -> Size | None:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(each, int | float) for each in value):
        return Size(float(value[0]), float(value[1])) if value[0] > 0 else None
    return None


def _answers(before: Mapping[str, Any], answers: Mapping[str, str] | None) -> Iterator[Message]:
    """Yield answers on which the confirmed reading rested, and that are others now or gone."""
    for number, value in before.items() if answers is not None else ():
        now = answers.get(number) if answers is not None else None
        if now is None:
            yield _changed("answer_gone", id=number, before=value)
        elif now != value:
            yield _changed("answer", id=number, before=value, now=now)
