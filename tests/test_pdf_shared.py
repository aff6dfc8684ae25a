"""Fonts and style sheets are read once for many reports, and no report meets those of another."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kpireport import pipeline
from kpireport.core.catalogue import theme as problems
from kpireport.core.diagnostics import Diagnostic
from kpireport.pipeline import Job
from kpireport.render import fonts, pdf, themes
from kpireport.render.themes import Theme
from kpireport.resources import sample_workbooks, templates

DAY = datetime(2026, 11, 9, tzinfo=UTC)
PAGE = """<!DOCTYPE html><html lang="en"><head><title>x</title><style>%s</style></head>
<body><h1>Sales</h1>%s</body></html>"""
FONT = "SourceSans3-Regular.ttf"
MISSING = '@font-face{font-family:"Own";src:url("http://elsewhere.example/x.ttf")} p{font-family:"Own"}'
CUT = '@font-face{font-family:"Own";src:url("cut.ttf")} p{font-family:"Own"}'
OWN = '@font-face{font-family:"Own";src:url("own.ttf")} p{font-family:"Own"}'


@pytest.fixture
def own(tmp_path: Path) -> Theme:
    """A theme in a folder of the user's, with a font and one that was cut short."""
    font = (templates() / "standard" / "fonts" / FONT).read_bytes()
    (tmp_path / "own.ttf").write_bytes(font)
    (tmp_path / "cut.ttf").write_bytes(font[:500])
    (tmp_path / "report.html").write_text('{% extends "builtin:standard/report.html" %}', "utf-8")
    theme, _ = themes.find(tmp_path)
    assert theme is not None
    assert not theme.ours
    return theme


@pytest.fixture
def standard() -> Theme:
    theme, _ = themes.find()
    assert theme is not None
    assert theme.ours
    return theme


def written(theme: Theme, sheet: str, body: str = "<p>3</p>") -> tuple[bytes, tuple[Diagnostic, ...]]:
    return pdf.pdf(PAGE % (sheet, body), theme=theme, created=DAY, script="Latn", title="x")


def built(sample: str, theme: str, folder: Path) -> bytes:
    workbook = sample_workbooks() / f"{sample}.xlsx"
    job = Job((workbook,), date(2026, 11, 9), theme=Path(theme), formats=("pdf",), out=folder)
    assert not pipeline.build(job).failed
    return (folder / f"{sample}.pdf").read_bytes()


def test_reports_of_one_theme_share_their_fonts(own: Theme) -> None:
    assert pdf._font_configuration(own, own=False) is pdf._font_configuration(own, own=False)


def test_fonts_cut_for_one_page_are_its_own(own: Theme) -> None:
    assert pdf._font_configuration(own, own=True) is not pdf._font_configuration(own, own=False)
    assert pdf._font_configuration(own, own=True) is not pdf._font_configuration(own, own=True)


def test_two_threads_do_not_share_fonts(own: Theme) -> None:
    other: list[object] = []
    thread = threading.Thread(target=lambda: other.append(pdf._font_configuration(own, own=False)))
    thread.start()
    thread.join()
    assert other[0] is not pdf._font_configuration(own, own=False)


@pytest.mark.parametrize("change", ["touched", "added"])
def test_a_font_that_was_changed_is_loaded_anew(change: str, own: Theme) -> None:
    before = pdf._font_configuration(own, own=False)
    file = own.folders[0] / "own.ttf"
    if change == "touched":
        os.utime(file, (1, 1))
    else:
        (own.folders[0] / "more.OTF").write_bytes(file.read_bytes())
    assert pdf._font_configuration(own, own=False) is not before


def test_a_changed_font_is_seen_in_the_next_report(own: Theme) -> None:
    first, _ = written(own, OWN)
    (own.folders[0] / "own.ttf").write_bytes(
        (templates() / "standard" / "fonts" / "SourceSerif4-Regular.ttf").read_bytes()
    )
    second, _ = written(own, OWN)
    assert first != second


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_link_that_leads_nowhere_is_no_font(own: Theme) -> None:
    (own.folders[0] / "gone.ttf").symlink_to("nowhere.ttf")
    assert pdf._font_configuration(own, own=False)


@pytest.mark.skipif(not fonts.han(), reason="the extra zh is not installed")
def test_each_page_with_chinese_has_all_its_characters(standard: Theme) -> None:
    sheet = f'p {{ font-family: "{fonts.SANS}" }}'
    first, _ = written(standard, sheet, "<p>目标</p>")
    written(standard, sheet, "<p>未达标预测销售收入</p>")
    again, told = written(standard, sheet, "<p>目标</p>")
    assert first == again
    assert told == ()


