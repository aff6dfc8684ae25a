"""One reader's part of a scorecard: a department, an owner or a list of KPIs, and no number that belongs to others.

Rule: E40.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport.core.arithmetic import key_of
from kpireport.core.diagnostics import Severity
from kpireport.core.lexicon import standard
from kpireport.core.model import Kind
from kpireport.core.resolve import find
from kpireport.core.scorecard import Point, Result, Status, Tally, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpireport.core.diagnostics import Diagnostic, Where
    from kpireport.core.model import Book, Kpi
    from kpireport.core.periods import Period
    from kpireport.core.scorecard import Change, Roll, Scorecard

SEPARATOR = re.compile(r"[;；、,，\n]")


def parts(scope: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the field and the values of a scope ("department=Sales; Service"); None for everything.

    A scope without "=" is a list of KPIs.
    """
    words = standard().spellings("scope")
    if not key_of(scope) or words.get(key_of(scope)) == "all":
        return None
    field, equals, values = scope.replace("＝", "=").replace("：", "=").replace(":", "=").partition("=")
    if not equals:
        field, values = "kpi", scope
    names = tuple(name.strip() for name in SEPARATOR.split(values) if name.strip())
    return words.get(key_of(field), ""), names


def canonical(scope: str) -> str:
    """Return one spelling for all that mean the same part; "" for everything."""
    found = parts(scope)
    if found is None:
        return ""
    field, names = found
    return f"{field or scope}={';'.join(sorted({key_of(name) for name in names}))}"


def chosen(kpis: Mapping[str, Kpi], scope: str) -> frozenset[str]:
    """Return the keys of the KPIs that a scope names, with the metrics behind them that belong to nobody else."""
    found = parts(scope)
    if found is None:
        return frozenset(kpis)
    field, names = found
    if field == "kpi":
        keys = {key for name in _whole_names(kpis, scope, names) if (key := find(kpis, name)) is not None}
    else:
        wanted = {key_of(name) for name in names}
        keys = {key for key, kpi in kpis.items() if field and key_of(getattr(kpi, field)) in wanted}
    for key, kpi in kpis.items():
        above = kpis.get(kpi.parent or "")
        if kpi.kind is Kind.METRIC and above is not None and above.key in keys and _shares(kpi, above):
            keys.add(key)
    return frozenset(keys)


