"""The workbooks that the desk has read: each once, until it, its answers or the day have changed."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport import confirmation, making, readings
from kpireport.core.diagnostics import Severity, blocks
from kpireport.desk.meaning import account, meanings
from kpireport.languages import lexicon

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from kpireport.confirmation import ReadingReview
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.reading.overview import Overview
    from kpireport.core.workbook import Sheet
    from kpireport.desk.folder import Folder, FolderWorkbook
    from kpireport.desk.meaning import SheetMeaning
    from kpireport.making import Evaluated, Job

Stamp = tuple[object, ...]


@dataclass
class OpenBook:
    """One workbook as it was read. path: under its own name. review: None where it cannot be read; told says why."""

    listed: FolderWorkbook
    path: Path
    job: Job
    review: ReadingReview | None
    told: tuple[Diagnostic, ...]
    _computing: threading.Lock = field(default_factory=threading.Lock)
    _evaluated: Evaluated | None = None

    @cached_property
    def overview(self) -> Overview | None:
        return self.review.shown() if self.review is not None else None

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        return self.review.workbook.sheets if self.review is not None else ()

    @cached_property
    def meaning(self) -> Mapping[str, SheetMeaning]:
        return meanings(self.review.reading, self.sheets, lexicon()) if self.review is not None else {}

    @cached_property
    def account(self) -> Mapping[str, object]:
        return account(self.review.reading) if self.review is not None else {}

    @property
    def evaluated(self) -> Evaluated:
        """The figures as the report has them, without what is foreseen; computed once, when first asked for."""
        with self._computing:
            if self._evaluated is None:
                self._evaluated = making.evaluated(self.job, progress=making.silent, keep=False, foresee=False)
            return self._evaluated

    @property
    def computed(self) -> bool:
        """Whether the figures are there, so that nobody waits for them."""
        return self._evaluated is not None

    @property
    def blocked(self) -> bool:
        """Whether there can be no report; False while that is not known."""
        done = self._evaluated
        return done is not None and (done.card is None or blocks(done.problems))

    @property
    def errors(self) -> list[Diagnostic]:
        return [each for each in self.evaluated.problems if each.severity is Severity.ERROR]

    @property
    def organisation(self) -> str:
        done = self._evaluated
        return done.card.book.settings.organisation if done is not None and done.card is not None else ""


@dataclass
class Books:
    """The books of a folder. today: asked at each reading. home: where filed workbooks lie under their own names."""

    folder: Folder
    today: Callable[[], date]
    home: Path
    _kept: dict[str, tuple[Stamp, OpenBook]] = field(default_factory=dict)
    _passwords: dict[str, str] = field(default_factory=dict)
    _reading: threading.RLock = field(default_factory=threading.RLock)

    def known(self, listed: FolderWorkbook) -> OpenBook | None:
        """Return a book that was read since it changed last; None where it has to be read."""
        kept = self._kept.get(listed.id)
        return kept[1] if kept is not None and kept[0] == self._stamp(listed) else None

    def read(self, listed: FolderWorkbook) -> OpenBook:
        """Return a book, read now where it has to be."""
        with self._reading:
            known = self.known(listed)
            if known is not None:
                return known
            stamp = self._stamp(listed)
            book = self._read(listed)
            self._kept[listed.id] = stamp, book
            return book

    def unlock(self, listed: FolderWorkbook, password: str) -> OpenBook:
        """Read a book with its password, which is kept in memory alone, as long as the desk runs."""
        with self._reading:
            self._passwords[listed.id] = password
            self._kept.pop(listed.id, None)
            book = self.read(listed)
            if book.review is None:
                del self._passwords[listed.id]
            return book

    def forget(self) -> None:
        """Read everything anew when it is asked for."""
        with self._reading:
            self._kept.clear()

    def job_of(self, listed: FolderWorkbook) -> Job:
        """Return the report of a workbook, by the settings of the folder."""
        settings, _ = self.folder.batch()
        return making.Job(
            (self._own(listed),), self.today(), language=settings.language or None,
            theme=Path(settings.theme) if settings.theme else None, formats=("html",),
            state=settings.state if settings.state.is_dir() else None,
            settings=self.folder.settings if self.folder.begun else None, password=self._passwords.get(listed.id),
        )  # fmt: skip

    def _read(self, listed: FolderWorkbook) -> OpenBook:
        job = self.job_of(listed)
        (path,) = job.workbooks
        review, told = confirmation.review(path, settings=job.settings, today=job.today, password=job.password)
        return OpenBook(listed, path, job, review, told)

    def _own(self, listed: FolderWorkbook) -> Path:
        """Return a place of the workbook under its own name: answers are kept by it, and filing changes it."""
        if listed.path.name == listed.name:
            return listed.path
        copy = self.home / listed.id / listed.name
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy2(listed.path, copy)
        return copy

    def _stamp(self, listed: FolderWorkbook) -> Stamp:
        settings = self.folder.settings if self.folder.begun else None
        named = listed.path.with_name(listed.name)
        return (
            listed.path,
            *listed.stamp,
            self.today(),
            _seen(readings.place(named, settings)),
            _seen(self.folder.settings),
        )


def _seen(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns
