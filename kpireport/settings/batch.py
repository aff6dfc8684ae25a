"""[inbox], [batch], [retention] and [[report]] of kpireport.toml: the drop folder, and what is due when."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kpireport import languages
from kpireport.core.batching import PATTERNS, BatchSettings, DueRule, Inbox, Planned
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import blocks
from kpireport.core.formats import DEFAULT_FORMATS, FORMATS
from kpireport.resources import resolved
from kpireport.settings import open_table

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.settings.table import SettingsTable

KNOWN = ("inbox", "batch", "retention", "report", "mail", "recipient", "layout")
LANGUAGES = ("", *languages.tags())
WEEKDAYS = ("", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NETWORK_SETTLE = 30.0


def batch(path: Path) -> tuple[BatchSettings | None, tuple[Diagnostic, ...]]:
    """Return how the batch works by a settings file; None where it says anything wrong, also in unknown tables."""
    top, told = open_table(path)
    if top is None:
        return None, told
    found = read(top)
    return (None if blocks(top.problems) else found), tuple(top.problems)


def read(top: SettingsTable) -> BatchSettings:
    """Return the settings; problems are noted in the table."""
    table = top.table("batch")
    keep = top.table("retention")
    made = BatchSettings(
        inbox=_inbox(top.table("inbox"), keep),
        reports=table.path("reports", "reports"),
        state=table.path("state", ".kpireport"),
        formats=_formats(table) or DEFAULT_FORMATS,
        language=table.choice("language", LANGUAGES, ""),
        theme=_theme(table),
        workers=table.integer("workers", 0, most=256),
        workbook_minutes=table.number("workbook_minutes", 10.0, least=0.01, most=24 * 60),
        keep_reports_days=keep.integer("reports_days", 0),
        keep_runs_days=keep.integer("runs_days", 400),
        planned=tuple(_planned(each) for each in top.tables("report")),
    )
    for each in (table, keep):
        each.close()
    for name in KNOWN:
        top.raw(name)
    top.close()
    _apart(top, made)
    return made


def _inbox(table: SettingsTable, keep: SettingsTable) -> Inbox:
    folder = table.path("path", "inbox")
    shared = str(folder).startswith("\\\\")
    made = Inbox(
        folder=folder,
        patterns=table.texts("pattern") or PATTERNS,
        settle_seconds=table.number("settle_seconds", NETWORK_SETTLE if shared else 10.0, most=3600),
        poll_seconds=table.number("poll_seconds", 30.0, least=0.1, most=86_400),
        max_wait_minutes=table.number("max_wait_minutes", 120.0, most=10_080),
        if_open=table.choice("if_open", ("wait", "take"), "wait"),
        keep_processed_days=keep.integer("processed_days", 400),
        keep_failed_days=keep.integer("failed_days", 0),
    )
    table.close()
    return made


def _planned(table: SettingsTable) -> Planned:
    made = Planned(
        name=table.required("name", 'name = "Group"'),
        workbooks=tuple(table.placed("workbooks", text) for text in table.texts("workbooks")),
        match=table.text("match"),
        calendar=_calendar(table),
        formats=_formats(table),
        language=table.choice("language", LANGUAGES, ""),
        theme=_theme(table),
        note=table.text("note"),
        where=table.where(),
    )
    table.close()
    return made


def _calendar(table: SettingsTable) -> DueRule | None:
    if not any(key in table for key in ("day", "working_day", "weekday")):
        for key in ("zone", "max_lateness_days", "nth"):
            table.raw(key)
        return None
    made = DueRule(
        day=table.integer("day", 0, least=-31, most=31),
        working_day=table.integer("working_day", 0, least=-23, most=23),
        weekday=WEEKDAYS.index(table.choice("weekday", WEEKDAYS, "")),
        nth=table.integer("nth", 0, least=-5, most=5),
        zone=table.text("zone"),
        max_lateness=table.integer("max_lateness_days", 10, most=366),
    )
    if sum(map(bool, (made.day, made.working_day, made.weekday))) != 1 or (made.nth and not made.weekday):
        table.tell(problems.CALENDAR_UNCLEAR, "day")
    if made.zone:
        try:
            ZoneInfo(made.zone)
        except (KeyError, ValueError, OSError):
            table.tell(problems.ZONE_UNKNOWN, "zone", found=made.zone)
    return made


def _formats(table: SettingsTable) -> tuple[str, ...]:
    found = table.texts("formats")
    for one in found:
        if one not in FORMATS:
            table.not_a_choice("formats", one, FORMATS)
    return tuple(dict.fromkeys(one for one in found if one in FORMATS))


def _theme(table: SettingsTable) -> str:
    """Return a theme: the name of a built-in one, or a folder beside the settings."""
    found = table.text("theme")
    folder = table.placed("theme", found)
    return str(folder) if found and folder.is_dir() else found


def _apart(top: SettingsTable, made: BatchSettings) -> None:
    """Note folders that lie in each other: what we write must never be taken for what was dropped."""
    inbox, reports, state = (resolved(path) for path in (made.inbox.folder, made.reports, made.state))
    for first, second in ((reports, inbox), (state, inbox), (inbox, reports), (inbox, state), (state, reports)):
        if first == second or second in first.parents:
            top.tell(problems.FOLDERS_MIXED, "inbox", first=first.name, second=second.name)
            return
