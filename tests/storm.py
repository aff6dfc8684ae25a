"""Senders for the storm tests: a process of its own, to be killed at any moment.

Run as ``python -m tests.storm STATE PORT``: for each line on standard input a child is forked that sends what is due;
its process id is printed, and then how it ended. With ``once`` it sends by itself and prints what came of it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kpireport.deliver.post import Post
from kpireport.deliver.transports import smtp  # noqa: F401 - loaded before the fork, so that a child begins to send at once
from tests.mailing import settings, stopped


def send(state: Path, port: int) -> str:
    post = Post(settings(port, max_messages_per_run=100_000, retry_minutes=0), state)
    done = post.send()
    post.close()
    return f"{stopped(done) or 'done'} {len(done.sent)} {len(done.deferred)}"


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main() -> None:
    state, port = Path(sys.argv[1]), int(sys.argv[2])
    if len(sys.argv) > 3:
        say(send(state, port))
        return
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            said = send(state, port)
            os._exit(0 if said.startswith("done") else 1)
        say(child)
        _, status = os.waitpid(child, 0)
        say(status)


if __name__ == "__main__":
    main()
