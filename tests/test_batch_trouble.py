"""What goes wrong around a run: full disks, files that are held open, machines that sleep. Nothing is lost."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kpireport import languages, output
from kpireport.batch import coordinator, filing, inbox, retention, scheduling, status
from kpireport.batch.claim import Claims
from kpireport.batch.ledger import RunLedger
from kpireport.cli import main
from kpireport.core.catalogue import mail as mail_problems
from kpireport.core.diagnostics import Where
from kpireport.deliver.parcels import Queued
from tests.batching import BROKEN, CLOCK, GOALS, METRICS, TOML, Desk, new, outcomes
from tests.workbooks import save


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new(tmp_path)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """Let a folder be a disk of its own that is soon full; skip the test where that may not be done."""
    folder.mkdir(exist_ok=True)
    asked = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_workbooks_are_filed_on_another_disk_too(desk: Desk) -> None:
    content = desk.drop().read_bytes()
    with small_disk(desk.inbox / "processed", "1m"):
        assert desk.run().code() == 0
        (filed,) = (desk.inbox / "processed").rglob("*.*x")
        assert filed.read_bytes() == content
        assert not list((desk.inbox / "processed").rglob("*.tmp"))
    assert desk.files("inbox") == []


def letters(desk: Desk) -> list[tuple[str, str, int]]:
    return sorted(set(desk.office.put_in))


@pytest.mark.skipif(sys.platform == "win32", reason="mount is of POSIX")
@pytest.mark.parametrize(
    ("folder", "outcome", "problem"),
    [
        pytest.param("reports", "returned", "NOT_PUBLISHED", id="where reports are published"),
        pytest.param("inbox/processed", "done", "NOT_FILED", id="where workbooks are filed"),
    ],
)
def test_a_disk_that_is_full(desk: Desk, folder: str, outcome: str, problem: str) -> None:
    desk.drop()
    with small_disk(desk.folder / folder, "16k"):
        fill(desk.folder / folder)
        summary = desk.run()
        assert outcomes(summary) == {"a.xlsx": outcome}
        assert problem in {p.name for line in summary.lines for p in line.problems}
        assert summary.code() == 74
        assert not [path for path in (desk.folder / folder).rglob("*") if path.suffix in (".json", ".xlsx", ".tmp")]
    again = desk.run()
    assert outcomes(again) == {"a.xlsx": "done"}
    assert again.code() == 0
    assert letters(desk) == [("a", "2026-10", 1)]
    assert desk.files("reports") == ["a/2026-10/a.json"]
    (filed,) = desk.files("inbox")
    assert filed.startswith("processed/2026-11/a__")


def fill(folder: Path) -> None:
    """Write until there is no room for anything more, not even for a folder."""
    for number in range(1000):
        try:
            (folder / f"ballast{number}").write_bytes(bytes(4096))
        except OSError:
            return


@pytest.mark.skipif(sys.platform == "win32", reason="mount is of POSIX")
def test_a_state_folder_without_room_stops_the_run_before_anything_is_lost(desk: Desk) -> None:
    desk.drop()
    settings = str(desk.folder / "kpireport.toml")
    with small_disk(desk.folder / ".kpireport", "16k"):
        fill(desk.folder / ".kpireport")
        result = CliRunner().invoke(main, ["run", "--settings", settings, "--executor", "serial"])
        assert (result.exit_code, "B104" in result.output) == (74, True)
    assert outcomes(desk.run()) == {"a.xlsx": "done"}
    assert letters(desk) == [("a", "2026-10", 1)]


def test_letters_that_cannot_be_queued_make_the_report_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.drop()
    with monkeypatch.context() as patch:
        told = mail_problems.STORE_FAILED.at(Where(), reason="the disk is full")
        patch.setattr(desk.office, "put", lambda *_, **__: Queued(diagnostics=(told,)))
        summary = desk.run()
        assert (outcomes(summary), summary.code()) == ({"a.xlsx": "returned"}, 74)
        assert desk.files("inbox") == ["a.xlsx"]
    assert outcomes(desk.run()) == {"a.xlsx": "done"}
    assert letters(desk) == [("a", "2026-10", 1)]


class SharingError(PermissionError):
    """What Windows says while another program has a file open."""

    winerror = 32


class DeniedError(PermissionError):
    winerror = 5


@contextmanager
def open_in_acrobat(name: str, error: type[OSError], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nobody rename anything onto a file of this name."""
    real, path_replace = os.replace, Path.replace

    def replace(source: Any, target: Any, **more: Any) -> None:
        if Path(target).name == name:
            raise error(13, "The process cannot access the file because it is being used by another process")
        real(source, target, **more)

    def replaced(self: Path, target: Any) -> Path:
        replace(self, target)
        return Path(target)

    assert path_replace
    with monkeypatch.context() as patch:
        patch.setattr(output.os, "replace", replace)
        patch.setattr(Path, "replace", replaced)
        patch.setattr(output, "WAITS", (0.0, 0.0))
        yield


