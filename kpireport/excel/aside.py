"""Run what other people's parsers do with foreign bytes in a process of its own, with little memory and little time.

They may panic, abort, hang or ask for gigabytes: the process ends, and the file is refused. Where the system has no
limits for a process (Windows), the time is limited all the same.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

MEMORY = 1_000_000_000  # bytes of address space
CPU = 8  # seconds
WALL = 40  # seconds; more than CPU, as the computer may be busy
JOBS = {
    "decrypt": "kpireport.excel.protected",
    "encrypt": "kpireport.excel.protected",
    "cells": "kpireport.excel.other",
}


class Failed(Exception):  # noqa: N818
    """The work could not be done. reason: a word of ours, never text of the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def run(job: str, data: bytes, **options: Any) -> bytes:
    """Return what ``job`` makes of ``data``; raises ``Failed``.

    options: what JSON can carry. They go through the pipe, not the command line, which everybody can read.
    """
    import subprocess

    head = json.dumps({"job": job, **options}).encode() + b"\n"
    command = [sys.executable, "-I", "-X", "utf8", "-c", "from kpireport.excel.aside import main; main()"]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command, input=head + data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=WALL, check=False
        )
    except subprocess.TimeoutExpired:
        raise Failed("time") from None
    except OSError:
        raise Failed("start") from None
    word, _, result = done.stdout.partition(b"\n")
    if done.returncode == 0 and word == b"done":
        return result
    raise Failed(word.decode("ascii", "replace") if done.returncode == 0 and word.isalpha() else "ended")


def main() -> None:
    """Do one job in the process of its own: a line of options and the bytes come in, a word and the result go out."""
    _limit()
    options = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    job = options.pop("job")
    try:
        made: bytes = getattr(importlib.import_module(JOBS[job]), job)(data, **options)
    except Failed as failed:
        sys.stdout.buffer.write(failed.reason.encode() + b"\n")
    except Exception:
        sys.stdout.buffer.write(b"damaged\n")
    else:
        sys.stdout.buffer.write(b"done\n" + made)
    sys.stdout.buffer.flush()


def _limit() -> None:
    if sys.platform == "win32":
        return
    import resource

    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (least, hard))
        except (ValueError, OSError):  # macOS does not limit address space
            continue
