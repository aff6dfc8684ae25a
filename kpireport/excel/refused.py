"""The way out of a part that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpireport.core.diagnostics import Diagnostic, Problem, Where


class Refused(Exception):  # noqa: N818
    """A part of a workbook is refused.

    An exception, because nothing else stops an XML parser from within; never seen outside of this package.
    whole: the whole file is meant, not only the part.
    """

    def __init__(self, kind: Problem, *, whole: bool = False, **details: object) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.whole = whole
        self.details = details

    def at(self, where: Where) -> Diagnostic:
        return self.kind.at(where, **self.details)
