"""The view of the workbooks: how far each is, what is due, what is dropped, and how a folder begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpireport import languages
from kpireport.batch import status
from kpireport.confirming import Teller
from kpireport.core.diagnostics import quoted
from kpireport.desk import letters
from kpireport.desk.answers import AskedError
from kpireport.desk.folder import UploadError
from kpireport.desk.progress import state_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.deliver.entry import Entry
    from kpireport.desk.answers import Answer, DeskRequest
    from kpireport.desk.folder import FolderWorkbook
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


def words(work: Work, _: DeskRequest) -> Answer:
    """Answer with all that the page says, and with what it says of this desk."""
    tags = [
        (tag, languages.load(tag).say("language.name"), languages.load(tag).conventions.html)
        for tag in languages.tags()
    ]
    return {
        "words": work.language.sentences["desk"], "tag": work.language.tag, "html": work.html_language,
        "languages": [{"tag": tag, "name": name, "html": html} for tag, name, html in tags],
    }  # fmt: skip


def home(work: Work, _: DeskRequest) -> Answer:
    """Answer with the workbooks and how far entry is, what is due, and what the last run came to."""
    settings, told = work.folder.batch()
    mail, more = work.folder.mail()
    entries = letters.listed(mail, settings.state)
    rows = [_home_row(work, entry, entries) for entry in work.folder.listed()]
    now = status.status(settings, _now(), {})
    teller = Teller(work.language)
    return {
        "folder": str(quoted(str(work.folder.root), 400)), "begun": work.folder.begun, "by": work.by,
        "organisation": next((row["organisation"] for row in rows if row["organisation"]), ""),
        "workbooks": rows, "running": work.busy, "told": work.run_told(), "mail": mail is not None,
        "owner": mail.owner if mail is not None else "",
        "problems": work.problems((*told, *more)),
        "due": [
            {"report": quoted(entry["report"]), "period": teller.period(entry["period"]), "late": entry["late"] > 0,
             "day": entry["day"]}
            for entry in now["due"]
        ],
        "letters": {state: sum(row["letters"][state] for row in rows) for state in ("held", "queued", "sent", "other")},
    }  # fmt: skip


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(tz=UTC).astimezone()


def _home_row(work: Work, listed: FolderWorkbook, entries: Sequence[Entry]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": listed.id, "file": quoted(listed.name, 60), "place": listed.place, "state": "reading", "period": "",
        "organisation": "", "figures": None, "blocked": False, "computing": False,
        "open": 0, "answered": 0, "made": None, "told": [],
        "letters": {"held": 0, "queued": 0, "sent": 0, "other": 0},
    }  # fmt: skip
    book = work.known(listed)
    if book is None:
        return row
    if book.review is None:
        locked = any(entry.name in ("PASSWORD_PROTECTED", "PASSWORD_WRONG") for entry in book.told)
        return row | {"state": "password" if locked else "refused", "told": work.problems(book.told)}
    made = work.made(book)
    own = [
        entry for entry in entries if made is not None and (entry.report, entry.period) == (made.report, made.period)
    ]
    counts = row["letters"]
    for entry in own:
        counts[{"held": "held", "queued": "queued", "sent": "sent"}.get(entry.state.value, "other")] += 1
    account, card = book.account, book.evaluated.card if book.computed else None
    period = Teller(work.language).period(card.period.key) if card is not None else ""
    return row | {
        "state": state_of(book), "organisation": book.organisation, "period": period,
        "figures": [account["all"], account["all"]], "open": len(book.review.state.open),
        "answered": len(book.review.store.answers), "changed": len(book.review.state.changed),
        "told": work.problems(book.errors[:MOST_REASONS]) if book.blocked else [], "computing": not book.computed,
        "made": None if made is None else {"at": made.made, "report": quoted(made.report)},
        "sheets": len(book.sheets), "blocked": book.blocked,
    }  # fmt: skip


def upload(work: Work, request: DeskRequest) -> Answer:
    """Put a dropped file into the drop folder."""
    name = request.query.get("name", "")
    try:
        listed = work.folder.take(name, request.raw.stream, replace=request.query.get("then") == "replace")
    except UploadError as error:
        told = f" {work.problem(error.told[0])['say']}" if error.told else ""
        text = work.say(f"desk.error.upload_{error.id}", name=quoted(name, 60)) + told
        raise AskedError(f"upload_{error.id}", 409 if error.id == "exists" else 400, say=text) from error
    except OSError as error:
        raise AskedError("unwritable") from error
    work.known(listed)
    return {"id": listed.id}


def start(work: Work, request: DeskRequest) -> Answer:
    """Make the folder one that works."""
    if request.text("with") not in ("own", "starter", "sample"):
        raise AskedError("form", 400)
    if not work.folder.begun:
        work.begin(request.text("with"))
    return {}


def speak(work: Work, request: DeskRequest) -> Answer:
    """Speak another language."""
    work.speak(request.text("tag"))
    return {}
