"""What Windows does differently, as far as it shows anywhere: names, consoles, line ends, paths, how workers start.

What only Windows can show is a checklist in CONTRIBUTING.md.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kpireport import languages
from kpireport.batch import publishing
from kpireport.cli import main
from kpireport.resources import sample_workbooks
from kpireport.settings import open_table
from tests.workbooks import save

ROOT = Path(__file__).parents[1]
GOALS = "KPI | Target | Unit | Direction | Owner\nRevenue | 1200 | EUR k | higher | Ana"
METRICS = "KPI | 2026-01 | 2026-02 | 2026-03\nRevenue | 90 | 110 | 105"
CHINESE = "指标 | 年度目标 | 单位 | 方向 | 负责人\n收入 | 1200 | 万元 | 越高越好 | 张三"
FIGURES = "指标 | 2026-01 | 2026-02\n收入 | 90 | 110"


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(part) for part in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("workbook", "report"),
    [
        pytest.param("CON.xlsx", "_CON.json", id="a device"),
        pytest.param("nul.xlsx", "_nul.json", id="a device in small letters"),
        pytest.param("com1.north.xlsx", "_com1.north.json", id="a device with more behind it"),
        pytest.param("LPT9.xlsx", "_LPT9.json", id="a printer"),
        pytest.param("console.xlsx", "console.json", id="only the beginning of one"),
        pytest.param("March. .xlsx", "March.json", id="a dot and a blank at the end"),
        pytest.param("a<b>c.xlsx", "a_b_c.json", id="characters that Windows forbids"),
    ],
)
def test_a_report_has_a_name_that_windows_allows(tmp_path: Path, workbook: str, report: str) -> None:
    path = save(tmp_path / workbook, Goals=GOALS, Metrics=METRICS)
    code, text = run("build", path, "--out", tmp_path / "out", "--format", "json", "--no-state")
    assert code == 0, text
    assert [one.name for one in (tmp_path / "out").iterdir()] == [report]


def test_a_department_named_like_a_device_has_a_report_of_its_own(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", Goals=f"{GOALS} | AUX".replace("Owner\n", "Owner | Department\n"), Metrics=METRICS)
    code, text = run(
        "build", path, "--out", tmp_path / "out", "--format", "json", "--no-state", "--scope", "department=AUX"
    )
    assert code == 0, text
    for one in (tmp_path / "out").iterdir():
        assert one.name.partition(".")[0].casefold() != "aux"


def test_reports_whose_names_differ_by_case_alone_have_folders_of_their_own(tmp_path: Path) -> None:
    folders = publishing.Places(tmp_path)
    one, other, again = (folders.of(name, "2026-03") for name in ("Sales", "SALES", "Sales"))
    assert one == again
    assert str(one).casefold() != str(other).casefold()
    assert folders.of("CON", "2026-03").parent.name == "_CON"


COMMANDS = [
    ["--help"], ["check", "a.xlsx"], ["check", "零售.xlsx", "--language", "zh"], ["check", "bad.xlsx"],
    ["check", "bad.xlsx", "--language", "zh"], ["build", "零售.xlsx", "--format", "html,json", "--no-state"],
    ["explain", "零售.xlsx", "收入", "--language", "zh"], ["map", "零售.xlsx", "--dry"], ["history"],
    ["help"], ["help", "workbook"], ["help", "problems"], ["help", "X402"], ["doctor", "--language", "zh"],
    ["doctor", "--system", "windows"], ["themes", "list"], ["init", "新的", "--language", "zh", "--yes"],
    ["run", "--settings", "新的/kpireport.toml"], ["status", "--settings", "新的/kpireport.toml"],
    ["status", "--settings", "新的/kpireport.toml", "--format", "json"], ["schedule", "print", "--windows"],
    ["outbox", "list", "--settings", "新的/kpireport.toml"], ["mail", "test", "--settings", "新的/kpireport.toml"],
    ["mail", "preview", "零售.xlsx", "--settings", "新的/kpireport.toml"], ["watch", "--settings", "没有.toml"],
    ["preview", "--help"],
]  # fmt: skip
EVERYTHING = """
import json, sys
from kpireport import cli
for arguments in json.load(open(sys.argv[1], encoding="utf-8")):
    sys.argv = ["kpireport", *arguments]
    try:
        cli.entry()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    sys.stdout.flush()
    print(f"<<{ascii(arguments)} ended with {code}>>", flush=True)
