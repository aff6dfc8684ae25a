"""The short form, part of every change: it installs, it is ready, and its report is Linux's word for word."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import page
import pytest

from kpireport.resources import sample_workbooks
from tests.windows.conftest import DAY, ROOT, Windows

SAMPLES = sorted(sample_workbooks().glob("*.xlsx"))
PROFILES = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)
# What Wine lacks is put into its prefix; Windows 10 has all of it.
LENT = re.compile(r"^(ucrtbase|bcryptprimitives|api-ms-win-.*|msvcrt)\.dll$", re.IGNORECASE)
# Libraries that every Windows 10 has.
OF_WINDOWS = re.compile(
    r"^(api-ms-win-|ucrtbase|kernel32|user32|advapi32|shell32|shlwapi|ole32|oleaut32|ws2_32|dnsapi|iphlpapi|bcrypt|crypt32|"
    r"gdi32|rpcrt4|version|winmm|ntdll|bcryptprimitives|msvcrt|mswsock|psapi|secur32|userenv|propsys|pathcch|dwrite|combase|usp10)",
    re.IGNORECASE,
)


def words(pdf: Path) -> list[list[str]]:
    text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    return [sheet.split() for sheet in text.split("\f")[:-1]]


def test_everything_is_ready(windows: Windows, place: Path) -> None:
    done = windows.kpireport("doctor", cwd=place)
    assert done.code == 0, done
    assert done.err == ""
    assert "everything is ready" in done.out
    assert r"gstreamer_libs\bin\pango-1.0-0.dll" in done.out
    assert "Noto Sans CJK SC" in done.out


def test_the_report_of_a_sample_is_that_of_linux(windows: Windows, place: Path) -> None:
    same_report(windows, place, ROOT / "sample_workbooks" / "group-zh.xlsx")


def same_report(windows: Windows, place: Path, sample: Path) -> None:
    book = shutil.copy(sample, place / f"三月 {sample.name}")
    options = ["--today", DAY, "--no-state", "--format", "html,pdf,json", "--out"]
    done = windows.kpireport("build", book.name, *options, "out", cwd=place)
    assert done.code == 0, done
    assert done.err == ""
    here = subprocess.run(
        [sys.executable, "-m", "kpireport", "build", book.name, *options, "linux"],
        cwd=place,
        capture_output=True,
        text=True,
    )
    assert here.returncode == 0, here
    html, pdf, figures = (place / "out" / f"{book.stem}.{ending}" for ending in ("html", "pdf", "json"))
    assert html.read_bytes() == (place / "linux" / html.name).read_bytes()
    assert json.loads(figures.read_text("utf-8")) == json.loads((place / "linux" / figures.name).read_text("utf-8"))
    assert words(pdf)
    assert words(pdf) == words(place / "linux" / pdf.name)
    for profile in PROFILES:
        assert not page.validate_pdf(str(pdf), profile=profile).failures


def test_the_drop_folder_is_worked_by_processes_that_are_spawned(windows: Windows, place: Path) -> None:
    assert windows.kpireport("init", "KPI", "--yes", cwd=place).code == 0
    folder = place / "KPI"
    for name, sample in (("北京", "minimal"), ("München", "charity")):
        shutil.copy(ROOT / "sample_workbooks" / f"{sample}.xlsx", folder / "inbox" / f"{name}.xlsx")
    done = windows.run("cmd", "/c", folder / "run.bat", "--executor", "processes:2", "--non-interactive", cwd=place)
    assert done.code == 0, done
    assert list((folder / "reports" / "北京").rglob("*.pdf")), done
    assert len(list((folder / "reports").rglob("*.pdf"))) == 2, done  # the other has a name of its own inside
    assert not list((folder / "inbox").glob("*.xlsx"))


def test_nothing_that_wine_was_lent_is_shipped(windows: Windows) -> None:
    shipped = {path.name for path in (ROOT / "build" / "windows" / "app").rglob("*")}
    assert len(shipped) > 1000
    assert [name for name in shipped if LENT.match(name)] == []


def test_every_library_that_is_asked_for_is_shipped_or_of_windows() -> None:
    app = ROOT / "build" / "windows" / "app"
    binaries = [path for path in app.rglob("*") if path.suffix in (".dll", ".pyd", ".exe")]
    assert len(binaries) > 100
    shipped = {path.name.casefold() for path in binaries}
    missing = set()
    for path in binaries:
        table = subprocess.run(["x86_64-w64-mingw32-objdump", "-p", str(path)], capture_output=True, text=True).stdout
        names = {name.casefold() for name in re.findall(r"DLL Name: (\S+)", table)}
        missing |= {(path.name, name) for name in names - shipped if not OF_WINDOWS.match(name)}
    assert missing == set()


def test_the_libraries_of_the_pdf_are_those_of_the_list_with_their_licences() -> None:
    app = ROOT / "build" / "windows" / "app"
    known = tomllib.loads((ROOT / "scripts" / "windows" / "libraries.toml").read_text("utf-8"))["library"]
    files = {file for library in known for file in library["files"]}
    folder = app / "python" / "Lib" / "site-packages" / "gstreamer_libs" / "bin"
    assert {path.name for path in folder.iterdir()} == files
    assert len(files) == 18
    offer = (app / "licences" / "SOURCES.txt").read_text("utf-8")
    for library in known:
        assert (app / "licences" / library["text"]).stat().st_size > 800
        assert library["source"] in offer
        assert library["version"] in offer


def test_what_packages_say_of_their_licence_is_what_we_say(windows: Windows) -> None:
    known = tomllib.loads((ROOT / "requirements" / "elsewhere.toml").read_text("utf-8"))
    folder = str(windows.program / "python" / "Lib" / "site-packages")
    installed = {
        re.sub("[-_.]+", "-", each.name).casefold(): each.metadata for each in metadata.distributions(path=[folder])
    }
    compared = known.keys() & installed.keys()
    assert len(compared) > 8
    for name in compared:
        said = [installed[name].get("License-Expression") or "", installed[name].get("License") or ""]
        said += [line.rpartition(":: ")[2] for line in installed[name].get_all("Classifier") or []]
        assert known[name]["licence"] in [text.strip() for text in said], (name, said)


@pytest.mark.parametrize("kind", ["uninstall.exe", "kpireport.exe"])
def test_it_is_installed_for_this_account(windows: Windows, kind: str) -> None:
    assert (windows.program / kind).is_file()
