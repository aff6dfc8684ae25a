"""The whole form, before a release: each sample, code pages, long names, open files, mail, kills, upgrade, undoing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.mailing import Box, Mailer
from tests.windows.conftest import DAY, ROOT, Done, Windows, settle, setup_file, unix
from tests.windows.test_short import SAMPLES, same_report

MINIMAL = ROOT / "sample_workbooks" / "minimal.xlsx"
# Opens a file as another program does: share 1 lets others read it, 3 read and write, 0 lets nobody in.
HOLD = """
import ctypes, sys, time
handle = ctypes.windll.kernel32.CreateFileW(sys.argv[1], 0x80000000, int(sys.argv[2]), None, 3, 0, None)
open(sys.argv[3], "w").close()
while True:
    time.sleep(0.2)
"""
COLD = ["--today", DAY, "--no-state"]


@contextmanager
def held(windows: Windows, file: Path, share: int, place: Path) -> Iterator[None]:
    """Hold a file open in a process of Windows."""
    script, sign = place / "hold.py", place / "held"
    script.write_text(HOLD)
    sign.unlink(missing_ok=True)
    python = windows.program / "python" / "python.exe"
    words = [python, script, file, str(share), sign]
    process = subprocess.Popen(
        [str(windows.bed / "win"), *(windows.name(word) if isinstance(word, Path) else word for word in words)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=unix(),
    )  # fmt: skip
    try:
        until = time.monotonic() + 120
        while not sign.exists():
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield
    finally:
        windows.run("taskkill", "/f", "/im", "python.exe")
        process.wait(60)


def test_the_demo_is_made(windows: Windows, place: Path) -> None:
    done = windows.kpireport("demo", "--language", "de", "--out", "Muster", cwd=place)
    assert done.code == 0, done
    assert (place / "Muster" / "group.pdf").stat().st_size > 100_000


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_every_sample_is_that_of_linux(windows: Windows, place: Path, sample: Path) -> None:
    same_report(windows, place, sample)


def test_a_check_says_what_is_wrong_in_chinese(windows: Windows, place: Path) -> None:
    done = windows.kpireport("check", ROOT / "sample_workbooks" / "messy.xlsx", "--language", "zh", cwd=place)
    assert done.err == ""
    assert "修正" in done.out or "messy.xlsx" in done.out


@pytest.mark.parametrize(("locale", "page", "shown"), [("zh_CN", 936, True), ("de_DE", 1252, False)])
def test_the_code_page_of_the_machine(windows: Windows, place: Path, locale: str, page: int, shown: bool) -> None:
    """Python without the option for UTF-8 writes into a pipe as the machine does, and never ends in a traceback."""
    system = {"LC_ALL": f"{locale}.UTF-8", "LOCPATH": str(windows.bed / "locales")}
    book = shutil.copy(MINIMAL, place / "三月 é.xlsx")
    python = windows.program / "python" / "python.exe"
    asked = windows.run(python, "-c", "import ctypes; print(ctypes.windll.kernel32.GetACP())", **system)
    assert asked.out.strip() == str(page)
    done = windows.run(
        python, "-m", "kpireport", "build", book.name, *COLD, "--out", "out", cwd=place, encoding=f"cp{page}", **system
    )
    assert done.code == 0, done
    assert "Traceback" not in done.err
    assert ("三月" in done.out) is shown
    assert (place / "out" / "三月 é.pdf").is_file()


def test_a_path_of_more_than_260_characters(windows: Windows, place: Path) -> None:
    deep = place
    while len(windows.name(deep)) < 300:
        deep /= "Konzernberichtswesen und Controlling"
    deep.mkdir(parents=True)
    book = shutil.copy(MINIMAL, deep / "group.xlsx")
    done = windows.kpireport("build", book, *COLD, "--out", deep / "out", cwd=place)
    assert done.code == 0, done
    assert (deep / "out" / "group.pdf").is_file()


def test_a_report_that_is_open_stays_and_the_new_one_lies_beside_it(windows: Windows, place: Path) -> None:
    book = shutil.copy(MINIMAL, place / "minimal.xlsx")
    (place / "reports").mkdir()
    (place / "reports" / "minimal.pdf").write_bytes(b"open in Acrobat")
    with held(windows, place / "reports" / "minimal.pdf", 1, place):
        done = windows.kpireport("build", book.name, *COLD, cwd=place)
    assert done.code == 0, done
    assert (place / "reports" / "minimal.pdf").read_bytes() == b"open in Acrobat"
    assert (place / "reports" / "minimal.NEW.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("share", "code"), [pytest.param(1, 0, id="as Excel opens it"), pytest.param(0, 3, id="locked")]
)
def test_a_workbook_that_is_open(windows: Windows, place: Path, share: int, code: int) -> None:
    book = shutil.copy(MINIMAL, place / "minimal.xlsx")
    with held(windows, book, share, place):
        done = windows.kpireport("build", book.name, *COLD, "--format", "json", cwd=place)
    assert done.code == code, done
    assert ("F104" in done.out + done.err) is bool(code)


# As the Explorer starts a script: the outer pair of marks is taken away by cmd.
SCRIPT = (
    "import subprocess, sys; words = (sys.argv[1], ' '.join(sys.argv[2:])); "
    'sys.exit(subprocess.call(\'cmd /c ""%s" %s"\' % words, stdin=subprocess.PIPE))'
)


def script(windows: Windows, folder: Path, *words: str) -> Done:
    return windows.python("-c", SCRIPT, folder / "run.bat", *words, cwd=folder.parents[1])


@pytest.fixture
def folder(windows: Windows, place: Path) -> Path:
    """Return a new KPI folder with one workbook in its inbox."""
    assert windows.kpireport("init", "KPI (alt) & neu", "--yes", cwd=place).code == 0
    made = place / "KPI (alt) & neu"
    shutil.copy(MINIMAL, made / "inbox" / "三月.xlsx")
    return made


def test_the_script_works_under_any_name_and_passes_the_exit_code_on(windows: Windows, folder: Path) -> None:
    first = script(windows, folder)
    assert first.code == 0, first
    assert list((folder / "reports").rglob("*.pdf"))
    (folder / "inbox" / "broken.xlsx").write_bytes(b"no workbook")
    assert script(windows, folder, "--strict").code == 1
    (folder / "kpireport.toml").write_text("[inbox\n")
    assert script(windows, folder).code == 78


def test_the_task_names_the_program_that_is_installed(windows: Windows, folder: Path) -> None:
    done = windows.kpireport("schedule", "print", "--weekdays", cwd=folder)
    task = {element.tag.partition("}")[2]: element.text for element in ElementTree.fromstring(done.out).iter()}
    assert task["Command"] == windows.name(windows.program / "kpireport.exe")
    assert task["WorkingDirectory"] == windows.name(folder)


def test_letters_leave_by_a_mail_server(windows: Windows, folder: Path) -> None:
    box = Box()
    with Mailer(box) as server, (folder / "kpireport.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            f'\n[mail]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
            'sender = "kpi@example.com"\nowner = "owner@example.com"\nallowed_domains = ["example.com"]\n'
            '[[recipient]]\naddress = "zhang@example.com"\nname = "张三"\n'
        )
        settings.close()
        done = windows.kpireport("run", "--non-interactive", cwd=folder)
    assert done.code == 0, done
    assert box.to.count("zhang@example.com") == 1


@pytest.mark.parametrize("seconds", [4, 8])
def test_a_run_that_is_killed_loses_nothing_and_does_nothing_twice(
    windows: Windows, folder: Path, seconds: int
) -> None:
    """The Task Scheduler ends the launcher; Python must end with it."""
    shutil.copy(ROOT / "sample_workbooks" / "charity.xlsx", folder / "inbox" / "charity.xlsx")
    process = subprocess.Popen(
        [str(windows.bed / "win"), windows.name(windows.program / "kpireport.exe"), "run", "--non-interactive"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=unix(),
    )  # fmt: skip
    time.sleep(seconds)
    windows.run("taskkill", "/f", "/im", "kpireport.exe")
    process.wait(60)
    assert "python.exe" not in windows.run("tasklist").out
    done = windows.kpireport("run", "--non-interactive", cwd=folder)
    assert done.code == 0, done
    assert len(list((folder / "reports").rglob("*.pdf"))) == 2
    assert not list((folder / "inbox").glob("*.xlsx"))


SUITE = ("pytest", "iniconfig", "pluggy", "packaging", "pygments", "colorama", "hypothesis", "sortedcontainers",
         "aiosmtpd", "atpublic", "attrs")  # fmt: skip
OURS = ("test_windows", "test_output", "test_excel_guard", "test_excel_read", "test_command_line", "test_store",
        "test_snapshots", "test_settings_table", "test_pango", "test_numbers", "test_periods")  # fmt: skip
# No symbolic links without a right that few have, no pipes with names, no signals, no rights in octal, no name with an
# escape in it.
POSIX = "link or fifo or chmod or signal or permission or no_regular_file or terminal_obeys"
START = "import sys; sys.path[:0] = sys.argv[1:3]; import pytest; sys.exit(pytest.main(sys.argv[3:]))"


@pytest.fixture(scope="session")
def suite(windows: Windows) -> Path:
    """Return a folder with the locked packages of the tests for Windows."""
    folder = windows.bed / "suite"
    if not folder.is_dir():
        blocks = re.split(r"(?m)^(?=\S+==)", (ROOT / "requirements" / "dev.txt").read_text("utf-8"))
        lock = windows.bed / "suite.txt"
        lock.write_text("".join(each for each in blocks if each.partition("==")[0] in SUITE), "utf-8")
        target = [
            "--platform",
            "win_amd64",
            "--python-version",
            "3.13",
            "--implementation",
            "cp",
            "--only-binary",
            ":all:",
        ]
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download", *target]
        wheels = windows.bed / "wheels"
        subprocess.run([*pip, "--require-hashes", "--no-deps", "-r", str(lock), "-d", str(wheels)], check=True)
        for wheel in wheels.glob("*.whl"):
            shutil.unpack_archive(wheel, folder, "zip")
    return folder


@pytest.mark.parametrize("module", OURS)
def test_our_own_tests_pass_there_too(windows: Windows, suite: Path, module: str, place: Path) -> None:
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", windows.name(ROOT), "-k", f"not ({POSIX})"]
    done = windows.python(
        "-c", START, ROOT, suite, *options, ROOT / "tests" / f"{module}.py", cwd=place, limit=900, CI="true"
    )
    assert done.code == 0, done.out[-4000:] + done.err[-2000:]
    assert re.search(r"\d+ passed", done.out), done.out


def path_of(windows: Windows) -> str:
    return windows.run("reg", "query", r"HKCU\Environment", "/v", "Path").out.casefold()


def test_upgrade_and_undoing(windows: Windows, place: Path) -> None:
    """Last of all: afterwards nothing is installed."""
    assert path_of(windows).count(r"programs\kpireport") == 1
    stale, workbook = windows.program / "python" / "Lib" / "stale.py", windows.program / "mine.xlsx"
    stale.write_text("")
    shutil.copy(MINIMAL, workbook)
    with held(windows, workbook, 1, place):  # by our Python: it runs, so nothing is touched
        assert windows.run(setup_file(), "/S").code == 2
    assert stale.is_file()
    assert windows.run(setup_file(), "/S").code == 0
    settle(windows)
    assert not stale.exists()
    assert windows.kpireport("--version").code == 0
    assert path_of(windows).count(r"programs\kpireport") == 1
    state = windows.profile / "AppData" / "Local" / "kpireport"
    state.mkdir(exist_ok=True)
    # With its own folder named it does not go on in a copy of itself, and can be waited for.
    undo = windows.run(windows.program / "uninstall.exe", "/S", f"_?={windows.name(windows.program)}")
    assert undo.code == 0, undo
    assert [path.name for path in windows.program.iterdir() if path.name != "uninstall.exe"] == ["mine.xlsx"]
    assert state.is_dir()
    assert r"programs\kpireport" not in path_of(windows)
    assert not list(windows.profile.rglob("Start Menu/**/kpireport"))
    assert windows.run("reg", "query", r"HKCU\Software\kpireport").code != 0
