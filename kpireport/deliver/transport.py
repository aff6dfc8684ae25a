"""What every way out of the house has in common: it hands one message over and says what is known of its fate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpireport.core.diagnostics import Problem
    from kpireport.core.mailing import MailSettings, TransportSettings
    from kpireport.deliver.entry import Entry, Phase


class Security(StrEnum):
    """How a line to a server is encrypted: after it was opened, from its first byte, or not at all."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class DeliveryStatus(Enum):
    """SENT: the server has it. AGAIN: it has not, and may take it later. REFUSED: never. UNKNOWN: nobody can know."""

    SENT = "sent"
    AGAIN = "again"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SendResult:
    """What came of one attempt.

    reply: the server's words. stop: the problem that makes every further attempt pointless, for now or until someone
    mends it; down: the server cannot be reached, which is not this message's fault. broken: the line cannot be used for
    another message. wait: seconds the server asked for.
    """

    fate: DeliveryStatus
    reply: str = ""
    stop: Problem | None = None
    down: bool = False
    broken: bool = False
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class TransportKind:
    """One transport that can be chosen in [mail]: the class of its settings, and how it is opened by them."""

    settings: type[TransportSettings]
    open: Callable[[MailSettings], Transport]


class Transport(Protocol):
    """A way out of the house. host: for messages."""

    host: str

    def send(self, entry: Entry, mark: Callable[[Phase, str], None]) -> SendResult:
        """Hand one message over. ``mark(Phase.DOT_SENT, "")`` is called before the byte that gives it away.

        A mark that fails must keep that byte from leaving.
        """

    def resolve(self, entry: Entry) -> SendResult | None:
        """Return what became of a message whose fate was unknown; None where this cannot be found out here."""

    def try_out(self) -> SendResult:
        """Connect and sign in, and send nothing."""

    def close(self) -> None:
        """Say goodbye; never fails."""
