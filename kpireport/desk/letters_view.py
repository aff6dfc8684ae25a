"""The view of the letters: what waits and has left, and what a person decides about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Severity
from kpireport.desk import letters
from kpireport.desk.answers import AskedError, File

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpireport.desk.answers import Answer, DeskRequest
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


def letter_list(work: Work, _: DeskRequest) -> Answer:
    """Answer with the letters that wait, and the newest that are settled."""
    mail, told = work.folder.mail()
    state = work.folder.batch()[0].state
    return {
        "mail": mail is not None, "owner": mail.owner if mail is not None else "", "running": work.busy,
        "told": work.run_told(), "problems": work.problems(told),
        "letters": [letters.row(entry) for entry in letters.listed(mail, state)],
    }  # fmt: skip


def letter(work: Work, request: DeskRequest) -> Answer:
    """Answer with the head of one letter."""
    with letters.office(work.folder.mail()[0], work.folder.batch()[0].state) as post:
        return letters.shown(post, str(request.values["key"]))[0]


def letter_page(work: Work, request: DeskRequest) -> Answer:
    """Answer with the body of one letter."""
    with letters.office(work.folder.mail()[0], work.folder.batch()[0].state) as post:
        text = letters.shown(post, str(request.values["key"]))[1]
    return File(text.encode("utf-8", "replace"), "text/html; charset=utf-8", framed=True, policy=letters.LETTER_POLICY)


def send(work: Work, request: DeskRequest) -> Answer:
    """Send what is queued, if it is what was shown."""
    posted = request.body.get("letters")
    if not isinstance(posted, list) or not all(isinstance(entry, dict) for entry in posted):
        raise AskedError("form", 400)
    pairs = [(str(entry.get("key", "")), str(entry.get("hash", ""))) for entry in posted]
    with letters.office(work.folder.mail()[0], work.folder.batch()[0].state) as post:
        done = letters.send(post, pairs)
    names = ("sent", "failed", "held", "uncertain", "deferred")
    keys = {key for key, _ in pairs}  # notices to the owner go too, and are none of them
    return {name: len(keys.intersection(getattr(done, name))) for name in names} | {
        "told": work.problems(done.diagnostics)
    }


def settle(decision: str) -> Callable[[Work, DeskRequest], Answer]:
    """Return the answer to a decision about letters."""

    def settled(work: Work, request: DeskRequest) -> Answer:
        keys = request.body.get("keys")
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise AskedError("form", 400)
        with letters.office(work.folder.mail()[0], work.folder.batch()[0].state) as post:
            return letters.settle(post, keys, decision)

    return settled


def test(work: Work, request: DeskRequest) -> Answer:
    """Send the letters of a report to one address, as a test: nobody else gets any."""
    from kpireport import pipeline

    book, to = work.book(request.text("id")), request.text("to").strip()
    with letters.office(work.folder.mail()[0], work.folder.batch()[0].state) as post:
        product = pipeline.produce(book.job)
        if product.failed:
            raise AskedError("no_report")
        queued = post.put(product, today=work.today(), redirect_to=to)
        done = post.send(test=True) if queued.keys else None
    told = (*queued.diagnostics, *(done.diagnostics if done is not None else ()))
    serious = [entry for entry in told if entry.severity is Severity.ERROR]
    return {"sent": len(done.sent) if done is not None else 0, "told": work.problems(serious)}
