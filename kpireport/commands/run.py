"""``kpireport run``, ``watch``, ``status`` and ``schedule``: the batch, from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpireport import languages
from kpireport.commands.speaking import by_settings, quoted_path, say
from kpireport.exits import LATER, PARTLY, SETTINGS, UNWRITABLE, USAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpireport.batch.logs import Silent
    from kpireport.batch.running import RunRefusedError
    from kpireport.core.batching import BatchSettings
    from kpireport.core.mailing import MailSettings

CODES = {
    "RUN_LOCKED": LATER, "STATE_FAILED": UNWRITABLE, "STATE_REMOTE": SETTINGS, "EXECUTOR_UNKNOWN": USAGE,
    "ADDRESS_WRONG": USAGE, "OUTSIDE": USAGE, "NO_MAIL_SETTINGS": SETTINGS,
}  # fmt: skip

PASSING = ("RUN_LOCKED", "STATE_FAILED", "EXECUTOR_FAILED")

settings_file = click.option(
    "--settings", type=click.Path(dir_okay=False, path_type=Path), default=Path("kpireport.toml"), show_default=True,
    callback=by_settings, metavar="FILE", help="The settings file; folders in it are relative to it.",
)  # fmt: skip
log_format = click.option(
    "--log-format", type=click.Choice(["auto", "text", "json"]), default="auto", show_default=True,
    help="What is told while it works: lines for people, or JSON lines.",
)  # fmt: skip
executor = click.option(
    "--executor", "engine", default="", metavar="NAME", help="serial, processes, processes:4, or dask:tcp://host:8786."
)
quiet = click.option("--non-interactive", is_flag=True, help="For schedulers: never ask, never draw.")


def _shard(_: click.Context, __: click.Parameter, value: str) -> tuple[int, int]:
    which, slash, count = value.partition("/")
    if slash and which.isdigit() and count.isdigit() and 1 <= int(which) <= int(count):
        return int(which), int(count)
    raise click.BadParameter(say("program.usage.shard"))


@click.command()
@settings_file
@click.option("--due", is_flag=True, help="Also make the reports that are due by their calendars.")
@click.option("--period", metavar="PERIOD", default="", help="The period to report, for example 2026-10.")
@click.option("--dry-run", is_flag=True, help="Build and write mail into a folder; move, publish and send nothing.")
@click.option("--no-send", is_flag=True, help="Publish and queue, but let no mail leave.")
@click.option(
    "--redirect-to", metavar="ADDRESS", default="",
    help="A rehearsal: all mail goes there, marked as a test; nothing is moved or published.",
)  # fmt: skip
@click.option(
    "--shard", callback=_shard, default="1/1", help="Do one part of the workbooks: 3/8 is the third of eight."
)
@click.option("--leave", is_flag=True, help="Process workbooks where they lie, for a folder that is read only.")
@click.option("--note", default="", metavar="WORDS", help="A covering note above each letter of this run.")
@click.option("--strict", is_flag=True, help="Warnings count as failures in the exit code.")
@executor
@log_format
@quiet
def run(
    settings: Path, due: bool, period: str, dry_run: bool, no_send: bool, redirect_to: str, shard: tuple[int, int],
    leave: bool, note: str, strict: bool, engine: str, log_format: str, non_interactive: bool,
) -> None:  # fmt: skip
    """Make the reports of all workbooks in the drop folder, file them away, and mail what is due."""
    from kpireport.batch import running
    from kpireport.batch.intake import Options

    form = "json" if non_interactive and log_format == "auto" else log_format
    options = Options(_today(), period, due, dry_run, redirect_to=redirect_to, shard=shard, leave=leave, note=note)
    found, mail = _settings(settings)
    try:
        summary = running.run(
            found, settings, options, engine=engine, mail=mail, send=not no_send, speaker=_speaker(form)
        )
    except running.RunRefusedError as error:
        raise _refused(error) from error
    click.echo(summary.as_text(languages.talking(found.language)), nl=False)
    raise SystemExit(summary.code() or int(strict and summary.warned()))


@click.command()
@settings_file
@executor
@log_format
@click.option("--no-send", is_flag=True, help="Publish and queue, but let no mail leave.")
def watch(settings: Path, engine: str, log_format: str, no_send: bool) -> None:
    """Do what ``run --due`` does, again and again, until Ctrl+C.

    What may pass by itself (another run at work, a full disk, a scheduler that is away) does not end it.
    """
    import time
    from functools import partial

    from kpireport.batch import running
    from kpireport.batch.intake import Options

    found, mail = _settings(settings)
    click.echo(
        languages.talking(found.language).say("program.watch.begins", folder=quoted_path(found.inbox.folder)), err=True
    )
    speaker, last = _speaker(log_format), ""
    try:
        while True:
            once = partial(
                running.run, found, settings, Options(_today(), due=True), engine=engine, mail=mail, send=not no_send,
                speaker=speaker, trace=False,
            )  # fmt: skip
            last = _look(once, last)
            time.sleep(found.inbox.poll_seconds)
    except KeyboardInterrupt:
        click.echo(err=True)


def _look(once: Callable[[], object], last: str) -> str:
    """Look once, and return why that could not be, "" where it could. last: why it could not before, told already."""
    from kpireport import console
    from kpireport.batch import running

    try:
        once()
    except running.RunRefusedError as error:
        if error.diagnostic.name not in PASSING:
            raise _refused(error) from error
        if str(error) != last:
            console.show((error.diagnostic,), stream=sys.stderr)
        return str(error)
    return ""


@click.command()
@settings_file
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--mail", "to_owner", is_flag=True, help="Also mail it to the owner, as the settings name him.")
def status(settings: Path, form: str, to_owner: bool) -> None:
    """Say how things stand: last run, what waits, what is due, who has dropped no workbook, what mail is held."""
    import json
    from datetime import UTC, datetime

    from kpireport.batch import status as standing

    found, mail = _settings(settings)
    if to_owner and (mail is None or not mail.owner):
        raise click.UsageError(languages.talking(found.language).say("program.usage.no_owner"))
    now = datetime.now(tz=UTC).astimezone()
    shown = standing.status(found, now, _counts(mail, found))
    text = standing.as_text(shown, languages.talking(found.language))
    click.echo((json.dumps(shown, indent=1) if form == "json" else text).rstrip("\n"))
    if to_owner and mail is not None:
        raise SystemExit(_mailed(mail, found, text, now.isoformat(timespec="seconds")))


def _counts(mail: MailSettings | None, settings: BatchSettings) -> dict[str, int]:
    """Return how many messages are in each state. Raises OSError where the outbox cannot be read."""
    import sqlite3
    from contextlib import closing

    from kpireport import store
    from kpireport.deliver.post import REAL, Post

    if mail is None:
        return {}
    try:
        with closing(Post(mail, settings.state)) as post:
            return dict(post.summary())
    except sqlite3.Error as error:
        raise store.explained(error, settings.state / REAL) from error


def _mailed(mail: MailSettings, settings: BatchSettings, text: str, at: str) -> int:
    """Mail the status to the owner, and return an exit code."""
    from kpireport import console
    from kpireport.deliver.post import Post

    post = Post(mail, settings.state)
    queued = post.notice(f"kpireport: {at[:10]}", text, run=f"status {at}")
    sent = post.send(notices_only=True)
    post.close()
    if queued.keys and set(queued.keys) <= set(sent.sent):
        return 0
    console.show(
        (*queued.diagnostics, *sent.diagnostics), language=languages.talking(settings.language), stream=sys.stderr
    )
    return PARTLY


@click.group()
def schedule() -> None:
    """Help with the scheduler of this machine."""


@schedule.command(name="print")
@settings_file
@click.option("--windows", "kind", flag_value="windows", help="For Task Scheduler, as XML that it imports.")
@click.option("--systemd", "kind", flag_value="systemd", help="A service and a timer.")
@click.option("--cron", "kind", flag_value="cron", help="A line for crontab.")
@click.option("--at", "time", default="06:30", show_default=True, metavar="HH:MM", help="When.")
@click.option("--weekdays", is_flag=True, help="From Monday to Friday, not every day.")
def print_(settings: Path, kind: str | None, time: str, weekdays: bool) -> None:
    """Print what the scheduler needs; nothing is installed."""
    import re

    from kpireport.batch import scheduling

    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", time):
        raise click.UsageError(say("program.usage.time"))
    usual = "windows" if sys.platform == "win32" else "systemd"
    click.echo(scheduling.text(kind or usual, settings, time, weekdays=weekdays), nl=False)


def _today() -> Any:
    from datetime import UTC, datetime

    return datetime.now(tz=UTC).astimezone().date()


def _settings(path: Path) -> tuple[BatchSettings, MailSettings | None]:
    """Return the settings, or end with what is wrong with them."""
    from kpireport import console
    from kpireport.core.diagnostics import blocks
    from kpireport.deliver.transports import TRANSPORTS
    from kpireport.settings import batch, layout, mail

    found, told = batch.batch(path)
    letters, more = mail.mail(path, TRANSPORTS) if found is not None else (None, ())
    _, last = layout.layouts(path) if found is not None else ((), ())
    problems = (*told, *more, *last)
    if problems:
        console.show(problems, stream=sys.stderr)
    if found is None or blocks(problems):
        raise SystemExit(SETTINGS)
    return found, letters


def _refused(error: RunRefusedError) -> SystemExit:
    """Say why a run cannot begin, and return how the command ends."""
    from kpireport import console

    console.show((error.diagnostic,), stream=sys.stderr)
    return SystemExit(CODES.get(error.diagnostic.name, UNWRITABLE))


def _speaker(form: str) -> Silent:
    from kpireport.batch import logs

    return logs.speaker(form)
