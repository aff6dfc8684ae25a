"""KPIs that are computed from others: ``Profit / Revenue``, ``(A + B) / "C D" * 100``, read by a small grammar.

    sum     = product { ("+" | "-") product }
    product = factor { ("*" | "/") factor }
    factor  = "-" factor | "+" factor | number [ "%" ] | name | "quoted name" | "(" sum ")"

A name is all that stands between operators; one that holds an operator itself needs quotes. The Chinese signs
× ÷ （ ） “ ” 「 」 － and full-width ones are understood. Nothing is ever executed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 2_000
DEEPEST = 60
MOST_TOKENS = 300
SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-", "∕": "/", "⁄": "/", "·": "*", "【": "(", "】": ")"})
QUOTES = {'"': '"', "'": "'", "“": "”", "「": "」", "『": "』", "‘": "’", "[": "]", "《": "》"}
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")


class Unreadable(ValueError):  # noqa: N818
    """A formula that does not follow the grammar; ``args[0]`` is what stands where something else should."""


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A reference to another KPI, as typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """left sign right; sign is one of + - * /."""

    sign: str
    left: Expression
    right: Expression


Expression = Number | Name | Operation


def key_of(name: str) -> str:
    """Return a name as sheets refer to it: NFKC, case folded, white space collapsed."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def parse(text: str) -> Expression:
    """Return what a formula says. Raises Unreadable, naming what could not be read."""
    if len(text) > LONGEST:
        raise Unreadable(f"{len(text)} characters")
    tokens = _tokens(text)
    if len(tokens) > MOST_TOKENS:
        raise Unreadable(f"{len(tokens)} parts")
    reader = _Reader(tokens)
    found = reader.sum(0)
    if reader.here is not None:
        raise Unreadable(reader.here[1])
    return found


def names(expression: Expression) -> tuple[str, ...]:
    """Return the names that a formula uses, in order, each once."""
    match expression:
        case Name(text):
            return (text,)
        case Operation(_, left, right):
            return tuple(dict.fromkeys((*names(left), *names(right))))
        case _:
            return ()


def divides(expression: Expression) -> bool:
    """Return whether a formula divides by, or multiplies, names: then its results cannot be added over time."""
    match expression:
        case Operation("/", left, right):
            return bool(names(right)) or divides(left)
        case Operation("*", left, right):
            return bool(names(left) and names(right)) or divides(left) or divides(right)
        case Operation(_, left, right):
            return divides(left) or divides(right)
        case _:
            return False


def compute(expression: Expression, value: Callable[[str], float | None]) -> float | None:
    """Return the result; None where a name has no value. Raises ZeroDivisionError, OverflowError."""
    match expression:
        case Number(number):
            return number
        case Name(text):
            return value(text)
        case Operation(sign, left, right):
            one, other = compute(left, value), compute(right, value)
            if one is None or other is None:
                return None
            if sign == "/":
                return one / other
            return one + other if sign == "+" else one - other if sign == "-" else one * other


def _tokens(text: str) -> list[tuple[str, str]]:
    """Return (kind, text): "sign", "number" or "name"."""
    found: list[tuple[str, str]] = []
    at = 0
    text = text.strip().removeprefix("=")
    while at < len(text):
        letter = unicodedata.normalize("NFKC", text[at]).translate(SIGNS)
        if letter.isspace():
            at += 1
        elif text[at] in QUOTES:
            end = text.find(QUOTES[text[at]], at + 1)
            if end < 0:
                raise Unreadable(text[at:])
            found.append(("name", text[at + 1 : end]))
            at = end + 1
        elif letter in "+-*/()%":
            found.append(("sign", letter))
            at += 1
        else:
            end = at
            while end < len(text) and not _stops(text[end]):
                end += 1
            word = unicodedata.normalize("NFKC", text[at:end]).strip()
            found.append(("number" if NUMBER.fullmatch(word) else "name", word))
            at = end
    return found


def _stops(letter: str) -> bool:
    return letter in '"“「『[《' or unicodedata.normalize("NFKC", letter).translate(SIGNS) in "+-*/()%"


class _Reader:
    """Recursive descent; ``depth`` keeps a thousand brackets from exhausting the stack."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def here(self) -> tuple[str, str] | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *signs: str) -> str | None:
        if self.here is not None and self.here[0] == "sign" and self.here[1] in signs:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def sum(self, depth: int) -> Expression:
        left = self.product(depth)
        while sign := self.take("+", "-"):
            left = Operation(sign, left, self.product(depth))
        return left

    def product(self, depth: int) -> Expression:
        left = self.factor(depth)
        while sign := self.take("*", "/"):
            left = Operation(sign, left, self.factor(depth))
        return left

    def factor(self, depth: int) -> Expression:
        if depth > DEEPEST:
            raise Unreadable("(")
        if sign := self.take("+", "-"):
            inner = self.factor(depth + 1)
            return inner if sign == "+" else Operation("-", Number(0.0), inner)
        if self.take("("):
            inner = self.sum(depth + 1)
            if not self.take(")"):
                raise Unreadable(self.here[1] if self.here else "…")
            return inner
        if self.here is None or self.here[0] == "sign":
            raise Unreadable(self.here[1] if self.here else "…")
        kind, text = self.here
        self.at += 1
        if kind == "name":
            return Name(text)
        value = float(text.replace(",", ""))
        return Number(value / 100 if self.take("%") else value)
