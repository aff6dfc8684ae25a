"""The command line as a person uses it: words, exit codes, any console, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kpireport import __version__
from kpireport.cli import main
from kpireport.resources import sample_workbooks
from tests.workbooks import save

ROOT = Path(__file__).parents[1]
GOALS = "KPI | Target | Unit | Direction | Owner\nRevenue | 1200 | EUR k | higher | Ana"
METRICS = "KPI | 2026-01 | 2026-02 | 2026-03\nRevenue | 90 | 110 | 105"


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return save(tmp_path / "small.xlsx", Goals=GOALS, Metrics=METRICS)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return save(tmp_path / "broken.xlsx", Goals=GOALS.replace("1200", "95,3,1 pct"), Metrics=METRICS)


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(part) for part in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def shell(
    *arguments: object, cwd: Path, encoding: str = "utf-8", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a process of its own, with a console of some encoding."""
    known = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", **environment}
    command = [sys.executable, "-m", "kpireport", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=known, capture_output=True, timeout=120, check=False)


def test_a_report_is_written_and_its_files_are_named(workbook: Path, tmp_path: Path) -> None:
    code, text = run("build", workbook, "--out", tmp_path / "out", "--format", "html,json,xlsx", "--no-state")
    assert code == 0, text
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["small-results.xlsx", "small.html", "small.json"]
    for name in names:
        assert name in text


def test_a_broken_workbook_ends_with_three_and_writes_nothing(broken: Path, tmp_path: Path) -> None:
    code, text = run("build", broken, "--out", tmp_path / "out", "--no-state")
    assert code == 3
    assert "Goals!B2" in text
    assert "fix:" in text
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True


