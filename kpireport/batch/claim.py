"""Taking a workbook out of the drop folder, by renaming it: of two that try, one succeeds. Rule: N15."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
import socket
from typing import TYPE_CHECKING

from kpireport import output
from kpireport.resources import resolved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORK = ".work"
OWNER = "owner.json"
PROBE = ".now"
NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}  # file systems without hard links
SILENT = 15 * 60.0  # seconds without a sign of life after which another machine's run counts as dead


class Claims:
    """The workbooks that one run has taken. run: its id; state: the state folder whose lock this run holds.

    kept: workbooks of dead runs that could not go back, because a newer one has come under their name.
    """

    def __init__(self, inbox: Path, run: str, state: Path) -> None:
        self.inbox = inbox
        self._state = str(resolved(state))
        # The folder says whose it is from its first moment on: a run may die before it can write anything into it.
        self._mark = f"-{hashlib.sha256(f'{socket.gethostname()} {self._state}'.encode()).hexdigest()[:8]}"
        self.folder = inbox / WORK / f"{run}{self._mark}"
        self.kept: list[Path] = []
        self._count = 0

    def take(self, path: Path) -> Path:
        """Return where a workbook is now that it is ours.

        Raises FileNotFoundError where another run was quicker, OSError where it cannot be moved.
        Rule: N15.
        """
        place = self._place()
        try:
            path.rename(place / path.name)
        except OSError:
            place.rmdir()
            raise
        return place / path.name

    def _place(self) -> Path:
        """Return a new folder for one workbook. Another machine may take away an empty ``.work`` under our hands."""
        self._count += 1
        place = self.folder / str(self._count)
        for last in (False, False, True):
            try:
                if not self.folder.is_dir():
                    self.folder.mkdir(parents=True, exist_ok=True)
                    self.sign()
                place.mkdir()
            except FileNotFoundError as error:
                if last:
                    raise OSError(error.errno, error.strerror) from error
            else:
                break
        return place

    def sign(self) -> None:
        """Say whose this is, and that we are alive."""
        owner = self.folder / OWNER
        if owner.is_file():
            os.utime(owner)  # never rewritten: another machine must not find half of it
        elif self.folder.is_dir():
            text = json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "state": self._state})
            output.publish({OWNER: text.encode()}, self.folder)

    def release(self, path: Path) -> Path:
        """Put a workbook back into the drop folder, and return where it is.

        Where a newer one has come under its name it stays taken: under another name it would be another report. The
        next run then does the older one first.
        """
        wanted = self.inbox / path.name
        return moved(path, wanted) if unique(wanted) == wanted else path

    def close(self) -> None:
        """Take away the folder of this run, once nothing is in it."""
        _sweep(self.folder)

    def recover(self) -> list[Path]:
        """Put back what runs have taken that died. Those of this state folder are dead, for we hold its lock.

        Rule: N15.
        """
        back = []
        for folder in _runs(self.inbox):
            if folder == self.folder or not self._dead(folder):
                continue
            for path in _claimed(folder):
                place = self._again(path)
                if place is not None and place.parent == self.inbox:
                    back.append(place)
                elif place is not None:
                    self.kept.append(place)
            _sweep(folder)
        return back

    def _again(self, path: Path) -> Path | None:
        """Take a workbook over from a dead run; None where another machine does so, or it was filed away before."""
        try:
            if path.stat().st_nlink > 1 and _filed(path, self.inbox):
                path.unlink()  # the run died between the two steps of moving it
                return None
            return self.release(self.take(path))
        except FileNotFoundError:
            return None

    def _dead(self, folder: Path) -> bool:
        """Return whether the run of a folder is dead: all times are those of the file server, not of our clock."""
        if folder.name.endswith(self._mark):
            return True
        sign = folder / OWNER
        try:  # a run that died before it could sign has only the time of its folder
            return _now(self.inbox / WORK) - (sign if sign.is_file() else folder).stat().st_mtime > SILENT
        except OSError:
            return False


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
            if error.errno == errno.EXDEV:
                return _carried(path, place)
            if error.errno not in NO_LINKS or os.name == "nt":
                raise
            path.rename(place)
        return place


def _carried(path: Path, wanted: Path) -> Path:
    """Move a file to another disk: what is not there as a whole is there under no name that counts."""
    temporary = wanted.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        shutil.copy2(path, temporary)
        place = moved(temporary, wanted)
    finally:
        temporary.unlink(missing_ok=True)
    path.unlink()
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


def _claimed(folder: Path) -> list[Path]:
    """Return the workbooks that a run has taken; nothing where another machine is just putting them back."""
    with contextlib.suppress(FileNotFoundError):
        return sorted(path for place in folder.iterdir() if place.is_dir() for path in place.iterdir())
    return []


def _filed(path: Path, inbox: Path) -> bool:
    """Return whether a taken workbook is the second name of one that is in its place already."""
    inode = path.stat().st_ino
    for folder, names, files in os.walk(inbox):
        if WORK in names:
            names.remove(WORK)
        if any(os.stat(os.path.join(folder, name), follow_symlinks=False).st_ino == inode for name in files):  # noqa: PTH116, PTH118
            return True
    return False


def _now(work: Path) -> float:
    """Return what time it is for the file system of the drop folder. Raises OSError."""
    probe = work / PROBE
    probe.touch()
    return probe.stat().st_mtime


def _sweep(folder: Path) -> None:
    """Take away the folder of a run that has no workbook any more, and what is around it if it was the last."""
    if folder.is_dir() and not _claimed(folder):
        shutil.rmtree(folder, ignore_errors=True)
    work = folder.parent
    with contextlib.suppress(OSError):  # another run is at work in it
        if work.name == WORK and [path.name for path in work.iterdir()] in ([], [PROBE]):
            (work / PROBE).unlink(missing_ok=True)
            work.rmdir()
