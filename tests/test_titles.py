"""Titles of our own columns in eight languages, and titles that are nearly ours, at the door."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from kpireport.core import assembly
from kpireport.core.model import Aggregation, Direction, Series
from kpireport.excel.read import read
from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.model import Book

GERMAN = {
    "Ziele": "Kennzahl | Zielwert | Einheit | Richtung | Aggregation | Verantwortlich\n"
    "Umsatz | 100 | EUR | höher ist besser | Summe | Jana\n"
    "Reklamationen | 5 | Stück | niedriger ist besser | Summe | Uwe",
    "Daten": "Kennzahl | Monat | Ist | Plan\nUmsatz | Januar 2026 | 90 | 95\nReklamationen | März 2026 | 4 | 5",
}
FRENCH = {
    "Objectifs": "Indicateur | Objectif | Unité | Sens | Agrégation | Responsable\n"
    "Umsatz | 100 | EUR | à la hausse | somme | Jeanne\nReklamationen | 5 | pièces | à la baisse | somme | Uwe",
    "Données": "Indicateur | Mois | Réalisé | Budget\n"
    "Umsatz | janvier 2026 | 90 | 95\nReklamationen | mars 2026 | 4 | 5",
}
JAPANESE = {
    "目標一覧": "指標 | 目標 | 単位 | 方向 | 集計方法 | 担当者\n"
    "Umsatz | 100 | EUR | 高いほど良い | 合計 | 花子\nReklamationen | 5 | 件 | 低いほど良い | 合計 | 太郎",
    "実績": "指標 | 対象月 | 実績 | 予算\nUmsatz | 2026年1月 | 90 | 95\nReklamationen | 2026年3月 | 4 | 5",
}


def book_of(path: Path) -> tuple[Book | None, tuple[Diagnostic, ...]]:
    workbook, told = read(path)
    assert workbook is not None, told
    return assembly.book([workbook], today=date(2026, 11, 9))


@pytest.mark.parametrize(
    "sheets",
    [
        pytest.param(GERMAN, id="German"),
        pytest.param(FRENCH, id="French"),
        pytest.param(JAPANESE, id="Japanese"),
    ],
)
def test_a_workbook_in_our_layout_is_read_in_its_language(tmp_path: Path, sheets: dict[str, str]) -> None:
    book, told = book_of(save(tmp_path / "a.xlsx", **sheets))
    assert book is not None
    assert [d.kind.name for d in told] == []
    sales, complaints = book.kpis["umsatz"], book.kpis["reklamationen"]
    assert (sales.target.value if sales.target else None, sales.direction) == (100, Direction.HIGHER)
    assert (complaints.direction, complaints.aggregation) == (Direction.LOWER, Aggregation.SUM)
    assert {(o.kpi, o.period.key, o.series, o.value) for o in book.observations} == {
        ("umsatz", "2026-01", Series.ACTUAL, 90),
        ("umsatz", "2026-01", Series.TARGET, 95),
        ("reklamationen", "2026-03", Series.ACTUAL, 4),
        ("reklamationen", "2026-03", Series.TARGET, 5),
    }


@pytest.mark.parametrize(
    ("title", "near"),
    [("Directon", "Direction"), ("Directoin", "Direction"), ("Perpective", "Perspective"), ("Gewichtng", "Gewichtung")],
)
def test_a_title_that_is_nearly_ours_is_told_at_its_cell(tmp_path: Path, title: str, near: str) -> None:
    goals = f"KPI | Target | Unit | {title}\nCalls | 95% | % | higher"
    _, told = book_of(save(tmp_path / "a.xlsx", Goals=goals, Metrics="KPI | 2026-01\nCalls | 90%"))
    found = [(d.where.cell, d.details["near"]) for d in told if d.kind.name == "TITLE_NEARLY_KNOWN"]
    assert found == [("D1", near)]


@pytest.mark.parametrize("title", ["Direction", "Colour", "Region code", "Targets"])
def test_other_titles_are_not_nearly_ours(tmp_path: Path, title: str) -> None:
    # Targets is nearly Target, but that title is there already.
    goals = f"KPI | Target | Unit | {title}\nCalls | 95% | % | higher"
    _, told = book_of(save(tmp_path / "a.xlsx", Goals=goals, Metrics="KPI | 2026-01\nCalls | 90%"))
    assert "TITLE_NEARLY_KNOWN" not in [d.kind.name for d in told]
