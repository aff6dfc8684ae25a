"""``kpireport init``: a folder to begin with, from a few questions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kpireport import languages
from kpireport.commands.speaking import quoted_path
from kpireport.core.messages import Quoted
from kpireport.resources import os_reason

FIRST_YEAR = 2000
LONGEST = 400  # characters of a path or a command that are shown


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--language", type=click.Choice(languages.tags()), help="The language of the workbook and of the report.")
@click.option("--organisation", help="Its name stands on the report.", metavar="NAME")
@click.option("--year", type=click.IntRange(FIRST_YEAR, 2199), help="The year of the figures.", metavar="YEAR")
@click.option("--yes", is_flag=True, help="Ask nothing; take what is usual for what is not said.")
def init(folder: Path, language: str | None, organisation: str | None, year: int | None, yes: bool) -> None:
    """Make DIR a folder that works at once: a workbook with examples, settings, and scripts to start.

    Nothing that is there already is written over.
    """
    from datetime import UTC, datetime, timedelta

    from kpireport import beginning, command_line
    from kpireport.core.diagnostics import quoted

    today = datetime.now(tz=UTC).astimezone().date()
    usual = (today.replace(day=1) - timedelta(days=1)).year  # in January the figures are still of the old year
    if language is None:
        language = languages.ENGLISH if yes else _asked_language()
    spoken = languages.load(language)
    default = spoken.say("program.init.default")
    if organisation is None:
        organisation = default if yes else _asked(spoken.say("program.init.organisation"), default, str)
    if year is None:
        kind = click.IntRange(FIRST_YEAR, today.year + 1)
        year = usual if yes else _asked(spoken.say("program.init.year"), usual, kind)
    organisation = quoted(organisation).strip() or default
    shell = command_line.shell()
    program = command_line.line(*command_line.script(), to=shell)
    made = beginning.files(beginning.Wishes(language, organisation, year, today, program=program))
    if there := beginning.taken(folder, made):
        raise click.UsageError(
            spoken.say("program.init.taken", folder=quoted_path(folder), names=Quoted(", ".join(there)))
        )
    try:
        beginning.begin(folder, made)
    except OSError as error:
        raise click.ClickException(
            spoken.say("program.unwritable", folder=quoted_path(folder), reason=os_reason(error))
        ) from error
    workbook = next(name for name in made if name.endswith(".xlsx"))
    typed = {
        "into": command_line.into(folder, shell),
        "build": f"{command_line.program(shell)} build {command_line.word(workbook, shell)}",
    }
    fields = {name: quoted(text, LONGEST) for name, text in {"folder": str(folder), **typed}.items()}
    click.echo(spoken.say("program.init.done", **fields))
    if beginning.written_in(language) != language:
        click.echo(spoken.say("program.init.in_english"))


def _asked_language() -> str:
    """Return the tag of the language that is chosen, by a question in all of them."""
    every = [languages.load(tag) for tag in languages.tags()]
    names = languages.spoken().say("program.init.or").join(each.say("language.name") for each in every)
    question = f"{' / '.join(each.say('program.init.language') for each in every)}: {names}"
    return str(_asked(question, languages.ENGLISH, click.Choice(languages.tags())))


def _asked(question: str, usual: Any, kind: Any) -> Any:
    """Return what is answered; what is usual, where nobody is there to answer (a script, a job)."""
    try:
        return click.prompt(question, type=kind, default=usual)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(usual)
        return usual
