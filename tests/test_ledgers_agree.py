"""Batch and outbox: what one has lost, or has of an older copy, is held and told; equal values are no correction."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections import Counter
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kpireport.batch import running
from kpireport.batch.intake import Options
from kpireport.batch.ledger import DONE, PUBLISHED, RunLedger
from kpireport.deliver.entry import UNCHANGED, HoldReason, MessageState, holding
from kpireport.deliver.outbox import Outbox
from kpireport.deliver.post import Post
from kpireport.settings.batch import batch
from tests.batching import CLOCK, TODAY, TOML
from tests.mailing import settings as mail_settings
from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.batch.summary import Summary
    from kpireport.deliver.entry import Entry

GOALS = """
KPI | Target | Unit | Direction | Department
Revenue | 1200 | EUR | higher | Sales
Staff | 100 | FTE | higher | Office
"""
METRICS = "KPI | 2026-08 | 2026-09 | 2026-10\nRevenue | {first} | 110 | 105\nStaff | 8 | 9 | {staff}"
PEOPLE = """
Name | Email | Scope | Format
Anna | anna@example.com | all | HTML
Bo | bo@example.com | department=Office | HTML
"""


class Morning:
    """A drop folder with real mail into a folder, and the two ledgers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = CLOCK
        self.saved = 0
        self.people = PEOPLE
        self.note = ""
        (folder / "kpireport.toml").write_text(TOML, "utf-8")

    @property
    def state(self) -> Path:
        return self.folder / ".kpireport"

    def drop(self, *, first: int = 90, staff: int = 10, name: str = "a.xlsx", note: str = "") -> bytes:
        sheets = {"Goals": GOALS, "Metrics": METRICS.format(first=first, staff=staff), "Recipients": self.people}
        sheets |= {"Notes": f"Period | KPI | Type | Text\n2026-10 | Staff | comment | {note}"} if note else {}
        path = save(self.folder / "inbox" / name, **sheets)
        self.saved += 1
        with zipfile.ZipFile(path, "a") as archive:  # saving gives other bytes, whatever the second
            archive.comment = str(self.saved).encode()
        os.utime(path, (CLOCK - 3600, CLOCK - 3600))
        return path.read_bytes()

    def run(self, **more: object) -> Summary:
        found, _ = batch(self.folder / "kpireport.toml")
        assert found is not None
        mail = mail_settings(transport="dir", folder=self.folder / "out")
        self.clock += 86400
        office = Post(mail, self.state, clock=lambda: self.clock, sleep=lambda _: None)
        return running.run(
            found, self.folder / "kpireport.toml", Options(TODAY, note=self.note), engine="serial", mail=mail,
            post=office, clock=lambda: self.clock, sleep=lambda _: None, **more,  # type: ignore[arg-type]
        )  # fmt: skip

    def letters(self) -> list[Entry]:
        with closing(Outbox(self.state / "outbox.db")) as ledger:
            return [entry for entry in ledger.entries() if entry.kind == "report"]

    def stand(self) -> list[tuple[str, int, str]]:
        return sorted((e.recipient.partition("@")[0], e.revision, e.state.value) for e in self.letters())

    def lose(self, name: str) -> None:
        for path in self.state.glob(f"{name}*"):
            path.unlink()


@pytest.fixture
def morning(tmp_path: Path) -> Morning:
    found = Morning(tmp_path)
    found.drop()
    assert found.run().code() == 0
    assert found.stand() == [("anna", 1, "sent"), ("bo", 1, "sent")]
    return found


def told(summary: Summary) -> set[str]:
    return {one.name for one in (*summary.problems, *(one for line in summary.lines for one in line.problems))}


# ---- a correction goes to people whose part has changed


def test_a_workbook_saved_again_with_equal_values_is_no_correction(morning: Morning) -> None:
    """D3_resaved_unchanged: everybody's mail was held as "Corrected (r2)"."""
    morning.drop()
    summary = morning.run()
    assert "HELD_CORRECTION" not in told(summary)
    assert morning.stand() == [("anna", 1, "sent"), ("anna", 2, "skipped"), ("bo", 1, "sent"), ("bo", 2, "skipped")]
    assert {entry.reason for entry in morning.letters() if entry.revision == 2} == {UNCHANGED}


def test_a_correction_goes_to_those_alone_whose_part_has_changed(morning: Morning) -> None:
    morning.drop(first=91)
    morning.run()
    assert morning.stand()[1:] == [("anna", 2, "held"), ("bo", 1, "sent"), ("bo", 2, "skipped")]


def test_a_new_comment_is_a_change_for_those_who_read_it(morning: Morning) -> None:
    morning.drop(note="two people are on leave")
    morning.run()
    assert [row for row in morning.stand() if row[1] == 2] == [("anna", 2, "held"), ("bo", 2, "held")]


def test_going_back_to_what_people_have_cancels_the_correction(morning: Morning) -> None:
    morning.drop(first=91)
    morning.run()
    morning.drop()
    morning.run()
    assert Counter(row[2] for row in morning.stand() if row[0] == "anna") == {"sent": 1, "cancelled": 1, "skipped": 1}


def test_what_has_not_left_yet_is_replaced_and_not_skipped(tmp_path: Path) -> None:
    morning = Morning(tmp_path)
    morning.drop()
    morning.run(send=False)
    morning.drop()
    morning.run(send=False)
    assert [row for row in morning.stand() if row[1] == 2] == [("anna", 2, "queued"), ("bo", 2, "queued")]
    assert {row[2] for row in morning.stand() if row[1] == 1} == {"cancelled"}


# ---- the batch's ledger is lost


