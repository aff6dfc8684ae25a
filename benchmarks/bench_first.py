"""A PDF now, and as the first version of the report made it.

    python benchmarks/bench_first.py [--first COMMIT] [--runs 7]

The first version is taken from the history of this repository and run with the same Python and the same packages, its
bytecode compiled as ours is. Whole processes, one beside the other; then a process of each that makes several reports.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from bench import ROOT, SAMPLES, Cost, once, table, version

FIRST = "a69f787"  # builds a whole report for the first time
BOOKS = ("minimal", "charity", "group")
WARM = """
import statistics, sys, time
from datetime import date
from pathlib import Path
from kpireport.pipeline import Job, build
taken = []
for _ in range(int(sys.argv[3]) + 1):
    begun = time.process_time()
    build(Job((Path(sys.argv[1]),), date(2026, 11, 9), formats=("pdf",), out=Path(sys.argv[2])))
    taken.append(time.process_time() - begun)
print(statistics.median(taken[1:]))
"""


def checked_out(commit: str, folder: Path) -> Path:
    """Return a folder with the files of a commit, compiled. Raises SystemExit where the history is not here."""
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        raise SystemExit(f"{commit} is not in this history: {packed.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")
    for package in (folder, ROOT):
        subprocess.run([sys.executable, "-m", "compileall", "-q", str(package / "kpireport")], check=True)
    return folder


def command(source: Path, *arguments: str) -> list[str]:
    """Return a command that runs Python with the program in ``source``."""
    return ["env", f"PYTHONPATH={source}", sys.executable, *arguments]


def whole(sources: tuple[Path, Path], book: str, out: Path, runs: int) -> tuple[Cost, Cost]:
    """Return the median costs of both, each pair one after the other."""
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    for _ in range(runs + 1):
        for source, kept in zip(sources, costs, strict=True):
            arguments = ("build", str(SAMPLES / f"{book}.xlsx"), "--format", "pdf", "--no-state")
            arguments += ("--out", str(out / source.name))
            kept.append(once(command(source, "-m", "kpireport", *arguments), cwd=out))
    first, now = (
        Cost(statistics.median(c.wall for c in kept[1:]), statistics.median(c.cpu for c in kept[1:]), 0.0)
        for kept in costs
    )
    return first, now


def warm(source: Path, book: str, out: Path, runs: int) -> float:
    arguments = ("-c", WARM, str(SAMPLES / f"{book}.xlsx"), str(out / source.name), str(runs))
    done = subprocess.run(command(source, *arguments), cwd=out, capture_output=True, check=True, text=True)
    return float(done.stdout)


def pages(pdf: Path) -> int:
    import pikepdf

    with pikepdf.open(pdf) as opened:
        return len(opened.pages)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--first", default=FIRST, help="the commit to compare with")
    options.add_argument("--runs", type=int, default=7)
    chosen = options.parse_args()
    if os.name != "posix":
        raise SystemExit("this one needs env, as on Linux and macOS")
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        sources = (checked_out(chosen.first, out / "first"), ROOT)
        rows, warmed = [], []
        for book in BOOKS:
            first, now = whole(sources, book, out, chosen.runs)
            shown = f"{book}.xlsx, {pages(out / ROOT.name / f'{book}.pdf')} pages"
            rows.append((shown, first.wall, now.wall, first.wall / now.wall, first.cpu / now.cpu))
            before, after = (warm(source, book, out, chosen.runs) for source in sources)
            warmed.append((shown, before, after, before / after))
    heads = (f"first version ({chosen.first}), wall s", "now, wall s", "times as fast by the clock", "by CPU")
    table(f"A PDF from the command, weasyprint {version('weasyprint')} for both", ("", *heads), rows)
    table("A PDF in a warm process, CPU s", ("", "first version", "now", "times as fast"), warmed)


if __name__ == "__main__":
    main()
