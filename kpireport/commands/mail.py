"""``kpireport mail``: try the way out, and see every letter before any is sent."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpireport import languages
from kpireport.commands.speaking import by_settings, say
from kpireport.exits import FINE, PROBLEMS, SETTINGS
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.entry import Entry

settings = click.option(
    "--settings", type=click.Path(dir_okay=False, path_type=Path), default=Path("kpireport.toml"), show_default=True,
    callback=by_settings, metavar="FILE", help="The settings file.",
)  # fmt: skip
state = click.option(
    "--state", type=click.Path(file_okay=False, path_type=Path),
    help="The folder that keeps the outbox; otherwise that of the settings.",
)  # fmt: skip


@click.group()
def mail() -> None:
    """Try the mail settings, or see the letters of a workbook before any is sent."""


@mail.command()
@settings
@state
@click.option("--to", "to", default="", metavar="ADDRESS", help="Send one test message there.")
def test(settings: Path, state: Path | None, to: str) -> None:
    """Connect to the mail server and sign in; with --to also send one test message."""
    from kpireport import console
    from kpireport.core.catalogue import mail as problems
    from kpireport.core.diagnostics import Where
    from kpireport.deliver.post import Post
    from kpireport.deliver.send import exit_code, stop_of
    from kpireport.deliver.transport import DeliveryStatus
    from kpireport.deliver.transports import transport

    chosen = opened(settings)
    post = Post(chosen, kept(state, settings))
    answer, delivered = post.try_out(to)
    if answer.fate is not DeliveryStatus.SENT:
        kind = answer.stop or problems.SERVER_DOWN
        host = transport(chosen).host
        told = kind.at(Where(), host=host, reply=answer.reply, folder=host, reason=answer.reply)
        console.show([told], language=languages.talking(chosen.language), stream=sys.stderr)
        raise SystemExit(stop_of(kind).code)
    click.echo(answer.reply)
    if delivered is not None:
        if delivered.diagnostics:
            console.show(delivered.diagnostics, language=languages.talking(chosen.language), stream=sys.stderr)
        click.echo(languages.talking(chosen.language).say("program.mail.sent", n=len(delivered.sent)))
        raise SystemExit(exit_code(delivered))


@mail.command()
@click.argument("workbooks", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="WORKBOOK...")
@settings
@click.option("--period", help="The period to report, for example 2026-10 or 2026-Q3.", metavar="PERIOD")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("mail-preview"),
              show_default=True, help="The folder to write into.")  # fmt: skip
@click.option("--theme", type=click.Path(file_okay=False, path_type=Path), help="The name of a theme, or a folder.")
@click.option("--today", default="", metavar="DAY", help="The day of the report, YYYY-MM-DD; otherwise today.")
@click.option("--note", default="", metavar="WORDS", help="A covering note above each letter.")
def preview(
    workbooks: tuple[Path, ...],
    settings: Path,
    out: Path,
    today: str,
    note: str,
    **report: Any,
) -> None:
    """Write every letter of the WORKBOOKs into a folder, as .eml and .html, and send nothing."""
    import tempfile
    from dataclasses import replace

    from kpireport import console, pipeline
    from kpireport.core.diagnostics import Severity
    from kpireport.deliver.post import Post

    chosen = opened(settings) if _sets_up_mail(settings) else _plain()
    day = _day(today)
    job = pipeline.Job(workbooks, day, **report, formats=(), settings=settings if settings.is_file() else None)
    product = pipeline.produce(job)
    with tempfile.TemporaryDirectory() as folder:
        post = Post(chosen, Path(folder))
        queued = post.put(replace(product, note=note), today=day, dry_run=True)
        ledger = post.dry_ledger()
        entries = [
            entry for key in (*queued.keys, *queued.held, *queued.skipped) if (entry := ledger.get(key, whole=True))
        ]
        post.close()
    written = _written(entries, out)
    told = [d for d in (*product.diagnostics, *queued.diagnostics) if d.severity is not Severity.NOTE]
    told = [d for place, d in enumerate(told) if d not in told[:place]]
    if told:
        console.show(told, language=languages.talking(chosen.language), stream=sys.stderr)
    for path in written:
        click.echo(str(path))
    click.echo(languages.talking(chosen.language).say("program.mail.previewed", n=len(entries)))
    raise SystemExit(PROBLEMS if product.failed or any(d.severity is Severity.ERROR for d in told) else FINE)


def opened(settings: Path) -> MailSettings:
    """Return the mail settings; say what is wrong and end with 78 where there are none."""
    from kpireport import console
    from kpireport.core.catalogue import mail as problems
    from kpireport.core.diagnostics import Where
    from kpireport.deliver.transports import TRANSPORTS
    from kpireport.settings import mail as reader

    found, told = reader.mail(settings, TRANSPORTS)
    if found is None:
        console.show(told or [problems.NO_MAIL_SETTINGS.at(Where(settings.name))], stream=sys.stderr)
        raise SystemExit(SETTINGS)
    return found


def kept(state: Path | None, settings: Path) -> Path:
    """Return the folder of the outbox: as asked for, else the one that ``kpireport run`` uses by these settings.

    A second ledger beside it would show nothing of what was queued, and send nothing. Ends with 78 where the settings
    cannot be read.
    """
    import platformdirs

    from kpireport import console
    from kpireport.settings import batch

    if state is not None:
        return state
    if not settings.is_file():
        return Path(platformdirs.user_state_dir("kpireport", appauthor=False))
    found, told = batch.batch(settings)
    if found is None:
        console.show(told, stream=sys.stderr)
        raise SystemExit(SETTINGS)
    return found.state


def _sets_up_mail(settings: Path) -> bool:
    """Return whether a settings file says anything of mail; without that, letters are shown as they would be."""
    from kpireport.settings import open_table

    if not settings.is_file():
        return False
    top, _ = open_table(settings)
    return top is None or "mail" in top


def _plain() -> MailSettings:
    """Return settings for a preview where there are none yet."""
    from kpireport.core.mailing import MailSettings

    return MailSettings(sender="KPI reports <kpi@example.com>")


def _day(text: str) -> date:
    from datetime import UTC, datetime

    if not text:
        return datetime.now(tz=UTC).astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(say("program.usage.day"), param_hint="--today") from error


def _written(entries: list[Entry], out: Path) -> tuple[Path, ...]:
    """Write each letter for a mail program and for a browser."""
    from kpireport import output
    from kpireport.deliver.message import as_page

    files: dict[str, bytes] = {}
    for entry in entries:
        part = entry.scope.partition("=")[2]
        name = output.safe_name("-".join(p for p in (entry.recipient.partition("@")[0], part, entry.key[:6]) if p))
        files[f"{name}.eml"] = entry.eml
        files[f"{name}.html"] = as_page(entry.eml)
    try:
        return output.publish(files, out)
    except OSError as error:
        raise click.FileError(str(out), os_reason(error)) from error
