"""Columns that line up and lines that end in time, in both languages."""

from __future__ import annotations

import pytest

from kpireport.core.monospaced import aligned, cut, room, wrapped


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        pytest.param("EUR 41 k", 8, id="Latin letters take one each"),
        pytest.param("续约率", 6, id="Chinese characters take two each"),
        pytest.param("e\N{COMBINING ACUTE ACCENT}t", 2, id="an accent stands on its letter"),
        pytest.param("", 0, id="nothing takes nothing"),
    ],
)
def test_a_text_takes_its_columns(text: str, columns: int) -> None:
    assert room(text) == columns


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        pytest.param("Complaints", 10, "Complaints", id="what fits stays"),
        pytest.param("Complaints per customer", 12, "Complaints…", id="what is too long ends in dots"),
        pytest.param("三十秒内接听率", 9, "三十秒内…", id="half a Chinese character is never shown"),
    ],
)
def test_a_long_text_is_cut(text: str, most: int, shown: str) -> None:
    assert cut(text, most) == shown
    assert room(shown) <= most


def test_columns_line_up_in_both_languages() -> None:
    lines = aligned([["续约率", "87.6%"], ["Cost", "1,234.0"]], right={1})
    assert lines == ("续约率    87.6%", "Cost    1,234.0")


def test_an_empty_last_cell_leaves_no_space_behind() -> None:
    assert aligned([["a", "bc"], ["b", ""]]) == ("a  bc", "b")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("one two three", ["one two", "three"], id="at a space"),
        pytest.param("一二三四五六", ["一二三四", "五六"], id="between Chinese characters"),
        pytest.param("一二三四。五", ["一二三", "四。五"], id="never before a closing mark"),
        pytest.param("undividable-word x", ["undividable-word", "x"], id="a longer word stands alone"),
        pytest.param("一EUR 45 k二", ["一EUR 45", "k二"], id="words among Chinese characters stay whole"),
    ],
)
def test_lines_end_in_time(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8).split("\n") == lines
