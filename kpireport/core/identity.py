"""Which report it is: by what former figures, corrected workbooks and revisions find each other again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.core.twins import plain_name

if TYPE_CHECKING:
    from kpireport.core.model import Book


@dataclass(frozen=True, slots=True)
class ReportIdentity:
    """Which report it is. The same workbooks give the same; a corrected one differs in its sources alone.

    organisation: as the workbook says, else the name of its file. scope: as asked for; "" is everything. period: its
    key; "" where it is not known yet. sources: the workbooks' SHA-256, sorted and joined with "+".
    """

    organisation: str
    scope: str
    period: str
    sources: str


def identity_of(book: Book, *, scope: str, period: str) -> ReportIdentity:
    """Return which report a book gives for a scope and a period. Rule: R36."""
    sources = book.sources
    organisation = book.settings.organisation or (plain_name(sources[0].file) if sources else "")
    return ReportIdentity(organisation, scope, period, "+".join(sorted(source.sha256 for source in sources)))
