"""Say what is wrong, where, and how to mend it, in the words of the person who owns the workbook.

A ``Problem`` is written once, in ``core.catalogue``; ``Problem.at`` makes a ``Diagnostic``. Reading goes on after a
problem, so that one run tells all of them.
Rule: L26.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from kpireport.core.extras import install
from kpireport.core.messages import Message, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Diagnostic", "Problem", "Reading", "Severity", "Where", "blocks", "did_you_mean", "quoted"]


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
class Problem:
    """One kind of problem; its sentences stand in ``languages/*/problems.toml``.

    code: never changes its meaning (``G203``). name: the same as a word, as in the help pages and in JSON.
    fields: that fill its sentences. extra: what the remedy installs (its command is ``{install}``), or "".
    """

    code: str
    name: str
    severity: Severity
    fields: tuple[str, ...] = ()
    extra: str = ""

    @property
    def fixed(self) -> dict[str, object]:
        """What fills its sentences wherever it is told."""
        return {"install": install(self.extra)} if self.extra else {}

    def at(self, where: Where, **details: object) -> Diagnostic:
        """Return this problem at a place; ``details`` fill the sentences."""
        return Diagnostic(self, where, details)


def did_you_mean(name: str | None) -> Message | str:
    """Return the question whether another name was meant, to stand behind a sentence; "" where there is none."""
    return Message("problems.did_you_mean", {"name": name}) if name else ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A problem at a place."""

    kind: Problem
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

    @property
    def problem(self) -> Message:
        """What is wrong, as one sentence."""
        return Message(f"problems.{self.code}.problem", self.kind.fixed | self.details)

    @property
    def fix(self) -> Message:
        """How to mend it, as one sentence."""
        return Message(f"problems.{self.code}.fix", self.kind.fixed | self.details)


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of "How we read your workbook": what was understood, ignored or assumed, and where.

    topic: "basis", "aggregation", "direction", "percent", "period", "ignored", "layout", "level", "type" ...
    kpi: the key of the KPI it is about, or "".
    """

    topic: str
    where: Where
    message: Message
    kpi: str = ""


def blocks(problems: Iterable[Diagnostic]) -> bool:
    """Return whether any of ``problems`` forbids a report."""
    return any(problem.severity is Severity.ERROR for problem in problems)
