"""Words: how they are compared, and the words of the trade that tell what a title means. Rule: L30."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core.spelling import is_wide, key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_PARTS = re.compile(r"[\s_/\\\-–—−,;:()\[\]{}|+&#*'’\"“”<>=!?（）【】、，。：]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")
_SPACED = re.compile(r"(?:[^\W\d_] ){3,}[^\W\d_](?:\s{2,}(?:[^\W\d_] )*[^\W\d_])*")
MARKS = " :.*†‡·,;"


@lru_cache(maxsize=65536)
def norm(text: str) -> str:
    """Return a text as it is compared: one width, lower case, single blanks, nothing invisible."""
    return key(text).replace("\u0307", "")  # casefold leaves a dot of Turkish İ


def bare(text: str) -> str:
    """Return a text without its accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@lru_cache(maxsize=65536)
def parts(text: str) -> tuple[str, ...]:
    """Return the single words of a title; a word in CamelCase is several."""
    return tuple(word for word in _PARTS.split(norm(_CAMEL.sub(" ", text))) if word)


def unspaced(text: str) -> str:
    """Return a text without the blanks between its letters: ``S A L E S   D A T A`` is two words. Rule: L32."""
    if _SPACED.fullmatch(text) is None:
        return text
    return " ".join("".join(word.split(" ")) for word in re.split(r"\s{2,}", text))


class Terms(frozenset[str]):
    """A set of words and of terms of several words, each as :func:`norm` gives it.

    long: the terms of several words. sealed: words of a script without blanks, that are found inside longer ones.
    """

    long: tuple[str, ...]
    sealed: tuple[str, ...]

    def __new__(cls, words: Iterable[str] = ()) -> Terms:
        made = super().__new__(cls, words)
        made.long = tuple(w for w in made if " " in w)
        made.sealed = tuple(w for w in made if is_wide(w) and len(w) > 1)
        return made

    def is_(self, text: str) -> bool:
        """Return whether the whole of a text is one of the words."""
        whole = norm(text).strip(MARKS)
        return whole in self or (bool(whole) and " ".join(parts(text)) in self)

    def among(self, text: str) -> bool:
        """Return whether one of the words stands in a text."""
        return _among(text, self)

    __hash__ = object.__hash__  # one object for each table of words: caches look it up by what it is

    def __eq__(self, other: object) -> bool:
        return self is other


@lru_cache(maxsize=262144)
def _among(text: str, lexicon: Terms) -> bool:
    if lexicon.is_(text):
        return True
    words = parts(text)
    if any(word in lexicon or word.strip(".") in lexicon for word in words):
        return True
    if lexicon.long:
        joined = f" {' '.join(words)} "
        if any(f" {term} " in joined for term in lexicon.long):
            return True
    return is_wide(text) and any(word in norm(text) for word in lexicon.sealed)


SERIES = ("previous", "forecast", "target", "actual")


@dataclass(frozen=True, eq=False)
class Trade:
    """The words of the trade in all languages. series: by scenario; field: by what a column of a date says."""

    series: Mapping[str, Terms]
    unsure: Terms
    either: Terms
    before: Terms
    cumulative: Terms
    derived: Terms
    total: Terms
    mean: Terms
    name: Terms
    strict: Terms
    part: Terms
    identifier: Terms
    generic: Terms
    rate: Terms
    stock: Terms
    flow: Terms
    duration: Terms
    opposite: Terms
    doubtful: Terms
    lower: Terms
    note: Terms
    verdict: Terms
    field: Mapping[str, Terms]
    stamp: Terms
    rhythm: Terms
    pivot: Terms
    unit: Terms
    unit_title: Terms
    money: Terms
    months: Mapping[str, Mapping[int, frozenset[str]]]
    quarters: Mapping[str, int]

    def scenario(self, word: str) -> str:
        """Return the scenario that one word or term names, or ''."""
        term = norm(word).strip(MARKS)
        return next((name for name in SERIES if term in self.series[name]), "") if term else ""

    def field_of(self, title: str) -> str:
        """Return which part of a date a title names: date, period, year ... or ''."""
        for name, lexicon in self.field.items():
            if lexicon.is_(title):
                return name
        words = parts(title)
        for name, lexicon in self.field.items():
            if name != "hour" and any(word in lexicon for word in words):
                return name
        return ""

    def is_unit(self, text: str) -> bool:
        """Return whether a text is a unit, a currency or a scale of one."""
        key = norm(text).strip("()[] .:")
        if not key or len(key) > 14:
            return False
        if key in self.unit or key in self.money:
            return True
        words = re.split(r"[\s/]+", key)
        return len(words) <= 3 and all(w.strip("'.") in self.unit or w.strip("'.") in self.money for w in words)


_installed: list[Callable[[], Trade]] = []


def install(load: Callable[[], Trade]) -> None:
    """Say who makes the words that ``standard`` returns."""
    _installed[:] = [load]


def standard() -> Trade:
    """Return the words of the trade in the languages that come with the program."""
    return _installed[0]()
