"""How mail leaves the house, and who gets it: what kpireport.toml says under [mail] and [[recipient]]."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Where
from kpireport.core.formats import MAILED_BY_DEFAULT

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from kpireport.core.dispatch import Audience

TRANSPORTS = ("smtp", "graph", "sendmail", "eml", "dir")
REAL = ("smtp", "graph", "sendmail")  # those that reach other people
GRAPH_BYTES = 2_900_000  # base64 of it is below the 4 MB that one request may have
CONDITIONS = ("always", "red only", "changed")


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is kept, never the secret itself.

    kind: "env", "file", "credential" (systemd), "keyring" ("service/user") or "command". value: its name, or the words
    of the command.
    """

    kind: str
    value: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addressee:
    """One person who gets one part of a report.

    address: lower case, checked. scope: the canonical form of the audience's, by which the delivery is known again.
    condition: "always", "red only" or "changed". password: of the PDF. where: the cell or setting that names her.
    """

    address: str
    name: str
    audience: Audience
    condition: str = "always"
    scope: str = ""
    password: Secret | None = None
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class Named:
    """A [[recipient]] of the settings. reports: names of reports, or file patterns of them; () is every report."""

    address: str
    name: str
    where: Where
    reports: tuple[str, ...] = ()
    scope: str = ""
    language: str = ""
    formats: tuple[str, ...] = MAILED_BY_DEFAULT
    condition: str = "always"
    active: bool = True
    first_day: date | None = None
    last_day: date | None = None
    password: Secret | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """A mailbox in which a copy of each mail can be found, by IMAP: Sent, or one that ``bcc`` arrives in.

    It is only read, and only to learn what became of mail whose fate is unknown. bcc: "" or an address that gets a
    copy of each mail. user, password: those of the mail server where they are left out.
    """

    host: str
    port: int = 993
    security: str = "tls"
    user: str = ""
    password: Secret | None = None
    mailbox: str = "Sent"
    bcc: str = ""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """[mail] and all [[recipient]]. Sizes in MB of a million bytes, times in the unit of their name.

    security: "starttls", "tls" or "none". auth: "password" or "xoauth2". tenant, client, secret, certificate: of the
    app registration, for Graph and for XOAUTH2 without a token of its own. folder: of "eml" and "dir".
    on_correction: "hold" or "send_marked". keep_days: after which a settled message can no more be sent again, because
    its bytes are forgotten; 0 keeps them for ever. workbook_recipients: whether a workbook's Recipients sheet counts.
    """

    transport: str = "eml"
    sender: str = ""
    reply_to: str = ""
    owner: str = ""
    allowed_domains: tuple[str, ...] = ()
    host: str = ""
    port: int = 0
    security: str = "starttls"
    user: str = ""
    password: Secret | None = None
    auth: str = "password"
    token: Secret | None = None
    authority: Path | None = None
    tenant: str = ""
    client: str = ""
    secret: Secret | None = None
    certificate: Secret | None = None
    mailbox: str = ""
    graph_url: str = "https://graph.microsoft.com/v1.0"
    program: str = "/usr/sbin/sendmail"
    folder: Path | None = None
    link_folder: Path | None = None
    max_messages_per_run: int = 200
    max_message_mb: float = 10.0
    per_minute: int = 0
    retry_minutes: float = 5.0
    give_up_hours: float = 24.0
    on_correction: str = "hold"
    keep_days: int = 400
    workbook_recipients: bool = True
    language: str = "en"
    recipients: tuple[Named, ...] = field(default_factory=tuple)
    archive: Archive | None = None

    @property
    def most_bytes(self) -> int:
        """Return how large a message may be, in bytes; Graph takes no more in one piece, whatever the settings say."""
        asked = int(self.max_message_mb * 1_000_000)
        return min(asked, GRAPH_BYTES) if self.transport == "graph" else asked
