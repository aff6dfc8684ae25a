"""``kpireport desk``: a page in the browser, on this computer alone, to confirm readings and to release letters."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from kpireport import languages
from kpireport.commands.speaking import say, spoken
from kpireport.exits import LATER
from kpireport.resources import os_reason


@click.command()
@click.option(
    "--settings", type=click.Path(dir_okay=False, path_type=Path), default=Path("kpireport.toml"), show_default=True,
    metavar="FILE", help="The settings file of the folder; it need not be there yet.",
)  # fmt: skip
@click.option(
    "--language", type=click.Choice(languages.tags()), help="Of the page; otherwise the one in which commands talk."
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="A port of your choice; otherwise a free one.")
@click.option("--open/--no-open", "show", default=True, show_default=True, help="Whether to open the browser.")
def desk(settings: Path, language: str | None, port: int, show: bool) -> None:  # noqa: ARG001 - spoken() asks for it
    """Open the desk: workbooks, how they are read, their reports and letters, on a page in the browser.

    It listens on this computer alone. Ctrl+C or "Close the desk" ends it.
    """
    from kpireport.command_line import line, script, shell
    from kpireport.desk.folder import Folder
    from kpireport.desk.serving import DeskServer, alone, knock, quiet
    from kpireport.desk.web import DeskPage
    from kpireport.desk.work import Work

    settings = settings.absolute()
    quiet()
    try:
        with alone(settings.parent) as note:
            if note is None:
                _open(knock(settings.parent), show=show)
                return
            work = Work(Folder(settings), spoken(), program=line(*script(), to=shell()))
            served = DeskServer(lambda gate, running: DeskPage(gate, running, work), port=port)
            try:
                note(served.gate)
                _open(served.address, show=show)
                served.wait()
            except KeyboardInterrupt:
                click.echo()
            finally:
                served.close()
    except OSError as error:
        raise click.ClickException(say("program.preview.port", port=port, reason=os_reason(error))) from error
    click.echo(say("desk.closed"))


def _open(address: str, *, show: bool) -> None:
    """Say where the desk is, and open it; the address is good once. End where another desk does not answer."""
    if not address:
        click.echo(say("desk.command.silent"), err=True)
        raise SystemExit(LATER)
    click.echo(say("desk.command.at", address=address))
    if show:
        webbrowser.open(address)
