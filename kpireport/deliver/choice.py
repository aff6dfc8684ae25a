"""Which messages a person means: those of a report, of a period, to somebody, or all, as well as by their keys.

Rule: N22.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from kpireport.core.addresses import without_tag
from kpireport.core.twins import same_name
from kpireport.deliver.entry import HoldReason, MessageKind, MessageState, holding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.deliver.entry import Entry


@dataclass(frozen=True, slots=True)
class MailChoice:
    """What a person has named; several narrow each other. report: its name, or a file pattern of names.

    person: an address, or what stands before its @. everything: all there are.
    """

    report: str = ""
    period: str = ""
    person: str = ""
    everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.report or self.period or self.person or self.everything)

    def of(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return the messages that are meant, in their order; notices to the owner are never meant."""
        letters = [entry for entry in entries if entry.kind is not MessageKind.NOTICE]
        if self.period:
            letters = [entry for entry in letters if entry.period.casefold() == self.period.strip().casefold()]
        if self.person:
            letters = [entry for entry in letters if _is(self.person, entry.recipient)]
        if self.report:
            pattern = same_name(self.report)
            exact = [entry for entry in letters if same_name(entry.report) == pattern]
            letters = exact or [entry for entry in letters if fnmatchcase(same_name(entry.report), pattern)]
        return letters


def releasable(entries: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Return what is held and may be released by a person's word, and what is held until a reading is confirmed."""
    held = [entry for entry in entries if entry.state is MessageState.HELD]
    waiting = [entry for entry in held if HoldReason.READING in holding(entry.reason)]
    return [entry for entry in held if entry not in waiting], waiting


def _is(person: str, address: str) -> bool:
    person = person.strip().casefold()
    return person in (address, without_tag(address), address.partition("@")[0])
