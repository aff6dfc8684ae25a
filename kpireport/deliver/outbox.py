"""The ledger of all mail: what is to be sent, the bytes of it, and how far each one has come.

SQLite on this machine's own disk, WAL, synchronous FULL: what is committed is there after a power cut. A row's key is
report, period, part, recipient and revision, so that asking twice queues once. States:

    queued -> sending -> sent, failed, uncertain or queued again;  held, cancelled and skipped wait for a person.

``phase`` is "dot_sent" from before the last byte leaves: a row that died there is uncertain, and nobody sends it again
but by a person's word. Recovery runs only under the sender's lock.
Rule: N4.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport import store
from kpireport.deliver.entry import (
    ASKED,
    COLUMNS,
    UNCHANGED,
    Entry,
    HoldReason,
    MessageKind,
    MessageState,
    Phase,
    holding,
)
from kpireport.deliver.standing import Standing
from kpireport.store import changing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


class Outbox(Standing):
    """One ledger. Raises OSError where it cannot be opened, sqlite3.Error where it cannot be kept."""

    # ---- what is put in

    def add(self, entry: Entry, statuses: Mapping[str, str]) -> bool:
        """Keep a new message; False where this delivery, or a newer revision of it, is known already.

        One that was skipped by its condition is taken anew, and one that is held for a reading, which is made again
        when that is confirmed. Older revisions that have not left are cancelled: their figures are out of date.
        """
        values = [getattr(entry, name) for name in COLUMNS.split(", ")]
        where = (entry.report, entry.period, entry.scope, entry.recipient, entry.envelope)
        with changing(self.db):
            known = self.db.execute("SELECT state, reason FROM message WHERE key=?", (entry.key,)).fetchone()
            newer = self.db.execute(
                "SELECT 1 FROM message WHERE report=? AND period=? AND scope=? AND recipient=? AND envelope=? "
                "AND revision>?",
                (*where, entry.revision),
            ).fetchone()
            if newer or (known and not _anew(known[0], known[1], entry)):
                return False
            if known:
                self.db.execute("DELETE FROM seal WHERE key=?", (entry.key,))
                self.db.execute("DELETE FROM message WHERE key=?", (entry.key,))
            marks = ",".join("?" * (len(values) + 2))
            self.db.execute(
                f"INSERT INTO message ({COLUMNS}, eml, statuses) VALUES ({marks})",  # noqa: S608 - our own names
                (*values, entry.eml, json.dumps(statuses, sort_keys=True)),
            )
            seals = [(entry.key, name, seal) for name, seal in entry.seals.items()]
            self.db.executemany("INSERT INTO seal VALUES (?,?,?)", seals)
            if entry.fingerprint:
                self.db.execute("INSERT OR REPLACE INTO typed VALUES (?,?)", (entry.key, entry.fingerprint))
            self.note(entry.key, entry.queued, entry.state, entry.reason)
            if entry.state is not MessageState.SKIPPED or entry.reason == UNCHANGED:
                self._supersede(where, entry)
        return True

    def _supersede(self, where: Sequence[str], entry: Entry) -> None:
        old = self.db.execute(
            "SELECT key FROM message WHERE report=? AND period=? AND scope=? AND recipient=? AND envelope=? "
            "AND revision<? AND state IN ('queued','held')",
            (*where, entry.revision),
        ).fetchall()
        for (key,) in old:
            reason = f"superseded by revision {entry.revision}"
            self.db.execute(
                "UPDATE message SET state='cancelled', reason=?, changed=? WHERE key=?", (reason, entry.queued, key)
            )
            self.note(key, entry.queued, MessageState.CANCELLED, reason)

    def left(self, report: str, period: str, scope: str, recipient: str, envelope: str, revision: int) -> str:
        """Return the Message-ID of the newest older revision that left, or may have; "" where none did."""
        row = self.db.execute(
            "SELECT message_id FROM message WHERE report=? AND period=? AND scope=? AND recipient=? AND envelope=? "
            "AND revision<? AND state IN ('sent','uncertain','sending') ORDER BY revision DESC, resend DESC LIMIT 1",
            (report, period, scope, recipient, envelope, revision),
        ).fetchone()
        return str(row[0]) if row else ""

    def fingerprint(self, message_id: str) -> str:
        """Return the fingerprint of what was typed for a message; "" where it is not known."""
        row = self.db.execute(
            "SELECT fingerprint FROM typed JOIN message USING (key) WHERE message_id=?", (message_id,)
        ).fetchone()
        return str(row[0]) if row else ""

    def last_statuses(self, report: str, scope: str, recipient: str, envelope: str) -> dict[str, str] | None:
        """Return the statuses that this recipient was told last of this part; None where nothing was told yet."""
        row = self.db.execute(
            "SELECT statuses FROM message WHERE report=? AND scope=? AND recipient=? AND envelope=? AND kind='report' "
            "AND state IN ('sent','uncertain') ORDER BY period DESC, revision DESC, changed DESC LIMIT 1",
            (report, scope, recipient, envelope),
        ).fetchone()
        return _statuses(row[0]) if row else None

    # ---- the sender's side, under its lock

    def recover(self, now: float) -> tuple[int, int]:
        """Return how many messages of a run that died are queued again, and how many are uncertain. Rule: N5."""
        with changing(self.db):
            rows = self.db.execute("SELECT key, phase FROM message WHERE state='sending'").fetchall()
            for key, phase in rows:
                state = MessageState.UNCERTAIN if phase == Phase.DOT_SENT else MessageState.QUEUED
                reason = "the program ended while the message was being handed over" if phase == Phase.DOT_SENT else ""
                self.db.execute(
                    "UPDATE message SET state=?, reason=?, changed=? WHERE key=?", (state, reason, now, key)
                )
                self.note(key, now, f"recovered: {state}", phase)
        uncertain = sum(1 for _, phase in rows if phase == Phase.DOT_SENT)
        return len(rows) - uncertain, uncertain

    def due(self, now: float, *, notices_only: bool = False) -> list[str]:
        """Return the keys of what may be sent now, oldest first; notices to the owner last."""
        rows = self.db.execute(
            "SELECT key FROM message WHERE state='queued' AND not_before<=? AND (kind='notice' OR NOT ?) "
            "ORDER BY kind='notice', queued, rowid",
            (now, notices_only),
        ).fetchall()
        return [key for (key,) in rows]

    def next_due(self) -> float | None:
        """Return when the next message may be tried; None where none is queued."""
        row = self.db.execute("SELECT min(not_before) FROM message WHERE state='queued'").fetchone()
        return None if row[0] is None else float(row[0])

    def claim(self, key: str, now: float) -> Entry | None:
        """Return a queued message, which is now being sent; None where it is not queued any more."""
        with changing(self.db):
            done = self.db.execute(
                "UPDATE message SET state='sending', phase='', reason='', changed=?, attempts=attempts+1, "
                "first_attempt=coalesce(first_attempt, ?) WHERE key=? AND state='queued'",
                (now, now, key),
            )
            if done.rowcount != 1:
                return None
            self.note(key, now, MessageState.SENDING)
        return self.get(key, whole=True)

    def mark(self, key: str, phase: Phase, remote: str = "") -> None:
        """Commit how far a message is; from "dot_sent" on nobody can know its fate without the server's answer.

        Rule: N4.
        """
        with changing(self.db):
            done = self.db.execute(
                "UPDATE message SET phase=?, remote=CASE WHEN ?='' THEN remote ELSE ? END "
                "WHERE key=? AND state='sending'",
                (phase, remote, remote, key),
            )
            if done.rowcount != 1:
                raise sqlite3.IntegrityError(f"{key} is not being sent")

    def finish(
        self, key: str, state: MessageState, now: float, *, reply: str = "", reason: str = "", not_before: float = 0.0,
        charge: bool = True, aging: bool = False,
    ) -> None:  # fmt: skip
        """Commit what came of an attempt. charge: False gives it back, for a fault that is not the message's.

        aging: its time goes on all the same, because the server is away.
        """
        back = 0 if charge else 1
        with changing(self.db):
            done = self.db.execute(
                "UPDATE message SET state=?, phase=CASE WHEN ?='queued' THEN '' ELSE phase END, reply=?, reason=?, "
                "not_before=?, changed=?, attempts=attempts-?, "
                "first_attempt=CASE WHEN ? OR attempts>? THEN first_attempt END WHERE key=? AND state='sending'",
                (state, state, reply[:500], reason, not_before, now, back, aging, back, key),
            )
            if done.rowcount != 1:
                raise sqlite3.IntegrityError(f"{key} is not being sent")
            self.note(key, now, state, reply)

    # ---- what a person asks and decides

    def unreached(self, now: float, longest: float, reply: str) -> list[str]:
        """Note that what is due waits for a server that is away; what did so for too long has failed: return its keys.

        Notices to the owner wait for ever: they tell of this. longest: seconds.
        """
        due = "state='queued' AND kind!='notice' AND not_before<=?"
        with changing(self.db):
            self.db.execute(f"UPDATE message SET first_attempt=? WHERE {due} AND first_attempt IS NULL", (now, now))  # noqa: S608 - our own words
            rows = self.db.execute(f"SELECT key FROM message WHERE {due} AND first_attempt<?", (now, now - longest))  # noqa: S608
            keys = [str(key) for (key,) in rows.fetchall()]
            for key in keys:
                self.db.execute(
                    "UPDATE message SET state='failed', reason='given up', reply=?, changed=? WHERE key=?",
                    (reply[:500], now, key),
                )
                self.note(key, now, MessageState.FAILED, "given up")
        return keys

    def get(self, key: str, *, whole: bool = False) -> Entry | None:
        """Return one message; whole: with its bytes and seals."""
        row = self.db.execute(f"SELECT {COLUMNS} FROM message WHERE key=?", (key,)).fetchone()  # noqa: S608
        if row is None:
            return None
        if not whole:
            return _entry(row)
        eml = self.db.execute("SELECT eml FROM message WHERE key=?", (key,)).fetchone()[0]
        seals = dict(self.db.execute("SELECT name, seal FROM seal WHERE key=?", (key,)).fetchall())
        entry = _entry(row)
        return replace(entry, eml=bytes(eml), seals=seals, fingerprint=self.fingerprint(entry.message_id))

    def find(self, start: str) -> list[str]:
        """Return the keys that begin with these characters."""
        if not start or not all(c in "0123456789abcdef" for c in start.lower()):
            return []
        rows = self.db.execute("SELECT key FROM message WHERE key LIKE ? ORDER BY key", (f"{start.lower()}%",))
        return [key for (key,) in rows.fetchall()]

    def entries(self, states: Iterable[MessageState] = MessageState) -> tuple[Entry, ...]:
        """Return messages in the order they were queued, without their bytes."""
        wanted = tuple(states)
        marks = ",".join("?" * len(wanted))
        rows = self.db.execute(
            f"SELECT {COLUMNS} FROM message WHERE state IN ({marks}) ORDER BY queued, rowid",  # noqa: S608
            wanted,
        )
        return tuple(map(_entry, rows.fetchall()))

    def statuses(self, key: str) -> dict[str, str]:
        row = self.db.execute("SELECT statuses FROM message WHERE key=?", (key,)).fetchone()
        return _statuses(row[0]) if row else {}

    def events(self, key: str) -> list[tuple[float, str, str]]:
        """Return what happened to a message: when, what, detail."""
        rows = self.db.execute("SELECT at, what, detail FROM event WHERE key=? ORDER BY id", (key,))
        return [(float(at), str(what), str(detail)) for at, what, detail in rows.fetchall()]

    def counts(self) -> dict[MessageState, int]:
        """Return how many messages are in each state; states without any are 0."""
        rows = self.db.execute("SELECT state, count(*) FROM message GROUP BY state").fetchall()
        with store.content("a state"):
            counts = {MessageState(state): int(count) for state, count in rows}
        return {state: counts.get(state, 0) for state in MessageState}

    def settle(
        self,
        key: str,
        state: MessageState,
        now: float,
        *,
        allowed: Sequence[MessageState],
        reason: str,
        anew: bool = False,
    ) -> bool:
        """Put a message into another state by a person's word, or a server's; False where it is not in one allowed.

        anew: a person says that it has not left, so that a draft which cannot be found is made anew.
        """
        marks = ",".join("?" * len(allowed))
        fields = "state=?, reason=?, changed=?, not_before=0, attempts=0, first_attempt=NULL"
        if anew:
            fields += f", remote=ltrim(remote, '{ASKED}')"
        change = f"UPDATE message SET {fields} WHERE key=? AND state IN ({marks})"  # noqa: S608 - our own names
        with changing(self.db):
            done = self.db.execute(change, (state, reason, now, key, *allowed))
            if done.rowcount == 1:
                self.note(key, now, f"settled: {state}", reason)
        return done.rowcount == 1

    def resends(self, entry: Entry) -> int:
        """Return how often a revision was sent again by a person's word."""
        row = self.db.execute(
            "SELECT max(resend) FROM message WHERE report=? AND period=? AND scope=? AND recipient=? AND revision=? "
            "AND envelope=?",
            (entry.report, entry.period, entry.scope, entry.recipient, entry.revision, entry.envelope),
        ).fetchone()
        return int(row[0] or 0)

    def forget(self, before: float) -> int:
        """Forget the bytes of what was settled before a time, and return of how many messages.

        That they were sent is never forgotten: nothing is sent twice because it is old.
        Rule: N19.
        """
        with changing(self.db):
            done = self.db.execute(
                "UPDATE message SET eml=x'' WHERE state IN ('sent','failed','cancelled','skipped') AND changed<? "
                "AND length(eml)>0",
                (before,),
            )
        return done.rowcount

    def waits(self, entry: Entry) -> bool:
        """Return whether this delivery, in any revision, is to be sent or may be in the air: then it is not resent."""
        row = self.db.execute(
            "SELECT 1 FROM message WHERE report=? AND period=? AND scope=? AND recipient=? AND envelope=? "
            "AND state IN ('queued','sending','uncertain','held')",
            (entry.report, entry.period, entry.scope, entry.recipient, entry.envelope),
        ).fetchone()
        return row is not None

    def last_failed(self) -> list[str]:
        """Return the keys of what has failed and was neither sent again nor superseded since, in order."""
        rows = self.db.execute(
            "SELECT key FROM message AS one WHERE state='failed' AND NOT EXISTS (SELECT 1 FROM message AS other WHERE "
            "other.report=one.report AND other.period=one.period AND other.scope=one.scope AND "
            "other.recipient=one.recipient AND other.envelope=one.envelope AND "
            "(other.revision, other.resend) > (one.revision, one.resend)) ORDER BY queued, rowid"
        )
        return [key for (key,) in rows.fetchall()]

    def sound(self) -> bool:
        """Return whether the database is whole."""
        return store.sound(self.db)

    def copy(self, place: Path) -> None:
        """Copy the whole ledger to another file, for a dry run."""
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch(mode=0o600)
        other = sqlite3.connect(place)
        try:
            self.db.backup(other)
        finally:
            other.close()


def _entry(row: sqlite3.Row) -> Entry:
    """Return a message without its bytes."""
    fields = dict(row)
    with store.content("a message"):
        kind, state, phase = MessageKind(fields["kind"]), MessageState(fields["state"]), Phase(fields["phase"])
        return Entry(**(fields | {"kind": kind, "state": state, "phase": phase}))


def _statuses(text: str) -> dict[str, str]:
    with store.content("the statuses of a message"):
        return dict(json.loads(text))


def _anew(state: str, reason: str, entry: Entry) -> bool:
    """Return whether a message that is known gives way to one of the same delivery."""
    unread = state == MessageState.HELD and HoldReason.READING in holding(reason)
    return unread or (state == MessageState.SKIPPED and entry.state is not MessageState.SKIPPED)
