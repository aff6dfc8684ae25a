"""The fonts that WeasyPrint knows: found on this machine and loaded from a theme once, and kept for the next report.

Each search anew costs time, and a quarter of a megabyte that fontconfig never gives back.
"""

from __future__ import annotations

import atexit
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kpireport.render.themes import Theme

FILES = frozenset({".ttf", ".otf", ".woff", ".woff2"})


def typefaces(theme: Theme, *, own: bool) -> Any:
    """Return the fonts to set a page of a theme in, as a ``FontConfiguration``.

    own: the page brings fonts that were cut for it alone; another page must not meet them.
    """
    if own:
        return _new()
    # Of two files under one address WeasyPrint would go on with the first.
    files = {
        file
        for folder in theme.folders
        for file in folder.rglob("*")
        if file.suffix.lower() in FILES and file.is_file()
    }
    stamps = tuple(sorted((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files))
    return _kept(stamps, threading.get_ident())


@lru_cache(maxsize=4)
def _kept(_stamps: tuple[tuple[str, int, int], ...], _thread: int) -> Any:
    return _new()


def forget() -> None:
    """Load all fonts anew for the next report: of a font with a fault, a set that is kept would tell nothing more."""
    _kept.cache_clear()


def _new() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


atexit.register(_kept.cache_clear)  # it removes its temporary files when it is let go
