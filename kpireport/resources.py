"""Where the files that come with the program are: inside the package, or else beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return a folder that is shipped with the program: ``templates`` or ``sample_workbooks``.

    The wheel holds both inside the package; an editable install has them beside it.
    Raises FileNotFoundError where neither is there: the installation is broken.
    """
    for place in (PACKAGE / name, PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the folder {name!r} that comes with kpireport is missing; install kpireport again")


def templates() -> Path:
    return folder("templates")


def sample_workbooks() -> Path:
    return folder("sample_workbooks")
