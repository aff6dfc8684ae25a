"""In which language commands talk: as a person asks, else as the settings or the workbook say, else as the system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kpireport import languages
from kpireport.cli import main
from kpireport.commands.speaking import quoted_path, system_language
from tests.workbooks import save


def listed(*before: str, settings: str = "", folder: Path, **environment: str) -> str:
    (folder / "kpireport.toml").write_text(settings, "utf-8")
    words = [*before, "outbox", "list", "--settings", str(folder / "kpireport.toml")]
    done = CliRunner().invoke(main, words, env={"KPIREPORT_LANGUAGE": None, "LC_ALL": "C", **environment})
    assert languages.TALKING.get() == ("", "")
    return done.output


@pytest.mark.parametrize(
    ("before", "environment", "tag"),
    [
        ((), {}, "en"),
        (("--ui-language", "de"), {}, "de"),
        ((), {"KPIREPORT_LANGUAGE": "zh"}, "zh"),
        (("--ui-language", "de"), {"KPIREPORT_LANGUAGE": "zh"}, "de"),
    ],
)
def test_a_command_talks_as_it_is_asked_to(
    before: tuple[str, ...], environment: dict[str, str], tag: str, tmp_path: Path
) -> None:
    sentence = languages.load(tag).say("program.outbox.absent", folder=quoted_path(tmp_path / ".kpireport"))
    assert sentence in listed(*before, folder=tmp_path, **environment)


def test_the_language_of_the_system_is_spoken_where_nothing_else_is_said(tmp_path: Path) -> None:
    environment = {name: text for name, text in os.environ.items() if name not in ("LC_ALL", "LC_MESSAGES", "LANG")}
    command = [sys.executable, "-m", "kpireport", "outbox", "list", "--state", str(tmp_path / "none")]
    done = subprocess.run(
        command, capture_output=True, check=False, env=environment | {"LANG": "de_CH.UTF-8"}, cwd=tmp_path,
    )  # fmt: skip
    sentence = languages.load("de").say("program.outbox.absent", folder=quoted_path(tmp_path / "none"))
    assert sentence in done.stderr.decode()


def test_the_report_s_language_stays_that_of_language(tmp_path: Path) -> None:
    goals, metrics = "KPI | Target | Unit\nRevenue | 10 | EUR", "KPI | 2026-01\nRevenue | 9"
    book = save(tmp_path / "a.xlsx", Goals=goals, Metrics=metrics)
    words = ["build", str(book), "--language", "zh", "--format", "html", "--out", str(tmp_path), "--no-state"]
    done = CliRunner().invoke(main, ["--ui-language", "de", *words, "--today", "2026-02-05"])
    assert done.exit_code == 0, done.output
    assert '<html lang="zh' in (tmp_path / "a.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("environment", "tag"),
    [
        ({"LANG": "de_CH.UTF-8"}, "de"),
        ({"LANG": "zh_CN"}, "zh"),
        ({"LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"}, ""),
        ({"LC_MESSAGES": "fr_FR@euro", "LANG": "de_DE"}, "fr"),
        ({"LANG": ""}, ""),
        ({}, ""),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows is asked itself")
def test_the_system_says_its_language(environment: dict[str, str], tag: str) -> None:
    assert system_language(environment) == tag
