"""The use case behind `kpireport check --annotate`: a marked copy of each workbook, beside nothing and over nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kpireport import output
from kpireport.core.catalogue import job as job_problems
from kpireport.core.catalogue import marking
from kpireport.core.diagnostics import Where, quoted
from kpireport.core.file_names import CHECKED
from kpireport.excel import guard
from kpireport.excel.annotate import OWN_PART, annotate
from kpireport.excel.package import Package
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.excel.mark.answers import AnswerForm
    from kpireport.pipeline import Review


def mark(
    review: Review, workbooks: Sequence[Path], folder: Path, *, password: str | None = None,
    forms: Mapping[Path, AnswerForm] | None = None,
) -> tuple[tuple[Diagnostic, ...], tuple[Path, ...]]:  # fmt: skip
    """Write a marked copy of each workbook that could be read; return what is to be said of it, and the files.

    forms: sheets to answer in, for the workbooks whose reading waits for a person.
    """
    told: list[Diagnostic] = []
    files: dict[str, bytes] = {}
    count = Counter(guard.shown(path) for path in workbooks)
    for path in workbooks:
        name = guard.shown(path)
        data = review.originals.get(name)
        if data is None:
            continue
        if count[name] > 1:
            told.append(marking.MARKED_NAMES_ALIKE.at(Where(name)))
            continue
        form = (forms or {}).get(path)
        marked = annotate(data, name, review.problems, language=review.language, form=form, password=password)
        told.extend(marked.told)
        if marked.content is not None:
            stem = output.safe_name(path.stem, "workbook")
            named = f"{stem}{CHECKED if form is None else form.suffix}"
            chosen = _free(folder, named, marked.suffix)
            found = f"{named}{marked.suffix}"
            if chosen != found:
                told.append(marking.COPY_KEPT.at(Where(name), found=found, name=chosen))
            files[chosen] = marked.content
    if not files:
        return tuple(told), ()
    try:
        written = output.publish(files, folder)
    except OSError as error:
        reason = os_reason(error)
        told.append(job_problems.NOT_WRITTEN.at(Where(), folder=quoted(str(folder)), reason=reason))
        written = ()
    return tuple(told), written


def _free(folder: Path, stem: str, suffix: str) -> str:
    """Return the name of a copy. One that someone has worked in since is never written over."""
    name, number = f"{stem}{suffix}", 1
    while (folder / name).exists() and not _untouched(folder / name):
        number += 1
        name = f"{stem}-{number}{suffix}"
    return name


def _untouched(path: Path) -> bool:
    """Return whether a file is a copy as we made it: a program that saves it gives our part another name."""
    data = guard.fetch(path)
    package = guard.examine(data, Where(path.name)) if isinstance(data, bytes) else None
    return isinstance(package, Package) and OWN_PART in package
