"""``kpireport repair``: mend the files in which the program remembers, and throw nothing away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from kpireport.commands.mail import settings
from kpireport.commands.speaking import say
from kpireport.exits import FINE, PARTLY, SETTINGS

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@settings
def repair(settings: Path) -> None:
    """Mend what is remembered of runs, reports and mail, as far as it can be read; damaged files are kept aside.

    Mail that was queued in a damaged outbox is held: it may have left. What cannot be mended the next run tells.
    """
    from kpireport import console, repairing
    from kpireport.batch import running
    from kpireport.settings import batch

    chosen, problems = batch.batch(settings)
    if chosen is None:
        console.show(problems)
        raise SystemExit(SETTINGS)
    try:
        with running.locked(chosen.state):
            repaired = list(repairing.repair(chosen, datetime.now(tz=UTC).astimezone()))
    except running.RunRefusedError as error:
        console.show((error.diagnostic,))
        raise SystemExit(PARTLY) from None
    for file in repaired:
        click.echo(say(f"program.repair.{file.state}", name=file.name, n=file.rows, aside=file.aside))
        if file.held:
            click.echo(say("program.repair.held", n=file.held))
    raise SystemExit(PARTLY if any(file.state == "newer" for file in repaired) else FINE)
