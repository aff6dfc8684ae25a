"""The PDF as a document of record: archive and access standards, the workbooks inside, the words, the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from weasyprint import Attachment

from kpireport import pipeline
from kpireport.pipeline import Job
from kpireport.render import pdf_archive
from kpireport.resources import sample_workbooks

TODAY = date(2026, 11, 9)
WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)')
SAMPLES = ("minimal", "group", "group-zh", "charity")

pytestmark = pytest.mark.xdist_group("pdf")  # they share the reports


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each sample's PDF, with its JSON beside it."""
    folder = tmp_path_factory.mktemp("reports")
    found = {}
    for name in SAMPLES:
        job = Job((sample_workbooks() / f"{name}.xlsx",), TODAY, formats=("pdf", "json"), out=folder)
        outcome = pipeline.build(job)
        assert not outcome.failed, outcome.diagnostics
        found[name] = folder / f"{name}.pdf"
    return found


def words(path: Path, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, str(path), "-"], check=True, capture_output=True, timeout=60)
    return done.stdout.decode()


@pytest.mark.parametrize("profile", ["PDF_A_3A", "PDF_UA_1"])
@pytest.mark.parametrize("name", SAMPLES)
def test_one_file_meets_the_archive_and_the_access_standard(built: dict[str, Path], name: str, profile: str) -> None:
    result = page.validate_pdf(str(built[name]), profile=getattr(page.ValidationProfile, profile))
    assert [str(failure) for failure in result.failures] == []
    assert result.is_compliant


@pytest.mark.parametrize("name", ["group", "group-zh"])
def test_the_workbook_is_inside_as_the_source(built: dict[str, Path], name: str) -> None:
    original = (sample_workbooks() / f"{name}.xlsx").read_bytes()
    with pikepdf.open(built[name]) as document:
        assert list(document.attachments) == [f"{name}.xlsx"]
        assert document.attachments[f"{name}.xlsx"].get_file().read_bytes() == original
        assert [str(each.AFRelationship) for each in document.Root.AF] == ["/Source"]


def test_the_report_of_a_scope_holds_nobody_elses_workbook(tmp_path: Path) -> None:
    job = Job(
        (sample_workbooks() / "group.xlsx",), TODAY, scope="department=Sales", formats=("pdf",), out=tmp_path, name="s"
    )
    assert not pipeline.build(job).failed
    with pikepdf.open(tmp_path / "s.pdf") as document:
        assert len(document.attachments) == 0
        assert "AF" not in document.Root


@pytest.mark.parametrize(("name", "language"), [("group", "en"), ("group-zh", "zh")])
def test_title_language_tags_and_bookmarks(built: dict[str, Path], name: str, language: str) -> None:
    with pikepdf.open(built[name]) as document:
        assert str(document.Root.Lang).startswith(language)
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert document.Root.MarkInfo.Marked
        assert str(document.docinfo.Title)
        with document.open_outline() as outline:
            titles = [item.title for item in outline.root]
    assert titles
    text = words(built[name]).replace("\n", "").replace(" ", "")
    for title in titles:
        assert title.replace(" ", "").replace("\n", "") in text


def test_every_link_leads_somewhere_in_the_file(built: dict[str, Path]) -> None:
    with pikepdf.open(built["group"]) as document:
        names = {str(name) for name in list(document.Root.Names.Dests.Names)[::2]}
        links = [a for p in document.pages for a in p.get("/Annots", []) if a.Subtype == "/Link"]
        targets = [str(link.get("/Dest") or link.A.D) for link in links]
    assert len(targets) > 50
    assert set(targets) <= names


@pytest.mark.parametrize("name", SAMPLES)
def test_only_shipped_fonts_are_used_and_all_are_embedded(built: dict[str, Path], name: str) -> None:
    done = subprocess.run(["pdffonts", str(built[name])], check=True, capture_output=True, timeout=60)
    rows = done.stdout.decode().splitlines()[2:]
    assert rows
    for row in rows:
        family = row.split()[0].partition("+")[2].rstrip(",")
        assert family.startswith(("Source-Sans-3", "Source-Serif-4", "Noto-Sans-SC", "Noto-Serif-SC")), row
        assert re.search(r"\s(yes)\s+(yes|no)\s+(yes)\s", row), row


def test_a_chinese_headline_that_a_person_wrote_is_bold(built: dict[str, Path]) -> None:
    command = ["pdftohtml", "-xml", "-stdout", "-i", "-f", "1", "-l", "1", str(built["group-zh"])]
    page = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()
    assert re.search(r"<b>恢复供暖快于计划[^<]*</b>", page)