@pytest.mark.parametrize("error", [SharingError, DeniedError])
def test_a_report_that_is_open_in_acrobat(desk: Desk, error: type[OSError], monkeypatch: pytest.MonkeyPatch) -> None:
    """The old one stays, the new one lies beside it, and takes its place as soon as the old one is closed."""
    folder = desk.folder / "reports/a/2026-10"
    desk.drop(first=90)
    desk.run()
    one = (folder / "a.json").read_bytes()
    desk.drop(first=95)
    with open_in_acrobat("a.json", error, monkeypatch):
        summary = desk.run()
        assert (outcomes(summary), summary.code()) == ({"a.xlsx": "done"}, 1)
        assert "OPEN_ELSEWHERE" in {problem.name for problem in summary.lines[0].problems}
        assert (folder / "a.json").read_bytes() == one
        two = (folder / "a.NEW.json").read_bytes()
        desk.run()
        assert (folder / "a.NEW.json").read_bytes() == two
    desk.run()
    assert (folder / "a.json").read_bytes() == two
    assert sorted(path.name for path in folder.iterdir()) == ["a.json", "a_r1.json"]
    desk.drop(first=97)
    desk.run()
    assert (folder / "a_r1.json").read_bytes() == one
    assert (folder / "a_r2.json").read_bytes() == two
    assert letters(desk) == [("a", "2026-10", 1), ("a", "2026-10", 2), ("a", "2026-10", 3)]


def test_a_correction_comes_while_the_older_correction_still_lies_beside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = desk.folder / "reports/a/2026-10"
    kept: list[bytes] = []
    for first in (90, 95, 97):
        desk.drop(first=first)
        with open_in_acrobat("a.json" if first > 90 else "", SharingError, monkeypatch):
            desk.run()
        kept.append((folder / ("a.NEW.json" if first > 90 else "a.json")).read_bytes())
    desk.run()
    assert sorted(path.name for path in folder.iterdir()) == ["a.json", "a_r1.json", "a_r2.json"]
    assert [(folder / name).read_bytes() for name in ("a_r1.json", "a_r2.json", "a.json")] == kept


def test_a_workbook_that_excel_holds_waits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.drop()
    real = Path.rename

    def held(self: Path, target: Any) -> Path:
        if self == path:
            raise SharingError(13, "used by another process")
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", held)
        summary = desk.run()
        assert (outcomes(summary), summary.code()) == ({"a.xlsx": "waiting"}, 0)
        assert summary.lines[0].problems[0].name == "CANNOT_CLAIM"
    assert desk.files("inbox") == ["a.xlsx"]
    assert outcomes(desk.run()) == {"a.xlsx": "done"}


def test_a_correction_that_is_killed_while_it_is_published_keeps_the_old_report(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> Any:
        raise KilledError

    desk.drop(first=90)
    desk.run()
    folder = desk.folder / "reports/a/2026-10"
    before = (folder / "a.json").read_bytes()
    desk.drop(first=95)
    with monkeypatch.context() as patch:
        patch.setattr(RunLedger, "keep", killed)
        with pytest.raises(KilledError):
            desk.run()
    assert (folder / "a.json").read_bytes() != before
    assert [line.revision for line in desk.run().lines] == [2]
    assert (folder / "a_r1.json").read_bytes() == before


def test_a_newer_workbook_of_the_same_name_is_done_after_the_one_that_a_dead_run_left(desk: Desk) -> None:
    dead = Claims(desk.inbox, "dead", desk.folder / ".kpireport")
    dead.take(desk.drop(first=90))
    desk.drop(first=95)
    summary = desk.run()
    assert [(line.name, line.outcome, line.revision) for line in summary.lines] == [
        ("a.xlsx", "done", 1), ("a.xlsx", "done", 2),
    ]  # fmt: skip
    assert desk.files("reports") == ["a/2026-10/a.json", "a/2026-10/a_r1.json"]
    assert not (desk.inbox / ".work").exists()


def test_what_is_saved_anew_after_we_looked_waits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.drop()
    real = inbox.look

    def early(*rest: Any, **more: Any) -> Any:
        found = list(real(*rest, **more))
        path.write_bytes(path.read_bytes()[:700])
        return found

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "look", early)
        assert outcomes(desk.run()) == {"a.xlsx": "waiting"}
    assert desk.files("inbox") == ["a.xlsx"]
    desk.drop()
    assert outcomes(desk.run()) == {"a.xlsx": "done"}


