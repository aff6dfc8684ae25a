"""No word of a report, a letter, a message or a marked workbook stands in code: all are made in a pseudo-language."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from kpireport import console, languages, making, pipeline
from kpireport.core.dispatch import CONTACT_HERE, FILES_HERE, OPENING_HERE, Audience
from kpireport.core.explain import explanation
from kpireport.excel.annotate import annotate
from kpireport.pipeline import Job
from kpireport.resources import sample_workbooks
from tests import pseudo

TODAY = date(2026, 11, 9)


@pytest.fixture(scope="module", autouse=True)
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    languages.FOLDERS.append(pseudo.write(tmp_path_factory.mktemp("languages")))
    languages.lexicon.cache_clear()
    yield
    languages.FOLDERS.pop()
    languages.load.cache_clear()
    languages.lexicon.cache_clear()


def own_words(path: Path) -> set[str]:
    book = openpyxl.load_workbook(path)
    texts = [path.name, *book.sheetnames]
    texts += [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    return {word for text in texts for word in re.findall(r"[A-Za-z]{2,}|[\u4e00-\u9fff]+", text)}


SAMPLE = sample_workbooks() / "group-zh.xlsx"
ENGLISH = [sample_workbooks() / f"{name}.xlsx" for name in ("charity", "minimal", "wide", "group")]


ANSWER = re.compile(r"\w+-[0-9a-f]{8}=[^`]*")  # the id of a question and the ids of its answers, which are typed


def left(texts: list[str], path: Path, *, known: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return the words that are neither of the language nor of the workbook. known: others that may stand there."""
    own = own_words(path) | known
    texts = [ANSWER.sub("", text) for text in texts]
    return {word: text for word, text in pseudo.plain_words(texts).items() if word not in own}


def typed_words() -> frozenset[str]:
    """Return what a message may ask to be typed, in any language: choices, names of settings, currencies."""
    tables = [
        (name, table)
        for vocabulary in languages.lexicon().vocabularies.values()
        for name, table in vocabulary.items()
        if name.startswith(("choices", "titles", "currencies", "settings"))
    ]
    texts = [text for _, table in tables for meaning, words in table.items() for text in (meaning, *words)]
    return frozenset({"TRUE", *(word for text in texts for word in re.findall(r"[A-Za-z]{2,}", text))})


@pytest.mark.parametrize("path", [SAMPLE, *ENGLISH], ids=lambda path: path.stem)
def test_a_page_has_no_word_of_code(path: Path, tmp_path: Path) -> None:
    job = Job((path,), TODAY, language=pseudo.TAG, formats=("html",), out=tmp_path)
    assert not pipeline.build(job).failed
    assert left(pseudo.of_page((tmp_path / f"{path.stem}.html").read_text("utf-8")), path) == {}


@pytest.mark.parametrize("theme", ["board", "grey"])
def test_a_page_of_another_theme_has_no_word_of_code(theme: str, tmp_path: Path) -> None:
    job = Job((SAMPLE,), TODAY, language=pseudo.TAG, theme=Path(theme), formats=("html",), out=tmp_path)
    assert not pipeline.build(job).failed
    assert left(pseudo.of_page((tmp_path / f"{SAMPLE.stem}.html").read_text("utf-8")), SAMPLE) == {}


def test_a_theme_without_words_of_a_language_lends_its_english_ones(tmp_path: Path) -> None:
    theme = tmp_path / "theme"
    (theme / "words").mkdir(parents=True)
    (theme / "words" / "en.toml").write_text('[labels]\nours = "Our own"\nowner = "Who"\n', "utf-8")
    begun = '{% extends "builtin:standard/report.html" %}'
    block = "{% block notes %}{{ labels.ours }}, {{ labels.owner }}{% endblock %}"
    (theme / "report.html").write_text(begun + block, "utf-8")
    job = Job((SAMPLE,), TODAY, language=pseudo.TAG, theme=theme, formats=("html",), out=tmp_path / "out")
    assert not pipeline.build(job).failed
    page = (tmp_path / "out" / f"{SAMPLE.stem}.html").read_text("utf-8")
    assert f"Our own, {pseudo.accented('Owner')}" in page


def test_a_letter_has_no_word_of_code() -> None:
    job = Job((SAMPLE,), TODAY, language=pseudo.TAG, formats=("html",))
    (edition,) = pipeline.produce(job, (Audience(formats=("html",)),), recipients=False).editions
    letter = edition.letter
    phrases = [re.sub(r"\{\w+\}", "", phrase) for phrase in letter.phrases.values()]
    marks = re.compile("|".join((OPENING_HERE, FILES_HERE, CONTACT_HERE)))
    pages = [marks.sub("", page) for page in (letter.text, letter.html)]
    assert left([letter.subject, *phrases, pages[0], *pseudo.of_page(pages[1])], SAMPLE) == {}


def test_a_result_has_no_word_of_code(tmp_path: Path) -> None:
    job = Job((SAMPLE,), TODAY, language=pseudo.TAG, formats=("xlsx",), out=tmp_path)
    assert not pipeline.build(job).failed
    (path,) = tmp_path.glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    texts = [
        *book.sheetnames,
        *(str(c.value) for s in book for row in s.iter_rows() for c in row if c.value is not None),
    ]
    assert left(texts, SAMPLE) == {}


def test_an_explanation_has_no_word_of_code() -> None:
    done = making.evaluated(Job((SAMPLE,), TODAY, language=pseudo.TAG), progress=making.silent, keep=False)
    assert done.card is not None
    for result in done.card.results.values():
        text, _ = explanation(done.card, result.kpi.name, language=languages.load(pseudo.TAG))
        assert left([re.sub(r"\b[A-Z]+(_[A-Z]+)+\b", "", text)], SAMPLE) == {}, "flags are codes"


@pytest.mark.parametrize("path", [SAMPLE, sample_workbooks() / "messy.xlsx"], ids=lambda path: path.stem)
def test_a_check_has_no_word_of_code(path: Path) -> None:
    review = pipeline.reviewed(Job((path,), TODAY, language=pseudo.TAG), keep=True)
    out = io.StringIO()
    console.show(review.problems, language=languages.load(pseudo.TAG), readings=review.readings, stream=out)
    assert left(out.getvalue().splitlines(), path, known=typed_words()) == {}


def test_a_marked_workbook_has_no_word_of_code() -> None:
    path = sample_workbooks() / "messy.xlsx"
    review = pipeline.reviewed(Job((path,), TODAY, language=pseudo.TAG), keep=True)
    marked = annotate(path.read_bytes(), path.name, review.problems, language=languages.load(pseudo.TAG))
    assert marked.content is not None
    book = openpyxl.load_workbook(io.BytesIO(marked.content))
    texts = [*book.sheetnames]
    texts += [str(c.value) for s in book for row in s.iter_rows() for c in row if c.value is not None]
    texts += [c.comment.text for s in book for row in s.iter_rows() for c in row if c.comment is not None]
    assert left(texts, path, known=typed_words()) == {}


def test_a_word_of_code_would_be_seen() -> None:
    assert pseudo.accented("{n} KPIs of {total}") == "{n} ĶṔÍś óƒ {total}"
    assert set(pseudo.plain_words([pseudo.accented("on target"), "Goals!B7", "steady 平稳"])) == {
        "Goals",
        "steady",
        "平稳",
    }
