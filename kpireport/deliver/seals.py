"""Whether a message is still what was queued for this person and this part, looked at just before it is sent.

Rule: N8.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport.core.dispatch import LETTER, seal
from kpireport.deliver.entry import MessageKind

if TYPE_CHECKING:
    from email.message import EmailMessage

    from kpireport.deliver.entry import Entry

LINK = "in the folder: "  # before the place of a file that is not in the message, among the seals of an entry


def unsealed(entry: Entry) -> str:
    """Return what in a message is not what was queued for this person and this part; "" where all is.

    The message's own hash, its recipient, the delivery it was made for, and the seals of the letter and of each file,
    made with the scope they were built for; of a file that lies in a folder, as it lies there now. Raises OSError where
    that folder cannot be read.
    """
    if hashlib.sha256(entry.eml).hexdigest() != entry.eml_sha256:
        return "the message"
    message = parsed(entry.eml)
    addresses = [address.addr_spec for header in message.get_all("To", []) for address in header.addresses]
    if addresses != [entry.envelope]:
        return "the recipient"
    if (message["X-KPIReport-Key"], message["Message-ID"]) != (entry.key, entry.message_id):
        return "the message"
    files: dict[str, object] = {
        part.get_filename() or "": part.get_payload(decode=True) for part in message.iter_attachments()
    }
    if entry.kind is not MessageKind.NOTICE:
        files[LETTER] = body(message)
    for name in entry.seals:
        if name.startswith(LINK):
            files[name] = _in_folder(Path(name.removeprefix(LINK)))
    for name, content in files.items():
        if not isinstance(content, bytes) or entry.seals.get(name) != seal(entry.scope, content):
            return name or "a file"
    return "" if set(files) == set(entry.seals) else "a missing file"


def body(message: EmailMessage) -> bytes:
    """Return what is read in a message without opening a file: its texts and pictures."""
    parts = [part for part in message.walk() if not part.is_multipart() and not part.is_attachment()]
    return b"\0".join(bytes(part.get_payload(decode=True) or b"") for part in parts)


def parsed(eml: bytes) -> EmailMessage:
    return email.message_from_bytes(eml, policy=email.policy.SMTP)


def _in_folder(place: Path) -> bytes | None:
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return None
