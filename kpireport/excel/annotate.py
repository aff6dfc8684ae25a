"""Mark a workbook: a fill and a comment on every cell with a problem, and a first sheet that lists all problems.

The file itself is edited, not read and written anew: charts, pictures, macros, slicers and all else that no library
keeps stay as they are. Before the copy is given out it is read again: its cells must be those of the original.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kpireport.core.a1 import place
from kpireport.core.catalogue import files, marking
from kpireport.core.diagnostics import Diagnostic, Severity, Where
from kpireport.core.reading.answer_sheet import is_own
from kpireport.excel import guard, protected, read
from kpireport.excel.limits import LIMITS
from kpireport.excel.mark import answers, comments, listing, sheet, styles
from kpireport.excel.mark.parts import Parts, with_sheet
from kpireport.excel.mark.text import escaped
from kpireport.excel.package import part_name
from kpireport.excel.refused import Refused
from kpireport.excel.signature import foreign
from kpireport.excel.structure import outline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kpireport.core.messages import Language
    from kpireport.core.workbook import Workbook
    from kpireport.excel.limits import Limits
    from kpireport.excel.mark.answers import AnswerForm
    from kpireport.excel.structure import Outline

MOST_CELLS = 5_000
OWN_PART = "xl/worksheets/kpireport.xml"  # Excel names it otherwise when the copy is saved
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_MACROS = {".xlsm", ".xltm"}
Places = dict[tuple[int, int], list[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked copy. content: None where there is none. suffix: that of its name, with the dot."""

    content: bytes | None = None
    suffix: str = ".xlsx"
    told: tuple[Diagnostic, ...] = ()


@dataclass
class _Copy:
    parts: Parts
    where: Where
    language: Language
    styles: styles.Styles
    told: list[Diagnostic] = field(default_factory=list)
    kept: int = 0


def annotate(
    data: bytes,
    file_name: str,
    problems: Sequence[Diagnostic],
    *,
    language: Language,
    form: AnswerForm | None = None,
    password: str | None = None,
    limits: Limits = LIMITS,
) -> Marked:
    """Return a copy of the workbook ``data`` in which its problems are marked, or why there is none.

    form: a sheet to answer in, put first. password: opens a protected workbook, and protects the copy.
    """
    where = Where(file_name)
    if password is not None and foreign(data) is files.PASSWORD_PROTECTED:
        plain = protected.opened(data, password, where, limits)
        if isinstance(plain, Diagnostic):
            return Marked(told=(plain,))
        made = annotate(plain, file_name, problems, language=language, form=form, limits=limits)
        content = protected.closed(made.content, password) if made.content is not None else None
        if made.content is not None and content is None:
            return Marked(told=(marking.NOT_MARKED.at(where, part="EncryptedPackage"),))
        return replace(made, content=content)
    package = guard.examine(data, where, limits=limits)
    original, _ = read.read_bytes(data, file_name, limits=limits)
    if isinstance(package, Diagnostic) or original is None:
        return Marked(told=(marking.MARKING_NEEDS_XLSX.at(where),) if original is not None else ())
    mine = sorted((p for p in problems if p.where.file == file_name), key=lambda p: _ORDER[p.severity])
    try:
        found = outline(package)
        if any(listed.name in listing.names() for listed in found.sheets):
            return Marked(told=(marking.MARKED_ALREADY.at(where),))
        content, suffix, told = _marked(Parts(package), found, where, mine, language, form)
    except Refused as refused:
        part = str(refused.details.get("part", refused.kind.name))
        return Marked(told=(marking.NOT_MARKED.at(where, part=part),))
    if not _same(original, content, file_name, limits, own=1 if form is None else 2):
        return Marked(told=(marking.NOT_MARKED.at(where, part="xl/worksheets"),))
    return Marked(content, suffix, told)


def _marked(
    parts: Parts,
    found: Outline,
    where: Where,
    problems: Sequence[Diagnostic],
    language: Language,
    form: AnswerForm | None,
) -> tuple[bytes, str, tuple[Diagnostic, ...]]:
    book = found.book
    root = parts.read(book)
    parts.strict = b"purl.oclc.org" in root[: root.find(b">", root.find(b"workbook")) + 1]
    style_part = found.part("styles")
    fresh = style_part is None or style_part not in parts
    style_part = "xl/kpireport-styles.xml" if fresh or style_part is None else style_part
    known = styles.Styles(styles.EMPTY if fresh else parts.read(style_part), style_part)
    copy = _Copy(parts, where, language, known)
    names = read.sheet_names(found)
    _mark_sheets(copy, found, names, _by_sheet(problems, copy))
    _list(copy, found, problems, names)
    if form is not None:
        _form(copy, found, form, names)
    parts.write(style_part, known.written())
    if fresh:
        parts.declare(style_part, "spreadsheetml.styles+xml")
        parts.relate(book, "styles", style_part)
    if copy.kept:
        copy.told.append(marking.COMMENT_KEPT.at(where, count=copy.kept))
    if any(part_name(name).startswith("_xmlsignatures/") for name in parts.names()):
        copy.told.append(marking.SIGNATURE_ENDS.at(where))
    macros = "macroenabled" in parts.type_of(book).lower()
    return parts.packed(), ".xlsm" if macros else ".xlsx", tuple(copy.told)


def _by_sheet(problems: Sequence[Diagnostic], copy: _Copy) -> dict[str, Places]:
    """Return the problems by sheet and by (row, column); of a range the first cell is marked."""
    found: dict[str, Places] = defaultdict(dict)
    count = 0
    for each in problems:
        at = place(each.where.cell.partition(":")[0])
        if at is None:
            continue
        places = found[each.where.sheet]
        if at not in places:
            count += 1
            if count > MOST_CELLS:
                continue
        places.setdefault(at, []).append(each)
    if count > MOST_CELLS:
        copy.told.append(marking.MARKED_IN_PART.at(copy.where, limit=MOST_CELLS))
    return found


