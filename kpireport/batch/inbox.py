"""The drop folder: which workbooks are there, and which of them are complete and at rest. Rule: N14."""

from __future__ import annotations

import os
import time
import zipfile
import zlib
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from kpireport.core.batching import IGNORE
from kpireport.core.messages import Message
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kpireport.core.batching import Inbox

ZIP, EMPTY = b"PK\x03\x04", b"\0\0\0\0"
# Windows: the content is not on this machine; opening the file would fetch it (RECALL_ON_DATA_ACCESS, OFFLINE).
CLOUD = 0x00400000 | 0x1000
STALE_OWNER = 12 * 3600.0  # seconds after which Excel's owner file is what a crash has left behind


class State(Enum):
    """What keeps a workbook from being taken."""

    READY = "ready"
    OPEN = "open"
    COPYING = "copying"
    CLOUD = "cloud"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Found:
    """A workbook of the drop folder. reason: "", or why it is broken. age: seconds since it was last changed.

    left: the name of an old owner file beside it, as a crash of Excel leaves one.
    """

    path: Path
    state: State
    size: int = 0
    modified: int = 0
    age: float = 0.0
    reason: Message | str = ""
    left: str = ""


def listed(folder: Path, patterns: Iterable[str]) -> list[os.DirEntry[str]]:
    """Return the workbooks of a folder by name, links and what other programs leave there left out. Raises OSError."""
    wanted = tuple(pattern.casefold() for pattern in patterns)
    with os.scandir(folder) as entries:
        found = [
            entry
            for entry in entries
            if not IGNORE.search(entry.name)
            and any(fnmatch(entry.name.casefold(), pattern) for pattern in wanted)
            and entry.is_file(follow_symlinks=False)
        ]
    return sorted(found, key=lambda entry: entry.name)


def look(
    inbox: Inbox,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], object] = time.sleep,
    known: Callable[[Path, os.stat_result], bool] = lambda *_: False,
) -> Iterator[Found]:
    """Yield the workbooks of the drop folder with their state; each is read through when its turn comes.

    A file that was changed within ``settle_seconds``, or by its time in the future, is looked at twice. known: whether
    a file is none of our business, for example because it was processed where it lies; such files are left out.
    Raises OSError where the folder cannot be read.
    """
    first = _stats(inbox, known)
    now = clock()
    fresh = {path for path, stat in first.items() if not inbox.settle_seconds <= now - stat.st_mtime}
    if fresh:
        sleep(inbox.settle_seconds)
        second = _stats(inbox, known)
    else:
        second = first
    for path, stat in second.items():
        yield _found(path, first.get(path), stat, inbox, clock())


def _stats(inbox: Inbox, known: Callable[[Path, os.stat_result], bool]) -> dict[Path, os.stat_result]:
    found = {}
    for entry in listed(inbox.folder, inbox.patterns):
        try:
            stat = entry.stat(follow_symlinks=False)
        except OSError:
            continue  # it went away while we looked: another run has taken it
        path = inbox.folder / entry.name
        if not known(path, stat):
            found[path] = stat
    return found


def _found(path: Path, before: os.stat_result | None, now: os.stat_result, inbox: Inbox, clock: float) -> Found:
    age = clock - now.st_mtime
    if getattr(now, "st_file_attributes", 0) & CLOUD:
        return Found(path, State.CLOUD, now.st_size, now.st_mtime_ns, age)
    if before is None or (before.st_size, before.st_mtime_ns) != (now.st_size, now.st_mtime_ns):
        return Found(path, State.COPYING, now.st_size, now.st_mtime_ns, age)
    opened, left = owner(path, clock) if inbox.if_open == "wait" else (False, "")
    if opened:
        return Found(path, State.OPEN, now.st_size, now.st_mtime_ns, age)
    reason = incomplete(path)
    if reason:
        late = age > 60 * inbox.max_wait_minutes
        state = State.BROKEN if late else State.COPYING
        return Found(path, state, now.st_size, now.st_mtime_ns, age, reason=reason, left=left)
    return Found(path, State.READY, now.st_size, now.st_mtime_ns, age, left=left)


def owner(path: Path, clock: float) -> tuple[bool, str]:
    """Return whether Excel or LibreOffice has a workbook open, by the file that it puts beside it, or else the name of
    such a file that is too old to say so."""
    left = ""
    short = path.name[2:] if len(path.name) > 8 else path.name
    for name in (f"~${path.name}", f"~${short}", f".~lock.{path.name}#"):
        try:
            modified = (path.parent / name).stat().st_mtime
        except OSError:
            continue
        if clock - modified < STALE_OWNER:
            return True, ""
        left = name
    return False, left


def incomplete(path: Path) -> Message | str:
    """Return why a workbook cannot be whole yet; "" for one that is, and for files of other kinds, read later.

    What the system says of a file that cannot be read is text already.

    A ZIP's directory stands at its end, so a cut file has none; the checksums find holes that were never filled.
    Rule: N14.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start == EMPTY:
            return Message("letters.incomplete.nothing")
        if start != ZIP:
            return "" if path.stat().st_size else Message("letters.incomplete.empty")
        with zipfile.ZipFile(path) as archive:
            bad = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        readable = isinstance(error, NotImplementedError | RuntimeError)
        return "" if readable else Message("letters.incomplete.cut")
    except OSError as error:
        return os_reason(error)
    return Message("letters.incomplete.part", {"part": bad}) if bad else ""
