"""The fonts of the report: shipped with the theme for Latin, from a font package for Chinese."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Face:
    family: str
    weight: int
    file: str


LATIN = (
    Face("Source Sans 3", 400, "SourceSans3-Regular.ttf"),
    Face("Source Sans 3", 600, "SourceSans3-Semibold.ttf"),
    Face("Source Serif 4", 400, "SourceSerif4-Regular.ttf"),
    Face("Source Serif 4", 600, "SourceSerif4Subhead-Semibold.ttf"),
)
# One variable font gives every weight of the sans; the serif, for what people wrote, comes in one weight.
SANS = ("Noto Sans SC", "manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc")
SERIF = ("Noto Serif SC", "pylopdf_fonts_zh_cn", "NotoSerifSC-Regular.otf")
SIMPLIFIED = 2  # the place of Simplified Chinese in the collection of five regional fonts
WEIGHTS = (400, 600)


@lru_cache(maxsize=1)
def chinese() -> dict[str, Path]:
    """Return family to file of the Chinese fonts; empty where the extra ``zh`` is not installed."""
    found: dict[str, Path] = {}
    for family, package, file in (SANS, SERIF):
        try:
            root = Path(str(resources.files(package)))
        except ModuleNotFoundError:
            return {}
        path = next(root.rglob(file), None)
        if path is not None:
            found[family] = path
    return found if len(found) == 2 else {}


def subsets(text: str) -> dict[tuple[str, int], bytes]:
    """Return (family, weight) to a font that holds no more than the characters of ``text``.

    A Chinese font is 20 to 30 MB and a report has some hundred characters: cutting it first takes milliseconds,
    and spares reading the whole of it for each document.
    """
    import uharfbuzz as hb

    wanted = {ord(c) for c in text if c.isprintable()}
    found: dict[tuple[str, int], bytes] = {}
    for family, weight in [*((SANS[0], w) for w in WEIGHTS), (SERIF[0], WEIGHTS[0])]:
        face = _face(family)
        cut = hb.SubsetInput()
        cut.unicode_set.update(wanted)
        cut.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DOWNGRADE_CFF2
        if family == SANS[0]:
            cut.pin_axis_location(face, "wght", float(weight))
        found[family, weight] = bytes(hb.subset(face, cut).blob.data)
    return found


@lru_cache(maxsize=2)
def _face(family: str) -> Any:
    import uharfbuzz as hb

    blob = hb.Blob.from_file_path(str(chinese()[family]))
    return hb.Face(blob, SIMPLIFIED if family == SANS[0] else 0)


@lru_cache(maxsize=8)
def unpacked(path: Path) -> bytes:
    """Return a theme's WOFF2 font as the OpenType font that it holds: undone once per process, for it takes long."""
    from fontTools.ttLib import woff2

    out = io.BytesIO()
    woff2.decompress(io.BytesIO(path.read_bytes()), out)
    return out.getvalue()
