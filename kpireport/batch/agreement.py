"""Whether the batch and the outbox know the same: what one of them has lost, or has of an older copy, is held and told.

The batch notes how many letters it gave to the outbox, and how far that had come when a run ended. What is in doubt is
written down before anything is queued, so that a run which is killed leaves it in doubt.
Rule: N21.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from kpireport.batch.ledger import DOUBTED, PUBLISHED
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Where, quoted
from kpireport.deliver.entry import HoldReason

if TYPE_CHECKING:
    from kpireport.batch.ledger import Made, RunLedger
    from kpireport.core.diagnostics import Diagnostic


class OutboxView(Protocol):
    """What is asked of the outbox; see ``deliver.post.Post``. Each raises OSError where it cannot be read."""

    def newest(self, report: str, period: str) -> int: ...

    def letters(self, report: str, period: str, revision: int) -> int: ...

    def last_event(self) -> int: ...

    def hold_queued(self, reason: HoldReason) -> int: ...


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the two know of each other. outbox: None where no mail is set up, so that nothing can disagree."""

    ledger: RunLedger
    outbox: OutboxView | None

    def looked_over(self) -> list[Diagnostic]:
        """Return what the outbox does not know any more, before a run makes anything. Raises OSError.

        An outbox that is an older copy would send again what has left since: all that is queued in it is held. Letters
        that are gone are made anew, and held, when their workbook is dropped once more.
        """
        if self.outbox is None:
            return []
        told = []
        if self.outbox.last_event() < self.ledger.last_event():
            held = self.outbox.hold_queued(HoldReason.LEDGERS)
            told.append(problems.OUTBOX_OLDER.at(Where(), count=held))
        for made, count in self.ledger.mailed():
            known = self.outbox.letters(made.report, made.period, made.revision)
            if known < count:
                self._doubt(made)
                self.ledger.keep(replace(made, phase=PUBLISHED))
                told.append(
                    problems.LETTERS_GONE.at(
                        Where(), count=count - known, report=quoted(made.report), period=made.period,
                        name=quoted(made.name),
                    )
                )  # fmt: skip
        return told

    def revision(self, report: str, period: str, sha256: str) -> int:
        """Return which revision a workbook makes: never one that older letters may have. Raises OSError."""
        found = self.ledger.revision(report, period, sha256)
        newest = self.ledger.newest(report, period)
        ours = newest.revision if newest is not None else 0
        theirs = self.outbox.newest(report, period) if self.outbox is not None else 0
        return theirs + 1 if theirs > ours else found

    def doubted(self, made: Made) -> bool:
        """Return whether the letters of an edition are to be held, and remember it where they are. Raises OSError.

        made: as it is about to be noted. Asked before that, for then it is in the ledger.
        """
        if self.outbox is None:
            return False
        if self.ledger.letters(made) == DOUBTED:
            return True
        newest = self.ledger.newest(made.report, made.period)
        theirs = self.outbox.newest(made.report, made.period)
        ours, letters = (newest.revision, self.ledger.letters(newest)) if newest is not None else (0, None)
        in_doubt = theirs > ours or letters == DOUBTED or (bool(letters) and theirs == 0)
        if in_doubt:
            self._doubt(made)
        return in_doubt

    def queued(self, report: str, period: str, revision: int) -> None:
        """Note how many letters the outbox has of an edition: from now on there is no doubt of it. Raises OSError."""
        if self.outbox is not None:
            self.ledger.keep_letters(report, period, revision, self.outbox.letters(report, period, revision))

    def ended(self) -> None:
        """Note how far the outbox has come. Raises OSError."""
        if self.outbox is not None:
            self.ledger.keep_event(self.outbox.last_event())

    def _doubt(self, made: Made) -> None:
        self.ledger.keep_letters(made.report, made.period, made.revision, DOUBTED)
