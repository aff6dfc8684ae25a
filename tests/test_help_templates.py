"""The help page on themes is true: its example builds, its names exist, and nothing is left out."""

from __future__ import annotations

import re
import textwrap
from datetime import date
from pathlib import Path

import pytest
from fontTools.ttLib import woff2

from kpireport import pipeline
from kpireport.core.report import model
from kpireport.core.report.shown import month, plan, proof, score, section, voice
from kpireport.pipeline import Job, Outcome
from kpireport.resources import sample_workbooks, templates
from tests.saying import said

PACKAGE = Path(pipeline.__file__).parent
HELP = (PACKAGE / "help" / "templates.md").read_text("utf-8")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><path d="M0 0h60v20H0z" fill="#6A1B4D"/></svg>'


def example() -> dict[str, str]:
    found = re.findall(r"^`([\w./]+)`:\n\n((?:    .*\n|\n)+)", HELP, re.MULTILINE)
    return {name: textwrap.dedent(text).strip() + "\n" for name, text in found}


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    folder = tmp_path / "acme"
    for name, text in example().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("logo.png", "logo.svg"), "utf-8")
    (folder / "logo.svg").write_text(SVG, "utf-8")
    return folder


def build(theme: Path, out: Path, *formats: str, sample: str = "group") -> Outcome:
    return pipeline.build(
        Job(
            (sample_workbooks() / f"{sample}.xlsx",),
            date(2026, 11, 9),
            theme=theme,
            formats=formats or ("html",),
            out=out,
        )
    )


def test_the_example_builds_as_it_stands(acme: Path, tmp_path: Path) -> None:
    assert sorted(example()) == ["report.html", "sections/ours.html", "words/en.toml", "words/zh.toml"]
    outcome = build(acme, tmp_path / "out", "html", "pdf")
    assert [d.code for d in outcome.diagnostics if d.code.startswith("H")] == []
    page = (tmp_path / "out" / "group.html").read_text("utf-8")
    assert "What we look at first</h2>" in page
    assert '<th scope="col">Who</th>' in page
    assert 'class="logo" src="data:image/svg+xml;base64,' in page
    assert 'class="blk"' not in page
    assert page.rindex("--accent: #6A1B4D") > page.rindex("--accent: #17476B")
    assert 'id="staff"' not in page
    assert '<a href="#staff">' not in page
    assert '<a href="#budget">' in page


def test_a_font_of_the_theme_is_inside_both_editions(acme: Path, tmp_path: Path) -> None:
    font = templates() / "standard" / "fonts" / "SourceSerif4-Regular.ttf"
    woff2.compress(str(font), str(acme / "AcmeSans.woff2"))
    (style,) = re.findall(r"^    (<style>\n +@font-face(?:.*\n)+?    </style>)", HELP, re.MULTILINE)
    report = acme / "report.html"
    report.write_text(report.read_text("utf-8").replace("{% block head %}", "{% block head %}" + style), "utf-8")
    outcome = build(acme, tmp_path / "out", "html", "pdf", sample="minimal")
    assert [d.code for d in outcome.diagnostics if d.code.startswith("H")] == []
    page = (tmp_path / "out" / "minimal.html").read_text("utf-8")
    assert 'font-family: "Acme Sans"; src: url("data:font/woff2;base64,' in page


@pytest.mark.parametrize("name", ["missing.woff2", "report.html", "../secret.ttf"])
def test_what_is_no_font_of_the_theme_is_told(acme: Path, tmp_path: Path, name: str) -> None:
    report = acme / "report.html"
    text = report.read_text("utf-8").replace("{% block head %}", "{% block head %}{{ font('" + name + "') }}")
    report.write_text(text, "utf-8")
    outcome = build(acme, tmp_path / "out", sample="minimal")
    assert outcome.failed
    assert name in " ".join(said(d.problem) for d in outcome.diagnostics)


def test_every_block_is_in_the_table() -> None:
    text = (templates() / "standard" / "report.html").read_text("utf-8")
    table = HELP.partition("## The blocks")[2].partition("\n\n")[2].partition("To change one")[0]
    told = {name for line in re.findall(r"^\| ([\w, ]+) \|", table, re.MULTILINE) for name in line.split(", ")}
    assert set(re.findall(r"\{% block (\w+) %\}", text)) == told - {"block"}


def test_every_field_that_is_named_exists() -> None:
    fields = {
        name
        for room in (model, month, plan, proof, score, section, voice)
        for kind in vars(room).values()
        if isinstance(kind, type)
        for name in [*getattr(kind, "__slots__", ()), *vars(kind)]
    }
    table = HELP.partition("| in `report` |")[2].partition("A part without")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| `")]
    named = {part for row in rows for part in re.findall(r"`([\w.]+)`", "|".join(row))}
    assert len(named) > 40
    assert {part for name in named for part in name.split(".")} - fields == set()
    first = {name for row in rows for name in re.findall(r"`(\w+)`", row[1])}
    assert first <= set(model.ReportModel.__slots__)


def test_every_chart_and_mark_that_is_named_exists() -> None:
    macros = {
        file: set(re.findall(r"\{%-? macro (\w+)\(", (templates() / "standard" / file).read_text("utf-8")))
        for file in ("marks.html", "charts.svg.html")
    }
    marks = re.search(r"import (.*?) with context", HELP)
    assert marks
    assert set(marks[1].split(", ")) <= macros["marks.html"]
    charts = HELP.partition("From `charts.svg.html`:")[2].partition("Begin with")[0]
    assert set(re.findall(r"`(\w+)`", charts)) == macros["charts.svg.html"] - {
        "n", "colour", "words", "length", "open", "dots"
    }  # fmt: skip
