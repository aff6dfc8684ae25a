"""How WeasyPrint finds Pango on Windows: by the package that pip brought, unless the user has named another Pango.

Its C libraries take file names in the code page of the system. A folder whose name has other letters (that of a user
with a Chinese name, on an English Windows) is out of their reach: for them files are put where the path is ASCII.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import importlib.util
import io
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PACKAGE = "gstreamer_libs"
VARIABLE = "WEASYPRINT_DLL_DIRECTORIES"  # WeasyPrint's own: folders to load libraries from, parted by semicolons
# What GTK, MSYS2 and the package call the library that WeasyPrint loads first.
FIRST_LIBRARY = ("libgobject-2.0-0.dll", "gobject-2.0-0.dll")
PANGO_LIBRARY = ("libpango-1.0-0.dll", "pango-1.0-0.dll")
LONGEST_PATH = 32_768  # characters, that Windows knows


def this_system() -> str:
    """Return ``sys.platform``; asked for by a function, for a checker of types knows the one that it runs on."""
    return sys.platform


def libraries(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path | None:
    """Return the folder of the libraries that pip brought, where they are to be used.

    None on other systems than Windows, where the package is missing, and where the user has named folders of their own
    that hold the libraries.
    """
    if platform != "win32":
        return None
    named = (Path(part) for part in environment.get(VARIABLE, "").split(";") if part.strip())
    if any((folder / name).is_file() for folder in named for name in FIRST_LIBRARY):
        return None
    package = importlib.util.find_spec(PACKAGE)
    places = package.submodule_search_locations if package is not None else None
    folder = Path(next(iter(places))) / "bin" if places else None
    return folder if folder is not None and folder.is_dir() else None


def loading_environment(folder: Path) -> dict[str, str]:
    """Return what WeasyPrint must see while it loads the libraries of a folder.

    Names like ``pango-1.0-0`` are looked for on the path, and it leads nowhere else: a Pango that another program has
    put there must not be mixed with ours.
    """
    return {VARIABLE: str(folder), "PATH": str(folder)}


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Let WeasyPrint be imported here: with the right libraries, and without what it prints where it finds none."""
    folder = libraries()
    with contextlib.ExitStack() as stack:
        if folder is not None:
            fontconfig(folder)
            stack.enter_context(_variables(loading_environment(folder)))
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        yield


def loaded() -> Path | None:
    """Return the file of the Pango that this process uses; None where none is loaded, and elsewhere than on Windows."""
    if this_system() != "win32":
        return None
    import ctypes

    system = getattr(ctypes, "windll").kernel32  # noqa: B009 - known to the checker of types on Windows alone
    system.GetModuleHandleW.restype = ctypes.c_void_p
    name = ctypes.create_unicode_buffer(LONGEST_PATH)
    for library in PANGO_LIBRARY:
        handle = system.GetModuleHandleW(library)
        if handle and system.GetModuleFileNameW(ctypes.c_void_p(handle), name, LONGEST_PATH):
            return Path(name.value)
    return None


@contextlib.contextmanager
def _variables(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def fontconfig(folder: Path) -> None:
    """Let Fontconfig find its settings, and a folder to keep its list of fonts in; for the rest of this process.

    It keeps the list in the profile of the user. XDG_CACHE_HOME is where it goes where it may not write there.
    """
    if not os.environ.get("XDG_CACHE_HOME"):
        os.environ["XDG_CACHE_HOME"] = str(plain_folder() or tempfile.gettempdir())
    settings = folder.parent / "etc" / "fonts"
    if str(settings).isascii() or os.environ.get("FONTCONFIG_PATH") or (plain := own_folder()) is None:
        return
    with contextlib.suppress(OSError):  # without its settings it finds the fonts of the theme alone
        for file in settings.rglob("*.conf"):
            copy = plain / "fonts" / file.relative_to(settings)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
        os.environ["FONTCONFIG_PATH"] = str(plain / "fonts")


@contextlib.contextmanager
def font_files() -> Iterator[None]:
    """Let WeasyPrint write the fonts of a page to where Fontconfig can read them.

    With ``PYTHONUTF8=1``, which run.bat sets, that is not even the folder of a user whose name has an umlaut.
    """
    plain = plain_folder() if this_system() == "win32" else None
    if plain is None or str(plain) == tempfile.gettempdir():
        yield
        return
    before, tempfile.tempdir = tempfile.tempdir, str(plain)
    try:
        yield
    finally:
        tempfile.tempdir = before


def plain_folder() -> Path | None:
    """Return a folder for temporary files whose path is ASCII: the usual one, or else one for this process alone."""
    usual = tempfile.gettempdir()
    return Path(usual) if usual.isascii() else own_folder()


@functools.lru_cache(maxsize=1)
def own_folder() -> Path | None:
    """Return a folder of this process alone, removed when it ends, whose path is ASCII; None where none can be made."""
    shared = (os.environ.get("PROGRAMDATA"), os.environ.get("PUBLIC"), os.environ.get("SYSTEMDRIVE", "C:") + "\\")
    for parent in (tempfile.gettempdir(), *shared):
        if not parent or not parent.isascii():
            continue
        with contextlib.suppress(OSError):
            return Path(tempfile.mkdtemp(prefix="kpireport-", dir=parent))
    return None


def _remove() -> None:
    if own_folder.cache_info().currsize and (folder := own_folder()) is not None:
        shutil.rmtree(folder, ignore_errors=True)


# Registered when it is loaded, so that it comes after those that let go of the files: last registered, first called.
atexit.register(_remove)
