"""Templates in the form that Python runs, kept for the next process: half of the time to fill a first page.

They lie in the user's own folder for caches, one file for each template, and hold nothing of a workbook. A file counts
for one text of its template, one edition of kpireport, Jinja and Python, and only whole. Where the folder cannot be
written, or could have been written by somebody else, each process makes them anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache
from jinja2 import __version__ as jinja

from kpireport import __version__

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

CHECKSUM = 32  # bytes, of SHA-256, at the beginning of a file
OTHERS_MAY_WRITE = 0o022


class Compiled(BytecodeCache):
    """Compiled templates in a folder. folder: made when something is first kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            if not _ours(self._folder):
                return
            kept = (self._folder / bucket.key).read_bytes()
            if hashlib.sha256(kept[CHECKSUM:]).digest() == kept[:CHECKSUM]:
                bucket.bytecode_from_string(kept[CHECKSUM:])

    def dump_bytecode(self, bucket: Bucket) -> None:
        made = bucket.bytecode_to_string()
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _ours(self._folder):
                _replace(self._folder / bucket.key, hashlib.sha256(made).digest() + made)


def compiled() -> Compiled | None:
    """Return the templates that this user's processes have made; None where the user has no folder for such."""
    import platformdirs

    try:
        home = Path(platformdirs.user_cache_dir("kpireport", appauthor=False))
    except (OSError, RuntimeError):  # no home, as for some services
        return None
    edition = f"{__version__}-jinja-{jinja}-{sys.implementation.cache_tag}"
    return Compiled(home / "templates" / edition) if home.is_absolute() else None


def _ours(folder: Path) -> bool:
    """Return whether nobody but this user can have put something into a folder."""
    if os.name != "posix":
        return True  # the folder of a Windows profile is its user's own
    found = folder.stat()
    return found.st_uid == os.getuid() and not found.st_mode & OTHERS_MAY_WRITE


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that another process sees all of it or nothing."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
