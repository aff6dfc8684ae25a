"""What a page is spared on its way to WeasyPrint, and that nobody can see it."""

from __future__ import annotations

import gc
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from kpireport.core.diagnostics import Diagnostic
from kpireport.render import pdf, source, themes
from kpireport.render.source import MARKERS, NOTES

DAY = datetime(2026, 11, 9, tzinfo=UTC)
PAGE = """<!DOCTYPE html><html lang="en"><head><title>x</title><style>
body { font-family: "Source Sans 3" } table { border-collapse: collapse } .late::before { content: "!" }
</style></head><body><h1>Sales</h1>
<table><tbody><tr><th scope="row">Sales</th><td class="late">3</td></tr></tbody></table>
<p>See <a href="#x">there</a>.</p><h2 id="x">There</h2>%s</body></html>"""


def made(page: str) -> tuple[bytes, tuple[Diagnostic, ...]]:
    theme, _ = themes.find()
    assert theme is not None
    return pdf.pdf(page, theme=theme, created=DAY, language="en", title="x")


@pytest.mark.parametrize(
    ("page", "unneeded"),
    [
        pytest.param("<p>text</p>", MARKERS | NOTES, id="neither lists nor notes"),
        pytest.param("<p class='note'>a note</p>", MARKERS | NOTES, id="the word note is no note"),
        pytest.param("<ol><LI>one</LI></ol>", NOTES, id="a list has markers"),
        pytest.param("<style>p { display: list-item }</style>", NOTES, id="a list by its style"),
        pytest.param("<style>i { float: footnote }</style>", MARKERS, id="footnotes"),
        pytest.param("<style>i { position: note() }</style>", MARKERS, id="notes"),
        pytest.param("<style>@import 'own.css';</style>", frozenset(), id="a sheet that we have not seen"),
        pytest.param("<link rel=stylesheet href=own.css>", frozenset(), id="a sheet by link"),
    ],
)
def test_styles_are_left_out_where_nothing_can_have_them(page: str, unneeded: frozenset[str]) -> None:
    assert source.unneeded(page) == unneeded


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("", id="plain"),
        pytest.param("<ul><li>one</li><li>two</li></ul>", id="a list"),
        pytest.param("<p>a<span style='float: footnote'>b</span></p>", id="a footnote"),
    ],
)
def test_the_file_is_the_same_as_with_all_styles(more: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lean = made(PAGE % more)
    monkeypatch.setattr(source, "unneeded", lambda _: frozenset())
    assert lean == made(PAGE % more)


def test_a_weasyprint_that_is_built_otherwise_keeps_its_sheet() -> None:
    assert source._without(sheet := object(), MARKERS) is sheet


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_afterwards_as_it_was(enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()
    try:
        made(PAGE % "")
        assert gc.isenabled() is enabled
    finally:
        gc.enable()


def test_boxes_of_a_page_are_let_go() -> None:
    made(PAGE % "")
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(3):
        made(PAGE % "")
    gc.collect()
    assert len(gc.get_objects()) < before * 1.05


@pytest.mark.skipif(sys.platform != "linux", reason="other systems look for libraries without other programs")
def test_no_compiler_is_started_to_find_libraries() -> None:
    code = (
        "import subprocess\n"
        "def never(*command, **_): raise AssertionError(command)\n"
        "subprocess.Popen = never\n"
        "from kpireport.render import engine\n"
        "assert engine.weasyprint() is engine.weasyprint()\n"
        "import ctypes.util\n"
        "assert ctypes.util.find_library.__module__ == 'ctypes.util'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
