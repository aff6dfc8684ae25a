"""One reader's part: what belongs to others is nowhere in it."""

from __future__ import annotations

import dataclasses
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

import pytest

from kpireport.core.catalogue import lints, sheets
from kpireport.core.diagnostics import Where
from kpireport.core.evaluate import evaluate
from kpireport.core.model import Note, NoteKind, PlanItem, Step
from kpireport.core.scope import chosen, part_of, parts, scoped, scoped_problems, unknown
from kpireport.core.scorecard import Status
from tests.books import book, card, month, period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpireport.core.scorecard import Scorecard

GOALS = """
    kpi     | target | unit  | weight | parent  | department | owner | why         | red_line
    Company | 71     | score |        |         |            | Zhou  | It is 71001 | 68
    Sales   | 10     | score | 60     | Company | Sales      | Li    |             |
    Service | 53     | score | 40     | Company | Service    | Wang  | It is 53001 | 47
    Calls   |        | calls |        | Service | Service    | Wang  |             |
    Visits  |        | calls |        | Sales   |            |       |             |
"""
FIGURES = (
    "kpi | 2026-01 | 2026-02\nCompany | 61 | 67\nSales | 9 | 8\nService | 41 | 43\nCalls | 97 | 89\nVisits | 5 | 6"
)
OTHERS = {53.0, 61.0, 68.0, 41.0, 43.0, 47.0, 97.0, 89.0, 40.0}
OF_THE_GOAL = {71.0, 67.0}  # the target and the figure of this month, which are typed


def drawn() -> Scorecard:
    note = Note(NoteKind.HEADLINE, "All of us made 71001", Where("book.xlsx", "Notes", "A2"))
    item = PlanItem("1", Step.ACTION, "Spend 53001", Where("book.xlsx", "Plan", "A2"), kpi="service", owner="Wang")
    return card(book(GOALS, FIGURES, notes=(note,), plan=(item,)), "2026-02")


def leaves(thing: object) -> Iterator[object]:
    """Yield every number and text that can be reached from a scorecard."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type | Where):
        for field in dataclasses.fields(thing):
            if field.name not in ("settings", "sources"):
                yield from leaves(getattr(thing, field.name))
    elif isinstance(thing, dict):
        for one, other in thing.items():
            yield from leaves(one)
            yield from leaves(other)
    elif isinstance(thing, tuple | frozenset | list):
        for one in thing:
            yield from leaves(one)
    elif not isinstance(thing, Enum):
        yield thing


def test_no_number_of_others_is_in_a_departments_part() -> None:
    whole = set(leaves(drawn()))
    assert whole >= OTHERS, "the test looks at the numbers it should not find"
    part = scoped(drawn(), "department=Sales")
    found = list(leaves(part))
    assert not OTHERS & {one for one in found if isinstance(one, float)}
    assert not [one for one in found if isinstance(one, str) and ("71001" in one or "53001" in one)]


def test_a_goal_above_is_a_name_where_the_settings_ask_for_no_more() -> None:
    full = drawn()
    named = dataclasses.replace(full.book.settings, goals_above="name")
    part = scoped(dataclasses.replace(full, book=dataclasses.replace(full.book, settings=named)), "department=Sales")
    assert not (OTHERS | OF_THE_GOAL) & {one for one in leaves(part) if isinstance(one, float)}
    assert part.results["company"].status is Status.INFO


@pytest.mark.parametrize(
    "company",
    [
        pytest.param("51", id="the sum of its children"),
        pytest.param("25.5", id="their mean"),
    ],
)
def test_a_goal_that_tells_what_its_children_made_is_a_name(company: str) -> None:
    figures = FIGURES.replace("Company | 61 | 67", f"Company | 61 | {company}")
    part = scoped(card(book(GOALS, figures), "2026-02"), "department=Sales").results["company"]
    assert (part.actual, part.goal, part.roll, part.status) == (None, None, None, Status.INFO)


def test_what_a_department_sees() -> None:
    full = drawn()
    part = scoped(full, "department=Sales")
    assert list(part.results) == ["company", "sales", "visits"]
    company, sales = part.results["company"], part.results["sales"]
    whole = full.results["company"]
    assert (company.actual, company.goal, company.status) == (whole.actual, whole.goal, whole.status)
    assert (company.roll, company.points, company.children) == (None, (), ("sales",))
    assert sales == full.results["sales"]
    assert part.health is None
    assert [p for p, _ in part.history] == [month(2026, 1), month(2026, 2)]
    assert [sum(counts.values()) for _, counts in part.history] == [1, 1]


@pytest.mark.parametrize(
    ("scope", "keys"),
    [
        pytest.param("all", {"company", "sales", "service", "calls", "visits"}, id="everything"),
        pytest.param("department = sales", {"sales", "visits"}, id="a department, and the metric behind its KPI"),
        pytest.param("部门=Service", {"service", "calls"}, id="in Chinese"),
        pytest.param("owner=Li; Wang", {"sales", "visits", "service", "calls"}, id="two owners"),
        pytest.param("kpi=Sales", {"sales", "visits"}, id="a KPI by name"),
        pytest.param("Service, Sales", {"sales", "visits", "service", "calls"}, id="a bare list"),
        pytest.param("department=Nobody", set(), id="nobody's"),
        pytest.param("colour=red", set(), id="a field that is none"),
    ],
)
def test_chosen(scope: str, keys: set[str]) -> None:
    assert chosen(drawn().book.kpis, scope) == keys


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        pytest.param("all", (), id="everything"),
        pytest.param("department=Sales; Seles", ("Seles",), id="a slip of the pen"),
        pytest.param("kpi=Sales; Salse", ("Salse",), id="a KPI that is not there"),
        pytest.param("owner=wang", (), id="case does not count"),
        pytest.param("colour=red", ("colour=red",), id="a field that is none"),
    ],
)
def test_unknown(scope: str, names: tuple[str, ...]) -> None:
    assert unknown(drawn().book, scope) == names


def test_a_name_that_holds_a_comma_is_one_name() -> None:
    found = book("kpi | target | unit\nSales, net | 1 | EUR\nSales | 1 | EUR", "kpi | 2026-01\nSales | 1")
    assert chosen(found.kpis, "kpi=Sales, net") == {"sales, net"}
    assert parts("kpi=Sales, net") == ("kpi", ("Sales", "net"))


def test_problems_of_others_are_not_told() -> None:
    goals = "kpi | target | unit | department | red_line\nA | 10 | score | X | 12\nB | 20 | score | Y | 22"
    full, problems = evaluate(
        book(goals, "kpi | 2026-01\nA | 1\nB | 2"), period=period("2026-01"), today=date(2026, 12, 31)
    )
    assert full is not None
    assert [p.details["name"] for p in problems if p.name == "BAND_ORDER"] == ["A", "B"]
    part = scoped(full, "department=X")
    told = scoped_problems(problems, full, part)
    assert [p.details["name"] for p in told if p.name == "BAND_ORDER"] == ["A"]
    assert not any("B" in str(p.details.get("names", "")) for p in told)


def test_an_error_blocks_every_part_and_is_told_once() -> None:
    full = drawn()
    at_hers, at_others = full.results["sales"].kpi.where, full.results["service"].kpi.where
    hers, theirs = sheets.RANGE_HALF.at(at_hers), sheets.RANGE_HALF.at(at_others)
    note, others = lints.NO_CUSTOMER_VIEW.at(at_hers), lints.NO_CUSTOMER_VIEW.at(at_others)
    part, told = part_of(full, (note, hers, others, theirs), "department=Sales")
    assert "calls" not in part.results
    assert told == [hers, theirs, note]
