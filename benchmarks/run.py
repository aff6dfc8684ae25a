"""Run the benchmarks one after another, and keep what they print in RESULTS.md.

    python benchmarks/run.py [PART...] [-- OPTIONS]

A part is start, reading, report, first, batch or landing; without one all are run. Only the parts that were run are
replaced in RESULTS.md, each with its day and machine. OPTIONS go to the parts, for example: batch -- --sizes 1,10,100
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import machine

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
PARTS = ("start", "reading", "report", "first", "batch", "landing")
HEAD = """# What was measured

Written by `make bench` (`benchmarks/run.py`). Ratios travel to other machines, seconds do not; CPU seconds are of the
process and its children. Each part says when and where it was run.
"""
PART = re.compile(r"^<!-- (\w+) -->\n(.*?)(?=^<!-- |\Z)", re.MULTILINE | re.DOTALL)


def measured(part: str, options: list[str]) -> str | None:
    """Run a part, showing its lines as they come; return its section, None where it failed."""
    print(f"== {part}", flush=True)
    command = [sys.executable, str(HERE / f"bench_{part}.py"), *options]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as running:
        for line in running.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    if running.returncode:
        print(f"{part} ended with {running.returncode}: its results are left as they were", file=sys.stderr)
        return None
    day = datetime.now(tz=UTC).date().isoformat()
    shown = " ".join([f"bench_{part}.py", *options])
    return f"## {part.capitalize()}\n\n{day}, `{shown}`, {machine()}.\n{''.join(lines).rstrip()}\n\n"


def main() -> None:
    arguments = sys.argv[1:]
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    parts, options = arguments[:cut] or list(PARTS), arguments[cut + 1 :]
    if unknown := set(parts) - set(PARTS):
        raise SystemExit(f"{', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}\n\n{__doc__}")
    kept = dict(PART.findall(RESULTS.read_text("utf-8"))) if RESULTS.is_file() else {}
    failed = False
    for part in parts:
        section = measured(part, options)
        failed |= section is None
        if section is not None:
            kept[part] = section
            body = "".join(f"<!-- {name} -->\n{kept[name]}" for name in PARTS if name in kept)
            RESULTS.write_text(f"{HEAD}\n{body.rstrip()}\n", "utf-8")
    raise SystemExit(int(failed))


if __name__ == "__main__":
    main()
