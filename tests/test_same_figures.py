"""One figure, three files: what the JSON holds unrounded, the page and the PDF show rounded, and nothing else."""

from __future__ import annotations

import html
import json
import re
import subprocess
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from kpireport.resources import sample_workbooks

TODAY = date(2026, 11, 9)
SAMPLES = ("minimal", "group", "group-zh", "charity")
ROW = re.compile(r'(?s)<tr class="k [^"]*" id="k\d+".*?</tr>')
CELL = re.compile(r'(?s)<(?:td|th)[^>]*class="r f [^"]*"[^>]*>(.*?)</td>')
NUMBER = re.compile(r"[+−±-]?[\d,]+(?:\.\d+)?")


@dataclass(frozen=True)
class Shown:
    """A row of the scorecard as it is printed: name, actual, target, gap, actual of the year, gap of the year."""

    name: str
    cells: tuple[str, ...]


@pytest.fixture(scope="module", params=SAMPLES)
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a sample in all three formats; return where, without the ending."""
    out = tmp_path_factory.mktemp("same")
    name: str = request.param
    workbook = sample_workbooks() / f"{name}.xlsx"
    job = Job((workbook,), TODAY, period="2026-10", formats=("html", "pdf", "json"), out=out)
    assert not pipeline.build(job).failed
    return out / name


def data(files: Path) -> dict[str, dict[str, Any]]:
    kpis = json.loads(files.with_suffix(".json").read_text("utf-8"))["kpis"]
    return {row["name"]: row for row in kpis}


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"(?s)<svg.*?</svg>|<sup.*?</sup>|<[^>]+>", " ", markup)).split())


def page_rows(files: Path) -> list[Shown]:
    page = files.with_suffix(".html").read_text("utf-8")
    found = []
    for row in ROW.findall(page):
        name = re.search(r'(?s)data-name="([^"]*)"', row)
        assert name
        found.append(Shown(html.unescape(name[1]), tuple(plain(cell) for cell in CELL.findall(row))))
    return found


def figures(row: dict[str, Any]) -> tuple[float | None, ...]:
    """Return the five figures of a row, as the page shows them: shares as percentages."""
    times = 100.0 if row["unit"] == "%" else 1.0
    ytd = row["ytd"]
    gap = None if ytd["actual"] is None or ytd["target"] is None else ytd["actual"] - ytd["target"]
    values = (row["actual"], row["target"], row["gap"], ytd["actual"], gap)
    return tuple(None if v is None else v * times for v in values)


def says(text: str, value: float) -> bool:
    """Return whether a printed number is this value, rounded half away from zero to the decimals that are shown."""
    found = NUMBER.match(text)
    if found is None:
        return False
    shown = Decimal(found[0].replace(",", "").replace("−", "-").replace("±", "").replace("+", ""))
    step = Decimal(1).scaleb(shown.as_tuple().exponent)  # type: ignore[arg-type]
    exact = Decimal(f"{value:.15g}")
    return shown == exact.quantize(step, ROUND_HALF_UP)


def test_the_page_shows_the_figures_of_the_data(files: Path) -> None:
    known, rows, compared = data(files), page_rows(files), 0
    for shown in rows:
        row = next(row for name, row in known.items() if shown.name.startswith(name))
        assert len(shown.cells) == 5, shown
        for text, value in zip(shown.cells, figures(row), strict=True):
            if value is not None and row["target_range"] is None:
                assert says(text, value), (shown.name, text, value)
                compared += 1
    rated = [name for name, row in known.items() if row["type"] == "kpi"]
    assert len(rows) >= len(rated)
    assert compared >= 4 * len(rated) - 6


def test_the_pdf_shows_what_the_page_shows(files: Path) -> None:
    done = subprocess.run(
        ["pdftotext", "-layout", str(files.with_suffix(".pdf")), "-"], check=True, capture_output=True, timeout=60
    )
    lines = [line.split() for line in done.stdout.decode().splitlines()]
    known = data(files)
    for shown in page_rows(files):
        row = next(row for name, row in known.items() if shown.name.startswith(name))
        if row["type"] != "kpi":
            continue
        wanted = [cell.split()[0] for cell in shown.cells if NUMBER.match(cell)]
        first = row["name"].split()[0]
        assert any(first in line and in_order(wanted, line) for line in lines), (shown, first)


def in_order(wanted: list[str], line: list[str]) -> bool:
    """Return whether words stand in a line in this order, with others between them."""
    words = iter(line)
    return all(any(word == one for word in words) for one in wanted)


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        pytest.param("2,214", 2214.4, True, id="thousands"),
        pytest.param("−2.4", -2.35, True, id="half goes away from zero"),
        pytest.param("+0.2", 0.1996, True, id="a sign"),
        pytest.param("12.1", 12.1996, False, id="cut off is not rounded"),
        pytest.param("no data", 1.0, False, id="words"),
    ],
)
def test_says(text: str, value: float, *, said: bool) -> None:
    assert says(text, value) is said
