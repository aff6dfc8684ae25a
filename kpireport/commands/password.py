"""The option ``--password-env``: where the password of a protected workbook is. A password is never typed itself."""

from __future__ import annotations

import os

import click

from kpireport.commands.speaking import say


def _password(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    if name is None:
        return None
    found = os.environ.get(name)
    if not found:
        raise click.BadParameter(say("program.usage.no_variable", name=name))
    return found


password = click.option(
    "--password-env", "password", callback=_password, metavar="NAME",
    help="The environment variable with the password of the workbook.",
)  # fmt: skip
