"""Templates that a process has compiled serve the next one, and nothing but whole files of our own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from kpireport.render import compiled as module
from kpireport.render.compiled import Compiled

SOURCE = "{% for each in rows %}{{ each }};{% endfor %}"


class Counting(Environment):
    """Counts the templates that it compiles."""

    made = 0

    def compile(self, *values: object, **named: object) -> object:  # type: ignore[override]
        type(self).made += 1
        return super().compile(*values, **named)  # type: ignore[call-overload]


def filled(folder: Path, source: str = SOURCE) -> tuple[str, int]:
    """Return a filled template, and how many had to be compiled for it; as a new process would have it."""
    before = Counting.made
    environment = Counting(loader=DictLoader({"a.html": source}), bytecode_cache=Compiled(folder))
    return environment.get_template("a.html").render(rows=[1, 2]), Counting.made - before


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cache" / "templates"
    assert filled(made) == ("1;2;", 1)
    return made


def the_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_the_next_process_compiles_nothing(folder: Path) -> None:
    assert filled(folder) == ("1;2;", 0)


def test_a_changed_template_is_compiled_anew_and_takes_the_place(folder: Path) -> None:
    assert filled(folder, SOURCE + "!") == ("1;2;!", 1)
    assert filled(folder, SOURCE + "!") == ("1;2;!", 0)
    the_file(folder)


@pytest.mark.parametrize("kept", [0, 1, 31, 32, 40, 60, 120, -1])
def test_a_file_that_was_cut_is_made_anew(folder: Path, kept: int) -> None:
    file = the_file(folder)
    file.write_bytes(file.read_bytes()[:kept])
    assert filled(folder) == ("1;2;", 1)
    assert filled(folder) == ("1;2;", 0)


@pytest.mark.parametrize("place", [0, 33, 40, 90, -5])
def test_a_file_with_a_wrong_byte_is_made_anew(folder: Path, place: int) -> None:
    file = the_file(folder)
    content = bytearray(file.read_bytes())
    content[place] ^= 0x55
    file.write_bytes(content)
    assert filled(folder) == ("1;2;", 1)
    assert filled(folder) == ("1;2;", 0)


@pytest.mark.skipif(os.name != "posix", reason="rights are told otherwise here")
def test_a_folder_that_others_can_write_is_not_believed(folder: Path) -> None:
    folder.chmod(0o777)
    assert filled(folder) == ("1;2;", 1)
    folder.chmod(0o700)
    assert filled(folder) == ("1;2;", 0)


def test_a_folder_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert filled(tmp_path / "file" / "templates") == ("1;2;", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise PermissionError(13, "held open by another program")

    monkeypatch.setattr(Path, "replace", never)
    assert filled(folder, SOURCE + "!") == ("1;2;!", 1)
    the_file(folder)


def test_each_edition_has_its_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: str(tmp_path))
    now = module.compiled()
    monkeypatch.setattr(module, "__version__", "99")
    later = module.compiled()
    assert now is not None
    assert later is not None
    assert now._folder != later._folder
    assert now._folder.is_relative_to(tmp_path)


def test_a_service_without_a_home_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: "~/.cache")
    assert module.compiled() is None
