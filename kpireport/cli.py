"""The command line: options in, one call, words and an exit code out."""

from __future__ import annotations

import gc
import sys
import traceback
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpireport import __version__, languages
from kpireport.commands.confirm import confirm
from kpireport.commands.desk import desk
from kpireport.commands.doctor import doctor
from kpireport.commands.edge import Program
from kpireport.commands.help import help_
from kpireport.commands.init import init
from kpireport.commands.mail import mail
from kpireport.commands.options import language, settings, today
from kpireport.commands.outbox import outbox
from kpireport.commands.password import password
from kpireport.commands.preview import preview
from kpireport.commands.repair import repair
from kpireport.commands.run import run, schedule, status, watch
from kpireport.commands.speaking import in_language, say
from kpireport.commands.themes import themes
from kpireport.core.formats import DEFAULT_FORMATS, FORMATS
from kpireport.exits import BUG, FINE, PROBLEMS, UNDELIVERED

if TYPE_CHECKING:
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.pipeline import Job


workbooks = click.argument("workbooks", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="WORKBOOK...")
period = click.option("--period", help="The period to report, for example 2026-10 or 2026-Q3.", metavar="PERIOD")
theme = click.option(
    "--theme",
    type=click.Path(file_okay=False, path_type=Path),
    help="The name of a theme, or your own folder.",
)
scope = click.option("--scope", help='Only one part: "department=Sales", "owner=Li" or "kpi=A; B".', metavar="SCOPE")


def _formats(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(part.strip().lower() for part in value.split(",") if part.strip()))
    unknown = [part for part in chosen if part not in FORMATS]
    if unknown or not chosen:
        raise click.BadParameter(say("program.usage.formats", known=", ".join(FORMATS)))
    return chosen


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kpireport")
@click.option(
    "--ui-language", envvar="KPIREPORT_LANGUAGE", callback=in_language, expose_value=False, is_eager=True,
    type=click.Choice(languages.tags()), help="In which language commands talk; otherwise as the system does.",
)  # fmt: skip
def main() -> None:
    """Turn Excel workbooks with goals and metrics into a monthly KPI report.

    \b
    kpireport demo                     see a report made from a sample workbook
    kpireport check WORKBOOK           say everything that is wrong with it
    kpireport build WORKBOOK           write the report, HTML and PDF
    kpireport confirm WORKBOOK         how it is read; confirmed once, before anything is mailed
    kpireport desk                     all of this on a page in the browser, for a folder
    kpireport explain WORKBOOK KPI     how a number came about
    kpireport help                     the help pages, and what a problem's code means
    """


@main.command()
@workbooks
@period
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("reports"), show_default=True,
              help="The folder to write into.")  # fmt: skip
@click.option("--format", "formats", default=",".join(DEFAULT_FORMATS), show_default=True, callback=_formats,
              help="What to write: html, pdf, json, xlsx, parted by commas.")  # fmt: skip
@language
@theme
@scope
@click.option(
    "--state", type=click.Path(file_okay=False, path_type=Path), help="The folder that remembers what was reported."
)
@click.option("--no-state", is_flag=True, help="Remember nothing, and list no restatements.")
@settings
@password
@today
def build(
    workbooks: tuple[Path, ...], period: str | None, out: Path, formats: tuple[str, ...], language: str | None,
    theme: Path | None, scope: str | None, state: Path | None, no_state: bool, settings: Path | None,
    password: str | None, today: date,
) -> None:  # fmt: skip
    """Write the report of one or several WORKBOOKs."""
    from kpireport.pipeline import Job

    kept = None if no_state else state or _state()
    job = Job(workbooks, today, period, language, theme, scope, formats=formats, out=out, state=kept,
              settings=settings, password=password)  # fmt: skip
    raise SystemExit(_build(job))


def _build(job: Job) -> int:
    from kpireport import console, pipeline
    from kpireport.core.diagnostics import Severity, quoted

    spoken = languages.talking(job.language)
    with console.progress(spoken) as progress:
        outcome = pipeline.build(job, progress)
    told = [d for d in outcome.diagnostics if d.severity is not Severity.NOTE]
    if told:
        console.show(told, language=spoken, stream=sys.stderr)
    for path in outcome.set_aside:
        click.echo(spoken.say("program.build.renamed", path=quoted(str(path), 400)), err=True)
    if outcome.failed:
        click.echo(spoken.say("program.build.nothing"), err=True)
        return UNDELIVERED if any(d.name == "NOT_WRITTEN" for d in told) else PROBLEMS
    for path in outcome.written:
        click.echo(quoted(str(path), 4000))
    return FINE


def _state_of_runs(settings: Path | None) -> Path | None:
    """Return the folder in which the runs of a settings file remember; None where they have not yet."""
    from kpireport.settings import batch

    found = batch.batch(settings)[0] if settings else None
    return found.state if found and (found.state / "snapshots.db").is_file() else None


def _state() -> Path:
    import platformdirs

    return Path(platformdirs.user_state_dir("kpireport", appauthor=False))


