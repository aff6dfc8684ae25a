"""Read an .xlsx file into plain cells.

No library gives address, type, value, number format, saved results, error codes and what is hidden in one bounded
pass; losing one of them silently would make a report wrong.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core.catalogue import files, reading
from kpireport.core.diagnostics import Diagnostic, Where
from kpireport.core.reading.answer_sheet import MARK, is_own
from kpireport.core.workbook import Sheet, Workbook
from kpireport.excel import guard, other, protected
from kpireport.excel.cells import Shared
from kpireport.excel.limits import LIMITS, Limits
from kpireport.excel.mark import listing
from kpireport.excel.package import part_name
from kpireport.excel.refused import Refused
from kpireport.excel.sheet import worksheet
from kpireport.excel.strings import shared
from kpireport.excel.structure import outline, properties
from kpireport.excel.styles import styles
from kpireport.excel.text import printable

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.excel.package import Package
    from kpireport.excel.structure import Listed, Outline

_LONGEST_NAME = 255
_LARGEST_FORM = 2_000_000  # bytes of a sheet to answer in, which has some hundred rows
Problems = tuple[Diagnostic, ...]


def read(path: Path, *, password: str | None = None, limits: Limits = LIMITS) -> tuple[Workbook | None, Problems]:
    """Read a workbook and say what is wrong with the file; None where it cannot be read as a whole.

    A sheet that cannot be read is told, and missing in the workbook. What is in the cells is not judged here:
    cells with an error or without a saved result are only marked.
    """
    data = guard.fetch(path, limits=limits)
    if isinstance(data, Diagnostic):
        return None, (data,)
    workbook, problems = read_bytes(data, guard.shown(path), password=password, limits=limits)
    return None if workbook is None else _without_own(workbook), problems


def _without_own(workbook: Workbook) -> Workbook:
    """Return a workbook whose sheets of ours, in a copy that was marked to be answered in, are none of its sheets."""
    forms = [sheet for sheet in workbook.sheets if is_own(sheet)]
    if not forms:
        return workbook
    rest = tuple(sheet for sheet in workbook.sheets if sheet not in forms and sheet.name not in listing.names())
    return replace(workbook, sheets=rest, form=forms[0])


def carries_form(path: Path, *, limits: Limits = LIMITS) -> bool:
    """Return whether a workbook has a sheet of ours to answer in, without reading its cells.

    False for a protected one, and for one that cannot be read.
    """
    data = guard.fetch(path, limits=limits)
    package = guard.examine(data, Where(path.name), limits=limits) if isinstance(data, bytes) else None
    if package is None or isinstance(package, Diagnostic):
        return False
    mark = MARK.encode()
    texts = [
        info.filename for info in package.entries()
        if part_name(info.filename) == "xl/sharedstrings.xml"
        or (part_name(info.filename).startswith("xl/worksheets/") and info.file_size < _LARGEST_FORM)
    ]  # fmt: skip
    try:
        return any(mark in b"".join(package.chunks(name)) for name in texts)
    except Refused:
        return False


def read_bytes(
    data: bytes, file_name: str, *, password: str | None = None, limits: Limits = LIMITS
) -> tuple[Workbook | None, Problems]:
    """Read a workbook from its bytes; ``file_name`` is the one to tell in problems. As ``read``."""
    where = Where(printable(file_name))
    digest = hashlib.sha256(data).hexdigest()
    package = guard.examine(data, where, limits=limits)
    if isinstance(package, Diagnostic) and package.kind is files.PASSWORD_PROTECTED:
        plain = protected.opened(data, password, where, limits)
        if isinstance(plain, Diagnostic):
            return None, (plain,)
        data, package = plain, guard.examine(plain, where, limits=limits)
    if isinstance(package, Diagnostic):
        if package.kind in other.FORMATS and other.installed():
            return other.read(data, package.kind, where, sha256=digest, limits=limits)
        return None, (package,)
    try:
        found = outline(package)
        saved, told = properties(package)
        sheets, problems = _sheets(package, found, where)
    except Refused as refused:
        return None, (refused.at(where),)
    if not found.sheets:
        problems.append(reading.NO_SHEETS.at(where))
    return Workbook(where.file, digest, tuple(sheets), saved, found.date1904, told), tuple(problems)


def _sheets(package: Package, found: Outline, where: Where) -> tuple[list[Sheet], list[Diagnostic]]:
    part = found.part("sharedstrings")
    common = Shared(
        strings=shared(package, part) if part is not None and part in package else None,
        styles=styles(package, found.part("styles")),
        date1904=found.date1904,
    )
    sheets: list[Sheet] = []
    problems: list[Diagnostic] = []
    for listed, name in zip(found.sheets, sheet_names(found), strict=True):
        place = Where(where.file, name)
        if name != listed.name:
            problems.append(reading.SHEET_RENAMED.at(place, found=listed.name, name=name))
        try:
            sheet, told = worksheet(package, _part(found, listed), place, listed.visibility, common)
        except Refused as refused:
            if refused.whole:
                raise
            problems.append(refused.at(place))
        else:
            sheets.append(sheet)
            problems += told
    return sheets, problems


def _part(found: Outline, listed: Listed) -> str:
    if not listed.relation:
        raise Refused(reading.SHEET_SKIPPED)
    relation = found.relations.get(listed.relation)
    if relation is None:
        raise Refused(reading.SHEET_MISSING)
    if relation.outside:
        raise Refused(reading.SHEET_OUTSIDE)
    return relation.target


def sheet_names(found: Outline) -> tuple[str, ...]:
    """Return the names under which the sheets are told, in their order."""
    taken: set[str] = set()
    return tuple(_name(listed.name, number, taken) for number, listed in enumerate(found.sheets, start=1))


def _name(listed: str, number: int, taken: set[str]) -> str:
    """Return a name that can be printed and that no other sheet has; Excel itself makes no others."""
    name = base = printable(listed)[:_LONGEST_NAME] or f"Sheet {number}"
    while name.casefold() in taken:
        number += 1
        name = f"{base} ({number})"
    taken.add(name.casefold())
    return name