def test_a_check_writes_nothing(workbook: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    code, text = run("check", workbook)
    assert code == 0
    assert "How we read your workbook" in text
    assert sorted(tmp_path.rglob("*")) == before


def test_a_check_speaks_chinese_and_json(broken: Path) -> None:
    code, text = run("check", broken, "--language", "zh")
    assert code == 3
    assert "处理方法" in text
    code, text = run("check", broken, "--format", "json")
    assert code == 3
    rows = json.loads(text)
    assert text.isascii()
    assert {"code", "name", "severity", "file", "sheet", "cell", "problem", "fix"} == set(rows[0])
    assert any(row["cell"] == "B2" and row["severity"] == "error" for row in rows)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["build"], "Missing argument", id="no workbook"),
        pytest.param(["build", "x.xlsx", "--format", "docx"], "choose from", id="an unknown format"),
        pytest.param(["build", "x.xlsx", "--format", ","], "choose from", id="no format at all"),
        pytest.param(["build", "x.xlsx", "--language", "fr"], "'fr'", id="an unknown language"),
        pytest.param(["bild", "x.xlsx"], "No such command", id="a misspelt command"),
        pytest.param(["explain", "x.xlsx"], "name a workbook and then a KPI", id="explain without a KPI"),
        pytest.param(["help", "nonsense"], "there is no page of that name", id="an unknown help page"),
        pytest.param(["build", "x.xlsx", "--settings", "no.toml"], "no.toml", id="settings that are not there"),
    ],
)
def test_wrong_usage_ends_with_two_and_a_sentence(arguments: list[str], told: str) -> None:
    code, text = run(*arguments)
    assert code == 2
    assert told in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("none.xlsx", None, id="a file that is not there"),
        pytest.param("empty.xlsx", b"", id="an empty file"),
        pytest.param("text.xlsx", b"KPI,Target\nRevenue,12\n", id="a text file under another name"),
        pytest.param("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), id="the format of 1997"),
        pytest.param("cut.xlsx", b"PK\x03\x04" + bytes(40), id="half a file"),
    ],
)
def test_any_file_ends_with_a_clear_message(name: str, content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    code, text = run("build", path, "--out", tmp_path / "out", "--no-state")
    assert code == 3
    assert name in text
    assert "fix:" in text
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_problems_of_all_workbooks_are_told_in_one_run(broken: Path, tmp_path: Path) -> None:
    code, text = run("check", broken, tmp_path / "missing.xlsx")
    assert code == 3
    assert "Goals!B2" in text
    assert "missing.xlsx" in text


def test_an_explanation_names_cells_and_arithmetic(workbook: Path) -> None:
    code, text = run("explain", workbook, "Revenue")
    assert code == 0
    assert "Metrics!D2" in text
    assert "Goals!B2" in text


def test_a_name_that_is_no_kpi_is_told(workbook: Path) -> None:
    code, text = run("explain", workbook, "Revenu")
    assert code == 3
    assert "Revenue" in text


def test_the_version_is_the_packages() -> None:
    assert run("--version") == (0, f"kpireport, version {__version__}\n")


def test_every_command_helps_and_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert len(main.commands) >= 9
    for name in main.commands:
        code, text = run(name, "--help")
        assert code == 0
        assert "Usage:" in text
        assert f"kpireport {name}" in readme, name


def test_every_help_page_is_shown() -> None:
    code, text = run("help")
    assert code == 0
    names = [line.split()[0] for line in text.splitlines() if line.startswith("  ")]
    assert {"workbook", "numbers", "trends", "report", "templates", "json", "security", "problems"} <= set(names)
    for name in names:
        code, page = run("help", name)
        assert code == 0
        assert page.startswith(f"# {name}: ")


@pytest.mark.parametrize("encoding", ["cp1252", "cp936", "cp437", "ascii"])
def test_any_console_can_carry_the_words(encoding: str, broken: Path, tmp_path: Path) -> None:
    for language in ("en", "zh"):
        done = shell("check", broken.name, "--language", language, cwd=tmp_path, encoding=encoding)
        assert done.returncode == 3, done.stderr
        assert b"Traceback" not in done.stderr
        assert b"Goals!B2" in done.stdout
    done = shell("help", "report", cwd=tmp_path, encoding=encoding)
    assert done.returncode == 0, done.stderr


def test_a_pipe_that_is_closed_early_is_no_bug(tmp_path: Path) -> None:
    command = f'"{sys.executable}" -m kpireport help problems | head -1'
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stderr
    assert b"bug in kpireport" not in done.stderr


def test_a_bug_of_ours_ends_with_seventy_and_keeps_its_traceback(tmp_path: Path) -> None:
    code = (
        "import kpireport.pipeline as p, kpireport.cli as c, sys\n"
        "def broken(*a, **k): raise RuntimeError('boom')\n"
        "p.reviewed = broken\n"
        "sys.argv = ['kpireport', 'check', 'x.xlsx']\n"
        "c.entry()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert done.returncode == 70
    assert b"RuntimeError: boom" in done.stderr
    assert b"a bug in kpireport" in done.stderr


def test_names_with_spaces_chinese_and_brackets_are_fine(tmp_path: Path) -> None:
    path = save(tmp_path / "经营 指标 [2026] & co.xlsx", Goals=GOALS, Metrics=METRICS)
    code, text = run("build", path, "--out", tmp_path / "报告 out", "--format", "html", "--no-state")
    assert code == 0, text
    assert (tmp_path / "报告 out" / "经营 指标 [2026] & co.html").is_file()


def test_the_demo_builds_from_the_sample(tmp_path: Path) -> None:
    code, text = run("demo", "--out", tmp_path / "demo")
    assert code == 0, text
    assert sorted(path.name for path in (tmp_path / "demo").iterdir()) == ["group.html", "group.json", "group.pdf"]
    assert (sample_workbooks() / "group.xlsx").is_file()


def test_a_folder_that_cannot_be_written_is_told(workbook: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, no folder", "utf-8")
    code, text = run("build", workbook, "--out", tmp_path / "out" / "deep", "--format", "json", "--no-state")
    assert code in (2, 3, 4)
    assert "Traceback" not in text
    assert "out" in text


def test_a_state_folder_that_cannot_be_used_is_told_and_the_report_is_built(workbook: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, no folder", "utf-8")
    code, text = run(
        "build", workbook, "--out", tmp_path / "out", "--format", "json", "--state", tmp_path / "state" / "x"
    )
    assert code == 0, text
    assert "X" in text
    assert (tmp_path / "out" / "small.json").is_file()
