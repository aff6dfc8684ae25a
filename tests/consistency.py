"""What no two places of a report may say differently: each check returns the pairs that contradict."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kpireport.core.formatting import MINUS
from kpireport.core.report.compose import compose
from kpireport.core.report.context import Context
from kpireport.core.scorecard import Status
from kpireport.render import json as data_of
from kpireport.render import table
from tests.composing import context_of, sentences

if TYPE_CHECKING:
    from kpireport.core.report.model import ReportModel
    from kpireport.core.scorecard import Scorecard

STATUSES = ("on", "watch", "off", "none")
NUMBER = re.compile(rf"[{MINUS}±+]?\d[\d,]*(?:\.\d+)?")


def contradictions(card: Scorecard, scope: str = "") -> list[str]:
    """Return every pair that contradicts, in the page, the letter, JSON and the results of one edition. In English."""
    page = context_of(card)
    model = compose(card, (), sentences("en"), language=page.language, issued=card.today, scope=scope)
    data = data_of.document(card, (), language=page.language, scope=scope)
    return [*_counts(page, model, data), *_rows(page, model, data), *_year(data), *_words(page, model)]


def _counts(page: Context, model: ReportModel, data: Mapping[str, Any]) -> Iterator[str]:
    """One count for each status: in JSON, on the scorecard, in the lead and in the letter's subject."""
    counts = data["counts"]
    keys = {r.kpi.key for r in page.rated}
    listed = Counter(one["status"] for one in data["kpis"] if one["key"] in keys)
    for status in STATUSES:
        if counts[status] != listed[status]:
            yield f"JSON counts {counts[status]} {status}, and lists {listed[status]}"
    told = Counter(row.status for row in _scorecard(model) if "metric" not in row.kind and "above" not in row.kind)
    if model.scorecard is not None and any(told[status] != counts[status] for status in STATUSES):
        yield f"the scorecard has {dict(told)}, JSON counts {counts}"
    off = len(model.off.rows) + _more(model.off.more)
    if off != counts["off"]:
        yield f"page 1 lists {off} off target, JSON counts {counts['off']}"
    rated = sum(counts.values())
    numbers = [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", model.lead.split(" KPI")[0])]
    if rated and numbers and not page.running and numbers != [counts["on"], rated]:
        yield f"the lead says {numbers} of {counts['on']} of {rated}"


def _more(text: str) -> int:
    found = re.search(r"\d+", text)
    return int(found[0]) if found else 0


def _scorecard(model: ReportModel) -> list[Any]:
    if model.scorecard is None:
        return []
    rows = [group.goal for group in model.scorecard.groups if group.goal]
    return rows + [row for group in model.scorecard.groups for _, listed in group.departments for row in listed]


def _rows(page: Context, model: ReportModel, data: Mapping[str, Any]) -> Iterator[str]:
    """One figure and one verdict for each KPI, wherever it stands."""
    known = {one["name"]: one for one in data["kpis"]}
    results = {r.kpi.name: r for r in page.card.results.values()}
    listed = {row.values["name"]: row for row in table.rows(data, {})}
    for row in _scorecard(model):
        one, result = known[row.name], results[row.name]
        name, share = row.name, result.kpi.unit.share
        if row.status != one["status"]:
            yield f"{name}: {row.status} on the scorecard, {one['status']} in JSON"
        if result.status is not Status.NOT_STARTED:  # else its row says from when on it counts
            yield from _figure(f"{name} AC", row.actual.text, one["actual"], page, result)
        yield from _sign(f"{name} ΔPL", row.variance.text, one["gap"])
        counted = result.status is not Status.NOT_STARTED
        if counted and result.actual is None and result.roll is not None and row.actual.text not in ("–", "no data"):
            yield f"{name} has no figure, and AC says {row.actual.text}"
        if row.trend_code != one["signal"]["trend"]:
            yield f"{name}: trend {row.trend_code} and {one['signal']['trend']}"
        cell = listed[name].values
        if cell["actual"] != one["actual"] or cell["attainment"] != one["attainment"]:
            yield f"{name}: the results have {cell['actual']}, {cell['attainment']}"
        attained = one["attainment"]
        if attained is not None and result.kpi.red_line is None and result.status.value in STATUSES and not share:
            yield from _denies(page, name, attained, one)
    for panel in model.panels:
        result = next(r for r in page.card.results.values() if page.anchor(r.kpi.key) == panel.anchor)
        if panel.status != page.standing(result):
            yield f"{result.kpi.name}: {panel.status} on page 1"
        if "On target in each" in panel.sentence and known[result.kpi.name]["status"] != "on":
            yield f"{result.kpi.name}: {panel.sentence} and {known[result.kpi.name]['status']}"
    if model.contribution is not None:
        for row in model.contribution.rows:
            one = known.get(row.name)
            if one is None:
                continue
            if (row.attainment == "–") != (one["attainment"] is None):
                yield f"{row.name}: attainment {row.attainment} and {one['attainment']}"
            if (row.score == "–") != (one["drivers_score"] is None):
                yield f"{row.name}: drivers' score {row.score} and {one['drivers_score']}"


def _denies(page: Context, name: str, attained: float, one: Mapping[str, Any]) -> Iterator[str]:
    """A displayed attainment stands on the side of 100 % and of the watch line on which the KPI is rated."""
    text = page.attained(attained)
    if text[0] in "<>":
        return
    shown = float(text.rstrip("%").replace(",", "").replace(MINUS, "-"))
    amber = page.card.book.settings.amber_from * 100
    if (shown >= 100) != (attained >= 1 - 1e-9) or (shown >= amber) != (attained >= amber / 100 - 1e-9):
        yield f"{name}: {text} for {attained}, {one['status']}"


def _figure(what: str, text: str, value: float | None, page: Context, result: Any) -> Iterator[str]:
    """A figure is what JSON has, to half a unit of its last digit."""
    found = NUMBER.fullmatch(text)
    if value is None:
        if found:
            yield f"{what}: {text} where JSON has none"
        return
    chosen = page.shown(result).style
    if chosen.yes_no or "E" in text:
        return
    if found is None:
        yield f"{what}: {text!r} for {value}"
        return
    shown = float(text.replace(",", "").replace(MINUS, "-")) / (100 if chosen.share else 1) * chosen.divisor
    half = 0.5 * 10**-chosen.decimals / (100 if chosen.share else 1) * chosen.divisor
    if abs(shown - value) > half + 1e-9 * max(1.0, abs(value)):
        yield f"{what}: {text} for {value}"


def _sign(what: str, text: str, gap: float | None) -> Iterator[str]:
    """A difference has its sign, and is none only where there is none."""
    if gap is None or text in ("–", ""):
        return
    sign = -1 if text.startswith(MINUS) else 1 if text.startswith("+") else 0
    if abs(gap) > 1e-9 * max(1.0, abs(gap)) and sign != (gap > 0) - (gap < 0):
        yield f"{what}: {text} for {gap}"


def _year(data: Mapping[str, Any]) -> Iterator[str]:
    """Pace has the sign of the gap to date; a year that is over and known is its year to date."""
    for one in data["kpis"]:
        year, ytd, landing = one["year"], one["ytd"], one["landing"]
        if year["pace"] is not None and ytd["target"] is not None and ytd["actual"] is not None:
            gap = ytd["actual"] - ytd["target"]
            if abs(gap) > 1e-6 and (gap > 0) != (year["pace"] > 0):
                yield f"{one['name']}: pace {year['pace']} and {gap} to date"
        if year["actual"] != ytd["actual"]:
            yield f"{one['name']}: the year has {year['actual']}, the year to date {ytd['actual']}"
        if landing["state"] == "year over" and landing["chance"] is not None:
            yield f"{one['name']}: a chance after the year"
        if landing["state"] in ("reached", "limit passed") and (landing["chance"] or landing["needed_per_period"]):
            yield f"{one['name']}: {landing['state']}, and still needed"


def _words(page: Context, model: ReportModel) -> Iterator[str]:
    """No word of targets without one; nothing is all right where something is missing."""
    if not page.rated and any("on target" in panel.sentence.lower() for panel in model.panels):
        yield "on target, and nothing has a target"
    if "All goals" in model.headline.text and any(g.status.value in ("none", "off", "watch") for g in page.goals):
        yield f"{model.headline.text}, and some are not"
    if model.off.nothing == "No KPI is off target." and not page.counted.nothing_off:
        yield f"{model.off.nothing} {page.counted}"
