"""How much of a workbook is read before it is refused.

All bounds are counts and none is a time, so that the same file has the same end on every machine. The bounds are far
above what finance workbooks hold, and together they keep the worst file below some seconds and 1 GB.
Rule: L24.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of everything; bytes where nothing else is said.

    file: of the file. entries: files inside the package. unpacked: of all parts read, together. part: of one part,
    unpacked. ratio: unpacked to packed, asked of parts above ratio_from. token: of one tag with its attributes.
    depth: elements inside each other. elements: tags other than rows and cells, and their attributes, per part.
    cells, rows, merges: of all sheets together, empty ones too. strings: entries of the list of shared texts.
    styles: of cells. characters: of all texts together. text: characters of one text. problems: those of one kind
    on one sheet that are told one by one.
    """

    file: int = 100_000_000
    entries: int = 5_000
    unpacked: int = 400_000_000
    part: int = 300_000_000
    ratio: int = 200
    ratio_from: int = 1_000_000
    token: int = 262_144
    depth: int = 64
    elements: int = 2_000_000
    sheets: int = 200
    cells: int = 2_000_000
    rows: int = 2_000_000
    strings: int = 200_000
    styles: int = 100_000
    characters: int = 50_000_000
    text: int = 1_000_000
    merges: int = 50_000
    problems: int = 10


LIMITS = Limits()
