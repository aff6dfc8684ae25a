"""Pack what a report came to: one message for each person and part, checked, and kept in the ledger as bytes.

Rule: N3, N8.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpireport import languages, output
from kpireport.command_line import shell, word
from kpireport.core.addresses import display, masked
from kpireport.core.catalogue import mail as problems
from kpireport.core.diagnostics import Where, quoted
from kpireport.core.dispatch import LETTER, seal
from kpireport.core.formats import PDF
from kpireport.core.mailing import MailCondition, OnCorrection
from kpireport.core.messages import Quoted
from kpireport.deliver import message
from kpireport.deliver.entry import (
    AND,
    UNCHANGED,
    Entry,
    HoldReason,
    MessageKind,
    MessageState,
    Phase,
    delivery_key,
    holding,
    message_id,
)
from kpireport.deliver.seals import LINK, body, parsed
from kpireport.deliver.secrets import SecretError, fetch
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.dispatch import Edition, Product
    from kpireport.core.mailing import Addressee, MailSettings
    from kpireport.deliver.outbox import Outbox

MB = 1_000_000
LONGEST_NAME = 400  # characters of a report's name in a command to type


@dataclass(frozen=True, slots=True)
class Queued:
    """What was put into the outbox: keys of new messages, of those held, and of those their condition skipped.

    people: to whom the report goes. lost: of them, those for whom no letter could be made.
    """

    keys: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    held: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    people: int = 0
    lost: int = 0


@dataclass
class Packer:
    """All mail of one product. at: the moment of queueing, by which messages are dated. redirect_to: "" or a tester.

    hold: why all of it is held, whatever the settings say; () where it is not.
    """

    outbox: Outbox
    mail: MailSettings
    product: Product
    revision: int
    at: float
    redirect_to: str
    dry_run: bool = False
    hold: tuple[HoldReason, ...] = ()
    keys: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    told: list[Diagnostic] = field(default_factory=list)
    lost: int = 0
    places: dict[str, str] = field(default_factory=dict)  # of files in a folder, to their names

    def pack(self, found: Sequence[Addressee]) -> Queued:
        """Queue a message for each addressee. Raises sqlite3.Error where the ledger cannot be written."""
        editions = {edition.audience: edition for edition in self.product.editions}
        corrections = 0
        for one in found:
            edition = editions.get(one.audience)
            if edition is None:
                scope = one.audience.scope or "all"
                self.told.append(problems.NOT_BUILT.at(one.where, address=masked(one.address), scope=scope))
                self.lost += 1
                continue
            broken = _unsealed(edition, one)
            if broken:
                self._tell(problems.SEAL_BROKEN, one, name=broken, scope=one.audience.scope or "all")
                self.lost += 1
                continue
            entry = self._entry(one, edition)
            self.lost += entry is None
            if entry is not None and self.outbox.add(entry, edition.statuses):
                {MessageState.QUEUED: self.keys, MessageState.HELD: self.held, MessageState.SKIPPED: self.skipped}[
                    entry.state
                ].append(entry.key)
                corrections += HoldReason.CORRECTION in holding(entry.reason)
        if corrections:
            typed = quoted(word(self.product.report, shell()), LONGEST_NAME)
            self.told.append(
                problems.HELD_CORRECTION.at(Where(), count=corrections, report=typed, period=self.product.period)
            )
        return Queued(
            tuple(self.keys), tuple(self.told), tuple(self.held), tuple(self.skipped), len(found), self.lost
        )  # fmt: skip

    def _entry(self, one: Addressee, edition: Edition) -> Entry | None:
        """Return the message to one person as it is kept; None where it cannot be made, which is told."""
        product, envelope = self.product, self.redirect_to or one.address
        delivery = (product.report, product.period, one.scope, one.address)
        version = self._version(edition)
        key = delivery_key(*delivery, self.revision, envelope=envelope, resend=version)
        former = self.outbox.left(*delivery, envelope, self.revision)
        files = self._files(one, edition)
        if files is None:
            return None
        state, reason = self._state(one, edition, envelope, former)
        sender = display(self.mail.sender)[1]
        packed = message.Envelope(
            key=key, message_id=message_id(key, sender), sender=self.mail.sender, to=envelope, at=self.at,
            to_name="" if self.redirect_to else one.name, greeted=one.name, note=product.note,
            reply_to=self.mail.reply_to, files=files,
            protected=one.password is not None, revision=self.revision, corrected=bool(former), references=former,
            test_for=one.address if self.redirect_to else "",
        )  # fmt: skip
        packed, eml = self._sized(one, edition, packed)
        if len(eml) > self.mail.most_bytes and state is MessageState.QUEUED:
            state, reason = MessageState.HELD, HoldReason.TOO_LARGE
            self._tell(problems.TOO_LARGE, one, size=round(len(eml) / MB, 1), most=self.mail.most_bytes / MB)
        return Entry(
            key=key, report=product.report, period=product.period, scope=one.scope, recipient=one.address,
            revision=self.revision, resend=version, envelope=envelope, kind=MessageKind.REPORT, state=state,
            phase=Phase.NONE, reason=reason, message_id=packed.message_id,
            subject=message.subject(edition.letter, packed), sender=self.mail.sender,
            eml_sha256=hashlib.sha256(eml).hexdigest(), queued=self.at, not_before=0.0, first_attempt=None, attempts=0,
            changed=self.at, reply="", remote="", eml=eml, fingerprint=edition.fingerprint,
            seals=self._seals(one, packed, files, eml),
        )  # fmt: skip

    def _version(self, edition: Edition) -> int:
        """Return 0; in a rehearsal a number that follows from the content, so that what was mended arrives anew."""
        if not self.redirect_to:
            return 0
        seals = "".join(f"{name}={one};" for name, one in sorted(edition.seals.items()))
        return int(hashlib.sha256(seals.encode()).hexdigest()[:4], 16)

    def _state(self, one: Addressee, edition: Edition, envelope: str, former: str) -> tuple[MessageState, str]:
        """Return whether a message is queued, skipped by its condition, or held, and why.

        former: Message-ID of what this person had before, "" for nothing. A corrected workbook
        is a correction for those alone in whose part something was changed. Rule: N7.
        """
        if one.condition is MailCondition.RED_ONLY and "off" not in edition.statuses.values():
            return MessageState.SKIPPED, "nothing is off target"
        if one.condition is MailCondition.CHANGED:
            before = self.outbox.last_statuses(self.product.report, one.scope, one.address, envelope)
            if before is not None and before == dict(edition.statuses):
                return MessageState.SKIPPED, "no status has changed"
        if former and edition.fingerprint and self.outbox.fingerprint(former) == edition.fingerprint:
            return MessageState.SKIPPED, UNCHANGED
        correction = (HoldReason.CORRECTION,) if former and self.mail.on_correction is OnCorrection.HOLD else ()
        reasons = (*self.hold, *correction)
        return (MessageState.HELD, AND.join(reasons)) if reasons else (MessageState.QUEUED, "")

    def _files(self, one: Addressee, edition: Edition) -> dict[str, bytes] | None:
        """Return the files of an edition, the PDF with this person's password if she has one."""
        if one.password is None:
            return dict(edition.files)
        from kpireport.deliver.protect import protect

        try:
            password = fetch(one.password)
            pdf = {name: content for name, content in edition.files.items() if name.endswith(PDF.ending)}
            return {name: protect(content, password) for name, content in pdf.items()}
        except (SecretError, ValueError) as error:
            self._tell(problems.NOT_PROTECTED, one, reason=str(error))
            return None

    def _sized(self, one: Addressee, edition: Edition, packed: message.Envelope) -> tuple[message.Envelope, bytes]:
        """Return the message, without its largest files where it is too large and there is a folder for them.

        Rule: N9.
        """
        from dataclasses import replace

        eml = message.build(edition.letter, packed)
        while len(eml) > self.mail.most_bytes and packed.files and self.mail.link_folder is not None:
            largest = max(packed.files, key=lambda name: len(packed.files[name]))
            place = self._linked(one, largest, packed.files[largest])
            if not place:
                break
            rest = {name: content for name, content in packed.files.items() if name != largest}
            packed = replace(packed, files=rest, linked=(*packed.linked, place))
            eml = message.build(edition.letter, packed)
        return packed, eml

    def _seals(self, one: Addressee, packed: message.Envelope, files: dict[str, bytes], eml: bytes) -> dict[str, str]:
        """Return the seals of the letter, of the attached files, and of those in a folder, by their places.

        A dry run writes nothing into a folder.
        """
        found = {name: seal(one.scope, content) for name, content in packed.files.items()}
        found[LETTER] = seal(one.scope, body(parsed(eml)))
        places = () if self.dry_run else packed.linked
        return found | {f"{LINK}{place}": seal(one.scope, files[self.places[place]]) for place in places}

    def _linked(self, one: Addressee, name: str, content: bytes) -> str:
        """Write a file that is too large into this person's own folder, and return its place; "" where that fails."""
        if self.mail.link_folder is None:
            return ""
        person = self.redirect_to or one.address
        names = (self.product.report, f"{self.product.period}-r{self.revision}", person)
        folder = self.mail.link_folder.joinpath(*(output.distinct_name(part) for part in names))
        if self.dry_run:
            return str(folder / name)
        try:
            (path,) = output.publish({name: content}, folder)
        except OSError as error:
            reason = os_reason(error)
            self.told.append(problems.LINK_UNWRITABLE.at(Where(), folder=quoted(str(folder)), reason=reason))
            return ""
        self.places[str(path)] = name
        return str(path)

    def _tell(self, kind: object, one: Addressee, **details: object) -> None:
        self.told.append(kind.at(one.where, address=masked(one.address), **details))  # type: ignore[attr-defined]


