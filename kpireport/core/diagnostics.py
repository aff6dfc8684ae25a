"""Say what is wrong, where, and how to mend it, in the words of the person who owns the workbook.

A ``Kind`` is written once, in ``core.catalogue``; ``Kind.at`` makes a ``Diagnostic``. Reading goes on after a
problem, so that one run tells all of them.
Rule: L26.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(Enum):
    """How bad a problem is.

    ERROR: the report would mislead; nothing is written or sent.
    WARNING: printed, and listed in the report.
    NOTE: how something was understood; listed under "How we read your workbook".
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in a workbook: a file, a sheet in it, a cell (``B7``) or range on it.

    file: the file's name without its folder. sheet and cell are "" where the problem is wider than they are.
    """

    file: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        place = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        return f"{self.file} {place}".strip()

    @property
    def address(self) -> str:
        """Return the place inside its file, as Excel writes it: ``Goals!B7``; of a settings file, the setting."""
        return f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet or self.cell

    def seen_from(self, other: Where) -> str:
        """Return the place as it is named at another one: with its file where that is not the same."""
        return self.address if self.file == other.file else str(self)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem.

    code: never changes its meaning (``G203``). name: the same as a word, as in the help pages and in JSON.
    problem, fix: sentences in English, with ``{fields}`` that ``at`` fills.
    problem_zh, fix_zh: the same in Chinese, with the same fields.
    """

    code: str
    name: str
    severity: Severity
    problem: str
    fix: str
    problem_zh: str
    fix_zh: str

    def at(self, where: Where, **details: object) -> Diagnostic:
        """Return this problem at a place; ``details`` fill the sentences."""
        return Diagnostic(self, where, details)


@dataclass(frozen=True, slots=True)
class Hint:
    """A part of a sentence that is said in each language in its own words, or in no words at all."""

    en: str = ""
    zh: str = ""

    def __str__(self) -> str:
        return self.en


def did_you_mean(name: str | None) -> Hint:
    """Return the question whether another name was meant, to stand behind a sentence; nothing where there is none."""
    return Hint(f"; did you mean '{name}'?", f"；是否指“{name}”？") if name else Hint()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A problem at a place."""

    kind: Kind
    where: Where
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def severity(self) -> Severity:
        return self.kind.severity

    def problem(self, language: str = "en") -> str:
        """Return what is wrong, as one sentence in the reader's language, safe to print on a terminal."""
        return self._fill(self.kind.problem_zh if language == "zh" else self.kind.problem, language)

    def fix(self, language: str = "en") -> str:
        """Return how to mend it, as one sentence in the reader's language, safe to print on a terminal."""
        return self._fill(self.kind.fix_zh if language == "zh" else self.kind.fix, language)

    def _fill(self, sentence: str, language: str) -> str:
        # string.Formatter with checked names: text from a cell is only ever an argument, never a format.
        shown = {
            name: quoted(value.zh if language == "zh" and isinstance(value, Hint) else value)
            for name, value in self.details.items()
        }
        return string.Formatter().vformat(sentence, (), shown)


def quoted(value: object, longest: int = 120) -> str:
    """Return ``value`` for a message: control and direction marks replaced, cut at ``longest`` characters.

    Rule: L25.
    """
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text.split()))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def blocks(problems: Iterable[Diagnostic]) -> bool:
    """Return whether any of ``problems`` forbids a report."""
    return any(problem.severity is Severity.ERROR for problem in problems)
