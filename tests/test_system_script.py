"""The set-up script on systems that are not this one: stand-ins for the programs that it asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "system.sh"
LIBRARIES = "libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0 libatomic.so.1"
TOOLS = ("bash", "grep", "sed", "mktemp", "rm", "mkdir", "cp", "env", "printf")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the script is of POSIX")


class Machine:
    """A folder of programs that is all that the script finds; each that is asked notes it in ``log``."""

    def __init__(self, folder: Path, system: str = "Linux", user: int = 0) -> None:
        self.programs, self.folder = folder / "programs", folder
        self.programs.mkdir()
        for tool in TOOLS:
            if found := shutil.which(tool):
                (self.programs / tool).symlink_to(found)
        self.program("uname", f"echo {system}")
        self.program("id", f"echo {user}")
        self.program("python3", "exit 0")
        self.program("pdftotext", "exit 0")
        self.program("chromium", "exit 0")
        if system == "Linux":
            self.program("ldconfig", f"echo {LIBRARIES}")

    def program(self, name: str, body: str) -> None:
        path = self.programs / name
        path.write_text(f'#!{shutil.which("bash")}\necho "{name} $*" >> "{self.folder}/log"\n{body}\n', "utf-8")
        path.chmod(0o755)

    def without(self, *names: str) -> None:
        for name in names:
            (self.programs / name).unlink()

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        # The script adds the folders of the system to the path; a copy that does not keeps to the stand-ins.
        text = SCRIPT.read_text("utf-8")
        assert "PATH=$PATH:/usr/sbin:/sbin" in text
        copy = self.folder / "system.sh"
        copy.write_text(text.replace("PATH=$PATH:/usr/sbin:/sbin", ":"), "utf-8")
        environment = {"PATH": str(self.programs), "HOME": str(self.folder), "TMPDIR": os.environ.get("TMPDIR", "/tmp")}
        return subprocess.run(
            [str(self.programs / "bash"), str(copy), *options],
            capture_output=True, text=True, timeout=60, env=environment, cwd=self.folder,
        )  # fmt: skip

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")


def test_nothing_is_installed_that_is_there(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.program("apt-get", "exit 1")
    done = machine.run("dev")
    assert done.returncode == 0, done.stderr
    assert "apt-get" not in machine.log


def test_a_source_that_cannot_be_refreshed_stops_nothing(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.without("pdftotext")
    machine.program("apt-get", '[ "$1" != update ]')
    done = machine.run("dev")
    assert done.returncode == 0, done.stderr
    assert "Not every package source could be refreshed" in done.stdout
    assert "poppler-utils" in machine.log


def test_what_is_needed_and_cannot_be_had_stops_it(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.without("pdftotext")
    machine.program("apt-get", '[ "$1" = update ]')
    assert machine.run("dev").returncode != 0


def test_a_system_without_the_package_of_a_browser_goes_on(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.without("chromium")
    machine.program("apt-get", 'case "$*" in *chromium*) exit 100;; esac')
    done = machine.run("dev")
    assert done.returncode == 0, done.stderr
    assert "chromium could not be had" in done.stdout


@pytest.mark.parametrize("name", ["chromium-browser", "google-chrome"])
def test_a_browser_under_another_name_is_one(name: str, tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.without("chromium")
    machine.program(name, "exit 0")
    machine.program("apt-get", "exit 1")
    assert machine.run("dev").returncode == 0
    assert "apt-get" not in machine.log


def test_one_who_may_not_install_is_told_whom_to_ask(tmp_path: Path) -> None:
    machine = Machine(tmp_path, user=1000)
    machine.program("ldconfig", "echo libpango-1.0.so.0 libpangoft2-1.0.so.0")
    machine.program("apt-get", "exit 1")
    done = machine.run()
    assert done.returncode == 1
    assert "apt-get install libharfbuzz-subset0" in done.stderr
    assert "apt-get" not in machine.log


def test_another_system_is_told_what_is_missing(tmp_path: Path) -> None:
    machine = Machine(tmp_path, system="Darwin")
    done = machine.run()
    assert done.returncode in (0, 1)  # a machine may have these libraries in the folders of Homebrew
    if done.returncode:
        assert "brew install pango" in done.stderr
        assert "libatomic1" not in done.stderr
