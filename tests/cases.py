"""The worked cases of ``docs/rules/cases.csv``: what goes in, what the program makes of it, what should come out.

A row: id, the rules it belongs to, its kind, a sentence, inputs and expected results as JSON, and where the expected
ones are from. ``KINDS`` has for each kind a function from inputs to results. A case of a rule that is not built has a
kind that nobody knows yet.

What a case does not list is not asked of it: an expected mapping may have fewer keys than the result.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from operator import attrgetter
from pathlib import Path
from typing import Any

from kpireport import languages, rulebook
from kpireport.core import (
    aggregate,
    assembly,
    attainment,
    bands,
    change,
    drift,
    drivers,
    landing,
    phasing,
    restate,
    rollup,
    scale_end,
    scope,
    signal,
    staff,
    standing,
    tally,
    triggers,
)
from kpireport.core.diagnostics import Where
from kpireport.core.evaluate import evaluate
from kpireport.core.forecast import outcome, pace, seasons, theta
from kpireport.core.formatting import Reader, Style, pair_places, percent, tick_places
from kpireport.core.landing import Year
from kpireport.core.model import (
    Aggregation,
    Book,
    Direction,
    Kpi,
    Measure,
    Method,
    PlanItem,
    Rollup,
    Series,
    Settings,
    Span,
    Step,
    Unit,
)
from kpireport.core.outlook import outlook
from kpireport.core.parse.numbers import Number, Written, percent_scale
from kpireport.core.periods import Calendar, Frequency, Period
from kpireport.core.report import foresight
from kpireport.core.report.charts import small, ticks
from kpireport.core.restate import Reported
from kpireport.core.rollup import Child
from kpireport.core.scorecard import Figure, Goal, Result, Status
from kpireport.core.signal import XmR
from kpireport.core.workbook import Cell, Sheet, Workbook
from kpireport.core.yearahead import YearState
from kpireport.deliver.entry import delivery_key
from tests.books import book, card, codes, key, observations, period
from tests.composing import context

PATH = rulebook.folder() / rulebook.CASES
SHARE = Unit("%", Measure.SHARE)
MONEY = Unit("EUR", Measure.MONEY, "EUR")
HERE = Where("book.xlsx", "Plan", "A2")

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One row. rule: as written, "R15, R17". inputs, expected: what the JSON says."""

    id: str
    rule: str
    kind: str
    says: str
    inputs: Json
    expected: Json
    source: str

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(self.rule.split(", "))

    @property
    def number(self) -> str:
        """Return its number, by which rules name it: T14 of the rows T14, T14a, T14b."""
        return self.id.rstrip("abcdefgh")


def read(path: Path = PATH) -> tuple[Case, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Case(**{**row, "inputs": json.loads(row["inputs"]), "expected": json.loads(row["expected"])})
            for row in csv.DictReader(file)
        )


def differences(expected: Any, found: Any, place: str = "") -> list[str]:
    """Return where a result is not as expected: numbers within 1e-6 of their size, all else exactly."""
    if isinstance(expected, dict):
        if not isinstance(found, Mapping):
            return [f"{place}: {found!r} is no mapping"]
        return [
            told
            for name, value in expected.items()
            for told in (
                differences(value, found[name], f"{place}.{name}") if name in found else [f"{place}.{name}: not there"]
            )
        ]
    if isinstance(expected, list):
        if not isinstance(found, (list, tuple)) or len(found) != len(expected):
            return [f"{place}: {found!r} is not {expected!r}"]
        return [
            told
            for at, (value, other) in enumerate(zip(expected, found, strict=True))
            for told in differences(value, other, f"{place}[{at}]")
        ]
    if type(expected) in (int, float) and type(found) in (int, float):
        close = math.isclose(found, expected, rel_tol=1e-6, abs_tol=1e-6)
        return [] if close else [f"{place}: {found!r} is not {expected!r}"]
    return [] if expected == found and type(expected) is type(found) else [f"{place}: {found!r} is not {expected!r}"]


def plain(value: Any) -> Any:
    """Return what JSON can say of a value: of a period its key, of a choice its word."""
    match value:
        case Period():
            return value.key
        case Enum():
            return value.value
        case tuple() | list():
            return [plain(each) for each in value]
        case Mapping():
            return {str(plain(name)): plain(each) for name, each in value.items()}
        case date():
            return value.isoformat()
        case _:
            return value


def kpi(given: Json) -> Kpi:
    return Kpi(
        "k",
        "",
        "K",
        Where(),
        unit=SHARE if given.get("unit") == "%" else Unit(""),
        direction=Direction(given.get("direction", "higher")),
        method=Method(given.get("method", "linear")),
        baseline=given.get("B"),
        red_line=given.get("red"),
    )


def span(given: Json) -> Span:
    return Span(value=given["T"]) if "T" in given else Span(low=given["low"], high=given["high"])


