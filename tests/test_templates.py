"""What the built-in templates may do: compare codes, never the words of a language."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import nodes

from kpireport.render import themes
from kpireport.resources import templates

WORDS = {"labels", "words", "trend", "status_word", "word", "state", "text", "title", "name", "headline", "lead"}
FILES = sorted(path for path in templates().rglob("*") if path.suffix in (".html", ".txt"))


def names(node: nodes.Node) -> set[str]:
    """Return the names and attributes that a part of a template reads."""
    found = {each.name for each in node.find_all(nodes.Name)} | {each.attr for each in node.find_all(nodes.Getattr)}
    if isinstance(node, nodes.Name):
        found.add(node.name)
    return found | ({node.attr} if isinstance(node, nodes.Getattr) else set())


def literals(node: nodes.Node) -> list[str]:
    constants = [*node.find_all(nodes.Const), *([node] if isinstance(node, nodes.Const) else [])]
    return [each.value for each in constants if isinstance(each.value, str)]


def words_compared(text: str) -> list[tuple[int, set[str]]]:
    """Return the line of each comparison with a word, and what is compared there."""
    theme, _ = themes.find(None)
    assert theme is not None
    found = []
    for compared in themes.environment(theme).parse(text).find_all(nodes.Compare):
        both = [compared.expr, *(operand.expr for operand in compared.ops)]
        sides = [side for side in both if not isinstance(side, nodes.Filter) or side.name != "length"]
        read = {name for side in sides for name in names(side)} & WORDS
        foreign = [text for side in sides for text in literals(side) if not text.isascii()]
        if read or foreign:
            found.append((compared.lineno, read | set(foreign)))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(templates()).as_posix())
def test_no_template_compares_a_word(path: Path) -> None:
    assert words_compared(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "{% if row.trend == labels.steady %}x{% endif %}",
        '{{ 1 if row.trend|lower == "steady" else 2 }}',
        '{% if row.code in ("", "–") %}x{% endif %}',
    ],
)
def test_a_comparison_with_a_word_is_seen(text: str) -> None:
    assert words_compared(text)


def test_all_templates_are_read() -> None:
    assert len(FILES) > 20
