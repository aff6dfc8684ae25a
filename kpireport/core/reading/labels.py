"""Which column of words names the lines, and what the other columns of words are. Rule: L42."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kpireport.core.reading import identifiers
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.words import norm, parts

if TYPE_CHECKING:
    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Table
    from kpireport.core.reading.words import Trade

DULL = re.compile(
    r"(?:sheet|hoja|blad|tabelle|feuil|feuille|foglio|planilha|plan|лист|ark|list|arkusz|munka|sayfa|シート|工作表|data|dados|"
    r"datos|daten|données|dati|veri|데이터|数据|trang tính|taul|book|raw ?data|table|tabla|"
    r"figures|zahlen|chiffres|cifras|数字|数值)[\s_-]*\d*",
)
_NOTHING = (
    "kpi kpis report reports reporting summary overview dashboard metrics monthly weekly quarterly annual yearly daily "
    "bericht monatsbericht übersicht kennzahlen rapport informe resumen reporte relatório resumo "
    "指标 报表 月报 汇总 总表 报告"
)
SAYS_NOTHING = frozenset(_NOTHING.split())
LONG = 40
MOST_SCENARIOS = 4  # words of a column of which one is a scenario, that are scenarios all
OF_GOALS = frozenset(
    {
        "direction",
        "owner",
        "weight",
        "aggregation",
        "kind",
        "frequency",
        "level",
        "missing",
        "rollup",
        "definition",
        "why",
    }
)
_LETTERS = re.compile(r"[^\W\d_]{4}")


def pick(finder: Finder, table: Table, candidates: list[Column], first_value: int) -> list[Column]:
    """Set the columns of series, units and notes among columns of words; return those that name or part the lines."""
    kept: list[Column] = []
    for column in candidates:
        what = _what(finder, table, column, candidates, first_value)
        if what == "series":
            table.series_column = column
        elif what == "unit":
            table.unit_column = column
        elif what == "note":
            table.note_columns.append(column)
        elif what:
            kept.append(column)
    return kept


def _what(finder: Finder, table: Table, column: Column, candidates: list[Column], first_value: int) -> str:
    """Return series, unit, note, label, or '' of a column that is empty beside figures."""
    trade = finder.trade
    words = [t for t in column.tokens if t.kind in (Kind.TEXT, Kind.DATE) and t.row in table.figure_rows]
    if not words:
        return ""
    values = Counter(norm(t.text) for t in words)
    count = sum(values.values())
    several = len(candidates) > 1
    named = trade.name.is_(column.leaf) or trade.strict.is_(column.leaf)
    scenarios = sum(n for v, n in values.items() if trade.scenario(v) or trade.derived.is_(v))
    known = [v for v in values if trade.scenario(v)]
    if (
        scenarios >= 0.8 * count
        and known
        and len(values) <= 8
        and table.series_column is None
        and (several or table.orientation == "down")
    ):
        return "series"
    if known and several and not named and scenarios < count and _in_step(column, values, table):
        return "series"
    if several and not named and identifiers.is_id_title(finder, column.leaf) and len(values) == count:
        return "note"  # a code for each row tells rows apart and parts nothing
    units = sum(n for v, n in values.items() if trade.is_unit(v))
    if several and not named and (units >= 0.8 * count or (trade.unit_title.is_(column.leaf) and units)):
        return "unit"
    field = finder.lexicon.field("goals", column.title) if column.title else None
    if trade.note.is_(column.leaf) or trade.verdict.is_(column.leaf) or field in OF_GOALS:
        return "note"
    if sum(n for v, n in values.items() if trade.verdict.is_(v)) >= 0.8 * count and several:
        return "note"
    if table.orientation == "down":
        return _what_down(finder, table, column, values, count, named=named)
    if named:
        return "label"
    longer = sum(len(t.text) > LONG for t in words) > 0.3 * len(words)
    if (
        longer
        and several
        and (column.column > first_value or (len(values) > 0.8 * count and column is not candidates[0]))
    ):
        return "note"
    if column.column > first_value and several:
        parting = len(values) <= (0.5 if trade.part.is_(column.leaf) else 0.1) * count and max(map(len, values)) <= 40
        return "label" if parting else "note"
    return "label"


def _in_step(column: Column, values: Counter[str], table: Table) -> bool:
    """Return whether the few words of a column come equally often, as the scenarios of the same lines do. Rule: L42."""
    return (
        1 < len(values) <= MOST_SCENARIOS
        and len(set(values.values())) == 1
        and min(values.values()) > 1
        and all(t.row in table.figure_rows for t in column.tokens)
    )


def _what_down(finder: Finder, table: Table, column: Column, values: Counter[str], count: int, *, named: bool) -> str:
    trade = finder.trade
    if len(values) == 1 and count >= 5 and not named and not trade.part.among(column.leaf):
        return "note"
    if count < 0.5 * len(table.figure_rows):
        return "note"
    if named and (trade.strict.is_(column.leaf) or len(values) <= 0.5 * count):
        return "label"
    long = sum(n for v, n in values.items() if len(v) > LONG) > 0.3 * count
    if long or (len(values) > 20 and len(values) > 0.5 * count):
        return "note"
    if len(values) == count > 12:
        return "note"  # a word for each row tells rows apart and parts nothing
    return "label"


def name_of(finder: Finder, table: Table, labels: list[Column]) -> Column | None:
    """Return the column that names the lines by its title, or the only one; None where several could."""
    if not labels:
        return None
    trade = finder.trade
    strict = [c for c in labels if trade.strict.is_(c.leaf)]
    if len(labels) > 1 and table.orientation != "down" and len(strict) != 1:
        labels = [
            c for c in labels if len({norm(t.text) for t in c.tokens if t.row in table.figure_rows}) > 1
        ] or labels
        strict = [c for c in labels if trade.strict.is_(c.leaf)]
    if len(strict) == 1:
        return strict[0]
    named = [c for c in labels if trade.name.is_(c.leaf)]
    if len(named) == 1:
        return named[0]
    if len(labels) == 1:
        return labels[0]
    plain = [c for c in labels if not is_part(finder, c)]
    if len(plain) == 1 and not named and not (_codes(plain[0]) and identifiers.is_id_title(finder, plain[0].leaf)):
        return plain[0]
    return None


def is_part(finder: Finder, column: Column) -> bool:
    """Return whether a column's title says that it parts the figures: a department, a region, a shop."""
    trade = finder.trade
    if trade.name.is_(column.leaf):
        return False
    return trade.part.is_(column.leaf) or any(word in trade.part for word in parts(column.leaf))


