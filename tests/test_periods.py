"""Calendars: T75 to T83, leap years, 53 weeks, and what must hold for every calendar."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core.compare import at_least, at_most, same
from kpireport.core.periods import Calendar, CalendarGap, Frequency, Period

DAY, WEEK, MONTH, QUARTER, HALF, YEAR = Frequency
PLAIN = Calendar()
APRIL = Calendar(4)
RETAIL = Calendar.four_four_five({2026: date(2025, 12, 29), 2027: date(2026, 12, 28), 2028: date(2028, 1, 3)})
THIRTEEN = Calendar.four_four_five({2026: date(2025, 12, 29), 2027: date(2026, 12, 28)}, (4,) * 13)


def month(year: int, number: int) -> Period:
    return Period(MONTH, year, number)


@pytest.mark.parametrize(
    ("calendar", "at", "label", "position", "quarter"),
    [
        pytest.param(PLAIN, month(2026, 5), 2026, 5, 2, id="the calendar year"),
        pytest.param(APRIL, month(2025, 4), 2026, 1, 1, id="T80: April 2025 opens FY26"),
        pytest.param(APRIL, month(2026, 3), 2026, 12, 4, id="T80: March 2026 closes FY26"),
        pytest.param(Calendar(10), month(2024, 11), 2025, 2, 1, id="T81: November 2024 is in Q1 of FY25"),
        pytest.param(Calendar(4, "start"), month(2026, 3), 2025, 12, 4, id="named by the year in which it starts"),
        pytest.param(Calendar(1, "start"), month(2026, 1), 2026, 1, 1, id="from January both labels agree"),
        pytest.param(THIRTEEN, month(2026, 13), 2026, 13, 4, id="a thirteenth period is in the last quarter"),
        pytest.param(PLAIN, Period(WEEK, 2026, 53), 2026, 53, 4, id="week 53 is in the year of its Thursday"),
        pytest.param(APRIL, Period(WEEK, 2026, 14), 2027, 1, 1, id="the week of Thursday 2 April opens FY27"),
        pytest.param(APRIL, APRIL.of(date(2026, 3, 31), DAY), 2026, 365, 4, id="the last day of FY26"),
    ],
)
def test_the_place_in_the_fiscal_year(calendar: Calendar, at: Period, label: int, position: int, quarter: int) -> None:
    assert (calendar.fiscal_year(at), calendar.position(at), calendar.quarter(at)) == (label, position, quarter)


@pytest.mark.parametrize(
    ("calendar", "at", "first", "last"),
    [
        pytest.param(PLAIN, month(2024, 2), date(2024, 2, 1), date(2024, 2, 29), id="February of a leap year"),
        pytest.param(PLAIN, month(2100, 2), date(2100, 2, 1), date(2100, 2, 28), id="2100 is no leap year"),
        pytest.param(APRIL, Period(QUARTER, 2026, 4), date(2026, 1, 1), date(2026, 3, 31), id="Q4 FY26 from January"),
        pytest.param(APRIL, Period(HALF, 2026, 2), date(2025, 10, 1), date(2026, 3, 31), id="the second half of FY26"),
        pytest.param(APRIL, Period(YEAR, 2026), date(2025, 4, 1), date(2026, 3, 31), id="FY26"),
        pytest.param(PLAIN, Period(WEEK, 2026, 1), date(2025, 12, 29), date(2026, 1, 4), id="ISO week 1"),
        pytest.param(RETAIL, month(2026, 1), date(2025, 12, 29), date(2026, 1, 25), id="T82: P1"),
        pytest.param(RETAIL, month(2026, 3), date(2026, 2, 23), date(2026, 3, 29), id="T82: P3 has five weeks"),
        pytest.param(RETAIL, month(2026, 12), date(2026, 11, 23), date(2026, 12, 27), id="T82: P12"),
        pytest.param(RETAIL, month(2027, 12), date(2027, 11, 22), date(2028, 1, 2), id="R32: the 53rd week is in P12"),
        pytest.param(THIRTEEN, Period(QUARTER, 2026, 4), date(2026, 9, 7), date(2026, 12, 27), id="four periods in Q4"),
        pytest.param(PLAIN, Period(MONTH, 9999, 12), date(9999, 12, 1), date(9999, 12, 31), id="the last month of all"),
    ],
)
def test_first_and_last_day(calendar: Calendar, at: Period, first: date, last: date) -> None:
    assert (calendar.start(at), calendar.end(at)) == (first, last)


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        pytest.param(date(2026, 1, 26), month(2026, 1), id="T83: Thursday 29 January"),
        pytest.param(date(2024, 12, 30), month(2025, 1), id="T83: Thursday 2 January"),
        pytest.param(date(2025, 6, 30), month(2025, 7), id="T83: Thursday 3 July"),
        pytest.param(date(2026, 3, 30), month(2026, 4), id="T83: Thursday 2 April"),
    ],
)
def test_a_week_is_in_the_month_of_its_thursday(begins: date, expected: Period) -> None:
    assert PLAIN.within(PLAIN.of(begins, WEEK), MONTH) == expected


def test_a_week_split_by_days() -> None:
    week = PLAIN.of(date(2026, 3, 30), WEEK)
    assert PLAIN.shares(week, MONTH) == ((month(2026, 3), 2 / 7), (month(2026, 4), 5 / 7))


@pytest.mark.parametrize(
    ("calendar", "at", "expected"),
    [
        pytest.param(PLAIN, month(2026, 1), month(2025, 1), id="a month"),
        pytest.param(APRIL, Period(QUARTER, 2026, 2), Period(QUARTER, 2025, 2), id="a fiscal quarter"),
        pytest.param(PLAIN, Period(WEEK, 2026, 53), Period(WEEK, 2025, 52), id="week 53 against a year of 52"),
        pytest.param(PLAIN, PLAIN.of(date(2024, 2, 29), DAY), PLAIN.of(date(2023, 2, 28), DAY), id="29 February"),
        pytest.param(PLAIN, PLAIN.of(date(2025, 2, 28), DAY), PLAIN.of(date(2024, 2, 28), DAY), id="28 February"),
        pytest.param(RETAIL, month(2027, 12), month(2026, 12), id="P12 of a year of 53 weeks"),
    ],
)
def test_a_year_ago(calendar: Calendar, at: Period, expected: Period) -> None:
    assert calendar.year_ago(at) == expected


def test_restated_against_a_year_of_53_weeks_the_first_week_drops() -> None:
    assert PLAIN.year_ago(Period(WEEK, 2027, 1), restate_53=True) == Period(WEEK, 2026, 2)
    assert PLAIN.year_ago(Period(WEEK, 2027, 52), restate_53=True) == Period(WEEK, 2026, 53)
    assert PLAIN.year_ago(Period(WEEK, 2026, 5), restate_53=True) == Period(WEEK, 2025, 5)


def test_only_what_is_over_is_complete() -> None:
    assert PLAIN.last_complete(date(2026, 3, 20), MONTH) == month(2026, 2), "T78"
    assert PLAIN.last_complete(date(2026, 3, 31), MONTH) == month(2026, 3)
    assert PLAIN.elapsed(month(2026, 3), date(2026, 3, 20)) == 20, "T79: 20 of 31 days"
    assert PLAIN.elapsed(month(2026, 3), date(2026, 2, 1)) == 0
    assert PLAIN.elapsed(month(2026, 3), date(2027, 1, 1)) == 31
    assert PLAIN.elapsed(Period(YEAR, 2025), date(2025, 6, 30)) == 181, "T68"


@pytest.mark.parametrize(
    ("calendar", "frequency", "label", "count"),
    [
        pytest.param(PLAIN, WEEK, 2026, 53, id="2026 has 53 weeks"),
        pytest.param(PLAIN, WEEK, 2025, 52, id="2025 has 52"),
        pytest.param(PLAIN, DAY, 2024, 366, id="a leap year"),
        pytest.param(APRIL, DAY, 2024, 366, id="FY24 has the leap day of February 2024"),
        pytest.param(THIRTEEN, MONTH, 2026, 13, id="thirteen periods"),
        pytest.param(THIRTEEN, MONTH, 2031, 13, id="a year that is not typed has as many"),
        pytest.param(RETAIL, WEEK, 2027, 53, id="the retail year of 53 weeks"),
    ],
)
def test_how_many_in_a_year(calendar: Calendar, frequency: Frequency, label: int, count: int) -> None:
    assert calendar.per_year(frequency, label) == count


def test_a_day_that_a_typed_calendar_lacks_is_told() -> None:
    with pytest.raises(CalendarGap):
        RETAIL.of(date(2025, 12, 28), MONTH)
    with pytest.raises(CalendarGap):
        RETAIL.start(month(2031, 1))
    with pytest.raises(CalendarGap):
        PLAIN.start(month(0, 1))


def test_years_of_weeks_that_do_not_join_are_refused() -> None:
    with pytest.raises(CalendarGap):
        Calendar.four_four_five({2026: date(2025, 12, 29), 2027: date(2026, 12, 21)})
    with pytest.raises(CalendarGap):
        Calendar.four_four_five({2026: date(2025, 12, 29)}, (4, 4, 4))


@pytest.mark.parametrize(
    ("at", "key"),
    [
        (month(2026, 10), "2026-10"),
        (Period(QUARTER, 2026, 1), "2026-Q1"),
        (Period(HALF, 2026, 2), "2026-H2"),
        (Period(WEEK, 2026, 5), "2026-W05"),
        (Period(YEAR, 2026), "2026"),
        (PLAIN.of(date(2026, 3, 5), DAY), "2026-03-05"),
    ],
)
def test_key(at: Period, key: str) -> None:
    assert at.key == key


def test_periods_sort_by_time_the_finer_first() -> None:
    mixed = [Period(YEAR, 2025), month(2026, 2), month(2025, 11), month(2026, 1)]
    assert sorted(mixed) == [month(2025, 11), month(2026, 1), month(2026, 2), Period(YEAR, 2025)]


def test_a_calendar_can_be_a_key_of_a_cache() -> None:
    again = Calendar.four_four_five({2026: date(2025, 12, 29), 2027: date(2026, 12, 28), 2028: date(2028, 1, 3)})
    assert again == RETAIL
    assert hash(RETAIL) == hash(again)


def test_one_tolerance_for_all_comparisons() -> None:
    assert same(0.1 + 0.2, 0.3)
    assert at_least(0.285, 0.3 * 0.95)
    assert at_most(0.1 + 0.2, 0.3)
    assert not at_least(0.2999, 0.3)
    assert not same(1e12, 1e12 + 2000)


# -- what holds for every calendar ----------------------------------------------------------------------------------

gregorian = st.builds(Calendar, st.integers(1, 12), st.sampled_from(["end", "start"]))
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
frequencies = st.sampled_from(list(Frequency))


@st.composite
def retail(draw: st.DrawFn) -> Calendar:
    first = draw(st.dates(date(2000, 1, 1), date(2005, 12, 31)))
    years = {2001: first}
    for label in range(2002, 2008):
        years[label] = years[label - 1] + timedelta(weeks=draw(st.sampled_from([52, 53])))
    pattern = draw(st.sampled_from([(4, 4, 5), (4, 5, 4), (5, 4, 4), (4,) * 13]))
    return Calendar.four_four_five(years, pattern)


@given(calendar=gregorian, day=days, frequency=frequencies, by=st.integers(-60, 60))
def test_a_shift_there_and_back_comes_home(calendar: Calendar, day: date, frequency: Frequency, by: int) -> None:
    at = calendar.of(day, frequency)
    assert calendar.shift(calendar.shift(at, by), -by) == at


@given(calendar=retail(), label=st.integers(2001, 2007), number=st.integers(1, 12), by=st.integers(-60, 60))
def test_a_shift_there_and_back_comes_home_in_typed_calendars(
    calendar: Calendar, label: int, number: int, by: int
) -> None:
    at = month(label, number)
    assert calendar.shift(calendar.shift(at, by), -by) == at


@given(calendar=gregorian, day=days, frequency=frequencies)
def test_a_period_is_found_by_each_of_its_ends(calendar: Calendar, day: date, frequency: Frequency) -> None:
    at = calendar.of(day, frequency)
    first, last = calendar.start(at), calendar.end(at)
    assert first <= day <= last
    assert calendar.of(first, frequency) == at == calendar.of(last, frequency)
    assert calendar.start(calendar.shift(at, 1)) == last + timedelta(days=1)


@given(calendar=retail(), offset=st.integers(0, 6 * 364))
def test_a_typed_period_is_found_by_each_of_its_ends(calendar: Calendar, offset: int) -> None:
    day = calendar.start(month(2001, 1)) + timedelta(days=offset)
    for frequency in Frequency:
        at = calendar.of(day, frequency)
        if frequency is not WEEK:
            assert calendar.of(calendar.start(at), frequency) == at == calendar.of(calendar.end(at), frequency)


def tiles(calendar: Calendar, whole: Period, finer: Frequency) -> None:
    parts = calendar.parts(whole, finer)
    for before, after in pairwise(parts):
        assert calendar.start(after) == calendar.end(before) + timedelta(days=1)
    assert all(calendar.within(part, whole.frequency) == whole for part in parts)
    if finer is not WEEK:
        assert calendar.start(parts[0]) == calendar.start(whole)
        assert calendar.end(parts[-1]) == calendar.end(whole)


@given(calendar=gregorian, day=days, pair=st.lists(frequencies, min_size=2, max_size=2, unique=True))
def test_the_parts_of_a_period_tile_it(calendar: Calendar, day: date, pair: list[Frequency]) -> None:
    finer, coarser = sorted(pair)
    tiles(calendar, calendar.of(day, coarser if coarser is not WEEK else MONTH), finer)


@given(calendar=retail(), label=st.integers(2001, 2006), pair=st.sampled_from([QUARTER, HALF, YEAR]))
def test_the_parts_of_a_typed_period_tile_it(calendar: Calendar, label: int, pair: Frequency) -> None:
    for number in {YEAR: [1], HALF: [1, 2], QUARTER: [1, 2, 3, 4]}[pair]:
        for finer in (DAY, WEEK, MONTH):
            tiles(calendar, Period(pair, label, number), finer)


@given(calendar=gregorian, day=days, frequency=frequencies)
def test_the_position_counts_from_one_to_the_number_in_the_year(
    calendar: Calendar, day: date, frequency: Frequency
) -> None:
    at = calendar.of(day, frequency)
    label = calendar.fiscal_year(at)
    parts = calendar.parts(calendar.year(label), frequency)
    assert parts[calendar.position(at) - 1] == at
    assert len(parts) == calendar.per_year(frequency, label)
