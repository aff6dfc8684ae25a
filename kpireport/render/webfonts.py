"""The fonts inside the HTML: cut to the characters of the page, so that one file looks alike on every machine.

A cut font keeps its copyright and licence, and loses its names: the name "Source" is reserved for the whole fonts.
"""

from __future__ import annotations

import base64
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kpireport.render import fonts
from kpireport.resources import templates

if TYPE_CHECKING:
    from kpireport.render.themes import Theme

BASE = frozenset(range(0x20, 0x7F))  # what every cut has, so that most reports share one
FIRST_CHINESE = 0x2E80
COPYRIGHT, LICENCE, LICENCE_ADDRESS = 0, 13, 14  # entries of a font's name table
FACE = '@font-face{{font-family:"{}";font-weight:{};src:url("data:font/woff;base64,{}") format("woff")}}'


def faces(page: str, theme: Theme | None = None) -> str:
    """Return the @font-face rules of a page: the Latin fonts, and the Chinese ones where the page has Chinese.

    A Chinese font that not everybody may have is left out: the page then names the fonts of the reader's computer.
    """
    wanted = {ord(c) for c in set(page) if c.isprintable()}
    cuts = {(f.family, f.weight): _latin(f.file, BASE | (wanted & _known(f.file))) for f in fonts.LATIN}
    chinese = "".join(sorted(chr(c) for c in wanted if c >= FIRST_CHINESE))
    if chinese:
        subsets = fonts.subsets(chinese, theme, installable=True)
        # Our own pages set Chinese headlines in the sans, and no other serif is bold; a borrowed bold would come twice.
        ours = theme is None or theme.ours
        if ours or subsets.get((fonts.SERIF, fonts.BOLD)) == subsets.get((fonts.SANS, fonts.BOLD)):
            subsets.pop((fonts.SERIF, fonts.BOLD), None)
        cuts |= {face: _zipped(font) for face, font in subsets.items()}
    return "\n".join(
        FACE.format(family, weight, base64.b64encode(font).decode()) for (family, weight), font in cuts.items()
    )


@lru_cache(maxsize=8)
def _face(file: str) -> Any:
    import uharfbuzz as hb

    return hb.Face(hb.Blob.from_file_path(str(templates() / "standard" / "fonts" / file)))


@lru_cache(maxsize=8)
def _known(file: str) -> frozenset[int]:
    """Return the characters that a font has."""
    return frozenset(_face(file).unicodes)


@lru_cache(maxsize=32)
def _latin(file: str, wanted: frozenset[int]) -> bytes:
    """Return a font as WOFF 1.0 with no more than the wanted characters."""
    import uharfbuzz as hb

    cut = hb.SubsetInput()
    cut.unicode_set.update(wanted)
    cut.name_id_set.clear()
    cut.name_id_set.update({COPYRIGHT, LICENCE, LICENCE_ADDRESS})
    cut.flags = hb.SubsetFlags.NO_HINTING
    return _zipped(bytes(hb.subset(_face(file), cut).blob.data))


def _zipped(font: bytes) -> bytes:
    """Return an OpenType font as WOFF 1.0: in milliseconds, where WOFF2 takes half a second, and a quarter larger.

    Source: W3C, WOFF File Format 1.0, sections 3 to 5.
    """
    count = int.from_bytes(font[4:6], "big")
    tables = [font[12 + 16 * i : 28 + 16 * i] for i in range(count)]
    entries, bodies = [], []
    offset, plain = 44 + 20 * count, 12 + 16 * count
    for tag, checksum, start, length in ((t[:4], t[4:8], _number(t[8:12]), _number(t[12:16])) for t in tables):
        raw = font[start : start + length]
        packed = zlib.compress(raw, 9)
        body = packed if len(packed) < length else raw
        entries.append(tag + _bytes(offset, len(body), length) + checksum)
        bodies.append(body + b"\0" * (-len(body) % 4))
        offset += len(bodies[-1])
        plain += length + (-length % 4)
    head = b"wOFF" + font[:4] + _bytes(offset) + count.to_bytes(2, "big") + b"\0\0" + _bytes(plain)
    return head + b"\0" * 24 + b"".join(entries) + b"".join(bodies)


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _bytes(*numbers: int) -> bytes:
    return b"".join(n.to_bytes(4, "big") for n in numbers)