def _attainment(given: Json) -> Json:
    """A, T or low and high, B, direction, method, unit, red (line), usual: targets of the KPI's other periods."""
    one, goal = kpi(given), span(given)
    usual = attainment.usual_target(given["usual"]) if "usual" in given else None
    found = attainment.verdict(one, Goal(goal), given["A"], usual=usual)
    return {
        "attainment": found.attainment,
        "enters": found.rollup,
        "status": found.status.value,
        "met": found.met,
        "flags": list(found.flags),
        "shown": percent(found.attainment, conventions=languages.load("en").conventions),
        "too_wide": goal.value is not None and attainment.too_wide(one, goal.value),
    }


def _progress(given: Json) -> Json:
    """A, T, B: the share of the way; and what ``Method = progress`` makes of it."""
    direction = "higher" if given["T"] >= given["B"] else "lower"
    return {"progress": attainment.progress(given["A"], given["T"], given["B"])} | dict(
        _attainment({**given, "direction": direction, "method": "progress"})
    )


def _bands(given: Json) -> Json:
    lines = {name: given[name] for name in ("goal", "red", "worst", "best") if name in given}
    return {"scores": [bands.band_score(actual, **lines) for actual in given["actuals"]]}


def _points(given: Json) -> Json:
    lines = given["threshold"], given["T"], given["stretch"]
    return {"points": [bands.points(actual, *lines) for actual in given["actuals"]]}


def _roll_up(given: Json) -> Json:
    """children: what enters (null: no figure), the weight (null: blank), and a status where it matters."""
    children = [
        Child(str(at), value, Status(status[0]) if status else Status.NONE, weight)
        for at, (value, weight, *status) in enumerate(given["children"])
    ]
    found = rollup.roll(children, Settings(), Rollup(given.get("rollup", "weighted")))
    return {
        "score": found.score,
        "coverage": found.coverage,
        "status": found.status.value,
        "worst": found.worst,
        "contributions": plain(found.contributions),
    }


def _over_time(given: Json) -> Json:
    """values of periods in order, way; days: of each period."""
    way = Aggregation(given["way"])
    return {"figure": aggregate.over_time(given["values"], way, given.get("days"))}


def _divided(given: Json) -> Json:
    return {"ratio": aggregate.ratio(given["numerators"], given["denominators"])}


def _changed(given: Json) -> Json:
    """A, P (null: missing), unit (money where none is given), direction."""
    before = None if given["P"] is None else Figure(given["P"])
    one = kpi(given) if "unit" in given else replace(kpi(given), unit=MONEY)
    found = change.change(one, Figure(given["A"]), before)
    return {
        "delta": found.delta,
        "ratio": found.ratio,
        "points": found.points,
        "words": found.words,
        "good": found.good,
    }


def _rolling(given: Json) -> Json:
    return {"rolling": aggregate.rolling(given["values"], given["n"], Aggregation(given.get("way", "sum")))}


def _landings(given: Json) -> Json:
    """before: last year's periods; actuals: of this year; targets: of the periods to come; T: the year's."""
    closed = len(given["actuals"])
    drawn = _over_year({"actuals": [*given["actuals"], *[None] * (12 - closed)]}, before=given["before"])
    planned = [(given["T"] - sum(given["targets"])) / closed] * closed
    targets = f"kpi | {_months()}\n{_line('A', [*planned, *given['targets']])}"
    drawn = replace(drawn, observations=(*drawn.observations, *observations(targets, series=Series.TARGET)))
    found = card(drawn, f"2026-{closed:02d}").results["a"].landing
    return {
        "plan": found.plan,
        "run_rate": found.run_rate,
        "seasonal": found.seasonal,
        "needed": found.needed_per_period,
    }


def _pace(given: Json) -> Json:
    """year; month: the last one over; the time that has passed, by days."""
    calendar = Calendar()
    months = calendar.parts(calendar.year(given["year"]), Frequency.MONTH)
    closed = [at for at in months if at <= period(given["month"])]
    return {"time": tally.time_passed(calendar, closed, months, by=tally.TimeUnit.DAYS)}


def _line(name: str, values: Iterable[float | None], *more: str) -> str:
    return " | ".join((name, *more, *("-" if value is None else repr(float(value)) for value in values)))


def _months(year: int = 2026) -> str:
    return " | ".join(f"{year}-{number:02d}" for number in range(1, 13))


def _over_year(given: Json, *, before: Sequence[float] = ()) -> Book:
    """Draw the KPI A of a ``year`` case: its twelve months of 2026, and last year's where they are given."""
    goal: dict[str, str] = {"kpi": "A", "unit": "%" if "bounds" in given else "points"}
    goal["aggregation"] = given.get("way", "sum")
    goal["direction"] = given.get("dir", "higher")
    if "annual" in given:
        goal |= {"target": repr(given["annual"]), "basis": "year" if goal["aggregation"] == "sum" else "period"}
    if "weights" in given:
        goal["phasing"] = " ".join(map(str, given["weights"]))
    if "start" in given:
        goal["start"] = f"2026-{given['start'] + 1:02d}-01"
    columns = (f"{_months(2025)} | " if before else "") + _months()
    return book(
        f"{' | '.join(goal)}\n{' | '.join(goal.values())}",
        f"kpi | {columns}\n{_line('A', [*before, *given['actuals']])}",
        targets=f"kpi | {_months()}\n{_line('A', given['targets'])}" if "targets" in given else "",
    )


