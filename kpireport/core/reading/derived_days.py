"""Columns of a dated table, computed from other columns; parts that are the sum of the others. Rule: L53, L55."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading.arithmetic import SAMPLE, close, proves, step_of
from kpireport.core.reading.derived_columns import give_role, is_pair, sum_beside
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.questions import question_id
from kpireport.core.reading.words import norm, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kpireport.core.reading.arithmetic import Vector
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Table
    from kpireport.core.reading.words import Trade


def down(
    finder: Finder, table: Table, values: list[Column], rows: list[int], periods: Mapping[int, tuple[str, str]]
) -> None:
    """Give columns of a dated table that are computed from others their role. Rule: L53."""
    vectors = {c.column: c.values() for c in values}
    dated = [r for r in rows if r in periods]
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for r in dated:
        key = tuple(
            norm(t.text) for c in table.part_columns if (t := table.at(r, c)) is not None and t.kind is Kind.TEXT
        )
        groups[key].append(r)
    _weights(finder, values, vectors)
    for c in values:
        if c.role:
            continue
        others = [x for x in values if x is not c and x.role not in ("cumulative", "derived", "repeat", "total")][:30]
        why = _down_role(finder, table, c, others, vectors, dated, groups, periods)
        if why:
            give_role(finder, c, why[0], why[1])


def _weights(finder: Finder, values: list[Column], vectors: Mapping[int, Vector]) -> None:
    """Columns of shares that make 1 or 100 in each row, each beside the measure it is called after: weights."""
    found: list[Column] = []
    for measure, weight in pairwise(values):
        named = norm(weight.title).startswith(norm(measure.title)) and weight.title != measure.title
        if named and not weight.series and not measure.series and all(0 <= t.number <= 100 for t in weight.figures):
            found.append(weight)
    if len(found) < 2:
        return
    rows = {r for c in found for r in vectors[c.column]}
    sums = {round(sum(vectors[c.column].get(r, 0.0) for c in found), 6) for r in rows}
    if sums <= {1.0} or sums <= {100.0}:
        for c in found:
            give_role(finder, c, "derived", "reading.weights")


def _down_role(
    finder: Finder, table: Table, column: Column, others: list[Column], vectors: Mapping[int, Vector], dated: list[int],
    groups: Mapping[tuple[str, ...], list[int]], periods: Mapping[int, tuple[str, str]],
) -> tuple[str, str] | None:  # fmt: skip
    y = vectors[column.column]
    if not y:
        return None
    for other in others:
        if _balance(y, vectors[other.column], dated, column, other):
            return "cumulative", "reading.balance"
        if _runs(y, vectors[other.column], groups, periods):
            return "cumulative", "reading.runs-up"
    if column.cumulative and any(not x.cumulative for x in others):
        return "cumulative", "reading.titled-cumulative"
    if _of_the_year(finder.trade, column, others, vectors, groups, periods):
        return "cumulative", "reading.runs-up"
    for other in others:
        if _changes(column, y, vectors[other.column], groups):
            return "derived", "reading.change"
    if column.formulas >= 0.8 and any(_fixed_ratio(y, vectors[x.column]) for x in others if x.formulas < 0.5):
        return "derived", "reading.fixed-part"
    if column.derived or column.formulas >= 0.8 or column.mean or column.total:
        found = _by_formula(finder.trade, column, others, vectors)
        if found:
            return found
        both = {"actual", "target"} <= {x.series for x in others} and not column.series
        if column.derived and (both or column.formulas >= 0.5 or (others and all(t.percent for t in column.figures))):
            return "derived", "reading.titled-computed"
        if column.total and not column.metric.strip() and others and column.formulas < 0.5:
            answer = finder.ask(
                table, "columns", ["leave-out", "figure"], names=[column.title], key=column.title, default="leave-out"
            )
            if answer != "figure":
                return ("held" if answer is None else "derived"), "reading.titled-total"
    for other in others:
        if other.column < column.column and _lags(y, vectors[other.column], groups):
            return "repeat", "reading.repeats-column"
        x = vectors[other.column]
        if (
            other.column < column.column
            and len(y) >= 5
            and y.keys() == x.keys()
            and other.series == column.series
            and len(set(y.values())) > 3
            and proves(y, x, need=5)
        ):
            return "repeat", "reading.repeats-column"
    return None


def _balance(y: Vector, x: Vector, dated: list[int], column: Column, other: Column) -> bool:
    """Return whether each step of one column is the figure of the other: a running balance with an opening."""
    if column.column <= other.column:
        return False
    steps, moves = {}, {}
    for a, b in pairwise(dated):
        if a in y and b in y:
            steps[b], moves[b] = y[b] - y[a], x.get(b, 0.0)
    nonzero = [r for r in moves if moves[r]]
    if len(nonzero) < 5 or len({moves[r] for r in nonzero}) < 3:
        return False
    if proves(steps, moves, 4, 5):
        return True
    hits = sum(close(steps[r], moves[r], 4) for r in nonzero)
    return hits >= 5 and hits >= 0.5 * len(nonzero) and column.formulas >= 0.7


def _runs(
    y: Vector, x: Vector, groups: Mapping[tuple[str, ...], list[int]], periods: Mapping[int, tuple[str, str]]
) -> bool:
    """Return whether one column is the running sum of the other, from the start or from each year."""
    first = next(iter(groups.values()), [])[:SAMPLE]
    small = [r for r in first if r in y and r in x]
    if len(small) > 8 and sum(abs(y[b]) + 1e-9 < abs(y[a]) for a, b in pairwise(small)) > 0.4 * len(small):
        return False
    sample = _running_sums(x, _some(groups), periods)
    if len(sample[0]) > 8 and not any(_mostly(y, sums) for sums in sample):
        return False
    whole, yearly = _running_sums(x, groups.values(), periods)
    if sum(1 for r in whole if x.get(r)) < 4 or proves(y, x, need=3):
        return False
    return any(proves(y, sums, 4, 4) for sums in (whole, yearly))


def _some(groups: Mapping[tuple[str, ...], list[int]]) -> Iterator[list[int]]:
    """Yield the first groups of rows, as many as a sample takes."""
    left = SAMPLE
    for rows in groups.values():
        if left <= 0:
            return
        left -= len(rows)
        yield rows


def _mostly(y: Vector, sums: Vector) -> bool:
    """Return whether a column may be these sums: half of the rows at least agree."""
    keys = [r for r in sums if r in y and (y[r] or sums[r])]
    step = step_of([y[r] for r in keys])
    return 2 * sum(close(y[r], sums[r], 4, step) for r in keys) >= len(keys)


def _running_sums(
    x: Vector, groups: Iterable[list[int]], periods: Mapping[int, tuple[str, str]]
) -> tuple[dict[int, float], dict[int, float]]:
    """Return the running sums of a column within each group of rows: from the start, and from each year."""
    whole: dict[int, float] = {}
    yearly: dict[int, float] = {}
    for rows in groups:
        ordered = sorted(rows, key=lambda r: (periods[r][0], r)) if all(periods[r][0] for r in rows) else rows
        total = of_year = 0.0
        year = ""
        for r in ordered:
            if periods[r][0][:4] != year:
                year, of_year = periods[r][0][:4], 0.0
            total, of_year = total + x.get(r, 0.0), of_year + x.get(r, 0.0)
            whole[r], yearly[r] = total, of_year
    return whole, yearly


def _of_the_year(
    trade: Trade, column: Column, others: list[Column], vectors: Mapping[int, Vector],
    groups: Mapping[tuple[str, ...], list[int]], periods: Mapping[int, tuple[str, str]],
) -> bool:  # fmt: skip
    """Return whether ``Year X`` beside ``X`` of the same scenario is its sum within each year."""
    words = set(parts(column.title))
    of_year = words & trade.field["year"]
    for other in others if of_year else ():
        if set(parts(other.title)) != words - of_year or other.series != column.series:
            continue
        sums: dict[int, float] = {}
        for rows in groups.values():
            total: dict[str, float] = defaultdict(float)
            for r in sorted(rows, key=lambda r: (periods[r][0], r)):
                total[periods[r][0][:4]] += vectors[other.column].get(r, 0.0)
                sums[r] = total[periods[r][0][:4]]
        if len(sums) > 1 and proves(vectors[column.column], sums, 4, 2):
            return True
    return False


def _lags(y: Vector, x: Vector, groups: Mapping[tuple[str, ...], list[int]]) -> bool:
    """Return whether each figure of a column is the one of another in the row before: last week's beside this one's."""
    before: dict[int, float] = {}
    for rows in groups.values():
        ordered = [r for r in rows if r in x]
        before.update({b: x[a] for a, b in pairwise(ordered)})
    return len(before) >= 8 and len(y) >= 8 and proves(y, before, need=8)


def _changes(column: Column, y: Vector, x: Vector, groups: Mapping[tuple[str, ...], list[int]]) -> bool:
    """Return whether a column is the change of another against the row before or the first row."""
    tried = 0
    for rows in groups.values():
        with_x = [r for r in rows if r in x]
        if len(with_x) < 5:
            continue
        if (tried := tried + 1) > 8:
            break
        for ordered in (with_x, with_x[::-1]):
            first = x[ordered[0]]
            tries = [
                {r: x[r] / first - 1 for r in ordered[1:]} if first else {},
                {b: x[b] / x[a] - 1 for a, b in pairwise(ordered) if x[a]},
                {b: 100 * (x[b] / x[a] - 1) for a, b in pairwise(ordered) if x[a]},
            ]
            if column.derived or column.formulas > 0.8:
                tries.append({b: x[b] - x[a] for a, b in pairwise(ordered)})
            for made in tries:
                typed = {r: y[r] for r in made if r in y}
                if len(typed) >= 4 and proves(typed, made, need=4):
                    return True
    return False


def _fixed_ratio(y: Vector, x: Vector) -> bool:
    """Return whether each figure is the same part of the figure beside it, which vary."""
    ratios = [y[r] / x[r] for r in y if r in x and x[r] and y[r]]
    if len(ratios) < 2 or len(ratios) < 0.9 * len(y) or abs(ratios[0] - 1) < 1e-9:
        return False
    return max(ratios) - min(ratios) <= 1e-6 * abs(ratios[0])


def _by_formula(
    trade: Trade, column: Column, others: list[Column], vectors: Mapping[int, Vector]
) -> tuple[str, str] | None:
    y = vectors[column.column]
    bare = column.total and all(word in trade.total for word in parts(column.title))
    if is_pair(column, others, vectors, 1 if column.derived else 3) and (
        column.derived or (column.mean and not column.metric) or bare
    ):
        return "derived", "reading.pair"
    left = [c for c in others if c.column < column.column]
    if (column.total or column.formulas >= 0.8) and sum_beside(column, [c for c in others if not c.total], vectors):
        return "total", "reading.sum-of-columns"
    if column.total or column.mean or column.formulas >= 0.8:
        for start in range(len(left) - 2, -1, -1):
            group = left[start:]
            sums = {r: sum(vectors[c.column].get(r, 0.0) for c in group) for r in y}
            if proves(y, sums, len(group), 3 if not column.total else 2):
                return "total", "reading.sum-of-columns"
            if proves(y, {r: v / len(group) for r, v in sums.items()}, len(group), 3):
                return "derived", "reading.mean-of-columns"
    return None


def member_totals(
    finder: Finder, table: Table, values: list[Column], rows: list[int], periods: Mapping[int, tuple[str, str]]
) -> dict[int, Message]:
    """Return the rows of a part that is the sum of the other parts, found by arithmetic. Rule: L55."""
    found: dict[int, Message] = {}
    columns = [*table.part_columns, *([table.name_column] if table.name_column else [])]
    for part in columns:
        members: dict[str, list[int]] = defaultdict(list)
        for r in rows:
            t = table.at(r, part)
            if t is not None and t.kind is Kind.TEXT and r in periods:
                members[norm(t.text)].append(r)
        if not 2 <= len(members) <= 60:
            continue
        called = [
            m for m in members if finder.trade.total.is_(m) or (finder.trade.total.among(m) and len(parts(m)) <= 3)
        ]
        tried = called + [m for m in members if m not in called] if 3 <= len(members) <= 12 else called
        tried = [m for m in tried if not finder.is_goal(m)]
        sums = _Members(table, values, members, periods, [c for c in columns if c is not part]) if tried else None
        for member in tried:
            hits, tested, different = sums.sums_up(member) if sums is not None else (0, 0, 0)
            if tested and hits >= 0.9 * tested and ((hits >= 3 and different >= 3) or (member in called and hits)):
                found.update(dict.fromkeys(members[member], Message("reading.member-sum", {"title": member})))
                break
            if member in called and tested:
                number = question_id("member", table.sheet, f"{table.name}:{member}")
                answer = finder.ask(
                    table,
                    "member",
                    ["leave-out", "parts"],
                    names=[member],
                    key=f"{table.name}:{member}",
                    default="leave-out",
                )
                if answer != "parts":
                    why = Message("reading.titled-total", {"title": member, "question": number})
                    found.update(dict.fromkeys(members[member], why))
                break
    return found


class _Members:
    """The sums of a part's members by everything else that a row says, made once for all members."""

    def __init__(
        self, table: Table, values: list[Column], members: Mapping[str, list[int]],
        periods: Mapping[int, tuple[str, str]],
        others: list[Column],
    ) -> None:  # fmt: skip
        self.all: list[dict[object, float]] = []
        self.of: list[dict[str, dict[object, float]]] = []
        self.count: list[dict[object, int]] = []
        keys = {
            r: (periods[r][0], *(norm(t.text) if (t := table.at(r, x)) is not None else "" for x in others))
            for rows in members.values() for r in rows
        }  # fmt: skip
        for c in values:
            vector = c.values()
            whole: dict[object, float] = defaultdict(float)
            count: dict[object, int] = defaultdict(int)
            of: dict[str, dict[object, float]] = {}
            for name, rows in members.items():
                mine = of[name] = defaultdict(float)
                for r in rows:
                    if r in vector:
                        mine[keys[r]] += vector[r]
                        whole[keys[r]] += vector[r]
                        count[keys[r]] += 1
            self.all.append(whole)
            self.of.append(of)
            self.count.append(count)

    def sums_up(self, member: str) -> tuple[int, int, int]:
        """Return how often a member is the sum of the others, of how many tests, with how many values."""
        hits = tested = 0
        seen: set[float] = set()
        for whole, of, count in zip(self.all, self.of, self.count, strict=True):
            for key, value in of[member].items():
                if count[key] < 3 or not value:
                    continue
                tested += 1
                if close(value, whole[key] - value, 4, step_of([value])):
                    hits += 1
                    seen.add(round(value, 9))
        return hits, tested, len(seen)
