"""What is made for whom: audiences, the editions built for them, and what one workbook came to in a batch.

A batch worker returns a Product; the coordinator alone publishes its files, queues its letters and sends them, so that
a worker that dies or runs twice does no harm.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpireport.core.formats import MAILED_BY_DEFAULT
from kpireport.core.identity import ReportIdentity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.model import Recipient
    from kpireport.core.reading.state import ReadingState
    from kpireport.core.restate import Reported


LETTER = "(letter)"  # the name of the letter among the seals of an edition
BEGIN, END = "\x02", "\x03"  # around the name of a sentence that is filled in later; kept out of all else in a letter
FILES_HERE, CONTACT_HERE = f"{BEGIN}files{END}", f"{BEGIN}contact{END}"
OPENING_HERE = f"{BEGIN}opening{END}"


def seal(scope: str, content: bytes) -> str:
    """Return a hash of a file together with the scope it was built for; one built for another scope has another."""
    return hashlib.sha256(scope.encode() + b"\0" + content).hexdigest()


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom an edition is built; recipients who are alike in all of this share it.

    scope: as typed; "" is everything. language: "" is the report's own.
    """

    scope: str = ""
    language: str = ""
    formats: tuple[str, ...] = MAILED_BY_DEFAULT


@dataclass(frozen=True, slots=True)
class Letter:
    """The body of a mail. images: content-id to PNG, named by ``cid:`` in the HTML.

    html and text hold FILES_HERE and CONTACT_HERE where a sentence goes that is known when the mail is made, and
    OPENING_HERE where greeting and covering note go.
    phrases: these sentences, in the reader's language, with ``{fields}``: greeting, attached, linked, protected,
    contact, corrected, test.
    """

    subject: str
    html: str
    text: str
    images: Mapping[str, bytes] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """Return all that is read, for a seal."""
        return "\0".join((self.subject, self.html, self.text)).encode() + b"".join(self.images.values())


@dataclass(frozen=True, slots=True)
class Edition:
    """The files and the letter built for one audience. statuses: status of each KPI in it, by key, for conditions.

    seals: of each file, by its name, and of the letter, made where they were rendered (see ``seal``).
    fingerprint: of what was typed for this part (see ``core.fingerprint``); "" where it is not known.
    """

    audience: Audience
    files: Mapping[str, bytes]
    letter: Letter
    statuses: Mapping[str, str] = field(default_factory=dict)
    seals: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """What the workbooks of one report came to.

    report: the name of the report, by which a corrected workbook is known again. period: its key, "2026-10".
    sha256: of the sources, sorted and joined with "+". files: the whole report, by name. recipients: the workbook's.
    organisation, figures: what is remembered when the report has been published (see ``pipeline.remember``).
    failed: nothing is to be published or sent. note: the covering note above each letter, "" for none.
    by_file: the report is named by the file of its workbook, for lack of another name.
    waiting: the readings that a person has to look at first; published, but not sent.
    """

    report: str
    period: str
    sha256: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    editions: tuple[Edition, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    failed: bool = False
    organisation: str = ""
    figures: tuple[Reported, ...] = ()
    made: str = ""
    by_file: bool = False
    note: str = ""
    waiting: tuple[ReadingState, ...] = ()

    @property
    def identity(self) -> ReportIdentity:
        """By what the figures of the whole report are remembered."""
        return ReportIdentity(self.organisation, "", self.period, self.sha256)
