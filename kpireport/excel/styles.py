"""The number formats of a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.core.catalogue import reading
from kpireport.core.number_format import numeric_sections, section, section_is_date
from kpireport.excel.refused import Refused
from kpireport.excel.text import decoded
from kpireport.excel.xml import walk

if TYPE_CHECKING:
    from kpireport.excel.package import Package
    from kpireport.excel.xml import Attributes

GENERAL = "General"
_LONGEST_CODE = 1_000  # Excel allows 255 characters

# Formats that a file names by number only (ECMA-376 part 1, 18.8.30); 27 to 36 and 50 to 58 as in Chinese Excel.
_BUILT_IN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
    42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((34, 55), '上午/下午h"时"mm"分"'),
    **dict.fromkeys((35, 56), '上午/下午h"时"mm"分"ss"秒"'),
}


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell's style says about its number.

    date: whether numbers are shown as dates; None where that depends on the number (``[>9999]yyyy-mm;0``).
    """

    format: str
    date: bool | None

    def shows_date(self, value: float) -> bool:
        return section_is_date(section(self.format, value)) if self.date is None else self.date


def style(code: str) -> Style:
    """Return the style of one number format."""
    dates = {section_is_date(part) for part in numeric_sections(code) if part.strip()}
    return Style(code, None if len(dates) == 2 else dates == {True})


PLAIN = style(GENERAL)


def styles(package: Package, part: str | None) -> dict[str, Style]:
    """Read the styles by the ``s`` of a cell, which counts them from 0; "" is that of a cell without one.

    Where the file has no styles, all is General. Raises ``Refused``.
    """
    if part is None or part not in package:
        return {"": PLAIN}
    codes: dict[str, str] = {str(number): code for number, code in _BUILT_IN.items()}
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
