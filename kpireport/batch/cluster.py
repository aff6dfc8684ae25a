"""Many machines through dask: the tasks of a run on the workers of a cluster, as ``concurrent.futures`` has it.

A worker that dies may leave its task half done, or done twice: both are harmless, for a task only computes.
"""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import Executor, Future, InvalidStateError
from typing import TYPE_CHECKING, Any

from distributed import Client, KilledWorker

from kpireport.batch.executors import TRIES, CrashedError, StuckError

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT = 30.0  # seconds
LOOK = 5.0  # seconds for which the number of workers is taken as known


class Cluster(Executor):
    """A dask cluster. limit: seconds for a task. Raises OSError where the scheduler cannot be reached."""

    def __init__(self, address: str, limit: float) -> None:
        self._client: Any = Client(address, timeout=CONNECT)  # type: ignore[no-untyped-call]
        self._limit = limit
        self._room, self._looked = 1, 0.0

    @property
    def room(self) -> int:
        """How many tasks to have in flight: one for each thread of the workers there are, which come and go."""
        if time.monotonic() - self._looked > LOOK:
            with contextlib.suppress(Exception):  # the scheduler is away for a moment: what was known stands
                self._room = max(1, sum(self._client.nthreads().values()))
            self._looked = time.monotonic()
        return self._room

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        outer: Future[Any] = Future()
        outer.set_running_or_notify_cancel()
        try:
            self._try(outer, fn, args, kwargs, tries=TRIES)
        except Exception as error:  # dask raises what it likes; whoever waits for the future hears of it
            outer.set_exception(error)
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster. It forgets what it still had to do for us, whatever is asked for."""
        del wait, cancel_futures
        self._client.close()

    def _try(
        self, outer: Future[Any], fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], *, tries: int
    ) -> None:  # fmt: skip
        inner = self._client.submit(fn, *args, pure=False, **kwargs)
        given_up = threading.Event()

        def late() -> None:
            given_up.set()
            self._end_worker_of(inner.key)
            inner.cancel()
            if tries > 1:
                with contextlib.suppress(Exception):
                    self._try(outer, fn, args, kwargs, tries=tries - 1)
                    return
            _settle(outer, error=StuckError())

        def done(found: Any) -> None:
            timer.cancel()
            if given_up.is_set():
                return
            if found.status == "finished":
                _settle(outer, result=found.result())
            elif found.status == "error":
                error = found.exception()
                crashed = isinstance(error, KilledWorker)
                _settle(outer, error=CrashedError() if crashed else RuntimeError(f"{type(error).__name__}: {error}"))
            else:  # cancelled or lost: the scheduler has gone
                _settle(outer, error=RuntimeError(f"the cluster has lost the task: {found.status}"))

        timer = threading.Timer(self._limit, late)
        timer.daemon = True
        timer.start()
        inner.add_done_callback(done)

    def _end_worker_of(self, key: str) -> None:
        """End the worker that is stuck with a task; its nanny starts a new one. What else it did is done again."""
        with contextlib.suppress(Exception):  # a worker without a nanny: its thread is lost to us
            found = [worker for worker, keys in self._client.processing().items() if key in keys]
            self._client.restart_workers(found, timeout=CONNECT, raise_for_error=False)


def _settle(future: Future[Any], *, result: Any = None, error: Exception | None = None) -> None:
    with contextlib.suppress(InvalidStateError):
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
