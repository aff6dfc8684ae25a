"""What the report rests on: findings, sources, workbooks, method, readings. Rule: E18, E19, E20."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FindingRow:
    place: str
    severity: str
    found: str
    mend: str


@dataclass(frozen=True, slots=True)
class Quality:
    """Nothing: the sentence if there is no finding. Rule: E18."""

    title: str
    line: str
    rows: tuple[FindingRow, ...]
    nothing: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Anchor: the id that numbers link to. Rule: E19."""

    anchor: str
    name: str
    actual: str
    workbook: str
    sheet: str
    cell: str
    holds: str
    target: str
    target_place: str


@dataclass(frozen=True, slots=True)
class Sources:
    title: str
    line: str
    rows: tuple[SourceRow, ...]
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class BookRow:
    """Rule: E20."""

    workbook: str
    sheets: str
    saved: str
    figures: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Method:
    entries: tuple[tuple[str, str], ...]
    version: str


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """How we read your workbook: topic, subject and what was understood, with the place."""

    topic: str
    subject: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Readings:
    """How the workbook was read. printed: the rows on paper; elsewhere: says that the list goes on in the HTML."""

    title: str
    line: str
    rows: tuple[ReadingRow, ...]
    printed: tuple[ReadingRow, ...]
    elsewhere: str = ""
    more: str = ""
