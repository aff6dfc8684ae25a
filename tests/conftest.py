"""What all tests share: one browser, and properties judged by what they hold, never by how fast a busy machine is."""

from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest
from browsing import chromium
from hypothesis.internal.conjecture import providers
from playwright.sync_api import Browser, sync_playwright

hypothesis.settings.register_profile("kpireport", deadline=None)
# A change is not held up by dice: the same examples each time there, new ones at every desk.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "kpireport")
if os.environ.get("CI"):
    # It also tries the constants of the modules that are loaded by then: others in each process, at each change.
    providers.is_local_module_file = lambda _: False  # type: ignore[attr-defined]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="accept the texts of pages and letters as they are")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, opened once: two cannot be driven from one process."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()
