"""Filling a theme ends: one of somebody else's may count without end, or double a text until the memory is full."""

from __future__ import annotations

import ctypes
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from jinja2.runtime import Context

SECONDS = 120.0  # of the processor, for one page; 4,000 KPIs take a few
MEGABYTES = 1000  # more than before
LOOK = 0.05  # seconds between two looks
LONGEST_TEXT = 10_000_000  # characters or items, that a multiplication may make
LARGEST_POWER = 1000


class OverlongError(Exception):
    """Filling a theme took too long, or too much memory."""


class Sandbox(SandboxedEnvironment):
    """Templates in which no single step can take for ever, nor fill the memory."""

    intercepted_binops = frozenset(("*", "**"))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" and (abs(left) > LARGEST_POWER or abs(right) > LARGEST_POWER):
            raise SecurityError("the power is too large")
        for text, count in ((left, right), (right, left)):
            if operator == "*" and hasattr(text, "__len__") and len(text) * count > LONGEST_TEXT:
                raise SecurityError("the text is too long")
        return super().call_binop(context, operator, left, right)


@contextmanager
def bounded(seconds: float, megabytes: float) -> Iterator[None]:
    """Let what is within take so much of the processor and of the memory, and no more. Raises OverlongError.

    A thread looks on, and breaks in between two steps: there is no end to wait for otherwise.
    """
    thread, over, guard = threading.get_ident(), threading.Event(), threading.Lock()
    latest, most = time.process_time() + seconds, _memory() + megabytes

    def look() -> None:
        while not over.wait(LOOK):
            if time.process_time() > latest or _memory() > most:
                with guard:
                    if not over.is_set():
                        _break_in(thread, ctypes.py_object(OverlongError))
                return

    watcher = threading.Thread(target=look, name="kpireport-patience", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        with guard:
            over.set()
            _break_in(thread, None)  # what was sent and has not come yet
        watcher.join()


def _break_in(thread: int, error: Any) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error)


def _memory() -> float:
    """Return how many MB this process has taken at most; 0 where the system does not say."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return 0.0
    import sys

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1_000_000 if sys.platform == "darwin" else 1000)
