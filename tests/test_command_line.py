"""Commands that are printed work when they are typed: in any shell, from any folder, with blanks in its name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kpireport import cli, command_line, console, languages
from kpireport.command_line import Shell
from kpireport.core.catalogue import mail
from kpireport.core.diagnostics import Where

CMD_PATH = r"C:\Program Files\PowerShell\7\Modules;C:\WINDOWS\system32\WindowsPowerShell\v1.0\Modules"
PS_PATH = rf"C:\Users\carla\Documents\WindowsPowerShell\Modules;{CMD_PATH}"


@pytest.fixture
def without_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Start the program by its full path, from a folder with a blank that is not on the path; return that folder."""
    folder = tmp_path / "my tools"
    folder.mkdir()
    (folder / "kpireport").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kpireport "$@"\n')
    (folder / "kpireport").chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(folder / "kpireport"), "init"])
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    return folder


def test_every_command_of_ours_is_known() -> None:
    assert sorted(cli.main.commands) == sorted(command_line.COMMANDS)


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        pytest.param("linux", {}, Shell.SH, id="Linux"),
        pytest.param("darwin", {}, Shell.SH, id="macOS"),
        pytest.param("win32", {"USERPROFILE": r"C:\Users\Carla", "PSModulePath": CMD_PATH}, Shell.CMD, id="cmd"),
        pytest.param("win32", {"USERPROFILE": r"C:\Users\Carla", "PSModulePath": PS_PATH}, Shell.POWERSHELL, id="PS"),
        pytest.param("win32", {}, Shell.CMD, id="a service"),
        pytest.param(
            "win32", {"USERPROFILE": r"C:\Users\Carla", "PSModulePath": PS_PATH, "MSYSTEM": "UCRT64"}, Shell.SH,
            id="Git Bash",
        ),
    ],
)  # fmt: skip
def test_the_shell_is_known_by_what_it_sets(platform: str, environment: dict[str, str], expected: Shell) -> None:
    assert command_line.shell(platform, environment) is expected


@pytest.mark.parametrize(
    ("shell", "text", "expected"),
    [
        pytest.param(Shell.SH, "kpi-2026.xlsx", "kpi-2026.xlsx", id="sh, plain"),
        pytest.param(Shell.SH, "Carla KPI", "'Carla KPI'", id="sh, a blank"),
        pytest.param(Shell.SH, "it's $5", "'it'\"'\"'s $5'", id="sh, what it gives a meaning"),
        pytest.param(Shell.CMD, r"C:\KPI\a.xlsx", r"C:\KPI\a.xlsx", id="cmd, plain"),
        pytest.param(Shell.CMD, "指标-2026.xlsx", "指标-2026.xlsx", id="cmd, Chinese"),
        pytest.param(Shell.CMD, r"C:\Carla KPI", r'"C:\Carla KPI"', id="cmd, a blank"),
        pytest.param(Shell.CMD, r"P&L (new)", r'"P&L (new)"', id="cmd, what it gives a meaning"),
        pytest.param(Shell.CMD, "D:\\my kpi\\", '"D:\\my kpi\\\\"', id="cmd, a backslash before the closing mark"),
        pytest.param(Shell.POWERSHELL, r"C:\KPI\a.xlsx", r"C:\KPI\a.xlsx", id="PowerShell, plain"),
        pytest.param(Shell.POWERSHELL, r"C:\Carla's $KPI", r"'C:\Carla''s $KPI'", id="PowerShell, marks and $"),
        pytest.param(Shell.POWERSHELL, "Carla’s", "'Carla’’s'", id="PowerShell, a typographic mark ends a word too"),
    ],
)
def test_a_word_is_one_word(shell: Shell, text: str, expected: str) -> None:
    assert command_line.word(text, shell) == expected


def test_powershell_calls_a_quoted_program() -> None:
    program = r"C:\Program Files\k\kpireport.exe"
    assert command_line.line(program, "run", to=Shell.POWERSHELL) == rf"& '{program}' run"
    assert command_line.line(program, "run", to=Shell.CMD) == rf'"{program}" run'
    assert command_line.line(r"C:\k\kpireport.exe", "run", to=Shell.POWERSHELL) == r"C:\k\kpireport.exe run"


