"""Scoring: a label against a reading; and, where they were brought, the labelled public workbooks themselves."""

from __future__ import annotations

import collections
import csv
import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.workbooks import save

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "scripts"
COMMAND = f"{sys.executable} -m kpireport"
HOW = "bring them (make world says how), then pytest --world FILES --truth TRUTH"
ORDERS = """
    KPI | 2026-01 | 2026-02 | 2026-03 | Total
    Orders | 410 | 420 | 433 | 1263
    Returns | 21 | 25 | 17 | 63
    """
UNDATED = """
    KPI | Jan | Feb | Mar
    Orders | 410 | 420 | 433
    Returns | 21 | 25 | 17
    """


@pytest.fixture(scope="module")
def world() -> Any:
    sys.path.insert(0, str(SCRIPTS))
    try:
        return importlib.import_module("world")
    finally:
        sys.path.remove(str(SCRIPTS))


def label(*facts: tuple[str, str, str, float], **more: Any) -> dict[str, Any]:
    """Return a label as the set has it. facts: cell, name, period, value."""
    made = [
        {"cell": cell, "name": name, "part": {}, "period": period, "series": "actual", "value": value}
        for cell, name, period, value in facts
    ]
    return {
        "status": "figures", "facts": made, "left_out": [], "answers": {}, "language": "en", "slice": "a", **more,
    }  # fmt: skip


RIGHT = label(("S!B2", "Orders", "2026-01", 410), ("S!D3", "Returns", "2026-03", 17))
ANSWERED = label(("S!B2", "Orders", "2025-01", 410), answers={"year": "2025"})


@pytest.mark.parametrize(
    ("drawn", "truth", "outcome"),
    [
        pytest.param(ORDERS, RIGHT, "right", id="all as labelled"),
        pytest.param(ORDERS, label(("S!B2", "Orders", "2026-01", 999)), "SILENT", id="another value"),
        pytest.param(ORDERS, label(("S!B2", "Sales", "2026-01", 410)), "SILENT", id="another name"),
        pytest.param(
            ORDERS, label(left_out=[{"range": "S!B2:B3", "why": "title"}]), "SILENT", id="a cell that is no figure"
        ),
        pytest.param(
            ORDERS, label(left_out=[{"range": "S!E2:E3", "why": "total"}]), "right", id="a total that was left out"
        ),
        pytest.param(ORDERS, label(("S!B9", "Staff", "2026-01", 5)), "told", id="a figure that is not read"),
        pytest.param(ORDERS, label(status="none"), "SILENT", id="figures where there are none"),
        pytest.param(UNDATED, label(status="none"), "refused", id="a question where there are none"),
        pytest.param(UNDATED, ANSWERED, "right after answers", id="the owner says the year"),
        pytest.param(
            UNDATED, label(("S!B2", "Orders", "2024-01", 410), answers={"year": "2025"}), "wrong after answers",
            id="another year than the owner's",
        ),
    ],
)  # fmt: skip
def test_an_outcome_says_how_a_reading_stands_to_its_label(
    drawn: str, truth: dict[str, Any], outcome: str, world: Any, tmp_path: Path
) -> None:
    save(tmp_path / "a.xlsx", S=drawn)
    results = dict(world.scored(tmp_path, {"a.xlsx": truth, "absent.xlsx": truth}, command=COMMAND))
    assert {name: result["outcome"] for name, result in results.items()} == {"a.xlsx": outcome}


def test_a_reader_that_ends_badly_is_an_outcome(world: Any, tmp_path: Path) -> None:
    save(tmp_path / "a.xlsx", S=ORDERS)
    results = dict(world.scored(tmp_path, {"a.xlsx": RIGHT}, command=f"{sys.executable} -m kpireport.absent"))
    assert results["a.xlsx"]["outcome"] == "crash"


