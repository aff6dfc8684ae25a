"""No command ends in a traceback, whatever the state of what the program remembers; and nobody else reads that."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from kpireport.batch.ledger import RunLedger
from kpireport.cli import main
from kpireport.deliver.outbox import Outbox
from kpireport.snapshots import Snapshots
from tests.batching import TOML
from tests.test_store import remembered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAIL = """
[mail]
transport = "dir"
folder = "out"
sender = "KPI <kpi@example.com>"
owner = "boss@example.com"
allowed_domains = ["example.com"]
"""
NAMES = ("outbox.db", "batch.db", "snapshots.db")


def sql(*statements: str) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path)) as db, db:
            for statement in statements:
                db.execute(statement)

    return spoil


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def holed(path: Path) -> None:
    """Leave the first page, by which a file is known, and spoil those with the rows."""
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


STATES = {
    "newer": sql("PRAGMA user_version=9"),
    "another file": lambda path: path.write_bytes(b"not a database, but long enough to be looked at" * 40),
    "empty": lambda path: path.write_bytes(b""),
    "cut": cut,
    "holed": holed,
    "a folder": folder,
    "gone": lambda path: path.unlink(),
    "foreign columns": sql(
        "DROP TABLE IF EXISTS message", "DROP TABLE IF EXISTS edition", "DROP TABLE IF EXISTS figure",
        "DROP TABLE IF EXISTS run",
        "CREATE TABLE message (a)", "CREATE TABLE edition (a)", "CREATE TABLE figure (a)", "CREATE TABLE run (a)",
    ),
}  # fmt: skip
CONTENT = {
    "outbox.db": [
        "UPDATE message SET state='flown'", "UPDATE message SET kind='?'", "UPDATE message SET statuses='{'",
        "UPDATE message SET queued='soon'", "UPDATE message SET eml=5",
    ],
    "batch.db": [
        "UPDATE edition SET files='{'", "UPDATE edition SET files=5", "UPDATE edition SET revision='two'",
        "INSERT INTO run VALUES ('x', 'yesterday', NULL, NULL)",
        "INSERT INTO run VALUES ('x', '2026-11-09T06:30:00+00:00', NULL, '[')",
        "INSERT INTO run VALUES ('x', '2026-11-09T06:30:00+00:00', NULL, '[1]')",
    ],
    "snapshots.db": ["UPDATE figure SET value='many'", "UPDATE report SET made=x'ff'"],
}  # fmt: skip
EVERYWHERE = (["status"], ["status", "--format", "json"], ["run", "--due"])
COMMANDS = {
    "outbox.db": (
        *EVERYWHERE, ["outbox", "list"], ["outbox", "list", "--waiting", "--format", "json"], ["outbox", "show", "KEY"],
        ["outbox", "send"], ["outbox", "send", "--dry-run"], ["outbox", "resend", "--failed", "--reason", "x"],
        ["outbox", "resolve", "KEY", "--sent"], ["outbox", "cancel", "KEY", "--reason", "x"],
    ),
    "batch.db": EVERYWHERE,
    "snapshots.db": (*EVERYWHERE, ["history"], ["history", "revenue"], ["history", "--forecasts"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("whole")
    state = place / ".kpireport"
    (place / "state").mkdir()
    remembered(place / "state")
    (place / "state").rename(state)
    (place / "kpireport.toml").write_text(TOML + MAIL, "utf-8")
    for name in NAMES:  # nothing may wait in a log that another copy has not
        with closing(sqlite3.connect(state / name)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return place


def each_state() -> list[object]:
    found = [pytest.param(name, spoil, id=f"{name}-{state}") for name in NAMES for state, spoil in STATES.items()]
    for name, statements in CONTENT.items():
        found += [pytest.param(name, sql(one), id=f"{name}-{one}") for one in statements]
    return found


@pytest.mark.parametrize(("name", "spoil"), each_state())
def test_no_command_ends_in_a_traceback(name: str, spoil: Callable[[Path], None], whole: Path, tmp_path: Path) -> None:
    place = tmp_path / "place"
    shutil.copytree(whole, place)
    spoil(place / ".kpireport" / name)
    kept = place.with_name("kept")
    shutil.copytree(place, kept)
    with closing(Outbox(whole / ".kpireport" / "outbox.db")) as outbox:
        key = outbox.entries()[0].key[:6]
    for command in COMMANDS[name]:
        shutil.rmtree(place)
        shutil.copytree(kept, place)
        words = [key if word == "KEY" else word for word in command]
        done = CliRunner().invoke(main, [*words, "--settings", str(place / "kpireport.toml")])
        assert isinstance(done.exception, SystemExit | None), (command, done.exc_info)
        assert done.exit_code in (0, 1, 3, 4, 74), (command, done.output)


def test_a_damaged_outbox_is_told_by_the_status_with_what_to_do(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "place")
    holed(tmp_path / "place" / ".kpireport" / "outbox.db")
    done = CliRunner().invoke(main, ["status", "--settings", str(tmp_path / "place" / "kpireport.toml")])
    assert done.exit_code == 74
    assert "outbox.db is damaged" in done.output


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
@pytest.mark.parametrize("older", [False, True], ids=["new", "made readable by all, by an older program"])
def test_only_the_owner_reads_what_is_remembered(tmp_path: Path, older: bool) -> None:
    before = os.umask(0)
    try:
        if older:
            remembered(tmp_path / "state")
            for path in (tmp_path / "state").iterdir():
                path.chmod(0o666)
        remembered(tmp_path / "state")
        outbox = Outbox(tmp_path / "state" / "outbox.db")
        with RunLedger(tmp_path / "state").hold():
            Snapshots(tmp_path / "state").history()
            files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").glob("*.db*")}
        outbox.close()
    finally:
        os.umask(before)
    assert set(NAMES) | {"outbox.db-wal", "batch.db-wal"} <= set(files)
    assert set(files.values()) == {0o600}
    assert older or stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700  # a folder that others made stays theirs
