"""What a figure's cell or format says against its line: units, scales, words over numbers, slips. Rule: L61."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading.questions import question_id
from kpireport.core.reading.unit_text import unit_said
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Fact, Table

_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_SCALED = re.compile(r"[0#?],+(?![0#?])")
_CURRENCIES = {"€": "eur", "£": "gbp", "us$": "usd", "$": "usd", "¥": "cny"}
_CODES = re.compile(r"\b(eur|usd|gbp|chf|dkk|sek|nok|pln|cny|jpy|cad|aud|inr)\b")
_HOURS = re.compile(r"\[?h+\]?:mm(?::ss)?(?:;@)?", re.IGNORECASE)
FAR = 20  # times the usual size of a share
MINUTES, HOURS = 1440, 24  # of a day


def check(finder: Finder) -> None:
    """Put the questions about units, formats and sizes, line by line; hours and minutes are made of days."""
    lines: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for table in finder.tables:
        _merged(finder, table)
        _give_units(finder, table)
        for f in table.live():
            if not f.said & {"unit", "figure"}:
                lines[f.name, f.series].append(f)
    for (name, _), facts in lines.items():
        goal: Mapping[str, Token] = {}
        if finder.goals:
            goal = finder.goals.get(norm(name)) or finder.goals.get(norm(finder.lexicon.title_text(name)), {})
        unit = goal["unit"].text if "unit" in goal else ""
        _times(facts, unit)
        _units(finder, name, facts, unit)
        _shown(finder, name, facts)
        _outliers(finder, name, facts, share=bool(unit) and finder.lexicon.is_share(unit))


def _hold(
    finder: Finder, facts: list[Fact], kind: str, alternatives: list[str], names: list[str], *, cell: bool = True
) -> None:
    """Ask about facts and let them wait; carry out an answer that leaves them out or divides them."""
    first = facts[0]
    where = f"{first.table.sheet}!{first.tokens[0].address}" if cell else first.table.name
    key = f"{where}:{names[0]}"
    answer = finder.ask(first.table, kind, alternatives, where, names=names, key=key)
    number = question_id(kind, first.table.sheet, key)
    if answer is None:
        for f in facts:
            f.waits_for(number)
    elif answer in ("leave-out", "no"):
        finder.drop(facts, "left-out", Message("reading.left-out"))
    elif answer == "hundredth":
        for f in facts:
            f.value /= 100
    elif kind == "unit" and answer == "shown":
        for f in facts:
            f.value /= _scale(f.tokens[0].format)
    elif kind == "unit" and answer != "number":
        for f in facts:
            f.unit = answer


def _scale(code: str) -> float:
    """Return what a number format divides by before it shows a number: 1000 for each comma behind its last digit."""
    shown = _SCALED.search(_LITERAL.sub("", code))
    return 1000.0 ** shown[0].count(",") if shown else 1.0


@lru_cache(maxsize=4096)
def _hours(code: str) -> bool:
    """Return whether a number format shows hours and minutes."""
    return _HOURS.fullmatch(code) is not None


def _times(facts: list[Fact], unit: str) -> None:
    if not any(_hours(t.format) for f in facts for t in f.tokens[:1]):
        return
    for f in facts:
        if all(_hours(t.format) for t in f.tokens):
            minutes = norm(unit or f.unit).startswith(("min", "分"))
            f.value *= MINUTES if minutes else HOURS
            f.unit = "min" if minutes else "h"


def _units(finder: Finder, name: str, facts: list[Fact], unit: str) -> None:
    formats = Counter(t.format for f in facts[:500] for t in f.tokens[:1])
    shown = {c for code in formats if (c := currency(code))}
    typed = ""
    if unit:
        typed = facts[0].unit or finder.titles.of(name).unit or _unit_over(finder, facts[0].table)
    if len(shown) > 1:
        _hold(finder, facts, "unit", sorted(shown), [name])
    elif unit and typed:
        mine, theirs = finder.lexicon.unit_parts(unit), finder.lexicon.unit_parts(typed)
        if mine is not None and theirs is not None and mine != theirs:
            _hold(finder, facts, "unit", [typed, unit], [name], cell=False)
    elif unit and shown:
        mine = finder.lexicon.unit_parts(unit)
        if mine is not None and mine[0] and mine[0].casefold() != next(iter(shown)):
            _hold(finder, facts, "unit", [next(iter(shown)), unit], [name])
    if any(_SCALED.search(_LITERAL.sub("", code)) for code in formats):
        _hold(finder, facts, "unit", ["number", "shown"], [name])


def _unit_over(finder: Finder, table: Table) -> str:
    """Return the unit that the nearest text over a table says for all its figures."""
    said = (unit_said(text, finder.lexicon, finder.trade) for text in finder.texts_over(table)[:-1])
    return next((unit for unit in said if unit), "")


def _give_units(finder: Finder, table: Table) -> None:
    """Give figures without a unit of their own the one that stands over their table; rates and shares have theirs."""
    unit = _unit_over(finder, table) if table.facts else ""
    for f in table.live() if unit else ():
        if not f.unit and not f.share and not finder.trade.rate.among(f.name):
            f.unit = unit


def currency(code: str) -> str:
    """Return the currency that a number format shows, in lower case, or ''."""
    text = norm(re.sub(r"\[\$([^\]-]*)[^\]]*\]", r"\1", code)).replace('"', "")
    for symbol, name in _CURRENCIES.items():
        if symbol in text:
            return name
    found = _CODES.search(text)
    return found[1] if found else ""


def _shown(finder: Finder, name: str, facts: list[Fact]) -> None:
    """A format without a digit shows a word where the cell holds a number."""
    odd = [f for f in facts if any(_wordy(t.format) for t in f.tokens)]
    if odd:
        _hold(finder, odd, "shown", ["leave-out", "number"], [name])


@lru_cache(maxsize=4096)
def _wordy(code: str) -> bool:
    first = _LITERAL.sub("", code.split(";")[0])
    return (
        bool(code) and code not in ("@", "General") and not re.search(r"[0#?@]|general|[ymdhs]", first, re.IGNORECASE)
    )


def _outliers(finder: Finder, name: str, facts: list[Fact], *, share: bool) -> None:
    """A share that is many times the usual one was typed as a hundredfold; a last figure far off is asked about."""
    _last(finder, name, facts)
    sizes = [abs(f.value) for f in facts if f.value]
    if len(sizes) < 3:
        return
    middle = median(sizes)
    shares = share or sum(f.share for f in facts) > 0.5 * len(facts)
    far = [f for f in facts if shares and middle <= 2 and abs(f.value) > FAR * max(middle, 0.05)]
    if far:
        _hold(finder, far, "outlier", ["hundredth", "number"], [name])


def _last(finder: Finder, name: str, facts: list[Fact]) -> None:
    """The last figure of a line, far from the twelve before it by size and by their spread. Rule: L61."""
    dated = sorted((f for f in facts if f.period and not f.pending and f.value), key=lambda f: f.period)
    if len({f.part for f in dated}) > 1 or len(dated) < 6:
        return
    *before, last = dated
    logs = [math.log10(abs(f.value)) for f in before[-12:]]
    middle = median(logs)
    spread = max(0.05, 1.4826 * median(abs(x - middle) for x in logs))
    off = abs(math.log10(abs(last.value)) - middle)
    if off >= math.log10(FAR) and off >= 5 * spread:
        _hold(finder, [last], "outlier", ["number", "leave-out"], [name])


def _merged(finder: Finder, table: Table) -> None:
    """One figure that stands over several columns of periods is no figure of the first."""
    if not table.region.merges:
        return
    columns = sorted(c.column for c in table.columns if c.said is not None)
    by_cell: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for f in table.live():
        for t in f.tokens:
            by_cell[t.row, t.column].append(f)
    for top, left, _, right in table.region.merges:
        if right > left and bisect_right(columns, right) - bisect_left(columns, left) > 1:
            facts = [f for f in by_cell.get((top, left), ()) if not f.dropped]
            if facts:
                _hold(finder, facts, "merged", ["leave-out", "first"], [facts[0].name])
