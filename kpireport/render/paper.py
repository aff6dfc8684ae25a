"""A page as it goes to paper: its drawings beside it as pictures, and nothing in it that only a screen reads.

A drawing that stands in the page is a tree of elements, and each of them gets a style: in a report of ten pages a
quarter of all elements, although no style sheet of the page reaches inside a drawing. As a picture it looks the same,
keeps its words, and has its title as the text that stands for it.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from markupsafe import escape

DRAWING = re.compile(r"<svg\b[^>]*>(?:(?!<svg\b).)*?</svg>", re.DOTALL)
# What only a drawing inside the page can have: an address of the page or its theme, and the colour of the text around.
TIED_TO_PAGE = re.compile(r"href|url\((?!#)|currentcolor|<style\b|<script\b|<foreignObject\b", re.IGNORECASE)
# Neither can stand in the text of a page, whose quotation marks and brackets are escaped.
SCREEN_ATTRIBUTES = re.compile(r' (?:data-[a-z-]+|aria-label|role)="[^"<>]*"')
BLOCK = "tr|td|th|thead|tbody|table|colgroup|col|section|h[1-6]|p|div|article"
SPACE_BEFORE_BLOCK = re.compile(rf"\s+(?=</?(?:{BLOCK})\b)")
NAMESPACE = "http://www.w3.org/2000/svg"
MIME_TYPE = "image/svg+xml"


def as_pictures(html: str) -> tuple[str, dict[str, tuple[bytes, str]]]:
    """Return a page with its drawings as ``<img class="drawing …" src="drawing:7" alt="…">``, and the pictures.

    Returns the page, and address to content and MIME type; like drawings share one picture. A drawing stays in its
    page where it is tied to it, is no well-formed XML by itself, or has no title that could stand for it.
    """
    addresses: dict[str, str] = {}
    pictures: dict[str, tuple[bytes, str]] = {}

    def picture(found: re.Match[str]) -> str:
        drawing = found[0]
        if drawing not in addresses:
            addresses[drawing] = _image(drawing, f"drawing:{len(pictures)}", pictures)
        return addresses[drawing]

    return DRAWING.sub(picture, html), pictures


def lean(html: str) -> str:
    """Return a page of our own themes without what paper has no use for: a tenth of its characters.

    That is labels that a telephone shows and a screen reader says, and blank space before blocks. The PDF has tags of
    its own, made from the elements.
    """
    return SPACE_BEFORE_BLOCK.sub("", SCREEN_ATTRIBUTES.sub("", html))


def _image(drawing: str, address: str, pictures: dict[str, tuple[bytes, str]]) -> str:
    """Return the element that shows a drawing as a picture, or the drawing where it has to stay."""
    if TIED_TO_PAGE.search(drawing):
        return drawing
    if "xmlns" not in drawing[: drawing.index(">")]:
        content = drawing.replace("<svg", f'<svg xmlns="{NAMESPACE}"', 1)
    else:
        content = drawing
    try:
        root = ET.fromstring(content)  # noqa: S314 - a part of a page has no document type, so no entities
    except ET.ParseError:
        return drawing
    title = root.findtext(f"{{{NAMESPACE}}}title") or root.get("aria-label") or ""
    if not title.strip():
        return drawing
    pictures[address] = content.encode(), MIME_TYPE
    kept = "".join(f' {name}="{escape(value)}"' for name in ("id", "style") if (value := root.get(name)))
    classes = escape(f"drawing {root.get('class', '')}".strip())
    return f'<img class="{classes}"{kept} src="{address}" alt="{escape(title)}">'
