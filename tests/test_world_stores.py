"""What had to be said of labelled public workbooks: facts of ours alone, few statements, and with them all is right.

The workbooks and their labels are not kept here; where they were brought (``make world`` says how), name them in
WORLD_FILES and WORLD_TRUTH.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles

import pytest

from kpireport import saying
from kpireport.readings import read

WORLD = Path(__file__).parent / "world"
STORES = sorted((WORLD / "stores").glob("*.toml"))
SCORE = Path(__file__).parents[1] / "scripts" / "score.py"
FILES, TRUTH = os.environ.get("WORLD_FILES", ""), os.environ.get("WORLD_TRUTH", "")
LONGEST = 60  # letters of a name: no sentence of a workbook is kept


def texts(value: object) -> list[str]:
    match value:
        case dict():
            return [text for key, each in value.items() for text in (key, *texts(each))]
        case list():
            return [text for each in value for text in texts(each)]
        case str():
            return [value]
        case _:
            return []


@pytest.mark.parametrize("store", STORES, ids=lambda path: path.stem)
def test_a_store_holds_statements_that_can_be_used_and_no_sentence(store: Path) -> None:
    known = saying.given(store)
    assert known.problems == ()
    assert known.statements
    kept, _ = read(store)
    assert all(len(text) <= LONGEST for statement in kept.said for text in texts(statement))


def test_every_store_says_which_workbook_it_is_of() -> None:
    with (WORLD / "sources.csv").open(encoding="utf-8", newline="") as file:
        sources = {Path(row["workbook"]).stem: row for row in csv.DictReader(file)}
    assert list(sources) == [store.stem for store in STORES]
    assert all(row["repository"] and len(row["commit"]) == 40 and row["path"] for row in sources.values())


def test_few_statements_are_enough() -> None:
    needed = [len(known.answers) + len(known.statements) for store in STORES if (known := saying.given(store))]
    assert median(needed) <= 4
    assert quantiles(needed, n=10)[-1] <= 8


@pytest.mark.skipif(not (FILES and TRUTH), reason="the workbooks are not here: set WORLD_FILES and WORLD_TRUTH")
@pytest.mark.parametrize("store", STORES, ids=lambda path: path.stem)
def test_with_what_was_said_every_labelled_figure_is_right(store: Path) -> None:
    name = f"{store.stem}.xlsx"
    if not (Path(FILES) / name).exists():
        pytest.skip(f"{name} was not brought")
    command = [sys.executable, str(SCORE), FILES, "--truth", TRUTH, "--stores", str(store.parent), "--only", name]
    run = subprocess.run([*command, "--command", f"{sys.executable} -m kpireport"], capture_output=True, text=True)
    assert run.stdout.startswith("right as said"), run.stdout + run.stderr
