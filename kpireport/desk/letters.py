"""The letters of a folder on the desk: the ledger of its mail, and what a person decides about it.

What is sent is what was shown: the page gives back the hash of entry letter, and nothing goes where one differs.
Rule: N25.
"""

from __future__ import annotations

import base64
import email
import re
import sqlite3
import time
from contextlib import contextmanager
from email.policy import default
from typing import TYPE_CHECKING, Any

from kpireport import store
from kpireport.core.diagnostics import quoted
from kpireport.deliver.choice import releasable
from kpireport.deliver.entry import HoldReason, MessageKind, MessageState, holding
from kpireport.deliver.post import REAL, Post
from kpireport.desk.answers import AskedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from email.message import EmailMessage, Message
    from pathlib import Path

    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.entry import Entry
    from kpireport.deliver.send import Delivered

MOST_SETTLED = 200
OPEN = (MessageState.QUEUED, MessageState.HELD, MessageState.UNCERTAIN, MessageState.FAILED, MessageState.SENDING)
BY_HAND = "held by a person"
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
_CID = re.compile(r"""(["'(])cid:([^"')\s]+)""")


@contextmanager
def office(mail: MailSettings | None, state: Path) -> Iterator[Post]:
    """Open the post office of a folder. Raises AskedError where there is none, or its ledger cannot be used."""
    if mail is None:
        raise AskedError("no_mail")
    post = Post(mail, state)
    try:
        yield post
    except (OSError, sqlite3.Error) as error:
        reason = store.reason(store.explained(error, state / REAL))
        raise AskedError("ledger", say=reason) from error
    finally:
        post.close()


def listed(mail: MailSettings | None, state: Path) -> list[Entry]:
    """Return the letters that wait, and the newest that are settled; none where nothing was ever queued."""
    if mail is None or not (state / REAL).is_file():
        return []
    with office(mail, state) as post:
        entries = [entry for entry in post.ledger().entries() if entry.kind is not MessageKind.NOTICE]
    open_ = [entry for entry in entries if entry.state in OPEN]
    rest = [entry for entry in entries if entry.state in (MessageState.SENT, MessageState.CANCELLED)]
    return [*open_, *sorted(rest, key=lambda entry: -entry.changed)[:MOST_SETTLED]]


def row(entry: Entry) -> dict[str, Any]:
    """Return a letter as the page lists it. why: what holds it: ``reading``, ``hand``, ``other``, '' where nothing."""
    held = entry.state is MessageState.HELD
    why = "" if not held else "reading" if HoldReason.READING in holding(entry.reason) else (
        "hand" if entry.reason == BY_HAND else "other"
    )  # fmt: skip
    return {
        "key": entry.key, "hash": entry.eml_sha256, "to": entry.recipient, "subject": entry.subject,
        "report": entry.report, "period": entry.period, "part": entry.scope, "revision": entry.revision,
        "state": entry.state.value, "why": why, "reason": quoted(entry.reason or entry.reply, 300),
        "changed": entry.changed,
    }  # fmt: skip


def shown(post: Post, key: str) -> tuple[dict[str, Any], str]:
    """Return the head of a letter and its page. Raises AskedError where it is not there any more."""
    entry = post.ledger().get(key, whole=True)
    if entry is None or not entry.eml:
        raise AskedError("letter", 404)
    message = email.message_from_bytes(entry.eml, policy=default)
    files = [
        {"name": quoted(part.get_filename() or "", 200), "size": len(_bytes(part))}
        for part in message.iter_attachments()
    ]
    head = {"to": str(message["To"] or entry.recipient), "from": str(message["From"] or ""),
            "subject": str(message["Subject"] or ""), "files": files}  # fmt: skip
    return head, _page(message)


def _page(message: EmailMessage) -> str:
    """Return the body of a letter with its pictures in it; its text where it has no page."""
    body = message.get_body(("html", "plain"))
    if body is None:
        return ""
    text = str(body.get_content())
    if body.get_content_type() != "text/html":
        from markupsafe import escape

        return f"<pre>{escape(text)}</pre>"
    pictures = {
        str(part["Content-ID"]).strip("<> "): part for part in message.walk() if part.get("Content-ID") is not None
    }

    def inside(match: re.Match[str]) -> str:
        part = pictures.get(match[2])
        if part is None:
            return match[0]
        content = base64.b64encode(_bytes(part)).decode()
        return f"{match[1]}data:{part.get_content_type()};base64,{content}"

    return _CID.sub(inside, text)


def _bytes(part: Message[str, str]) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def settle(post: Post, keys: Sequence[str], decision: str) -> dict[str, int]:
    """Hold letters, release them, or say that they arrived or are to be sent again; returns how many, and how many not.

    What waits for a reading is released by nothing but its being confirmed.
    """
    ledger, now = post.ledger(), time.time()
    entries = [entry for key in keys if (entry := ledger.get(key)) is not None]
    done = 0
    state, allowed, reason = {
        "hold": (MessageState.HELD, (MessageState.QUEUED,), BY_HAND),
        "release": (MessageState.QUEUED, (MessageState.HELD,), "released by a person"),
        "arrived": (MessageState.SENT, (MessageState.UNCERTAIN,), "decided by a person"),
        "again": (MessageState.QUEUED, (MessageState.UNCERTAIN,), "decided by a person"),
    }[decision]
    if decision == "release":
        entries, _ = releasable(entries)
    for entry in entries:
        done += ledger.settle(
            entry.key, state, now, allowed=allowed, reason=reason, anew=state is MessageState.QUEUED
        )  # fmt: skip
    return {"done": done, "left": len(keys) - done}


def send(post: Post, letters: Sequence[tuple[str, str]]) -> Delivered:
    """Send what is queued, if it is exactly what was shown: keys and hashes. Raises AskedError where it is not."""
    ledger = post.ledger()
    queued = [entry for entry in ledger.entries((MessageState.QUEUED,)) if entry.kind is not MessageKind.NOTICE]
    if {(entry.key, entry.eml_sha256) for entry in queued} != set(letters):
        raise AskedError("changed")
    return post.send()
