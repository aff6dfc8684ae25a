"""What a reading says: every reason and every kind of question has its sentences in every language."""

from __future__ import annotations

import ast
import string
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kpireport import languages
from kpireport.core.reading import kinds
from kpireport.core.reading.kinds import QUESTIONS
from kpireport.core.reading.questions import GRADES, Question
from tests.saying import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

READING = Path(kinds.__file__).parent
TAGS = sorted(path.parent.name for path in languages.FOLDER.glob("*/questions.toml"))
ASKS = {"ask": (1, 2), "_hold": (2, 3), "_ticked": (1, None), "question_id": (0, None)}
"""The functions that are given the kind of a question, as which argument, and as which one its alternatives."""
OF_THE_PERIODS = ("sum", "mean", "mean-of-all", "last", "least", "most")


def functions() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(READING.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield path.name, node


def texts(node: ast.AST) -> list[str]:
    return [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def asks() -> Iterator[tuple[str, list[str]]]:
    """Yield the kind that each question of the code is of, and the alternatives that are written out in it."""
    for _, function in functions():
        known = {
            target.id: node.value.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(function):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place, offered = ASKS.get(name, (len(node.args), None))
            if len(node.args) <= place:
                continue
            kind = node.args[place]
            value = kind.value if isinstance(kind, ast.Constant) else known.get(getattr(kind, "id", ""))
            if isinstance(value, str):
                yield value, texts(node.args[offered]) if offered and len(node.args) > offered else []


def modules() -> Iterator[ast.AST]:
    return (node for path in sorted(READING.glob("*.py")) for node in ast.walk(ast.parse(path.read_text("utf-8"))))


def reasons() -> set[str]:
    """Return the keys of all messages of the reading."""
    keys = set()
    for node in modules():
        if isinstance(node, ast.JoinedStr):
            if isinstance(node.values[0], ast.Constant) and node.values[0].value == "reading.":
                keys |= {f"reading.{name}-of-periods" for name in OF_THE_PERIODS}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("reading."):
            keys.add(node.value)
    return keys - {"reading."}


def made() -> Iterator[tuple[str, set[str]]]:
    """Yield the messages that are made with fields which can be read off the code, and their fields."""
    for node in modules():
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message":
            key = node.args[0]
            values = node.args[1] if len(node.args) > 1 else None
            if isinstance(key, ast.Constant) and (values is None or isinstance(values, ast.Dict)):
                yield key.value, set(texts(values)) if values else set()


def flat(table: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}.{name}")
        else:
            yield f"{above}.{name}", value


def sentences(tag: str, room: str) -> dict[str, str]:
    return dict(flat(tomllib.loads((languages.FOLDER / tag / f"{room}.toml").read_text("utf-8")), room))


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_the_code_asks_of_the_kinds_that_are_known_and_of_no_others() -> None:
    asked = {kind for kind, _ in asks()}
    assert len(asked) > 15
    assert asked <= QUESTIONS.keys()


def test_the_code_offers_the_alternatives_that_have_a_sentence_and_no_others() -> None:
    offered = [(kind, each) for kind, alternatives in asks() for each in alternatives if each and not each.isdigit()]
    assert len(offered) > 30
    assert [pair for pair in offered if pair[1] not in QUESTIONS[pair[0]].alternatives] == []


def test_english_chinese_and_german_are_spoken() -> None:
    assert {"de", "en", "zh"} <= set(TAGS)


@pytest.mark.parametrize("tag", TAGS)
def test_every_kind_of_question_has_its_sentences(tag: str) -> None:
    known = sentences(tag, "questions")
    wanted = {f"questions.{kind.name}.{part}" for kind in QUESTIONS.values() for part in ("asks", "changes")}
    wanted |= {f"questions.{kind.name}.{each}" for kind in QUESTIONS.values() for each in kind.alternatives}
    wanted |= {f"questions.{kind.name}.value" for kind in QUESTIONS.values() if kind.values}
    wanted |= {f"questions.{kind.name}.month" for kind in QUESTIONS.values() if kind.months}
    of_kinds = {
        key for key in known if key.count(".") == 2 and not key.startswith(("questions.ask.", "questions.tick."))
    }
    assert of_kinds == wanted
    assert all(known[key].strip() for key in known)
    assert all(fields(known[key]) <= {"where", "names"} for key in wanted if key.endswith(".asks"))
    assert {key for key in wanted if fields(known[key]) and not key.endswith(".asks")} == {
        key for key in wanted if key.endswith((".value", ".month"))
    }


@pytest.mark.parametrize("tag", TAGS)
def test_every_question_ends_in_a_question_mark(tag: str) -> None:
    known = sentences(tag, "questions")
    assert [key for key in known if key.endswith(".asks") and not known[key].endswith(("?", "？"))] == []


@pytest.mark.parametrize("tag", TAGS)
def test_a_language_has_the_keys_and_fields_of_the_english_one(tag: str) -> None:
    for room in ("reading", "questions"):
        own, english = sentences(tag, room), sentences("en", room)
        assert {key: fields(text) for key, text in own.items()} == {key: fields(text) for key, text in english.items()}


def test_every_reason_has_a_sentence_and_every_sentence_a_reason() -> None:
    known, wanted = sentences("en", "reading"), reasons()
    assert len(wanted) > 30
    assert set(known) == wanted


def test_a_reason_brings_what_its_sentence_names() -> None:
    known = sentences("en", "reading")
    brought = [(key, names) for key, names in made() if key in known]
    assert len(brought) > 20
    assert [key for key, names in brought if not fields(known[key]) <= names] == []


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_question_can_be_said_with_what_a_workbook_brings(kind: str, tag: str) -> None:
    hostile = "{0}{x!r}\u202e%s"
    known = QUESTIONS[kind]
    for names in ([], [hostile], ["North"] * 40):
        question = Question("id", kind, known.grade, f"{hostile}!A1:B2", known.alternatives, "", names)
        for message in (
            kinds.asked(question),
            kinds.changed(question),
            *(kinds.answer(kind, each) for each in (*known.alternatives, hostile, "2026-10")),
        ):
            sentence = said(message, tag)
            assert sentence
            assert "\u202e" not in sentence
    assert known.grade in GRADES
