"""The gate: what is let in, and what each other file is told to be."""

from __future__ import annotations

import os
import socket
import struct
import tracemalloc
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core.catalogue import files, reading
from kpireport.core.diagnostics import Diagnostic, Problem, Severity, Where
from kpireport.excel import other
from kpireport.excel.guard import LIMITS, admit, examine
from kpireport.excel.package import Package
from kpireport.excel.read import read, read_bytes
from tests.handmade import packed, parts, row, workbook, worksheet

if TYPE_CHECKING:
    from pathlib import Path

GOOD = workbook(worksheet(row('<c r="A1"><v>1</v></c>')))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504


def told(found: object) -> Problem:
    assert isinstance(found, Diagnostic)
    return found.kind


def utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(b"", files.FILE_EMPTY, id="nothing at all"),
        pytest.param(b"\x00" * 20_000, files.FILE_EMPTY, id="zeros, as a copy that broke off leaves them"),
        pytest.param(OLE + utf16("Workbook"), files.OLD_EXCEL, id="Excel 97"),
        pytest.param(OLE + utf16("EncryptedPackage"), files.PASSWORD_PROTECTED, id="a password"),
        pytest.param(OLE + utf16("WordDocument"), files.OTHER_OFFICE, id="Word 97"),
        pytest.param(OLE + utf16("WordDocument") + utf16("Workbook"), files.OLD_EXCEL, id="with a Word picture"),
        pytest.param(b"%PDF-1.7\n%", files.PDF, id="PDF"),
        pytest.param(b"{\\rtf1", files.OTHER_OFFICE, id="rich text"),
        pytest.param(b"\n <!DOCTYPE HTML><html>", files.WEB_PAGE, id="web page"),
        pytest.param(b"<table><tr><td>1</td></tr></table>", files.WEB_PAGE, id="a bare table of a web page"),
        pytest.param("\ufeff<html>".encode("utf-16-le"), files.WEB_PAGE, id="web page in UTF-16"),
        pytest.param(b"MIME-Version: 1.0\nContent-Type: multipart/related", files.WEB_PAGE, id="web archive"),
        pytest.param(b"<?xml version='1.0'?><html/>", files.WEB_PAGE, id="web page that is XML"),
        pytest.param(
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            files.XML_SPREADSHEET,
            id="Excel 2003 XML",
        ),
        pytest.param(b"<?xml version='1.0'?><data/>", files.OTHER_XML, id="some XML"),
        pytest.param(b"KPI;2025-01\nUmsatz;1,5\n", files.TEXT_FILE, id="CSV"),
        pytest.param("KPI\t2025\n收入\t1\n".encode("gb18030"), files.TEXT_FILE, id="Chinese text"),
        pytest.param("\ufeffKPI\t2025\n".encode("utf-16-le"), files.TEXT_FILE, id="Unicode text of Excel"),
        pytest.param(b"version https://git-lfs.github.com/spec/v1\n", files.LFS_POINTER, id="Git LFS pointer"),
        pytest.param(b"\x00\x05\x16\x07\x00\x02", files.APPLE_DOUBLE, id="the note of a Mac"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x01", files.NOT_A_WORKBOOK, id="a picture"),
        pytest.param(b"\x00" * 4096 + GOOD, files.NOT_A_WORKBOOK, id="a workbook behind something else"),
        pytest.param(packed({"content.xml": "<a/>"}), files.OPEN_DOCUMENT, id="LibreOffice"),
        pytest.param(packed({"xl/workbook.bin": b"\x00"}), files.BINARY_WORKBOOK, id="binary workbook"),
        pytest.param(packed({"word/document.xml": "<a/>"}), files.OTHER_OFFICE, id="Word"),
        pytest.param(packed({"ppt/presentation.xml": "<a/>"}), files.OTHER_OFFICE, id="PowerPoint"),
        pytest.param(packed({"a.csv": b"1"}), files.NOT_A_WORKBOOK, id="some zip"),
        pytest.param(packed({}), files.NOT_A_WORKBOOK, id="an empty zip"),
        pytest.param(b"PK\x03\x04" + b"\x01" * 100, files.ZIP_DAMAGED, id="only the beginning of a zip"),
    ],
)
def test_each_kind_of_file_has_its_own_message(
    data: bytes, kind: Problem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other, "installed", lambda: False)
    path = tmp_path / "kpi.xlsx"
    path.write_bytes(data)
    found = admit(path)
    assert told(found) is kind
    assert read(path) == (None, (found,))


@pytest.mark.parametrize(
    "name", ["kpi.xlsx", "kpi.xls", "kpi.csv", "kpi", "-rf.xlsx", "收入 2025.xlsx", "x" * 250 + ".xlsx"]
)
def test_a_good_workbook_is_let_in_under_any_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(GOOD)
    assert admit(path) == GOOD


