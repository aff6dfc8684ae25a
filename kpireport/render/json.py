"""The same figures that the page shows, unrounded, as JSON. The schema is told in the help page ``json``."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from kpireport import __version__
from kpireport.core.model import Kind, Lifecycle
from kpireport.core.scorecard import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kpireport.core.diagnostics import Diagnostic, Where
    from kpireport.core.model import Note, PlanItem, Span
    from kpireport.core.periods import Period
    from kpireport.core.scorecard import (
        Change,
        Figure,
        Fired,
        Goal,
        InitiativeLine,
        Restatement,
        Result,
        Scorecard,
        StaffLine,
        Tally,
    )


CHANGED = {
    "turned_positive": ("turned positive", "扭亏为盈"),
    "turned_negative": ("turned negative", "由盈转亏"),
    "loss_narrowed": ("loss narrowed", "减亏"),
    "loss_widened": ("loss widened", "增亏"),
}
"""What is said of a change in place of a percentage (R25), in English and Chinese; themes may say it otherwise."""


def document(card: Scorecard, diagnostics: Iterable[Diagnostic], *, language: str, scope: str = "") -> dict[str, Any]:
    """Return the report's figures as plain data: numbers are numbers, absent is None, shares are ratios."""
    sources = card.book.sources
    settings = card.book.settings
    return {
        "kpireport": __version__,
        "workbook": sources[0].file if sources else None,
        "sha256": sources[0].sha256 if sources else None,
        "workbooks": [
            {
                "file": s.file,
                "sha256": s.sha256,
                "sheets": list(s.sheets),
                "figures": s.figures,
                "saved": s.saved.isoformat() if s.saved else None,
            }
            for s in sources
        ],
        "organisation": settings.organisation or None,
        "scope": scope or None,
        "language": language,
        "period": card.period.key,
        "period_reason": card.reason or None,
        "today": card.today.isoformat(),
        "counts": counts(card),
        "health": number(card.health),
        "kpis": [kpi(result, language) for result in card.results.values()],
        "triggers": [_fired(f) for f in card.fired],
        "staff": [_staff(s) for s in card.staff],
        "initiatives": [_initiative(i) for i in card.initiatives],
        "plan": [_planned(item) for item in card.book.plan],
        "notes": [_note(note) for note in card.book.notes],
        "restatements": [_restated(r) for r in card.restatements],
        "revisions": [
            {
                "kpi": r.kpi,
                "field": r.field,
                "effective": r.effective.key,
                "old": r.old or None,
                "new": r.new or None,
                "reason": r.reason or None,
                "approved_by": r.approved_by or None,
                "retroactive": r.retroactive,
                "cell": r.where.address,
            }
            for r in card.book.revisions
        ],
        "readings": [
            {
                "topic": r.topic,
                "kpi": r.kpi or None,
                "text": r.text_zh if language == "zh" else r.text,
                "file": r.where.file or None,
                "sheet": r.where.sheet or None,
                "cell": r.where.cell or None,
            }
            for r in card.book.readings
        ],
        "diagnostics": problems(diagnostics, language=language),
    }


def write(data: object) -> bytes:
    """Return ``data`` as UTF-8 JSON, the same bytes for the same data; a number that is none is an error of ours."""
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def problems(diagnostics: Iterable[Diagnostic], *, language: str) -> list[dict[str, Any]]:
    return [
        {
            "code": d.code,
            "name": d.name,
            "severity": d.severity.value,
            "file": d.where.file or None,
            "sheet": d.where.sheet or None,
            "cell": d.where.cell or None,
            "problem": d.problem(language),
            "fix": d.fix(language),
        }
        for d in diagnostics
    ]


def counts(card: Scorecard) -> dict[str, int]:
    """Return how many rated KPIs have each status, as the page counts them."""
    found = {status.value: 0 for status in (Status.ON, Status.WATCH, Status.OFF, Status.NONE)}
    for result in card.results.values():
        rated = result.kpi.kind is Kind.KPI and result.kpi.lifecycle is not Lifecycle.RETIRED
        if rated and result.status.value in found:
            found[result.status.value] += 1
    return found


def number(value: float | None) -> float | None:
    """Return a number that JSON can hold; infinities and NaN never leave the house."""
    return None if value is None or not math.isfinite(value) else value


