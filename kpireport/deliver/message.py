"""A letter and its files become the bytes of one message to one person; the same input gives the same bytes."""

from __future__ import annotations

import base64
import email
import html
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from kpireport.core.addresses import display, plain_name
from kpireport.core.dispatch import BEGIN, END, OPENING_HERE, Letter
from kpireport.core.formats import mime_type

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADERS = SMTP.clone(max_line_length=200)  # longer ones are folded, which the standard library sometimes spoils
BODIES = SMTP.clone(max_line_length=76)  # of encoded content; RFC 2045 allows no more, and spam filters look at it
LONGEST_LINE = 900
ENCODED_BYTES = 45  # in one encoded word, which may have 75 characters
MARK = re.compile(f"{BEGIN}(opening|files|contact){END}")
BODY = re.compile(r"<body[^>]*>", re.IGNORECASE)
GAP = "<br><br>"  # between two paragraphs of a page


@dataclass(frozen=True, slots=True)
class Envelope:
    """All that is in a message beside its letter. at: seconds since 1970, fixed when the message is queued.

    greeted: the name in the greeting, "" for none. note: the covering note.
    linked: places of files that are too large to attach. references: Message-ID of what is corrected. test_for: the
    real recipient of a message that goes to another address.
    """

    key: str
    message_id: str
    sender: str
    to: str
    at: float
    to_name: str = ""
    greeted: str = ""
    note: str = ""
    reply_to: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    linked: tuple[str, ...] = ()
    protected: bool = False
    revision: int = 1
    corrected: bool = False
    references: str = ""
    test_for: str = ""


def subject(letter: Letter, envelope: Envelope) -> str:
    """Return the subject, marked as a correction or a test where it is one."""
    text = letter.subject
    if envelope.corrected:
        text = _say(letter, "corrected", "Corrected (r{revision}): {subject}", revision=envelope.revision, subject=text)
    if envelope.test_for:
        text = _say(letter, "test", "[TEST for {address}] {subject}", address=envelope.test_for, subject=text)
    return one_line(text)


def build(letter: Letter, envelope: Envelope) -> bytes:
    """Return the message: text and HTML with its pictures, then the files. All of it is 7-bit, with CRLF."""
    message = EmailMessage(policy=BODIES)
    _headers(message, envelope)
    sentences = _sentences(letter, envelope)
    opening = _opening(letter, envelope)
    shown = letter.text if OPENING_HERE in letter.text else OPENING_HERE + letter.text  # a theme of one's own
    above = {"opening": "".join(f"{paragraph}\n\n" for paragraph in opening)}
    text = MARK.sub(lambda mark: (above | sentences)[mark[1]], shown)
    message.set_content(_lines(text), cte="quoted-printable")
    whole = letter.html
    if OPENING_HERE not in whole:
        start = element.end() if (element := BODY.search(whole)) else 0
        whole = f"{whole[:start]}{OPENING_HERE}{whole[start:]}"
    pieces = {name: html.escape(sentence) for name, sentence in sentences.items()}
    pieces["opening"] = _page_of(opening)
    page = MARK.sub(lambda mark: pieces[mark[1]], whole)
    message.add_alternative(_lines(page), subtype="html", cte="quoted-printable")
    body = message.get_payload()[1]  # type: ignore[index]
    for name, picture in letter.images.items():
        body.add_related(picture, "image", "png", cid=f"<{name}>", disposition="inline", filename=_file_name(name))  # type: ignore[union-attr]
    for name, content in envelope.files.items():
        main, _, sub = mime_type(name).partition("/")
        message.add_attachment(content, main, sub, filename=one_line(name))
    _boundaries(message, envelope.key)
    return _addressed(message.as_bytes(policy=HEADERS), letter, envelope)


def plain(subject_text: str, text: str, envelope: Envelope) -> bytes:
    """Return a message of plain text, for notices to the owner."""
    letter = Letter(subject_text, "", text)
    message = EmailMessage(policy=BODIES)
    _headers(message, envelope)
    message.set_content(_lines(text), cte="quoted-printable")
    return _addressed(message.as_bytes(policy=HEADERS), letter, envelope)


def as_page(eml: bytes) -> bytes:
    """Return the HTML of a message with its pictures inside, as a browser shows it."""
    message = email.message_from_bytes(eml, policy=SMTP)
    body = message.get_body(("html", "plain"))
    page = body.get_content() if body is not None else ""
    for part in message.walk():
        name = (part["Content-ID"] or "").strip("<>")
        content = part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            page = page.replace(f"cid:{name}", f"data:image/png;base64,{base64.b64encode(content).decode()}")
    return str(page).encode()


