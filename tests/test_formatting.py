"""Numbers, dates and periods as a reader writes them (R3, R7, R25-R27)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport import languages
from kpireport.core.formatting import MINUS, NBSP, Reader, Style, month_name, percent, rounded, style, truthful_places
from kpireport.core.model import Measure, Unit
from kpireport.core.periods import Calendar, Frequency, Period

ENGLISH, CHINESE = (languages.load(tag).conventions for tag in ("en", "zh"))
EN, ZH = Reader(ENGLISH, Calendar()), Reader(CHINESE, Calendar())
SHARE, MONEY = Unit("%", Measure.SHARE), Unit("EUR k", Measure.MONEY, "EUR", scaled=True)


def test_each_language_has_months_of_its_own_whichever_comes_first() -> None:
    months = [
        (locale, month_name(10, locale)) for locale in ("zh_Hans_CN", "ja_JP", "de_DE", "fr_FR", "it_IT", "nl_NL")
    ]
    assert [name for _, name in months] == ["十月", "10月", "Oktober", "octobre", "ottobre", "oktober"]
    assert month_name(10, "fr_FR", "abbreviated") == "oct."


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        pytest.param(0.953, "95.3%", id="a share"),
        pytest.param(0.9996, "99.96%", id="a near miss gets decimals, never 100"),
        pytest.param(0.9999999, "99.999%", id="a hair's breadth is still a miss"),
        pytest.param(1.0, "100.0%", id="reached"),
        pytest.param(1 - 1e-12, "100.0%", id="reached within Excel's precision"),
        pytest.param(1.0004, "100.04%", id="just above keeps its side"),
        pytest.param(0.8996, "90.0%", id="the edge of a band is the caller's to name"),
        pytest.param(-3.321396, f"{MINUS}332.1%", id="T11: a large miss"),
        pytest.param(297.1, ">999%", id="T12: beyond 999"),
        pytest.param(-10.0, f"<{MINUS}999%", id="below -999"),
        pytest.param(0.00005, "0.0%", id="nearly nothing"),
        pytest.param(-0.00004, "0.0%", id="no minus before zero"),
        pytest.param(None, "–", id="absent"),
    ],
)
def test_percent(ratio: float | None, text: str) -> None:
    assert percent(ratio, conventions=ENGLISH) == text


def test_t39_a_figure_never_contradicts_its_band() -> None:
    chosen = style(SHARE, [0.8996], conventions=ENGLISH, edges=[0.90])
    assert EN.full(0.8996, chosen) == "89.96%"


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        pytest.param(0.285, 2, "0.29", id="half goes up, from the digits that Excel keeps"),
        pytest.param(-0.5, 0, "-1", id="half away from zero"),
        pytest.param(2.675, 2, "2.68", id="not the binary fraction below it"),
        pytest.param(-0.04, 1, "0.0", id="minus zero is zero"),
    ],
)
def test_rounding_is_that_of_excel(value: float, places: int, text: str) -> None:
    assert str(rounded(value, places)) == text


@pytest.mark.parametrize(
    ("unit", "values", "edges", "text"),
    [
        pytest.param(SHARE, [0.861, 0.88], [0.88], "86.1%", id="a share has one decimal"),
        pytest.param(SHARE, [0.8796, 0.88], [0.88], "87.96%", id="more decimals where rounding would hide the miss"),
        pytest.param(MONEY, [4618.0, 4560.0], [4560.0], f"EUR{NBSP}4,618{NBSP}k", id="money leads, its scale follows"),
        pytest.param(Unit("s", Measure.DURATION), [30.0, 32.5], [], f"30.0{NBSP}s", id="one scale of decimals a KPI"),
        pytest.param(Unit("", Measure.OTHER), [12.0], [], "12", id="no unit"),
        pytest.param(Unit("元", Measure.MONEY, "元"), [950.0], [], f"950{NBSP}元", id="a Chinese unit follows"),
        pytest.param(Unit("EUR", Measure.MONEY, "EUR"), [1_234_567.0], [], f"EUR{NBSP}1,235{NBSP}k", id="scaled once"),
    ],
)
def test_a_figure_in_a_sentence(unit: Unit, values: list[float], edges: list[float], text: str) -> None:
    assert EN.full(values[0], style(unit, values, conventions=ENGLISH, edges=edges)) == text


def test_chinese_scales_by_ten_thousands() -> None:
    chosen = style(Unit("元", Measure.MONEY, "元"), [46_180_000.0], conventions=CHINESE)
    assert ZH.full(46_180_000.0, chosen) == f"4,618{NBSP}万元"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(0.019, f"+1.9{NBSP}pp", id="points for a share"),
        pytest.param(-0.019, f"{MINUS}1.9{NBSP}pp", id="a true minus"),
        pytest.param(0.0, f"±0{NBSP}pp", id="zero has its sign too"),
    ],
)
def test_t71_a_change_of_a_share_is_in_points(value: float, text: str) -> None:
    assert EN.points(value, Style(1, share=True)) == text


@pytest.mark.parametrize(
    ("period", "english", "chinese"),
    [
        pytest.param(Period(Frequency.MONTH, 2026, 10), f"October{NBSP}2026", "2026年10月", id="a month"),
        pytest.param(Period(Frequency.QUARTER, 2026, 3), f"Q3{NBSP}2026", "2026年第三季度", id="a quarter"),
        pytest.param(Period(Frequency.YEAR, 2026), "2026", "2026年", id="a year"),
        pytest.param(Period(Frequency.WEEK, 2026, 5), f"week{NBSP}5 of 2026", "2026年第5周", id="a week"),
    ],
)
def test_periods_have_names(period: Period, english: str, chinese: str) -> None:
    assert EN.period(period) == english
    assert ZH.period(period) == chinese


def test_a_fiscal_year_that_is_not_the_calendar_year_says_so() -> None:
    april = Calendar(fiscal_year_start=4)
    assert Reader(ENGLISH, april).period(Period(Frequency.QUARTER, 2026, 1)) == f"Q1{NBSP}FY26"
    assert Reader(CHINESE, april).period(Period(Frequency.YEAR, 2026)) == "2026财年"


def test_dates() -> None:
    assert EN.day(date(2026, 11, 6)) == f"6{NBSP}November{NBSP}2026"
    assert EN.day(date(2026, 11, 6), short=True) == f"6{NBSP}Nov{NBSP}2026"
    assert ZH.day(date(2026, 11, 6)) == "2026年11月6日"


@pytest.mark.parametrize(
    ("names", "english", "chinese"),
    [
        pytest.param([], "", "", id="none"),
        pytest.param(["A"], "A", "A", id="one"),
        pytest.param(["A", "B", "C"], "A, B and C", "A、B、C", id="several"),
    ],
)
def test_lists(names: list[str], english: str, chinese: str) -> None:
    assert EN.listed(names) == english
    assert ZH.listed(names) == chinese


@pytest.mark.parametrize(
    ("number", "text"), [(1, "first"), (10, "tenth"), (11, "11th"), (21, "21st"), (112, "112th"), (103, "103rd")]
)
def test_ordinals(number: int, text: str) -> None:
    assert EN.ordinal(number) == text


finite = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)


@given(ratio=st.floats(min_value=-9, max_value=9.9))
def test_a_goal_that_was_missed_never_reads_one_hundred(ratio: float) -> None:
    shown = percent(ratio, conventions=ENGLISH)
    if ratio < 1 - 1e-9:
        assert not shown.startswith("100")
    if ratio > 1 + 1e-4:
        assert float(shown.rstrip("%").replace(",", "").replace(MINUS, "-")) > 100


@given(value=finite, edge=finite)
def test_decimals_tell_a_figure_from_its_target_or_three_are_shown(value: float, edge: float) -> None:
    places = truthful_places(value, 0, [edge])
    assert places == 3 or rounded(value, places) != rounded(edge, places) or abs(value - edge) <= 1e-3


@given(value=finite, decimals=st.integers(min_value=0, max_value=3))
def test_what_is_shown_is_the_figure_to_half_a_unit_of_its_last_decimal(value: float, decimals: int) -> None:
    text = EN.number(value, Style(decimals)).replace(",", "").replace(MINUS, "-")
    assert float(text) == pytest.approx(value, abs=0.5 * 10**-decimals + abs(value) * 1e-14)


@given(value=finite)
def test_the_sources_show_a_figure_in_full(value: float) -> None:
    text = EN.exact(value).replace(",", "").replace(MINUS, "-")
    assert float(text) == pytest.approx(value, rel=1e-12, abs=1e-12)


YES = style(Unit("yes/no", Measure.YES_NO), [1.0], conventions=ENGLISH)


@pytest.mark.parametrize(
    ("reader", "value", "text"),
    [
        pytest.param(EN, 1.0, "yes", id="done"),
        pytest.param(EN, 0.0, "no", id="not done"),
        pytest.param(ZH, 1.0, "是", id="done, in Chinese"),
        pytest.param(ZH, 0.0, "否", id="not done, in Chinese"),
        pytest.param(EN, None, "–", id="not known"),
    ],
)
def test_yes_and_no_are_words(reader: Reader, value: float | None, text: str) -> None:
    assert reader.number(value, YES) == text


def test_the_difference_of_yes_and_no_is_a_whole_number() -> None:
    assert EN.variance(-1.0, YES) == f"{MINUS}1"


def test_what_is_absent_is_a_dash_everywhere() -> None:
    plain = style(MONEY, [1.0], conventions=ENGLISH)
    absent = [
        EN.variance(None, plain), EN.points(None, plain), EN.signed_percent(None), EN.exact(None), EN.day(None),
        EN.full(None, plain), EN.plain(None),
    ]  # fmt: skip
    assert set(absent) == {"–"}


@pytest.mark.parametrize(
    ("unit", "values", "text"),
    [
        pytest.param(Unit("t", Measure.COUNT), [0.0123], "0.0123", id="a tiny figure keeps three digits"),
        pytest.param(Unit("", Measure.COUNT), [0.0], "0", id="nothing"),
    ],
)
def test_tiny_figures(unit: Unit, values: list[float], text: str) -> None:
    assert EN.number(values[0], style(unit, values, conventions=ENGLISH)) == text


HALF = Period(Frequency.HALF, 2026, 2)
DAY = Period(Frequency.DAY, 2026, date(2026, 10, 5).toordinal())


@pytest.mark.parametrize(
    ("reader", "period", "year", "text"),
    [
        pytest.param(EN, HALF, True, f"H2{NBSP}2026", id="a half"),
        pytest.param(ZH, HALF, True, "2026年下半年", id="a half, in Chinese"),
        pytest.param(EN, HALF, False, "H2", id="a half without its year"),
        pytest.param(EN, Period(Frequency.QUARTER, 2026, 3), False, "Q3", id="a quarter without its year"),
        pytest.param(EN, DAY, True, f"5{NBSP}October{NBSP}2026", id="a day"),
        pytest.param(ZH, DAY, True, "2026年10月5日", id="a day, in Chinese"),
    ],
)
def test_the_names_of_other_periods(reader: Reader, period: Period, year: bool, text: str) -> None:
    assert reader.period(period, year=year) == text


@pytest.mark.parametrize(
    ("period", "text"),
    [
        pytest.param(Period(Frequency.QUARTER, 2026, 3), "3", id="a quarter by its number"),
        pytest.param(Period(Frequency.WEEK, 2026, 41), "41", id="a week by its number"),
        pytest.param(Period(Frequency.YEAR, 2026), "2026", id="a year by its name"),
        pytest.param(Period(Frequency.MONTH, 2026, 10), "O", id="a month by its letter"),
    ],
)
def test_what_stands_under_an_axis(period: Period, text: str) -> None:
    assert EN.initial(period) == text
