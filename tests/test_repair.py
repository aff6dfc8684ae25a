"""kpireport repair: what can be read is kept, what is lost is found, and nothing is sent twice or thrown away."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from kpireport.batch.ledger import RunLedger
from kpireport.cli import main
from kpireport.deliver.entry import HoldReason, MessageState
from kpireport.deliver.outbox import Outbox
from kpireport.snapshots import Snapshots
from tests.mailing import TODAY, people, post, product, settings
from tests.test_ledgers_agree import Morning, told
from tests.test_store_states import cut, holed, sql

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result


def repaired(folder: Path) -> Result:
    return CliRunner().invoke(main, ["repair", "--settings", str(folder / "kpireport.toml")])


@pytest.fixture
def morning(tmp_path: Path) -> Morning:
    found = Morning(tmp_path)
    found.drop()
    found.run()
    return found


def test_what_is_whole_is_left_alone(morning: Morning) -> None:
    before = {path.name: path.read_bytes() for path in morning.state.glob("*.db")}
    done = repaired(morning.folder)
    assert (done.exit_code, done.output.count("is whole")) == (0, 3)
    assert {path.name: path.read_bytes() for path in morning.state.glob("*.db")} == before


@pytest.mark.parametrize("spoil", [holed, cut, lambda path: path.write_bytes(b"no database at all " * 400)])
@pytest.mark.parametrize("name", ["outbox.db", "batch.db", "snapshots.db"])
def test_after_a_repair_every_command_works_and_the_damaged_file_is_kept(
    morning: Morning, name: str, spoil: Callable[[Path], None]
) -> None:
    spoil(morning.state / name)
    damaged = (morning.state / name).read_bytes()
    assert repaired(morning.folder).exit_code == 0
    aside = [path for path in morning.state.glob(f"{name}.damaged-*") if not path.name.endswith(("-wal", "-shm"))]
    assert [path.read_bytes() for path in aside] == [damaged]
    assert repaired(morning.folder).output.count("is whole") == 3
    sent = list((morning.folder / "out").iterdir())
    morning.run()
    letters = [path for path in (morning.folder / "out").iterdir() if path not in sent]
    assert not [path for path in letters if b"Subject: kpireport" not in path.read_bytes()]


def test_letters_that_can_be_read_are_kept_and_what_was_queued_is_held(tmp_path: Path) -> None:
    office = post(tmp_path, settings())
    office.put(product(*people(40)), today=TODAY)
    office.close()
    (tmp_path / "kpireport.toml").write_text('[batch]\nstate = "state"\n', "utf-8")
    path = tmp_path / "state" / "outbox.db"
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 8192] = bytes(8192)
    path.write_bytes(bytes(data))
    assert repaired(tmp_path).exit_code == 0
    with closing(Outbox(path)) as ledger:
        entries = ledger.entries()
        assert ledger.sound()
    assert 20 <= len(entries) < 41
    assert {entry.state for entry in entries} == {MessageState.HELD}
    assert {entry.reason for entry in entries} == {HoldReason.REPAIRED}


def test_a_lost_ledger_of_the_batch_is_filled_up_from_the_summaries(morning: Morning) -> None:
    morning.drop(first=91)
    morning.run()
    ledger = RunLedger(morning.state)
    before = ledger.newest("a", "2026-10")
    assert before is not None
    morning.lose("batch.db")
    done = repaired(morning.folder)
    assert "2 reports were noted again" in done.output
    after = RunLedger(morning.state).newest("a", "2026-10")
    assert after is not None
    assert (after.revision, after.sha256, after.files, after.phase) == (2, before.sha256, before.files, before.phase)
    morning.drop(first=92)
    assert "LEDGERS_DIFFER" not in told(morning.run())
    assert ("anna", 3, "held") in morning.stand()


def test_summaries_of_an_older_program_are_used_by_the_filed_workbooks(morning: Morning) -> None:
    before = RunLedger(morning.state).newest("a", "2026-10")
    assert before is not None
    for path in (morning.state / "runs").glob("*/summary.json"):
        content = json.loads(path.read_text("utf-8"))
        for row in content["workbooks"]:
            row.pop("sha256")
        path.write_text(json.dumps(content), "utf-8")
    (morning.state / "runs" / "spoilt").mkdir()
    (morning.state / "runs" / "spoilt" / "summary.json").write_text("{", "utf-8")
    morning.lose("batch.db")
    repaired(morning.folder)
    after = RunLedger(morning.state).newest("a", "2026-10")
    assert after is not None
    assert after.sha256 == before.sha256


def test_letters_that_a_repair_could_not_save_are_told_by_the_next_run(morning: Morning) -> None:
    (morning.state / "outbox.db").write_bytes(b"no database at all " * 400)
    repaired(morning.folder)
    summary = morning.run()
    assert "LETTERS_GONE" in told(summary)
    assert summary.mail["sent"] == 0


def test_a_newer_file_is_left_alone(morning: Morning) -> None:
    sql("PRAGMA user_version=9")(morning.state / "snapshots.db")
    before = (morning.state / "snapshots.db").read_bytes()
    assert repaired(morning.folder).exit_code == 1
    assert (morning.state / "snapshots.db").read_bytes() == before


def test_figures_that_can_be_read_are_kept(morning: Morning) -> None:
    figures = Snapshots(morning.state).history()
    shutil.copy(morning.state / "snapshots.db", morning.folder / "whole.db")
    data = (morning.state / "snapshots.db").read_bytes()
    (morning.state / "snapshots.db").write_bytes(data[:-4096] + bytes(4096))
    repaired(morning.folder)
    kept = Snapshots(morning.state).history()
    assert set(kept) <= set(figures)
