"""``kpireport themes``: which there are, a copy to begin with, and whether one of your own works."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kpireport import languages
from kpireport.commands.speaking import quoted_path, say
from kpireport.core.messages import Quoted
from kpireport.exits import FINE, PROBLEMS
from kpireport.resources import os_reason

START = """{#- Your theme. What you do not change stays as it is built in. 'kpireport help templates' says more. -#}
{% extends "builtin:NAME/report.html" %}

{% block head %}
<style>
  /* The accent colour stands in the masthead and in links. */
  :root { --accent: #17476B; }
</style>
{% endblock %}

{#- To leave a part out, write its block and nothing in it:
    block notes, block staff, block budget ... for example  {% block notes %}{% endblock %}
    Your logo in the first line: put logo.png into this folder, and under the line "extends" write
    {% set logo = picture("logo.png") %}
-#}
"""


@click.group()
def themes() -> None:
    """List the themes, copy one to begin with, or check one of your own."""


@themes.command(name="list")
def list_() -> None:
    """List the themes that come with the program."""
    from kpireport.render.themes import about, built_in

    english = languages.load("en")
    for name in built_in():
        click.echo(f"{name:<12} {about(name, english)}")


@themes.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--from", "name", default="standard", show_default=True, help="The built-in theme to begin with.")
@click.option("--all", "everything", is_flag=True, help="Copy every file of it, instead of a short start.")
def copy(folder: Path, name: str, everything: bool) -> None:
    """Make FOLDER a theme of your own. A folder that is not empty is left alone."""
    import shutil

    from kpireport.command_line import program, shell, word
    from kpireport.render.themes import built_in
    from kpireport.resources import templates

    if name not in built_in():
        raise click.UsageError(say("program.themes.unknown", name=name, known=", ".join(built_in())))
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(say("program.themes.not_empty", folder=quoted_path(folder)))
    try:
        if everything:
            shutil.copytree(templates() / name, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("fonts"))
            _copy_words(name, folder / "words")
        else:
            (folder / "words").mkdir(parents=True, exist_ok=True)
            (folder / "report.html").write_text(START.replace("NAME", name), "utf-8")
            for tag in languages.tags():
                (folder / "words" / f"{tag}.toml").write_text(languages.load(tag).sentences["themes.start"], "utf-8")
    except OSError as error:
        raise click.ClickException(
            say("program.unwritable", folder=quoted_path(folder), reason=os_reason(error))
        ) from error
    typed = f"{program()} themes check {word(str(folder), shell())}"
    click.echo(say("program.themes.copied", folder=quoted_path(folder), typed=Quoted(typed)))


def _copy_words(name: str, folder: Path) -> None:
    """Write the words of a built-in theme in every language: the standard one's are those of the report."""
    import json
    import shutil

    from kpireport.render.themes import STANDARD

    folder.mkdir(exist_ok=True)
    for tag in languages.tags():
        if name == STANDARD:
            shutil.copyfile(languages.home(tag) / "report.toml", folder / f"{tag}.toml")
            shutil.copyfile(languages.home(tag) / "mail.toml", folder / f"{tag}.mail.toml")
            continue
        labels = languages.load(tag).sentences[f"themes.{name}.labels"]
        # A string of JSON is one of TOML.
        lines = (f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in labels.items())
        (folder / f"{tag}.toml").write_text("\n".join(["[labels]", *lines, ""]), "utf-8")


@themes.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--pdf/--no-pdf", default=True, show_default=True, help="Whether to lay out the PDF too.")
def check(folder: Path, pdf: bool) -> None:
    """Fill the theme in FOLDER with the sample workbooks, in every language, and say what is wrong with it."""
    from datetime import date

    from kpireport import console, pipeline
    from kpireport.core.diagnostics import blocks
    from kpireport.core.dispatch import Audience
    from kpireport.resources import sample_of, sample_workbooks

    found = []
    formats = ("html", "pdf") if pdf else ("html",)
    samples = [(sample_workbooks() / "minimal.xlsx", "en"), *((sample_of(tag), tag) for tag in languages.tags())]
    for sample, tag in samples:
        job = pipeline.Job((sample,), date(2026, 11, 9), language=tag, theme=folder, formats=formats)
        made = pipeline.produce(job, (Audience(formats=formats),), recipients=False)  # the page and its letter
        # What the sample itself has to say is not the theme's concern.
        found += [d for d in made.diagnostics if _of_theme(d.code) and d not in found]
    console.show(found, stream=sys.stdout)
    raise SystemExit(PROBLEMS if blocks(found) else FINE)


def _of_theme(code: str) -> bool:
    from kpireport.core.catalogue.mail import LETTER_WRONG

    return code.startswith("H") or code == LETTER_WRONG.code
