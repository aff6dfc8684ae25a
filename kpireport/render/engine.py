"""WeasyPrint, loaded once a PDF is wanted.

It asks for its libraries by several names, and on Linux Python looks for each wrong one by starting ldconfig, gcc and
ld: fifty processes, and half of the time of the import. The right name is that of a file, and needs no search.
"""

from __future__ import annotations

import ctypes.util
import sys
from typing import Any


def weasyprint() -> Any:
    """Return the module. Raises OSError where Pango is missing."""
    if "weasyprint" not in sys.modules and sys.platform == "linux":
        search = ctypes.util.find_library
        ctypes.util.find_library = _unsearched
        try:
            import weasyprint
        finally:
            ctypes.util.find_library = search
    import weasyprint

    return weasyprint


def _unsearched(name: str) -> str | None:  # noqa: ARG001 - of the shape of what it stands for
    return None