def _unsealed(edition: Edition, one: Addressee) -> str:
    """Return what in an edition was not built for this person's part; "" where all was."""
    scope = one.audience.scope
    if edition.audience.scope != scope or set(edition.seals) != {*edition.files, LETTER}:
        return "the report"
    if edition.seals[LETTER] != seal(scope, edition.letter.content()):
        return "the letter"
    return next((name for name, content in edition.files.items() if edition.seals[name] != seal(scope, content)), "")


def notice(
    outbox: Outbox, mail: MailSettings, subject: str, text: str, *, run: str, at: float, redirect_to: str = ""
) -> Queued:
    """Queue a plain message to the owner, once for each run."""
    address = redirect_to or mail.owner.casefold()
    if redirect_to:
        subject = languages.spoken(mail.language).say("letters.test.subject", subject=Quoted(subject))
    sender = display(mail.sender)[1]
    key = delivery_key(MessageKind.NOTICE, run, "", address, 1, envelope=address)
    packed = message.Envelope(
        key=key, message_id=message_id(key, sender), sender=mail.sender, to=address, at=at, reply_to=mail.reply_to
    )
    eml = message.plain(subject, text, packed)
    entry = Entry(
        key=key, report=MessageKind.NOTICE, period=run, scope="", recipient=address, revision=1, resend=0,
        envelope=address, kind=MessageKind.NOTICE, state=MessageState.QUEUED, phase=Phase.NONE, reason="",
        message_id=packed.message_id,
        subject=message.one_line(subject), sender=mail.sender, eml_sha256=hashlib.sha256(eml).hexdigest(), queued=at,
        not_before=0.0, first_attempt=None, attempts=0, changed=at, reply="", remote="", eml=eml,
    )  # fmt: skip
    return Queued((key,)) if outbox.add(entry, {}) else Queued()


