"""A drop folder in a storm: runs and their workers are killed at any moment, and then everything is counted.

``python -m tests.batch_storm FOLDER --workbooks 1000 --seconds 900`` does it by hand and prints what it found; the
tests do it with a few workbooks.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from kpireport.deliver.outbox import Outbox
from tests.servers import Misbehaving
from tests.workbooks import save

ROOT = Path(__file__).parents[1]
OLD = 3 * 3600  # seconds: long enough at rest for a damaged workbook to be given up
FILED = re.compile(r"__\d{8}T\d{4}__[0-9a-f]{8}( \(\d+\))?$")
TOML = """
[inbox]
settle_seconds = 0
[batch]
formats = ["html", "json"]
[mail]
transport = "smtp"
sender = "KPI reports <kpi@example.com>"
owner = "ana@example.com"
allowed_domains = ["example.com"]
host = "127.0.0.1"
port = {port}
security = "none"
max_messages_per_run = 100000
"""


@dataclass
class Storm:
    """A folder with a drop folder in it, the names of its workbooks, and what was done to it."""

    folder: Path
    seed: int = 1
    good: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    torn: list[str] = field(default_factory=list)

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    def fill(self, count: int, port: int) -> None:
        """Drop workbooks, of which one in twenty is bad, each in another way."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "kpireport.toml").write_text(TOML.format(port=port), "utf-8")
        for number in range(count):
            name = f"unit{number:04}"
            if number % 20 == 7:
                spoil(self._workbook(name, number), kind=number // 20)
                self.bad.append(name)
            else:
                self._workbook(name, number)
                self.good.append(name)
            old = time.time() - OLD
            os.utime(self.inbox / f"{name}.xlsx", (old, old))

    def _workbook(self, name: str, number: int) -> Path:
        return save(
            self.inbox / f"{name}.xlsx",
            Goals="KPI | Target | Unit | Direction\nRevenue | 1200 | EUR | higher",
            Metrics=f"KPI | 2026-08 | 2026-09 | 2026-10\nRevenue | {number} | 110 | 105",
            Recipients=f"Name | Email | Scope | Format | When\nHead | {name}@example.com | all | HTML | always",
            Settings=f"Setting | Value\norganisation | {name}",
        )

    def correct(self) -> None:
        """Drop all good workbooks once more, with other figures, and lose what the batch remembers."""
        for path in (self.folder / ".kpireport").glob("batch.db*"):
            path.unlink()
        for number, name in enumerate(self.good):
            old = time.time() - OLD
            os.utime(self._workbook(name, number + 5000), (old, old))

    def start(self) -> subprocess.Popen[bytes]:
        asked = ["run", "--settings", str(self.folder / "kpireport.toml"), "--executor", "processes:2"]
        log = (self.folder / "log.txt").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "kpireport", *asked, "--log-format", "json"], cwd=ROOT, stdout=log, stderr=log
            )

    def rage(self, seconds: float, patience: float = 10.0) -> None:
        """Start runs, at times two at once, and kill them and their workers at random."""
        chance, until = random.Random(self.seed), time.monotonic() + seconds
        self._cut_down()
        while time.monotonic() < until and any(self.inbox.glob("*.xlsx")):
            run = self.start()
            other = self.start() if chance.random() < 0.3 else None
            end = min(until, time.monotonic() + chance.uniform(0.5, patience))
            while time.monotonic() < end and run.poll() is None:
                time.sleep(chance.uniform(0.1, 1.2))
                self.torn += torn(self.folder / "reports")
                if chance.random() < 0.5:
                    self.done["workers killed"] += kill_one_of(children(run.pid), chance)
            for one in (run, other):
                if one is None:
                    continue
                if one.poll() is None:
                    one.kill()
                    self.done["runs killed"] += 1
                one.wait()
                self.done[f"code {one.returncode}"] += 1

    def _cut_down(self) -> None:
        """Start a run and kill it with workbooks in its hands: however quick the machine is, one dies in mid-work."""
        run = self.start()
        while run.poll() is None and not any((self.inbox / ".work").rglob("*.xlsx")):
            time.sleep(0.01)
        run.kill()
        run.wait()
        self.done["runs killed"] += run.returncode == -9
        self.done[f"code {run.returncode}"] += 1

    def calm(self) -> int:
        """Let runs come to their end, two at once at first; return the code of the last."""
        both = [self.start(), self.start()]
        for one in both:
            one.wait()
            self.done[f"code {one.returncode}"] += 1
        last = self.start()
        last.wait()
        self.done[f"code {last.returncode}"] += 1
        return last.returncode

    def account(self, server: Misbehaving) -> dict[str, object]:
        """Return what became of every workbook, report and letter; empty lists are good news."""
        processed = Counter(FILED.sub("", path.stem) for path in (self.inbox / "processed").rglob("*.xlsx"))
        failed = Counter(
            path.stem for path in (self.inbox / "failed").glob("*.xlsx") if not path.stem.endswith(".checked")
        )
        reports = sorted(path.relative_to(self.folder / "reports") for path in (self.folder / "reports").rglob("*.*"))
        wanted = [Path(name, "2026-10", f"{name}.{form}") for name in self.good for form in ("html", "json")]
        reasons = [path.read_bytes() for path in (self.inbox / "failed").glob("*.PROBLEM.txt")]
        outbox = Outbox(self.folder / ".kpireport" / "outbox.db")
        letters = [one for one in outbox.entries() if one.recipient != "ana@example.com"]
        sound = outbox.sound()
        outbox.close()
        there = Counter(one.recipient.partition("@")[0] for one in letters)
        return {
            "processed once": sum(processed[name] == 1 and not failed[name] for name in self.good),
            "failed once": sum(failed[name] == 1 and not processed[name] for name in self.bad),
            "good, but failed": sorted(set(self.good) & set(failed)),
            "bad, but processed": sorted(set(self.bad) & set(processed)),
            "more than once": sorted(n for n, count in (processed + failed).items() if count > 1),
            "missing": sorted({*self.good, *self.bad} - set(processed) - set(failed)),
            "left behind": sorted(path.name for path in self.inbox.glob("*.xlsx"))
            + [str(path) for path in self.inbox.glob(".work*")],
            "reports too many": [str(path) for path in reports if path not in wanted],
            "reports missing": [str(path) for path in wanted if path not in reports],
            "torn": [*self.torn, *torn(self.folder / "reports")],
            "reasons": len(reasons),
            "reasons not for Notepad": sum(
                not raw.startswith(b"\xef\xbb\xbf") or raw.count(b"\n") != raw.count(b"\r\n") for raw in reasons
            ),
            "letters": len(letters),
            "letters queued twice": sorted(name for name, count in there.items() if count > 1),
            "letters not queued": sorted(set(self.good) - set(there)),
            "letters by state": dict(Counter(one.state for one in letters)),
            "letters arrived twice": sum(count > 1 for count in server.stored.values()),
            "letters falsely sent": sum(e.state == "sent" and not server.stored[e.message_id] for e in letters),
            "letters lost": sum(e.state not in ("sent", "uncertain") for e in letters),
            "ledgers sound": sound,
        }


