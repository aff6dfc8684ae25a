"""``kpireport preview``: the report in the browser, on this machine only, made anew when workbook or theme changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpireport import languages
from kpireport.commands.speaking import say
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from kpireport.preview import Preview


@click.command()
@click.argument("workbooks", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="WORKBOOK...")
@click.option("--theme", type=click.Path(file_okay=False, path_type=Path), help="A theme's name, or your own folder.")
@click.option("--language", type=click.Choice(languages.tags()), help="Otherwise as the Settings sheet says.")
@click.option("--period", help="The period to report, for example 2026-10.", metavar="PERIOD")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="A port of your choice; otherwise a free one.")
@click.option("--open/--no-open", "show", default=True, show_default=True, help="Whether to open the browser.")
def preview(
    workbooks: tuple[Path, ...], theme: Path | None, language: str | None, period: str | None, port: int, show: bool
) -> None:
    """Show the report of the WORKBOOKs in the browser; it follows every change. Ctrl+C ends it."""
    import webbrowser
    from datetime import UTC, datetime

    from kpireport.pipeline import Job
    from kpireport.preview import Preview

    today = datetime.now(tz=UTC).astimezone().date()
    try:
        served = Preview(Job(workbooks, today, period, language, theme), port=port)
    except OSError as error:
        raise click.ClickException(say("program.preview.port", port=port, reason=os_reason(error))) from error
    click.echo(say("program.preview.at", address=served.address))
    if show:
        webbrowser.open(served.address)
    _serve(served)


def _serve(served: Preview) -> None:
    try:
        served.serve_forever()
    except KeyboardInterrupt:
        click.echo()
    finally:
        served.close()
