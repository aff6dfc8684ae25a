"""Hand messages to the system's own mail program, which queues them: sendmail, or what stands in its place."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.core import fields
from kpireport.core.addresses import display
from kpireport.core.catalogue import mail as problems
from kpireport.core.mailing import TransportSettings
from kpireport.deliver.entry import Phase
from kpireport.deliver.transport import DeliveryStatus, SendResult, TransportKind
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.entry import Entry

PATIENCE = 300  # seconds
LATER = (69, 71, 72, 74, 75)  # sysexits: unavailable, system error, missing file, input and output, temporary failure
REFUSING = (64, 65, 67, 68, 70, 76, 77)


@dataclass(frozen=True, slots=True)
class SendmailSettings(TransportSettings):
    """The system's mail program."""

    program: str = fields.text("/usr/sbin/sendmail")


class Sendmail:
    """A program that takes a message on its standard input and an exit code of 0 for "I have it"."""

    def __init__(self, mail: MailSettings) -> None:
        self.program = self.host = mail.of(SendmailSettings).program

    def send(self, entry: Entry, mark: Callable[[Phase, str], None]) -> SendResult:
        """Hand one message over, from a file: were it piped, a sender that dies would hand over half of it."""
        command = [self.program, "-i", "-f", display(entry.sender)[1], "--", entry.envelope]
        with tempfile.TemporaryFile() as content:
            content.write(entry.eml.replace(b"\r\n", b"\n"))
            content.seek(0)
            mark(Phase.DOT_SENT, "")
            try:
                done = subprocess.run(  # noqa: S603 - the settings name the program
                    command, stdin=content, capture_output=True, timeout=PATIENCE, check=False
                )
            except OSError as error:
                return SendResult(DeliveryStatus.AGAIN, os_reason(error), stop=problems.SERVER_REFUSES)
            except subprocess.TimeoutExpired:
                return SendResult(DeliveryStatus.UNKNOWN, f"no answer in {PATIENCE} s")
        return _answer(done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace").strip())

    def resolve(self, _: Entry) -> SendResult | None:
        return None

    def try_out(self) -> SendResult:
        import shutil

        if shutil.which(self.program) is None:
            return SendResult(DeliveryStatus.AGAIN, "there is no such program", stop=problems.SERVER_REFUSES)
        return SendResult(DeliveryStatus.SENT, "the program is there")

    def close(self) -> None:
        return None


def _answer(code: int, said: str) -> SendResult:
    reply = f"exit code {code}" + (f": {said}" if said else "")
    if code == 0:
        return SendResult(DeliveryStatus.SENT, reply)
    if code in LATER:
        return SendResult(DeliveryStatus.AGAIN, reply)
    return SendResult(DeliveryStatus.REFUSED if code in REFUSING else DeliveryStatus.UNKNOWN, reply)


SENDMAIL = TransportKind(SendmailSettings, Sendmail)
