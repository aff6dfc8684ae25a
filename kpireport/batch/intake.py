"""What there is to do: the workbooks of the drop folder that are ready, each taken out of it as a task.

Rule: N14, N16.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport import readings
from kpireport.batch import inbox
from kpireport.batch.inbox import State
from kpireport.batch.ledger import DONE
from kpireport.batch.summary import Line, WorkbookOutcome
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Where, quoted
from kpireport.core.twins import plain_stem, twin_key
from kpireport.output import HELD
from kpireport.resources import os_reason

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

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
    """What a run was asked for. shard: (which, of how many), from 1. leave: process workbooks where they lie.

    note: the covering note above each letter of this run.
    """

    today: date
    period: str = ""
    due: bool = False
    dry_run: bool = False
    redirect_to: str = ""
    shard: tuple[int, int] = (1, 1)
    leave: bool = False
    note: str = ""

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
    whole, "" for a workbook that is. dropped: it comes from the drop folder. twins: workbooks beside it that have the
    name of a copy and other content.
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
    twins: tuple[str, ...] = ()
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
        self.stems: tuple[str, ...] = ()  # names of all workbooks there, without what copying adds
        self._later: list[inbox.Found] = []
        self._twins: dict[str, tuple[str, ...]] = {}

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
        try:
            if not self.options.in_place:
                self.claims.recover()
            kept = {path.name.casefold() for path in self.claims.kept}
            for one in self._look():
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
        self._twins = self._told_apart(seen)
        return inbox.look(folder, clock=self.clock, sleep=self.sleep, known=known)

    def _told_apart(self, seen: Mapping[str, tuple[int, int]]) -> dict[str, tuple[str, ...]]:
        """Return the workbooks that have the names of copies of each other, and not the same content. Rule: N23.

        What the settings name as a report, and what was made into one before, counts for itself. Raises OSError.
        """
        groups: dict[str, dict[str, str]] = defaultdict(dict)
        entries = inbox.listed(self.settings.inbox.folder, self.settings.inbox.patterns)
        self.stems = tuple(plain_stem(Path(entry.name).stem) for entry in entries)
        counts = Counter(twin_key(Path(entry.name).stem) for entry in entries)
        for entry in entries:
            twins = twin_key(Path(entry.name).stem)
            if counts[twins] > 1 and entry.path not in seen and self._planned(entry.name) is None:
                with contextlib.suppress(OSError):  # it went away, or somebody has it open
                    groups[twins][entry.name] = _digest(Path(entry.path))
        torn = [names for names in groups.values() if len({*names.values()} - self._settled({*names.values()})) > 1]
        return {name: tuple(other for other in names if other != name) for names in torn for name in names}

    def _settled(self, digests: Iterable[str]) -> set[str]:
        """Return the contents that were made into a report before."""
        editions = ((digest, self.ledger.of_workbook(digest, self.options.period)) for digest in digests)
        return {digest for digest, edition in editions if edition is not None and edition.phase == DONE}

    def _planned(self, name: str) -> Planned | None:
        """Return the report of the settings that a workbook is for."""
        original = readings.own_stem(Path(name)) + Path(name).suffix  # a copy to answer in is its workbook
        names = {name.casefold(), original.casefold()}
        named = (p for p in self.settings.planned if p.match)
        return next((p for p in named if any(fnmatch(one, p.match.casefold()) for one in names)), None)

    def _ours(self, path: Path) -> bool:
        which, count = self.options.shard
        digest = hashlib.sha256(twin_key(path.stem).encode("utf-8", "surrogatepass")).digest()
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
                if getattr(error, "winerror", None) not in HELD:
                    folder = quoted(str(self.settings.inbox.folder))
                    unwritable = problems.DROP_UNWRITABLE.at(Where(), folder=folder, reason=reason)
                    self.problems += [] if unwritable in self.problems else [unwritable]
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
            sha256 = _digest(path)
        except OSError as error:
            if claimed:
                self.claims.release(path)
            reason = os_reason(error)
            return _waiting(name, problems.CANNOT_READ.at(Where(name), reason=reason))
        return Task(
            name, (path,), sha256, self._planned(name), self.options.period, claimed, broken=broken, dropped=True,
            twins=self._twins.get(name, ()),
        )  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _waiting(name: str, told: Diagnostic) -> Line:
    return Line(name, WorkbookOutcome.WAITING, problems=(told,))