@pytest.mark.parametrize("name", ["group", "group-zh"])
def test_the_figures_of_the_json_stand_in_the_pdf(built: dict[str, Path], name: str) -> None:
    text = words(built[name], "-layout")
    data = json.loads(built[name].with_suffix(".json").read_text("utf-8"))
    for kpi in data["kpis"]:
        assert kpi["name"] in text.replace("\n", " ") or kpi["name"].split()[0] in text
        if kpi["actual"] is None or kpi["unit"] in ("%", "EUR k", "万元"):
            continue
        shown = f"{kpi['actual']:,.0f}" if kpi["actual"] >= 1000 else f"{kpi['actual']:.15g}".split(".")[0]
        assert shown in text, kpi["name"]
    for kpi in data["kpis"]:
        if kpi["unit"] == "%" and kpi["actual"] is not None:
            assert f"{kpi['actual'] * 100:.1f}" in text, kpi["name"]


@pytest.mark.parametrize("name", SAMPLES)
def test_no_word_lies_outside_the_margins(built: dict[str, Path], name: str) -> None:
    boxes = words(built[name], "-bbox")
    seen = 0
    for found in WORD.finditer(boxes):
        left, top, right, bottom = (float(found[n]) for n in range(1, 5))
        assert left >= 47, found[5]
        assert right <= 595.28 - 46, found[5]
        assert top >= 40, found[5]
        assert bottom <= 841.89 - 20, found[5]
        seen += 1
    assert seen > 100


@pytest.mark.parametrize("name", SAMPLES)
def test_no_two_words_overlap(built: dict[str, Path], name: str) -> None:
    """Words of one line whose boxes cover each other by more than two points cannot be read."""
    for number, sheet in enumerate(words(built[name], "-bbox").split("<page ")[1:], start=1):
        found = [(float(m[1]), float(m[2]), float(m[3]), float(m[4]), m[5]) for m in WORD.finditer(sheet)]
        for place, (left, top, right, bottom, word) in enumerate(found):
            for other in found[place + 1 :]:
                wide = min(right, other[2]) - max(left, other[0])
                tall = min(bottom, other[3]) - max(top, other[1])
                same_line = tall > 0.6 * min(bottom - top, other[3] - other[1])
                assert not (wide > 2 and same_line), f"page {number}: {word!r} and {other[4]!r}"


def test_the_month_stands_on_one_page(built: dict[str, Path]) -> None:
    first, second = words(built["group"], "-f", "1", "-l", "1"), words(built["group"], "-f", "2", "-l", "2")
    assert "Decision asked" in first
    assert "What changed" in first
    assert second.startswith("9 of 18 KPIs are on target")


@pytest.mark.parametrize("name", ["minimal", "group-zh"])
def test_two_processes_write_the_same_bytes(tmp_path: Path, name: str) -> None:
    digests = set()
    for seed in ("1", "2"):
        folder = tmp_path / seed
        subprocess.run(
            [
                sys.executable, "-m", "kpireport", "build", str(sample_workbooks() / f"{name}.xlsx"),
                "--out", str(folder),
                "--today", "2026-11-09", "--no-state", "--format", "pdf,html,json",
            ],
            check=True, capture_output=True, timeout=120, env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        files = sorted(folder.iterdir())
        assert [file.suffix for file in files] == [".html", ".json", ".pdf"]
        digests.add(tuple(hashlib.sha256(file.read_bytes()).hexdigest() for file in files))
    assert len(digests) == 1


def test_a_chinese_report_is_small(built: dict[str, Path]) -> None:
    assert built["group-zh"].stat().st_size < 1_000_000


class Awkward:
    """A document whose first file has a stream that ends in a line end, so that it is written again."""

    def __init__(self) -> None:
        self.read: list[bytes] = []

    def write_pdf(self, *, finisher: object, attachments: list[Any]) -> bytes:
        for attachment in attachments:
            with attachment.source as (stream, *_):
                self.read.append(stream.read())
        return b"\r\nendstream" if len(self.read) < 2 else b"whole"


def test_a_file_that_is_written_again_holds_its_workbook_again() -> None:
    document = Awkward()
    made = pdf_archive.written(document, lambda: [Attachment(string=b"book", name="book.xlsx")])
    assert made == b"whole"
    assert document.read == [b"book", b"book"]
