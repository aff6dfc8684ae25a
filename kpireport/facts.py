"""The use case behind ``kpireport check --facts``: each figure of a workbook by its cell, and what must be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.core.reading.read import Finder
from kpireport.excel import read as excel
from kpireport.exits import FINE, PARTLY, PROBLEMS
from kpireport.languages import lexicon
from kpireport.languages.trade import trade

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.reading.account import Found
    from kpireport.core.reading.questions import Question
    from kpireport.core.reading.said import Statement
    from kpireport.core.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Facts:
    """One workbook as it is read. workbook, reading: None where the file could not be read.

    unused: ids of answers that no question asked for, and ``said[2]`` for statements about nothing in the workbook.
    """

    workbook: Workbook | None
    reading: Found | None
    problems: tuple[Diagnostic, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def open(self) -> tuple[Question, ...]:
        """The questions without whose answers figures are left out."""
        return (
            tuple(question for question in self.reading.questions if question.grade == "must") if self.reading else ()
        )

    def code(self) -> int:
        """Return the exit code: a file that was not read, then a question that waits for a person."""
        if self.reading is None:
            return PROBLEMS
        return PARTLY if self.open else FINE


def look(
    path: Path, answers: Mapping[str, str], *, today: date, password: str | None = None, said: Sequence[Statement] = ()
) -> Facts:
    """Read a workbook with the answers that are known about it, by id of the question, and with what was said of it.

    Nothing is written.
    """
    workbook, problems = excel.read(path, password=password)
    if workbook is None:
        return Facts(None, None, problems)
    consulted = Consulted(answers)
    reading = read(workbook, consulted, today, said)
    unused = [*sorted(answers.keys() - consulted.looked_up), *(f"said[{n + 1}]" for n in reading.unused)]
    return Facts(workbook, reading, problems, tuple(unused))


def read(workbook: Workbook, answers: Mapping[str, str], today: date, said: Sequence[Statement] = ()) -> Found:
    """Return how a workbook is read with what is known of all languages. said: statements about it."""
    return Finder(workbook, trade(), lexicon(), answers, today, said).run()


class Consulted(dict[str, str]):
    """Answers that note which of them were looked up. looked_up: the ids of questions."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__(answers)
        self.looked_up: set[str] = set()

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.looked_up.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> str:
        self.looked_up.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        if isinstance(key, str):
            self.looked_up.add(key)
        return super().__contains__(key)
