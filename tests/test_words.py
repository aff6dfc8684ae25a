"""The sentences of both languages: complete, alike in their fields, and asked for by the code with those fields."""

from __future__ import annotations

import ast
import string
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.numbers import get_decimal_symbol

from kpireport import languages
from kpireport.core.diagnostics import Severity
from kpireport.core.formatting import Reader, Style, style
from kpireport.core.model import Aggregation, Basis, Direction, Level, Measure, NoteKind, Series, Step, Unit
from kpireport.core.periods import Calendar, Frequency, Period
from kpireport.core.report.words import MissingWordsError, Words
from kpireport.core.scorecard import Status

ROOT = Path(__file__).parents[1]
FORMS = {"zero", "one", "two", "few", "many", "other"}


def sentences(language: str) -> dict[str, Any]:
    return dict(languages.load(language).sentences["report.sentences"])


ENGLISH = sentences("en")
LANGUAGES = {tag: sentences(tag) for tag in languages.tags()}


def fields(pattern: object) -> set[str]:
    patterns = pattern.values() if isinstance(pattern, dict) else [pattern]
    return {name for p in patterns for _, name, _, _ in string.Formatter().parse(str(p)) if name}


def asked() -> dict[str, set[str]]:
    """Return each sentence that the code asks for by name, with the fields that every call gives it."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "kpireport" / "core" / "report").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "say":
                continue
            given = {k.arg for k in node.keywords if k.arg}
            spread = any(k.arg is None for k in node.keywords)
            for key in (n.value for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant)):
                if isinstance(node.args[0], ast.JoinedStr) or not isinstance(key, str) or spread:
                    continue
                found[key] = found.get(key, given) & given
    return found


@pytest.mark.parametrize("key", sorted(ENGLISH))
def test_a_sentence_counts_by_the_forms_of_its_language(key: str) -> None:
    for pattern in (words[key] for words in LANGUAGES.values()):
        assert isinstance(pattern, str) or set(pattern) <= FORMS


@pytest.mark.parametrize(("key", "given"), sorted(asked().items()))
def test_what_the_code_asks_for_is_there_with_its_fields(key: str, given: set[str]) -> None:
    for words in LANGUAGES.values():
        assert key in words
        assert fields(words[key]) <= given


@pytest.mark.parametrize(
    "key",
    [
        *(f"status_{s.value.replace(' ', '_')}" for s in Status),
        *(f"trend_{t}" for t in ("better", "worse", "steady", "none")),
        *(f"step_{s.value}" for s in Step),
        *(f"severity_{s.value}" for s in Severity),
        *(f"note_{k.value}" for k in (NoteKind.COMMENT, NoteKind.CAUSE, NoteKind.LESSON, NoteKind.DECISION)),
        *(f"flag_{f}" for f in ("late", "overdue", "spending_ahead", "over_budget", "none")),
        *("turned_positive", "turned_negative", "loss_narrowed", "loss_widened"),
    ],
)
def test_words_for_every_value_of_the_figures(key: str) -> None:
    assert key in ENGLISH


@pytest.mark.parametrize("tag", languages.tags())
@pytest.mark.parametrize(
    "key",
    [
        *(f"adds_up.{way.value}" for way in Aggregation),
        *(f"{table}.{basis.value}" for table in ("means", "basis") for basis in Basis),
        *(f"stands.{level.value}" for level in Level),
        *(f"direction.{direction.value}" for direction in Direction),
        *(f"series.{series.name.lower()}" for series in Series),
    ],
)
def test_words_for_every_way_of_reading(tag: str, key: str) -> None:
    assert languages.load(tag).sentences[f"readings.{key}"]


@pytest.mark.parametrize("tag", languages.tags())
def test_the_conventions_of_a_language_are_complete(tag: str) -> None:
    reader = Reader(languages.load(tag).conventions, Calendar())
    frequencies = [
        (Frequency.MONTH, 12), (Frequency.QUARTER, 4), (Frequency.HALF, 2), (Frequency.WEEK, 52), (Frequency.YEAR, 1)
    ]  # fmt: skip
    for frequency, last in frequencies:
        number = 0 if frequency is Frequency.YEAR else last
        written = {reader.period(Period(frequency, 2026, number), year=year) for year in (True, False)}
        assert all(text and "{" not in text for text in written)
    money = style(Unit("EUR", Measure.MONEY, "EUR"), [5e9], conventions=reader.conventions)
    assert "EUR" in reader.full(5e9, money)
    share = Style(1, share=True)
    texts = [reader.day(date(2026, 11, 6)), reader.percent(0.5), reader.points(0.1, share), reader.distance(0.1, share)]
    texts += [reader.count(3), reader.ordinal(3), reader.ordinal(21), reader.listed("ABC")]
    assert all(text and "{" not in text for text in texts)
    assert len(reader.conventions.dates.quarters) == 4
    assert len(reader.conventions.dates.halves) == 2
    assert reader.conventions.figures.decimal == get_decimal_symbol(Locale.parse(reader.conventions.locale))


def test_a_sentence_that_counts_takes_the_plural_of_its_number() -> None:
    say = Words("en_GB", {"k": {"one": "{n} KPI", "other": "{n} KPIs"}})
    assert (say("k", n=1), say("k", n=2), say("k", n=0)) == ("1 KPI", "2 KPIs", "0 KPIs")


def test_text_from_a_cell_is_never_a_pattern() -> None:
    assert Words("en_GB", {"k": "{name}!"})("k", name="{n.__class__} {0}") == "{n.__class__} {0}!"


@pytest.mark.parametrize(
    ("sentences", "key"),
    [
        pytest.param({}, "k", id="no such sentence"),
        pytest.param({"k": "{other}"}, "k", id="a field that is not given"),
        pytest.param({"k": "{"}, "k", id="a broken pattern"),
    ],
)
def test_a_theme_with_missing_words_is_told(sentences: dict[str, Any], key: str) -> None:
    with pytest.raises(MissingWordsError):
        Words("en_GB", sentences)(key, name="x")
