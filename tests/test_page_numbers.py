"""The numbers of pages on the first page are those of the pages that its links lead to."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from tests import samples


@pytest.mark.parametrize("sample", ["charity", "group", "group-zh", "wide"])
def test_each_number_is_that_of_the_page_its_link_leads_to(sample: str, tmp_path: Path) -> None:
    workbook = samples.wide(tmp_path, goals=3) if sample == "wide" else samples.workbook(sample)
    job = Job((workbook,), date(2026, 11, 9), formats=("pdf",), out=tmp_path)
    assert not pipeline.build(job).failed
    path = tmp_path / f"{sample}.pdf"
    numbers = []
    with pikepdf.open(path) as document:
        at = {page.objgen: number for number, page in enumerate(document.pages, 1)}
        names = pikepdf.NameTree(document.Root.Names.Dests)
        _, _, _, height = (float(each) for each in document.pages[0].mediabox)
        for link in document.pages[0].Annots:
            (left, right), (low, high) = (sorted(float(each) for each in link.Rect[side::2]) for side in (0, 1))
            text = subprocess.run(
                ["pdftotext", "-l", "1", "-x", str(int(left) - 1), "-y", str(int(height - high)),
                 "-W", str(int(right - left) + 3), "-H", str(int(high - low)), str(path), "-"],
                capture_output=True, check=True, text=True, timeout=60,
            ).stdout.strip()  # fmt: skip
            if text.isdigit():
                numbers.append(int(text))
                assert numbers[-1] == at[names[str(link.Dest)][0].objgen]
    assert numbers
    assert max(numbers) > 1
