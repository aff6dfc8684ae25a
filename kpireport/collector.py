"""Keep Python's collector of cyclic garbage from work that finds nothing.

It searches all living objects each time their number has grown by a quarter. Reading a large workbook and laying out
a page make objects by the hundred thousand that stay alive until the end: a fifth of the time would go into searching.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def paused() -> Iterator[None]:
    """Do without the collector; what is left over is found soon after, so that memory stays as flat."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