def kpi(r: Result, language: str) -> dict[str, Any]:
    """Return one KPI."""
    k = r.kpi
    return {
        "id": k.id or k.key,
        "key": k.key,
        "name": k.name,
        "type": k.kind.value,
        "level": k.level.value if k.level else None,
        "department": k.department or None,
        "perspective": k.perspective or None,
        "owner": r.owner or k.owner or None,
        "parent": k.parent,
        "children": list(r.children),
        "unit": k.unit.text or None,
        "direction": k.direction.value if k.direction else None,
        "aggregation": k.aggregation.value if k.aggregation else None,
        "lifecycle": k.lifecycle.value,
        "weight": number(k.weight),
        "period": r.period.key,
        "stale": r.stale,
        "actual": _value(r.actual),
        "target": _target(r.goal),
        "target_range": _range(r.goal),
        "target_original": number(r.goal.original.value) if r.goal and r.goal.original else None,
        "target_rule": r.goal.rule if r.goal else None,
        "attainment": number(r.verdict.attainment),
        "met": r.verdict.met,
        "gap": number(r.verdict.gap),
        "rollup": number(r.verdict.rollup),
        "score": number(r.roll.score) if r.roll else None,
        "coverage": number(r.roll.coverage) if r.roll else None,
        "contributions": {key: number(v) for key, v in r.roll.contributions.items()} if r.roll else {},
        "worst_child": r.roll.worst if r.roll else None,
        "status": r.status.value.replace(" ", "-"),
        "flags": sorted({*r.flags, *r.verdict.flags}),
        "progress": number(r.progress),
        "points": number(r.points_score),
        "bands": number(r.bands_score),
        "ytd": _tally(r.ytd),
        "year": {
            **_tally(r.year),
            "rate": number(r.year.rate),
            "time_progress": number(r.year.time_progress),
            "pace": number(r.year.pace),
            "on_pace": r.year.on_pace,
        },
        "plan_to_date": _tally(r.plan_to_date),
        "total_plan": _tally(r.total_plan),
        "years": [
            {
                "year": y.year,
                "target": _target(y.goal),
                "original": number(y.original.value) if y.original else None,
                "actual": _value(y.actual),
                "forecast": number(y.forecast),
                "complete": y.complete,
            }
            for y in r.years
        ],
        "change": {"previous": _change(r.previous, language), "year_ago": _change(r.year_ago, language)},
        "signal": {
            "mean": number(r.signal.mean),
            "lower": number(r.signal.lower),
            "upper": number(r.signal.upper),
            "special_cause": r.signal.special_cause or None,
            "variation": r.signal.variation or None,
            "assurance": r.signal.assurance or None,
            "trend": r.signal.trend,
            "provisional": r.signal.provisional,
            "seasonal": r.signal.seasonal,
            "suggest_rebase": r.signal.suggest_rebase.key if r.signal.suggest_rebase else None,
        },
        "landing": {
            "point": number(r.landing.point),
            "low80": number(r.landing.low80),
            "high80": number(r.landing.high80),
            "chance": number(r.landing.chance),
            "method": r.landing.method or None,
            "reason": r.landing.reason or None,
            "needed_per_period": number(r.landing.needed_per_period),
            "remaining": r.landing.remaining,
            "plan": number(r.landing.plan),
            "run_rate": number(r.landing.run_rate),
            "seasonal": number(r.landing.seasonal),
            "typed": number(r.landing.typed),
        },
        "entered_ahead": r.entered_ahead,
        "history": [
            {
                "period": p.period.key,
                "actual": _value(p.actual),
                "target": _target(p.goal),
                "attainment": number(p.verdict.attainment) if p.verdict else None,
                "status": p.verdict.status.value.replace(" ", "-") if p.verdict else None,
                "cells": _cells(p.actual),
            }
            for p in r.points
        ],
        "cells": {
            "name": k.where.address,
            "actual": _cells(r.actual),
            "target": [where.address for where in r.goal.cells] if r.goal else [],
        },
        "texts": dict(k.texts),
    }


def _value(figure: Figure | None) -> float | None:
    return number(figure.value) if figure else None


def _cells(figure: Figure | None) -> list[str]:
    return [where.address for where in figure.cells] if figure else []


def _target(goal: Goal | None) -> float | None:
    return number(goal.span.value) if goal else None


def _range(goal: Goal | None) -> dict[str, float | None] | None:
    span: Span | None = goal.span if goal else None
    if span is None or span.value is not None:
        return None
    return {"low": number(span.low), "high": number(span.high)}


def _tally(t: Tally) -> dict[str, Any]:
    return {
        "actual": _value(t.actual),
        "target": _target(t.goal),
        "target_range": _range(t.goal),
        "attainment": number(t.verdict.attainment) if t.verdict else None,
        "status": t.verdict.status.value if t.verdict else None,
        "covered": t.actual.covered if t.actual else 0,
        "expected": t.actual.expected if t.actual else 0,
    }


def _change(c: Change, language: str) -> dict[str, Any]:
    return {
        "period": c.period.key if c.period else None,
        "value": _value(c.previous),
        "delta": number(c.delta),
        "ratio": number(c.ratio),
        "points": c.points,
        "words": CHANGED[c.words][language == "zh"] if c.words else None,
        "good": c.good,
    }


def _fired(f: Fired) -> dict[str, Any]:
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
        "cell": _address(f.where),
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


def _initiative(line: InitiativeLine) -> dict[str, Any]:
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
        "cell": line.item.where.address,
    }


def _planned(item: PlanItem) -> dict[str, Any]:
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
        "cell": item.where.address,
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "type": note.kind.value,
        "kpi": note.kpi,
        "period": _period(note.period),
        "text": note.text,
        "author": note.author or None,
        "written": _day(note.written),
        "cell": note.where.address,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _restated(r: Restatement) -> dict[str, Any]:
    return {
        "kpi": r.kpi,
        "period": r.period.key,
        "series": r.series,
        "reported": number(r.reported),
        "now": number(r.now),
        "cell": _address(r.where),
        "frozen": r.frozen,
        "used": r.used,
    }


def _period(period: Period | None) -> str | None:
    return period.key if period else None


def _address(where: Where | None) -> str | None:
    return where.address if where else None
