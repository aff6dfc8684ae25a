"""One run of the batch: scan, claim, build, publish, queue, send, file away. One failure stops no other.

The order keeps everything accounted for whenever the run is killed: files are published, then the edition is noted as
published, then its letters are queued, then it is noted as done, then the workbook is filed away. A run that finds a
workbook of a published edition makes it again, into the same files and the same letters.
Rule: N20.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport import confirmation, languages, output, pipeline, readings
from kpireport.batch import filing, publishing, waiting, work
from kpireport.batch.agreement import Agreement
from kpireport.batch.claim import Claims
from kpireport.batch.errors import CrashedError, StuckError
from kpireport.batch.intake import Intake, Options, Task
from kpireport.batch.ledger import DONE, PUBLISHED, Made
from kpireport.batch.summary import Line, Summary, WorkbookOutcome
from kpireport.command_line import shell, word
from kpireport.core.catalogue import batch as problems
from kpireport.core.catalogue import mail as mail_problems
from kpireport.core.diagnostics import Where, quoted
from kpireport.core.messages import Quoted
from kpireport.core.twins import perhaps_of, plain_stem, same_name, twin_key
from kpireport.deliver.entry import HoldReason
from kpireport.deliver.parcels import LONGEST_NAME
from kpireport.resources import os_reason
from kpireport.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor

    from kpireport.batch.ledger import RunLedger
    from kpireport.core.batching import BatchSettings
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.dispatch import Product
    from kpireport.deliver.post import Post

SIGN_OF_LIFE = 60.0  # seconds
LETTERS_LOST = (mail_problems.STORE_FAILED, mail_problems.STORE_REFUSED)


class Coordinator:
    """One run. It alone publishes, writes the ledger, and queues letters. clock: seconds since 1970."""

    def __init__(
        self, settings: BatchSettings, path: Path | None, options: Options, ledger: RunLedger, *,
        post: Post | None = None, owner: str = "", clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep, say: Callable[[Line], object] = lambda _: None,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.path = path
        self.options = options
        self.ledger = ledger
        self.post = post
        self.owner = owner
        self.clock = clock
        self.say = say
        began = self.now()
        self.run = f"{began:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self.summary = Summary(self.run, began.isoformat(timespec="seconds"), dry=options.dry_run)
        self.claims = Claims(settings.inbox.folder, self.run, settings.state)
        self.intake = Intake(settings, options, ledger, self.claims, clock=clock, sleep=sleep)
        self.agreement = Agreement(ledger, None if options.rehearsal else post)
        self.waiting = waiting.WaitingRoom(ledger, settings.state, path, languages.spoken(settings.language))
        self.places = publishing.Places(settings.reports, ledger.reports)
        self.errors: list[str] = []
        self.letters: set[str] = set()  # keys of what was queued in this run, or held
        self._made: dict[tuple[str, str], str] = {}
        self._signed = time.monotonic()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), tz=UTC).astimezone()

    def work_through(self, executor: Executor, planned: Iterable[Task] = (), *, packed: bool = False) -> Summary:
        """Make every report there is to make, at most as many at a time as the executor takes.

        packed: its workers need bytes instead of paths. Raises OSError where the ledger cannot be written.
        """
        self.executor, self.packed = executor, packed
        running: dict[Future[work.Done], Task] = {}
        rounds = self.intake.rounds()
        try:
            self._round(chain(planned, next(rounds)), running)
            for tasks in rounds:
                self._round(tasks, running)
        except BaseException:
            for future in running:
                future.cancel()
            raise
        self.claims.close()
        return self.summary

    def _round(self, tasks: Iterable[Task | Line], running: dict[Future[work.Done], Task]) -> None:
        for task in self._to_build(tasks):
            running[self._submit(task)] = task
            while len(running) >= getattr(self.executor, "room", 1):
                self._collect(running)
        while running:
            self._collect(running)

    def _collect(self, running: dict[Future[work.Done], Task]) -> None:
        ready, _ = wait(running, timeout=SIGN_OF_LIFE, return_when=FIRST_COMPLETED)
        if time.monotonic() - self._signed > SIGN_OF_LIFE:
            self.claims.sign()
            self._signed = time.monotonic()
        for future in [one for one in running if one in ready]:  # in the order of their names, so that runs are alike
            task = running.pop(future)
            if organisation := self._missed(future):
                running[self._submit(task, organisation)] = task
            else:
                self._finish(task, future)

    def _to_build(self, tasks: Iterable[Task | Line]) -> Iterator[Task]:
        """Yield what a worker is needed for; what waits, never will be whole, or was done before is noted at once."""
        for one in tasks:
            if isinstance(one, Line):
                self._note(one, "")
            elif one.broken:
                minutes = f"{self.settings.inbox.max_wait_minutes:g}"
                self._fail(one, (problems.NEVER_COMPLETE.at(Where(one.name), minutes=minutes, reason=one.broken),))
            elif one.dropped and (before := self._before(one)) is not None:
                self._known(one, before)
            elif one.twins:
                others = ", ".join(quoted(name) for name in one.twins)
                self._fail(one, (problems.TWINS.at(Where(one.name), others=quoted(others, LONGEST_NAME)),))
            else:
                self._answered(one)
                yield one
        self.summary.problems += self.intake.problems
        self.intake.problems.clear()

    def _before(self, task: Task) -> Made | None:
        """Return the edition that a workbook gave before, if all was done for it."""
        before = self.ledger.of_workbook(task.sha256, task.period)
        done = before is not None and before.phase == DONE
        return before if done and not self.options.redirect_to else None

    def _known(self, task: Task, before: Made) -> None:
        """File away a workbook that was done before: by the run that died before it could, or dropped once more."""
        line = Line(task.name, WorkbookOutcome.DUPLICATE, before.report, before.period, before.revision,
                    (problems.DUPLICATE.at(Where(task.name), when=before.made),))  # fmt: skip
        if task.claimed and not self.ledger.came_to(before.run, task.sha256, WorkbookOutcome.DONE):
            line = replace(line, outcome=WorkbookOutcome.DONE, problems=self._filed(task, filing.processed))
        elif task.claimed:
            line = replace(line, problems=(*line.problems, *self._filed(task, filing.duplicate)))
        self._look_past(task)
        self._note(line, task.sha256)

    def _filed(self, task: Task, file: Callable[..., Path]) -> tuple[Diagnostic, ...]:
        """File a workbook away. Where that fails it stays taken, and the next run, which knows it, tries again."""
        if not task.claimed:
            return ()
        folder = self.settings.inbox.folder
        try:
            file(task.paths[0], folder, at=self.now(), sha256=task.sha256)
            filing.mended(task.name, folder)
        except OSError as error:
            reason = os_reason(error)
            return (problems.NOT_FILED.at(Where(task.name), folder=quoted(str(folder)), reason=reason),)
        return ()

    def _missed(self, future: Future[work.Done]) -> str:
        """Return the organisation whose former figures a worker should have had; "" where it had what there is."""
        if future.cancelled() or future.exception() is not None:
            return ""
        done = future.result()
        organisation = done.product.organisation
        if done.known is None or organisation in ("", done.known):
            return ""
        with contextlib.suppress(OSError):  # they cannot be read: the second time would be no better
            return organisation if Snapshots(self.settings.state).knows(organisation) else ""
        return ""

    def _packed(self, order: work.Order, task: Task, organisation: str) -> work.Order:
        """Return an order for another machine, with the former figures of its organisation.

        organisation: "" takes that of the last workbook of its name. Raises OSError.
        """
        if not organisation and (last := self.ledger.named(task.name)):
            organisation = Snapshots(self.settings.state).organisation_of(last) or ""
        return work.packed(order, organisation, task.sha256)

    def _submit(self, task: Task, organisation: str = "") -> Future[work.Done]:
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
        order = work.Order(job, mail=self.post is not None and task.mail, marked=task.claimed)
        try:
            return self.executor.submit(work.make, self._packed(order, task, organisation) if self.packed else order)
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
        if task.claimed and not task.paths[0].is_file():  # we were asleep, and another machine took it over
            self._note(
                Line(task.name, WorkbookOutcome.WAITING, problems=(problems.CLAIM_LOST.at(Where(task.name)),)), ""
            )
        elif done.product.failed:
            self._fail(task, done.product.diagnostics, done.marked)
        else:
            self._publish(task, done.product)

    def _publish(self, task: Task, product: Product) -> None:
        product = self._by_its_name(product)
        key = (product.report, product.period)
        same = self.ledger.of_workbook(task.sha256, task.period)
        if same is not None and same.run == self.run and same.phase == DONE:  # a second copy came with the first
            self._known(task, same)
            return
        if product.by_file and (original := self._perhaps_of(task, product)):
            self._fail(task, (_perhaps_a_copy(task, product, original),))
            return
        name = readings.report_stem(Path(task.name))  # a copy to answer in is its workbook
        other = self._made.setdefault(key, name)
        if other != name:
            self._fail(task, (problems.SAME_REPORT.at(Where(task.name), report=quoted(product.report), other=other),))
            return
        if task.planned is not None and not task.claimed and publishing.blank(product):
            told = problems.NOT_FILLED.at(Where(task.name), report=quoted(product.report), period=product.period)
            self._note(
                Line(task.name, WorkbookOutcome.WAITING, product.report, product.period, problems=(told,)), task.sha256
            )
            return
        finish = self._queue if self.options.rehearsal else self._write
        try:
            revision = self.agreement.revision(*key, task.sha256)
            found = finish(task, product, revision)
        except OSError as error:
            reason = os_reason(error)
            folder = quoted(str(self.settings.reports))
            self._return(task, problems.NOT_PUBLISHED.at(Where(task.name), folder=folder, reason=reason))
            return
        told_all = (*product.diagnostics, *found, *self._filed(task, filing.processed))
        self._look_past(task)
        self._note(
            Line(task.name, WorkbookOutcome.DONE, *key, revision, told_all, time.monotonic() - task.began), task.sha256
        )

    def _by_its_name(self, product: Product) -> Product:
        """Return a product under the name by which its report is known, where that differs by case or spelling alone.

        Raises OSError. Rule: N23.
        """
        reports = self.ledger.reports()
        if product.report in reports:
            return product
        alike = twin_key if product.by_file else same_name
        known = next((name for name in reports if alike(name) == alike(product.report)), product.report)
        if not product.by_file:
            return replace(product, report=known)
        stem, former = output.safe_name(product.report), output.safe_name(plain_stem(known))
        files = {f"{former}{name.removeprefix(stem)}": content for name, content in product.files.items()}
        return replace(product, report=known, files=files)

    def _perhaps_of(self, task: Task, product: Product) -> str:
        """Return the report of which a workbook may be the copy that another computer has made; "" where of none."""
        reports = self.ledger.reports()
        if product.report in reports:
            return ""
        return perhaps_of(Path(task.name).stem, (*reports, *self.intake.stems))

    def _write(self, task: Task, product: Product, revision: int) -> list[Diagnostic]:
        """Publish, note, queue, note again: see the top of this file. Raises OSError before anything was queued."""
        known = self.ledger.newest(product.report, product.period)
        folder = self.places.of(product.report, product.period)
        written = publishing.publish(product, folder, known if known and known.revision < revision else None)
        made = Made(
            product.report, product.period, revision, task.sha256,
            asked=task.period, name=task.name, run=self.run, made=self.now().isoformat(timespec="seconds"),
            phase=PUBLISHED, files=tuple(path.name for path in written),
        )  # fmt: skip
        told = publishing.beside(product, written)
        hold = (HoldReason.LEDGERS,) if self.agreement.doubted(made) else ()
        self.ledger.keep(made)
        told += pipeline.remember(product, self.settings.state)
        held = bool(product.waiting) and self.post is not None and task.mail
        if held:
            told += self._hold(task, product, revision)
        told += self._queue(task, product, revision, hold)
        self.ledger.keep(replace(made, phase=DONE))
        if not held:
            self.waiting.release(product.report, product.period)
        if task.planned is not None:
            self.ledger.settle(product.report, product.period, "made", made.made)
        return told

    def _hold(self, task: Task, product: Product, revision: int) -> list[Diagnostic]:
        """Remember a report whose letters wait for a person to look at a reading. Raises OSError."""
        kept = self.waiting.hold(task, product, revision)
        return [
            problems.READING_HELD.at(
                Where(one.workbook or task.name), report=quoted(product.report), period=product.period,
                questions=len(one.open), typed=Quoted(kept.typed),
            )
            for one in product.waiting
        ]  # fmt: skip

    def _answered(self, task: Task) -> None:
        """Keep what a person filled into the sheet Reading of a workbook, before it is read."""
        if self.options.rehearsal or self.path is None:
            return
        for path in task.paths:
            self.summary.problems += confirmation.taken(path, settings=self.path, today=self.options.today)

    def _queue(
        self, task: Task, product: Product, revision: int, hold: tuple[HoldReason, ...] = ()
    ) -> list[Diagnostic]:
        """Queue the letters of a report. Raises OSError where they cannot be kept, so that the report is not done."""
        if self.post is None or not task.mail:
            return []
        options = self.options
        note = options.note or (task.planned.note if task.planned else "")
        queued = self.post.put(
            replace(product, note=note), today=options.today, revision=revision, dry_run=options.dry_run,
            redirect_to=options.redirect_to, hold=hold,
        )  # fmt: skip
        for told in queued.diagnostics:
            if told.kind in LETTERS_LOST:
                raise OSError(languages.spoken().text(told.problem))
        self.summary.people += queued.people
        self.summary.lost += queued.lost
        self.letters.update((*queued.keys, *queued.held))
        self.agreement.queued(product.report, product.period, revision)
        if HoldReason.LEDGERS not in hold or not queued.held:
            return list(queued.diagnostics)
        typed = quoted(word(product.report, shell()), LONGEST_NAME)
        differ = problems.LEDGERS_DIFFER.at(Where(), report=quoted(product.report), period=product.period, typed=typed)
        return [*queued.diagnostics, differ]

    def _fail(self, task: Task, told: tuple[Diagnostic, ...], marked: bytes = b"") -> None:
        if task.claimed:
            language = languages.spoken(self.settings.language)
            folder = self.settings.inbox.folder
            try:
                filing.failed(task.paths[0], folder, told, language=language, owner=self.owner, marked=marked)
            except OSError as error:
                reason = os_reason(error)
                told = (*told, problems.NOT_FILED.at(Where(task.name), folder=quoted(str(folder)), reason=reason))
        self._look_past(task)
        self._note(
            Line(task.name, WorkbookOutcome.FAILED, problems=told, seconds=time.monotonic() - task.began), task.sha256
        )

    def _return(self, task: Task, told: Diagnostic) -> None:
        """Put a workbook back, because not it but the machine was at fault."""
        if task.claimed:
            with contextlib.suppress(OSError):  # it stays taken, and the next run puts it back
                self.claims.release(task.paths[0])
        self.summary.problems.append(told)
        self._note(Line(task.name, WorkbookOutcome.RETURNED, problems=(told,)), task.sha256)

    def _look_past(self, task: Task) -> None:
        if self.options.leave and not self.options.rehearsal and task.dropped:
            with contextlib.suppress(FileNotFoundError):
                for path in task.paths:
                    stat = path.stat()
                    self.ledger.look_past(str(path), stat.st_size, stat.st_mtime_ns)

    def _note(self, line: Line, sha256: str) -> None:
        self.summary.add(replace(line, sha256=sha256))
        # The run that can file a workbook notes it.
        unfiled = any(problem.kind == problems.NOT_FILED for problem in line.problems)
        if line.outcome is not WorkbookOutcome.WAITING and not unfiled and not self.options.rehearsal:
            detail = f"{line.report}|{line.period}|{line.revision}" if line.report else ""
            at = self.now().isoformat(timespec="seconds")
            self.ledger.note(self.run, at, line.name, sha256, line.outcome, detail)
        self.say(line)


def _perhaps_a_copy(task: Task, product: Product, original: str) -> Diagnostic:
    """Return the question whether a workbook is another one's copy, with what to type where it is not."""
    example = f'[[report]] name = "{product.report}", match = "{task.name}"'
    file = f"{original}{task.paths[0].suffix.lower()}"
    return problems.PERHAPS_A_COPY.at(
        Where(task.name), other=quoted(original), file=quoted(file), example=quoted(example, LONGEST_NAME)
    )


def _theme(text: str) -> Path | None:
    return Path(text) if text else None
