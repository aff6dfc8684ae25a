"""What a cluster can lose between two machines is noticed, so that a run never waits for ever."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

cluster = pytest.importorskip("kpireport.batch.cluster", reason="the extra dask is not installed")
from kpireport.batch.errors import NoProcessError, StuckError  # noqa: E402 - after the check that dask is there


class Inner:
    """A future of dask's that has not ended, and may never call back."""

    status = "pending"

    def __init__(self, key: str) -> None:
        self.key = key
        self.value: Any = None

    def add_done_callback(self, _: object) -> None:
        """Lose it."""

    def result(self) -> Any:
        return self.value


class Fake:
    """A client of a cluster of two threads. lost: how many tasks vanish on the way; other: what others have running."""

    status = "running"
    lost, hold, other, threads = 0, False, (), 2

    def __init__(self, *_: object, **__: object) -> None:
        self.scheduler = self
        self.running: dict[str, Inner] = {}
        self.begun = 0

    def sync(self, function: Callable[..., Any], callback_timeout: float, **more: Any) -> Any:
        del callback_timeout
        return function(**more)

    def ncores(self) -> dict[str, int]:
        return {"a": self.threads} if self.threads else {}

    def processing(self, workers: None) -> dict[str, list[str]]:
        del workers
        return {"a": [*self.running, *self.other]}

    def submit(self, fn: Callable[..., Any], *args: Any, pure: bool) -> Inner:
        del pure
        self.begun += 1
        inner = Inner(f"task-{self.begun}")
        if self.begun > self.lost:
            if self.hold:
                self.running[inner.key] = inner
            else:
                inner.value, inner.status = fn(*args), "finished"
        return inner

    def cancel(self, keys: list[str]) -> None:
        for key in keys:
            self.running.pop(key, None)

    def restart_workers(self, *_: object, **__: object) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Fake]]:
    monkeypatch.setattr(cluster, "Client", Fake)
    monkeypatch.setattr(cluster, "LOOK", 0.02)
    yield Fake
    Fake.lost, Fake.hold, Fake.other, Fake.threads = 0, False, (), 2


def double(number: int) -> int:
    return 2 * number


def test_an_end_that_nobody_told_us_of_is_seen(fake: type[Fake]) -> None:
    made = cluster.Cluster("tcp://x", limit=60)
    assert made.submit(double, 4).result(timeout=30) == 8
    made.shutdown()


def test_a_task_that_was_lost_on_its_way_is_begun_once_more(fake: type[Fake]) -> None:
    fake.lost = 1
    made = cluster.Cluster("tcp://x", limit=0.1)
    assert made.submit(double, 4).result(timeout=30) == 8
    made.shutdown()


def test_a_task_that_is_lost_twice_is_told(fake: type[Fake]) -> None:
    fake.lost = 2
    made = cluster.Cluster("tcp://x", limit=0.1)
    with pytest.raises(NoProcessError, match="lost"):
        made.submit(double, 4).result(timeout=30)
    made.shutdown()


def test_a_task_that_takes_too_long_twice_is_told(fake: type[Fake]) -> None:
    fake.hold = True
    made = cluster.Cluster("tcp://x", limit=0.1)
    with pytest.raises(StuckError):
        made.submit(double, 4).result(timeout=30)
    made.shutdown()


def test_a_cluster_without_workers_is_told(fake: type[Fake]) -> None:
    fake.lost, fake.threads = 9, 0
    made = cluster.Cluster("tcp://x", limit=0.1)
    with pytest.raises(NoProcessError, match="no workers"):
        made.submit(double, 4).result(timeout=30)
    made.shutdown()


def test_a_task_waits_while_the_workers_are_busy_for_others(fake: type[Fake]) -> None:
    fake.lost, fake.other = 1, ("somebody-else",)
    made = cluster.Cluster("tcp://x", limit=0.1)
    waiting = made.submit(double, 4)
    time.sleep(0.5)
    assert not waiting.done()
    fake.other = ()
    assert waiting.result(timeout=30) == 8
    made.shutdown()


def test_a_result_that_is_gone_before_we_had_it_is_made_once_more(
    fake: type[Fake], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = Inner.result, []

    def gone(inner: Inner) -> Any:
        asked.append(inner.key)
        if len(asked) == 1:
            raise OSError("the worker has died")
        return real(inner)

    monkeypatch.setattr(Inner, "result", gone)
    made = cluster.Cluster("tcp://x", limit=60)
    assert made.submit(double, 4).result(timeout=30) == 8
    assert len(asked) == 2
    made.shutdown()
