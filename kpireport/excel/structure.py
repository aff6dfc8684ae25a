"""What the parts around the sheets tell: which sheets there are, where they are, who saved the file when."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kpireport.core.catalogue import reading
from kpireport.core.workbook import Visibility
from kpireport.excel.refused import Refused
from kpireport.excel.text import decoded
from kpireport.excel.xml import on, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.excel.package import Package
    from kpireport.excel.xml import Attributes

_USUAL_BOOK = "xl/workbook.xml"
_USUAL_PROPERTIES = "docProps/core.xml"
_LONGEST_PROPERTY = 1_000


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part points to. kind: the last word of its type (``worksheet``). outside: not a part of this file."""

    kind: str
    target: str
    outside: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A sheet as the workbook lists it. relation: "" where it has none, as a Visual Basic module has."""

    name: str
    visibility: Visibility
    relation: str


@dataclass(frozen=True, slots=True)
class Outline:
    """The workbook without its cells. book: the part that lists the sheets."""

    sheets: tuple[Listed, ...]
    date1904: bool
    relations: Mapping[str, Relation]
    book: str = _USUAL_BOOK

    def part(self, kind: str) -> str | None:
        """Return the name of the one part of this kind, or None."""
        found = (r.target for r in self.relations.values() if r.kind == kind and not r.outside)
        return next(found, None)


def outline(package: Package) -> Outline:
    """Read which sheets the workbook has; raises ``Refused``."""
    roots = relations(package, "")
    book = next((r.target for r in roots.values() if r.kind == "officedocument" and not r.outside), _USUAL_BOOK)
    listed: list[Listed] = []
    date1904 = False

    def start(path: tuple[str, ...], attributes: Attributes) -> None:
        nonlocal date1904
        if path[1:] == ("sheets", "sheet"):
            if len(listed) >= package.limits.sheets:
                raise Refused(reading.TOO_MANY_SHEETS, whole=True, limit=package.limits.sheets)
            name = decoded(attributes.get("name", ""))
            listed.append(Listed(name, _visibility(attributes.get("state")), attributes.get("id", "")))
        elif path[1:] == ("workbookPr",):
            date1904 = on(attributes.get("date1904"))

    walk(package, book, start)
    return Outline(tuple(listed), date1904, relations(package, book), book)


def relations(package: Package, part: str) -> dict[str, Relation]:
    """Read where ``part`` ("" is the package itself) points to, by the names it uses; raises ``Refused``."""
    folder, name = posixpath.split(part.replace("\\", "/"))
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, Relation] = {}

    def start(path: tuple[str, ...], attributes: Attributes) -> None:
        if path[1:] == ("Relationship",):
            kind = attributes.get("Type", "").rpartition("/")[2].lower()
            external = attributes.get("TargetMode", "").lower() == "external"
            target = _resolved(folder, attributes.get("Target", ""))
            found[attributes.get("Id", "")] = Relation(kind, target or "", external or target is None)

    if rels in package:
        walk(package, rels, start)
    return found


def properties(package: Package) -> tuple[datetime | None, dict[str, str]]:
    """Read when the file was last saved, and what it says about itself by title; nothing where that is damaged."""
    texts: dict[str, str] = {}

    def end(path: tuple[str, ...], text: str) -> None:
        if len(path) == 2 and text.strip():
            texts[path[1]] = decoded(text.strip())[:_LONGEST_PROPERTY]

    try:
        roots = relations(package, "")
        part = next((r.target for r in roots.values() if r.kind == "core-properties"), _USUAL_PROPERTIES)
        if part in package:
            walk(package, part, lambda *_: None, end)
    except Refused as refused:
        if refused.whole:
            raise
        return None, {}
    return _instant(texts.get("modified", "")), texts


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _resolved(folder: str, target: str) -> str | None:
    """Return the part that ``target`` names as seen from ``folder``, or None where that is outside of the package."""
    target = unquote(target.replace("\\", "/"))
    full = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
    return None if full.startswith("..") or "://" in target or "\x00" in full else full


def _visibility(state: str | None) -> Visibility:
    try:
        return Visibility(state)
    except ValueError:
        return Visibility.VISIBLE
