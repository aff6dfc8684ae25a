"""Tell by its bytes what a file is that is no .xlsx workbook, so that the message can say what to do with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kpireport.core.catalogue import files

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from kpireport.core.diagnostics import Problem

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 8192
_APPLE_DOUBLE = (b"\x00\x05\x16\x07", b"\x00\x05\x16\x00")
_WEB = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE)
_WEB_ARCHIVE = re.compile(rb"^mime-version:", re.IGNORECASE | re.MULTILINE)
_SPREADSHEET_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13})


def foreign(data: bytes) -> Problem | None:
    """Return why ``data`` is no .xlsx workbook, or None where its first bytes are those of a package."""
    head = data[:_HEAD]
    if not head.strip(b"\x00") and not data.strip(b"\x00"):
        return files.FILE_EMPTY
    if head.startswith(ZIP):
        return None
    if head.startswith(_OLD_OFFICE):
        return _old_office(data)
    if head.startswith(_APPLE_DOUBLE):
        return files.APPLE_DOUBLE
    if head.startswith(b"%PDF"):
        return files.PDF
    if head.startswith(b"version https://git-lfs"):
        return files.LFS_POINTER
    if head.startswith(b"{\\rtf"):
        return files.OTHER_OFFICE
    return _text(head)


def foreign_package(names: AbstractSet[str]) -> Problem | None:
    """Return why a package with these parts (lower case) is no .xlsx workbook, or None if it may be one."""
    if "xl/workbook.xml" in names:
        return None
    if "xl/workbook.bin" in names:
        return files.BINARY_WORKBOOK
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        return files.OTHER_OFFICE
    if "[content_types].xml" in names or "_rels/.rels" in names:
        return None
    return files.OPEN_DOCUMENT if "content.xml" in names else files.NOT_A_WORKBOOK


def _old_office(data: bytes) -> Problem:
    # The names of the streams in such a file are written in UTF-16.
    if "EncryptedPackage".encode("utf-16-le") in data:
        return files.PASSWORD_PROTECTED
    if "Workbook".encode("utf-16-le") in data:  # before the others, as pictures of other programs lie inside too
        return files.OLD_EXCEL
    if "WordDocument".encode("utf-16-le") in data or "PowerPoint Document".encode("utf-16-le") in data:
        return files.OTHER_OFFICE
    return files.OLD_EXCEL


def _text(head: bytes) -> Problem:
    if head.startswith(_BYTE_ORDER_MARKS[1:]):
        head = head.replace(b"\x00", b"")
        marked = True
    else:
        marked = False
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if _SPREADSHEET_2003 in head:
        return files.XML_SPREADSHEET
    if (start.startswith(b"<") and _WEB.search(start)) or _WEB_ARCHIVE.match(start):
        return files.WEB_PAGE
    if start.startswith(b"<"):
        return files.OTHER_XML
    if marked or start.translate(None, _CONTROL) == start:
        return files.TEXT_FILE
    return files.NOT_A_WORKBOOK
