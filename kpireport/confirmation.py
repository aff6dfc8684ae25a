"""The use case behind ``kpireport confirm``: look at a reading, answer what it asks, confirm it once. Rule: L29."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpireport import readings
from kpireport.core.catalogue import batch
from kpireport.core.diagnostics import Where, blocks, quoted
from kpireport.core.messages import Message
from kpireport.core.reading.anchors import anchored
from kpireport.core.reading.answer_sheet import FilledSheet, filled_in
from kpireport.core.reading.fingerprint import fingerprint_of
from kpireport.core.reading.overview import overview
from kpireport.core.reading.own_layout import wholly_ours
from kpireport.core.reading.said_kept import statements
from kpireport.core.reading.state import state
from kpireport.excel import read as excel
from kpireport.facts import read
from kpireport.languages import lexicon
from kpireport.languages.trade import trade
from kpireport.readings import KeptAnswer, ReadingStore
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.reading.account import Found
    from kpireport.core.reading.overview import Overview
    from kpireport.core.reading.questions import Question
    from kpireport.core.reading.said import Statement
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
    said: statements that were made just now.
    filled: what a person filled into the sheet Reading of the workbook; None without such a sheet, and where the same
    was taken before. refused: which of its answers were not taken, and why.
    """

    workbook: Workbook
    reading: Found
    store: ReadingStore
    place: Path
    ours: bool
    given: Mapping[str, tuple[Question, str]]
    filled: FilledSheet | None = None
    refused: tuple[Message, ...] = ()
    said: tuple[Mapping[str, Any], ...] = ()

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
    answers: Mapping[str, str] | None = None, said: Sequence[Mapping[str, Any]] = (),
) -> tuple[ReadingReview | None, tuple[Diagnostic, ...]]:  # fmt: skip
    """Read a workbook with what is kept about it, and with more answers; nothing is written.

    answers: by id of the question, of which each must be asked once the others are given, or have been answered
    before. said: more statements. Returns None where the workbook, its store or a statement cannot be used. Raises
    AnswerError for an answer that nothing asks for, or that its question does not take.
    """
    workbook, problems = excel.read(path, password=password)
    if workbook is None:
        return None, problems
    place = readings.place(path, settings)
    store, unusable = readings.read(place) if place.is_file() else (ReadingStore(workbook.file), ())
    stated, wrong = statements((*store.said, *said), place.name)
    unusable = (*unusable, *wrong)
    if blocks(unusable):
        return None, (*problems, *unusable)
    filled = _filled(workbook, store)
    clashes: tuple[Message, ...] = ()
    if filled is not None:
        store, filled, clashes = _without_clashes(store, filled)
    sheet = filled.answers if filled is not None else {}
    reading, given, refused = _answered(workbook, store, today, stated, by_hand=answers or {}, sheet=sheet)
    looked_at = ReadingReview(
        workbook, reading, store, place, ours=wholly_ours(reading, lexicon()), given=given, filled=filled,
        refused=(*clashes, *refused), said=tuple(said),
    )  # fmt: skip
    return looked_at, (*problems, *unusable)


def _answered(
    workbook: Workbook,
    store: ReadingStore,
    today: date,
    said: Sequence[Statement],
    *,
    by_hand: Mapping[str, str],
    sheet: Mapping[str, str],
) -> tuple[Found, dict[str, tuple[Question, str]], list[Message]]:
    """Return a reading with all answers, those that were given now, and why some of the sheet were not taken.

    An answer may bring a question that another of them answers. Raises AnswerError for one that was given by hand.
    """
    waiting = {**sheet, **by_hand}
    kept = {number: value for number, value in store.values().items() if number not in by_hand}
    given: dict[str, tuple[Question, str]] = {}
    refused: list[Message] = []
    while True:
        known = kept | {number: value for number, (_, value) in given.items()}
        reading = read(workbook, known, today, said)
        asked = {question.id: question for question in reading.questions if question.id in waiting}
        if not asked:
            break
        for number, question in asked.items():
            value = waiting.pop(number)
            try:
                given[number] = question, _fitting(question, value)
            except AnswerError as error:
                if number in by_hand:
                    raise
                refused.append(error.message)
    if left := [number for number in waiting if number in by_hand]:
        ids = ", ".join(question.id for question in reading.questions) or "–"
        raise AnswerError(Message("confirming.command.unknown", {"id": left[0], "ids": ids}))
    unasked = sorted(number for number, value in waiting.items() if kept.get(number) != value)
    refused += [Message("confirming.sheet.unasked", {"id": number}) for number in unasked]
    return reading, given, refused


