"""Runs and workers that are killed at any moment, two schedulers at once: every workbook is accounted for once.

``KPIREPORT_STORM=1000`` does it with so many workbooks; ``python -m tests.batch_storm`` does it by hand.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from kpireport.deliver.entry import HoldReason, MessageState, holding
from kpireport.deliver.outbox import Outbox
from tests.batch_storm import Storm
from tests.servers import Misbehaving

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="children are looked up in /proc")
COUNT = int(os.environ.get("KPIREPORT_STORM", "20"))


def test_every_workbook_report_and_letter_is_accounted_for_once(tmp_path: Path) -> None:
    storm = Storm(tmp_path, seed=COUNT)
    with Misbehaving(delay=0.002) as server:
        storm.fill(COUNT, server.port)
        storm.rage(seconds=15 if COUNT < 100 else COUNT * 0.6)
        last = storm.calm()
        found = storm.account(server)
    assert last in (0, 1)
    assert set(storm.done) <= {"workers killed", "runs killed", "code 0", "code 1", "code 75", "code -9"}
    assert storm.done["runs killed"] > 0
    assert found.pop("processed once") == len(storm.good)
    assert found.pop("failed once") == found.pop("reasons") == len(storm.bad)
    assert found.pop("letters") == len(storm.good)
    assert found.pop("letters by state")
    assert found.pop("ledgers sound") is True
    assert {name: value for name, value in found.items() if value} == {}


def test_a_ledger_that_is_lost_in_a_storm_sends_nothing_twice(tmp_path: Path) -> None:
    """Corrections of all reports, killed at any moment, without what the batch remembered of them."""
    storm = Storm(tmp_path, seed=COUNT)
    with Misbehaving(delay=0.002) as server:
        storm.fill(6, server.port)
        storm.calm()
        before = server.stored.copy()
        storm.correct()
        storm.rage(seconds=8, patience=4)
        storm.calm()
        arrived = server.stored - before
    outbox = Outbox(tmp_path / ".kpireport" / "outbox.db")
    letters = [entry for entry in outbox.entries() if entry.recipient != "ana@example.com"]
    outbox.close()
    corrected = [entry for entry in letters if entry.revision == 2]
    assert len(letters) == 2 * len(corrected) == 2 * len(storm.good)
    assert {entry.state for entry in corrected} == {MessageState.HELD}
    assert {HoldReason.LEDGERS in holding(entry.reason) for entry in corrected} == {True}
    assert not {entry.message_id for entry in letters} & set(arrived)
    assert max(server.stored.values()) == 1
