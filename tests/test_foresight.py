"""What a reader is told about signals and the year's end, read from the page of real workbooks."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from math import sin
from pathlib import Path

import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from tests.workbooks import save

MONTHS = [f"{2023 + n // 12}-{n % 12 + 1:02d}" for n in range(46)]  # to October 2026
NOISE = [sin(n * n + 1.0) for n in range(46)]
STEADY = [100 + 3 * n for n in NOISE]
SPIKE = [*STEADY[:-1], 130.0]
AGO = [*STEADY[:-2], 130.0, STEADY[-1]]
SHIFT = [*STEADY[:-15], *(v + 20 for v in STEADY[-15:])]
WINTER = [v * (1.6 if n % 12 == 11 else 1.3 if n % 12 == 9 else 1.0) for n, v in enumerate(STEADY)]
GOALS = "KPI | Monthly target | Annual target | Unit | Direction | Aggregation | Level | Owner"


def built(folder: Path, series: dict[str, list[object]], *, language: str = "en", **sheets: str) -> tuple[str, dict]:
    """Build the report of KPIs with a target of 120 a month; return the words of the page, and the JSON by name."""
    metrics = [["KPI", *MONTHS], *([name, *values] for name, values in series.items())]
    goals = "\n".join([GOALS, *(f"{name} | 120 | 1440 | EUR | higher | sum | organisation | Ann" for name in series)])
    path = save(folder / "book.xlsx", Goals=goals, Metrics=metrics, **sheets)
    job = Job((path,), date(2026, 11, 9), formats=("html", "json"), out=folder, language=language)
    outcome = pipeline.build(job)
    assert not outcome.failed, outcome.diagnostics
    page = re.sub(r"(?s)<(style|script)\b.*?</\1>", " ", (folder / "book.html").read_text("utf-8"))
    kpis = json.loads((folder / "book.json").read_text("utf-8"))["kpis"]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split()), {k["name"]: k for k in kpis}


def test_the_list_of_what_changed_names_signals_and_no_noise(tmp_path: Path) -> None:
    page, _ = built(tmp_path, {"Calm": STEADY, "Jump": SPIKE, "Jumped": AGO})

    told = re.search(r"What changed (.*?)\.", page)
    assert told is not None
    assert told.group(1) == "Jump better (above the usual range); one had changed before"


def test_where_nothing_changed_the_list_says_so(tmp_path: Path) -> None:
    page, _ = built(tmp_path, {"Calm": STEADY, "Calmer": [v / 2 for v in STEADY]})

    assert "What changed Nothing: every move of the last three periods is the usual up and down." in page


@pytest.mark.parametrize(
    ("language", "panel", "sentence"),
    [
        pytest.param(
            "en",
            r"2026 forecast: EUR 1,\d{3}\.\d; on target: very unlikely\.",
            r"On this pace 2026 lands at EUR 1,\d{3}\.\d \(80% range EUR 1,\d{3}\.\d to EUR 1,\d{3}\.\d\); "
            r"the target of EUR 1,440\.0 is reached in under 5 of 100 cases\.",
            id="English",
        ),
        pytest.param(
            "zh",
            r"2026年预测 [\w ,.]+；达标：可能性很小。",
            r"按目前走势，2026年预计为 [\w ,.]+（80% 区间 [\w ,.]+–[\w ,.]+）；达到目标 [\w ,.]+的可能性不到 5%。",
            id="Chinese",
        ),
    ],
)
def test_the_chance_stands_on_the_panel_and_in_the_section(
    tmp_path: Path, language: str, panel: str, sentence: str
) -> None:
    page, kpis = built(tmp_path, {"Calm": STEADY, "Calmer": STEADY}, language=language)

    page = page.replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(panel, page)
    assert re.search(sentence, page)
    assert kpis["Calm"]["landing"]["chance"] == 0.01


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        pytest.param([5.0] * 46, "the value never changed", id="constant"),
        pytest.param([0.0] * 46, "the value never changed", id="all zeros"),
        pytest.param([None] * 45 + [7.0], "fewer than 8 values", id="one value"),
        pytest.param([None if n % 5 else v for n, v in enumerate(STEADY)], "more than half", id="mostly missing"),
    ],
)
def test_a_sentence_says_why_there_is_no_forecast(tmp_path: Path, values: list[object], reason: str) -> None:
    page, kpis = built(tmp_path, {"Odd": values, "Calm": STEADY})

    assert re.search(rf"The chance of the year's target cannot be given for Odd \([^)]*{reason}", page)
    landing = kpis["Odd"]["landing"]
    assert (landing["low80"], landing["high80"], landing["chance"]) == (None, None, None)
    assert reason in landing["reason"]
    assert not re.search(r"\b(nan|inf)\b", page, re.IGNORECASE)


def test_a_seasonal_kpi_is_judged_on_adjusted_values_and_the_page_says_so(tmp_path: Path) -> None:
    page, kpis = built(tmp_path, {"Winter": WINTER, "Calm": STEADY})

    signal = kpis["Winter"]["signal"]
    assert signal["seasonal"]
    assert signal["trend"] == "steady"
    assert signal["lower"] > 110  # October's range, not the year's
    assert "Trend and usual range are of seasonally adjusted values for Winter." in page


@pytest.mark.parametrize(
    ("sheet", "rows"),
    [
        pytest.param(
            "Notes", "Period | KPI | Type | Text\n2025-08 | Shift | Rebase | new process from 2025-08", id="a note"
        ),
        pytest.param(
            "Revisions",
            "KPI | Field | Old | New | Effective\nShift | process | old | new process | 2025-08",
            id="a revision",
        ),
        pytest.param("Notes", "Period | KPI | Type | Text\n2025-08 | Shift | 新流程 | 新流程", id="a note in Chinese"),
    ],
)
def test_new_limits_begin_where_someone_wrote_so(tmp_path: Path, sheet: str, rows: str) -> None:
    _, kpis = built(tmp_path, {"Shift": SHIFT}, **{sheet: rows})

    signal = kpis["Shift"]["signal"]
    assert signal["trend"] == "steady"
    assert signal["lower"] > 105
    assert signal["suggest_rebase"] is None


def test_without_a_word_new_limits_are_only_suggested(tmp_path: Path) -> None:
    page, kpis = built(tmp_path, {"Shift": SHIFT, "Calm": STEADY})

    assert kpis["Shift"]["signal"]["suggest_rebase"] == "2025-08"
    assert kpis["Shift"]["signal"]["lower"] < 105
    assert "A new usual range may be due for Shift" in page


def test_under_eight_values_there_is_no_range_and_no_trend_on_the_page(tmp_path: Path) -> None:
    page, kpis = built(tmp_path, {"Young": [None] * 39 + STEADY[-7:], "Calm": STEADY})

    assert kpis["Young"]["signal"]["trend"] == "none"
    assert "No trend" in page


def test_under_twelve_the_range_is_called_provisional(tmp_path: Path) -> None:
    page, _ = built(tmp_path, {"Young": [None] * 36 + STEADY[-10:], "Calm": STEADY})

    assert "provisional, with fewer than 12 values, for Young" in page


def test_a_forecast_that_people_entered_wins_and_the_pace_stands_beside_it(tmp_path: Path) -> None:
    rows = "KPI | Period | Forecast\nCalm | 2026-11 | 150\nCalm | 2026-12 | 150"
    page, kpis = built(tmp_path, {"Calm": STEADY, "Other": STEADY}, Metrics_2=rows)

    typed = kpis["Calm"]["landing"]["typed"]
    assert typed == pytest.approx(sum(STEADY[36:]) + 300)
    assert "2026 forecast as entered: EUR 1,3" in page


def test_the_same_workbook_gives_the_same_figures(tmp_path: Path) -> None:
    built(tmp_path, {"Calm": STEADY, "Jump": SPIKE, "Winter": WINTER})
    first = (tmp_path / "book.json").read_bytes()

    job = Job((tmp_path / "book.xlsx",), date(2026, 11, 9), formats=("json",), out=tmp_path)
    assert not pipeline.build(job).failed
    assert (tmp_path / "book.json").read_bytes() == first


def test_a_month_that_is_not_over_is_neither_signal_nor_part_of_the_forecast(tmp_path: Path) -> None:
    metrics = [["KPI", *MONTHS], ["Calm", *STEADY[:-1], 30.0]]
    goals = f"{GOALS}\nCalm | 120 | 1440 | EUR | higher | sum | organisation | Ann"
    path = save(tmp_path / "book.xlsx", Goals=goals, Metrics=metrics)
    job = Job((path,), date(2026, 10, 12), period="2026-10", formats=("json",), out=tmp_path)
    assert not pipeline.build(job).failed

    (kpi,) = json.loads((tmp_path / "book.json").read_text("utf-8"))["kpis"]
    assert kpi["signal"]["trend"] == "none"
    assert kpi["landing"]["point"] == pytest.approx(1200, rel=0.02)


def test_five_years_of_weeks_have_seasons_and_speak_of_weeks(tmp_path: Path) -> None:
    weeks = [f"{year}-W{week:02d}" for year in range(2021, 2027) for week in range(1, 53) if (year, week) <= (2026, 40)]
    values = [(500 + 20 * sin(n * n)) * (1.4 if n % 52 >= 47 else 1.0) for n in range(len(weeks))]
    goals = "KPI | Annual target | Unit | Direction | Aggregation | Owner\nCalls | 28000 | count | higher | sum | Ann"
    path = save(tmp_path / "book.xlsx", Goals=goals, Metrics=[["KPI", *weeks], ["Calls", *values]])
    job = Job((path,), date(2026, 10, 12), period="2026-W40", formats=("json", "html"), out=tmp_path)
    assert not pipeline.build(job).failed

    (kpi,) = json.loads((tmp_path / "book.json").read_text("utf-8"))["kpis"]
    assert kpi["signal"]["seasonal"]
    assert kpi["landing"]["point"] > 27_000  # the busy end of the year is expected again
    assert re.search(r"Needed in each of \d+ weeks", (tmp_path / "book.html").read_text("utf-8"))


def test_the_first_week_of_a_year_is_itself_again_after_a_year_of_fifty_three(tmp_path: Path) -> None:
    """A first week that is always busy is no news, and no later week is expected to be busy."""
    ends = {2017: 52, 2018: 52, 2019: 52, 2020: 53, 2021: 52, 2022: 1}
    weeks = [(year, week) for year, last in ends.items() for week in range(1, last + 1)]
    values = [(500 + 20 * sin(n * n)) * (2.0 if week == 1 else 1.0) for n, (_, week) in enumerate(weeks)]
    goals = "KPI | Annual target | Unit | Direction | Aggregation | Owner\nCalls | 28000 | count | higher | sum | Ann"
    heads = ["KPI", *(f"{year}-W{week:02d}" for year, week in weeks)]
    path = save(tmp_path / "book.xlsx", Goals=goals, Metrics=[heads, ["Calls", *values]])
    job = Job((path,), date(2022, 1, 12), period="2022-W01", formats=("json",), out=tmp_path)
    assert not pipeline.build(job).failed

    (kpi,) = json.loads((tmp_path / "book.json").read_text("utf-8"))["kpis"]
    assert kpi["signal"]["seasonal"]
    assert (kpi["signal"]["trend"], kpi["signal"]["special_cause"]) == ("steady", None)
    assert kpi["landing"]["point"] == pytest.approx(53 * 500, rel=0.01)


@pytest.mark.parametrize(
    ("language", "places", "sentence"),
    [
        pytest.param("en", "2026-W{}", "Off target for the third week in a row.", id="weeks"),
        pytest.param("zh", "2026-W{}", "连续 3 周未达标。", id="weeks in Chinese"),
        pytest.param("en", "2026-0{}", "Off target for the third month in a row.", id="months"),
        pytest.param("zh", "2026-0{}", "连续 3 个月未达标。", id="months in Chinese"),
        pytest.param("en", "2026-Q{}", "Off target for the third quarter in a row.", id="quarters"),
        pytest.param("zh", "2026-Q{}", "连续 3 个季度未达标。", id="quarters in Chinese"),
        pytest.param("en", "200{}", "Off target for the third year in a row.", id="years"),
        pytest.param("zh", "200{}", "连续 3 年未达标。", id="years in Chinese"),
    ],
)
def test_a_run_is_counted_in_the_periods_of_its_kpi(tmp_path: Path, language: str, places: str, sentence: str) -> None:
    heads = ["KPI", *(places.format(n) for n in range(1, 5))]
    goals = "KPI | Target | Unit | Direction | Basis\nCalls | 95% | % | higher | every period"
    path = save(tmp_path / "book.xlsx", Goals=goals, Metrics=[heads, ["Calls", "96%", "50%", "60%", "55%"]])
    job = Job((path,), date(2026, 12, 31), formats=("html",), out=tmp_path, language=language)
    outcome = pipeline.build(job)
    assert not outcome.failed, outcome.diagnostics
    assert sentence in (tmp_path / "book.html").read_text("utf-8")
