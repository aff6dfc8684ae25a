"""What the page may ask, and how it is answered: one function a route, from the desk's work to plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpireport import answering, languages, making
from kpireport.batch import status
from kpireport.confirming import Teller
from kpireport.core import a1
from kpireport.core.diagnostics import Severity, quoted
from kpireport.core.formatting import Reader
from kpireport.core.messages import Quoted
from kpireport.core.periods import Calendar
from kpireport.core.reading import figures, kinds
from kpireport.core.reading.questions import GRADES
from kpireport.core.workbook import Visibility
from kpireport.desk import letters
from kpireport.desk.effects import MOST_SHOWN, Effect, effects, pairs
from kpireport.desk.folder import UploadError
from kpireport.desk.shown import shown
from kpireport.desk.web import AskedError, File

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kpireport.core.reading.questions import Question
    from kpireport.core.scorecard import Result
    from kpireport.core.workbook import Sheet
    from kpireport.deliver.entry import Entry
    from kpireport.desk.books import Book
    from kpireport.desk.folder import Listed
    from kpireport.desk.web import Answer, Asked
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


# -- home -------------------------------------------------------------------------------------------------------------


def words(work: Work, _: Asked) -> Answer:
    """Answer with all that the page says, and with what it says of this desk."""
    tags = [
        (tag, languages.load(tag).say("language.name"), languages.load(tag).conventions.html)
        for tag in languages.tags()
    ]
    return {
        "words": work.language.sentences["desk"], "tag": work.language.tag, "html": work.html_language,
        "languages": [{"tag": tag, "name": name, "html": html} for tag, name, html in tags],
    }  # fmt: skip


def home(work: Work, _: Asked) -> Answer:
    """Answer with the workbooks and how far each is, what is due, and what the last run came to."""
    settings, told = work.folder.batch()
    mail, more = work.folder.mail()
    entries = letters.listed(mail, settings.state)
    rows = [_home_row(work, each, entries) for each in work.folder.listed()]
    now = status.status(settings, _now(), {})
    teller = Teller(work.language)
    return {
        "folder": str(quoted(str(work.folder.root), 400)), "begun": work.folder.begun, "by": work.by,
        "organisation": next((row["organisation"] for row in rows if row["organisation"]), ""),
        "workbooks": rows, "running": work.busy, "told": work.run_told(), "mail": mail is not None,
        "owner": mail.owner if mail is not None else "",
        "problems": work.problems((*told, *more)),
        "due": [
            {"report": quoted(each["report"]), "period": teller.period(each["period"]), "late": each["late"] > 0,
             "day": each["day"]}
            for each in now["due"]
        ],
        "letters": {state: sum(row["letters"][state] for row in rows) for state in ("held", "queued", "sent", "other")},
    }  # fmt: skip


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(tz=UTC).astimezone()


def _home_row(work: Work, listed: Listed, entries: Sequence[Entry]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": listed.id, "file": quoted(listed.name, 60), "place": listed.place, "state": "reading", "period": "",
        "organisation": "", "figures": None, "blocked": False, "computing": False, "open": 0, "answered": 0, "made": None, "told": [],
        "letters": {"held": 0, "queued": 0, "sent": 0, "other": 0},
    }  # fmt: skip
    book = work.known(listed)
    if book is None:
        return row
    if book.review is None:
        locked = any(each.name in ("PASSWORD_PROTECTED", "PASSWORD_WRONG") for each in book.told)
        return row | {"state": "password" if locked else "refused", "told": work.problems(book.told)}
    made = work.made(book)
    own = [each for each in entries if made is not None and (each.report, each.period) == (made.report, made.period)]
    counts = row["letters"]
    for each in own:
        counts[{"held": "held", "queued": "queued", "sent": "sent"}.get(each.state.value, "other")] += 1
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


def state_of(book: Book) -> str:
    """Return how far a workbook is: what a person has to do about it, most urgent first."""
    if book.review is None:
        return "refused"
    state = book.review.state
    if state.open:
        return "drift" if state.changed else "asked"
    if state.changed:
        return "drift"
    if state.needs_confirming:
        return "first"
    return "blocked" if book.blocked else "ready"


def upload(work: Work, asked: Asked) -> Answer:
    """Put a dropped file into the drop folder."""
    name = asked.query.get("name", "")
    try:
        listed = work.folder.take(name, asked.request.stream, replace=asked.query.get("then") == "replace")
    except UploadError as error:
        told = f" {work.problem(error.told[0])['say']}" if error.told else ""
        text = work.say(f"desk.error.upload_{error.id}", name=quoted(name, 60)) + told
        raise AskedError(f"upload_{error.id}", 409 if error.id == "exists" else 400, say=text) from error
    except OSError as error:
        raise AskedError("unwritable") from error
    work.known(listed)
    return {"id": listed.id}


def start(work: Work, asked: Asked) -> Answer:
    """Make the folder one that works."""
    if asked.text("with") not in ("own", "starter", "sample"):
        raise AskedError("form", 400)
    if not work.folder.begun:
        work.begin(asked.text("with"))
    return {}


def speak(work: Work, asked: Asked) -> Answer:
    """Speak another language."""
    work.speak(asked.text("tag"))
    return {}


# -- reading ----------------------------------------------------------------------------------------------------------


def summary(work: Work, asked: Asked) -> Answer:
    """Answer with a workbook as it is read: account, sheets, questions, and the lines of the first reading."""
    return _summary(work, work.book(str(asked.values["id"])))


def _summary(work: Work, book: Book) -> dict[str, Any]:
    review = book.review
    if review is None:
        raise AskedError("gone", 404)
    state, teller = review.state, Teller(work.language)
    return {
        "id": book.listed.id, "file": quoted(book.listed.name, 60), "rev": work.rev(book), "state": state_of(book),
        "sha256": review.workbook.sha256, "ours": review.ours, "by": work.by,
        "needs_confirming": state.needs_confirming, "confirmed_by": quoted(state.confirmed_by),
        "confirmed_on": teller.day(state.confirmed_on) if state.confirmed_on is not None else "",
        "wrong": quoted(review.store.seen.get("wrong", ""), LONGEST_QUESTION),
        "changed": [work.language.text(message) for message in state.changed],
        "told": [work.language.text(message) for message in review.refused],
        "store": quoted(review.place.name), "blocked": book.blocked,
        "account": _account(work, book),
        "sheets": [_sheet(work, book, number, sheet) for number, sheet in enumerate(book.sheets)],
        "questions": [
            _question(work, book, each) for each in sorted(state.open, key=lambda each: GRADES.index(each.grade))
        ],
        "answered": _answered(work, book),
        "tables": _tables(work, book, teller),
    }  # fmt: skip


def _account(work: Work, book: Book) -> dict[str, Any]:
    found = dict(book.account)
    groups: Any = found.pop("groups")
    left = []
    for group in groups[:MOST_REASONS]:
        sheet, token, why = group[0]
        text = work.language.text(why)
        left.append(
            {"n": len(group), "why": text, "sheet": _index(book, sheet), "at": token.address, "of": quoted(sheet)}
        )
    return found | {"reasons": left, "more": max(0, len(groups) - MOST_REASONS)}


def _index(book: Book, name: str) -> int:
    return next((number for number, sheet in enumerate(book.sheets) if sheet.name == name), 0)


def _sheet(work: Work, book: Book, number: int, sheet: Sheet) -> dict[str, Any]:
    meaning = book.meaning[sheet.name]
    rows = max(sheet.rows, default=1)
    columns = max((cells[-1].column for cells in sheet.rows.values() if cells), default=1)
    reader = Reader(work.language.conventions, Calendar())
    columns_mean = {
        column: work.say(f"desk.mean.{MEANINGS[word]}")
        if word in MEANINGS
        else reader.period(figures.period_of(word), short=True)
        for column, word in meaning.columns.items()
    }
    read = sum(1 for letter in meaning.cells.values() if letter in "ato")
    open_ = sum(1 for each in (book.review.state.open if book.review is not None else ())
                if any(place["sheet"] == number for place in _places(book, each)))  # fmt: skip
    return {
        "i": number, "name": quoted(sheet.name, 60), "rows": rows, "cols": columns, "figures": meaning.figures,
        "open": open_, "left": not read, "widths": _widths(sheet, columns),
        "hidden": sheet.visibility is not Visibility.VISIBLE,
        "hidden_cols": sorted(c for c in sheet.hidden_columns if c <= columns),
        "hidden_rows": sorted(r for r in sheet.hidden_rows if r <= rows),
        "cols_mean": columns_mean,
        "rows_mean": {row: work.say(f"desk.row.{MEANINGS[word]}") for row, word in meaning.rows.items()},
    }  # fmt: skip


def _widths(sheet: Sheet, columns: int) -> list[int]:
    """Return a width for each column, in pixels, from what its first cells hold."""
    longest = [0] * (columns + 1)
    for row in sorted(sheet.rows)[:MEASURED]:
        cells = sheet.rows[row]
        for cell in cells:
            text = isinstance(cell.value, str)
            if text and len(cells) == 1:
                continue  # a title runs over its neighbours, as in Excel
            length = min(len(str(cell.value)), 34) if text else len(shown(cell)) + 2
            longest[cell.column] = max(longest[cell.column], length)
    return [max(NARROWEST, min(WIDEST, 18 + 7 * longest[column])) for column in range(1, columns + 1)]


def _places(book: Book, question: Question) -> list[dict[str, Any]]:
    """Return the cells that a question is about: the sheet's number and the range."""
    found = []
    for part in question.where.split("; "):
        name, mark, area = part.rpartition("!")
        first = area.partition(":")[0]
        if mark and a1.place(first) is not None and any(sheet.name == name for sheet in book.sheets):
            found.append({"sheet": _index(book, name), "range": area})
    return found


