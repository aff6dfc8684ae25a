"""The account of a reading: what became of every number, and the finished reading itself. Rule: L45."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpireport.core.messages import Message
    from kpireport.core.reading.questions import Question
    from kpireport.core.reading.table import Fact, Table

Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one number. what: a class of the account. why: said to the user."""

    what: str
    why: Message


@dataclass
class Found:
    """A finished reading. account: every number of every sheet, once. by: sheet, row, column.

    ticks: for each kind of question about several lines, what the reading would answer for each line.
    """

    facts: list[Fact]
    account: dict[Place, Entry]
    questions: list[Question]
    tables: list[Table]
    numbers: int
    notes: list[Message] = field(default_factory=list)
    ticks: dict[str, dict[str, str]] = field(default_factory=dict)
