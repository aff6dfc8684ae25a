"""The first sheet of a marked workbook: every problem, with a link to its cell and what to do."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Severity
from kpireport.excel.mark.text import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language

NAMES = {"en": "kpireport check", "zh": "kpireport 检查"}
WORDS = {
    "en": {
        "title": "What kpireport found in {file}",
        "counts": "{error} error(s), {warning} warning(s), {note} note(s). Mend errors first: they stop the report.",
        "advice": "This is a marked copy. Mend the cells in your own workbook, and check it again.",
        "none": "No problems were found.",
        "key": "The cells are marked: error red, warning yellow, note blue. Point at a cell to read its comment.",
        "head": ("", "Cell", "What is wrong", "What to do", "Code"),
        Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note",
    },
    "zh": {
        "title": "kpireport 在 {file} 中发现的问题",
        "counts": "{error} 个错误，{warning} 个警告，{note} 个提示。有错误时不会生成报告，请先更正。",
        "advice": "这是带标记的副本。请在您自己的工作簿中更正，然后重新检查。",
        "none": "没有发现问题。",
        "key": "单元格的标记：红色为错误，黄色为警告，蓝色为提示。鼠标停在单元格上可阅读批注。",
        "head": ("", "单元格", "问题", "处理方法", "代码"),
        Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.NOTE: "提示",
    },
}  # fmt: skip
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_WIDTHS = (10, 20, 62, 62, 8)
_HEAD = 6  # the row of the column titles


def sheet(
    problems: Sequence[Diagnostic], file: str, language: Language, styles: Mapping[str, int],
    fills: Mapping[Severity, int], links: Mapping[str, str], *, strict: bool,
) -> bytes:  # fmt: skip
    """Return the part of the sheet.

    styles, fills: numbers of styles, by name and by severity. links: name of a sheet as told to its name in the file.
    """
    words = WORDS[language.tag]
    counts = {each.value: sum(p.severity is each for p in problems) for each in Severity}
    top = (str(words["title"]).format(file=file), str(words["counts" if problems else "none"]).format(**counts))
    rows = [_row(1, [(top[0], styles["title"])]), _row(2, [(top[1], styles["plain"])])]
    rows += [_row(3, [(str(words["key"]), styles["plain"])]), _row(4, [(str(words["advice"]), styles["plain"])])]
    rows.append(_row(_HEAD, [(title, styles["heading"]) for title in words["head"]]))
    hyperlinks = []
    for number, each in enumerate(problems, start=_HEAD + 1):
        linked = each.where.sheet in links
        cells = [(str(words[each.severity]), fills[each.severity]),
                 (each.where.address or each.where.file, styles["link" if linked else "wrapped"]),
                 (language.text(each.problem), styles["wrapped"]), (language.text(each.fix), styles["wrapped"]),
                 (each.code, styles["plain"])]  # fmt: skip
        lines = max(_lines(text, width) for (text, _), width in zip(cells, _WIDTHS, strict=True))
        rows.append(_row(number, cells, lines))
        if linked:
            sheet_name = links[each.where.sheet].replace("'", "''")
            target = f"'{sheet_name}'!{each.where.cell or 'A1'}"
            hyperlinks.append(f'<hyperlink ref="B{number}" location="{escaped(target)}"/>')
    columns = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(_WIDTHS, 1))
    links_part = f"<hyperlinks>{''.join(hyperlinks)}</hyperlinks>" if hyperlinks else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{_STRICT if strict else _MAIN}">'
        '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"><pane ySplit="{_HEAD}" '
        f'topLeftCell="A{_HEAD + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData>"
        f"{links_part}"
        '<pageMargins left="0.5" right="0.5" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _lines(text: str, width: int) -> int:
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
