"""kpireport init: a folder that works at once, and nothing is ever written over."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from kpireport import beginning, languages, pipeline
from kpireport.beginning import Wishes
from kpireport.cli import main
from kpireport.core import assembly
from kpireport.core.aggregation import AGGREGATIONS
from kpireport.excel import read as excel
from kpireport.settings import layout, open_table

PYTHON = "C:\\Program Files\\Zoë's 100%\\python.exe"


def made(language: str = "en", **more: object) -> dict[str, bytes]:
    usual = {"organisation": "Group", "year": 2026, "today": date(2026, 11, 9)} | more
    return beginning.files(Wishes(language, **usual))  # type: ignore[arg-type]


def workbook(files: dict[str, bytes]) -> tuple[str, bytes]:
    return next((name, content) for name, content in files.items() if name.endswith(".xlsx"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("today", "year", "codes"),
    [
        pytest.param("2026-11-09", 2026, [], id="in autumn"),
        pytest.param("2026-02-01", 2026, [], id="when the first month is over"),
        pytest.param("2026-01-05", 2026, [], id="before any month of the year is over"),
        pytest.param("2026-12-15", 2027, [], id="for the next year"),
        pytest.param("2026-12-31", 2025, ["K304"], id="for a year that is over: the report says so"),
    ],
)
def test_the_starter_workbook_has_no_problem_at_all(
    language: str, today: str, year: int, codes: list[str], tmp_path: Path
) -> None:
    day = date.fromisoformat(today)
    name, content = workbook(made(language, year=year, today=day))
    (tmp_path / name).write_bytes(content)
    job = pipeline.Job((tmp_path / name,), day, formats=("html",), out=tmp_path)
    outcome = pipeline.build(job)
    assert [d.code for d in outcome.diagnostics] == codes
    assert f'lang="{language}' in outcome.written[0].read_text("utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_cells_have_lists_formats_and_frozen_titles(language: str) -> None:
    _, content = workbook(made(language))
    book = openpyxl.load_workbook(BytesIO(content))
    instructions, goals, metrics, plan = book.worksheets[:4]
    assert instructions["A1"].value
    assert {sheet.freeze_panes for sheet in (goals, metrics, plan)} == {"B2"}
    assert goals["B4"].number_format == "0.0%"
    assert metrics["B6"].number_format == "#,##0"
    lists = [rule for sheet in book.worksheets for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert len(lists) >= 12
    assert all(rule.showErrorMessage and rule.error for rule in lists)
    assert max(len(rule.formula1) for rule in lists) <= 255


@pytest.mark.parametrize("language", languages.tags())
def test_the_list_of_aggregations_offers_each_of_them(language: str, tmp_path: Path) -> None:
    _, content = workbook(made(language))
    goals = openpyxl.load_workbook(BytesIO(content)).worksheets[1]
    (offered,) = (rule.formula1 for rule in goals.data_validations.dataValidation if "E2" in rule.sqref)
    words = offered.strip('"').split(",")
    assert len(words) == len(AGGREGATIONS)
    read = set()
    for word in words:
        book = openpyxl.load_workbook(BytesIO(content))
        book.worksheets[1]["E2"] = word
        book.save(tmp_path / "kpi.xlsx")
        source, _ = excel.read(tmp_path / "kpi.xlsx")
        assert source is not None
        understood, _ = assembly.book([source], today=date(2026, 11, 9))
        assert understood is not None
        read.add(next(iter(understood.kpis.values())).aggregation)
    assert read == set(AGGREGATIONS)


def test_a_language_without_a_starter_gets_the_english_one(tmp_path: Path) -> None:
    (name, content), (_, english) = workbook(made("xx")), workbook(made("en"))
    assert name == "kpi-2026.xlsx"
    book, usual = (openpyxl.load_workbook(BytesIO(data)) for data in (content, english))
    assert book["Goals"]["A2"].value == usual["Goals"]["A2"].value
    assert (book["Settings"]["B3"].value, usual["Settings"]["B3"].value) == ("xx", "en")


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "{title}", "Ä & Co <b>", "x\x1b[31m"])
def test_the_name_of_the_organisation_is_text_whatever_it_looks_like(text: str, tmp_path: Path) -> None:
    args = ["init", str(tmp_path / "kpi"), "--yes", "--organisation", text, "--year", "2026"]
    assert CliRunner().invoke(main, args).exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "kpi" / "kpi-2026.xlsx")["Settings"]
    assert sheet["B2"].data_type == "s"
    assert sheet["B2"].value == text.replace("\x1b", "\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_settings_are_valid_as_they_are_and_with_every_comment_in_use(language: str, tmp_path: Path) -> None:
    text = made(language)["kpireport.toml"].decode()
    path = tmp_path / "kpireport.toml"
    path.write_text(text, "utf-8")
    assert layout.layouts(path) == ((), ())
    path.write_text(re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", text), "utf-8")
    top, told = open_table(path)
    assert told == ()
    assert top is not None
    assert set(top.values) == {"inbox", "mail", "layout"}
    found, told = layout.layouts(path)
    assert told == ()
    assert [each.header for each in found] == [(4,)]


def test_scripts_are_written_as_their_systems_read_them() -> None:
    files = made(python=PYTHON)
    assert files["run.bat"].count(b"\n") == files["run.bat"].count(b"\r\n") > 5
    assert files["run.ps1"].startswith(b"\xef\xbb\xbf")
    assert files["run.ps1"].count(b"\n") == files["run.ps1"].count(b"\r\n") > 5
    assert b"\r" not in files["run.sh"]
    for script in ("run.bat", "run.ps1", "run.sh", "KPI desk.bat"):
        assert b"PYTHONUTF8" in files[script]
        assert script == "run.sh" or b"-X utf8 -m kpireport" in files[script]
        verb = b"desk" if "desk" in script else b"run"
        assert verb + b" --settings kpireport.toml" in files[script]
        assert b"{{" not in files[script]
    assert "Zoë's 100%%\\python.exe" in files["run.bat"].decode()
    assert "'C:\\Program Files\\Zoë''s 100%\\python.exe'" in files["run.ps1"].decode("utf-8-sig")
    assert files["README.txt"].startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("code", [0, 1, 75])
def test_the_script_runs_in_its_folder_and_passes_the_exit_code_on(code: int, tmp_path: Path) -> None:
    python = tmp_path / "my python"
    python.write_text(f'#!/bin/sh\npwd\necho "$PYTHONUTF8" "$@"\nexit {code}\n')
    python.chmod(0o755)
    folder = tmp_path / "KPI 报告"
    beginning.begin(folder, made(python=str(python)))
    done = subprocess.run([folder / "run.sh", "--dry-run"], capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == code
    assert done.stdout.splitlines() == [str(folder), "1 -m kpireport run --settings kpireport.toml --dry-run"]


def test_the_folder_holds_all_that_is_promised(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["init", str(tmp_path / "a"), "--yes", "--language", "zh", "--year", "2026"])
    assert done.exit_code == 0
    assert {path.name for path in (tmp_path / "a").iterdir()} == {
        "KPI desk.bat", "README.txt", "inbox", "kpireport.toml", "reports", "run.bat", "run.ps1", "run.sh",
        "指标-2026.xlsx",
    }  # fmt: skip


def test_few_questions_are_asked_and_answers_taken(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["init", str(tmp_path / "a")], input="zh\n好公司\n2025\n")
    assert done.exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "a" / "指标-2025.xlsx")
    assert book["设置"]["B2"].value == "好公司"


@pytest.mark.parametrize("name", ["kpireport.toml", "run.bat", "kpi-2026.xlsx", "inbox"])
def test_nothing_is_written_over(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    done = CliRunner().invoke(main, ["init", str(tmp_path), "--yes", "--year", "2026"])
    assert done.exit_code == 2
    assert name in done.output
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(main, ["init", str(tmp_path / "file" / "kpi"), "--yes"])
    assert done.exit_code == 1
    assert "cannot be written" in done.output


def test_without_anybody_to_ask_it_takes_what_is_usual(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["init", str(tmp_path / "firm"), "--language", "zh"], input="")
    assert done.exit_code == 0, done.output
    assert list((tmp_path / "firm").glob("*.xlsx"))