def _goal(given: Json) -> Json:
    """A, T: of the goal G, absent without a figure of its own; rollup; drivers: name, A, T, w."""
    head = ("kpi", "unit", "direction", "target", "basis", "weight", "parent", "rollup")
    goal = (
        "G",
        "points",
        given.get("dir", "higher"),
        str(given.get("T", "")),
        "period",
        "",
        "",
        given.get("rollup", ""),
    )
    rows, figures = [goal], []
    if "A" in given and "rollup" not in given:
        figures.append(_line("G", [given["A"]]))
    for one in given["drivers"]:
        weight = str(one.get("w", ""))
        rows.append((one["name"], "points", one.get("dir", "higher"), str(one["T"]), "period", weight, "g", ""))
        figures.append(_line(one["name"], [one["A"]]))
    table = "\n".join(" | ".join(row) for row in (head, *rows))
    drawn = book(table, "kpi | 2026-01\n" + "\n".join(figures))
    page = context(drawn, "2026-01")
    results = page.card.results
    found = results["g"]
    assert found.roll is not None
    gaps = drivers.gaps_of_drivers(found, results)
    return {
        "attainment": found.verdict.attainment,
        "drivers_score": found.roll.score,
        "status": found.status.value,
        "points": {results[key].kpi.name: share * 100 for key, share in found.roll.contributions.items()},
        "health_value": found.verdict.rollup if found.verdict.rollup is not None else found.roll.score,
        "gap": found.verdict.gap,
        "gaps": None if gaps is None else {results[key].kpi.name: gap for key, gap in gaps.items()},
        "sentence": _of_drivers(drivers.cause(found, results), results),
    }


def _of_drivers(cause: drivers.Cause, results: Mapping[str, Result]) -> str:
    """Write what is said of a goal's drivers, in the codes of the cases."""
    name = results[cause.key].kpi.name if cause.key else ""
    places = 0 if cause.amounts else 1
    loss, rest = (f"{figure:.{places}f}" for figure in (cause.loss, cause.rest))
    return {
        drivers.DriverFinding.NONE: "no sentence",
        drivers.DriverFinding.EXPLAINS: f"{name} explains {loss} of {rest}",
        drivers.DriverFinding.TAKES: f"{name} takes {loss}, others give back {rest}",
        drivers.DriverFinding.SCORED: "drivers scored",
        drivers.DriverFinding.DIFFERS: "drivers do not explain the goal",
    }[cause.finding]


def _index(given: Json) -> Json:
    """goals: the value that each enters with (null: no data), and its weight."""
    children = [Child(str(at), one["value"], Status.ON, one.get("w")) for at, one in enumerate(given["goals"])]
    known = sum(1 for child in children if child.value is not None)
    return {"index": rollup.health(children), "goals": known, "of": len(children)}


def _beyond(given: Json) -> Json:
    """B, T, A, dir: what ``Method = progress`` makes of a baseline that is better than its target."""
    fields = {**given, "direction": given["dir"], "method": "progress"}
    found = attainment.verdict(kpi(fields), Goal(span(given)), given["A"])
    flag = "baseline beyond target" if attainment.BASELINE_BEYOND in found.flags else None
    return {"attainment": found.attainment, "flag": flag, "status": found.status.value}


def _dated(given: Json) -> Json:
    """day: of the report; tasks: due, finished, done (absent: without a day)."""
    days = [{name: date.fromisoformat(one[name]) for name in ("due", "done") if name in one} for one in given["tasks"]]
    items = [PlanItem("", Step.TASK, "act", HERE, finished=True, **each) for each in days]
    found = staff.tasks("", items, date.fromisoformat(given["day"]))
    return {"on_time": found.on_time, "dated": found.done_of_due - found.undated, "undated": found.undated}


def _subtract(given: Json) -> Json:
    """score: of two children; own, w: the value and weight share of one. What the other must be follows."""
    own, weight = given["own"], given["w"]
    none, full = (
        rollup.roll([Child("a", own, Status.ON, weight), Child("b", other, Status.ON, 1 - weight)]).score
        for other in (0.0, 1.0)
    )
    assert none is not None
    assert full is not None
    return {"sibling": (given["score"] - none) / (full - none)}


