"""``kpireport outbox``: what was sent to whom, what waits, and what a person decides about it."""

from __future__ import annotations

import functools
import json
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from kpireport import languages
from kpireport.command_line import as_typed
from kpireport.commands.mail import kept, opened, settings, state
from kpireport.commands.speaking import quoted_path, say
from kpireport.core.messages import Quoted
from kpireport.exits import FINE, PROBLEMS, UNWRITABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from kpireport.core.diagnostics import Problem
    from kpireport.deliver.choice import MailChoice
    from kpireport.deliver.entry import Entry, MessageState
    from kpireport.deliver.outbox import Outbox
    from kpireport.deliver.post import Post
    from kpireport.deliver.send import Delivered

SHORT = 10  # characters of a key in lists
test = click.option("--test", is_flag=True, help="The ledger of test runs instead of the real one.")


@dataclass(frozen=True, slots=True)
class Meant:
    """Which mail of which ledger a person means. keys: as typed; choice: in place of keys."""

    keys: tuple[str, ...]
    choice: MailChoice
    settings: Path
    folder: Path
    test: bool

    def ledger(self) -> AbstractContextManager[Outbox]:
        return _ledger(self.folder, test=self.test, sought=self.keys)

    def of(self, ledger: Outbox, states: tuple[MessageState, ...]) -> list[Entry]:
        """Return the messages that are meant and in one of the states; end where there is none, or a key names another.

        Raises UsageError where nothing is named.
        """
        from kpireport.core.catalogue import mail as problems

        if bool(self.keys) == bool(self.choice):
            raise click.UsageError(say("program.outbox.name_them"))
        if not self.keys:
            entries = self.choice.of(ledger.entries(states))
            if not entries:
                _stop(problems.NONE_MEANT, states=", ".join(states))
            return entries
        entries = [_one(ledger, key) for key in self.keys]
        for entry in entries:
            if entry.state not in states:
                _stop(problems.NOT_NOW, state=entry.state)
        return entries


