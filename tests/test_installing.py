"""Nobody is told to install this program by its name: on the index of packages that name is somebody else's."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from kpireport.core.extras import EXTRAS, install

ROOT = Path(__file__).parents[1]
BY_NAME = re.compile(
    r"(?:\b(?:pip3?|pipx|uv)\b[^\n`;&|]*?\b(?:install|add|run)\b[^\n`;&|]*?|\buvx\b[^\n`;&|]*?)"
    r"(?<![\w./\\-])kpireport(?:[-_]xlsx)?(?![\w./\\-])"
)
REQUIREMENTS = re.compile(r'pip install((?: "[^"\n]+")+)')
FOLDERS = ("kpireport", "templates", "sample_workbooks", "scripts", "tests", "benchmarks", "requirements", ".ci")
KINDS = {".md", ".py", ".toml", ".txt", ".html", ".css", ".js", ".sh", ".bat", ".ps1", ".json", ".csv", ""}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def texts() -> list[Path]:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")] + list(ROOT.iterdir())
    return sorted(
        path for path in files
        if path.is_file() and path.suffix in KINDS and path != Path(__file__) and path.name != ".coverage"
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        'pip install "kpireport[zh]"', "pip install kpireport", "请安装：pip install 'kpireport[zh]'",
        "py -m pip install --upgrade kpireport==1", "pipx install kpireport", "uv add kpireport", "uvx kpireport demo",
        "pip install kpireport-xlsx", "python3 -m pip install kpireport_xlsx[zh]", "uv tool run kpireport",
    ],
)  # fmt: skip
def test_an_install_by_name_is_seen(text: str) -> None:
    assert BY_NAME.search(text)


@pytest.mark.parametrize(
    "text",
    [
        'pip install ".[zh]"', r"pip install PATH\TO\kpireport", "pip install ./kpireport[zh]", "kpireport run",
        "pip install dist/kpireport_xlsx-0.1.0-py3-none-any.whl", "`pip install x`, then `kpireport run`",
        "pip install -e . && kpireport demo",
    ],
)  # fmt: skip
def test_an_install_by_path_is_none(text: str) -> None:
    assert not BY_NAME.search(text)


def test_no_text_says_to_install_by_name() -> None:
    files = texts()
    assert len(files) > 300
    assert {"README.md", "CHANGELOG.md", "doctor.py", "program.toml", "run.bat", "mail.md"} <= {
        path.name for path in files
    }
    wrong = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in files
        for found in BY_NAME.finditer(path.read_text("utf-8", errors="replace"))
    ]
    assert wrong == []


def test_the_table_of_extras_is_the_projects() -> None:
    declared = {name: each for name, each in PROJECT["optional-dependencies"].items() if name not in ("dev", "bench")}
    assert EXTRAS.keys() == declared.keys()
    for name, lines in declared.items():
        ours = {each.name: each.specifier for each in map(Requirement, EXTRAS[name])}
        theirs = {each.name: each.specifier for each in map(Requirement, lines)}
        assert ours.keys() == theirs.keys()
        for package, bounds in theirs.items():
            assert set(bounds) <= set(ours[package]), package
            assert {"<", ">="} == {each.operator for each in ours[package]}, package


def test_hints_name_packages_with_the_bounds_of_the_table() -> None:
    known = {package for packages in EXTRAS.values() for package in packages}
    hints = {
        (path.name, package)
        for path in [*(ROOT / "kpireport").rglob("*.md"), ROOT / "README.md"]
        for found in REQUIREMENTS.finditer(path.read_text("utf-8"))
        for package in re.findall(r'"([^"]+)"', found[1])
        if not package.startswith(".")
    }
    assert {name for name, _ in hints} >= {"problems.md", "workbook.md", "scale.md"}
    assert {package for _, package in hints} <= known


def test_one_command_installs_what_several_extras_need() -> None:
    assert install("m365", "keyring") == f'pip install "{EXTRAS["m365"][0]}" "{EXTRAS["keyring"][0]}"'
