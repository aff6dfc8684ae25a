"""One run of the batch, and many: every workbook accounted for once, whatever happens."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from kpireport import languages, snapshots
from kpireport.batch import coordinator, errors, executors, running, scheduling, status, work
from kpireport.batch.ledger import RunLedger
from kpireport.cli import main
from kpireport.deliver.send import Delivered, StopReason
from kpireport.settings.batch import batch
from tests.batching import BROKEN, CLOCK, GOALS, METRICS, TOML, Desk, Office, new, outcomes
from tests.workbooks import save


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new(tmp_path)


def test_a_dropped_workbook_becomes_a_report_and_is_filed_away(desk: Desk) -> None:
    desk.drop()
    summary = desk.run()
    assert summary.code() == 0
    assert desk.files("reports") == ["a/2026-10/a.json"]
    (filed,) = desk.files("inbox")
    assert filed.startswith("processed/2026-11/a__20261109T")
    assert desk.office.put_in == [("a", "2026-10", 1)]
    assert desk.office.notices == ["kpireport: 1 done, 0 failed"]


def test_an_empty_inbox_is_a_quiet_morning(desk: Desk) -> None:
    summary = desk.run()
    assert (summary.code(), summary.lines, desk.office.notices) == (0, [], [])


def test_the_same_workbook_twice_is_built_and_mailed_once(desk: Desk) -> None:
    content = desk.drop().read_bytes()
    desk.run()
    (desk.inbox / "again.xlsx").write_bytes(content)
    summary = desk.run(clock=CLOCK + 86400)
    assert outcomes(summary) == {"again.xlsx": "duplicate"}
    assert summary.code() == 0
    assert len(desk.office.put_in) == 1
    assert any(name.startswith("processed/duplicates/again__") for name in desk.files("inbox"))


def test_two_copies_in_one_run_are_one_report(desk: Desk) -> None:
    content = desk.drop("a.xlsx").read_bytes()
    (desk.inbox / "b.xlsx").write_bytes(content)
    assert sorted(outcomes(desk.run()).values()) == ["done", "duplicate"]
    assert len(desk.office.put_in) == 1


def test_a_corrected_workbook_is_revision_two_and_the_old_report_is_kept(desk: Desk) -> None:
    desk.drop(first=90)
    desk.run()
    before = (desk.folder / "reports/a/2026-10/a.json").read_bytes()
    desk.drop(first=95)
    summary = desk.run()
    assert [line.revision for line in summary.lines] == [2]
    assert desk.files("reports") == ["a/2026-10/a.json", "a/2026-10/a_r1.json"]
    assert (desk.folder / "reports/a/2026-10/a_r1.json").read_bytes() == before
    assert desk.office.put_in == [("a", "2026-10", 1), ("a", "2026-10", 2)]


def test_going_back_to_an_older_workbook_is_a_correction_too(desk: Desk) -> None:
    for first in (90, 95, 90):
        desk.drop(first=first)
        desk.run()
    assert [revision for _, _, revision in desk.office.put_in] == [1, 2, 3]


def test_two_workbooks_of_one_report_are_never_guessed_at(desk: Desk) -> None:
    settings = "Setting | Value\norganisation | Group"
    for name, first in (("a.xlsx", 90), ("b.xlsx", 95)):
        path = save(desk.inbox / name, Goals=GOALS, Metrics=METRICS.format(first=first), Settings=settings)
        os.utime(path, (CLOCK - 3600, CLOCK - 3600))
    summary = desk.run()
    assert outcomes(summary) == {"a.xlsx": "done", "b.xlsx": "failed"}
    assert summary.lines[1].problems[0].name == "SAME_REPORT"
    assert desk.office.put_in == [("Group", "2026-10", 1)]


def test_one_failure_stops_no_other(desk: Desk) -> None:
    desk.drop("a.xlsx", goals=BROKEN)
    desk.drop("b.xlsx")
    (desk.inbox / "c.xlsx").write_bytes(b"no workbook at all")
    os.utime(desk.inbox / "c.xlsx", (CLOCK - 3600, CLOCK - 3600))
    summary = desk.run()
    assert outcomes(summary) == {"a.xlsx": "failed", "b.xlsx": "done", "c.xlsx": "failed"}
    assert summary.code() == 1
    assert "Goals!B2" in (desk.inbox / "failed" / "a.xlsx.PROBLEM.txt").read_text("utf-8-sig")
    desk.drop("a.xlsx", first=91)
    assert desk.run().code() == 0
    assert not (desk.inbox / "failed" / "a.xlsx.PROBLEM.txt").exists()


def test_a_bug_of_ours_stops_one_workbook_and_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from kpireport import pipeline

    real = pipeline.produce

    def broken(job: Any, *rest: Any) -> Any:
        if job.workbooks[0].name == "a.xlsx":
            raise RuntimeError("boom")
        return real(job, *rest)

    monkeypatch.setattr(pipeline, "produce", broken)
    desk.drop("a.xlsx")
    desk.drop("b.xlsx")
    summary = desk.run()
    assert outcomes(summary) == {"a.xlsx": "failed", "b.xlsx": "done"}
    assert summary.code() == 70
    log = next((desk.folder / ".kpireport" / "runs").rglob("errors.log"))
    assert "RuntimeError: boom" in log.read_text("utf-8")


def test_a_name_of_255_bytes_goes_all_the_way(desk: Desk) -> None:
    name = "数" * 83 + "a.xlsx"
    desk.drop(name)
    summary = desk.run()
    assert summary.code() == 0, summary.as_text(languages.load("en"))
    assert len(desk.files("inbox")) == 1


def test_a_full_disk_while_publishing_puts_the_workbook_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.drop()
    real = coordinator.publishing.publish

    def full(*_: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(coordinator.publishing, "publish", full)
    summary = desk.run()
    assert outcomes(summary) == {"a.xlsx": "returned"}
    assert summary.code() == 74
    assert desk.files("inbox") == ["a.xlsx"]
    assert desk.office.put_in == []
    monkeypatch.setattr(coordinator.publishing, "publish", real)
    assert desk.run().code() == 0
    assert desk.office.put_in == [("a", "2026-10", 1)]


@pytest.mark.parametrize("point", ["keep", "put", "processed", "note"])
def test_a_run_that_is_killed_between_two_steps_is_made_good(
    desk: Desk, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after publishing, after the ledger, after queueing, or after filing: one report, one letter, one file."""

    class KilledError(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> Any:
        raise KilledError

    desk.drop()
    with monkeypatch.context() as patch:
        owner: Any = {"keep": RunLedger, "put": Office, "processed": coordinator.filing, "note": RunLedger}[point]
        patch.setattr(owner, point, killed)
        with pytest.raises(KilledError):
            desk.run()
    summary = desk.run()
    assert summary.code() == 0
    if point != "note":  # it was filed away before it could be noted
        assert outcomes(summary) == {"a.xlsx": "done"}
    assert {(report, period, 1) for report, period, _ in desk.office.put_in} == {("a", "2026-10", 1)}
    assert {revision for _, _, revision in desk.office.put_in} == {1}
    (filed,) = desk.files("inbox")
    assert filed.startswith("processed/2026-11/")
    assert desk.files("reports") == ["a/2026-10/a.json"]


def test_a_file_that_windows_holds_is_left_in_the_drop_folder(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.drop()

    def held(*_: Any) -> Any:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(coordinator.Claims, "take", held)
    summary = desk.run()
    assert outcomes(summary) == {"a.xlsx": "waiting"}
    assert desk.files("inbox") == ["a.xlsx"]


def test_a_report_that_is_open_elsewhere_is_written_beside(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from kpireport import output

    real = output.publish

    def beside(files: Any, folder: Path, **_: Any) -> Any:
        written = real(files, folder)
        if folder.name == "2026-10":
            moved = written[0].with_name("a.NEW.json")
            written[0].rename(moved)
            return (moved,)
        return written

    monkeypatch.setattr(output, "publish", beside)
    desk.drop()
    (line,) = desk.run().lines
    assert "OPEN_ELSEWHERE" in {problem.name for problem in line.problems}


def test_a_read_only_folder_is_processed_where_it_lies_and_then_left_alone(desk: Desk) -> None:
    desk.drop()
    assert outcomes(desk.run(leave=True)) == {"a.xlsx": "done"}
    assert desk.files("inbox") == ["a.xlsx"]
    assert desk.run(leave=True).lines == []
    os.utime(desk.drop(first=99), (CLOCK - 60, CLOCK - 60))
    assert [line.revision for line in desk.run(leave=True).lines] == [2]


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    desk.drop()
    summary = desk.run(dry_run=True)
    assert outcomes(summary) == {"a.xlsx": "done"}
    assert desk.files("inbox") == ["a.xlsx"]
    assert not (desk.folder / "reports").exists()
    assert desk.run().code() == 0


def test_shards_share_the_work_without_overlap(desk: Desk) -> None:
    names = [f"book {n}.xlsx" for n in range(12)]
    for n, name in enumerate(names):
        desk.drop(name, first=n)
    done: list[str] = []
    for which in (1, 2, 3):
        done += outcomes(desk.run(shard=(which, 3), leave=True))
    assert sorted(done) == sorted(names)


def test_a_clock_that_was_set_back_is_told(desk: Desk) -> None:
    desk.run()
    assert [p.name for p in desk.run(clock=CLOCK - 86400).problems] == ["CLOCK_BACK"]


def test_of_two_runs_at_once_one_is_refused(desk: Desk) -> None:
    with running.locked(desk.settings.state), pytest.raises(running.RunRefusedError) as refused:
        desk.run()
    assert refused.value.diagnostic.name == "RUN_LOCKED"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        pytest.param('[batch]\nreports = "inbox/reports"', "FOLDERS_MIXED", id="reports inside the inbox"),
        pytest.param('[batch]\nstate = "inbox"', "FOLDERS_MIXED", id="state in the inbox"),
        pytest.param('[inbox]\npath = "reports"\n[batch]\nreports = "."', "FOLDERS_MIXED", id="inbox inside reports"),
        pytest.param('[inbox]\npaht = "x"', "FILE_SETTING_UNKNOWN", id="a misspelt setting"),
        pytest.param("[inbxo]\n", "FILE_SETTING_UNKNOWN", id="a misspelt table"),
        pytest.param('[[report]]\nname = "x"\nday = 3\nworking_day = 2', "CALENDAR_UNCLEAR", id="two days"),
        pytest.param('[[report]]\nname = "x"\nday = 3\nzone = "Mars/Olympus"', "ZONE_UNKNOWN", id="no zone"),
        pytest.param('[batch]\nformats = ["docx"]', "SETTING_NOT_A_CHOICE", id="no format"),
        pytest.param("[batch]\nworkers = -1", "FILE_SETTING_OUT_OF_RANGE", id="fewer than no workers"),
    ],
)
def test_settings_that_cannot_be_are_told_before_anything_is_done(tmp_path: Path, lines: str, name: str) -> None:
    (tmp_path / "kpireport.toml").write_text(lines, "utf-8")
    found, told = batch(tmp_path / "kpireport.toml")
    assert found is None
    assert name in [d.name for d in told]
    result = CliRunner().invoke(main, ["run", "--settings", str(tmp_path / "kpireport.toml")])
    assert result.exit_code == 78
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kpireport.toml"]


PLANNED = """
[[report]]
name = "Group"
workbooks = ["books/group.xlsx"]
day = 3
"""


def planned(desk: Desk, more: str = "") -> None:
    (desk.folder / "kpireport.toml").write_text(TOML + PLANNED + more, "utf-8")


def test_a_report_with_a_calendar_is_made_on_its_day_and_once(desk: Desk) -> None:
    planned(desk)
    desk.drop("group.xlsx", into=desk.folder / "books")
    second, third = (datetime(2026, 11, day, 6, 30).astimezone().timestamp() for day in (2, 3))
    desk.run(due=True, clock=third)
    assert desk.office.put_in == [("Group", "2026-10", 1)]
    desk.run(due=True, clock=third + 86400)
    desk.run(due=True, clock=second)
    assert desk.office.put_in == [("Group", "2026-10", 1)]
    assert desk.files("books") == ["group.xlsx"]


def test_a_workbook_that_nobody_filled_in_is_not_mailed(desk: Desk) -> None:
    planned(desk)
    path = save(desk.folder / "books/group.xlsx", Goals=GOALS, Metrics="KPI | 2026-08 | 2026-09\nRevenue | 90 | 110")
    assert path.is_file()
    summary = desk.run(due=True)
    assert outcomes(summary) == {"group.xlsx": "waiting"}
    assert desk.office.put_in == []
    desk.drop("group.xlsx", into=desk.folder / "books")
    desk.run(due=True)
    assert desk.office.put_in == [("Group", "2026-10", 1)]


def test_a_workbook_that_did_not_come_is_told_to_the_owner(desk: Desk) -> None:
    planned(desk)
    summary = desk.run(due=True)
    assert [problem.name for problem in summary.problems] == ["NOT_DROPPED"]
    found = status.status(desk.settings, datetime.fromtimestamp(CLOCK, tz=UTC), {})
    assert [(one["report"], one["period"]) for one in found["due"]] == [("Group", "2026-10")]
    assert "Group" in status.as_text(found, languages.load("en"))


def test_what_is_too_late_is_skipped_and_told_once(desk: Desk) -> None:
    planned(desk)
    desk.drop("group.xlsx", into=desk.folder / "books")
    late = datetime(2026, 11, 25, tzinfo=UTC).timestamp()
    assert [p.name for p in desk.run(due=True, clock=late).problems] == ["SKIPPED_STALE"]
    assert desk.run(due=True, clock=late + 86400).problems == []
    assert desk.office.put_in == []


def test_the_summary_says_it_all_and_the_status_reads_it(desk: Desk) -> None:
    desk.drop("a.xlsx")
    desk.drop("b.xlsx", goals=BROKEN)
    summary = desk.run()
    folder = desk.folder / ".kpireport" / "runs" / summary.run
    data = json.loads((folder / "summary.json").read_text("utf-8"))
    assert data["counts"] == {"done": 1, "duplicate": 0, "failed": 1, "waiting": 0, "returned": 0}
    assert data["code"] == 1
    assert "FAILED" in (folder / "summary.txt").read_text("utf-8")
    found = status.status(desk.settings, datetime.fromtimestamp(CLOCK, tz=UTC), {"held": 2})
    assert found["failed"] == ["b.xlsx"]
    text = status.as_text(found, languages.load("en"))
    assert "code 1" in text
    assert "held 2" in text
    assert "b.xlsx" in text
    assert "上次运行" in status.as_text(found, languages.load("zh"))


@pytest.mark.parametrize(
    ("delivered", "code"),
    [
        pytest.param(Delivered(), 0, id="nothing to send"),
        pytest.param(Delivered(sent=("a",)), 0, id="sent"),
        pytest.param(Delivered(sent=("a",), uncertain=("b",)), 1, id="one uncertain"),
        pytest.param(Delivered(held=("b",)), 1, id="one held"),
        pytest.param(Delivered(deferred=("b",), stop=StopReason.SERVER), 75, id="the server is down"),
        pytest.param(Delivered(deferred=("b",), down=True), 75, id="the server stayed away"),
        pytest.param(Delivered(sent=("a",), deferred=("b",)), 1, id="one is to be tried again"),
        pytest.param(Delivered(stop=StopReason.TOO_MANY), 1, id="more than the settings allow"),
        pytest.param(Delivered(stop=StopReason.STATE), 74, id="the outbox cannot be written"),
        pytest.param(Delivered(stop=StopReason.REFUSED), 77, id="the password is wrong"),
    ],
)
def test_the_exit_code_tells_how_the_mail_went(desk: Desk, delivered: Delivered, code: int) -> None:
    desk.office.delivered = delivered
    desk.drop()
    assert desk.run().code() == code


def test_old_files_are_forgotten_as_the_settings_say_and_no_others(desk: Desk) -> None:
    (desk.folder / "kpireport.toml").write_text(
        TOML + "[retention]\nprocessed_days = 30\nfailed_days = 30\nreports_days = 30\nruns_days = 30\n", "utf-8"
    )
    desk.drop("a.xlsx")
    desk.drop("b.xlsx", goals=BROKEN)
    desk.run()
    mine = desk.inbox / "processed" / "2026-11" / "my own notes.txt"
    mine.write_text("keep", "utf-8")
    assert len(desk.files("inbox")) == 5
    desk.run(clock=time.time() + 60 * 86400)
    assert desk.files("inbox") == ["processed/2026-11/my own notes.txt"]
    assert desk.files("reports") == []


def far(orders: list[work.Order], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the workers be on other machines, which have no file of ours; note what they are sent."""
    monkeypatch.setattr(running, "executor", lambda *_, **__: (executors.Serial(), True))
    monkeypatch.setattr(coordinator.work, "make", lambda order, make=work.make: orders.append(order) or make(order))


def three_months(folder: Path) -> list[list[Path]]:
    """Return the workbooks of three months: two organisations correct a figure later on, one renames its workbook, and
    one workbook names no organisation."""
    found: list[list[Path]] = []
    for month, (first, second) in enumerate([("a.xlsx", "b.xlsx"), ("a.xlsx", "b.xlsx"), ("a.xlsx", "b new.xlsx")]):
        into = folder / str(month)
        into.mkdir(parents=True)
        names = {first: "Firm A", second: "Firm B", f"only {month}.xlsx": ""}
        for number, (name, organisation) in enumerate(names.items()):
            metrics = METRICS.format(first=90 + 7 * month + number)
            rows = [["Setting", "Value"], ["organisation", organisation]]
            save(into / name, Goals=GOALS, Metrics=metrics, Settings=rows)
        found.append(sorted(into.iterdir()))
    return found


def reported(desk: Desk, months: list[list[Path]]) -> list[dict[str, Any]]:
    desk.folder.joinpath("inbox").mkdir(parents=True)
    (desk.folder / "kpireport.toml").write_text(TOML, "utf-8")
    told = []
    for month, books in enumerate(months):
        for path in books:
            shutil.copy(path, desk.inbox)
            os.utime(desk.inbox / path.name, (CLOCK - 3600, CLOCK - 3600))
        assert set(outcomes(desk.run(clock=CLOCK + month * 86400)).values()) == {"done"}
        told += [json.loads(path.read_text("utf-8")) for path in sorted((desk.folder / "reports").rglob("*.json"))]
    return told


def test_workers_without_our_files_know_the_former_figures_and_those_of_no_one_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    months = three_months(tmp_path / "books")
    near = reported(Desk(tmp_path / "near"), months)
    orders: list[work.Order] = []
    far(orders, monkeypatch)
    assert reported(Desk(tmp_path / "far"), months) == near
    assert any(report["restatements"] for report in near)
    names = [order.job.workbooks[0].name for order in orders]
    assert (len(orders), names.count("b new.xlsx")) == (10, 2), "only the workbook with a new name is made twice"
    for number, order in enumerate(orders):
        place = tmp_path / f"state {number}"
        place.mkdir()
        if former := order.content.get(f"state/{snapshots.NAME}"):
            (place / snapshots.NAME).write_bytes(former)
            assert {kept.organisation for kept in snapshots.Snapshots(place).history()} <= {order.known}


@pytest.mark.parametrize(
    ("mark", "hours", "more", "outcome", "told"),
    [
        pytest.param("~$b.xlsx", 1, "", "waiting", [], id="someone has it open"),
        pytest.param("~$b.xlsx", 13, "", "done", [("OWNER_LEFT", "b.xlsx")], id="Excel crashed yesterday"),
        pytest.param(".~lock.b.xlsx#", 13, "", "done", [("OWNER_LEFT", "b.xlsx")], id="LibreOffice crashed yesterday"),
        pytest.param("~$b.xlsx", 13, 'if_open = "take"', "done", [], id="nobody asks whether it is open"),
    ],
)
def test_the_mark_of_a_crash_stops_no_workbook_and_is_told(
    desk: Desk, mark: str, hours: int, more: str, outcome: str, told: list[tuple[str, str]]
) -> None:
    settings = desk.folder / "kpireport.toml"
    settings.write_text(settings.read_text("utf-8").replace("settle_seconds", f"{more}\nsettle_seconds"), "utf-8")
    desk.drop("b.xlsx")
    (desk.inbox / mark).write_bytes(b"someone")
    os.utime(desk.inbox / mark, (CLOCK - hours * 3600,) * 2)
    summary = desk.run()
    assert outcomes(summary) == {"b.xlsx": outcome}
    assert [(p.name, p.where.file) for p in summary.problems] == told


@pytest.mark.parametrize(
    ("days", "later", "left"),
    [
        pytest.param(30, 29, ["b.checked.xlsx", "b.xlsx"], id="not yet"),
        pytest.param(30, 31, [], id="long enough"),
        pytest.param(0, 4000, ["b.checked.xlsx", "b.xlsx"], id="never, by the settings"),
    ],
)
def test_a_failed_workbook_that_was_mended_since_is_forgotten_too(
    desk: Desk, days: int, later: int, left: list[str]
) -> None:
    (desk.folder / "kpireport.toml").write_text(f"{TOML}[retention]\nfailed_days = {days}\n", "utf-8")
    desk.drop("b.xlsx", goals=BROKEN)
    desk.run()
    desk.drop("b.xlsx")
    desk.run(clock=CLOCK + 3600)
    failed = desk.inbox / "failed"
    (failed / "mine.xlsx").write_bytes(b"not ours")
    os.utime(failed / "mine.xlsx", (1, 1))
    assert sorted(path.name for path in failed.iterdir()) == ["b.checked.xlsx", "b.xlsx", "mine.xlsx"]
    desk.run(clock=CLOCK + later * 86400)
    assert sorted(path.name for path in failed.iterdir()) == [*left, "mine.xlsx"]


def double(value: int) -> int:
    return 2 * value


def die(_: int) -> int:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return 0


def hang(_: int) -> int:
    time.sleep(60)
    return 0


def raise_it(_: int) -> int:
    raise ValueError("no")


def die_once(mark: str) -> str:
    if not Path(mark).exists():
        Path(mark).touch()
        die(0)
    return "done"


def test_a_poison_task_is_given_up_alone_and_all_others_are_done(tmp_path: Path) -> None:
    with executors.Processes(2, limit=20) as pool:
        good = [pool.submit(double, n) for n in range(6)]
        poison = pool.submit(die, 0)
        faulty = pool.submit(raise_it, 0)
        once = pool.submit(die_once, str(tmp_path / "mark"))
        more = [pool.submit(double, n) for n in range(6, 12)]
        assert [future.result(60) for future in (*good, *more)] == [2 * n for n in range(12)]
        assert once.result(60) == "done"
        with pytest.raises(errors.CrashedError):
            poison.result(60)
        with pytest.raises(RuntimeError, match="ValueError: no"):
            faulty.result(60)


def test_a_stuck_task_is_ended_and_the_next_is_done() -> None:
    with executors.Processes(1, limit=8) as pool:
        stuck, next_one = pool.submit(hang, 0), pool.submit(double, 4)
        with pytest.raises(errors.StuckError):
            stuck.result(60)
        assert next_one.result(60) == 8


def test_tasks_that_were_not_begun_can_be_cancelled() -> None:
    pool = executors.Processes(1, limit=30)
    futures = [pool.submit(double, n) for n in range(20)]
    pool.shutdown(cancel_futures=True)
    assert all(future.done() for future in futures)
    with pytest.raises(RuntimeError):
        pool.submit(double, 1)


def test_a_poison_workbook_is_quarantined(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies is a problem of its workbook, told in words."""

    class Crashing(executors.Serial):
        def submit(self, fn: Any, /, *args: Any, **_: Any) -> Any:
            if args[0].job.workbooks[0].name.startswith("poison"):
                future: Any = executors.Future()
                future.set_exception(errors.CrashedError())
                return future
            return super().submit(fn, *args)

    monkeypatch.setattr(running, "executor", lambda *_, **__: (Crashing(), False))
    desk.drop("poison.xlsx", first=1)
    desk.drop("good.xlsx")
    summary = desk.run()
    assert outcomes(summary) == {"poison.xlsx": "failed", "good.xlsx": "done"}
    assert "could not be read safely" in (desk.inbox / "failed/poison.xlsx.PROBLEM.txt").read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("spark", ""),
        ("processes:x", "processes"),
        ("dask", "dask"),
        ("serial:2", "serial"),
        ("proceses:4", "processes"),
    ],
)
def test_an_executor_that_is_none_is_told(name: str, meant: str, desk: Desk) -> None:
    result = CliRunner().invoke(main, ["run", "--settings", str(desk.folder / "kpireport.toml"), "--executor", name])
    assert result.exit_code == 2
    assert "B406" in result.output
    assert ("did you mean" in result.output) == bool(meant)
    assert f"'{meant}'" in result.output or not meant
    assert all(kind.example in result.output for kind in executors.EXECUTORS.values())


