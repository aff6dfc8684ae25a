"""Workbooks spoilt at random, the same way for the same number: bytes, zip structure, tags, attributes, cells."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

PARTS = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
TAG = re.compile(rb"<[^!?][^>]*>")
ELEMENT = re.compile(rb"<(\w+)(?:\s[^<>]*)?>[^<>]*</\1>|<\w+(?:\s[^<>]*)?/>")
ATTRIBUTE = re.compile(rb'(\s)([\w:]+)="([^"]*)"')
VALUE = re.compile(rb"<(v|t|f)(?:\s[^<>]*)?>([^<]*)</\1>")
CELL = re.compile(rb'<c\b[^>]*\br="[A-Z]+[0-9]+"[^>]*?(/?)>')
ODD = (
    b"", b"0", b"-1", b"1", b"99999999", b"4294967296", b"1e309", b"-0", b"NaN", b"INF", b"A0", b"ZZZZ9", b"A1048577",
    b"XFD1048576", b"$A$1", b"b", b"e", b"s", b"str", b"inlineStr", b"d", b"n", b"true", b"#N/A", b"#DIV/0!", b"&#0;",
    b"&#x1F;", b"&amp;lt;", b"\xff\xfe", "\u202e\u6c49\U0001f600".encode(), b"2026-13-45", b"_x0000_", b"9" * 400,
    b"A" * 40_000, b"../../etc/passwd", b"=cmd|' /C calc'!A0", b"veryHidden", b"1:1048576", b"A1:XFD1048576",
)  # fmt: skip
TYPES = (b"s", b"n", b"b", b"e", b"str", b"inlineStr", b"d", b"x", b"")
NAMESPACES = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"urn:none"),
    (b"UTF-8", b"UTF-16"),
    (b"utf-8", b"iso-8859-1"),
)


class Mutant(NamedTuple):
    """A spoilt workbook, and what was done to it, for the message of a test that fails."""

    data: bytes
    done: str


def mutant(good: bytes, chance: Random) -> Mutant:
    """Return a good workbook with one to three things done to it."""
    data, told = good, []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        way = chance.choice(WAYS)
        try:
            data, said = way(data, chance)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, zipfile.zlib.error, RuntimeError):
            data, said = _flipped(data, chance)  # what was done before has left no zip that can be opened
        told.append(f"{way.__name__.strip('_')} {said}")
    return Mutant(data, "; ".join(told))


# -- the file ---------------------------------------------------------------------------------------------------------


def _truncated(data: bytes, chance: Random) -> tuple[bytes, str]:
    at = chance.randrange(len(data) + 1)
    return data[:at], f"at {at}"


def _flipped(data: bytes, chance: Random) -> tuple[bytes, str]:
    spoilt = bytearray(data)
    places = [chance.randrange(len(spoilt)) for _ in range(chance.choice((1, 4, 30)))] if spoilt else []
    for at in places:
        spoilt[at] = chance.randrange(256)
    return bytes(spoilt), f"at {places[:4]}"


def _directory(data: bytes, chance: Random) -> tuple[bytes, str]:
    """Spoil a field of the zip's own tables: signatures, sizes, offsets, methods, flags, checksums."""
    heads = [m.start() for m in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", data)]
    if not heads:
        return data, "nowhere"
    at = chance.choice(heads) + chance.randrange(4, 46)
    size = chance.choice((1, 2, 4))
    new = chance.choice((b"\0" * size, b"\xff" * size, chance.randbytes(size)))
    return data[:at] + new + data[at + size :], f"at {at}"


def _stretched(data: bytes, chance: Random) -> tuple[bytes, str]:
    junk = chance.randbytes(chance.choice((1, 100, 5_000)))
    at = chance.choice((0, len(data), chance.randrange(len(data) + 1)))
    return data[:at] + junk + data[at:], f"{len(junk)} bytes at {at}"


# -- the package ------------------------------------------------------------------------------------------------------


def unpacked(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return [(info.filename, package.read(info)) for info in package.infolist() if info.file_size < 5_000_000]


def repacked(parts: list[tuple[str, bytes]]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        seen: set[str] = set()
        for name, content in parts:
            if name not in seen:  # a second entry of a name is made by ``_doubled``
                package.writestr(name, content)
            seen.add(name)
    return stream.getvalue()


def _entries(data: bytes, chance: Random) -> tuple[bytes, str]:
    """Drop a part, rename it, or give it the content of another."""
    parts = unpacked(data)
    at, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    name, content = parts[at]
    match chance.randrange(4):
        case 0:
            del parts[at]
        case 1:
            parts[at] = (chance.choice((name.upper(), name.replace("/", "\\"), f"../{name}", f"{name}~")), content)
        case 2:
            parts[at] = (name, parts[other][1])
        case _:
            chance.shuffle(parts)
    return repacked(parts), name


def _bytes_inside(data: bytes, chance: Random) -> tuple[bytes, str]:
    return _inside(data, chance, lambda content: _flipped(content, chance)[0])


def _cut_inside(data: bytes, chance: Random) -> tuple[bytes, str]:
    return _inside(data, chance, lambda content: _truncated(content, chance)[0])


def _inside(
    data: bytes, chance: Random, change: Callable[[bytes], bytes], wanted: str = r"\.(xml|rels)$"
) -> tuple[bytes, str]:
    parts = unpacked(data)
    known = [at for at, (name, content) in enumerate(parts) if re.search(wanted, name, re.IGNORECASE) and content]
    if not known:
        return data, "nothing"
    at = chance.choice(known)
    parts[at] = (parts[at][0], change(parts[at][1]))
    return repacked(parts), parts[at][0]


# -- the markup -------------------------------------------------------------------------------------------------------


def _one(pattern: re.Pattern[bytes], content: bytes, chance: Random) -> re.Match[bytes] | None:
    found = list(pattern.finditer(content))
    return chance.choice(found) if found else None


def _tags(data: bytes, chance: Random) -> tuple[bytes, str]:
    """Drop, double or exchange tags, whole elements too."""

    def change(content: bytes) -> bytes:
        pattern = chance.choice((TAG, ELEMENT))
        spans = [m.span() for m in pattern.finditer(content)] or [(0, 0)]
        one, other = sorted((chance.choice(spans), chance.choice(spans)))
        match chance.randrange(4):
            case 0:
                return content[: one[0]] + content[one[1] :]
            case 1:
                return content[: one[1]] + content[one[0] : one[1]] * chance.choice((1, 50)) + content[one[1] :]
            case 2 if one[1] <= other[0]:
                first, second = content[one[0] : one[1]], content[other[0] : other[1]]
                return content[: one[0]] + second + content[one[1] : other[0]] + first + content[other[1] :]
            case _:
                return content[: other[0]] + content[one[0] : one[1]] + content[other[0] :]

    return _inside(data, chance, change)


def _attributes(data: bytes, chance: Random) -> tuple[bytes, str]:
    def change(content: bytes) -> bytes:
        found = _one(ATTRIBUTE, content, chance)
        if found is None:
            return content
        new = chance.choice((b"", b'%s%s="%s"' % (found[1], found[2], chance.choice(ODD)), found[0] * 2))
        return content[: found.start()] + new + content[found.end() :]

    return _inside(data, chance, change)


def _values(data: bytes, chance: Random) -> tuple[bytes, str]:
    """Write something odd into a value, a text or a formula."""

    def change(content: bytes) -> bytes:
        found = _one(VALUE, content, chance)
        return content[: found.start(2)] + chance.choice(ODD) + content[found.end(2) :] if found else content

    return _inside(data, chance, change, r"(sheet\d+|sharedStrings)\.xml$")


def _cells(data: bytes, chance: Random) -> tuple[bytes, str]:
    """Give a cell another type, so that its value is an index, an error or a date that is none."""

    def change(content: bytes) -> bytes:
        found = _one(CELL, content, chance)
        if found is None:
            return content
        kind = chance.choice(TYPES)
        bare = re.sub(rb'\st="[^"]*"', b"", found[0])
        tag = bare.replace(b"<c", b'<c t="%s"' % kind, 1) if kind else bare
        return content[: found.start()] + tag + content[found.end() :]

    return _inside(data, chance, change, r"sheet\d+\.xml$")


def _names(data: bytes, chance: Random) -> tuple[bytes, str]:
    """Exchange a namespace or an encoding."""
    old, new = chance.choice(NAMESPACES)
    return _inside(data, chance, lambda content: content.replace(old, new))


WAYS: tuple[Callable[[bytes, Random], tuple[bytes, str]], ...] = (
    _truncated, _flipped, _directory, _stretched, _entries, _bytes_inside, _cut_inside,
    _tags, _tags, _attributes, _attributes, _values, _values, _cells, _cells, _names,
)  # fmt: skip
