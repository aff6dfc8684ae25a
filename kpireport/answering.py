"""The sheet Reading as a person gets it: the reading, its questions, and cells to fill in. Rule: L29."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport import confirmation
from kpireport.confirming import Teller
from kpireport.core import a1
from kpireport.core.messages import quoted
from kpireport.core.reading import answer_sheet, kinds
from kpireport.core.reading.questions import GRADES
from kpireport.excel.mark.answers import AnswerForm, FormRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kpireport.confirmation import ReadingReview
    from kpireport.core.messages import Language
    from kpireport.core.reading.questions import Question
    from kpireport.making import Job

MOST_SHOWN = 400  # lines of the reading
LONGEST = 300


def forms(job: Job, language: Language) -> dict[Path, AnswerForm]:
    """Return the sheets to answer in of the workbooks of a job whose reading waits for a person."""
    sheets = {}
    for path in job.workbooks:
        reviewed, _ = confirmation.review(path, settings=job.settings, today=job.today, password=job.password)
        if reviewed is not None and reviewed.state.holds:
            sheets[path] = form(reviewed, language)
    return sheets


def form(reviewed: ReadingReview, language: Language) -> AnswerForm:
    """Return the sheet of a reading: how it is read, whether that is right, and what is asked, most urgent first."""
    questions = sorted(reviewed.state.open, key=lambda question: GRADES.index(question.grade))
    count = len(questions) + 1
    say = language.say
    return AnswerForm(
        say("confirming.sheet.name"),
        say("confirming.sheet.suffix"),
        tuple(_rows(reviewed, questions, language)),
        (say("confirming.sheet.count_before"), say("confirming.sheet.count_after", n=count)),
    )


def _rows(reviewed: ReadingReview, questions: list[Question], language: Language) -> Iterator[FormRow]:
    def say(key: str, **fields: object) -> str:
        return language.say(f"confirming.sheet.{key}", **fields)

    shown, workbook = reviewed.shown(), reviewed.workbook
    counts = {"numbers": shown.numbers, "accounted": shown.accounted, "facts": shown.read}
    yield _line(say("title"), style="title", hidden=answer_sheet.MARK)
    yield _line(say("head"), hidden=f"{answer_sheet.DIGEST}{workbook.sha256[:16]}")
    yield _line(say("untouched"), hidden=f"{answer_sheet.FILE}{workbook.file}")
    yield _line(f"{quoted(workbook.file)}: {language.say('questions.ask.balance', **counts)}", style="subheading")
    yield FormRow({})
    for number, question in enumerate(questions, start=1):
        yield from _question(number, question, language)
        yield FormRow({})
    yield from _confirmation(reviewed, language)


def _confirmation(reviewed: ReadingReview, language: Language) -> Iterator[FormRow]:
    """Yield how the workbook is read, and the cells in which that is confirmed."""

    def say(key: str, **fields: object) -> str:
        return language.say(f"confirming.sheet.{key}", **fields)

    yield FormRow(
        {"B": (say("all"), "subheading")}, answer_sheet.CONFIRM, fill=True, choices=2, strict=True, counted=True
    )
    yield _line(say("yes"), hidden=f"{answer_sheet.ANSWER}yes")
    yield _line(say("no"), hidden=f"{answer_sheet.ANSWER}no")
    yield FormRow({"B": (say("by"), "wrapped")}, answer_sheet.BY, fill=True)
    yield FormRow({"B": (say("wrong"), "wrapped")}, answer_sheet.WRONG, fill=True)
    yield FormRow({})
    state, teller = reviewed.state, Teller(language)
    if state.changed and state.confirmed_on is not None:
        day = teller.day(state.confirmed_on)
        yield _line(say("changed", by=quoted(state.confirmed_by), day=day), style="subheading")
        yield from (_line(language.text(message)) for message in state.changed)
        yield FormRow({})
    yield _line(say("first"), style="subheading")
    yield from (_shown(row) for row in list(teller.rows(reviewed.shown()))[:MOST_SHOWN])


def _question(number: int, question: Question, language: Language) -> Iterator[FormRow]:
    """Yield one question: its sentence and cell, why it matters, and each answer as a row to choose from."""

    def say(key: str, **fields: object) -> str:
        return language.say(f"confirming.sheet.{key}", **fields)

    sheet, mark, area = question.where.partition("; ")[0].rpartition("!")
    linked = bool(mark) and a1.place(area.partition(":")[0]) is not None
    text = {
        "A": (str(number), "plain"),
        "B": (quoted(language.text(kinds.asked(question)), LONGEST), "subheading"),
        "C": (language.text(kinds.changed(question)), "wrapped"),
    }
    if linked:
        text["D"] = (f"{say('cells')}: {area}", "link")
    note = language.say(f"questions.ask.{question.grade}")
    ticks = [
        language.say("questions.ask.each", name=name, answer=language.say(f"questions.tick.{tick}"))
        for name, tick in question.ticks.items()
    ]
    choices = question.alternatives
    yield FormRow(
        text, f"{answer_sheet.QUESTION}{question.id}", fill=True, after=1, choices=len(choices),
        strict=not question.free, counted=True, link=(sheet, area) if linked else None,
    )  # fmt: skip
    yield _line(note if not question.free else f"{note}; {say('free')}")
    for choice in choices:
        row = {"B": (language.text(kinds.answer(question.kind, choice)), "wrapped")}
        if choice == question.default:
            row["C"] = (say("assumed"), "wrapped")
        yield FormRow(row, f"{answer_sheet.ANSWER}{choice}")
    yield from (_line(f"   {tick}") for tick in ticks)


def _shown(row: tuple[str, ...]) -> FormRow:
    """Return a row of the reading: one text, or a line with its unit beside its first and last figure."""
    if len(row) == 1:
        return _line(row[0])
    name, unit, first, last = row
    named = f"    {name} ({unit})" if unit else f"    {name}"
    return FormRow({"B": (named, "wrapped"), "C": (first, "wrapped"), "D": (last, "wrapped")})


def _line(text: str, *, style: str = "wrapped", hidden: str = "") -> FormRow:
    return FormRow({"B": (text, style)} if text else {}, hidden)
