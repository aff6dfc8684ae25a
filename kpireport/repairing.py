"""The use case behind `kpireport repair`: what is remembered, mended as far as it can be read, and nothing thrown away.

A damaged file is put aside under its name and the time. What was queued in a repaired outbox is held: it may have left
since the damage. The batch's ledger is filled up from the summaries of runs and the filed workbooks. What is lost all
the same, the two ledgers find by each other when the next run begins.
Rule: N21.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kpireport import snapshots, store
from kpireport.batch import ledger
from kpireport.batch.filing import PROCESSED
from kpireport.batch.ledger import DONE, Made, RunLedger
from kpireport.batch.publishing import Places
from kpireport.batch.running import RUNS
from kpireport.deliver import standing
from kpireport.deliver.entry import HoldReason
from kpireport.deliver.outbox import Outbox
from kpireport.deliver.post import REAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from kpireport.core.batching import BatchSettings
    from kpireport.store import Schema

SCHEMAS = {REAL: standing.SCHEMA, ledger.NAME: ledger.SCHEMA, snapshots.NAME: snapshots.SCHEMA}
OLDER = re.compile(r"_r\d+$")
FILED = re.compile(r"^(?P<stem>.*)__(?P<at>\d{8}T\d{4})__(?P<digest>[0-9a-f]{8})(?: \(\d+\))?(?P<ending>\.\w+)$")


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of one file. state: "sound", "repaired", "rebuilt" or "newer". rows: that were saved, or made anew.

    held: letters that wait for a person now. aside: the name of the damaged file.
    """

    name: str
    state: str
    rows: int = 0
    held: int = 0
    aside: str = ""


def repair(settings: BatchSettings, now: datetime) -> Iterator[Repaired]:
    """Mend the files of a state folder; the caller holds its lock. Raises OSError where one cannot be written."""
    for name, schema in SCHEMAS.items():
        path = settings.state / name
        if path.exists():
            yield _mended(path, schema, now)
    rows = _refilled(settings)
    if rows:
        yield Repaired(ledger.NAME, "rebuilt", rows)


def _mended(path: Path, schema: Schema, now: datetime) -> Repaired:
    try:
        with closing(store.opened(path, schema)) as db:
            if store.sound(db):
                return Repaired(path.name, "sound")
    except store.StoreError as error:
        if error.reason.key.endswith("newer"):
            return Repaired(path.name, "newer")
    except sqlite3.Error:
        pass  # it is damaged where we looked
    rows, aside = _salvaged(path, schema, now)
    held = 0
    if path.name == REAL:
        with closing(Outbox(path)) as outbox:
            held = outbox.hold_queued(now.timestamp(), HoldReason.REPAIRED)
    return Repaired(path.name, "repaired", rows, held, aside)


def _salvaged(path: Path, schema: Schema, now: datetime) -> tuple[int, str]:
    """Put a damaged file aside, and what can be read of it into a new one; return how many rows, and where it is."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    rows = 0
    with closing(store.opened(fresh, schema)) as new:
        for table, order, columns in _tables(new):
            rows += _copied(path, new, f"{table} ORDER BY {order}", columns)
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    aside = f"{path.name}.damaged-{now:%Y%m%dT%H%M%S}"
    for end in ("", *store.LOGS):
        part = path.with_name(f"{path.name}{end}")
        if part.exists():
            part.rename(path.with_name(f"{aside}{end}"))
    fresh.rename(path)
    return rows, aside


def _tables(db: sqlite3.Connection) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return the tables of a new file: name, by what its rows lie in the file, columns."""
    rows = db.execute("SELECT name, sql FROM sqlite_schema WHERE type='table' ORDER BY rowid").fetchall()
    tables = []
    for name, statement in rows:
        columns = tuple(str(row[1]) for row in db.execute(f"PRAGMA table_info({name})"))
        tables.append((str(name), columns[0] if "WITHOUT ROWID" in statement else "rowid", columns))
    return tables


def _copied(path: Path, new: sqlite3.Connection, ordered: str, columns: tuple[str, ...]) -> int:
    """Copy the rows of a table that can be read, from both of its ends; a row that does not fit is left out."""
    new.execute("PRAGMA foreign_keys=OFF")  # what a row belongs to may be lost
    before, table = new.total_changes, ordered.partition(" ")[0]
    listed, marks = ", ".join(columns), ",".join("?" * len(columns))
    for direction in ("ASC", "DESC"):
        try:
            with closing(sqlite3.connect(path)) as old:
                cursor = old.execute(f"SELECT {listed} FROM {ordered} {direction}")  # noqa: S608 - our own names
                for row in cursor:
                    new.execute(f"INSERT OR IGNORE INTO {table} ({listed}) VALUES ({marks})", row)  # noqa: S608
        except sqlite3.Error:
            continue  # up to here it could be read
    return new.total_changes - before


def _refilled(settings: BatchSettings) -> int:
    """Note the editions that the summaries of runs tell of and the ledger does not know; return how many.

    Their workbooks are known again by their content, which is still filed; what was kept too short is left out.
    """
    folder = settings.state / RUNS
    runs = sorted(folder.glob("*/summary.json")) if folder.is_dir() else []
    if not runs:
        return 0
    memory, filed, added = RunLedger(settings.state), _filed(settings.inbox.folder), 0
    places = Places(settings.reports, memory.reports)
    for path in runs:
        for row, run, began in _done(path):
            report, period, revision = str(row["report"]), str(row["period"]), int(row["revision"])
            newest = memory.newest(report, period)
            name = str(row["name"])
            digest = row.get("sha256") or filed.get((name, began[:13].replace("-", "")))
            if digest and (newest is None or newest.revision < revision):
                files = _files(places.of(report, period))
                memory.keep(
                    Made(
                        report=report, period=period, revision=revision, sha256=str(digest), asked="", name=name,
                        run=run, made=began, phase=DONE, files=files,
                    )
                )  # fmt: skip
                added += 1
    return added


def _done(summary: Path) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Yield the workbooks that a run has made into reports, with its id and when it began; nothing of a spoilt file."""
    try:
        content = json.loads(summary.read_text("utf-8"))
        rows = [row for row in content["workbooks"] if row["outcome"] == "done" and row["report"] and row["revision"]]
        yield from ((row, str(content["run"]), str(content["began"])) for row in rows)
    except (OSError, ValueError, KeyError, TypeError):
        return


def _files(folder: Path) -> tuple[str, ...]:
    """Return the files of the newest edition in a folder of reports; the older ones bear their number."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_file() and not OLDER.search(path.stem)))


def _filed(inbox: Path) -> dict[tuple[str, str], str]:
    """Return the SHA-256 of filed workbooks, by their first name and the hour in which they were filed."""
    found: dict[tuple[str, str], str] = {}
    for path in sorted((inbox / PROCESSED).glob("*/*")):
        name = FILED.match(path.name)
        if name is not None and path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest.startswith(name["digest"]):
                found[f"{name['stem']}{name['ending']}", name["at"][:11]] = digest
    return found
