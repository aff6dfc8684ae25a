"""The use cases: check, build, produce, explain. The one place where the core and the world meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpireport import languages
from kpireport.core.catalogue import job as problems
from kpireport.core.diagnostics import Diagnostic, Where, blocks, quoted
from kpireport.core.formats import FORMATS, endings
from kpireport.core.restate import figures
from kpireport.making import Job, composed, evaluated, language_of, rendered, silent
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kpireport.core.diagnostics import Reading
    from kpireport.core.dispatch import Audience, Product
    from kpireport.core.messages import Language
    from kpireport.making import Evaluated

__all__ = [
    "FORMATS", "Job", "Outcome", "Review", "build", "check", "composed", "evaluated", "explain",
    "language_of", "produce", "remember", "rendered", "reviewed", "silent",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build came to: the files that were written, and every problem. set_aside: older files renamed."""

    written: tuple[Path, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    set_aside: tuple[Path, ...] = ()
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """What a check came to. language: what was asked for, else the workbook's. originals: bytes by file name."""

    problems: tuple[Diagnostic, ...]
    readings: tuple[Reading, ...]
    language: Language
    originals: Mapping[str, bytes]


def check(job: Job) -> tuple[Diagnostic, ...]:
    """Return everything that is wrong with the workbooks of ``job``; write nothing."""
    return reviewed(job).problems


def reviewed(job: Job, *, keep: bool = False) -> Review:
    """Return what is wrong with the workbooks of ``job``, and how they were understood. keep: their bytes too."""
    from kpireport.production import troubles_of_recipients

    done = evaluated(job, progress=silent, keep=keep, foresee=False)
    readings = done.readings
    if done.card is not None:
        kpis = done.card.book.kpis
        named = (replace(r, kpi=kpis[r.kpi].name if r.kpi in kpis else r.kpi) for r in done.card.book.readings)
        readings = tuple(named)
        done.problems.extend(told for told in troubles_of_recipients(job, done.card) if told not in done.problems)
    spoken = languages.spoken(job.language, done.language)
    return Review(tuple(done.problems), readings, spoken, done.originals)


def build(job: Job, progress: Callable[[str], None] | None = None) -> Outcome:
    """Write the report of ``job`` into its folder, or nothing at all where it would mislead."""
    from kpireport import output, readings

    say = progress or silent
    answered = _answered(job)
    done = evaluated(job, progress=say, keep="pdf" in job.formats)
    done.problems.extend(answered)
    name = job.name or output.safe_name(readings.own_stem(job.workbooks[0]) if job.workbooks else "report")
    folder = job.out
    if folder is None:
        raise ValueError("a build needs a folder to write into")
    if done.card is None or blocks(done.problems):
        aside = _set_aside(folder, name)
        return Outcome((), tuple(done.problems), aside, failed=True)
    files, told = rendered(job, done, name, say)
    done.problems.extend(told)
    if files is None:
        return Outcome((), tuple(done.problems), _set_aside(folder, name), failed=True)
    say("write")
    try:
        written = output.publish(files, folder)
    except OSError as error:
        reason = os_reason(error)
        done.problems.append(problems.NOT_WRITTEN.at(Where(), folder=quoted(str(folder)), reason=reason))
        return Outcome((), tuple(done.problems), failed=True)
    _remember(done, job)
    return Outcome(written, tuple(done.problems))


def _answered(job: Job) -> list[Diagnostic]:
    """Keep what a person filled into the sheets Reading of the workbooks, before they are read."""
    from kpireport import confirmation

    told: list[Diagnostic] = []
    for path in job.workbooks:
        told += confirmation.taken(path, settings=job.settings, today=job.today, password=job.password)
    return told


def produce(job: Job, audiences: Sequence[Audience] | None = None, *, recipients: bool = True) -> Product:
    """Return all files and letters of a report, computed once; write nothing and remember nothing.

    audiences: for whom editions are built; None takes them from the workbook's recipients and those of the settings.
    recipients: whether the workbook's recipients count. Raises ValueError for a job with a scope: a part is an edition.
    """
    from kpireport.production import product

    return product(job, audiences, recipients=recipients)


def remember(product: Product, state: Path) -> tuple[Diagnostic, ...]:
    """Note what a published report showed, so that a later one can tell what was restated."""
    from kpireport import store
    from kpireport.snapshots import Snapshots

    try:
        Snapshots(state).keep(product.identity, product.figures, made=product.made)
    except OSError as error:
        return (problems.STATE_UNUSABLE.at(Where(), folder=quoted(str(state)), reason=store.reason(error)),)
    return ()


def explain(job: Job, kpi: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return in words how the figures of one KPI came about: cells, rule, arithmetic."""
    from kpireport.core.explain import explanation

    done = evaluated(job, progress=silent, keep=False)
    if done.card is None:
        return "", tuple(done.problems)
    text, told = explanation(done.card, kpi, language=language_of(job, done.card.book))
    return text, (*done.problems, *told)


def _remember(done: Evaluated, job: Job) -> None:
    if done.snapshots is None or done.identity is None or done.card is None:
        return
    from kpireport import store

    try:
        done.snapshots.keep(done.identity, figures(done.card), made=job.today.isoformat())
    except OSError as error:
        folder = quoted(str(job.state))
        done.problems.append(problems.STATE_UNUSABLE.at(Where(), folder=folder, reason=store.reason(error)))


def _set_aside(folder: Path, name: str) -> tuple[Path, ...]:
    """Rename the files of an older report, so that none is taken for the one that could not be made."""
    aside = []
    for end in endings(FORMATS):
        old = folder / f"{name}{end}"
        if old.is_file():
            stem, _, extension = end.rpartition(".")
            new = folder / f"{name}{stem}.outdated.{extension}"
            try:
                old.replace(new)
            except OSError:
                continue  # open in another program; the message on the console says that nothing was written
            aside.append(new)
    return tuple(aside)
