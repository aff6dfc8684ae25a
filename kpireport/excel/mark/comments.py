"""Comments beside cells: their texts are in one part, the boxes they are shown in are in another, in VML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kpireport.core.a1 import address, place
from kpireport.core.catalogue import reading
from kpireport.excel.mark.splice import inserted, outline, spliced
from kpireport.excel.mark.text import escaped
from kpireport.excel.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTHOR = "kpireport"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EMPTY = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><comments xmlns="{_MAIN}">'
    "<authors></authors><commentList></commentList></comments>"
).encode()
EMPTY_BOXES = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="9"/></o:shapelayout></xml>'
)
_SPACES = (
    b'xmlns:v="urn:schemas-microsoft-com:vml"',
    b'xmlns:o="urn:schemas-microsoft-com:office:office"',
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"',
)
_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_FIRST_SHAPE = 900_001
_WIDTH, _LINE, _MOST_LINES = 42, 1.3, 24  # characters in a line of the box, rows of the sheet to a line of text
_LAST = (1_048_575, 16_383)


def taken(data: bytes, part: str) -> set[tuple[int, int]]:
    """Return the places (row, column) that have a comment already."""
    found = (place(tag.attributes.get("ref", "")) for path, tag, _ in outline(data, part) if path[-1] == "comment")
    return {each for each in found if each is not None}


def with_texts(data: bytes, part: str, texts: Mapping[tuple[int, int], str]) -> bytes:
    """Return the part with comments added; ``texts`` by (row, column)."""
    found = outline(data, part)
    lists = {path[1]: (tag, end) for path, tag, end in found if len(path) == 2}
    if not {"authors", "commentList"} <= lists.keys():
        raise Refused(reading.XML_BROKEN, part=part)
    author = sum(path[1:] == ("authors", "author") for path, _, _ in found)
    prefix = found[0][1].prefix
    added = "".join(_comment(prefix, author, at, text) for at, text in sorted(texts.items()))
    (authors, authors_end), (comments, comments_end) = lists["authors"], lists["commentList"]
    name = f"<{prefix}author>{AUTHOR}</{prefix}author>".encode()
    edits = [inserted(data, authors, authors_end, name), inserted(data, comments, comments_end, added.encode())]
    return spliced(data, edits)


def _comment(prefix: str, author: int, at: tuple[int, int], text: str) -> str:
    ref = address(*at)
    run = f'<{prefix}t xml:space="preserve">{escaped(text)}</{prefix}t>'
    return f'<{prefix}comment ref="{ref}" authorId="{author}"><{prefix}text>{run}</{prefix}text></{prefix}comment>'


def with_boxes(data: bytes, part: str, texts: Mapping[tuple[int, int], str]) -> bytes:
    """Return the drawing with a box for each comment, hidden until the pointer is over its cell.

    VML is often no proper XML, so it is not parsed. Where the drawing has no names for the namespaces, each box
    brings its own. Raises ``Refused`` where it has no end to put the boxes at.
    """
    end = data.rfind(b"</xml>")
    head = data[: data.find(b">", data.find(b"<xml")) + 1]
    if end < 0 or not head:
        raise Refused(reading.XML_BROKEN, part=part)
    first = max([_FIRST_SHAPE, *(int(n) + 1 for n in re.findall(rb'"_x0000_s(\d{1,9})"', data))])
    kind = "" if b'"_x0000_t202"' in data else _TYPE
    boxes = [_box(first + number, at, text) for number, (at, text) in enumerate(sorted(texts.items()))]
    added = (kind + "".join(boxes)).encode()
    if missing := b" ".join(space for space in _SPACES if space not in head):
        added = re.sub(rb"<(v:shape|v:shapetype)(?= )", rb"<\1 " + missing, added)
    return data[:end] + added + data[end:]


def _box(number: int, at: tuple[int, int], text: str) -> str:
    row, column = at[0] - 1, at[1] - 1
    lines = sum(1 + len(line) // _WIDTH for line in text.split("\n"))
    bottom = min(row + 2 + int(min(lines, _MOST_LINES) * _LINE), _LAST[0])
    # left column, its offset, top row, its offset, right column, its offset, bottom row, its offset
    box = (min(column + 1, _LAST[1]), 15, max(row - 1, 0), 4, min(column + 6, _LAST[1]), 15, bottom, 4)
    anchor = ", ".join(map(str, box))
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    )
