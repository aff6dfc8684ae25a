"""Whether a reading may be relied on: confirmed by a person, nothing asked, nothing changed since. Rule: L29."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kpireport.core.reading.drift import drift

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.messages import Message
    from kpireport.core.reading.account import Found
    from kpireport.core.reading.questions import Question


@dataclass(frozen=True, slots=True)
class ReadingState:
    """How far the reading of one workbook is confirmed.

    needs_confirming: nobody has confirmed a first reading that must be. confirmed_by, confirmed_on: '' and None before.
    open: questions that must or should be answered. changed: what is unlike the reading that was confirmed.
    numbers, accounted: numbers of the workbook, and those of them that the account holds. workbook: name of its file.
    """

    needs_confirming: bool
    confirmed_by: str
    confirmed_on: date | None
    open: tuple[Question, ...]
    changed: tuple[Message, ...]
    numbers: int
    accounted: int
    workbook: str = ""

    @property
    def holds(self) -> bool:
        """Return whether letters with figures of this reading are held."""
        return self.needs_confirming or bool(self.open) or bool(self.changed)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is kept about a workbook. answers: by id of the question. said: statements. seen: the confirmed reading."""

    answers: Mapping[str, str] = field(default_factory=dict)
    said: tuple[Mapping[str, Any], ...] = ()
    seen: Mapping[str, Any] = field(default_factory=dict)


def state(
    reading: Found, seen: Mapping[str, Any], *, ours: bool, answers: Mapping[str, str] | None = None, workbook: str = ""
) -> ReadingState:
    """Return how far a reading is confirmed.

    seen: what the store keeps of the reading that was confirmed; empty before. ours: the workbook is wholly in our own
    layout: it has nothing to confirm, and a question that *should* be answered is told without holding anything.
    answers: with which it was read, to compare with those of then; None does not. workbook: name of its file.
    """
    grades = ("must",) if ours else ("must", "should")
    day = seen.get("on")
    confirmed = isinstance(day, date)
    return ReadingState(
        needs_confirming=not ours and not confirmed,
        confirmed_by=str(seen.get("by", "")) if confirmed else "",
        confirmed_on=_day(day) if confirmed else None,
        open=tuple(question for question in reading.questions if question.grade in grades),
        changed=() if ours or not confirmed else drift(seen, reading, answers),
        numbers=reading.numbers,
        accounted=len(reading.account),
        workbook=workbook,
    )


def _day(value: object) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
