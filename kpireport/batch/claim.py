"""Taking a workbook out of the drop folder, by renaming it: of two that try, one succeeds."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORK = ".work"
OWNER = "owner.json"
NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}  # file systems without hard links
SILENT = 15 * 60.0  # seconds without a sign of life after which another machine's run counts as dead


class Claims:
    """The workbooks that one run has taken. run: its id; state: the state folder whose lock this run holds."""

    def __init__(self, inbox: Path, run: str, state: Path) -> None:
        self.inbox = inbox
        self.folder = inbox / WORK / run
        self._state = str(state.resolve())
        self._count = 0

    def take(self, path: Path) -> Path:
        """Return where a workbook is now that it is ours.

        Raises FileNotFoundError where another run was quicker, OSError where it cannot be moved.
        """
        if not self.folder.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.sign()
        self._count += 1
        place = self.folder / str(self._count)
        place.mkdir()
        try:
            path.rename(place / path.name)
        except OSError:
            place.rmdir()
            raise
        return place / path.name

    def sign(self) -> None:
        """Say whose this is, and that we are alive."""
        if self.folder.is_dir():
            text = json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "state": self._state})
            (self.folder / OWNER).write_text(text, "utf-8")

    def release(self, path: Path) -> Path:
        """Put a workbook back into the drop folder, beside whatever came under its name meanwhile."""
        return moved(path, self.inbox / path.name)

    def close(self) -> None:
        """Take away the folder of this run, once nothing is in it."""
        _sweep(self.folder)

    def recover(self, now: float | None = None) -> list[Path]:
        """Put back what runs have taken that died. Those of this state folder are dead, for we hold its lock."""
        back = []
        for folder in _runs(self.inbox):
            if folder == self.folder or not self._dead(folder, time.time() if now is None else now):
                continue
            for place in sorted(folder.iterdir()):
                if place.is_dir():
                    back += [self.release(path) for path in sorted(place.iterdir())]
            _sweep(folder)
        return back

    def _dead(self, folder: Path, now: float) -> bool:
        owner = folder / OWNER
        try:
            said = json.loads(owner.read_text("utf-8"))
            age = now - owner.stat().st_mtime
        except (OSError, ValueError):
            try:
                return now - folder.stat().st_mtime > SILENT
            except OSError:
                return False
        ours = isinstance(said, dict) and (said.get("host"), said.get("state")) == (socket.gethostname(), self._state)
        return ours or age > SILENT


def moved(path: Path, wanted: Path) -> Path:
    """Move a file to a name that is not taken, and return it; nothing is ever overwritten. Raises OSError."""
    while True:
        place = unique(wanted)
        try:
            if os.name == "nt":
                path.rename(place)  # Windows refuses a name that is taken
            else:
                os.link(path, place)
                path.unlink()
        except FileExistsError:
            continue  # it came between our look and our move
        except OSError as error:
            if error.errno not in NO_LINKS or os.name == "nt":
                raise
            path.rename(place)
        return place


def unique(path: Path) -> Path:
    """Return a path that is not taken, also not by a name in other case; numbers are put before the ending."""
    taken = {entry.name.casefold() for entry in path.parent.iterdir()} if path.parent.is_dir() else set()
    number, made = 1, path
    while made.name.casefold() in taken:
        number += 1
        made = path.with_name(fitted(path.stem, f" ({number}){path.suffix}"))
    return made


def fitted(stem: str, rest: str, longest: int = 255) -> str:
    """Return a file name of at most ``longest`` bytes, cut in its stem, never within a character."""
    room = longest - len(rest.encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + rest


def _runs(inbox: Path) -> Iterator[Path]:
    work = inbox / WORK
    if work.is_dir():
        yield from (folder for folder in sorted(work.iterdir()) if folder.is_dir())


def _sweep(folder: Path) -> None:
    if not folder.is_dir():
        return
    left = [path for path in folder.rglob("*") if path.is_file() and path.name != OWNER]
    if not left:
        shutil.rmtree(folder, ignore_errors=True)
    work = folder.parent
    if work.name == WORK and not any(work.iterdir()):
        work.rmdir()
