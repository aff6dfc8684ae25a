"""kpireport map: how a workbook is read, and lines for kpireport.toml that teach another way."""

from __future__ import annotations

from pathlib import Path

import click

from kpireport.commands.password import password
from kpireport.commands.speaking import quoted_path, say
from kpireport.exits import FINE, PROBLEMS
from kpireport.resources import os_reason

MOST_FIGURES = 60


@click.command(name="map")
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option(
    "--settings", type=click.Path(dir_okay=False, path_type=Path), default=Path("kpireport.toml"), show_default=True,
    metavar="FILE", help="The settings file: its layouts are used; one without any gets the proposal.",
)  # fmt: skip
@password
@click.option("--dry", is_flag=True, help="Write nothing; show the proposal.")
def map_(workbook: Path, settings: Path, dry: bool, password: str | None) -> None:
    """Propose how to read WORKBOOK: what is sure, what is not, and the figures that it gives."""
    from datetime import UTC, datetime

    from kpireport import console, mapper
    from kpireport.core.diagnostics import blocks, quoted

    today = datetime.now(tz=UTC).astimezone().date()
    found = mapper.look(workbook, settings=settings if settings.is_file() else None, today=today, password=password)
    for line in found.figures[:MOST_FIGURES]:
        click.echo(quoted(line, 240))
    if len(found.figures) > MOST_FIGURES:
        click.echo(say("program.map.more", n=len(found.figures) - MOST_FIGURES))
    click.echo(say("program.map.read", n=len(found.figures), workbook=workbook.name) + "\n")
    console.show(found.problems, readings=found.readings)
    if found.text:
        _offer(found.text, settings, dry=dry or bool(found.used))
    raise SystemExit(PROBLEMS if blocks(found.problems) else FINE)


def _offer(text: str, settings: Path, *, dry: bool) -> None:
    """Write the proposal into the settings file; where it has layouts already, show it instead."""
    from kpireport import output

    if dry:
        click.echo(f"\n{text}")
        return
    before = settings.read_bytes() if settings.is_file() else b""
    if before and not before.endswith(b"\n"):
        before += b"\n"
    content = before + (b"\n" if before else b"") + text.encode()
    try:
        (written,) = output.publish({settings.name: content}, settings.parent)
    except OSError as error:
        raise click.FileError(str(settings), os_reason(error)) from error
    click.echo("\n" + say("program.map.written", path=quoted_path(written)))
