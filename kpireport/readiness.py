"""Whether the batch and the mail of a settings file are ready for their day, which ``doctor`` asks.

Nothing is sent, made or changed.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from kpireport import snapshots, store
from kpireport.batch import ledger
from kpireport.core.catalogue import batch as problems
from kpireport.core.catalogue import mail as mail_problems
from kpireport.core.diagnostics import Where, quoted
from kpireport.deliver import standing
from kpireport.deliver.post import REAL
from kpireport.deliver.transport import DeliveryStatus
from kpireport.deliver.transports import TRANSPORTS
from kpireport.deliver.transports.directory import DirectorySettings
from kpireport.deliver.transports.smtp import Patience, Smtp, SmtpSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from kpireport.core.batching import BatchSettings
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.transport import Transport

SCHEMAS = {REAL: standing.SCHEMA, ledger.NAME: ledger.SCHEMA, snapshots.NAME: snapshots.SCHEMA}
DAILY = timedelta(hours=36)  # without a run, after which the scheduler is not there
BRIEF = Patience(connect=10.0, command=10.0, dot=10.0)  # a person is waiting


def server(mail: MailSettings) -> Iterator[Diagnostic]:
    """Connect to where the mail leaves, encrypt and sign in; yield what stands in the way."""
    if isinstance(mail.own, DirectorySettings):
        return  # a folder, which is looked at as all folders are
    out: Transport = Smtp(mail, BRIEF) if isinstance(mail.own, SmtpSettings) else TRANSPORTS[mail.transport].open(mail)
    answer = out.try_out()
    if answer.fate is not DeliveryStatus.SENT:
        kind = answer.stop or mail_problems.SERVER_DOWN
        yield kind.at(Where(), host=quoted(out.host), reply=answer.reply, folder=quoted(out.host), reason=answer.reply)


def mail_folders(mail: MailSettings) -> Iterator[Path]:
    """Yield the folders that mail is written into."""
    if isinstance(mail.own, DirectorySettings) and mail.own.folder is not None:
        yield mail.own.folder
    if mail.link_folder is not None:
        yield mail.link_folder


def stores(state: Path) -> Iterator[Diagnostic]:
    """Yield which files of a state folder are damaged, or cannot be used by this program."""
    for name, schema in SCHEMAS.items():
        path = state / name
        if not path.exists():
            continue
        try:
            with closing(store.opened(path, schema)) as db:
                whole = store.sound(db)
        except (OSError, sqlite3.Error) as error:
            yield problems.STORE_UNUSABLE.at(Where(), reason=store.reason(store.explained(error, path)))
        else:
            if not whole:
                yield problems.STORE_UNUSABLE.at(Where(), reason=store.damaged(path).reason)


def schedule(settings: BatchSettings, now: datetime) -> Iterator[Diagnostic]:
    """Yield the reports with a calendar whose workbooks are not there, and whether nobody calls for what is due."""
    planned = [report for report in settings.planned if report.calendar is not None]
    for report in planned:
        for path in report.workbooks:
            if not path.is_file():
                yield problems.WORKBOOK_AWAY.at(report.where, report=quoted(report.name), path=quoted(str(path), 400))
    if not planned:
        return
    last = None
    if (settings.state / ledger.NAME).is_file():
        try:
            last = ledger.RunLedger(settings.state).last_began()
        except OSError:
            return  # told as a file that cannot be used
    if last is None or now - last > DAILY:
        yield problems.NO_SCHEDULE.at(Where(), last=last.isoformat(sep=" ", timespec="minutes") if last else "-")
