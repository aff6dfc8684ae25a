"""[mail] and [[recipient]] of kpireport.toml: how mail leaves the house, and who gets which part."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from kpireport import languages
from kpireport.core.addresses import display, domain, unusable
from kpireport.core.catalogue import mail as problems
from kpireport.core.catalogue import settings_file
from kpireport.core.diagnostics import blocks
from kpireport.core.formats import MAILED_BY_DEFAULT, MAILED_FORMATS
from kpireport.core.mailing import MailCondition, MailSettings, Named
from kpireport.settings import open_table, schema
from kpireport.settings.table import kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.mailing import TransportSettings
    from kpireport.settings.table import SettingsTable

LANGUAGES = ("", *languages.tags())
MOST_MB = 150
DEFAULT = MailSettings()


class TransportChoice(Protocol):
    """What is asked of a transport here: the class of its settings."""

    @property
    def settings(self) -> type[TransportSettings]: ...


def mail(path: Path, transports: Mapping[str, TransportChoice]) -> tuple[MailSettings | None, tuple[Diagnostic, ...]]:
    """Return how a settings file lets mail leave; None where it says nothing of it, or anything wrong.

    transports: those that may be chosen, by name.
    """
    top, told = open_table(path)
    if top is None:
        return None, told
    if "mail" not in top and "recipient" not in top:
        return None, ()
    found = read(top, transports)
    return (None if blocks(top.problems) else found), tuple(top.problems)


def read(top: SettingsTable, transports: Mapping[str, TransportChoice]) -> MailSettings:
    """Return [mail] and [[recipient]]; problems are noted in the table."""
    table = top.table("mail")
    transport = table.choice("transport", tuple(transports), DEFAULT.transport)
    own = schema.filled(table, transports[transport].settings)
    for each in transports.values():
        schema.look_over(table, each.settings)
    made = MailSettings(
        transport=transport,
        own=own,
        sender=_sender(table),
        reply_to=schema.address(table, "reply_to"),
        owner=schema.address(table, "owner"),
        allowed_domains=_domains(table, needed=own.reaches_people),
        link_folder=table.path("link_folder", "") if table.text("link_folder") else None,
        max_messages_per_run=table.integer("max_messages_per_run", DEFAULT.max_messages_per_run, least=1),
        max_message_mb=table.number("max_message_mb", DEFAULT.max_message_mb, least=0.05, most=MOST_MB),
        per_minute=table.integer("per_minute", own.usual_rate, most=6000),
        retry_minutes=table.number("retry_minutes", DEFAULT.retry_minutes, most=60),
        give_up_hours=table.number("give_up_hours", DEFAULT.give_up_hours, least=0.1, most=240),
        on_correction=table.member("on_correction", DEFAULT.on_correction),
        keep_days=table.integer("keep_days", DEFAULT.keep_days, most=36_500),
        workbook_recipients=table.boolean("workbook_recipients", DEFAULT.workbook_recipients),
        language=table.choice("language", LANGUAGES[1:], DEFAULT.language),
        recipients=_recipients(top),
    )
    table.close()
    _together(table, made)
    return made


def _together(table: SettingsTable, made: MailSettings) -> None:
    """Note settings that are right alone and wrong together."""
    for fault in made.own.faults():
        table.tell(fault.problem, fault.setting, **fault.fields)
    for key, text in {"owner": made.owner, **made.own.copies_to}.items():
        if text and made.allowed_domains and domain(text) not in made.allowed_domains:
            table.tell(problems.OUTSIDE, key, domain=domain(text), allowed=", ".join(made.allowed_domains))


def _sender(table: SettingsTable) -> str:
    """Return the sender: an address, or "KPI reports <kpi@example.com>"."""
    found = table.required("sender", 'sender = "KPI reports <kpi@example.com>"')
    if not found:
        return ""
    _, address = display(found)
    if reason := unusable(address):
        table.tell(problems.ADDRESS_WRONG, "sender", found=address or found, reason=reason)
        return ""
    return found


def _domains(table: SettingsTable, *, needed: bool) -> tuple[str, ...]:
    found = tuple(text.strip().casefold().removeprefix("@") for text in table.texts("allowed_domains"))
    if needed and not found:
        table.tell(settings_file.MISSING, "allowed_domains", example='allowed_domains = ["example.com"]')
    for one in found:
        if reason := unusable(f"name@{one}"):
            table.tell(problems.ADDRESS_WRONG, "allowed_domains", found=one, reason=reason)
    return found


def _recipients(top: SettingsTable) -> tuple[Named, ...]:
    found = (_recipient(table) for table in top.tables("recipient"))
    return tuple(one for one in found if one.address)


def _recipient(table: SettingsTable) -> Named:
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
        condition=table.member("condition", MailCondition.ALWAYS),
        active=table.boolean("active", True),
        first_day=_day(table, "from"),
        last_day=_day(table, "until"),
        password=schema.secret(table, "password"),
    )
    table.close()
    return made


def _formats(table: SettingsTable) -> tuple[str, ...]:
    found = table.texts("formats") or MAILED_BY_DEFAULT
    for one in found:
        if one not in MAILED_FORMATS:
            table.not_a_choice("formats", one, MAILED_FORMATS)
    return tuple(dict.fromkeys(one for one in found if one in MAILED_FORMATS))


def _day(table: SettingsTable, key: str) -> date | None:
    found = table.raw(key)
    if isinstance(found, str):
        try:
            return date.fromisoformat(found)
        except ValueError:
            pass
    elif isinstance(found, date) and not isinstance(found, datetime):
        return found
    if found is not None:
        table.tell(settings_file.WRONG_TYPE, key, wanted=kind("day"), found=kind("no_day"), example="2026-11-30")
    return None
