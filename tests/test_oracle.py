"""The figures of invented workbooks, against a second computation that shares nothing with ours.

``BOOKS=500 FIRST_BOOK=1000 pytest tests/test_oracle.py`` asks for more of them.
"""

from __future__ import annotations

import json
import os
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from tests.invent import Invented, invent
from tests.oracle_rules import Goal, Rules, Targets, enters, progress, same
from tests.saying import said
from tests.typing_in import write

if TYPE_CHECKING:
    from pathlib import Path

BOOKS = int(os.environ.get("BOOKS", "60"))
FIRST = int(os.environ.get("FIRST_BOOK", "1"))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + BOOKS))
def test_an_invented_workbook_gives_the_figures_of_the_rules(seed: int, tmp_path: Path) -> None:
    found = invent(seed)
    told = build(found, write(found, tmp_path / f"book-{seed}.xlsx"), tmp_path)
    wrong = differences(found, told)
    assert not wrong, "\n" + "\n".join(wrong)


def build(found: Invented, path: Path, out: Path) -> dict[str, Any]:
    year, month = divmod(found.world.month, 12)
    after = date(year + month // 11, (month + 1) % 12 + 1, 20)
    job = Job((path,), after, period=f"{year}-{month + 1:02d}", formats=("json",), out=out)
    built = pipeline.build(job)
    assert not built.failed, [
        f"{d.where}: {said(d.problem, 'en')}" for d in built.diagnostics if d.severity.value == "error"
    ]
    return json.loads(path.with_suffix(".json").read_text("utf-8"))  # type: ignore[no-any-return]


def differences(found: Invented, told: dict[str, Any]) -> list[str]:
    rows = {row["name"]: row for row in told["kpis"]}
    wrong = []
    for goal in found.world.goals.values():
        if goal.name not in rows:
            wrong.append(f"{goal.name}: not in the report")
            continue
        for name, wanted, given in compared(found, goal, rows[goal.name]):
            if not agree(wanted, given):
                kind = f"{goal.direction} {goal.method} {goal.basis} step {goal.step}"
                wrong.append(f"{goal.name} [{kind}] {name}: rules {wanted}, report {given}")
    return wrong


def agree(wanted: Any, given: Any) -> bool:
    if isinstance(wanted, float | int) and isinstance(given, float | int):
        return same(float(wanted), float(given))
    return bool(wanted == given)


def aim(value: Any, given: dict[str, Any], name: str = "target") -> list[tuple[str, Any, Any]]:
    if isinstance(value, tuple):
        told = given[f"{name}_range"] or {}
        return [(f"{name} low", value[0], told.get("low")), (f"{name} high", value[1], told.get("high"))]
    return [(name, value, given[name])]


def compared(found: Invented, goal: Goal, row: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return each figure: its name, what the rules say, what the report says."""
    world, rules = found.world, found.world.rules
    now = world.period(goal)
    if goal.name.startswith("Family"):
        score, coverage = world.roll(goal)
        return [
            ("score", score, row["drivers_score"]),
            ("coverage", coverage, row["coverage"]),
            ("status", world.status(goal), row["status"]),
        ]
    own = world.own(goal)
    pairs = [
        ("actual", world.actual(goal, now), row["actual"]),
        ("attainment", own.attainment, row["attainment"]),
        ("met", own.met, row["met"]),
        ("rollup", enters(goal, own, rules), row["rollup"]),
        ("status", world.status(goal), row["status"]),
        *aim(world.aim(goal, now) if not goal.metric else None, row),
        ("original", original(goal, rules, now), row["target_original"]),
        ("progress", progress(goal, world.actual(goal, now), world.aim(goal, now)), row["progress"]),
    ]
    pairs += [(f"flag {flag}", True, flag in row["flags"]) for flag in own.flags]
    year_to_date = world.ytd(goal)
    for name in ("actual", "attainment"):
        pairs.append((f"ytd {name}", getattr(year_to_date, name), row["ytd"][name]))
    if year_to_date.actual is not None:
        pairs += [(f"ytd {n}", w, g) for n, w, g in aim(year_to_date.target, row["ytd"])]
    pairs += [(f"ytd {n}", getattr(year_to_date, n), row["ytd"][n]) for n in ("covered", "expected")]
    whole = world.year(goal)
    pairs += [(f"year {n}", whole[n], row["year"][n]) for n in ("actual", "time_progress", "attainment", "pace")]
    if goal.aims:
        pairs += [(f"year {n}", w, g) for n, w, g in aim(whole["target"], row["year"])]
    if goal.years and goal.aggregation == "sum" and not goal.metric:
        to_date, total = world.plan(goal)
        names = ("actual", "target", "attainment") if to_date.actual is not None else ("actual",)
        pairs += [(f"plan to date {n}", getattr(to_date, n), row["plan_to_date"][n]) for n in names]
        pairs += [(f"total plan {n}", w, row["total_plan"][n]) for n, w in total.items()]
    if world.children(goal):
        pairs += rolled(found, goal, row)
    for name, back in (("previous", goal.step), ("year_ago", 12)):
        told = row["change"][name]
        pairs += [
            (f"{name} {n}", w, told[n])
            for n, w in world.change(goal, back).items()
            if n != "good" or goal.direction != "range"
        ]
    if goal.step < 12:
        pairs += [(f"landing {n}", w, row["landing"][n]) for n, w in world.landing(goal).items()]
    return pairs


def rolled(found: Invented, goal: Goal, row: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    world = found.world
    score, coverage = world.roll(goal)
    return [
        ("score", score, row["drivers_score"]),
        ("coverage", coverage, row["coverage"]),
        ("status", world.status(goal), row["status"]),
    ]


def original(goal: Goal, rules: Rules, now: int) -> float | None:
    """Return what a revised target was at first, where the revision counts already (R35)."""
    first, present = Targets(goal, rules, present=False).of(now), Targets(goal, rules).of(now)
    if not isinstance(first, float | int) or not isinstance(present, float | int):
        return None
    return None if same(first, present) else first
