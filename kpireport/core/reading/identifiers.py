"""Numbers that are names: identifiers, codes, counters of rows. Rule: L54."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading.words import norm, parts

if TYPE_CHECKING:
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Table


def is_id_title(finder: Finder, title: str) -> bool:
    """Return whether a title says that its numbers name things: ``Customer ID``, ``Area Code``, ``No.``."""
    trade = finder.trade
    words = parts(title)
    text = title.strip()
    if text.endswith("#") or trade.identifier.is_(text):
        return True
    if not words:
        return False
    last, first = words[-1].strip("."), words[0].strip(".")
    if (last in trade.identifier and last not in ("number", "num", "reference", "ref", "key")) or first in (
        "id",
        "code",
        "kode",
        "código",
        "clave",
        "mã",
    ):
        return True
    if len(words) > 1 and last in ("number", "num", "no", "nr"):
        return True
    return (text[-2:] in ("ID", "Id") and len(text) > 3) or any(w in norm(title) for w in trade.identifier.sealed)


def identifier(finder: Finder, table: Table, column: Column) -> bool:
    """Give a column left of the figures the role of an identifier where its numbers name or count things."""
    numbers = [t.number for t in column.figures]
    if (
        not numbers
        or any(n != int(n) for n in numbers)
        or any(t.formula and finder.titles.of(column.title).total for t in column.figures)
    ):
        return False
    counting = len(numbers) >= 3 and numbers[0] in (0.0, 1.0) and all(0 <= b - a <= 1 for a, b in pairwise(numbers))
    serial = counting and (not column.titles or column.column == table.region.left or is_id_title(finder, column.title))
    if not serial and not is_id_title(finder, column.title) and column.titles:
        return False
    if (
        not column.titles
        and not serial
        and not (len(set(numbers)) == len(numbers) and column.column == table.region.left)
    ):
        return False
    column.role = "identifier"
    finder.put(
        column.figures,
        "identifier",
        Message("reading.counts-rows" if serial else "reading.names-things", {"title": column.title}),
    )
    return True


def numbers_things(finder: Finder, table: Table, column: Column) -> bool:
    """Return whether a column of a dated table numbers things; a code without such a title is asked. Rule: L54."""
    figures = column.figures
    numbers = [t.number for t in figures]
    if column.role == "identifier":
        return True
    if not numbers or any(n != int(n) for n in numbers[:2000]) or any(t.formula for t in figures[:5]):
        return False
    titled = is_id_title(finder, column.title) or _names_parts(finder, column, numbers)
    if column.series and not titled:
        return False
    rising = len(numbers) >= 5 and len(set(numbers)) == len(numbers) and numbers == sorted(numbers)
    serial = rising and numbers[-1] - numbers[0] == len(numbers) - 1
    slow = (
        len(numbers) >= 12 and len(set(numbers)) <= 0.2 * len(numbers) and len(set(numbers)) > 1 and min(numbers) >= 0
        and max(numbers) - min(numbers) <= 2 * len(set(numbers))
        and sum(b >= a for a, b in pairwise(numbers)) >= 0.9 * (len(numbers) - 1)
    )  # fmt: skip
    code = not titled and (slow or _goes_with_one_word(table, column))
    if titled or (serial and (not column.titles or (numbers[0] in (0, 1) and column.column == table.region.left))):
        column.role = "identifier"
        finder.put(
            figures,
            "identifier",
            Message("reading.counts-rows" if serial else "reading.names-things", {"title": column.title}),
        )
        return True
    measured = bool(column.unit) or finder.trade.rate.among(column.title)  # a price, a share: no code
    if code and not measured and not finder.trade.generic.among(column.title):
        answer = finder.ask(table, "identifier", ["number", "figure"], names=[column.title], key=column.title)
        if answer != "figure":
            column.role = "identifier"
            finder.put(figures, "identifier", Message("reading.one-word", {"title": column.title}))
            return True
    return False


def _names_parts(finder: Finder, column: Column, numbers: list[float]) -> bool:
    """Return whether whole numbers that recur stand under a title of parts: branch 12, sector 4."""
    few = len(set(numbers)) <= 0.5 * len(numbers) and len(numbers) >= 6
    return (
        few
        and finder.trade.part.is_(column.leaf)
        and min(numbers) >= 0
        and not any(t.formula for t in column.figures[:5])
    )


def _goes_with_one_word(table: Table, column: Column) -> bool:
    for words in table.part_columns:
        of: dict[float, set[str]] = defaultdict(set)
        for t in column.figures[:2000]:
            w = table.at(t.row, words)
            if w is not None:
                of[t.number].add(norm(w.text))
        if (
            3 <= len(of) <= 0.5 * len(column.figures)
            and all(len(x) == 1 for x in of.values())
            and min(of) >= 1
            and len({next(iter(x)) for x in of.values()}) == len(of)
        ):
            return True
    return False
