"""``kpireport confirm``: shown, asked, kept by name and day, and asked again only for what changed."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kpireport import facts, manual
from kpireport.cli import main
from kpireport.core.reading.own_layout import wholly_ours
from kpireport.languages import lexicon
from tests import workbooks

SALES = """
KPI      | Unit  | Jan 2026 | Feb 2026 | Mar 2026
Sales    | EUR k | 401      | 398      | 417
Material | EUR k | 512      | 488      | 530
"""
NEXT = """
KPI      | Unit  | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026
Sales    | EUR k | 401      | 398      | 417      | 405
Material | EUR k | 512      | 488      | 530      | 507
"""
ADD_UP = "add_up-10a820ec"
MINIMAL = Path(__file__).parents[1] / "sample_workbooks" / "minimal.xlsx"
DAY = ("--today", "2026-11-09")


def confirm(workbook: Path, *arguments: str, typed: str = "") -> Result:
    result = CliRunner().invoke(main, ["confirm", str(workbook), *DAY, *arguments], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def text(result: Result) -> str:
    """Return what was printed, each no-break space as a blank."""
    return " ".join(result.output.split())


def store(workbook: Path) -> dict[str, Any]:
    return tomllib.loads((workbook.parent / "readings" / f"{workbook.stem}.toml").read_text("utf-8"))


def document(workbook: Path, *arguments: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(confirm(workbook, "--format", "json", *arguments).stdout)
    return shown


def test_it_shows_the_reading_and_keeps_who_confirmed_it_when(tmp_path: Path) -> None:
    workbook = workbooks.save(tmp_path / "sales.xlsx", Figures=SALES)
    before = confirm(workbook)
    assert before.exit_code == 1
    assert "All 6 figures are actual, January 2026 to March 2026." in text(before)
    assert "Not confirmed: letters with these figures are held." in text(before)
    assert not (tmp_path / "readings").exists()
    after = confirm(workbook, "--yes", "--by", "M. Pichler", "--answer", f"{ADD_UP}=sum")
    assert after.exit_code == 0, after.output
    assert "Confirmed by M. Pichler on 9 November 2026." in text(after)
    kept = store(workbook)
    assert (kept["seen"]["by"], kept["seen"]["on"]) == ("M. Pichler", date(2026, 11, 9))
    (answer,) = kept["answers"]
    assert (answer["id"], answer["value"], answer["by"]) == (ADD_UP, "sum", "M. Pichler")
    assert confirm(workbook).exit_code == 0


def test_a_person_is_asked_each_question_and_then_whether_all_is_right(tmp_path: Path) -> None:
    workbook = workbooks.save(tmp_path / "sales.xlsx", Figures=SALES)
    done = confirm(workbook, "--by", "A. Berg", typed="average\ny\n")
    assert done.exit_code == 0, done.output
    assert [each["value"] for each in store(workbook)["answers"]] == ["average"]
    assert store(workbook)["seen"]["by"] == "A. Berg"


@pytest.mark.parametrize("reply", ["n", ""])
def test_no_confirms_nothing_and_keeps_the_answers(tmp_path: Path, reply: str) -> None:
    workbook = workbooks.save(tmp_path / "sales.xlsx", Figures=SALES)
    assert confirm(workbook, typed=f"sum\n{reply}\n").exit_code == 1
    assert "seen" not in store(workbook)
    assert [each["value"] for each in store(workbook)["answers"]] == ["sum"]


def test_what_is_wrong_is_kept_and_takes_the_confirmation_back(tmp_path: Path) -> None:
    workbook = workbooks.save(tmp_path / "sales.xlsx", Figures=SALES)
    assert confirm(workbook, "--yes", "--answer", f"{ADD_UP}=sum").exit_code == 0
    workbooks.save(workbook, Figures=NEXT.replace("Material", "Energy"))
    said = confirm(workbook, "--by", "A. Berg", typed="Energy is a total\n")
    assert said.exit_code == 1
    assert store(workbook)["seen"] == {
        "wrong": "Energy is a total",
        "wrong_by": "A. Berg",
        "wrong_on": date(2026, 11, 9),
    }
    assert document(workbook)["needs_confirming"]


def test_the_next_month_asks_nothing_and_another_line_is_confirmed_again(tmp_path: Path) -> None:
    workbook = workbooks.save(tmp_path / "sales.xlsx", Figures=SALES)
    confirm(workbook, "--yes", "--by", "M. Pichler", "--answer", f"{ADD_UP}=sum")
    workbooks.save(workbook, Figures=NEXT)
    assert confirm(workbook).exit_code == 0
    workbooks.save(workbook, Figures=NEXT.replace("Material", "Energy"))
    changed = confirm(workbook)
    assert changed.exit_code == 1
    assert "Changed since M. Pichler confirmed the reading on 9 November 2026:" in text(changed)
    assert "new lines: 'Energy'" in text(changed)
    assert confirm(workbook, typed="y\n").exit_code == 0
    assert document(workbook)["changed"] == []


def test_a_reading_whose_figures_wait_cannot_be_confirmed(tmp_path: Path) -> None:
    workbook = workbooks.save(tmp_path / "sales.xlsx", Figures=SALES.replace(" 2026", ""))
    early = confirm(workbook, "--yes")
    assert early.exit_code == 1
    assert "It cannot be confirmed before these are answered" in text(early)
    assert not (tmp_path / "readings").exists()
    (year,) = [each["id"] for each in document(workbook)["questions"] if each["kind"] == "year"]
    later = confirm(workbook, "--yes", "--answer", f"{year}=2026", "--answer", f"{ADD_UP}=marked")
    assert later.exit_code == 0, later.output
    assert document(workbook)["tables"][0]["scenarios"][0]["first"] == "2026-01"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param("nothing-0=1", "no question has the id nothing-0", id="a question that nobody asks"),
        pytest.param("nothing", "an answer is ID=VALUE", id="no value"),
        pytest.param(f"{ADD_UP}=", "is no answer", id="an empty value"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_told_and_nothing_is_kept(tmp_path: Path, answer: str, said: str) -> None:
    workbook = workbooks.save(tmp_path / "sales.xlsx", Figures=SALES)
    refused = confirm(workbook, "--yes", "--answer", answer)
    assert refused.exit_code == 2
    assert said in text(refused)
    assert not (tmp_path / "readings").exists()


def test_an_answer_may_be_given_again(tmp_path: Path) -> None:
    workbook = workbooks.save(tmp_path / "sales.xlsx", Figures=SALES)
    confirm(workbook, "--yes", "--answer", f"{ADD_UP}=sum")
    assert confirm(workbook, "--answer", f"{ADD_UP}=average").exit_code == 1, "what was confirmed rests on the other"
    assert confirm(workbook, "--yes").exit_code == 0
    assert [each["value"] for each in store(workbook)["answers"]] == ["average"]


def test_our_own_layout_has_nothing_to_confirm(tmp_path: Path) -> None:
    workbook = tmp_path / "minimal.xlsx"
    workbook.write_bytes(MINIMAL.read_bytes())
    done = confirm(workbook, "--yes")
    assert done.exit_code == 0
    assert "nothing has to be confirmed" in text(done)
    assert not (tmp_path / "readings").exists()


def test_a_store_with_an_error_is_told_and_not_written_over(tmp_path: Path) -> None:
    workbook = workbooks.save(tmp_path / "sales.xlsx", Figures=SALES)
    path = tmp_path / "readings" / "sales.toml"
    path.parent.mkdir()
    path.write_text("format = 1\nanswers = 3\n")
    assert confirm(workbook, "--yes").exit_code == 3
    assert path.read_text() == "format = 1\nanswers = 3\n"


@pytest.mark.parametrize(
    ("tag", "said"), [("zh", "由 M. Pichler 于 2026年11月9日 确认。"), ("de", "Bestätigt von M. Pichler am")]
)
def test_it_speaks_chinese_and_german(tmp_path: Path, tag: str, said: str) -> None:
    workbook = workbooks.save(tmp_path / "sales.xlsx", Figures=SALES)
    done = confirm(workbook, "--yes", "--by", "M. Pichler", "--language", tag, "--answer", f"{ADD_UP}=sum")
    assert done.exit_code == 0
    assert said in text(done)


def test_the_json_has_the_form_that_the_help_page_tells(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    page = manual.page("confirm")
    assert page is not None
    schema = json.loads(page.partition("```json\n")[2].partition("```")[0])
    for name, table in (("asked", SALES.replace(" 2026", "")), ("plain", SALES), ("none", "A | B\nx | 3")):
        workbook = workbooks.save(tmp_path / f"{name}.xlsx", Figures=table)
        jsonschema.validate(document(workbook), schema)


def test_samples_in_our_layout_are_wholly_ours_and_others_are_not(tmp_path: Path) -> None:
    other = workbooks.save(tmp_path / "sales.xlsx", Figures=SALES)
    undirected = workbooks.save(
        tmp_path / "undirected.xlsx", Goals="KPI | Target | Unit\nSales | 4800 | EUR k", Metrics=SALES
    )
    for path, expected in ((MINIMAL, True), (other, False), (undirected, False)):
        reading = facts.look(path, {}, today=date(2026, 11, 9)).reading
        assert reading is not None
        assert wholly_ours(reading, lexicon()) is expected