def _question(work: Work, book: Book, question: Question) -> dict[str, Any]:
    say = work.language.text
    return {
        "id": question.id, "grade": question.grade, "title": quoted(say(kinds.asked(question)), LONGEST_QUESTION),
        "why": quoted(say(kinds.changed(question)), LONGEST_QUESTION), "places": _places(book, question),
        "where": quoted(question.where, LONGEST_CELL), "free": question.free,
        "answers": [
            {"id": each, "label": quoted(say(kinds.answer(question.kind, each)), LONGEST_QUESTION),
             "assumed": each == question.default}
            for each in question.alternatives
        ],
        "ticks": [
            {"name": quoted(name, 60), "answer": work.say(f"questions.tick.{tick}")}
            for name, tick in question.ticks.items()
        ],
    }  # fmt: skip


def _answered(work: Work, book: Book) -> list[dict[str, Any]]:
    """Return what was answered before, in words by its kind: most of it is asked no more."""
    kept = book.review.store.answers.values() if book.review is not None else ()
    return [
        {
            "id": each.id, "where": quoted(each.where, LONGEST_CELL), "by": quoted(each.by),
            "answer": quoted(work.language.text(kinds.answer(each.kind, each.value)), LONGEST_QUESTION)
            if each.kind in kinds.QUESTIONS else quoted(each.value),
        }
        for each in kept
    ]  # fmt: skip