def test_after_the_batch_s_ledger_is_lost_a_correction_is_held_and_told(morning: Morning) -> None:
    """It was revision 1 again: the keys were known, nothing was sent, and nobody was told."""
    morning.lose("batch.db")
    morning.drop(first=91)
    summary = morning.run()
    assert "LEDGERS_DIFFER" in told(summary)
    assert summary.code() == 1
    assert ("anna", 2, "held") in morning.stand()
    assert ("bo", 2, "skipped") in morning.stand()


def test_an_older_copy_of_the_batch_s_ledger_makes_no_second_letter(morning: Morning) -> None:
    shutil.copy(morning.state / "batch.db", morning.folder / "backup.db")
    second = morning.drop(first=91)
    morning.run()
    with closing(Outbox(morning.state / "outbox.db")) as ledger:
        for entry in ledger.entries((MessageState.HELD,)):
            ledger.settle(entry.key, MessageState.QUEUED, 1.0, allowed=(MessageState.HELD,), reason="released")
    morning.run()
    assert ("anna", 2, "sent") in morning.stand()
    morning.lose("batch.db")
    shutil.copy(morning.folder / "backup.db", morning.state / "batch.db")
    (morning.folder / "inbox" / "a.xlsx").write_bytes(second)
    summary = morning.run()
    assert summary.mail.get("sent", 0) == 0
    assert [row for row in morning.stand() if row[1] > 2] == [("anna", 3, "skipped"), ("bo", 3, "skipped")]


def test_a_run_that_died_before_it_could_queue_holds_what_is_in_doubt_all_the_same(morning: Morning) -> None:
    """Killed between noting the edition and queueing: the next run must still know that the two disagreed."""
    morning.lose("batch.db")
    morning.drop(first=91, staff=11)
    morning.run(send=False)
    ledger = RunLedger(morning.state)
    made = ledger.newest("a", "2026-10")
    assert made is not None
    assert made.revision == 2
    with closing(Outbox(morning.state / "outbox.db")) as outbox:
        for entry in outbox.entries((MessageState.HELD,)):
            outbox.db.execute("DELETE FROM seal WHERE key=?", (entry.key,))
            outbox.db.execute("DELETE FROM message WHERE key=?", (entry.key,))
    ledger.keep(replace(made, phase=PUBLISHED))
    ledger.keep_letters(made.report, made.period, made.revision, -1)
    (filed,) = (
        path for path in (morning.folder / "inbox" / "processed").rglob("*.xlsx") if made.sha256[:8] in path.name
    )
    (morning.folder / "inbox" / "a.xlsx").write_bytes(filed.read_bytes())
    morning.run()
    held = [entry for entry in morning.letters() if entry.revision == 2]
    assert {HoldReason.LEDGERS in holding(entry.reason) for entry in held} == {True}
    assert {entry.state for entry in held} == {MessageState.HELD}


# ---- the outbox is lost


def test_after_the_outbox_is_lost_it_is_told_and_nothing_is_sent_again(morning: Morning) -> None:
    content = next((morning.folder / "inbox" / "processed").rglob("*.xlsx")).read_bytes()
    morning.lose("outbox.db")
    summary = morning.run()
    assert (told(summary) >= {"LETTERS_GONE"}, summary.code()) == (True, 1)
    (morning.folder / "inbox" / "a.xlsx").write_bytes(content)
    summary = morning.run()
    assert "LEDGERS_DIFFER" in told(summary)
    assert morning.stand() == [("anna", 1, "held"), ("bo", 1, "held")]
    assert RunLedger(morning.state).newest("a", "2026-10").phase == DONE  # type: ignore[union-attr]
    assert "LETTERS_GONE" not in told(morning.run())


def test_a_correction_after_the_outbox_is_lost_is_held(morning: Morning) -> None:
    morning.lose("outbox.db")
    morning.drop(first=91)
    summary = morning.run()
    assert {"LETTERS_GONE", "LEDGERS_DIFFER"} <= told(summary)
    assert [row for row in morning.stand() if row[1] == 2] == [("anna", 2, "held"), ("bo", 2, "held")]


def test_an_older_copy_of_the_outbox_sends_nothing_by_itself(tmp_path: Path) -> None:
    """In the copy the letters are still queued; since then they have left."""
    morning = Morning(tmp_path)
    morning.drop()
    morning.run(send=False)
    shutil.copy(morning.state / "outbox.db", tmp_path / "backup.db")
    morning.run()
    assert {row[2] for row in morning.stand()} == {"sent"}
    morning.lose("outbox.db")
    shutil.copy(tmp_path / "backup.db", morning.state / "outbox.db")
    before = len(list((tmp_path / "out").iterdir()))
    summary = morning.run()
    assert "OUTBOX_OLDER" in told(summary)
    assert {row[2] for row in morning.stand()} == {"held"}
    notices = [path for path in (tmp_path / "out").iterdir() if b"Subject: kpireport" in path.read_bytes()]
    assert len(list((tmp_path / "out").iterdir())) - before <= len(notices)


def test_a_report_that_nobody_was_written_to_is_no_disagreement(tmp_path: Path) -> None:
    morning = Morning(tmp_path)
    save(tmp_path / "inbox" / "a.xlsx", Goals=GOALS, Metrics=METRICS.format(first=90, staff=10))
    os.utime(tmp_path / "inbox" / "a.xlsx", (CLOCK - 3600, CLOCK - 3600))
    morning.run()
    morning.drop(first=91)
    summary = morning.run()
    assert not told(summary) & {"LEDGERS_DIFFER", "LETTERS_GONE"}
    assert [row[2] for row in morning.stand()] == ["sent", "sent"]
