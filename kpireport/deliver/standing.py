"""The file of all mail, and how it stands: what the batch asks of it, and what is held as a whole.

Rule: N21, N22.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from kpireport import store
from kpireport.deliver.entry import HoldReason, MessageState
from kpireport.store import Schema, changing

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = Schema(
    log=True,
    sql="""
CREATE TABLE IF NOT EXISTS message (
  key TEXT PRIMARY KEY,
  report TEXT NOT NULL, period TEXT NOT NULL, scope TEXT NOT NULL, recipient TEXT NOT NULL,
  revision INTEGER NOT NULL, resend INTEGER NOT NULL, envelope TEXT NOT NULL,
  kind TEXT NOT NULL, state TEXT NOT NULL, phase TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
  message_id TEXT NOT NULL UNIQUE, subject TEXT NOT NULL, sender TEXT NOT NULL,
  eml BLOB NOT NULL, eml_sha256 TEXT NOT NULL, statuses TEXT NOT NULL DEFAULT '{}',
  queued REAL NOT NULL, not_before REAL NOT NULL DEFAULT 0, first_attempt REAL, attempts INTEGER NOT NULL DEFAULT 0,
  changed REAL NOT NULL, reply TEXT NOT NULL DEFAULT '', remote TEXT NOT NULL DEFAULT '',
  UNIQUE (report, period, scope, recipient, revision, resend, envelope)
);
CREATE INDEX IF NOT EXISTS by_state ON message (state, not_before);
CREATE TABLE IF NOT EXISTS seal (
  key TEXT NOT NULL REFERENCES message (key), name TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (key, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS typed (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, at REAL NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS event_of ON event (key);
""",
)


class Standing:
    """One file. Raises OSError where it cannot be opened, sqlite3.Error where it cannot be kept."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = path
        self.db = store.opened(path, SCHEMA, any_thread=True)
        self.db.row_factory = sqlite3.Row

    def close(self) -> None:
        self.db.close()

    def note(self, key: str, at: float, what: str, detail: str = "") -> None:
        self.db.execute("INSERT INTO event (key, at, what, detail) VALUES (?,?,?,?)", (key, at, what, detail[:500]))

    def newest(self, report: str, period: str) -> int:
        """Return the newest revision of a report that letters were queued for; 0 where there is none."""
        row = self.db.execute(
            "SELECT max(revision) FROM message WHERE report=? AND period=? AND kind='report'", (report, period)
        ).fetchone()
        return int(row[0] or 0)

    def letters(self, report: str, period: str, revision: int) -> int:
        """Return to how many people and parts a revision of a report was queued, whatever became of it."""
        row = self.db.execute(
            "SELECT count(*) FROM message WHERE report=? AND period=? AND revision=? AND resend=0 AND kind='report'",
            (report, period, revision),
        ).fetchone()
        return int(row[0])

    def last_event(self) -> int:
        """Return the number of the last thing that happened here; it only grows, but in an older copy of the file."""
        return int(self.db.execute("SELECT max(id) FROM event").fetchone()[0] or 0)

    def hold_queued(self, now: float, reason: HoldReason) -> int:
        """Hold all reports that may be sent by themselves, and return how many: a person looks before any leaves."""
        with changing(self.db):
            rows = self.db.execute(
                "SELECT key FROM message WHERE kind='report' AND "
                "(state='queued' OR (state='sending' AND phase<>'dot_sent'))"
            ).fetchall()
            for (key,) in rows:
                self.db.execute(
                    "UPDATE message SET state='held', reason=?, changed=? WHERE key=?", (str(reason), now, key)
                )
                self.note(key, now, MessageState.HELD, reason)
        return len(rows)
