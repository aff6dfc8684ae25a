"""[mail] and [[recipient]] of kpireport.toml, and where secrets come from."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from kpireport.core.mailing import Secret, SecretKind
from kpireport.deliver.secrets import SecretError, fetch, named
from kpireport.deliver.transports import TRANSPORTS
from kpireport.deliver.transports.smtp import SmtpSettings
from kpireport.settings.mail import mail
from tests.saying import said

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
[mail]
transport = "smtp"
sender = "KPI reports <kpi@example.com>"
owner = "boss@example.com"
reply_to = "finance@example.com"
host = "mail.example.com"
user = "kpi"
password = { env = "SMTP_PASSWORD" }
allowed_domains = ["Example.com", "@example.org"]
max_messages_per_run = 300
on_correction = "send_marked"
link_folder = "links"

[[recipient]]
address = "anna@example.com"
name = "Anna"
reports = ["Group*"]
scope = "department=Sales"
language = "zh"
formats = ["pdf", "html"]
condition = "changed"
from = 2026-01-01
until = "2026-12-31"

[[recipient]]
address = "li@example.org"
password = { keyring = "kpireport/li" }
"""


def read(folder: Path, text: str) -> tuple[object, list[str], str]:
    path = folder / "kpireport.toml"
    path.write_text(text, "utf-8")
    found, told = mail(path, TRANSPORTS)
    sentences = " ".join(said(d.problem, language) + said(d.fix, language) for d in told for language in ("en", "zh"))
    return found, [f"{d.where.cell} {d.code}" for d in told], sentences


def test_all_that_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "kpireport.toml"
    path.write_text(GOOD, "utf-8")
    found, told = mail(path, TRANSPORTS)
    assert told == ()
    assert found is not None
    server = found.of(SmtpSettings)
    assert (server.host, server.port, server.security) == ("mail.example.com", 587, "starttls")
    assert server.password == Secret(SecretKind.ENV, ("SMTP_PASSWORD",))
    assert found.allowed_domains == ("example.com", "example.org")
    assert found.link_folder == tmp_path / "links"
    assert (found.max_messages_per_run, found.on_correction, found.per_minute) == (300, "send_marked", 0)
    anna, li = found.recipients
    assert (anna.scope, anna.language, anna.formats, anna.condition) == (
        "department=Sales", "zh", ("pdf", "html"), "changed",
    )  # fmt: skip
    assert (anna.first_day, anna.last_day) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (li.password, li.formats) == (Secret(SecretKind.KEYRING, ("kpireport/li",)), ("pdf",))


ARCHIVE = """
[mail.archive]
host = "imap.example.com"
"""


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        pytest.param("", "", id="its host is enough"),
        pytest.param('bcc = "archive@example.com"', "", id="a copy inside the house"),
        pytest.param('bcc = "archive@elsewhere.net"', "mail.archive D203", id="a copy outside"),
        pytest.param('bcc = "no address"', "mail.archive.bcc D202", id="a copy to nobody"),
        pytest.param('security = "none"', "mail.archive.security D102", id="a password in the clear"),
        pytest.param('password = "hunter2"', "mail.archive.password D101", id="a password written out"),
        pytest.param('mailbx = "Sent"', "mail.archive.mailbx X403", id="a misspelt setting"),
    ],
)
def test_the_archive(tmp_path: Path, more: str, problem: str) -> None:
    found, told, said = read(tmp_path, GOOD + ARCHIVE + more)
    assert told == ([problem] if problem else [])
    assert (found is None) == bool(problem)
    assert "hunter2" not in said


def test_a_settings_file_that_says_nothing_of_mail(tmp_path: Path) -> None:
    assert read(tmp_path, "[report]\n") == (None, [], "")


