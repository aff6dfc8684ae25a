"""Messages as .eml files in a folder: drafts to open and send by hand (``eml``), or plain copies (``dir``)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kpireport import output
from kpireport.core import fields
from kpireport.core.catalogue import mail as problems
from kpireport.core.mailing import TransportSettings
from kpireport.deliver.entry import Phase
from kpireport.deliver.transport import DeliveryStatus, SendResult, TransportKind
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.entry import Entry

UNSENT = b"X-Unsent: 1\r\n"  # Outlook opens such a file as a message that is being written


@dataclass(frozen=True, slots=True)
class DirectorySettings(TransportSettings):
    """A folder, beside the settings file where it is left out."""

    reaches_people: ClassVar[bool] = False
    folder: Path | None = fields.path("outbox")


class Directory:
    """A folder. Writing the same message twice gives the same file, so that nothing here is ever uncertain."""

    def __init__(self, folder: Path, *, draft: bool) -> None:
        self.folder = folder
        self.draft = draft
        self.host = str(folder)

    def send(self, entry: Entry, mark: Callable[[Phase, str], None]) -> SendResult:
        """Write the message down instead of sending it."""
        name = f"{output.safe_name(entry.recipient)}-{entry.key[:12]}.eml"
        content = UNSENT + entry.eml if self.draft else entry.eml
        mark(Phase.WRITING, "")
        try:
            (path,) = output.publish({name: content}, self.folder)
        except OSError as error:
            reason = os_reason(error)
            return SendResult(DeliveryStatus.AGAIN, reason, stop=problems.LINK_UNWRITABLE)
        return SendResult(DeliveryStatus.SENT, f"written to {path}")

    def resolve(self, _: Entry) -> SendResult | None:
        return None

    def try_out(self) -> SendResult:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return SendResult(DeliveryStatus.AGAIN, os_reason(error), stop=problems.LINK_UNWRITABLE)
        return SendResult(DeliveryStatus.SENT, f"messages are written to {self.folder}")

    def close(self) -> None:
        return None


def _directory(mail: MailSettings, *, draft: bool) -> Directory:
    folder = mail.of(DirectorySettings).folder
    if folder is None:
        raise ValueError("a folder is needed")
    return Directory(folder, draft=draft)


EML = TransportKind(DirectorySettings, functools.partial(_directory, draft=True))
DIR = TransportKind(DirectorySettings, functools.partial(_directory, draft=False))
