"""The registry of transports: each has its settings, its words and its place; another name is told."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from kpireport import manual
from kpireport.core.fields import settings_of
from kpireport.core.mailing import MailSettings
from kpireport.deliver.transports import TRANSPORTS, transport
from kpireport.deliver.transports.directory import DirectorySettings
from kpireport.deliver.transports.smtp import SmtpSettings
from kpireport.settings.mail import mail
from tests.mailing import settings
from tests.saying import said

if TYPE_CHECKING:
    from pathlib import Path

COMMON = 'sender = "kpi@example.com"\nallowed_domains = ["example.com"]\n'


def words_of(kind: type[Any]) -> dict[str, Any]:
    """Return which words a transport's settings need, as the file of the help page has them."""
    found: dict[str, Any] = {}
    for name, setting, _ in settings_of(kind):
        found[name] = str
        if setting.table is not None:
            found[f"{name}_settings"] = words_of(setting.table)
    return found


def shape(words: dict[str, Any]) -> dict[str, Any]:
    return {name: shape(value) if isinstance(value, dict) else type(value) for name, value in words.items()}


def test_each_setting_of_each_transport_has_words_and_no_other_has() -> None:
    words = tomllib.loads((manual.FOLDER / "transports.toml").read_text("utf-8"))
    assert shape(words) == {name: {"about": str, **words_of(kind.settings)} for name, kind in TRANSPORTS.items()}


def test_the_help_page_of_mail_ends_with_them() -> None:
    page = manual.page("mail") or ""
    assert [name for name in TRANSPORTS if f"\n`{name}`: " not in page] == []
    assert "- `port`: its port; left out, the usual one of the security; 1 to 65535\n" in page
    assert '- `tenant`: the directory id; needed: tenant = "the directory id"\n' in page
    assert "- `archive.security`: how the line to it is encrypted; one of starttls, tls, none; without it tls\n" in page


def read(folder: Path, text: str) -> tuple[MailSettings | None, list[str], str]:
    path = folder / "kpireport.toml"
    path.write_text(f"[mail]\n{COMMON}{text}", "utf-8")
    found, told = mail(path, TRANSPORTS)
    return found, [f"{d.where.cell} {d.code}" for d in told], " ".join(said(d.problem) for d in told)


@pytest.mark.parametrize(
    ("name", "meant"), [("stmp", "smtp"), ("sendmial", "sendmail"), ("SMTP", "smtp"), ("pigeon", "")]
)
def test_a_misspelt_transport_is_told_and_nothing_leaves(tmp_path: Path, name: str, meant: str) -> None:
    found, told, sentence = read(tmp_path, f'transport = "{name}"\nhost = "mail.example.com"')
    assert (found, told) == (None, ["mail.transport X405"])
    assert f"did you mean '{meant}'" in sentence if meant else "did you mean" not in sentence


def test_a_transport_of_no_such_name_is_never_another_one() -> None:
    with pytest.raises(LookupError):
        transport(MailSettings("stmp", SmtpSettings(host="mail.example.com")))


def test_a_transport_does_not_take_the_settings_of_another() -> None:
    with pytest.raises(TypeError, match="DirectorySettings"):
        transport(MailSettings("smtp", DirectorySettings()))


@pytest.mark.parametrize("name", TRANSPORTS)
def test_each_transport_opens_by_its_own_settings(tmp_path: Path, name: str) -> None:
    more = {"folder": tmp_path} if TRANSPORTS[name].settings is DirectorySettings else {}
    opened = transport(settings(transport=name, **more))
    opened.close()
    assert opened.host


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param('transport = "eml"\nhost = "mail.example.com"\nport = 25', [], id="it may wait for its day"),
        pytest.param('transport = "eml"\nport = 99999', ["mail.port X406"], id="its bounds hold"),
        pytest.param('transport = "eml"\npassword = "x"', ["mail.password D101"], id="no secret is written out"),
        pytest.param(
            'transport = "graph"\ntenant = "t"\nclient = "c"\nsecret = "x"',
            ["mail.secret D101", "mail.secret X407"],
            id="a setting of two transports is told once",
        ),
    ],
)
def test_what_belongs_to_another_transport_is_looked_at_and_not_asked_for(
    tmp_path: Path, text: str, told: list[str]
) -> None:
    assert read(tmp_path, text)[1] == told


@pytest.mark.parametrize(
    ("text", "most", "rate"),
    [
        pytest.param('transport = "graph"\ntenant = "t"\nclient = "c"\ntoken = {env = "T"}', 2_900_000, 30, id="Graph"),
        pytest.param('transport = "smtp"\nhost = "smtp.office365.com"', 10_000_000, 30, id="Microsoft 365 by SMTP"),
        pytest.param('transport = "smtp"\nhost = "mail.example.com"', 10_000_000, 0, id="a server of one's own"),
    ],
)
def test_what_a_transport_takes(tmp_path: Path, text: str, most: int, rate: int) -> None:
    found, told, _ = read(tmp_path, text)
    assert found is not None, told
    assert (found.most_bytes, found.per_minute) == (most, rate)


@pytest.mark.parametrize(
    ("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)], ids=lambda value: str(value)
)
def test_the_port_follows_from_the_security(tmp_path: Path, security: str, port: int) -> None:
    found, told, _ = read(tmp_path, f'transport = "smtp"\nhost = "localhost"\nsecurity = "{security}"')
    assert found is not None, told
    assert found.of(SmtpSettings).port == port
