"""A sheet is cut into rectangles that are one table each: at blank rows, at blank columns, and where titles begin anew.

Rule: L34. Linear in the cells.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from kpireport.core.reading.grid import Kind, Region, period_row, tells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpireport.core.reading.grid import Grid, Token
    from kpireport.core.reading.period_text import PeriodReader
    from kpireport.core.reading.words import Trade

MOST = 2_000  # regions of a sheet
ABOVE = 12  # rows above a table whose texts may speak of it


class _Block:
    """Cells that may be one table, while blocks are joined."""

    def __init__(self, tokens: list[Token], reader: PeriodReader) -> None:
        self.tokens = tokens
        self.reader = reader
        self._measure()

    def _measure(self) -> None:
        rows: dict[int, list[Token]] = defaultdict(list)
        for t in self.tokens:
            rows[t.row].append(t)
        self.rows = dict(sorted(rows.items()))
        self.left = min(t.column for t in self.tokens)
        self.right = max(t.column for t in self.tokens)
        self.first, self.last = min(self.rows), max(self.rows)
        self.figures = [t for t in self.tokens if t.kind is Kind.NUMBER and not self._titled(t)]
        self.value_columns = {t.column for t in self.figures}

    def _titled(self, t: Token) -> bool:
        """Return whether a number is a year or a month among the titles of its row."""
        return tells(t, self.reader) is not None and period_row(self.rows.get(t.row, ()), self.reader)

    def join(self, other: _Block) -> None:
        self.tokens.extend(other.tokens)
        self._measure()

    def overlaps(self, other: _Block) -> bool:
        return self.left <= other.right and other.left <= self.right


def regions(grid: Grid, reader: PeriodReader, trade: Trade) -> list[Region]:
    """Return the tables of a sheet from the top down, each with the texts above it."""
    blocks = list(_blocks(grid, reader))
    made: list[Region] = []
    for block in _stacked(blocks, reader):
        for region in _parted(Region(grid, block.tokens), reader, trade):
            made.extend(_side_by_side(region, reader))
    for region in made[:MOST]:
        region.context = _context(grid, region)
    return made[:MOST]


def _blocks(grid: Grid, reader: PeriodReader) -> Iterator[_Block]:
    """Cut at blank rows, then each run of rows at blank columns."""
    run: list[int] = []
    runs: list[list[int]] = []
    for row in grid.rows:
        if run and row - run[-1] > 1:
            runs.append(run)
            run = []
        run.append(row)
    if run:
        runs.append(run)
    for run in runs:
        filled = sorted({t.column for row in run for t in grid.rows[row]})
        groups: list[list[int]] = []
        for column in filled:
            if groups and column - groups[-1][-1] <= 1:
                groups[-1].append(column)
            else:
                groups.append([column])
        place = {column: number for number, group in enumerate(groups) for column in group}
        tokens: list[list[Token]] = [[] for _ in groups]
        for row in run:
            for t in grid.rows[row]:
                tokens[place[t.column]].append(t)
        current = _Block(tokens[0], reader)
        for each in tokens[1:]:
            block = _Block(each, reader)
            if _stands_alone(current, block):
                yield current
                current = block
            else:
                current.join(block)
        yield current


def _stands_alone(left: _Block, block: _Block) -> bool:
    """Return whether columns behind a blank column are a table of their own: labels in front, figures behind."""
    if not block.figures and not any(t.kind is Kind.NUMBER for t in block.tokens):
        return bool(left.figures) and len(block.rows) > 2
    first = [t for t in block.tokens if t.column == block.left]
    labels = [t for t in first if t.kind in (Kind.TEXT, Kind.DATE)]
    body = {t.row for t in block.figures}
    below = [t for t in labels if t.row in body]
    if block.right > block.left and len(below) >= 2 and len(below) >= 0.5 * len(body):
        return True
    mine = {t.row for t in left.figures}
    if not mine or not body or block.right == block.left:
        return False
    ratio = len(mine) / len(body)
    words = Counter(t.column for t in block.tokens if t.kind is Kind.TEXT and t.row in body)
    return not 0.6 <= ratio <= 1.67 and max(words.values(), default=0) >= 0.8 * len(body)


def header_like(tokens: list[Token], reader: PeriodReader) -> bool:
    """Return whether a row holds titles and no figure."""
    if any(t.kind is Kind.NUMBER and tells(t, reader) is None for t in tokens):
        return False
    if period_row(tokens, reader):
        return True
    return len({t.text for t in tokens if t.kind is Kind.TEXT}) >= 2 and not any(
        t.kind in (Kind.DATE, Kind.NUMBER) for t in tokens
    )


def _stacked(blocks: list[_Block], reader: PeriodReader) -> list[_Block]:
    """Join a block without titles of its own to the one above, and titles alone to the figures below them."""
    made: list[_Block] = []
    for block in blocks:
        above = next((b for b in reversed(made) if b.overlaps(block) and b.last < block.first), None)
        if above is not None and _belongs(above, block, reader):
            above.join(block)
        else:
            made.append(block)
    return made


def _belongs(above: _Block, block: _Block, reader: PeriodReader) -> bool:
    own = _own_titles(above, block, reader)
    if above.figures:
        if own or not block.figures:
            return (
                not block.figures
                and not own
                and len(block.rows) <= 2
                and block.first - above.last <= 2
                and _sections(block, above)
            )
        return bool(block.value_columns & above.value_columns)
    last = above.rows[above.last]
    titles = header_like(last, reader) and (period_row(last, reader) or len(last) >= 2)
    if not titles or block.first - above.last > 3 or not block.figures:
        return False
    if not own:
        return True
    first = block.rows[block.first]
    lower = min(t.column for t in first) > block.left and min(t.column for t in last) <= block.left
    return lower and len(last) >= 3 and not period_row(first, reader)


def _sections(block: _Block, above: _Block) -> bool:
    """Return whether a block of words is headings of the rows to come: one label a row, left of the figures."""
    return all(len(row) == 1 and row[0].column < min(above.value_columns) for row in block.rows.values())


def _own_titles(above: _Block, block: _Block, reader: PeriodReader) -> bool:
    """Return whether a block brings titles for its figures."""
    values = above.value_columns or {t.column for t in above.tokens if t.said is not None}
    for number, row in enumerate(list(block.rows)[:4]):
        tokens = block.rows[row]
        if any(t.kind is Kind.NUMBER and tells(t, reader) is None for t in tokens):
            return False
        if period_row(tokens, reader):
            return True
        if header_like(tokens, reader) and not (values and max(t.column for t in tokens) < min(values)):
            return True
        if len(tokens) > 1 and number:
            return False
    return False


def _parted(region: Region, reader: PeriodReader, trade: Trade) -> list[Region]:
    """Cut a region where a row of titles stands below figures."""
    starts: list[int] = []
    figures_seen = False
    for row in region.rows:
        tokens = region.by_row[row]
        titles = period_row(tokens, reader) and not any(
            t.kind is Kind.NUMBER and tells(t, reader) is None for t in tokens
        )
        if figures_seen and len(tokens) >= 3 and (titles or _titles_anew(tokens, reader, trade)):
            starts.append(row)
            figures_seen = False
        elif not titles and any(t.kind is Kind.NUMBER for t in tokens):
            figures_seen = True
    if not starts:
        return [region]
    cuts = []
    for start in starts:
        place = region.rows.index(start)
        while place > 1 and region.rows[place - 1] not in cuts and _heading(region.by_row[region.rows[place - 1]]):
            place -= 1
        cuts.append(region.rows[place])
    edges = [region.rows[0], *cuts, region.rows[-1] + 1]
    made = []
    for low, high in itertools.pairwise(edges):
        tokens = [t for t in region.at.values() if low <= t.row < high]
        if tokens:
            made.append(Region(region.grid, tokens))
    return made


def _heading(tokens: list[Token]) -> bool:
    return len(tokens) <= 2 and all(t.kind is Kind.TEXT for t in tokens)


def _titles_anew(tokens: list[Token], reader: PeriodReader, trade: Trade) -> bool:
    """Return whether a row of words is titles: at least two of them are words of titles."""
    if not header_like(tokens, reader):
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


def _side_by_side(region: Region, reader: PeriodReader) -> list[Region]:
    """Part tables that touch: a column of labels between figure columns, with the left one's titles said again.

    Rule: L35.
    """
    if region.right - region.left < 3 or len(region.rows) < 3:
        return [region]
    head = next((row for row in region.rows[:4] if len(region.by_row[row]) >= 4), None)
    if head is None:
        return [region]
    titles = {t.column: t for t in region.by_row[head]}
    values = {
        c
        for c, tokens in region.by_column.items()
        if sum(t.kind is Kind.NUMBER for t in tokens) >= 0.5 * len(tokens) and len(tokens) > 1
    }
    cuts: list[tuple[int, int | None]] = []
    seen: set[str] = set()
    begun = False
    for column in region.by_column:
        t = titles.get(column)
        said = tells(t, reader) if t is not None else None
        key = str(said[:4]) if said is not None else t.text.casefold() if t is not None else ""
        if column in values:
            begun = True
            if key and key in seen and cuts and cuts[-1][1] is None:
                cuts[-1] = (cuts[-1][0], column)
            seen.add(key)
        elif (begun and column - 1 in values) or (begun and column - 1 not in region.by_column):
            words = [x for x in region.by_column[column] if x.kind in (Kind.TEXT, Kind.DATE) and x.row > head]
            rows = {x.row for c in values if c > column for x in region.by_column[c] if x.kind is Kind.NUMBER}
            filled = [x for x in words if x.row in rows]
            if (
                len({x.text for x in filled}) >= 2
                and len(filled) >= 0.6 * max(1, len(rows))
                and any(c > column for c in values)
            ):
                cuts.append((column, None))
    true = [c for c, again in cuts if again is not None or _names_anew(region, c, values)]
    if not true:
        return [region]
    edges = [region.left, *true, region.right + 1]
    made = []
    for low, high in itertools.pairwise(edges):
        tokens = [t for t in region.at.values() if low <= t.column < high]
        if tokens:
            made.append(Region(region.grid, tokens))
    return made


def _names_anew(region: Region, column: int, values: set[int]) -> bool:
    """Return whether a column of words between figures tells its rows apart, as names do and a department does not."""
    right = {t.row for c in values if c > column for t in region.by_column[c] if t.kind is Kind.NUMBER}
    left = {t.row for c in values if c < column for t in region.by_column[c] if t.kind is Kind.NUMBER}
    words = [t.text for t in region.by_column[column] if t.kind is Kind.TEXT and t.row in right]
    gap = column - 1 not in region.by_column or column - 2 not in region.by_column
    return (
        len(words) >= 3
        and len(set(words)) >= 0.9 * len(words)
        and (gap or left != right)
        and len(right - left) + len(left - right) >= 0.2 * len(right)
    )


def _context(grid: Grid, region: Region) -> list[str]:
    """Return the texts of the few rows above a region that hold little, nearest first."""
    top = region.rows[0]
    found: list[str] = []
    for row in range(top - 1, max(0, top - ABOVE), -1):
        tokens = grid.rows.get(row, ())
        if len(tokens) <= 4:
            found.extend(t.text for t in tokens)
    return found
