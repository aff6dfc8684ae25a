"""The catalogue of problems: each is written once, complete in each language, and used rightly everywhere."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import string
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kpireport import languages, manual
from kpireport.core import catalogue
from kpireport.core.diagnostics import Problem
from kpireport.core.messages import Language, Message, quoted

PACKAGE = Path(__file__).parents[1] / "kpireport"
KINDS = catalogue.kinds()
TAGS = languages.tags()
BY_CONSTANT = {
    name: value
    for module in pkgutil.iter_modules(catalogue.__path__)
    for name, value in vars(importlib.import_module(f"{catalogue.__name__}.{module.name}")).items()
    if isinstance(value, Problem)
}


def fields(sentence: object) -> set[str]:
    forms = sentence.values() if isinstance(sentence, dict) else [sentence]
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(str(form)) if name is not None}


def sentences(kind: Problem, tag: str) -> tuple[str, str]:
    known = languages.load(tag).sentences
    return known[f"problems.{kind.code}.problem"], known[f"problems.{kind.code}.fix"]


def keys(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Return sentences by their keys; one that counts is a table of its plural forms."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        nested = isinstance(value, dict) and "other" not in value
        found |= keys(value, f"{above}{name}.") if nested else {f"{above}{name}": value}
    return found


def calls() -> list[tuple[Path, ast.Call, str]]:
    """Return every ``KIND.at(…)`` of the program, with the constant's name."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "at":
                owner = node.func.value
                name = (
                    owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
                )
                if name.isupper():
                    found.append((path, node, name))
    return found


def test_codes_and_names_are_given_once() -> None:
    assert len(KINDS) > 150
    assert len({kind.code for kind in KINDS}) == len(KINDS)
    assert len({kind.name for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_problem_has_its_sentences_in_each_language(kind: Problem, tag: str) -> None:
    assert kind.code[0].isupper()
    assert kind.code[1:].isdigit()
    problem, fix = sentences(kind, tag)
    for sentence in (problem, fix):
        assert sentence
        assert sentence == sentence.strip()
        assert sentence.endswith("...") or not sentence.endswith((".", "。"))
    assert fields(problem) | fields(fix) == {*kind.fields, *kind.fixed}
    assert [fields(sentence) for sentence in sentences(kind, "en")] == [fields(problem), fields(fix)]
    if tag == "zh":
        assert all(any("\u4e00" <= c <= "\u9fff" for c in sentence) for sentence in (problem, fix))


@pytest.mark.parametrize("tag", TAGS)
def test_the_files_of_a_language_have_the_keys_and_fields_of_the_english_ones(tag: str) -> None:
    english, other_files = (
        sorted(path for path in (languages.FOLDER / each).glob("*.toml") if path.name != "vocabulary.toml")
        for each in ("en", tag)
    )
    assert [path.name for path in english] == [path.name for path in other_files]
    for path in english:
        own, other, chinese = (
            keys(tomllib.loads((languages.FOLDER / each / path.name).read_text("utf-8"))) for each in ("en", tag, "zh")
        )
        assert own.keys() == other.keys()
        # Of a count, languages take the figure ({n}) or the word ({k}); what else the code gives, all of them say.
        lacking = {key: fields(text) ^ fields(own[key]) for key, text in other.items()}
        counts = path.name in ("language.toml", "report.toml")
        strange = {key for key, names in lacking.items() if names - (fields(chinese[key]) | fields(own[key]))}
        assert not strange
        assert counts or not any(lacking.values()), path.name


def test_the_sentences_are_those_of_the_problems_and_of_no_others() -> None:
    spoken = keys(tomllib.loads((languages.FOLDER / "en" / "problems.toml").read_text("utf-8")))
    codes = {key.partition(".")[0] for key in spoken if key.endswith((".problem", ".fix"))}
    assert codes == {kind.code for kind in KINDS}


def test_every_call_gives_just_the_fields_of_its_sentences() -> None:
    looked, wrong = 0, []
    for path, node, name in calls():
        kind = BY_CONSTANT.get(name)
        if kind is None or any(keyword.arg is None for keyword in node.keywords):
            continue
        looked += 1
        needed = set(kind.fields)
        given = {str(keyword.arg) for keyword in node.keywords}
        if needed != given:
            wrong.append(
                f"{path.name}:{node.lineno} {kind.code} needs {sorted(needed)}, gets {sorted(map(str, given))}"
            )
    assert looked > 120
    assert wrong == []


def test_every_kind_is_used() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py") if path.parent.name != "catalogue")
    assert [name for name in BY_CONSTANT if name not in sources] == []


def test_text_of_a_cell_cannot_change_a_message() -> None:
    language = Language("en", {"a.b": "found {found}{near}", "a.near": "; near {name}"})
    text = "{kind.code} \x1b[31m\u202eevil\nline"
    near = Message("a.near", {"name": "{found}"})
    assert language.text(Message("a.b", {"found": text, "near": near})) == (
        "found {kind.code} \ufffd[31m\ufffdevil line; near {found}"
    )
    assert len(quoted("x" * 1000)) == 120
    assert len(language.say("a.near", name="x" * 1000)) == len("; near ") + 120


def test_text_that_is_quoted_already_is_not_cut_again() -> None:
    language = Language("en", {"a.b": "found {found}"})
    assert language.say("a.b", found=quoted("x " * 200, 300)) == f"found {quoted('x ' * 200, 300)}"


def test_a_figure_has_the_decimal_mark_of_the_language() -> None:
    language = Language("xx", {"a.b": "found {found}", "language.figures.decimal": ","})
    assert language.say("a.b", found=0.25) == "found 0,25"
    assert language.say("a.b", found="0.25 in a cell") == "found 0.25 in a cell"


def test_the_first_language_that_is_there_is_spoken() -> None:
    assert [languages.spoken(*wanted).tag for wanted in (("zh", "en"), ("xx", "", None, "zh"), ("xx",), ())] == [
        "zh", "zh", "en", "en",
    ]  # fmt: skip


def test_a_sentence_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        languages.load("en").text(Message("problems.Z999.problem"))


def test_a_run_that_says_nothing_reads_no_sentences() -> None:
    code = "from kpireport import languages as l, pipeline; assert not l.load('en').sentences"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_page_of_problems_is_the_catalogues() -> None:
    page = (PACKAGE / "help" / "problems.md").read_text("utf-8")
    assert page == manual.problems(), "write it anew: python -m kpireport.manual"
    for kind in KINDS:
        assert f"**{kind.code}**" in page


@pytest.mark.parametrize("asked", ["G101", "g101", "KPI_TWICE"])
def test_a_code_or_a_name_is_explained(asked: str) -> None:
    assert "fix:" in (manual.page(asked) or "")


def test_an_unknown_page_is_none() -> None:
    assert manual.page("../../etc/passwd") is None
    assert manual.page("nothing") is None
