"""Add to the styles of a workbook: for each style of a marked cell the same with a fill, and those of our own sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kpireport.core.catalogue import reading
from kpireport.core.diagnostics import Severity
from kpireport.excel.mark.splice import changed, opened, outline, spliced
from kpireport.excel.refused import Refused

if TYPE_CHECKING:
    from kpireport.excel.mark.splice import Edit, Tag

FILLS = {Severity.ERROR: "FFFFC7CE", Severity.WARNING: "FFFFEB9C", Severity.NOTE: "FFDDEBF7"}
OWN = ("plain", "wrapped", "title", "heading", "link", "subheading", "input")
_OWN_FONTS = {"title": 1, "heading": 2, "subheading": 2, "link": 3}
_WRAPPED = ("wrapped", "subheading", "input")
_FONTS = (b'<Pfont><Psz val="11"/><Pname val="Calibri"/></Pfont>',
          b'<Pfont><Pb/><Psz val="14"/><Pname val="Calibri"/></Pfont>',
          b'<Pfont><Pb/><Psz val="11"/><Pname val="Calibri"/></Pfont>',
          b'<Pfont><Pu/><Psz val="11"/><Pcolor rgb="FF0563C1"/><Pname val="Calibri"/></Pfont>')  # fmt: skip
EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts><font/></fonts>'
    b'<fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    b"<borders><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    b"<cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf/></cellXfs></styleSheet>"
)


class Styles:
    """The styles of one workbook, with what is added to them; ``written`` gives the new part."""

    def __init__(self, data: bytes, part: str) -> None:
        self._data = data
        found = outline(data, part)
        self._lists = {path[1]: (tag, end) for path, tag, end in found if len(path) == 2}
        if missing := {"fonts", "fills", "cellXfs"} - self._lists.keys():
            raise Refused(reading.PART_MISSING, part=", ".join(sorted(missing)))
        self._xfs = [_whole(data, tag, end) for path, tag, end in found if path[1:] == ("cellXfs", "xf")]
        self._fonts = sum(path[1:] == ("fonts", "font") for path, _, _ in found)
        self._fills = sum(path[1:] == ("fills", "fill") for path, _, _ in found)
        self._new: list[bytes] = []
        self._known: dict[tuple[int, Severity], int] = {}

    def marked(self, base: str, severity: Severity) -> int:
        """Return the number of the style ``base`` (the ``s`` of a cell, "" for none) with the fill of a severity."""
        number = int(base) if base.isdecimal() and base.isascii() and int(base) < len(self._xfs) else 0
        known = self._known.get((number, severity))
        if known is None:
            fill = self._fills + list(FILLS).index(severity)
            whole = self._xfs[number] if self._xfs else b"<" + self._prefix("cellXfs") + b"xf/>"
            behind = whole.index(b">") + 1
            known = self._add(changed(whole[:behind], fillId=str(fill), applyFill="1") + whole[behind:])
            self._known[number, severity] = known
        return known

    def own(self) -> dict[str, int]:
        """Return the numbers of the styles of our own sheet by name."""
        prefix = self._prefix("cellXfs")
        found = {}
        for name in OWN:
            font = self._fonts + _OWN_FONTS.get(name, 0)
            wrap = b' wrapText="1"' if name in _WRAPPED else b""
            # What is typed into stands out, and is open on a protected sheet.
            fill = self._fills + list(FILLS).index(Severity.WARNING) if name == "input" else 0
            more = b' applyFill="1" applyProtection="1"' if name == "input" else b""
            open_cell = b'<%sprotection locked="0"/>' % prefix if name == "input" else b""
            number = 49 if name == "input" else 0  # text, so that what is typed stays as it is
            found[name] = self._add(
                b'<%sxf numFmtId="%d" fontId="%d" fillId="%d" borderId="0" applyFont="1" applyAlignment="1"%s>'
                b'<%salignment vertical="top"%s/>%s</%sxf>'
                % (prefix, number, font, fill, more, prefix, wrap, open_cell, prefix)
            )
        return found

    def written(self) -> bytes:
        """Return the part with all that was asked for."""
        fills = [
            b'<Pfill><PpatternFill patternType="solid"><PfgColor rgb="%s"/></PpatternFill></Pfill>' % colour.encode()
            for colour in FILLS.values()
        ]
        edits = [
            *self._longer("fonts", self._fonts, [self._named("fonts", font) for font in _FONTS]),
            *self._longer("fills", self._fills, [self._named("fills", fill) for fill in fills]),
            *self._longer("cellXfs", len(self._xfs), self._new),
        ]
        return spliced(self._data, edits)

    def _add(self, xf: bytes) -> int:
        self._new.append(xf)
        return len(self._xfs) + len(self._new) - 1

    def _prefix(self, name: str) -> bytes:
        return self._lists[name][0].prefix.encode()

    def _named(self, name: str, element: bytes) -> bytes:
        return re.sub(rb"(</?)P", rb"\1" + self._prefix(name), element)

    def _longer(self, name: str, before: int, new: list[bytes]) -> list[Edit]:
        tag, end = self._lists[name]
        head = changed(self._data[tag.start : tag.inside], count=str(before + len(new)))
        if tag.empty:
            closing = f"</{tag.name}>".encode()
            return [(tag.start, tag.inside, opened(head) + b"".join(new) + closing)]
        return [(tag.start, tag.inside, head), (end, end, b"".join(new))]


def _whole(data: bytes, tag: Tag, end: int) -> bytes:
    return data[tag.start : tag.inside] if tag.empty else data[tag.start : end] + f"</{tag.name}>".encode()
