"""One figure and one verdict: no edition of any report says two different things of one KPI, goal or count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpireport.core.model import Book
from kpireport.core.outlook import outlook
from kpireport.core.scope import scoped
from kpireport.core.scorecard import Scorecard
from kpireport.making import Job, evaluated, silent
from tests.books import book, card
from tests.consistency import contradictions
from tests.samples import workbook

UNITS = ("EUR", "%", "calls", "days", "score", "people")
MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]


def _amount(draw: st.DrawFn, unit: str, size: float) -> str:
    """Draw a figure as somebody would type it: sometimes missing, sometimes a hair from another."""
    if draw(st.integers(0, 9)) == 0:
        return "-"
    value = size * draw(st.sampled_from([0.62, 0.8996, 0.9, 0.95, 0.9999, 1.0, 1.0004, 1.1, 1.31]))
    if unit == "%":
        return f"{min(value, 1.4) * 100:.6g}%"
    return f"{value:.7g}"


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Draw a book of up to seven KPIs: goals with and without figures and targets, drivers of two departments."""
    goals = ["kpi | target | unit | direction | basis | level | parent | department | weight | start | kind"]
    figures = []
    months = draw(st.integers(1, 24))
    for number in range(draw(st.integers(1, 7))):
        unit = draw(st.sampled_from(UNITS))
        size = 0.9 if unit == "%" else draw(st.sampled_from([0.00012, 0.95, 7.0, 130.0, 4200.0, 1523899.0]))
        parent = "k0" if number and draw(st.booleans()) else ""
        own = number > 0 or draw(st.integers(0, 2)) > 0
        yearly = unit in ("EUR", "calls") and draw(st.booleans())
        target = "" if draw(st.integers(0, 4)) == 0 else f"{size * (12 if yearly else 1):.7g}"
        target = f"{float(target) * 100:.6g}%" if target and unit == "%" else target
        cells = [
            f"K{number}",
            target if own else "",
            unit,
            draw(st.sampled_from(("higher", "lower"))),
            "year" if yearly else "period",
            "department" if parent else "organisation",
            parent,
            draw(st.sampled_from(("North", "South"))) if parent else "",
            draw(st.sampled_from(("", "20", "60"))),
            draw(st.sampled_from(("", "", "", "2026-03-01"))),
            "metric" if own and not target and draw(st.booleans()) else "kpi",
        ]
        goals.append(" | ".join(cells))
        if own:
            figures.append(" | ".join((f"K{number}", *(_amount(draw, unit, size) for _ in range(months)))))
    last = draw(st.integers(max(0, months - 2), months))
    shown = MONTHS[24 - months :] if draw(st.booleans()) else MONTHS[12 : 12 + min(months, 12)]
    rows = [f"kpi | {' | '.join(shown)}"]
    rows += [" | ".join(row.split(" | ")[: len(shown) + 1]) for row in figures]
    drawn = book("\n".join(goals), "\n".join(rows))
    return replace(drawn, settings=replace(drawn.settings, report_period=shown[min(last, len(shown) - 1)]))


def cards(drawn: Book, today: date) -> list[Scorecard]:
    """Return the whole report's scorecard, and that of a part, as they would be shown."""
    whole = outlook(card(drawn, today=today))
    return [whole, scoped(whole, "department=North")]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=books(), day=st.sampled_from([date(2027, 1, 15), date(2026, 12, 10)]))
def test_no_edition_of_a_report_contradicts_itself(drawn: Book, day: date) -> None:
    if not any(o.value is not None for o in drawn.observations):
        return
    for one in cards(drawn, day):
        assert contradictions(one) == []


def test_a_contradiction_is_seen() -> None:
    goals = "kpi | target | unit | level\nA | 10 | score | organisation\nB | 10 | score | organisation"
    found = outlook(card(book(goals, "kpi | 2026-01\nA | 12\nB | 7"), "2026-01"))
    assert contradictions(found) == []
    wrong = replace(found.results["b"], ytd=replace(found.results["b"].ytd, actual=None))
    assert contradictions(replace(found, results={**found.results, "b": wrong}))


@pytest.mark.parametrize("at", ["2026-01", "2026-06", "2026-12"])
def test_a_goal_and_its_drivers_are_never_one_figure(at: str) -> None:
    goals = (
        "kpi | target | unit | level | parent | department\nG | 100 | score | organisation | |\n"
        "D1 | 100 | score | department | G | North\nD2 | 100 | score | department | G | South"
    )
    months = " | ".join(MONTHS[12:])
    figures = f"kpi | {months}\n" + "\n".join(
        f"{n} | " + " | ".join([v] * 12) for n, v in (("G", "110"), ("D1", "60"), ("D2", "70"))
    )
    whole = outlook(card(book(goals, figures), at))
    assert [contradictions(one) for one in (whole, scoped(whole, "department=North"))] == [[], []]


@pytest.mark.parametrize("sample", ["minimal", "group", "charity", "messy", "wide"])
def test_no_edition_of_a_sample_contradicts_itself(sample: str) -> None:
    done = evaluated(Job((workbook(sample),), date(2026, 11, 9)), progress=silent, keep=False)
    assert done.card is not None
    departments = {r.kpi.department for r in done.card.results.values() if r.kpi.department}
    for one in (done.card, *(scoped(done.card, f"department={name}") for name in sorted(departments))):
        assert contradictions(one) == []
