"""The words that are understood in workbooks, of all languages at once: a workbook may mix them. Rule: L13, L21."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core.sheet_kinds import SHEET_KINDS
from kpireport.core.spelling import as_seen, clean, key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Words = Mapping[str, tuple[str, ...]]  # by what they mean

_UNHEARD = re.compile(r"[\s_*()（）:：]+")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_LONGEST_UNIT = 24  # letters
_LONGEST_PARTS = 100  # letters of a currency or of what is counted, with its scale; each cut of a text is tried
_LONGEST_TITLE = 200  # difflib takes the square of the length
_LIKE = 0.8  # how much of a title must agree with one of ours to be called a near miss of it
_LONGER = 1  # by how many letters the two may differ in length
_NEVER = "(?!)"  # a regular expression that fits nothing


@dataclass(frozen=True, eq=False, repr=False)
class Lexicon:
    """The words of all languages.

    vocabularies: language tag to table to meaning to words; where a word means two things, the first language wins.
    The table ``patterns`` holds regular expressions, one a language. periods: ``months``, ``quarters`` and ``spans`` of
    many more languages, by ``period_key``.
    """

    vocabularies: Mapping[str, Mapping[str, Words]]
    periods: Mapping[str, Mapping[str, Mapping[str, str]]]

    # -- words and tables of words ---------------------------------------------------------------------------------

    def words(self, table: str, meaning: str) -> tuple[str, ...]:
        """Return the words of all languages that mean something in a table, those of the first language first."""
        return tuple(
            word for vocabulary in self.vocabularies.values() for word in vocabulary.get(table, {}).get(meaning, ())
        )

    def meanings(self, table: str) -> tuple[str, ...]:
        """Return what the words of a table can mean, as the first language lists it, then the others."""
        return tuple(dict.fromkeys(name for each in self.vocabularies.values() for name in each.get(table, {})))

    def table(self, name: str) -> Mapping[str, str]:
        """Return the words of a table, by ``title_key``, to what they mean."""
        return _table(self, name)

    def spellings(self, name: str) -> Mapping[str, str]:
        """Return the words of a table as they are typed, in lower case, to what they mean: units keep their strokes."""
        return _spellings(self, name)

    def meaning(self, table: str, text: str) -> str | None:
        """Return what a word means in a table, or None."""
        return _table(self, table).get(self.title_key(text))

    def keys(self, table: str, meaning: str) -> frozenset[str]:
        """Return the words that mean something in a table, by ``title_key``."""
        return _keys(self, table, meaning)

    def pattern(self, name: str) -> str:
        """Return one regular expression for what all languages write for a thing; it fits nothing where none does."""
        return f"(?:{'|'.join(self.words('patterns', name)) or _NEVER})"

    def expression(self, name: str) -> re.Pattern[str]:
        """Return ``pattern`` compiled, for texts in any case."""
        return _expression(self, name)

    def either(self, table: str, *meanings: str) -> str:
        """Return a regular expression for the words that mean one of these; the longest first, blanks left open."""
        words = sorted({word for meaning in meanings for word in self.words(table, meaning)}, key=len, reverse=True)
        spaced = (r"\s*".join(map(re.escape, word.split())) for word in words)
        return f"(?:{'|'.join(spaced) or _NEVER})"

    # -- titles and sheets -----------------------------------------------------------------------------------------

    def title_key(self, title: str) -> str:
        """Return the key of a title: without spaces, brackets, colons, and without a unit behind it. Rule: L13."""
        return _title_key(self, title)

    def title_unit(self, title: str) -> str:
        """Return the unit that stands behind a title, as typed: ``EUR k`` in ``Target (EUR k)``, or ""."""
        return _title_and_unit(self, title)[1]

    def title_text(self, title: str) -> str:
        """Return a cleaned title without the unit behind it."""
        return as_seen(_title_and_unit(self, title)[0])

    def field(self, kind: str, title: str, *, languages: frozenset[str] = frozenset()) -> str | None:
        """Return the field that a title names on a kind of sheet (``SHEET_KINDS``), or None.

        languages: of the sheet, where that is known. Words that are common in other languages too (``Meta``, ``Real``)
        count only with it; they stand in the tables ``weak.*``.
        """
        found = _field(self, kind, title)
        if found is not None or not languages:
            return found
        weak = (tables.get(f"weak.{kind}", {}) for tag, tables in self.vocabularies.items() if tag in languages)
        meant = (name for table in weak for name, words in table.items() if key(title) in map(key, words))
        return next(meant, None)

    def languages(self, kind: str, titles: Iterable[str]) -> Counter[str]:
        """Return how many of some titles each language knows on a kind of sheet; weak words count."""
        known = Counter[str]()
        for title in titles:
            spelt = self.title_key(title)
            known.update(tag for tag in self.vocabularies if spelt in _own_titles(self, tag, kind))
        return known

    def near_field(self, kind: str, title: str) -> tuple[str, str] | None:
        """Return the title of ours, and its field, that a title is nearly: ``Directon`` is nearly ``Direction``.

        None where it is one of ours, is too short, or is like none. It is offered, never used. Rule: L21.
        """
        return _near_field(self, kind, title)

    def sheet_kind(self, name: str) -> str | None:
        """Return the kind of sheet (``SHEET_KINDS``) that a name announces, or None."""
        return self.meaning("sheets", name)

    def choices(self, topic: str, tag: str) -> tuple[str, ...]:
        """Return the words that may be typed on a topic, one for each choice: the first of a language, else of any."""
        table = f"choices.{topic}"
        own = self.vocabularies.get(tag, {}).get(table, {})
        return tuple((own.get(name) or self.words(table, name))[0] for name in self.meanings(table))

    # -- periods ---------------------------------------------------------------------------------------------------

    def months(self, word: str) -> tuple[tuple[int, frozenset[str]], ...]:
        """Return the months that a word can name, each with the locales where it does; () for none."""
        return tuple((int(number), locales) for number, locales in _period_word(self, "months", word))

    def quarters(self, word: str) -> tuple[tuple[int, frozenset[str]], ...]:
        """Return the quarters that a word can name, each with the locales where it does; () for none."""
        return tuple((int(number), locales) for number, locales in _period_word(self, "quarters", word))

    def spans(self, word: str) -> tuple[tuple[str, frozenset[str]], ...]:
        """Return the spans of time that a word can name, each with the locales where it does; () for none.

        A span is year, half, quarter, month, week, day or hour.
        """
        return _period_word(self, "spans", word)

    # -- units -----------------------------------------------------------------------------------------------------

    def currency(self, word: str) -> str:
        """Return the ISO code of a currency's symbol or word, or ""."""
        return _spellings(self, "currencies").get(word.strip().lower(), "")

    def power(self, word: str, *, money: bool) -> int | None:
        """Return the power of ten of a scale (``k`` is 3), or None. money: a currency stands beside it."""
        return _power(self, word, money)

    def is_counted(self, word: str) -> bool:
        """Return whether a word names what is counted: ``days``, ``orders``."""
        return _spellings(self, "units").get(word.strip().lower()) == "counted"

    def is_share(self, word: str) -> bool:
        """Return whether a word says percent."""
        return _spellings(self, "units").get(word.strip().lower()) == "shares"

    def is_unit(self, text: str) -> bool:
        """Return whether a text is a unit: ``%``, ``EUR k``, ``hours``, ``EUR/person``."""
        return _is_unit(self, text.strip())

    def unit_parts(self, text: str) -> tuple[str, int] | None:
        """Return the currency's ISO code ("" for a count) and the power of ten of a unit: ``k EUR`` is (``EUR``, 3).

        None where the text is no unit of money or count with a scale.
        """
        return _unit_parts(self, text.strip())


