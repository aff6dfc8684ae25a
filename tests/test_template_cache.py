"""Templates that a process has compiled serve the next one, and nothing but whole files of the user's own."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import jinja2
import pytest
from jinja2 import DictLoader, Environment, FileSystemBytecodeCache

from kpireport.render import template_cache as module
from kpireport.render.template_cache import template_cache

SOURCE = "{% for each in rows %}{{ each }};{% endfor %}"
posix = pytest.mark.skipif(os.name != "posix", reason="rights are told otherwise here")


class Counting(Environment):
    """Counts the templates that it compiles."""

    compiled = 0

    def compile(self, *values: object, **named: object) -> object:  # type: ignore[override]
        type(self).compiled += 1
        return super().compile(*values, **named)  # type: ignore[call-overload]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for caches of a user who has none yet."""
    folder = tmp_path / "cache"
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: str(folder))
    return folder


def filled(source: str = SOURCE) -> tuple[str, int]:
    """Return a filled template, and how many had to be compiled for it; as a new process would have it."""
    before = Counting.compiled
    environment = Counting(loader=DictLoader({"a.html": source}), bytecode_cache=template_cache())
    return environment.get_template("a.html").render(rows=[1, 2]), Counting.compiled - before


def kept(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


def test_the_next_process_compiles_nothing(home: Path) -> None:
    assert filled() == ("1;2;", 1)
    assert len(kept(home)) == 1
    assert filled() == ("1;2;", 0)


def test_a_changed_template_is_compiled_anew(home: Path) -> None:
    filled()
    assert filled(SOURCE + "!") == ("1;2;!", 1)
    assert filled(SOURCE + "!") == ("1;2;!", 0)
    assert len(kept(home)) == 1


@pytest.mark.parametrize("length", [0, 1, 20, 40, 60, 120, -1])
def test_a_file_that_was_cut_is_made_anew(home: Path, length: int) -> None:
    filled()
    (file,) = kept(home)
    file.write_bytes(file.read_bytes()[:length])
    assert filled() == ("1;2;", 1)
    assert filled() == ("1;2;", 0)


@posix
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702], ids=oct)
def test_a_folder_that_others_can_write_is_not_believed(home: Path, mode: int) -> None:
    filled()
    (file,) = kept(home)
    file.parent.chmod(mode)
    assert template_cache() is None
    assert filled() == ("1;2;", 1)
    file.parent.chmod(0o700)
    assert filled() == ("1;2;", 0)


@posix
def test_the_folder_of_another_user_is_not_believed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled()
    somebody_else = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: somebody_else)
    assert template_cache() is None


@posix
def test_nobody_else_may_write_where_templates_are_kept(home: Path) -> None:
    before = os.umask(0)
    try:
        filled()
    finally:
        os.umask(before)
    (file,) = kept(home)
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_written_stops_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled()
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert template_cache() is None
    assert filled() == ("1;2;", 1)


def test_a_file_in_the_place_of_the_folder_stops_nothing(home: Path) -> None:
    home.write_text("in the way")
    assert filled() == ("1;2;", 1)
    assert home.read_text() == "in the way"


def test_a_full_disk_stops_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def full(*_: object) -> None:
        asked.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemBytecodeCache, "dump_bytecode", full)
    assert filled() == ("1;2;", 1)
    assert asked == [1]


def test_each_edition_has_its_own_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled()
    monkeypatch.setattr(module, "__version__", "99")
    assert filled() == ("1;2;", 1)
    monkeypatch.setattr(module, "jinja_version", f"{jinja2.__version__}.99")
    assert filled() == ("1;2;", 1)
    assert len({file.parent for file in kept(home)}) == 3


@pytest.mark.parametrize("place", ["~/.cache", ".cache/kpireport"])
def test_a_service_without_a_home_does_without(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: place)
    assert filled() == ("1;2;", 1)
    assert list(tmp_path.iterdir()) == []


def test_a_user_whom_the_system_does_not_know_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> str:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("platformdirs.user_cache_dir", unknown)
    assert filled() == ("1;2;", 1)