def command(desk: Desk, *more: str) -> list[str]:
    settings = str(desk.folder / "kpireport.toml")
    return [sys.executable, "-m", "kpireport", "run", "--settings", settings, "--executor", "processes:2", *more]


def accounted(desk: Desk) -> list[str]:
    """Return the names of all workbooks wherever they are, without what filing adds."""
    found = [path for path in desk.inbox.rglob("*.xlsx") if path.is_file() and ".checked" not in path.name]
    return sorted(path.stem.partition("__")[0] for path in found)


def test_runs_that_are_killed_at_random_lose_nothing_and_make_nothing_twice(desk: Desk) -> None:
    names = [f"book{n:02}" for n in range(24)]
    for n, name in enumerate(names):
        desk.drop(f"{name}.xlsx", first=n, goals=BROKEN if n % 8 == 5 else GOALS)
    waits = [0.9, 1.3, 0.7, 1.7, 1.1]
    for pause in waits:
        run = subprocess.Popen(command(desk), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(pause)
        run.kill()
        run.wait()
        assert accounted(desk) == names
    done = subprocess.run(command(desk), capture_output=True, timeout=120, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert accounted(desk) == names
    assert len(list((desk.inbox / "failed").glob("*.PROBLEM.txt"))) == 3
    processed = list((desk.inbox / "processed").rglob("*.xlsx"))
    assert len(processed) == 21
    assert len(desk.files("reports")) == 21
    assert not list(desk.inbox.glob("*.xlsx"))
    assert not (desk.inbox / ".work").exists()
    ledger = RunLedger(desk.settings.state)
    assert all(ledger.newest(name, "2026-10").revision == 1 for name in names if ledger.newest(name, "2026-10"))  # type: ignore[union-attr]


def test_two_schedulers_at_once_share_nothing_and_lose_nothing(desk: Desk) -> None:
    """Two machines with a state of their own on one drop folder, and a second run on the first of them."""
    names = [f"book{n:02}" for n in range(10)]
    for n, name in enumerate(names):
        desk.drop(f"{name}.xlsx", first=n)
    other = desk.folder / "other"
    other.mkdir()
    (other / "kpireport.toml").write_text(TOML.replace('"inbox"', '"../inbox"') + 'reports = "../reports"\n', "utf-8")
    runs = [
        subprocess.Popen(command(replace(desk, folder=folder)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for folder in (desk.folder, other, desk.folder)
    ]
    codes = sorted(run.wait(120) for run in runs)
    assert codes in ([0, 0, 75], [0, 0, 0])
    assert accounted(desk) == names
    assert desk.files("reports") == [f"{name}/2026-10/{name}.json" for name in names]


def test_the_scheduler_lines_name_the_program_and_the_settings(desk: Desk) -> None:
    settings = str(desk.folder / "kpireport.toml")
    for kind, words in (
        ("--windows", ["<StartBoundary>2026-01-01T07:15:00", "run --due --non-interactive", "<DaysInterval>1<"]),
        ("--systemd", ["OnCalendar=*-*-* 07:15:00", "ExecStart="]),
        ("--cron", ["15 7 * * *", settings]),
    ):
        result = CliRunner().invoke(main, ["schedule", "print", kind, "--settings", settings, "--at", "07:15"])
        assert result.exit_code == 0
        for word in words:
            assert word in result.output
    assert CliRunner().invoke(main, ["schedule", "print", "--at", "25:99"]).exit_code == 2


@pytest.mark.parametrize(
    ("kind", "days"), [("windows", "<Monday />"), ("systemd", "OnCalendar=Mon..Fri *-*-*"), ("cron", "* * 1-5 cd")]
)
def test_the_scheduler_can_be_told_to_rest_on_weekends(kind: str, days: str, desk: Desk) -> None:
    words = ["schedule", "print", f"--{kind}", "--settings", str(desk.folder / "kpireport.toml")]
    assert days not in CliRunner().invoke(main, words).output
    assert days in CliRunner().invoke(main, [*words, "--weekdays"]).output


def test_the_task_for_windows_is_xml_in_ascii_without_a_secret(tmp_path: Path) -> None:
    folder = tmp_path / "KPI & <月报> -- 1"
    text = scheduling.text("windows", folder / "kpireport.toml", "06:30", program=r"C:\Programme für KPI\kpireport.exe")
    assert text.isascii()
    task = ElementTree.fromstring(text)
    found = {element.tag.partition("}")[2]: element.text for element in task.iter()}
    assert found["Command"] == r"C:\Programme für KPI\kpireport.exe"
    assert found["Arguments"].endswith(f'--settings "{folder / "kpireport.toml"}"')
    assert found["WorkingDirectory"] == str(folder)
    assert found["LogonType"] == "Password"  # with it the account's store of credentials opens, signed in or not
    assert "UserId" not in found
    assert "Password" not in text.replace("<LogonType>Password<", "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_units(desk: Desk, tmp_path: Path) -> None:
    text = CliRunner().invoke(main, ["schedule", "print", "--systemd", "--settings", str(tmp_path / "k.toml")]).output
    _, service, timer = text.partition("[Unit]")[0], *text.split("# /etc/systemd/system/")[1:]
    for name, unit in (("kpireport.service", service), ("kpireport.timer", timer)):
        (tmp_path / name).write_text(unit.partition("\n")[2], "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "kpireport.timer")], capture_output=True, text=True, check=False
    )
    assert "Failed to parse" not in done.stderr
    assert "Unknown" not in done.stderr


def test_the_command_and_the_status_from_outside(desk: Desk) -> None:
    desk.drop()
    asked = command(desk, "--log-format", "json")
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    began, row, ended = (json.loads(line) for line in done.stderr.splitlines() if line.startswith("{"))
    assert (began["event"], row["event"], ended["event"]) == ("run_began", "workbook", "run_ended")
    assert began["run"] == row["run"] == ended["run"]
    assert (row["workbook"], row["outcome"], ended["code"], ended["counts"]["done"]) == ("a.xlsx", "done", 0, 1)
    assert "1 made into reports" in done.stdout
    settings = str(desk.folder / "kpireport.toml")
    shown = CliRunner().invoke(main, ["status", "--settings", settings, "--format", "json"])
    assert json.loads(shown.output)["last_run"]["summary"]["code"] == 0


def test_the_settings_of_the_help_page_are_the_usual_ones(tmp_path: Path) -> None:
    page = (Path(__file__).parents[1] / "kpireport" / "help" / "batch.md").read_text("utf-8")
    text = page.split("```toml\n")[1].partition("```")[0]
    (tmp_path / "kpireport.toml").write_text(text, "utf-8")
    (tmp_path / "plain.toml").write_text("", "utf-8")
    assert batch(tmp_path / "kpireport.toml") == batch(tmp_path / "plain.toml")


def test_a_marked_copy_lies_beside_a_failed_workbook(desk: Desk) -> None:
    desk.drop("a.xlsx", goals=BROKEN)
    desk.run()
    assert desk.files("inbox") == ["failed/a.checked.xlsx", "failed/a.xlsx", "failed/a.xlsx.PROBLEM.txt"]