def spoil(path: Path, kind: int) -> None:
    """Make a workbook bad: a wrong cell, cut off, a hole, no workbook at all, or a password."""
    whole = path.read_bytes()
    third = len(whole) // 3
    match kind % 5:
        case 0:
            save(path, Goals="KPI | Target\nRevenue | 3/4", Metrics="KPI | 2026-10\nRevenue | 1")
        case 1:
            path.write_bytes(whole[: 2 * third])
        case 2:
            path.write_bytes(whole[:third] + bytes(200) + whole[third + 200 :])
        case 3:
            path.write_bytes(b"no workbook at all")
        case _:
            path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))


def children(pid: int) -> list[int]:
    """Return the processes that the threads of a process have started."""
    found = []
    with contextlib.suppress(OSError):
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(text) for text in path.read_text().split()]
    return found


def kill_one_of(pids: list[int], chance: random.Random) -> int:
    if not pids:
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(chance.choice(pids), signal.SIGKILL)
        return 1
    return 0


def torn(reports: Path) -> list[str]:
    """Return the reports that a reader would find half written at this moment."""
    found = []
    for path in reports.rglob("*.*"):
        with contextlib.suppress(FileNotFoundError):
            if path.suffix == ".html" and not path.read_bytes().rstrip().endswith(b"</html>"):
                found.append(path.name)
            if path.suffix == ".json":
                try:
                    json.loads(path.read_bytes())
                except ValueError:
                    found.append(path.name)
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description="A drop folder in a storm.")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--workbooks", type=int, default=1000)
    asked.add_argument("--seconds", type=float, default=600)
    asked.add_argument("--patience", type=float, default=10, help="seconds that a run lives at most")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    with Misbehaving(delay=0.002) as server:
        storm = Storm(given.folder, given.seed)
        storm.fill(given.workbooks, server.port)
        storm.rage(given.seconds, given.patience)
        code = storm.calm()
        found = {"last code": code, "done": dict(storm.done), **storm.account(server)}
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
