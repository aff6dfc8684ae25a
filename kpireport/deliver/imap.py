"""Look into a mailbox, by IMAP, for a message whose fate nobody knows. The mailbox is only read. Rule: N11."""

from __future__ import annotations

import imaplib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core import fields
from kpireport.core.catalogue.mail import PASSWORD_IN_THE_CLEAR
from kpireport.core.mailing import LOOPBACK, Secret, SettingFault
from kpireport.core.registry import complete
from kpireport.deliver.secrets import SecretError, fetch, without_secrets
from kpireport.deliver.transport import DeliveryStatus, Security, SendResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PORTS = complete(Security, {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143})
PATIENCE = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Archive:
    """[mail.archive]: a mailbox in which a copy of each mail can be found: Sent, or one that ``bcc`` arrives in.

    It is only read, and only to learn what became of mail whose fate is unknown. bcc: "" or an address that gets a
    copy of each mail. user, password: those of the mail server where they are left out.
    """

    host: str = fields.text(example='host = "imap.example.com"')
    security: Security = fields.choice(Security.TLS)
    port: int = fields.integer(0, least=1, most=65535)
    user: str = fields.text()
    password: Secret | None = fields.secret()
    mailbox: str = fields.text("Sent")
    bcc: str = fields.address()

    def __post_init__(self) -> None:
        if not self.port:
            object.__setattr__(self, "port", PORTS[self.security])

    def faults(self) -> Iterator[SettingFault]:
        """Yield what is right alone and wrong together."""
        if self.security is Security.NONE and self.host not in LOOPBACK:
            yield SettingFault(PASSWORD_IN_THE_CLEAR, "security")


class Account(NamedTuple):
    """As whom the archive is looked into. bearer: fetches a token, where the mail server wants one; else None."""

    user: str
    password: Secret | None
    bearer: Callable[[], str] | None
    authority: Path | None


def found(archive: Archive, account: Account, message_id: str) -> SendResult:
    """Return SENT where the message lies in the mailbox; UNKNOWN where it does not, or the mailbox cannot be read.

    A copy that is not there yet may still arrive, so its absence is never taken for "not sent". The answer is broken
    where nothing else can be looked up there now.
    """
    from kpireport.deliver.tokens import TokenError

    try:
        box = _opened(archive, account.authority)
        try:
            _sign_in(box, archive, account)
            status, _ = box.select(_quoted(archive.mailbox), readonly=True)
            if status != "OK":
                return SendResult(DeliveryStatus.UNKNOWN, f"there is no mailbox {archive.mailbox} at {archive.host}")
            status, numbers = box.search(None, "HEADER", "Message-ID", _quoted(message_id))
        finally:
            box.shutdown()
    except (SecretError, TokenError) as error:
        return SendResult(DeliveryStatus.UNKNOWN, f"no signing in at {archive.host}: {error}", broken=True)
    except (OSError, UnicodeError, imaplib.IMAP4.error) as error:
        said = str(error) or type(error).__name__
        return SendResult(DeliveryStatus.UNKNOWN, f"{archive.host} could not be looked into: {said}", broken=True)
    if status == "OK" and any(part and part.split() for part in numbers):
        return SendResult(DeliveryStatus.SENT, f"found in {archive.mailbox} at {archive.host}")
    return SendResult(DeliveryStatus.UNKNOWN, f"not found in {archive.mailbox} at {archive.host}")


def _opened(archive: Archive, authority: Path | None) -> imaplib.IMAP4:
    context = ssl.create_default_context(cafile=str(authority) if authority else None)
    if archive.security is Security.TLS:
        return imaplib.IMAP4_SSL(archive.host, archive.port, ssl_context=context, timeout=PATIENCE)
    box = imaplib.IMAP4(archive.host, archive.port, timeout=PATIENCE)
    if archive.security is Security.STARTTLS:
        box.starttls(context)
    return box


def _sign_in(box: imaplib.IMAP4, archive: Archive, account: Account) -> None:
    user, secret = archive.user or account.user, archive.password or account.password
    if archive.password is None and account.bearer is not None:
        said = f"user={user}\x01auth=Bearer {account.bearer()}\x01\x01"
        box.authenticate("XOAUTH2", lambda _: said.encode())
    elif secret is not None:
        password = fetch(secret)
        try:
            box.login(_quoted(user), password)  # which quotes the password, and not the user
        except imaplib.IMAP4.error as error:
            raise imaplib.IMAP4.error(without_secrets(str(error), (password,))) from None


def _quoted(text: str) -> str:
    """Return a quoted string of IMAP, which imaplib leaves to its caller."""
    safe = "".join(c for c in text if c not in "\r\n\0").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'