"""


@pytest.mark.parametrize("encoding", ["cp1252", "cp936"])
def test_every_command_speaks_on_a_console_of_windows(tmp_path: Path, encoding: str) -> None:
    save(tmp_path / "a.xlsx", Goals=GOALS, Metrics=METRICS)
    save(tmp_path / "零售.xlsx", 目标=CHINESE, 数据=FIGURES)
    save(tmp_path / "bad.xlsx", Goals=GOALS.replace("1200", "95,3,1 pct — ≥ ☃"), Metrics=METRICS)
    (tmp_path / "commands.json").write_text(str(COMMANDS).replace("'", '"'), "utf-8")
    known = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-c", EVERYTHING, "commands.json"],
        cwd=tmp_path, env=known, capture_output=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    said, wrong = done.stdout.decode(encoding), done.stderr.decode(encoding)
    assert "Traceback" not in wrong, wrong
    assert "Traceback" not in said
    ended = [line for line in said.splitlines() if line.startswith("<<")]
    assert len(ended) == len(COMMANDS), (ended, wrong)
    assert not [line for line in ended if "ended with 70" in line], wrong


def test_a_settings_file_of_notepad_is_read(tmp_path: Path) -> None:
    path = tmp_path / "kpireport.toml"
    path.write_bytes('\ufeff[inbox]\r\npath = "drop"\r\npattern = ["*.xlsx"]\r\n'.encode())
    top, told = open_table(path)
    assert top is not None
    assert told == ()
    inbox = top.table("inbox")
    assert (inbox.path("path", "inbox"), inbox.texts("pattern")) == (tmp_path / "drop", ("*.xlsx",))


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        pytest.param(r"path = 'D:\kpi\inbox'", [], id="in single quotes, as it is"),
        pytest.param(r'path = "D:\\kpi\\inbox"', [], id="in double quotes, each backslash twice"),
        pytest.param('path = "D:/kpi/inbox"', [], id="with slashes"),
        pytest.param(r"path = '\\server\share\kpi'", [], id="on a server"),
        pytest.param(r'path = "D:\Users\li"', ["X402"], id="in double quotes TOML takes it for a character's number"),
        pytest.param(r'path = "D:\new\reports"', ["X404"], id="or makes line breaks of it, which no path has"),
        pytest.param(r'path = "D:\temp"', ["X404"], id="or a tab"),
    ],
)
def test_a_drive_and_backslashes_in_the_settings(tmp_path: Path, line: str, codes: list[str]) -> None:
    path = tmp_path / "kpireport.toml"
    path.write_text(f"[inbox]\n{line}\n", "utf-8")
    top, told = open_table(path)
    if top is not None:
        top.table("inbox").path("path", "inbox")
        told = (*told, *top.problems)
    assert [problem.code for problem in told] == codes
    if codes:
        assert "single quotes" in languages.load("en").text(told[0].fix)


def test_a_path_of_more_than_260_characters(tmp_path: Path) -> None:
    deep = tmp_path
    while len(str(deep)) < 300:
        deep /= "Konzernberichtswesen und Controlling"
    path = save(deep / "in" / "group.xlsx", Goals=GOALS, Metrics=METRICS)
    code, text = run("build", path, "--out", deep / "out", "--format", "html,json", "--state", deep / "state")
    assert code == 0, text
    assert sorted(one.name for one in (deep / "out").iterdir()) == ["group.html", "group.json"]


def test_a_path_that_windows_cannot_resolve_is_used_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Network drives of some makers open a file, and do not say what it is called in full."""
    path = save(tmp_path / "in" / "group.xlsx", Goals=GOALS, Metrics=METRICS)

    def realpath(path: Path, *, strict: bool = False) -> str:
        Path(path).lstat()
        error = OSError(22, "more data available")
        error.winerror = 234
        raise error

    monkeypatch.setattr(os.path, "realpath", realpath)
    code, text = run("build", path, "--out", tmp_path / "out", "--format", "json", "--no-state")
    assert code == 0, text
    code, text = run("check", tmp_path / "in" / "none.xlsx")
    assert "F101" in text, text
    (tmp_path / "in" / "link.xlsx").symlink_to(path)
    code, _ = run("check", tmp_path / "in" / "link.xlsx")
    assert code != 0


def test_workers_are_started_as_windows_starts_them() -> None:
    """Every pool of processes is told to spawn: what is inherited by a fork elsewhere would be missing on Windows."""
    seen = 0
    for path in sorted((ROOT / "kpireport").rglob("*.py")):
        source = path.read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            assert name not in ("os.fork", "multiprocessing.Process", "Process"), path
            if name.endswith("get_context"):
                assert [ast.literal_eval(one) for one in node.args] == ["spawn"], path
                seen += 1
            if name.endswith(("ProcessPoolExecutor", "multiprocessing.Pool")):
                assert any(word.arg == "mp_context" for word in node.keywords), path
    assert seen


def test_nothing_is_opened_as_text_without_saying_how_it_is_written() -> None:
    """Without an encoding Windows takes the code page of the machine."""
    seen, wrong = 0, []
    for path in sorted((ROOT / "kpireport").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in ("read_text", "write_text"):
                seen += 1
                place = 0 if node.func.attr == "read_text" else 1
                if len(node.args) <= place and not any(word.arg == "encoding" for word in node.keywords):
                    wrong.append(f"{path.name}:{node.lineno}")
    assert seen > 10
    assert wrong == []


def test_the_sample_workbooks_have_names_for_every_system() -> None:
    names = [path.name for path in sample_workbooks().glob("*.xlsx")]
    assert names
    assert len({name.casefold() for name in names}) == len(names)
    assert all(name.isascii() for name in names)
