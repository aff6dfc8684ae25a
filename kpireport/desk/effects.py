"""What an answer would change in the report: the core is run again with it, and the figures are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.core import assembly
from kpireport.core.evaluate import evaluate
from kpireport.core.reading.state import Remembered
from kpireport.core.scorecard import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kpireport.core.model import Span
    from kpireport.core.scorecard import Result, Scorecard
    from kpireport.desk.books import OpenBook

MOST_SHOWN = 5
RANK = {Status.OFF: 0, Status.WATCH: 1, Status.ON: 2}


@dataclass(frozen=True, slots=True)
class AnswerEffect:
    """What becomes of one KPI. was, would: its figures, None without one; then its verdicts.

    what: ``verdict``, ``figure``, ``new`` or ``gone``.
    """

    kpi: str
    what: str
    was: Result | None
    would: Result | None


def effects(book: OpenBook, answers: Mapping[str, str]) -> list[AnswerEffect] | None:
    """Return what more answers would change, worst first; None where there would be no report."""
    before, after = book.evaluated.card, _card(book, answers)
    if after is None:
        return None
    changes = list(_compared(before, after))
    order = ("verdict", "gone", "figure", "new")
    return sorted(changes, key=lambda each: (order.index(each.what), _rank(each.would), each.kpi))


def _rank(result: Result | None) -> int:
    return RANK.get(result.status, 9) if result is not None else 9


def _card(book: OpenBook, answers: Mapping[str, str]) -> Scorecard | None:
    if book.review is None:
        return None
    workbook = book.review.workbook
    known = Remembered({**book.review.answers, **answers}, book.review.store.said, book.review.store.seen)
    made, _ = assembly.book([workbook], today=book.job.today, remembered={workbook.file: known})
    if made is None:
        return None
    return evaluate(made, period=None, today=made.settings.as_of or book.job.today)[0]


def _compared(before: Scorecard | None, after: Scorecard) -> Iterator[AnswerEffect]:
    old = {result.kpi.name: result for result in before.results.values()} if before is not None else {}
    new = {result.kpi.name: result for result in after.results.values()}
    for name in dict.fromkeys((*old, *new)):
        was, would = old.get(name), new.get(name)
        if was is None or would is None:
            yield AnswerEffect(name, "new" if was is None else "gone", was, would)
        elif was.status is not would.status:
            yield AnswerEffect(name, "verdict", was, would)
        elif _figures(was) != _figures(would):
            yield AnswerEffect(name, "figure", was, would)


def pairs(result: Result) -> dict[str, tuple[float | None, Span | None]]:
    """Return the figures of a KPI beside their targets: of the period, and of the year to date."""
    both = {"period": (result.actual, result.goal), "year": (result.ytd.actual, result.ytd.goal)}
    return {
        name: (figure.value if figure is not None else None, goal.span if goal is not None else None)
        for name, (figure, goal) in both.items()
    }


def _figures(result: Result) -> tuple[object, ...]:
    return *pairs(result).values(), result.kpi.unit.text, result.period
