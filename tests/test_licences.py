"""What the program is shipped with: every package of the lock is named, with a licence that lets a firm use it."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


def locked(name: str) -> list[Requirement]:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    return [Requirement(line.strip()) for line in re.findall(r"^[A-Za-z0-9_.-]+==[^\\\n]+", text, re.MULTILINE)]


REQUIREMENTS = locked("run.txt")
LOCKED = sorted({each.name for each in (*REQUIREMENTS, *locked("windows.txt"))})
TRIED = {each.name for each in locked("dev.txt") if each.marker is None or each.marker.evaluate()}
HERE = sorted(TRIED & set(LOCKED))
# What the lock installs on other systems alone, by what the wheels say; tests/windows holds it against them.
ELSEWHERE = tomllib.loads((ROOT / "requirements" / "elsewhere.toml").read_text("utf-8"))
PERMISSIVE = re.compile(r"MIT|BSD|Apache|0BSD|Zlib|CC0|OFL|Open Font|PSF|ISC|ZPL|MPL|Mozilla", re.IGNORECASE)


def said(name: str) -> str:
    """Return what a package says of its licence, in its metadata or else in its licence file."""
    known = metadata.metadata(name)
    classifiers = [c for c in known.get_all("Classifier") or [] if c.startswith("License")]
    found = " ".join([known.get("License-Expression") or "", (known.get("License") or "")[:200], *classifiers]).strip()
    if found:
        return found
    files = [file for file in metadata.files(name) or [] if re.search("LICEN[CS]E", file.name, re.IGNORECASE)]
    return " ".join(Path(str(file.locate())).read_text("utf-8")[:400] for file in files)


def test_every_dependency_is_named_with_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    lines = [*project["project"]["dependencies"], *(line for each in extras for line in each)]
    names = {Requirement(line).name for line in [*lines, *project["build-system"]["requires"]]}
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## What we depend on")[2].partition("\n## ")[0]
    assert len(names) > 40
    assert [name for name in sorted(names) if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)] == []


def test_something_is_locked() -> None:
    assert len(LOCKED) > 20


@pytest.mark.parametrize("name", LOCKED)
def test_a_package_is_named_with_its_licence(name: str) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert re.search(rf"^\| {re.escape(name)}\b.*\|.*\||\b{re.escape(name)} \([A-Z]", text, re.MULTILINE), name


def test_a_package_that_is_not_installed_here_is_known_by_its_licence_too() -> None:
    assert set(LOCKED) - TRIED - {"brotlicffi"} == set(ELSEWHERE)  # that one is of another Python, not of Windows


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_package_of_another_system_may_be_passed_on(name: str) -> None:
    entry = ELSEWHERE[name]
    assert PERMISSIVE.search(entry["licence"]) or entry["why"], name
    assert not re.search(r"(?<!L)GPL", entry["licence"]) or entry["why"], name


@pytest.mark.parametrize("name", HERE)
def test_a_package_says_that_its_licence_is_permissive(name: str) -> None:
    licence = said(name)
    assert PERMISSIVE.search(licence), f"{name}: {licence!r}"
