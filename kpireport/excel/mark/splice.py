"""Change single places of an XML part and leave every other byte as it is.

Writing a parsed tree anew would lose what the tree does not know: prefixes, extensions, the order of attributes.
So expat only says where the tags stand, and the bytes between them are copied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from kpireport.core.catalogue import reading
from kpireport.excel.refused import Refused
from kpireport.excel.xml import local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_TAG = re.compile(rb"""<[^\s/>]+(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_NAME = re.compile(rb"<[^\s/>]+")
_ENCODED = re.compile(rb"""(<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"']*["']""")
Edit = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag. start, inside: byte offsets of its ``<`` and of what follows its ``>``."""

    name: str
    attributes: Mapping[str, str]
    start: int
    inside: int
    empty: bool

    @property
    def local(self) -> str:
        return local(self.name)

    @property
    def prefix(self) -> str:
        """Return the prefix with its colon, for elements of the same namespace."""
        return self.name[: len(self.name) - len(self.local)]


def utf8(data: bytes, part: str) -> bytes:
    """Return a part in UTF-8, so that offsets and additions agree; raises ``Refused`` for other encodings."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError as error:
            raise Refused(reading.XML_BROKEN, part=part) from error
        return _ENCODED.sub(rb"\1", data, count=1)
    named = _ENCODED.match(data.removeprefix(b"\xef\xbb\xbf"))
    if named and not re.search(rb"""["'](utf-?8|us-ascii)["']""", named[0], re.IGNORECASE):
        raise Refused(reading.XML_BROKEN, part=part)
    return data


def scan(
    data: bytes,
    part: str,
    start: Callable[[int, str, Mapping[str, str], int], None],
    end: Callable[[int, str, int], None],
) -> None:
    """Tell every start tag (depth, name, attributes, offset) and end tag (depth, name, offset); the root has depth 1.

    The end tag of an empty element is told too, at an offset that means nothing. Raises ``Refused``.
    """
    parser = expat.ParserCreate()
    depth = 0

    def began(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        start(depth, name, attributes, parser.CurrentByteIndex)

    def ended(name: str) -> None:
        nonlocal depth
        end(depth, name, parser.CurrentByteIndex)
        depth -= 1

    def doctype(*_: object) -> None:
        raise Refused(reading.DOCTYPE, whole=True, part=part)

    parser.StartElementHandler = began
    parser.EndElementHandler = ended
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Refused(reading.XML_BROKEN, part=part) from error


def tag_at(data: bytes, offset: int, name: str, attributes: Mapping[str, str]) -> Tag:
    """Return the start tag at ``offset`` with its end."""
    found = _TAG.match(data, offset)
    if found is None:
        raise Refused(reading.XML_BROKEN, part=name)
    return Tag(name, attributes, offset, found.end(), data[found.end() - 2 : found.end() - 1] == b"/")


def outline(data: bytes, part: str, deepest: int = 3) -> list[tuple[tuple[str, ...], Tag, int]]:
    """Return every element down to a depth, in order: path of local names, start tag, offset of the end tag.

    The end tag of an empty element is at ``inside``. Raises ``Refused``.
    """
    found: list[tuple[tuple[str, ...], Tag, int]] = []
    path: list[str] = []
    opened: list[int] = []

    def start(depth: int, name: str, attributes: Mapping[str, str], offset: int) -> None:
        if depth <= deepest:
            path.append(local(name))
            tag = tag_at(data, offset, name, dict(attributes))
            opened.append(len(found))
            found.append((tuple(path), tag, tag.inside))

    def end(depth: int, _: str, offset: int) -> None:
        if depth <= deepest:
            path.pop()
            where = opened.pop()
            names, tag, inside = found[where]
            found[where] = (names, tag, inside if tag.empty else offset)

    scan(data, part, start, end)
    return found


def changed(tag: bytes, **values: str | None) -> bytes:
    """Return a start tag with attributes set; None takes one away. Values are safe as they are: numbers and names."""
    for name, value in values.items():
        wanted = re.compile(rb"\s+" + name.encode() + rb"""\s*=\s*("[^"]*"|'[^']*')""")
        tag = wanted.sub(b"", tag, count=1)
        if value is not None:
            behind = _NAME.match(tag)
            at = behind.end() if behind else len(tag)
            tag = tag[:at] + f' {name}="{value}"'.encode() + tag[at:]
    return tag


def opened(tag: bytes) -> bytes:
    """Return an empty element's tag as a start tag: ``<row/>`` as ``<row>``."""
    return re.sub(rb"\s*/>$", b">", tag)


def spliced(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the bytes with edits done: (from, to, instead). Several at one place are done in the order given."""
    out, at = [], 0
    for start, end, instead in sorted(edits, key=lambda edit: edit[:2]):
        if start < at:
            raise ValueError("edits overlap")
        out += [data[at:start], instead]
        at = end
    return b"".join((*out, data[at:]))


def inserted(data: bytes, tag: Tag, end: int, content: bytes) -> Edit:
    """Return the edit that puts ``content`` last into an element."""
    if tag.empty:
        closing = f"</{tag.name}>".encode()
        return tag.start, tag.inside, opened(data[tag.start : tag.inside]) + content + closing
    return end, end, content
