"""The use case behind `kpireport run`: one run from the lock to the summary."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from kpireport import output
from kpireport.batch import calendars, retention
from kpireport.batch.coordinator import Coordinator, Options, Task
from kpireport.batch.executors import executor
from kpireport.batch.ledger import Ledger
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Diagnostic, Where, quoted
from kpireport.deliver.places import network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kpireport.batch.summary import Line, Summary
    from kpireport.core.batching import BatchSettings, Planned
    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.post import Post

MAKING, RUNS = "making", "runs"
AUTHENTICATION = ("REFUSED", "SIGN_IN", "AUTH")


class Refused(Exception):  # noqa: N818 - not a fault: a run that may not begin
    """The run cannot begin; ``diagnostic`` says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.problem())
        self.diagnostic = diagnostic


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold the lock of a state folder. Raises Refused where another run holds it, or the folder cannot be used."""
    kind = network(state)
    if kind:
        raise Refused(problems.STATE_REMOTE.at(Where(), folder=quoted(str(state)), kind=kind))
    try:
        state.mkdir(parents=True, exist_ok=True)
        with FileLock(state / "run.lock", timeout=0):
            yield
    except Timeout:
        raise Refused(problems.LOCKED.at(Where())) from None
    except PermissionError as error:
        raise Refused(_unusable(state, error)) from error


def run(
    settings: BatchSettings, path: Path | None, options: Options, *, engine: str = "", mail: MailSettings | None = None,
    send: bool = True, clock: Callable[[], float] = time.time, sleep: Callable[[float], object] = time.sleep,
    say: Callable[[Line], object] = lambda _: None, post: Post | None = None,
) -> Summary:  # fmt: skip
    """Do one run. mail: None for no letters at all; send: whether what is queued leaves. Raises Refused.

    engine: an executor by name; "" for processes, or this process where there is little to do. post: for tests.
    """
    _redirectable(mail, options.redirect_to)
    with locked(settings.state):
        try:
            ledger = Ledger(settings.state)
        except OSError as error:
            raise Refused(_unusable(settings.state, error)) from error
        office = post or _office(mail, settings.state)
        found, packed = _executor(engine, settings)
        with found:
            coordinator = Coordinator(
                settings, path, options, ledger, found, packed=packed, post=office,
                owner=mail.owner if mail else "", clock=clock, sleep=sleep, say=say,
            )  # fmt: skip
            summary = coordinator.summary
            summary.problems += _clock_back(ledger, coordinator.now())
            ledger.began(coordinator.run, summary.began)
            planned = _due(settings, options, ledger, coordinator.now(), summary)
            coordinator.work_through(planned)
        if office is not None and send:
            _send(office, summary, options)
        _finish(settings, ledger, coordinator, office, send=send)
        return summary


def _redirectable(mail: MailSettings | None, address: str) -> None:
    """Refuse a rehearsal whose mail could not go where it is asked to, before any work is done."""
    from kpireport.core.catalogue.mail import NO_MAIL_SETTINGS
    from kpireport.deliver.addressees import forbidden

    if address and mail is None:
        raise Refused(NO_MAIL_SETTINGS.at(Where()))
    if address and mail is not None and (problem := forbidden(mail, address)):
        raise Refused(problem)


def _office(mail: MailSettings | None, state: Path) -> Post | None:
    if mail is None:
        return None
    from kpireport.deliver.post import Post

    return Post(mail, state)


def _executor(engine: str, settings: BatchSettings):  # type: ignore[no-untyped-def]
    try:
        return executor(engine or "processes", workers=settings.workers, limit=60 * settings.workbook_minutes)
    except ValueError:
        raise Refused(problems.EXECUTOR_UNKNOWN.at(Where(), found=quoted(engine))) from None
    except (ImportError, OSError) as error:
        reason = quoted(str(error) or type(error).__name__)
        raise Refused(problems.EXECUTOR_FAILED.at(Where(), found=quoted(engine), reason=reason)) from error


def _unusable(state: Path, error: OSError) -> Diagnostic:
    reason = error.strerror or str(error) or type(error).__name__
    return problems.STATE_FAILED.at(Where(), folder=quoted(str(state)), reason=reason)


def _clock_back(ledger: Ledger, now: datetime) -> list[Diagnostic]:
    """Tell where the clock runs behind the last run: what is due is then decided by a wrong day."""
    last = ledger.last_run()
    if last is None:
        return []
    behind = (datetime.fromisoformat(last["began"]) - now).total_seconds() / 3600
    return [problems.CLOCK_BACK.at(Where(), hours=f"{behind:.1f}")] if behind > 1 else []


def _due(settings: BatchSettings, options: Options, ledger: Ledger, now: datetime, summary: Summary) -> list[Task]:
    """Return the reports of fixed workbooks that are due, oldest period first; only the newest of each is mailed."""
    if not options.due:
        return []
    tasks: list[Task] = []
    for planned in settings.planned:
        if planned.calendar is None:
            continue
        today = now.astimezone(ZoneInfo(planned.calendar.zone)).date() if planned.calendar.zone else now.date()
        settled = ledger.due(planned.name)
        found = calendars.due(planned.calendar, today, settled, first=not settled)
        for number, one in enumerate(found):
            details = {"report": quoted(planned.name), "period": one.period, "due": one.day.isoformat()}
            if one.stale:
                summary.problems.append(problems.STALE.at(planned.where, **details))
                if not options.rehearsal:
                    ledger.settle(planned.name, one.period, "skipped_stale", now.isoformat(timespec="seconds"))
                continue
            missing = [path for path in planned.workbooks if not path.is_file()]
            if missing or not planned.workbooks:
                summary.problems.append(problems.NOT_DROPPED.at(planned.where, **details))
                continue
            tasks.append(_task(planned, one.period, mail=number == len(found) - 1))
    return tasks


def _task(planned: Planned, period: str, *, mail: bool) -> Task:
    digests = sorted(sha256(path.read_bytes()).hexdigest() for path in planned.workbooks)
    name = ", ".join(path.name for path in planned.workbooks)
    return Task(name, planned.workbooks, "+".join(digests), planned, period, mail=mail)


def _send(office: Post, summary: Summary, options: Options) -> None:
    sent = office.send(dry_run=options.dry_run, test=bool(options.redirect_to))
    names = ("sent", "failed", "held", "uncertain", "deferred")
    summary.mail = {name: len(getattr(sent, name)) for name in names}
    summary.problems += sent.diagnostics
    refused = any(word in sent.stop for word in AUTHENTICATION)
    summary.stop = "refused" if refused else sent.stop


def _finish(
    settings: BatchSettings, ledger: Ledger, coordinator: Coordinator, office: Post | None, *, send: bool
) -> None:
    """Write the summary, tell the owner once, forget what is old. Nothing of this changes what was done."""
    summary = coordinator.summary
    text = summary.as_text(settings.language or "en")
    files = {"summary.json": json.dumps(summary.as_json(), indent=1).encode(), "summary.txt": text.encode()}
    if coordinator.errors:
        files["errors.log"] = "\n\n".join(coordinator.errors).encode()
    try:
        output.publish(files, settings.state / RUNS / summary.run)
        ledger.ended(summary.run, coordinator.now().isoformat(timespec="seconds"), summary.as_json())
        retention.forget(settings, coordinator.now())
    except OSError as error:
        summary.problems.append(_unusable(settings.state, error))
    if office is None:
        return
    # A quiet morning needs no mail: the owner hears of what was made, and of what went wrong.
    if summary.code() or any(line.outcome != "waiting" for line in summary.lines):
        subject = f"kpireport: {summary.count('done')} done, {summary.count('failed')} failed"
        redirect = coordinator.options.redirect_to
        told = office.notice(subject, text, run=summary.run, dry_run=summary.dry, redirect_to=redirect)
        summary.problems += told.diagnostics
        if send:
            office.send(dry_run=summary.dry, test=bool(redirect))
    office.close()
