"""What a hostile workbook or theme cannot do: proved by every command's output and by a trace of system calls."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

import kpireport
from kpireport.resources import templates
from tests.hostile import hostile

# What may never reach a terminal raw: control codes but for tab and newline, and marks that turn text around.
CODES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f‪-‮⁦-⁩؜‎‏]")
STRACE = shutil.which("strace")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile(tmp_path_factory.mktemp("hostile") / "evil.xlsx")


def command(*arguments: str | Path, cwd: Path, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[bytes]:
    # A home of its own: nothing of this computer's user is read, and what is written can be seen.
    environment = {**os.environ, "HOME": str(cwd), "XDG_STATE_HOME": str(cwd / "state-home"), "PYTHONUTF8": "1"}
    return subprocess.run(
        [*before, sys.executable, "-m", "kpireport", *map(str, arguments)],
        cwd=cwd, env=environment, capture_output=True, timeout=180, check=False,
    )  # fmt: skip


COMMANDS = [
    pytest.param(["check", "BOOK"], id="check"),
    pytest.param(["check", "BOOK", "--language", "zh"], id="check in Chinese"),
    pytest.param(["check", "BOOK", "--annotate"], id="a marked copy"),
    pytest.param(["map", "BOOK"], id="map"),
    pytest.param(["explain", "BOOK", "evil"], id="explain a KPI that is not there"),
    pytest.param(["explain", "BOOK", "6"], id="explain"),
    pytest.param(["build", "BOOK", "--out", "out", "--format", "html,json,xlsx", "--no-state"], id="build"),
    pytest.param(["build", "BOOK", "--out", "out", "--scope", "department=\x1b[2Jx", "--no-state"], id="a scope"),
    pytest.param(["mail", "preview", "BOOK", "--out", "letters"], id="mail preview"),
    pytest.param(["history", "--state", "state"], id="history"),
]


@pytest.mark.parametrize("arguments", COMMANDS)
def test_no_command_prints_a_terminal_code_or_a_traceback(arguments: list[str], workbook: Path, tmp_path: Path) -> None:
    book = tmp_path / workbook.name
    shutil.copy(workbook, book)
    done = command(*(book if part == "BOOK" else part for part in arguments), cwd=tmp_path)
    said = (done.stdout + done.stderr).decode("utf-8")
    assert said
    assert CODES.search(said) is None, said
    assert "Traceback" not in said
    assert done.returncode in (0, 2, 3, 4)


def test_what_is_written_stays_in_its_folder_under_a_plain_name(workbook: Path, tmp_path: Path) -> None:
    book = tmp_path / workbook.name
    shutil.copy(workbook, book)
    done = command("build", book, "--out", "out", "--format", "html,json,xlsx", "--state", "state", cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    written = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()}
    assert written <= {"evil.xlsx", "out", "state", "state-home", ".cache"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "evil-results.xlsx", "evil.html", "evil.json",
    ]  # fmt: skip
    assert not Path("/tmp/escaped").exists()


class Elements(HTMLParser):
    """Every element of a page, as a browser sees it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_holds_the_texts_as_text(workbook: Path, tmp_path: Path) -> None:
    command("build", workbook, "--out", "out", "--format", "html", "--no-state", cwd=tmp_path)
    page = (tmp_path / "out" / "evil.html").read_text("utf-8")
    assert "&lt;img src=" in page
    assert "{{ 7*7 }}" in page
    elements = Elements()
    elements.feed(page)
    assert len(elements.found) > 500
    assert [tag for tag, _ in elements.found if tag in ("script", "link", "iframe", "object", "embed", "base")] == [
        "script"
    ]
    loads = [
        value for _, attributes in elements.found for name, value in attributes.items()
        if name.startswith("on") or ((name in ("src", "srcset", "action") or name.endswith("href")) and value
        and not value.startswith(("#", "data:")))
    ]  # fmt: skip
    assert loads == []