def _above(given: Json) -> Json:
    """setting; drivers: whether mine, w, value. What my part shows of the goal above, without a figure of its own."""
    rows = ["kpi | unit | target | basis | weight | parent | department", "G | points |||||"]
    figures = []
    for at, one in enumerate(given["drivers"]):
        department = "Mine" if one["mine"] else f"Other{at}"
        rows.append(f"D{at} | points | 100 | period | {one.get('w', '')} | g | {department}")
        figures.append(_line(f"D{at}", [one.get("value", 0.5) * 100]))
    settings = {"goals_above": given["setting"]} if "setting" in given else {}
    drawn = book("\n".join(rows), "kpi | 2026-01\n" + "\n".join(figures), **settings)
    found = scope.scoped(card(drawn, "2026-01"), "department=Mine").results["g"]
    shown = found.roll is not None or found.actual is not None
    return {
        "shown": "figures" if shown else "name",
        "reason": "one could be worked out" if found.withheld else None,
    }


def _year(given: Json) -> Json:
    """actuals: of 2026; annual, or targets, or annual and weights; previous: of 2025; report, start: from 0."""
    drawn = _over_year(given, before=given.get("previous", ()))
    found = outlook(card(drawn, f"2026-{given['report'] + 1:02d}")).results["a"]
    ytd, year, ahead = found.ytd, found.year, found.landing
    assert ytd.actual is not None
    assert ytd.verdict is not None
    return {
        "ytd_actual": ytd.actual.value,
        "ytd_target": ytd.goal.value if ytd.goal else None,
        "ytd_attainment": ytd.verdict.attainment,
        "covered": ytd.actual.covered,
        "missing": ytd.actual.expected - ytd.actual.covered,
        "reached": year.rate,
        "expected": year.expected,
        "pace": year.pace,
        "pace_word": WORDS_OF_PACE[tally.pace_word(year, found.kpi.direction)],
        "plan": ahead.plan,
        "run_rate": ahead.run_rate,
        "plan_pace": ahead.plan_pace,
        "seasonal": ahead.seasonal,
        "needed": ahead.needed_per_period,
        "state": STATES.get(ahead.state, str(ahead.state)),
        "in": ahead.since.number if ahead.since else None,
        "over": ahead.over,
        "time": year.time_progress,
    }


def _ratio_year(given: Json) -> Json:
    """num, den: of the first months of 2026; target, or num_target and den_target: of the months ahead."""
    closed = len(given["num"])
    goals = "kpi | unit | aggregation | numerator | denominator | target | kind\n"
    wanted = f"{given['target']!r}" if "target" in given else ""
    goals += f"A | points | ratio | N | D | {wanted} | kpi\nN | EUR |||||\nD | EUR |||||"
    months = " | ".join(f"2026-{number:02d}" for number in range(1, closed + 1))
    later = " | ".join(f"2026-{number:02d}" for number in range(closed + 1, 13))
    targets = ""
    if "num_target" in given:
        targets = f"kpi | {later}\n{_line('N', given['num_target'])}\n{_line('D', given['den_target'])}"
    drawn = book(goals, f"kpi | {months}\n{_line('N', given['num'])}\n{_line('D', given['den'])}", targets=targets)
    found = outlook(card(drawn, f"2026-{closed:02d}")).results["a"]
    assert found.ytd.actual is not None
    ratios = [top / bottom for top, bottom in zip(given["num"], given["den"], strict=True)]
    return {
        "ytd": found.ytd.actual.value,
        "run_rate": found.landing.run_rate,
        "mean_of_ratios": sum(ratios) / closed,
        "plan": found.landing.plan,
        "needed": found.landing.needed_per_period,
    }


def _weekly(given: Json) -> Json:
    """annual, or per_week; year and month, or a pattern, whose year begins on 2025-12-29; A: of the month; ytd."""
    number = given["month"]
    calendar = Calendar()
    if "pattern" in given:
        pattern = tuple(int(weeks) for weeks in given["pattern"].split("-"))
        calendar = Calendar.four_four_five({2026: date(2025, 12, 29), 2027: date(2026, 12, 28)}, pattern)
    at, rest = f"2026-{number:02d}", (given["ytd"] - given["A"]) / (number - 1)
    basis, native = ("period", "week") if "per_week" in given else ("year", "month" if "pattern" in given else "week")
    measured = [(period(f"2026-{n:02d}"), rest) for n in range(1, number)] + [(period(at), given["A"])]
    if native == "week":
        weeks = [(calendar.parts(each, Frequency.WEEK), amount) for each, amount in measured]
        measured = [(week, amount / len(parts)) for parts, amount in weeks for week in parts]
    amount = given.get("per_week", given.get("annual"))
    drawn = book(
        f"kpi | target | unit | basis | frequency\nA | {amount} | calls | {basis} | {native}",
        f"kpi | {' | '.join(each.key for each, _ in measured)}\n{_line('A', [amount for _, amount in measured])}",
        calendar=calendar,
    )
    found = card(drawn, at, today=date(2027, 1, 15)).results["a"]
    assert found.ytd.verdict is not None
    months_of_year = calendar.parts(calendar.year(2026), Frequency.MONTH)
    return {
        "weeks_in_year": sum(phasing.weeks(calendar, each) for each in months_of_year),
        "weeks": phasing.weeks(calendar, period(at)),
        "target": found.goal.value if found.goal else None,
        "ytd_target": found.ytd.goal.value if found.ytd.goal else None,
        "time": found.year.time_progress,
        "attainment": found.verdict.attainment,
        "status": found.status.value,
        "ytd_attainment": found.ytd.verdict.attainment,
    }


