"""One job, from its workbooks to figures, and from figures to the bytes of its files; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kpireport import __version__, languages, readings
from kpireport.core import assembly
from kpireport.core.catalogue import job as problems
from kpireport.core.diagnostics import Diagnostic, Reading, Severity, Where, quoted
from kpireport.core.evaluate import evaluate
from kpireport.core.formats import DEFAULT_FORMATS
from kpireport.core.identity import identity_of
from kpireport.core.messages import Message
from kpireport.core.reading.said_kept import statements
from kpireport.core.reading.state import Remembered
from kpireport.core.restate import held, restatements
from kpireport.core.scope import part_of, unknown
from kpireport.core.selfscore import self_score
from kpireport.core.staff import initiatives, staff
from kpireport.core.triggers import fire
from kpireport.excel import read as excel
from kpireport.process import collection_paused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from kpireport.core.identity import ReportIdentity
    from kpireport.core.messages import Language
    from kpireport.core.model import Book
    from kpireport.core.parse.mapping import Layout
    from kpireport.core.periods import Period
    from kpireport.core.report.model import ReportModel
    from kpireport.core.scorecard import Scorecard
    from kpireport.core.workbook import Workbook
    from kpireport.render.themes import Theme
    from kpireport.render.writers import Page
    from kpireport.snapshots import Snapshots

LONG_SCORECARD = 60  # KPIs: with more the paper shows a part, and the whole table is written as CSV


@dataclass(frozen=True, slots=True)
class Job:
    """One report that is asked for. today: the day it is made, from the caller. language: None takes the workbook's."""

    workbooks: tuple[Path, ...]
    today: date
    period: str | None = None
    language: str | None = None
    theme: Path | None = None
    scope: str | None = None
    formats: tuple[str, ...] = DEFAULT_FORMATS
    out: Path | None = None
    state: Path | None = None
    name: str | None = None
    settings: Path | None = None
    password: str | None = field(default=None, repr=False)


@dataclass
class Evaluated:
    """A job up to its figures."""

    card: Scorecard | None
    problems: list[Diagnostic]
    originals: dict[str, bytes] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    language: str = ""
    snapshots: Snapshots | None = None
    identity: ReportIdentity | None = None


@collection_paused()
def evaluated(job: Job, *, progress: Callable[[str], None], keep: bool, foresee: bool = True) -> Evaluated:
    """Read, understand and compute, collecting every problem on the way.

    foresee: whether signals and landings are wanted; they find no problems, and cost the import of numpy.
    """
    done = Evaluated(None, [])
    progress("read")
    books: list[Workbook] = []
    for path in job.workbooks:
        workbook, told = excel.read(path, password=job.password)
        done.problems.extend(told)
        if workbook is not None:
            books.append(workbook)
            if keep:
                done.originals[workbook.file] = path.read_bytes()
    if not books:
        return done
    progress("understand")
    layouts: tuple[Layout, ...] = ()
    if job.settings is not None:
        from kpireport.settings import layout

        layouts, told = layout.layouts(job.settings)
        done.problems.extend(told)
    remembered, unreadable = _remembered(job)
    done.problems.extend(unreadable)
    book, told = assembly.book(books, today=job.today, layouts=layouts, remembered=remembered)
    done.problems.extend(told)
    if book is None:
        return done
    done.readings, done.language = book.readings, book.settings.language
    period, told_period = _period(job, book)
    done.problems.extend(told_period)
    if told_period:
        return done
    progress("compute")
    _compute(job, book, period, done, foresee=foresee)
    return done


def _remembered(job: Job) -> tuple[dict[str, Remembered], list[Diagnostic]]:
    """Return what is kept about the workbooks of a job, by their files."""
    kept: dict[str, Remembered] = {}
    told: list[Diagnostic] = []
    for path in job.workbooks:
        store = readings.place(path, job.settings)
        if store.is_file():
            values, problems = readings.read(store)
            told.extend(problems)
            told.extend(statements(values.said, store.name)[1])
            kept[path.name] = Remembered(values.values(), values.said, values.seen)
    return kept, told


FORGETFUL = Reading("state", Where(), Message("readings.state"))
"""Said in a report that cannot know what former ones showed."""


def _compute(job: Job, book: Book, period: Period | None, done: Evaluated, *, foresee: bool) -> None:
    reported = _reported(job, book, period, done)
    today = book.settings.as_of or job.today
    kept = held(book, reported.values()) if reported else book
    card, told = evaluate(kept, period=period, today=today)
    done.problems.extend(told)
    if card is None:
        return
    if foresee:
        from kpireport.core.outlook import outlook

        card = outlook(card)
    card = replace(card, staff=staff(book.plan, today), initiatives=initiatives(book.plan, today))
    if done.snapshots is not None:
        done.identity = identity_of(card.book, scope=job.scope or "", period=card.period.key)
        reported = done.snapshots.before(done.identity)
        score = self_score(card, done.snapshots.forecasts(done.identity))
        now = card if kept is book else evaluate(book, period=card.period, today=today)[0] or card
        card = replace(card, restatements=restatements(now, reported, shown=card), self_score=score)
    else:
        card = replace(card, book=replace(card.book, readings=(*card.book.readings, FORGETFUL)))
    fired, told = fire(card)
    done.problems.extend(told)
    card = replace(card, fired=fired)
    done.card = _part(job, card, done) if job.scope else card


