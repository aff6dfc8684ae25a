"""The same figures that the page shows, unrounded, as JSON. The schema is told in the help page ``json``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kpireport import __version__
from kpireport.core import standing
from kpireport.render.json_kpi import kpi, number, place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kpireport.core.diagnostics import Diagnostic, Reading, Where
    from kpireport.core.messages import Language
    from kpireport.core.model import Note, PlanItem, Revision, Source
    from kpireport.core.periods import Period
    from kpireport.core.reading.state import ReadingState
    from kpireport.core.scorecard import (
        Fired,
        InitiativeLine,
        Restatement,
        Scorecard,
        StaffLine,
    )


def document(
    card: Scorecard, diagnostics: Iterable[Diagnostic], *, language: Language, scope: str = ""
) -> dict[str, Any]:
    """Return the report's figures as plain data: numbers are numbers, absent is None, shares are ratios."""
    sources = card.book.sources
    settings = card.book.settings
    several = len(sources) > 1
    return {
        "kpireport": __version__,
        "workbook": sources[0].file if sources else None,
        "sha256": sources[0].sha256 if sources else None,
        "workbooks": [_workbook(source) for source in sources],
        "reading": [_state(file, state) for file, state in card.book.states.items()],
        "organisation": settings.organisation or None,
        "scope": scope or None,
        "language": language.tag,
        "period": card.period.key,
        "period_reason": card.reason or None,
        "today": card.today.isoformat(),
        "counts": counts(card),
        "goal_index": number(card.health),
        "kpis": [kpi(result, language, several=several) for result in card.results.values()],
        "triggers": [_fired(f, several=several) for f in card.fired],
        "staff": [_staff(s) for s in card.staff],
        "initiatives": [_initiative(i, several=several) for i in card.initiatives],
        "plan": [_planned(item, several=several) for item in card.book.plan],
        "notes": [_note(note, several=several) for note in card.book.notes],
        "restatements": [_restated(r, several=several) for r in card.restatements],
        "revisions": [_revision(r, several=several) for r in card.book.revisions],
        "readings": [_reading(reading, language) for reading in card.book.readings],
        "diagnostics": problems(diagnostics, language=language),
    }


def _workbook(source: Source) -> dict[str, Any]:
    return {
        "file": source.file,
        "sha256": source.sha256,
        "sheets": list(source.sheets),
        "figures": source.figures,
        "saved": source.saved.isoformat() if source.saved else None,
    }


def _state(file: str, state: ReadingState) -> dict[str, Any]:
    return {
        "file": file,
        "numbers": state.numbers,
        "accounted": state.accounted,
        "needs_confirming": state.needs_confirming,
        "confirmed_by": state.confirmed_by or None,
        "confirmed_on": state.confirmed_on.isoformat() if state.confirmed_on else None,
        "questions": [question.id for question in state.open],
        "held": state.holds,
    }


def _revision(revision: Revision, *, several: bool) -> dict[str, Any]:
    return {
        "kpi": revision.kpi,
        "field": revision.field,
        "effective": revision.effective.key,
        "old": revision.old or None,
        "new": revision.new or None,
        "reason": revision.reason or None,
        "approved_by": revision.approved_by or None,
        "retroactive": revision.retroactive,
        "cell": place(revision.where, several=several),
    }


def _reading(reading: Reading, language: Language) -> dict[str, Any]:
    return {
        "topic": reading.topic,
        "kpi": reading.kpi or None,
        "text": language.text(reading.message),
        "file": reading.where.file or None,
        "sheet": reading.where.sheet or None,
        "cell": reading.where.cell or None,
    }


def write(data: object) -> bytes:
    """Return ``data`` as UTF-8 JSON, the same bytes for the same data; a number that is none is an error of ours."""
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def problems(diagnostics: Iterable[Diagnostic], *, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "code": d.code,
            "name": d.name,
            "severity": d.severity.value,
            "file": d.where.file or None,
            "sheet": d.where.sheet or None,
            "cell": d.where.cell or None,
            "problem": language.text(d.problem),
            "fix": language.text(d.fix),
        }
        for d in diagnostics
    ]


def counts(card: Scorecard) -> dict[str, int]:
    """Return how many rated KPIs have each status, as the page counts them."""
    found = standing.of_card(card)
    return {"on": found.on, "watch": found.watch, "off": found.off, "none": found.without}


def _fired(f: Fired, *, several: bool) -> dict[str, Any]:
    return {
        "id": f.id,
        "kpi": f.kpi,
        "condition": f.condition,
        "rule": f.rule,
        "fired": f.fired,
        "since": _period(f.since),
        "figure": number(f.figure),
        "action": f.action or None,
        "notify": f.notify or None,
        "key": f.key,
        "cell": _address(f.where, several=several),
    }


def _staff(s: StaffLine) -> dict[str, Any]:
    return {
        "owner": s.owner,
        "tasks": s.tasks,
        "due": s.due,
        "done": s.done,
        "done_of_due": s.done_of_due,
        "overdue": s.overdue,
        "to_date": number(s.to_date),
        "overall": number(s.overall),
        "on_time": number(s.on_time),
    }


def _initiative(line: InitiativeLine, *, several: bool) -> dict[str, Any]:
    return {
        "id": line.item.id,
        "action": line.item.action,
        "kpi": line.item.kpi,
        "owner": line.item.owner or None,
        "due": line.item.due.isoformat() if line.item.due else None,
        "time": number(line.time),
        "progress": number(line.progress),
        "spend": number(line.spend),
        "budget": number(line.item.budget),
        "spent": number(line.item.spent),
        "flags": list(line.flags),
        "overdue": line.overdue,
        "cell": place(line.item.where, several=several),
    }


def _planned(item: PlanItem, *, several: bool) -> dict[str, Any]:
    return {
        "id": item.id,
        "type": item.step.value,
        "action": item.action,
        "kpi": item.kpi,
        "project": item.project or None,
        "owner": item.owner or None,
        "start": _day(item.start),
        "due": _day(item.due),
        "done": _day(item.done),
        "finished": item.finished,
        "progress": number(item.progress),
        "budget": number(item.budget),
        "spent": number(item.spent),
        "cost_category": item.cost_category or None,
        "obstacle": item.obstacle or None,
        "likelihood": item.likelihood or None,
        "mitigation": item.mitigation or None,
        "benefit": number(item.benefit),
        "cell": place(item.where, several=several),
    }


def _note(note: Note, *, several: bool) -> dict[str, Any]:
    return {
        "type": note.kind.value,
        "kpi": note.kpi,
        "period": _period(note.period),
        "text": note.text,
        "author": note.author or None,
        "written": _day(note.written),
        "cell": place(note.where, several=several),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _restated(r: Restatement, *, several: bool) -> dict[str, Any]:
    return {
        "kpi": r.kpi,
        "period": r.period.key,
        "series": r.series,
        "reported": number(r.reported),
        "now": number(r.now),
        "cell": _address(r.where, several=several),
        "frozen": r.frozen,
        "used": r.used,
    }


def _period(period: Period | None) -> str | None:
    return period.key if period else None


def _address(where: Where | None, *, several: bool) -> str | None:
    return place(where, several=several) if where else None
