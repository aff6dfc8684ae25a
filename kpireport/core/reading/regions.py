"""A sheet is cut into rectangles that are one table each: at blank rows, at blank columns, and where titles begin anew.

Rule: L34. Linear in the cells.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from kpireport.core.reading.grid import Kind, Region, period_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kpireport.core.reading.grid import Grid, Token
    from kpireport.core.reading.words import Trade

MOST = 2_000  # regions of a sheet that are read
SENTENCE = 40  # letters, from which on a text is a sentence rather than a label
ABOVE = 12  # rows above a table whose texts may speak of it


class _Block:
    """Cells that may be one table, while blocks are joined. rows: its cells from left to right, from the top down.

    Numbers that may be years or months are figures unless the whole of their row is titles; that is decided when the
    row is complete, so that blocks are joined in the time that their cells take.
    """

    def __init__(self, rows: dict[int, list[Token]]) -> None:
        self.rows = rows
        self.first, self.last = next(iter(rows)), next(reversed(rows))
        self.left = min(tokens[0].column for tokens in rows.values())
        self.right = max(tokens[-1].column for tokens in rows.values())
        self.figure_rows: set[int] = set()
        self.value_columns: set[int] = set()
        self.leftmost = 0  # column of figures, 0 without one
        self._doubtful: dict[int, list[Token]] = {}
        self.numbers = False
        self._sorted = True
        for row, tokens in rows.items():
            doubtful = []
            for t in tokens:
                if t.kind is Kind.NUMBER:
                    if t.period is None:
                        self._figure(t)
                    else:
                        doubtful.append(t)
            if doubtful:
                self._doubtful[row] = doubtful
                self.numbers = True
        self.numbers = self.numbers or bool(self.figure_rows)

    def _figure(self, t: Token) -> None:
        self.figure_rows.add(t.row)
        self.value_columns.add(t.column)
        if not self.leftmost or t.column < self.leftmost:
            self.leftmost = t.column

    def figures_of_rows(self) -> set[int]:
        """Return the rows that hold figures, while columns may still be joined."""
        return self.figure_rows | {
            row for row in self._doubtful if row not in self.figure_rows and not period_row(self.rows[row])
        }

    def has_figures(self) -> bool:
        return bool(self.figure_rows) or any(not period_row(self.rows[row]) for row in self._doubtful)

    def settle(self) -> None:
        """Decide what is a figure: the rows are complete."""
        if not self._sorted:
            self.rows = dict(sorted(self.rows.items()))
            self._sorted = True
        for row, doubtful in self._doubtful.items():
            if not period_row(self.rows[row]):
                for t in doubtful:
                    self._figure(t)
        self._doubtful = {}

    def widen(self, other: _Block) -> None:
        """Take in a block of the same rows further right."""
        for row, tokens in other.rows.items():
            if row in self.rows:
                self.rows[row] += tokens
            else:
                self.rows[row] = tokens
                self._sorted = False
        for row, doubtful in other._doubtful.items():
            self._doubtful.setdefault(row, []).extend(doubtful)
        self._take(other)

    def append(self, other: _Block) -> None:
        """Take in a settled block further down."""
        self.rows.update(other.rows)
        self._take(other)

    def _take(self, other: _Block) -> None:
        self.figure_rows |= other.figure_rows
        self.value_columns |= other.value_columns
        self.leftmost = min(self.leftmost or other.leftmost, other.leftmost or self.leftmost)
        self.numbers = self.numbers or other.numbers
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)

    def overlaps(self, other: _Block) -> bool:
        return self.left <= other.right and other.left <= self.right


def regions(grid: Grid, trade: Trade) -> list[Region]:
    """Return the tables of a sheet from the top down, those that may be read each with the texts above it."""
    made: list[Region] = []
    rows = _without_instructions(grid.rows)
    for block in _stacked(_blocks(rows)):
        for region in _parted(Region(grid, block.rows), trade):
            made.extend(_side_by_side(region))
    for region in made[:MOST]:
        region.context = context(grid, region)
    return made


def _without_instructions(rows: Mapping[int, list[Token]]) -> Mapping[int, list[Token]]:
    """Leave out a first column of sentences beside few of the figures: how to fill in the sheet. Rule: L34."""
    left = min((tokens[0].column for tokens in rows.values()), default=0)
    first = [tokens[0] for tokens in rows.values() if tokens[0].column == left]
    if len(first) < 3 or any(t.kind is not Kind.TEXT for t in first):
        return rows
    figures = [tokens for tokens in rows.values() if any(t.kind is Kind.NUMBER for t in tokens)]
    explained = sum(tokens[0].column == left for tokens in figures)
    if 2 * sum(len(t.text) > SENTENCE for t in first) <= len(first) or 2 * explained >= len(figures):
        return rows
    rest = {row: tokens[1:] if tokens[0].column == left else tokens for row, tokens in rows.items()}
    return {row: tokens for row, tokens in rest.items() if tokens}


def _blocks(rows: Mapping[int, list[Token]]) -> Iterator[_Block]:
    """Cut at blank rows, then each run of rows at blank columns."""
    run: list[int] = []
    runs: list[list[int]] = []
    for row in rows:
        if run and row - run[-1] > 1:
            runs.append(run)
            run = []
        run.append(row)
    if run:
        runs.append(run)
    for run in runs:
        filled = sorted({t.column for row in run for t in rows[row]})
        place: dict[int, int] = {}
        group, before = -1, -1
        for column in filled:
            group += column - before > 1 or group < 0
            place[column] = group
            before = column
        if group == 0:
            groups = [{row: rows[row] for row in run}]
        else:
            groups = [{} for _ in range(group + 1)]
            for row in run:
                for t in rows[row]:
                    groups[place[t.column]].setdefault(row, []).append(t)
        current = _Block(groups[0])
        for group_rows in groups[1:]:
            block = _Block(group_rows)
            if _stands_alone(current, block):
                yield current
                current = block
            else:
                current.widen(block)
        yield current


def _stands_alone(left: _Block, block: _Block) -> bool:
    """Return whether columns behind a blank column are a table of their own: labels in front, figures behind."""
    if not block.numbers:
        return len(block.rows) > 2 and left.has_figures()
    if block.right == block.left:
        return False
    body = block.figures_of_rows()
    labels = [t for row in body if (t := block.rows[row][0]).column == block.left and t.kind in (Kind.TEXT, Kind.DATE)]
    if len(labels) >= 2 and len(labels) >= 0.5 * len(body):
        return True
    mine = left.figures_of_rows()
    if not mine or not body:
        return False
    ratio = len(mine) / len(body)
    if 0.6 <= ratio <= 1.67:
        return False
    words = Counter(t.column for row in body for t in block.rows[row] if t.kind is Kind.TEXT)
    return max(words.values(), default=0) >= 0.8 * len(body)


def header_like(tokens: list[Token]) -> bool:
    """Return whether a row holds titles and no figure."""
    if any(t.kind is Kind.NUMBER and t.period is None for t in tokens):
        return False
    if period_row(tokens):
        return True
    return len({t.text for t in tokens if t.kind is Kind.TEXT}) >= 2 and not any(
        t.kind in (Kind.DATE, Kind.NUMBER) for t in tokens
    )


def _stacked(blocks: Iterable[_Block]) -> list[_Block]:
    """Join a block without titles of its own to the one above, and titles alone to the figures below them."""
    made: list[_Block] = []
    skyline = _Skyline()
    for block in blocks:
        block.settle()
        place = skyline.above(made, block)
        if place is not None and _belongs(made[place], block):
            made[place].append(block)
        else:
            place = len(made)
            made.append(block)
        skyline.put(place, made[place])
    return made


class _Skyline:
    """The last block begun over each column, so that the block above another is not searched for among all."""

    def __init__(self) -> None:
        self.top: list[int] = []

    def put(self, place: int, block: _Block) -> None:
        if len(self.top) <= block.right:
            self.top.extend([-1] * (block.right + 1 - len(self.top)))
        span = self.top[block.left : block.right + 1]
        if min(span) < place:
            self.top[block.left : block.right + 1] = [max(place, t) for t in span]

    def above(self, made: list[_Block], block: _Block) -> int | None:
        """Return the place of the block begun last that stands over columns of another, None without one."""
        last = len(made) - 1
        if not made or not made[last].overlaps(block):
            last = max(self.top[block.left : block.right + 1], default=-1)
        for place in range(last, -1, -1):
            if made[place].overlaps(block) and made[place].last < block.first:
                return place
        return None


def _belongs(above: _Block, block: _Block) -> bool:
    own = _own_titles(above, block)
    if above.leftmost:
        if own or not block.leftmost:
            return (
                not block.leftmost
                and not own
                and len(block.rows) <= 2
                and block.first - above.last <= 2
                and _sections(block, above)
            )
        return not block.value_columns.isdisjoint(above.value_columns)
    last = above.rows[above.last]
    titles = header_like(last) and (period_row(last) or len(last) >= 2)
    if not titles or block.first - above.last > 3 or not block.leftmost:
        return False
    if not own:
        return True
    first = block.rows[block.first]
    lower = min(t.column for t in first) > block.left and min(t.column for t in last) <= block.left
    return lower and len(last) >= 3 and not period_row(first)


def _sections(block: _Block, above: _Block) -> bool:
    """Return whether a block of words is headings of the rows to come: one label a row, left of the figures."""
    return all(len(row) == 1 and row[0].column < above.leftmost for row in block.rows.values())


def _own_titles(above: _Block, block: _Block) -> bool:
    """Return whether a block brings titles for its figures."""
    for number, tokens in enumerate(itertools.islice(block.rows.values(), 4)):
        if any(t.kind is Kind.NUMBER and t.period is None for t in tokens):
            return False
        if period_row(tokens):
            return True
        if header_like(tokens):
            first = above.leftmost or min(
                (t.column for row in above.rows.values() for t in row if t.said is not None), default=0
            )
            if tokens[-1].column >= first:
                return True
        if len(tokens) > 1 and number:
            return False
    return False


def _parted(region: Region, trade: Trade) -> list[Region]:
    """Cut a region where a row of titles stands below figures."""
    rows = region.rows
    cuts: list[int] = []  # places of rows
    figures_seen = False
    for place, tokens in enumerate(region.by_row.values()):
        if any(t.kind is Kind.NUMBER and t.period is None for t in tokens):
            figures_seen = True
            continue
        titles = period_row(tokens)
        if figures_seen and len(tokens) >= 3 and (titles or _titles_anew(tokens, trade)):
            start = place
            while start > 1 and start - 1 not in cuts[-1:] and _heading(region.by_row[rows[start - 1]]):
                start -= 1
            cuts.append(start)
            figures_seen = False
        elif not titles and any(t.kind is Kind.NUMBER for t in tokens):
            figures_seen = True
    if not cuts:
        return [region]
    return [
        Region(region.grid, {row: region.by_row[row] for row in rows[low:high]})
        for low, high in itertools.pairwise([0, *cuts, len(rows)])
        if low < high
    ]


def _heading(tokens: list[Token]) -> bool:
    return len(tokens) <= 2 and all(t.kind is Kind.TEXT for t in tokens)


def _titles_anew(tokens: list[Token], trade: Trade) -> bool:
    """Return whether a row of words is titles: at least two of them are words of titles."""
    if not header_like(tokens):
        return False
    known = 0
    for t in tokens:
        text = t.text
        known += (
            any(lexicon.among(text) for lexicon in trade.series.values())
            or trade.name.is_(text)
            or trade.generic.is_(text)
            or (trade.part.is_(text) and len(tokens) > 3)
            or t.said is not None
        )
    return known >= 2


def _side_by_side(region: Region) -> list[Region]:
    """Part tables that touch: a column of labels between figure columns, with the left one's titles said again.

    Rule: L35.
    """
    if region.right - region.left < 3 or len(region.rows) < 3:
        return [region]
    head = next((row for row in region.rows[:4] if len(region.by_row[row]) >= 4), None)
    if head is None:
        return [region]
    titles = {t.column: t for t in region.by_row[head]}
    figures = _Figures(region)
    cuts: list[tuple[int, int | None]] = []
    seen: set[str] = set()
    begun = False
    for column in region.by_column:
        t = titles.get(column)
        said = t.period if t is not None else None
        key = str(said[:4]) if said is not None else t.text.casefold() if t is not None else ""
        if column in figures.columns:
            begun = True
            if key and key in seen and cuts and cuts[-1][1] is None:
                cuts[-1] = (cuts[-1][0], column)
            seen.add(key)
        elif begun and (column - 1 in figures.columns or column - 1 not in region.by_column):
            filled = [
                x for x in region.by_column[column]
                if x.kind in (Kind.TEXT, Kind.DATE) and x.row > head and figures.last.get(x.row, 0) > column
            ]  # fmt: skip
            rows = figures.right_of(column)
            if rows and len({x.text for x in filled}) >= 2 and len(filled) >= 0.6 * rows:
                cuts.append((column, None))
    true = [c for c, again in cuts if again is not None or _names_anew(region, c, figures)]
    if not true:
        return [region]
    made: list[dict[int, list[Token]]] = [{} for _ in range(len(true) + 1)]
    for row, tokens in region.by_row.items():
        for t in tokens:
            made[bisect_right(true, t.column)].setdefault(row, []).append(t)
    return [Region(region.grid, rows) for rows in made if rows]


class _Figures:
    """Where the figures of a region are. columns: those of figures. first, last: of each row that has figures there."""

    def __init__(self, region: Region) -> None:
        numbers = {c: [t for t in tokens if t.kind is Kind.NUMBER] for c, tokens in region.by_column.items()}
        self.columns = {
            c for c, tokens in region.by_column.items() if len(numbers[c]) >= 0.5 * len(tokens) and len(tokens) > 1
        }
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        for column in numbers:  # from left to right
            if column in self.columns:
                for t in numbers[column]:
                    self.first.setdefault(t.row, column)
                    self.last[t.row] = column
        self.ends = sorted(self.last.values())

    def right_of(self, column: int) -> int:
        """Return in how many rows figures stand right of a column."""
        return len(self.ends) - bisect_right(self.ends, column)


def _names_anew(region: Region, column: int, figures: _Figures) -> bool:
    """Return whether a column of words between figures tells its rows apart, as names do and a department does not."""
    right = {row for row, last in figures.last.items() if last > column}
    left = {row for row, first in figures.first.items() if first < column}
    words = [t.text for t in region.by_column[column] if t.kind is Kind.TEXT and t.row in right]
    gap = column - 1 not in region.by_column or column - 2 not in region.by_column
    return (
        len(words) >= 3
        and len(set(words)) >= 0.9 * len(words)
        and (gap or left != right)
        and len(right - left) + len(left - right) >= 0.2 * len(right)
    )


def context(grid: Grid, region: Region) -> list[str]:
    """Return the texts of the few rows above a region that hold little, nearest first."""
    top = region.rows[0]
    found: list[str] = []
    for row in range(top - 1, max(0, top - ABOVE), -1):
        tokens = grid.rows.get(row, ())
        if len(tokens) <= 4:
            found.extend(t.text for t in tokens)
    return found