@pytest.mark.parametrize("name", ["a\nb.xlsx", "a\x1b[31mb.xlsx", "a\u202eb.xlsx", "a\udcffb.xlsx"], ids=ascii)
def test_a_name_is_told_without_what_a_terminal_obeys(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(GOOD)
    book, _ = read(path)
    assert book is not None
    assert book.file.isprintable()
    assert book.sheets[0].where(1, 1).file == book.file
    book.file.encode()


@pytest.mark.parametrize("name", ["~$kpi.xlsx", ".~lock.kpi.xlsx#"])
def test_the_mark_of_an_open_workbook_is_no_error(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x05Meier")
    found = admit(tmp_path / name)
    assert told(found) is files.OWNER_FILE
    assert found.kind.severity is Severity.WARNING if isinstance(found, Diagnostic) else False


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").mkdir()
    os.mkfifo(tmp_path / "pipe.xlsx")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.xlsx"))
        for name in ("x.xlsx", "pipe.xlsx", "socket.xlsx"):
            assert told(admit(tmp_path / name)) is files.NOT_A_FILE


def test_links_are_followed_inside_of_their_folder_only(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "kpi.xlsx").write_bytes(GOOD)
    (tmp_path / "outside.xlsx").write_bytes(GOOD)
    folder = tmp_path / "inside"
    (folder / "same.xlsx").symlink_to("kpi.xlsx")
    (folder / "self.xlsx").symlink_to("self.xlsx")
    (folder / "away.xlsx").symlink_to("../outside.xlsx")
    (folder / "null.xlsx").symlink_to("/dev/null")
    (folder / "nowhere.xlsx").symlink_to("none.xlsx")
    (tmp_path / "door").symlink_to("inside")
    assert admit(folder / "same.xlsx") == GOOD
    assert admit(tmp_path / "door" / "kpi.xlsx") == GOOD
    assert told(admit(folder / "self.xlsx")) is files.FILE_UNREADABLE
    assert told(admit(folder / "away.xlsx")) is files.LINK_OUTSIDE
    assert told(admit(folder / "null.xlsx")) is files.LINK_OUTSIDE
    assert told(admit(folder / "nowhere.xlsx")) is files.FILE_MISSING
    assert told(admit(folder / "nul\0.xlsx")) is files.FILE_MISSING
    assert told(admit(folder / ("x" * 300))) is files.FILE_UNREADABLE


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kpi.xlsx"
    path.write_bytes(GOOD)
    path.chmod(0)
    found = admit(path)
    # who may read everything, reads this too
    assert found == GOOD if os.access(path, os.R_OK) else told(found) is files.FILE_UNREADABLE


def test_a_file_that_changes_while_it_is_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kpi.xlsx"
    path.write_bytes(GOOD)
    look = os.fstat

    def look_and_write(descriptor: int) -> os.stat_result:
        monkeypatch.setattr(os, "fstat", look)
        seen = look(descriptor)
        with path.open("ab") as file:
            file.write(b"more")
        return seen

    monkeypatch.setattr(os, "fstat", look_and_write)
    assert told(admit(path)) is files.FILE_CHANGING


def test_no_more_than_the_bound_is_read(tmp_path: Path) -> None:
    path = tmp_path / "kpi.xlsx"
    path.write_bytes(b"")
    os.truncate(path, 3_000_000_000)  # takes no room on the disk
    tracemalloc.start()
    assert told(admit(path)) is files.FILE_TOO_LARGE
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < LIMITS.file * 2
    assert told(examine(GOOD, Where("x"), limits=replace(LIMITS, file=len(GOOD) - 1))) is files.FILE_TOO_LARGE


BLANKS = parts(worksheet("")) | {"xl/more.xml": b" " * 2_000_000}


@pytest.mark.parametrize(
    ("contents", "bounds", "kind"),
    [
        pytest.param(BLANKS, {}, files.PART_TOO_DENSE, id="packed as only bombs are"),
        pytest.param(BLANKS, {"ratio_from": 3_000_000}, None, id="packed so, but small"),
        pytest.param(BLANKS, {"part": 1_999_999}, files.PART_TOO_LARGE, id="a large part"),
        pytest.param(BLANKS, {"unpacked": 2_000_000}, files.UNPACKED_TOO_LARGE, id="large in all"),
        pytest.param(BLANKS, {"entries": len(BLANKS) - 1}, files.TOO_MANY_ENTRIES, id="too many parts"),
    ],
)
def test_what_a_package_claims_is_enough_to_refuse_it(
    contents: dict[str, str | bytes], bounds: dict[str, int], kind: Problem | None
) -> None:
    found = examine(packed(contents), Where("x"), limits=replace(LIMITS, **bounds))
    if kind is None:
        assert isinstance(found, Package)
        return
    assert told(found) is kind
    if bounds:
        # the bound stands in the message, in the unit that the message names
        assert isinstance(found, Diagnostic)
        (bound,) = bounds.values()
        assert found.details["limit"] in (bound, bound // 1_000_000)


@pytest.mark.parametrize(
    ("bounds", "kind"),
    [
        pytest.param({"unpacked": 3_000}, files.UNPACKED_TOO_LARGE, id="in all"),
        pytest.param({"part": 2_000}, files.PART_TOO_LARGE, id="one part"),
        pytest.param({"ratio_from": 2_000, "ratio": 5}, files.PART_TOO_DENSE, id="ratio"),
    ],
)
def test_what_is_really_unpacked_counts(bounds: dict[str, int], kind: Problem) -> None:
    package = Package(packed(parts(worksheet(row(" " * 500_000)))), LIMITS)
    package.limits = replace(LIMITS, **bounds)
    with pytest.raises(Exception, match=kind.code):
        list(package.chunks("xl/worksheets/sheet1.xml"))


def changed(data: bytes, *changes: tuple[bytes, int, str, int]) -> bytes:
    """Return ``data`` with a number written behind each place where a header of the zip begins."""
    found = bytearray(data)
    for mark, offset, form, value in changes:
        at = data.find(mark)
        while at >= 0:
            struct.pack_into(form, found, at + offset, value)
            at = data.find(mark, at + 1)
    return bytes(found)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(changed(GOOD, (b"PK\x01\x02", 8, "<H", 1)), files.ZIP_ENCRYPTED, id="encrypted"),
        pytest.param(changed(GOOD, (b"PK\x01\x02", 10, "<H", 9)), files.ZIP_METHOD, id="Deflate64"),
        pytest.param(changed(GOOD, (b"PK\x01\x02", 10, "<H", 99)), files.ZIP_METHOD, id="AES"),
        pytest.param(changed(GOOD, (b"PK\x01\x02", 42, "<I", 0)), files.ENTRIES_OVERLAP, id="all parts at one place"),
        pytest.param(changed(GOOD, (b"PK\x01\x02", 16, "<I", 7)), reading.PART_DAMAGED, id="wrong checksum"),
        pytest.param(changed(GOOD, (b"PK\x01\x02", 24, "<I", 9)), reading.PART_DAMAGED, id="claims less than it has"),
        pytest.param(changed(GOOD, (b"PK\x01\x02", 24, "<I", 4_000_000_000)), files.UNPACKED_TOO_LARGE, id="4 GB"),
        pytest.param(packed(parts(""), method=zipfile.ZIP_BZIP2), files.ZIP_METHOD, id="bzip2"),
    ],
)
def test_an_odd_zip_is_refused(data: bytes, kind: Problem) -> None:
    book, problems = read_bytes(data, "x.xlsx")
    assert book is None
    assert [p.kind for p in problems] == [kind]


def test_a_part_that_is_there_twice_is_ambiguous_unless_both_are_the_same() -> None:
    sheet = worksheet(row('<c r="A1"><v>1</v></c>'))

    def with_second(content: str) -> bytes:
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            for name, text in parts(sheet).items():
                package.writestr(name, text)
            with pytest.warns(UserWarning, match="Duplicate name"):
                package.writestr("xl/worksheets/sheet1.xml", content)
        return stream.getvalue()

    assert [p.kind for p in read_bytes(with_second(sheet.replace("1</v>", "2</v>")), "x")[1]] == [reading.PART_TWICE]
    assert read_bytes(with_second(sheet), "x")[1] == ()


@pytest.mark.parametrize("share", range(1, 20))
def test_a_file_that_is_still_being_written_is_told(share: int) -> None:
    book, problems = read_bytes(GOOD[: len(GOOD) * share // 20], "x.xlsx")
    assert book is None
    assert [p.kind for p in problems] == [files.ZIP_DAMAGED]


@given(st.data())
def test_no_change_of_bytes_does_more_than_a_message(data: st.DataObject) -> None:
    broken = bytearray(GOOD)
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8)):
        broken[at] = byte
    book, problems = read_bytes(bytes(broken), "x.xlsx")
    assert book is not None or any(p.severity is not Severity.NOTE for p in problems)


@given(st.binary(max_size=400))
def test_any_bytes_do_no_more_than_a_message(data: bytes) -> None:
    book, problems = read_bytes(b"PK\x03\x04" + data, "x.xlsx")
    assert book is None
    assert len(problems) == 1
