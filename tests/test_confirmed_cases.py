"""Every case of the finder, answered and confirmed: read again it asks nothing, and nothing has changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from finding import Case, drawn, found

from kpireport import languages
from kpireport.confirming import Teller
from kpireport.core.reading.account import Found
from kpireport.core.reading.overview import overview
from kpireport.core.reading.state import state
from kpireport.languages.trade import trade
from tests import test_finder_arithmetic, test_finder_layouts, test_finder_questions
from tests.test_reading_state import kept

CASES = [
    pytest.param(each.values[0], id=each.id)  # those that are read wrong yet are asked nothing all the same
    for module in (test_finder_layouts, test_finder_questions, test_finder_arithmetic)
    for each in module.CASES
]
ROUNDS = 6


def answered(case: Case, folder: Path) -> tuple[Found, dict[str, str]]:
    """Return the reading of a case with the assumed answer to every question, and the answers."""
    sheets = {"Figures": case.sheets} if isinstance(case.sheets, str) else case.sheets
    workbook = drawn(folder / case.file, sheets, case.hidden, case.saved)
    answers: dict[str, str] = {}
    for _ in range(ROUNDS):
        reading = found(workbook, answers)
        asked = [q for q in state(reading, {}, ours=False).open if q.id not in answers]
        if not asked:
            break
        answers |= {q.id: q.default or next(iter(q.alternatives), "2026") for q in asked}
    return reading, answers


@pytest.mark.parametrize("case", CASES)
def test_a_confirmed_case_asks_nothing_when_it_is_read_again(case: Case, tmp_path: Path) -> None:
    reading, answers = answered(case, tmp_path)
    seen = kept(reading, answers)
    again, _ = answered(case, tmp_path)
    after = state(again, seen, ours=False, answers=answers)
    assert not after.holds, (after.open, after.changed)
    shown = overview(again, trade(), saved=case.saved.date())
    assert shown.read == len(again.facts)
    for tag in ("en", "zh", "de"):
        assert list(Teller(languages.load(tag)).lines(shown))
