"""Senders that are killed at any moment, and several at once: no duplicate, none lost, none falsely "sent"."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kpireport.deliver.outbox import Outbox
from tests.mailing import TODAY, people, post, product, settings
from tests.servers import Misbehaving

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 and fork are of POSIX")


def fill(folder: Path, count: int) -> Path:
    office = post(folder, settings(max_messages_per_run=100_000))
    assert len(office.put(product(*people(count)), today=TODAY).keys) == count
    office.close()
    return folder / "state"


def storm(state: Path, server: Misbehaving, *, seed: int, limit: float) -> int:
    """Send all that waits with a sender that is killed again and again; return how often it was."""
    chance, kills = random.Random(seed), 0
    until = time.monotonic() + limit
    zygote = subprocess.Popen(
        [sys.executable, "-m", "tests.storm", str(state), str(server.port)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert zygote.stdin
    assert zygote.stdout
    try:
        while True:
            zygote.stdin.write("go\n")
            zygote.stdin.flush()
            child = int(zygote.stdout.readline())
            if time.monotonic() < until:
                time.sleep(chance.uniform(0.005, 0.25))
                try:
                    os.kill(child, signal.SIGKILL)
                    kills += 1
                except ProcessLookupError:
                    pass
            status = int(zygote.stdout.readline())
            if status == 0:
                return kills
            assert status in (9, 256), status
    finally:
        zygote.stdin.close()
        zygote.wait(10)
        zygote.stdout.close()


def verdict(state: Path, server: Misbehaving) -> dict[str, int]:
    """Return what became of all messages, by the ledger and by what the server has."""
    outbox = Outbox(state / "outbox.db")
    try:
        entries = outbox.entries()
        return {
            "sound": int(outbox.sound()),
            "sent": sum(e.state == "sent" for e in entries),
            "uncertain": sum(e.state == "uncertain" for e in entries),
            "other": sum(e.state not in ("sent", "uncertain") for e in entries),
            "twice": sum(count > 1 for count in server.stored.values()),
            "falsely sent": sum(e.state == "sent" and not server.stored[e.message_id] for e in entries),
            "lost": sum(e.state != "uncertain" and not server.stored[e.message_id] for e in entries),
        }
    finally:
        outbox.close()


@pytest.mark.parametrize(
    ("cut", "seed"), [pytest.param(0.0, 7, id="killed"), pytest.param(0.05, 11, id="killed and cut")]
)
def test_a_sender_that_is_killed_at_any_moment_sends_nothing_twice_and_loses_nothing(
    tmp_path: Path, cut: float, seed: int
) -> None:
    count = int(os.environ.get("STORM_MESSAGES", "300")) // (1 if not cut else 3)
    state = fill(tmp_path, count)
    with Misbehaving(delay=0.02, cut=cut, seed=seed) as server:
        kills = storm(state, server, seed=seed, limit=float(os.environ.get("STORM_SECONDS", "12")))
        found = verdict(state, server)
        sys.stdout.write(f"{kills} kills: {found}\n")
        assert kills > 5
        assert found["sent"] + found["uncertain"] == count
        assert found["sent"] > count / 3
        assert {k: found[k] for k in ("twice", "falsely sent", "lost", "other")} == dict.fromkeys(
            ("twice", "falsely sent", "lost", "other"), 0
        )
        assert found["sound"]
        # Asking again sends nothing more: what is uncertain waits for a person.
        before = dict(server.stored)
        again = post(tmp_path, settings(server.port))
        assert again.send().sent == ()
        again.close()
        assert server.stored == before


@pytest.mark.parametrize("processes", [2, 8])
def test_several_senders_at_once_send_each_message_once(tmp_path: Path, processes: int) -> None:
    state = fill(tmp_path, 60)
    with Misbehaving(delay=0.01) as server:
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.storm", str(state), str(server.port), "once"],
                cwd=ROOT, stdout=subprocess.PIPE, text=True,
            )
            for _ in range(processes)
        ]  # fmt: skip
        said = [process.communicate(timeout=60)[0].split() for process in running]
        assert sum(int(words[-2]) for words in said) == 60, said
        assert {" ".join(words[:-2]) for words in said} <= {"done", "locked"}
        assert set(server.stored.values()) == {1}
        found = verdict(state, server)
        assert (found["sent"], found["uncertain"], found["sound"]) == (60, 0, 1)
