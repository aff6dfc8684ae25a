"""A copy of a package with some parts exchanged and some added; all others are carried over byte for byte."""

from __future__ import annotations

import posixpath
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from kpireport.core.catalogue import reading
from kpireport.excel.mark.splice import changed, inserted, outline, spliced, utf8
from kpireport.excel.package import part_name
from kpireport.excel.refused import Refused
from kpireport.excel.structure import relations

if TYPE_CHECKING:
    from kpireport.excel.package import Package
    from kpireport.excel.structure import Relation

_TYPES = "[Content_Types].xml"
_NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_STRICT_KIND = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
_CONTENT = "application/vnd.openxmlformats-officedocument."


class Parts:
    """The parts of the copy. strict: whether the file is of the strict kind, which names relations otherwise."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._changed: dict[str, bytes] = {}
        self._added: dict[str, bytes] = {}
        self._count = 0
        self.strict = False

    def __contains__(self, name: str) -> bool:
        return part_name(name) in self._changed or name in self._added or name in self._package

    def names(self) -> list[str]:
        return [*self._package.names(), *self._added]

    def read(self, name: str) -> bytes:
        """Return a part as UTF-8 XML; raises ``Refused``."""
        return utf8(self.raw(name), name)

    def raw(self, name: str) -> bytes:
        """Return a part as it is; raises ``Refused``."""
        known = self._changed.get(part_name(name), self._added.get(name))
        return known if known is not None else b"".join(self._package.chunks(name))

    def write(self, name: str, data: bytes) -> None:
        """Exchange a part, or add it."""
        if name in self._package:
            self._changed[part_name(name)] = data
        else:
            self._added[name] = data

    def relations(self, part: str) -> dict[str, Relation]:
        return relations(self._package, part)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let ``part`` refer to another part, and return the name of the relation."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        data = self.read(rels) if rels in self else _NO_RELATIONS
        _, root, end = outline(data, rels, deepest=1)[0]
        self._count += 1
        identity = f"kpireport{self._count}"
        space = _STRICT_KIND if self.strict else _KIND
        relation = f'<{root.prefix}Relationship Id="{identity}" Type="{space}{kind}" Target="/{target}"/>'
        self.write(rels, spliced(data, [inserted(data, root, end, relation.encode())]))
        return identity

    def declare(self, part: str, kind: str) -> None:
        """Say of what type a new part is; ``kind`` as in ``spreadsheetml.comments+xml``."""
        data = self.read(_TYPES)
        _, root, end = outline(data, _TYPES, deepest=1)[0]
        line = f'<{root.prefix}Override PartName="/{part}" ContentType="{_CONTENT}{kind}"/>'
        self.write(_TYPES, spliced(data, [inserted(data, root, end, line.encode())]))

    def type_of(self, part: str) -> str:
        """Return the content type that is declared for a part, or ""."""
        data = self.read(_TYPES)
        for _, tag, _ in outline(data, _TYPES, deepest=2):
            if tag.local == "Override" and part_name(tag.attributes.get("PartName", "")) == part_name(part):
                return tag.attributes.get("ContentType", "")
        return ""

    def packed(self) -> bytes:
        """Return the copy as a file: parts in their order and with their times, new ones last. Raises ``Refused``."""
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for info in self._package.entries():
                name = part_name(info.filename)
                copy = zipfile.ZipInfo(info.filename, info.date_time)
                copy.external_attr, copy.compress_type = info.external_attr, info.compress_type
                with archive.open(copy, "w") as part:
                    if name in self._changed:
                        part.write(self._changed[name])
                        continue
                    for chunk in self._package.chunks(info.filename):
                        part.write(chunk)
            for added, data in self._added.items():
                new = zipfile.ZipInfo(added)
                new.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(new, data)
        return out.getvalue()


def with_sheet(data: bytes, part: str, name: str, relation: str) -> bytes:
    """Return the workbook part with one more sheet, which is the first and the one that is shown.

    What counts sheets from the first counts one more: the names that belong to one sheet. name: escaped for XML.
    """
    found = outline(data, part)
    edits = []
    taken = [0]
    place = None
    for path, tag, _ in found:
        head = data[tag.start : tag.inside]
        local = path[1:]
        if local == ("sheets",):
            place = tag
        elif local == ("sheets", "sheet"):
            number = tag.attributes.get("sheetId", "")
            taken.append(int(number) if number.isdecimal() and len(number) < 10 else 0)
        elif local == ("definedNames", "definedName") and tag.attributes.get("localSheetId", "").isdecimal():
            after = str(int(tag.attributes["localSheetId"]) + 1)
            edits.append((tag.start, tag.inside, changed(head, localSheetId=after)))
        elif local == ("bookViews", "workbookView"):
            edits.append((tag.start, tag.inside, changed(head, activeTab=None, firstSheet=None)))
    if place is None or place.empty:
        raise Refused(reading.NO_SHEETS)
    space = _STRICT_KIND if b"purl.oclc.org" in data[: found[0][1].inside] else _KIND
    line = f'<{place.prefix}sheet xmlns:r="{space[:-1]}" name="{name}" sheetId="{max(taken) + 1}" r:id="{relation}"/>'
    return spliced(data, [*edits, (place.inside, place.inside, line.encode())])
