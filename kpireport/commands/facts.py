"""``kpireport check --facts``: the figures of workbooks by cell, what became of the rest, and what is asked."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from kpireport.exits import FINE, PARTLY, PROBLEMS, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kpireport.core.messages import Language
    from kpireport.facts import Facts
    from kpireport.pipeline import Job
    from kpireport.saying import Known

WORST = (FINE, PARTLY, PROBLEMS)


def show(job: Job, *, form: str, answers: Path | None) -> int:
    """Print how each workbook of a job is read, and return the exit code.

    answers: a file that is used instead of the store.
    """
    from kpireport import facts, languages, readings, saying

    if answers is not None and len(job.workbooks) > 1:
        raise click.UsageError("--answers is for one workbook")
    language = languages.talking(job.language)
    read = []
    for path in job.workbooks:
        known = _known(saying.given(answers) if answers else saying.kept(path, settings=job.settings), language)
        looked = facts.look(path, known.answers, today=job.today, password=job.password, said=known.statements)
        read.append(looked)
    if form == "json":
        _print_json(read, language)
    else:
        stores = [answers or readings.place(path, job.settings) for path in job.workbooks]
        _print_text(read, stores, language)
    return max((each.code() for each in read), key=WORST.index)


def _print_json(read: Sequence[Facts], language: Language) -> None:
    """Print one workbook as it is, several as a list; in ASCII, so that any pipe can carry it."""
    from kpireport.render import facts_json

    documents = [
        facts_json.document(each.workbook, each.reading, each.problems, language=language, unused=each.unused)
        for each in read
    ]
    shown = documents[0] if len(documents) == 1 else {"workbooks": documents}
    click.echo(json.dumps(shown, indent=1, allow_nan=False))


def _print_text(read: Sequence[Facts], stores: Sequence[Path], language: Language) -> None:
    from kpireport import asking, console
    from kpireport.render import facts_json

    for each, store in zip(read, stores, strict=True):
        for line in asking.lines(each, store, facts_json.balance(each.reading), language):
            click.echo(line)
        if each.problems:
            console.show(each.problems, language=language, stream=sys.stderr)
        if each is not read[-1]:
            click.echo()


def _known(known: Known, language: Language) -> Known:
    """Return what is known of a workbook, or end with what is wrong with its file."""
    from kpireport import console

    if known.problems:
        console.show(known.problems, language=language, stream=sys.stderr)
        raise SystemExit(SETTINGS)
    return known
