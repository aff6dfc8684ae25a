"""What a person sees before confirming a reading: kind and time, lines beside their cells, what is left out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from finding import drawn, found
from hypothesis import given, settings
from hypothesis import strategies as st

from kpireport import languages
from kpireport.confirming import Teller
from kpireport.core.reading.overview import Overview, begins, overview
from kpireport.languages.trade import trade

SAVED = datetime(2026, 4, 15)  # noqa: DTZ001 - as the file tells it
MONTHS = """
Kostenplanung
Position   | Jan 2026 | Feb 2026 | Mar 2026
Sales      | 401      | 398      | 60900000
Material   | 512      | 488      | 530
Staff      | 12.5%    | 14.2%    | 11.7%
Total      | 913.125  | 886.142  | 60900530.117
"""
HOLES = """
Line  | Jan 2026 | Feb 2026 | Apr 2026 | Jun 2026
Rent  | 10       | 11       | 13       | 15
USD   | 20       |          | 23       | 29
"""


def seen(folder: Path, table: str, *, saved: datetime = SAVED, **more: str) -> Overview:
    reading = found(drawn(folder / "book.xlsx", {"Figures": table, **more}, (), saved))
    return overview(reading, trade(), saved=saved.date())


def text(shown: Overview, tag: str = "en") -> list[str]:
    return [" ".join(line.split()) for line in Teller(languages.load(tag)).lines(shown)]


def test_kind_and_time_come_first_then_the_lines_then_what_was_left_out(tmp_path: Path) -> None:
    lines = text(seen(tmp_path, MONTHS))
    assert lines[0].startswith("Figures!A")
    assert lines[1:3] == [
        "All 9 figures are targets, January 2026 to March 2026.",
        "3 lines × 3 months = 9 figures, 9 read",
    ]
    assert "The sheet says: Kostenplanung" in lines
    head = lines.index("line unit first figure last figure")
    assert lines[head + 1 : head + 4] == [
        "Sales 401 (B3) 60,900,000 (D3)", "Material 512 (B4) 530 (D4)", "Staff 12.5% (B5) 11.7% (D5)"
    ]  # fmt: skip
    assert lines[-1] == "Not listed: totals that were checked: 3"


def test_gaps_late_figures_and_odd_names_are_marked(tmp_path: Path) -> None:
    lines = text(seen(tmp_path, HOLES))
    assert "! 1 are missing: USD (February 2026)" in lines
    assert "! no figures for March 2026, May 2026" in lines
    assert "! June 2026 to June 2026 lie after 15 April 2026, the day of the workbook" in lines
    assert any(line.startswith("! USD [a unit]") for line in lines)


def test_a_quarter_among_months_is_marked(tmp_path: Path) -> None:
    table = """
    Month    | Rent | Power
    Jan 2026 | 10   | 20
    Feb 2026 | 11   | 22
    Q2 2026  | 39   | 71
    Mar 2026 | 13   | 23
    """
    assert "! periods of another length among them: Q2 2026" in text(seen(tmp_path, table))


def test_what_looks_like_a_figure_of_its_own_is_named_with_one_value_and_the_rest_is_counted(tmp_path: Path) -> None:
    table = """
    Line   | Jan 2026 | Feb 2026 | Mar 2026 | Whatnot
    Rent   | 10       | 11       | 13       | 77
    Power  | 20       | 22       | 23       | 88
    Total  | 30       | 33       | 36       |
    """
    lines = text(seen(tmp_path, table))
    assert "column E, 'Whatnot': 77 (Figures!E2): its title says neither when nor what" in lines
    assert lines[-1] == "Not listed: totals that were checked: 3"


def test_of_many_lines_the_first_the_last_and_the_odd_ones_are_shown(tmp_path: Path) -> None:
    names = [f"Article {chr(65 + n // 6)}{chr(97 + n % 6)}" for n in range(45)]
    names[20] = "EUR"
    rows = [f"{name} | {100 + 7 * n} | {130 + (n * 31) % 97}" for n, name in enumerate(names)]
    shown = seen(tmp_path, "\n".join(["Article | Jan 2026 | Feb 2026", *rows]))
    (table,) = shown.tables
    assert [line.name for line in table.lines] == [names[0], "EUR", names[-1]]
    assert table.more == 42
    assert "… and 42 more lines" in text(shown)


def test_sheets_of_one_shape_are_one_table(tmp_path: Path) -> None:
    def shop(n: int) -> str:
        return f"Line | Jan 2026 | Feb 2026\nRent | {n}1 | {n}3\nPower | {n}4 | {n}7"

    shown = seen(tmp_path, shop(1), North=shop(2), South=shop(3))
    (table,) = shown.tables
    assert table.alike == ("North!A1:C3", "South!A1:C3")
    assert table.scenarios[0].figures == 12
    assert any(line.startswith("2 more of the same shape: North!A1:C3") for line in text(shown))


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("2026", "2026-01-01"), ("2026-H2", "2026-07-01"), ("2026-Q3", "2026-07-01"), ("2026-10", "2026-10-01"),
        ("2026-W01", "2025-12-29"), ("2026-W53", "2026-12-28"), ("2025-W53", "2025-12-22"),
        ("2026-10-31", "2026-10-31"),
    ],
)  # fmt: skip
def test_a_period_begins_on_a_day(period: str, day: str) -> None:
    assert begins(period) == day


@pytest.mark.parametrize("tag", ["en", "zh", "de"])
def test_every_sentence_is_there_in_every_language(tmp_path: Path, tag: str) -> None:
    words = languages.load(tag)
    for table in (MONTHS, HOLES):
        assert text(seen(tmp_path, table), tag)
    for key in ("odd", "mark", "count", "folded"):
        assert words.sentences[f"confirming.{key}"].keys() == languages.load("en").sentences[f"confirming.{key}"].keys()


def test_a_workbook_without_figures_shows_what_it_left(tmp_path: Path) -> None:
    shown = seen(tmp_path, "Ledger | Amount\nA | 3\nB | 9\nC | 11")
    assert shown.tables == ()
    assert shown.left
    assert all(text(shown, tag) for tag in ("en", "zh", "de"))


@given(st.lists(st.lists(st.none() | st.integers(100, 999), min_size=3, max_size=3), min_size=2, max_size=8))
@settings(max_examples=25, deadline=None)
def test_the_product_is_what_was_read_and_what_is_missing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[int | None]]
) -> None:
    names = ("Rent", "Power", "Phones", "Paper", "Post", "Cars", "Cloud", "Gas")
    lines = [f"{names[n]} | " + " | ".join("" if v is None else str(v) for v in row) for n, row in enumerate(rows)]
    folder = tmp_path_factory.mktemp("product")
    shown = seen(folder, "\n".join(["Line | Jan 2026 | Feb 2026 | Mar 2026", *lines]))
    for table in shown.tables:
        for each in table.scenarios:
            assert each.figures == each.lines * each.periods - each.missing
            assert bool(each.gaps) == bool(each.missing)
    assert shown.read == sum(each.figures for table in shown.tables for each in table.scenarios)
