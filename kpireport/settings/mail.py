"""[mail] and [[recipient]] of kpireport.toml: how mail leaves the house, and who gets which part."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kpireport import languages
from kpireport.core.addresses import display, domain, unusable
from kpireport.core.catalogue import mail as problems
from kpireport.core.catalogue import settings_file
from kpireport.core.diagnostics import blocks
from kpireport.core.formats import MAILED_BY_DEFAULT, MAILED_FORMATS
from kpireport.core.mailing import CONDITIONS, REAL, TRANSPORTS, Archive, MailSettings, Named, Secret
from kpireport.settings import open_table

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.settings.table import Table

PORTS = {"starttls": 587, "tls": 465, "none": 25}
IMAP_PORTS = {"tls": 993, "starttls": 143, "none": 143}
LANGUAGES = ("", *languages.tags())
SECRETS = ("env", "file", "credential", "keyring", "command")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PER_MINUTE = 30  # what Microsoft 365 takes from one mailbox
MOST_MB = 150
DEFAULT = MailSettings()


def mail(path: Path) -> tuple[MailSettings | None, tuple[Diagnostic, ...]]:
    """Return how a settings file lets mail leave; None where it says nothing of it, or anything wrong."""
    top, told = open_table(path)
    if top is None:
        return None, told
    if "mail" not in top and "recipient" not in top:
        return None, ()
    found = read(top)
    return (None if blocks(top.problems) else found), tuple(top.problems)


def read(top: Table) -> MailSettings:
    """Return [mail] and [[recipient]]; problems are noted in the table."""
    table = top.table("mail")
    transport = table.choice("transport", TRANSPORTS, DEFAULT.transport)
    security = table.choice("security", tuple(PORTS), DEFAULT.security)
    host = table.required("host", 'host = "smtp.example.com"') if transport == "smtp" else table.text("host")
    graph = transport == "graph"
    made = MailSettings(
        transport=transport,
        sender=_sender(table),
        reply_to=_address(table, "reply_to"),
        owner=_address(table, "owner"),
        allowed_domains=_domains(table, transport),
        host=host,
        port=table.integer("port", PORTS[security], least=1, most=65535),
        security=security,
        user=table.text("user"),
        password=secret(table, "password"),
        auth=table.choice("auth", ("password", "xoauth2"), DEFAULT.auth),
        token=secret(table, "token"),
        authority=table.path("authority", "") if "authority" in table else None,
        tenant=table.required("tenant", 'tenant = "the directory id"') if graph else table.text("tenant"),
        client=table.required("client", 'client = "the application id"') if graph else table.text("client"),
        secret=secret(table, "secret"),
        certificate=secret(table, "certificate"),
        mailbox=_address(table, "mailbox"),
        graph_url=table.text("graph_url", DEFAULT.graph_url).rstrip("/"),
        program=table.text("program", DEFAULT.program),
        folder=table.path("folder", "outbox"),
        link_folder=table.path("link_folder", "") if table.text("link_folder") else None,
        max_messages_per_run=table.integer("max_messages_per_run", DEFAULT.max_messages_per_run, least=1),
        max_message_mb=table.number("max_message_mb", DEFAULT.max_message_mb, least=0.05, most=MOST_MB),
        per_minute=table.integer("per_minute", PER_MINUTE if graph or "office365" in host else 0, most=6000),
        retry_minutes=table.number("retry_minutes", DEFAULT.retry_minutes, most=60),
        give_up_hours=table.number("give_up_hours", DEFAULT.give_up_hours, least=0.1, most=240),
        on_correction=table.choice("on_correction", ("hold", "send_marked"), DEFAULT.on_correction),
        keep_days=table.integer("keep_days", DEFAULT.keep_days, most=36_500),
        workbook_recipients=table.boolean("workbook_recipients", DEFAULT.workbook_recipients),
        language=table.choice("language", LANGUAGES[1:], DEFAULT.language),
        recipients=_recipients(top),
        archive=_archive(table.table("archive")) if "archive" in table else None,
    )
    table.close()
    _together(table, made)
    return made


def _archive(table: Table) -> Archive:
    """Return [mail.archive]."""
    security = table.choice("security", tuple(IMAP_PORTS), "tls")
    made = Archive(
        host=table.required("host", 'host = "imap.example.com"'),
        port=table.integer("port", IMAP_PORTS[security], least=1, most=65535),
        security=security,
        user=table.text("user"),
        password=secret(table, "password"),
        mailbox=table.text("mailbox", "Sent"),
        bcc=_address(table, "bcc"),
    )
    if security == "none" and made.host not in LOOPBACK:
        table.tell(problems.PASSWORD_IN_THE_CLEAR, "security")
    table.close()
    return made


def _together(table: Table, made: MailSettings) -> None:
    """Note settings that are right alone and wrong together."""
    signs_in = made.user or made.password or made.token
    if made.transport == "smtp" and signs_in and made.security == "none" and made.host not in LOOPBACK:
        table.tell(problems.PASSWORD_IN_THE_CLEAR, "security")
    if made.transport == "smtp" and made.password and not made.user:
        table.tell(settings_file.MISSING, "user", example='user = "kpi@example.com"')
    if made.transport == "smtp" and made.user and made.auth == "password" and made.password is None:
        table.tell(settings_file.MISSING, "password", example='password = { env = "SMTP_PASSWORD" }')
    address = urlsplit(made.graph_url)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        table.tell(problems.PASSWORD_IN_THE_CLEAR, "graph_url")
    if made.certificate is not None and made.certificate.kind != "file":
        table.tell(settings_file.MISSING, "certificate", example='certificate = { file = "app.pfx" }')
    by_app = made.tenant and made.client and (made.secret or made.certificate)
    if made.transport == "graph" and not (made.secret or made.certificate or made.token):
        table.tell(settings_file.MISSING, "secret", example='secret = { env = "GRAPH_SECRET" }')
    if made.transport == "smtp" and made.auth == "xoauth2" and not (made.token or by_app):
        table.tell(settings_file.MISSING, "token", example='token = { command = ["get-token"] }')
    for key, text in (("owner", made.owner), ("archive", made.archive.bcc if made.archive else "")):
        if text and made.allowed_domains and domain(text) not in made.allowed_domains:
            table.tell(problems.OUTSIDE, key, domain=domain(text), allowed=", ".join(made.allowed_domains))


def _sender(table: Table) -> str:
    """Return the sender: an address, or "KPI reports <kpi@example.com>"."""
    found = table.required("sender", 'sender = "KPI reports <kpi@example.com>"')
    if not found:
        return ""
    _, address = display(found)
    if reason := unusable(address):
        table.tell(problems.ADDRESS_WRONG, "sender", found=address or found, reason=reason)
        return ""
    return found


def _address(table: Table, key: str) -> str:
    found = table.text(key)
    if found and (reason := unusable(found)):
        table.tell(problems.ADDRESS_WRONG, key, found=found, reason=reason)
        return ""
    return found


def _domains(table: Table, transport: str) -> tuple[str, ...]:
    found = tuple(text.strip().casefold().removeprefix("@") for text in table.texts("allowed_domains"))
    if transport in REAL and not found:
        table.tell(settings_file.MISSING, "allowed_domains", example='allowed_domains = ["example.com"]')
    for one in found:
        if reason := unusable(f"name@{one}"):
            table.tell(problems.ADDRESS_WRONG, "allowed_domains", found=one, reason=reason)
    return found


def secret(table: Table, key: str) -> Secret | None:
    """Return where a secret is kept: ``{ env = "NAME" }`` and the like. A secret written out is an error."""
    found = table.raw(key)
    if found is None:
        return None
    if isinstance(found, dict) and len(found) == 1:
        kind, value = next(iter(found.items()))
        words = tuple(value) if isinstance(value, list) else (value,)
        written = bool(words) and all(isinstance(word, str) and word for word in words)
        if kind in SECRETS and written and (kind == "command" or len(words) == 1):
            return Secret(kind, words)
    table.tell(problems.SECRET_LITERAL, key, example='{ env = "NAME" }, { file = "path" }')
    return None


def _recipients(top: Table) -> tuple[Named, ...]:
    found = (_recipient(table) for table in top.tables("recipient"))
    return tuple(one for one in found if one.address)


def _recipient(table: Table) -> Named:
    address = table.required("address", 'address = "name@example.com"')
    if address and (reason := unusable(address)):
        table.tell(problems.ADDRESS_WRONG, "address", found=address, reason=reason)
    made = Named(
        address=address,
        name=table.text("name"),
        where=table.where(),
        reports=table.texts("reports"),
        scope=table.text("scope"),
        language=table.choice("language", LANGUAGES, ""),
        formats=_formats(table),
        condition=table.choice("condition", CONDITIONS, "always"),
        active=table.boolean("active", True),
        first_day=_day(table, "from"),
        last_day=_day(table, "until"),
        password=secret(table, "password"),
    )
    table.close()
    return made


def _formats(table: Table) -> tuple[str, ...]:
    found = table.texts("formats") or MAILED_BY_DEFAULT
    for one in found:
        if one not in MAILED_FORMATS:
            table.tell(settings_file.NOT_A_CHOICE, "formats", found=one, known=", ".join(MAILED_FORMATS))
    return tuple(dict.fromkeys(one for one in found if one in MAILED_FORMATS))


def _day(table: Table, key: str) -> date | None:
    found = table.raw(key)
    if isinstance(found, str):
        try:
            return date.fromisoformat(found)
        except ValueError:
            pass
    elif isinstance(found, date) and not isinstance(found, datetime):
        return found
    if found is not None:
        table.tell(settings_file.WRONG_TYPE, key, wanted="a day", found="no day", example="2026-11-30")
    return None
