"""The number formats of a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.core.catalogue import reading
from kpireport.core.number_format import BUILT_IN, GENERAL, numeric_sections, section, section_is_date
from kpireport.excel.refused import Refused
from kpireport.excel.text import decoded
from kpireport.excel.xml import walk

if TYPE_CHECKING:
    from kpireport.excel.package import Package
    from kpireport.excel.xml import Attributes

_LONGEST_CODE = 1_000  # Excel allows 255 characters


@dataclass(frozen=True, slots=True)
class CellStyle:
    """What a cell's style says about its number.

    date: whether numbers are shown as dates; None where that depends on the number (``[>9999]yyyy-mm;0``).
    """

    format: str
    date: bool | None

    def shows_date(self, value: float) -> bool:
        return section_is_date(section(self.format, value)) if self.date is None else self.date


def style(code: str) -> CellStyle:
    """Return the style of one number format."""
    dates = {section_is_date(part) for part in numeric_sections(code) if part.strip()}
    return CellStyle(code, None if len(dates) == 2 else dates == {True})


PLAIN = style(GENERAL)


def styles(package: Package, part: str | None) -> dict[str, CellStyle]:
    """Read the styles by the ``s`` of a cell, which counts them from 0; "" is that of a cell without one.

    Where the file has no styles, all is General. Raises ``Refused``.
    """
    if part is None or part not in package:
        return {"": PLAIN}
    codes: dict[str, str] = {str(number): code for number, code in BUILT_IN.items()}
    used: list[str] = []

    def start(path: tuple[str, ...], attributes: Attributes) -> None:
        # Only from here: the formats of conditional formatting (dxf) use the same numbers for other codes.
        if path[1:] == ("numFmts", "numFmt"):
            code = decoded(attributes.get("formatCode", ""))[:_LONGEST_CODE]
            codes[attributes.get("numFmtId", "")] = code or GENERAL
        elif path[1:] == ("cellXfs", "xf"):
            if len(used) >= package.limits.styles:
                raise Refused(reading.TOO_MANY_STYLES, whole=True, limit=package.limits.styles)
            used.append(attributes.get("numFmtId", "0"))

    walk(package, part, start)
    wanted = set(used)
    known = {number: style(code) for number, code in codes.items() if number in wanted}
    found = {str(at): known.get(number, PLAIN) for at, number in enumerate(used)}
    return {**found, "": found.get("0", PLAIN)}
