"""Where the work is done: in this process, in processes of this machine, or on many machines through dask.

All have the shape of ``concurrent.futures.Executor``. A worker that crashes or gets stuck takes its own task down
alone: the task is tried once more in a new process, then given up.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import re
import threading
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kpireport.batch.errors import CrashedError, NoProcessError, StuckError
from kpireport.core.registry import nearest

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

TRIES = 2
TRIES_WHERE_KILLED = 5  # someone, or a machine short of memory, ended the process: that says little of its task
TASKS_PER_WORKER = 200  # after which a worker is replaced, so that nothing piles up
START = 120.0  # seconds for a process to come up
KILLED = (-9, -15)  # exit codes of a process that was ended by SIGKILL or SIGTERM
GRACE = 5.0  # seconds for a worker to end by itself


class Serial(Executor):
    """Does each task at once, in this process; no time limit can be kept. room: how many tasks to have in flight."""

    room = 1

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Processes(Executor):
    """Warm processes on this machine, each with one task at a time. limit: seconds for a task."""

    def __init__(self, count: int = 0, limit: float = 600.0) -> None:
        self.count = count or os.cpu_count() or 1
        self.room = self.count + 1
        self._limit = limit
        self._tasks: queue.SimpleQueue[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]] | None] = (
            queue.SimpleQueue()
        )
        self._threads: list[threading.Thread] = []
        self._closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self._closed or kwargs:
            raise RuntimeError("the executor was shut down, or was given names")
        future: Future[Any] = Future()
        self._tasks.put((future, fn, args))
        if len(self._threads) < self.count:
            thread = threading.Thread(target=self._serve, name=f"kpireport-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all workers; those at work first finish their task, unless tasks are cancelled."""
        self._closed = True
        if cancel_futures:
            with contextlib.suppress(queue.Empty):
                while True:
                    task = self._tasks.get_nowait()
                    if task is not None:
                        task[0].cancel()
        for _ in self._threads:
            self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _serve(self) -> None:
        """Keep one worker, and give it one task after another."""
        worker: _Worker | None = None
        while (task := self._tasks.get()) is not None:
            future, fn, args = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                worker, (good, value) = self._done(worker, (fn, args))
            except Exception as error:  # whatever it is, the one who waits for the future must hear of it
                worker = None
                future.set_exception(error)
            else:
                if good:
                    future.set_result(value)
                else:
                    future.set_exception(value)
        if worker is not None:
            worker.end()

    def _done(self, worker: _Worker | None, task: object) -> tuple[_Worker, tuple[bool, Any]]:
        """Return the answer to a task, and the worker that is warm now. Raises CrashedError, StuckError, OSError.

        A task is alone in its process, so that a process that ends takes no other with it.
        """
        tried = killed = 0
        while True:
            if worker is None or worker.tired:
                if worker is not None:
                    worker.end()
                worker = _Worker()
            try:
                return worker, worker.ask(task, self._limit)
            except (CrashedError, StuckError):
                worker.kill()
                killed += worker.killed
                tried += not worker.killed
                worker = None
                if tried >= TRIES or tried + killed >= TRIES_WHERE_KILLED:
                    raise
            except Exception:
                worker.kill()
                raise


class _Worker:
    """One process of our own, and the line to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, far = context.Pipe()
        self._process = context.Process(target=_work, args=(far,), daemon=True)
        self._process.start()
        far.close()
        self._done = 0
        self._ready = False
        self.killed = False  # from outside

    @property
    def tired(self) -> bool:
        return self._done >= TASKS_PER_WORKER

    def ask(self, task: object, limit: float) -> tuple[bool, Any]:
        """Return whether a task went well, and its result or exception. Raises CrashedError, StuckError."""
        self._done += 1
        try:
            if not self._ready:  # the limit is for the task, not for the start of a process on a busy machine
                self._wait_for_it()
            self._line.send(task)
            if not self._line.poll(limit):
                raise StuckError
            answer: tuple[bool, Any] = self._line.recv()
        except NoProcessError:
            raise
        except (EOFError, OSError) as error:
            self._process.join(GRACE)
            self.killed = self._process.exitcode in KILLED
            raise CrashedError from error
        return answer

    def _wait_for_it(self) -> None:
        if not self._line.poll(START):
            raise NoProcessError("a process did not come up")
        self._line.recv()
        self._ready = True

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._line.close()

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._line.send(None)
        self._process.join(GRACE)
        if self._process.is_alive():
            self.kill()
        else:
            self._line.close()


def _work(line: Connection) -> None:
    """Do tasks until told to stop, or until whoever gave them is gone."""
    import signal

    with contextlib.suppress(ValueError, AttributeError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the coordinator, which then ends us
    threading.Thread(target=_outlive_nobody, daemon=True).start()
    line.send(True)
    while True:
        try:
            task = line.recv()
        except (EOFError, OSError):
            return
        if task is None:
            return
        fn, args = task
        try:
            answer = (True, fn(*args))
        except Exception as error:
            answer = (False, RuntimeError(f"{type(error).__name__}: {error}"))
        try:
            line.send(answer)
        except (OSError, EOFError):
            return


def _outlive_nobody() -> None:
    """End this process as soon as the one that started it is gone, also in the middle of a task."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@dataclass(frozen=True, slots=True)
class Place:
    """What an executor is made of. detail: what stands behind its name and a colon. limit: seconds for a task.

    workers: as the settings say; 0 for as many as there are processors.
    """

    detail: str
    workers: int
    limit: float


@dataclass(frozen=True, slots=True)
class ExecutorKind:
    """One kind of executor.

    open: raises ImportError and OSError where it is not to be had. detail: what may stand behind its name and a colon.
    example: as it is typed. packed: whether its workers are elsewhere, and need bytes instead of paths.
    """

    open: Callable[[Place], Executor]
    detail: re.Pattern[str]
    example: str
    packed: bool = False


def _serial(_place: Place) -> Executor:
    return Serial()


def _processes(place: Place) -> Executor:
    return Processes(int(place.detail) if place.detail else place.workers, place.limit)


def _dask(place: Place) -> Executor:
    from kpireport.batch.cluster import Cluster

    return Cluster(place.detail, place.limit)


EXECUTORS = MappingProxyType(
    {
        "serial": ExecutorKind(_serial, re.compile(""), "serial"),
        "processes": ExecutorKind(_processes, re.compile(r"\d*"), "processes, processes:4"),
        "dask": ExecutorKind(_dask, re.compile(".+"), "dask:tcp://host:8786", packed=True),
    }
)
DEFAULT_EXECUTOR = "processes"


class UnknownExecutorError(LookupError):
    """There is no such executor. near: one that may have been meant; None where none is like it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.near = nearest(text.partition(":")[0], EXECUTORS)


def executor(text: str, *, workers: int, limit: float) -> tuple[Executor, bool]:
    """Return an executor by its name, and whether its workers need bytes instead of paths.

    text: "serial", "processes", "processes:4", "dask:tcp://host:8786". Raises UnknownExecutorError for another name,
    ImportError and OSError where dask or its scheduler are not there.
    """
    name, _, detail = text.partition(":")
    kind = EXECUTORS.get(name)
    if kind is None or not kind.detail.fullmatch(detail):
        raise UnknownExecutorError(text)
    return kind.open(Place(detail, workers, limit)), kind.packed
