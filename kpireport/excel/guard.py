"""The gate: which files are let in, before anything in them is understood.

What a file is, its bytes decide and never its name.
Rule: L24.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from kpireport.core.catalogue import files
from kpireport.core.diagnostics import Diagnostic, Where, quoted
from kpireport.excel.limits import LIMITS, Limits
from kpireport.excel.package import Package
from kpireport.excel.refused import Refused
from kpireport.excel.signature import foreign
from kpireport.resources import os_reason, resolved

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LIMITS", "Limits", "admit", "examine", "fetch", "shown"]

_OWNER_PREFIXES = ("~$", ".~lock.")
_LONGEST_NAME = 255
# Not every system has all of them: no waiting for the other end of a pipe, no following of a link, no change of bytes.
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def shown(path: Path) -> str:
    """Return the name of a file without its folder, safe to print."""
    return quoted(path.name, _LONGEST_NAME)


def admit(path: Path, *, limits: Limits = LIMITS) -> bytes | Diagnostic:
    """Return the bytes of a workbook that may be read, or why it may not."""
    data = fetch(path, limits=limits)
    if isinstance(data, Diagnostic):
        return data
    package = examine(data, Where(shown(path)), limits=limits)
    return package if isinstance(package, Diagnostic) else data


def fetch(path: Path, *, limits: Limits = LIMITS) -> bytes | Diagnostic:
    """Return the bytes of a regular file that no link leads to from outside of its folder, or why not."""
    where = Where(shown(path))
    if path.name.startswith(_OWNER_PREFIXES):
        return files.OWNER_FILE.at(where)
    try:
        folder = resolved(path.parent, strict=True)
        real = resolved(path, strict=True) if path.is_symlink() else folder / path.name
        if not real.is_relative_to(folder):
            return files.LINK_OUTSIDE.at(where)
        # A pipe is not even opened; what is opened is looked at again, in case it was changed in between.
        if not stat.S_ISREG(real.stat().st_mode):
            return files.NOT_A_FILE.at(where)
        return _content(os.open(real, _OPEN), where, limits)
    except FileNotFoundError:
        return files.FILE_MISSING.at(where)
    except OSError as error:
        return files.FILE_UNREADABLE.at(where, reason=os_reason(error))
    except ValueError:  # a name with a NUL in it; on Windows a link to another drive
        return files.FILE_MISSING.at(where)


def examine(data: bytes, where: Where, *, limits: Limits = LIMITS) -> Package | Diagnostic:
    """Return the package that ``data`` is, or why it is not let in."""
    if len(data) > limits.file:
        return files.FILE_TOO_LARGE.at(where, limit=limits.file // 1_000_000)
    kind = foreign(data)
    if kind is not None:
        return kind.at(where)
    try:
        return Package(data, limits)
    except Refused as refused:
        return refused.at(where)


def _content(descriptor: int, where: Where, limits: Limits) -> bytes | Diagnostic:
    with os.fdopen(descriptor, "rb") as file:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            return files.NOT_A_FILE.at(where)
        if before.st_size > limits.file:
            return files.FILE_TOO_LARGE.at(where, limit=limits.file // 1_000_000)
        data = file.read(limits.file + 1)
        after = os.fstat(descriptor)
    if len(data) > limits.file:
        return files.FILE_TOO_LARGE.at(where, limit=limits.file // 1_000_000)
    if len(data) != before.st_size or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        return files.FILE_CHANGING.at(where)
    return data
