"""Who may know whom: the imports of every module, read from its source."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kpireport"
SAMPLE = ROOT / "sample_workbooks" / "minimal.xlsx"
MODULES = sorted(PACKAGE.rglob("*.py"))
# What computes and touches nothing.
PURE = {
    "__future__", "abc", "ast", "bisect", "calendar", "collections", "copy", "csv", "dataclasses", "datetime",
    "decimal", "difflib", "enum", "fnmatch", "fractions", "functools", "hashlib", "heapq", "html", "importlib",
    "itertools", "json", "math", "operator", "pkgutil", "re", "statistics", "string", "textwrap", "types", "typing",
    "unicodedata", "zlib", "babel", "numpy", "pandas",
}  # fmt: skip
OUTER = ("excel", "render", "settings", "deliver")
HEAVY = ("pandas", "numpy", "weasyprint", "openpyxl", "jinja2", "sqlite3", "ssl", "smtplib", "rich", "babel", "pikepdf")


def imports(path: Path) -> set[str]:
    """Return the dotted names that a module imports, not counting those for type checking alone."""
    found: set[str] = set()

    def walk(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
            if isinstance(child, ast.Import):
                found.update(alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{path}: a relative import hides where it leads"
                found.add(child.module or "")
                found.update(f"{child.module}.{alias.name}" for alias in child.names)
            walk(child)

    walk(ast.parse(path.read_text("utf-8")))
    return found


def room(name: str) -> str:
    parts = name.split(".")
    return parts[1] if parts[0] == "kpireport" and len(parts) > 1 else ""


def test_something_is_looked_at() -> None:
    assert len(MODULES) > 100
    assert any(imports(path) for path in MODULES)


def test_the_core_touches_nothing() -> None:
    wrong = []
    for path in (PACKAGE / "core").rglob("*.py"):
        for name in imports(path):
            top = name.split(".")[0]
            if top == "kpireport":
                if name != "kpireport" and room(name) != "core":
                    wrong.append(f"{path.relative_to(ROOT)}: {name}")
            elif top not in PURE:
                wrong.append(f"{path.relative_to(ROOT)}: {name}")
    assert wrong == []


def test_the_core_asks_for_no_clock_and_no_environment() -> None:
    forbidden = (".today(", ".now(", "os.environ", "open(", "print(", "input(")
    wrong = [
        f"{path.relative_to(ROOT)}: {call}"
        for path in (PACKAGE / "core").rglob("*.py")
        for call in forbidden
        if call in path.read_text("utf-8")
    ]
    assert wrong == []


@pytest.mark.parametrize("outer", [name for name in OUTER if (PACKAGE / name).is_dir()])
def test_the_outer_rooms_do_not_know_each_other(outer: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (PACKAGE / outer).rglob("*.py")
        for name in imports(path)
        if room(name) in (*OUTER, "batch") and room(name) != outer
    ]
    assert wrong == []


def test_only_the_command_line_knows_click() -> None:
    knows = {path for path in MODULES if any(name.split(".")[0] == "click" for name in imports(path))}
    assert knows
    assert {path for path in knows if path.parent != PACKAGE / "commands"} == {PACKAGE / "cli.py"}


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        pytest.param(["--help"], (), id="the list of commands"),
        pytest.param(["help", "numbers"], (), id="a help page"),
        pytest.param(
            ["check", str(ROOT / "sample_workbooks" / "minimal.xlsx")], (), id="the check of a small workbook"
        ),
    ],
)
def test_heavy_packages_are_loaded_where_they_are_used(arguments: list[str], allowed: tuple[str, ...]) -> None:
    code = (
        "import sys\nfrom kpireport.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        "print('loaded:', *sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    loaded = set(told.stderr.rpartition("loaded:")[2].split())
    assert "click" in loaded
    assert loaded & set(HEAVY) - set(allowed) == set()


def test_no_name_of_a_machine_stands_in_the_repository() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    texts = [
        ROOT / name for name in files if name.endswith((".py", ".md", ".toml", ".html", ".css", ".js", ".sh", "run"))
    ]
    assert texts or not (ROOT / ".git").exists()
    words = ("/ho" + "me/", "/ro" + "ot/", "/wo" + "rk/")
    wrong = [
        f"{path.relative_to(ROOT)}: {word}" for path in texts if path.is_file() for word in words
        if word in path.read_text("utf-8")
    ]  # fmt: skip
    assert wrong == []
