"""What the program says of itself: each sentence stands in its file, and the code asks for each."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kpireport import languages

PACKAGE = Path(__file__).parents[1] / "kpireport"
SOURCES = "\n".join(path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py")))
ROOMS = ("program", "letters")
# A key in code; where it ends in a field, as in ``program.stage.{stage}``, it asks for all that begin so.
ASKED = re.compile(rf"[\"']((?:{'|'.join(ROOMS)})\.[a-z_.]+)(\{{)?")


def keys(table: dict[str, Any], above: str) -> list[str]:
    return [
        key
        for name, value in table.items()
        for key in (keys(value, f"{above}.{name}") if isinstance(value, dict) else [f"{above}.{name}"])
    ]


def stands(room: str, tag: str) -> set[str]:
    return set(keys(tomllib.loads((languages.FOLDER / tag / f"{room}.toml").read_text("utf-8")), room))


ASKED_FOR = {(key, bool(rest)) for key, rest in ASKED.findall(SOURCES)}


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("tag", languages.tags())
def test_a_language_says_what_english_says(room: str, tag: str) -> None:
    assert stands(room, tag) == stands(room, languages.ENGLISH)


@pytest.mark.parametrize(("key", "more"), sorted(ASKED_FOR))
def test_what_the_code_asks_for_stands_in_its_file(key: str, more: bool) -> None:
    there = stands(key.partition(".")[0], languages.ENGLISH)
    assert any(name.startswith(key) for name in there) if more or key.endswith(".") else key in there


def test_every_sentence_is_asked_for() -> None:
    whole = {key for key, more in ASKED_FOR if not more}
    begun = tuple(key for key, more in ASKED_FOR if more)
    there = set().union(*(stands(room, languages.ENGLISH) for room in ROOMS))
    assert len(there) > 30
    assert sorted(key for key in there if key not in whole and not key.startswith(begun)) == []