def changed(line: str, instead: str) -> str:
    assert line in GOOD
    return GOOD.replace(line, instead)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            changed('{ env = "SMTP_PASSWORD" }', '"hunter2"'), "mail.password D101", id="a password written out"
        ),
        pytest.param(
            changed('{ env = "SMTP_PASSWORD" }', '{ text = "hunter2" }'),
            "mail.password D101",
            id="a password written out in a table",
        ),
        pytest.param(
            changed('{ env = "SMTP_PASSWORD" }', '{ env = "A", file = "hunter2" }'),
            "mail.password D101",
            id="two places",
        ),
        pytest.param(
            changed('{ keyring = "kpireport/li" }', '"hunter2"'),
            "recipient[2].password D101",
            id="a PDF's password written out",
        ),
        pytest.param(
            changed('allowed_domains = ["Example.com", "@example.org"]', ""),
            "mail.allowed_domains X407",
            id="no allowed domains",
        ),
        pytest.param(
            changed('["Example.com", "@example.org"]', '["*"]'), "mail.allowed_domains D202", id="all domains"
        ),
        pytest.param(changed('"boss@example.com"', '"boss@elsewhere.org"'), "mail.owner D203", id="an owner outside"),
        pytest.param(
            changed('"KPI reports <kpi@example.com>"', '"KPI reports"'),
            "mail.sender D202",
            id="a sender without an address",
        ),
        pytest.param(changed('sender = "KPI reports <kpi@example.com>"\n', ""), "mail.sender X407", id="no sender"),
        pytest.param(changed('host = "mail.example.com"\n', ""), "mail.host X407", id="no host"),
        pytest.param(
            changed('user = "kpi"', 'user = "kpi"\nsecurity = "none"'),
            "mail.security D102",
            id="a password in the clear",
        ),
        pytest.param(changed('user = "kpi"\n', ""), "mail.user X407", id="a password without a user"),
        pytest.param(
            changed('password = { env = "SMTP_PASSWORD" }\n', ""), "mail.password X407", id="a user without a password"
        ),
        pytest.param(
            changed('transport = "smtp"', 'transport = "smpt"'), "mail.transport X405", id="no such transport"
        ),
        pytest.param(
            changed("max_messages_per_run = 300", "max_messages_per_run = 0"),
            "mail.max_messages_per_run X406",
            id="a brake that lets nothing pass",
        ),
        pytest.param(changed('"send_marked"', '"send"'), "mail.on_correction X405", id="no such way with corrections"),
        pytest.param(changed("owner = ", "ownr = "), "mail.ownr X403", id="a misspelt setting"),
        pytest.param(
            changed('condition = "changed"', 'condition = "red"'), "recipient[1].condition X405", id="no such condition"
        ),
        pytest.param(changed('["pdf", "html"]', '["pdf", "docx"]'), "recipient[1].formats X405", id="no such format"),
        pytest.param(changed('"2026-12-31"', '"soon"'), "recipient[1].until X404", id="no day"),
        pytest.param(
            changed('"anna@example.com"', '"anna@example.com\\nx"'),
            "recipient[1].address D202",
            id="an address with a line break",
        ),
        pytest.param(
            changed('transport = "smtp"', 'transport = "graph"\ntenant = "t"\nclient = "c"'),
            "mail.secret X407",
            id="Graph without a secret",
        ),
        pytest.param(
            changed('user = "kpi"', 'user = "kpi"\nauth = "xoauth2"'), "mail.token X407", id="XOAUTH2 without a token"
        ),
        pytest.param(
            changed('user = "kpi"', 'user = "kpi"\ngraph_url = "http://example.com"'),
            "mail.graph_url D102",
            id="a token in the clear",
        ),
    ],
)
def test_each_mistake_has_its_place_and_nothing_is_sent(tmp_path: Path, text: str, problem: str) -> None:
    found, told, said = read(tmp_path, text)
    assert found is None
    assert problem in told
    assert "hunter2" not in said


def test_a_secret_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_WORD", "s3cret ")
    assert fetch(Secret(SecretKind.ENV, ("KPI_WORD",))) == "s3cret "
    assert named(Secret(SecretKind.ENV, ("KPI_WORD",))) == "env KPI_WORD"


def test_a_secret_from_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "word"
    path.write_bytes(b"\xef\xbb\xbfs3cret\r\n")
    path.chmod(0o600)
    assert fetch(Secret(SecretKind.FILE, (str(path),))) == "s3cret"


def test_a_secret_from_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "smtp").write_text("s3cret\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert fetch(Secret(SecretKind.CREDENTIAL, ("smtp",))) == "s3cret"


def test_a_secret_from_a_command() -> None:
    assert fetch(Secret(SecretKind.COMMAND, (sys.executable, "-c", "print('s3cret'); print('more')"))) == "s3cret"


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(Secret(SecretKind.ENV, ("KPI_NOT_THERE",)), id="no such variable"),
        pytest.param(Secret(SecretKind.ENV, ("KPI_EMPTY",)), id="an empty variable"),
        pytest.param(Secret(SecretKind.FILE, ("not/there",)), id="no such file"),
        pytest.param(Secret(SecretKind.CREDENTIAL, ("x",)), id="no systemd"),
        pytest.param(Secret(SecretKind.COMMAND, ("no-such-program-here",)), id="no such program"),
        pytest.param(
            Secret(SecretKind.COMMAND, (sys.executable, "-c", "print('s3cret'); raise SystemExit(3)")),
            id="a command that fails",
        ),
    ],
)
def test_a_secret_that_cannot_be_had_is_told_without_it(secret: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_EMPTY", "")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(SecretError) as told:
        fetch(secret)
    assert str(told.value)
    assert "s3cret" not in str(told.value)


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_a_secret_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "word"
    path.write_text("s3cret")
    path.chmod(0o644)
    with pytest.raises(SecretError, match="chmod 600"):
        fetch(Secret(SecretKind.FILE, (str(path),)))


def test_a_credential_does_not_lead_out_of_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "word").write_text("s3cret")
    (tmp_path / "inner").mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "inner"))
    with pytest.raises(SecretError):
        fetch(Secret(SecretKind.CREDENTIAL, ("../word",)))
