"""Many machines through dask: the tasks of a run on the workers of a cluster, as ``concurrent.futures`` has it.

A worker that dies may leave its task half done, or done twice: both are harmless, for a task only computes. Dask blames
the death of a worker on all tasks that it had; so a suspect is done once more with nothing beside it, when there is
nothing else to do, before it is given up.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from concurrent.futures import Executor, Future, InvalidStateError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from distributed import Client, KilledWorker

from kpireport.batch.errors import CrashedError, NoProcessError, StuckError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

CONNECT = 30.0  # seconds
AWAY = 60.0  # seconds after which a scheduler that does not answer is given up
LOOK = 2.0  # seconds between two looks at what the workers are doing


@dataclass
class _Task:
    """What was asked for. suspect: it was on a worker that died, or took too long.

    inner: dask's future of it. worker, since: where it is now, and from when on; "" while it waits for a worker.
    """

    outer: Future[Any]
    fn: Callable[..., Any]
    args: tuple[Any, ...]
    inner: Any = None
    suspect: bool = False
    worker: str = ""
    since: float = 0.0


class Cluster(Executor):
    """A dask cluster. limit: seconds for a task, and for a cluster without workers. Raises OSError, if not reached."""

    def __init__(self, address: str, limit: float) -> None:
        self._client: Any = Client(address, timeout=CONNECT)  # type: ignore[no-untyped-call]
        self._limit = limit
        self._tasks: dict[str, _Task] = {}
        self._waiting: deque[_Task] = deque()
        self._suspects: deque[_Task] = deque()
        self._guard = threading.RLock()
        self._closed = threading.Event()
        self._threads = 1
        self._lost = False
        self._look()
        threading.Thread(target=self._watch, name="kpireport-cluster", daemon=True).start()

    @property
    def room(self) -> int:
        """How many tasks to have in flight: one for each thread of the workers there are, which come and go."""
        return self._threads

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self._closed.is_set() or kwargs:
            raise RuntimeError("the executor was shut down, or was given names")
        if self._lost:
            raise NoProcessError("the scheduler has gone")
        outer: Future[Any] = Future()
        outer.set_running_or_notify_cancel()
        self._waiting.append(_Task(outer, fn, args))
        self._go_on()
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster. It forgets what it still had to do for us, whatever is asked for."""
        del wait, cancel_futures
        self._closed.set()
        self._client.close()

    def _go_on(self) -> None:
        """Begin what waits, and suspects when there is nothing else; nothing is begun beside a suspect."""
        with self._guard:
            if any(task.suspect for task in self._tasks.values()):
                return
            while self._waiting:
                self._begin(self._waiting.popleft())
            if self._suspects and not self._tasks:
                self._begin(self._suspects.popleft())

    def _begin(self, task: _Task) -> None:
        task.worker, task.since = "", time.monotonic()
        try:
            inner = self._client.submit(task.fn, *task.args, pure=False)
        except Exception as error:  # dask raises what it likes; whoever waits for the future hears of it
            _settle(task.outer, error=error)
        else:
            task.inner = inner
            self._tasks[inner.key] = task
            inner.add_done_callback(self._done)

    def _done(self, inner: Any) -> None:
        with self._guard:
            task = self._tasks.pop(inner.key, None)
        if task is None:
            return  # it was given up
        try:
            self._settled(task, inner)
        except Exception:  # the worker with the result, or the scheduler, has gone before we had it
            self._suspected(task, CrashedError())
        self._go_on()

    def _settled(self, task: _Task, inner: Any) -> None:
        """Tell whoever waits how a task has ended; raises what dask likes where that cannot be had."""
        if inner.status == "finished":
            _settle(task.outer, result=inner.result())
        elif inner.status == "error":
            error = inner.exception()
            if isinstance(error, KilledWorker):
                self._suspected(task, CrashedError())
            else:
                _settle(task.outer, error=RuntimeError(f"{type(error).__name__}: {error}"))
        else:  # cancelled or lost: the scheduler has gone
            _settle(task.outer, error=RuntimeError(f"the cluster has lost the task ({inner.status})"))

    def _suspected(self, task: _Task, error: Exception) -> None:
        if task.suspect:
            _settle(task.outer, error=error)
        else:
            task.suspect = True
            self._suspects.append(task)

    def _watch(self) -> None:
        seen = time.monotonic()
        while not self._closed.wait(LOOK):
            with contextlib.suppress(Exception):  # the scheduler is away, perhaps for a moment
                if self._client.status == "running":
                    self._look()
                    seen = time.monotonic()
            if time.monotonic() - seen > AWAY:
                self._give_up()
                return

    def _give_up(self) -> None:
        """Let nobody wait for a scheduler that does not come back."""
        with self._guard:
            self._lost = True
            for task in (*self._tasks.values(), *self._waiting, *self._suspects):
                _settle(task.outer, error=NoProcessError("the scheduler has gone"))
            for tasks in (self._tasks, self._waiting, self._suspects):
                tasks.clear()

    def _asked(self, function: Callable[..., Any], **more: Any) -> Any:
        return self._client.sync(function, callback_timeout=CONNECT, **more)

    def _look(self) -> None:
        """See where the tasks are, and end the workers that are stuck with one."""
        scheduler = self._client.scheduler
        threads = self._asked(scheduler.ncores)
        self._threads = max(1, sum(threads.values()))
        with self._guard:
            ended = [task.inner for task in self._tasks.values() if task.inner.status != "pending"]
        for inner in ended:  # usually the client has told us
            self._done(inner)
        for key in self._late(self._asked(scheduler.processing, workers=None), threads):
            with self._guard:
                task = self._tasks.pop(key, None)
            if task is None:
                continue
            if not threads:
                _settle(task.outer, error=NoProcessError("the cluster has no workers"))
            elif not task.worker:
                self._suspected(task, NoProcessError("the cluster has lost the task"))
            else:
                with contextlib.suppress(Exception):  # a worker without a nanny: its thread is lost to us
                    self._client.cancel([key])
                    self._client.restart_workers([task.worker], timeout=CONNECT, raise_for_error=False)
                self._suspected(task, StuckError())
        self._go_on()

    def _late(self, processing: Mapping[str, Sequence[str]], threads: Mapping[str, int]) -> list[str]:
        """Return the tasks that take too long: one a worker, for what is behind it has not begun.

        A task that no worker has waits its turn, unless all workers are idle: then it has been lost on its way.
        """
        now = time.monotonic()
        where = {key: worker for worker, keys in processing.items() for key in keys}
        late: dict[str, str] = {}
        with self._guard:
            for key, task in self._tasks.items():
                worker = where.get(key, "")
                if worker != task.worker or (not worker and threads and where):
                    task.worker, task.since = worker, now
                if now - task.since > self._limit:
                    late.setdefault(worker or key, key)
        return list(late.values())


def _settle(future: Future[Any], *, result: Any = None, error: Exception | None = None) -> None:
    with contextlib.suppress(InvalidStateError):
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
