"""The sentences of one language, as a theme's words file gives them. Rule: E39."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kpireport.core.messages import plural_form

if TYPE_CHECKING:
    from collections.abc import Mapping


class MissingWordsError(Exception):
    """A theme's words file lacks a sentence, or a sentence asks for a field that it is not given."""


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences by key. One that counts is a table of plural forms, chosen by the field ``n``.

    locale: of Babel, whose rules choose the form.
    """

    locale: str
    sentences: Mapping[str, Any]

    def __call__(self, key: str, /, **fields: object) -> str:
        """Return the sentence ``key`` with its fields filled in.

        Text from a workbook comes in as a field only; it is never read as a pattern.
        Raises MissingWordsError with the key.
        """
        pattern = self.sentences.get(key)
        if isinstance(pattern, dict):
            pattern = pattern.get(self._plural(fields.get("n"))) or pattern.get("other")
        if not isinstance(pattern, str):
            raise MissingWordsError(key)
        try:
            return string.Formatter().vformat(pattern, (), fields)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise MissingWordsError(f"{key}: {error}") from error

    def _plural(self, number: object) -> str:
        return plural_form(number, self.locale) if isinstance(number, int | float) else "other"
