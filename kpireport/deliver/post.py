"""The post office: what a report came to is put in, and what is due is sent. All mail goes through here.

Three ledgers that never mix: the real one, one for tests that all go to another address, and a copy of the real one
for a dry run, whose mail is written into a folder.
Rule: N12.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from kpireport import languages, store
from kpireport.core.catalogue import mail as problems
from kpireport.core.diagnostics import Severity, Where, quoted
from kpireport.deliver import parcels
from kpireport.deliver.addressees import addressees, forbidden
from kpireport.deliver.entry import HoldReason, MessageState
from kpireport.deliver.outbox import Outbox
from kpireport.deliver.places import network
from kpireport.deliver.send import Delivered, Sender, StopReason
from kpireport.deliver.transport import DeliveryStatus
from kpireport.deliver.transports import transport
from kpireport.deliver.transports.directory import Directory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.dispatch import Product
    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.parcels import Queued
    from kpireport.deliver.transport import SendResult, Transport

REAL, TEST, DRY = "outbox.db", "outbox-test.db", "outbox-dry-run.db"


class Post:
    """Mail by one set of settings, kept in one state folder. transport, clock, sleep: for tests."""

    def __init__(
        self, mail: MailSettings, state: Path, *, transport: Transport | None = None,
        clock: Callable[[], float] = time.time, sleep: Callable[[float], object] = time.sleep,
    ) -> None:  # fmt: skip
        self.mail = mail
        self.state = state
        self._transport = transport
        self._clock = clock
        self._sleep = sleep
        self._name = ""
        self._redirect = ""
        self._open: dict[str, Outbox] = {}

    def put(
        self, product: Product, *, today: date, revision: int = 1, dry_run: bool = False,
        redirect_to: str = "", hold: tuple[HoldReason, ...] = (),
    ) -> Queued:  # fmt: skip
        """Queue the mail of a product, each delivery once however often this is asked.

        revision: counts the corrected workbooks of a report and period, from 1. redirect_to: all of it goes there, as a
        test.
        hold: why all of it waits for a person, whatever the settings say.
        """
        self._choose(REAL if not redirect_to else TEST, dry_run=dry_run)
        if product.failed:
            return parcels.Queued()
        told: list[Diagnostic] = []
        self._redirect = redirect_to.strip().casefold()
        if product.waiting and not self._redirect:  # a test goes to nobody who could be misled
            hold = (HoldReason.READING, *hold)
        if self._redirect and (problem := forbidden(self.mail, self._redirect)):
            return parcels.Queued(diagnostics=(problem,))
        found, refused = addressees(self.mail, product.recipients, today=today, report=product.report)
        told.extend(refused)
        if not found:
            told.append(problems.NOBODY.at(Where(), report=product.report))
        try:
            parcel = parcels.Packer(
                self._outbox(), self.mail, product, revision, at=self._clock(), redirect_to=self._redirect,
                dry_run=dry_run, hold=hold,
            )  # fmt: skip
            queued = parcel.pack(found)
        except (OSError, sqlite3.Error) as error:
            return parcels.Queued(diagnostics=(*told, self._unusable(error)))
        shut_out = sum(one.severity is Severity.ERROR for one in refused)
        return replace(
            queued, diagnostics=(*told, *queued.diagnostics), people=queued.people + shut_out,
            lost=queued.lost + shut_out,
        )  # fmt: skip

    def notice(self, subject: str, text: str, *, run: str = "", dry_run: bool = False, redirect_to: str = "") -> Queued:
        """Queue a summary or failure notice for the owner, once for each ``run``; nothing where no owner is named.

        redirect_to: as of ``put``; in a test the owner is not written to either.
        """
        self._redirect = redirect_to.strip().casefold() or self._redirect
        if not self.mail.owner or (self._redirect and forbidden(self.mail, self._redirect)):
            return parcels.Queued()
        self._choose(TEST if self._redirect else self._name or REAL, dry_run=dry_run)
        key = run or hashlib.sha256(f"{subject}\n{text}".encode()).hexdigest()[:16]
        try:
            return parcels.notice(
                self._outbox(), self.mail, subject, text, run=key, at=self._clock(), redirect_to=self._redirect
            )
        except (OSError, sqlite3.Error) as error:
            return parcels.Queued(diagnostics=(self._unusable(error),))

    def send(
        self, *, dry_run: bool = False, test: bool = False, notices_only: bool = False,
        progress: Callable[[str], None] | None = None,
    ) -> Delivered:  # fmt: skip
        """Send what is due in the ledger that was last put into: the real one, unless that was a test.

        dry_run: everything but the network; the mail is written into ``dry-run`` of the state folder.
        notices_only: what is for the owner; reports stay queued.
        """
        self._choose(TEST if test else self._name or REAL, dry_run=dry_run)
        lock = FileLock(self.state / f"{self._name}.lock", timeout=0)
        try:
            outbox = self._outbox()
            with lock:
                return self._send(outbox, progress or (lambda _: None), notices_only=notices_only)
        except Timeout:
            return Delivered(diagnostics=(problems.LOCKED.at(Where()),), stop=StopReason.LOCKED)
        except (OSError, sqlite3.Error) as error:
            return Delivered(diagnostics=(self._unusable(error),), stop=StopReason.STATE)

    def _send(self, outbox: Outbox, progress: Callable[[str], None], *, notices_only: bool) -> Delivered:
        dry = self._name == DRY
        out = Directory(self.state / "dry-run", draft=False) if dry else self._transport or transport(self.mail)
        mail = replace(self.mail, per_minute=0) if dry else self.mail
        sender = Sender(outbox, out, mail, self._clock, self._sleep, progress)
        try:
            done = sender.run(notices_only=notices_only)
            if self.mail.keep_days and not dry:
                outbox.forget(self._clock() - 86_400 * self.mail.keep_days)
        except (OSError, sqlite3.Error) as error:
            # What was committed stands; a message in the air is recovered, as uncertain, by the next run.
            return Delivered(
                sent=tuple(sender.keys[MessageState.SENT]), failed=tuple(sender.keys[MessageState.FAILED]),
                diagnostics=(*sender.told, self._unusable(error)), stop=StopReason.STATE,
            )  # fmt: skip
        else:
            return done
        finally:
            out.close()

    def try_out(self, to: str = "") -> tuple[SendResult, Delivered | None]:
        """Connect and sign in; with an address that the settings allow, send it one test message."""
        out = self._transport or transport(self.mail)
        answer = out.try_out()
        if not to or answer.fate is not DeliveryStatus.SENT:
            return answer, None
        problem = forbidden(self.mail, to)
        if problem is not None:
            return answer, Delivered(diagnostics=(problem,), stop=StopReason.FORBIDDEN)
        self._choose(TEST, dry_run=False)
        at = self._clock()
        text = languages.spoken(self.mail.language).say("letters.test.text")
        try:
            parcels.notice(
                self._outbox(), self.mail, "kpireport", text, run=f"test {at:.3f}", at=at, redirect_to=to.casefold()
            )
        except (OSError, sqlite3.Error) as error:
            return answer, Delivered(diagnostics=(self._unusable(error),), stop=StopReason.STATE)
        return answer, self.send(test=True)

    def summary(self) -> Mapping[str, int]:
        """Return how many messages of the real ledger are in each state; nothing where there is none yet."""
        if not (self.state / REAL).is_file():
            return {}
        self._choose(self._name or REAL, dry_run=False)
        return {str(state): count for state, count in self._at(REAL).counts().items()}

    def newest(self, report: str, period: str) -> int:
        """Return the newest revision of a report that the real ledger knows letters of; 0 where it knows of none.

        Raises OSError where it cannot be read.
        """
        return self._real(0, lambda outbox: outbox.newest(report, period))

    def letters(self, report: str, period: str, revision: int) -> int:
        """Return to how many people and parts a revision of a report was queued. Raises OSError."""
        return self._real(0, lambda outbox: outbox.letters(report, period, revision))

    def last_event(self) -> int:
        """Return the number of the last thing that happened in the real ledger; 0 for none. Raises OSError."""
        return self._real(0, lambda outbox: outbox.last_event())

    def hold_queued(self, reason: HoldReason) -> int:
        """Hold all reports that are queued in the real ledger, and return how many. Raises OSError."""
        return self._real(0, lambda outbox: outbox.hold_queued(self._clock(), reason))

    def _real(self, absent: int, asked: Callable[[Outbox], int]) -> int:
        if not (self.state / REAL).is_file():
            return absent
        try:
            return asked(self._at(REAL))
        except (OSError, sqlite3.Error) as error:
            raise store.explained(error, self.state / REAL) from error

    def ledger(self, *, test: bool = False) -> Outbox:
        """Return a ledger, for a person to look into. Raises OSError or sqlite3.Error."""
        return self._at(TEST if test else REAL)

    def dry_ledger(self) -> Outbox:
        """Return the ledger of the dry run that this post office made."""
        return self._at(DRY)

    def close(self) -> None:
        """Close all ledgers."""
        for outbox in self._open.values():
            outbox.close()
        self._open.clear()

    def _choose(self, name: str, *, dry_run: bool) -> None:
        wanted = DRY if dry_run else name
        if self._name and self._name != wanted:
            raise ValueError("one post office serves one ledger: make another for tests and for dry runs")
        self._name = wanted

    def _outbox(self) -> Outbox:
        return self._at(self._name or REAL)

    def _at(self, name: str) -> Outbox:
        """Return a ledger of this name. Raises OSError where the state folder is on a network."""
        if name not in self._open:
            kind = network(self.state)
            if kind:
                raise NetworkError(kind)
            if name == DRY:
                self._fresh_copy()
            self._open[name] = Outbox(self.state / name)
        return self._open[name]

    def _fresh_copy(self) -> None:
        """Begin a dry run with what the real ledger knows, so that it queues what a real run would."""
        for end in ("", "-wal", "-shm"):
            (self.state / f"{DRY}{end}").unlink(missing_ok=True)
        shutil.rmtree(self.state / "dry-run", ignore_errors=True)
        (self.state / "dry-run").mkdir(mode=0o700, parents=True, exist_ok=True)
        if (self.state / REAL).is_file():
            real = Outbox(self.state / REAL)
            try:
                real.copy(self.state / DRY)
            finally:
                real.close()

    def _unusable(self, error: Exception) -> Diagnostic:
        if isinstance(error, NetworkError):
            return problems.STORE_REFUSED.at(Where(), folder=quoted(str(self.state)), reason=str(error))
        explained = store.explained(error, self.state / (self._name or REAL))
        return problems.STORE_FAILED.at(Where(), reason=store.reason(explained))


class NetworkError(OSError):
    """The state folder is on a network share."""

    def __str__(self) -> str:
        return f"it is on a network file system ({self.args[0]})"
