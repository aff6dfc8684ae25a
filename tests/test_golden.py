"""Samples as text, a folder each: accept a change with ``python -m pytest tests/test_golden.py --update-golden``.

Then read the difference as a customer would. Of a page a line is a block, cells of a row are parted by ``|``, a chart
stands as the words that a screen reader says of it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from kpireport import pipeline
from kpireport.cli import main
from kpireport.core.diagnostics import Where
from kpireport.core.dispatch import Audience
from kpireport.core.mailing import MailSettings
from kpireport.core.model import Recipient
from kpireport.deliver.addressees import addressees, audiences
from kpireport.deliver.post import Post
from kpireport.deliver.transports.directory import DirectorySettings
from kpireport.pipeline import Job
from kpireport.render import table
from kpireport.resources import sample_workbooks
from tests import goldens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kpireport.core.dispatch import Edition

GOLDEN = Path(__file__).parent / "golden"
TODAY = date(2026, 11, 9)
NOON = 1_794_225_600.0  # of that day, in UTC
CHECKED = ("en.txt", "zh.txt", "json")
FORMATS = ("json", "html", "xlsx", "pdf")
EXPLAINED = {
    "minimal": ("Revenue", "New customers", "Days to pay"),
    "group": ("Operating margin", "Customers who stay", "Complaints"),
    "group-zh": ("服务收入", "线索成本", "通话后满意度"),
    "charity": ("People reached", "Meals served", "Waiting time for a talk"),
    "messy": ("Parent", "Looks monthly", "Profit per head"),
}


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Mapping[str, str]], None]:
    """Compare the texts of a sample with those that were accepted, or accept them."""

    def compare(sample: str, texts: Mapping[str, str]) -> None:
        if request.config.getoption("--update-golden"):
            goldens.accept(GOLDEN / sample, texts)
        differences = goldens.differences(GOLDEN / sample, texts)
        assert not differences, f"see the docstring of this file\n{differences}"

    return compare


def job(sample: str, *formats: str, language: str = "") -> Job:
    return Job((sample_workbooks() / f"{sample}.xlsx",), TODAY, language=language, formats=formats)


TYPED = re.compile(r"/[^ `]*/bin/kpireport\b")  # a command is printed with its full path where it is not on the path


def checked(sample: str, *names: str) -> dict[str, str]:
    """Return what ``kpireport check`` prints. names: of the texts, by language and form."""
    texts = {}
    for name in names:
        language, _, form = name.rpartition(".")
        asked = ["check", str(sample_workbooks() / f"{sample}.xlsx"), "--language", language or "en"]
        asked += ["--today", TODAY.isoformat(), "--format", "text" if form == "txt" else "json"]
        said = CliRunner().invoke(main, asked).stdout
        texts[f"check.{name}"] = TYPED.sub("kpireport", said)
    return texts


def explained(sample: str, kpis: tuple[str, ...], *, language: str = "") -> str:
    """Return what ``kpireport explain`` prints of some KPIs, as the workbook's language has it."""
    return "\n\n".join(pipeline.explain(job(sample, language=language), kpi)[0] for kpi in kpis) + "\n"


def built(sample: str, *formats: str, language: str = "") -> dict[str, bytes]:
    """Return the files of a report by the end of their names, also of a workbook with errors."""
    asked = job(sample, *formats, language=language)
    files, _ = pipeline.rendered(asked, pipeline.evaluated(asked, progress=pipeline.silent, keep=True), "", str)
    assert files is not None
    return files


def rehearsed(sample: str, folder: Path) -> str:
    """Return the message of a rehearsal in which one reader of everything is written to."""
    product = pipeline.produce(job(sample, "html"), [Audience(formats=("html",))], recipients=False)
    reader = Recipient("A. Reader", "reader@example.com", Where("b.xlsx", "Recipients", "B2"), "all", formats=("html",))
    drafts = DirectorySettings(folder / "out")
    mail = MailSettings("dir", drafts, "KPI reports <kpi@example.com>", allowed_domains=("example.com",))
    post = Post(mail, folder / "state", clock=lambda: NOON)
    post.put(replace(product, recipients=(reader,)), today=TODAY, redirect_to="tester@example.com")
    post.send()
    post.close()
    (message,) = (folder / "out").glob("*.eml")
    return goldens.letter(message.read_bytes())


