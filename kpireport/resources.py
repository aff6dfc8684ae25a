"""What lies outside of Python: the files that come with the program, and the words of an error of the system."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).parent


def folder(name: str, beside: str = "") -> Path:
    """Return a folder that is shipped with the program: ``templates``, ``sample_workbooks`` or ``rules``.

    The wheel holds all of them inside the package; an editable install has them beside it, under the same name or
    under ``beside``.
    Raises FileNotFoundError where neither is there: the installation is broken.
    """
    for place in (PACKAGE / name, PACKAGE.parent / (beside or name)):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the folder {name!r} that comes with kpireport is missing; install kpireport again")


def templates() -> Path:
    return folder("templates")


def sample_workbooks() -> Path:
    return folder("sample_workbooks")


def sample_of(language: str) -> Path:
    """Return the large sample workbook in a language; in English where there is none."""
    own = sample_workbooks() / f"group-{language}.xlsx"
    return own if own.is_file() else sample_workbooks() / "group.xlsx"


def rules() -> Path:
    return folder("rules", beside="docs/rules")


def os_reason(error: Exception) -> str:
    """Return why the system refused, in its own words, for a message; never empty.

    error: an OSError, or what a library raises in place of one: then its own words, or else its name.
    """
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def resolved(path: Path, *, strict: bool = False) -> Path:
    """Return a path in full and without links; where Windows cannot tell, a path that is no link itself as it stands.

    It cannot tell on the network drives and memory disks of some makers, nor under Wine for more than 260 characters,
    though it opens the file. strict: FileNotFoundError is raised where nothing is there. Raises OSError.
    """
    try:
        return Path(os.path.realpath(path, strict=strict))
    except FileNotFoundError:
        raise
    except OSError as error:
        if getattr(error, "winerror", None) is None or path.is_symlink():
            raise
        return Path(os.path.abspath(path))  # noqa: PTH100 - takes ".." away too
