"""Mend what WeasyPrint leaves short of PDF/A-3a and PDF/UA-1, so that one file meets both.

WeasyPrint makes a tagged PDF/A-3a. Before it writes the file, ``finish`` changes the objects: the metadata stream must
not be compressed for every reader to find it (ISO 19005-3, 6.6.2.1), it declares PDF/UA-1 too (ISO 14289-1, 5), and
since PDF/A knows no such property, it describes that schema (ISO 19005-3, 6.6.2.3). A link says in words where it leads
(ISO 14289-1, 7.18.5). And no stream ends in a byte that a strict reader takes for the line end after it (6.1.7.1).
"""

from __future__ import annotations

import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

UA = """<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>"""
SCHEMA = """<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" \
rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>The part of ISO 14289 that the file meets</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


LEVEL = 6  # of compression: 9 takes longer and makes the file 1 % smaller
LINE_ENDS = (b"\r", b"\n")
TRIES = 4  # one file in a hundred needs a second one


def written(document: Any, attachments: Callable[[], list[Any]], **options: Any) -> bytes:
    """Return the file of a WeasyPrint document, mended. options: those of its ``write_pdf``.

    attachments: makes them, for each try anew: WeasyPrint reads an attachment once and no second time.
    """
    content = b""
    for spare in range(TRIES):
        content = document.write_pdf(finisher=partial(finish, spare=spare), attachments=attachments(), **options)
        if b"\r\nendstream" not in content:
            break
    return bytes(content)


def finish(_: Any, pdf: Any, spare: int = 0) -> None:
    """Change the objects of a PDF that WeasyPrint is about to write.

    pdf: a ``pydyf.PDF``. spare: so many empty objects are added, to change the stream that holds all objects.
    """
    import pydyf

    _declare(pdf)
    _name_links(pdf)
    _scope_headers(pdf)
    _name_sources_once(pdf)
    _pack_streams(pdf)
    for _each in range(spare):
        pdf.add_object(pydyf.Dictionary())


def _declare(pdf: Any) -> None:
    metadata = _at(pdf, pdf.catalog["Metadata"])
    metadata.compress = False
    xml = b"".join(part if isinstance(part, bytes) else part.encode() for part in metadata.stream)
    opening, closing, rest = xml.rpartition(b"</rdf:RDF>")
    metadata.stream = [opening + (UA + SCHEMA).encode() + closing + rest]


def _name_links(pdf: Any) -> None:
    """Give each link that has no words of its own the name of its destination."""
    import pydyf

    for each in pdf.objects:
        if isinstance(each, dict) and each.get("Type") == "/Annot" and each.get("Subtype") == "/Link":
            each.setdefault("Contents", pydyf.String(_destination(each)))


def _destination(link: Any) -> str:
    found = link.get("Dest")
    if found is None and isinstance(link.get("A"), dict):
        found = link["A"].get("URI") or link["A"].get("D")
    return str(getattr(found, "string", found or ""))


def _name_sources_once(pdf: Any) -> None:
    """Name each embedded workbook once among the associated files: WeasyPrint 70 names it twice."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def _scope_headers(pdf: Any) -> None:
    """Say of each header cell whether it heads a column or a row: those of a table's head do, the others a row."""
    for each in pdf.objects:
        if isinstance(each, dict) and each.get("S") == "/TH":
            row = _at(pdf, each["P"])
            each["A"]["Scope"] = "/Column" if _at(pdf, row["P"])["S"] == "/THead" else "/Row"


def _at(pdf: Any, reference: Any) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _pack_streams(pdf: Any) -> None:
    """Compress each stream here and once: pydyf would do it again for the identifier of the file.

    Those whose compressed form would end in a line end, the last byte of its checksum, stay as they are.
    """
    import pydyf

    for each in pdf.objects:
        if not isinstance(each, pydyf.Stream) or not each.compress:
            continue
        each.compress = False
        content = each.data.partition(b"stream\n")[2].removesuffix(b"\nendstream")
        packed = zlib.compress(content, LEVEL)
        if packed[-1:] not in LINE_ENDS or content[-1:] in LINE_ENDS:
            each.stream = [packed]
            each.extra["Filter"] = "/FlateDecode"
