"""The three files in which the program remembers: older ones open, damaged and newer ones are told with what to do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from kpireport import pipeline, snapshots, store
from kpireport.batch import ledger
from kpireport.batch.ledger import RunLedger
from kpireport.batch.running import RunRefusedError, run
from kpireport.cli import main
from kpireport.core.batching import BatchSettings, Inbox
from kpireport.core.dispatch import Product
from kpireport.core.identity import ReportIdentity
from kpireport.core.restate import Reported
from kpireport.deliver import standing
from kpireport.deliver.outbox import Outbox
from kpireport.snapshots import Snapshots
from kpireport.store import Schema, StoreError
from tests.mailing import TODAY, people, post, product, settings
from tests.saying import said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REPORT = ReportIdentity("Group", "", "2026-10", "ab")
FIGURE = Reported("revenue", "2026-10", "actual", 12.5, "Figures!B2")


def queued(folder: Path) -> int:
    with closing(Outbox(folder / "outbox.db")) as mail:
        return len(mail.entries())


STORES: dict[str, tuple[Schema, str, Callable[[Path], object]]] = {
    "outbox.db": (standing.SCHEMA, "message", queued),
    ledger.NAME: (ledger.SCHEMA, "edition", lambda folder: len(RunLedger(folder).reports())),
    snapshots.NAME: (snapshots.SCHEMA, "figure", lambda folder: len(Snapshots(folder).history())),
}
each_store = pytest.mark.parametrize("name", STORES)


def edition(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)


def remembered(folder: Path) -> None:
    """Put one thing into each of the three files."""
    office = post(folder.parent, settings())
    office.put(product(*people(1)), today=TODAY)
    office.close()
    RunLedger(folder).keep(
        ledger.Made("Group", "2026-10", 1, "ab", "", "b.xlsx", "r", "2026-11-09", "done", ("a.pdf",))
    )
    Snapshots(folder).keep(REPORT, (FIGURE,), made="2026-11-09")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    remembered(tmp_path / "state")
    return tmp_path / "state"


@each_store
def test_a_file_from_before_editions_were_counted_opens_with_all_that_is_in_it(state: Path, name: str) -> None:
    change(state / name, "PRAGMA user_version=0")
    assert STORES[name][2](state) == 1
    assert edition(state / name) == 1


@each_store
def test_a_file_whose_making_was_cut_off_is_made_to_its_end(tmp_path: Path, name: str) -> None:
    schema, table, count = STORES[name]
    with closing(sqlite3.connect(tmp_path / name)) as db, db:
        db.execute(schema.sql.partition(";")[0])
    assert count(tmp_path) == 0
    with closing(sqlite3.connect(tmp_path / name)) as db:
        assert schema.names <= {row[0] for row in db.execute("SELECT name FROM sqlite_schema")}
    assert table in schema.names


@each_store
def test_a_missing_index_is_made_again(state: Path, name: str) -> None:
    schema, _, count = STORES[name]
    with closing(sqlite3.connect(state / name)) as db:
        ours = "SELECT name FROM sqlite_schema WHERE type='index' AND sql IS NOT NULL"
        indexes = [row[0] for row in db.execute(ours)]
        for index in indexes:
            db.execute(f"DROP INDEX {index}")
    assert count(state) == 1
    with closing(sqlite3.connect(state / name)) as db:
        assert [row[0] for row in db.execute(ours)] == indexes
    assert set(indexes) < schema.names


@each_store
def test_a_newer_file_is_left_alone(state: Path, name: str) -> None:
    change(state / name, "PRAGMA user_version=9")
    with pytest.raises(StoreError, match=f"{name} was made by a newer kpireport; use that one"):
        STORES[name][2](state)
    assert edition(state / name) == 9


@each_store
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: b"not a database, but long enough to be looked at" * 40, id="another file"),
        pytest.param(lambda data: data[:100] + bytes(len(data) - 100), id="pages of nothing"),
    ],
)
def test_a_damaged_file_is_told_with_what_to_do(state: Path, name: str, spoil: Callable[[bytes], bytes]) -> None:
    (state / name).write_bytes(spoil((state / name).read_bytes()))
    with pytest.raises(StoreError, match=f"{name} is damaged; delete nothing"):
        STORES[name][2](state)


def newer(folder: Path, name: str) -> None:
    change(folder / name, "PRAGMA user_version=9")


def test_the_mail_of_a_newer_outbox_stays_where_it_is(state: Path) -> None:
    newer(state, "outbox.db")
    office = post(state.parent, settings())
    assert told(office.put(product(*people(2)), today=TODAY).diagnostics) == [("D402", "outbox.db")]
    assert told(office.send().diagnostics) == [("D402", "outbox.db")]
    result = CliRunner().invoke(main, ["outbox", "list", "--state", str(state)])
    assert (result.exit_code, "newer kpireport" in result.output) == (74, True)


def told(diagnostics: tuple[Any, ...]) -> list[tuple[str, str]]:
    """Return the codes of problems with the file that a newer program has made."""
    return [
        (one.code, one.details["reason"].fields["file"])
        for one in diagnostics
        if all("newer" in said(one.problem) or "更新版本" in said(one.problem, tag) for tag in ("en", "zh"))
    ]


def test_a_run_does_not_begin_with_a_newer_ledger(state: Path) -> None:
    newer(state, ledger.NAME)
    (state.parent / "inbox").mkdir()
    asked = BatchSettings(Inbox(state.parent / "inbox"), reports=state.parent / "reports", state=state)
    from kpireport.batch.intake import Options

    with pytest.raises(RunRefusedError) as error:
        run(asked, None, Options(TODAY), engine="serial")
    assert told((error.value.diagnostic,)) == [("B104", ledger.NAME)]


def test_a_report_is_made_without_former_figures_where_a_newer_program_keeps_them(state: Path) -> None:
    newer(state, snapshots.NAME)
    made = Product("Group", "2026-10", "ab", figures=(FIGURE,), made="2026-11-09")
    assert told(pipeline.remember(made, state)) == [("X304", snapshots.NAME)]


def test_nothing_is_kept_of_a_change_that_fails(tmp_path: Path) -> None:
    schema = Schema("CREATE TABLE IF NOT EXISTS thing (name TEXT PRIMARY KEY)")
    with closing(store.opened(tmp_path / "x.db", schema)) as db:
        add = "INSERT INTO thing VALUES ('a')"
        with pytest.raises(sqlite3.IntegrityError), store.changing(db):
            db.execute(add) and db.execute(add)
        assert (db.execute("SELECT count(*) FROM thing").fetchone()[0], store.sound(db)) == (0, True)
