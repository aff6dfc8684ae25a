"""Which series a title or a label names beside what it measures: "Sales Target", "Staff PY".

Rule: L4, L5.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core.lexicon import standard
from kpireport.core.model import Series
from kpireport.core.parse import titles, vocabulary
from kpireport.core.parse.names import header_unit, without_unit
from kpireport.core.parse.period_words import said
from kpireport.core.spelling import clean, is_wide, key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kpireport.core.lexicon import Lexicon

_LETTER = re.compile(
    r"((?:fy\s?'?)?(?:20)?\d\d(?:/\d\d)?|[qh][1-4]\s?'?(?:20)?\d\d|(?:20)?\d\d\s?[qh][1-4])\s?([aefb])", re.IGNORECASE
)
_MONTH_LETTER = re.compile(r"(.+\S)(?:\s+|\s*[(_-])([aefb])\)?", re.IGNORECASE)
_LETTERS = {"a": Series.ACTUAL, "e": Series.FORECAST, "f": Series.FORECAST, "b": Series.TARGET}
_PARTED = re.compile(r"[\s_\-–—()（）/|,·:：]+")


class Split(NamedTuple):
    """What is left of a title without its series, and the series. word: as it was typed; prefix: it stood in front."""

    stem: str
    series: Series
    word: str
    prefix: bool = False


def _is_weak(word: str) -> bool:
    """Return whether a word is a name as often as a series ("Marketing Budget").

    It is split off only where the metric has another series.
    """
    lexicon = standard()
    return lexicon.title_key(word) in lexicon.keys("series", "weak")


@lru_cache(maxsize=4)
def _glued_words(lexicon: Lexicon) -> tuple[str, ...]:
    """Return the words of series in scripts that write without blanks, the longest first."""
    words = (word for series in Series for word in lexicon.words("choices.series", series.value))
    return tuple(sorted(filter(is_wide, words), key=len, reverse=True))


@lru_cache(maxsize=4)
def _cumulative(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"^{lexicon.pattern('cumulative_before')}[\s_-]*(?=\S)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def named(word: str) -> Series | None:
    """Return the series that a word names; None for derived ones and for everything else."""
    found: Series | None = vocabulary.meaning("series", word)
    return found


@lru_cache(maxsize=4096)
def derived(word: str) -> bool:
    """Return whether a title or a word names what is computed from figures: a variance, a total, an attainment."""
    return titles.says_derived(word) or derived_series(word)


def derived_series(word: str) -> bool:
    """Return whether a word in a column of series names what is computed from the others."""
    lexicon = standard()
    return lexicon.title_key(word) in lexicon.keys("derived", "series")


@lru_cache(maxsize=4096)
def split(title: str) -> Split | None:
    """Return a title parted into what it measures (or when) and its series; None where it names no series beside."""
    text = clean(title)
    lettered = _LETTER.fullmatch(text)
    if lettered:
        return Split(lettered[1], _LETTERS[lettered[2].casefold()], lettered[2])
    lettered = _MONTH_LETTER.fullmatch(text)
    if lettered and said(lettered[1]) is not None:
        return Split(lettered[1], _LETTERS[lettered[2].casefold()], lettered[2])
    words = [(m.start(), m.end()) for m in re.finditer(r"[^\s_\-–—()（）/|,·:：]+", text)]
    for size in (2, 1):
        if len(words) <= size:
            continue
        tail, head = text[words[-size][0] : words[-1][1]], text[words[0][0] : words[size - 1][1]]
        if (series := named(" ".join(_PARTED.split(tail)))) is not None:
            return Split(_trimmed(text[: words[-size][0]]), series, tail)
        if (series := named(" ".join(_PARTED.split(head)))) is not None:
            return Split(_trimmed(text[words[size][0] :]), series, head, prefix=True)
    return _glued(text)


def _glued(text: str) -> Split | None:
    for word in _glued_words(standard()):
        if len(text) > len(word) and text.endswith(word):
            return Split(_trimmed(text[: -len(word)]), named(word) or Series.ACTUAL, word)
        if len(text) > len(word) and text.startswith(word):
            return Split(_trimmed(text[len(word) :]), named(word) or Series.ACTUAL, word, prefix=True)
    return None


def _trimmed(text: str) -> str:
    return text.strip(" _-–—/|,·:：(（").strip()


@lru_cache(maxsize=4096)
def derived_tail(title: str) -> str | None:
    """Return what stands before a derived word ("Jan" of "Jan Variance"), or None."""
    text = clean(title)
    words = text.split()
    for size in (2, 1):
        tail = " ".join(words[-size:])
        if len(words) > size and derived(tail if tail == "(%)" else tail.strip("()（）")):  # "(%)" is a unit
            return _trimmed(" ".join(words[:-size]))
    for word in standard().words("derived", "glued"):
        if len(text) > len(word) and text.endswith(word):
            return _trimmed(text[: -len(word)])
    return None


def cumulative_of(title: str) -> str | None:
    """Return the title that a cumulative column adds up ("Sales" of "Year Sales"), or None."""
    text = clean(title)
    found = _cumulative(standard()).match(text)
    return text[found.end() :] if found else None


def _measured(label: str) -> Split | None:
    """Part a label from its series; a unit behind both stays with what is measured: "Sales target (EUR)"."""
    unit = header_unit(label)
    part = split(without_unit(label)) if unit else split(label)
    if part is None or not unit or not part.stem:
        return part
    bracketed = label.rstrip().endswith((")", "）", "]"))
    return part._replace(stem=f"{part.stem} ({unit})" if bracketed else f"{part.stem}, {unit}")


def assign(labels: Iterable[str], is_kpi: Callable[[str], bool]) -> dict[str, tuple[str, Series]]:
    """Return for each label what it measures and its series.

    is_kpi: whether a name is one of the KPIs. A label that is a KPI's name stays whole. A series is split off where
    the rest is a KPI, or where two labels share the rest with different series; a clear word at the end ("Target")
    alone suffices.
    """
    whole = list(dict.fromkeys(labels))
    parts = {label: _measured(label) for label in whole if not is_kpi(label)}
    shared: dict[str, set[Series]] = {}
    for label in whole:
        part = parts.get(label)
        if part is not None and part.stem:
            shared.setdefault(key(part.stem), set()).add(part.series)
    for label in whole:
        if parts.get(label) is None and key(label) in shared:
            shared[key(label)].add(Series.ACTUAL)
    found = {}
    for label in whole:
        part = parts.get(label)
        found[label] = (label, Series.ACTUAL)
        if part is None or not part.stem or not any(c.isalpha() for c in part.stem):
            continue
        paired = len(shared[key(part.stem)]) > 1
        clear = not part.prefix and part.series is not Series.ACTUAL and not _is_weak(part.word)
        if is_kpi(part.stem) or paired or (clear and len(part.word) > 2):
            found[label] = (part.stem, part.series)
    return found
