"""What a process of ours does so that its time goes into its work."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def prepare() -> None:
    """Keep the algebra library to one thread; to be called before numpy is loaded."""
    # Our matrices are small: threads take longer to wait for each other than to multiply.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@contextmanager
def collection_paused() -> Iterator[None]:
    """Do without Python's search for garbage in cycles; what is left over is found soon after.

    Reading a large workbook and laying out a page make objects by the hundred thousand that live until the end, and
    Python looks through them again and again: a fifth of the time. Higher thresholds instead of a pause were measured:
    as quick, and memory grows from report to report, for what dies between two of them waits for the third generation.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
