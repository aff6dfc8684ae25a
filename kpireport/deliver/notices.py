"""What the owner is told of mail that was sent by hand: how it went, and what waits for a decision."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from kpireport.command_line import as_typed

if TYPE_CHECKING:
    from datetime import datetime

    from kpireport.core.messages import Language
    from kpireport.deliver.send import Delivered

COUNTED = ("sent", "failed", "held", "uncertain", "deferred")
MOST_TOLD = 20


def notice(delivered: Delivered, at: datetime, language: Language) -> tuple[str, str, str] | None:
    """Return subject, text, and by what the notice is known; None where there is nothing that the owner must know.

    What is only as it was (held, uncertain) is told once a day, however often mail is sent.
    """
    if not (delivered.failed or delivered.held or delivered.uncertain):
        return None
    counts = {name: len(getattr(delivered, name)) for name in COUNTED}
    see = as_typed(language.say("letters.outbox.see"))
    body = "\n".join([language.say("letters.outbox.counts", **counts), "", *_told(delivered, language), see])
    waiting = "\n".join(sorted((*delivered.held, *delivered.uncertain)))
    day = f"{at:%Y-%m-%d} {hashlib.sha256(waiting.encode()).hexdigest()[:16]}"
    known = f"{at.isoformat()} {delivered.failed[0][:16]}" if delivered.failed else day
    head = language.say("letters.outbox.head", at=at.isoformat(sep=" ", timespec="seconds"))
    return language.say("letters.outbox.subject", **counts), f"{head}\n{body}\n", f"outbox send {known}"


def _told(delivered: Delivered, language: Language) -> list[str]:
    from kpireport.console import lines, ordered

    found = ordered(delivered.diagnostics)
    told = [line for problem in found[:MOST_TOLD] for line in lines(problem, language)]
    if len(found) > MOST_TOLD:
        told.append(language.say("letters.outbox.more", n=len(found) - MOST_TOLD))
    return [*told, ""] if told else []