def _tables(work: Work, book: Book, teller: Teller) -> dict[str, Any]:
    overview = book.overview
    if overview is None:
        return {}
    tables = []
    for table in overview.tables:
        name, _, area = table.place.rpartition("!")
        tables.append(
            {
                "sheet": _index(book, name), "place": quoted(table.place), "range": area,
                "titles": [quoted(text, LONGEST_CELL) for text in table.titles],
                "says": list(teller.scenarios(table)),
                "parts": [
                    f"{quoted(title, 60)}: {quoted(', '.join(members), LONGEST_QUESTION)}"
                    for title, members in table.parts
                ],
                "hidden": quoted(", ".join(table.hidden), LONGEST_CELL), "sheet_hidden": table.sheet_hidden,
                "lines": [
                    {"name": quoted(line.name, 60), "titled": quoted(line.titled, 60), "unit": quoted(line.unit, 16),
                     "odd": [work.language.text(each) for each in line.odd],
                     "first": teller.figure(line.first, table), "first_at": _place(book, line.first.cell),
                     "last": teller.figure(line.last, table), "last_at": _place(book, line.last.cell)}
                    for line in table.lines
                ],
                "more": table.more, "alike": quoted(", ".join(table.alike), LONGEST_CELL),
            }
        )  # fmt: skip
    return {
        "tables": tables, "more": overview.more_tables,
        "left": [
            {"text": teller.left_out(each), "at": _place(book, each.cell), "more": each.more} for each in overview.left
        ],
        "more_left": overview.more_left, "folded": str(teller.folded(overview)),
    }  # fmt: skip


