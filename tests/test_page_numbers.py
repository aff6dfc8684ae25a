"""The numbers of pages on the first page are those of the pages, and need no second layout."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pikepdf
import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from kpireport.render import page_numbers, pdf, themes
from kpireport.resources import sample_workbooks

SAMPLES = ["charity", "group", "group-zh", "wide"]
PAGE = "<style>a::after { content: target-counter(attr(href), page) }</style><p><a href='#x'></a></p>"


def built(name: str, folder: Path) -> Path:
    done = pipeline.build(Job((sample_workbooks() / f"{name}.xlsx",), date(2026, 11, 9), formats=("pdf",), out=folder))
    return next(path for path in done.written if path.suffix == ".pdf")


def words(pdf: Path) -> list[tuple[str, ...]]:
    """Return each word with its place, to a tenth of a point."""
    told = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True, text=True).stdout
    found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)"[^>]*>(.*?)</word>|(<page)', told)
    return [tuple(f"{float(each):.1f}" for each in word[:3] if each) + tuple(word[3:]) for word in found]


@pytest.mark.parametrize("sample", SAMPLES)
def test_words_stand_where_a_second_layout_puts_them(
    sample: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = words(built(sample, tmp_path / "quick"))
    monkeypatch.setattr(page_numbers, "kept_places", lambda _: None)
    assert quick == words(built(sample, tmp_path / "twice"))
    assert len(quick) > 300


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_number_is_that_of_the_page_its_link_leads_to(sample: str, tmp_path: Path) -> None:
    path = built(sample, tmp_path)
    seen = 0
    with pikepdf.open(path) as pdf:
        at = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        for link in pdf.pages[0].Annots:
            (left, right), (low, high) = (sorted(float(each) for each in link.Rect[side::2]) for side in (0, 1))
            text = subprocess.run(
                ["pdftotext", "-l", "1", "-x", str(int(left) - 1), "-y", str(int(842 - high)),
                 "-W", str(int(right - left) + 3), "-H", str(int(high - low)), str(path), "-"],
                capture_output=True, check=True, text=True,
            ).stdout.strip()  # fmt: skip
            if text.isdigit():
                seen += 1
                assert int(text) == at[names[str(link.Dest)][0].objgen]
    assert seen


def test_the_pages_are_laid_out_again_where_numbers_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = words(built("charity", tmp_path / "quick"))
    monkeypatch.setattr(page_numbers, "_write", lambda *_: object().no_such_thing)  # type: ignore[attr-defined]
    assert words(built("charity", tmp_path / "otherwise")) == quick


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        pytest.param(PAGE, True, id="a number of a page"),
        pytest.param("<p>no number</p>", False, id="none"),
        pytest.param(PAGE + "<style>b::after{content:target-counter(attr(href), section)}</style>", False, id="others"),
        pytest.param(PAGE + "<style>i::after{content:'00'}</style>", False, id="digits that stand for themselves"),
        pytest.param(PAGE + "<style>b::after{content:target-text(attr(href))}</style>", False, id="words of a place"),
    ],
)
def test_only_numbers_of_pages_are_kept_for_later(html: str, kept: bool) -> None:
    assert (page_numbers.kept_places(html) is not None) is kept


def test_figures_that_look_like_a_place_stay(tmp_path: Path) -> None:
    sheet = ".n::after { content: target-counter(attr(href), page) } h2 { break-before: page }"
    text = "content: target-counter(attr(href), page)"
    page = f"""<!DOCTYPE html><html lang="en"><head><title>x</title><style>{sheet}</style></head><body><h1>First</h1>
<p><a href="#x">00</a> is a figure, <a class="n" href="#x"></a> a page; {text.replace("counter", "count")}</p>
<h2 id="x">There</h2></body></html>"""
    theme, _ = themes.find()
    assert theme is not None
    made, told = pdf.pdf(page, theme=theme, created=datetime(2026, 11, 9, tzinfo=UTC), language="en", title="x")
    assert told == ()
    (tmp_path / "x.pdf").write_bytes(made)
    read = subprocess.run(
        ["pdftotext", str(tmp_path / "x.pdf"), "-"], capture_output=True, check=True, text=True
    ).stdout
    assert " ".join(read.split()).startswith(f"First 00 is a figure, 2 a page; {text.replace('counter', 'count')}")


def test_words_that_read_like_a_style_are_left_as_they_are() -> None:
    text = "<p>content: target-counter(attr(href), page)</p>"
    assert page_numbers.kept_places(PAGE + text) is None
    assert page_numbers.kept_places(text) is None
