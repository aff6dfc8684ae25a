"""What was reported when: a small database beside the reports, so that a restatement can be seen.

SQLite, in a state folder on this machine. A rebuild of the same workbooks is compared with the report before it, never
with itself, so that the same input gives the same page.
Rule: R36.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport import store
from kpireport.core.restate import Reported
from kpireport.core.selfscore import Forecasted
from kpireport.store import Schema, changing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kpireport.core.identity import ReportIdentity

NAME = "snapshots.db"
NO_FORECASTS = ("actual", "target", "year")  # the series of figures that say nothing of how well a forecast did
SCHEMA = Schema("""
CREATE TABLE IF NOT EXISTS report (
  id INTEGER PRIMARY KEY,
  organisation TEXT NOT NULL, scope TEXT NOT NULL, period TEXT NOT NULL, sources TEXT NOT NULL, made TEXT NOT NULL,
  UNIQUE (organisation, scope, period, sources)
);
CREATE TABLE IF NOT EXISTS figure (
  report INTEGER NOT NULL REFERENCES report (id),
  kpi TEXT NOT NULL, period TEXT NOT NULL, series TEXT NOT NULL, value REAL, cell TEXT NOT NULL,
  PRIMARY KEY (report, kpi, period, series)
) WITHOUT ROWID;
""")


@dataclass(frozen=True, slots=True)
class Kept:
    """A figure with the report that showed it. made: ISO date; report: period key of that report."""

    organisation: str
    scope: str
    made: str
    report: str
    kpi: str
    period: str
    series: str
    value: float | None
    cell: str


class Snapshots:
    """The figures of former reports. Raises OSError where the folder cannot hold a database."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / NAME

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(store.opened(self._path, SCHEMA)) as db:
                yield db
        except sqlite3.Error as error:
            raise store.explained(error, self._path) from error

    def before(self, identity: ReportIdentity) -> dict[tuple[str, str, str], Reported]:
        """Return the figures of the newest report of this organisation and scope made before ``identity`` was."""
        with self._open() as db:
            first = db.execute(
                "SELECT id FROM report WHERE organisation=? AND scope=? AND period=? AND sources=?",
                (identity.organisation, identity.scope, identity.period, identity.sources),
            ).fetchone()
            newest = db.execute(
                "SELECT max(id) FROM report WHERE organisation=? AND scope=? AND sources<>? AND (? IS NULL OR id<?)",
                (identity.organisation, identity.scope, identity.sources, first and first[0], first and first[0]),
            ).fetchone()[0]
            rows = db.execute(
                "SELECT kpi, period, series, value, cell FROM figure WHERE report=?", (newest,)
            ).fetchall()
        return {
            (kpi, period, series): Reported(kpi, period, series, value, cell)
            for kpi, period, series, value, cell in rows
        }

    def forecasts(self, identity: ReportIdentity) -> tuple[Forecasted, ...]:
        """Return the forecasts of all reports of this organisation and scope that were made before ``identity`` was.

        Of several reports of one period the last counts.
        """
        with self._open() as db:
            own = db.execute(
                "SELECT id FROM report WHERE organisation=? AND scope=? AND period=? AND sources=?",
                (identity.organisation, identity.scope, identity.period, identity.sources),
            ).fetchone()
            rows = db.execute(
                """
                SELECT made.period, f.kpi, f.period, f.series, f.value
                FROM (SELECT period, max(id) AS id FROM report
                      WHERE organisation=? AND scope=? AND (? IS NULL OR id<?) GROUP BY period) AS made
                JOIN figure AS f ON f.report = made.id
                WHERE f.value IS NOT NULL AND f.series NOT IN (?,?,?)
                ORDER BY made.period, f.kpi, f.period
                """,
                (identity.organisation, identity.scope, own and own[0], own and own[0], *NO_FORECASTS),
            ).fetchall()
        return tuple(_forecasts(rows))

    def history(self, kpi: str = "") -> tuple[Kept, ...]:
        """Return every figure that was reported, oldest report first; of one KPI where its key is given."""
        with self._open() as db:
            rows = db.execute(
                """
                SELECT r.organisation, r.scope, r.made, r.period, f.kpi, f.period, f.series, f.value, f.cell
                FROM figure AS f JOIN report AS r ON r.id = f.report
                WHERE ? = '' OR f.kpi = ? ORDER BY r.id, f.kpi, f.period, f.series
                """,
                (kpi, kpi),
            ).fetchall()
        return tuple(Kept(*row) for row in rows)

    def organisation_of(self, sources: str) -> str | None:
        """Return whose report was made of these workbooks; None where none was."""
        with self._open() as db:
            row = db.execute("SELECT organisation FROM report WHERE sources=? LIMIT 1", (sources,)).fetchone()
        return None if row is None else str(row[0])

    def knows(self, organisation: str) -> bool:
        """Return whether there is a report of this organisation."""
        with self._open() as db:
            row = db.execute("SELECT 1 FROM report WHERE organisation=? LIMIT 1", (organisation,)).fetchone()
        return row is not None

    def extract(self, organisation: str, sources: str) -> bytes:
        """Return a database with what a report of this organisation, made of these workbooks, asks for; no more.

        ``before`` and ``forecasts`` answer from it as they do from the whole. sources: as of ``ReportIdentity``.
        """
        with self._open() as db, closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
            reports = db.execute("SELECT * FROM report WHERE organisation=?", (organisation,)).fetchall()
            store.make(copy, SCHEMA)
            copy.executemany("INSERT INTO report VALUES (?,?,?,?,?,?)", reports)
            whole = _before([(row[0], row[2], row[4] == sources) for row in reports])
            for report in (row[0] for row in reports):
                figures = db.execute(
                    "SELECT * FROM figure WHERE report=? AND (? OR series NOT IN (?,?,?))",
                    (report, report in whole, *NO_FORECASTS),
                )
                copy.executemany("INSERT INTO figure VALUES (?,?,?,?,?,?)", figures)
            return copy.serialize()

    def keep(self, identity: ReportIdentity, figures: Iterable[Reported], *, made: str) -> None:
        """Store the figures of a report; a report that is stored already is left as it is."""
        with self._open() as db, changing(db):
            added = db.execute(
                "INSERT OR IGNORE INTO report (organisation, scope, period, sources, made) VALUES (?,?,?,?,?)",
                (identity.organisation, identity.scope, identity.period, identity.sources, made),
            )
            if added.rowcount:
                rows = [(added.lastrowid, f.kpi, f.period, f.series, f.value, f.cell) for f in figures]
                db.executemany("INSERT OR REPLACE INTO figure VALUES (?,?,?,?,?,?)", rows)


def _before(reports: Iterable[tuple[int, str, bool]]) -> set[int]:
    """Return the reports that one with our workbooks may be compared with: in each scope the newest of others, and the
    newest before each of ours. reports: id, scope, and whether it was made of our workbooks."""
    found: set[int] = set()
    newest: dict[str, int] = {}
    for number, scope, ours in sorted(reports):
        if not ours:
            newest[scope] = number
        elif scope in newest:
            found.add(newest[scope])
    return found | set(newest.values())


def _forecasts(rows: Iterable[tuple[str, str, str, str, float]]) -> Iterator[Forecasted]:
    """Yield the forecasts that rows of (report's period, KPI, period, series, value) tell of."""
    told: dict[tuple[str, str, str], dict[str, float]] = {}
    for made, kpi, period, series, value in rows:
        told.setdefault((made, kpi, period), {})[series] = value
    for place, found in told.items():
        if "forecast" in found and "last" in found:
            yield Forecasted(*place, found["forecast"], found["last"], found.get("low"), found.get("high"))
        if "landing" in found:
            low, high = found.get("landing low"), found.get("landing high")
            yield Forecasted(*place, found["landing"], None, low, high, found.get("chance"))
