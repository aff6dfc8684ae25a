"""Rows that are sums, differences or running sums of other rows. Rule: L53."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cached_property
from heapq import nlargest
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.parse.formulas import ENOUGH, MOSTLY
from kpireport.core.reading.arithmetic import BACK, SAMPLE, close, proves, step_of
from kpireport.core.reading.differences import same
from kpireport.core.reading.words import norm, parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Row, Table

SMALL = 13.0  # whole numbers under it prove no running sum that was rounded


def rows(finder: Finder, table: Table) -> None:
    """Give rows that are sums, differences or running sums of others their role. Rule: L53."""
    values = [c for c in table.values if not c.role]
    if not values:
        return
    state = _Rows(finder, table, values)
    for place in range(len(table.rows)):
        state.judge(place)


def _sums(rows: list[Row], columns: Iterable[int]) -> dict[int, float]:
    """Return the sum of rows, by column."""
    return {c: sum(r.values.get(c, 0.0) for r in rows) for c in columns}


class _Rows:
    """The rows of a table while they are judged from the top down."""

    def __init__(self, finder: Finder, table: Table, values: list[Column]) -> None:
        self.finder, self.table, self.values = finder, table, values
        self.rows = table.rows
        self.totals: list[int] = []
        self.results: list[int] = []
        self.computed: dict[int, float] = {}
        among = finder.trade.total.among
        self.called = [place for place, r in enumerate(table.rows) if among(r.label)]
        self.addends: list[int] = []  # places of rows since the last total
        self.sums: dict[int, list[float]] = {}  # of the addends, by column: of none, of the first, of two ...
        self.after_formulas = 0  # addends up to the last row of formulas
        self.followed = 0
        self.whole: dict[int, list[float]] = {}  # of all rows, by column
        self.averaged = self.open_rows = 0  # rows that entered the means of columns; those of no role
        self.columns: dict[int, tuple[float, int]] = {}  # of rows of no role: the sum and the count
        self.named = Counter(norm(r.label) for r in table.rows)
        self.adds = False  # a typed row that is called no total was the sum of others
        self.deepest = max((r.level for r in table.rows), default=0)
        if len(values) < len(table.values):
            open_columns = {c.column for c in values}
            for row in self.rows:
                row.values = {c: v for c, v in row.values.items() if c in open_columns}

    @cached_property
    def formula_rows(self) -> list[int]:
        """The places of the rows of formulas."""
        return [place for place, row in enumerate(self.rows) if self._formulas(row) >= 0.5]

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
        if place > SAMPLE and not (called or mean or formulas or self.adds):
            return  # hundreds of typed rows added up to nothing: a list
        self._follow(place)
        found = (
            self._running(place)
            or self._above(place, called=called, formulas=formulas)
            or self._below(place, called=called, formulas=formulas)
            or self._of_totals(place, called=called)
        )
        if not found and not called:
            found = self._difference(place)
        if found:
            self.adds |= not called and not formulas
            self._settle(place, found)
        elif called and any(r.values for r in self.rows if r is not row):
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
            formulas = [t.formula for t in self.table.region.by_row[row.row] if t.column in row.values]
            share = self.computed[row.row] = sum(map(bool, formulas)) / len(formulas) if formulas else 0.0
        return share

    def _settle(self, place: int, found: tuple[str, Message]) -> None:
        row = self.rows[place]
        row.role, row.why = found
        if row.role == "total":
            self.totals.append(place)
        elif row.role == "result":
            self.results.append(place)

    def _above(self, place: int, *, called: bool, formulas: float) -> tuple[str, Message] | None:
        """The sum of the rows above, back to the last total."""
        row = self.rows[place]
        strongest = nlargest(4, (c for c in row.values if row.values[c]), key=lambda c: abs(row.values[c]))
        first = bisect_right(self.addends, place - BACK)
        if formulas < 0.5 and not called:
            first = max(first, self.after_formulas)  # typed figures are inputs; what is computed is no part of them
        last = len(self.addends)
        allowed = 1 if len(strongest) >= 4 else 0
        tried = sorted({n for c in strongest[: allowed + 1] for n in self._counts(c, row.values[c], first)})
        for count in tried:
            if count < 2 and not called:
                continue
            misses = sum(
                abs(row.values[c] - (self._sum_to(c, last) - self._sum_to(c, last - count)))
                > 1e-3 * abs(row.values[c]) + 0.51
                for c in strongest
            )
            if misses > allowed:
                continue
            need = 1 if called else 2 if formulas >= 0.9 and count >= 2 else 3
            enough = min(need, len(row.values)) if called or formulas >= 0.9 else need
            addends = [self.rows[j] for j in reversed(self.addends[last - count :])]
            if proves(row.values, _sums(addends, row.values), count, enough):
                return ("total" if called or self._same_group(place) else "result"), Message(
                    "reading.sum-above", {"rows": count}
                )
        return None

    def _follow(self, place: int) -> None:
        """Keep the rows above one that may be its addends: those since the last total, without running sums."""
        for j in range(self.followed, place):
            other = self.rows[j]
            if other.role == "total":
                self.addends, self.sums, self.after_formulas = [], {}, 0
            elif other.role not in ("cumulative", "mean"):
                self.addends.append(j)
                if self._formulas(other) >= 0.5:
                    self.after_formulas = len(self.addends)
        self.followed = place

    def _sum_to(self, column: int, count: int) -> float:
        """Return the sum of a column over the first of the addends that are kept."""
        sums = self.sums.setdefault(column, [0.0])
        for j in self.addends[len(sums) - 1 :]:
            sums.append(sums[-1] + self.rows[j].values.get(column, 0.0))
        return sums[count]

    def _counts(self, column: int, wanted: float, first: int) -> list[int]:
        """Return how many of the last addends make about a figure of a column."""
        whole = self._sum_to(column, len(self.addends))
        slack = 1e-3 * abs(wanted) + 0.51
        low, high, many = whole - wanted - slack, whole - wanted + slack, len(self.addends)
        return [many - n for n, s in enumerate(self.sums[column][first:many], first) if low <= s <= high]

    def _same_group(self, place: int) -> bool:
        """Return whether a row of sums has the label of the rows it sums up, or none."""
        row = self.rows[place]
        return not row.label or (
            norm(self.rows[place - 1].label) == norm(row.label) and row.part != self.rows[place - 1].part
        )

    def _below(self, place: int, *, called: bool, formulas: float) -> tuple[str, Message] | None:
        """The sum of the rows below, for a heading that bears its total or a row called total."""
        row = self.rows[place]
        strongest = max(row.values, key=lambda c: abs(row.values[c]))
        wanted, slack = row.values[strongest], 1e-3 * abs(row.values[strongest]) + 2
        last = self._last_below(place, typed=formulas < 0.5)
        sums = self.whole.get(strongest)
        if sums is None:
            sums = [0.0, *accumulate(r.values.get(strongest, 0.0) for r in self.rows)]
            self.whole[strongest] = sums
        begins = sums[place + 1] + wanted
        for count, s in enumerate(sums[place + 3 : last + 1], 2):
            if not begins - slack <= s <= begins + slack:
                continue
            addends = self.rows[place + 1 : place + 1 + count]
            if proves(row.values, _sums(addends, row.values), count, 1 if called else 3):
                headed = called or self._heads(place, count)
                return ("total" if headed else "result"), Message("reading.sum-below", {"rows": count})
        return None

    def _last_below(self, place: int, *, typed: bool) -> int:
        """Return the place behind the last row below one that may be its addend."""
        last = min(place + BACK, len(self.rows), self._next(self.called, place + 2))
        if typed:
            last = min(last, self._next(self.formula_rows, place + 1))
        level = self.rows[place].level
        if level < self.deepest:
            last = next((j for j in range(place + 2, last) if self.rows[j].level <= level), last)
        return last

    def _next(self, places: list[int], place: int) -> int:
        """Return the first of some places from one on, the end of the table without one."""
        at = bisect_left(places, place)
        return places[at] if at < len(places) else len(self.rows)

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
        falls = sum(abs(row.values[b.column]) + 1e-9 < abs(row.values[a.column]) for a, b in pairwise(dated))
        if falls > max(1, 0.34 * len(dated)):
            return None
        begins = row.values[dated[0].column]
        small = all(abs(row.values[c.column]) < SMALL and row.values[c.column].is_integer() for c in dated)
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
            if small and any(not total.is_integer() for total in sums.values()):
                continue  # small whole numbers are nearly anything, rounded
            if moves >= 3 and proves({c.column: row.values[c.column] for c in dated}, sums, len(dated), 3):
                return "cumulative", Message("reading.running-sum", {"title": self.rows[j].label})
        return None

    def _difference(self, place: int) -> tuple[str, Message] | None:
        """The difference or ratio of two rows near it: a result, a line of its own that is added to nothing."""
        row = self.rows[place]
        if place < 2 or len(row.values) < 2:
            return None
        strongest = nlargest(4, (c for c in row.values if row.values[c]), key=lambda c: abs(row.values[c]))
        computed = (self.totals[-8:] + self.results[-8:])[-8:]
        near = list(dict.fromkeys([*computed, *range(max(0, place - 8), place)]))
        if not strongest:
            return None
        small = all(abs(row.values[c]) <= 10 for c in strongest)
        first = strongest[0]
        wanted = row.values[first]
        slack = 1e-3 * abs(wanted) + 0.51
        ratio = 1e-3 * abs(wanted) + 1e-6
        probes = [(self.rows[j].values.get(first, 0.0), j) for j in near]
        pairs = [
            (a, b, minus)
            for x0, a in probes
            for z0, b in probes
            if ((minus := abs(wanted - (x0 - z0)) <= slack) or (small and z0 and abs(wanted - x0 / z0) <= ratio))
            and a != b
        ]
        for a, b, minus in pairs:
            x, z = self.rows[a].values, self.rows[b].values
            common = [c for c in row.values if c in x and c in z]
            if len(common) < 2:
                continue
            typed = {c: row.values[c] for c in common}
            fields = {"one": self.rows[a].label, "other": self.rows[b].label}
            if minus and proves(typed, {c: x[c] - z[c] for c in common}, need=min(3, len(common))):
                return "result", Message("reading.difference", fields)
            over = small and z.get(first) and abs(wanted - x.get(first, 0.0) / z[first]) <= ratio
            if over and proves(typed, {c: x[c] / z[c] for c in common if z[c]}, need=min(3, len(common))):
                return "result", Message("reading.ratio", fields)
        return None

    def _is_mean(self, place: int) -> bool:
        """Return whether a row is the mean of the rows above, or of all others at an end of a long table."""
        row = self.rows[place]
        for other in self.rows[self.averaged : place]:
            if other.role == "":
                self.open_rows += 1
                for c, v in other.values.items():
                    total, count = self.columns.get(c, (0.0, 0))
                    self.columns[c] = total + v, count + 1
        self.averaged = place
        known = {c: self.columns.get(c, (0.0, 1)) for c in row.values}
        means = {c: total / max(1, count) for c, (total, count) in known.items()}
        return self.open_rows > 0 and proves(row.values, means, self.open_rows, 1)

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

    def _nearly_adds_up(self, place: int) -> bool:
        """Return whether a typed total is the sum of the rows above but for a cell or two. Rule: L23."""
        row = self.rows[place]
        last = max((j for j in self.totals if j < place), default=-1)
        for first in {last + 1, 0}:
            addends = [r for r in self.rows[first:place] if r.role == ""]
            sums = _sums(addends, row.values)
            agreed = sum(same(v, sums[c]) for c, v in row.values.items())
            if len(addends) > 1 and agreed >= ENOUGH and agreed >= MOSTLY * len(row.values):
                return True
        return False

    def _called(self, place: int, *, formulas: float) -> None:
        """A row called total whose sum could not be verified: left out where it is a formula, else asked."""
        row = self.rows[place]
        if self.finder.is_goal(row.label):
            return
        name = norm(row.label)
        if self.named[name] > 1 and len({r.part for r in self.rows if norm(r.label) == name}) > 1:
            return  # it recurs for each part: a line
        row.role, row.why = "total", Message("reading.titled-total", {"title": row.label})
        if formulas < 0.5 and not self._nearly_adds_up(place):
            bare = self.finder.trade.total.is_(row.label)
            options = ["leave-out", "lines"] if bare else ["lines", "leave-out"]
            answer = self.finder.ask(
                self.table, "total_or_line", options, names=[row.label],
                key=f"{self.table.name}:{'bare' if bare else 'named'}",
                grade="should" if bare and len(self.rows) > 2 else "must",
            )  # fmt: skip
            if answer == "lines":
                row.role, row.why = "result", None
        if row.role == "total":
            self.totals.append(place)
