"""Read the XML of a part in one pass and within bounds.

Names are told without their prefix: strict and transitional files, and programs that put a prefix before every
element, are then read alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from kpireport.core.catalogue import reading
from kpireport.excel.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpireport.excel.limits import Limits
    from kpireport.excel.package import Package

    Attributes = dict[str, str]


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def plain(attributes: Attributes) -> Attributes:
    """Return attributes without prefixes and without declarations of namespaces."""
    return {local(name): value for name, value in attributes.items() if not name.startswith("xmlns")}


def on(text: str | None) -> bool:
    """Return whether an attribute says yes."""
    return text in ("1", "true", "on")


class Bounded:
    """The elements of one part, counted. Where wanted, the texts in them."""

    def __init__(self, part: str, limits: Limits) -> None:
        self.part = part
        self.limits = limits
        self.path: list[str] = []
        self._count = 0
        self.parser = expat.ParserCreate(intern={})
        self.parser.buffer_text = True
        self.parser.buffer_size = 65_536
        self.parser.StartDoctypeDeclHandler = self._doctype

    def enter(self, name: str, attributes: Attributes) -> str:
        """Go into an element and return its name without prefix."""
        self.count(1 + len(attributes))
        if len(self.path) >= self.limits.depth:
            raise Refused(reading.TOO_DEEP, part=self.part, limit=self.limits.depth)
        found = local(name)
        self.path.append(found)
        return found

    def count(self, elements: int) -> None:
        """Count elements and attributes towards the bound of the part."""
        self._count += elements
        if self._count > self.limits.elements:
            raise Refused(reading.TOO_MANY_ELEMENTS, part=self.part, limit=self.limits.elements)

    def feed(self, package: Package) -> None:
        """Read the part; raises ``Refused``."""
        parser, longest = self.parser, self.limits.token
        fed = done = 0
        try:
            for chunk in package.chunks(self.part):
                parser.Parse(chunk, False)
                fed += len(chunk)
                # Where one tag goes on and on, expat begins it anew with every piece.
                done = max(done, parser.CurrentByteIndex)
                if fed - done > longest:
                    raise Refused(reading.TAG_TOO_LONG, part=self.part, limit=longest)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            # LookupError, ValueError: an encoding that is unknown, or that has more than one byte to a character
            raise Refused(reading.XML_BROKEN, part=self.part) from error

    def _doctype(self, *_: object) -> None:
        raise Refused(reading.DOCTYPE, whole=True, part=self.part)


def walk(
    package: Package,
    part: str,
    start: Callable[[tuple[str, ...], Attributes], None],
    end: Callable[[tuple[str, ...], str], None] | None = None,
) -> None:
    """Read a small part: ``start`` is told every element, ``end`` every text directly in an element, with their path.

    Raises ``Refused``.
    """
    bounded = Bounded(part, package.limits)
    texts: list[str] = []
    size = 0

    def began(name: str, attributes: Attributes) -> None:
        bounded.enter(name, attributes)
        texts.clear()
        start(tuple(bounded.path), plain(attributes))

    def ended(_: str) -> None:
        if end is not None:
            end(tuple(bounded.path), "".join(texts))
        texts.clear()
        bounded.path.pop()

    def wrote(text: str) -> None:
        nonlocal size
        size += len(text)
        if size > package.limits.text:
            raise Refused(reading.TOO_MUCH_TEXT, whole=True, limit=package.limits.text)
        texts.append(text)

    bounded.parser.StartElementHandler = began
    bounded.parser.EndElementHandler = ended
    if end is not None:
        bounded.parser.CharacterDataHandler = wrote
    bounded.feed(package)
