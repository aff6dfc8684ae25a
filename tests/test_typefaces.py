"""Fonts are loaded once for many reports, and no report meets those of another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kpireport.render import engine, fonts, themes
from kpireport.render.themes import Theme
from kpireport.render.typefaces import typefaces

FONT = "SourceSans3-Regular.ttf"


@pytest.fixture
def theme(tmp_path: Path) -> Theme:
    engine.weasyprint()
    (tmp_path / "report.html").write_text('{% extends "builtin:standard/report.html" %}', "utf-8")
    found, _ = themes.find(tmp_path)
    assert found is not None
    return found


def test_reports_of_one_theme_share_their_fonts(theme: Theme) -> None:
    assert typefaces(theme, own=False) is typefaces(theme, own=False)


def test_fonts_cut_for_one_page_are_its_own(theme: Theme) -> None:
    assert typefaces(theme, own=True) is not typefaces(theme, own=False)
    assert typefaces(theme, own=True) is not typefaces(theme, own=True)


def test_a_font_that_was_changed_is_loaded_anew(theme: Theme) -> None:
    file = theme.folders[0] / "own.ttf"
    file.write_bytes((themes.templates() / "standard" / "fonts" / FONT).read_bytes())
    before = typefaces(theme, own=False)
    os.utime(file, (1, 1))
    assert typefaces(theme, own=False) is not before


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_link_that_leads_nowhere_is_no_font(theme: Theme) -> None:
    (theme.folders[0] / "gone.ttf").symlink_to("nowhere.ttf")
    assert typefaces(theme, own=False)


@pytest.mark.skipif(not fonts.chinese(), reason="the extra zh is not installed")
def test_each_page_with_chinese_has_all_its_characters(theme: Theme) -> None:
    from test_pdf_source import PAGE, made

    first, _ = made(PAGE % "<p>目标</p>")
    other, _ = made(PAGE % "<p>未达标预测销售收入</p>")
    again, _ = made(PAGE % "<p>目标</p>")
    assert first == again != other
