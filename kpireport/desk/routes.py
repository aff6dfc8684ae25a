"""What the page may ask: method, path, and the view that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.desk import home_view, letters_view, reading_view, report_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kpireport.desk.answers import Answer, DeskRequest
    from kpireport.desk.work import Work

ROUTES: Iterable[tuple[str, str, Callable[[Work, DeskRequest], Answer]]] = (
    ("GET", "/api/words", home_view.words),
    ("GET", "/api/home", home_view.home),
    ("POST", "/api/workbooks", home_view.upload),
    ("POST", "/api/start", home_view.start),
    ("POST", "/api/language", home_view.speak),
    ("POST", "/api/make", report_view.make),
    ("GET", "/api/w/<id>", reading_view.summary),
    ("GET", "/api/w/<id>/s/<int:sheet>/cells", reading_view.tile),
    ("GET", "/api/w/<id>/s/<int:sheet>/cell/<at>", reading_view.cell),
    ("GET", "/api/w/<id>/effects/<question>", reading_view.effects_of),
    ("POST", "/api/w/<id>/answers", reading_view.answers),
    ("POST", "/api/w/<id>/undo", reading_view.undo),
    ("POST", "/api/w/<id>/confirm", reading_view.confirm),
    ("POST", "/api/w/<id>/password", reading_view.password),
    ("GET", "/api/w/<id>/report", report_view.report),
    ("GET", "/api/w/<id>/report.html", report_view.report_page),
    ("GET", "/api/w/<id>/report.pdf", report_view.report_pdf),
    ("GET", "/api/w/<id>/results.xlsx", report_view.results),
    ("GET", "/api/w/<id>/reading.xlsx", report_view.in_excel),
    ("GET", "/api/letters", letters_view.letter_list),
    ("GET", "/api/letters/<key>", letters_view.letter),
    ("GET", "/api/letters/<key>/page", letters_view.letter_page),
    ("POST", "/api/letters/send", letters_view.send),
    ("POST", "/api/letters/test", letters_view.test),
    *(
        (("POST", f"/api/letters/{decision}", letters_view.settle(decision)))
        for decision in ("hold", "release", "arrived", "again")
    ),
)
