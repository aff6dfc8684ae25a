"""One reader's part of a scorecard: a department, an owner or a list of KPIs, and no number that belongs to others.

Rule: E40.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from math import fsum
from typing import TYPE_CHECKING

from kpireport.core.arithmetic import key_of
from kpireport.core.compare import same
from kpireport.core.diagnostics import Severity
from kpireport.core.lexicon import standard
from kpireport.core.model import Kind, Rollup, Series
from kpireport.core.registry import nearest
from kpireport.core.resolve import find, rolls_values
from kpireport.core.scorecard import Result, Status, Tally, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpireport.core.diagnostics import Diagnostic, Where
    from kpireport.core.model import Book, Kpi
    from kpireport.core.periods import Period
    from kpireport.core.scorecard import Change, Roll, Scorecard

FEWEST_UNSEEN, DOMINANT = 3, 0.7  # children whose figures nobody can work out from their parent's. Rule: R44.
FIELDS = ("department", "owner", "kpi")
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


def near(book: Book, scope: str) -> str:
    """Return the scope that somebody may have meant who typed one that nothing answers to; "" where none is like it."""
    found = parts(scope)
    if found is None or not unknown(book, scope):
        return ""
    field, names = found
    if not field:
        typed, equals, rest = scope.partition("=")
        like = nearest(typed, FIELDS)
        return f"{like}{equals}{rest}" if like else ""
    pool = {key_of(name): name for name in _answers(book, field) if name}
    meant = [pool.get(nearest(key_of(name), pool) or "", name) for name in names]
    corrected = f"{field}={'; '.join(meant)}"
    return "" if unknown(book, corrected) else corrected


def _answers(book: Book, field: str) -> Iterable[str]:
    """Return the names that a field of a scope may have."""
    if field == "kpi":
        return [kpi.name for kpi in book.kpis.values()]
    plan = [item.owner for item in book.plan] if field == "owner" else []
    return [*(getattr(kpi, field) for kpi in book.kpis.values()), *plan]


def part_of(card: Scorecard, problems: Iterable[Diagnostic], scope: str) -> tuple[Scorecard, list[Diagnostic]]:
    """Return what one reader may see of a report, and the problems that are hers.

    Errors are everybody's: they block her report too. Rule: E40.
    """
    told = list(problems)
    hers = scoped(card, scope)
    errors = [problem for problem in told if problem.severity is Severity.ERROR]
    return hers, [*errors, *(problem for problem in scoped_problems(told, card, hers) if problem not in errors)]


def scoped(card: Scorecard, scope: str) -> Scorecard:
    """Return the scorecard for one reader: chosen KPIs in full, those above them as context. Rule: E40, R44."""
    found = parts(scope)
    if found is None:
        return card
    keys = chosen({key: r.kpi for key, r in card.results.items()}, scope)
    above = _above(card, keys)
    results = {
        key: _part(r, keys | above) if key in keys else _context(card, r, keys | above)
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


def _context(card: Scorecard, r: Result, kept: frozenset[str]) -> Result:
    """Return a KPI above the chosen ones: its name, and its own figure, target and status where that is safe.

    Its own figure is safe if it is typed or measured and not made of its children. Score, weights and points are shown
    where the settings ask for figures and no sibling can be worked out from them.
    Rule: R44, E40.
    """
    setting = card.book.settings.goals_above
    scores = setting == "figures" and _safe(card, r, kept)
    own = r.actual is not None and (scores or (setting != "name" and _measured(card, r) and not _made(card, r)))
    here = r.verdict
    verdict = Verdict(r.status, here.attainment, here.met, gap=here.gap) if own else Verdict(Status.INFO)
    rated = own or (scores and r.actual is None)
    return Result(
        kpi=_bare(r.kpi),
        period=r.period,
        actual=r.actual if own else None,
        goal=r.goal if own else None,
        verdict=verdict,
        status=r.status if rated else Status.INFO,
        ytd=Tally(),
        year=Tally(),
        plan_to_date=Tally(),
        total_plan=Tally(),
        previous=_nothing(r.previous),
        year_ago=_nothing(r.year_ago),
        children=tuple(key for key in r.children if key in kept),
        roll=_roll(r.roll, kept) if scores and r.roll is not None else None,
        stale=r.stale,
        owner=r.owner,
        above=True,
        withheld=setting == "figures" and not scores,
    )


def _safe(card: Scorecard, r: Result, kept: frozenset[str]) -> bool:
    """Return whether no unseen child follows from a goal's score: three of them have a value, none has too much of it.

    Rule: R44.
    """
    roll = r.roll
    if roll is None or roll.score is None:
        return False
    unseen = {key: weight for key, weight in roll.weights.items() if key not in kept and key in roll.contributions}
    total = sum(unseen.values())
    figures = [abs(f.value) for key in unseen if (f := card.results[key].actual) is not None]
    amounts = sum(figures) if r.kpi.rollup is Rollup.SUM else 0.0
    dominant = max(unseen.values(), default=0.0) > DOMINANT * total or (
        amounts > 0 and max(figures) > DOMINANT * amounts
    )
    return len(unseen) >= FEWEST_UNSEEN and not dominant


def _measured(card: Scorecard, r: Result) -> bool:
    """Return whether a goal's figure was typed for it, not computed from others."""
    if r.kpi.formula or r.kpi.numerator or r.kpi.denominator or rolls_values(r.kpi):
        return False
    return any(o.kpi == r.kpi.key and o.series is Series.ACTUAL and o.value is not None for o in card.book.observations)


def _made(card: Scorecard, r: Result) -> bool:
    """Return whether a typed figure is its children's sum or mean, and so tells what theirs are. Rule: R44."""
    figures = [f.value for key in r.children if (f := card.results[key].actual) is not None]
    if r.actual is None or not figures:
        return False
    total = fsum(figures)
    return same(r.actual.value, total) or same(r.actual.value, total / len(figures))


def _nothing(change: Change) -> Change:
    return type(change)(period=change.period, points=change.points)


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
        maximum=None,
        weight=None,
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
