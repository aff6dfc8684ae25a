"""How a number came about, in words: each rule's arithmetic with its cells, in both languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpireport import languages, pipeline
from kpireport.core.explain import explanation
from kpireport.pipeline import Job
from kpireport.resources import sample_workbooks
from tests.saying import said
from tests.workbooks import save

TODAY = date(2026, 4, 15)
GOALS = """
KPI|Target|Unit|Direction|Method|Aggregation|Baseline|Red line|Formula|Parent|Numerator|Denominator
All||%|higher||||||||
Revenue|1200|EUR|higher||||||All||
Defects|50|n|lower|ratio|||||All||
Profit|0|EUR|higher||||||All||
Load|2~4|n|range||||||||
Move|100|n|higher|progress|last|20|||||
Answered|95%|%|higher||||80%||||
Margin|10%|%|higher|||||Surplus / Revenue|||
Share|50%|%|higher|||||||Won|Offers
Won||n|||||||||
Offers||n|||||||||
Surplus||EUR|||||||||
Silent|5|n|higher||||||||
"""
METRICS = """
KPI      | 2026-01 | 2026-02 | 2026-03
Revenue  | 90      | 110     | 105
Defects  | 4       | 5       | 6
Profit   | 1       | -1      | 2
Load     | 3       | 3       | 5
Move     | 30      | 40      | 60
Answered | 96%     | 94%     | 85%
Surplus  | 9       | 12      | 10
Won      | 4       | 5       | 6
Offers   | 10      | 10      | 10
"""


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("explain") / "a.xlsx", Goals=GOALS, Metrics=METRICS)


def told(workbook: Path, kpi: str, language: str = "en") -> str:
    text, problems = pipeline.explain(Job((workbook,), TODAY, period="2026-03", language=language), kpi)
    assert text, [said(d.problem) for d in problems]
    return text


@pytest.mark.parametrize(
    ("kpi", "words"),
    [
        pytest.param(
            "Revenue", ["Metrics!D2", "105", "split evenly (R24)", "1 + (105 - 100) / |100| = 1.05"], id="linear"
        ),
        pytest.param("Defects", ["Method = ratio, lower is better", "R11b"], id="ratio, lower is better"),
        pytest.param("Profit", ["a target of zero", "(R5)"], id="a target of zero"),
        pytest.param("Load", ["against the range 2 to 4", "(R9)"], id="a range"),
        pytest.param("Move", ["(60 - 20) / (100 - 20) = 0.5", "(R8)"], id="progress from a baseline"),
        pytest.param("Answered", ["R11a", "watch to the red line 0.8"], id="a red line"),
        pytest.param("Margin", ["computed: Surplus / Revenue"], id="a formula"),
        pytest.param("Share", ["ratio of Won to Offers", "(R23)"], id="a ratio"),
        pytest.param("Won", ["none: measured, not rated (R11d)", "attainment  none"], id="a metric"),
        pytest.param("Silent", ["no data for this period"], id="no data"),
        pytest.param("All", ["score", "from 3 KPIs", "R15: from the score of its children", "weight"], id="a roll-up"),
        pytest.param("Revenue", ["year to date 305 of 300", "3 of 3 periods", "full year", "(R22)"], id="over time"),
        pytest.param("Revenue", ["previous", "110 in February\xa02026: -5, −4.55%"], id="against the month before"),
        pytest.param("Revenue", ["year ago", "no figure to compare with"], id="against last year"),
    ],
)
def test_the_arithmetic_is_told(workbook: Path, kpi: str, words: list[str]) -> None:
    text = told(workbook, kpi)
    for word in words:
        assert word in text, text


@pytest.mark.parametrize("kpi", ["All", "Revenue", "Defects", "Profit", "Load", "Move", "Answered", "Share", "Silent"])
def test_both_languages_tell_the_same_cells_and_figures(workbook: Path, kpi: str) -> None:
    english, chinese = told(workbook, kpi), told(workbook, kpi, "zh")
    assert len(english.splitlines()) == len(chinese.splitlines())
    for cell in ("Metrics!", "Goals!"):
        assert english.count(cell) == chinese.count(cell)
    assert any("\u4e00" <= c <= "\u9fff" for c in chinese)


def test_every_kpi_of_the_samples_is_explained() -> None:
    for name in ("group", "charity"):
        job = Job((sample_workbooks() / f"{name}.xlsx",), date(2026, 11, 9))
        card = pipeline.evaluated(job, progress=lambda _: None, keep=False).card
        assert card is not None
        for result in card.results.values():
            text, problems = explanation(card, result.kpi.name, language=languages.load("en"))
            assert text.startswith(result.kpi.name)
            assert problems == ()


def test_a_revised_target_shows_what_it_was() -> None:
    text, _ = pipeline.explain(
        Job((sample_workbooks() / "group.xlsx",), date(2026, 11, 9), period="2026-10"), "Repaired at the first visit"
    )
    assert "before revision: 0.84 (R35)" in text
    assert "Revisions!F2" in text


def test_a_sum_of_many_cells_names_their_range(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["KPI", "Month", "Branch", "Actual"],
        *(["Sales", "2026-03", f"b{n}", n] for n in range(40)),
    ]
    path = save(tmp_path / "a.xlsx", Goals="KPI | Target | Unit\nSales | 1000 | EUR", Metrics=rows)
    text, problems = pipeline.explain(Job((path,), TODAY, period="2026-03"), "Sales")
    assert "Metrics!D2:D41" in text, (text, [said(d.problem) for d in problems])
    assert "40 cells make one figure by sum (R20)" in text
