"""The preview: this machine only, the report as it is now, or the problems that forbid it."""

from __future__ import annotations

import http.client
import os
import socket
import struct
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kpireport.pipeline import Job
from kpireport.preview import Preview
from tests.browsing import chromium
from tests.workbooks import save

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GOALS = "kpi | target | unit\nSales | 100 | EUR"


def workbook(folder: Path, value: int) -> Path:
    path = save(folder / "book.xlsx", Goals=GOALS, Metrics=f"kpi | 2026-09 | 2026-10\nSales | 90 | {value}")
    os.utime(path, (1_700_000_000 + value, 1_700_000_000 + value))
    return path


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Preview]:
    preview = Preview(Job((workbook(tmp_path, 101),), date(2026, 11, 9)))
    thread = threading.Thread(target=preview.serve_forever)
    thread.start()
    yield preview
    preview.shutdown()
    thread.join()
    preview.close()


def ask(preview: Preview, path: str = "/", host: str | None = None) -> tuple[int, str]:
    address = preview.address.removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection(address, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_it_listens_on_this_machine_only(served: Preview) -> None:
    assert served.address.startswith("http://127.0.0.1:")


def test_it_shows_the_report_and_follows_the_workbook(served: Preview, tmp_path: Path) -> None:
    status, text = ask(served)
    assert status == 200
    assert ">101<" in text
    version = ask(served, "/version")[1]
    workbook(tmp_path, 117)
    assert ask(served, "/version")[1] != version
    assert ">117<" in ask(served)[1]


def test_it_says_what_is_wrong_and_recovers(served: Preview, tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"<b>no workbook</b>")
    status, text = ask(served)
    assert status == 200
    assert "No report yet" in text
    assert "book.xlsx" in text
    (tmp_path / "book.xlsx").unlink()
    assert "No report yet" in ask(served)[1]
    workbook(tmp_path, 118)
    assert ">118<" in ask(served)[1]


@pytest.mark.parametrize("path", ["/etc/passwd", "/../book.xlsx", "/book.xlsx", "//x"])
def test_it_serves_no_files(served: Preview, path: str) -> None:
    assert ask(served, path)[0] == 404


def test_a_browser_that_leaves_early_is_no_news(served: Preview, capfd: pytest.CaptureFixture[str]) -> None:
    host, port = served.address.removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        # A line that is closed with this option breaks at once, as a killed browser's does.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sendall(f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    assert ask(served)[0] == 200
    assert capfd.readouterr().err == ""


def test_a_page_from_elsewhere_gets_nothing(served: Preview) -> None:
    assert ask(served, host="attacker.example")[0] == 403


def test_a_theme_that_changes_is_seen(tmp_path: Path) -> None:
    theme = tmp_path / "own"
    theme.mkdir()
    (theme / "report.html").write_text('{% extends "builtin:standard/report.html" %}', "utf-8")
    preview = Preview(Job((workbook(tmp_path, 101),), date(2026, 11, 9), theme=theme))
    try:
        before = preview.version()
        assert "mine" not in preview.page()
        text = '{% extends "builtin:standard/report.html" %}{% block notes %}<p>mine</p>{% endblock %}'
        (theme / "report.html").write_text(text, "utf-8")
        assert preview.version() != before
        assert "<p>mine</p>" in preview.page()
    finally:
        preview.close()


@pytest.mark.skipif(chromium() is None, reason="no chromium: apt-get install chromium, or KPIREPORT_CHROMIUM")
def test_the_browser_follows_workbook_and_theme(tmp_path: Path, browser: Browser) -> None:
    expect = pytest.importorskip("playwright.sync_api").expect
    theme = tmp_path / "own"
    theme.mkdir()
    (theme / "report.html").write_text('{% extends "builtin:standard/report.html" %}', "utf-8")
    preview = Preview(Job((workbook(tmp_path, 101),), date(2026, 11, 9), theme=theme))
    thread = threading.Thread(target=preview.serve_forever)
    thread.start()
    try:
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(preview.address)
        expect(page.locator(".panel .num")).to_contain_text("101")
        workbook(tmp_path, 117)
        expect(page.locator(".panel .num")).to_contain_text("117", timeout=30_000)
        text = '{% extends "builtin:standard/report.html" %}{% block notes %}<p id="mine">mine</p>{% endblock %}'
        (theme / "report.html").write_text(text, "utf-8")
        expect(page.locator("#mine")).to_be_visible(timeout=30_000)
        (tmp_path / "book.xlsx").write_bytes(b"no workbook")
        expect(page.locator("h1")).to_have_text("No report yet", timeout=30_000)
        workbook(tmp_path, 118)
        expect(page.locator(".panel .num")).to_contain_text("118", timeout=30_000)
        page.close()
        assert said == []
        assert asked
        assert all(url.startswith(preview.address) for url in asked)
    finally:
        preview.shutdown()
        thread.join()
        preview.close()