def test_a_workbook_that_another_machine_took_over_while_we_slept_is_left_to_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.drop()
    real = coordinator.Coordinator._finish

    def slept(self: coordinator.Coordinator, task: Any, future: Any) -> None:
        task.paths[0].rename(desk.folder / "elsewhere.xlsx")
        real(self, task, future)

    monkeypatch.setattr(coordinator.Coordinator, "_finish", slept)
    summary = desk.run()
    assert [problem.name for line in summary.lines for problem in line.problems] == ["CLAIM_LOST"]
    assert (desk.office.put_in, desk.files("reports")) == ([], [])


def test_a_workbook_that_may_not_be_read_stops_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.drop("a.xlsx")
    desk.drop("b.xlsx")
    real = Path.open

    def refused(self: Path, *rest: Any, **more: Any) -> Any:
        if self.name == "a.xlsx" and self.parent.name != "inbox":
            raise PermissionError(13, "Permission denied")
        return real(self, *rest, **more)

    monkeypatch.setattr(Path, "open", refused)
    summary = desk.run()
    assert outcomes(summary) == {"a.xlsx": "waiting", "b.xlsx": "done"}
    assert summary.lines[0].problems[0].name == "CANNOT_READ"
    assert (desk.inbox / "a.xlsx").is_file()


@pytest.mark.parametrize("names", [("A/B", "A:B"), ("n" * 200, "n" * 199)])
def test_two_reports_whose_names_make_one_folder_name_have_a_folder_each(desk: Desk, names: tuple[str, str]) -> None:
    for number, name in enumerate(names):
        settings = f"Setting | Value\norganisation | {name}"
        path = save(desk.inbox / f"book{number}.xlsx", Goals=GOALS, Metrics=METRICS.format(first=1), Settings=settings)
        os.utime(path, (CLOCK - 3600, CLOCK - 3600))
    assert set(outcomes(desk.run()).values()) == {"done"}
    before = desk.files("reports")
    assert len({name.partition("/")[0].casefold() for name in before}) == 2
    for number, name in enumerate(names):
        settings = f"Setting | Value\norganisation | {name}"
        path = save(desk.inbox / f"book{number}.xlsx", Goals=GOALS, Metrics=METRICS.format(first=2), Settings=settings)
        os.utime(path, (CLOCK - 3600, CLOCK - 3600))
    desk.run()
    assert len(desk.files("reports")) == 2 * len(before)


def test_reasons_of_several_failures_go_together_and_those_of_others_stay(desk: Desk) -> None:
    for name in ("a.xlsx", "a.xlsx", "a (7).xlsx", "another.xlsx"):
        desk.drop(name, goals=BROKEN)
        desk.run()
    reasons = desk.inbox / "failed"
    assert len(list(reasons.glob("*.PROBLEM.txt"))) == 4
    desk.drop("a.xlsx")
    desk.run()
    assert sorted(path.name for path in reasons.glob("*.PROBLEM.txt")) == [
        "a (7).xlsx.PROBLEM.txt", "another.xlsx.PROBLEM.txt",
    ]  # fmt: skip


def test_what_cannot_be_deleted_is_left_and_is_no_failure(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.folder / "kpireport.toml").write_text(TOML + "[retention]\nprocessed_days = 1\n", "utf-8")
    desk.drop()
    desk.run()

    def held(*_: Any, **__: Any) -> None:
        raise SharingError(13, "used by another process")

    with monkeypatch.context() as patch:
        patch.setattr(retention.shutil, "rmtree", held)
        patch.setattr(Path, "unlink", held)
        assert desk.run(clock=CLOCK + 9 * 86400).code() == 0
    desk.run(clock=CLOCK + 9 * 86400)
    assert desk.files("inbox") == []


def test_an_inbox_that_may_not_be_written_keeps_its_workbooks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.drop()

    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Claims, "_place", refused)
        summary = desk.run()
    assert outcomes(summary) == {"a.xlsx": "waiting"}
    assert summary.lines[0].problems[0].name == "CANNOT_CLAIM"
    assert "--leave" in summary.as_text(languages.load("en"))
    assert desk.files("inbox") == ["a.xlsx"]


def test_looking_again_and_again_leaves_no_trace_until_something_is_done(desk: Desk) -> None:
    from kpireport.batch import running
    from kpireport.batch.intake import Options

    def look() -> None:
        running.run(
            desk.settings, desk.folder / "kpireport.toml", Options(desk.today), engine="serial", post=desk.office,  # type: ignore[arg-type]
            clock=lambda: CLOCK, sleep=lambda _: None, trace=False,
        )  # fmt: skip

    look()
    assert not (desk.folder / ".kpireport" / "runs").exists()
    assert RunLedger(desk.settings.state).last_run() is None
    desk.drop()
    look()
    look()
    assert len(list((desk.folder / ".kpireport" / "runs").iterdir())) == 1


