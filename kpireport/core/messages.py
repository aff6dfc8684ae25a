"""Messages: what is to be said, as a key with fields. A language says it where it is shown; the core opens no file."""

from __future__ import annotations

import functools
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kpireport.core.conventions import Conventions

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence, or a part of one, in no language yet.

    key: of its sentence; what stands before the first dot is the file of the language. fields: fill the sentence; a
    field may be a message itself, whose own fields are quoted, or a tuple of messages. A float has the decimal mark of
    the language; other text is quoted when it is filled in, unless it is ``Quoted`` already. A sentence that counts has
    plural forms, chosen by the field ``n``.
    """

    key: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Language:
    """One language. sentences: by key, with ``{fields}``; a table of them by the key that they begin with."""

    tag: str
    sentences: Mapping[str, Any]

    @property
    def conventions(self) -> Conventions:
        """How figures, dates and lists are written: its ``language.toml``."""
        return Conventions.of(self.sentences["language"])

    def text(self, message: Message) -> str:
        """Return a message in this language, safe to print on a terminal. Raises KeyError without such a sentence."""
        # string.Formatter with checked names: text from a cell is only ever an argument, never a format.
        fields = {name: self._field(value) for name, value in message.fields.items()}
        sentence = self.sentences[message.key]
        if not isinstance(sentence, str):
            number = message.fields["n"]
            form = plural_form(number, self.sentences["language.locale"]) if isinstance(number, int | float) else ""
            sentence = sentence.get(form, sentence["other"])
        return string.Formatter().vformat(sentence, (), fields)

    def _field(self, value: object) -> str:
        if isinstance(value, Message):
            return self.text(value)
        if isinstance(value, tuple):
            return str(self.sentences["language.text.semicolon"]).join(self.text(part) for part in value)
        if isinstance(value, float):
            return quoted(value).replace(".", self.sentences["language.figures.decimal"])
        return value if isinstance(value, Quoted) else quoted(value)

    def say(self, key: str, /, **fields: object) -> str:
        """Return the sentence of a key with its fields filled in. Raises KeyError without such a sentence."""
        return self.text(Message(key, fields))


class Quoted(str):
    """Text that is safe to show and as long as it may be: no message quotes it again."""

    __slots__ = ()


def quoted(value: object, longest: int = 120) -> Quoted:
    """Return ``value`` for a message: control and direction marks replaced, cut at ``longest`` characters.

    Rule: L25.
    """
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text.split()))
    return Quoted(text if len(text) <= longest else text[: longest - 1] + "…")


@functools.cache
def plural_form(number: float, locale: str) -> str:
    """Return the plural form of a number by the rules of a language: "one", "few", "other" …"""
    from babel import Locale

    return str(Locale.parse(locale).plural_form(number))
