"""The first sheet of a marked workbook: every problem, with a link to its cell and what to do."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from kpireport import languages
from kpireport.core.diagnostics import Severity
from kpireport.core.messages import quoted
from kpireport.excel.mark.text import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language

_COLUMNS = ("cell", "problem", "fix", "code")  # after that of the severity, which has no title
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_LONGEST_NAME = 255  # as file systems allow
_WIDTHS = (10, 20, 62, 62, 8)
_HEAD = 6  # the row of the column titles


def names() -> tuple[str, ...]:
    """Return the names of the sheet in all languages."""
    return tuple(languages.load(tag).say("program.marked.sheet") for tag in languages.tags())


def sheet(
    problems: Sequence[Diagnostic], file: str, language: Language, styles: Mapping[str, int],
    fills: Mapping[Severity, int], links: Mapping[str, str], *, strict: bool,
) -> bytes:  # fmt: skip
    """Return the part of the sheet.

    styles, fills: numbers of styles, by name and by severity. links: name of a sheet as told to its name in the file.
    """
    counts = {each.value: sum(p.severity is each for p in problems) for each in Severity}
    counted = language.say("program.marked.counts", **counts) if problems else language.say("program.marked.none")
    titles = ("", *(language.say(f"program.marked.head.{column}") for column in _COLUMNS))
    rows = [
        _row(1, [(language.say("program.marked.title", file=quoted(file, _LONGEST_NAME)), styles["title"])]),
        _row(2, [(counted, styles["plain"])]),
        _row(3, [(language.say("program.marked.key"), styles["plain"])]),
        _row(4, [(language.say("program.marked.advice"), styles["plain"])]),
        _row(_HEAD, [(title, styles["heading"]) for title in titles]),
    ]
    hyperlinks = []
    for number, each in enumerate(problems, start=_HEAD + 1):
        linked = each.where.sheet in links
        cells = [(language.say(f"program.marked.{each.severity.value}"), fills[each.severity]),
                 (each.where.address or each.where.file, styles["link" if linked else "wrapped"]),
                 (language.text(each.problem), styles["wrapped"]), (language.text(each.fix), styles["wrapped"]),
                 (each.code, styles["plain"])]  # fmt: skip
        lines = max(lines_of(text, width) for (text, _), width in zip(cells, _WIDTHS, strict=True))
        rows.append(_row(number, cells, lines))
        if linked:
            sheet_name = links[each.where.sheet].replace("'", "''")
            target = f"'{sheet_name}'!{each.where.cell or 'A1'}"
            hyperlinks.append(f'<hyperlink ref="B{number}" location="{escaped(target)}"/>')
    columns = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(_WIDTHS, 1))
    links_part = f"<hyperlinks>{''.join(hyperlinks)}</hyperlinks>" if hyperlinks else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{STRICT if strict else MAIN}">'
        '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"><pane ySplit="{_HEAD}" '
        f'topLeftCell="A{_HEAD + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData>"
        f"{links_part}"
        '<pageMargins left="0.5" right="0.5" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def lines_of(text: str, width: int) -> int:
    """Return how many lines a text fills in a column; East Asian characters are twice as wide."""
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return max(1, -(-wide * 11 // (width * 10)))  # words do not break, so a tenth is lost


def _row(number: int, cells: Sequence[tuple[str, int]], lines: int = 0) -> str:
    # Inline texts: Excel never takes them for a formula, whatever they begin with.
    shown = "".join(
        f'<c r="{letter}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escaped(text)}</t></is></c>'
        for letter, (text, style) in zip("ABCDE", cells, strict=False)
    )
    # Not every program finds the height of wrapped text by itself.
    height = f' ht="{min(lines * 15, 400)}" customHeight="1"' if lines else ""
    return f'<row r="{number}"{height}>{shown}</row>'
