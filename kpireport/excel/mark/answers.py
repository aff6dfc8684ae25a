"""The sheet Reading of a marked workbook: rows of text, cells to fill in with lists to choose from, a hidden column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.excel.mark.listing import MAIN, STRICT, lines_of
from kpireport.excel.mark.text import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORM_PART = "xl/worksheets/kpireport-reading.xml"
_WIDTHS = (5, 74, 44, 24, 44)
_LETTERS = "ABCDEF"
_HIDDEN = 6


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row. text: of columns A to D, with the name of its style. link: the place that column D leads to.

    hidden: what the row is, for the hidden column. fill: whether column E is to be filled in. choices: how many of the
    rows below are the answers to choose from, the first directly below ``after`` rows; 0 for any text. strict: nothing
    else may be typed. counted: it counts as one to be answered.
    """

    text: Mapping[str, tuple[str, str]]
    hidden: str = ""
    fill: bool = False
    after: int = 0
    choices: int = 0
    strict: bool = False
    counted: bool = False
    link: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """A sheet to fill in. name: of the sheet. suffix: before the extension of the copy's name. count: "{n} of 8"."""

    name: str
    suffix: str
    rows: Sequence[FormRow]
    count: tuple[str, str]


def sheet(form: AnswerForm, styles: Mapping[str, int], links: Mapping[str, str], *, strict: bool) -> bytes:
    """Return the part of the sheet.

    styles: numbers by name. links: name of a sheet as told to its name in the file. The first row's column E counts
    what is filled in.
    """
    rows, validations, hyperlinks = [], [], []
    counted = [number for number, row in enumerate(form.rows, start=1) if row.counted]
    for number, row in enumerate(form.rows, start=1):
        cells = [_text(f"{letter}{number}", text, styles[style]) for letter, (text, style) in sorted(row.text.items())]
        if row.fill:
            cells.append(f'<c r="E{number}" s="{styles["input"]}"/>')
            validations += _validation(number, row)
        elif number == 1:
            cells.append(_count(form, counted, styles["plain"]))
        if row.hidden:
            cells.append(_text(f"F{number}", row.hidden, styles["plain"]))
        widths = dict(zip(_LETTERS, _WIDTHS, strict=False))
        high = max((lines_of(text, widths[letter]) for letter, (text, style) in row.text.items() if style != "title"),
                   default=1)  # fmt: skip
        height = f' ht="{min(high * 15, 400)}" customHeight="1"' if high > 1 else ""
        rows.append(f'<row r="{number}"{height}>{"".join(cells)}</row>')
        if row.link is not None and row.link[0] in links:
            name = links[row.link[0]].replace("'", "''")
            hyperlinks.append(f'<hyperlink ref="D{number}" location="{escaped(f"{_quoted(name)}!{row.link[1]}")}"/>')
    columns = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(_WIDTHS, 1))
    columns += f'<col min="{_HIDDEN}" max="{_HIDDEN}" width="20" hidden="1" customWidth="1"/>'
    lists = f'<dataValidations count="{len(validations)}">{"".join(validations)}</dataValidations>'
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{STRICT if strict else MAIN}">'
        '<sheetPr><tabColor rgb="FFFFC000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData>"
        '<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0"/>'
        f"{lists if validations else ''}"
        f"{f'<hyperlinks>{chr(10).join(hyperlinks)}</hyperlinks>' if hyperlinks else ''}"
        '<pageMargins left="0.5" right="0.5" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _quoted(name: str) -> str:
    return f"'{name}'"


def _text(place: str, text: str, style: int) -> str:
    # Inline texts: Excel never takes them for a formula, whatever they begin with.
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escaped(text)}</t></is></c>'


def _count(form: AnswerForm, counted: Sequence[int], style: int) -> str:
    """Return the cell that counts what is filled in: text, number, text."""
    before, after = (part.replace('"', '""') for part in form.count)
    filled = "+".join(f'(E{number}<>"")' for number in counted) or "0"
    formula = f'"{before}"&({filled})&"{after}"'
    value = f"{form.count[0]}0{form.count[1]}"
    return f'<c r="E1" s="{style}" t="str"><f>{escaped(formula)}</f><v>{escaped(value)}</v></c>'


def _validation(number: int, row: FormRow) -> list[str]:
    """Return the list of a cell to fill in: the sentences of the rows below, however long they are."""
    if not row.choices:
        return []
    first = number + 1 + row.after
    kind = "1" if row.strict else "0"
    listed = f"<formula1>$B${first}:$B${first + row.choices - 1}</formula1>"
    shown = f'allowBlank="1" showInputMessage="1" showErrorMessage="{kind}"'
    return [f'<dataValidation type="list" {shown} sqref="E{number}">{listed}</dataValidation>']
