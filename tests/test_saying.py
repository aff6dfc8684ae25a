"""Statements where they are kept, what they change, and that they hold in next month's workbook."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from kpireport import readings, saying
from kpireport.cli import main
from kpireport.core.reading.account import Found
from kpireport.core.reading.anchors import anchored
from kpireport.core.reading.read import Finder
from kpireport.core.reading.said import parsed
from kpireport.languages import lexicon
from kpireport.languages.trade import trade
from kpireport.readings import ReadingStore
from tests.finding import drawn

OCTOBER = {
    "2026": """
    Plant 4
    Line   | Aug 2026 | Sep 2026 | Total | Note
    Sales  | 101      | 110      | 211   | 7
    Cost   | 52       | 61       | 113   | 8
    Rank   | 3        | 2        | 5     | 9
    Total  | 156      | 173      | 329   |
    """
}
NOVEMBER = {
    "2026": """
    Plant 4
    as of today | |
    Line   | Aug 2026 | Sep 2026 | Oct 2026 | Total | Note
    Calls  | 12       | 13       | 14       | 39    | 7
    Sales  | 101      | 110      | 120      | 331   | 7
    Cost   | 52       | 61       | 70       | 183   | 8
    Rank   | 3        | 2        | 1        | 6     | 9
    Total  | 168      | 186      | 205      | 559   |
    """
}
TODAY = date(2026, 11, 9)


def reading(folder: Path, sheets: dict[str, str], *said: dict[str, object]) -> Found:
    workbook = drawn(folder / "book.xlsx", sheets)
    return Finder(workbook, trade(), lexicon(), {}, None, [parsed(each) for each in said]).run()


@pytest.mark.parametrize(
    ("said", "kept", "cells"),
    [
        ({"column": "E"}, {"title": "Note"}, ["F4", "F5", "F6", "F7"]),
        ({"row": 5}, {"title": "Rank"}, ["B7", "C7", "D7", "E7", "F7"]),
        ({"row": 6}, {"title": "Total", "nth": 2}, ["B8", "C8", "D8", "E8"]),
        ({"cell": "B5"}, {"title": "Rank", "heading": "Aug 2026"}, ["B7"]),
        ({"range": "A2:E6"}, {"title": "Line", "at": "A2", "open": "right, down"}, []),
    ],
)
def test_a_place_is_remembered_by_its_titles(
    said: dict[str, object], kept: dict[str, object], cells: list[str], tmp_path: Path
) -> None:
    before = reading(tmp_path, OCTOBER)
    statement = anchored(before, {"for": {"sheet": "2026", **said}, "is": "leave-out"})
    assert statement["for"] == {"sheet": "2026", **said, **kept}
    after = reading(tmp_path, NOVEMBER, statement)
    out = [place for place, entry in after.account.items() if entry.what == "left-out"]
    if cells:
        assert [f"{'ABCDEFG'[column - 1]}{row}" for _, row, column in sorted(out)] == cells
    else:
        assert len(out) == after.numbers == 24
    assert after.unused == ()


def test_a_title_that_is_gone_makes_a_statement_about_nothing(tmp_path: Path) -> None:
    statement = {"for": {"sheet": "2026", "column": "E", "title": "Remark"}, "is": "leave-out"}
    after = reading(tmp_path, OCTOBER, statement)
    assert after.unused == (0,)
    assert not [entry for entry in after.account.values() if entry.what == "left-out"]


def test_what_a_statement_would_change_is_known_before_it_holds(tmp_path: Path) -> None:
    workbook = drawn(tmp_path / "book.xlsx", OCTOBER)
    leave = parsed({"for": {"sheet": "2026", "row": "Rank"}, "is": "leave-out"})
    effect = saying.say(workbook, [leave, parsed({"for": {"line": "Nobody"}, "is": "lower"})], today=TODAY)
    assert effect.left_out == [("2026", "B5"), ("2026", "C5")]
    assert (effect.read, effect.changed, effect.unused) == ([], [], (1,))
    document = effect.document()
    assert {"left-out": 2} in document["effects"]
    assert document["account"]["all"] == effect.before.numbers
    target = parsed({"for": {"sheet": "2026", "row": "Cost"}, "is": "target"})
    again = saying.say(workbook, [target], said=[leave], today=TODAY)
    assert again.changed == [("2026", "B4"), ("2026", "C4")]
    read = saying.say(workbook, [parsed({"for": {"sheet": "2026", "row": 6}, "is": "figure"})], today=TODAY)
    assert read.read == [("2026", "B6"), ("2026", "C6")]


def test_a_store_and_a_file_of_answers_hold_statements(tmp_path: Path) -> None:
    said = {"for": {"sheet": "2026", "row": "Rank"}, "is": "leave-out", "by": "M. Pichler"}
    drawn(tmp_path / "book.xlsx", OCTOBER)
    workbook = tmp_path / "book.xlsx"
    readings.write(readings.place(workbook), ReadingStore("book.xlsx", {}, (said,)))
    (tmp_path / "answers.json").write_text(json.dumps({"hidden-00000000": "yes", "said": [said]}))
    for extra in ([], ["--answers", str(tmp_path / "answers.json")]):
        run = CliRunner().invoke(main, ["check", str(workbook), "--facts", "--format", "json", *extra])
        data = json.loads(run.stdout)
        assert {fact["name"] for fact in data["facts"]} == {"Sales", "Cost"}, extra
        assert data["balance"]["classes"]["left-out"] == 4
        assert data["unused"] == (["hidden-00000000"] if extra else [])


def test_a_statement_that_cannot_be_used_is_told_with_its_number(tmp_path: Path) -> None:
    drawn(tmp_path / "book.xlsx", OCTOBER)
    good = {"for": {"sheet": "2026"}, "is": "target"}
    (tmp_path / "answers.json").write_text(json.dumps({"said": [good, {"for": {"sheet": "2026"}, "is": "leave"}]}))
    args = ["check", str(tmp_path / "book.xlsx"), "--facts", "--answers", str(tmp_path / "answers.json")]
    run = CliRunner().invoke(main, args)
    assert run.exit_code == 78
    assert "X307" in run.stderr
    assert "leave-out" in run.stderr


def test_statements_come_a_line_each_as_the_desk_posts_them(tmp_path: Path) -> None:
    path = tmp_path / "say.jsonl"
    path.write_text('{"rev": 13, "for": {"sheet": "2026"}, "is": "target", "dry": true}\n\n')
    posted = saying.posted(path)
    assert (posted.said, posted.dry, posted.problems) == (({"for": {"sheet": "2026"}, "is": "target"},), True, ())
    path.write_text("[1]\n")
    assert [told.code for told in saying.posted(path).problems] == ["X306"]
    path.write_text('{"is": "target"}\n')
    assert [told.code for told in saying.posted(path).problems] == ["X307"]
    assert [told.code for told in saying.posted(tmp_path / "none").problems] == ["X306"]


def test_what_is_said_at_the_command_line_is_shown_then_kept_by_titles_and_holds(tmp_path: Path) -> None:
    drawn(tmp_path / "book.xlsx", OCTOBER)
    workbook, path = tmp_path / "book.xlsx", tmp_path / "say.jsonl"
    place = readings.place(workbook)
    statement = {"for": {"sheet": "2026", "row": 5}, "is": "leave-out"}
    command = ["confirm", str(workbook), "--say", str(path), "--by", "M. Pichler", "--today", "2026-11-09"]
    path.write_text(json.dumps(statement | {"dry": True}))
    run = CliRunner().invoke(main, [*command, "--format", "json"])
    assert {"left-out": 2} in json.loads(run.stdout)["effects"]
    assert not place.exists()
    path.write_text(json.dumps(statement))
    run = CliRunner().invoke(main, command)
    assert "2" in run.stdout
    (kept,) = readings.read(place)[0].said
    assert kept["for"] == {"sheet": "2026", "row": 5, "title": "Rank"}
    assert (kept["by"], kept["on"]) == ("M. Pichler", TODAY)
    drawn(workbook, NOVEMBER)
    facts = json.loads(CliRunner().invoke(main, ["check", str(workbook), "--facts", "--format", "json"]).stdout)
    assert {fact["name"] for fact in facts["facts"]} == {"Calls", "Sales", "Cost"}


def test_the_report_is_made_with_what_was_said(tmp_path: Path) -> None:
    workbook = tmp_path / "book.xlsx"
    drawn(workbook, OCTOBER)
    said = {"for": {"sheet": "2026", "row": "Rank"}, "is": "leave-out"}
    lower = {"for": {"line": "Cost"}, "is": "lower"}
    readings.write(readings.place(workbook), ReadingStore("book.xlsx", {}, (said, lower)))
    out = tmp_path / "out"
    command = ["build", str(workbook), "--out", str(out), "--format", "json", "--period", "2026-09"]
    run = CliRunner().invoke(main, command)
    (document,) = out.rglob("*.json")
    kpis = {kpi["name"]: kpi for kpi in json.loads(document.read_text("utf-8"))["kpis"]}
    assert kpis.keys() == {"Sales", "Cost"}, run.output
    assert kpis["Cost"]["direction"] == "lower"
