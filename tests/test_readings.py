"""readings/NAME.toml: answers are kept whole, merged, read back as they were, and text of a workbook stays text."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpireport import readings
from kpireport.readings import KeptAnswer, ReadingStore

ANSWER = KeptAnswer("year-1a2b3c4d", "2026", "year", "Sales!A3:M20", date(2026, 11, 9), "M. Pichler")
texts = st.text(st.characters(codec="utf-8"), max_size=30)
values = st.recursive(
    st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False)
    | texts
    | st.dates()
    | st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
kept = st.builds(
    KeptAnswer, id=texts, value=texts, kind=texts, where=texts, when=st.none() | st.dates(), by=texts
).filter(lambda answer: answer.id and answer.value)


@given(st.lists(kept, max_size=5), texts, st.lists(st.dictionaries(texts, values, max_size=3), max_size=3))
@settings(max_examples=60)
def test_what_is_written_is_read_back(answers: list[KeptAnswer], workbook: str, said: list[dict[str, object]]) -> None:
    before = ReadingStore(workbook, {each.id: each for each in answers}, tuple(said), {"sheets": ["A", workbook]})
    values = tomllib.loads(readings.as_toml(before))
    assert values["workbook"] == workbook
    assert {each["id"]: each["value"] for each in values.get("answers", ())} == before.values()
    assert values.get("said", []) == said
    assert values["seen"] == {"sheets": ["A", workbook]}


@given(st.dictionaries(texts, values, max_size=4))
@settings(max_examples=60)
def test_what_was_seen_is_written_in_sections_and_read_back(seen: dict[str, object]) -> None:
    assert tomllib.loads(readings.as_toml(ReadingStore("a.xlsx", seen=seen))).get("seen", {}) == seen


def test_answers_are_merged_and_nothing_else_is_lost(tmp_path: Path) -> None:
    workbook = tmp_path / "operations.xlsx"
    path = readings.place(workbook)
    assert path == tmp_path / "readings" / "operations.toml"
    assert readings.answers_for(workbook) == ({}, ())
    said = ({"for": {"sheet": "2026", "column": "Rank"}, "is": "leave-out"},)
    first = ReadingStore("operations.xlsx", {ANSWER.id: ANSWER}, said, {"period": "2026-10"})
    assert readings.write(path, first) == path
    again, told = readings.read(path)
    assert told == ()
    assert again == first
    newer = KeptAnswer(ANSWER.id, "2025", "year")
    readings.write(path, again.merged([newer, KeptAnswer("hidden-0", "yes")]))
    assert readings.answers_for(workbook) == ({ANSWER.id: "2025", "hidden-0": "yes"}, ())
    assert readings.read(path)[0].said == said
    assert [each.name for each in path.parent.iterdir()] == ["operations.toml"]


def test_answers_lie_beside_the_settings_where_there_are_any(tmp_path: Path) -> None:
    chosen = readings.place(tmp_path / "inbox" / "a.xlsx", tmp_path / "kpireport.toml")
    assert chosen == tmp_path / "readings" / "a.toml"


def test_a_line_break_in_a_sheet_name_begins_no_answer(tmp_path: Path) -> None:
    hostile = 'A"\n[[answers]]\nid = "x"\nvalue = "y"\n\u202e\ud800'
    path = readings.write(tmp_path / "a.toml", ReadingStore(hostile, {"a": KeptAnswer("a", "1", "year", hostile)}))
    assert readings.read(path)[0].values() == {"a": "1"}
    assert "\u202e" not in path.read_text("utf-8")


def test_what_is_typed_is_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(readings.as_typed(KeptAnswer("year-0", "2026")), "utf-8")
    assert readings.read(tmp_path / "a.toml")[0].values() == {"year-0": "2026"}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param('[[answers]]\nid = "a"\nvalue = 2026', [], id="a year without quotes"),
        pytest.param('[[answers]]\nid = "a"\nvalue = 2026-10-01', [], id="a day"),
        pytest.param('[[answers]]\nid = "a"', ["X407"], id="no value"),
        pytest.param('[[answers]]\nvalue = "a"', ["X407"], id="no question"),
        pytest.param('[[answers]]\nid = "a"\nvalue = true', ["X404"], id="no answer"),
        pytest.param('[[answers]]\nid = "a"\nvalue = "b"\nwhen = "today"', ["X404"], id="no day"),
        pytest.param('[[answer]]\nid = "a"\nvalue = "b"', ["X403"], id="a name that does not exist"),
        pytest.param('[[answers]]\nid = "a"\nvalu = "b"', ["X407", "X403"], id="a slip of the pen"),
        pytest.param("format = 2", ["X406"], id="a format of later"),
        pytest.param("[[answers]", ["X402"], id="no TOML"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_holds(text: str, codes: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text, "utf-8")
    kept, told = readings.given(path)
    assert [d.code for d in told] == codes
    assert bool(kept) == (not codes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"a": "2026", "b": 3}', {"a": "2026", "b": "3"}, id="texts and numbers"),
        pytest.param('["a"]', None, id="a list"),
        pytest.param('{"a": null}', None, id="nothing"),
        pytest.param('{"a": ', None, id="cut off"),
        pytest.param("[" * 100_000, None, id="deep"),
    ],
)
def test_answers_come_as_json_too(text: str, expected: dict[str, str] | None, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, "utf-8")
    answers, told = readings.given(path)
    assert answers == (expected or {})
    assert [d.code for d in told] == ([] if expected else ["X306"])


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert [d.code for d in readings.given(tmp_path / "a.json")[1]] == ["X306"]
    assert [d.code for d in readings.given(tmp_path / "a.toml")[1]] == ["X401"]


def test_a_moment_counts_as_its_day(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[[answers]]\nid = "a"\nvalue = "b"\nwhen = 2026-11-09T09:02:11', "utf-8")
    assert readings.read(tmp_path / "a.toml")[0].answers["a"].when == date(2026, 11, 9)


def test_json_and_toml_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({ANSWER.id: ANSWER.value}), "utf-8")
    readings.write(tmp_path / "a.toml", ReadingStore("", {ANSWER.id: ANSWER}))
    assert readings.given(tmp_path / "a.json") == readings.given(tmp_path / "a.toml")
