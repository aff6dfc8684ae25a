"""``kpireport doctor``: is everything on this computer ready? Nothing is sent."""

from __future__ import annotations

from pathlib import Path

import click

from kpireport import languages

FINE, MEND = 0, 1


@click.command()
@click.option(
    "--settings", type=click.Path(dir_okay=False, exists=True, path_type=Path), metavar="FILE",
    help="The settings file; otherwise kpireport.toml of the folder you are in, where there is one.",
)  # fmt: skip
@click.option("--language", type=click.Choice(languages.tags()), default=languages.ENGLISH, help="Of what is said.")
@click.option(
    "--system", type=click.Choice(["windows", "macos", "linux"]), help="Say what to do on another system than this one."
)
def doctor(settings: Path | None, language: str, system: str | None) -> None:
    """Say whether everything on this computer is ready: Pango, fonts, settings, folders, disk, clock, mail server."""
    from kpireport import doctor as examining
    from kpireport.command_line import as_typed
    from kpireport.doctor import Grade

    here = examining.this_system()
    usual = Path("kpireport.toml")
    spoken = languages.load(language)
    count = 0
    for each in examining.examine(settings or (usual if usual.is_file() else None), spoken):
        count += each.grade is Grade.MEND
        click.echo(f"{spoken.say(f'program.doctor.grade.{each.grade.value}')}  {each.text(spoken)}")
        if fix := each.fix(spoken, system or here):
            fix = as_typed(fix) if system in (None, here) else fix
            click.echo(f"      {spoken.say('program.doctor.todo')}: {fix}")
    click.echo(spoken.say("program.doctor.mend", count=count) if count else spoken.say("program.doctor.ready"))
    raise SystemExit(MEND if count else FINE)
