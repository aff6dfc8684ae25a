"""What all tests share: one browser, and properties judged by what they hold, never by how fast a busy machine is."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

import kpireport
from tests.browsing import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

os.environ["LC_ALL"] = "C.UTF-8"  # commands talk in the language of the system where nothing else is asked for
hypothesis.settings.register_profile("kpireport", deadline=None)
# A change is not held up by dice: the same examples each time there, new ones at every desk.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "kpireport")
if os.environ.get("CI"):
    # Hypothesis also tries constants of the modules loaded by then (never those of tests): which modules these are
    # would depend on the tests that ran before in the same process. With all loaded at the start the commit decides.
    for module in pkgutil.walk_packages(kpireport.__path__, "kpireport."):
        if not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError as error:  # an extra that is not installed
                if (error.name or "").partition(".")[0] == "kpireport":
                    raise


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="accept the texts of samples as they are")
    parser.addoption("--corpus", metavar="FOLDER", help="test the public workbooks of this folder too")
    parser.addoption("--windows", metavar="FOLDER", help="try the installer in the Windows that bed.sh made there")
    parser.addoption("--world", metavar="FOLDER", help="score the labelled public workbooks of this folder too")
    parser.addoption("--truth", metavar="FILE", help="the labels of the workbooks that --world names")


def pytest_configure(config: pytest.Config) -> None:
    """Say how to give the folder of the corpus where its tests are asked for without it."""
    folder = config.getoption("corpus")
    if folder and not (Path(folder) / "INDEX.csv").is_file():
        raise pytest.UsageError(f"no INDEX.csv in {folder}: --corpus names the folder of the corpus")
    if not folder and any(_within("corpus", _file(argument)) for argument in config.args):
        raise pytest.UsageError("these tests read public workbooks: make corpus CORPUS=/path/to/corpus")
    if not config.getoption("windows") and any(_within("windows", _file(argument)) for argument in config.args):
        raise pytest.UsageError("these tests want a Windows, as make test-windows makes it under Wine")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out tests/corpus where no folder with its files is given, and tests/windows where no Windows is."""
    left_out = (name for name in ("corpus", "windows") if not config.getoption(name))
    return True if any(_within(name, collection_path) for name in left_out) else None


def _file(argument: str) -> Path:
    return Path(argument.partition("::")[0]).resolve()


def _within(name: str, path: Path) -> bool:
    return path.is_relative_to(Path(__file__).parent / name)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, opened once: two cannot be driven from one process."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()