def most_telling(finder: Finder, table: Table, labels: list[Column]) -> Column | None:
    """Return the column of words that tells most rows apart; of two alike the one further left that parts nothing."""
    if not labels:
        return None
    different = {
        c.column: len(
            {norm(t.text) for t in c.tokens if t.kind in (Kind.TEXT, Kind.DATE) and t.row in table.figure_rows}
        )
        for c in labels
    }
    texts = [c for c in labels if not _codes(c)] or labels  # codes give way to words
    most = max(different[c.column] for c in texts)
    near = [c for c in texts if different[c.column] * 1.2 > most]
    plain = [c for c in near if not is_part(finder, c)]
    return min(plain or near, key=lambda c: c.column)


def _codes(column: Column) -> bool:
    """Return whether nearly all words of a column are digits with a few letters."""
    words = [t.text for t in column.tokens if t.kind is Kind.TEXT]
    return bool(words) and sum(any(c.isdigit() for c in w) and not _LETTERS.search(w) for w in words) >= 0.8 * len(
        words
    )


@dataclass(slots=True)
class Levels:
    """Labels that are indented over several columns: for each row its name and the labels above it."""

    names: dict[int, str]
    above: dict[int, tuple[str, ...]]


def levels(table: Table, first_value: int) -> Levels | None:
    """Return the labels of each row where columns are levels: nearly every row fills one of them only. Rule: L43."""
    left = [c for c in table.columns if c.column < first_value and any(t.kind is Kind.TEXT for t in c.tokens)]
    if len(left) < 2 or any(c.titles and c is not left[0] for c in left):
        titled = [c for c in left if c.titles]
        if len(left) < 2 or len(titled) > 1:
            return None
    at: dict[int, list[tuple[int, str]]] = {}
    for c in left:
        for t in c.tokens:
            if t.kind is Kind.TEXT:
                at.setdefault(t.row, []).append((c.column, t.text))
    figures = [r for r in table.body if r in table.figure_rows and r in at]
    if len(figures) < 3 or sum(len(at[r]) == 1 for r in figures) < 0.8 * len(figures):
        return None
    if len({at[r][-1][0] for r in [*figures, *at]}) < 2:
        return None
    names: dict[int, str] = {}
    above: dict[int, tuple[str, ...]] = {}
    current: dict[int, str] = {}
    for row in table.body:
        for column, text in at.get(row, ()):
            current = {c: v for c, v in current.items() if c < column}
            current[column] = text
        if row in at:
            names[row] = at[row][-1][1]
            above[row] = tuple(v for c, v in sorted(current.items()) if c < at[row][-1][0])
    return Levels(names, above)


def footnotes(table: Table) -> dict[str, str]:
    """Return labels that end in the number of a footnote, to the labels without it: ``Waste Heat4``. Rule: L44."""
    if table.name_column is None:
        return {}
    found = {}
    for t in table.name_column.tokens:
        text = t.text.strip(" :")
        if t.kind is Kind.TEXT and (m := re.fullmatch(r"(.*[^\W\d_]{3})\d{1,2}", text)):
            found[text] = m[1]
    return (
        found
        if len(set(found.values())) == len(found)
        and len({re.sub(r"\D", "", k) for k in found}) < len(found) + 1
        and not _counted(found)
        else {}
    )


def _counted(found: dict[str, str]) -> bool:
    """Return whether labels are one word with a number: Product1, Product2."""
    return len(found) > 1 and len(set(found.values())) == 1


def sections(trade: Trade, table: Table) -> dict[int, Token]:
    """Return for each row of figures the label in a row without figures above it, if there is one. Rule: L44."""
    named = table.name_column.column if table.name_column is not None else 0
    first_value = min((c.column for c in table.values), default=0)
    below = {a: table.region.get(b, named) for a, b in pairwise(table.body)}
    labels = {row: t.text for row, t in below.items() if t is not None}
    found: dict[int, Token] = {}
    current: Token | None = None
    for row in table.body:
        tokens = table.region.by_row[row]
        if any(t.kind in (Kind.NUMBER, Kind.ERROR) for t in tokens):
            if current is not None:
                found[row] = current
            continue
        words = [t for t in tokens if t.kind is not Kind.MISSING]
        if len(words) == 1 and words[0].kind is Kind.TEXT and len(tokens) == 1:
            current = words[0]
        elif (
            words and words[0].kind is Kind.TEXT and words[0].column == named and words[-1].column < first_value
            and trade.scenario(labels.get(row, ""))
        ):  # fmt: skip
            current = words[0]  # with its unit or its department beside it, above its scenarios
        elif current is not None and any(t.kind is Kind.MISSING for t in tokens):
            found[row] = current
    return found


def dull(name: str) -> bool:
    """Return whether a name of a sheet or a title says nothing of what its figures are of."""
    words = parts(name)
    return DULL.fullmatch(norm(name)) is not None or (bool(words) and all(word in SAYS_NOTHING for word in words))
