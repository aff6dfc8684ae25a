"""``kpireport outbox``: what was sent to whom, what waits, and what a person decides about it."""

from __future__ import annotations

import json
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from kpireport import languages
from kpireport.commands.mail import kept, opened, settings, state
from kpireport.commands.speaking import quoted_path, say
from kpireport.core.messages import Quoted
from kpireport.exits import PROBLEMS, UNWRITABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kpireport.core.diagnostics import Problem
    from kpireport.deliver.entry import Entry
    from kpireport.deliver.outbox import Outbox
    from kpireport.deliver.post import Post
    from kpireport.deliver.send import Delivered

SHORT = 10  # characters of a key in lists
test = click.option("--test", is_flag=True, help="The ledger of test runs instead of the real one.")
reason = click.option("--reason", required=True, help="Why; it is kept with the message.", metavar="WORDS")


@click.group()
def outbox() -> None:
    """List, show, send, resend, resolve or cancel mail."""


@outbox.command(name="list")
@settings
@state
@test
@click.option("--waiting", is_flag=True, help="Only what is not settled: queued, sending, failed, uncertain, held.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(settings: Path, state: Path | None, test: bool, waiting: bool, form: str) -> None:
    """List the mail of all runs."""
    from kpireport.deliver.entry import WAITING, MessageState

    chosen = WAITING if waiting else tuple(MessageState)
    folder = kept(state, settings)
    entries: tuple[Entry, ...] = ()
    counts: dict[MessageState, int] = {}
    if _there(folder, test=test):
        with _ledger(folder, test=test) as ledger:
            entries, counts = ledger.entries(chosen), ledger.counts()
    if form == "json":
        click.echo(json.dumps([_row(entry) for entry in entries], indent=1))
        return
    for entry in entries:
        row = _row(entry)
        subject = row["subject"] + (f"  ({row['reason'] or row['reply']})" if row["reason"] or row["reply"] else "")
        click.echo(f"{entry.key[:SHORT]}  {entry.state:<9}  {row['recipient']:<28}  {subject}")
    total = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    if counts:
        click.echo(total or say("program.outbox.empty", folder=quoted_path(folder)))


@outbox.command()
@click.argument("key")
@settings
@state
@test
@click.option("--eml", type=click.Path(dir_okay=False, path_type=Path), help="Write the message into a file.")
def show(key: str, settings: Path, state: Path | None, test: bool, eml: Path | None) -> None:
    """Show all that is known of the mail that KEY begins."""
    from datetime import UTC, datetime

    with _ledger(kept(state, settings), test=test, sought=(key,)) as ledger:
        entry = _one(ledger, key)
        events = ledger.events(entry.key)
    for name, value in _row(entry).items():
        click.echo(f"{name:<12} {value}")
    for at, what, detail in events:
        moment = datetime.fromtimestamp(at, UTC).astimezone().isoformat(sep=" ", timespec="seconds")
        click.echo(f"{moment}  {what}  {_hidden(detail)}".rstrip())
    if eml is not None and not entry.eml:
        from kpireport.core.catalogue import mail as problems

        _stop(problems.NOT_NOW, state="older than keep_days")
    if eml is not None:
        eml.write_bytes(entry.eml)


@outbox.command()
@settings
@state
@test
@click.option("--dry-run", is_flag=True, help="Everything but the network: mail is written into a folder.")
def send(settings: Path, state: Path | None, test: bool, dry_run: bool) -> None:
    """Send what is queued; the owner is told where something failed, is held or uncertain."""
    from kpireport import console
    from kpireport.deliver.post import Post
    from kpireport.deliver.send import exit_code

    chosen = opened(settings)
    folder = kept(state, settings)
    if not _there(folder, test=test):
        return
    post = Post(chosen, folder)
    delivered = post.send(dry_run=dry_run, test=test, progress=_watched())
    if not dry_run and not test:
        _tell_owner(post, delivered)
    post.close()
    if delivered.diagnostics:
        console.show(delivered.diagnostics, language=languages.spoken(chosen.language), stream=sys.stderr)
    spoken = languages.spoken(chosen.language)
    names = ("sent", "failed", "held", "uncertain", "deferred")
    counted = spoken.say("program.outbox.counts", **{name: len(getattr(delivered, name)) for name in names})
    if dry_run:
        counted = spoken.say("program.outbox.dry", counted=Quoted(counted), folder=quoted_path(folder / "dry-run"))
    elif delivered.sent:
        counted += spoken.say("program.outbox.sent")
    click.echo(counted)
    raise SystemExit(exit_code(delivered))


def _tell_owner(post: Post, delivered: Delivered) -> None:
    from datetime import UTC, datetime

    from kpireport.deliver import notices

    told = notices.notice(delivered, datetime.now(tz=UTC).astimezone(), languages.spoken(post.mail.language))
    if told is not None:
        subject, text, known = told
        if post.notice(subject, text, run=known).keys:
            post.send(notices_only=True)


@outbox.command()
@click.argument("keys", nargs=-1, metavar="KEY...")
@settings
@state
@test
@click.option("--failed", is_flag=True, help="All mail that has failed.")
@reason
def resend(keys: tuple[str, ...], settings: Path, state: Path | None, test: bool, failed: bool, reason: str) -> None:
    """Queue mail once more that was sent, failed or cancelled; 'outbox send' sends it."""
    import time

    from kpireport.core.catalogue import mail as problems
    from kpireport.deliver.entry import SETTLED
    from kpireport.deliver.parcels import again

    if bool(keys) == failed:
        raise click.UsageError(say("program.outbox.key_or_failed"))
    with _ledger(kept(state, settings), test=test, sought=keys) as ledger:
        chosen = [_one(ledger, key) for key in keys] or [_one(ledger, key) for key in ledger.last_failed()]
        for entry in chosen:
            if entry.state not in SETTLED:
                _stop(problems.NOT_NOW, state=entry.state)
            if not entry.eml:
                _stop(problems.NOT_NOW, state="older than keep_days")
            if ledger.waits(entry):
                _stop(problems.NOT_NOW, state="waiting already")
        for entry in chosen:
            fresh = again(ledger, entry, reason=reason, at=time.time())
            if not fresh:
                _stop(problems.NOT_NOW, state="superseded")
            click.echo(say("program.outbox.queued", key=fresh[:SHORT]))
        if not chosen:
            click.echo(say("program.outbox.none_failed"))


@outbox.command()
@click.argument("key")
@settings
@state
@test
@click.option("--sent", "decision", flag_value="sent", help="It did arrive.")
@click.option("--send", "decision", flag_value="queued", help="It did not arrive, or may go: send it.")
@click.option("--reason", default="", help="How you know; it is kept with the message.", metavar="WORDS")
def resolve(key: str, settings: Path, state: Path | None, test: bool, decision: str | None, reason: str) -> None:
    """Decide about a mail that is uncertain or held; without --sent or --send the server is asked."""
    import time

    from kpireport.core.catalogue import mail as problems
    from kpireport.deliver.entry import MessageState
    from kpireport.deliver.transport import DeliveryStatus
    from kpireport.deliver.transports import transport

    with _ledger(kept(state, settings), test=test, sought=(key,)) as ledger:
        entry = _one(ledger, key)
        chosen = None if decision is None else MessageState(decision)
        anew = chosen is MessageState.QUEUED
        if chosen is None and entry.state is MessageState.UNCERTAIN:
            answer = transport(opened(settings)).resolve(entry)
            known = answer is not None and answer.fate is not DeliveryStatus.UNKNOWN
            if answer is None or not known:
                reply = Quoted(f" ({_hidden(answer.reply)})") if answer is not None else ""
                click.echo(say("program.outbox.unknown", reply=reply))
                raise SystemExit(PROBLEMS)
            chosen = MessageState.SENT if answer.fate is DeliveryStatus.SENT else MessageState.QUEUED
            reason = answer.reply
        held = () if chosen is MessageState.SENT else (MessageState.HELD,)
        said = reason or "decided by a person"
        if chosen is None or not ledger.settle(
            entry.key, chosen, time.time(), allowed=(MessageState.UNCERTAIN, *held), reason=said, anew=anew
        ):
            _stop(problems.NOT_NOW, state=entry.state)
    click.echo(f"{entry.key[:SHORT]} {chosen}")


@outbox.command()
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@settings
@state
@test
@reason
def cancel(keys: tuple[str, ...], settings: Path, state: Path | None, test: bool, reason: str) -> None:
    """Cancel mail that is queued, held or uncertain: it is not sent."""
    import time

    from kpireport.core.catalogue import mail as problems
    from kpireport.deliver.entry import MessageState

    with _ledger(kept(state, settings), test=test, sought=keys) as ledger:
        for entry in [_one(ledger, key) for key in keys]:
            allowed = (MessageState.QUEUED, MessageState.HELD, MessageState.UNCERTAIN)
            if not ledger.settle(entry.key, MessageState.CANCELLED, time.time(), allowed=allowed, reason=reason):
                _stop(problems.NOT_NOW, state=entry.state)
            click.echo(say("program.outbox.cancelled", key=entry.key[:SHORT]))


def _there(folder: Path, *, test: bool) -> bool:
    """Return whether there is a ledger, and say where there is none: looking for one must not make one."""
    from kpireport.deliver.post import REAL, TEST

    found = (folder / (TEST if test else REAL)).exists()
    if not found:
        click.echo(say("program.outbox.absent", folder=quoted_path(folder)), err=True)
    return found


@contextmanager
def _ledger(folder: Path, *, test: bool, sought: tuple[str, ...] = ()) -> Iterator[Outbox]:
    """Give the ledger, closed at the end of the block; end with 74 where it cannot be opened, read or written.

    sought: keys of what is looked for, which cannot be found where there is no ledger.
    """
    import sqlite3

    from kpireport import store
    from kpireport.core.catalogue import mail as problems
    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.post import REAL, TEST, Post

    if not _there(folder, test=test):
        _stop(problems.NO_SUCH_KEY, found=", ".join(sought))
    try:
        with closing(Post(MailSettings(), folder).ledger(test=test)) as ledger:
            yield ledger
    except BrokenPipeError:
        raise  # whoever read our words has gone
    except (OSError, sqlite3.Error) as error:
        reason = store.reason(store.explained(error, folder / (TEST if test else REAL)))
        click.echo(say("program.outbox.closed", folder=quoted_path(folder), reason=reason), err=True)
        raise SystemExit(UNWRITABLE) from None


def _one(ledger: Outbox, start: str) -> Entry:
    from kpireport.core.catalogue import mail as problems

    keys = ledger.find(start)
    if not keys:
        _stop(problems.NO_SUCH_KEY, found=start)
    if len(keys) > 1:
        _stop(problems.SEVERAL_KEYS, found=start, count=len(keys))
    entry = ledger.get(keys[0], whole=True)
    if entry is None:
        raise LookupError(keys[0])
    return entry


def _stop(kind: Problem, **details: object) -> NoReturn:
    from kpireport import console
    from kpireport.core.diagnostics import Where

    console.show([kind.at(Where(), **details)], stream=sys.stderr)
    raise SystemExit(PROBLEMS)


def _row(entry: Entry) -> dict[str, str]:
    """Return what may be shown of a message: addresses are masked."""
    from kpireport.core.addresses import masked

    return {
        "key": entry.key,
        "state": entry.state,
        "recipient": masked(entry.recipient),
        "report": entry.report,
        "period": entry.period,
        "part": entry.scope or "all",
        "revision": f"{entry.revision}.{entry.resend}" if entry.resend else str(entry.revision),
        "subject": _hidden(entry.subject),
        "message_id": entry.message_id,
        "attempts": str(entry.attempts),
        "reply": _hidden(entry.reply),
        "reason": _hidden(entry.reason),
    }


def _hidden(text: str) -> str:
    from kpireport.core.addresses import hidden
    from kpireport.core.diagnostics import quoted

    return quoted(hidden(text), 300)


def _watched() -> Callable[[str], None] | None:
    """Return how progress is told: a line for each message where a person is watching."""
    return _line if sys.stderr.isatty() else None


def _line(text: str) -> None:
    click.echo(text, err=True)
