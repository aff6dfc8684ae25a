"""The files in which the program remembers: SQLite on this machine's own disk, opened, made and brought up in one way.

WAL and synchronous FULL: what is committed is there after a power cut. The edition of a file is its ``user_version``;
0 is a new one, or one from before editions were counted. A newer edition than ours is never touched.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 30.0  # seconds that a writer waits for another
CHANGING = 20  # looks at a file whose mode another process is changing at this moment
PAUSE = 0.05  # seconds between them
OWNER_ALONE, OTHERS = 0o600, 0o077
LOGS = ("-wal", "-shm", "-journal")  # after the name of a file, of what SQLite keeps beside it
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
NAMES = re.compile(r"CREATE \w+ IF NOT EXISTS (\w+)")


@dataclass(frozen=True, slots=True)
class Schema:
    """What a file holds.

    sql: statements that make what is not there yet, ``CREATE ... IF NOT EXISTS``, in their order. edition: counts up
    whenever an older program could no longer use the file. log: whether a disk without write-ahead log is refused.
    """

    sql: str
    edition: int = 1
    log: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The names of all tables and indexes."""
        return frozenset(NAMES.findall(self.sql))


class ContentError(sqlite3.DatabaseError):
    """Something in a file that no program of ours has put there: it counts as damaged."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


class StoreError(OSError):
    """A file that is not to be used as it is; ``reason`` says why, and what to do."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        from kpireport import languages

        return languages.load("en").text(self.reason)


def opened(path: Path, schema: Schema, *, any_thread: bool = False) -> sqlite3.Connection:
    """Return a connection that commits each statement by itself; ``changing`` joins several.

    The folder must be there. any_thread: whether other threads may use it, one at a time. Raises StoreError for a
    damaged or a newer file, OSError where it cannot be opened. The files are their owner's alone, for the figures of
    everybody are in them.
    """
    _closed_to_others(path)
    try:
        db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=not any_thread)
        try:
            _prepare(db, path.name, schema)
        except BaseException:
            db.close()
            raise
    except sqlite3.Error as error:
        raise explained(error, path) from error
    return db


@contextmanager
def changing(db: sqlite3.Connection) -> Iterator[None]:
    """Commit all that is done within, or nothing of it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextmanager
def content(what: str) -> Iterator[None]:
    """Read something in a file; what cannot be understood is an error of the file, not of the program."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ContentError(f"{what}: {type(error).__name__}") from error


def make(db: sqlite3.Connection, schema: Schema) -> None:
    """Make all that is not there yet: in a new file, and in one whose making was cut off."""
    with changing(db):
        for statement in schema.sql.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version={schema.edition}")


def sound(db: sqlite3.Connection) -> bool:
    """Return whether every page of the file is as it should be; it is read as a whole."""
    return bool(db.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


def explained(error: Exception, path: Path) -> OSError:
    """Return an error of SQLite or of the system as one whose words say what to do; an OSError as it is."""
    if isinstance(error, OSError):
        return error
    if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in DAMAGED:
        return damaged(path)
    return OSError(f"{path.name}: {error}")


def damaged(path: Path) -> StoreError:
    """Return the error of a file that is damaged."""
    return StoreError(Message("problems.store.damaged", {"file": path.name}))


def reason(error: OSError) -> Message | str:
    """Return why a file cannot be used, for a message."""
    return error.reason if isinstance(error, StoreError) else os_reason(error)


def _closed_to_others(path: Path) -> None:
    """Let nobody but their owner read a file and its log. SQLite gives a log that it makes the rights of its file."""
    try:
        path.touch(mode=OWNER_ALONE, exist_ok=False)
    except FileExistsError:
        for file in (path, *(path.with_name(f"{path.name}{end}") for end in LOGS)):
            with contextlib.suppress(OSError):  # it is not ours, or not there; whether it opens is seen next
                if file.is_file() and file.stat().st_mode & OTHERS:
                    file.chmod(OWNER_ALONE)


def _prepare(db: sqlite3.Connection, name: str, schema: Schema) -> None:
    edition = db.execute("PRAGMA user_version").fetchone()[0]
    if edition > schema.edition:
        raise StoreError(Message("problems.store.newer", {"file": name}))
    if _log(db) != "wal" and schema.log:
        raise sqlite3.OperationalError("this file system cannot keep a write-ahead log")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA foreign_keys=ON")
    there = {row[0] for row in db.execute("SELECT name FROM sqlite_schema")}
    if edition < schema.edition or not schema.names <= there:
        make(db, schema)


def _log(db: sqlite3.Connection) -> str:
    """Ask for a write-ahead log, and return which log there is."""
    for _ in range(CHANGING):
        try:
            return str(db.execute("PRAGMA journal_mode=WAL").fetchone()[0])
        except sqlite3.OperationalError:  # another process changes the mode at this moment
            time.sleep(PAUSE)
    return str(db.execute("PRAGMA journal_mode=WAL").fetchone()[0])