def one_line(text: str) -> str:
    """Return text that may stand in a header: no line breaks, no control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _headers(message: EmailMessage, envelope: Envelope) -> None:
    message["From"] = Address(addr_spec=display(envelope.sender)[1])
    message["To"] = Address(addr_spec=envelope.to)
    if envelope.reply_to:
        message["Reply-To"] = Address(addr_spec=envelope.reply_to)
    message["Subject"] = "-"
    message["Date"] = format_datetime(datetime.fromtimestamp(int(envelope.at), UTC))
    message["Message-ID"] = envelope.message_id
    if envelope.references:
        message["References"] = envelope.references
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["X-KPIReport-Key"] = envelope.key


def _addressed(content: bytes, letter: Letter, envelope: Envelope) -> bytes:
    """Return the message with its subject and names, which the standard library may spoil where it folds them."""
    name, sender = display(envelope.sender)
    lines = {
        b"From: " + sender.encode(): f"From: {_person(name, sender)}",
        b"To: " + envelope.to.encode(): f"To: {_person(plain_name(envelope.to_name), envelope.to)}",
        b"Subject: -": f"Subject: {_words(subject(letter, envelope))}",
    }
    head, gap, body = content.partition(b"\r\n\r\n")
    return b"\r\n".join(lines[line].encode() if line in lines else line for line in head.split(b"\r\n")) + gap + body


def _person(name: str, address: str) -> str:
    """Return a name and an address as a header has them; ``address`` was checked before."""
    if not name:
        return address
    if name.isascii() and "=?" not in name:
        quoted_name = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted_name}" <{address}>'
    # One encoded word at most: between two of them, some readers show a space that is not there.
    short = name.encode()[:ENCODED_BYTES].decode("utf-8", "ignore").strip()
    return f"=?utf-8?b?{base64.b64encode(short.encode()).decode()}?= <{address}>"


def _words(text: str) -> str:
    """Return text for a header: as it is where it is short and ASCII, else as encoded words of RFC 2047."""
    if text.isascii() and "=?" not in text and len(text) < LONGEST_LINE:
        return text
    chunks, chunk = [], b""
    for c in text:
        if len(chunk) + len(c.encode()) > ENCODED_BYTES:
            chunks.append(chunk)
            chunk = b""
        chunk += c.encode()
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(part).decode()}?=" for part in (*chunks, chunk))


def _opening(letter: Letter, envelope: Envelope) -> list[str]:
    """Return what stands above a letter, by paragraphs: the greeting, where there is a name, and the covering note."""
    greeting = _say(letter, "greeting", "Dear {name},", name=envelope.greeted) if envelope.greeted else ""
    note = "\n".join(" ".join(line.split()) for line in envelope.note.splitlines()).strip()
    paragraphs = (greeting, *re.split(r"\n{2,}", note))
    return ["".join(c for c in one if c.isprintable() or c == "\n") for one in paragraphs if one.strip()]


def _page_of(paragraphs: list[str]) -> str:
    """Return paragraphs for a page, with a gap above; "" for none."""
    if not paragraphs:
        return ""
    inner = GAP.join(html.escape(one).replace("\n", "<br>") for one in paragraphs)
    return f'<div style="padding:14px 0 0 0">{inner}</div>'


def _sentences(letter: Letter, envelope: Envelope) -> dict[str, str]:
    parts = []
    if envelope.files:
        names = ", ".join(envelope.files)
        parts.append(_say(letter, "attached", "The full report is attached: {names}.", names=names))
    if envelope.linked:
        parts.append(
            _say(letter, "linked", "Kept for you in this folder: {places}.", places=", ".join(envelope.linked))
        )
    if envelope.protected:
        parts.append(_say(letter, "protected", "The PDF opens with the password that you were given."))
    contact = envelope.reply_to or display(envelope.sender)[1]
    return {"files": " ".join(parts), "contact": _say(letter, "contact", "Questions: {address}", address=contact)}


def _say(letter: Letter, key: str, otherwise: str, **fields: object) -> str:
    """Return a sentence of the theme; one that asks for an unknown field is replaced by ours."""
    try:
        return letter.phrases.get(key, otherwise).format_map(fields)
    except (KeyError, IndexError, ValueError, AttributeError):
        return otherwise.format_map(fields)


def _lines(text: str) -> str:
    return "\n".join(text.splitlines()) + "\n"


def _file_name(content_id: str) -> str:
    return f"{content_id.partition('@')[0]}.png"


def _boundaries(message: EmailMessage, key: str) -> None:
    """Give every multipart a boundary that follows from the key, so that the bytes are the same each time."""
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{key}_{number}")
