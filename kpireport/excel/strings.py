"""The texts that the sheets of a workbook share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.catalogue import reading
from kpireport.excel.refused import Refused
from kpireport.excel.text import decoded
from kpireport.excel.xml import Bounded

if TYPE_CHECKING:
    from kpireport.excel.package import Package
    from kpireport.excel.xml import Attributes


def shared(package: Package, part: str) -> list[str]:
    """Read the shared texts in their order: rich text joined, reading aids (``rPh``) left out; raises ``Refused``."""
    reader = _Strings(part, package)
    reader.feed(package)
    return reader.found


class _Strings(Bounded):
    """One pass over the list: <si><t>..</t></si> or <si><r><t>..</t></r>..<rPh>..</rPh></si>."""

    def __init__(self, part: str, package: Package) -> None:
        super().__init__(part, package.limits)
        self.found: list[str] = []
        self._texts: list[str] = []
        self._size = self._all = 0
        self._inside = self._aid = False
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._chars

    def _start(self, name: str, attributes: Attributes) -> None:
        tag = self.enter(name, attributes)
        if tag == "si" and len(self.path) == 2:
            if len(self.found) >= self.limits.strings:
                raise Refused(reading.TOO_MANY_STRINGS, whole=True, limit=self.limits.strings)
            self._texts = []
            self._size = 0
        elif tag == "rPh":
            self._aid = True
        elif tag == "t":
            self._inside = not self._aid

    def _chars(self, text: str) -> None:
        if not self._inside:
            return
        self._size += len(text)
        self._all += len(text)
        if self._size > self.limits.text:
            raise Refused(reading.TEXT_TOO_LONG, whole=True, limit=self.limits.text)
        if self._all > self.limits.characters:
            raise Refused(reading.TOO_MUCH_TEXT, whole=True, limit=self.limits.characters)
        self._texts.append(text)

    def _end(self, _: str) -> None:
        tag = self.path.pop()
        if tag == "t":
            self._inside = False
        elif tag == "rPh":
            self._aid = False
        elif tag == "si" and len(self.path) == 1:
            self.found.append(decoded("".join(self._texts)))