def _revised(given: Json) -> Json:
    """annual; revisions: from which month of 2026, the new amount, whether retroactive; month: of the report."""
    revised = "kpi | effective | new | retroactive\n" + "\n".join(
        f"A | 2026-{one['from']:02d} | {one['new']} | {'yes' if one.get('retro') else ''}" for one in given["revisions"]
    )
    drawn = book(
        f"kpi | target | unit\nA | {given['annual']} | EUR",
        f"kpi | {_months()}\n{_line('A', [100] * 12)}",
        revised=revised,
    )
    found = card(drawn, f"2026-{given['month']:02d}").results["a"]
    assert found.ytd.goal is not None
    assert found.year.goal is not None
    return {
        "target": found.goal.value if found.goal else None,
        "ytd_target": found.ytd.goal.value,
        "year_target": found.year.goal.value,
        "original_ytd": found.ytd.goal.original.value if found.ytd.goal.original else None,
    }


def _fiscal(given: Json) -> Json:
    calendar, at = Calendar(fiscal_year_start=given["start"]), period(given["month"])
    return {"year": calendar.fiscal_year(at), "period": calendar.position(at), "quarter": calendar.quarter(at)}


def _retail(given: Json) -> Json:
    """pattern, year, first: the first day; periods: whose last days are asked for."""
    first = {given["year"]: date.fromisoformat(given["first"])}
    calendar = Calendar.four_four_five(first, tuple(given["pattern"]))
    return {"ends": [calendar.end(Period(Frequency.MONTH, given["year"], n)).isoformat() for n in given["periods"]]}


def _weeks(given: Json) -> Json:
    """first_days: of weeks; the month of each."""
    calendar = Calendar()
    weeks = [calendar.of(date.fromisoformat(day), Frequency.WEEK) for day in given["first_days"]]
    return {"months": [calendar.within(week, Frequency.MONTH).key for week in weeks]}


def _planned(given: Json, step: Step) -> PlanItem:
    days = {name: date.fromisoformat(given[name]) for name in ("start", "due", "done") if given.get(name)}
    others = {name: given[name] for name in ("progress", "budget", "spent", "points") if name in given}
    return PlanItem("", step, "act", HERE, finished="done" in given, **days, **others)


def _tasks(given: Json) -> Json:
    """day: of the report; tasks: due, done, and times: how many of this kind."""
    items = [_planned(one, Step.TASK) for one in given["tasks"] for _ in range(one.get("times", 1))]
    found = staff.tasks("", items, date.fromisoformat(given["day"]))
    return {name: getattr(found, name) for name in ("to_date", "overall", "on_time", "overdue")}


def _initiative(given: Json) -> Json:
    found = staff.initiative(_planned(given, Step.INITIATIVE), date.fromisoformat(given["day"]))
    return {
        "time": found.time,
        "progress": found.progress,
        "spend": found.spend,
        "flags": [flag.value for flag in found.flags],
    }


def _drawn(given: Json) -> Any:
    settings = {name: value for name, value in given.items() if name in ("partial", "missing", "fiscal_year_start")}
    tables = {name: given[name] for name in ("targets", "revised") if name in given}
    return book(given["goals"], given.get("metrics", ""), **tables, **settings)


def _book(given: Json) -> Json:
    """goals, metrics, targets, revised: tables as ``tests/books.py`` draws them; kpi, period, today, settings.

    The results are fields of the KPI's Result, "ytd.goal.value"; with "[]" behind a name one for each of a list.
    "codes": the names of all problems. "chosen", "reason": the report period, and how it was chosen.
    """
    drawn, at = _drawn(given), given.get("period", "")
    today = date.fromisoformat(given.get("today", "2026-12-31"))
    found = card(drawn, at, today=today)
    one = found.results[key(given["kpi"])]
    return _Fields(one, {"codes": codes(drawn, at, today=today), "chosen": found.period.key, "reason": found.reason})


class _Fields(Mapping[str, Any]):
    """The fields of a Result by their paths, beside what is known of the whole report."""

    def __init__(self, result: Any, known: Json) -> None:
        self.result = result
        self.known = known

    def __getitem__(self, path: str) -> Any:
        if path in self.known:
            return self.known[path]
        listed, _, rest = path.partition("[].")
        if not rest:
            return plain(attrgetter(path)(self.result))
        return [plain(attrgetter(rest)(each)) for each in attrgetter(listed)(self.result)]

    def __contains__(self, path: object) -> bool:
        return True

    def __iter__(self) -> Any:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


