"""Custom properties are put where they are used only where nobody could tell the difference."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from kpireport.render import constants
from kpireport.resources import sample_workbooks

ROOT = ":root { --ink: #123; --u: 1.2rem }"


@pytest.mark.parametrize(
    ("sheet", "written"),
    [
        pytest.param(ROOT + "p{color:var(--ink)}", "p{color:#123}", id="defined once"),
        pytest.param(ROOT + "p{margin:0 var( --u ) var(--u)}", "p{margin:0 1.2rem 1.2rem}", id="two in one value"),
        pytest.param("/* theme */" + ROOT + "p{color:var(--ink)}", "p{color:#123}", id="after a comment"),
        pytest.param(ROOT + "p{color:var(--ink, red)}", "p{color:var(--ink, red)}", id="with another value at hand"),
        pytest.param(ROOT + "p{color:var(--other)}", "p{color:var(--other)}", id="not defined"),
        pytest.param(
            ROOT + "p{color:var(--ink)} .x{--ink:red}", "p{color:var(--ink)} .x{--ink:red}", id="changed for some"
        ),
        pytest.param(
            ROOT + "p{color:var(--ink)} </style><i style='--ink: red'><style>",
            "p{color:var(--ink)}",
            id="in an element",
        ),
        pytest.param("@media print{:root{--a:1px}}p{margin:var(--a)}", "p{margin:var(--a)}", id="for a medium"),
        pytest.param(".x{--a:1px}p{margin:var(--a)}", "p{margin:var(--a)}", id="not of the root"),
        pytest.param(":root:lang(zh){--a:1px}p{margin:var(--a)}", "p{margin:var(--a)}", id="of a language"),
        pytest.param(":root{--a:var(--b);--b:1px}p{margin:var(--a)}", "p{margin:var(--a)}", id="made of another"),
        pytest.param(":root{--a:'x;y'}p::after{content:var(--a)}", "p::after{content:var(--a)}", id="a text"),
        pytest.param("/* :root{--a:1px} */p{margin:var(--a)}", "p{margin:var(--a)}", id="defined in a comment"),
    ],
)
def test_a_style_sheet(sheet: str, written: str) -> None:
    assert written in constants.put_in(f"<style>{sheet}</style>")


def test_the_text_of_a_page_is_never_touched() -> None:
    page = f"<style>{ROOT} p{{color:var(--ink)}}</style><p title='var(--ink)'>var(--ink) costs var(--u)</p>"
    assert constants.put_in(page).endswith("<p title='var(--ink)'>var(--ink) costs var(--u)</p>")
    assert "color:#123" in constants.put_in(page)


@pytest.mark.parametrize("sample", ["charity", "group-zh"])
def test_the_report_is_the_same(sample: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def built() -> bytes:
        workbook = sample_workbooks() / f"{sample}.xlsx"
        done = pipeline.build(Job((workbook,), date(2026, 11, 9), formats=("pdf",), out=tmp_path))
        return next(path for path in done.written if path.suffix == ".pdf").read_bytes()

    with_values = built()
    monkeypatch.setattr(constants, "put_in", lambda html: html)
    assert built() == with_values
