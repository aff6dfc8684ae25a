"""``kpireport help``: the pages, any problem by its code, and any rule by its number."""

from __future__ import annotations

import sys

import click

from kpireport.commands.speaking import say
from kpireport.core.messages import Quoted


@click.command(name="help")
@click.argument("topic", required=False)
def help_(topic: str | None) -> None:
    """Show a help page, a rule by its number, or a problem by its code; without TOPIC, say which pages there are."""
    from kpireport import manual
    from kpireport.command_line import NAME, as_typed, program

    here = program()
    typed = "" if here == NAME else "\n" + say("program.help.not_on_path", name=NAME, typed=Quoted(here))
    if topic is None:
        click.echo(as_typed("kpireport help TOPIC\n"))
        for name, about in manual.topics().items():
            click.echo(f"  {name:<10} {about}")
        click.echo(as_typed("\nkpireport help CODE tells what a problem means, for example  kpireport help C101"))
        rule = "kpireport help NUMBER shows a rule of figures, reading or mail, for example  kpireport help R24"
        click.echo(as_typed(rule))
        return
    page = manual.page(topic)
    if page is None:
        raise click.UsageError(say("program.help.no_page", known=Quoted(", ".join(manual.topics()))))
    click.echo_via_pager(page + typed) if sys.stdout.isatty() else click.echo(page + typed)
