"""The sheet in which a person answers and confirms a reading: what stands in it, and what was filled in.

Its hidden column says what each row is, so that neither words nor places have to be known again. Rule: L29.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.workbook import Cell, Sheet

MARK = "kpireport reading 1"
"""In the hidden column of the head: it makes a sheet ours, whatever it is called."""
FILE, DIGEST, CONFIRM, BY, WRONG, QUESTION, ANSWER = "file ", "sha256 ", "confirm", "by", "wrong", "q.", "a."
HIDDEN, SAID, FILLED = 6, 2, 5  # columns: of what a row is, of its sentence, of what is filled in
HEAD = 8  # rows within which the mark stands


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """What a person filled in. file, sha256: of the workbook that was marked, the digest's first 16 digits.

    answers: by id of the question, an id of its alternatives or what was typed. cells: where each of them stands.
    confirmed: that all of it is right; None where nothing was chosen. by: who did. digest: of all that was filled in,
    by which it is known again: the sheet may stay in the workbook for months.
    """

    file: str = ""
    sha256: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    confirmed: bool | None = None
    by: str = ""
    wrong: str = ""
    digest: str = ""

    @property
    def filled(self) -> bool:
        return bool(self.answers or self.confirmed is not None or self.wrong)


def is_own(sheet: Sheet) -> bool:
    """Return whether a sheet is one of ours to answer in: it is never read as figures."""
    return any(_text(sheet.at(row, HIDDEN)) == MARK for row in range(1, HEAD + 1))


def filled_in(sheet: Sheet) -> FilledSheet:
    """Return what was filled into a sheet of ours. An answer that is none of the sentences counts as typed."""
    file = digest = by = wrong = ""
    answers: dict[str, str] = {}
    cells: dict[str, str] = {}
    confirmed: bool | None = None
    question, chosen = "", ""
    for row in sorted(sheet.rows):
        what, said, typed = (_text(sheet.at(row, column)) for column in (HIDDEN, SAID, FILLED))
        if what.startswith(FILE):
            file = what.removeprefix(FILE)
        elif what.startswith(DIGEST):
            digest = what.removeprefix(DIGEST)
        elif what == BY:
            by = typed
        elif what == WRONG:
            wrong = typed
        elif what == CONFIRM or what.startswith(QUESTION):
            question, chosen = what, typed
            if chosen and what != CONFIRM:
                number = what.removeprefix(QUESTION)
                answers[number], cells[number] = chosen, f"{sheet.name}!E{row}"
        elif what.startswith(ANSWER) and chosen and chosen == said:
            answer, chosen = what.removeprefix(ANSWER), ""
            if question == CONFIRM:
                confirmed = answer == "yes"
            else:
                answers[question.removeprefix(QUESTION)] = answer
    content = repr((sorted(answers.items()), confirmed, by, wrong)).encode()
    return FilledSheet(
        file, digest, answers, cells, confirmed, by, wrong, hashlib.sha256(content).hexdigest()[:16]
    )  # fmt: skip


def _text(cell: Cell | None) -> str:
    if cell is None or cell.value is None:
        return ""
    value = cell.value
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    return " ".join(str(value).split())