def _filled(workbook: Workbook, store: ReadingStore) -> FilledSheet | None:
    """Return what was filled into the sheet of a workbook; None where nothing was, or the same was taken before."""
    filled = filled_in(workbook.form) if workbook.form is not None else None
    return filled if filled and filled.filled and store.seen.get("sheet") != filled.digest else None


def _without_clashes(store: ReadingStore, filled: FilledSheet) -> tuple[ReadingStore, FilledSheet, tuple[Message, ...]]:
    """Return store and sheet without the answers in which they contradict: these are asked again, with both named."""
    known = store.values()
    clashes = {number for number, value in filled.answers.items() if known.get(number, value) != value}
    messages = tuple(
        Message(
            "confirming.sheet.clash",
            {"id": number, "kept": known[number], "typed": filled.answers[number], "cell": filled.cells[number]},
        )
        for number in sorted(clashes)
    )
    kept = {number: answer for number, answer in store.answers.items() if number not in clashes}
    answers = {number: value for number, value in filled.answers.items() if number not in clashes}
    return replace(store, answers=kept), replace(filled, answers=answers), messages


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
    named = reviewed.place.stem + Path(reviewed.workbook.file).suffix  # NAME.reading.xlsx is NAME.xlsx
    said = [anchored(reviewed.reading, each) | {"by": by, "on": today} for each in reviewed.said]
    store = replace(reviewed.store.merged(new), workbook=named, said=(*reviewed.store.said, *said))
    sheet = reviewed.filled.digest if reviewed.filled is not None else str(store.seen.get("sheet", ""))
    seen = dict(store.seen)
    if confirmed:
        seen = fingerprint_of(reviewed.reading, reviewed.answers, by=by, on=today)
        seen["sha256"] = reviewed.workbook.sha256
    elif wrong:
        seen = {"wrong": wrong, "wrong_by": by, "wrong_on": today}
    if sheet:
        seen["sheet"] = sheet
    return readings.write(reviewed.place, replace(store, seen=seen))


def take(reviewed: ReadingReview, *, today: date) -> Path | None:
    """Write what a person filled into the sheet Reading; None where there is nothing of it. Raises OSError.

    It confirms the reading only where nothing is left that must be answered.
    """
    filled = reviewed.filled
    if filled is None:
        return None
    waits = any(question.grade == "must" for question in reviewed.state.open)
    confirmed = filled.confirmed is True and not filled.wrong and not waits and not reviewed.ours
    wrong = filled.wrong or ("no" if filled.confirmed is False else "")
    by = filled.by or reviewed.workbook.properties.get("lastModifiedBy", "")
    return keep(reviewed, by=by, today=today, confirmed=confirmed, wrong=wrong)


def taken(
    path: Path, *, settings: Path | None, today: date, password: str | None = None
) -> tuple[Diagnostic, ...]:  # fmt: skip
    """Keep what a person filled into the sheet Reading of a workbook, and return what is to be said of it.

    Nothing where it has no such sheet, or the same was taken before.
    """
    if password is None and not excel.carries_form(path):
        return ()
    reviewed, _ = review(path, settings=settings, today=today, password=password)
    if reviewed is None or reviewed.filled is None:
        return ()
    where = Where(path.name)
    try:
        take(reviewed, today=today)
    except OSError as error:
        folder = quoted(str(reviewed.place.parent))
        return (batch.ANSWERS_NOT_KEPT.at(where, folder=folder, reason=os_reason(error)),)
    refused = [batch.ANSWER_NOT_TAKEN.at(where, reason=message) for message in reviewed.refused]
    return (batch.ANSWERS_TAKEN.at(where, n=len(reviewed.given)), *refused)
