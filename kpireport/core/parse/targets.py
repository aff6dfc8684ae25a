"""Read a target out of a cell: a number, a limit (``≥95%``, ``at most 3 days``), or a range (``95%~98%``)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core.catalogue.cells import AMBIGUOUS_NUMBER, CELL_ERROR, NOT_A_TARGET, RANGE_ORDER, SIGN_CONFLICT
from kpireport.core.lexicon import standard
from kpireport.core.messages import Message
from kpireport.core.model import Direction, Span
from kpireport.core.parse.numbers import (
    LONGEST,
    Ambiguous,
    Number,
    PercentScale,
    Written,
    from_text,
    has_small_digits,
    is_missing,
    number,
    unusable,
    written_number,
)
from kpireport.core.spelling import clean, is_wide

if TYPE_CHECKING:
    from kpireport.core.diagnostics import Diagnostic, Where
    from kpireport.core.lexicon import Lexicon
    from kpireport.core.workbook import Cell


class _Limits:
    """The words of a lexicon for limits: marks before and behind a number, each with its direction, and of ranges."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.before = tuple(
            (word, direction)
            for direction in (Direction.HIGHER, Direction.LOWER)
            for word in sorted(lexicon.words("limits", direction.value), key=len, reverse=True)
        )
        self.behind = tuple(
            (word, direction)
            for direction, meaning in ((Direction.HIGHER, "and_above"), (Direction.LOWER, "and_below"))
            for word in lexicon.words("limits", meaning)
        )
        between, end, conjunction = (lexicon.either("limits", name) for name in ("between", "between_end", "and"))
        self.between = re.compile(rf"{between}\s*(.+?)\s*{conjunction}\s*(.+?)\s*{end}?", re.IGNORECASE)
        to = "|".join(
            re.escape(word) if is_wide(word) else rf"(?<=[\s0-9]){re.escape(word)}(?=[\s0-9])"
            for word in lexicon.words("periods", "to")
        )
        self.apart = re.compile(rf"~|〜|\.\.+|…|{to}|[-–—−]", re.IGNORECASE)


@lru_cache(maxsize=4)
def _limits_of(lexicon: Lexicon) -> _Limits:
    return _Limits(lexicon)


def _limits() -> _Limits:
    return _limits_of(standard())


