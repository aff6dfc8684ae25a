"""The letter: what it says, and that every mail program can draw it."""

from __future__ import annotations

import html
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kpireport import pipeline
from kpireport.core.dispatch import CONTACT_HERE, FILES_HERE, LETTER, Audience, seal
from kpireport.core.report.brief import MOST_ROWS
from tests.workbooks import save

if TYPE_CHECKING:
    from kpireport.core.dispatch import Product

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_workbooks"
TODAY = date(2026, 11, 9)
FORBIDDEN_TAGS = {"svg", "script", "link", "iframe", "form", "input", "video", "object", "embed", "button", "canvas"}
FORBIDDEN_STYLE = re.compile(
    r"flex|grid|position|float|var\(|calc\(|rgba|gradient|shadow|border-radius|background-image|url\(|rem\b|webp|margin-"
)


class Linter(HTMLParser):
    """Collects what Outlook's Word engine or Gmail cannot draw."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.tags: dict[str, int] = {}
        self.styles: list[str] = []
        self.pictures: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.open.append(tag)
        if tag in FORBIDDEN_TAGS:
            self.faults.append(f"<{tag}>")
        if tag == "img":
            self.picture(found)
        if "class" in found and tag == "div":
            self.faults.append("a div with a class is layout")
        if FORBIDDEN_STYLE.search(found.get("style", "")):
            self.faults.append(f"{tag} style {found['style']}")
        if "padding" in found.get("style", "") and tag not in ("td", "th", "body"):
            self.faults.append(f"padding on {tag}")
        self.faults += [f"{name} on {tag}" for name in found if name.startswith("on")]
        if tag == "table" and not {"cellpadding", "cellspacing", "border"} <= set(found):
            self.faults.append("a table without cellpadding, cellspacing, border")

    def picture(self, found: dict[str, str]) -> None:
        if not found.get("src", "").startswith("cid:"):
            self.faults.append(f"a picture from {found.get('src', '')[:30]}")
        if not found.get("width", "").isdigit() or f"width:{found.get('width')}px" not in found.get(
            "style", ""
        ).replace(" ", ""):
            self.faults.append("a picture without its width, as attribute and as style")
        if not found.get("alt"):
            self.faults.append("a picture without alt")
        self.pictures.append(found.get("src", "").removeprefix("cid:"))

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.styles.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()


def linted(html: str) -> Linter:
    linter = Linter()
    linter.feed(html)
    sheet = "".join(linter.styles)
    if "data:" in html:
        linter.faults.append("data:")
    if len(sheet) > 2000 or not re.fullmatch(r"\s*@media[^{]+\{.*\}\s*", sheet, re.DOTALL):
        linter.faults.append("a style sheet that is more than a media query")
    if len(html.encode()) > 90_000:
        linter.faults.append("larger than Gmail shows")
    return linter


def produced(workbook: Path, *audiences: Audience, **more: Any) -> Product:
    return pipeline.produce(pipeline.Job((workbook,), TODAY, formats=(), **more), audiences or (Audience("", "", ()),))


@pytest.fixture(scope="module")
def group() -> Product:
    return produced(
        SAMPLES / "group.xlsx",
        Audience("", "", ()), Audience("department=Sales", "", ("html",)), Audience("", "zh", ()),
    )  # fmt: skip


@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_mail_program_can_draw_it(group: Product, number: int) -> None:
    letter = group.editions[number].letter
    linter = linted(letter.html)
    assert linter.faults == []
    assert linter.tags["table"] > 2
    assert linter.pictures
    assert set(linter.pictures) == set(letter.images)
    assert all(content.startswith(b"\x89PNG") and len(content) < 10_000 for content in letter.images.values())


@pytest.mark.parametrize(
    "html",
    [
        pytest.param('<div style="display:flex">', id="flex"),
        pytest.param("<svg></svg>", id="svg"),
        pytest.param('<img src="data:image/png;base64,AA" width="1" alt="x" style="width:1px">', id="data:"),
        pytest.param('<img src="cid:a" alt="x">', id="no width"),
        pytest.param('<img src="cid:a" width="1" style="width:1px">', id="no alt"),
        pytest.param("<style>p { color: red }</style>", id="a style sheet"),
        pytest.param('<p style="padding:3px">', id="padding on a paragraph"),
    ],
)
def test_the_linter_finds_what_it_looks_for(html: str) -> None:
    assert linted(html).faults


def test_the_subject_says_the_message(group: Product) -> None:
    assert [edition.letter.subject for edition in group.editions] == [
        "Brightwell Heat & Water, Monthly KPI report, October 2026: 9 of 18 on target, 3 need a decision",
        "Brightwell Heat & Water, Monthly KPI report, Sales, October 2026: 1 of 2 on target",
        "Brightwell Heat & Water《Monthly KPI report》 2026年10月：18 项中 9 项达标，3 项待决策",
    ]


def test_the_text_says_the_same_as_the_page(group: Product) -> None:
    for edition in group.editions:
        page = html.unescape(re.sub(r"<[^>]+>", " ", edition.letter.html))
        lines = re.findall(r"^[●○✓–] .+$", edition.letter.text, re.MULTILINE)
        assert len(lines) >= (2 if edition.audience.scope else 4)
        for line in lines:
            word, name, *figures = re.split(r" {2,}", line)
            for part in (word[2:], name, *figures):
                assert part in page
        assert "<" not in edition.letter.text
        assert "&amp;" not in edition.letter.text
        for mark in (FILES_HERE, CONTACT_HERE):
            assert mark in edition.letter.text
            assert mark in edition.letter.html


def test_a_part_says_nothing_of_others(group: Product) -> None:
    sales = group.editions[1]
    for word in ("Calls answered", "Complaints", "69.8", "EUR 45"):
        assert word in group.editions[0].letter.text.replace("\N{NO-BREAK SPACE}", " ")
        assert word not in sales.letter.text.replace("\N{NO-BREAK SPACE}", " ")
        assert word not in sales.letter.html.replace("\N{NO-BREAK SPACE}", " ")
    (name,) = sales.files
    assert name == "Brightwell Heat & Water Monthly KPI report-Sales-2026-10.html"
    assert "Calls answered" not in sales.files[name].decode()


def test_everything_is_sealed_with_the_part_it_was_built_for(group: Product) -> None:
    for edition in group.editions:
        assert set(edition.seals) == {*edition.files, LETTER}
        assert edition.seals[LETTER] == seal(edition.audience.scope, edition.letter.content())


def many(folder: Path, count: int) -> Path:
    goals = "KPI | Target | Unit\n" + "\n".join(f"Number {n} | 95% | %" for n in range(count))
    months = ["KPI", *(f"2026-{m:02}" for m in range(1, 11))]
    metrics = "\n".join([" | ".join(months), *(f"Number {n} | " + " | ".join(["50%"] * 10) for n in range(count))])
    return save(folder / "many.xlsx", Goals=goals, Metrics=metrics)


def test_at_most_twenty_five_rows_and_the_rest_is_counted(tmp_path: Path) -> None:
    (edition,) = produced(many(tmp_path, 62), language="en").editions
    assert edition.letter.html.count('alt="Number') == MOST_ROWS
    assert "and 37 more in the report" in edition.letter.text
    assert linted(edition.letter.html).faults == []


def test_one_kpi_and_none_with_a_target(tmp_path: Path) -> None:
    one = save(
        tmp_path / "one.xlsx", Goals="KPI | Target\nIncome | 100", Metrics="KPI | 2026-09 | 2026-10\nIncome | 90 | 120"
    )
    (edition,) = produced(one, language="en").editions
    assert edition.letter.subject.endswith("October 2026: 1 of 1 on target")
    free = save(
        tmp_path / "free.xlsx", Goals="KPI | Unit\nIncome | EUR", Metrics="KPI | 2026-09 | 2026-10\nIncome | 90 | 120"
    )
    (edition,) = produced(free, language="en").editions
    assert "KPI report" in edition.letter.subject
    assert linted(edition.letter.html).faults == []


def test_what_is_typed_in_a_workbook_stays_text(tmp_path: Path) -> None:
    name = '<img src=x onerror=alert(1)> & "Co"'
    organisation = "Evil\r\nBcc: eve@example.com [[files]]"
    evil = save(
        tmp_path / "evil.xlsx",
        Goals=[["KPI", "Target"], [name, 100]],
        Metrics=[["KPI", "2026-10"], [name, 90]],
        Settings=[["Setting", "Value"], ["organisation", organisation]],
    )
    (edition,) = produced(evil, language="en").editions
    assert linted(edition.letter.html).faults == []
    assert "\n" not in edition.letter.subject
    assert "onerror=alert(1)" in edition.letter.text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("[[files]]", "[[files]]", id="what once was a mark"),
        pytest.param("{{ contact }}", "{{ contact }}", id="what a template writes"),
        pytest.param("_x0002_contact_x0003_", "contact", id="the mark itself, by the code of its signs"),
    ],
)
def test_a_kpi_named_like_a_place_in_the_letter_stays_a_kpi(tmp_path: Path, name: str, shown: str) -> None:
    book = save(tmp_path / "a.xlsx", Goals=[["KPI", "Target"], [name, 100]], Metrics=[["KPI", "2026-10"], [name, 90]])
    (edition,) = produced(book, language="en").editions
    letter = edition.letter
    for page in (letter.text, letter.html):
        assert (page.count(FILES_HERE), page.count(CONTACT_HERE)) == (1, 1)
        assert shown in page.replace(FILES_HERE, "").replace(CONTACT_HERE, "")
    again = produced(book, language="en").editions[0]
    assert (again.letter, again.seals) == (letter, edition.seals)


def test_a_theme_with_a_fault_in_its_letter_is_told(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text('{% extends "builtin:standard/report.html" %}')
    (tmp_path / "mail.html").write_text("line\n{{ report.nothing }}")
    made = produced(SAMPLES / "minimal.xlsx", theme=tmp_path)
    assert made.editions == ()
    assert [(d.code, d.details.get("line")) for d in made.diagnostics if d.code.startswith("H")] == [("H102", 2)]