def _mark_sheets(copy: _Copy, found: Outline, names: Sequence[str], wanted: Mapping[str, Places]) -> None:
    for number, (listed, name) in enumerate(zip(found.sheets, names, strict=True), start=1):
        relation = found.relations.get(listed.relation)
        if relation is None or relation.outside or relation.target not in copy.parts:
            continue
        part = relation.target
        data = copy.parts.read(part)
        marked = sheet.unselected(data, part) if b"tabSelected" in data[:20_000] else data
        if places := wanted.get(name):
            marked = _commented(copy, number, part, name, sheet.fill(marked, part, _styled(copy, places)), places)
        if marked is not data:
            copy.parts.write(part, marked)


def _styled(copy: _Copy, places: Places) -> dict[int, dict[int, Callable[[str], int]]]:
    rows: dict[int, dict[int, Callable[[str], int]]] = defaultdict(dict)
    for (row, column), told in places.items():
        worst = min((each.severity for each in told), key=_ORDER.__getitem__)
        rows[row][column] = lambda base, worst=worst: copy.styles.marked(base, worst)  # type: ignore[misc]
    return rows


def _commented(copy: _Copy, number: int, part: str, name: str, data: bytes, places: Places) -> bytes:
    """Return the sheet with comments; where its drawing cannot be added to, without, and told."""
    parts = copy.parts
    known = parts.relations(part)
    text_part = next((r.target for r in known.values() if r.kind == "comments" and not r.outside), "")
    box_relation = sheet.drawing_of(data, part)
    box_part = known[box_relation].target if box_relation in known else box_relation or ""
    try:
        text_data = parts.read(text_part) if text_part else comments.EMPTY
        box_data = parts.raw(box_part) if box_part else comments.EMPTY_BOXES
        has = comments.taken(text_data, text_part)
        texts = {at: _text(told, copy.language) for at, told in places.items() if at not in has}
        new_texts = comments.with_texts(text_data, text_part, texts)
        new_boxes = comments.with_boxes(box_data, box_part, texts)
    except Refused as refused:
        if refused.whole:
            raise
        copy.told.append(marking.NO_COMMENTS.at(Where(copy.where.file, name)))
        return data
    copy.kept += len(places) - len(texts)
    if not texts:
        return data
    parts.write(text_part or f"xl/kpireport-comments{number}.xml", new_texts)
    parts.write(box_part or f"xl/drawings/kpireport{number}.vml", new_boxes)
    if not text_part:
        parts.declare(f"xl/kpireport-comments{number}.xml", "spreadsheetml.comments+xml")
        parts.relate(part, "comments", f"xl/kpireport-comments{number}.xml")
    if not box_part:
        parts.declare(f"xl/drawings/kpireport{number}.vml", "vmlDrawing")
        relation = parts.relate(part, "vmlDrawing", f"xl/drawings/kpireport{number}.vml")
        data = sheet.with_drawing(data, part, relation)
    return data


def _text(told: Sequence[Diagnostic], language: Language) -> str:
    say = language.text
    return "\n\n".join(
        f"{language.say(f'program.marked.{d.severity.value}')} {d.code}: {say(d.problem)}\n→ {say(d.fix)}" for d in told
    )


def _list(copy: _Copy, found: Outline, problems: Sequence[Diagnostic], names: Sequence[str]) -> None:
    parts, book = copy.parts, found.book
    fills = {severity: copy.styles.marked("", severity) for severity in Severity}
    links = dict(zip(names, (listed.name for listed in found.sheets), strict=True))
    own = listing.sheet(
        problems, copy.where.file, copy.language, copy.styles.own(), fills, links, strict=parts.strict
    )  # fmt: skip
    parts.write(OWN_PART, own)
    parts.declare(OWN_PART, "spreadsheetml.worksheet+xml")
    relation = parts.relate(book, "worksheet", OWN_PART)
    parts.write(book, with_sheet(parts.read(book), book, escaped(copy.language.say("program.marked.sheet")), relation))


def _form(copy: _Copy, found: Outline, form: AnswerForm, names: Sequence[str]) -> None:
    """Put the sheet to answer in before all others."""
    parts, book = copy.parts, found.book
    own = copy.parts.read(OWN_PART)
    parts.write(OWN_PART, sheet.unselected(own, OWN_PART))
    links = dict(zip(names, (listed.name for listed in found.sheets), strict=True))
    parts.write(answers.FORM_PART, answers.sheet(form, copy.styles.own(), links, strict=parts.strict))
    parts.declare(answers.FORM_PART, "spreadsheetml.worksheet+xml")
    relation = parts.relate(book, "worksheet", answers.FORM_PART)
    taken = {listed.name.casefold() for listed in found.sheets}
    name, number = form.name, 1
    while name.casefold() in taken:
        number += 1
        name = f"{form.name} ({number})"
    parts.write(book, with_sheet(parts.read(book), book, escaped(name), relation))


def _same(original: Workbook, content: bytes, file_name: str, limits: Limits, *, own: int) -> bool:
    """Return whether the copy holds the cells of the original, and so many sheets more, which are ours."""
    copy, _ = read.read_bytes(content, file_name, limits=limits)
    if copy is None or len(copy.sheets) != len(original.sheets) + own or copy.date1904 != original.date1904:
        return False
    if own > 1 and not is_own(copy.sheets[0]):
        return False
    return copy.sheets[own - 1].name in listing.names() and copy.sheets[own:] == original.sheets
