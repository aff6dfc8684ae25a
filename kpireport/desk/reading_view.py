"""The view of a reading: account, sheets, questions with their effects, and the lines to confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpireport.confirming import Teller
from kpireport.core import a1
from kpireport.core.diagnostics import quoted
from kpireport.core.formatting import Reader
from kpireport.core.messages import Quoted
from kpireport.core.periods import Calendar
from kpireport.core.reading import figures, kinds
from kpireport.core.reading.questions import GRADES
from kpireport.core.workbook import Visibility
from kpireport.desk.answers import AskedError
from kpireport.desk.effects import MOST_SHOWN, AnswerEffect, effects, pairs
from kpireport.desk.progress import places, sheet_index, state_of
from kpireport.desk.shown import shown

if TYPE_CHECKING:
    from kpireport.core.reading.questions import Question
    from kpireport.core.scorecard import Result
    from kpireport.core.workbook import Sheet
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


def summary(work: Work, request: DeskRequest) -> Answer:
    """Answer with a workbook as it is read: account, sheets, questions, and the lines of the first reading."""
    return _summary(work, work.book(str(request.values["id"])))


def _summary(work: Work, book: OpenBook) -> dict[str, Any]:
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
            _question(work, book, item) for item in sorted(state.open, key=lambda item: GRADES.index(item.grade))
        ],
        "answered": _answered(work, book),
        "tables": _tables(work, book, teller),
    }  # fmt: skip


def _account(work: Work, book: OpenBook) -> dict[str, Any]:
    found = dict(book.account)
    groups: Any = found.pop("groups")
    left = []
    for group in groups[:MOST_REASONS]:
        sheet, token, why = group[0]
        text = work.language.text(why)
        left.append(
            {"n": len(group), "why": text, "sheet": sheet_index(book, sheet), "at": token.address, "of": quoted(sheet)}
        )
    return found | {"reasons": left, "more": max(0, len(groups) - MOST_REASONS)}


def _sheet(work: Work, book: OpenBook, number: int, sheet: Sheet) -> dict[str, Any]:
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
    open_ = sum(1 for item in (book.review.state.open if book.review is not None else ())
                if any(place["sheet"] == number for place in places(book, item)))  # fmt: skip
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
    """Return a width for item column, in pixels, from what its first cells hold."""
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


def _question(work: Work, book: OpenBook, question: Question) -> dict[str, Any]:
    say = work.language.text
    return {
        "id": question.id, "grade": question.grade, "title": quoted(say(kinds.asked(question)), LONGEST_QUESTION),
        "why": quoted(say(kinds.changed(question)), LONGEST_QUESTION), "places": places(book, question),
        "where": quoted(question.where, LONGEST_CELL), "free": question.free,
        "answers": [
            {"id": item, "label": quoted(say(kinds.answer(question.kind, item)), LONGEST_QUESTION),
             "assumed": item == question.default}
            for item in question.alternatives
        ],
        "ticks": [
            {"name": quoted(name, 60), "answer": work.say(f"questions.tick.{tick}")}
            for name, tick in question.ticks.items()
        ],
    }  # fmt: skip


def _answered(work: Work, book: OpenBook) -> list[dict[str, Any]]:
    """Return what was answered before, in words by its kind: most of it is request no more."""
    kept = book.review.store.answers.values() if book.review is not None else ()
    return [
        {
            "id": item.id, "where": quoted(item.where, LONGEST_CELL), "by": quoted(item.by),
            "answer": quoted(work.language.text(kinds.answer(item.kind, item.value)), LONGEST_QUESTION)
            if item.kind in kinds.QUESTIONS else quoted(item.value),
        }
        for item in kept
    ]  # fmt: skip


def _tables(work: Work, book: OpenBook, teller: Teller) -> dict[str, Any]:
    overview = book.overview
    if overview is None:
        return {}
    tables = []
    for table in overview.tables:
        name, _, area = table.place.rpartition("!")
        tables.append(
            {
                "sheet": sheet_index(book, name), "place": quoted(table.place), "range": area,
                "titles": [quoted(text, LONGEST_CELL) for text in table.titles],
                "says": list(teller.scenarios(table)),
                "parts": [
                    f"{quoted(title, 60)}: {quoted(', '.join(members), LONGEST_QUESTION)}"
                    for title, members in table.parts
                ],
                "hidden": quoted(", ".join(table.hidden), LONGEST_CELL), "sheet_hidden": table.sheet_hidden,
                "lines": [
                    {"name": quoted(line.name, 60), "titled": quoted(line.titled, 60), "unit": quoted(line.unit, 16),
                     "odd": [work.language.text(item) for item in line.odd],
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
            {"text": teller.left_out(item), "at": _place(book, item.cell), "more": item.more} for item in overview.left
        ],
        "more_left": overview.more_left, "folded": str(teller.folded(overview)),
    }  # fmt: skip


def _place(book: OpenBook, cell: str) -> dict[str, Any]:
    name, _, at = cell.rpartition("!")
    return {"sheet": sheet_index(book, name), "at": at}


def tile(work: Work, request: DeskRequest) -> Answer:
    """Answer with the cells of 64 rows and 32 columns: what Excel shows, and a letter of meaning for item."""
    book = work.book(str(request.values["id"]))
    sheet = _sheet_of(book, request)
    top, left = _whole(request.query.get("r", "1")), _whole(request.query.get("c", "1"))
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


def _sheet_of(book: OpenBook, request: DeskRequest) -> Sheet:
    number = int(request.values["sheet"])
    if not 0 <= number < len(book.sheets):
        raise AskedError("gone", 404)
    return book.sheets[number]


def cell(work: Work, request: DeskRequest) -> Answer:
    """Answer with what one cell became."""
    book = work.book(str(request.values["id"]))
    sheet, place = _sheet_of(book, request), a1.place(str(request.values["at"]))
    if place is None:
        raise AskedError("form", 400)
    found, meaning = sheet.at(*place), book.meaning[sheet.name]
    letter = meaning.cells.get(place, ".") if found is not None else "."
    return {
        "at": str(request.values["at"]), "shows": quoted(shown(found), LONGEST_TEXT) if found is not None else "",
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


def effects_of(work: Work, request: DeskRequest) -> Answer:
    """Answer with what item answer to a question would change in the report."""
    book = work.book(str(request.values["id"]))
    state = book.review.state.open if book.review is not None else ()
    question = next((item for item in state if item.id == request.values["question"]), None)
    if question is None:
        raise AskedError("gone", 404)
    found: dict[str, Any] = {}
    for alternative in question.alternatives:
        holds = alternative == question.default and question.grade == "should"  # it is how the report is made now
        changes = [] if holds else effects(book, {question.id: alternative})
        found[alternative] = None if changes is None else {
            "shown": [_effect(work, item) for item in changes[:MOST_SHOWN]],
            "more": max(0, len(changes) - MOST_SHOWN),
            "verdicts": sum(item.what == "verdict" for item in changes),
            "figures": sum(item.what != "verdict" for item in changes),
        }  # fmt: skip
    return found


def _effect(work: Work, effect: AnswerEffect) -> dict[str, Any]:
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


def answers(work: Work, request: DeskRequest) -> Answer:
    """Keep one or more answers, and answer with the reading as it is now."""
    book = work.book(str(request.values["id"]))
    work.unchanged(book, request.body.get("rev"))
    given = request.body.get("answers")
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given) or not given:
        raise AskedError("form", 400)
    by_id = {str(item.get("question", "")): str(item.get("answer", "")) for item in given}
    before = {item.id for item in book.review.state.open} if book.review is not None else set()
    book = work.answer(book, by_id, _by(work, request))
    now = {item.id for item in book.review.state.open} if book.review is not None else set()
    return _summary(work, book) | {"fell_away": len(before - now - set(by_id))}


def _by(work: Work, request: DeskRequest) -> str:
    """Return who answers: as the page says, which is remembered, else the name of the account."""
    named = request.body.get("by")
    if isinstance(named, str) and named.strip():
        work.by = str(quoted(named.strip(), 80))
    return work.by


def undo(work: Work, request: DeskRequest) -> Answer:
    """Take an answer back."""
    book = work.book(str(request.values["id"]))
    work.unchanged(book, request.body.get("rev"))
    return _summary(work, work.take_back(book, request.text("question")))


def confirm(work: Work, request: DeskRequest) -> Answer:
    """Confirm the first reading, or keep what is wrong with it."""
    book = work.book(str(request.values["id"]))
    work.unchanged(book, request.body.get("rev"))
    wrong = str(quoted(request.body.get("wrong", "") or "", LONGEST_QUESTION)).strip()
    return _summary(work, work.confirm(book, _by(work, request), wrong))


def password(work: Work, request: DeskRequest) -> Answer:
    """Read a workbook with its password."""
    book = work.books.unlock(work.listed(str(request.values["id"])), request.text("password"))
    if book.review is None:
        say = work.problem(book.told[0])["say"] if book.told else None
        raise AskedError("password", 403, say=say)
    return {}
