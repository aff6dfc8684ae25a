"""What is computed from what: totals, running sums, differences, shares, found by their values. Rule: L52, L53.

A title only lowers how many points must match. Values that do not vary prove nothing; a typed figure is no total
unless it is called one.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.questions import question_id
from kpireport.core.reading.words import norm, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Row, Table
    from kpireport.core.reading.words import Trade

    Vector = Mapping[int, float]

SAMPLE = 400
PAIRS = 12  # columns beside one that are tried in pairs
BACK = 80  # rows above one that are added up
STEPS = (1.0, 0.1, 0.01, 0.001, 0.0001)


def step_of(numbers: Sequence[float]) -> float:
    """Return the step to which all numbers were rounded, 0 where there is none."""
    for step in STEPS:
        if all(abs(n / step - round(n / step)) < 1e-6 for n in numbers[:60]):
            return step
    return 0.0


def close(typed: float, computed: float, addends: int = 2, step: float = 0.0) -> bool:
    """Return whether a number is what was computed, but for rounding of each addend."""
    return abs(typed - computed) <= max(1e-6 * max(abs(typed), abs(computed)), step * 0.5 * min(addends, 4), 1e-9)


def proves(typed: Vector, computed: Vector, addends: int = 2, need: int = 3) -> bool:
    """Return whether one vector is the other: nearly all points match, enough of them, and they vary. Rule: L52."""
    keys = [k for k in typed if k in computed and (typed[k] != 0 or computed[k] != 0)]
    if not keys:
        return False
    step = step_of([typed[k] for k in keys])
    if step and not any(abs(computed[k] / step - round(computed[k] / step)) > 1e-6 for k in keys[:60]):
        step = 0.0
    hits = [k for k in keys if close(typed[k], computed[k], addends, step)]
    different = len({round(typed[k], 9) for k in hits})
    return len(hits) >= 0.9 * len(keys) and len(hits) >= need and different >= min(3, need)


# -- numbers that are names ------------------------------------------------------------------------------------------


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
    counting = (
        len(numbers) >= 3 and numbers[0] in (0.0, 1.0) and all(0 <= b - a <= 1 for a, b in itertools.pairwise(numbers))
    )
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
        table,
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
        and sum(b >= a for a, b in itertools.pairwise(numbers)) >= 0.9 * (len(numbers) - 1)
    )  # fmt: skip
    code = not titled and (slow or _goes_with_one_word(table, column))
    if titled or (serial and (not column.titles or (numbers[0] in (0, 1) and column.column == table.region.left))):
        column.role = "identifier"
        finder.put(
            table,
            figures,
            "identifier",
            Message("reading.counts-rows" if serial else "reading.names-things", {"title": column.title}),
        )
        return True
    if code and not finder.trade.generic.among(column.title):
        answer = finder.ask(table, "identifier", ["number", "figure"], names=[column.title], key=column.title)
        if answer != "figure":
            column.role = "identifier"
            finder.put(table, figures, "identifier", Message("reading.one-word", {"title": column.title}))
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


# -- columns of a table whose rows are lines -----------------------------------------------------------------------------


def columns(finder: Finder, table: Table) -> None:
    """Give columns that are computed from others their role. Rule: L53."""
    vectors = {c.column: c.values() for c in table.columns if c.content == "figures"}
    values = table.values
    for c in values:
        if c.cumulative and any(not x.cumulative and x.series == c.series for x in values):
            _role(finder, table, c, "cumulative", "reading.runs-up")
        elif c.derived:
            _derived_by_title(finder, table, c, vectors)
    _blocks(finder, table, vectors)
    if table.orientation == "none":
        _cross_totals(finder, table, vectors)
    open_values = [c for c in values if not c.role]
    for c in table.others:
        if not c.role:
            _other(finder, table, c, open_values, vectors)


def _cross_totals(finder: Finder, table: Table, vectors: Mapping[int, Vector]) -> None:
    """A column called total, or of formulas, that is the sum of the others: all of them, those left, those right."""
    open_columns = [c for c in table.values if not c.role]
    for c in open_columns:
        if (c.total or c.formulas >= 0.8) and _sum_beside(
            c, [x for x in open_columns if x is not c and not x.total and x.unit == c.unit], vectors
        ):
            _role(finder, table, c, "total", "reading.sum-of-columns")


def _sum_beside(column: Column, others: list[Column], vectors: Mapping[int, Vector]) -> bool:
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
        if proves(y, sums, len(group), min(need, max(1, len(y)))):
            return True
    return False


def _derived_by_title(finder: Finder, table: Table, column: Column, vectors: Mapping[int, Vector]) -> None:
    """A title that says computed needs a proof, a formula, or a percent sign beside figures of the same period."""
    others = [c for c in table.values if c is not column and not c.derived]
    same = [c for c in others if c.said == column.said]
    if (
        column.formulas >= 0.5
        or _pair(column, [*same, *others][:PAIRS], vectors, 1)
        or len({c.series for c in same}) >= 2
        or (all(t.percent for t in column.figures) and same)
    ):
        _role(finder, table, column, "derived", "reading.titled-computed")
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
            _role(finder, table, column, "held" if answer is None else "derived", "reading.titled-computed")
        else:
            column.series = answer


def _role(finder: Finder, table: Table, column: Column, role: str, why: str, **fields: object) -> None:
    column.role = role
    finder.put(table, column.figures, role, Message(why, {"title": column.title, **fields}))


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
            _role(finder, table, c, "cumulative", "reading.runs-up")
        elif _fixed_part(x, y):
            _role(finder, table, c, "derived", "reading.fixed-part")
        elif proves(y, x, need=3):
            _role(finder, table, c, "repeat", "reading.repeats-block")


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
        _role(finder, table, column, "total", f"reading.{found}-of-periods")
        return
    others = [c for c in table.columns if c.content == "figures" and c is not column and c.role in ("", "total")]
    if _pair(column, others, vectors, 1 if column.derived or column.formulas >= 0.8 else 3):
        _role(finder, table, column, "derived", "reading.pair")
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
            _role(finder, table, column, "derived", "reading.fixed-part")
            return
    _not_understood(finder, table, column, called=called)


def _not_understood(finder: Finder, table: Table, column: Column, *, called: bool) -> None:
    formulas = column.formulas >= 0.8
    if called and formulas:
        _role(finder, table, column, "derived", "reading.titled-computed")
        return
    if identifier(finder, table, column):
        return
    if not any(t.number for t in column.figures) or (formulas and not called and not column.titles):
        _role(finder, table, column, "unread", "reading.no-title")
        return
    if column.series == "target":
        finder.ask(table, "target_basis", ["period", "year"], grade="should", names=[column.title], key=column.title)
        _role(finder, table, column, "goals", "reading.goals")
        return
    worth = len(column.figures) > 2 and any(c.isalpha() for c in column.title)
    year = str(table.year) if table.year else ""
    answer = finder.ask(
        table, "columns", [a for a in ("leave-out", "target", "actual", year) if a], f"{table.sheet}!{column.titles[-1].address if column.titles else column.figures[0].address}",
        grade="should" if worth else "may", names=[column.title], key=column.title or str(column.column), default="leave-out",
    )  # fmt: skip
    if answer in ("target", "actual", "forecast", "previous"):
        column.series = answer
    _role(finder, table, column, "unread", "reading.no-title")


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
    for group in tries:
        of = {r: [vectors[c.column][r] for c in group if r in vectors[c.column]] for r in y}
        of = {r: v for r, v in of.items() if v}
        ways: dict[str, tuple[Callable[[list[float]], float], int]] = {
            "sum": (sum, need), "mean": (lambda v: sum(v) / len(v), need), "mean-of-all": (lambda v, n=len(group): sum(v) / n, need),  # type: ignore[misc]
            "last": (lambda v: v[-1], max(2, need)), "least": (min, max(3, need)), "most": (max, max(3, need)),
        }  # fmt: skip
        for way, (make, points) in ways.items():
            if way in ("least", "most", "last") and not (column.total or column.said or column.formulas >= 0.5):
                continue
            if proves(y, {r: make(v) for r, v in of.items()}, len(group), min(points, max(1, len(of)))):
                telling = any(len(v) > 1 and abs(sum(v) - sum(v) / len(v)) > 1e-9 for v in of.values())
                if way in ("sum", "mean", "last") and telling and not column.mean:
                    table.adds_up.update({norm(r.label): way for r in table.rows if r.row in of})
                return way
    return ""


def _pair(column: Column, others: Iterable[Column], vectors: Mapping[int, Vector], need: int) -> bool:
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
                if made and proves(typed, made, need=min(need, max(1, len(made) - 1))):
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


# -- rows of a table whose rows are lines -----------------------------------------------------------------------------------


def rows(finder: Finder, table: Table) -> None:
    """Give rows that are sums, differences or running sums of others their role. Rule: L53."""
    values = [c for c in table.values if not c.role]
    if not values:
        return
    state = _Rows(finder, table, values)
    for place in range(len(table.rows)):
        state.judge(place)


class _Rows:
    """The rows of a table while they are judged from the top down."""

    def __init__(self, finder: Finder, table: Table, values: list[Column]) -> None:
        self.finder, self.table, self.values = finder, table, values
        self.rows = table.rows
        self.totals: list[int] = []
        self.results: list[int] = []
        self.computed: dict[int, float] = {}
        self.deepest = max((r.level for r in table.rows), default=0)
        open_columns = {c.column for c in values}
        for row in self.rows:
            row.values = {c: v for c, v in row.values.items() if c in open_columns}

    def judge(self, place: int) -> None:
        row = self.rows[place]
        trade = self.finder.trade
        title = row.label
        called = self._called_total(title)
        mean = trade.mean.is_(title) or (trade.mean.among(title) and len(parts(title)) <= 2)
        if called and (not row.values or not any(row.values.values())):
            row.role, row.why = "total", Message("reading.titled-total", {"title": title})
            return
        if not row.values or not any(row.values.values()):
            return
        formulas = self._formulas(row)
        found = (
            self._running(place)
            or self._above(place, called=called, formulas=formulas)
            or self._below(place, called=called, formulas=formulas)
            or self._of_totals(place, called=called)
        )
        if not found and not called:
            found = self._difference(place, formulas=formulas)
        if found:
            self._settle(place, found)
        elif called:
            self._called(place, formulas=formulas)
        elif (mean and (formulas or self._is_mean(place))) or self._mean_of_all(place):
            row.role, row.why = "mean", Message("reading.titled-mean", {"title": title})

    def _called_total(self, title: str) -> bool:
        """Return whether a label begins or ends with a word for total, and does not speak of a rate of one."""
        trade = self.finder.trade
        if trade.total.is_(title):
            return True
        words = parts(title)
        if not words or not trade.total.among(title) or (trade.rate.among(title) and len(words) > 2):
            return False
        ends = {words[0], words[-1], " ".join(words[:2]), " ".join(words[-2:])}
        return (bool(ends & trade.total) and words[0] != "all") or any(
            norm(title).endswith(w) for w in trade.total.sealed
        )

    def _formulas(self, row: Row) -> float:
        share = self.computed.get(row.row)
        if share is None:
            tokens = [t for c in row.values if (t := self.table.region.at.get((row.row, c))) is not None]
            share = self.computed[row.row] = sum(bool(t.formula) for t in tokens) / len(tokens) if tokens else 0.0
        return share

    def _settle(self, place: int, found: tuple[str, Message]) -> None:
        row = self.rows[place]
        row.role, row.why = found
        if row.role == "total":
            self.totals.append(place)
        elif row.role == "result":
            self.results.append(place)

    def _need(self, row: Row, *, called: bool) -> int:
        return 1 if called else 3

    def _above(self, place: int, *, called: bool, formulas: float) -> tuple[str, Message] | None:
        """The sum of the rows above, back to the last total."""
        row = self.rows[place]
        sums: dict[int, float] = defaultdict(float)
        count = 0
        strongest = sorted((c for c in row.values if row.values[c]), key=lambda c: -abs(row.values[c]))[:4]
        for j in range(place - 1, max(-1, place - BACK), -1):
            other = self.rows[j]
            if other.role == "total":
                break
            if other.role in ("cumulative", "mean"):
                continue
            if formulas < 0.5 and not called and self._formulas(other) >= 0.5:
                break  # typed figures are inputs; what is computed is no part of them
            for c, v in other.values.items():
                sums[c] += v
            count += 1
            if count < 2 and not called:
                continue
            misses = sum(abs(row.values[c] - sums.get(c, 0.0)) > 1e-3 * abs(row.values[c]) + 0.51 for c in strongest)
            if misses > (1 if len(strongest) >= 4 else 0):
                continue
            need = 1 if called else 2 if formulas >= 0.9 and count >= 2 else 3
            if proves(
                row.values,
                {c: sums.get(c, 0.0) for c in row.values},
                count,
                min(need, len(row.values)) if called or formulas >= 0.9 else need,
            ):
                return ("total" if called or self._same_group(place, count) else "result"), Message(
                    "reading.sum-above", {"rows": count}
                )
        return None

    def _same_group(self, place: int, count: int) -> bool:
        """Return whether a row of sums has the label of the rows it sums up, or none."""
        row = self.rows[place]
        return not row.label or (
            norm(self.rows[place - 1].label) == norm(row.label) and row.part != self.rows[place - 1].part
        )

    def _below(self, place: int, *, called: bool, formulas: float) -> tuple[str, Message] | None:
        """The sum of the rows below, for a heading that bears its total or a row called total."""
        row = self.rows[place]
        strongest = max(row.values, key=lambda c: abs(row.values[c]))
        sums: dict[int, float] = defaultdict(float)
        count = 0
        for other in self.rows[place + 1 : place + BACK]:
            if other.level <= row.level and count and row.level < self.deepest:
                break
            if self.finder.trade.total.among(other.label) and count:
                break
            if formulas < 0.5 <= self._formulas(other):
                break
            for c, v in other.values.items():
                sums[c] += v
            count += 1
            if (
                count < 2
                or abs(row.values[strongest] - sums.get(strongest, 0.0)) > 1e-3 * abs(row.values[strongest]) + 2
            ):
                continue
            if proves(
                row.values,
                {c: sums.get(c, 0.0) for c in row.values},
                count,
                1 if called else max(3, min(3, len(row.values))),
            ):
                headed = called or self._heads(place, count)
                return ("total" if headed else "result"), Message("reading.sum-below", {"rows": count})
        return None

    def _heads(self, place: int, count: int) -> bool:
        """Return whether a row stands above all rows of its kind: over deeper labels, or over the whole table."""
        if self.rows[place + 1].level > self.rows[place].level:
            return True
        return place == 0 and count == len(self.rows) - 1 and self._formulas(self.rows[0]) >= 0.9

    def _of_totals(self, place: int, *, called: bool) -> tuple[str, Message] | None:
        row = self.rows[place]
        for many in range(2, min(len(self.totals), 6) + 1):
            sums = {c: sum(self.rows[j].values.get(c, 0.0) for j in self.totals[-many:]) for c in row.values}
            if proves(row.values, sums, many, 1 if called else 3):
                return ("total" if called else "result"), Message("reading.sum-of-totals")
        return None

    def _running(self, place: int) -> tuple[str, Message] | None:
        """The running sum of an earlier row over the periods."""
        row = self.rows[place]
        dated = [c for c in self.values if c.said is not None and c.column in row.values]
        if self.table.orientation != "across" or len(dated) < 4:
            return None
        falls = sum(abs(row.values[b.column]) + 1e-9 < abs(row.values[a.column]) for a, b in itertools.pairwise(dated))
        if falls > max(1, 0.34 * len(dated)):
            return None
        begins = row.values[dated[0].column]
        for j in [*range(place - 1, max(-1, place - 40), -1), *range(place + 1, min(len(self.rows), place + 3))]:
            other = self.rows[j].values
            if self.rows[j].role == "cumulative" or abs(other.get(dated[0].column, 0.0) - begins) > 0.51 + 1e-3 * abs(
                begins
            ):
                continue
            total, moves, sums = 0.0, 0, {}
            for c in dated:
                v = other.get(c.column, 0.0)
                total, moves = total + v, moves + (v != 0)
                sums[c.column] = total
            if moves >= 3 and proves({c.column: row.values[c.column] for c in dated}, sums, len(dated), 3):
                return "cumulative", Message("reading.running-sum", {"title": self.rows[j].label})
        return None

    def _difference(self, place: int, *, formulas: float) -> tuple[str, Message] | None:
        """The difference or ratio of two rows near it: a result, a line of its own that is added to nothing."""
        row = self.rows[place]
        if place < 2 or len(row.values) < 2:
            return None
        strongest = sorted((c for c in row.values if row.values[c]), key=lambda c: -abs(row.values[c]))[:4]
        near = list(dict.fromkeys([*(self.totals + self.results)[-8:], *range(max(0, place - 8), place)]))
        if not strongest:
            return None
        small = all(abs(row.values[c]) <= 10 for c in strongest)
        first = strongest[0]
        wanted = row.values[first]
        slack = 1e-3 * abs(wanted) + 0.51
        probes = [(self.rows[j].values.get(first, 0.0), j) for j in near]
        for x0, a in probes:
            for z0, b in probes:
                if a == b:
                    continue
                minus = abs(wanted - (x0 - z0)) <= slack
                over = small and z0 and abs(wanted - x0 / z0) <= 1e-3 * abs(wanted) + 1e-6
                if not minus and not over:
                    continue
                x, z = self.rows[a].values, self.rows[b].values
                common = [c for c in row.values if c in x and c in z]
                if len(common) < 2:
                    continue
                typed = {c: row.values[c] for c in common}
                fields = {"one": self.rows[a].label, "other": self.rows[b].label}
                if minus and proves(typed, {c: x[c] - z[c] for c in common}, need=min(3, len(common))):
                    return "result", Message("reading.difference", fields)
                if over and proves(typed, {c: x[c] / z[c] for c in common if z[c]}, need=min(3, len(common))):
                    return "result", Message("reading.ratio", fields)
        return None

    def _is_mean(self, place: int) -> bool:
        """Return whether a row is the mean of the rows above, or of all others at an end of a long table."""
        row = self.rows[place]
        above = [r.values for r in self.rows[:place] if r.role == ""]
        return bool(above) and self._mean_of(row, above, 1)

    def _mean_of(self, row: Row, others: list[dict[int, float]], need: int) -> bool:
        means = {c: sum(v.get(c, 0.0) for v in others) / max(1, sum(c in v for v in others)) for c in row.values}
        return proves(row.values, means, len(others), need)

    def _mean_of_all(self, place: int) -> bool:
        """Return whether the first or last row of a long table is the mean of all others, in each of its columns."""
        if place not in (0, len(self.rows) - 1) or len(self.rows) < 9:
            return False
        row = self.rows[place]
        others = [r.values for r in self.rows if r is not row]
        means = {c: sum(v.get(c, 0.0) for v in others) / max(1, sum(c in v for v in others)) for c in row.values}
        step = step_of(list(row.values.values()))
        return (
            len(row.values) >= 2
            and all(close(v, means[c], 2, step) for c, v in row.values.items())
            and len(set(row.values.values())) > 1
        )

    def _called(self, place: int, *, formulas: float) -> None:
        """A row called total whose sum could not be verified: left out where it is a formula, else asked."""
        row = self.rows[place]
        if (
            sum(norm(r.label) == norm(row.label) for r in self.rows) > 1
            and len({r.part for r in self.rows if norm(r.label) == norm(row.label)}) > 1
        ):
            return  # it recurs for each part: a line
        row.role, row.why = "total", Message("reading.titled-total", {"title": row.label})
        if formulas < 0.5:
            bare = self.finder.trade.total.is_(row.label)
            options = ["leave-out", "lines"] if bare else ["lines", "leave-out"]
            answer = self.finder.ask(
                self.table, "total_or_line", options, names=[row.label], key=f"{self.table.name}:{'bare' if bare else 'named'}",
                grade="should" if bare and len(self.rows) > 2 else "must",
            )  # fmt: skip
            if answer == "lines":
                row.role, row.why = "result", None
        if row.role == "total":
            self.totals.append(place)


# -- columns of a dated table -------------------------------------------------------------------------------------------------


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
    for c in values:
        if c.role:
            continue
        others = [x for x in values if x is not c and x.role not in ("cumulative", "derived", "repeat", "total")][:30]
        why = _down_role(finder, table, c, others, vectors, dated, groups, periods)
        if why:
            _role(finder, table, c, why[0], why[1])


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
    for other in others:
        if _changes(column, y, vectors[other.column], groups):
            return "derived", "reading.change"
    if column.formulas >= 0.8 and any(_fixed_ratio(y, vectors[x.column]) for x in others if x.formulas < 0.5):
        return "derived", "reading.fixed-part"
    if column.derived or column.formulas >= 0.8 or column.mean or column.total:
        found = _by_formula(finder.trade, column, others, vectors)
        if found:
            return found
        if column.derived and (column.formulas >= 0.5 or (others and all(t.percent for t in column.figures))):
            return "derived", "reading.titled-computed"
        if column.total and not column.metric.strip() and others and column.formulas < 0.5:
            answer = finder.ask(
                table, "columns", ["leave-out", "figure"], names=[column.title], key=column.title, default="leave-out"
            )
            if answer != "figure":
                return ("held" if answer is None else "derived"), "reading.titled-total"
    for other in others:
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
    steps, moves = {}, {}
    for a, b in itertools.pairwise(dated):
        if a in y and b in y:
            steps[b], moves[b] = y[b] - y[a], x.get(b, 0.0)
    nonzero = [r for r in moves if moves[r]]
    if column.column <= other.column or len(nonzero) < 5 or len({moves[r] for r in nonzero}) < 3:
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
    if len(small) > 8 and sum(abs(y[b]) + 1e-9 < abs(y[a]) for a, b in itertools.pairwise(small)) > 0.4 * len(small):
        return False
    whole: dict[int, float] = {}
    yearly: dict[int, float] = {}
    for rows in groups.values():
        ordered = sorted(rows, key=lambda r: (periods[r][0], r)) if all(periods[r][0] for r in rows) else rows
        total = of_year = 0.0
        year = ""
        for r in ordered:
            if periods[r][0][:4] != year:
                year, of_year = periods[r][0][:4], 0.0
            total, of_year = total + x.get(r, 0.0), of_year + x.get(r, 0.0)
            whole[r], yearly[r] = total, of_year
    if sum(1 for r in whole if x.get(r)) < 4 or proves(y, x, need=3):
        return False
    return any(proves(y, sums, 4, 4) for sums in (whole, yearly))


def _changes(column: Column, y: Vector, x: Vector, groups: Mapping[tuple[str, ...], list[int]]) -> bool:
    """Return whether a column is the change of another against the row before or the first row."""
    for rows in [r for r in groups.values() if len([q for q in r if q in x]) >= 5][:8]:
        with_x = [r for r in rows if r in x]
        for ordered in (with_x, with_x[::-1]):
            first = x[ordered[0]]
            tries = [
                {r: x[r] / first - 1 for r in ordered[1:]} if first else {},
                {b: x[b] / x[a] - 1 for a, b in itertools.pairwise(ordered) if x[a]},
                {b: 100 * (x[b] / x[a] - 1) for a, b in itertools.pairwise(ordered) if x[a]},
            ]
            if column.derived or column.formulas > 0.8:
                tries.append({b: x[b] - x[a] for a, b in itertools.pairwise(ordered)})
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
    if _pair(column, others, vectors, 1 if column.derived else 3) and (
        column.derived or (column.mean and not column.metric) or bare
    ):
        return "derived", "reading.pair"
    left = [c for c in others if c.column < column.column]
    if (column.total or column.formulas >= 0.8) and _sum_beside(column, [c for c in others if not c.total], vectors):
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
        self, table: Table, values: list[Column], members: Mapping[str, list[int]], periods: Mapping[int, tuple[str, str]],
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
        """Return how often a member is the sum of the others, how often that could be tested, and of how many values."""
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
