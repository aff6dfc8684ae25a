"""Options that several commands have: the day, the settings file, the language."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import click

from kpireport import languages
from kpireport.commands.speaking import say

language = click.option("--language", type=click.Choice(languages.tags()), help="Otherwise as the Settings sheet says.")


def _day(_: click.Context, __: click.Parameter, value: str | None) -> date:
    if value is None:
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(tz=UTC).astimezone()
        return moment.date()
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(say("program.usage.day")) from error


today = click.option(
    "--today", callback=_day, help="The day of the report, YYYY-MM-DD; otherwise today.", metavar="DAY"
)


def _settings(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    usual = Path("kpireport.toml")
    return value or (usual if usual.is_file() else None)


settings = click.option(
    "--settings", callback=_settings, type=click.Path(dir_okay=False, exists=True, path_type=Path), metavar="FILE",
    help="The settings file; otherwise kpireport.toml of the folder you are in, where there is one.",
)  # fmt: skip
