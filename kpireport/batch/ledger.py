"""What was made of which workbook, and when: the memory of the batch, SQLite in the state folder."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kpireport import store
from kpireport.core.file_names import BESIDE
from kpireport.store import Schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


NAME = "batch.db"
SCHEMA = Schema("""
CREATE TABLE IF NOT EXISTS edition (
  report TEXT NOT NULL, period TEXT NOT NULL, revision INTEGER NOT NULL, sha256 TEXT NOT NULL, asked TEXT NOT NULL,
  name TEXT NOT NULL, run TEXT NOT NULL, made TEXT NOT NULL, phase TEXT NOT NULL, files TEXT NOT NULL,
  PRIMARY KEY (report, period, revision)
);
CREATE INDEX IF NOT EXISTS edition_sha ON edition (sha256);
CREATE INDEX IF NOT EXISTS edition_name ON edition (name);
CREATE TABLE IF NOT EXISTS workbook (
  id INTEGER PRIMARY KEY, run TEXT NOT NULL, at TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
  outcome TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS workbook_sha ON workbook (sha256);
CREATE TABLE IF NOT EXISTS seen (path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS due (
  report TEXT NOT NULL, period TEXT NOT NULL, outcome TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (report, period)
);
CREATE TABLE IF NOT EXISTS letters (
  report TEXT NOT NULL, period TEXT NOT NULL, revision INTEGER NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (report, period, revision)
);
CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY CHECK (id=1), event INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS run (id TEXT PRIMARY KEY, began TEXT NOT NULL, ended TEXT, summary TEXT);
CREATE TABLE IF NOT EXISTS waiting (
  report TEXT NOT NULL, period TEXT NOT NULL, revision INTEGER NOT NULL, asked TEXT NOT NULL, name TEXT NOT NULL,
  planned TEXT NOT NULL, paths TEXT NOT NULL, copied INTEGER NOT NULL, kept TEXT NOT NULL, state TEXT NOT NULL,
  text TEXT NOT NULL, typed TEXT NOT NULL, questions INTEGER NOT NULL, told TEXT NOT NULL, PRIMARY KEY (report, period)
);
""")
PUBLISHED, DONE = "published", "done"  # its files are out; its letters are queued too
DOUBTED = -1  # in place of a number of letters: the outbox and we did not know the same, so they are held


@dataclass(frozen=True, slots=True)
class Made:
    """One edition of a report. asked: the period that was asked for, "" where the workbook's own was taken."""

    report: str
    period: str
    revision: int
    sha256: str
    asked: str
    name: str
    run: str
    made: str
    phase: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """One report that waits. asked: the period that was asked for, "" where the workbook's own was taken.

    planned: name of the [[report]], "" without one. paths: its workbooks, where they can be read again. copied: they
    are copies of ours. kept: digest of what was kept about the reading when it was made. state: digest of what it waits
    for. text: that, in words. typed: behind ``kpireport confirm``, of the first workbook. questions: how many are open.
    told: of which state the owner was told.
    """

    report: str
    period: str
    revision: int
    asked: str
    name: str
    planned: str
    paths: tuple[str, ...]
    copied: bool
    kept: str
    state: str
    text: str
    typed: str
    questions: int
    told: str = ""


class RunLedger:
    """The memory of the batch. What must not be done twice is on disk before a method returns.

    Raises OSError where it cannot be read or written.
    """

    def __init__(self, state: Path) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self._path = state / NAME
        self._held: sqlite3.Connection | None = None
        with self._open():
            pass  # it can be used, or this run does not begin

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep the database open between calls: closing it writes its log back each time, which a run need not pay."""
        with self._open() as db:
            self._held = db
            try:
                yield
            finally:
                self._held = None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            if self._held is not None:
                yield self._held
                return
            with closing(store.opened(self._path, SCHEMA)) as db:
                yield db
        except sqlite3.Error as error:
            raise store.explained(error, self._path) from error

    @contextmanager
    def _light(self) -> Iterator[sqlite3.Connection]:
        """Open it for what a power cut may take: then a workbook is looked at once more, and found to be known."""
        with self._open() as db:
            db.execute("PRAGMA synchronous=NORMAL")
            try:
                yield db
            finally:
                db.execute("PRAGMA synchronous=FULL")

    def newest(self, report: str, period: str) -> Made | None:
        """Return the newest edition of a report for a period."""
        return self._one("report=? AND period=? ORDER BY revision DESC", report, period)

    def of_workbook(self, sha256: str, asked: str) -> Made | None:
        """Return the edition that a workbook gave when it was asked for the same, if that is still the newest one."""
        found = self._one("sha256=? AND asked=? ORDER BY made DESC, revision DESC", sha256, asked)
        if found is None:
            return None
        newest = self.newest(found.report, found.period)
        return found if newest == found else None

    def _one(self, where: str, *values: str) -> Made | None:
        with self._open() as db:
            row: tuple[Any, ...] | None = db.execute(f"SELECT * FROM edition WHERE {where} LIMIT 1", values).fetchone()  # noqa: S608
            return None if row is None else _made(row)

    def named(self, name: str) -> str:
        """Return the SHA-256 of the workbook of this name that last gave an edition; "" where none did."""
        found = self._one("name=? ORDER BY made DESC, revision DESC", name)
        return found.sha256 if found else ""

    def revision(self, report: str, period: str, sha256: str) -> int:
        """Return which revision a workbook makes: that of its own newest edition, or the next."""
        newest = self.newest(report, period)
        if newest is None:
            return 1
        return newest.revision if newest.sha256 == sha256 else newest.revision + 1

    def keep(self, made: Made) -> None:
        """Note an edition, or that it has come to another phase."""
        row = (*astuple(made)[:-1], json.dumps(made.files))
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO edition VALUES (?,?,?,?,?,?,?,?,?,?)", row)

    def letters(self, made: Made) -> int | None:
        """Return how many letters the outbox was given of an edition, or DOUBTED; None where that was not noted."""
        with self._open() as db:
            asked = (made.report, made.period, made.revision)
            row = db.execute("SELECT count FROM letters WHERE report=? AND period=? AND revision=?", asked).fetchone()
        return None if row is None else int(row[0])

    def keep_letters(self, report: str, period: str, revision: int, count: int) -> None:
        """Note how many letters the outbox was given of an edition, or DOUBTED."""
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO letters VALUES (?,?,?,?)", (report, period, revision, count))

    def mailed(self) -> list[tuple[Made, int]]:
        """Return the newest edition of every report and period of which letters were queued, and how many."""
        with self._open() as db:
            rows = db.execute(
                "SELECT edition.*, count FROM edition JOIN letters USING (report, period, revision) WHERE count>0 AND "
                "revision=(SELECT max(revision) FROM edition AS e WHERE e.report=edition.report AND "
                "e.period=edition.period) ORDER BY report, period"
            ).fetchall()
            return [(_made(row[:10]), int(row[10])) for row in rows]

    def last_event(self) -> int:
        """Return the number of the last thing that had happened in the outbox when a run ended; 0 for none yet."""
        with self._open() as db:
            row = db.execute("SELECT event FROM outbox").fetchone()
        return int(row[0]) if row else 0

    def keep_event(self, event: int) -> None:
        """Note how far the outbox had come when a run ended."""
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO outbox VALUES (1,?)", (event,))

    def note(self, run: str, at: str, name: str, sha256: str, outcome: str, detail: str = "") -> None:
        """Note what became of a workbook, in the order in which it happened."""
        with self._light() as db:
            db.execute(
                "INSERT INTO workbook (run, at, name, sha256, outcome, detail) VALUES (?,?,?,?,?,?)",
                (run, at, name, sha256, outcome, detail),
            )

    def outcomes(self, run: str = "") -> list[dict[str, str]]:
        """Return what became of the workbooks of a run, or of all runs."""
        names = ("run", "at", "name", "sha256", "outcome", "detail")
        with self._open() as db:
            rows = db.execute(
                f"SELECT {', '.join(names)} FROM workbook WHERE ?='' OR run=? ORDER BY id",  # noqa: S608 - our names
                (run, run),
            ).fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]

    def came_to(self, run: str, sha256: str, outcome: str) -> bool:
        """Return whether a workbook came to an outcome in a run."""
        with self._open() as db:
            asked = (run, sha256, outcome)
            found = db.execute("SELECT 1 FROM workbook WHERE run=? AND sha256=? AND outcome=? LIMIT 1", asked)
            return found.fetchone() is not None

    def last(self, sha256: str, outcome: str) -> str:
        """Return when a workbook last came to an outcome; "" where it never did."""
        with self._open() as db:
            found = db.execute("SELECT max(at) FROM workbook WHERE sha256=? AND outcome=?", (sha256, outcome))
            return str(found.fetchone()[0] or "")

    def reports(self) -> list[str]:
        """Return the names of all reports that were ever made, oldest first."""
        with self._open() as db:
            return [
                name for (name,) in db.execute("SELECT report FROM edition GROUP BY report ORDER BY MIN(made), report")
            ]

    def beside(self) -> list[Made]:
        """Return the editions with a file that had to be written beside the place it was for."""
        with self._open() as db:
            rows = db.execute("SELECT * FROM edition WHERE files LIKE ?", (f"%{BESIDE}.%",)).fetchall()
            return [_made(row) for row in rows]

    def newest_of_all(self) -> list[Made]:
        """Return the newest edition of the newest period of every report, by name."""
        with self._open() as db:
            rows = db.execute("SELECT * FROM edition ORDER BY report, period, revision").fetchall()
            return list({made.report: made for made in map(_made, rows)}.values())

    def seen(self) -> dict[str, tuple[int, int]]:
        """Return the size and time of the workbooks that were processed where they lie."""
        with self._open() as db:
            return {path: (size, at) for path, size, at in db.execute("SELECT * FROM seen")}

    def look_past(self, path: str, size: int, modified: int) -> None:
        """Note that a workbook was processed where it lies."""
        with self._light() as db:
            db.execute("INSERT OR REPLACE INTO seen VALUES (?,?,?)", (path, size, modified))

    def due(self, report: str) -> dict[str, str]:
        """Return what became of the periods of a report that were due."""
        with self._open() as db:
            return dict(db.execute("SELECT period, outcome FROM due WHERE report=?", (report,)))

    def settle(self, report: str, period: str, outcome: str, at: str) -> None:
        """Note that a period of a report is not due any more."""
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO due VALUES (?,?,?,?)", (report, period, outcome, at))

    def waiting(self) -> list[WaitingReport]:
        """Return the reports whose letters wait for a person to look at a reading."""
        with self._open() as db:
            rows = db.execute("SELECT * FROM waiting ORDER BY report, period").fetchall()
        return [replace(WaitingReport(*row), paths=tuple(json.loads(row[6])), copied=bool(row[7])) for row in rows]

    def keep_waiting(self, waiting: WaitingReport) -> None:
        """Note a report that waits, in place of what was noted of it before."""
        row = (*astuple(waiting)[:6], json.dumps(waiting.paths), int(waiting.copied), *astuple(waiting)[8:])
        with self._open() as db:
            db.execute(f"INSERT OR REPLACE INTO waiting VALUES ({','.join('?' * len(row))})", row)  # noqa: S608 - marks

    def drop_waiting(self, report: str, period: str) -> None:
        """Note that a report waits no more."""
        with self._open() as db:
            db.execute("DELETE FROM waiting WHERE report=? AND period=?", (report, period))

    def began(self, run: str, at: str) -> None:
        with self._open() as db:
            db.execute("INSERT INTO run (id, began) VALUES (?,?)", (run, at))

    def ended(self, run: str, at: str, summary: Mapping[str, Any]) -> None:
        with self._open() as db:
            db.execute("UPDATE run SET ended=?, summary=? WHERE id=?", (at, json.dumps(summary), run))

    def forget(self, run: str) -> None:
        """Forget a run that had nothing to do."""
        with self._open() as db:
            db.execute("DELETE FROM run WHERE id=?", (run,))

    def last_began(self) -> datetime | None:
        """Return when the last run began; None where there was none."""
        last = self.last_run()
        return datetime.fromisoformat(last["began"]) if last is not None else None

    def last_run(self) -> dict[str, Any] | None:
        """Return the last run: id, began, ended (None: it died), summary."""
        with self._open() as db:
            row = db.execute("SELECT id, began, ended, summary FROM run ORDER BY rowid DESC LIMIT 1").fetchone()
            if row is None:
                return None
            with store.content("a run"):
                datetime.fromisoformat(row[1])
                summary = dict(json.loads(row[3])) if row[3] else None
        return {"id": row[0], "began": row[1], "ended": row[2], "summary": summary}


def _made(row: tuple[Any, ...]) -> Made:
    with store.content("an edition"):
        return Made(*(*row[:9], tuple(json.loads(row[9]))))
