"""The view of a report: the page itself, its files, and what stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpireport import answering, making
from kpireport.confirming import Teller
from kpireport.core.diagnostics import Severity, quoted
from kpireport.core.reading import kinds
from kpireport.desk.answers import AskedError, File
from kpireport.desk.progress import places, sheet_index, state_of

if TYPE_CHECKING:
    from kpireport.desk.answers import Answer, DeskRequest
    from kpireport.desk.books import OpenBook
    from kpireport.desk.work import Work

TILE_ROWS, TILE_COLUMNS = 64, 32
LONGEST_CELL, LONGEST_TEXT, LONGEST_QUESTION = 200, 2000, 600
NARROWEST, WIDEST, MEASURED = 48, 240, 300  # pixels, pixels, rows
MOST_REASONS, MOST_LINES = 40, 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEANINGS = {
    "k": "kpi", "d": "part", "p": "period", "u": "unit", "a": "actual", "t": "target", "s": "total", "x": "left",
    "?": "waits", "h": "head", "n": "note", "o": "ours", "T": "total", "O": "ours",
}  # fmt: skip


def report(work: Work, request: DeskRequest) -> Answer:
    """Answer with what stands beside a report: what is not confirmed, what must be mended, what is worth a look."""
    book = work.book(str(request.values["id"]))
    review, done = book.review, book.evaluated
    if review is None:
        raise AskedError("gone", 404)
    made = work.made(book)
    say = work.language.text
    told = [diagnostic for diagnostic in done.problems if diagnostic.severity is not Severity.NOTE]
    return {
        "id": book.listed.id, "file": quoted(book.listed.name, 60), "state": state_of(book), "rev": work.rev(book),
        "period": Teller(work.language).period(done.card.period.key) if done.card is not None else "",
        "blocked": book.blocked, "made": made.made if made is not None else "",
        "open": [
            {"title": quoted(say(kinds.asked(question)), LONGEST_QUESTION), "places": places(book, question)}
            for question in review.state.open
        ],
        "first": review.state.needs_confirming, "changed": [say(change) for change in review.state.changed],
        "errors": [_told(work, book, each) for each in told if each.severity is Severity.ERROR][:MOST_REASONS],
        "warnings": [_told(work, book, each) for each in told if each.severity is Severity.WARNING][:MOST_REASONS],
        "totals": book.account["totals"],
    }  # fmt: skip


def _told(work: Work, book: OpenBook, told: Any) -> dict[str, Any]:
    where = told.where
    here = where.file in ("", book.path.name) and any(sheet.name == where.sheet for sheet in book.sheets)
    spot = (
        {"sheet": sheet_index(book, where.sheet), "at": where.cell.partition(":")[0]} if here and where.cell else None
    )
    return work.problem(told) | {"place": spot}


def report_page(work: Work, request: DeskRequest) -> Answer:
    """Answer with the report itself."""
    return File(_rendered(work, request, "html"), "text/html; charset=utf-8", framed=True)


def report_pdf(work: Work, request: DeskRequest) -> Answer:
    book = work.book(str(request.values["id"]))
    return File(_rendered(work, request, "pdf"), "application/pdf", f"{book.path.stem}.pdf")


def results(work: Work, request: DeskRequest) -> Answer:
    book = work.book(str(request.values["id"]))
    return File(_rendered(work, request, "xlsx"), XLSX, f"{book.path.stem}.results.xlsx")


def _rendered(work: Work, request: DeskRequest, form: str) -> bytes:
    from dataclasses import replace

    book = work.book(str(request.values["id"]))
    job = replace(book.job, formats=(form,))
    done = making.evaluated(job, progress=making.silent, keep=form == "pdf")
    if done.card is None:
        raise AskedError("no_report")
    files, told = making.rendered(job, done, "report", making.silent)
    if not files:
        raise AskedError("no_report", 409, say=work.problem(told[0])["say"] if told else None)
    return next(iter(files.values()))


def in_excel(work: Work, request: DeskRequest) -> Answer:
    """Answer with a copy of the workbook that has a sheet to answer in."""
    from kpireport.excel.annotate import annotate

    book = work.book(str(request.values["id"]))
    if book.review is None:
        raise AskedError("gone", 404)
    form = answering.form(book.review, work.language)
    made = annotate(book.path.read_bytes(), book.path.name, (), language=work.language, form=form)
    if made.content is None:
        raise AskedError("no_copy", 409, say=work.problem(made.told[0])["say"] if made.told else None)
    return File(made.content, XLSX, f"{book.path.stem}{form.suffix}{made.suffix}")


def make(work: Work, request: DeskRequest) -> Answer:
    """Let the batch make the reports of all that was dropped, and queue their letters."""
    body = request.body.get("id")
    work.make(work.book(body) if isinstance(body, str) else None)
    return {}
