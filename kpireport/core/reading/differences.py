"""Cells that a workbook computed itself and that disagree with its figures: variances, attainments, totals. Rule: L23.

Such cells are no figures. What they compute is learnt from the table: the formula that most of its cells agree with.
Only then a cell that disagrees is told; a title that follows no known formula is left alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from kpireport.core.parse.formulas import ENOUGH, FORMULAS, MOST_TOLD, MOSTLY, ROUNDED, Pair
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.table import Fact, Table

NEAR = 4  # columns between a result and what it is made of


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that disagrees. title: of its column or row. computed: what the figures make instead."""

    sheet: str
    token: Token
    title: str
    computed: float


def differences(table: Table) -> list[Difference]:
    """Return the cells of a table whose computed value disagrees with the figures that they were computed from."""
    facts = [f for f in table.facts if len(f.tokens) == 1]
    if not facts:
        return []
    checks = (_of_columns, _of_rows, _of_totals, _of_total_columns)
    return [each for check in checks for each in check(table, facts)]


def _of_columns(table: Table, facts: Iterable[Fact]) -> Iterable[Difference]:
    """Check columns of variances and attainments: each cell computed from an actual and a target of its row."""
    derived = [c for c in table.columns if c.role == "derived" and c.derived]
    if not derived:
        return
    by_row: dict[int, dict[str, list[tuple[int, float]]]] = defaultdict(lambda: defaultdict(list))
    for f in facts:
        by_row[f.tokens[0].row][f.series].append((f.tokens[0].column, f.value))
    groups: dict[str, list[tuple[Token, Pair]]] = defaultdict(list)
    for c in derived:
        for t in c.figures:
            pair = _nearest(by_row[t.row], t.column)
            if pair is not None:
                groups[c.leaf].append((t, pair))
    for title, group in groups.items():
        yield from _deviants(table, title, group)


def _nearest(row: Mapping[str, list[tuple[int, float]]], column: int) -> Pair | None:
    """Return the actual and the target that stand next to a computed cell, to its left if there are any."""
    found = []
    for series in ("actual", "target"):
        cells = [(column - at if at < column else 1000 + at - column, value) for at, value in row.get(series, ())]
        if not cells or min(cells)[0] % 1000 > NEAR:
            return None
        found.append(min(cells)[1])
    return found[0], found[1]


def _of_rows(table: Table, facts: Iterable[Fact]) -> Iterable[Difference]:
    """Check rows of variances: each cell computed from the actual and the target of its line in its column."""
    derived = [r for r in table.rows if r.of]
    if not derived:
        return
    at: dict[tuple[str, int], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for f in facts:
        at[norm(f.name), f.tokens[0].column][f.series].append(f.value)
    groups: dict[str, list[tuple[Token, Pair]]] = defaultdict(list)
    for r in derived:
        for c in table.values:
            t, of = table.at(r.row, c), at[norm(r.of), c.column]
            if t is not None and t.kind is Kind.NUMBER and len(of["actual"]) == len(of["target"]) == 1:
                groups[r.label].append((t, (of["actual"][0], of["target"][0])))
    for title, group in groups.items():
        yield from _deviants(table, title, group)


def _deviants(table: Table, title: str, group: Sequence[tuple[Token, Pair]]) -> list[Difference]:
    """Return the cells that disagree with the formula that most of a group follow, if there is one."""
    best: list[tuple[Token, float]] = []
    most = 0
    for formula in FORMULAS:
        made = [(t, value) for t, pair in group if (value := formula(*pair)) is not None]
        wrong = [(t, value) for t, value in made if not same(t.number, value)]
        if len(made) - len(wrong) > most:
            most, best = len(made) - len(wrong), wrong
    return _told(table, title, most, best)


def _of_totals(table: Table, facts: Iterable[Fact]) -> Iterable[Difference]:
    """Check rows of totals against the figures above: since the last total or heading, or all of them."""
    totals = [r for r in table.rows if r.role == "total" and r.label]
    if not totals:
        return
    columns: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for f in facts:
        columns[f.tokens[0].column].append((f.tokens[0].row, f.value))
    running = {column: _Running(figures) for column, figures in columns.items()}
    headings = {row for row in table.body if row not in table.figure_rows}
    starts = sorted({0, *headings, *(r.row for r in totals)})
    for r in totals:
        since = starts[bisect_left(starts, r.row) - 1]
        most, best = 0, []
        for start in dict.fromkeys((since, 0)):
            agreed, wrong = 0, []
            for c in table.values:
                t = table.at(r.row, c)
                if t is None or t.kind is not Kind.NUMBER or c.column not in running:
                    continue
                count, total = running[c.column].between(start, r.row)
                if count < 2:
                    continue
                if same(t.number, total):
                    agreed += 1
                else:
                    wrong.append((t, total))
            if agreed > most:
                most, best = agreed, wrong
        yield from _told(table, r.label, most, best)


class _Running:
    """The figures of a column, summed up from the top, so that the sum between two rows is found at once."""

    def __init__(self, figures: Iterable[tuple[int, float]]) -> None:
        ordered = sorted(figures)
        self.rows = [row for row, _ in ordered]
        self.sums = [0.0, *accumulate(value for _, value in ordered)]

    def between(self, above: int, below: int) -> tuple[int, float]:
        """Return how many figures stand between two rows, and their sum."""
        first, last = bisect_right(self.rows, above), bisect_left(self.rows, below)
        return last - first, self.sums[last] - self.sums[first]


def _of_total_columns(table: Table, facts: Iterable[Fact]) -> Iterable[Difference]:
    """Check columns of totals, each cell against the figures of its row, where these add up."""
    totals = [c for c in table.columns if c.role == "total" and c.total and table.orientation == "across"]
    if not totals:
        return
    rows: dict[int, list[Fact]] = defaultdict(list)
    for f in facts:
        rows[f.tokens[0].row].append(f)
    for c in totals:
        agreed, wrong = 0, []
        for t in c.figures:
            of_row = [f for f in rows[t.row] if not c.series or f.series == c.series]
            if len(of_row) < 2 or table.adds_up.get(norm(of_row[0].label)) != "sum":
                continue
            value = sum(f.value for f in of_row)
            if same(t.number, value):
                agreed += 1
            else:
                wrong.append((t, value))
        yield from _told(table, c.leaf, agreed, wrong)


def _told(table: Table, title: str, agreed: int, wrong: Sequence[tuple[Token, float]]) -> list[Difference]:
    if agreed < ENOUGH or agreed < MOSTLY * (agreed + len(wrong)):
        return []
    return [Difference(table.sheet, t, title, value) for t, value in wrong[:MOST_TOLD]]


def same(typed: float, computed: float) -> bool:
    """Return whether a typed result is the computed one, rounding apart."""
    return abs(typed - computed) <= max(ROUNDED, 1e-9 * abs(computed))
