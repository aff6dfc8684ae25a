"""Workbook files written by hand, part by part, for what no spreadsheet program would write."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

STYLES = f"""<styleSheet xmlns="{MAIN}">
<numFmts count="3">
<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>
<numFmt numFmtId="165" formatCode="0&quot;%&quot;"/>
<numFmt numFmtId="166" formatCode="[&gt;=10000]yyyy;0"/>
</numFmts>
<cellXfs count="5">
<xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="10"/><xf numFmtId="166"/>
</cellXfs>
<dxfs count="1"><dxf><numFmt numFmtId="164" formatCode="0.000"/></dxf></dxfs>
</styleSheet>"""


def worksheet(data: str, *, before: str = "", after: str = "") -> str:
    """Return the part of a sheet with these rows."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


def row(cells: str, number: int = 1) -> str:
    return f'<row r="{number}">{cells}</row>'


def relations(*targets: tuple[str, str, str]) -> str:
    """Return a part of relations: (id, last word of the type, rest of the attributes)."""
    inner = "".join(f'<Relationship Id="{i}" Type="{_OFFICE}/{kind}" {rest}/>' for i, kind, rest in targets)
    return f'<Relationships xmlns="{_RELATIONS}">{inner}</Relationships>'


def parts(
    *sheets: str,
    names: tuple[str, ...] = (),
    strings: str | None = None,
    styles: str | None = STYLES,
    book: str = "",
) -> dict[str, str]:
    """Return the parts of a workbook with these sheets, by name; ``book`` comes before the list of sheets."""
    names = names or tuple(f"S{at}" for at in range(1, len(sheets) + 1))
    listed = "".join(f'<sheet name="{n}" sheetId="{at}" r:id="rId{at}"/>' for at, n in enumerate(names, start=1))
    targets = [(f"rId{at}", "worksheet", f'Target="worksheets/sheet{at}.xml"') for at in range(1, len(sheets) + 1)]
    found = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("r1", "officeDocument", 'Target="xl/workbook.xml"')),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">{book}<sheets>{listed}</sheets></workbook>',
    }
    if strings is not None:
        found["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
        targets.append(("s", "sharedStrings", 'Target="sharedStrings.xml"'))
    if styles is not None:
        found["xl/styles.xml"] = styles
        targets.append(("t", "styles", 'Target="styles.xml"'))
    found["xl/_rels/workbook.xml.rels"] = relations(*targets)
    return found | {f"xl/worksheets/sheet{at}.xml": sheet for at, sheet in enumerate(sheets, start=1)}


def packed(files: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip file of these parts; text gets an XML declaration."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as package:
        for name, content in files.items():
            package.writestr(name, content if isinstance(content, bytes) else DECLARATION + content)
    return stream.getvalue()


def workbook(*sheets: str, **more: object) -> bytes:
    """Return the bytes of a workbook with these sheets; the rest as for ``parts``."""
    return packed(parts(*sheets, **more))  # type: ignore[arg-type]