def period_key(word: str) -> str:
    """Return what the spellings of a word for a period share: ``Sept.`` and ``SEPT``, ``d’abril`` and ``abril``."""
    text = key(word).rstrip(".").replace("’", "'")
    return text.removeprefix("d'")


@lru_cache(maxsize=4096)
def _period_word(lexicon: Lexicon, kind: str, word: str) -> tuple[tuple[str, frozenset[str]], ...]:
    meanings = lexicon.periods[kind].get(period_key(word), {})
    return tuple((meaning, frozenset(locales.split())) for meaning, locales in meanings.items())


@lru_cache(maxsize=256)
def _own_titles(lexicon: Lexicon, tag: str, kind: str) -> frozenset[str]:
    tables = lexicon.vocabularies[tag]
    listed = (*_of_fields(f"titles.{kind}", tables), *tables.get(f"weak.{kind}", {}).items())
    return frozenset(lexicon.title_key(word) for _, words in listed for word in words)


def _last_first(lexicon: Lexicon) -> list[Mapping[str, Words]]:
    """Return the vocabularies so that the first language is written last, over all others."""
    return list(lexicon.vocabularies.values())[::-1]


@lru_cache(maxsize=256)
def _table(lexicon: Lexicon, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for vocabulary in _last_first(lexicon):
        for meaning, words in _of_fields(name, vocabulary):
            found |= {lexicon.title_key(word): meaning for word in words}
    return found


def _of_fields(name: str, vocabulary: Mapping[str, Words]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the words of a table by meaning; of a kind of sheet with the titles that its fields share."""
    kind = SHEET_KINDS.get(name.removeprefix("titles.")) if name.startswith("titles.") else None
    if kind is None:
        return list(vocabulary.get(name, {}).items())
    return [(field, _titles(name.removeprefix("titles."), field, vocabulary)) for field in kind.fields]


def _titles(kind: str, field: str, vocabulary: Mapping[str, Words]) -> tuple[str, ...]:
    shared = SHEET_KINDS[kind].shared.get(field)
    return (_titles(shared, field, vocabulary) if shared else ()) + vocabulary.get(f"titles.{kind}", {}).get(field, ())


@lru_cache(maxsize=256)
def _keys(lexicon: Lexicon, table: str, meaning: str) -> frozenset[str]:
    return frozenset(map(lexicon.title_key, lexicon.words(table, meaning)))


@lru_cache(maxsize=256)
def _expression(lexicon: Lexicon, name: str) -> re.Pattern[str]:
    return re.compile(lexicon.pattern(name), re.IGNORECASE)


@lru_cache(maxsize=64)
def _spellings(lexicon: Lexicon, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for vocabulary in _last_first(lexicon):
        for meaning, words in vocabulary.get(name, {}).items():
            found |= {word.lower(): meaning for word in words}
    return found


@lru_cache(maxsize=4096)
def _title_key(lexicon: Lexicon, title: str) -> str:
    return _UNHEARD.sub("", _title_and_unit(lexicon, title)[0].casefold()).replace("’", "'")


@lru_cache(maxsize=4096)
def _title_and_unit(lexicon: Lexicon, title: str) -> tuple[str, str]:
    """Return a title without its unit, and the unit."""
    text = clean(title)
    signs, label, row, tail = _around_units(lexicon)
    if not signs.search(text):  # as nearly all: nothing here can stand before a unit
        return text, ""
    whole = row.fullmatch(text)
    if whole and lexicon.is_unit(whole["unit"]):
        return whole["label"], whole["unit"]
    for found in reversed(list(_BRACKETS.finditer(text))):
        unit = label.sub("", found[1].strip())
        if lexicon.is_unit(unit):
            return text[: found.start()] + text[found.end() :], unit
    behind = tail.search(text)
    if behind and behind.start() > 0 and lexicon.is_unit(behind[1]):
        return text[: behind.start()], behind[1].strip()
    return text, ""


@lru_cache(maxsize=8)
def _around_units(lexicon: Lexicon) -> tuple[re.Pattern[str], ...]:
    """Return the signs of a unit, a label before one in brackets, a whole ``Unit: EUR``, one at the end of a title."""
    label, joint = lexicon.either("unit_labels", "row"), lexicon.either("unit_labels", "in")
    return (
        re.compile(rf"[(\[:,/]|\b{joint}\b|\s-", re.IGNORECASE),
        # "(units)" is no "unit" with an "s" behind it: only in scripts without blanks the two stand side by side.
        re.compile(rf"^{lexicon.either('unit_labels', 'prefix')}(?:\s*:\s*|\s+|(?<=[^\x00-\u2e7f]))", re.IGNORECASE),
        re.compile(rf"(?P<label>{label})\s*:\s*(?P<unit>.+)", re.IGNORECASE),
        re.compile(rf"(?:,|/|\b{joint}\b|\s-)\s*([^,/]*)$", re.IGNORECASE),
    )


@lru_cache(maxsize=8192)
def _field(lexicon: Lexicon, kind: str, title: str) -> str | None:
    titles = _table(lexicon, f"titles.{kind}")
    found = titles.get(lexicon.title_key(title))
    if found is None and not title.isascii() and any(c.isascii() and c.isalpha() for c in title):
        # Two languages in one heading: the words of one, then those of the other.
        latin = "".join(c if c.isascii() else " " for c in title)
        other = "".join(c for c in title if not c.isascii())
        found = titles.get(lexicon.title_key(other)) or titles.get(lexicon.title_key(latin))
    return found


@lru_cache(maxsize=1024)
def _near_field(lexicon: Lexicon, kind: str, title: str) -> tuple[str, str] | None:
    typed = lexicon.title_key(title)
    if len(typed) < 4 or len(typed) > _LONGEST_TITLE or _field(lexicon, kind, title):
        return None
    titles = _table(lexicon, f"titles.{kind}")
    similar = [each for each in titles if len(each) >= 4 and abs(len(each) - len(typed)) <= _LONGER]
    near = get_close_matches(typed, similar, n=1, cutoff=_LIKE)
    if not near:
        return None
    names = (name for each in lexicon.vocabularies.values() for _, words in _of_fields(f"titles.{kind}", each)
             for name in words)  # fmt: skip
    return next(name for name in names if lexicon.title_key(name) == near[0]), titles[near[0]]


@lru_cache(maxsize=1024)
def _power(lexicon: Lexicon, word: str, money: bool) -> int | None:
    # The size of a letter matters: a small m may be metres, and is a million only beside money.
    for table in ("scales", "money_scales") if money else ("scales",):
        scales = _scales(lexicon, table)
        found = scales.get(word)
        if found is None and (table == "money_scales" or word.lower() not in _scales(lexicon, "money_scales")):
            found = scales.get(word.lower())
        if found is not None:
            return found
    return None


@lru_cache(maxsize=16)
def _scales(lexicon: Lexicon, table: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for vocabulary in _last_first(lexicon):
        for power, words in vocabulary.get(table, {}).items():
            found |= dict.fromkeys(words, int(power))
    return found


@lru_cache(maxsize=4096)
def _is_unit(lexicon: Lexicon, text: str) -> bool:
    if not text or len(text) > _LONGEST_UNIT:
        return False
    if lexicon.is_share(text) or lexicon.is_counted(text) or lexicon.currency(text):
        return True
    if lexicon.power(text, money=False) is not None:
        return True
    if "/" in text:
        return all(lexicon.is_unit(part) for part in text.split("/", 1))
    return lexicon.unit_parts(text) is not None


@lru_cache(maxsize=4096)
def _unit_parts(lexicon: Lexicon, text: str) -> tuple[str, int] | None:
    text = " ".join(text.split())
    if len(text) > _LONGEST_PARTS:
        return None
    for at in range(len(text) + 1):
        head, tail = text[:at].strip(), text[at:].strip()
        for noun, scale in ((head, tail), (tail, head)):
            code = lexicon.currency(noun)
            if not code and noun and not lexicon.is_counted(noun):
                continue
            size = lexicon.power(scale, money=bool(code)) if scale else 0
            if size is not None and (noun or scale):
                return code, size
    return None


_installed: list[Callable[[], Lexicon]] = []


def install(load: Callable[[], Lexicon]) -> None:
    """Say who makes the lexicon that ``standard`` returns."""
    _installed[:] = [load]


def standard() -> Lexicon:
    """Return the lexicon of the languages that come with the program."""
    return _installed[0]()
