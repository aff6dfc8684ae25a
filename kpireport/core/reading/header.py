"""Which rows of a region are titles, and which titles stand over each column. Rule: L38."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.reading.grid import Kind, period_row
from kpireport.core.reading.table import Column

if TYPE_CHECKING:
    from kpireport.core.reading.grid import Region, Token
    from kpireport.core.reading.table import Table
    from kpireport.core.reading.words import Trade

SENTENCE = 40  # letters, from which on a text is a sentence rather than a title
WIDEST = 600  # columns that one merged title may reach over


def read_header(table: Table, trade: Trade) -> None:
    """Set the rows of titles, the texts over the table, the rows of figures and the columns with their titles."""
    region = table.region
    start = _first_figures(region)
    above = [r for r in region.rows if r < start and not _all_alike(region.by_row[r])]
    first_value = _first_value(region, start)
    leaf = _leaf(region, above, first_value, trade)
    heads: list[int] = []
    if leaf is None:
        table.titles = [t.text for r in above for t in region.by_row[r]]
        table.lead = above
    else:
        heads, table.lead = above[: leaf + 1], above[leaf + 1 :]
        titles = [r for r in heads[:-1] if _is_title(region, r, heads[-1], first_value)]
        table.titles = [t.text for r in reversed(titles) for t in region.by_row[r]]
        heads = [r for r in heads if r not in titles]
    table.heads = heads
    kept = set(table.lead)
    table.body = [r for r in region.rows if r >= start or r in kept]
    unit_row = _unit_row(region, heads, first_value, trade)
    table.columns = _columns(table, heads, unit_row, first_value)


def _first_value(region: Region, start: int) -> int:
    """Return the first column of figures; a column of numbers left of one of words only counts its rows."""
    columns = sorted({t.column for r in region.rows if r >= start for t in region.by_row[r] if t.kind is Kind.NUMBER})
    for column in columns:
        right = [t for t in region.by_column.get(column + 1, ()) if t.row >= start]
        if not right or sum(t.kind is Kind.TEXT for t in right) < 0.5 * len(right):
            return column
    return columns[0] if columns else region.left


def _first_figures(region: Region) -> int:
    """Return the first row with a figure, or the row behind the last."""
    rows = region.rows
    for place, row in enumerate(rows):
        tokens = region.by_row[row]
        if not any(t.kind is Kind.NUMBER for t in tokens) and (
            tokens[0].kind is Kind.ERROR or not any(t.kind is Kind.ERROR for t in tokens)
        ):
            if (
                place
                and sum(t.kind is Kind.MISSING for t in tokens) >= 2
                and sum(t.kind is Kind.MISSING for t in tokens) >= len(tokens) - 2
            ):
                return row
            continue
        figures = [t for t in tokens if t.kind is Kind.ERROR or (t.kind is Kind.NUMBER and t.period is None)]
        titled = period_row(tokens)
        last = place == len(rows) - 1
        if (
            titled
            and not last
            and (not figures or (len(figures) <= 1 and sum(t.said is not None for t in tokens) >= 6))
        ):
            continue
        if not figures and not last and len(tokens) <= 2 and (len(tokens) == 1 or (place == 0 and len(rows) > 3)):
            continue  # a year that stands alone
        if _numbered(tokens) and not last and place:
            continue
        return row
    return rows[-1] + 1


def _numbered(tokens: list[Token]) -> bool:
    """Return whether a row counts its columns: 1, 2, 3 ..."""
    numbers = [t.number for t in tokens if t.kind is Kind.NUMBER]
    return (
        len(numbers) >= 4 and len(numbers) == len(tokens) and numbers == [float(n) for n in range(1, len(numbers) + 1)]
    )


def _all_alike(tokens: list[Token]) -> bool:
    return len(tokens) >= 3 and len({t.text.casefold() for t in tokens}) == 1


def _known(tokens: list[Token], trade: Trade) -> bool:
    """Return whether a row holds words that are known as titles."""
    if period_row(tokens):
        return True
    count = 0
    for t in tokens:
        if t.kind is not Kind.TEXT:
            continue
        text = t.text
        count += (
            trade.name.is_(text) or trade.part.is_(text) or trade.generic.is_(text) or trade.total.is_(text)
            or trade.derived.is_(text) or bool(trade.field_of(text) and len(text) < 16)
            or any(lexicon.among(text) for lexicon in trade.series.values()) or trade.is_unit(text)
        )  # fmt: skip
    return count >= 2


def _leaf(region: Region, above: list[int], first_value: int, trade: Trade) -> int | None:
    """Return the place of the lowest row of titles among the rows above the figures."""
    by_row = region.by_row
    leaf = next(
        (
            i
            for i in range(len(above) - 1, -1, -1)
            if len(by_row[above[i]]) >= 2 or any(t.column >= first_value for t in by_row[above[i]])
        ),
        None,
    )
    if leaf is None or _known(by_row[above[leaf]], trade):
        return leaf
    tokens = [t for t in by_row[above[leaf]] if t.column >= first_value]
    if tokens and all(trade.is_unit(t.text) for t in tokens):
        return leaf
    higher = next((i for i in range(leaf - 1, -1, -1) if _known(by_row[above[i]], trade)), None)
    if higher is None:
        return leaf
    upper, lower = by_row[above[higher]], by_row[above[leaf]]
    if min(t.column for t in lower) >= first_value and len(lower) >= 2:
        return leaf  # a lower row of titles whose label columns are empty
    said = [t for t in lower if t.column >= first_value]
    if period_row(upper) and said != lower and all(t.kind is Kind.TRUTH or trade.verdict.is_(t.text) for t in said):
        return higher  # the first row of a table: whether it was passed, by month
    if len(lower) >= len(upper) and len(lower) > 3:
        return leaf
    return higher if upper[0].column <= lower[0].column else leaf


def _is_title(region: Region, row: int, leaf: int, first_value: int) -> bool:
    """Return whether a row above the titles speaks of the whole table."""
    tokens = region.by_row[row]
    if any(t.period is not None and t.column >= first_value for t in tokens):
        return False
    merged = [m for m in region.merges if m[0] <= row <= m[2] and m[3] > m[1]]
    if all(":" in t.text or "：" in t.text for t in tokens):
        return True  # a form's fields: what they are, and their values
    begins = tokens[0]
    over_all = any(m[0] == row and m[1] == begins.column and m[3] >= first_value for m in merged)
    if begins.column < first_value and over_all and len(begins.text) > SENTENCE:
        return True  # a sentence over labels and figures
    if len(tokens) == 1:
        t = tokens[0]
        wide = any(m[1] <= t.column and m[3] >= region.right - 1 for m in merged)
        if t.column < first_value or wide:
            return True
        if t.column == region.left and region.get(leaf, t.column) is None and len(region.by_row[leaf]) >= 2:
            return True  # over the empty corner of the titles
        return not merged and t.column <= first_value and len(t.text) > 40
    if len(tokens) <= 3 and len(region.by_row[leaf]) >= 4 and not period_row(tokens):
        over = [t for t in tokens if t.column >= first_value]
        if not over:
            return True
        if any(m[1] >= first_value for m in merged):
            return False
        return not any(len(t.text.split()) <= 4 for t in over)
    return False


def _unit_row(region: Region, heads: list[int], first_value: int, trade: Trade) -> int | None:
    """Return the lowest row of titles if it holds nothing but units."""
    if len(heads) < 2:
        return None
    tokens = [t for t in region.by_row[heads[-1]] if t.column >= first_value]
    return heads[-1] if tokens and all(t.kind is Kind.TEXT and trade.is_unit(t.text) for t in tokens) else None


def _columns(table: Table, heads: list[int], unit_row: int | None, first_value: int) -> list[Column]:
    region = table.region
    body = set(table.body)
    filled = {c for c, tokens in region.by_column.items() if any(t.row in body for t in tokens)}
    every = sorted(filled | {t.column for r in heads for t in region.by_row[r]})
    titles: dict[int, list[Token]] = {c: [] for c in every}
    merges = [m for m in region.merges if m[3] > m[1] and any(m[0] <= r <= m[2] for r in heads)] if heads else []
    tall = [m for m in region.merges if m[2] > m[0] and any(m[0] <= r <= m[2] for r in heads)] if heads else []
    leaf = heads[-1] if heads else None
    for row in heads:
        if row == unit_row:
            continue
        upper = row != leaf and not (unit_row and row == heads[-2])
        _spread(table, row, upper, every, filled, titles, merges, first_value)
    for top, left, bottom, _ in tall:  # a title merged downwards is the title of its lowest row too
        t = region.get(top, left)
        if t is not None and left in titles and not titles[left] and bottom in heads:
            titles[left].append(t)
    made = [Column(c, titles[c], [t for t in region.by_column.get(c, ()) if t.row in body]) for c in every]
    if unit_row is not None:
        units = {t.column: t.text for t in region.by_row[unit_row]}
        for column in made:
            column.unit = units.get(column.column, "")
    return made


def _spread(
    table: Table, row: int, upper: bool, every: list[int], filled: set[int], titles: dict[int, list[Token]],
    merges: list[tuple[int, int, int, int]], first_value: int,
) -> None:  # fmt: skip
    """Give each column the title that stands over it in one row; an upper title reaches right to the next."""
    region = table.region
    here = {t.column: t for t in region.by_row[row]}
    cover: dict[int, Token] = {}
    merged: set[int] = set()
    for top, left, _, right in merges:
        if top == row and left in here and not (left <= region.left and right >= first_value and not upper):
            merged.add(left)
            for c in range(left, min(right, left + WIDEST) + 1):
                cover[c] = here[left]
    current: Token | None = None
    last = -1
    below = {t.column for r in table.heads if r > row for t in region.by_row[r]} if upper else set()
    dated = upper and any(t.period is not None and t.column >= first_value for t in region.by_row[row])
    for c in every:
        if c in here and dated and c < first_value:
            current = None  # it says what stands to its right, ``Year``, and is no title of the labels below
        elif c in here:
            titles[c].append(here[c])
            current = None if c in merged else here[c]
        elif c in cover:
            titles[c].append(cover[c])
        elif (
            upper and current is not None and current.column >= first_value and c in filled and c - last <= 1
            and c in below
        ):  # fmt: skip
            titles[c].append(current)
        elif upper and c - last > 1:
            current = None
        last = c
