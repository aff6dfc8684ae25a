"""A disk that is full for real, at any moment of queueing or sending: nothing half sent, nothing lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kpireport.deliver.entry import MessageState
from kpireport.deliver.outbox import Outbox
from tests.servers import Misbehaving
from tests.test_deliver_storm import fill, storm, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

resource = pytest.importorskip("resource", reason="limits on files are of POSIX")
ROOT = Path(__file__).parents[1]
COUNT = 40
# On a full disk Python 3.11 leaves half a file of bytecode, at which every later process would end.
PLAIN = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}


def small(limit: int) -> Callable[[], None]:
    """Return what makes every file larger than ``limit`` bytes fail to grow, as on a full disk."""

    def begin() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return begin


def once(state: Path, port: int, limit: int) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.storm", str(state), str(port), "once"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, preexec_fn=small(limit), env=PLAIN,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("limit", [1_000, 50_000, 120_000, 250_000])
def test_a_disk_that_is_full_while_sending_loses_nothing_and_doubles_nothing(tmp_path: Path, limit: int) -> None:
    state = fill(tmp_path, COUNT)
    with Misbehaving() as server:
        said = once(state, server.port, limit)
        first = sum(server.stored.values())
        found = verdict(state, server)
        assert (found["sound"], found["twice"], found["falsely sent"]) == (1, 0, 0)
        assert said.startswith("state"), said
        assert 0 <= first < COUNT
        storm(state, server, seed=1, limit=0)  # there is room again
        found = verdict(state, server)
        assert {name: found[name] for name in ("sound", "twice", "falsely sent", "lost", "other")} == {
            "sound": 1, "twice": 0, "falsely sent": 0, "lost": 0, "other": 0,
        }  # fmt: skip
        # At most the one message that was in the air when the disk was full is left for a person.
        assert found["uncertain"] <= 1


QUEUE = """
import sys
from pathlib import Path
from tests.mailing import TODAY, people, post, product, settings
office = post(Path(sys.argv[1]), settings(1))
queued = office.put(product(*people(40)), today=TODAY)
print([d.name for d in queued.diagnostics])
"""


@pytest.mark.parametrize("limit", [1_000, 40_000, 90_000])
def test_a_disk_that_is_full_while_queueing_is_told_and_the_next_run_queues_the_rest(
    tmp_path: Path, limit: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", QUEUE, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, preexec_fn=small(limit), env=PLAIN,
    )  # fmt: skip
    assert (done.stderr, json.loads(done.stdout.replace("'", '"'))) == ("", ["STORE_FAILED"])
    fill_again = subprocess.run(
        [sys.executable, "-c", QUEUE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert fill_again.stdout.strip() == "[]"
    outbox = Outbox(tmp_path / "state" / "outbox.db")
    assert (len(outbox.entries((MessageState.QUEUED,))), outbox.sound()) == (COUNT, True)
    outbox.close()
