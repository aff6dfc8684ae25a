"""What check says of recipients before the day: parts that nothing answers to, and what may have been meant."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from kpireport import pipeline
from kpireport.core.diagnostics import Severity
from kpireport.pipeline import Job
from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic

GOALS = """
KPI | Target | Unit | Department | Owner
Revenue | 1200 | EUR | Sales | Anna Berg
Staff | 100 | FTE | Office | Li
"""
METRICS = "KPI | 2026-08 | 2026-09 | 2026-10\nRevenue | 90 | 110 | 105\nStaff | 8 | 9 | 10"


def checked(folder: Path, scope: str, language: str = "", settings: str = "") -> list[Diagnostic]:
    people = f"Name | Email | Scope | Language\nBo | bo@example.com | {scope} | {language}"
    path = save(folder / "book.xlsx", Goals=GOALS, Metrics=METRICS, Recipients=people)
    if settings:
        (folder / "kpireport.toml").write_text(settings, "utf-8")
    job = Job((path,), date(2026, 11, 9), settings=folder / "kpireport.toml" if settings else None)
    return [told for told in pipeline.check(job) if told.code.startswith("D2")]


@pytest.mark.parametrize(
    ("scope", "near"),
    [
        ("departement=Office", "department=Office"),
        ("department=Ofice", "department=Office"),
        ("owner=Ana Berg", "owner=Anna Berg"),
        ("kpi=Revenu; Staff", "kpi=Revenue; Staff"),
        ("department=Elsewhere", ""),
    ],
)
def test_a_part_that_nothing_answers_to_is_told_with_what_may_be_meant(tmp_path: Path, scope: str, near: str) -> None:
    (told,) = checked(tmp_path, scope)
    assert (told.name, told.where.cell, told.severity) == ("RECIPIENT_SCOPE_UNKNOWN", "B2", Severity.ERROR)
    assert (told.details["near"].fields["name"] if told.details["near"] else "") == near


@pytest.mark.parametrize("scope", ["all", "department=Office", "owner=Li; Anna Berg", "kpi=Revenue"])
def test_a_part_that_is_there_draws_no_word(tmp_path: Path, scope: str) -> None:
    assert checked(tmp_path, scope, "de") == []


def test_recipients_of_the_settings_are_looked_at_too(tmp_path: Path) -> None:
    settings = (
        '[mail]\ntransport = "dir"\nsender = "k@example.com"\nallowed_domains = ["example.com"]\n'
        '[[recipient]]\naddress = "li@example.com"\nscope = "department=Ofice"\n'
        '[[recipient]]\naddress = "x@example.com"\nscope = "department=Nowhere"\nreports = ["Another*"]\n'
    )
    assert [told.name for told in checked(tmp_path, "all", settings=settings)] == ["RECIPIENT_SCOPE_UNKNOWN"]
