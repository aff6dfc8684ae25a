"""What there is to do: the workbooks of the drop folder that are ready, each taken out of it as a task.

Rule: N14, N16.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from kpireport import readings
from kpireport.batch import inbox
from kpireport.batch.inbox import State
from kpireport.batch.summary import Line, WorkbookOutcome
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Where, quoted
from kpireport.resources import os_reason

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from kpireport.batch.claim import Claims
    from kpireport.batch.ledger import RunLedger
    from kpireport.core.batching import BatchSettings, Planned
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Message

WAIT_KINDS = {
    State.OPEN: problems.STILL_OPEN,
    State.COPYING: problems.STILL_COPYING,
    State.CLOUD: problems.IN_THE_CLOUD,
}


@dataclass(frozen=True, slots=True)
class Options:
    """What a run was asked for. shard: (which, of how many), from 1. leave: process workbooks where they lie."""

    today: date
    period: str = ""
    due: bool = False
    dry_run: bool = False
    redirect_to: str = ""
    shard: tuple[int, int] = (1, 1)
    leave: bool = False

    @property
    def in_place(self) -> bool:
        """Whether the drop folder stays as it is."""
        return self.leave or self.rehearsal

    @property
    def rehearsal(self) -> bool:
        """Whether nothing is moved, published or remembered, so that the real run still finds everything to do."""
        return self.dry_run or bool(self.redirect_to)


@dataclass(frozen=True, slots=True)
class Task:
    """A report to make. paths: where its workbooks are now. mail: whether letters are to be queued.

    claimed: its one workbook was taken out of the drop folder, and is to be filed away. broken: why it never will be
    whole, "" for a workbook that is. dropped: it comes from the drop folder.
    """

    name: str
    paths: tuple[Path, ...]
    sha256: str
    planned: Planned | None = None
    period: str = ""
    claimed: bool = False
    mail: bool = True
    broken: Message | str = ""
    dropped: bool = False
    began: float = field(default_factory=time.monotonic)


class Intake:
    """The drop folder as one run sees it. problems: what is wrong with the folder itself."""

    def __init__(
        self, settings: BatchSettings, options: Options, ledger: RunLedger, claims: Claims, *,
        clock: Callable[[], float], sleep: Callable[[float], object],
    ) -> None:  # fmt: skip
        self.settings = settings
        self.options = options
        self.ledger = ledger
        self.claims = claims
        self.clock = clock
        self.sleep = sleep
        self.problems: list[Diagnostic] = []
        self._later: list[inbox.Found] = []

    def rounds(self) -> Iterator[Iterator[Task | Line]]:
        """Yield tasks, and lines for what waits, in rounds of which each is to be finished before the next.

        There are more than one only where a dead run has left a workbook, and a newer one has come under its name.
        """
        yield self._ready()
        if self.claims.kept:
            yield (self._task(path, path.name, claimed=True) for path in self.claims.kept)
        if self._later:
            yield self._taken(self._later)

    def _ready(self) -> Iterator[Task | Line]:
        names: dict[str, str] = {}
        try:
            if not self.options.in_place:
                self.claims.recover()
            kept = {path.name.casefold() for path in self.claims.kept}
            for one in self._look():
                twin = names.setdefault(one.path.name.casefold(), one.path.name)
                if twin != one.path.name:
                    self.problems.append(problems.NAMES_CLASH.at(Where(one.path.name), other=quoted(twin)))
                if one.path.name.casefold() in kept:
                    self._later.append(one)
                else:
                    yield from self._taken([one])
        except OSError as error:
            reason = os_reason(error)
            folder = quoted(str(self.settings.inbox.folder))
            self.problems.append(problems.NO_INBOX.at(Where(), folder=folder, reason=reason))

    def _look(self) -> Iterator[inbox.Found]:
        seen = self.ledger.seen() if self.options.leave else {}

        def known(path: Path, stat: os.stat_result) -> bool:
            return not self._ours(path) or seen.get(str(path)) == (stat.st_size, stat.st_mtime_ns)

        folder = self.settings.inbox
        if not self.options.in_place:
            folder.folder.mkdir(parents=True, exist_ok=True)
        return inbox.look(folder, clock=self.clock, sleep=self.sleep, known=known)

    def _ours(self, path: Path) -> bool:
        which, count = self.options.shard
        digest = hashlib.sha256(path.name.casefold().encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % count == which - 1

    def _taken(self, found: list[inbox.Found]) -> Iterator[Task | Line]:
        for one in found:
            made = self._take(one)
            if made is not None:
                yield made

    def _take(self, found: inbox.Found) -> Task | Line | None:
        """Return a workbook as a task, or what keeps it; None where another run was quicker."""
        name, path = found.path.name, found.path
        if found.state in WAIT_KINDS:
            return _waiting(name, WAIT_KINDS[found.state].at(Where(name)))
        if not self.options.in_place:
            try:
                path = self.claims.take(found.path)
            except FileNotFoundError:
                return None
            except OSError as error:
                reason = os_reason(error)
                return _waiting(name, problems.CANNOT_CLAIM.at(Where(name), reason=reason))
        try:
            stat = path.stat()
        except FileNotFoundError:
            return None
        if (stat.st_size, stat.st_mtime_ns) != (found.size, found.modified):
            # It was saved or copied anew since we looked, which is long ago where many came before it.
            if path != found.path:
                self.claims.release(path)
            return _waiting(name, problems.STILL_COPYING.at(Where(name)))
        if found.left:
            hours = f"{inbox.STALE_OWNER / 3600:g}"
            self.problems.append(problems.OWNER_LEFT.at(Where(name), name=quoted(found.left), hours=hours))
        return self._task(path, name, claimed=path != found.path, broken=found.reason)

    def _task(self, path: Path, name: str, *, claimed: bool, broken: Message | str = "") -> Task | Line:
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            if claimed:
                self.claims.release(path)
            reason = os_reason(error)
            return _waiting(name, problems.CANNOT_READ.at(Where(name), reason=reason))
        known = (
            f"{readings.own_stem(path.with_name(name))}{path.suffix}".casefold()
        )  # a copy to answer in is its workbook
        fits = (p for p in self.settings.planned if p.match and fnmatch(known, p.match.casefold()))
        return Task(
            name, (path,), sha256, next(fits, None), self.options.period, claimed, broken=broken, dropped=True
        )  # fmt: skip


def _waiting(name: str, told: Diagnostic) -> Line:
    return Line(name, WorkbookOutcome.WAITING, problems=(told,))
