"""``kpireport confirm``: how a workbook is read, shown to a person who says yes, no, or what is wrong."""

from __future__ import annotations

import functools
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpireport import languages
from kpireport.command_line import as_typed
from kpireport.commands.options import language, settings, today
from kpireport.commands.password import password
from kpireport.commands.speaking import quoted_path, say, spoken
from kpireport.core.messages import Quoted, quoted
from kpireport.exits import FINE, PARTLY, PROBLEMS, SETTINGS, UNWRITABLE
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from kpireport.confirmation import ReadingReview
    from kpireport.core.messages import Language
    from kpireport.saying import Effect, Posted

LONGEST = 300


def _answers(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    answers = {}
    for value in values:
        number, mark, answer = value.partition("=")
        if not mark or not number.strip():
            raise click.BadParameter(say("confirming.command.form"))
        answers[number.strip()] = answer.strip()
    return answers


@dataclass(frozen=True, slots=True)
class _Look:
    """Whose reading is looked at, and by whom."""

    workbook: Path
    settings: Path | None
    password: str | None
    today: date
    by: str

    def review(self, answers: Mapping[str, str], said: Sequence[Mapping[str, Any]] = ()) -> ReadingReview:
        """Return the reading with answers and statements, or end with what is wrong with the workbook or with them."""
        from kpireport import confirmation

        try:
            return self.answered(answers, said)
        except confirmation.AnswerError as error:
            raise click.UsageError(spoken().text(error.message)) from error

    def answered(self, answers: Mapping[str, str], said: Sequence[Mapping[str, Any]] = ()) -> ReadingReview:
        """Return the reading with answers, or end with what is wrong with the workbook. Raises AnswerError."""
        from kpireport import confirmation, console

        reviewed, problems = confirmation.review(
            self.workbook, settings=self.settings, today=self.today, password=self.password, answers=answers, said=said
        )
        if problems:
            console.show(problems, language=spoken(), stream=sys.stderr)
        if reviewed is None:
            raise SystemExit(PROBLEMS)
        return reviewed

    def keep(self, reviewed: ReadingReview, *, confirmed: bool = False, wrong: str = "") -> Path:
        """Write what was answered and confirmed, or end where it cannot be written."""
        from kpireport import confirmation

        try:
            return confirmation.keep(reviewed, by=self.by, today=self.today, confirmed=confirmed, wrong=wrong)
        except OSError as error:
            raise self.unwritable(reviewed, error) from error

    def unwritable(self, reviewed: ReadingReview, error: OSError) -> SystemExit:
        """Say that the store cannot be written, and return the exit."""
        click.echo(say("program.unwritable", folder=quoted_path(reviewed.place), reason=os_reason(error)), err=True)
        return SystemExit(UNWRITABLE)


def looking(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command be told whose reading is looked at, and by whom."""

    @functools.wraps(command)
    def looked(
        workbook: Path, settings: Path | None, password: str | None, today: date, by: str | None, **more: Any
    ) -> None:
        command(_Look(workbook, settings, password, today, (by or _account()).strip()), **more)

    for option in (
        click.argument("workbook", type=click.Path(path_type=Path)),
        click.option("--by", help="Who confirms; otherwise the name of the account.", metavar="NAME"),
        settings,
        password,
        today,
    ):
        looked = option(looked)
    return looked


@click.command()
@click.option("--yes", is_flag=True, help="Confirm the reading without asking.")
@click.option("--answer", "answers", multiple=True, callback=_answers, metavar="ID=VALUE",
              help="An answer to an open question; may be given several times.")  # fmt: skip
@click.option("--say", "told", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Statements about the workbook, a JSON object a line; kpireport help say.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@language
@looking
def confirm(
    look: _Look, yes: bool, answers: Mapping[str, str], told: Path | None, form: str, language: str | None
) -> None:
    """Show how WORKBOOK is read, and confirm it once, so that its letters may go.

    Without --yes, --answer and --say it asks: first its open questions, then whether all of it is right.
    """
    posted = _posted(told)
    reviewed = look.review(answers, posted.said)
    reviewed = _taken(look, reviewed)
    wrong = ""
    if form == "text":
        _show(reviewed)
        if not yes and not answers and not told:
            reviewed, yes, wrong = _ask(look, reviewed)
    waits = any(question.grade == "must" for question in reviewed.state.open)
    confirmed = yes and not waits and not reviewed.ours
    if told is not None:
        effect = _effect(look, reviewed)
        if form == "json":
            click.echo(json.dumps(effect.document(), indent=1))
        else:
            _show_effect(effect)
        if posted.dry:
            raise SystemExit(FINE)
    if confirmed or wrong or reviewed.given or reviewed.said:
        place = look.keep(reviewed, confirmed=confirmed, wrong=wrong)
        reviewed = look.review({})
        if form == "text":
            click.echo(say("confirming.command.kept", path=quoted_path(place)))
    if form == "json" and told is None:
        _print_json(reviewed, languages.spoken(language))
    elif form == "text":
        for line in _end(reviewed, waits=yes and waits):
            click.echo(line)
    raise SystemExit(PARTLY if reviewed.state.holds else FINE)


def _taken(look: _Look, reviewed: ReadingReview) -> ReadingReview:
    """Keep what was filled into the sheet Reading of the workbook, and return the reading with it."""
    from kpireport import confirmation

    for message in reviewed.refused:
        click.echo(spoken().text(message), err=True)
    if reviewed.filled is None:
        return reviewed
    try:
        place = confirmation.take(reviewed, today=look.today)
    except OSError as error:
        raise look.unwritable(reviewed, error) from error
    if place is not None:
        count = len(reviewed.filled.answers)
        click.echo(say("confirming.sheet.taken", workbook=reviewed.filled.file, n=count), err=True)
    return look.review({})


def _posted(told: Path | None) -> Posted:
    """Return the statements of a file, or end with what is wrong with them."""
    from kpireport import console, saying

    posted = saying.posted(told) if told is not None else saying.Posted()
    if posted.problems:
        console.show(posted.problems, language=spoken(), stream=sys.stderr)
        raise SystemExit(SETTINGS)
    return posted


def _effect(look: _Look, reviewed: ReadingReview) -> Effect:
    """Return what the statements that were posted change, with all that is known of the workbook already."""
    from kpireport import saying
    from kpireport.core.reading.said_kept import statements
    from kpireport.facts import read

    kept, _ = statements(reviewed.store.said, reviewed.place.name)
    before = read(reviewed.workbook, reviewed.answers, look.today, kept)
    unused = tuple(n - len(kept) for n in reviewed.reading.unused if n >= len(kept))
    return saying.Effect(before, reviewed.reading, unused)


def _show_effect(effect: Effect) -> None:
    click.echo()
    counts = {"read": len(effect.read), "changed": len(effect.changed), "left_out": len(effect.left_out)}
    click.echo(say("confirming.say.effect", **counts))
    for key, ids in (("gone", [q.id for q in effect.gone]), ("new", [q.id for q in effect.new])):
        if ids:
            click.echo(say(f"confirming.say.{key}", ids=Quoted(", ".join(ids))))
    for number in effect.unused:
        click.echo(say("confirming.say.unused", number=number + 1))


def _account() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in some containers
        return ""


def _show(reviewed: ReadingReview) -> None:
    from kpireport.confirming import Teller

    shown, words = reviewed.shown(), spoken()
    click.echo(say("confirming.shown.title", workbook=reviewed.workbook.file))
    click.echo(say("questions.ask.balance", numbers=shown.numbers, accounted=shown.accounted, facts=shown.read) + "\n")
    for line in Teller(words).lines(shown):
        click.echo(line)
    state = reviewed.state
    if state.changed and state.confirmed_on is not None:
        day = Teller(words).day(state.confirmed_on)
        click.echo("\n" + say("confirming.command.since", by=quoted(state.confirmed_by), day=day))
        for message in state.changed:
            click.echo(f"  {words.text(message)}")
    for line in _questions(reviewed):
        click.echo(line)


def _questions(reviewed: ReadingReview) -> Iterator[str]:
    from kpireport import asking

    for number, question in enumerate(reviewed.state.open, start=1):
        yield ""
        yield from asking.question_lines(number, question, reviewed.place, spoken())


def _ask(look: _Look, reviewed: ReadingReview) -> tuple[ReadingReview, bool, str]:
    """Ask what is open, then whether the reading is right: the reading with the answers, whether it is, what is not."""
    try:
        reviewed = _ask_questions(look, reviewed)
        state = reviewed.state
        if any(question.grade == "must" for question in state.open):
            return reviewed, True, ""  # the end says what is missing
        if not state.needs_confirming and not state.changed:
            return reviewed, False, ""
        reply = click.prompt("\n" + say("confirming.command.ask"), default="", show_default=False).strip()
    except click.Abort:  # nobody is there to answer
        click.echo()
        return reviewed, False, ""
    if not reply or _among("no", reply):
        return reviewed, False, ""
    if _among("yes", reply):
        return reviewed, True, ""
    click.echo(say("confirming.command.wrong", text=quoted(reply, LONGEST)))
    return reviewed, False, reply


def _among(key: str, reply: str) -> bool:
    """Return whether a reply is a word for yes, or for no, in any language."""
    words = (languages.load(tag).say(f"confirming.command.{key}") for tag in languages.tags())
    return reply.casefold() in {word for line in words for word in line.split()}


def _ask_questions(look: _Look, reviewed: ReadingReview) -> ReadingReview:
    """Ask each open question once, those too that an answer brings; nothing typed leaves it open."""
    from kpireport.confirmation import AnswerError

    answers: dict[str, str] = {}
    asked: set[str] = set()
    while left := [question for question in reviewed.state.open if question.id not in asked]:
        question = left[0]
        asked.add(question.id)
        names = " / ".join(question.alternatives)
        text = say("confirming.command.answer", id=question.id, alternatives=Quoted(names))
        reply = click.prompt(text, default="", show_default=False).strip()
        if not reply:
            continue
        try:
            reviewed = look.answered(answers | {question.id: reply})
        except AnswerError as error:
            click.echo(spoken().text(error.message))
            asked.discard(question.id)
            continue
        answers[question.id] = reply
    if answers:
        click.echo()
        _show(reviewed)
    return reviewed


def _end(reviewed: ReadingReview, *, waits: bool) -> Iterator[str]:
    """Yield how a reading stands now, and what is to be done."""
    from kpireport.confirming import Teller

    state = reviewed.state
    yield ""
    if reviewed.ours and not state.holds:
        yield say("confirming.command.ours")
        return
    if state.confirmed_on is not None and not state.changed:
        day = Teller(spoken()).day(state.confirmed_on)
        yield say("confirming.command.confirmed", by=quoted(state.confirmed_by), day=day)
    elif not waits:
        yield say("confirming.command.not_confirmed")
    must = [question.id for question in state.open if question.grade == "must"]
    if waits:
        yield say("confirming.command.must_first", ids=Quoted(", ".join(must)))
    elif state.open:
        yield say("confirming.command.still_open", ids=Quoted(", ".join(question.id for question in state.open)))
    if (state.needs_confirming or state.changed) and not must:
        yield as_typed(say("confirming.command.how", workbook=quoted_path(Path(reviewed.workbook.file))))


def _print_json(reviewed: ReadingReview, words: Language) -> None:
    """Print a reading in ASCII, so that any pipe can carry it."""
    from kpireport.render import overview_json

    file, digest = reviewed.workbook.file, reviewed.workbook.sha256
    shown = overview_json.document(file, digest, reviewed.shown(), reviewed.state, ours=reviewed.ours, language=words)
    click.echo(json.dumps(shown, indent=1, allow_nan=False))