def choosing(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command be told which mail is meant: keys, or a report, a period, a person, or all of it."""

    @functools.wraps(command)
    def chooser(keys: tuple[str, ...], settings: Path, state: Path | None, test: bool, **words: Any) -> None:
        from kpireport.deliver.choice import MailChoice

        choice = MailChoice(*(words.pop(name) for name in ("report", "period", "person", "everything")))
        command(meant=Meant(keys, choice, settings, kept(state, settings), test), **words)

    for option in (
        click.argument("keys", nargs=-1, metavar="[KEY]..."),
        settings,
        state,
        test,
        click.option("--report", default="", metavar="NAME", help="All mail of this report, or of such: 'Sales*'."),
        click.option("--period", default="", metavar="PERIOD", help="All mail of this period, for example 2026-10."),
        click.option("--to", "person", default="", metavar="ADDRESS", help="All mail to this person."),
        click.option("--all", "everything", is_flag=True, help="All mail."),
        click.option("--reason", default="", help="Why; it is kept with the message.", metavar="WORDS"),
    ):
        chooser = option(chooser)
    return chooser


@click.group()
def outbox() -> None:
    """List, show, send, release, resend, resolve or cancel mail."""


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
        console.show(delivered.diagnostics, language=languages.talking(chosen.language), stream=sys.stderr)
    spoken = languages.talking(chosen.language)
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
@click.option("--reason", required=True, help="Why; it is kept with the message.", metavar="WORDS")
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
@choosing
def release(meant: Meant, reason: str) -> None:
    """Let go what is held: by KEY, of a report, of a period, to a person, or all; 'outbox send' sends it.

    What waits for the reading of its workbook is released when that is confirmed, and by nothing here.
    """
    from kpireport.deliver.choice import releasable
    from kpireport.deliver.entry import MessageState

    with meant.ledger() as ledger:
        free, waiting = releasable(meant.of(ledger, (MessageState.HELD,)))
        _settle(ledger, free, MessageState.QUEUED, reason or "released by a person")
    if free:
        click.echo(as_typed(say("program.outbox.released", n=len(free))))
    if waiting:
        click.echo(say("program.outbox.unread", n=len(waiting)), err=True)
    raise SystemExit(PROBLEMS if waiting else FINE)


@outbox.command()
@click.option("--sent", "decision", flag_value="sent", help="It did arrive.")
@click.option("--send", "decision", flag_value="queued", help="It did not arrive, or may go: send it.")
@choosing
def resolve(meant: Meant, decision: str | None, reason: str) -> None:
    """Decide about mail that is uncertain or held; without --sent or --send the server is asked.

    Several uncertain letters are listed, and sent again only after a person's yes.
    """
    from kpireport.deliver.choice import releasable
    from kpireport.deliver.entry import MessageState

    if decision == "queued" and meant.choice.everything:
        raise click.UsageError(say("program.outbox.never_all"))
    with meant.ledger() as ledger:
        if decision != "queued":
            entries = meant.of(ledger, (MessageState.UNCERTAIN,))
            if decision is None:
                raise SystemExit(_asked(ledger, entries, meant.settings))
            _settle(ledger, entries, MessageState.SENT, reason or "decided by a person")
            return
        entries = meant.of(ledger, (MessageState.UNCERTAIN, MessageState.HELD))
        uncertain = [entry for entry in entries if entry.state is MessageState.UNCERTAIN]
        if len(uncertain) > 1:
            _sure(uncertain)
        free, waiting = releasable(entries)
        _settle(ledger, [*uncertain, *free], MessageState.QUEUED, reason or "decided by a person")
    if waiting:
        click.echo(say("program.outbox.unread", n=len(waiting)), err=True)
        raise SystemExit(PROBLEMS)


def _settle(ledger: Outbox, entries: list[Entry], state: MessageState, reason: str) -> None:
    """Put messages into another state by a person's word, and say so of each that was still as it was looked at."""
    import time

    from kpireport.deliver.entry import MessageState

    for entry in entries:
        anew = state is MessageState.QUEUED
        if ledger.settle(entry.key, state, time.time(), allowed=(entry.state,), reason=reason, anew=anew):
            click.echo(f"{state:<9}  {_told(entry)}")


def _asked(ledger: Outbox, uncertain: list[Entry], settings: Path) -> int:
    """Ask the server about uncertain mail, and return an exit code: 0 where it knew the fate of all."""
    import time

    from kpireport.deliver.entry import MessageState
    from kpireport.deliver.transport import DeliveryStatus
    from kpireport.deliver.transports import transport

    server, unknown = transport(opened(settings)), 0
    for entry in uncertain:
        answer = server.resolve(entry)
        if answer is None or answer.fate is DeliveryStatus.UNKNOWN:
            reply = Quoted(f" ({_hidden(answer.reply)})") if answer is not None else ""
            click.echo(f"{entry.key[:SHORT]} {say('program.outbox.unknown', reply=reply)}")
            unknown += 1
            continue
        fate = MessageState.SENT if answer.fate is DeliveryStatus.SENT else MessageState.QUEUED
        ledger.settle(entry.key, fate, time.time(), allowed=(MessageState.UNCERTAIN,), reason=answer.reply)
        click.echo(f"{entry.key[:SHORT]} {fate}")
    server.close()
    return PROBLEMS if unknown else FINE


def _sure(uncertain: list[Entry]) -> None:
    """List letters that may have arrived, and ask whether they are to be sent again; end where the answer is no."""
    for entry in uncertain:
        click.echo(_told(entry))
    click.confirm(say("program.outbox.sure", n=len(uncertain)), abort=True)


@outbox.command()
@choosing
def cancel(meant: Meant, reason: str) -> None:
    """Cancel mail that is queued, held or uncertain, by KEY, of a report, of a period, to a person, or all."""
    from kpireport.deliver.entry import MessageState

    with meant.ledger() as ledger:
        entries = meant.of(ledger, (MessageState.QUEUED, MessageState.HELD, MessageState.UNCERTAIN))
        _settle(ledger, entries, MessageState.CANCELLED, reason or "cancelled by a person")


def _told(entry: Entry) -> str:
    """Return a message as a line of a list."""
    row = _row(entry)
    return f"{entry.key[:SHORT]}  {row['recipient']:<28}  {row['subject']}"


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
