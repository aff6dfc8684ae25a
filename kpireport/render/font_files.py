"""The fonts that can set Simplified Chinese: those of a theme, of the packages of the extra ``zh``, of this computer.

A face is known by the names that its file holds, never by the file's name or by its place in a collection. Faces that
their owner does not let be embedded, or be cut to the characters of a page, are left out.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpireport.resources import resolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PACKAGES = {"manimgx_fonts_cjk": "manimgx-fonts-cjk", "pylopdf_fonts_zh_cn": "pylopdf-fonts-zh-cn"}
THEME, SYSTEM = "theme", "system"
# English family names, the better ones first.
SANS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Microsoft YaHei",
    "Hiragino Sans GB", "DengXian", "Heiti SC", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
)  # fmt: skip
SERIF = (
    "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "Songti SC", "STSong", "SimSun",
    "NSimSun", "AR PL UMing CN",
)  # fmt: skip
RANKS = {family: rank for families in (SANS, SERIF) for rank, family in enumerate(families)}
VARIABLE_NAME = re.compile(r" (VF|Variable)$")
SERIF_NAME = re.compile(r"(?<!sans )serif|song|ming|\u5b8b|\u660e", re.IGNORECASE)
# "This" and words of every report, in Simplified Chinese: Japanese and Traditional fonts lack some of these.
SIMPLIFIED = frozenset(map(chr, (0x8FD9, 0x8FBE, 0x6807, 0x9884, 0x6D4B, 0x52A1, 0x9500)))
FILES = frozenset({".ttf", ".otf", ".ttc", ".otc", ".woff", ".woff2"})
OUTLINES = frozenset({"glyf", "CFF ", "CFF2"})  # without these HarfBuzz cannot cut a font: Apple has a kind of its own
LEAST = 1_000_000  # bytes: thousands of characters do not fit into less, and most fonts need not be opened
REGULAR_UP_TO, BOLD_FROM = 500, 600
# OS/2 table, fsType: bits of the licence to embed.
RESTRICTED, LICENCE, NO_SUBSET, BITMAPS_ONLY = 0x0002, 0x000F, 0x0100, 0x0200


@dataclass(frozen=True, slots=True)
class FontFace:
    """A face of a font file.

    file: where it lies. index: its place in a collection, 0 where the file holds it alone. family: its English name.
    weights: lowest and highest, as CSS counts them; the same but for a variable font. origin: a package, "theme" or
    "system". installable: whether its licence lets everybody have it, as a web page gives it to everybody.
    """

    file: Path
    index: int
    family: str
    weights: tuple[int, int]
    serif: bool
    origin: str
    installable: bool

    @property
    def rank(self) -> int:
        """Return how far down its family stands in the list of known ones; an unknown one comes last."""
        return RANKS.get(self.family, len(RANKS))

    def has(self, weight: int) -> bool:
        """Return whether it can be used as regular (400) or as bold (600)."""
        low, high = self.weights
        return high >= BOLD_FROM if weight >= BOLD_FROM else low <= REGULAR_UP_TO

    def nearest(self, weight: int) -> int:
        """Return the weight it has that is nearest to the one that is wanted."""
        return min(max(weight, self.weights[0]), self.weights[1])


def of_theme(folders: Iterable[Path]) -> tuple[FontFace, ...]:
    """Return the faces in the folders of a theme that have the characters of Simplified Chinese, under any name."""
    faces: list[FontFace] = []
    for folder in folders:
        root = resolved(folder)
        for file in sorted(root.rglob("*")):
            if file.suffix.lower() in FILES and file.is_file() and resolved(file).is_relative_to(root):
                stat = file.stat()
                faces.extend(_of_theme_file(file, stat.st_mtime_ns, stat.st_size))
    return tuple(faces)


@lru_cache(maxsize=32)
def _of_theme_file(file: Path, _changed: int, _size: int) -> tuple[FontFace, ...]:
    return tuple(
        face for face in faces(file, THEME) if SIMPLIFIED.issubset(map(chr, opened(file, face.index).unicodes))
    )


@lru_cache(maxsize=1)
def of_packages() -> tuple[FontFace, ...]:
    """Return the faces that the packages of the extra ``zh`` bring; none where they are not installed."""
    found: list[FontFace] = []
    for package, distribution in PACKAGES.items():
        try:
            root = Path(str(resources.files(package)))
        except ModuleNotFoundError:
            continue
        for file in sorted(path for path in root.rglob("*") if path.suffix.lower() in FILES):
            found.extend(face for face in faces(file, distribution) if face.family in RANKS)
    return tuple(found)


@lru_cache(maxsize=1)
def of_system() -> tuple[FontFace, ...]:
    """Return the faces with a known family that are installed on this computer."""
    return tuple(face for file in system_files() for face in faces(file, SYSTEM) if face.family in RANKS)


def system_files() -> list[Path]:
    """Return the font files of this computer that may hold Chinese, as fontconfig lists them or in its folders."""
    if sys.platform not in ("win32", "darwin") and (listed := _listed()):
        return listed
    files = {
        file
        for folder in system_folders(sys.platform, os.environ, Path.home())
        for file in _walked(folder)
        if file.suffix.lower() in FILES and _size(file) >= LEAST
    }
    return sorted(files)


def system_folders(platform: str, environment: Mapping[str, str], home: Path) -> list[Path]:
    """Return the folders where a system keeps its fonts, and those of the user."""
    match platform:
        case "win32":
            own = environment.get("LOCALAPPDATA")
            shared = Path(environment.get("WINDIR", r"C:\Windows")) / "Fonts"
            return [shared, *([Path(own) / "Microsoft" / "Windows" / "Fonts"] if own else [])]
        case "darwin":
            library = Path("/System/Library")
            loaded = sorted(library.glob("AssetsV2/com_apple_MobileAsset_Font*"))  # what macOS fetched itself
            return [library / "Fonts", Path("/Library/Fonts"), home / "Library" / "Fonts", *loaded]
        case _:
            shared_folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
            return [*shared_folders, home / ".local" / "share" / "fonts", home / ".fonts"]


def _listed() -> list[Path]:
    program = shutil.which("fc-list")
    if program is None:
        return []
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, and no text of anybody's
            [program, "--format", "%{file}\n", ":lang=zh-cn"], capture_output=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return sorted({Path(os.fsdecode(line)) for line in done.stdout.splitlines() if line})


def _walked(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):  # a folder that is not there, or may not be read, is empty
        yield from (Path(root) / name for name in names)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def faces(file: Path, origin: str) -> list[FontFace]:
    """Return the faces of a file that can be cut and embedded; none where the file is no font."""
    import uharfbuzz as hb

    try:
        blob = _blob(file)
    except (OSError, ValueError, hb.HarfBuzzError):
        return []
    found = (_described(hb.Face(blob, index), file, index, origin) for index in range(hb.Face(blob).count))
    return [face for face in found if face is not None]


def _described(face: Any, file: Path, index: int, origin: str) -> FontFace | None:
    table = face.reference_table("OS/2").data
    if not OUTLINES.intersection(face.table_tags) or table is None or len(table) < 10:
        return None
    weight, licence = (int.from_bytes(table[at : at + 2], "big") for at in (4, 8))
    if licence & LICENCE == RESTRICTED or licence & (NO_SUBSET | BITMAPS_ONLY):
        return None
    family = VARIABLE_NAME.sub("", face.get_name(16) or face.get_name(1) or "")
    axis = next((each for each in face.axis_infos if each.tag == "wght"), None)
    weights = (int(axis.min_value), int(axis.max_value)) if axis is not None else (weight, weight)
    serif = family in SERIF or (family not in SANS and bool(SERIF_NAME.search(family)))
    return FontFace(file, index, family, weights, serif, origin, installable=licence & LICENCE == 0)


def opened(file: Path, index: int) -> Any:
    """Return a face of a file as HarfBuzz knows it."""
    import uharfbuzz as hb

    return hb.Face(_blob(file), index)


def _blob(file: Path) -> Any:
    """Return the bytes of a font file. Raises OSError, HarfBuzzError, and ValueError for a damaged WOFF."""
    import uharfbuzz as hb

    if file.suffix.lower() not in (".woff", ".woff2"):
        return hb.Blob.from_file_path(str(file))
    import brotli  # type: ignore[import-untyped]
    from fontTools.ttLib import TTLibError

    try:
        return hb.Blob(unpacked(file))
    except (TTLibError, struct.error, zlib.error, brotli.error) as error:
        raise ValueError(str(error)) from error


@lru_cache(maxsize=8)
def unpacked(path: Path) -> bytes:
    """Return a WOFF or WOFF2 font as the OpenType font that it holds: undone once per process, for it takes long."""
    from fontTools.ttLib import TTFont, woff2

    out = BytesIO()
    if path.suffix.lower() == ".woff2":
        woff2.decompress(BytesIO(path.read_bytes()), out)
    else:
        with TTFont(BytesIO(path.read_bytes())) as font:
            font.flavor = None
            font.save(out)
    return out.getvalue()