def _whole_names(kpis: Mapping[str, Kpi], scope: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of a list; a KPI whose own name holds a comma is taken whole."""
    whole = scope.partition("=")[2].strip() or scope
    return (whole,) if find(kpis, whole) else names


def _shares(metric: Kpi, above: Kpi) -> bool:
    return metric.owner in ("", above.owner) and metric.department in ("", above.department)


def unknown(book: Book, scope: str) -> tuple[str, ...]:
    """Return the names in a scope that nothing in the book answers to, as typed; a wrong field or no name gives all."""
    found = parts(scope)
    if found is None:
        return ()
    field, names = found
    if not field or not names:
        return (scope,)
    if field == "kpi":
        return tuple(n for n in _whole_names(book.kpis, scope, names) if find(book.kpis, n) is None)
    known = {key_of(getattr(kpi, field)) for kpi in book.kpis.values()}
    if field == "owner":
        known |= {key_of(item.owner) for item in book.plan}
    return tuple(name for name in names if key_of(name) not in known)


def part_of(card: Scorecard, problems: Iterable[Diagnostic], scope: str) -> tuple[Scorecard, list[Diagnostic]]:
    """Return what one reader may see of a report, and the problems that are hers.

    Errors are everybody's: they block her report too. Rule: E40.
    """
    told = list(problems)
    hers = scoped(card, scope)
    errors = [problem for problem in told if problem.severity is Severity.ERROR]
    return hers, [*errors, *(problem for problem in scoped_problems(told, card, hers) if problem not in errors)]


def scoped(card: Scorecard, scope: str) -> Scorecard:
    """Return the scorecard for one reader: chosen KPIs in full, those above them with their score alone."""
    found = parts(scope)
    if found is None:
        return card
    keys = chosen({key: r.kpi for key, r in card.results.items()}, scope)
    above = _above(card, keys)
    results = {
        key: _part(r, keys | above) if key in keys else _score_only(r, keys | above)
        for key, r in card.results.items()
        if key in keys or key in above
    }
    names = {key_of(name) for name in found[1]} if found[0] == "owner" else set()
    return replace(
        card,
        book=_book(card.book, results, keys, names),
        results=results,
        fired=tuple(one for one in card.fired if one.kpi in keys),
        staff=tuple(line for line in card.staff if key_of(line.owner) in names),
        initiatives=tuple(
            line for line in card.initiatives if line.item.kpi in keys or key_of(line.item.owner) in names
        ),
        restatements=tuple(one for one in card.restatements if one.kpi in keys),
        health=None,
        history=_history(card, {key: results[key] for key in keys}),
    )


def scoped_problems(problems: Iterable[Diagnostic], full: Scorecard, part: Scorecard) -> tuple[Diagnostic, ...]:
    """Return the problems that a reader of ``part`` may see: those at cells, or of KPIs, that are in it."""
    if part is full:
        return tuple(problems)
    shown = {key for key, r in part.results.items() if r.actual is not None or r.goal is not None or r.points}
    hidden = {r.kpi.name for key, r in full.results.items() if key not in shown}
    cells = {cell for key in shown for cell in _cells(part.results[key], part.book)}
    return tuple(
        p for p in problems if p.where in cells and not any(name in str(p.details.get("names", "")) for name in hidden)
    )


def _cells(r: Result, book: Book) -> set[Where]:
    found = {r.kpi.where, *r.kpi.cells.values()}
    return found | {one.where for one in book.observations if one.kpi == r.kpi.key}


def _above(card: Scorecard, keys: frozenset[str]) -> frozenset[str]:
    above: set[str] = set()
    for key in keys:
        parent = card.results[key].kpi.parent
        while parent is not None and parent not in above:
            above.add(parent)
            parent = card.results[parent].kpi.parent
    return frozenset(above - keys)


def _part(r: Result, kept: frozenset[str]) -> Result:
    children = tuple(key for key in r.children if key in kept)
    return replace(r, children=children, roll=None if r.roll is None else _roll(r.roll, kept))


def _roll(roll: Roll, kept: frozenset[str]) -> Roll:
    """Return a roll-up without what it tells of children that the reader does not see."""
    return replace(
        roll,
        counts={},
        worst=roll.worst if roll.worst in kept else None,
        contributions={key: points for key, points in roll.contributions.items() if key in kept},
        weights={key: weight for key, weight in roll.weights.items() if key in kept},
    )


def _score_only(r: Result, kept: frozenset[str]) -> Result:
    """Return a KPI above the chosen ones: name, status and score, and none of its figures. Rule: E40."""
    score = r.roll.score if r.roll is not None else None
    verdict = Verdict(r.status, attainment=score, rollup=score)
    return Result(
        kpi=_bare(r.kpi),
        period=r.period,
        actual=None,
        goal=None,
        verdict=verdict,
        status=r.status,
        ytd=Tally(),
        year=Tally(),
        plan_to_date=Tally(),
        total_plan=Tally(),
        previous=_nothing(r.previous),
        year_ago=_nothing(r.year_ago),
        points=tuple(_plain(point) for point in r.points) if r.actual is None and r.goal is None else (),
        children=tuple(key for key in r.children if key in kept),
        roll=None if r.roll is None else _roll(r.roll, kept),
        stale=r.stale,
        owner=r.owner,
        above=True,
    )


def _nothing(change: Change) -> Change:
    return type(change)(period=change.period, points=change.points)


def _plain(point: Point) -> Point:
    return Point(point.period, verdict=point.verdict)


def _bare(kpi: Kpi) -> Kpi:
    """Return a KPI without the numbers of its row, and without what people wrote about them."""
    return replace(
        kpi,
        target=None,
        year_targets={},
        phasing=(),
        baseline=None,
        red_line=None,
        stretch=None,
        threshold=None,
        benchmark=None,
        trigger="",
        texts={},
    )


def _book(book: Book, results: Mapping[str, Result], keys: frozenset[str], owners: set[str]) -> Book:
    return replace(
        book,
        kpis={key: r.kpi for key, r in results.items()},
        observations=tuple(one for one in book.observations if one.kpi in keys),
        plan=tuple(item for item in book.plan if item.kpi in keys or key_of(item.owner) in owners),
        notes=tuple(note for note in book.notes if note.kpi in keys),
        revisions=tuple(one for one in book.revisions if one.kpi in keys),
        triggers=tuple(one for one in book.triggers if one.kpi in keys),
        recipients=(),
        readings=tuple(one for one in book.readings if one.kpi in keys),
    )


def _history(card: Scorecard, results: Mapping[str, Result]) -> tuple[tuple[Period, Mapping[Status, int]], ...]:
    """Return how many of the chosen KPIs stood at each status, in the periods of the whole history."""
    counts: dict[Period, Counter[Status]] = defaultdict(Counter)
    for r in results.values():
        if r.kpi.kind is not Kind.KPI:
            continue
        by_period = {point.period: point.verdict for point in r.points}
        for period, _ in card.history:
            verdict = by_period.get(period)
            counts[period][verdict.status if verdict is not None else Status.NONE] += 1
    return tuple((period, dict(counts[period])) for period, _ in card.history)