def test_answers_are_taken_from_a_store(world: Any, tmp_path: Path) -> None:
    book = save(tmp_path / "a.xlsx", S=UNDATED)
    command = [sys.executable, "-m", "kpireport", "check", str(book), "--facts", "--format", "json"]
    questions = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)["questions"]
    (year,) = [question["id"] for question in questions if question["kind"] == "year"]
    (tmp_path / "stores").mkdir()
    (tmp_path / "stores" / "a.toml").write_text(f'[[answers]]\nid = "{year}"\nvalue = "2025"\n', "utf-8")
    results = dict(world.scored(tmp_path, {"a.xlsx": ANSWERED}, command=COMMAND, stores=tmp_path / "stores"))
    assert results["a.xlsx"]["outcome"] == "right as said"


def test_outcomes_are_counted_by_what_a_label_says(world: Any) -> None:
    results = {name: {"outcome": outcome} for name, outcome in (("a", "right"), ("b", "SILENT"), ("c", "right"))}
    labels = {
        "a": {"language": "de", "slice": "a"}, "b": {"language": "de", "slice": "first"}, "c": {"slice": "b"},
    }  # fmt: skip
    assert world.tallies(results, labels, "language") == {"-": {"right": 1}, "de": {"right": 1, "SILENT": 1}}
    assert world.tallies(results, labels, "slice") == {"dense": {"right": 2}, "first": {"SILENT": 1}}
    assert world.tallies(results, labels, "field").keys() == {"a", "b", "first"}
    assert "1 of   2 ( 50%)" in world.summary(collections.Counter(right=1, SILENT=1), "de")


def test_a_line_is_added_for_each_run(world: Any, tmp_path: Path) -> None:
    path = tmp_path / "world.csv"
    for day in ("2026-11-28", "2026-11-29"):
        counts = collections.Counter({"right": 3, "SILENT": 1})
        world.add([world.line(counts, day=day, commit="abc", name="truth dense")], path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["day"], row["set"], row["workbooks"], row["right"], row["SILENT"]) for row in rows] == [
        ("2026-11-28", "truth dense", "4", "3", "1"),
        ("2026-11-29", "truth dense", "4", "3", "1"),
    ]


def test_workbooks_are_brought_out_of_clones(world: Any, tmp_path: Path) -> None:
    clone = tmp_path / "clones" / "owner+name"
    book = save(clone / "data" / "a.xlsx", S=ORDERS)
    git = ["git", "-C", str(clone), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "a"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    labels = {
        "a.xlsx": {"repository": "owner/name", "commit": head, "path": "data/a.xlsx"},
        "b.xlsx": {"repository": "owner/gone", "commit": head, "path": "b.xlsx"},
    }
    absent = world.bring(tmp_path / "clones", tmp_path / "files", labels)
    assert (tmp_path / "files" / "a.xlsx").read_bytes() == book.read_bytes()
    assert [line.partition(":")[0] for line in absent] == ["b.xlsx"]


def test_without_the_files_it_is_said_how_to_bring_them(tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text(json.dumps({"a.xlsx": RIGHT}), "utf-8")
    for arguments in ([], [str(tmp_path), str(tmp_path / "truth.json")]):
        run = subprocess.run(
            [sys.executable, str(SCRIPTS / "world.py"), *arguments], capture_output=True, text=True, check=False
        )
        assert run.returncode == 2
        assert "by git" in run.stdout


def test_the_labelled_workbooks_are_read_no_worse_than_at_the_last_run(world: Any, pytestconfig: pytest.Config) -> None:
    files, truth = (pytestconfig.getoption(name) for name in ("world", "truth"))
    if not files or not truth:
        pytest.skip(f"the labelled public workbooks are not here: {HOW}")
    labels = json.loads(Path(truth).read_text("utf-8"))
    results = dict(world.scored(Path(files), labels, command=COMMAND))
    if not results:
        pytest.skip(f"{files} holds none of the labelled workbooks: {HOW}")
    with world.LINES.open(encoding="utf-8", newline="") as file:
        last = {row["set"]: row for row in csv.DictReader(file)}
    worse = {}
    for part, counts in world.tallies(results, labels, "slice").items():
        row = last.get(f"{Path(truth).stem} {part}")
        if row is None or sum(counts.values()) != int(row["workbooks"]):
            continue
        good, before = (sum(int(each[name]) for name in world.GOOD) for each in (counts, row))
        if good < before or counts["SILENT"] > int(row["SILENT"]):
            worse[part] = world.summary(counts, part)
    assert worse == {}
