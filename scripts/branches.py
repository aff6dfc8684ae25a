"""Say how many branches of ``core`` the tests took, and fail where they are too few: ``python scripts/branches.py 95``.

Reads what ``pytest --cov`` left behind. Counted are branches alone: both ways out of every ``if``, ``case``, loop and
comprehension that decides. Lines would flatter: most of them are reached by any test at all.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from coverage import Coverage

WORST = 12  # files named, those with most branches not taken first


def main(least: float) -> int:
    """Print the share of branches taken and where the others are; 1 below ``least`` percent."""
    measured = Coverage()
    measured.load()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "coverage.json"
        measured.json_report(outfile=str(place))
        found = json.loads(place.read_text("utf-8"))
    totals = found["totals"]
    taken, all_of_them = totals["covered_branches"], totals["num_branches"]
    files = sorted(found["files"].items(), key=lambda item: -item[1]["summary"]["missing_branches"])
    for name, one in files[:WORST]:
        ways = ", ".join(f"{start}->{end}" if end > 0 else f"{start}->out" for start, end in one["missing_branches"])
        if ways:
            sys.stdout.write(f"{name}: {ways}\n")
    share = 100 * taken / all_of_them
    sys.stdout.write(
        f"{taken} of {all_of_them} branches of core taken: {share:.1f} % (at least {least:g} % are asked)\n"
    )
    return 0 if share >= least else 1


if __name__ == "__main__":
    raise SystemExit(main(float(sys.argv[1])))