def _triggers(given: Json) -> Json:
    """A table of goals with the column trigger, its metrics; periods: at each of which it is asked what fires."""
    drawn = _drawn(given)
    fired = []
    for at in given["periods"]:
        found, _ = triggers.fire(card(drawn, at))
        fired.append([one.rule for one in found if one.fired])
    first = [one for one in triggers.fire(card(drawn, given["periods"][-1]))[0] if one.fired]
    return {"fired": fired, "since": [one.since.key if one.since else None for one in first]}


def _restated(given: Json) -> Json:
    """A table of goals and metrics; reported: what a former report had, as [kpi, period, value]; frozen: through."""
    drawn = _drawn(given)
    drawn = replace(drawn, settings=replace(drawn.settings, frozen_through=period(given["frozen"])))
    before = {
        (key(name), at, "actual"): Reported(key(name), at, "actual", value) for name, at, value in given["reported"]
    }
    found = restate.restatements(card(drawn, given["period"]), before)
    return {
        "restated": [
            [one.period.key, one.reported, one.now, one.where.cell if one.where else None, one.frozen] for one in found
        ]
    }


def _percent(given: Json) -> Json:
    """plain: numbers of one KPI with the unit %; shares: those with a percent sign."""
    numbers = [Number(value) for value in given["plain"]]
    numbers += [Number(value, Written.PERCENT_FORMAT) for value in given.get("shares", [])]
    scale = percent_scale(numbers)
    return {"divided": scale.divide, "values": [scale.ratio(number) for number in numbers]}


def _chart(given: Json) -> XmR:
    improvement = Direction(given["direction"]) if "direction" in given else None
    return signal.limits(given["values"], improvement=improvement, target=given.get("T"))


def _usual_range(given: Json) -> Json:
    """values oldest first, direction, T: the target in force; low, high: where a chart ends."""
    chart = _chart(given)
    last = chart.points[-1]
    drawn = (
        signal.clipped(last.lower, last.upper, given.get("low"), given.get("high"))
        if last.lower is not None and last.upper is not None
        else None
    )
    return {
        "mean": last.mean,
        "lower": last.lower,
        "upper": last.upper,
        "drawn": None if drawn is None else list(drawn),
        "causes": [point.special_cause.value for point in chart.points],
        "variation": chart.variation.value,
        "assurance": chart.assurance.value if chart.assurance else None,
        "trend": signal.trend(chart).value,
        "provisional": last.provisional,
    }


def _theta(given: Json) -> Json:
    import numpy as np

    found = theta.fit(np.array(given["values"], dtype=np.float64))
    return {"drift": found.drift, "alpha": found.alpha, "level": found.level}


def _land(given: Json) -> Json:
    """history, of which the last ``elapsed`` belong to the year; remaining; T; before: periods of the year earlier."""
    year = Year(given["elapsed"], given["remaining"], target=given.get("T"))
    found = landing.land(given["history"], year, seed=1)
    return {
        "point": found.point,
        "range": None if found.low80 is None else [found.low80, found.high80],
        "chance": found.chance,
        "method": found.method.value,
        "reason": found.reason.value if found.reason else "",
    }


def _seasons(given: Json) -> Json:
    found = seasons.estimate(given["values"], given["season"])
    return {"kept": found.weight, "indices": [found.at(n) for n in range(given["season"])], "plain": found.plain}


def _said(given: Json) -> Json:
    return {"said": [landing.spoken_chance(chance) for chance in given["chances"]]}


def _chance(given: Json) -> Json:
    """p: a chance as it stands in a sentence of the report; settled: what is said of a target that is reached."""
    say = languages.load("en").sentences
    if "settled" not in given:
        form, said = landing.chance_form(given["p"]), landing.spoken_chance(given["p"])
        chance = say[f"report.sentences.{form}"].format(n=said)
        return {"text": say["report.sentences.chance_in"].format(chance=chance)}
    drawn = _over_year({"actuals": [100] * 9 + [None] * 3, "annual": 900})
    page = context(drawn, "2026-09")
    return {"text": foresight.need(page, page.card.results["a"], page.reader.full)}


EN = languages.load("en").conventions
READER = Reader(EN, Calendar())


def _bounded(given: Json) -> Json:
    """name, max, values, T: whether the scale ends at 100 %, where its axis does, and whether a value is a problem."""
    one = replace(kpi({"unit": "%"}), name=given["name"], maximum=given.get("max"))
    ends = scale_end.bounds(one, (*given["values"], given["T"]))
    marked = ticks.within(ticks.ticks(min(given["values"]), max(given["values"])), ends)
    return {
        "bounded": ends is not None,
        "axis_top": marked[-1] if ends is not None else None,
        "problem": any(scale_end.above(one, value) for value in given["values"]),
    }


def _pair(given: Json) -> Json:
    """A, T: how both and their difference are written."""
    chosen = Style(pair_places([given["A"], given["T"]]))
    return {
        "A": READER.number(given["A"], chosen),
        "T": READER.number(given["T"], chosen),
        "delta": READER.variance(given["A"] - given["T"], chosen),
    }