@main.command()
@workbooks
@period
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@settings
@language
@password
@today
@click.option("--annotate", is_flag=True, help="Write a copy, NAME.checked.xlsx, with every problem at its cell.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("reports"), show_default=True,
              help="The folder to write the copy into.")  # fmt: skip
@click.option("--facts", is_flag=True, help="Every figure by its cell, what became of the rest, and what is asked.")
@click.option("--answers", type=click.Path(dir_okay=False, exists=True, path_type=Path), metavar="FILE",
              help="With --facts: answers, JSON or TOML; otherwise those kept in readings/.")  # fmt: skip
def check(
    workbooks: tuple[Path, ...], period: str | None, form: str, settings: Path | None, language: str | None,
    password: str | None, today: date, annotate: bool, out: Path, facts: bool, answers: Path | None,
) -> None:  # fmt: skip
    """Say everything that is wrong with the WORKBOOKs; with --annotate also in a copy, cell by cell."""
    from kpireport import console, pipeline
    from kpireport.core.diagnostics import blocks, quoted

    job = pipeline.Job(workbooks, today, period, language, settings=settings, password=password)
    if facts:
        from kpireport.commands import facts as reading

        raise SystemExit(reading.show(job, form=form, answers=answers))
    if answers is not None:
        raise click.UsageError("--answers goes with --facts")
    review = pipeline.reviewed(job, keep=annotate)
    told: tuple[Diagnostic, ...] = ()
    written: tuple[Path, ...] = ()
    if annotate:
        from kpireport import answering, marker

        forms = answering.forms(job, review.language)
        told, written = marker.mark(review, workbooks, out, password=password, forms=forms)
    shown = languages.talking(review.language.tag)
    console.show((*review.problems, *told), language=shown, form=form, readings=review.readings)
    for path in written:
        click.echo(quoted(str(path), 4000), err=form == "json")
    raise SystemExit(PROBLEMS if blocks((*review.problems, *told)) else FINE)


@main.command()
@click.argument("workbooks", nargs=-1, required=True, metavar="WORKBOOK... KPI")
@period
@settings
@language
@password
@today
def explain(
    workbooks: tuple[str, ...], period: str | None, settings: Path | None, language: str | None,
    password: str | None, today: date,
) -> None:  # fmt: skip
    """Say how the figures of one KPI came about: cells, rule and arithmetic. The KPI is the last argument."""
    from kpireport import console, pipeline
    from kpireport.core.diagnostics import Severity, blocks

    if len(workbooks) < 2:
        raise click.UsageError(say("program.usage.workbook_and_kpi"))
    *paths, kpi = workbooks
    files = tuple(Path(path) for path in paths)
    job = pipeline.Job(files, today, period, language, settings=settings, password=password)
    text, problems = pipeline.explain(job, kpi)
    if text:
        click.echo(text)
    if blocks(problems):
        errors = [d for d in problems if d.severity is Severity.ERROR]
        console.show(errors, language=languages.talking(language), stream=sys.stderr)
        raise SystemExit(PROBLEMS)


@main.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), show_default=True,
              help="The folder to write into.")  # fmt: skip
@language
def demo(out: Path, language: str | None) -> None:
    """Make the report of the sample workbook, to see what it looks like."""
    from kpireport.pipeline import Job
    from kpireport.resources import sample_of

    raise SystemExit(
        _build(
            Job(
                (sample_of(language or ""),),
                date(2026, 11, 9),
                None,
                language,
                out=out,
                formats=(*DEFAULT_FORMATS, "json"),
            )
        )
    )


@main.command()
@click.argument("kpi", required=False, default="")
@click.option("--forecasts", is_flag=True, help="Our forecasts for the next period, beside what came.")
@click.option(
    "--state", type=click.Path(file_okay=False, path_type=Path), help="The folder that remembers what was reported."
)
@settings
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def history(kpi: str, forecasts: bool, state: Path | None, settings: Path | None, form: str) -> None:
    """Show what was reported when: of one KPI, or our forecasts against what came.

    In a folder with a kpireport.toml, that is what its runs have reported.
    """
    from kpireport import chronicle

    found = chronicle.read(state or _state_of_runs(settings) or _state(), kpi)
    lines = chronicle.compared(found) if forecasts else chronicle.told(found, named=bool(kpi))
    if form == "json":
        click.echo(chronicle.as_json(lines))
    else:
        click.echo(chronicle.as_text(lines) if lines else say("program.history.nothing"))


main.add_command(help_)
main.add_command(themes)
main.add_command(preview)
for _command in (run, watch, status, schedule):
    main.add_command(_command)
main.add_command(confirm)
main.add_command(mail)
main.add_command(outbox)
main.add_command(desk)
main.add_command(init)
main.add_command(doctor)
main.add_command(repair)


def entry() -> None:
    """Run the program. A bug of ours ends with its traceback, one sentence, and exit code 70."""
    from kpireport import console, process

    process.prepare()
    console.prepare()
    try:
        main()
    except Exception:  # the outermost edge: what arrives here is our bug, and keeps its traceback
        traceback.print_exc()
        click.echo(say("program.bug"), err=True)
        raise SystemExit(BUG) from None
    finally:
        gc.freeze()  # nothing need be searched for garbage when the process ends
