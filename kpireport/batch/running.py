"""The use case behind `kpireport run`: one run from the lock to the summary."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from kpireport import languages, output, store
from kpireport.batch import calendars, publishing, retention
from kpireport.batch.coordinator import Coordinator
from kpireport.batch.executors import DEFAULT_EXECUTOR, EXECUTORS, UnknownExecutorError, executor
from kpireport.batch.intake import Options, Task
from kpireport.batch.ledger import RunLedger
from kpireport.batch.logs import Silent
from kpireport.batch.summary import SETTLED, WorkbookOutcome
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Diagnostic, Severity, Where, did_you_mean, quoted
from kpireport.deliver.places import network
from kpireport.deliver.send import StopReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from kpireport.batch.summary import Summary
    from kpireport.core.batching import BatchSettings, Planned
    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.post import Post

RUNS = "runs"


class RunRefusedError(Exception):
    """The run cannot begin; ``diagnostic`` says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(languages.spoken().text(diagnostic.problem))
        self.diagnostic = diagnostic


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold the lock of a state folder. Raises RunRefusedError where another run holds it, or it cannot be used."""
    kind = network(state)
    if kind:
        raise RunRefusedError(problems.STATE_REMOTE.at(Where(), folder=quoted(str(state)), kind=kind))
    lock = FileLock(state / "run.lock", timeout=0)
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise RunRefusedError(problems.LOCKED.at(Where())) from None
    except OSError as error:
        raise RunRefusedError(_unusable(state, error)) from error
    try:
        yield
    finally:
        lock.release()


def run(
    settings: BatchSettings, path: Path | None, options: Options, *, engine: str = "", mail: MailSettings | None = None,
    send: bool = True, clock: Callable[[], float] = time.time, sleep: Callable[[float], object] = time.sleep,
    speaker: Silent | None = None, post: Post | None = None, trace: bool = True,
) -> Summary:  # fmt: skip
    """Do one run. mail: None for no letters at all; send: whether what is queued leaves. Raises RunRefusedError.

    engine: an executor by name; "" for processes. post: for tests. trace: whether a run that had nothing to do leaves a
    summary; one of a watch that looks every minute does not.
    """
    _redirectable(mail, options.redirect_to)
    speaker = speaker or Silent()
    with locked(settings.state):
        office = post or _office(mail, settings.state)
        try:
            ledger = RunLedger(settings.state)
            with ledger.hold():
                coordinator = Coordinator(
                    settings, path, options, ledger, post=office, owner=mail.owner if mail else "",
                    clock=clock, sleep=sleep, say=speaker.line,
                )  # fmt: skip
                speaker.began(coordinator.run)
                _build(coordinator, engine)
                summary = coordinator.summary
                if office is not None and send:
                    _send(office, coordinator)
                coordinator.agreement.ended()
                _finish(coordinator, trace=trace)
        except OSError as error:  # what was taken stays in .work, and the next run puts it back
            raise RunRefusedError(_unusable(settings.state, error)) from error
        if office is not None:
            _tell_waiting(coordinator, office)
            _tell(coordinator, office, send=send)
            office.close()
        speaker.ended(summary)
        return summary


def _build(coordinator: Coordinator, engine: str) -> None:
    """Make all reports there are to make. Raises RunRefusedError, and OSError where the ledger cannot be written."""
    settings, options, ledger = coordinator.settings, coordinator.options, coordinator.ledger
    summary = coordinator.summary
    found, packed = _executor(engine, settings)
    with found:
        summary.problems += _clock_back(ledger, coordinator.now())
        if not options.rehearsal:
            ledger.began(coordinator.run, summary.began)
            publishing.put_right(ledger, coordinator.places)
            summary.problems += coordinator.agreement.looked_over()
        planned = _due(settings, options, ledger, coordinator.now(), summary)
        if not options.rehearsal:
            summary.problems += coordinator.waiting.lost()
            planned = [*coordinator.waiting.changed(settings), *planned]
        coordinator.work_through(found, planned, packed=packed)
        summary.problems += _missing(settings, options, ledger, coordinator.now())


def _redirectable(mail: MailSettings | None, address: str) -> None:
    """Refuse a rehearsal whose mail could not go where it is asked to, before any work is done."""
    from kpireport.core.catalogue.mail import NO_MAIL_SETTINGS
    from kpireport.deliver.addressees import forbidden

    if address and mail is None:
        raise RunRefusedError(NO_MAIL_SETTINGS.at(Where()))
    if address and mail is not None and (problem := forbidden(mail, address)):
        raise RunRefusedError(problem)


def _office(mail: MailSettings | None, state: Path) -> Post | None:
    if mail is None:
        return None
    from kpireport.deliver.post import Post

    return Post(mail, state)


def _executor(engine: str, settings: BatchSettings) -> tuple[Executor, bool]:
    try:
        return executor(engine or DEFAULT_EXECUTOR, workers=settings.workers, limit=60 * settings.workbook_minutes)
    except UnknownExecutorError as error:
        near, known = did_you_mean(error.near), ", ".join(kind.example for kind in EXECUTORS.values())
        raise RunRefusedError(
            problems.EXECUTOR_UNKNOWN.at(Where(), found=quoted(engine), near=near, known=known)
        ) from None
    except (ImportError, OSError) as error:
        reason = quoted(str(error) or type(error).__name__)
        raise RunRefusedError(problems.EXECUTOR_FAILED.at(Where(), found=quoted(engine), reason=reason)) from error


def _unusable(state: Path, error: OSError) -> Diagnostic:
    return problems.STATE_FAILED.at(Where(), folder=quoted(str(state)), reason=store.reason(error))


def _clock_back(ledger: RunLedger, now: datetime) -> list[Diagnostic]:
    """Tell where the clock runs behind the last run: what is due is then decided by a wrong day."""
    last = ledger.last_run()
    if last is None:
        return []
    behind = (datetime.fromisoformat(last["began"]) - now).total_seconds() / 3600
    return [problems.CLOCK_BACK.at(Where(), hours=f"{behind:.1f}")] if behind > 1 else []


def _open(settings: BatchSettings, ledger: RunLedger, now: datetime) -> Iterator[tuple[Planned, list[calendars.Due]]]:
    """Yield the reports with a calendar, each with the periods that are due and not settled, oldest first."""
    for planned in settings.planned:
        if planned.calendar is not None:
            today = now.astimezone(ZoneInfo(planned.calendar.zone)).date() if planned.calendar.zone else now.date()
            settled = ledger.due(planned.name)
            yield planned, calendars.due(planned.calendar, today, settled, first=not settled)


def _due(settings: BatchSettings, options: Options, ledger: RunLedger, now: datetime, summary: Summary) -> list[Task]:
    """Return the reports of fixed workbooks that are due, oldest period first; only the newest of each is mailed."""
    if not options.due:
        return []
    tasks: list[Task] = []
    for planned, found in _open(settings, ledger, now):
        for number, one in enumerate(found):
            if one.stale:
                summary.problems.append(problems.STALE.at(planned.where, **_details(planned, one)))
                if not options.rehearsal:
                    ledger.settle(planned.name, one.period, "skipped_stale", now.isoformat(timespec="seconds"))
            elif planned.workbooks and all(path.is_file() for path in planned.workbooks):
                tasks.append(_task(planned, one.period, mail=number == len(found) - 1))
    return tasks


def _missing(settings: BatchSettings, options: Options, ledger: RunLedger, now: datetime) -> list[Diagnostic]:
    """Return the reports that are due and for which no workbook has come, now that all that came were made."""
    if not options.due or options.rehearsal:
        return []
    return [
        problems.NOT_DROPPED.at(planned.where, **_details(planned, one))
        for planned, found in _open(settings, ledger, now)
        for one in found
        if not one.stale and not (planned.workbooks and all(path.is_file() for path in planned.workbooks))
    ]


def _details(planned: Planned, one: calendars.Due) -> dict[str, str]:
    return {"report": quoted(planned.name), "period": one.period, "due": one.day.isoformat()}


def _task(planned: Planned, period: str, *, mail: bool) -> Task:
    digests = sorted(sha256(path.read_bytes()).hexdigest() for path in planned.workbooks)
    name = ", ".join(path.name for path in planned.workbooks)
    return Task(name, planned.workbooks, "+".join(digests), planned, period, mail=mail)


def _send(office: Post, coordinator: Coordinator) -> None:
    summary, options = coordinator.summary, coordinator.options
    sent = office.send(dry_run=options.dry_run, test=bool(options.redirect_to))
    names = ("sent", "failed", "held", "uncertain", "deferred")
    summary.mail = {name: len(getattr(sent, name)) for name in names}
    summary.problems += sent.diagnostics
    summary.unsent = len(coordinator.letters.difference(sent.sent))
    away = sent.down and sent.deferred and sent.stop is None  # it was tried for as long as a run may
    summary.stop = StopReason.AWAY if away else sent.stop


def _finish(coordinator: Coordinator, *, trace: bool) -> None:
    """Write the summary, and forget what is old. Nothing of this changes what was done."""
    summary, ledger, settings = coordinator.summary, coordinator.ledger, coordinator.settings
    if not trace and not _news(summary):
        ledger.forget(summary.run)
        return
    text = summary.as_text(languages.spoken(settings.language))
    files = {"summary.json": json.dumps(summary.as_json(), indent=1).encode(), "summary.txt": text.encode()}
    if coordinator.errors:
        files["errors.log"] = "\n\n".join(coordinator.errors).encode()
    try:
        output.publish(files, settings.state / RUNS / summary.run)
        if not coordinator.options.rehearsal:
            ledger.ended(summary.run, coordinator.now().isoformat(timespec="seconds"), summary.as_json())
            retention.forget(settings, coordinator.now(), ledger)
    except OSError as error:
        summary.problems.append(_unusable(settings.state, error))


def _news(summary: Summary) -> bool:
    """Return whether something was done; what waits, and what is still wrong, is no news when it was told before."""
    moved = any(line.outcome in SETTLED for line in summary.lines)
    return moved or bool(summary.mail.get("sent") or summary.mail.get("failed"))


def _tell_waiting(coordinator: Coordinator, office: Post) -> None:
    """Tell the owner once, in one letter, which reports wait for her to look at a reading, and what is asked."""
    if coordinator.options.rehearsal:
        return
    summary = coordinator.summary
    try:
        untold = coordinator.waiting.untold()
        if untold:
            subject, text, key = coordinator.waiting.letter(untold)
            summary.problems += office.notice(subject, text, run=key).diagnostics
            for report in untold:
                coordinator.ledger.keep_waiting(replace(report, told=report.state))
    except OSError as error:
        summary.problems.append(_unusable(coordinator.settings.state, error))


def _tell(coordinator: Coordinator, office: Post, *, send: bool) -> None:
    """Tell the owner what was made, what went wrong, and what has not come; a quiet morning needs no mail.

    What is still as it was is told once a day, however often we look.
    """
    summary = coordinator.summary
    warned = any(problem.severity is not Severity.NOTE for problem in summary.problems)
    if not (summary.code() or warned or any(line.outcome is not WorkbookOutcome.WAITING for line in summary.lines)):
        return
    spoken = languages.spoken(coordinator.settings.language)
    text = summary.as_text(spoken)
    key = summary.run
    if not any(line.outcome in SETTLED for line in summary.lines):
        same = "\n".join(text.splitlines()[1:])
        key = f"{coordinator.now():%Y-%m-%d} {sha256(same.encode()).hexdigest()[:16]}"
    redirect = coordinator.options.redirect_to
    told = office.notice(summary.subject(spoken), text, run=key, dry_run=summary.dry, redirect_to=redirect)
    summary.problems += told.diagnostics
    if send:
        office.send(dry_run=summary.dry, test=bool(redirect))
