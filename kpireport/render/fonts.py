"""The fonts of the report: shipped with the theme for Latin; for Chinese the first there is.

Style sheets call for Chinese by the families ``SANS`` and ``SERIF``, in the weights 400 and 600. What stands behind
them is the theme's own, else that of the extra ``zh``, else this computer's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kpireport.render import font_files
from kpireport.render.font_files import FontFace, unpacked
from kpireport.resources import templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from kpireport.render.themes import Theme

__all__ = ["LATIN", "SANS", "SERIF", "WEIGHTS", "Face", "han", "subsets", "unpacked"]


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
SANS, SERIF = "Noto Sans SC", "Noto Serif SC"
REGULAR, BOLD = WEIGHTS = (400, 600)


def han(theme: Theme | None = None) -> dict[tuple[str, int], FontFace]:
    """Return the face behind each family and weight of Chinese; empty where there is no font at all.

    theme: whose own fonts come first. A serif without a bold face takes the bold of the sans, as Chinese headlines
    are set; a weight that no font has is left out.
    """
    own = tuple(folder for folder in theme.folders if not folder.is_relative_to(templates())) if theme else ()
    return _chosen((lambda: font_files.of_theme(own), font_files.of_packages, font_files.of_system))


def _chosen(sources: Sequence[Callable[[], tuple[FontFace, ...]]]) -> dict[tuple[str, int], FontFace]:
    """Choose from sources, the best first; a later one is asked only for what the earlier ones lack."""
    sans = _first(sources, REGULAR, serif=False)
    serif = _first(sources, REGULAR, serif=True)
    regular = sans or serif
    if regular is None:
        return {}
    bold = _first(sources, BOLD, serif=False)
    # A bold serif of another source would be another design.
    siblings = next((faces for source in sources if serif in (faces := source())), ()) if serif else ()
    chosen = {
        (SANS, REGULAR): regular,
        (SANS, BOLD): bold,
        (SERIF, REGULAR): serif or regular,
        (SERIF, BOLD): _best(siblings, BOLD, serif=True) or bold,
    }
    return {name: face for name, face in chosen.items() if face is not None}


def _first(sources: Iterable[Callable[[], tuple[FontFace, ...]]], weight: int, *, serif: bool) -> FontFace | None:
    return next((best for source in sources if (best := _best(source(), weight, serif=serif))), None)


def _best(faces: Iterable[FontFace], weight: int, *, serif: bool) -> FontFace | None:
    """Return the face of the best known family with the nearest weight; None where none has it."""
    return min(
        (face for face in faces if face.serif is serif and face.has(weight)),
        key=lambda face: (face.rank, abs(face.nearest(weight) - weight), face.file.name, face.index),
        default=None,
    )


def subsets(text: str, theme: Theme | None = None, *, installable: bool = False) -> dict[tuple[str, int], bytes]:
    """Return (family, weight) to a font that holds no more than the characters of ``text``.

    installable: leave out fonts that may stand in a document, and not in a web page for everybody.
    A Chinese font is 20 to 30 MB and a report has some hundred characters: cutting it first takes milliseconds,
    and spares reading the whole of it for each document.
    """
    wanted = frozenset(ord(c) for c in text if c.isprintable())
    return {
        (family, weight): _cut(face, face.nearest(weight), wanted)
        for (family, weight), face in han(theme).items()
        if face.installable or not installable
    }


def _cut(face: FontFace, weight: int, wanted: Iterable[int]) -> bytes:
    import uharfbuzz as hb

    whole = _opened(face.file, face.file.stat().st_mtime_ns, face.index)
    cut = hb.SubsetInput()
    cut.unicode_set.update(wanted)
    cut.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DOWNGRADE_CFF2
    if whole.axis_infos:
        cut.pin_all_axes_to_default(whole)
        if face.weights[0] != face.weights[1]:
            cut.pin_axis_location(whole, "wght", float(weight))
    return bytes(hb.subset(whole, cut).blob.data)


@lru_cache(maxsize=8)
def _opened(file: Path, _changed: int, index: int) -> Any:
    return font_files.opened(file, index)
