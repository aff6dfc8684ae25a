"""Give cells of a worksheet another style, in the bytes of its part; cells that are not stored are put in."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpireport.core.a1 import address, place
from kpireport.core.catalogue import reading
from kpireport.excel.mark.splice import Tag, changed, inserted, opened, outline, scan, spliced, tag_at
from kpireport.excel.refused import Refused
from kpireport.excel.xml import local, on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kpireport.excel.mark.splice import Edit

# What may follow <legacyDrawing> in a worksheet (ECMA-376 part 1, 18.3.1.99).
_AFTER_DRAWING = {
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
}  # fmt: skip
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass
class _Row:
    """A row as stored. missing: the cells put in, each with the offset where it goes."""

    number: int
    tag: Tag
    missing: list[int] = field(default_factory=list)
    column: int = 0


@dataclass
class _Work:
    data: bytes
    part: str
    wanted: Mapping[int, Mapping[int, Callable[[str], int]]]
    columns: frozenset[int]
    edits: list[Edit] = field(default_factory=list)
    defaults: dict[int, str] = field(default_factory=dict)
    row: _Row | None = None
    last: int = 0
    body: Tag | None = None
    left: list[int] = field(default_factory=list)
    prefix: str = ""


def fill(data: bytes, part: str, wanted: Mapping[int, Mapping[int, Callable[[str], int]]]) -> bytes:
    """Return the sheet with the style of some cells exchanged.

    wanted: row to column to a function from the style the cell has (its ``s``, "" for none) to the one it gets.
    A cell that is not stored gets a style made from that of its row, else its column. Raises ``Refused``.
    """
    columns = frozenset(column for row in wanted.values() for column in row)
    work = _Work(data, part, wanted, columns, left=sorted(wanted))
    scan(data, part, lambda *told: _start(work, *told), lambda *told: _end(work, *told))
    if work.body is None and wanted:
        raise Refused(reading.XML_BROKEN, part=part)
    return spliced(data, work.edits)


def _start(work: _Work, depth: int, name: str, attributes: Mapping[str, str], offset: int) -> None:
    if depth == 4 and work.row is not None and local(name) == "c":
        _cell(work, name, attributes, offset)
    elif depth == 3 and work.body is not None and local(name) == "row":
        found = attributes.get("r", "")
        work.last = int(found) if found.isdecimal() else work.last + 1
        _rows_before(work, work.last, offset)
        if work.last in work.wanted:
            row = _Row(work.last, tag_at(work.data, offset, name, dict(attributes)))
            row.missing = sorted(work.wanted[work.last])
            work.row = row
            if work.last in work.left:
                work.left.remove(work.last)
    elif depth == 2 and local(name) == "sheetData":
        work.body = tag_at(work.data, offset, name, dict(attributes))
        work.prefix = work.body.prefix
    elif depth == 3 and local(name) == "col" and "style" in attributes:
        _column(work, attributes)


def _end(work: _Work, depth: int, name: str, offset: int) -> None:
    if depth == 3 and work.row is not None and local(name) == "row":
        _close_row(work, work.row, offset)
        work.row = None
    elif depth == 2 and local(name) == "sheetData" and work.body is not None:
        rest = b"".join(_new_row(work, row) for row in work.left)
        work.left = []
        if rest:
            work.edits.append(inserted(work.data, work.body, offset, rest))


def _column(work: _Work, attributes: Mapping[str, str]) -> None:
    first, last = attributes.get("min", ""), attributes.get("max", "")
    if first.isdecimal() and last.isdecimal():
        work.defaults |= {c: attributes["style"] for c in work.columns if int(first) <= c <= int(last)}


def _rows_before(work: _Work, number: int, offset: int) -> None:
    """Put in the rows that are not stored and stand above this one."""
    count = bisect(work.left, number - 1)
    if not count:
        return
    content = b"".join(_new_row(work, row) for row in work.left[:count])
    work.left = work.left[count:]
    work.edits.append((offset, offset, content))


def _cell(work: _Work, name: str, attributes: Mapping[str, str], offset: int) -> None:
    row = work.row
    if row is None:
        return
    ref = attributes.get("r")
    found = place(ref) if ref is not None else (row.number, row.column + 1)
    if found is None or found[0] != row.number:
        return
    row.column = found[1]
    while row.missing and row.missing[0] < row.column:
        _put(work, row, row.missing.pop(0), offset)
    if row.missing and row.missing[0] == row.column:
        row.missing.pop(0)
        tag = tag_at(work.data, offset, name, dict(attributes))
        style = work.wanted[row.number][row.column](attributes.get("s", ""))
        work.edits.append((tag.start, tag.inside, changed(work.data[tag.start : tag.inside], s=str(style))))


def _close_row(work: _Work, row: _Row, offset: int) -> None:
    head = work.data[row.tag.start : row.tag.inside]
    content = b"".join(_new_cell(work, row.number, column, row.tag.attributes) for column in row.missing)
    if row.tag.empty:
        closing = f"</{row.tag.name}>".encode() if content else b""
        edit = opened(changed(head, spans=None)) + content + closing if content else head
        work.edits.append((row.tag.start, row.tag.inside, edit))
        return
    # How far a row goes is only a hint; a wrong one is worse than none.
    work.edits.append((row.tag.start, row.tag.inside, changed(head, spans=None)))
    if content:
        work.edits.append((offset, offset, content))


def _put(work: _Work, row: _Row, column: int, offset: int) -> None:
    work.edits.append((offset, offset, _new_cell(work, row.number, column, row.tag.attributes)))


def _new_row(work: _Work, number: int) -> bytes:
    cells = b"".join(_new_cell(work, number, column, {}) for column in sorted(work.wanted[number]))
    name = f"{work.prefix}row".encode()
    return b'<%s r="%d">%s</%s>' % (name, number, cells, name)


def _new_cell(work: _Work, row: int, column: int, attributes: Mapping[str, str]) -> bytes:
    base = attributes.get("s", "") if on(attributes.get("customFormat")) else work.defaults.get(column, "")
    style = work.wanted[row][column](base)
    return f'<{work.prefix}c r="{address(row, column)}" s="{style}"/>'.encode()


def with_drawing(data: bytes, part: str, relation: str) -> bytes:
    """Return the sheet with a <legacyDrawing>, which holds the boxes of its comments."""
    found = outline(data, part, deepest=2)
    (_, root, end), children = found[0], found[1:]
    space = _STRICT_RELATIONS if "purl.oclc.org" in " ".join(root.attributes.values()) else _RELATIONS
    element = f'<{root.prefix}legacyDrawing xmlns:r="{space}" r:id="{relation}"/>'.encode()
    at = next((tag.start for _, tag, _ in children if tag.local in _AFTER_DRAWING), end)
    return spliced(data, [(at, at, element)])


def drawing_of(data: bytes, part: str) -> str | None:
    """Return the relation of the sheet's <legacyDrawing>, or None where it has none."""
    for _, tag, _ in outline(data, part, deepest=2):
        if tag.local == "legacyDrawing":
            return next((value for name, value in tag.attributes.items() if local(name) == "id"), None)
    return None


def unselected(data: bytes, part: str) -> bytes:
    """Return the sheet as not selected: two selected sheets are a group, and what is typed goes into both."""
    edits = [
        (tag.start, tag.inside, changed(data[tag.start : tag.inside], tabSelected=None))
        for path, tag, _ in outline(data, part)
        if path[1:] == ("sheetViews", "sheetView") and "tabSelected" in tag.attributes
    ]
    return spliced(data, edits)
