"""Look into a mailbox, by IMAP, for a message whose fate nobody knows. The mailbox is only read. Rule: N11."""

from __future__ import annotations

import imaplib
import ssl
from typing import TYPE_CHECKING

from kpireport.core.addresses import display
from kpireport.deliver.secrets import SecretError, fetch
from kpireport.deliver.transport import Answer, Fate

if TYPE_CHECKING:
    from kpireport.core.mailing import Archive, MailSettings

PATIENCE = 60.0  # seconds
SCOPE = "https://outlook.office365.com/.default"


def found(mail: MailSettings, archive: Archive, message_id: str) -> Answer:
    """Return SENT where the message lies in the mailbox; UNKNOWN where it does not, or the mailbox cannot be read.

    A copy that is not there yet may still arrive, so its absence is never taken for "not sent". The answer is broken
    where nothing else can be looked up there now.
    """
    from kpireport.deliver.tokens import TokenError

    try:
        box = _opened(mail, archive)
        try:
            _sign_in(box, mail, archive)
            status, _ = box.select(_quoted(archive.mailbox), readonly=True)
            if status != "OK":
                return Answer(Fate.UNKNOWN, f"there is no mailbox {archive.mailbox} at {archive.host}")
            status, numbers = box.search(None, "HEADER", "Message-ID", _quoted(message_id))
        finally:
            box.shutdown()
    except (SecretError, TokenError) as error:
        return Answer(Fate.UNKNOWN, f"no signing in at {archive.host}: {error}", broken=True)
    except (OSError, UnicodeError, imaplib.IMAP4.error) as error:
        said = str(error) or type(error).__name__
        return Answer(Fate.UNKNOWN, f"{archive.host} could not be looked into: {said}", broken=True)
    if status == "OK" and any(part and part.split() for part in numbers):
        return Answer(Fate.SENT, f"found in {archive.mailbox} at {archive.host}")
    return Answer(Fate.UNKNOWN, f"not found in {archive.mailbox} at {archive.host}")


def _opened(mail: MailSettings, archive: Archive) -> imaplib.IMAP4:
    context = ssl.create_default_context(cafile=str(mail.authority) if mail.authority else None)
    if archive.security == "tls":
        return imaplib.IMAP4_SSL(archive.host, archive.port, ssl_context=context, timeout=PATIENCE)
    box = imaplib.IMAP4(archive.host, archive.port, timeout=PATIENCE)
    if archive.security == "starttls":
        box.starttls(context)
    return box


def _sign_in(box: imaplib.IMAP4, mail: MailSettings, archive: Archive) -> None:
    user = archive.user or mail.user or display(mail.sender)[1]
    secret = archive.password or mail.password
    if archive.password is None and mail.auth == "xoauth2":
        from kpireport.deliver.tokens import token

        said = f"user={user}\x01auth=Bearer {token(mail, SCOPE)}\x01\x01"
        box.authenticate("XOAUTH2", lambda _: said.encode())
    elif secret is not None:
        box.login(_quoted(user), fetch(secret))  # which quotes the password, and not the user


def _quoted(text: str) -> str:
    """Return a quoted string of IMAP, which imaplib leaves to its caller."""
    safe = "".join(c for c in text if c not in "\r\n\0").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'