@dataclass(frozen=True, slots=True)
class Target:
    """A target as a cell gives it: ``value``, or ``low`` and ``high``.

    direction: what the cell says is better, None where it says nothing. text: as typed.
    """

    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    direction: Direction | None = None
    text: str = ""

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Return the numbers in it, for ``percent_scale``."""
        return tuple(each for each in (self.value, self.low, self.high) if each is not None)

    def span(self, scale: PercentScale | None = None) -> Span:
        """Return the target as the model holds it. scale: of a KPI with the unit %, shares become ratios."""
        value, low, high = (
            None if each is None else scale.ratio(each) if scale else each.value
            for each in (self.value, self.low, self.high)
        )
        return Span(value, low, high)


def target(
    cell: Cell | None, where: Where, *, decimal: str = "point", yes_no: bool = False
) -> Target | Diagnostic | None:
    """Read a target with its direction. None means that there is none: a metric. Rule: R9, R11d, L19."""
    problem = unusable(cell, where)
    if problem is not None or cell is None:
        return problem
    if not isinstance(cell.value, str) or yes_no:
        found = number(cell, where, decimal=decimal, yes_no=yes_no)
        return Target(found, text=found.shown) if isinstance(found, Number) else found
    return target_in_text(cell.value, where, decimal=decimal)


def target_in_text(text: str, where: Where, *, decimal: str = "point") -> Target | Diagnostic | None:
    """Read a target that was typed as text."""
    if len(text) > LONGEST:
        return NOT_A_TARGET.at(where, found=text)
    if is_missing(text):
        return None
    shown = clean(text)
    plain = from_text(text, where, decimal=decimal)
    if isinstance(plain, Number):
        return Target(plain, text=shown)
    if has_small_digits(text):
        return NOT_A_TARGET.at(where, found=shown)
    limit = _limit(shown, decimal)
    if isinstance(limit, Ambiguous):
        return AMBIGUOUS_NUMBER.at(where, found=shown)
    if limit is not None:
        return limit
    spans = _range(shown, decimal)
    if spans is not None:
        low, high = spans
        if low.value > high.value:
            return RANGE_ORDER.at(where, found=shown)
        return Target(low=low, high=high, direction=Direction.RANGE, text=shown)
    if plain is not None and plain.kind in (AMBIGUOUS_NUMBER, CELL_ERROR):
        return plain
    return NOT_A_TARGET.at(where, found=shown)


def conflict(target: Target, direction: Direction | None, kpi: str, where: Where) -> Diagnostic | None:
    """Return the problem where the sign in a target and the typed direction of its KPI disagree."""
    if target.direction is None or direction is None or target.direction is direction:
        return None
    sign, said = (Message(f"problems.better.{each.value}") for each in (target.direction, direction))
    return SIGN_CONFLICT.at(where, found=target.text, kpi=kpi, sign=sign, direction=said)


def _limit(text: str, decimal: str) -> Target | Ambiguous | None:
    lowered = text.casefold()
    limits = _limits()
    for word, direction in limits.before:
        if lowered.startswith(word):
            rest = text[len(word) :].strip()
            for end, other in limits.behind:
                if rest.endswith(end) and other is direction:
                    rest = rest[: -len(end)].strip()
                    break
            return _one(rest, direction, text, decimal)
    if lowered.startswith("="):
        return _one(text[1:].strip(), None, text, decimal)
    for end, direction in limits.behind:
        if lowered.endswith(end):
            return _one(text[: -len(end)].strip(), direction, text, decimal)
    return None


def _one(text: str, direction: Direction | None, shown: str, decimal: str) -> Target | Ambiguous | None:
    found = written_number(text, decimal=decimal)
    return Target(found, direction=direction, text=shown) if isinstance(found, Number) else found


def _range(text: str, decimal: str) -> tuple[Number, Number] | None:
    """Return the limits of a range, or None where the text is none, or can be parted in more than one way."""
    if "±" in text:
        return _around(text, decimal)
    between = _limits().between.fullmatch(text)
    pairs = [(between[1], between[2])] if between else []
    pairs += [(text[: mark.start()], text[mark.end() :]) for mark in _limits().apart.finditer(text) if mark.start() > 0]
    found = []
    for first, second in pairs[:12]:
        low, high = (written_number(part.strip(), decimal=decimal) for part in (first, second))
        if isinstance(low, Number) and isinstance(high, Number):
            found.append(_alike(low, high))
    return found[0] if len(found) == 1 else None


def _alike(low: Number, high: Number) -> tuple[Number, Number]:
    """Give the first limit the sign, scale and unit that were written once, behind the second: ``95-98%``."""
    if high.written is Written.PERCENT_TEXT and low.written is Written.PLAIN:
        low = replace(low, value=low.value / 100, written=high.written)
    if low.scale == 1 and high.scale != 1 and low.written is Written.PLAIN:
        low = replace(low, value=low.value * high.scale, scale=high.scale)
    if high.scale == 1 and low.scale != 1 and low.currency and not high.currency:
        return low, replace(high, currency=low.currency)
    return replace(low, currency=low.currency or high.currency, unit=low.unit or high.unit), replace(
        high, currency=high.currency or low.currency
    )


def _around(text: str, decimal: str) -> tuple[Number, Number] | None:
    middle, _, rest = text.partition("±")
    centre, width = (written_number(part.strip(), decimal=decimal) for part in (middle, rest))
    if not (isinstance(centre, Number) and isinstance(width, Number)) or width.value < 0:
        return None
    if width.share and centre.share:  # points or percent of the percentage? nobody can tell
        return None
    if centre.share != width.share and not width.share:
        return None
    by = abs(centre.value) * width.value if width.share else width.value
    return replace(centre, value=centre.value - by), replace(centre, value=centre.value + by)