def _place(book: Book, cell: str) -> dict[str, Any]:
    name, _, at = cell.rpartition("!")
    return {"sheet": _index(book, name), "at": at}


def tile(work: Work, asked: Asked) -> Answer:
    """Answer with the cells of 64 rows and 32 columns: what Excel shows, and a letter of meaning for each."""
    book = work.book(str(asked.values["id"]))
    sheet = _sheet_of(book, asked)
    top, left = _whole(asked.query.get("r", "1")), _whole(asked.query.get("c", "1"))
    meaning = book.meaning[sheet.name]
    rows: dict[int, list[str]] = {}
    means: dict[int, str] = {}
    for row in range(top, top + TILE_ROWS):
        cells = [cell for cell in sheet.rows.get(row, ()) if left <= cell.column < left + TILE_COLUMNS]
        if not cells:
            continue
        texts, letters_ = [""] * TILE_COLUMNS, ["."] * TILE_COLUMNS
        for cell in cells:
            texts[cell.column - left] = quoted(shown(cell), LONGEST_CELL)
            letters_[cell.column - left] = meaning.cells.get((row, cell.column), "n")
        rows[row], means[row] = texts, "".join(letters_)
    return {"r": top, "c": left, "rows": rows, "mean": means}


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < len(text) < 8:
        raise AskedError("form", 400)
    return int(text)


def _sheet_of(book: Book, asked: Asked) -> Sheet:
    number = int(asked.values["sheet"])
    if not 0 <= number < len(book.sheets):
        raise AskedError("gone", 404)
    return book.sheets[number]


def cell(work: Work, asked: Asked) -> Answer:
    """Answer with what one cell became."""
    book = work.book(str(asked.values["id"]))
    sheet, place = _sheet_of(book, asked), a1.place(str(asked.values["at"]))
    if place is None:
        raise AskedError("form", 400)
    found, meaning = sheet.at(*place), book.meaning[sheet.name]
    letter = meaning.cells.get(place, ".") if found is not None else "."
    return {
        "at": str(asked.values["at"]), "shows": quoted(shown(found), LONGEST_TEXT) if found is not None else "",
        "mean": letter, "say": _became(work, letter, meaning.facts.get(place), meaning.why.get(place)),
    }  # fmt: skip


def _became(work: Work, letter: str, fact: Any, why: Any) -> str:
    if letter == ".":
        return work.say("desk.cell.empty")
    if fact is not None and letter in "at?":
        teller, reader = Teller(work.language), Reader(work.language.conventions, Calendar())
        part = ", ".join(value for _, value in fact.part)
        named = f"{fact.name}, {part}" if part else fact.name
        value = Quoted(f"{reader.exact(fact.value, share=fact.share)} {fact.unit}".strip())
        period = teller.period(fact.period) if fact.period else work.say("desk.cell.no_period")
        series = work.say(f"confirming.series.{fact.series}")
        key = "desk.cell.waits" if letter == "?" else "desk.cell.fact"
        return work.say(key, name=quoted(named), period=period, series=Quoted(series), value=value)
    mean = work.say(f"desk.mean.{MEANINGS[letter]}")
    return f"{mean}: {work.language.text(why)}" if why is not None else mean


