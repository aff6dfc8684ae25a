"""Conditions as a finance person writes them in a cell: ``red 2 months``, ``< 75``.

A condition is a subject, for some a comparison with a number, and for how many periods in a row it must hold.
The grammar is small on purpose; what it does not know is a problem with the cell, never a guess.
Rule: R39.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core.lexicon import standard
from kpireport.core.registry import complete

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.lexicon import Lexicon


class Subject(StrEnum):
    """What a condition looks at. How it is written stands in ``PHRASES``, how it is checked in ``triggers.CHECKS``."""

    OFF = "off"
    NOT_ON = "not on"
    VALUE = "value"
    ATTAINMENT = "attainment"
    CROSSES = "crosses"
    WORSENED = "worsened"
    NO_DATA = "no data"
    NO_ACTION = "off without action"
    LANDING = "landing below target"
    CHANCE = "chance"
    OVER_BUDGET = "over budget"
    SPENDING_AHEAD = "spending ahead"
    OVERDUE = "overdue"
    REVISED = "target revised"
    RESTATED = "restated"
    SIGNAL_WORSE = "signal worse"
    SIGNAL_BETTER = "signal better"


class Comparison(StrEnum):
    """On which side of an amount a figure must be."""

    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was understood.

    comparison: with the amount; None where it is not compared. amount: as typed; percent says that it bore a % sign
    (0.75 then stands for 75%). periods: in a row.
    """

    subject: Subject
    comparison: Comparison | None = None
    amount: float | None = None
    percent: bool = False
    periods: int = 1


@dataclass(frozen=True, slots=True)
class Phrase:
    """How a subject is written; its words are the pattern ``condition_NAME`` of the lexicon.

    amount: whether a number stands behind it. compared: whether with an operator.
    """

    amount: bool = False
    compared: bool = True


# In the order in which they are tried.
PHRASES: Mapping[Subject, Phrase] = complete(
    Subject,
    {
        Subject.NO_ACTION: Phrase(),
        Subject.SIGNAL_WORSE: Phrase(),
        Subject.SIGNAL_BETTER: Phrase(),
        Subject.LANDING: Phrase(),
        Subject.OVER_BUDGET: Phrase(),
        Subject.SPENDING_AHEAD: Phrase(),
        Subject.OVERDUE: Phrase(),
        Subject.REVISED: Phrase(),
        Subject.RESTATED: Phrase(),
        Subject.NO_DATA: Phrase(),
        Subject.WORSENED: Phrase(),
        Subject.NOT_ON: Phrase(),
        Subject.OFF: Phrase(),
        Subject.CHANCE: Phrase(amount=True),
        Subject.ATTAINMENT: Phrase(amount=True),
        Subject.CROSSES: Phrase(amount=True, compared=False),
        Subject.VALUE: Phrase(amount=True),
    },
)
LONGEST = 200
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")


class _Grammar:
    """The regular expressions of a lexicon for conditions, in texts in lower case."""

    def __init__(self, lexicon: Lexicon) -> None:
        # Each language counts in its own order of words, so their patterns stay apart.
        self.count_first = [re.compile(pattern) for pattern in lexicon.words("patterns", "condition_first")]
        self.count_after = [re.compile(f"{pattern}$") for pattern in lexicon.words("patterns", "condition_after")]
        self.numbers = {**lexicon.spellings("numbers"), **lexicon.spellings("counts")}
        self.comparisons = {word: Comparison(sign) for word, sign in lexicon.spellings("operators").items()}
        signs = "|".join(sorted(map(re.escape, self.comparisons), key=len, reverse=True))
        amount = rf" ?(?P<amount>[\d+-][\d,.]*) ?(?P<unit>%|{lexicon.pattern('condition_unit')})?"
        operators = {True: f" ?(?P<operator>{signs})", False: ""}
        self.phrases = {
            subject: re.compile(
                lexicon.pattern(f"condition_{subject.value.replace(' ', '_')}")
                + (operators[phrase.compared] + amount if phrase.amount else "")
            )
            for subject, phrase in PHRASES.items()
        }

    def count(self, text: str) -> int | None:
        """Return a number in digits or as a word; None where it is none."""
        number = text if text.isdigit() else self.numbers.get(text)
        return int(number) if number is not None else None


@lru_cache(maxsize=4)
def _grammar_of(lexicon: Lexicon) -> _Grammar:
    return _Grammar(lexicon)


def condition(text: str, periods: int | None = None) -> Condition | None:
    """Read a condition; None where it is none we know. periods: from a column of its own, used if the text names none.

    In any language of the lexicon; case, width and spacing do not matter.
    Rule: R39.
    """
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().replace("−", "-").split())
    if not words or len(words) > LONGEST:
        return None
    grammar = _grammar_of(standard())
    words, counted = _without_periods(words, grammar)
    repeat = counted or periods or 1
    for subject, pattern in grammar.phrases.items():
        if not PHRASES[subject].amount and pattern.fullmatch(words):
            return Condition(subject, periods=repeat)
    return _measured(words, repeat, grammar)


def _without_periods(words: str, grammar: _Grammar) -> tuple[str, int | None]:
    for pattern in grammar.count_first:
        if first := pattern.match(words):
            return words[first.end() :].strip(), grammar.count(first["n"])
    for pattern in grammar.count_after:
        if (after := pattern.search(words)) and after.start() > 0:
            return words[: after.start()].strip(), grammar.count(after["n"])
    return words, None


def _measured(words: str, periods: int, grammar: _Grammar) -> Condition | None:
    for subject, phrase in PHRASES.items():
        match = grammar.phrases[subject].fullmatch(words) if phrase.amount else None
        if match is None:
            continue
        number = _NUMBER.fullmatch(match["amount"])
        if number is None:
            return None
        percent = match["unit"] == "%"
        value = float(number.group().replace(",", ""))
        comparison = grammar.comparisons[match["operator"]] if phrase.compared else None
        return Condition(subject, comparison, value / 100 if percent else value, percent, periods)
    return None
