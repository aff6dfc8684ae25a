"""Which name was probably meant, within what a person waits: comparing takes the product of all lengths. Rule: L21."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

ENOUGH = 100_000_000  # pairs of letters, about a second; after that nobody reads the suggestions
LONGEST_NAME = 200  # letters of a name that are compared


@dataclass
class Suggestions:
    """The suggestions for one book. left: pairs of letters that may still be compared."""

    left: int = ENOUGH

    def nearest(self, name: str, names: Callable[[], Collection[str]], *, cutoff: float = 0.7) -> str | None:
        """Return the one of ``names`` that is most like ``name``; None where none is, or enough was compared.

        names: what gives them; it is not asked for nothing.
        """
        if self.left <= 0 or not name:
            return None
        known = names()
        self.left -= len(name) * sum(min(len(other), LONGEST_NAME) for other in known)
        cut = {other[:LONGEST_NAME]: other for other in known}
        near = get_close_matches(name[:LONGEST_NAME], cut, n=1, cutoff=cutoff)
        return cut[near[0]] if near else None