@pytest.mark.parametrize("sample", ["minimal", "group", "group-zh", "charity"])
def test_a_sample_says_what_was_accepted(
    sample: str, tmp_path: Path, golden: Callable[[str, Mapping[str, str]], None]
) -> None:
    files = built(sample, *FORMATS)
    data = json.loads(files[".json"])
    texts = checked(sample, *CHECKED) | {
        "explain.txt": explained(sample, EXPLAINED[sample]),
        "figures.json": goldens.figures(data),
        "page.txt": goldens.page(files[".html"]),
        "paper.txt": goldens.paper(files[".pdf"]),
        "results.txt": goldens.results(files["-results.xlsx"]),
        "scorecard.csv": table.as_csv(data, {}).decode("utf-8-sig"),
        "rehearsal.txt": rehearsed(sample, tmp_path),
    }
    golden(sample, texts)


def test_a_sample_in_german_says_what_was_accepted(golden: Callable[[str, Mapping[str, str]], None]) -> None:
    """Of a workbook in English: what is left of English is the workbook's own."""
    files = built("minimal", "html", "pdf", language="de")
    edition = pipeline.produce(job("minimal", "html", language="de"), [Audience(formats=("html",))], recipients=False)
    letters = [f"{each.letter.subject}\n\n{each.letter.text}\n" for each in edition.editions]
    golden(
        "minimal-de",
        {
            "check.messy.txt": checked("messy", "de.txt")["check.de.txt"],
            "explain.txt": explained("minimal", EXPLAINED["minimal"], language="de"),
            "letter.txt": "\n".join(letters),
            "page.txt": goldens.page(files[".html"]),
            "paper.txt": goldens.paper(files[".pdf"]),
        },
    )


def test_a_long_sample_says_what_was_accepted(golden: Callable[[str, Mapping[str, str]], None]) -> None:
    """Four hundred KPIs: of most a digest; PDF and results workbook, which take the longest, are left to the others."""
    files = built("wide", "json", "html")
    data = json.loads(files[".json"])
    texts = checked("wide", *CHECKED[:2]) | {
        "figures.json": goldens.figures(data, whole=3),
        "page.txt": goldens.page(files[".html"]),
        "scorecard.csv": table.as_csv(data, {}).decode("utf-8-sig"),
    }
    golden("wide", texts)


def test_a_sample_with_errors_says_what_was_accepted(golden: Callable[[str, Mapping[str, str]], None]) -> None:
    figures = goldens.figures(json.loads(built("messy", "json")[".json"]))
    golden(
        "messy",
        checked("messy", *CHECKED) | {"explain.txt": explained("messy", EXPLAINED["messy"]), "figures.json": figures},
    )


def test_a_part_says_what_was_accepted(tmp_path: Path, golden: Callable[[str, Mapping[str, str]], None]) -> None:
    part = replace(job("group", "html"), out=tmp_path, scope="department=Sales", name="part")
    assert not pipeline.build(part).failed
    golden("group", {"sales.page.txt": goldens.page((tmp_path / "part.html").read_bytes())})


def test_the_letters_say_what_was_accepted(golden: Callable[[str, Mapping[str, str]], None]) -> None:
    recipients = pipeline.produce(job("group"), ()).recipients
    addressed, _ = addressees(MailSettings(), recipients, today=TODAY, report="group")
    # Their PDFs would take long, and letters do not differ by what goes with them.
    product = pipeline.produce(job("group", "html"), [replace(one, formats=("html",)) for one in audiences(addressed)])
    assert product.editions

    def written(edition: Edition) -> str:
        letter, audience = edition.letter, edition.audience
        return f"== {audience.scope or 'all'}, {audience.language}\n{letter.subject}\n\n{letter.text}\n"

    golden("group", {"letters.txt": "\n".join(sorted(map(written, product.editions)))})
