"""Themes: found by name or folder, copied, checked; sandboxed, and fed from nowhere but their own folder."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from kpireport import pipeline
from kpireport.cli import main
from kpireport.pipeline import Job, Outcome
from kpireport.render import themes
from kpireport.render.pdf import BASE, ThemeFiles
from kpireport.resources import sample_workbooks, templates
from tests.saying import said
from tests.workbooks import save

TODAY = date(2026, 11, 9)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000"
    "000049454e44ae426082"
)


def theme(folder: Path, template: str, **files: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.html").write_text(template, "utf-8")
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def build(folder: Path | None, out: Path, *formats: str, sample: str = "minimal") -> Outcome:
    workbook = sample_workbooks() / f"{sample}.xlsx"
    return pipeline.build(Job((workbook,), TODAY, theme=folder, formats=formats or ("html",), out=out))


def page(out: Path, sample: str = "minimal") -> str:
    return (out / f"{sample}.html").read_text("utf-8")


def test_three_lines_change_the_look(tmp_path: Path) -> None:
    own = theme(
        tmp_path / "own",
        '{% extends "builtin:standard/report.html" %}\n'
        "{% block head %}<style>:root { --accent: #6A1B4D; }</style>{% endblock %}\n"
        "{% block scorecard %}{% endblock %}",
    )
    outcome = build(own, tmp_path / "out")
    assert not outcome.failed
    assert "--accent: #6A1B4D" in page(tmp_path / "out")
    assert 'id="scorecard"' not in page(tmp_path / "out")
    assert 'id="off"' in page(tmp_path / "out")


def test_words_are_changed_one_by_one(tmp_path: Path) -> None:
    own = theme(
        tmp_path / "own",
        '{% extends "builtin:standard/report.html" %}',
        words__en_dot_toml='[labels]\nwhat_we_do = "Our answer"\n',
    )
    assert not build(own, tmp_path / "out").failed
    assert "Our answer" in page(tmp_path / "out")
    assert "What we do" not in page(tmp_path / "out")


def test_a_picture_travels_inside_the_page(tmp_path: Path) -> None:
    own = theme(
        tmp_path / "own",
        '{% extends "builtin:standard/report.html" %}{% block head %}'
        '{% endblock %}{% block notes %}<img src="{{ picture(\'logo.png\') }}" alt="Our firm">{% endblock %}',
        logo_dot_png=PIXEL,
    )
    outcome = build(own, tmp_path / "out", "html", "pdf")
    assert not outcome.failed, outcome.diagnostics
    assert 'src="data:image/png;base64,' in page(tmp_path / "out")


BASE_LINE = '{% extends "builtin:standard/report.html" %}\n{% block notes %}\n'


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        pytest.param("{{ report.headlin }}", "headlin", id="a misspelt name"),
        pytest.param("{{ labels.no_such_word }}", "no_such_word", id="a word that no words file has"),
        pytest.param("{% if %}", "", id="a tag that is not finished"),
        pytest.param("{{ picture('logo.png') }}", "no picture 'logo.png'", id="a picture that is not there"),
        pytest.param("{{ picture('../../secret.png') }}", "no picture", id="a picture outside the folder"),
        pytest.param("{{ picture('report.html') }}", "no picture", id="a page that is no picture"),
        pytest.param('{% include "/etc/passwd" %}', "there is no template", id="a file of the machine"),
        pytest.param('{% include "../secret.html" %}', "there is no template", id="a file beside the folder"),
        pytest.param('{% include "builtin:../pyproject.toml" %}', "there is no template", id="a file of the program"),
        pytest.param("{{ ''.__class__.__mro__ }}", "unsafe", id="a way to Python's classes"),
        pytest.param("{{ report.__class__.__init__.__globals__ }}", "unsafe", id="a way to Python's globals"),
        pytest.param("{% for i in range(10**9) %}{{ i }}{% endfor %}", "", id="a loop without end"),
        pytest.param("{{ cycler.__init__.__globals__.os.system('id') }}", "unsafe", id="a command of the machine"),
    ],
)
def test_a_template_that_is_wrong_is_told_with_its_line(tmp_path: Path, inside: str, told: str) -> None:
    (tmp_path / "secret.html").write_text("secret", "utf-8")
    (tmp_path / "secret.png").write_bytes(PIXEL)
    own = theme(tmp_path / "own", f"{BASE_LINE}{inside}\n{{% endblock %}}")
    outcome = build(own, tmp_path / "out")
    assert outcome.failed
    assert outcome.written == ()
    problem = next(d for d in outcome.diagnostics if d.code == "H102")
    assert told in said(problem.problem)
    assert list((tmp_path / "out").glob("*.html")) == []


def test_text_of_a_cell_is_never_markup(tmp_path: Path) -> None:
    name = '<script>alert(1)</script>{{ 7*7 }}"onload="x'
    book = save(
        tmp_path / "minimal.xlsx",
        Goals=[["kpi", "target", "unit"], [name, 100, "EUR"]],
        Metrics=[["kpi", "2026-09", "2026-10"], [name, 90, 101]],
    )
    outcome = pipeline.build(Job((book,), TODAY, formats=("html",), out=tmp_path / "out"))
    assert not outcome.failed
    text = page(tmp_path / "out")
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "{{ 7*7 }}" in text
    assert '"onload="x' not in text


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/x.png",
        "https://example.com/x.png",
        "file:///etc/passwd",
        f"{BASE}../secret.txt",
        f"{BASE}%2e%2e/secret.txt",
        f"{BASE}%2e%2e%2fsecret.txt",
        f"{BASE}..%5csecret.txt",
        "ftp://example.com/x",
        "//example.com/x.png",
        "http://theme.invalid.example.com/report.html",
    ],
)
def test_the_fetcher_gives_nothing_but_the_themes_files(tmp_path: Path, address: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    own, _ = themes.find(theme(tmp_path / "own", "x"))
    assert own is not None
    files = ThemeFiles(own)
    with pytest.raises(ValueError, match="not in the theme"):
        files.content(address)
    assert address in files.refused


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.css").write_text("secret", "utf-8")
    folder = theme(tmp_path / "own", "x")
    try:
        (folder / "style.css").symlink_to(tmp_path / "secret.css")
    except OSError:
        return  # this machine's user may make no links, so there is nothing to follow
    own, _ = themes.find(folder)
    assert own is not None
    found = own.path("style.css")
    assert found is None or "secret" not in found.read_text("utf-8")


def test_a_picture_from_elsewhere_is_left_out_and_told(tmp_path: Path) -> None:
    own = theme(tmp_path / "own", f'{BASE_LINE}<img src="http://example.com/x.png" alt="x">{{% endblock %}}')
    outcome = build(own, tmp_path / "out", "pdf")
    assert [d.code for d in outcome.diagnostics if d.code.startswith("H")] == ["H104"]
    assert not outcome.failed


@pytest.mark.parametrize(("sample", "words"), [("group", "What we ask of you"), ("group-zh", "请求决策")])
def test_the_board_theme_is_one_page(tmp_path: Path, sample: str, words: str) -> None:
    outcome = build(Path("board"), tmp_path, "html", "pdf", "json", sample=sample)
    assert not [d for d in outcome.diagnostics if d.code.startswith("H")]
    told = subprocess.run(["pdfinfo", str(tmp_path / f"{sample}.pdf")], check=True, capture_output=True, timeout=60)
    assert "Pages:           1" in told.stdout.decode()
    text = page(tmp_path, sample)
    assert words in text
    data = json.loads((tmp_path / f"{sample}.json").read_text("utf-8"))
    goals = [kpi for kpi in data["kpis"] if kpi["level"] == "organisation" and kpi["type"] == "kpi"]
    assert goals
    for kpi in goals:
        assert kpi["name"] in text


def test_the_board_theme_shows_goals_as_a_table_where_there_are_many(tmp_path: Path) -> None:
    names = [f"Goal {n}" for n in range(12)]
    book = save(
        tmp_path / "minimal.xlsx",
        Goals=[["kpi", "target", "unit"], *([name, 100, "EUR"] for name in names)],
        Metrics=[["kpi", "2026-09", "2026-10"], *([name, 90, 101] for name in names)],
    )
    outcome = pipeline.build(Job((book,), TODAY, theme=Path("board"), formats=("html",), out=tmp_path / "out"))
    assert not outcome.failed
    for name in names:
        assert name in page(tmp_path / "out")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["themes", *arguments])
    return result.exit_code, result.output


def test_the_list_names_every_built_in_theme() -> None:
    code, text = run("list")
    assert code == 0
    names = {path.parent.name for path in templates().glob("*/report.html")}
    assert {line.split()[0] for line in text.splitlines()} == names == {"board", "grey", "standard"}


@pytest.mark.parametrize("options", [(), ("--from", "board"), ("--all",)], ids=["start", "from board", "whole"])
def test_a_copy_works_at_once(tmp_path: Path, options: tuple[str, ...]) -> None:
    own = tmp_path / "own"
    assert run("copy", str(own), *options)[0] == 0
    code, text = run("check", str(own), "--no-pdf")
    assert (code, text.splitlines()[-1]) == (0, "no problems found"), text


def test_a_copy_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("mine", "utf-8")
    code, text = run("copy", str(tmp_path))
    assert code == 2
    assert "is not empty" in text
    assert (tmp_path / "report.html").read_text("utf-8") == "mine"


def test_a_check_says_what_is_wrong_and_where(tmp_path: Path) -> None:
    own = theme(tmp_path / "own", f"{BASE_LINE}{{{{ report.wrong }}}}{{% endblock %}}")
    code, text = run("check", str(own), "--no-pdf")
    assert code == 3
    assert "report.html, line 3" in text


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        pytest.param("words/en.toml", "labels = [", "H103: the words file en.toml cannot be read", id="words, no TOML"),
        pytest.param("words/zh.toml", b"\xff", "H103: the words file zh.toml cannot be read", id="words, no text"),
        pytest.param("mail.html", "{{ report.wrong }}", "H102: the template mail.html, line 1", id="a letter's page"),
        pytest.param("mail.txt", "line\n{% if %}", "H102: the template mail.txt, line 2", id="a letter's text"),
        pytest.param(
            "sections/notes.html", "{% include 'x' %}", "notes.html, line 1: there is no template", id="a part"
        ),
    ],
)
def test_a_check_looks_at_every_file(tmp_path: Path, file: str, content: str | bytes, told: str) -> None:
    own = theme(tmp_path / "own", '{% extends "builtin:standard/report.html" %}')
    path = own / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    code, text = run("check", str(own), "--no-pdf")
    assert code == 3
    assert told in text


def test_a_folder_that_is_no_theme_is_told(tmp_path: Path) -> None:
    code, text = run("check", str(tmp_path / "none"), "--no-pdf")
    assert code == 3
    assert "H101" in text


@pytest.mark.parametrize("sample", ["group", "group-zh"])
def test_the_grey_theme_draws_nothing_in_colour(tmp_path: Path, sample: str) -> None:
    outcome = build(Path("grey"), tmp_path, "pdf", sample=sample)
    assert not outcome.failed
    picture = subprocess.run(
        ["pdftoppm", "-r", "40", str(tmp_path / f"{sample}.pdf")], check=True, capture_output=True, timeout=60
    ).stdout
    points = np.frombuffer(picture[15 : 15 + 331 * 468 * 3], np.uint8).reshape(-1, 3).astype(int)
    assert (points.max(axis=1) - points.min(axis=1)).max() < 30
