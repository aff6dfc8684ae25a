"""A text and who speaks, a figure and where it comes from: what every part of a report is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """A text and who speaks: written by a person (serif) or computed by the program (sans). Rule: E36."""

    text: str
    written: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A figure as it is shown. place: the cell it came from ("Metrics!K7"); anchor: the id of its line in the sources.

    alarm: it is off target. mark: "p", "r" after the value. decimals: for aligning a column on the point.
    """

    text: str
    place: str = ""
    anchor: str = ""
    alarm: bool = False
    mark: str = ""
    decimals: int = 0