def again(outbox: Outbox, entry: Entry, *, reason: str, at: float) -> str:
    """Queue a message once more, as a new one with a new Message-ID, by a person's word; return its key.

    "" where a newer revision of it is known: its figures are out of date.
    """
    from dataclasses import replace
    from datetime import UTC, datetime
    from email.utils import format_datetime

    number = outbox.resends(entry) + 1
    delivery = (entry.report, entry.period, entry.scope, entry.recipient, entry.revision)
    key = delivery_key(*delivery, envelope=entry.envelope, resend=number)
    identity = message_id(key, display(entry.sender)[1])
    head, gap, body = entry.eml.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"references:", b"date:"))]
    dated = format_datetime(datetime.fromtimestamp(int(at), UTC)).encode()
    fresh = [line for line in lines if not line.lower().startswith((b"message-id:", b"x-kpireport-key:"))]
    fresh += [
        b"Date: " + dated, b"Message-ID: " + identity.encode(), b"References: " + entry.message_id.encode(),
        b"X-KPIReport-Key: " + key.encode(),
    ]  # fmt: skip
    eml = b"\r\n".join(fresh) + gap + body
    added = outbox.add(
        replace(
            entry, key=key, resend=number, state=MessageState.QUEUED, phase=Phase.NONE, reason=f"sent again: {reason}",
            queued=at, message_id=identity, not_before=0.0, first_attempt=None, attempts=0, changed=at, reply="",
            remote="", eml=eml, eml_sha256=hashlib.sha256(eml).hexdigest(),
        ),
        outbox.statuses(entry.key),
    )  # fmt: skip
    return key if added else ""
