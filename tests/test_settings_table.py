"""One table of kpireport.toml: typed, complete, and every problem in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kpireport.settings import open_table
from kpireport.settings.table import SettingsTable
from tests.saying import said

if TYPE_CHECKING:
    from pathlib import Path


def table(folder: Path, text: str) -> SettingsTable:
    path = folder / "kpireport.toml"
    path.write_text(text, "utf-8")
    found, told = open_table(path)
    assert found is not None
    assert not told
    return found


def test_getters_give_what_is_written(tmp_path: Path) -> None:
    found = table(tmp_path, 'name = "Group"\nday = 3\nshare = 0.5\non = true\nto = ["a", "b"]\none = "c"\nout = "x/y"')
    assert found.text("name") == "Group"
    assert found.integer("day", 1) == 3
    assert found.number("share", 0.0) == 0.5
    assert found.boolean("on", False) is True
    assert found.texts("to") == ("a", "b")
    assert found.texts("one") == ("c",)
    assert found.path("out", "reports") == tmp_path / "x/y"
    assert found.path("elsewhere", "reports") == tmp_path / "reports"
    found.close()
    assert found.problems == []


@pytest.mark.parametrize(
    ("text", "ask", "code"),
    [
        pytest.param('day = "3"', lambda t: t.integer("day", 1), "X404", id="a number in quotes is no number"),
        pytest.param("day = true", lambda t: t.integer("day", 1), "X404", id="true is no number"),
        pytest.param("day = 40", lambda t: t.integer("day", 1, least=1, most=31), "X406", id="no month has 40 days"),
        pytest.param('on = "yes"', lambda t: t.boolean("on", False), "X404", id="yes in quotes is text"),
        pytest.param("to = [1]", lambda t: t.texts("to"), "X404", id="a list of numbers holds no addresses"),
        pytest.param('t = "smpt"', lambda t: t.choice("t", ("smtp", "eml"), "eml"), "X405", id="no such transport"),
        pytest.param("mail = 3", lambda t: t.table("mail"), "X404", id="a number where a table belongs"),
        pytest.param("", lambda t: t.required("host", 'host = "x"'), "X407", id="a needed setting is absent"),
        pytest.param("dya = 3", lambda t: t.integer("day", 1), "X403", id="a misspelt name is an error"),
    ],
)
def test_each_mistake_has_its_code(tmp_path: Path, text: str, ask: object, code: str) -> None:
    found = table(tmp_path, text)
    ask(found)  # type: ignore[operator]
    found.close()
    assert [d.code for d in found.problems] == [code]
    for language in ("en", "zh"):
        assert said(found.problems[0].problem, language)
        assert said(found.problems[0].fix, language)


def test_a_near_miss_is_suggested(tmp_path: Path) -> None:
    found = table(tmp_path, "dya = 3")
    found.integer("day", 1)
    found.close()
    assert "did you mean 'day'" in said(found.problems[0].problem)


def test_problems_of_inner_tables_are_told_with_their_dotted_name(tmp_path: Path) -> None:
    found = table(tmp_path, '[mail.smtp]\nport = "25"\n[[recipient]]\nto = 3')
    found.table("mail").table("smtp").integer("port", 25)
    found.tables("recipient")[0].texts("to")
    assert [d.where.cell for d in found.problems] == ["mail.smtp.port", "recipient[1].to"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"a = ", "X402", id="half a line"),
        pytest.param("path = 'ü'".encode("cp1252"), "X402", id="saved as ANSI, not UTF-8"),
        pytest.param(b"a = " + b"[" * 100_000, "X402", id="nested without end"),
        pytest.param(b"# " + b"x" * 1_000_001, "X401", id="larger than any settings file"),
    ],
)
def test_a_file_that_is_no_settings_file_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "kpireport.toml"
    path.write_bytes(content)
    found, told = open_table(path)
    assert found is None
    assert [d.code for d in told] == [code]


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    found, told = open_table(tmp_path / "kpireport.toml")
    assert found is None
    assert [d.code for d in told] == ["X401"]


def test_a_file_saved_by_notepad_with_a_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "kpireport.toml"
    path.write_bytes(b'\xef\xbb\xbfname = "Group"')
    found, _ = open_table(path)
    assert found is not None
    assert found.text("name") == "Group"


def test_what_a_setting_must_be_is_said_in_the_language(tmp_path: Path) -> None:
    found = table(tmp_path, 'day = "3"\nmail = 3')
    found.integer("day", 1)
    found.table("mail")
    day, mail = found.problems
    assert said(day.problem, "de") == "Für diese Einstellung wird eine ganze Zahl erwartet; da steht Text"
    assert said(day.fix, "zh") == "请写成 整数，例如 3"
    assert said(mail.fix, "en") == "write a table, like [mail]"
