"""Compiled templates, kept for the next process by Jinja's own cache: 0.2 s of each start.

They lie in the user's own folder for caches, and hold nothing of a workbook. Where that folder cannot be written, or
could have been written by somebody else, each process compiles them anew.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import FileSystemBytecodeCache
from jinja2 import __version__ as jinja_version

from kpireport import __version__

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

OTHERS_MAY_WRITE = 0o022


class TemplateCache(FileSystemBytecodeCache):
    """Jinja's cache, for which neither a full disk nor a file that was cut short is a reason to make no report."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # pickle names no end of errors for a file that is none of its own
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def template_cache() -> TemplateCache | None:
    """Return the compiled templates of this user's processes; None where the user has no folder for them."""
    import platformdirs

    try:
        home = Path(platformdirs.user_cache_dir("kpireport", appauthor=False))
        if not home.is_absolute():  # no home, as for some services
            return None
        folder = home / "templates" / f"{__version__}-jinja-{jinja_version}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return TemplateCache(str(folder)) if _belongs_to_user(folder) else None
    except (OSError, RuntimeError):
        return None


def _belongs_to_user(folder: Path) -> bool:
    """Return whether nobody but this user can have put something into a folder, and this user can."""
    if os.name == "posix":  # the folder of a Windows profile is its user's own
        status = folder.stat()
        if status.st_uid != os.getuid() or status.st_mode & OTHERS_MAY_WRITE:
            return False
    return os.access(folder, os.W_OK)
