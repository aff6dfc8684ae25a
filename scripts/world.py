"""Score the reading of labelled public workbooks, and keep the outcomes: ``make world FILES=… TRUTH=…``.

    python scripts/world.py FILES TRUTH [--stores FOLDER] [--only NAME...] [--jobs 2] [--no-line]
    python scripts/world.py FILES TRUTH --bring CLONES

FILES: the folder of the workbooks. TRUTH: their labels. CLONES: a folder of clones, one OWNER+NAME each; what its
labels name is copied into FILES. Prints the outcomes of each workbook, then by slice, language and field, and adds a
line for each slice to benchmarks/world.csv. No workbook and no sentence of one is kept.
"""

from __future__ import annotations

import argparse
import collections
import csv
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import score

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
LINES = ROOT / "benchmarks" / "world.csv"
OUTCOMES = (
    "right", "right after answers", "right as said", "refused", "asked too much", "told", "said, not all",
    "wrong after answers", "SAID WRONG", "SILENT", "crash",
)  # fmt: skip
GOOD = frozenset(OUTCOMES[:4])
COLUMNS = ("day", "commit", "set", "workbooks", *OUTCOMES)
HOW = """make world FILES=/their/folder TRUTH=/labels.json

FILES holds labelled public workbooks, TRUTH their labels. None of them is kept here: bring them by git. For each label,
clone its `repository` into CLONES/OWNER+NAME, with `commit` in it. Then

    python scripts/world.py FILES TRUTH --bring CLONES

copies each `path` at its `commit` into FILES, and says which are still absent. Some may no longer be had."""


def bring(clones: Path, files: Path, labels: dict[str, Any]) -> list[str]:
    """Copy the labelled workbooks out of clones; return the names of those that are still absent."""
    files.mkdir(parents=True, exist_ok=True)
    absent = []
    for name, label in labels.items():
        place = files / name
        if place.exists():
            continue
        clone = clones / label["repository"].replace("/", "+")
        command = ["git", "-C", str(clone), "show", f"{label['commit']}:{label['path']}"]
        shown = subprocess.run(command, capture_output=True, check=False) if clone.is_dir() else None
        if shown is not None and shown.returncode == 0:
            place.write_bytes(shown.stdout)
        else:
            absent.append(f"{name}: {label['repository']} at {label['commit']}")
    return absent


def scored(
    files: Path, labels: dict[str, Any], *, command: str, stores: Path | None = None, jobs: int = 2
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each labelled workbook that is there with its outcome, as soon as those before it are done."""
    reader = score.Product(command)

    def outcome(name: str) -> dict[str, Any]:
        store = stores / f"{Path(name).stem}.toml" if stores else None
        try:
            return dict(score.outcome(reader, files / name, labels[name], store))
        except Exception as error:  # the reader under test may end in any way; that is an outcome too
            return {"outcome": "crash", "asked": [], "wrong": [str(error)[:200]], "missing": []}

    names = [name for name in labels if (files / name).exists()]
    with ThreadPoolExecutor(jobs) as pool:
        yield from zip(names, pool.map(outcome, names), strict=True)


def tallies(
    results: dict[str, dict[str, Any]], labels: dict[str, Any], key: str
) -> dict[str, collections.Counter[str]]:
    """Return how often each outcome came, by what a label says of its workbook: slice, language or field."""
    counted: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for name, result in results.items():
        counted[described(labels[name], key)][result["outcome"]] += 1
    return dict(sorted(counted.items()))


def described(label: dict[str, Any], key: str) -> str:
    """Return what a label says of its workbook. The set has no field of its own: it was brought by field, in parts."""
    part = label.get("slice", "")
    match key:
        case "slice":
            return "first" if part == "first" else "dense"
        case "field":
            return str(label.get("field") or part or "-")
        case _:
            return str(label.get(key) or "-")


def line(counts: collections.Counter[str], *, day: str, commit: str, name: str) -> dict[str, object]:
    """Return one row of the file of outcomes."""
    return {
        "day": day, "commit": commit, "set": name, "workbooks": sum(counts.values()),
        **{outcome: counts[outcome] for outcome in OUTCOMES},
    }  # fmt: skip


def add(rows: list[dict[str, object]], path: Path = LINES) -> None:
    """Add rows to the file of outcomes, with its head where it is new."""
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerows(rows)


def shown(name: str, result: dict[str, Any]) -> str:
    """Return the outcome of one workbook as lines: what was asked, and where it went wrong."""
    head = f"{result['outcome']:20} {name}  {' '.join(result['asked'])}"
    if result["outcome"] in GOOD:
        return head
    return "\n".join([head, *(f"    {each}" for each in [*result["wrong"], *result["missing"]][:4])])


def summary(counts: collections.Counter[str], name: str) -> str:
    good, total = sum(counts[each] for each in GOOD), sum(counts.values())
    outcomes = ", ".join(f"{counts[each]} {each}" for each in OUTCOMES if counts[each])
    return f"{name:10} {good:3} of {total:3} ({good / max(total, 1):4.0%}): {outcomes}"


def commit() -> str:
    """Return the commit that is scored, with a plus where the tree is not as committed; "-" outside a checkout."""
    head, changes = (
        subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        for arguments in (("rev-parse", "--short=10", "HEAD"), ("status", "--porcelain", "--untracked-files=no"))
    )
    return f"{head or '-'}{'+' if changes else ''}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="?")
    parser.add_argument("truth", type=Path, nargs="?")
    parser.add_argument("--bring", type=Path, metavar="CLONES")
    parser.add_argument("--stores", type=Path, help="a folder of NAME.toml: answers and statements")
    parser.add_argument("--only", nargs="*", default=[], help="parts of the names")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--command", default=f"{sys.executable} -m kpireport")
    parser.add_argument("--no-line", action="store_true", help="add nothing to benchmarks/world.csv")
    options = parser.parse_args()
    if options.truth is None:
        print(HOW)
        return 2
    labels = json.loads(options.truth.read_text("utf-8"))
    if options.bring:
        absent = bring(options.bring, options.files, labels)
        print("\n".join([f"{len(labels) - len(absent)} brought, {len(absent)} absent", *absent]))
        return 0
    if options.only:
        labels = {name: label for name, label in labels.items() if any(part in name for part in options.only)}
    results = {}
    running = scored(options.files, labels, command=options.command, stores=options.stores, jobs=options.jobs)
    for name, result in running:
        results[name] = result
        print(shown(name, result), flush=True)
    if not results:
        print(f"{options.files} holds none of the labelled workbooks.\n\n{HOW}")
        return 2
    for key in ("field", "language", "slice"):
        print(
            f"\nby {key}", *(summary(counts, each) for each, counts in tallies(results, labels, key).items()), sep="\n"
        )
    if not options.only and not options.no_line:
        day = datetime.now(tz=UTC).date().isoformat()
        said = " said" if options.stores else ""
        add([
            line(counts, day=day, commit=commit(), name=f"{options.truth.stem} {each}{said}")
            for each, counts in tallies(results, labels, "slice").items()
        ])  # fmt: skip
        print(f"\nadded to {LINES.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
