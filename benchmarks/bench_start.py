"""Cold starts: what a command costs before and while it does the smallest thing, beside Python and pandas alone.

    python benchmarks/bench_start.py [--runs 7]

CPU seconds of whole processes, their children counted; the least of several runs, for a busy machine only adds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import SAMPLES, kpireport, once, table

MINIMAL = str(SAMPLES / "minimal.xlsx")


def commands(out: Path) -> dict[str, list[str]]:
    build = kpireport("build", MINIMAL, "--no-state", "--out", str(out), "--format")
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import pandas": [sys.executable, "-c", "import pandas"],
        "import weasyprint": [sys.executable, "-c", "import weasyprint"],
        "kpireport --help": kpireport("--help"),
        "check minimal.xlsx": kpireport("check", MINIMAL),
        "build minimal.xlsx, JSON": [*build, "json"],
        "build minimal.xlsx, HTML": [*build, "html"],
        "build minimal.xlsx, PDF": [*build, "pdf"],
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=7)
    runs = options.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        found = commands(Path(name))
        least = {label: min(once(command).cpu for _ in range(runs)) for label, command in found.items()}
    bare, pandas = least["python -c pass"], least["import pandas"]
    table(
        "Cold starts",
        ("", "CPU s", "python -c pass = 1", "import pandas = 1"),
        [(label, cpu, cpu / bare, cpu / pandas) for label, cpu in least.items()],
    )


if __name__ == "__main__":
    main()
