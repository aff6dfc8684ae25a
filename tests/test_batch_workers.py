"""Workers that crash, get stuck or are killed, on this machine and in a dask cluster: they take no other task down."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kpireport.batch import coordinator, executors, running
from kpireport.batch.intake import Options
from kpireport.core.batching import BatchSettings
from tests.batching import TODAY, Desk, harmful, new, outcomes

CLUSTER = pytest.mark.xdist_group("cluster")  # tests that share one


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(coordinator.work, "make", harmful)
    return new(tmp_path, "workbook_minutes = 0.1\n")


PATIENT = {
    # A busy machine takes its time to bring a worker up or back; all of these are seconds or less where it is idle.
    "distributed.deploy.lost-worker-timeout": "10 minutes",
    "distributed.scheduler.allowed-failures": 1,  # each costs the start of a worker
}


@contextmanager
def local_cluster() -> Iterator[Any]:
    """Two workers on this machine that are reached over TCP."""
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    import dask

    with (
        dask.config.set(PATIENT),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            protocol="tcp://",
            dashboard_address="127.0.0.1:0",  # without one it takes a fixed port, which another test may have
            silence_logs=50,
        ) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def shared() -> Iterator[Any]:
    with local_cluster() as made:
        yield made


@pytest.fixture
def cluster(shared: Any) -> Any:
    """A cluster for tests that leave it in order: both workers are there, also after the last test has killed some."""
    shared.wait_for_workers(2, timeout=300)
    return shared


def run(desk: Desk, engine: str, settings: BatchSettings | None = None) -> Any:
    return running.run(
        settings or desk.settings, desk.folder / "kpireport.toml", Options(TODAY), engine=engine,
        post=desk.office, sleep=lambda _: None,  # type: ignore[arg-type]
    )  # fmt: skip


def judged(desk: Desk, summary: Any, good: list[str], bad: dict[str, str]) -> None:
    """Every good workbook is done once; the bad ones are failed, each for its reason; nothing is left."""
    assert outcomes(summary) == {**dict.fromkeys(good, "done"), **dict.fromkeys(bad, "failed")}
    assert len(summary.lines) == len(good) + len(bad)
    told = {line.name: line.problems[0].name for line in summary.lines if line.outcome == "failed"}
    assert told == bad
    assert sorted(desk.office.put_in) == sorted((name.removesuffix(".xlsx"), "2026-10", 1) for name in good)
    assert len(desk.files("reports")) == len(good)
    assert sorted(p.name for p in (desk.inbox / "failed").glob("*.xlsx")) == sorted(bad)
    assert not (desk.inbox / ".work").exists()


def drop(desk: Desk, bad: Iterable[str]) -> list[str]:
    good = [*(f"book{n}.xlsx" for n in range(6)), "once.xlsx"]
    for number, name in enumerate([*good, *bad]):
        desk.drop(name, first=number)
    return good


def test_processes_of_this_machine(desk: Desk) -> None:
    bad = {"poison.xlsx": "WORKER_CRASHED", "stuck.xlsx": "WORKER_STUCK"}
    good = drop(desk, bad)
    judged(desk, run(desk, "processes:2"), good, bad)


@CLUSTER
def test_many_machines(tmp_path: Path, cluster: Any) -> None:
    """All that a worker needs is sent to it, and nothing of it is lost on the way."""
    desk = new(tmp_path)
    names = [f"book{n}.xlsx" for n in range(6)]
    for number, name in enumerate(names):
        desk.drop(name, first=number)
    assert outcomes(run(desk, f"dask:{cluster.scheduler_address}")) == dict.fromkeys(names, "done")
    assert len(desk.files("reports")) == len(desk.office.put_in) == len(names)


@CLUSTER
@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"poison.xlsx": "WORKER_CRASHED"}, id="one workbook kills whoever reads it"),
        pytest.param({"stuck.xlsx": "WORKER_STUCK"}, id="one never ends"),
    ],
)
def test_a_dask_cluster(bad: dict[str, str], desk: Desk, cluster: Any) -> None:
    """And a worker dies in the middle of a task, once."""
    good = drop(desk, bad)
    judged(desk, run(desk, f"dask:{cluster.scheduler_address}"), good, bad)


@CLUSTER
def test_a_worker_of_a_cluster_that_is_killed_from_outside(desk: Desk, cluster: Any) -> None:
    names = [f"book{n:02}.xlsx" for n in range(12)]
    for number, name in enumerate(names):
        desk.drop(name, first=number)
    killed: list[int] = []

    def kill() -> None:
        for _ in range(2):
            time.sleep(0.7)
            pid = next(iter(cluster.workers.values())).pid
            if pid:
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    thread = threading.Thread(target=kill)
    thread.start()
    summary = run(desk, f"dask:{cluster.scheduler_address}")
    thread.join()
    assert killed
    assert outcomes(summary) == dict.fromkeys(names, "done")
    assert len(desk.office.put_in) == len(desk.files("reports")) == len(names)


def close_at_the_first_report(cluster: Any, desk: Desk) -> None:
    """Close a cluster in the middle of a run, however long the machine takes to come that far."""
    deadline = time.monotonic() + 300
    while not desk.files("reports") and time.monotonic() < deadline:
        time.sleep(0.02)
    cluster.close()


def test_a_cluster_whose_scheduler_goes_away_gives_all_workbooks_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kpireport.batch import cluster as dask

    monkeypatch.setattr(dask, "AWAY", 3.0)
    for number in range(6):
        desk.drop(f"book{number}.xlsx", first=number)
    desk.drop("stuck.xlsx")
    with local_cluster() as own:
        leave = threading.Thread(target=close_at_the_first_report, args=(own, desk))
        leave.start()
        summary = run(desk, f"dask:{own.scheduler_address}")
        leave.join()
    assert "returned" in outcomes(summary).values()
    assert summary.code() == 1
    left = [name for name in desk.files("inbox") if "/" not in name]
    assert len(left) + len(desk.files("reports")) == 7


@CLUSTER
def test_a_cluster_is_kept_busy_to_its_last_thread(cluster: Any) -> None:
    pool, _ = executors.executor(f"dask:{cluster.scheduler_address}", workers=0, limit=60)
    with pool:
        for count in (2, 3, 2):
            cluster.scale(count)
            deadline = time.monotonic() + 300
            while pool.room != count and time.monotonic() < deadline:  # type: ignore[attr-defined]
                time.sleep(0.2)
            assert pool.room == count  # type: ignore[attr-defined]


def nap(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def test_a_worker_that_is_killed_from_outside_more_than_once_is_not_blamed_on_its_task() -> None:
    with executors.Processes(1, limit=60) as pool:
        future = pool.submit(nap, 1.5)
        killed: set[int] = set()  # a worker that was killed is listed until it has been waited for
        for _ in range(3):
            deadline = time.monotonic() + 30
            while not (alive := set(_children()) - killed) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert alive
            time.sleep(0.8)
            for pid in alive:
                os.kill(pid, signal.SIGKILL)
            killed |= alive
        assert future.result(60) > 0


def _children() -> list[int]:
    import multiprocessing

    return [one.pid for one in multiprocessing.active_children() if one.pid]


def test_a_process_that_cannot_be_started_is_told_and_hangs_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(executors, "_Worker", refused)
    with executors.Processes(1, limit=5) as pool, pytest.raises(BlockingIOError):
        pool.submit(nap, 0).result(30)


def test_a_task_that_cannot_be_carried_to_a_worker_is_told_and_hangs_nobody() -> None:
    with executors.Processes(1, limit=30) as pool:
        with pytest.raises(Exception, match="pickle"):
            pool.submit(nap, lambda: 0).result(60)
        assert pool.submit(nap, 0).result(60) > 0
