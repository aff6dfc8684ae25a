"""What each process of ours sets once, before it begins to work."""

from __future__ import annotations

import gc
import os

# Reading a large workbook and laying out a page make objects by the hundred thousand that live until the end. Python's
# default looks through them each time that 700 more are there: a fifth of the time. Garbage in cycles is still found.
NEW_OBJECTS, YOUNG_PASSES, MIDDLE_PASSES = 500_000, 20, 50


def prepare() -> None:
    """Let a command or a worker spend its time on its work; to be called before numpy is loaded."""
    gc.set_threshold(NEW_OBJECTS, YOUNG_PASSES, MIDDLE_PASSES)
    # Our matrices are small: threads of the algebra library take longer to wait for each other than to multiply.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
