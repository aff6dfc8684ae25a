"""The use case behind ``kpireport confirm``: look at a reading, answer what it asks, confirm it once. Rule: L29."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpireport import readings
from kpireport.core.diagnostics import blocks
from kpireport.core.messages import Message
from kpireport.core.reading.fingerprint import fingerprint_of
from kpireport.core.reading.overview import overview
from kpireport.core.reading.own_layout import wholly_ours
from kpireport.core.reading.state import state
from kpireport.excel import read as excel
from kpireport.facts import read
from kpireport.languages import lexicon
from kpireport.languages.trade import trade
from kpireport.readings import KeptAnswer, ReadingStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.reading.account import Found
    from kpireport.core.reading.overview import Overview
    from kpireport.core.reading.questions import Question
    from kpireport.core.reading.state import ReadingState
    from kpireport.core.workbook import Workbook


class AnswerError(ValueError):
    """An answer that cannot be taken. message: why, for the person who gave it."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.key)
        self.message = message


@dataclass(frozen=True, slots=True)
class ReadingReview:
    """A reading as it is confirmed.

    store: what is kept of it, in ``place``. given: questions that were answered just now, with their answers.
    """

    workbook: Workbook
    reading: Found
    store: ReadingStore
    place: Path
    ours: bool
    given: Mapping[str, tuple[Question, str]]

    @property
    def state(self) -> ReadingState:
        seen, file = self.store.seen, self.workbook.file
        return state(self.reading, seen, ours=self.ours, answers=self.answers, workbook=file)

    @property
    def answers(self) -> dict[str, str]:
        """Return every answer with which the workbook was read, by id of its question."""
        return self.store.values() | {number: value for number, (_, value) in self.given.items()}

    def shown(self) -> Overview:
        saved = self.workbook.saved
        return overview(self.reading, trade(), saved=saved.date() if saved else None)


def review(
    path: Path, *, settings: Path | None, today: date, password: str | None = None,
    answers: Mapping[str, str] | None = None,
) -> tuple[ReadingReview | None, tuple[Diagnostic, ...]]:  # fmt: skip
    """Read a workbook with what is kept about it, and with more answers; nothing is written.

    answers: by id of the question, of which each must be asked once the others are given, or have been answered
    before. Returns None where the workbook or its store cannot be used. Raises AnswerError for an answer that
    nothing asks for, or that its question does not take.
    """
    workbook, problems = excel.read(path, password=password)
    if workbook is None:
        return None, problems
    place = readings.place(path, settings)
    store, told = readings.read(place) if place.is_file() else (ReadingStore(workbook.file), ())
    if blocks(told):
        return None, (*problems, *told)
    waiting = dict(answers or {})
    kept = {number: value for number, value in store.values().items() if number not in waiting}
    given: dict[str, tuple[Question, str]] = {}
    while True:
        known = kept | {number: value for number, (_, value) in given.items()}
        reading = read(workbook, known, today)
        asked = {question.id: question for question in reading.questions if question.id in waiting}
        if not asked:
            break
        given |= {number: (question, _fitting(question, waiting.pop(number))) for number, question in asked.items()}
    if waiting:
        ids = ", ".join(question.id for question in reading.questions) or "–"
        raise AnswerError(Message("confirming.command.unknown", {"id": next(iter(waiting)), "ids": ids}))
    ours = wholly_ours(reading, lexicon())
    return ReadingReview(workbook, reading, store, place, ours, given), (*problems, *told)


def _fitting(question: Question, value: str) -> str:
    value = value.strip()
    if not value or (value not in question.alternatives and not question.free):
        fields = {"id": question.id, "value": value, "alternatives": ", ".join(question.alternatives)}
        raise AnswerError(Message("confirming.command.bad_answer", fields))
    return value


def keep(reviewed: ReadingReview, *, by: str, today: date, confirmed: bool = False, wrong: str = "") -> Path:
    """Write the answers of a review, and that a person confirmed the reading, or what is wrong with it.

    Raises OSError where it cannot be written.
    """
    new = [
        KeptAnswer(question.id, value, question.kind, question.where, today, by)
        for question, value in reviewed.given.values()
    ]
    store = replace(reviewed.store.merged(new), workbook=reviewed.workbook.file)
    if confirmed:
        seen = fingerprint_of(reviewed.reading, reviewed.answers, by=by, on=today)
        store = replace(store, seen={**seen, "sha256": reviewed.workbook.sha256})
    elif wrong:
        store = replace(store, seen={"wrong": wrong, "wrong_by": by, "wrong_on": today})
    return readings.write(reviewed.place, store)
