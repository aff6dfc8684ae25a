"""One run of the batch: scan, claim, build, publish, queue, send, file away. One failure stops no other.

The order keeps everything accounted for whenever the run is killed: files are published, then the edition is noted as
published, then its letters are queued, then it is noted as done, then the workbook is filed away. A run that finds a
workbook of a published edition makes it again, into the same files and the same letters.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kpireport import pipeline
from kpireport.batch import filing, inbox, publishing, work
from kpireport.batch.claim import Claims
from kpireport.batch.executors import CrashedError, StuckError
from kpireport.batch.inbox import State
from kpireport.batch.ledger import DONE, PUBLISHED, Made
from kpireport.batch.summary import DONE as MADE
from kpireport.batch.summary import DUPLICATE, FAILED, RETURNED, WAITING, Line, Summary
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Where, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Executor

    from kpireport.batch.ledger import Ledger
    from kpireport.core.batching import BatchSettings, Planned
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.dispatch import Product

SIGN_OF_LIFE = 60.0  # seconds
WAIT_KINDS = {
    State.OPEN: problems.STILL_OPEN,
    State.COPYING: problems.STILL_COPYING,
    State.CLOUD: problems.IN_THE_CLOUD,
}


class PostOffice(Protocol):
    """What the batch needs of the mail; see ``deliver.post.Post``."""

    def put(
        self, product: Product, *, today: date, revision: int = 1, corrected: str = "", dry_run: bool = False,
        redirect_to: str = "",
    ) -> Any: ...  # fmt: skip


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
    def rehearsal(self) -> bool:
        """Whether the world is left as it is, so that a real run afterwards still does all of its work."""
        return self.dry_run or bool(self.redirect_to)


@dataclass(frozen=True, slots=True)
class Task:
    """A report to make. paths: where its workbooks are now. mail: whether letters are to be queued.

    claimed: its one workbook was taken out of the drop folder, and is to be filed away.
    """

    name: str
    paths: tuple[Path, ...]
    sha256: str
    planned: Planned | None = None
    period: str = ""
    claimed: bool = False
    mail: bool = True
    began: float = field(default_factory=time.monotonic)


class Coordinator:
    """One run. It alone publishes, writes the ledger, and queues letters. clock: seconds since 1970."""

    def __init__(
        self, settings: BatchSettings, path: Path | None, options: Options, ledger: Ledger, executor: Executor, *,
        packed: bool = False, post: PostOffice | None = None, owner: str = "", clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep, say: Callable[[Line], object] = lambda _: None,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.path = path
        self.options = options
        self.ledger = ledger
        self.executor = executor
        self.packed = packed
        self.post = post
        self.owner = owner
        self.clock = clock
        self.sleep = sleep
        self.say = say
        began = self.now()
        self.run = f"{began:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self.summary = Summary(self.run, began.isoformat(timespec="seconds"), dry=options.dry_run)
        self.claims = Claims(settings.inbox.folder, self.run, settings.state)
        self.errors: list[str] = []
        self._made: dict[tuple[str, str], str] = {}
        self._signed = time.monotonic()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), tz=UTC).astimezone()

    def work_through(self, planned: Iterable[Task] = ()) -> Summary:
        """Make every report there is to make, at most a few more than there are workers at a time."""
        at_once = getattr(self.executor, "count", 2) + 1
        running: dict[Future[work.Done], Task] = {}
        try:
            for task in self._tasks(planned):
                running[self._submit(task)] = task
                while len(running) >= at_once:
                    self._collect(running)
            while running:
                self._collect(running)
        except BaseException:
            for future in running:
                future.cancel()
            raise
        self.claims.close()
        return self.summary

    def _collect(self, running: dict[Future[work.Done], Task]) -> None:
        ready, _ = wait(running, timeout=SIGN_OF_LIFE, return_when=FIRST_COMPLETED)
        if time.monotonic() - self._signed > SIGN_OF_LIFE:
            self.claims.sign()
            self._signed = time.monotonic()
        for future in [one for one in running if one in ready]:  # in the order of their names, so that runs are alike
            self._finish(running.pop(future), future)

    def _tasks(self, planned: Iterable[Task]) -> Iterable[Task]:
        yield from planned
        try:
            if not self.options.leave and not self.options.rehearsal:
                self.claims.recover(self.clock())
            found = self._look()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            folder = quoted(str(self.settings.inbox.folder))
            self.summary.problems.append(problems.NO_INBOX.at(Where(), folder=folder, reason=reason))
            return
        names: dict[str, str] = {}
        for one in found:
            if not self._ours(one.path):
                continue
            twin = names.setdefault(one.path.name.casefold(), one.path.name)
            if twin != one.path.name:
                self.summary.problems.append(problems.NAMES_CLASH.at(Where(one.path.name), other=quoted(twin)))
            task = self._task(one)
            if task is not None:
                yield task

    def _look(self) -> list[inbox.Found]:
        in_place = self.options.leave or self.options.rehearsal
        seen = self.ledger.seen() if self.options.leave else {}

        def known(path: Path, stat: Any) -> bool:
            return seen.get(str(path)) == (stat.st_size, stat.st_mtime_ns)

        folder = self.settings.inbox
        if not in_place:
            folder.folder.mkdir(parents=True, exist_ok=True)
        return inbox.look(folder, clock=self.clock, sleep=self.sleep, known=known)

    def _ours(self, path: Path) -> bool:
        which, count = self.options.shard
        digest = hashlib.sha256(path.name.casefold().encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % count == which - 1

    def _task(self, found: inbox.Found) -> Task | None:
        """Return a workbook as a task, or say what keeps it."""
        name, place = found.path.name, Where(found.path.name)
        if found.state in WAIT_KINDS:
            self._note(Line(name, WAITING, problems=(WAIT_KINDS[found.state].at(place),)), "")
            return None
        path = found.path
        claimed = not self.options.leave and not self.options.rehearsal
        if claimed:
            try:
                path = self.claims.take(found.path)
            except FileNotFoundError:
                return None  # another run was quicker
            except OSError as error:
                told = problems.CANNOT_CLAIM.at(place, reason=error.strerror or type(error).__name__)
                self._note(Line(name, WAITING, problems=(told,)), "")
                return None
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        task = Task(name, (path,), sha256, self._planned(name), self.options.period, claimed)
        if found.state is State.BROKEN:
            minutes = f"{self.settings.inbox.max_wait_minutes:g}"
            told = problems.NEVER_COMPLETE.at(place, minutes=minutes, reason=found.reason)
            self._fail(task, (told,))
            return None
        before = self.ledger.of_workbook(sha256, task.period)
        if before is not None and before.phase == DONE and not self.options.redirect_to:
            self._known(task, before)
            return None
        return task

    def _planned(self, name: str) -> Planned | None:
        fits = (p for p in self.settings.planned if p.match and fnmatch(name.casefold(), p.match.casefold()))
        return next(fits, None)

    def _known(self, task: Task, before: Made) -> None:
        """File away a workbook that was done before: by the run that died before it could, or dropped once more."""
        line = Line(task.name, DUPLICATE, before.report, before.period, before.revision,
                    (problems.DUPLICATE.at(Where(task.name), when=before.made),))  # fmt: skip
        if task.claimed:
            (path,) = task.paths
            filed = any(o["sha256"] == task.sha256 and o["outcome"] == MADE for o in self.ledger.outcomes(before.run))
            if filed:
                filing.duplicate(path, self.settings.inbox.folder, at=self.now(), sha256=task.sha256)
            else:
                line = replace(line, outcome=MADE, problems=())
                filing.processed(path, self.settings.inbox.folder, at=self.now(), sha256=task.sha256)
            filing.mended(task.name, self.settings.inbox.folder)
        self._note(line, task.sha256)
        self._look_past(task)

    def _submit(self, task: Task) -> Future[work.Done]:
        settings, planned = self.settings, task.planned
        job = pipeline.Job(
            task.paths,
            self.options.today,
            period=task.period or None,
            language=(planned.language if planned else "") or settings.language or None,
            theme=_theme((planned.theme if planned else "") or settings.theme),
            formats=(planned.formats if planned else ()) or settings.formats,
            state=settings.state,
            name=planned.name if planned else None,
            settings=self.path,
        )
        order = work.Order(job, mail=self.post is not None and task.mail)
        try:
            return self.executor.submit(work.make, work.packed(order) if self.packed else order)
        except OSError as error:
            future: Future[work.Done] = Future()
            future.set_exception(error)
            return future

    def _finish(self, task: Task, future: Future[work.Done]) -> None:
        try:
            done = future.result()
        except (CrashedError, StuckError) as error:
            minutes = f"{self.settings.workbook_minutes:g}"
            stuck = isinstance(error, StuckError)
            told = (
                problems.WORKER_STUCK.at(Where(task.name), minutes=minutes) if stuck
                else problems.WORKER_CRASHED.at(Where(task.name))
            )  # fmt: skip
            self._fail(task, (told,))
            return
        except Exception as error:  # the executor itself failed: the workbook is tried again by the next run
            reason = quoted(f"{type(error).__name__}: {error}")
            self._return(task, problems.EXECUTOR_FAILED.at(Where(task.name), found="executor", reason=reason))
            return
        if done.error:
            self.errors.append(f"{task.name}\n{done.error}")
            self.summary.bugs = True
        if done.product.failed:
            self._fail(task, done.product.diagnostics)
            return
        self._publish(task, done.product)

    def _publish(self, task: Task, product: Product) -> None:
        key = (product.report, product.period)
        same = self.ledger.of_workbook(task.sha256, task.period)
        if same is not None and same.run == self.run and same.phase == DONE:  # a second copy came with the first
            self._known(task, same)
            return
        other = self._made.setdefault(key, task.name)
        if other != task.name:
            self._fail(task, (problems.SAME_REPORT.at(Where(task.name), report=quoted(product.report), other=other),))
            return
        if task.planned is not None and not task.claimed and publishing.blank(product):
            self._note(Line(task.name, WAITING, product.report, product.period, problems=(
                problems.NOT_FILLED.at(Where(task.name), report=quoted(product.report), period=product.period),
            )), task.sha256)  # fmt: skip
            return
        revision = self.ledger.revision(*key, task.sha256)
        told: list[Diagnostic] = list(product.diagnostics)
        if not self.options.rehearsal:
            try:
                told += self._write(task, product, revision)
            except OSError as error:
                reason = error.strerror or str(error) or type(error).__name__
                folder = quoted(str(self.settings.reports))
                self._return(task, problems.NOT_PUBLISHED.at(Where(task.name), folder=folder, reason=reason))
                return
        elif self.post is not None and task.mail:
            told += self._queue(product, revision)
        if task.claimed:
            (path,) = task.paths
            filing.processed(path, self.settings.inbox.folder, at=self.now(), sha256=task.sha256)
            filing.mended(task.name, self.settings.inbox.folder)
        self._look_past(task)
        line = Line(
            task.name, MADE, product.report, product.period, revision, tuple(told), time.monotonic() - task.began
        )
        self._note(line, task.sha256)

    def _write(self, task: Task, product: Product, revision: int) -> list[Diagnostic]:
        """Publish, note, queue, note again: see the top of this file. Raises OSError before anything was queued."""
        made = Made(
            product.report, product.period, revision, task.sha256, task.period, task.name, self.run,
            self.now().isoformat(timespec="seconds"), PUBLISHED, tuple(product.files),
        )  # fmt: skip
        known = self.ledger.newest(product.report, product.period)
        folder = publishing.folder(self.settings.reports, product)
        told = publishing.publish(product, folder, known if known and known.revision < revision else None)
        self.ledger.keep(made)
        told += pipeline.remember(product, self.settings.state)
        if self.post is not None and task.mail:
            told += self._queue(product, revision)
        self.ledger.keep(replace(made, phase=DONE))
        if task.planned is not None:
            self.ledger.settle(product.report, product.period, "made", made.made)
        return told

    def _queue(self, product: Product, revision: int) -> list[Diagnostic]:
        options = self.options
        queued = self.post.put(  # type: ignore[union-attr]  # asked by the callers
            product, today=options.today, revision=revision, dry_run=options.dry_run, redirect_to=options.redirect_to
        )
        return list(queued.diagnostics)

    def _fail(self, task: Task, told: tuple[Diagnostic, ...]) -> None:
        if task.claimed:
            (path,) = task.paths
            language = self.settings.language or "en"
            marked = _marked(path, told, language)
            filing.failed(path, self.settings.inbox.folder, told, language=language, owner=self.owner, marked=marked)
        self._look_past(task)
        self._note(Line(task.name, FAILED, problems=told, seconds=time.monotonic() - task.began), task.sha256)

    def _return(self, task: Task, told: Diagnostic) -> None:
        """Put a workbook back, because not it but the machine was at fault."""
        if task.claimed:
            self.claims.release(task.paths[0])
        self.summary.problems.append(told)
        self._note(Line(task.name, RETURNED, problems=(told,)), task.sha256)

    def _look_past(self, task: Task) -> None:
        if self.options.leave and not self.options.rehearsal and task.planned is None:
            for path in task.paths:
                stat = path.stat()
                self.ledger.look_past(str(path), stat.st_size, stat.st_mtime_ns)

    def _note(self, line: Line, sha256: str) -> None:
        self.summary.add(line)
        if line.outcome != WAITING and not self.options.rehearsal:
            detail = f"{line.report}|{line.period}|{line.revision}" if line.report else ""
            at = self.now().isoformat(timespec="seconds")
            self.ledger.note(self.run, at, line.name, sha256, line.outcome, detail)
        self.say(line)


def _marked(path: Path, told: Iterable[Diagnostic], language: str) -> bytes:
    """Return a copy of a workbook with its problems marked in their cells; nothing where none of them has a cell."""
    from kpireport.excel.annotate import annotate

    found = [problem for problem in told if problem.where.cell]
    if not found:
        return b""
    return annotate(path.read_bytes(), path.name, found, language=language).content or b""


def _theme(text: str) -> Path | None:
    return Path(text) if text else None
