"""The catalogue of problems: each is written once, complete in both languages, and used rightly everywhere."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import string
from pathlib import Path

import pytest

from kpireport import manual
from kpireport.core import catalogue
from kpireport.core.diagnostics import Kind, Severity, Where, quoted

PACKAGE = Path(__file__).parents[1] / "kpireport"
KINDS = catalogue.kinds()
BY_CONSTANT = {
    name: value
    for module in pkgutil.iter_modules(catalogue.__path__)
    for name, value in vars(importlib.import_module(f"{catalogue.__name__}.{module.name}")).items()
    if isinstance(value, Kind)
}


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def translated(sentence: str) -> set[str]:
    """Return the fields of a Chinese sentence; what is itself in words may come in Chinese, as ``reason_zh``."""
    return {name.removesuffix("_zh") for name in fields(sentence)}


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


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_kind_is_complete_in_both_languages(kind: Kind) -> None:
    assert kind.code[0].isupper()
    assert kind.code[1:].isdigit()
    for sentence in (kind.problem, kind.fix, kind.problem_zh, kind.fix_zh):
        assert sentence
        assert sentence == sentence.strip()
        assert sentence.endswith("...") or not sentence.endswith((".", "。"))
    assert fields(kind.problem) == translated(kind.problem_zh)
    assert fields(kind.fix) == translated(kind.fix_zh)
    assert any("\u4e00" <= c <= "\u9fff" for c in kind.problem_zh)
    assert any("\u4e00" <= c <= "\u9fff" for c in kind.fix_zh)


def test_every_call_gives_just_the_fields_of_its_sentences() -> None:
    looked, wrong = 0, []
    for path, node, name in calls():
        kind = BY_CONSTANT.get(name)
        if kind is None or any(keyword.arg is None for keyword in node.keywords):
            continue
        looked += 1
        needed = fields(kind.problem) | fields(kind.fix)
        given = {str(keyword.arg) for keyword in node.keywords}
        spoken = fields(kind.problem_zh) | fields(kind.fix_zh)
        given -= {name for name in given if name.endswith("_zh") and name in spoken}
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
    kind = Kind("Z999", "TEST", Severity.NOTE, "found {found}", "mend {found}", "发现 {found}", "改 {found}")
    told = kind.at(Where("a.xlsx", "S", "A1"), found="{kind.code} \x1b[31m\u202eevil\nline")
    assert told.problem() == "found {kind.code} \ufffd[31m\ufffdevil line"
    assert len(quoted("x" * 1000)) == 120


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
