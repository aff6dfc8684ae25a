"""Paper under load: one to two hundred KPIs, every state, names and figures that are hard to print."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from tests import paperbooks
from tests.paperbooks import Hard

TODAY = date(2026, 11, 9)
WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)')
SIX_DECISIONS = ("Release EUR 45 k from the reserve. " * 6,) * 6
LONG_HEADLINE = (
    "What was promised was not kept, and what was kept had not been promised to anyone at all, as finance says"
)


@dataclass(frozen=True)
class Case:
    """A workbook and the language of its report. pages: that it takes at most, so that no page is left half empty."""

    hard: Hard
    language: str
    pages: int


CASES = {
    "one KPI stands on one page, with its evidence on the next": Case(Hard(1, 1), "en", 2),
    "eight KPIs": Case(Hard(8, 2), "zh", 5),
    "sixty KPIs in Chinese": Case(Hard(60, 5), "zh", 16),
    "everything is off target, and eight goals ask for six decisions": Case(
        Hard(60, 8, "off", headline=LONG_HEADLINE, decisions=SIX_DECISIONS), "en", 20
    ),
    "nothing is off target": Case(Hard(18, 4, "on"), "en", 5),
    "nothing has a target": Case(Hard(18, 4, "no target"), "en", 5),
    "the first month ever": Case(Hard(8, 3, months=1), "en", 5),
    "targets of zero": Case(Hard(8, 3, target=0.0), "zh", 6),
    "negative targets": Case(Hard(8, 3, target=-350.0), "en", 6),
    "a provisional month": Case(Hard(8, 2, settings=(("provisional", "yes"),)), "en", 5),
    "more goals than panels": Case(Hard(40, 12), "en", 14),
    "no goals at all": Case(Hard(30, 0), "zh", 12),
    "two hundred KPIs": Case(Hard(200, 8), "en", 20),
}


@pytest.fixture(scope="module", params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in CASES])
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Path]:
    """One case, and its PDF."""
    case = CASES[request.param]
    folder = tmp_path_factory.mktemp("paper")
    book = paperbooks.write(case.hard, folder / "hard.xlsx")
    outcome = pipeline.build(Job((book,), TODAY, language=case.language, formats=("pdf",), out=folder))
    assert not outcome.failed, outcome.diagnostics
    return case, folder / "hard.pdf"


def text(path: Path, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, str(path), "-"], check=True, capture_output=True, timeout=60)
    return done.stdout.decode()


def test_nothing_overlaps_is_clipped_or_stands_alone(printed: tuple[Case, Path]) -> None:
    case, path = printed
    pages = text(path, "-layout").removesuffix("\f").split("\f")
    assert len(pages) <= case.pages
    assert list(overlapping(path)) == []
    assert list(outside(path)) == []
    assert [page for page in pages if not page.strip()] == []
    assert [last for page in pages if (last := lines(page)[-2]).strip().startswith("Department")] == []


def test_the_month_keeps_to_its_page(printed: tuple[Case, Path]) -> None:
    _, path = printed
    second = lines(text(path, "-layout", "-f", "2", "-l", "2"))[0]
    titles = r"KPIs are on target|项指标中|Metrics, without targets|指标数据|reading the workbooks|misleads"
    assert re.search(titles, second), second


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "hard",
    [Hard(1, 1), Hard(8, 2), Hard(60, 5), Hard(60, 30), Hard(18, 4, "no target"), Hard(40, 8, decisions=SIX_DECISIONS)],
)
def test_a_board_gets_one_page(tmp_path: Path, hard: Hard, language: str) -> None:
    book = paperbooks.write(hard, tmp_path / "hard.xlsx")
    job = Job((book,), TODAY, language=language, formats=("pdf",), out=tmp_path, theme=Path("board"))
    assert not pipeline.build(job).failed
    assert text(tmp_path / "hard.pdf").count("\f") == 1
    assert list(overlapping(tmp_path / "hard.pdf")) == []


def lines(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.strip()]


def overlapping(path: Path) -> list[str]:
    """Return words of one line whose boxes cover each other by more than a point."""
    found = []
    for number, sheet in enumerate(text(path, "-bbox").split("<page ")[1:], start=1):
        boxes = sorted((float(m[2]), float(m[1]), float(m[4]), float(m[3]), m[5]) for m in WORD.finditer(sheet))
        boxes = [box for box in boxes if box[2] - box[0] > 1]  # words for a screen reader alone have no height
        for place, (top, left, bottom, right, word) in enumerate(boxes):
            for other_top, other_left, other_bottom, other_right, other in boxes[place + 1 :]:
                if other_top > bottom:
                    break
                wide = min(right, other_right) - max(left, other_left)
                tall = min(bottom, other_bottom) - max(top, other_top)
                if wide > 1 and tall > 0.6 * min(bottom - top, other_bottom - other_top):
                    found.append(f"page {number}: {word!r} and {other!r}")
    return found


def outside(path: Path) -> list[str]:
    """Return where ink stands outside the text block and the footer: words and drawn paths alike."""
    found = []
    for picture in pictures(path):
        page = np.frombuffer(picture[1], np.uint8).reshape(picture[0][1], picture[0][0])
        margins = {
            "left": page[:, :46],
            "right": page[:, 549:],
            "top": page[:46],
            "above the footer": page[796:801],
            "below the footer": page[828:],
        }
        found += [name for name, margin in margins.items() if margin.min() < 200]
    return found


def pictures(path: Path) -> list[tuple[tuple[int, int], bytes]]:
    """Return the pages in grey at 72 dpi, a pixel a point: ((width, height), bytes)."""
    made = subprocess.run(["pdftoppm", "-r", "72", "-gray", str(path)], check=True, capture_output=True, timeout=120)
    found, rest = [], made.stdout
    while head := re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", rest):
        size = int(head[1]), int(head[2])
        end = head.end() + size[0] * size[1]
        found.append((size, rest[head.end() : end]))
        rest = rest[end:]
    return found
