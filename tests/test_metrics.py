"""The measure of the house: each figure counts what it names, and a limit that is broken ends the check."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "metrics.py"
CLEAN = 'def total(figures: list[float]) -> float:\n    """Return the sum. Rule: R1."""\n    return sum(figures)\n'
LONG = "def long():\n" + "    x = 1\n" * 60
BRANCHING = "def branches(x):\n" + "".join(f"    if x == {n}:\n        return {n}\n" for n in range(12))
MANY = "def many(a, b, c, d, e, f, g): ...\nmany(1, 2, 3, 4, 5, 6, 7)\n"


def house(folder: Path, limits: str = "", **modules: str) -> Path:
    """Draw a checkout: a package with modules, a rulebook of one rule, and limits."""
    (folder / "kpireport").mkdir(parents=True)
    (folder / "kpireport" / "__init__.py").write_text("", "utf-8")
    for name, text in modules.items():
        (folder / "kpireport" / f"{name}.py").write_text(text, "utf-8")
    (folder / "docs" / "rules").mkdir(parents=True)
    (folder / "docs" / "rules" / "figures.md").write_text("## R1 A sum\n", "utf-8")
    (folder / "pyproject.toml").write_text(f"[tool.house]\n{limits}", "utf-8")
    return folder


def run(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "--root", str(root), "--package", "kpireport", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("modules", "figure", "number"),
    [
        pytest.param({"a": CLEAN}, "unresolved_rules", 0, id="a rule that is written"),
        pytest.param({"a": CLEAN.replace("R1", "R2")}, "unresolved_rules", 1, id="a rule that is not"),
        pytest.param({"a": LONG}, "functions_over_50_lines", 1, id="a long function"),
        pytest.param({"a": BRANCHING}, "complex_functions", 1, id="a function with many branches"),
        pytest.param({"a": MANY}, "functions_over_6_parameters", 1, id="many parameters"),
        pytest.param({"a": MANY}, "calls_over_6_positional", 1, id="many positional values"),
        pytest.param({"a": "class A: ...", "b": "class A: ..."}, "class_names_in_two_modules", 1, id="a name twice"),
        pytest.param(
            {"a": "import kpireport.b", "b": "import kpireport.a"}, "import_cycles", 1, id="two that need each other"
        ),
        pytest.param(
            {"a": "import pandas\npandas._libs"}, "private_names_of_others", 1, id="a private name of another"
        ),
        pytest.param({"a": 'WORD = "目标"'}, "modules_with_chinese", 1, id="a word in code"),
    ],
)
def test_a_figure_counts_what_it_names(modules: dict[str, str], figure: str, number: int, tmp_path: Path) -> None:
    assert json.loads(run(house(tmp_path, **modules), "--json").stdout)[figure] == number


@pytest.mark.parametrize(("limit", "code"), [(0, 1), (1, 0)])
def test_a_limit_that_is_broken_ends_the_check(limit: int, code: int, tmp_path: Path) -> None:
    done = run(house(tmp_path, f"functions_over_50_lines = {limit}\n", a=LONG), "--check")
    assert done.returncode == code
    assert ("functions_over_50_lines" in done.stdout + done.stderr) is bool(code) or code == 0
