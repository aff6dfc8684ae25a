"""The questions of a reading as lines for a person: what is asked, the answers, and what to type. Rule: L46."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport import readings
from kpireport.core.diagnostics import quoted
from kpireport.core.reading import kinds
from kpireport.core.reading.questions import GRADES
from kpireport.readings import KeptAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kpireport.core.messages import Language
    from kpireport.core.reading.questions import Question
    from kpireport.facts import Facts

LONGEST = 300


def lines(facts: Facts, store: Path, balance: Mapping[str, object], language: Language) -> Iterator[str]:
    """Yield the balance of a reading and its questions, the most urgent first. store: where an answer is kept.

    balance: as the JSON tells it.
    """
    reading = facts.reading
    if reading is None or facts.workbook is None:
        return
    counts = {"numbers": balance["numbers"], "accounted": balance["accounted"], "facts": len(reading.facts)}
    yield f"{quoted(facts.workbook.file)}: {language.say('questions.ask.balance', **counts)}"
    classes = balance["classes"]
    if isinstance(classes, dict) and classes:
        yield "  " + language.say(
            "questions.ask.classes", classes=", ".join(f"{name} {count}" for name, count in classes.items())
        )
    for note in reading.notes:
        yield f"  {language.text(note)}"
    if facts.unused:
        yield "  " + language.say("questions.ask.unused", ids=", ".join(facts.unused))
    yield ""
    if not reading.questions:
        yield language.say("questions.ask.none")
        return
    yield language.say("questions.ask.head")
    ordered = sorted(reading.questions, key=lambda question: GRADES.index(question.grade))
    for number, question in enumerate(ordered, start=1):
        yield ""
        yield from question_lines(number, question, store, language)


def question_lines(number: int, question: Question, store: Path, language: Language) -> Iterator[str]:
    """Yield one question: what is asked, how urgent it is, the answers, and what to type into the store."""
    yield f"{number}. {quoted(language.text(kinds.asked(question)), LONGEST)}"
    yield f"   {language.say(f'questions.ask.{question.grade}')}"
    yield f"   {language.say('questions.ask.answers', changes=language.text(kinds.changed(question)))}"
    for alternative in question.alternatives:
        star = "*" if alternative == question.default else " "
        sentence = language.text(kinds.answer(question.kind, alternative))
        shown = quoted(alternative)
        yield f"   {star} {shown}" if sentence == shown else f"   {star} {shown:<12} {sentence}"
    if question.free:
        yield f"     {language.say('questions.ask.free')}"
    if question.ticks:
        yield f"   {language.say('questions.ask.marked')}"
    for name, tick in question.ticks.items():
        answer = language.say(f"questions.tick.{tick}")
        yield f"     {language.say('questions.ask.each', name=name, answer=answer)}"
    yield f"   {language.say('questions.ask.type', file=store.name)}"
    typed = readings.as_typed(KeptAnswer(question.id, question.default or next(iter(question.alternatives), "")))
    yield from (f"     {line}" for line in typed.splitlines())
