"""The folder of a ``kpireport.toml`` as the desk sees it: its settings, its workbooks, what is dropped into it."""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport.batch import inbox
from kpireport.batch.filing import DUPLICATES, FAILED, PROCESSED
from kpireport.core.batching import IGNORE
from kpireport.deliver.transports import TRANSPORTS
from kpireport.excel import read as excel
from kpireport.readings import own_stem
from kpireport.settings import batch, mail
from kpireport.settings.table import SettingsTable

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from typing import IO

    from kpireport.core.batching import BatchSettings
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.mailing import MailSettings

FILED = re.compile(r"__\d{8}T\d{4}__[0-9a-f]{8}$")  # what filing adds to the name of a workbook
ENDINGS = (".xlsx", ".xlsm")
LONGEST_NAME = 200
PIECE = 1 << 20  # bytes of an upload at a time
MOST_LISTED = 500


class UploadError(Exception):
    """A file that is not taken. id: of its sentence. told: what is wrong with the workbook itself."""

    def __init__(self, id: str, told: tuple[Diagnostic, ...] = ()) -> None:  # noqa: A002 - the name in the answer
        super().__init__(id)
        self.id, self.told = id, told


@dataclass(frozen=True, slots=True)
class FolderWorkbook:
    """A workbook of the folder. id: by its name, the same wherever it lies. name: without what filing adds.

    place: ``inbox``, ``processed``, ``failed``, or ``folder``, beside the settings. stamp: changes when it is saved.
    """

    id: str
    name: str
    path: Path
    place: str
    stamp: tuple[int, int]


@dataclass
class Folder:
    """One folder. settings: its ``kpireport.toml``, which need not be there yet."""

    settings: Path

    @property
    def root(self) -> Path:
        return self.settings.parent

    @property
    def begun(self) -> bool:
        return self.settings.is_file()

    def batch(self) -> tuple[BatchSettings, tuple[Diagnostic, ...]]:
        """Return how the batch works here; what is usual, and why, where the settings cannot be used."""
        by_id, told = batch.batch(self.settings) if self.begun else (None, ())
        return by_id or batch.read(SettingsTable({}, file=self.settings.name, folder=self.root)), told

    def mail(self) -> tuple[MailSettings | None, tuple[Diagnostic, ...]]:
        """Return how mail leaves; None where the settings say nothing of it, or anything wrong."""
        return mail.mail(self.settings, TRANSPORTS) if self.begun else (None, ())

    def listed(self) -> list[FolderWorkbook]:
        """Return the workbooks, each once by its name: dropped, else beside the settings, else filed away."""
        by_id: dict[str, FolderWorkbook] = {}
        for name, path, place in self._there():
            try:
                stat = path.stat()
            except OSError:
                continue  # it went away while we looked
            workbook = FolderWorkbook(_id(name), name, path, place, (stat.st_size, stat.st_mtime_ns))
            by_id.setdefault(workbook.id, workbook)
        return sorted(by_id.values(), key=lambda workbook: workbook.name.casefold())[:MOST_LISTED]

    def _there(self) -> Iterator[tuple[str, Path, str]]:
        box = self.batch()[0].inbox
        for folder, place in ((box.folder, "inbox"), (self.root, "folder"), (box.folder / FAILED, "failed")):
            yield from ((entry.name, folder / entry.name, place) for entry in _entries(folder, box.patterns))
        filed = [path for path in box.folder.glob(f"{PROCESSED}/*/*") if path.parent.name != DUPLICATES]
        for path in sorted(filed, key=lambda path: path.name.rpartition("__")[0], reverse=True):
            if FILED.search(path.stem) and path.suffix.lower() in ENDINGS and not path.is_symlink():
                yield FILED.sub("", path.stem) + path.suffix, path, "processed"

    def take(self, name: str, stream: IO[bytes], *, replace: bool, password: str | None = None) -> FolderWorkbook:
        """Put a dropped file into the drop folder. Raises UploadError, and OSError where it cannot be written.

        It is read before it has its name, so that nothing that is no workbook is ever there. replace: one of this name.
        """
        if not _usable(name):
            raise UploadError("name")
        folder = self.batch()[0].inbox.folder
        place = folder / name
        if place.exists() and not replace:
            raise UploadError("exists")
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / f".{secrets.token_hex(8)}.tmp"
        try:
            with beside.open("xb") as file:
                while piece := stream.read(PIECE):
                    file.write(piece)
            workbook, told = excel.read(beside, password=password)
            if workbook is None and not any(workbook.name == "PASSWORD_PROTECTED" for workbook in told):
                raise UploadError("workbook", told)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
        return next(workbook for workbook in self.listed() if workbook.id == _id(name))


def _entries(folder: Path, patterns: tuple[str, ...]) -> list[os.DirEntry[str]]:
    with contextlib.suppress(OSError):
        return inbox.listed(folder, patterns)
    return []


def _id(name: str) -> str:
    """Return the id of a workbook by its name: a copy to be answered in is the same."""
    stem = own_stem(Path(name)).casefold()
    return f"w{hashlib.sha256(stem.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _usable(name: str) -> bool:
    """Return whether a name is that of a workbook in one folder, on every system."""
    plain = all(character.isprintable() and character not in '/\\:*?"<>|' for character in name)
    own = not IGNORE.search(name) and not FILED.search(name.rpartition(".")[0])
    return plain and own and 0 < len(name) <= LONGEST_NAME and name.lower().endswith(ENDINGS) and name == name.strip()
