"""kpireport doctor: what is looked at, what is said, and what to do on each system."""

from __future__ import annotations

import ast
import shutil
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from kpireport import __version__, doctor, languages
from kpireport.batch.ledger import RunLedger
from kpireport.cli import main
from kpireport.core.catalogue import settings_file as problems
from kpireport.core.messages import Language
from kpireport.doctor import SYSTEMS, Finding, Grade
from kpireport.render import fonts
from tests.mailing import Box, Mailer, free_port
from tests.servers import Misbehaving, Script
from tests.test_store import remembered

EN, ZH = languages.load("en"), languages.load("zh")


def named(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(each.name, each.grade.value) for each in findings]


def settings(tmp_path: Path, text: str = "") -> Path:
    path = tmp_path / "kpireport.toml"
    path.write_text(text, "utf-8")
    return path


REMEDIED = (
    "python", "packages_missing", "pango_missing", "pango_old", "fonts_missing", "chinese_missing", "chinese_thin",
    "encoding_narrow", "clock_wrong", "zones_missing", "folder_closed", "disk_full", "folder_time",
)  # fmt: skip


def test_whatever_is_not_fine_has_a_remedy() -> None:
    calls = [
        node for node in ast.walk(ast.parse(Path(doctor.__file__).read_text("utf-8"))) if isinstance(node, ast.Call)
    ]
    looked = [call.args for call in calls if ast.unparse(call.func) == "Finding" and len(call.args) > 1]
    assert len(looked) > 20
    names = {
        node.value
        for grade, name, *_ in looked
        if ast.unparse(grade) != "Grade.FINE"
        for node in ast.walk(name)
        if isinstance(node, ast.Constant)
    }
    # Each of these is said where all is fine, or has the words of a problem of its own.
    assert names - {"fonts", "clock", "pango", "settings", "mail", "store", "schedule"} <= set(REMEDIED)


@pytest.mark.parametrize("name", REMEDIED)
@pytest.mark.parametrize("language", [EN, ZH], ids=lambda language: language.tag)
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_remedy_is_known_for_every_system(name: str, language: Language, system: str) -> None:
    fix = Finding(Grade.MEND, name, {"pip": 'pip install "x>=1,<2"'}).fix(language, system)
    assert fix
    assert "{" not in fix


def test_this_computer_is_ready_and_so_is_a_new_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(main, ["init", str(tmp_path / "kpi"), "--yes"]).exit_code == 0
    monkeypatch.chdir(tmp_path / "kpi")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    before = sorted(tmp_path.rglob("*"))
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 0, done.output
    assert "everything is ready" in done.output
    assert sorted(tmp_path.rglob("*")) == before


def test_one_thing_to_mend_makes_the_exit_code_one(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["doctor", "--settings", str(settings(tmp_path, "[layout\n")), "--system", "macos"])
    assert done.exit_code == 1
    fix = languages.load("en").sentences[f"problems.{problems.NOT_TOML.code}.fix"]
    assert fix.partition(";")[0] in done.output


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        pytest.param("", "fine", id="empty"),
        pytest.param("[[layout]]\nsheet = 'A'\n", "fine", id="a layout"),
        pytest.param("[[layout]]\nshet = 'A'\n", "mend", id="a name that nobody asks for"),
        pytest.param("layout = 3\n", "mend", id="a wrong type"),
        pytest.param("= 3\n", "mend", id="no TOML"),
    ],
)
def test_settings_are_read(text: str, grade: str, tmp_path: Path) -> None:
    assert {each.grade.value for each in doctor.settings_file(settings(tmp_path, text))} == {grade}


def test_folders_are_those_of_the_settings(tmp_path: Path) -> None:
    path = settings(tmp_path, "[inbox]\npath = 'drop here'\n")
    assert doctor.folders(path)[:2] == (tmp_path / "drop here", tmp_path / "reports")


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert named(doctor.place(tmp_path / "file" / "inbox")) == [("folder_closed", "mend")]


def test_a_full_disk_and_a_foreign_clock_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5_000_000))
    monkeypatch.setattr(doctor, "_changed", lambda _: 0.0)
    found = named(doctor.place(tmp_path))
    assert found == [("folder", "fine"), ("disk_full", "mend"), ("folder_time", "mend")]


@pytest.mark.parametrize(("tag", "grade"), [("zh", "mend"), ("en", "advice")])
def test_chinese_fonts_are_missed_where_they_are_needed(tag: str, grade: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "han", dict)
    assert named(doctor.fonts(languages.load(tag))) == [("fonts", "fine"), ("chinese_missing", grade)]


def test_a_missing_package_is_installed_by_its_own_name_and_bounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = ["babel<3,>=2.16", "no-such-package<2,>=1", "tzdata>=2024.2; sys_platform == 'win32'", "x; extra == 'zh'"]
    monkeypatch.setattr(metadata, "requires", {"kpireport-xlsx": lines}.__getitem__)
    monkeypatch.setattr(sys, "platform", "linux")
    told = list(doctor.packages())
    assert named(told) == [("packages", "fine"), ("packages_missing", "mend")]
    assert told[1].fix(EN, "linux") == told[1].fix(ZH, "windows") == 'pip install "no-such-package<2,>=1"'


