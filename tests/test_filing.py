"""Where workbooks end that were taken out of the drop folder: none is lost, and none is written over."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from kpireport import languages
from kpireport.batch import filing
from tests.batching import BROKEN, Desk, new

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = languages.load("en")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new(tmp_path)


def digests(folder: Path) -> set[str]:
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.xlsx")}


@pytest.mark.parametrize("first", ["a.checked.xlsx", "a.xlsx"])
def test_a_failed_workbook_that_is_named_like_a_marked_copy_stays(desk: Desk, first: str) -> None:
    names = ["a.checked.xlsx", "a.xlsx"]
    content = {}
    for number, name in enumerate(sorted(names, key=lambda name: name != first)):
        content[name] = desk.drop(name, goals=BROKEN, first=90 + number).read_bytes()
        desk.run()
    assert {hashlib.sha256(one).hexdigest() for one in content.values()} <= digests(desk.inbox / "failed")


def test_no_failed_workbook_takes_the_name_of_another_one_s_marked_copy(tmp_path: Path) -> None:
    """What is deleted with a workbook after keep_failed_days is its own marked copy, never another workbook."""
    for name in ("a.xlsx", "a.checked.xlsx", "A.CHECKED.xlsx", "a.xlsx"):
        (tmp_path / name).write_bytes(name.encode())
        filing.failed(tmp_path / name, tmp_path, (), language=ENGLISH, owner="")
    there = {path.name for path in (tmp_path / "failed").glob("*.xlsx")}
    assert len(there) == 4
    assert not there & {filing.marked_name(tmp_path / name).name for name in there}