@pytest.mark.parametrize(
    ("sample", "theme", "sheets"),
    [("minimal", "standard", 1), ("group", "standard", 1), ("charity", "board", 0), ("charity", "grey", 0)],
)
def test_a_report_is_the_same_with_its_sheet_inside_and_shared(
    sample: str, theme: str, sheets: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf._forget()
    first = built(sample, theme, tmp_path)
    assert pdf._shared_sheet.cache_info().currsize == sheets
    assert built(sample, theme, tmp_path) == first
    assert pdf._shared_sheet.cache_info().hits == sheets
    monkeypatch.setattr(pdf, "STYLE", re.compile(r"(?!)"))
    pdf._forget()
    assert built(sample, theme, tmp_path) == first
    assert pdf._shared_sheet.cache_info().currsize == 0


@pytest.mark.parametrize(
    ("sheet", "kinds"),
    [
        pytest.param(OWN, [], id="no fault"),
        pytest.param(MISSING, [problems.RESOURCE_REFUSED, problems.PAGE_WARNING], id="from outside"),
        pytest.param(CUT, [problems.PAGE_WARNING], id="a font that is none"),
    ],
)
def test_each_report_tells_the_faults_of_its_sheet(sheet: str, kinds: list[object], own: Theme) -> None:
    for _ in range(3):
        content, told = written(own, sheet)
        assert content
        assert [each.kind for each in told] == kinds


def test_each_report_tells_the_faults_of_a_sheet_that_is_shared(standard: Theme) -> None:
    for _ in range(3):
        content, told = written(standard, MISSING)
        assert content
        assert told
    assert written(standard, "p{font-family:'Source Sans 3'}")[1] == ()


def test_a_theme_of_ones_own_may_size_drawings_by_their_class(own: Theme, tmp_path: Path) -> None:
    drawing = '<svg class="c" width="90pt" height="90pt" viewBox="0 0 9 9"><title>t</title><path d="M0 0H9"/></svg>'

    def place_after(sheet: str) -> float:
        file = tmp_path / "x.pdf"
        file.write_bytes(written(own, sheet, f"<p>{drawing}after</p>")[0])
        command = ["pdftotext", "-bbox", str(file), "-"]
        boxes = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout
        word = re.search(r'xMin="([\d.]+)"[^>]*>after<', boxes)
        assert word
        return float(word[1])

    assert place_after("") - place_after(".c{width:30pt;height:30pt}") == pytest.approx(60, abs=0.1)


BOXES = """
import gc
from datetime import UTC, datetime
from kpireport.render import pdf, themes
theme, _ = themes.find()
page = "<html lang=en><title>x</title><style>p{margin:0}</style><table>" + "<tr><td>3</td><td>4</td></tr>" * 50
counts = []
for _ in range(5):
    pdf.pdf(page, theme=theme, created=datetime(2026, 11, 9, tzinfo=UTC), script="Latn", title="x")
    gc.collect()
    counts.append(len(gc.get_objects()))
print(counts[4] - counts[1])
"""


def test_boxes_of_a_page_are_let_go() -> None:
    # In a process of its own: what pytest keeps of the log would be counted.
    done = subprocess.run([sys.executable, "-c", BOXES], capture_output=True, check=True, text=True, timeout=120)
    assert int(done.stdout) < 100


def test_no_more_sheets_and_fonts_are_kept_than_themes_need(standard: Theme) -> None:
    for number in range(7):
        written(standard, f"p{{margin:{number}px}}")
    assert pdf._shared_sheet.cache_info().currsize == pdf._shared_sheet.cache_info().maxsize == 4
    assert pdf._shared_fonts.cache_info().currsize <= 4


REPORTS = """
import gc, sys
from datetime import date
from pathlib import Path
from kpireport import pipeline, process
process.prepare()
job = pipeline.Job((Path(sys.argv[1]),), date(2026, 11, 9), formats=("pdf",), out=Path(sys.argv[2]))
counts = []
for _ in range(6):
    pipeline.build(job)
    counts.append(len(gc.get_objects()))
print(max(counts) / min(counts))
"""


def test_what_a_report_leaves_behind_does_not_pile_up(tmp_path: Path) -> None:
    """Nobody calls the collector here: it must find by itself what reports leave in cycles."""
    command = [sys.executable, "-c", REPORTS, str(sample_workbooks() / "minimal.xlsx"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=300)
    assert float(done.stdout) < 1.25
