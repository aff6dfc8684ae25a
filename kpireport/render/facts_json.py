"""A finished reading as JSON: every figure by its cell, what became of every other number, and what is asked.

The schema is told in the help page ``facts``. Rule: L45.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from kpireport import __version__
from kpireport.core.reading import kinds
from kpireport.core.workbook import letters
from kpireport.render.json import problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language
    from kpireport.core.reading.account import Entry, Found, Place
    from kpireport.core.reading.questions import Question
    from kpireport.core.reading.table import Fact
    from kpireport.core.workbook import Workbook

Rectangle = tuple[int, int, int, int]
NAMES_IN_PLACE = 20
READ = frozenset({"fact", "result", "pending"})
"""The classes of the account whose cells are figures."""


class UnbalancedError(Exception):
    """A number of the workbook has no entry in the account, or two: a bug of ours."""


def document(
    workbook: Workbook | None, reading: Found | None, diagnostics: Iterable[Diagnostic], *, language: Language,
    unused: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """Return a reading as plain data. workbook, reading: None where the file could not be read.

    unused: ids of answers that no question asked for. Raises UnbalancedError where a number is not accounted for once.
    """
    return {
        "kpireport": __version__,
        "workbook": workbook.file if workbook else None,
        "sha256": workbook.sha256 if workbook else None,
        "facts": [fact(figure) for figure in reading.facts] if reading else [],
        "account": list(account(reading.account, language=language)) if reading else [],
        "questions": [question(each, language=language) for each in reading.questions] if reading else [],
        "balance": balance(reading),
        "notes": [language.text(note) for note in reading.notes] if reading else [],
        "unused": sorted(unused),
        "diagnostics": problems(diagnostics, language=language),
    }


def fact(figure: Fact) -> dict[str, Any]:
    """Return one figure. One cell is ``cell``; several that make it (days of a month, transactions) are ``cells``."""
    sheet = figure.table.sheet
    shown: dict[str, Any] = {
        "name": figure.name,
        "part": dict(figure.part),
        "period": figure.period,
        "series": figure.series,
        "value": figure.value,
        "unit": figure.unit,
        "pending": sorted(figure.pending),
    }
    if len(figure.tokens) == 1:
        return {"cell": f"{sheet}!{figure.tokens[0].address}", **shown}
    areas = rectangles((token.row, token.column) for token in figure.tokens)
    return {"cells": [f"{sheet}!{a1(area)}" for area in areas], **shown}


def account(entries: Mapping[Place, Entry], *, language: Language) -> Iterator[dict[str, Any]]:
    """Yield the account: each number once, those that stand together and have one reason as one range."""
    groups: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    sentences: dict[int, str] = {}  # a table's numbers share one entry: its sentence is made once
    for (sheet, row, column), entry in entries.items():
        why = sentences.get(id(entry.why))
        if why is None:
            why = sentences[id(entry.why)] = language.text(entry.why)
        groups[sheet, entry.what, why].append((row, column))
    for (sheet, what, why), cells in groups.items():
        for area in rectangles(cells):
            yield {"range": f"{sheet}!{a1(area)}", "class": what, "why": why}


def question(asked: Question, *, language: Language) -> dict[str, Any]:
    """Return one question with its alternatives, each an id and a sentence."""
    about = "; ".join(asked.names[:NAMES_IN_PLACE])
    return {
        "id": asked.id,
        "kind": asked.kind,
        "grade": asked.grade,
        "where": f"{asked.where}: {about}" if about else asked.where,
        "asks": language.text(kinds.asked(asked)),
        "changes": language.text(kinds.changed(asked)),
        "alternatives": [
            {"id": answer, "label": language.text(kinds.answer(asked.kind, answer))} for answer in asked.alternatives
        ],
        "default": asked.default,
        "free": asked.free,
        "names": list(asked.names),
        "ticks": dict(asked.ticks),
    }


def balance(reading: Found | None) -> dict[str, Any]:
    """Return how many numbers there are, and what became of how many. Raises UnbalancedError."""
    if reading is None:
        return {"numbers": 0, "accounted": 0, "classes": {}}
    classes = Counter(entry.what for entry in reading.account.values())
    if len(reading.account) != reading.numbers:
        raise UnbalancedError(f"{len(reading.account)} of {reading.numbers} numbers are accounted for")
    seen: set[Place] = set()
    for each in reading.facts:
        for token in each.tokens:
            place = each.table.sheet, token.row, token.column
            if place in seen:
                raise UnbalancedError(f"{place[0]}!{token.address} is in two figures")
            seen.add(place)
            entry = reading.account.get(place)
            if entry is None or entry.what not in READ:
                raise UnbalancedError(f"{place[0]}!{token.address} is a figure and {entry.what if entry else 'lost'}")
    read = sum(classes[what] for what in READ)
    if read != len(seen):
        raise UnbalancedError(f"{read} numbers are accounted for as figures, {len(seen)} are")
    return {"numbers": reading.numbers, "accounted": len(reading.account), "classes": dict(sorted(classes.items()))}


def rectangles(cells: Iterable[tuple[int, int]]) -> list[Rectangle]:
    """Return cells as rectangles that cover each of them once: top, left, bottom, right, in the order of reading."""
    open_areas: dict[tuple[int, int], Rectangle] = {}
    areas: list[Rectangle] = []
    for row, left, right in _runs(sorted(cells)):
        above = open_areas.get((left, right))
        if above is not None and above[2] == row - 1:
            open_areas[left, right] = (above[0], left, row, right)
            continue
        if above is not None:
            areas.append(above)
        open_areas[left, right] = (row, left, row, right)
    return sorted([*areas, *open_areas.values()])


def _runs(cells: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield runs of cells side by side: row, first and last column."""
    row, left, right = 0, 0, -1
    for r, c in cells:
        if r == row and c == right + 1:
            right = c
            continue
        if right >= left:
            yield row, left, right
        row, left, right = r, c, c
    if right >= left:
        yield row, left, right


def a1(area: Rectangle) -> str:
    """Return a rectangle in A1 notation: ``B3:M20``, or ``B3`` for one cell."""
    top, left, bottom, right = area
    first, last = f"{letters(left)}{top}", f"{letters(right)}{bottom}"
    return first if first == last else f"{first}:{last}"