@pytest.mark.parametrize(
    ("shell", "folder", "expected"),
    [
        (Shell.SH, "Carla KPI", "cd 'Carla KPI'"),
        (Shell.SH, "-kpi", "cd ./-kpi"),
        (Shell.CMD, r"D:\Carla KPI", r'cd /d "D:\Carla KPI"'),
        (Shell.POWERSHELL, r"D:\Carla KPI", r"cd 'D:\Carla KPI'"),
    ],
)
def test_the_folder_is_changed_to(shell: Shell, folder: str, expected: str) -> None:
    assert command_line.into(Path(folder), shell) == expected


def test_the_bare_name_is_for_the_path_that_leads_to_this_program(
    without_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = f"'{without_path}/kpireport'"
    assert command_line.program() == full
    other = tmp_path / "stranger"
    other.mkdir()
    (other / "kpireport").write_text("#!/bin/sh\n")
    (other / "kpireport").chmod(0o755)
    monkeypatch.setenv("PATH", str(other))
    assert command_line.program() == full
    monkeypatch.setenv("PATH", str(without_path))
    assert command_line.program() == "kpireport"


def test_without_a_script_python_starts_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = str(tmp_path / "my python")
    monkeypatch.setattr(sys, "executable", python)
    monkeypatch.setattr(sys, "argv", ["/lib/kpireport/__main__.py"])
    assert command_line.program(Shell.SH) == f"'{python}' -m kpireport"
    assert command_line.program(Shell.POWERSHELL) == f"& '{python}' -m kpireport"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("then run 'kpireport outbox send'", "then run 'K outbox send'"),
        ("请用 kpireport outbox list 查看", "请用 K outbox list 查看"),
        ("`kpireport check WORKBOOK` shows it", "`K check WORKBOOK` shows it"),
        ('pip install "msal>=1.31,<2"', 'P install "msal>=1.31,<2"'),
        ("add it to kpireport.toml", "add it to kpireport.toml"),
        ("a bug in kpireport stopped this workbook", "a bug in kpireport stopped this workbook"),
        ("python -m pip install x; .venv/bin/kpireport run", "python -m pip install x; .venv/bin/kpireport run"),
    ],
)
def test_commands_in_sentences_are_written_as_they_work(
    text: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_line, "program", lambda: "K")
    monkeypatch.setattr(command_line, "pip", lambda: "P")
    assert command_line.as_typed(text) == expected


def test_a_problem_is_printed_with_a_command_that_works(without_path: Path) -> None:
    told = mail.LOCKED.at(Where())
    assert f"'{without_path}/kpireport' outbox" in console.lines(told, languages.load("en"))[1]
    assert f"'{without_path}/kpireport' outbox" in console.lines(told, languages.load("zh"))[1]
    assert "my tools" not in console.as_json([told], languages.load("en"))  # it may be read on another computer


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_init_prints_and_writes_works_when_typed(language: str, without_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Carla's KPI"
    done = CliRunner().invoke(cli.main, ["init", str(folder), "--yes", "--language", language])
    assert done.exit_code == 0, done.output
    typed = [line.strip() for line in done.output.splitlines() if line.startswith("  ")]
    assert len(typed) == 2
    subprocess.run(["sh", "-c", " && ".join([*typed[:1], typed[1] + " --format html --no-state"])], check=True, cwd="/")
    assert list((folder / "reports").glob("*.html"))
    readme = (folder / "README.txt").read_text("utf-8-sig").splitlines()
    commands = [line.strip() for line in readme if "kpireport' " in line]
    assert len(commands) == 4
    for command in commands:
        assert subprocess.run(["sh", "-c", command], cwd=folder, check=False, capture_output=True).returncode in (0, 1)


def test_a_help_page_says_how_the_command_is_typed_here(without_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = CliRunner().invoke(cli.main, ["help", "mail"]).output
    assert told.startswith("# mail")
    assert told.endswith(f"'{without_path}/kpireport'\n")
    monkeypatch.setenv("PATH", str(without_path))
    assert str(without_path) not in CliRunner().invoke(cli.main, ["help", "mail"]).output
