"""WeasyPrint, loaded once a PDF is wanted, without what it would do for nothing.

- It asks for its libraries by several names, and on Linux Python looks for each wrong one by starting ldconfig, gcc
  and ld: fifty processes, and half of the time of the import. The right name is that of a file, and needs no search.
- It loads what fontTools has for cutting fonts, a fifth of the import, and leaves the cutting to HarfBuzz: fontTools
  comes when it is asked for.
- Its HTML parser means to keep the patterns it has made, and keeps them under another key: 6,000 for five pages.
"""

from __future__ import annotations

import ctypes.util
import importlib
import re
import sys
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SUBSET = "fontTools.subset"
INSTANCER = "fontTools.varLib.instancer"
IN_USE = {SUBSET: ("Options", "Subsetter"), INSTANCER: ("instantiateVariableFont",)}  # what WeasyPrint takes of them


def weasyprint() -> Any:
    """Return the module. Raises OSError where Pango is missing."""
    if "weasyprint" not in sys.modules:
        with _unsearched_libraries(), _fonttools_later():
            import weasyprint
        _keep_patterns()
    import weasyprint

    return weasyprint


@contextmanager
def _unsearched_libraries() -> Iterator[None]:
    search = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = _unsearched
    try:
        yield
    finally:
        ctypes.util.find_library = search


def _unsearched(name: str) -> str | None:  # noqa: ARG001 - of the shape of what it stands for
    return None


@contextmanager
def _fonttools_later() -> Iterator[None]:
    """Let modules take names from parts of fontTools that are loaded at the first call."""
    placed = {name: _later(name) for name in IN_USE if name not in sys.modules}
    sys.modules.update(placed)
    try:
        yield
    finally:
        for name, module in placed.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


def _later(name: str) -> ModuleType:
    module = ModuleType(name)

    def call(wanted: str) -> Any:
        return lambda *values, **named: getattr(importlib.import_module(name), wanted)(*values, **named)

    for wanted in IN_USE[name]:
        setattr(module, wanted, call(wanted))
    return module


class _Patterns(dict[tuple[Any, bool], "re.Pattern[str]"]):
    """Patterns of characters to read, or to read up to; each made once."""

    def __missing__(self, key: tuple[Any, bool]) -> re.Pattern[str]:
        characters, opposite = key
        if isinstance(characters, re.Pattern):
            raise KeyError(key)
        listed = "".join(f"\\x{ord(each):02x}" for each in characters)
        made = self[key] = re.compile(f"[{listed}]+" if opposite else f"[^{listed}]+")
        return made


def _keep_patterns() -> None:
    """Give tinyhtml5 a store of patterns that finds them again."""
    from tinyhtml5 import inputstream

    if isinstance(getattr(inputstream, "characters_until_regex", None), dict):
        inputstream.characters_until_regex = _Patterns()
