"""One KPI of the report as plain data: what ``json`` writes for each. The schema is told in the help page ``json``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kpireport.core import standing
from kpireport.core.landing import chance_form, likelihood, spoken_chance

if TYPE_CHECKING:
    from kpireport.core.diagnostics import Where
    from kpireport.core.messages import Language
    from kpireport.core.model import Span
    from kpireport.core.scorecard import Change, Figure, Goal, Result, Tally


def number(value: float | None) -> float | None:
    """Return a number that JSON can hold; infinities and NaN never leave the house."""
    return None if value is None or not math.isfinite(value) else value


def kpi(r: Result, language: Language, *, several: bool) -> dict[str, Any]:
    """Return one KPI. several: the report was made from several workbooks, so cells bear the name of theirs."""
    return {
        **_what(r),
        **_month(r),
        **_over_time(r, language),
        **_signal(r, language),
        **_evidence(r, several=several),
    }


def _what(r: Result) -> dict[str, Any]:
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
        "assumed": sorted(k.assumed),
        "aggregation": k.aggregation.value if k.aggregation else None,
        "lifecycle": k.lifecycle.value,
        "context": r.above,
        "weight": number(k.weight),
    }


def _month(r: Result) -> dict[str, Any]:
    return {
        "period": r.period.key,
        "stale": r.stale,
        "actual": _value(r.actual),
        "target": _target(r.goal),
        "target_range": _range(r.goal),
        "target_original": number(r.goal.original.value) if r.goal and r.goal.original else None,
        "target_rule": r.goal.rule if r.goal else None,
        "benchmark": number(r.kpi.benchmark),
        "attainment": number(r.verdict.attainment),
        "met": r.verdict.met,
        "gap": number(r.verdict.gap),
        "rollup": number(r.verdict.rollup),
        "drivers_score": number(r.roll.score) if r.roll else None,
        "coverage": number(r.roll.coverage) if r.roll else None,
        "points": {key: number(v * 100) for key, v in r.roll.contributions.items()} if r.roll else {},
        "worst_child": r.roll.worst if r.roll else None,
        "status": "info" if standing.untargeted(r) else r.status.value.replace(" ", "-"),
        "flags": sorted({*r.flags, *r.verdict.flags}),
        "progress": number(r.progress),
        "points_score": number(r.points_score),
        "bands_score": number(r.bands_score),
    }


def _over_time(r: Result, language: Language) -> dict[str, Any]:
    return {
        "ytd": _tally(r.ytd),
        "year": {
            **_tally(r.year),
            "reached": number(r.year.rate),
            "expected": number(r.year.expected),
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
    }


def _signal(r: Result, language: Language) -> dict[str, Any]:
    return {
        "signal": {
            "mean": number(r.signal.mean),
            "lower": number(r.signal.lower),
            "upper": number(r.signal.upper),
            "special_cause": r.signal.special_cause or None,
            "variation": r.signal.variation or None,
            "assurance": r.signal.assurance or None,
            "trend": r.signal.trend,
            "sentence": r.signal.sentence or None,
            "since": r.signal.since.key if r.signal.since else None,
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
            "chance_said": None if r.landing.chance is None else _said(r.landing.chance, language),
            "chance_word": None if r.landing.chance is None else likelihood(r.landing.chance),
            "state": r.landing.state or None,
            "since": r.landing.since.key if r.landing.since else None,
            "over": number(r.landing.over),
            "needed_per_period": number(r.landing.needed_per_period),
            "remaining": r.landing.remaining,
            "plan": number(r.landing.plan),
            "plan_pace": number(r.landing.plan_pace),
            "run_rate": number(r.landing.run_rate),
            "seasonal": number(r.landing.seasonal),
            "typed": number(r.landing.typed),
        },
    }


def _said(chance: float, language: Language) -> str:
    """Return a chance as the report says it: "about 35 of 100"."""
    form: str = language.sentences[f"report.sentences.{chance_form(chance)}"]
    return form.format(n=spoken_chance(chance))


def _evidence(r: Result, *, several: bool) -> dict[str, Any]:
    return {
        "entered_ahead": r.entered_ahead,
        "history": [
            {
                "period": p.period.key,
                "actual": _value(p.actual),
                "target": _target(p.goal),
                "attainment": number(p.verdict.attainment) if p.verdict else None,
                "drivers_score": number(p.verdict.rollup) if p.verdict and p.actual is None else None,
                "status": p.verdict.status.value.replace(" ", "-") if p.verdict else None,
                "cells": _cells(p.actual, several=several),
            }
            for p in r.points
        ],
        "cells": {
            "name": place(r.kpi.where, several=several),
            "actual": _cells(r.actual, several=several),
            "target": [place(where, several=several) for where in r.goal.cells] if r.goal else [],
        },
        "texts": dict(r.kpi.texts),
    }


def _value(figure: Figure | None) -> float | None:
    return number(figure.value) if figure else None


def place(where: Where, *, several: bool) -> str:
    """Return a cell as Excel names it: ``Metrics!K7``, of one workbook among several ``[sales.xlsx]Metrics!K7``."""
    return f"[{where.file}]{where.address}" if several and where.file else where.address


def _cells(figure: Figure | None, *, several: bool) -> list[str]:
    return [place(where, several=several) for where in figure.cells] if figure else []


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
        "target_original": number(t.goal.original.value) if t.goal and t.goal.original else None,
        "attainment": number(t.verdict.attainment) if t.verdict else None,
        "attainment_original": number(t.original),
        "status": t.verdict.status.value if t.verdict else None,
        "covered": t.actual.covered if t.actual else 0,
        "expected": t.actual.expected if t.actual else t.periods,
    }


def _change(c: Change, language: Language) -> dict[str, Any]:
    return {
        "period": c.period.key if c.period else None,
        "value": _value(c.previous),
        "delta": number(c.delta),
        "ratio": number(c.ratio),
        "points": c.points,
        "words": language.sentences[f"report.sentences.{c.words}"] if c.words else None,
        "good": c.good,
    }