def effects_of(work: Work, asked: Asked) -> Answer:
    """Answer with what each answer to a question would change in the report."""
    book = work.book(str(asked.values["id"]))
    state = book.review.state.open if book.review is not None else ()
    question = next((each for each in state if each.id == asked.values["question"]), None)
    if question is None:
        raise AskedError("gone", 404)
    found: dict[str, Any] = {}
    for alternative in question.alternatives:
        changes = effects(book, {question.id: alternative})
        found[alternative] = None if changes is None else {
            "shown": [_effect(work, each) for each in changes[:MOST_SHOWN]],
            "more": max(0, len(changes) - MOST_SHOWN),
            "verdicts": sum(each.what == "verdict" for each in changes),
            "figures": sum(each.what != "verdict" for each in changes),
        }  # fmt: skip
    return found


def _effect(work: Work, effect: Effect) -> dict[str, Any]:
    def status_of(result: Result | None) -> str:
        return result.status.value.replace(" ", "-") if result is not None else ""

    was, would = effect.was, effect.would
    span = "period"
    if was is not None and would is not None and pairs(was)["period"] == pairs(would)["period"]:
        span = "year"
    return {
        "kpi": quoted(effect.kpi, 60), "what": effect.what, "was": status_of(was), "would": status_of(would),
        "before": _figure(work, was, span), "after": _figure(work, would, span), "year": span == "year",
    }  # fmt: skip


def _figure(work: Work, result: Result | None, span: str) -> str:
    """Return a figure beside its target; '' where there is none. span: as of ``pairs``."""
    value, goal = pairs(result)[span] if result is not None else (None, None)
    if result is None or value is None:
        return ""
    reader, share = Reader(work.language.conventions, Calendar()), result.kpi.unit.share
    text = reader.exact(_rounded(value, share=share), share=share)
    if goal is None or goal.value is None:
        return text
    target = reader.exact(_rounded(goal.value, share=share), share=share)
    return work.say("desk.effect.of", n=Quoted(text), target=Quoted(target))


def _rounded(value: float, *, share: bool) -> float:
    """Return a figure with as many digits as a person compares."""
    return round(value, 4 if share else 0 if abs(value) >= 1000 else 2)


def answers(work: Work, asked: Asked) -> Answer:
    """Keep one or more answers, and answer with the reading as it is now."""
    book = work.book(str(asked.values["id"]))
    work.unchanged(book, asked.body.get("rev"))
    given = asked.body.get("answers")
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given) or not given:
        raise AskedError("form", 400)
    by_id = {str(each.get("question", "")): str(each.get("answer", "")) for each in given}
    before = {each.id for each in book.review.state.open} if book.review is not None else set()
    book = work.answer(book, by_id, _by(work, asked))
    now = {each.id for each in book.review.state.open} if book.review is not None else set()
    return _summary(work, book) | {"fell_away": len(before - now - set(by_id))}


def _by(work: Work, asked: Asked) -> str:
    """Return who answers: as the page says, which is remembered, else the name of the account."""
    named = asked.body.get("by")
    if isinstance(named, str) and named.strip():
        work.by = str(quoted(named.strip(), 80))
    return work.by


def undo(work: Work, asked: Asked) -> Answer:
    """Take an answer back."""
    book = work.book(str(asked.values["id"]))
    work.unchanged(book, asked.body.get("rev"))
    return _summary(work, work.take_back(book, asked.text("question")))


def confirm(work: Work, asked: Asked) -> Answer:
    """Confirm the first reading, or keep what is wrong with it."""
    book = work.book(str(asked.values["id"]))
    work.unchanged(book, asked.body.get("rev"))
    wrong = str(quoted(asked.body.get("wrong", "") or "", LONGEST_QUESTION)).strip()
    return _summary(work, work.confirm(book, _by(work, asked), wrong))


def password(work: Work, asked: Asked) -> Answer:
    """Read a workbook with its password."""
    book = work.books.unlock(work.listed(str(asked.values["id"])), asked.text("password"))
    if book.review is None:
        say = work.problem(book.told[0])["say"] if book.told else None
        raise AskedError("password", 403, say=say)
    return {}


# -- report -----------------------------------------------------------------------------------------------------------


