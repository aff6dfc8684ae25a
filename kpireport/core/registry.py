"""A registry names all members of a kind in one table; one that is left out is an error when the module is imported."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Name = TypeVar("Name")
Entry = TypeVar("Entry")


def complete(members: Iterable[Name], entries: Mapping[Name, Entry]) -> Mapping[Name, Entry]:
    """Return the entries, frozen, in the order in which they are written.

    members: all names that there are, such as an enum. Raises LookupError where names and entries differ.
    """
    wanted = set(members)
    if differing := sorted(str(name) for name in wanted ^ entries.keys()):
        raise LookupError(f"not in the registry, or not a member: {', '.join(differing)}")
    return MappingProxyType(dict(entries))


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return which of the names somebody may have meant; None where none is like it."""
    import difflib  # a name that is unknown is rare, and loading this is not free

    found = difflib.get_close_matches(name.strip().casefold(), list(names), n=1)
    return found[0] if found else None
