"""Whole pages and letters as text: accept a change with ``python -m pytest tests/test_golden.py --update-golden``.

Then read the difference as a customer would. A line is a block of the page, cells of a row are parted by ``|``, a chart
stands as the words that a screen reader says of it.
"""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from kpireport.resources import sample_workbooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpireport.core.dispatch import Edition

GOLDEN = Path(__file__).parent / "golden"
TODAY = date(2026, 11, 9)
SILENT = {"style", "script", "head", "template"}
BLOCKS = {
    "p", "div", "section", "table", "thead", "tbody", "tr", "h1", "h2", "h3", "h4", "li", "ul", "ol", "dl", "dt", "dd",
    "header", "footer", "main", "nav", "figure", "figcaption", "caption", "svg", "details", "summary", "body", "form",
}  # fmt: skip


class Page(HTMLParser):
    """The words of a page, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._words: list[str] = []
        self._silent = 0
        self._svg = 0
        self._title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        if tag in BLOCKS:
            self._end()
        if tag in ("td", "th") and self._words:
            self._words.append("|")
        self._svg += tag == "svg"
        self._title = tag == "title" and self._svg > 0

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT
        self._svg -= tag == "svg"
        self._title = False
        if tag in BLOCKS - {"svg"}:
            self._end()

    def handle_data(self, data: str) -> None:
        if self._silent or (self._svg and not self._title):
            return
        words = data.split()
        if self._title and words:
            self.lines.append("[chart] " + " ".join(words))
        elif words:
            self._words.append(" ".join(words))

    def _end(self) -> None:
        line = " ".join(self._words).strip("| ")
        if line:
            self.lines.append(line)
        self._words = []


def text(path: Path) -> str:
    page = Page()
    page.feed(path.read_text("utf-8"))
    page.close()
    assert len(page.lines) > 60
    return "\n".join(page.lines) + "\n"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the one that was accepted, or accept it."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.write_text(text, "utf-8", newline="\n")
        assert path.is_file(), f"{name} was never accepted: run with --update-golden"
        assert text.splitlines() == path.read_text("utf-8").splitlines()

    return compare


def test_a_part_says_what_was_accepted(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    workbook = sample_workbooks() / "group.xlsx"
    job = Job((workbook,), TODAY, formats=("html",), out=tmp_path, scope="department=Sales", name="part")
    assert not pipeline.build(job).failed
    golden("group.sales.page.txt", text(tmp_path / "part.html"))


@pytest.mark.parametrize("sample", ["minimal", "group", "group-zh", "charity"])
def test_a_page_says_what_was_accepted(sample: str, tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    job = Job((sample_workbooks() / f"{sample}.xlsx",), TODAY, formats=("html",), out=tmp_path)
    assert not pipeline.build(job).failed
    golden(f"{sample}.page.txt", text(tmp_path / f"{sample}.html"))


def test_the_letters_say_what_was_accepted(golden: Callable[[str, str], None]) -> None:
    product = pipeline.produce(Job((sample_workbooks() / "group.xlsx",), TODAY, formats=("html",)))
    assert product.editions

    def written(edition: Edition) -> str:
        letter, audience = edition.letter, edition.audience
        return f"== {audience.scope or 'all'}, {audience.language}\n{letter.subject}\n\n{letter.text}\n"

    golden("group.letters.txt", "\n".join(sorted(map(written, product.editions))))
