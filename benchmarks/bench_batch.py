"""How the cost of a batch grows: with workbooks, with workers, in memory; and what an unchanged drop folder costs.

    python benchmarks/bench_batch.py [--sizes 1,10,100,1000] [--workers 1,2] [--unchanged 1000]

The workbooks are copies of minimal.xlsx, no two alike; each becomes a PDF. One worker is ``--executor serial``: all
reports in one process, whose memory is watched. Two are ``--executor processes:2``. A rate is of a whole run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path

from bench import MEGABYTE, SAMPLES, Cost, kpireport, once, table
from books import drop_folder

WORKBOOK = SAMPLES / "minimal.xlsx"


def run(settings: Path, executor: str) -> list[str]:
    return kpireport(
        "run", "--settings", str(settings), "--executor", executor, "--no-send", "--non-interactive", "--leave"
    )


def reports(folder: Path) -> int:
    return len(list((folder / "reports").rglob("*.pdf")))


def resident(pid: int) -> float | None:
    """Return the megabytes a process holds now; None where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    try:
        lines = status.read_text("ascii").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("VmRSS")]
    return int(found[0]) / MEGABYTE if found else None


def watched(settings: Path, executor: str, count: int) -> tuple[Cost, dict[int, float]]:
    """Run all; return what it cost, and the megabytes of the process that was started after so many reports."""
    marks = sorted({max(1, count * tenth // 10) for tenth in range(1, 11)})
    seen: dict[int, float] = {}
    begun, before = time.perf_counter(), os.times()
    running = subprocess.Popen(run(settings, executor), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while running.poll() is None:
        done = reports(settings.parent)
        held = resident(running.pid)
        if held is not None:
            seen |= {mark: held for mark in marks if mark <= done and mark not in seen}
        time.sleep(0.02 if count < 50 else 0.5)
    wall, after = time.perf_counter() - begun, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    made = reports(settings.parent)
    assert made == count, f"{made} reports of {count}"
    return Cost(wall, cpu, max(seen.values(), default=0.0)), seen


def growth(sizes: list[int], workers: list[int]) -> None:
    rows, memory = [], {}
    for size in sizes:
        costs: dict[int, Cost] = {}
        for count in workers:
            with tempfile.TemporaryDirectory() as name:
                settings = drop_folder(Path(name), WORKBOOK, size)
                costs[count], seen = watched(settings, "serial" if count == 1 else f"processes:{count}", size)
            if count == 1:
                memory = seen
        one = costs[min(costs)]
        rows += [
            (f"{size}, {count}", cost.wall, cost.cpu, cost.cpu / size, one.wall / cost.wall, cost.cpu / one.cpu)
            for count, cost in costs.items()
        ]
    table(
        "A drop folder of so many workbooks, a PDF each",
        ("workbooks, workers", "wall s", "CPU s", "CPU s each", "times as fast by the clock", "CPU of one worker = 1"),
        rows,
    )
    if memory:
        first = min(memory)
        table(
            f"Memory of one process that makes {max(memory)} reports",
            ("reports", "MB held", f"of that after {first}"),
            [(str(mark), held, held / memory[first]) for mark, held in memory.items()],
        )


def unchanged(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        settings = drop_folder(Path(name), WORKBOOK, count)
        settings.write_text(settings.read_text("utf-8").replace('["pdf"]', '["json"]'), "utf-8")
        first = once(run(settings, f"processes:{os.cpu_count() or 1}"), timeout=7200)
        again = once(run(settings, f"processes:{os.cpu_count() or 1}"))
    table(
        f"A drop folder of {count} workbooks (--leave), JSON only",
        ("", "wall s", "CPU s"),
        [("all new", first.wall, first.cpu), ("all unchanged", again.wall, again.cpu)],
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default="1,10,100,1000", help="how many workbooks, parted by commas")
    options.add_argument("--workers", default="1,2", help="how many workers, parted by commas")
    options.add_argument("--unchanged", type=int, default=1000)
    chosen = options.parse_args()
    if chosen.unchanged:
        unchanged(chosen.unchanged)
    sizes = [int(size) for size in chosen.sizes.split(",")]
    growth(sizes, [int(count) for count in chosen.workers.split(",")])


if __name__ == "__main__":
    main()
