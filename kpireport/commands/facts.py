"""``kpireport check --facts``: the figures of workbooks by cell, what became of the rest, and what is asked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kpireport.exits import FINE, PARTLY, PROBLEMS, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic

WORST = (FINE, PARTLY, PROBLEMS)


def show(
    workbooks: Sequence[Path], *, form: str, answers: Path | None, settings: Path | None, language: str | None,
    password: str | None, today: date,
) -> int:  # fmt: skip
    """Print how each workbook is read, and return the exit code. answers: a file that is used instead of the store."""
    from kpireport import asking, console, facts, languages, readings
    from kpireport.render import facts_json
    from kpireport.render.json import write

    if answers is not None and len(workbooks) > 1:
        raise click.UsageError("--answers is for one workbook")
    spoken = languages.spoken(language)
    documents = []
    codes = [FINE]
    for number, path in enumerate(workbooks):
        known = _known(readings.given(answers) if answers else readings.answers_for(path, settings=settings))
        looked = facts.look(path, known, today=today, password=password)
        codes.append(looked.code())
        document = facts_json.document(
            looked.workbook, looked.reading, looked.problems, language=spoken, unused=looked.unused
        )
        documents.append(document)
        if form == "json":
            continue
        store = answers or readings.place(path, settings)
        for line in asking.lines(looked, store, document["balance"], spoken):
            click.echo(line)
        if looked.problems:
            console.show(looked.problems, language=spoken, stream=sys.stderr)
        if number + 1 < len(workbooks):
            click.echo()
    if form == "json":
        shown = documents[0] if len(documents) == 1 else {"workbooks": documents}
        click.echo(write(shown).decode("utf-8"), nl=False)
    return max(codes, key=WORST.index)


def _known(found: tuple[dict[str, str], tuple[Diagnostic, ...]]) -> Mapping[str, str]:
    """Return answers that are known, or end with what is wrong with their file."""
    from kpireport import console

    answers, told = found
    if told:
        console.show(told, stream=sys.stderr)
        raise SystemExit(SETTINGS)
    return answers
