"""Can I trust the number: data quality, where each number comes from, workbooks read, method, readings.

Rule: E18, E19, E20.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Severity, quoted
from kpireport.core.formatting import MISSING, rounded
from kpireport.core.report import foresight
from kpireport.core.report.context import opening, plain
from kpireport.core.report.shown.proof import (
    BookRow,
    FindingRow,
    Method,
    Quality,
    ReadingRow,
    Readings,
    SourceRow,
    Sources,
)

if TYPE_CHECKING:
    from kpireport.core.report.context import Context
    from kpireport.core.scorecard import Result

MOST_FINDINGS = 80
MOST_READINGS = 150
PRINTED_SOURCES = 60
PRINTED_READINGS = 80  # a page and a half; of a longer list the first half of that
ENOUGH = 10  # ranges whose time has come: fewer say nothing


def quality(c: Context) -> Quality:
    """What was found wrong while reading, errors and warnings first. Rule: E18."""
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    found = sorted(c.diagnostics, key=lambda d: order[d.severity])
    notes = [d for d in found if d.severity is Severity.NOTE]
    told = [d for d in found if d.severity is not Severity.NOTE]
    rows = tuple(
        FindingRow(
            quoted(str(d.where)) or c.say("whole_workbook"),
            c.say(f"severity_{d.severity.value}"),
            c.language.text(d.problem),
            c.language.text(d.fix),
        )
        for d in [*told, *notes][:MOST_FINDINGS]
    )
    total = len(found)
    if told:
        title = c.say("quality_title", n=len(told), k=opening(c.reader.count(len(told))))
    else:
        title = (
            c.say("quality_title_notes", n=len(notes), k=c.reader.count(len(notes)))
            if notes
            else c.say("quality_title_none")
        )
    more = c.say("and_more", n=total - len(rows)) if total > len(rows) else ""
    nothing = "" if rows else c.say("quality_nothing")
    return Quality(title, c.say("quality_line"), rows, nothing, more)


def sources(c: Context) -> Sources:
    """One line a KPI, with the cell of its actual and of its target, and the figure in full. Rule: E19."""
    results = list(c.card.results.values())
    rows = tuple(_source(c, r) for r in results)
    elsewhere = c.say("sources_elsewhere", n=len(rows)) if len(rows) > PRINTED_SOURCES else ""
    return Sources(c.say("sources_title"), c.say("sources_line", period=c.month()), rows, elsewhere)


def _source(c: Context, r: Result) -> SourceRow:
    shown = c.shown(r)
    share = shown.style.share
    cells = r.actual.cells if r.actual else ()
    files = dict.fromkeys(cell.file for cell in cells)
    sheets = dict.fromkeys(cell.sheet for cell in cells)
    names = " … ".join(([cells[0].cell, cells[-1].cell] if len(cells) > 1 else [cells[0].cell]) if cells else [])
    target = MISSING
    if r.goal is not None:
        span = r.goal.span
        target = (
            c.reader.exact(span.value, share=share)
            if span.value is not None
            else f"{c.reader.exact(span.low, share=share)}–{c.reader.exact(span.high, share=share)}"
        )
    return SourceRow(
        anchor=f"s{c.anchor(r.kpi.key)}",
        name=plain(r.kpi.name, 120),
        actual=_in_full(c, r),
        workbook=quoted(", ".join(files)),
        sheet=quoted(", ".join(sheets)),
        cell=names,
        holds=_holds(c, r),
        target=target,
        target_place=_target_place(c, r),
    )


def _in_full(c: Context, r: Result) -> str:
    """Return the figure as the cell holds it; one that was computed has two decimals more than the report shows."""
    shown = c.shown(r)
    if shown.actual is None:
        return c.attained(r.roll.score) if c.score(r) and r.roll else c.say("no_data")
    if r.actual is not None and len(r.actual.cells) == 1:
        return c.reader.exact(shown.actual, share=shown.style.share)
    places = shown.style.decimals + 2
    value = float(rounded(shown.actual * 100 if shown.style.share else shown.actual, places))
    text = c.reader.exact(value)
    return c.reader.percented(text) if shown.style.share else text


def _holds(c: Context, r: Result) -> str:
    """Say what stands behind the figure: one cell, a sum of cells, a ratio, the children's scores, nothing."""
    if r.actual is None:
        return (
            c.say("holds_score", n=len(r.children)) if r.roll and r.roll.score is not None else c.say("holds_nothing")
        )
    if r.kpi.formula:
        return c.say("holds_computed", formula=plain(r.kpi.formula, 60))
    if r.kpi.numerator and r.kpi.denominator:
        ratio = f"{c.name(r.kpi.numerator) or r.kpi.numerator} / {c.name(r.kpi.denominator) or r.kpi.denominator}"
        return c.say("holds_ratio", formula=plain(ratio, 80))
    if len(r.actual.cells) > 1:
        return c.say("holds_cells", n=len(r.actual.cells))
    return c.say("holds_number")