def _percentage(given: Json) -> Json:
    return {"text": READER.percent(given["ratio"], edges=(0.9,))}


def _ticks(given: Json) -> Json:
    return {"decimals": tick_places(given["step"]), "texts": READER.ticks(given["values"], Style(0))}


def _sentence(given: Json) -> Json:
    """kpis: whether it has a target, and its status. What may be said of them all."""
    found = standing.standing(Status(one["status"]) for one in given["kpis"] if one["target"])
    headline = {
        standing.Headline.NO_TARGET: "no KPI has a target",
        standing.Headline.NO_DATA: "no KPI has data",
        standing.Headline.ALL: f"all {found.rated} on target",
        standing.Headline.ALL_WITH_DATA: f"all {found.with_data} with data on target, {found.without} without",
        standing.Headline.SOME: f"{found.on} of {found.rated} on target",
    }[found.headline]
    return {
        "headline": headline,
        "no KPI is off target": found.nothing_off,
        "on": found.on,
        "of": found.rated,
        "without_data": found.without,
    }


def _streak(given: Json) -> Json:
    """history: the statuses of a KPI, oldest first."""
    months = standing.streak(Status(status) for status in given["history"])
    return {"say": f"on target in each of {months} months" if months else "nothing"}


def _running(given: Json) -> Json:
    """start, end: of the month; today; A, T, partial. How the month is shown, and whether it is chosen by itself."""
    start, today = date.fromisoformat(given["start"]), date.fromisoformat(given["today"])
    at, before = f"{start.year}-{start.month:02d}", f"{start.year}-{start.month - 1:02d}"
    drawn = book(
        f"kpi | target | unit | basis\nA | {given['T']} | calls | period",
        f"kpi | {before} | {at}\nA | {given['T']} | {given['A']}",
        partial=given.get("partial", "skip"),
    )
    found = card(drawn, at, today=today)
    calendar, last = found.book.calendar, found.results["a"].points[-1]
    assert calendar.end(found.period) == date.fromisoformat(given["end"])
    return {
        "provisional": last.provisional,
        "days": calendar.elapsed(found.period, today),
        "of": calendar.days(found.period),
        "status": None if found.results["a"].status is Status.NONE else found.results["a"].status.value,
        "chosen": card(drawn, today=today).period == found.period,
    }


def _moved(given: Json) -> Json:
    """P before, A now, money, way: whether profit and loss are spoken of."""
    one = replace(kpi({}), unit=MONEY if given["money"] else Unit("points"))
    one = replace(one, aggregation=Aggregation(given.get("way", "sum")))
    found = change.change(one, Figure(given["A"]), Figure(given["P"]))
    return {"delta": found.delta, "ratio": found.ratio, "words": found.words.replace("_", " ") or None}


def _short(given: Json) -> Json:
    """ytd, theta: ours, of the year; low, high: its range; last_year, py_ytd: last year, and its same months."""
    import numpy as np

    spread = outcome.Spread(given["theta"], np.array([given["low"], given["high"]], dtype=np.float64), ())
    whole = pace.seasonal(given["ytd"], given.get("py_ytd"), given.get("last_year"))
    rest = None if whole is None else whole - given["ytd"]
    found = outcome.shortened(spread, given["ytd"], rest, positive=bool(given.get("never_negative", True)))
    return {"point": found.point, "low80": float(found.years[0]), "high80": float(found.years[1])}


def _signal(given: Json) -> Json:
    """values oldest first, dir: the word and the sentence of the last; since, until: positions from 1."""
    chart = signal.limits(given["values"], improvement=Direction(given.get("dir", "higher")))
    found, last = signal.reading(chart), chart.points[-1]
    words = {signal.TrendDirection.NONE: "–"}
    position = None if found.place is None else found.place + 1
    step = drift.best_step(given["values"])
    return {
        "mean": last.mean,
        "lower": last.lower,
        "upper": last.upper,
        "lag1": drift.resemblance(given["values"]),
        "after_step": None if step is None else step.left,
        "word": words.get(found.word, found.word.value),
        "sentence": found.sentence.value,
        "since": position,
        "until": position,
    }


def _zone(given: Json) -> Json:
    """bands: distances from target in watch bands; the places in a column of 76 points, its middle at 38.

    x: of this period's dot; previous: of last year's ring, here as far from target.
    """
    found = [small.zone(bands=one, previous=one, off=False, title="") for one in given["bands"]]
    return {name: [getattr(one, name) for one in found if one] for name in ("x", "previous", "out")}


def _delivery(given: Json) -> Json:
    """first, others: what a message is known by; which of the others are the same as the first."""
    keys = [delivery_key(**{**given["first"], **other}) for other in ({}, *given["others"])]
    return {"same": [other == keys[0] for other in keys[1:]], "length": len(keys[0])}


WORDS_OF_PACE = {
    "on": "on pace",
    "ahead": "ahead",
    "behind": "behind",
    "over": "too fast",
    "under": "below plan",
    "": "",
}
STATES = {
    str(YearState.MORE): "more than any month so far",
    str(YearState.LESS): "less than any month so far",
}


