"""Every command that a message names works as it is printed: it is there, and so are its options and arguments."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kpireport import command_line
from kpireport.cli import main
from kpireport.command_line import NAME, Shell, as_typed
from tests.mailing import TODAY, people, post, product, settings

ROOT = Path(__file__).parents[1] / "kpireport"
FILES = [
    *ROOT.glob("languages/*/problems.toml"), *ROOT.glob("languages/*/letters.toml"),
    *ROOT.glob("languages/*/program.toml"),
]  # fmt: skip
COMMAND = re.compile(rf"(?<![\w./-]){NAME} (?=[a-z])([^'„“”`\n。；，,;]*)")
OURS = ("outbox", "mail", "run", "watch", "status", "repair", "doctor", "schedule")
STAND_IN = {"KEY": "ab12", "WORDS": "because", "ADDRESS": "a@example.com", "WORKBOOK": "a.xlsx", "NAME": "Group"}


def sentences(path: Path) -> list[str]:
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                walk(inner)
        elif isinstance(value, str):
            found.append(value)

    walk(tomllib.loads(path.read_text("utf-8")))
    return found


def commands() -> list[tuple[str, str]]:
    named = [
        (path.parent.name, command.strip(" .:）)"))
        for path in FILES
        for sentence in sentences(path)
        for command in COMMAND.findall(sentence)
    ]
    return sorted({(tag, command) for tag, command in named if command.split()[0] in OURS})


@pytest.mark.parametrize(("tag", "command"), commands())
def test_a_command_of_a_hint_can_be_typed(tag: str, command: str) -> None:
    """Eight hints named 'outbox cancel KEY', which failed for want of --reason."""
    words = [STAND_IN.get(word, "x" if "{" in word else word) for word in shlex.split(command)]
    words = [word for word in words if word.isascii()]
    level: click.Command = main
    context = click.Context(main)
    while isinstance(level, click.Group) and words and words[0] in level.commands:
        level = level.commands[words.pop(0)]
    assert not isinstance(level, click.Group), f"{tag}: {command} names no command"
    options = {name for option in level.params for name in option.opts}
    used = [word for word in words if word.startswith("--")]
    assert set(used) <= options, f"{tag}: {command}"
    if used or not words:  # a sentence may go on behind the words of a command
        level.make_context(level.name, words, parent=context)


def test_there_are_hints_in_every_language() -> None:
    assert {tag for tag, _ in commands()} >= {"en", "de", "zh"}
    assert len(commands()) > 20


@pytest.mark.parametrize(
    ("sentence", "typed"),
    [
        ("see 'kpireport outbox list --waiting'", "outbox list --settings 'my kpi/kpireport.toml' --waiting"),
        ("then kpireport outbox send", "outbox send --settings 'my kpi/kpireport.toml'"),
        ("kpireport status.", "status --settings 'my kpi/kpireport.toml'."),
        ("kpireport check WORKBOOK", "kpireport check WORKBOOK"),
        ("kpireport help batch", "kpireport help batch"),
    ],
)
def test_a_hint_names_the_settings_that_a_command_went_by(
    sentence: str, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_line, "shell", lambda: Shell.SH)
    token = command_line.goes_by(Path("my kpi/kpireport.toml"))
    try:
        assert typed in as_typed(sentence)
    finally:
        command_line.SETTINGS.reset(token)


def test_the_usual_settings_are_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    token = command_line.goes_by(tmp_path / "kpireport.toml")
    assert "--settings" not in as_typed("kpireport outbox send")
    command_line.SETTINGS.reset(token)


def test_what_release_prints_can_be_typed_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = post(tmp_path, settings())
    office.put(product(*people(1)), today=TODAY, hold=("too large",))  # type: ignore[arg-type]
    office.close()
    path = tmp_path / "kpireport.toml"
    path.write_text('[batch]\nstate = "state"\n', "utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    done = CliRunner().invoke(main, ["outbox", "release", "--all", "--settings", str(path)])
    assert f"outbox send --settings {path}" in done.output
    assert command_line.SETTINGS.get() is None