def _target_place(c: Context, r: Result) -> str:
    """Say where the target is from, and what figure of others stands beside it: the benchmark, which judges nothing."""
    if r.kpi.benchmark is None:
        return _of_target(c, r)
    value = c.reader.exact(r.kpi.benchmark, share=c.shown(r).style.share)
    beside = c.say("source_benchmark", value=value, place=r.kpi.cell("benchmark").address)
    return c.say("list_separator").join(filter(None, (_of_target(c, r), beside)))


def _of_target(c: Context, r: Result) -> str:
    if r.goal is None or not r.goal.cells:
        return ""
    place = r.goal.cells[0].address if len(r.goal.cells) == 1 else f"{r.goal.cells[0].address} …"
    rule = f"rule_{r.goal.rule}"
    return c.say(rule, place=place) if rule in c.say.sentences else place


def books(c: Context) -> tuple[BookRow, ...]:
    """Each workbook with its fingerprint. Rule: E20."""
    return tuple(
        BookRow(
            quoted(source.file),
            quoted(", ".join(source.sheets), 200),
            c.reader.day(source.saved.date(), short=True) if source.saved else MISSING,
            c.reader.plain(source.figures),
            source.sha256[:16],
        )
        for source in c.card.book.sources
    )


def method(c: Context) -> Method:
    """How the figures are made, with the settings in force. Rule: E20."""
    settings = c.card.book.settings
    version = c.say("version", version=c.version)
    entries = (
        ("status", c.say("method_status", amber=c.reader.percent(settings.amber_from, 0))),
        ("trend", c.say("method_trend")),
        ("range", c.say("method_range")),
        ("attainment", _attainment(c)),
        ("forecast", _forecast(c)),
        ("ytd", c.say("method_ytd")),
        ("rounding", c.say("method_rounding")),
        ("voices", c.say("method_voices", version=version)),
    )
    named = tuple((c.say(f"method_name_{key}"), text) for key, text in entries)
    return Method(named, version)


def _attainment(c: Context) -> str:
    settings = c.card.book.settings
    cap, floor = (c.reader.percent(limit, 0) for limit in (settings.cap, settings.floor))
    text = c.say("method_attainment", cap=cap, floor=floor)
    if c.card.health is None:
        return text
    return c.say("method_index", text=text, index=c.reader.percent(c.card.health))


def _forecast(c: Context) -> str:
    score = c.card.self_score
    text = c.say("method_forecast")
    if score is None:
        return text
    error = c.reader.percent(score.error)
    parts = [c.say("method_self_score", text=text, n=score.count, error=error, better=score.better)]
    if score.ranged >= ENOUGH:
        share = c.reader.percent(score.held / score.ranged, 0)
        parts.append(c.say("method_ranges", n=score.ranged, held=score.held, share=share))
    if score.said is not None:
        parts.append(c.say("method_chances", n=score.chances, said=round(100 * score.said), reached=score.reached))
    return foresight.join(c, parts)


def readings(c: Context) -> Readings:
    """How we read your workbook: each interpretation, with its place; nothing was guessed silently."""
    shown = c.card.book.readings[:MOST_READINGS]
    rows = tuple(
        ReadingRow(
            c.say(f"topic_{r.topic}") if f"topic_{r.topic}" in c.say.sentences else quoted(r.topic, 30),
            plain(c.name(r.kpi), 60) or quoted(r.where.file, 60),
            quoted(c.language.text(r.message), 300),
            quoted(r.where.address),
        )
        for r in shown
    )
    if f"asof_{c.card.reason}" in c.say.sentences:
        chosen = ReadingRow(c.say("topic_period"), c.month(), c.say(f"asof_{c.card.reason}"), "")
        rows = (chosen, *rows)
    more = len(c.card.book.readings) - len(shown)
    long = len(rows) > PRINTED_READINGS
    return Readings(
        c.say("readings_title"),
        c.say("readings_line"),
        rows,
        rows[: PRINTED_READINGS // 2] if long else rows,
        c.say("readings_elsewhere") if long else "",
        c.say("and_more", n=more) if more > 0 else "",
    )
