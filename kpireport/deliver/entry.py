"""One message of the ledger, and by what it is known: the delivery key, and the Message-ID that follows from it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ASKED = "!"  # before the id of a draft, in ``remote``, that was asked to leave: it may have
COLUMNS = (
    "key, report, period, scope, recipient, revision, resend, envelope, kind, state, phase, reason, message_id, "
    "subject, sender, eml_sha256, queued, not_before, first_attempt, attempts, changed, reply, remote"
)


class MessageState(StrEnum):
    """How far a message has come; see ``outbox``."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    HELD = "held"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


WAITING = (
    MessageState.QUEUED, MessageState.SENDING, MessageState.FAILED, MessageState.UNCERTAIN, MessageState.HELD
)  # fmt: skip
SETTLED = (MessageState.SENT, MessageState.FAILED, MessageState.CANCELLED, MessageState.SKIPPED)  # may be sent again


class HoldReason(StrEnum):
    """Why a message is held, as its reason in the ledger says; several are joined by ``AND``.

    READING: nothing in ``outbox`` releases it, but the run that makes its report again.
    """

    READING = "the reading of its workbook is not confirmed"
    LEDGERS = "the outbox and the batch do not know the same of this report"
    REPAIRED = "it may have been sent before the outbox was repaired"
    CORRECTION = "a corrected report, held for a person to look at"
    TOO_LARGE = "too large"


AND = "; "  # between several reasons to hold a message
UNCHANGED = "nothing was changed in this part"  # why a corrected report is skipped for a person


def holding(reason: str) -> tuple[HoldReason, ...]:
    """Return by what a message is held, of the reason in its row; what the sender found at its seals is none of it."""
    parts = reason.split(AND)
    return tuple(one for one in HoldReason if one in parts)


class MessageKind(StrEnum):
    """REPORT: a part of a report, to one person. NOTICE: a message to the owner, which belongs to no part."""

    REPORT = "report"
    NOTICE = "notice"


class Phase(StrEnum):
    """How far the sending of a message is. DOT_SENT: from before the byte that gives it away."""

    NONE = ""
    WRITING = "writing"
    DRAFTED = "drafted"
    DOT_SENT = "dot_sent"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of the ledger. scope: canonical. envelope: the address it goes to. eml: empty unless asked for.

    fingerprint: of what was typed for its part, "" where that is not known, or not asked for.
    """

    key: str
    report: str
    period: str
    scope: str
    recipient: str
    revision: int
    resend: int
    envelope: str
    kind: MessageKind
    state: MessageState
    phase: Phase
    reason: str
    message_id: str
    subject: str
    sender: str
    eml_sha256: str
    queued: float
    not_before: float
    first_attempt: float | None
    attempts: int
    changed: float
    reply: str
    remote: str
    eml: bytes = b""
    fingerprint: str = ""
    seals: Mapping[str, str] = field(default_factory=dict)


def delivery_key(
    report: str, period: str, scope: str, recipient: str, revision: int, *, envelope: str, resend: int = 0
) -> str:
    """Return by what a delivery is known: 32 hexadecimal digits, the same for the same delivery. Rule: N3."""
    parts = [report, period, scope, recipient, revision, resend, envelope]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def message_id(key: str, sender: str) -> str:
    """Return the Message-ID of a delivery, at the sender's domain. Rule: N7."""
    return f"<{key}@{sender.rpartition('@')[2] or 'localhost'}>"
