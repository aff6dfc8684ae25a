"""The words of the desk: each that the page asks for stands in every language, and each that stands is asked for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from kpireport import languages
from kpireport.desk import progress
from kpireport.desk.reading_view import MEANINGS

ROOM = Path(progress.__file__).parent
PLURALS = {"zero", "one", "two", "few", "many", "other"}


def sentences(table: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Return the sentences of a table by their keys; one that counts is one, with its forms."""
    made: dict[str, Any] = {}
    for name, value in table.items():
        key = f"{before}{name}"
        if isinstance(value, dict) and not set(value) <= PLURALS:
            made |= sentences(value, f"{key}.")
        else:
            made[key] = value
    return made


def said(tag: str) -> dict[str, Any]:
    return sentences(languages.load(tag).sentences["desk"])


def asked_for() -> tuple[set[str], tuple[str, ...]]:
    """Return the keys that are asked for whole, and the beginnings of those of which a part is computed."""
    page = (ROOM / "page" / "desk.js").read_text("utf-8")
    code = "".join(path.read_text("utf-8") for path in [*ROOM.glob("*.py"), ROOM.parent / "commands" / "desk.py"])
    whole = set(re.findall(r'\bT\("([\w.-]+)"', page)) | set(re.findall(r'"desk\.([\w.-]+)"', code))
    whole |= set(re.findall(r'T\([^()]*\? "([\w.]+)" : "[\w.]+"\)', page)) | set(
        re.findall(r'T\([^()]*\? "[\w.]+" : "([\w.]+)"\)', page)
    )
    whole -= {path.suffix.lstrip(".") for path in (ROOM / "page").iterdir()}  # names of our files
    begun = set(re.findall(r"\bT\(`([\w.-]+)\$", page)) | set(re.findall(r'f"desk\.([\w.-]+)\{', code))
    return whole, tuple(sorted(begun))


def test_every_word_that_is_asked_for_stands_there() -> None:
    whole, begun = asked_for()
    there = said("en")
    assert len(whole) > 80
    assert sorted(key for key in whole if key not in there) == []
    assert sorted(start for start in begun if not any(key.startswith(start) for key in there)) == []


def test_every_word_that_stands_there_is_asked_for() -> None:
    whole, begun = asked_for()
    assert sorted(key for key in said("en") if key not in whole and not key.startswith(begun)) == []


@pytest.mark.parametrize("tag", [tag for tag in languages.tags() if tag != "en"])
def test_a_language_says_it_with_the_same_fields(tag: str) -> None:
    english, own = said("en"), said(tag)
    assert sorted(english) == sorted(own)
    for key, sentence in english.items():
        wanted, given = (set(re.findall(r"\{(\w+)\}", str(each))) for each in (sentence, own[key]))
        assert given <= wanted | {"n"}, key


def test_each_meaning_of_a_cell_and_each_refusal_has_its_words() -> None:
    there = said("en")
    assert {f"mean.{name}" for name in MEANINGS.values()} <= set(there)
    ids = set(re.findall(r'Refusal\(\d+, "(\w+)"', (ROOM / "gate.py").read_text("utf-8")))
    assert ids
    assert {f"error.{name}" for name in ids} <= set(there)
    raised = {
        name for path in ROOM.glob("*.py") for name in re.findall(r'AskedError\("(\w+)"', path.read_text("utf-8"))
    }
    assert {f"error.{name}" for name in raised} <= set(there)
