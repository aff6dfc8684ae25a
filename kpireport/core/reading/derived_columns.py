"""Columns of a table whose rows are lines, computed from other columns. Rule: L53."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.parse.formulas import ENOUGH, MOSTLY
from kpireport.core.reading.arithmetic import PAIRS, SAMPLE, close, proves, step_of
from kpireport.core.reading.identifiers import identifier
from kpireport.core.reading.period_text import Said
from kpireport.core.reading.words import SERIES, norm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kpireport.core.reading.arithmetic import Vector
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Table


OF_GOALS = ("weight", "baseline", "red_line", "threshold", "stretch", "low", "high", "benchmark")
"""What a goal has beside its target, by its field: a column so titled is of the goals, and holds no figures."""
_MONTHS = {"Q": 3, "H": 6, "Y": 12}  # of a longer period


def columns(finder: Finder, table: Table) -> None:
    """Give columns that are computed from others their role. Rule: L53."""
    vectors = {c.column: c.values() for c in table.columns if c.content == "figures"}
    values = table.values
    for c in values:
        if c.cumulative and any(not x.cumulative and x.series == c.series for x in values):
            give_role(finder, c, "cumulative", "reading.runs-up")
        elif c.derived:
            _derived_by_title(finder, table, c, vectors)
    _blocks(finder, table, vectors)
    if table.orientation == "none":
        _cross_totals(finder, table, vectors)
    open_values = [c for c in values if not c.role]
    for c in sorted(table.others, key=lambda c: not c.derived):  # what is computed is so from what is not judged yet
        if not c.role:
            _other(finder, table, c, open_values, vectors)


def _cross_totals(finder: Finder, table: Table, vectors: Mapping[int, Vector]) -> None:
    """A column called total, or of formulas, that is the sum of the others: all of them, those left, those right."""
    open_columns = [c for c in table.values if not c.role]
    for c in open_columns:
        others = [x for x in open_columns if x is not c and not x.total]
        groups = [others, *([x for x in others if x.unit == unit] for unit in {x.unit for x in others})]
        if len(c.titles) > 1:
            groups.append([x for x in others if x.titles and x.titles[0] is c.titles[0]])
        if (c.total or c.formulas >= 0.8) and any(sum_beside(c, group, vectors) for group in groups):
            give_role(finder, c, "total", "reading.sum-of-columns")


def sum_beside(column: Column, others: list[Column], vectors: Mapping[int, Vector]) -> bool:
    """Return whether a column is the sum of at least two others: of all, of those next to it on one side."""
    y = vectors[column.column]
    left = [c for c in others if c.column < column.column][::-1]
    right = [c for c in others if c.column > column.column]
    need = 2 if column.total else 3
    for group in (others, *(side[:n] for side in (left, right) for n in range(2, min(len(side), 40) + 1))):
        if len(group) < 2:
            continue
        row = next((r for r in y if y[r]), None)
        if row is None or abs(sum(vectors[c.column].get(row, 0.0) for c in group) - y[row]) > 1e-3 * abs(y[row]) + 2:
            continue
        sums = {r: sum(vectors[c.column].get(r, 0.0) for c in group) for r in y}
        if proves(y, sums, len(group), min(need, len(y)) if column.total else need):
            return True
    return False


def _derived_by_title(finder: Finder, table: Table, column: Column, vectors: Mapping[int, Vector]) -> None:
    """A title that says computed needs a proof, a formula, or a percent sign beside figures of the same period."""
    others = [c for c in table.values if c is not column and not c.derived]
    same = [c for c in others if c.said == column.said]
    if (
        column.formulas >= 0.5
        or is_pair(column, [*same, *others][:PAIRS], vectors, 1)
        or len({c.series for c in same}) >= 2
        or (all(t.percent for t in column.figures) and same)
    ):
        give_role(finder, column, "derived", "reading.titled-computed")
    elif same or len(others) >= 2:
        answer = finder.ask(
            table,
            "columns",
            ["leave-out", "actual", "target"],
            f"{table.sheet}!{column.titles[-1].address}",
            names=[column.title],
            key=column.title,
        )
        if answer in (None, "leave-out"):
            give_role(finder, column, "held" if answer is None else "derived", "reading.titled-computed")
        else:
            column.series = answer


def give_role(finder: Finder, column: Column, role: str, why: str, **fields: object) -> None:
    column.role = role
    finder.put(column.figures, role, Message(why, {"title": column.title, **fields}))


def _period_key(column: Column) -> tuple[object, ...]:
    return tuple(column.said[:4]) if column.said is not None else ()


def _blocks(finder: Finder, table: Table, vectors: Mapping[int, Vector]) -> None:
    """Two blocks over the same periods: one may run up, repeat, or be a fixed part of the other."""
    if table.orientation != "across":
        return
    seen: dict[tuple[object, ...], Column] = {}
    for c in [c for c in table.values if not c.role]:
        key = (_period_key(c), c.series)
        first = seen.setdefault(key, c)
        if first is c:
            continue
        x, y = vectors[first.column], vectors[c.column]
        if c.metric and first.metric and c.metric != first.metric and not c.derived:
            continue
        if _runs_up(table, c, vectors):
            give_role(finder, c, "cumulative", "reading.runs-up")
        elif _fixed_part(x, y):
            give_role(finder, c, "derived", "reading.fixed-part")
        elif proves(y, x, need=3):
            give_role(finder, c, "repeat", "reading.repeats-block")


def _runs_up(table: Table, column: Column, vectors: Mapping[int, Vector]) -> bool:
    """Return whether a column is the running sum of the first block of its scenario up to its period."""
    if column.said is None:
        return False

    def when(c: Column) -> tuple[int, int]:
        return (c.said.year or 0, c.said.number or 0) if c.said else (0, 0)

    first: dict[tuple[int, int], Column] = {}
    for c in table.values:
        if c.series == column.series and not c.cumulative and not c.role and c is not column:
            first.setdefault(when(c), c)
    up = [c for k, c in sorted(first.items()) if k <= when(column)]
    if len(up) < 2 or len(up) > 60:
        return False
    sums = {r: sum(vectors[c.column].get(r, 0.0) for c in up) for r in vectors[column.column]}
    return proves(vectors[column.column], sums, len(up), 2)


def _fixed_part(x: Vector, y: Vector) -> bool:
    keys = [k for k in y if k in x and abs(x[k]) > 1e-9 and y[k] != 0]
    if len(keys) < 3 or len({round(y[k], 9) for k in keys}) < 3:
        return False
    ratios = [y[k] / x[k] for k in keys]
    middle = median(ratios)
    return (
        middle != 0
        and abs(middle - 1) > 1e-6
        and sum(abs(r - middle) <= 2e-3 * abs(middle) for r in ratios) >= 0.8 * len(ratios)
        and all(abs(y[k]) <= 5 for k in keys)
    )


def _other(finder: Finder, table: Table, column: Column, values: list[Column], vectors: Mapping[int, Vector]) -> None:
    """A column of figures without a period: the sum of the periods, a difference, a share, or not understood."""
    y = vectors[column.column]
    if not y:
        return
    called = (
        column.total
        or column.mean
        or column.derived
        or column.cumulative
        or bool(finder.trade.field_of(column.title))
        or column.said is not None
    )
    found = _of_the_periods(table, column, values, vectors, 1 if called else 3)
    if found:
        give_role(finder, column, "total", f"reading.{found}-of-periods")
        return
    others = [c for c in table.columns if c.content == "figures" and c is not column and c.role in ("", "total")]
    if is_pair(column, others, vectors, 1 if column.derived or column.formulas >= 0.8 else 3):
        give_role(finder, column, "derived", "reading.pair")
        return
    for c in others:
        x = vectors[c.column]
        ratios = [y[r] / x[r] for r in y if r in x and abs(x[r]) > 1e-9 and y[r]]
        if (
            len(ratios) >= 3
            and max(ratios) - min(ratios) <= 1e-3 * abs(median(ratios))
            and abs(median(ratios)) < 1
            and len(set(y.values())) >= 3
        ):
            give_role(finder, column, "derived", "reading.fixed-part")
            return
    _not_understood(finder, table, column, called=called)


def _not_understood(finder: Finder, table: Table, column: Column, *, called: bool) -> None:
    formulas = column.formulas >= 0.8
    if called and formulas:
        give_role(finder, column, "derived", "reading.titled-computed")
        return
    if identifier(finder, table, column):
        return
    if not any(t.number for t in column.figures) or (formulas and not called and not column.titles):
        give_role(finder, column, "unread", "reading.no-title")
        return
    if finder.lexicon.field("goals", column.title) in OF_GOALS and table.name_column is not None:
        give_role(finder, column, "goals", "reading.goals")
        return
    if column.series == "target":
        says = finder.lexicon.field("goals", column.title) in ("target_year", "target_period", "target_cumulative")
        answer = (
            None
            if says
            else finder.ask(
                table, "target_basis", ["period", "year"], grade="should", names=[column.title], key=column.title
            )
        )
        if answer == "year" and _reads_as(table, column, "target"):
            return
        give_role(finder, column, "goals", "reading.goals")
        return
    worth = len(column.figures) > 2 and any(c.isalpha() for c in column.title)
    years = {c.said.year for c in table.values if c.said is not None}
    only = table.year or (next(iter(years)) if len(years) == 1 else None)
    year = str(only) if only else ""
    scenarios = ("target", "actual") if only or table.orientation == "none" else ()
    grade = "must" if _other_of_a_pair(table, column) else "should" if worth else "may"
    answer = finder.ask(
        table, "columns", [a for a in ("leave-out", *scenarios, year) if a],
        f"{table.sheet}!{(column.titles or column.figures)[-1].address}", grade=grade,
        names=[column.title], key=column.title or str(column.column), default="leave-out",
    )  # fmt: skip
    if answer in SERIES and _reads_as(table, column, answer, only):
        return
    said = finder.periods.of(answer) if answer is not None and answer != "leave-out" else None
    if said is not None and said.year is not None and _reads_as(table, column, "actual", said.year, said):
        return
    give_role(finder, column, "unread", "reading.no-title")


def _other_of_a_pair(table: Table, column: Column) -> bool:
    """Return whether typed figures stand beside the only ones whose scenario is said, and those are no actuals."""
    known = table.values
    return (
        table.orientation == "none"
        and len(known) == 1
        and known[0].series in ("target", "forecast")
        and column.formulas < 0.5
        and column.content == "figures"
        and column.values().keys() >= {r for r, v in known[0].values().items() if v}
        and any(c.isalpha() for c in column.title)
    )


def _reads_as(
    table: Table, column: Column, series: str, year: int | None = None, said: Said | None = None
) -> bool:  # fmt: skip
    """Read a column as an answer says: of the table's one period, of its year, or of the period that was answered.

    Returns False where none of them is known.
    """
    if said is not None:
        column.said = said
    elif table.orientation != "none":
        if year is None and table.year is None:
            return False
        column.said = Said("Y", year or table.year)
    column.series, column.metric = series, ""
    table.values = [*table.values, column]
    return True


def _of_the_periods(
    table: Table, column: Column, values: list[Column], vectors: Mapping[int, Vector], need: int
) -> str:
    """Return sum, mean, last, least or most of the periods beside a column, '' where it is none of them."""
    y = vectors[column.column]
    groups: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for c in values:
        groups[c.series, c.metric].append(c)
    tries = [g for g in groups.values() if len(g) >= 2]
    if len(groups) > 1 and len(values) >= 2:
        tries.append(values)
    if column.said is not None and column.said.freq in _MONTHS:
        own = [[c for c in group if _lies_in(c.said, column.said)] for group in tries]
        tries = [*(g for g in own if len(g) >= 2), *tries]
    for group in tries:
        of = {r: [vectors[c.column][r] for c in group if r in vectors[c.column]] for r in y}
        of = {r: v for r, v in of.items() if v}
        ways: dict[str, tuple[Callable[[list[float]], float], int]] = {
            "sum": (sum, need), "mean": (lambda v: sum(v) / len(v), need),
            "mean-of-all": (partial(_mean_of, len(group)), need),
            "last": (lambda v: v[-1], max(2, need)), "least": (min, max(3, need)), "most": (max, max(3, need)),
        }  # fmt: skip
        for way, (make, points) in ways.items():
            if way in ("least", "most", "last") and not (column.total or column.said or column.formulas >= 0.5):
                continue
            if proves(
                y,
                {r: make(v) for r, v in of.items()},
                len(group),
                min(points, max(1, len(of))) if need == 1 else points,
            ):
                telling = any(len(v) > 1 and abs(sum(v) - sum(v) / len(v)) > 1e-9 for v in of.values())
                if way in ("sum", "mean", "last") and telling and not column.mean:
                    table.adds_up.update({norm(r.label): way for r in table.rows if r.row in of})
                return way
    return _each_its_own(table, column, tries, vectors) if column.total or column.cumulative else ""


def _lies_in(part: Said | None, whole: Said) -> bool:
    """Return whether a period lies in a longer one, as far as their titles say."""
    if part is None or (part.year and whole.year and part.year != whole.year) or not part.number:
        return False
    ends = part.number * _MONTHS.get(part.freq, 1) if part.freq in "MQH" else 0
    first = ((whole.number or 1) - 1) * _MONTHS[whole.freq]
    return first < ends <= first + _MONTHS[whole.freq] and _MONTHS.get(part.freq, 1) < _MONTHS[whole.freq]


def _each_its_own(table: Table, column: Column, groups: Iterable[list[Column]], vectors: Mapping[int, Vector]) -> str:
    """Return ``sum`` where each row of a total is the sum, the mean or the last of its periods, in its own way.

    Headcounts and sales in one table have one column for both. Each way is that of its line. Where most are sums, a row
    or two may be none of them, which is told. Rule: L23, L53.
    """
    y = vectors[column.column]
    for group in groups:
        ways: dict[int, str] = {}
        for r in y:
            values = [vectors[c.column][r] for c in group if r in vectors[c.column]]
            made = {"sum": sum(values), "mean": sum(values) / len(values), "last": values[-1]} if values else {}
            rounded = {"mean": step_of([y[r]])}
            fitting = [way for way, value in made.items() if close(y[r], value, 1, rounded.get(way, 0.0))]
            if fitting:
                ways[r] = fitting[0] if len(fitting) == 1 else ""
        several = len(ways) >= 2 and len(ways) >= 0.9 * len(y) and len({w for w in ways.values() if w}) > 1
        sums, odd = sum(w == "sum" for w in ways.values()), len(y) - len(ways)
        if several or (sums >= ENOUGH and sums >= MOSTLY * (sums + odd)):
            ways.update(dict.fromkeys(y.keys() - ways.keys(), "sum"))
            table.adds_up.update({norm(r.label): way for r in table.rows if (way := ways.get(r.row))})
            return "sum"
    return ""


def _mean_of(count: int, values: list[float]) -> float:
    return sum(values) / count


def is_pair(column: Column, others: Iterable[Column], vectors: Mapping[int, Vector], need: int) -> bool:
    """Return whether a column is the difference, ratio, change or share of two others."""
    y = vectors[column.column]
    rows = list(y)[:SAMPLE]
    step = step_of([y[r] for r in rows])
    telling = [r for r in rows if y[r]] or rows
    probe = telling[:: max(1, len(telling) // 6)][:6]
    near = sorted((c for c in others if c is not column), key=lambda c: abs(c.column - column.column))[:PAIRS]
    for a in near:
        for b in near:
            if a is b:
                continue
            x, z = vectors[a.column], vectors[b.column]
            common = [r for r in rows if r in x and r in z]
            if len(common) < max(1, 0.5 * len(rows)):
                continue
            for relation in RELATIONS:
                if _misses(relation, x, z, y, probe, step):
                    continue
                made = {r: v for r in common if (v := relation(x[r], z[r])) is not None}
                typed = {r: y[r] for r in made}
                if made and proves(typed, made, need=need):
                    return True
    return False


RELATIONS: tuple[Callable[[float, float], float | None], ...] = (
    lambda p, q: p - q,
    lambda p, q: p / q if q else None,
    lambda p, q: (p - q) / q if q else None,
    lambda p, q: (p - q) / p if p else None,
    lambda p, q: 100 * p / q if q else None,
    lambda p, q: 100 * (p - q) / q if q else None,
)


def _misses(
    relation: Callable[[float, float], float | None], x: Vector, z: Vector, y: Vector, probe: list[int], step: float
) -> bool:
    misses = 0
    for r in probe:
        if r in x and r in z:
            made = relation(x[r], z[r])
            if made is not None and abs(made - y[r]) > 1e-3 * max(abs(y[r]), 1e-9) + 0.51 * step:
                misses += 1
    return misses > 1 or (misses > 0 and len(probe) < 4)