def test_a_program_that_was_never_installed_is_told_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def requires(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", requires)
    (told,) = doctor.packages()
    assert told.text(EN) == f"packages: kpireport {__version__}"


def test_doctor_says_which_chinese_fonts_are_used() -> None:
    told = [each.text(EN) for each in doctor.fonts(ZH) if each.name == "chinese"]
    assert told
    assert all(any(f"{face.family}: {face.file}" in text for text in told) for face in fonts.han().values())


def test_no_bold_chinese_is_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    regular = {(fonts.SANS, fonts.REGULAR): fonts.han()[fonts.SANS, fonts.REGULAR]}
    monkeypatch.setattr(fonts, "han", lambda: regular)
    assert named(doctor.fonts(ZH)) == [("fonts", "fine"), ("chinese", "fine"), ("chinese_thin", "advice")]


def test_a_computer_without_pango_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    (found,) = doctor.pango()
    assert (found.name, found.grade) == ("pango_missing", Grade.MEND)
    assert 'pip install "gstreamer-libs' in found.fix(EN, "windows")
    assert "brew" in found.fix(ZH, "macos")
    assert "apt" in found.fix(EN, "linux")


def test_a_narrow_console_is_only_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(encoding="cp1252"))
    assert (doctor.encoding().name, doctor.encoding().grade) == ("encoding_narrow", Grade.ADVICE)


MAIL = """
[mail]
sender = "KPI <kpi@example.com>"
owner = "boss@example.com"
allowed_domains = ["example.com"]
"""


def by_smtp(port: int, more: str = "") -> str:
    return f'{MAIL}transport = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n{more}'


def test_the_mail_server_is_asked_where_mail_is_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """doctor named a module that does not exist, and its test put one there: mail was never looked at."""
    assert named(doctor.mail(None)) == [("mail_none", "fine")]
    assert named(doctor.mail(settings(tmp_path))) == [("mail_none", "fine")]
    with Mailer(Box()) as server:
        assert named(doctor.mail(settings(tmp_path, by_smtp(server.port)))) == [("mail", "fine")]
    (told,) = doctor.mail(settings(tmp_path, by_smtp(free_port())))
    assert (told.grade, told.told and told.told.name) == (Grade.MEND, "SERVER_DOWN")
    monkeypatch.setenv("KPI_SECRET", "wrong")
    script = Script({"ehlo": "250-here\r\n250 AUTH PLAIN", "auth": "535 5.7.8 no"})
    with Misbehaving(script) as refusing:
        text = by_smtp(refusing.port, 'user = "kpi"\npassword = { env = "KPI_SECRET" }\n')
        (told,) = doctor.mail(settings(tmp_path, text))
    assert (told.grade, told.told and told.told.name) == (Grade.MEND, "SIGN_IN_REFUSED")


def test_a_mail_server_that_does_not_answer_makes_the_exit_code_one(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["doctor", "--settings", str(settings(tmp_path, by_smtp(free_port())))])
    assert done.exit_code == 1
    assert "127.0.0.1" in done.output


def test_folders_that_mail_is_written_into_are_looked_at_and_not_made(tmp_path: Path) -> None:
    text = (
        f'{MAIL}transport = "dir"\nfolder = "out"\nlink_folder = "links"\n[batch]\nstate = "memory"\nreports = "made"\n'
    )
    found = doctor.folders(settings(tmp_path, text))
    assert {tmp_path / name for name in ("inbox", "made", "memory", "out", "links")} <= set(found)
    assert [each.grade for each in doctor.mail(tmp_path / "kpireport.toml")] == [Grade.FINE]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["outbox.db", "batch.db", "snapshots.db"])
def test_what_is_remembered_is_looked_at(name: str, tmp_path: Path) -> None:
    path = settings(tmp_path, '[batch]\nstate = "state"\n')
    remembered(tmp_path / "state")
    assert list(doctor.memory(path)) == []
    data = (tmp_path / "state" / name).read_bytes()
    (tmp_path / "state" / name).write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    (told,) = doctor.memory(path)
    assert told.told is not None
    assert (told.grade, told.told.name) == (Grade.MEND, "STORE_UNUSABLE")
    assert name in told.text(EN)


def test_a_schedule_that_is_not_there_is_told(tmp_path: Path) -> None:
    planned = '[batch]\nstate = "memory"\n[[report]]\nname = "Group"\nworkbooks = ["books/group.xlsx"]\nday = 3\n'
    path = settings(tmp_path, planned)
    assert [each.told and each.told.name for each in doctor.memory(path)] == ["WORKBOOK_AWAY", "NO_SCHEDULE"]
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "group.xlsx").touch()
    ledger = RunLedger(tmp_path / "memory")
    now = datetime.now(tz=UTC)
    for hours, missed in ((72, ["NO_SCHEDULE"]), (3, [])):
        ledger.began(f"run {hours}", (now - timedelta(hours=hours)).isoformat(timespec="seconds"))
        assert [each.told and each.told.name for each in doctor.memory(path)] == missed
    assert list(doctor.memory(settings(tmp_path, '[batch]\nstate = "none yet"\n'))) == []
