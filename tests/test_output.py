"""Files are published whole or not at all, under names that every system allows."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport import output


@given(st.text(max_size=300))
def test_a_safe_name_is_one_name_everywhere(text: str) -> None:
    name = output.safe_name(text)
    assert name
    assert name == output.safe_name(name)
    assert not set(name) & set('<>:"/\\|?*\0\n\r\t')
    assert not name.startswith((".", "-", " "))
    assert not name.endswith((".", " "))
    assert len(name.encode()) <= output.LONGEST + 1
    assert name.partition(".")[0].strip().casefold() not in output.RESERVED


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("Group 2026", "Group 2026", id="an ordinary name"),
        pytest.param("../../etc/passwd", "_.._etc_passwd", id="a path"),
        pytest.param("CON", "_CON", id="a device of Windows"),
        pytest.param("com1.txt", "_com1.txt", id="a device with an ending"),
        pytest.param("经营指标", "经营指标", id="Chinese"),
        pytest.param("a:b*c?", "a_b_c_", id="what Windows forbids"),
        pytest.param("  . ", "report", id="nothing at all"),
        pytest.param("\u202egnp.exe", "gnp.exe", id="a mark that turns the direction of writing"),
        pytest.param("-rf", "_rf", id="what a shell takes for an option"),
    ],
)
def test_a_safe_name_of(text: str, name: str) -> None:
    assert output.safe_name(text) == name


def test_files_are_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    written = output.publish({"a.html": b"1", "b.pdf": b"2"}, tmp_path / "new" / "deep")
    assert [path.read_bytes() for path in written] == [b"1", b"2"]
    assert sorted(path.name for path in (tmp_path / "new" / "deep").iterdir()) == ["a.html", "b.pdf"]


class HeldError(OSError):
    """What Windows says of a file that another program has open."""

    winerror = 32


def test_a_file_that_is_open_elsewhere_is_written_beside(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"old")
    waited: list[float] = []

    def replace(source: Path, target: Path) -> None:
        if target.name == "a.pdf":
            raise HeldError(13, "used by another process")
        source.replace(target)

    written = output.publish({"a.pdf": b"new"}, tmp_path, replace=replace, sleep=waited.append)
    assert [path.name for path in written] == ["a.NEW.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == b"old"
    assert (tmp_path / "a.NEW.pdf").read_bytes() == b"new"
    assert waited == list(output.WAITS)


def test_a_file_that_is_let_go_in_time_is_replaced(tmp_path: Path) -> None:
    tries = []

    def replace(source: Path, target: Path) -> None:
        tries.append(target)
        if len(tries) < 3:
            raise HeldError(13, "used by another process")
        source.replace(target)

    written = output.publish({"a.pdf": b"new"}, tmp_path, replace=replace, sleep=lambda _: None)
    assert written == (tmp_path / "a.pdf",)
    assert written[0].read_bytes() == b"new"


def test_a_full_disk_leaves_the_older_files_and_no_rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output.publish({"a.html": b"old a", "b.pdf": b"old b"}, tmp_path)
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        output.publish({"a.html": b"new a", "b.pdf": b"new b"}, tmp_path)
    assert (tmp_path / "a.html").read_bytes() == b"old a"
    assert (tmp_path / "b.pdf").read_bytes() == b"old b"
    assert len(list(tmp_path.iterdir())) == 2


def test_leftovers_of_a_dead_run_are_swept_after_a_day_and_nothing_else(tmp_path: Path) -> None:
    old, young, other = (
        tmp_path / name for name in (".kpireport.a.0123abcd.tmp", ".kpireport.b.0123abcd.tmp", ".kpireport.notes.tmp")
    )
    for path in (old, young, other):
        path.write_bytes(b"x")
    now = time.time()
    os.utime(old, (now - 90_000, now - 90_000))
    os.utime(other, (now - 90_000, now - 90_000))
    output.sweep(tmp_path, now)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([young.name, other.name])