def _aggregated(given: Json) -> Json:
    """Run an ``aggregation`` case: a KPI of which no cell says how its months make a year."""
    drawn = book(f"kpi | unit | target\n{given['name']} | {given['unit']} | 1000000", _measured(given))
    (made,) = card(drawn, "2026-12", today=date(2026, 12, 31)).results.values()
    way = made.kpi.aggregation
    return {"way": way.value if way else None, "asked": "aggregation" in made.kpi.assumed}


def _better(given: Json) -> Json:
    """Run a ``direction`` case: a workbook in which no column says which way is better."""
    name = given["name"]
    goals = (["kpi", "target", "perspective"], [name, f"{given.get('sign', '')}1000000", given.get("section", "")])
    metrics = (["kpi", "2026-01", "2026-02"], [name, 1.0, 1.0])
    drawn = Workbook("a.xlsx", "", (_sheet("Goals", goals), _sheet("Metrics", metrics)))
    made, _ = assembly.book([drawn], today=date(2026, 12, 31))
    assert made is not None
    (kpi,) = made.kpis.values()
    return {"direction": kpi.direction.value if kpi.direction else None, "asked": "direction" in kpi.assumed}


def _sheet(name: str, rows: Sequence[Sequence[str | float]]) -> Sheet:
    cells = {
        row: tuple(Cell(row, column, value) for column, value in enumerate(values, start=1) if value != "")
        for row, values in enumerate(rows, start=1)
    }
    return Sheet("a.xlsx", name, cells)


def _measured(given: Json) -> str:
    return f"kpi | {_months()}\n{_line(given['name'], [1.0] * 12)}"


def _rates(given: Json) -> Json:
    """Run an ``across`` case: one figure a department, with what they are shares of, where it is given."""
    values = given["values"]
    rows = [f"A | D{n} | {value!r}" for n, value in enumerate(values)]
    goals = "kpi | unit | target\nA | % | 99%"
    if "den" in given:
        goals += "\nN | count | \nD | count | "
        goals = goals.replace(
            "kpi | unit | target\nA | % | 99%", "kpi | unit | target | numerator | denominator\nA | % | 99% | N | D"
        )
        parts = zip(values, given["den"], strict=True)
        rows = [
            f"{name} | D{n} | {x!r}" for n, (v, d) in enumerate(parts) for name, x in (("N", v * d), ("D", float(d)))
        ]
    lines = [row.split(" | ") for row in ["kpi | department | 2026-01", *rows]]
    table = [
        [float(cell) if column == 2 and row else cell for column, cell in enumerate(line)]
        for row, line in enumerate(lines)
    ]
    titles, *listed = [line.split(" | ") for line in goals.split("\n")]
    drawn = Workbook("a.xlsx", "", (_sheet("Goals", [titles, *listed]), _sheet("Metrics", table)))
    made, _ = assembly.book([drawn], today=date(2026, 2, 9))
    assert made is not None
    found, told = evaluate(made, period=Period(Frequency.MONTH, 2026, 1), today=date(2026, 2, 9))
    assert found is not None
    apart = [d.details for d in told if d.name == "RATES_APART"]
    one = found.results["a"].actual
    ends = {end: apart[0][end] for end in ("low", "high")} if apart else {}
    return {"figure": one.value if one else None, "asked": bool(apart), **ends}


KINDS: Mapping[str, Callable[[Json], Json]] = {
    "across": _rates,
    "aggregation": _aggregated,
    "direction": _better,
    "attainment": _attainment,
    "way": _progress,
    "bands": _bands,
    "points": _points,
    "roll up": _roll_up,
    "over time": _over_time,
    "divided": _divided,
    "change": _changed,
    "rolling": _rolling,
    "landings": _landings,
    "pace": _pace,
    "goal": _goal,
    "health": _index,
    "progress": _beyond,
    "on_time": _dated,
    "subtract": _subtract,
    "above": _above,
    "year": _year,
    "ratio_year": _ratio_year,
    "weekly": _weekly,
    "revised": _revised,
    "fiscal year": _fiscal,
    "retail": _retail,
    "weeks": _weeks,
    "tasks": _tasks,
    "initiative": _initiative,
    "book": _book,
    "triggers": _triggers,
    "restated": _restated,
    "percent scale": _percent,
    "usual range": _usual_range,
    "theta": _theta,
    "land": _land,
    "seasons": _seasons,
    "said": _said,
    "chance": _chance,
    "bounded": _bounded,
    "pair": _pair,
    "percent": _percentage,
    "ticks": _ticks,
    "sentence": _sentence,
    "signal": _signal,
    "short": _short,
    "streak": _streak,
    "running": _running,
    "words": _moved,
    "zone": _zone,
    "delivery": _delivery,
}
"""What runs the cases of each kind; a kind that is not here is that of a rule to come."""
CASES = read()
