"""The package that a workbook is: a zip file whose parts are read within bounds.

What is counted is what is really unpacked; what the file says of itself only serves to refuse it sooner.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections import Counter
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

from kpireport.core.catalogue import files, reading
from kpireport.excel.refused import Refused
from kpireport.excel.signature import foreign_package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpireport.excel.limits import Limits

# All that zipfile and zlib are known to raise for a damaged file.
_DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    UnicodeError,
    ValueError,
    IndexError,
    OverflowError,
    struct.error,
)
_CENTRAL_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = 30
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_CHUNK = 65_536


def part_name(name: str) -> str:
    """Return the name under which a part is found: case does not matter, backslashes are slashes, no leading slash."""
    return name.replace("\\", "/").lstrip("/").lower()


class Package:
    """The parts of one file, and how much of them was unpacked so far."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Open and check; raises ``Refused`` for the whole file."""
        self.limits = limits
        self.unpacked = 0
        # Before zipfile makes an object for each of them.
        if data.count(_CENTRAL_ENTRY) > limits.entries:
            raise Refused(files.TOO_MANY_ENTRIES, whole=True, limit=limits.entries)
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except _DAMAGED as error:
            raise Refused(files.ZIP_DAMAGED, whole=True) from error
        entries = [info for info in self._zip.infolist() if not info.filename.endswith("/")]
        _check(entries, limits)
        self._entries = {part_name(info.filename): info for info in entries}
        self._repeated = _repeated(entries)
        kind = foreign_package(self._entries.keys())
        if kind is not None:
            raise Refused(kind, whole=True)

    def __contains__(self, name: str) -> bool:
        return part_name(name) in self._entries

    def names(self) -> list[str]:
        """Return the names of all parts as the file writes them."""
        return [info.filename for info in self._entries.values()]

    def entries(self) -> list[zipfile.ZipInfo]:
        """Return what the file says of each part, once where it is stored twice."""
        return list(self._entries.values())

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part; raises ``Refused`` where it is missing, damaged or too large."""
        key = part_name(name)
        info = self._entries.get(key)
        if info is None:
            raise Refused(reading.PART_MISSING, part=name)
        if key in self._repeated:
            raise Refused(reading.PART_TWICE, part=name)
        limits, size = self.limits, 0
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(_CHUNK):
                    size += len(chunk)
                    self.unpacked += len(chunk)
                    if self.unpacked > limits.unpacked:
                        raise Refused(files.UNPACKED_TOO_LARGE, whole=True, limit=limits.unpacked // 1_000_000)
                    _check_size(name, size, info.compress_size, limits)
                    yield chunk
        except _DAMAGED as error:
            raise Refused(reading.PART_DAMAGED, part=name) from error


def _check(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise Refused(files.TOO_MANY_ENTRIES, whole=True, limit=limits.entries)
    if any(info.flag_bits & _ENCRYPTED for info in entries):
        raise Refused(files.ZIP_ENCRYPTED, whole=True)
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in entries):
        raise Refused(files.ZIP_METHOD, whole=True)
    if sum(info.file_size for info in entries) > limits.unpacked:
        raise Refused(files.UNPACKED_TOO_LARGE, whole=True, limit=limits.unpacked // 1_000_000)
    for info in entries:
        _check_size(info.filename, info.file_size, info.compress_size, limits)
    placed = sorted(entries, key=lambda info: info.header_offset)
    for info, following in pairwise(placed):
        if info.header_offset + _LOCAL_HEADER + info.compress_size > following.header_offset:
            raise Refused(files.ENTRIES_OVERLAP, whole=True)


def _check_size(name: str, size: int, packed: int, limits: Limits) -> None:
    if size > limits.part:
        raise Refused(files.PART_TOO_LARGE, whole=True, part=name, limit=limits.part // 1_000_000)
    if size > limits.ratio_from and size > limits.ratio * packed:
        raise Refused(files.PART_TOO_DENSE, whole=True, part=name, limit=limits.ratio)


def _repeated(entries: list[zipfile.ZipInfo]) -> frozenset[str]:
    # The same content twice is harmless, as some programs write a part once more with every saving.
    different = {(part_name(info.filename), info.CRC, info.file_size) for info in entries}
    count = Counter(name for name, _, _ in different)
    return frozenset(name for name, times in count.items() if times > 1)
