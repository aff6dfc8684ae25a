"""Figures at the edges of what can be written: huge ones, money already scaled, ranges half open, texts too long."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpireport import languages
from kpireport.core.a1 import ranges
from kpireport.core.diagnostics import Where
from kpireport.core.formatting import Reader, finer, grouped, rounded, style
from kpireport.core.lines import yearly
from kpireport.core.model import Measure, PlanItem, Span, Step, Unit
from kpireport.core.parse.units import is_scaled
from kpireport.core.periods import Calendar, Frequency, Period
from kpireport.core.report.charts import budget_bar, years
from kpireport.core.report.charts.ticks import fit, ticks
from kpireport.core.report.context import target_of
from kpireport.core.scorecard import Change, Goal
from kpireport.core.spans import combine
from tests.books import book, kpis, result
from tests.composing import context

ENGLISH = languages.load("en").conventions
EUR, SHARE = Unit("EUR", Measure.MONEY, "EUR"), Unit("%", Measure.SHARE)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(1234567.0, "1,234,567", id="a large one, in full"),
        pytest.param(1.5e25, "1.50E+25", id="more digits than anybody counts"),
        pytest.param(-1.5e25, "\N{MINUS SIGN}1.50E+25", id="and below zero"),
        pytest.param(-0.0, "0", id="zero has no sign"),
    ],
)
def test_a_figure_as_a_reader_writes_it(value: float, written: str) -> None:
    assert grouped(rounded(value, 0), "en_GB") == written


@pytest.mark.parametrize(
    ("unit", "values", "language", "expected"),
    [
        pytest.param(EUR, [123456.0], "en", (1e3, "EUR\N{NO-BREAK SPACE}k"), id="thousands"),
        pytest.param(EUR, [5e6], "en", (1e3, "EUR\N{NO-BREAK SPACE}k"), id="millions under ten are thousands"),
        pytest.param(EUR, [5e7], "en", (1e6, "EUR\N{NO-BREAK SPACE}m"), id="millions"),
        pytest.param(
            Unit("EUR k", Measure.MONEY, "EUR", scaled=True), [5e7], "en", (1.0, "EUR k"), id="scaled already"
        ),
        pytest.param(Unit("元", Measure.MONEY, "CNY"), [123456.0], "zh", (1e4, "万元"), id="ten thousands"),
        pytest.param(
            Unit("万元", Measure.MONEY, "CNY", scaled=True), [5e7], "zh", (1.0, "万元"), id="ten thousands already"
        ),
        pytest.param(Unit("calls", Measure.COUNT), [123456.0], "en", (1e3, "k\N{NO-BREAK SPACE}calls"), id="a count"),
        pytest.param(Unit("", Measure.COUNT), [123456.0], "en", (1e3, "k"), id="no unit at all"),
    ],
)
def test_the_scale_of_a_kpi(unit: Unit, values: list[float], language: str, expected: tuple[float, str]) -> None:
    found = style(unit, values, conventions=languages.load(language).conventions)
    assert (found.divisor, found.unit) == expected


@pytest.mark.parametrize(
    ("values", "decimals", "expected"),
    [
        pytest.param([3.0], None, 0, id="whole numbers"),
        pytest.param([0.012], None, 3, id="a small one needs three"),
        pytest.param([3.14159], 2, 2, id="as many as the sheet asks for"),
        pytest.param([], 2, 2, id="asked for, without figures"),
        pytest.param([], None, 0, id="no figures at all"),
    ],
)
def test_decimals(values: list[float], decimals: int | None, expected: int) -> None:
    assert style(Unit("score", Measure.SCORE), values, conventions=ENGLISH, decimals=decimals).decimals == expected


def test_more_decimals_only_where_an_edge_is_near() -> None:
    plain = style(EUR, [88.0], conventions=ENGLISH)
    assert finer(plain, None, 88.0) is plain
    assert finer(plain, 87.0, None) is plain
    assert finer(plain, 87.0, 88.0) is plain
    assert finer(plain, 87.96, 88.0).decimals == 2
    answers = style(Unit("yes/no", Measure.YES_NO), [1.0], conventions=ENGLISH)
    assert finer(answers, 0.999, 1.0) is answers


@pytest.mark.parametrize(
    ("calendar", "period", "names"),
    [
        pytest.param(
            Calendar(), Period(Frequency.MONTH, 2026, 3), ("March\N{NO-BREAK SPACE}2026", "2026年3月"), id="a month"
        ),
        pytest.param(
            Calendar.four_four_five({2026: date(2025, 12, 29)}),
            Period(Frequency.MONTH, 2026, 3),
            ("P03", "P03"),
            id="a period of four or five weeks",
        ),
    ],
)
def test_the_name_of_a_month(calendar: Calendar, period: Period, names: tuple[str, str]) -> None:
    for language, name in zip(("en", "zh"), names, strict=True):
        assert Reader(languages.load(language).conventions, calendar).period(period).startswith(name)


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        pytest.param(0.0, 100.0, (0, 25, 50, 75, 100), id="an ordinary scale"),
        pytest.param(5.0, 5.0, (5.0,), id="one value has one mark"),
        pytest.param(float("nan"), 5.0, (), id="no number, no mark"),
        pytest.param(0.0, float("inf"), (0.0,), id="no end"),
    ],
)
def test_marks_of_an_axis(low: float, high: float, marks: tuple[float, ...]) -> None:
    assert ticks(low, high) == marks


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [
        pytest.param("Margin", 100.0, "Margin", id="there is room"),
        pytest.param("Customer satisfaction of all regions", 100.0, "Customer…", id="cut between words"),
        pytest.param("Donaudampfschifffahrt", 60.0, "Donauda…", id="one long word"),
        pytest.param("客户满意度（华东与华南及海外各区）", 60.0, "客户满…", id="Chinese has no blanks"),
    ],
)
def test_a_text_that_is_too_long_is_cut(text: str, room: float, shown: str) -> None:
    assert fit(text, 12.0, room) == shown


@pytest.mark.parametrize(
    ("goal", "line"),
    [
        pytest.param(None, None, id="no target"),
        pytest.param(Span(value=5.0), 5.0, id="a number"),
        pytest.param(Span(low=2.0, high=4.0), 3.0, id="a range: its middle"),
        pytest.param(Span(low=2.0), 2.0, id="from two on"),
        pytest.param(Span(high=4.0), 4.0, id="up to four"),
    ],
)
def test_where_a_target_is_drawn(goal: Span | None, line: float | None) -> None:
    assert target_of(None if goal is None else Goal(goal)) == line


@pytest.mark.parametrize(
    ("spans", "made"),
    [
        pytest.param([], None, id="none"),
        pytest.param([Span(value=1.0), Span(value=2.0)], Span(value=3.0), id="numbers"),
        pytest.param(
            [Span(low=1.0, high=2.0), Span(low=3.0, high=5.0)], Span(low=4.0, high=7.0), id="ranges, each bound"
        ),
        pytest.param([Span(value=1.0), Span(low=3.0, high=5.0)], None, id="a number and a range are not of one kind"),
    ],
)
def test_targets_put_together(spans: list[Span], made: Span | None) -> None:
    assert combine(spans, sum) == made


@pytest.mark.parametrize(
    ("currency", "budgets", "language", "expected"),
    [
        pytest.param("EUR", [41_000.0], "en", (1.0, "EUR"), id="thousands stay as they are"),
        pytest.param("EUR", [4e6, 3e6], "en", (1e3, "EUR k"), id="millions are written in thousands"),
        pytest.param("EUR", [4e9, 3e9], "en", (1e6, "EUR m"), id="billions in millions"),
        pytest.param("元", [4e7], "zh", (1e4, "万元"), id="Chinese counts in ten thousands"),
        pytest.param("EUR k", [4e7], "en", (1.0, "EUR k"), id="scaled already"),
        pytest.param("万元", [4e7], "zh", (1.0, "万元"), id="scaled already, in Chinese"),
    ],
)
def test_the_money_of_a_plan(currency: str, budgets: list[float], language: str, expected: tuple[float, str]) -> None:
    items = tuple(PlanItem("", Step.ACTION, f"Step {n}", Where(), budget=budget) for n, budget in enumerate(budgets))
    drawn = book(
        "kpi | target | unit\nA | 1 | EUR",
        "kpi | 2026-01\nA | 1",
        plan=items,
        currency=currency,
        currency_scaled=is_scaled(currency),
    )
    assert context(drawn, "2026-01", language=language).plan_money == expected


def changes() -> Change:
    drawn = book("kpi | target | unit\nA | 1200 | EUR", "kpi | 2026-01 | 2026-02\nA | -90 | 110")
    return result(drawn, "A", "2026-02").previous


def test_a_change_is_written_as_what_it_is() -> None:
    c = context(book("kpi | target | unit\nA | 1200 | EUR", "kpi | 2026-01 | 2026-02\nA | -90 | 110"), "2026-02")
    chosen = style(EUR, [110.0], conventions=ENGLISH)
    change = changes()
    assert c.change_text(replace(change, delta=None), chosen) == "–"
    assert c.change_text(replace(change, ratio=0.5), chosen) == "+50.0%"
    assert "200" in c.change_text(change, chosen)
    assert "(" in c.change_text(change, chosen), "a loss that turned into a profit has no percentage but a word"
    assert "(" not in c.change_text(replace(change, words=""), chosen)


def test_lines_of_the_other_sign_are_of_no_period() -> None:
    (kpi,) = kpis("kpi | target | unit | aggregation | basis | red_line\nA | 1200 | EUR | sum | year | -90").values()
    assert yearly(kpi).red_line == -90
    (kpi,) = kpis("kpi | target | unit | aggregation | basis | red_line\nA | 1200 | EUR | sum | year | 90").values()
    assert yearly(kpi).red_line == 1080


def test_cells_that_are_no_addresses_are_kept() -> None:
    cells = [Where("b.xlsx", "M", name) for name in ("B2", "B3", "B4", "row 7")]
    assert [where.cell for where in ranges(cells)] == ["row 7", "B2:B4"]


def test_nothing_to_draw_is_no_chart() -> None:
    assert budget_bar(budget=None, spent=None, forecast=None, most=0.0, title="") is None
    assert years([("2026", None, None, None, None, True)], words=str, title="", codes=("AC", "FC", "PL")) is None
