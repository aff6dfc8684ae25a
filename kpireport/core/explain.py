"""How a number came about: cells, rule, arithmetic, for one KPI, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.a1 import column_number
from kpireport.core.catalogue import job as problems
from kpireport.core.diagnostics import Where, quoted
from kpireport.core.formatting import Reader, as_typed
from kpireport.core.model import Direction, Method
from kpireport.core.parse.names import suggestion
from kpireport.core.report.words import Words
from kpireport.core.spelling import key as name_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language
    from kpireport.core.scorecard import Change, Result, Scorecard, Tally

MOST_CELLS = 24
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def explanation(card: Scorecard, kpi: str, *, language: Language) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the walk from cells to verdict of one KPI, by name or ID; a near-miss is suggested, never taken."""
    wanted = name_key(kpi)
    result = card.results.get(wanted) or next((r for r in card.results.values() if name_key(r.kpi.id) == wanted), None)
    if result is None:
        name = suggestion(wanted, [r.kpi.name for r in card.results.values()])
        hint = f" ({name}?)" if name else ""
        return "", (problems.KPI_NOT_FOUND.at(Where(), found=kpi, near=quoted(hint)),)
    say = Words(language.conventions.locale, language.sentences["explain"])
    return "\n".join(_lines(card, result, say, Reader(language.conventions, card.book.calendar))), ()


def _lines(card: Scorecard, r: Result, say: Words, reader: Reader) -> list[str]:
    lines = [say("head", name=quoted(r.kpi.name), period=reader.period(r.period)), ""]
    lines += _actual(card, r, say, reader)
    lines += _target(r, say, reader)
    if r.kpi.benchmark is not None:
        lines.append(say("benchmark", value=_text(reader, r.kpi.benchmark)))
        lines += _cells([r.kpi.cell("benchmark")], say, reader, r.kpi.benchmark)
    lines += _attainment(r, say, reader)
    lines.append(say("status", status=say(f"status_{r.status.name.lower()}"), why=_why(card, r, say, reader)))
    if r.verdict.rollup is not None:
        settings = card.book.settings
        floor = r.kpi.floor if r.kpi.floor is not None else settings.floor
        cap = r.kpi.cap if r.kpi.cap is not None else settings.cap
        lines.append(
            "  "
            + say("rollup", value=_text(reader, r.verdict.rollup), floor=_text(reader, floor), cap=_text(reader, cap))
        )
    lines += _roll(card, r, say, reader)
    lines += _time(r, say, reader)
    for label, change in (("previous", r.previous), ("year_ago", r.year_ago)):
        lines.append(say(label, change=_change(change, say, reader)))
    flags = sorted({*r.flags, *r.verdict.flags})
    if flags:
        lines.append(say("flags", flags=", ".join(flags)))
    return lines


def _text(reader: Reader, value: float | None) -> str:
    """Return a figure in full, without its thousands apart: it is compared with a cell, or computed with."""
    if value is None:
        return "–"
    return f"{as_typed(value).normalize():f}".replace(".", reader.conventions.figures.decimal)


def _name(card: Scorecard, key: str) -> str:
    found = card.results.get(key)
    return quoted(found.kpi.name if found else key)


def _size(cell: Where) -> int:
    """Return how many cells a place has: figures of one column that stand together are kept as their range."""
    first, _, last = cell.cell.partition(":")
    ends = [(column_number(end.rstrip("0123456789")), int(end.lstrip(LETTERS) or 0)) for end in (first, last or first)]
    return (ends[1][0] - ends[0][0] + 1) * (ends[1][1] - ends[0][1] + 1)


def _actual(card: Scorecard, r: Result, say: Words, reader: Reader) -> list[str]:
    if r.actual is None:
        return [say("no_actual")]
    lines = [say("actual", value=_text(reader, r.actual.value))]
    count = sum(_size(cell) for cell in r.actual.cells)
    if r.kpi.formula:
        lines.append(say("formula", formula=quoted(r.kpi.formula)))
    elif r.kpi.numerator and r.kpi.denominator:
        numerator, denominator = (_name(card, key) for key in (r.kpi.numerator, r.kpi.denominator))
        lines.append(say("ratio", numerator=numerator, denominator=denominator))
    elif count > 1 and r.kpi.aggregation:
        lines.append(say("aggregated", n=count, way=say(f"way_{r.kpi.aggregation.value}")))
    return lines + _cells(r.actual.cells, say, reader, r.actual.value)