def test_no_text_becomes_a_formula_in_any_workbook_we_write(workbook: Path, tmp_path: Path) -> None:
    command("build", workbook, "--out", "out", "--format", "xlsx", "--no-state", cwd=tmp_path)
    book = openpyxl.load_workbook(tmp_path / "out" / "evil-results.xlsx")
    formulas = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert all(str(formula).startswith('=HYPERLINK("#') for formula in formulas), formulas
    book.close()


# ---- a trace of system calls


@pytest.fixture(scope="module")
def calls(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Build the hostile workbook, as page and PDF, with a theme that asks too much; return the trace."""
    if STRACE is None:
        pytest.skip("strace is not installed")
    folder = tmp_path_factory.mktemp("trace")
    theme = folder / "theme"
    theme.mkdir()
    (theme / "report.html").write_text(
        '{% extends "builtin:standard/report.html" %}\n{% block head %}<style>\n'
        "@import url(http://127.0.0.1:9/a.css);\n@import url(file:///etc/passwd);\n"
        "@font-face { font-family: x; src: url(http://127.0.0.1:9/f.woff2), url(file:///etc/shadow) }\n"
        "body { background: url(http://127.0.0.1:9/b.png); font-family: x }\n</style>\n"
        '<link rel="stylesheet" href="http://127.0.0.1:9/c.css"><link rel="attachment" href="file:///etc/passwd">\n'
        '<img src="file:///etc/hostname" alt="a"><img src="../../secret.png" alt="b">{% endblock %}',
        "utf-8",
    )
    (folder / "secret.png").write_bytes(b"secret")
    book = folder / "evil.xlsx"
    shutil.copy(workbook, book)
    trace = folder / "trace.txt"
    done = command(
        "build", book, "--out", "out", "--theme", theme, "--format", "html,pdf,json,xlsx", "--state", "state",
        cwd=folder,
        before=(STRACE, "-f", "-qq", "-o", str(trace), "-e", "trace=network,openat,open,execve", "-s", "300"),
    )  # fmt: skip
    if not trace.is_file() or not trace.stat().st_size:
        pytest.skip(f"strace may not trace here: {done.stderr.decode()[:200]}")
    assert (folder / "out" / "evil.pdf").is_file(), done.stderr.decode()
    return trace.read_text("utf-8", "replace")


def test_rendering_opens_no_network_connection(calls: str) -> None:
    assert "evil.xlsx" in calls  # something was looked at
    assert [line for line in calls.splitlines() if re.search(r"AF_INET|connect\(|sendto\(", line)] == []


def test_rendering_starts_no_other_program(calls: str) -> None:
    started = re.findall(r'execve\("([^"]*)"', calls)
    # ldconfig and a compiler are how ctypes finds a library by its name on Linux.
    programs = {Path(name).name for name in started}
    assert programs <= {Path(sys.executable).name, "python3", "python", "ldconfig", "gcc", "cc", "ld", "sh", "collect2"}


def test_rendering_reads_nothing_outside_the_program_the_system_and_what_it_was_given(calls: str) -> None:
    roots = {
        Path(sys.prefix), Path(sys.base_prefix), Path(kpireport.__file__).parents[1], templates(),
        *(Path(path) for path in sysconfig.get_paths().values()),
    }  # fmt: skip
    system = (
        "/usr/", "/lib", "/etc/ld.so", "/etc/fonts", "/proc/", "/dev/", "/sys/", "/etc/localtime", "/tmp/",
        "/etc/locale",
        "/var/cache/fontconfig", "/etc/nsswitch.conf", "/etc/ssl/openssl.cnf", "/etc/mime.types", "/var/lib/",
    )  # fmt: skip
    given = re.search(r'"([^"]*)/evil\.xlsx"', calls)
    assert given
    wrong = []
    for path in re.findall(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]+)", [^)]*\) = \d', calls):
        at = path if path.startswith("/") else f"{given[1]}/{path}"
        if not at.startswith((*system, *(str(root.resolve()) for root in roots), *(str(root) for root in roots))):
            wrong.append(at)
    assert wrong == []
    for secret in ("/etc/passwd", "/etc/shadow", "/etc/hostname", "secret.png"):
        assert f'"{secret}"' not in calls
        assert not re.search(rf'open(?:at)?\([^)]*{re.escape(secret)}"', calls)
