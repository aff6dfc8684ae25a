"""Send what is queued, one message after the other, each with its fate committed before the next is touched.

Runs only under the sender's lock. What a server cannot take now is tried again later, at growing distances; what
nobody can know is left for a person.
Rule: N4, N6.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kpireport.core.addresses import hidden, masked
from kpireport.core.catalogue import mail as problems
from kpireport.core.diagnostics import Where
from kpireport.core.registry import complete
from kpireport.deliver.entry import MessageKind, MessageState
from kpireport.deliver.seals import unsealed
from kpireport.deliver.transport import DeliveryStatus, SendResult
from kpireport.exits import FINE, LATER, REFUSED, UNDELIVERED, UNWRITABLE
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpireport.core.diagnostics import Diagnostic, Problem
    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.entry import Entry
    from kpireport.deliver.outbox import Outbox
    from kpireport.deliver.transport import Transport

BACK_OFF = (1.0, 5.0, 15.0, 60.0)  # minutes
SPREAD = 0.2  # of each, up or down, so that many senders do not come back together
MOST_ATTEMPTS = 8
REFUSALS = (problems.SIGN_IN_REFUSED, problems.TOKEN_REFUSED)  # of ourselves, not of a message


class StopReason(StrEnum):
    """Why sending ended early."""

    LOCKED = "locked"  # another run is sending
    TOO_MANY = "too many"
    STATE = "state"  # the outbox cannot be kept
    FORBIDDEN = "forbidden"  # the settings do not allow the address of a test
    REFUSED = "refused"  # we were not let in
    SERVER = "server"  # another problem with the server
    AWAY = "away"  # the server could not be reached for as long as a run may try

    @property
    def code(self) -> int:
        """The exit code that tells a scheduler of it."""
        return CODES[self]


CODES = complete(
    StopReason,
    {
        StopReason.LOCKED: LATER,
        StopReason.TOO_MANY: UNDELIVERED,
        StopReason.STATE: UNWRITABLE,
        StopReason.FORBIDDEN: UNDELIVERED,
        StopReason.REFUSED: REFUSED,
        StopReason.SERVER: UNDELIVERED,
        StopReason.AWAY: LATER,
    },
)


def stop_of(problem: Problem) -> StopReason:
    """Return which stop a problem with the server is."""
    return StopReason.REFUSED if problem in REFUSALS else StopReason.SERVER


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a run of the sender came to, in keys. sent, failed: in this run; held, uncertain, deferred: as it is now.

    An old notice to the owner that is uncertain is left out: or each would give cause for the next.

    stop: why it ended early; None where it did not. fault: the problem with the server that ended it. down: the server
    could not be reached at the end.
    """

    sent: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    uncertain: tuple[str, ...] = ()
    deferred: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    stop: StopReason | None = None
    fault: Problem | None = None
    down: bool = False


def exit_code(delivered: Delivered) -> int:
    """Return the exit code that tells a scheduler what came of a run: 0, 4, or the sysexits number of a fault.

    4: something was not delivered. 74: the outbox cannot be written. 75: try later. 77: signing in was refused.
    """
    if delivered.stop is not None and delivered.stop.code != UNDELIVERED:
        return delivered.stop.code
    if delivered.deferred and not delivered.sent and delivered.down:
        return LATER
    undone = delivered.failed or delivered.held or delivered.uncertain or delivered.deferred or delivered.stop
    return UNDELIVERED if undone else FINE