def report(work: Work, asked: Asked) -> Answer:
    """Answer with what stands beside a report: what is not confirmed, what must be mended, what is worth a look."""
    book = work.book(str(asked.values["id"]))
    review, done = book.review, book.evaluated
    if review is None:
        raise AskedError("gone", 404)
    made = work.made(book)
    told = [each for each in done.problems if each.severity is not Severity.NOTE]
    return {
        "id": book.listed.id, "file": quoted(book.listed.name, 60), "state": state_of(book), "rev": work.rev(book),
        "period": Teller(work.language).period(done.card.period.key) if done.card is not None else "",
        "blocked": book.blocked, "made": made.made if made is not None else "",
        "open": [
            {"title": quoted(work.language.text(kinds.asked(each)), LONGEST_QUESTION), "places": _places(book, each)}
            for each in review.state.open
        ],
        "first": review.state.needs_confirming, "changed": [work.language.text(each) for each in review.state.changed],
        "errors": [_told(work, book, each) for each in told if each.severity is Severity.ERROR][:MOST_REASONS],
        "warnings": [_told(work, book, each) for each in told if each.severity is Severity.WARNING][:MOST_REASONS],
        "totals": book.account["totals"],
    }  # fmt: skip


def _told(work: Work, book: Book, told: Any) -> dict[str, Any]:
    where = told.where
    known = where.file in ("", book.path.name) and any(sheet.name == where.sheet for sheet in book.sheets)
    place = {"sheet": _index(book, where.sheet), "at": where.cell.partition(":")[0]} if known and where.cell else None
    return work.problem(told) | {"place": place}


def report_page(work: Work, asked: Asked) -> Answer:
    """Answer with the report itself."""
    return File(_rendered(work, asked, "html"), "text/html; charset=utf-8", framed=True)


def report_pdf(work: Work, asked: Asked) -> Answer:
    book = work.book(str(asked.values["id"]))
    return File(_rendered(work, asked, "pdf"), "application/pdf", f"{book.path.stem}.pdf")


def results(work: Work, asked: Asked) -> Answer:
    book = work.book(str(asked.values["id"]))
    return File(_rendered(work, asked, "xlsx"), XLSX, f"{book.path.stem}.results.xlsx")


def _rendered(work: Work, asked: Asked, form: str) -> bytes:
    from dataclasses import replace

    book = work.book(str(asked.values["id"]))
    job = replace(book.job, formats=(form,))
    done = making.evaluated(job, progress=making.silent, keep=form == "pdf")
    if done.card is None:
        raise AskedError("no_report")
    files, told = making.rendered(job, done, "report", making.silent)
    if not files:
        raise AskedError("no_report", 409, say=work.problem(told[0])["say"] if told else None)
    return next(iter(files.values()))


def in_excel(work: Work, asked: Asked) -> Answer:
    """Answer with a copy of the workbook that has a sheet to answer in."""
    from kpireport.excel.annotate import annotate

    book = work.book(str(asked.values["id"]))
    if book.review is None:
        raise AskedError("gone", 404)
    form = answering.form(book.review, work.language)
    made = annotate(book.path.read_bytes(), book.path.name, (), language=work.language, form=form)
    if made.content is None:
        raise AskedError("no_copy", 409, say=work.problem(made.told[0])["say"] if made.told else None)
    return File(made.content, XLSX, f"{book.path.stem}{form.suffix}{made.suffix}")


def make(work: Work, asked: Asked) -> Answer:
    """Let the batch make the reports of all that was dropped, and queue their letters."""
    body = asked.body.get("id")
    work.make(work.book(body) if isinstance(body, str) else None)
    return {}


# -- letters ----------------------------------------------------------------------------------------------------------


def letter_list(work: Work, _: Asked) -> Answer:
    """Answer with the letters that wait, and the newest that are settled."""
    mail, told = work.folder.mail()
    state = work.folder.batch()[0].state
    return {
        "mail": mail is not None, "owner": mail.owner if mail is not None else "", "running": work.busy,
        "told": work.run_told(), "problems": work.problems(told),
        "letters": [letters.row(each) for each in letters.listed(mail, state)],
    }  # fmt: skip


