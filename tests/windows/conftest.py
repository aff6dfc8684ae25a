"""Tests of what a person with Windows installs: Windows' own Python and wheels, run by Wine.

``--windows`` names the folder that scripts/windows/bed.sh made; the installer is the one in ``dist``. Wine is not
Windows: what it cannot show stands in CONTRIBUTING.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import kpireport

ROOT = Path(__file__).parents[2]
DAY = "2026-11-09"


@dataclass(frozen=True, slots=True)
class Done:
    """What a Windows program came to. out: standard output, err: standard error, as text in UTF-8."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Windows:
    """The Windows under Wine. bed: the folder that bed.sh made."""

    bed: Path

    def run(
        self, *words: str | Path, cwd: Path | None = None, limit: int = 600, encoding: str = "utf-8", **variables: str
    ) -> Done:
        """Run a program; a Path becomes a name of Windows. limit: seconds until it is ended."""
        known = {**unix(), **variables, "LIMIT": str(limit)}
        # Not by pipes: the desktop that Wine starts for a window would hold them open for as long as anything runs.
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            code = subprocess.run(
                [str(self.bed / "win"), *(self.name(word) if isinstance(word, Path) else word for word in words)],
                cwd=cwd, env=known, stdout=out, stderr=err, check=False, timeout=limit + 60,
            ).returncode  # fmt: skip
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode(encoding, "replace"))
        return Done(code, *texts)

    def name(self, path: Path) -> str:
        r"""Return what Windows calls a file of this computer: C:\ for what lies in the prefix, else Z:\."""
        drive = self.drive
        inside = path.is_relative_to(drive)
        return ("C:\\" if inside else "Z:") + str(path.relative_to(drive) if inside else path).replace("/", "\\")

    @property
    def drive(self) -> Path:
        return self.bed / "prefix" / "drive_c"

    @property
    def profile(self) -> Path:
        (profile,) = (path for path in (self.drive / "users").iterdir() if path.name != "Public")
        return profile

    @property
    def program(self) -> Path:
        """Return the folder that the installer chooses by itself."""
        return self.profile / "AppData" / "Local" / "Programs" / "kpireport"

    def kpireport(self, *words: str | Path, cwd: Path | None = None, **options: str) -> Done:
        return self.run(self.program / "kpireport.exe", *words, cwd=cwd, **options)

    def python(self, *words: str | Path, cwd: Path | None = None, **options: str) -> Done:
        return self.run(self.program / "python" / "python.exe", "-X", "utf8", *words, cwd=cwd, **options)


def unix() -> dict[str, str]:
    """Return the variables that Wine hands on; those for the Python of this computer are none of Windows' Python."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}, "LC_ALL": "C.UTF-8"}


def setup_file() -> Path:
    return ROOT / "dist" / f"kpireport-{kpireport.__version__}-setup.exe"


def settle(windows: Windows) -> None:
    """Put away, in the installed copy, the module that asks Windows for its name: Wine 8 ends who asks."""
    for module in windows.program.glob("python/_wmi.pyd"):
        module.rename(module.with_suffix(".away"))


def same(file: Path, other: Path) -> bool:
    return other.is_file() and file.read_bytes() == other.read_bytes()


@pytest.fixture(scope="session")
def windows(pytestconfig: pytest.Config) -> Windows:
    """Return a Windows with the program installed, silently, by the installer in ``dist``."""
    bed = Path(pytestconfig.getoption("windows")).resolve()
    assert (bed / "ready").is_file(), "scripts/windows/bed.sh did not finish"
    packed = ROOT / "build" / "windows" / "app" / "python" / "Lib" / "site-packages" / "kpireport"
    ours = ROOT / "kpireport"
    older = [file for file in ours.rglob("*.py") if not same(file, packed / file.relative_to(ours))]
    assert older == [], "dist holds an installer of another state of the program: make windows"
    made = Windows(bed)
    done = made.run(setup_file(), "/S")
    assert done.code == 0, done
    settle(made)
    return made


@pytest.fixture
def place(windows: Windows, tmp_path: Path) -> Path:
    """Return an empty folder, whose name has a blank and letters that no code page of the West has."""
    folder = tmp_path / "月报 Abteilung Süd"
    folder.mkdir()
    return folder