def _part(job: Job, card: Scorecard, done: Evaluated) -> Scorecard | None:
    """Return what the reader of a scope may see, and keep of the problems only hers; errors block her report too."""
    scope = job.scope or ""
    missing = unknown(card.book, scope)
    if missing:
        done.problems.append(problems.SCOPE_UNKNOWN.at(Where(), found=", ".join(missing)))
        return None
    hers, done.problems = part_of(card, done.problems, scope)
    return hers


def _reported(job: Job, book: Book, period: Period | None, done: Evaluated) -> dict:  # type: ignore[type-arg]
    """Return what former reports showed; without a state folder, or with one that fails, nothing."""
    if job.state is None:
        return {}
    from kpireport import store
    from kpireport.snapshots import Snapshots

    identity = identity_of(book, scope=job.scope or "", period=period.key if period else "")
    try:
        done.snapshots = Snapshots(job.state)
        return done.snapshots.before(identity)
    except OSError as error:
        done.snapshots = None
        folder = quoted(str(job.state))
        done.problems.append(problems.STATE_UNUSABLE.at(Where(), folder=folder, reason=store.reason(error)))
        return {}


def _period(job: Job, book: Book) -> tuple[Period | None, list[Diagnostic]]:
    from kpireport.core.parse.period_names import parse_period

    asked = job.period
    where = Where()
    if asked is None and book.settings.report_period:
        asked, where = book.settings.report_period, book.settings.cells.get("report_period", Where())
    if asked is None:
        return None, []
    period = parse_period(asked, book.calendar)
    if isinstance(period, Diagnostic):
        return None, [problems.PERIOD_UNKNOWN.at(where, found=asked)]
    return period, []


def language_of(job: Job, book: Book) -> Language:
    """Return the language of a report: as asked for, else the workbook's, else English."""
    return languages.spoken(job.language, book.settings.language)


def rendered(
    job: Job, done: Evaluated, name: str, say: Callable[[str], None]
) -> tuple[dict[str, bytes] | None, list[Diagnostic]]:
    """Return the files of a report by name; None where the theme or the page has an error."""
    from kpireport.render.writers import WRITERS

    source = _Source(job, done, say)
    told: list[Diagnostic] = []
    files: dict[str, bytes] = {}
    for form, write in WRITERS.items():
        if form not in job.formats:
            continue
        written, more = write(source)
        told.extend(d for d in more if d not in told)
        if written is None:
            return None, told
        files |= {f"{name}{ending}": content for ending, content in written.items()}
    return (None if any(d.severity is Severity.ERROR for d in told) else files), told


@dataclass
class _Source:
    """A job with its figures, as the writers of its formats see it."""

    job: Job
    done: Evaluated
    say: Callable[[str], None]

    @property
    def created(self) -> date:
        return self.job.today

    @property
    def card(self) -> Scorecard:
        if self.done.card is None:
            raise ValueError("nothing was computed")
        return self.done.card

    @property
    def language(self) -> Language:
        return language_of(self.job, self.card.book)

    @property
    def long(self) -> bool:
        return len(self.card.results) > LONG_SCORECARD

    @property
    def attachments(self) -> tuple[tuple[str, bytes], ...]:
        # A part of the report must not carry everybody's figures inside it.
        return () if self.job.scope else tuple(sorted(self.done.originals.items()))

    @cached_property
    def data(self) -> dict[str, Any]:
        from kpireport.render import json

        return json.document(self.card, self.done.problems, language=self.language, scope=self.job.scope or "")

    @cached_property
    def table_words(self) -> Mapping[str, Any]:
        from kpireport.render import themes

        theme, _ = themes.find(self.job.theme)
        return themes.words(theme, self.language)["table"] if theme else self.language.sentences["report.table"]

    @cached_property
    def page(self) -> Page:
        from kpireport.render.writers import Page

        self.say("compose")
        return Page(*composed(self.job, self.done))


def composed(job: Job, done: Evaluated) -> tuple[Theme | None, ReportModel | None, tuple[Diagnostic, ...]]:
    """Return the theme of a job and what its reader sees; None for either where the theme has an error."""
    from kpireport.core.report.compose import compose
    from kpireport.core.report.words import MissingWordsError
    from kpireport.render import themes

    card = done.card
    if card is None:
        raise ValueError("nothing was computed")
    theme, told = themes.find(job.theme)
    if theme is None:
        return None, None, told
    language = language_of(job, card.book)
    try:
        sentences = themes.words(theme, language)["sentences"]
        report = compose(
            card, tuple(done.problems), sentences,
            language=language, issued=job.today, scope=job.scope or "", version=__version__,
        )  # fmt: skip
    except MissingWordsError as error:
        return theme, None, (*told, problems.WORDS_MISSING.at(Where(), key=str(error)))
    return theme, report, told


def silent(_: str) -> None:
    return None
