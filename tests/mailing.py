"""Products, settings and mail servers for the tests of delivery."""

from __future__ import annotations

import email
import email.policy
import socket
from dataclasses import dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

from kpireport.core.diagnostics import Where
from kpireport.core.dispatch import CONTACT_HERE, FILES_HERE, LETTER, Audience, Edition, Letter, Product, seal
from kpireport.core.mailing import MailSettings
from kpireport.core.model import Recipient
from kpireport.deliver.post import Post
from kpireport.deliver.transport import Security
from kpireport.deliver.transports import TRANSPORTS
from kpireport.deliver.transports.smtp import Auth, SmtpSettings

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from kpireport.deliver.send import Delivered

TODAY = date(2026, 11, 9)
PHRASES = {
    "attached": "Attached: {names}.", "linked": "In the folder: {places}.", "protected": "With your password.",
    "contact": "Questions: {address}", "corrected": "Corrected (r{revision}): {subject}",
    "test": "[TEST for {address}] {subject}",
}  # fmt: skip


def recipient(address: str, scope: str = "all", **more: Any) -> Recipient:
    return Recipient(
        more.pop("name", address.partition("@")[0]), address, Where("b.xlsx", "Recipients", "B2"), scope, **more
    )


def edition(
    audience: Audience, statuses: dict[str, str] | None = None, files: dict[str, bytes] | None = None
) -> Edition:
    """Return an edition whose one file says for which part it is."""
    whose = audience.scope or "all"
    content = {"report.pdf": b"%PDF-1.7 report of " + whose.encode()} if files is None else files
    letter = Letter(
        f"Group, October 2026: {whose}",
        f"<html><body><p>{whose}</p><p>{FILES_HERE}</p><p>{CONTACT_HERE}</p></body></html>",
        f"{whose}\n{FILES_HERE}\n{CONTACT_HERE}\n", {}, PHRASES,
    )  # fmt: skip
    seals = {name: seal(audience.scope, one) for name, one in content.items()}
    seals[LETTER] = seal(audience.scope, letter.content())
    return Edition(audience, content, letter, statuses or {"a": "on", "b": "off"}, seals)


def product(*people: Recipient, period: str = "2026-10", report: str = "Group", **more: Any) -> Product:
    audiences = dict.fromkeys(Audience("" if p.scope == "all" else p.scope, p.language, p.formats) for p in people)
    editions = tuple(edition(one, more.get("statuses"), more.get("files")) for one in audiences)
    return Product(report, period, "ab" * 32, editions=editions, recipients=people)


def people(count: int) -> tuple[Recipient, ...]:
    return tuple(recipient(f"person{n}@example.com") for n in range(count))


def settings(port: int = 0, *, transport: str = "smtp", **more: Any) -> MailSettings:
    """Return settings; what belongs to the transport alone is put there. port: of a server on this machine."""
    kind = TRANSPORTS[transport].settings
    chosen: dict[str, Any] = {
        "sender": "KPI reports <kpi@example.com>", "owner": "boss@example.com", "allowed_domains": ("example.com",),
    }  # fmt: skip
    if kind is SmtpSettings:
        chosen |= {"host": "127.0.0.1", "port": port, "security": Security.NONE}
    chosen |= more
    own = {field.name: chosen.pop(field.name) for field in fields(kind) if field.name in chosen}
    own |= {name: wanted(own[name]) for name, wanted in (("security", Security), ("auth", Auth)) if name in own}
    return MailSettings(transport, kind(**own), **chosen)


class Clock:
    """A clock that only moves when someone sleeps."""

    def __init__(self) -> None:
        self.now = 1_794_000_000.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


def post(folder: Path, mail: MailSettings, clock: Clock | None = None, **more: Any) -> Post:
    clock = clock or Clock()
    return Post(mail, folder / "state", clock=clock, sleep=clock.sleep, **more)


def stopped(done: Delivered) -> str:
    """Return why a run of the sender ended early: the problem with the server, or else the reason; "" for none."""
    return done.fault.name if done.fault is not None else str(done.stop or "")


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.SMTP)  # type: ignore[return-value]


@dataclass
class Box:
    """A handler that keeps what it is given. rcpt, data: what it answers, by recipient, each answer once."""

    got: list[tuple[str, str, bytes]] = field(default_factory=list)
    rcpt: dict[str, list[str]] = field(default_factory=dict)
    data: dict[str, list[str]] = field(default_factory=dict)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answers = self.rcpt.get(address)
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answers = self.data.get(envelope.rcpt_tos[0])
        if answers:
            return answers.pop(0)
        self.got.extend((envelope.mail_from, to, envelope.original_content) for to in envelope.rcpt_tos)
        return "250 2.0.0 taken"

    @property
    def to(self) -> list[str]:
        return [to for _, to, _ in self.got]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Mailer(Controller):
    """aiosmtpd on a free port of loopback."""

    def __init__(self, handler: Any, **more: Any) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=free_port(), **more)

    def __enter__(self) -> Mailer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
