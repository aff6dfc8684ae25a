"""Dates and percentages by number format, and day numbers as dates."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core.number_format import Percent, is_date, percent, section, sections
from kpireport.core.serials import moment


@pytest.mark.parametrize(
    ("code", "dated"),
    [
        pytest.param("General", False, id="General has an e, which is no year"),
        pytest.param("G/通用格式", False, id="General of a Chinese Excel"),
        pytest.param('G/通用格式"元"', False, id="General of a Chinese Excel with a unit"),
        pytest.param("yyyy-mm-dd", True, id="ISO"),
        pytest.param("[$-409]mmm\\-yy;@", True, id="as Excel stores a month"),
        pytest.param("mmm-yy", True, id="month and year"),
        pytest.param("m", True, id="a month alone"),
        pytest.param("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", True, id="long date of the system"),
        pytest.param('yyyy"年"m"月"', True, id="Chinese month"),
        pytest.param("[$-804]aaaa", True, id="Chinese weekday"),
        pytest.param("[$-411]ggge", True, id="Japanese era"),
        pytest.param("m/d/yy h:mm", True, id="date and time"),
        pytest.param("dd.mm.yyyy hh:mm:ss.000", True, id="date and time to the millisecond"),
        pytest.param("h:mm", False, id="a time of day stays a number"),
        pytest.param("h:mm AM/PM", False, id="the M of PM is no month"),
        pytest.param("mm:ss.0", False, id="minutes before seconds"),
        pytest.param("[h]:mm:ss", False, id="a duration"),
        pytest.param("[mm]:ss", False, id="a duration in minutes"),
        pytest.param("mm:ss", False, id="minutes, because seconds follow"),
        pytest.param("hh:mm", False, id="minutes, because hours come before"),
        pytest.param("ss:mm", True, id="a month after seconds, whatever it is for"),
        pytest.param("d h:mm", True, id="a day, and minutes"),
        pytest.param("s", False, id="seconds alone"),
        pytest.param("h", False, id="hours alone"),
        pytest.param("m h", True, id="a month before hours"),
        pytest.param("yyyy", True, id="a year alone"),
        pytest.param("0;yyyy", False, id="the section of negative ones does not count"),
        pytest.param("[>=1e9]0;yyyy-mm-dd", True, id="what the condition leaves is a date"),
        pytest.param("[<1]h:mm;yyyy-mm-dd", True, id="a time below one, dates above"),
        pytest.param("mm:ss h", False, id="minutes before seconds, whatever comes later"),
        pytest.param("0.00E+00", False, id="the E of a power of ten"),
        pytest.param('0" days"', False, id="letters of a unit in quotes"),
        pytest.param("0.0\\d", False, id="an escaped letter"),
        pytest.param("0.0 days", False, id="letters of a unit without quotes, beside digits"),
        pytest.param("[Red]0;[Red]-0", False, id="a colour has a d"),
        pytest.param("[Red]yyyy", True, id="a coloured year"),
        pytest.param("#,##0.00_);(#,##0.00)", False, id="accounting"),
        pytest.param("_(* #,##0_d", False, id="room as wide as a letter"),
        pytest.param("@", False, id="text"),
        pytest.param("", False, id="nothing"),
        pytest.param(";;;", False, id="hidden"),
        pytest.param('"d', False, id="a quote that does not end"),
        pytest.param("[d", False, id="a bracket that does not end"),
        pytest.param("\\", False, id="an escape of nothing"),
    ],
)
def test_a_format_shows_a_date_if_it_shows_a_day_a_month_or_a_year(code: str, *, dated: bool) -> None:
    assert is_date(code) is dated


@pytest.mark.parametrize(
    ("code", "value", "part"),
    [
        pytest.param("0.0", -1, "0.0", id="one section is for all"),
        pytest.param("0;(0)", 0, "0", id="zero is with the positive ones"),
        pytest.param("0;(0)", -1, "(0)", id="the second is for negative ones"),
        pytest.param("0;(0);-", 0, "-", id="the third is for zero"),
        pytest.param('0;(0);-;"text"', -2, "(0)", id="the fourth is for text"),
        pytest.param("0.0%;@", -1, "0.0%", id="a last one that shows text is none for numbers"),
        pytest.param('0";";-0', -1, "-0", id="a semicolon in quotes divides nothing"),
        pytest.param("0\\;;-0", 1, "0\\;", id="an escaped semicolon divides nothing"),
        pytest.param('[>=1000000]0.0,,"M";[>=1000]0.0,"k";0', 5e6, '[>=1000000]0.0,,"M"', id="first condition"),
        pytest.param('[>=1000000]0.0,,"M";[>=1000]0.0,"k";0', 5e3, '[>=1000]0.0,"k"', id="second condition"),
        pytest.param('[>=1000000]0.0,,"M";[>=1000]0.0,"k";0', -5, "0", id="what the conditions leave"),
        pytest.param("[<1]0.0%;0", 0.5, "[<1]0.0%", id="condition and the rest, met"),
        pytest.param("[<1]0.0%;0", 3, "0", id="condition and the rest, not met"),
        pytest.param('0"[<1]";-0', 0.5, '0"[<1]"', id="a condition in quotes is none"),
        pytest.param('0"[<1]";-0', 3, '0"[<1]"', id="a condition in quotes is none, where it would not hold"),
        pytest.param(r"0\[<1];-0", 3, r"0\[<1]", id="a bracket behind a backslash opens no condition"),
        pytest.param("0.0;[<-10]0;0.00", 0, "0.00", id="the first of three without a condition leaves zero"),
        pytest.param("0.0;[<-10]0;0.00", 0.5, "0.0", id="and takes the smallest positive ones"),
        pytest.param("[Red]0;[Blue]0", -1, "[Blue]0", id="a colour is no condition"),
        pytest.param("0.0;[<-10]0;0.00", 5, "0.0", id="the first of three without a condition takes positive ones"),
        pytest.param("0.0;[<-10]0;0.00", -20, "[<-10]0", id="the second by its condition"),
        pytest.param("0.0;[<-10]0;0.00", -5, "0.00", id="the third takes what is left"),
        pytest.param("[>10]0;0.0;0.00", -5, "0.0", id="the second of three without a condition takes negative ones"),
        pytest.param("[>10]0;0.0;0.00", 5, "0.00", id="the third takes the small positive ones"),
        pytest.param("[>10]0;0.0;0.00", 0, "0.00", id="the third takes zero"),
        pytest.param("[>10]0;[<0]0.0;[=5]0.00", 7, "[=5]0.00", id="where no condition holds, the last"),
        pytest.param("[=5]0;0.0", 5, "[=5]0", id="equal"),
        pytest.param("[<>5]0;0.0", 5, "0.0", id="unequal, not met"),
        pytest.param("[<=5]0;0.0", 5, "[<=5]0", id="at most, touched"),
        pytest.param("[>=5]0;0.0", 5, "[>=5]0", id="at least, touched"),
        pytest.param("[<5]0;0.0", 5, "0.0", id="below, touched"),
        pytest.param("[>5]0;0.0", 5, "0.0", id="above, touched"),
        pytest.param("[>1.2.3]0;0", 2, "0", id="a condition that is no number is never met"),
    ],
)
def test_the_section_is_that_of_the_number(code: str, value: float, part: str) -> None:
    assert section(code, value) == part


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        pytest.param("0.0%", 0.95, Percent.FRACTION, id="a bare sign"),
        pytest.param("[Red]0%", 0.95, Percent.FRACTION, id="a bare sign with a colour"),
        pytest.param("0.0%_);(0.0%)", -0.95, Percent.FRACTION, id="accounting"),
        pytest.param('0"%"', 95, Percent.POINTS, id="a sign in quotes"),
        pytest.param("0\\%", 95, Percent.POINTS, id="an escaped sign"),
        pytest.param("0[$%-409]", 95, Percent.POINTS, id="a sign as currency"),
        pytest.param("0.0％", 95, Percent.POINTS, id="a wide sign multiplies nothing"),
        pytest.param('0.0" pp"', 95, Percent.NONE, id="no sign"),
        pytest.param("#,##0.0_%_);(#,##0.0_%)", 95, Percent.NONE, id="only room as wide as a sign, as bankers have it"),
        pytest.param("*%0", 95, Percent.NONE, id="a sign that fills"),
        pytest.param("General", 95, Percent.NONE, id="General"),
        pytest.param('0%;-0" %"', -5, Percent.POINTS, id="the section of negative ones counts"),
        pytest.param("[<=1]0%;0", 95, Percent.NONE, id="the section of the condition counts"),
    ],
)
def test_a_percent_sign_is_a_fraction_only_when_it_is_bare(code: str, value: float, shown: Percent) -> None:
    assert percent(code, value) is shown


@given(st.text(alphabet='0#%;"\\_*[]<>=.,ymdhs@$- ', max_size=30), st.floats(allow_nan=False))
def test_any_code_has_an_answer(code: str, value: float) -> None:
    assert ";".join(sections(code)) == code
    assert section(code, value) in sections(code)
    assert is_date(code) in (True, False)
    assert percent(code, value) in Percent


@pytest.mark.parametrize(
    ("serial", "date1904", "day"),
    [
        pytest.param(1, False, "1900-01-01", id="the first day"),
        pytest.param(59, False, "1900-02-28", id="before the day that never was"),
        pytest.param(60, False, None, id="29 February 1900 never was"),
        pytest.param(60.5, False, None, id="nor was its noon"),
        pytest.param(61, False, "1900-03-01", id="after it"),
        pytest.param(45658, False, "2025-01-01", id="a day of today"),
        pytest.param(45658.75, False, "2025-01-01T18:00:00", id="with a time"),
        pytest.param(45658.999_999_9, False, "2025-01-01T23:59:59", id="the last instant of a day is of that day"),
        pytest.param(59.999_999_9, False, "1900-02-28T23:59:59", id="never rounded into the day that never was"),
        pytest.param(2_958_465, False, "9999-12-31", id="the last day"),
        pytest.param(2_958_465.999_999_9, False, "9999-12-31T23:59:59", id="never rounded past the last day"),
        pytest.param(2_958_466, False, None, id="past the last day"),
        pytest.param(0, False, None, id="0 January 1900"),
        pytest.param(0.5, False, None, id="a time without a day"),
        pytest.param(-1, False, None, id="before the calendar"),
        pytest.param(1e300, False, None, id="huge"),
        pytest.param(0, True, "1904-01-01", id="1904: the first day"),
        pytest.param(60, True, "1904-03-01", id="1904 was a leap year"),
        pytest.param(2_957_003, True, "9999-12-31", id="1904: the last day"),
        pytest.param(2_957_004, True, None, id="1904: past the last day"),
        pytest.param(-1, True, None, id="1904: before the calendar"),
    ],
)
def test_a_day_number_is_the_day_that_excel_shows(serial: float, day: str | None, *, date1904: bool) -> None:
    assert moment(serial, date1904=date1904) == (None if day is None else datetime.fromisoformat(day))


@given(st.integers(61, 2_958_465))
def test_both_calendars_mean_the_same_day(serial: int) -> None:
    if serial >= 1462:
        assert moment(serial) == moment(serial - 1462, date1904=True)
    later = moment(serial + 1)
    earlier = moment(serial)
    assert earlier is not None
    assert later is None or (later - earlier).days == 1
