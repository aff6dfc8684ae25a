"""Rows that are sums, differences or running sums of other rows. Rule: L53."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading.arithmetic import BACK, SAMPLE, close, proves, step_of
from kpireport.core.reading.differences import ENOUGH, MOSTLY, same
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
        self.totals_by_name = {r.row: among(r.label) for r in table.rows}
        self.adds = False  # a typed row that is called no total was the sum of others
        self.deepest = max((r.level for r in table.rows), default=0)
        if len(values) < len(table.values):
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
        if place > SAMPLE and not (called or mean or formulas or self.adds):
            return  # hundreds of typed rows added up to nothing: a list
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
            tokens = [t for c in row.values if (t := self.table.region.get(row.row, c)) is not None]
            share = self.computed[row.row] = sum(bool(t.formula) for t in tokens) / len(tokens) if tokens else 0.0
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
        strongest = sorted((c for c in row.values if row.values[c]), key=lambda c: -abs(row.values[c]))[:4]
        sums = dict.fromkeys(strongest, 0.0)
        addends: list[Row] = []
        for j in range(place - 1, max(-1, place - BACK), -1):
            other = self.rows[j]
            if other.role == "total":
                break
            if other.role in ("cumulative", "mean"):
                continue
            if formulas < 0.5 and not called and self._formulas(other) >= 0.5:
                break  # typed figures are inputs; what is computed is no part of them
            addends.append(other)
            count = len(addends)
            for c in strongest:
                sums[c] += other.values.get(c, 0.0)
            if count < 2 and not called:
                continue
            misses = sum(abs(row.values[c] - sums[c]) > 1e-3 * abs(row.values[c]) + 0.51 for c in strongest)
            if misses > (1 if len(strongest) >= 4 else 0):
                continue
            need = 1 if called else 2 if formulas >= 0.9 and count >= 2 else 3
            enough = min(need, len(row.values)) if called or formulas >= 0.9 else need
            if proves(row.values, _sums(addends, row.values), count, enough):
                return ("total" if called or self._same_group(place) else "result"), Message(
                    "reading.sum-above", {"rows": count}
                )
        return None

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
        wanted, slack, total = row.values[strongest], 1e-3 * abs(row.values[strongest]) + 2, 0.0
        addends: list[Row] = []
        for other in self.rows[place + 1 : place + BACK]:
            if other.level <= row.level and addends and row.level < self.deepest:
                break
            if addends and self.totals_by_name[other.row]:
                break
            if formulas < 0.5 <= self._formulas(other):
                break
            addends.append(other)
            total += other.values.get(strongest, 0.0)
            count = len(addends)
            if count < 2 or abs(wanted - total) > slack:
                continue
            if proves(row.values, _sums(addends, row.values), count, 1 if called else 3):
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
        if (
            sum(norm(r.label) == norm(row.label) for r in self.rows) > 1
            and len({r.part for r in self.rows if norm(r.label) == norm(row.label)}) > 1
        ):
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
