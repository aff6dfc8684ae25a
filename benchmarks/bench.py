"""What the benchmarks share: commands measured as whole processes, warm calls, and tables of figures with ratios."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_workbooks"
MEGABYTE = 1024.0  # kilobytes, as the kernel counts a process's memory


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took. wall, cpu: seconds (cpu with its children's); peak: megabytes of its largest process."""

    wall: float
    cpu: float
    peak: float


def once(command: Sequence[str], *, cwd: Path | None = None, timeout: float = 900.0) -> Cost:
    """Run a command to its end. Raises CalledProcessError where it fails."""
    begun = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        ["/usr/bin/env", *command] if os.name == "posix" else list(command),
        cwd=cwd, capture_output=True, timeout=timeout, check=False,
    )  # fmt: skip
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 3):
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, after.ru_maxrss / MEGABYTE)


def process(command: Sequence[str], runs: int = 3, *, cwd: Path | None = None) -> Cost:
    """Return the median cost of a command over several runs, after one that warms the file system.

    The peak is the largest of any child so far, so measure small commands before large ones.
    """
    once(command, cwd=cwd)
    costs = [once(command, cwd=cwd) for _ in range(runs)]
    return Cost(
        statistics.median(c.wall for c in costs),
        statistics.median(c.cpu for c in costs),
        statistics.median(c.peak for c in costs),
    )


def warm(call: Callable[[], object], runs: int = 5) -> float:
    """Return the median CPU seconds of a call in this process, after one that warms it."""
    call()
    taken = []
    for _ in range(runs):
        begun = time.process_time()
        call()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table as Markdown: the first column is words, the others are figures."""
    print(f"\n### {title}\n")
    print("| " + " | ".join(heads) + " |")
    print("| --- |" + " ---: |" * (len(heads) - 1))
    for row in rows:
        print("| " + " | ".join(_cell(value) for value in row) + " |", flush=True)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 100 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
    return str(value)


def machine() -> str:
    """Return in one line what this was measured on."""
    model = ""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = [line for line in info.read_text("utf-8").splitlines() if line.startswith("model name")]
        model = lines[0].partition(":")[2].strip() if lines else ""
    packages = ", ".join(f"{name} {version(name)}" for name in ("weasyprint", "openpyxl", "pandas", "numpy"))
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores {model}, "
        f"Python {platform.python_version()}, {packages}"
    )


def version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def kpireport(*arguments: str) -> list[str]:
    """Return the command that runs our program."""
    return [sys.executable, "-m", "kpireport", *arguments]
