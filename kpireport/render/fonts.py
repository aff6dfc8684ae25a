"""The fonts of the report: shipped with the theme for Latin, from a font package for Chinese."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Face:
    family: str
    weight: int
    file: str


LATIN = (
    Face("Source Sans 3", 400, "SourceSans3-Regular.ttf.woff2"),
    Face("Source Sans 3", 600, "SourceSans3-Semibold.ttf.woff2"),
    Face("Source Serif 4", 400, "SourceSerif4-Regular.ttf.woff2"),
    Face("Source Serif 4", 600, "SourceSerif4Subhead-Semibold.ttf.woff2"),
)
CHINESE_PACKAGE = "pylopdf_fonts_zh_cn"
CHINESE = {"Noto Sans SC": "NotoSansSC-Regular.otf", "Noto Serif SC": "NotoSerifSC-Regular.otf"}


@lru_cache(maxsize=1)
def chinese() -> dict[str, Path]:
    """Return family to file of the Chinese fonts; empty where the extra ``zh`` is not installed."""
    try:
        root = Path(str(resources.files(CHINESE_PACKAGE)))
    except ModuleNotFoundError:
        return {}
    found = {path.name: path for path in root.rglob("*.otf")}
    return {family: found[file] for family, file in CHINESE.items() if file in found}


@lru_cache(maxsize=8)
def unpacked(path: Path) -> bytes:
    """Return a WOFF2 font as the OpenType font that it holds: undone once per process, not once per document."""
    from fontTools.ttLib import woff2

    out = io.BytesIO()
    woff2.decompress(io.BytesIO(path.read_bytes()), out)
    return out.getvalue()
