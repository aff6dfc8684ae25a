"""The drop folder: what is taken, what waits, and why; nothing is lost whatever lies in it."""

from __future__ import annotations

import os
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from kpireport import languages
from kpireport.batch import filing, inbox
from kpireport.batch.claim import Claims, fitted, moved, unique
from kpireport.batch.inbox import State
from kpireport.core.batching import Inbox
from kpireport.core.catalogue import figures as problems
from kpireport.core.diagnostics import Where
from tests.workbooks import save

NOW = 1_800_000_000.0
AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Inbox:
    (tmp_path / "inbox").mkdir()
    return Inbox(tmp_path / "inbox")


def drop(folder: Inbox, name: str = "a.xlsx", age: float = 3600.0, content: bytes | None = None) -> Path:
    path = folder.folder / name
    if content is None:
        save(path, Goals="KPI | Target\nRevenue | 100", Metrics="KPI | 2026-01\nRevenue | 90")
    else:
        path.write_bytes(content)
    os.utime(path, (NOW - age, NOW - age))
    return path


def states(folder: Inbox, **given: object) -> dict[str, State]:
    found = inbox.look(folder, clock=lambda: NOW, sleep=given.pop("sleep", lambda _: None))  # type: ignore[arg-type]
    return {one.path.name: one.state for one in found}


def test_a_workbook_at_rest_is_ready_without_waiting(folder: Inbox) -> None:
    drop(folder)
    slept: list[float] = []
    assert states(folder, sleep=slept.append) == {"a.xlsx": State.READY}
    assert slept == []


@pytest.mark.parametrize(
    "name",
    [
        "~$a.xlsx", ".~lock.a.xlsx#", "._a.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini", "a.xlsx.tmp", "a.xlsx.part",
        "a.xlsx.crdownload", "a.csv", "a.docx", "a.xlsx.PROBLEM.txt", ".kpireport.a.xlsx.0123abcd.tmp",
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_left_alone(folder: Inbox, name: str) -> None:
    drop(folder, name, content=b"PK\x03\x04")
    assert states(folder) == {}


def test_folders_and_links_are_left_alone(folder: Inbox, tmp_path: Path) -> None:
    (folder.folder / "folder.xlsx").mkdir()
    (folder.folder / "link.xlsx").symlink_to(save(tmp_path / "out.xlsx", Goals="KPI | Target\nA | 1"))
    assert states(folder) == {}


def test_names_in_any_case_are_taken(folder: Inbox) -> None:
    for name in ("A.XLSX", "b.Xlsm"):
        drop(folder, name)
    assert states(folder) == {"A.XLSX": State.READY, "b.Xlsm": State.READY}


def test_a_file_that_grows_while_we_look_waits(folder: Inbox) -> None:
    path = drop(folder, age=1)

    def grow(_: float) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    assert states(folder, sleep=grow) == {"a.xlsx": State.COPYING}


def test_a_file_of_the_future_is_looked_at_twice(folder: Inbox) -> None:
    drop(folder, age=-7200)
    slept: list[float] = []
    assert states(folder, sleep=slept.append) == {"a.xlsx": State.READY}
    assert slept == [folder.settle_seconds]


def test_a_file_that_goes_away_while_we_look_is_no_error(folder: Inbox) -> None:
    path = drop(folder, age=1)
    assert states(folder, sleep=lambda _: path.unlink()) == {}


def cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def zero_tail(content: bytes) -> bytes:
    half = len(content) // 2
    return content[:half] + bytes(len(content) - half)


def hole(content: bytes) -> bytes:
    middle = len(content) // 3
    return content[:middle] + bytes(200) + content[middle + 200 :]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(cut, id="cut off"),
        pytest.param(zero_tail, id="with a tail of zeros"),
        pytest.param(hole, id="with a hole"),
        pytest.param(lambda content: bytes(len(content)), id="reserved and not written"),
        pytest.param(lambda _: b"", id="empty"),
    ],
)
def test_a_half_copied_workbook_waits_and_then_fails(folder: Inbox, damage: object) -> None:
    whole = drop(folder).read_bytes()
    damaged = damage(whole)  # type: ignore[operator]
    drop(folder, age=3600, content=damaged)
    assert states(folder) == {"a.xlsx": State.COPYING}
    drop(folder, age=3 * 3600, content=damaged)
    assert states(folder) == {"a.xlsx": State.BROKEN}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"KPI,Target\nRevenue,12\n", id="text under another name"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), id="old or with a password"),
    ],
)
def test_other_kinds_of_file_are_for_the_reader_to_refuse(folder: Inbox, content: bytes) -> None:
    drop(folder, content=content)
    assert states(folder) == {"a.xlsx": State.READY}


