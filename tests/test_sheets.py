"""A style sheet that is read once for many pages makes the same pages, and tells its faults each time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from kpireport.render import pdf, sheets, themes
from kpireport.render.themes import Theme
from kpireport.resources import sample_workbooks, templates

DAY = datetime(2026, 11, 9, tzinfo=UTC)
MARGIN = "@page { @bottom-left { content: 'x' } }"
FONT = "SourceSans3-Regular.ttf"


@pytest.mark.parametrize(
    ("page", "sheet"),
    [
        pytest.param("<style>p { color: red }</style><p>x</p>", "p { color: red }", id="one sheet"),
        pytest.param(f"<style>{MARGIN}</style>", MARGIN, id="with the margins of pages"),
        pytest.param("<p style='color: red'>x</p>", "", id="none"),
        pytest.param("<style>p {}</style><STYLE>b {}</STYLE>", "", id="two"),
        pytest.param("<style media=print>p {}</style>", "", id="for a medium"),
        pytest.param("<style>p {}</style><link rel=stylesheet href=own.css>", "", id="and one by link"),
        pytest.param("<base href=x><style>p {}</style>", "", id="with another base"),
        pytest.param("<style>@import 'own.css';</style>", "", id="that brings another"),
        pytest.param("<style>@counter-style x { symbols: a }</style>", "", id="that makes counters"),
        pytest.param("<style>@layer a { p {} }</style>", "", id="in layers"),
    ],
)
def test_which_sheet_can_stand_beside_its_page(page: str, sheet: str) -> None:
    left, found = sheets.apart(page)
    assert found == sheet
    assert left == (page.replace(f"<style>{sheet}</style>", "") if sheet else page)


@pytest.mark.parametrize(
    ("sample", "name"),
    [
        ("minimal", "standard"),
        ("group-zh", "standard"),
        ("wide", "standard"),
        ("charity", "board"),
        ("charity", "grey"),
    ],
)
def test_the_report_is_the_same(sample: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def built() -> bytes:
        workbook = sample_workbooks() / f"{sample}.xlsx"
        job = Job((workbook,), date(2026, 11, 9), theme=Path(name), formats=("pdf",), out=tmp_path)
        done = pipeline.build(job)
        return next(path for path in done.written if path.suffix == ".pdf").read_bytes()

    beside = built()
    assert built() == beside
    monkeypatch.setattr(sheets, "apart", lambda html: (html, ""))
    assert built() == beside


PAGE = """<!DOCTYPE html><html lang="en"><head><title>x</title><style>%s</style></head>
<body><h1>Sales</h1><p>3</p></body></html>"""


@pytest.fixture
def theme(tmp_path: Path) -> Theme:
    (tmp_path / "own.ttf").write_bytes((templates() / "standard" / "fonts" / FONT).read_bytes())
    (tmp_path / "cut.ttf").write_bytes((tmp_path / "own.ttf").read_bytes()[:500])
    return Theme((tmp_path, templates() / "standard"))


@pytest.mark.parametrize(
    ("sheet", "codes"),
    [
        pytest.param('@font-face{font-family:"Own";src:url("own.ttf")} p{font-family:"Own"}', 0, id="no fault"),
        pytest.param('@font-face{font-family:"Own";src:url("http://elsewhere.example/x.ttf")}', 1, id="from outside"),
        pytest.param('@font-face{font-family:"Own";src:url("cut.ttf")}', 1, id="a font that is none"),
    ],
)
def test_each_report_tells_the_faults_of_its_sheet(sheet: str, codes: int, theme: Theme) -> None:
    def told() -> list[str]:
        made, problems = pdf.pdf(PAGE % sheet, theme=theme, created=DAY, language="en", title="x")
        assert made
        return sorted({problem.kind.code for problem in problems})

    first = told()
    assert bool(first) is bool(codes)
    assert told() == first
    assert told() == first


@pytest.fixture
def ours() -> Theme:
    found, _ = themes.find()
    assert found is not None
    assert found.ours
    return found


def test_lists_of_a_sheet_that_stands_beside_have_their_markers(ours: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE % "p{display:list-item;list-style:decimal inside}"

    def made() -> bytes:
        return pdf.pdf(page, theme=ours, created=DAY, language="en", title="x")[0]

    beside = made()
    monkeypatch.setattr(sheets, "apart", lambda html: (html, ""))
    assert made() == beside


def test_a_theme_of_ones_own_may_size_drawings_that_name_a_size(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = '<svg class="c" width="90pt" height="90pt" viewBox="0 0 9 9"><title>x</title><path d="M0 0H9"/></svg>'
    page = (PAGE % ".c{width:30pt;height:30pt}").replace("<p>3</p>", drawing)

    def made() -> bytes:
        return pdf.pdf(page, theme=theme, created=DAY, language="en", title="x")[0]

    assert not theme.ours
    found = made()
    monkeypatch.setattr(sheets, "apart", lambda html: (html, ""))
    assert found == made()


def test_no_more_sheets_are_kept_than_themes_need(ours: Theme) -> None:
    for number in range(sheets.KEPT + 3):
        sheet = f'p{{margin:{number}px;font-family:"Source Sans 3"}}'
        pdf.pdf(PAGE % sheet, theme=ours, created=DAY, language="en", title="x")
    assert max(len(kept) for kept in sheets._read.values()) == sheets.KEPT