def _cells(cells: Sequence[Where], say: Words, reader: Reader, value: float | None = None) -> list[str]:
    """Return a line for each cell. value: what the cell holds, where there is only one of them."""
    single = len(cells) == 1 and value is not None and _size(cells[0]) == 1
    lines = [
        say("cell", place=quoted(str(c)), value=_text(reader, value) if single else "").rstrip()
        for c in cells[:MOST_CELLS]
    ]
    more = len(cells) - MOST_CELLS
    return [*lines, say("more", n=more)] if more > 0 else lines


def _target(r: Result, say: Words, reader: Reader) -> list[str]:
    if r.goal is None:
        return [say("no_target")]
    span = r.goal.span
    value = (
        _text(reader, span.value)
        if span.value is not None
        else f"{_text(reader, span.low)} – {_text(reader, span.high)}"
    )
    rule = say(f"rule_{r.goal.rule}")
    # A cell that holds the year's target does not hold this period's part of it.
    held = None if r.goal.rule in ("split", "phased", "ratio", "sum") else span.value
    lines = [say("target", value=value, rule=rule), *_cells(r.goal.cells, say, reader, held)]
    if r.goal.original is not None:
        lines.append(say("original", value=_text(reader, r.goal.original.value)))
    return lines


def _attainment(r: Result, say: Words, reader: Reader) -> list[str]:
    if r.goal is None or r.actual is None or r.verdict.attainment is None:
        return [say("none")]
    span, result, actual = r.goal.span, _text(reader, r.verdict.attainment), _text(reader, r.actual.value)
    if span.value is None:
        return [say("range", result=result, actual=actual, low=_text(reader, span.low), high=_text(reader, span.high))]
    if span.value == 0:
        return [say("zero", result=result)]
    side = "lower" if r.kpi.direction is Direction.LOWER else "higher"
    way = f"{r.kpi.method.value}_{side}" if r.kpi.method is not Method.PROGRESS else "progress"
    return [
        say(way, actual=actual, target=_text(reader, span.value), result=result, baseline=_text(reader, r.kpi.baseline))
    ]


def _why(card: Scorecard, r: Result, say: Words, reader: Reader) -> str:
    if r.actual is None and r.roll is not None:
        return say("by_roll")
    if r.kpi.red_line is not None and r.goal is not None:
        return say("by_red", target=_text(reader, r.goal.span.value), red=_text(reader, r.kpi.red_line))
    return say("by_amber", amber=reader.percent(card.book.settings.amber_from, 0))


def _roll(card: Scorecard, r: Result, say: Words, reader: Reader) -> list[str]:
    if r.roll is None:
        return []
    roll = r.roll
    lines = [
        say("score", value=reader.percent(roll.score, 2), n=len(r.children), coverage=reader.percent(roll.coverage))
    ]
    for key, weight in roll.weights.items():
        child = card.results.get(key)
        points = roll.contributions.get(key)
        shown = "–" if points is None else reader.signed_hundredths(points, 2)
        name = quoted(child.kpi.name) if child else quoted(key)
        lines.append(say("child", name=name, weight=reader.percent(weight), points=shown))
    return lines


def _time(r: Result, say: Words, reader: Reader) -> list[str]:
    lines = []
    if r.ytd.actual is not None:
        lines.append(
            say(
                "ytd",
                actual=_text(reader, r.ytd.actual.value),
                target=_goal(r.ytd, reader),
                attainment=_attained(r.ytd, reader),
                covered=r.ytd.actual.covered,
                expected=r.ytd.actual.expected,
            )
        )
    if r.year.actual is not None and r.year.goal is not None:
        time = reader.percent(r.year.time_progress)
        values = {
            "actual": _text(reader, r.year.actual.value),
            "target": _goal(r.year, reader),
            "attainment": _attained(r.year, reader),
        }
        lines.append(say("year", time=time, **values))
    return lines


def _goal(tally: Tally, reader: Reader) -> str:
    return _text(reader, tally.goal.span.value) if tally.goal else "–"


def _attained(tally: Tally, reader: Reader) -> str:
    return reader.percent(tally.verdict.attainment, 2) if tally.verdict else "–"


def _change(change: Change, say: Words, reader: Reader) -> str:
    if change.previous is None or change.period is None or change.delta is None:
        return say("no_change")
    ratio = f", {reader.signed_percent(change.ratio, 2)}" if change.ratio is not None else ""
    delta = f"{'+' if change.delta > 0 else ''}{_text(reader, change.delta)}"
    return say(
        "change",
        value=_text(reader, change.previous.value),
        period=reader.period(change.period),
        delta=delta,
        ratio=ratio,
    )