def test_a_failed_filing_is_told_and_made_good(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.drop(goals=BROKEN)

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(filing, "failed", full)
        assert desk.run().code() == 74
    assert outcomes(desk.run()) == {"a.xlsx": "failed"}
    assert len([name for name in desk.files("inbox") if name.endswith("PROBLEM.txt")]) == 1


MAIL = """
[mail]
transport = "dir"
sender = "KPI reports <kpi@example.com>"
owner = "ana@example.com"
"""


def test_the_status_goes_to_the_owner_and_lets_nothing_else_go(desk: Desk) -> None:
    path = desk.folder / "kpireport.toml"
    assert CliRunner().invoke(main, ["status", "--mail", "--settings", str(path)]).exit_code == 2
    path.write_text(TOML + MAIL, "utf-8")
    recipients = "Name | Email | Scope | Format | When\nHead | head@example.com | all | HTML | always"
    save(desk.inbox / "a.xlsx", Goals=GOALS, Metrics=METRICS.format(first=1), Recipients=recipients)
    asked = ["run", "--no-send", "--executor", "serial", "--settings", str(path)]
    assert CliRunner().invoke(main, asked).exit_code == 0
    shown = CliRunner().invoke(main, ["status", "--mail", "--settings", str(path)])
    assert shown.exit_code == 0, shown.output
    sent = [found.name for found in (desk.folder / "outbox").iterdir()]
    assert sent
    assert not [name for name in sent if not name.startswith("ana@")]


def test_the_status_names_who_has_dropped_nothing(desk: Desk) -> None:
    for name, until in (("early", "2026-09"), ("late", "2026-10")):
        save(desk.inbox / f"{name}.xlsx", Goals=GOALS, Metrics=f"KPI | {until}\nRevenue | 5")
        os.utime(desk.inbox / f"{name}.xlsx", (CLOCK - 3600, CLOCK - 3600))
    desk.run()
    found = status.status(desk.settings, datetime.fromtimestamp(CLOCK, tz=UTC), {})
    assert {one["report"]: one["come"] for one in found["reports"]} == {"early": False, "late": True}
    for language in map(languages.load, languages.tags()):
        assert "early" in status.as_text(found, language)
        assert "late" not in status.as_text(found, language).replace("too late", "")


@pytest.mark.parametrize("kind", ["windows", "systemd", "cron"])
def test_the_scheduler_finds_settings_wherever_they_lie(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "KPI's 100% of $x"
    text = scheduling.text(kind, folder / "kpireport.toml", "06:30", program="C:\\Program Files\\kpireport.exe")
    if kind == "windows":
        assert f'"{folder / "kpireport.toml"}"' in text
    if kind == "systemd":
        assert f'"{folder}/kpireport.toml"'.replace("%", "%%").replace("$", "$$") in text
        assert f"WorkingDirectory={folder}".replace("%", "%%") in text
    if kind == "cron":
        line = text.splitlines()[-1].replace("\\%", "%")
        assert str(folder / "kpireport.toml") in shlex.split(line)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is sent by a signal of POSIX")
def test_watch_takes_what_comes_until_ctrl_c(desk: Desk) -> None:
    (desk.folder / "kpireport.toml").write_text(TOML.replace("[batch]", "poll_seconds = 0.2\n[batch]"), "utf-8")
    settings = str(desk.folder / "kpireport.toml")
    asked = [sys.executable, "-m", "kpireport", "watch", "--settings", settings, "--executor", "serial"]
    watching = subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for name in ("a", "b"):
            desk.drop(f"{name}.xlsx", first=ord(name))
            until = time.monotonic() + 60
            while not (desk.folder / f"reports/{name}/2026-10/{name}.json").is_file() and time.monotonic() < until:
                time.sleep(0.1)
        until = time.monotonic() + 20
        while list(desk.inbox.glob("*.xlsx")) and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(1)
    finally:
        watching.send_signal(signal.SIGINT)
        _, told = watching.communicate(timeout=60)
    assert watching.returncode == 0
    assert "Traceback" not in told
    assert desk.files("reports") == ["a/2026-10/a.json", "b/2026-10/b.json"]
    assert len(list((desk.folder / ".kpireport" / "runs").iterdir())) == 2


def test_a_drop_folder_that_cannot_be_written_to_is_not_all_well(desk: Desk) -> None:
    """A full disk: nothing could be taken, every workbook waited, and the run ended with 0."""
    desk.drop()
    (desk.inbox / ".work").write_text("in the way of the folder that workbooks are taken into", "utf-8")
    summary = desk.run()
    assert (summary.code(), [problem.name for problem in summary.problems]) == (74, ["DROP_UNWRITABLE"])
    assert outcomes(summary) == {"a.xlsx": "waiting"}