@dataclass
class Sender:
    """One run. clock: seconds since 1970; sleep: waits; both are given, for tests."""

    outbox: Outbox
    transport: Transport
    mail: MailSettings
    clock: Callable[[], float]
    sleep: Callable[[float], object]
    progress: Callable[[str], None]
    keys: dict[MessageState, list[str]] = field(
        default_factory=lambda: {MessageState.SENT: [], MessageState.FAILED: []}
    )
    told: list[Diagnostic] = field(default_factory=list)
    doubted: set[str] = field(default_factory=set)  # what became uncertain in this run
    stop: StopReason | None = None
    fault: Problem | None = None
    slept: float = 0.0
    downs: int = 0  # times in a row that the server could not be reached
    down: bool = False
    reply: str = ""
    last: float | None = None

    def run(self, *, notices_only: bool = False) -> Delivered:
        """Recover, look up what was uncertain, and send all that is due. Raises sqlite3.Error and OSError.

        notices_only: what is for the owner; reports stay queued.
        """
        self.outbox.recover(self.clock())
        self._resolve()
        notices_only = self._too_many() or notices_only
        while self._pass(notices_only=notices_only) and self._wait(notices_only=notices_only):
            pass
        return self.result()

    def result(self) -> Delivered:
        """Return what has come of it so far."""
        deferred = tuple(entry.key for entry in self.outbox.entries((MessageState.QUEUED,)))
        if deferred and not self.stop:
            self.told.append(problems.DEFERRED.at(Where(), count=len(deferred), reply=hidden(self.reply) or "-"))
        doubted = self.outbox.entries((MessageState.UNCERTAIN,))
        uncertain = tuple(one.key for one in doubted if one.kind is not MessageKind.NOTICE or one.key in self.doubted)
        for key in uncertain:
            entry = self.outbox.get(key)
            if entry is not None:
                self._tell(problems.UNCERTAIN, entry, reply=entry.reply or entry.reason)
        return Delivered(
            sent=tuple(self.keys[MessageState.SENT]),
            failed=tuple(self.keys[MessageState.FAILED]),
            held=tuple(entry.key for entry in self.outbox.entries((MessageState.HELD,))),
            uncertain=uncertain,
            deferred=deferred,
            diagnostics=tuple(self.told),
            stop=self.stop,
            fault=self.fault,
            down=self.downs > 0,
        )

    def _too_many(self) -> bool:
        """Stop a runaway before its first message; notices to the owner do not count. Rule: N9."""
        waiting = [
            entry for entry in self.outbox.entries((MessageState.QUEUED,)) if entry.kind is not MessageKind.NOTICE
        ]
        if len(waiting) <= self.mail.max_messages_per_run:
            return False
        most = self.mail.max_messages_per_run
        self.told.append(problems.TOO_MANY.at(Where(), count=len(waiting), most=most))
        self.stop = StopReason.TOO_MANY
        return True

    def _resolve(self) -> None:
        """Look up the fate of uncertain messages where the way out can tell it."""
        for entry in self.outbox.entries((MessageState.UNCERTAIN,)):
            answer = self.transport.resolve(entry)
            if answer is not None and answer.broken:
                return  # nor can any other be looked up now
            if answer is None or answer.fate is DeliveryStatus.UNKNOWN:
                continue
            state = MessageState.SENT if answer.fate is DeliveryStatus.SENT else MessageState.QUEUED
            if self.outbox.settle(
                entry.key, state, self.clock(), allowed=(MessageState.UNCERTAIN,), reason=answer.reply
            ):
                self._count(state, entry.key)

    def _pass(self, *, notices_only: bool) -> bool:
        """Try each message that is due, once; False where going on is pointless in this run."""
        answer: SendResult | None = None
        for key in self.outbox.due(self.clock(), notices_only=notices_only):
            self._keep_pace()
            entry = self.outbox.claim(key, self.clock())
            if entry is None:
                continue
            try:
                fault = unsealed(entry)
            except OSError as error:  # of a folder for large files: it may be there again in a minute
                self._again(entry, SendResult(DeliveryStatus.AGAIN, os_reason(error)), self.clock())
                continue
            if fault:
                self._hold(entry, fault)
                continue
            self.progress(masked(entry.recipient))
            answer = self.transport.send(entry, lambda phase, remote, key=key: self.outbox.mark(key, phase, remote))  # type: ignore[misc]
            self._commit(entry, answer)
            if self.down or (answer.stop is not None and not answer.down):
                break
        return answer is None or answer.down or answer.stop is None

    def _wait(self, *, notices_only: bool) -> bool:
        """Sleep until something is due, within the budget of this run; False where nothing is, or it is too far."""
        at = self.outbox.next_due()
        if at is None or notices_only:
            return False
        away = 60 * _minutes(self.downs) * _spread() if self.down else 0.0
        pause = max(at - self.clock(), away, 0.0)
        if self.slept + pause > self.mail.retry_minutes * 60:
            return False
        self.transport.close()
        self.slept += pause
        self.sleep(pause)
        self.down = False
        return True

    def _keep_pace(self) -> None:
        """Wait as long as the server's rate asks between two messages."""
        now = self.clock()
        if self.mail.per_minute and self.last is not None:
            pause = self.last + 60.0 / self.mail.per_minute - now
            if pause > 0:
                self.sleep(pause)
        self.last = self.clock()

    def _commit(self, entry: Entry, answer: SendResult) -> None:
        """Write down what came of an attempt; from here on nothing changes a state that says sent."""
        self.reply = answer.reply
        now = self.clock()
        match answer.fate:
            case DeliveryStatus.SENT:
                self.outbox.finish(entry.key, MessageState.SENT, now, reply=answer.reply)
                self._count(MessageState.SENT, entry.key)
            case DeliveryStatus.REFUSED:
                self.outbox.finish(entry.key, MessageState.FAILED, now, reply=answer.reply)
                self._count(MessageState.FAILED, entry.key)
                self._tell(problems.REFUSED, entry, reply=answer.reply)
            case DeliveryStatus.UNKNOWN:
                self.outbox.finish(entry.key, MessageState.UNCERTAIN, now, reply=answer.reply)
                self.doubted.add(entry.key)
            case DeliveryStatus.AGAIN:
                self._again(entry, answer, now)
        if answer.stop is not None and not answer.down:
            self.stop, self.fault = stop_of(answer.stop), answer.stop
            host, reply = self.transport.host, hidden(answer.reply)
            self.told.append(answer.stop.at(Where(), host=host, reply=reply, folder=host, reason=reply))
        self.down = answer.down
        self.downs = self.downs + 1 if answer.down else 0

    def _again(self, entry: Entry, answer: SendResult, now: float) -> None:
        """Queue a message again, farther away each time, or give it up. Rule: N6."""
        ours = answer.stop is None and not answer.down  # the fault may be the message's
        age = now - (entry.first_attempt or now)
        if ours and (entry.attempts >= MOST_ATTEMPTS or age > self.mail.give_up_hours * 3600):
            self.outbox.finish(entry.key, MessageState.FAILED, now, reply=answer.reply, reason="given up")
            self._count(MessageState.FAILED, entry.key)
            self._tell(problems.GIVEN_UP, entry, reply=answer.reply, attempts=entry.attempts)
            return
        pause = max(answer.wait, 60 * _minutes(entry.attempts) * _spread())
        self.outbox.finish(
            entry.key, MessageState.QUEUED, now, reply=answer.reply, not_before=now + pause if ours else now,
            charge=ours, aging=answer.down,
        )  # fmt: skip
        if answer.down:
            for key in self.outbox.unreached(now, self.mail.give_up_hours * 3600, answer.reply):
                self._count(MessageState.FAILED, key)
                late = self.outbox.get(key)
                if late is not None:
                    self._tell(problems.GIVEN_UP, late, reply=answer.reply, attempts=late.attempts)

    def _hold(self, entry: Entry, name: str) -> None:
        self.outbox.finish(
            entry.key, MessageState.HELD, self.clock(), reason=f"{name} does not belong to this part", charge=False
        )
        self._tell(problems.SEAL_BROKEN, entry, name=name, scope=entry.scope or "all")

    def _count(self, state: MessageState, key: str) -> None:
        if state in self.keys:
            self.keys[state].append(key)

    def _tell(self, kind: object, entry: Entry, **details: object) -> None:
        if "reply" in details:
            details["reply"] = hidden(str(details["reply"]))
        self.told.append(kind.at(Where(), address=masked(entry.recipient), **details))  # type: ignore[attr-defined]


def _minutes(attempts: int) -> float:
    """Return how long to wait after so many attempts."""
    return BACK_OFF[max(0, min(attempts, len(BACK_OFF)) - 1)]


def _spread() -> float:
    return random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - not a secret