def letter(work: Work, asked: Asked) -> Answer:
    """Answer with the head of one letter."""
    with letters.office(work.folder.mail()[0], work.folder.batch()[0].state) as post:
        return letters.shown(post, str(asked.values["key"]))[0]


def letter_page(work: Work, asked: Asked) -> Answer:
    """Answer with the body of one letter."""
    with letters.office(work.folder.mail()[0], work.folder.batch()[0].state) as post:
        text = letters.shown(post, str(asked.values["key"]))[1]
    return File(text.encode("utf-8", "replace"), "text/html; charset=utf-8", framed=True, policy=letters.LETTER_POLICY)


def send(work: Work, asked: Asked) -> Answer:
    """Send what is queued, if it is what was shown."""
    given = asked.body.get("letters")
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise AskedError("form", 400)
    chosen = [(str(each.get("key", "")), str(each.get("hash", ""))) for each in given]
    with letters.office(work.folder.mail()[0], work.folder.batch()[0].state) as post:
        done = letters.send(post, chosen)
    names = ("sent", "failed", "held", "uncertain", "deferred")
    keys = {key for key, _ in chosen}  # notices to the owner go too, and are none of them
    return {name: len(keys.intersection(getattr(done, name))) for name in names} | {
        "told": work.problems(done.diagnostics)
    }


def settle(decision: str) -> Callable[[Work, Asked], Answer]:
    """Return the answer to a decision about letters."""

    def settled(work: Work, asked: Asked) -> Answer:
        keys = asked.body.get("keys")
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise AskedError("form", 400)
        with letters.office(work.folder.mail()[0], work.folder.batch()[0].state) as post:
            return letters.settle(post, keys, decision)

    return settled


def test(work: Work, asked: Asked) -> Answer:
    """Send the letters of a report to one address, as a test: nobody else gets any."""
    from kpireport import pipeline

    book, to = work.book(asked.text("id")), asked.text("to").strip()
    with letters.office(work.folder.mail()[0], work.folder.batch()[0].state) as post:
        product = pipeline.produce(book.job)
        if product.failed:
            raise AskedError("no_report")
        queued = post.put(product, today=work.today(), redirect_to=to)
        done = post.send(test=True) if queued.keys else None
    told = (*queued.diagnostics, *(done.diagnostics if done is not None else ()))
    serious = [each for each in told if each.severity is Severity.ERROR]
    return {"sent": len(done.sent) if done is not None else 0, "told": work.problems(serious)}


ROUTES: Iterable[tuple[str, str, Callable[[Work, Asked], Answer]]] = (
    ("GET", "/api/words", words),
    ("GET", "/api/home", home),
    ("POST", "/api/workbooks", upload),
    ("POST", "/api/start", start),
    ("POST", "/api/language", speak),
    ("POST", "/api/make", make),
    ("GET", "/api/w/<id>", summary),
    ("GET", "/api/w/<id>/s/<int:sheet>/cells", tile),
    ("GET", "/api/w/<id>/s/<int:sheet>/cell/<at>", cell),
    ("GET", "/api/w/<id>/effects/<question>", effects_of),
    ("POST", "/api/w/<id>/answers", answers),
    ("POST", "/api/w/<id>/undo", undo),
    ("POST", "/api/w/<id>/confirm", confirm),
    ("POST", "/api/w/<id>/password", password),
    ("GET", "/api/w/<id>/report", report),
    ("GET", "/api/w/<id>/report.html", report_page),
    ("GET", "/api/w/<id>/report.pdf", report_pdf),
    ("GET", "/api/w/<id>/results.xlsx", results),
    ("GET", "/api/w/<id>/reading.xlsx", in_excel),
    ("GET", "/api/letters", letter_list),
    ("GET", "/api/letters/<key>", letter),
    ("GET", "/api/letters/<key>/page", letter_page),
    ("POST", "/api/letters/send", send),
    ("POST", "/api/letters/test", test),
    *((("POST", f"/api/letters/{each}", settle(each))) for each in ("hold", "release", "arrived", "again")),
)
