"""The kinds of questions, once: how urgent, which fixed answers, and the keys of their sentences. Rule: L46."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from kpireport.core.messages import Message, Quoted, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpireport.core.reading.questions import Question

LISTED = 12  # names in a sentence


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """One kind of question.

    grade: the usual one; a case may raise or lower it. alternatives: the fixed ids that it may offer. values: whether
    it offers answers of the workbook's own too (a year, a title), each its own id. months: whether a number among them
    is a month.
    """

    name: str
    grade: str
    alternatives: tuple[str, ...] = ()
    values: bool = False
    months: bool = False


SCENARIOS = ("actual", "target", "forecast", "previous")
TICKED = ("marked", "sum", "average", "last")
OF_ONE_NAME = ("lines", "first", "parts")

QUESTIONS: Mapping[str, QuestionKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            QuestionKind("year", "must", ("this", "last"), values=True),
            QuestionKind("first_month", "must", ("begin",), values=True),
            QuestionKind("period", "must", ("leave-out",), values=True),
            QuestionKind("fiscal_label", "must", ("end", "begin")),
            QuestionKind("fiscal", "should", values=True),
            QuestionKind("date_column", "must", values=True),
            QuestionKind("name_column", "must", ("sheet", "lines"), values=True),
            QuestionKind("series", "must", SCENARIOS),
            QuestionKind("only_targets", "must", ("elsewhere", "actual")),
            QuestionKind("title", "must", ("leave-out",), values=True, months=True),
            QuestionKind("columns", "must", ("leave-out", "figure", *SCENARIOS), values=True),
            QuestionKind("identifier", "must", ("number", "figure")),
            QuestionKind("sheets", "must", ("parts", "lines", "first", "newest", "target")),
            QuestionKind("which", "must", ("first", "second", "parts", "lines")),
            QuestionKind("same_name", "must", OF_ONE_NAME),
            QuestionKind("member", "must", ("leave-out", "parts")),
            QuestionKind("total_or_line", "should", ("leave-out", "lines")),
            QuestionKind("cumulative", "must", ("yes", "no")),
            QuestionKind("direction", "should", ("marked", "lower", "higher")),
            QuestionKind("add_up", "should", TICKED),
            QuestionKind("add_over", "should", TICKED),
            QuestionKind("unit", "must", ("number", "shown"), values=True),
            QuestionKind("shown", "must", ("leave-out", "number")),
            QuestionKind("outlier", "must", ("hundredth", "number", "leave-out")),
            QuestionKind("merged", "must", ("leave-out", "first")),
            QuestionKind("hidden", "should", ("no", "yes")),
            QuestionKind("rows", "must", ("leave-out",), values=True),
            QuestionKind("target_basis", "should", ("period", "year", "cumulative")),
            QuestionKind("pairs", "must", ("yes", "no")),
            QuestionKind("layout", "must", ("leave-out",)),
            QuestionKind("tables", "may", ("leave-out",)),
        )
    }
)
"""Every kind of question that a reading may ask. One list for what is asked, kept, and said."""


def asked(question: Question) -> Message:
    """Return the question as a sentence; a listing of its names, or its place where it has none."""
    names = _listed(question.names) or question.where
    return Message(f"questions.{question.kind}.asks", {"where": question.where, "names": names})


def changed(question: Question) -> Message:
    """Return what an answer to a question changes."""
    return Message(f"questions.{question.kind}.changes")


def answer(kind: str, alternative: str) -> Message:
    """Return an alternative of a kind of question, or a free value, as a sentence."""
    known = QUESTIONS[kind]
    if alternative in known.alternatives:
        return Message(f"questions.{kind}.{alternative}")
    sentence = "month" if known.months and alternative.isdigit() else "value"
    key = f"questions.{kind}.{sentence}" if known.values else "questions.value"
    return Message(key, {"value": alternative})


def _listed(names: Sequence[str]) -> Quoted:
    """Return names for a sentence, the first of them where they are many."""
    each = [f"'{quoted(name, 40)}'" for name in names[:LISTED]]
    return Quoted(", ".join(each) + (" …" if len(names) > LISTED else ""))
