"""Whether a message is still what was queued for this person and this part, looked at just before it is sent."""

from __future__ import annotations

import email
import email.policy
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport.core.dispatch import seal

if TYPE_CHECKING:
    from kpireport.deliver.entry import Entry

LINK = "in the folder: "  # before the place of a file that is not in the message, among the seals of an entry


def unsealed(entry: Entry) -> str:
    """Return what in a message is not what was queued for this person and this part; "" where all is.

    The message's own hash, its recipient, and the seal of each file, made with the scope it was built for; of a file
    that lies in a folder, as it lies there now. Raises OSError where that folder cannot be read.
    """
    if hashlib.sha256(entry.eml).hexdigest() != entry.eml_sha256:
        return "the message"
    message = email.message_from_bytes(entry.eml, policy=email.policy.SMTP)
    addresses = [address.addr_spec for header in message.get_all("To", []) for address in header.addresses]
    if addresses != [entry.envelope]:
        return "the recipient"
    files: dict[str, object] = {
        part.get_filename() or "": part.get_payload(decode=True) for part in message.iter_attachments()
    }
    for name in entry.seals:
        if name.startswith(LINK):
            files[name] = _in_folder(Path(name.removeprefix(LINK)))
    for name, content in files.items():
        if not isinstance(content, bytes) or entry.seals.get(name) != seal(entry.scope, content):
            return name or "a file"
    return "" if set(files) == set(entry.seals) else "a missing file"


def _in_folder(place: Path) -> bytes | None:
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return None
