"""Which Pango WeasyPrint is given on Windows, held by stand-ins; tests/windows holds it on Windows' own binaries."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpireport import doctor
from kpireport.render import pango


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of libraries of a package of theirs, which can be imported."""
    folder = tmp_path / "site" / pango.PACKAGE / "bin"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("raise AssertionError('it is never run')", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    importlib.invalidate_caches()
    return folder


@pytest.mark.parametrize(
    ("platform", "named", "held", "theirs"),
    [
        pytest.param("win32", "", "", True, id="nothing is named"),
        pytest.param("win32", "msys", "libgobject-2.0-0.dll", False, id="MSYS2 or GTK by the user's word"),
        pytest.param("win32", ";msys", "gobject-2.0-0.dll", False, id="another build of the same names"),
        pytest.param("win32", "msys", "notes.txt", True, id="the named folder holds no Pango any more"),
        pytest.param("linux", "", "", False, id="Linux has its own"),
        pytest.param("darwin", "", "", False, id="macOS has its own"),
    ],
)
def test_the_libraries_of_pip_are_used_unless_others_are_named(
    tmp_path: Path, package: Path, platform: str, named: str, held: str, theirs: bool
) -> None:
    (tmp_path / "msys").mkdir()
    if held:
        (tmp_path / "msys" / held).write_bytes(b"")
    environment = {pango.VARIABLE: ";".join(str(tmp_path / part) if part else "" for part in named.split(";"))}
    assert pango.libraries(environment, platform) == (package if theirs else None)


def test_without_the_package_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert pango.libraries({}, "win32") is None


def test_only_while_weasyprint_is_loaded_the_path_is_another(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pango, "libraries", lambda: package)
    monkeypatch.delenv(pango.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "kept")
    before = dict(os.environ)
    with pango.loading():
        assert os.environ["PATH"] == os.environ[pango.VARIABLE] == str(package)
    assert dict(os.environ) == before


def test_what_weasyprint_prints_where_it_fails_reaches_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    with pango.loading():
        sys.stdout.write("WeasyPrint could not import some external libraries.")
    assert capsys.readouterr().out == ""


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield where plain folders are made, on a Windows whose user's own temporary folder is not ASCII."""
    usual, shared = tmp_path / "张三", tmp_path / "shared"
    usual.mkdir()
    shared.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(usual))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("PROGRAMDATA", str(shared))
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("FONTCONFIG_PATH", "")
    pango.own_folder.cache_clear()
    yield shared
    pango.own_folder.cache_clear()


def test_fonts_of_a_page_are_written_where_the_c_library_can_read(foreign: Path) -> None:
    usual = tempfile.gettempdir()
    with pango.font_files():
        assert Path(tempfile.gettempdir()).parent == foreign
    assert tempfile.gettempdir() == usual


def test_fontconfig_has_its_settings_and_a_cache_under_a_name_it_can_read(foreign: Path, tmp_path: Path) -> None:
    package = tmp_path / "李四" / "gstreamer_libs"
    (package / "etc" / "fonts" / "conf.d").mkdir(parents=True)
    (package / "etc" / "fonts" / "fonts.conf").write_text("<fontconfig/>", "utf-8")
    pango.fontconfig(package / "bin")
    settings, cache = Path(os.environ["FONTCONFIG_PATH"]), Path(os.environ["XDG_CACHE_HOME"])
    assert (settings / "fonts.conf").is_file()
    assert foreign in settings.parents
    assert foreign in cache.parents


def test_a_plain_name_needs_none_of_this(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("FONTCONFIG_PATH", "")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    pango.fontconfig(tmp_path / "bin")
    with pango.font_files():
        assert tempfile.gettempdir() == str(tmp_path)
    assert os.environ["XDG_CACHE_HOME"] == str(tmp_path)
    assert not os.environ["FONTCONFIG_PATH"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("marker", "machine", "here"),
    [
        pytest.param("", "win-amd64", True, id="for all"),
        pytest.param('sys_platform == "win32"', "win-arm64", True, id="for Windows"),
        pytest.param(
            'sys_platform == "win32" and platform_machine == "AMD64"', "win-amd64", True, id="for this machine"
        ),
        pytest.param('sys_platform == "win32" and platform_machine == "AMD64"', "win-arm64", False, id="not for ARM"),
    ],
)
def test_a_package_is_missed_only_where_it_is_for(
    marker: str, machine: str, here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"no-such-package<2,>=1; {marker}"]
    monkeypatch.setattr(doctor.metadata, "requires", lambda name: lines)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(doctor.sysconfig, "get_platform", lambda: machine)
    assert [each.name for each in doctor.packages()] == ["packages", *(["packages_missing"] if here else [])]
