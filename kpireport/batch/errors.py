"""How a task comes to grief without a word of its own."""

from __future__ import annotations


class CrashedError(Exception):
    """The process that did the task ended without an answer, each time it was tried."""


class StuckError(Exception):
    """The task was not done in time, and its process was ended."""


class NoProcessError(OSError):
    """No process could be started: a fault of the machine, and of no task."""
