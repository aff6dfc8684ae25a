"""What the desk can do in its folder: nothing that the command line cannot."""

from __future__ import annotations

import getpass
import hashlib
import tempfile
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpireport import beginning, confirmation, languages, readings
from kpireport.batch import running
from kpireport.batch.intake import Options
from kpireport.batch.ledger import NAME, RunLedger
from kpireport.core.diagnostics import Severity
from kpireport.desk.answers import AskedError
from kpireport.desk.books import Books, OpenBook
from kpireport.resources import sample_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpireport.batch.ledger import Made
    from kpireport.batch.summary import Summary
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language
    from kpireport.desk.folder import Folder, FolderWorkbook

MOST_TOLD = 40


@dataclass
class Run:
    """A run of the batch that the desk began. told: what it came to, for the person; None while it works."""

    future: Future[Summary]
    told: list[dict[str, str]] | None = None


@dataclass
class Work:
    """One folder at work. language: of the page. program: how a person begins a command."""

    folder: Folder
    language: Language
    program: str = "kpireport"
    _home: tempfile.TemporaryDirectory[str] = field(default_factory=lambda: tempfile.TemporaryDirectory(prefix="kpi-"))
    _workers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "desk-reader"))
    _reading: dict[str, Future[OpenBook]] = field(default_factory=dict)
    _run: Run | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.books = Books(self.folder, self.today, Path(self._home.name))
        self.by = _account()

    def today(self) -> date:
        return datetime.now(tz=UTC).astimezone().date()

    def say(self, key: str, /, **fields: object) -> str:
        return self.language.say(key, **fields)

    @property
    def html_language(self) -> str:
        return self.language.conventions.html

    @property
    def busy(self) -> bool:
        """Return whether something is done that nobody would want to be ended."""
        return self._run is not None and self._run.told is None

    def close(self) -> None:
        self._workers.shutdown(wait=True, cancel_futures=True)
        self._home.cleanup()

    # -- workbooks

    def listed(self, id: str) -> FolderWorkbook:  # noqa: A002 - as in the address
        """Return a workbook of the folder by its id. Raises AskedError where it is not there."""
        match = next((item for item in self.folder.listed() if item.id == id), None)
        if match is None:
            raise AskedError("gone", 404)
        return match

    def book(self, id: str) -> OpenBook:  # noqa: A002 - as in the address
        """Return a workbook that can be read. Raises AskedError where it cannot."""
        book = self.read(self.listed(id))
        if book.review is None:
            raise AskedError("unreadable", 409, say=self.problem(book.told[0])["say"] if book.told else None)
        return book

    def read(self, listed: FolderWorkbook) -> OpenBook:
        """Return a workbook as it is read; what was filled into its sheet Reading is kept first."""
        book = self.books.read(listed)
        if book.review is None or book.review.filled is None:
            return book
        self._kept(lambda: confirmation.take(book.review, today=self.today()) if book.review is not None else None)
        return self.books.read(listed)

    def known(self, listed: FolderWorkbook) -> OpenBook | None:
        """Return a workbook that was read, and let it be read where it was not."""
        book = self.books.known(listed)
        with self._lock:
            job = self._reading.get(listed.id)
            if job is not None and not job.done():
                return None
            if book is None:
                self._reading[listed.id] = self._workers.submit(self._ahead, listed)
        return book

    def _ahead(self, listed: FolderWorkbook) -> OpenBook:
        """Read a workbook, and compute what the page will ask for."""
        book = self.read(listed)
        if book.review is not None:
            _ = book.meaning, book.account, book.overview
            self._workers.submit(lambda: book.evaluated)
        return book

    def rev(self, book: OpenBook) -> str:
        """Return what changes when the workbook or what is kept about it does."""
        review = book.review
        kept = readings.as_toml(review.store) if review is not None else ""
        digest = review.workbook.sha256 if review is not None else ""
        return hashlib.sha256(f"{digest}\n{kept}".encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def unchanged(self, book: OpenBook, rev: object) -> None:
        """Raise AskedError where the workbook, or what is kept about it, is not as it was shown."""
        if rev != self.rev(book):
            raise AskedError("changed", 409, rev=self.rev(book))

    def answer(self, book: OpenBook, answers: Mapping[str, str], by: str) -> OpenBook:
        """Keep answers, by id of the question. Raises AskedError for one that cannot be taken."""
        try:
            review, told = confirmation.review(
                book.path, settings=book.job.settings, today=self.today(), password=book.job.password, answers=answers
            )
        except confirmation.AnswerError as error:
            raise AskedError("answer", 400, say=self.language.text(error.message)) from error
        if review is None:
            raise AskedError("unreadable", 409, say=self.problem(told[0])["say"] if told else None)
        self._kept(lambda: confirmation.keep(review, by=by, today=self.today()))
        return self.read(book.listed)

    def take_back(self, book: OpenBook, question: str) -> OpenBook:
        """Take an answer back: the question is asked again."""
        review = book.review
        if review is None or question not in review.store.answers:
            raise AskedError("gone", 404)
        rest = {number: kept for number, kept in review.store.answers.items() if number != question}
        self._kept(lambda: readings.write(review.place, replace(review.store, answers=rest)))
        return self.read(book.listed)

    def confirm(self, book: OpenBook, by: str, wrong: str = "") -> OpenBook:
        """Confirm a reading, or keep what is wrong with it. Raises AskedError while something must be answered."""
        review = book.review
        if review is None:
            raise AskedError("gone", 404)
        if not wrong and any(question.grade == "must" for question in review.state.open):
            raise AskedError("must_first")
        self._kept(lambda: confirmation.keep(review, by=by, today=self.today(), confirmed=not wrong, wrong=wrong))
        return self.read(book.listed)

    def _kept(self, write: Any) -> None:
        try:
            write()
        except OSError as error:
            raise AskedError("unwritable") from error

    # -- what was made of them

    def made(self, book: OpenBook) -> Made | None:
        """Return the report that the batch made of a workbook as it is."""
        ledger = self.ledger()
        if ledger is None or book.review is None:
            return None
        return ledger.of_workbook(book.review.workbook.sha256, "")

    def ledger(self) -> RunLedger | None:
        state = self.folder.batch()[0].state
        try:
            return RunLedger(state) if (state / NAME).is_file() else None
        except OSError as error:
            raise AskedError("ledger") from error

    def make(self, book: OpenBook | None) -> Future[Summary] | None:
        """Let the batch make the reports of all that was dropped, and queue their letters; none leaves.

        Returns the run, None where one is at work already.
        """
        with self._lock:
            if self.busy:
                return None
            if book is not None and book.listed.place in ("folder", "failed"):
                with book.listed.path.open("rb") as file:
                    self.folder.take(book.listed.name, file, replace=False, password=book.job.password)
            self._run = Run(self._workers.submit(self._made))
            self._run.future.add_done_callback(self._ended)
            return self._run.future

    def _made(self) -> Summary:
        settings, _ = self.folder.batch()
        mail, _ = self.folder.mail()
        path = self.folder.settings if self.folder.begun else None
        return running.run(settings, path, Options(self.today()), engine="serial", mail=mail, send=False)

    def _ended(self, future: Future[Summary]) -> None:
        run = self._run
        if run is None or future.cancelled():
            return
        error = future.exception()
        if isinstance(error, running.RunRefusedError):
            told = [self.problem(error.diagnostic)]
        elif error is not None:
            told = [{"severity": "error", "say": self.say("desk.error.bug"), "fix": "", "at": ""}]
        else:
            summary = future.result()
            match = [*summary.problems, *(item for line in summary.lines for item in line.problems)]
            serious = [item for item in match if item.severity is not Severity.NOTE]
            told = [self.problem(item) for item in serious[:MOST_TOLD]]
        self.books.forget()
        run.told = told

    def run_told(self) -> list[dict[str, str]]:
        """Return what the last run came to; nothing while it works, or before any."""
        return self._run.told or [] if self._run is not None else []

    # -- words

    def problem(self, told: Diagnostic) -> dict[str, str]:
        """Return a problem as the page shows it. at: ``Sheet!A1``, or the name of the file."""
        where = told.where
        at = f"{where.sheet}!{where.cell}" if where.sheet and where.cell else where.sheet or where.file
        return {
            "severity": told.severity.value, "say": self.language.text(told.problem),
            "fix": self.language.text(told.fix), "at": at,
        }  # fmt: skip

    def problems(self, told: Iterable[Diagnostic]) -> list[dict[str, str]]:
        return [self.problem(item) for item in told]

    # -- the first run

    def begin(self, ways: str) -> None:
        """Make the folder one that works: with a starter workbook, with the sample, or with neither."""
        today = self.today()
        wishes = beginning.Wishes(
            self.language.tag, self.say("program.init.default"), today.year, today, program=self.program
        )  # fmt: skip
        made = beginning.files(wishes)
        if ways != "starter":
            made = {name: content for name, content in made.items() if not name.endswith(".xlsx")}
        if ways == "sample":
            sample = sample_of(self.language.tag)
            made[sample.name] = sample.read_bytes()
        made = {name: content for name, content in made.items() if not (self.folder.root / name).exists()}
        try:
            beginning.begin(self.folder.root, made)
        except OSError as error:
            raise AskedError("unwritable") from error

    def speak(self, tag: str) -> None:
        """Speak another language from now on."""
        if tag not in languages.tags():
            raise AskedError("form", 400)
        self.language = languages.load(tag)


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in some containers
        return ""