def test_a_zip_in_an_odd_method_is_for_the_reader_to_refuse(folder: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(folder)

    def odd(_: object) -> None:
        raise NotImplementedError("compression type 99")

    monkeypatch.setattr(zipfile.ZipFile, "testzip", odd)
    assert states(folder) == {"a.xlsx": State.READY}


@pytest.mark.parametrize(
    ("owner", "age", "state"),
    [
        pytest.param("~$report.xlsx", 60, State.OPEN, id="Excel has it open"),
        pytest.param("~$port.xlsx", 60, State.OPEN, id="Excel, which cuts two letters of long names"),
        pytest.param(".~lock.report.xlsx#", 60, State.OPEN, id="LibreOffice has it open"),
        pytest.param("~$report.xlsx", 13 * 3600, State.READY, id="Excel crashed yesterday"),
        pytest.param("~$other.xlsx", 60, State.READY, id="another one is open"),
    ],
)
def test_a_workbook_that_is_open_waits(folder: Inbox, owner: str, age: float, state: State) -> None:
    drop(folder, "report.xlsx")
    drop(folder, owner, age=age, content=b"someone")
    assert states(folder) == {"report.xlsx": state}
    assert states(replace(folder, if_open="take")) == {"report.xlsx": State.READY}


@pytest.mark.parametrize("attributes", [0x00400000, 0x1000])
def test_a_placeholder_of_the_cloud_is_never_opened(
    folder: Inbox, attributes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(folder)
    real = path.stat()
    shown = SimpleNamespace(
        st_size=real.st_size, st_mtime=real.st_mtime, st_mtime_ns=real.st_mtime_ns, st_file_attributes=attributes
    )
    monkeypatch.setattr(inbox, "_stats", lambda *_: {path: shown})
    monkeypatch.setattr(inbox, "incomplete", lambda _: pytest.fail("the file was opened"))
    assert states(folder) == {"a.xlsx": State.CLOUD}


def test_an_unreadable_folder_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="none"):
        list(inbox.look(Inbox(tmp_path / "none")))


def test_of_two_that_take_one_workbook_one_succeeds(folder: Inbox, tmp_path: Path) -> None:
    path = drop(folder)
    first, second = (Claims(folder.folder, run, tmp_path / run) for run in ("one", "two"))
    taken = first.take(path)
    with pytest.raises(FileNotFoundError):
        second.take(path)
    assert taken.is_file()
    second.close()
    assert not second.folder.exists()


def test_what_a_dead_run_took_comes_back(folder: Inbox, tmp_path: Path) -> None:
    dead = Claims(folder.folder, "dead", tmp_path / "state")
    dead.take(drop(folder))
    alive = Claims(folder.folder, "alive", tmp_path / "state")
    assert [path.name for path in alive.recover()] == ["a.xlsx"]
    alive.close()
    assert not (folder.folder / ".work").exists()


def test_what_a_dead_run_took_stays_taken_where_a_newer_one_has_come(folder: Inbox, tmp_path: Path) -> None:
    """Under another name it would be another report."""
    dead = Claims(folder.folder, "dead", tmp_path / "state")
    old = dead.take(drop(folder)).read_bytes()
    new = drop(folder, content=b"new")
    alive = Claims(folder.folder, "alive", tmp_path / "state")
    assert alive.recover() == []
    (kept,) = alive.kept
    assert (kept.name, kept.read_bytes(), new.read_bytes()) == ("a.xlsx", old, b"new")


def test_a_run_that_died_between_the_two_steps_of_a_move_leaves_one_workbook(folder: Inbox, tmp_path: Path) -> None:
    dead = Claims(folder.folder, "dead", tmp_path / "state")
    taken = dead.take(drop(folder))
    filed = folder.folder / "processed" / "2026-11" / "a__20261109T0630__01234567.xlsx"
    filed.parent.mkdir(parents=True)
    os.link(taken, filed)
    alive = Claims(folder.folder, "alive", tmp_path / "state")
    assert (alive.recover(), alive.kept) == ([], [])
    alive.close()
    assert [path for path in folder.folder.rglob("*") if path.is_file()] == [filed]


def silent(run: Path, seconds: float) -> None:
    """Let the last sign of life of a run be so long ago, by the clock of the file server."""
    for path in (*run.glob("owner.json"), run):
        moment = path.stat().st_mtime - seconds
        os.utime(path, (moment, moment))


@pytest.mark.parametrize("clock", [-7200, 0, 7200])
def test_a_run_of_another_machine_is_left_alone_until_it_is_silent(
    folder: Inbox, tmp_path: Path, clock: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the clock of this machine runs hours behind or ahead."""
    other = Claims(folder.folder, "other", tmp_path / "another machine's state")
    other.take(drop(folder))
    ours = Claims(folder.folder, "ours", tmp_path / "state")
    real = time.time
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: real() + clock)
        assert ours.recover() == []
    other.sign()
    silent(other.folder, 3600)
    assert [path.name for path in ours.recover()] == ["a.xlsx"]


def test_a_claim_without_its_owner_comes_back_in_time(folder: Inbox, tmp_path: Path) -> None:
    """The run was killed between making its folder and signing it."""
    place = folder.folder / ".work" / "dead" / "1"
    place.mkdir(parents=True)
    drop(folder).rename(place / "a.xlsx")
    ours = Claims(folder.folder, "ours", tmp_path / "state")
    assert ours.recover() == []
    silent(place.parent, 3600)
    assert [path.name for path in ours.recover()] == ["a.xlsx"]


def test_of_two_machines_that_put_back_at_once_one_does(
    folder: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Claims(folder.folder, "dead", tmp_path / "state").take(drop(folder))
    first, second = (Claims(folder.folder, run, tmp_path / "state") for run in ("one", "two"))
    take = Claims.take
    back: list[Path] = []

    def late(self: Claims, path: Path) -> Path:
        if self is first:
            back.extend(second.recover())
        return take(self, path)

    monkeypatch.setattr(Claims, "take", late)
    assert first.recover() == []
    assert [path.name for path in back] == ["a.xlsx"]
    assert [path.name for path in folder.folder.glob("*.xlsx")] == ["a.xlsx"]


def test_names_never_overwrite_and_never_grow_too_long(tmp_path: Path) -> None:
    long = "数" * 83 + ".xlsx"  # 254 bytes
    (tmp_path / long).write_bytes(b"1")
    (tmp_path / "Group.xlsx").write_bytes(b"2")
    assert len(unique(tmp_path / long).name.encode()) <= 255
    assert unique(tmp_path / "gROUP.XLSX").name == "gROUP (2).XLSX"
    assert fitted("é" * 200, ".xlsx").encode().decode() == "é" * 125 + ".xlsx"
    (tmp_path / "new").write_bytes(b"3")
    place = moved(tmp_path / "new", tmp_path / "Group.xlsx")
    assert (place.name, place.read_bytes(), (tmp_path / "Group.xlsx").read_bytes()) == ("Group (2).xlsx", b"3", b"2")


@pytest.mark.parametrize("name", ["a.xlsx", "n" * 250 + ".xlsx", "数" * 83 + ".xlsx", "  odd  .xlsx"])
def test_a_workbook_of_any_name_is_filed_away(folder: Inbox, name: str) -> None:
    content = drop(folder).read_bytes()
    for number, file in enumerate((filing.processed, filing.duplicate)):
        path = drop(folder, name, content=content)
        place = file(path, folder.folder, at=AT, sha256="0123456789abcdef")
        assert place.read_bytes() == content
        assert not path.exists()
        assert place.suffix == ".xlsx"
        assert place.parent.name == ("2026-11", "duplicates")[number]


def test_a_failed_workbook_has_its_reasons_beside_it_for_notepad(folder: Inbox) -> None:
    told = problems.NO_FIGURES.at(Where("a.xlsx", "Goals", "B2"), kpi="Revenue\n\x1b[31m")
    for tag, word in (("en", "What to do"), ("zh", "处理方法")):
        language = languages.load(tag)
        place = filing.failed(drop(folder), folder.folder, (told,), language=language, owner="Ana")
        raw = place.with_name(f"{place.name}.PROBLEM.txt").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        text = raw.decode("utf-8-sig")
        assert text.count("\r\n") == text.count("\n")
        assert "Goals!B2" in text
        assert word in text
        assert "Ana" in text
        assert "\x1b" not in text
    assert sorted(path.name for path in (folder.folder / "failed").iterdir()) == [
        "a (2).xlsx", "a (2).xlsx.PROBLEM.txt", "a.xlsx", "a.xlsx.PROBLEM.txt",
    ]  # fmt: skip


def test_the_reasons_go_when_the_workbook_comes_again_and_is_fine(folder: Inbox) -> None:
    filing.failed(drop(folder), folder.folder, (), language=languages.load("en"), owner="")
    filing.mended("a.xlsx", folder.folder)
    assert [path.name for path in (folder.folder / "failed").iterdir()] == ["a.xlsx"]
